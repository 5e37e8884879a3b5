#include <criterion/criterion.h>

#include <string.h>

#include "sim/base/json.h"
#include "sim/scenario/selector.h"

struct bench {
    struct arena arena;
    struct names names;
};

static void bench_open(struct bench *b)
{
    b->arena = arena_make(4096);
    b->names = names_make(&b->arena);
}

static void bench_drop(struct bench *b)
{
    names_drop(&b->names);
    arena_drop(&b->arena);
}

static struct value *json(struct bench *b, const char *text)
{
    struct fail fail;
    struct value *v = json_read(&b->arena, &b->names, "test", text, strlen(text), &fail);
    cr_assert_not_null(v, "%s", fail.text);
    return v;
}

/* Whether the selector written in JSON picks the labels written in JSON. */
static bool picks(const char *selector, const char *labels)
{
    struct bench b;
    bench_open(&b);
    bool answer = selector_matches(selector_compile(&b.arena, &b.names, json(&b, selector)),
                                   labels_compile(&b.arena, &b.names, json(&b, labels)));
    bench_drop(&b);
    return answer;
}

Test(selector, labels_and_expressions_must_all_hold)
{
    const char *selector = "{\"matchLabels\":{\"app\":\"ride-api\"},\"matchExpressions\":"
                           "[{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"web\",\"edge\"]}]}";
    cr_assert(picks(selector, "{\"app\":\"ride-api\",\"tier\":\"edge\",\"extra\":\"1\"}"));
    cr_assert_not(picks(selector, "{\"app\":\"ride-api\",\"tier\":\"batch\"}"));
    cr_assert_not(picks(selector, "{\"app\":\"ride-ap\",\"tier\":\"edge\"}"));
    cr_assert_not(picks(selector, "{\"tier\":\"edge\"}"));
}

Test(selector, not_in_holds_where_the_key_is_absent)
{
    const char *selector =
        "{\"matchExpressions\":[{\"key\":\"track\",\"operator\":\"NotIn\",\"values\":[\"canary\"]}]}";
    cr_assert(picks(selector, "{}"));
    cr_assert(picks(selector, "{\"track\":\"stable\"}"));
    cr_assert_not(picks(selector, "{\"track\":\"canary\"}"));
}

Test(selector, an_absent_selector_matches_nothing_and_an_empty_one_everything)
{
    cr_assert_not(picks("null", "{\"app\":\"x\"}"));
    cr_assert(picks("{}", "{\"app\":\"x\"}"));
    cr_assert(picks("{\"matchLabels\":{}}", "{}"));
}

Test(selector, labels_are_equal_whatever_their_order)
{
    struct bench b;
    bench_open(&b);
    const struct labels *left = labels_compile(&b.arena, &b.names, json(&b, "{\"zone\":\"b\",\"app\":\"x\"}"));
    const struct labels *right = labels_compile(&b.arena, &b.names, json(&b, "{\"app\":\"x\",\"zone\":\"b\"}"));
    cr_assert(labels_equal(left, right));
    cr_assert_str_eq(left->at[0].key, "app");
    cr_assert_str_eq(labels_get(left, names_text(&b.names, "zone")), "b");
    cr_assert_null(labels_get(left, names_text(&b.names, "region")));
    cr_assert_not(labels_equal(left, labels_compile(&b.arena, &b.names, json(&b, "{\"app\":\"x\"}"))));
    bench_drop(&b);
}
