#include "reports/html_finance.h"

#include <math.h>
#include <string.h>

#include "reports/finance.h"
#include "reports/print.h"

enum { TEAMS_SHOWN = 6, WORKLOADS_SHOWN = 12 };

/* ---- cells ---- */

/* $1,234.56: all cents, so that a column can be added up. */
static void print_cents(struct buffer *out, double cents)
{
    double rounded = round(fabs(cents)), whole = floor(rounded / 100);
    buffer_text(out, cents <= -0.5 ? "-$" : "$");
    print_number(out, whole, 15);
    buffer_format(out, ".%02d", (int)(rounded - 100 * whole));
}

static void money(struct page *p, int64_t cents)
{
    page_amount(p, print_cents, (double)cents);
}

static void share(struct page *p, int64_t cents)
{
    page_amount(p, print_share, (double)cents / (double)p->finance->month_cents);
}

static void bar(struct page *p, int64_t cents)
{
    double part = (double)cents / (double)p->finance->month_cents;
    page_format(p,
                "<td><span class=\"bar\" aria-hidden=\"true\"><i class=\"b3\" style=\"width:%.4g%%\"></i></span></td>",
                part > 0 ? fmin(part, 1) * 100 : 0.0);
}

static void empty(struct page *p, int count)
{
    for (int i = 0; i < count; i++) {
        page_html(p, "<td></td>");
    }
}

/* "$929 to $1,011" of so many; empty when there is none. */
static void interval(struct page *p, struct statistics_interval i, double many,
                     void (*print)(struct buffer *out, double x))
{
    page_html(p, "<td class=\"n\">");
    if (isfinite(i.half_width)) {
        print(&p->body, (i.mean - i.half_width) * many);
        page_html(p, " to ");
        print(&p->body, (i.mean + i.half_width) * many);
    }
    page_html(p, "</td>");
}

static void end_row(struct page *p)
{
    page_html(p, "</tr>\n");
}

/* ---- who pays ---- */

static void payer(struct page *p, const struct finance_payer *x)
{
    int64_t total = x->own_cents + x->shared_cents;
    page_row(p, x->name);
    money(p, x->own_cents);
    money(p, x->shared_cents);
    money(p, total);
    interval(p, x->total, 100, print_cents);
    share(p, total);
    bar(p, total);
    money(p, total + x->overhead_cents);
    end_row(p);
}

static void rest(struct page *p, const char *name, int64_t cents)
{
    page_row(p, name);
    empty(p, 2);
    money(p, cents);
    empty(p, 1);
    share(p, cents);
    bar(p, cents);
    empty(p, 1);
    end_row(p);
}

static void payers(struct page *p, const char *who, const char *caption, const struct finance_payers *list)
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
    money(p, own);
    money(p, f->shared_cents);
    money(p, f->month_cents);
    interval(p, f->month, 100, print_cents);
    share(p, f->month_cents);
    bar(p, f->month_cents);
    money(p, f->month_cents);
    end_row(p);
    page_end_table(p);
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
            money(p, m->payer_cents[i]);
        } else {
            others += m->payer_cents[i];
        }
    }
    if (f->teams.count > shown) {
        money(p, others);
    }
    money(p, m->idle_cents);
    money(p, m->system_cents);
    money(p, m->total_cents);
    end_row(p);
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
    static const char *const headers[] = {"Demand", "#Came", "For", "#Cost", "#95 % interval"};
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
        buffer_text(&p->note, many == 1 ? "a " : many == 1000 ? "1,000 times a " : "1,000,000 times a ");
        buffer_text(&p->note, d->unit);
        page_cell(p, page_take(p));
        page_amount(p, print_usd, m->interval.mean * many);
        interval(p, m->interval, many, print_usd);
        end_row(p);
    }
    page_end_table(p);
}

static void thousands(struct page *p)
{
    static const char *const headers[] = {"Workload", "#Served", "#1,000 requests", "#95 % interval"};
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
        interval(p, p->finance->thousand[index], 1, print_usd);
        end_row(p);
        shown++;
    }
    page_end_table(p);
}

/* ---- terms ---- */

static void terms(struct page *p)
{
    static const char *const headers[] = {"Term", "Means"};
    page_table(p, "scroll", "Terms", headers, 2);
    for (const struct finance_term *t = finance_terms; t->name != NULL; t++) {
        page_row(p, t->name);
        page_cell(p, t->meaning);
        end_row(p);
    }
    page_end_table(p);
}

void html_finance(struct page *p)
{
    const struct finance *f = p->finance;
    page_section(p, "finance", "Who pays");
    page_html(p, "<p><b>");
    page_text(p, f->budget_text);
    page_html(p, "</b></p>\n<p class=\"small\">Simulated: nothing here was invoiced. Prices: ");
    page_text(p, f->prices);
    page_html(p, ".</p>\n");
    payers(p, "Team", "A month by team, forecast", &f->teams);
    if (strcmp(p->r->allocation_team, "namespace") != 0) {
        payers(p, "Namespace", "A month by namespace, forecast", &f->namespaces);
    }
    months(p);
    units(p);
    thousands(p);
    terms(p);
}
