/* jobs.h -- replications in parallel: one pool of workers, results in the order of the jobs.
 *
 * A job is a replication of a plan; several plans (the sides of a comparison) share the workers. The two runs of a paired
 * replication are two pieces of work. Workers take the next piece that nobody has; what they make does not depend on who
 * made it or when, and results lie by job, so any number of workers gives the same bytes.
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
    const struct plan *const *plans;  /* [plan_count]; each runs on its scenario's seed */
    uint32_t plan_count;              /* 1 or more */
    uint32_t first;                   /* number of the first replication: those before it were run already */
    const uint32_t *firsts;           /* [plan_count] the same for each plan its own; null: first, of all */
    uint32_t replications;            /* of each plan, from the first on */
    uint32_t workers;                 /* 1 or more; no more than there are runs are used */
    bool unpaired;                    /* struct replication_options */
    const struct recorder_sink *sink; /* of replication 0 of the first plan; called from the thread that runs it */
    const atomic_bool *cancelled;     /* null: it cannot be */
    /* Called about ten times a second from the calling thread while jobs run; null: never. share: done, 0 to 1. */
    void (*progress)(void *context, double share);
    void *progress_context;
};

/* Runs each replication of all plans into results[replications][plan_count]. *finished: how many of the first replications
 * are there, of every plan; what came after one that is not is dropped. False: one failed, and fail tells of the first; or
 * it was cancelled before all were done (fail->kind FAIL_NONE). */
bool jobs_run(const struct jobs_options *options, struct replication_result *results, uint32_t *finished,
              struct fail *fail) MUST_CHECK;

#endif
