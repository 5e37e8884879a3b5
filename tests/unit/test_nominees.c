/* Pods that mean to come to a node, in the scheduling cycle of another. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/scheduler/placer.h"

static const struct taints no_taints;

struct bed {
    struct arena arena;
    struct names names;
    struct placer placer;
    struct profile profile;
    const struct pod_class *shy, *plain; /* of one priority; the first wants no pod of the second's label in its zone */
};

static const struct labels *label(struct bed *b, const char *key, const char *value)
{
    struct label *l = TAKE(&b->arena, struct label, 1);
    struct labels *labels = TAKE(&b->arena, struct labels, 1);
    *l = (struct label){names_text(&b->names, key), names_text(&b->names, value)};
    *labels = (struct labels){l, 1};
    return labels;
}

static const struct pod_class *make_class(struct bed *b, uint32_t number, const char *app, const struct placement *p)
{
    struct pod_template *t = TAKE(&b->arena, struct pod_template, 1);
    *t = (struct pod_template){.placement = p, .labels = label(b, "app", app), .requests = {.mcpu = 385}};
    struct pod_class given = {
        .number = number, .template = t, .labels = t->labels, .namespace = names_text(&b->names, "default")};
    return pod_class_make(&b->arena, &given, false);
}

static struct bed *bed_open(void)
{
    static const struct placement anywhere;
    struct bed *b = memory_take(1, sizeof *b);
    b->arena = arena_make(1 << 14);
    b->names = names_make(&b->arena);
    b->placer = placer_make(&b->arena, &b->names);
    b->profile = profile_default(&b->arena, &b->names);
    struct placement *p = TAKE(&b->arena, struct placement, 1);
    struct pod_term *term = TAKE(&b->arena, struct pod_term, 1);
    struct label_selector *selector = TAKE(&b->arena, struct label_selector, 1);
    struct requirement *r = TAKE(&b->arena, struct requirement, 1);
    *r = (struct requirement){.key = names_text(&b->names, "app"),
                              .op = REQUIREMENT_IN,
                              .values = &label(b, "app", "new")->at[0].value,
                              .count = 1};
    *selector = (struct label_selector){r, 1};
    *term = (struct pod_term){.key = names_text(&b->names, "zone"), .selector = selector};
    *p = (struct placement){.away = {term, 1}};
    b->shy = make_class(b, 0, "db", p);
    b->plain = make_class(b, 1, "new", &anywhere);
    struct node n = {.name = names_text(&b->names, "n0"),
                     .labels = label(b, "zone", "z0"),
                     .taints = &no_taints,
                     .ready = true,
                     .allocatable = {.mcpu = 3920},
                     .pods_allocatable = 58};
    cache_put_node(&b->placer.cache, &n, 0);
    return b;
}

static enum placer_outcome place_plain(struct bed *b)
{
    return placer_place(&b->placer, &(struct placer_pod){.profile = &b->profile, .class = b->plain, .number = 9})
        .outcome;
}

static void bed_close(struct bed *b)
{
    placer_drop(&b->placer);
    names_drop(&b->names);
    arena_drop(&b->arena);
    free(b);
}

/* Where no pod that is on a node has a term about it, and it has none itself, Kubernetes skips InterPodAffinity for the whole
 * cycle: what the nominee would mind is not looked at. With one such pod on the node it is. */
Test(nominees, keep_nobody_away_by_affinity_where_nobody_on_a_node_does)
{
    struct bed *b = bed_open();
    const char *node = names_text(&b->names, "n0");
    cache_nominate(&b->placer.cache, 1, b->shy, node);
    cr_expect_eq(place_plain(b), PLACER_PLACED);
    b->placer.plain = true;
    cr_expect_eq(place_plain(b), PLACER_PLACED);
    cache_add_pod(&b->placer.cache, 2, b->shy, node, false, TIME_UNSET);
    cr_expect_eq(place_plain(b), PLACER_UNSCHEDULABLE);
    bed_close(b);
}

/* 3920m hold ten of 385m; nine are there, so there is room for one more, which the nominee takes. */
Test(nominees, take_the_room_of_pods_of_their_priority)
{
    struct bed *b = bed_open();
    const char *node = names_text(&b->names, "n0");
    for (uint32_t number = 10; number < 19; number++) {
        cache_add_pod(&b->placer.cache, number, b->plain, node, false, TIME_UNSET);
    }
    cr_expect_eq(place_plain(b), PLACER_PLACED);
    cache_nominate(&b->placer.cache, 1, b->shy, node);
    cr_expect_eq(place_plain(b), PLACER_UNSCHEDULABLE);
    cache_denominate(&b->placer.cache, 1, node);
    cr_expect_eq(place_plain(b), PLACER_PLACED);
    bed_close(b);
}
