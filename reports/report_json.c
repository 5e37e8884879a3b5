#include "reports/report_json.h"

#include <math.h>
#include <string.h>

#include "reports/print.h"
#include "sim/base/json.h"

struct writer {
    struct json_writer json;
    const struct recording *r;
    const struct findings *f;
    const struct finance *finance;
    struct query *q;
};

/* ---- members ---- */

static void text(struct writer *w, const char *key, const char *value)
{
    json_key(&w->json, key);
    json_text(&w->json, value);
}

static void number(struct writer *w, const char *key, double value)
{
    json_key(&w->json, key);
    json_double(&w->json, print_nine_digits(value));
}

static void integer(struct writer *w, const char *key, int64_t value)
{
    json_key(&w->json, key);
    json_integer(&w->json, value);
}

/* Seconds since the start, and the instant; null when there is none. */
static void instant(struct writer *w, const char *key, int64_t t_s)
{
    struct buffer b = {0};
    json_key(&w->json, key);
    if (t_s < 0) {
        json_null(&w->json);
        return;
    }
    print_instant(&b, w->r->start_s, t_s);
    json_text(&w->json, b.at);
    buffer_drop(&b);
}

static void begin_list(struct writer *w, const char *key)
{
    json_key(&w->json, key);
    json_begin_list(&w->json);
}

static void begin_map(struct writer *w, const char *key)
{
    json_key(&w->json, key);
    json_begin_map(&w->json);
}

/* {"mean": , "low": , "high": }: the bounds of the 95 % interval, null when there is none. */
static void interval(struct writer *w, const char *key, struct statistics_interval i)
{
    bool known = isfinite(i.half_width);
    begin_map(w, key);
    number(w, "mean", i.mean);
    number(w, "low", known ? i.mean - i.half_width : (double)NAN);
    number(w, "high", known ? i.mean + i.half_width : (double)NAN);
    json_end_map(&w->json);
}

static void metric(struct writer *w, const char *key, const char *name, const char *subject)
{
    const struct report_metric *m = recording_metric(w->r, name, subject);
    if (m != NULL) {
        interval(w, key, m->interval);
    }
}

static const char *workload_subject(const struct writer *w, uint32_t index)
{
    return index == RECORDING_NONE ? NULL : w->r->workloads[index].subject;
}

/* ---- parts ---- */

static void run(struct writer *w)
{
    const struct recording *r = w->r;
    begin_map(w, "run");
    text(w, "scenario", r->scenario);
    text(w, "version", r->version);
    text(w, "kubernetes", r->kubernetes);
    instant(w, "start", 0);
    number(w, "durationSeconds", r->duration_s);
    number(w, "stepSeconds", r->step_s);
    integer(w, "seed", r->seed);
    integer(w, "replications", r->replications);
    text(w, "files", r->files);
    text(w, "modelNote", r->model_note);
    text(w, "intervalCovers", r->interval_covers);
    json_end_map(&w->json);
}

static void use(struct writer *w)
{
    begin_map(w, "use");
    metric(w, "measured", "use.measured", "");
    metric(w, "modelled", "use.modelled", "");
    metric(w, "unknown", "use.unknown", "");
    metric(w, "unknownCpu", "use.unknown.cpu", "");
    metric(w, "unknownMemory", "use.unknown.memory", "");
    json_end_map(&w->json);
}

static void moment(struct writer *w, const struct finding_moment *m)
{
    json_begin_map(&w->json);
    text(w, "objective", w->r->objectives[m->objective].name);
    instant(w, "from", m->from_s);
    instant(w, "to", m->to_s);
    number(w, "worst", m->worst);
    instant(w, "worstAt", m->worst_t_s);
    text(w, "event", m->event);
    text(w, "meanwhile", m->meanwhile);
    json_end_map(&w->json);
}

static void verdict(struct writer *w)
{
    static const char *const levels[] = {"bad", "warning", "note"};
    const struct findings *f = w->f;
    begin_map(w, "verdict");
    json_key(&w->json, "holds");
    if (f->judged) {
        json_bool(&w->json, f->holds);
    } else {
        json_null(&w->json);
    }
    text(w, "says", f->verdict);
    text(w, "first", f->first);
    text(w, "longest", f->longest);
    begin_list(w, "findings");
    for (uint32_t i = 0; i < f->list_count; i++) {
        json_begin_map(&w->json);
        text(w, "level", levels[f->list[i].level]);
        text(w, "says", f->list[i].text);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
    begin_list(w, "moments");
    for (uint32_t i = 0; i < f->moments_count; i++) {
        moment(w, &f->moments[i]);
    }
    json_end_list(&w->json);
    json_end_map(&w->json);
}

static void objectives(struct writer *w)
{
    begin_list(w, "objectives");
    for (uint32_t i = 0; i < w->r->objectives_count; i++) {
        const struct report_objective *o = &w->r->objectives[i];
        json_begin_map(&w->json);
        text(w, "name", o->name);
        text(w, "workload", workload_subject(w, o->workload));
        text(w, "asks", findings_objective(w->r, o));
        text(w, "measure", o->latency ? "latency" : "success");
        number(w, "quantile", o->quantile);
        number(w, "boundSeconds", o->bound_s);
        number(w, "share", o->share);
        integer(w, "heldIn", o->held);
        integer(w, "replications", o->count);
        interval(w, "achieved", o->achieved);
        number(w, "worst", o->worst);
        instant(w, "worstAt", o->worst_t_s);
        integer(w, "worstInReplication", o->worst_in);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void payers(struct writer *w, const char *key, const struct finance_payers *list)
{
    begin_list(w, key);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct finance_payer *p = &list->at[i];
        json_begin_map(&w->json);
        text(w, "name", p->name);
        number(w, "own", (double)p->own_cents / 100);
        number(w, "shared", (double)p->shared_cents / 100);
        interval(w, "total", p->total);
        number(w, "fullyLoaded", (double)(p->own_cents + p->shared_cents + p->overhead_cents) / 100);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

/* A month by who pays, to the cent. */
static void allocation(struct writer *w)
{
    const struct finance *f = w->finance;
    begin_map(w, "allocation");
    text(w, "team", w->r->allocation_team);
    number(w, "monthly", (double)f->month_cents / 100);
    number(w, "idle", (double)f->idle_cents / 100);
    number(w, "system", (double)f->system_cents / 100);
    payers(w, "teams", &f->teams);
    payers(w, "namespaces", &f->namespaces);
    text(w, "budget", f->budget_text);
    json_end_map(&w->json);
}

static void cost(struct writer *w)
{
    static const char *const parts[] = {"workload", "idle", "system"};
    const struct recording *r = w->r;
    begin_map(w, "cost");
    text(w, "currency", "USD");
    metric(w, "monthly", "cost.monthly", "");
    number(w, "budgetMonthly", r->budget_monthly);
    metric(w, "total", "cost.total", "");
    metric(w, "idle", "cost.idle", "");
    metric(w, "system", "cost.system", "");
    begin_list(w, "perUnit");
    for (uint32_t i = 0; i < r->demands_count; i++) {
        json_begin_map(&w->json);
        text(w, "demand", r->demands[i].name);
        text(w, "unit", r->demands[i].unit);
        metric(w, "units", "units", r->demands[i].name);
        metric(w, "cost", "cost.per_unit", r->demands[i].name);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
    begin_list(w, "days");
    for (uint32_t i = 0; i < r->cost_days_count; i++) {
        const struct report_cost_day *c = &r->cost_days[i];
        json_begin_map(&w->json);
        integer(w, "day", c->day);
        text(w, "pool", c->pool == RECORDING_NONE ? NULL : r->pools[c->pool].name);
        text(w, "part", parts[c->part]);
        text(w, "workload", workload_subject(w, c->workload));
        number(w, "cost", (double)(c->cpu_nusd + c->memory_nusd) * 1e-9);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
    allocation(w);
    text(w, "prices", recording_prices(r));
    text(w, "notCovered", findings_not_priced);
    json_end_map(&w->json);
}

static void resource(struct writer *w, const char *key, const char *const names[3])
{
    begin_map(w, key);
    metric(w, "requested", names[0], "");
    metric(w, "used", names[1], "");
    metric(w, "allocatable", names[2], "");
    json_end_map(&w->json);
}

static void pool(struct writer *w, const struct report_pool *p)
{
    json_begin_map(&w->json);
    text(w, "name", p->name);
    text(w, "instance", p->instance);
    text(w, "region", p->region);
    text(w, "purchase", p->purchase);
    number(w, "pricePerHour", p->usd_per_hour);
    text(w, "priceSource", p->price_source);
    text(w, "priceDate", p->price_date);
    integer(w, "capacityMilliCpu", p->capacity_mcpu);
    integer(w, "capacityBytes", p->capacity_bytes);
    integer(w, "allocatableMilliCpu", p->allocatable_mcpu);
    integer(w, "allocatableBytes", p->allocatable_bytes);
    integer(w, "nodesMinAllowed", p->nodes_min);
    integer(w, "nodesMaxAllowed", p->nodes_max);
    metric(w, "nodesMin", "nodes.min", p->name);
    metric(w, "nodesMean", "nodes.mean", p->name);
    metric(w, "nodesMax", "nodes.max", p->name);
    metric(w, "nodeHours", "node_hours", p->name);
    json_end_map(&w->json);
}

static void cluster(struct writer *w)
{
    static const char *const cpu[] = {"cpu.requested", "cpu.used", "cpu.allocatable"};
    static const char *const memory[] = {"memory.requested", "memory.used", "memory.allocatable"};
    begin_map(w, "cluster");
    resource(w, "milliCpu", cpu);
    resource(w, "memoryBytes", memory);
    begin_list(w, "pools");
    for (uint32_t i = 0; i < w->r->pools_count; i++) {
        pool(w, &w->r->pools[i]);
    }
    json_end_list(&w->json);
    json_end_map(&w->json);
}

/* The figures of a workload, under the names that the database gives them. */
static void workload_metrics(struct writer *w, const char *subject)
{
    begin_map(w, "metrics");
    for (uint32_t i = 0; i < w->r->metrics_count; i++) {
        if (strcmp(w->r->metrics[i].subject, subject) == 0) {
            interval(w, w->r->metrics[i].name, w->r->metrics[i].interval);
        }
    }
    json_end_map(&w->json);
}

static void workloads(struct writer *w)
{
    begin_list(w, "workloads");
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        const struct report_workload *x = &w->r->workloads[i];
        json_begin_map(&w->json);
        text(w, "subject", x->subject);
        text(w, "kind", x->kind);
        text(w, "namespace", x->namespace);
        text(w, "name", x->name);
        text(w, "team", x->team);
        text(w, "use", x->use);
        text(w, "useCpu", x->use_cpu);
        text(w, "useMemory", x->use_memory);
        text(w, "simplified", x->simplified);
        number(w, "podRequestMilliCpu", x->request_mcpu);
        number(w, "podRequestBytes", x->request_bytes);
        number(w, "podLimitMilliCpu", x->limit_mcpu);
        number(w, "podLimitBytes", x->limit_bytes);
        workload_metrics(w, x->subject);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void gaps(struct writer *w)
{
    begin_list(w, "gaps");
    for (uint32_t i = 0; i < w->f->gaps_count; i++) {
        const struct finding_gap *g = &w->f->gaps[i];
        json_begin_map(&w->json);
        text(w, "workload", workload_subject(w, g->workload));
        number(w, "requestedMilliCpu", g->requested_mcpu);
        number(w, "usedMilliCpu", g->used_mcpu);
        number(w, "usedMaxMilliCpu", g->most_mcpu);
        number(w, "requestedBytes", g->requested_bytes);
        number(w, "usedBytes", g->used_bytes);
        number(w, "usedMaxBytes", g->most_bytes);
        number(w, "costMonthly", g->usd_monthly);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void decisions(struct writer *w, const struct report_hpa *h)
{
    begin_list(w, "decisions");
    struct query_rows rows = query_rows(
        w->q,
        "SELECT t_ns, reason, message FROM decision JOIN hpa ON decision.kind = 'HorizontalPodAutoscaler' AND"
        " decision.namespace = hpa.namespace AND decision.name = hpa.name WHERE hpa.id = ?"
        " AND (reason = 'SuccessfulRescale' OR warning <> 0) ORDER BY t_ns, decision.rowid",
        h->id);
    while (query_next(&rows)) {
        struct arena scratch = *w->r->arena;
        json_begin_map(&w->json);
        number(w, "seconds", (double)query_integer(&rows, 0) / 1e9);
        text(w, "reason", query_text(&rows, 1, &scratch));
        text(w, "message", query_text(&rows, 2, &scratch));
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void hpas(struct writer *w)
{
    begin_list(w, "hpas");
    for (uint32_t i = 0; i < w->r->hpas_count; i++) {
        const struct report_hpa *h = &w->r->hpas[i];
        json_begin_map(&w->json);
        text(w, "namespace", h->namespace);
        text(w, "name", h->name);
        text(w, "workload", workload_subject(w, h->workload));
        integer(w, "minReplicas", h->replicas_min);
        integer(w, "maxReplicas", h->replicas_max);
        text(w, "targets", h->targets);
        integer(w, "changes", w->f->hpas[i].changes);
        number(w, "secondsAtMax", w->f->hpas[i].at_max_s);
        decisions(w, h);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

/* How often each model decided what; the database has every decision. */
static void decision_counts(struct writer *w)
{
    begin_list(w, "decisionCounts");
    struct query_rows rows = query_rows(w->q,
                                        "SELECT model, kind, reason, MAX(warning <> 0), COUNT(*) FROM decision"
                                        " GROUP BY model, kind, reason ORDER BY model, kind, reason",
                                        0);
    while (query_next(&rows)) {
        struct arena scratch = *w->r->arena;
        json_begin_map(&w->json);
        text(w, "model", query_text(&rows, 0, &scratch));
        text(w, "kind", query_text(&rows, 1, &scratch));
        text(w, "reason", query_text(&rows, 2, &scratch));
        json_key(&w->json, "warning");
        json_bool(&w->json, query_integer(&rows, 3) != 0);
        integer(w, "count", query_integer(&rows, 4));
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void unsimulated(struct writer *w)
{
    begin_list(w, "notSimulated");
    for (uint32_t i = 0; i < w->r->unsimulated_count; i++) {
        const struct report_unsimulated *u = &w->r->unsimulated[i];
        json_begin_map(&w->json);
        text(w, "kind", u->kind);
        text(w, "namespace", u->namespace);
        text(w, "name", u->name);
        integer(w, "others", u->others);
        text(w, "what", u->what);
        number(w, "cpuShare", u->cpu_share);
        number(w, "memoryShare", u->memory_share);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void metrics(struct writer *w)
{
    begin_list(w, "metrics");
    for (uint32_t i = 0; i < w->r->metrics_count; i++) {
        const struct report_metric *m = &w->r->metrics[i];
        json_begin_map(&w->json);
        text(w, "name", m->name);
        text(w, "subject", m->subject);
        text(w, "unit", m->unit);
        interval(w, "over", m->interval);
        begin_list(w, "values");
        for (uint32_t k = 0; k < m->count; k++) {
            json_double(&w->json, print_nine_digits(m->values[k]));
        }
        json_end_list(&w->json);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

/* Adds compact JSON with each member of the outer map, and each item of its lists, on a line of its own: a difference of
 * two reports then shows what changed. */
static void add_lines(struct buffer *out, const struct buffer *json)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < json->count; i++) {
        char c = json->at[i];
        depth += !quoted && (c == '{' || c == '[') ? 1 : 0;
        bool closes = !quoted && depth == 1 && c == '}';
        buffer_text(out, closes ? "\n" : "");
        depth -= !quoted && (c == '}' || c == ']') ? 1 : 0;
        buffer_byte(out, c);
        quoted = c == '"' ? !quoted : quoted;
        if (quoted && c == '\\') {
            buffer_byte(out, json->at[++i]);
        }
        if (!quoted && depth <= 2 && (c == ',' || (c == '{' && depth == 1) || (c == '[' && depth == 2))) {
            buffer_text(out, depth == 1 ? "\n" : "\n ");
        }
    }
    buffer_byte(out, '\n');
}

bool report_json_write(struct buffer *out, const struct recording *r, const struct findings *f,
                       const struct finance *finance, struct query *q, struct fail *fail)
{
    struct buffer compact = {0};
    struct writer w = {.json = {.out = &compact}, .r = r, .f = f, .finance = finance, .q = q};
    json_begin_map(&w.json);
    text(&w, "format", REPORT_JSON_FORMAT);
    use(&w);
    run(&w);
    verdict(&w);
    objectives(&w);
    cost(&w);
    cluster(&w);
    workloads(&w);
    gaps(&w);
    hpas(&w);
    decision_counts(&w);
    unsimulated(&w);
    metrics(&w);
    json_end_map(&w.json);
    add_lines(out, &compact);
    buffer_drop(&compact);
    return query_check(q, fail);
}
