/* table.h -- a table of a database that is being filled, rows in batches.
 *
 * Cells are given one after another, column by column; a row is written when it has ended, or with a batch of others. The
 * first failure of SQLite is kept, and what follows does nothing.
 */
#ifndef SIM_RUN_TABLE_H
#define SIM_RUN_TABLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define TABLE_BATCH 50 /* rows of a series that go to SQLite in one statement: a third of the time of one by one */
#define TABLE_COLUMNS_MAX 20

/* The first failure. */
struct trouble {
    bool failed;
    char why[128];
};

/* Keeps why, at once: the next call forgets it. SQLite does not always hand the system's error on. */
void trouble_keep(struct trouble *t, sqlite3 *db);

enum cell_kind { CELL_NULL, CELL_INTEGER, CELL_REAL, CELL_TEXT };

struct cell {
    enum cell_kind kind;
    union {
        int64_t integer;
        double real;
        const char *text; /* must live until the row has ended */
    };
};

/* Cells wait for a batch of rows to be whole. Texts only in batches of one. */
struct table {
    sqlite3 *db;
    const char *name;
    unsigned columns;
    unsigned batch; /* rows a statement takes */
    sqlite3_stmt *statement;
    unsigned count; /* of cells */
    struct trouble *trouble;
    struct cell cells[TABLE_BATCH * TABLE_COLUMNS_MAX];
};

/* A table of that many columns, at most TABLE_COLUMNS_MAX; row by row, or batch rows (at most TABLE_BATCH) at a time. */
struct table table_open(sqlite3 *db, const char *name, unsigned columns, struct trouble *trouble);
void table_open_batched(struct table *t, sqlite3 *db, const char *name, unsigned columns, unsigned batch,
                        struct trouble *trouble);

/* The next cell. A text may be null. */
void table_integer(struct table *t, int64_t value);
void table_real(struct table *t, double value);
void table_text(struct table *t, const char *value);
void table_null(struct table *t);

/* NULL where it is negative: unknown, or none. */
void table_amount(struct table *t, double value);
void table_limit(struct table *t, int64_t value);

void table_end_row(struct table *t);

/* Writes the rows of a batch that is not whole. */
void table_flush(struct table *t);

void table_close(struct table *t);

#endif
