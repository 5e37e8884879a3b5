#include "reports/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/cost/cost.h"
#include "models/demand/arrivals.h"
#include "sim/base/elementary.h"
#include "sim/run/jobs.h"

#define SECOND INT64_C(1000000000)
#define LOOK (300 * SECOND) /* the busiest time is looked for on this grid */
#define OUTAGE (3600 * SECOND)
#define DAY (86400 * SECOND)
#define UPPER 1.6448536269514722 /* the 95 % quantile of the standard normal */

/* ---- cases ---- */

/* The upper quantile of a lognormal with mean 1 whose deviation is all that is known to be uncertain of the level. */
static double upper_level(const struct demand *d)
{
    double noise = d->noise == NULL ? 0 : d->noise->deviation, error = d->rate_error;
    double log_variance = elementary_log1p(noise * noise) + elementary_log1p(error * error);
    return elementary_exp(UPPER * sqrt(log_variance) - log_variance / 2);
}

/* The load of all demands at a time, each over its own mean, without noise and events. */
static double load_at(struct arrivals *arrivals, uint32_t count, int64_t at_ns)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        double level = arrivals[i].demand->rate_per_s;
        sum += level > 0 ? arrivals_hz(&arrivals[i], at_ns) / level : 0;
    }
    return sum;
}

static int64_t busiest_time(const struct scenario *s)
{
    uint32_t count = s->demands.count;
    struct demand *calm = memory_take(count, sizeof *calm);
    struct arrivals *arrivals = memory_take(count, sizeof *arrivals);
    for (uint32_t i = 0; i < count; i++) {
        calm[i] = s->demands.at[i];
        calm[i].noise = NULL;
        arrivals[i] = arrivals_make(&calm[i], s->spec.start_ns, true, 0, 0);
    }
    int64_t end = s->spec.duration_ns - OUTAGE, best = 0;
    double most = -1;
    for (int64_t at = 0; at <= end; at += LOOK) {
        double load = load_at(arrivals, count, at);
        best = load > most ? at : best;
        most = load > most ? load : most;
    }
    free(arrivals);
    free(calm);
    return best;
}

/* The first zone of the largest pool that has more than one. */
static const char *zone_of(const struct scenario *s)
{
    const char *zone = NULL;
    int64_t most = -1;
    for (uint32_t i = 0; i < s->node_pools.count; i++) {
        const struct node_pool *p = &s->node_pools.at[i];
        if (p->zone_names.count > 1 && p->nodes.initial > most) {
            most = p->nodes.initial;
            zone = p->zone_names.at[0];
        }
    }
    return zone;
}

static void add_outage(const struct trial *t, struct scenario *s)
{
    struct fault *faults = TAKE(s->arena, struct fault, s->faults.count + 1);
    for (uint32_t i = 0; i < s->faults.count; i++) {
        faults[i] = s->faults.at[i];
    }
    struct fault_outage *outage = TAKE(s->arena, struct fault_outage, 1);
    outage->zone = t->zone;
    faults[s->faults.count++] = (struct fault){.at_ns = t->out_ns, .zone_outage = outage, .recover_ns = OUTAGE};
    s->faults.at = faults;
}

static void make_case(const struct trial *t, const struct trial_request *request, struct scenario *s)
{
    for (uint32_t i = 0; i < s->demands.count; i++) {
        struct demand *d = &s->demands.at[i];
        d->rate_per_s *= request->what == TRIAL_MORE ? t->more[i] : 1;
        d->events.count = request->calm ? 0 : d->events.count;
    }
    if (request->what == TRIAL_ZONE && t->zone != NULL) {
        add_outage(t, s);
    }
    s->spec.duration_ns = request->brief ? trial_brief_ns(t) : s->spec.duration_ns;
}

/* ---- variants ---- */

/* The scenario with a setting. */
struct variant {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
    bool good;
};

/* What comes from standard input is read again from its start. */
static void rewind_input(const struct scenario_input *input)
{
    for (uint32_t i = 0; i < input->file_count; i++) {
        if (strcmp(input->files[i], "-") == 0) {
            lseek(STDIN_FILENO, 0, SEEK_SET);
        }
    }
}

static void open_variant(const struct trial *t, const struct trial_request *request, struct variant *v)
{
    const struct platform *p = t->platform;
    *v = (struct variant){.arena = arena_make(1 << 20)};
    v->names = names_make(&v->arena);
    v->problems = problems_make(&v->arena, &v->names);
    struct scenario_input input = *t->input;
    const struct value **patches = TAKE(&v->arena, const struct value *, 2 * p->count + 1);
    for (uint32_t i = 0; i < p->count; i++) {
        input.patch_count +=
            platform_patches(&v->arena, &p->parts[i], &request->settings[i], &patches[input.patch_count]);
    }
    input.patches = patches;
    rewind_input(&input);
    v->good = scenario_read(&v->arena, &v->names, &input, &v->problems, &v->scenario);
    if (v->good) {
        make_case(t, request, &v->scenario);
        v->good = plan_make(&v->scenario, &v->plan);
    }
}

static void close_variant(struct variant *v)
{
    plan_drop(&v->plan);
    scenario_drop(&v->scenario);
    problems_drop(&v->problems);
    names_drop(&v->names);
    arena_drop(&v->arena);
}

/* ---- what came of it ---- */

static void measure_load(const struct recorded_workload *w, double seconds, struct trial_workload *m)
{
    const struct recorded_load *l = &w->run;
    double ended = l->served + l->timed_out + l->failed + l->refused;
    m->used_mcpu = w->has_load ? l->used_mcpu_seconds / seconds : -1;
    m->used_bytes = w->has_load ? recorder_used_bytes(l) : -1;
    m->used_mcpu_most = w->used_mcpu_most;
    m->throttled = l->throttled_seconds / seconds;
    m->success = ended > 0 ? l->served / ended : 1;
    m->p99_s = histogram_total(&w->latency) > 0 ? histogram_quantile(&w->latency, 0.99) : 0;
    m->pod_p50_mcpu = histogram_quantile(&w->pod_mcpu, 0.5);
    m->pod_p95_mcpu = histogram_quantile(&w->pod_mcpu, 0.95);
    m->pod_p99_mcpu = histogram_quantile(&w->pod_mcpu, 0.99);
    m->pod_most_mcpu = w->pod_mcpu_most;
    m->pod_most_bytes = w->pod_bytes_most;
}

static void measure_workload(const struct recorder *r, const struct recorded_workload *w, struct trial_workload *m)
{
    double seconds = (double)(r->ended_ns - r->started_ns) / (double)SECOND;
    m->replicas_least = w->replicas.least;
    m->replicas_mean = statistics_level_mean(&w->replicas, r->ended_ns);
    m->replicas_most = w->replicas.most;
    m->requested_mcpu = statistics_level_mean(&w->requested_mcpu, r->ended_ns);
    m->requested_bytes = statistics_level_mean(&w->requested_bytes, r->ended_ns);
    m->restarts = (double)w->restarts;
    m->pending_s = w->pending_pod_ns / (double)SECOND;
    m->pending_longest_s = (double)w->pending_longest_ns / (double)SECOND;
    measure_load(w, seconds, m);
}

static void measure_pools(const struct recorder *r, struct measured *m)
{
    const struct pools *pools = &r->plan->pools;
    for (uint32_t i = 0; i < pools->count; i++) {
        struct trial_pool *p = &m->pools[pools->at[i].group];
        p->nodes_least += r->pools[i].nodes.least;
        p->nodes_mean += statistics_level_mean(&r->pools[i].nodes, r->ended_ns);
        p->nodes_most += r->pools[i].nodes.most;
    }
}

static void measure(struct arena *a, const struct replication_result *result, struct measured *m)
{
    const struct recorder *r = result->recorder;
    const struct scenario *s = r->plan->scenario;
    int64_t total = result->figures->total_nusd;
    *m = (struct measured){.good = true, .total_nusd = total};
    m->monthly_usd = m->calm_usd = cost_monthly_usd(total, total, s->spec.duration_ns);
    m->achieved = TAKE(a, double, s->spec.objectives.count);
    m->workloads = TAKE(a, struct trial_workload, r->plan->workloads.count);
    m->pools = TAKE(a, struct trial_pool, s->node_pools.count);
    m->allocatable_mcpu = statistics_level_mean(&r->allocatable_mcpu, r->ended_ns);
    m->allocatable_bytes = statistics_level_mean(&r->allocatable_bytes, r->ended_ns);
    for (uint32_t i = 0; i < s->spec.objectives.count; i++) {
        m->achieved[i] = recorder_achieved(&s->spec.objectives.at[i], &r->objectives[i]);
    }
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        struct trial_workload *w = &m->workloads[i];
        measure_workload(r, &r->workloads[i], w);
        m->requested_mcpu += w->requested_mcpu;
        m->requested_bytes += w->requested_bytes;
        m->used_mcpu += w->used_mcpu > 0 ? w->used_mcpu : 0;
        m->used_bytes += w->used_bytes > 0 ? w->used_bytes : 0;
    }
    measure_pools(r, m);
}

/* Runs the variants that could be read, and measures each of their replications. */
static bool run_variants(struct trial *t, const struct variant *variants, const struct trial_request *requests,
                         uint32_t count, uint32_t replications, struct measured *measured, struct fail *fail)
{
    const struct plan **plans = memory_take(count, sizeof *plans);
    uint32_t *places = memory_take(2 * (size_t)count, sizeof *places), *firsts = places + count, good = 0, finished = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (variants[i].good) {
            places[good] = i;
            firsts[good] = requests[i].first;
            plans[good++] = &variants[i].plan;
            t->runs += (double)variants[i].scenario.spec.duration_ns /
                       (double)t->platform->plan->scenario->spec.duration_ns * replications;
        }
    }
    struct jobs_options options = {.plans = plans,
                                   .plan_count = good,
                                   .firsts = firsts,
                                   .replications = replications,
                                   .workers = t->workers,
                                   .unpaired = true,
                                   .cancelled = t->cancelled};
    struct replication_result *results = memory_take((size_t)good * replications, sizeof *results);
    bool done = good == 0 || jobs_run(&options, results, &finished, fail);
    for (uint32_t k = 0; k < finished * good; k++) {
        measure(t->arena, &results[k], &measured[places[k % good] * replications + k / good]);
        replication_drop(&results[k]);
    }
    free(results);
    free(places);
    free(plans);
    return done;
}

/* ---- public ---- */

void trial_make(struct trial *t, struct arena *a, const struct platform *platform, const struct scenario_input *input,
                uint32_t workers, const atomic_bool *cancelled)
{
    const struct scenario *s = platform->plan->scenario;
    *t = (struct trial){.arena = a, .platform = platform, .input = input, .workers = workers, .cancelled = cancelled};
    t->zone = zone_of(s);
    t->out_ns = busiest_time(s);
    t->more = TAKE(a, double, s->demands.count);
    for (uint32_t i = 0; i < s->demands.count; i++) {
        t->more[i] = upper_level(&s->demands.at[i]);
        t->has_events = t->has_events || s->demands.at[i].events.count > 0;
    }
}

const struct measured *trial_run(struct trial *t, const struct trial_request *requests, uint32_t count,
                                 uint32_t replications, struct fail *fail)
{
    struct measured *measured = TAKE(t->arena, struct measured, (size_t)count * replications);
    struct variant *variants = memory_take(count, sizeof *variants);
    for (uint32_t i = 0; i < count; i++) {
        open_variant(t, &requests[i], &variants[i]);
    }
    bool good = run_variants(t, variants, requests, count, replications, measured, fail);
    for (uint32_t i = 0; i < count; i++) {
        close_variant(&variants[i]);
    }
    free(variants);
    return good ? measured : NULL;
}

const struct measured *trial_run_paired(struct trial *t, const struct trial_request *requests, uint32_t count,
                                        uint32_t replications, struct fail *fail)
{
    if (!t->has_events) {
        return trial_run(t, requests, count, replications, fail);
    }
    struct trial_request *both = TAKE(t->arena, struct trial_request, 2 * (size_t)count);
    for (uint32_t i = 0; i < count; i++) {
        both[i] = both[count + i] = requests[i];
        both[count + i].calm = true;
    }
    const struct measured *m = trial_run(t, both, 2 * count, replications, fail);
    struct measured *paired = TAKE(t->arena, struct measured, (size_t)count * replications);
    for (uint32_t i = 0; m != NULL && i < count * replications; i++) {
        const struct measured *calm = &m[count * replications + i];
        paired[i] = m[i];
        paired[i].monthly_usd = trial_monthly_usd(t, &m[i], calm);
        paired[i].calm_usd = calm->monthly_usd;
    }
    return m == NULL ? NULL : paired;
}

double trial_monthly_usd(const struct trial *t, const struct measured *with, const struct measured *calm)
{
    return cost_monthly_usd(calm->total_nusd, with->total_nusd, t->platform->plan->scenario->spec.duration_ns);
}

int64_t trial_brief_ns(const struct trial *t)
{
    int64_t duration = t->platform->plan->scenario->spec.duration_ns;
    return duration < 2 * DAY ? duration : DAY;
}

bool trial_qos(struct trial *t, const struct setting *settings, uint32_t workload, enum qos_class *qos)
{
    struct variant v;
    open_variant(t, &(struct trial_request){.settings = settings}, &v);
    bool good = v.good;
    if (good) {
        *qos = v.plan.workloads.at[workload].spec.template->qos;
    }
    close_variant(&v);
    return good;
}
