#include "models/scheduler/profile.h"

#include <string.h>

#include "sim/scenario/compile.h"

const char *const plugin_names[PLUGINS] = {
    [PLUGIN_NODE_UNSCHEDULABLE] = "NodeUnschedulable",
    [PLUGIN_NODE_NAME] = "NodeName",
    [PLUGIN_TAINT_TOLERATION] = "TaintToleration",
    [PLUGIN_NODE_AFFINITY] = "NodeAffinity",
    [PLUGIN_NODE_PORTS] = "NodePorts",
    [PLUGIN_NODE_RESOURCES_FIT] = "NodeResourcesFit",
    [PLUGIN_VOLUME_RESTRICTIONS] = "VolumeRestrictions",
    [PLUGIN_NODE_VOLUME_LIMITS] = "NodeVolumeLimits",
    [PLUGIN_VOLUME_BINDING] = "VolumeBinding",
    [PLUGIN_VOLUME_ZONE] = "VolumeZone",
    [PLUGIN_POD_TOPOLOGY_SPREAD] = "PodTopologySpread",
    [PLUGIN_INTER_POD_AFFINITY] = "InterPodAffinity",
    [PLUGIN_DYNAMIC_RESOURCES] = "DynamicResources",
    [PLUGIN_BALANCED_ALLOCATION] = "NodeResourcesBalancedAllocation",
    [PLUGIN_IMAGE_LOCALITY] = "ImageLocality",
};

static struct scored_resources cpu_and_memory(struct arena *a, struct names *names)
{
    struct scored_resource *at = TAKE(a, struct scored_resource, 2);
    at[0] = (struct scored_resource){names_text(names, "cpu"), 1};
    at[1] = (struct scored_resource){names_text(names, "memory"), 1};
    return (struct scored_resources){at, 2};
}

struct profile profile_default(struct arena *a, struct names *names)
{
    struct profile p = {.name = names_text(names, "default-scheduler"),
                        .weights = {[PLUGIN_TAINT_TOLERATION] = 3,
                                    [PLUGIN_NODE_AFFINITY] = 2,
                                    [PLUGIN_NODE_RESOURCES_FIT] = 1,
                                    [PLUGIN_POD_TOPOLOGY_SPREAD] = 2,
                                    [PLUGIN_INTER_POD_AFFINITY] = 2,
                                    [PLUGIN_DYNAMIC_RESOURCES] = 2,
                                    [PLUGIN_BALANCED_ALLOCATION] = 1,
                                    [PLUGIN_IMAGE_LOCALITY] = 1},
                        .scores = true,
                        .preempts = true,
                        .candidates_percent = 10,
                        .candidates_min = 100,
                        .spread_by_default = true,
                        .hard_affinity_weight = 1,
                        .fit = cpu_and_memory(a, names),
                        .balanced = cpu_and_memory(a, names)};
    for (int i = 0; i < PLUGINS; i++) {
        p.filters[i] = true;
    }
    return p;
}

static bool says(const struct value *v, const char *key, const char *text)
{
    const char *there = value_as_text(value_get(v, key));
    return there != NULL && strcmp(there, text) == 0;
}

static int64_t integer_at(const struct value *v, const char *key, int64_t absent)
{
    int64_t number;
    return value_as_int64(value_get(v, key), &number) ? number : absent;
}

static uint32_t size_of(const struct value *v)
{
    return value_is_list(v) ? v->count : 0;
}

static struct scored_resources read_resources(struct arena *a, struct names *names, const struct value *list)
{
    struct scored_resource *at = TAKE(a, struct scored_resource, size_of(list));
    for (uint32_t i = 0; i < size_of(list); i++) {
        int64_t weight = integer_at(list->items[i], "weight", 0);
        const char *name = value_as_text(value_get(list->items[i], "name"));
        at[i] = (struct scored_resource){names_text(names, name == NULL ? "" : name), weight == 0 ? 1 : weight};
    }
    return (struct scored_resources){at, size_of(list)};
}

static const char *const *read_texts(struct arena *a, struct names *names, const struct value *list, uint32_t *count)
{
    const char **at = TAKE(a, const char *, size_of(list));
    for (uint32_t i = 0; i < size_of(list); i++) {
        const char *text = value_as_text(list->items[i]);
        at[i] = names_text(names, text == NULL ? "" : text);
    }
    *count = size_of(list);
    return at;
}

static void read_strategy(struct arena *a, struct names *names, struct profile *p, const struct value *strategy)
{
    if (says(strategy, "type", "MostAllocated")) {
        p->strategy = FIT_MOST_ALLOCATED;
    } else if (says(strategy, "type", "RequestedToCapacityRatio")) {
        p->strategy = FIT_REQUESTED_TO_CAPACITY_RATIO;
    } else {
        p->strategy = FIT_LEAST_ALLOCATED;
    }
    if (size_of(value_get(strategy, "resources")) > 0) {
        p->fit = read_resources(a, names, value_get(strategy, "resources"));
    }
    const struct value *shape = value_at(strategy, "requestedToCapacityRatio.shape");
    struct shape_point *at = TAKE(a, struct shape_point, size_of(shape));
    for (uint32_t i = 0; i < size_of(shape); i++) {
        at[i] = (struct shape_point){integer_at(shape->items[i], "utilization", 0),
                                     integer_at(shape->items[i], "score", 0)};
    }
    p->shape = at;
    p->shape_count = size_of(shape);
}

static void read_fit(struct arena *a, struct names *names, struct profile *p, const struct value *args)
{
    if (value_is_map(value_get(args, "scoringStrategy"))) {
        read_strategy(a, names, p, value_get(args, "scoringStrategy"));
    }
    p->ignored_resources = read_texts(a, names, value_get(args, "ignoredResources"), &p->ignored_count);
    p->ignored_groups = read_texts(a, names, value_get(args, "ignoredResourceGroups"), &p->ignored_group_count);
}

void profile_read_args(struct arena *a, struct names *names, struct profile *p, enum plugin plugin,
                       const struct value *args)
{
    if (!value_is_map(args)) {
        return;
    }
    if (plugin == PLUGIN_NODE_AFFINITY) {
        struct placement *added = TAKE(a, struct placement, 1);
        compile_affinity(a, names, value_get(args, "addedAffinity"), added);
        p->added = added;
    } else if (plugin == PLUGIN_POD_TOPOLOGY_SPREAD) {
        p->spread_by_default = !says(args, "defaultingType", "List");
        p->spread = compile_spread(a, names, value_get(args, "defaultConstraints"));
        p->spread_count = size_of(value_get(args, "defaultConstraints"));
    } else if (plugin == PLUGIN_INTER_POD_AFFINITY) {
        const struct value *ignores = value_get(args, "ignorePreferredTermsOfExistingPods");
        p->hard_affinity_weight = integer_at(args, "hardPodAffinityWeight", 1);
        p->ignores_preferred_of_existing = ignores != NULL && ignores->kind == VALUE_BOOL && ignores->boolean;
    } else if (plugin == PLUGIN_NODE_RESOURCES_FIT) {
        read_fit(a, names, p, args);
    } else if (plugin == PLUGIN_BALANCED_ALLOCATION && size_of(value_get(args, "resources")) > 0) {
        p->balanced = read_resources(a, names, value_get(args, "resources"));
    }
}
