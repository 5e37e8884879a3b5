/* The noise is a lognormal of a stationary first-order autoregression (an Ornstein-Uhlenbeck process) on a grid of an
 * eighth of the correlation time.
 *
 * 1. The n-th innovation is the n-th number of the demand's stream, so the process is a function of the time.
 * 2. Between grid points the normal variable is interpolated and rescaled to variance 1: at every instant the factor
 *    has
 *    mean 1 and the deviation asked for.
 */
#include "models/demand/demand.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "sim/base/elementary.h"

#define POINTS_A_CORRELATION 8.0

struct demand demand_make(const struct demand_input *input, bool without_events, uint64_t seed, uint64_t replication)
{
    struct demand d = {.input = *input, .without_events = without_events, .cell = -1};
    uint64_t entity = rng_entity("Demand", input->namespace, input->name, 0);
    d.stream = rng_open(seed, replication, "demand.noise", entity);
    if (input->noise_deviation > 0) {
        assert(input->noise_correlation_ns > 0);
        d.log_deviation = sqrt(elementary_log1p(input->noise_deviation * input->noise_deviation));
        d.step_ns = (double)input->noise_correlation_ns / POINTS_A_CORRELATION;
        d.persistence = elementary_exp(-1 / POINTS_A_CORRELATION);
        d.innovation = sqrt(1 - d.persistence * d.persistence);
    }
    return d;
}

static double normal_at(const struct demand *d, int64_t index)
{
    return elementary_normal_quantile(rng_uniform_at(&d->stream, (uint64_t)index));
}

static void seek(struct demand *d, int64_t cell)
{
    if (d->cell < 0 || cell < d->cell) {
        d->cell = 0;
        d->left = normal_at(d, 0);
        d->right = d->persistence * d->left + d->innovation * normal_at(d, 1);
    }
    while (d->cell < cell) {
        d->cell++;
        d->left = d->right;
        d->right = d->persistence * d->left + d->innovation * normal_at(d, d->cell + 1);
    }
}

static double noise(struct demand *d, int64_t at_ns)
{
    if (d->log_deviation == 0) {
        return 1;
    }
    double place = (double)at_ns / d->step_ns;
    double cell = elementary_floor(place);
    seek(d, (int64_t)cell);
    double part = place - cell, rest = 1 - part;
    double variance = rest * rest + part * part + 2 * rest * part * d->persistence;
    double normal = (rest * d->left + part * d->right) / sqrt(variance);
    return elementary_exp(d->log_deviation * (normal - 0.5 * d->log_deviation));
}

static double trace_rate(struct demand *d, int64_t at_ns)
{
    const struct demand_point *trace = d->input.trace;
    uint32_t last = d->input.trace_count - 1, i = d->trace_before;
    if (trace[i].at_ns > at_ns) {
        i = 0;
    }
    while (i < last && trace[i + 1].at_ns <= at_ns) {
        i++;
    }
    d->trace_before = i;
    if (i == last || at_ns <= trace[i].at_ns) {
        return trace[i].rate_hz;
    }
    double part = (double)(at_ns - trace[i].at_ns) / (double)(trace[i + 1].at_ns - trace[i].at_ns);
    return trace[i].rate_hz + part * (trace[i + 1].rate_hz - trace[i].rate_hz);
}

double demand_event_factor(const struct demand_event *event, int64_t at_ns)
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

double demand_growth_factor(struct growth growth, int64_t at_ns)
{
    if (growth.period_ns == 0 || growth.share == 0) {
        return 1;
    }
    return elementary_pow(1 + growth.share, (double)at_ns / (double)growth.period_ns);
}

double demand_rate_hz(struct demand *demand, int64_t at_ns)
{
    const struct demand_input *input = &demand->input;
    double rate;
    if (input->trace_count > 0) {
        rate = trace_rate(demand, at_ns);
    } else {
        rate = input->level_hz;
        if (input->profile != NULL) {
            rate *= profile_at(input->profile, input->into_profile_ns + at_ns);
        }
    }
    rate *= demand_growth_factor(input->growth, at_ns);
    for (uint32_t i = 0; i < input->event_count && !demand->without_events; i++) {
        rate *= demand_event_factor(&input->events[i], at_ns);
    }
    return rate * noise(demand, at_ns);
}
