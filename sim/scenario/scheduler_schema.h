/* scheduler_schema.h -- the fields of KubeSchedulerConfiguration and of its plugins' arguments: tables only (schema.h).
 *
 * Durations are texts here, and qps is any value: scheduler_manifest.h looks at them.
 *
 * Source: the JSON names of k8s.io/kube-scheduler/config/v1 and component-base/config/v1alpha1 v0.36.2.
 */
#ifndef SIM_SCENARIO_SCHEDULER_SCHEMA_H
#define SIM_SCENARIO_SCHEDULER_SCHEMA_H

#include "sim/scenario/schema.h"

#define SCHEDULER_API_VERSION "kubescheduler.config.k8s.io/v1"
#define SCHEDULER_KIND "KubeSchedulerConfiguration"
#define SCHEDULER_NAME "kube-scheduler" /* of the object, which has no metadata */

extern const struct schema scheduler_configuration;

/* The schema of a plugin's arguments; null: it takes none, or is not in-tree. */
const struct schema *scheduler_args(const char *plugin);

#endif
