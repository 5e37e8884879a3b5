/* Invariants
 * 1. A NodePool has at most nodes_max nodes that exist or boot; a new one has the lowest ordinal that is free.
 * 2. A node that is drained is cordoned, and goes when no pod but a DaemonSet's is left on it.
 */
#include "models/autoscaler/autoscaler_model.h"

#include <assert.h>
#include <stdlib.h>

#include "models/autoscaler/estimate.h"
#include "models/node/pool.h"
#include "sim/base/elementary.h"
#include "sim/base/rng.h"
#include "sim/base/sample.h"

#define SECOND INT64_C(1000000000)
#define AFTER_GROWTH (600 * SECOND) /* --scale-down-delay-after-add */
#define UTILIZATION_MAX 0.5         /* --scale-down-utilization-threshold */
#define EMPTY_AT_ONCE 10            /* --max-scale-down-parallelism */
#define BOOT_SHARE_MIN 0.2          /* the shortest boot, share of the usual one */

enum { CLASS_BOOT, CLASS_SCAN };

struct autoscaler_node {
    int64_t unneeded_since_ns; /* TIME_UNSET: needed */
    bool draining;
};

struct autoscaler {
    VEC(struct autoscaler_node) nodes; /* by node row */
    int64_t grew_ns;                   /* TIME_UNSET: never */
};

static struct autoscaler_node *own(struct autoscaler *a, uint32_t row)
{
    while (a->nodes.count <= row) {
        VEC_PUSH(&a->nodes, (struct autoscaler_node){.unneeded_since_ns = TIME_UNSET});
    }
    return &a->nodes.at[row];
}

static const struct pool *pool_of(const struct sim *sim, const struct node *n)
{
    return n->pool == NONE ? NULL : &sim->pools->at[n->pool];
}

static bool is_daemon(const struct world *w, const struct pod *p)
{
    return p->workload != NONE && w->workloads.at[p->workload].kind == WORKLOAD_DAEMONSET;
}

/* Pods that keep a node: neither a DaemonSet's nor at their end. */
static bool keeps_node(const struct world *w, const struct pod *p)
{
    return !is_daemon(w, p) && !pod_is_terminal(p);
}

static uint32_t group_count(const struct sim *sim, struct autoscaler *a, uint32_t group)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        const struct node *n = &sim->world.nodes.at[row];
        count += n->uid != 0 && n->pool != NONE && sim->pools->at[n->pool].group == group && !own(a, row)->draining;
    }
    return count;
}

/* The cluster as it will be when everything under way has come: nodes that boot count, nodes that are drained do not. */
static void fill_cache(const struct sim *sim, struct autoscaler *a, struct cycle_cache *cache, uint32_t without)
{
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        const struct node *n = &sim->world.nodes.at[row];
        if (n->uid == 0 || row == without || own(a, row)->draining || n->unschedulable) {
            continue;
        }
        cycle_add_node(cache, n, row);
        cache->nodes.at[cache->nodes.count - 1].ready = n->ready || pool_of(sim, n) != NULL;
        for (uint32_t i = 0; i < n->pods.count; i++) {
            const struct pod *p = &sim->world.pods.at[n->pods.at[i]];
            if (!pod_is_terminal(p)) {
                cycle_count(cache, cache->nodes.count - 1, p->template, 1);
            }
        }
    }
}

/* ---- growing ---- */

/* Each boot of a node of that name draws a number of its own: by the hour, so that what another change does to earlier
 * boots moves it little. */
static int64_t boot_time(const struct sim *sim, const struct pool *p, const char *node)
{
    uint64_t hour = (uint64_t)(sim_now(sim) / (3600 * SECOND));
    struct rng r = rng_open(sim->seed, sim->replication, "boot", rng_entity("Node", "", node, hour));
    double share = 1 + p->boot_deviation * sample_normal(&r, 0, 1);
    return (int64_t)elementary_round((double)p->boot_ns * (share < BOOT_SHARE_MIN ? BOOT_SHARE_MIN : share));
}

/* Orders nodes with the lowest ordinals that no node of the NodePool has. */
static void order_nodes(struct sim *sim, uint32_t pool, uint32_t count)
{
    const struct pool *p = &sim->pools->at[pool];
    for (uint32_t ordinal = 0; ordinal < p->nodes_max && count > 0; ordinal++) {
        if (world_find_node(&sim->world, p->nodes[ordinal].name) == NONE) {
            sim_send(sim, CLIENT_AUTOSCALER, &(struct intent){.kind = INTENT_CREATE_NODE, .node = p->nodes[ordinal]});
            count--;
        }
    }
}

static void note_growth(struct sim *sim, uint32_t pool, uint32_t nodes, uint32_t pods)
{
    sim_note(sim, &(struct note){.model = "autoscaler",
                                 .object = NOTE_POOL,
                                 .row = pool,
                                 .reason = "TriggeredScaleUp",
                                 .numbers = {nodes, pods}});
}

struct choice {
    uint32_t pool;
    struct estimate estimate;
};

static uint32_t daemon_templates(const struct sim *sim, const struct pod_template ***list)
{
    uint32_t count = 0;
    *list = memory_take(sim->world.workloads.count, sizeof **list);
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        const struct workload *w = &sim->world.workloads.at[row];
        if (w->uid != 0 && w->kind == WORKLOAD_DAEMONSET) {
            (*list)[count++] = w->spec.template;
        }
    }
    return count;
}

static struct choice choose(struct sim *sim, struct autoscaler *a, struct cycle_pod *pods, uint32_t count)
{
    struct choice best = {.pool = NONE};
    const struct pod_template **daemons;
    uint32_t daemon_count = daemon_templates(sim, &daemons);
    bool *fits = memory_take(count, sizeof *fits);
    for (uint32_t i = 0; i < sim->pools->count; i++) {
        const struct pool *p = &sim->pools->at[i];
        uint32_t have = group_count(sim, a, p->group);
        if (!p->scales || have >= p->nodes_max) {
            continue;
        }
        struct node blank = p->nodes[0];
        blank.ready = true;
        struct estimate e = estimate_nodes(&blank, daemons, daemon_count, pods, fits, count, p->nodes_max - have);
        if (e.pods > 0 && (best.pool == NONE || e.waste < best.estimate.waste)) {
            best = (struct choice){.pool = i, .estimate = e};
        }
    }
    free(fits);
    free(daemons);
    return best;
}

static uint32_t gather_pending(const struct sim *sim, struct cycle_pod **pods)
{
    uint32_t count = 0;
    *pods = memory_take(sim->world.pods.count, sizeof **pods);
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0 && p->unschedulable && p->node_name == NULL && p->wanted_node == NULL) {
            (*pods)[count++] = (struct cycle_pod){.template = p->template};
        }
    }
    return count;
}

static void grow(struct sim *sim, struct autoscaler *a)
{
    struct cycle_pod *pods;
    uint32_t count = gather_pending(sim, &pods);
    if (count > 0) {
        struct cycle_cache cache = {0};
        fill_cache(sim, a, &cache, NONE);
        count = estimate_place(&cache, pods, count);
        cycle_drop(&cache);
    }
    struct choice c = count > 0 ? choose(sim, a, pods, count) : (struct choice){.pool = NONE};
    if (c.pool != NONE) {
        a->grew_ns = sim_now(sim);
        note_growth(sim, c.pool, c.estimate.nodes, c.estimate.pods);
        order_nodes(sim, c.pool, c.estimate.nodes);
    }
    free(pods);
}

/* ---- shrinking ---- */

static bool is_underused(const struct node *n)
{
    double cpu = n->allocatable.mcpu > 0 ? (double)n->requested.mcpu / (double)n->allocatable.mcpu : 0;
    double memory =
        n->allocatable.memory_bytes > 0 ? (double)n->requested.memory_bytes / (double)n->allocatable.memory_bytes : 0;
    return (cpu > memory ? cpu : memory) <= UTILIZATION_MAX;
}

static uint32_t pods_to_move(const struct sim *sim, const struct node *n, struct cycle_pod *pods)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->pods.count; i++) {
        const struct pod *p = &sim->world.pods.at[n->pods.at[i]];
        if (keeps_node(&sim->world, p)) {
            pods[count++] = (struct cycle_pod){.template = p->template};
        }
    }
    return count;
}

static bool fits_elsewhere(struct sim *sim, struct autoscaler *a, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    struct cycle_pod *pods = memory_take(n->pods.count, sizeof *pods);
    uint32_t count = pods_to_move(sim, n, pods);
    if (count > 0) {
        struct cycle_cache cache = {0};
        fill_cache(sim, a, &cache, row);
        count = estimate_place(&cache, pods, count);
        cycle_drop(&cache);
    }
    free(pods);
    return count == 0;
}

static bool may_go(struct sim *sim, struct autoscaler *a, uint32_t row)
{
    const struct node *n = &sim->world.nodes.at[row];
    const struct pool *p = n->uid == 0 ? NULL : pool_of(sim, n);
    return p != NULL && p->scales && n->ready && !own(a, row)->draining && is_underused(n) &&
           group_count(sim, a, p->group) > p->nodes_min && fits_elsewhere(sim, a, row);
}

static uint32_t pods_left(const struct sim *sim, const struct node *n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->pods.count; i++) {
        count += keeps_node(&sim->world, &sim->world.pods.at[n->pods.at[i]]);
    }
    return count;
}

static void remove_node(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    sim_note(
        sim,
        &(struct note){
            .model = "autoscaler", .object = NOTE_POOL, .row = n->pool, .reason = "ScaleDown", .texts = {n->name}});
    sim_send(sim, CLIENT_AUTOSCALER,
             &(struct intent){.kind = INTENT_DELETE_NODE, .target = api_ref_node(&sim->world, row)});
}

static void drain(struct sim *sim, struct autoscaler *a, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    own(a, row)->draining = true;
    struct intent cordon = {.kind = INTENT_UPDATE_NODE, .target = api_ref_node(&sim->world, row), .node = *n};
    cordon.node.unschedulable = true;
    sim_send(sim, CLIENT_AUTOSCALER, &cordon);
    for (uint32_t i = 0; i < n->pods.count; i++) {
        const struct pod *p = &sim->world.pods.at[n->pods.at[i]];
        if (keeps_node(&sim->world, p) && p->deletion_ns == TIME_UNSET) {
            sim_send(sim, CLIENT_AUTOSCALER,
                     &(struct intent){
                         .kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, n->pods.at[i]), .grace_ns = -1});
        }
    }
}

/* Nodes that are drained go when they are empty. Returns whether one is not yet. */
static bool finish_drains(struct sim *sim, struct autoscaler *a)
{
    bool left = false;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        if (sim->world.nodes.at[row].uid == 0 || !own(a, row)->draining) {
            continue;
        }
        if (pods_left(sim, &sim->world.nodes.at[row]) > 0) {
            left = true;
        } else {
            remove_node(sim, row);
        }
    }
    return left;
}

static void wake_at(struct sim *sim, int64_t at_ns);

static bool may_shrink(const struct sim *sim, const struct autoscaler *a)
{
    return a->grew_ns == TIME_UNSET || sim_now(sim) >= a->grew_ns + AFTER_GROWTH;
}

static void shrink(struct sim *sim, struct autoscaler *a)
{
    bool draining = finish_drains(sim, a);
    uint32_t emptied = 0;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        if (!may_go(sim, a, row)) {
            own(a, row)->unneeded_since_ns = TIME_UNSET;
            continue;
        }
        struct autoscaler_node *o = own(a, row);
        if (o->unneeded_since_ns == TIME_UNSET) {
            o->unneeded_since_ns = sim_now(sim);
        }
        int64_t from = o->unneeded_since_ns + sim->delays.autoscaler_unneeded_ns;
        bool empty = pods_left(sim, world_node(&sim->world, row)) == 0;
        if (sim_now(sim) < from || !may_shrink(sim, a)) {
            wake_at(sim, sim_now(sim) < from ? from : a->grew_ns + AFTER_GROWTH);
        } else if (empty && emptied < EMPTY_AT_ONCE) {
            emptied++;
            o->draining = true;
            remove_node(sim, row);
        } else if (!draining && !empty) {
            draining = true;
            drain(sim, a, row);
        }
    }
}

/* ---- work ---- */

/* Scans lie on a grid. */
static void wake_at(struct sim *sim, int64_t at_ns)
{
    int64_t period = sim->delays.autoscaler_scan_ns;
    sim_wake_at(sim, &autoscaler_model, CLASS_SCAN, 0, 0, (at_ns + period - 1) / period * period);
}

static void boot(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    struct intent i = {.kind = INTENT_UPDATE_NODE, .target = api_ref_node(&sim->world, row), .node = *n};
    i.node.ready = true;
    sim_send(sim, CLIENT_KUBELET, &i);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    if (turn->class == CLASS_BOOT) {
        boot(sim, turn->id);
    } else if (sim->pools != NULL && sim->pools->count > 0) {
        grow(sim, state);
        shrink(sim, state);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct autoscaler *a = state;
    if (fact->kind == FACT_NODE && fact->verb == FACT_ADDED) {
        const struct node *n = world_node(&sim->world, fact->row);
        *own(a, fact->row) = (struct autoscaler_node){.unneeded_since_ns = TIME_UNSET};
        if (!n->ready && pool_of(sim, n) != NULL) {
            sim_wake_at(sim, &autoscaler_model, CLASS_BOOT, fact->row, n->uid,
                        sim_now(sim) + boot_time(sim, pool_of(sim, n), n->name));
        }
    } else if (fact->kind == FACT_NODE && fact->verb == FACT_REMOVED) {
        sim_forget(sim, &autoscaler_model, CLASS_BOOT, fact->row);
    }
    /* What a scan looks at: which pods are where, and which are nowhere. Readiness and the like change nothing. */
    if (fact->kind == FACT_NODE || fact->verb != FACT_CHANGED ||
        fact->changed & (FIELD_NODE_NAME | FIELD_PHASE | FIELD_STATUS)) {
        wake_at(sim, sim_now(sim) + sim->delays.watch_ns);
    }
}

static void start(struct sim *sim, void *state)
{
    struct autoscaler *a = state;
    a->grew_ns = TIME_UNSET;
    wake_at(sim, 0);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct autoscaler *a = state;
    VEC_DROP(&a->nodes);
}

static const struct model_class classes[] = {
    [CLASS_BOOT] = {.name = "node boot", .client = CLIENT_KUBELET},
    [CLASS_SCAN] = {.name = "node autoscaler", .client = CLIENT_AUTOSCALER},
};

const struct model autoscaler_model = {
    .name = "autoscaler",
    .state_size = sizeof(struct autoscaler),
    .classes = classes,
    .class_count = sizeof classes / sizeof classes[0],
    .facts = FACTS(FACT_NODE) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
