#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "sim/base/histogram.h"
#include "sim/base/sample.h"

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* A value of one of several kinds: spread over 600 powers of ten, latencies, whole numbers with ties, zeros. */
static double draw(struct rng *r, int kind)
{
    switch (kind) {
    case 0:
        return exp(sample_uniform(r, -700, 700));
    case 1:
        return exp(sample_normal(r, -4, 1.3));
    case 2:
        return (double)sample_poisson(r, 1.7);
    default:
        return sample_chance(r, 0.3) ? 0 : sample_exponential(r, 0.2);
    }
}

static void fill(struct histogram *h, struct rng *r, int kind, double *values, int count)
{
    for (int i = 0; i < count; i++) {
        values[i] = draw(r, kind);
        histogram_add(h, values[i], 1);
    }
}

Test(histogram, quantiles_are_within_1_in_256_of_the_order_statistic)
{
    enum { COUNT = 3001 };
    for (int kind = 0; kind < 4; kind++) {
        struct rng r = rng_open(20, 0, "quantiles", (uint64_t)kind);
        struct histogram h = {0};
        double values[COUNT];
        fill(&h, &r, kind, values, COUNT);
        qsort(values, COUNT, sizeof *values, compare);
        cr_assert_eq(histogram_total(&h), COUNT);
        cr_assert_eq(histogram_quantile(&h, 0), values[0]);
        cr_assert_eq(histogram_quantile(&h, 1), values[COUNT - 1]);
        for (int rank = 1; rank <= COUNT; rank++) {
            double want = values[rank - 1], got = histogram_quantile(&h, (rank - 0.5) / COUNT);
            cr_assert_leq(fabs(got - want), want / 256, "kind %d, rank %d: %g, not %g", kind, rank, got, want);
        }
        histogram_drop(&h);
    }
}

/* The powers of two and their neighbours below lie at the ends of cells. */
Test(histogram, the_error_holds_at_the_ends_of_cells)
{
    for (int exponent = -1022; exponent < 1024; exponent++) {
        for (int i = 0; i < 4; i++) {
            double begin = ldexp(1 + i / 128.0, exponent), end = nextafter(ldexp(1 + (i + 1) / 128.0, exponent), 0);
            struct histogram h = {0};
            histogram_add(&h, begin, 3);
            histogram_add(&h, end, 4);
            double middle = histogram_quantile(&h, 0.5);
            cr_assert(fabs(middle - begin) <= begin / 256 && fabs(middle - end) <= end / 256, "%a", begin);
            cr_assert_eq(histogram_quantile(&h, 0.1), begin);
            cr_assert_eq(histogram_quantile(&h, 1), end);
            histogram_drop(&h);
        }
    }
}

Test(histogram, zeros_are_counted_apart)
{
    struct histogram h = {0};
    cr_assert_eq(histogram_quantile(&h, 0.5), 0);
    cr_assert_eq(histogram_mean(&h), 0);
    histogram_add(&h, 0.75, 3);
    histogram_add(&h, -0.0, 2);
    histogram_add(&h, 0, 2);
    histogram_add(&h, 0x1p-1040, 1);
    cr_assert_eq(histogram_total(&h), 8);
    cr_assert_eq(histogram_quantile(&h, 0.625), 0);
    cr_assert_eq(histogram_quantile(&h, 0.7), 0.75);
    cr_assert_eq(h.least, 0);
    cr_assert_eq(histogram_share_up_to(&h, 0), 0.625);
    cr_assert_eq(h.room, 128);
    histogram_drop(&h);
}

/* Three parts of different kinds, merged in all six orders and pairings: one result, that of adding all to one. */
Test(histogram, merging_in_any_order_gives_the_same)
{
    struct histogram parts[3] = {{0}, {0}, {0}}, whole = {0};
    struct rng r = rng_open(21, 0, "merge", 0);
    double values[500];
    for (int i = 0; i < 3; i++) {
        fill(&parts[i], &r, i + 1, values, 500);
        for (int n = 0; n < 500; n++) {
            histogram_add(&whole, values[n], 1);
        }
    }
    for (int first = 0; first < 3; first++) {
        for (int step = 1; step < 3; step++) {
            struct histogram left = {0}, right = {0};
            histogram_merge(&right, &parts[(first + step) % 3]);
            histogram_merge(&right, &parts[(first + 2 * step) % 3]);
            histogram_merge(&left, &parts[first]);
            histogram_merge(&left, &right);
            cr_assert(histogram_equal(&left, &whole));
            histogram_drop(&left);
            histogram_drop(&right);
        }
        cr_assert(!histogram_equal(&parts[first], &whole));
    }
    for (int i = 0; i < 3; i++) {
        histogram_drop(&parts[i]);
    }
    histogram_drop(&whole);
}

/* 250 values of 2.385 and 750 of 0.31: mean 0.82875. */
Test(histogram, mean_is_within_1_in_256)
{
    struct histogram h = {0};
    histogram_add(&h, 2.385, 250);
    histogram_add(&h, 0.31, 750);
    cr_assert_float_eq(histogram_mean(&h), 0.82875, 0.82875 / 256);
    histogram_drop(&h);
}

/* 0.3 lies in the cell [0.298828125, 0.30078125): 60 % of the ten values in it count; 5 of 20 are below. */
Test(histogram, share_up_to_a_limit_shares_out_the_cell_of_the_limit)
{
    struct histogram h = {0};
    histogram_add(&h, 0.1, 5);
    histogram_add(&h, 0.2995, 10);
    histogram_add(&h, 4.4, 5);
    cr_assert_float_eq(histogram_share_up_to(&h, 0.3), (5 + 10 * 0.6) / 20, 1e-12);
    cr_assert_eq(histogram_share_up_to(&h, 1.5), 0.75);
    cr_assert_eq(histogram_share_up_to(&h, 0.0999), 0);
    cr_assert_eq(histogram_share_up_to(&h, 4.4), 1);
    histogram_drop(&h);
}

Test(histogram, what_was_written_reads_back)
{
    for (int kind = -1; kind < 4; kind++) {
        struct histogram h = {0}, back = {0};
        struct rng r = rng_open(22, 0, "bytes", (uint64_t)kind);
        double values[700];
        if (kind >= 0) {
            fill(&h, &r, kind, values, 700);
            histogram_add(&h, 1.7, (uint64_t)1 << 63);
        }
        histogram_add(&back, 3, 3);
        struct buffer out = {0}, again = {0};
        struct fail fail;
        histogram_write(&out, &h);
        cr_assert(histogram_read(&back, out.at, out.count, &fail));
        cr_assert(histogram_equal(&h, &back));
        histogram_write(&again, &back);
        cr_assert_eq(out.count, again.count);
        cr_assert_arr_eq(out.at, again.at, out.count);
        buffer_drop(&out);
        buffer_drop(&again);
        histogram_drop(&h);
        histogram_drop(&back);
    }
}

/* Every beginning of the bytes is refused; a changed bit gives a refusal or another good histogram, never a crash. */
Test(histogram, damaged_bytes_are_refused_and_change_nothing)
{
    struct histogram h = {0}, back = {0}, three = {0};
    struct rng r = rng_open(23, 0, "damage", 0);
    double values[60];
    fill(&h, &r, 3, values, 60);
    histogram_add(&back, 3, 3);
    histogram_add(&three, 3, 3);
    struct buffer out = {0};
    struct fail fail;
    histogram_write(&out, &h);
    for (size_t length = 0; length < out.count; length++) {
        cr_assert(!histogram_read(&back, out.at, length, &fail));
        cr_assert(histogram_equal(&back, &three));
    }
    int refused = 0;
    for (size_t bit = 0; bit < out.count * 8; bit++) {
        out.at[bit / 8] = (char)(out.at[bit / 8] ^ 1 << bit % 8);
        struct histogram other = {0};
        bool good = histogram_read(&other, out.at, out.count, &fail);
        cr_assert(!good || !histogram_equal(&other, &h));
        refused += !good;
        histogram_drop(&other);
        out.at[bit / 8] = (char)(out.at[bit / 8] ^ 1 << bit % 8);
    }
    cr_assert_gt(refused, 100);
    buffer_byte(&out, 0);
    cr_assert(!histogram_read(&back, out.at, out.count, &fail));
    cr_assert_eq(fail.kind, FAIL_INPUT);
    buffer_drop(&out);
    histogram_drop(&h);
    histogram_drop(&back);
    histogram_drop(&three);
}
