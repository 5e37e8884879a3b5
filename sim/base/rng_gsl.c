#include "sim/base/rng_gsl.h"

#include "sim/base/memory.h"

static void set(void *state, unsigned long seed)
{
    *(struct rng *)state = rng_open(seed, 0, "gsl", 0);
}

static unsigned long get(void *state)
{
    return rng_u64(state);
}

static double get_double(void *state)
{
    return rng_uniform(state);
}

static const gsl_rng_type type = {
    .name = "philox4x64-10",
    .max = UINT64_MAX,
    .min = 0,
    .size = sizeof(struct rng),
    .set = set,
    .get = get,
    .get_double = get_double,
};

const gsl_rng_type *rng_gsl_type(void)
{
    return &type;
}

gsl_rng *rng_gsl_open(struct rng stream)
{
    gsl_rng *r = gsl_rng_alloc(&type);
    if (r == NULL) {
        memory_exhausted(sizeof stream);
    }
    *(struct rng *)gsl_rng_state(r) = stream;
    return r;
}
