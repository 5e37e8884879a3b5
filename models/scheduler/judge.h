/* judge.h -- whether a node takes a pod: the filters of the profile, in its order, and the first that says no.
 *
 * The plain way: every filter anew. What is kept between cycles must say the same.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins, framework/runtime/framework.go (RunFilterPlugins).
 */
#ifndef MODELS_SCHEDULER_JUDGE_H
#define MODELS_SCHEDULER_JUDGE_H

#include "models/scheduler/cache.h"
#include "models/scheduler/profile.h"
#include "models/scheduler/tally.h"
#include "models/scheduler/verdict.h"
#include "models/scheduler/volumes.h"

/* What a pod is judged by. */
struct judge {
    struct cache *cache;
    const struct profile *profile;
    const struct pod_class *class;
    const char *wanted_node;               /* a required affinity to this name beside the class's own; null: none */
    struct tallies *tallies;               /* of the class, up to date */
    const struct volumes_cycle *volumes;   /* null: the pod has none */
    const struct pod_class *const *absent; /* [absent_count] pods that count for less than nothing: placer.h */
    uint32_t absent_count;
    bool lonely; /* judge_is_lonely when the cycle began: InterPodAffinity is left out of it */
};

/* Whether no term of the pod, and none of the pods on nodes, can keep the pod from any node. Terms of pods that only mean to
 * come do not count: Kubernetes skips the plugin before it looks at them. */
bool judge_is_lonely(const struct judge *j);

/* Each returns true when the node passes; else sets *v.
 *
 * judge_static   what depends on nothing but the pod and the node itself
 * judge_load     what depends on the node's pods, but for volumes
 * judge_node     both, and volumes
 * judge_tallies  what depends on other nodes' pods, too
 * judge_whole    all of it */
bool judge_static(const struct judge *j, uint32_t slot, struct verdict *v);
bool judge_load(const struct judge *j, uint32_t slot, struct verdict *v);
bool judge_node(const struct judge *j, uint32_t slot, struct verdict *v);
bool judge_tallies(const struct judge *j, uint32_t slot, struct verdict *v);
bool judge_whole(const struct judge *j, uint32_t slot, struct verdict *v);

#endif
