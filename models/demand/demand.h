/* demand.h -- how many rides (or whatever the unit is) per second come from outside at an instant.
 *
 *     rate = level x profile x growth x events x noise        or        trace x growth x events x noise
 *
 * A function of the time, the seed, the replication and the demand's name alone: steps and the order of calls change
 * nothing, and other demands neither. Times are nanoseconds since the scenario's start.
 */
#ifndef MODELS_DEMAND_DEMAND_H
#define MODELS_DEMAND_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/rng.h"
#include "sim/scenario/profile.h"
#include "sim/scenario/units.h"

/* A concert, a storm, a holiday: from start the rate climbs to factor times itself, stays, and falls back, linearly. */
struct demand_event {
    int64_t start_ns;
    int64_t rise_ns;
    int64_t hold_ns;
    int64_t fall_ns;
    double factor;
};

struct demand_point {
    int64_t at_ns;
    double rate_hz;
};

/* What a user says of a demand; borrowed for as long as the demand lives. */
struct demand_input {
    const char *namespace;
    const char *name;
    double level_hz;                   /* mean over a week, without a trace */
    const struct profile *profile;     /* its shape over a week; null: flat */
    int64_t into_profile_ns;           /* from the start of a period to the scenario's start */
    const struct demand_point *trace;  /* [trace_count], rising in time; before and after it the ends stay */
    uint32_t trace_count;              /* 0: no trace */
    struct growth growth;              /* period 0: none */
    double noise_deviation;            /* standard deviation over the mean; 0: no noise */
    int64_t noise_correlation_ns;      /* time in which the noise's correlation falls to 1/e; above 0 with noise */
    const struct demand_event *events; /* [event_count]; they multiply */
    uint32_t event_count;
};

/* A demand, and where its noise and trace were read last (they are only remembered: any time may be asked for). */
struct demand {
    struct demand_input input;
    bool without_events;
    struct rng stream;
    double log_deviation;  /* of the noise */
    double step_ns;        /* of the noise's grid */
    double persistence;    /* correlation of neighbours on the grid */
    double innovation;     /* sqrt(1 - persistence^2) */
    int64_t cell;          /* -1: none was read yet */
    double left, right;    /* standard normal noise at the cell's ends */
    uint32_t trace_before; /* point of the trace at or before the last time */
};

struct demand demand_make(const struct demand_input *input, bool without_events, uint64_t seed, uint64_t replication);

/* Per second, at at_ns, 0 or later. */
double demand_rate_hz(struct demand *demand, int64_t at_ns);

/* The factor of one event at a time: 1 before and after it. */
double demand_event_factor(const struct demand_event *event, int64_t at_ns);

/* The factor that compound growth has reached at a time. */
double demand_growth_factor(struct growth growth, int64_t at_ns);

#endif
