#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "reports/xlsx.h"
#include "tests/unit/finance_week.h"

static uint32_t little_endian(const char *at, int bytes)
{
    uint32_t x = 0;
    for (int i = bytes; i-- > 0;) {
        x = x << 8 | (unsigned char)at[i];
    }
    return x;
}

/* What the library compressed, whole: deflate without a header. */
static char *inflated(struct arena *a, const char *from, uint32_t packed, uint32_t size)
{
    char *text = TAKE(a, char, size + 1);
    z_stream z = {
        .next_in = (Bytef *)(uintptr_t)from, .avail_in = packed, .next_out = (Bytef *)text, .avail_out = size};
    cr_assert_eq(inflateInit2(&z, -MAX_WBITS), Z_OK);
    cr_assert_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    return text;
}

/* A file of a ZIP archive, found in the directory at its end. */
static char *unpacked(struct arena *a, const struct buffer *zip, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i + 46 + length <= zip->count; i++) {
        const char *entry = zip->at + i;
        if (memcmp(entry, "PK\1\2", 4) != 0 || little_endian(entry + 28, 2) != length ||
            memcmp(entry + 46, name, length) != 0) {
            continue;
        }
        const char *file = zip->at + little_endian(entry + 42, 4);
        const char *bytes = file + 30 + little_endian(file + 26, 2) + little_endian(file + 28, 2);
        return inflated(a, bytes, little_endian(entry + 20, 4), little_endian(entry + 24, 4));
    }
    return NULL;
}

static struct buffer written(struct finance_week *o)
{
    struct buffer file = {0};
    struct fail fail;
    cr_assert(xlsx_write(&file, &o->r, &o->f, &fail), "%s", fail.text);
    return file;
}

static void expect_cell(const char *sheet, const char *cell, const char *content)
{
    char wanted[256];
    snprintf(wanted, sizeof wanted, "<c r=\"%s\"", cell);
    const char *at = strstr(sheet, wanted);
    cr_assert_not_null(at, "no cell %s", cell);
    const char *end = strstr(at, "</c>");
    snprintf(wanted, sizeof wanted, "%.*s", (int)(end - at), at);
    cr_expect_not_null(strstr(wanted, content), "%s: %s", cell, wanted);
}

/* Teams rides, ml, finance and none in rows 5 to 8, idle and system in 9 and 10, all in 11: the month of $970.34. */
Test(xlsx, sums_are_formulas_that_carry_their_values)
{
    struct finance_week *o = open_week("");
    struct buffer file = written(o);
    const char *allocation = unpacked(&o->a, &file, "xl/worksheets/sheet3.xml");
    cr_assert_not_null(allocation);
    expect_cell(allocation, "D5", "<f>B5+C5</f>");
    expect_cell(allocation, "D11", "<f>SUM(D5:D10)</f><v>970.34");
    expect_cell(allocation, "I11", "<f>SUM(I5:I10)</f><v>970.34");
    expect_cell(allocation, "E9", "<f>D9/D$11</f>");
    const char *monthly = unpacked(&o->a, &file, "xl/worksheets/sheet2.xml");
    expect_cell(monthly, "B6", "<f>Allocation!D11</f><v>970.34");
    expect_cell(monthly, "B9", "<v>900</v>");
    expect_cell(monthly, "B10", "<f>B6-B9</f><v>70.3");
    const char *workloads = unpacked(&o->a, &file, "xl/worksheets/sheet4.xml");
    expect_cell(workloads, "N14", "<f>SUM(N5:N13)</f><v>970.34");
    buffer_drop(&file);
    close_week(o);
}

Test(xlsx, the_book_has_six_sheets_in_order)
{
    static const char *const names[] = {"Summary", "Monthly", "Allocation", "Workloads", "Nodes", "Assumptions"};
    struct finance_week *o = open_week("");
    struct buffer file = written(o);
    const char *at = unpacked(&o->a, &file, "xl/workbook.xml");
    cr_assert_not_null(at);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "<sheet name=\"%s\"", names[i]);
        at = strstr(at, wanted);
        cr_assert_not_null(at, "%s", names[i]);
    }
    buffer_drop(&file);
    close_week(o);
}

Test(xlsx, the_same_run_gives_the_same_bytes)
{
    struct finance_week *o = open_week("");
    struct buffer first = written(o), second = written(o);
    cr_assert_eq(first.count, second.count);
    cr_assert_eq(memcmp(first.at, second.at, first.count), 0);
    buffer_drop(&first);
    buffer_drop(&second);
    close_week(o);
}

/* No budget, one replication, no price, nothing spent, more teams than have columns: no cell breaks the book. */
Test(xlsx, what_a_run_does_not_have_is_left_out)
{
    static const char *const changes[] = {
        "DELETE FROM run WHERE key = 'budget_monthly'",
        "DELETE FROM metric WHERE replication > 0; UPDATE run SET value = 1 WHERE key = 'replications'",
        "DELETE FROM metric",
        "DELETE FROM cost_day; DELETE FROM unsimulated; DELETE FROM demand; DELETE FROM event",
        "UPDATE pool SET price_source = NULL, price_date = NULL, region = NULL",
        ("WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 29) INSERT INTO workload SELECT i,"
         " 'Deployment', 'default', 'w' || i, 'team' || i, 0, 'unknown', 'unknown', NULL FROM n")};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct finance_week *o = open_week(changes[i]);
        struct buffer file = written(o);
        const char *monthly = unpacked(&o->a, &file, "xl/worksheets/sheet2.xml");
        cr_assert_not_null(monthly);
        cr_expect_null(strstr(monthly, "nan"));
        cr_expect_null(strstr(monthly, "inf"));
        buffer_drop(&file);
        close_week(o);
    }
}

Test(xlsx, a_folder_without_room_for_temporary_files_is_refused)
{
    struct finance_week *o = open_week("");
    struct buffer file = {0};
    struct fail fail = {0};
    setenv("TMPDIR", "/nowhere", 1);
    cr_expect_not(xlsx_write(&file, &o->r, &o->f, &fail));
    cr_expect_eq(fail.kind, FAIL_SYSTEM);
    cr_expect_str_eq(fail.text,
                     "/nowhere: no spreadsheet can be made there: No such file or directory (set TMPDIR to a "
                     "folder with room)");
    cr_expect_eq(file.count, 0);
    close_week(o);
}
