#include <criterion/criterion.h>
#include <string.h>

#include "sim/scenario/trace.h"

#define S INT64_C(1000000000)

static bool read_text(struct arena *a, const char *text, struct trace *trace, struct fail *fail)
{
    return trace_read(a, "t.csv", text, strlen(text), INT64_C(1777852800) * S, trace, fail);
}

/* The scenario starts at 2026-05-04T00:00:00Z. Between 12.5 at 0 s and 20.5 at 3600 s the rate at 900 s is
 * 12.5 + 8 / 4 = 14.5; the mean is (16.5 x 3600 + 10.25 x 1800) / 5400 = 14.41666... */
Test(trace, joins_its_points_by_lines_and_keeps_the_ends)
{
    struct arena a = arena_make(4096);
    struct trace trace;
    struct fail fail = {0};
    cr_assert(read_text(&a, "rate,time\n12.5,2026-05-04T00:00:00Z\n20.5,3600\n0,5400\n", &trace, &fail), "%s",
              fail.text);
    cr_assert_eq(trace_at(&trace, 900 * S), 14.5);
    cr_assert_eq(trace_at(&trace, -7 * S), 12.5);
    cr_assert_eq(trace_at(&trace, 3600 * S), 20.5);
    cr_assert_eq(trace_at(&trace, 9000 * S), 0.0);
    cr_assert_float_eq(trace.mean_per_s, 14.416666667, 1e-9);
    arena_drop(&a);
}

Test(trace, refuses_what_is_no_series)
{
    struct arena a = arena_make(4096);
    struct trace trace;
    struct fail fail = {0};
    cr_assert_not(read_text(&a, "time,rate\n", &trace, &fail));
    cr_assert_not(read_text(&a, "time,rate\n10,1\n10,2\n", &trace, &fail));
    cr_assert_str_eq(fail.text,
                     "t.csv:3:1: time: out of order: 10 is not after the row before (sort the rows by time)");
    cr_assert_not(read_text(&a, "time,rate\n10,-1\n", &trace, &fail));
    cr_assert_not(read_text(&a, "time,rate\nnoon,1\n", &trace, &fail));
    cr_assert_not(read_text(&a, "time,level\n10,1\n", &trace, &fail));
    arena_drop(&a);
}
