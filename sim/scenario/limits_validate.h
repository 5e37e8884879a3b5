/* limits_validate.h -- mistakes in LimitRanges and ResourceQuotas. Each function adds to `found` what is wrong with the
 * part at p, as validate.h finds it.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/validation/validation.go.
 */
#ifndef SIM_SCENARIO_LIMITS_VALIDATE_H
#define SIM_SCENARIO_LIMITS_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* An item of spec.limits, by itself and beside the items before it. */
void validate_limit_range_item(const struct place *item, struct names *names, struct violations *found);

/* Amounts and scopes. */
void validate_quota(const struct place *spec, struct names *names, struct violations *found);

#endif
