#include "reports/xlsx.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/book.h"
#include "reports/cents.h"
#include "reports/findings.h"
#include "reports/glossary.h"
#include "reports/print.h"

enum {
    MONTH_HOURS = 730,
    TEAMS_SHOWN = 9, /* with columns of their own; more than that no chart can show */
    HEADER_LINES = 3,
    NOTE_WIDTH = 100, /* characters */
    FIRST = 4,        /* row of the first line of a sheet's table; its header stands above */
};

struct writer {
    struct book *book;
    const struct recording *r;
    const struct finance *f;
    struct arena scratch;
};

/* ---- pieces ---- */

static double dollars(int64_t cents)
{
    return (double)cents / 100;
}

static void text(struct writer *w, uint32_t row, uint16_t column, const char *value)
{
    book_text(w->book, row, column, value, BOOK_PLAIN);
}

static void number(struct writer *w, uint32_t row, uint16_t column, double value, enum book_format format)
{
    book_number(w->book, row, column, print_nine_digits(value), format);
}

static void cents(struct writer *w, uint32_t row, uint16_t column, int64_t value)
{
    book_number(w->book, row, column, dollars(value), BOOK_MONEY);
}

static void mean(struct writer *w, uint32_t row, uint16_t column, const char *name, const char *subject, double scale,
                 enum book_format format)
{
    number(w, row, column, recording_mean(w->r, name, subject) * scale, format);
}

/* The bounds of an interval, beside each other. */
static void bounds(struct writer *w, uint32_t row, uint16_t column, struct statistics_interval i,
                   enum book_format format)
{
    number(w, row, column, i.mean - i.half_width, format);
    number(w, row, (uint16_t)(column + 1), i.mean + i.half_width, format);
}

static struct statistics_interval interval_of(const struct recording *r, const char *name, const char *subject)
{
    const struct report_metric *m = recording_metric(r, name, subject);
    return m == NULL ? (struct statistics_interval){NAN, NAN} : m->interval;
}

/* "=SUM(C5:C9)" below a column, rows from first on; nothing where there are none. */
static void sum_above(struct writer *w, uint32_t row, uint16_t column, uint32_t first, double value,
                      enum book_format format)
{
    struct book_name name = book_column(column);
    if (row > first) {
        book_formula(w->book, row, column, value, format, "=SUM(%s%" PRIu32 ":%s%" PRIu32 ")", name.text, first + 1,
                     name.text, row);
    }
}

struct heading {
    const char *title;
    double width;
    bool number;
};

static void begin_title(struct writer *w, const char *title, const char *note)
{
    book_lines(w->book, 0, 2);
    book_text(w->book, 0, 0, title, BOOK_TITLE);
    book_text(w->book, 1, 0, note, BOOK_PLAIN);
}

static void begin_sheet(struct writer *w, const char *name, const char *title, const char *note,
                        const struct heading *headings, uint16_t count)
{
    double widths[32] = {0};
    assert(count <= sizeof widths / sizeof *widths);
    for (uint16_t i = 0; i < count; i++) {
        widths[i] = headings[i].width;
    }
    book_sheet(w->book, name, widths, count, FIRST);
    begin_title(w, title, note);
    book_lines(w->book, FIRST - 1, HEADER_LINES);
    for (uint16_t i = 0; i < count; i++) {
        book_text(w->book, FIRST - 1, i, headings[i].title, headings[i].number ? BOOK_HEADER_NUMBER : BOOK_HEADER);
    }
}

/* ---- Allocation ---- */

enum { OWN = 1, SHARED, TOTAL, SHARE, LOW, HIGH, OVERHEAD, LOADED };

static const struct heading payer_headings[] = {
    {"Team", 30, false},        {"Own", 14, true},
    {"Shared", 14, true},       {"Total", 14, true},
    {"Share of all", 11, true}, {"Total, low (95 %)", 14, true},
    {"Total, high", 14, true},  {"Idle and system, spread", 16, true},
    {"Fully loaded", 14, true},
};

enum { PAYER_COLUMNS = sizeof payer_headings / sizeof payer_headings[0] };

/* Row of a table's total: payers, idle and system stand above. */
static uint32_t total_row(uint32_t first, const struct finance_payers *payers)
{
    return first + payers->count + 2;
}

static void payer_row(struct writer *w, uint32_t row, uint32_t total, const struct finance_payer *p)
{
    int64_t sum = p->own_cents + p->shared_cents;
    text(w, row, 0, p->name);
    cents(w, row, OWN, p->own_cents);
    cents(w, row, SHARED, p->shared_cents);
    book_formula(w->book, row, TOTAL, dollars(sum), BOOK_MONEY, "=B%" PRIu32 "+C%" PRIu32, row + 1, row + 1);
    book_formula(w->book, row, SHARE, (double)sum / (double)w->f->month_cents, BOOK_SHARE, "=D%" PRIu32 "/D$%" PRIu32,
                 row + 1, total + 1);
    bounds(w, row, LOW, p->total, BOOK_MONEY);
    cents(w, row, OVERHEAD, p->overhead_cents);
    book_formula(w->book, row, LOADED, dollars(sum + p->overhead_cents), BOOK_MONEY, "=D%" PRIu32 "+H%" PRIu32, row + 1,
                 row + 1);
}

static void rest_row(struct writer *w, uint32_t row, uint32_t total, const char *name, int64_t value)
{
    text(w, row, 0, name);
    cents(w, row, TOTAL, value);
    book_formula(w->book, row, SHARE, (double)value / (double)w->f->month_cents, BOOK_SHARE, "=D%" PRIu32 "/D$%" PRIu32,
                 row + 1, total + 1);
}

static void total_line(struct writer *w, uint32_t row, uint32_t first, const struct finance_payers *payers)
{
    int64_t own = 0, overhead = w->f->idle_cents + w->f->system_cents;
    for (uint32_t i = 0; i < payers->count; i++) {
        own += payers->at[i].own_cents;
    }
    book_text(w->book, row, 0, "All", BOOK_TOTAL);
    sum_above(w, row, OWN, first, dollars(own), BOOK_MONEY_TOTAL);
    sum_above(w, row, SHARED, first, dollars(w->f->shared_cents), BOOK_MONEY_TOTAL);
    sum_above(w, row, TOTAL, first, dollars(w->f->month_cents), BOOK_MONEY_TOTAL);
    sum_above(w, row, SHARE, first, 1, BOOK_SHARE_TOTAL);
    bounds(w, row, LOW, w->f->month, BOOK_MONEY_TOTAL);
    sum_above(w, row, OVERHEAD, first, dollars(overhead), BOOK_MONEY_TOTAL);
    sum_above(w, row, LOADED, first, dollars(w->f->month_cents), BOOK_MONEY_TOTAL);
}

static void payer_table(struct writer *w, uint32_t first, const struct finance_payers *payers)
{
    uint32_t total = total_row(first, payers);
    for (uint32_t i = 0; i < payers->count; i++) {
        payer_row(w, first + i, total, &payers->at[i]);
    }
    rest_row(w, total - 2, total, "Idle", w->f->idle_cents);
    rest_row(w, total - 1, total, "System", w->f->system_cents);
    total_line(w, total, first, payers);
}

static void payer_chart(struct writer *w, uint32_t first, const struct finance_payers *payers, const char *title)
{
    struct book_series s = {title, "Allocation", first, total_row(first, payers) - 1, 0, TOTAL};
    book_chart(w->book, BOOK_BARS, title, &s, 1, first - 1, PAYER_COLUMNS + 1);
}

static void allocation(struct writer *w)
{
    const struct finance *f = w->f;
    uint32_t second = total_row(FIRST, &f->teams) + 4;
    uint32_t below_chart = FIRST + 22;
    second = second > below_chart ? second : below_chart;
    begin_sheet(
        w, "Allocation", "Who pays, a month",
        "Forecast of 730 hours, US dollars, simulated. Shared: what shared namespaces cost, in proportion to own.",
        payer_headings, PAYER_COLUMNS);
    payer_table(w, FIRST, &f->teams);
    payer_chart(w, FIRST, &f->teams, "A month by team");
    book_lines(w->book, second - 1, HEADER_LINES);
    for (uint16_t i = 0; i < PAYER_COLUMNS; i++) {
        book_text(w->book, second - 1, i, i == 0 ? "Namespace" : payer_headings[i].title,
                  payer_headings[i].number ? BOOK_HEADER_NUMBER : BOOK_HEADER);
    }
    payer_table(w, second, &f->namespaces);
    payer_chart(w, second, &f->namespaces, "A month by namespace");
}

/* ---- Monthly ---- */

/* The columns of tables over time: a label, hours, the dearest teams, other teams, idle, system, all. */
struct columns {
    uint32_t teams; /* with a column of their own */
    bool others;
    uint16_t idle, system, all;
};

enum { FIRST_TEAM = 2 };

static struct columns columns_of(const struct finance *f)
{
    struct columns c = {.teams = f->teams.count < TEAMS_SHOWN ? f->teams.count : TEAMS_SHOWN};
    c.others = f->teams.count > c.teams;
    c.idle = (uint16_t)(FIRST_TEAM + c.teams + c.others);
    c.system = (uint16_t)(c.idle + 1);
    c.all = (uint16_t)(c.idle + 2);
    return c;
}

static void time_headings(struct writer *w, uint32_t row, const struct columns *c, const char *label)
{
    book_lines(w->book, row, 2);
    book_text(w->book, row, 0, label, BOOK_HEADER);
    book_text(w->book, row, 1, "Hours", BOOK_HEADER_NUMBER);
    for (uint32_t i = 0; i < c->teams; i++) {
        book_text(w->book, row, (uint16_t)(FIRST_TEAM + i), w->f->teams.at[i].name, BOOK_HEADER_NUMBER);
    }
    if (c->others) {
        book_text(w->book, row, (uint16_t)(c->idle - 1), "Other teams", BOOK_HEADER_NUMBER);
    }
    book_text(w->book, row, c->idle, "Idle", BOOK_HEADER_NUMBER);
    book_text(w->book, row, c->system, "System", BOOK_HEADER_NUMBER);
    book_text(w->book, row, c->all, "All", BOOK_HEADER_NUMBER);
}

/* A sum along a row, from the first team to the system. */
static void sum_left(struct writer *w, uint32_t row, const struct columns *c, double value)
{
    book_formula(w->book, row, c->all, value, BOOK_MONEY, "=SUM(%s%" PRIu32 ":%s%" PRIu32 ")",
                 book_column(FIRST_TEAM).text, row + 1, book_column(c->system).text, row + 1);
}

static void month_row(struct writer *w, uint32_t row, const struct columns *c, const struct finance_month *m)
{
    int64_t others = 0;
    double hours = (double)(m->to_s - m->from_s) / 3600, budget = w->r->budget_monthly * hours / MONTH_HOURS;
    text(w, row, 0, m->name);
    number(w, row, 1, hours, BOOK_NUMBER);
    for (uint32_t i = 0; i < w->f->teams.count; i++) {
        if (i < c->teams) {
            cents(w, row, (uint16_t)(FIRST_TEAM + i), m->payer_cents[i]);
        } else {
            others += m->payer_cents[i];
        }
    }
    if (c->others) {
        cents(w, row, (uint16_t)(c->idle - 1), others);
    }
    cents(w, row, c->idle, m->idle_cents);
    cents(w, row, c->system, m->system_cents);
    sum_left(w, row, c, dollars(m->total_cents));
    book_formula(w->book, row, (uint16_t)(c->all + 1), budget, BOOK_MONEY, "=B$9*B%" PRIu32 "/%d", row + 1,
                 MONTH_HOURS);
    book_formula(w->book, row, (uint16_t)(c->all + 2), dollars(m->total_cents) - budget, BOOK_MONEY,
                 "=%s%" PRIu32 "-%s%" PRIu32, book_column(c->all).text, row + 1,
                 book_column((uint16_t)(c->all + 1)).text, row + 1);
}

static void months_total(struct writer *w, uint32_t row, uint32_t first, const struct columns *c)
{
    double hours = 0, *sums = TAKE(&w->scratch, double, c->all + 1u), all = 0;
    for (uint32_t i = 0; i < w->f->months_count; i++) {
        const struct finance_month *m = &w->f->months[i];
        hours += (double)(m->to_s - m->from_s) / 3600;
        for (uint32_t t = 0; t < w->f->teams.count; t++) {
            sums[t < c->teams ? FIRST_TEAM + t : c->idle - 1u] += dollars(m->payer_cents[t]);
        }
        sums[c->idle] += dollars(m->idle_cents);
        sums[c->system] += dollars(m->system_cents);
        all += dollars(m->total_cents);
    }
    sums[c->all] = all;
    book_text(w->book, row, 0, "All", BOOK_TOTAL);
    sum_above(w, row, 1, first, hours, BOOK_NUMBER);
    for (uint16_t i = FIRST_TEAM; i <= c->all; i++) {
        sum_above(w, row, i, first, print_nine_digits(sums[i]), BOOK_MONEY_TOTAL);
    }
}

/* Cells of the forecast: rows of the sheet from 1, as formulas name them. */
static void forecast(struct writer *w)
{
    const struct finance *f = w->f;
    double budget = w->r->budget_monthly, month = dollars(f->month_cents);
    uint32_t total = total_row(FIRST, &f->teams) + 1;
    book_text(w->book, 3, 0, "Forecast against budget, a month of 730 hours", BOOK_HEADING);
    text(w, 5, 0, "Forecast");
    book_formula(w->book, 5, 1, month, BOOK_MONEY, "=Allocation!D%" PRIu32, total);
    text(w, 6, 0, "lowest (95 %)");
    text(w, 7, 0, "highest (95 %)");
    number(w, 6, 1, f->month.mean - f->month.half_width, BOOK_MONEY);
    number(w, 7, 1, f->month.mean + f->month.half_width, BOOK_MONEY);
    text(w, 8, 0, "Budget");
    number(w, 8, 1, budget, BOOK_MONEY);
    text(w, 9, 0, "Forecast less budget");
    book_formula(w->book, 9, 1, month - budget, BOOK_MONEY, "=B6-B9");
    text(w, 10, 0, "as a share of it");
    book_formula(w->book, 10, 1, (month - budget) / budget, BOOK_SHARE, "=B10/B9");
    book_text(w->book, 11, 0, f->budget_text, BOOK_BOLD);
}

static uint32_t months(struct writer *w, uint32_t row, const struct columns *c)
{
    book_text(w->book, row, 0, "What the run cost, by calendar month", BOOK_HEADING);
    text(w, row + 1, 0, "Replication 0, only the simulated hours of the month; shared cost is in the teams'.");
    time_headings(w, row + 2, c, "Month");
    book_text(w->book, row + 2, (uint16_t)(c->all + 1), "Budget for the hours", BOOK_HEADER_NUMBER);
    book_text(w->book, row + 2, (uint16_t)(c->all + 2), "Less budget", BOOK_HEADER_NUMBER);
    uint32_t first = row + 3;
    for (uint32_t i = 0; i < w->f->months_count; i++) {
        month_row(w, first + i, c, &w->f->months[i]);
    }
    months_total(w, first + w->f->months_count, first, c);
    return first + w->f->months_count + 1;
}

/* Where in a row of days an amount belongs; shared cost has the column behind all others'. */
static uint16_t day_column(const struct finance *f, const struct columns *c, const struct report_cost_day *d)
{
    if (d->part != PART_WORKLOAD) {
        return d->part == PART_IDLE ? c->idle : c->system;
    }
    uint32_t team = d->workload == RECORDING_NONE ? f->teams.count - 1 : f->teams.of[d->workload];
    if (team == RECORDING_NONE) {
        return 1;
    }
    return team < c->teams ? (uint16_t)(FIRST_TEAM + team) : (uint16_t)(c->idle - 1);
}

static void day_row(struct writer *w, uint32_t row, const struct columns *c, int64_t day, const int64_t *nusd)
{
    struct buffer date = {0};
    double all = 0;
    print_instant(&date, w->r->start_s, recording_day(w->r, day).from_s);
    date.at[10] = '\0';
    text(w, row, 0, date.at);
    buffer_drop(&date);
    for (uint16_t i = 1; i <= c->system; i++) {
        double usd = print_nine_digits((double)nusd[i] * 1e-9);
        book_number(w->book, row, i, usd, BOOK_MONEY);
        all += usd;
    }
    book_formula(w->book, row, c->all, all, BOOK_MONEY, "=SUM(B%" PRIu32 ":%s%" PRIu32 ")", row + 1,
                 book_column(c->system).text, row + 1);
}

static uint32_t day_rows(struct writer *w, uint32_t first, const struct columns *c)
{
    const struct recording *r = w->r;
    uint32_t row = first;
    int64_t *nusd = TAKE(&w->scratch, int64_t, c->all + 1u);
    for (uint32_t i = 0; i < r->cost_days_count;) {
        int64_t day = r->cost_days[i].day;
        memset(nusd, 0, (c->all + 1u) * sizeof *nusd);
        for (; i < r->cost_days_count && r->cost_days[i].day == day; i++) {
            nusd[day_column(w->f, c, &r->cost_days[i])] += r->cost_days[i].cpu_nusd + r->cost_days[i].memory_nusd;
        }
        day_row(w, row++, c, day, nusd);
    }
    return row;
}

static void day_chart(struct writer *w, uint32_t first, uint32_t last, const struct columns *c, uint32_t row)
{
    struct book_series series[TEAMS_SHOWN + 4];
    uint32_t count = 0;
    for (uint16_t column = 1; column <= c->system; column++) {
        uint32_t team = column - FIRST_TEAM;
        const char *name = column == 1           ? "Shared"
                           : column == c->idle   ? "Idle"
                           : column == c->system ? "System"
                           : team < c->teams     ? w->f->teams.at[team].name
                                                 : "Other teams";
        series[count++] = (struct book_series){name, "Monthly", first, last, 0, column};
    }
    book_chart(w->book, BOOK_STACK, "Cost by day", series, count, row, (uint16_t)(c->all + 2));
}

static void days(struct writer *w, uint32_t row, const struct columns *c)
{
    book_text(w->book, row, 0, "What the run cost, by day", BOOK_HEADING);
    text(w, row + 1, 0, "Replication 0, UTC; teams' own cost, shared namespaces apart.");
    time_headings(w, row + 2, c, "Day");
    book_text(w->book, row + 2, 1, "Shared", BOOK_HEADER_NUMBER);
    uint32_t first = row + 3, end = day_rows(w, first, c);
    if (end > first) {
        day_chart(w, first, end - 1, c, row + 2);
    }
}

static void monthly(struct writer *w)
{
    struct columns c = columns_of(w->f);
    double widths[TEAMS_SHOWN + 8];
    for (uint16_t i = 0; i < c.all + 3; i++) {
        widths[i] = i == 0 ? 26 : 14;
    }
    book_sheet(w->book, "Monthly", widths, (uint16_t)(c.all + 3), 0);
    begin_title(w, "By month", "US dollars, simulated.");
    forecast(w);
    days(w, months(w, 14, &c) + 2, &c);
}

/* ---- Workloads ---- */

enum { W_REPLICAS = 6, W_CPU, W_MEMORY = W_CPU + 3, W_MONTH = W_MEMORY + 3, W_LOW, W_HIGH, W_SHARE, W_THOUSAND };

#define GIB 1073741824.0

static const struct heading workload_headings[] = {
    {"Namespace", 16, false},
    {"Kind", 13, false},
    {"Workload", 26, false},
    {"Team", 16, false},
    {"Shared", 8, false},
    {"Use is", 10, false},
    {"Replicas, mean", 10, true},
    {"CPU requested, cores", 11, true},
    {"CPU used, cores", 11, true},
    {"CPU used of requested", 11, true},
    {"Memory requested, GiB", 11, true},
    {"Memory used, GiB", 11, true},
    {"Memory used of requested", 11, true},
    {"A month", 13, true},
    {"low (95 %)", 13, true},
    {"high", 13, true},
    {"Share of all", 9, true},
    {"1,000 requests", 14, true},
};

enum { WORKLOAD_COLUMNS = sizeof workload_headings / sizeof workload_headings[0] };

/* What is requested, what of it is used, and the share, in three columns from `column` on. */
static void use_cells(struct writer *w, uint32_t row, uint16_t column, double requested, double used)
{
    struct book_name request = book_column(column), use = book_column((uint16_t)(column + 1));
    double over = print_nine_digits(requested), under = print_nine_digits(used);
    book_number(w->book, row, column, over, BOOK_NUMBER);
    book_number(w->book, row, (uint16_t)(column + 1), under, BOOK_NUMBER);
    book_formula(w->book, row, (uint16_t)(column + 2), under / over, BOOK_SHARE, "=%s%" PRIu32 "/%s%" PRIu32, use.text,
                 row + 1, request.text, row + 1);
}

static void workload_use(struct writer *w, uint32_t row, const char *subject)
{
    const struct recording *r = w->r;
    mean(w, row, W_REPLICAS, "replicas.mean", subject, 1, BOOK_NUMBER);
    use_cells(w, row, W_CPU, recording_mean(r, "cpu.requested", subject) / 1000,
              recording_mean(r, "cpu.used", subject) / 1000);
    use_cells(w, row, W_MEMORY, recording_mean(r, "memory.requested", subject) / GIB,
              recording_mean(r, "memory.used", subject) / GIB);
}

static void month_cell(struct writer *w, uint32_t row, uint32_t total, int64_t value)
{
    struct book_name name = book_column(W_MONTH);
    cents(w, row, W_MONTH, value);
    book_formula(w->book, row, W_SHARE, (double)value / (double)w->f->month_cents, BOOK_SHARE,
                 "=%s%" PRIu32 "/%s$%" PRIu32, name.text, row + 1, name.text, total + 1);
}

static void workload_row(struct writer *w, uint32_t row, uint32_t total, uint32_t index)
{
    const struct report_workload *x = &w->r->workloads[index];
    text(w, row, 0, x->namespace);
    text(w, row, 1, x->kind);
    text(w, row, 2, x->name);
    text(w, row, 3, x->team);
    text(w, row, 4, x->shared ? "yes" : "no");
    text(w, row, 5, x->use);
    workload_use(w, row, x->subject);
    month_cell(w, row, total, w->f->workload_cents[index]);
    bounds(w, row, W_LOW, interval_of(w->r, "cost.monthly", x->subject), BOOK_MONEY);
    number(w, row, W_THOUSAND, w->f->thousand[index].mean, BOOK_PRICE);
}

static void workloads(struct writer *w)
{
    uint32_t count = w->r->workloads_count, total = FIRST + count + 3;
    begin_sheet(
        w, "Workloads", "Workloads",
        "Means over the replications. A month is 730 hours, US dollars, simulated. A workload pays for the greater of "
        "request and use.",
        workload_headings, WORKLOAD_COLUMNS);
    for (uint32_t i = 0; i < count; i++) {
        workload_row(w, FIRST + i, total, i);
    }
    const struct {
        const char *name;
        int64_t cents;
    } rest[] = {
        {"Pods of no workload", w->f->others_cents}, {"Idle", w->f->idle_cents}, {"System", w->f->system_cents}};
    for (uint32_t i = 0; i < 3; i++) {
        text(w, FIRST + count + i, 2, rest[i].name);
        month_cell(w, FIRST + count + i, total, rest[i].cents);
    }
    book_text(w->book, total, 2, "All", BOOK_TOTAL);
    sum_above(w, total, W_MONTH, FIRST, dollars(w->f->month_cents), BOOK_MONEY_TOTAL);
    bounds(w, total, W_LOW, w->f->month, BOOK_MONEY_TOTAL);
    sum_above(w, total, W_SHARE, FIRST, 1, BOOK_SHARE_TOTAL);
    if (count > 0) {
        book_filter(w->book, FIRST - 1, FIRST + count - 1, WORKLOAD_COLUMNS);
    }
}

/* ---- Nodes ---- */

enum {
    N_PRICE = 4,
    N_LIST,
    N_DISCOUNT,
    N_MIN,
    N_MEAN,
    N_MAX,
    N_HOURS,
    N_RUN,
    N_MONTH,
    N_LOW,
    N_HIGH,
    N_SOURCE,
    N_DATE
};

static const struct heading node_headings[] = {
    {"Pool", 22, false},
    {"Instance", 16, false},
    {"Region", 16, false},
    {"Purchase", 11, false},
    {"Price an hour", 11, true},
    {"List price an hour", 11, true},
    {"Below list", 9, true},
    {"Nodes, least", 8, true},
    {"Nodes, mean", 8, true},
    {"Nodes, most", 8, true},
    {"Node hours of the run", 12, true},
    {"Cost of the run", 13, true},
    {"A month", 13, true},
    {"low (95 %)", 13, true},
    {"high", 13, true},
    {"Price from", 32, false},
    {"Price date", 12, false},
};

enum { NODE_COLUMNS = sizeof node_headings / sizeof node_headings[0] };

static void node_row(struct writer *w, uint32_t row, const struct report_pool *p, int64_t month_cents)
{
    double hours = print_nine_digits(recording_mean(w->r, "node_hours", p->name));
    text(w, row, 0, p->name);
    text(w, row, 1, p->instance);
    text(w, row, 2, p->region);
    text(w, row, 3, p->purchase);
    number(w, row, N_PRICE, p->usd_per_hour, BOOK_PRICE);
    number(w, row, N_LIST, p->list_usd_per_hour, BOOK_PRICE);
    book_formula(w->book, row, N_DISCOUNT, 1 - p->usd_per_hour / p->list_usd_per_hour, BOOK_SHARE,
                 "=1-E%" PRIu32 "/F%" PRIu32, row + 1, row + 1);
    mean(w, row, N_MIN, "nodes.min", p->name, 1, BOOK_NUMBER);
    mean(w, row, N_MEAN, "nodes.mean", p->name, 1, BOOK_NUMBER);
    mean(w, row, N_MAX, "nodes.max", p->name, 1, BOOK_NUMBER);
    number(w, row, N_HOURS, hours, BOOK_NUMBER);
    book_formula(w->book, row, N_RUN, p->usd_per_hour * hours, BOOK_MONEY, "=E%" PRIu32 "*K%" PRIu32, row + 1, row + 1);
    cents(w, row, N_MONTH, month_cents);
    bounds(w, row, N_LOW, interval_of(w->r, "cost.monthly", p->name), BOOK_MONEY);
    text(w, row, N_SOURCE, p->price_source);
    text(w, row, N_DATE, p->price_date);
}

static void control_plane_row(struct writer *w, uint32_t row, int64_t month_cents)
{
    double price = w->r->control_plane_usd_per_hour, hours = w->r->duration_s / 3600;
    text(w, row, 0, "(control plane)");
    number(w, row, N_PRICE, price, BOOK_PRICE);
    number(w, row, N_HOURS, hours, BOOK_NUMBER);
    book_formula(w->book, row, N_RUN, price * hours, BOOK_MONEY, "=E%" PRIu32 "*K%" PRIu32, row + 1, row + 1);
    cents(w, row, N_MONTH, month_cents);
}

/* A month of each pool, and last of the control plane. */
static const int64_t *pool_cents(struct writer *w)
{
    uint32_t count = w->r->pools_count;
    double *values = TAKE(&w->scratch, double, count + 1);
    int64_t *month = TAKE(&w->scratch, int64_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        double usd = recording_mean(w->r, "cost.monthly", w->r->pools[i].name);
        values[i] = isnan(usd) ? 0 : usd * 100;
    }
    values[count] = w->r->control_plane_usd_per_hour * MONTH_HOURS * 100;
    cents_round(w->scratch, values, month, count + 1);
    return month;
}

static void nodes(struct writer *w)
{
    const int64_t *month = pool_cents(w);
    uint32_t row = FIRST;
    double hours = 0, run = 0;
    int64_t all = 0;
    begin_sheet(w, "Nodes", "Nodes", "Means over the replications. A month is 730 hours, US dollars, simulated.",
                node_headings, NODE_COLUMNS);
    for (uint32_t i = 0; i < w->r->pools_count; i++) {
        const struct report_pool *p = &w->r->pools[i];
        double pool_hours = print_nine_digits(recording_mean(w->r, "node_hours", p->name));
        node_row(w, row++, p, month[i]);
        hours += isnan(pool_hours) ? 0 : pool_hours;
        run += isnan(pool_hours) ? 0 : pool_hours * p->usd_per_hour;
        all += month[i];
    }
    if (w->r->control_plane_usd_per_hour > 0) {
        control_plane_row(w, row++, month[w->r->pools_count]);
        hours += w->r->duration_s / 3600;
        run += w->r->duration_s / 3600 * w->r->control_plane_usd_per_hour;
        all += month[w->r->pools_count];
    }
    book_text(w->book, row, 0, "All", BOOK_TOTAL);
    sum_above(w, row, N_HOURS, FIRST, hours, BOOK_NUMBER);
    sum_above(w, row, N_RUN, FIRST, run, BOOK_MONEY_TOTAL);
    sum_above(w, row, N_MONTH, FIRST, dollars(all), BOOK_MONEY_TOTAL);
    bounds(w, row, N_LOW, w->f->month, BOOK_MONEY_TOTAL);
}

/* ---- Summary ---- */

static void line(struct writer *w, uint32_t *row, const char *label, double value, enum book_format format,
                 struct statistics_interval i)
{
    text(w, *row, 0, label);
    number(w, *row, 1, value, format);
    if (isfinite(i.half_width)) {
        bounds(w, *row, 2, i, format);
    }
    ++*row;
}

static const struct statistics_interval none = {NAN, INFINITY};

/* A figure of the whole run that lies in the Allocation or Monthly sheet. */
static void link_line(struct writer *w, uint32_t *row, const char *label, double value, enum book_format format,
                      const char *formula)
{
    if (isfinite(value)) {
        text(w, *row, 0, label);
        book_formula(w->book, *row, 1, value, format, "%s", formula);
        ++*row;
    }
}

static void money_lines(struct writer *w, uint32_t *row)
{
    const struct finance *f = w->f;
    double month = dollars(f->month_cents), budget = w->r->budget_monthly;
    uint32_t total = total_row(FIRST, &f->teams) + 1;
    text(w, *row, 0, "Forecast, a month of 730 hours");
    bounds(w, *row, 2, f->month, BOOK_MONEY);
    link_line(w, row, "Forecast, a month of 730 hours", month, BOOK_MONEY, "=Monthly!B6");
    link_line(w, row, "Budget", budget, BOOK_MONEY, "=Monthly!B9");
    link_line(w, row, "Forecast less budget", month - budget, BOOK_MONEY, "=Monthly!B10");
    link_line(w, row, "as a share of the budget", (month - budget) / budget, BOOK_SHARE, "=Monthly!B11");
    link_line(w, row, "Idle, share of all", dollars(f->idle_cents) / month, BOOK_SHARE,
              arena_format(&w->scratch, "=Allocation!E%" PRIu32, total - 2));
    link_line(w, row, "System, share of all", dollars(f->system_cents) / month, BOOK_SHARE,
              arena_format(&w->scratch, "=Allocation!E%" PRIu32, total - 1));
    line(w, row, "Cost of the run", recording_mean(w->r, "cost.total", ""), BOOK_MONEY,
         interval_of(w->r, "cost.total", ""));
}

static void unit_lines(struct writer *w, uint32_t *row)
{
    for (uint32_t i = 0; i < w->r->demands_count; i++) {
        const struct report_demand *d = &w->r->demands[i];
        struct statistics_interval each = interval_of(w->r, "cost.per_unit", d->name);
        struct statistics_interval units = interval_of(w->r, "units", d->name);
        if (isnan(each.mean)) {
            continue;
        }
        line(w, row, arena_format(&w->scratch, "%s: %ss in the run", d->name, d->unit), units.mean, BOOK_WHOLE, units);
        line(w, row, arena_format(&w->scratch, "Cost of a %s, everything included", d->unit), each.mean, BOOK_PRICE,
             each);
        text(w, *row, 0, arena_format(&w->scratch, "Cost of 1,000 times a %s", d->unit));
        book_formula(w->book, *row, 1, print_nine_digits(each.mean) * 1000, BOOK_PRICE, "=B%" PRIu32 "*1000", *row);
        ++*row;
    }
}

static void fact(struct writer *w, uint32_t *row, const char *label, const char *value)
{
    text(w, *row, 0, label);
    text(w, (*row)++, 1, value);
}

static void run_facts(struct writer *w, uint32_t *row)
{
    const struct recording *r = w->r;
    struct buffer b = {0};
    print_instant(&b, r->start_s, 0);
    fact(w, row, "Start", b.at);
    buffer_clear(&b);
    print_seconds(&b, r->duration_s);
    fact(w, row, "Length", b.at);
    buffer_clear(&b);
    buffer_format(&b, "%" PRId64 ", seed %" PRId64, r->replications, r->seed);
    fact(w, row, "Replications", b.at);
    buffer_clear(&b);
    buffer_format(&b, "headroom %s, Kubernetes %s", r->version == NULL ? "" : r->version,
                  r->kubernetes == NULL ? "" : r->kubernetes);
    fact(w, row, "Simulated by", b.at);
    fact(w, row, "Run", w->f->run_id);
    fact(w, row, "Prices", w->f->prices);
    buffer_drop(&b);
}

static void summary(struct writer *w)
{
    static const double widths[] = {40, 18, 16, 16};
    uint32_t row = 4;
    book_sheet(w->book, "Summary", widths, 4, 0);
    begin_title(w, w->r->scenario, "US dollars. Simulated: nothing here was invoiced.");
    book_text(w->book, 2, 0, w->f->budget_text, BOOK_BOLD);
    book_text(w->book, 3, 1, "Mean", BOOK_HEADER_NUMBER);
    book_text(w->book, 3, 0, "", BOOK_HEADER);
    book_text(w->book, 3, 2, "low (95 %)", BOOK_HEADER_NUMBER);
    book_text(w->book, 3, 3, "high", BOOK_HEADER_NUMBER);
    money_lines(w, &row);
    unit_lines(w, &row);
    row++;
    book_text(w->book, row++, 0, "Of the requested cost, the use is", BOOK_HEADING);
    line(w, &row, "measured", recording_mean(w->r, "use.measured", ""), BOOK_SHARE, none);
    line(w, &row, "modelled", recording_mean(w->r, "use.modelled", ""), BOOK_SHARE, none);
    line(w, &row, "unknown", recording_mean(w->r, "use.unknown", ""), BOOK_SHARE, none);
    row++;
    book_text(w->book, row++, 0, "The run", BOOK_HEADING);
    run_facts(w, &row);
    row++;
    text(w, row, 0, findings_not_priced);
    struct book_series teams = {"A month by team", "Allocation", FIRST, total_row(FIRST, &w->f->teams) - 1, 0, TOTAL};
    book_chart(w->book, BOOK_BARS, "A month by team", &teams, 1, 3, 5);
}

/* ---- Assumptions ---- */

static void note(struct writer *w, uint32_t *row, const char *name, const char *meaning)
{
    if (meaning != NULL) {
        book_lines(w->book, *row, (unsigned)(strlen(meaning) / NOTE_WIDTH) + 1);
        book_text(w->book, *row, 0, name, BOOK_BOLD);
        book_text(w->book, (*row)++, 1, meaning, BOOK_NOTE);
    }
}

static void unsimulated(struct writer *w, uint32_t *row)
{
    book_text(w->book, (*row)++, 0, "Not simulated", BOOK_HEADING);
    if (w->r->unsimulated_count == 0) {
        text(w, (*row)++, 1, "Everything in the scenario that takes CPU or memory is simulated.");
        return;
    }
    book_lines(w->book, *row, HEADER_LINES);
    book_text(w->book, *row, 0, "Object", BOOK_HEADER);
    book_text(w->book, *row, 1, "What", BOOK_HEADER);
    book_text(w->book, *row, 2, "Share of requested CPU", BOOK_HEADER_NUMBER);
    book_text(w->book, (*row)++, 3, "Share of requested memory", BOOK_HEADER_NUMBER);
    for (uint32_t i = 0; i < w->r->unsimulated_count; i++, ++*row) {
        const struct report_unsimulated *u = &w->r->unsimulated[i];
        text(w, *row, 0, u->whose);
        book_text(w->book, *row, 1, u->what, BOOK_NOTE);
        number(w, *row, 2, u->cpu_share, BOOK_SHARE);
        number(w, *row, 3, u->memory_share, BOOK_SHARE);
    }
}

static void assumptions(struct writer *w)
{
    static const double widths[] = {30, NOTE_WIDTH, 14, 14};
    const struct recording *r = w->r;
    uint32_t row = 2;
    book_sheet(w->book, "Assumptions", widths, 4, 0);
    begin_title(w, "Assumptions", NULL);
    for (const struct glossary_term *t = glossary_terms; t->name != NULL; t++) {
        if ((t->readers & GLOSSARY_FINANCE) != 0) {
            note(w, &row, t->name, t->meaning);
        }
    }
    note(w, &row, "Prices", w->f->prices);
    note(w, &row, "Not covered", findings_not_priced);
    note(w, &row, "Discount", arena_format(&w->scratch, "%.4g %% off every on-demand price.", r->discount * 100));
    note(w, &row, "Control plane",
         arena_format(&w->scratch, "$%.6g an hour (0: the scenario has no price for it).",
                      r->control_plane_usd_per_hour));
    note(w, &row, "A team is named by", r->allocation_team);
    note(w, &row, "The model", r->model_note);
    note(w, &row, "Intervals",
         arena_format(&w->scratch, "95 %%, Student's t over the replications. They cover %s.",
                      r->interval_covers == NULL ? "their noise" : r->interval_covers));
    row++;
    unsimulated(w, &row);
}

bool xlsx_write(struct buffer *out, const struct recording *r, const struct finance *f, struct fail *fail)
{
    struct writer w = {.book = book_open(r->scenario, r->start_s, fail), .r = r, .f = f, .scratch = *r->arena};
    if (w.book == NULL) {
        return false;
    }
    summary(&w);
    monthly(&w);
    allocation(&w);
    workloads(&w);
    nodes(&w);
    assumptions(&w);
    return book_close(w.book, out, fail);
}
