/* set.h -- `--set PATH=VALUE`: one change of one object, from the command line.
 *
 * PATH is Kind/[namespace/]name:keys, keys are joined by dots; [name=app] is the item of a list whose name is app (any
 * key will do), [2] its third item, ["example.com/key"] a key with dots. Maps that are not there are made, items of
 * lists are not. VALUE is YAML: 500m, [a, b], {min: 3}; null or nothing takes the key out.
 */
#ifndef SIM_SCENARIO_SET_H
#define SIM_SCENARIO_SET_H

#include <stdbool.h>

#include "sim/scenario/object.h"

/* Changes the object that text speaks of. What is wrong is added to the problems of objects. */
void set_apply(struct objects *objects, const char *text);

/* The same for an option that has a place of its own: sets keys "spec.seed" of object to VALUE, as `--seed VALUE`. */
void set_option(struct objects *objects, struct object *object, const char *option, const char *keys,
                const char *value);

#endif
