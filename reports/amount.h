/* amount.h -- figures and their changes as people read them, in the unit that the figure has. */
#ifndef REPORTS_AMOUNT_H
#define REPORTS_AMOUNT_H

#include "sim/base/buffer.h"

/* x in its unit ("USD", "s", "share", "mcpu", "bytes", "h", or a count's): $1,234; 12.3 ms; 99.912 %; 1.5 cores; 2.3 GiB; 12.4.
 * NaN is "-". Negative amounts have a minus. */
void amount_print(struct buffer *out, const char *unit, double x);

/* A change, with its sign; of shares in percent points: +$12; -3.2 ms; +0.013 pp; 0. */
void amount_change(struct buffer *out, const char *unit, double x);

/* A change as share of what it changes, with its sign: +3.21 %. */
void amount_relative(struct buffer *out, double share);

#endif
