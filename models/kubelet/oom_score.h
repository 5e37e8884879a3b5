/* oom_score.h -- whom the kernel kills first when a node runs out of memory.
 *
 * The kernel kills the process with the highest score: its use in thousandths of the node's memory, plus this
 * adjustment. Guaranteed pods come last, best-effort ones first, burstable ones by what they requested.
 *
 * Source: Kubernetes v1.36, pkg/kubelet/qos/policy.go.
 */
#ifndef MODELS_KUBELET_OOM_SCORE_H
#define MODELS_KUBELET_OOM_SCORE_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/value.h"

/* oom_score_adj of a container (a member of the pod's spec.containers or spec.initContainers) on a node with that
 * memory. The pod is checked, and taken as it is, without defaulting. */
int oom_score_adjust(struct arena scratch, const struct value *pod, const struct value *container,
                     int64_t capacity_bytes);

#endif
