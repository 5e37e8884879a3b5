#include <criterion/criterion.h>

#include "sim/scenario/units.h"

static int64_t duration(const char *text)
{
    int64_t ns = -1;
    return units_duration(text, &ns) ? ns : -1;
}

static int64_t instant(const char *text)
{
    int64_t ns = -1;
    return units_time(text, &ns) ? ns : -1;
}

static double rate(const char *text)
{
    double per_second = -1;
    return units_rate(text, &per_second) ? per_second : -1;
}

Test(units, sums_the_parts_of_a_duration)
{
    cr_assert_eq(duration("15ms"), 15000000);
    cr_assert_eq(duration("1h30m"), INT64_C(5400000000000));
    cr_assert_eq(duration("1.5h"), INT64_C(5400000000000));
    cr_assert_eq(duration("2.385s"), 2385000000);
    cr_assert_eq(duration("7d"), INT64_C(604800000000000));
    cr_assert_eq(duration("0"), 0);
}

/* 50 years and a bit is the most; four of them and a scenario's ten years are within int64. */
Test(units, a_duration_that_is_too_long_is_told_from_what_is_none)
{
    cr_assert_eq(duration("18300d"), INT64_C(18300) * 86400 * 1000000000);
    cr_assert_eq(duration("18300d1ns"), -1);
    cr_assert_eq(duration("9000d9301d"), -1);
    cr_assert(units_is_long("18300d1ns") && units_is_long("9000d9301d") && units_is_long("99999999999999999999d"));
    cr_assert_not(units_is_long("18300d"));
    cr_assert_not(units_is_long("99999999999d5"));
}

Test(units, refuses_a_duration_without_unit_or_beyond_int64)
{
    cr_assert_eq(duration("30"), -1);
    cr_assert_eq(duration("-5s"), -1);
    cr_assert_eq(duration("5 s"), -1);
    cr_assert_eq(duration("5sec"), -1);
    cr_assert_eq(duration(""), -1);
    cr_assert_eq(duration("200000000d"), -1);
    cr_assert_eq(duration("100000d100000d"), -1);
}

/* date -u -d 2026-05-04T00:00:00Z +%s says 1777852800; 2024 is a leap year: 2024-02-29T12:00:00Z is 1709208000. */
Test(units, counts_an_instant_from_1970)
{
    cr_assert_eq(instant("2026-05-04T00:00:00Z"), INT64_C(1777852800) * 1000000000);
    cr_assert_eq(instant("2026-05-04T02:00:00+02:00"), INT64_C(1777852800) * 1000000000);
    cr_assert_eq(instant("2026-05-03T18:30:00-05:30"), INT64_C(1777852800) * 1000000000);
    cr_assert_eq(instant("2024-02-29T12:00:00.25Z"), INT64_C(1709208000250) * 1000000);
    cr_assert_eq(instant("1970-01-01T00:00:00Z"), 0);
}

Test(units, refuses_days_that_are_not_and_times_without_offset)
{
    cr_assert_eq(instant("2025-02-29T00:00:00Z"), -1);
    cr_assert_eq(instant("2026-04-31T00:00:00Z"), -1);
    cr_assert_eq(instant("2026-05-04T24:00:00Z"), -1);
    cr_assert_eq(instant("2026-05-04T00:00:00"), -1);
    cr_assert_eq(instant("2026-05-04"), -1);
    cr_assert_eq(instant("2026-05-04T00:00:00.Z"), -1);
    cr_assert_eq(instant("2026-05-04T00:00:00+2:00"), -1);
}

Test(units, prints_an_instant_and_a_duration_as_they_are_read)
{
    char text[32];
    units_time_print(text, instant("2024-02-29T12:34:56Z"));
    cr_assert_str_eq(text, "2024-02-29T12:34:56Z");
    units_time_print(text, instant("2099-12-31T23:59:59Z"));
    cr_assert_str_eq(text, "2099-12-31T23:59:59Z");
    units_duration_print(text, INT64_C(95415002000000));
    cr_assert_str_eq(text, "1d2h30m15s2ms");
    units_duration_print(text, 0);
    cr_assert_str_eq(text, "0s");
}

/* 3k/h is 3000 / 3600 = 0.8333 a second; 1.2M/d is 1200000 / 86400 = 13.8889. */
Test(units, reads_rates_per_second)
{
    cr_assert_eq(rate("45/s"), 45.0);
    cr_assert_float_eq(rate("3k/h"), 0.833333333, 1e-9);
    cr_assert_float_eq(rate("1.2M/d"), 13.888888889, 1e-9);
    cr_assert_eq(rate("120/min"), 2.0);
    cr_assert_eq(rate("45"), -1);
    cr_assert_eq(rate("45/y"), -1);
}

Test(units, reads_shares_growth_and_offsets)
{
    double share = -1;
    cr_assert(units_percent("99.9%", &share));
    cr_assert_float_eq(share, 0.999, 1e-15);
    cr_assert(units_percent("0.25", &share));
    cr_assert_eq(share, 0.25);
    cr_assert_not(units_percent("25 %", &share));

    struct growth growth;
    cr_assert(units_growth("-2.5%/week", &growth));
    cr_assert_eq(growth.share, -0.025);
    cr_assert_eq(growth.period_ns, 168 * UNITS_HOUR_NS);
    cr_assert_not(units_growth("4%", &growth));
    cr_assert_not(units_growth("-100%/year", &growth));

    int32_t offset_s = -1;
    cr_assert(units_offset("-05:30", &offset_s));
    cr_assert_eq(offset_s, -19800);
    cr_assert_not(units_offset("Europe/Berlin", &offset_s));
}
