/* Placements a second by kind of workload, named as kube-scheduler's own benchmarks (test/integration/scheduler_perf).
 *
 * The cluster has scale nodes of 32 processors in 3 zones and ten pods a node are placed, one after another; what is
 * measured is the cycle and the cache, without engine and API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/placer.h"
#include "tests/bench/bench.h"

#define PODS_A_NODE 10

struct course {
    struct arena arena;
    struct names names;
    struct placer placer;
    struct profile profile;
    const struct pod_class **classes;
    uint32_t class_count;
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

static void add_nodes(struct course *c, uint32_t count)
{
    static const struct taints none;
    for (uint32_t i = 0; i < count; i++) {
        const char *node = name(c, "node-%u", i);
        const char *const pairs[][2] = {{"kubernetes.io/hostname", node},
                                        {"topology.kubernetes.io/zone", name(c, "zone-%u", i % 3)}};
        struct node n = {.name = node,
                         .labels = labels_of(c, pairs, 2),
                         .taints = &none,
                         .ready = true,
                         .allocatable = {.mcpu = 31850, .memory_bytes = INT64_C(120) << 30},
                         .pods_allocatable = 110};
        cache_put_node(&c->placer.cache, &n, i);
    }
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

enum kind { BASIC, OWNED, SPREAD, RATHER_SPREAD, NEAR, AWAY, RATHER_NEAR };

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
    }
}

/* Classes differ in label and size. */
static void add_class(struct course *c, enum kind kind, uint32_t number)
{
    struct placement *p = TAKE(&c->arena, struct placement, 1);
    struct pod_template *t = TAKE(&c->arena, struct pod_template, 1);
    const char *app = name(c, "app-%u", number);
    const char *const pairs[][2] = {{"app", app}};
    constrain(c, kind, app, p);
    t->placement = p;
    t->labels = labels_of(c, pairs, 1);
    t->requests = (struct resources){.mcpu = 900 + number % 97, .memory_bytes = (INT64_C(2) << 30) + number % 89};
    t->nonzero_mcpu = t->requests.mcpu;
    t->nonzero_memory_bytes = t->requests.memory_bytes;
    t->score_requests = t->requests;
    struct pod_class given = {.number = number,
                              .template = t,
                              .namespace = names_text(&c->names, "default"),
                              .labels = t->labels,
                              .default_selector = kind == OWNED ? selects(c, app) : NULL};
    c->classes[number] = pod_class_make(&c->arena, &given, false);
}

static struct course *open_course(uint32_t nodes, enum kind kind, uint32_t classes, int32_t percentage)
{
    struct course *c = memory_take(1, sizeof *c);
    c->arena = arena_make(1 << 20);
    c->names = names_make(&c->arena);
    c->placer = placer_make(&c->arena, &c->names);
    c->profile = profile_default(&c->arena, &c->names);
    c->profile.percentage = percentage;
    c->classes = memory_take(classes, sizeof *c->classes);
    c->class_count = classes;
    add_nodes(c, nodes);
    for (uint32_t i = 0; i < classes; i++) {
        add_class(c, kind, i);
    }
    return c;
}

static void close_course(struct course *c)
{
    placer_drop(&c->placer);
    names_drop(&c->names);
    arena_drop(&c->arena);
    free(c->classes);
    free(c);
}

/* Pods a second, for at most half a second. */
static double rate(uint32_t nodes, enum kind kind, uint32_t classes, int32_t percentage, uint32_t pods)
{
    struct course *c = open_course(nodes, kind, classes, percentage);
    double start = bench_seconds();
    uint32_t number = 0;
    while (number < pods && (number % 64 != 0 || bench_seconds() - start < 0.5)) {
        struct placer_pod pod = {.profile = &c->profile, .class = c->classes[number % classes], .number = number};
        struct placer_result r = placer_place(&c->placer, &pod);
        if (r.node != NONE) {
            cache_add_pod(&c->placer.cache, number, pod.class, c->placer.cache.nodes.at[r.node].name, false,
                          TIME_UNSET);
        }
        number++;
    }
    double seconds = bench_seconds() - start;
    close_course(c);
    return (double)number / seconds;
}

#define WORKLOAD(FUNCTION, KIND, CLASSES, PERCENTAGE, PODS)                                                            \
    static double FUNCTION(double nodes)                                                                               \
    {                                                                                                                  \
        return rate((uint32_t)nodes, KIND, CLASSES, PERCENTAGE, (uint32_t)nodes * (PODS));                             \
    }

WORKLOAD(basic, BASIC, 1, 0, PODS_A_NODE)
WORKLOAD(owned, OWNED, 1, 0, PODS_A_NODE)
WORKLOAD(spread, SPREAD, 1, 0, PODS_A_NODE)
WORKLOAD(rather_spread, RATHER_SPREAD, 1, 0, PODS_A_NODE)
WORKLOAD(near, NEAR, 1, 0, PODS_A_NODE)
WORKLOAD(away, AWAY, 10, 0, PODS_A_NODE)
WORKLOAD(rather_near, RATHER_NEAR, 1, 0, PODS_A_NODE)
WORKLOAD(all_nodes, BASIC, 100, 100, PODS_A_NODE)

const struct bench bench_scheduler[] = {
    {"scheduler/SchedulingBasic-1000", basic, 1000, "pods/s", 0},
    {"scheduler/SchedulingBasic-5000", basic, 5000, "pods/s", 300000},
    {"scheduler/SchedulingBasic-20000", basic, 20000, "pods/s", 0},
    {"scheduler/SchedulingOwned-5000", owned, 5000, "pods/s", 100000},
    {"scheduler/TopologySpreading-5000", spread, 5000, "pods/s", 100000},
    {"scheduler/PreferredTopologySpreading-5000", rather_spread, 5000, "pods/s", 0},
    {"scheduler/PodAffinity-5000", near, 5000, "pods/s", 100000},
    {"scheduler/PodAntiAffinity-5000", away, 5000, "pods/s", 100000},
    {"scheduler/PreferredPodAffinity-5000", rather_near, 5000, "pods/s", 0},
    {"scheduler/AllNodes-100000", all_nodes, 100000, "pods/s", 100000},
    {NULL, NULL, 0, NULL, 0},
};
