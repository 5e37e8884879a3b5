/* Invariants
 * 1. A field is decoded in place in one copy of the text: it begins where it stands in its line, so that its place is
 *    known without being stored, and ends in a NUL that took the place of its quote, comma or line end.
 * 2. cells.count is a multiple of columns between rows.
 */
#include "sim/base/csv.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/number.h"
#include "sim/base/utf8.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct scan {
    const char *file;
    char *text; /* [length + 1] */
    size_t length;
    size_t at;
    size_t line_start;
    uint32_t line;
    VEC(uint32_t) cells; /* the header's first */
    VEC(uint32_t) lines;
    struct fail *fail;
};

static struct mark mark_here(const struct scan *s, size_t at)
{
    return (struct mark){.file = s->file, .line = s->line, .column = (uint32_t)(at - s->line_start + 1)};
}

#define REFUSE(s, at, ...) fail_at((s)->fail, mark_here((s), (at)), __VA_ARGS__)

/* The text holds only what a text may hold. Keeps the scan's line and place as they were when it does. */
static bool check_bytes(struct scan *s)
{
    if (s->length > CSV_SIZE_MAX) {
        return REFUSE(s, 0, "%zu bytes are more than the %u that are read (split the file)", s->length, CSV_SIZE_MAX);
    }
    size_t bad = utf8_check(s->text, s->length);
    const char *nul = memchr(s->text, '\0', bad);
    bad = nul != NULL ? (size_t)(nul - s->text) : bad;
    if (bad == s->length) {
        return true;
    }
    for (const char *end; (end = memchr(s->text + s->line_start, '\n', bad - s->line_start)) != NULL; s->line++) {
        s->line_start = (size_t)(end - s->text) + 1;
    }
    return nul != NULL
               ? REFUSE(s, bad, "a NUL byte (is this a text file?)")
               : REFUSE(s, bad, "byte 0x%02X is not UTF-8 (save the file as UTF-8)", (unsigned char)s->text[bad]);
}

/* At what ends a field or the text: the byte there is one of , LF CR, or the NUL behind the text. */
static bool at_line_end(const struct scan *s)
{
    return s->at == s->length || s->text[s->at] == '\n' || (s->text[s->at] == '\r' && s->text[s->at + 1] == '\n');
}

static void next_line(struct scan *s)
{
    s->at += s->text[s->at] == '\r';
    s->at += s->text[s->at] == '\n';
    s->line++;
    s->line_start = s->at;
}

static void skip_comments(struct scan *s)
{
    while (s->at < s->length && s->text[s->at] == '#') {
        s->at += strcspn(s->text + s->at, "\n");
        next_line(s);
    }
}

/* The quoted field whose opening quote is at the scan's place; stops behind the closing one. */
static bool scan_quoted(struct scan *s)
{
    struct mark start = mark_here(s, s->at);
    size_t to = ++s->at;
    VEC_PUSH(&s->cells, (uint32_t)to);
    for (; s->text[s->at] != '"' || s->text[s->at + 1] == '"'; s->at++) {
        if (s->at == s->length) {
            return fail_at(s->fail, start, "this field has no end (close it with \")");
        }
        s->at += s->text[s->at] == '"';
        if (s->text[s->at] == '\n') {
            s->line++;
            s->line_start = s->at + 1;
        }
        s->text[to++] = s->text[s->at];
    }
    s->text[to] = '\0';
    s->at++;
    return true;
}

static bool scan_plain(struct scan *s)
{
    VEC_PUSH(&s->cells, (uint32_t)s->at);
    s->at += strcspn(s->text + s->at, ",\"\r\n");
    return s->text[s->at] != '"'
               ? true
               : REFUSE(s, s->at, "a quote inside a field (quote the whole field, and write \" as \"\")");
}

static bool refuse_behind(const struct scan *s)
{
    return s->text[s->at] == '\r' ? REFUSE(s, s->at, "a carriage return without a line feed (save with LF or CR LF)")
                                  : REFUSE(s, s->at, "text behind the closing quote (put a comma there)");
}

/* One row; its first field is at the scan's place. */
static bool scan_row(struct scan *s)
{
    VEC_PUSH(&s->lines, s->line);
    for (uint32_t fields = 0;; fields++) {
        if (fields == CSV_COLUMNS_MAX) {
            return REFUSE(s, s->at, "more than %d fields in a row", CSV_COLUMNS_MAX);
        }
        if (!(s->text[s->at] == '"' ? scan_quoted(s) : scan_plain(s))) {
            return false;
        }
        size_t end = s->at;
        bool last = at_line_end(s);
        if (last) {
            next_line(s);
        } else if (s->text[s->at] == ',') {
            s->at++;
        } else {
            return refuse_behind(s);
        }
        s->text[end] = '\0';
        if (last) {
            return true;
        }
    }
}

static bool check_header(struct scan *s, uint32_t columns)
{
    struct mark where = {.file = s->file, .line = s->lines.at[0], .column = 1};
    for (uint32_t i = 0; i < columns; i++) {
        const char *name = s->text + s->cells.at[i];
        if (*name == '\0') {
            return fail_at(s->fail, where, "column %" PRIu32 " has no name (the first row names the columns)", i + 1);
        }
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(s->text + s->cells.at[j], name) == 0) {
                return fail_at(s->fail, where, "column \"%s\" stands twice (rename or remove one)", name);
            }
        }
    }
    return true;
}

static bool scan_rows(struct scan *s, uint32_t columns)
{
    while (s->at < s->length) {
        uint32_t before = s->cells.count;
        struct mark where = mark_here(s, s->at);
        if (!scan_row(s)) {
            return false;
        }
        uint32_t count = s->cells.count - before;
        if (count == 1 && columns > 1 && s->text[s->cells.at[before]] == '\0') {
            return fail_at(s->fail, where, "an empty line (remove it)");
        }
        if (count != columns) {
            return fail_at(s->fail, where, "%" PRIu32 " fields in this row, %" PRIu32 " in the header", count, columns);
        }
    }
    return true;
}

static bool scan_table(struct scan *s, uint32_t *columns)
{
    if (!check_bytes(s)) {
        return false;
    }
    skip_comments(s);
    if (s->at >= s->length) {
        return REFUSE(s, s->at, "no header (the first row must name the columns)");
    }
    if (!scan_row(s)) {
        return false;
    }
    *columns = s->cells.count;
    return check_header(s, *columns) && scan_rows(s, *columns);
}

static uint32_t *keep(struct arena *a, const uint32_t *from, size_t count)
{
    uint32_t *copy = TAKE(a, uint32_t, count);
    return count == 0 ? copy : memcpy(copy, from, count * sizeof *copy);
}

bool csv_read(struct arena *a, const char *file, const char *text, size_t length, struct csv *csv, struct fail *fail)
{
    size_t mark = length >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;
    struct scan s = {.file = file, .length = length - mark, .line = 1, .fail = fail};
    s.text = arena_text(a, text + mark, s.length);
    uint32_t columns = 0;
    bool good = scan_table(&s, &columns);
    if (good) {
        *csv = (struct csv){.file = file, .text = s.text, .columns = columns, .rows = s.lines.count - 1};
        csv->header = keep(a, s.cells.at, columns);
        csv->cells = keep(a, s.cells.at + columns, s.cells.count - columns);
        VEC_PUSH(&s.lines, s.line);
        csv->lines = keep(a, s.lines.at + 1, csv->rows + 1);
    }
    VEC_DROP(&s.cells);
    VEC_DROP(&s.lines);
    return good;
}

uint32_t csv_column(const struct csv *csv, const char *name)
{
    uint32_t column = 0;
    while (column < csv->columns && strcmp(csv->text + csv->header[column], name) != 0) {
        column++;
    }
    return column;
}

bool csv_need(const struct csv *csv, const char *name, uint32_t *column, struct fail *fail)
{
    uint32_t found = csv_column(csv, name);
    if (found < csv->columns) {
        *column = found;
        return true;
    }
    struct buffer have = {0};
    for (uint32_t i = 0; i < csv->columns; i++) {
        buffer_format(&have, i == 0 ? "%s" : ", %s", csv->text + csv->header[i]);
    }
    fail_at(fail, (struct mark){.file = csv->file}, "no column \"%s\" (the header has: %s)", name, have.at);
    buffer_drop(&have);
    return false;
}

const char *csv_text(const struct csv *csv, uint32_t row, uint32_t column)
{
    assert(row < csv->rows && column < csv->columns);
    return csv->text + csv->cells[(size_t)row * csv->columns + column];
}

/* A row whose quoted fields hold line breaks has one place, its beginning: where its lines begin is not stored. The
 * first field's opening quote still stands before it. */
struct mark csv_mark(const struct csv *csv, uint32_t row, uint32_t column)
{
    const uint32_t *cells = csv->cells + (size_t)row * csv->columns;
    struct mark where = {.file = csv->file, .line = csv->lines[row], .column = 1};
    if (csv->lines[row + 1] == where.line + 1) {
        where.column += cells[column] - cells[0] + (cells[0] > 0 && csv->text[cells[0] - 1] == '"');
    }
    return where;
}

bool csv_double(const struct csv *csv, uint32_t row, uint32_t column, double *number, struct fail *fail)
{
    const char *text = csv_text(csv, row, column);
    return number_parse(text, number) ? true
                                      : fail_at(fail, csv_mark(csv, row, column), "%s: \"%s\" is no number",
                                                csv->text + csv->header[column], text);
}

bool csv_int64(const struct csv *csv, uint32_t row, uint32_t column, int64_t *number, struct fail *fail)
{
    const char *text = csv_text(csv, row, column);
    return number_parse_int64(text, number) ? true
                                            : fail_at(fail, csv_mark(csv, row, column), "%s: \"%s\" is no integer",
                                                      csv->text + csv->header[column], text);
}

static void separate(struct csv_writer *w)
{
    if (w->comma) {
        buffer_byte(w->out, ',');
    }
    w->comma = true;
}

/* Also what a reader would pass over at the start of a text: a comment, a byte order mark. */
static bool needs_quotes(const char *text)
{
    return *text == '#' || strncmp(text, BYTE_ORDER_MARK, 3) == 0 || text[strcspn(text, ",\"\r\n")] != '\0';
}

void csv_add_text(struct csv_writer *w, const char *text)
{
    separate(w);
    if (!needs_quotes(text)) {
        buffer_text(w->out, text);
        return;
    }
    buffer_byte(w->out, '"');
    for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        buffer_add(w->out, text, (size_t)(quote - text) + 1);
        buffer_byte(w->out, '"');
    }
    buffer_text(w->out, text);
    buffer_byte(w->out, '"');
}

void csv_add_int64(struct csv_writer *w, int64_t number)
{
    separate(w);
    buffer_format(w->out, "%" PRId64, number);
}

void csv_add_double(struct csv_writer *w, double number)
{
    char text[32];
    separate(w);
    if (isfinite(number)) {
        buffer_text(w->out, number_print(text, number));
    }
}

void csv_end_row(struct csv_writer *w)
{
    buffer_byte(w->out, '\n');
    w->comma = false;
}
