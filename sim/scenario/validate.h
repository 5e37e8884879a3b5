/* validate.h -- the mistakes in Kubernetes objects that the API server would refuse.
 *
 * What is found has the server's path and type. Fields that neither capacity nor cost depends on (security contexts,
 * addresses of services, volumes that name a vendor's storage) are not looked at: a cluster may still refuse them.
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
