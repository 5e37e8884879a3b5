#include "reports/summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/print.h"

enum { WIDTH = 100, ROWS_MAX = 8, CELL_MAX = 16, NAME_WIDTH = 30 };

#define BOLD "\x1b[1m"
#define RED "\x1b[31m"
#define GREEN "\x1b[32m"
#define YELLOW "\x1b[33m"

struct writer {
    struct buffer *out;
    const struct recording *r;
    const struct findings *f;
    bool colour;
    struct buffer cell; /* put together here, then added with its width */
};

static void paint(struct writer *w, const char *code, const char *text)
{
    if (w->colour) {
        buffer_format(w->out, "%s%s\x1b[0m", code, text);
    } else {
        buffer_text(w->out, text);
    }
}

static void line(struct writer *w)
{
    buffer_byte(w->out, '\n');
}

static void heading(struct writer *w, const char *text)
{
    line(w);
    paint(w, BOLD, text);
    line(w);
}

/* Adds text broken between words, its first line behind what stands there (column characters), others indented. */
static void wrap(struct writer *w, const char *text, size_t column, size_t indent)
{
    bool first = true;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (!first && column + 1 + length > WIDTH) {
            buffer_format(w->out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            buffer_byte(w->out, ' ');
            column++;
        }
        buffer_add(w->out, text, length);
        column += length;
        text += length + strspn(text + length, " ");
        first = false;
    }
    line(w);
}

static void paragraph(struct writer *w, const char *text)
{
    buffer_text(w->out, "  ");
    wrap(w, text, 2, 2);
}

/* The cell that was put together, cut to fit. Positive widths are flush right; negative ones flush left, with a space
 * behind what was cut. */
static void cell(struct writer *w, int width)
{
    const char *text = buffer_string(&w->cell);
    int room = width < 0 ? -width : width;
    if (w->cell.count > (size_t)room) {
        buffer_format(w->out, "%.*s... ", room - 4, text);
    } else {
        buffer_format(w->out, "%*s", width, text);
    }
    buffer_clear(&w->cell);
}

static void text_cell(struct writer *w, int width, const char *text)
{
    buffer_text(&w->cell, text);
    cell(w, width);
}

static void number_cell(struct writer *w, int width, double x)
{
    print_number(&w->cell, x, 3);
    cell(w, width);
}

/* ---- parts, from the top ---- */

static void title(struct writer *w)
{
    const struct recording *r = w->r;
    paint(w, BOLD, r->scenario);
    buffer_text(w->out, ": ");
    print_seconds(w->out, r->duration_s);
    buffer_text(w->out, " from ");
    print_day(w->out, r->start_s, 0);
    buffer_text(w->out, " (");
    print_instant(w->out, r->start_s, 0);
    buffer_format(w->out, "), %" PRId64 " replication%s, seed %" PRId64, r->replications,
                  r->replications == 1 ? "" : "s", r->seed);
    if (r->kubernetes != NULL) {
        buffer_format(w->out, ", Kubernetes %s", r->kubernetes);
    }
    line(w);
}

static void share_of_use(struct writer *w)
{
    static const struct {
        const char *words;
        const char *metric;
    } parts[] = {
        {"measured for ", "use.measured"}, {", modelled for ", "use.modelled"}, {" and unknown for ", "use.unknown"}};
    buffer_text(w->out, "Of the requested cost, the use is ");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        buffer_text(w->out, parts[i].words);
        print_share(w->out, recording_mean(w->r, parts[i].metric, ""));
    }
    buffer_text(w->out, ".\n");
}

static void verdict(struct writer *w)
{
    line(w);
    paint(w, !w->f->judged ? BOLD : w->f->holds ? BOLD GREEN : BOLD RED, w->f->verdict);
    line(w);
    if (w->f->first != NULL) {
        buffer_text(w->out, "Breaks first: ");
        wrap(w, w->f->first, 14, 2);
    }
    if (w->f->longest != NULL) {
        buffer_text(w->out, "Lasts longest: ");
        wrap(w, w->f->longest, 15, 2);
    }
}

static void objectives(struct writer *w)
{
    const struct recording *r = w->r;
    if (r->objectives_count == 0) {
        return;
    }
    heading(w, "Objectives: achieved, and in how many replications");
    for (uint32_t i = 0; i < r->objectives_count; i++) {
        const struct report_objective *o = &r->objectives[i];
        bool held = o->held == o->count;
        buffer_text(w->out, "  ");
        paint(w, held ? GREEN : BOLD RED, held ? "held  " : "MISSED");
        buffer_text(w->out, "  ");
        text_cell(w, -NAME_WIDTH, findings_objective_subject(r, o));
        text_cell(w, -33, findings_objective(r, o));
        print_share(&w->cell, o->achieved.mean);
        cell(w, 10);
        buffer_format(w->out, ", %" PRIu32 " of %" PRIu32 "\n", o->held, o->count);
        if (isnan(o->worst)) {
            continue;
        }
        buffer_text(w->out, "          worst ");
        (o->latency ? print_seconds : print_share)(w->out, o->worst);
        if (o->worst_t_s >= 0) {
            buffer_text(w->out, " at ");
            print_clock(w->out, r->start_s, o->worst_t_s);
            buffer_text(w->out, " (");
            print_instant(w->out, r->start_s, o->worst_t_s);
            buffer_text(w->out, ")");
        }
        buffer_format(w->out, r->replications > 1 ? " in replication %" PRIu32 "\n" : "\n", o->worst_in);
    }
}

static void problems(struct writer *w)
{
    static const struct {
        const char *word;
        const char *colour;
    } levels[] = {{"  wrong  ", BOLD RED}, {"  check  ", YELLOW}, {"  note   ", ""}};
    if (w->f->list_count == 0) {
        return;
    }
    heading(w, "What to look at");
    for (uint32_t i = 0; i < w->f->list_count; i++) {
        paint(w, levels[w->f->list[i].level].colour, levels[w->f->list[i].level].word);
        wrap(w, w->f->list[i].text, 9, 9);
    }
}

/* The mean and the interval of dollars, for so many of what they are for. */
static void interval(struct writer *w, const struct report_metric *m, double many)
{
    double mean = m->interval.mean * many, half = m->interval.half_width * many;
    print_usd(w->out, mean);
    if (isfinite(half)) {
        buffer_text(w->out, " (95 % interval ");
        print_span(w->out, mean - half, mean + half, print_usd);
        buffer_text(w->out, ")");
    } else {
        buffer_text(w->out, " (one replication: no interval)");
    }
}

static void cost_per_unit(struct writer *w, const struct report_demand *d)
{
    const struct report_metric *m = recording_metric(w->r, "cost.per_unit", d->name);
    if (m == NULL) {
        return;
    }
    double many = print_many(m->interval.mean);
    buffer_text(w->out, "  ");
    print_many_units(w->out, many, d->unit);
    buffer_text(w->out, ": ");
    interval(w, m, many);
    line(w);
}

static void cost_parts(struct writer *w)
{
    const struct recording *r = w->r;
    double total = recording_mean(r, "cost.total", ""), idle = recording_mean(r, "cost.idle", ""),
           system = recording_mean(r, "cost.system", "");
    if (isnan(total)) {
        return;
    }
    buffer_text(w->out, "  this run: ");
    print_usd(w->out, total);
    buffer_text(w->out, ", of which workloads ");
    print_usd(w->out, total - idle - system);
    buffer_text(w->out, ", idle ");
    print_usd(w->out, idle);
    buffer_text(w->out, ", reserved for the system ");
    print_usd(w->out, system);
    line(w);
}

static void cost(struct writer *w)
{
    const struct recording *r = w->r;
    const struct report_metric *month = recording_metric(r, "cost.monthly", "");
    heading(w, "Cost");
    if (month != NULL) {
        buffer_text(w->out, "  a month: ");
        interval(w, month, 1);
        if (!isnan(r->budget_monthly)) {
            buffer_text(w->out, ", budget ");
            print_usd(w->out, r->budget_monthly);
        }
        line(w);
    }
    cost_parts(w);
    for (uint32_t i = 0; i < r->demands_count; i++) {
        cost_per_unit(w, &r->demands[i]);
    }
    buffer_text(w->out, "  prices: ");
    wrap(w, recording_prices(r), 10, 4);
    paragraph(w, findings_not_priced);
}

static void share_row(struct writer *w, const char *name, const char *resource, void (*print)(struct buffer *, double),
                      const char *unit)
{
    char metric[3][32];
    static const char *const parts[] = {"requested", "used", "allocatable"};
    for (int i = 0; i < 3; i++) {
        snprintf(metric[i], sizeof metric[i], "%s.%s", resource, parts[i]);
    }
    double allocatable = recording_mean(w->r, metric[2], "");
    buffer_format(w->out, "  %-8s", name);
    for (int i = 0; i < 2; i++) {
        print_share(&w->cell, recording_mean(w->r, metric[i], "") / allocatable);
        cell(w, 9);
        buffer_format(w->out, " %s", parts[i]);
    }
    buffer_text(w->out, " of ");
    print(w->out, allocatable);
    buffer_format(w->out, " %s allocatable (means)\n", unit);
}

static void nodes(struct writer *w)
{
    const struct recording *r = w->r;
    static const char *const names[] = {"nodes.min", "nodes.mean", "nodes.max", "node_hours"};
    buffer_format(w->out, "  %-*s%10s%10s%10s%14s\n", NAME_WIDTH, "nodes", "min", "mean", "max", "node hours");
    for (uint32_t i = 0; i < r->pools_count; i++) {
        const struct report_pool *p = &r->pools[i];
        if (i > 0 && strcmp(p->name, r->pools[i - 1].name) == 0) {
            continue;
        }
        buffer_format(&w->cell, "%s (%s)", p->name, p->instance);
        buffer_text(w->out, "  ");
        cell(w, -NAME_WIDTH);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            number_cell(w, k < 3 ? 10 : 14, recording_mean(r, names[k], p->name));
        }
        line(w);
    }
}

static void cluster(struct writer *w)
{
    heading(w, "Cluster");
    share_row(w, "CPU", "cpu", print_cores, "cores");
    share_row(w, "memory", "memory", print_gib, "GiB");
    nodes(w);
}

static void workload_row(struct writer *w, const struct report_workload *x)
{
    const struct recording *r = w->r;
    static const char *const replicas[] = {"replicas.min", "replicas.mean", "replicas.max"};
    buffer_text(w->out, "  ");
    text_cell(w, -NAME_WIDTH, x->label);
    for (int i = 0; i < 3; i++) {
        number_cell(w, 7, recording_mean(r, replicas[i], x->subject));
    }
    print_seconds(&w->cell, recording_mean(r, "pending.longest_s", x->subject));
    cell(w, 10);
    print_seconds(&w->cell, recording_mean(r, "latency.p99", x->subject));
    cell(w, 10);
    print_share(&w->cell, recording_mean(r, "success", x->subject));
    cell(w, 11);
    print_usd(&w->cell, recording_mean(r, "cost.workload", x->subject));
    cell(w, 11);
    line(w);
}

/* "and 7 more": what a table leaves out is said. */
static void more(struct writer *w, uint32_t count, uint32_t shown)
{
    if (count > shown) {
        buffer_format(w->out, "  and %" PRIu32 " more (headroom report --format json, html)\n", count - shown);
    }
}

static void workloads(struct writer *w)
{
    const struct recording *r = w->r;
    enum { SHOWN = 20 };
    if (r->workloads_count == 0) {
        return;
    }
    heading(w, "Workloads, dearest first");
    buffer_format(w->out, "  %-*s%7s%7s%7s%10s%10s%11s%11s\n", NAME_WIDTH, "replicas:", "min", "mean", "max", "pending",
                  "p99", "success", "cost");
    for (uint32_t i = 0; i < r->workloads_count && i < SHOWN; i++) {
        workload_row(w, &r->workloads[w->f->by_cost[i]]);
    }
    more(w, r->workloads_count, SHOWN);
    buffer_text(w->out, "  (pending: the longest that a pod was; cost: of this run)\n");
}

static void gap_row(struct writer *w, const struct finding_gap *g)
{
    buffer_text(w->out, "  ");
    text_cell(w, -NAME_WIDTH, w->r->workloads[g->workload].label);
    double cores[] = {g->requested_mcpu, g->used_mcpu, g->most_mcpu};
    double gib[] = {g->requested_bytes, g->used_bytes, g->most_bytes};
    for (int i = 0; i < 3; i++) {
        print_cores(&w->cell, cores[i]);
        cell(w, 9);
    }
    for (int i = 0; i < 3; i++) {
        print_gib(&w->cell, gib[i]);
        cell(w, 9);
    }
    print_usd(&w->cell, g->usd_monthly);
    cell(w, 12);
    line(w);
}

static void gaps(struct writer *w)
{
    if (w->f->gaps_count == 0) {
        return;
    }
    heading(w, "Largest gaps between request and use");
    buffer_format(w->out, "  %-*s%27s%27s\n", NAME_WIDTH, "", "CPU, cores", "memory, GiB");
    buffer_format(w->out, "  %-*s%9s%9s%9s%9s%9s%9s%12s\n", NAME_WIDTH, "", "request", "use", "most", "request", "use",
                  "most", "$ a month");
    for (uint32_t i = 0; i < w->f->gaps_count && i < ROWS_MAX; i++) {
        gap_row(w, &w->f->gaps[i]);
    }
    more(w, w->f->gaps_count, ROWS_MAX);
    paragraph(w, "$ a month: what request less use costs at this run's node prices. Nodes must go before it is saved.");
}

static void unsimulated(struct writer *w)
{
    const struct recording *r = w->r;
    heading(w, "Not simulated");
    if (r->unsimulated_count == 0) {
        paragraph(w, "Everything in the scenario that takes CPU or memory is simulated.");
        return;
    }
    for (uint32_t i = 0; i < r->unsimulated_count && i < ROWS_MAX; i++) {
        const struct report_unsimulated *u = &r->unsimulated[i];
        buffer_format(&w->cell, "%s (%s): ", u->what, u->whose);
        print_share(&w->cell, u->cpu_share);
        buffer_text(&w->cell, " of the requested CPU, ");
        print_share(&w->cell, u->memory_share);
        buffer_text(&w->cell, " of the memory");
        buffer_text(w->out, "  ");
        wrap(w, buffer_string(&w->cell), 2, 6);
        buffer_clear(&w->cell);
    }
    more(w, r->unsimulated_count, ROWS_MAX);
}

static void simplified(struct writer *w)
{
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        const struct report_workload *x = &w->r->workloads[i];
        if (x->simplified != NULL) {
            buffer_format(w->out, "  %s, simplified: ", x->subject);
            wrap(w, x->simplified, 16 + strlen(x->subject), 6);
        }
    }
}

static void notes(struct writer *w)
{
    const struct recording *r = w->r;
    if (r->interval_covers == NULL && r->model_note == NULL) {
        return;
    }
    heading(w, "How sure");
    if (r->interval_covers != NULL) {
        buffer_text(w->out, "  Intervals cover ");
        wrap(w, r->interval_covers, 18, 2);
    }
    if (r->model_note != NULL) {
        paragraph(w, r->model_note);
    }
}

void summary_write(struct buffer *out, const struct recording *r, const struct findings *f, bool colour)
{
    struct writer w = {.out = out, .r = r, .f = f, .colour = colour};
    title(&w);
    share_of_use(&w);
    verdict(&w);
    objectives(&w);
    problems(&w);
    cost(&w);
    cluster(&w);
    workloads(&w);
    gaps(&w);
    unsimulated(&w);
    simplified(&w);
    notes(&w);
    buffer_drop(&w.cell);
}
