/* hpa_validate.h -- what the API server refuses a new HorizontalPodAutoscaler for.
 *
 * Source: Kubernetes v1.36, pkg/apis/autoscaling/validation/validation.go (reference/kubernetes-semantics.md, A.2).
 */
#ifndef SIM_SCENARIO_HPA_VALIDATE_H
#define SIM_SCENARIO_HPA_VALIDATE_H

#include <stdbool.h>

#include "sim/base/value.h"
#include "sim/scenario/violation.h"

/* Adds to `found` all that is wrong with object, an autoscaling/v2 tree to which defaults were applied. scale_to_zero:
 * the feature HPAScaleToZero is on, and minReplicas may be 0. */
void hpa_validate(const struct value *object, bool scale_to_zero, struct violations *found);

#endif
