#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gnuplot.h"
#include "reports/plots.h"

enum { MINUTES = 10080 };

/* A week of minutes around 5, but for one minute of 97.25. */
struct week {
    double x[MINUTES], y[MINUTES];
};

static struct week *week(void)
{
    struct week *w = calloc(1, sizeof *w);
    for (int i = 0; i < MINUTES; i++) {
        w->x[i] = (i + 1) * 60;
        w->y[i] = 5 + 0.01 * (i % 7);
    }
    w->y[7331] = 97.25;
    return w;
}

static struct plot_series series_of(const struct week *w, enum plot_style style)
{
    return (struct plot_series){.style = style, .shown = {"used", "used"}, .x = w->x, .y = w->y, .count = MINUTES};
}

/* Monday 4 May 2026. */
static struct plot plot_of(const struct plot_series *series, uint32_t count, bool wide)
{
    return (struct plot){.title = "T",
                         .description = "D",
                         .series = series,
                         .count = count,
                         .start_s = 1777852800,
                         .to_s = MINUTES * 60,
                         .wide = wide};
}

static uint32_t count_of(const char *text, const char *what)
{
    uint32_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text++) {
        count++;
    }
    return count;
}

static struct buffer drawn(struct plots *p, uint32_t charts)
{
    struct buffer page = {0}, out = {0};
    struct fail fail = {0};
    for (uint32_t i = 0; i < charts; i++) {
        buffer_text(&page, "<p>");
        plots_place(&page, charts - 1 - i);
    }
    cr_assert(plots_draw(p, &page, &out, &fail), "%s", fail.text);
    buffer_drop(&page);
    return out;
}

Test(plots, charts_stand_in_their_places)
{
    struct arena a = arena_make(4096);
    struct plots p = plots_make(&a);
    struct week *w = week();
    struct plot_series line = series_of(w, PLOT_LINE), area = series_of(w, PLOT_AREA);
    struct plot first = plot_of(&line, 1, true), second = plot_of(&area, 1, false);
    cr_assert_eq(plots_add(&p, &first), 0);
    cr_assert_eq(plots_add(&p, &second), 1);
    struct buffer out = drawn(&p, 2);
    cr_assert(strncmp(out.at, "<p><svg viewBox=\"0 0 470 190\"", 29) == 0);
    cr_assert_not_null(strstr(out.at, "</svg><p><svg viewBox=\"0 0 960 250\""));
    cr_assert_eq(count_of(out.at, "class=\"area used\""), 1);
    cr_assert_geq(count_of(out.at, "class=\"line used\""), 1);
    cr_assert_not_null(strstr(out.at, ">Sat 9 May</text>"));
    cr_assert_not_null(strstr(out.at, ">Sat 9</text>"));
    buffer_drop(&out);
    plots_drop(&p);
    arena_drop(&a);
    free(w);
}

/* 10,080 points in 300 columns: at most two of each stay, and the peak of one minute is among them. */
Test(plots, thinning_keeps_the_peak_and_little_else)
{
    struct arena a = arena_make(4096);
    struct plots p = plots_make(&a);
    struct week *w = week();
    struct plot_series s = series_of(w, PLOT_LINE);
    struct plot plot = plot_of(&s, 1, false);
    plots_add(&p, &plot);
    cr_assert_not_null(strstr(p.script.at, "\n439920 97.25\n"));
    uint32_t points = count_of(strstr(p.script.at, "EOD"), "\n");
    cr_assert(points > 300 && points < 620, "%u", points);
    plots_drop(&p);
    arena_drop(&a);
    free(w);
}

Test(plots, peaks_keep_only_the_highest_of_a_column)
{
    struct arena a = arena_make(4096);
    struct plots p = plots_make(&a);
    struct week *w = week();
    struct plot_series s = series_of(w, PLOT_PEAKS);
    struct plot plot = plot_of(&s, 1, false);
    plots_add(&p, &plot);
    cr_assert_not_null(strstr(p.script.at, "\n439920 97.25\n"));
    cr_assert_null(strstr(p.script.at, " 5\n"));
    cr_assert_not_null(strstr(p.script.at, " 5.06\n"));
    plots_drop(&p);
    arena_drop(&a);
    free(w);
}

Test(plots, what_is_not_known_leaves_a_gap)
{
    struct arena a = arena_make(4096);
    struct plots p = plots_make(&a);
    double x[] = {60, 120, 180, 240, 300}, y[] = {1.5, 1.75, NAN, 2.5, 2.25};
    struct plot_series s = {.style = PLOT_LINE, .shown = {"used", "used"}, .x = x, .y = y, .count = 5};
    struct plot plot = plot_of(&s, 1, false);
    plot.to_s = 300;
    plots_add(&p, &plot);
    struct buffer out = drawn(&p, 1);
    static const char start[] = "class=\"line used\" d=\"M";
    const char *line = strstr(out.at, start) + sizeof start - 1;
    cr_assert_eq(line[strcspn(line, "M\"")], 'M', "%s", line);
    buffer_drop(&out);
    plots_drop(&p);
    arena_drop(&a);
}

Test(plots, nothing_but_bands_is_empty)
{
    double x[] = {0}, x2[] = {60}, none[] = {NAN}, y[] = {0.25};
    struct plot_series s[] = {
        {.style = PLOT_BOXES, .shown = {"event", "e"}, .x = x, .x2 = x2, .y = none, .y2 = none, .count = 1},
        {.style = PLOT_LINE, .shown = {"used", "u"}, .x = x, .y = none, .count = 1}};
    struct plot plot = plot_of(s, 2, true);
    cr_assert(plot_is_empty(&plot));
    s[1].y = y;
    cr_assert_not(plot_is_empty(&plot));
}

/* From 0.0123 s to 1.93 s: decades from 10 ms to 10 s. */
Test(plots, seconds_on_a_log_scale_are_labelled_by_decades)
{
    struct arena a = arena_make(4096);
    struct plots p = plots_make(&a);
    double x[] = {60, 120}, y[] = {0.0123, 1.93};
    struct plot_series s = {.style = PLOT_LINE, .shown = {"p99", "p99"}, .x = x, .y = y, .count = 2};
    struct plot plot = plot_of(&s, 1, false);
    plot.log_seconds = true;
    plot.to_s = 120;
    plots_add(&p, &plot);
    cr_assert_not_null(strstr(p.script.at, "set ytics (\"10 ms\" 1e-2, \"100 ms\" 1e-1, \"1 s\" 1e0, \"10 s\" 1e1)"));
    cr_assert_not_null(strstr(p.script.at, "set yrange [0.01:10]"));
    plots_drop(&p);
    arena_drop(&a);
}

/* 13.7 nodes at most: about four steps of 5, for 13.7 / 4 = 3.4 is above 2; the top is 15. Of 2 pods the steps are whole. */
Test(plots, amounts_are_labelled_in_round_steps_from_zero)
{
    struct arena a = arena_make(4096);
    struct plots p = plots_make(&a);
    double x[] = {60, 120}, y[] = {13.7, 3}, pods[] = {2, 1};
    struct plot_series s = {.style = PLOT_STEPS, .shown = {"c1", "n"}, .x = x, .y = y, .count = 2};
    struct plot plot = plot_of(&s, 1, false);
    plot.to_s = 120;
    plots_add(&p, &plot);
    cr_assert_not_null(strstr(p.script.at, "set ytics (\"0\" 0, \"5\" 5, \"10\" 10, \"15\" 15)"), "%s", p.script.at);
    s.y = pods;
    plot.whole = true;
    plots_add(&p, &plot);
    cr_assert_not_null(strstr(p.script.at, "set ytics (\"0\" 0, \"1\" 1, \"2\" 2, \"3\" 3)"), "%s", p.script.at);
    plots_drop(&p);
    arena_drop(&a);
}

Test(gnuplot, is_named_when_it_is_missing)
{
    struct buffer script = {0}, out = {0};
    struct fail fail;
    buffer_text(&script, "print 1\n");
    setenv("PATH", "/nonexistent", 1);
    cr_assert_not(gnuplot_run(&script, &out, &fail));
    cr_assert_eq(fail.kind, FAIL_SYSTEM);
    cr_assert(strncmp(fail.text, "gnuplot is not installed", 24) == 0, "%s", fail.text);
    buffer_drop(&script);
}

/* It ends long before it has read all of a script of 4 MB: the pipe breaks, and the program goes on. */
Test(gnuplot, what_it_complains_of_is_told_also_when_it_ends_early)
{
    struct buffer script = {0}, out = {0};
    struct fail fail;
    buffer_text(&script, "set terminal nothing_like_this\n");
    for (int i = 0; i < 100000; i++) {
        buffer_text(&script, "# a line that is never read, about 40 byte\n");
    }
    cr_assert_not(gnuplot_run(&script, &out, &fail));
    cr_assert_eq(fail.kind, FAIL_SYSTEM);
    cr_assert(strncmp(fail.text, "gnuplot failed with status 1: line 0: unknown or ambiguous terminal", 66) == 0, "%s",
              fail.text);
    cr_assert_eq(out.count, 0);
    buffer_drop(&script);
}
