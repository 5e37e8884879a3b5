/* html.h -- a recorded run as one file that stands alone, no script, font, image or style from elsewhere, with a page for the
 * planner and one for finance. */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "reports/finance.h"
#include "reports/findings.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

/* Adds the file to out. Reads series and decisions from q, runs gnuplot. The same recording gives the same bytes (with
 * the same gnuplot). False: a read failed, or gnuplot is missing or failed. */
bool html_write(struct buffer *out, const struct recording *r, const struct findings *f, const struct finance *finance,
                struct query *q, struct fail *fail) MUST_CHECK;

#endif
