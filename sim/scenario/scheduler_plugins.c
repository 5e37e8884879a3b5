#include "sim/scenario/scheduler_plugins.h"

#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/suggest.h"

#define SCORE_MAX 100
#define TOTAL_SCORE_MAX INT64_MAX

const char *const extension_point_names[EXTENSION_POINTS] = {
    [EXTENSION_PRE_FILTER] = "preFilter",
    [EXTENSION_FILTER] = "filter",
    [EXTENSION_POST_FILTER] = "postFilter",
    [EXTENSION_RESERVE] = "reserve",
    [EXTENSION_PRE_SCORE] = "preScore",
    [EXTENSION_SCORE] = "score",
    [EXTENSION_PRE_BIND] = "preBind",
    [EXTENSION_BIND] = "bind",
    [EXTENSION_POST_BIND] = "postBind",
    [EXTENSION_PERMIT] = "permit",
    [EXTENSION_PRE_ENQUEUE] = "preEnqueue",
    [EXTENSION_QUEUE_SORT] = "queueSort",
    [EXTENSION_PLACEMENT_GENERATE] = "placementGenerate",
    [EXTENSION_PLACEMENT_SCORE] = "placementScore",
};

#define AT(point) (1u << EXTENSION_##point)
#define FILTERS (AT(PRE_FILTER) | AT(FILTER))
#define SCORES (AT(PRE_SCORE) | AT(SCORE))

static const struct in_tree {
    const char *name;
    unsigned points; /* bits of extension points where it has something to do */
    int weight;      /* by default; 0: none is given */
    bool optional;   /* not in the default set */
} in_tree[] = {
    {"SchedulingGates", AT(PRE_ENQUEUE), 0, false},
    {"PrioritySort", AT(QUEUE_SORT), 0, false},
    {"NodeUnschedulable", AT(FILTER), 0, false},
    {"NodeName", AT(FILTER), 0, false},
    {"TaintToleration", AT(FILTER) | SCORES, 3, false},
    {"NodeAffinity", FILTERS | SCORES, 2, false},
    {"NodePorts", FILTERS, 0, false},
    {"NodeResourcesFit", FILTERS | SCORES, 1, false},
    {"VolumeRestrictions", FILTERS, 0, false},
    {"NodeVolumeLimits", FILTERS, 0, false},
    {"VolumeBinding", FILTERS | SCORES | AT(RESERVE) | AT(PRE_BIND), 0, false},
    {"VolumeZone", FILTERS, 0, false},
    {"PodTopologySpread", FILTERS | SCORES, 2, false},
    {"InterPodAffinity", FILTERS | SCORES, 2, false},
    {"DynamicResources", FILTERS | AT(PRE_ENQUEUE) | AT(POST_FILTER) | AT(SCORE) | AT(RESERVE) | AT(PRE_BIND), 2,
     false},
    {"DefaultPreemption", AT(PRE_ENQUEUE) | AT(POST_FILTER), 0, false},
    {"NodeResourcesBalancedAllocation", SCORES, 1, false},
    {"ImageLocality", AT(SCORE), 1, false},
    {"DefaultBinder", AT(BIND), 0, false},
    {"NodeDeclaredFeatures", FILTERS, 0, false},
    {"GangScheduling", AT(PRE_ENQUEUE) | AT(PERMIT), 0, true},
    {"TopologyPlacementGenerator", AT(PLACEMENT_GENERATE), 0, true},
    {"PodGroupPodsCount", AT(PLACEMENT_SCORE), 0, true},
};

enum { IN_TREE = sizeof in_tree / sizeof *in_tree };

static const struct in_tree *find(const char *name)
{
    for (size_t i = 0; i < IN_TREE; i++) {
        if (strcmp(in_tree[i].name, name) == 0) {
            return &in_tree[i];
        }
    }
    return NULL;
}

bool scheduler_plugin_extends(const char *name, enum extension_point point)
{
    const struct in_tree *p = find(name);
    return p != NULL && (p->points & 1u << point) != 0;
}

unsigned scheduler_plugin_order(const char *name)
{
    const struct in_tree *p = find(name);
    return p == NULL ? IN_TREE : (unsigned)(p - in_tree);
}

const char *scheduler_plugin_suggest(const char *name)
{
    struct suggest suggest = {.wanted = name};
    for (size_t i = 0; i < IN_TREE; i++) {
        suggest_offer(&suggest, in_tree[i].name);
    }
    return suggest.nearest;
}

/* ---- defaults ---- */

struct maker {
    struct arena *arena;
    struct names *names;
};

static const char *name_at(const struct value *list, uint32_t index)
{
    const char *name = value_as_text(value_get(list->items[index], "name"));
    return name == NULL ? "" : name;
}

static uint32_t size_of(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

static bool lists(const struct value *list, const char *name)
{
    for (uint32_t i = 0; i < size_of(list); i++) {
        if (strcmp(name_at(list, i), name) == 0) {
            return true;
        }
    }
    return false;
}

/* The last of that name: it is the one that counts. */
static uint32_t last_of(const struct value *list, const char *name)
{
    for (uint32_t i = size_of(list); i-- > 0;) {
        if (strcmp(name_at(list, i), name) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

static struct value *plugin_of(const struct maker *m, const struct in_tree *p)
{
    struct value *plugin = value_map(m->arena), *name = value_text(m->arena, p->name);
    plugin->where.file = name->where.file = schema_default_file;
    value_put(m->arena, plugin, names_text(m->names, "name"), name);
    if (p->weight > 0) {
        value_put(m->arena, plugin, names_text(m->names, "weight"), value_integer(m->arena, p->weight));
    }
    return plugin;
}

/* What is disabled has no weight. */
static void strip_disabled(const struct value *set)
{
    const struct value *disabled = value_get(set, "disabled");
    for (uint32_t i = 0; i < size_of(disabled); i++) {
        value_remove(disabled->items[i], "weight");
    }
}

/* Default plugins keep their place; one that is enabled, too, is replaced there; what else is enabled comes after. */
static void merge_multi_point(const struct maker *m, struct value *set)
{
    const struct value *enabled = value_get(set, "enabled"), *disabled = value_get(set, "disabled");
    struct value *merged = value_list(m->arena);
    bool *used = TAKE(m->arena, bool, size_of(enabled));
    for (size_t i = 0; i < IN_TREE && !lists(disabled, "*"); i++) {
        if (in_tree[i].optional || lists(disabled, in_tree[i].name)) {
            continue;
        }
        uint32_t own = last_of(enabled, in_tree[i].name);
        if (own != UINT32_MAX) {
            used[own] = true;
        }
        value_append(m->arena, merged, own == UINT32_MAX ? plugin_of(m, &in_tree[i]) : enabled->items[own]);
    }
    for (uint32_t i = 0; i < size_of(enabled); i++) {
        if (!used[i]) {
            value_append(m->arena, merged, enabled->items[i]);
        }
    }
    if (enabled != NULL) {
        merged->where = enabled->where;
    }
    value_put(m->arena, set, names_text(m->names, "enabled"), merged);
}

/* The map under a key, made when it is missing. */
static struct value *open_map(const struct maker *m, struct value *object, const char *key)
{
    struct value *map = value_get(object, key);
    if (map == NULL) {
        map = value_map(m->arena);
        map->where.file = schema_default_file;
        value_put(m->arena, object, names_text(m->names, key), map);
    }
    return map;
}

void scheduler_plugins_default(struct arena *a, struct names *names, struct value *profile)
{
    const struct maker m = {a, names};
    struct value *plugins = open_map(&m, profile, "plugins");
    for (int point = 0; point < EXTENSION_POINTS; point++) {
        strip_disabled(value_get(plugins, extension_point_names[point]));
    }
    struct value *all = open_map(&m, plugins, "multiPoint");
    strip_disabled(all);
    merge_multi_point(&m, all);
}

/* ---- expansion ---- */

struct expansion {
    struct arena *arena;
    const struct place *plugins;
    struct place all; /* multiPoint.enabled */
    struct extension_plugins *out;
    struct violations *found;
};

static const char *name_of(const struct place *plugin)
{
    return value_as_text(value_get(plugin->value, "name"));
}

static bool holds(const struct used_plugins *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void push(struct used_plugins *list, const char *name)
{
    list->at[list->count++].name = name;
}

static enum plugins_refusal refuse(struct expansion *e, enum plugins_refusal why, const struct place *p, int point)
{
    const char *name = name_of(p), *at = extension_point_names[point];
    if (why == PLUGINS_UNKNOWN) {
        const char *near = scheduler_plugin_suggest(name);
        const char *hint = near == NULL ? "take it out: plugins of others are not simulated"
                                        : arena_format(e->arena, "did you mean %s?", near);
        violation_add(e->found, VIOLATION_INVALID, p, "kube-scheduler v1.36 has no plugin \"%.60s\" (%s)", name, hint);
    } else if (why == PLUGINS_ELSEWHERE) {
        violation_add(e->found, VIOLATION_INVALID, p, "%s has nothing to do at %s (take it out)", name, at);
    } else {
        violation_add(e->found, VIOLATION_INVALID, p, "%s is there already at %s (take one out)", name, at);
    }
    return why;
}

/* Those that the extension point itself enables. */
static enum plugins_refusal read_point(struct expansion *e, int point)
{
    struct place set = place_get(e->plugins, extension_point_names[point]), enabled = place_get(&set, "enabled");
    struct used_plugins *list = &e->out->at[point];
    list->at = TAKE(e->arena, struct used_plugin, place_count(&enabled) + place_count(&e->all));
    list->count = 0;
    for (uint32_t i = 0; i < place_count(&enabled); i++) {
        struct place plugin = place_item(&enabled, i);
        const struct in_tree *known = find(name_of(&plugin));
        if (known == NULL) {
            return refuse(e, PLUGINS_UNKNOWN, &plugin, point);
        }
        if ((known->points & 1u << point) == 0) {
            return refuse(e, PLUGINS_ELSEWHERE, &plugin, point);
        }
        if (holds(list, known->name)) {
            return refuse(e, PLUGINS_TWICE, &plugin, point);
        }
        push(list, known->name);
    }
    return PLUGINS_GOOD;
}

/* First what both enable, in the order of the point's own list; then what multiPoint adds; then the point's own. */
static enum plugins_refusal add_multi_point(struct expansion *e, int point)
{
    struct place set = place_get(e->plugins, extension_point_names[point]), disabled = place_get(&set, "disabled");
    struct used_plugins *list = &e->out->at[point], own = *list, both = {0}, added = {0};
    if (lists(disabled.value, "*")) {
        return PLUGINS_GOOD;
    }
    both.at = TAKE(e->arena, struct used_plugin, own.count + place_count(&e->all));
    added.at = TAKE(e->arena, struct used_plugin, place_count(&e->all));
    for (uint32_t i = 0; i < place_count(&e->all); i++) {
        struct place plugin = place_item(&e->all, i);
        const struct in_tree *known = find(name_of(&plugin));
        if (known == NULL) {
            return refuse(e, PLUGINS_UNKNOWN, &plugin, point);
        }
        if ((known->points & 1u << point) == 0 || lists(disabled.value, known->name)) {
            continue;
        }
        if (holds(&own, known->name)) {
            push(&both, known->name);
        } else if (holds(&added, known->name)) {
            return refuse(e, PLUGINS_TWICE, &plugin, point);
        } else {
            push(&added, known->name);
        }
    }
    struct used_plugins merged = {.at = TAKE(e->arena, struct used_plugin, own.count + added.count)};
    for (uint32_t i = 0; i < own.count; i++) {
        if (holds(&both, own.at[i].name)) {
            push(&merged, own.at[i].name);
        }
    }
    for (uint32_t i = 0; i < added.count; i++) {
        push(&merged, added.at[i].name);
    }
    for (uint32_t i = 0; i < own.count; i++) {
        if (!holds(&both, own.at[i].name)) {
            push(&merged, own.at[i].name);
        }
    }
    *list = merged;
    return PLUGINS_GOOD;
}

static enum plugins_refusal refuse_profile(struct expansion *e, enum plugins_refusal why, int point, const char *what)
{
    struct place set = place_get(e->plugins, extension_point_names[point]);
    violation_add(e->found, VIOLATION_INVALID, &set, "%s", what);
    return why;
}

/* Weights of the first mention count, an extension point's own before multiPoint's; 0 means 1. A sum that could pass 64 bits
 * is refused; so is any plugin after a negative weight, as the test wraps around. */
static enum plugins_refusal weigh(struct expansion *e)
{
    struct place set = place_get(e->plugins, extension_point_names[EXTENSION_SCORE]);
    struct place sources[2] = {place_get(&set, "enabled"), e->all};
    struct used_plugins seen = {.at = TAKE(e->arena, struct used_plugin, place_count(&sources[0]) + IN_TREE)};
    int64_t total = 0;
    for (int s = 0; s < 2; s++) {
        for (uint32_t i = 0; i < place_count(&sources[s]); i++) {
            struct place plugin = place_item(&sources[s], i), weight = place_get(&plugin, "weight");
            const char *name = name_of(&plugin);
            if ((find(name)->points & AT(SCORE)) == 0 || holds(&seen, name)) {
                continue;
            }
            int64_t weighs = place_integer(&weight, 0) == 0 ? 1 : place_integer(&weight, 0);
            if (weighs * SCORE_MAX > number_wrap_sub64(TOTAL_SCORE_MAX, total)) {
                violation_add(e->found, VIOLATION_INVALID, &weight,
                              "the sum of scores could overflow (write small weights of 1 or more)");
                return PLUGINS_OVERFLOW;
            }
            total += weighs * SCORE_MAX;
            push(&seen, name);
            seen.at[seen.count - 1].weight = weighs;
        }
    }
    struct used_plugins *score = &e->out->at[EXTENSION_SCORE];
    for (uint32_t i = 0; i < score->count; i++) {
        for (uint32_t k = 0; k < seen.count; k++) {
            score->at[i].weight =
                strcmp(seen.at[k].name, score->at[i].name) == 0 ? seen.at[k].weight : score->at[i].weight;
        }
    }
    return PLUGINS_GOOD;
}

static enum plugins_refusal expand(struct expansion *e)
{
    enum plugins_refusal refused = PLUGINS_GOOD;
    for (int point = 0; point < EXTENSION_POINTS && refused == PLUGINS_GOOD; point++) {
        refused = read_point(e, point);
    }
    for (int point = 0; point < EXTENSION_POINTS && refused == PLUGINS_GOOD; point++) {
        refused = add_multi_point(e, point);
    }
    if (refused != PLUGINS_GOOD) {
        return refused;
    }
    const struct extension_plugins *out = e->out;
    if (out->at[EXTENSION_QUEUE_SORT].count != 1) {
        return refuse_profile(e, PLUGINS_NO_SORT, EXTENSION_QUEUE_SORT,
                              "a profile needs exactly one queue sort plugin (enable PrioritySort)");
    }
    if (out->at[EXTENSION_BIND].count == 0) {
        return refuse_profile(e, PLUGINS_NO_BINDER, EXTENSION_BIND,
                              "a profile needs a bind plugin (enable DefaultBinder)");
    }
    if (out->at[EXTENSION_PLACEMENT_GENERATE].count > 1) {
        return refuse_profile(e, PLUGINS_MANY_GENERATORS, EXTENSION_PLACEMENT_GENERATE,
                              "at most one plugin may generate placements (take one out)");
    }
    return weigh(e);
}

enum plugins_refusal scheduler_plugins_expand(struct arena *a, const struct place *profile,
                                              struct extension_plugins *plugins, struct violations *found)
{
    struct place at = place_get(profile, "plugins"), all = place_get(&at, "multiPoint");
    struct expansion e = {
        .arena = a, .plugins = &at, .all = place_get(&all, "enabled"), .out = plugins, .found = found};
    return expand(&e);
}

bool scheduler_plugins_need(const struct value *profile, const char *name)
{
    const struct value *plugins = value_get(profile, "plugins");
    for (uint32_t i = 0; value_is_map(plugins) && i < plugins->count; i++) {
        if (lists(value_get(plugins->members[i].value, "enabled"), name)) {
            return true;
        }
    }
    return false;
}
