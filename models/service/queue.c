/* The fluid queue.
 *
 * Invariants
 * 1. The nodes of a curve rise strictly in number, and in flow up to the last bits; flow < servers.
 * 2. Behind the last node the flow is servers * (1 - const / number), continuous with it; a step takes it as constant.
 * 3. queue_advance visits each cell at most once: x moves in one direction while the rate is constant.
 *
 * Why not Runge-Kutta: service takes milliseconds and a step 15 s. Why not always a jump to the steady state when the
 * load is below 1: a queue left by an overload drains for minutes, and near saturation relaxation outlasts any step.
 */
#include "models/service/queue.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "models/service/erlang.h"
#include "sim/base/elementary.h"
#include "sim/base/memory.h"

#define LAST (QUEUE_CELLS - 1)
#define NEVER 10.0 /* deviations below the servers at which nobody waits: 1e-23 of the arrivals */
#define LONG 60.0  /* relaxation times after which what is left, exp(-60), is nothing */

/* Zero at the load whose stationary number is `number`; (servers - load) takes away the pole. */
static double residual(const struct queue_curve *curve, double number, double load)
{
    return (curve->servers - load) * (load + erlang_queue(curve->servers, load, curve->cs2) - number);
}

/* The load whose stationary number is `number`, between low and servers: secants from a first guess, safeguarded by
 * bisection. */
static double load_for_number(const struct queue_curve *curve, double number, double low, double guess)
{
    double c = curve->servers, high = number < c ? number : c;
    double old = low, old_value = residual(curve, number, low);
    double load = guess > low && guess < high ? guess : 0.5 * (low + high);
    for (int i = 0; i < 60; i++) {
        double value = residual(curve, number, load);
        *(value > 0 ? &high : &low) = load;
        double next = value != old_value ? load - value * (load - old) / (value - old_value) : load;
        if (fabs(next - load) < 1e-13 * c) {
            break;
        }
        old = load;
        old_value = value;
        load = next > low && next < high ? next : 0.5 * (low + high);
    }
    return load;
}

static void fill_curve(struct queue_curve *curve)
{
    curve->scale = curve->servers > 1 ? curve->servers : 1;
    curve->node[0] = (struct queue_node){0, 0, erlang_waiting(curve->servers, 0)};
    double slope = 1;
    for (int i = 1; i <= LAST; i++) {
        const struct queue_node *before = &curve->node[i - 1];
        double number = curve->scale * i / (QUEUE_CELLS - i);
        if (number < curve->servers - NEVER * sqrt(curve->servers)) {
            curve->node[i] = (struct queue_node){number, number, 0};
            continue;
        }
        double guess = before->flow + slope * (number - before->number);
        double load = load_for_number(curve, number, before->flow, guess);
        curve->node[i] = (struct queue_node){number, load, erlang_waiting(curve->servers, load)};
        slope = (load - before->flow) / (number - before->number);
    }
}

struct queue_curves queue_curves_make(struct arena *arena)
{
    return (struct queue_curves){.arena = arena};
}

void queue_curves_drop(struct queue_curves *curves)
{
    free(curves->slots);
    *curves = (struct queue_curves){.arena = curves->arena};
}

/* To 7 significant bits. */
static double round_servers(double servers)
{
    double unit = 1;
    while (servers >= 128 * unit) {
        unit *= 2;
    }
    while (servers < 64 * unit) {
        unit *= 0.5;
    }
    return elementary_round(servers / unit) * unit;
}

static struct queue_curve **slot_of(const struct queue_curves *curves, double servers, double cs2)
{
    uint64_t hash = (uint64_t)(servers * 0x1p20) * 0x9E3779B97F4A7C15u + (uint64_t)(cs2 * 8) * 0xD1B54A32D192ED03u;
    uint32_t i = (uint32_t)(hash >> 32);
    for (;; i++) {
        struct queue_curve **slot = &curves->slots[i & (curves->room - 1)];
        if (*slot == NULL || ((*slot)->servers == servers && (*slot)->cs2 == cs2)) {
            return slot;
        }
    }
}

static void grow(struct queue_curves *curves)
{
    struct queue_curves old = *curves;
    curves->room = old.room == 0 ? 64 : old.room * 2;
    curves->slots = memory_take(curves->room, sizeof *curves->slots);
    for (uint32_t i = 0; i < old.room; i++) {
        if (old.slots[i] != NULL) {
            *slot_of(curves, old.slots[i]->servers, old.slots[i]->cs2) = old.slots[i];
        }
    }
    free(old.slots);
}

const struct queue_curve *queue_curve(struct queue_curves *curves, double servers, double cs2)
{
    assert(servers > 0 && cs2 >= 0);
    if (curves->count * 2 >= curves->room) {
        grow(curves);
    }
    servers = round_servers(servers);
    cs2 = elementary_round((cs2 < 16 ? cs2 : 16) * 8) / 8;
    struct queue_curve **slot = slot_of(curves, servers, cs2);
    if (*slot == NULL) {
        *slot = TAKE(curves->arena, struct queue_curve, 1);
        (*slot)->servers = servers;
        (*slot)->cs2 = cs2;
        fill_curve(*slot);
        curves->count++;
    }
    return *slot;
}

double queue_service_s(const struct queue_curve *curve, double servers, double service_s)
{
    return service_s * (curve->servers / servers);
}

/* The cell of a number; LAST stands for all behind the last node. */
static int cell_of(const struct queue_curve *curve, double number)
{
    int i = (int)(QUEUE_CELLS * (number / (number + curve->scale)));
    return i < LAST ? i : LAST;
}

static double slope_of(const struct queue_curve *curve, int cell)
{
    if (cell == LAST) {
        return 0;
    }
    const struct queue_node *node = &curve->node[cell];
    return (node[1].flow - node[0].flow) / (node[1].number - node[0].number);
}

static double flow_at(const struct queue_curve *curve, int cell, double number)
{
    const struct queue_node *node = &curve->node[cell];
    if (cell == LAST) {
        double ratio = number > node->number ? node->number / number : 1;
        return curve->servers - (curve->servers - node->flow) * ratio;
    }
    return node->flow + slope_of(curve, cell) * (number - node->number);
}

struct queue queue_stationary(const struct queue_curve *curve, double rate_hz, double service_s)
{
    double load = rate_hz * service_s;
    load = load < 0.999 * curve->servers ? load : 0.999 * curve->servers;
    int low = 0, high = LAST;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(curve->node[middle].flow <= load ? &low : &high) = middle;
    }
    double slope = slope_of(curve, low);
    return (struct queue){
        .number = curve->node[low].number + (load - curve->node[low].flow) / slope,
        .variance = load / slope,
    };
}

/* One cell's part of a step, in units of the mean service time. */
struct motion {
    double load;   /* offered, Erlangs */
    double number; /* now */
    double variance;
    double flow; /* departures at number */
    double slope;
    double left; /* time that is left */
    double area; /* integral of the number so far */
};

/* Moves for `time` to `number`, where exp(-slope time) = decay. */
static void move(struct motion *m, double number, double time, double decay)
{
    double flow = m->flow + m->slope * (number - m->number);
    double noise = m->load + 0.5 * (m->flow + flow);
    if (m->slope * time > 1e-5) {
        double equilibrium = m->number + (m->load - m->flow) / m->slope;
        m->area += equilibrium * time + (m->number - number) / m->slope;
        double settled = noise / (2 * m->slope);
        m->variance = settled + (m->variance - settled) * decay * decay;
    } else {
        m->area += 0.5 * (m->number + number) * time;
        m->variance = m->variance * decay * decay + noise * time;
    }
    m->number = number;
    m->flow = flow;
    m->left -= time;
}

/* Moves up to the end of the cell, to `edge` at most; true: it was reached and time is left. */
static bool cross(struct motion *m, double edge)
{
    double net = m->load - m->flow;
    double net_edge = net - m->slope * (edge - m->number);
    bool reaches = net > 0 ? net_edge > 0 : net_edge < 0;
    bool stiff = m->slope * m->left > 1e-9;
    if (reaches) {
        double ratio = net_edge / net;
        double time = ratio < 1 - 1e-9 ? -elementary_log(ratio) / m->slope : (edge - m->number) / net;
        if (time < m->left) {
            move(m, edge, time, ratio);
            return true;
        }
    }
    double decay = m->slope * m->left > 40 ? 0 : elementary_exp(-m->slope * m->left);
    double change = stiff ? net * (1 - decay) / m->slope : net * m->left;
    double number = m->number + change;
    move(m, number > 0 ? number : 0, m->left, decay);
    return false;
}

/* The cell whose flows enclose `load`, searched from a near one; LAST when the load is above all. */
static int cell_of_load(const struct queue_curve *curve, int near, double load)
{
    int low = near < LAST ? near : LAST - 1, high = low + 1;
    for (int stride = 1; low > 0 && curve->node[low].flow > load; stride *= 2) {
        high = low;
        low = low > stride ? low - stride : 0;
    }
    for (int stride = 1; high < LAST && curve->node[high].flow <= load; stride *= 2) {
        low = high;
        high = high + stride < LAST ? high + stride : LAST;
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(curve->node[middle].flow <= load ? &low : &high) = middle;
    }
    return curve->node[high].flow <= load ? LAST : low;
}

/* When the step is long beside the slowest relaxation on the way, it ends in the steady state; true. The way there,
 * which weighs little in the time average, is taken as one exponential. */
static bool settle(struct motion *m, const struct queue_curve *curve, int cell, double bound)
{
    int end = cell_of_load(curve, cell, m->load);
    double slope = slope_of(curve, end);
    if (slope * m->left < LONG || slope_of(curve, cell) * m->left < LONG) {
        return false;
    }
    double number = curve->node[end].number + (m->load - curve->node[end].flow) / slope;
    if (number >= bound) {
        return false;
    }
    double apart = number - m->number, net = m->load - m->flow;
    double chord = apart * net > 0 ? net / apart : slope;
    m->area = number * m->left - apart / chord;
    m->number = number;
    m->variance = m->load / slope;
    return true;
}

/* Runs m through the cells until no time is left or the bound is reached; true in the second case. */
static bool run(struct motion *m, const struct queue_curve *curve, double bound)
{
    int cell = cell_of(curve, m->number);
    m->flow = flow_at(curve, cell, m->number);
    if (settle(m, curve, cell, bound)) {
        return false;
    }
    for (;;) {
        m->slope = slope_of(curve, cell);
        bool up = m->load > m->flow;
        double edge = up ? INFINITY : curve->node[cell].number;
        if (up && cell < LAST) {
            edge = curve->node[cell + 1].number;
        }
        bool bounded = up && edge >= bound;
        if (!cross(m, bounded ? bound : edge)) {
            return false;
        }
        if (bounded) {
            return true;
        }
        m->flow = cell == LAST ? curve->node[LAST].flow : m->flow;
        cell += up ? 1 : -1;
    }
}

/* The variance of the number in a full system: of M/M/1/K under more than it bears what is free is geometric, and its
 * spread is that of an even one over 0 to K at most. */
static double full_variance(double load, double bound, double variance)
{
    double even = bound * bound / 12;
    double geometric = load > 1 ? load / ((load - 1) * (load - 1)) : even;
    geometric = geometric < even ? geometric : even;
    return variance < geometric ? variance : geometric;
}

void queue_advance(struct queue *queue, const struct queue_curve *curve, double rate_hz, double service_s, double bound,
                   double step_s, struct queue_step *step)
{
    assert(rate_hz >= 0 && service_s > 0 && step_s > 0);
    double time = step_s / service_s;
    struct motion m = {.load = rate_hz * service_s, .number = queue->number, .variance = queue->variance, .left = time};
    step->refused = 0;
    if (m.number > bound) {
        step->refused = m.number - bound;
        m.number = bound;
    }
    if (run(&m, curve, bound)) {
        m.variance = full_variance(m.load / curve->servers, bound, m.variance);
        step->refused += m.load > curve->servers ? (m.load - curve->servers) * m.left : 0;
        m.area += m.number * m.left;
    }
    step->number_mean = m.area / time;
    step->served = rate_hz * step_s - step->refused - (m.number - queue->number);
    queue->number = m.number;
    queue->variance = m.variance;
}

void queue_wait(const struct queue *queue, const struct queue_curve *curve, double service_s, struct queue_wait *wait)
{
    int cell = cell_of(curve, queue->number);
    double flow = flow_at(curve, cell, queue->number);
    double waits = queue->number - flow; /* how many wait, on average */
    if (waits <= 0 || flow <= 0) {
        *wait = (struct queue_wait){0};
        return;
    }
    double stationary; /* the variance that a stationary queue of this mean has */
    if (cell == LAST) {
        wait->probability = 1;
        stationary = waits * waits;
    } else {
        const struct queue_node *node = &curve->node[cell];
        double part = (queue->number - node[0].number) / (node[1].number - node[0].number);
        wait->probability = node[0].waiting + part * (node[1].waiting - node[0].waiting);
        stationary = flow / slope_of(curve, cell);
    }
    double mean_s = waits * service_s / (flow * wait->probability);
    double spread = queue->variance < stationary ? sqrt(queue->variance / stationary) : 1;
    wait->shift_s = mean_s * (1 - spread);
    wait->mean_s = mean_s * spread;
}
