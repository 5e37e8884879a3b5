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

/* The columns of the statement in workloads(), and where they go. */
static const struct {
    enum family family;
    const char *label; /* one more label; null: none */
    double scale;
    bool worst; /* of a step the most, not the mean */
} workload_columns[] = {
    {WORKLOAD_FAMILY_REPLICAS, NULL, 1, false},
    {WORKLOAD_FAMILY_PODS, "state=\"pending\"", 1, false},
    {WORKLOAD_FAMILY_PODS, "state=\"starting\"", 1, false},
    {WORKLOAD_FAMILY_PODS, "state=\"ready\"", 1, false},
    {WORKLOAD_FAMILY_CPU_REQUESTED, NULL, 1e-3, false},
    {WORKLOAD_FAMILY_CPU_USED, NULL, 1e-3, false},
    {WORKLOAD_FAMILY_MEMORY_REQUESTED, NULL, 1, false},
    {WORKLOAD_FAMILY_MEMORY_USED, NULL, 1, false},
    {WORKLOAD_FAMILY_ARRIVALS, NULL, 1, false},
    {WORKLOAD_FAMILY_FAILURES, NULL, 1, false},
    {WORKLOAD_FAMILY_LATENCY, "percentile=\"50\"", 1, true},
    {WORKLOAD_FAMILY_LATENCY, "percentile=\"95\"", 1, true},
    {WORKLOAD_FAMILY_LATENCY, "percentile=\"99\"", 1, true},
    {WORKLOAD_FAMILY_UTILIZATION, NULL, 1, false},
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
static void add_sample(struct writer *w, struct buffer *b, enum family family, const char *extra, double value,
                       int64_t t_s)
{
    char number[32];
    buffer_format(b, "%s{%s%s%s} ", families[family].name, buffer_string(&w->labels),
                  extra == NULL || w->labels.count == 0 ? "" : ",", extra == NULL ? "" : extra);
    buffer_format(b, "%s %" PRId64 "\n", number_print(number, print_nine_digits(value)), w->r->start_s + t_s);
}

static void sample(struct writer *w, enum family family, double value, int64_t t_s)
{
    add_sample(w, &w->text[family], family, NULL, value, t_s);
}

/* A series on its way: samples that are put together by the step. */
struct stream {
    enum family family;
    const char *label; /* one more; null: none */
    double scale;
    bool worst; /* of a step the most, not the mean */
    double sum, most;
    uint32_t known;
    int64_t t_s;        /* of the latest */
    struct buffer text; /* a series stands whole in its family, but those of a family come side by side */
};

static void flush(struct writer *w, struct stream *s)
{
    if (s->known > 0) {
        add_sample(w, &s->text, s->family, s->label, (s->worst ? s->most : s->sum / s->known) * s->scale, s->t_s);
        s->sum = 0;
        s->known = 0;
    }
}

static void feed(struct writer *w, struct stream *s, double x, int64_t t_s)
{
    s->t_s = t_s;
    if (!isnan(x)) {
        s->most = s->known == 0 || x > s->most ? x : s->most;
        s->sum += x;
        s->known++;
    }
    if (t_s % w->step_s == 0) {
        flush(w, s);
    }
}

/* The series has ended: it goes into its family. */
static void end(struct writer *w, struct stream *s)
{
    flush(w, s);
    buffer_add(&w->text[s->family], s->text.at, s->text.count);
    buffer_clear(&s->text);
}

static void column(struct writer *w, enum family family, const char *label, const struct series *s, uint32_t c,
                   double scale)
{
    struct stream stream = {.family = family, .label = label, .scale = scale};
    for (uint32_t i = 0; i < s->count; i++) {
        feed(w, &stream, s->at[c][i], (int64_t)s->t_s[i]);
    }
    end(w, &stream);
    buffer_drop(&stream.text);
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

/* Goes on with the workload of that id: closes the streams of the one before. */
static uint32_t next_workload(struct writer *w, struct stream streams[WORKLOAD_COLUMNS], uint32_t index, int64_t id)
{
    for (int c = 0; c < WORKLOAD_COLUMNS; c++) {
        end(w, &streams[c]);
    }
    while (index < w->r->workloads_count && w->r->workloads[index].id != id) {
        index++;
    }
    if (index < w->r->workloads_count) {
        workload_labels(w, &w->r->workloads[index]);
    }
    return index;
}

/* All in one pass, for one by one each would look at all rows. */
static void workloads(struct writer *w)
{
    struct stream streams[WORKLOAD_COLUMNS];
    struct query_rows rows = query_rows(
        w->q,
        "SELECT workload_id, t_s, replicas, pods_pending, pods_starting, pods_ready, requested_mcpu, used_mcpu,"
        " requested_bytes, used_bytes, arrivals_per_s, failed_per_s, p50_s, p95_s, p99_s, utilization"
        " FROM workload_series ORDER BY workload_id, t_s",
        0);
    int64_t id = -1;
    uint32_t index = 0;
    for (int c = 0; c < WORKLOAD_COLUMNS; c++) {
        streams[c] = (struct stream){.family = workload_columns[c].family,
                                     .label = workload_columns[c].label,
                                     .scale = workload_columns[c].scale,
                                     .worst = workload_columns[c].worst};
    }
    while (query_next(&rows)) {
        if (query_integer(&rows, 0) != id) {
            id = query_integer(&rows, 0);
            index = next_workload(w, streams, index, id);
        }
        for (int c = 0; c < WORKLOAD_COLUMNS && index < w->r->workloads_count; c++) {
            feed(w, &streams[c], query_real(&rows, c + 2), query_integer(&rows, 1));
        }
    }
    next_workload(w, streams, index, -1);
    for (int c = 0; c < WORKLOAD_COLUMNS; c++) {
        buffer_drop(&streams[c].text);
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
        column(w, POOL_FAMILY_NODES, "ready=\"any\"", &s, 0, 1);
        column(w, POOL_FAMILY_NODES, "ready=\"true\"", &s, 1, 1);
        column(w, POOL_FAMILY_COST, NULL, &s, 0, p->usd_per_hour);
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
        column(w, DEMAND_FAMILY_RATE, NULL, &s, 0, 1);
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
            sample(w, COST_FAMILY_DAY, (double)nusd * 1e-9, recording_day(r, day).to_s);
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
    sample(w, RUN_FAMILY_INFO, 1, (int64_t)w->r->duration_s);
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
