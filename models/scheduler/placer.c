/* A cycle has two ways that give the same answer. The plain one works every plugin out for every node (judge.h, ratings.h).
 * The fast one searches what is kept of the class (window.h over scoreboard.h). It is left to the plain one where
 * details are wanted, where the pod's nodes are named, and where no node is feasible and the reasons are wanted. */
#include "models/scheduler/placer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/judge.h"
#include "models/scheduler/ratings.h"
#include "models/scheduler/score.h"
#include "models/scheduler/standings.h"

/* Classes of which something is kept: as many as fit in about a gigabyte. */
#define KEPT_MIN 128
#define KEPT_NODES (UINT32_C(128) << 20)

/* What one cycle judges by. */
struct cycle {
    struct placer *p;
    const struct placer_pod *pod;
    struct judge judge;
    struct scoreboard *board;
};

struct placer placer_make(struct arena *a, struct names *names)
{
    return (struct placer){.arena = a, .cache = {.names = names}};
}

void placer_drop(struct placer *p)
{
    cache_drop(&p->cache);
    VEC_DROP(&p->absent);
    for (uint32_t i = 0; i < p->kept.count; i++) {
        tallies_drop(&p->kept.at[i].tallies);
        scoreboard_drop(&p->kept.at[i].board);
    }
    tallies_drop(&p->anew);
    window_drop(&p->window);
    for (int i = 0; i < PLUGINS; i++) {
        VEC_DROP(&p->scores[i]);
        VEC_DROP(&p->raw[i]);
    }
    VEC_DROP(&p->kept);
    VEC_DROP(&p->kept_of);
    VEC_DROP(&p->feasible);
    VEC_DROP(&p->rejected);
    VEC_DROP(&p->totals);
    candidates_drop(&p->candidates);
    VEC_DROP(&p->heap);
    VEC_DROP(&p->heap_slots);
    VEC_DROP(&p->masked);
}

/* ---- what is kept of classes ---- */

/* The place of the class that was not used for the longest time, or a new one. */
static uint32_t free_place(struct placer *p)
{
    uint32_t oldest = 0, most = KEPT_NODES / (p->cache.nodes.count + 1);
    if (p->kept.count < KEPT_MIN || p->kept.count < most) {
        VEC_PUSH(&p->kept, (struct placer_kept){0});
        return p->kept.count - 1;
    }
    for (uint32_t i = 1; i < p->kept.count; i++) {
        oldest = p->kept.at[i].used < p->kept.at[oldest].used ? i : oldest;
    }
    p->kept_of.at[p->kept.at[oldest].tallies.class->number] = NONE;
    return oldest;
}

/* What is kept of a class, its tallies up to date. */
static struct placer_kept *kept_of(struct placer *p, const struct profile *profile, const struct pod_class *class)
{
    while (p->kept_of.count <= class->number) {
        VEC_PUSH(&p->kept_of, NONE);
    }
    if (p->kept_of.at[class->number] == NONE) {
        p->kept_of.at[class->number] = free_place(p);
    }
    struct placer_kept *k = &p->kept.at[p->kept_of.at[class->number]];
    if (k->tallies.class != class || k->tallies.profile != profile) {
        tallies_open(&k->tallies, &p->cache, profile, class, p->arena);
        scoreboard_open(&k->board, profile, class);
    }
    k->used = ++p->clock;
    tallies_follow(&k->tallies, &p->cache, false);
    return k;
}

/* Everything is counted again. */
static struct tallies *count_anew(struct placer *p, const struct profile *profile, const struct pod_class *class)
{
    if (p->anew.class != class || p->anew.profile != profile) {
        tallies_open(&p->anew, &p->cache, profile, class, p->arena);
    }
    tallies_follow(&p->anew, &p->cache, true);
    return &p->anew;
}

struct tallies *placer_tallies(struct placer *p, const struct profile *profile, const struct pod_class *class)
{
    return p->plain ? count_anew(p, profile, class) : &kept_of(p, profile, class)->tallies;
}

/* ---- one node ---- */

static struct cycle open_cycle(struct placer *p, const struct placer_pod *pod)
{
    struct judge judge = {.cache = &p->cache,
                          .profile = pod->profile,
                          .class = pod->class,
                          .wanted_node = pod->wanted_node,
                          .tallies = placer_tallies(p, pod->profile, pod->class)};
    if (pod->volumes != NULL) {
        volumes_open(&p->volumes_cycle, p->volumes, &p->cache, pod->profile, pod->volumes);
        judge.volumes = &p->volumes_cycle;
    }
    judge.lonely = judge_is_lonely(&judge);
    return (struct cycle){p, pod, judge, p->plain ? NULL : &p->kept.at[p->kept_of.at[pod->class->number]].board};
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
    uint32_t count = 0;
    for (uint32_t i = 0; i < cache->nodes.at[slot].nominated.count; i++) {
        struct cached_nominee nominee = cache->nodes.at[slot].nominated.at[i];
        if (nominee.number == c->pod->number || nominee.class->template->priority < c->pod->class->template->priority) {
            continue;
        }
        count++;
        if (comes) {
            cache_add_pod(cache, nominee.number, nominee.class, cache->nodes.at[slot].name, false, TIME_UNSET);
        } else {
            cache_remove_pod(cache, nominee.number);
        }
    }
    if (count > 0) {
        c->judge.tallies = placer_tallies(c->p, c->pod->profile, c->pod->class);
    }
    return count;
}

/* Whether the node takes the pod beside those that mean to come to it. */
static bool leaves_room(struct cycle *c, uint32_t slot, struct verdict *v)
{
    bool passes = true;
    struct cache_trial trial;
    if (c->p->cache.nodes.at[slot].nominated.count == 0) {
        return true;
    }
    cache_try(&c->p->cache, &trial, slot);
    if (count_nominees(c, slot, true) > 0) {
        passes = judge_whole(&c->judge, slot, v);
        count_nominees(c, slot, false);
    }
    cache_end_trial(&c->p->cache, &trial);
    tallies_rewind(c->judge.tallies, &c->p->cache);
    return passes;
}

static bool filter_twice(struct cycle *c, uint32_t slot, struct verdict *v)
{
    return leaves_room(c, slot, v) && judge_whole(&c->judge, slot, v);
}

bool placer_filter_nominated(struct placer *p, const struct placer_pod *pod, uint32_t slot, struct verdict *v)
{
    struct cycle c = open_cycle(p, pod);
    c.judge.lonely = p->lonely;
    c.judge.absent = p->absent.at;
    c.judge.absent_count = p->absent.count;
    return filter_twice(&c, slot, v);
}

/* ---- scores ---- */

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

/* ---- the plain way ---- */

static void note_rejected(struct placer *p, uint32_t slot, const struct verdict *v, struct placer_result *r)
{
    r->plugins |= 1u << v->plugin;
    if (p->rejected.count > 0 && p->rejected.at[0].slot == slot) {
        return; /* the nominated node, looked at again */
    }
    VEC_PUSH(&p->rejected, (struct placer_rejected){slot, *v});
}

/* How many feasible nodes are looked for: where nothing scores them the first one is as good as any. */
static uint32_t wanted_of(const struct profile *profile, uint32_t count)
{
    return profile->scores ? candidates_wanted(count, profile->percentage) : 1;
}

/* Looks for one feasible node more than wanted; that one is not counted. */
static void find_feasible(struct cycle *c, const uint32_t *slots, uint32_t count, struct placer_result *r)
{
    struct placer *p = c->p;
    uint32_t wanted = wanted_of(c->pod->profile, count);
    uint32_t at = count > 0 ? p->next_start % count : 0;
    for (uint32_t i = 0; i < count; i++, at = at + 1 == count ? 0 : at + 1) {
        struct verdict v;
        if (!filter_twice(c, slots[at], &v)) {
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
                      (c->pod->wanted_node != NULL || candidates_restricted(c->pod->class, &names));
    if (restricted && names == 0) {
        r->outcome = PLACER_CONFLICT;
        r->plugins = 1u << PLUGIN_NODE_AFFINITY;
        r->pre_filter = "pod affinity terms conflict";
        return;
    }
    if (c->pod->volumes != NULL && p->volumes_cycle.why != NULL) {
        r->outcome = PLACER_CONFLICT;
        r->plugins = 1u << p->volumes_cycle.plugin;
        r->pre_filter = p->volumes_cycle.why;
        return;
    }
    r->plugins = restricted ? 1u << PLUGIN_NODE_AFFINITY : 0;
    if (try_nominated(c, r)) {
        return;
    }
    if (restricted) {
        p->absent_plugins = r->plugins;
        candidates_find(&p->candidates, &p->cache, c->pod->class, c->pod->wanted_node);
        find_feasible(c, p->candidates.slots.at, p->candidates.slots.count, r);
    } else {
        find_feasible(c, p->cache.order.at, p->cache.order.count, r);
    }
}

static struct placer_result place_plainly(struct cycle *c)
{
    struct placer *p = c->p;
    struct placer_result r = {.outcome = PLACER_UNSCHEDULABLE, .node = NONE};
    find_nodes(c, &r);
    r.feasible = p->feasible.count;
    r.evaluated = p->feasible.count + p->rejected.count;
    if (r.feasible == 1) {
        r.outcome = PLACER_PLACED;
        r.node = p->feasible.at[0];
    } else if (r.feasible > 1) {
        r.scored = score(c);
        r.outcome = r.scored ? PLACER_PLACED : PLACER_ERROR;
        r.node = r.scored ? select_host(p) : NONE;
    }
    return r;
}

/* ---- the fast way ---- */

static bool can_be_fast(const struct cycle *c)
{
    uint32_t names;
    bool restricted = c->pod->profile->filters[PLUGIN_NODE_AFFINITY] &&
                      (c->pod->wanted_node != NULL || candidates_restricted(c->pod->class, &names));
    bool refused = c->pod->volumes != NULL && c->p->volumes_cycle.why != NULL;
    return !c->p->plain && !c->p->detailed && !restricted && !refused && c->pod->nominated == NULL &&
           !ratings_fail(&c->judge);
}

/* Closes the nodes that would be too full for the pod when those that mean to come had come. */
static void mask(struct cycle *c)
{
    struct cache *cache = &c->p->cache;
    struct verdict v;
    c->p->masked.count = 0;
    for (uint32_t i = 0; i < cache->expecting.count; i++) {
        uint32_t slot = cache->expecting.at[i], position = cache->positions.at[slot];
        if (position != NONE && scoreboard_at(c->board, &c->judge, position) >= 0 && !leaves_room(c, slot, &v)) {
            VEC_PUSH(&c->p->masked, (struct placer_masked){position, c->board->scores[position]});
        }
    }
    for (uint32_t i = 0; i < c->p->masked.count; i++) {
        standings_set(c->board, c->p->masked.at[i].position, SCORE_NONE);
    }
}

static void unmask(struct cycle *c)
{
    for (uint32_t i = 0; i < c->p->masked.count; i++) {
        standings_set(c->board, c->p->masked.at[i].position, c->p->masked.at[i].score);
    }
}

/* No node is feasible: says why. */
static void reject_all(struct cycle *c, struct placer_result *r)
{
    struct placer *p = c->p;
    uint32_t count = p->cache.order.count, at = p->next_start % count;
    while (p->rejected.room < count) {
        p->rejected.count = p->rejected.room;
        VEC_RESERVE(&p->rejected);
    }
    for (uint32_t i = 0; i < count; i++, at = at + 1 == count ? 0 : at + 1) {
        struct placer_rejected *out = &p->rejected.at[i];
        out->slot = p->cache.order.at[at];
        bool passes = scoreboard_judge(c->board, &c->judge, at, &out->verdict) &&
                      judge_tallies(&c->judge, out->slot, &out->verdict);
        assert(!passes);
        r->plugins |= 1u << out->verdict.plugin;
    }
    p->rejected.count = count;
    r->evaluated = count;
    p->next_start = (p->next_start + count) % p->cache.present;
}

/* False: that is left to the plain way; the outcome is PLACER_UNSCHEDULABLE where no node is feasible. */
static bool place_fast(struct cycle *c, struct placer_result *r)
{
    struct placer *p = c->p;
    uint32_t count = p->cache.order.count;
    r->outcome = PLACER_ERROR;
    if (!can_be_fast(c) || !scoreboard_follow(c->board, &c->judge)) {
        return false;
    }
    standings_follow(c->board, &c->judge);
    mask(c);
    struct window_found found =
        window_search(&p->window, c->board, &c->judge, p->next_start % count, wanted_of(c->pod->profile, count));
    unmask(c);
    if (!c->board->plan.possible) {
        return false;
    }
    if (found.feasible == 0) {
        *r = (struct placer_result){.outcome = PLACER_UNSCHEDULABLE, .node = NONE};
        if (p->cache.expecting.count > 0 || c->judge.volumes != NULL) {
            return false; /* who is expected may be in the way, and verdicts of volumes are not kept */
        }
        reject_all(c, r);
        return true;
    }
    *r = (struct placer_result){.outcome = PLACER_PLACED,
                                .node = p->cache.order.at[found.position],
                                .feasible = found.feasible,
                                .evaluated = found.evaluated,
                                .scored = found.feasible > 1};
    p->next_start = (p->next_start + found.evaluated) % p->cache.present;
    return true;
}

static bool differ(const struct placer_result *f, const struct placer_result *r)
{
    return f->outcome != r->outcome || f->node != r->node || f->feasible != r->feasible ||
           f->evaluated != r->evaluated || f->scored != r->scored || f->plugins != r->plugins;
}

/* Whether the nodes that the fast way rejected, and why, are those of the plain way. */
static bool rejects_alike(const struct placer *p, const struct placer_rejected *rejected, uint32_t count)
{
    bool alike = count == p->rejected.count;
    for (uint32_t i = 0; alike && i < count; i++) {
        alike = rejected[i].slot == p->rejected.at[i].slot &&
                verdict_same(&rejected[i].verdict, &p->rejected.at[i].verdict);
    }
    return alike;
}

/* Counts whether both ways say the same; what is left is the plain one's. */
static struct placer_result place_twice(struct placer *p, const struct placer_pod *pod)
{
    struct cycle fast = open_cycle(p, pod);
    p->lonely = fast.judge.lonely;
    struct placer_result f;
    uint32_t start = p->next_start;
    bool decided = place_fast(&fast, &f);
    uint32_t next = p->next_start, rejected_count = p->rejected.count;
    struct placer_rejected *rejected = memory_take(rejected_count, sizeof *rejected);
    for (uint32_t i = 0; i < rejected_count; i++) {
        rejected[i] = p->rejected.at[i];
    }
    p->rejected.count = 0;
    p->next_start = start;
    p->plain = true;
    struct cycle plain = open_cycle(p, pod);
    struct placer_result r = place_plainly(&plain);
    p->plain = false;
    if (decided) {
        f.plugins = f.outcome == PLACER_PLACED ? r.plugins : f.plugins; /* of those that are in its way only */
        p->differences += differ(&f, &r) || next != p->next_start ||
                          (f.outcome != PLACER_PLACED && !rejects_alike(p, rejected, rejected_count));
    } else {
        p->differences += f.outcome == PLACER_UNSCHEDULABLE && r.outcome != PLACER_UNSCHEDULABLE;
    }
    free(rejected);
    return r;
}

/* ---- the cycle ---- */

struct placer_result placer_place(struct placer *p, const struct placer_pod *pod)
{
    struct placer_result r = {.outcome = PLACER_NO_NODES, .node = NONE};
    cache_snapshot(&p->cache);
    p->feasible.count = p->rejected.count = 0;
    p->absent_plugins = 0;
    if (p->cache.order.count == 0) {
        return r;
    }
    if (p->checked) {
        return place_twice(p, pod);
    }
    struct cycle c = open_cycle(p, pod);
    p->lonely = c.judge.lonely;
    return place_fast(&c, &r) ? r : place_plainly(&c);
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
