/* effective.h -- every value of a scenario and where it came from.
 *
 * A line each: Kind/[namespace/]name:path=value, as `--set` takes it, then "  # " and the source: file:line:column where
 * somebody wrote it, the option that set it, "default", or "worked out" for what follows from other values. What a Secret
 * holds and values of environment variables are not shown.
 */
#ifndef SIM_SCENARIO_EFFECTIVE_H
#define SIM_SCENARIO_EFFECTIVE_H

#include "sim/base/buffer.h"

struct scenario;

/* Adds the lines of all objects of a scenario that was read without errors, in order of reading. */
void effective_write(struct buffer *out, const struct scenario *s);

#endif
