#include "reports/judge.h"

#include <math.h>

#include "reports/advice.h"

/* How much worse than today a workload without an objective may be: where there are none at all; else, and with a zone out. */
struct tolerance {
    double latency; /* p99, times */
    double latency_s;
    double success;   /* share of requests */
    double throttled; /* share of the time */
    double pending;   /* pod seconds, times */
    double pending_s; /* and pod seconds more */
    double longest_s; /* or no pod waits longer than this */
};

static const struct tolerance strict = {1.05, 0.001, 0.0001, 0.001, 1.05, 60, 0};
static const struct tolerance wide = {1.25, 0.005, 0.001, 0.02, 1.25, 600, 900};

struct judging {
    const struct platform *platform;
    const struct setting *settings;
    enum trial_case what;
    uint32_t replication;
    double budget;
    struct breaches *breaches;
};

static void tell(const struct judging *j, enum breach_kind kind, uint32_t subject, double excess)
{
    excess = excess < JUDGE_WORST ? excess : JUDGE_WORST;
    VEC_PUSH(&j->breaches->list, (struct breach){kind, subject, j->what, j->replication, excess});
    j->breaches->excess += excess;
}

static const struct scenario_spec *spec_of(const struct platform *p)
{
    return &p->plan->scenario->spec;
}

double judge_wanted(const struct objective *o)
{
    return o->latency != NULL ? o->share : o->success;
}

bool judge_has_objective(const struct platform *p, uint32_t workload)
{
    const struct scenario_spec *spec = spec_of(p);
    const struct service_model *model = p->plan->workloads.at[workload].model;
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        const struct target *t = &spec->objectives.at[i].service;
        for (uint32_t k = 0; k < t->models.count; k++) {
            if (model != NULL && t->models.at[k] == model) {
                return true;
            }
        }
    }
    return false;
}

static void judge_objectives(const struct judging *j, const struct measured *today, const struct measured *tried)
{
    const struct scenario_spec *spec = spec_of(j->platform);
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        double wanted = judge_wanted(&spec->objectives.at[i]);
        double used = advice_budget_used(tried->achieved[i], wanted);
        bool no_worse = j->what == TRIAL_ZONE && tried->achieved[i] >= today->achieved[i];
        if (used > j->budget && !no_worse) {
            tell(j, BREACH_OBJECTIVE, i, used - j->budget);
        }
    }
}

/* A tolerance may be used up to half-way between the budget and the whole; excess in parts of the limit. */
static void hold(const struct judging *j, enum breach_kind kind, uint32_t workload, double value, double was,
                 double limit)
{
    double part = j->budget < 1 ? (1 + j->budget) / 2 : 1;
    limit = was + part * (limit - was);
    if (value > limit) {
        tell(j, kind, workload, limit > 0 ? (value - limit) / limit : JUDGE_WORST);
    }
}

static void judge_pending(const struct judging *j, uint32_t i, const struct trial_workload *was,
                          const struct trial_workload *is, const struct tolerance *t)
{
    if (is->pending_longest_s > t->longest_s) {
        hold(j, BREACH_PENDING, i, is->pending_s, was->pending_s, was->pending_s * t->pending + t->pending_s);
    }
}

/* A workload without an objective of its own. */
static void judge_workload(const struct judging *j, uint32_t i, const struct trial_workload *was,
                           const struct trial_workload *is, const struct tolerance *t)
{
    if (was->p99_s > 0) {
        hold(j, BREACH_LATENCY, i, is->p99_s, was->p99_s, was->p99_s * t->latency + t->latency_s);
    }
    hold(j, BREACH_SUCCESS, i, 1 - is->success, 1 - was->success, 1 - was->success + t->success);
    hold(j, BREACH_THROTTLED, i, is->throttled, was->throttled, was->throttled + t->throttled);
    hold(j, BREACH_RESTARTS, i, is->restarts, was->restarts, was->restarts + 0.5);
}

static void judge_memory(const struct judging *j, const struct measured *tried)
{
    for (uint32_t i = 0; i < j->platform->count; i++) {
        const struct part *p = &j->platform->parts[i];
        const int64_t *at = j->settings[i].at;
        if (p->workload == NONE || !p->has[KNOB_MEMORY_REQUEST]) {
            continue;
        }
        double peak = tried->workloads[p->workload].pod_most_bytes, needed = peak * (1 + ADVICE_MARGIN) - 1;
        bool changed = at[KNOB_MEMORY_REQUEST] != p->now[KNOB_MEMORY_REQUEST];
        if (changed && (double)at[KNOB_MEMORY_REQUEST] < needed) {
            tell(j, BREACH_MEMORY, p->workload, needed / (double)at[KNOB_MEMORY_REQUEST] - 1);
        } else if (p->has[KNOB_MEMORY_LIMIT] && (double)at[KNOB_MEMORY_LIMIT] < peak) {
            tell(j, BREACH_MEMORY, p->workload, peak / (double)at[KNOB_MEMORY_LIMIT] - 1);
        }
    }
}

void judge(const struct platform *p, const struct setting *settings, enum trial_case what, uint32_t replication,
           const struct measured *today, const struct measured *tried, double budget, struct breaches *breaches)
{
    struct judging j = {p, settings, what, replication, budget, breaches};
    if (!tried->good) {
        tell(&j, BREACH_FAILED, NONE, JUDGE_WORST);
        return;
    }
    bool any = spec_of(p)->objectives.count > 0;
    const struct tolerance *t = any || what == TRIAL_ZONE ? &wide : &strict;
    judge_objectives(&j, today, tried);
    for (uint32_t i = 0; i < p->plan->workloads.count; i++) {
        const struct trial_workload *was = &today->workloads[i], *is = &tried->workloads[i];
        if (!judge_has_objective(p, i) && !(any && what == TRIAL_ZONE)) {
            judge_workload(&j, i, was, is, t);
            judge_pending(&j, i, was, is, t);
        }
    }
    if (what != TRIAL_ZONE) {
        judge_memory(&j, tried);
    }
}

void judge_mark(const struct platform *p, const struct breach *b, bool *marked)
{
    if (b->kind == BREACH_OBJECTIVE) {
        const struct target *t = &spec_of(p)->objectives.at[b->subject].service;
        for (uint32_t i = 0; i < t->models.count; i++) {
            platform_mark_calls(p, t->models.at[i], marked);
        }
    } else if (b->kind != BREACH_FAILED) {
        marked[b->subject] = true;
    }
}
