/* merge.h -- a strategic merge patch of a Kubernetes object, as kubectl patch applies one.
 *
 * Maps are merged and null takes a key out; a list of objects is merged item by item where Kubernetes says by which key
 * (containers by name, ports by containerPort), else replaced. The directives $patch: replace and $patch: delete work.
 *
 * Source: the patchMergeKey tags of k8s.io/api v0.36.2 (core/v1, apps/v1).
 */
#ifndef SIM_SCENARIO_MERGE_H
#define SIM_SCENARIO_MERGE_H

#include "sim/base/arena.h"
#include "sim/base/value.h"

/* The patched object as a new tree; neither argument is changed. */
struct value *merge_strategic(struct arena *a, const struct value *target, const struct value *patch);

#endif
