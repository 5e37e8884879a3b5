#include "reports/html_planner.h"

#include <inttypes.h>
#include <math.h>

#include "reports/charts.h"
#include "reports/html_scaling.h"
#include "reports/html_workloads.h"
#include "reports/print.h"

enum { MOMENTS_MOST = 40 };

/* ---- the answer ---- */

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
        print_span(b, mean - half, mean + half, print_usd);
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
    page_section(p, "findings", "What to look at");
    if (p->f->list_count == 0) {
        page_html(p, "<p>Nothing.</p>\n");
        return;
    }
    page_html(p, "<ul class=\"list\">\n");
    for (uint32_t i = 0; i < p->f->list_count; i++) {
        page_format(p, "<li><span class=\"tag %s</span> ", tags[p->f->list[i].level]);
        page_text(p, p->f->list[i].text);
        page_format(p, " <a class=\"small\" href=\"#%s\">see</a></li>\n", p->f->list[i].section);
    }
    page_html(p, "</ul>\n");
}

/* ---- objectives ---- */

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
        "<h4>When they were missed</h4>\n<p class=\"small\">In replication 0; stretches less than five minutes apart are "
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
        page_sentence(p, m->meanwhile);
        page_end_row(p);
    }
    page_end_table(p);
    page_cut_in_print(p, f->moments_count);
    if (f->moments_count > MOMENTS_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more, in the JSON report.</p>\n",
                    f->moments_count - MOMENTS_MOST);
    }
}

static void objectives(struct page *p)
{
    static const char *const headers[] = {"Of", "Objective", "Outcome", "#Achieved", "#Held in", "#Worst", "At, UTC"};
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
    page_end_row(p);
}

static void gaps(struct page *p)
{
    static const char *const headers[] = {"Workload",     "#CPU request", "#CPU use", "#most", "",
                                          "#GiB request", "#GiB use",     "#most",    "",      "#$ a month"};
    double most_mcpu = 1e-9, most_bytes = 1e-9;
    page_section(p, "gaps", "What to change: request and use");
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
        p,
        "<p>Where a workload requests far more than it uses there is money; where it uses more than it requests, or where its "
        "HPA is at its maximum, there is risk. <code>headroom recommend</code> searches for better values and simulates "
        "them.</p>\n<p class=\"small\">Means over the run; most is the highest use of an instant. Bars: the request "
        "(pale, behind) and the use (narrow, in front). $ a month is what request less use costs at this run's node "
        "prices, negative where a workload uses more than it requests; nodes must go before it is saved. "
        "Workloads whose use is unknown are not in the table.</p>\n");
    page_table(p, "scroll", "Workloads by the size of the gap", headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->f->gaps_count; i++) {
        gap_row(p, &p->f->gaps[i], most_mcpu, most_bytes);
    }
    page_end_table(p);
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
        page_end_row(p);
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

/* ---- what is not simulated ---- */

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
        page_row(p, u->whose);
        page_cell(p, u->what);
        page_amount(p, print_share, u->cpu_share);
        page_amount(p, print_share, u->memory_share);
        page_end_row(p);
    }
    page_end_table(p);
}

void html_planner(struct page *p)
{
    answer(p);
    tiles(p);
    problems(p);
    objectives(p);
    gaps(p);
    demand(p);
    cluster(p);
    html_workloads(p);
    html_scaling(p);
    unsimulated(p);
}
