/* lint_pods.h -- who has pods in a scenario, at a glance: what the checks for likely mistakes look at. */
#ifndef SIM_RUN_LINT_PODS_H
#define SIM_RUN_LINT_PODS_H

#include "sim/run/plan.h"
#include "sim/scenario/place.h"

/* The pods of one object: a controller's, or a Pod itself. */
struct lint_pods {
    const struct object *object;
    const char *title;
    const struct value *tree;              /* the pod template, or the Pod */
    const struct labels *labels;           /* of the pods */
    const struct label_selector *selector; /* of a controller that a user gives one; null: none */
    const struct pod_template *template;   /* null: a Pod of a dump that another object owns */
    const struct service_model *model;     /* null: none */
    const struct plan_hpa *hpa;            /* null: none */
    int64_t replicas_min;                  /* the fewest pods; -1: one on each node */
};

struct lint {
    struct scenario *scenario;
    const struct plan *plan;
    const struct lint_pods *pods; /* [count], in order of reading */
    uint32_t count;
};

/* Lives in the scenario's arena. */
struct lint lint_make(struct scenario *s, const struct plan *plan);

/* The way down an object's tree to a pod's spec. The last place is the spec's; the others lie around it. */
struct lint_way {
    struct place at[8];
    uint32_t count;
};

/* way must stay where it is: its places point to each other. Returns the spec's. */
const struct place *lint_pod_spec(const struct object *object, struct lint_way *way);

/* Adds a warning at a place of an object's tree: "TITLE:PATH: " and the text, "what: why (what to do)". */
void lint_warn(const struct lint *l, const struct object *object, const struct place *p, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
