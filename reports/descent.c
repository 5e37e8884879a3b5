#include "reports/descent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/moves.h"
#include "reports/repair.h"

enum { CHUNK = 8 /* moves that are tried side by side, whatever the number of workers */ };

static const double day_budget = 3; /* error budgets that one day alone may use: the other days may use less */

/* A part's setting that was tried and did not help: it broke something, or it saved nothing. */
struct dud {
    uint32_t part;
    struct setting setting;
    bool broke;
};

struct descent {
    struct search *search;
    struct moves moves;
    VEC(struct dud) duds;
    const struct measured *today; /* one day, */
    const struct measured *best;  /* and the same of */
    const struct setting *best_is;
};

/* ---- duds ---- */

static bool is_dud(const struct descent *d, const struct move *move)
{
    for (uint32_t i = 0; i < d->duds.count; i++) {
        const struct dud *dud = &d->duds.at[i];
        if (dud->part == move->part && memcmp(&dud->setting, &move->setting, sizeof dud->setting) == 0) {
            return true;
        }
    }
    return false;
}

/* When something was taken, what saved nothing before may save now; what broke something still does, most likely. */
static void forget_duds(struct descent *d)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->duds.count; i++) {
        if (d->duds.at[i].broke) {
            d->duds.at[kept++] = d->duds.at[i];
        }
    }
    d->duds.count = kept;
}

static void find_moves(struct descent *d)
{
    uint32_t kept = 0;
    moves_find(d->search, &d->moves);
    for (uint32_t i = 0; i < d->moves.list.count; i++) {
        if (!is_dud(d, &d->moves.list.at[i])) {
            d->moves.list.at[kept++] = d->moves.list.at[i];
        }
    }
    d->moves.list.count = kept;
}

/* ---- one day ---- */

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

/* What today and the best so far come to in the day that moves are tried for. */
static bool measure_day(struct descent *d, struct fail *fail)
{
    struct search *s = d->search;
    struct trial_request of_today = {.settings = s->today, .brief = true},
                         of_best = {.settings = s->settings, .brief = true};
    if (trial_brief_ns(s->trial) == s->platform->plan->scenario->spec.duration_ns) {
        d->today = s->at_first.measured[0];
        d->best = s->outcome.measured[0];
        return true;
    }
    if (d->today == NULL) {
        d->today = trial_run(s->trial, &of_today, 1, 1, fail);
    }
    if (d->today != NULL && d->best_is != s->settings) {
        d->best = trial_run(s->trial, &of_best, 1, 1, fail);
        d->best_is = s->settings;
    }
    return d->today != NULL && d->best != NULL;
}

/* Whether a move is worth a trial in all cases; if not it becomes a dud. */
static bool is_promising(struct descent *d, const struct move *move, const struct setting *settings,
                         const struct measured *m)
{
    struct search *s = d->search;
    struct breaches breaches = {0};
    bool whole = trial_brief_ns(s->trial) == s->platform->plan->scenario->spec.duration_ns;
    double budget = whole ? search_budget(s, TRIAL_AS_IS) : day_budget;
    judge(s->platform, settings, TRIAL_AS_IS, 0, d->today, m, budget, &breaches);
    bool good = only_memory(&breaches), saves = move->usd > search_least_saving(s);
    VEC_DROP(&breaches.list);
    if (!good || !saves) {
        VEC_PUSH(&d->duds, (struct dud){move->part, move->setting, !good});
    }
    return good && saves;
}

static int by_usd_saved(const void *left, const void *right)
{
    const struct move *l = left, *r = right;
    return l->usd != r->usd ? (l->usd > r->usd ? -1 : 1) : moves_by_guess(left, right);
}

/* Tries moves, a copy of the best so far each; keeps, at the front, those that are promising, the best first. */
static bool sift(struct descent *d, struct move *moves, uint32_t *count, struct fail *fail)
{
    struct search *s = d->search;
    struct trial_request requests[CHUNK] = {{0}};
    uint32_t tried = 0;
    for (uint32_t i = 0; i < *count; i++) {
        struct setting *settings = platform_copy(s->trial->arena, s->platform, s->settings);
        if (moves_apply(&moves[i], settings)) {
            requests[tried] = (struct trial_request){.settings = settings, .brief = true};
            moves[tried++] = moves[i];
        }
    }
    const struct measured *m = measure_day(d, fail) ? trial_run(s->trial, requests, tried, 1, fail) : NULL;
    *count = 0;
    for (uint32_t i = 0; m != NULL && i < tried; i++) {
        moves[i].usd = d->best->monthly_usd - m[i].monthly_usd;
        if (is_promising(d, &moves[i], requests[i].settings, &m[i])) {
            moves[(*count)++] = moves[i];
        }
    }
    if (*count > 0) {
        qsort(moves, *count, sizeof *moves, by_usd_saved);
    }
    return m != NULL;
}

/* ---- all cases ---- */

/* Moves together, of two that turn one knob the first. Sets *taken. */
static bool try_together(struct descent *d, const struct move *moves, uint32_t count, bool *taken, struct fail *fail)
{
    struct search *s = d->search;
    struct setting *settings = platform_copy(s->trial->arena, s->platform, s->settings);
    struct search_outcome o;
    for (uint32_t i = 0; i < count; i++) {
        moves_apply(&moves[i], settings);
    }
    if (!search_evaluate(s, settings, false, &o, fail)) {
        return false;
    }
    if (o.breaches.excess > 0 && only_memory(&o.breaches)) {
        repair_mend(s, settings, &o);
        search_drop_outcome(&o);
        if (!search_evaluate(s, settings, false, &o, fail)) {
            return false;
        }
    }
    if (o.breaches.excess == 0 && o.monthly_usd < s->outcome.monthly_usd - search_least_saving(s)) {
        search_take(s, settings, &o);
        *taken = true;
    }
    search_drop_outcome(&o);
    return true;
}

static bool try_moves(struct descent *d, const struct move *moves, uint32_t count, bool *taken, struct fail *fail)
{
    bool now = false;
    if (count == 0 || !search_has_runs(d->search)) {
        return true;
    }
    if (!try_together(d, moves, count, &now, fail)) {
        return false;
    }
    if (now) {
        *taken = true;
        return true;
    }
    if (count == 1) {
        VEC_PUSH(&d->duds, (struct dud){moves->part, moves->setting, true});
        return true;
    }
    return try_moves(d, moves, count / 2, taken, fail) &&
           try_moves(d, moves + count / 2, count - count / 2, taken, fail);
}

/* Goes through all moves once. */
static bool go_round(struct descent *d, bool *any, struct fail *fail)
{
    find_moves(d);
    for (uint32_t i = 0; i < d->moves.list.count && search_has_runs(d->search); i += CHUNK) {
        uint32_t left = d->moves.list.count - i, count = left < CHUNK ? left : CHUNK;
        bool taken = false;
        if (!sift(d, &d->moves.list.at[i], &count, fail) || !try_moves(d, &d->moves.list.at[i], count, &taken, fail)) {
            return false;
        }
        if (taken) {
            forget_duds(d);
            *any = true;
        }
    }
    return true;
}

/* ---- public ---- */

bool descent_run(struct search *s, struct fail *fail)
{
    struct descent d = {.search = s};
    bool any = s->outcome.breaches.excess == 0, good = true;
    while (good && any && search_has_runs(s)) {
        any = false;
        good = go_round(&d, &any, fail);
    }
    VEC_DROP(&d.moves.list);
    VEC_DROP(&d.duds);
    return good;
}
