/* hpa_pods.h -- the pods that an autoscaler looks at: those of its target, joined with what they request.
 *
 * Made afresh only when something about them changed, so that an evaluation without news reads arrays and allocates
 * nothing.
 */
#ifndef MODELS_HPA_HPA_PODS_H
#define MODELS_HPA_HPA_PODS_H

#include "models/hpa/hpa.h"
#include "models/model.h"

/* What the pods of one template request, for each metric of the spec. */
struct hpa_template {
    const struct pod_template *template;
    const struct hpa_request *requests; /* [metric_count]; lives with the scenario */
    bool present;                       /* a listed pod has this template */
};

/* Zero is empty. The arrays of pods have one order. */
struct hpa_pods {
    const struct hpa_spec *spec; /* that it was made for */
    VEC(uint32_t) rows;          /* in the world */
    VEC(struct hpa_pod) pods;
    VEC(struct hpa_sample) samples; /* [metric][pod]; requests are set, the rest is for the source of metrics */
    VEC(struct hpa_template) templates;
    struct hpa_request *missing; /* [metric_count]: of the first pod that lacks a request, with its name */
};

/* Lists the pods of the workload in a row (NONE: none) and of its ReplicaSets, in any phase. */
void hpa_pods_list(struct hpa_pods *p, struct sim *sim, const struct hpa_spec *spec, uint32_t workload);

/* The samples of a metric: [p->pods.count]; null when there are none. */
struct hpa_sample *hpa_pods_samples(struct hpa_pods *p, uint32_t metric);

/* Whether a selector matches any of them. */
bool hpa_pods_any_selected(const struct hpa_pods *p, const struct label_selector *selector);

void hpa_pods_drop(struct hpa_pods *p);

#endif
