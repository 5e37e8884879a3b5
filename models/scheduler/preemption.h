/* preemption.h -- whose place a pod takes that fits nowhere.
 *
 * Decides, never acts: over a placer whose last cycle found no node for the pod. Where the real scheduler begins at a random
 * node, this one begins at the first; with at most 100 nodes to look at that makes no difference but in full ties.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/preemption, plugins/defaultpreemption.
 */
#ifndef MODELS_SCHEDULER_PREEMPTION_H
#define MODELS_SCHEDULER_PREEMPTION_H

#include "models/scheduler/placer.h"

/* A PodDisruptionBudget. */
struct preemption_budget {
    const char *namespace;
    const struct label_selector *selector; /* null or empty: matches nothing here */
    int64_t allowed;                       /* status.disruptionsAllowed */
    const uint32_t *disrupted;             /* [disrupted_count] numbers of pods of status.disruptedPods */
    uint32_t disrupted_count;
};

struct preemption_input {
    const struct placer_pod *pod;
    bool never;                              /* preemptionPolicy Never */
    int64_t now_ns;                          /* what a start time that is missing counts as */
    const struct preemption_budget *budgets; /* [budget_count] */
    uint32_t budget_count;
    /* Whether a pod that is terminating is so because of a preemption. */
    bool (*is_preempted)(const void *context, uint32_t number);
    const void *context;
};

/* The dry run on one node. */
struct preemption_node {
    uint32_t slot;
    bool candidate;
    bool no_victims;        /* no pod of lower priority is there */
    struct verdict verdict; /* else: why the pod does not fit without them */
    uint32_t first;         /* of its victims in preemption.victims, most important first */
    uint32_t count;
    uint32_t violations; /* victims whose budget is broken */
};

enum preemption_outcome {
    PREEMPTION_CHOSEN,
    PREEMPTION_NEVER,       /* not eligible: the pod's policy */
    PREEMPTION_WAITS,       /* not eligible: a victim on its nominated node is still terminating */
    PREEMPTION_NO_CANDIDATE /* its nomination is cleared */
};

struct preemption {
    enum preemption_outcome outcome;
    VEC(struct preemption_node) nodes; /* that were tried, in the order of trying */
    VEC(uint32_t) victims;
    uint32_t chosen; /* index in nodes; NONE */
};

void preemption_drop(struct preemption *p);

struct preemption preemption_find(struct placer *placer, const struct preemption_input *in);

/* Whether two nodes are equally good to choose: then the real scheduler may take either. */
bool preemption_is_tie(const struct placer *placer, const struct preemption_input *in, const struct preemption *p,
                       uint32_t left, uint32_t right);

/* What preemption says of a pod for which nothing was chosen, without "preemption: ". */
void preemption_message(struct buffer *out, const struct placer *placer, const struct preemption_input *in,
                        const struct preemption *p);

#endif
