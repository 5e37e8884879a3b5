/* replicaset.h -- what a ReplicaSet does with its pods.
 *
 * Decides, never acts: replicaset_sync reads plain structs and says what one sync of the controller would do. The model
 * that reads the world and writes to it is replicaset_model.c.
 *
 * Source: Kubernetes v1.36, pkg/controller/replicaset/{replica_set,replica_set_utils}.go (reference/
 * kubernetes-semantics.md, C.2).
 */
#ifndef MODELS_WORKLOAD_REPLICASET_H
#define MODELS_WORKLOAD_REPLICASET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/world/objects.h"

#define REPLICASET_BURST 500 /* pods created or deleted in a sync at most */

/* Pods as a sync counts them. */
struct replicaset_tally {
    int32_t active;
    int32_t ready;
    int32_t available;
    int32_t terminating;
    int64_t next_available_ns; /* when the next Ready pod will be available; INT64_MAX: none will */
};

/* Counts pods [count] of a ReplicaSet. */
struct replicaset_tally replicaset_tally(const struct pod *const *pods, uint32_t count, int32_t min_ready_seconds,
                                         int64_t now_ns);

/* How many pods a sync creates (above 0) or deletes (below 0). */
int32_t replicaset_change(int32_t wanted, int32_t active);

/* The status that a sync writes: of the pods as they were before it created or deleted any. */
struct replicaset_status replicaset_status(const struct replicaset_tally *tally, int64_t generation);

bool replicaset_status_equal(const struct replicaset_status *a, const struct replicaset_status *b);

/* Of `count` pods to create, how many the controller asks for at once after `done` of them: 1, 2, 4, ... It stops at a
 * batch in which one failed. */
int32_t replicaset_batch(int32_t count, int32_t done);

#endif
