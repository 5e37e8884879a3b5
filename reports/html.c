#include "reports/html.h"

#include <inttypes.h>

#include "reports/glossary.h"
#include "reports/html_finance.h"
#include "reports/html_frame.h"
#include "reports/html_planner.h"
#include "reports/plots.h"
#include "reports/print.h"

static const struct html_section planner_sections[] = {{"findings", "What to look at"},
                                                       {"objectives", "Objectives"},
                                                       {"gaps", "What to change"},
                                                       {"demand", "Demand"},
                                                       {"cluster", "Cluster"},
                                                       {"workloads", "Workloads"},
                                                       {"scaling", "Scaling"},
                                                       {"limits", "What is not simulated"},
                                                       {NULL, NULL}};

static const struct html_section finance_sections[] = {
    {"months", "By month and team"}, {"payers", "Who pays"}, {"units", "Unit costs"},
    {"cost", "What it is spent on"}, {"prices", "Prices"},   {NULL, NULL}};

static const struct html_reader readers[HTML_READERS] = {
    {"planner", "Planner", "For the planner: does it hold, and what to change", GLOSSARY_PLANNER, planner_sections},
    {"finance", "Finance", "For finance: what it costs, and whom", GLOSSARY_FINANCE, finance_sections},
};

static void title(struct page *p)
{
    const struct recording *r = p->r;
    page_html(p, "<h1>");
    page_text(p, r->scenario);
    page_html(p, "</h1>\n<p class=\"sub\">");
    print_seconds(&p->body, r->duration_s);
    page_html(p, " from ");
    page_time(p, 0);
    page_html(p, " UTC (");
    print_instant(&p->body, r->start_s, 0);
    page_html(p, ")");
    page_format(p, "; %" PRId64 " replication%s, seed %" PRId64, r->replications, r->replications == 1 ? "" : "s",
                r->seed);
    page_html(p, "; Kubernetes ");
    page_text(p, r->kubernetes);
    page_html(p, "; simulated by headroom ");
    page_text(p, r->version);
    page_html(p, "</p>\n");
}

static void known_part(struct page *p, const char *class, double share)
{
    if (share > 0) {
        page_format(p, "<i class=\"%s\" style=\"width:%.4g%%\"></i>", class, share * 100);
    }
}

static void known(struct page *p)
{
    double measured = recording_mean(p->r, "use.measured", ""), modelled = recording_mean(p->r, "use.modelled", ""),
           unknown = recording_mean(p->r, "use.unknown", "");
    page_html(p, "<div class=\"known\">Of the requested cost, the use is measured for <b>");
    print_share(&p->body, measured);
    page_html(p, "</b>, modelled for <b>");
    print_share(&p->body, modelled);
    page_html(p, "</b> and unknown for <b>");
    print_share(&p->body, unknown);
    page_html(p, "</b>.<div class=\"split\" aria-hidden=\"true\">");
    known_part(p, "measured", measured);
    known_part(p, "modelled", modelled);
    known_part(p, "unknown", unknown);
    page_html(p, "</div></div>\n");
}

static void foot(struct page *p)
{
    html_frame_foot(p);
    html_frame_paragraph(p, "Intervals are Student's, 95 %, over the replications. They cover ", p->r->interval_covers);
    html_frame_paragraph(p, "", p->r->model_note);
    html_frame_paragraph(p, "",
                         "Series and decisions are those of replication 0; figures are means over all. Times are UTC.");
    html_frame_paragraph(p, "Simulated from ", p->r->files);
    html_frame_close(p);
}

static void write_file(struct page *p)
{
    html_frame_open(p, p->r->scenario, readers);
    title(p);
    known(p);
    html_frame_tabs(p, readers);
    html_frame_begin(p, readers, 0);
    html_planner(p);
    html_frame_end(p);
    html_frame_begin(p, readers, 1);
    html_finance(p);
    html_frame_end(p);
    foot(p);
}

bool html_write(struct buffer *out, const struct recording *r, const struct findings *f, const struct finance *finance,
                struct query *q, struct fail *fail)
{
    struct arena arena = arena_make(1 << 20);
    struct page p = {.plots = plots_make(&arena), .r = r, .f = f, .finance = finance, .q = q, .arena = &arena};
    write_file(&p);
    bool good = query_check(q, fail) && plots_draw(&p.plots, &p.body, out, fail);
    plots_drop(&p.plots);
    buffer_drop(&p.body);
    buffer_drop(&p.note);
    arena_drop(&arena);
    return good;
}
