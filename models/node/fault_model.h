/* fault_model.h -- nodes that crash, and what Kubernetes does about it.
 *
 * A crashed node's kubelet does nothing. The node controller sees it when no lease was renewed for 50 s (renewed every
 * 10 s, looked at every 5 s): the node is not Ready, its pods are not Ready; when their toleration ends, by default 300 s
 * later, they are deleted, which takes effect when the node comes back or is gone. A node that comes back is Ready at
 * once, and its kubelet starts what is left of its pods. When a zone is out, all its nodes crash and machines that were to
 * start there do not. Not simulated: rate limits of zones.
 *
 * Source: Kubernetes v1.36, pkg/controller/nodelifecycle, tainteviction.
 */
#ifndef MODELS_NODE_FAULT_MODEL_H
#define MODELS_NODE_FAULT_MODEL_H

#include "models/model.h"

extern const struct model fault_model;

struct fault_step {
    int64_t at_ns;
    int64_t recover_ns; /* after the crash; 0: never */
    const char *zone;   /* all its nodes; null: pool or node say which */
    const char *pool;   /* interned; null: node says which */
    const char *node;   /* interned */
    uint32_t count;     /* nodes of the pool, oldest first */
};

/* Before sim_start. */
void fault_model_add(struct sim *sim, const struct fault_step *step);

/* Whether a zone is out now: no machine starts there. zone null: false. */
bool fault_model_is_out(const struct sim *sim, const char *zone);

#endif
