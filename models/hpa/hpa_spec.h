/* hpa_spec.h -- from a HorizontalPodAutoscaler's tree to the plain spec that decisions read.
 *
 * Source: Kubernetes v1.36, staging/src/k8s.io/api/autoscaling/v2/types.go.
 */
#ifndef MODELS_HPA_HPA_SPEC_H
#define MODELS_HPA_HPA_SPEC_H

#include "models/hpa/hpa.h"
#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

/* Compiles `spec` of an autoscaling/v2 object that was defaulted. Lives in a; texts are interned in names. False: a part
 * that a decision needs is missing or wrong. */
bool hpa_spec_compile(struct arena *a, struct names *names, const struct value *spec, struct hpa_spec *out,
                      struct fail *fail) MUST_CHECK;

/* The same for spec.behavior alone, which must be there. */
bool hpa_behavior_compile(struct arena *a, const struct value *tree, struct hpa_behavior *out,
                          struct fail *fail) MUST_CHECK;

#endif
