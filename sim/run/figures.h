/* figures.h -- the figures of a replication: money from the ledger, and all that the recorder counted, as named metrics. */
#ifndef SIM_RUN_FIGURES_H
#define SIM_RUN_FIGURES_H

#include "models/cost/cost_model.h"
#include "sim/run/replication.h"

/* What must be kept of a simulation that has ended, beside its recorder. */
struct figures {
    uint64_t turns;
    int64_t total_nusd; /* control plane included */
    int64_t control_plane_nusd;
    VEC(struct cost_day) days; /* own copies */
    VEC(int64_t) pool_nusd;
    VEC(double) pool_node_ns;
    VEC(double) units; /* by demand: rides that came */
};

/* Zero *f first. */
void figures_take(struct figures *f, struct sim *sim);
void figures_drop(struct figures *f);

/* Adds the metrics of a replication: of the run with events, and of the one without for cost.monthly. */
void figures_metrics(const struct recorder *r, const struct figures *with, const struct figures *plain,
                     struct replication_result *result);

#endif
