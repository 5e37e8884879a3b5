/* repair.h -- what breaks is made stronger, where the figures say that it is weak, until nothing breaks; and afterwards, memory
 * as the platform that was found uses it.
 */
#ifndef REPORTS_REPAIR_H
#define REPORTS_REPAIR_H

#include "reports/search.h"

/* Changes settings, of which o is what came of them. */
void repair_mend(const struct search *s, struct setting *settings, const struct search_outcome *o);

/* Mends the best so far until nothing breaks; what cannot be mended becomes what it is today, where that breaks less. False as
 * trial_run. */
bool repair_run(struct search *s, struct fail *fail) MUST_CHECK;

/* What repair gave a pod while it was in trouble it may not need in the end: memory as the best uses it, where that holds.
 * False as trial_run. */
bool repair_memory(struct search *s, struct fail *fail) MUST_CHECK;

#endif
