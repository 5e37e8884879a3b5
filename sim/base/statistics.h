/* statistics.h -- means, and how sure they are.
 *
 * Sums of doubles depend on their order: whoever wants the same bits adds and merges in a fixed order (results of
 * replications in the order of the jobs). The interval uses GSL, so it serves reports, never the simulated path.
 *
 * Source: Welford (1962) for adding, Chan, Golub, LeVeque (1979) for merging.
 */
#ifndef SIM_BASE_STATISTICS_H
#define SIM_BASE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Running moments. A zeroed one is empty. */
struct statistics {
    uint64_t count;
    double mean;
    double squares; /* sum of the squared distances from the mean */
    double least;   /* 0 while empty */
    double most;
};

void statistics_add(struct statistics *s, double x);

/* As if all that other holds had been added to s, but for rounding. */
void statistics_merge(struct statistics *s, const struct statistics *other);

/* Of the sample: squares / (count - 1); 0 while there are fewer than two. */
double statistics_variance(const struct statistics *s);

/* The moments of candidate[i] - base[i], i < count: what a comparison on the same random numbers looks at. */
struct statistics statistics_paired(const double *base, const double *candidate, size_t count);

/* Student's t interval for the mean of independent, roughly normal values. */
struct statistics_interval {
    double mean;
    double half_width; /* infinite for fewer than two values */
};

/* confidence in (0, 1), for example 0.95. */
struct statistics_interval statistics_interval(const struct statistics *s, double confidence);

/* A mean of values that weigh differently. A zeroed one is empty. */
struct statistics_weighted {
    double weight; /* sum so far */
    double mean;   /* 0 while the weight is 0 */
};

/* weight 0 or more. */
void statistics_weighted_add(struct statistics_weighted *w, double x, double weight);

/* A level that holds between changes (nodes, replicas, waiting requests), and its mean over time. A zeroed one has
 * held 0 since time 0. */
struct statistics_level {
    int64_t since_ns;   /* the last change */
    int64_t started_ns; /* where the mean begins */
    double value;       /* since then */
    double area;        /* value times ns, up to since_ns */
    double least;       /* so far, also for an instant */
    double most;
};

/* A level of value from now_ns on. */
struct statistics_level statistics_level_start(int64_t now_ns, double value);

/* From now_ns on, not before the last change, the level is value. */
void statistics_level_set(struct statistics_level *l, int64_t now_ns, double value);

/* The mean from the start up to now_ns, not before the last change; the level itself where no time has passed. */
double statistics_level_mean(const struct statistics_level *l, int64_t now_ns);

#endif
