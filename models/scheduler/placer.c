/* A cycle has two ways that give the same answer. The plain one works every plugin out for every node. The fast one keeps,
 * for each class and node, what the plugins say that look at nothing but the two (tally_memo), until the node's version
 * changes; takes the normalizing plugins only where they make a difference; and finds the root of the heap without
 * building it. Replays and a differential test run both. */
#include "models/scheduler/placer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "models/scheduler/judge.h"
#include "models/scheduler/ratings.h"
#include "models/scheduler/score.h"

#define TALLIES_MAX 512 /* classes whose sums are kept */

/* What one cycle judges by. */
struct cycle {
    struct placer *p;
    const struct placer_pod *pod;
    struct judge judge;
    bool fast;
};

struct placer placer_make(struct arena *a, struct names *names)
{
    return (struct placer){.arena = a, .cache = {.names = names}};
}

void placer_drop(struct placer *p)
{
    cache_drop(&p->cache);
    for (uint32_t i = 0; i < p->tallies.count; i++) {
        tallies_drop(&p->tallies.at[i]);
    }
    for (int i = 0; i < PLUGINS; i++) {
        VEC_DROP(&p->scores[i]);
        VEC_DROP(&p->raw[i]);
    }
    VEC_DROP(&p->tallies);
    VEC_DROP(&p->tallies_of);
    VEC_DROP(&p->feasible);
    VEC_DROP(&p->rejected);
    VEC_DROP(&p->totals);
    VEC_DROP(&p->candidates);
    VEC_DROP(&p->heap);
    VEC_DROP(&p->heap_slots);
    VEC_DROP(&p->stamps);
}

/* ---- tallies ---- */

/* The place of tallies that were not used for the longest time, or a new one. */
static uint32_t free_tallies(struct placer *p)
{
    uint32_t oldest = 0;
    if (p->tallies.count < TALLIES_MAX) {
        VEC_PUSH(&p->tallies, (struct tallies){0});
        return p->tallies.count - 1;
    }
    for (uint32_t i = 1; i < p->tallies.count; i++) {
        oldest = p->tallies.at[i].used < p->tallies.at[oldest].used ? i : oldest;
    }
    p->tallies_of.at[p->tallies.at[oldest].class->number] = NONE;
    return oldest;
}

struct tallies *placer_tallies(struct placer *p, const struct profile *profile, const struct pod_class *class)
{
    while (p->tallies_of.count <= class->number) {
        VEC_PUSH(&p->tallies_of, NONE);
    }
    uint32_t *index = &p->tallies_of.at[class->number];
    if (*index == NONE) {
        *index = free_tallies(p);
    }
    struct tallies *t = &p->tallies.at[*index];
    if (t->class != class || t->profile != profile) {
        tallies_open(t, &p->cache, profile, class, p->arena);
    }
    t->used = ++p->clock;
    tallies_follow(t, &p->cache, p->plain);
    return t;
}

static struct cycle open_cycle(struct placer *p, const struct placer_pod *pod)
{
    struct judge judge = {.cache = &p->cache,
                          .profile = pod->profile,
                          .class = pod->class,
                          .wanted_node = pod->wanted_node,
                          .tallies = placer_tallies(p, pod->profile, pod->class)};
    return (struct cycle){.p = p, .pod = pod, .judge = judge};
}

bool placer_filter(struct placer *p, const struct placer_pod *pod, uint32_t slot, struct verdict *v)
{
    struct cycle c = open_cycle(p, pod);
    return judge_whole(&c.judge, slot, v);
}

/* Counts the nominees that the pod must leave room for on the node, or takes them away again. Returns how many. */
static uint32_t count_nominees(struct cycle *c, uint32_t slot, bool comes)
{
    struct cache *cache = &c->p->cache;
    const char *name = cache->nodes.at[slot].name;
    uint32_t count = 0;
    for (uint32_t i = 0; i < cache->nodes.at[slot].nominated.count; i++) {
        struct cached_nominee nominee = cache->nodes.at[slot].nominated.at[i];
        if (nominee.number == c->pod->number || nominee.class->template->priority < c->pod->class->template->priority) {
            continue;
        }
        count++;
        if (comes) {
            cache_add_pod(cache, nominee.number, nominee.class, name, false, TIME_UNSET);
        } else {
            cache_remove_pod(cache, nominee.number);
        }
    }
    if (count > 0) {
        c->judge.tallies = placer_tallies(c->p, c->pod->profile, c->pod->class);
    }
    return count;
}

static bool filter_twice(struct cycle *c, uint32_t slot, struct verdict *v)
{
    if (c->p->cache.nodes.at[slot].nominated.count > 0 && count_nominees(c, slot, true) > 0) {
        bool passes = judge_whole(&c->judge, slot, v);
        count_nominees(c, slot, false);
        if (!passes) {
            return false;
        }
    }
    return judge_whole(&c->judge, slot, v);
}

bool placer_filter_nominated(struct placer *p, const struct placer_pod *pod, uint32_t slot, struct verdict *v)
{
    struct cycle c = open_cycle(p, pod);
    return filter_twice(&c, slot, v);
}

/* ---- which nodes are looked at ---- */

uint32_t placer_nodes_to_find(uint32_t count, int32_t percentage)
{
    if (count < 100) {
        return count;
    }
    if (percentage == 0) {
        percentage = 50 - (int32_t)(count / 125);
        percentage = percentage < 5 ? 5 : percentage;
    }
    uint32_t wanted = (uint32_t)((uint64_t)count * (uint32_t)percentage / 100);
    return wanted < 100 ? 100 : wanted;
}

bool placer_restriction(const struct pod_class *class, uint32_t *names)
{
    const struct placement *place = class->template->placement;
    if (!filter_names_nodes(place)) {
        return false;
    }
    *names = 0;
    for (uint32_t i = 0; i < place->required_count; i++) {
        const struct node_term *t = &place->required_terms[i];
        for (uint32_t k = 0; k < t->name_count && *names < 2; k++) {
            for (uint32_t v = 0; t->names[k].op == REQUIREMENT_IN && v < t->names[k].count; v++) {
                *names += filter_allows_name(place, t->names[k].values[v]);
            }
        }
    }
    return true;
}

/* Puts the nodes of a restriction in candidates, by name. */
static void gather_restricted(struct cycle *c)
{
    struct placer *p = c->p;
    p->candidates.count = 0;
    for (uint32_t i = 0; i < p->cache.order.count; i++) {
        uint32_t slot = p->cache.order.at[i];
        const char *name = p->cache.nodes.at[slot].name;
        if (c->pod->wanted_node == NULL ? !filter_allows_name(c->pod->class->template->placement, name)
                                        : c->pod->wanted_node != name) {
            continue;
        }
        VEC_PUSH(&p->candidates, slot);
        for (uint32_t k = p->candidates.count - 1;
             k > 0 && strcmp(p->cache.nodes.at[p->candidates.at[k - 1]].name, name) > 0; k--) {
            p->candidates.at[k] = p->candidates.at[k - 1];
            p->candidates.at[k - 1] = slot;
        }
    }
}

/* Room for a score of each feasible node. */
static void set_count(struct placer *p, struct placer_scores *scores)
{
    if (scores->room < p->feasible.count) {
        scores->room = p->feasible.room;
        scores->at = memory_resize(scores->at, scores->room, sizeof *scores->at);
    }
    scores->count = p->feasible.count;
}

static bool score(struct cycle *c)
{
    struct placer *p = c->p;
    if (ratings_fail(&c->judge)) {
        return false;
    }
    const struct ratings all = {&c->judge, p->feasible.at, p->feasible.count};
    set_count(p, &p->totals);
    memset(p->totals.at, 0, p->totals.count * sizeof *p->totals.at);
    for (int k = 0; k < PLUGINS; k++) {
        p->skipped[k] = true;
        if (c->pod->profile->weights[k] == 0) {
            continue;
        }
        set_count(p, &p->raw[k]);
        set_count(p, &p->scores[k]);
        p->skipped[k] = !ratings_score(&all, (enum plugin)k, p->raw[k].at);
        if (p->skipped[k]) {
            continue;
        }
        memcpy(p->scores[k].at, p->raw[k].at, p->feasible.count * sizeof *p->scores[k].at);
        ratings_normalize(&all, (enum plugin)k, p->scores[k].at);
        for (uint32_t i = 0; i < p->feasible.count; i++) {
            p->totals.at[i] += p->scores[k].at[i] * c->pod->profile->weights[k];
        }
    }
    return true;
}

bool placer_score(struct placer *p, const struct placer_pod *pod)
{
    struct cycle c = open_cycle(p, pod);
    return p->feasible.count == 0 || score(&c);
}

/* ---- the fast way ---- */

static bool can_be_fast(const struct cycle *c)
{
    return !c->p->plain && !c->p->detailed && c->p->cache.nominees == 0 && c->pod->wanted_node == NULL &&
           c->pod->nominated == NULL && !ratings_fail(&c->judge);
}

static void make_memo(const struct cycle *c, uint32_t slot, struct tally_memo *m)
{
    const struct cached_node *n = &c->p->cache.nodes.at[slot];
    const struct placement *p = c->pod->class->template->placement;
    struct verdict v;
    *m = (struct tally_memo){.version = c->p->cache.versions.at[slot], .fits = judge_node(&c->judge, slot, &v)};
    if (m->fits) {
        m->score = (int32_t)ratings_fixed(&c->judge, slot);
        m->taints = (int16_t)score_taints(p, n->taints);
        m->affinity = (int32_t)(score_affinity(p, n->labels, n->name) +
                                score_affinity(c->pod->profile->added, n->labels, n->name));
    }
}

static const struct tally_memo *memo_of(const struct cycle *c, uint32_t slot)
{
    struct tally_memo *m = &c->judge.tallies->memos.at[slot];
    if (m->version != c->p->cache.versions.at[slot]) {
        make_memo(c, slot, m);
    }
    return m;
}

static void open_memos(const struct cycle *c)
{
    struct tallies *t = c->judge.tallies;
    if (t->memo_nodes != c->p->cache.order.count) {
        t->memo_nodes = c->p->cache.order.count;
        t->memos.count = 0;
    }
    while (t->memos.count < c->p->cache.nodes.count) {
        VEC_PUSH(&t->memos, (struct tally_memo){0});
    }
}

static bool passes(struct cycle *c, uint32_t slot, struct verdict *v)
{
    if (!c->fast) {
        return filter_twice(c, slot, v);
    }
    return memo_of(c, slot)->fits ? judge_tallies(&c->judge, slot, v) : judge_node(&c->judge, slot, v);
}

/* Adds what a plugin that normalizes says, from raw scores. */
static void add_normalized(const struct cycle *c, enum plugin plugin)
{
    struct placer *p = c->p;
    int64_t *scores = p->raw[plugin].at;
    ratings_normalize(&(struct ratings){&c->judge, p->feasible.at, p->feasible.count}, plugin, scores);
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        p->totals.at[i] += scores[i] * c->pod->profile->weights[plugin];
    }
}

/* taints: else node affinity. Nothing when all nodes are alike. */
static void add_memo_scores(const struct cycle *c, enum plugin plugin, bool taints)
{
    struct placer *p = c->p;
    bool differ = false;
    int32_t first = 0;
    if (c->pod->profile->weights[plugin] == 0) {
        return;
    }
    set_count(p, &p->raw[plugin]);
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        const struct tally_memo *m = &c->judge.tallies->memos.at[p->feasible.at[i]];
        int32_t raw = taints ? m->taints : m->affinity;
        first = i == 0 ? raw : first;
        differ |= raw != first;
        p->raw[plugin].at[i] = raw;
    }
    if (differ) {
        add_normalized(c, plugin);
    }
}

static bool comes_first(uint32_t left, uint32_t right)
{
    uint32_t l = left + 1, r = right + 1;
    unsigned l_bits = 32 - (unsigned)__builtin_clz(l), r_bits = 32 - (unsigned)__builtin_clz(r);
    unsigned bits = l_bits < r_bits ? l_bits : r_bits;
    uint32_t l_head = l >> (l_bits - bits), r_head = r >> (r_bits - bits);
    return l_head != r_head ? l_head < r_head : l_bits < r_bits;
}

/* The root of the heap that Go builds of the totals: of the best positions, the first in the tree's pre-order. */
static uint32_t best_position(const struct placer *p)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < p->feasible.count; i++) {
        if (p->totals.at[i] > p->totals.at[best] || (p->totals.at[i] == p->totals.at[best] && comes_first(i, best))) {
            best = i;
        }
    }
    return best;
}

static uint32_t score_fast(struct cycle *c)
{
    struct placer *p = c->p;
    const struct ratings all = {&c->judge, p->feasible.at, p->feasible.count};
    set_count(p, &p->totals);
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        p->totals.at[i] = c->judge.tallies->memos.at[p->feasible.at[i]].score;
    }
    if (c->judge.tallies->list.count > 0) {
        for (enum plugin k = PLUGIN_POD_TOPOLOGY_SPREAD; k <= PLUGIN_INTER_POD_AFFINITY; k++) {
            set_count(p, &p->raw[k]);
            if (c->pod->profile->weights[k] != 0 && ratings_score(&all, k, p->raw[k].at)) {
                add_normalized(c, k);
            }
        }
    }
    add_memo_scores(c, PLUGIN_TAINT_TOLERATION, true);
    add_memo_scores(c, PLUGIN_NODE_AFFINITY, false);
    return p->feasible.at[best_position(p)];
}

/* ---- the cycle ---- */

static void note_rejected(struct placer *p, uint32_t slot, const struct verdict *v, struct placer_result *r)
{
    r->plugins |= 1u << v->plugin;
    if (p->rejected.count > 0 && p->rejected.at[0].slot == slot) {
        return; /* the nominated node, looked at again */
    }
    VEC_PUSH(&p->rejected, (struct placer_rejected){slot, *v});
}

/* Looks for one feasible node more than wanted; that one is not counted. */
static void find_feasible(struct cycle *c, const uint32_t *slots, uint32_t count, struct placer_result *r)
{
    struct placer *p = c->p;
    const struct profile *profile = c->pod->profile;
    uint32_t wanted = profile->scores ? placer_nodes_to_find(count, profile->percentage) : 1;
    uint32_t at = count > 0 ? p->next_start % count : 0;
    for (uint32_t i = 0; i < count; i++, at = at + 1 == count ? 0 : at + 1) {
        struct verdict v;
        if (!passes(c, slots[at], &v)) {
            note_rejected(p, slots[at], &v, r);
        } else if (p->feasible.count == wanted) {
            break;
        } else {
            VEC_PUSH(&p->feasible, slots[at]);
        }
    }
    p->next_start = (p->next_start + p->feasible.count + p->rejected.count) % p->cache.present;
}

static uint32_t select_host(struct placer *p)
{
    p->heap.count = p->heap_slots.count = 0;
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        VEC_PUSH(&p->heap, p->totals.at[i]);
        VEC_PUSH(&p->heap_slots, p->feasible.at[i]);
    }
    return score_select(p->heap.at, p->heap_slots.at, p->feasible.count);
}

/* The nominated node alone, if it is there and takes the pod. */
static bool try_nominated(struct cycle *c, struct placer_result *r)
{
    uint32_t slot = c->pod->nominated == NULL ? NONE : cache_find(&c->p->cache, c->pod->nominated);
    struct verdict v;
    if (slot == NONE) {
        return false;
    }
    if (!filter_twice(c, slot, &v)) {
        note_rejected(c->p, slot, &v, r);
        return false;
    }
    VEC_PUSH(&c->p->feasible, slot);
    return true;
}

static void find_nodes(struct cycle *c, struct placer_result *r)
{
    struct placer *p = c->p;
    uint32_t names = 1;
    bool restricted = c->pod->profile->filters[PLUGIN_NODE_AFFINITY] &&
                      (c->pod->wanted_node != NULL || placer_restriction(c->pod->class, &names));
    if (restricted && names == 0) {
        r->outcome = PLACER_CONFLICT;
        r->plugins = 1u << PLUGIN_NODE_AFFINITY;
        return;
    }
    r->plugins = restricted ? 1u << PLUGIN_NODE_AFFINITY : 0;
    if (try_nominated(c, r)) {
        return;
    }
    if (restricted) {
        p->absent_plugins = r->plugins;
        gather_restricted(c);
        find_feasible(c, p->candidates.at, p->candidates.count, r);
    } else {
        find_feasible(c, p->cache.order.at, p->cache.order.count, r);
    }
}

struct placer_result placer_place(struct placer *p, const struct placer_pod *pod)
{
    struct placer_result r = {.outcome = PLACER_UNSCHEDULABLE, .node = NONE};
    cache_snapshot(&p->cache);
    p->feasible.count = p->rejected.count = 0;
    p->absent_plugins = 0;
    if (p->cache.order.count == 0) {
        r.outcome = PLACER_NO_NODES;
        return r;
    }
    struct cycle c = open_cycle(p, pod);
    c.fast = can_be_fast(&c);
    if (c.fast) {
        open_memos(&c);
    }
    find_nodes(&c, &r);
    r.feasible = p->feasible.count;
    r.evaluated = p->feasible.count + p->rejected.count;
    if (r.feasible == 1) {
        r.outcome = PLACER_PLACED;
        r.node = p->feasible.at[0];
    } else if (r.feasible > 1 && c.fast) {
        r.outcome = PLACER_PLACED;
        r.node = score_fast(&c);
    } else if (r.feasible > 1) {
        r.scored = score(&c);
        r.outcome = r.scored ? PLACER_PLACED : PLACER_ERROR;
        r.node = r.scored ? select_host(p) : NONE;
    }
    return r;
}

struct verdict_counts placer_counts(const struct placer *p)
{
    struct verdict_counts counts = {.nodes = p->cache.order.count, .absent_plugins = p->absent_plugins};
    counts.absent = counts.nodes - p->rejected.count - p->feasible.count;
    counts.unresolvable = counts.absent;
    for (uint32_t i = 0; i < p->rejected.count; i++) {
        verdict_count(&counts, &p->rejected.at[i].verdict);
    }
    return counts;
}
