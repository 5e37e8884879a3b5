#include <criterion/criterion.h>
#include <math.h>

#include "models/cost/cost.h"
#include "sim/base/sample.h"
#include "sim/scenario/units.h"

/* $0.192 an hour for 1 h 0 m 1.5 s is 0.192 * 3601.5 / 3600 = 0.19208 exactly. */
Test(cost, a_node_costs_its_price_for_each_nanosecond)
{
    int64_t price = cost_nusd(0.192);
    cr_assert_eq(price, 192000000);
    cr_assert_eq(cost_of_lifetime(price, 3601500000000), 192080000);
    cr_assert_eq(cost_of_lifetime(price, 0), 0);
    cr_assert_eq(cost_of_lifetime(cost_nusd(98.32), 10 * 12 * UNITS_MONTH_NS), INT64_C(98320000000) * 87600);
}

/* Steps of any length: the differences sum to the whole. */
Test(cost, steps_of_a_lifetime_sum_to_it)
{
    struct rng rng = rng_open(1, 0, "test.cost", 0);
    int64_t price = 192384617, at = 0, sum = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t next = at + (int64_t)rng_below(&rng, 15000000001);
        sum += cost_of_lifetime(price, next) - cost_of_lifetime(price, at);
        at = next;
    }
    cr_assert_eq(sum, cost_of_lifetime(price, at));
}

/* 4 cores of 7.4607 GiB each beside 16 GiB: 29.843 / 45.843 = 0.650981 of the price. */
Test(cost, processors_and_memory_split_the_price_as_opencost_does)
{
    cr_assert_float_eq(cost_processor_share(4000, INT64_C(16) << 30), 0.650981, 1e-6);
}

/* All of one resource: 1000 n$, 4 cores of which 3.5 allocatable; claims of 1 (request 1000m, use 400m) and 1.5
 * (request 500m, use 1500m): 250 and 375; reserved 0.5 / 4: 125; idle the other 250. */
Test(cost, pods_pay_the_greater_of_request_and_use)
{
    struct cost_node node = {.capacity_mcpu = 4000, .allocatable_mcpu = 3500};
    struct cost_claim claims[2] = {cost_claim(1000, 400, 0, -1), cost_claim(500, 1500, 0, 0)};
    struct cost_part parts[2], idle, reserved;
    cost_share(&node, 1000, claims, 2, parts, &idle, &reserved);
    cr_assert_eq(parts[0].processor_nusd, 250);
    cr_assert_eq(parts[1].processor_nusd, 375);
    cr_assert_eq(idle.processor_nusd, 250);
    cr_assert_eq(reserved.processor_nusd, 125);
}

/* Claims of 3 and 4 cores on 3.5: they share 875 as 3 : 4, and nothing is idle. */
Test(cost, pods_that_use_more_than_there_is_share_what_there_is)
{
    struct cost_node node = {.capacity_mcpu = 4000, .allocatable_mcpu = 3500};
    struct cost_claim claims[2] = {{3000, 0}, {4000, 0}};
    struct cost_part parts[2], idle, reserved;
    cost_share(&node, 1000, claims, 2, parts, &idle, &reserved);
    cr_assert_eq(parts[0].processor_nusd, 375);
    cr_assert_eq(parts[1].processor_nusd, 500);
    cr_assert_eq(idle.processor_nusd, 0);
    cr_assert_eq(reserved.processor_nusd, 125);
}

Test(cost, node_cost_is_workloads_idle_and_reserved_exactly)
{
    struct rng rng = rng_open(3, 0, "test.cost", 0);
    for (int round = 0; round < 1000; round++) {
        struct cost_node node = {4000, INT64_C(16) << 30, 3920, INT64_C(15) << 30};
        struct cost_claim claims[30];
        struct cost_part parts[30], idle, reserved;
        size_t count = rng_below(&rng, 31);
        for (size_t i = 0; i < count; i++) {
            claims[i] = cost_claim((int64_t)rng_below(&rng, 500), (int64_t)rng_below(&rng, 700) - 1,
                                   (int64_t)rng_below(&rng, 1000000007), (int64_t)rng_below(&rng, 2000000011));
        }
        int64_t amount = (int64_t)rng_below(&rng, 10000019);
        cost_share(&node, amount, claims, count, parts, &idle, &reserved);
        int64_t sum = idle.processor_nusd + idle.memory_nusd + reserved.processor_nusd + reserved.memory_nusd;
        for (size_t i = 0; i < count; i++) {
            cr_assert_geq(parts[i].processor_nusd, 0);
            cr_assert_geq(parts[i].memory_nusd, 0);
            sum += parts[i].processor_nusd + parts[i].memory_nusd;
        }
        cr_assert_geq(idle.processor_nusd, 0);
        cr_assert_geq(idle.memory_nusd, 0);
        cr_assert_eq(sum, amount);
    }
}

/* A week (168 h) at $100 without and $107 with its concert: 100 * 730 / 168 + 7. */
Test(cost, a_month_has_each_event_once)
{
    double monthly = cost_monthly_usd(100000000000, 107000000000, 168 * UNITS_HOUR_NS);
    cr_assert_float_eq(monthly, 100.0 * 730 / 168 + 7, 1e-9);
    cr_assert_float_eq(cost_per_unit_usd(107000000000, 2e6), 53.5e-6, 1e-12);
    cr_assert_eq(cost_per_unit_usd(5, 0), 0);
}
