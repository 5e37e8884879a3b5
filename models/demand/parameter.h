/* parameter.h -- parameters of a scenario that are not known for sure.
 *
 * A parameter with `error: 15%` is drawn anew for each replication: lognormal, with the written value as its mean and
 * the error as its standard deviation over the mean. The draw belongs to the parameter's object and name, so two
 * configurations see the same one.
 */
#ifndef MODELS_DEMAND_PARAMETER_H
#define MODELS_DEMAND_PARAMETER_H

#include <stdint.h>

#include "sim/scenario/object.h"

/* value itself when error is 0. `field` tells apart the parameters of an object. */
double parameter_drawn(double value, double error, const char *field, const struct object *object, uint64_t seed,
                       uint64_t replication);

#endif
