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

extern const struct model scheduler_model;

#endif
