/* summary.h -- a recorded run as text for a terminal: what `headroom run` prints, and `report --format text`. */
#ifndef REPORTS_SUMMARY_H
#define REPORTS_SUMMARY_H

#include <stdbool.h>

#include "reports/findings.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

/* Adds the summary to out: lines of at most 100 characters (but for long names in the last column), ASCII but for names.
 * colour: with ANSI escapes for a terminal. Without it the text is the same wherever it is read. */
void summary_write(struct buffer *out, const struct recording *r, const struct findings *f, bool colour);

#endif
