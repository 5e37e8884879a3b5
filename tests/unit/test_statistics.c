#include <criterion/criterion.h>

#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "sim/base/sample.h"
#include "sim/base/statistics.h"

enum { VALUES = 5000 };

static void draw(double values[VALUES], double mean)
{
    struct rng r = rng_open(9, 0, "values", 0);
    for (int i = 0; i < VALUES; i++) {
        values[i] = sample_normal(&r, mean, 3.1);
    }
}

/* A mean of 1e8 with a deviation of 3: the textbook's sum of squares would have lost all digits of the variance. */
Test(statistics, moments_equal_those_of_two_passes_also_far_from_zero)
{
    double values[VALUES];
    draw(values, 1e8);
    struct statistics s = {0};
    for (int i = 0; i < VALUES; i++) {
        statistics_add(&s, values[i]);
    }
    cr_assert_eq(s.count, VALUES);
    cr_assert_float_eq(s.mean, gsl_stats_mean(values, 1, VALUES), 1e-6);
    cr_assert_float_eq(statistics_variance(&s), gsl_stats_variance(values, 1, VALUES), 1e-6);
    cr_assert_eq(s.least, gsl_stats_min(values, 1, VALUES));
    cr_assert_eq(s.most, gsl_stats_max(values, 1, VALUES));
}

Test(statistics, merged_parts_equal_the_whole)
{
    double values[VALUES];
    draw(values, -7.3);
    struct statistics whole = {0}, merged = {0}, part = {0};
    statistics_merge(&merged, &part);
    cr_assert_eq(merged.count, 0);
    for (int i = 0; i < VALUES; i++) {
        statistics_add(&whole, values[i]);
        statistics_add(&part, values[i]);
        if (i == 0 || i == 17 || i == 4017 || i == VALUES - 1) {
            statistics_merge(&merged, &part);
            part = (struct statistics){0};
        }
    }
    cr_assert_eq(merged.count, whole.count);
    cr_assert_float_eq(merged.mean, whole.mean, 1e-12);
    cr_assert_float_eq(merged.squares, whole.squares, 1e-8);
    cr_assert_eq(merged.least, whole.least);
    cr_assert_eq(merged.most, whole.most);
}

/* 3.9, 4.4, 5.1, 4.8: mean 4.55, squared distances 0.4225 + 0.0225 + 0.3025 + 0.0625 = 0.81, variance 0.27, and
 * t(0.975; 3) = 3.18245, so 3.18245 sqrt(0.27 / 4) = 0.826827. */
Test(statistics, interval_is_students)
{
    const double values[] = {3.9, 4.4, 5.1, 4.8};
    struct statistics s = {0};
    for (int i = 0; i < 4; i++) {
        statistics_add(&s, values[i]);
    }
    struct statistics_interval i = statistics_interval(&s, 0.95);
    cr_assert_float_eq(i.mean, 4.55, 1e-12);
    cr_assert_float_eq(i.half_width, 0.826827, 1e-5);
}

Test(statistics, interval_of_one_value_is_infinite)
{
    struct statistics s = {0};
    statistics_add(&s, 2.385);
    struct statistics_interval i = statistics_interval(&s, 0.95);
    cr_assert_eq(i.mean, 2.385);
    cr_assert(isinf(i.half_width));
}

/* Over 2,000 samples of 8 the interval misses the mean in 5 % of cases, give or take 4 deviations of 0.49 %. */
Test(statistics, interval_covers_the_mean_as_often_as_it_says)
{
    struct rng r = rng_open(10, 0, "coverage", 0);
    int missed = 0;
    for (int n = 0; n < 2000; n++) {
        struct statistics s = {0};
        for (int i = 0; i < 8; i++) {
            statistics_add(&s, sample_normal(&r, 17.3, 4.4));
        }
        struct statistics_interval i = statistics_interval(&s, 0.95);
        missed += fabs(i.mean - 17.3) > i.half_width;
    }
    cr_assert_float_eq(missed / 2000.0, 0.05, 0.0195, "%d", missed);
}

/* Differences 0.5, 0.75, 0.25: mean 0.5, variance 0.0625; the values themselves vary by thousands. */
Test(statistics, paired_looks_at_differences_only)
{
    const double base[] = {1000.25, -2000.5, 300.125}, candidate[] = {1000.75, -1999.75, 300.375};
    struct statistics d = statistics_paired(base, candidate, 3);
    cr_assert_eq(d.mean, 0.5);
    cr_assert_eq(statistics_variance(&d), 0.0625);
}

/* (2 x 7 + 3 x 11.5) / 5 = 9.7. */
Test(statistics, weighted_mean_weighs)
{
    struct statistics_weighted w = {0};
    statistics_weighted_add(&w, 1e9, 0);
    cr_assert_eq(w.mean, 0);
    statistics_weighted_add(&w, 7, 2);
    statistics_weighted_add(&w, 11.5, 3);
    cr_assert_float_eq(w.mean, 9.7, 1e-15);
    cr_assert_eq(w.weight, 5);
}

/* From 100 on: 3 for 20 ns, 7 for none, 5 for 60 ns, so (60 + 300) / 80 = 4.5. */
Test(statistics, level_is_weighed_by_the_time_that_it_held)
{
    struct statistics_level l = statistics_level_start(100, 3);
    cr_assert_eq(statistics_level_mean(&l, 100), 3);
    statistics_level_set(&l, 120, 7);
    statistics_level_set(&l, 120, 5);
    cr_assert_eq(statistics_level_mean(&l, 180), 4.5);
    cr_assert_eq(l.least, 3);
    cr_assert_eq(l.most, 7);
    cr_assert_eq(l.value, 5);
}
