#include <criterion/criterion.h>
#include <string.h>

#include "sim/scenario/quantity.h"

static struct quantity parse(const char *text)
{
    struct quantity q;
    cr_assert_eq(quantity_parse(text, strlen(text), &q), QUANTITY_OK, "%s", text);
    return q;
}

/* 1.5Gi = 1.5 x 2^30 = 1610612736 bytes; as text 1536Mi. */
Test(quantity, reads_and_prints_a_binary_amount_in_the_largest_unit_that_is_whole)
{
    struct quantity q = parse("1.5Gi");
    char text[QUANTITY_ROOM];
    cr_assert_eq(quantity_value(&q), 1610612736);
    cr_assert_str_eq(quantity_canonical(text, &q), "1536Mi");
}

/* 0.0005 cores are 0.5m, and Kubernetes rounds a need up: 1m. Two of them make 1m again. */
Test(quantity, rounds_up_once_when_it_is_read_not_when_it_is_added)
{
    struct quantity q = parse("0.0005"), other = parse("500u");
    cr_assert_eq(quantity_milli(&q), 1);
    quantity_add(&q, &other);
    cr_assert_eq(quantity_milli(&q), 1);
}

Test(quantity, zero_takes_the_format_of_what_is_added)
{
    struct quantity sum = {0}, part = parse("768Mi");
    char text[QUANTITY_ROOM];
    quantity_add(&sum, &part);
    quantity_add(&sum, &part);
    cr_assert_str_eq(quantity_canonical(text, &sum), "1536Mi");
}

Test(quantity, tells_what_is_wrong_in_the_order_of_kubernetes)
{
    struct quantity q;
    cr_assert_eq(quantity_parse("1 Gi", 4, &q), QUANTITY_FORMAT);
    cr_assert_eq(quantity_parse("1Gi\0", 4, &q), QUANTITY_FORMAT);
    cr_assert_eq(quantity_parse("12mi", 4, &q), QUANTITY_SUFFIX);
    cr_assert_eq(quantity_parse("Pi", 2, &q), QUANTITY_NUMERIC);
    cr_assert_eq(quantity_parse("1234567890123456789e482", 23, &q), QUANTITY_TOO_LARGE);
}

/* 10^482 x 1.2: 482 + 1 whole digits, which the big form takes; both sums of it compare as they should. */
Test(quantity, holds_hundreds_of_digits_exactly)
{
    struct quantity large = parse("1200000000000000000000e461"), one = parse("1n"), sum = large;
    quantity_add(&sum, &one);
    cr_assert_eq(quantity_compare(&sum, &large), 1);
    quantity_subtract(&sum, &one);
    cr_assert_eq(quantity_compare(&sum, &large), 0);
}

/* The digits behind the 69th place are cut, but not forgotten: 1 + 10^-80 is more than 1. */
Test(quantity, a_digit_far_behind_the_point_still_rounds_up)
{
    char text[100] = "1.";
    memset(text + 2, '0', 79);
    strcpy(text + 81, "1");
    struct quantity q = parse(text), one = parse("1");
    cr_assert_eq(quantity_value_at(&q, -9), 1000000001);
    cr_assert_eq(quantity_compare(&q, &one), 1);
}

Test(quantity, prints_what_was_read_until_it_is_changed)
{
    struct arena a = arena_make(256);
    struct quantity q = parse("+0012"), zero = parse("0m");
    cr_assert_str_eq(quantity_text(&a, &q), "+0012");
    quantity_add(&q, &zero);
    cr_assert_str_eq(quantity_text(&a, &q), "12");
    arena_drop(&a);
}

/* A manifest's 0.25 is a number, its "250m" a text, and both are a quarter of a core. */
Test(quantity, reads_numbers_and_texts_of_manifests)
{
    struct arena a = arena_make(256);
    struct quantity number, text, nothing = parse("3");
    cr_assert_eq(quantity_read(value_number(&a, "0.25"), &number), QUANTITY_OK);
    cr_assert_eq(quantity_read(value_text(&a, " 250m "), &text), QUANTITY_OK);
    cr_assert_eq(quantity_compare(&number, &text), 0);
    cr_assert_eq(quantity_read(value_null(&a), &nothing), QUANTITY_OK);
    cr_assert(quantity_is_zero(&nothing));
    cr_assert_eq(quantity_read(value_bool(&a, true), &number), QUANTITY_FORMAT);
    cr_assert_eq(quantity_read(NULL, &number), QUANTITY_FORMAT);
    arena_drop(&a);
}
