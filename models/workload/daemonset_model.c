/* Pods are grouped by the name of their node, the one they are on or want: a node may be gone while its pods are there.
 *
 * A sync looks at every node and pod. In a settled set, where each node has its pod, most of what happens needs no such
 * look: pods become ready or stop being it, nodes come and get their pod. `own` counts it, and the status follows from the
 * one before.
 */
#include "models/workload/daemonset_model.h"

#include <stdlib.h>

#include "models/workload/controller.h"
#include "models/workload/daemonset.h"

#define SECOND_NS INT64_C(1000000000)
#define BACKOFF_FIRST_NS SECOND_NS
#define BACKOFF_MOST_NS (900 * SECOND_NS)

/* A template of a DaemonSet, and what its pods are made of. */
struct derived {
    const struct pod_template *from;
    const struct pod_template *template;
};

/* The back-off of failed pods on a node. */
struct backoff {
    uint64_t set; /* uid */
    int64_t generation;
    const char *node;
    int64_t delay_ns;
    int64_t since_ns;
};

/* What the controller keeps of a DaemonSet beside its row. */
struct own {
    struct history history;
    bool settled;          /* as the last sync found it, and nothing happened since but what is counted here */
    int32_t ready;         /* how many more pods are ready than the status says */
    VEC(struct ref) nodes; /* that came, and should have a pod */
    int32_t awaited;       /* pods that were asked for and did not come yet */
    int32_t came;          /* of those, how many more than the status says */
};

struct daemonset_state {
    struct arena scratch;   /* of one turn */
    struct arena templates; /* those derived */
    struct retries retries;
    VEC(struct derived) derived;
    VEC(struct own) own; /* by workload row */
    VEC(struct backoff) backoffs;
};

static struct own *own_of(struct daemonset_state *s, uint32_t row)
{
    while (s->own.count <= row) {
        VEC_PUSH(&s->own, (struct own){0});
    }
    return &s->own.at[row];
}

static void forget_counts(struct own *own)
{
    own->ready = own->awaited = own->came = 0;
    own->nodes.count = 0;
}

static void own_drop(struct own *own)
{
    history_drop(&own->history);
    VEC_DROP(&own->nodes);
    *own = (struct own){0};
}

const struct history *daemonset_history(const struct sim *sim, uint32_t workload)
{
    const struct daemonset_state *s = sim_state(sim, &daemonset_model);
    return s != NULL && workload < s->own.count ? &s->own.at[workload].history : NULL;
}

static bool uses_host_network(const struct pod_template *t)
{
    const struct value *v = value_at(t->tree, "spec.hostNetwork");
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static const struct pod_template *derive(struct daemonset_state *s, const struct pod_template *from)
{
    for (uint32_t i = 0; i < s->derived.count; i++) {
        if (s->derived.at[i].from == from) {
            return s->derived.at[i].template;
        }
    }
    struct pod_template *t = TAKE(&s->templates, struct pod_template, 1);
    *t = *from;
    t->placement = daemonset_placement(&s->templates, from->placement, uses_host_network(from));
    VEC_PUSH(&s->derived, (struct derived){from, t});
    return t;
}

/* ---- the back-off of failed pods ---- */

static struct backoff *find_backoff(struct daemonset_state *s, const struct workload *o, const char *node)
{
    for (uint32_t i = 0; i < s->backoffs.count; i++) {
        struct backoff *b = &s->backoffs.at[i];
        if (b->set == o->uid && b->generation == o->status.observed_generation && b->node == node) {
            return b;
        }
    }
    return NULL;
}

static bool is_stale(const struct backoff *b, int64_t now_ns)
{
    return now_ns - b->since_ns > 2 * BACKOFF_MOST_NS;
}

static bool backs_off(const struct backoff *b, int64_t now_ns)
{
    return b != NULL && !is_stale(b, now_ns) && now_ns - b->since_ns < b->delay_ns;
}

static void begin_backoff(struct daemonset_state *s, const struct workload *o, const char *node, int64_t now_ns)
{
    struct backoff *b = find_backoff(s, o, node);
    if (b == NULL) {
        struct backoff new = {.set = o->uid, .generation = o->status.observed_generation, .node = node};
        VEC_PUSH(&s->backoffs, new);
        b = &s->backoffs.at[s->backoffs.count - 1];
    }
    bool fresh = b->delay_ns == 0 || is_stale(b, now_ns);
    b->delay_ns = fresh ? BACKOFF_FIRST_NS : 2 * b->delay_ns < BACKOFF_MOST_NS ? 2 * b->delay_ns : BACKOFF_MOST_NS;
    b->since_ns = now_ns;
}

/* ---- grouping pods by node ---- */

/* An index of names by an open table. */
struct place {
    const char *name;
    uint32_t node; /* its index; NONE: the slot is free */
};

/* The nodes of a sync, and names that pods are on or want without a node. */
struct view {
    struct daemonset_node *nodes; /* [count] */
    const char **names;           /* [count] */
    uint32_t count;
    uint32_t *of_row;     /* the index of a node's row */
    uint32_t *of_pod;     /* the index of the node of a pod of the set; NONE: it is left out */
    struct place *places; /* [room] a power of two; null until a name is looked up */
    uint32_t room;
};

static struct place *place_of(const struct view *v, const char *name)
{
    uint32_t at = (uint32_t)((uintptr_t)name >> 4) * UINT32_C(2654435769) & (v->room - 1);
    while (v->places[at].node != NONE && v->places[at].name != name) {
        at = (at + 1) & (v->room - 1);
    }
    return &v->places[at];
}

static void index_names(struct view *v, struct arena *a, uint32_t most)
{
    for (v->room = 16; v->room < 2 * most; v->room *= 2) {
    }
    v->places = TAKE(a, struct place, v->room);
    for (uint32_t i = 0; i < v->room; i++) {
        v->places[i].node = NONE;
    }
    for (uint32_t n = 0; n < v->count; n++) {
        *place_of(v, v->names[n]) = (struct place){v->names[n], n};
    }
}

/* The index of a name, which gets one if it has none. */
static uint32_t index_of(struct view *v, const char *name)
{
    struct place *place = place_of(v, name);
    if (place->node == NONE) {
        *place = (struct place){name, v->count};
        v->names[v->count++] = name;
    }
    return place->node;
}

static const char *name_of(const struct pod *pod)
{
    return pod->node_name != NULL ? pod->node_name : pod->wanted_node;
}

static bool is_left_out(const struct pod *pod)
{
    return (pod_is_terminal(pod) && pod->deletion_ns != TIME_UNSET) || name_of(pod) == NULL;
}

static void view_nodes(struct view *v, const struct world *w, const struct pod_template *template)
{
    for (uint32_t row = 0; row < w->nodes.count; row++) {
        const struct node *n = &w->nodes.at[row];
        if (n->uid != 0) {
            struct daemonset_node *node = &v->nodes[v->count];
            v->of_row[row] = v->count;
            v->names[v->count++] = n->name;
            node->exists = true;
            daemonset_judge(template->placement, template->node_name, n, &node->should_run, &node->should_continue);
        }
    }
}

static struct view view_make(struct sim *sim, struct daemonset_state *s, const struct workload *o,
                             const struct pod_template *template)
{
    const struct world *w = &sim->world;
    uint32_t most = w->nodes.count + o->pods.count;
    struct view v = {.nodes = TAKE(&s->scratch, struct daemonset_node, most),
                     .names = TAKE(&s->scratch, const char *, most),
                     .of_row = TAKE(&s->scratch, uint32_t, w->nodes.count),
                     .of_pod = TAKE(&s->scratch, uint32_t, o->pods.count)};
    view_nodes(&v, w, template);
    for (uint32_t i = 0; i < o->pods.count; i++) {
        const struct pod *pod = world_pod(w, o->pods.at[i]);
        v.of_pod[i] = NONE;
        if (is_left_out(pod)) {
            continue;
        }
        if (pod->node == NONE && v.places == NULL) {
            index_names(&v, &s->scratch, most);
        }
        v.of_pod[i] = pod->node != NONE ? v.of_row[pod->node] : index_of(&v, name_of(pod));
        v.nodes[v.of_pod[i]].count++;
    }
    return v;
}

static struct daemonset_pod read_pod(const struct sim *sim, const struct workload *o, uint32_t row,
                                     const struct pod_template *template)
{
    const struct pod *pod = world_pod(&sim->world, row);
    return (struct daemonset_pod){
        .row = row,
        .current = pod->template == template || pod->template == o->spec.template,
        .bound = pod->node_name != NULL,
        .deleting = pod->deletion_ns != TIME_UNSET,
        .ready = pod->ready == CONDITION_TRUE,
        .available = pod_is_available(pod, o->spec.min_ready_seconds, sim_now(sim)),
        .phase = pod->phase,
        .created_ns = pod->created_ns,
        .uid = pod->uid,
    };
}

static void fill_pods(struct sim *sim, struct daemonset_state *s, const struct workload *o, struct view *v,
                      const struct pod_template *template)
{
    struct daemonset_pod *pods = TAKE(&s->scratch, struct daemonset_pod, o->pods.count);
    uint32_t used = 0;
    for (uint32_t n = 0; n < v->count; n++) {
        v->nodes[n].pods = pods + used;
        used += v->nodes[n].count;
        v->nodes[n].count = 0;
    }
    for (uint32_t i = 0; i < o->pods.count; i++) {
        if (v->of_pod[i] != NONE) {
            struct daemonset_node *node = &v->nodes[v->of_pod[i]];
            struct daemonset_pod *pod = &node->pods[node->count++];
            *pod = read_pod(sim, o, o->pods.at[i], template);
            node->backs_off |=
                pod->phase == POD_FAILED && backs_off(find_backoff(s, o, v->names[v->of_pod[i]]), sim_now(sim));
        }
    }
}

/* ---- the sync ---- */

static void wake_at(struct sim *sim, uint32_t row, int64_t at_ns)
{
    sim_wake_at(sim, &daemonset_model, 0, row, world_workload(&sim->world, row)->uid, at_ns);
}

static void look_after_failures(struct sim *sim, struct daemonset_state *s, uint32_t row, const struct view *v,
                                const struct daemonset_plan *plan)
{
    const struct workload *o = world_workload(&sim->world, row);
    for (uint32_t n = 0; n < v->count; n++) {
        if (plan->failed[n]) {
            begin_backoff(s, o, v->names[n], sim_now(sim));
        }
        if (plan->waits[n]) {
            wake_at(sim, row, sim_now(sim) + find_backoff(s, o, v->names[n])->delay_ns);
        }
    }
}

/* Deletes revisions beyond the limit that no pod needs; those that pods need count too. */
static void clean_history(struct sim *sim, struct daemonset_state *s, struct history *h, const struct workload *o,
                          const struct pod_template *template)
{
    int64_t excess = (int64_t)h->revisions.count - 1 - o->spec.revision_history_limit;
    if (excess <= 0) {
        return;
    }
    const struct pod_template **live = TAKE(&s->scratch, const struct pod_template *, o->pods.count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < o->pods.count; i++) {
        if (!is_left_out(world_pod(&sim->world, o->pods.at[i]))) {
            live[count++] = world_pod(&sim->world, o->pods.at[i])->template;
        }
    }
    live[count++] = template;
    history_delete_dead(h, live, count, excess);
}

/* Asks for the pods to create. */
static void ask_creates(struct sim *sim, uint32_t row, const struct view *v, const struct daemonset_plan *plan,
                        const struct pod_template *template)
{
    for (uint32_t i = 0; i < plan->create_count; i++) {
        uint32_t number = world_workload(&sim->world, row)->children_created + i;
        controller_create_pod(sim, row, template, number, v->names[plan->creates[i]]);
    }
}

static void sync(struct sim *sim, struct daemonset_state *s, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    const struct pod_template *template = derive(s, o->spec.template);
    struct own *own = own_of(s, row);
    history_update(&own->history, template);
    struct view v = view_make(sim, s, o, template);
    fill_pods(sim, s, o, &v, template);
    struct daemonset set = {.on_delete = o->spec.strategy == STRATEGY_ON_DELETE,
                            .max_surge = o->spec.max_surge,
                            .max_unavailable = o->spec.max_unavailable,
                            .generation = o->generation};
    struct daemonset_plan plan;
    daemonset_sync(&set, v.nodes, v.count, &s->scratch, &plan);
    look_after_failures(sim, s, row, &v, &plan);
    ask_creates(sim, row, &v, &plan, template);
    for (uint32_t i = 0; i < plan.delete_count; i++) {
        controller_delete_pod(sim, plan.deletes[i]);
    }
    clean_history(sim, s, &own->history, o, template);
    controller_write_status(sim, row, &plan.status);
    own->settled = plan.settled && o->spec.min_ready_seconds == 0;
    forget_counts(own);
    if (o->spec.min_ready_seconds > 0 && plan.status.ready != plan.status.available) {
        wake_at(sim, row, sim_now(sim) + o->spec.min_ready_seconds * SECOND_NS);
    }
}

/* Asks for the pods of the nodes that came. */
static void join_nodes(struct sim *sim, struct daemonset_state *s, struct own *own, uint32_t row,
                       struct workload_status *status)
{
    const struct workload *o = world_workload(&sim->world, row);
    const struct pod_template *template = derive(s, o->spec.template);
    uint32_t number = o->children_created;
    for (uint32_t i = 0; i < own->nodes.count; i++) {
        const struct node *node = &sim->world.nodes.at[own->nodes.at[i].row];
        if (node->uid != 0 && node->generation == own->nodes.at[i].generation) {
            controller_create_pod(sim, row, template, number++, node->name);
            own->awaited++;
            status->replicas++;
            status->unavailable++;
        }
    }
}

/* The sync of a settled set. */
static void sync_settled(struct sim *sim, struct daemonset_state *s, struct own *own, uint32_t row)
{
    struct workload_status status = world_workload(&sim->world, row)->status;
    status.ready += own->ready;
    status.available += own->ready;
    status.unavailable -= own->ready;
    status.current += own->came;
    status.updated += own->came;
    join_nodes(sim, s, own, row, &status);
    own->ready = own->came = 0;
    own->nodes.count = 0;
    controller_write_status(sim, row, &status);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct daemonset_state *s = state;
    arena_reset(&s->scratch);
    if (turn->stage == 0 && own_of(s, turn->id)->settled) {
        sync_settled(sim, s, own_of(s, turn->id), turn->id);
    } else if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else if (!controller_settle(sim, &daemonset_model, &s->retries, turn,
                                  world_workload(&sim->world, turn->id)->uid)) {
        own_of(s, turn->id)->settled = false;
    }
}

/* ---- the watch ---- */

/* Something happened after which the sync must look at everything. */
static void wake(struct sim *sim, struct daemonset_state *s, uint32_t row)
{
    own_of(s, row)->settled = false;
    sim_wake_watched(sim, &daemonset_model, 0, row, world_workload(&sim->world, row)->uid);
}

static void forget(struct sim *sim, struct daemonset_state *s, uint32_t row, uint64_t uid)
{
    sim_forget(sim, &daemonset_model, 0, row);
    retry_forget(&s->retries, row);
    own_drop(own_of(s, row));
    for (uint32_t i = s->backoffs.count; i-- > 0;) {
        if (s->backoffs.at[i].set == uid) {
            s->backoffs.at[i] = s->backoffs.at[--s->backoffs.count];
        }
    }
}

static void on_workload(struct sim *sim, struct daemonset_state *s, const struct fact *fact)
{
    if (fact->verb != FACT_REMOVED) {
        bool own_write = fact->verb == FACT_CHANGED && fact->changed == FIELD_STATUS;
        if (world_workload(&sim->world, fact->row)->kind == WORKLOAD_DAEMONSET && !own_write) {
            wake(sim, s, fact->row);
        }
    } else if (((const struct workload *)fact->old)->kind == WORKLOAD_DAEMONSET) {
        forget(sim, s, fact->row, ((const struct workload *)fact->old)->uid);
    }
}

static void on_readiness(struct sim *sim, struct daemonset_state *s, const struct pod *pod, const struct pod *old)
{
    const struct workload *o = world_workload(&sim->world, pod->owner);
    bool ready = pod->ready == CONDITION_TRUE, was_ready = old->ready == CONDITION_TRUE;
    own_of(s, pod->owner)->ready += ready - was_ready;
    sim_wake_watched(sim, &daemonset_model, 0, pod->owner, o->uid);
    if (o->spec.min_ready_seconds > 0 && ready && !was_ready) {
        wake_at(sim, pod->owner, sim_now(sim) + (o->spec.min_ready_seconds + 1) * SECOND_NS);
    }
}

/* That a pod is bound changes nothing: it is where it was wanted. */
static void on_pod(struct sim *sim, struct daemonset_state *s, const struct fact *fact)
{
    const struct pod *pod = fact->verb == FACT_REMOVED ? fact->old : world_pod(&sim->world, fact->row);
    if (pod->owner_kind != OWNER_WORKLOAD || world_workload(&sim->world, pod->owner)->kind != WORKLOAD_DAEMONSET) {
        return;
    }
    struct own *own = own_of(s, pod->owner);
    if (fact->verb == FACT_ADDED && own->settled && own->awaited > 0) {
        own->awaited--;
        own->came++;
        sim_wake_watched(sim, &daemonset_model, 0, pod->owner, world_workload(&sim->world, pod->owner)->uid);
        return;
    }
    bool starts = fact->changed & FIELD_PHASE && pod->phase == POD_RUNNING;
    if (fact->verb != FACT_CHANGED || fact->changed & FIELD_DELETION || (fact->changed & FIELD_PHASE && !starts)) {
        wake(sim, s, pod->owner);
    }
    if (fact->changed & FIELD_READY) {
        on_readiness(sim, s, pod, fact->old);
    }
}

static bool has_bound_pod(const struct world *w, const struct workload *o, const char *node)
{
    for (uint32_t i = 0; i < o->pods.count; i++) {
        if (world_pod(w, o->pods.at[i])->node_name == node) {
            return true;
        }
    }
    return false;
}

/* A node that came to a settled set: none of the pods can be on it yet. */
static void greet(struct sim *sim, struct daemonset_state *s, uint32_t row, uint32_t node)
{
    const struct workload *o = world_workload(&sim->world, row);
    const struct pod_template *t = derive(s, o->spec.template);
    bool should_run, should_continue;
    daemonset_judge(t->placement, t->node_name, world_node(&sim->world, node), &should_run, &should_continue);
    if (should_run) {
        VEC_PUSH(&own_of(s, row)->nodes, api_ref_node(&sim->world, node));
        sim_wake_watched(sim, &daemonset_model, 0, row, o->uid);
    }
}

/* A node that came or changed wakes a DaemonSet when it lacks a pod, has one that must go, or has one while some are
 * misplaced. What is not woken looks at everything in its next sync. */
static void look_at(struct sim *sim, struct daemonset_state *s, uint32_t row, uint32_t node_row)
{
    const struct workload *o = world_workload(&sim->world, row);
    const struct node *node = world_node(&sim->world, node_row);
    const struct pod_template *t = derive(s, o->spec.template);
    bool should_run, should_continue;
    daemonset_judge(t->placement, t->node_name, node, &should_run, &should_continue);
    own_of(s, row)->settled = false;
    if (has_bound_pod(&sim->world, o, node->name) ? !should_continue || o->status.misscheduled > 0 : should_run) {
        wake(sim, s, row);
    }
}

static void on_node(struct sim *sim, struct daemonset_state *s, const struct fact *fact)
{
    if (fact->verb == FACT_CHANGED && !(fact->changed & (FIELD_LABELS | FIELD_TAINTS))) {
        return;
    }
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        if (sim->world.workloads.at[row].uid == 0 || sim->world.workloads.at[row].kind != WORKLOAD_DAEMONSET) {
            continue;
        }
        if (fact->verb == FACT_REMOVED) {
            own_of(s, row)->settled = false;
        } else if (fact->verb == FACT_ADDED && own_of(s, row)->settled) {
            greet(sim, s, row, fact->row);
        } else {
            look_at(sim, s, row, fact->row);
        }
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_POD) {
        on_pod(sim, state, fact);
    } else if (fact->kind == FACT_NODE) {
        on_node(sim, state, fact);
    } else {
        on_workload(sim, state, fact);
    }
}

static void start(struct sim *sim, void *state)
{
    struct daemonset_state *s = state;
    s->scratch = arena_make(1 << 16);
    s->templates = arena_make(1 << 12);
    controller_wake_all(sim, &daemonset_model, WORKLOAD_DAEMONSET);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct daemonset_state *s = state;
    for (uint32_t i = 0; i < s->own.count; i++) {
        own_drop(&s->own.at[i]);
    }
    VEC_DROP(&s->own);
    VEC_DROP(&s->derived);
    VEC_DROP(&s->backoffs);
    retry_drop(&s->retries);
    arena_drop(&s->templates);
    arena_drop(&s->scratch);
}

static const struct model_class classes[] = {
    {.name = "DaemonSet", .order = ENGINE_OLDEST, .workers = 2, .client = CLIENT_CONTROLLER_DAEMONSET},
};

const struct model daemonset_model = {
    .name = "daemonset",
    .state_size = sizeof(struct daemonset_state),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_WORKLOAD) | FACTS(FACT_POD) | FACTS(FACT_NODE),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
