/* drain.h -- which pods keep the node autoscaler from draining a node: a pure function.
 *
 * Source: kubernetes/autoscaler, cluster-autoscaler/simulator/drainability (flags as they are by default:
 * --skip-nodes-with-system-pods, --skip-nodes-with-local-storage). PodDisruptionBudgets are not looked at.
 */
#ifndef MODELS_AUTOSCALER_DRAIN_H
#define MODELS_AUTOSCALER_DRAIN_H

#include <stdbool.h>

#include "sim/world/objects.h"

/* Of a pod that is neither a DaemonSet's nor at its end: nobody would make it again (not owned), it belongs to the system,
 * or it has data on the node. The annotation cluster-autoscaler.kubernetes.io/safe-to-evict decides first. */
bool drain_is_blocked(const struct pod_template *t, const char *namespace, bool owned);

#endif
