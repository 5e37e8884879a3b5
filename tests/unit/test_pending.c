#include <criterion/criterion.h>
#include <stdlib.h>

#include "sim/core/pending.h"

/* A plain sorted list as the measure: stable insertion behind equal keys. */
struct listed {
    uint64_t key;
    uint32_t id;
};

static void insert(struct listed *list, size_t *count, uint64_t key, uint32_t id)
{
    size_t at = (*count)++;
    while (at > 0 && list[at - 1].key > key) {
        list[at] = list[at - 1];
        at--;
    }
    list[at] = (struct listed){key, id};
}

/* 20,000 pushes and pops in a random walk, with many equal keys (steps of 0 to 6 out of a large range now and then). */
Test(pending, pops_what_a_stable_sorted_list_pops)
{
    static struct listed list[20000];
    size_t count = 0;
    struct pending p = {0};
    struct pending_item item;
    uint64_t now = 0, seed = 9871;
    for (uint32_t id = 0; id < 20000; id++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t step = seed >> 33 & 7 ? (seed >> 40) % 7 : (seed >> 36) % 1000003;
        insert(list, &count, now + step, id);
        pending_push(&p, now + step, id, 1);
        if (seed >> 61 > 2) {
            cr_assert(pending_pop(&p, UINT64_MAX, &item));
            cr_assert_eq(item.key, list[0].key);
            cr_assert_eq(item.id, list[0].id);
            now = item.key;
            for (size_t i = 1; i < count; i++) {
                list[i - 1] = list[i];
            }
            count--;
        }
        cr_assert_eq(p.count, count);
    }
    pending_drop(&p);
}

Test(pending, leaves_everything_as_it_is_when_the_soonest_lies_behind_the_limit)
{
    struct pending p = {0};
    struct pending_item item;
    pending_push(&p, 1000, 7, 0);
    cr_assert(!pending_pop(&p, 999, &item));
    pending_push(&p, 31, 8, 0); /* would be refused if the pop above had moved on to 1000 */
    cr_assert(pending_pop(&p, 999, &item));
    cr_assert_eq(item.id, 8);
    cr_assert(pending_pop(&p, 1000, &item));
    cr_assert_eq(item.id, 7);
    cr_assert(!pending_pop(&p, UINT64_MAX, &item));
    pending_drop(&p);
}
