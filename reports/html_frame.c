#include "reports/html_frame.h"

#include "reports/glossary.h"
#include "reports/html_style.h"

static const char *const classes[HTML_READERS] = {"one", "two"};

void html_frame_open(struct page *p, const char *title, const struct html_reader readers[HTML_READERS])
{
    page_html(p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n"
                 "<link rel=\"icon\" href=\"data:,\">\n<title>headroom: ");
    page_text(p, title);
    page_html(p, "</title>\n<style>");
    for (const char *const *piece = html_style; *piece != NULL; piece++) {
        page_html(p, *piece);
    }
    page_html(p, "</style></head>\n<body>\n");
    for (int i = 0; i < HTML_READERS; i++) {
        page_format(p, "<a class=\"skip %s\" href=\"#%s-start\">Skip to the page: %s</a>\n", classes[i], readers[i].id,
                    readers[i].name);
    }
    page_html(p, "<header>");
}

void html_frame_tabs(struct page *p, const struct html_reader readers[HTML_READERS])
{
    page_html(p, "<nav class=\"tabs\" aria-label=\"Pages by reader\">");
    for (int i = 0; i < HTML_READERS; i++) {
        page_format(p, "<a class=\"%s\" href=\"#%s\">", classes[i], readers[i].id);
        page_text(p, readers[i].name);
        page_html(p, "</a>");
    }
    page_html(p, "</nav></header>\n<main>\n");
}

void html_frame_begin(struct page *p, const struct html_reader readers[HTML_READERS], int number)
{
    const struct html_reader *r = &readers[number];
    p->id = r->id;
    p->readers = r->readers;
    page_format(p, "<section class=\"page %s\" id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">",
                classes[number], r->id, r->id, r->id);
    page_text(p, r->title);
    page_format(p, "</h2>\n<nav aria-label=\"Sections: %s\">", r->name);
    for (const struct html_section *s = r->sections; s->id != NULL; s++) {
        page_format(p, "<a href=\"#%s\">", s->id);
        page_text(p, s->name);
        page_html(p, "</a>");
    }
    page_format(p, "<a href=\"#%s-terms\">Terms</a></nav>\n<div id=\"%s-start\" tabindex=\"-1\"></div>\n", r->id,
                r->id);
}

static void terms(struct page *p)
{
    page_section(p, arena_format(p->arena, "%s-terms", p->id), "Terms");
    page_html(p, "<dl class=\"terms\">\n");
    for (const struct glossary_term *t = glossary_terms; t->name != NULL; t++) {
        if ((t->readers & p->readers) != 0) {
            page_format(p, "<div id=\"%s-term-", p->id);
            glossary_slug(&p->body, t->name);
            page_html(p, "\"><dt>");
            page_text(p, t->name);
            page_html(p, "</dt><dd>");
            page_text(p, t->meaning);
            page_html(p, "</dd></div>\n");
        }
    }
    page_html(p, "</dl>\n");
}

void html_frame_end(struct page *p)
{
    terms(p);
    page_html(p, "</section>\n");
}

void html_frame_foot(struct page *p)
{
    page_html(p, "</main>\n<footer>");
}

void html_frame_paragraph(struct page *p, const char *before, const char *text)
{
    if (text != NULL) {
        page_html(p, "<p>");
        page_text(p, before);
        page_text(p, text);
        page_html(p, "</p>\n");
    }
}

void html_frame_close(struct page *p)
{
    page_html(p, "</footer>\n</body></html>\n");
}
