#include "models/kubelet/oom_score.h"

#include <stdbool.h>
#include <string.h>

#include "sim/scenario/pod_resources.h"

enum { SCORE_GUARANTEED = -997, SCORE_BEST_EFFORT = 1000, CRITICAL_PRIORITY = 2000000000 };

static bool text_is(const struct value *v, const char *text)
{
    return value_as_text(v) != NULL && strcmp(v->text, text) == 0;
}

/* A pod that no API server made (its source is not "api"), or the API's mirror of one. */
static bool is_static(const struct value *pod)
{
    const struct value *annotations = value_at(pod, "metadata.annotations");
    const struct value *source = value_get(annotations, "kubernetes.io/config.source");
    bool mirror = value_get(annotations, "kubernetes.io/config.mirror") != NULL;
    return mirror || (value_as_text(source) != NULL && !text_is(source, "api"));
}

static bool is_node_critical(const struct value *pod)
{
    int64_t priority = 0;
    bool high = value_as_int64(value_at(pod, "spec.priority"), &priority) && priority >= CRITICAL_PRIORITY;
    return text_is(value_at(pod, "spec.priorityClassName"), "system-node-critical") && (high || is_static(pod));
}

static uint32_t length(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

static int64_t request_of(const struct value *container)
{
    int64_t bytes = container_resources_of(container).request_memory_bytes;
    return bytes == UNLIMITED ? 0 : bytes;
}

/* What the pod itself requests beyond its containers, shared out evenly. */
static int64_t share_of_rest(struct arena *a, const struct value *pod)
{
    const struct resource_list own = resource_list_read(a, value_at(pod, "spec.resources.requests"));
    struct quantity rest = resource_list_amount(&own, "memory");
    if (quantity_is_zero(&rest)) {
        return 0;
    }
    const struct pod_resources_options o = {.exclude_overhead = true, .skip_pod_level = true};
    const struct resource_list sum = pod_requests(a, pod, &o);
    const struct quantity taken = resource_list_amount(&sum, "memory");
    quantity_subtract(&rest, &taken);
    int64_t containers = length(value_at(pod, "spec.containers")) + length(value_at(pod, "spec.initContainers"));
    return quantity_value(&rest) / containers;
}

static int64_t smallest_request(const struct value *containers)
{
    int64_t smallest = INT64_MAX;
    for (uint32_t i = 0; i < length(containers); i++) {
        int64_t request = request_of(containers->items[i]);
        smallest = request < smallest ? request : smallest;
    }
    return smallest;
}

static bool is_sidecar(const struct value *pod, const struct value *container)
{
    const struct value *inits = value_at(pod, "spec.initContainers");
    for (uint32_t i = 0; i < length(inits); i++) {
        if (inits->items[i] == container) {
            return text_is(value_get(container, "restartPolicy"), "Always");
        }
    }
    return false;
}

int oom_score_adjust(struct arena scratch, const struct value *pod, const struct value *container,
                     int64_t capacity_bytes)
{
    enum qos_class qos = pod_qos(scratch, pod);
    if (qos == QOS_GUARANTEED || is_node_critical(pod)) {
        return SCORE_GUARANTEED;
    }
    if (qos == QOS_BEST_EFFORT) {
        return SCORE_BEST_EFFORT;
    }
    int64_t rest = share_of_rest(&scratch, pod), request = request_of(container);
    if (is_sidecar(pod, container)) {
        int64_t smallest = smallest_request(value_at(pod, "spec.containers"));
        request = smallest > request ? smallest : request;
    }
    int64_t score = 1000 - 1000 * (request + rest) / capacity_bytes;
    if (score < 1000 + SCORE_GUARANTEED) {
        return 1000 + SCORE_GUARANTEED;
    }
    return (int)(score == SCORE_BEST_EFFORT ? score - 1 : score);
}
