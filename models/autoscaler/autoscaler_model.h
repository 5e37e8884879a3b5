/* autoscaler_model.h -- the node autoscaler over time: pools grow when pods fit nowhere and shrink when nodes idle.
 *
 * A first cut of cluster-autoscaler: every scan (10 s) pods that are unschedulable, and would not fit on nodes under way,
 * are packed onto new nodes of each pool; the pool that wastes least grows. A node whose requests are at most half of its
 * allocatable, whose pods fit elsewhere and may be moved (drain.h), for 10 minutes is drained and removed; a dead one after
 * 20 minutes; none within 10 minutes of growth.
 * Not simulated: PodDisruptionBudgets, provider failures, expanders other than least-waste.
 *
 * A scan whose answer cannot have changed is not made: scans follow facts and the end of the 10 minutes.
 *
 * Source: kubernetes/autoscaler, cluster-autoscaler/core (reference/rightsizing-and-cost.md, 6).
 */
#ifndef MODELS_AUTOSCALER_AUTOSCALER_MODEL_H
#define MODELS_AUTOSCALER_AUTOSCALER_MODEL_H

#include "models/model.h"

extern const struct model autoscaler_model;

#endif
