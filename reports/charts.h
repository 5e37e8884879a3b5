/* charts.h -- the charts of the page: each a figure with its legend and, folded, its numbers as a table. */
#ifndef REPORTS_CHARTS_H
#define REPORTS_CHARTS_H

#include "reports/page.h"
#include "reports/series.h"

/* Each adds a figure; nothing when the run has no values for it. */
void chart_demand(struct page *p, uint32_t demand);
void chart_nodes(struct page *p);
void chart_cluster_cpu(struct page *p, const struct series *cluster);
void chart_cluster_memory(struct page *p, const struct series *cluster);
void chart_cost(struct page *p);

/* Of a workload, from its series. */
void chart_pods(struct page *p, uint32_t workload, const struct series *s);
void chart_cpu(struct page *p, uint32_t workload, const struct series *s);
void chart_memory(struct page *p, uint32_t workload, const struct series *s);
void chart_latency(struct page *p, uint32_t workload, const struct series *s);

/* An HPA's size over time, with a mark at each of changes[count] (seconds since the start, replicas after it). */
struct chart_change {
    double t_s;
    double replicas;
};

void chart_hpa(struct page *p, uint32_t hpa, const struct series *s, const struct chart_change *changes,
               uint32_t count);

#endif
