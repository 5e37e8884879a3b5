/* ratings.h -- what the score plugins say of the nodes that a pod fits on.
 *
 * The plain way: every plugin for every node, anew. What is kept between cycles must say the same.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins, framework/runtime/framework.go (RunScorePlugins).
 */
#ifndef MODELS_SCHEDULER_RATINGS_H
#define MODELS_SCHEDULER_RATINGS_H

#include "models/scheduler/judge.h"

/* Whom to rate, and by what. */
struct ratings {
    const struct judge *judge;
    const uint32_t *slots; /* [count] the feasible nodes, in the order in which they were found */
    uint32_t count;
};

/* Sets the raw scores of one plugin, [r->count]. False: it is skipped. */
bool ratings_score(const struct ratings *r, enum plugin plugin, int64_t *raw);

/* Raw scores, [r->count], become what the plugin's normalization makes of them. */
void ratings_normalize(const struct ratings *r, enum plugin plugin, int64_t *scores);

/* A preference that Kubernetes cannot parse ends the cycle when there is something to score. */
bool ratings_fail(const struct judge *j);

/* What the plugins that do not normalize say of a node, weighted: it depends on nothing but the class and the node. */
int64_t ratings_fixed(const struct judge *j, uint32_t slot);

/* The raw scores of TaintToleration and NodeAffinity of a node, 0 where the profile gives them no weight. */
void ratings_kind(const struct judge *j, uint32_t slot, int64_t *taints, int64_t *affinity);

/* Whether NodeResourcesFit and NodeResourcesBalancedAllocation score cpu and memory as in the default profile. */
bool ratings_are_usual(const struct profile *profile, const struct pod_class *class);

#endif
