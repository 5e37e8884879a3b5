/* query.h -- reads a recorded run: an SQLite file with the tables of sim/run/schema.h.
 *
 * For one thread. Opens read-only, and knows nothing but how to read rows. The first failure of a read is kept (a damaged file shows
 * only when its pages are read); after it every statement has no rows, and query_check says what went wrong.
 */
#ifndef REPORTS_QUERY_H
#define REPORTS_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"

struct query {
    sqlite3 *db;
    const char *path; /* borrowed */
    struct fail fail; /* the first failure; FAIL_NONE while there is none */
};

/* Opens the run at path. False: there is no such file, it is no recorded run, or one of another schema version (the
 * user's mistake), or the system refused to read it; nothing stays open. */
bool query_open(struct query *q, const char *path, struct fail *fail) MUST_CHECK;
void query_close(struct query *q);

/* False when a read has failed since query_open. */
bool query_check(const struct query *q, struct fail *fail) MUST_CHECK;

/* The rows of one statement:
 *
 *     for (struct query_rows r = query_rows(q, "SELECT ... WHERE x = ?", x); query_next(&r);) { query_real(&r, 0) ... }
 *
 * The single parameter of the statement, when it has one, is `parameter`. Rows end by themselves: read them all. */
struct query_rows {
    struct query *query;
    sqlite3_stmt *statement; /* null: at the end */
};

struct query_rows query_rows(struct query *q, const char *sql, int64_t parameter);
bool query_next(struct query_rows *r);

/* The columns of the row, from 0. Numbers that are NULL are 0 and NaN; texts that are NULL are null. */
int64_t query_integer(const struct query_rows *r, int column);
double query_real(const struct query_rows *r, int column);
const char *query_text(const struct query_rows *r, int column, struct arena *a);
bool query_is_null(const struct query_rows *r, int column);

#endif
