/* csv_report.h -- a recorded run as plain tables: workloads.csv, costs.csv, nodes.csv, allocation.csv.
 *
 * RFC 4180 with a header row, UTF-8; fields that have no value are empty. Amounts of costs.csv are exact, so that any
 * sum of them is; those of allocation.csv are a month's, to the cent, and sum too. Other figures are means over the
 * replications, of 9 significant digits. The columns are explained in reports/README.md.
 */
#ifndef REPORTS_CSV_REPORT_H
#define REPORTS_CSV_REPORT_H

#include "reports/finance.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

/* Each adds its table to out. */
void csv_report_workloads(struct buffer *out, const struct recording *r, const struct finance *f);
void csv_report_costs(struct buffer *out, const struct recording *r);
void csv_report_nodes(struct buffer *out, const struct recording *r);
void csv_report_allocation(struct buffer *out, const struct recording *r, const struct finance *f);

#endif
