/* html_planner.h -- the page for the capacity planner: what breaks first, why, and what to change. */
#ifndef REPORTS_HTML_PLANNER_H
#define REPORTS_HTML_PLANNER_H

#include "reports/page.h"

/* Adds what stands in the planner's page, with its sections "objectives", "gaps", "demand", "cluster", "workloads", "scaling"
 * and "limits". */
void html_planner(struct page *p);

#endif
