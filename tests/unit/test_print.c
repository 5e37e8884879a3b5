#include <criterion/criterion.h>

#include <math.h>

#include "reports/print.h"

static const char *shown(void (*print)(struct buffer *, double), double x)
{
    static struct buffer b;
    buffer_clear(&b);
    print(&b, x);
    return b.at;
}

Test(print, dollars_have_cents_only_where_they_matter)
{
    cr_assert_str_eq(shown(print_usd, 12345.678), "$12,346");
    cr_assert_str_eq(shown(print_usd, 1234567890.0), "$1,234,567,890");
    cr_assert_str_eq(shown(print_usd, 9.8149), "$9.81");
    cr_assert_str_eq(shown(print_usd, 0.0012349), "$0.00123");
    cr_assert_str_eq(shown(print_usd, -41.5), "-$41.50");
    cr_assert_str_eq(shown(print_usd, 0.0), "$0");
    cr_assert_str_eq(shown(print_usd, NAN), "-");
}

/* 0.99949 rounds to 99.95 %, which it missed. */
Test(print, a_share_near_one_is_cut_and_never_rounded_up_to_what_it_missed)
{
    cr_assert_str_eq(shown(print_share, 0.999499), "99.949 %");
    cr_assert_str_eq(shown(print_share, 0.9999999), "99.999 %");
    cr_assert_str_eq(shown(print_share, 1.0), "100 %");
    cr_assert_str_eq(shown(print_share, 0.1234), "12.3 %");
    cr_assert_str_eq(shown(print_share, 0.00041), "0.041 %");
    cr_assert_str_eq(shown(print_share, NAN), "-");
}

/* 9.9996 has three digits as 10, 999.6 as 1,000; 12,400 keeps its whole part; 0.1 + 0.2 is 0.3. */
Test(print, numbers_keep_their_digits_and_drop_zeros_behind_the_point)
{
    static const struct {
        double x;
        const char *text;
    } cases[] = {{9.9996, "10"},  {999.6, "1,000"}, {12417, "12,417"},   {0.1 + 0.2, "0.3"},
                 {2.385, "2.38"}, {0, "0"},         {-1234.5, "-1,234"}, {1e-7, "0.0000001"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer b = {0};
        print_number(&b, cases[i].x, 3);
        cr_assert_str_eq(b.at, cases[i].text);
        buffer_drop(&b);
    }
}

Test(print, seconds_take_the_unit_that_suits)
{
    cr_assert_str_eq(shown(print_seconds, 0.000253), "253 us");
    cr_assert_str_eq(shown(print_seconds, 0.3), "300 ms");
    cr_assert_str_eq(shown(print_seconds, 75), "75 s");
    cr_assert_str_eq(shown(print_seconds, 1325), "22.1 min");
    cr_assert_str_eq(shown(print_seconds, 11700), "3.25 h");
    cr_assert_str_eq(shown(print_seconds, 604800), "7 d");
}

/* 2026-05-09T22:08:00Z is a Saturday: 1,777,852,800 s is Monday 4 May, and 5 x 86,400 + 22 x 3600 + 480 is 511,680. */
Test(print, times_are_weekday_and_clock_in_utc)
{
    struct buffer b = {0};
    print_clock(&b, 1777852800, 511680);
    buffer_text(&b, ", ");
    print_instant(&b, 1777852800, 511680);
    buffer_text(&b, ", ");
    print_day(&b, 1777852800, 511680);
    cr_assert_str_eq(b.at, "Sat 22:08 UTC, 2026-05-09T22:08:00Z, Sat 9 May");
    buffer_drop(&b);
}

Test(print, nine_digits_hide_the_last_bit_of_arithmetic)
{
    cr_assert_eq(print_nine_digits(0.1 + 0.2), 0.3);
    cr_assert_eq(print_nine_digits(123456789.87), 123456790.0);
    cr_assert(isnan(print_nine_digits(NAN)));
}

Test(print, what_costs_less_than_ten_cents_is_priced_by_the_thousand_or_million)
{
    cr_assert_eq(print_many(0.123), 1);
    cr_assert_eq(print_many(0.00123), 1000);
    cr_assert_eq(print_many(8.5e-6), 1000000);
    cr_assert_eq(print_many(0), 1);
}
