/* hpa_model.h -- the HPA controller over time: when an autoscaler is evaluated, what it reads, what it writes.
 *
 * An autoscaler is first evaluated one sync period after the controller saw it, then one period after each evaluation
 * ended; nothing that happens in between wakes it. An evaluation reads the world as it is, writes the scale, then the
 * status when that changed. The pods that a scale selects are those of the target and of what the target owns: pods of
 * others that carry the same labels are not among them. An autoscaler whose pods the selector of another matches is
 * ambiguous, as in Kubernetes.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler/horizontal.go, rate_limiters.go.
 */
#ifndef MODELS_HPA_HPA_MODEL_H
#define MODELS_HPA_HPA_MODEL_H

#include "models/hpa/hpa.h"
#include "models/model.h"

extern const struct model hpa_model;

/* The controller's flags; may be changed before the start. */
struct hpa_settings *hpa_model_settings(struct sim *sim);

/* Who serves the scale of an autoscaler's target. A replay may change what the world says, before the start. */
struct hpa_scale_server {
    void *state;
    /* Changes what was read. */
    void (*read)(void *state, const struct sim *sim, uint32_t hpa, struct hpa_scale *scale);
    /* The API's words for a write that was refused. */
    const char *refusal;
};

void hpa_model_serve_scales(struct sim *sim, struct hpa_scale_server server);

/* Hears of each evaluation just before it decides: hpa_evaluate would be given these. */
struct hpa_tracer {
    void *context;
    void (*evaluate)(void *context, const struct sim *sim, uint32_t hpa, const struct hpa_input *in,
                     const struct hpa_status *status, const struct hpa_memory *memory);
};

/* Before the start. */
void hpa_model_trace(struct sim *sim, struct hpa_tracer tracer);

#endif
