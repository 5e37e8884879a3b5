/* node_share.h -- what pods want of their nodes' processors, and which nodes have not enough.
 *
 * A node has a level: what a pod may use for each unit of its weight (cgroup CPU shares). It is infinite where there is
 * enough.
 */
#ifndef MODELS_SERVICE_NODE_SHARE_H
#define MODELS_SERVICE_NODE_SHARE_H

#include "sim/base/memory.h"
#include "sim/world/world.h"

/* A node is listed when this share less than its processors is wanted: wants may be booked that inexactly. */
#define NODE_SHARE_MARGIN (1.0 / 32)

struct node_share {
    int64_t wanted_mcpu; /* by all pods on it */
    double level;        /* milli-CPU for each unit of weight */
    bool listed;
};

struct pod_share {
    uint32_t node; /* that the want is booked on; NONE: none */
    int64_t wanted_mcpu;
};

struct node_shares {
    VEC(struct node_share) nodes; /* by row */
    VEC(struct pod_share) pods;   /* by row */
    VEC(uint32_t) listed;         /* nodes to be shared out: too much is wanted of them, nearly, or was */
    VEC(double) wanted;           /* room for node_share_out */
    VEC(double) weights;
    VEC(double) shares;
};

void node_shares_drop(struct node_shares *n);

/* Books what a pod wants now, on the node that it is bound to. */
void node_share_want(struct node_shares *n, const struct world *w, uint32_t pod, int64_t wanted_mcpu);

/* Forgets a pod, whose row is gone; or all pods of a node, whose row is gone. */
void node_share_forget_pod(struct node_shares *n, uint32_t pod);
void node_share_forget_node(struct node_shares *n, uint32_t node);

/* The level of a node. */
double node_share_level(const struct node_shares *n, uint32_t node);

/* Sets the level of the node, by weight among its pods; true when it changed. What is wanted must be booked exactly. */
bool node_share_out(struct node_shares *n, const struct world *w, uint32_t node);

/* Whether the node must stay in the list. False: the caller takes it out. */
bool node_share_stays(struct node_shares *n, const struct world *w, uint32_t node);

#endif
