/* arrivals.h -- how many rides (or whatever the unit of a Demand is) come a second at an instant.
 *
 *     rate = level x profile x growth x events x noise        or        trace x growth x events x noise
 *
 * A function of the time, the seed, the replication and the demand's name alone: steps and the order of calls change
 * nothing, and other demands neither. Times are nanoseconds since the scenario's start.
 */
#ifndef MODELS_DEMAND_ARRIVALS_H
#define MODELS_DEMAND_ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/rng.h"
#include "sim/scenario/specs.h"

/* The arrivals of a demand, and where its noise was read last (that is only remembered: any time may be asked for). */
struct arrivals {
    const struct demand *demand;
    bool without_events;
    double level_hz;         /* what the profile, or the trace over its mean, is multiplied with */
    int64_t into_profile_ns; /* from the start of a period of the profile to the scenario's start */
    struct rng stream;
    double log_deviation; /* of the noise; 0: there is none */
    double step_ns;       /* of the noise's grid */
    double persistence;   /* correlation of neighbours on the grid */
    double innovation;    /* sqrt(1 - persistence^2) */
    int64_t cell;         /* -1: none was read yet */
    double left, right;   /* standard normal noise at the cell's ends */
    int64_t asked_ns;     /* the time that was asked for last (-1: none), and */
    double answer_hz;     /* what was answered */
};

/* start_ns: the scenario's start since 1970. The demand is kept. */
struct arrivals arrivals_make(const struct demand *demand, int64_t start_ns, bool without_events, uint64_t seed,
                              uint64_t replication);

/* Per second, at at_ns, 0 or later. */
double arrivals_hz(struct arrivals *arrivals, int64_t at_ns);

/* The factor of one event at a time: 1 before and after it. */
double arrivals_event_factor(const struct demand_event *event, int64_t at_ns);

/* The factor that compound growth has reached at a time. */
double arrivals_growth_factor(struct growth growth, int64_t at_ns);

#endif
