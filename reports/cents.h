/* cents.h -- amounts of money that sum exactly, whatever is rounded. */
#ifndef REPORTS_CENTS_H
#define REPORTS_CENTS_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"

/* Whole parts[count] of values[count] that sum to the rounded sum of the values, which is returned: each is cut down to a
 * whole, and what is left goes to the largest remainders, the first of equals first. */
int64_t cents_round(struct arena scratch, const double *values, int64_t *parts, uint32_t count);

/* Parts of whole in proportion to weights[count], none of them negative; equal ones where all weights are 0. They sum to
 * whole (count 0: nothing is given out). */
void cents_spread(struct arena scratch, int64_t whole, const int64_t *weights, int64_t *parts, uint32_t count);

/* Adds 1e-9 dollars as an exact decimal: "12.000000003", "7". */
void cents_print_nusd(struct buffer *out, int64_t nusd);

#endif
