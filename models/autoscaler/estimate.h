/* estimate.h -- how many nodes of a kind a set of pods needs, and which kind wastes least: pure functions.
 *
 * Source: kubernetes/autoscaler, cluster-autoscaler/estimator/binpacking_estimator.go and expander/waste/waste.go, of
 * which this is the first cut: one node kind at a time, pods in the order of falling size, first node that fits.
 */
#ifndef MODELS_AUTOSCALER_ESTIMATE_H
#define MODELS_AUTOSCALER_ESTIMATE_H

#include "models/scheduler/cycle.h"

struct estimate {
    uint32_t nodes; /* new ones */
    uint32_t pods;  /* that fit on them */
    double waste;   /* share of cpu left plus share of memory left, of the capacity of the new nodes; least is best */
};

/* Packs pods onto new, empty nodes like blank, at most nodes_max.
 *
 *   pods     [count]; sorted here
 *   fits     [count]: set to whether the pod found a place
 *   daemons  [daemon_count]: what each new node runs from the start */
struct estimate estimate_nodes(const struct node *blank, const struct pod_template *const *daemons,
                               uint32_t daemon_count, struct cycle_pod *pods, bool *fits, uint32_t count,
                               uint32_t nodes_max);

/* Takes from pods those that find a place on the nodes of cache as they are (cache is changed: what is placed counts).
 * Returns how many are left, at the front of pods. */
uint32_t estimate_place(struct cycle_cache *cache, struct cycle_pod *pods, uint32_t count);

/* Moves pods[count] of a node to the others of the cache, each to the first that takes it, and closes the node to others.
 * False: one finds no place, and nothing has changed. */
bool estimate_evacuate(struct cycle_cache *cache, uint32_t index, const struct cycle_pod *pods, uint32_t count);

#endif
