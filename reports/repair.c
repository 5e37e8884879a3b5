#include "reports/repair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/advice.h"

enum { REPAIRS_MAX = 14, VAIN_MAX = 2 /* in a row that change nothing */, TARGET_LEAST = 35 /* percent */ };

static void raise_limit(const struct search *s, const struct part *p, struct setting *settings, int64_t *at)
{
    int64_t cap = search_most_mcpu(s, settings, p->workload),
            wanted = advice_round_mcpu(1.5 * (double)at[KNOB_CPU_LIMIT]);
    wanted = wanted < cap ? wanted : cap;
    at[KNOB_CPU_LIMIT] = wanted > at[KNOB_CPU_LIMIT] ? wanted : at[KNOB_CPU_LIMIT];
}

static void raise_request(const struct search *s, const struct part *p, const struct trial_workload *w,
                          struct setting *setting)
{
    int64_t wanted = advice_step_mcpu(p->now[KNOB_CPU_REQUEST], advice_cpu(w->pod_p95_mcpu), s->full);
    if ((double)wanted > (1 + ADVICE_TRIFLE) * (double)setting->at[KNOB_CPU_REQUEST]) {
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
        at[KNOB_DOWN_WINDOW] =
            at[KNOB_DOWN_WINDOW] < ADVICE_DOWN_WINDOW_S ? ADVICE_DOWN_WINDOW_S : at[KNOB_DOWN_WINDOW];
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
    return p->left_alone == NULL && (w->throttled > ADVICE_THROTTLED_LEAST || at_max);
}

static void strengthen(const struct search *s, struct setting *settings, uint32_t workload,
                       const struct search_outcome *o)
{
    const struct part *p = &s->platform->parts[workload];
    struct trial_workload w = search_worst(s, o, workload);
    int64_t *at = settings[workload].at;
    if (p->left_alone != NULL) {
        return;
    }
    bool limited = p->has[KNOB_CPU_LIMIT] && w.throttled > ADVICE_THROTTLED_LEAST;
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
        platform_mark_calls(s->platform, t->models.at[i], marked);
    }
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        struct trial_workload w = search_worst(s, o, i);
        stressed = stressed || (marked[i] && is_stressed(&s->platform->parts[i], &w, settings[i].at));
    }
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        struct trial_workload w = search_worst(s, o, i);
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

static void mend_memory(const struct search *s, struct setting *settings, uint32_t workload,
                        const struct search_outcome *o)
{
    struct setting *setting = &settings[workload];
    const struct part *p = &s->platform->parts[workload];
    struct trial_workload w = search_worst(s, o, workload);
    int64_t wanted = search_memory(s, settings, workload, w.pod_most_bytes);
    bool changed = setting->at[KNOB_MEMORY_REQUEST] != p->now[KNOB_MEMORY_REQUEST];
    if (changed && setting->at[KNOB_MEMORY_REQUEST] < wanted) {
        platform_request(p, setting, KNOB_MEMORY_REQUEST, wanted);
    }
    if (p->has[KNOB_MEMORY_LIMIT] && (double)setting->at[KNOB_MEMORY_LIMIT] < w.pod_most_bytes) {
        setting->at[KNOB_MEMORY_LIMIT] = wanted;
    }
}

static bool is_better(const struct search_outcome *o, const struct search_outcome *than)
{
    if (o->breaches.excess != than->breaches.excess) {
        return o->breaches.excess < than->breaches.excess;
    }
    return o->monthly_usd < than->monthly_usd;
}

/* What cannot be mended is left as it is today, with the machines: first what breaks, then everything. */
static bool give_up(struct search *s, bool everything, struct fail *fail)
{
    struct setting *settings = platform_copy(s->trial->arena, s->platform, s->settings);
    bool *marked = TAKE(s->trial->arena, bool, s->platform->plan->workloads.count);
    struct search_outcome o;
    for (uint32_t i = 0; i < s->outcome.breaches.list.count; i++) {
        judge_mark(s->platform, &s->outcome.breaches.list.at[i], marked);
    }
    for (uint32_t i = 0; i < s->platform->count; i++) {
        if (everything || s->platform->parts[i].workload == NONE || marked[i]) {
            settings[i] = s->today[i];
        }
    }
    if (!search_evaluate(s, settings, true, &o, fail)) {
        return false;
    }
    if (is_better(&o, &s->outcome)) {
        search_take(s, settings, &o);
    }
    search_drop_outcome(&o);
    return true;
}

/* ---- public ---- */

void repair_mend(const struct search *s, struct setting *settings, const struct search_outcome *o)
{
    bool *done = TAKE(s->trial->arena, bool, s->platform->count);
    for (uint32_t i = 0; i < o->breaches.list.count; i++) {
        const struct breach *b = &o->breaches.list.at[i];
        if (b->kind == BREACH_OBJECTIVE) {
            mend_objective(s, settings, b, o, done);
        } else if (b->kind == BREACH_MEMORY) {
            mend_memory(s, settings, b->subject, o);
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
bool repair_run(struct search *s, struct fail *fail)
{
    struct setting *at = s->settings;
    struct search_outcome o, tried = {0}, *last = &s->outcome;
    bool good = true;
    uint32_t vain = 0;
    for (uint32_t i = 0; good && i < REPAIRS_MAX && vain < VAIN_MAX; i++) {
        if (s->outcome.breaches.excess == 0 || !search_has_runs(s)) {
            break;
        }
        double before = last->breaches.excess;
        at = platform_copy(s->trial->arena, s->platform, at);
        repair_mend(s, at, last);
        search_drop_outcome(&tried);
        good = search_evaluate(s, at, true, &o, fail);
        vain = good && o.breaches.excess == before ? vain + 1 : 0;
        if (good && is_better(&o, &s->outcome)) {
            search_take(s, at, &o);
            last = &s->outcome;
        } else if (good) {
            tried = o;
            last = &tried;
        }
    }
    search_drop_outcome(&tried);
    for (int everything = 0; good && everything < 2 && s->outcome.breaches.excess > 0; everything++) {
        good = give_up(s, everything, fail);
    }
    return good;
}

bool repair_memory(struct search *s, struct fail *fail)
{
    struct setting *settings = platform_copy(s->trial->arena, s->platform, s->settings);
    bool any = false, good = true;
    for (uint32_t i = 0; i < s->platform->count && s->outcome.breaches.excess == 0; i++) {
        const struct part *p = &s->platform->parts[i];
        int64_t *request = &settings[i].at[KNOB_MEMORY_REQUEST];
        if (p->workload == NONE || !p->has[KNOB_MEMORY_REQUEST] || *request == p->now[KNOB_MEMORY_REQUEST]) {
            continue;
        }
        struct trial_workload w = search_worst(s, &s->outcome, p->workload);
        int64_t wanted = search_memory(s, settings, p->workload, w.pod_most_bytes);
        int64_t stepped = advice_step_bytes(p->now[KNOB_MEMORY_REQUEST], wanted, s->full);
        wanted = wanted > stepped ? wanted : stepped;
        if ((double)wanted < (1 - ADVICE_TRIFLE) * (double)*request) {
            platform_request(p, &settings[i], KNOB_MEMORY_REQUEST, wanted);
            any = true;
        }
    }
    if (any) {
        struct search_outcome o;
        good = search_evaluate(s, settings, false, &o, fail);
        if (good && o.breaches.excess == 0 && o.monthly_usd < s->outcome.monthly_usd + search_least_saving(s)) {
            search_take(s, settings, &o);
        }
        search_drop_outcome(&o);
    }
    return good;
}
