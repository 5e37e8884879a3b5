#include "models/hpa/hpa_text.h"

#include <inttypes.h>

const char *hpa_text_condition_type(enum hpa_condition_type type)
{
    static const char *const names[HPA_CONDITIONS] = {
        [HPA_CONDITION_ABLE_TO_SCALE] = "AbleToScale",
        [HPA_CONDITION_SCALING_ACTIVE] = "ScalingActive",
        [HPA_CONDITION_SCALING_LIMITED] = "ScalingLimited",
        [HPA_CONDITION_SCALED_TO_ZERO] = "ScaledToZero",
    };
    return names[type];
}

void hpa_text_metric(struct buffer *out, const struct hpa_metric *m)
{
    switch (m->source) {
    case HPA_RESOURCE:
    case HPA_CONTAINER_RESOURCE:
        if (m->target != HPA_TARGET_UTILIZATION) {
            buffer_format(out, "%s resource", m->name);
            return;
        }
        buffer_format(out, "%s%s resource utilization (percentage of request)", m->name,
                      m->source == HPA_RESOURCE ? "" : " container");
        return;
    case HPA_PODS:
        buffer_format(out, "pods metric %s", m->name);
        return;
    case HPA_OBJECT:
        if (m->target == HPA_TARGET_VALUE) {
            buffer_format(out, "%s metric %s", m->object_kind, m->name);
            return;
        }
        break;
    case HPA_EXTERNAL:
        break;
    }
    buffer_format(out, "external metric %s(nil)", m->name);
}

/* ---- why a metric failed ---- */

/* What the API that serves a source is called. */
static const char *api_of(enum hpa_source source)
{
    switch (source) {
    case HPA_RESOURCE:
    case HPA_CONTAINER_RESOURCE:
        return "resource";
    case HPA_PODS:
    case HPA_OBJECT:
        return "custom";
    case HPA_EXTERNAL:
        break;
    }
    return "external";
}

/* How a request to the API is spoken of when it fails. */
static void request_text(struct buffer *out, const char *namespace, const struct hpa_metric *m)
{
    switch (m->source) {
    case HPA_RESOURCE:
    case HPA_CONTAINER_RESOURCE:
        buffer_format(out, "unable to get metrics for resource %s: ", m->name);
        break;
    case HPA_PODS:
        buffer_format(out, "unable to get metric %s: ", m->name);
        break;
    case HPA_OBJECT:
        buffer_format(out, "unable to get metric %s: %s on %s %s/", m->name, m->object_kind, namespace, m->object_name);
        break;
    case HPA_EXTERNAL:
        buffer_format(out, "unable to get external metric %s/%s/nil: ", namespace, m->name);
        break;
    }
}

static void no_pods_text(struct buffer *out, const struct hpa_metric *m)
{
    if (m->source == HPA_OBJECT || m->source == HPA_EXTERNAL) {
        buffer_text(out, "unable to calculate ready pods: ");
    }
    buffer_text(out, "no pods returned by selector while calculating replica count");
}

static void trouble_text(struct buffer *out, const char *namespace, const struct hpa_metric *m,
                         const struct hpa_problem *p)
{
    switch (p->trouble) {
    case HPA_FINE:
        break;
    case HPA_FETCH_FAILED:
        request_text(out, namespace, m);
        buffer_format(out, "unable to fetch metrics from %s metrics API: %s", api_of(m->source), p->detail);
        break;
    case HPA_NOTHING_RETURNED:
        request_text(out, namespace, m);
        buffer_format(out, "no metrics returned from %s metrics API", api_of(m->source));
        break;
    case HPA_NO_PODS:
        no_pods_text(out, m);
        break;
    case HPA_NO_POD_METRICS:
        buffer_text(out, "did not receive metrics for targeted pods (pods might be unready)");
        break;
    case HPA_NO_MATCH:
        buffer_text(out, "no metrics returned matched known pods");
        break;
    case HPA_NO_REQUEST:
        buffer_format(out, "missing request for %s in container %s of Pod %s", m->name, p->container, p->pod);
        break;
    case HPA_NO_POD_REQUEST:
        buffer_format(out, "missing pod-level request for %s in Pod %s", m->name, p->pod);
        break;
    case HPA_NO_CONTAINER:
        buffer_format(out, "container %s not found in Pod %s", p->container, p->pod);
        break;
    }
}

static void failure_text(struct buffer *out, const char *namespace, const struct hpa_message *message)
{
    const struct hpa_metric *m = message->metric;
    if (m->source == HPA_RESOURCE || m->source == HPA_CONTAINER_RESOURCE) {
        const char *what = m->target == HPA_TARGET_UTILIZATION ? "utilization" : "usage";
        buffer_format(out, "failed to get %s %s: ", m->name, what);
    }
    trouble_text(out, namespace, m, &message->problem);
}

/* What stands before a failure when it stops the evaluation. */
static void first_error_text(struct buffer *out, const struct hpa_metric *m)
{
    switch (m->source) {
    case HPA_RESOURCE:
        buffer_format(out, "failed to get %s resource metric value: ", m->name);
        break;
    case HPA_CONTAINER_RESOURCE:
        buffer_format(out, "failed to get %s container metric value: ", m->container);
        break;
    case HPA_PODS:
        buffer_text(out, "failed to get pods metric value: ");
        break;
    case HPA_OBJECT:
        buffer_text(out, "failed to get object metric value: ");
        if (m->target == HPA_TARGET_AVERAGE) {
            buffer_format(out, "failed to get %s object metric: ", m->name);
        }
        break;
    case HPA_EXTERNAL:
        buffer_format(out, "failed to get %s external metric value: ", m->name);
        buffer_format(out,
                      m->target == HPA_TARGET_AVERAGE ? "failed to get %s external metric: "
                                                      : "failed to get external metric %s: ",
                      m->name);
        break;
    }
}

/* ---- selectors ---- */

static void selector_text(struct buffer *out, enum hpa_reason reason, const char *text)
{
    if (reason == HPA_SELECTOR_REQUIRED) {
        buffer_text(out, "selector is required");
    } else if (reason == HPA_AMBIGUOUS_SELECTOR) {
        buffer_format(out, "pods by selector %s are controlled by multiple HPAs", text);
    } else {
        buffer_format(out, "couldn't convert selector into a corresponding internal selector object: %s", text);
    }
}

/* ---- conditions ---- */

static const char *const plain[HPA_REASONS] = {
    [HPA_SUCCEEDED_GET_SCALE] = "the HPA controller was able to get the target's current scale",
    [HPA_READY_FOR_NEW_SCALE] = "recommended size matches current size",
    [HPA_SCALE_UP_STABILIZED] =
        "recent recommendations were lower than current one, applying the lowest recent recommendation",
    [HPA_SCALE_DOWN_STABILIZED] =
        "recent recommendations were higher than current one, applying the highest recent recommendation",
    [HPA_SCALING_DISABLED] = "scaling is disabled since the replica count of the target is zero",
    [HPA_DESIRED_WITHIN_RANGE] = "the desired count is within the acceptable range",
    [HPA_SCALE_UP_LIMIT] = "the desired replica count is increasing faster than the maximum scale rate",
    [HPA_SCALE_DOWN_LIMIT] = "the desired replica count is decreasing faster than the maximum scale rate",
    [HPA_TOO_MANY_REPLICAS] = "the desired replica count is more than the maximum replica count",
    [HPA_TOO_FEW_REPLICAS] = "the desired replica count is less than the minimum replica count",
    [HPA_SCALED_TO_ZERO] = "the HPA controller scaled the workload to zero",
    [HPA_NOT_SCALED_TO_ZERO] = "the HPA controller did not scale the workload to zero",
};

void hpa_text_condition(struct buffer *out, const char *namespace, const struct hpa_message *message)
{
    if (plain[message->reason] != NULL) {
        buffer_text(out, plain[message->reason]);
        return;
    }
    switch (message->reason) {
    case HPA_FAILED_GET_SCALE:
        buffer_format(out, "the HPA controller was unable to get the target's current scale: %s", message->text);
        return;
    case HPA_FAILED_UPDATE_SCALE:
        buffer_format(out, "the HPA controller was unable to update the target scale: %s", message->text);
        return;
    case HPA_SUCCEEDED_RESCALE:
        buffer_format(out, "the HPA controller was able to update the target scale to %" PRId32, message->replicas);
        return;
    case HPA_VALID_METRIC_FOUND:
        buffer_text(out, "the HPA was able to successfully calculate a replica count from ");
        hpa_text_metric(out, message->metric);
        return;
    case HPA_INVALID_SELECTOR:
    case HPA_AMBIGUOUS_SELECTOR:
        if (message->text == NULL) {
            buffer_text(out, "the HPA target's scale is missing a selector");
        } else {
            selector_text(out, message->reason, message->text);
        }
        return;
    default:
        buffer_text(out, "the HPA was unable to compute the replica count: ");
        failure_text(out, namespace, message);
    }
}

/* ---- events ---- */

static void why_text(struct buffer *out, const struct hpa_message *message)
{
    switch (message->why) {
    case HPA_WHY_NOTHING:
        break;
    case HPA_ABOVE_TARGET:
        hpa_text_metric(out, message->metric);
        buffer_text(out, " above target");
        break;
    case HPA_BELOW_TARGET:
        buffer_text(out, "All metrics below target");
        break;
    case HPA_ABOVE_MAX:
        buffer_text(out, "Current number of replicas above Spec.MaxReplicas");
        break;
    case HPA_BELOW_MIN:
        buffer_text(out, "Current number of replicas below Spec.MinReplicas");
        break;
    }
}

static void compute_text(struct buffer *out, const char *namespace, const struct hpa_message *message)
{
    if (message->metric == NULL) {
        selector_text(out, message->cause, message->text);
        return;
    }
    buffer_format(out, "invalid metrics (%" PRIu32 " invalid out of %" PRIu32 "), first error is: ", message->invalid,
                  message->total);
    first_error_text(out, message->metric);
    failure_text(out, namespace, message);
}

void hpa_text_note(struct buffer *out, const char *namespace, const struct hpa_message *message)
{
    switch (message->reason) {
    case HPA_FAILED_GET_SCALE:
        buffer_text(out, message->text);
        return;
    case HPA_SUCCESSFUL_RESCALE:
    case HPA_FAILED_RESCALE:
        buffer_format(out, "New size: %" PRId32 "; reason: ", message->replicas);
        why_text(out, message);
        if (message->reason == HPA_FAILED_RESCALE) {
            buffer_format(out, "; error: %s", message->text);
        }
        return;
    case HPA_FAILED_COMPUTE_METRICS_REPLICAS:
        compute_text(out, namespace, message);
        return;
    case HPA_SELECTOR_REQUIRED:
    case HPA_INVALID_SELECTOR:
    case HPA_AMBIGUOUS_SELECTOR:
        selector_text(out, message->reason, message->text);
        return;
    default:
        failure_text(out, namespace, message);
    }
}
