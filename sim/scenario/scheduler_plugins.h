/* scheduler_plugins.h -- the plugins of kube-scheduler: which a profile runs at each extension point, in which order and
 * with which weights.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/apis/config/v1/default_plugins.go, framework/runtime/framework.go
 * (NewFramework), framework/plugins/registry.go.
 */
#ifndef SIM_SCENARIO_SCHEDULER_PLUGINS_H
#define SIM_SCENARIO_SCHEDULER_PLUGINS_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* In the order in which the scheduler sets them up. */
enum extension_point {
    EXTENSION_PRE_FILTER,
    EXTENSION_FILTER,
    EXTENSION_POST_FILTER,
    EXTENSION_RESERVE,
    EXTENSION_PRE_SCORE,
    EXTENSION_SCORE,
    EXTENSION_PRE_BIND,
    EXTENSION_BIND,
    EXTENSION_POST_BIND,
    EXTENSION_PERMIT,
    EXTENSION_PRE_ENQUEUE,
    EXTENSION_QUEUE_SORT,
    EXTENSION_PLACEMENT_GENERATE,
    EXTENSION_PLACEMENT_SCORE,
    EXTENSION_POINTS,
};

/* As a profile's plugins has them: "preFilter". */
extern const char *const extension_point_names[EXTENSION_POINTS];

struct used_plugin {
    const char *name;
    int64_t weight; /* EXTENSION_SCORE only; else 0 */
};

struct used_plugins {
    struct used_plugin *at; /* [count], in the order in which they run */
    uint32_t count;
};

struct extension_plugins {
    struct used_plugins at[EXTENSION_POINTS];
};

/* Why a scheduler does not start with a profile's plugins. */
enum plugins_refusal {
    PLUGINS_GOOD,
    PLUGINS_UNKNOWN,   /* there is no such plugin */
    PLUGINS_ELSEWHERE, /* the plugin has nothing to do at the extension point */
    PLUGINS_TWICE,
    PLUGINS_NO_SORT, /* not exactly one queue sort plugin */
    PLUGINS_NO_BINDER,
    PLUGINS_MANY_GENERATORS,
    PLUGINS_OVERFLOW, /* of the sum of weighted scores */
};

/* Whether the plugin has something to do at an extension point. */
bool scheduler_plugin_extends(const char *name, enum extension_point point);

/* Its place in the default order; past all others when there is none of that name. */
unsigned scheduler_plugin_order(const char *name);

/* The name nearest to a misspelt one; null: none is near. */
const char *scheduler_plugin_suggest(const char *name);

/* Changes profile, a map, to what the scheduler makes of its plugins: the default ones, without what is disabled, with what
 * is enabled. */
void scheduler_plugins_default(struct arena *a, struct names *names, struct value *profile);

/* Spreads the plugins of a defaulted profile over the extension points. The first reason not to start is added to found
 * and returned; *plugins then says nothing. */
enum plugins_refusal scheduler_plugins_expand(struct arena *a, const struct place *profile,
                                              struct extension_plugins *plugins, struct violations *found);

/* Whether some extension point of a defaulted profile enables the plugin. */
bool scheduler_plugins_need(const struct value *profile, const char *name);

#endif
