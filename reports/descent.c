#include "reports/descent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/moves.h"
#include "reports/repair.h"

enum {
    CHUNK = 8, /* moves that are tried side by side, whatever the number of workers */
    MENDS = 2, /* of a move that saves much and breaks something */
    TURNS = 2, /* moves of one part that are tried in all cases, in a round */
};

static const double worth_mending = 0.03; /* saved, of what a month costs today */
static const double day_budget = 3;       /* error budgets that one day alone may use: the other days may use less */

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
    uint32_t hard;                /* number of the search's case that a move is tried in, for a day */
    const struct measured *today; /* then, */
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

static struct trial_request day_of(const struct descent *d, const struct setting *settings)
{
    const struct search_case *c = &d->search->cases[d->hard];
    return (struct trial_request){.settings = settings, .what = c->what, .first = c->replication, .brief = true};
}

static bool is_whole(const struct descent *d)
{
    return trial_brief_ns(d->search->trial) == d->search->platform->plan->scenario->spec.duration_ns;
}

/* What today and the best so far come to in that day. */
static bool measure_day(struct descent *d, struct fail *fail)
{
    struct search *s = d->search;
    if (is_whole(d)) {
        d->today = s->at_first.measured[d->hard];
        d->best = s->outcome.measured[d->hard];
        return true;
    }
    struct trial_request both[] = {day_of(d, s->settings), day_of(d, s->today)};
    if (d->best_is != s->settings) {
        const struct measured *m = trial_run(s->trial, both, d->today == NULL ? 2 : 1, 1, fail);
        d->best = m;
        d->best_is = s->settings;
        d->today = d->today == NULL && m != NULL ? m + 1 : d->today;
    }
    return d->best != NULL;
}

/* Whether a move is worth a trial in all cases; if not it becomes a dud. */
static bool is_promising(struct descent *d, const struct move *move, const struct setting *settings,
                         const struct measured *m)
{
    struct search *s = d->search;
    struct breaches breaches = {0};
    const struct search_case *c = &s->cases[d->hard];
    double budget = is_whole(d) ? search_budget(c->what) : day_budget;
    judge(s->platform, settings, c->what, c->replication, d->today, m, budget, &breaches);
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
            requests[tried] = day_of(d, settings);
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

/* How often what breaks may be the fault of each part: of an objective's services and what they call, and of the pools that
 * these run on. */
static uint32_t *blame(const struct search *s, const struct breaches *b)
{
    uint32_t *times = TAKE(s->trial->arena, uint32_t, s->platform->count),
             workloads = s->platform->plan->workloads.count;
    for (uint32_t k = 0; k < b->list.count; k++) {
        bool *marked = TAKE(s->trial->arena, bool, workloads);
        judge_mark(s->platform, &b->list.at[k], marked);
        for (uint32_t i = 0; i < s->platform->count; i++) {
            const struct part *p = &s->platform->parts[i];
            bool its = p->workload != NONE && marked[i];
            for (uint32_t w = 0; p->workload == NONE && w < workloads; w++) {
                its = its || (marked[w] && platform_may_run(s->platform, w, p->group));
            }
            times[i] += its;
        }
    }
    return times;
}

/* The innocent go to the front, in their order; returns how many. The suspects are the parts that are blamed most; where that
 * splits nothing, those that save less. */
static uint32_t split(const struct search *s, struct move *moves, uint32_t count, const struct breaches *b)
{
    const uint32_t *times = blame(s, b);
    struct move suspects[CHUNK];
    uint32_t most = 0, kept = 0, others = 0;
    for (uint32_t i = 0; i < count; i++) {
        most = times[moves[i].part] > most ? times[moves[i].part] : most;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (times[moves[i].part] == most) {
            suspects[others++] = moves[i];
        } else {
            moves[kept++] = moves[i];
        }
    }
    memcpy(&moves[kept], suspects, others * sizeof *suspects);
    return kept == 0 ? count / 2 : kept;
}

/* How often settings that break something may be mended: a few more bytes once, and twice where one move saves much. */
static uint32_t mends_of(const struct search *s, const struct move *moves, uint32_t count, const struct breaches *b)
{
    bool much = count == 1 && moves->usd > worth_mending * s->at_first.monthly_usd;
    return much ? MENDS : only_memory(b);
}

/* Moves together. Sets *taken, or else *breaches, which the caller drops. */
static bool try_together(struct descent *d, const struct move *moves, uint32_t count, bool *taken,
                         struct breaches *breaches, struct fail *fail)
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
    uint32_t mends = mends_of(s, moves, count, &o.breaches);
    for (uint32_t i = 0; i < mends && o.breaches.excess > 0; i++) {
        settings = platform_copy(s->trial->arena, s->platform, settings);
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
    *breaches = o.breaches;
    o.breaches = (struct breaches){0};
    search_drop_outcome(&o);
    return true;
}

/* All of moves[count], of different parts, at once; if that does not do, the innocent, then the suspects. */
static bool try_moves(struct descent *d, struct move *moves, uint32_t count, bool *taken, struct fail *fail)
{
    struct breaches breaches = {0};
    bool now = false;
    if (count == 0 || !search_has_runs(d->search)) {
        return true;
    }
    bool good = try_together(d, moves, count, &now, &breaches, fail);
    *taken = *taken || now;
    if (good && !now && count == 1) {
        VEC_PUSH(&d->duds, (struct dud){moves->part, moves->setting, true});
    } else if (good && !now) {
        uint32_t innocent = split(d->search, moves, count, &breaches);
        good =
            try_moves(d, moves, innocent, taken, fail) && try_moves(d, moves + innocent, count - innocent, taken, fail);
    }
    VEC_DROP(&breaches.list);
    return good;
}

/* The best of each part; what they leave is next: two in a row at most, for what fails for two will for the rest. */
static bool try_by_part(struct descent *d, const struct move *moves, uint32_t count, bool *taken, struct fail *fail)
{
    struct move bundle[CHUNK];
    bool good = true;
    for (uint32_t turn = 0; good && turn < TURNS; turn++) {
        uint32_t bundled = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t before = 0;
            for (uint32_t k = 0; k < i; k++) {
                before += moves[k].part == moves[i].part;
            }
            struct setting *settings = platform_copy(d->search->trial->arena, d->search->platform, d->search->settings);
            if (before == turn && moves_apply(&moves[i], settings)) {
                bundle[bundled++] = moves[i];
            }
        }
        good = try_moves(d, bundle, bundled, taken, fail);
    }
    return good;
}

/* Goes through all moves once. */
static bool go_round(struct descent *d, bool *any, struct fail *fail)
{
    find_moves(d);
    for (uint32_t i = 0; i < d->moves.list.count && search_has_runs(d->search); i += CHUNK) {
        uint32_t left = d->moves.list.count - i, count = left < CHUNK ? left : CHUNK;
        bool taken = false;
        if (!sift(d, &d->moves.list.at[i], &count, fail) ||
            !try_by_part(d, &d->moves.list.at[i], count, &taken, fail)) {
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
    while (s->cases[d.hard].what != TRIAL_MORE) {
        d.hard++;
    }
    bool any = s->outcome.breaches.excess == 0, good = true;
    while (good && any && search_has_runs(s)) {
        any = false;
        good = go_round(&d, &any, fail);
    }
    VEC_DROP(&d.moves.list);
    VEC_DROP(&d.duds);
    return good;
}
