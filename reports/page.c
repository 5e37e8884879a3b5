#include "reports/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reports/cents.h"
#include "reports/glossary.h"
#include "reports/print.h"
#include "reports/svg.h"

void page_html(struct page *p, const char *html)
{
    buffer_text(&p->body, html);
}

void page_format(struct page *p, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_text(&p->body, text);
}

/* No line ends between a number and its percent sign. */
void page_text(struct page *p, const char *text)
{
    for (const char *percent; text != NULL && *text != '\0'; text = percent) {
        percent = strstr(text, " %");
        percent = percent == NULL ? text + strlen(text) : percent;
        struct buffer part = {0};
        buffer_add(&part, text, (size_t)(percent - text));
        svg_escape(&p->body, part.at);
        buffer_drop(&part);
        if (*percent != '\0') {
            buffer_text(&p->body, "&nbsp;%");
            percent += 2;
        }
    }
}

const char *page_take(struct page *p)
{
    const char *text = arena_text(p->arena, buffer_string(&p->note), p->note.count);
    buffer_clear(&p->note);
    return text;
}

void page_time(struct page *p, int64_t t_s)
{
    buffer_text(&p->body, "<time datetime=\"");
    print_instant(&p->body, p->r->start_s, t_s);
    buffer_text(&p->body, "\">");
    print_when(&p->body, p->r->start_s, t_s);
    buffer_text(&p->body, "</time>");
}

void page_section(struct page *p, const char *id, const char *title)
{
    page_format(p, "<h3 id=\"%s\">", id);
    page_text(p, title);
    page_html(p, "</h3>\n");
}

/* A column's header: where it is a term that the page explains, a link to that. A column of bars has none. */
static void header(struct page *p, const char *text)
{
    bool number = text[0] == '#';
    if (*text == '\0') {
        page_html(p, "<td></td>");
        return;
    }
    const struct glossary_term *term = glossary_find(text + number, p->readers);
    page_html(p, number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
    if (term != NULL) {
        page_format(p, "<a class=\"term\" href=\"#%s-term-", p->id);
        glossary_slug(&p->body, term->name);
        page_html(p, "\">");
    }
    page_text(p, text + number);
    page_html(p, term != NULL ? "</a></th>" : "</th>");
}

void page_table(struct page *p, const char *class, const char *caption, const char *const *headers, size_t count)
{
    p->table.start = p->body.count;
    p->table.caption = caption;
    page_format(p, "<div class=\"%s\" tabindex=\"0\" role=\"region\" aria-label=\"", class);
    page_text(p, caption);
    page_html(p, "\"><table><caption><span>");
    page_text(p, caption);
    page_html(p, "</span></caption><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        header(p, headers[i]);
    }
    page_html(p, "</tr></thead><tbody>\n");
    p->table.rows = p->body.count;
}

void page_row(struct page *p, const char *header)
{
    page_html(p, "<tr><th scope=\"row\">");
    page_text(p, header);
    page_html(p, "</th>");
}

void page_cell(struct page *p, const char *text)
{
    page_html(p, "<td>");
    page_text(p, text);
    page_html(p, "</td>");
}

void page_sentence(struct page *p, const char *text)
{
    page_html(p, "<td class=\"say\">");
    page_text(p, text);
    page_html(p, "</td>");
}

void page_amount(struct page *p, void (*print)(struct buffer *out, double x), double x)
{
    page_html(p, "<td class=\"n\">");
    print(&p->body, x);
    page_html(p, "</td>");
}

static void three_digits(struct buffer *out, double x)
{
    print_number(out, x, 3);
}

void page_number(struct page *p, double x)
{
    page_amount(p, three_digits, x);
}

void page_interval(struct page *p, struct statistics_interval i, double many,
                   void (*print)(struct buffer *out, double x))
{
    page_html(p, "<td class=\"n\">");
    if (isfinite(i.half_width)) {
        print_span(&p->body, (i.mean - i.half_width) * many, (i.mean + i.half_width) * many, print);
    }
    page_html(p, "</td>");
}

void page_bar(struct page *p, const char *class, double share)
{
    page_format(p,
                "<td><span class=\"bar\" aria-hidden=\"true\"><i class=\"%s\" style=\"width:%.4g%%\"></i></span></td>",
                class, share > 0 ? fmin(share, 1) * 100 : 0.0);
}

void page_cut_in_print(struct page *p, uint32_t rows)
{
    enum { ROWS_PRINTED = 25 };
    if (rows > ROWS_PRINTED) {
        page_html(p, "<p class=\"small paper\">Printed are the first 25 rows.</p>\n");
    }
}

void page_seconds(struct page *p, double seconds)
{
    page_amount(p, print_seconds, seconds);
}

static void cents_cell(struct page *p, void (*print)(struct buffer *out, int64_t cents), int64_t cents)
{
    page_html(p, "<td class=\"n\">");
    print(&p->body, cents);
    page_html(p, "</td>");
}

void page_cents(struct page *p, int64_t cents)
{
    cents_cell(p, cents_print_usd, cents);
}

void page_change(struct page *p, int64_t cents)
{
    cents_cell(p, cents_print_change, cents);
}

void page_end_row(struct page *p)
{
    page_html(p, "</tr>\n");
}

void page_end_table(struct page *p)
{
    if (p->body.count > p->table.rows) {
        page_html(p, "</tbody></table></div>\n");
        return;
    }
    p->body.count = p->table.start;
    p->body.at[p->body.count] = '\0';
    page_html(p, "<p class=\"small\">");
    page_text(p, p->table.caption);
    page_html(p, ": nothing.</p>\n");
}
