/* sketch.h -- charts of few bars, drawn without gnuplot: an SVG with title and description in a figure of the page.
 *
 * Colours come from the style sheet by class, as in svg.h. The numbers stand beside the bars, and in the description.
 */
#ifndef REPORTS_SKETCH_H
#define REPORTS_SKETCH_H

#include "reports/bridge.h"
#include "reports/page.h"

/* The forecast of a month with its interval against the budget, dollars; without a budget (NaN) nothing. */
void sketch_budget(struct page *p, struct statistics_interval month, double budget);

/* The bridge as a waterfall: BASE, each step up or down, CANDIDATE. */
void sketch_bridge(struct page *p, const struct bridge *b);

#endif
