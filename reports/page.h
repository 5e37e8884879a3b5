/* page.h -- the HTML page while it is written: text, tables, and the charts that wait to be drawn. */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include "reports/finance.h"
#include "reports/findings.h"
#include "reports/plots.h"
#include "reports/query.h"
#include "reports/recording.h"
#include "sim/base/buffer.h"

struct page {
    struct buffer body; /* HTML, with places for charts */
    struct plots plots;
    const struct recording *r; /* of a comparison these four are null */
    const struct findings *f;
    const struct finance *finance;
    struct query *q;
    struct arena *arena;
    const char *id;     /* of the reader's page that is being written */
    unsigned readers;   /* of enum glossary_reader: whose it is */
    struct buffer note; /* plain text that is put together; page_take empties it */
    struct {
        size_t start, rows; /* where in body the table and its rows begin */
        const char *caption;
    } table; /* that is being written */
};

/* HTML as it is; and plain text, escaped. */
void page_html(struct page *p, const char *html);
void page_format(struct page *p, const char *format, ...) PRINTF_LIKE(2, 3);
void page_text(struct page *p, const char *text);

/* The plain text that was put together in note, in the arena. */
const char *page_take(struct page *p);

/* "Sat 9 May 22:08", with the instant as its datetime. */
void page_time(struct page *p, int64_t t_s);

/* A heading of a section, which others link to by its id. Levels: h1 is the file's, h2 the page's, h3 a section's. */
void page_section(struct page *p, const char *id, const char *title);

/* A table with these columns, in a box that scrolls where the screen is narrow; a header that begins with '#' is of
 * numbers, flush right; one that is a term of the readers links to its line at the end of the page. class: "scroll"; "scroll tall" where long tables get a box of their own on a screen. One without rows becomes
 * a sentence. caption is kept until page_end_table. page_row begins a row whose header cell is plain text. */
void page_table(struct page *p, const char *class, const char *caption, const char *const *headers, size_t count);
void page_row(struct page *p, const char *header);
void page_cell(struct page *p, const char *text);
void page_sentence(struct page *p, const char *text); /* a cell that is not squeezed to a word a line */
void page_amount(struct page *p, void (*print)(struct buffer *out, double x), double x);
void page_number(struct page *p, double x);

/* "$929 to $1,011", of so many; empty when it is not finite. */
void page_interval(struct page *p, struct statistics_interval i, double many,
                   void (*print)(struct buffer *out, double x));

/* A bar of a share in [0, 1]; negative ones are empty. The number stands beside it: screen readers pass over it. */
void page_bar(struct page *p, const char *class, double share);

/* On paper a long table ends after so many rows (html_style.c): says so. */
void page_cut_in_print(struct page *p, uint32_t rows);
void page_seconds(struct page *p, double seconds);
void page_cents(struct page *p, int64_t cents);  /* "$1,234.56" */
void page_change(struct page *p, int64_t cents); /* "+$12.00" */
void page_end_row(struct page *p);
void page_end_table(struct page *p);

#endif
