#include "sim/scenario/inputs.h"

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

static void note_not_asked(struct scenario *s, const char *title)
{
    const char **grown = TAKE(s->arena, const char *, s->not_asked.count + 1);
    for (uint32_t i = 0; i < s->not_asked.count; i++) {
        grown[i] = s->not_asked.at[i];
    }
    grown[s->not_asked.count++] = title;
    s->not_asked.at = grown;
}

/* Takes note of the demands and prices that do not stand in the other list, or say something else there. */
static void compare_asked(struct scenario *s, struct object *const *list, uint32_t count, struct object *const *other,
                          uint32_t other_count, bool ours)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct object *same = is_asked(list[i]) ? find_same(other, other_count, list[i]) : list[i];
        if (same == NULL || (ours && !value_equal(same->tree, list[i]->tree))) {
            note_not_asked(s, object_title(s->arena, list[i]));
        }
    }
}

/* The fields of the Scenario that ask. */
static void take_fields(struct scenario *s, struct value *spec, const struct value *asked)
{
    for (const char *const *field = asked_fields; *field != NULL; field++) {
        struct value *theirs = value_get(asked, *field);
        const struct value *ours = value_get(spec, *field);
        if (theirs == NULL ? ours != NULL : ours == NULL || !value_equal(ours, theirs)) {
            note_not_asked(s, arena_format(s->arena, "Scenario:spec.%s", *field));
        }
        if (theirs != NULL) {
            value_put(s->arena, spec, names_text(s->names, *field), theirs);
        } else {
            value_remove(spec, *field);
        }
    }
}

void inputs_take(struct scenario *s, struct object *scenario, struct object *const *from, uint32_t count)
{
    const struct value *asked = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (from[i]->headroom && strcmp(from[i]->kind, "Scenario") == 0) {
            asked = value_get(from[i]->tree, "spec");
        }
    }
    if (!value_is_map(value_get(scenario->tree, "spec"))) {
        value_put(s->arena, scenario->tree, names_text(s->names, "spec"), value_map(s->arena));
    }
    compare_asked(s, s->objects.list.at, s->objects.list.count, from, count, true);
    compare_asked(s, from, count, s->objects.list.at, s->objects.list.count, false);
    take_fields(s, value_get(scenario->tree, "spec"), asked);
    objects_replace(&s->objects, asked_kinds, from, count);
}
