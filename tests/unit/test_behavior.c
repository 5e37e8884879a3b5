#include <criterion/criterion.h>

#include "models/hpa/behavior.h"

#define SECOND INT64_C(1000000000)

static const struct hpa_limits limits = {.min = 2, .max = 61, .downscale_stabilization_ns = 300 * SECOND};

/* 23 replicas wanted of 7: at most max(2 x 7, 4) = 14. */
Test(behavior, without_rules_the_size_at_most_doubles)
{
    struct hpa_memory memory = {0};
    struct hpa_normalized n = hpa_normalize(&memory, NULL, &limits, 7, 23, 0);
    cr_assert_eq(n.replicas, 14);
    cr_assert_eq(n.limited, HPA_SCALE_UP_LIMIT);
    cr_assert_eq(n.able, HPA_READY_FOR_NEW_SCALE);
    hpa_memory_drop(&memory);
}

/* 9 was recommended 300 s ago: it still counts; a nanosecond later it does not, and its slot is used again. */
Test(behavior, without_rules_the_highest_recommendation_of_the_window_holds)
{
    struct hpa_memory memory = {0};
    hpa_memory_recommend(&memory, 9, 0);
    struct hpa_normalized n = hpa_normalize(&memory, NULL, &limits, 9, 4, 300 * SECOND);
    cr_assert_eq(n.replicas, 9);
    cr_assert_eq(n.able, HPA_SCALE_DOWN_STABILIZED);
    n = hpa_normalize(&memory, NULL, &limits, 9, 4, 300 * SECOND + 1);
    cr_assert_eq(n.replicas, 4);
    cr_assert_eq(memory.recommendations.count, 2);
    cr_assert_eq(memory.recommendations.at[0].replicas, 4);
    hpa_memory_drop(&memory);
}

/* 10 replicas, 15 % up: ceil(10 x 1.15) = 12; one pod up: 11. Max takes 12, Min takes 11. */
Test(behavior, the_selected_policy_limits_the_step)
{
    struct hpa_policy policies[2] = {{HPA_POLICY_PERCENT, 15, 60}, {HPA_POLICY_PODS, 1, 60}};
    struct hpa_behavior b = {.up = {.policies = policies, .policy_count = 2}, .down = {.window_s = 0}};
    struct hpa_memory memory = {0};
    cr_assert_eq(hpa_normalize(&memory, &b, &limits, 10, 37, 0).replicas, 12);
    b.up.select = HPA_SELECT_MIN;
    cr_assert_eq(hpa_normalize(&memory, &b, &limits, 10, 37, 0).replicas, 11);
    b.up.select = HPA_SELECT_DISABLED;
    cr_assert_eq(hpa_normalize(&memory, &b, &limits, 10, 37, 0).replicas, 10);
    hpa_memory_drop(&memory);
}

/* 5 were added 59 s ago, so the period of 60 s began at 13 - 5 = 8: one more than 8 + 4 = 12 is not allowed, and the limit is
 * never below the size of now. */
Test(behavior, counts_from_the_size_at_the_start_of_the_period)
{
    struct hpa_policy policy = {HPA_POLICY_PODS, 4, 60};
    struct hpa_behavior b = {.up = {.policies = &policy, .policy_count = 1}, .down = {.window_s = 0}};
    struct hpa_memory memory = {0};
    hpa_memory_rescaled(&memory, &b, 8, 13, 0);
    cr_assert_eq(hpa_normalize(&memory, &b, &limits, 13, 37, 59 * SECOND).replicas, 13);
    cr_assert_eq(hpa_normalize(&memory, &b, &limits, 13, 37, 60 * SECOND).replicas, 17);
    hpa_memory_rescaled(&memory, &b, 13, 17, 61 * SECOND);
    cr_assert_eq(memory.events[HPA_UP].count, 1);
    cr_assert_eq(memory.events[HPA_UP].at[0].change, 4);
    hpa_memory_drop(&memory);
}
