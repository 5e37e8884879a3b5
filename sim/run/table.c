#include "sim/run/table.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/buffer.h"

void trouble_keep(struct trouble *t, sqlite3 *db)
{
    int left = errno, system = sqlite3_system_errno(db);
    if (t->failed) {
        return;
    }
    if (system == 0 && sqlite3_errcode(db) == SQLITE_IOERR) {
        system = left;
    }
    t->failed = true;
    snprintf(t->why, sizeof t->why, "%s", system != 0 ? strerror(system) : sqlite3_errmsg(db));
}

/* INSERT for `rows` rows. */
static sqlite3_stmt *prepare(struct table *t, unsigned rows)
{
    struct buffer sql = {0};
    sqlite3_stmt *statement = NULL;
    buffer_format(&sql, "INSERT INTO %s VALUES ", t->name);
    for (unsigned row = 0; row < rows; row++) {
        for (unsigned i = 0; i < t->columns; i++) {
            buffer_text(&sql, i > 0 ? ",?" : row > 0 ? "),(?" : "(?");
        }
    }
    buffer_text(&sql, ")");
    if (!t->trouble->failed && sqlite3_prepare_v2(t->db, buffer_string(&sql), -1, &statement, NULL) != SQLITE_OK) {
        trouble_keep(t->trouble, t->db);
    }
    buffer_drop(&sql);
    return statement;
}

void table_open_batched(struct table *t, sqlite3 *db, const char *name, unsigned columns, unsigned batch,
                        struct trouble *trouble)
{
    assert(columns <= TABLE_COLUMNS_MAX && batch <= TABLE_BATCH);
    *t = (struct table){.db = db, .name = name, .columns = columns, .batch = batch, .trouble = trouble};
    t->statement = prepare(t, batch);
}

struct table table_open(sqlite3 *db, const char *name, unsigned columns, struct trouble *trouble)
{
    struct table t;
    table_open_batched(&t, db, name, columns, 1, trouble);
    return t;
}

static void bind(sqlite3_stmt *statement, int at, const struct cell *c)
{
    switch (c->kind) {
    case CELL_NULL:
        sqlite3_bind_null(statement, at);
        break;
    case CELL_INTEGER:
        sqlite3_bind_int64(statement, at, c->integer);
        break;
    case CELL_REAL:
        sqlite3_bind_double(statement, at, c->real);
        break;
    case CELL_TEXT:
        sqlite3_bind_text(statement, at, c->text, -1, SQLITE_STATIC);
        break;
    }
}

static void insert(struct table *t, sqlite3_stmt *statement)
{
    for (unsigned i = 0; i < t->count; i++) {
        bind(statement, (int)i + 1, &t->cells[i]);
    }
    if (!t->trouble->failed && sqlite3_step(statement) != SQLITE_DONE) {
        trouble_keep(t->trouble, t->db);
    }
    sqlite3_reset(statement);
    t->count = 0;
}

static void put(struct table *t, struct cell cell)
{
    t->cells[t->count++] = cell;
}

void table_integer(struct table *t, int64_t value)
{
    put(t, (struct cell){.kind = CELL_INTEGER, .integer = value});
}

void table_real(struct table *t, double value)
{
    put(t, (struct cell){.kind = CELL_REAL, .real = value});
}

void table_null(struct table *t)
{
    put(t, (struct cell){.kind = CELL_NULL});
}

void table_text(struct table *t, const char *value)
{
    put(t, (struct cell){.kind = value == NULL ? CELL_NULL : CELL_TEXT, .text = value});
}

void table_amount(struct table *t, double value)
{
    if (value < 0) {
        table_null(t);
    } else {
        table_real(t, value);
    }
}

void table_limit(struct table *t, int64_t value)
{
    if (value < 0) {
        table_null(t);
    } else {
        table_integer(t, value);
    }
}

void table_end_row(struct table *t)
{
    assert(t->count % t->columns == 0);
    if (t->count == t->batch * t->columns) {
        insert(t, t->statement);
    }
}

void table_flush(struct table *t)
{
    sqlite3_stmt *rest = t->count > 0 ? prepare(t, t->count / t->columns) : NULL;
    if (rest != NULL) {
        insert(t, rest);
        sqlite3_finalize(rest);
    }
}

void table_close(struct table *t)
{
    sqlite3_finalize(t->statement);
}
