/* html_bridge.h -- the page of a comparison for finance: why a month costs something else, who pays for it, what is bought. */
#ifndef REPORTS_HTML_BRIDGE_H
#define REPORTS_HTML_BRIDGE_H

#include "reports/compare.h"
#include "reports/page.h"

/* Adds what stands in the page, with its sections "bridge", "payers", "offers", "units" and "prices". */
void html_bridge(struct page *p, const struct comparison *c);

#endif
