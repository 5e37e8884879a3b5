#include <criterion/criterion.h>

#include "sim/base/lookup.h"

/* 1,237 keys grow the table from 16 slots to 4,096 by doubling whenever half of it is in use. */
Test(lookup, finds_what_was_put_in_and_nothing_else)
{
    static char keys[2474];
    struct lookup l = {0};
    cr_assert_eq(lookup_get(&l, &keys[0]), LOOKUP_NONE);
    for (uint32_t i = 0; i < 1237; i++) {
        lookup_put(&l, &keys[i], i * 7 + 3);
    }
    for (uint32_t i = 0; i < 2474; i++) {
        cr_assert_eq(lookup_get(&l, &keys[i]), i < 1237 ? i * 7 + 3 : LOOKUP_NONE);
    }
    lookup_drop(&l);
}

Test(lookup, a_number_is_replaced_or_taken_away)
{
    static char keys[2];
    struct lookup l = {0};
    lookup_put(&l, &keys[0], 31);
    lookup_put(&l, &keys[1], 57);
    lookup_put(&l, &keys[0], 83);
    lookup_put(&l, &keys[1], LOOKUP_NONE);
    cr_assert_eq(lookup_get(&l, &keys[0]), 83);
    cr_assert_eq(lookup_get(&l, &keys[1]), LOOKUP_NONE);
    lookup_drop(&l);
}
