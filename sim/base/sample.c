#include "sim/base/sample.h"

#include <assert.h>

#include "sim/base/elementary.h"

static const double largest_count = 1e15; /* whole numbers up to here, and sums of two, are exact doubles */
static const double two_pi = 0x1.921fb54442d18p+2;

double sample_uniform(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_uniform(r);
}

bool sample_chance(struct rng *r, double p)
{
    return rng_uniform(r) < p;
}

double sample_exponential(struct rng *r, double mean)
{
    return -mean * elementary_log(rng_uniform(r));
}

double sample_normal(struct rng *r, double mean, double deviation)
{
    return mean + deviation * elementary_normal_quantile(rng_uniform(r));
}

double sample_pareto(struct rng *r, double least, double shape)
{
    return least * elementary_exp(-elementary_log(rng_uniform(r)) / shape);
}

double sample_weibull(struct rng *r, double scale, double shape)
{
    double exponential = -elementary_log(rng_uniform(r));
    return scale * elementary_exp(elementary_log(exponential) / shape);
}

struct sample_lognormal sample_lognormal_of(double mean, double deviation)
{
    double relative = deviation / mean;
    double log_variance = elementary_log1p(relative * relative);
    return (struct sample_lognormal){
        .log_mean = elementary_log(mean) - log_variance / 2,
        .log_deviation = __builtin_sqrt(log_variance),
    };
}

/* log(p99 / mean) = z s - s^2 / 2, z the normal's 99th percentile: s = z - sqrt(z^2 - 2 log(p99 / mean)). */
bool sample_lognormal_by_p99(double mean, double p99, struct sample_lognormal *found)
{
    double z = elementary_normal_quantile(0.99);
    double log_ratio = elementary_log(p99 / mean);
    if (!(mean > 0) || !(log_ratio >= 0) || !(2 * log_ratio <= z * z)) {
        return false;
    }
    double s = z - __builtin_sqrt(z * z - 2 * log_ratio);
    *found = (struct sample_lognormal){.log_mean = elementary_log(mean) - s * s / 2, .log_deviation = s};
    return true;
}

double sample_lognormal_mean(const struct sample_lognormal *d)
{
    return elementary_exp(d->log_mean + d->log_deviation * d->log_deviation / 2);
}

double sample_lognormal_variability(const struct sample_lognormal *d)
{
    return elementary_expm1(d->log_deviation * d->log_deviation);
}

double sample_lognormal_quantile(const struct sample_lognormal *d, double p)
{
    return elementary_exp(d->log_mean + d->log_deviation * elementary_normal_quantile(p));
}

double sample_lognormal(struct rng *r, const struct sample_lognormal *d)
{
    return sample_lognormal_quantile(d, rng_uniform(r));
}

/* shape 1 or more, scale 1. */
static double gamma_variable(struct rng *r, double shape)
{
    double d = shape - 1 / 3.0, c = 1 / __builtin_sqrt(9 * d);
    for (;;) {
        double x = sample_normal(r, 0, 1);
        double v = 1 + c * x;
        if (v <= 0) {
            continue;
        }
        v = v * v * v;
        if (elementary_log(rng_uniform(r)) < x * x / 2 + d * (1 - v + elementary_log(v))) {
            return d * v;
        }
    }
}

double sample_gamma(struct rng *r, double shape, double scale)
{
    assert(shape > 0);
    if (shape >= 1) {
        return scale * gamma_variable(r, shape);
    }
    double smaller = elementary_exp(elementary_log(rng_uniform(r)) / shape);
    return scale * smaller * gamma_variable(r, shape + 1);
}

/* ---- counts ---- */

/* x log(x / m) + m - x for x, m > 0, without cancellation where they are close (Loader 2000): with v = (x - m) / (x + m)
 * it is (x - m) v + 2 x (v^3 / 3 + v^5 / 5 + ...). */
static double deviance(double x, double m)
{
    double off = x - m, v = off / (x + m);
    if (v > 0.1 || v < -0.1) {
        return x * elementary_log(x / m) - off;
    }
    double v2 = v * v, term = 2 * x * v * v2, sum = off * v;
    for (int i = 3; i < 19; i += 2) { /* 0.1^19 is below the last digit */
        sum += term / i;
        term *= v2;
    }
    return sum;
}

/* log(n!) less Stirling's n log(n) - n + log(2 pi n) / 2, n >= 1. */
static double stirling_error(double n)
{
    if (n < 16) {
        return elementary_log_factorial(n) - (n * elementary_log(n) - n + elementary_log(two_pi * n) / 2);
    }
    double y = 1 / (n * n);
    return (1 / 12.0 - y * (1 / 360.0 - y * (1 / 1260.0 - y / 1680.0))) / n;
}

/* Log of the probability that a Poisson variable is k. */
static double poisson_log(double k, double mean)
{
    return k == 0 ? -mean : -stirling_error(k) - deviance(k, mean) - elementary_log(two_pi * k) / 2;
}

/* Log of the probability of k successes in n trials, 0 < p < 1. */
static double binomial_log(double k, double n, double p)
{
    if (k == 0) {
        return n * elementary_log1p(-p);
    }
    if (k == n) {
        return n * elementary_log(p);
    }
    return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * p) -
           deviance(n - k, n * (1 - p)) + elementary_log(n / (two_pi * k * (n - k))) / 2;
}

/* A candidate of Hörmann's transformed rejection: a hat over the histogram, two numbers. */
struct candidate {
    double k;
    double height; /* the candidate is taken if this is below f(k) times the hat's constant */
    bool good;     /* under the squeeze: taken without looking */
};

static struct candidate candidate_of(struct rng *r, double a, double b, double centre, double squeeze)
{
    double u = rng_uniform(r) - 0.5, v = rng_uniform(r);
    double edge = 0.5 - (u < 0 ? -u : u);
    return (struct candidate){
        .k = elementary_floor((2 * a / edge + b) * u + centre),
        .height = v / (a / (edge * edge) + b),
        .good = edge >= 0.07 && v <= squeeze,
    };
}

static double poisson_by_rejection(struct rng *r, double mean)
{
    double b = 0.931 + 2.53 * __builtin_sqrt(mean), a = -0.059 + 0.02483 * b;
    double constant = 1.1239 + 1.1328 / (b - 3.4), squeeze = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        struct candidate c = candidate_of(r, a, b, mean + 0.43, squeeze);
        if (c.good || (c.k >= 0 && elementary_log(c.height * constant) <= poisson_log(c.k, mean))) {
            return c.k;
        }
    }
}

/* The inverse, term by term. */
static uint64_t poisson_by_inversion(double u, double mean)
{
    double term = elementary_exp(-mean);
    uint64_t k = 0;
    while (u > term && term > 0) {
        u -= term;
        k++;
        term *= mean / (double)k;
    }
    return k;
}

uint64_t sample_poisson(struct rng *r, double mean)
{
    assert(mean >= 0 && mean <= largest_count);
    return mean < 10 ? poisson_by_inversion(rng_uniform(r), mean) : (uint64_t)poisson_by_rejection(r, mean);
}

/* p at most a half, n p 10 or more. */
static double binomial_by_rejection(struct rng *r, double n, double p)
{
    double deviation = __builtin_sqrt(n * p * (1 - p));
    double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p;
    double constant = (2.83 + 5.1 / b) * deviation, squeeze = 0.92 - 4.2 / b;
    double highest = binomial_log(elementary_floor((n + 1) * p), n, p);
    for (;;) {
        struct candidate c = candidate_of(r, a, b, n * p + 0.5, squeeze);
        bool possible = c.k >= 0 && c.k <= n;
        if (c.good || (possible && elementary_log(c.height * constant) <= binomial_log(c.k, n, p) - highest)) {
            return c.k;
        }
    }
}

/* p at most a half. */
static uint64_t binomial_by_inversion(double u, uint64_t count, double p)
{
    double n = (double)count, odds = p / (1 - p), term = elementary_exp(n * elementary_log1p(-p));
    uint64_t k = 0;
    while (u > term && term > 0 && k < count) {
        u -= term;
        k++;
        term *= odds * ((n + 1) / (double)k - 1);
    }
    return k;
}

static uint64_t binomial_up_to_a_half(struct rng *r, uint64_t count, double p)
{
    double n = (double)count;
    return n * p < 10 ? binomial_by_inversion(rng_uniform(r), count, p) : (uint64_t)binomial_by_rejection(r, n, p);
}

uint64_t sample_binomial(struct rng *r, uint64_t count, double p)
{
    assert((double)count <= largest_count && p >= 0 && p <= 1);
    return p <= 0.5 ? binomial_up_to_a_half(r, count, p) : count - binomial_up_to_a_half(r, count, 1 - p);
}
