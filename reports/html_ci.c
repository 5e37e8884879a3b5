#include "reports/html_ci.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/gate_text.h"
#include "reports/print.h"

enum { CHANGES_MOST = 300, FIGURES_MOST = 300 };

/* ---- the answer ---- */

/* "A month costs $265, +$32.22 (+13.9 %)." */
static void say_month(struct page *p, const struct compare_row *month)
{
    page_html(p, "<p>A month costs ");
    print_usd(&p->body, month->candidate);
    if (month->verdict == COMPARE_CHANGED || month->verdict == COMPARE_UNKNOWN) {
        buffer_text(&p->note, ", ");
        amount_change(&p->note, "USD", month->mean);
        buffer_text(&p->note, " (");
        amount_relative(&p->note, month->relative);
        buffer_text(&p->note, month->verdict == COMPARE_UNKNOWN ? "; one replication says nothing of the noise)" : ")");
        page_text(p, page_take(p));
    } else {
        page_html(p, month->verdict == COMPARE_SAME ? ", as before" : ", as before within the noise");
    }
    page_html(p, ".</p>");
}

static void answer(struct page *p, const struct comparison *c)
{
    const struct compare_row *month = compare_find(c, "cost.monthly", "");
    bool decided = c->outcomes[GATE_UNDECIDED] == 0;
    page_format(p, "<section class=\"answer%s\" aria-label=\"The answer\"><strong class=\"verdict\">",
                compare_fails(c)               ? " fails"
                : c->gate_count > 0 && decided ? " holds"
                                               : "");
    if (c->gate_count == 0) {
        page_html(p, "No gate was asked for.");
    } else {
        gate_text_outcome(&p->note, c->outcomes, c->gate_count);
        p->note.at[0] = (char)(p->note.at[0] == 't' ? 'T' : p->note.at[0] == 'a' ? 'A' : p->note.at[0]);
        buffer_text(&p->note, ".");
        page_text(p, page_take(p));
    }
    page_html(p, "</strong>");
    if (month != NULL) {
        say_month(p, month);
    }
    page_html(p, "</section>\n");
}

static void tile(struct page *p, const char *label, const struct compare_row *row)
{
    if (row == NULL) {
        return;
    }
    page_html(p, "<div class=\"tile\"><span>");
    page_text(p, label);
    page_html(p, "</span><b>");
    amount_print(&p->note, row->unit, row->candidate);
    page_text(p, page_take(p));
    page_html(p, "</b><span>before: ");
    amount_print(&p->note, row->unit, row->base);
    page_text(p, page_take(p));
    page_html(p, "</span></div>\n");
}

static void tiles(struct page *p, const struct comparison *c)
{
    page_html(p, "<div class=\"tiles\">");
    tile(p, "Cost of a month", compare_find(c, "cost.monthly", ""));
    tile(p, "Objectives missed", compare_find(c, "objectives.missed", ""));
    tile(p, "CPU requested", compare_find(c, "cpu.requested", ""));
    tile(p, "Memory requested", compare_find(c, "memory.requested", ""));
    page_html(p, "</div>\n");
}

/* ---- gates ---- */

static void gates(struct page *p, const struct comparison *c)
{
    static const char *const headers[] = {"Gate", "Outcome", "Found", "#Replications"};
    static const char *const tags[] = {"good\">passed", "bad\">failed", "warning\">undecided"};
    page_section(p, "gates", "Gates");
    if (c->gate_count == 0) {
        page_html(p, "<p>Write <code>--fail-on 'cost.monthly &gt; +5%'</code>, and this page says whether it holds; "
                     "<code>headroom help gates</code> lists what may be asked.</p>\n");
        return;
    }
    page_table(p, "scroll", "Each gate, judged on the 95 % interval", headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < c->gate_count; i++) {
        page_row(p, c->gates[i].text);
        page_format(p, "<td><span class=\"tag %s</span></td>", tags[c->verdicts[i].outcome]);
        gate_text_say(&p->note, &c->gates[i], &c->verdicts[i]);
        page_sentence(p, page_take(p));
        page_number(p, c->verdicts[i].count);
        page_end_row(p);
    }
    page_end_table(p);
    if (c->outcomes[GATE_UNDECIDED] > 0) {
        page_html(p, c->strict
                         ? "<p class=\"small\">An undecided gate fails (--strict).</p>\n"
                         : "<p class=\"small\">An undecided gate is a warning; --strict makes it a failure.</p>\n");
    }
}

/* ---- the input ---- */

static void input(struct page *p, const struct comparison *c)
{
    static const char *const headers[] = {"Object", "Field", "Before", "Now"};
    const struct diff *d = &c->diff;
    page_section(p, "input", "What is different in the input");
    if (d->changes.count == 0) {
        page_html(p, "<p>Nothing: BASE and CANDIDATE say the same.</p>\n");
    } else {
        page_table(p, "scroll tall whole", "Fields, in the terms of the manifests", headers, 4);
    }
    for (uint32_t i = 0; i < d->changes.count && i < CHANGES_MOST; i++) {
        const struct diff_change *change = &d->changes.at[i];
        bool whole = change->path[0] == '\0';
        page_row(p, change->object);
        page_cell(p, whole ? "the whole object" : change->path);
        page_cell(p, change->before == NULL ? "not there" : whole ? "there" : change->before);
        page_cell(p, change->after == NULL ? "removed" : whole ? "new" : change->after);
        page_end_row(p);
    }
    if (d->changes.count > 0) {
        page_end_table(p);
        page_cut_in_print(p, d->changes.count);
    }
    if (d->changes.count > CHANGES_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more, in the JSON.</p>\n", d->changes.count - CHANGES_MOST);
    }
    for (uint32_t i = 0; i < c->pair->not_asked_count; i++) {
        page_html(p, i == 0 ? "<p class=\"small\">From BASE, though CANDIDATE has another: " : ", ");
        page_text(p, c->pair->not_asked[i]);
        page_html(p, i + 1 == c->pair->not_asked_count ? ".</p>\n" : "");
    }
}

/* ---- figures ---- */

/* Where the interval of a relative change lies, between -most and +most; the line in the middle is no change. */
static void delta(struct page *p, const struct compare_row *row, double most)
{
    double low = row->low / fabs(row->base), high = row->high / fabs(row->base);
    if (!isfinite(low) || !isfinite(high)) {
        page_html(p, "<td></td>");
        return;
    }
    double from = 50 + 50 * fmax(low / most, -1), to = 50 + 50 * fmin(high / most, 1);
    page_format(p,
                "<td><span class=\"delta\" aria-hidden=\"true\"><i class=\"%s\" style=\"left:%.4g%%;width:%.4g%%\"></i>"
                "</span></td>",
                row->verdict == COMPARE_CHANGED ? "sure" : "noise", fmin(from, 99), fmax(to - from, 1));
}

/* "+$4.82 to +$5.07"; one of them where both read the same. */
static const char *interval_of(struct page *p, const struct compare_row *row)
{
    amount_change(&p->note, row->unit, row->low);
    const char *low = page_take(p);
    amount_change(&p->note, row->unit, row->high);
    const char *high = page_take(p);
    return !isfinite(row->low) || row->verdict == COMPARE_SAME ? ""
           : strcmp(low, high) == 0                            ? low
                                                               : arena_format(p->arena, "%s to %s", low, high);
}

static void right(struct page *p, const char *text)
{
    page_html(p, "<td class=\"n\">");
    page_text(p, text);
    page_html(p, "</td>");
}

static void figure_row(struct page *p, const struct compare_row *row, double most)
{
    bool slight = row->verdict == COMPARE_CHANGED && !compare_matters(row);
    page_row(p, compare_metric(row));
    page_cell(p, row->subject[0] == '\0' ? (slight ? "slight" : compare_word(row->verdict)) : compare_subject(row));
    amount_print(&p->note, row->unit, row->base);
    right(p, page_take(p));
    amount_print(&p->note, row->unit, row->candidate);
    right(p, page_take(p));
    amount_change(&p->note, row->unit, row->mean);
    right(p, page_take(p));
    amount_relative(&p->note, row->relative);
    const char *relative = page_take(p);
    right(p, isfinite(row->relative) ? relative : "");
    right(p, interval_of(p, row));
    delta(p, row, most);
    page_end_row(p);
}

static bool is_shown(const struct compare_row *row, bool cluster)
{
    bool headline = cluster && compare_is_headline(row);
    return (row->subject[0] == '\0') == cluster && (headline || compare_matters(row));
}

/* The greatest relative change of those shown, at most 1: what is more is cut in the picture. */
static double most_of(const struct comparison *c, bool cluster)
{
    double most = 0.01;
    for (uint32_t i = 0; i < c->rows.count; i++) {
        const struct compare_row *row = &c->rows.at[i];
        double size = fmax(fabs(row->low), fabs(row->high)) / fabs(row->base);
        if (is_shown(row, cluster) && isfinite(size)) {
            most = fmax(most, size);
        }
    }
    return fmin(most, 1);
}

static void figures_of(struct page *p, const struct comparison *c, bool cluster)
{
    const char *headers[] = {"Figure",    cluster ? "Verdict" : "Of", "#Before", "#Now", "#Change",
                             "#Relative", "#95 % interval",           "Picture"};
    double most = most_of(c, cluster);
    uint32_t shown = 0, all = 0;
    page_table(p, cluster ? "scroll" : "scroll tall whole",
               cluster ? "The cluster: means, and the paired difference"
                       : "What changes: services, workloads, pools, demands",
               headers, sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < c->rows.count; i++) {
        const struct compare_row *row = &c->rows.at[i];
        if (is_shown(row, cluster) && all++ < FIGURES_MOST) {
            figure_row(p, row, most);
            shown++;
        }
    }
    page_end_table(p);
    page_cut_in_print(p, cluster ? 0 : shown);
    if (all > shown) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more, in the JSON.</p>\n", all - shown);
    }
}

static void figures(struct page *p, const struct comparison *c)
{
    const uint32_t *of = c->verdicts_of;
    page_section(p, "figures", "What it does");
    page_format(p,
                "<p>Of %" PRIu32 " figures %" PRIu32 " are the same, %" PRIu32 " differ within their noise, %" PRIu32
                " changed, %" PRIu32 " are of one side only.</p>\n",
                c->rows.count, of[COMPARE_SAME], of[COMPARE_NOISE], of[COMPARE_CHANGED],
                of[COMPARE_ADDED] + of[COMPARE_REMOVED]);
    page_html(
        p, "<p class=\"small\">The picture shows the interval of the relative change: left of the middle it is less, "
           "right of it more; it is grey where it may be chance.</p>\n");
    figures_of(p, c, true);
    figures_of(p, c, false);
}

void html_ci(struct page *p, const struct comparison *c)
{
    answer(p, c);
    tiles(p, c);
    gates(p, c);
    input(p, c);
    figures(p, c);
}
