/* csv.h -- tables as text: comma-separated values (RFC 4180) with a header row.
 *
 * The reader is strict: as many fields in each row as the header has, quotes only around whole fields, UTF-8, no NUL, no
 * bare carriage return, no column twice. One extension: lines before the header that begin with # are comments. A row
 * ends with LF or CR LF; the last one need not.
 */
#ifndef SIM_BASE_CSV_H
#define SIM_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"
#include "sim/base/fail.h"

#define CSV_SIZE_MAX (1u << 30) /* bytes of text */
#define CSV_COLUMNS_MAX 4096

struct csv {
    const char *file;
    const char *text; /* the fields lie here, each with a NUL behind it */
    uint32_t columns; /* at least 1 */
    uint32_t rows;    /* without the header */
    uint32_t *header; /* [columns] offsets in text */
    uint32_t *cells;  /* [rows * columns] */
    uint32_t *lines;  /* [rows + 1] the line that the row begins in, from 1; behind the last, the line after it */
};

/* Reads length bytes of text (copied; a byte order mark at the start is passed over) into *csv, in a. file is kept. */
bool csv_read(struct arena *a, const char *file, const char *text, size_t length, struct csv *csv,
              struct fail *fail) MUST_CHECK;

/* The column of that name; csv->columns when there is none. */
uint32_t csv_column(const struct csv *csv, const char *name);

/* The same for one that must be there: its absence is a failure that names the columns that are. */
bool csv_need(const struct csv *csv, const char *name, uint32_t *column, struct fail *fail) MUST_CHECK;

/* The field of row (from 0) and column; "" when empty. */
const char *csv_text(const struct csv *csv, uint32_t row, uint32_t column);

/* Where the field stands, for errors. */
struct mark csv_mark(const struct csv *csv, uint32_t row, uint32_t column);

/* The field as a finite decimal number, or as an integer; anything else, also "", is a failure that names the column. */
bool csv_double(const struct csv *csv, uint32_t row, uint32_t column, double *number, struct fail *fail) MUST_CHECK;
bool csv_int64(const struct csv *csv, uint32_t row, uint32_t column, int64_t *number, struct fail *fail) MUST_CHECK;

/* Writes a table field by field, quoted where it must be; rows end with LF.
 * `struct csv_writer w = {.out = &buffer};` begins one. */
struct csv_writer {
    struct buffer *out;
    bool comma; /* the row has a field already */
};

void csv_add_text(struct csv_writer *w, const char *text);
void csv_add_int64(struct csv_writer *w, int64_t number);

/* In the fewest digits that read back to the same double; empty when it is not finite. */
void csv_add_double(struct csv_writer *w, double number);
void csv_end_row(struct csv_writer *w);

#endif
