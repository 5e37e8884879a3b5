#include "reports/recommend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/advice.h"
#include "reports/descent.h"
#include "reports/guess.h"
#include "reports/print.h"
#include "reports/reasons.h"
#include "reports/repair.h"

enum {
    MONTH_HOURS = 730,
    FRESH = 1000, /* replications of the first proof start here, of the second at twice that, ... */
    PROOFS_MAX = 6,
    CASES_A_PROOF = 3, /* that a failed proof adds to the search */
    WORTH = 3,         /* calm replications that say what a change is worth when all else is done */
};

static const double runs_more = 0.25; /* of the search's, after a proof that failed */

/* ---- the proof ---- */

static void drop_proof(struct recommend_proof *p)
{
    VEC_DROP(&p->breaches.list);
    VEC_DROP(&p->today_breaches.list);
    *p = (struct recommend_proof){0};
}

static bool prove_case(struct recommendation *r, enum trial_case what, uint32_t first, uint32_t count,
                       struct fail *fail)
{
    struct recommend_proof *p = &r->proofs[what];
    const struct trial_request both[] = {{.settings = r->search.today, .what = what, .first = first},
                                         {.settings = r->settings, .what = what, .first = first}};
    drop_proof(p);
    *p = (struct recommend_proof){.what = what, .first = first};
    if (what == TRIAL_ZONE && r->trial.zone == NULL) {
        return true;
    }
    const struct measured *m = what == TRIAL_AS_IS ? trial_run_paired(&r->trial, both, 2, count, fail)
                                                   : trial_run(&r->trial, both, 2, count, fail);
    if (m == NULL) {
        return false;
    }
    p->count = count;
    p->today = m;
    p->best = m + count;
    for (uint32_t i = 0; i < count; i++) {
        judge(&r->platform, r->search.today, what, first + i, &p->today[i], &p->today[i], 1, &p->today_breaches);
        judge(&r->platform, r->settings, what, first + i, &p->today[i], &p->best[i], 1, &p->breaches);
    }
    return true;
}

/* What breaks most often first; unless this is the last proof, what breaks ends it. */
static bool prove(struct recommendation *r, uint32_t replications, bool last, struct fail *fail)
{
    static const enum trial_case order[] = {TRIAL_MORE, TRIAL_ZONE, TRIAL_AS_IS};
    uint32_t first = FRESH * ++r->proofs_tried, half = (replications + 1) / 2;
    r->settings = r->search.settings;
    r->proved = true;
    for (size_t i = 0; i < TRIAL_CASES && (r->proved || last); i++) {
        if (!prove_case(r, order[i], first, order[i] == TRIAL_AS_IS ? replications : half, fail)) {
            return false;
        }
        r->proved = r->proved && r->proofs[order[i]].breaches.list.count == 0;
    }
    return true;
}

/* What broke worst becomes a case of the search. */
static bool learn(struct recommendation *r, struct fail *fail)
{
    for (int what = 0; what < TRIAL_CASES; what++) {
        const struct breaches *b = &r->proofs[what].breaches;
        double before = INFINITY;
        for (uint32_t k = 0; k < CASES_A_PROOF; k++) {
            const struct breach *worst = NULL;
            for (uint32_t i = 0; i < b->list.count; i++) {
                const struct breach *one = &b->list.at[i];
                worst = one->excess < before && (worst == NULL || one->excess > worst->excess) ? one : worst;
            }
            if (worst == NULL) {
                break;
            }
            before = worst->excess;
            if (!search_add_case(&r->search, (enum trial_case)what, worst->replication, fail)) {
                return false;
            }
        }
    }
    return true;
}

/* Looks on from where the search is. */
static bool look(struct search *s, struct fail *fail)
{
    if (s->settings == s->today) {
        struct setting *guess = guess_make(s);
        struct search_outcome o;
        if (!search_evaluate(s, guess, true, &o, fail)) {
            return false;
        }
        search_take(s, guess, &o);
    }
    return repair_run(s, fail) && repair_memory(s, fail) && descent_run(s, fail) && repair_memory(s, fail);
}

/* Looks on, after what a proof has found became cases: the best so far is repaired, or what was the best before holds for
 * less. */
static bool look_again(struct search *s, struct fail *fail)
{
    return repair_run(s, fail) && search_go_back(s, fail) && descent_run(s, fail) && repair_memory(s, fail);
}

/* Looks and proves until nothing breaks, or looking on does not help. */
static bool look_and_prove(struct recommendation *r, const struct recommend_options *o, struct fail *fail)
{
    bool good = look(&r->search, fail);
    while (good) {
        bool last = r->proofs_tried + 1 == PROOFS_MAX || r->search.outcome.breaches.excess > 0;
        good = prove(r, o->replications, last, fail);
        if (!good || r->proved || last) {
            return good;
        }
        r->search.runs_max = r->trial.runs + runs_more * o->runs_max;
        good = learn(r, fail) && look_again(&r->search, fail);
    }
    return false;
}

/* ---- what it is worth ---- */

static struct statistics_interval interval_of(const double *usd, uint32_t count)
{
    struct statistics s = {0};
    for (uint32_t i = 0; i < count; i++) {
        statistics_add(&s, usd[i]);
    }
    return statistics_interval(&s, 0.95);
}

static void sum_up(struct recommendation *r)
{
    const struct recommend_proof *p = &r->proofs[TRIAL_AS_IS];
    double *today = memory_take(3 * (size_t)p->count, sizeof *today), *best = today + p->count,
           *saved = best + p->count;
    for (uint32_t i = 0; i < p->count; i++) {
        today[i] = p->today[i].monthly_usd;
        best[i] = p->best[i].monthly_usd;
        saved[i] = today[i] - best[i];
    }
    r->today_usd = interval_of(today, p->count);
    r->best_usd = interval_of(best, p->count);
    r->saved_usd = interval_of(saved, p->count);
    free(today);
}

/* What of a platform breaks in the first replication of the proof; null: nothing. */
static const char *what_breaks(struct recommendation *r, const struct setting *settings, const struct measured *m)
{
    const struct recommend_proof *p = &r->proofs[TRIAL_AS_IS];
    struct breaches b = {0};
    judge(&r->platform, settings, TRIAL_AS_IS, p->first, &p->today[0], m, 1, &b);
    const char *text = b.list.count > 0 ? recommend_breach(r->arena, &r->platform, &b.list.at[0]) : NULL;
    VEC_DROP(&b.list);
    return text;
}

/* Requests for each change: base with the part set as other has it. */
static struct trial_request *swap_parts(struct recommendation *r, const struct setting *base,
                                        const struct setting *other, bool calm)
{
    struct trial_request *requests = TAKE(r->arena, struct trial_request, r->changes.count);
    for (uint32_t i = 0; i < r->changes.count; i++) {
        uint32_t part = r->changes.at[i].part;
        struct setting *settings = platform_copy(r->arena, &r->platform, base);
        settings[part] = other[part];
        requests[i] = (struct trial_request){
            .settings = settings, .first = r->proofs[TRIAL_AS_IS].first, .calm = calm && r->trial.has_events};
    }
    return requests;
}

/* Each part's changes alone, on the first replication of the proof without events: they add what they add today. */
static bool weigh_alone(struct recommendation *r, struct fail *fail)
{
    const struct measured *today = &r->proofs[TRIAL_AS_IS].today[0];
    const struct trial_request *requests = swap_parts(r, r->search.today, r->settings, true);
    const struct measured *m = trial_run(&r->trial, requests, r->changes.count, 1, fail);
    for (uint32_t i = 0; m != NULL && i < r->changes.count; i++) {
        r->changes.at[i].alone_usd = today->calm_usd - m[i].monthly_usd;
    }
    return m != NULL;
}

/* All but each part's changes, on the first replications of the proof; with events on the first of them only, which says
 * what breaks, and what events add to a month. */
static bool weigh_joint(struct recommendation *r, struct fail *fail)
{
    const struct recommend_proof *p = &r->proofs[TRIAL_AS_IS];
    uint32_t count = p->count < WORTH ? p->count : WORTH;
    const struct trial_request *requests = swap_parts(r, r->settings, r->search.today, false);
    const struct trial_request *calm = swap_parts(r, r->settings, r->search.today, true);
    const struct measured *c = trial_run(&r->trial, calm, r->changes.count, count, fail), *m = c;
    uint32_t stride = count;
    if (c != NULL && r->trial.has_events) {
        m = trial_run(&r->trial, requests, r->changes.count, 1, fail);
        stride = 1;
    }
    for (uint32_t i = 0; m != NULL && i < r->changes.count; i++) {
        const struct measured *with = &m[(size_t)i * stride], *without = &c[(size_t)i * count];
        double events_usd = trial_monthly_usd(&r->trial, with, &without[0]) - without[0].monthly_usd, usd[WORTH];
        for (uint32_t k = 0; k < count; k++) {
            usd[k] = without[k].monthly_usd + events_usd - p->best[k].monthly_usd;
        }
        r->changes.at[i].joint = interval_of(usd, count);
        r->changes.at[i].needed = what_breaks(r, requests[i].settings, with);
    }
    return m != NULL;
}

static int by_joint(const void *left, const void *right)
{
    const struct recommend_change *l = left, *r = right;
    if (l->joint.mean != r->joint.mean) {
        return l->joint.mean > r->joint.mean ? -1 : 1;
    }
    return l->part < r->part ? -1 : l->part > r->part;
}

/* ---- the bound ---- */

/* What is used, or where that is unknown asked for, on average. */
static void mean_use(const struct recommendation *r, double *mcpu, double *bytes)
{
    const struct recommend_proof *p = &r->proofs[TRIAL_AS_IS];
    *mcpu = *bytes = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        for (uint32_t k = 0; k < r->platform.plan->workloads.count; k++) {
            const struct trial_workload *w = &p->best[i].workloads[k];
            *mcpu += (w->used_mcpu < 0 ? w->requested_mcpu : w->used_mcpu) / p->count;
            *bytes += (w->used_bytes < 0 ? w->requested_bytes : w->used_bytes) / p->count;
        }
    }
}

static double least_usd(const struct recommendation *r)
{
    const struct scenario *s = r->platform.plan->scenario;
    VEC(struct advice_offer) offers = {0};
    double mcpu, bytes;
    for (uint32_t i = 0; i < r->platform.count; i++) {
        const struct part *p = &r->platform.parts[i];
        for (uint32_t k = 0; k < p->type_count; k++) {
            const struct catalog_type *t = p->types[k];
            bool spot = s->node_pools.at[p->group].purchase == PURCHASE_SPOT;
            double usd = spot ? t->spot_usd_per_hour : t->usd_per_hour * (1 - s->discount);
            VEC_PUSH(&offers, (struct advice_offer){(double)t->cpu_mcpu, (double)t->memory_bytes, usd});
        }
    }
    mean_use(r, &mcpu, &bytes);
    double usd = advice_least_usd(offers.at, offers.count, mcpu, bytes) + s->control_plane_usd_per_hour;
    VEC_DROP(&offers);
    return usd * MONTH_HOURS;
}

/* ---- changes ---- */

static void list_changes(struct recommendation *r)
{
    for (uint32_t i = 0; i < r->platform.count; i++) {
        const struct part *p = &r->platform.parts[i];
        if (platform_differs(p, &r->settings[i])) {
            VEC_PUSH(&r->changes, (struct recommend_change){.part = i});
        }
    }
}

static void list_rows(struct recommendation *r)
{
    for (uint32_t i = 0; i < r->changes.count; i++) {
        struct recommend_change *c = &r->changes.at[i];
        const struct part *p = &r->platform.parts[c->part];
        const struct setting *s = &r->settings[c->part];
        struct reasons reasons = {r->arena,
                                  &r->trial,
                                  p,
                                  s,
                                  r->settings,
                                  r->proofs[TRIAL_AS_IS].today,
                                  r->proofs[TRIAL_AS_IS].best,
                                  r->proofs[TRIAL_AS_IS].count,
                                  c->needed};
        c->first = r->rows.count;
        for (enum knob k = 0; k < KNOBS; k++) {
            if (p->has[k] && s->at[k] != p->now[k]) {
                struct recommend_row row = {.part = c->part, .knob = k, .now = p->now[k], .wanted = s->at[k]};
                row.evidence = reasons_evidence(&reasons, k);
                row.risk = reasons_risk(&reasons, k);
                row.reason = reasons_reason(&reasons, k);
                VEC_PUSH(&r->rows, row);
            }
        }
        c->count = r->rows.count - c->first;
    }
}

/* ---- public ---- */

const char *recommend_breach(struct arena *a, const struct platform *p, const struct breach *b)
{
    static const char *const words[] = {
        [BREACH_LATENCY] = "answers later than today",          [BREACH_SUCCESS] = "fails more often than today",
        [BREACH_THROTTLED] = "is throttled more than today",    [BREACH_RESTARTS] = "restarts more often than today",
        [BREACH_PENDING] = "waits longer for nodes than today", [BREACH_MEMORY] = "has too little memory",
    };
    if (b->kind == BREACH_FAILED) {
        return "it cannot be simulated";
    }
    return b->kind == BREACH_OBJECTIVE
               ? arena_format(a, "%s is missed", p->plan->scenario->spec.objectives.at[b->subject].title)
               : arena_format(a, "%s %s", p->plan->workloads.at[b->subject].title, words[b->kind]);
}

bool recommend_make(struct recommendation *r, struct arena *a, const struct plan *plan,
                    const struct scenario_input *input, const struct recommend_options *o, struct fail *fail)
{
    *r = (struct recommendation){.arena = a, .full = o->full};
    platform_make(a, plan, &r->platform);
    trial_make(&r->trial, a, &r->platform, input, o->workers, o->cancelled);
    bool good = search_open(&r->search, &r->trial, o->full, o->runs_max, fail);
    r->search.progress = o->progress;
    r->search.progress_context = o->progress_context;
    if (!good || !look_and_prove(r, o, fail)) {
        return false;
    }
    sum_up(r);
    list_changes(r);
    if (r->changes.count > 0 && (!weigh_alone(r, fail) || !weigh_joint(r, fail))) {
        return false;
    }
    if (r->changes.count > 0) {
        qsort(r->changes.at, r->changes.count, sizeof *r->changes.at, by_joint);
    }
    list_rows(r);
    r->least_usd = least_usd(r);
    return true;
}

void recommend_drop(struct recommendation *r)
{
    for (int what = 0; what < TRIAL_CASES; what++) {
        drop_proof(&r->proofs[what]);
    }
    search_close(&r->search);
    VEC_DROP(&r->changes);
    VEC_DROP(&r->rows);
}
