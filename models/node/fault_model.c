#include "models/node/fault_model.h"

#include <stdlib.h>
#include <string.h>

#include "models/node/pool.h"
#include "models/scheduler/filters.h"

#define SECOND INT64_C(1000000000)
#define LEASE_PERIOD (10 * SECOND)
#define MONITOR_PERIOD (5 * SECOND)
#define MONITOR_GRACE (50 * SECOND)
#define TOLERATION_S 300 /* that every pod has for an unreachable node, unless its own says otherwise */

enum { CLASS_CRASH, CLASS_RECOVER, CLASS_DETECT, CLASS_EVICT };

struct faults {
    VEC(struct fault_step) steps;
};

void fault_model_add(struct sim *sim, const struct fault_step *step)
{
    struct faults *f = sim_state(sim, &fault_model);
    VEC_PUSH(&f->steps, *step);
}

bool fault_model_is_out(const struct sim *sim, const char *zone)
{
    const struct faults *f = sim_state(sim, &fault_model);
    int64_t now_ns = sim_now(sim);
    for (uint32_t i = 0; f != NULL && zone != NULL && i < f->steps.count; i++) {
        const struct fault_step *s = &f->steps.at[i];
        bool now = s->at_ns <= now_ns && (s->recover_ns == 0 || now_ns < s->at_ns + s->recover_ns);
        if (now && s->zone != NULL && strcmp(s->zone, zone) == 0) {
            return true;
        }
    }
    return false;
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

static void crash_node(struct sim *sim, const struct fault_step *step, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    note(sim, row, "NodeCrashed");
    update_node(sim, row, n->ready, true);
    sim_wake_at(sim, &fault_model, CLASS_DETECT, row, n->uid, detection_time(sim_now(sim)));
    if (step->recover_ns > 0) {
        sim_wake_at(sim, &fault_model, CLASS_RECOVER, row, n->uid, sim_now(sim) + step->recover_ns);
    }
}

static bool is_meant(const struct sim *sim, const struct fault_step *step, const struct node *n)
{
    if (n->uid == 0 || n->stopped || !n->ready) {
        return false;
    }
    if (step->zone != NULL) {
        return n->zone != NULL && strcmp(n->zone, step->zone) == 0;
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

static void crash(struct sim *sim, const struct fault_step *step)
{
    uint64_t after = 0;
    uint32_t count = step->zone != NULL ? UINT32_MAX : step->pool != NULL ? step->count : 1;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t row = next_oldest(sim, step, after);
        if (row == NONE) {
            return;
        }
        after = sim->world.nodes.at[row].uid;
        crash_node(sim, step, row);
    }
}

/* How long a pod stays on a node that cannot be reached; negative: for ever. */
static int64_t toleration_s(const struct placement *p)
{
    const struct taint unreachable = {.key = "node.kubernetes.io/unreachable", .value = "", .effect = TAINT_NO_EXECUTE};
    for (uint32_t i = 0; i < p->toleration_count; i++) {
        if (filter_tolerates(&p->tolerations[i], &unreachable)) {
            return p->tolerations[i].seconds;
        }
    }
    return TOLERATION_S;
}

static void leave_pod(struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    int64_t seconds = toleration_s(p->template->placement);
    if (p->ready == CONDITION_TRUE) {
        struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, row), .pod = *p};
        i.pod.ready = CONDITION_FALSE;
        i.pod.ready_since_ns = world_stamp(&sim->world);
        sim_ask(sim, &i);
    }
    if (seconds >= 0) {
        sim_wake_at(sim, &fault_model, CLASS_EVICT, row, p->uid, sim_now(sim) + seconds * SECOND);
    }
}

static void detect(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    note(sim, row, "NodeNotReady");
    update_node(sim, row, false, n->stopped);
    for (uint32_t k = 0; k < n->pods.count; k++) {
        leave_pod(sim, n->pods.at[k]);
    }
}

static void evict(struct sim *sim, uint32_t row)
{
    if (pod_is_active(world_pod(&sim->world, row))) {
        sim_ask(sim,
                &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, row), .grace_ns = -1});
    }
}

/* The machine is back; what its pods do then is the kubelet's. */
static void recover(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    note(sim, row, "NodeReady");
    sim_cancel(sim, &fault_model, CLASS_DETECT, row);
    for (uint32_t k = 0; k < n->pods.count; k++) {
        sim_cancel(sim, &fault_model, CLASS_EVICT, n->pods.at[k]);
    }
    update_node(sim, row, true, false);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct faults *f = state;
    if (turn->stage > 0) {
        return;
    }
    switch (turn->class) {
    case CLASS_CRASH:
        crash(sim, &f->steps.at[turn->id]);
        break;
    case CLASS_RECOVER:
        recover(sim, turn->id);
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
    (void)state;
    if (fact->verb == FACT_REMOVED && fact->kind == FACT_POD) {
        sim_forget(sim, &fault_model, CLASS_EVICT, fact->row);
    } else if (fact->verb == FACT_REMOVED) {
        sim_forget(sim, &fault_model, CLASS_DETECT, fact->row);
        sim_forget(sim, &fault_model, CLASS_RECOVER, fact->row);
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
    .facts = FACTS(FACT_NODE) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
