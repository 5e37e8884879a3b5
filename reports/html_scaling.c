#include "reports/html_scaling.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/charts.h"
#include "reports/print.h"

enum { HPAS_MOST = 12, CHANGES_MOST = 200 /* of an HPA in its table */, NOTES_MOST = 40 };

/* "New size: 7; reason: ..." */
static double replicas_in(const char *message)
{
    static const char before[] = "New size: ";
    const char *at = strstr(message, before);
    return at == NULL ? (double)NAN : strtod(at + sizeof before - 1, NULL);
}

static void change_row(struct page *p, const struct query_rows *rows, struct arena scratch)
{
    page_html(p, "<tr><td>");
    page_time(p, query_integer(rows, 0) / 1000000000);
    page_html(p, "</td>");
    page_cell(p, query_text(rows, 1, &scratch));
    page_sentence(p, query_text(rows, 2, &scratch));
    page_end_row(p);
}

static struct query_rows hpa_decisions(struct page *p, const struct report_hpa *h)
{
    return query_rows(p->q,
                      "SELECT t_ns, reason, message FROM decision JOIN hpa ON decision.kind = 'HorizontalPodAutoscaler'"
                      " AND decision.namespace = hpa.namespace AND decision.name = hpa.name WHERE hpa.id = ?"
                      " AND (reason = 'SuccessfulRescale' OR warning <> 0) ORDER BY t_ns, decision.rowid",
                      h->id);
}

static void hpa_chart(struct page *p, uint32_t index, const struct report_hpa *h)
{
    struct arena scratch = arena_make(1 << 16);
    struct series s = series_workload(p->q, &scratch, &p->r->workloads[h->workload]);
    VEC(struct chart_change) changes = {0};
    for (struct query_rows rows = hpa_decisions(p, h); query_next(&rows);) {
        struct arena text = scratch;
        double replicas = replicas_in(query_text(&rows, 2, &text));
        if (!isnan(replicas)) {
            VEC_PUSH(&changes, (struct chart_change){(double)query_integer(&rows, 0) / 1e9, replicas});
        }
    }
    chart_hpa(p, index, &s, changes.at, changes.count);
    VEC_DROP(&changes);
    arena_drop(&scratch);
}

static void hpa_table(struct page *p, const struct report_hpa *h)
{
    static const char *const headers[] = {"When, UTC", "Reason", "In Kubernetes' words"};
    uint32_t count = 0;
    struct arena scratch = arena_make(4096);
    page_table(p, "scroll tall", arena_format(p->arena, "Changes and warnings of %s", h->label), headers,
               sizeof headers / sizeof headers[0]);
    for (struct query_rows rows = hpa_decisions(p, h); query_next(&rows); count++) {
        if (count < CHANGES_MOST) {
            change_row(p, &rows, scratch);
        }
    }
    page_end_table(p);
    page_cut_in_print(p, count);
    if (count > CHANGES_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more, in the JSON report.</p>\n", count - CHANGES_MOST);
    }
    arena_drop(&scratch);
}

static void hpa(struct page *p, uint32_t index)
{
    const struct report_hpa *h = &p->r->hpas[index];
    page_html(p, "<h4>HPA ");
    page_text(p, h->label);
    page_html(p, "</h4>\n<p class=\"small\">");
    if (h->workload != RECORDING_NONE) {
        page_html(p, "Of ");
        page_text(p, p->r->workloads[h->workload].label);
        page_html(p, "; ");
    }
    page_format(p, "%" PRId64 " to %" PRId64 " replicas; target ", h->replicas_min, h->replicas_max);
    page_text(p, h->targets);
    page_format(p, "; %" PRIu32 " changes; at its maximum for ", p->f->hpas[index].changes);
    print_seconds(&p->body, p->f->hpas[index].at_max_s);
    page_html(p, ".</p>\n");
    if (h->workload != RECORDING_NONE) {
        hpa_chart(p, index, h);
    }
    hpa_table(p, h);
}

static void notes(struct page *p)
{
    static const char *const headers[] = {"Of",         "Reason",    "Warning",    "#Times",
                                          "First, UTC", "Last, UTC", "For example"};
    struct arena scratch = arena_make(4096);
    uint32_t count = 0;
    page_html(p, "<h4 id=\"decisions\">All that was decided</h4>\n");
    page_table(p, "scroll", "Decisions and events of replication 0, by reason", headers,
               sizeof headers / sizeof headers[0]);
    struct query_rows rows =
        query_rows(p->q,
                   "SELECT kind, reason, MAX(warning), COUNT(*), MIN(t_ns), MAX(t_ns), message FROM"
                   " decision GROUP BY kind, reason ORDER BY 3 DESC, 4 DESC, 1, 2",
                   0);
    for (; query_next(&rows); count++) {
        struct arena text = scratch;
        if (count >= NOTES_MOST) {
            continue;
        }
        page_row(p, query_text(&rows, 0, &text));
        page_cell(p, query_text(&rows, 1, &text));
        page_html(p,
                  query_integer(&rows, 2) != 0 ? "<td><span class=\"tag warning\">warning</span></td>" : "<td></td>");
        page_number(p, (double)query_integer(&rows, 3));
        for (int i = 4; i < 6; i++) {
            page_html(p, "<td>");
            page_time(p, query_integer(&rows, i) / 1000000000);
            page_html(p, "</td>");
        }
        page_sentence(p, query_text(&rows, 6, &text));
        page_end_row(p);
    }
    page_end_table(p);
    arena_drop(&scratch);
}

struct busy_hpa {
    uint32_t changes;
    uint32_t index;
};

static int compare_busy(const void *left, const void *right)
{
    const struct busy_hpa *x = left, *y = right;
    if (x->changes != y->changes) {
        return x->changes > y->changes ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

void html_scaling(struct page *p)
{
    uint32_t count = p->r->hpas_count;
    struct busy_hpa *busy = TAKE(p->arena, struct busy_hpa, count + 1);
    page_section(p, "scaling", "Scaling and decisions");
    for (uint32_t i = 0; i < count; i++) {
        busy[i] = (struct busy_hpa){p->f->hpas[i].changes, i};
    }
    qsort(busy, count, sizeof *busy, compare_busy);
    for (uint32_t i = 0; i < count && i < HPAS_MOST; i++) {
        hpa(p, busy[i].index);
    }
    if (count > HPAS_MOST) {
        page_format(p, "<p class=\"small\">and %" PRIu32 " more HPAs, in the JSON report.</p>\n", count - HPAS_MOST);
    }
    notes(p);
}
