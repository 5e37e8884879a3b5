/* descent.h -- the best so far made cheaper: moves are tried, and those that break nothing and save are combined.
 *
 * 1. Each move is tried alone, for one day (trial_brief_ns) with more demand: what breaks something or saves nothing is a dud.
 * 2. The others are tried together in all cases of the search; if that breaks something, those whose part has nothing to do with
 *    it, then the suspects, down to single ones.
 * 3. Again from what was found, until nothing is taken in a round or the runs are used up. A dud that broke something is not
 *    tried again; one that saved nothing is, when something has changed.
 *
 * Why by parts and not a general optimizer: a knob's effect is nearly its own (a request, a size, a machine), so moves that
 * save alone mostly save together, and what interferes (nodes are whole) shows when they are tried together. A population
 * or a gradient would need ten times the runs.
 */
#ifndef REPORTS_DESCENT_H
#define REPORTS_DESCENT_H

#include "reports/search.h"

/* Nothing happens where the best so far breaks something. False as trial_run. */
bool descent_run(struct search *s, struct fail *fail) MUST_CHECK;

#endif
