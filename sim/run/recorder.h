/* recorder.h -- what one replication was like, in memory: counted while it runs, written when it has ended (store.h).
 *
 * Levels (replicas, nodes, requests) are followed from change to change, so their means, least and most are exact. Series
 * are samples at the step, decisions notes that differ from their object's last one: both go to a sink as they come, so
 * that memory does not grow with the time. Loads come as the service model tells them.
 */
#ifndef SIM_RUN_RECORDER_H
#define SIM_RUN_RECORDER_H

#include "models/model.h"
#include "sim/base/histogram.h"
#include "sim/base/statistics.h"
#include "sim/run/plan.h"

/* One step of a workload's series. */
struct recorded_workload_sample {
    int32_t replicas;
    int32_t pending;  /* not bound */
    int32_t starting; /* bound, not Ready, not being deleted */
    int32_t ready;
    int64_t requested_mcpu;
    int64_t requested_bytes;
    double used_mcpu; /* negative: unknown */
    double used_bytes;
    double arrivals_per_s;
    double served_per_s;
    double failed_per_s;
    double p50_s;
    double p95_s;
    double p99_s;
    double utilization;
    double throttled;
};

struct recorded_pool_sample {
    int32_t nodes;
    int32_t nodes_ready;
    int64_t allocatable_mcpu;
    int64_t allocatable_bytes;
    int64_t requested_mcpu;
    int64_t requested_bytes;
    double used_mcpu; /* of pods of which it is known; negative: of none */
    double used_bytes;
};

/* Sums of load samples over some time. */
struct recorded_load {
    double seconds;
    double arrivals;
    double served;
    double timed_out;
    double failed;
    double refused;
    double p50_weighted; /* latencies times arrivals */
    double p95_weighted;
    double p99_weighted;
    double utilization_seconds;
    double used_mcpu_seconds;
    double used_bytes_seconds;
    double bytes_known_seconds; /* of those in which it is known what memory is used */
    double throttled_seconds;
};

struct recorded_workload {
    struct statistics_level replicas;
    struct statistics_level requested_mcpu;
    struct statistics_level requested_bytes;
    int32_t pending;
    int32_t starting;
    int32_t ready;
    double pending_pod_ns; /* pods times the time that they were not bound */
    int64_t pending_longest_ns;
    int64_t restarts;
    int64_t oom_kills;
    struct recorded_load run;  /* the whole run */
    struct recorded_load step; /* since the last sample */
    double used_mcpu_most;
    double used_bytes_most;
    struct histogram pod_mcpu; /* what a pod used, mean of all in each sample; counts in thousandths of a pod second */
    double pod_mcpu_most;      /* of any pod, at any time */
    double pod_bytes_most;     /* 0: unknown */
    bool has_load;
    bool was_ready;            /* a pod of it, ever */
    struct load_sample latest; /* whose latencies wait to be counted, for all arrivals that met the same */
    struct histogram latency;  /* seconds; counts in thousandths of a request */
};

struct recorded_pool {
    struct statistics_level nodes;
    struct recorded_pool_sample sample;
};

/* A pod is counted with the workload that it had when it came, whatever becomes of that. */
struct recorded_pod {
    uint32_t workload; /* index in the plan; NONE: none */
    int64_t since_ns;  /* when it began to wait for a node; TIME_UNSET: it does not */
};

/* A note, rendered. Texts live for the call. */
struct recorded_decision {
    int64_t at_ns;
    const char *model;
    const char *kind;
    const char *namespace;
    const char *name;
    const char *reason;
    const char *message;
    bool warning;
};

struct recorded_objective {
    double good_seconds; /* latency: time in which it held, of the time in which there were requests */
    double seconds;
    double served; /* success: of those that came to an end, whatever it was */
    double ended;
    double worst;
    int64_t worst_ns;
};

/* Where series and decisions go. Times are ns since the scenario's start. */
struct recorder_sink {
    void *context;
    void (*workload)(void *context, uint32_t workload, int64_t at_ns, const struct recorded_workload_sample *sample,
                     bool has_load);
    void (*pool)(void *context, uint32_t pool, int64_t at_ns, const struct recorded_pool_sample *sample);
    void (*demand)(void *context, uint32_t demand, int64_t at_ns, double rate_hz);
    void (*decision)(void *context, const struct recorded_decision *decision);
};

struct recorder {
    const struct plan *plan;
    const struct recorder_sink *sink;         /* null: no series and no decisions */
    struct recorded_workload *workloads;      /* [plan->workloads.count] */
    struct recorded_pool *pools;              /* [plan->pools.count] */
    struct recorded_objective *objectives;    /* [scenario objectives] */
    struct statistics_level allocatable_mcpu; /* of Ready nodes */
    struct statistics_level allocatable_bytes;
    VEC(struct recorded_pod) pods;    /* by pod row */
    VEC(uint64_t) last[NOTE_RUN + 1]; /* by kind and row: hash of the decision noted last; 0: none */
    bool begun;                       /* the cluster is at rest: decisions count */
    int64_t started_ns;
    int64_t ended_ns;
};

/* For a run by plan; to be passed to recorder_attach. The sink is borrowed; null: none. */
struct recorder *recorder_open(const struct plan *plan, const struct recorder_sink *sink);
void recorder_close(struct recorder *r);

/* Listens to a simulation whose world was built by the plan; before sim_start. */
void recorder_attach(struct recorder *r, struct sim *sim);

/* The world is at rest: levels and sums begin now. */
void recorder_begin(struct recorder *r, struct sim *sim);

/* Gives a sample of every series to the sink; the run calls it at each step. */
void recorder_sample(struct recorder *r, const struct sim *sim);

/* The run has ended: what still waits has waited until now. */
void recorder_end(struct recorder *r, const struct sim *sim);

/* Whether pods were asked for and none was ever Ready, though there was time: as if it were not there, and cheap. */
bool recorder_never_ready(const struct recorder *r, uint32_t workload);

/* Mean memory that all pods used, bytes; negative: unknown. */
double recorder_used_bytes(const struct recorded_load *load);

/* What share of an objective was achieved: of the time in which there were requests, or of the requests; 1 where there were
 * none. */
double recorder_achieved(const struct objective *o, const struct recorded_objective *j);

/* The step of time series: the scenario's; without one a minute, coarser where a series would have more than 10,080
 * samples or all of the workloads more than 400,000: recording stays a small part of a run, and a report has no use for
 * more. */
int64_t recorder_step(const struct plan *plan);

#endif
