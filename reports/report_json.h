/* report_json.h -- a recorded run as JSON: what the summary and the page say, with every figure of every replication.
 *
 * The same recording gives the same bytes: keys in a fixed order, numbers of at most 9 significant digits, no clock. The
 * format is explained in reports/README.md; its name and version are the first key. Series stay in the database.
 */
#ifndef REPORTS_REPORT_JSON_H
#define REPORTS_REPORT_JSON_H

#include "reports/finance.h"
#include "reports/findings.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

#define REPORT_JSON_FORMAT "headroom-report/1"

/* Adds the report to out, indented, a newline at its end. Reads decisions from q. False: a read failed; what was added
 * is to be thrown away. */
bool report_json_write(struct buffer *out, const struct recording *r, const struct findings *f,
                       const struct finance *finance, struct query *q, struct fail *fail) MUST_CHECK;

#endif
