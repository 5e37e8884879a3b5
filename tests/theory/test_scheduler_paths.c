/* The scheduler's two ways to decide, beside each other: random clusters in which nodes and pods come and go, change and
 * are nominated, random profiles and pods that use every plugin. Each decision is worked out plainly and fast
 * (placer.checked), and none may differ. DECISIONS in the environment says how many; tests/extra does a million. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/scheduler/placer.h"
#include "models/scheduler/preemption.h"

#define KEYS 5
#define CLASSES_MAX 24

struct stage {
    struct arena arena;
    struct names names;
    struct placer placer;
    struct profile profile;
    const struct pod_class *classes[CLASSES_MAX];
    uint32_t class_count;
    uint32_t nodes_max, pods_max;
    bool simple; /* of other pods a pod minds only those on the same host */
    bool tainted;
    uint32_t next_name;
    uint64_t state;
    VEC(const char *) nodes;
    VEC(const char *) nominations; /* by pod; null: none */
};

static uint32_t roll(struct stage *s, uint32_t sides)
{
    s->state = s->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((s->state >> 33) % sides);
}

static bool one_in(struct stage *s, uint32_t n)
{
    return roll(s, n) == 0;
}

static const char *text(struct stage *s, const char *format, uint32_t number)
{
    char buffer[64];
    snprintf(buffer, sizeof buffer, format, number);
    return names_text(&s->names, buffer);
}

/* ---- labels and selectors ---- */

/* In the order of bytes. */
static const char *const node_keys[KEYS] = {"disk", "kubernetes.io/hostname", "rack", "size",
                                            "topology.kubernetes.io/zone"};

static const struct labels *node_labels(struct stage *s, const char *name)
{
    struct labels *labels = TAKE(&s->arena, struct labels, 1);
    struct label *at = TAKE(&s->arena, struct label, KEYS);
    const char *const values[KEYS] = {text(s, "disk-%u", roll(s, 2)), name, text(s, "rack-%u", roll(s, 12)),
                                      text(s, "%u", roll(s, 5)), text(s, "zone-%u", roll(s, 4))};
    labels->at = at;
    for (uint32_t i = 0; i < KEYS; i++) {
        if (!one_in(s, 12)) {
            at[labels->count++] = (struct label){names_text(&s->names, node_keys[i]), values[i]};
        }
    }
    return labels;
}

static const char *key(struct stage *s)
{
    return names_text(&s->names, node_keys[roll(s, KEYS)]);
}

static const struct label_selector *selector(struct stage *s)
{
    struct label_selector *made = TAKE(&s->arena, struct label_selector, 1);
    struct requirement *r = TAKE(&s->arena, struct requirement, 2);
    made->requirements = r;
    made->count = roll(s, 8) == 0 ? 0 : 1 + (roll(s, 6) == 0);
    for (uint32_t i = 0; i < made->count; i++) {
        const char **values = TAKE(&s->arena, const char *, 2);
        values[0] = text(s, "app-%u", roll(s, 5));
        values[1] = text(s, "app-%u", roll(s, 5));
        r[i] = (struct requirement){.key = names_text(&s->names, "app"),
                                    .op = one_in(s, 5) ? REQUIREMENT_NOT_IN : REQUIREMENT_IN,
                                    .values = values,
                                    .count = 1 + roll(s, 2)};
    }
    return one_in(s, 15) ? NULL : made;
}

/* ---- nodes ---- */

static const struct taints *node_taints(struct stage *s)
{
    struct taints *taints = TAKE(&s->arena, struct taints, 1);
    struct taint *at = TAKE(&s->arena, struct taint, 2);
    taints->at = at;
    taints->count = s->tainted && one_in(s, 5) ? 1 + roll(s, 2) : 0;
    for (uint32_t i = 0; i < taints->count; i++) {
        at[i] = (struct taint){text(s, "taint-%u", roll(s, 3)), text(s, "%u", roll(s, 2)),
                               (enum taint_effect)(TAINT_NO_SCHEDULE + roll(s, 3))};
    }
    return taints;
}

static const struct node_images *node_images(struct stage *s)
{
    struct node_images *images = TAKE(&s->arena, struct node_images, 1);
    struct node_image *at = TAKE(&s->arena, struct node_image, 3);
    images->at = at;
    images->count = one_in(s, 3) ? roll(s, 4) : 0;
    for (uint32_t i = 0; i < images->count; i++) {
        at[i] = (struct node_image){text(s, "image-%u:1", roll(s, 4)), (int64_t)(1 + roll(s, 900)) << 20};
    }
    return images;
}

/* A new node, or one that is there changed. */
static void put_node(struct stage *s, const char *name)
{
    uint32_t there = cache_find(&s->placer.cache, name), size = 1 + roll(s, 4);
    struct scalar *scalar = TAKE(&s->arena, struct scalar, 1);
    *scalar = (struct scalar){names_text(&s->names, "example.com/gpu"), roll(s, 5)};
    struct node n = {.name = name,
                     .labels = node_labels(s, name),
                     .taints = node_taints(s),
                     .images = node_images(s),
                     .ready = !one_in(s, 25),
                     .unschedulable = one_in(s, 25),
                     .allocatable = {.mcpu = 2000 * size - 80,
                                     .memory_bytes = (INT64_C(7) << 30) * size + 4097,
                                     .ephemeral_bytes = INT64_C(50) << 30,
                                     .scalars = scalar,
                                     .scalar_count = one_in(s, 3)},
                     .pods_allocatable = 3 + roll(s, 30)};
    if (there != NONE && one_in(s, 2)) { /* only its size, or only its readiness */
        n.labels = s->placer.cache.nodes.at[there].labels;
        n.taints = s->placer.cache.nodes.at[there].taints;
    }
    cache_put_node(&s->placer.cache, &n, 0);
}

static void add_node(struct stage *s)
{
    const char *name = text(s, "node-%u", s->next_name++);
    VEC_PUSH(&s->nodes, name);
    put_node(s, name);
}

/* Now and then it comes back, with the pods that it had. */
static void remove_node(struct stage *s)
{
    uint32_t i = roll(s, s->nodes.count);
    const char *name = s->nodes.at[i];
    cache_remove_node(&s->placer.cache, cache_find(&s->placer.cache, name));
    if (one_in(s, 3)) {
        put_node(s, name);
    } else {
        s->nodes.at[i] = s->nodes.at[--s->nodes.count];
    }
}

/* ---- pods ---- */

static struct pod_terms terms(struct stage *s, uint32_t most)
{
    uint32_t count = 1 + roll(s, most);
    struct pod_term *at = TAKE(&s->arena, struct pod_term, count);
    const char **namespaces = TAKE(&s->arena, const char *, 1);
    namespaces[0] = text(s, "space-%u", roll(s, 2));
    for (uint32_t i = 0; i < count; i++) {
        at[i] = (struct pod_term){.key = key(s),
                                  .selector = selector(s),
                                  .namespaces = namespaces,
                                  .namespace_count = one_in(s, 3),
                                  .weight = (int32_t)(1 + roll(s, 100))};
    }
    return (struct pod_terms){at, count};
}

static struct pod_terms away_on_hosts(struct stage *s)
{
    struct pod_term *at = TAKE(&s->arena, struct pod_term, 1);
    *at = (struct pod_term){.key = names_text(&s->names, "kubernetes.io/hostname"), .selector = selector(s)};
    return (struct pod_terms){at, 1};
}

static void add_spread(struct stage *s, struct placement *p)
{
    struct spread_constraint *at = TAKE(&s->arena, struct spread_constraint, 3);
    p->spread = at;
    p->spread_count = 1 + roll(s, 3);
    for (uint32_t i = 0; i < p->spread_count; i++) {
        at[i] = (struct spread_constraint){.key = key(s),
                                           .max_skew = (int32_t)(1 + roll(s, 4)),
                                           .min_domains = (int32_t)(1 + roll(s, 4)),
                                           .hard = one_in(s, 2),
                                           .honors_affinity = !one_in(s, 3),
                                           .honors_taints = one_in(s, 3),
                                           .selector = selector(s)};
    }
}

static void add_node_terms(struct stage *s, struct placement *p, bool required)
{
    struct node_term *at = TAKE(&s->arena, struct node_term, 3);
    uint32_t count = 1 + roll(s, 3);
    for (uint32_t i = 0; i < count; i++) {
        struct requirement *r = TAKE(&s->arena, struct requirement, 1);
        const char **values = TAKE(&s->arena, const char *, 2);
        uint32_t kind = roll(s, 4);
        values[0] = kind == 0 ? text(s, "zone-%u", roll(s, 4)) : text(s, "disk-%u", roll(s, 2));
        values[1] = text(s, "rack-%u", roll(s, 12));
        *r = (struct requirement){.key = names_text(&s->names, kind == 0   ? "topology.kubernetes.io/zone"
                                                               : kind == 1 ? "size"
                                                                           : "disk"),
                                  .op = kind == 1   ? REQUIREMENT_GREATER
                                        : kind == 2 ? REQUIREMENT_EXISTS
                                        : kind == 3 ? REQUIREMENT_NOT_IN
                                                    : REQUIREMENT_IN,
                                  .values = values,
                                  .count = 2,
                                  .bound = roll(s, 3)};
        at[i] = (struct node_term){.labels = r, .label_count = 1, .weight = (int32_t)(1 + roll(s, 100))};
        if (required && one_in(s, 12)) { /* it names its nodes */
            struct requirement *name = TAKE(&s->arena, struct requirement, 1);
            values[0] = text(s, "node-%u", roll(s, 9));
            values[1] = text(s, "node-%u", roll(s, 9));
            *name = (struct requirement){
                .key = names_text(&s->names, "metadata.name"), .op = REQUIREMENT_IN, .values = values, .count = 2};
            at[i] = (struct node_term){.names = name, .name_count = 1};
        }
    }
    if (required) {
        p->required = true;
        p->required_terms = at;
        p->required_count = count;
    } else {
        p->preferred_terms = at;
        p->preferred_count = count;
    }
}

static void add_tolerations(struct stage *s, struct placement *p)
{
    struct toleration *at = TAKE(&s->arena, struct toleration, 2);
    p->tolerations = at;
    p->toleration_count = roll(s, 3);
    for (uint32_t i = 0; i < p->toleration_count; i++) {
        at[i] = (struct toleration){.key = one_in(s, 4) ? NULL : text(s, "taint-%u", roll(s, 3)),
                                    .value = text(s, "%u", roll(s, 2)),
                                    .op = one_in(s, 2) ? TOLERATION_EXISTS : TOLERATION_EQUAL,
                                    .effect = (enum taint_effect)roll(s, 4),
                                    .seconds = -1};
    }
}

static void add_images(struct stage *s, struct placement *p)
{
    const char **at = TAKE(&s->arena, const char *, 2);
    at[0] = text(s, "image-%u:1", roll(s, 4));
    at[1] = text(s, "image-%u:1", roll(s, 4));
    p->images = at;
    p->image_count = p->container_count = 1 + roll(s, 2);
}

static struct placement *placement(struct stage *s)
{
    struct placement *p = TAKE(&s->arena, struct placement, 1);
    struct host_port *port = TAKE(&s->arena, struct host_port, 1);
    *port = (struct host_port){names_text(&s->names, "0.0.0.0"), names_text(&s->names, "TCP"), 8000 + roll(s, 2)};
    p->ports = port;
    p->port_count = one_in(s, 8);
    p->container_count = 1;
    if (one_in(s, 6)) {
        add_node_terms(s, p, true);
    }
    if (s->tainted && one_in(s, 4)) {
        add_node_terms(s, p, false);
    }
    if (one_in(s, 3)) {
        add_tolerations(s, p);
    }
    if (s->simple) {
        p->away = one_in(s, 6) ? away_on_hosts(s) : p->away;
        return p;
    }
    if (one_in(s, 4)) {
        add_spread(s, p);
    }
    if (one_in(s, 4)) {
        add_images(s, p);
    }
    p->near = one_in(s, 8) ? terms(s, 2) : p->near;
    p->away = one_in(s, 6) ? terms(s, 2) : p->away;
    p->rather_near = one_in(s, 8) ? terms(s, 3) : p->rather_near;
    p->rather_away = one_in(s, 8) ? terms(s, 3) : p->rather_away;
    return p;
}

static void add_class(struct stage *s)
{
    struct pod_template *t = TAKE(&s->arena, struct pod_template, 1);
    struct labels *labels = TAKE(&s->arena, struct labels, 1);
    struct label *label = TAKE(&s->arena, struct label, 1);
    struct scalar *scalar = TAKE(&s->arena, struct scalar, 1);
    *label = (struct label){names_text(&s->names, "app"), text(s, "app-%u", roll(s, 5))};
    *labels = (struct labels){label, 1};
    *scalar = (struct scalar){names_text(&s->names, "example.com/gpu"), 1};
    t->placement = one_in(s, 4) ? TAKE(&s->arena, struct placement, 1) : placement(s);
    t->labels = labels;
    t->requests = (struct resources){.mcpu = one_in(s, 9) ? 0 : 10 + roll(s, 900),
                                     .memory_bytes = one_in(s, 9) ? 0 : (int64_t)(1 + roll(s, 2900)) << 20,
                                     .ephemeral_bytes = one_in(s, 9) ? INT64_C(9) << 30 : 0,
                                     .scalars = scalar,
                                     .scalar_count = one_in(s, 9)};
    t->score_requests = t->requests;
    t->score_requests.mcpu = t->nonzero_mcpu = t->requests.mcpu == 0 ? 100 : t->requests.mcpu;
    t->score_requests.memory_bytes = t->nonzero_memory_bytes =
        t->requests.memory_bytes == 0 ? INT64_C(200) << 20 : t->requests.memory_bytes;
    t->priority = (int32_t)roll(s, 3);
    struct pod_class given = {.number = s->class_count,
                              .template = t,
                              .namespace = text(s, "space-%u", roll(s, 2)),
                              .labels = labels,
                              .default_selector = !s->simple && one_in(s, 3) ? selector(s) : NULL};
    s->classes[s->class_count++] = pod_class_make(&s->arena, &given, false);
}

/* ---- the profile ---- */

static void change_profile(struct stage *s)
{
    static const struct shape_point shape[] = {{0, 3}, {40, 10}, {100, 1}};
    struct scored_resource *gpu = TAKE(&s->arena, struct scored_resource, 2);
    static const int32_t percentages[] = {0, 0, 100, 100, 35, 7};
    s->profile = profile_default(&s->arena, &s->names);
    s->profile.percentage = percentages[roll(s, 6)];
    if (one_in(s, 2)) {
        return;
    }
    for (int i = 0; i < PLUGINS; i++) {
        s->profile.filters[i] = !one_in(s, 12);
        s->profile.weights[i] = one_in(s, 4) ? roll(s, 9) : s->profile.weights[i];
    }
    s->profile.strategy = (enum fit_strategy)roll(s, 3);
    s->profile.shape = shape;
    s->profile.shape_count = 3;
    s->profile.hard_affinity_weight = roll(s, 3);
    s->profile.ignores_preferred_of_existing = one_in(s, 3);
    gpu[0] = (struct scored_resource){names_text(&s->names, "example.com/gpu"), 2};
    gpu[1] = (struct scored_resource){names_text(&s->names, "memory"), 5};
    if (one_in(s, 3)) {
        s->profile.fit = s->profile.balanced = (struct scored_resources){gpu, 1 + roll(s, 2)};
    }
    if (one_in(s, 4)) {
        struct placement *p = TAKE(&s->arena, struct placement, 1);
        add_spread(s, p);
        s->profile.spread_by_default = false;
        s->profile.spread = p->spread;
        s->profile.spread_count = p->spread_count;
    }
    if (one_in(s, 4)) {
        struct placement *p = TAKE(&s->arena, struct placement, 1);
        add_node_terms(s, p, false);
        s->profile.added = p;
    }
}

/* ---- what happens ---- */

static void open_stage(struct stage *s, uint64_t seed)
{
    static const uint32_t nodes[] = {3, 20, 60, 130, 300, 700, 1500, 5000};
    *s = (struct stage){.arena = arena_make(1 << 20), .state = seed};
    roll(s, 2);
    s->names = names_make(&s->arena);
    s->placer = placer_make(&s->arena, &s->names);
    s->placer.checked = true;
    s->simple = one_in(s, 2);
    s->tainted = one_in(s, 2);
    s->nodes_max = nodes[roll(s, one_in(s, 6) ? 8 : 6)];
    s->pods_max = s->nodes_max * (2 + roll(s, 9));
    change_profile(s);
    for (uint32_t i = 0; i < s->nodes_max; i++) {
        add_node(s);
    }
    for (uint32_t i = 2 + roll(s, CLASSES_MAX - 2); i > 0; i--) {
        add_class(s);
    }
    while (s->nominations.count < s->pods_max) {
        VEC_PUSH(&s->nominations, NULL);
    }
}

static void close_stage(struct stage *s)
{
    VEC_DROP(&s->nodes);
    VEC_DROP(&s->nominations);
    placer_drop(&s->placer);
    names_drop(&s->names);
    arena_drop(&s->arena);
}

static void denominate(struct stage *s, uint32_t number)
{
    if (s->nominations.at[number] != NULL) {
        cache_denominate(&s->placer.cache, number, s->nominations.at[number]);
        s->nominations.at[number] = NULL;
    }
}

/* Where somebody could be taken away for the pod, it means to come. */
static void nominate(struct stage *s, const struct placer_pod *pod)
{
    const struct preemption_input in = {.pod = pod};
    struct preemption found = preemption_find(&s->placer, &in);
    if (found.outcome == PREEMPTION_CHOSEN && s->placer.cache.expecting.count < 20) {
        s->nominations.at[pod->number] = s->placer.cache.nodes.at[found.nodes.at[found.chosen].slot].name;
        cache_nominate(&s->placer.cache, pod->number, pod->class, s->nominations.at[pod->number]);
    }
    preemption_drop(&found);
}

static void place(struct stage *s)
{
    uint32_t number = roll(s, s->pods_max);
    const struct pod_class *class = s->classes[roll(s, s->class_count)];
    denominate(s, number);
    if (cache_has_pod(&s->placer.cache, number)) {
        cache_remove_pod(&s->placer.cache, number);
    }
    struct placer_pod pod = {.profile = &s->profile, .class = class, .number = number};
    pod.wanted_node = one_in(s, 90) ? text(s, "node-%u", roll(s, s->next_name)) : NULL;
    struct placer_result r = placer_place(&s->placer, &pod);
    if (r.node != NONE) {
        cache_add_pod(&s->placer.cache, number, class, s->placer.cache.nodes.at[r.node].name, false, TIME_UNSET);
    } else if (r.outcome == PLACER_UNSCHEDULABLE && one_in(s, 8)) {
        nominate(s, &pod);
    }
}

static void churn(struct stage *s)
{
    uint32_t what = roll(s, 100), number = roll(s, s->pods_max);
    if (what < 8 && cache_has_pod(&s->placer.cache, number)) {
        cache_remove_pod(&s->placer.cache, number);
    } else if (what < 11) {
        cache_terminate_pod(&s->placer.cache, number);
    } else if (what < 14 && s->nodes.count < s->nodes_max + 9) {
        add_node(s);
    } else if (what < 17 && s->nodes.count > 1) {
        remove_node(s);
    } else if (what < 20 && s->nodes.count > 0) {
        put_node(s, s->nodes.at[roll(s, s->nodes.count)]);
    }
}

/* Decisions over one cluster, as many as asked for. Returns how many differed. */
static uint64_t act(uint64_t seed, uint64_t decisions)
{
    struct stage *s = memory_take(1, sizeof *s);
    open_stage(s, seed);
    for (uint64_t i = 0; i < decisions; i++) {
        churn(s);
        place(s);
    }
    uint64_t differences = s->placer.differences;
    if (differences > 0) {
        fprintf(stderr, "seed %llu: %llu of %llu differ: %u nodes\n", (unsigned long long)seed,
                (unsigned long long)differences, (unsigned long long)decisions, s->nodes_max);
    }
    close_stage(s);
    free(s);
    return differences;
}

#define DECISIONS 12000
#define DECISIONS_A_CLUSTER 1000

Test(scheduler_paths, decide_the_same_plainly_and_fast, .timeout = 36000)
{
    const char *asked = getenv("DECISIONS");
    uint64_t decisions = asked == NULL ? DECISIONS : strtoull(asked, NULL, 10), differences = 0;
    for (uint64_t i = 0; i < decisions / DECISIONS_A_CLUSTER; i++) {
        differences += act(2385 + i, DECISIONS_A_CLUSTER);
    }
    cr_assert_eq(differences, 0, "%llu of %llu decisions differ", (unsigned long long)differences,
                 (unsigned long long)decisions);
}
