#include "reports/openmetrics.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/series.h"
#include "sim/base/number.h"
#include "reports/print.h"

enum { SAMPLES_MOST = 200000 };

enum family {
    WORKLOAD_FAMILY_REPLICAS,
    WORKLOAD_FAMILY_PODS,
    WORKLOAD_FAMILY_CPU_REQUESTED,
    WORKLOAD_FAMILY_CPU_USED,
    WORKLOAD_FAMILY_MEMORY_REQUESTED,
    WORKLOAD_FAMILY_MEMORY_USED,
    WORKLOAD_FAMILY_ARRIVALS,
    WORKLOAD_FAMILY_FAILURES,
    WORKLOAD_FAMILY_LATENCY,
    WORKLOAD_FAMILY_UTILIZATION,
    POOL_FAMILY_NODES,
    POOL_FAMILY_COST,
    DEMAND_FAMILY_RATE,
    COST_FAMILY_DAY,
    RUN_FAMILY_INFO,
    FAMILIES
};

static const struct {
    const char *name;
    const char *unit; /* null: none; else the name ends in it */
    const char *help;
} families[FAMILIES] = {
    {"headroom_workload_replicas", NULL, "Replicas that the workload asks for."},
    {"headroom_workload_pods", NULL, "Pods of the workload, by what they are: pending, starting or ready."},
    {"headroom_workload_cpu_requested_cores", "cores", "Processors that its bound pods request."},
    {"headroom_workload_cpu_used_cores", "cores", "Processors that its pods use."},
    {"headroom_workload_memory_requested_bytes", "bytes", "Memory that its bound pods request."},
    {"headroom_workload_memory_used_bytes", "bytes", "Memory that its pods use."},
    {"headroom_workload_requests_per_second", NULL, "Requests that arrive."},
    {"headroom_workload_failures_per_second", NULL, "Requests that time out, are refused or fail."},
    {"headroom_workload_latency_seconds", "seconds", "Response time by percentile, the worst of the step."},
    {"headroom_workload_load_ratio", "ratio", "Load over capacity; 1 is full."},
    {"headroom_pool_nodes", NULL, "Nodes of the pool, by whether they are ready."},
    {"headroom_pool_dollars_per_hour", NULL, "What the pool's nodes cost, simulated."},
    {"headroom_demand_units_per_second", NULL, "Rides, or whatever the demand counts."},
    {"headroom_day_cost_dollars", "dollars", "What the day that ends cost, simulated, by who pays."},
    {"headroom_run_info", NULL, "The run that these samples are of, with the sources of its prices."},
};

/* A column of a workload's series, and where it goes. */
static const struct {
    enum family family;
    enum series_workload column;
    const char *label; /* one more label; null: none */
    double scale;
    bool worst; /* of a step the most, not the mean */
} workload_columns[] = {
    {WORKLOAD_FAMILY_REPLICAS, WORKLOAD_REPLICAS, NULL, 1, false},
    {WORKLOAD_FAMILY_PODS, WORKLOAD_PENDING, "state=\"pending\"", 1, false},
    {WORKLOAD_FAMILY_PODS, WORKLOAD_STARTING, "state=\"starting\"", 1, false},
    {WORKLOAD_FAMILY_PODS, WORKLOAD_READY, "state=\"ready\"", 1, false},
    {WORKLOAD_FAMILY_CPU_REQUESTED, WORKLOAD_REQUESTED_MCPU, NULL, 1e-3, false},
    {WORKLOAD_FAMILY_CPU_USED, WORKLOAD_USED_MCPU, NULL, 1e-3, false},
    {WORKLOAD_FAMILY_MEMORY_REQUESTED, WORKLOAD_REQUESTED_BYTES, NULL, 1, false},
    {WORKLOAD_FAMILY_MEMORY_USED, WORKLOAD_USED_BYTES, NULL, 1, false},
    {WORKLOAD_FAMILY_ARRIVALS, WORKLOAD_ARRIVALS_PER_S, NULL, 1, false},
    {WORKLOAD_FAMILY_FAILURES, WORKLOAD_FAILED_PER_S, NULL, 1, false},
    {WORKLOAD_FAMILY_LATENCY, WORKLOAD_P50_S, "percentile=\"50\"", 1, true},
    {WORKLOAD_FAMILY_LATENCY, WORKLOAD_P95_S, "percentile=\"95\"", 1, true},
    {WORKLOAD_FAMILY_LATENCY, WORKLOAD_P99_S, "percentile=\"99\"", 1, true},
    {WORKLOAD_FAMILY_UTILIZATION, WORKLOAD_UTILIZATION, NULL, 1, false},
};

enum { WORKLOAD_COLUMNS = sizeof workload_columns / sizeof workload_columns[0] };

struct writer {
    struct buffer text[FAMILIES]; /* families stand one after the other, series are read one by one */
    const struct recording *r;
    const struct finance *f;
    struct query *q;
    int64_t step_s;
    struct buffer labels;
};

/* ---- pieces ---- */

static void add_label(struct writer *w, const char *name, const char *value)
{
    buffer_format(&w->labels, "%s%s=\"", w->labels.count > 0 ? "," : "", name);
    for (const char *at = value == NULL ? "" : value; *at != '\0'; at++) {
        if (*at == '\\' || *at == '"') {
            buffer_byte(&w->labels, '\\');
        }
        buffer_text(&w->labels, *at == '\n' ? "\\n" : "");
        buffer_add(&w->labels, at, *at != '\n');
    }
    buffer_byte(&w->labels, '"');
}

/* extra: one more label; null: none. */
static void sample(struct writer *w, enum family family, const char *extra, double value, int64_t t_s)
{
    char number[32];
    struct buffer *b = &w->text[family];
    buffer_format(b, "%s{%s%s%s} ", families[family].name, buffer_string(&w->labels),
                  extra == NULL || w->labels.count == 0 ? "" : ",", extra == NULL ? "" : extra);
    buffer_format(b, "%s %" PRId64 "\n", number_print(number, print_nine_digits(value)), w->r->start_s + t_s);
}

/* Samples of a column, put together by the step. */
static void column(struct writer *w, enum family family, const char *extra, const struct series *s, uint32_t c,
                   double scale, bool worst)
{
    double sum = 0, most = 0;
    uint32_t known = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        double x = s->at[c][i];
        if (!isnan(x)) {
            most = known == 0 || x > most ? x : most;
            sum += x;
            known++;
        }
        int64_t t_s = (int64_t)s->t_s[i];
        if ((t_s % w->step_s == 0 || i + 1 == s->count) && known > 0) {
            sample(w, family, extra, (worst ? most : sum / known) * scale, t_s);
            sum = 0;
            known = 0;
        }
    }
}

/* ---- parts ---- */

static void workload_labels(struct writer *w, const struct report_workload *x)
{
    buffer_clear(&w->labels);
    add_label(w, "namespace", x->namespace);
    add_label(w, "kind", x->kind);
    add_label(w, "workload", x->name);
    add_label(w, "team", x->team);
}

static void workloads(struct writer *w)
{
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        struct arena scratch = *w->r->arena;
        struct series s = series_workload(w->q, &scratch, &w->r->workloads[i]);
        workload_labels(w, &w->r->workloads[i]);
        for (int c = 0; c < WORKLOAD_COLUMNS; c++) {
            column(w, workload_columns[c].family, workload_columns[c].label, &s, workload_columns[c].column,
                   workload_columns[c].scale, workload_columns[c].worst);
        }
    }
}

static void pools(struct writer *w)
{
    for (uint32_t i = 0; i < w->r->pools_count; i++) {
        const struct report_pool *p = &w->r->pools[i];
        struct arena scratch = *w->r->arena;
        struct series s = series_pool(w->q, &scratch, p->id);
        buffer_clear(&w->labels);
        add_label(w, "pool", p->name);
        add_label(w, "instance_type", p->instance);
        add_label(w, "purchase", p->purchase);
        column(w, POOL_FAMILY_NODES, "ready=\"any\"", &s, 0, 1, false);
        column(w, POOL_FAMILY_NODES, "ready=\"true\"", &s, 1, 1, false);
        column(w, POOL_FAMILY_COST, NULL, &s, 0, p->usd_per_hour, false);
    }
}

static void demands(struct writer *w)
{
    for (uint32_t i = 0; i < w->r->demands_count; i++) {
        const struct report_demand *d = &w->r->demands[i];
        struct arena scratch = *w->r->arena;
        struct series s = series_demand(w->q, &scratch, d->id);
        buffer_clear(&w->labels);
        add_label(w, "namespace", d->namespace);
        add_label(w, "demand", d->name);
        add_label(w, "unit", d->unit);
        column(w, DEMAND_FAMILY_RATE, NULL, &s, 0, 1, false);
    }
}

/* A payer's days, in the order of time: all pools together. */
static void cost_days(struct writer *w, enum report_part part, uint32_t workload)
{
    const struct recording *r = w->r;
    for (uint32_t i = 0; i < r->cost_days_count;) {
        int64_t day = r->cost_days[i].day, nusd = 0;
        bool paid = false;
        for (; i < r->cost_days_count && r->cost_days[i].day == day; i++) {
            const struct report_cost_day *c = &r->cost_days[i];
            if (c->part == part && c->workload == workload) {
                nusd += c->cpu_nusd + c->memory_nusd;
                paid = true;
            }
        }
        if (paid) {
            sample(w, COST_FAMILY_DAY, NULL, (double)nusd * 1e-9, recording_day(r, day).to_s);
        }
    }
}

static void other_costs(struct writer *w, enum report_part part, const char *name)
{
    buffer_clear(&w->labels);
    add_label(w, "part", name);
    cost_days(w, part, RECORDING_NONE);
}

static void costs(struct writer *w)
{
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        workload_labels(w, &w->r->workloads[i]);
        add_label(w, "part", "workload");
        cost_days(w, PART_WORKLOAD, i);
    }
    other_costs(w, PART_WORKLOAD, "workload");
    other_costs(w, PART_IDLE, "idle");
    other_costs(w, PART_SYSTEM, "system");
}

static void run_info(struct writer *w)
{
    buffer_clear(&w->labels);
    add_label(w, "scenario", w->r->scenario);
    add_label(w, "run_id", w->f->run_id);
    add_label(w, "version", w->r->version);
    add_label(w, "prices", w->f->prices);
    add_label(w, "simulated", "true");
    sample(w, RUN_FAMILY_INFO, NULL, 1, (int64_t)w->r->duration_s);
}

int64_t openmetrics_step(const struct recording *r)
{
    static const int64_t multiples[] = {1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440};
    enum { MULTIPLES = sizeof multiples / sizeof multiples[0] };
    double series = (double)r->workloads_count * WORKLOAD_COLUMNS + 3.0 * r->pools_count + r->demands_count;
    double steps = r->duration_s / r->step_s;
    int i = 0;
    while (i + 1 < MULTIPLES && series * steps / (double)multiples[i] > SAMPLES_MOST) {
        i++;
    }
    return (int64_t)r->step_s * multiples[i];
}

bool openmetrics_write(struct buffer *out, const struct recording *r, const struct finance *f, struct query *q,
                       struct fail *fail)
{
    struct writer w = {.r = r, .f = f, .q = q, .step_s = openmetrics_step(r)};
    workloads(&w);
    pools(&w);
    demands(&w);
    costs(&w);
    run_info(&w);
    for (int i = 0; i < FAMILIES; i++) {
        if (w.text[i].count > 0) {
            buffer_format(out, "# HELP %s %s\n# TYPE %s gauge\n", families[i].name, families[i].help, families[i].name);
            if (families[i].unit != NULL) {
                buffer_format(out, "# UNIT %s %s\n", families[i].name, families[i].unit);
            }
            buffer_add(out, w.text[i].at, w.text[i].count);
        }
        buffer_drop(&w.text[i]);
    }
    buffer_text(out, "# EOF\n");
    buffer_drop(&w.labels);
    return query_check(q, fail);
}
