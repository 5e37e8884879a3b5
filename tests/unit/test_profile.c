#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "sim/scenario/profile.h"

#define HOUR_NS (INT64_C(3600) * 1000000000)

static struct arena arena;
static struct week_profile profile;
static struct fail failure;

static void open_room(void)
{
    arena = arena_make(4096);
    failure = (struct fail){0};
}

static void close_room(void)
{
    arena_drop(&arena);
}

TestSuite(profile, .init = open_room, .fini = close_room);

/* Points 3 at 1 h and 1 at 3 h of a 4 h period: 2 h down, 2 h up, so the mean is 2 and the factors become 1.5 and 0.5.
 * At 1.5 h a quarter of the way down: 1.5 - 0.25 = 1.25. At 0 h half of the way up again: 1. */
Test(profile, joins_points_by_lines_around_the_end_of_the_period)
{
    struct profile_knot knots[] = {{HOUR_NS, 3}, {3 * HOUR_NS, 1}};
    cr_assert(profile_make(&arena, 4 * HOUR_NS, knots, 2, &profile, &failure), "%s", failure.text);
    cr_assert_eq(profile_at(&profile, HOUR_NS), 1.5);
    cr_assert_eq(profile_at(&profile, 3 * HOUR_NS / 2), 1.25);
    cr_assert_eq(profile_at(&profile, 3 * HOUR_NS), 0.5);
    cr_assert_eq(profile_at(&profile, 0), 1);
    cr_assert_eq(profile_at(&profile, 4 * HOUR_NS), 1);
    cr_assert_eq(profile_at(&profile, 400 * HOUR_NS + 3 * HOUR_NS / 2), 1.25);
    cr_assert_eq(profile_at(&profile, -HOUR_NS), 0.5);
}

Test(profile, of_one_point_is_flat)
{
    cr_assert(profile_make(&arena, PROFILE_WEEK_NS, &(struct profile_knot){7, 2.385}, 1, &profile, &failure));
    cr_assert_eq(profile_at(&profile, 0), 1);
    cr_assert_eq(profile_at(&profile, 123456789), 1);
}

/* Spans 1 h (2 to 4: mean 3) and 3 h (4 to 2: mean 3) of unequal length: the mean is 3 all the same. */
Test(profile, has_mean_1_when_points_are_not_evenly_spaced)
{
    struct profile_knot knots[] = {{0, 2}, {HOUR_NS, 4}};
    cr_assert(profile_make(&arena, 4 * HOUR_NS, knots, 2, &profile, &failure));
    cr_assert_float_eq(profile.knots[0].factor, 2.0 / 3, 1e-15);
    cr_assert_float_eq(profile.knots[1].factor, 4.0 / 3, 1e-15);
}

/* The mean over 168 x 60 minutes, each at its middle, of the shipped week. The busiest hour is on Friday evening or
 * later in the week, and more than ten times as busy as the quietest. */
Test(profile, city_week_has_mean_1_and_a_weekend)
{
    cr_assert(profile_load(&arena, "city-week", &profile, &failure), "%s", failure.text);
    double sum = 0, most = 0, least = 9;
    int busiest = 0;
    for (int minute = 0; minute < 168 * 60; minute++) {
        double factor = profile_at(&profile, (2 * minute + 1) * HOUR_NS / 120);
        sum += factor;
        least = factor < least ? factor : least;
        if (factor > most) {
            most = factor;
            busiest = minute / 60;
        }
    }
    cr_assert_float_eq(sum / (168 * 60), 1, 1e-6);
    cr_assert_geq(busiest, 4 * 24);
    cr_assert_gt(most / least, 10);
}

static void refused(const char *text, const char *message)
{
    cr_expect(!profile_read(&arena, "x.csv", text, strlen(text), &profile, &failure));
    cr_expect_str_eq(failure.text, message);
}

Test(profile, refuses_points_that_are_none)
{
    refused("seconds,factor\n", "x.csv: a profile without points (give at least one)");
    refused("seconds,factor\n0,0\n60,0\n", "x.csv: a profile of nothing but 0 (one factor at least must be above)");
    refused("seconds,factor\n60,1\n60,1\n",
            "x.csv: point 2 of the profile is not later than the one before (sort them)");
    refused("seconds,factor\n0,1\n60,-1\n", "x.csv: point 2 of the profile: its factor is negative or too large");
    refused("seconds,factor\n604800,1\n", "x.csv:2:1: seconds: 604800 is outside a week (0 to 604799)");
    refused("seconds,level\n0,1\n", "x.csv: no column \"factor\" (the header has: seconds, level)");
    cr_assert(!profile_load(&arena, "city-weak", &profile, &failure));
    cr_assert_str_eq(failure.text, "no profile \"city-weak\" (there are: city-week)");
    cr_assert(!profile_load(&arena, "../prices/aws", &profile, &failure));
}
