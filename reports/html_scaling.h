/* html_scaling.h -- the planner's section on decisions: each HPA's changes in Kubernetes' words, and all that was decided. */
#ifndef REPORTS_HTML_SCALING_H
#define REPORTS_HTML_SCALING_H

#include "reports/page.h"

/* Adds the section "scaling"; the HPAs that change most come first. */
void html_scaling(struct page *p);

#endif
