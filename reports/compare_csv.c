#include "reports/compare_csv.h"

#include <math.h>

#include "reports/cents.h"
#include "reports/print.h"
#include "sim/base/csv.h"

static void row(struct csv_writer *w, const char *step, int64_t cents, struct statistics_interval i,
                const char *meaning)
{
    struct buffer amount = {0};
    bool known = isfinite(i.half_width);
    cents_print(&amount, cents);
    csv_add_text(w, step);
    csv_add_text(w, amount.at);
    csv_add_double(w, known ? print_nine_digits(i.mean - i.half_width) : (double)NAN);
    csv_add_double(w, known ? print_nine_digits(i.mean + i.half_width) : (double)NAN);
    csv_add_text(w, meaning);
    csv_end_row(w);
    buffer_drop(&amount);
}

void compare_csv_write(struct buffer *out, const struct comparison *c)
{
    static const char *const columns[] = {"step", "usd", "usd_low", "usd_high", "means"};
    static const struct statistics_interval none = {NAN, INFINITY};
    const struct bridge *b = &c->cost.bridge;
    struct csv_writer w = {.out = out};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        csv_add_text(&w, columns[i]);
    }
    csv_end_row(&w);
    row(&w, "BASE", b->base_cents, none, "A month of BASE.");
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        row(&w, bridge_names[i].name, b->step_cents[i], b->step[i], bridge_names[i].meaning);
    }
    row(&w, "CANDIDATE", b->candidate_cents, none, "A month of CANDIDATE: BASE and all steps.");
}
