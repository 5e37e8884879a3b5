/* replicas.h -- the replica count that one metric of a HorizontalPodAutoscaler proposes.
 *
 * Pure functions of plain structs. What was measured comes joined to its pod: samples[i] belongs to pods[i]; samples of
 * pods that are not in the list any more ("strays") stand apart, because they still count. All amounts are thousandths:
 * millicores, thousandths of a byte, thousandths of what a custom metric counts. Sums wrap in 64 bits, and a float out of
 * range becomes the lowest integer, as in Kubernetes on amd64.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler/replica_calculator.go, metrics/utilization.go, metrics/client.go.
 */
#ifndef MODELS_HPA_REPLICAS_H
#define MODELS_HPA_REPLICAS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"
#include "sim/world/objects.h"

/* A pod that the scale's selector matches, in any phase. */
struct hpa_pod {
    int64_t start_ns;       /* status.startTime, or TIME_UNSET */
    int64_t ready_since_ns; /* last transition of the Ready condition */
    uint8_t phase;          /* enum pod_phase */
    uint8_t ready;          /* enum condition_status: the Ready condition */
    bool deleted;           /* has a deletionTimestamp */
};

/* Why a metric proposes nothing. */
enum hpa_trouble {
    HPA_FINE,
    HPA_FETCH_FAILED,     /* the metrics API refused; `detail` is its text */
    HPA_NOTHING_RETURNED, /* the metrics API returned an empty list */
    HPA_NO_PODS,          /* the selector matches none */
    HPA_NO_POD_METRICS,   /* no pod that counts has a sample */
    HPA_NO_MATCH,         /* no sample belongs to a pod with a request */
    HPA_NO_REQUEST,       /* `container` of `pod` does not request the resource */
    HPA_NO_POD_REQUEST,   /* neither does `pod`, which states requests as a whole */
    HPA_NO_CONTAINER,     /* `pod` has no `container` */
};

/* A trouble with what its message names; texts are borrowed, null where the trouble does not use them. */
struct hpa_problem {
    enum hpa_trouble trouble;
    const char *detail;
    const char *container;
    const char *pod;
};

/* What a pod requests of the metric's resource; the pods of one template share it (requests.h makes it). */
struct hpa_request {
    int64_t milli;
    struct hpa_problem problem; /* HPA_FINE, or one of HPA_NO_REQUEST, HPA_NO_POD_REQUEST, HPA_NO_CONTAINER */
};

/* What one metric says of one pod. */
struct hpa_sample {
    int64_t usage_milli;
    int64_t since_ns; /* when the window it was measured over began: timestamp - window; TIME_UNSET: no sample */
    const struct hpa_request *request; /* read for utilization only; never null there */
};

struct hpa_tolerance {
    double down; /* within 1 - down .. 1 + up of the target nothing changes */
    double up;
};

/* A metric with one value a pod. */
struct hpa_per_pod {
    const struct hpa_pod *pods;       /* [count] */
    const struct hpa_sample *samples; /* [count] */
    uint32_t count;
    const int64_t *strays_milli; /* [stray_count] samples of pods that are not listed */
    uint32_t stray_count;
    bool cpu; /* the resource is cpu: samples of pods that are starting are held back */
    int64_t now_ns;
    int64_t cpu_initialization_ns;      /* the controller's --horizontal-pod-autoscaler-cpu-initialization-period */
    int64_t initial_readiness_delay_ns; /* and -initial-readiness-delay */
    struct hpa_tolerance tolerance;
    int32_t current; /* scale.spec.replicas */
};

struct hpa_proposal {
    int32_t replicas;
    int32_t utilization; /* percent of request; hpa_utilization_replicas only */
    int64_t usage_milli; /* average of a pod, or the value itself for the two value functions */
};

/* Resource and ContainerResource with an averageUtilization of target_percent. */
bool hpa_utilization_replicas(const struct hpa_per_pod *in, int32_t target_percent, struct hpa_proposal *proposal,
                              struct hpa_problem *problem) MUST_CHECK;

/* Resource, ContainerResource and Pods with an averageValue. */
bool hpa_average_replicas(const struct hpa_per_pod *in, int64_t target_milli, struct hpa_proposal *proposal,
                          struct hpa_problem *problem) MUST_CHECK;

/* Object and External with a value: usage_milli against target_milli, spread over the ready pods. Fails with HPA_NO_PODS. */
bool hpa_value_replicas(const struct hpa_pod *pods, uint32_t count, struct hpa_tolerance tolerance, int32_t current,
                        int64_t usage_milli, int64_t target_milli, struct hpa_proposal *proposal,
                        struct hpa_problem *problem) MUST_CHECK;

/* Object with an averageValue; status_replicas is scale.status.replicas. */
struct hpa_proposal hpa_object_average_replicas(struct hpa_tolerance tolerance, int32_t status_replicas,
                                                int64_t usage_milli, int64_t target_milli);

/* External with an averageValue: as Object, but capped at the largest integers. */
struct hpa_proposal hpa_external_average_replicas(struct hpa_tolerance tolerance, int32_t status_replicas,
                                                  int64_t usage_milli, int64_t target_milli);

/* The one value of an External metric's list, for a value target and for an averageValue target: the sums treat overflow
 * differently. */
int64_t hpa_external_value(const int64_t *values_milli, uint32_t count);
int64_t hpa_external_average_value(const int64_t *values_milli, uint32_t count);

/* What one container of a PodMetrics object uses of a resource, rounded up to thousandths. */
struct hpa_container_usage {
    const char *name; /* interned */
    bool present;     /* false: the object does not have the resource for this container */
    int64_t milli;
};

/* A pod's sample out of its containers: of all when container is null, else of that one (interned). False: none. */
bool hpa_pod_usage(const struct hpa_container_usage *containers, uint32_t count, const char *container,
                   int64_t *milli) MUST_CHECK;

#endif
