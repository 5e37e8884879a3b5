#include "sim/scenario/unsimulated.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/scenario/kube.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/storage.h"
#include "sim/scenario/scheduler_manifest.h"
#include "sim/scenario/scheduler_schema.h"

/* What an object's pods request together. */
struct asked {
    double mcpu;
    double bytes;
};

struct rows {
    struct arena *arena;
    struct storage storage;
    const struct objects *objects;
    VEC(struct unsimulated) list; /* shares hold amounts until all are counted */
    struct asked all;
};

/* The pod, or the pod template, of an object; null: it has none. */
static const struct value *pod_of(const struct value *tree)
{
    const char *kind = value_as_text(value_get(tree, "kind"));
    if (kind != NULL && strcmp(kind, "Pod") == 0) {
        return tree;
    }
    const struct value *template = value_at(tree, "spec.template");
    return template != NULL ? template : value_at(tree, "spec.jobTemplate.spec.template");
}

/* Nobody checked what only looks like pods: in a kind that is not known, or where a kind that is has no pods. */
static bool reads_as_pod(struct arena *a, const struct value *pod)
{
    struct names names = names_make(a);
    struct problems problems = problems_make(a, &names);
    struct place top = place_top(pod);
    schema_check(&kube_pod_template_spec, &top, &problems);
    bool good = problems.errors == 0;
    problems_drop(&problems);
    names_drop(&names);
    return good;
}

static struct asked asked_of(struct arena *a, const struct object *object)
{
    const struct value *pod = pod_of(object->tree);
    int64_t replicas = 1;
    if (!value_is_map(value_get(pod, "spec")) || !reads_as_pod(a, pod)) {
        return (struct asked){0};
    }
    if (!value_as_int64(value_at(object->tree, "spec.replicas"), &replicas)) {
        replicas = 1;
    }
    struct resource_list requests = pod_requests(a, pod, &(struct pod_resources_options){0});
    struct quantity cpu = resource_list_amount(&requests, "cpu"), memory = resource_list_amount(&requests, "memory");
    return (struct asked){.mcpu = (double)quantity_milli(&cpu) * (double)replicas,
                          .bytes = (double)quantity_value(&memory) * (double)replicas};
}

static void count(struct rows *rows, const char *what, const struct object *object, bool matters)
{
    uint32_t i = 0;
    while (i < rows->list.count && strcmp(rows->list.at[i].what, what) != 0) {
        i++;
    }
    if (i == rows->list.count) {
        VEC_PUSH(&rows->list,
                 (struct unsimulated){
                     .what = what, .example = object_title(rows->arena, object), .first = object, .matters = matters});
    }
    struct asked asked = matters ? asked_of(rows->arena, object) : (struct asked){0};
    rows->list.at[i].count++;
    rows->list.at[i].cpu_share += asked.mcpu;
    rows->list.at[i].memory_share += asked.bytes;
}

/* ---- parts of a pod ---- */

/* Paths in a pod's spec, and what is left out where something stands there. */
static const struct {
    const char *path;
    const char *what;
} pod_parts[] = {
    {"resourceClaims", "resource claims"},
};

/* Whether the pods have a claim of which the objects say too little. */
static bool has_unknown_claim(struct rows *rows, const struct object *object, const struct value *spec)
{
    const struct value *volumes = value_get(spec, "volumes"),
                       *templates = value_at(object->tree, "spec.volumeClaimTemplates");
    struct storage *s = &rows->storage;
    for (uint32_t i = 0; value_is_list(volumes) && i < volumes->count; i++) {
        const char *name = value_as_text(value_at(volumes->items[i], "persistentVolumeClaim.claimName"));
        if (value_get(volumes->items[i], "ephemeral") != NULL ||
            (name != NULL && !storage_knows(s, storage_key(s, object->namespace, name)))) {
            return true;
        }
    }
    for (uint32_t i = 0; value_is_list(templates) && i < templates->count; i++) {
        const char *name = arena_format(rows->arena, "%s/%u", object->name, i);
        storage_add_claim(s, object->namespace, name, templates->items[i]);
        storage_settle(s);
        if (!storage_knows(s, storage_key(s, object->namespace, name))) {
            return true;
        }
    }
    return false;
}

static void count_containers(struct rows *rows, const struct object *object, const struct value *list)
{
    bool liveness = false, hook = false;
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        liveness = liveness || value_get(list->items[i], "livenessProbe") != NULL;
        hook = hook || value_get(list->items[i], "lifecycle") != NULL;
    }
    if (liveness) {
        count(rows, "restarts by liveness probes", object, true);
    }
    if (hook) {
        count(rows, "container lifecycle hooks", object, true);
    }
}

static void count_parts(struct rows *rows, const struct object *object)
{
    const struct value *spec = value_get(pod_of(object->tree), "spec");
    if (!value_is_map(spec)) {
        return;
    }
    struct asked asked = asked_of(rows->arena, object);
    rows->all.mcpu += asked.mcpu;
    rows->all.bytes += asked.bytes;
    for (size_t i = 0; i < sizeof pod_parts / sizeof *pod_parts; i++) {
        if (!value_is_null(value_at(spec, pod_parts[i].path))) {
            count(rows, pod_parts[i].what, object, true);
        }
    }
    const char *scheduler = value_as_text(value_get(spec, "schedulerName"));
    if (scheduler != NULL && scheduler[0] != '\0' && !scheduler_manifest_has(rows->objects, scheduler)) {
        count(rows, arena_format(rows->arena, "the scheduler %.60s, for which pods wait", scheduler), object, true);
    }
    if (has_unknown_claim(rows, object, spec)) {
        count(rows, "where volumes can be attached", object, true);
    }
    count_containers(rows, object, value_get(spec, "containers"));
}

/* ---- objects ---- */

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
        const char *kind = value_as_text(value_get(object->tree, "kind"));
        count(rows, arena_format(rows->arena, "%s (%s)", kind, object->api_version), object, true);
    } else if (strcmp(object->kind, "PodDisruptionBudget") == 0) {
        count(rows, "PodDisruptionBudget, but in preemption", object, true);
    } else if (object->type->role != KIND_SIMULATED) {
        count(rows, object->kind, object, object->type->role == KIND_KEPT);
    } else if (strcmp(object->kind, SCHEDULER_KIND) == 0) {
        const struct value *extenders = value_get(object->tree, "extenders");
        if (value_is_list(extenders) && extenders->count > 0) {
            count(rows, "extenders of the scheduler", object, true);
        }
    } else if (strcmp(object->kind, "HorizontalPodAutoscaler") == 0) {
        count_metrics(rows, object);
    }
    count_parts(rows, object);
}

struct unsimulated *unsimulated_list(struct arena *a, const struct objects *objects, uint32_t *total)
{
    struct names names = names_make(a);
    struct rows rows = {.arena = a, .objects = objects, .storage = storage_make(a, &names)};
    for (uint32_t i = 0; i < objects->list.count; i++) {
        storage_add(&rows.storage, objects->list.at[i]->kind, objects->list.at[i]->tree);
    }
    storage_settle(&rows.storage);
    for (uint32_t i = 0; i < objects->list.count; i++) {
        count_object(&rows, objects->list.at[i]);
    }
    struct unsimulated *sorted = TAKE(a, struct unsimulated, rows.list.count);
    *total = 0;
    for (int matters = 1; matters >= 0; matters--) {
        for (uint32_t i = 0; i < rows.list.count; i++) {
            if (rows.list.at[i].matters == (matters == 1)) {
                struct unsimulated *u = &sorted[(*total)++];
                *u = rows.list.at[i];
                u->cpu_share = rows.all.mcpu > 0 ? u->cpu_share / rows.all.mcpu : 0;
                u->memory_share = rows.all.bytes > 0 ? u->memory_share / rows.all.bytes : 0;
            }
        }
    }
    VEC_DROP(&rows.list);
    storage_drop(&rows.storage);
    names_drop(&names);
    return sorted;
}
