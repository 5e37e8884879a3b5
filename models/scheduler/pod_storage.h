/* pod_storage.h -- the volumes of a simulated cluster's pods.
 *
 * Claims that the scenario says enough of count (storage_knows); of others the scenario's reader has said that where their
 * volumes are is not known. A StatefulSet's claims are made with its pods, and stay. Volumes that are made for one pod and
 * go with it (ephemeral) count for nothing.
 */
#ifndef MODELS_SCHEDULER_POD_STORAGE_H
#define MODELS_SCHEDULER_POD_STORAGE_H

#include "models/model.h"
#include "models/scheduler/pod_volumes.h"

/* A zero struct has nothing in it. */
struct pod_storage {
    struct storage storage;
    struct volume_table volumes;
    struct lookup known; /* of pods that have the same volumes, by an interned text: index in made */
    VEC(const struct pod_volumes *) made;
};

/* Reads the scenario's objects. The storage's address must not change afterwards. */
void pod_storage_open(struct pod_storage *s, const struct sim *sim);
void pod_storage_drop(struct pod_storage *s);

/* Makes known what a pod of the world has: volumes.of. class: the number of its class. */
void pod_storage_set(struct pod_storage *s, const struct sim *sim, uint32_t row, uint32_t class);

#endif
