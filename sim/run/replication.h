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
#include "sim/run/plan.h"
#include "sim/run/recorder.h"

struct figures;

/* A figure of a replication. Names and units are listed in reports/README.md. */
struct metric {
    const char *name;    /* "replicas.mean" */
    const char *subject; /* "" for the cluster; else a title: "Deployment/web", a pool's name, a demand's name */
    double value;
    const char *unit;
};

struct replication_result {
    struct recorder *recorder;
    struct figures *figures; /* figures.h: of the run with events */
    VEC(struct metric) metrics;
};

struct replication_options {
    uint64_t seed;
    uint32_t number;                  /* of the replication, from 0 */
    const struct recorder_sink *sink; /* of series and decisions; null: nobody wants them */
    /* Counts simulated seconds while they pass, for whoever shows progress; null: nobody does. */
    atomic_llong *progress_s;
    const atomic_bool *cancelled; /* null: it cannot be */
};

/* Runs. False: a model failed, or it was cancelled (fail->kind FAIL_NONE); *result is empty. */
bool replication_run(const struct plan *plan, const struct replication_options *options,
                     struct replication_result *result, struct fail *fail) MUST_CHECK;
void replication_drop(struct replication_result *result);

#endif
