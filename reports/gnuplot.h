/* gnuplot.h -- the program gnuplot: a script in, what it wrote out. */
#ifndef REPORTS_GNUPLOT_H
#define REPORTS_GNUPLOT_H

#include "sim/base/buffer.h"
#include "sim/base/fail.h"

/* Runs gnuplot on script, without the user's start-up files and locale, and adds what it writes to standard output to
 * out. False: it is not installed or failed; fail has the first line that it complained with. */
bool gnuplot_run(const struct buffer *script, struct buffer *out, struct fail *fail) MUST_CHECK;

#endif
