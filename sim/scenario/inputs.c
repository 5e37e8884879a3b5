#include "sim/scenario/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"

/* What of a scenario is the question that it asks, beside its Demands and PriceBooks: fields of the Scenario. */
static const char *const asked_kinds[] = {"Demand", "PriceBook", NULL};
static const char *const asked_fields[] = {"start",      "duration", "seed",   "replications",
                                           "objectives", "budget",   "record", NULL};

static bool is_asked(const struct object *o)
{
    const char *const *kind = asked_kinds;
    while (*kind != NULL && strcmp(*kind, o->kind) != 0) {
        kind++;
    }
    return o->headroom && *kind != NULL;
}

static const struct object *find_same(struct object *const *list, uint32_t count, const struct object *like)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct object *o = list[i];
        if (o->headroom && strcmp(o->kind, like->kind) == 0 && strcmp(o->namespace, like->namespace) == 0 &&
            strcmp(o->name, like->name) == 0) {
            return o;
        }
    }
    return NULL;
}

struct titles {
    struct arena *arena;
    VEC(const char *) list;
};

/* Takes the demands and prices that do not stand in the other list; both: also those that say something else there. */
static void compare_asked(struct titles *t, struct object *const *list, uint32_t count, struct object *const *other,
                          uint32_t other_count, bool both)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct object *same = is_asked(list[i]) ? find_same(other, other_count, list[i]) : list[i];
        if (same == NULL || (both && !value_equal(same->tree, list[i]->tree))) {
            VEC_PUSH(&t->list, object_title(t->arena, list[i]));
        }
    }
}

/* The spec of the Scenario; null: there is none. */
static struct value *spec_of(struct object *const *list, uint32_t count)
{
    struct value *spec = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (list[i]->headroom && strcmp(list[i]->kind, "Scenario") == 0) {
            spec = value_get(list[i]->tree, "spec");
        }
    }
    return spec;
}

static void compare_fields(struct titles *t, const struct value *spec, const struct value *other)
{
    for (const char *const *field = asked_fields; *field != NULL; field++) {
        const struct value *ours = value_get(spec, *field), *theirs = value_get(other, *field);
        if (theirs == NULL ? ours != NULL : ours == NULL || !value_equal(ours, theirs)) {
            VEC_PUSH(&t->list, arena_format(t->arena, "Scenario:spec.%s", *field));
        }
    }
}

/* The fields of theirs, for those that the Scenario has. */
static void take_fields(struct scenario *s, struct object *scenario, const struct value *asked)
{
    if (!value_is_map(value_get(scenario->tree, "spec"))) {
        value_put(s->arena, scenario->tree, names_text(s->names, "spec"), value_map(s->arena));
    }
    struct value *spec = value_get(scenario->tree, "spec");
    for (const char *const *field = asked_fields; *field != NULL; field++) {
        struct value *theirs = value_get(asked, *field);
        if (theirs != NULL) {
            value_put(s->arena, spec, names_text(s->names, *field), theirs);
        } else {
            value_remove(spec, *field);
        }
    }
}

const char **inputs_differences(struct arena *a, struct object *const *list, uint32_t list_count,
                                struct object *const *other, uint32_t other_count, uint32_t *count)
{
    struct titles t = {.arena = a};
    compare_asked(&t, list, list_count, other, other_count, true);
    compare_asked(&t, other, other_count, list, list_count, false);
    compare_fields(&t, spec_of(list, list_count), spec_of(other, other_count));
    const char **titles = TAKE(a, const char *, t.list.count);
    for (uint32_t i = 0; i < t.list.count; i++) {
        titles[i] = t.list.at[i];
    }
    *count = t.list.count;
    VEC_DROP(&t.list);
    return titles;
}

bool inputs_ask(struct object *const *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (list[i]->headroom && strcmp(list[i]->kind, "Scenario") == 0) {
            return true;
        }
    }
    return false;
}

void inputs_take(struct scenario *s, struct object *scenario, struct object *const *from, uint32_t count)
{
    s->not_asked.at =
        inputs_differences(s->arena, s->objects.list.at, s->objects.list.count, from, count, &s->not_asked.count);
    if (scenario != NULL) {
        take_fields(s, scenario, spec_of(from, count));
    }
    objects_replace(&s->objects, asked_kinds, from, count);
}
