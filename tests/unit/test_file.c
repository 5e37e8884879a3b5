#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"

/* 100,001 bytes, more than one part of the reader; the last is a NUL. */
Test(file, is_read_whole_with_every_byte)
{
    char path[] = "/tmp/headroom-file-XXXXXX";
    cr_assert_neq(mkstemp(path), -1);
    FILE *f = fopen(path, "wb");
    for (int i = 0; i < 100000; i++) {
        fputc('a' + i % 26, f);
    }
    fputc('\0', f);
    fclose(f);
    struct arena a = arena_make(64);
    struct fail fail = {0};
    const char *text = NULL;
    size_t length = 0;
    cr_assert(file_read(&a, path, &text, &length, &fail), "%s", fail.text);
    cr_assert_eq(length, 100001);
    cr_assert_eq(text[99999], 'a' + 99999 % 26);
    cr_assert_eq(text[100001], '\0');
    remove(path);
    arena_drop(&a);
}

Test(file, that_is_missing_or_a_folder_is_the_users_mistake)
{
    struct arena a = arena_make(64);
    struct fail fail = {0};
    const char *text = NULL;
    size_t length = 0;
    cr_assert(!file_read(&a, "/nowhere/x.yaml", &text, &length, &fail));
    cr_assert_eq(fail.kind, FAIL_INPUT);
    cr_assert_str_eq(fail.text, "/nowhere/x.yaml: cannot be read: No such file or directory");
    cr_assert(!file_read(&a, "/tmp", &text, &length, &fail));
    cr_assert_str_eq(fail.text, "/tmp: cannot be read: Is a directory");
    cr_assert_eq(fail.kind, FAIL_INPUT);
    arena_drop(&a);
}
