/* packing.h -- how many nodes of a type hold these pods, placed one after another as the scheduler places them.
 *
 * A node is added when a pod fits on none of those that are there. So the answer is what a cluster that grows with its pods
 * comes to, by the profile's filters and scores, constraints between pods included; not the least that a solver would find.
 */
#ifndef MODELS_SCHEDULER_PACKING_H
#define MODELS_SCHEDULER_PACKING_H

#include "models/scheduler/placer.h"

/* So many pods of a class. */
struct packing_pods {
    const struct pod_class *class;
    uint32_t count;
};

struct packing_question {
    const struct profile *profile;
    const struct node
        *types; /* [type_count] what a node is like; they take turns (zones). Names are made: node-0, ... */
    uint32_t type_count;
    const struct packing_pods *pods; /* [pods_count], placed in this order; classes are numbered from 0 without gaps */
    uint32_t pods_count;
    uint32_t nodes_max;
};

struct packing {
    uint32_t nodes;  /* that were needed */
    uint32_t placed; /* pods */
    uint32_t left;   /* pods that no node takes, not even a new one, or for which nodes_max left no room */
    uint32_t
        nodes_least; /* without which it cannot be: the sum of requests of those that were placed by the most of a node */
};

/* Answers; what it needs lies in a. Labels of types, and their key kubernetes.io/hostname, are interned in names. */
struct packing packing_count(struct arena *a, struct names *names, const struct packing_question *question);

#endif
