#include "reports/search.h"

#include <math.h>
#include <stdlib.h>

#include "reports/advice.h"

enum {
    ABREAST = 2
}; /* runs side by side whatever the number of workers, so that what is tried does not depend on it */

static const double error_budget = 0.75; /* of an objective, that a platform may use while it is looked for */
static const double hard_budget = 0.6;   /* in the harder cases */
static const double for_pods = 0.7;      /* of a machine's memory: the rest is the system's, and its agents' */
static const double saves_least = 0.002; /* of what a month costs today */

/* ---- cases ---- */

static void judge_all(const struct search *s, const struct setting *settings, struct search_outcome *o)
{
    o->breaches.list.count = 0;
    o->breaches.excess = 0;
    for (uint32_t i = 0; i < s->case_count; i++) {
        const struct search_case *c = &s->cases[i];
        if (o->measured[i] != NULL) {
            judge(s->platform, settings, c->what, c->replication, s->at_first.measured[i], o->measured[i],
                  search_budget(c->what), &o->breaches);
        }
    }
}

/* The cases from number `from` down to number `to`, as_is with its calm twin. */
static bool run_cases(struct search *s, const struct setting *settings, uint32_t from, uint32_t to,
                      struct search_outcome *o, struct fail *fail)
{
    struct trial_request requests[SEARCH_CASES_MAX + 1] = {{0}};
    uint32_t count = from - to + 1;
    bool calm = to == 0 && s->trial->has_events;
    for (uint32_t i = 0; i < count; i++) {
        const struct search_case *c = &s->cases[from - i];
        requests[i] = (struct trial_request){.settings = settings, .what = c->what, .first = c->replication};
    }
    requests[count] = requests[count - 1];
    requests[count].calm = true;
    const struct measured *m = trial_run(s->trial, requests, count + calm, 1, fail);
    for (uint32_t i = 0; m != NULL && i < count; i++) {
        o->measured[from - i] = &m[i];
    }
    if (m != NULL && to == 0) {
        o->monthly_usd = trial_monthly_usd(s->trial, &m[count - 1], &m[count - 1 + calm]);
    }
    return m != NULL;
}

/* ---- public ---- */

bool search_open(struct search *s, struct trial *trial, bool full, double runs_max, struct fail *fail)
{
    *s = (struct search){.trial = trial, .platform = trial->platform, .full = full, .runs_max = runs_max};
    s->cases[s->case_count++] = (struct search_case){TRIAL_AS_IS, 0};
    if (trial->zone != NULL) {
        s->cases[s->case_count++] = (struct search_case){TRIAL_ZONE, 1};
    }
    s->cases[s->case_count++] = (struct search_case){TRIAL_MORE, 2};
    s->cases[s->case_count++] = (struct search_case){TRIAL_MORE, 3};
    s->today = platform_today(trial->arena, s->platform);
    s->settings = s->today;
    if (!run_cases(s, s->today, s->case_count - 1, 0, &s->at_first, fail)) {
        return false;
    }
    s->outcome = s->at_first;
    judge_all(s, s->today, &s->at_first);
    judge_all(s, s->today, &s->outcome);
    return true;
}

void search_close(struct search *s)
{
    search_drop_outcome(&s->outcome);
    search_drop_outcome(&s->at_first);
    VEC_DROP(&s->trail);
}

bool search_evaluate(struct search *s, const struct setting *settings, bool all, struct search_outcome *o,
                     struct fail *fail)
{
    *o = (struct search_outcome){.monthly_usd = INFINITY};
    for (uint32_t left = s->case_count; left > 0 && o->breaches.excess == 0;) {
        uint32_t to = left <= ABREAST ? 0 : left - ABREAST;
        to = all && left > 1 ? 1 : to;
        if (!run_cases(s, settings, left - 1, to, o, fail)) {
            search_drop_outcome(o);
            return false;
        }
        judge_all(s, settings, o);
        left = to;
    }
    o->monthly_usd = o->breaches.excess == 0 ? o->monthly_usd : INFINITY;
    return true;
}

void search_drop_outcome(struct search_outcome *o)
{
    VEC_DROP(&o->breaches.list);
    *o = (struct search_outcome){0};
}

void search_take(struct search *s, struct setting *settings, struct search_outcome *o)
{
    if (s->outcome.breaches.excess == 0) {
        VEC_PUSH(&s->trail, (struct search_step){s->settings, s->outcome.monthly_usd});
    }
    search_drop_outcome(&s->outcome);
    s->settings = settings;
    s->outcome = *o;
    *o = (struct search_outcome){0};
}

double search_budget(enum trial_case what)
{
    return what == TRIAL_AS_IS ? error_budget : hard_budget;
}

double search_least_saving(const struct search *s)
{
    return saves_least * s->at_first.monthly_usd;
}

bool search_has_runs(const struct search *s)
{
    double share = s->trial->runs / s->runs_max;
    if (s->progress != NULL) {
        s->progress(s->progress_context, share < 1 ? share : 1);
    }
    return share < 1;
}

struct trial_workload search_worst(const struct search *s, const struct search_outcome *o, uint32_t workload)
{
    struct trial_workload worst = {0};
    for (uint32_t i = 0; i < s->case_count; i++) {
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

struct machine {
    int64_t mcpu, bytes;
};

/* The most of each that a machine has on which the workload may run. */
static struct machine largest(const struct search *s, const struct setting *settings, uint32_t workload)
{
    struct machine most = {0, 0};
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->workload == NONE && p->type_count > 0 && platform_may_run(s->platform, workload, p->group)) {
            const struct catalog_type *type = p->types[settings[i].at[KNOB_INSTANCE]];
            most.mcpu = type->cpu_mcpu > most.mcpu ? type->cpu_mcpu : most.mcpu;
            most.bytes = type->memory_bytes > most.bytes ? type->memory_bytes : most.bytes;
        }
    }
    return (struct machine){most.mcpu > 0 ? most.mcpu : INT64_MAX, most.bytes > 0 ? most.bytes : INT64_MAX};
}

int64_t search_most_mcpu(const struct search *s, const struct setting *settings, uint32_t workload)
{
    return largest(s, settings, workload).mcpu;
}

int64_t search_memory(const struct search *s, const struct setting *settings, uint32_t workload, double most_bytes)
{
    int64_t wanted = advice_memory(most_bytes);
    int64_t room = advice_round_bytes(for_pods * (double)largest(s, settings, workload).bytes);
    return wanted < room ? wanted : room;
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
    if (!run_cases(s, s->today, number, number, &s->at_first, fail) ||
        !run_cases(s, s->settings, number, number, &s->outcome, fail)) {
        return false;
    }
    judge_all(s, s->settings, &s->outcome);
    return true;
}

bool search_go_back(struct search *s, struct fail *fail)
{
    bool found = false;
    for (uint32_t i = s->trail.count; i > 0 && !found; i--) {
        struct search_step step = s->trail.at[i - 1];
        double usd = s->outcome.breaches.excess > 0 ? INFINITY : s->outcome.monthly_usd;
        struct search_outcome o;
        if (step.monthly_usd >= usd) {
            continue;
        }
        if (!search_evaluate(s, step.settings, false, &o, fail)) {
            return false;
        }
        found = o.breaches.excess == 0;
        if (found) {
            search_take(s, step.settings, &o);
        }
        search_drop_outcome(&o);
    }
    return true;
}
