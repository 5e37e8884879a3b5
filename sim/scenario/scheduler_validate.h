/* scheduler_validate.h -- the mistakes in a KubeSchedulerConfiguration that kube-scheduler refuses.
 *
 * What is found has the scheduler's path and type; the words are ours.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/apis/config/validation, component-base/config/validation,
 * component-helpers/scheduling/corev1/nodeaffinity.
 */
#ifndef SIM_SCENARIO_SCHEDULER_VALIDATE_H
#define SIM_SCENARIO_SCHEDULER_VALIDATE_H

#include "sim/base/arena.h"
#include "sim/base/value.h"
#include "sim/scenario/scheduler_plugins.h"
#include "sim/scenario/violation.h"

/* Adds what is wrong with a defaulted configuration. */
void scheduler_validate(const struct value *config, struct violations *found);

/* Adds what keeps the scheduler from starting with a configuration that is valid: arguments that only the plugin itself
 * looks at, plugins that are not there. Returns the first such of plugins; PLUGINS_GOOD also when only arguments are
 * wrong. */
enum plugins_refusal scheduler_validate_start(struct arena *a, const struct value *config, struct violations *found);

#endif
