/* scheduler_model.h -- kube-scheduler over time: its cache, its queue, one attempt after another.
 *
 * A pod without a node waits in the queue; an attempt (placer.h) gives it a node, which the cache assumes at once and a
 * bind writes, or sends it to the pool with the condition Unschedulable; then pods of lower priority may have to make room
 * (preemption.h), whose PodDisruptionBudgets are not looked at. What may help (a node that came or changed, a
 * pod that went) moves the pool.
 */
#ifndef MODELS_SCHEDULER_SCHEDULER_MODEL_H
#define MODELS_SCHEDULER_SCHEDULER_MODEL_H

#include "models/model.h"
#include "models/scheduler/placer.h"
#include "models/scheduler/preemption.h"

extern const struct model scheduler_model;

/* Hears of each attempt to place a pod when it is decided, before anything is changed for it. */
struct scheduler_tracer {
    void *context;
    /* Whether the plugins' scores for this pod (a row of the world) are wanted. */
    bool (*wants)(void *context, const struct sim *sim, uint32_t pod);
    /* The placer's last cycle is the attempt's. Of a pod that fits nowhere: what preemption found (null: it was not
     * tried) and says (verdict_message). */
    void (*attempt)(void *context, const struct sim *sim, struct placer *placer, const struct placer_pod *pod,
                    const struct placer_result *result, const struct preemption *preemption, const char *says);
};

/* Before the start. The tracer is borrowed. */
void scheduler_model_trace(struct sim *sim, const struct scheduler_tracer *tracer);

#endif
