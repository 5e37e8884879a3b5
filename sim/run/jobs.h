/* jobs.h -- replications in parallel: one pool of workers, results in the order of the jobs.
 *
 * A job is a replication of a plan. Workers take the next job that nobody has; what they make does not depend on who made
 * it or when, and results lie by job, so any number of workers gives the same bytes.
 */
#ifndef SIM_RUN_JOBS_H
#define SIM_RUN_JOBS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"
#include "sim/run/plan.h"
#include "sim/run/replication.h"

struct jobs_options {
    uint32_t replications;
    uint32_t workers; /* 1 or more; no more than there are jobs are used */
    uint64_t seed;
    const struct recorder_sink *sink; /* of replication 0; called from the thread that runs it */
    const atomic_bool *cancelled;     /* null: it cannot be */
    /* Called about ten times a second from the calling thread while jobs run; null: never. share: done, 0 to 1. */
    void (*progress)(void *context, double share);
    void *progress_context;
};

/* Runs replications 0 to replications - 1 into results[replications]. *finished: how many of the first are there; what
 * came after one that is not is dropped. False: one failed, and fail tells of the first by number; or it was cancelled
 * before all were done (fail->kind FAIL_NONE). */
bool jobs_run(const struct plan *plan, const struct jobs_options *options, struct replication_result *results,
              uint32_t *finished, struct fail *fail) MUST_CHECK;

#endif
