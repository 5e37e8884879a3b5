#include <criterion/criterion.h>

#include "sim/base/rng_gsl.h"

/* The three known answers for philox4x64-10 of Random123 (kat_vectors): zeros, ones, digits of pi. */
Test(rng, philox_gives_the_published_known_answers)
{
    const struct {
        uint64_t counter[4], key[2], block[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
        {{-1, -1, -1, -1}, {-1, -1}, {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c},
         {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t block[4];
        rng_philox(cases[i].counter, cases[i].key, block);
        cr_assert_arr_eq(block, cases[i].block, sizeof block);
    }
}

Test(rng, the_nth_number_is_the_same_drawn_in_turn_or_by_index)
{
    struct rng in_turn = rng_open(2385, 3, "arrivals", rng_entity("Demand", "", "rides", 0));
    const struct rng by_index = in_turn;
    for (uint64_t i = 0; i < 1001; i++) {
        cr_assert_eq(rng_u64(&in_turn), rng_at(&by_index, i), "number %lu", (unsigned long)i);
        cr_assert_eq(rng_at(&in_turn, 2 * i), rng_at(&by_index, 2 * i));
    }
}

/* Any two of the streams below differ in one part of their name only. */
Test(rng, streams_differ_when_any_part_of_their_name_differs)
{
    uint64_t web = rng_entity("Pod", "shop", "web", 7);
    struct rng streams[] = {
        rng_open(1, 1, "boot", web),
        rng_open(2, 1, "boot", web),
        rng_open(1, 2, "boot", web),
        rng_open(1, 1, "crash", web),
        rng_open(1, 1, "boot", rng_entity("Pod", "shop", "web", 8)),
        rng_open(1, 1, "boot", rng_entity("Pod", "shop", "we", 7)),
        rng_open(1, 1, "boot", rng_entity("Pod", "sho", "pweb", 7)),
        rng_open(1, 1, "boot", rng_entity("Pod", "web", "shop", 7)),
        rng_open(1, 1, "boot", rng_entity("Node", "shop", "web", 7)),
    };
    size_t count = sizeof streams / sizeof streams[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            cr_assert_neq(rng_at(&streams[i], 0), rng_at(&streams[j], 0), "%zu and %zu", i, j);
        }
    }
}

/* The same bits on every machine and in every version: a change here changes every recorded run. */
Test(rng, a_stream_is_pinned)
{
    struct rng r = rng_open(42, 7, "noise", rng_entity("Demand", "shop", "rides", 3));
    cr_assert_eq(rng_at(&r, 0), 0x98c99416b149a7c0);
    cr_assert_eq(rng_at(&r, 1000000007), 0x3dfb79f135c4ee49);
}

/* All bits zero give 2^-53, all bits one give 1 - 2^-53. */
Test(rng, uniform_stays_inside_the_open_interval)
{
    cr_assert_eq(rng_unit(0), 0x1p-53);
    cr_assert_eq(rng_unit(UINT64_MAX), 1 - 0x1p-53);
    cr_assert_eq(rng_unit(~(uint64_t)0xfff), 1 - 0x1p-53);
    cr_assert_lt(rng_unit(UINT64_MAX), 1.0);
}

/* chi-square with 99 degrees of freedom: 1 in 10,000 lies above 161.3 (gsl_cdf_chisq_Qinv). */
Test(rng, uniform_fills_a_hundred_cells_evenly)
{
    enum { CELLS = 100, DRAWS = 1000000 };
    struct rng r = rng_open(7, 0, "cells", 0);
    double found[CELLS] = {0}, chi_square = 0;
    for (int i = 0; i < DRAWS; i++) {
        found[(int)(rng_uniform(&r) * CELLS)]++;
    }
    for (int i = 0; i < CELLS; i++) {
        double off = found[i] - DRAWS / CELLS;
        chi_square += off * off / (DRAWS / CELLS);
    }
    cr_assert_lt(chi_square, 161.3);
}

/* Three quarters of 2^64: a quarter of the numbers must be drawn again, or the low third would be twice as likely. */
Test(rng, below_is_unbiased_also_where_the_range_divides_badly)
{
    enum { DRAWS = 300000 };
    struct rng r = rng_open(8, 0, "below", 0);
    uint64_t count = (uint64_t)3 << 62;
    double found[3] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t n = rng_below(&r, count);
        cr_assert_lt(n, count);
        found[n >> 62]++;
    }
    for (int i = 0; i < 3; i++) {
        cr_assert_float_eq(found[i], DRAWS / 3.0, 1033, "third %d: %g", i, found[i]); /* 4 deviations of 258 */
    }
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(rng_below(&r, 1), 0);
        cr_assert_lt(rng_below(&r, 7), 7);
    }
}

Test(rng, gsl_draws_the_same_numbers)
{
    struct rng ours = rng_open(11, 2, "fit", 0);
    (void)rng_u64(&ours);
    gsl_rng *theirs = rng_gsl_open(ours);
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(gsl_rng_get(theirs), rng_u64(&ours));
        cr_assert_eq(gsl_rng_uniform(theirs), rng_uniform(&ours));
    }
    gsl_rng_free(theirs);
}

/* GSL's own generators see 7 and 7 + 2^32 as one seed. */
Test(rng, gsl_seeds_with_all_bits)
{
    gsl_rng *low = gsl_rng_alloc(rng_gsl_type()), *high = gsl_rng_alloc(rng_gsl_type());
    gsl_rng_set(low, 7);
    gsl_rng_set(high, 7 + (1UL << 32));
    cr_assert_neq(gsl_rng_get(low), gsl_rng_get(high));
    gsl_rng_free(low);
    gsl_rng_free(high);
}
