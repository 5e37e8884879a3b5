#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/decimal.h"

static struct decimal read(const char *digits, int32_t scale)
{
    struct decimal d;
    cr_assert(decimal_read(&d, digits, strlen(digits)));
    d.scale = scale;
    return d;
}

static const char *print(const struct decimal *d)
{
    static char text[DECIMAL_DIGITS + 2];
    *decimal_print(text, d) = '\0';
    return text;
}

/* 123456789012345678901.5 + 0.25 = 123456789012345678901.75: the scale becomes the larger one, 2. */
Test(decimal, adds_at_the_finer_of_the_two_scales)
{
    struct decimal d = read("1234567890123456789015", 1), e = read("25", 2);
    decimal_add(&d, &e);
    cr_assert_str_eq(print(&d), "12345678901234567890175");
    cr_assert_eq(d.scale, 2);
}

/* 5 - 10^18 = -999999999999999995, and adding 10^18 - 5 again leaves a zero that is not negative. */
Test(decimal, takes_the_sign_of_the_larger_in_a_difference)
{
    struct decimal d = decimal_of(5, 0), e = decimal_of(-1000000000000000000, 0);
    decimal_add(&d, &e);
    cr_assert_str_eq(print(&d), "-999999999999999995");
    e = decimal_of(999999999999999995, 0);
    decimal_add(&d, &e);
    cr_assert_eq(decimal_sign(&d), 0);
    cr_assert(!d.negative);
}

/* -1.000000001 to no place is -2 and inexact; 7.000 to one place is 7.0 and exact. */
Test(decimal, rounds_away_from_zero_and_says_what_was_lost)
{
    struct decimal d = decimal_of(-1000000001, 9);
    cr_assert(!decimal_round_away(&d, 0));
    cr_assert_str_eq(print(&d), "-2");
    d = decimal_of(7000, 3);
    cr_assert(decimal_round_away(&d, 1));
    cr_assert_str_eq(print(&d), "70");
    d = decimal_of(3, 700);
    cr_assert(!decimal_round_away(&d, 9));
    cr_assert_str_eq(print(&d), "1");
}

/* 10^30 modulo 2^64 = 5076944270305263616 (10^30 = 54210108624 x 2^64 + 5076944270305263616). */
Test(decimal, gives_the_low_64_bits_of_its_digits)
{
    struct decimal d = read("1000000000000000000000000000000", 0);
    cr_assert_eq(decimal_low64(&d), 5076944270305263616);
    decimal_negate(&d);
    cr_assert_eq(decimal_low64(&d), -5076944270305263616);
}

/* (10^18 - 1) x -2^63: 9223372036854775808 x 10^18 - 9223372036854775808. */
Test(decimal, multiplies_by_the_least_int64)
{
    struct decimal d = read("999999999999999999", 0);
    decimal_multiply(&d, INT64_MIN);
    cr_assert_str_eq(print(&d), "-9223372036854775798776627963145224192");
}

Test(decimal, compares_numbers_whose_scales_lie_far_apart)
{
    struct decimal large = decimal_of(1, -2147483647), small = decimal_of(999999999, 9), same = decimal_of(10, -3);
    cr_assert_eq(decimal_compare(&large, &small), 1);
    decimal_negate(&large);
    cr_assert_eq(decimal_compare(&large, &small), -1);
    small = decimal_of(10000000, 3);
    cr_assert_eq(decimal_compare(&same, &small), 0);
}

/* 576 nines and 1 would need 577 digits. */
Test(decimal, stays_at_the_largest_number_when_a_result_needs_more_digits)
{
    char nines[DECIMAL_DIGITS + 1];
    memset(nines, '9', DECIMAL_DIGITS);
    nines[DECIMAL_DIGITS] = '\0';
    struct decimal d = read(nines, 0), one = decimal_of(1, 0), tiny = decimal_of(1, 9);
    decimal_add(&d, &one);
    cr_assert_str_eq(print(&d), nines);
    decimal_add(&d, &tiny);
    cr_assert_str_eq(print(&d), nines);
    struct decimal unused;
    char more[DECIMAL_DIGITS + 1];
    memset(more, '7', sizeof more);
    cr_assert(!decimal_read(&unused, more, sizeof more));
}
