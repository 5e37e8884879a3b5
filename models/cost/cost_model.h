/* cost_model.h -- what the nodes cost while they are there, and whose it is.
 *
 * A node is paid for from the order to its removal. Each minute, and whenever a pod comes or goes, what the node has cost
 * since is shared out among the pods that it had (cost.h); parts sum to the whole exactly.
 */
#ifndef MODELS_COST_COST_MODEL_H
#define MODELS_COST_COST_MODEL_H

#include "models/cost/cost.h"
#include "models/model.h"

extern const struct model cost_model;

/* What a pool's nodes cost on one day, and whose it is. */
struct cost_day {
    struct cost_part
        *workloads;          /* [cost_ledger.workload_count]: by row of the workloads that the world began with; null:
                                    nothing was spent */
    struct cost_part others; /* pods of no such workload */
    struct cost_part idle;
    struct cost_part system; /* reserved on nodes */
};

struct cost_ledger {
    uint32_t workload_count;
    uint32_t pool_count;
    VEC(struct cost_day)
    days;                 /* day d of pool p, both from 0, at [d * pool_count + p]; days as cost_day_of counts them */
    int64_t *pool_nusd;   /* [pool_count]: of each pool's nodes */
    double *pool_node_ns; /* [pool_count]: node time */
    int64_t total_nusd;   /* all of it */
};

/* The day of a time at_ns since the scenario's start, which is start_ns after 1970: days are UTC's, and the one in which
 * the scenario starts is 0. */
uint32_t cost_day_of(int64_t start_ns, int64_t at_ns);

/* What was spent from the start up to now; settles what is open. For the end of a run. */
const struct cost_ledger *cost_model_settle(struct sim *sim);

#endif
