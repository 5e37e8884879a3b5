/* replication.h -- one run of a plan: the simulation from its start to its end, and the figures that come out.
 *
 * The cluster begins at rest: the instant 0 is settled without delays, so that what the manifests ask for runs when the
 * clock starts; from then on everything takes its time.
 */
#ifndef SIM_RUN_REPLICATION_H
#define SIM_RUN_REPLICATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"
#include "sim/run/figures.h"
#include "sim/run/plan.h"
#include "sim/run/recorder.h"

struct replication_result {
    struct recorder *recorder;
    struct figures *figures; /* of the run with events */
};

struct replication_options {
    uint64_t seed;
    uint32_t number;                  /* of the replication, from 0 */
    const struct recorder_sink *sink; /* of series and decisions; null: nobody wants them */
    bool unpaired; /* no second run without events: monthly costs are those of the run with them, scaled */
    /* Counts simulated seconds while they pass, for whoever shows progress; null: nobody does. */
    atomic_llong *progress_s;
    const atomic_bool *cancelled; /* null: it cannot be */
};

/* Runs. False: a model failed, or it was cancelled (fail->kind FAIL_NONE); *result is empty. */
bool replication_run(const struct plan *plan, const struct replication_options *options,
                     struct replication_result *result, struct fail *fail) MUST_CHECK;

/* The same in parts, which may run beside each other: the run itself; the paired run without events, if there is to be
 * one; and when both are there the metrics. plain is zero before its run; null: there is none. */
bool replication_is_paired(const struct plan *plan, bool unpaired);
bool replication_run_events(const struct plan *plan, const struct replication_options *options,
                            struct replication_result *result, struct fail *fail) MUST_CHECK;
bool replication_run_plain(const struct plan *plan, const struct replication_options *options, struct figures *plain,
                           struct fail *fail) MUST_CHECK;
void replication_settle(struct replication_result *result, const struct figures *plain);

void replication_drop(struct replication_result *result);

#endif
