#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "reports/query.h"
#include "tests/unit/recorded_week.h"

static const char *scratch_file(const char *name)
{
    static char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_query_%s", build == NULL ? "build" : build, name);
    unlink(path);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_database(const char *path, const char *sql)
{
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void assert_refused(const char *path, enum fail_kind kind, const char *why)
{
    struct query q;
    struct fail fail = {0};
    cr_assert_not(query_open(&q, path, &fail));
    cr_assert_eq(fail.kind, kind);
    cr_assert(strncmp(fail.text, path, strlen(path)) == 0, "%s", fail.text);
    cr_assert_not_null(strstr(fail.text, why), "%s", fail.text);
}

Test(query, a_file_that_is_not_there_is_the_users_mistake)
{
    assert_refused(scratch_file("none.db"), FAIL_INPUT, "No such file or directory (name a file");
}

Test(query, a_folder_is_refused)
{
    assert_refused("tests", FAIL_INPUT, "not a file");
}

Test(query, a_file_that_is_no_database_is_refused)
{
    const char *path = scratch_file("text.db");
    write_file(
        path,
        "apiVersion: headroom/v1\nkind: Scenario\n# long enough to be looked at as a page of SQLite, header and all....\n");
    assert_refused(path, FAIL_INPUT, "it is no SQLite database");
}

Test(query, a_database_of_something_else_is_refused)
{
    const char *path = scratch_file("other.db");
    make_database(path, "CREATE TABLE song (title TEXT)");
    assert_refused(path, FAIL_INPUT, "no such table: run");
}

Test(query, another_version_of_the_schema_is_refused_by_number)
{
    const char *path = scratch_file("version.db");
    make_database(path, "CREATE TABLE run (key TEXT, value TEXT); INSERT INTO run VALUES ('schema', '17')");
    assert_refused(path, FAIL_INPUT, "schema version 17, but this headroom reads");
}

Test(query, rows_have_integers_reals_texts_and_nothing)
{
    const char *path = scratch_file("rows.db");
    char version[96];
    snprintf(version, sizeof version,
             "CREATE TABLE run (key TEXT, value TEXT); INSERT INTO run VALUES ('schema', '%d')", SCHEMA_VERSION);
    make_database(path, version);
    make_database(path, "CREATE TABLE t (i, r, s); INSERT INTO t VALUES (7, 2.385, 'ride'), (8, NULL, NULL)");
    struct query q;
    struct fail fail;
    struct arena a = arena_make(1024);
    cr_assert(query_open(&q, path, &fail));
    struct query_rows r = query_rows(&q, "SELECT i, r, s FROM t WHERE i >= ? ORDER BY i", 7);
    cr_assert(query_next(&r));
    cr_assert_eq(query_integer(&r, 0), 7);
    cr_assert_eq(query_real(&r, 1), 2.385);
    cr_assert_str_eq(query_text(&r, 2, &a), "ride");
    cr_assert(query_next(&r));
    cr_assert_eq(query_integer(&r, 0), 8);
    cr_assert(isnan(query_real(&r, 1)));
    cr_assert_null(query_text(&r, 2, &a));
    cr_assert_not(query_next(&r));
    cr_assert(query_check(&q, &fail));
    query_close(&q);
    arena_drop(&a);
}

Test(query, the_first_failure_is_kept_and_later_statements_have_no_rows)
{
    const char *path = scratch_file("week.db");
    recorded_week(path, 3600);
    struct query q;
    struct fail fail;
    cr_assert(query_open(&q, path, &fail));
    struct query_rows bad = query_rows(&q, "SELECT x FROM nowhere", 0);
    cr_assert_not(query_next(&bad));
    struct query_rows good = query_rows(&q, "SELECT 1", 0);
    cr_assert_not(query_next(&good));
    cr_assert_not(query_check(&q, &fail));
    cr_assert_not_null(strstr(fail.text, "no such table: nowhere"));
    query_close(&q);
}

/* The first page of one table is lost: found when it is read, not when the file is opened. */
Test(query, a_damaged_file_is_found_when_its_pages_are_read)
{
    const char *path = scratch_file("damaged.db");
    recorded_week(path, 3600);
    struct query q;
    struct fail fail;
    int64_t page = 0;
    cr_assert(query_open(&q, path, &fail));
    for (struct query_rows r = query_rows(&q, "SELECT rootpage FROM sqlite_schema WHERE name = 'cost_day'", 0);
         query_next(&r);) {
        page = query_integer(&r, 0);
    }
    query_close(&q);
    FILE *file = fopen(path, "r+b");
    char zeros[4096] = {0};
    cr_assert_eq(fseek(file, (long)(page - 1) * 4096, SEEK_SET), 0);
    fwrite(zeros, sizeof zeros, 1, file);
    fclose(file);
    cr_assert(query_open(&q, path, &fail), "%s", fail.text);
    struct query_rows r = query_rows(&q, "SELECT SUM(cpu_nusd) FROM cost_day", 0);
    while (query_next(&r)) {
    }
    cr_assert_not(query_check(&q, &fail));
    cr_assert_not_null(strstr(fail.text, "damaged"), "%s", fail.text);
    query_close(&q);
}
