#include "reports/query.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/run/schema.h"

/* What SQLite's last answer means for the user. */
static void keep_failure(struct query *q, int code)
{
    if (q->fail.kind != FAIL_NONE) {
        return;
    }
    if (code == SQLITE_NOTADB) {
        fail_set(&q->fail, FAIL_INPUT,
                 "%s: not a recorded run: it is no SQLite database (name a file that headroom run -o wrote)", q->path);
    } else if (code == SQLITE_CORRUPT || code == SQLITE_ERROR) {
        fail_set(&q->fail, FAIL_INPUT, "%s: not a recorded run, or a damaged one: %s (simulate again)", q->path,
                 sqlite3_errmsg(q->db));
    } else {
        fail_set(&q->fail, FAIL_SYSTEM, "%s: cannot be read: %s", q->path, sqlite3_errmsg(q->db));
    }
}

struct query_rows query_rows(struct query *q, const char *sql, int64_t parameter)
{
    struct query_rows r = {.query = q};
    if (q->fail.kind != FAIL_NONE) {
        return r;
    }
    int code = sqlite3_prepare_v2(q->db, sql, -1, &r.statement, NULL);
    if (code == SQLITE_OK && sqlite3_bind_parameter_count(r.statement) == 1) {
        code = sqlite3_bind_int64(r.statement, 1, parameter);
    }
    if (code != SQLITE_OK) {
        keep_failure(q, code);
        sqlite3_finalize(r.statement);
        r.statement = NULL;
    }
    return r;
}

bool query_next(struct query_rows *r)
{
    int code = r->statement == NULL ? SQLITE_DONE : sqlite3_step(r->statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        keep_failure(r->query, code);
    }
    sqlite3_finalize(r->statement);
    r->statement = NULL;
    return false;
}

int64_t query_integer(const struct query_rows *r, int column)
{
    return sqlite3_column_int64(r->statement, column);
}

double query_real(const struct query_rows *r, int column)
{
    return query_is_null(r, column) ? (double)NAN : sqlite3_column_double(r->statement, column);
}

const char *query_text(const struct query_rows *r, int column, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(r->statement, column);
    return text == NULL ? NULL : arena_text(a, text, (size_t)sqlite3_column_bytes(r->statement, column));
}

bool query_is_null(const struct query_rows *r, int column)
{
    return sqlite3_column_type(r->statement, column) == SQLITE_NULL;
}

static bool check_is_file(const char *path, struct fail *fail)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        bool mistake = errno == ENOENT || errno == ENOTDIR;
        return fail_set(fail, mistake ? FAIL_INPUT : FAIL_SYSTEM, "%s: cannot be read: %s%s", path, strerror(errno),
                        mistake ? " (name a file that headroom run -o wrote)" : "");
    }
    if (!S_ISREG(info.st_mode)) {
        return fail_set(fail, FAIL_INPUT, "%s: not a file (name a file that headroom run -o wrote)", path);
    }
    return true;
}

/* Other tables, or the same with another meaning, must not be read as if they were ours. */
static void check_version(struct query *q)
{
    int64_t version = 0;
    for (struct query_rows r = query_rows(q, "SELECT CAST(value AS INTEGER) FROM run WHERE key = 'schema'", 0);
         query_next(&r);) {
        version = query_integer(&r, 0);
    }
    if (q->fail.kind == FAIL_NONE && version != SCHEMA_VERSION) {
        fail_set(&q->fail, FAIL_INPUT,
                 "%s: schema version %" PRId64 ", but this headroom reads %d (simulate again with this version)",
                 q->path, version, SCHEMA_VERSION);
    }
}

bool query_open(struct query *q, const char *path, struct fail *fail)
{
    *q = (struct query){.path = path};
    if (!check_is_file(path, fail)) {
        return false;
    }
    int code = sqlite3_open_v2(path, &q->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        keep_failure(q, code);
    }
    check_version(q);
    if (!query_check(q, fail)) {
        query_close(q);
        return false;
    }
    return true;
}

void query_close(struct query *q)
{
    sqlite3_close(q->db);
    q->db = NULL;
}

bool query_check(const struct query *q, struct fail *fail)
{
    if (q->fail.kind == FAIL_NONE) {
        return true;
    }
    *fail = q->fail;
    return false;
}
