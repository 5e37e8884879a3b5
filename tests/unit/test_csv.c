#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/csv.h"

static struct arena arena;
static struct csv csv;
static struct fail failure;

static void open_room(void)
{
    arena = arena_make(4096);
    csv = (struct csv){0};
    failure = (struct fail){0};
}

static void close_room(void)
{
    arena_drop(&arena);
}

TestSuite(csv, .init = open_room, .fini = close_room);

static bool reads(const char *text)
{
    return csv_read(&arena, "x.csv", text, strlen(text), &csv, &failure);
}

/* text is refused with exactly this message. */
static void refused(const char *text, const char *message)
{
    failure = (struct fail){0};
    cr_expect(!reads(text), "%s", text);
    cr_expect_eq(failure.kind, FAIL_INPUT);
    cr_expect_str_eq(failure.text, message);
}

Test(csv, reads_quoted_fields_line_breaks_and_both_line_ends)
{
    cr_assert(reads(
        "\xEF\xBB\xBF# a source\n# a date\nname,note,usd\r\n\"a,b\",\"say \"\"no\"\"\",1\n\"two\r\nlines\",,\"\"\n"
        "\"\"\"\",x y ,-2.385"));
    cr_assert_eq(csv.columns, 3);
    cr_assert_eq(csv.rows, 3);
    cr_assert_str_eq(csv_text(&csv, 0, 0), "a,b");
    cr_assert_str_eq(csv_text(&csv, 0, 1), "say \"no\"");
    cr_assert_str_eq(csv_text(&csv, 0, 2), "1");
    cr_assert_str_eq(csv_text(&csv, 1, 0), "two\r\nlines");
    cr_assert_str_eq(csv_text(&csv, 1, 1), "");
    cr_assert_str_eq(csv_text(&csv, 1, 2), "");
    cr_assert_str_eq(csv_text(&csv, 2, 0), "\"");
    cr_assert_str_eq(csv_text(&csv, 2, 1), "x y ");
    cr_assert_eq(csv_column(&csv, "usd"), 2);
    cr_assert_eq(csv_column(&csv, "eur"), 3);
    double usd = 0;
    cr_assert(csv_double(&csv, 2, 2, &usd, &failure));
    cr_assert_eq(usd, -2.385);
}

/* The rows begin in lines 2, 3 and 5: the second has two lines. In `"a",bb,c` the third field begins in column 8. */
Test(csv, knows_the_place_of_a_field)
{
    cr_assert(reads("k,l,m\n\"a\",bb,c\n\"x\ny\",1,2\n,,3"));
    cr_assert_eq(csv_mark(&csv, 0, 2).line, 2);
    cr_assert_eq(csv_mark(&csv, 0, 2).column, 8);
    cr_assert_eq(csv_mark(&csv, 1, 2).line, 3);
    cr_assert_eq(csv_mark(&csv, 1, 2).column, 1);
    cr_assert_eq(csv_mark(&csv, 2, 2).line, 5);
    cr_assert_eq(csv_mark(&csv, 2, 2).column, 3);
}

Test(csv, refuses_what_rfc_4180_does_not_know)
{
    refused("", "x.csv:1:1: no header (the first row must name the columns)");
    refused("# only\n", "x.csv:2:1: no header (the first row must name the columns)");
    refused("a,b\n1\n", "x.csv:2:1: 1 fields in this row, 2 in the header");
    refused("a,b\n1,2,3\n", "x.csv:2:1: 3 fields in this row, 2 in the header");
    refused("a,b\n1,2\n\n", "x.csv:3:1: an empty line (remove it)");
    refused("a,b\n1,x\"y\n", "x.csv:2:4: a quote inside a field (quote the whole field, and write \" as \"\")");
    refused("a,b\n\"1\"x,2\n", "x.csv:2:4: text behind the closing quote (put a comma there)");
    refused("a,b\n1,\"x\ny", "x.csv:2:3: this field has no end (close it with \")");
    refused("a,b\n1\r2,3\n", "x.csv:2:2: a carriage return without a line feed (save with LF or CR LF)");
    refused("a,b\n1,\xE9\n", "x.csv:2:3: byte 0xE9 is not UTF-8 (save the file as UTF-8)");
    refused("a,,c\n", "x.csv:1:1: column 2 has no name (the first row names the columns)");
    refused("a,b,a\n", "x.csv:1:1: column \"a\" stands twice (rename or remove one)");
    cr_expect(!csv_read(&arena, "x.csv", "a\nb\0", 4, &csv, &failure));
    cr_expect_str_eq(failure.text, "x.csv:2:2: a NUL byte (is this a text file?)");
}

Test(csv, names_the_column_of_a_field_that_is_no_number)
{
    double number = 0;
    int64_t integer = 0;
    uint32_t column = 0;
    cr_assert(reads("name,usd\nweb,1.5\nx,12 USD\n"));
    cr_assert(!csv_int64(&csv, 0, 1, &integer, &failure));
    cr_assert_str_eq(failure.text, "x.csv:2:5: usd: \"1.5\" is no integer");
    cr_assert(!csv_double(&csv, 1, 1, &number, &failure));
    cr_assert_str_eq(failure.text, "x.csv:3:3: usd: \"12 USD\" is no number");
    cr_assert(!csv_need(&csv, "eur", &column, &failure));
    cr_assert_str_eq(failure.text, "x.csv: no column \"eur\" (the header has: name, usd)");
}

Test(csv, reads_back_what_it_wrote)
{
    static const char *const texts[] = {"plain",        "",   "\xEF\xBB\xBF", "a,b", "say \"no\"", "two\nlines",
                                        "# no comment", "\r", "x y"};
    struct buffer out = {0};
    struct csv_writer w = {.out = &out};
    csv_add_text(&w, "#k");
    csv_add_text(&w, "int");
    csv_add_text(&w, "double");
    csv_end_row(&w);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        csv_add_text(&w, texts[i]);
        csv_add_int64(&w, INT64_MIN + (int64_t)i);
        csv_add_double(&w, 0.1 * (double)i);
        csv_end_row(&w);
    }
    cr_assert(reads(out.at), "%s", failure.text);
    cr_assert_eq(csv.rows, 9);
    for (uint32_t i = 0; i < csv.rows; i++) {
        int64_t integer = 0;
        double number = NAN;
        cr_expect_str_eq(csv_text(&csv, i, 0), texts[i]);
        cr_expect(csv_int64(&csv, i, 1, &integer, &failure) && integer == INT64_MIN + (int64_t)i);
        cr_expect(csv_double(&csv, i, 2, &number, &failure) && number == 0.1 * (double)i);
    }
    buffer_drop(&out);
}
