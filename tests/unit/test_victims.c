#include <criterion/criterion.h>

#include "models/workload/victims.h"

#define SECOND INT64_C(1000000000)

static struct victim ready_pod(const char *node, uint64_t uid, int64_t ready_s)
{
    return (struct victim){.node = node,
                           .phase = POD_RUNNING,
                           .ready = true,
                           .ready_since_ns = ready_s * SECOND,
                           .created_ns = (ready_s - 2) * SECOND,
                           .uid = uid};
}

/* Node a has three pods of the Deployment, node b one: a pod of a goes first, the younger by its bucket. Ages 700 s and
 * 3 s: floor(log2) of the ns are 39 and 31. */
Test(victims, the_fullest_node_gives_first_and_there_the_youngest)
{
    struct arena a = arena_make(1 << 12);
    const char *node_a = "a", *node_b = "b";
    struct victim pods[3] = {ready_pod(node_a, 1, 300), ready_pod(node_b, 2, 995), ready_pod(node_a, 3, 997)};
    const char *nodes[] = {node_a, node_b, node_a, node_a};
    uint32_t order[3];
    victims_rank(pods, 3, nodes, 4, a);
    cr_assert_eq(pods[0].rank, 3);
    cr_assert_eq(pods[1].rank, 1);
    victims_order(pods, 3, 1000 * SECOND, order, a);
    cr_assert_eq(order[0], 2);
    cr_assert_eq(order[1], 0);
    cr_assert_eq(order[2], 1);
    arena_drop(&a);
}

/* Ages 8 s and 9 s lie in different buckets: 2^33 ns = 8.59 s. 9 s and 10 s share one: there the smaller uid goes first. */
Test(victims, ages_are_told_apart_by_powers_of_two_then_uid_decides)
{
    struct arena a = arena_make(1 << 12);
    struct victim pods[2] = {ready_pod("n", 1, 91), ready_pod("n", 2, 92)};
    uint32_t order[2];
    victims_order(pods, 2, 100 * SECOND, order, a);
    cr_assert_eq(order[0], 1);
    pods[0] = ready_pod("n", 8, 91);
    pods[1] = ready_pod("n", 5, 90);
    victims_order(pods, 2, 100 * SECOND, order, a);
    cr_assert_eq(order[0], 1);
    arena_drop(&a);
}

Test(victims, a_pod_that_waits_for_a_node_goes_before_a_cheap_one)
{
    struct arena a = arena_make(1 << 12);
    struct victim pods[3] = {ready_pod("n", 1, 50), ready_pod("n", 2, 50), {.phase = POD_PENDING, .uid = 3}};
    pods[1].deletion_cost = -10;
    uint32_t order[3];
    victims_order(pods, 3, 100 * SECOND, order, a);
    cr_assert_eq(order[0], 2);
    cr_assert_eq(order[1], 1);
    arena_drop(&a);
}

/* 50 pods of one batch, the last of which restarted: it goes first, the others in their order. */
Test(victims, equals_keep_their_order_among_many)
{
    struct arena a = arena_make(1 << 12);
    struct victim pods[50];
    uint32_t order[50];
    for (uint32_t i = 0; i < 50; i++) {
        pods[i] = ready_pod("n", 100 - i, 50);
    }
    pods[49].restarts = 3;
    victims_order(pods, 50, 100 * SECOND, order, a);
    cr_assert_eq(order[0], 49);
    for (uint32_t i = 1; i < 50; i++) {
        cr_assert_eq(order[i], i - 1);
    }
    arena_drop(&a);
}

Test(victims, a_deletion_cost_that_is_no_plain_number_counts_as_0)
{
    cr_assert_eq(victims_deletion_cost("-10"), -10);
    cr_assert_eq(victims_deletion_cost("2147483647"), INT32_MAX);
    cr_assert_eq(victims_deletion_cost("2147483648"), 0);
    cr_assert_eq(victims_deletion_cost("+5"), 0);
    cr_assert_eq(victims_deletion_cost("007"), 0);
    cr_assert_eq(victims_deletion_cost(""), 0);
}
