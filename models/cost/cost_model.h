/* cost_model.h -- what the nodes cost while they are there, and whose it is.
 *
 * A node is paid for from the order to its removal. Each minute, and whenever a pod comes or goes, what the node has cost
 * since is shared out among the pods that it had (cost.h); parts sum to the whole exactly.
 */
#ifndef MODELS_COST_COST_MODEL_H
#define MODELS_COST_COST_MODEL_H

#include "models/model.h"

extern const struct model cost_model;

/* Nano-dollars of one day, from 0. */
struct cost_day {
    int64_t *workloads_nusd; /* [cost_ledger.workload_count]: by row of the workloads that the world began with */
    int64_t others_nusd;     /* pods of no such workload */
    int64_t idle_nusd;
    int64_t system_nusd; /* reserved on nodes */
};

struct cost_ledger {
    uint32_t workload_count;
    VEC(struct cost_day) days;
    int64_t *pool_nusd;   /* [pools]: of each pool's nodes */
    double *pool_node_ns; /* [pools]: node time */
    int64_t total_nusd;   /* all of it */
};

/* What was spent from the start up to now; settles what is open. For the end of a run. */
const struct cost_ledger *cost_model_settle(struct sim *sim);

#endif
