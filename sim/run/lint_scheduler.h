/* lint_scheduler.h -- likely mistakes in who schedules what, and how. Each function adds its warnings. */
#ifndef SIM_RUN_LINT_SCHEDULER_H
#define SIM_RUN_LINT_SCHEDULER_H

#include "sim/run/lint_pods.h"

/* Pods that name a scheduler which is not there. */
void lint_scheduler_names(const struct lint *l);

/* Plugins of a KubeSchedulerConfiguration that run otherwise than they are simulated: filters without their preparation, in
 * an order of their own. */
void lint_scheduler_plugins(const struct lint *l);

#endif
