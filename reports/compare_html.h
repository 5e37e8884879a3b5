/* compare_html.h -- a comparison as one file that stands alone, with a page for the reviewer of a change and one for finance. */
#ifndef REPORTS_COMPARE_HTML_H
#define REPORTS_COMPARE_HTML_H

#include "reports/compare.h"

/* Adds the file to out. It needs no gnuplot: the charts are few bars. */
void compare_html_write(struct buffer *out, const struct comparison *c);

#endif
