#include "sim/scenario/selector.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"

static const char *interned(struct names *names, const struct value *v)
{
    return names_text(names, value_as_text(v) == NULL ? "" : value_as_text(v));
}

static int by_key(const void *left, const void *right)
{
    return strcmp(((const struct label *)left)->key, ((const struct label *)right)->key);
}

const struct labels *labels_compile(struct arena *a, struct names *names, const struct value *map)
{
    struct labels *labels = TAKE(a, struct labels, 1);
    if (!value_is_map(map) || map->count == 0) {
        return labels;
    }
    struct label *at = TAKE(a, struct label, map->count);
    for (uint32_t i = 0; i < map->count; i++) {
        at[i].key = names_text(names, map->members[i].key);
        at[i].value = interned(names, map->members[i].value);
    }
    qsort(at, map->count, sizeof *at, by_key);
    *labels = (struct labels){at, map->count};
    return labels;
}

const char *labels_get(const struct labels *labels, const char *key)
{
    for (uint32_t i = 0; labels != NULL && i < labels->count; i++) {
        if (labels->at[i].key == key) {
            return labels->at[i].value;
        }
    }
    return NULL;
}

bool labels_equal(const struct labels *left, const struct labels *right)
{
    uint32_t count = left == NULL ? 0 : left->count;
    if (count != (right == NULL ? 0 : right->count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (left->at[i].key != right->at[i].key || left->at[i].value != right->at[i].value) {
            return false;
        }
    }
    return true;
}

/* A bound must be a label value too, so it has no sign. */
static bool compile_bound(struct requirement *r)
{
    return r->count == 1 && r->values[0][0] != '-' && r->values[0][0] != '+' &&
           number_parse_int64(r->values[0], &r->bound);
}

static const struct {
    const char *name;
    enum requirement_operator op;
} operators[] = {
    {"In", REQUIREMENT_IN},         {"NotIn", REQUIREMENT_NOT_IN},
    {"Exists", REQUIREMENT_EXISTS}, {"DoesNotExist", REQUIREMENT_DOES_NOT_EXIST},
    {"Gt", REQUIREMENT_GREATER},    {"Lt", REQUIREMENT_LESS},
};

static bool compile_operator(const struct value *v, enum requirement_operator *op)
{
    const char *name = value_as_text(v);
    for (size_t i = 0; name != NULL && i < sizeof operators / sizeof *operators; i++) {
        if (strcmp(operators[i].name, name) == 0) {
            *op = operators[i].op;
            return true;
        }
    }
    return false;
}

bool requirement_compile(struct arena *a, struct names *names, const struct value *v, bool greater_less,
                         struct requirement *r)
{
    *r = (struct requirement){.key = interned(names, value_get(v, "key"))};
    if (!compile_operator(value_get(v, "operator"), &r->op)) {
        return false;
    }
    const struct value *values = value_get(v, "values");
    if (value_is_list(values)) {
        const char **at = TAKE(a, const char *, values->count);
        for (uint32_t i = 0; i < values->count; i++) {
            at[i] = interned(names, values->items[i]);
        }
        r->values = at;
        r->count = values->count;
    }
    switch (r->op) {
    case REQUIREMENT_IN:
    case REQUIREMENT_NOT_IN:
        return r->count > 0;
    case REQUIREMENT_EXISTS:
    case REQUIREMENT_DOES_NOT_EXIST:
        return r->count == 0;
    case REQUIREMENT_GREATER:
    case REQUIREMENT_LESS:
        return greater_less && compile_bound(r);
    }
    return false;
}

/* Adds {key In [value]} for each label of a map. */
static uint32_t add_labels(struct arena *a, struct names *names, const struct value *map, struct requirement *at)
{
    const struct labels *labels = labels_compile(a, names, map);
    for (uint32_t i = 0; i < labels->count; i++) {
        const char **value = TAKE(a, const char *, 1);
        value[0] = labels->at[i].value;
        at[i] = (struct requirement){.key = labels->at[i].key, .op = REQUIREMENT_IN, .values = value, .count = 1};
    }
    return labels->count;
}

static uint32_t size_of(const struct value *v)
{
    return value_is_map(v) || value_is_list(v) ? v->count : 0;
}

static const struct label_selector *compile(struct arena *a, struct names *names, const struct value *labels,
                                            const struct value *expressions)
{
    struct label_selector *selector = TAKE(a, struct label_selector, 1);
    struct requirement *at = TAKE(a, struct requirement, size_of(labels) + size_of(expressions));
    uint32_t count = add_labels(a, names, labels, at);
    for (uint32_t i = 0; i < size_of(expressions); i++) {
        count += requirement_compile(a, names, expressions->items[i], false, &at[count]);
    }
    *selector = (struct label_selector){at, count};
    return selector;
}

const struct label_selector *selector_compile(struct arena *a, struct names *names, const struct value *v)
{
    return value_is_null(v) ? NULL : compile(a, names, value_get(v, "matchLabels"), value_get(v, "matchExpressions"));
}

const struct label_selector *selector_of_labels(struct arena *a, struct names *names, const struct value *map)
{
    return size_of(map) == 0 ? NULL : compile(a, names, map, NULL);
}

bool selector_matches(const struct label_selector *selector, const struct labels *labels)
{
    if (selector == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < selector->count; i++) {
        if (!requirement_holds(&selector->requirements[i], labels_get(labels, selector->requirements[i].key))) {
            return false;
        }
    }
    return true;
}

static bool is_one_of(const struct requirement *r, const char *value)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->values[i] == value) {
            return true;
        }
    }
    return false;
}

bool requirement_holds(const struct requirement *r, const char *value)
{
    int64_t number = 0;
    switch (r->op) {
    case REQUIREMENT_IN:
        return value != NULL && is_one_of(r, value);
    case REQUIREMENT_NOT_IN:
        return value == NULL || !is_one_of(r, value);
    case REQUIREMENT_EXISTS:
        return value != NULL;
    case REQUIREMENT_DOES_NOT_EXIST:
        return value == NULL;
    case REQUIREMENT_GREATER:
        return value != NULL && number_parse_int64(value, &number) && number > r->bound;
    case REQUIREMENT_LESS:
        return value != NULL && number_parse_int64(value, &number) && number < r->bound;
    }
    return false;
}
