#include "models/demand/parameter.h"

#include <string.h>

#include "sim/base/names.h"
#include "sim/base/sample.h"

double parameter_drawn(double value, double error, const char *field, const struct object *object, uint64_t seed,
                       uint64_t replication)
{
    if (!(error > 0) || !(value > 0)) {
        return value;
    }
    uint64_t entity = rng_entity(object->kind, object->namespace, object->name, names_hash(field, strlen(field)));
    struct rng rng = rng_open(seed, replication, "parameter", entity);
    struct sample_lognormal d = sample_lognormal_of(value, error * value);
    return sample_lognormal(&rng, &d);
}
