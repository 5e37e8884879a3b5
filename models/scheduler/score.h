/* score.h -- how good a node is for a pod, as the score plugins of the scheduler's default profile say.
 *
 * Pure functions; scores are 0 to 100.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins/noderesources and schedule_one.go.
 */
#ifndef MODELS_SCHEDULER_SCORE_H
#define MODELS_SCHEDULER_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/scheduler/profile.h"
#include "sim/world/placement.h"

/* An amount of the two resources that the default profile scores. */
struct score_amount {
    int64_t mcpu;
    int64_t memory_bytes;
};

/* NodeResourcesFit, strategy LeastAllocated, cpu and memory of weight 1.
 *
 *   allocatable  of the node; a resource of 0 is left out
 *   wanted       nonzero requests (100m, 200Mi where a container asks for nothing) of the node's pods and of the pod */
int64_t score_least_allocated(struct score_amount allocatable, struct score_amount wanted);

/* NodeResourcesBalancedAllocation: how the balance between cpu and memory changes (50 to 100; 75: not at all).
 *
 *   requested  real requests of the node's pods
 *   pod        real requests of the pod; when both are 0 the plugin is skipped: do not call */
int64_t score_balanced_allocation(struct score_amount allocatable, struct score_amount requested,
                                  struct score_amount pod);

/* The part of that which is the node's alone: how well cpu and memory are balanced now, 0 to 100; and the score from it. */
int64_t score_balance_now(struct score_amount allocatable, struct score_amount requested);
int64_t score_balance_change(struct score_amount allocatable, struct score_amount wanted, int64_t now);

/* One resource of a node and what of it would be in use with the pod there. */
struct score_use {
    int64_t allocatable; /* 0: the resource is left out */
    int64_t used;        /* by the node's pods */
    int64_t pod;         /* what the pod asks for */
    int64_t weight;
};

/* NodeResourcesFit by the profile's strategy. uses: [count]; pod's defaults of 100m and 200Mi are in. */
int64_t score_fit(const struct profile *p, const struct score_use *uses, uint32_t count);

/* NodeResourcesBalancedAllocation of any resources; real requests. uses: [count], weights not looked at. */
int64_t score_balance(const struct score_use *uses, uint32_t count);

/* TaintToleration before normalization: taints PreferNoSchedule that are not tolerated. Null taints: none. */
int64_t score_taints(const struct placement *p, const struct taints *taints);

/* NodeAffinity before normalization: weights of the preferred terms that hold. Null p: none. */
int64_t score_affinity(const struct placement *p, const struct labels *labels, const char *node_name);

/* ImageLocality: sum of the sizes of the pod's images on the node, each times the share of nodes that have it, against
 * the pod's containers. */
int64_t score_images(int64_t sum_bytes, uint32_t containers);
int64_t score_image_share(int64_t size_bytes, uint32_t nodes_with, uint32_t nodes);

/* The usual normalization to 0..100 by the largest score; reversed: the largest becomes 0. */
void score_normalize(int64_t *scores, uint32_t count, bool reversed);

/* The weight of a spread constraint over so many domains: ln(size + 2). */
double score_spread_weight(uint32_t size);

/* The index of the node that gets the pod: the root of Go's container/heap over the scores in the order given, [count],
 * count > 0. Changes scores' order. */
uint32_t score_select(int64_t *scores, uint32_t *indices, uint32_t count);

/* Of two feasible nodes of equal scores, the root of that heap: by their places in the order, which differ. The one that
 * comes first in pre-order of the binary tree: bits of the place + 1 after the leading 1 as text, a prefix goes first. */
static inline bool score_comes_first(uint32_t left, uint32_t right)
{
    uint32_t l = left + 1, r = right + 1;
    unsigned l_bits = 32 - (unsigned)__builtin_clz(l), r_bits = 32 - (unsigned)__builtin_clz(r);
    unsigned bits = l_bits < r_bits ? l_bits : r_bits;
    uint32_t l_head = l >> (l_bits - bits), r_head = r >> (r_bits - bits);
    return l_head != r_head ? l_head < r_head : l_bits < r_bits;
}

#endif
