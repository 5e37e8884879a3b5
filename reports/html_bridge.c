#include "reports/html_bridge.h"

#include <math.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/cents.h"
#include "reports/findings.h"
#include "reports/print.h"
#include "reports/sketch.h"

/* ---- cells ---- */

static void change(struct page *p, int64_t cents, struct statistics_interval i)
{
    page_change(p, cents);
    page_interval(p, i, 100, cents_print_rounded);
}

/* ---- the answer ---- */

static void say_change(struct buffer *out, const struct bridge *b)
{
    int64_t cents = b->candidate_cents - b->base_cents;
    double half = b->change.half_width;
    buffer_text(out, "A month of CANDIDATE costs ");
    cents_print_usd(out, b->candidate_cents);
    if (cents == 0) {
        buffer_text(out, ", as one of BASE does.");
        return;
    }
    buffer_text(out, ", ");
    cents_print_usd(out, cents < 0 ? -cents : cents);
    buffer_text(out, cents > 0 ? " more" : " less");
    if (b->base_cents != 0) {
        buffer_text(out, " (");
        amount_relative(out, (double)cents / (double)b->base_cents);
        buffer_text(out, ")");
    }
    buffer_text(out, " than one of BASE");
    buffer_text(out, !isfinite(half)               ? "; one replication says nothing of the noise."
                     : fabs(b->change.mean) > half ? "."
                                                   : ": a difference within the noise.");
}

static void say_budget(struct page *p, const struct comparison *c)
{
    double budget = c->pair->base.side.budget_monthly;
    const struct bridge *b = &c->cost.bridge;
    if (isnan(budget)) {
        return;
    }
    page_html(p, "<p>The budget is ");
    print_usd(&p->body, budget);
    page_html(p, " a month: BASE is ");
    print_usd(&p->body, fabs((double)b->base_cents / 100 - budget));
    page_html(p, (double)b->base_cents / 100 > budget ? " above it, CANDIDATE " : " below it, CANDIDATE ");
    print_usd(&p->body, fabs((double)b->candidate_cents / 100 - budget));
    page_html(p, (double)b->candidate_cents / 100 > budget ? " above it.</p>" : " below it.</p>");
}

static void answer(struct page *p, const struct comparison *c)
{
    page_html(p, "<section class=\"answer\" aria-label=\"The answer\"><strong class=\"verdict\">");
    say_change(&p->note, &c->cost.bridge);
    page_text(p, page_take(p));
    page_html(p, "</strong>");
    say_budget(p, c);
    page_html(p, "<p>Simulated: nothing here was invoiced.</p></section>\n");
}

/* ---- the bridge ---- */

static void end_of_bridge(struct page *p, const char *name, int64_t cents, const char *meaning)
{
    page_row(p, name);
    page_cents(p, cents);
    page_html(p, "<td></td>");
    page_sentence(p, meaning);
    page_end_row(p);
}

static void bridge(struct page *p, const struct bridge *b)
{
    static const char *const headers[] = {"Step", "#$ a month", "#95 % interval", "What it is"};
    page_section(p, "bridge", "Why a month costs something else");
    sketch_bridge(p, b);
    page_table(p, "scroll", "From BASE to CANDIDATE; the steps sum to the cent", headers, 4);
    end_of_bridge(p, "BASE", b->base_cents, "A month of what is now.");
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        page_row(p, bridge_names[i].name);
        change(p, b->step_cents[i], b->step[i]);
        page_sentence(p, bridge_names[i].meaning);
        page_end_row(p);
    }
    end_of_bridge(p, "CANDIDATE", b->candidate_cents, "A month of what is proposed.");
    page_end_table(p);
    page_html(
        p, "<p class=\"small\">One factor after the other takes its new value: each step has the new values of those "
           "above it and the old ones of those below it. Volume is demand, in requests; a core counts as 7.46 GiB of "
           "memory.</p>\n");
}

/* ---- who pays, what is bought ---- */

static void payers(struct page *p, const struct compare_cost *c)
{
    static const char *const headers[] = {"Team", "#BASE", "#CANDIDATE", "#Change", "#95 % interval"};
    const struct bridge *b = &c->bridge;
    page_section(p, "payers", "Who pays");
    page_table(p, "scroll", "A month by team, greatest change first; shared costs are not spread", headers, 5);
    for (uint32_t i = 0; i < c->payers_count; i++) {
        const struct compare_payer *x = &c->payers[i];
        page_row(p, x->name);
        page_cents(p, x->base_cents);
        page_cents(p, x->candidate_cents);
        change(p, x->candidate_cents - x->base_cents, x->change);
        page_end_row(p);
    }
    page_row(p, "all");
    page_cents(p, b->base_cents);
    page_cents(p, b->candidate_cents);
    change(p, b->candidate_cents - b->base_cents, b->change);
    page_end_row(p);
    page_end_table(p);
}

static void sides(struct page *p, int64_t base_cents, int64_t candidate_cents)
{
    page_cents(p, base_cents);
    page_cents(p, candidate_cents);
    page_change(p, candidate_cents - base_cents);
    page_end_row(p);
}

static void dollars_an_hour(struct buffer *out, double usd)
{
    buffer_text(out, isnan(usd) ? "" : "$");
    print_number(out, usd, 4);
}

/* What is beside the offers, or all of it: four columns are about nodes only. */
static void rest(struct page *p, const char *name, int64_t base_cents, int64_t candidate_cents)
{
    page_row(p, name);
    page_html(p, "<td></td><td></td><td></td><td></td>");
    sides(p, base_cents, candidate_cents);
}

static void offers(struct page *p, const struct compare_cost *c)
{
    static const char *const headers[] = {"Nodes",      "#BASE, h",         "#CANDIDATE, h", "#BASE, $ an hour",
                                          "#CANDIDATE", "#BASE, $ a month", "#CANDIDATE",    "#Change"};
    page_section(p, "offers", "What is bought");
    page_table(p, "scroll", "Node hours of a month, their prices, and what they cost", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < c->offers_count; i++) {
        const struct compare_offer *o = &c->offers[i];
        page_row(p, arena_format(p->arena, "%s, %s, %s", o->instance, o->purchase, o->region));
        page_number(p, o->base_hours);
        page_number(p, o->candidate_hours);
        page_amount(p, dollars_an_hour, o->base_usd_per_hour);
        page_amount(p, dollars_an_hour, o->candidate_usd_per_hour);
        sides(p, o->base_cents, o->candidate_cents);
    }
    rest(p, "beside nodes: the control plane's fee", c->base_fees_cents, c->candidate_fees_cents);
    rest(p, "all", c->bridge.base_cents, c->bridge.candidate_cents);
    page_end_table(p);
}

/* ---- unit costs, prices ---- */

static void unit(struct page *p, const struct compare_row *row, const char *unit)
{
    double many = print_many(isnan(row->base) ? row->candidate : row->base);
    page_row(p, row->subject);
    print_many_units(&p->note, many, unit);
    page_cell(p, page_take(p));
    page_amount(p, print_usd, row->base * many);
    page_amount(p, print_usd, row->candidate * many);
    amount_change(&p->note, "USD", row->mean * many);
    page_html(p, "<td class=\"n\">");
    page_text(p, page_take(p));
    page_html(p, "</td>");
    page_interval(p, (struct statistics_interval){row->mean, (row->high - row->low) / 2}, many, print_usd);
    page_end_row(p);
}

static void units(struct page *p, const struct comparison *c)
{
    static const char *const headers[] = {"Demand", "Unit", "#BASE", "#CANDIDATE", "#Change", "#95 % interval"};
    page_section(p, "units", "Unit costs");
    page_table(p, "scroll", "Cost of a unit of demand: the whole run, everything included", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < c->rows.count; i++) {
        const struct compare_row *row = &c->rows.at[i], *came = NULL;
        if (strcmp(row->name, "cost.per_unit") == 0) {
            came = compare_find(c, "units", row->subject);
            unit(p, row, came == NULL ? "unit" : came->unit);
        }
    }
    page_end_table(p);
}

static void prices(struct page *p, const struct compare_cost *c)
{
    page_section(p, "prices", "Prices, and what they do not cover");
    page_html(p, "<p>BASE: ");
    page_text(p, c->base_prices);
    page_html(p, ".</p>\n<p>CANDIDATE: ");
    page_text(p, c->candidate_prices);
    page_html(p, ".</p>\n<p><b>Not covered.</b> ");
    page_text(p, findings_not_priced);
    page_html(p, "</p>\n");
}

void html_bridge(struct page *p, const struct comparison *c)
{
    answer(p, c);
    bridge(p, &c->cost.bridge);
    payers(p, &c->cost);
    offers(p, &c->cost);
    units(p, c);
    prices(p, &c->cost);
}
