/* recording.h -- what a recorded run says of itself, but for its series and decisions: the small tables, as structs.
 *
 * Everything lies in the arena. Texts that the run does not have are null, numbers NaN (integers -1). Rows are in the
 * order of their ids; another table's row is named by its index here.
 */
#ifndef REPORTS_RECORDING_H
#define REPORTS_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "reports/query.h"
#include "sim/base/arena.h"
#include "sim/base/statistics.h"

#define RECORDING_NONE UINT32_MAX /* index of no row */

/* One figure of the run, of every replication. */
struct report_metric {
    const char *name;    /* "cost.monthly" */
    const char *subject; /* "" for the cluster */
    const char *unit;
    const double *values; /* [count], by replication */
    uint32_t count;
    struct statistics_interval interval; /* 95 %, Student's; of one value infinitely wide */
};

struct report_workload {
    int64_t id;
    const char *kind, *namespace, *name, *team;
    bool shared;            /* its namespace's cost is everybody's */
    const char *use_cpu;    /* "measured", "modelled" or "unknown" */
    const char *use_memory; /* likewise */
    const char *use;        /* for people: that word, or "CPU modelled, memory unknown" */
    const char *simplified; /* what of it is simulated in a simplified way */
    const char *subject;    /* of its metrics: "Deployment/ride-api", "Deployment/NAMESPACE/ride-api" */
    const char *label;      /* the shortest text that is its alone: "ride-api", "NAMESPACE/ride-api", or the subject */
    double request_mcpu, request_bytes; /* of one pod; NaN when no container has one */
    double limit_mcpu, limit_bytes;     /* of one pod; NaN when a container has none */
    uint32_t containers;
    int64_t first_row, last_row; /* its series lies within these rows of workload_series; last before first: none */
};

struct report_pool {
    int64_t id;
    const char *name, *instance, *region, *purchase, *price_source, *price_date;
    double usd_per_hour, list_usd_per_hour;
    int64_t capacity_mcpu, capacity_bytes, allocatable_mcpu, allocatable_bytes;
    int64_t nodes_min, nodes_max;
};

struct report_hpa {
    int64_t id;
    const char *namespace, *name;
    const char *label;
    uint32_t workload;
    int64_t replicas_min, replicas_max;
    const char *targets;
};

struct report_demand {
    int64_t id;
    const char *namespace, *name, *unit;
};

struct report_event {
    uint32_t demand;
    const char *name;
    int64_t start_s, end_s;
    double factor;
};

struct report_objective {
    int64_t id;
    const char *name;
    uint32_t workload;
    bool latency; /* else success */
    double quantile, bound_s;
    double share;
    /* Over the replications: */
    uint32_t held, count;
    struct statistics_interval achieved;
    double worst;      /* the worst of them */
    int64_t worst_t_s; /* when that was; -1: not recorded */
    uint32_t worst_in; /* its replication */
};

struct report_unsimulated {
    const char *kind, *namespace, *name; /* the first that it is about */
    int64_t others;                      /* how many more there are */
    const char *what;
    const char *whose; /* "Deployment/rides/ride-ingest and 3 more" */
    double cpu_share, memory_share;
};

enum report_part { PART_WORKLOAD, PART_IDLE, PART_SYSTEM };

/* What a payer's part of a pool's nodes cost on one day, in replication 0; 1e-9 $. */
struct report_cost_day {
    int64_t day;   /* UTC's; 0: the one of the start */
    uint32_t pool; /* none: the control plane */
    enum report_part part;
    uint32_t workload; /* none: pods of no workload, or another part */
    int64_t cpu_nusd, memory_nusd;
};

#define RECORDING_TABLE(type, name)                                                                                    \
    const struct type *name;                                                                                           \
    uint32_t name##_count

struct recording {
    struct arena *arena;
    /* The table `run`. */
    const char *scenario, *version, *kubernetes, *currency, *files, *model_note, *interval_covers;
    int64_t start_s; /* since 1970 */
    double duration_s, step_s;
    int64_t seed, replications;
    double budget_monthly;       /* NaN: there is none */
    const char *allocation_team; /* what names a workload's team: "namespace", "label/team", "annotation/owner" */
    double discount, control_plane_usd_per_hour;

    RECORDING_TABLE(report_workload, workloads);
    RECORDING_TABLE(report_pool, pools);
    RECORDING_TABLE(report_hpa, hpas);
    RECORDING_TABLE(report_demand, demands);
    RECORDING_TABLE(report_event, events); /* by start */
    RECORDING_TABLE(report_objective, objectives);
    RECORDING_TABLE(report_unsimulated, unsimulated); /* greatest share first */
    RECORDING_TABLE(report_cost_day, cost_days); /* by day, pool, workload; idle, system, and the control plane, last */
    RECORDING_TABLE(report_metric, metrics);     /* by name and subject */
};

/* Reads the run. False: a read failed, or a value of the run is none that headroom writes. */
bool recording_read(struct recording *r, struct query *q, struct arena *a, struct fail *fail) MUST_CHECK;

/* The figure of a name and subject; null: the run has none. */
const struct report_metric *recording_metric(const struct recording *r, const char *name, const char *subject);

/* Its mean over the replications; NaN: the run has none. */
double recording_mean(const struct recording *r, const char *name, const char *subject);

/* Sources and dates of the prices, each once, in the arena: "karpenter-provider-aws@1d92708 of 2026-07-20; contract". */
const char *recording_prices(const struct recording *r);

/* Seconds since the run's start in which a day (of report_cost_day) begins and ends, within the run. */
struct recording_span {
    int64_t from_s, to_s;
};

struct recording_span recording_day(const struct recording *r, int64_t day);

/* A copy in a of an array of count elements of size bytes; at may be null when there are none. */
void *recording_keep(struct arena *a, const void *at, size_t count, size_t size);

#endif
