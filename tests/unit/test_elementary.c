#include <criterion/criterion.h>

#include <math.h>

#include "sim/base/elementary.h"
#include "sim/base/rng.h"

/* The bits of exp, log, pow and the whole numbers are the business of the conformance suites elementary/. */

static double between(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_uniform(r);
}

/* The library's is correctly rounded by the standard. The third operand nearly cancels the product half of the time. */
Test(elementary, fma_equals_the_correctly_rounded_one)
{
    struct rng r = rng_open(1, 0, "fma", 0);
    for (int i = 0; i < 300000; i++) {
        double a = ldexp(between(&r, -1, 1), (int)between(&r, -100, 100));
        double b = ldexp(between(&r, -1, 1), (int)between(&r, -100, 100));
        double c = ldexp(between(&r, -1, 1), (int)between(&r, -200, 200));
        if (i % 2 == 0) {
            c = -(a * b) * (1 + ldexp(between(&r, -1, 1), -(int)between(&r, 0, 60)));
        }
        cr_assert_eq(elementary_fma(a, b, c), fma(a, b, c), "%a %a %a", a, b, c);
    }
}

Test(elementary, expm1_and_log1p_keep_their_digits_near_zero)
{
    struct rng r = rng_open(2, 0, "near", 0);
    for (int i = 0; i < 100000; i++) {
        double x = ldexp(between(&r, -1, 1), -(int)between(&r, 0, 60));
        cr_assert_float_eq(elementary_expm1(x) / (double)expm1l(x), 1, 1e-15, "%a", x);
        cr_assert_float_eq(elementary_log1p(x) / (double)log1pl(x), 1, 1e-15, "%a", x);
    }
    cr_assert_eq(elementary_expm1(0), 0);
    cr_assert_eq(elementary_expm1(-2000), -1);
    cr_assert_eq(elementary_expm1(2000), INFINITY);
    cr_assert_eq(elementary_log1p(-1), -INFINITY);
}

Test(elementary, sin_and_cos_are_right_to_their_bound)
{
    struct rng r = rng_open(3, 0, "circle", 0);
    for (int i = 0; i < 200000; i++) {
        double x = between(&r, -1, 1) * (i % 2 == 0 ? 1e6 : 7);
        cr_assert_float_eq(elementary_sin(x), (double)sinl(x), 2e-16, "%a", x);
        cr_assert_float_eq(elementary_cos(x), (double)cosl(x), 2e-16, "%a", x);
    }
    cr_assert_eq(elementary_sin(0), 0);
    cr_assert_eq(elementary_cos(0), 1);
}

/* P(X < x) = erfc(-x / sqrt 2) / 2; an error of x moves it by the density times that error. */
Test(elementary, normal_quantile_is_the_inverse_of_the_distribution)
{
    struct rng r = rng_open(4, 0, "quantile", 0);
    for (int i = 0; i < 100000; i++) {
        double p = i % 2 == 0 ? rng_uniform(&r) : ldexp(rng_uniform(&r), -(int)between(&r, 0, 900));
        long double x = elementary_normal_quantile(p);
        long double density = expl(-x * x / 2) * 0.398942280401432677939946L;
        long double error = (erfcl(-x / sqrtl(2)) / 2 - p) / density;
        cr_assert_leq(fabsl(error), 1e-15L * fabsl(x) + 1e-18L, "%a", p);
    }
    cr_assert_eq(elementary_normal_quantile(0.5), 0);
    cr_assert_eq(elementary_normal_quantile(0.25), -elementary_normal_quantile(0.75));
    cr_assert_float_eq(elementary_normal_quantile(0.99), 2.3263478740408411, 2.4e-15);
}

Test(elementary, log_factorial_is_the_log_of_gamma)
{
    struct rng r = rng_open(5, 0, "factorial", 0);
    for (int i = 0; i < 100000; i++) {
        double n = i % 2 == 0 ? between(&r, 0, 40) : exp(between(&r, 0, 30));
        double want = (double)lgammal(n + 1.0L);
        cr_assert_float_eq(elementary_log_factorial(n), want, 3e-14 * fmax(1, want), "%a", n);
    }
}
