#include "sim/run/lint_scheduler.h"

#include <string.h>

#include "sim/scenario/scheduler_manifest.h"
#include "sim/scenario/scheduler_plugins.h"
#include "sim/scenario/scheduler_schema.h"

void lint_scheduler_names(const struct lint *l)
{
    const struct objects *objects = &l->scenario->objects;
    for (uint32_t i = 0; i < l->count; i++) {
        struct lint_way way;
        struct place name = place_get(lint_pod_spec(l->pods[i].object, &way), "schedulerName");
        if (l->pods[i].template != NULL && place_text(&name)[0] != '\0' &&
            !scheduler_manifest_has(objects, place_text(&name))) {
            lint_warn(l, l->pods[i].object, &name,
                      "no scheduler is named %.60s: the pods stay Pending (write one of %s, or add a profile to a "
                      "KubeSchedulerConfiguration)",
                      place_text(&name), scheduler_manifest_names(l->scenario->arena, objects));
        }
    }
}

static bool runs(const struct used_plugins *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Of the plugins of one extension point, those that get what they need at an earlier one that the profile disables. */
static void check_prepared(const struct lint *l, const struct object *object, const struct place *profile,
                           const struct extension_plugins *used, enum extension_point before, enum extension_point at)
{
    struct place plugins = place_get(profile, "plugins");
    struct place set = place_get(&plugins, extension_point_names[before]), disabled = place_get(&set, "disabled");
    for (uint32_t i = 0; i < used->at[at].count; i++) {
        const char *name = used->at[at].at[i].name;
        if (scheduler_plugin_extends(name, before) && !runs(&used->at[before], name)) {
            lint_warn(
                l, object, disabled.value == NULL ? &plugins : &disabled,
                "%s runs at %s without what it prepares at %s: a cluster may fail every cycle, and it is simulated "
                "as if it had it (disable it at both)",
                name, extension_point_names[at], extension_point_names[before]);
        }
    }
}

static void check_order(const struct lint *l, const struct object *object, const struct place *profile,
                        const struct used_plugins *filters)
{
    struct place plugins = place_get(profile, "plugins"), set = place_get(&plugins, "filter");
    struct place all = place_get(&plugins, "multiPoint");
    for (uint32_t i = 1; i < filters->count; i++) {
        if (scheduler_plugin_order(filters->at[i].name) < scheduler_plugin_order(filters->at[i - 1].name)) {
            lint_warn(
                l, object, set.value == NULL ? &all : &set,
                "filters run in an order of their own, and are simulated in the default one: where several refuse a "
                "node, the reason told may be another's");
            return;
        }
    }
}

void lint_scheduler_plugins(const struct lint *l)
{
    const struct object *object = objects_find(&l->scenario->objects, SCHEDULER_KIND, "", SCHEDULER_NAME);
    struct place top = place_top(object == NULL ? NULL : object->tree), profiles = place_get(&top, "profiles");
    struct violations none = {.arena = l->scenario->arena};
    for (uint32_t i = 0; i < place_count(&profiles); i++) {
        struct place profile = place_item(&profiles, i);
        struct extension_plugins used;
        if (scheduler_plugins_expand(l->scenario->arena, &profile, &used, &none) == PLUGINS_GOOD) {
            check_prepared(l, object, &profile, &used, EXTENSION_PRE_FILTER, EXTENSION_FILTER);
            check_prepared(l, object, &profile, &used, EXTENSION_PRE_SCORE, EXTENSION_SCORE);
            check_order(l, object, &profile, &used.at[EXTENSION_FILTER]);
        }
    }
    violations_drop(&none);
}
