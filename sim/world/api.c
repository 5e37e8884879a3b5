/* Invariants
 * 1. A key is held by the engine exactly while a round of it is open and not orphaned; a round has as many outcomes as
 *    writes of its stage have landed.
 * 2. A write's row in `writes` is the id of its key in the engine's write class.
 */
#include "sim/world/api.h"

#include <assert.h>
#include <stdlib.h>

struct api_write {
    struct intent intent;
    uint32_t round;            /* NONE: nobody waits for it */
    uint32_t owner_generation; /* of the row that will own what is created */
};

struct api_round {
    unsigned class;
    uint32_t id;
    enum api_client client;
    uint32_t stage;
    uint32_t outstanding;
    bool orphaned; /* the key's row is gone */
    VEC(struct outcome) outcomes;
};

/* ---- what each intent does ---- */

/* What a write is compared with: the row that it is for, as it is now. */
struct current {
    uint32_t generation; /* 0: the row is free */
    uint64_t version;
};

#define CURRENT(row, generation_field)                                                                                 \
    ((struct current){.generation = (row).uid == 0 ? 0 : (row).generation_field, .version = (row).version})

static struct current current_of(const struct world *w, const struct intent *i)
{
    uint32_t row = i->target.row;
    switch (i->kind) {
    case INTENT_DELETE_POD:
    case INTENT_REMOVE_POD:
    case INTENT_BIND_POD:
    case INTENT_POD_STATUS:
    case INTENT_POD_UNSCHEDULED:
    case INTENT_PREEMPT_POD:
    case INTENT_UPDATE_POD:
        return CURRENT(w->pods.at[row], generation);
    case INTENT_UPDATE_REPLICASET:
    case INTENT_REPLICASET_STATUS:
    case INTENT_DELETE_REPLICASET:
        return CURRENT(w->replicasets.at[row], row_generation);
    case INTENT_UPDATE_WORKLOAD:
    case INTENT_SCALE_WORKLOAD:
    case INTENT_WORKLOAD_STATUS:
    case INTENT_DELETE_WORKLOAD:
        return CURRENT(w->workloads.at[row], row_generation);
    case INTENT_HPA_STATUS:
        return CURRENT(w->hpas.at[row], generation);
    case INTENT_UPDATE_NODE:
    case INTENT_DELETE_NODE:
        return CURRENT(w->nodes.at[row], generation);
    case INTENT_CREATE_POD:
    case INTENT_CREATE_REPLICASET:
    case INTENT_CREATE_WORKLOAD:
    case INTENT_CREATE_NODE:
        break;
    }
    return (struct current){0};
}

static bool creates(enum intent_kind kind)
{
    return kind == INTENT_CREATE_POD || kind == INTENT_CREATE_REPLICASET || kind == INTENT_CREATE_WORKLOAD ||
           kind == INTENT_CREATE_NODE;
}

/* A bound pod is the kubelet's to remove; one that is not, or has come to its end, goes at once. */
static uint32_t delete_pod(struct world *w, uint32_t row, int64_t grace_ns)
{
    const struct pod *p = world_pod(w, row);
    grace_ns = grace_ns >= 0 ? grace_ns : p->template->grace_ns;
    if (p->node_name == NULL || pod_is_terminal(p) || grace_ns == 0) {
        world_remove_pod(w, row);
        return FIELD_DELETION;
    }
    struct pod next = *p;
    if (p->deletion_ns == TIME_UNSET) {
        next.deletion_ns = world_stamp(w);
        next.grace_ns = grace_ns;
    }
    return world_update_pod(w, row, &next);
}

/* What the scheduler writes of a pod that it has no node for. */
static uint32_t update_unscheduled(struct world *w, const struct intent *i)
{
    struct pod next = *world_pod(w, i->target.row);
    if (next.node_name == NULL) {
        next.unschedulable = !i->unscheduled.by_error;
        next.nominated_node = i->unscheduled.nominates ? i->unscheduled.nominated_node : next.nominated_node;
    }
    return world_update_pod(w, i->target.row, &next);
}

static uint32_t update_pod(struct world *w, const struct intent *i)
{
    struct pod next = *world_pod(w, i->target.row);
    if (i->kind == INTENT_PREEMPT_POD) {
        next.preempted = true;
    } else {
        next.template = i->pod.template;
    }
    return world_update_pod(w, i->target.row, &next);
}

static uint32_t update_pod_status(struct world *w, const struct intent *i)
{
    struct pod next = *world_pod(w, i->target.row);
    next.phase = i->pod.phase;
    next.ready = i->pod.ready;
    next.ready_since_ns = i->pod.ready_since_ns;
    next.start_ns = i->pod.start_ns;
    next.restarts = i->pod.restarts;
    next.sidecar_restarts = i->pod.sidecar_restarts;
    next.oom_kills = i->pod.oom_kills;
    next.unschedulable = i->pod.unschedulable && next.node_name == NULL;
    return world_update_pod(w, i->target.row, &next);
}

/* The node may have gone while the write was under way: the pod is bound to its name all the same. */
static uint32_t bind_pod(struct world *w, const struct intent *i)
{
    struct pod next = *world_pod(w, i->target.row);
    uint32_t row = i->bind.row;
    bool exists = row != NONE && w->nodes.at[row].uid != 0 && w->nodes.at[row].name == i->bind.node_name;
    next.node_name = i->bind.node_name;
    next.node = exists ? row : NONE;
    next.unschedulable = false;
    next.nominated_node = NULL;
    return world_update_pod(w, i->target.row, &next);
}

static uint32_t update_replicaset(struct world *w, const struct intent *i)
{
    struct replicaset next = *world_replicaset(w, i->target.row);
    next.replicas = i->replicaset.replicas;
    next.min_ready_seconds = i->replicaset.min_ready_seconds;
    next.revision = i->replicaset.revision;
    next.desired_replicas = i->replicaset.desired_replicas;
    next.max_replicas = i->replicaset.max_replicas;
    return world_update_replicaset(w, i->target.row, &next);
}

static uint32_t update_replicaset_status(struct world *w, const struct intent *i)
{
    struct replicaset next = *world_replicaset(w, i->target.row);
    next.status = i->replicaset.status;
    return world_update_replicaset(w, i->target.row, &next);
}

static void delete_pods(struct world *w, const uint32_t *rows, uint32_t count)
{
    uint32_t *copy = memory_take(count, sizeof *copy);
    for (uint32_t k = 0; k < count; k++) {
        copy[k] = rows[k];
    }
    for (uint32_t k = 0; k < count; k++) {
        delete_pod(w, copy[k], -1);
    }
    free(copy);
}

static uint32_t delete_replicaset(struct world *w, uint32_t row)
{
    const struct replicaset *rs = world_replicaset(w, row);
    delete_pods(w, rs->pods.at, rs->pods.count);
    world_remove_replicaset(w, row);
    return FIELD_DELETION;
}

static uint32_t delete_workload(struct world *w, uint32_t row)
{
    while (world_workload(w, row)->replicasets.count > 0) {
        delete_replicaset(w, world_workload(w, row)->replicasets.at[0]);
    }
    delete_pods(w, world_workload(w, row)->pods.at, world_workload(w, row)->pods.count);
    world_remove_workload(w, row);
    return FIELD_DELETION;
}

static uint32_t update_workload(struct world *w, const struct intent *i)
{
    struct workload next = *world_workload(w, i->target.row);
    if (i->kind == INTENT_SCALE_WORKLOAD) {
        next.spec.replicas = i->replicas;
    } else if (i->kind == INTENT_UPDATE_WORKLOAD) {
        next.spec = i->workload.spec;
    } else {
        next.status = i->workload.status;
    }
    return world_update_workload(w, i->target.row, &next);
}

static uint32_t update_node(struct world *w, const struct intent *i)
{
    struct node next = *world_node(w, i->target.row);
    next.labels = i->node.labels;
    next.taints = i->node.taints;
    next.unschedulable = i->node.unschedulable;
    next.ready = i->node.ready;
    next.stopped = i->node.stopped;
    next.allocatable = i->node.allocatable;
    next.pods_allocatable = i->node.pods_allocatable;
    return world_update_node(w, i->target.row, &next);
}

static uint32_t create(struct world *w, const struct intent *i)
{
    switch (i->kind) {
    case INTENT_CREATE_POD:
        return world_add_pod(w, &i->pod);
    case INTENT_CREATE_REPLICASET:
        return world_add_replicaset(w, &i->replicaset);
    case INTENT_CREATE_WORKLOAD:
        return world_add_workload(w, &i->workload);
    default:
        assert(i->kind == INTENT_CREATE_NODE);
        return world_add_node(w, &i->node);
    }
}

/* Changes an object that exists; returns what changed. */
static uint32_t change(struct world *w, const struct intent *i)
{
    uint32_t row = i->target.row;
    struct hpa hpa;
    switch (i->kind) {
    case INTENT_DELETE_POD:
        return delete_pod(w, row, i->grace_ns);
    case INTENT_REMOVE_POD:
        world_remove_pod(w, row);
        return FIELD_DELETION;
    case INTENT_BIND_POD:
        return bind_pod(w, i);
    case INTENT_POD_STATUS:
        return update_pod_status(w, i);
    case INTENT_POD_UNSCHEDULED:
        return update_unscheduled(w, i);
    case INTENT_PREEMPT_POD:
    case INTENT_UPDATE_POD:
        return update_pod(w, i);
    case INTENT_UPDATE_REPLICASET:
        return update_replicaset(w, i);
    case INTENT_REPLICASET_STATUS:
        return update_replicaset_status(w, i);
    case INTENT_DELETE_REPLICASET:
        return delete_replicaset(w, row);
    case INTENT_UPDATE_WORKLOAD:
    case INTENT_SCALE_WORKLOAD:
    case INTENT_WORKLOAD_STATUS:
        return update_workload(w, i);
    case INTENT_DELETE_WORKLOAD:
        return delete_workload(w, row);
    case INTENT_HPA_STATUS:
        hpa = *world_hpa(w, row);
        hpa.status = i->hpa.status;
        return world_update_hpa(w, row, &hpa);
    case INTENT_UPDATE_NODE:
        return update_node(w, i);
    case INTENT_DELETE_NODE:
        world_remove_node(w, row);
        return FIELD_DELETION;
    default:
        assert(false && "an intent that creates");
        return 0;
    }
}

static enum outcome_kind apply_change(struct world *w, const struct intent *intent)
{
    struct current now = current_of(w, intent);
    if (intent->target.generation == 0 || intent->target.generation != now.generation) {
        return OUTCOME_GONE;
    }
    if (intent->version != 0 && intent->version != now.version) {
        return OUTCOME_CONFLICT;
    }
    return change(w, intent) != 0 ? OUTCOME_APPLIED : OUTCOME_UNCHANGED;
}

/* The generation of the row that will own what is created; 0: it is free, or nobody will. */
static uint32_t owner_generation(const struct world *w, const struct intent *i)
{
    uint32_t workload = NONE;
    if (i->kind == INTENT_CREATE_POD && i->pod.owner_kind == OWNER_REPLICASET) {
        return CURRENT(w->replicasets.at[i->pod.owner], row_generation).generation;
    }
    if (i->kind == INTENT_CREATE_POD && i->pod.owner_kind == OWNER_WORKLOAD) {
        workload = i->pod.owner;
    } else if (i->kind == INTENT_CREATE_REPLICASET) {
        workload = i->replicaset.workload;
    } else if (i->kind == INTENT_CREATE_WORKLOAD) {
        workload = i->workload.owner;
    }
    return workload == NONE ? 0 : CURRENT(w->workloads.at[workload], row_generation).generation;
}

struct outcome api_apply(struct api *a, const struct intent *intent)
{
    struct outcome out = {.kind = OUTCOME_APPLIED, .intent = intent->kind, .row = intent->target.row};
    if (a->refuses != NULL && a->refuses(a->refuses_context, intent)) {
        out.kind = OUTCOME_REFUSED;
    } else if (creates(intent->kind)) {
        out.row = create(a->world, intent);
    } else {
        out.kind = apply_change(a->world, intent);
    }
    return out;
}

/* ---- order, latency, rate limit ---- */

uint64_t api_rank_first_in(const struct world *w, const struct intent *intent)
{
    (void)w;
    (void)intent;
    return 0;
}

uint64_t api_rank_default(const struct world *w, const struct intent *intent)
{
    enum { OTHERS, CREATIONS, NODES, PODS };
    enum { BIND, STATUS, DELETE };
    uint64_t uid = 0, part = OTHERS, verb = BIND;
    switch (intent->kind) {
    case INTENT_CREATE_POD:
        part = CREATIONS;
        break;
    case INTENT_UPDATE_NODE:
    case INTENT_DELETE_NODE:
        part = NODES;
        uid = w->nodes.at[intent->target.row].uid;
        break;
    case INTENT_BIND_POD:
    case INTENT_DELETE_POD:
    case INTENT_REMOVE_POD:
    case INTENT_POD_STATUS:
    case INTENT_POD_UNSCHEDULED:
    case INTENT_PREEMPT_POD:
    case INTENT_UPDATE_POD:
        part = PODS;
        uid = w->pods.at[intent->target.row].uid;
        verb = intent->kind == INTENT_BIND_POD                                          ? BIND
               : intent->kind == INTENT_DELETE_POD || intent->kind == INTENT_REMOVE_POD ? DELETE
                                                                                        : STATUS;
        break;
    default:
        break;
    }
    return part << 62 | uid << 2 | verb;
}

/* A token bucket as its theoretical arrival time: the instant at which the client may send its next write. */
static int64_t send_time(struct api *a, enum api_client client)
{
    int64_t now = a->engine->now_ns;
    struct client_limit limit = a->delays->limits[client];
    if (limit.qps <= 0) {
        return now;
    }
    int64_t interval = INT64_C(1000000000) / limit.qps;
    int64_t *next_free = &a->next_free_ns[client];
    int64_t arrival = *next_free > now ? *next_free : now;
    *next_free = arrival + interval;
    int64_t credit = interval * (limit.burst > 0 ? limit.burst - 1 : 0);
    return arrival - credit > now ? arrival - credit : now;
}

static void submit(struct api *a, enum api_client client, const struct intent *intent, uint32_t round)
{
    if (a->free_writes.count == 0) {
        VEC_PUSH(&a->free_writes, a->writes.count);
        VEC_PUSH(&a->writes, (struct api_write){0});
    }
    uint32_t id = a->free_writes.at[--a->free_writes.count];
    a->writes.at[id] =
        (struct api_write){.intent = *intent, .round = round, .owner_generation = owner_generation(a->world, intent)};
    int64_t lands = send_time(a, client) + (client == CLIENT_USER ? 0 : a->delays->write_ns);
    engine_wake_at(a->engine, a->write_class, id, a->rank(a->world, intent), lands);
}

/* ---- rounds ---- */

static uint32_t open_round(struct api *a)
{
    if (a->free_rounds.count == 0) {
        VEC_PUSH(&a->free_rounds, a->rounds.count);
        VEC_PUSH(&a->rounds, (struct api_round){0});
    }
    uint32_t row = a->free_rounds.at[--a->free_rounds.count];
    struct api_round *r = &a->rounds.at[row];
    r->class = a->turn_class;
    r->id = a->turn_id;
    r->client = a->turn_client;
    r->stage = 0;
    r->outstanding = 0;
    r->orphaned = false;
    r->outcomes.count = 0;
    return row;
}

static void run_next_stage(struct api *a, uint32_t round)
{
    struct api_round *r = &a->rounds.at[round];
    a->turn_class = r->class;
    a->turn_id = r->id;
    a->turn_client = r->client;
    a->turn_round = round;
    a->in_turn = true;
    r->stage++;
    a->again(a->again_context, r->class, r->id);
    api_turn_end(a);
}

static void land(void *context, unsigned class, uint32_t id)
{
    (void)class;
    struct api *a = context;
    struct api_write write = a->writes.at[id];
    VEC_PUSH(&a->free_writes, id);
    struct outcome outcome = {.kind = OUTCOME_GONE, .intent = write.intent.kind, .row = NONE};
    if (write.owner_generation == owner_generation(a->world, &write.intent)) {
        outcome = api_apply(a, &write.intent);
    }
    if (write.round == NONE) {
        return;
    }
    struct api_round *r = &a->rounds.at[write.round];
    VEC_PUSH(&r->outcomes, outcome);
    if (--r->outstanding > 0) {
        return;
    }
    if (r->orphaned) {
        VEC_PUSH(&a->free_rounds, write.round);
    } else {
        run_next_stage(a, write.round);
    }
}

void api_open(struct api *a, struct engine *engine, struct world *world, const struct delays *delays,
              void (*again)(void *, unsigned, uint32_t), void *again_context)
{
    *a = (struct api){.engine = engine,
                      .world = world,
                      .delays = delays,
                      .rank = api_rank_default,
                      .turn_round = NONE,
                      .again = again,
                      .again_context = again_context};
    a->write_class = engine_add_class(
        engine,
        &(struct engine_class){.name = "write", .order = ENGINE_OLDEST, .urgent = true, .handle = land, .context = a});
}

void api_drop(struct api *a)
{
    for (uint32_t i = 0; i < a->rounds.count; i++) {
        VEC_DROP(&a->rounds.at[i].outcomes);
    }
    VEC_DROP(&a->rounds);
    VEC_DROP(&a->free_rounds);
    VEC_DROP(&a->writes);
    VEC_DROP(&a->free_writes);
}

void api_turn_begin(struct api *a, unsigned class, uint32_t id, enum api_client client)
{
    assert(!a->in_turn);
    a->in_turn = true;
    a->turn_class = class;
    a->turn_id = id;
    a->turn_client = client;
    a->turn_round = NONE;
}

void api_turn_end(struct api *a)
{
    assert(a->in_turn);
    a->in_turn = false;
    if (a->turn_round == NONE) {
        return;
    }
    struct api_round *r = &a->rounds.at[a->turn_round];
    r->outcomes.count = 0;
    if (r->outstanding == 0) {
        VEC_PUSH(&a->free_rounds, a->turn_round);
        if (!r->orphaned && engine_is_held(a->engine, r->class, r->id)) {
            engine_release(a->engine, r->class, r->id);
        }
    } else if (!r->orphaned && !engine_is_held(a->engine, r->class, r->id)) {
        engine_hold(a->engine, r->class, r->id);
    }
}

const struct outcome *api_outcomes(const struct api *a, uint32_t *count)
{
    if (a->turn_round == NONE || a->rounds.at[a->turn_round].stage == 0) {
        *count = 0;
        return NULL;
    }
    *count = a->rounds.at[a->turn_round].outcomes.count;
    return a->rounds.at[a->turn_round].outcomes.at;
}

uint32_t api_stage(const struct api *a)
{
    return a->turn_round == NONE ? 0 : a->rounds.at[a->turn_round].stage;
}

void api_ask(struct api *a, const struct intent *intent)
{
    assert(a->in_turn);
    if (a->turn_round == NONE) {
        a->turn_round = open_round(a);
    }
    a->rounds.at[a->turn_round].outstanding++;
    submit(a, a->turn_client, intent, a->turn_round);
}

void api_forget(struct api *a, unsigned class, uint32_t id)
{
    if (engine_is_held(a->engine, class, id)) {
        for (uint32_t i = 0; i < a->rounds.count; i++) {
            struct api_round *r = &a->rounds.at[i];
            if (r->class == class && r->id == id && r->outstanding > 0 && !r->orphaned) {
                r->orphaned = true;
            }
        }
        engine_release(a->engine, class, id);
    }
    engine_forget(a->engine, class, id);
}

void api_send(struct api *a, enum api_client client, const struct intent *intent)
{
    submit(a, client, intent, NONE);
}

struct ref api_ref_node(const struct world *w, uint32_t row)
{
    return (struct ref){.row = row, .generation = world_node(w, row)->generation};
}

struct ref api_ref_pod(const struct world *w, uint32_t row)
{
    return (struct ref){.row = row, .generation = world_pod(w, row)->generation};
}

struct ref api_ref_replicaset(const struct world *w, uint32_t row)
{
    return (struct ref){.row = row, .generation = world_replicaset(w, row)->row_generation};
}

struct ref api_ref_workload(const struct world *w, uint32_t row)
{
    return (struct ref){.row = row, .generation = world_workload(w, row)->row_generation};
}

struct ref api_ref_hpa(const struct world *w, uint32_t row)
{
    return (struct ref){.row = row, .generation = world_hpa(w, row)->generation};
}
