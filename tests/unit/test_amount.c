#include <criterion/criterion.h>

#include <math.h>

#include "reports/amount.h"

static const char *shown(void (*print)(struct buffer *, const char *, double), const char *unit, double x)
{
    static struct buffer b;
    buffer_clear(&b);
    print(&b, unit, x);
    return b.at;
}

Test(amount, each_figure_is_read_in_its_unit)
{
    cr_expect_str_eq(shown(amount_print, "USD", 1234.4), "$1,234");
    cr_expect_str_eq(shown(amount_print, "mcpu", 2386), "2.39 cores");
    cr_expect_str_eq(shown(amount_print, "h", 80.84), "80.8 h");
    cr_expect_str_eq(shown(amount_print, "pods", 7.95), "7.95");
    cr_expect_str_eq(shown(amount_print, "USD", NAN), "-");
    cr_expect_str_eq(shown(amount_change, "USD", -41.5), "-$41.50");
    cr_expect_str_eq(shown(amount_change, "share", 0.00013), "+0.013 pp");
    cr_expect_str_eq(shown(amount_change, "s", INFINITY), "+inf");
}

/* 55.334 millionths of a dollar each are 55.33 dollars a million; a change has its sign before it. */
Test(amount, what_one_ride_costs_is_priced_by_the_thousand_or_million)
{
    const char *unit = amount_unit("cost.per_unit", "USD");
    cr_expect_str_eq(shown(amount_print, unit, 5.5334e-5), "$55.33/M");
    cr_expect_str_eq(shown(amount_print, unit, 0.0019277), "$1.93/k");
    cr_expect_str_eq(shown(amount_print, unit, 0.1927), "$0.193");
    cr_expect_str_eq(shown(amount_change, unit, -6.37e-8), "-$0.0637/M");
    cr_expect_str_eq(shown(amount_change, unit, 0), "$0");
    cr_expect_str_eq(amount_unit("cost.total", "USD"), "USD");
}
