#include "tests/bench/bench.h"

#include <stddef.h>

#include "sim/base/elementary.h"
#include "sim/base/histogram.h"
#include "sim/base/sample.h"

/* Nanoseconds for each of 8 million evaluations of expression; r is a stream, i counts. */
#define TIMED(name, expression)                                                                                        \
    static double name(double scale)                                                                                   \
    {                                                                                                                  \
        enum { COUNT = 8000000 };                                                                                      \
        struct rng r = rng_open(1, 0, #name, 0);                                                                       \
        double sum = scale, start = bench_seconds();                                                                   \
        for (uint64_t i = 0; i < COUNT; i++) {                                                                         \
            sum += (double)(expression);                                                                               \
        }                                                                                                              \
        double end = bench_seconds();                                                                                  \
        bench_keep(sum + (double)r.next);                                                                              \
        return (end - start) * 1e9 / COUNT;                                                                            \
    }

TIMED(uniform, rng_uniform(&r))
TIMED(uniform_at, rng_uniform_at(&r, i * 7))
TIMED(exponential, sample_exponential(&r, 1.7))
TIMED(normal, sample_normal(&r, 2, 0.3))
TIMED(lognormal, sample_lognormal(&r, &(struct sample_lognormal){-3, 0.9}))
TIMED(gamma_variable, sample_gamma(&r, 2.5, 0.4))
TIMED(poisson, sample_poisson(&r, scale))
TIMED(binomial, sample_binomial(&r, 1000, scale / 1000))
TIMED(natural_log, elementary_log(0.1 + (double)(i & 1023)))
TIMED(exponential_function, elementary_exp(0.01 * (double)(i & 1023)))
TIMED(power, elementary_pow(1.05, 0.1 * (double)(i & 1023)))
TIMED(sine, elementary_sin(0.01 * (double)(i & 1023)))

/* A million lognormal values, made before. */
static double histogram(double scale)
{
    enum { COUNT = 1 << 16, ROUNDS = 128 };
    static double values[COUNT];
    struct rng r = rng_open(1, 0, "histogram", 0);
    for (int i = 0; i < COUNT; i++) {
        values[i] = sample_lognormal(&r, &(struct sample_lognormal){-3, scale});
    }
    struct histogram h = {0};
    double start = bench_seconds();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < COUNT; i++) {
            histogram_add(&h, values[i], 1);
        }
    }
    double end = bench_seconds();
    bench_keep(histogram_quantile(&h, 0.99));
    histogram_drop(&h);
    return (end - start) * 1e9 / COUNT / ROUNDS;
}

extern const struct bench bench_base[];
const struct bench bench_base[] = {
    {"base/rng-uniform", uniform, 0, "ns", 0},
    {"base/rng-uniform-at", uniform_at, 0, "ns", 0},
    {"base/sample-exponential", exponential, 0, "ns", 0},
    {"base/sample-normal", normal, 0, "ns", 0},
    {"base/sample-lognormal", lognormal, 0, "ns", 0},
    {"base/sample-gamma", gamma_variable, 0, "ns", 0},
    {"base/sample-poisson-3", poisson, 3, "ns", 0},
    {"base/sample-poisson-300", poisson, 300, "ns", 0},
    {"base/sample-binomial-300", binomial, 300, "ns", 0},
    {"base/elementary-log", natural_log, 0, "ns", 0},
    {"base/elementary-exp", exponential_function, 0, "ns", 0},
    {"base/elementary-pow", power, 0, "ns", 0},
    {"base/elementary-sin", sine, 0, "ns", 0},
    {"base/histogram-add", histogram, 0.9, "ns", 0},
    {NULL, NULL, 0, NULL, 0},
};
