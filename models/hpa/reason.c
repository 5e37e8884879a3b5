#include "models/hpa/reason.h"

#include <assert.h>

static const char *const names[HPA_REASONS] = {
    [HPA_NO_REASON] = "",
    [HPA_SUCCEEDED_GET_SCALE] = "SucceededGetScale",
    [HPA_FAILED_GET_SCALE] = "FailedGetScale",
    [HPA_READY_FOR_NEW_SCALE] = "ReadyForNewScale",
    [HPA_SCALE_UP_STABILIZED] = "ScaleUpStabilized",
    [HPA_SCALE_DOWN_STABILIZED] = "ScaleDownStabilized",
    [HPA_SUCCEEDED_RESCALE] = "SucceededRescale",
    [HPA_FAILED_UPDATE_SCALE] = "FailedUpdateScale",
    [HPA_VALID_METRIC_FOUND] = "ValidMetricFound",
    [HPA_SCALING_DISABLED] = "ScalingDisabled",
    [HPA_INVALID_SELECTOR] = "InvalidSelector",
    [HPA_AMBIGUOUS_SELECTOR] = "AmbiguousSelector",
    [HPA_FAILED_GET_RESOURCE_METRIC] = "FailedGetResourceMetric",
    [HPA_FAILED_GET_CONTAINER_RESOURCE_METRIC] = "FailedGetContainerResourceMetric",
    [HPA_FAILED_GET_PODS_METRIC] = "FailedGetPodsMetric",
    [HPA_FAILED_GET_OBJECT_METRIC] = "FailedGetObjectMetric",
    [HPA_FAILED_GET_EXTERNAL_METRIC] = "FailedGetExternalMetric",
    [HPA_DESIRED_WITHIN_RANGE] = "DesiredWithinRange",
    [HPA_SCALE_UP_LIMIT] = "ScaleUpLimit",
    [HPA_SCALE_DOWN_LIMIT] = "ScaleDownLimit",
    [HPA_TOO_MANY_REPLICAS] = "TooManyReplicas",
    [HPA_TOO_FEW_REPLICAS] = "TooFewReplicas",
    [HPA_SCALED_TO_ZERO] = "ScaledToZero",
    [HPA_NOT_SCALED_TO_ZERO] = "NotScaledToZero",
    [HPA_SUCCESSFUL_RESCALE] = "SuccessfulRescale",
    [HPA_FAILED_RESCALE] = "FailedRescale",
    [HPA_FAILED_COMPUTE_METRICS_REPLICAS] = "FailedComputeMetricsReplicas",
    [HPA_SELECTOR_REQUIRED] = "SelectorRequired",
};

const char *hpa_reason_name(enum hpa_reason reason)
{
    assert(reason >= HPA_NO_REASON && reason < HPA_REASONS);
    return names[reason];
}
