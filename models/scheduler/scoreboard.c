/* Invariants
 * 1. Behind count, scores are SCORE_NONE and kinds 1.
 * 2. A score that is known is right for the cache as it was when it was learned, and nothing that it depends on has
 *    changed since, but for changes of the log from seen on.
 * 3. Where standings are kept, every score is known, but for those that standings.stale says.
 */
#include "models/scheduler/scoreboard.h"

#include <stdlib.h>
#include <string.h>

#include "models/scheduler/ratings.h"
#include "sim/base/number.h"

#define KINDS_MAX 250
#define SCORE_MAX 30000 /* of all plugins together */

void scoreboard_drop(struct scoreboard *b)
{
    free(b->kinds);
    free(b->scores);
    free(b->verdicts);
    VEC_DROP(&b->list);
    VEC_DROP(&b->words);
    VEC_DROP(&b->standings.best);
    VEC_DROP(&b->standings.fits);
    VEC_DROP(&b->standings.top);
    VEC_DROP(&b->standings.total);
    VEC_DROP(&b->standings.adds);
    VEC_DROP(&b->standings.stale);
    *b = (struct scoreboard){0};
}

/* ---- the plan ---- */

static bool is_small(const struct profile *p)
{
    int64_t sum = 0;
    for (int i = 0; i < PLUGINS; i++) {
        if (p->weights[i] < 0 || p->weights[i] > SCORE_MAX) {
            return false;
        }
        sum += p->weights[i];
    }
    return sum <= SCORE_MAX / 100;
}

void scoreboard_open(struct scoreboard *b, const struct profile *profile, const struct pod_class *class)
{
    const struct pod_template *t = class->template;
    scoreboard_drop(b);
    b->plan.possible = is_small(profile);
    b->plan.fits = profile->filters[PLUGIN_NODE_RESOURCES_FIT];
    b->plan.few_needs =
        t->placement->port_count == 0 && t->requests.ephemeral_bytes <= 0 && t->requests.scalar_count == 0;
    b->plan.usual = ratings_are_usual(profile, class);
    b->plan.balances = t->requests.mcpu != 0 || t->requests.memory_bytes != 0;
    b->plan.has_images = t->placement->image_count > 0;
    b->plan.fit = (struct score_amount){t->score_requests.mcpu, t->score_requests.memory_bytes};
    b->plan.balance = (struct score_amount){t->requests.mcpu, t->requests.memory_bytes};
}

/* ---- one node ---- */

/* The kind of a node; a new one when there is none alike. */
static uint8_t kind_of(struct scoreboard *b, const struct judge *j, uint32_t slot)
{
    struct verdict v;
    struct score_kind kind = {0};
    uint32_t i = 0;
    if (!judge_static(j, slot, &v)) {
        return KIND_REFUSED;
    }
    ratings_kind(j, slot, &kind.taints, &kind.affinity);
    while (i < b->list.count && (b->list.at[i].taints != kind.taints || b->list.at[i].affinity != kind.affinity)) {
        i++;
    }
    if (i == b->list.count) {
        VEC_PUSH(&b->list, kind);
        VEC_PUSH(&b->standings.adds, 0);
    }
    b->plan.possible = b->plan.possible && b->list.count <= KINDS_MAX && kind.affinity >= 0;
    return (uint8_t)(b->list.count <= KINDS_MAX ? KIND_FIRST + i : KIND_REFUSED);
}

/* Only cpu, memory and a place are asked for. */
static bool has_room(const struct scoreboard *b, const struct cached_load *l)
{
    const struct score_amount *w = &b->plan.balance;
    return l->has_place && (w->mcpu <= 0 || w->mcpu <= number_wrap_sub64(l->allocatable_mcpu, l->requested_mcpu)) &&
           (w->memory_bytes <= 0 || w->memory_bytes <= number_wrap_sub64(l->allocatable_bytes, l->requested_bytes));
}

static bool takes(const struct scoreboard *b, const struct judge *j, uint32_t slot)
{
    struct verdict v;
    if (b->plan.few_needs ? b->plan.fits && !has_room(b, &j->cache->loads.at[slot]) : !judge_load(j, slot, &v)) {
        return false;
    }
    for (uint64_t left = b->local; left != 0; left &= left - 1) {
        if (tally_at(&j->tallies->list.at[__builtin_ctzll(left)], j->cache, slot) > 0) {
            return false;
        }
    }
    return true;
}

static int64_t score_of(const struct scoreboard *b, const struct judge *j, uint32_t slot)
{
    const struct cached_load *l = &j->cache->loads.at[slot];
    const struct score_plan *p = &b->plan;
    const int64_t *weights = j->profile->weights;
    if (!p->usual || (p->has_images && l->has_images)) {
        return ratings_fixed(j, slot);
    }
    struct score_amount allocatable = {l->allocatable_mcpu, l->allocatable_bytes};
    int64_t score = weights[PLUGIN_NODE_RESOURCES_FIT] *
                    score_least_allocated(
                        allocatable, (struct score_amount){number_wrap_add64(l->nonzero_mcpu, p->fit.mcpu),
                                                           number_wrap_add64(l->nonzero_bytes, p->fit.memory_bytes)});
    if (p->balances) {
        struct score_amount wanted = {number_wrap_add64(l->requested_mcpu, p->balance.mcpu),
                                      number_wrap_add64(l->requested_bytes, p->balance.memory_bytes)};
        score += weights[PLUGIN_BALANCED_ALLOCATION] * score_balance_change(allocatable, wanted, l->balance);
    }
    return score;
}

int16_t scoreboard_learn(struct scoreboard *b, const struct judge *j, uint32_t position)
{
    uint32_t slot = j->cache->order.at[position];
    if (b->kinds[position] == KIND_UNKNOWN) {
        b->kinds[position] = kind_of(b, j, slot);
    }
    if (b->kinds[position] == KIND_REFUSED || !takes(b, j, slot)) {
        return b->scores[position] = SCORE_NONE;
    }
    int64_t score = score_of(b, j, slot);
    b->plan.possible = b->plan.possible && score >= 0 && score <= SCORE_MAX;
    return b->scores[position] = b->plan.possible ? (int16_t)score : 0;
}

/* ---- following ---- */

static void forget_all(struct scoreboard *b, bool kinds_too)
{
    b->standings.kept = false;
    b->standings.stale.count = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        b->scores[i] = SCORE_UNKNOWN;
    }
    if (kinds_too) {
        memset(b->kinds, KIND_UNKNOWN, b->count);
        free(b->verdicts);
        b->verdicts = NULL;
        b->list.count = b->standings.adds.count = 0;
    }
}

static void set_count(struct scoreboard *b, uint32_t count)
{
    b->count = count;
    b->room = (count / SCOREBOARD_BLOCK + 1) * SCOREBOARD_BLOCK;
    b->kinds = memory_resize(b->kinds, b->room, sizeof *b->kinds);
    b->scores = memory_resize(b->scores, b->room, sizeof *b->scores);
    for (uint32_t i = count; i < b->room; i++) {
        b->kinds[i] = KIND_REFUSED;
        b->scores[i] = SCORE_NONE;
    }
}

static void make(struct scoreboard *b, const struct cache *c)
{
    set_count(b, c->order.count);
    forget_all(b, true);
    b->made = true;
    b->orders = c->orders;
    b->seen = c->logged;
}

/* Takes what is known of each node to the node's place in the cache's next list. */
static void reorder(struct scoreboard *b, const struct cache *c)
{
    struct scoreboard old = *b;
    b->kinds = NULL;
    b->scores = NULL;
    set_count(b, c->order.count);
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t from = c->came_from.at[i];
        b->kinds[i] = from == NONE ? KIND_UNKNOWN : old.kinds[from];
        b->scores[i] = from == NONE ? SCORE_UNKNOWN : old.scores[from];
    }
    free(old.kinds);
    free(old.scores);
    free(old.verdicts); /* they are asked for seldom */
    b->verdicts = NULL;
    b->standings.kept = false; /* nothing is stale: whoever used b before has followed */
    b->orders = c->orders;
}

/* Tallies of anti-affinity whose key has another value on every node. */
static uint64_t local_tallies(const struct judge *j)
{
    uint64_t local = 0;
    const struct tallies *t = j->tallies;
    for (uint32_t i = 0; i < t->list.count && i < 64 && j->profile->filters[PLUGIN_INTER_POD_AFFINITY]; i++) {
        bool away = t->list.at[i].kind == TALLY_AWAY || t->list.at[i].kind == TALLY_EXISTING;
        local |= (uint64_t)(away && j->cache->topologies.at[t->list.at[i].topology].shared == 0) << i;
    }
    return local;
}

/* What a change touches is not known any more. */
static void note(struct scoreboard *b, const struct judge *j, const struct cache_change *change)
{
    uint32_t position = j->cache->positions.at[change->node];
    bool kind_too = change->verb == CACHE_NODE_CAME || change->verb == CACHE_NODE_LEFT;
    if (position == NONE) {
        return;
    }
    if (b->verdicts != NULL) {
        b->verdicts[position] = 0;
    }
    if (b->standings.kept) {
        VEC_PUSH(&b->standings.stale, position | (kind_too ? STALE_KIND : 0));
        return;
    }
    b->scores[position] = SCORE_UNKNOWN;
    b->kinds[position] = kind_too ? KIND_UNKNOWN : b->kinds[position];
}

bool scoreboard_follow(struct scoreboard *b, const struct judge *j)
{
    const struct cache *c = j->cache;
    uint64_t behind = c->logged - b->seen, local = local_tallies(j);
    if (!b->made || behind > c->log.count || c->orders - b->orders > 1) {
        make(b, c);
        behind = 0;
    } else if (c->orders != b->orders) {
        bool resized = c->order.count != b->count;
        reorder(b, c);
        if (local != b->local || (b->plan.has_images && resized)) {
            forget_all(b, false); /* what an image is worth depends on how many nodes there are */
        }
    } else if (local != b->local) {
        forget_all(b, false);
    }
    b->local = local;
    for (uint32_t i = c->log.count - (uint32_t)behind; i < c->log.count; i++) {
        note(b, j, &c->log.at[i]);
    }
    b->seen = c->logged;
    return b->plan.possible;
}

/* The number of a verdict, or 0 when there are too many to number. */
static uint8_t word_of(struct scoreboard *b, const struct verdict *v)
{
    uint32_t i = 0;
    while (i < b->words.count && !verdict_same(&b->words.at[i], v)) {
        i++;
    }
    if (i == KINDS_MAX) {
        return 0;
    }
    if (i == b->words.count) {
        VEC_PUSH(&b->words, *v);
    }
    return (uint8_t)(2 + i);
}

bool scoreboard_judge(struct scoreboard *b, const struct judge *j, uint32_t position, struct verdict *v)
{
    if (b->verdicts == NULL) {
        b->verdicts = memory_take(b->room, sizeof *b->verdicts);
    }
    uint8_t known = b->verdicts[position];
    if (known > 1) {
        *v = b->words.at[known - 2];
    }
    if (known != 0) {
        return known == 1;
    }
    bool passes = judge_node(j, j->cache->order.at[position], v);
    b->verdicts[position] = passes ? 1 : word_of(b, v);
    return passes;
}

void scoreboard_adds(const struct scoreboard *b, const struct profile *profile, const bool *has, int64_t *adds)
{
    int64_t taints = 0, affinity = 0;
    const int64_t *weights = profile->weights;
    for (uint32_t i = 0; i < b->list.count; i++) {
        taints = has[i] && b->list.at[i].taints > taints ? b->list.at[i].taints : taints;
        affinity = has[i] && b->list.at[i].affinity > affinity ? b->list.at[i].affinity : affinity;
    }
    for (uint32_t i = 0; i < b->list.count; i++) {
        int64_t bad = taints == 0 ? 0 : 100 * b->list.at[i].taints / taints;
        int64_t good = affinity == 0 ? 0 : 100 * b->list.at[i].affinity / affinity;
        adds[i] = weights[PLUGIN_TAINT_TOLERATION] * (100 - bad) + weights[PLUGIN_NODE_AFFINITY] * good;
    }
}
