/* candidates.h -- which nodes a cycle looks at, and how many feasible ones are enough.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/schedule_one.go (numFeasibleNodesToFind), plugins/nodeaffinity (PreFilter).
 */
#ifndef MODELS_SCHEDULER_CANDIDATES_H
#define MODELS_SCHEDULER_CANDIDATES_H

#include "models/scheduler/cache.h"

/* A zero struct is an empty one. */
struct candidates {
    VEC(uint32_t) slots;
};

/* How many feasible nodes a cycle looks for among count; percentage: of nodes to score, 0: adaptive. */
uint32_t candidates_wanted(uint32_t count, int32_t percentage);

/* Whether a class's required node affinity names its nodes; sets *names to how many names that allows: 0, 1 or more. */
bool candidates_restricted(const struct pod_class *class, uint32_t *names);

/* The nodes that are there of those that a class names, or of the one that its pod wants (null: none), by name. */
void candidates_find(struct candidates *c, const struct cache *cache, const struct pod_class *class,
                     const char *wanted_node);

void candidates_drop(struct candidates *c);

#endif
