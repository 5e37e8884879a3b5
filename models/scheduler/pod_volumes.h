/* pod_volumes.h -- what volumes a pod has, but for those that are on any node. */
#ifndef MODELS_SCHEDULER_POD_VOLUMES_H
#define MODELS_SCHEDULER_POD_VOLUMES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/value.h"
#include "sim/scenario/storage.h"

enum disk_kind { DISK_GCE, DISK_AWS, DISK_ISCSI, DISK_RBD };

/* A disk that the pod names itself. */
struct pod_disk {
    enum disk_kind kind;
    const char *id;
    const char *pool;            /* DISK_RBD */
    const char *const *monitors; /* [monitor_count] */
    uint32_t monitor_count;
    bool read_only;
};

struct pod_claim {
    const char *key;
    const char *name;
    bool ephemeral; /* made for the pod */
};

struct pod_volumes {
    const struct pod_claim *claims; /* [claim_count] */
    uint32_t claim_count;
    const struct pod_disk *disks; /* [disk_count] */
    uint32_t disk_count;
};

/* A zero struct is an empty one; storage is the caller's. */
struct volume_table {
    struct storage *storage;
    VEC(const struct pod_volumes *) of; /* by pod number; null: none */
};

/* The volumes of a pod's spec; null: none that matter. pod: its name, which those of ephemeral volumes begin with. In
 * the storage's arena. */
const struct pod_volumes *pod_volumes_read(struct storage *s, const char *namespace, const char *pod,
                                           const struct value *spec);

/* Makes known what a pod has. */
void pod_volumes_set(struct volume_table *v, uint32_t number, const struct pod_volumes *pod);

/* What a pod has; null: nothing. */
const struct pod_volumes *pod_volumes_of(const struct volume_table *v, uint32_t number);

void pod_volumes_drop(struct volume_table *v);

#endif
