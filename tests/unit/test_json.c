#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/base/names.h"

static struct arena arena;
static struct names names;
static struct fail failure;

static void open_room(void)
{
    arena = arena_make(4096);
    names = names_make(&arena);
    failure = (struct fail){0};
}

static void close_room(void)
{
    names_drop(&names);
    arena_drop(&arena);
}

TestSuite(json, .init = open_room, .fini = close_room);

static struct value *read_bytes(const char *text, size_t length)
{
    return json_read(&arena, &names, "x.json", text, length, &failure);
}

static struct value *read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

/* text is refused with exactly this message. */
static void refused(const char *text, const char *message)
{
    failure = (struct fail){0};
    cr_expect_null(read_text(text), "%s", text);
    cr_expect_eq(failure.kind, FAIL_INPUT);
    cr_expect_str_eq(failure.text, message);
}

/* text comes out of the writer as it went in. */
static void round_trip(const char *text)
{
    struct buffer out = {0};
    json_write(&out, read_text(text));
    cr_expect_str_eq(buffer_string(&out), text);
    buffer_drop(&out);
}

Test(json, reads_and_writes_every_kind_of_value_unchanged)
{
    round_trip("{\"a\":[1,-2.5e-7,true,false,null,\"x\"],\"\":{},\"l\":[]}");
    round_trip("\"\"");
    round_trip("-0");
    round_trip("[[[]],{\"k\":{\"k\":[{}]}}]");
}

/* 9007199254740993 is 2^53 + 1, which no double holds; 1.10 is how a version may have been written. */
Test(json, keeps_numbers_as_they_were_written)
{
    round_trip("[9007199254740993,9223372036854775807,-9223372036854775808,1.10,1E+2,0.30000000000000004]");
    int64_t number = 0;
    cr_assert(value_as_int64(read_text("9007199254740993"), &number));
    cr_assert_eq(number, INT64_C(9007199254740993));
}

Test(json, decodes_escapes_and_pairs_of_surrogates)
{
    struct value *v = read_text("\"\\u0041\\n\\\"\\\\\\/\\u20ac\\uD83D\\uDE80 \xE2\x82\xAC\"");
    cr_assert_str_eq(value_as_text(v), "A\n\"\\/\xE2\x82\xAC\xF0\x9F\x9A\x80 \xE2\x82\xAC");
    cr_assert_eq(v->count, strlen(v->text));
}

Test(json, writes_control_characters_as_escapes)
{
    struct buffer out = {0};
    struct json_writer w = {.out = &out};
    json_text(&w, "a\x01\x1f\b\f\n\r\t\"\\\x7f\xC3\xA9");
    cr_assert_str_eq(out.at, "\"a\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\\x7f\xC3\xA9\"");
    buffer_drop(&out);
}

/* Line 3 is `    "spec": [7, "ü", {"b": -2.385}]`: the key begins in column 5, the list in 13, 7 in 14, the map in 23
 * because ü has two bytes, "b" in 24 and its number in 29. */
Test(json, marks_values_and_keys_with_line_and_byte_column)
{
    struct value *v = read_text("\xEF\xBB\xBF{\n\n    \"spec\": [7, \"\xC3\xBC\", {\"b\": -2.385}]\n}\n");
    const struct member *spec = value_member(v, "spec");
    cr_assert_str_eq(v->where.file, "x.json");
    cr_assert_eq(v->where.line, 1);
    cr_assert_eq(v->where.column, 1);
    cr_assert_eq(spec->where.line, 3);
    cr_assert_eq(spec->where.column, 5);
    cr_assert_eq(spec->value->where.column, 13);
    cr_assert_eq(spec->value->items[0]->where.column, 14);
    cr_assert_eq(spec->value->items[2]->where.column, 23);
    const struct member *b = value_member(spec->value->items[2], "b");
    cr_assert_eq(b->where.column, 24);
    cr_assert_eq(b->value->where.column, 29);
    cr_assert_str_eq(b->value->text, "-2.385");
}

Test(json, interns_keys)
{
    struct value *v = read_text("[{\"cpu\":1},{\"c\\u0070u\":2}]");
    cr_assert_eq(v->items[0]->members[0].key, v->items[1]->members[0].key);
    cr_assert_eq(v->items[0]->members[0].key, names_text(&names, "cpu"));
}

Test(json, refuses_what_is_not_one_value)
{
    refused("", "x.json:1:1: expected a value, but the text ends (is the file cut off?)");
    refused("{} {}", "x.json:1:4: expected the end behind the value, found '{'");
    refused("{}\n\x01", "x.json:2:1: expected the end behind the value, found byte 0x01 (remove it)");
    refused("[1,2", "x.json:1:5: expected ',' or ']', but the text ends (is the file cut off?)");
    refused("[1,]", "x.json:1:4: expected a value, found ']'");
    refused("{\"a\":1,}", "x.json:1:8: expected a key in quotes, found '}'");
    refused("{a:1}", "x.json:1:2: expected a key in quotes, found 'a'");
    refused("{'a':1}", "x.json:1:2: expected a key in quotes, found ' (JSON quotes with \")");
    refused("[1 // one\n]", "x.json:1:4: expected ',' or ']', found '/' (JSON has no comments)");
    refused("{\"a\" 1}", "x.json:1:6: expected ':' behind the key, found '1'");
    refused("{\"a\":1 \"b\":2}", "x.json:1:8: expected ',' or '}', found '\"'");
    refused("nul", "x.json:1:1: expected a value (a text needs quotes; words are true, false and null)");
    refused("NaN", "x.json:1:1: expected a value, found 'N'");
}

Test(json, refuses_bad_numbers)
{
    refused("01", "x.json:1:1: a number does not begin with 0 (remove the zeros, or quote it if it is a text)");
    refused("-", "x.json:1:2: expected a digit behind '-', but the text ends (is the file cut off?)");
    refused("[1.]", "x.json:1:4: expected a digit behind the point, found ']'");
    refused("[1e]", "x.json:1:4: expected a digit of the exponent, found ']'");
    refused("+1", "x.json:1:1: expected a value, found '+'");
    refused("[0, 1e400]", "x.json:1:5: 1e400 is not finite: it is beyond 1.8e308 (write a smaller number, or a text)");
    refused("1234567890123456789012345678901234567890123456789012345678901234",
            "x.json:1:1: a number of 64 characters; at most 63 are read (round it)");
    cr_expect_not_null(read_text("123456789012345678901234567890123456789012345678901234567890123"));
    cr_expect_not_null(read_text("1e-400"));
}

Test(json, refuses_bad_text)
{
    refused("\"abc", "x.json:1:1: this text has no end (close it with \")");
    refused("[\"a\nb\"]", "x.json:1:4: byte 0x0A in a text (close the text with \", or write a line break as \\n)");
    refused("\"\\u0000\"", "x.json:1:2: bad escape: \\u0000 is NUL, which no text here may hold (remove it)");
    refused("\"\\uD800x\"", "x.json:1:2: bad escape: \\uD800 is the first half of a pair (write the second, \\uDC00 to "
                            "\\uDFFF, behind it)");
    refused("\"\\uDE80\"", "x.json:1:2: bad escape: \\uDE80 is the second half of a pair (write the first before it)");
    refused("\"\\u12g4\"", "x.json:1:2: bad escape: \\u needs four hexadecimal digits");
    refused("\"\\x41\"",
            "x.json:1:2: bad escape (JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a backslash is \\\\)");
    refused("\"\xC0\x80\"", "x.json:1:2: byte 0xC0 is not UTF-8 (save the file as UTF-8)");
    refused("\"\xED\xA0\x80\"", "x.json:1:2: byte 0xED is not UTF-8 (save the file as UTF-8)");
    refused("\"a\xFC\"", "x.json:1:3: byte 0xFC is not UTF-8 (save the file as UTF-8)");
    cr_expect_null(read_bytes("\"a\0b\"", 5));
    cr_expect_str_eq(failure.text, "x.json:1:3: byte 0x00 in a text (write it as \\u00XX)");
    cr_expect_null(read_bytes("\0", 1));
    cr_expect_str_eq(failure.text, "x.json:1:1: expected a value, found byte 0x00 (remove it)");
}

Test(json, refuses_a_key_that_stands_twice_also_when_written_differently)
{
    refused("{\n\"cpu\":1,\n \"c\\u0070u\":2}",
            "x.json:3:2: key \"cpu\" stands twice in one map, first at line 2 (remove one)");
    cr_expect_not_null(read_text("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"));
}

/* 5,000 keys k0..k4999, then k2385 again: more than are compared each with each. */
Test(json, refuses_a_key_that_stands_twice_in_a_big_map)
{
    struct buffer text = {0};
    buffer_byte(&text, '{');
    for (int i = 0; i < 5000; i++) {
        buffer_format(&text, "\"k%d\":%d,\n", i, i);
    }
    size_t good = text.count;
    buffer_text(&text, "\"k5000\":0}");
    cr_assert_eq(read_text(text.at)->count, 5001);
    text.count = good;
    buffer_text(&text, "\"k2385\":0}");
    refused(text.at, "x.json:5001:1: key \"k2385\" stands twice in one map, first at line 2386 (remove one)");
    buffer_drop(&text);
}

Test(json, reads_as_deep_as_its_bound_and_no_deeper)
{
    char text[2 * (JSON_DEPTH_MAX + 1) + 1] = {0};
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    cr_assert_not_null(read_text(text));
    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    refused(text, "x.json:1:201: nested deeper than 200 (flatten it)");
}

Test(json, streams_maps_and_lists_with_commas_in_place)
{
    struct buffer out = {0};
    struct json_writer w = {.out = &out};
    json_begin_map(&w);
    json_key(&w, "a");
    json_begin_list(&w);
    json_integer(&w, INT64_MIN);
    json_double(&w, 0.1);
    json_double(&w, NAN);
    json_begin_map(&w);
    json_end_map(&w);
    json_end_list(&w);
    json_key(&w, "b\n");
    json_text(&w, NULL);
    json_key(&w, "c");
    json_bool(&w, true);
    json_end_map(&w);
    cr_assert_str_eq(out.at, "{\"a\":[-9223372036854775808,0.1,null,{}],\"b\\n\":null,\"c\":true}");
    cr_assert_eq(w.depth, 0);
    buffer_drop(&out);
}
