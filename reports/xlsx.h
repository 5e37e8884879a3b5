/* xlsx.h -- a recorded run as a workbook for finance: Summary, Monthly, Allocation, Workloads, Nodes, Assumptions.
 *
 * Sums, differences and shares are formulas, so that a reader can follow them; numbers are numbers with formats. A month is
 * to the cent and sums (finance.h). The same recording gives the same bytes.
 */
#ifndef REPORTS_XLSX_H
#define REPORTS_XLSX_H

#include "reports/finance.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

/* Adds the file to out. False: the system refused (no room for a temporary file). */
bool xlsx_write(struct buffer *out, const struct recording *r, const struct finance *f, struct fail *fail) MUST_CHECK;

#endif
