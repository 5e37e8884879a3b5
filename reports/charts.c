#include "reports/charts.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/print.h"

enum { SERIES_ROOM = 16, BANDS_MOST = 200, PARTS_MOST = 8, ROWS_MOST = 32, DAY_S = 86400 };

static const double cores = 1e-3;
static const double gib = 1.0 / 1073741824;

/* A line of a figure's legend, and a column of its table of numbers (y null: only the former). */
struct column {
    const char *name;
    const char *role;
    const double *y;
    double scale;
};

struct figure {
    struct page *page;
    const char *title; /* "CPU of ride-api, cores" */
    const char *note;  /* under the title; null: nothing */
    struct plot plot;
    struct plot_series series[SERIES_ROOM];
    struct column columns[SERIES_ROOM];
    uint32_t column_count;
    const double *t_s; /* of the columns */
    uint32_t count;
    bool seconds; /* amounts are times */
};

static struct figure begin_figure(struct page *p, const char *title, const struct series *s, bool wide)
{
    return (struct figure){
        .page = p,
        .title = title,
        .plot = {.start_s = p->r->start_s, .from_s = 0, .to_s = p->r->duration_s, .wide = wide},
        .t_s = s->t_s,
        .count = s->count,
    };
}

static void add_series(struct figure *f, struct plot_series s)
{
    assert(f->plot.count < SERIES_ROOM);
    f->series[f->plot.count++] = s;
}

/* A series that is not drawn by itself but stands in legend and table. */
static void add_column(struct figure *f, const char *role, const char *name, const double *y, double scale)
{
    f->columns[f->column_count++] = (struct column){name, role, y, scale};
}

static void add_drawn(struct figure *f, enum plot_style style, const char *role, const char *name, const double *y,
                      double scale)
{
    add_series(f, (struct plot_series){
                      .style = style, .shown = {role, name}, .x = f->t_s, .y = y, .count = f->count, .scale = scale});
    add_column(f, role, name, y, scale);
}

static void add_key(struct figure *f, const char *role, const char *name)
{
    add_column(f, role, name, NULL, 1);
}

/* Bands from bottom to top, behind what is added later. */
static void add_bands(struct figure *f, const char *role, const char *name, const double *from_s, const double *to_s,
                      uint32_t count)
{
    double *none = TAKE(f->page->arena, double, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        none[i] = NAN;
    }
    if (count > 0) {
        add_series(f, (struct plot_series){.style = PLOT_BOXES,
                                           .shown = {role, name},
                                           .x = from_s,
                                           .x2 = to_s,
                                           .y = none,
                                           .y2 = none,
                                           .count = count});
        add_key(f, role, name);
    }
}

/* The events of a demand, or of all (RECORDING_NONE). */
static void add_events(struct figure *f, uint32_t demand)
{
    const struct recording *r = f->page->r;
    double *from = TAKE(f->page->arena, double, BANDS_MOST), *to = TAKE(f->page->arena, double, BANDS_MOST);
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->events_count && count < BANDS_MOST; i++) {
        const struct report_event *e = &r->events[i];
        if ((demand == RECORDING_NONE || e->demand == demand) && (double)e->start_s < r->duration_s) {
            from[count] = (double)e->start_s;
            to[count++] = fmin((double)e->end_s, r->duration_s);
        }
    }
    add_bands(f, "event", "event of the demand", from, to, count);
}

/* ---- numbers ---- */

static void add_value(struct buffer *out, const struct figure *f, double x)
{
    if (f->seconds) {
        print_seconds(out, x);
    } else {
        print_number(out, x, 3);
    }
}

/* Mean and most of a column's values in (from, to]: a sample's time ends its step. */
static struct series_range range_of(const struct figure *f, const struct column *c, double from_s, double to_s)
{
    struct series_range range = {NAN, NAN, NAN, NAN};
    double sum = 0.0;
    uint32_t known = 0;
    for (uint32_t i = 0; i < f->count; i++) {
        double x = c->y[i] * c->scale;
        if (f->t_s[i] <= from_s || f->t_s[i] > to_s || isnan(x)) {
            continue;
        }
        sum += x;
        known++;
        if (known == 1 || x > range.most) {
            range.most = x;
            range.most_t_s = f->t_s[i];
        }
    }
    range.mean = known == 0 ? (double)NAN : sum / known;
    return range;
}

static const char *describe(struct figure *f)
{
    struct buffer *b = &f->page->note;
    buffer_format(b, "%s, over ", f->title);
    print_seconds(b, f->page->r->duration_s);
    buffer_text(b, ".");
    for (uint32_t i = 0; i < f->column_count; i++) {
        if (f->columns[i].y == NULL) {
            continue;
        }
        struct series_range range = range_of(f, &f->columns[i], -1, f->page->r->duration_s);
        if (isnan(range.mean)) {
            continue;
        }
        buffer_format(b, " %s: mean ", f->columns[i].name);
        add_value(b, f, range.mean);
        buffer_text(b, ", most ");
        add_value(b, f, range.most);
        buffer_text(b, " at ");
        print_clock(b, f->page->r->start_s, (int64_t)range.most_t_s);
        buffer_text(b, ".");
    }
    return page_take(f->page);
}

/* The longest of these whose rows a table can hold. */
static double bucket_of(double duration_s)
{
    static const double lengths[] = {60, 300, 900, 3600, 3 * 3600, DAY_S, 7 * DAY_S, 28 * DAY_S};
    size_t i = 0;
    while (i + 1 < sizeof lengths / sizeof lengths[0] && duration_s / lengths[i] > ROWS_MOST) {
        i++;
    }
    return lengths[i];
}

static void table_row(struct figure *f, double from_s, double bucket_s)
{
    struct page *p = f->page;
    print_day(&p->note, p->r->start_s, (int64_t)from_s);
    if (bucket_s < DAY_S) {
        buffer_text(&p->note, " ");
        print_hour(&p->note, p->r->start_s, (int64_t)from_s);
    }
    page_row(p, page_take(p));
    for (uint32_t i = 0; i < f->column_count; i++) {
        if (f->columns[i].y == NULL) {
            continue;
        }
        struct series_range range = range_of(f, &f->columns[i], from_s, from_s + bucket_s);
        (f->seconds ? page_seconds : page_number)(p, range.mean);
        (f->seconds ? page_seconds : page_number)(p, range.most);
    }
    page_end_row(p);
}

static void add_table(struct figure *f)
{
    struct page *p = f->page;
    const char *headers[1 + 2 * SERIES_ROOM] = {"from"};
    double bucket = bucket_of(p->r->duration_s);
    size_t count = 1;
    for (uint32_t i = 0; i < f->column_count; i++) {
        if (f->columns[i].y != NULL) {
            headers[count++] = arena_format(p->arena, "#%s, mean", f->columns[i].name);
            headers[count++] = "#most";
        }
    }
    page_html(p, "<details><summary>Numbers</summary>");
    page_table(p, "scroll", f->title, headers, count);
    for (double from = 0; from < p->r->duration_s; from += bucket) {
        table_row(f, from, bucket);
    }
    page_end_table(p);
    page_html(p, "</details>");
}

/* ---- the figure ---- */

static void add_legend(struct figure *f)
{
    page_html(f->page, "<ul class=\"legend\">");
    for (uint32_t i = 0; i < f->column_count; i++) {
        page_format(f->page, "<li><i class=\"key %s\"></i>", f->columns[i].role);
        page_text(f->page, f->columns[i].name);
        page_html(f->page, "</li>");
    }
    page_html(f->page, "</ul>");
}

static void end_figure(struct figure *f)
{
    struct page *p = f->page;
    f->plot.series = f->series;
    f->plot.title = f->title;
    if (plot_is_empty(&f->plot)) {
        return;
    }
    f->plot.description = describe(f);
    page_html(p, f->plot.wide ? "<figure class=\"wide\"><figcaption><b>" : "<figure><figcaption><b>");
    page_text(p, f->title);
    page_html(p, "</b>");
    add_legend(f);
    if (f->note != NULL) {
        page_html(p, "<p>");
        page_text(p, f->note);
        page_html(p, "</p>");
    }
    page_html(p, "</figcaption>\n<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-label=\"");
    page_text(p, f->title);
    page_html(p, "\">");
    plots_place(&p->body, plots_add(&p->plots, &f->plot));
    page_html(p, "</div>");
    if (f->column_count > 0 && f->t_s != NULL) {
        add_table(f);
    }
    page_html(p, "</figure>\n");
}

/* Values on top of each other: sums[i] is of parts 0..i. */
static double *const *stack(struct arena *a, const double *const *parts, uint32_t count, uint32_t length)
{
    double **sums = TAKE(a, double *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        sums[i] = TAKE(a, double, length + 1);
        for (uint32_t k = 0; k < length; k++) {
            sums[i][k] = parts[i][k] + (i == 0 ? 0.0 : sums[i - 1][k]);
        }
    }
    return sums;
}

/* Draws the stack from its top, so that what lies below covers. */
static void add_stack(struct figure *f, const struct column *parts, uint32_t count)
{
    const double *ys[SERIES_ROOM] = {NULL};
    for (uint32_t i = 0; i < count; i++) {
        ys[i] = parts[i].y;
    }
    double *const *sums = stack(f->page->arena, ys, count, f->count);
    for (uint32_t i = count; i-- > 0;) {
        add_series(f, (struct plot_series){.style = PLOT_AREA,
                                           .shown = {parts[i].role, parts[i].name},
                                           .x = f->t_s,
                                           .y = sums[i],
                                           .count = f->count});
    }
    for (uint32_t i = 0; i < count; i++) {
        add_column(f, parts[i].role, parts[i].name, parts[i].y, 1);
    }
}

/* ---- the cluster ---- */

static const char *events_note(struct page *p, uint32_t demand)
{
    const char *before = "Shaded: ";
    for (uint32_t i = 0; i < p->r->events_count; i++) {
        const struct report_event *e = &p->r->events[i];
        if (e->demand != demand || e->start_s >= (int64_t)p->r->duration_s) {
            continue;
        }
        buffer_format(&p->note, "%s%s (", before, e->name);
        print_clock(&p->note, p->r->start_s, e->start_s);
        buffer_text(&p->note, " to ");
        print_clock(&p->note, p->r->start_s, e->end_s);
        buffer_text(&p->note, ", times ");
        print_number(&p->note, e->factor, 3);
        buffer_text(&p->note, ")");
        before = ", ";
    }
    return p->note.count == 0 ? NULL : page_take(p);
}

void chart_demand(struct page *p, uint32_t demand)
{
    const struct report_demand *d = &p->r->demands[demand];
    struct series s = series_demand(p->q, p->arena, d->id);
    struct figure f = begin_figure(p, arena_format(p->arena, "Demand %s, each second", d->name), &s, true);
    add_events(&f, demand);
    add_drawn(&f, PLOT_LINE, "demand", d->unit, s.at[0], 1);
    f.note = events_note(p, demand);
    end_figure(&f);
}

static const char *part_role(uint32_t index)
{
    static const char *const roles[PARTS_MOST] = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"};
    return roles[index % PARTS_MOST];
}

void chart_nodes(struct page *p)
{
    struct column parts[PARTS_MOST];
    struct series s = {0};
    uint32_t count = p->r->pools_count < PARTS_MOST ? p->r->pools_count : PARTS_MOST;
    for (uint32_t i = 0; i < count; i++) {
        const struct report_pool *pool = &p->r->pools[i];
        s = series_pool(p->q, p->arena, pool->id);
        parts[i] = (struct column){pool->name, part_role(i), s.at[0], 1};
    }
    struct figure f = begin_figure(p, "Nodes by pool", &s, true);
    f.plot.whole = true;
    if (count > 0 && s.count > 0) {
        add_events(&f, RECORDING_NONE);
        add_stack(&f, parts, count);
        end_figure(&f);
    }
}

/* Allocatable, requested, used. */
static void chart_resource(struct page *p, const char *title, const struct series *s, uint32_t first, double scale)
{
    struct figure f = begin_figure(p, title, s, true);
    add_events(&f, RECORDING_NONE);
    add_drawn(&f, PLOT_AREA, "used", "used", s->at[first + CLUSTER_USED_MCPU - CLUSTER_ALLOCATABLE_MCPU], scale);
    add_drawn(&f, PLOT_LINE, "requested", "requested", s->at[first + CLUSTER_REQUESTED_MCPU - CLUSTER_ALLOCATABLE_MCPU],
              scale);
    add_drawn(&f, PLOT_LINE, "allocatable", "allocatable", s->at[first], scale);
    end_figure(&f);
}

void chart_cluster_cpu(struct page *p, const struct series *cluster)
{
    chart_resource(p, "CPU of the cluster, cores", cluster, CLUSTER_ALLOCATABLE_MCPU, cores);
}

void chart_cluster_memory(struct page *p, const struct series *cluster)
{
    chart_resource(p, "Memory of the cluster, GiB", cluster, CLUSTER_ALLOCATABLE_BYTES, gib);
}

/* ---- cost ---- */

/* Which bar of a day a row of costs goes into: the dearest workloads have their own. */
static uint32_t cost_part(const struct page *p, const struct report_cost_day *c, uint32_t shown)
{
    if (c->part != PART_WORKLOAD) {
        return shown + (c->part == PART_IDLE ? 1 : 2);
    }
    for (uint32_t i = 0; i < shown; i++) {
        if (p->f->by_cost[i] == c->workload) {
            return i;
        }
    }
    return shown;
}

static uint32_t count_days(const struct recording *r)
{
    return r->cost_days_count == 0 ? 0 : (uint32_t)r->cost_days[r->cost_days_count - 1].day + 1;
}

/* usd[part][day] */
static const double *const *cost_table(struct page *p, uint32_t shown, uint32_t days)
{
    double **usd = TAKE(p->arena, double *, shown + 3);
    for (uint32_t i = 0; i < shown + 3; i++) {
        usd[i] = TAKE(p->arena, double, days + 1);
    }
    for (uint32_t i = 0; i < p->r->cost_days_count; i++) {
        const struct report_cost_day *c = &p->r->cost_days[i];
        if (c->day >= 0) {
            usd[cost_part(p, c, shown)][c->day] += (double)(c->cpu_nusd + c->memory_nusd) * 1e-9;
        }
    }
    return (const double *const *)usd;
}

static void add_bars(struct figure *f, const char *role, const char *name, const double *low, const double *high,
                     uint32_t days)
{
    double offset = (double)(f->page->r->start_s % DAY_S);
    double *from = TAKE(f->page->arena, double, days + 1), *to = TAKE(f->page->arena, double, days + 1);
    for (uint32_t d = 0; d < days; d++) {
        from[d] = (d + 0.14) * DAY_S - offset;
        to[d] = (d + 0.86) * DAY_S - offset;
    }
    add_series(
        f, (struct plot_series){
               .style = PLOT_BOXES, .shown = {role, name}, .x = from, .x2 = to, .y = low, .y2 = high, .count = days});
}

void chart_cost(struct page *p)
{
    double offset = (double)(p->r->start_s % DAY_S);
    uint32_t days = count_days(p->r), shown = p->r->workloads_count < PARTS_MOST ? p->r->workloads_count : PARTS_MOST;
    const double *const *usd = cost_table(p, shown, days);
    double *const *sums = stack(p->arena, usd, shown + 3, days);
    double *ends = TAKE(p->arena, double, days + 1), *zeros = TAKE(p->arena, double, days + 1);
    for (uint32_t d = 0; d < days; d++) {
        ends[d] = (d + 1.0) * DAY_S - offset;
    }
    struct series s = {.count = days, .t_s = ends};
    struct figure f = begin_figure(p, "Cost by day, $", &s, true);
    f.plot.from_s = -offset;
    f.plot.to_s = days * (double)DAY_S - offset;
    f.plot.labels_at_s = DAY_S / 2.0;
    for (uint32_t i = 0; i < shown + 3; i++) {
        static const char *const names[] = {"other workloads", "idle", "reserved for the system"};
        static const char *const roles[] = {"other", "idle", "system"};
        const char *name = i < shown ? p->r->workloads[p->f->by_cost[i]].label : names[i - shown];
        const char *role = i < shown ? part_role(i) : roles[i - shown];
        if (days > 0 && sums[i][days - 1] > (i == 0 ? 0.0 : sums[i - 1][days - 1])) {
            add_bars(&f, role, name, i == 0 ? zeros : sums[i - 1], sums[i], days);
            add_column(&f, role, name, usd[i], 1);
        }
    }
    end_figure(&f);
}

/* ---- workloads ---- */

static const char *title_of(struct page *p, const char *format, uint32_t workload)
{
    buffer_format(&p->note, "%s%s", format, p->r->workloads[workload].label);
    return page_take(p);
}

void chart_pods(struct page *p, uint32_t workload, const struct series *s)
{
    struct figure f = begin_figure(p, title_of(p, "Pods of ", workload), s, false);
    const struct column parts[] = {{"ready", "ready", s->at[WORKLOAD_READY], 1},
                                   {"starting", "starting", s->at[WORKLOAD_STARTING], 1},
                                   {"pending", "pending", s->at[WORKLOAD_PENDING], 1}};
    f.plot.whole = true;
    add_stack(&f, parts, 3);
    add_drawn(&f, PLOT_STEPS, "replicas", "replicas asked for", s->at[WORKLOAD_REPLICAS], 1);
    end_figure(&f);
}

static void chart_use(struct page *p, const char *title, const struct series *s, uint32_t requested, uint32_t used,
                      double scale)
{
    struct figure f = begin_figure(p, title, s, false);
    add_events(&f, RECORDING_NONE);
    if (!isnan(series_range(s, used).mean)) {
        add_drawn(&f, PLOT_AREA, "used", "used", s->at[used], scale);
    } else {
        f.note = "What it uses is unknown.";
    }
    add_drawn(&f, PLOT_STEPS, "requested", "requested", s->at[requested], scale);
    end_figure(&f);
}

void chart_cpu(struct page *p, uint32_t workload, const struct series *s)
{
    const char *title = title_of(p, "CPU, cores: ", workload);
    chart_use(p, title, s, WORKLOAD_REQUESTED_MCPU, WORKLOAD_USED_MCPU, cores);
}

void chart_memory(struct page *p, uint32_t workload, const struct series *s)
{
    const char *title = title_of(p, "Memory, GiB: ", workload);
    chart_use(p, title, s, WORKLOAD_REQUESTED_BYTES, WORKLOAD_USED_BYTES, gib);
}

static void add_moments(struct figure *f, uint32_t workload)
{
    const struct findings *found = f->page->f;
    double *from = TAKE(f->page->arena, double, BANDS_MOST), *to = TAKE(f->page->arena, double, BANDS_MOST);
    uint32_t count = 0;
    for (uint32_t i = 0; i < found->moments_count && count < BANDS_MOST; i++) {
        const struct report_objective *o = &f->page->r->objectives[found->moments[i].objective];
        if (o->workload == workload && o->latency) {
            from[count] = (double)found->moments[i].from_s;
            to[count++] = (double)found->moments[i].to_s;
        }
    }
    add_bands(f, "missed", "objective missed", from, to, count);
}

/* A level line for each latency objective. */
static void add_bounds(struct figure *f, uint32_t workload)
{
    struct page *p = f->page;
    uint32_t room = 4;
    for (uint32_t i = 0; i < p->r->objectives_count && room > 0; i++) {
        const struct report_objective *o = &p->r->objectives[i];
        if (o->workload != workload || !o->latency) {
            continue;
        }
        double *x = TAKE(p->arena, double, 2), *y = TAKE(p->arena, double, 2);
        x[1] = p->r->duration_s;
        y[0] = y[1] = o->bound_s;
        add_series(f, (struct plot_series){
                          .style = PLOT_LINE, .shown = {"objective", "objective"}, .x = x, .y = y, .count = 2});
        buffer_text(&p->note, f->note == NULL ? "Objective: " : "; ");
        buffer_text(&p->note, findings_objective(p->r, o));
        const char *note = page_take(p);
        f->note = f->note == NULL ? note : arena_format(p->arena, "%s%s", f->note, note);
        if (room-- == 4) {
            add_key(f, "objective", "objective");
        }
    }
}

void chart_latency(struct page *p, uint32_t workload, const struct series *s)
{
    struct figure f = begin_figure(p, title_of(p, "Latency (log scale): ", workload), s, false);
    f.plot.log_seconds = f.seconds = true;
    if (!(series_range(s, WORKLOAD_P99_S).most > 0)) {
        return; /* no requests: there is nothing to draw on a log scale */
    }
    add_moments(&f, workload);
    add_drawn(&f, PLOT_PEAKS, "p99", "p99", s->at[WORKLOAD_P99_S], 1);
    add_drawn(&f, PLOT_PEAKS, "p95", "p95", s->at[WORKLOAD_P95_S], 1);
    add_drawn(&f, PLOT_PEAKS, "p50", "p50", s->at[WORKLOAD_P50_S], 1);
    add_bounds(&f, workload);
    end_figure(&f);
}

void chart_hpa(struct page *p, uint32_t hpa, const struct series *s, const struct chart_change *changes, uint32_t count)
{
    const struct report_hpa *h = &p->r->hpas[hpa];
    double *x = TAKE(p->arena, double, count + 1), *y = TAKE(p->arena, double, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        x[i] = changes[i].t_s;
        y[i] = changes[i].replicas;
    }
    double ends[] = {0, p->r->duration_s};
    double least[] = {(double)h->replicas_min, (double)h->replicas_min};
    double most[] = {(double)h->replicas_max, (double)h->replicas_max};
    struct figure f = begin_figure(p, arena_format(p->arena, "Size set by the HPA %s", h->label), s, true);
    f.plot.whole = true;
    add_events(&f, RECORDING_NONE);
    add_series(&f, (struct plot_series){
                       .style = PLOT_LINE, .shown = {"bound", "its minimum"}, .x = ends, .y = least, .count = 2});
    add_series(&f, (struct plot_series){
                       .style = PLOT_LINE, .shown = {"bound", "its maximum"}, .x = ends, .y = most, .count = 2});
    add_drawn(&f, PLOT_STEPS, "replicas", "replicas asked for", s->at[WORKLOAD_REPLICAS], 1);
    add_series(
        &f, (struct plot_series){.style = PLOT_MARKS, .shown = {"change", "a change"}, .x = x, .y = y, .count = count});
    add_key(&f, "bound", "its minimum and maximum");
    add_key(&f, "change", "a change");
    end_figure(&f);
}
