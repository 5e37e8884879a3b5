/* trial.h -- platforms tried out: each setting simulated on the same random numbers, and what came of it.
 *
 * A trial reads the scenario again with the patches of a setting, so what is simulated is what the patches say. Cases are
 * ways to put a platform to the test; a replication of a case meets the same rides, boots and failures whatever the setting.
 */
#ifndef REPORTS_TRIAL_H
#define REPORTS_TRIAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "reports/platform.h"
#include "sim/base/fail.h"
#include "sim/scenario/scenario_read.h"

enum trial_case {
    TRIAL_AS_IS,
    TRIAL_MORE, /* every demand is at the upper 95 % quantile of what is known of it, all the time */
    TRIAL_ZONE, /* a zone is out for an hour, at the busiest time of the demand without its events */
    TRIAL_CASES
};

struct trial_workload {
    double replicas_mean, replicas_least, replicas_most;
    double requested_mcpu, requested_bytes; /* means over the time, all pods */
    double used_mcpu, used_bytes;           /* likewise; negative: unknown */
    double used_mcpu_most;
    double pod_p50_mcpu, pod_p95_mcpu, pod_p99_mcpu, pod_most_mcpu; /* one pod; 0 where unknown */
    double pod_most_bytes;
    double p99_s;     /* 0: no requests */
    double success;   /* 1 where there were none */
    double throttled; /* share of the time */
    double restarts;
    double pending_s; /* of pods, summed */
    double pending_longest_s;
};

struct trial_pool {
    double nodes_least, nodes_mean, nodes_most;
};

/* What one replication of one case came to. */
struct measured {
    bool good;          /* false: it could not be read or run, and the rest is 0 */
    int64_t total_nusd; /* of the run */
    double monthly_usd; /* without a pair: the run scaled, as if events came again and again */
    double calm_usd;    /* a month without any event; likewise */
    double used_mcpu, used_bytes, requested_mcpu, requested_bytes, allocatable_mcpu, allocatable_bytes;
    double *achieved;                 /* [objectives] */
    struct trial_workload *workloads; /* [workloads of the plan] */
    struct trial_pool *pools;         /* [node pools of the scenario] */
};

/* A platform in a case. */
struct trial_request {
    const struct setting *settings; /* [parts of the platform] */
    enum trial_case what;
    uint32_t first; /* replication */
    bool calm;      /* without the events of demands */
    bool brief;     /* only the first day of what takes longer (trial_brief) */
};

struct trial {
    struct arena *arena; /* what is measured lies there */
    const struct platform *platform;
    const struct scenario_input
        *input; /* as the platform's plan was read with; "-" must be a file that can be read again */
    uint32_t workers;
    const atomic_bool *cancelled;
    const char *zone; /* TRIAL_ZONE: that is out; null: pools name no zones */
    int64_t out_ns;   /* when it goes */
    double *more;     /* [demands] TRIAL_MORE: what each rate is multiplied with */
    bool has_events;  /* of demands: else what is calm is what is as it is */
    double runs;      /* simulated so far; a brief one counts as the part that it is */
};

/* Finds the zone, the time and the factors. Everything is kept. */
void trial_make(struct trial *t, struct arena *a, const struct platform *platform, const struct scenario_input *input,
                uint32_t workers, const atomic_bool *cancelled);

/* Simulates requests[count], so many replications of each. Returns [count][replications], in the trial's arena. Null: it
 * was cancelled (fail->kind FAIL_NONE), or a model failed. */
const struct measured *trial_run(struct trial *t, const struct trial_request *requests, uint32_t count,
                                 uint32_t replications, struct fail *fail) MUST_CHECK;

/* The same, and monthly_usd is that of a month: each replication has a second run without events, where there are any. */
const struct measured *trial_run_paired(struct trial *t, const struct trial_request *requests, uint32_t count,
                                        uint32_t replications, struct fail *fail) MUST_CHECK;

/* What a month costs, from a run and one that is calm. */
double trial_monthly_usd(const struct trial *t, const struct measured *with, const struct measured *calm);

/* How long brief runs take; the whole duration where they are no shorter. */
int64_t trial_brief_ns(const struct trial *t);

/* The QoS class that a workload's pods get by a setting. False: it could not be read. */
bool trial_qos(struct trial *t, const struct setting *settings, uint32_t workload, enum qos_class *qos) MUST_CHECK;

#endif
