/* volumes.h -- where a pod may go for the sake of its volumes: the filters VolumeRestrictions, NodeVolumeLimits,
 * VolumeBinding and VolumeZone.
 *
 * A cycle begins with volumes_open, which is their PreFilter; then volumes_filter is asked of each node; once the pod is
 * placed volume_binding.h keeps what was chosen for its claims. What pods on nodes have is known by their numbers in the
 * cache, so whoever takes a pod off the cache has taken its volumes, too.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins/{volumerestrictions,nodevolumelimits,volumebinding,volumezone},
 * component-helpers/storage/volume/pv_helpers.go.
 */
#ifndef MODELS_SCHEDULER_VOLUMES_H
#define MODELS_SCHEDULER_VOLUMES_H

#include "models/scheduler/cache.h"
#include "models/scheduler/pod_volumes.h"
#include "models/scheduler/profile.h"
#include "models/scheduler/verdict.h"

/* One cycle. */
struct volumes_cycle {
    const struct volume_table *volumes;
    const struct cache *cache;
    const struct profile *profile;
    const struct pod_volumes *pod;
    bool in_use;        /* a claim for one pod only is another's */
    const char *why;    /* PreFilter rejects the pod; interned, or of the program; null: it does not */
    enum plugin plugin; /* which does */
};

/* Begins a cycle for a pod that has volumes: sets *c. */
void volumes_open(struct volumes_cycle *c, const struct volume_table *v, const struct cache *cache,
                  const struct profile *profile, const struct pod_volumes *pod);

/* Whether a node passes one of the filters, or all that the profile has; else sets *v. */
bool volumes_filter_one(const struct volumes_cycle *c, enum plugin plugin, uint32_t slot, struct verdict *v);
bool volumes_filter(const struct volumes_cycle *c, uint32_t slot, struct verdict *v);

#endif
