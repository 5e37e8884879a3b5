/* delays.h -- how long the control plane takes: parameters of the model, each with its source, in one place.
 *
 * Decisions are Kubernetes' own; how long a real control plane takes is not, and reports say so. A replay of recorded
 * timelines sets these as its group's README says, mostly to 0.
 */
#ifndef SIM_WORLD_DELAYS_H
#define SIM_WORLD_DELAYS_H

#include <stdint.h>

/* Whose client sends a write: each controller of kube-controller-manager has a client, and so a rate limit, of its own. */
enum api_client {
    CLIENT_USER, /* no limit, no latency: the world outside */
    CLIENT_CONTROLLER_DEPLOYMENT,
    CLIENT_CONTROLLER_REPLICASET,
    CLIENT_CONTROLLER_STATEFULSET,
    CLIENT_CONTROLLER_DAEMONSET,
    CLIENT_CONTROLLER_JOB,
    CLIENT_CONTROLLER_CRONJOB,
    CLIENT_CONTROLLER_HPA,
    CLIENT_SCHEDULER,
    CLIENT_KUBELET, /* each kubelet has its own limit, far from being reached: not limited here */
    CLIENT_AUTOSCALER,
    CLIENT_COUNT,
};

struct client_limit {
    int32_t qps; /* 0: no limit */
    int32_t burst;
};

struct delays {
    int64_t watch_ns; /* from a write to the wake of who watches the object */
    int64_t write_ns; /* from sending a write to its effect */
    struct client_limit limits[CLIENT_COUNT];
    int64_t scheduling_ns;      /* an attempt of the scheduler: from taking a pod out of its queue to the result */
    int64_t scheduling_rest_ns; /* from a result to the next attempt */
    int64_t kubelet_sync_ns;    /* from binding to the start of the pod on its node */
    int64_t container_start_ns; /* create and start, each container */
    int64_t image_pull_ns;      /* an image that the node does not have yet */
    int64_t pod_cleanup_ns;     /* from the end of the containers to the removal of the pod object */
    int64_t endpoints_ns;       /* from a change of readiness to the service's new endpoints */
    int64_t hpa_sync_period_ns;
    int64_t metrics_resolution_ns;
    int64_t metrics_window_ns;
    int64_t autoscaler_scan_ns;     /* node autoscaler: period of its loop */
    int64_t autoscaler_unneeded_ns; /* a node leaves after being unneeded for this long */
};

/* The defaults of Kubernetes v1.36's components and, where they set nothing, figures with a source; see delays.c. */
struct delays delays_default(void);

/* Nothing takes time and nothing is limited. */
struct delays delays_zero(void);

#endif
