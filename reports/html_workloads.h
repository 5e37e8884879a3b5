/* html_workloads.h -- the planner's section on workloads: a table of all, and charts of those that matter most. */
#ifndef REPORTS_HTML_WORKLOADS_H
#define REPORTS_HTML_WORKLOADS_H

#include "reports/page.h"

/* Adds the section "workloads". Charts are of those that miss an objective, then of the dearest. */
void html_workloads(struct page *p);

#endif
