#include <criterion/criterion.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/elementary.h"
#include "sim/base/sample.h"

/* Seeds are fixed, so a test passes always or never. Draws are compared with GSL's distributions. */

enum { DRAWS = 200000 };

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The largest distance between the share of draws below x and cdf(x), times sqrt(DRAWS); by Kolmogorov one stream in
 * 10,000 exceeds 2.225. */
static double kolmogorov_smirnov(const char *name, double (*draw)(struct rng *r, const double *p),
                                 double (*cdf)(double x, const double *p), const double *p)
{
    static double drawn[DRAWS];
    struct rng r = rng_open(2385, 0, name, 0);
    for (int i = 0; i < DRAWS; i++) {
        drawn[i] = draw(&r, p);
    }
    qsort(drawn, DRAWS, sizeof *drawn, compare);
    double worst = 0;
    for (int i = 0; i < DRAWS; i++) {
        double below = cdf(drawn[i], p);
        worst = fmax(worst, fmax(below - (double)i / DRAWS, (i + 1.0) / DRAWS - below));
    }
    return worst * sqrt(DRAWS);
}

#define FOLLOWS(name, draw, cdf, ...)                                                                                  \
    do {                                                                                                               \
        const double parameters_[] = {__VA_ARGS__};                                                                    \
        double distance_ = kolmogorov_smirnov(name, draw, cdf, parameters_);                                           \
        cr_assert_lt(distance_, 2.225, "%s(%s): %g", name, #__VA_ARGS__, distance_);                                   \
    } while (0)

static double draw_uniform(struct rng *r, const double *p)
{
    return sample_uniform(r, p[0], p[1]);
}

static double cdf_uniform(double x, const double *p)
{
    return gsl_cdf_flat_P(x, p[0], p[1]);
}

Test(sample, uniform_follows_its_distribution)
{
    FOLLOWS("uniform", draw_uniform, cdf_uniform, -2.385, 17.04);
}

static double draw_exponential(struct rng *r, const double *p)
{
    return sample_exponential(r, p[0]);
}

static double cdf_exponential(double x, const double *p)
{
    return gsl_cdf_exponential_P(x, p[0]);
}

Test(sample, exponential_follows_its_distribution)
{
    FOLLOWS("exponential", draw_exponential, cdf_exponential, 0.0385);
}

static double draw_normal(struct rng *r, const double *p)
{
    return sample_normal(r, p[0], p[1]);
}

static double cdf_normal(double x, const double *p)
{
    return gsl_cdf_gaussian_P(x - p[0], p[1]);
}

Test(sample, normal_follows_its_distribution)
{
    FOLLOWS("normal", draw_normal, cdf_normal, 3.17, 0.41);
}

static double draw_pareto(struct rng *r, const double *p)
{
    return sample_pareto(r, p[0], p[1]);
}

static double cdf_pareto(double x, const double *p)
{
    return gsl_cdf_pareto_P(x, p[1], p[0]);
}

Test(sample, pareto_follows_its_distribution)
{
    FOLLOWS("pareto", draw_pareto, cdf_pareto, 0.27, 1.31);
}

static double draw_weibull(struct rng *r, const double *p)
{
    return sample_weibull(r, p[0], p[1]);
}

static double cdf_weibull(double x, const double *p)
{
    return gsl_cdf_weibull_P(x, p[0], p[1]);
}

Test(sample, weibull_follows_its_distribution)
{
    FOLLOWS("weibull", draw_weibull, cdf_weibull, 41.3, 0.62);
    FOLLOWS("weibull", draw_weibull, cdf_weibull, 0.05, 3.4);
}

static double draw_lognormal(struct rng *r, const double *p)
{
    return sample_lognormal(r, &(struct sample_lognormal){p[0], p[1]});
}

static double cdf_lognormal(double x, const double *p)
{
    return gsl_cdf_lognormal_P(x, p[0], p[1]);
}

Test(sample, lognormal_follows_its_distribution)
{
    FOLLOWS("lognormal", draw_lognormal, cdf_lognormal, -3.2, 0.93);
}

static double draw_gamma(struct rng *r, const double *p)
{
    return sample_gamma(r, p[0], p[1]);
}

static double cdf_gamma(double x, const double *p)
{
    return gsl_cdf_gamma_P(x, p[0], p[1]);
}

Test(sample, gamma_follows_its_distribution)
{
    FOLLOWS("gamma", draw_gamma, cdf_gamma, 0.31, 2.6);
    FOLLOWS("gamma", draw_gamma, cdf_gamma, 1.0, 0.7);
    FOLLOWS("gamma", draw_gamma, cdf_gamma, 17.3, 0.02);
}

/* ---- the lognormal by what a dashboard shows ---- */

/* A mean of 15 ms and a 99th percentile of 80 ms: log(80 / 15) = 1.67398, s = 2.32635 - sqrt(5.41189 - 3.34796) =
 * 2.32635 - 1.43664 = 0.88971. */
Test(sample, lognormal_by_p99_has_that_mean_and_p99)
{
    struct sample_lognormal d;
    cr_assert(sample_lognormal_by_p99(15, 80, &d));
    cr_assert_float_eq(d.log_deviation, 0.88971, 1e-5);
    cr_assert_float_eq(sample_lognormal_mean(&d), 15, 1e-13);
    cr_assert_float_eq(gsl_cdf_lognormal_P(80, d.log_mean, d.log_deviation), 0.99, 1e-13);
    cr_assert_float_eq(sample_lognormal_quantile(&d, 0.99), 80, 1e-12);
}

/* exp(2.32635^2 / 2) = 14.97. */
Test(sample, lognormal_by_p99_refuses_what_no_lognormal_has)
{
    struct sample_lognormal d;
    cr_assert(!sample_lognormal_by_p99(15, 14.9, &d));
    cr_assert(!sample_lognormal_by_p99(10, 149.8, &d));
    cr_assert(sample_lognormal_by_p99(10, 149.6, &d));
    cr_assert(!sample_lognormal_by_p99(0, 1, &d));
    cr_assert(!sample_lognormal_by_p99(-1, -2, &d));
    cr_assert(!sample_lognormal_by_p99(1, (double)NAN, &d));
    cr_assert(sample_lognormal_by_p99(7.5, 7.5, &d));
    cr_assert_eq(d.log_deviation, 0);
}

/* Variability is the variance over the squared mean: 0.31^2 / 0.17^2 = 3.32526. */
Test(sample, lognormal_of_has_that_mean_and_deviation)
{
    struct sample_lognormal d = sample_lognormal_of(0.17, 0.31);
    cr_assert_float_eq(sample_lognormal_mean(&d), 0.17, 1e-15);
    cr_assert_float_eq(sample_lognormal_variability(&d), 3.32526, 1e-5);
    double variance = gsl_pow_2(0.31),
           by_gsl = (exp(gsl_pow_2(d.log_deviation)) - 1) * exp(2 * d.log_mean + gsl_pow_2(d.log_deviation));
    cr_assert_float_eq(by_gsl, variance, 1e-15);
}

/* ---- counts ---- */

/* chi-square over cells of at least 20 expected; the chance of a worse one, by GSL. */
static double chance_of_worse(const double *found, double (*pdf)(unsigned k, const double *p), const double *p,
                              unsigned most)
{
    double chi_square = 0, want = 0, got = 0, want_left = DRAWS;
    int cells = 0;
    for (unsigned k = 0; k <= most; k++) {
        want += DRAWS * pdf(k, p);
        got += found[k];
        bool last = k == most;
        if (last || (want >= 20 && want_left - want >= 20)) {
            want = last ? want_left : want;
            chi_square += (got - want) * (got - want) / want;
            want_left -= want;
            want = got = 0;
            cells++;
        }
    }
    return gsl_cdf_chisq_Q(chi_square, cells - 1);
}

static double pdf_poisson(unsigned k, const double *p)
{
    return gsl_ran_poisson_pdf(k, p[0]);
}

static double pdf_binomial(unsigned k, const double *p)
{
    return gsl_ran_binomial_pdf(k, p[1], (unsigned)p[0]);
}

enum { MOST = 1 << 14 };

Test(sample, poisson_follows_its_distribution)
{
    static double found[MOST + 1];
    const double means[] = {0.031, 2.385, 9.97, 10, 14.4, 63.7, 811, 11000};
    for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
        memset(found, 0, sizeof found);
        struct rng r = rng_open(3, 0, "poisson", i);
        for (int n = 0; n < DRAWS; n++) {
            found[sample_poisson(&r, means[i])]++;
        }
        double chance = chance_of_worse(found, pdf_poisson, &means[i], MOST);
        cr_assert_gt(chance, 1e-4, "mean %g: %g", means[i], chance);
    }
}

Test(sample, binomial_follows_its_distribution)
{
    static double found[MOST + 1];
    const double cases[][2] = {{1, 0.3},      {17, 0.5},   {40, 0.25},   {25, 0.41},
                               {1000, 0.003}, {900, 0.97}, {16000, 0.2}, {300, 0.9999}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(found, 0, sizeof found);
        struct rng r = rng_open(4, 0, "binomial", i);
        for (int n = 0; n < DRAWS; n++) {
            uint64_t k = sample_binomial(&r, (uint64_t)cases[i][0], cases[i][1]);
            cr_assert_leq(k, (uint64_t)cases[i][0]);
            found[k]++;
        }
        double chance = chance_of_worse(found, pdf_binomial, cases[i], (unsigned)cases[i][0]);
        cr_assert_gt(chance, 1e-4, "%g trials of %g: %g", cases[i][0], cases[i][1], chance);
    }
}

/* Of 10,000 draws the mean has the deviation sigma / 100; 4 of them are allowed. */
Test(sample, counts_of_a_billion_and_more_keep_mean_and_deviation)
{
    const double means[] = {1e9, 1e12, 1e15};
    for (size_t i = 0; i < 3; i++) {
        struct rng r = rng_open(5, 0, "large", i);
        double deviation = sqrt(means[i]), sum = 0, squares = 0;
        for (int n = 0; n < 10000; n++) {
            double off = ((double)sample_poisson(&r, means[i]) - means[i]) / deviation;
            sum += off;
            squares += off * off;
        }
        cr_assert_float_eq(sum / 10000, 0, 0.04, "%g: %g", means[i], sum / 10000);
        cr_assert_float_eq(squares / 10000, 1, 0.06, "%g: %g", means[i], squares / 10000);
    }
}

Test(sample, counts_without_chance_are_certain)
{
    struct rng r = rng_open(6, 0, "certain", 0);
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(sample_poisson(&r, 0), 0);
        cr_assert_eq(sample_binomial(&r, 0, 0.4), 0);
        cr_assert_eq(sample_binomial(&r, 1000, 0), 0);
        cr_assert_eq(sample_binomial(&r, 1000, 1), 1000);
        cr_assert(!sample_chance(&r, 0));
        cr_assert(sample_chance(&r, 1));
    }
}

/* One number each: after eight draws the streams stand at 8. */
Test(sample, inverses_take_one_number)
{
    struct rng r = rng_open(7, 0, "one", 0);
    struct sample_lognormal d = sample_lognormal_of(2, 3);
    (void)sample_uniform(&r, 1, 2);
    (void)sample_exponential(&r, 1);
    (void)sample_normal(&r, 1, 2);
    (void)sample_pareto(&r, 1, 2);
    (void)sample_weibull(&r, 1, 2);
    (void)sample_lognormal(&r, &d);
    (void)sample_poisson(&r, 9.9);
    (void)sample_chance(&r, 0.5);
    cr_assert_eq(r.next, 8);
}
