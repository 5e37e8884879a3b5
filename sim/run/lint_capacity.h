/* lint_capacity.h -- likely mistakes in what fits where. Each function adds its warnings. */
#ifndef SIM_RUN_LINT_CAPACITY_H
#define SIM_RUN_LINT_CAPACITY_H

#include "sim/run/lint_pods.h"

/* Pods that a LimitRange of their namespace refuses. */
void lint_ranges(const struct lint *l);

/* Pods that no node can hold, and fewest replicas that all nodes together cannot. Nothing without a node or pool. */
void lint_capacity(const struct lint *l);

#endif
