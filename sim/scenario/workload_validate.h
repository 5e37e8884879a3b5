/* workload_validate.h -- mistakes in the specs of workloads and services, as validate.h finds them. Each function adds to
 * `found` what is wrong with the spec at p.
 *
 * Source: Kubernetes v1.36, pkg/apis/apps/validation/validation.go, pkg/apis/core/validation/validation.go.
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
void validate_daemon_set(const struct place *spec, struct names *names, struct violations *found);

/* Ports that are there and differ. */
void validate_service(const struct place *spec, struct names *names, struct violations *found);

#endif
