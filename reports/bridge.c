#include "reports/bridge.h"

#include <math.h>

#define ROUNDING 1e-9 /* a step below this share of its level is of the rounding of sums */

static const double confidence = 0.95;

const struct bridge_name bridge_names[BRIDGE_STEPS] = {
    {"volume", "More or less demand, at what a unit of demand cost before."},
    {"efficiency", "More or less node capacity for each unit of demand: requests, idle, scaling."},
    {"mix", "The capacity is bought of other instance types, regions or purchase options."},
    {"price", "The list prices of what is bought, and fees beside nodes, are other ones."},
    {"rate", "Another part of the list price is paid: discounts."},
};

static double hours(const struct bridge_bought *b)
{
    return b->usd_per_hour > 0 ? b->usd / b->usd_per_hour : 0;
}

static double list(const struct bridge_bought *b)
{
    return b->list_per_hour > 0 ? b->list_per_hour : b->usd_per_hour;
}

static double rate(const struct bridge_bought *b)
{
    return list(b) > 0 ? b->usd_per_hour / list(b) : 1;
}

/* The side whose prices stand for BASE's. */
static const struct bridge_bought *priced(const struct bridge_offer *o)
{
    return o->base.usd_per_hour > 0 ? &o->base : &o->candidate;
}

static double quotient(double candidate, double base)
{
    return candidate > 0 && base > 0 ? candidate / base : 1;
}

static double step(double from, double to)
{
    return fabs(to - from) <= ROUNDING * fmax(fabs(from), fabs(to)) ? 0 : to - from;
}

void bridge_levels(const struct bridge_month *m, double usd[BRIDGE_STEPS + 1])
{
    double nodes = 0, base_capacity = 0, candidate_capacity = 0, mix = 0, price = 0, all = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct bridge_offer *o = &m->offers[i];
        const struct bridge_bought *before = priced(o);
        double bought = hours(&o->candidate);
        nodes += o->base.usd;
        base_capacity += hours(&o->base) * o->capacity;
        candidate_capacity += bought * o->capacity;
        mix += bought * before->usd_per_hour;
        price += bought * list(&o->candidate) * rate(before);
        all += o->candidate.usd;
    }
    double capacity = base_capacity > 0 ? candidate_capacity / base_capacity : 0;
    usd[0] = nodes + m->base_fees;
    usd[1 + BRIDGE_VOLUME] = nodes * quotient(m->candidate_demand, m->base_demand) + m->base_fees;
    usd[1 + BRIDGE_EFFICIENCY] = nodes * capacity + m->base_fees;
    usd[1 + BRIDGE_MIX] = mix + m->base_fees;
    usd[1 + BRIDGE_PRICE] = price + m->candidate_fees;
    usd[1 + BRIDGE_RATE] = all + m->candidate_fees;
}

struct bridge bridge_make(const struct bridge_month *months, uint32_t count)
{
    struct statistics levels[BRIDGE_STEPS + 1] = {0}, steps[BRIDGE_STEPS] = {0}, change = {0};
    struct bridge b = {.known = count > 0};
    int64_t cents[BRIDGE_STEPS + 1] = {0};
    for (uint32_t r = 0; r < count; r++) {
        double usd[BRIDGE_STEPS + 1];
        bridge_levels(&months[r], usd);
        for (int i = 0; i <= BRIDGE_STEPS; i++) {
            statistics_add(&levels[i], usd[i]);
        }
        for (int i = 0; i < BRIDGE_STEPS; i++) {
            statistics_add(&steps[i], step(usd[i], usd[i + 1]));
        }
        statistics_add(&change, step(usd[0], usd[BRIDGE_STEPS]));
    }
    for (int i = 0; i <= BRIDGE_STEPS && b.known; i++) {
        cents[i] = llround(100 * levels[i].mean);
    }
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        b.step_cents[i] = cents[i + 1] - cents[i];
        b.step[i] = statistics_interval(&steps[i], confidence);
    }
    b.change = statistics_interval(&change, confidence);
    b.base_cents = cents[0];
    b.candidate_cents = cents[BRIDGE_STEPS];
    return b;
}
