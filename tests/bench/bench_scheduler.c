/* Placements a second by kind of workload, named as kube-scheduler's own benchmarks (test/integration/scheduler_perf).
 *
 * The cluster has scale nodes of 32 processors in 3 zones with a pod on each. What is measured is the cycle and the cache,
 * without queue, engine and API, from the second cycle of a class on. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/placer.h"
#include "models/scheduler/preemption.h"
#include "tests/bench/bench.h"

#define PODS_A_NODE 10
#define SECONDS 0.3

enum kind {
    BASIC,
    OWNED, /* by a ReplicaSet: default constraints spread it */
    NODE_AFFINITY,
    SPREAD,
    RATHER_SPREAD,
    NEAR,
    AWAY,
    RATHER_NEAR,
    MIXED, /* all of the above in turn */
    UNSCHEDULABLE,
    PREEMPTION,
    CHURN, /* after every 20 pods a node goes, another comes, and a pod ends */
    DAEMONSET,
};

struct setting {
    enum kind kind;
    uint32_t nodes;
    uint32_t classes; /* take turns */
    uint32_t zones;
    int32_t percentage;
    uint32_t prefill; /* pods a node */
};

struct course {
    struct setting setting;
    struct arena arena;
    struct names names;
    struct placer placer;
    struct profile profile;
    const struct pod_class **classes;
    struct node *nodes;
    uint32_t pods;     /* numbers that are taken */
    uint32_t departed; /* of churn: nodes and pods that went */
};

static const char *name(struct course *c, const char *format, uint32_t number)
{
    char text[64];
    snprintf(text, sizeof text, format, number);
    return names_text(&c->names, text);
}

static const struct labels *labels_of(struct course *c, const char *const (*pairs)[2], uint32_t count)
{
    struct labels *labels = TAKE(&c->arena, struct labels, 1);
    struct label *at = TAKE(&c->arena, struct label, count);
    for (uint32_t i = 0; i < count; i++) {
        at[i] = (struct label){names_text(&c->names, pairs[i][0]), pairs[i][1]};
    }
    *labels = (struct labels){at, count};
    return labels;
}

static struct node node_of(struct course *c, uint32_t number)
{
    static const struct taints none;
    const char *node = name(c, "node-%u", number);
    const char *const pairs[][2] = {{"kubernetes.io/hostname", node},
                                    {"topology.kubernetes.io/zone", name(c, "zone-%u", number % c->setting.zones)}};
    return (struct node){.name = node,
                         .labels = labels_of(c, pairs, 2),
                         .taints = &none,
                         .ready = true,
                         .allocatable = {.mcpu = 31850, .memory_bytes = INT64_C(120) << 30},
                         .pods_allocatable = 110};
}

static const struct label_selector *selects(struct course *c, const char *value)
{
    struct label_selector *s = TAKE(&c->arena, struct label_selector, 1);
    struct requirement *r = TAKE(&c->arena, struct requirement, 1);
    const char **values = TAKE(&c->arena, const char *, 1);
    values[0] = value;
    *r = (struct requirement){.key = names_text(&c->names, "app"), .op = REQUIREMENT_IN, .values = values, .count = 1};
    *s = (struct label_selector){r, 1};
    return s;
}

/* Required: two of the zones. */
static void want_zones(struct course *c, struct placement *p)
{
    struct node_term *term = TAKE(&c->arena, struct node_term, 1);
    struct requirement *r = TAKE(&c->arena, struct requirement, 1);
    const char **values = TAKE(&c->arena, const char *, 2);
    values[0] = name(c, "zone-%u", 0);
    values[1] = name(c, "zone-%u", 1);
    *r = (struct requirement){.key = names_text(&c->names, "topology.kubernetes.io/zone"),
                              .op = REQUIREMENT_IN,
                              .values = values,
                              .count = 2};
    *term = (struct node_term){.labels = r, .label_count = 1};
    p->required = true;
    p->required_terms = term;
    p->required_count = 1;
}

static void constrain(struct course *c, enum kind kind, const char *app, struct placement *p)
{
    struct spread_constraint *spread = TAKE(&c->arena, struct spread_constraint, 1);
    struct pod_term *term = TAKE(&c->arena, struct pod_term, 1);
    *spread = (struct spread_constraint){.key = names_text(&c->names, "topology.kubernetes.io/zone"),
                                         .max_skew = 5,
                                         .min_domains = 1,
                                         .hard = kind == SPREAD,
                                         .honors_affinity = true,
                                         .selector = selects(c, app)};
    const char *key = kind == AWAY || kind == RATHER_NEAR ? "kubernetes.io/hostname" : spread->key;
    *term = (struct pod_term){.key = names_text(&c->names, key), .selector = selects(c, app), .weight = 1};
    if (kind == SPREAD || kind == RATHER_SPREAD) {
        p->spread = spread;
        p->spread_count = 1;
    } else if (kind == NEAR) {
        p->near = (struct pod_terms){term, 1};
    } else if (kind == AWAY) {
        p->away = (struct pod_terms){term, 1};
    } else if (kind == RATHER_NEAR) {
        p->rather_near = (struct pod_terms){term, 1};
    } else if (kind == NODE_AFFINITY) {
        want_zones(c, p);
    }
}

/* Classes differ in label and size. */
static void add_class(struct course *c, uint32_t number)
{
    struct placement *p = TAKE(&c->arena, struct placement, 1);
    struct pod_template *t = TAKE(&c->arena, struct pod_template, 1);
    enum kind kind = c->setting.kind == MIXED ? (enum kind)(number % MIXED) : c->setting.kind;
    const char *app = name(c, "app-%u", number);
    const char *const pairs[][2] = {{"app", app}};
    constrain(c, kind, app, p);
    t->placement = p;
    t->labels = labels_of(c, pairs, 1);
    t->requests = (struct resources){.mcpu = 900 + number % 97, .memory_bytes = (INT64_C(2) << 30) + number % 89};
    t->requests.mcpu = kind == UNSCHEDULABLE ? 32000 : kind == PREEMPTION ? 24000 : t->requests.mcpu;
    t->nonzero_mcpu = t->requests.mcpu;
    t->nonzero_memory_bytes = t->requests.memory_bytes;
    t->score_requests = t->requests;
    t->priority = kind == PREEMPTION ? 10 : 0;
    struct pod_class given = {.number = number,
                              .template = t,
                              .namespace = names_text(&c->names, "default"),
                              .labels = t->labels,
                              .default_selector = kind == OWNED ? selects(c, app) : NULL};
    c->classes[number] = pod_class_make(&c->arena, &given, false);
}

/* The class of pods that are there before: the last one. Of preemption four fill a node. */
static void add_filler(struct course *c)
{
    struct pod_template *t = TAKE(&c->arena, struct pod_template, 1);
    const char *const pairs[][2] = {{"app", name(c, "filler-%u", 0)}};
    t->placement = TAKE(&c->arena, struct placement, 1);
    t->labels = labels_of(c, pairs, 1);
    t->requests = (struct resources){.mcpu = c->setting.kind == PREEMPTION ? 7900 : 70, .memory_bytes = 385 << 20};
    t->nonzero_mcpu = t->requests.mcpu;
    t->nonzero_memory_bytes = t->requests.memory_bytes;
    t->score_requests = t->requests;
    struct pod_class given = {.number = c->setting.classes,
                              .template = t,
                              .namespace = names_text(&c->names, "default"),
                              .labels = t->labels};
    c->classes[c->setting.classes] = pod_class_make(&c->arena, &given, false);
}

static void put_pod(struct course *c, const struct pod_class *class, const char *node)
{
    cache_add_pod(&c->placer.cache, c->pods++, class, node, false, TIME_UNSET);
}

static void fill(struct course *c)
{
    for (uint32_t i = 0; i < c->setting.nodes; i++) {
        cache_put_node(&c->placer.cache, &c->nodes[i], i);
    }
    for (uint32_t i = 0; i < c->setting.nodes * c->setting.prefill; i++) {
        put_pod(c, c->classes[c->setting.classes], c->nodes[i % c->setting.nodes].name);
    }
}

/* Manifests only. */
static struct course *open_course(struct setting s)
{
    struct course *c = memory_take(1, sizeof *c);
    c->setting = s;
    c->arena = arena_make(1 << 20);
    c->names = names_make(&c->arena);
    c->placer = placer_make(&c->arena, &c->names);
    c->profile = profile_default(&c->arena, &c->names);
    c->profile.percentage = s.percentage;
    c->classes = memory_take(s.classes + 1, sizeof *c->classes);
    c->nodes = memory_take(s.nodes, sizeof *c->nodes);
    for (uint32_t i = 0; i < s.nodes; i++) {
        c->nodes[i] = node_of(c, i);
    }
    for (uint32_t i = 0; i < s.classes; i++) {
        add_class(c, i);
    }
    add_filler(c);
    return c;
}

static void close_course(struct course *c)
{
    placer_drop(&c->placer);
    names_drop(&c->names);
    arena_drop(&c->arena);
    free(c->classes);
    free(c->nodes);
    free(c);
}

/* ---- one pod ---- */

/* Those whose place the pod takes go at once; it comes to the node that it is nominated to. */
static struct placer_result preempt(struct course *c, struct placer_pod *pod)
{
    struct cache *cache = &c->placer.cache;
    const struct preemption_input in = {.pod = pod};
    struct preemption found = preemption_find(&c->placer, &in);
    struct placer_result r = {.node = NONE};
    if (found.outcome == PREEMPTION_CHOSEN) {
        const struct preemption_node *n = &found.nodes.at[found.chosen];
        pod->nominated = cache->nodes.at[n->slot].name;
        cache_nominate(cache, pod->number, pod->class, pod->nominated);
        for (uint32_t i = 0; i < n->count; i++) {
            cache_remove_pod(cache, found.victims.at[n->first + i]);
        }
        r = placer_place(&c->placer, pod);
        cache_denominate(cache, pod->number, pod->nominated);
    }
    preemption_drop(&found);
    return r;
}

static void churn(struct course *c)
{
    struct cache *cache = &c->placer.cache;
    const char *gone = c->nodes[c->departed % c->setting.nodes].name;
    struct node comes = node_of(c, c->setting.nodes + c->departed);
    for (uint32_t slot = cache_find(cache, gone); cache->nodes.at[slot].pods.count > 0;) {
        cache_remove_pod(cache, cache->nodes.at[slot].pods.at[0]);
    }
    cache_remove_node(cache, cache_find(cache, gone));
    cache_put_node(cache, &comes, 0);
    c->nodes[c->departed % c->setting.nodes] = comes;
    c->departed++;
}

static void place(struct course *c, uint32_t turn)
{
    struct placer_pod pod = {.profile = &c->profile, .class = c->classes[turn % c->setting.classes], .number = c->pods};
    if (c->setting.kind == DAEMONSET) {
        pod.wanted_node = c->nodes[turn % c->setting.nodes].name;
    }
    struct placer_result r = placer_place(&c->placer, &pod);
    if (c->setting.kind == PREEMPTION && r.node == NONE) {
        r = preempt(c, &pod);
    }
    if (r.node != NONE) {
        put_pod(c, pod.class, c->placer.cache.nodes.at[r.node].name);
    }
    if (c->setting.kind == CHURN && turn % 20 == 0) {
        churn(c);
    }
}

/* ---- what is measured ---- */

/* Pods a second. */
static double rate(struct setting s)
{
    struct course *c = open_course(s);
    uint32_t turn = 0, most = s.nodes * PODS_A_NODE;
    fill(c);
    for (uint32_t i = 0; i < s.classes; i++) {
        place(c, turn++);
    }
    double start = bench_seconds();
    uint32_t first = turn;
    while (turn < first + most && (turn % 16 != 0 || bench_seconds() - start < SECONDS)) {
        place(c, turn++);
    }
    double seconds = bench_seconds() - start;
    close_course(c);
    return (double)(turn - first) / seconds;
}

static size_t allocated(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* Bytes that a node costs beyond its manifest, with what is kept of 100 classes. */
static double bytes_a_node_of(enum kind kind, double nodes, int32_t percentage)
{
    struct course *c = open_course((struct setting){kind, (uint32_t)nodes, 100, 3, percentage, 0});
    size_t before = allocated();
    fill(c);
    for (uint32_t i = 0; i < c->setting.classes; i++) {
        place(c, i);
    }
    double bytes = (double)(allocated() - before) / nodes;
    close_course(c);
    return bytes;
}

/* They score all nodes. */
static double bytes_a_node(double nodes)
{
    return bytes_a_node_of(BASIC, nodes, 100);
}

/* Default constraints spread their pods. */
static double bytes_a_node_owned(double nodes)
{
    return bytes_a_node_of(OWNED, nodes, 0);
}

/* Bytes that a pod costs beyond its manifest, 30 on each of so many nodes. */
static double bytes_a_pod(double nodes)
{
    struct course *c = open_course((struct setting){BASIC, (uint32_t)nodes, 1, 3, 0, 0});
    fill(c);
    place(c, 0);
    size_t before = allocated();
    uint32_t pods = c->setting.nodes * 30;
    for (uint32_t i = 0; i < pods; i++) {
        put_pod(c, c->classes[0], c->nodes[i % c->setting.nodes].name);
    }
    double bytes = (double)(allocated() - before) / (double)pods;
    close_course(c);
    return bytes;
}

#define WORKLOAD(FUNCTION, KIND, CLASSES, ZONES, PERCENTAGE, PREFILL)                                                  \
    static double FUNCTION(double nodes)                                                                               \
    {                                                                                                                  \
        return rate((struct setting){KIND, (uint32_t)nodes, CLASSES, ZONES, PERCENTAGE, PREFILL});                     \
    }

WORKLOAD(basic, BASIC, 1, 3, 0, 1)
WORKLOAD(basic_full, BASIC, 1, 3, 0, 90)
WORKLOAD(owned, OWNED, 1, 3, 0, 1)
WORKLOAD(node_affinity, NODE_AFFINITY, 1, 3, 0, 1)
WORKLOAD(spread, SPREAD, 1, 3, 0, 1)
WORKLOAD(spread_30, SPREAD, 1, 30, 0, 1)
WORKLOAD(spread_300, SPREAD, 1, 300, 0, 1)
WORKLOAD(rather_spread, RATHER_SPREAD, 1, 3, 0, 1)
WORKLOAD(near, NEAR, 1, 3, 0, 1)
WORKLOAD(away, AWAY, 10, 3, 0, 1)
WORKLOAD(rather_near, RATHER_NEAR, 1, 3, 0, 1)
WORKLOAD(mixed, MIXED, 8, 3, 0, 1)
WORKLOAD(unschedulable, UNSCHEDULABLE, 1, 3, 0, 1)
WORKLOAD(preemption, PREEMPTION, 1, 3, 0, 4)
WORKLOAD(churning, CHURN, 1, 3, 0, 1)
WORKLOAD(daemonset, DAEMONSET, 1, 3, 0, 1)
WORKLOAD(all_nodes_1, BASIC, 1, 3, 100, 1)
WORKLOAD(all_nodes_10, BASIC, 10, 3, 100, 1)
WORKLOAD(all_nodes_100, BASIC, 100, 3, 100, 1)
WORKLOAD(all_nodes_1000, BASIC, 1000, 3, 100, 1)
WORKLOAD(all_owned, OWNED, 1, 3, 100, 1)
WORKLOAD(owned_100, OWNED, 100, 3, 0, 1)

/* A workload at four sizes; the budget is that of 5,000 nodes. */
#define SIZES(NAME, FUNCTION, BUDGET)                                                                                  \
    {"scheduler/" NAME "-1000", FUNCTION, 1000, "pods/s", 0},                                                          \
        {"scheduler/" NAME "-5000", FUNCTION, 5000, "pods/s", BUDGET},                                                 \
        {"scheduler/" NAME "-20000", FUNCTION, 20000, "pods/s", 0},                                                    \
    {                                                                                                                  \
        "scheduler/" NAME "-100000", FUNCTION, 100000, "pods/s", 0                                                     \
    }

const struct bench bench_scheduler[] = {
    SIZES("SchedulingBasic", basic, 300000),
    SIZES("SchedulingOwned", owned, 100000),
    SIZES("NodeAffinity", node_affinity, 100000),
    SIZES("TopologySpreading", spread, 100000),
    SIZES("PreferredTopologySpreading", rather_spread, 0),
    SIZES("PodAffinity", near, 100000),
    SIZES("PodAntiAffinity", away, 100000),
    SIZES("PreferredPodAffinity", rather_near, 0),
    SIZES("Mixed", mixed, 0),
    SIZES("Unschedulable", unschedulable, 0),
    SIZES("Preemption", preemption, 0),
    SIZES("Churn", churning, 0),
    SIZES("SchedulingDaemonset", daemonset, 0),
    {"scheduler/90-pods-a-node-5000", basic_full, 5000, "pods/s", 300000},
    {"scheduler/30-zones-5000", spread_30, 5000, "pods/s", 100000},
    {"scheduler/300-zones-5000", spread_300, 5000, "pods/s", 100000},
    {"scheduler/100-owners-5000", owned_100, 5000, "pods/s", 100000},
    {"scheduler/all-of-100000-1", all_nodes_1, 100000, "pods/s", 100000},
    {"scheduler/all-of-100000-10", all_nodes_10, 100000, "pods/s", 100000},
    {"scheduler/all-of-100000-100", all_nodes_100, 100000, "pods/s", 100000},
    {"scheduler/all-of-100000-1000", all_nodes_1000, 100000, "pods/s", 0},
    {"scheduler/all-of-5000-100", all_nodes_100, 5000, "pods/s", 0},
    {"scheduler/all-of-5000-owned", all_owned, 5000, "pods/s", 0},
    {"scheduler/memory-node-100000", bytes_a_node, 100000, "bytes", 1024},
    {"scheduler/memory-node-owned-100000", bytes_a_node_owned, 100000, "bytes", 1024},
    {"scheduler/memory-pod-5000", bytes_a_pod, 5000, "bytes", 200},
    {NULL, NULL, 0, NULL, 0},
};
