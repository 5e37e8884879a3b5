/* Replays the roll-outs of vectors/workload through the engine: the controllers, API and engine of a user's run, with a
 * user who acts, a test kubelet in the place of scheduler and kubelet, and a listener that writes down what is visible.
 *
 * The world of the timelines and its order of work: vectors/workload/README.md.
 */
#include "tests/conformance/replay_rollout.h"

#include <stdlib.h>
#include <string.h>

#include "models/model.h"
#include "models/workload/deployment_model.h"
#include "models/workload/replicaset_model.h"
#include "models/workload/rollout.h"
#include "sim/world/placement.h"

#define LIFE "headroom.test/life"

/* What the recorder remembers of a pod: numbers of its ReplicaSet and of itself. */
struct pod_id {
    uint32_t rs;
    uint32_t number;
};

struct id_list {
    VEC(struct pod_id) ids;
};

/* A case while it runs: input of the user and the kubelet, and the timeline so far. */
struct run {
    struct arena *arena;
    struct names *names;
    const struct value *in;
    VEC(const struct pod_template *) templates;
    VEC(struct pod_id) pods; /* by row */
    struct id_list created, deleted, removed;
    struct value *events; /* of this instant */
    struct value *timeline;
    struct value *last_rs, *last_status, *last_conditions;
};

static int64_t number_at(const struct value *v, const char *path, int64_t otherwise)
{
    int64_t number;
    return value_as_int64(value_at(v, path), &number) ? number : otherwise;
}

/* ---- the user ---- */

static const struct pod_template *template_of(struct run *r, const struct value *tree)
{
    for (uint32_t i = 0; i < r->templates.count; i++) {
        if (value_equal(r->templates.at[i]->tree, tree)) {
            return r->templates.at[i];
        }
    }
    static const struct placement anywhere;
    struct pod_template *t = TAKE(r->arena, struct pod_template, 1);
    *t = (struct pod_template){
        .number = r->templates.count, .tree = tree, .placement = &anywhere, .grace_ns = INT64_C(30000000000)};
    VEC_PUSH(&r->templates, t);
    return t;
}

static struct int_or_percent int_or_percent_of(const struct value *v)
{
    int64_t amount = 0;
    const char *text = value_as_text(v);
    if (text == NULL) {
        return (struct int_or_percent){.percent = v == NULL,
                                       .amount = value_as_int64(v, &amount) ? (int32_t)amount : 25};
    }
    return (struct int_or_percent){.percent = true, .amount = (int32_t)strtol(text, NULL, 10)};
}

static struct workload_spec compile(struct run *r, const struct value *tree)
{
    const struct value *spec = value_get(tree, "spec");
    const char *strategy = value_as_text(value_at(spec, "strategy.type"));
    const struct value *rolling = value_at(spec, "strategy.rollingUpdate");
    const char *rollback =
        value_as_text(value_get(value_at(tree, "metadata.annotations"), "deprecated.deployment.rollback.to"));
    const struct value *paused = value_get(spec, "paused");
    return (struct workload_spec){
        .tree = tree,
        .template = template_of(r, value_get(spec, "template")),
        .replicas = (int32_t)number_at(spec, "replicas", 1),
        .min_ready_seconds = (int32_t)number_at(spec, "minReadySeconds", 0),
        .strategy = strategy != NULL && strcmp(strategy, "Recreate") == 0 ? STRATEGY_RECREATE : STRATEGY_ROLLING_UPDATE,
        .max_surge = int_or_percent_of(value_get(rolling, "maxSurge")),
        .max_unavailable = int_or_percent_of(value_get(rolling, "maxUnavailable")),
        .revision_history_limit = (int32_t)number_at(spec, "revisionHistoryLimit", 10),
        .progress_deadline_seconds = (int32_t)number_at(spec, "progressDeadlineSeconds", 600),
        .paused = paused != NULL && paused->boolean,
        .rollback_to = rollback == NULL ? -1 : strtol(rollback, NULL, 10),
    };
}

static void create_deployment(struct sim *sim, struct run *r)
{
    const struct value *tree = value_get(r->in, "deployment");
    sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_WORKLOAD,
                                  .workload = {.kind = WORKLOAD_DEPLOYMENT,
                                               .namespace = names_text(r->names, "default"),
                                               .name = names_text(r->names, "web"),
                                               .owner = NONE,
                                               .spec = compile(r, tree)}});
}

static void patch(struct sim *sim, struct run *r, const struct value *patch)
{
    const struct workload *o = world_workload(&sim->world, 0);
    const struct value *tree = value_merge(r->arena, o->spec.tree, patch);
    sim_ask(sim, &(struct intent){.kind = INTENT_UPDATE_WORKLOAD,
                                  .target = api_ref_workload(&sim->world, 0),
                                  .workload = {.spec = compile(r, tree)}});
}

static void delete_pod(struct sim *sim, const struct run *r, const struct value *id)
{
    int64_t rs, number;
    if (!value_as_int64(id->items[0], &rs) || !value_as_int64(id->items[1], &number)) {
        return;
    }
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        if (sim->world.pods.at[row].uid != 0 && r->pods.at[row].rs == rs && r->pods.at[row].number == number) {
            sim_ask(sim, &(struct intent){
                             .kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, row), .grace_ns = -1});
        }
    }
}

/* Id 0 is the creation; id k > 0 the action k - 1. */
static void act(struct sim *sim, void *state, const struct turn *turn)
{
    (void)state;
    struct run *r = sim->inputs;
    if (turn->stage > 0) {
        return;
    }
    if (turn->id == 0) {
        create_deployment(sim, r);
        return;
    }
    const struct value *action = value_get(r->in, "actions")->items[turn->id - 1];
    if (value_get(action, "patch") != NULL) {
        patch(sim, r, value_get(action, "patch"));
    } else {
        delete_pod(sim, r, value_get(action, "delete"));
    }
}

static void start_user(struct sim *sim, void *state);

static const struct model_class user_classes[] = {
    {.name = "actions", .order = ENGINE_DUE, .takes_all = true, .client = CLIENT_USER, .resume = "bind"}};

static const struct model user_model = {
    .name = "user", .classes = user_classes, .class_count = 1, .start = start_user, .handle = act};

static void start_user(struct sim *sim, void *state)
{
    (void)state;
    const struct run *r = sim->inputs;
    const struct value *actions = value_get(r->in, "actions");
    sim_wake(sim, &user_model, 0, 0, 0);
    for (uint32_t i = 0; i < actions->count; i++) {
        sim_wake_at(sim, &user_model, 0, i + 1, i + 1, number_at(actions->items[i], "at", 0));
    }
}

/* ---- the test kubelet: binds pods and lets them live ---- */

enum { BIND, PODS };

struct life {
    uint32_t step; /* the next one */
    int64_t due_ns;
};

struct kubelet {
    VEC(struct life) lives; /* by pod row */
};

static const struct value *life_of(const struct run *r, const struct pod *pod)
{
    const struct value *annotations = value_at(pod->template->tree, "metadata.annotations");
    return value_get(value_get(r->in, "lives"), value_as_text(value_get(annotations, LIFE)));
}

static const struct value *step_of(const struct run *r, const struct pod *pod, uint32_t step)
{
    const struct value *pods = value_get(life_of(r, pod), "pods");
    const struct value *steps = pods == NULL || pods->count == 0 ? NULL : pods->items[pod->number % pods->count];
    return steps != NULL && step < steps->count ? steps->items[step] : NULL;
}

static void set_ready(const struct sim *sim, struct pod *pod, enum condition_status ready)
{
    if (pod->ready != ready) {
        pod->ready = ready;
        pod->ready_since_ns = world_stamp(&sim->world);
    }
}

static struct pod after_step(const struct sim *sim, const struct pod *pod, const char *what)
{
    struct pod next = *pod;
    set_ready(sim, &next, strcmp(what, "ready") == 0 ? CONDITION_TRUE : CONDITION_FALSE);
    if (strcmp(what, "run") == 0 || strcmp(what, "ready") == 0) {
        next.phase = POD_RUNNING;
    } else if (strcmp(what, "fail") == 0) {
        next.phase = POD_FAILED;
    } else if (strcmp(what, "succeed") == 0) {
        next.phase = POD_SUCCEEDED;
    } else if (strcmp(what, "restart") == 0) {
        next.restarts++;
    }
    return next;
}

static const struct model kubelet_model;

static void arm(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *pod = world_pod(&sim->world, row);
    const struct value *step = step_of(sim->inputs, pod, k->lives.at[row].step);
    k->lives.at[row].due_ns = INT64_MAX;
    if (step != NULL) {
        k->lives.at[row].due_ns = sim_now(sim) + number_at(step, "after", 0);
        sim_wake_at(sim, &kubelet_model, PODS, row, pod->uid, k->lives.at[row].due_ns);
    }
}

static void bind(struct sim *sim, uint32_t row)
{
    struct run *r = sim->inputs;
    const struct pod *pod = world_pod(&sim->world, row);
    int64_t nodes = number_at(r->in, "nodes", 1);
    const char *node = arena_format(r->arena, "node-%d", (int)(pod->number % nodes));
    sim_send(sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_BIND_POD,
                              .target = api_ref_pod(&sim->world, row),
                              .bind = {.node_name = names_text(r->names, node), .row = NONE}});
}

static void live(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *pod = world_pod(&sim->world, row);
    struct intent intent = {.target = api_ref_pod(&sim->world, row)};
    if (k->lives.at[row].due_ns > sim_now(sim)) {
        return; /* it was deleted meanwhile: this wake was for a step */
    }
    if (pod->deletion_ns != TIME_UNSET) {
        intent.kind = INTENT_REMOVE_POD;
        sim_send(sim, CLIENT_USER, &intent);
        return;
    }
    const struct value *step = step_of(sim->inputs, pod, k->lives.at[row].step++);
    intent.kind = INTENT_POD_STATUS;
    intent.pod = after_step(sim, pod, value_as_text(value_get(step, "do")));
    sim_send(sim, CLIENT_USER, &intent);
    arm(sim, k, row);
}

static void run_kubelet(struct sim *sim, void *state, const struct turn *turn)
{
    if (turn->class == BIND) {
        bind(sim, turn->id);
    } else {
        live(sim, state, turn->id);
    }
}

static void see_pod(struct sim *sim, void *state, const struct fact *fact)
{
    struct kubelet *k = state;
    if (fact->verb == FACT_REMOVED) {
        sim_forget(sim, &kubelet_model, BIND, fact->row);
        sim_forget(sim, &kubelet_model, PODS, fact->row);
        return;
    }
    const struct pod *pod = world_pod(&sim->world, fact->row);
    if (fact->verb == FACT_ADDED) {
        while (k->lives.count <= fact->row) {
            VEC_PUSH(&k->lives, (struct life){0});
        }
        k->lives.at[fact->row] = (struct life){.due_ns = INT64_MAX};
        sim_wake(sim, &kubelet_model, BIND, fact->row, pod->uid);
    } else if (fact->changed & FIELD_DELETION) {
        sim_cancel(sim, &kubelet_model, PODS, fact->row);
        k->lives.at[fact->row].due_ns = sim_now(sim) + number_at(life_of(sim->inputs, pod), "stop", 0);
        sim_wake_at(sim, &kubelet_model, PODS, fact->row, pod->uid, k->lives.at[fact->row].due_ns);
    } else if (fact->changed & FIELD_NODE_NAME) {
        arm(sim, k, fact->row);
    }
}

static void stop_kubelet(struct sim *sim, void *state)
{
    (void)sim;
    struct kubelet *k = state;
    VEC_DROP(&k->lives);
}

static const struct model_class kubelet_classes[] = {
    {.name = "bind", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "pods"},
    {.name = "pods", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "Deployment"},
};

static const struct model kubelet_model = {.name = "test kubelet",
                                           .state_size = sizeof(struct kubelet),
                                           .classes = kubelet_classes,
                                           .class_count = 2,
                                           .facts = FACTS(FACT_POD),
                                           .handle = run_kubelet,
                                           .on_fact = see_pod,
                                           .stop = stop_kubelet};

/* ---- the listener ---- */

static void see_fact(void *context, const struct sim *sim, const struct fact *fact)
{
    struct run *r = context;
    if (fact->kind != FACT_POD) {
        return;
    }
    if (fact->verb == FACT_ADDED) {
        const struct pod *pod = world_pod(&sim->world, fact->row);
        while (r->pods.count <= fact->row) {
            VEC_PUSH(&r->pods, (struct pod_id){0});
        }
        r->pods.at[fact->row] = (struct pod_id){world_replicaset(&sim->world, pod->owner)->number, pod->number};
        VEC_PUSH(&r->created.ids, r->pods.at[fact->row]);
    } else if (fact->verb == FACT_REMOVED) {
        const struct pod *old = fact->old;
        if (old->deletion_ns == TIME_UNSET) {
            VEC_PUSH(&r->deleted.ids, r->pods.at[fact->row]);
        }
        VEC_PUSH(&r->removed.ids, r->pods.at[fact->row]);
    } else if (fact->changed & FIELD_DELETION) {
        VEC_PUSH(&r->deleted.ids, r->pods.at[fact->row]);
    }
}

static void add_number(struct run *r, struct value *list, int64_t number)
{
    value_append(r->arena, list, value_integer(r->arena, number));
}

static void see_note(void *context, const struct sim *sim, const struct note *note)
{
    (void)sim;
    struct run *r = context;
    struct value *event = value_list(r->arena);
    value_append(r->arena, event, value_text(r->arena, note->reason));
    if (strcmp(note->reason, "ScalingReplicaSet") == 0) {
        for (int i = 0; i < 3; i++) {
            add_number(r, event, note->numbers[i]);
        }
    }
    if (r->events == NULL) {
        r->events = value_list(r->arena);
    }
    value_append(r->arena, r->events, event);
}

static struct value *list_sets(struct run *r, const struct world *w, const struct workload *o)
{
    struct value *list = value_list(r->arena);
    for (uint32_t i = 0; i < o->replicasets.count; i++) {
        const struct replicaset *rs = world_replicaset(w, o->replicasets.at[i]);
        int64_t numbers[] = {rs->number,       rs->revision,         rs->replicas,          rs->status.replicas,
                             rs->status.ready, rs->status.available, rs->status.terminating};
        struct value *row = value_list(r->arena);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            add_number(r, row, numbers[k]);
        }
        value_append(r->arena, list, row);
    }
    return list->count == 0 ? NULL : list;
}

static struct value *list_status(struct run *r, const struct workload *o)
{
    const struct workload_status *s = &o->status;
    int64_t numbers[] = {o->generation, s->observed_generation, s->replicas,    s->updated,
                         s->ready,      s->available,           s->unavailable, s->terminating};
    struct value *list = value_list(r->arena);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        add_number(r, list, numbers[k]);
    }
    return list;
}

static void add_condition(struct run *r, struct value *list, const char *type, const struct condition *c)
{
    if (c->status != CONDITION_ABSENT) {
        struct value *row = value_list(r->arena);
        value_append(r->arena, row, value_text(r->arena, type));
        value_append(r->arena, row, value_text(r->arena, rollout_status_text(c->status)));
        value_append(r->arena, row, value_text(r->arena, rollout_reason_text(c->reason)));
        add_number(r, row, c->last_update_ns);
        add_number(r, row, c->last_transition_ns);
        value_append(r->arena, list, row);
    }
}

static int compare_ids(const void *left, const void *right)
{
    const struct pod_id *a = left, *b = right;
    return a->rs != b->rs ? (a->rs < b->rs ? -1 : 1) : a->number < b->number ? -1 : a->number > b->number;
}

/* Adds the sorted list to the entry, if it holds any, and empties it. */
static void put_ids(struct run *r, struct value *entry, const char *key, struct id_list *l)
{
    if (l->ids.count == 0) {
        return;
    }
    struct value *list = value_list(r->arena);
    qsort(l->ids.at, l->ids.count, sizeof *l->ids.at, compare_ids);
    for (uint32_t i = 0; i < l->ids.count; i++) {
        struct value *id = value_list(r->arena);
        add_number(r, id, l->ids.at[i].rs);
        add_number(r, id, l->ids.at[i].number);
        value_append(r->arena, list, id);
    }
    value_put(r->arena, entry, key, list);
    l->ids.count = 0;
}

static void put_changed(struct run *r, struct value *entry, const char *key, struct value *now, struct value **last)
{
    bool same = now == NULL || *last == NULL ? now == *last : value_equal(now, *last);
    if (!same && now != NULL) {
        value_put(r->arena, entry, key, now);
    }
    *last = now;
}

static void see_end(void *context, const struct sim *sim)
{
    struct run *r = context;
    if (sim->world.workloads.count == 0) {
        return;
    }
    const struct workload *o = world_workload(&sim->world, 0);
    struct value *entry = value_map(r->arena), *conditions = value_list(r->arena);
    value_put(r->arena, entry, "t", value_integer(r->arena, sim_now(sim)));
    if (r->events != NULL) {
        value_put(r->arena, entry, "events", r->events);
        r->events = NULL;
    }
    put_ids(r, entry, "created", &r->created);
    put_ids(r, entry, "deleted", &r->deleted);
    put_ids(r, entry, "removed", &r->removed);
    put_changed(r, entry, "rs", list_sets(r, &sim->world, o), &r->last_rs);
    put_changed(r, entry, "status", list_status(r, o), &r->last_status);
    add_condition(r, conditions, "Available", &o->status.available_condition);
    add_condition(r, conditions, "Progressing", &o->status.progressing_condition);
    put_changed(r, entry, "conditions", conditions->count == 0 ? NULL : conditions, &r->last_conditions);
    if (entry->count > 1) {
        value_append(r->arena, r->timeline, entry);
    }
}

static void check_world(void *context, const struct sim *sim)
{
    (void)context;
    world_check(&sim->world);
}

/* ---- a case ---- */

static const struct model_class deployment_classes[] = {
    {.name = "Deployment", .order = ENGINE_OLDEST, .client = CLIENT_USER, .resume = "Deployment"}};
static const struct model_class replicaset_classes[] = {
    {.name = "ReplicaSet", .order = ENGINE_OLDEST, .client = CLIENT_USER, .resume = "Deployment"}};

static const struct registry_line registry[] = {
    {&user_model, NULL},
    {&kubelet_model, NULL},
    {&deployment_model, deployment_classes},
    {&replicaset_model, replicaset_classes},
};

static void drop(struct run *r)
{
    VEC_DROP(&r->templates);
    VEC_DROP(&r->pods);
    VEC_DROP(&r->created.ids);
    VEC_DROP(&r->deleted.ids);
    VEC_DROP(&r->removed.ids);
}

bool replay_rollout(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct run r = {.arena = &c->scratch, .names = c->names, .in = in, .timeline = value_list(&c->scratch)};
    struct sim *sim = sim_open(&(struct sim_options){.registry = registry,
                                                     .registry_count = sizeof registry / sizeof *registry,
                                                     .delays = delays_zero(),
                                                     .cut_times = true,
                                                     .rank = api_rank_first_in,
                                                     .arena = &c->scratch,
                                                     .names = c->names,
                                                     .inputs = &r});
    sim_listen(
        sim,
        (struct sim_listener){
            .context = &r, .fact = see_fact, .note = see_note, .instant_ended = see_end, .turn_ended = check_world});
    struct fail fail;
    sim_start(sim);
    bool good = sim_run(sim, number_at(in, "until", 0), &fail)
                    ? replay_same(c, "timeline", value_get(out, "timeline"), r.timeline)
                    : replay_differs(c, "%s", fail.text);
    sim_close(sim);
    drop(&r);
    return good;
}
