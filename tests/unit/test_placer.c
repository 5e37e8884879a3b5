/* The scheduling cycle over plain structs; tests/conformance replays the real one's. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/placer.h"

static const struct labels no_labels;
static const struct taints no_taints;
static const struct placement anywhere;

struct bed {
    struct arena arena;
    struct names names;
    struct placer placer;
    struct profile profile;
    uint32_t classes;
};

static struct bed *bed_open(void)
{
    struct bed *b = memory_take(1, sizeof *b);
    b->arena = arena_make(1 << 14);
    b->names = names_make(&b->arena);
    b->placer = placer_make(&b->arena, &b->names);
    b->profile = profile_default(&b->arena, &b->names);
    return b;
}

static void bed_close(struct bed *b)
{
    placer_drop(&b->placer);
    names_drop(&b->names);
    arena_drop(&b->arena);
    free(b);
}

static const struct pod_class *make_class(struct bed *b, int64_t mcpu, int64_t memory_bytes)
{
    struct pod_template *t = TAKE(&b->arena, struct pod_template, 1);
    *t = (struct pod_template){.placement = &anywhere,
                               .labels = &no_labels,
                               .requests = {.mcpu = mcpu, .memory_bytes = memory_bytes},
                               .nonzero_mcpu = mcpu,
                               .nonzero_memory_bytes = memory_bytes};
    t->score_requests = t->requests;
    struct pod_class given = {.number = b->classes++, .template = t, .labels = &no_labels};
    return pod_class_make(&b->arena, &given, false);
}

static uint32_t add_node(struct bed *b, const char *name, const char *zone)
{
    struct label *label = TAKE(&b->arena, struct label, 1);
    struct labels *labels = TAKE(&b->arena, struct labels, 1);
    *label = (struct label){names_text(&b->names, "topology.kubernetes.io/zone"), names_text(&b->names, zone)};
    *labels = (struct labels){label, 1};
    struct node n = {.name = names_text(&b->names, name),
                     .labels = labels,
                     .taints = &no_taints,
                     .ready = true,
                     .allocatable = {.mcpu = 3920, .memory_bytes = 15000},
                     .pods_allocatable = 58};
    return cache_put_node(&b->placer.cache, &n, 0);
}

static void put_pod(struct bed *b, uint32_t number, const struct pod_class *class, uint32_t slot)
{
    cache_add_pod(&b->placer.cache, number, class, b->placer.cache.nodes.at[slot].name, false, TIME_UNSET);
}

static struct placer_result place(struct bed *b, const struct pod_class *class)
{
    return placer_place(&b->placer, &(struct placer_pod){.profile = &b->profile, .class = class, .number = NONE});
}

/* Arrival a1 a2 b1 c1 a3 in zones a, b, c: round robin gives a1 b1 c1 a2 a3. All nodes are alike and empty, so the heap's
 * root is the first feasible node; the start moves on by the 5 nodes looked at, which is 0 again. */
Test(placer, goes_round_robin_over_zones)
{
    struct bed *b = bed_open();
    static const char *const names[] = {"a1", "a2", "b1", "c1", "a3"};
    uint32_t slots[5];
    for (int i = 0; i < 5; i++) {
        slots[i] = add_node(b, names[i], (char[]){names[i][0], '\0'});
    }
    cr_assert_eq(place(b, make_class(b, 230, 512)).node, slots[0]);
    const uint32_t expected[] = {0, 2, 3, 1, 4};
    for (uint32_t i = 0; i < 5; i++) {
        cr_assert_eq(b->placer.cache.order.at[i], slots[expected[i]]);
    }
    cr_assert_eq(b->placer.next_start, 0);
    bed_close(b);
}

/* The fuller node scores less: (3920 - 230) x 100 / 3920 = 94 against (3920 - 1230) x 100 / 3920 = 68 for the cpu. */
Test(placer, prefers_the_node_with_more_left)
{
    struct bed *b = bed_open();
    uint32_t full = add_node(b, "full", "a"), free_node = add_node(b, "free", "a");
    put_pod(b, 0, make_class(b, 1000, 4000), full);
    struct placer_result r = place(b, make_class(b, 230, 1024));
    cr_assert_eq(r.node, free_node);
    cr_assert_eq(r.feasible, 2);
    bed_close(b);
}

/* The pod is larger than any node: taking others' pods away would not help. */
Test(placer, says_why_a_pod_fits_nowhere_in_kubernetes_words)
{
    struct bed *b = bed_open();
    add_node(b, "a", "a");
    add_node(b, "b", "a");
    b->placer.cache.nodes.at[add_node(b, "c", "a")].unschedulable = true;
    const struct pod_class *class = make_class(b, 3921, 15001);
    cr_assert_eq(place(b, class).node, NONE);
    struct verdict_counts counts = placer_counts(&b->placer);
    struct buffer text = {0};
    verdict_message(&text, &counts, &class->template->requests, NULL, NULL);
    cr_assert_str_eq(text.at,
                     "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu, "
                     "2 Insufficient memory. no new claims to deallocate, preemption: 0/3 nodes are available: "
                     "3 Preemption is not helpful for scheduling.");
    buffer_drop(&text);
    bed_close(b);
}

/* 1000 nodes: 50 - 8 = 42 % = 420; 6000: 50 - 48 = 2, so 5 % = 300; 120: 50 - 0 = 50 % = 60, at least 100. */
Test(placer, looks_for_fewer_nodes_in_larger_clusters)
{
    cr_assert_eq(candidates_wanted(99, 0), 99);
    cr_assert_eq(candidates_wanted(120, 0), 100);
    cr_assert_eq(candidates_wanted(1000, 0), 420);
    cr_assert_eq(candidates_wanted(6000, 0), 300);
}

/* A node that goes keeps its pods: 1000m of 3920m are taken again when it comes back, so 2950m no longer fit. */
Test(placer, pods_of_a_node_that_went_count_again_when_it_is_back)
{
    struct bed *b = bed_open();
    uint32_t slot = add_node(b, "a", "a");
    put_pod(b, 0, make_class(b, 1000, 4000), slot);
    cache_remove_node(&b->placer.cache, slot);
    cr_assert_eq(place(b, make_class(b, 10, 10)).outcome, PLACER_NO_NODES);
    cr_assert_eq(add_node(b, "a", "a"), slot);
    cr_assert_eq(place(b, make_class(b, 2950, 10)).outcome, PLACER_UNSCHEDULABLE);
    cr_assert_eq(place(b, make_class(b, 2920, 10)).outcome, PLACER_PLACED);
    bed_close(b);
}

/* 300 pods of a ReplicaSet on one node, 100 of them go, 60 come: 300, 200, 260. A byte a node does not hold the first. */
Test(placer, counts_more_pods_of_one_class_on_a_node_than_a_byte_holds)
{
    struct bed *b = bed_open();
    uint32_t slot = add_node(b, "crowded", "a");
    add_node(b, "other", "b");
    const struct requirement lacks = {.key = names_text(&b->names, "gone"), .op = REQUIREMENT_DOES_NOT_EXIST};
    const struct label_selector any = {&lacks, 1};
    struct pod_class given = *make_class(b, 1, 1);
    given.labels = &no_labels;
    given.default_selector = &any;
    const struct pod_class *class = pod_class_make(&b->arena, &given, false);
    for (uint32_t i = 0; i < 300; i++) {
        put_pod(b, i, class, slot);
    }
    const struct tally *t = &placer_tallies(&b->placer, &b->profile, class)->list.at[0];
    cr_assert(t->by_node);
    cr_assert_eq(tally_at(t, &b->placer.cache, slot), 300);
    for (uint32_t i = 0; i < 100; i++) {
        cache_remove_pod(&b->placer.cache, i);
    }
    t = &placer_tallies(&b->placer, &b->profile, class)->list.at[0];
    cr_assert_eq(tally_at(t, &b->placer.cache, slot), 200);
    for (uint32_t i = 0; i < 60; i++) {
        put_pod(b, i, class, slot);
    }
    t = &placer_tallies(&b->placer, &b->profile, class)->list.at[0];
    cr_assert_eq(tally_at(t, &b->placer.cache, slot), 260);
    bed_close(b);
}

/* ---- the fast way against the plain one ---- */

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static const struct label_selector *selects(struct bed *b, const char *value)
{
    struct label_selector *s = TAKE(&b->arena, struct label_selector, 1);
    struct requirement *r = TAKE(&b->arena, struct requirement, 1);
    const char **values = TAKE(&b->arena, const char *, 1);
    values[0] = value;
    *r = (struct requirement){.key = names_text(&b->names, "app"), .op = REQUIREMENT_IN, .values = values, .count = 1};
    *s = (struct label_selector){r, 1};
    return s;
}

/* The kind says what of spreading and affinity the class has; it means pods of any of four apps. */
static const struct pod_class *random_class(struct bed *b, uint64_t *state)
{
    static const char *const apps[] = {"a", "b", "c", "d"};
    struct placement *p = TAKE(&b->arena, struct placement, 1);
    struct pod_term *term = TAKE(&b->arena, struct pod_term, 1);
    struct spread_constraint *spread = TAKE(&b->arena, struct spread_constraint, 1);
    struct label *label = TAKE(&b->arena, struct label, 1);
    struct labels *labels = TAKE(&b->arena, struct labels, 1);
    const char *zone = names_text(&b->names, "topology.kubernetes.io/zone");
    *label = (struct label){names_text(&b->names, "app"), names_text(&b->names, apps[next(state) % 4])};
    *labels = (struct labels){label, 1};
    const struct label_selector *meant = selects(b, names_text(&b->names, apps[next(state) % 4]));
    *term = (struct pod_term){.key = zone, .selector = meant, .weight = (int32_t)(1 + next(state) % 100)};
    *spread = (struct spread_constraint){
        .key = zone, .max_skew = 2, .min_domains = 1, .hard = next(state) % 2, .selector = meant};
    uint64_t kind = next(state) % 8;
    p->spread = spread;
    p->spread_count = kind == 1;
    p->near = (struct pod_terms){term, kind == 2};
    p->away = (struct pod_terms){term, kind == 3};
    p->rather_near = (struct pod_terms){term, kind == 4};
    p->rather_away = (struct pod_terms){term, kind == 5};
    struct pod_class given = *make_class(b, (int64_t)(10 + next(state) % 900), (int64_t)(100 + next(state) % 2000));
    struct pod_template *t = TAKE(&b->arena, struct pod_template, 1);
    *t = *given.template;
    t->placement = p;
    given.template = t;
    given.labels = labels;
    given.namespace = names_text(&b->names, "default");
    given.default_selector = kind == 6 ? selects(b, label->value) : NULL;
    return pod_class_make(&b->arena, &given, false);
}

#define SLOTS 150
#define KINDS 24
#define PODS 600

/* One course of 6,000 decisions over 150 nodes in 7 zones; a pod's number is used again and again, so pods come and go.
 * Returns a hash of who went where and which nodes were looked at. */
static uint64_t course(bool plain)
{
    struct bed *b = bed_open();
    uint64_t state = 2385, hash = 0;
    const struct pod_class *classes[KINDS];
    b->placer.plain = plain;
    for (uint32_t i = 0; i < SLOTS; i++) {
        char name[16], zone[16];
        snprintf(name, sizeof name, "node-%u", i);
        snprintf(zone, sizeof zone, "zone-%u", (unsigned)(next(&state) % 7));
        add_node(b, name, zone);
    }
    for (int i = 0; i < KINDS; i++) {
        classes[i] = random_class(b, &state);
    }
    for (int i = 0; i < 6000; i++) {
        uint32_t number = (uint32_t)(next(&state) % PODS);
        const struct pod_class *class = classes[next(&state) % KINDS];
        if (cache_has_pod(&b->placer.cache, number)) {
            cache_remove_pod(&b->placer.cache, number);
        }
        struct placer_result r = place(b, class);
        if (r.node != NONE) {
            put_pod(b, number, class, r.node);
        }
        hash = hash * 31 + r.node * 7 + r.feasible * 3 + r.evaluated + b->placer.next_start;
    }
    bed_close(b);
    return hash;
}

Test(placer, decides_the_same_with_what_it_keeps_and_without)
{
    cr_assert_eq(course(false), course(true));
}

/* Three empty nodes. With no plugin that scores one feasible node is enough, and the next pod begins behind it: first, second,
 * third, first, whether sums are kept or not. (With scores all three are looked at each time.) */
Test(placer, a_profile_that_scores_nothing_takes_the_first_feasible_node)
{
    for (int plain = 0; plain < 2; plain++) {
        struct bed *b = bed_open();
        b->placer.plain = plain == 1;
        b->profile.scores = false;
        memset(b->profile.weights, 0, sizeof b->profile.weights);
        uint32_t slots[3] = {add_node(b, "n0", "a"), add_node(b, "n1", "a"), add_node(b, "n2", "a")};
        const struct pod_class *class = make_class(b, 385, 1024);
        for (uint32_t number = 0; number < 4; number++) {
            struct placer_result r = place(b, class);
            cr_expect_eq(r.feasible, 1);
            cr_expect_eq(r.node, slots[number % 3]);
            put_pod(b, number, class, r.node);
        }
        bed_close(b);
    }
}
