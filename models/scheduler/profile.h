/* profile.h -- what a scheduler profile asks of its plugins: weights and arguments.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/apis/config/v1/{defaults,default_plugins}.go.
 */
#ifndef MODELS_SCHEDULER_PROFILE_H
#define MODELS_SCHEDULER_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/world/placement.h"

/* In the profile's order. */
enum plugin {
    PLUGIN_NODE_UNSCHEDULABLE,
    PLUGIN_NODE_NAME,
    PLUGIN_TAINT_TOLERATION,
    PLUGIN_NODE_AFFINITY,
    PLUGIN_NODE_PORTS,
    PLUGIN_NODE_RESOURCES_FIT,
    PLUGIN_VOLUME_RESTRICTIONS,
    PLUGIN_NODE_VOLUME_LIMITS,
    PLUGIN_VOLUME_BINDING,
    PLUGIN_VOLUME_ZONE,
    PLUGIN_POD_TOPOLOGY_SPREAD,
    PLUGIN_INTER_POD_AFFINITY,
    PLUGIN_DYNAMIC_RESOURCES, /* no pod has claims: scores 0 */
    PLUGIN_BALANCED_ALLOCATION,
    PLUGIN_IMAGE_LOCALITY,
    PLUGINS,
};

extern const char *const plugin_names[PLUGINS];

enum fit_strategy { FIT_LEAST_ALLOCATED, FIT_MOST_ALLOCATED, FIT_REQUESTED_TO_CAPACITY_RATIO };

struct scored_resource {
    const char *name;
    int64_t weight;
};

struct scored_resources {
    const struct scored_resource *at; /* [count] */
    uint32_t count;
};

struct shape_point {
    int64_t utilization;
    int64_t score; /* 0 to 10 */
};

struct profile {
    const char *name;
    bool filters[PLUGINS];                  /* enabled */
    int64_t weights[PLUGINS];               /* 0: does not score */
    bool scores;                            /* some plugin does; else the first node that fits is taken */
    bool preempts;                          /* DefaultPreemption runs */
    int32_t candidates_percent;             /* DefaultPreemption: nodes to try, of those that may help, */
    int32_t candidates_min;                 /* but at least so many */
    int32_t percentage;                     /* percentageOfNodesToScore; 0: adaptive */
    const struct placement *added;          /* NodeAffinity: addedAffinity; null: none */
    bool spread_by_default;                 /* PodTopologySpread, defaultingType System */
    const struct spread_constraint *spread; /* [spread_count] of defaultingType List */
    uint32_t spread_count;
    int64_t hard_affinity_weight; /* InterPodAffinity */
    bool ignores_preferred_of_existing;
    enum fit_strategy strategy;
    struct scored_resources fit;
    const struct shape_point *shape; /* [shape_count] */
    uint32_t shape_count;
    struct scored_resources balanced;
    const char *const *ignored_resources; /* [ignored_count] */
    uint32_t ignored_count;
    const char *const *ignored_groups; /* [ignored_group_count] */
    uint32_t ignored_group_count;
};

/* The default profile. */
struct profile profile_default(struct arena *a, struct names *names);

/* Takes over the arguments of one plugin, as a checked KubeSchedulerConfiguration has them; null: nothing. */
void profile_read_args(struct arena *a, struct names *names, struct profile *p, enum plugin plugin,
                       const struct value *args);

#endif
