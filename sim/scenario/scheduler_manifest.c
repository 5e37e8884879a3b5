#include "sim/scenario/scheduler_manifest.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/scenario/object.h"
#include "sim/scenario/scheduler_plugins.h"
#include "sim/scenario/scheduler_schema.h"
#include "sim/scenario/scheduler_validate.h"
#include "sim/scenario/units.h"

#define DEFAULT_SCHEDULER "default-scheduler"

/* ---- check ---- */

static void check_duration(const struct place *in, const char *key, struct problems *problems)
{
    struct place p = place_get(in, key);
    const char *text = value_as_text(p.value);
    int64_t ns;
    if (text != NULL && !units_duration(text[0] == '-' ? text + 1 : text, &ns)) {
        problems_error(problems, place_mark(&p), "%s: the text \"%.40s\": no duration (write one like 15s or 1m30s)",
                       place_path(problems->arena, &p), text);
    }
}

static void check_durations(const struct place *top, struct problems *problems)
{
    static const char *const election[] = {"leaseDuration", "renewDeadline", "retryPeriod"};
    struct place leader = place_get(top, "leaderElection"), extenders = place_get(top, "extenders");
    for (size_t i = 0; i < sizeof election / sizeof *election; i++) {
        check_duration(&leader, election[i], problems);
    }
    for (uint32_t i = 0; i < place_count(&extenders); i++) {
        struct place extender = place_item(&extenders, i);
        check_duration(&extender, "httpTimeout", problems);
    }
}

static void check_qps(const struct place *top, struct problems *problems)
{
    struct place client = place_get(top, "clientConnection"), qps = place_get(&client, "qps");
    double number;
    if (!value_is_null(qps.value) && !value_as_double(qps.value, &number)) {
        problems_error(problems, place_mark(&qps), "%s: not a number (write one, without quotes)",
                       place_path(problems->arena, &qps));
    }
}

/* Arguments may say whose they are: then it must be this plugin's. */
static void check_owner(const char *plugin, const struct place *args, struct problems *problems)
{
    struct place version = place_get(args, "apiVersion"), kind = place_get(args, "kind");
    const char *wanted = arena_format(problems->arena, "%sArgs", plugin);
    if (place_text(&version)[0] != '\0' && strcmp(place_text(&version), SCHEDULER_API_VERSION) != 0) {
        problems_error(problems, place_mark(&version), "%s: wrong version: \"%.60s\" (write %s)",
                       place_path(problems->arena, &version), place_text(&version), SCHEDULER_API_VERSION);
    }
    if (place_text(&kind)[0] != '\0' && strcmp(place_text(&kind), wanted) != 0) {
        problems_error(problems, place_mark(&kind), "%s: wrong kind: \"%.60s\" (write %s)",
                       place_path(problems->arena, &kind), place_text(&kind), wanted);
    }
}

static void check_args(const struct place *entry, struct problems *problems)
{
    struct place name = place_get(entry, "name"), args = place_get(entry, "args");
    const struct schema *schema = scheduler_args(place_text(&name));
    if (schema == NULL || value_is_null(args.value)) {
        return;
    }
    schema_check_strictly(schema, &args, problems);
    if (value_is_map(args.value)) {
        check_owner(place_text(&name), &args, problems);
        check_duration(&args, "filterTimeout", problems);
        check_duration(&args, "bindingTimeout", problems);
    }
}

void scheduler_manifest_check(const struct value *config, struct problems *problems)
{
    struct place top = place_top(config), profiles = place_get(&top, "profiles");
    schema_check_strictly(&scheduler_configuration, &top, problems);
    check_durations(&top, problems);
    check_qps(&top, problems);
    for (uint32_t i = 0; i < place_count(&profiles); i++) {
        struct place profile = place_item(&profiles, i), list = place_get(&profile, "pluginConfig");
        for (uint32_t k = 0; k < place_count(&list); k++) {
            struct place entry = place_item(&list, k);
            check_args(&entry, problems);
        }
    }
}

/* ---- defaults ---- */

struct filler {
    struct arena *arena;
    struct names *names;
};

static struct value *mark_default(struct value *v)
{
    v->where.file = schema_default_file;
    return v;
}

static void put(const struct filler *f, struct value *map, const char *key, struct value *v)
{
    value_put(f->arena, map, names_text(f->names, key), v);
}

static bool is_nothing(const struct value *v)
{
    double number;
    return value_is_null(v) || (v->kind == VALUE_TEXT && v->count == 0) || (value_as_double(v, &number) && number == 0);
}

static void fill_integer(const struct filler *f, struct value *map, const char *key, int64_t number)
{
    if (value_get(map, key) == NULL) {
        put(f, map, key, mark_default(value_integer(f->arena, number)));
    }
}

static void fill_bool(const struct filler *f, struct value *map, const char *key, bool b)
{
    if (value_get(map, key) == NULL) {
        put(f, map, key, mark_default(value_bool(f->arena, b)));
    }
}

/* Where there is nothing, or what is as good as nothing. */
static void fill_text(const struct filler *f, struct value *map, const char *key, const char *text)
{
    if (is_nothing(value_get(map, key))) {
        put(f, map, key, mark_default(value_text(f->arena, text)));
    }
}

static void fill_duration(const struct filler *f, struct value *map, const char *key, const char *text)
{
    const char *there = value_as_text(value_get(map, key));
    int64_t ns = 0;
    if (there == NULL || (units_duration(there, &ns) && ns == 0) || there[0] == '\0') {
        put(f, map, key, mark_default(value_text(f->arena, text)));
    }
}

static void fill_election(const struct filler *f, struct value *election)
{
    fill_text(f, election, "resourceLock", "leases");
    fill_text(f, election, "resourceNamespace", "kube-system");
    fill_text(f, election, "resourceName", "kube-scheduler");
    fill_duration(f, election, "leaseDuration", "15s");
    fill_duration(f, election, "renewDeadline", "10s");
    fill_duration(f, election, "retryPeriod", "2s");
    fill_bool(f, election, "leaderElect", true);
}

static void fill_client(const struct filler *f, struct value *client)
{
    fill_text(f, client, "contentType", "application/vnd.kubernetes.protobuf");
    if (is_nothing(value_get(client, "qps"))) {
        put(f, client, "qps", mark_default(value_integer(f->arena, 50)));
    }
    if (is_nothing(value_get(client, "burst"))) {
        put(f, client, "burst", mark_default(value_integer(f->arena, 100)));
    }
}

static struct value *cpu_and_memory(const struct filler *f)
{
    static const char text[] = "[{\"name\":\"cpu\",\"weight\":1},{\"name\":\"memory\",\"weight\":1}]";
    struct fail fail;
    return mark_default(json_read(f->arena, f->names, schema_default_file, text, sizeof text - 1, &fail));
}

/* A weight of nothing is 1; no resources are cpu and memory. */
static void fill_resources(const struct filler *f, struct value *map)
{
    struct value *list = value_get(map, "resources");
    if (list == NULL || list->count == 0) {
        put(f, map, "resources", cpu_and_memory(f));
    }
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        fill_integer(f, list->items[i], "weight", 1);
    }
}

static void fill_fit(const struct filler *f, struct value *args)
{
    struct value *strategy = value_get(args, "scoringStrategy");
    if (strategy == NULL) {
        strategy = mark_default(value_map(f->arena));
        put(f, strategy, "type", mark_default(value_text(f->arena, "LeastAllocated")));
        put(f, args, "scoringStrategy", strategy);
    }
    fill_resources(f, strategy);
}

static void fill_args(const struct filler *f, const char *plugin, struct value *args)
{
    fill_text(f, args, "apiVersion", SCHEDULER_API_VERSION);
    fill_text(f, args, "kind", arena_format(f->arena, "%sArgs", plugin));
    if (strcmp(plugin, "NodeResourcesFit") == 0) {
        fill_fit(f, args);
    } else if (strcmp(plugin, "NodeResourcesBalancedAllocation") == 0) {
        fill_resources(f, args);
    } else if (strcmp(plugin, "InterPodAffinity") == 0) {
        fill_integer(f, args, "hardPodAffinityWeight", 1);
    } else if (strcmp(plugin, "PodTopologySpread") == 0) {
        fill_text(f, args, "defaultingType", "System");
    } else if (strcmp(plugin, "DefaultPreemption") == 0) {
        fill_integer(f, args, "minCandidateNodesPercentage", 10);
        fill_integer(f, args, "minCandidateNodesAbsolute", 100);
    } else if (strcmp(plugin, "VolumeBinding") == 0) {
        fill_integer(f, args, "bindTimeoutSeconds", 600);
    } else if (strcmp(plugin, "DynamicResources") == 0) {
        if (value_get(args, "filterTimeout") == NULL) {
            put(f, args, "filterTimeout", mark_default(value_text(f->arena, "10s")));
        }
        if (value_get(args, "bindingTimeout") == NULL) {
            put(f, args, "bindingTimeout", mark_default(value_text(f->arena, "10m0s")));
        }
    }
}

static bool is_configured(const struct value *list, const char *plugin)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const char *name = value_as_text(value_get(list->items[i], "name"));
        if (name != NULL && strcmp(name, plugin) == 0) {
            return true;
        }
    }
    return false;
}

static void add_args(const struct filler *f, struct value *list, const char *plugin)
{
    struct value *entry = mark_default(value_map(f->arena)), *args = mark_default(value_map(f->arena));
    schema_trim(f->arena, f->names, scheduler_args(plugin), args);
    fill_args(f, plugin, args);
    put(f, entry, "name", mark_default(value_text(f->arena, plugin)));
    put(f, entry, "args", args);
    value_append(f->arena, list, entry);
}

static void fill_plugin_config(const struct filler *f, struct value *profile)
{
    static const char *const configurable[] = {
        "DefaultPreemption", "DynamicResources",  "InterPodAffinity", "NodeAffinity", "NodeResourcesBalancedAllocation",
        "NodeResourcesFit",  "PodTopologySpread", "VolumeBinding"};
    struct value *list = value_get(profile, "pluginConfig");
    if (list == NULL) {
        list = mark_default(value_list(f->arena));
        put(f, profile, "pluginConfig", list);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const char *name = value_as_text(value_get(list->items[i], "name"));
        struct value *args = value_get(list->items[i], "args");
        if (scheduler_args(name) == NULL) {
            continue;
        }
        if (args == NULL) {
            args = mark_default(value_map(f->arena));
            put(f, list->items[i], "args", args);
        }
        schema_trim(f->arena, f->names, scheduler_args(name), args);
        fill_args(f, name, args);
    }
    for (size_t i = 0; i < sizeof configurable / sizeof *configurable; i++) {
        if (!is_configured(list, configurable[i]) && scheduler_plugins_need(profile, configurable[i])) {
            add_args(f, list, configurable[i]);
        }
    }
}

static void fill_profiles(const struct filler *f, struct value *config)
{
    struct value *profiles = value_get(config, "profiles");
    if (profiles == NULL || profiles->count == 0) {
        profiles = mark_default(value_list(f->arena));
        value_append(f->arena, profiles, mark_default(value_map(f->arena)));
        put(f, config, "profiles", profiles);
    }
    if (profiles->count == 1 && value_get(profiles->items[0], "schedulerName") == NULL) {
        put(f, profiles->items[0], "schedulerName", mark_default(value_text(f->arena, DEFAULT_SCHEDULER)));
    }
    for (uint32_t i = 0; i < profiles->count; i++) {
        scheduler_plugins_default(f->arena, f->names, profiles->items[i]);
        fill_plugin_config(f, profiles->items[i]);
    }
}

static void fill_extenders(const struct filler *f, const struct value *extenders)
{
    for (uint32_t i = 0; extenders != NULL && i < extenders->count; i++) {
        fill_text(f, extenders->items[i], "httpTimeout", "0s");
    }
}

void scheduler_manifest_default(struct arena *a, struct names *names, struct value *config)
{
    const struct filler f = {a, names};
    schema_trim(a, names, &scheduler_configuration, config);
    fill_integer(&f, config, "parallelism", 16);
    fill_profiles(&f, config);
    fill_integer(&f, config, "percentageOfNodesToScore", 0);
    fill_election(&f, value_get(config, "leaderElection"));
    fill_client(&f, value_get(config, "clientConnection"));
    fill_integer(&f, config, "podInitialBackoffSeconds", 1);
    fill_integer(&f, config, "podMaxBackoffSeconds", 10);
    fill_bool(&f, config, "enableProfiling", true);
    fill_bool(&f, config, "enableContentionProfiling", value_get(config, "enableProfiling")->boolean);
    fill_extenders(&f, value_get(config, "extenders"));
}

void scheduler_manifest_read(struct arena *a, struct names *names, struct value *config, struct problems *problems)
{
    uint32_t errors = problems->errors;
    scheduler_manifest_check(config, problems);
    if (problems->errors > errors) {
        return;
    }
    scheduler_manifest_default(a, names, config);
    struct violations found = {.arena = problems->arena};
    scheduler_validate(config, &found);
    if (found.list.count == 0) {
        scheduler_validate_start(a, config, &found);
    }
    violations_report(&found, problems);
    violations_drop(&found);
}

const struct value *scheduler_manifest_of(const struct objects *objects)
{
    const struct object *o = objects_find(objects, SCHEDULER_KIND, "", SCHEDULER_NAME);
    return o == NULL ? NULL : o->tree;
}

static const char *name_of(const struct value *profiles, uint32_t index)
{
    const char *name = value_as_text(value_get(profiles->items[index], "schedulerName"));
    return name == NULL ? "" : name;
}

bool scheduler_manifest_has(const struct objects *objects, const char *scheduler)
{
    const struct value *profiles = value_get(scheduler_manifest_of(objects), "profiles");
    for (uint32_t i = 0; value_is_list(profiles) && i < profiles->count; i++) {
        if (strcmp(name_of(profiles, i), scheduler) == 0) {
            return true;
        }
    }
    return profiles == NULL && strcmp(scheduler, DEFAULT_SCHEDULER) == 0;
}

const char *scheduler_manifest_names(struct arena *a, const struct objects *objects)
{
    const struct value *profiles = value_get(scheduler_manifest_of(objects), "profiles");
    const char *text = profiles == NULL ? DEFAULT_SCHEDULER : "";
    for (uint32_t i = 0; value_is_list(profiles) && i < profiles->count; i++) {
        text = arena_format(a, "%s%s%.60s", text, i == 0 ? "" : ", ", name_of(profiles, i));
    }
    return text;
}
