/* scheduler_config.h -- what a KubeSchedulerConfiguration asks of the simulated scheduler: its profiles, its back-offs.
 *
 * Parallelism does not show in decisions: they are those of one worker.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/apis/config, pkg/scheduler/scheduler.go (New).
 */
#ifndef MODELS_SCHEDULER_SCHEDULER_CONFIG_H
#define MODELS_SCHEDULER_SCHEDULER_CONFIG_H

#include "models/scheduler/profile.h"
#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

struct scheduler_config {
    const struct profile *profiles; /* [count], at least one */
    uint32_t count;
    int64_t backoff_initial_ns;
    int64_t backoff_max_ns;
};

/* Takes over a configuration that scheduler_manifest_read found good; null: the default one. Lies in a. */
struct scheduler_config scheduler_config_make(struct arena *a, struct names *names, const struct value *config);

/* The profile of pods whose spec.schedulerName is name, interned in the names of _make; null: there is none. */
const struct profile *scheduler_config_profile(const struct scheduler_config *c, const char *name);

#endif
