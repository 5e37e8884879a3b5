/* topology.h -- a label of nodes as a topology: which nodes have which value of it. */
#ifndef MODELS_SCHEDULER_TOPOLOGY_H
#define MODELS_SCHEDULER_TOPOLOGY_H

#include "sim/base/lookup.h"
#include "sim/base/memory.h"
#include "sim/world/placement.h"

/* Values of a node label. */
struct topology {
    const char *key;
    VEC(const char *) values; /* by number; 0 is "" */
    struct lookup numbers;
    VEC(uint32_t) of;      /* by slot: number of the node's value; NONE: it has no such label */
    VEC(uint32_t) holders; /* by value: nodes that are there and have it */
    uint32_t shared;       /* values that more than one node has */
};

/* key and empty, which is "", are interned. */
struct topology topology_make(const char *key, const char *empty);
void topology_drop(struct topology *t);

/* A node has these labels from now on; null: it is not there. */
void topology_note(struct topology *t, uint32_t slot, const struct labels *labels);

#endif
