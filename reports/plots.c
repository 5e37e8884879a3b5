/* Longer series are thinned before they are drawn: of the points in one column of pixels only the lowest and the highest
 * stay, in their order, so a week of minutes keeps its peaks and the page stays small. */
#include "reports/plots.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gnuplot.h"
#include "reports/print.h"

enum { SERIES_MAX = 32, DAY_S = 86400, WEEK_S = 7 * DAY_S };

/* In the text of a page, around the number of a chart; svg_escape lets neither through. */
#define PLACE_BEGIN "\x01"
#define PLACE_END '\x02'

/* The two sizes, in units of the drawing, and what of it lies inside the axes. */
struct layout {
    int width, height;
    double left, right, bottom, top; /* shares */
    uint32_t columns;                /* as many points as can be told apart */
    int labels_most;
};

static const struct layout layouts[] = {
    {470, 190, 0.128, 0.985, 0.135, 0.955, 300, 8},
    {960, 250, 0.054, 0.992, 0.105, 0.965, 640, 15},
};

struct plots plots_make(struct arena *arena)
{
    return (struct plots){.arena = arena};
}

void plots_drop(struct plots *p)
{
    buffer_drop(&p->script);
    VEC_DROP(&p->drawings);
}

static bool has_points(const struct plot_series *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (isfinite(s->y[i])) {
            return true;
        }
    }
    return false;
}

bool plot_is_empty(const struct plot *plot)
{
    for (uint32_t i = 0; i < plot->count; i++) {
        if (has_points(&plot->series[i])) {
            return false;
        }
    }
    return true;
}

static double scale_of(const struct plot_series *s)
{
    return s->scale == 0.0 ? 1.0 : s->scale;
}

/* ---- axes ---- */

/* The steps of a scale: 1, 2 or 5 times a power of ten, so that about four fit below most. */
static double nice_step(double most, bool whole)
{
    double step = pow(10, floor(log10(most / 4)));
    double rest = most / 4 / step;
    step *= rest > 5 ? 10 : rest > 2 ? 5 : rest > 1 ? 2 : 1;
    return whole && step < 1 ? 1 : step;
}

static double most_of(const struct plot *plot)
{
    double most = 0.0;
    for (uint32_t i = 0; i < plot->count; i++) {
        const struct plot_series *s = &plot->series[i];
        for (uint32_t k = 0; k < s->count; k++) {
            double y = (s->y2 != NULL ? s->y2[k] : s->y[k]) * scale_of(s);
            most = isfinite(y) && y > most ? y : most;
        }
    }
    return most;
}

static double least_above_zero(const struct plot *plot)
{
    double least = INFINITY;
    for (uint32_t i = 0; i < plot->count; i++) {
        const struct plot_series *s = &plot->series[i];
        for (uint32_t k = 0; k < s->count && s->style != PLOT_BOXES; k++) {
            double y = s->y[k] * scale_of(s);
            least = y > 0 && y < least ? y : least;
        }
    }
    return least;
}

static void linear_axis(struct buffer *b, const struct plot *plot, double range[2])
{
    double most = most_of(plot);
    most = most > 0 ? most : 1;
    double step = nice_step(most, plot->whole);
    int steps = (int)ceil(most / step * 1.02);
    buffer_text(b, "set ytics (");
    for (int i = 0; i <= steps; i++) {
        buffer_text(b, i == 0 ? "\"" : ", \"");
        print_number(b, i * step, 3);
        buffer_format(b, "\" %.9g", i * step);
    }
    buffer_text(b, ")\n");
    range[0] = 0;
    range[1] = steps * step;
}

/* Whole decades around what there is; minutes and hours have none. */
static void log_axis(struct buffer *b, const struct plot *plot, double range[2])
{
    double least = least_above_zero(plot), most = most_of(plot);
    int from = isfinite(least) ? (int)floor(log10(least)) : -3;
    int to = most > 0 ? (int)ceil(log10(most)) : from + 1;
    to = to > from ? to : from + 1;
    buffer_text(b, "set logscale y\nset ytics (");
    for (int i = from; i <= to; i++) {
        buffer_text(b, i == from ? "\"" : ", \"");
        if (i < 2) {
            print_seconds(b, pow(10, i));
        } else {
            print_number(b, pow(10, i), 3);
            buffer_text(b, " s");
        }
        buffer_format(b, "\" 1e%d", i);
    }
    buffer_text(b, ")\n");
    range[0] = pow(10, from);
    range[1] = pow(10, to);
}

static int64_t time_step(double span_s, int labels_most)
{
    static const int64_t steps[] = {60,        300,   900,       1800,   3600,       3 * 3600,   6 * 3600,
                                    12 * 3600, DAY_S, 2 * DAY_S, WEEK_S, 2 * WEEK_S, 4 * WEEK_S, 13 * WEEK_S};
    enum { STEPS = sizeof steps / sizeof steps[0] };
    for (size_t i = 0; i < STEPS; i++) {
        if (span_s / (double)steps[i] <= labels_most) {
            return steps[i];
        }
    }
    return steps[STEPS - 1];
}

/* Labels stand at round times of UTC, not where the right edge would cut them; weeks begin on Mondays, which 1970 did not: its fifth day was the first. */
static void time_axis(struct buffer *b, const struct plot *plot, const struct layout *l)
{
    int64_t step = time_step(plot->to_s - plot->from_s, l->labels_most);
    step = plot->labels_at_s > 0 && step < DAY_S ? DAY_S : step;
    double last_s = plot->to_s - 0.03 * (plot->to_s - plot->from_s);
    int64_t shift = step >= WEEK_S ? 4 * DAY_S : 0;
    int64_t from = plot->start_s + (int64_t)plot->from_s, first = from + (step - (from - shift) % step) % step;
    const char *comma = "";
    buffer_text(b, "set xtics (");
    for (int64_t at = first - plot->start_s; (double)at + plot->labels_at_s <= last_s; at += step) {
        buffer_format(b, "%s\"", comma);
        if (step < DAY_S && (plot->start_s + at) % DAY_S != 0) {
            print_hour(b, plot->start_s, at);
        } else {
            (plot->wide ? print_day : print_short_day)(b, plot->start_s, at);
        }
        buffer_format(b, "\" %.9g", (double)at + plot->labels_at_s);
        comma = ", ";
    }
    buffer_text(b, ")\n");
}

/* ---- series ---- */

static void add_point(struct buffer *b, double x, double y)
{
    if (isnan(y)) {
        buffer_text(b, "\n");
    } else {
        buffer_format(b, "%.9g %.6g\n", x, y);
    }
}

/* The lowest and the highest of points [from, to), in their order; a gap when there is none. */
static void add_column(struct buffer *b, const struct plot_series *s, uint32_t from, uint32_t to)
{
    uint32_t low = to, high = to;
    for (uint32_t i = from; i < to; i++) {
        if (isnan(s->y[i])) {
            continue;
        }
        low = low == to || s->y[i] < s->y[low] ? i : low;
        high = high == to || s->y[i] > s->y[high] ? i : high;
    }
    low = s->style == PLOT_PEAKS ? high : low;
    uint32_t first = low < high ? low : high, second = low < high ? high : low;
    double scale = scale_of(s);
    if (low == to) {
        buffer_text(b, "\n");
        return;
    }
    add_point(b, s->x[first], s->y[first] * scale);
    if (s->y[first] != s->y[second]) {
        add_point(b, s->x[second], s->y[second] * scale);
    }
}

/* Between two equal neighbours a point says nothing. */
static bool says_nothing(const struct plot_series *s, uint32_t i)
{
    return i > 0 && i + 1 < s->count && s->y[i] == s->y[i - 1] && s->y[i] == s->y[i + 1];
}

static void add_all(struct buffer *b, const struct plot_series *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->style == PLOT_MARKS || !says_nothing(s, i)) {
            add_point(b, s->x[i], s->y[i] * scale_of(s));
        }
    }
}

static void add_thinned(struct buffer *b, const struct plot_series *s, const struct plot *plot, uint32_t columns)
{
    double width = (plot->to_s - plot->from_s) / columns;
    for (uint32_t from = 0, to; from < s->count; from = to) {
        double column = floor((s->x[from] - plot->from_s) / width);
        for (to = from + 1; to < s->count && floor((s->x[to] - plot->from_s) / width) == column;) {
            to++;
        }
        add_column(b, s, from, to);
    }
}

static void add_boxes(struct buffer *b, const struct plot_series *s, const double range[2])
{
    for (uint32_t i = 0; i < s->count; i++) {
        double y = isnan(s->y[i]) ? range[0] : s->y[i] * scale_of(s);
        double y2 = isnan(s->y2[i]) ? range[1] : s->y2[i] * scale_of(s);
        if (y2 > y) {
            buffer_format(b, "%.9g %.6g %.9g %.9g %.6g %.6g\n", s->x[i], y, s->x[i], s->x2[i], y, y2);
        }
    }
}

static bool is_drawn(const struct plot_series *s)
{
    return s->style == PLOT_BOXES ? s->count > 0 : has_points(s);
}

static void add_data(struct buffer *b, const struct plot *plot, uint32_t index, const struct layout *l,
                     const double range[2])
{
    const struct plot_series *s = &plot->series[index];
    buffer_format(b, "$d%" PRIu32 " << EOD\n", index);
    if (s->style == PLOT_BOXES) {
        add_boxes(b, s, range);
    } else if (s->style == PLOT_MARKS || s->count <= 2 * l->columns) {
        add_all(b, s);
    } else {
        add_thinned(b, s, plot, l->columns);
    }
    buffer_text(b, "EOD\n");
}

/* Steps of a thinned series would be drawn at points that are not theirs; at that density lines look the same. */
static const char *style_of(const struct plot_series *s, const struct layout *l)
{
    switch (s->style) {
    case PLOT_STEPS:
        return s->count <= 2 * l->columns ? "with steps" : "with lines";
    case PLOT_AREA:
        return "with filledcurves y1=0";
    case PLOT_BOXES:
        return "using 1:2:3:4:5:6 with boxxyerror";
    case PLOT_MARKS:
        return "with points pt 7";
    default:
        return "with lines";
    }
}

static void add_command(struct buffer *b, const struct plot *plot, const struct layout *l)
{
    const char *before = "plot ";
    for (uint32_t i = 0; i < plot->count; i++) {
        if (is_drawn(&plot->series[i])) {
            buffer_format(b, "%s$d%" PRIu32 " %s lc rgb \"#0100%02X\" notitle", before, i,
                          style_of(&plot->series[i], l), i);
            before = ", ";
        }
    }
    buffer_byte(b, '\n');
}

static void add_frame(struct buffer *b, const struct plot *plot, const struct layout *l, double range[2])
{
    buffer_format(b, "reset\nset terminal svg size %d,%d dynamic noenhanced font \"Arial,11\"\n", l->width, l->height);
    buffer_format(b,
                  "unset key\nset border 1\nset tics scale 0 nomirror\nset grid xtics ytics\n"
                  "set style fill solid 1 noborder\n"
                  "set lmargin at screen %g\nset rmargin at screen %g\nset bmargin at screen %g\n"
                  "set tmargin at screen %g\n",
                  l->left, l->right, l->bottom, l->top);
    time_axis(b, plot, l);
    (plot->log_seconds ? log_axis : linear_axis)(b, plot, range);
    buffer_format(b, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", plot->from_s, plot->to_s, range[0], range[1]);
}

uint32_t plots_add(struct plots *p, const struct plot *plot)
{
    assert(plot->count <= SERIES_MAX && !plot_is_empty(plot));
    const struct layout *l = &layouts[plot->wide];
    double range[2];
    add_frame(&p->script, plot, l, range);
    struct svg_series *shown = TAKE(p->arena, struct svg_series, plot->count);
    for (uint32_t i = 0; i < plot->count; i++) {
        shown[i] = plot->series[i].shown;
        if (is_drawn(&plot->series[i])) {
            add_data(&p->script, plot, i, l, range);
        }
    }
    add_command(&p->script, plot, l);
    VEC_PUSH(&p->drawings, (struct svg){.width = l->width,
                                        .height = l->height,
                                        .number = p->drawings.count,
                                        .title = plot->title,
                                        .description = plot->description,
                                        .series = shown,
                                        .count = plot->count});
    return p->drawings.count - 1;
}

void plots_place(struct buffer *page, uint32_t number)
{
    buffer_format(page, PLACE_BEGIN "%" PRIu32 "%c", number, PLACE_END);
}

/* ---- drawing ---- */

/* Where the drawings begin in what gnuplot wrote, one behind the other: starts[count], and the end of all. */
static bool find_drawings(const struct buffer *drawn, size_t count, const char **starts, struct fail *fail)
{
    const char *at = buffer_string(drawn);
    size_t found = 0;
    for (; (at = strstr(at, "<svg")) != NULL; at++) {
        if (found < count) {
            starts[found] = at;
        }
        found++;
    }
    starts[count] = buffer_string(drawn) + drawn->count;
    return found == count ||
           fail_set(fail, FAIL_SYSTEM, "gnuplot drew %zu of %zu charts (headroom was tried with gnuplot 5.4)", found,
                    count);
}

static void put_drawings(const struct plots *p, const struct buffer *page, const char *const *starts,
                         struct buffer *out)
{
    const char *at = buffer_string(page), *place;
    while ((place = strstr(at, PLACE_BEGIN)) != NULL) {
        char *end;
        unsigned long number = strtoul(place + 1, &end, 10);
        assert(*end == PLACE_END && number < p->drawings.count);
        buffer_add(out, at, (size_t)(place - at));
        svg_tidy(out, &p->drawings.at[number], starts[number], (size_t)(starts[number + 1] - starts[number]));
        at = end + 1;
    }
    buffer_text(out, at);
}

bool plots_draw(const struct plots *p, const struct buffer *page, struct buffer *out, struct fail *fail)
{
    struct buffer drawn = {0};
    const char **starts = memory_take(p->drawings.count + 1, sizeof *starts);
    bool good = p->drawings.count == 0 || gnuplot_run(&p->script, &drawn, fail);
    good = good && find_drawings(&drawn, p->drawings.count, starts, fail);
    if (good) {
        put_drawings(p, page, starts, out);
    }
    free(starts);
    buffer_drop(&drawn);
    return good;
}
