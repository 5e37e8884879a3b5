/* selection_validate.h -- mistakes in labels and in what selects by them: selectors, affinity, tolerations, spreading. Each
 * function adds to `found` what is wrong with the part at p, as validate.h finds it.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go, apimachinery/pkg/apis/meta/v1/validation.
 */
#ifndef SIM_SCENARIO_SELECTION_VALIDATE_H
#define SIM_SCENARIO_SELECTION_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* A map of labels: metadata.labels, nodeSelector, a service's selector. */
void validate_labels(const struct place *labels, struct violations *found);

void validate_label_selector(const struct place *selector, struct names *names, struct violations *found);

/* Operators and the values that they take. */
void validate_label_requirement(const struct place *requirement, struct names *names, struct violations *found);
void validate_node_requirement(const struct place *requirement, struct names *names, struct violations *found);

void validate_toleration(const struct place *toleration, struct names *names, struct violations *found);
void validate_pod_affinity_term(const struct place *term, struct names *names, struct violations *found);

/* An item of topologySpreadConstraints, by itself and beside those after it. */
void validate_spread_constraint(const struct place *constraint, struct names *names, struct violations *found);

#endif
