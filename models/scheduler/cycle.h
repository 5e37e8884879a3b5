/* cycle.h -- one scheduling cycle: which node gets a pod.
 *
 * Pure but for the structs it is given: filters in the scheduler's order, then scores, then the host. Of the default
 * profile's plugins these take part: NodeUnschedulable, NodeName, TaintToleration, NodeAffinity (required) and
 * NodeResourcesFit as filters; LeastAllocated and BalancedAllocation as scores.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/schedule_one.go, backend/cache/node_tree.go.
 */
#ifndef MODELS_SCHEDULER_CYCLE_H
#define MODELS_SCHEDULER_CYCLE_H

#include <stdint.h>

#include "sim/base/memory.h"
#include "sim/world/objects.h"

/* A node as the scheduler's cache has it: what is assumed counts. */
struct cycle_node {
    uint32_t row; /* in the world */
    const char *name;
    const char *zone; /* null: none */
    const struct labels *labels;
    const struct taints *taints;
    bool ready;
    bool unschedulable;
    struct resources allocatable;
    int64_t pods_allocatable;
    struct resources requested; /* scalars: [allocatable.scalar_count] in used_scalars, in the order of allocatable */
    int64_t *used_scalars;
    int64_t nonzero_mcpu;
    int64_t nonzero_memory_bytes;
    int64_t pods;
};

struct cycle_pod {
    const struct pod_template *template;
    const char *wanted_node; /* a required affinity to this name; null: none */
};

enum cycle_reason {
    CYCLE_UNSCHEDULABLE,
    CYCLE_NODE_NAME,
    CYCLE_TAINT,
    CYCLE_AFFINITY,
    CYCLE_TOO_MANY_PODS,
    CYCLE_CPU,
    CYCLE_MEMORY,
    CYCLE_EPHEMERAL,
    CYCLE_SCALAR,
    CYCLE_REASONS,
};

struct cycle_result {
    uint32_t node; /* index into the cache's nodes; NONE: no node fits */
    uint32_t evaluated;
    uint32_t feasible;
    uint32_t rejected[CYCLE_REASONS]; /* nodes with that reason; a node may have several */
};

/* The scheduler's cache of nodes and what a cycle needs beside. A zero struct is an empty one. */
struct cycle_cache {
    VEC(struct cycle_node) nodes; /* in the order of arrival */
    VEC(uint32_t) order;          /* round robin over zones; rebuilt after a node came or went */
    bool stale;
    uint32_t next_start; /* where the next cycle begins to look */
    VEC(uint32_t) feasible;
    VEC(int64_t) scores;
};

void cycle_drop(struct cycle_cache *c);

/* Adds a node of the world; its pods are added one by one with cycle_count. */
void cycle_add_node(struct cycle_cache *c, const struct node *n, uint32_t row);

/* Takes over what changed of a node. */
void cycle_update_node(struct cycle_cache *c, uint32_t index, const struct node *n);

/* Takes a node out; the indices of those behind it go down by one. */
void cycle_remove_node(struct cycle_cache *c, uint32_t index);

/* Counts a pod on a node: sign 1 when it comes, -1 when it goes. */
void cycle_count(struct cycle_cache *c, uint32_t index, const struct pod_template *t, int64_t sign);

/* Whether the pod passes every filter on the node; else *reasons has a bit 1 << reason for each that it has. */
bool cycle_fits(const struct cycle_node *n, const struct cycle_pod *pod, uint32_t *reasons);

/* Chooses a node. Moves next_start on; counts nothing. */
struct cycle_result cycle_place(struct cycle_cache *c, const struct cycle_pod *pod);

/* How many feasible nodes a cycle looks for among count: all below 100, else 50 % falling to 5 %, at least 100. */
uint32_t cycle_nodes_to_find(uint32_t count);

/* The message of a pod that fits nowhere, as Kubernetes words it, at most size bytes with the NUL. */
void cycle_message(const uint32_t rejected[CYCLE_REASONS], uint32_t nodes, char *text, size_t size);

#endif
