#include "models/scheduler/ratings.h"

#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "models/scheduler/score.h"
#include "sim/base/elementary.h"
#include "sim/base/number.h"

/* One of the resources that a profile scores, as far as the pod goes. */
struct scored {
    enum { SCORED_CPU, SCORED_MEMORY, SCORED_EPHEMERAL, SCORED_SCALAR } kind;
    const char *name;
    int64_t pod;
    int64_t weight;
};

static struct scored scored_of(const struct scored_resource *from, const struct resources *pod)
{
    struct scored s = {SCORED_SCALAR, from->name, 0, from->weight};
    if (strcmp(from->name, "cpu") == 0) {
        s.kind = SCORED_CPU;
        s.pod = pod->mcpu;
    } else if (strcmp(from->name, "memory") == 0) {
        s.kind = SCORED_MEMORY;
        s.pod = pod->memory_bytes;
    } else if (strcmp(from->name, "ephemeral-storage") == 0) {
        s.kind = SCORED_EPHEMERAL;
        s.pod = pod->ephemeral_bytes;
    }
    for (uint32_t i = 0; s.kind == SCORED_SCALAR && i < pod->scalar_count; i++) {
        s.pod = pod->scalars[i].name == from->name ? pod->scalars[i].amount : s.pod;
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
        return score_least_allocated(allocatable,
                                     (struct score_amount){number_wrap_add64(n->nonzero_mcpu, scored[0].pod),
                                                           number_wrap_add64(n->nonzero_memory_bytes, scored[1].pod)});
    }
    return score_balanced_allocation(allocatable, (struct score_amount){n->requested.mcpu, n->requested.memory_bytes},
                                     (struct score_amount){scored[0].pod, scored[1].pod});
}

/* fit: else the balance. */
static void score_resources(const struct ratings *r, bool fit, int64_t *raw)
{
    const struct scored_resources *list = fit ? &r->judge->profile->fit : &r->judge->profile->balanced;
    const struct pod_template *t = r->judge->class->template;
    struct scored scored[SCORED_MAX];
    struct score_use uses[SCORED_MAX];
    uint32_t count = list->count < SCORED_MAX ? list->count : SCORED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        scored[i] = scored_of(&list->at[i], fit ? &t->score_requests : &t->requests);
    }
    bool usual = is_usual(r->judge->profile, fit, scored, count);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct cached_node *n = &r->judge->cache->nodes.at[r->slots[i]];
        if (usual) {
            raw[i] = usual_score(n, scored, fit);
            continue;
        }
        for (uint32_t k = 0; k < count; k++) {
            uses[k] = use_of(&scored[k], n, fit);
        }
        raw[i] = fit ? score_fit(r->judge->profile, uses, count) : score_balance(uses, count);
    }
}

static bool asks_for_any(const struct ratings *r)
{
    for (uint32_t i = 0; i < r->judge->profile->balanced.count; i++) {
        if (scored_of(&r->judge->profile->balanced.at[i], &r->judge->class->template->requests).pod != 0) {
            return true;
        }
    }
    return false;
}

static int64_t image_sum(const struct ratings *r, const struct cached_node *n)
{
    const struct placement *p = r->judge->class->template->placement;
    int64_t sum = 0;
    for (uint32_t i = 0; i < p->image_count && n->images.count > 0; i++) {
        uint32_t image = lookup_get(&r->judge->cache->image_numbers, p->images[i]);
        for (uint32_t k = 0; image != LOOKUP_NONE && k < n->images.count; k++) {
            if (n->images.at[k].image == image) {
                sum = number_wrap_add64(sum, score_image_share(n->images.at[k].size_bytes, n->images.at[k].nodes,
                                                               r->judge->cache->order.count));
            }
        }
    }
    return sum;
}

/* Nodes that lack a key, where every key is wanted, are left out of spreading: they score 0. */
static bool is_left_out(const struct ratings *r, uint32_t slot)
{
    return r->judge->tallies->requires_keys && !(r->judge->tallies->places.at[slot] & PLACE_SOFT_KEYS);
}

/* How many values of the key feasible nodes have. */
static uint32_t spread_size(const struct ratings *r, const struct tally *t)
{
    const struct topology *topology = &r->judge->cache->topologies.at[t->topology];
    bool *seen = memory_take(topology->values.count, sizeof *seen);
    uint32_t size = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t slot = r->slots[i], value = topology->of.at[slot] == NONE ? 0 : topology->of.at[slot];
        if (!is_left_out(r, slot)) {
            size += t->by_node || !seen[value];
            seen[value] = true;
        }
    }
    free(seen);
    return size;
}

static bool score_spread(const struct ratings *r, int64_t *raw)
{
    double *sums = memory_take(r->count, sizeof *sums);
    bool any = false;
    for (uint32_t k = 0; k < r->judge->tallies->spread_count; k++) {
        const struct tally *t = &r->judge->tallies->list.at[k];
        if (t->kind != TALLY_SOFT) {
            continue;
        }
        any = true;
        double weight = score_spread_weight(spread_size(r, t));
        for (uint32_t i = 0; i < r->count; i++) {
            uint32_t slot = r->slots[i];
            if (r->judge->cache->topologies.at[t->topology].of.at[slot] != NONE) {
                sums[i] += (double)tally_at(t, r->judge->cache, slot) * weight +
                           (double)(r->judge->tallies->spread[k].max_skew - 1);
            }
        }
    }
    for (uint32_t i = 0; any && i < r->count; i++) {
        raw[i] = is_left_out(r, r->slots[i]) ? 0 : (int64_t)elementary_round(sums[i]);
    }
    free(sums);
    return any;
}

static void normalize_spread(const struct ratings *r, int64_t *scores)
{
    int64_t least = INT64_MAX, most = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (!is_left_out(r, r->slots[i])) {
            least = scores[i] < least ? scores[i] : least;
            most = scores[i] > most ? scores[i] : most;
        }
    }
    for (uint32_t i = 0; i < r->count; i++) {
        scores[i] = is_left_out(r, r->slots[i]) ? 0 : most == 0 ? 100 : 100 * (most + least - scores[i]) / most;
    }
}

static bool score_pod_affinity(const struct ratings *r, int64_t *raw)
{
    bool any = false;
    memset(raw, 0, r->count * sizeof *raw);
    for (uint32_t k = 0; k < r->judge->tallies->list.count; k++) {
        const struct tally *t = &r->judge->tallies->list.at[k];
        if (t->kind != TALLY_SCORE || t->entries == 0) {
            continue;
        }
        any = true;
        const struct topology *topology = &r->judge->cache->topologies.at[t->topology];
        for (uint32_t i = 0; i < r->count; i++) {
            uint32_t at = topology->of.at[r->slots[i]];
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

static bool prefers_nodes(const struct ratings *r)
{
    return r->judge->class->template->placement->preferred_count > 0 ||
           (r->judge->profile->added != NULL && r->judge->profile->added->preferred_count > 0);
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

bool ratings_score(const struct ratings *r, enum plugin plugin, int64_t *raw)
{
    const struct placement *p = r->judge->class->template->placement;
    if (plugin == PLUGIN_POD_TOPOLOGY_SPREAD) {
        return score_spread(r, raw);
    }
    if (plugin == PLUGIN_INTER_POD_AFFINITY) {
        return score_pod_affinity(r, raw);
    }
    if (plugin == PLUGIN_NODE_RESOURCES_FIT || plugin == PLUGIN_BALANCED_ALLOCATION) {
        score_resources(r, plugin == PLUGIN_NODE_RESOURCES_FIT, raw);
        return plugin == PLUGIN_NODE_RESOURCES_FIT || asks_for_any(r);
    }
    for (uint32_t i = 0; i < r->count; i++) {
        const struct cached_node *n = &r->judge->cache->nodes.at[r->slots[i]];
        if (plugin == PLUGIN_TAINT_TOLERATION) {
            raw[i] = score_taints(p, n->taints);
        } else if (plugin == PLUGIN_NODE_AFFINITY) {
            raw[i] =
                score_affinity(p, n->labels, n->name) + score_affinity(r->judge->profile->added, n->labels, n->name);
        } else if (plugin == PLUGIN_IMAGE_LOCALITY) {
            raw[i] = score_images(image_sum(r, n), p->container_count);
        } else {
            raw[i] = 0;
        }
    }
    return plugin == PLUGIN_NODE_AFFINITY ? prefers_nodes(r) : plugin != PLUGIN_VOLUME_BINDING;
}

void ratings_normalize(const struct ratings *r, enum plugin plugin, int64_t *scores)
{
    uint32_t count = r->count;
    if (plugin == PLUGIN_TAINT_TOLERATION) {
        score_normalize(scores, count, true);
    } else if (plugin == PLUGIN_NODE_AFFINITY) {
        score_normalize(scores, count, false);
    } else if (plugin == PLUGIN_POD_TOPOLOGY_SPREAD) {
        normalize_spread(r, scores);
    } else if (plugin == PLUGIN_INTER_POD_AFFINITY) {
        normalize_pod_affinity(scores, count);
    }
}

bool ratings_fail(const struct judge *j)
{
    return j->profile->weights[PLUGIN_NODE_AFFINITY] != 0 &&
           (has_broken_preference(j->class->template->placement) || has_broken_preference(j->profile->added));
}

int64_t ratings_fixed(const struct judge *j, uint32_t slot)
{
    static const enum plugin fixed[] = {PLUGIN_NODE_RESOURCES_FIT, PLUGIN_BALANCED_ALLOCATION, PLUGIN_IMAGE_LOCALITY};
    const struct ratings r = {j, &slot, 1};
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        int64_t raw, weight = j->profile->weights[fixed[i]];
        if (weight != 0 && ratings_score(&r, fixed[i], &raw)) {
            sum += weight * raw;
        }
    }
    return sum;
}

void ratings_kind(const struct judge *j, uint32_t slot, int64_t *taints, int64_t *affinity)
{
    const struct ratings r = {j, &slot, 1};
    *taints = *affinity = 0;
    if (j->profile->weights[PLUGIN_TAINT_TOLERATION] != 0) {
        ratings_score(&r, PLUGIN_TAINT_TOLERATION, taints);
    }
    if (j->profile->weights[PLUGIN_NODE_AFFINITY] != 0) {
        ratings_score(&r, PLUGIN_NODE_AFFINITY, affinity);
    }
}

bool ratings_are_usual(const struct profile *profile, const struct pod_class *class)
{
    bool usual = true;
    for (int fit = 0; fit < 2; fit++) {
        const struct scored_resources *list = fit ? &profile->fit : &profile->balanced;
        struct scored scored[2];
        for (uint32_t i = 0; i < 2 && i < list->count; i++) {
            scored[i] = scored_of(&list->at[i], &class->template->requests);
        }
        usual = usual && is_usual(profile, fit, scored, list->count);
    }
    return usual;
}
