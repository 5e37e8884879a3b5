#include "sim/scenario/resource_list.h"

#include <stdlib.h>
#include <string.h>

struct resource_list resource_list_read(struct arena *a, const struct value *map)
{
    struct resource_list list = {0};
    for (uint32_t i = 0; value_is_map(map) && i < map->count; i++) {
        const struct quantity amount = quantity_of(map->members[i].value);
        resource_list_put(a, &list, map->members[i].key, &amount);
    }
    return list;
}

struct resource_list resource_list_copy(struct arena *a, const struct resource_list *list)
{
    struct resource_list copy = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        resource_list_put(a, &copy, list->at[i].name, &list->at[i].amount);
    }
    return copy;
}

struct quantity *resource_list_find(const struct resource_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->at[i].name == name || strcmp(list->at[i].name, name) == 0) {
            return &list->at[i].amount;
        }
    }
    return NULL;
}

struct quantity resource_list_amount(const struct resource_list *list, const char *name)
{
    const struct quantity *found = resource_list_find(list, name);
    return found == NULL ? (struct quantity){0} : *found;
}

void resource_list_put(struct arena *a, struct resource_list *list, const char *name, const struct quantity *amount)
{
    struct quantity *old = resource_list_find(list, name);
    if (old != NULL) {
        *old = *amount;
        return;
    }
    if (list->count == list->room) {
        list->room = list->room == 0 ? 4 : list->room * 2;
        struct resource_amount *bigger = TAKE(a, struct resource_amount, list->room);
        if (list->count > 0) {
            memcpy(bigger, list->at, list->count * sizeof *bigger);
        }
        list->at = bigger;
    }
    list->at[list->count++] = (struct resource_amount){name, *amount};
}

void resource_list_add(struct arena *a, struct resource_list *list, const struct resource_list *other)
{
    for (uint32_t i = 0; i < other->count; i++) {
        struct quantity *sum = resource_list_find(list, other->at[i].name);
        if (sum != NULL) {
            quantity_add(sum, &other->at[i].amount);
        } else {
            resource_list_put(a, list, other->at[i].name, &other->at[i].amount);
        }
    }
}

void resource_list_raise(struct arena *a, struct resource_list *list, const struct resource_list *other)
{
    for (uint32_t i = 0; i < other->count; i++) {
        const struct quantity *have = resource_list_find(list, other->at[i].name);
        if (have == NULL || quantity_compare(&other->at[i].amount, have) > 0) {
            resource_list_put(a, list, other->at[i].name, &other->at[i].amount);
        }
    }
}

static bool is_scalar(const char *name)
{
    bool extended =
        strchr(name, '/') != NULL && (strstr(name, "kubernetes.io/") != NULL || strncmp(name, "requests.", 9) != 0);
    return extended || strncmp(name, "hugepages-", 10) == 0 || strncmp(name, "attachable-volumes-", 19) == 0;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct scalar *)left)->name, ((const struct scalar *)right)->name);
}

struct resources resource_list_integers(struct arena *a, struct names *names, const struct resource_list *list)
{
    struct resources r = {0};
    struct scalar *scalars = TAKE(a, struct scalar, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        const char *name = list->at[i].name;
        const struct quantity *amount = &list->at[i].amount;
        if (strcmp(name, "cpu") == 0) {
            r.mcpu = quantity_milli(amount);
        } else if (strcmp(name, "memory") == 0) {
            r.memory_bytes = quantity_value(amount);
        } else if (strcmp(name, "ephemeral-storage") == 0) {
            r.ephemeral_bytes = quantity_value(amount);
        } else if (is_scalar(name)) {
            scalars[r.scalar_count++] = (struct scalar){names_text(names, name), quantity_value(amount)};
        }
    }
    if (r.scalar_count > 0) {
        qsort(scalars, r.scalar_count, sizeof *scalars, by_name);
        r.scalars = scalars;
    }
    return r;
}
