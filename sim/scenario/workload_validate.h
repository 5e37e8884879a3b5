/* workload_validate.h -- mistakes in workloads, services, budgets and priorities, as validate.h finds them. Each function adds to
 * `found` what is wrong with the part at p.
 *
 * Source: Kubernetes v1.36, pkg/apis/{apps,core,policy,scheduling}/validation.
 */
#ifndef SIM_SCENARIO_WORKLOAD_VALIDATE_H
#define SIM_SCENARIO_WORKLOAD_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* A selector that is there and picks the pods of the template. */
void validate_selector(const struct place *spec, struct names *names, struct violations *found);

/* The same, and the strategy. */
void validate_deployment(const struct place *spec, struct names *names, struct violations *found);
void validate_stateful_set(const struct place *spec, struct names *names, struct violations *found);
void validate_daemon_set(const struct place *spec, struct names *names, struct violations *found);

/* Ports that are there and differ; what a type of service cannot have. */
void validate_service(const struct place *spec, struct names *names, struct violations *found);

/* One bound, of at most all pods. */
void validate_disruption_budget(const struct place *spec, struct names *names, struct violations *found);

/* What is Kubernetes' own: names and high values. */
void validate_priority_class(const struct place *class, struct names *names, struct violations *found);

#endif
