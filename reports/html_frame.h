/* html_frame.h -- what pages of all readers stand in: one file that needs nothing else and works without scripts.
 *
 * A file holds one page for each of two readers. Tabs lead to them; the style sheet shows the one whose id, or the id of
 * something in it, the address names, and else the first. Where a browser cannot (no :has), and on paper, both stand one
 * behind the other. Every page ends with its terms.
 *
 * Use: open, head of your own, tabs, then for each page begin, content, end; close with a foot of your own before it.
 */
#ifndef REPORTS_HTML_FRAME_H
#define REPORTS_HTML_FRAME_H

#include "reports/page.h"

/* A section of a page, by the id that page_section gives it. */
struct html_section {
    const char *id;
    const char *name;
};

struct html_reader {
    const char *id;                      /* of the page: "planner" */
    const char *name;                    /* of its tab */
    const char *title;                   /* of the page */
    unsigned readers;                    /* of enum glossary_reader: whose terms are explained */
    const struct html_section *sections; /* closed by a null id */
};

enum { HTML_READERS = 2 };

/* Up to the header, where who opened it says what the file is about (its h1). */
void html_frame_open(struct page *p, const char *title, const struct html_reader readers[HTML_READERS]);

/* Ends the header with the tabs, and begins what is in the middle. */
void html_frame_tabs(struct page *p, const struct html_reader readers[HTML_READERS]);

/* The page of a reader, by its number. */
void html_frame_begin(struct page *p, const struct html_reader readers[HTML_READERS], int number);
void html_frame_end(struct page *p);

/* The footer, into which paragraphs go, and the end of the file. */
void html_frame_foot(struct page *p);
void html_frame_paragraph(struct page *p, const char *before, const char *text);
void html_frame_close(struct page *p);

#endif
