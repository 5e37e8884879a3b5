/* Invariants
 * 1. A NodePool has at most nodes_max nodes that exist or boot; a new one has the lowest ordinal that is free: no node has
 *    its name and no pod is bound to it (a dead node's pods are there until they are collected).
 * 2. A node that is drained is cordoned, and goes when no pod but a DaemonSet's is left on it.
 */
#include "models/autoscaler/autoscaler_model.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/autoscaler/drain.h"
#include "models/autoscaler/estimate.h"
#include "models/node/fault_model.h"
#include "models/node/pool.h"
#include "models/scheduler/classes.h"
#include "sim/base/elementary.h"
#include "sim/base/rng.h"
#include "sim/base/sample.h"

#define SECOND INT64_C(1000000000)
#define AFTER_GROWTH (600 * SECOND) /* --scale-down-delay-after-add */
#define UNREADY (1200 * SECOND)     /* --scale-down-unready-time */
#define UTILIZATION_MAX 0.5         /* --scale-down-utilization-threshold */
#define EMPTY_AT_ONCE 10            /* --max-scale-down-parallelism */
#define BOOT_SHARE_MIN 0.2          /* the shortest boot, share of the usual one */

enum { CLASS_BOOT, CLASS_SCAN };

struct autoscaler_node {
    int64_t unneeded_since_ns; /* TIME_UNSET: needed */
    bool draining;
    bool booting; /* ordered and never Ready yet */
};

struct autoscaler {
    VEC(struct autoscaler_node) nodes; /* by node row */
    int64_t grew_ns;                   /* TIME_UNSET: never */
    struct classes classes;
    struct profile profile; /* of the scheduler whose filters say what fits; scores have no part in it */
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

/* Pods that keep a node: neither a DaemonSet's nor at their end. On a node that is dead, those that are being deleted
 * never go. */
static bool keeps_node(const struct world *w, const struct node *n, const struct pod *p)
{
    return !is_daemon(w, p) && !pod_is_terminal(p) && (n->ready || p->deletion_ns == TIME_UNSET);
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

/* The cluster as it will be when everything under way has come: nodes that boot count, nodes that are drained and those
 * that are dead do not. */
static struct placer fill_cluster(const struct sim *sim, struct autoscaler *a)
{
    struct placer cluster = placer_make(sim->arena, sim->names);
    cluster.volumes = sim->volumes;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        struct node n = sim->world.nodes.at[row];
        if (n.uid == 0 || own(a, row)->draining || n.unschedulable) {
            continue;
        }
        n.ready = n.ready || own(a, row)->booting;
        cache_put_node(&cluster.cache, &n, row);
        for (uint32_t i = 0; i < n.pods.count; i++) {
            const struct pod *p = &sim->world.pods.at[n.pods.at[i]];
            if (!pod_is_terminal(p)) {
                cache_add_pod(&cluster.cache, n.pods.at[i], classes_of(&a->classes, sim, p), n.name,
                              p->deletion_ns != TIME_UNSET, p->start_ns);
            }
        }
    }
    return cluster;
}

static struct placer_pod to_place(const struct sim *sim, struct autoscaler *a, uint32_t row)
{
    return (struct placer_pod){.profile = &a->profile,
                               .class = classes_of(&a->classes, sim, &sim->world.pods.at[row]),
                               .number = row,
                               .volumes = sim->volumes == NULL ? NULL : pod_volumes_of(sim->volumes, row)};
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

static bool is_free(const struct world *w, const char *name)
{
    for (uint32_t row = 0; row < w->pods.count; row++) {
        if (w->pods.at[row].uid != 0 && w->pods.at[row].node_name == name) {
            return false;
        }
    }
    return world_find_node(w, name) == NONE;
}

/* Orders nodes with the lowest ordinals that are free; returns how many. */
static uint32_t order_nodes(struct sim *sim, uint32_t pool, uint32_t count)
{
    const struct pool *p = &sim->pools->at[pool];
    uint32_t ordered = 0;
    for (uint32_t ordinal = 0; ordinal < p->nodes_max && ordered < count; ordinal++) {
        if (is_free(&sim->world, p->nodes[ordinal].name) && !fault_model_is_out(sim, p->nodes[ordinal].zone)) {
            sim_send(sim, CLIENT_AUTOSCALER, &(struct intent){.kind = INTENT_CREATE_NODE, .node = p->nodes[ordinal]});
            ordered++;
        }
    }
    return ordered;
}

static void render_growth(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    const struct pool *p = &sim->pools->at[note->row];
    snprintf(text, size, "pod triggered scale-up: [{%s %" PRId64 "->%" PRId64 " (max: %" PRIu32 ")}]", p->title,
             note->numbers[0], note->numbers[1], p->nodes_max);
}

static void note_growth(struct sim *sim, uint32_t pool, uint32_t before, uint32_t more)
{
    sim_note(sim, &(struct note){.model = "autoscaler",
                                 .object = NOTE_POOL,
                                 .row = pool,
                                 .reason = "TriggeredScaleUp",
                                 .numbers = {before, before + more},
                                 .render = render_growth});
}

struct choice {
    uint32_t pool;
    struct estimate estimate;
};

static uint32_t daemon_classes(const struct sim *sim, struct autoscaler *a, const struct pod_class ***list)
{
    uint32_t count = 0;
    *list = memory_take(sim->world.workloads.count, sizeof **list);
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        const struct workload *w = &sim->world.workloads.at[row];
        if (w->uid != 0 && w->kind == WORKLOAD_DAEMONSET) {
            const struct pod p = {
                .template = w->spec.template, .namespace = w->namespace, .owner_kind = OWNER_WORKLOAD, .owner = row};
            (*list)[count++] = classes_of(&a->classes, sim, &p);
        }
    }
    return count;
}

/* The nodes that a pool would order, as many as it may. */
static uint32_t orderable(const struct sim *sim, const struct pool *p, uint32_t most, const struct node **nodes)
{
    uint32_t count = 0;
    for (uint32_t ordinal = 0; ordinal < p->nodes_max && count < most; ordinal++) {
        if (is_free(&sim->world, p->nodes[ordinal].name)) {
            nodes[count++] = &p->nodes[ordinal];
        }
    }
    return count;
}

static struct choice choose(struct sim *sim, struct autoscaler *a, struct placer *cluster,
                            const struct placer_pod *pods, uint32_t count)
{
    struct choice best = {.pool = NONE};
    const struct pod_class **daemons;
    struct estimate_kind kind = {.daemon_count = daemon_classes(sim, a, &daemons)};
    kind.daemons = daemons;
    bool *fits = memory_take(count, sizeof *fits);
    for (uint32_t i = 0; i < sim->pools->count; i++) {
        const struct pool *p = &sim->pools->at[i];
        uint32_t have = group_count(sim, a, p->group);
        if (!p->scales || have >= p->nodes_max) {
            continue;
        }
        const struct node **nodes = memory_take(p->nodes_max, sizeof *nodes);
        kind.nodes = nodes;
        kind.node_count = orderable(sim, p, count < p->nodes_max - have ? count : p->nodes_max - have, nodes);
        struct estimate e = estimate_nodes(cluster, &kind, pods, fits, count, sim->world.pods.count);
        free(nodes);
        if (e.pods > 0 && (best.pool == NONE || e.waste < best.estimate.waste)) {
            best = (struct choice){.pool = i, .estimate = e};
        }
    }
    free(fits);
    free(daemons);
    return best;
}

static uint32_t gather_pending(const struct sim *sim, struct autoscaler *a, struct placer_pod **pods)
{
    uint32_t count = 0;
    *pods = memory_take(sim->world.pods.count, sizeof **pods);
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0 && p->unschedulable && p->node_name == NULL && p->wanted_node == NULL) {
            (*pods)[count++] = to_place(sim, a, row);
        }
    }
    return count;
}

static void grow_for(struct sim *sim, struct autoscaler *a, struct placer_pod *pods, uint32_t count)
{
    struct placer cluster = fill_cluster(sim, a);
    count = estimate_place(&cluster, pods, count);
    struct choice c = count > 0 ? choose(sim, a, &cluster, pods, count) : (struct choice){.pool = NONE};
    if (c.pool != NONE) {
        uint32_t before = group_count(sim, a, sim->pools->at[c.pool].group);
        uint32_t more = order_nodes(sim, c.pool, c.estimate.nodes);
        if (more > 0) {
            a->grew_ns = sim_now(sim);
            note_growth(sim, c.pool, before, more);
        }
    }
    placer_drop(&cluster);
}

static void grow(struct sim *sim, struct autoscaler *a)
{
    struct placer_pod *pods;
    uint32_t count = gather_pending(sim, a, &pods);
    if (count > 0) {
        grow_for(sim, a, pods, count);
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

static bool may_be_drained(const struct world *w, const struct node *n)
{
    for (uint32_t i = 0; i < n->pods.count; i++) {
        const struct pod *p = &w->pods.at[n->pods.at[i]];
        if (keeps_node(w, n, p) && drain_is_blocked(p->template, p->namespace, p->owner_kind != OWNER_NONE)) {
            return false;
        }
    }
    return true;
}

/* Whether the node's pods find room on others: then they are counted there, and the node takes no others' pods. */
static bool empties(const struct sim *sim, struct autoscaler *a, struct placer *cluster, uint32_t slot)
{
    const struct node *n = world_node(&sim->world, cluster->cache.nodes.at[slot].row);
    struct placer_pod *pods = memory_take(n->pods.count, sizeof *pods);
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->pods.count; i++) {
        if (keeps_node(&sim->world, n, &sim->world.pods.at[n->pods.at[i]])) {
            pods[count++] = to_place(sim, a, n->pods.at[i]);
        }
    }
    bool good = estimate_evacuate(cluster, slot, pods, count);
    free(pods);
    return good;
}

static bool may_go(const struct sim *sim, struct autoscaler *a, uint32_t row)
{
    const struct node *n = &sim->world.nodes.at[row];
    const struct pool *p = pool_of(sim, n);
    return p != NULL && p->scales && !own(a, row)->booting && (!n->ready || is_underused(n)) &&
           group_count(sim, a, p->group) > p->nodes_min && may_be_drained(&sim->world, n);
}

static uint32_t pods_left(const struct sim *sim, const struct node *n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->pods.count; i++) {
        count += keeps_node(&sim->world, n, &sim->world.pods.at[n->pods.at[i]]);
    }
    return count;
}

static void render_removal(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    (void)sim;
    snprintf(text, size, "node %s removed by cluster autoscaler", note->texts[0]);
}

static void remove_node(struct sim *sim, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    sim_note(sim, &(struct note){.model = "autoscaler",
                                 .object = NOTE_POOL,
                                 .row = n->pool,
                                 .reason = "ScaleDown",
                                 .texts = {n->name},
                                 .render = render_removal});
    sim_send(sim, CLIENT_AUTOSCALER,
             &(struct intent){.kind = INTENT_DELETE_NODE, .target = api_ref_node(&sim->world, row)});
}

static void evict_pods(struct sim *sim, const struct node *n)
{
    for (uint32_t i = 0; i < n->pods.count; i++) {
        const struct pod *p = &sim->world.pods.at[n->pods.at[i]];
        if (keeps_node(&sim->world, n, p) && p->deletion_ns == TIME_UNSET) {
            sim_send(sim, CLIENT_AUTOSCALER,
                     &(struct intent){
                         .kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, n->pods.at[i]), .grace_ns = -1});
        }
    }
}

static void drain(struct sim *sim, struct autoscaler *a, uint32_t row)
{
    const struct node *n = world_node(&sim->world, row);
    own(a, row)->draining = true;
    struct intent cordon = {.kind = INTENT_UPDATE_NODE, .target = api_ref_node(&sim->world, row), .node = *n};
    cordon.node.unschedulable = true;
    sim_send(sim, CLIENT_AUTOSCALER, &cordon);
    evict_pods(sim, n);
}

/* Nodes that are drained go when they are empty; a pod that was on its way when the node was cordoned must leave, too.
 * Returns whether one is not empty yet. */
static bool finish_drains(struct sim *sim, struct autoscaler *a)
{
    bool left = false;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        const struct node *n = &sim->world.nodes.at[row];
        if (n->uid == 0 || !own(a, row)->draining) {
            continue;
        }
        if (pods_left(sim, n) > 0) {
            left = true;
            evict_pods(sim, n);
        } else {
            remove_node(sim, row);
        }
    }
    return left;
}

static void wake_at(struct sim *sim, int64_t at_ns);

enum { RANK_EMPTY, RANK_UNNEEDED, RANK_OTHER, RANKS };

static int rank_of(const struct sim *sim, struct autoscaler *a, uint32_t row)
{
    if (pods_left(sim, world_node(&sim->world, row)) == 0) {
        return RANK_EMPTY;
    }
    return own(a, row)->unneeded_since_ns != TIME_UNSET ? RANK_UNNEEDED : RANK_OTHER;
}

static void judge(const struct sim *sim, struct autoscaler *a, uint32_t row, bool needed)
{
    struct autoscaler_node *o = own(a, row);
    if (needed) {
        o->unneeded_since_ns = TIME_UNSET;
    } else if (o->unneeded_since_ns == TIME_UNSET) {
        o->unneeded_since_ns = sim_now(sim);
    }
}

/* Finds the nodes that nobody needs, one after another: empty ones, then those that were not needed before. Where the pods
 * of one would go, none leaves. */
static void find_unneeded(struct sim *sim, struct autoscaler *a)
{
    struct placer cluster = fill_cluster(sim, a);
    const struct cache *cache = &cluster.cache;
    int *ranks = memory_take(cache->nodes.count, sizeof *ranks);
    uint32_t *pods = memory_take(cache->nodes.count, sizeof *pods);
    for (uint32_t i = 0; i < cache->nodes.count; i++) {
        ranks[i] = rank_of(sim, a, cache->nodes.at[i].row);
        pods[i] = cache->nodes.at[i].pods.count;
    }
    for (int rank = 0; rank < RANKS; rank++) {
        for (uint32_t i = 0; i < cache->nodes.count; i++) {
            if (ranks[i] == rank) {
                bool takes_others = cache->nodes.at[i].pods.count > pods[i];
                uint32_t row = cache->nodes.at[i].row;
                judge(sim, a, row, takes_others || !may_go(sim, a, row) || !empties(sim, a, &cluster, i));
            }
        }
    }
    free(ranks);
    free(pods);
    placer_drop(&cluster);
}

/* When an unneeded node may go. */
static int64_t goes_at(const struct sim *sim, struct autoscaler *a, uint32_t row)
{
    int64_t wait_ns = sim->world.nodes.at[row].ready ? sim->delays.autoscaler_unneeded_ns : UNREADY;
    int64_t at_ns = own(a, row)->unneeded_since_ns + wait_ns;
    int64_t settled_ns = a->grew_ns == TIME_UNSET ? at_ns : a->grew_ns + AFTER_GROWTH;
    return at_ns > settled_ns ? at_ns : settled_ns;
}

static void shrink(struct sim *sim, struct autoscaler *a)
{
    bool draining = finish_drains(sim, a);
    uint32_t emptied = 0;
    find_unneeded(sim, a);
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        struct autoscaler_node *o = own(a, row);
        if (sim->world.nodes.at[row].uid == 0 || o->draining || o->unneeded_since_ns == TIME_UNSET ||
            !may_go(sim, a, row)) {
            continue;
        }
        bool empty = pods_left(sim, world_node(&sim->world, row)) == 0;
        if (sim_now(sim) < goes_at(sim, a, row)) {
            wake_at(sim, goes_at(sim, a, row));
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
    if (fault_model_is_out(sim, n->zone)) {
        return; /* a dead node, which leaves like one */
    }
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
        bool booting = !n->ready && pool_of(sim, n) != NULL;
        *own(a, fact->row) = (struct autoscaler_node){.unneeded_since_ns = TIME_UNSET, .booting = booting};
        if (booting) {
            sim_wake_at(sim, &autoscaler_model, CLASS_BOOT, fact->row, n->uid,
                        sim_now(sim) + boot_time(sim, pool_of(sim, n), n->name));
        }
    } else if (fact->kind == FACT_NODE && fact->verb == FACT_REMOVED) {
        sim_forget(sim, &autoscaler_model, CLASS_BOOT, fact->row);
    } else if (fact->kind == FACT_NODE && world_node(&sim->world, fact->row)->ready) {
        own(a, fact->row)->booting = false;
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
    a->profile = profile_default(sim->arena, sim->names);
    a->profile.spread_by_default = false;
    wake_at(sim, 0);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct autoscaler *a = state;
    VEC_DROP(&a->nodes);
    classes_drop(&a->classes);
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
