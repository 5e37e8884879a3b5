/* manifest.h -- a Kubernetes object as a user wrote it, taken into the scenario. */
#ifndef SIM_SCENARIO_MANIFEST_H
#define SIM_SCENARIO_MANIFEST_H

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/kinds.h"
#include "sim/scenario/problems.h"

/* Checks object (a map with apiVersion and kind that are texts), applies the defaults to it in place, and looks for the
 * common mistakes; all that is wrong is added to problems. Where a part has a wrong type only that is said. An unknown
 * kind and an old apiVersion are warned about once each. Returns the kind that the object has now; null: it is not a
 * known one, and the object stays as it is. */
const struct kind *manifest_read(struct arena *a, struct names *names, struct value *object, struct problems *problems);

#endif
