/* estimate.h -- how many nodes of a kind a set of pods needs, and which kind wastes least.
 *
 * Whether a pod fits is what the scheduler's filters say, over a placer that holds the cluster: host ports, spreading and
 * affinity between pods count.
 *
 * Source: kubernetes/autoscaler, cluster-autoscaler/estimator/binpacking_estimator.go and expander/waste/waste.go, of
 * which this is the first cut: one node kind at a time, pods in the order of falling size, first node that fits.
 */
#ifndef MODELS_AUTOSCALER_ESTIMATE_H
#define MODELS_AUTOSCALER_ESTIMATE_H

#include "models/scheduler/placer.h"

struct estimate {
    uint32_t nodes; /* new ones */
    uint32_t pods;  /* that fit on them */
    double waste;   /* share of cpu left plus share of memory left, of the capacity of the new nodes; least is best */
};

/* Nodes that may be ordered, and what each runs from the start. */
struct estimate_kind {
    const struct node *const *nodes; /* [node_count], in the order in which they would be; none is in the cluster */
    uint32_t node_count;
    const struct pod_class *const *daemons; /* [daemon_count] */
    uint32_t daemon_count;
};

/* Packs pods onto new nodes. The cluster is as before when it returns.
 *
 *   pods               [count]; their numbers are not counted in the cluster
 *   fits               [count]: set to whether the pod found a place
 *   first_free_number  from which on numbers are nobody's */
struct estimate estimate_nodes(struct placer *cluster, const struct estimate_kind *kind, const struct placer_pod *pods,
                               bool *fits, uint32_t count, uint32_t first_free_number);

/* Takes from pods those that find a place on the nodes of the cluster, where they count from now on. Returns how many are
 * left, at the front of pods. */
uint32_t estimate_place(struct placer *cluster, struct placer_pod *pods, uint32_t count);

/* Moves pods[count] of a node, which are counted there, to others, each to the first that takes it, and closes the node to
 * others. False: one finds no place, and nothing has changed. */
bool estimate_evacuate(struct placer *cluster, uint32_t slot, const struct placer_pod *pods, uint32_t count);

#endif
