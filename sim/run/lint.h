/* lint.h -- what is valid and probably a mistake: warnings of `headroom check`.
 *
 * Each is about something that a cluster takes without a word and that does not do what was meant: two owners of a pod, a
 * service that no pod answers, an autoscaler without a request to take a share of, a budget that stops every drain, a pod
 * that no node can hold, a probe that ends a container while it starts.
 */
#ifndef SIM_RUN_LINT_H
#define SIM_RUN_LINT_H

#include "sim/run/plan.h"

/* Adds the warnings to the scenario's problems. plan: made from s, without errors. */
void lint_plan(struct scenario *s, const struct plan *plan);

#endif
