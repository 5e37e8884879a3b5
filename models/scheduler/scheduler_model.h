/* scheduler_model.h -- kube-scheduler over time: one attempt after another.
 *
 * A pod without a node waits in the queue (queue.h); an attempt (placer.h) gives it a node, which the cache assumes at once
 * and a bind writes, or sends it back to the queue with the condition Unschedulable. Then pods of lower priority may have
 * to make room (preemption.h): the calls for that run beside the attempts (evictions.h).
 *
 * Source: Kubernetes v1.36, pkg/scheduler/schedule_one.go.
 */
#ifndef MODELS_SCHEDULER_SCHEDULER_MODEL_H
#define MODELS_SCHEDULER_SCHEDULER_MODEL_H

#include "models/model.h"
#include "models/scheduler/scheduler.h"

/* Classes of work, in the model's order. */
enum {
    SCHEDULER_RESULT,   /* an attempt that takes time ends */
    SCHEDULER_BINDING,  /* by pod row: a bind */
    SCHEDULER_EVICTION, /* by number of the eviction: its next call */
    SCHEDULER_TICK,     /* what the queue does by itself */
    SCHEDULER_ATTEMPT,  /* a pod is taken out of the queue */
    SCHEDULER_CLASSES,
};

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

/* The latest attempt. */
const struct scheduler_attempt *scheduler_last_attempt(const struct sim *sim);

/* The queue, to be read; and, before the run, to be set. */
struct queue *scheduler_queue(const struct sim *sim);

#endif
