/* rng_gsl.h -- our streams as a generator of the GNU Scientific Library, for tests, fits and reports.
 *
 * GSL's own generators take 32 bits of seed and cannot jump. Nothing between a scenario and its facts uses GSL.
 */
#ifndef SIM_BASE_RNG_GSL_H
#define SIM_BASE_RNG_GSL_H

#include <gsl/gsl_rng.h>

#include "sim/base/rng.h"

/* The type, for gsl_rng_alloc: 64 bits a number, gsl_rng_uniform in (0, 1) and never 0. gsl_rng_set opens the stream
 * "gsl" of replication 0 with all 64 bits of the seed. */
const gsl_rng_type *rng_gsl_type(void);

/* A generator that draws on from where stream stands; stream itself is copied. gsl_rng_free gives it back. Ends the
 * program when there is no memory. */
gsl_rng *rng_gsl_open(struct rng stream);

#endif
