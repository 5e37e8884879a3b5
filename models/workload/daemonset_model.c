/* Pods are grouped by the name of their node, the one they are on or want: a node may be gone while its pods are there.
 *
 * A sync looks at every node and pod. While nothing happens but that pods become ready, or stop being it, in a set where
 * each node has its pod, the status follows from the one before: `own.ready` counts the change, and nothing is looked at.
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
    bool settled;  /* as the last sync found it, and nothing but readiness changed since */
    int32_t ready; /* how many more pods are ready than the status says */
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

struct places {
    struct place *at; /* [room], a power of two */
    uint32_t room;
};

static struct places places_make(struct arena *a, uint32_t most)
{
    struct places p = {.room = 16};
    while (p.room < 2 * most) {
        p.room *= 2;
    }
    p.at = TAKE(a, struct place, p.room);
    for (uint32_t i = 0; i < p.room; i++) {
        p.at[i].node = NONE;
    }
    return p;
}

static struct place *place_of(const struct places *p, const char *name)
{
    uint32_t at = (uint32_t)((uintptr_t)name >> 4) * UINT32_C(2654435769) & (p->room - 1);
    while (p->at[at].node != NONE && p->at[at].name != name) {
        at = (at + 1) & (p->room - 1);
    }
    return &p->at[at];
}

/* The nodes and names of a sync. */
struct view {
    struct daemonset_node *nodes; /* [count] */
    const char **names;           /* [count] */
    uint32_t count;
    struct places places;
};

static uint32_t add_name(struct view *v, const char *name)
{
    struct place *place = place_of(&v->places, name);
    if (place->node == NONE) {
        place->name = name;
        place->node = v->count;
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

static struct view view_make(struct sim *sim, struct daemonset_state *s, const struct workload *o,
                             const struct pod_template *template)
{
    const struct world *w = &sim->world;
    uint32_t most = w->nodes.count + o->pods.count;
    struct view v = {.nodes = TAKE(&s->scratch, struct daemonset_node, most),
                     .names = TAKE(&s->scratch, const char *, most),
                     .places = places_make(&s->scratch, most)};
    for (uint32_t row = 0; row < w->nodes.count; row++) {
        if (w->nodes.at[row].uid != 0) {
            struct daemonset_node *node = &v.nodes[add_name(&v, w->nodes.at[row].name)];
            node->exists = true;
            daemonset_judge(template->placement, template->node_name, &w->nodes.at[row], &node->should_run,
                            &node->should_continue);
        }
    }
    for (uint32_t i = 0; i < o->pods.count; i++) {
        const struct pod *pod = world_pod(w, o->pods.at[i]);
        if (!is_left_out(pod)) {
            v.nodes[add_name(&v, name_of(pod))].count++;
        }
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
        const struct pod *pod = world_pod(&sim->world, o->pods.at[i]);
        if (!is_left_out(pod)) {
            struct daemonset_node *node = &v->nodes[place_of(&v->places, name_of(pod))->node];
            node->pods[node->count++] = read_pod(sim, o, o->pods.at[i], template);
            node->backs_off |= pod->phase == POD_FAILED && backs_off(find_backoff(s, o, name_of(pod)), sim_now(sim));
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
    own->ready = 0;
    if (o->spec.min_ready_seconds > 0 && plan.status.ready != plan.status.available) {
        wake_at(sim, row, sim_now(sim) + o->spec.min_ready_seconds * SECOND_NS);
    }
}

/* The sync of a settled set. */
static void count_ready(struct sim *sim, struct own *own, uint32_t row)
{
    struct workload_status status = world_workload(&sim->world, row)->status;
    status.ready += own->ready;
    status.available += own->ready;
    status.unavailable -= own->ready;
    own->ready = 0;
    controller_write_status(sim, row, &status);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct daemonset_state *s = state;
    arena_reset(&s->scratch);
    if (turn->stage == 0 && own_of(s, turn->id)->settled) {
        count_ready(sim, own_of(s, turn->id), turn->id);
    } else if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else {
        controller_settle(sim, &daemonset_model, &s->retries, turn, world_workload(&sim->world, turn->id)->uid);
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
    history_drop(&own_of(s, row)->history);
    *own_of(s, row) = (struct own){0};
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

/* A node that came or changed wakes a DaemonSet when it lacks a pod, has one that must go, or has one while some are
 * misplaced. */
static bool concerns(const struct sim *sim, struct daemonset_state *s, const struct workload *o,
                     const struct node *node)
{
    bool should_run, should_continue;
    const struct pod_template *t = derive(s, o->spec.template);
    daemonset_judge(t->placement, t->node_name, node, &should_run, &should_continue);
    return has_bound_pod(&sim->world, o, node->name) ? !should_continue || o->status.misscheduled > 0 : should_run;
}

/* What is not woken looks at everything in its next sync. */
static void on_node(struct sim *sim, struct daemonset_state *s, const struct fact *fact)
{
    if (fact->verb == FACT_CHANGED && !(fact->changed & (FIELD_LABELS | FIELD_TAINTS))) {
        return;
    }
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        const struct workload *o = &sim->world.workloads.at[row];
        if (o->uid == 0 || o->kind != WORKLOAD_DAEMONSET) {
            continue;
        }
        own_of(s, row)->settled = false;
        if (fact->verb != FACT_REMOVED && concerns(sim, s, o, world_node(&sim->world, fact->row))) {
            wake(sim, s, row);
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
        history_drop(&s->own.at[i].history);
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
