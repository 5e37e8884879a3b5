#include "models/service/fleet.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base/elementary.h"

#define SAME 0.002

void fleet_drop(struct fleet *f)
{
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        VEC_DROP(&f->cohorts.at[i]->pods);
        free(f->cohorts.at[i]);
    }
    VEC_DROP(&f->cohorts);
    VEC_DROP(&f->latencies);
    VEC_DROP(&f->weights);
}

/* ---- who serves ---- */

static bool same(const struct cohort_key *left, const struct cohort_key *right)
{
    return left->serving == right->serving && left->cores == right->cores &&
           left->memory_limit_bytes == right->memory_limit_bytes && left->node == right->node &&
           left->weight == right->weight;
}

/* The cohort of a key, one without pods made into it, or a new one. */
static uint32_t cohort_of(struct fleet *f, const struct cohort_key *key)
{
    uint32_t empty = f->cohorts.count;
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        if (f->cohorts.at[i]->pods.count > 0 && same(&f->cohorts.at[i]->key, key)) {
            return i;
        }
        empty = f->cohorts.at[i]->pods.count == 0 && empty == f->cohorts.count ? i : empty;
    }
    if (empty == f->cohorts.count) {
        VEC_PUSH(&f->cohorts, memory_take(1, sizeof(struct cohort)));
    }
    struct cohort *c = f->cohorts.at[empty];
    c->key = *key;
    c->speed = 1;
    c->queue = (struct queue){0};
    c->curve = NULL;
    c->served_hz = c->in_pod = c->wanted_mcpu = 0;
    return empty;
}

uint32_t fleet_join(struct fleet *f, const struct cohort_key *key, uint32_t pod, struct queue queue)
{
    uint32_t i = cohort_of(f, key);
    struct cohort *c = f->cohorts.at[i];
    if (!key->serving->work.pooled) {
        double pods = c->pods.count;
        c->queue.number = (c->queue.number * pods + queue.number) / (pods + 1);
        c->queue.variance = (c->queue.variance * pods + queue.variance) / (pods + 1);
        c->in_pod *= pods / (pods + 1);
    }
    c->booked_mcpu = -1;
    VEC_PUSH(&c->pods, pod);
    f->pods++;
    f->regrouped = true;
    return i;
}

struct queue fleet_leave(struct fleet *f, uint32_t cohort, uint32_t place)
{
    struct cohort *c = f->cohorts.at[cohort];
    assert(place < c->pods.count);
    struct queue queue = c->queue;
    if (c->key.serving->work.pooled) {
        queue = (struct queue){0};
        if (c->pods.count == 1) {
            f->stored += c->queue.number;
            c->queue = queue;
        }
    }
    c->pods.at[place] = c->pods.at[c->pods.count - 1];
    c->pods.count--;
    f->pods--;
    f->regrouped = true;
    return queue;
}

void fleet_end(struct fleet *f, const struct queue *queue, bool well)
{
    *(well ? &f->ended_well : &f->ended_badly) += queue->number;
}

/* ---- one cohort ---- */

/* How many queues the cohort stands for, and how many servers' worth each has of its station. */
static double queues_of(const struct cohort *c)
{
    return c->key.serving->work.pooled ? 1 : c->pods.count;
}

static double stations_of(const struct cohort *c)
{
    double pods = c->pods.count;
    if (!c->key.serving->work.pooled) {
        return 1;
    }
    return pods < c->key.serving->partitions ? pods : c->key.serving->partitions;
}

/* Makes the station for the present speed and calls. When the scarcer thing changes, so does who is counted as in the
 * station: those in the parts of a request that are outside of the one and inside of the other. */
static void make_station(struct cohort *c, struct queue_curves *curves, double calls_s)
{
    const struct serving *serving = c->key.serving;
    struct pod_station old = c->station;
    pod_station(&serving->work, c->key.cores, c->speed, calls_s, &c->station);
    double servers = c->station.servers * stations_of(c);
    bool made = c->curve != NULL;
    if (made && old.slots != c->station.slots) {
        double moved = c->served_hz * (c->station.slots ? old.outside_s : -c->station.outside_s);
        c->queue.number = c->queue.number + moved > 0 ? c->queue.number + moved : 0;
    }
    if (!made || c->curve_servers != servers || c->curve_cs2 != c->station.cs2) {
        c->curve = queue_curve(curves, servers, c->station.cs2);
        c->curve_servers = servers;
        c->curve_cs2 = c->station.cs2;
    }
    c->station.service_s = queue_service_s(c->curve, servers, c->station.service_s);
    c->station.bound *= stations_of(c);
    if (isfinite(serving->retention_s)) {
        double kept = c->curve->servers * (1 + serving->retention_s / c->station.service_s);
        c->station.bound = kept < c->station.bound ? kept : c->station.bound;
    }
}

/* The part of the arrivals that goes to the cohort: by pods, or of a stream by what they can take. */
static double part_of(const struct cohort *c, const struct fleet *f)
{
    double mine = 0, all = 0;
    if (!c->key.serving->work.pooled) {
        return (double)c->pods.count / f->pods;
    }
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        const struct cohort *other = f->cohorts.at[i];
        double takes = other->pods.count * other->key.cores * other->speed;
        all += takes;
        mine += other == c ? takes : 0;
    }
    return mine / all;
}

/* A pod with a backlog wants all its cores; one without, what its arrivals need. */
static double wanted_mcpu(const struct cohort *c, double pod_arrivals_hz)
{
    const struct pod_work *work = &c->key.serving->work;
    double load = 1000 * pod_arrivals_hz * work->cpu_s, cores = 1000 * c->key.cores;
    bool behind = !c->station.slots && c->queue.number > 2 * c->curve->servers + 2;
    return (double)work->idle_mcpu + (behind || load > cores ? cores : load);
}

/* The share of the time in which at least one request is in the pod: 1 less P(N = 0), as if all could be served at
 * once. */
static double busy_share(const struct cohort *c)
{
    double load = c->served_hz * c->station.service_s;
    return c->curve->servers <= 1 ? load : 1 - elementary_exp(-load);
}

int64_t cohort_used_mcpu(const struct cohort *c)
{
    int64_t used_mcpu = pod_used_mcpu(&c->key.serving->work, c->served_hz), busy_mcpu = c->key.serving->busy_mcpu;
    return busy_mcpu > 0 ? used_mcpu + (int64_t)((double)busy_mcpu * busy_share(c) + 0.5) : used_mcpu;
}

int64_t cohort_used_memory_bytes(const struct cohort *c)
{
    return pod_used_memory_bytes(&c->key.serving->work, c->in_pod);
}

static void advance_cohort(struct cohort *c, double rate_hz, double step_s, struct fleet_flow *flow)
{
    struct queue_step step;
    double queues = queues_of(c), pods = c->pods.count;
    queue_advance(&c->queue, c->curve, rate_hz / queues, c->station.service_s, c->station.bound, step_s, &step);
    double served = step.served * queues;
    c->served_hz = served / step_s / pods;
    c->in_pod = step.number_mean * queues / pods + c->served_hz * c->station.outside_s;
    c->wanted_mcpu = wanted_mcpu(c, rate_hz / pods);
    flow->left += served;
    flow->refused += step.refused * queues;
    flow->inside += c->in_pod * pods;
    flow->used_mcpu += (double)cohort_used_mcpu(c) * pods;
    double load_mcpu = 1000 * rate_hz * c->key.serving->work.cpu_s, limit_mcpu = 1000 * c->key.cores * pods;
    flow->wanted_mcpu += load_mcpu + (double)c->key.serving->work.idle_mcpu * pods;
    flow->throttled += load_mcpu * pod_throttled(load_mcpu, limit_mcpu);
    flow->utilization += served * c->station.service_s / step_s;
}

/* ---- the service ---- */

static double capacity_of(const struct fleet *f)
{
    double servers = 0;
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        const struct cohort *c = f->cohorts.at[i];
        servers += c->pods.count > 0 ? c->curve->servers * queues_of(c) : 0;
    }
    return servers;
}

/* What nobody held goes to the first cohort. */
static void hand_out_stored(struct fleet *f)
{
    for (uint32_t i = 0; i < f->cohorts.count && f->stored > 0; i++) {
        if (f->cohorts.at[i]->pods.count > 0) {
            f->cohorts.at[i]->queue.number += f->stored;
            f->stored = 0;
        }
    }
}

/* Without pods requests are refused; messages wait. */
static void advance_without_pods(struct fleet *f, struct fleet_flow *flow)
{
    if (f->serving->work.pooled) {
        f->stored += flow->arrivals;
        flow->inside = f->stored;
    } else {
        flow->refused = flow->arrivals;
    }
}

void fleet_advance(struct fleet *f, struct queue_curves *curves, double arrivals_hz, double calls_s, double step_s,
                   struct fleet_flow *flow)
{
    *flow = (struct fleet_flow){.arrivals = arrivals_hz * step_s};
    if (f->pods == 0) {
        advance_without_pods(f, flow);
        return;
    }
    hand_out_stored(f);
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        struct cohort *c = f->cohorts.at[i];
        if (c->pods.count > 0) {
            make_station(c, curves, calls_s);
            advance_cohort(c, arrivals_hz * part_of(c, f), step_s, flow);
        }
    }
    flow->throttled = flow->wanted_mcpu > 0 ? flow->throttled / flow->wanted_mcpu : 0;
    flow->utilization /= capacity_of(f);
}

/* ---- how long it takes ---- */

/* What a short node adds to a request's processor time. */
static double slowed_s(const struct cohort *c)
{
    return c->key.serving->work.cpu_s * (1 / c->speed - 1);
}

/* What a request of the cohort meets: sets c->wait; returns its mean time beyond that of an idle pod. */
static double look_at_wait(struct cohort *c)
{
    queue_wait(&c->queue, c->curve, c->station.service_s, &c->wait);
    return c->wait.probability * (c->wait.shift_s + c->wait.mean_s) + slowed_s(c);
}

static void make_latency(struct cohort *c)
{
    const struct serving *serving = c->key.serving;
    latency_make(&c->latency, &serving->shape, serving->fixed_s + slowed_s(c), serving->random_s, &c->wait);
}

/* Mean, levels, and the distribution of the largest cohort. Requests go to cohorts by their pods. */
static void make_own_answer(struct fleet *f)
{
    struct call_answer *own = &f->own;
    uint32_t most = 0;
    f->latencies.count = f->weights.count = 0;
    *own = (struct call_answer){0};
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        struct cohort *c = f->cohorts.at[i];
        if (c->pods.count > 0) {
            make_latency(c);
            own->mean_s += c->latency.mean_s * c->pods.count / f->pods;
            own->spread = c->pods.count > most ? &c->latency : own->spread;
            most = c->pods.count > most ? c->pods.count : most;
            VEC_PUSH(&f->latencies, &c->latency);
            VEC_PUSH(&f->weights, (double)c->pods.count);
        }
    }
    for (int k = 0; k < CALL_LEVELS; k++) {
        own->quantile_s[k] = f->latencies.count == 1 ? latency_quantile(own->spread, call_levels[k])
                                                     : latency_mixture_quantile(f->latencies.at, f->weights.at,
                                                                                f->latencies.count, call_levels[k]);
    }
}

/* Its own part's answer, made anew when the mean wait has moved by SAME of the mean time since. */
static void own_answer(struct fleet *f)
{
    double wait_s = 0;
    for (uint32_t i = 0; i < f->cohorts.count; i++) {
        struct cohort *c = f->cohorts.at[i];
        wait_s += c->pods.count > 0 ? look_at_wait(c) * c->pods.count / f->pods : 0;
    }
    if (f->regrouped || fabs(wait_s - f->own_wait_s) > SAME * f->own.mean_s) {
        make_own_answer(f);
        f->own_wait_s = wait_s;
        f->regrouped = false;
    }
    f->answer.mean_s = f->own.mean_s;
    f->answer.spread = f->own.spread;
    for (int k = 0; k < CALL_LEVELS; k++) {
        f->answer.quantile_s[k] = f->own.quantile_s[k];
    }
}

static double signed_square(double x)
{
    return x < 0 ? -x * x : x * x;
}

static void add_calls(struct call_answer *answer, const struct fleet_call *calls, uint32_t count)
{
    double own_s = answer->mean_s;
    for (uint32_t i = 0; i < count; i++) {
        answer->beside_s += calls[i].per * calls[i].mean_s;
    }
    answer->mean_s += answer->beside_s;
    for (int k = 0; k < CALL_LEVELS; k++) {
        double squares = signed_square(answer->quantile_s[k] - own_s);
        for (uint32_t i = 0; i < count; i++) {
            squares += calls[i].per * signed_square(calls[i].quantile_s[k] - calls[i].mean_s);
        }
        answer->quantile_s[k] = answer->mean_s + (squares < 0 ? -sqrt(-squares) : sqrt(squares));
    }
}

void fleet_answer(struct fleet *f, const struct fleet_call *calls, uint32_t count, double error, double refused)
{
    f->answer.beside_s = 0;
    f->answer.failing = 1 - (1 - refused) * (1 - error);
    if (f->pods == 0) {
        f->answer = (struct call_answer){.failing = f->serving->work.pooled ? 0 : 1};
        return;
    }
    own_answer(f);
    if (count > 0) {
        add_calls(&f->answer, calls, count);
    }
}
