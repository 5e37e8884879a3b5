/* book.h -- a workbook for spreadsheet programs while it is written: sheets of texts, numbers and formulas, and charts.
 *
 * Rows and columns count from 0. A formula carries the value that it has, for readers that do not calculate. The same
 * calls give the same bytes.
 */
#ifndef REPORTS_BOOK_H
#define REPORTS_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/buffer.h"
#include "sim/base/fail.h"

enum book_format {
    BOOK_PLAIN,
    BOOK_TITLE,
    BOOK_HEADING, /* of a part of a sheet */
    BOOK_HEADER,  /* of a column of texts */
    BOOK_HEADER_NUMBER,
    BOOK_NOTE, /* wraps */
    BOOK_BOLD,
    BOOK_MONEY,       /* $1,234.56 */
    BOOK_MONEY_TOTAL, /* the same in bold under a line */
    BOOK_TOTAL,       /* text beside it */
    BOOK_PRICE,       /* $0.1920 and more decimals */
    BOOK_NUMBER,      /* 1,234.56 */
    BOOK_WHOLE,       /* 1,234 */
    BOOK_SHARE,       /* 12.3% */
    BOOK_SHARE_TOTAL,
    BOOK_FORMATS
};

struct book;

/* Opens one with the file's title and time of creation (seconds since 1970). Null: there is no room for a temporary
 * file. */
struct book *book_open(const char *title, int64_t created_s, struct fail *fail) MUST_CHECK;

/* Adds the file to out. False: the system refused. b is gone in either case. */
bool book_close(struct book *b, struct buffer *out, struct fail *fail) MUST_CHECK;

/* Goes on with a new sheet of that name; widths[count] of its columns in characters. The first `frozen` rows stay in view. */
void book_sheet(struct book *b, const char *name, const double *widths, uint16_t count, uint32_t frozen);

/* Makes a row so many lines high: spreadsheet programs do not all do that by themselves where a text wraps. */
void book_lines(struct book *b, uint32_t row, unsigned lines);

/* A text; null writes nothing. A number; what is not finite writes nothing. */
void book_text(struct book *b, uint32_t row, uint16_t column, const char *text, enum book_format format);
void book_number(struct book *b, uint32_t row, uint16_t column, double number, enum book_format format);

/* A formula ("=B2/B3"), and the value that it has. */
void book_formula(struct book *b, uint32_t row, uint16_t column, double value, enum book_format format,
                  const char *formula, ...) PRINTF_LIKE(6, 7);

/* The name of a column: "A", "AB". */
struct book_name {
    char text[8];
};

struct book_name book_column(uint16_t column);

/* Values of a chart: cells of the sheet `from`, rows first..last, labelled by the cells of a column. */
struct book_series {
    const char *name;
    const char *from;
    uint32_t first, last;
    uint16_t labels, values; /* columns */
};

enum book_chart { BOOK_BARS, BOOK_STACK };

/* A chart on the current sheet with its corner at a cell. */
void book_chart(struct book *b, enum book_chart kind, const char *title, const struct book_series *series,
                uint32_t count, uint32_t row, uint16_t column);

/* Lets readers filter a table: its header is in row, its rows end in last. */
void book_filter(struct book *b, uint32_t row, uint32_t last, uint16_t columns);

#endif
