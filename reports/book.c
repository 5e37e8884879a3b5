#include "reports/book.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "sim/base/memory.h"

struct book {
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *formats[BOOK_FORMATS];
    char folder[1024]; /* of temporary files */
    char path[1100];
};

static bool refuse(const struct book *b, const char *why, struct fail *fail)
{
    return fail_set(fail, FAIL_SYSTEM, "%s: no spreadsheet can be made there: %s (set TMPDIR to a folder with room)",
                    b->folder, why);
}

/* ---- formats ---- */

static const struct {
    const char *number; /* null: general */
    bool bold, right, wrap, line, shaded;
    double size;
} looks[BOOK_FORMATS] = {
    [BOOK_TITLE] = {.bold = true, .size = 16},
    [BOOK_HEADING] = {.bold = true, .size = 12},
    [BOOK_HEADER] = {.bold = true, .wrap = true, .shaded = true},
    [BOOK_HEADER_NUMBER] = {.bold = true, .right = true, .wrap = true, .shaded = true},
    [BOOK_NOTE] = {.wrap = true},
    [BOOK_BOLD] = {.bold = true},
    [BOOK_MONEY] = {.number = "$#,##0.00;-$#,##0.00"},
    [BOOK_MONEY_TOTAL] = {.number = "$#,##0.00;-$#,##0.00", .bold = true, .line = true},
    [BOOK_TOTAL] = {.bold = true, .line = true},
    [BOOK_PRICE] = {.number = "$#,##0.00######"},
    [BOOK_NUMBER] = {.number = "#,##0.00"},
    [BOOK_WHOLE] = {.number = "#,##0"},
    [BOOK_SHARE] = {.number = "0.0%"},
    [BOOK_SHARE_TOTAL] = {.number = "0.0%", .bold = true, .line = true},
};

static lxw_format *make_format(lxw_workbook *workbook, enum book_format which)
{
    lxw_format *f = workbook_add_format(workbook);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    if (looks[which].number != NULL) {
        format_set_num_format(f, looks[which].number);
    }
    if (looks[which].bold) {
        format_set_bold(f);
    }
    if (looks[which].right) {
        format_set_align(f, LXW_ALIGN_RIGHT);
    }
    if (looks[which].wrap) {
        format_set_text_wrap(f);
    }
    if (looks[which].line) {
        format_set_top(f, LXW_BORDER_THIN);
    }
    if (looks[which].shaded) {
        format_set_bg_color(f, 0xE8EDF3);
        format_set_bottom(f, LXW_BORDER_THIN);
    }
    if (looks[which].size > 0) {
        format_set_font_size(f, looks[which].size);
    }
    return f;
}

/* ---- the file ---- */

/* The library takes texts that it only reads without saying so. */
static char *writable(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* The library writes to a path; what is there is read back, so that a report is whole or not there. */
static bool make_path(struct book *b, struct fail *fail)
{
    const char *folder = getenv("TMPDIR");
    snprintf(b->folder, sizeof b->folder, "%s", folder == NULL || *folder == '\0' ? "/tmp" : folder);
    snprintf(b->path, sizeof b->path, "%s/headroom-XXXXXX", b->folder);
    int file = mkstemp(b->path);
    if (file < 0) {
        return refuse(b, strerror(errno), fail);
    }
    close(file);
    return true;
}

struct book *book_open(const char *title, int64_t created_s, struct fail *fail)
{
    struct book *b = memory_take(1, sizeof *b);
    if (!make_path(b, fail)) {
        free(b);
        return NULL;
    }
    lxw_workbook_options options = {.tmpdir = b->folder};
    b->workbook = workbook_new_opt(b->path, &options);
    if (b->workbook == NULL) {
        memory_exhausted(sizeof *b->workbook);
    }
    for (int i = 0; i < BOOK_FORMATS; i++) {
        b->formats[i] = make_format(b->workbook, (enum book_format)i);
    }
    lxw_doc_properties properties = {
        .title = writable(title), .author = writable("headroom"), .created = (time_t)created_s};
    workbook_set_properties(b->workbook, &properties);
    return b;
}

static bool read_back(struct book *b, struct buffer *out)
{
    char part[65536];
    FILE *file = fopen(b->path, "rb");
    if (file == NULL) {
        return false;
    }
    for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;) {
        buffer_add(out, part, got);
    }
    bool good = ferror(file) == 0;
    return fclose(file) == 0 && good;
}

/* The library says what goes wrong on standard error, in words of its own, and has no switch for that; users get one
 * line, ours. */
static lxw_error close_quietly(lxw_workbook *workbook)
{
    int kept = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
    if (kept >= 0 && nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
    }
    errno = 0;
    lxw_error error = workbook_close(workbook);
    int system = errno;
    if (kept >= 0) {
        fflush(stderr);
        dup2(kept, STDERR_FILENO);
        close(kept);
    }
    if (nowhere >= 0) {
        close(nowhere);
    }
    errno = system;
    return error;
}

bool book_close(struct book *b, struct buffer *out, struct fail *fail)
{
    lxw_error error = close_quietly(b->workbook);
    const char *why = errno != 0 ? strerror(errno) : lxw_strerror(error);
    bool good = error == LXW_NO_ERROR || refuse(b, why, fail);
    if (good && !read_back(b, out)) {
        good = refuse(b, strerror(errno), fail);
    }
    unlink(b->path);
    free(b);
    return good;
}

/* ---- sheets ---- */

void book_sheet(struct book *b, const char *name, const double *widths, uint16_t count, uint32_t frozen)
{
    b->sheet = workbook_add_worksheet(b->workbook, name);
    for (uint16_t i = 0; i < count; i++) {
        worksheet_set_column(b->sheet, i, i, widths[i], NULL);
    }
    if (frozen > 0) {
        worksheet_freeze_panes(b->sheet, frozen, 0);
    }
    worksheet_set_landscape(b->sheet);
    worksheet_set_paper(b->sheet, 9); /* A4 */
    worksheet_fit_to_pages(b->sheet, 1, 0);
    worksheet_gridlines(b->sheet, LXW_HIDE_ALL_GRIDLINES);
}

void book_lines(struct book *b, uint32_t row, unsigned lines)
{
    worksheet_set_row(b->sheet, row, 15.0 * lines, NULL);
}

void book_text(struct book *b, uint32_t row, uint16_t column, const char *text, enum book_format format)
{
    if (text != NULL) {
        worksheet_write_string(b->sheet, row, column, text, b->formats[format]);
    }
}

void book_number(struct book *b, uint32_t row, uint16_t column, double number, enum book_format format)
{
    if (isfinite(number)) {
        worksheet_write_number(b->sheet, row, column, number, b->formats[format]);
    }
}

void book_formula(struct book *b, uint32_t row, uint16_t column, double value, enum book_format format,
                  const char *formula, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, formula);
    vsnprintf(text, sizeof text, formula, arguments);
    va_end(arguments);
    if (isfinite(value)) {
        worksheet_write_formula_num(b->sheet, row, column, text, b->formats[format], value);
    }
}

struct book_name book_column(uint16_t column)
{
    struct book_name name;
    lxw_col_to_name(name.text, column, LXW_FALSE);
    return name;
}

void book_filter(struct book *b, uint32_t row, uint32_t last, uint16_t columns)
{
    worksheet_autofilter(b->sheet, row, 0, last, (lxw_col_t)(columns - 1));
}

/* ---- charts ---- */

/* Colours that can be told apart also without red and green. */
static const lxw_color_t colours[] = {0x2F6DB5, 0xE08A1E, 0x4C9A8C, 0xB0567A, 0x7A6BB3,
                                      0x9A8F3C, 0x5B8BC9, 0xC7684A, 0x8FA3B8, 0xBFC7D1};

enum { COLOURS = sizeof colours / sizeof colours[0] };

static void add_series(lxw_chart *chart, const struct book_series *s, uint32_t number)
{
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    lxw_chart_fill fill = {.color = colours[number % COLOURS]};
    chart_series_set_categories(series, s->from, s->first, s->labels, s->last, s->labels);
    chart_series_set_values(series, s->from, s->first, s->values, s->last, s->values);
    chart_series_set_name(series, s->name);
    chart_series_set_fill(series, &fill);
}

void book_chart(struct book *b, enum book_chart kind, const char *title, const struct book_series *series,
                uint32_t count, uint32_t row, uint16_t column)
{
    lxw_chart *chart = workbook_add_chart(b->workbook, kind == BOOK_BARS ? LXW_CHART_BAR : LXW_CHART_COLUMN_STACKED);
    lxw_chart_options options = {.x_scale = 1.3, .y_scale = 1.2, .description = writable(title)};
    for (uint32_t i = 0; i < count; i++) {
        add_series(chart, &series[i], i);
    }
    chart_title_set_name(chart, title);
    chart_axis_set_num_format(kind == BOOK_BARS ? chart->x_axis : chart->y_axis, "$#,##0");
    if (kind == BOOK_BARS) {
        chart_axis_set_reverse(chart->y_axis); /* the first row on top */
    }
    if (count == 1) {
        chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
    }
    worksheet_insert_chart_opt(b->sheet, row, column, chart, &options);
}
