/* The noise is a lognormal of a stationary first-order autoregression (an Ornstein-Uhlenbeck process) on a grid of an
 * eighth of the correlation time.
 *
 * 1. The n-th innovation is the n-th number of the demand's stream, so the process is a function of the time.
 * 2. Between grid points the normal variable is interpolated and rescaled to variance 1: at every instant the factor
 *    has mean 1 and the deviation asked for.
 */
#include "models/demand/arrivals.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "models/demand/parameter.h"
#include "sim/base/elementary.h"

#define POINTS_A_CORRELATION 8.0

/* Profiles begin on a Monday at 00:00; 1970-01-05 was one. */
static int64_t into_profile_ns(const struct demand *demand, int64_t start_ns)
{
    return start_ns - 4 * 24 * UNITS_HOUR_NS + demand->utc_offset_s * UNITS_SECOND_NS;
}

struct arrivals arrivals_make(const struct demand *demand, int64_t start_ns, bool without_events, uint64_t seed,
                              uint64_t replication)
{
    const struct object *object = demand->object;
    uint64_t entity = rng_entity("Demand", object->namespace, object->name, 0);
    struct arrivals a = {.demand = demand, .without_events = without_events, .cell = -1, .asked_ns = -1};
    a.level_hz = parameter_drawn(demand->rate_per_s, demand->rate_error, "rate", object, seed, replication);
    a.into_profile_ns = into_profile_ns(demand, start_ns);
    a.stream = rng_open(seed, replication, "demand.noise", entity);
    if (demand->noise != NULL && demand->noise->deviation > 0) {
        assert(demand->noise->correlation_ns > 0);
        a.log_deviation = sqrt(elementary_log1p(demand->noise->deviation * demand->noise->deviation));
        a.step_ns = (double)demand->noise->correlation_ns / POINTS_A_CORRELATION;
        a.persistence = elementary_exp(-1 / POINTS_A_CORRELATION);
        a.innovation = sqrt(1 - a.persistence * a.persistence);
    }
    return a;
}

static double normal_at(const struct arrivals *a, int64_t index)
{
    return elementary_normal_quantile(rng_uniform_at(&a->stream, (uint64_t)index));
}

static void seek(struct arrivals *a, int64_t cell)
{
    if (a->cell < 0 || cell < a->cell) {
        a->cell = 0;
        a->left = normal_at(a, 0);
        a->right = a->persistence * a->left + a->innovation * normal_at(a, 1);
    }
    while (a->cell < cell) {
        a->cell++;
        a->left = a->right;
        a->right = a->persistence * a->left + a->innovation * normal_at(a, a->cell + 1);
    }
}

static double noise(struct arrivals *a, int64_t at_ns)
{
    if (a->log_deviation == 0) {
        return 1;
    }
    double place = (double)at_ns / a->step_ns;
    double cell = elementary_floor(place);
    seek(a, (int64_t)cell);
    double part = place - cell, rest = 1 - part;
    double variance = rest * rest + part * part + 2 * rest * part * a->persistence;
    double normal = (rest * a->left + part * a->right) / sqrt(variance);
    return elementary_exp(a->log_deviation * (normal - 0.5 * a->log_deviation));
}

double arrivals_event_factor(const struct demand_event *event, int64_t at_ns)
{
    int64_t since = at_ns - event->start_ns;
    if (since < 0) {
        return 1;
    }
    if (since < event->rise_ns) {
        return 1 + (event->factor - 1) * ((double)since / (double)event->rise_ns);
    }
    since -= event->rise_ns;
    if (since < event->hold_ns) {
        return event->factor;
    }
    since -= event->hold_ns;
    if (since < event->fall_ns) {
        return event->factor - (event->factor - 1) * ((double)since / (double)event->fall_ns);
    }
    return 1;
}

double arrivals_growth_factor(struct growth growth, int64_t at_ns)
{
    if (growth.period_ns == 0 || growth.share == 0) {
        return 1;
    }
    return elementary_pow(1 + growth.share, (double)at_ns / (double)growth.period_ns);
}

/* Before growth, events and noise. */
static double regular_hz(const struct arrivals *a, int64_t at_ns)
{
    const struct demand *demand = a->demand;
    if (demand->trace != NULL) {
        double measured = trace_at(demand->trace, at_ns);
        bool scaled = a->level_hz > 0 && demand->trace->mean_per_s > 0;
        return scaled ? measured * (a->level_hz / demand->trace->mean_per_s) : measured;
    }
    return demand->shape != NULL ? a->level_hz * profile_at(demand->shape, a->into_profile_ns + at_ns) : a->level_hz;
}

double arrivals_hz(struct arrivals *arrivals, int64_t at_ns)
{
    const struct demand *demand = arrivals->demand;
    if (arrivals->asked_ns == at_ns) {
        return arrivals->answer_hz;
    }
    double rate = regular_hz(arrivals, at_ns) * arrivals_growth_factor(demand->growth, at_ns);
    for (uint32_t i = 0; i < demand->events.count && !arrivals->without_events; i++) {
        rate *= arrivals_event_factor(&demand->events.at[i], at_ns);
    }
    arrivals->asked_ns = at_ns;
    arrivals->answer_hz = rate * noise(arrivals, at_ns);
    return arrivals->answer_hz;
}
