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

/* Increments of every size from 0 to 2^50, so that every digit is crossed; groups of equal keys; the walk ends with more
 * than 2^56 on the clock. 0 to 40 items are pending. */
Test(pending, keeps_the_order_over_all_magnitudes)
{
    struct listed list[64];
    size_t count = 0;
    struct pending p = {0};
    struct pending_item item;
    uint64_t now = 0, seed = 77;
    uint32_t id = 0;
    for (int round = 0; round < 200000; round++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t step = (seed >> 13) >> (seed >> 7) % 64;
        for (unsigned equal = (unsigned)(seed >> 60) % 3; equal > 0 && count < 40; equal--) {
            insert(list, &count, now + step, id);
            pending_push(&p, now + step, id++, 1);
        }
        uint64_t limit = count < 40 ? now + ((seed >> 20) >> (seed >> 3) % 64) : UINT64_MAX;
        bool due = count > 0 && list[0].key <= limit;
        cr_assert_eq(pending_pop(&p, limit, &item), due);
        if (due) {
            cr_assert_eq(item.key, list[0].key);
            cr_assert_eq(item.id, list[0].id);
            now = item.key;
            count--;
            for (size_t i = 0; i < count; i++) {
                list[i] = list[i + 1];
            }
        }
        cr_assert_eq(p.count, count);
    }
    cr_assert_gt(now, (uint64_t)1 << 56);
    pending_drop(&p);
}

/* All due together, then one more while they are being popped: it comes last. */
Test(pending, what_is_due_now_comes_out_in_the_order_of_pushing)
{
    struct pending p = {0};
    struct pending_item item;
    for (uint32_t id = 0; id < 1000; id++) {
        pending_push(&p, 15000000000, id, 0);
    }
    for (uint32_t id = 0; id < 1001; id++) {
        cr_assert(pending_pop(&p, 15000000000, &item));
        cr_assert_eq(item.id, id);
        if (id == 500) {
            pending_push(&p, 15000000000, 1000, 0);
            pending_push(&p, 15000000001, 1001, 0);
        }
    }
    cr_assert(!pending_pop(&p, 15000000000, &item));
    cr_assert(pending_pop(&p, 15000000001, &item));
    cr_assert_eq(item.id, 1001);
    cr_assert_eq(p.count, 0);
    pending_drop(&p);
}
