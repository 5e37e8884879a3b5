/* defaults.h -- what the API server fills in when it reads a manifest.
 *
 * What the creation of an object adds later (status, a Job's selector, admission plugins) is not in.
 *
 * Source: Kubernetes v1.36, pkg/apis (core/v1, apps/v1, batch/v1, autoscaling/v2, scheduling/v1: defaults.go and
 * zz_generated.defaults.go; reference/kubernetes-semantics.md, parts A.2, C.1.1, D.1, F.2).
 */
#ifndef SIM_SCENARIO_DEFAULTS_H
#define SIM_SCENARIO_DEFAULTS_H

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

/* Changes object, in which schema_check found nothing, to what the server would store of it, by its apiVersion and kind:
 * older versions converted, zeros that mean absent taken out, defaults put in, quantities in canonical text. An object of
 * another kind stays as it is. What is put in has schema_default_file in its mark. */
void defaults_apply(struct arena *a, struct names *names, struct value *object);

#endif
