/* pod_validate.h -- mistakes in pods and in what selects them, as validate.h finds them. Each function adds to `found`
 * what is wrong with the part at p.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go.
 */
#ifndef SIM_SCENARIO_POD_VALIDATE_H
#define SIM_SCENARIO_POD_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* Keys and values of metadata.labels. */
void validate_labels(const struct place *metadata, struct names *names, struct violations *found);

/* Names that must differ, volumes that must be there, where probes may stand. */
void validate_pod_spec(const struct place *spec, struct names *names, struct violations *found);

/* Requests and limits. */
void validate_container(const struct place *container, struct names *names, struct violations *found);

/* Exactly one way of probing. */
void validate_probe(const struct place *probe, struct names *names, struct violations *found);

void validate_toleration(const struct place *toleration, struct names *names, struct violations *found);

/* Operators and the values that they take. */
void validate_label_requirement(const struct place *requirement, struct names *names, struct violations *found);
void validate_node_requirement(const struct place *requirement, struct names *names, struct violations *found);

#endif
