#include <criterion/criterion.h>
#include <math.h>

#include "models/demand/demand.h"

#define MINUTE_NS (60 * UNITS_SECOND_NS)

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.15g is not %.15g", got, wanted);
}

static double only_the_rate(struct demand_input input, int64_t at_ns)
{
    struct demand d = demand_make(&input, false, 1, 0);
    return demand_rate_hz(&d, at_ns);
}

/* Factor 2.8, rise 10 min: 4 min in it is 1 + 1.8 * 0.4; fall 60 min: 15 min in it is 2.8 - 1.8 * 0.25. */
Test(demand, an_event_rises_holds_and_falls)
{
    struct demand_event concert = {.start_ns = 100 * MINUTE_NS,
                                   .rise_ns = 10 * MINUTE_NS,
                                   .hold_ns = 40 * MINUTE_NS,
                                   .fall_ns = 60 * MINUTE_NS,
                                   .factor = 2.8};
    expect_close(demand_event_factor(&concert, 99 * MINUTE_NS), 1, 0);
    expect_close(demand_event_factor(&concert, 104 * MINUTE_NS), 1.72, 1e-15);
    expect_close(demand_event_factor(&concert, 110 * MINUTE_NS), 2.8, 0);
    expect_close(demand_event_factor(&concert, 149 * MINUTE_NS), 2.8, 0);
    expect_close(demand_event_factor(&concert, 165 * MINUTE_NS), 2.35, 1e-15);
    expect_close(demand_event_factor(&concert, 210 * MINUTE_NS), 1, 0);
}

/* Two events at once multiply: 45 * 2.8 * 0.5; without events 45. */
Test(demand, events_multiply_and_can_be_left_out)
{
    struct demand_event events[2] = {{0, 0, MINUTE_NS, 0, 2.8}, {0, 0, 2 * MINUTE_NS, 0, 0.5}};
    struct demand_input input = {.namespace = "", .name = "rides", .level_hz = 45, .events = events, .event_count = 2};
    expect_close(only_the_rate(input, UNITS_SECOND_NS), 63, 1e-15);
    expect_close(only_the_rate(input, 90 * UNITS_SECOND_NS), 22.5, 1e-15);
    struct demand calm = demand_make(&input, true, 1, 0);
    cr_assert_eq(demand_rate_hz(&calm, UNITS_SECOND_NS), 45);
}

/* 4 % a month of 730 h: after 365 h a factor of sqrt(1.04). */
Test(demand, growth_compounds)
{
    struct demand_input input = {.namespace = "", .name = "rides", .level_hz = 45, .growth = {0.04, UNITS_MONTH_NS}};
    expect_close(only_the_rate(input, UNITS_MONTH_NS / 2), 45 * sqrt(1.04), 1e-14);
    expect_close(only_the_rate(input, 0), 45, 0);
}

/* Factors 0.5 and 1.5 at hours 0 and 12 of a day, mean 1; a day that began 3 h before: 2 h later it is 5 h: 0.5 + 5/12. */
Test(demand, profile_begins_where_the_scenario_does)
{
    struct arena arena = arena_make(1024);
    struct profile day;
    struct fail fail;
    struct profile_knot knots[2] = {{0, 0.5}, {12 * UNITS_HOUR_NS, 1.5}};
    cr_assert(profile_make(&arena, 24 * UNITS_HOUR_NS, knots, 2, &day, &fail));
    struct demand_input input = {
        .namespace = "", .name = "rides", .level_hz = 45, .profile = &day, .into_profile_ns = 3 * UNITS_HOUR_NS};
    expect_close(only_the_rate(input, 2 * UNITS_HOUR_NS), 45 * (0.5 + 5.0 / 12), 1e-14);
    arena_drop(&arena);
}

/* Between 10/s at 1 min and 16/s at 4 min: 2 min later 14/s; the ends stay. */
Test(demand, a_trace_is_linear_between_its_points)
{
    struct demand_point trace[3] = {{MINUTE_NS, 10}, {4 * MINUTE_NS, 16}, {5 * MINUTE_NS, 2.385}};
    struct demand_input input = {.namespace = "", .name = "rides", .level_hz = 7, .trace = trace, .trace_count = 3};
    struct demand d = demand_make(&input, false, 1, 0);
    expect_close(demand_rate_hz(&d, 3 * MINUTE_NS), 14, 1e-15);
    expect_close(demand_rate_hz(&d, 9 * MINUTE_NS), 2.385, 0);
    expect_close(demand_rate_hz(&d, 0), 10, 0);
    expect_close(demand_rate_hz(&d, 4 * MINUTE_NS), 16, 0);
}

static const struct demand_input noisy = {.namespace = "city",
                                          .name = "rides",
                                          .level_hz = 45,
                                          .noise_deviation = 0.3,
                                          .noise_correlation_ns = 30 * MINUTE_NS};

Test(demand, noise_does_not_depend_on_steps_and_order)
{
    struct demand forward = demand_make(&noisy, false, 7, 3);
    double seen[100];
    for (int i = 0; i < 100; i++) {
        seen[i] = demand_rate_hz(&forward, i * 7 * MINUTE_NS);
    }
    struct demand backward = demand_make(&noisy, false, 7, 3);
    for (int i = 99; i >= 0; i--) {
        cr_assert_eq(demand_rate_hz(&backward, i * 7 * MINUTE_NS), seen[i]);
    }
    struct demand other = demand_make(&noisy, false, 7, 4);
    cr_assert_neq(demand_rate_hz(&other, 0), seen[0]);
    struct demand_input renamed = noisy;
    renamed.name = "parcels";
    other = demand_make(&renamed, false, 7, 3);
    cr_assert_neq(demand_rate_hz(&other, 0), seen[0]);
}

/* Over 40,000 half hours: the mean of the factor is 1 (its standard error with this correlation is 0.3 * sqrt(2.16 /
 * 40000) = 0.0022), the deviation 0.3, and of the logarithm the correlation after 30 min is 1/e; halfway between grid
 * points the interpolation makes it 1/e * 1.067. */
Test(demand, noise_has_mean_one_and_the_deviation_and_correlation_asked_for)
{
    for (int64_t shift_ns = 0; shift_ns < 4 * MINUTE_NS; shift_ns += 113 * UNITS_SECOND_NS) {
        struct demand d = demand_make(&noisy, false, 11, 0);
        double sum = 0, squares = 0, log_sum = 0, log_squares = 0, log_products = 0, before = 0;
        int count = 40000;
        for (int i = 0; i < count; i++) {
            double factor = demand_rate_hz(&d, i * 30 * MINUTE_NS + shift_ns) / 45, l = log(factor);
            sum += factor;
            squares += factor * factor;
            log_sum += l;
            log_squares += l * l;
            log_products += i > 0 ? l * before : 0;
            before = l;
        }
        double mean = sum / count, log_mean = log_sum / count;
        double correlation =
            (log_products / (count - 1) - log_mean * log_mean) / (log_squares / count - log_mean * log_mean);
        cr_expect_float_eq(mean, 1, 0.0066);
        cr_expect_float_eq(sqrt(squares / count - mean * mean), 0.3, 0.01);
        cr_expect_float_eq(correlation, exp(-1), 0.04);
    }
}
