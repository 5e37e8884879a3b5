/* html_finance.h -- the page for finance: budget against forecast, cost by month and team, unit costs, what it is spent on, the
 * prices with their source and date, and what they do not cover. */
#ifndef REPORTS_HTML_FINANCE_H
#define REPORTS_HTML_FINANCE_H

#include "reports/page.h"

/* Adds what stands in the page, from p->finance, with its sections "months", "payers", "units", "cost" and "prices". */
void html_finance(struct page *p);

#endif
