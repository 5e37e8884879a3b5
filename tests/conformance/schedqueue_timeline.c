#include "tests/conformance/schedqueue_timeline.h"

#include <stdlib.h>
#include <string.h>

#include "models/scheduler/scheduler_model.h"
#include "sim/scenario/compile.h"
#include "tests/conformance/scheduler_cluster.h"

/* A timeline while it runs; the simulation's inputs. */
struct timeline {
    struct replay_case *c;
    const struct value *in;
    struct compiler compiler;
    VEC(const struct pod_template *) templates; /* by number: with the priority that the spec says */
    VEC(struct ref) removals;                   /* pods that are being deleted, in the order of asking */
    bool acts;                                  /* what is written now is the user's */
    VEC(int64_t) failures;                      /* by member of in.bindFailures: binds that are still to fail */
    uint64_t seen;                              /* attempts */
    struct value *open;                         /* one that has not been concluded */
    struct value *attempts, *binds, *preempted, *nominations;
};

static int64_t integer_of(const struct value *v, const char *key)
{
    int64_t number = 0;
    return value_as_int64(value_get(v, key), &number) ? number : 0;
}

/* ---- the world ---- */

static const struct pod_template *with_priority(struct timeline *t, const struct pod_template *compiled,
                                                const struct value *manifest)
{
    const struct value *spec = value_get(manifest, "spec");
    while (t->templates.count <= compiled->number) {
        VEC_PUSH(&t->templates, NULL);
    }
    const struct pod_template **known = &t->templates.at[compiled->number];
    if (*known == NULL) {
        struct pod_template *made = TAKE(&t->c->scratch, struct pod_template, 1);
        const char *policy = value_as_text(value_get(spec, "preemptionPolicy"));
        *made = *compiled;
        made->priority = (int32_t)integer_of(spec, "priority");
        made->never_preempts = policy != NULL && strcmp(policy, "Never") == 0;
        *known = made;
    }
    return *known;
}

static struct pod pod_of(struct timeline *t, const struct value *manifest)
{
    struct pod p = compile_pod(&t->compiler, manifest);
    p.template = with_priority(t, p.template, manifest);
    p.start_ns = scheduler_cluster_instant(value_at(manifest, "status.startTime"));
    return p;
}

static struct node node_of(struct timeline *t, const struct value *manifest)
{
    struct node n = compile_node(&t->compiler, manifest);
    n.ready = true;
    return n;
}

static uint32_t find_pod(const struct sim *sim, const char *name)
{
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        if (sim->world.pods.at[row].uid != 0 && strcmp(sim->world.pods.at[row].name, name) == 0) {
            return row;
        }
    }
    return NONE;
}

static void build(struct sim *sim, struct timeline *t)
{
    const struct value *nodes = value_get(t->in, "nodes"), *pods = value_get(t->in, "pods");
    for (uint32_t i = 0; nodes != NULL && i < nodes->count; i++) {
        struct node n = node_of(t, nodes->items[i]);
        world_add_node(&sim->world, &n);
    }
    for (uint32_t i = 0; pods != NULL && i < pods->count; i++) {
        struct pod p = pod_of(t, pods->items[i]);
        p.node = world_find_node(&sim->world, p.node_name);
        world_add_pod(&sim->world, &p);
    }
}

/* ---- the user and the kubelet ---- */

enum { CLASS_ACTIONS, CLASS_REMOVALS, CLASS_STARTS };

static void apply(struct sim *sim, struct intent intent)
{
    struct timeline *t = sim->inputs;
    t->acts = true;
    api_apply(&sim->api, &intent);
    t->acts = false;
}

static void act_on_pod(struct sim *sim, struct timeline *t, const char *what, const struct value *action)
{
    const struct value *manifest = value_get(action, "pod");
    const char *name =
        value_as_text(manifest != NULL ? value_at(manifest, "metadata.name") : value_get(action, "name"));
    uint32_t row = find_pod(sim, name);
    if (strcmp(what, "addPod") == 0) {
        struct pod p = pod_of(t, manifest);
        p.node = p.node_name == NULL ? NONE : world_find_node(&sim->world, p.node_name);
        apply(sim, (struct intent){.kind = INTENT_CREATE_POD, .pod = p});
    } else if (row != NONE && strcmp(what, "updatePod") == 0) {
        apply(sim, (struct intent){
                       .kind = INTENT_UPDATE_POD, .target = api_ref_pod(&sim->world, row), .pod = pod_of(t, manifest)});
    } else if (row != NONE) {
        apply(sim, (struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, row), .grace_ns = -1});
    }
}

static void act_on_node(struct sim *sim, struct timeline *t, const char *what, const struct value *action)
{
    if (strcmp(what, "addNode") == 0) {
        apply(sim, (struct intent){.kind = INTENT_CREATE_NODE, .node = node_of(t, value_get(action, "node"))});
    } else if (strcmp(what, "updateNode") == 0) {
        struct node n = node_of(t, value_get(action, "node"));
        apply(sim, (struct intent){.kind = INTENT_UPDATE_NODE,
                                   .target = api_ref_node(&sim->world, world_find_node(&sim->world, n.name)),
                                   .node = n});
    } else {
        const char *name = names_text(t->c->names, value_as_text(value_get(action, "name")));
        apply(sim, (struct intent){.kind = INTENT_DELETE_NODE,
                                   .target = api_ref_node(&sim->world, world_find_node(&sim->world, name))});
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    (void)state;
    struct timeline *t = sim->inputs;
    if (turn->class == CLASS_REMOVALS) {
        apply(sim, (struct intent){.kind = INTENT_REMOVE_POD, .target = t->removals.at[turn->id]});
    } else if (turn->class == CLASS_STARTS) {
        struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, turn->id)};
        i.pod = *world_pod(&sim->world, turn->id);
        i.pod.start_ns = sim_now(sim);
        apply(sim, i);
    } else {
        const struct value *action = value_get(t->in, "actions")->items[turn->id];
        const char *what = value_as_text(value_get(action, "do"));
        (strstr(what, "Pod") != NULL ? act_on_pod : act_on_node)(sim, t, what, action);
    }
}

/* When the k-th pod that is deleted with grace is gone. */
static int64_t removed_at(const struct sim *sim, const struct pod *p, uint32_t k)
{
    return sim_now(sim) + p->template->grace_ns + INT64_C(100) * k;
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact);

static void start(struct sim *sim, void *state);

static const struct model_class user_classes[] = {
    [CLASS_ACTIONS] = {.name = "actions", .client = CLIENT_USER},
    [CLASS_REMOVALS] = {.name = "removals", .client = CLIENT_USER},
    [CLASS_STARTS] = {.name = "starts", .client = CLIENT_USER},
};

static const struct model user = {.name = "user",
                                  .classes = user_classes,
                                  .class_count = 3,
                                  .facts = FACTS(FACT_POD),
                                  .start = start,
                                  .handle = handle,
                                  .on_fact = on_fact};

static void start(struct sim *sim, void *state)
{
    (void)state;
    struct timeline *t = sim->inputs;
    const struct value *actions = value_get(t->in, "actions");
    for (uint32_t i = 0; i < actions->count; i++) {
        sim_wake_at(sim, &user, CLASS_ACTIONS, i, 0, integer_of(actions->items[i], "t"));
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    (void)state;
    struct timeline *t = sim->inputs;
    if (fact->verb == FACT_CHANGED && fact->changed & FIELD_DELETION) {
        VEC_PUSH(&t->removals, api_ref_pod(&sim->world, fact->row));
        sim_wake_at(sim, &user, CLASS_REMOVALS, t->removals.count - 1, 0,
                    removed_at(sim, world_pod(&sim->world, fact->row), t->removals.count));
    }
    if (fact->verb == FACT_CHANGED && fact->changed & FIELD_NODE_NAME) {
        sim_wake(sim, &user, CLASS_STARTS, fact->row, 0);
    }
}

/* ---- what is seen ---- */

static struct value *entry(struct timeline *t, struct value *list, int64_t at_ns, const char *pod)
{
    struct value *e = value_map(&t->c->scratch);
    value_put(&t->c->scratch, e, "t", value_integer(&t->c->scratch, at_ns));
    value_put(&t->c->scratch, e, "pod", value_text(&t->c->scratch, pod));
    value_append(&t->c->scratch, list, e);
    return e;
}

static void put(struct timeline *t, struct value *map, const char *key, const char *text)
{
    value_put(&t->c->scratch, map, key, value_text(&t->c->scratch, text == NULL ? "" : text));
}

/* Takes one off the binds of a pod that are to fail. False: none is left. */
static bool bind_fails(struct timeline *t, const char *pod)
{
    const struct value *failures = value_get(t->in, "bindFailures");
    for (uint32_t i = 0; failures != NULL && i < failures->count; i++) {
        if (strcmp(failures->members[i].key, pod) == 0 && t->failures.at[i] > 0) {
            t->failures.at[i]--;
            return true;
        }
    }
    return false;
}

static void see_delete(struct timeline *t, const struct sim *sim, const struct pod *p)
{
    struct value *e = entry(t, t->preempted, sim_now(sim), p->name);
    int64_t at =
        p->node_name == NULL || p->template->grace_ns == 0 ? sim_now(sim) : removed_at(sim, p, t->removals.count + 1);
    if (at == sim_now(sim) || p->deletion_ns == TIME_UNSET) {
        value_put(&t->c->scratch, e, "removedAt", value_integer(&t->c->scratch, at));
    }
}

/* Sees what the scheduler writes; refuses the binds that are to fail. */
static bool see_write(void *context, const struct intent *intent)
{
    const struct sim *sim = context;
    struct timeline *t = sim->inputs;
    if (t->acts || intent->target.generation != sim->world.pods.at[intent->target.row].generation ||
        sim->world.pods.at[intent->target.row].uid == 0) {
        return false;
    }
    const struct pod *p = world_pod(&sim->world, intent->target.row);
    if (intent->kind == INTENT_BIND_POD) {
        bool fails = bind_fails(t, p->name);
        struct value *e = entry(t, t->binds, sim_now(sim), p->name);
        put(t, e, "node", intent->bind.node_name);
        if (fails) {
            value_put(&t->c->scratch, e, "failed", value_bool(&t->c->scratch, true));
        }
        return fails;
    }
    if (intent->kind == INTENT_DELETE_POD) {
        see_delete(t, sim, p);
    } else if (intent->kind == INTENT_POD_UNSCHEDULED && intent->unscheduled.nominates &&
               intent->unscheduled.nominated_node != p->nominated_node) {
        put(t, entry(t, t->nominations, sim_now(sim), p->name), "node", intent->unscheduled.nominated_node);
    }
    return false;
}

static const char *place_of(const struct sim *sim, struct ref pod)
{
    static const char *const places[] = {[QUEUE_OUT] = "none",
                                         [QUEUE_ACTIVE] = "active",
                                         [QUEUE_BACKOFF] = "backoff",
                                         [QUEUE_ERROR_BACKOFF] = "backoff",
                                         [QUEUE_POOL] = "unschedulable"};
    bool there = sim->world.pods.at[pod.row].uid != 0 && sim->world.pods.at[pod.row].generation == pod.generation;
    return there ? places[queue_place_of(scheduler_queue(sim), pod.row, sim_now(sim))] : "none";
}

static void see_result(struct timeline *t, const struct sim *sim, const struct scheduler_attempt *a)
{
    struct value *plugins = value_list(&t->c->scratch);
    for (unsigned r = 0; r < REJECTORS && a->node == NULL; r++) {
        if (a->rejectors & REJECTED_BY(r)) {
            value_append(&t->c->scratch, plugins, value_text(&t->c->scratch, hint_rejector_name(r)));
        }
    }
    if (plugins->count > 0) {
        value_put(&t->c->scratch, t->open, "plugins", scheduler_cluster_sorted(plugins));
    }
    if (a->node == NULL && a->nominates) {
        put(t, t->open, "nominated", a->nominated_node);
    }
    put(t, t->open, "after", place_of(sim, a->pod));
    t->open = NULL;
}

/* There is one attempt at an instant at most. */
static void see_attempt(void *context, const struct sim *sim)
{
    struct timeline *t = context;
    const struct scheduler_attempt *a = scheduler_last_attempt(sim);
    if (a->count > t->seen) {
        t->seen = a->count;
        t->open = entry(t, t->attempts, a->at_ns, world_pod(&sim->world, a->pod.row)->name);
        put(t, t->open, "result", a->node != NULL ? "scheduled" : "unschedulable");
        if (a->node != NULL) {
            put(t, t->open, "node", a->node);
        }
    }
    if (t->open != NULL && a->concluded) {
        see_result(t, sim, a);
    }
}

/* ---- the case ---- */

static void open_lists(struct timeline *t)
{
    const struct value *failures = value_get(t->in, "bindFailures");
    t->attempts = value_list(&t->c->scratch);
    t->binds = value_list(&t->c->scratch);
    t->preempted = value_list(&t->c->scratch);
    t->nominations = value_list(&t->c->scratch);
    for (uint32_t i = 0; failures != NULL && i < failures->count; i++) {
        VEC_PUSH(&t->failures, integer_of(failures, failures->members[i].key));
    }
}

static struct value *final_of(struct timeline *t, const struct sim *sim)
{
    static const char *const places[] = {"active", "backoff", "unschedulable"};
    struct value *final = value_map(&t->c->scratch);
    for (int i = 0; i < 3; i++) {
        struct value *list = value_list(&t->c->scratch);
        for (uint32_t row = 0; row < sim->world.pods.count; row++) {
            if (sim->world.pods.at[row].uid != 0 &&
                strcmp(place_of(sim, api_ref_pod(&sim->world, row)), places[i]) == 0) {
                value_append(&t->c->scratch, list, value_text(&t->c->scratch, world_pod(&sim->world, row)->name));
            }
        }
        value_put(&t->c->scratch, final, places[i], scheduler_cluster_sorted(list));
    }
    return final;
}

static struct sim *open_sim(struct timeline *t)
{
    static const struct model_class rows[] = {{.name = "end of attempt", .client = CLIENT_USER},
                                              {.name = "binding", .client = CLIENT_USER},
                                              {.name = "preemption", .client = CLIENT_SCHEDULER},
                                              {.name = "tick", .client = CLIENT_USER},
                                              {.name = "pop", .client = CLIENT_USER}};
    static const struct registry_line registry[] = {{.model = &user}, {.model = &scheduler_model, .classes = rows}};
    struct sim_options options = {.registry = registry,
                                  .registry_count = 2,
                                  .delays = delays_zero(),
                                  .rank = api_rank_first_in,
                                  .arena = &t->c->scratch,
                                  .names = t->c->names,
                                  .inputs = t};
    options.delays.write_ns = integer_of(t->in, "apiLatency");
    options.delays.scheduling_ns = integer_of(t->in, "attempt");
    options.delays.scheduling_rest_ns = integer_of(t->in, "gap");
    struct sim *sim = sim_open(&options);
    sim->api.refuses = see_write;
    sim->api.refuses_context = sim;
    sim_listen(sim, (struct sim_listener){.context = t, .instant_ended = see_attempt});
    return sim;
}

bool schedqueue_timeline_run(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct timeline t = {.c = c, .in = in, .compiler = compile_make(&c->scratch, c->names)};
    open_lists(&t);
    struct sim *sim = open_sim(&t);
    build(sim, &t);
    sim_start(sim);
    scheduler_queue(sim)->start_ns = integer_of(in, "queueStart");
    struct fail fail = {0};
    bool ran = sim_run(sim, integer_of(in, "until"), &fail);
    struct value *got = value_map(&c->scratch);
    value_put(&c->scratch, got, "attempts", t.attempts);
    value_put(&c->scratch, got, "binds", t.binds);
    value_put(&c->scratch, got, "preempted", t.preempted);
    value_put(&c->scratch, got, "nominations", t.nominations);
    value_put(&c->scratch, got, "final", final_of(&t, sim));
    sim_close(sim);
    compile_drop(&t.compiler);
    VEC_DROP(&t.templates);
    VEC_DROP(&t.removals);
    VEC_DROP(&t.failures);
    return ran ? replay_same(c, "out", out, got) : replay_differs(c, "the run failed");
}
