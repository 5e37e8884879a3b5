/* validate.h -- the mistakes in Kubernetes objects that the API server would refuse.
 *
 * The common ones are found, not all: what passes here may still be refused by a cluster. What is found has the server's
 * path and type. A HorizontalPodAutoscaler is validated whole (hpa_validate.h).
 *
 * Source: Kubernetes v1.36, pkg/apis/{core,apps,batch,policy}/validation, with the registry strategies of each kind.
 */
#ifndef SIM_SCENARIO_VALIDATE_H
#define SIM_SCENARIO_VALIDATE_H

#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/violation.h"

/* Adds to `found` what is wrong with object, of the kind that schema describes, to which defaults were applied. */
void validate_object(const struct schema *schema, const struct value *object, struct names *names,
                     struct violations *found);

#endif
