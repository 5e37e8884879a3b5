/* storage.h -- what a scenario says of volumes: classes, volumes, claims, and how many a node may have attached.
 *
 * Types and reading only; models/scheduler/volumes.h says where pods may go for their sake, and changes claims and volumes
 * as pods are placed. Texts are interned. A claim goes by its key "NAMESPACE/NAME".
 *
 * Not read: volumes of drivers that were part of Kubernetes are not translated to those of CSI, and capacities of pools
 * (CSIStorageCapacity), attachments and drivers (VolumeAttachment, CSIDriver) count for nothing.
 *
 * Source: Kubernetes v1.36, k8s.io/api/core/v1, storage/v1; component-helpers/storage/volume.
 */
#ifndef SIM_SCENARIO_STORAGE_H
#define SIM_SCENARIO_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/lookup.h"
#include "sim/base/memory.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/world/placement.h"

/* Bits of access modes. */
enum storage_mode {
    STORAGE_ONCE = 1,
    STORAGE_READ_MANY = 2,
    STORAGE_MANY = 4,
    STORAGE_ONCE_POD = 8,
    STORAGE_OTHER = 16
};

struct storage_class {
    const char *name;
    const char *provisioner;
    bool waits;                      /* volumeBindingMode WaitForFirstConsumer */
    const struct node_term *allowed; /* [allowed_count] topologies, one of which a node has; none: any node */
    uint32_t allowed_count;
    bool is_default;
};

struct storage_volume {
    const char *name;
    const char *class;                /* "" without */
    const struct placement *affinity; /* which nodes reach it; null: all */
    const struct requirement *zones;  /* [zone_count] of its labels that name zones and regions */
    uint32_t zone_count;
    const char *driver, *handle; /* CSI; null: it is another kind of volume */
    int64_t size_bytes;
    unsigned modes;
    bool block;     /* volumeMode Block */
    bool available; /* phase */
    bool deleted;
    const char *claim; /* key of the claim that it is for; null: any */
    const struct labels *labels;
};

struct storage_claim {
    const char *key;
    const char *name;
    const char *class;  /* "" without */
    bool any_class;     /* it says nothing of a class */
    const char *volume; /* null: none */
    bool bound;         /* to it, for good */
    bool lost;
    bool deleted;
    bool block;
    unsigned modes;
    int64_t size_bytes;
    const struct label_selector *selector; /* of volumes; null: any */
    const char *selected_node;             /* where a volume is being made for it; null: nowhere */
};

/* How many volumes of a driver a node takes (CSINode). */
struct storage_limit {
    const char *node;
    const char *driver;
    int64_t count;
};

struct storage {
    struct arena *arena;
    struct names *names;
    VEC(struct storage_class) classes;
    VEC(struct storage_volume) volumes;
    VEC(struct storage_claim) claims;
    VEC(struct storage_limit) limits;
    struct lookup class_of, volume_of, claim_of; /* by name, or key */
};

/* An empty one; what is read lies in a, which is borrowed as names is. */
struct storage storage_make(struct arena *a, struct names *names);
void storage_drop(struct storage *s);

/* Reads a checked StorageClass, PersistentVolume, PersistentVolumeClaim or CSINode; false: it is none of these. */
bool storage_add(struct storage *s, const char *kind, const struct value *object);

/* Adds the claim of a template (spec.volumeClaimTemplates[i] of a StatefulSet, or of an ephemeral volume) for one pod, if
 * there is none of that name. */
void storage_add_claim(struct storage *s, const char *namespace, const char *name, const struct value *template);

/* What admission does when a claim is made: one that says nothing of a class has the default class. After all were added. */
void storage_settle(struct storage *s);

/* The key of a claim. */
const char *storage_key(struct storage *s, const char *namespace, const char *name);

/* Each finds by name or key; null: there is none. */
struct storage_class *storage_class(const struct storage *s, const char *name);
struct storage_volume *storage_volume(const struct storage *s, const char *name);
struct storage_claim *storage_claim(const struct storage *s, const char *key);

/* Whether a provisioner is one of those that Kubernetes once had itself: their volumes are not counted. */
bool storage_is_built_in(const char *provisioner);

/* Whether enough is known of a claim to say where its volume can be: it is there, and so is its volume, or the class that
 * waits for its first pod. A scenario often has manifests of workloads only. */
bool storage_knows(const struct storage *s, const char *key);

#endif
