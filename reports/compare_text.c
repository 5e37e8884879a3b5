#include "reports/compare_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/cents.h"
#include "reports/gate_text.h"
#include "reports/print.h"

enum {
    CHANGES_MAX = 30,
    OF_METRIC_MAX = 6, /* rows of one metric */
    ROWS_MAX = 60,
    NAME_WIDTH = 17,
    SUBJECT_WIDTH = 34,
    AMOUNT_WIDTH = 11,
    CHANGE_WIDTH = 13
};

struct text {
    struct buffer *out;
    const struct comparison *c;
    bool colour;
    struct buffer cell;
    int over; /* columns by which the row is ahead of its place */
};

static void colour(struct text *t, const char *code)
{
    if (t->colour) {
        buffer_format(t->out, "\x1b[%sm", code);
    }
}

static void heading(struct text *t, const char *title)
{
    buffer_text(t->out, "\n");
    colour(t, "1");
    buffer_text(t->out, title);
    colour(t, "0");
    buffer_text(t->out, "\n");
}

/* ---- head ---- */

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static void write_head(struct text *t)
{
    const struct comparison *c = t->c;
    const struct side *base = &c->pair->base.side, *candidate = &c->pair->candidate.side;
    buffer_format(t->out, "BASE %s and CANDIDATE %s: ", compare_name(base), compare_name(candidate));
    print_seconds(t->out, (double)base->duration_s);
    buffer_text(t->out, " from ");
    print_day(t->out, base->start_s, 0);
    buffer_format(t->out, ", %" PRIu32 " replication%s, seed %" PRId64 "\n", c->replications, plural(c->replications),
                  base->seed);
    if (c->pair->alike) {
        buffer_text(t->out, "They say the same: one run serves both.\n");
    }
    for (uint32_t i = 0; i < c->pair->not_asked_count; i++) {
        buffer_format(t->out, "%s%s%s", i == 0 ? "From BASE, though CANDIDATE has another: " : ", ",
                      c->pair->not_asked[i],
                      i + 1 == c->pair->not_asked_count ? " (--candidate-inputs takes its own)\n" : "");
    }
}

/* ---- what was changed ---- */

static void write_change(struct text *t, const struct diff_change *change)
{
    const char *before = change->before, *after = change->after;
    if (change->path[0] == '\0') {
        buffer_format(t->out, "  %s %s\n", before == NULL ? "+" : "-", change->object);
        return;
    }
    buffer_format(t->out, "  ~ %s: %s ", change->object, change->path);
    if (before == NULL || after == NULL) {
        buffer_format(t->out, "%s %s\n", before == NULL ? "added:" : "removed, was", before == NULL ? after : before);
    } else {
        buffer_format(t->out, "%s -> %s\n", before, after);
    }
}

static void write_changes(struct text *t)
{
    const struct diff *d = &t->c->diff;
    heading(t, "What is different in the input");
    for (uint32_t i = 0; i < d->changes.count && i < CHANGES_MAX; i++) {
        write_change(t, &d->changes.at[i]);
    }
    if (d->changes.count == 0) {
        buffer_text(t->out, "  nothing\n");
    } else if (d->changes.count > CHANGES_MAX) {
        buffer_format(t->out, "  and %" PRIu32 " more (--format json has them all)\n", d->changes.count - CHANGES_MAX);
    }
}

/* ---- what it does ---- */

/* How many columns a text takes: characters, not bytes. */
static int columns_of(const char *text)
{
    int columns = 0;
    for (; *text != '\0'; text++) {
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return columns;
}

static void write_left(struct text *t, const char *text, int width)
{
    int blanks = width - columns_of(text);
    buffer_format(t->out, "%s%*s", text, blanks > 0 ? blanks : 0, "");
    t->over += blanks < 0 ? -blanks : 0;
}

/* The cell that was put together, flush right, with a blank before it. */
static void write_cell(struct text *t, int width)
{
    int blanks = width - t->over - columns_of(buffer_string(&t->cell));
    buffer_format(t->out, "%*s%s", blanks > 1 ? blanks : 1, "", buffer_string(&t->cell));
    t->over = blanks < 1 ? 1 - blanks : 0;
    buffer_clear(&t->cell);
}

static void write_row(struct text *t, const struct compare_row *row)
{
    const char *unit = amount_unit(row->name, row->unit);
    t->over = 0;
    buffer_text(t->out, "  ");
    write_left(t, compare_metric(row), NAME_WIDTH);
    buffer_byte(t->out, ' ');
    write_left(t, compare_subject(row), SUBJECT_WIDTH);
    buffer_clear(&t->cell);
    amount_print(&t->cell, unit, row->base);
    write_cell(t, AMOUNT_WIDTH);
    amount_print(&t->cell, unit, row->candidate);
    write_cell(t, AMOUNT_WIDTH);
    if (compare_matters(row)) {
        amount_change(&t->cell, unit, row->mean);
        write_cell(t, CHANGE_WIDTH);
        buffer_text(t->out, "  ");
        amount_relative(t->out, row->relative);
    } else {
        buffer_text(&t->cell, row->verdict == COMPARE_CHANGED ? "slight" : compare_word(row->verdict));
        write_cell(t, CHANGE_WIDTH);
    }
    buffer_text(t->out, "\n");
}

static void write_titles(struct text *t, const char *title)
{
    buffer_format(t->out, "\n");
    colour(t, "1");
    write_left(t, title, NAME_WIDTH + SUBJECT_WIDTH + 3);
    buffer_format(t->out, "%*s%*s%*s", AMOUNT_WIDTH, "BASE", AMOUNT_WIDTH, "CANDIDATE", CHANGE_WIDTH, "change");
    colour(t, "0");
    buffer_text(t->out, "\n");
}

static void write_cluster(struct text *t)
{
    write_titles(t, "The cluster");
    for (uint32_t i = 0; i < t->c->rows.count; i++) {
        const struct compare_row *row = &t->c->rows.at[i];
        if (row->subject[0] == '\0' && (compare_is_headline(row) || compare_matters(row))) {
            write_row(t, row);
        }
    }
}

/* ---- why it costs something else ---- */

static void write_money(struct text *t, const char *name, int64_t cents, const char *meaning)
{
    buffer_format(t->out, "  %-11s", name);
    (meaning[0] == '\0' ? cents_print_usd : cents_print_change)(&t->cell, cents);
    t->over = 0;
    write_cell(t, CHANGE_WIDTH);
    buffer_format(t->out, "%s%s\n", meaning[0] == '\0' ? "" : "  ", meaning);
}

/* The steps from a month of BASE to one of CANDIDATE that are any. */
static void write_bridge(struct text *t)
{
    const struct bridge *b = &t->c->cost.bridge;
    if (b->base_cents == b->candidate_cents) {
        return;
    }
    heading(t, "Why a month costs something else");
    write_money(t, "BASE", b->base_cents, "");
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        if (b->step_cents[i] != 0) {
            write_money(t, bridge_names[i].name, b->step_cents[i], bridge_names[i].meaning);
        }
    }
    write_money(t, "CANDIDATE", b->candidate_cents, "");
}

/* How many rows of the same metric that matter change more. */
static uint32_t count_greater(const struct comparison *c, const struct compare_row *row)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->rows.count; i++) {
        const struct compare_row *other = &c->rows.at[i];
        bool same = other->rank == row->rank && strcmp(other->name, row->name) == 0 && other->subject[0] != '\0';
        double more = fabs(other->relative) - fabs(row->relative);
        count += same && compare_matters(other) && (more > 0 || (more == 0.0 && other < row));
    }
    return count;
}

static void write_subjects(struct text *t)
{
    uint32_t shown = 0, all = 0;
    for (uint32_t i = 0; i < t->c->rows.count; i++) {
        const struct compare_row *row = &t->c->rows.at[i];
        if (row->subject[0] == '\0' || !compare_matters(row)) {
            continue;
        }
        if (all++ == 0) {
            write_titles(t, "What changes");
        }
        if (shown < ROWS_MAX && compare_is_headline(row) && count_greater(t->c, row) < OF_METRIC_MAX) {
            write_row(t, row);
            shown++;
        }
    }
    if (all > shown) {
        buffer_format(t->out, "  and %" PRIu32 " more (--format json has them all)\n", all - shown);
    }
}

static void write_counts(struct text *t)
{
    const uint32_t *of = t->c->verdicts_of;
    buffer_format(t->out,
                  "\nOf %" PRIu32 " figures %" PRIu32 " are the same, %" PRIu32 " differ within their noise, %" PRIu32
                  " changed, %" PRIu32 " are of one side only.\n",
                  t->c->rows.count, of[COMPARE_SAME], of[COMPARE_NOISE], of[COMPARE_CHANGED],
                  of[COMPARE_ADDED] + of[COMPARE_REMOVED]);
    if (of[COMPARE_UNKNOWN] > 0) {
        buffer_text(t->out, "One replication says nothing of the noise (--replications 5).\n");
    }
    const char *covers = t->c->pair->candidate.side.interval_covers;
    buffer_format(t->out, "Differences are paired, replication by replication; their 95 %% intervals cover\n%s.\n",
                  covers == NULL ? "noise" : covers);
}

static void write_never_ready(struct text *t)
{
    struct buffer said = {0};
    compare_say_never_ready(&said, t->c);
    if (said.count > 0) {
        colour(t, "1;31");
        buffer_format(t->out, "WRONG: %s", buffer_string(&said));
        colour(t, "0");
        buffer_text(t->out, "\n");
    }
    buffer_drop(&said);
}

void compare_text_write(struct buffer *out, const struct comparison *c, bool coloured)
{
    struct text t = {.out = out, .c = c, .colour = coloured};
    write_head(&t);
    write_never_ready(&t);
    if (c->gate_count > 0) {
        buffer_text(out, "\n");
        gate_text_write(out, c->gates, c->verdicts, c->gate_count, coloured);
    }
    write_changes(&t);
    write_cluster(&t);
    write_bridge(&t);
    write_subjects(&t);
    write_counts(&t);
    buffer_drop(&t.cell);
}
