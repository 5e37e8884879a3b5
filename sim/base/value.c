#include "sim/base/value.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct value *make(struct arena *a, enum value_kind kind)
{
    struct value *v = TAKE(a, struct value, 1);
    v->kind = kind;
    return v;
}

static bool is(const struct value *v, enum value_kind kind)
{
    return v != NULL && v->kind == kind;
}

struct value *value_null(struct arena *a)
{
    return make(a, VALUE_NULL);
}

struct value *value_bool(struct arena *a, bool boolean)
{
    struct value *v = make(a, VALUE_BOOL);
    v->boolean = boolean;
    return v;
}

struct value *value_number(struct arena *a, const char *text)
{
    struct value *v = make(a, VALUE_NUMBER);
    v->text = text;
    v->count = (uint32_t)strlen(text);
    return v;
}

struct value *value_integer(struct arena *a, int64_t number)
{
    return value_number(a, arena_format(a, "%" PRId64, number));
}

struct value *value_text(struct arena *a, const char *text)
{
    struct value *v = make(a, VALUE_TEXT);
    v->count = (uint32_t)strlen(text);
    v->text = arena_text(a, text, v->count);
    return v;
}

struct value *value_list(struct arena *a)
{
    return make(a, VALUE_LIST);
}

struct value *value_map(struct arena *a)
{
    return make(a, VALUE_MAP);
}

static struct member *find(const struct value *v, const char *key)
{
    if (!is(v, VALUE_MAP)) {
        return NULL;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->members[i].key == key || strcmp(v->members[i].key, key) == 0) {
            return &v->members[i];
        }
    }
    return NULL;
}

const struct member *value_member(const struct value *v, const char *key)
{
    return find(v, key);
}

struct value *value_get(const struct value *v, const char *key)
{
    const struct member *m = find(v, key);
    return m == NULL ? NULL : m->value;
}

static struct value *get_part(const struct value *v, const char *key, size_t length)
{
    if (!is(v, VALUE_MAP)) {
        return NULL;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (strncmp(v->members[i].key, key, length) == 0 && v->members[i].key[length] == '\0') {
            return v->members[i].value;
        }
    }
    return NULL;
}

struct value *value_at(const struct value *v, const char *path)
{
    for (;;) {
        size_t length = strcspn(path, ".");
        struct value *part = get_part(v, path, length);
        if (part == NULL || path[length] == '\0') {
            return part;
        }
        v = part;
        path += length + 1;
    }
}

const char *value_as_text(const struct value *v)
{
    return is(v, VALUE_TEXT) ? v->text : NULL;
}

bool value_as_int64(const struct value *v, int64_t *number)
{
    if (!is(v, VALUE_NUMBER) || strspn(v->text, "-0123456789") != v->count) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long long read = strtoll(v->text, &end, 10);
    if (errno != 0 || *end != '\0' || end == v->text) {
        return false;
    }
    *number = read;
    return true;
}

bool value_as_double(const struct value *v, double *number)
{
    if (!is(v, VALUE_NUMBER)) {
        return false;
    }
    char *end = NULL;
    double read = strtod(v->text, &end);
    if (*end != '\0' || end == v->text) {
        return false;
    }
    *number = read;
    return true;
}

bool value_is_null(const struct value *v)
{
    return v == NULL || v->kind == VALUE_NULL;
}

bool value_is_map(const struct value *v)
{
    return is(v, VALUE_MAP);
}

bool value_is_list(const struct value *v)
{
    return is(v, VALUE_LIST);
}

/* The array at `at` (count of *room used), moved where needed so that it has room for one more of size bytes. */
static void *reserve(struct arena *a, void *at, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room) {
        return at;
    }
    *room = *room == 0 ? 4 : *room * 2;
    void *bigger = arena_take(a, *room, size, _Alignof(max_align_t));
    return count == 0 ? bigger : memcpy(bigger, at, count * size);
}

void value_put(struct arena *a, struct value *map, const char *key, struct value *v)
{
    assert(is(map, VALUE_MAP));
    struct member *m = find(map, key);
    if (m != NULL) {
        m->value = v;
        return;
    }
    map->members = reserve(a, map->members, map->count, &map->room, sizeof *map->members);
    map->members[map->count++] = (struct member){.key = key, .where = v->where, .value = v};
}

void value_remove(struct value *map, const char *key)
{
    struct member *m = find(map, key);
    if (m == NULL) {
        return;
    }
    size_t behind = map->count - (size_t)(m - map->members) - 1;
    memmove(m, m + 1, behind * sizeof *m);
    map->count--;
}

void value_append(struct arena *a, struct value *list, struct value *v)
{
    assert(is(list, VALUE_LIST));
    list->items = reserve(a, list->items, list->count, &list->room, sizeof(struct value *));
    list->items[list->count++] = v;
}

struct value *value_copy(struct arena *a, const struct value *v)
{
    if (v == NULL) {
        return NULL;
    }
    struct value *copy = make(a, v->kind);
    *copy = *v;
    copy->room = v->count;
    if (v->kind == VALUE_LIST) {
        copy->items = TAKE(a, struct value *, v->count);
        for (uint32_t i = 0; i < v->count; i++) {
            copy->items[i] = value_copy(a, v->items[i]);
        }
    } else if (v->kind == VALUE_MAP) {
        copy->members = TAKE(a, struct member, v->count);
        for (uint32_t i = 0; i < v->count; i++) {
            copy->members[i] = v->members[i];
            copy->members[i].value = value_copy(a, v->members[i].value);
        }
    }
    return copy;
}

static bool lists_equal(const struct value *left, const struct value *right)
{
    for (uint32_t i = 0; i < left->count; i++) {
        if (!value_equal(left->items[i], right->items[i])) {
            return false;
        }
    }
    return true;
}

static bool maps_equal(const struct value *left, const struct value *right)
{
    for (uint32_t i = 0; i < left->count; i++) {
        const struct member *other = find(right, left->members[i].key);
        if (other == NULL || !value_equal(left->members[i].value, other->value)) {
            return false;
        }
    }
    return true;
}

bool value_equal(const struct value *left, const struct value *right)
{
    if (left == NULL || right == NULL) {
        return left == right;
    }
    if (left->kind != right->kind || left->count != right->count) {
        return false;
    }
    switch (left->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return left->boolean == right->boolean;
    case VALUE_NUMBER:
    case VALUE_TEXT:
        return strcmp(left->text, right->text) == 0;
    case VALUE_LIST:
        return lists_equal(left, right);
    case VALUE_MAP:
        return maps_equal(left, right);
    }
    return false;
}

struct value *value_merge(struct arena *a, const struct value *target, const struct value *patch)
{
    if (!is(patch, VALUE_MAP)) {
        return value_copy(a, patch);
    }
    struct value *result = is(target, VALUE_MAP) ? value_copy(a, target) : value_map(a);
    for (uint32_t i = 0; i < patch->count; i++) {
        const struct member *m = &patch->members[i];
        if (value_is_null(m->value)) {
            value_remove(result, m->key);
        } else {
            value_put(a, result, m->key, value_merge(a, value_get(result, m->key), m->value));
        }
    }
    return result;
}
