/* job.h -- what a Job does with its pods: how many, when again after a failure, and when it is over.
 *
 * Decides, never acts. Simplified: no podFailurePolicy, successPolicy and back-off limit per index; a pod that is being
 * deleted counts as failed (podReplacementPolicy TerminatingOrFailed).
 *
 * Source: Kubernetes v1.36, pkg/controller/job/{job_controller,backoff_utils}.go (reference/kubernetes-semantics.md, C.5).
 */
#ifndef MODELS_WORKLOAD_JOB_H
#define MODELS_WORKLOAD_JOB_H

#include <stdbool.h>
#include <stdint.h>

#define JOB_NEVER INT64_MAX
#define JOB_BURST 500 /* pods created, and deleted, in a sync at most */

struct job_spec {
    int32_t parallelism;
    int32_t completions; /* -1: unset; one success ends the Job when its pods have ended */
    int32_t backoff_limit;
    int64_t deadline_s; /* activeDeadlineSeconds; -1: none */
    bool suspended;
    bool restarts_in_place; /* restartPolicy OnFailure */
};

struct job_state {
    int32_t active;
    int32_t terminating;
    int32_t succeeded; /* so far; Indexed: indices that did */
    int32_t failed;    /* so far */
    int32_t restarts;  /* of containers of pods that are active */
    int32_t failures;  /* since the last success */
    int64_t last_failure_ns;
    int64_t start_ns; /* status.startTime; JOB_NEVER: not started */
};

enum job_end { JOB_RUNS, JOB_COMPLETE, JOB_BACKOFF_LIMIT_EXCEEDED, JOB_DEADLINE_EXCEEDED };

struct job_plan {
    enum job_end end; /* other than JOB_RUNS: all pods are deleted; it is finished when none is left */
    int32_t removes;
    int32_t creates;
    int64_t check_ns; /* look again then; JOB_NEVER */
};

/* One sync of a Job that is not over yet. */
struct job_plan job_sync(const struct job_spec *spec, const struct job_state *state, int64_t now_ns);

/* How long after the last of so many failures in a row a pod is created again: 10 s, doubled, at most 600 s; 0 after
 * none. */
int64_t job_backoff_ns(int32_t failures);

/* The condition's reason as the API spells it; null while it runs. */
const char *job_reason(enum job_end end);

#endif
