#include "reports/csv_report.h"

#include <math.h>

#include "reports/cents.h"
#include "reports/print.h"
#include "sim/base/csv.h"

struct table {
    struct csv_writer csv;
    const struct recording *r;
};

static struct table begin(struct buffer *out, const struct recording *r, const char *const *columns, size_t count)
{
    struct table t = {{.out = out}, r};
    for (size_t i = 0; i < count; i++) {
        csv_add_text(&t.csv, columns[i]);
    }
    csv_end_row(&t.csv);
    return t;
}

static void text(struct table *t, const char *value)
{
    csv_add_text(&t->csv, value == NULL ? "" : value);
}

static void number(struct table *t, double value)
{
    csv_add_double(&t->csv, print_nine_digits(value));
}

static void cents(struct table *t, int64_t value)
{
    struct buffer b = {0};
    cents_print(&b, value);
    csv_add_text(&t->csv, b.at);
    buffer_drop(&b);
}

static void nusd(struct table *t, int64_t value)
{
    struct buffer b = {0};
    cents_print_nusd(&b, value);
    csv_add_text(&t->csv, b.at);
    buffer_drop(&b);
}

static void mean(struct table *t, const char *name, const char *subject, double scale)
{
    number(t, recording_mean(t->r, name, subject) * scale);
}

/* The bounds of a figure's 95 % interval; empty when there is none. */
static void bounds(struct table *t, const char *name, const char *subject)
{
    const struct report_metric *m = recording_metric(t->r, name, subject);
    bool known = m != NULL && isfinite(m->interval.half_width);
    number(t, known ? m->interval.mean - m->interval.half_width : (double)NAN);
    number(t, known ? m->interval.mean + m->interval.half_width : (double)NAN);
}

/* ---- workloads ---- */

static const double in_cores = 1e-3, in_gib = 1.0 / 1073741824;

/* Figures that are means over the replications, in the order of their columns. */
static const struct {
    const char *column;
    const char *metric;
    const double *scale; /* null: 1 */
} workload_figures[] = {
    {"replicas_min", "replicas.min", NULL},
    {"replicas_mean", "replicas.mean", NULL},
    {"replicas_max", "replicas.max", NULL},
    {"cpu_requested_cores", "cpu.requested", &in_cores},
    {"cpu_used_cores", "cpu.used", &in_cores},
    {"cpu_used_max_cores", "cpu.used_max", &in_cores},
    {"memory_requested_gib", "memory.requested", &in_gib},
    {"memory_used_gib", "memory.used", &in_gib},
    {"memory_used_max_gib", "memory.used_max", &in_gib},
    {"pending_longest_s", "pending.longest_s", NULL},
    {"restarts", "restarts", NULL},
    {"requests_arrived", "requests.arrived", NULL},
    {"requests_served", "requests.served", NULL},
    {"success", "success", NULL},
    {"latency_p50_s", "latency.p50", NULL},
    {"latency_p95_s", "latency.p95", NULL},
    {"latency_p99_s", "latency.p99", NULL},
    {"run_usd", "cost.workload", NULL},
};

enum { FIGURES = sizeof workload_figures / sizeof workload_figures[0] };

static void workload_row(struct table *t, const struct finance *f, uint32_t index)
{
    const struct report_workload *w = &t->r->workloads[index];
    text(t, w->namespace);
    text(t, w->kind);
    text(t, w->name);
    text(t, w->team);
    text(t, w->shared ? "yes" : "no");
    text(t, w->use_cpu);
    text(t, w->use_memory);
    for (int i = 0; i < FIGURES; i++) {
        mean(t, workload_figures[i].metric, w->subject,
             workload_figures[i].scale == NULL ? 1 : *workload_figures[i].scale);
    }
    cents(t, f->workload_cents[index]);
    bounds(t, "cost.monthly", w->subject);
    number(t, f->thousand[index].mean);
    csv_end_row(&t->csv);
}

void csv_report_workloads(struct buffer *out, const struct recording *r, const struct finance *f)
{
    static const char *const first[] = {"namespace", "kind", "workload", "team", "shared", "use_cpu", "use_memory"};
    static const char *const last[] = {"month_usd", "month_usd_low", "month_usd_high", "usd_per_1000_requests"};
    enum { FIRST = sizeof first / sizeof first[0], LAST = sizeof last / sizeof last[0] };
    const char *columns[FIRST + FIGURES + LAST];
    for (int i = 0; i < FIRST + FIGURES + LAST; i++) {
        columns[i] = i < FIRST             ? first[i]
                     : i < FIRST + FIGURES ? workload_figures[i - FIRST].column
                                           : last[i - FIRST - FIGURES];
    }
    struct table t = begin(out, r, columns, FIRST + FIGURES + LAST);
    for (uint32_t i = 0; i < r->workloads_count; i++) {
        workload_row(&t, f, i);
    }
}

/* ---- costs ---- */

/* The day of a time of the run: 2026-05-09. */
static void date(struct table *t, int64_t t_s)
{
    struct buffer b = {0};
    print_instant(&b, t->r->start_s, t_s);
    b.at[10] = '\0';
    csv_add_text(&t->csv, b.at);
    buffer_drop(&b);
}

static void cost_row(struct table *t, const struct report_cost_day *c)
{
    static const char *const parts[] = {"workload", "idle", "system"};
    const struct report_workload *w = c->workload == RECORDING_NONE ? NULL : &t->r->workloads[c->workload];
    const struct report_pool *p = c->pool == RECORDING_NONE ? NULL : &t->r->pools[c->pool];
    date(t, recording_day(t->r, c->day).from_s);
    text(t, p == NULL ? "control plane" : p->name);
    text(t, p == NULL ? NULL : p->instance);
    text(t, parts[c->part]);
    text(t, w == NULL ? NULL : w->team);
    text(t, w == NULL ? NULL : w->namespace);
    text(t, w == NULL ? NULL : w->kind);
    text(t, w == NULL ? NULL : w->name);
    nusd(t, c->cpu_nusd);
    nusd(t, c->memory_nusd);
    nusd(t, c->cpu_nusd + c->memory_nusd);
    text(t, p == NULL ? NULL : p->price_source);
    text(t, p == NULL ? NULL : p->price_date);
    csv_end_row(&t->csv);
}

void csv_report_costs(struct buffer *out, const struct recording *r)
{
    static const char *const columns[] = {"date",      "pool",         "instance",  "part",    "team",
                                          "namespace", "kind",         "workload",  "cpu_usd", "memory_usd",
                                          "usd",       "price_source", "price_date"};
    struct table t = begin(out, r, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < r->cost_days_count; i++) {
        cost_row(&t, &r->cost_days[i]);
    }
}

/* ---- nodes ---- */

static void node_row(struct table *t, const struct report_pool *p)
{
    text(t, p->name);
    text(t, p->instance);
    text(t, p->region);
    text(t, p->purchase);
    number(t, p->usd_per_hour);
    number(t, p->list_usd_per_hour);
    text(t, p->price_source);
    text(t, p->price_date);
    number(t, (double)p->capacity_mcpu * in_cores);
    number(t, (double)p->capacity_bytes * in_gib);
    number(t, (double)p->allocatable_mcpu * in_cores);
    number(t, (double)p->allocatable_bytes * in_gib);
    number(t, (double)p->nodes_min);
    number(t, (double)p->nodes_max);
    mean(t, "nodes.min", p->name, 1);
    mean(t, "nodes.mean", p->name, 1);
    mean(t, "nodes.max", p->name, 1);
    mean(t, "node_hours", p->name, 1);
    mean(t, "cost.pool", p->name, 1);
    mean(t, "cost.monthly", p->name, 1);
    bounds(t, "cost.monthly", p->name);
    csv_end_row(&t->csv);
}

void csv_report_nodes(struct buffer *out, const struct recording *r)
{
    static const char *const columns[] = {"pool",
                                          "instance",
                                          "region",
                                          "purchase",
                                          "usd_per_hour",
                                          "list_usd_per_hour",
                                          "price_source",
                                          "price_date",
                                          "capacity_cores",
                                          "capacity_gib",
                                          "allocatable_cores",
                                          "allocatable_gib",
                                          "nodes_min_allowed",
                                          "nodes_max_allowed",
                                          "nodes_min",
                                          "nodes_mean",
                                          "nodes_max",
                                          "node_hours",
                                          "run_usd",
                                          "month_usd",
                                          "month_usd_low",
                                          "month_usd_high"};
    struct table t = begin(out, r, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < r->pools_count; i++) {
        node_row(&t, &r->pools[i]);
    }
}

/* ---- allocation ---- */

static void payer_rows(struct table *t, const char *by, const struct finance_payers *payers)
{
    for (uint32_t i = 0; i < payers->count; i++) {
        const struct finance_payer *p = &payers->at[i];
        bool known = isfinite(p->total.half_width);
        text(t, by);
        text(t, p->name);
        cents(t, p->own_cents);
        cents(t, p->shared_cents);
        cents(t, p->own_cents + p->shared_cents);
        number(t, known ? p->total.mean - p->total.half_width : (double)NAN);
        number(t, known ? p->total.mean + p->total.half_width : (double)NAN);
        cents(t, p->overhead_cents);
        cents(t, p->own_cents + p->shared_cents + p->overhead_cents);
        csv_end_row(&t->csv);
    }
}

void csv_report_allocation(struct buffer *out, const struct recording *r, const struct finance *f)
{
    static const char *const columns[] = {
        "by",
        "name",
        "own_usd",
        "shared_usd",
        "total_usd",
        "total_usd_low",
        "total_usd_high",
        "overhead_usd",
        "fully_loaded_usd",
    };
    struct table t = begin(out, r, columns, sizeof columns / sizeof columns[0]);
    payer_rows(&t, "team", &f->teams);
    payer_rows(&t, "namespace", &f->namespaces);
}
