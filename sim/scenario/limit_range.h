/* limit_range.h -- what LimitRanges make of a new pod: what it asks for where it says nothing, and why it may not be.
 *
 * Source: Kubernetes v1.36, plugin/pkg/admission/limitranger/admission.go.
 */
#ifndef SIM_SCENARIO_LIMIT_RANGE_H
#define SIM_SCENARIO_LIMIT_RANGE_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

/* Changes pod: each container gets the range's defaults of resources that it does not name. Range and pod have been
 * defaulted, the pod as a pod: a limit has become a request before. */
void limit_range_apply(struct arena *a, struct names *names, const struct value *range, struct value *pod);

/* Why the range refuses the pod, in Kubernetes' words, sorted: [*count] texts in a; 0: it does not. */
const char **limit_range_refusals(struct arena *a, const struct value *range, const struct value *pod, uint32_t *count);

#endif
