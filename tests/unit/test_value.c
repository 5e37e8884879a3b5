#include <criterion/criterion.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

/* RFC 7386, appendix: {"a":{"b":"c"}} patched with {"a":{"b":"d","c":null}} gives {"a":{"b":"d"}}. */
Test(value, merge_patch_replaces_and_removes_members)
{
    struct arena a = arena_make(256);
    struct value *target = value_map(&a), *inner = value_map(&a);
    value_put(&a, inner, "b", value_text(&a, "c"));
    value_put(&a, inner, "c", value_integer(&a, 23));
    value_put(&a, target, "a", inner);
    struct value *patch = value_map(&a), *change = value_map(&a);
    value_put(&a, change, "b", value_text(&a, "d"));
    value_put(&a, change, "c", value_null(&a));
    value_put(&a, patch, "a", change);

    struct value *result = value_merge(&a, target, patch);
    cr_assert_str_eq(value_as_text(value_at(result, "a.b")), "d");
    cr_assert_null(value_at(result, "a.c"));
    cr_assert_str_eq(value_as_text(value_at(target, "a.b")), "c");
    arena_drop(&a);
}

Test(value, maps_are_equal_in_any_order)
{
    struct arena a = arena_make(256);
    struct value *left = value_map(&a), *right = value_map(&a);
    value_put(&a, left, "cpu", value_text(&a, "250m"));
    value_put(&a, left, "memory", value_text(&a, "64Mi"));
    value_put(&a, right, "memory", value_text(&a, "64Mi"));
    value_put(&a, right, "cpu", value_text(&a, "250m"));
    cr_assert(value_equal(left, right));
    value_put(&a, right, "cpu", value_text(&a, "251m"));
    cr_assert(!value_equal(left, right));
    arena_drop(&a);
}

static void take_much(struct arena scratch)
{
    for (int i = 0; i < 100; i++) {
        (void)TAKE(&scratch, char, 1000);
    }
}

Test(arena, gives_back_what_a_callee_took_from_a_copy)
{
    struct arena a = arena_make(128);
    char *before = TAKE(&a, char, 7);
    struct arena kept = a;
    take_much(a);
    cr_assert_eq(kept.beg, a.beg);
    take_much(a);
    char *after = TAKE(&a, char, 7);
    cr_assert_neq(before, after);
    arena_drop(&a);
}

Test(names, equal_texts_are_one_pointer_also_after_the_table_grew)
{
    struct arena a = arena_make(128);
    struct names n = names_make(&a);
    const char *first = names_text(&n, "default");
    for (int i = 0; i < 1000; i++) {
        names_text(&n, arena_format(&a, "pod-%d", i));
    }
    cr_assert_eq(first, names_intern(&n, "default/web", 7));
    cr_assert_neq(first, names_text(&n, "default/web"));
    names_drop(&n);
    arena_drop(&a);
}
