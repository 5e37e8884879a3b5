/* config_validate.h -- mistakes in ConfigMaps and Secrets, as validate.h finds them. Each function adds to `found` what is
 * wrong with the object at p. What a Secret holds is never part of a message.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go.
 */
#ifndef SIM_SCENARIO_CONFIG_VALIDATE_H
#define SIM_SCENARIO_CONFIG_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* Keys, encoding, size; of a Secret also what its type needs. */
void validate_config_map(const struct place *map, struct names *names, struct violations *found);
void validate_secret(const struct place *secret, struct names *names, struct violations *found);

#endif
