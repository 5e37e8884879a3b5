/* pod_validate.h -- mistakes in pods as a whole and in what every object says of itself, as validate.h finds them. Each
 * function adds to `found` what is wrong with the part at p.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go, apimachinery/pkg/api/validation.
 */
#ifndef SIM_SCENARIO_POD_VALIDATE_H
#define SIM_SCENARIO_POD_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* Labels and annotations. */
void validate_metadata(const struct place *metadata, struct names *names, struct violations *found);

/* Names that must differ, volumes that must be there, where probes may stand, ports of the host. */
void validate_pod_spec(const struct place *spec, struct names *names, struct violations *found);

/* Exactly one kind of volume. */
void validate_volume(const struct place *volume, struct names *names, struct violations *found);

#endif
