#include <criterion/criterion.h>

#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/utf8.h"

Test(buffer, is_the_empty_text_before_anything_is_added)
{
    struct buffer b = {0};
    cr_assert_str_eq(buffer_string(&b), "");
    buffer_text(&b, "");
    cr_assert_str_eq(b.at, "");
    cr_assert_eq(b.count, 0);
    buffer_drop(&b);
    cr_assert_null(b.at);
}

/* 1,000 times "i;" for i of 0..999: 10 x 2 + 90 x 3 + 900 x 4 = 3,890 bytes. */
Test(buffer, grows_and_stays_closed_by_nul)
{
    struct buffer b = {0};
    for (int i = 0; i < 1000; i++) {
        buffer_format(&b, "%d;", i);
        cr_assert_eq(strlen(b.at), b.count);
    }
    cr_assert_eq(b.count, 3890);
    cr_assert_str_eq(b.at + 3886, "999;");
    buffer_clear(&b);
    buffer_add(&b, "a\0b", 3);
    buffer_byte(&b, 'c');
    cr_assert_eq(memcmp(b.at, "a\0bc", 5), 0);
    buffer_drop(&b);
}

Test(utf8, finds_the_first_byte_that_is_none)
{
    cr_assert_eq(utf8_check("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80", 10), 10);
    cr_assert_eq(utf8_check("ab\xC1\xBF", 4), 2);
    cr_assert_eq(utf8_check("\xE0\x9F\xBF", 3), 0);
    cr_assert_eq(utf8_check("x\xED\xA0\x80", 4), 1);
    cr_assert_eq(utf8_check("\xF4\x90\x80\x80", 4), 0);
    cr_assert_eq(utf8_check("\xF4\x8F\xBF\xBF", 4), 4);
    cr_assert_eq(utf8_check("abc\xE2\x82", 5), 3);
    cr_assert_eq(utf8_check("\x80", 1), 0);
}
