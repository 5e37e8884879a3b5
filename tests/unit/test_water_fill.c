#include <criterion/criterion.h>
#include <math.h>

#include "models/service/water_fill.h"
#include "sim/base/sample.h"

/* 4 cores for wants 0.5, 3, 3 of weights 1, 1, 3: the first is content, the other 3.5 go 1 : 3, of which 2.625 < 3. */
Test(water_fill, gives_what_the_content_leave_by_weight)
{
    double wanted[3] = {0.5, 3, 3}, weights[3] = {1, 1, 3}, shares[3];
    double level = water_fill(wanted, weights, 3, 4, shares);
    cr_assert_float_eq(shares[0], 0.5, 1e-15);
    cr_assert_float_eq(shares[1], 0.875, 1e-15);
    cr_assert_float_eq(shares[2], 2.625, 1e-15);
    cr_assert_float_eq(level, 0.875, 1e-15);
}

Test(water_fill, gives_all_that_is_wanted_when_there_is_enough)
{
    double wanted[3] = {0.5, 0, 2.385}, weights[3] = {2, 7, 1}, shares[3];
    cr_assert_eq(water_fill(wanted, weights, 3, 2.9, shares), INFINITY);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(shares[i], wanted[i]);
    }
}

/* Properties: nobody above his want; the sum is the lesser of wants and capacity; who gets less than wanted has the
 * level, and nobody more than the level. */
Test(water_fill, is_max_min_fair_for_any_wants)
{
    struct rng rng = rng_open(3, 0, "test.water_fill", 0);
    for (int round = 0; round < 2000; round++) {
        double wanted[40], weights[40], shares[40], all = 0, given = 0;
        size_t count = 1 + rng_below(&rng, 40);
        for (size_t i = 0; i < count; i++) {
            wanted[i] = rng_below(&rng, 5) == 0 ? 0 : sample_pareto(&rng, 0.01, 1.1);
            weights[i] = sample_uniform(&rng, 0.002, 4);
            all += wanted[i];
        }
        double capacity = sample_uniform(&rng, 0, 1.3 * all);
        double level = water_fill(wanted, weights, count, capacity, shares);
        for (size_t i = 0; i < count; i++) {
            given += shares[i];
            cr_assert_leq(shares[i], wanted[i]);
            cr_assert(shares[i] == wanted[i] || fabs(shares[i] - level * weights[i]) <= 1e-9 * shares[i]);
            cr_assert(shares[i] <= level * weights[i] * (1 + 1e-9));
        }
        cr_assert_float_eq(given, fmin(all, capacity), 1e-9 * all);
    }
}
