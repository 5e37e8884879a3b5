/* amount.h -- figures and their changes as people read them, in the unit that the figure has. */
#ifndef REPORTS_AMOUNT_H
#define REPORTS_AMOUNT_H

#include "sim/base/buffer.h"

/* The unit in which a figure of that name is read: as given, but "USD each" for what one unit of a demand costs. */
const char *amount_unit(const char *figure, const char *unit);

/* x in its unit ("USD", "s", "share", "mcpu", "bytes", "h", or a count's): $1,234; 12.3 ms; 99.912 %; 1.5 cores; 2.3 GiB; 12.4.
 * "USD each" below ten cents is for a thousand or a million: $1.93/k; $55.33/M. NaN is "-". Negative amounts have a minus. */
void amount_print(struct buffer *out, const char *unit, double x);

/* A change, with its sign; of shares in percent points: +$12; -3.2 ms; +0.013 pp; 0. */
void amount_change(struct buffer *out, const char *unit, double x);

/* A change as share of what it changes, with its sign: +3.21 %. */
void amount_relative(struct buffer *out, double share);

#endif
