#include "reports/html.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/charts.h"
#include "reports/html_finance.h"
#include "reports/html_style.h"
#include "reports/page.h"
#include "reports/print.h"

enum {
    WORKLOADS_MOST = 24, /* with charts of their own: a page has to stay small */
    HPAS_MOST = 12,
    CHANGES_MOST = 200, /* of an HPA in its table */
    MOMENTS_MOST = 40,
    NOTES_MOST = 40,
};

/* ---- the answer ---- */

static void title(struct page *p)
{
    const struct recording *r = p->r;
    page_html(p, "<header><h1>");
    page_text(p, r->scenario);
    page_html(p, "</h1>\n<p class=\"sub\">");
    print_seconds(&p->body, r->duration_s);
    page_html(p, " from ");
    page_time(p, 0);
    page_html(p, " UTC (");
    print_instant(&p->body, r->start_s, 0);
    page_html(p, ")");
    page_format(p, "; %" PRId64 " replication%s, seed %" PRId64, r->replications, r->replications == 1 ? "" : "s",
                r->seed);
    page_html(p, "; Kubernetes ");
    page_text(p, r->kubernetes);
    page_html(p, "; simulated by headroom ");
    page_text(p, r->version);
    page_html(p, "</p>\n");
}

static void known_part(struct page *p, const char *class, double share)
{
    if (share > 0) {
        page_format(p, "<i class=\"%s\" style=\"width:%.4g%%\"></i>", class, share * 100);
    }
}

static void known(struct page *p)
{
    double measured = recording_mean(p->r, "use.measured", ""), modelled = recording_mean(p->r, "use.modelled", ""),
           unknown = recording_mean(p->r, "use.unknown", "");
    page_html(p, "<div class=\"known\">Of the requested cost, the use is measured for <b>");
    print_share(&p->body, measured);
    page_html(p, "</b>, modelled for <b>");
    print_share(&p->body, modelled);
    page_html(p, "</b> and unknown for <b>");
    print_share(&p->body, unknown);
    page_html(p, "</b>.<div class=\"split\" aria-hidden=\"true\">");
    known_part(p, "measured", measured);
    known_part(p, "modelled", modelled);
    known_part(p, "unknown", unknown);
    page_html(p, "</div></div>\n");
}

static void navigation(struct page *p)
{
    page_html(p, "<nav aria-label=\"Sections\"><a href=\"#objectives\">Objectives</a><a href=\"#cost\">Cost</a>"
                 "<a href=\"#finance\">Who pays</a>"
                 "<a href=\"#demand\">Demand</a><a href=\"#cluster\">Cluster</a><a href=\"#gaps\">Request and use</a>"
                 "<a href=\"#workloads\">Workloads</a><a href=\"#scaling\">Scaling</a><a href=\"#limits\">What is not "
                 "simulated</a></nav>\n");
}

static void answer(struct page *p)
{
    const struct findings *f = p->f;
    page_format(p, "<section class=\"answer%s\" aria-label=\"The answer\"><strong class=\"verdict\">",
                !f->judged ? ""
                : f->holds ? " holds"
                           : " fails");
    page_text(p, f->verdict);
    page_html(p, "</strong>");
    if (f->first != NULL) {
        page_html(p, "<p><b>What breaks first.</b> ");
        page_text(p, f->first);
        page_html(p, "</p>");
    }
    if (f->longest != NULL) {
        page_html(p, "<p><b>What lasts longest.</b> ");
        page_text(p, f->longest);
        page_html(p, "</p>");
    }
    page_html(p, "</section>\n");
}

static void add_interval(struct buffer *b, const struct report_metric *m, double many)
{
    double mean = m->interval.mean * many, half = m->interval.half_width * many;
    if (isfinite(half)) {
        print_usd(b, mean - half);
        buffer_text(b, " to ");
        print_usd(b, mean + half);
        buffer_text(b, " (95 %)");
    } else {
        buffer_text(b, "one replication: no interval");
    }
}

static void begin_tile(struct page *p, const char *label)
{
    page_html(p, "<div class=\"tile\"><span>");
    page_text(p, label);
    page_html(p, "</span><b>");
}

static void cost_tile(struct page *p)
{
    const struct report_metric *m = recording_metric(p->r, "cost.monthly", "");
    if (m == NULL) {
        return;
    }
    begin_tile(p, "Cost of a month");
    print_usd(&p->body, m->interval.mean);
    page_html(p, "</b><span>");
    add_interval(&p->body, m, 1);
    if (!isnan(p->r->budget_monthly)) {
        page_html(p, "<br>budget ");
        print_usd(&p->body, p->r->budget_monthly);
    }
    page_html(p, "</span></div>\n");
}

static void unit_tile(struct page *p, const struct report_demand *d)
{
    const struct report_metric *m = recording_metric(p->r, "cost.per_unit", d->name);
    if (m == NULL) {
        return;
    }
    double many = print_many(m->interval.mean);
    buffer_text(&p->note, "Cost ");
    print_many_units(&p->note, many, d->unit);
    begin_tile(p, page_take(p));
    print_usd(&p->body, m->interval.mean * many);
    page_html(p, "</b><span>");
    add_interval(&p->body, m, many);
    page_html(p, "</span></div>\n");
}

static void use_tile(struct page *p, const char *label, const char *requested, const char *used,
                     const char *allocatable)
{
    double all = recording_mean(p->r, allocatable, "");
    begin_tile(p, label);
    print_share(&p->body, recording_mean(p->r, used, "") / all);
    page_html(p, " used</b><span>");
    print_share(&p->body, recording_mean(p->r, requested, "") / all);
    page_html(p, " requested, of what nodes offer</span></div>\n");
}

static void tiles(struct page *p)
{
    page_html(p, "<div class=\"tiles\">");
    cost_tile(p);
    if (p->r->demands_count > 0) {
        unit_tile(p, &p->r->demands[0]);
    }
    use_tile(p, "CPU", "cpu.requested", "cpu.used", "cpu.allocatable");
    use_tile(p, "Memory", "memory.requested", "memory.used", "memory.allocatable");
    page_html(p, "</div>\n");
}

static void problems(struct page *p)
{
    static const char *const tags[] = {"bad\">wrong", "warning\">check", "note\">note"};
    if (p->f->list_count == 0) {
        return;
    }
    page_html(p, "<h2 id=\"findings\">What to look at</h2>\n<ul class=\"list\">\n");
    for (uint32_t i = 0; i < p->f->list_count; i++) {
        page_format(p, "<li><span class=\"tag %s</span> ", tags[p->f->list[i].level]);
        page_text(p, p->f->list[i].text);
        page_format(p, " <a class=\"small\" href=\"#%s\">see</a></li>\n", p->f->list[i].section);
    }
    page_html(p, "</ul>\n");
}

/* ---- objectives ---- */

/* On paper a long table ends after so many rows (html_style.c). */
static void cut_in_print(struct page *p, uint32_t rows)
{
    enum { ROWS_PRINTED = 25 };
    if (rows > ROWS_PRINTED) {
        page_html(p, "<p class=\"small paper\">Printed are the first 25 rows.</p>\n");
    }
}

static void objective_row(struct page *p, const struct report_objective *o)
{
    bool held = o->held == o->count;
    page_row(p, findings_objective_subject(p->r, o));
    page_cell(p, findings_objective(p->r, o));
    page_html(p, held ? "<td><span class=\"tag good\">held</span></td>"
                      : "<td><span class=\"tag bad\">missed</span></td>");
    page_amount(p, print_share, o->achieved.mean);
    page_format(p, "<td class=\"n\">%" PRIu32 " of %" PRIu32 "</td>", o->held, o->count);
    page_amount(p, o->latency ? print_seconds : print_share, o->worst);
    page_html(p, "<td>");
    if (o->worst_t_s >= 0) {
        page_time(p, o->worst_t_s);
        page_format(p, " <span class=\"small\">in replication %" PRIu32 "</span>", o->worst_in);
    }
    page_html(p, "</td></tr>\n");
}

static void moments(struct page *p)
{
    static const char *const headers[] = {"Objective", "From, UTC", "#Lasts",   "#Worst",
                                          "At, UTC",   "Event",     "Meanwhile"};
    const struct findings *f = p->f;
    if (f->moments_count == 0) {
        return;
    }
    page_html(
        p,
        "<h3>When they were missed</h3>\n<p class=\"small\">In replication 0; stretches less than five minutes apart are "
        "one. What else was so at that time stands beside, not what caused it.</p>\n");
    page_table(p, "scroll tall", "Stretches in which an objective was missed", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < f->moments_count && i < MOMENTS_MOST; i++) {
        const struct finding_moment *m = &f->moments[i];
        const struct report_objective *o = &p->r->objectives[m->objective];
        buffer_format(&p->note, "%s: %s", findings_objective_subject(p->r, o), findings_objective(p->r, o));
        page_row(p, page_take(p));
        page_html(p, "<td>");
        page_time(p, m->from_s);
        page_html(p, "</td>");
        page_seconds(p, (double)(m->to_s - m->from_s));
        page_amount(p, o->latency ? print_seconds : print_share, m->worst);
        page_html(p, "<td>");
        page_time(p, m->worst_t_s);
        page_html(p, "</td>");
        page_cell(p, m->event);
        page_cell(p, m->meanwhile);
        page_html(p, "</tr>\n");
    }
    page_end_table(p);
    cut_in_print(p, f->moments_count);
    if (f->moments_count > MOMENTS_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more, in the JSON report.</p>\n",
                    f->moments_count - MOMENTS_MOST);
    }
}

static void objectives(struct page *p)
{
    static const char *const headers[] = {"Of", "Objective", "", "#Achieved", "#Held in", "#Worst", "At, UTC"};
    page_section(p, "objectives", "Objectives");
    if (p->r->objectives_count == 0) {
        page_html(p,
                  "<p>The scenario sets none. Write <code>spec.objectives</code> of the Scenario, and this page says "
                  "whether it holds.</p>\n");
        return;
    }
    page_table(p, "scroll", "Each objective, over all replications", headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->objectives_count; i++) {
        objective_row(p, &p->r->objectives[i]);
    }
    page_end_table(p);
    moments(p);
}

/* ---- cost ---- */

static void bar_cell(struct page *p, const char *class, double share)
{
    page_format(p,
                "<td><span class=\"bar\" aria-hidden=\"true\"><i class=\"%s\" style=\"width:%.4g%%\"></i></span></td>",
                class, share > 0 ? fmin(share, 1) * 100 : 0.0);
}

static void cost_row(struct page *p, const char *name, const char *team, double usd, double total)
{
    if (isnan(usd)) {
        return;
    }
    page_row(p, name);
    page_cell(p, team);
    page_amount(p, print_usd, usd);
    page_amount(p, print_share, usd / total);
    bar_cell(p, "b3", usd / total);
    page_html(p, "</tr>\n");
}

static void cost_by_workload(struct page *p)
{
    static const char *const headers[] = {"Who", "Team", "#$", "#Share", ""};
    double total = recording_mean(p->r, "cost.total", "");
    page_table(p, "scroll tall whole", "Cost of this run by workload, mean of the replications", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->workloads_count; i++) {
        const struct report_workload *w = &p->r->workloads[p->f->by_cost[i]];
        cost_row(p, w->label, w->team, recording_mean(p->r, "cost.workload", w->subject), total);
    }
    cost_row(p, "pods of no workload", "", recording_mean(p->r, "cost.others", ""), total);
    cost_row(p, "idle", "", recording_mean(p->r, "cost.idle", ""), total);
    cost_row(p, "reserved for the system", "", recording_mean(p->r, "cost.system", ""), total);
    cost_row(p, "all", "", total, total);
    page_end_table(p);
}

static void prices(struct page *p)
{
    static const char *const headers[] = {"Pool", "Instance", "Region", "Purchase", "#$ an hour", "Source", "Date"};
    page_table(p, "scroll", "Prices", headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->pools_count; i++) {
        const struct report_pool *pool = &p->r->pools[i];
        page_row(p, pool->name);
        page_cell(p, pool->instance);
        page_cell(p, pool->region);
        page_cell(p, pool->purchase);
        page_number(p, pool->usd_per_hour);
        page_cell(p, pool->price_source);
        page_cell(p, pool->price_date);
        page_html(p, "</tr>\n");
    }
    page_end_table(p);
    page_html(p, "<p class=\"small\">");
    page_text(p, findings_not_priced);
    page_html(p, "</p>\n");
}

static void cost(struct page *p)
{
    page_section(p, "cost", "Cost");
    page_html(p,
              "<p class=\"small\">A month is 730 hours: the run without its events, scaled to a month, plus each event "
              "once. Idle is what no pod claims; what pods claim is the greater of request and use.</p>\n");
    chart_cost(p);
    cost_by_workload(p);
    prices(p);
}

/* ---- demand, cluster ---- */

static void demand(struct page *p)
{
    page_section(p, "demand", "Demand");
    if (p->r->demands_count == 0) {
        page_html(p, "<p>The scenario has none: workloads stand, and nothing asks for them.</p>\n");
    }
    for (uint32_t i = 0; i < p->r->demands_count; i++) {
        chart_demand(p, i);
    }
}

static void pools(struct page *p)
{
    static const char *const headers[] = {"Pool", "Instance", "#Allowed", "#Min", "#Mean", "#Max", "#Node hours", "#$"};
    page_table(p, "scroll", "Nodes, mean of the replications", headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->pools_count; i++) {
        const struct report_pool *pool = &p->r->pools[i];
        page_row(p, pool->name);
        page_cell(p, pool->instance);
        page_format(p, "<td class=\"n\">%" PRId64 " to %" PRId64 "</td>", pool->nodes_min, pool->nodes_max);
        page_number(p, recording_mean(p->r, "nodes.min", pool->name));
        page_number(p, recording_mean(p->r, "nodes.mean", pool->name));
        page_number(p, recording_mean(p->r, "nodes.max", pool->name));
        page_number(p, recording_mean(p->r, "node_hours", pool->name));
        page_amount(p, print_usd, recording_mean(p->r, "cost.pool", pool->name));
        page_html(p, "</tr>\n");
    }
    page_end_table(p);
}

static void cluster(struct page *p)
{
    struct arena scratch = arena_make(1 << 16);
    struct series s = series_cluster(p->q, &scratch);
    page_section(p, "cluster", "Cluster");
    pools(p);
    chart_nodes(p);
    chart_cluster_cpu(p, &s);
    chart_cluster_memory(p, &s);
    arena_drop(&scratch);
}

/* ---- request and use ---- */

/* Request behind, use in front, both of the greater one of all workloads. */
static void gap_bar(struct page *p, double requested, double used, double most)
{
    page_format(p,
                "<td><span class=\"bar\" aria-hidden=\"true\"><i class=\"b1\" style=\"width:%.4g%%\"></i>"
                "<i class=\"b2\" style=\"width:%.4g%%\"></i></span></td>",
                requested / most * 100, isnan(used) ? 0.0 : used / most * 100);
}

static void gap_row(struct page *p, const struct finding_gap *g, double most_mcpu, double most_bytes)
{
    page_row(p, p->r->workloads[g->workload].label);
    page_amount(p, print_cores, g->requested_mcpu);
    page_amount(p, print_cores, g->used_mcpu);
    page_amount(p, print_cores, g->most_mcpu);
    gap_bar(p, g->requested_mcpu, g->used_mcpu, most_mcpu);
    page_amount(p, print_gib, g->requested_bytes);
    page_amount(p, print_gib, g->used_bytes);
    page_amount(p, print_gib, g->most_bytes);
    gap_bar(p, g->requested_bytes, g->used_bytes, most_bytes);
    page_amount(p, print_usd, g->usd_monthly);
    page_html(p, "</tr>\n");
}

static void gaps(struct page *p)
{
    static const char *const headers[] = {"Workload", "#CPU request", "#use", "#most",     "", "#Memory request, GiB",
                                          "#use",     "#most",        "",     "#$ a month"};
    double most_mcpu = 1e-9, most_bytes = 1e-9;
    page_section(p, "gaps", "Request and use");
    if (p->f->gaps_count == 0) {
        page_html(p, "<p>Of no workload the use is known.</p>\n");
        return;
    }
    for (uint32_t i = 0; i < p->f->gaps_count; i++) {
        const struct finding_gap *g = &p->f->gaps[i];
        most_mcpu = fmax(most_mcpu, fmax(g->requested_mcpu, g->used_mcpu));
        most_bytes = fmax(most_bytes, fmax(g->requested_bytes, g->used_bytes));
    }
    page_html(
        p, "<p class=\"small\">Means over the run; most is the highest use of an instant. Bars: the request "
           "(pale, behind) and the use (narrow, in front). $ a month is what request less use costs at this run's node "
           "prices, negative where a workload uses more than it requests; nodes must go before it is saved. "
           "Workloads whose use is unknown are not in the table.</p>\n");
    page_table(p, "scroll", "Workloads by the size of the gap", headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->f->gaps_count; i++) {
        gap_row(p, &p->f->gaps[i], most_mcpu, most_bytes);
    }
    page_end_table(p);
}

/* ---- workloads ---- */

static void fact(struct page *p, const char *label, double x, void (*print)(struct buffer *out, double x))
{
    if (!isnan(x)) {
        page_format(p, "; %s <b>", label);
        print(&p->body, x);
        page_html(p, "</b>");
    }
}

static void workload_facts(struct page *p, const struct report_workload *w)
{
    const struct recording *r = p->r;
    page_html(p, "<p class=\"small\">");
    page_text(p, w->kind);
    page_html(p, "; its use is <b>");
    page_text(p, w->use);
    page_html(p, "</b>");
    fact(p, "a pod requests cores", w->request_mcpu, print_cores);
    fact(p, "GiB", w->request_bytes, print_gib);
    fact(p, "its limits: cores", w->limit_mcpu, print_cores);
    fact(p, "GiB", w->limit_bytes, print_gib);
    fact(p, "cost of this run", recording_mean(r, "cost.workload", w->subject), print_usd);
    fact(p, "success", recording_mean(r, "success", w->subject), print_share);
    fact(p, "p50", recording_mean(r, "latency.p50", w->subject), print_seconds);
    fact(p, "p95", recording_mean(r, "latency.p95", w->subject), print_seconds);
    fact(p, "p99", recording_mean(r, "latency.p99", w->subject), print_seconds);
    fact(p, "longest pending", recording_mean(r, "pending.longest_s", w->subject), print_seconds);
    if (w->simplified != NULL) {
        page_html(p, "; simplified: ");
        page_text(p, w->simplified);
    }
    page_html(p, ".</p>\n");
}

static void workload(struct page *p, uint32_t index)
{
    const struct report_workload *w = &p->r->workloads[index];
    struct arena scratch = arena_make(1 << 16);
    struct series s = series_workload(p->q, &scratch, w);
    page_format(p, "<section class=\"workload\"><h3 id=\"workload-%" PRId64 "\">", w->id);
    page_text(p, w->label);
    page_html(p, "</h3>\n");
    workload_facts(p, w);
    page_html(p, "<div class=\"pair\">\n");
    chart_pods(p, index, &s);
    chart_latency(p, index, &s);
    chart_cpu(p, index, &s);
    chart_memory(p, index, &s);
    page_html(p, "</div></section>\n");
    arena_drop(&scratch);
}

static void workload_table(struct page *p)
{
    static const char *const headers[] = {"Workload",          "Use",       "#Replicas, min", "#mean", "#max",
                                          "#Pending, longest", "#Restarts", "#Success",       "#p99",  "#$"};
    const struct recording *r = p->r;
    page_table(p, "scroll tall whole", "Workloads, dearest first; means over the replications", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < r->workloads_count; i++) {
        const struct report_workload *w = &r->workloads[p->f->by_cost[i]];
        page_row(p, w->label);
        page_cell(p, w->use);
        page_number(p, recording_mean(r, "replicas.min", w->subject));
        page_number(p, recording_mean(r, "replicas.mean", w->subject));
        page_number(p, recording_mean(r, "replicas.max", w->subject));
        page_seconds(p, recording_mean(r, "pending.longest_s", w->subject));
        page_number(p, recording_mean(r, "restarts", w->subject));
        page_amount(p, print_share, recording_mean(r, "success", w->subject));
        page_seconds(p, recording_mean(r, "latency.p99", w->subject));
        page_amount(p, print_usd, recording_mean(r, "cost.workload", w->subject));
        page_html(p, "</tr>\n");
    }
    page_end_table(p);
}

static bool misses(const struct recording *r, uint32_t workload)
{
    for (uint32_t i = 0; i < r->objectives_count; i++) {
        if (r->objectives[i].workload == workload && r->objectives[i].held < r->objectives[i].count) {
            return true;
        }
    }
    return false;
}

/* Those that miss an objective first, then the dearest. */
static void workloads(struct page *p)
{
    const struct recording *r = p->r;
    uint32_t shown = 0;
    page_section(p, "workloads", "Workloads");
    workload_table(p);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < r->workloads_count && shown < WORKLOADS_MOST; i++) {
            uint32_t index = p->f->by_cost[i];
            if (misses(r, index) == (pass == 0)) {
                workload(p, index);
                shown++;
            }
        }
    }
    if (shown < r->workloads_count) {
        page_format(p,
                    "<p class=\"small\">Charts are of %" PRIu32 " workloads; those of the %" PRIu32
                    " others can be drawn from the database's <code>workload_series</code>.</p>\n",
                    shown, r->workloads_count - shown);
    }
}

/* ---- scaling ---- */

/* "New size: 7; reason: ..." */
static double replicas_in(const char *message)
{
    static const char before[] = "New size: ";
    const char *at = strstr(message, before);
    return at == NULL ? (double)NAN : strtod(at + sizeof before - 1, NULL);
}

static void change_row(struct page *p, const struct query_rows *rows, struct arena scratch)
{
    page_html(p, "<tr><td>");
    page_time(p, query_integer(rows, 0) / 1000000000);
    page_html(p, "</td>");
    page_cell(p, query_text(rows, 1, &scratch));
    page_cell(p, query_text(rows, 2, &scratch));
    page_html(p, "</tr>\n");
}

static struct query_rows hpa_decisions(struct page *p, const struct report_hpa *h)
{
    return query_rows(p->q,
                      "SELECT t_ns, reason, message FROM decision JOIN hpa ON decision.kind = 'HorizontalPodAutoscaler'"
                      " AND decision.namespace = hpa.namespace AND decision.name = hpa.name WHERE hpa.id = ?"
                      " AND (reason = 'SuccessfulRescale' OR warning <> 0) ORDER BY t_ns, decision.rowid",
                      h->id);
}

static void hpa_chart(struct page *p, uint32_t index, const struct report_hpa *h)
{
    struct arena scratch = arena_make(1 << 16);
    struct series s = series_workload(p->q, &scratch, &p->r->workloads[h->workload]);
    VEC(struct chart_change) changes = {0};
    for (struct query_rows rows = hpa_decisions(p, h); query_next(&rows);) {
        struct arena text = scratch;
        double replicas = replicas_in(query_text(&rows, 2, &text));
        if (!isnan(replicas)) {
            VEC_PUSH(&changes, (struct chart_change){(double)query_integer(&rows, 0) / 1e9, replicas});
        }
    }
    chart_hpa(p, index, &s, changes.at, changes.count);
    VEC_DROP(&changes);
    arena_drop(&scratch);
}

static void hpa_table(struct page *p, const struct report_hpa *h)
{
    static const char *const headers[] = {"When, UTC", "Reason", "In Kubernetes' words"};
    uint32_t count = 0;
    struct arena scratch = arena_make(4096);
    page_table(p, "scroll tall", arena_format(p->arena, "Changes and warnings of %s", h->label), headers,
               sizeof headers / sizeof headers[0]);
    for (struct query_rows rows = hpa_decisions(p, h); query_next(&rows); count++) {
        if (count < CHANGES_MOST) {
            change_row(p, &rows, scratch);
        }
    }
    page_end_table(p);
    cut_in_print(p, count);
    if (count > CHANGES_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more, in the JSON report.</p>\n", count - CHANGES_MOST);
    }
    arena_drop(&scratch);
}

static void hpa(struct page *p, uint32_t index)
{
    const struct report_hpa *h = &p->r->hpas[index];
    page_html(p, "<h3>HPA ");
    page_text(p, h->label);
    page_html(p, "</h3>\n<p class=\"small\">");
    if (h->workload != RECORDING_NONE) {
        page_html(p, "Of ");
        page_text(p, p->r->workloads[h->workload].label);
        page_html(p, "; ");
    }
    page_format(p, "%" PRId64 " to %" PRId64 " replicas; target ", h->replicas_min, h->replicas_max);
    page_text(p, h->targets);
    page_format(p, "; %" PRIu32 " changes; at its maximum for ", p->f->hpas[index].changes);
    print_seconds(&p->body, p->f->hpas[index].at_max_s);
    page_html(p, ".</p>\n");
    if (h->workload != RECORDING_NONE) {
        hpa_chart(p, index, h);
    }
    hpa_table(p, h);
}

static void notes(struct page *p)
{
    static const char *const headers[] = {"Of", "Reason", "", "#Times", "First, UTC", "Last, UTC", "For example"};
    struct arena scratch = arena_make(4096);
    uint32_t count = 0;
    page_html(p, "<h3 id=\"decisions\">All that was decided</h3>\n");
    page_table(p, "scroll", "Decisions and events of replication 0, by reason", headers,
               sizeof headers / sizeof headers[0]);
    struct query_rows rows =
        query_rows(p->q,
                   "SELECT kind, reason, MAX(warning), COUNT(*), MIN(t_ns), MAX(t_ns), message FROM"
                   " decision GROUP BY kind, reason ORDER BY 3 DESC, 4 DESC, 1, 2",
                   0);
    for (; query_next(&rows); count++) {
        struct arena text = scratch;
        if (count >= NOTES_MOST) {
            continue;
        }
        page_row(p, query_text(&rows, 0, &text));
        page_cell(p, query_text(&rows, 1, &text));
        page_html(p,
                  query_integer(&rows, 2) != 0 ? "<td><span class=\"tag warning\">warning</span></td>" : "<td></td>");
        page_number(p, (double)query_integer(&rows, 3));
        for (int i = 4; i < 6; i++) {
            page_html(p, "<td>");
            page_time(p, query_integer(&rows, i) / 1000000000);
            page_html(p, "</td>");
        }
        page_cell(p, query_text(&rows, 6, &text));
        page_html(p, "</tr>\n");
    }
    page_end_table(p);
    arena_drop(&scratch);
}

struct busy_hpa {
    uint32_t changes;
    uint32_t index;
};

static int compare_busy(const void *left, const void *right)
{
    const struct busy_hpa *x = left, *y = right;
    if (x->changes != y->changes) {
        return x->changes > y->changes ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Those that change most first. */
static void scaling(struct page *p)
{
    uint32_t count = p->r->hpas_count;
    struct busy_hpa *busy = TAKE(p->arena, struct busy_hpa, count + 1);
    page_section(p, "scaling", "Scaling and decisions");
    for (uint32_t i = 0; i < count; i++) {
        busy[i] = (struct busy_hpa){p->f->hpas[i].changes, i};
    }
    qsort(busy, count, sizeof *busy, compare_busy);
    for (uint32_t i = 0; i < count && i < HPAS_MOST; i++) {
        hpa(p, busy[i].index);
    }
    if (count > HPAS_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more HPAs, in the JSON report.</p>\n", count - HPAS_MOST);
    }
    notes(p);
}

/* ---- limits ---- */

static void unsimulated(struct page *p)
{
    static const char *const headers[] = {"Object", "What of it", "#Share of CPU", "#of memory"};
    const struct recording *r = p->r;
    page_section(p, "limits", "What is not simulated");
    if (r->unsimulated_count == 0) {
        page_html(p, "<p>Everything in the scenario that takes CPU or memory is simulated.</p>\n");
        return;
    }
    page_table(p, "scroll", "Not simulated, with its share of what is requested", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < r->unsimulated_count; i++) {
        const struct report_unsimulated *u = &r->unsimulated[i];
        buffer_format(&p->note, "%s/%s%s%s", u->kind, u->namespace, *u->namespace == '\0' ? "" : "/", u->name);
        page_row(p, page_take(p));
        page_cell(p, u->what);
        page_amount(p, print_share, u->cpu_share);
        page_amount(p, print_share, u->memory_share);
        page_html(p, "</tr>\n");
    }
    page_end_table(p);
}

static void paragraph(struct page *p, const char *before, const char *text)
{
    if (text != NULL) {
        page_html(p, "<p>");
        page_text(p, before);
        page_text(p, text);
        page_html(p, "</p>\n");
    }
}

static void closing(struct page *p)
{
    page_html(p, "</main>\n<footer>");
    paragraph(p, "Intervals are Student's, 95 %, over the replications. They cover ", p->r->interval_covers);
    paragraph(p, "", p->r->model_note);
    paragraph(p, "", "Series and decisions are those of replication 0; figures are means over all. Times are UTC.");
    paragraph(p, "Simulated from ", p->r->files);
    page_html(p, "</footer>\n</body></html>\n");
}

static void opening(struct page *p)
{
    page_html(p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<link rel=\"icon\" href=\"data:,\">\n<title>headroom: ");
    page_text(p, p->r->scenario);
    page_html(p, "</title>\n<style>");
    for (const char *const *piece = html_style; *piece != NULL; piece++) {
        page_html(p, *piece);
    }
    page_html(p, "</style></head>\n<body>\n");
}

static void write_page(struct page *p)
{
    opening(p);
    title(p);
    known(p);
    navigation(p);
    page_html(p, "</header>\n<main>\n");
    answer(p);
    tiles(p);
    problems(p);
    objectives(p);
    cost(p);
    html_finance(p);
    demand(p);
    cluster(p);
    gaps(p);
    workloads(p);
    scaling(p);
    unsimulated(p);
    closing(p);
}

bool html_write(struct buffer *out, const struct recording *r, const struct findings *f, const struct finance *finance,
                struct query *q, struct fail *fail)
{
    struct arena arena = arena_make(1 << 20);
    struct page p = {.plots = plots_make(&arena), .r = r, .f = f, .finance = finance, .q = q, .arena = &arena};
    write_page(&p);
    bool good = query_check(q, fail) && plots_draw(&p.plots, &p.body, out, fail);
    plots_drop(&p.plots);
    buffer_drop(&p.body);
    buffer_drop(&p.note);
    arena_drop(&arena);
    return good;
}
