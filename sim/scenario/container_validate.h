/* container_validate.h -- mistakes in containers but for their amounts, as validate.h finds them. Each function adds to
 * `found` what is wrong with the part at p.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go.
 */
#ifndef SIM_SCENARIO_CONTAINER_VALIDATE_H
#define SIM_SCENARIO_CONTAINER_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* Its ports, mounts and policies. */
void validate_container(const struct place *container, struct names *names, struct violations *found);

/* Exactly one way of probing, and what the kinds of probes differ in. */
void validate_probe(const struct place *probe, struct names *names, struct violations *found);

/* Exactly one thing to do, within the grace period. */
void validate_lifecycle_handler(const struct place *handler, struct names *names, struct violations *found);

/* At most one source of the value. */
void validate_env_var(const struct place *variable, struct names *names, struct violations *found);

#endif
