/* reason.h -- the reasons that the HPA controller gives: of its conditions and of its events.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler/horizontal.go.
 */
#ifndef MODELS_HPA_REASON_H
#define MODELS_HPA_REASON_H

enum hpa_reason {
    HPA_NO_REASON,

    /* AbleToScale */
    HPA_SUCCEEDED_GET_SCALE,
    HPA_FAILED_GET_SCALE, /* also an event */
    HPA_READY_FOR_NEW_SCALE,
    HPA_SCALE_UP_STABILIZED,
    HPA_SCALE_DOWN_STABILIZED,
    HPA_SUCCEEDED_RESCALE,
    HPA_FAILED_UPDATE_SCALE,

    /* ScalingActive; from INVALID_SELECTOR on also events */
    HPA_VALID_METRIC_FOUND,
    HPA_SCALING_DISABLED,
    HPA_INVALID_SELECTOR,
    HPA_AMBIGUOUS_SELECTOR,
    HPA_FAILED_GET_RESOURCE_METRIC,
    HPA_FAILED_GET_CONTAINER_RESOURCE_METRIC,
    HPA_FAILED_GET_PODS_METRIC,
    HPA_FAILED_GET_OBJECT_METRIC,
    HPA_FAILED_GET_EXTERNAL_METRIC,

    /* ScalingLimited */
    HPA_DESIRED_WITHIN_RANGE,
    HPA_SCALE_UP_LIMIT,
    HPA_SCALE_DOWN_LIMIT,
    HPA_TOO_MANY_REPLICAS,
    HPA_TOO_FEW_REPLICAS,

    /* ScaledToZero */
    HPA_SCALED_TO_ZERO,
    HPA_NOT_SCALED_TO_ZERO,

    /* events only */
    HPA_SUCCESSFUL_RESCALE,
    HPA_FAILED_RESCALE,
    HPA_FAILED_COMPUTE_METRICS_REPLICAS,
    HPA_SELECTOR_REQUIRED,

    HPA_REASONS
};

/* As Kubernetes writes it: "SucceededRescale". */
const char *hpa_reason_name(enum hpa_reason reason);

#endif
