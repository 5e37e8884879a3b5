/* victims.h -- which pods a ReplicaSet deletes first.
 *
 * Source: Kubernetes v1.36, pkg/controller/controller_utils.go (ActivePodsWithRanks) and
 * pkg/controller/replicaset/replica_set.go (reference/kubernetes-semantics.md, C.2.1).
 */
#ifndef MODELS_WORKLOAD_VICTIMS_H
#define MODELS_WORKLOAD_VICTIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/world/objects.h"

struct victim {
    const char *node; /* interned; null: not bound */
    enum pod_phase phase;
    bool ready;
    int32_t deletion_cost;
    int32_t rank;           /* active pods of the same controller on its node: victims_rank */
    int64_t ready_since_ns; /* TIME_UNSET: unknown */
    int64_t created_ns;     /* TIME_UNSET: unknown */
    int32_t restarts;       /* largest count of the regular containers */
    int32_t sidecar_restarts;
    uint64_t uid;
};

/* Sets the rank of each of pods [count], all active: how many of nodes [node_count] are its node. nodes: of all active
 * pods of all ReplicaSets of the same controller, these among them; interned, null for those that are not bound. */
void victims_rank(struct victim *pods, uint32_t count, const char *const *nodes, uint32_t node_count,
                  struct arena scratch);

/* Sets order [count] to the indices of pods in the order of deletion.
 *
 * "Before" is not transitive (a uid decides only within a bucket of ages), so the algorithm decides: up to 12 pods it is
 * Go's, an insertion sort; beyond, where Go's sort is not stable, an insertion sort in runs of 20, merged. */
void victims_order(const struct victim *pods, uint32_t count, int64_t now_ns, uint32_t *order, struct arena scratch);

/* The annotation controller.kubernetes.io/pod-deletion-cost as the controller reads it: what is no plain int32 is 0. */
int32_t victims_deletion_cost(const char *text);

#endif
