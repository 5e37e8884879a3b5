/* queue.h -- a queue with c servers under a load that changes: the pointwise-stationary fluid flow.
 *
 * The mean number in the system x follows x' = rate - G(x) / service, where G is the inverse of the stationary L(load)
 * of M/G/c. It is exact in every steady state, is the fluid limit in overload, and was the best of four closures on
 * every case of reference/performance.md, 6.3. Beside the mean goes the variance v of the number, v' = (rate + G /
 * service) - 2 G' v / service, which is exact in every steady state of M/M/c (its state probabilities are an
 * exponential family in the load) and in overload; it tells a queue that has just been built up, whose length is
 * nearly certain, from a stationary one.
 *
 * Within a step the rate is constant, and G is linear between the nodes of a curve, so a step of any length is the
 * exact solution: no sub-steps, no stiffness. A step of 60 relaxation times or more goes straight to the steady state.
 *
 * Source: W.-P. Wang, D. Tipper, S. Banerjee, "A simple approximation for modeling nonstationary queues", INFOCOM
 * 1996; the second moment is van Kampen's linear noise approximation.
 */
#ifndef MODELS_SERVICE_QUEUE_H
#define MODELS_SERVICE_QUEUE_H

#include <stdint.h>

#include "sim/base/arena.h"

#define QUEUE_CELLS 512

struct queue_node {
    double number;  /* mean number in the system */
    double flow;    /* the offered load that keeps it there, Erlangs: departures per mean service time */
    double waiting; /* the share of arrivals that wait then */
};

/* G for one number of servers and one variability: nodes at number = scale * i / (QUEUE_CELLS - i). */
struct queue_curve {
    double servers;
    double cs2;
    double scale;
    struct queue_node node[QUEUE_CELLS]; /* i = 0 .. QUEUE_CELLS - 1; the last one is QUEUE_CELLS - 1 times scale */
};

/* The curves made so far, shared by all queues of a run. */
struct queue_curves {
    struct arena *arena;
    struct queue_curve **slots; /* [room]; open addressing */
    uint32_t count;
    uint32_t room; /* a power of two, or 0 */
};

/* No curves yet; they will lie in arena. */
struct queue_curves queue_curves_make(struct arena *arena);

/* Gives back the table's slots (the curves go with their arena). */
void queue_curves_drop(struct queue_curves *curves);

/* The curve for `servers` (above 0, any real number) and `cs2` (squared coefficient of variation of the service time,
 * 0 or more). To share curves servers are rounded to 7 significant bits (whole numbers to 128 stay) and cs2 to
 * eighths, at most 16: keep the capacity exact with queue_service_s. The pointer stays good. */
const struct queue_curve *queue_curve(struct queue_curves *curves, double servers, double cs2);

/* The mean service time to use with a curve that was asked for `servers`: its capacity is then servers / service_s. */
double queue_service_s(const struct queue_curve *curve, double servers, double service_s);

/* The state of a queue; zero is the empty one. */
struct queue {
    double number;
    double variance;
};

/* The stationary queue for arrivals at rate_hz; for a load that servers can't bear, that of 0.999 of what they can. */
struct queue queue_stationary(const struct queue_curve *curve, double rate_hz, double service_s);

/* What a step did. served + refused + (number after - number before) = rate_hz * step_s. */
struct queue_step {
    double served;      /* requests that left, served */
    double refused;     /* requests that found the system full */
    double number_mean; /* time average of the number in the system */
};

/* Moves *queue on by step_s (above 0) under arrivals at rate_hz (Poisson, 0 or more).
 *
 *   service_s  mean service time, above 0
 *   bound      the number in the system at which arrivals beyond what the servers bear are refused; INFINITY: none */
void queue_advance(struct queue *queue, const struct queue_curve *curve, double rate_hz, double service_s, double bound,
                   double step_s, struct queue_step *step);

/* What an arrival meets: with `probability` it waits shift_s and then an exponential time of mean_s; otherwise it is
 * served at once. Stationary: the M/M/c waiting time (scaled to M/G/c by its mean); in overload: the time to drain
 * what is ahead, with the spread of the queue's length. */
struct queue_wait {
    double probability;
    double shift_s;
    double mean_s;
};

void queue_wait(const struct queue *queue, const struct queue_curve *curve, double service_s, struct queue_wait *wait);

#endif
