/* plots.h -- charts over time, drawn by gnuplot through a pipe, for a page.
 *
 * Charts are added one by one to a script; each leaves its number, which the page's text names where the chart is to
 * stand (plots_place). One gnuplot draws them all, and plots_draw puts them in their places. What is drawn depends on
 * nothing but the charts: no start-up file, no locale of the user.
 */
#ifndef REPORTS_PLOTS_H
#define REPORTS_PLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/svg.h"
#include "sim/base/arena.h"
#include "sim/base/buffer.h"
#include "sim/base/fail.h"
#include "sim/base/memory.h"

enum plot_style {
    PLOT_LINE,
    PLOT_STEPS, /* a line that holds each value until the next */
    PLOT_PEAKS, /* a line that keeps only the highest of points that lie too close to be told apart */
    PLOT_AREA,  /* filled down to 0 */
    PLOT_BOXES, /* filled from x to x2 and from y to y2; NaN in y: the bottom, in y2: the top of the chart */
    PLOT_MARKS, /* points */
};

struct plot_series {
    enum plot_style style;
    struct svg_series shown;
    const double *x;  /* [count], seconds since the run's start */
    const double *y;  /* [count]; NaN: nothing is there */
    const double *x2; /* of boxes */
    const double *y2;
    uint32_t count;
    double scale; /* y and y2 are multiplied by it; 0 stands for 1 */
};

struct plot {
    const char *title;                /* kept until plots_draw */
    const char *description;          /* kept until plots_draw */
    const struct plot_series *series; /* [count], at most 32; those in front last */
    uint32_t count;
    int64_t start_s;     /* the run's start, since 1970: times are labelled in UTC */
    double from_s, to_s; /* what is shown */
    double labels_at_s;  /* of bars that stand for days: labels are so much behind the day's beginning */
    bool wide;           /* for the whole width of the page, else for half of it */
    bool log_seconds;    /* y is seconds, on a log scale */
    bool whole;          /* y counts things */
};

struct plots {
    struct buffer script;
    VEC(struct svg) drawings;
    struct arena *arena;
};

/* No plots yet; what has to be kept lies in arena. */
struct plots plots_make(struct arena *arena);
void plots_drop(struct plots *p);

/* Whether there is anything to draw but boxes without bounds (bands behind the others). */
bool plot_is_empty(const struct plot *plot);

/* Adds a chart, which must not be empty, and returns its number. Its arrays may go after the call. */
uint32_t plots_add(struct plots *p, const struct plot *plot);

/* Adds to a page's text the mark that says: here stands the chart of that number. */
void plots_place(struct buffer *page, uint32_t number);

/* Adds page, in which charts have their places, to out with the charts drawn. False: gnuplot is missing or failed. */
bool plots_draw(const struct plots *p, const struct buffer *page, struct buffer *out, struct fail *fail) MUST_CHECK;

#endif
