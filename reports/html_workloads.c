#include "reports/html_workloads.h"

#include <inttypes.h>
#include <math.h>

#include "reports/charts.h"
#include "reports/print.h"

enum { WORKLOADS_MOST = 24 /* with charts of their own: a page has to stay small */ };

static void fact(struct page *p, const char *label, double x, void (*print)(struct buffer *out, double x))
{
    if (!isnan(x)) {
        page_format(p, "; %s <b>", label);
        print(&p->body, x);
        page_html(p, "</b>");
    }
}

static void workload_facts(struct page *p, const struct report_workload *w)
{
    const struct recording *r = p->r;
    page_html(p, "<p class=\"small\">");
    page_text(p, w->kind);
    page_html(p, "; its use is <b>");
    page_text(p, w->use);
    page_html(p, "</b>");
    fact(p, "a pod requests: cores", w->request_mcpu, print_cores);
    fact(p, "a pod requests: GiB", w->request_bytes, print_gib);
    fact(p, "its limit: cores", w->limit_mcpu, print_cores);
    fact(p, "its limit: GiB", w->limit_bytes, print_gib);
    fact(p, "cost of this run", recording_mean(r, "cost.workload", w->subject), print_usd);
    fact(p, "success", recording_mean(r, "success", w->subject), print_share);
    fact(p, "p50", recording_mean(r, "latency.p50", w->subject), print_seconds);
    fact(p, "p95", recording_mean(r, "latency.p95", w->subject), print_seconds);
    fact(p, "p99", recording_mean(r, "latency.p99", w->subject), print_seconds);
    fact(p, "longest pending", recording_mean(r, "pending.longest_s", w->subject), print_seconds);
    if (w->simplified != NULL) {
        page_html(p, "; simplified: ");
        page_text(p, w->simplified);
    }
    page_html(p, ".</p>\n");
}

static void workload(struct page *p, uint32_t index)
{
    const struct report_workload *w = &p->r->workloads[index];
    struct arena scratch = arena_make(1 << 16);
    struct series s = series_workload(p->q, &scratch, w);
    page_format(p, "<section class=\"workload\"><h4 id=\"workload-%" PRId64 "\">", w->id);
    page_text(p, w->label);
    page_html(p, "</h4>\n");
    workload_facts(p, w);
    page_html(p, "<div class=\"pair\">\n");
    chart_pods(p, index, &s);
    chart_latency(p, index, &s);
    chart_cpu(p, index, &s);
    chart_memory(p, index, &s);
    page_html(p, "</div></section>\n");
    arena_drop(&scratch);
}

static void workload_table(struct page *p)
{
    static const char *const headers[] = {"Workload",          "Use",       "#Replicas, min", "#mean", "#max",
                                          "#Pending, longest", "#Restarts", "#Success",       "#p99",  "#$"};
    const struct recording *r = p->r;
    page_table(p, "scroll tall whole", "Workloads, dearest first; means over the replications", headers,
               sizeof headers / sizeof headers[0]);
    for (uint32_t i = 0; i < r->workloads_count; i++) {
        const struct report_workload *w = &r->workloads[p->f->by_cost[i]];
        page_row(p, w->label);
        page_cell(p, w->use);
        page_number(p, recording_mean(r, "replicas.min", w->subject));
        page_number(p, recording_mean(r, "replicas.mean", w->subject));
        page_number(p, recording_mean(r, "replicas.max", w->subject));
        page_seconds(p, recording_mean(r, "pending.longest_s", w->subject));
        page_number(p, recording_mean(r, "restarts", w->subject));
        page_amount(p, print_share, recording_mean(r, "success", w->subject));
        page_seconds(p, recording_mean(r, "latency.p99", w->subject));
        page_amount(p, print_usd, recording_mean(r, "cost.workload", w->subject));
        page_end_row(p);
    }
    page_end_table(p);
}

static bool misses(const struct recording *r, uint32_t workload)
{
    for (uint32_t i = 0; i < r->objectives_count; i++) {
        if (r->objectives[i].workload == workload && r->objectives[i].held < r->objectives[i].count) {
            return true;
        }
    }
    return false;
}

void html_workloads(struct page *p)
{
    const struct recording *r = p->r;
    uint32_t shown = 0;
    page_section(p, "workloads", "Workloads");
    workload_table(p);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < r->workloads_count && shown < WORKLOADS_MOST; i++) {
            uint32_t index = p->f->by_cost[i];
            if (misses(r, index) == (pass == 0)) {
                workload(p, index);
                shown++;
            }
        }
    }
    if (shown < r->workloads_count) {
        page_format(p,
                    "<p class=\"small\">Charts are of %" PRIu32 " workloads; those of the %" PRIu32
                    " others can be drawn from the database's <code>workload_series</code>.</p>\n",
                    shown, r->workloads_count - shown);
    }
}
