#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/defaults.h"
#include "sim/scenario/hpa_validate.h"
#include "tests/conformance/replay.h"

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The texts "TYPE FIELD" of all violations, sorted. */
static struct value *sorted(struct replay_case *c, const char **texts, uint32_t count)
{
    struct value *list = value_list(&c->scratch);
    qsort(texts, count, sizeof *texts, by_text);
    for (uint32_t i = 0; i < count; i++) {
        value_append(&c->scratch, list, value_text(&c->scratch, texts[i]));
    }
    return list;
}

static struct value *found_errors(struct replay_case *c, const struct value *object, bool scale_to_zero)
{
    struct violations found = {.arena = &c->scratch};
    hpa_validate(object, scale_to_zero, &found);
    const char **texts = TAKE(&c->scratch, const char *, found.list.count);
    for (uint32_t i = 0; i < found.list.count; i++) {
        texts[i] =
            arena_format(&c->scratch, "%s %s", violation_type_name(found.list.at[i].type), found.list.at[i].field);
    }
    struct value *list = sorted(c, texts, found.list.count);
    violations_drop(&found);
    return list;
}

static struct value *wanted_errors(struct replay_case *c, const struct value *errors)
{
    const char **texts = TAKE(&c->scratch, const char *, errors->count);
    for (uint32_t i = 0; i < errors->count; i++) {
        struct value *const *error = errors->items[i]->items;
        texts[i] = arena_format(&c->scratch, "%s %s", value_as_text(error[0]), value_as_text(error[1]));
    }
    return sorted(c, texts, errors->count);
}

static bool run(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *object = value_copy(&c->scratch, value_get(in, "object"));
    defaults_apply(&c->scratch, c->names, object);
    bool scale_to_zero = value_get(in, "scaleToZero") != NULL;
    return replay_same(c, "spec", value_get(out, "spec"), value_get(object, "spec")) &&
           replay_same(c, "errors", wanted_errors(c, value_get(out, "errors")), found_errors(c, object, scale_to_zero));
}

const struct replay replay_hpa_defaults[] = {
    {"hpa/defaults", run},
    {NULL, NULL},
};
