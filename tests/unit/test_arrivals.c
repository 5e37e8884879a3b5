#include <criterion/criterion.h>
#include <math.h>

#include "models/demand/arrivals.h"

#define MINUTE_NS (60 * UNITS_SECOND_NS)

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.15g is not %.15g", got, wanted);
}

static const struct object rides = {.kind = "Demand", .namespace = "city", .name = "rides"};
static const struct object parcels = {.kind = "Demand", .namespace = "city", .name = "parcels"};

/* Of a scenario that starts on Monday 2026-05-04 at 00:00 UTC. */
#define START_NS INT64_C(1777852800000000000)

static double rate_at(struct demand demand, int64_t at_ns)
{
    struct arrivals a = arrivals_make(&demand, START_NS, false, 1, 0);
    return arrivals_hz(&a, at_ns);
}

/* Factor 2.8, rise 10 min: 4 min in it is 1 + 1.8 * 0.4; fall 60 min: 15 min in it is 2.8 - 1.8 * 0.25. */
Test(arrivals, an_event_rises_holds_and_falls)
{
    struct demand_event concert = {.start_ns = 100 * MINUTE_NS,
                                   .rise_ns = 10 * MINUTE_NS,
                                   .hold_ns = 40 * MINUTE_NS,
                                   .fall_ns = 60 * MINUTE_NS,
                                   .factor = 2.8};
    expect_close(arrivals_event_factor(&concert, 99 * MINUTE_NS), 1, 0);
    expect_close(arrivals_event_factor(&concert, 104 * MINUTE_NS), 1.72, 1e-15);
    expect_close(arrivals_event_factor(&concert, 110 * MINUTE_NS), 2.8, 0);
    expect_close(arrivals_event_factor(&concert, 149 * MINUTE_NS), 2.8, 0);
    expect_close(arrivals_event_factor(&concert, 165 * MINUTE_NS), 2.35, 1e-15);
    expect_close(arrivals_event_factor(&concert, 210 * MINUTE_NS), 1, 0);
}

/* Two events at once multiply: 45 * 2.8 * 0.5; without events 45. */
Test(arrivals, events_multiply_and_can_be_left_out)
{
    struct demand_event events[2] = {{.hold_ns = MINUTE_NS, .factor = 2.8}, {.hold_ns = 2 * MINUTE_NS, .factor = 0.5}};
    struct demand demand = {.object = &rides, .rate_per_s = 45, .events = {events, 2}};
    expect_close(rate_at(demand, UNITS_SECOND_NS), 63, 1e-15);
    expect_close(rate_at(demand, 90 * UNITS_SECOND_NS), 22.5, 1e-15);
    struct arrivals calm = arrivals_make(&demand, START_NS, true, 1, 0);
    cr_assert_eq(arrivals_hz(&calm, UNITS_SECOND_NS), 45);
}

/* 4 % a month of 730 h: after 365 h a factor of sqrt(1.04). */
Test(arrivals, growth_compounds)
{
    struct demand demand = {.object = &rides, .rate_per_s = 45, .growth = {0.04, UNITS_MONTH_NS}};
    expect_close(rate_at(demand, UNITS_MONTH_NS / 2), 45 * sqrt(1.04), 1e-14);
    expect_close(rate_at(demand, 0), 45, 0);
}

/* A week with factor 3 at Tuesday 06:00 and 0.5 from 12 h before to 12 h after; its mean is (0.5 * 168 + 2.5 * 12) /
 * 168 = 0.67857. At New York's offset of -4 h, 06:00 there is 10:00 UTC; 3 h later the factor is 3 - 2.5 / 4. */
Test(arrivals, profile_follows_the_week_of_its_time_zone)
{
    struct arena arena = arena_make(1024);
    struct week_profile week;
    struct fail fail;
    struct profile_knot knots[3] = {{18 * UNITS_HOUR_NS, 0.5}, {30 * UNITS_HOUR_NS, 3}, {42 * UNITS_HOUR_NS, 0.5}};
    cr_assert(profile_make(&arena, PROFILE_WEEK_NS, knots, 3, &week, &fail));
    struct demand demand = {.object = &rides, .rate_per_s = 45, .shape = &week, .utc_offset_s = -4 * 3600};
    double mean = (0.5 * 168 + 2.5 * 12) / 168;
    expect_close(rate_at(demand, 34 * UNITS_HOUR_NS), 45 * 3 / mean, 1e-14);
    expect_close(rate_at(demand, 37 * UNITS_HOUR_NS), 45 * (3 - 2.5 / 4) / mean, 1e-14);
    arena_drop(&arena);
}

/* Between 10/s at 1 min and 16/s at 4 min: 2 min later 14/s. With a level of its own the trace gives the shape: its
 * mean is 13. */
Test(arrivals, a_trace_is_taken_as_it_is_or_scaled_to_the_level)
{
    struct trace_point points[2] = {{MINUTE_NS, 10}, {4 * MINUTE_NS, 16}};
    struct trace trace = {.count = 2, .points = points, .mean_per_s = 13};
    struct demand demand = {.object = &rides, .trace = &trace};
    expect_close(rate_at(demand, 3 * MINUTE_NS), 14, 1e-15);
    demand.rate_per_s = 26;
    expect_close(rate_at(demand, 3 * MINUTE_NS), 28, 1e-15);
}

/* An error of 20 %: over 4000 replications the level's mean is 45 and its deviation 9, within 3 standard errors. */
Test(arrivals, an_uncertain_rate_is_drawn_for_each_replication)
{
    struct demand demand = {.object = &rides, .rate_per_s = 45, .rate_error = 0.2};
    double sum = 0, squares = 0;
    for (uint64_t i = 0; i < 4000; i++) {
        struct arrivals a = arrivals_make(&demand, START_NS, false, 1, i);
        sum += a.level_hz;
        squares += a.level_hz * a.level_hz;
        cr_assert_eq(arrivals_make(&demand, START_NS + 5, true, 1, i).level_hz, a.level_hz);
    }
    cr_assert_float_eq(sum / 4000, 45, 3 * 9 / sqrt(4000));
    cr_assert_float_eq(sqrt(squares / 4000 - sum * sum / 16e6), 9, 0.4);
}

static struct demand_noise thirty_percent = {.deviation = 0.3, .correlation_ns = 30 * MINUTE_NS};
static const struct demand noisy = {.object = &rides, .rate_per_s = 45, .noise = &thirty_percent};

Test(arrivals, noise_does_not_depend_on_steps_and_order)
{
    struct arrivals forward = arrivals_make(&noisy, START_NS, false, 7, 3);
    double seen[100];
    for (int i = 0; i < 100; i++) {
        seen[i] = arrivals_hz(&forward, i * 7 * MINUTE_NS);
    }
    struct arrivals backward = arrivals_make(&noisy, START_NS, false, 7, 3);
    for (int i = 99; i >= 0; i--) {
        cr_assert_eq(arrivals_hz(&backward, i * 7 * MINUTE_NS), seen[i]);
    }
    struct arrivals other = arrivals_make(&noisy, START_NS, false, 7, 4);
    cr_assert_neq(arrivals_hz(&other, 0), seen[0]);
    struct demand renamed = noisy;
    renamed.object = &parcels;
    other = arrivals_make(&renamed, START_NS, false, 7, 3);
    cr_assert_neq(arrivals_hz(&other, 0), seen[0]);
}

/* Over 40,000 half hours: the mean of the factor is 1 (its standard error with this correlation is 0.3 * sqrt(2.16 /
 * 40000) = 0.0022), the deviation 0.3, and of the logarithm the correlation after 30 min is 1/e; halfway between grid
 * points the interpolation makes it 1/e * 1.067. */
Test(arrivals, noise_has_mean_one_and_the_deviation_and_correlation_asked_for)
{
    for (int64_t shift_ns = 0; shift_ns < 4 * MINUTE_NS; shift_ns += 113 * UNITS_SECOND_NS) {
        struct arrivals d = arrivals_make(&noisy, START_NS, false, 11, 0);
        double sum = 0, squares = 0, log_sum = 0, log_squares = 0, log_products = 0, before = 0;
        int count = 40000;
        for (int i = 0; i < count; i++) {
            double factor = arrivals_hz(&d, i * 30 * MINUTE_NS + shift_ns) / 45, l = log(factor);
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
