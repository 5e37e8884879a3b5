#include "models/scheduler/pod_volumes.h"

#include <stdlib.h>

static const char *text_at(struct storage *s, const struct value *v, const char *path)
{
    const char *text = value_as_text(value_at(v, path));
    return names_text(s->names, text == NULL ? "" : text);
}

static bool is_true(const struct value *v)
{
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static bool read_disk(struct storage *s, const struct value *volume, struct pod_disk *disk)
{
    static const struct {
        const char *source, *id;
    } kinds[] = {[DISK_GCE] = {"gcePersistentDisk", "pdName"},
                 [DISK_AWS] = {"awsElasticBlockStore", "volumeID"},
                 [DISK_ISCSI] = {"iscsi", "iqn"},
                 [DISK_RBD] = {"rbd", "image"}};
    for (int k = DISK_GCE; k <= DISK_RBD; k++) {
        const struct value *source = value_get(volume, kinds[k].source), *monitors = value_get(source, "monitors");
        if (!value_is_map(source)) {
            continue;
        }
        uint32_t count = value_is_list(monitors) ? monitors->count : 0;
        const char **texts = TAKE(s->arena, const char *, count);
        for (uint32_t i = 0; i < count; i++) {
            const char *text = value_as_text(monitors->items[i]);
            texts[i] = names_text(s->names, text == NULL ? "" : text);
        }
        *disk = (struct pod_disk){.kind = (enum disk_kind)k,
                                  .id = text_at(s, source, kinds[k].id),
                                  .pool = text_at(s, source, "pool"),
                                  .monitors = texts,
                                  .monitor_count = count,
                                  .read_only = is_true(value_get(source, "readOnly"))};
        return true;
    }
    return false;
}

static bool read_claim(struct storage *s, const char *namespace, const char *pod, const struct value *volume,
                       struct pod_claim *claim)
{
    const struct value *source = value_get(volume, "persistentVolumeClaim");
    if (value_is_map(source)) {
        claim->name = text_at(s, source, "claimName");
    } else if (value_get(volume, "ephemeral") != NULL) {
        const char *name = value_as_text(value_get(volume, "name"));
        claim->name = names_text(s->names, arena_format(s->arena, "%s-%s", pod, name == NULL ? "" : name));
        claim->ephemeral = true;
    } else {
        return false;
    }
    claim->key = storage_key(s, namespace, claim->name);
    return true;
}

const struct pod_volumes *pod_volumes_read(struct storage *s, const char *namespace, const char *pod,
                                           const struct value *spec)
{
    const struct value *list = value_get(spec, "volumes");
    uint32_t count = value_is_list(list) ? list->count : 0;
    struct pod_claim *claims = TAKE(s->arena, struct pod_claim, count);
    struct pod_disk *disks = TAKE(s->arena, struct pod_disk, count);
    struct pod_volumes read = {.claims = claims, .disks = disks};
    for (uint32_t i = 0; i < count; i++) {
        read.claim_count += read_claim(s, namespace, pod, list->items[i], &claims[read.claim_count]);
        read.disk_count += read_disk(s, list->items[i], &disks[read.disk_count]);
    }
    if (read.claim_count + read.disk_count == 0) {
        return NULL;
    }
    struct pod_volumes *made = TAKE(s->arena, struct pod_volumes, 1);
    *made = read;
    return made;
}

void pod_volumes_set(struct volume_table *v, uint32_t number, const struct pod_volumes *pod)
{
    while (v->of.count <= number) {
        VEC_PUSH(&v->of, NULL);
    }
    v->of.at[number] = pod;
}

const struct pod_volumes *pod_volumes_of(const struct volume_table *v, uint32_t number)
{
    return number < v->of.count ? v->of.at[number] : NULL;
}

void pod_volumes_drop(struct volume_table *v)
{
    VEC_DROP(&v->of);
}
