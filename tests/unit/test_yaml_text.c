#include <criterion/criterion.h>

#include "reports/yaml_text.h"
#include "sim/base/json.h"
#include "sim/scenario/yaml.h"

static void expect_text(const char *json, const char *wanted)
{
    struct arena a = arena_make(1 << 14);
    struct names names = names_make(&a);
    struct problems problems = problems_make(&a, &names);
    struct fail fail = {0};
    struct buffer b = {0};
    struct value *v = json_read(&a, &names, "tree", json, strlen(json), &fail), *again = value_list(&a);
    cr_assert_not_null(v, "%s", fail.text);
    yaml_text_write(&b, v);
    cr_expect_str_eq(buffer_string(&b), wanted);
    cr_expect(yaml_read(&a, &names, &problems, "again", b.at, b.count, again) && again->count == 1);
    cr_expect(again->count == 1 && value_equal(again->items[0], v), "read again it is another tree:\n%s", b.at);
    buffer_drop(&b);
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&a);
}

Test(yaml_text, maps_and_lists_stand_in_blocks)
{
    expect_text(
        "{\"a\": {\"b\": [{\"name\": \"x\", \"size\": 2.385}, {\"name\": \"z\", \"m\": {\"k\": true}}]}, \"c\": null}",
        "a:\n  b:\n  - name: x\n    size: 2.385\n  - name: z\n    m:\n      k: true\nc: null\n");
    expect_text("{\"none\": {}, \"empty\": [], \"list\": [1, \"two\"]}",
                "none: {}\nempty: []\nlist:\n- 1\n- \"two\"\n");
}

Test(yaml_text, what_could_be_read_as_something_else_is_quoted)
{
    expect_text("{\"a\": \"500m\", \"b\": \"yes\", \"c\": \"a: b\", \"d\": \"\", \"e\": \"12\", \"no\": \"x-1.y/z\"}",
                "a: \"500m\"\nb: \"yes\"\nc: \"a: b\"\nd: \"\"\ne: \"12\"\n\"no\": x-1.y/z\n");
}
