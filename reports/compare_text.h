/* compare_text.h -- a comparison for a terminal. */
#ifndef REPORTS_COMPARE_TEXT_H
#define REPORTS_COMPARE_TEXT_H

#include "reports/compare.h"

/* Adds the comparison to out: gates, what was changed, what that does. colour: with ANSI escapes. Long lists are cut, with
 * their count; the JSON has all. */
void compare_text_write(struct buffer *out, const struct comparison *c, bool colour);

#endif
