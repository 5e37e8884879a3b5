#include "models/scheduler/volumes.h"

#include <stdlib.h>

#include "models/scheduler/volume_binding.h"
#include "sim/scenario/selector.h"

/* ---- PreFilter ---- */

static const char *missing(struct storage *s, const char *what, const char *name)
{
    return names_text(s->names, arena_format(s->arena, "%s \"%s\" not found", what, name));
}

static bool has_pod_with(const struct volumes_cycle *c, const char *key)
{
    for (uint32_t number = 0; number < c->volumes->of.count; number++) {
        const struct pod_volumes *other = c->volumes->of.at[number];
        if (other == NULL || !cache_has_pod(c->cache, number) ||
            !c->cache->nodes.at[c->cache->pods.at[number].node].present) {
            continue;
        }
        for (uint32_t i = 0; i < other->claim_count; i++) {
            if (other->claims[i].key == key && !other->claims[i].ephemeral) {
                return true;
            }
        }
    }
    return false;
}

static const char *open_restrictions(struct volumes_cycle *c)
{
    struct storage *s = c->volumes->storage;
    for (uint32_t i = 0; i < c->pod->claim_count; i++) {
        const struct pod_claim *p = &c->pod->claims[i];
        const struct storage_claim *claim = p->ephemeral ? NULL : storage_claim(s, p->key);
        if (claim == NULL && !p->ephemeral) {
            return missing(s, "persistentvolumeclaim", p->name);
        }
        c->in_use = c->in_use || (claim != NULL && claim->modes & STORAGE_ONCE_POD && has_pod_with(c, p->key));
    }
    return NULL;
}

static const char *open_zones(const struct volumes_cycle *c)
{
    struct storage *s = c->volumes->storage;
    for (uint32_t i = 0; i < c->pod->claim_count; i++) {
        const struct pod_claim *p = &c->pod->claims[i];
        if (p->ephemeral) {
            continue;
        }
        const struct storage_claim *claim = storage_claim(s, p->key);
        if (claim == NULL) {
            return missing(s, "persistentvolumeclaim", p->name);
        }
        if (claim->volume != NULL) {
            if (storage_volume(s, claim->volume) == NULL) {
                return missing(s, "persistentvolume", claim->volume);
            }
        } else if (claim->class[0] == '\0') {
            return "PersistentVolumeClaim had no pv name and storageClass name";
        } else if (storage_class(s, claim->class) == NULL) {
            return missing(s, "storageclass.storage.k8s.io", claim->class);
        } else if (!storage_class(s, claim->class)->waits) {
            return "PersistentVolume had no name";
        }
    }
    return NULL;
}

void volumes_open(struct volumes_cycle *c, const struct volume_table *v, const struct cache *cache,
                  const struct profile *profile, const struct pod_volumes *pod)
{
    *c = (struct volumes_cycle){.volumes = v, .cache = cache, .profile = profile, .pod = pod};
    if (profile->filters[PLUGIN_VOLUME_RESTRICTIONS] && (c->why = open_restrictions(c)) != NULL) {
        c->plugin = PLUGIN_VOLUME_RESTRICTIONS;
    } else if (profile->filters[PLUGIN_VOLUME_BINDING] && (c->why = volume_binding_open(v->storage, pod)) != NULL) {
        c->plugin = PLUGIN_VOLUME_BINDING;
    } else if (profile->filters[PLUGIN_VOLUME_ZONE] && (c->why = open_zones(c)) != NULL) {
        c->plugin = PLUGIN_VOLUME_ZONE;
    }
}

/* ---- VolumeRestrictions ---- */

static bool reject(struct verdict *v, enum plugin plugin, enum reason reason, bool unresolvable)
{
    *v = (struct verdict){plugin, unresolvable, UINT64_C(1) << reason, 0};
    return false;
}

static bool share_monitor(const struct pod_disk *left, const struct pod_disk *right)
{
    for (uint32_t i = 0; i < left->monitor_count; i++) {
        for (uint32_t k = 0; k < right->monitor_count; k++) {
            if (left->monitors[i] == right->monitors[k]) {
                return true;
            }
        }
    }
    return false;
}

static bool disks_conflict(const struct pod_disk *left, const struct pod_disk *right)
{
    if (left->kind != right->kind || left->id != right->id) {
        return false;
    }
    if (left->kind == DISK_RBD && (left->pool != right->pool || !share_monitor(left, right))) {
        return false;
    }
    return left->kind == DISK_AWS || !(left->read_only && right->read_only);
}

static bool has_disk_conflict(const struct volumes_cycle *c, const struct cached_node *n)
{
    for (uint32_t i = 0; c->pod->disk_count > 0 && i < n->pods.count; i++) {
        const struct pod_volumes *other = pod_volumes_of(c->volumes, n->pods.at[i]);
        for (uint32_t k = 0; other != NULL && k < other->disk_count * c->pod->disk_count; k++) {
            if (disks_conflict(&c->pod->disks[k / other->disk_count], &other->disks[k % other->disk_count])) {
                return true;
            }
        }
    }
    return false;
}

static bool filter_restrictions(const struct volumes_cycle *c, const struct cached_node *n, struct verdict *v)
{
    if (has_disk_conflict(c, n)) {
        return reject(v, PLUGIN_VOLUME_RESTRICTIONS, REASON_DISK, false);
    }
    return !c->in_use || reject(v, PLUGIN_VOLUME_RESTRICTIONS, REASON_CLAIM_IN_USE, false);
}

/* ---- NodeVolumeLimits ---- */

/* A volume that a node attaches; the handle of one that is not made yet is its claim's key. */
struct attached {
    const char *driver, *handle;
};

static bool is_attached(const struct storage *s, const char *key, struct attached *a)
{
    const struct storage_claim *claim = storage_claim(s, key);
    const struct storage_volume *volume =
        claim == NULL || claim->volume == NULL ? NULL : storage_volume(s, claim->volume);
    if (claim == NULL) {
        return false;
    }
    if (volume != NULL) {
        *a = (struct attached){volume->driver, volume->handle};
        return volume->driver != NULL && volume->handle != NULL;
    }
    const struct storage_class *class = claim->class[0] == '\0' ? NULL : storage_class(s, claim->class);
    if (class == NULL || class->provisioner[0] == '\0' || storage_is_built_in(class->provisioner)) {
        return false;
    }
    *a = (struct attached){class->provisioner, key};
    return true;
}

static bool lists(const struct attached *list, uint32_t count, const struct attached *a)
{
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].driver == a->driver && list[i].handle == a->handle) {
            return true;
        }
    }
    return false;
}

/* Whether the driver's volumes on the node and the pod's own are too many. */
static bool is_over(const struct volumes_cycle *c, const struct cached_node *n, const struct storage_limit *limit)
{
    VEC(struct attached) list = {0};
    struct attached a;
    for (uint32_t i = 0; i < n->pods.count; i++) {
        const struct pod_volumes *other = pod_volumes_of(c->volumes, n->pods.at[i]);
        for (uint32_t k = 0; other != NULL && k < other->claim_count; k++) {
            if (is_attached(c->volumes->storage, other->claims[k].key, &a) && a.driver == limit->driver &&
                !lists(list.at, list.count, &a)) {
                VEC_PUSH(&list, a);
            }
        }
    }
    uint32_t there = list.count;
    for (uint32_t k = 0; k < c->pod->claim_count; k++) {
        if (is_attached(c->volumes->storage, c->pod->claims[k].key, &a) && a.driver == limit->driver &&
            !lists(list.at, list.count, &a)) {
            VEC_PUSH(&list, a);
        }
    }
    bool over = list.count > there && (int64_t)list.count > limit->count;
    VEC_DROP(&list);
    return over;
}

static bool filter_limits(const struct volumes_cycle *c, const struct cached_node *n, struct verdict *v)
{
    const struct storage *s = c->volumes->storage;
    for (uint32_t i = 0; c->pod->claim_count > 0 && i < s->limits.count; i++) {
        if (s->limits.at[i].node == n->name && is_over(c, n, &s->limits.at[i])) {
            return reject(v, PLUGIN_NODE_VOLUME_LIMITS, REASON_VOLUME_LIMIT, false);
        }
    }
    return true;
}

/* ---- VolumeZone ---- */

static bool filter_zones(const struct volumes_cycle *c, const struct cached_node *n, struct verdict *v)
{
    struct names *names = c->volumes->storage->names;
    const char *zone = names_text(names, "topology.kubernetes.io/zone"),
               *region = names_text(names, "topology.kubernetes.io/region"),
               *old_zone = names_text(names, "failure-domain.beta.kubernetes.io/zone"),
               *old_region = names_text(names, "failure-domain.beta.kubernetes.io/region");
    if (labels_get(n->labels, zone) == NULL && labels_get(n->labels, region) == NULL &&
        labels_get(n->labels, old_zone) == NULL && labels_get(n->labels, old_region) == NULL) {
        return true;
    }
    for (uint32_t i = 0; i < c->pod->claim_count; i++) {
        const struct storage_claim *claim = storage_claim(c->volumes->storage, c->pod->claims[i].key);
        const struct storage_volume *volume =
            claim == NULL || claim->volume == NULL ? NULL : storage_volume(c->volumes->storage, claim->volume);
        for (uint32_t k = 0; volume != NULL && !c->pod->claims[i].ephemeral && k < volume->zone_count; k++) {
            const struct requirement *r = &volume->zones[k];
            const char *value = labels_get(n->labels, r->key);
            if (value == NULL) {
                value = labels_get(n->labels, r->key == old_zone ? zone : r->key == old_region ? region : r->key);
            }
            if (value == NULL || !requirement_holds(r, value)) {
                return reject(v, PLUGIN_VOLUME_ZONE, REASON_VOLUME_ZONE, true);
            }
        }
    }
    return true;
}

/* ---- all four ---- */

bool volumes_filter_one(const struct volumes_cycle *c, enum plugin plugin, uint32_t slot, struct verdict *v)
{
    const struct cached_node *n = &c->cache->nodes.at[slot];
    switch (plugin) {
    case PLUGIN_VOLUME_RESTRICTIONS:
        return filter_restrictions(c, n, v);
    case PLUGIN_NODE_VOLUME_LIMITS:
        return filter_limits(c, n, v);
    case PLUGIN_VOLUME_BINDING:
        return volume_binding_filter(c->volumes->storage, c->pod, n, v);
    case PLUGIN_VOLUME_ZONE:
        return filter_zones(c, n, v);
    default:
        return true;
    }
}

bool volumes_filter(const struct volumes_cycle *c, uint32_t slot, struct verdict *v)
{
    for (enum plugin p = PLUGIN_VOLUME_RESTRICTIONS; p <= PLUGIN_VOLUME_ZONE; p++) {
        if (c->profile->filters[p] && !volumes_filter_one(c, p, slot, v)) {
            return false;
        }
    }
    return true;
}
