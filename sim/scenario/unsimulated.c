#include "sim/scenario/unsimulated.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

struct rows {
    struct arena *arena;
    VEC(struct unsimulated) list;
};

static void count(struct rows *rows, const char *what, const struct object *object, bool matters)
{
    for (uint32_t i = 0; i < rows->list.count; i++) {
        if (strcmp(rows->list.at[i].what, what) == 0) {
            rows->list.at[i].count++;
            return;
        }
    }
    VEC_PUSH(&rows->list,
             (struct unsimulated){
                 .what = what, .example = object_title(rows->arena, object), .count = 1, .matters = matters});
}

/* Metrics that the simulated metrics APIs do not have. */
static void count_metrics(struct rows *rows, const struct object *object)
{
    const struct value *metrics = value_at(object->tree, "spec.metrics");
    for (uint32_t i = 0; value_is_list(metrics) && i < metrics->count; i++) {
        const char *type = value_as_text(value_get(metrics->items[i], "type"));
        if (type != NULL && strcmp(type, "Resource") != 0 && strcmp(type, "ContainerResource") != 0) {
            count(rows, arena_format(rows->arena, "%s with a metric of type %s", object->kind, type), object, true);
        }
    }
}

static void count_object(struct rows *rows, const struct object *object)
{
    if (object->headroom) {
        return;
    }
    if (object->type == NULL) {
        count(rows, arena_format(rows->arena, "%s (%s)", object->kind, object->api_version), object, true);
    } else if (object->type->role != KIND_SIMULATED) {
        count(rows, object->kind, object, object->type->role == KIND_KEPT);
    } else if (strcmp(object->kind, "HorizontalPodAutoscaler") == 0) {
        count_metrics(rows, object);
    }
}

struct unsimulated *unsimulated_list(struct arena *a, const struct objects *objects, uint32_t *total)
{
    struct rows rows = {.arena = a};
    for (uint32_t i = 0; i < objects->list.count; i++) {
        count_object(&rows, objects->list.at[i]);
    }
    struct unsimulated *sorted = TAKE(a, struct unsimulated, rows.list.count);
    *total = 0;
    for (int matters = 1; matters >= 0; matters--) {
        for (uint32_t i = 0; i < rows.list.count; i++) {
            if (rows.list.at[i].matters == (matters == 1)) {
                sorted[(*total)++] = rows.list.at[i];
            }
        }
    }
    VEC_DROP(&rows.list);
    return sorted;
}
