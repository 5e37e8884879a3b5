/* service_model.h -- the load of a run: moves every service on, writes what pods use, and tells what was answered.
 *
 * Time passes in steps of 15 s, and at once whenever a service's pods change. At a step callers are computed before
 * those they call: rates go down at once, latencies come back with the next step.
 *
 * Who serves: pods that are Ready, not ending, on a node that runs; those that come up, once the endpoints have been
 * programmed. Those that leave are out at once: what they held is finished if they end, and lost if they crash.
 *
 * Nodes whose pods want more processor time than they have are shared out by weight (water_fill.h); pods without a
 * ServiceModel count there with their request. Elsewhere use = min(wanted, limit).
 */
#ifndef MODELS_SERVICE_SERVICE_MODEL_H
#define MODELS_SERVICE_SERVICE_MODEL_H

#include "models/model.h"

struct service_model; /* sim/scenario/specs.h */

extern const struct model service_model;

/* Pods of a template that come up at from_ns or later behave as `model` says, not as their workload's ServiceModel: a
 * release. Of several for one template the latest holds. */
void service_model_set_template(struct sim *sim, const struct pod_template *t, const struct service_model *model,
                                int64_t from_ns);

#endif
