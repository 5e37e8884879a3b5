/* cents.h -- amounts of money that sum exactly, whatever is rounded. */
#ifndef REPORTS_CENTS_H
#define REPORTS_CENTS_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"

/* Whole parts[count] of values[count] that sum to whole, the rounded sum of the values but for the order of adding: each is cut
 * down to a whole, and what is left goes to the largest remainders, the first of equals first. */
void cents_fit(struct arena scratch, int64_t whole, const double *values, int64_t *parts, uint32_t count);

/* The same with the rounded sum of the values, which is returned. */
int64_t cents_round(struct arena scratch, const double *values, int64_t *parts, uint32_t count);

/* Parts of whole in proportion to weights[count], none of them negative; equal ones where all weights are 0. They sum to
 * whole (count 0: nothing is given out). */
void cents_spread(struct arena scratch, int64_t whole, const int64_t *weights, int64_t *parts, uint32_t count);

/* Adds cents as dollars, all of it: "-1234.05". */
void cents_print(struct buffer *out, int64_t cents);

/* The same for people: "-$1,234.05". */
void cents_print_usd(struct buffer *out, int64_t cents);

/* Cents that are not whole, rounded: for bounds of intervals. */
void cents_print_rounded(struct buffer *out, double cents);

/* A change, with its sign: "+$12.00"; "$0.00". */
void cents_print_change(struct buffer *out, int64_t cents);

/* Adds 1e-9 dollars as an exact decimal: "12.000000003", "7". */
void cents_print_nusd(struct buffer *out, int64_t nusd);

#endif
