#include "reports/html_finance.h"

#include <math.h>
#include <string.h>

#include "reports/cents.h"
#include "reports/charts.h"
#include "reports/print.h"
#include "reports/sketch.h"

enum { TEAMS_SHOWN = 6, WORKLOADS_SHOWN = 12 };

/* ---- cells ---- */

static double share_of(const struct page *p, int64_t cents)
{
    return (double)cents / (double)p->finance->month_cents;
}

static void share(struct page *p, int64_t cents)
{
    page_amount(p, print_share, share_of(p, cents));
}

static void empty(struct page *p, int count)
{
    for (int i = 0; i < count; i++) {
        page_html(p, "<td></td>");
    }
}

/* ---- budget ---- */

static void tile(struct page *p, const char *label, double usd, struct statistics_interval i, double many)
{
    page_html(p, "<div class=\"tile\"><span>");
    page_text(p, label);
    page_html(p, "</span><b>");
    print_usd(&p->body, usd);
    page_html(p, "</b><span>");
    if (isfinite(i.half_width)) {
        print_span(&p->body, (i.mean - i.half_width) * many, (i.mean + i.half_width) * many, print_usd);
        page_html(p, " (95 %)");
    }
    page_html(p, "</span></div>\n");
}

static void tiles(struct page *p)
{
    static const struct statistics_interval none = {NAN, NAN};
    const struct report_metric *run = recording_metric(p->r, "cost.total", "");
    page_html(p, "<div class=\"tiles\">");
    tile(p, "Forecast, a month", p->finance->month.mean, p->finance->month, 1);
    if (!isnan(p->r->budget_monthly)) {
        tile(p, "Budget, a month", p->r->budget_monthly, none, 1);
    }
    if (run != NULL) {
        tile(p, "This run", run->interval.mean, run->interval, 1);
    }
    for (uint32_t i = 0; i < p->r->demands_count && i < 1; i++) {
        const struct report_metric *m = recording_metric(p->r, "cost.per_unit", p->r->demands[i].name);
        if (m != NULL) {
            double many = print_many(m->interval.mean);
            buffer_text(&p->note, "Cost ");
            print_many_units(&p->note, many, p->r->demands[i].unit);
            tile(p, page_take(p), m->interval.mean * many, m->interval, many);
        }
    }
    page_html(p, "</div>\n");
}

static void budget(struct page *p)
{
    static const char *const classes[] = {"", " holds", " fails", ""};
    const struct finance *f = p->finance;
    page_format(p, "<section class=\"answer%s\" aria-label=\"Budget against forecast\"><strong class=\"verdict\">",
                classes[f->budget]);
    page_text(p, f->budget_text);
    page_html(p, "</strong><p>Simulated: nothing here was invoiced. Prices: ");
    page_text(p, f->prices);
    page_html(p, ".</p></section>\n");
    tiles(p);
    sketch_budget(p, f->month, p->r->budget_monthly);
}

/* ---- who pays ---- */

static void payer(struct page *p, const struct finance_payer *x)
{
    int64_t total = x->own_cents + x->shared_cents;
    page_row(p, x->name);
    page_cents(p, x->own_cents);
    page_cents(p, x->shared_cents);
    page_cents(p, total);
    page_interval(p, x->total, 100, cents_print_rounded);
    share(p, total);
    page_bar(p, "b3", share_of(p, total));
    page_cents(p, total + x->overhead_cents);
    page_end_row(p);
}

static void rest(struct page *p, const char *name, int64_t cents)
{
    page_row(p, name);
    empty(p, 2);
    page_cents(p, cents);
    empty(p, 1);
    share(p, cents);
    page_bar(p, "b3", share_of(p, cents));
    empty(p, 1);
    page_end_row(p);
}

static void payers_by(struct page *p, const char *who, const char *caption, const struct finance_payers *list)
{
    const struct finance *f = p->finance;
    const char *headers[] = {who, "#Own", "#Shared", "#Total", "#95 % interval", "#Share", "", "#Fully loaded"};
    int64_t own = 0;
    page_table(p, "scroll", caption, headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < list->count; i++) {
        payer(p, &list->at[i]);
        own += list->at[i].own_cents;
    }
    rest(p, "idle", f->idle_cents);
    rest(p, "system", f->system_cents);
    page_row(p, "all");
    page_cents(p, own);
    page_cents(p, f->shared_cents);
    page_cents(p, f->month_cents);
    page_interval(p, f->month, 100, cents_print_rounded);
    share(p, f->month_cents);
    page_bar(p, "b3", 1);
    page_cents(p, f->month_cents);
    page_end_row(p);
    page_end_table(p);
}

static void payers(struct page *p)
{
    page_section(p, "payers", "Who pays");
    payers_by(p, "Team", "A month by team, forecast", &p->finance->teams);
    if (strcmp(p->r->allocation_team, "namespace") != 0) {
        payers_by(p, "Namespace", "A month by namespace, forecast", &p->finance->namespaces);
    }
}

/* ---- months ---- */

static void month(struct page *p, const struct finance_month *m, uint32_t shown)
{
    const struct finance *f = p->finance;
    int64_t others = 0;
    page_row(p, m->name);
    page_number(p, (double)(m->to_s - m->from_s) / 3600);
    for (uint32_t i = 0; i < f->teams.count; i++) {
        if (i < shown) {
            page_cents(p, m->payer_cents[i]);
        } else {
            others += m->payer_cents[i];
        }
    }
    if (f->teams.count > shown) {
        page_cents(p, others);
    }
    page_cents(p, m->idle_cents);
    page_cents(p, m->system_cents);
    page_cents(p, m->total_cents);
    page_end_row(p);
}

static void months(struct page *p)
{
    const struct finance *f = p->finance;
    uint32_t shown = f->teams.count < TEAMS_SHOWN ? f->teams.count : TEAMS_SHOWN;
    const char *headers[TEAMS_SHOWN + 6] = {"Month", "#Hours"};
    size_t count = 2;
    for (uint32_t i = 0; i < shown; i++) {
        headers[count++] = arena_format(p->arena, "#%s", f->teams.at[i].name);
    }
    if (f->teams.count > shown) {
        headers[count++] = "#other teams";
    }
    headers[count++] = "#idle";
    headers[count++] = "#system";
    headers[count++] = "#all";
    page_section(p, "months", "By month and team");
    page_table(p, "scroll", "What the run cost by calendar month and team, its simulated hours only; replication 0",
               headers, count);
    for (uint32_t i = 0; i < f->months_count; i++) {
        month(p, &f->months[i], shown);
    }
    page_end_table(p);
}

/* ---- unit costs ---- */

static void units(struct page *p)
{
    static const char *const headers[] = {"Demand", "#Came", "Unit", "#Cost", "#95 % interval"};
    page_section(p, "units", "Unit costs");
    page_table(p, "scroll", "Cost of a unit of demand: the whole run, everything included", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->demands_count; i++) {
        const struct report_demand *d = &p->r->demands[i];
        const struct report_metric *m = recording_metric(p->r, "cost.per_unit", d->name);
        if (m == NULL) {
            continue;
        }
        double many = print_many(m->interval.mean);
        page_row(p, d->name);
        page_number(p, recording_mean(p->r, "units", d->name));
        print_many_units(&p->note, many, d->unit);
        page_cell(p, page_take(p));
        page_amount(p, print_usd, m->interval.mean * many);
        page_interval(p, m->interval, many, print_usd);
        page_end_row(p);
    }
    page_end_table(p);
}

static void thousands(struct page *p)
{
    static const char *const headers[] = {"Workload", "#Served", "#Per 1,000 requests", "#95 % interval"};
    uint32_t shown = 0;
    page_table(p, "scroll", "Cost of 1,000 requests, a workload's own cost; the dearest workloads", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->workloads_count && shown < WORKLOADS_SHOWN; i++) {
        uint32_t index = p->f->by_cost[i];
        const struct report_workload *w = &p->r->workloads[index];
        if (isnan(p->finance->thousand[index].mean)) {
            continue;
        }
        page_row(p, w->label);
        page_number(p, recording_mean(p->r, "requests.served", w->subject));
        page_amount(p, print_usd, p->finance->thousand[index].mean);
        page_interval(p, p->finance->thousand[index], 1, print_usd);
        page_end_row(p);
        shown++;
    }
    page_end_table(p);
}

/* ---- what it is spent on ---- */

static void cost_row(struct page *p, const char *name, const char *team, double usd, double total)
{
    if (isnan(usd)) {
        return;
    }
    page_row(p, name);
    page_cell(p, team);
    page_amount(p, print_usd, usd);
    page_amount(p, print_share, usd / total);
    page_bar(p, "b3", usd / total);
    page_end_row(p);
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
    page_section(p, "prices", "Prices, and what they do not cover");
    page_table(p, "scroll", "The price book: what each pool pays, from where and of which day", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < p->r->pools_count; i++) {
        const struct report_pool *pool = &p->r->pools[i];
        page_row(p, pool->name);
        page_cell(p, pool->instance);
        page_cell(p, pool->region);
        page_cell(p, pool->purchase);
        page_number(p, pool->usd_per_hour);
        page_cell(p, pool->price_source);
        page_cell(p, pool->price_date);
        page_end_row(p);
    }
    page_end_table(p);
    page_html(p, "<p><b>Not covered.</b> ");
    page_text(p, findings_not_priced);
    page_html(
        p, " Commitments (savings plans, reservations) are not simulated: the prices above are for hours as they are "
           "used.</p>\n");
}

static void cost(struct page *p)
{
    page_section(p, "cost", "What it is spent on");
    page_html(
        p, "<p class=\"small\">Idle is what no pod claims; what pods claim is the greater of request and use.</p>\n");
    chart_cost(p);
    cost_by_workload(p);
}

void html_finance(struct page *p)
{
    budget(p);
    months(p);
    payers(p);
    units(p);
    thousands(p);
    cost(p);
    prices(p);
}
