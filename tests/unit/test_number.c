#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"

static void prints(double number, const char *text)
{
    char out[32];
    cr_expect_str_eq(number_print(out, number), text);
}

Test(number, prints_the_fewest_digits_that_read_back)
{
    prints(0.1, "0.1");
    prints(0.1 + 0.2, "0.30000000000000004");
    prints(1.0 / 3, "0.3333333333333333");
    prints(2.385, "2.385");
    prints(-0.0, "-0");
    prints(9007199254740993.0, "9007199254740992");
    prints(1e22, "1e+22");
    prints(5e-324, "5e-324");
    prints(2.2250738585072014e-308, "2.2250738585072014e-308");
    prints(1.7976931348623157e308, "1.7976931348623157e+308");
    prints(NAN, "nan");
    prints(-INFINITY, "-inf");
}

/* 100,000 doubles of random bits (a 64-bit linear congruential generator) read back to the same bits. */
Test(number, reads_back_what_it_printed)
{
    uint64_t bits = 42;
    for (int i = 0; i < 100000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double number, read;
        char out[32];
        memcpy(&number, &bits, sizeof number);
        if (isfinite(number)) {
            cr_assert(number_parse(number_print(out, number), &read), "%s", out);
            cr_assert(memcmp(&read, &number, sizeof read) == 0, "%s", out);
        }
    }
}

Test(number, parses_decimal_numbers_and_nothing_else)
{
    static const char *const good[] = {"0", "-12.5", "+3", ".5", "5.", "1e3", "1E-3", "007"};
    static const char *const bad[] = {"", "-", ".", "e3", "1e", " 1", "1 ", "0x10", "inf", "nan", "1,5", "1e400"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double number = NAN;
        cr_expect(number_parse(good[i], &number), "%s", good[i]);
        cr_expect_eq(number, strtod(good[i], NULL));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double number = 2.385;
        cr_expect(!number_parse(bad[i], &number), "%s", bad[i]);
        cr_expect_eq(number, 2.385);
    }
}

Test(number, parses_integers_within_int64)
{
    int64_t number = 0;
    cr_assert(number_parse_int64("-9223372036854775808", &number));
    cr_assert_eq(number, INT64_MIN);
    cr_assert(!number_parse_int64("9223372036854775808", &number));
    cr_assert(!number_parse_int64("1.0", &number));
    cr_assert(!number_parse_int64("-", &number));
    cr_assert_eq(number, INT64_MIN);
}

/* CVTTSD2SL cuts towards zero: -2147483648.9 still is INT32_MIN itself, 2147483647.9 is INT32_MAX. */
Test(number, converts_doubles_to_integers_as_go_does_on_amd64)
{
    cr_assert_eq(number_go_int32(-2.99), -2);
    cr_assert_eq(number_go_int32(2147483647.9), INT32_MAX);
    cr_assert_eq(number_go_int32(-2147483648.9), INT32_MIN);
    cr_assert_eq(number_go_int32(2147483648.0), INT32_MIN);
    cr_assert_eq(number_go_int32(NAN), INT32_MIN);
    cr_assert_eq(number_go_int64(9223372036854774784.0), INT64_C(9223372036854774784));
    cr_assert_eq(number_go_int64(0x1p63), INT64_MIN);
    cr_assert_eq(number_go_int64(-0x1p63), INT64_MIN);
    cr_assert_eq(number_go_int64(INFINITY), INT64_MIN);
}

/* 2147483647 x 3 = 6442450941 = 2^32 + 2147483645. */
Test(number, wraps_as_go_does)
{
    cr_assert_eq(number_wrap_add32(INT32_MAX, 2), INT32_MIN + 1);
    cr_assert_eq(number_wrap_sub32(INT32_MIN, 1), INT32_MAX);
    cr_assert_eq(number_wrap_mul32(INT32_MAX, 3), 2147483645);
    cr_assert_eq(number_wrap_add64(INT64_MAX, 1), INT64_MIN);
    cr_assert_eq(number_wrap_sub64(INT64_MIN, 1), INT64_MAX);
    cr_assert_eq(number_wrap_mul64(INT64_MAX, 2), -2);
    cr_assert_eq(number_wrap_int32(INT64_C(4294967299)), 3);
}
