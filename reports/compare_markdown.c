#include "reports/compare_markdown.h"

#include <inttypes.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/cents.h"
#include "reports/gate_text.h"
#include "reports/print.h"
#include "sim/base/utf8.h"

/* Where each section must end, so that the next ones and the last lines have room. */
enum { GATES_END = 20000, CHANGES_END = 38000, FIGURES_END = 57000, TEXT_MAX = 160 };

struct markdown {
    struct buffer *out;
    const struct comparison *c;
    size_t start;      /* of the comment in out */
    struct buffer row; /* that is put together */
    struct buffer cell;
    uint32_t left_out;
};

/* ---- text ---- */

/* Adds plain text: what Markdown, HTML or a mention would take for its own is written as a character reference. Long texts
 * are cut. */
static void put_text(struct buffer *out, const char *text)
{
    size_t length = strlen(text), taken = 0;
    while (taken < length && taken < TEXT_MAX) {
        size_t step = utf8_length(text + taken, length - taken);
        unsigned char first = (unsigned char)text[taken];
        if (step == 0 || first < ' ') {
            buffer_byte(out, ' ');
        } else if (strchr("&<>|`*_[]\\~@#!$\"'", first) != NULL) {
            buffer_format(out, "&#%d;", first);
        } else {
            buffer_add(out, text + taken, step);
        }
        taken += step == 0 ? 1 : step;
    }
    buffer_text(out, taken < length ? "..." : "");
}

static void put_code(struct buffer *out, const char *text)
{
    buffer_text(out, "<code>");
    put_text(out, text);
    buffer_text(out, "</code>");
}

/* What was put together in cell, as plain text. */
static void take_cell(struct markdown *m, struct buffer *out)
{
    put_text(out, buffer_string(&m->cell));
    buffer_clear(&m->cell);
}

/* Adds the row, unless the section would pass its end. */
static void end_row(struct markdown *m, size_t end)
{
    if (m->left_out > 0 || m->out->count - m->start + m->row.count > end) {
        m->left_out++;
    } else {
        buffer_add(m->out, m->row.at, m->row.count);
    }
    buffer_clear(&m->row);
}

static void end_table(struct markdown *m)
{
    if (m->left_out > 0) {
        buffer_format(m->out, "\n%" PRIu32 " more are not shown; the JSON has them all.\n", m->left_out);
    }
    m->left_out = 0;
}

/* ---- head ---- */

static void put_outcome(struct markdown *m)
{
    buffer_text(m->out, "### headroom: ");
    if (m->c->gate_count == 0) {
        put_text(m->out, m->c->pair->base.side.scenario);
    } else {
        gate_text_outcome(m->out, m->c->outcomes, m->c->gate_count);
    }
    buffer_text(m->out, "\n\n");
}

static void put_never_ready(struct markdown *m)
{
    compare_say_never_ready(&m->cell, m->c);
    if (m->cell.count > 0) {
        buffer_text(m->out, "**Wrong:** ");
        take_cell(m, m->out);
        buffer_text(m->out, "\n");
    }
}

/* The sentence that whoever reads nothing else should read. */
static void put_cost(struct markdown *m)
{
    const struct compare_row *cost = compare_find(m->c, "cost.monthly", "");
    if (cost == NULL) {
        return;
    }
    buffer_text(m->out, "A month costs ");
    amount_print(&m->cell, "USD", cost->candidate);
    take_cell(m, m->out);
    if (cost->verdict == COMPARE_CHANGED) {
        buffer_text(m->out, ", **");
        amount_change(&m->cell, "USD", cost->mean);
        buffer_text(&m->cell, " (");
        amount_relative(&m->cell, cost->relative);
        buffer_text(&m->cell, ")");
        take_cell(m, m->out);
        buffer_text(m->out, "**");
    } else {
        buffer_text(m->out, cost->verdict == COMPARE_SAME    ? ", as before"
                            : cost->verdict == COMPARE_NOISE ? ", as before within the noise"
                                                             : "");
    }
    const struct compare_row *missed = compare_find(m->c, "objectives.missed", "");
    if (missed != NULL) {
        buffer_text(m->out, "; objectives missed: ");
        print_number(m->out, missed->base, 3);
        buffer_text(m->out, " before, ");
        print_number(m->out, missed->candidate, 3);
        buffer_text(m->out, " now");
    }
    buffer_text(m->out, ".\n");
}

/* ---- sections ---- */

static void put_gates(struct markdown *m)
{
    static const char *const words[] = {"holds", "**fails**", "undecided"};
    if (m->c->gate_count == 0) {
        return;
    }
    buffer_text(m->out, "\n| gate | | found |\n| --- | --- | --- |\n");
    for (uint32_t i = 0; i < m->c->gate_count; i++) {
        buffer_text(&m->row, "| ");
        put_code(&m->row, m->c->gates[i].text);
        buffer_format(&m->row, " | %s | ", words[m->c->verdicts[i].outcome]);
        gate_text_say(&m->cell, &m->c->gates[i], &m->c->verdicts[i]);
        take_cell(m, &m->row);
        buffer_text(&m->row, " |\n");
        end_row(m, GATES_END);
    }
    end_table(m);
}

static void put_value(struct markdown *m, const char *text)
{
    buffer_text(&m->row, " | ");
    if (text != NULL && text[0] != '\0') {
        put_code(&m->row, text);
    }
}

static void put_changes(struct markdown *m)
{
    const struct diff *d = &m->c->diff;
    buffer_format(m->out, "\n<details><summary>Different in the input: %" PRIu32 "</summary>\n\n", d->changes.count);
    if (d->changes.count > 0) {
        buffer_text(m->out, "| object | field | before | now |\n| --- | --- | --- | --- |\n");
    }
    for (uint32_t i = 0; i < d->changes.count; i++) {
        const struct diff_change *change = &d->changes.at[i];
        buffer_text(&m->row, "| ");
        put_code(&m->row, change->object);
        if (change->path[0] == '\0') {
            buffer_text(&m->row, change->before == NULL ? " | new | | " : " | removed | |");
        } else {
            put_value(m, change->path);
            put_value(m, change->before);
            put_value(m, change->after);
        }
        buffer_text(&m->row, " |\n");
        end_row(m, CHANGES_END);
    }
    end_table(m);
    buffer_text(m->out, "\n</details>\n");
}

static void put_step(struct markdown *m, const char *name, int64_t cents, const char *meaning)
{
    buffer_format(&m->row, "| %s | ", name);
    (meaning[0] == '\0' ? cents_print_usd : cents_print_change)(&m->cell, cents);
    take_cell(m, &m->row);
    buffer_format(&m->row, " | %s |\n", meaning);
    end_row(m, FIGURES_END);
}

static void put_bridge(struct markdown *m)
{
    const struct bridge *b = &m->c->cost.bridge;
    if (b->base_cents == b->candidate_cents) {
        return;
    }
    buffer_text(m->out, "\n<details><summary>Why a month costs something else</summary>\n\n"
                        "| step | $ a month | |\n| --- | --: | --- |\n");
    put_step(m, "before", b->base_cents, "");
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        if (b->step_cents[i] != 0) {
            put_step(m, bridge_names[i].name, b->step_cents[i], bridge_names[i].meaning);
        }
    }
    put_step(m, "now", b->candidate_cents, "");
    end_table(m);
    buffer_text(m->out, "\n</details>\n");
}

static void put_amounts(struct markdown *m, const struct compare_row *row)
{
    const char *unit = amount_unit(row->name, row->unit);
    buffer_text(&m->row, " | ");
    amount_print(&m->cell, unit, row->base);
    take_cell(m, &m->row);
    buffer_text(&m->row, " | ");
    amount_print(&m->cell, unit, row->candidate);
    take_cell(m, &m->row);
    buffer_text(&m->row, " | ");
    amount_change(&m->cell, unit, row->mean);
    buffer_text(&m->cell, " (");
    amount_relative(&m->cell, row->relative);
    buffer_text(&m->cell, ")");
    take_cell(m, &m->row);
    buffer_text(&m->row, " | ");
    amount_change(&m->cell, unit, row->low);
    buffer_text(&m->cell, " to ");
    amount_change(&m->cell, unit, row->high);
    take_cell(m, &m->row);
    buffer_text(&m->row, " |\n");
}

static void put_figures(struct markdown *m)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->c->rows.count; i++) {
        count += compare_matters(&m->c->rows.at[i]);
    }
    if (count == 0) {
        return;
    }
    buffer_format(m->out,
                  "\n<details><summary>Figures that change: %" PRIu32 "</summary>\n\n"
                  "| figure | of | before | now | change | 95 %% interval |\n| --- | --- | --: | --: | --: | --: |\n",
                  count);
    for (uint32_t i = 0; i < m->c->rows.count; i++) {
        const struct compare_row *row = &m->c->rows.at[i];
        if (compare_matters(row)) {
            buffer_text(&m->row, "| ");
            put_code(&m->row, compare_metric(row));
            put_value(m, compare_subject(row));
            put_amounts(m, row);
            end_row(m, FIGURES_END);
        }
    }
    end_table(m);
    buffer_text(m->out, "\n</details>\n");
}

static void put_foot(struct markdown *m)
{
    const struct side *base = &m->c->pair->base.side;
    const uint32_t *of = m->c->verdicts_of;
    buffer_text(m->out, "\n<sub>Scenario ");
    put_text(m->out, base->scenario);
    buffer_text(m->out, ", ");
    print_seconds(m->out, (double)base->duration_s);
    buffer_format(m->out,
                  ", %" PRIu32 " replications on the same random numbers, seed %" PRId64 ". Of %" PRIu32
                  " figures %" PRIu32 " are the same, %" PRIu32 " differ within their noise, %" PRIu32
                  " changed. Written anew by each run; headroom " HEADROOM_VERSION ".</sub>\n",
                  m->c->replications, base->seed, m->c->rows.count, of[COMPARE_SAME], of[COMPARE_NOISE],
                  of[COMPARE_CHANGED]);
}

void compare_markdown_write(struct buffer *out, const struct comparison *c)
{
    struct markdown m = {.out = out, .c = c, .start = out->count};
    buffer_text(out, "<!-- headroom-compare: ");
    put_text(out, c->pair->base.side.scenario);
    buffer_text(out, " -->\n");
    put_outcome(&m);
    put_never_ready(&m);
    put_cost(&m);
    put_gates(&m);
    put_changes(&m);
    put_bridge(&m);
    put_figures(&m);
    put_foot(&m);
    buffer_drop(&m.row);
    buffer_drop(&m.cell);
}
