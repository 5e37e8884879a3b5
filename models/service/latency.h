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
#include <stdint.h>

#include "models/service/queue.h"

enum latency_kind { LATENCY_FIXED, LATENCY_EXPONENTIAL, LATENCY_LOGNORMAL };

#define LATENCY_POINTS 112
#define LATENCY_SIGMA_MIN 0.02
#define LATENCY_SIGMA_MAX 2.4

/* A distribution with mean 1: its tail P(X > t) from where it leaves 1 to where it is nothing. */
struct latency_shape {
    enum latency_kind kind;
    double cs2;     /* squared coefficient of variation */
    int count;      /* of points; 0 for LATENCY_FIXED */
    int per_octave; /* points for each doubling of the time */
    double time[LATENCY_POINTS];
    double tail[LATENCY_POINTS];
};

/* The shape of a kind; sigma, for LATENCY_LOGNORMAL, is the standard deviation of the logarithm, LATENCY_SIGMA_MIN to
 * LATENCY_SIGMA_MAX. */
void latency_shape_make(enum latency_kind kind, double sigma, struct latency_shape *shape);

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

/* The quantile of requests of which parts weights[count] (above 0) have the times latencies[count]. */
double latency_mixture_quantile(const struct latency *const *latencies, const double *weights, uint32_t count,
                                double level);

#endif
