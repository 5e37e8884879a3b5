#include "reports/compare_html.h"

#include <inttypes.h>

#include "reports/glossary.h"
#include "reports/html_bridge.h"
#include "reports/html_ci.h"
#include "reports/html_frame.h"
#include "reports/print.h"

static const struct html_section ci_sections[] = {
    {"gates", "Gates"}, {"input", "What is different in the input"}, {"figures", "What it does"}, {NULL, NULL}};

static const struct html_section finance_sections[] = {
    {"bridge", "Why"},       {"payers", "Who pays"}, {"offers", "What is bought"},
    {"units", "Unit costs"}, {"prices", "Prices"},   {NULL, NULL}};

static const struct html_reader readers[HTML_READERS] = {
    {"ci", "CI", "For the review: may this change pass", GLOSSARY_CI, ci_sections},
    {"finance", "Finance", "For finance: why it costs something else", GLOSSARY_BRIDGE, finance_sections},
};

static void title(struct page *p, const struct comparison *c)
{
    const struct side *base = &c->pair->base.side, *candidate = &c->pair->candidate.side;
    page_html(p, "<h1>");
    page_text(p, base->scenario);
    page_html(p, ": what a change does</h1>\n<p class=\"sub\">BASE ");
    page_text(p, compare_name(base));
    page_html(p, " and CANDIDATE ");
    page_text(p, compare_name(candidate));
    page_html(p, ": ");
    print_seconds(&p->body, (double)base->duration_s);
    page_html(p, " from ");
    print_instant(&p->body, base->start_s, 0);
    page_format(p, "; %" PRIu32 " replication%s on the same random numbers, seed %" PRId64 "; simulated by headroom ",
                c->replications, c->replications == 1 ? "" : "s", base->seed);
    page_text(p, candidate->version);
    page_html(p, c->pair->alike ? "</p>\n<p>They say the same: one run serves both.</p>\n" : "</p>\n");
}

static void foot(struct page *p, const struct comparison *c)
{
    const char *covers = c->pair->candidate.side.interval_covers;
    html_frame_foot(p);
    html_frame_paragraph(
        p, "Differences are paired, replication by replication; their 95 % intervals are Student's and cover ",
        covers == NULL ? "noise" : covers);
    html_frame_close(p);
}

void compare_html_write(struct buffer *out, const struct comparison *c)
{
    struct arena arena = arena_make(1 << 16);
    struct page p = {.body = *out, .arena = &arena};
    html_frame_open(&p, c->pair->base.side.scenario, readers);
    title(&p, c);
    html_frame_tabs(&p, readers);
    html_frame_begin(&p, readers, 0);
    html_ci(&p, c);
    html_frame_end(&p);
    html_frame_begin(&p, readers, 1);
    html_bridge(&p, c);
    html_frame_end(&p);
    foot(&p, c);
    *out = p.body;
    buffer_drop(&p.note);
    arena_drop(&arena);
}
