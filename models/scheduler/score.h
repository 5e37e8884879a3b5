/* score.h -- how good a node is for a pod, as the score plugins of the scheduler's default profile say.
 *
 * Pure functions; scores are 0 to 100.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins/noderesources and schedule_one.go.
 */
#ifndef MODELS_SCHEDULER_SCORE_H
#define MODELS_SCHEDULER_SCORE_H

#include <stdint.h>

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

/* The index of the node that gets the pod: the root of Go's container/heap over the scores in the order given, [count],
 * count > 0. Changes scores' order. */
uint32_t score_select(int64_t *scores, uint32_t *indices, uint32_t count);

#endif
