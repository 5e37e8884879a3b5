/* resources_validate.h -- mistakes in amounts: what containers and pods ask for, what nodes have, what claims want. Each
 * function adds to `found` what is wrong with the part at p, as validate.h finds it.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go.
 */
#ifndef SIM_SCENARIO_RESOURCES_VALIDATE_H
#define SIM_SCENARIO_RESOURCES_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* An amount of the resource that is called name: not negative, and whole where it is counted. */
void validate_amount(const struct place *p, const char *name, struct violations *found);

/* Requests and limits of a container. */
void validate_container_resources(const struct place *container, struct names *names, struct violations *found);

/* Requests and limits of a pod as a whole, by themselves and against those of its containers; its overhead. */
void validate_pod_amounts(const struct place *pod_spec, struct names *names, struct violations *found);

/* Taints, capacity, allocatable. */
void validate_node(const struct place *node, struct names *names, struct violations *found);

/* Access modes and storage. */
void validate_claim(const struct place *claim_spec, struct names *names, struct violations *found);

#endif
