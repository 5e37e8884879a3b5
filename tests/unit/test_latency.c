#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "models/service/latency.h"
#include "sim/base/sample.h"

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.12g is not %.12g", got, wanted);
}

static const struct queue_wait no_wait = {0, 0, 0};

Test(latency, lognormal_without_wait_has_its_own_quantiles)
{
    struct latency_shape shape;
    struct sample_lognormal wait;
    cr_assert(sample_lognormal_by_p99(15, 80, &wait));
    double sigma = wait.log_deviation;
    latency_shape_make(LATENCY_LOGNORMAL, sigma, &shape);
    struct latency latency;
    latency_make(&latency, &shape, 0.009, 0.015, &no_wait);
    const double levels[] = {0.05, 0.5, 0.95, 0.99, 0.999};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        double wanted = 0.015 * gsl_cdf_lognormal_Pinv(levels[i], -0.5 * sigma * sigma, sigma);
        expect_close(latency_quantile(&latency, levels[i]), 0.009 + wanted, 0.006);
    }
    expect_close(latency_quantile(&latency, 0.99), 0.089, 0.004);
    expect_close(latency_tail(&latency, 0.089), 0.01, 0.04);
    expect_close(latency.mean_s, 0.024, 1e-12);
    expect_close(shape.cs2, exp(sigma * sigma) - 1, 1e-12);
}

/* P(T > t) of M/M/c: (1 - C) e^-mt + C (h e^-mt - m e^-ht) / (h - m), with m = 1 / service and h = 1 / mean wait of
 * those who wait. */
static double exact_tail(double t, double waiting, double m, double h)
{
    return (1 - waiting) * exp(-m * t) + waiting * (h * exp(-m * t) - m * exp(-h * t)) / (h - m);
}

Test(latency, exponential_service_and_wait_convolve_as_in_the_closed_form)
{
    struct latency_shape shape;
    latency_shape_make(LATENCY_EXPONENTIAL, 0, &shape);
    for (double waiting = 0.02; waiting < 1; waiting += 0.31) {
        for (double mean = 0.003; mean < 20; mean *= 2.7) {
            struct latency latency;
            latency_make(&latency, &shape, 0, 0.1, &(struct queue_wait){waiting, 0, mean});
            for (double level = 0.5; level < 0.9995; level += 0.09898) {
                double t = latency_quantile(&latency, level);
                double low = t * 0.985, high = t * 1.015;
                cr_expect_gt(exact_tail(low, waiting, 10, 1 / mean), 1 - level, "%g %g %g", waiting, mean, level);
                cr_expect_lt(exact_tail(high, waiting, 10, 1 / mean), 1 - level, "%g %g %g", waiting, mean, level);
                expect_close(latency_tail(&latency, t), 1 - level, 0.02);
            }
        }
    }
}

/* A wait alone: P(T > 0.009 + t) = 0.25 e^(-t / 0.02); the 90th percentile is 9 ms + 20 ms ln 2.5. */
Test(latency, fixed_service_leaves_the_wait_alone)
{
    struct latency_shape shape;
    latency_shape_make(LATENCY_FIXED, 0, &shape);
    struct latency latency;
    latency_make(&latency, &shape, 0.009, 0, &(struct queue_wait){0.25, 0, 0.02});
    expect_close(latency_quantile(&latency, 0.9), 0.009 + 0.02 * log(2.5), 1e-12);
    expect_close(latency_quantile(&latency, 0.5), 0.009, 1e-12);
    expect_close(latency_tail(&latency, 0.039), 0.25 * exp(-1.5), 1e-12);
    cr_assert_eq(latency_tail(&latency, 0.0089), 1);
    latency_make(&latency, &shape, 0.009, 0, &(struct queue_wait){1, 4.5, 0.3});
    expect_close(latency_quantile(&latency, 0.99), 4.509 + 0.3 * log(100), 1e-12);
    expect_close(latency.mean_s, 4.809, 1e-12);
}

/* Halves of e^-t and e^-(t / 4), seconds: at t = 12 the tail is (6.1e-6 + 0.049787) / 2. */
Test(latency, a_mixture_has_the_quantiles_of_its_parts_together)
{
    struct latency_shape shape;
    latency_shape_make(LATENCY_FIXED, 0, &shape);
    struct latency quick, slow;
    latency_make(&quick, &shape, 0, 0, &(struct queue_wait){1, 0, 1});
    latency_make(&slow, &shape, 0, 0, &(struct queue_wait){1, 0, 4});
    const struct latency *both[2] = {&quick, &slow};
    double weights[2] = {3, 3};
    expect_close(latency_mixture_quantile(both, weights, 2, 1 - 0.5 * (exp(-12) + exp(-3))), 12, 2e-3);
    expect_close(latency_mixture_quantile(both, weights, 1, 0.99), log(100), 1e-12);
}

Test(latency, wide_shapes_fit_into_the_points)
{
    for (double sigma = 0.05; sigma <= 2.4; sigma += 0.05) {
        struct latency_shape shape;
        latency_shape_make(LATENCY_LOGNORMAL, sigma, &shape);
        cr_assert_lt(shape.count, LATENCY_POINTS);
        cr_assert_gt(shape.count, 1);
        cr_assert_lt(shape.tail[shape.count - 1], 1e-5);
        cr_assert_gt(shape.tail[0], 0.99);
    }
}
