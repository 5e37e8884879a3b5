/* behavior.h -- from the replica count that the metrics ask for to the one that is set.
 *
 * Stabilization windows, scaling policies and the limits of the spec. What an HPA remembers between evaluations, its
 * recommendations and scale events, lives in the controller's memory only, with instants to the nanosecond.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler/horizontal.go.
 */
#ifndef MODELS_HPA_BEHAVIOR_H
#define MODELS_HPA_BEHAVIOR_H

#include <stdbool.h>
#include <stdint.h>

#include "models/hpa/reason.h"
#include "sim/base/memory.h"

enum hpa_direction { HPA_DOWN, HPA_UP };

enum hpa_policy_type { HPA_POLICY_PODS, HPA_POLICY_PERCENT };

enum hpa_select { HPA_SELECT_MAX, HPA_SELECT_MIN, HPA_SELECT_DISABLED };

struct hpa_policy {
    enum hpa_policy_type type;
    int32_t value;
    int32_t period_s;
};

/* spec.behavior.scaleUp or .scaleDown, defaulted. */
struct hpa_rules {
    int32_t window_s; /* stabilization; negative: the controller's own for scaling down */
    enum hpa_select select;
    const struct hpa_policy *policies; /* [policy_count], 1 or more */
    uint32_t policy_count;
    bool has_tolerance;
    double tolerance;
};

struct hpa_behavior {
    struct hpa_rules up;
    struct hpa_rules down;
};

struct hpa_recommendation {
    int32_t replicas;
    int64_t time_ns;
};

struct hpa_event {
    int32_t change; /* pods added or removed */
    bool outdated;  /* its slot will be used again */
    int64_t time_ns;
};

/* Zero is the memory of a controller that has just started. Slots of what is outdated are used again. */
struct hpa_memory {
    VEC(struct hpa_recommendation) recommendations;
    VEC(struct hpa_event) events[2]; /* by enum hpa_direction */
};

void hpa_memory_drop(struct hpa_memory *memory);

/* A memory of its own that remembers the same. */
struct hpa_memory hpa_memory_copy(const struct hpa_memory *memory);

void hpa_memory_recommend(struct hpa_memory *memory, int32_t replicas, int64_t now_ns);

struct hpa_limits {
    int32_t min;
    int32_t max;
    int64_t downscale_stabilization_ns; /* the controller's --horizontal-pod-autoscaler-downscale-stabilization */
};

struct hpa_normalized {
    int32_t replicas;
    enum hpa_reason able;    /* READY_FOR_NEW_SCALE, SCALE_UP_STABILIZED, SCALE_DOWN_STABILIZED */
    enum hpa_reason limited; /* DESIRED_WITHIN_RANGE: not limited; else why */
};

/* What becomes of `desired`, which the metrics ask for while `current` is set. Remembers desired as recommendation.
 * behavior is null when the spec has none. */
struct hpa_normalized hpa_normalize(struct hpa_memory *memory, const struct hpa_behavior *behavior,
                                    const struct hpa_limits *limits, int32_t current, int32_t desired, int64_t now_ns);

/* Remembers that the size was changed; nothing when behavior is null. */
void hpa_memory_rescaled(struct hpa_memory *memory, const struct hpa_behavior *behavior, int32_t before, int32_t after,
                         int64_t now_ns);

#endif
