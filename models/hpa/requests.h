/* requests.h -- what a pod requests of a resource, as the HPA counts it.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler/replica_calculator.go (calculatePodRequests); feature gate
 * PodLevelResources on.
 */
#ifndef MODELS_HPA_REQUESTS_H
#define MODELS_HPA_REQUESTS_H

#include "models/hpa/replicas.h"
#include "sim/base/arena.h"
#include "sim/base/value.h"

/* Out of a checked pod or pod template {spec}, for one container or (null) for all. The problem's container is borrowed
 * from the arguments; its pod is not set. */
struct hpa_request hpa_request_of(struct arena scratch, const struct value *pod, const char *resource,
                                  const char *container);

#endif
