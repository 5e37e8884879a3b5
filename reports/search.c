/* Why descent by parts and not a general optimizer: a knob's effect is nearly its own (a request, a size, a machine), so moves
 * that save alone mostly save together, and what interferes (nodes are whole) shows when they are tried together. A
 * population or a gradient would need ten times the runs.
 */
#include "reports/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cost/cost.h"
#include "reports/advice.h"

enum {
    MONTH_HOURS = 730,
    CHUNK = 8,       /* moves that are tried side by side, whatever the number of workers */
    TYPES_TRIED = 4, /* machines for a pool, cheapest first */
    REPAIRS_MAX = 14,
    TARGET_MAX = 90, /* percent */
    TARGET_LEAST = 35,
    WINDOW_S = 300, /* on the way down: what Kubernetes takes where nothing is said */
};

static const double error_budget = 0.75; /* of an objective, that a platform may use while it is looked for */
static const double hard_budget = 0.6;   /* in the harder cases, of which fewer replications are looked at */
static const double busy_share = 0.7;    /* of what a pod may use, that it should at most */
static const double throttled_least = 0.002;
static const double trifle = 0.05;       /* a request that is so near is right */
static const double saves_least = 0.002; /* of what a month costs today: less is no reason to change anything */

/* ---- evaluating ---- */

static void drop_outcome(struct search_outcome *o)
{
    VEC_DROP(&o->breaches.list);
    *o = (struct search_outcome){0};
}

static bool run_as_is(struct search *s, const struct setting *settings, struct search_outcome *o, struct fail *fail)
{
    struct trial_request request = {settings, TRIAL_AS_IS};
    const struct measured *m = trial_run(s->trial, &request, 1, 0, s->as_is, true, fail);
    o->monthly_usd = 0;
    for (uint32_t i = 0; m != NULL && i < s->as_is; i++) {
        o->measured[i] = &m[i];
        o->monthly_usd += m[i].monthly_usd / s->as_is;
    }
    return m != NULL;
}

/* Those of numbers[count] that are of one replication go side by side. */
static bool run_cases(struct search *s, const struct setting *settings, const uint32_t *numbers, uint32_t count,
                      struct search_outcome *o, struct fail *fail)
{
    for (uint32_t i = 0; i < count;) {
        struct trial_request requests[SEARCH_CASES_MAX] = {{0}};
        uint32_t n = 0, replication = s->cases[numbers[i]].replication;
        while (i + n < count && s->cases[numbers[i + n]].replication == replication) {
            requests[n] = (struct trial_request){settings, s->cases[numbers[i + n]].what};
            n++;
        }
        const struct measured *m = trial_run(s->trial, requests, n, replication, 1, false, fail);
        if (m == NULL) {
            return false;
        }
        for (uint32_t k = 0; k < n; k++) {
            o->measured[numbers[i + k]] = &m[k];
        }
        i += n;
    }
    return true;
}

/* The first replication as it is, and the harder cases from number `from` on. */
static uint32_t hard_cases(const struct search *s, uint32_t from, bool first, uint32_t *numbers)
{
    uint32_t count = 0;
    if (first) {
        numbers[count++] = 0;
    }
    for (uint32_t i = from; i < s->case_count; i++) {
        numbers[count++] = i;
    }
    return count;
}

static void judge_all(const struct search *s, const struct setting *settings, struct search_outcome *o)
{
    o->breaches.list.count = 0;
    o->breaches.excess = 0;
    for (uint32_t i = 0; i < s->case_count; i++) {
        if (o->measured[i] != NULL) {
            bool hard = i >= s->as_is;
            judge(s->platform, settings, s->cases[i].what, s->cases[i].replication, s->at_first.measured[i],
                  o->measured[i], s->allowance * (hard ? hard_budget : error_budget), &o->breaches);
        }
    }
}

/* What it costs is found out only when nothing breaks without. */
static bool evaluate(struct search *s, const struct setting *settings, struct search_outcome *o, struct fail *fail)
{
    uint32_t numbers[SEARCH_CASES_MAX], count = hard_cases(s, s->as_is, true, numbers);
    *o = (struct search_outcome){.monthly_usd = INFINITY};
    if (!run_cases(s, settings, numbers, count, o, fail)) {
        return false;
    }
    judge_all(s, settings, o);
    if (o->breaches.excess == 0) {
        if (!run_as_is(s, settings, o, fail)) {
            return false;
        }
        judge_all(s, settings, o);
    }
    return true;
}

static bool is_better(const struct search_outcome *o, const struct search_outcome *than)
{
    if (o->breaches.excess != than->breaches.excess) {
        return o->breaches.excess < than->breaches.excess;
    }
    return o->monthly_usd < than->monthly_usd;
}

/* o becomes the best, or is dropped. */
static void take(struct search *s, struct setting *settings, struct search_outcome *o)
{
    drop_outcome(&s->outcome);
    s->settings = settings;
    s->outcome = *o;
    *o = (struct search_outcome){0};
}

static double least_saving(const struct search *s)
{
    return saves_least * s->at_first.monthly_usd;
}

static bool has_runs(const struct search *s)
{
    if (s->progress != NULL) {
        double share = (double)s->trial->runs / s->runs_max;
        s->progress(s->progress_context, share < 1 ? share : 1);
    }
    return s->trial->runs < s->runs_max;
}

/* ---- what was seen of a workload, at its worst ---- */

static struct trial_workload worst_of(const struct search *s, const struct search_outcome *o, uint32_t workload)
{
    struct trial_workload worst = o->measured[0]->workloads[workload];
    for (uint32_t i = 1; i < s->case_count; i++) {
        if (o->measured[i] == NULL) {
            continue;
        }
        const struct trial_workload *w = &o->measured[i]->workloads[workload];
        if (s->cases[i].what != TRIAL_ZONE) {
            worst.pod_p95_mcpu = fmax(worst.pod_p95_mcpu, w->pod_p95_mcpu);
            worst.pod_most_bytes = fmax(worst.pod_most_bytes, w->pod_most_bytes);
        }
        worst.pod_most_mcpu = fmax(worst.pod_most_mcpu, w->pod_most_mcpu);
        worst.used_mcpu_most = fmax(worst.used_mcpu_most, w->used_mcpu_most);
        worst.replicas_most = fmax(worst.replicas_most, w->replicas_most);
        worst.throttled = fmax(worst.throttled, w->throttled);
        worst.pending_longest_s = fmax(worst.pending_longest_s, w->pending_longest_s);
    }
    return worst;
}

/* The processors of the largest machine that a workload may run on. */
static int64_t most_mcpu(const struct search *s, const struct setting *settings, uint32_t workload)
{
    int64_t most = 0;
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->workload == NONE && p->type_count > 0 && platform_may_run(s->platform, workload, p->group)) {
            int64_t mcpu = p->types[settings[i].at[KNOB_INSTANCE]]->cpu_mcpu;
            most = mcpu > most ? mcpu : most;
        }
    }
    return most > 0 ? most : INT64_MAX;
}

static int64_t start_s(const struct search *s, const struct part *p)
{
    const struct service_model *m = s->platform->plan->workloads.at[p->workload].model;
    return m->start.time_ns / INT64_C(1000000000);
}

/* ---- the first settings ---- */

static void first_memory(const struct search *s, const struct part *p, const struct trial_workload *w,
                         struct setting *setting)
{
    int64_t *limit = &setting->at[KNOB_MEMORY_LIMIT];
    int64_t wanted = advice_memory(w->pod_most_bytes), now = p->now[KNOB_MEMORY_REQUEST];
    int64_t stepped = advice_step_bytes(now, wanted, s->full);
    bool short_of = now <= 0 || (double)now < w->pod_most_bytes;
    if (!p->has[KNOB_MEMORY_REQUEST]) {
        return;
    }
    if (short_of || (double)stepped < (1 - trifle) * (double)now) {
        platform_request(p, setting, KNOB_MEMORY_REQUEST, stepped > wanted ? stepped : wanted);
    }
    if (p->has[KNOB_MEMORY_LIMIT] && (double)*limit < w->pod_most_bytes) {
        *limit = wanted;
    }
}

static void first_limit(const struct search *s, const struct part *p, const struct trial_workload *w, int64_t *at)
{
    bool tight = w->throttled > throttled_least || w->pod_most_mcpu > 0.95 * (double)at[KNOB_CPU_LIMIT];
    if (p->has[KNOB_CPU_LIMIT] && tight) {
        int64_t cap = most_mcpu(s, s->today, p->workload), wanted = 2 * at[KNOB_CPU_LIMIT];
        at[KNOB_CPU_LIMIT] = wanted < cap ? wanted : cap > at[KNOB_CPU_LIMIT] ? cap : at[KNOB_CPU_LIMIT];
    }
}

/* As many pods as bear the most that is used, two at least where there are as many; never more than there are. Returns by
 * how much more each of them has to do. */
static double first_replicas(const struct search *s, const struct part *p, const struct trial_workload *w, int64_t *at)
{
    int64_t now = p->now[KNOB_REPLICAS];
    double can =
        p->has[KNOB_CPU_LIMIT] ? (double)at[KNOB_CPU_LIMIT] : fmax(w->pod_most_mcpu, (double)at[KNOB_CPU_REQUEST]);
    double node = (double)most_mcpu(s, s->today, p->workload);
    can = busy_share * fmin(can, node);
    int64_t needed = can > 0 ? (int64_t)ceil(w->used_mcpu_most / can) : now;
    int64_t least = now < 2 ? now : 2;
    at[KNOB_REPLICAS] = needed < least ? least : needed < now ? needed : now;
    return (double)now / (double)at[KNOB_REPLICAS];
}

/* An autoscaler may go as low as two pods, and higher when it met its maximum; it waits before it takes pods away that
 * take long to come back. */
static void first_bounds(const struct search *s, const struct part *p, const struct trial_workload *w, int64_t *at)
{
    int64_t min = p->now[KNOB_MIN], least = min < 2 ? min : 2;
    at[KNOB_MIN] = least;
    if (w->replicas_most >= (double)p->now[KNOB_MAX]) {
        at[KNOB_MAX] = (p->now[KNOB_MAX] * 3 + 1) / 2;
    }
    if (p->now[KNOB_DOWN_WINDOW] < WINDOW_S && p->now[KNOB_DOWN_WINDOW] < start_s(s, p)) {
        at[KNOB_DOWN_WINDOW] = WINDOW_S;
    }
}

/* more: what each pod has to do, times today's. An autoscaler keeps the use of a pod at its target, so a request is
 * lowered only where it never came near. */
static void first_request(const struct search *s, const struct part *p, const struct trial_workload *w, double more,
                          struct setting *setting)
{
    int64_t now = p->now[KNOB_CPU_REQUEST], wanted = advice_cpu(w->pod_p95_mcpu * more);
    if (p->has[KNOB_TARGET] && p->target_is_percent) {
        int64_t held = advice_round_mcpu(w->pod_p95_mcpu * more * 100 / (double)p->now[KNOB_TARGET]);
        wanted = held > wanted ? held : wanted;
        wanted = wanted > now && w->pod_p95_mcpu <= (double)now ? now : wanted;
    }
    int64_t stepped = advice_step_mcpu(now, wanted, s->full);
    if (now <= 0 || fabs((double)(stepped - now)) > trifle * (double)now) {
        platform_request(p, setting, KNOB_CPU_REQUEST, stepped);
    }
    int64_t highest = p->now[KNOB_TARGET] > 80 ? p->now[KNOB_TARGET] : 80;
    if (p->has[KNOB_TARGET] && p->target_is_percent && setting->at[KNOB_TARGET] > highest) {
        setting->at[KNOB_TARGET] = highest;
    }
}

struct setting *search_first(const struct search *s)
{
    struct setting *settings = platform_copy(s->trial->arena, s->platform, s->today);
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->workload == NONE || p->left_alone != NULL) {
            continue;
        }
        struct trial_workload w = worst_of(s, &s->at_first, p->workload);
        double more = 1;
        if (!(w.pod_most_mcpu > 0) && !(w.pod_most_bytes > 0)) {
            continue; /* it never ran */
        }
        first_limit(s, p, &w, settings[i].at);
        if (p->has[KNOB_REPLICAS]) {
            more = first_replicas(s, p, &w, settings[i].at);
        } else if (p->has[KNOB_MIN]) {
            first_bounds(s, p, &w, settings[i].at);
        }
        first_request(s, p, &w, more, &settings[i]);
        first_memory(s, p, &w, &settings[i]);
    }
    return settings;
}

/* ---- repair ---- */

/* Marks what a workload calls, and itself. */
static void mark_calls(const struct search *s, const struct service_model *m, bool *marked)
{
    const struct plan *plan = s->platform->plan;
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        if (plan->workloads.at[i].model == m) {
            marked[i] = true;
        }
    }
    for (uint32_t i = 0; m->request != NULL && i < m->request->calls.count; i++) {
        const struct target *to = &m->request->calls.at[i].to;
        for (uint32_t k = 0; k < to->models.count; k++) {
            mark_calls(s, to->models.at[k], marked);
        }
    }
}

static void raise_limit(const struct search *s, const struct part *p, struct setting *settings, int64_t *at)
{
    int64_t cap = most_mcpu(s, settings, p->workload), wanted = advice_round_mcpu(1.5 * (double)at[KNOB_CPU_LIMIT]);
    wanted = wanted < cap ? wanted : cap;
    at[KNOB_CPU_LIMIT] = wanted > at[KNOB_CPU_LIMIT] ? wanted : at[KNOB_CPU_LIMIT];
}

static void raise_request(const struct search *s, const struct part *p, const struct trial_workload *w,
                          struct setting *setting)
{
    int64_t wanted = advice_step_mcpu(p->now[KNOB_CPU_REQUEST], advice_cpu(w->pod_p95_mcpu), s->full);
    if ((double)wanted > (1 + trifle) * (double)setting->at[KNOB_CPU_REQUEST]) {
        platform_request(p, setting, KNOB_CPU_REQUEST, wanted);
    }
}

static int64_t partitions_of(const struct search *s, const struct part *p)
{
    const struct service_model *m = s->platform->plan->workloads.at[p->workload].model;
    return m->stream != NULL && m->stream->partitions > 0 ? m->stream->partitions : INT64_MAX;
}

/* More pods: sooner, and more of them at the least. */
static void add_pods(const struct search *s, const struct part *p, int64_t *at)
{
    if (p->has[KNOB_REPLICAS]) {
        int64_t wanted = at[KNOB_REPLICAS] + 1 + at[KNOB_REPLICAS] / 4, most = partitions_of(s, p);
        at[KNOB_REPLICAS] = wanted < most ? wanted : most > at[KNOB_REPLICAS] ? most : at[KNOB_REPLICAS];
    }
    if (p->has[KNOB_MIN]) {
        at[KNOB_MIN] += 1 + at[KNOB_MIN] / 4;
        at[KNOB_MAX] = at[KNOB_MAX] < at[KNOB_MIN] ? at[KNOB_MIN] : at[KNOB_MAX];
        at[KNOB_DOWN_WINDOW] = at[KNOB_DOWN_WINDOW] < WINDOW_S ? WINDOW_S : at[KNOB_DOWN_WINDOW];
    }
    if (p->has[KNOB_TARGET] && p->target_is_percent) {
        int64_t lower = at[KNOB_TARGET] - 8;
        at[KNOB_TARGET] = lower > TARGET_LEAST ? lower : at[KNOB_TARGET];
    }
}

/* Whether the figures say that it is short of something: its limit, or its maximum. */
static bool is_stressed(const struct part *p, const struct trial_workload *w, const int64_t *at)
{
    bool at_max = p->has[KNOB_MAX] && w->replicas_most >= (double)at[KNOB_MAX];
    return p->left_alone == NULL && (w->throttled > throttled_least || at_max);
}

static void strengthen(const struct search *s, struct setting *settings, uint32_t workload,
                       const struct search_outcome *o)
{
    const struct part *p = &s->platform->parts[workload];
    struct trial_workload w = worst_of(s, o, workload);
    int64_t *at = settings[workload].at;
    if (p->left_alone != NULL) {
        return;
    }
    bool limited = p->has[KNOB_CPU_LIMIT] && w.throttled > throttled_least;
    bool at_max = p->has[KNOB_MAX] && w.replicas_most >= (double)at[KNOB_MAX];
    if (limited) {
        raise_limit(s, p, settings, at);
    }
    if (at_max) {
        at[KNOB_MAX] = (at[KNOB_MAX] * 3 + 1) / 2;
    }
    raise_request(s, p, &w, &settings[workload]);
    if (!limited && !at_max) {
        add_pods(s, p, at);
    }
}

/* Machines for a workload: more at the least when a zone is out, pods wait, or nothing of its own is left to be raised (a
 * request may go up by half only: then what it uses beyond must be there); more at the most where all were used. */
static void add_machines(const struct search *s, struct setting *settings, uint32_t workload, bool at_least,
                         const struct search_outcome *o)
{
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        int64_t *at = settings[i].at;
        if (p->workload != NONE || p->left_alone != NULL || !platform_may_run(s->platform, workload, p->group)) {
            continue;
        }
        double most = 0;
        for (uint32_t k = 0; k < s->case_count; k++) {
            most = o->measured[k] == NULL ? most : fmax(most, o->measured[k]->pools[p->group].nodes_most);
        }
        at[KNOB_NODES_MIN] += at_least;
        if (most >= (double)at[KNOB_NODES_MAX]) {
            at[KNOB_NODES_MAX] += 1 + at[KNOB_NODES_MAX] / 4;
        }
        at[KNOB_NODES_MAX] = at[KNOB_NODES_MAX] < at[KNOB_NODES_MIN] ? at[KNOB_NODES_MIN] : at[KNOB_NODES_MAX];
        at[KNOB_NODES_INITIAL] =
            at[KNOB_NODES_INITIAL] < at[KNOB_NODES_MIN] ? at[KNOB_NODES_MIN] : at[KNOB_NODES_INITIAL];
    }
}

static void mend_objective(const struct search *s, struct setting *settings, const struct breach *b,
                           const struct search_outcome *o, bool *done)
{
    const struct plan *plan = s->platform->plan;
    const struct target *t = &plan->scenario->spec.objectives.at[b->subject].service;
    bool *marked = TAKE(s->trial->arena, bool, plan->workloads.count), stressed = false;
    for (uint32_t i = 0; i < t->models.count; i++) {
        mark_calls(s, t->models.at[i], marked);
    }
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        struct trial_workload w = worst_of(s, o, i);
        stressed = stressed || (marked[i] && is_stressed(&s->platform->parts[i], &w, settings[i].at));
    }
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        struct trial_workload w = worst_of(s, o, i);
        bool own = false;
        for (uint32_t k = 0; k < t->models.count; k++) {
            own = own || t->models.at[k] == plan->workloads.at[i].model;
        }
        bool weak = stressed ? is_stressed(&s->platform->parts[i], &w, settings[i].at) : own;
        if (marked[i] && weak && !done[i]) {
            done[i] = true;
            struct setting before = settings[i];
            strengthen(s, settings, i, o);
            bool spent = memcmp(&before, &settings[i], sizeof before) == 0;
            add_machines(s, settings, i, spent || (b->what == TRIAL_ZONE && !stressed), o);
        }
    }
}

static void mend_memory(const struct search *s, struct setting *setting, uint32_t workload,
                        const struct search_outcome *o)
{
    const struct part *p = &s->platform->parts[workload];
    struct trial_workload w = worst_of(s, o, workload);
    int64_t wanted = advice_memory(w.pod_most_bytes);
    bool changed = setting->at[KNOB_MEMORY_REQUEST] != p->now[KNOB_MEMORY_REQUEST];
    if (changed && setting->at[KNOB_MEMORY_REQUEST] < wanted) {
        platform_request(p, setting, KNOB_MEMORY_REQUEST, wanted);
    }
    if (p->has[KNOB_MEMORY_LIMIT] && (double)setting->at[KNOB_MEMORY_LIMIT] < w.pod_most_bytes) {
        setting->at[KNOB_MEMORY_LIMIT] = wanted;
    }
}

static void mend(const struct search *s, struct setting *settings, const struct search_outcome *o)
{
    bool *done = TAKE(s->trial->arena, bool, s->platform->count);
    for (uint32_t i = 0; i < o->breaches.list.count; i++) {
        const struct breach *b = &o->breaches.list.at[i];
        if (b->kind == BREACH_OBJECTIVE) {
            mend_objective(s, settings, b, o, done);
        } else if (b->kind == BREACH_MEMORY) {
            mend_memory(s, &settings[b->subject], b->subject, o);
        } else if (b->kind != BREACH_FAILED && !done[b->subject]) {
            done[b->subject] = true;
            if (b->kind != BREACH_PENDING) {
                strengthen(s, settings, b->subject, o);
            }
            add_machines(s, settings, b->subject, b->kind == BREACH_PENDING, o);
        }
    }
}

/* Goes on from what was tried last, also where that was no better: a step may need the next one. */
static bool repair(struct search *s, struct fail *fail)
{
    struct setting *at = s->settings;
    struct search_outcome o = {0}, last = {0};
    for (uint32_t i = 0; i < REPAIRS_MAX && s->outcome.breaches.excess > 0 && has_runs(s); i++) {
        at = platform_copy(s->trial->arena, s->platform, at);
        mend(s, at, i == 0 ? &s->outcome : &last);
        if (!evaluate(s, at, &o, fail)) {
            drop_outcome(&last);
            return false;
        }
        drop_outcome(&last);
        last = o;
        if (is_better(&o, &s->outcome)) {
            s->settings = at;
            drop_outcome(&s->outcome);
            s->outcome = o;
            s->outcome.breaches = (struct breaches){0};
            judge_all(s, at, &s->outcome);
        }
    }
    drop_outcome(&last);
    return true;
}

/* ---- descent: moves ---- */

/* A part's other setting; what it does not change of `from`, where it began, others may. */
struct move {
    uint32_t part;
    struct setting from;
    struct setting setting;
    double guess_usd; /* saved a month, to try the best first */
    double usd;       /* saved in the first run */
};

/* A part's setting that was tried and did not help: it broke something, or it saved nothing. */
struct dud {
    uint32_t part;
    struct setting setting;
    bool broke;
};

struct moves {
    VEC(struct move) list;
    VEC(struct dud) duds;
    double usd_mcpu, usd_byte; /* a month, at the prices of today's machines */
};

static void price_requests(const struct search *s, struct moves *m)
{
    double mcpu = 0, bytes = 0, usd_cpu = 0, usd_memory = 0;
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->workload == NONE && p->type_count > 0) {
            const struct catalog_type *t = p->types[s->settings[i].at[KNOB_INSTANCE]];
            double nodes = s->outcome.measured[0]->pools[p->group].nodes_mean,
                   usd = nodes * t->usd_per_hour * MONTH_HOURS;
            double share = cost_processor_share(t->cpu_mcpu, t->memory_bytes);
            mcpu += nodes * (double)t->cpu_mcpu;
            bytes += nodes * (double)t->memory_bytes;
            usd_cpu += usd * share;
            usd_memory += usd * (1 - share);
        }
    }
    m->usd_mcpu = mcpu > 0 ? usd_cpu / mcpu : 0;
    m->usd_byte = bytes > 0 ? usd_memory / bytes : 0;
}

/* less: the part of its requests that the workload would ask for less. */
static void add_move(const struct search *s, struct moves *m, uint32_t part, const struct setting *setting, double less)
{
    const struct trial_workload *w = &s->outcome.measured[0]->workloads[part];
    double usd = less * (w->requested_mcpu * m->usd_mcpu + w->requested_bytes * m->usd_byte);
    if (memcmp(setting, &s->settings[part], sizeof *setting) != 0) {
        VEC_PUSH(&m->list, (struct move){part, s->settings[part], *setting, usd, 0});
    }
}

static void move_target(const struct search *s, struct moves *m, uint32_t i)
{
    static const int64_t steps[] = {15, 6};
    const struct part *p = &s->platform->parts[i];
    for (size_t k = 0; k < 2 && p->has[KNOB_TARGET]; k++) {
        struct setting next = s->settings[i];
        int64_t *target = &next.at[KNOB_TARGET], before = *target;
        int64_t step = p->target_is_percent ? steps[k] : before * steps[k] / 100;
        *target += step;
        if (!p->target_is_percent || *target <= TARGET_MAX) {
            add_move(s, m, i, &next, 1 - (double)before / (double)*target);
        }
    }
}

static void move_fewer(const struct search *s, struct moves *m, uint32_t i, enum knob knob)
{
    const struct part *p = &s->platform->parts[i];
    if (!p->has[knob]) {
        return;
    }
    int64_t now = s->settings[i].at[knob], least = p->now[knob] < 2 ? p->now[knob] : 2;
    const int64_t tries[] = {(now + least) / 2, now - 1};
    for (size_t k = 0; k < 2; k++) {
        struct setting next = s->settings[i];
        next.at[knob] = tries[k];
        if (tries[k] >= least && tries[k] < now && (k == 0 || tries[0] != tries[1])) {
            add_move(s, m, i, &next, 0.5 * (double)(now - tries[k]) / (double)now);
        }
    }
}

static void move_request(const struct search *s, struct moves *m, uint32_t i)
{
    const struct part *p = &s->platform->parts[i];
    int64_t now = s->settings[i].at[KNOB_CPU_REQUEST];
    struct trial_workload w = worst_of(s, &s->outcome, i);
    if (now <= 0 || (p->has[KNOB_TARGET] && p->target_is_percent && s->settings[i].at[KNOB_TARGET] > 75)) {
        return;
    }
    int64_t lower = advice_round_mcpu(0.8 * (double)now);
    int64_t stepped = advice_step_mcpu(p->now[KNOB_CPU_REQUEST], lower, s->full);
    struct setting next = s->settings[i];
    if (stepped < now && (double)stepped >= w.pod_p95_mcpu) {
        platform_request(p, &next, KNOB_CPU_REQUEST, stepped);
        add_move(s, m, i, &next, 1 - (double)stepped / (double)now);
    }
}

/* ---- descent: machines ---- */

/* What the pods of a pool ask for on average, and what each node has of it for itself: DaemonSets. */
struct pool_load {
    double mcpu, bytes;
    double node_mcpu, node_bytes;
};

static struct pool_load load_of(const struct search *s, uint32_t group)
{
    const struct plan *plan = s->platform->plan;
    struct pool_load load = {0};
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        const struct trial_workload *w = &s->outcome.measured[0]->workloads[i];
        uint32_t pools = 0;
        for (uint32_t g = 0; g < plan->scenario->node_pools.count; g++) {
            pools += platform_may_run(s->platform, i, g);
        }
        if (!platform_may_run(s->platform, i, group) || !(w->replicas_mean > 0)) {
            continue;
        }
        if (plan->workloads.at[i].kind == WORKLOAD_DAEMONSET) {
            load.node_mcpu += w->requested_mcpu / w->replicas_mean;
            load.node_bytes += w->requested_bytes / w->replicas_mean;
        } else {
            load.mcpu += w->requested_mcpu / pools;
            load.bytes += w->requested_bytes / pools;
        }
    }
    return load;
}

/* How many nodes of a type hold a load on average, with half a node that is never full; not below `least`. */
static double nodes_for(const struct catalog_type *t, const struct pool_load *load, double least)
{
    struct offer offer = plan_offer(t);
    double mcpu = (double)offer.allocatable.mcpu - load->node_mcpu;
    double bytes = (double)offer.allocatable.memory_bytes - load->node_bytes;
    if (mcpu <= 0 || bytes <= 0) {
        return INFINITY;
    }
    double nodes = fmax(load->mcpu / mcpu, load->bytes / bytes) + 0.5;
    return nodes > least ? nodes : least;
}

static double price_of(const struct search *s, const struct part *p, const struct catalog_type *t)
{
    const struct scenario *scenario = s->platform->plan->scenario;
    bool spot = scenario->node_pools.at[p->group].purchase == PURCHASE_SPOT;
    return spot ? t->spot_usd_per_hour : t->usd_per_hour * (1 - scenario->discount);
}

struct machine {
    uint32_t type;
    double usd;   /* a month of as many as are needed */
    double scale; /* nodes for each of now's */
};

static int by_usd(const void *left, const void *right)
{
    const struct machine *l = left, *r = right;
    if (l->usd != r->usd) {
        return l->usd < r->usd ? -1 : 1;
    }
    return l->type < r->type ? -1 : l->type > r->type;
}

/* The machines for a pool, cheapest first; [type_count]. */
static struct machine *rank_machines(const struct search *s, uint32_t part)
{
    const struct part *p = &s->platform->parts[part];
    const int64_t *at = s->settings[part].at;
    struct pool_load load = load_of(s, p->group);
    struct machine *ranked = TAKE(s->trial->arena, struct machine, p->type_count);
    double here = nodes_for(p->types[at[KNOB_INSTANCE]], &load, 0);
    for (uint32_t i = 0; i < p->type_count; i++) {
        double nodes = nodes_for(p->types[i], &load, 0), scale = nodes / here;
        double least = at[KNOB_NODES_MIN] > 0 ? fmax(1, (double)at[KNOB_NODES_MIN] * scale) : 0;
        double usd = fmax(nodes, least) * price_of(s, p, p->types[i]) * MONTH_HOURS;
        ranked[i] = (struct machine){i, usd, scale};
    }
    qsort(ranked, p->type_count, sizeof *ranked, by_usd);
    return ranked;
}

static int64_t scaled(int64_t nodes, double scale)
{
    int64_t n = (int64_t)ceil((double)nodes * scale - 0.25);
    return nodes > 0 && n < 1 ? 1 : n;
}

static void push_pool(const struct search *s, struct moves *m, uint32_t part, const struct setting *next, double usd)
{
    if (memcmp(next, &s->settings[part], sizeof *next) != 0) {
        VEC_PUSH(&m->list, (struct move){part, s->settings[part], *next, usd, 0});
    }
}

static void move_machine(const struct search *s, struct moves *m, uint32_t part)
{
    const struct part *p = &s->platform->parts[part];
    const int64_t *at = s->settings[part].at;
    struct machine *ranked = rank_machines(s, part);
    double here = 0;
    for (uint32_t i = 0; i < p->type_count; i++) {
        here = ranked[i].type == at[KNOB_INSTANCE] ? ranked[i].usd : here;
    }
    for (uint32_t i = 0; i < p->type_count && i < TYPES_TRIED && ranked[i].usd < here; i++) {
        struct setting next = s->settings[part];
        next.at[KNOB_INSTANCE] = ranked[i].type;
        next.at[KNOB_NODES_MIN] = scaled(at[KNOB_NODES_MIN], ranked[i].scale);
        next.at[KNOB_NODES_INITIAL] = scaled(at[KNOB_NODES_INITIAL], ranked[i].scale);
        next.at[KNOB_NODES_MAX] = scaled(at[KNOB_NODES_MAX], ranked[i].scale);
        push_pool(s, m, part, &next, here - ranked[i].usd);
    }
}

/* Fewer nodes at the start and at the least; where no autoscaler is, they are the same. */
static void move_nodes(const struct search *s, struct moves *m, uint32_t part)
{
    const struct part *p = &s->platform->parts[part];
    const int64_t *at = s->settings[part].at;
    double usd = price_of(s, p, p->types[at[KNOB_INSTANCE]]) * MONTH_HOURS;
    bool fixed = s->platform->plan->scenario->node_pools.at[p->group].autoscaler == AUTOSCALER_NONE;
    int64_t least = p->now[KNOB_NODES_MIN] > 0, min = at[KNOB_NODES_MIN], initial = at[KNOB_NODES_INITIAL];
    double mean = s->outcome.measured[0]->pools[p->group].nodes_mean;
    const int64_t lower[] = {(min + least) / 2, (3 * min + least) / 4, min - 1, (int64_t)mean - 1};
    for (size_t k = 0; k < sizeof lower / sizeof *lower; k++) {
        struct setting next = s->settings[part];
        bool again = k > 0 && (lower[k] == lower[k - 1] || (k > 1 && lower[k] == lower[k - 2]));
        if (lower[k] < least || lower[k] >= initial || again) {
            continue;
        }
        next.at[KNOB_NODES_MIN] = fixed || lower[k] < min ? lower[k] : min;
        next.at[KNOB_NODES_INITIAL] = lower[k];
        next.at[KNOB_NODES_MAX] = fixed ? lower[k] : at[KNOB_NODES_MAX];
        push_pool(s, m, part, &next, usd * (double)(initial - lower[k]) * (fixed ? 1 : 0.5));
    }
}

/* ---- descent: trying ---- */

static int by_guess(const void *left, const void *right)
{
    const struct move *l = left, *r = right;
    if (l->guess_usd != r->guess_usd) {
        return l->guess_usd > r->guess_usd ? -1 : 1;
    }
    return l->part != r->part ? (l->part < r->part ? -1 : 1) : memcmp(&l->setting, &r->setting, sizeof l->setting);
}

static int by_usd_saved(const void *left, const void *right)
{
    const struct move *l = left, *r = right;
    return l->usd != r->usd ? (l->usd > r->usd ? -1 : 1) : by_guess(left, right);
}

static bool is_dud(const struct moves *m, const struct move *move)
{
    for (uint32_t i = 0; i < m->duds.count; i++) {
        const struct dud *d = &m->duds.at[i];
        if (d->part == move->part && memcmp(&d->setting, &move->setting, sizeof d->setting) == 0) {
            return true;
        }
    }
    return false;
}

/* When something was taken, what saved nothing before may save now; what broke something still does, most likely. */
static void forget_duds(struct moves *m)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->duds.count; i++) {
        if (m->duds.at[i].broke) {
            m->duds.at[kept++] = m->duds.at[i];
        }
    }
    m->duds.count = kept;
}

static void drop_duds(struct moves *m)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->list.count; i++) {
        if (!is_dud(m, &m->list.at[i])) {
            m->list.at[kept++] = m->list.at[i];
        }
    }
    m->list.count = kept;
}

static void find_moves(const struct search *s, struct moves *m)
{
    m->list.count = 0;
    price_requests(s, m);
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->left_alone != NULL) {
            continue;
        }
        if (p->workload == NONE) {
            move_machine(s, m, i);
            move_nodes(s, m, i);
        } else {
            move_target(s, m, i);
            move_fewer(s, m, i, KNOB_MIN);
            move_fewer(s, m, i, KNOB_REPLICAS);
            move_request(s, m, i);
        }
    }
    drop_duds(m);
    if (m->list.count > 0) {
        qsort(m->list.at, m->list.count, sizeof *m->list.at, by_guess);
    }
}

/* Changes settings as a move says. False: something that it changes is no longer what it was, and nothing is done. */
static bool apply(const struct move *m, struct setting *settings)
{
    struct setting *at = &settings[m->part];
    for (enum knob k = 0; k < KNOBS; k++) {
        if (m->setting.at[k] != m->from.at[k] && at->at[k] != m->from.at[k]) {
            return false;
        }
    }
    for (enum knob k = 0; k < KNOBS; k++) {
        at->at[k] = m->setting.at[k] != m->from.at[k] ? m->setting.at[k] : at->at[k];
    }
    return true;
}

/* Nothing breaks, or nothing that a few more bytes do not mend. */
static bool only_memory(const struct breaches *b)
{
    for (uint32_t i = 0; i < b->list.count; i++) {
        if (b->list.at[i].kind != BREACH_MEMORY) {
            return false;
        }
    }
    return true;
}

/* Tries moves, a copy of the best so far each, in the first replication as it is; keeps, at the front, those that break
 * nothing and save. */
static bool sift(struct search *s, struct moves *all, struct move *moves, uint32_t *count, struct fail *fail)
{
    struct trial_request requests[CHUNK] = {{0}};
    double month = MONTH_HOURS * 3600e9 / (double)s->platform->plan->scenario->spec.duration_ns;
    uint32_t tried = 0;
    for (uint32_t i = 0; i < *count; i++) {
        struct setting *settings = platform_copy(s->trial->arena, s->platform, s->settings);
        if (apply(&moves[i], settings)) {
            requests[tried] = (struct trial_request){settings, TRIAL_AS_IS};
            moves[tried++] = moves[i];
        }
    }
    const struct measured *m = trial_run(s->trial, requests, tried, 0, 1, false, fail);
    *count = 0;
    for (uint32_t i = 0; m != NULL && i < tried; i++) {
        struct breaches breaches = {0};
        judge(s->platform, requests[i].settings, TRIAL_AS_IS, 0, s->at_first.measured[0], &m[i],
              s->allowance * error_budget, &breaches);
        moves[i].usd = (s->outcome.measured[0]->total_usd - m[i].total_usd) * month;
        bool good = only_memory(&breaches);
        if (good && moves[i].usd > least_saving(s)) {
            moves[(*count)++] = moves[i];
        } else {
            VEC_PUSH(&all->duds, (struct dud){moves[i].part, moves[i].setting, !good});
        }
        VEC_DROP(&breaches.list);
    }
    return m != NULL;
}

/* The best so far with the first of moves[count]; of two that turn one knob the first holds. */
static struct setting *combine(const struct search *s, const struct move *moves, uint32_t count)
{
    struct setting *all = platform_copy(s->trial->arena, s->platform, s->settings);
    for (uint32_t i = 0; i < count; i++) {
        apply(&moves[i], all);
    }
    return all;
}

/* The first count together, in all cases. Sets *taken. */
static bool try_together(struct search *s, const struct move *moves, uint32_t count, bool *taken, struct fail *fail)
{
    struct setting *settings = combine(s, moves, count);
    struct search_outcome o;
    if (!evaluate(s, settings, &o, fail)) {
        return false;
    }
    if (o.breaches.excess > 0 && only_memory(&o.breaches)) {
        mend(s, settings, &o);
        drop_outcome(&o);
        if (!evaluate(s, settings, &o, fail)) {
            return false;
        }
    }
    if (o.breaches.excess == 0 && o.monthly_usd < s->outcome.monthly_usd - least_saving(s)) {
        take(s, settings, &o);
        *taken = true;
    }
    drop_outcome(&o);
    return true;
}

/* All that are left together; if that breaks something or does not save, the better half, then the other half, and so on
 * down to single ones: what is good of them is taken. */
static bool try_moves(struct search *s, struct moves *all, const struct move *moves, uint32_t count, bool *taken,
                      struct fail *fail)
{
    bool now = false;
    if (count == 0 || !has_runs(s)) {
        return true;
    }
    if (!try_together(s, moves, count, &now, fail)) {
        return false;
    }
    if (now) {
        *taken = true;
        return true;
    }
    if (count == 1) {
        VEC_PUSH(&all->duds, (struct dud){moves->part, moves->setting, true});
        return true;
    }
    return try_moves(s, all, moves, count / 2, taken, fail) &&
           try_moves(s, all, moves + count / 2, count - count / 2, taken, fail);
}

/* Goes through all moves once. */
static bool go_round(struct search *s, struct moves *m, bool *any, struct fail *fail)
{
    find_moves(s, m);
    for (uint32_t i = 0; i < m->list.count && has_runs(s); i += CHUNK) {
        uint32_t count = m->list.count - i < CHUNK ? m->list.count - i : CHUNK;
        bool taken = false;
        if (!sift(s, m, &m->list.at[i], &count, fail)) {
            return false;
        }
        if (count > 0) {
            qsort(&m->list.at[i], count, sizeof *m->list.at, by_usd_saved);
        }
        if (!try_moves(s, m, &m->list.at[i], count, &taken, fail)) {
            return false;
        }
        if (taken) {
            forget_duds(m);
            *any = true;
        }
    }
    return true;
}

static bool go_down(struct search *s, struct fail *fail)
{
    struct moves m = {0};
    bool any = s->outcome.breaches.excess == 0, good = true;
    while (good && any && has_runs(s)) {
        any = false;
        good = go_round(s, &m, &any, fail);
    }
    VEC_DROP(&m.list);
    VEC_DROP(&m.duds);
    return good;
}

/* ---- memory ---- */

/* What repair gave a pod while it was in trouble it may not need in the end: requests as the best platform uses it. */
static bool fit_memory(struct search *s, struct fail *fail)
{
    struct setting *settings = platform_copy(s->trial->arena, s->platform, s->settings);
    bool any = false, good = true;
    for (uint32_t i = 0; i < s->platform->count && s->outcome.breaches.excess == 0; i++) {
        const struct part *p = &s->platform->parts[i];
        int64_t *request = &settings[i].at[KNOB_MEMORY_REQUEST];
        if (p->workload == NONE || !p->has[KNOB_MEMORY_REQUEST] || *request == p->now[KNOB_MEMORY_REQUEST]) {
            continue;
        }
        struct trial_workload w = worst_of(s, &s->outcome, p->workload);
        int64_t wanted = advice_memory(w.pod_most_bytes);
        int64_t stepped = advice_step_bytes(p->now[KNOB_MEMORY_REQUEST], wanted, s->full);
        wanted = wanted > stepped ? wanted : stepped;
        if ((double)wanted < (1 - trifle) * (double)*request) {
            platform_request(p, &settings[i], KNOB_MEMORY_REQUEST, wanted);
            any = true;
        }
    }
    if (any) {
        struct search_outcome o;
        good = evaluate(s, settings, &o, fail);
        if (good && o.breaches.excess == 0 && o.monthly_usd < s->outcome.monthly_usd + least_saving(s)) {
            take(s, settings, &o);
        }
        drop_outcome(&o);
    }
    return good;
}

/* ---- public ---- */

bool search_open(struct search *s, struct trial *trial, uint32_t replications, bool full, uint32_t runs_max,
                 struct fail *fail)
{
    *s = (struct search){.trial = trial,
                         .platform = trial->platform,
                         .full = full,
                         .runs_max = runs_max,
                         .as_is = replications,
                         .allowance = 1};
    for (uint32_t i = 0; i < replications; i++) {
        s->cases[s->case_count++] = (struct search_case){TRIAL_AS_IS, i};
    }
    s->cases[s->case_count++] = (struct search_case){TRIAL_MORE, 0};
    if (trial->zone != NULL) {
        s->cases[s->case_count++] = (struct search_case){TRIAL_ZONE, 0};
    }
    s->today = platform_today(trial->arena, s->platform);
    s->settings = s->today;
    uint32_t numbers[SEARCH_CASES_MAX], count = hard_cases(s, s->as_is, false, numbers);
    if (!run_as_is(s, s->today, &s->at_first, fail) || !run_cases(s, s->today, numbers, count, &s->at_first, fail)) {
        return false;
    }
    judge_all(s, s->today, &s->at_first);
    s->outcome = s->at_first;
    s->outcome.breaches = (struct breaches){0};
    judge_all(s, s->today, &s->outcome);
    return true;
}

void search_close(struct search *s)
{
    drop_outcome(&s->outcome);
    drop_outcome(&s->at_first);
}

bool search_run(struct search *s, struct fail *fail)
{
    if (s->settings == s->today) {
        struct setting *first = search_first(s);
        struct search_outcome o;
        if (!evaluate(s, first, &o, fail)) {
            return false;
        }
        take(s, first, &o);
    }
    return repair(s, fail) && fit_memory(s, fail) && go_down(s, fail) && fit_memory(s, fail);
}

bool search_add_case(struct search *s, enum trial_case what, uint32_t replication, struct fail *fail)
{
    for (uint32_t i = 0; i < s->case_count; i++) {
        if (s->cases[i].what == what && s->cases[i].replication == replication) {
            return true;
        }
    }
    if (s->case_count == SEARCH_CASES_MAX) {
        return true;
    }
    uint32_t number = s->case_count++;
    s->cases[number] = (struct search_case){what, replication};
    if (!run_cases(s, s->today, &number, 1, &s->at_first, fail) ||
        !run_cases(s, s->settings, &number, 1, &s->outcome, fail)) {
        return false;
    }
    judge_all(s, s->settings, &s->outcome);
    return true;
}

void search_tighten(struct search *s, double part)
{
    s->allowance *= part;
    judge_all(s, s->settings, &s->outcome);
}
