#include "models/workload/replicaset_model.h"

#include "models/workload/replicaset.h"
#include "models/workload/retry.h"
#include "models/workload/victims.h"

struct replicaset_state {
    struct arena scratch; /* of one turn */
    struct retries retries;
};

/* ---- creating ---- */

static void ask_create(struct sim *sim, uint32_t row)
{
    const struct replicaset *rs = world_replicaset(&sim->world, row);
    sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_POD,
                                  .pod = {.owner_kind = OWNER_REPLICASET,
                                          .owner = row,
                                          .workload = rs->workload,
                                          .template = rs->template,
                                          .namespace = rs->namespace,
                                          .node_name = rs->template->node_name,
                                          .node = NONE,
                                          .ready_since_ns = TIME_UNSET,
                                          .start_ns = TIME_UNSET,
                                          .deletion_ns = TIME_UNSET,
                                          .used_mcpu = UNLIMITED,
                                          .used_memory_bytes = UNLIMITED}});
}

/* Asks for the next batch after `done` pods of this sync; `missing` are still wanted. */
static void create_batch(struct sim *sim, uint32_t row, int32_t missing, int32_t done)
{
    int32_t count = replicaset_batch(done + missing < REPLICASET_BURST ? done + missing : REPLICASET_BURST, done);
    for (int32_t i = 0; i < count; i++) {
        ask_create(sim, row);
    }
}

/* ---- deleting ---- */

static struct victim read_victim(const struct pod *pod)
{
    return (struct victim){
        .node = pod->node_name,
        .phase = pod->phase,
        .ready = pod->ready == CONDITION_TRUE,
        .deletion_cost = pod->template->deletion_cost,
        .ready_since_ns = pod->ready == CONDITION_TRUE ? pod->ready_since_ns : TIME_UNSET,
        .created_ns = pod->created_ns,
        .restarts = pod->restarts,
        .sidecar_restarts = pod->sidecar_restarts,
        .uid = pod->uid,
    };
}

static uint32_t add_nodes(const struct world *w, const struct replicaset *rs, const char **nodes, uint32_t count)
{
    for (uint32_t i = 0; i < rs->pods.count; i++) {
        const struct pod *pod = world_pod(w, rs->pods.at[i]);
        if (pod_is_active(pod)) {
            nodes[count++] = pod->node_name;
        }
    }
    return count;
}

/* Ranks the victims by the active pods of all ReplicaSets of the same Deployment. */
static void rank(const struct world *w, const struct replicaset *rs, struct victim *pods, uint32_t count,
                 struct arena *scratch)
{
    const struct workload *o = rs->workload == NONE ? NULL : world_workload(w, rs->workload);
    uint32_t room = rs->pods.count, node_count = 0;
    for (uint32_t i = 0; o != NULL && i < o->replicasets.count; i++) {
        room += world_replicaset(w, o->replicasets.at[i])->pods.count;
    }
    const char **nodes = TAKE(scratch, const char *, room);
    if (o == NULL) {
        node_count = add_nodes(w, rs, nodes, 0);
    }
    for (uint32_t i = 0; o != NULL && i < o->replicasets.count; i++) {
        node_count = add_nodes(w, world_replicaset(w, o->replicasets.at[i]), nodes, node_count);
    }
    victims_rank(pods, count, nodes, node_count, *scratch);
}

static void delete_surplus(struct sim *sim, struct replicaset_state *s, uint32_t row, uint32_t surplus)
{
    const struct world *w = &sim->world;
    const struct replicaset *rs = world_replicaset(w, row);
    struct victim *pods = TAKE(&s->scratch, struct victim, rs->pods.count);
    uint32_t *rows = TAKE(&s->scratch, uint32_t, rs->pods.count);
    uint32_t *order = TAKE(&s->scratch, uint32_t, rs->pods.count), count = 0;
    for (uint32_t i = 0; i < rs->pods.count; i++) {
        if (pod_is_active(world_pod(w, rs->pods.at[i]))) {
            order[count] = count;
            rows[count] = rs->pods.at[i];
            pods[count++] = read_victim(world_pod(w, rs->pods.at[i]));
        }
    }
    if (surplus < count) {
        rank(w, rs, pods, count, &s->scratch);
        victims_order(pods, count, sim_now(sim), order, s->scratch);
    }
    for (uint32_t i = 0; i < surplus; i++) {
        sim_ask(sim,
                &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(w, rows[order[i]]), .grace_ns = -1});
    }
}

/* ---- the sync ---- */

static struct replicaset_tally count_pods(struct sim *sim, struct replicaset_state *s, const struct replicaset *rs)
{
    const struct pod **pods = TAKE(&s->scratch, const struct pod *, rs->pods.count);
    for (uint32_t i = 0; i < rs->pods.count; i++) {
        pods[i] = world_pod(&sim->world, rs->pods.at[i]);
    }
    return replicaset_tally(pods, rs->pods.count, rs->min_ready_seconds, sim_now(sim));
}

static void ask_status(struct sim *sim, uint32_t row, const struct replicaset_status *status)
{
    sim_ask(sim, &(struct intent){.kind = INTENT_REPLICASET_STATUS,
                                  .target = api_ref_replicaset(&sim->world, row),
                                  .replicaset = {.status = *status}});
}

static void sync(struct sim *sim, struct replicaset_state *s, uint32_t row)
{
    const struct replicaset *rs = world_replicaset(&sim->world, row);
    struct replicaset_tally tally = count_pods(sim, s, rs);
    int32_t change = replicaset_change(rs->replicas, tally.active);
    if (change > 0) {
        create_batch(sim, row, change, 0);
    } else if (change < 0) {
        delete_surplus(sim, s, row, (uint32_t)-change);
    }
    struct replicaset_status status = replicaset_status(&tally, rs->generation);
    if (!replicaset_status_equal(&status, &rs->status)) {
        ask_status(sim, row, &status);
    }
    if (tally.next_available_ns != INT64_MAX) {
        sim_wake_at(sim, &replicaset_model, 0, row, rs->uid, tally.next_available_ns);
    }
}

static bool any_failed(const struct turn *turn)
{
    bool failed = false;
    for (uint32_t i = 0; i < turn->count; i++) {
        failed |= turn->outcomes[i].kind == OUTCOME_REFUSED || turn->outcomes[i].kind == OUTCOME_CONFLICT;
    }
    return failed;
}

static bool any_created(const struct turn *turn)
{
    bool created = false;
    for (uint32_t i = 0; i < turn->count; i++) {
        created |= turn->outcomes[i].intent == INTENT_CREATE_POD;
    }
    return created;
}

/* After stage n, 2^n - 1 pods of this sync were asked for. */
static void go_on_creating(struct sim *sim, struct replicaset_state *s, const struct turn *turn)
{
    const struct replicaset *rs = world_replicaset(&sim->world, turn->id);
    int32_t missing = rs->replicas - count_pods(sim, s, rs).active;
    int32_t done = (int32_t)(UINT32_C(1) << turn->stage) - 1;
    if (any_created(turn) && missing > 0 && done < REPLICASET_BURST) {
        create_batch(sim, turn->id, missing, done);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct replicaset_state *s = state;
    arena_reset(&s->scratch);
    if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else if (any_failed(turn)) {
        uint64_t uid = world_replicaset(&sim->world, turn->id)->uid;
        sim_wake_at(sim, &replicaset_model, 0, turn->id, uid, sim_now(sim) + retry_delay_ns(&s->retries, turn->id));
    } else {
        retry_forget(&s->retries, turn->id);
        go_on_creating(sim, s, turn);
    }
}

/* ---- the watch ---- */

static void wake(struct sim *sim, uint32_t row)
{
    sim_wake_watched(sim, &replicaset_model, 0, row, world_replicaset(&sim->world, row)->uid);
}

static void on_replicaset(struct sim *sim, struct replicaset_state *s, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        sim_forget(sim, &replicaset_model, 0, fact->row);
        retry_forget(&s->retries, fact->row);
    } else if (fact->verb == FACT_ADDED || fact->changed & (FIELD_REPLICAS | FIELD_SPEC)) {
        wake(sim, fact->row);
    }
}

/* What else changes in a pod leaves its ReplicaSet as it is. */
static void on_pod(struct sim *sim, const struct fact *fact)
{
    const struct pod *pod = fact->verb == FACT_REMOVED ? fact->old : world_pod(&sim->world, fact->row);
    bool counts = fact->verb != FACT_CHANGED || fact->changed & (FIELD_PHASE | FIELD_READY | FIELD_DELETION);
    if (counts && pod->owner_kind == OWNER_REPLICASET) {
        wake(sim, pod->owner);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_REPLICASET) {
        on_replicaset(sim, state, fact);
    } else {
        on_pod(sim, fact);
    }
}

static void start(struct sim *sim, void *state)
{
    struct replicaset_state *s = state;
    s->scratch = arena_make(1 << 14);
    for (uint32_t row = 0; row < sim->world.replicasets.count; row++) {
        if (sim->world.replicasets.at[row].uid != 0) {
            sim_wake(sim, &replicaset_model, 0, row, sim->world.replicasets.at[row].uid);
        }
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct replicaset_state *s = state;
    arena_drop(&s->scratch);
    retry_drop(&s->retries);
}

static const struct model_class classes[] = {
    {.name = "ReplicaSet", .order = ENGINE_OLDEST, .workers = 5, .client = CLIENT_CONTROLLER_REPLICASET},
};

const struct model replicaset_model = {
    .name = "replicaset",
    .state_size = sizeof(struct replicaset_state),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_REPLICASET) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
