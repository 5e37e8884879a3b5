/* latency.h -- how long a request takes: wait in the queue, plus service.
 *
 * Service is a fixed part and a random part of a known shape, held as its tail at the points of a geometric grid. The
 * wait is that of queue_wait: none, or a shift and an exponential time. Wait and service are taken as independent;
 * their sum is the convolution of the exponential with the shape, uniform within each cell, and the shift is added
 * times its probability (a shift occurs only in overload, where nearly all wait).
 */
#ifndef MODELS_SERVICE_LATENCY_H
#define MODELS_SERVICE_LATENCY_H

#include <stdbool.h>

#include "models/service/queue.h"

enum latency_kind { LATENCY_FIXED, LATENCY_EXPONENTIAL, LATENCY_LOGNORMAL };

#define LATENCY_POINTS 112

/* A distribution with mean 1: its tail P(X > t) from where it leaves 1 to where it is nothing. */
struct latency_shape {
    enum latency_kind kind;
    double cs2;     /* squared coefficient of variation */
    int count;      /* of points; 0 for LATENCY_FIXED */
    int per_octave; /* points for each doubling of the time */
    double time[LATENCY_POINTS];
    double tail[LATENCY_POINTS];
};

/* The shape of a kind; sigma is the standard deviation of the logarithm, 0.02 to 2.4, for LATENCY_LOGNORMAL. */
void latency_shape_make(enum latency_kind kind, double sigma, struct latency_shape *shape);

/* The sigma of a lognormal from its mean and its 99th percentile. False: there is none, for p99 must lie above the
 * mean and below 14.96 times the mean. */
bool latency_lognormal_sigma(double mean, double p99, double *sigma) MUST_CHECK;

/* The distribution of a request's time. Holds a pointer to shape. */
struct latency {
    const struct latency_shape *shape;
    double offset_s; /* the fixed part, and the shift of the wait */
    double unit_s;   /* mean of the random part; 1 when there is none */
    double decay_s;  /* mean of the exponential wait */
    double first;    /* tail at the offset, when there are no points */
    double mean_s;
    double tail[LATENCY_POINTS]; /* at offset_s + unit_s * shape->time[i] */
};

/* fixed_s and random_s (mean of the random part, not used for LATENCY_FIXED) are 0 or more. */
void latency_make(struct latency *latency, const struct latency_shape *shape, double fixed_s, double random_s,
                  const struct queue_wait *wait);

/* The time in seconds that a share `level` (in (0, 1)) of the requests stays below. */
double latency_quantile(const struct latency *latency, double level);

/* The share of requests that take longer than time_s. */
double latency_tail(const struct latency *latency, double time_s);

#endif
