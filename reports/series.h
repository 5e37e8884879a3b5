/* series.h -- the time series of a recorded run, of replication 0, as columns of doubles.
 *
 * A sample's time ends its step: states are those of that moment, rates and use are means of the step. NaN where a value
 * is not known or there is none.
 */
#ifndef REPORTS_SERIES_H
#define REPORTS_SERIES_H

#include <stdint.h>

#include "reports/query.h"
#include "reports/recording.h"
#include "sim/base/arena.h"

enum { SERIES_COLUMNS_MAX = 16 };

struct series {
    uint32_t count;
    uint32_t columns;
    const double *t_s;                    /* [count], rising */
    const double *at[SERIES_COLUMNS_MAX]; /* [columns][count] */
};

/* The columns of a workload's series. */
enum series_workload {
    WORKLOAD_REPLICAS,
    WORKLOAD_PENDING,
    WORKLOAD_STARTING,
    WORKLOAD_READY,
    WORKLOAD_REQUESTED_MCPU,
    WORKLOAD_REQUESTED_BYTES,
    WORKLOAD_USED_MCPU,
    WORKLOAD_USED_BYTES,
    WORKLOAD_ARRIVALS_PER_S,
    WORKLOAD_SERVED_PER_S,
    WORKLOAD_FAILED_PER_S,
    WORKLOAD_P50_S,
    WORKLOAD_P95_S,
    WORKLOAD_P99_S,
    WORKLOAD_UTILIZATION,
    WORKLOAD_THROTTLED,
};

/* Of all pools together. */
enum series_cluster {
    CLUSTER_NODES,
    CLUSTER_NODES_READY,
    CLUSTER_ALLOCATABLE_MCPU,
    CLUSTER_ALLOCATABLE_BYTES,
    CLUSTER_REQUESTED_MCPU,
    CLUSTER_REQUESTED_BYTES,
    CLUSTER_USED_MCPU,
    CLUSTER_USED_BYTES,
};

/* Each reads into a. When a read fails the series is empty, and query_check tells. */
struct series series_workload(struct query *q, struct arena *a, const struct report_workload *w);
struct series series_cluster(struct query *q, struct arena *a);

/* Of a pool: nodes and ready nodes. Of a demand: its rate each second. */
struct series series_pool(struct query *q, struct arena *a, int64_t pool_id);
struct series series_demand(struct query *q, struct arena *a, int64_t demand_id);

/* The least, the mean and the most of a column, NaN left out; all NaN when nothing is left. */
struct series_range {
    double least, mean, most;
    double most_t_s; /* the first time of the most */
};

struct series_range series_range(const struct series *s, uint32_t column);

#endif
