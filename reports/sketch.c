#include "reports/sketch.h"

#include <math.h>

#include "reports/cents.h"
#include "reports/print.h"

enum {
    BRIDGE_BARS = BRIDGE_STEPS + 2,
    BAR_STEP = 88,
    BAR_WIDTH = 58,
    BRIDGE_WIDTH = BRIDGE_BARS * BAR_STEP,
    BRIDGE_HEIGHT = 230,
    BRIDGE_TOP = 30,     /* room for an amount above the highest bar */
    BRIDGE_BOTTOM = 195, /* names stand below */
    BUDGET_WIDTH = 340,
    BUDGET_HEIGHT = 84,
    BUDGET_LEFT = 60,
    BUDGET_RIGHT = 312,
};

/* What a drawing is: the prefix of its ids, the class of its figure, what it is called, and says, in plain text. */
struct frame {
    const char *id;
    const char *class;
    const char *title;
    const char *description;
    int width, height;
};

static void begin(struct page *p, const struct frame *f)
{
    page_format(p, "<figure class=\"wide %s\"><figcaption><b>", f->class);
    page_text(p, f->title);
    page_html(p, "</b></figcaption>\n<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-label=\"");
    page_text(p, f->title);
    page_format(p, "\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title %s-text\">\n", f->width,
                f->height, f->id, f->id);
    page_format(p, "<title id=\"%s-title\">", f->id);
    page_text(p, f->title);
    page_format(p, "</title>\n<desc id=\"%s-text\">", f->id);
    page_text(p, f->description);
    page_html(p, "</desc>\n");
}

static void end(struct page *p)
{
    page_html(p, "</svg></div></figure>\n");
}

static void bar(struct page *p, const char *role, double x, double y, double width, double height)
{
    page_format(p, "<rect class=\"area %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", role, x, y,
                width, fmax(height, 0));
}

static void line(struct page *p, const char *role, double x1, double y1, double x2, double y2)
{
    page_format(p, "<path class=\"line %s\" d=\"M%.1f,%.1f %.1f,%.1f\"/>\n", role, x1, y1, x2, y2);
}

static void label(struct page *p, const char *anchor, double x, double y, const char *text)
{
    page_format(p, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", anchor, x, y);
    page_text(p, text);
    page_html(p, "</text>\n");
}

/* ---- the budget ---- */

void sketch_budget(struct page *p, struct statistics_interval month, double budget)
{
    double half = isfinite(month.half_width) ? month.half_width : 0, most = fmax(budget, month.mean + half);
    if (isnan(budget) || isnan(month.mean) || most <= 0) {
        return;
    }
    double scale = (BUDGET_RIGHT - BUDGET_LEFT) / most;
    begin(p, &(struct frame){"budget", "few", "Forecast and budget, $ a month", p->finance->budget_text, BUDGET_WIDTH,
                             BUDGET_HEIGHT});
    label(p, "end", BUDGET_LEFT - 8, 28, "forecast");
    bar(p, month.mean > budget ? "over" : "c1", BUDGET_LEFT, 14, month.mean * scale, 20);
    if (half > 0) {
        double low = BUDGET_LEFT + (month.mean - half) * scale, high = BUDGET_LEFT + (month.mean + half) * scale;
        line(p, "whisker", low, 24, high, 24);
        line(p, "whisker", low, 18, low, 30);
        line(p, "whisker", high, 18, high, 30);
    }
    label(p, "end", BUDGET_LEFT - 8, 56, "budget");
    bar(p, "idle", BUDGET_LEFT, 42, budget * scale, 20);
    line(p, "objective", BUDGET_LEFT + budget * scale, 8, BUDGET_LEFT + budget * scale, 68);
    print_usd(&p->note, budget);
    label(p, "middle", BUDGET_LEFT + budget * scale, 80, page_take(p));
    end(p);
}

/* ---- the bridge ---- */

struct waterfall {
    double low, scale; /* dollars at the bottom, and pixels for each */
    const struct bridge *b;
};

static double height_of(const struct waterfall *w, int64_t cents)
{
    return BRIDGE_BOTTOM - ((double)cents - w->low) * w->scale;
}

/* From the lowest level that is seen: steps are small beside the months, so the axis need not begin at 0. */
static struct waterfall fit(const struct bridge *b)
{
    int64_t level = b->base_cents, least = level, most = level;
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        level += b->step_cents[i];
        least = level < least ? level : least;
        most = level > most ? level : most;
    }
    double span = fmax((double)(most - least), 1), low = fmax((double)least - span, 0);
    return (struct waterfall){low, (BRIDGE_BOTTOM - BRIDGE_TOP) / fmax((double)most - low, 1), b};
}

static void draw_bar(struct page *p, const struct waterfall *w, int at, const char *role, const char *name,
                     int64_t from, int64_t to, bool whole)
{
    double x = at * BAR_STEP + (BAR_STEP - BAR_WIDTH) / 2.0, middle = x + BAR_WIDTH / 2.0;
    double top = fmin(height_of(w, to), whole ? BRIDGE_BOTTOM : height_of(w, from));
    double bottom = whole ? BRIDGE_BOTTOM : fmax(height_of(w, from), height_of(w, to));
    bar(p, role, x, top, BAR_WIDTH, fmax(bottom - top, 1));
    (whole ? cents_print_usd : cents_print_change)(&p->note, whole ? to : to - from);
    label(p, "middle", middle, top - 6, page_take(p));
    label(p, "middle", middle, BRIDGE_BOTTOM + 17, name);
    if (at + 1 < BRIDGE_BARS) {
        line(p, "bound", x + BAR_WIDTH, height_of(w, to), x + BAR_STEP, height_of(w, to));
    }
}

static const char *describe(struct page *p, const struct bridge *b)
{
    buffer_text(&p->note, "A month of BASE costs ");
    cents_print_usd(&p->note, b->base_cents);
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        buffer_format(&p->note, "; %s ", bridge_names[i].name);
        cents_print_change(&p->note, b->step_cents[i]);
    }
    buffer_text(&p->note, "; a month of CANDIDATE costs ");
    cents_print_usd(&p->note, b->candidate_cents);
    buffer_text(&p->note, ".");
    return page_take(p);
}

void sketch_bridge(struct page *p, const struct bridge *b)
{
    struct waterfall w = fit(b);
    int64_t level = b->base_cents;
    begin(p, &(struct frame){"bridge", "steps", "From a month of BASE to one of CANDIDATE", describe(p, b),
                             BRIDGE_WIDTH, BRIDGE_HEIGHT});
    draw_bar(p, &w, 0, "other", "BASE", level, level, true);
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        int64_t next = level + b->step_cents[i];
        draw_bar(p, &w, i + 1,
                 next > level   ? "over"
                 : next < level ? "under"
                                : "idle",
                 bridge_names[i].name, level, next, false);
        level = next;
    }
    draw_bar(p, &w, BRIDGE_BARS - 1, "c1", "CANDIDATE", level, level, true);
    if (w.low > 0) {
        print_usd(&p->note, w.low / 100);
        label(p, "start", 0, BRIDGE_HEIGHT - 4, arena_format(p->arena, "The bars begin at %s.", page_take(p)));
    }
    end(p);
}
