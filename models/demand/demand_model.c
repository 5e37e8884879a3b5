#include "models/demand/demand_model.h"

#include <assert.h>
#include <stdlib.h>

#include "models/demand/arrivals.h"
#include "sim/scenario/scenario.h"

#define STEP_NS (15 * UNITS_SECOND_NS)

struct demands {
    VEC(struct arrivals) arrivals; /* of each demand of the scenario */
    VEC(double) units;
};

double demand_model_hz(const struct sim *sim, uint32_t demand, int64_t at_ns)
{
    struct demands *state = sim_state(sim, &demand_model);
    assert(demand < state->arrivals.count);
    return arrivals_hz(&state->arrivals.at[demand], at_ns);
}

double demand_model_units(const struct sim *sim, uint32_t demand)
{
    const struct demands *state = sim_state(sim, &demand_model);
    assert(demand < state->units.count);
    return state->units.at[demand];
}

static void start(struct sim *sim, void *state)
{
    struct demands *d = state;
    const struct scenario *s = sim->scenario;
    for (uint32_t i = 0; s != NULL && i < s->demands.count; i++) {
        VEC_PUSH(&d->arrivals,
                 arrivals_make(&s->demands.at[i], s->spec.start_ns, sim->without_events, sim->seed, sim->replication));
        VEC_PUSH(&d->units, 0);
    }
    if (d->arrivals.count > 0) {
        sim_wake_at(sim, &demand_model, 0, 0, 0, sim_now(sim) + STEP_NS);
    }
}

/* Rates are taken at the middle of a step. */
static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct demands *d = state;
    int64_t now_ns = sim_now(sim);
    for (uint32_t i = 0; i < d->arrivals.count; i++) {
        double rate_hz = arrivals_hz(&d->arrivals.at[i], now_ns - STEP_NS / 2);
        d->units.at[i] += rate_hz * ((double)STEP_NS / UNITS_SECOND_NS);
    }
    sim_wake_at(sim, &demand_model, turn->class, turn->id, 0, now_ns + STEP_NS);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct demands *d = state;
    VEC_DROP(&d->arrivals);
    VEC_DROP(&d->units);
}

static const struct model_class classes[] = {{.name = "demand", .order = ENGINE_FIFO, .client = CLIENT_USER}};

const struct model demand_model = {
    .name = "demand",
    .state_size = sizeof(struct demands),
    .classes = classes,
    .class_count = 1,
    .start = start,
    .handle = handle,
    .stop = stop,
};
