#include "sim/scenario/merge.h"

#include <string.h>

struct merge_key {
    const char *list; /* name of the field that is a list */
    const char *key;  /* of its items */
};

static const struct merge_key merge_keys[] = {
    {"containers", "name"},
    {"initContainers", "name"},
    {"ephemeralContainers", "name"},
    {"volumes", "name"},
    {"env", "name"},
    {"imagePullSecrets", "name"},
    {"volumeMounts", "mountPath"},
    {"volumeDevices", "devicePath"},
    {"hostAliases", "ip"},
    {"topologySpreadConstraints", "topologyKey"},
    {"resourceClaims", "name"},
};

/* The key by which items of a list are merged; null: the list is replaced. Ports are of a container or of a Service. */
static const char *merge_key(const char *list, const struct value *items)
{
    for (size_t i = 0; i < sizeof merge_keys / sizeof *merge_keys; i++) {
        if (strcmp(merge_keys[i].list, list) == 0) {
            return merge_keys[i].key;
        }
    }
    if (strcmp(list, "ports") == 0 && value_is_list(items) && items->count > 0) {
        return value_get(items->items[0], "containerPort") != NULL ? "containerPort" : "port";
    }
    return NULL;
}

static bool directs(const struct value *map, const char *directive)
{
    const char *text = value_as_text(value_get(map, "$patch"));
    return text != NULL && strcmp(text, directive) == 0;
}

/* The index of the item that says the same under key; count: none. */
static uint32_t find_item(const struct value *list, const struct value *item, const char *key)
{
    const struct value *wanted = value_get(item, key);
    for (uint32_t i = 0; wanted != NULL && i < list->count; i++) {
        if (value_equal(value_get(list->items[i], key), wanted)) {
            return i;
        }
    }
    return list->count;
}

static struct value *merge_lists(struct arena *a, const struct value *target, const struct value *patch,
                                 const char *key)
{
    struct value *result = value_copy(a, target);
    for (uint32_t i = 0; i < patch->count; i++) {
        const struct value *item = patch->items[i];
        uint32_t at = find_item(result, item, key);
        if (directs(item, "delete")) {
            if (at < result->count) {
                memmove(&result->items[at], &result->items[at + 1], (result->count - at - 1) * sizeof *result->items);
                result->count--;
            }
        } else if (at < result->count) {
            result->items[at] = merge_strategic(a, result->items[at], item);
        } else {
            value_append(a, result, value_copy(a, item));
        }
    }
    return result;
}

static struct value *merge_field(struct arena *a, const char *name, const struct value *target,
                                 const struct value *patch)
{
    const char *key = value_is_list(target) && value_is_list(patch) ? merge_key(name, patch) : NULL;
    return key == NULL ? merge_strategic(a, target, patch) : merge_lists(a, target, patch, key);
}

struct value *merge_strategic(struct arena *a, const struct value *target, const struct value *patch)
{
    if (!value_is_map(patch)) {
        return value_copy(a, patch);
    }
    struct value *result = value_is_map(target) && !directs(patch, "replace") ? value_copy(a, target) : value_map(a);
    result->where = patch->where;
    for (uint32_t i = 0; i < patch->count; i++) {
        const struct member *m = &patch->members[i];
        if (strcmp(m->key, "$patch") == 0) {
            continue;
        }
        if (value_is_null(m->value) || directs(m->value, "delete")) {
            value_remove(result, m->key);
        } else {
            value_put(a, result, m->key, merge_field(a, m->key, value_get(result, m->key), m->value));
        }
    }
    return result;
}
