/* hpa.h -- one evaluation of a HorizontalPodAutoscaler: what to write to the scale, what to say, what to remember.
 *
 * Decides, never acts. An evaluation has two halves with the write of the scale between them:
 *
 *     needs = hpa_needs_metrics(...)         does it come to the metrics at all?
 *     hpa_evaluate(..., &step)               decides; step.rescale asks for a write
 *     hpa_conclude(..., &step, refused)      only if it did: what came of the write
 *
 * Both change the status and the memory that they are given. Conditions and notes hold reasons and arguments; hpa_text.h
 * renders them as Kubernetes words them.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler/horizontal.go.
 */
#ifndef MODELS_HPA_HPA_H
#define MODELS_HPA_HPA_H

#include <stdbool.h>
#include <stdint.h>

#include "models/hpa/behavior.h"
#include "models/hpa/reason.h"
#include "models/hpa/replicas.h"

/* ---- the object ---- */

enum hpa_source { HPA_RESOURCE, HPA_CONTAINER_RESOURCE, HPA_PODS, HPA_OBJECT, HPA_EXTERNAL };

enum hpa_target { HPA_TARGET_UTILIZATION, HPA_TARGET_AVERAGE, HPA_TARGET_VALUE };

/* One entry of spec.metrics. Texts are interned; null where the source has none. */
struct hpa_metric {
    enum hpa_source source;
    enum hpa_target target;
    int64_t amount;          /* percent for HPA_TARGET_UTILIZATION, else thousandths */
    const char *name;        /* of the resource or of the metric */
    const char *container;   /* HPA_CONTAINER_RESOURCE */
    const char *object_kind; /* HPA_OBJECT: describedObject */
    const char *object_name;
};

/* spec, defaulted; lives with the scenario. hpa_spec.h compiles it. */
struct hpa_spec {
    const char *target_kind; /* scaleTargetRef */
    const char *target_name;
    int32_t min;
    int32_t max;
    const struct hpa_metric *metrics; /* [metric_count] */
    uint32_t metric_count;
    const struct hpa_behavior *behavior; /* null: none */
};

/* Flags of the controller. */
struct hpa_settings {
    int64_t downscale_stabilization_ns;
    int64_t cpu_initialization_ns;
    int64_t initial_readiness_delay_ns;
    double tolerance;
    bool scale_to_zero; /* feature gate HPAScaleToZero */
};

/* Those of kube-controller-manager v1.36. */
struct hpa_settings hpa_settings_default(void);

/* ---- what it says ---- */

/* Why a size is asked for. */
enum hpa_why { HPA_WHY_NOTHING, HPA_ABOVE_TARGET, HPA_BELOW_TARGET, HPA_ABOVE_MAX, HPA_BELOW_MIN };

/* A reason with what its message names; fields that the reason does not use stay 0. */
struct hpa_message {
    enum hpa_reason reason;
    enum hpa_reason cause;           /* FAILED_COMPUTE_METRICS_REPLICAS: the reason of the first failure */
    enum hpa_why why;                /* SUCCESSFUL_RESCALE, FAILED_RESCALE */
    int32_t replicas;                /* the same, and SUCCEEDED_RESCALE */
    uint32_t invalid;                /* FAILED_COMPUTE_METRICS_REPLICAS: how many metrics failed, */
    uint32_t total;                  /* of how many */
    const struct hpa_metric *metric; /* the one that decided or failed */
    struct hpa_problem problem;      /* of a failed metric */
    const char *text;                /* the API's refusal; the selector */
};

enum hpa_condition_type {
    HPA_CONDITION_ABLE_TO_SCALE,
    HPA_CONDITION_SCALING_ACTIVE,
    HPA_CONDITION_SCALING_LIMITED,
    HPA_CONDITION_SCALED_TO_ZERO
};

#define HPA_CONDITIONS 4

struct hpa_condition {
    enum hpa_condition_type type;
    bool status;
    int64_t transition_ns; /* when status last changed */
    struct hpa_message message;
};

/* An Event about the HPA. */
struct hpa_note {
    bool warning;
    struct hpa_message message;
};

/* One entry of status.currentMetrics. */
struct hpa_value {
    bool present;         /* false: the metric failed, and its entry is empty */
    bool memory;          /* printed with binary suffixes where it can be */
    enum hpa_target kind; /* UTILIZATION has both figures */
    int32_t utilization;
    int64_t milli;
};

struct hpa_status {
    int32_t current;
    int32_t desired;
    int64_t last_scale_ns;                           /* TIME_UNSET: never */
    struct hpa_condition conditions[HPA_CONDITIONS]; /* [condition_count], in order of first appearance */
    uint32_t condition_count;
    struct hpa_value *values; /* [value_count]; room for every metric of the spec */
    uint32_t value_count;
};

/* A new HPA's; values has room for every metric of its spec. */
struct hpa_status hpa_status_new(struct hpa_value *values);

/* The two say the same: nothing would be written. */
bool hpa_status_equal(const struct hpa_status *left, const struct hpa_status *right);

/* The condition of a type; null when there is none. */
const struct hpa_condition *hpa_condition(const struct hpa_status *status, enum hpa_condition_type type);

/* ---- an evaluation ---- */

enum hpa_selector { HPA_SELECTOR_GOOD, HPA_SELECTOR_EMPTY, HPA_SELECTOR_BAD, HPA_SELECTOR_AMBIGUOUS };

/* The target's scale subresource. */
struct hpa_scale {
    const char *refused;        /* why it cannot be read, in the API's words; null: it was read */
    int32_t replicas;           /* spec.replicas */
    int32_t status_replicas;    /* status.replicas */
    enum hpa_selector selector; /* status.selector */
    const char
        *selector_text; /* AMBIGUOUS: the selector; BAD: why it does not parse; borrowed for as long as the status */
};

/* What the metrics APIs answer for one metric of the spec. */
struct hpa_answer {
    struct hpa_problem problem; /* HPA_FINE, HPA_FETCH_FAILED or HPA_NOTHING_RETURNED: then the rest is not read */
    const struct hpa_sample *samples; /* [pod_count] Resource, ContainerResource, Pods */
    const int64_t *strays_milli;      /* [stray_count] */
    uint32_t stray_count;
    const int64_t *values_milli; /* [value_count] Object: 1; External: any number */
    uint32_t value_count;
};

/* All that an evaluation reads. */
struct hpa_input {
    const struct hpa_settings *settings;
    const struct hpa_spec *spec;
    struct hpa_scale scale;
    int64_t now_ns;
    const struct hpa_pod *pods; /* [pod_count] that the selector matches; read when metrics are needed */
    uint32_t pod_count;
    const struct hpa_answer *answers; /* [spec->metric_count]; read when metrics are needed and the selector is good */
};

/* What comes out, beside the changed status and memory. */
struct hpa_step {
    bool rescale; /* write `replicas` to the scale, then call hpa_conclude */
    int32_t replicas;
    enum hpa_why why;
    const struct hpa_metric *metric; /* HPA_ABOVE_TARGET: which */
    struct hpa_note *notes;          /* [note_count], given by the caller with room for metric_count + 2 */
    uint32_t note_count;
};

/* What one metric of the spec, by its index, proposes; false: nothing, and why. */
bool hpa_propose(const struct hpa_input *in, uint32_t metric, struct hpa_proposal *proposal,
                 struct hpa_problem *problem) MUST_CHECK;

/* The controller's tolerance, or what the spec's behavior has in its place. */
struct hpa_tolerance hpa_tolerance(const struct hpa_input *in);

/* Whether the evaluation comes to the selector and the metrics: the scale is readable, not 0, not outside min and max. */
bool hpa_needs_metrics(const struct hpa_input *in, const struct hpa_status *status);

void hpa_evaluate(const struct hpa_input *in, struct hpa_status *status, struct hpa_memory *memory,
                  struct hpa_step *step);

/* refused: why the scale could not be written, in the API's words (kept as long as the status); null: it was. */
void hpa_conclude(const struct hpa_input *in, struct hpa_status *status, struct hpa_memory *memory,
                  struct hpa_step *step, const char *refused);

#endif
