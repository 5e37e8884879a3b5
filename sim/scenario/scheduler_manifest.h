/* scheduler_manifest.h -- KubeSchedulerConfiguration (v1) as kube-scheduler reads it: strictly, with defaults, checked.
 *
 * It has no metadata: as an object of a scenario its name is SCHEDULER_NAME.
 *
 * Source: Kubernetes v1.36, cmd/kube-scheduler/app/options/configfile.go, pkg/scheduler/apis/config/v1/defaults.go,
 * kube-scheduler/config/v1/types.go (DecodeNestedObjects).
 */
#ifndef SIM_SCENARIO_SCHEDULER_MANIFEST_H
#define SIM_SCENARIO_SCHEDULER_MANIFEST_H

#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/problems.h"

struct objects;

/* Adds an error for each part that the scheduler could not read: a wrong type, an unknown field, the arguments of another
 * plugin. */
void scheduler_manifest_check(const struct value *config, struct problems *problems);

/* Changes config, which the check found good, to what the scheduler goes by: defaults of its own, and in each profile the
 * default plugins and the arguments of all that take some. */
void scheduler_manifest_default(struct arena *a, struct names *names, struct value *config);

/* All that manifest_read does for a kind, for this one: checks, defaults, and what is found by scheduler_validate.h. */
void scheduler_manifest_read(struct arena *a, struct names *names, struct value *config, struct problems *problems);

/* The configuration of a scenario, as _read left it; null: it has none. */
const struct value *scheduler_manifest_of(const struct objects *objects);

/* Whether a profile of the scenario's configuration goes by that name; without one there is only the default scheduler. */
bool scheduler_manifest_has(const struct objects *objects, const char *scheduler);

/* The names of its profiles: "default-scheduler, batch"; in a. */
const char *scheduler_manifest_names(struct arena *a, const struct objects *objects);

#endif
