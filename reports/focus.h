/* focus.h -- a recorded run as a bill would show it: FOCUS 1.2 (FinOps Open Cost and Usage Specification), for the tools
 * that read the bills of cloud providers.
 *
 * One row for each day, pool, and payer: a workload, idle, or what is reserved for the system; what replication 0 spent.
 * Amounts are exact, so they sum to the run's cost. Nothing was invoiced: x_Simulated is true in every row, and x_RunId
 * names the run. Null is an empty field.
 *
 * Source: FOCUS Specification v1.2 (reference/rightsizing-and-cost.md, 8).
 */
#ifndef REPORTS_FOCUS_H
#define REPORTS_FOCUS_H

#include "reports/finance.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

/* Adds the rows as CSV, custom columns last. */
void focus_write(struct buffer *out, const struct recording *r, const struct finance *f);

/* Adds the metadata that the specification wants beside them: columns with their types, as JSON. */
void focus_write_metadata(struct buffer *out, const struct recording *r, const struct finance *f);

#endif
