#include "sim/scenario/place.h"

#include <stddef.h>

struct place place_top(const struct value *v)
{
    return (struct place){.key = "", .value = v};
}

struct place place_get(const struct place *in, const char *key)
{
    return (struct place){.in = in, .key = key, .value = value_get(in->value, key)};
}

struct place place_item(const struct place *in, uint32_t index)
{
    return (struct place){.in = in, .index = index, .value = index < place_count(in) ? in->value->items[index] : NULL};
}

struct place place_member(const struct place *in, uint32_t index)
{
    return (struct place){.in = in, .key = in->value->members[index].key, .value = in->value->members[index].value};
}

struct place place_entry(const struct place *in, const char *key)
{
    return (struct place){.in = in, .key = key, .entry = true, .value = value_get(in->value, key)};
}

uint32_t place_count(const struct place *p)
{
    return value_is_list(p->value) ? p->value->count : 0;
}

const char *place_path(struct arena *a, const struct place *p)
{
    if (p->in == NULL) {
        return p->key;
    }
    const char *before = place_path(a, p->in);
    if (p->key == NULL) {
        return arena_format(a, "%s[%u]", before, (unsigned)p->index);
    }
    if (p->entry) {
        return arena_format(a, "%s[%s]", before, p->key);
    }
    return arena_format(a, "%s%s%s", before, before[0] == '\0' ? "" : ".", p->key);
}

struct mark place_mark(const struct place *p)
{
    while (p->in != NULL && (p->value == NULL || p->value->where.line == 0)) {
        p = p->in;
    }
    return p->value == NULL ? (struct mark){0} : p->value->where;
}

const char *place_text(const struct place *p)
{
    const char *text = value_as_text(p->value);
    return text == NULL ? "" : text;
}

int64_t place_integer(const struct place *p, int64_t absent)
{
    int64_t number = 0;
    return value_as_int64(p->value, &number) ? number : absent;
}
