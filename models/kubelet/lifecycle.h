/* lifecycle.h -- when the steps of a pod on its node happen: pure functions.
 *
 * Probes are computed in closed form: only the attempt that changes the result counts. Startup attempts come every period
 * from the instant at which the kubelet first saw the pod; readiness attempts from the start of the container, or from the
 * success of its startup probe. Liveness probes always succeed.
 *
 * Source: Kubernetes v1.36, pkg/kubelet/prober/worker.go, pkg/kubelet/kuberuntime, pkg/kubelet/kubelet_pods.go.
 */
#ifndef MODELS_KUBELET_LIFECYCLE_H
#define MODELS_KUBELET_LIFECYCLE_H

#include <stdint.h>

#include "sim/world/objects.h"

#define LIFECYCLE_NEVER INT64_MAX

/* How the pods of a workload live: what the manifest does not say. */
struct pod_behavior {
    int64_t start_ns;       /* from the start of the container until the application answers */
    int64_t stop_ns;        /* from the signal to terminate until the application has ended */
    int64_t run_ns;         /* batch: from the start to success; LIFECYCLE_NEVER: runs until it is deleted */
    int64_t crash_after_ns; /* from each start to a crash; LIFECYCLE_NEVER: never */
    bool never_ready;
};

/* A pod that answers at once, ends within a second and never crashes. */
struct pod_behavior lifecycle_plain(void);

/* From the start of the containers, which came seen_ns after the kubelet first saw the pod, until the pod is Ready;
 * LIFECYCLE_NEVER: never. A container without a readiness probe is ready as soon as it runs (and its startup probe, if
 * any, has succeeded), whether the application answers or not. */
int64_t lifecycle_ready_after_ns(const struct pod_template *t, const struct pod_behavior *b, int64_t seen_ns);

/* From the start of the containers until one of them ends on its own or is killed as its startup probe gives up;
 * LIFECYCLE_NEVER: it does not. seen_ns as above. */
int64_t lifecycle_crash_after_ns(const struct pod_template *t, const struct pod_behavior *b, int64_t seen_ns);

/* From the request to delete until all containers are gone, for a pod whose grace period is grace_ns. */
int64_t lifecycle_stop_after_ns(const struct pod_behavior *b, int64_t grace_ns);

#endif
