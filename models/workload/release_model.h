/* release_model.h -- the people who change workloads: releases and rollbacks at their times.
 *
 * A release replaces a workload's spec, but for the size that it has at the moment (unless it is about that); a rollback is
 * one that goes back to the pods of before.
 */
#ifndef MODELS_WORKLOAD_RELEASE_MODEL_H
#define MODELS_WORKLOAD_RELEASE_MODEL_H

#include "models/kubelet/lifecycle.h"
#include "models/model.h"

extern const struct model release_model;

struct release_step {
    int64_t at_ns;
    uint32_t workload;                   /* row */
    bool rollback;                       /* it is told as one */
    bool resizes;                        /* spec->replicas counts */
    const struct workload_spec *spec;    /* lives as long as the simulation */
    const struct pod_behavior *behavior; /* of the pods of the new template; null: that of the workload */
};

/* Before sim_start. */
void release_model_add(struct sim *sim, const struct release_step *step);

#endif
