/* openmetrics.h -- the series of a recorded run as OpenMetrics text with time stamps, for Prometheus to read back:
 *
 *     promtool tsdb create-blocks-from openmetrics metrics.om DIR
 *
 * Gauges of replication 0, of workloads, pools, demands and, at the end of each day, costs. A long run's samples are put
 * together, so that a file has at most 200,000 of them: means, of latencies the worst, at the end of their time.
 */
#ifndef REPORTS_OPENMETRICS_H
#define REPORTS_OPENMETRICS_H

#include "reports/finance.h"
#include "reports/query.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

/* Adds the text to out. False: a read failed. */
bool openmetrics_write(struct buffer *out, const struct recording *r, const struct finance *f, struct query *q,
                       struct fail *fail) MUST_CHECK;

/* The distance of its samples in seconds: a multiple of the run's step. */
int64_t openmetrics_step(const struct recording *r);

#endif
