/* pod_resources.h -- what a pod asks for, summed over its containers as Kubernetes sums it.
 *
 * A pod is a tree {metadata, spec, status} whose quantities have been checked; a pod template {metadata, spec} is one
 * too. Nothing is defaulted here: a limit does not become a request (sim/scenario/defaults.h does that).
 *
 *   requests = max(containers + sidecars, the peak of the init containers), resource by resource; what the pod itself
 *              asks for (spec.resources: cpu, memory, hugepages) takes their place; then overhead is added
 *
 * Source: Kubernetes v1.36, component-helpers/resource/helpers.go, pkg/apis/core/v1/helper/qos, pkg/scheduler/framework.
 */
#ifndef SIM_SCENARIO_POD_RESOURCES_H
#define SIM_SCENARIO_POD_RESOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/resource_list.h"
#include "sim/world/objects.h"

/* Zero is what the scheduler's fit filter asks with. */
struct pod_resources_options {
    bool use_status;         /* in-place resize: max of spec and what the status says of a running container */
    bool pod_level_in_place; /* the same for the pod's own resources; together with use_status */
    bool exclude_overhead;
    bool skip_pod_level;
    const struct resource_list *when_missing; /* for a container that does not name a resource; null: none. Not used
                                                 for limits */
    /* Called for the amounts of every container; of an init container with the sidecars before it. Null: nothing. */
    void (*each)(void *context, const struct resource_list *amounts);
    void *each_context;
};

struct resource_list pod_requests(struct arena *a, const struct value *pod, const struct pod_resources_options *o);

/* Overhead is added only to limits that are not 0. */
struct resource_list pod_limits(struct arena *a, const struct value *pod, const struct pod_resources_options *o);

/* Whether spec.resources has a request of a resource that counts there. */
bool pod_has_requests(const struct value *pod);

/* Of the pod as it is, without defaulting. */
enum qos_class pod_qos(struct arena scratch, const struct value *pod);

/* The ways in which the scheduler counts a pod. */
struct pod_needs {
    struct resources fit;       /* what the fit filter asks of a node; status not looked at */
    struct resources requested; /* what the pod adds to the node's sum; status looked at */
    int64_t nonzero_mcpu;       /* what it adds to the node's sum for scoring: 100m and 200Mi where a container asks */
    int64_t nonzero_bytes;      /* for nothing */
    struct resources score;     /* what LeastAllocated takes for the incoming pod: neither status nor pod level are */
                                /* looked at (in v1.36 its feature gates are not wired), 100m and 200Mi always are */
};

/* The scalars lie in a, which is not the arena of scratch. */
struct pod_needs pod_scheduler_needs(struct arena *a, struct arena scratch, struct names *names,
                                     const struct value *pod);

/* What one container asks for; UNLIMITED where it says nothing. */
struct container_resources {
    int64_t request_mcpu;
    int64_t request_memory_bytes;
    int64_t limit_mcpu;
    int64_t limit_memory_bytes;
};

struct container_resources container_resources_of(const struct value *container);

#endif
