#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/base/names.h"
#include "sim/scenario/yaml.h"

struct stream {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct value *documents;
    bool good;
};

/* In place, for names and problems point into the stream. */
static void open_stream(struct stream *s, const char *text)
{
    s->arena = arena_make(4096);
    s->names = names_make(&s->arena);
    s->problems = problems_make(&s->arena, &s->names);
    s->documents = value_list(&s->arena);
    s->good = yaml_read(&s->arena, &s->names, &s->problems, "in.yaml", text, strlen(text), s->documents);
}

static void close_stream(struct stream *s)
{
    problems_drop(&s->problems);
    names_drop(&s->names);
    arena_drop(&s->arena);
}

static void expect(const char *text, const char *json)
{
    struct stream s;
    open_stream(&s, text);
    struct buffer out = {0};
    json_write(&out, s.documents);
    cr_assert(s.good, "%s", text);
    cr_assert_str_eq(buffer_string(&out), json);
    buffer_drop(&out);
    close_stream(&s);
}

static void expect_problem(const char *text, uint32_t line, uint32_t column, const char *problem)
{
    struct stream s;
    open_stream(&s, text);
    cr_assert_eq(s.problems.list.count, 1, "%s", text);
    cr_assert_str_eq(s.problems.list.at[0].text, problem);
    cr_assert_eq(s.problems.list.at[0].where.line, line);
    cr_assert_eq(s.problems.list.at[0].where.column, column);
    close_stream(&s);
}

Test(yaml, reads_plain_scalars_as_kubernetes_reader_does_but_for_words_of_agreement)
{
    expect("[0644, 0x1F, 0b101, 0o17, -0x10, 1_000, 08]", "[[420,31,5,15,-16,1000,8]]");
    expect("[1.50, 1e3, .5, +7, 5., -0, 1e400, 12:30, 250m]", "[[1.50,1e3,0.5,7,5,-0,\"1e400\",\"12:30\",\"250m\"]]");
    expect("[true, False, yes, no, on, off, y, ~, null, ]",
           "[[true,false,\"yes\",\"no\",\"on\",\"off\",\"y\",null,null]]");
    expect("[2026-05-04, 2026-05-04T00:00:00Z, \"0644\", '1', !!str 5, ! 6, !!int 7]",
           "[[\"2026-05-04\",\"2026-05-04T00:00:00Z\",\"0644\",\"1\",\"5\",\"6\",7]]");
    expect("[18446744073709551615, 0xFFFFFFFFFFFFFFFF, 123456789012345678901234567890]",
           "[[18446744073709551615,18446744073709551615,123456789012345678901234567890]]");
}

Test(yaml, leaves_empty_documents_of_a_stream_out)
{
    expect("---\n# nothing\n---\na: 1\n---\n...\n---\nb: 2\n", "[{\"a\":1},{\"b\":2}]");
    expect("", "[]");
}

Test(yaml, expands_aliases_and_merge_keys_and_what_is_written_wins)
{
    expect("base: &b {cpu: 250m, memory: 64Mi}\nweb:\n  cpu: 2\n  <<: *b\nmore: [*b]\n",
           "[{\"base\":{\"cpu\":\"250m\",\"memory\":\"64Mi\"},\"web\":{\"cpu\":2,\"memory\":\"64Mi\"},"
           "\"more\":[{\"cpu\":\"250m\",\"memory\":\"64Mi\"}]}]");
    expect("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc: {<<: [*a, *b]}\n",
           "[{\"a\":{\"x\":1},\"b\":{\"x\":2,\"y\":3},\"c\":{\"x\":1,\"y\":3}}]");
}

Test(yaml, marks_values_and_keys_where_they_begin)
{
    struct stream s;
    open_stream(&s, "kind: Pod\nspec:\n  nodes: [11, 23]\n");
    const struct value *nodes = value_at(s.documents->items[0], "spec.nodes");
    cr_assert_eq(nodes->items[1]->where.line, 3);
    cr_assert_eq(nodes->items[1]->where.column, 15);
    cr_assert_eq(value_member(value_get(s.documents->items[0], "spec"), "nodes")->where.column, 3);
    cr_assert_str_eq(nodes->where.file, "in.yaml");
    close_stream(&s);
}

Test(yaml, says_where_a_key_is_given_twice_and_reads_on)
{
    struct stream s;
    open_stream(&s, "a: 1\nb: 2\na: 3\nb: 4\nc: 5\n");
    cr_assert(s.good);
    cr_assert_eq(s.problems.errors, 2);
    cr_assert_eq(s.problems.list.at[0].where.line, 3);
    cr_assert_str_eq(s.problems.list.at[0].text,
                     "YAML: key given twice: \"a\" stands at line 1 already (keep one of them)");
    cr_assert_not_null(value_get(s.documents->items[0], "c"));
    close_stream(&s);
}

Test(yaml, refuses_what_kubernetes_could_not_take)
{
    expect_problem("a: .inf\n", 1, 4,
                   "YAML: wrong number: it must be finite (write a number, or put a text in quotes)");
    expect_problem("a: \"x\\0y\"\n", 1, 4, "YAML: wrong text: it holds a NUL character (take \\0 out)");
    expect_problem("? [a, b]\n: 1\n", 1, 3,
                   "YAML: wrong key: a key must be a text (put it in quotes; is a { too many?)");
    expect_problem("a: !secret x\n", 1, 4, "YAML: wrong tag: !secret does not suit this value (leave the tag out)");
    expect_problem("a: *b\n", 1, 4,
                   "YAML: unknown alias: no &b stands before *b (name an anchor above it, or quote the text)");
    expect_problem("a: &a [*a]\n", 1, 8,
                   "YAML: unknown alias: no &a stands before *a (name an anchor above it, or quote the text)");
    expect_problem("a:\n\tb: 1\n", 2, 1,
                   "YAML: found character that cannot start any token: while scanning for the next token (indent "
                   "with spaces, not tabs)");
}

/* Nine levels of nine aliases each: 9^9 = 387,420,489 values from 9 lines. */
Test(yaml, stops_a_few_lines_from_becoming_a_mountain)
{
    struct buffer text = {0};
    buffer_text(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i <= 9; i++) {
        buffer_format(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++) {
            buffer_format(&text, "%s*a%d", k == 0 ? "" : ", ", i - 1);
        }
        buffer_text(&text, "]\n");
    }
    struct stream s;
    open_stream(&s, buffer_string(&text));
    cr_assert_not(s.good);
    cr_assert_not_null(strstr(s.problems.list.at[0].text, "too large: aliases and merge keys add more than 1000000"));
    close_stream(&s);
    buffer_drop(&text);
}

Test(yaml, stops_at_a_depth)
{
    struct buffer text = {0};
    for (int i = 0; i < YAML_DEPTH_MAX + 1; i++) {
        buffer_text(&text, "[");
    }
    struct stream s;
    open_stream(&s, buffer_string(&text));
    cr_assert_not(s.good);
    cr_assert_str_eq(s.problems.list.at[0].text,
                     "YAML: too deep: more than 200 lists and maps within each other (flatten it)");
    cr_assert_eq(s.problems.list.at[0].where.column, 201);
    close_stream(&s);
    buffer_drop(&text);
}
