#include "reports/series.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base/memory.h"

/* A statement gives the time first, then the columns. */
static struct series read_series(struct query *q, struct arena *a, const char *sql, uint32_t columns, int64_t parameter)
{
    VEC(double) cells = {0};
    for (struct query_rows r = query_rows(q, sql, parameter); query_next(&r);) {
        for (uint32_t c = 0; c <= columns; c++) {
            VEC_PUSH(&cells, query_real(&r, (int)c));
        }
    }
    struct series s = {.count = cells.count / (columns + 1), .columns = columns};
    for (uint32_t c = 0; c <= columns; c++) {
        double *at = TAKE(a, double, s.count + 1);
        for (uint32_t i = 0; i < s.count; i++) {
            at[i] = cells.at[i * (columns + 1) + c];
        }
        *(c == 0 ? &s.t_s : &s.at[c - 1]) = at;
    }
    VEC_DROP(&cells);
    return s;
}

struct series series_workload(struct query *q, struct arena *a, const struct report_workload *w)
{
    const char *sql = arena_format(
        a,
        "SELECT t_s, replicas, pods_pending, pods_starting, pods_ready, requested_mcpu, requested_bytes, used_mcpu,"
        " used_bytes, arrivals_per_s, served_per_s, failed_per_s, p50_s, p95_s, p99_s, utilization, throttled"
        " FROM workload_series WHERE rowid BETWEEN %" PRId64 " AND %" PRId64 " AND workload_id = ? ORDER BY t_s",
        w->first_row, w->last_row);
    return read_series(q, a, sql, 16, w->id);
}

struct series series_cluster(struct query *q, struct arena *a)
{
    return read_series(q, a,
                       "SELECT t_s, SUM(nodes), SUM(nodes_ready), SUM(allocatable_mcpu), SUM(allocatable_bytes),"
                       " SUM(requested_mcpu), SUM(requested_bytes), SUM(used_mcpu), SUM(used_bytes) FROM pool_series"
                       " GROUP BY t_s ORDER BY t_s",
                       8, 0);
}

struct series series_pool(struct query *q, struct arena *a, int64_t pool_id)
{
    return read_series(q, a, "SELECT t_s, nodes, nodes_ready FROM pool_series WHERE pool_id = ? ORDER BY t_s", 2,
                       pool_id);
}

struct series series_demand(struct query *q, struct arena *a, int64_t demand_id)
{
    return read_series(q, a, "SELECT t_s, rate_per_s FROM demand_series WHERE demand_id = ? ORDER BY t_s", 1,
                       demand_id);
}

struct series_range series_range(const struct series *s, uint32_t column)
{
    struct series_range range = {NAN, NAN, NAN, NAN};
    double sum = 0.0;
    uint32_t known = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        double x = s->at[column][i];
        if (isnan(x)) {
            continue;
        }
        sum += x;
        known++;
        range.least = known == 1 || x < range.least ? x : range.least;
        if (known == 1 || x > range.most) {
            range.most = x;
            range.most_t_s = s->t_s[i];
        }
    }
    range.mean = known == 0 ? (double)NAN : sum / known;
    return range;
}
