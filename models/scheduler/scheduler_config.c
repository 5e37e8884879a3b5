#include "models/scheduler/scheduler_config.h"

#include <string.h>

#include "sim/scenario/scheduler_manifest.h"
#include "sim/scenario/scheduler_plugins.h"

#define SECOND INT64_C(1000000000)

struct maker {
    struct arena *arena;
    struct names *names;
};

static int64_t integer_at(const struct value *v, const char *key, int64_t absent)
{
    int64_t number;
    return value_as_int64(value_get(v, key), &number) ? number : absent;
}

static bool names_plugin(const struct value *config, const char *plugin)
{
    const char *name = value_as_text(value_get(config, "name"));
    return name != NULL && strcmp(name, plugin) == 0;
}

static bool runs(const struct extension_plugins *plugins, enum extension_point point, const char *name, int64_t *weight)
{
    const struct used_plugins *list = &plugins->at[point];
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].name, name) == 0) {
            *weight = list->at[i].weight;
            return true;
        }
    }
    return false;
}

static void read_args(const struct maker *m, struct profile *p, const struct value *config)
{
    const struct value *args = value_get(config, "args");
    for (int i = 0; i < PLUGINS; i++) {
        if (names_plugin(config, plugin_names[i])) {
            profile_read_args(m->arena, m->names, p, (enum plugin)i, args);
        }
    }
    if (names_plugin(config, "DefaultPreemption")) {
        p->candidates_percent = (int32_t)integer_at(args, "minCandidateNodesPercentage", p->candidates_percent);
        p->candidates_min = (int32_t)integer_at(args, "minCandidateNodesAbsolute", p->candidates_min);
    }
}

static struct profile profile_of(const struct maker *m, const struct value *config, const struct place *at)
{
    struct profile p = profile_default(m->arena, m->names);
    struct extension_plugins plugins;
    struct violations none = {.arena = m->arena};
    int64_t weight;
    const struct value *list = value_get(at->value, "pluginConfig");
    p.name = names_text(m->names, value_as_text(value_get(at->value, "schedulerName")));
    p.percentage =
        (int32_t)integer_at(at->value, "percentageOfNodesToScore", integer_at(config, "percentageOfNodesToScore", 0));
    (void)scheduler_plugins_expand(m->arena, at, &plugins, &none);
    violations_drop(&none);
    for (int i = 0; i < PLUGINS; i++) {
        p.filters[i] = runs(&plugins, EXTENSION_FILTER, plugin_names[i], &weight);
        bool scores = p.weights[i] != 0 && runs(&plugins, EXTENSION_SCORE, plugin_names[i], &weight);
        p.weights[i] = scores ? weight : 0; /* VolumeBinding's scores are 0 */
    }
    p.scores = plugins.at[EXTENSION_SCORE].count > 0;
    p.preempts = runs(&plugins, EXTENSION_POST_FILTER, "DefaultPreemption", &weight);
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        read_args(m, &p, list->items[i]);
    }
    return p;
}

/* Seconds that would not fit into nanoseconds are as good as the most that do. */
static int64_t ns_of(int64_t seconds)
{
    return seconds > INT64_MAX / SECOND ? INT64_MAX : seconds * SECOND;
}

struct scheduler_config scheduler_config_make(struct arena *a, struct names *names, const struct value *config)
{
    const struct maker m = {a, names};
    if (config == NULL) {
        struct value *standard = value_map(a);
        scheduler_manifest_default(a, names, standard);
        config = standard;
    }
    struct place top = place_top(config), profiles = place_get(&top, "profiles");
    struct profile *at = TAKE(a, struct profile, place_count(&profiles));
    for (uint32_t i = 0; i < place_count(&profiles); i++) {
        struct place profile = place_item(&profiles, i);
        at[i] = profile_of(&m, config, &profile);
    }
    return (struct scheduler_config){.profiles = at,
                                     .count = place_count(&profiles),
                                     .backoff_initial_ns = ns_of(integer_at(config, "podInitialBackoffSeconds", 1)),
                                     .backoff_max_ns = ns_of(integer_at(config, "podMaxBackoffSeconds", 10))};
}

const struct profile *scheduler_config_profile(const struct scheduler_config *c, const char *name)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->profiles[i].name == name) {
            return &c->profiles[i];
        }
    }
    return NULL;
}
