#include "models/node/fault_model.h"

#include <stdlib.h>

#include "models/node/pool.h"

#define SECOND INT64_C(1000000000)
#define LEASE_PERIOD (10 * SECOND)
#define MONITOR_PERIOD (5 * SECOND)
#define MONITOR_GRACE (50 * SECOND)
#define TOLERATION (300 * SECOND)

enum { CLASS_CRASH, CLASS_RECOVER, CLASS_DETECT, CLASS_EVICT };

struct faults {
    VEC(struct fault_step) steps;
    VEC(uint32_t) step_of; /* by node row: the crash it is down by; NONE: none */
};

void fault_model_add(struct sim *sim, const struct fault_step *step)
{
    struct faults *f = sim_state(sim, &fault_model);
    VEC_PUSH(&f->steps, *step);
}

static uint32_t *step_of(struct faults *f, uint32_t node)
{
    while (f->step_of.count <= node) {
        VEC_PUSH(&f->step_of, NONE);
    }
    return &f->step_of.at[node];
}

static void update_node(struct sim *sim, uint32_t row, bool ready, bool stopped)
{
    const struct node *n = world_node(&sim->world, row);
    struct intent i = {.kind = INTENT_UPDATE_NODE, .target = api_ref_node(&sim->world, row), .node = *n};
    i.node.ready = ready;
    i.node.stopped = stopped;
    sim_ask(sim, &i);
}

static void note(struct sim *sim, uint32_t row, const char *reason)
{
    sim_note(sim, &(struct note){.model = "node", .object = NOTE_NODE, .row = row, .warning = true, .reason = reason});
}

/* The node controller's next look at which the last lease is older than the grace period. */
static int64_t detection_time(int64_t crash_ns)
{
    int64_t last_lease = crash_ns / LEASE_PERIOD * LEASE_PERIOD;
    return (last_lease + MONITOR_GRACE) / MONITOR_PERIOD * MONITOR_PERIOD + MONITOR_PERIOD;
}

static void crash_node(struct sim *sim, struct faults *f, uint32_t step, uint32_t row)
{
    *step_of(f, row) = step;
    note(sim, row, "NodeCrashed");
    update_node(sim, row, sim->world.nodes.at[row].ready, true);
    uint64_t uid = sim->world.nodes.at[row].uid;
    sim_wake_at(sim, &fault_model, CLASS_DETECT, row, uid, detection_time(sim_now(sim)));
    if (f->steps.at[step].recover_ns > 0) {
        sim_wake_at(sim, &fault_model, CLASS_RECOVER, row, uid, sim_now(sim) + f->steps.at[step].recover_ns);
    }
}

static bool is_meant(const struct sim *sim, const struct fault_step *step, const struct node *n)
{
    if (n->uid == 0 || n->stopped || !n->ready) {
        return false;
    }
    return step->pool != NULL ? n->pool != NONE && sim->pools->at[n->pool].name == step->pool : n->name == step->node;
}

/* The oldest node that is meant and older than none before: the least uid above `after`. */
static uint32_t next_oldest(const struct sim *sim, const struct fault_step *step, uint64_t after)
{
    uint32_t best = NONE;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        const struct node *n = &sim->world.nodes.at[row];
        if (is_meant(sim, step, n) && n->uid > after && (best == NONE || n->uid < sim->world.nodes.at[best].uid)) {
            best = row;
        }
    }
    return best;
}

static void crash(struct sim *sim, struct faults *f, uint32_t id)
{
    const struct fault_step *step = &f->steps.at[id];
    uint64_t after = 0;
    for (uint32_t k = 0; k < (step->pool != NULL ? step->count : 1); k++) {
        uint32_t row = next_oldest(sim, step, after);
        if (row == NONE) {
            return;
        }
        after = sim->world.nodes.at[row].uid;
        crash_node(sim, f, id, row);
    }
}

static void detect(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    note(sim, row, "NodeNotReady");
    update_node(sim, row, false, n->stopped);
    for (uint32_t k = 0; k < n->pods.count; k++) {
        const struct pod *p = &sim->world.pods.at[n->pods.at[k]];
        if (p->ready == CONDITION_TRUE) {
            struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, n->pods.at[k]), .pod = *p};
            i.pod.ready = CONDITION_FALSE;
            i.pod.ready_since_ns = world_stamp(&sim->world);
            sim_ask(sim, &i);
        }
    }
    sim_wake_at(sim, &fault_model, CLASS_EVICT, row, n->uid, sim_now(sim) + TOLERATION);
}

static void evict(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    for (uint32_t k = 0; k < n->pods.count; k++) {
        const struct pod *p = &sim->world.pods.at[n->pods.at[k]];
        bool daemon = p->workload != NONE && sim->world.workloads.at[p->workload].kind == WORKLOAD_DAEMONSET;
        if (!daemon && pod_is_active(p)) {
            sim_ask(sim, &(struct intent){.kind = INTENT_DELETE_POD,
                                          .target = api_ref_pod(&sim->world, n->pods.at[k]),
                                          .grace_ns = -1});
        }
    }
}

/* The node is back: pods that were Ready before are Ready again. */
static void recover(struct sim *sim, struct faults *f, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    *step_of(f, row) = NONE;
    sim_cancel(sim, &fault_model, CLASS_DETECT, row);
    sim_cancel(sim, &fault_model, CLASS_EVICT, row);
    update_node(sim, row, true, false);
    for (uint32_t k = 0; k < n->pods.count; k++) {
        const struct pod *p = &sim->world.pods.at[n->pods.at[k]];
        if (p->phase == POD_RUNNING && p->ready == CONDITION_FALSE && pod_is_active(p)) {
            struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, n->pods.at[k]), .pod = *p};
            i.pod.ready = CONDITION_TRUE;
            i.pod.ready_since_ns = world_stamp(&sim->world);
            sim_ask(sim, &i);
        }
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct faults *f = state;
    if (turn->stage > 0) {
        return;
    }
    switch (turn->class) {
    case CLASS_CRASH:
        crash(sim, f, turn->id);
        break;
    case CLASS_RECOVER:
        recover(sim, f, turn->id);
        break;
    case CLASS_DETECT:
        detect(sim, turn->id);
        break;
    default:
        evict(sim, turn->id);
        break;
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct faults *f = state;
    if (fact->verb != FACT_REMOVED) {
        return;
    }
    *step_of(f, fact->row) = NONE;
    for (unsigned class = CLASS_RECOVER; class <= CLASS_EVICT; class ++) {
        sim_forget(sim, &fault_model, class, fact->row);
    }
}

static void start(struct sim *sim, void *state)
{
    struct faults *f = state;
    for (uint32_t i = 0; i < f->steps.count; i++) {
        sim_wake_at(sim, &fault_model, CLASS_CRASH, i, i, f->steps.at[i].at_ns);
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct faults *f = state;
    VEC_DROP(&f->steps);
    VEC_DROP(&f->step_of);
}

static const struct model_class classes[] = {
    [CLASS_CRASH] = {.name = "node crash", .order = ENGINE_OLDEST, .client = CLIENT_USER},
    [CLASS_RECOVER] = {.name = "node recovery", .order = ENGINE_OLDEST, .client = CLIENT_USER},
    [CLASS_DETECT] = {.name = "node monitor", .order = ENGINE_OLDEST, .client = CLIENT_KUBELET},
    [CLASS_EVICT] = {.name = "taint eviction", .order = ENGINE_OLDEST, .client = CLIENT_KUBELET},
};

const struct model fault_model = {
    .name = "fault",
    .state_size = sizeof(struct faults),
    .classes = classes,
    .class_count = sizeof classes / sizeof classes[0],
    .facts = FACTS(FACT_NODE),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
