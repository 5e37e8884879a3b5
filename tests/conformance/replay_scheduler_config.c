/* What kube-scheduler makes of its configuration: vectors/scheduler/README.md. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/problems.h"
#include "sim/scenario/scheduler_manifest.h"
#include "sim/scenario/scheduler_schema.h"
#include "sim/scenario/scheduler_validate.h"
#include "tests/conformance/replay.h"

extern const struct replay replay_scheduler_config[];

static bool says_nothing(const struct value *v)
{
    return v->kind == VALUE_NULL || (v->kind != VALUE_BOOL && v->kind != VALUE_NUMBER && v->count == 0);
}

/* Takes out what says nothing: null, "", empty lists and maps, as in the vectors (an item becomes null); and the weight 0 of plugins, which
 * Kubernetes writes where there was none. */
static void prune(struct value *v)
{
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
        prune(v->items[i]);
        v->items[i]->kind = says_nothing(v->items[i]) ? VALUE_NULL : v->items[i]->kind;
    }
    for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count;) {
        struct member *m = &v->members[i];
        int64_t number = 1;
        prune(m->value);
        if (says_nothing(m->value) ||
            (strcmp(m->key, "weight") == 0 && value_as_int64(m->value, &number) && number == 0)) {
            value_remove(v, m->key);
        } else {
            i++;
        }
    }
}

static void put_text(struct replay_case *c, struct value *map, const char *key, const char *text)
{
    value_put(&c->scratch, map, key, value_text(&c->scratch, text));
}

static int by_field(const void *left, const void *right)
{
    const struct violation *a = left, *b = right;
    int fields = strcmp(a->field, b->field);
    return fields != 0 ? fields : strcmp(violation_type_name(a->type), violation_type_name(b->type));
}

/* The distinct {field, type} of what was found, sorted. */
static void put_violations(struct replay_case *c, struct value *got, struct violations *found)
{
    struct value *list = value_list(&c->scratch);
    qsort(found->list.at, found->list.count, sizeof *found->list.at, by_field);
    for (uint32_t i = 0; i < found->list.count; i++) {
        if (i > 0 && by_field(&found->list.at[i - 1], &found->list.at[i]) == 0) {
            continue;
        }
        struct value *one = value_map(&c->scratch);
        put_text(c, one, "field", found->list.at[i].field);
        put_text(c, one, "type", violation_type_name(found->list.at[i].type));
        value_append(&c->scratch, list, one);
    }
    value_put(&c->scratch, got, "violations", list);
}

static struct value *plugins_of(struct replay_case *c, const struct place *profile)
{
    struct extension_plugins plugins;
    struct violations none = {.arena = &c->scratch};
    struct value *got = value_map(&c->scratch);
    scheduler_plugins_expand(&c->scratch, profile, &plugins, &none);
    for (int point = 0; point < EXTENSION_PLACEMENT_GENERATE; point++) {
        struct value *list = value_list(&c->scratch);
        for (uint32_t i = 0; i < plugins.at[point].count; i++) {
            struct value *one = value_map(&c->scratch);
            put_text(c, one, "name", plugins.at[point].at[i].name);
            if (plugins.at[point].at[i].weight != 0) {
                value_put(&c->scratch, one, "weight", value_integer(&c->scratch, plugins.at[point].at[i].weight));
            }
            value_append(&c->scratch, list, one);
        }
        if (list->count > 0) {
            value_put(&c->scratch, got, extension_point_names[point], list);
        }
    }
    return got;
}

static void put_good(struct replay_case *c, struct value *got, struct value *config)
{
    struct place top = place_top(config), profiles = place_get(&top, "profiles");
    struct value *plugins = value_list(&c->scratch);
    for (uint32_t i = 0; i < place_count(&profiles); i++) {
        struct place profile = place_item(&profiles, i);
        value_append(&c->scratch, plugins, plugins_of(c, &profile));
    }
    prune(config);
    value_put(&c->scratch, got, "config", config);
    value_put(&c->scratch, got, "plugins", plugins);
}

static const char *start_word(enum plugins_refusal refused)
{
    static const char *const words[] = {
        [PLUGINS_GOOD] = "NodeResourcesFit",
        [PLUGINS_UNKNOWN] = "does not exist",
        [PLUGINS_ELSEWHERE] = "does not extend",
        [PLUGINS_TWICE] = "already registered",
        [PLUGINS_NO_SORT] = "only one queue sort plugin",
        [PLUGINS_NO_BINDER] = "at least one bind plugin",
        [PLUGINS_MANY_GENERATORS] = "at most one placement generate plugin",
        [PLUGINS_OVERFLOW] = "could overflow",
    };
    return words[refused];
}

static bool run_configuration(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *config = value_copy(&c->scratch, in), *got = value_map(&c->scratch);
    struct problems problems = problems_make(&c->scratch, c->names);
    scheduler_manifest_check(config, &problems);
    if (problems.errors > 0) {
        value_put(&c->scratch, got, "decode", value_bool(&c->scratch, false));
        problems_drop(&problems);
        return replay_same(c, "out", out, got);
    }
    problems_drop(&problems);
    scheduler_manifest_default(&c->scratch, c->names, config);
    struct violations found = {.arena = &c->scratch};
    scheduler_validate(config, &found);
    if (found.list.count > 0) {
        put_violations(c, got, &found);
    } else {
        enum plugins_refusal refused = scheduler_validate_start(&c->scratch, config, &found);
        if (found.list.count == 0) {
            put_good(c, got, config);
        } else {
            put_text(c, got, "start", start_word(refused));
            if (refused == PLUGINS_GOOD) {
                put_violations(c, got, &found);
            }
        }
    }
    violations_drop(&found);
    struct value *want = value_copy(&c->scratch, out);
    prune(want);
    return replay_same(c, "out", want, got);
}

const struct replay replay_scheduler_config[] = {
    {"scheduler/configuration", run_configuration},
    {NULL, NULL},
};
