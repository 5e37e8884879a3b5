/* html_ci.h -- the page for whoever reviews a change: the gates, what is different in the input, and what that does. */
#ifndef REPORTS_HTML_CI_H
#define REPORTS_HTML_CI_H

#include "reports/compare.h"
#include "reports/page.h"

/* Adds what stands in the page, with its sections "gates", "input" and "figures". */
void html_ci(struct page *p, const struct comparison *c);

#endif
