/* html_finance.h -- the part of the page for finance: who pays, budget against forecast, unit costs, and what the terms
 * mean. */
#ifndef REPORTS_HTML_FINANCE_H
#define REPORTS_HTML_FINANCE_H

#include "reports/page.h"

/* Adds the section "finance" from p->finance. */
void html_finance(struct page *p);

#endif
