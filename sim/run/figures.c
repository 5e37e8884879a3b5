#include "sim/run/figures.h"

#include <stdlib.h>
#include <string.h>

#include "models/cost/cost.h"
#include "models/demand/demand_model.h"

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define NUSD 1e-9

/* ---- taking ---- */

static void copy_days(struct figures *f, const struct cost_ledger *l)
{
    f->workload_count = l->workload_count;
    f->pool_count = l->pool_count;
    for (uint32_t i = 0; i < l->days.count; i++) {
        struct cost_day day = l->days.at[i];
        if (day.workloads != NULL) {
            day.workloads = memory_take(l->workload_count, sizeof *day.workloads);
            memcpy(day.workloads, l->days.at[i].workloads, l->workload_count * sizeof *day.workloads);
        }
        VEC_PUSH(&f->days, day);
    }
}

/* The control plane costs the same at any time; its days sum to the whole as a node's do. */
static void share_control_plane(struct figures *f, const struct scenario *s, int64_t end_ns)
{
    int64_t price = cost_nusd(s->control_plane_usd_per_hour), before = 0;
    f->control_plane_nusd = cost_of_lifetime(price, end_ns);
    for (int64_t next = DAY - s->spec.start_ns % DAY;; next += DAY) {
        int64_t up_to_here = cost_of_lifetime(price, next < end_ns ? next : end_ns);
        VEC_PUSH(&f->control_plane_day_nusd, up_to_here - before);
        before = up_to_here;
        if (next >= end_ns) {
            return;
        }
    }
}

void figures_take(struct figures *f, struct sim *sim)
{
    const struct cost_ledger *l = cost_model_settle(sim);
    f->turns = sim->engine.counters.turns;
    share_control_plane(f, sim->scenario, sim_now(sim));
    f->total_nusd = l->total_nusd + f->control_plane_nusd;
    copy_days(f, l);
    for (uint32_t i = 0; i < sim->pools->count; i++) {
        VEC_PUSH(&f->pool_nusd, l->pool_nusd[i]);
        VEC_PUSH(&f->pool_node_ns, l->pool_node_ns[i]);
    }
    for (uint32_t i = 0; i < sim->scenario->demands.count; i++) {
        VEC_PUSH(&f->units, demand_model_units(sim, i));
    }
}

void figures_drop(struct figures *f)
{
    for (uint32_t i = 0; i < f->days.count; i++) {
        free(f->days.at[i].workloads);
    }
    VEC_DROP(&f->days);
    VEC_DROP(&f->control_plane_day_nusd);
    VEC_DROP(&f->pool_nusd);
    VEC_DROP(&f->pool_node_ns);
    VEC_DROP(&f->units);
    VEC_DROP(&f->metrics);
}

/* ---- metrics ---- */

struct writer {
    struct figures *figures;
    const char *subject;
};

static void put(const struct writer *w, const char *name, double value, const char *unit)
{
    VEC_PUSH(&w->figures->metrics, (struct metric){.name = name, .subject = w->subject, .value = value, .unit = unit});
}

static void put_level(const struct writer *w, const char *const names[3], const struct statistics_level *l,
                      int64_t end_ns, const char *unit)
{
    put(w, names[0], l->least, unit);
    put(w, names[1], statistics_level_mean(l, end_ns), unit);
    put(w, names[2], l->most, unit);
}

static int64_t whole(struct cost_part p)
{
    return p.processor_nusd + p.memory_nusd;
}

/* What one payer paid in the whole run; offset: of one of the parts of a cost_day. */
static int64_t sum_of(const struct figures *f, size_t offset)
{
    int64_t sum = 0;
    for (uint32_t d = 0; d < f->days.count; d++) {
        sum += whole(*(const struct cost_part *)(const void *)((const char *)&f->days.at[d] + offset));
    }
    return sum;
}

static int64_t duration_of(const struct recorder *r)
{
    return r->plan->scenario->spec.duration_ns;
}

static struct cost_part workload_part(const struct figures *f, uint32_t workload)
{
    struct cost_part sum = {0};
    for (uint32_t d = 0; d < f->days.count; d++) {
        if (f->days.at[d].workloads != NULL) {
            sum.processor_nusd += f->days.at[d].workloads[workload].processor_nusd;
            sum.memory_nusd += f->days.at[d].workloads[workload].memory_nusd;
        }
    }
    return sum;
}

static int64_t workload_nusd(const struct figures *f, uint32_t workload)
{
    return whole(workload_part(f, workload));
}

/* Money of the run, and of a month: of the run without events, plus what they add. */
struct money {
    int64_t with_nusd;
    int64_t plain_nusd;
};

static void put_money(const struct writer *w, const char *name, const char *monthly, struct money m, int64_t duration)
{
    put(w, name, (double)m.with_nusd * NUSD, "USD");
    put(w, monthly, cost_monthly_usd(m.plain_nusd, m.with_nusd, duration), "USD");
}

static struct money money_of(const struct figures *with, const struct figures *plain, size_t offset)
{
    return (struct money){sum_of(with, offset), sum_of(plain, offset)};
}

static void put_cost(const struct writer *w, const struct recorder *r, const struct figures *with,
                     const struct figures *plain)
{
    int64_t duration = duration_of(r);
    struct money system = money_of(with, plain, offsetof(struct cost_day, system));
    system.with_nusd += with->control_plane_nusd;
    system.plain_nusd += plain->control_plane_nusd;
    put_money(w, "cost.total", "cost.monthly", (struct money){with->total_nusd, plain->total_nusd}, duration);
    put_money(w, "cost.idle", "cost.monthly.idle", money_of(with, plain, offsetof(struct cost_day, idle)), duration);
    put_money(w, "cost.system", "cost.monthly.system", system, duration);
    put_money(w, "cost.others", "cost.monthly.others", money_of(with, plain, offsetof(struct cost_day, others)),
              duration);
}

/* How much of the requested cost is for processors and memory of which it is known what is used. */
static void put_known(const struct writer *w, const struct recorder *r, const struct figures *with)
{
    double cpu = 0, memory = 0, known_cpu = 0, known_memory = 0;
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        const struct service_model *model = r->plan->workloads.at[i].model;
        struct cost_part cost = workload_part(with, i);
        cpu += (double)cost.processor_nusd;
        memory += (double)cost.memory_nusd;
        known_cpu += model != NULL ? (double)cost.processor_nusd : 0;
        known_memory += model != NULL && specs_says_memory(model) ? (double)cost.memory_nusd : 0;
    }
    double all = cpu + memory, known = all > 0 ? (known_cpu + known_memory) / all : 0;
    put(w, "use.measured", 0, "share");
    put(w, "use.modelled", known, "share");
    put(w, "use.unknown", all > 0 ? 1 - known : 0, "share");
    put(w, "use.unknown.cpu", cpu > 0 ? 1 - known_cpu / cpu : 0, "share");
    put(w, "use.unknown.memory", memory > 0 ? 1 - known_memory / memory : 0, "share");
}

/* Sums over workloads: requests, and the use that is known of any. */
static void put_cluster(const struct writer *w, const struct recorder *r)
{
    double requested_mcpu = 0, requested_bytes = 0, used_mcpu = 0, used_bytes = 0, known_s = 0, bytes_known_s = 0;
    double seconds = (double)(r->ended_ns - r->started_ns) / (double)SECOND;
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        const struct recorded_workload *o = &r->workloads[i];
        requested_mcpu += statistics_level_mean(&o->requested_mcpu, r->ended_ns);
        requested_bytes += statistics_level_mean(&o->requested_bytes, r->ended_ns);
        used_mcpu += o->run.used_mcpu_seconds / seconds;
        used_bytes += o->run.used_bytes_seconds / seconds;
        known_s += o->run.seconds;
        bytes_known_s += o->run.bytes_known_seconds;
    }
    put(w, "cpu.requested", requested_mcpu, "mcpu");
    if (known_s > 0) {
        put(w, "cpu.used", used_mcpu, "mcpu");
    }
    put(w, "cpu.allocatable", statistics_level_mean(&r->allocatable_mcpu, r->ended_ns), "mcpu");
    put(w, "memory.requested", requested_bytes, "bytes");
    if (bytes_known_s > 0) {
        put(w, "memory.used", used_bytes, "bytes");
    }
    put(w, "memory.allocatable", statistics_level_mean(&r->allocatable_bytes, r->ended_ns), "bytes");
}

/* Workloads that might as well not be there. */
static void put_never_ready(const struct writer *w, const struct recorder *r)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        count += recorder_never_ready(r, i);
    }
    put(w, "workloads.never_ready", count, "workloads");
}

/* Each objective, and how many of them were missed. */
static void put_objectives(struct writer *w, const struct recorder *r)
{
    const struct scenario_spec *spec = &r->plan->scenario->spec;
    uint32_t missed = 0;
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        const struct objective *o = &spec->objectives.at[i];
        double achieved = recorder_achieved(o, &r->objectives[i]);
        missed += achieved < (o->latency != NULL ? o->share : o->success);
        w->subject = o->title;
        put(w, "objective", achieved, "share");
    }
    w->subject = "";
    put(w, "objectives.missed", missed, "objectives");
}

static void put_load(const struct writer *w, const struct recorded_workload *o)
{
    const struct recorded_load *l = &o->run;
    put(w, "cpu.used", l->used_mcpu_seconds / l->seconds, "mcpu");
    put(w, "cpu.used_max", o->used_mcpu_most, "mcpu");
    if (l->bytes_known_seconds > 0) {
        put(w, "memory.used", recorder_used_bytes(l), "bytes");
        put(w, "memory.used_max", o->used_bytes_most, "bytes");
    }
    put(w, "cpu.throttled", l->throttled_seconds / l->seconds, "share");
    if (histogram_total(&o->pod_mcpu) > 0) {
        put(w, "use.cpu.p50", histogram_quantile(&o->pod_mcpu, 0.5), "mcpu");
        put(w, "use.cpu.p95", histogram_quantile(&o->pod_mcpu, 0.95), "mcpu");
        put(w, "use.cpu.p99", histogram_quantile(&o->pod_mcpu, 0.99), "mcpu");
        put(w, "use.cpu.max", o->pod_mcpu_most, "mcpu");
    }
    if (histogram_total(&o->pod_mcpu) > 0 && l->bytes_known_seconds > 0) {
        put(w, "use.memory.max", o->pod_bytes_most, "bytes");
    }
    if (!(l->arrivals > 0)) {
        return;
    }
    double ended = l->served + l->timed_out + l->failed + l->refused;
    put(w, "requests.arrived", l->arrivals, "requests");
    put(w, "requests.served", l->served, "requests");
    put(w, "requests.timed_out", l->timed_out, "requests");
    put(w, "requests.failed", l->failed, "requests");
    put(w, "requests.refused", l->refused, "requests");
    put(w, "success", ended > 0 ? l->served / ended : 1, "share");
    if (histogram_total(&o->latency) > 0) {
        put(w, "latency.p50", histogram_quantile(&o->latency, 0.5), "s");
        put(w, "latency.p95", histogram_quantile(&o->latency, 0.95), "s");
        put(w, "latency.p99", histogram_quantile(&o->latency, 0.99), "s");
    }
}

static void put_workload(const struct writer *w, const struct recorder *r, uint32_t index, const struct figures *with,
                         const struct figures *plain)
{
    const struct recorded_workload *o = &r->workloads[index];
    static const char *const replicas[] = {"replicas.min", "replicas.mean", "replicas.max"};
    put_money(w, "cost.workload", "cost.monthly",
              (struct money){workload_nusd(with, index), workload_nusd(plain, index)}, duration_of(r));
    put_level(w, replicas, &o->replicas, r->ended_ns, "pods");
    put(w, "pending.pod_seconds", o->pending_pod_ns / (double)SECOND, "s");
    put(w, "pending.longest_s", (double)o->pending_longest_ns / (double)SECOND, "s");
    put(w, "never_ready", recorder_never_ready(r, index), "share");
    put(w, "restarts", (double)o->restarts, "restarts");
    put(w, "oom_kills", (double)o->oom_kills, "kills");
    put(w, "cpu.requested", statistics_level_mean(&o->requested_mcpu, r->ended_ns), "mcpu");
    put(w, "memory.requested", statistics_level_mean(&o->requested_bytes, r->ended_ns), "bytes");
    if (o->run.seconds > 0) {
        put_load(w, o);
    }
}

static void put_pools(struct writer *w, const struct recorder *r, const struct figures *with,
                      const struct figures *plain)
{
    static const char *const nodes[] = {"nodes.min", "nodes.mean", "nodes.max"};
    for (uint32_t i = 0; i < r->plan->pools.count; i++) {
        w->subject = r->plan->pools.at[i].title;
        put_level(w, nodes, &r->pools[i].nodes, r->ended_ns, "nodes");
        put(w, "node_hours", with->pool_node_ns.at[i] / (double)HOUR, "h");
        put_money(w, "cost.pool", "cost.monthly", (struct money){with->pool_nusd.at[i], plain->pool_nusd.at[i]},
                  duration_of(r));
    }
}

static void put_demands(struct writer *w, const struct recorder *r, const struct figures *with)
{
    for (uint32_t i = 0; i < r->plan->scenario->demands.count; i++) {
        w->subject = r->plan->scenario->demands.at[i].object->name;
        put(w, "units", with->units.at[i], r->plan->scenario->demands.at[i].unit);
        put(w, "cost.per_unit", cost_per_unit_usd(with->total_nusd, with->units.at[i]), "USD");
    }
}

void figures_metrics(struct figures *with, const struct figures *plain, const struct recorder *r)
{
    struct writer w = {.figures = with, .subject = ""};
    put_cost(&w, r, with, plain);
    put_cluster(&w, r);
    put_known(&w, r, with);
    put_never_ready(&w, r);
    put_objectives(&w, r);
    put_pools(&w, r, with, plain);
    put_demands(&w, r, with);
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        w.subject = r->plan->workloads.at[i].title;
        put_workload(&w, r, i, with, plain);
    }
}
