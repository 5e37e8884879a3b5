#include "models/scheduler/window.h"

#include <stdlib.h>
#include <string.h>

#include "models/scheduler/standings.h"

#define BLOCK SCOREBOARD_BLOCK
#define STANDINGS_MIN 512 /* nodes; fewer are as quickly looked at one by one */
#define NORMALIZED_MAX 4096

void window_drop(struct window *w)
{
    VEC_DROP(&w->chunks);
    VEC_DROP(&w->checks);
    VEC_DROP(&w->slots);
    VEC_DROP(&w->positions);
    VEC_DROP(&w->totals);
    VEC_DROP(&w->raws);
    VEC_DROP(&w->sums);
    VEC_DROP(&w->normalized);
    VEC_DROP(&w->terms);
    VEC_DROP(&w->stamps);
}

/* ---- what there is besides the scoreboard ---- */

static bool has_soft(const struct judge *j)
{
    for (uint32_t i = 0; i < j->tallies->list.count; i++) {
        const struct tally *t = &j->tallies->list.at[i];
        if ((t->kind == TALLY_SOFT && j->profile->weights[PLUGIN_POD_TOPOLOGY_SPREAD] != 0) ||
            (t->kind == TALLY_SCORE && t->entries != 0 && j->profile->weights[PLUGIN_INTER_POD_AFFINITY] != 0)) {
            return true;
        }
    }
    return false;
}

static void add_check(struct window *w, const struct judge *j, struct tally *t, int64_t least, int64_t most,
                      int64_t missing)
{
    tally_widen(t, j->cache);
    VEC_PUSH(&w->checks, (struct window_check){.of = j->cache->topologies.at[t->topology].of.at,
                                               .sums = t->sums.at,
                                               .least = least,
                                               .most = most,
                                               .missing = missing});
}

/* The pod is the first of those that want each other near. */
static bool is_first(const struct judge *j)
{
    int64_t entries = 0;
    for (uint32_t i = 0; i < j->tallies->list.count; i++) {
        entries += j->tallies->list.at[i].kind == TALLY_NEAR ? j->tallies->list.at[i].entries : 0;
    }
    return entries == 0 && j->tallies->own_labels_fit_near;
}

static void add_spread_check(struct window *w, const struct judge *j, struct tally *t)
{
    const struct spread_constraint *s = &j->tallies->spread[t->index];
    int64_t least = t->domains < (uint32_t)s->min_domains ? 0 : tally_least(t);
    add_check(w, j, t, 0, s->max_skew - t->self + least, -1);
}

static void find_checks(struct window *w, const struct scoreboard *b, const struct judge *j)
{
    const bool *on = j->profile->filters;
    int64_t near = is_first(j) ? 0 : 1;
    w->checks.count = 0;
    for (uint32_t i = 0; i < j->tallies->list.count; i++) {
        struct tally *t = &j->tallies->list.at[i];
        bool local = i < 64 && (b->local >> i & 1);
        if (t->kind == TALLY_HARD && on[PLUGIN_POD_TOPOLOGY_SPREAD]) {
            add_spread_check(w, j, t);
        } else if (t->kind == TALLY_NEAR && on[PLUGIN_INTER_POD_AFFINITY]) {
            add_check(w, j, t, near, INT64_MAX, -1);
        } else if ((t->kind == TALLY_AWAY || t->kind == TALLY_EXISTING) && on[PLUGIN_INTER_POD_AFFINITY] && !local &&
                   t->entries > 0) {
            add_check(w, j, t, INT64_MIN, 0, 0);
        }
    }
}

/* ---- scores alone decide ---- */

/* Sets what is in a run of positions. */
static void look(struct scoreboard *b, const struct judge *j, struct window_chunk *c)
{
    const int16_t *at = &b->scores[c->first];
    int16_t least = 0, best = SCORE_NONE, feasible = 0;
    if (c->count == BLOCK) {
        for (uint32_t i = 0; i < BLOCK; i++) {
            least = at[i] < least ? at[i] : least;
            best = at[i] > best ? at[i] : best;
            feasible = (int16_t)(feasible + (at[i] >= 0));
        }
    } else {
        for (uint32_t i = 0; i < c->count; i++) {
            least = at[i] < least ? at[i] : least;
            best = at[i] > best ? at[i] : best;
            feasible = (int16_t)(feasible + (at[i] >= 0));
        }
    }
    c->best = best;
    c->feasible = (uint32_t)feasible;
    if (least == SCORE_UNKNOWN) {
        for (uint32_t i = 0; i < c->count; i++) {
            scoreboard_at(b, j, c->first + i);
        }
        look(b, j, c);
    }
}

/* Cuts a run before the feasible node that is one too many. */
static void cut(struct scoreboard *b, const struct judge *j, struct window_chunk *c, uint32_t feasible)
{
    uint32_t found = 0;
    for (c->count = 0; found + (b->scores[c->first + c->count] >= 0) <= feasible; c->count++) {
        found += b->scores[c->first + c->count] >= 0;
    }
    look(b, j, c);
}

/* Adds the runs of [from, to). False: there is a feasible node more than wanted. */
static bool add_chunks(struct window *w, struct scoreboard *b, const struct judge *j, uint32_t from, uint32_t to,
                       uint32_t wanted, struct window_found *found)
{
    while (from < to) {
        struct window_chunk c = {.first = from, .count = to - from < BLOCK ? to - from : BLOCK};
        look(b, j, &c);
        bool enough = found->feasible + c.feasible > wanted;
        if (enough) {
            cut(b, j, &c, wanted - found->feasible);
        }
        VEC_PUSH(&w->chunks, c);
        found->feasible += c.feasible;
        found->evaluated += c.count;
        from += c.count;
        if (enough) {
            return false;
        }
    }
    return true;
}

/* The position of the best that comes first, by rank among the feasible. standings.c has the rule. */
static uint32_t first_of_best(const struct window *w, const struct scoreboard *b, int16_t best)
{
    uint32_t before = 0, from = 0, picked = NONE, rank = 0;
    for (uint32_t k = 0; k < w->chunks.count; before += w->chunks.at[k++].feasible) {
        const struct window_chunk *c = &w->chunks.at[k];
        uint32_t at = before;
        for (uint32_t i = 0; c->best == best && i < c->count && from < before + c->feasible; i++) {
            int16_t score = b->scores[c->first + i];
            if (score == best && at >= from) {
                if (picked == NONE || score_comes_first(at, rank)) {
                    picked = c->first + i;
                    rank = at;
                }
                if (((at + 1) & at) == 0) {
                    return picked;
                }
                from = (UINT32_C(2) << (31 - (unsigned)__builtin_clz(at + 1))) - 1;
            }
            at += score >= 0;
        }
    }
    return picked;
}

static struct window_found search_narrow(struct window *w, struct scoreboard *b, const struct judge *j, uint32_t start,
                                         uint32_t wanted)
{
    struct window_found found = {.position = NONE};
    int16_t best = SCORE_NONE;
    w->chunks.count = 0;
    if (add_chunks(w, b, j, start, b->count, wanted, &found)) {
        add_chunks(w, b, j, 0, start, wanted, &found);
    }
    for (uint32_t k = 0; k < w->chunks.count; k++) {
        best = w->chunks.at[k].best > best ? w->chunks.at[k].best : best;
    }
    if (found.feasible > 0) {
        found.position = first_of_best(w, b, best);
    }
    return found;
}

/* ---- other nodes' pods have a say ---- */

static bool passes(const struct window *w, uint32_t slot)
{
    for (uint32_t i = 0; i < w->checks.count; i++) {
        const struct window_check *c = &w->checks.at[i];
        uint32_t at = c->of[slot];
        int64_t sum = at == NONE ? c->missing : c->sums[at];
        if (sum < c->least || sum > c->most) {
            return false;
        }
    }
    return true;
}

static bool has_volumes(const struct judge *j, uint32_t slot)
{
    struct verdict v;
    return j->volumes == NULL || volumes_filter(j->volumes, slot, &v);
}

static void set_room(struct window *w, uint32_t count)
{
    while (w->slots.room < count) {
        VEC_PUSH(&w->slots, 0);
        VEC_PUSH(&w->positions, 0);
        VEC_PUSH(&w->totals, 0);
        VEC_PUSH(&w->raws, 0);
        VEC_PUSH(&w->sums, 0);
        w->slots.count = w->positions.count = w->totals.count = w->raws.count = w->sums.count = w->slots.room;
    }
}

/* Takes the feasible of [from, to). False: there is one more than wanted. */
static bool take(struct window *w, struct scoreboard *b, const struct judge *j, uint32_t from, uint32_t to,
                 uint32_t wanted, struct window_found *found)
{
    const uint32_t *order = j->cache->order.at;
    uint32_t count = found->feasible, i = from;
    for (; i < to; i++) {
        int16_t score = scoreboard_at(b, j, i);
        if (score < 0 || !passes(w, order[i]) || !has_volumes(j, order[i])) {
            continue;
        }
        if (count == wanted) {
            break;
        }
        w->slots.at[count] = order[i];
        w->positions.at[count] = i;
        w->totals.at[count++] = score;
    }
    found->feasible = count;
    found->evaluated += i - from;
    return i == to;
}

/* The number of values of a label among the feasible; nodes that lack a key, where all are wanted, are left out. */
static uint32_t spread_size(struct window *w, const struct judge *j, const struct tally *t, uint32_t count)
{
    const uint32_t *of = j->cache->topologies.at[t->topology].of.at;
    const uint8_t *places = j->tallies->places.at;
    bool all = !j->tallies->requires_keys;
    uint32_t size = 0;
    if (all && t->by_node) {
        return count;
    }
    w->stamp++;
    while (w->stamps.count < j->cache->topologies.at[t->topology].values.count) {
        VEC_PUSH(&w->stamps, 0);
    }
    uint64_t *stamps = w->stamps.at, stamp = w->stamp;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = w->slots.at[i], value = of[slot] == NONE ? 0 : of[slot];
        if (all || (places[slot] & PLACE_SOFT_KEYS)) {
            size += t->by_node || stamps[value] != stamp;
            stamps[value] = stamp;
        }
    }
    return size;
}

/* What a constraint adds at each value of its label, or at each slot. */
static void find_terms(struct window *w, const struct tally *t, double weight, double skew)
{
    while (w->terms.count < t->sums.count) {
        VEC_PUSH(&w->terms, 0);
    }
    for (uint32_t i = 0; i < t->sums.count; i++) {
        w->terms.at[i] = (double)t->sums.at[i] * weight + skew;
    }
}

/* Adds what one constraint says of each feasible node. */
static void add_sum(struct window *w, const struct judge *j, struct tally *t, double skew, uint32_t count)
{
    const uint32_t *of = j->cache->topologies.at[t->topology].of.at, *slots = w->slots.at;
    double weight = score_spread_weight(spread_size(w, j, t, count)), *sums = w->sums.at;
    tally_widen(t, j->cache);
    if (t->by_node) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t pods = t->few.at[slots[i]];
            double term = (double)(pods < TALLY_MANY ? (int32_t)pods : tally_many(t, slots[i])) * weight + skew;
            sums[i] = of[slots[i]] == NONE ? sums[i] : sums[i] + term;
        }
    } else if (t->sums.count <= count) {
        find_terms(w, t, weight, skew);
        for (uint32_t i = 0; i < count; i++) {
            sums[i] = of[slots[i]] == NONE ? sums[i] : sums[i] + w->terms.at[of[slots[i]]];
        }
    } else {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t at = of[slots[i]];
            sums[i] = at == NONE ? sums[i] : sums[i] + ((double)t->sums.at[at] * weight + skew);
        }
    }
}

static bool add_sums(struct window *w, const struct judge *j, uint32_t count)
{
    bool any = false;
    memset(w->sums.at, 0, count * sizeof *w->sums.at);
    for (uint32_t k = 0; k < j->tallies->spread_count; k++) {
        struct tally *t = &j->tallies->list.at[k];
        if (t->kind == TALLY_SOFT) {
            add_sum(w, j, t, (double)(j->tallies->spread[k].max_skew - 1), count);
            any = true;
        }
    }
    return any;
}

/* Forgets what scores from least on are normalized to. False: there are too many to keep. */
static bool open_normalized(struct window *w, int64_t least, int64_t most)
{
    if (most - least >= NORMALIZED_MAX) {
        return false;
    }
    while (w->normalized.count <= (uint32_t)(most - least)) {
        VEC_PUSH(&w->normalized, -1);
    }
    for (int64_t i = 0; i <= most - least; i++) {
        w->normalized.at[i] = -1;
    }
    return true;
}

struct bounds {
    int64_t least, most;
};

static int64_t spread_score(struct bounds b, int64_t raw)
{
    return b.most == 0 ? 100 : 100 * (b.most + b.least - raw) / b.most;
}

static int64_t affinity_score(struct bounds b, int64_t raw)
{
    return b.most == b.least ? 0 : (int64_t)(100.0 * ((double)(raw - b.least) / (double)(b.most - b.least)));
}

/* Adds weighted scores of raw ones, worked out once for each raw score. places: null, or only nodes with the soft keys. */
static void add_normalized(struct window *w, int64_t (*score)(struct bounds, int64_t), struct bounds bounds,
                           uint32_t count, const uint8_t *places, int64_t weight)
{
    bool keeps = open_normalized(w, bounds.least, bounds.most);
    for (uint32_t i = 0; i < count; i++) {
        int64_t raw = w->raws.at[i];
        if (places != NULL && !(places[w->slots.at[i]] & PLACE_SOFT_KEYS)) {
            continue;
        }
        if (!keeps) {
            w->totals.at[i] += weight * score(bounds, raw);
            continue;
        }
        int64_t *known = &w->normalized.at[raw - bounds.least];
        *known = *known < 0 ? score(bounds, raw) : *known;
        w->totals.at[i] += weight * *known;
    }
}

static void add_spread(struct window *w, const struct judge *j, uint32_t count)
{
    int64_t weight = j->profile->weights[PLUGIN_POD_TOPOLOGY_SPREAD];
    const uint8_t *places = j->tallies->requires_keys ? j->tallies->places.at : NULL;
    struct bounds bounds = {INT64_MAX, 0};
    if (weight == 0 || !add_sums(w, j, count)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t whole = (int64_t)w->sums.at[i]; /* no sum is negative */
        int64_t raw = whole + (w->sums.at[i] - (double)whole >= 0.5);
        w->raws.at[i] = raw;
        if (places == NULL || (places[w->slots.at[i]] & PLACE_SOFT_KEYS)) {
            bounds.least = raw < bounds.least ? raw : bounds.least;
            bounds.most = raw > bounds.most ? raw : bounds.most;
        }
    }
    if (bounds.least <= bounds.most) {
        add_normalized(w, spread_score, bounds, count, places, weight);
    }
}

static void add_affinity(struct window *w, const struct judge *j, uint32_t count)
{
    int64_t weight = j->profile->weights[PLUGIN_INTER_POD_AFFINITY];
    struct bounds bounds = {INT64_MAX, INT64_MIN};
    bool any = false;
    for (uint32_t k = 0; k < j->tallies->list.count && weight != 0; k++) {
        struct tally *t = &j->tallies->list.at[k];
        if (t->kind != TALLY_SCORE || t->entries == 0) {
            continue;
        }
        tally_widen(t, j->cache);
        const uint32_t *of = j->cache->topologies.at[t->topology].of.at;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t at = of[w->slots.at[i]];
            w->raws.at[i] = (any ? w->raws.at[i] : 0) + (at == NONE ? 0 : t->sums.at[at]);
        }
        any = true;
    }
    for (uint32_t i = 0; any && i < count; i++) {
        bounds.least = w->raws.at[i] < bounds.least ? w->raws.at[i] : bounds.least;
        bounds.most = w->raws.at[i] > bounds.most ? w->raws.at[i] : bounds.most;
    }
    if (any) {
        add_normalized(w, affinity_score, bounds, count, NULL, weight);
    }
}

static void add_kinds(struct window *w, const struct scoreboard *b, const struct judge *j, uint32_t count)
{
    bool has[256] = {false};
    int64_t adds[256];
    if (b->list.count <= 1 || b->list.count > 256) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        has[b->kinds[w->positions.at[i]] - KIND_FIRST] = true;
    }
    scoreboard_adds(b, j->profile, has, adds);
    for (uint32_t i = 0; i < count; i++) {
        w->totals.at[i] += adds[b->kinds[w->positions.at[i]] - KIND_FIRST];
    }
}

/* As first_of_best: of equal totals only the first of each length of rank can win. */
static uint32_t first_of_totals(const int64_t *totals, uint32_t count)
{
    uint32_t best = 0, from = 1;
    for (uint32_t i = 1; i < count; i++) {
        if (totals[i] > totals[best] || (totals[i] == totals[best] && i >= from)) {
            best = totals[i] > totals[best] || score_comes_first(i, best) ? i : best;
            from = (UINT32_C(2) << (31 - (unsigned)__builtin_clz(i + 1))) - 1;
        }
    }
    return best;
}

static struct window_found search_wide(struct window *w, struct scoreboard *b, const struct judge *j, uint32_t start,
                                       uint32_t wanted)
{
    struct window_found found = {.position = NONE};
    set_room(w, wanted);
    if (take(w, b, j, start, b->count, wanted, &found)) {
        take(w, b, j, 0, start, wanted, &found);
    }
    if (found.feasible == 0) {
        return found;
    }
    if (found.feasible > 1) {
        add_spread(w, j, found.feasible);
        add_affinity(w, j, found.feasible);
        add_kinds(w, b, j, found.feasible);
    }
    found.position = w->positions.at[first_of_totals(w->totals.at, found.feasible)];
    return found;
}

struct window_found window_search(struct window *w, struct scoreboard *b, const struct judge *j, uint32_t start,
                                  uint32_t wanted)
{
    find_checks(w, b, j);
    if (w->checks.count > 0 || has_soft(j) || j->volumes != NULL) {
        return search_wide(w, b, j, start, wanted);
    }
    if (wanted == b->count && wanted >= STANDINGS_MIN) {
        struct window_found found = {.position = NONE, .evaluated = b->count};
        standings_open(b, j);
        found.feasible = standings_feasible(b);
        if (found.feasible > 0) {
            found.position = standings_pick(b, j->profile, start);
        }
        return found;
    }
    struct window_found found = {.position = NONE};
    if (b->list.count <= 1) {
        found = search_narrow(w, b, j, start, wanted);
    }
    return b->list.count > 1 ? search_wide(w, b, j, start, wanted) : found; /* kinds make a difference, too */
}
