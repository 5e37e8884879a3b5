/* figures.h -- the figures of a replication: money from the ledger, and all that the recorder counted, as named metrics. */
#ifndef SIM_RUN_FIGURES_H
#define SIM_RUN_FIGURES_H

#include "models/cost/cost_model.h"
#include "sim/run/recorder.h"

/* A figure of a replication. Names and units are listed in reports/README.md. */
struct metric {
    const char *name;    /* "replicas.mean" */
    const char *subject; /* "" for the cluster; else a title: "Deployment/web", a pool's name, a demand's name */
    double value;
    const char *unit;
};

/* What the intervals over the replications cover. */
#define FIGURES_INTERVALS_COVER "noise of the demand and of the nodes' boot times; not errors of parameters"

/* What must be kept of a simulation that has ended, beside its recorder. */
struct figures {
    uint64_t turns;
    int64_t total_nusd; /* control plane included */
    int64_t control_plane_nusd;
    uint32_t workload_count;
    uint32_t pool_count;
    VEC(struct cost_day) days;           /* as in the ledger; own copies */
    VEC(int64_t) control_plane_day_nusd; /* by day */
    VEC(int64_t) pool_nusd;
    VEC(double) pool_node_ns;
    VEC(double) units; /* by demand: rides that came */
    VEC(struct metric) metrics;
};

/* Zero *f first. */
void figures_take(struct figures *f, struct sim *sim);
void figures_drop(struct figures *f);

/* Fills the metrics of the run with events, which r recorded; cost.monthly needs the one without, or the same again. */
void figures_metrics(struct figures *with, const struct figures *plain, const struct recorder *r);

#endif
