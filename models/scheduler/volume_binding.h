/* volume_binding.h -- VolumeBinding: which volumes the claims of a pod have, could have or could be made on a node.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go,
 * component-helpers/storage/volume/pv_helpers.go (FindMatchingVolume).
 */
#ifndef MODELS_SCHEDULER_VOLUME_BINDING_H
#define MODELS_SCHEDULER_VOLUME_BINDING_H

#include "models/scheduler/cache.h"
#include "models/scheduler/pod_volumes.h"
#include "models/scheduler/verdict.h"

/* PreFilter. Null: go on; else why no node is worth a look, interned. */
const char *volume_binding_open(struct storage *s, const struct pod_volumes *pod);

/* Filter: true when the node passes; else sets *v. */
bool volume_binding_filter(const struct storage *s, const struct pod_volumes *pod, const struct cached_node *n,
                           struct verdict *v);

/* The pod is on a node that passed: volumes are its claims', or are being made for them there. */
void volume_binding_assume(struct storage *s, const struct pod_volumes *pod, const struct cached_node *n);

/* What was assumed is done: claims are bound, those to new volumes too. These can be had in the node's zone only when their
 * driver makes disks of one zone, and else everywhere. */
void volume_binding_finish(struct storage *s, const struct pod_volumes *pod, const struct cached_node *n);

#endif
