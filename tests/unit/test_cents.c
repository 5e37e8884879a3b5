#include <criterion/criterion.h>

#include "reports/cents.h"
#include "sim/base/rng.h"

/* 1.4 + 2.4 + 0.7 = 4.5 rounds to 5: cut to 1, 2, 0, two are left, for 0.7 and the first of the two 0.4. */
Test(cents, what_is_left_goes_to_the_largest_remainders)
{
    struct arena a = arena_make(1024);
    double values[] = {1.4, 2.4, 0.7};
    int64_t parts[3];
    cr_assert_eq(cents_round(a, values, parts, 3), 5);
    cr_assert_eq(parts[0], 2);
    cr_assert_eq(parts[1], 2);
    cr_assert_eq(parts[2], 1);
    arena_drop(&a);
}

/* 100 as 1 : 1 : 1 is 34, 33, 33; as 0 : 0 too; as 2 : 1 : 0 it is 67, 33, 0. */
Test(cents, parts_are_in_proportion_and_equal_where_nothing_says_how)
{
    struct arena a = arena_make(1024);
    int64_t parts[3], even[] = {7, 7, 7}, none[] = {0, 0, 0}, uneven[] = {20, 10, 0};
    cents_spread(a, 100, even, parts, 3);
    cr_assert(parts[0] == 34 && parts[1] == 33 && parts[2] == 33);
    cents_spread(a, 100, none, parts, 3);
    cr_assert(parts[0] == 34 && parts[1] == 33 && parts[2] == 33);
    cents_spread(a, 100, uneven, parts, 3);
    cr_assert(parts[0] == 67 && parts[1] == 33 && parts[2] == 0);
    cents_spread(a, 100, even, parts, 0);
    arena_drop(&a);
}

/* Whatever is rounded, parts sum to the whole, and each is within 1 of what is fair; also below 0. */
Test(cents, parts_sum_to_the_whole)
{
    struct arena a = arena_make(1 << 16);
    struct rng rng = rng_open(3, 0, "test.cents", 0);
    double values[40];
    int64_t parts[40], spread[40], weights[40];
    for (int round = 0; round < 2000; round++) {
        uint32_t count = 1 + (uint32_t)rng_below(&rng, 40);
        int64_t sum = 0, given = 0, whole = (int64_t)rng_below(&rng, 1000000007);
        for (uint32_t i = 0; i < count; i++) {
            values[i] = rng_uniform(&rng) * 98321.7 - (round % 5 == 0 ? 40000.3 : 0);
            weights[i] = (int64_t)rng_below(&rng, 100000);
        }
        int64_t total = cents_round(a, values, parts, count);
        cents_spread(a, whole, weights, spread, count);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert_float_eq((double)parts[i], values[i], 1.0001);
            sum += parts[i];
            given += spread[i];
        }
        cr_assert_eq(sum, total);
        cr_assert_eq(given, whole);
    }
    arena_drop(&a);
}

static void expect_nusd(int64_t nusd, const char *text)
{
    struct buffer b = {0};
    cents_print_nusd(&b, nusd);
    cr_expect_str_eq(b.at, text);
    buffer_drop(&b);
}

Test(cents, nano_dollars_are_printed_exactly)
{
    expect_nusd(415662012170, "415.66201217");
    expect_nusd(3, "0.000000003");
    expect_nusd(-1500000000, "-1.5");
    expect_nusd(7000000000, "7");
    expect_nusd(0, "0");
    expect_nusd(INT64_MIN, "-9223372036.854775808");
}
