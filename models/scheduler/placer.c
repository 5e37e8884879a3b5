/* A cycle has two ways that give the same answer. The plain one works every plugin out for every node. The fast one keeps,
 * for each class and node, what the plugins say that look at nothing but the two (tally_memo), until the node's version
 * changes; takes the normalizing plugins only where they make a difference; and finds the root of the heap without
 * building it. Replays and a differential test run both. */
#include "models/scheduler/placer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "models/scheduler/score.h"
#include "sim/base/elementary.h"
#include "sim/scenario/selector.h"

#define TALLIES_MAX 512 /* classes whose sums are kept */

/* What one cycle judges by. */
struct cycle {
    struct placer *p;
    const struct profile *profile;
    const struct pod_class *class;
    const struct placer_pod *pod;
    struct tallies *tallies;
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

/* ---- filters ---- */

static bool reject(struct verdict *v, enum plugin plugin, enum reason reason, bool unresolvable)
{
    *v = (struct verdict){plugin, unresolvable, UINT64_C(1) << reason};
    return false;
}

static bool filter_node_affinity(const struct cycle *c, const struct cached_node *n, struct verdict *v)
{
    const struct placement *added = c->profile->added;
    if (added != NULL && !filter_affinity(added, n->labels, n->name)) {
        return reject(v, PLUGIN_NODE_AFFINITY, REASON_ADDED_AFFINITY, true);
    }
    if ((c->pod->wanted_node != NULL && c->pod->wanted_node != n->name) ||
        !filter_affinity(c->class->template->placement, n->labels, n->name)) {
        return reject(v, PLUGIN_NODE_AFFINITY, REASON_NODE_AFFINITY, true);
    }
    return true;
}

static bool has_port_conflict(const struct placement *p, const struct cached_node *n)
{
    for (uint32_t i = 0; i < p->port_count; i++) {
        for (uint32_t k = 0; k < n->ports.count; k++) {
            if (filter_ports_conflict(&p->ports[i], &n->ports.at[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool lists(const char *const *texts, uint32_t count, const char *text, size_t length)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strlen(texts[i]) == length && memcmp(texts[i], text, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Extended resources that the profile ignores, by name or by what stands before the slash. */
static bool is_ignored(const struct profile *p, const char *name)
{
    const char *slash = strchr(name, '/');
    if (p->ignored_count + p->ignored_group_count == 0 || slash == NULL) {
        return false;
    }
    return lists(p->ignored_resources, p->ignored_count, name, strlen(name)) ||
           lists(p->ignored_groups, p->ignored_group_count, name, (size_t)(slash - name));
}

static void lack(struct verdict *v, unsigned reason, int64_t wanted, int64_t allocatable, int64_t used)
{
    if (wanted > 0 && wanted > allocatable - used) {
        v->reasons |= UINT64_C(1) << (reason < REASONS ? reason : REASONS - 1);
        v->unresolvable |= wanted > allocatable;
    }
}

static bool filter_resources(const struct cycle *c, const struct cached_node *n, struct verdict *v)
{
    const struct resources *w = &c->class->template->requests, *a = &n->allocatable, *r = &n->requested;
    *v = (struct verdict){.plugin = PLUGIN_NODE_RESOURCES_FIT};
    if ((int64_t)n->pods.count + 1 > n->pods_allocatable) {
        v->reasons |= UINT64_C(1) << REASON_TOO_MANY_PODS;
    }
    lack(v, REASON_CPU, w->mcpu, a->mcpu, r->mcpu);
    lack(v, REASON_MEMORY, w->memory_bytes, a->memory_bytes, r->memory_bytes);
    lack(v, REASON_EPHEMERAL, w->ephemeral_bytes, a->ephemeral_bytes, r->ephemeral_bytes);
    for (uint32_t i = 0; i < w->scalar_count; i++) {
        int64_t has = 0, used = 0;
        for (uint32_t k = 0; k < a->scalar_count; k++) {
            if (a->scalars[k].name == w->scalars[i].name) {
                has = a->scalars[k].amount;
                used = n->used_scalars[k];
            }
        }
        if (!is_ignored(c->profile, w->scalars[i].name)) {
            lack(v, REASON_SCALARS + i, w->scalars[i].amount, has, used);
        }
    }
    return v->reasons == 0;
}

static bool filter_spread(const struct cycle *c, uint32_t slot, struct verdict *v)
{
    for (uint32_t i = 0; i < c->tallies->spread_count; i++) {
        struct tally *t = &c->tallies->list.at[i];
        const struct spread_constraint *s = &c->tallies->spread[i];
        if (t->kind != TALLY_HARD) {
            continue;
        }
        int64_t sum = tally_at(t, &c->p->cache, slot);
        if (sum < 0) {
            return reject(v, PLUGIN_POD_TOPOLOGY_SPREAD, REASON_SPREAD_LABEL, true);
        }
        int64_t least = t->domains < (uint32_t)s->min_domains ? 0 : tally_least(t);
        if (sum + t->self - least > s->max_skew) {
            return reject(v, PLUGIN_POD_TOPOLOGY_SPREAD, REASON_SPREAD, false);
        }
    }
    return true;
}

/* Every term's label is there, and pods that are meant are near; or the pod is the first of those that mean each other. */
static bool is_near(const struct cycle *c, uint32_t slot)
{
    bool near = true;
    int64_t entries = 0;
    for (uint32_t i = 0; i < c->tallies->list.count; i++) {
        const struct tally *t = &c->tallies->list.at[i];
        if (t->kind == TALLY_NEAR) {
            int64_t sum = tally_at(t, &c->p->cache, slot);
            if (sum < 0) {
                return false;
            }
            near = near && sum > 0;
            entries += t->entries;
        }
    }
    return near || (entries == 0 && c->tallies->own_labels_fit_near);
}

static bool has_any(const struct cycle *c, uint32_t slot, enum tally_kind kind)
{
    for (uint32_t i = 0; i < c->tallies->list.count; i++) {
        const struct tally *t = &c->tallies->list.at[i];
        if (t->kind == kind && t->entries > 0 && tally_at(t, &c->p->cache, slot) > 0) {
            return true;
        }
    }
    return false;
}

static bool filter_pod_affinity(const struct cycle *c, uint32_t slot, struct verdict *v)
{
    if (!is_near(c, slot)) {
        return reject(v, PLUGIN_INTER_POD_AFFINITY, REASON_POD_AFFINITY, true);
    }
    if (has_any(c, slot, TALLY_AWAY)) {
        return reject(v, PLUGIN_INTER_POD_AFFINITY, REASON_POD_ANTI_AFFINITY, false);
    }
    if (has_any(c, slot, TALLY_EXISTING)) {
        return reject(v, PLUGIN_INTER_POD_AFFINITY, REASON_EXISTING_ANTI_AFFINITY, false);
    }
    return true;
}

/* What depends on nothing but the pod and the node itself. */
static bool filter_static(const struct cycle *c, const struct cached_node *n, struct verdict *v)
{
    const struct pod_template *t = c->class->template;
    const bool *on = c->profile->filters;
    if (on[PLUGIN_NODE_UNSCHEDULABLE] && !filter_unschedulable(t->placement, n->unschedulable)) {
        return reject(v, PLUGIN_NODE_UNSCHEDULABLE, REASON_UNSCHEDULABLE, true);
    }
    if (on[PLUGIN_NODE_NAME] && t->node_name != NULL && t->node_name != n->name) {
        return reject(v, PLUGIN_NODE_NAME, REASON_NODE_NAME, true);
    }
    if (on[PLUGIN_TAINT_TOLERATION] &&
        !(filter_ready(t->placement, n->ready) && filter_taints(t->placement, n->taints))) {
        return reject(v, PLUGIN_TAINT_TOLERATION, REASON_TAINT, true);
    }
    return !on[PLUGIN_NODE_AFFINITY] || filter_node_affinity(c, n, v);
}

/* What depends on nothing but the pod, the node and its pods. */
static bool filter_node(const struct cycle *c, uint32_t slot, struct verdict *v)
{
    const struct cached_node *n = &c->p->cache.nodes.at[slot];
    const bool *on = c->profile->filters;
    *v = (struct verdict){0};
    if (!filter_static(c, n, v)) {
        return false;
    }
    if (on[PLUGIN_NODE_PORTS] && has_port_conflict(c->class->template->placement, n)) {
        return reject(v, PLUGIN_NODE_PORTS, REASON_PORTS, false);
    }
    return !on[PLUGIN_NODE_RESOURCES_FIT] || filter_resources(c, n, v);
}

/* What depends on other nodes' pods, too. */
static bool filter_tallies(const struct cycle *c, uint32_t slot, struct verdict *v)
{
    const bool *on = c->profile->filters;
    return c->tallies->list.count == 0 || ((!on[PLUGIN_POD_TOPOLOGY_SPREAD] || filter_spread(c, slot, v)) &&
                                           (!on[PLUGIN_INTER_POD_AFFINITY] || filter_pod_affinity(c, slot, v)));
}

static bool filter(const struct cycle *c, uint32_t slot, struct verdict *v)
{
    return filter_node(c, slot, v) && filter_tallies(c, slot, v);
}

static struct cycle open_cycle(struct placer *p, const struct placer_pod *pod)
{
    return (struct cycle){p, pod->profile, pod->class, pod, placer_tallies(p, pod->profile, pod->class), false};
}

bool placer_filter(struct placer *p, const struct placer_pod *pod, uint32_t slot, struct verdict *v)
{
    struct cycle c = open_cycle(p, pod);
    return filter(&c, slot, v);
}

/* Counts the nominees that the pod must leave room for on the node, or takes them away again. Returns how many. */
static uint32_t count_nominees(struct cycle *c, uint32_t slot, bool comes)
{
    struct cache *cache = &c->p->cache;
    const char *name = cache->nodes.at[slot].name;
    uint32_t count = 0;
    for (uint32_t i = 0; i < cache->nodes.at[slot].nominated.count; i++) {
        struct cached_nominee nominee = cache->nodes.at[slot].nominated.at[i];
        if (nominee.number == c->pod->number || nominee.class->template->priority < c->class->template->priority) {
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
        c->tallies = placer_tallies(c->p, c->profile, c->class);
    }
    return count;
}

static bool filter_twice(struct cycle *c, uint32_t slot, struct verdict *v)
{
    if (c->p->cache.nodes.at[slot].nominated.count > 0 && count_nominees(c, slot, true) > 0) {
        bool passes = filter(c, slot, v);
        count_nominees(c, slot, false);
        if (!passes) {
            return false;
        }
    }
    return filter(c, slot, v);
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
        if (c->pod->wanted_node == NULL ? !filter_allows_name(c->class->template->placement, name)
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

/* ---- scores ---- */

/* One of the resources that a profile scores, as far as the pod goes. */
struct scored {
    enum { SCORED_CPU, SCORED_MEMORY, SCORED_EPHEMERAL, SCORED_SCALAR } kind;
    const char *name;
    int64_t pod;
    int64_t weight;
};

static struct scored scored_of(const struct scored_resource *r, const struct resources *pod)
{
    struct scored s = {SCORED_SCALAR, r->name, 0, r->weight};
    if (strcmp(r->name, "cpu") == 0) {
        s.kind = SCORED_CPU;
        s.pod = pod->mcpu;
    } else if (strcmp(r->name, "memory") == 0) {
        s.kind = SCORED_MEMORY;
        s.pod = pod->memory_bytes;
    } else if (strcmp(r->name, "ephemeral-storage") == 0) {
        s.kind = SCORED_EPHEMERAL;
        s.pod = pod->ephemeral_bytes;
    }
    for (uint32_t i = 0; s.kind == SCORED_SCALAR && i < pod->scalar_count; i++) {
        s.pod = pod->scalars[i].name == r->name ? pod->scalars[i].amount : s.pod;
    }
    return s;
}

static struct score_use use_of(const struct scored *s, const struct cached_node *n, bool nonzero)
{
    struct score_use u = {.pod = s->pod, .weight = s->weight};
    switch (s->kind) {
    case SCORED_CPU:
        u.allocatable = n->allocatable.mcpu;
        u.used = nonzero ? n->nonzero_mcpu : n->requested.mcpu;
        break;
    case SCORED_MEMORY:
        u.allocatable = n->allocatable.memory_bytes;
        u.used = nonzero ? n->nonzero_memory_bytes : n->requested.memory_bytes;
        break;
    case SCORED_EPHEMERAL:
        u.allocatable = n->allocatable.ephemeral_bytes;
        u.used = n->requested.ephemeral_bytes;
        break;
    case SCORED_SCALAR:
        for (uint32_t i = 0; s->pod != 0 && i < n->allocatable.scalar_count; i++) {
            if (n->allocatable.scalars[i].name == s->name) {
                u.allocatable = n->allocatable.scalars[i].amount;
                u.used = n->used_scalars[i];
            }
        }
        break;
    }
    return u;
}

#define SCORED_MAX 64 /* resources that a profile scores; more are not looked at */

/* Whether that is what the default profile scores: processors and memory alike. */
static bool is_usual(const struct profile *p, bool fit, const struct scored *scored, uint32_t count)
{
    return count == 2 && scored[0].kind == SCORED_CPU && scored[1].kind == SCORED_MEMORY &&
           (!fit || (p->strategy == FIT_LEAST_ALLOCATED && scored[0].weight == 1 && scored[1].weight == 1));
}

static int64_t usual_score(const struct cached_node *n, const struct scored *scored, bool fit)
{
    struct score_amount allocatable = {n->allocatable.mcpu, n->allocatable.memory_bytes};
    if (fit) {
        return score_least_allocated(allocatable, (struct score_amount){n->nonzero_mcpu + scored[0].pod,
                                                                        n->nonzero_memory_bytes + scored[1].pod});
    }
    return score_balanced_allocation(allocatable, (struct score_amount){n->requested.mcpu, n->requested.memory_bytes},
                                     (struct score_amount){scored[0].pod, scored[1].pod});
}

/* fit: else the balance. */
static void score_resources(struct cycle *c, bool fit, int64_t *raw)
{
    const struct scored_resources *list = fit ? &c->profile->fit : &c->profile->balanced;
    const struct pod_template *t = c->class->template;
    struct scored scored[SCORED_MAX];
    struct score_use uses[SCORED_MAX];
    uint32_t count = list->count < SCORED_MAX ? list->count : SCORED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        scored[i] = scored_of(&list->at[i], fit ? &t->score_requests : &t->requests);
    }
    bool usual = is_usual(c->profile, fit, scored, count);
    for (uint32_t i = 0; i < c->p->feasible.count; i++) {
        const struct cached_node *n = &c->p->cache.nodes.at[c->p->feasible.at[i]];
        if (usual) {
            raw[i] = usual_score(n, scored, fit);
            continue;
        }
        for (uint32_t k = 0; k < count; k++) {
            uses[k] = use_of(&scored[k], n, fit);
        }
        raw[i] = fit ? score_fit(c->profile, uses, count) : score_balance(uses, count);
    }
}

static bool asks_for_any(const struct cycle *c)
{
    for (uint32_t i = 0; i < c->profile->balanced.count; i++) {
        if (scored_of(&c->profile->balanced.at[i], &c->class->template->requests).pod != 0) {
            return true;
        }
    }
    return false;
}

static int64_t image_sum(const struct cycle *c, const struct cached_node *n)
{
    const struct placement *p = c->class->template->placement;
    int64_t sum = 0;
    for (uint32_t i = 0; i < p->image_count && n->images.count > 0; i++) {
        uint32_t image = lookup_get(&c->p->cache.image_numbers, p->images[i]);
        for (uint32_t k = 0; image != LOOKUP_NONE && k < n->images.count; k++) {
            if (n->images.at[k].image == image) {
                sum += score_image_share(n->images.at[k].size_bytes, n->images.at[k].nodes, c->p->cache.order.count);
            }
        }
    }
    return sum;
}

/* Nodes that lack a key, where every key is wanted, are left out of spreading: they score 0. */
static bool is_left_out(const struct cycle *c, uint32_t slot)
{
    return c->tallies->requires_keys && !(c->tallies->places.at[slot] & PLACE_SOFT_KEYS);
}

/* How many values of the key feasible nodes have. */
static uint32_t spread_size(struct cycle *c, const struct tally *t)
{
    struct placer *p = c->p;
    const struct topology *topology = &p->cache.topologies.at[t->topology];
    uint32_t size = 0;
    p->stamp++;
    while (p->stamps.count < topology->values.count) {
        VEC_PUSH(&p->stamps, 0);
    }
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        uint32_t slot = p->feasible.at[i], value = topology->of.at[slot] == NONE ? 0 : topology->of.at[slot];
        if (is_left_out(c, slot)) {
            continue;
        }
        size += t->by_node || p->stamps.at[value] != p->stamp;
        p->stamps.at[value] = p->stamp;
    }
    return size;
}

static bool score_spread(struct cycle *c, int64_t *raw)
{
    struct placer *p = c->p;
    double *sums = memory_take(p->feasible.count, sizeof *sums);
    bool any = false;
    for (uint32_t k = 0; k < c->tallies->spread_count; k++) {
        const struct tally *t = &c->tallies->list.at[k];
        if (t->kind != TALLY_SOFT) {
            continue;
        }
        any = true;
        double weight = score_spread_weight(spread_size(c, t));
        for (uint32_t i = 0; i < p->feasible.count; i++) {
            uint32_t slot = p->feasible.at[i];
            if (p->cache.topologies.at[t->topology].of.at[slot] != NONE) {
                sums[i] += (double)tally_at(t, &p->cache, slot) * weight + (double)(c->tallies->spread[k].max_skew - 1);
            }
        }
    }
    for (uint32_t i = 0; any && i < p->feasible.count; i++) {
        raw[i] = is_left_out(c, p->feasible.at[i]) ? 0 : (int64_t)elementary_round(sums[i]);
    }
    free(sums);
    return any;
}

static void normalize_spread(const struct cycle *c, int64_t *scores)
{
    int64_t least = INT64_MAX, most = 0;
    for (uint32_t i = 0; i < c->p->feasible.count; i++) {
        if (!is_left_out(c, c->p->feasible.at[i])) {
            least = scores[i] < least ? scores[i] : least;
            most = scores[i] > most ? scores[i] : most;
        }
    }
    for (uint32_t i = 0; i < c->p->feasible.count; i++) {
        scores[i] = is_left_out(c, c->p->feasible.at[i]) ? 0
                    : most == 0                          ? 100
                                                         : 100 * (most + least - scores[i]) / most;
    }
}

static bool score_pod_affinity(const struct cycle *c, int64_t *raw)
{
    bool any = false;
    memset(raw, 0, c->p->feasible.count * sizeof *raw);
    for (uint32_t k = 0; k < c->tallies->list.count; k++) {
        const struct tally *t = &c->tallies->list.at[k];
        if (t->kind != TALLY_SCORE || t->entries == 0) {
            continue;
        }
        any = true;
        const struct topology *topology = &c->p->cache.topologies.at[t->topology];
        for (uint32_t i = 0; i < c->p->feasible.count; i++) {
            uint32_t at = topology->of.at[c->p->feasible.at[i]];
            raw[i] += at != NONE && at < t->sums.count ? t->sums.at[at] : 0;
        }
    }
    return any;
}

static void normalize_pod_affinity(int64_t *scores, uint32_t count)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (uint32_t i = 0; i < count; i++) {
        least = scores[i] < least ? scores[i] : least;
        most = scores[i] > most ? scores[i] : most;
    }
    for (uint32_t i = 0; i < count; i++) {
        scores[i] = most == least ? 0 : (int64_t)(100.0 * ((double)(scores[i] - least) / (double)(most - least)));
    }
}

static bool prefers_nodes(const struct cycle *c)
{
    return c->class->template->placement->preferred_count > 0 ||
           (c->profile->added != NULL && c->profile->added->preferred_count > 0);
}

/* Sets raw scores of one plugin. False: it is skipped. */
static bool score_plugin(struct cycle *c, enum plugin plugin, int64_t *raw)
{
    const struct placement *p = c->class->template->placement;
    uint32_t count = c->p->feasible.count;
    if (plugin == PLUGIN_POD_TOPOLOGY_SPREAD) {
        return score_spread(c, raw);
    }
    if (plugin == PLUGIN_INTER_POD_AFFINITY) {
        return score_pod_affinity(c, raw);
    }
    if (plugin == PLUGIN_NODE_RESOURCES_FIT || plugin == PLUGIN_BALANCED_ALLOCATION) {
        score_resources(c, plugin == PLUGIN_NODE_RESOURCES_FIT, raw);
        return plugin == PLUGIN_NODE_RESOURCES_FIT || asks_for_any(c);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct cached_node *n = &c->p->cache.nodes.at[c->p->feasible.at[i]];
        if (plugin == PLUGIN_TAINT_TOLERATION) {
            raw[i] = score_taints(p, n->taints);
        } else if (plugin == PLUGIN_NODE_AFFINITY) {
            raw[i] = score_affinity(p, n->labels, n->name) + score_affinity(c->profile->added, n->labels, n->name);
        } else if (plugin == PLUGIN_IMAGE_LOCALITY) {
            raw[i] = score_images(image_sum(c, n), p->container_count);
        } else {
            raw[i] = 0;
        }
    }
    return plugin != PLUGIN_NODE_AFFINITY || prefers_nodes(c);
}

static void normalize(const struct cycle *c, enum plugin plugin, int64_t *scores)
{
    uint32_t count = c->p->feasible.count;
    if (plugin == PLUGIN_TAINT_TOLERATION) {
        score_normalize(scores, count, true);
    } else if (plugin == PLUGIN_NODE_AFFINITY) {
        score_normalize(scores, count, false);
    } else if (plugin == PLUGIN_POD_TOPOLOGY_SPREAD) {
        normalize_spread(c, scores);
    } else if (plugin == PLUGIN_INTER_POD_AFFINITY) {
        normalize_pod_affinity(scores, count);
    }
}

static bool has_broken_preference(const struct placement *p)
{
    for (uint32_t i = 0; p != NULL && i < p->preferred_count; i++) {
        if (p->preferred_terms[i].broken) {
            return true;
        }
    }
    return false;
}

/* A preference that Kubernetes cannot parse ends the cycle. */
static bool has_error(const struct cycle *c)
{
    return c->profile->weights[PLUGIN_NODE_AFFINITY] != 0 &&
           (has_broken_preference(c->class->template->placement) || has_broken_preference(c->profile->added));
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
    if (has_error(c)) {
        return false;
    }
    set_count(p, &p->totals);
    memset(p->totals.at, 0, p->totals.count * sizeof *p->totals.at);
    for (int k = 0; k < PLUGINS; k++) {
        p->skipped[k] = true;
        if (c->profile->weights[k] == 0) {
            continue;
        }
        set_count(p, &p->raw[k]);
        set_count(p, &p->scores[k]);
        p->skipped[k] = !score_plugin(c, (enum plugin)k, p->raw[k].at);
        if (p->skipped[k]) {
            continue;
        }
        memcpy(p->scores[k].at, p->raw[k].at, p->feasible.count * sizeof *p->scores[k].at);
        normalize(c, (enum plugin)k, p->scores[k].at);
        for (uint32_t i = 0; i < p->feasible.count; i++) {
            p->totals.at[i] += p->scores[k].at[i] * c->profile->weights[k];
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

static bool scores_usually(const struct profile *p, bool fit, const struct pod_template *t, struct scored *scored)
{
    const struct scored_resources *list = fit ? &p->fit : &p->balanced;
    for (uint32_t i = 0; i < 2 && list->count == 2; i++) {
        scored[i] = scored_of(&list->at[i], fit ? &t->score_requests : &t->requests);
    }
    return list->count == 2 && is_usual(p, fit, scored, 2);
}

static bool can_be_fast(const struct cycle *c)
{
    struct scored scored[2];
    const struct pod_template *t = c->class->template;
    return !c->p->plain && !c->p->detailed && c->p->cache.nominees == 0 && c->pod->wanted_node == NULL &&
           c->pod->nominated == NULL && !has_error(c) && scores_usually(c->profile, true, t, scored) &&
           scores_usually(c->profile, false, t, scored);
}

static void make_memo(const struct cycle *c, uint32_t slot, struct tally_memo *m)
{
    const struct cached_node *n = &c->p->cache.nodes.at[slot];
    const struct placement *p = c->class->template->placement;
    const int64_t *weights = c->profile->weights;
    struct scored scored[2];
    struct verdict v;
    int64_t score = 0;
    *m = (struct tally_memo){.version = c->p->cache.versions.at[slot], .fits = filter_node(c, slot, &v)};
    if (!m->fits) {
        return;
    }
    scores_usually(c->profile, true, c->class->template, scored);
    score += weights[PLUGIN_NODE_RESOURCES_FIT] * usual_score(n, scored, true);
    scores_usually(c->profile, false, c->class->template, scored);
    if (scored[0].pod != 0 || scored[1].pod != 0) {
        score += weights[PLUGIN_BALANCED_ALLOCATION] * usual_score(n, scored, false);
    }
    if (n->images.count > 0 && p->image_count > 0) {
        score += weights[PLUGIN_IMAGE_LOCALITY] * score_images(image_sum(c, n), p->container_count);
    }
    m->score = (int32_t)score;
    m->taints = (int16_t)score_taints(p, n->taints);
    m->affinity =
        (int32_t)(score_affinity(p, n->labels, n->name) + score_affinity(c->profile->added, n->labels, n->name));
}

static const struct tally_memo *memo_of(const struct cycle *c, uint32_t slot)
{
    struct tally_memo *m = &c->tallies->memos.at[slot];
    if (m->version != c->p->cache.versions.at[slot]) {
        make_memo(c, slot, m);
    }
    return m;
}

static void open_memos(const struct cycle *c)
{
    struct tallies *t = c->tallies;
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
    return memo_of(c, slot)->fits ? filter_tallies(c, slot, v) : filter_node(c, slot, v);
}

/* Adds what a plugin that normalizes says, from raw scores. */
static void add_normalized(const struct cycle *c, enum plugin plugin)
{
    struct placer *p = c->p;
    int64_t *scores = p->raw[plugin].at;
    normalize(c, plugin, scores);
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        p->totals.at[i] += scores[i] * c->profile->weights[plugin];
    }
}

/* taints: else node affinity. Nothing when all nodes are alike. */
static void add_memo_scores(const struct cycle *c, enum plugin plugin, bool taints)
{
    struct placer *p = c->p;
    bool differ = false;
    int32_t first = 0;
    if (c->profile->weights[plugin] == 0) {
        return;
    }
    set_count(p, &p->raw[plugin]);
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        const struct tally_memo *m = &c->tallies->memos.at[p->feasible.at[i]];
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
    set_count(p, &p->totals);
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        p->totals.at[i] = c->tallies->memos.at[p->feasible.at[i]].score;
    }
    if (c->tallies->list.count > 0) {
        for (enum plugin k = PLUGIN_POD_TOPOLOGY_SPREAD; k <= PLUGIN_INTER_POD_AFFINITY; k++) {
            set_count(p, &p->raw[k]);
            if (c->profile->weights[k] != 0 && score_plugin(c, k, p->raw[k].at)) {
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
    uint32_t wanted = placer_nodes_to_find(count, c->profile->percentage);
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
    bool restricted = c->profile->filters[PLUGIN_NODE_AFFINITY] &&
                      (c->pod->wanted_node != NULL || placer_restriction(c->class, &names));
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
