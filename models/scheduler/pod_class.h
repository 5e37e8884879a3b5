/* pod_class.h -- pods that the scheduler cannot tell apart: one template, one namespace, the same labels.
 *
 * What a pod's own labels add to its template is worked out here: label keys whose value its constraints and terms want
 * (matchLabelKeys, mismatchLabelKeys), the namespace where a term names none.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/types.go, plugins/podtopologyspread/common.go.
 */
#ifndef MODELS_SCHEDULER_POD_CLASS_H
#define MODELS_SCHEDULER_POD_CLASS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/world/objects.h"
#include "sim/world/placement.h"

struct pod_class {
    uint32_t number; /* of the caller: classes are numbered from 0 without gaps */
    const struct pod_template *template;
    const char *namespace;
    const struct labels *namespace_labels; /* null: there is no such namespace */
    const struct labels *labels;
    const struct label_selector *default_selector; /* of default spread constraints: Services and owner; null: none */
    /* Set by pod_class_make: */
    const struct spread_constraint *spread; /* [template->placement->spread_count] */
    struct pod_terms near, away, rather_near, rather_away;
    bool has_terms; /* any of the four */
};

/* Completes a class whose other fields are set. Everything lies in a. merge_terms: affinity terms get the label keys of the
 * pod too (the API server does that when a pod is created; what it has stored needs it no more). */
struct pod_class *pod_class_make(struct arena *a, const struct pod_class *given, bool merge_terms);

/* A selector that wants what both want; null: one of them selects nothing. */
const struct label_selector *pod_class_both(struct arena *a, const struct label_selector *left,
                                            const struct label_selector *right);

/* Whether a pod of class other is one that the term of a pending pod means. */
bool pod_class_is_meant(const struct pod_term *t, const struct pod_class *other);

/* Whether the pending pod is one that the term of a pod on a node means. */
bool pod_class_is_met(const struct pod_term *t, const struct pod_class *pending);

#endif
