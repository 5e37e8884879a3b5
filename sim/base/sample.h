/* sample.h -- random variables drawn from streams (rng.h), the same on every processor.
 *
 * Where the inverse of the distribution is in reach, a draw is that inverse of one number of the stream: two runs on
 * the same stream stay in step, and a larger number never meets a different side of the distribution (common random
 * numbers and antithetic pairs work). These are marked "one number". The others reject, and take more.
 */
#ifndef SIM_BASE_SAMPLE_H
#define SIM_BASE_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"
#include "sim/base/rng.h"

/* Even between low and high. One number. */
double sample_uniform(struct rng *r, double low, double high);

/* True with probability p. One number. */
bool sample_chance(struct rng *r, double p);

/* One number. */
double sample_exponential(struct rng *r, double mean);
double sample_normal(struct rng *r, double mean, double deviation);

/* P(X > x) = (least / x)^shape from least on; the mean is infinite unless shape > 1. One number. */
double sample_pareto(struct rng *r, double least, double shape);

/* P(X > x) = exp(-(x / scale)^shape). One number. */
double sample_weibull(struct rng *r, double scale, double shape);

/* exp of a normal variable. */
struct sample_lognormal {
    double log_mean; /* mean and standard deviation of the logarithm */
    double log_deviation;
};

/* The lognormal with this mean (above 0) and standard deviation (0 or more). */
struct sample_lognormal sample_lognormal_of(double mean, double deviation);

/* The lognormal with this mean and 99th percentile, both above 0. Of the two that there are, the one with the smaller
 * deviation. False: there is none, for p99 is below the mean or above 14.97 times it (the square of the normal's 99th
 * percentile, halved, is the largest log of p99 / mean). */
bool sample_lognormal_by_p99(double mean, double p99, struct sample_lognormal *found) MUST_CHECK;

/* Its mean, its variance over the squared mean, and the value below which it lies with probability p in (0, 1). */
double sample_lognormal_mean(const struct sample_lognormal *d);
double sample_lognormal_variability(const struct sample_lognormal *d);
double sample_lognormal_quantile(const struct sample_lognormal *d, double p);

/* One number. */
double sample_lognormal(struct rng *r, const struct sample_lognormal *d);

/* Mean shape x scale, variance shape x scale^2; shape above 0. By rejection (Marsaglia and Tsang 2000). */
double sample_gamma(struct rng *r, double shape, double scale);

/* How many of a Poisson process arrive when mean are expected, 0 <= mean <= 1e15. Below 10: one number; else by rejection
 * (Hörmann 1993, PTRS). */
uint64_t sample_poisson(struct rng *r, double mean);

/* How many of count trials succeed, each with probability p; count <= 1e15. With 10 expected or fewer successes or
 * failures: one number; else by rejection (Hörmann 1993, BTRS). */
uint64_t sample_binomial(struct rng *r, uint64_t count, double p);

#endif
