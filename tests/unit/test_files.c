#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/files.h"

static const char *folder(void)
{
    static char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_files_%d", build == NULL ? "build" : build, (int)getpid());
    return path;
}

static int entries_in(const char *path)
{
    int count = 0;
    DIR *open = opendir(path);
    cr_assert_not_null(open);
    while (readdir(open) != NULL) {
        count++;
    }
    closedir(open);
    return count - 2;
}

static void assert_content(const char *name, const char *wanted)
{
    char path[512], text[64] = {0};
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file);
    cr_assert_eq(fread(text, 1, sizeof text - 1, file), strlen(wanted));
    fclose(file);
    cr_assert_str_eq(text, wanted);
    unlink(path);
}

Test(files, are_written_into_a_folder_that_is_made_and_replace_what_is_there)
{
    struct buffer page = {0}, data = {0};
    struct fail fail;
    buffer_text(&page, "<html>");
    buffer_text(&data, "{}");
    struct files_entry entries[] = {{"a.html", &page}, {"a.json", &data}};
    cr_assert(files_write(folder(), entries, 2, &fail), "%s", fail.text);
    buffer_text(&page, "2.385");
    cr_assert(files_write(folder(), entries, 2, &fail), "%s", fail.text);
    cr_assert_eq(entries_in(folder()), 2);
    assert_content("a.html", "<html>2.385");
    assert_content("a.json", "{}");
    rmdir(folder());
    buffer_drop(&page);
    buffer_drop(&data);
}

/* A limit on the size of files stands for a full disk: the second file does not fit. */
Test(files, none_is_changed_when_one_does_not_fit)
{
    struct buffer small = {0}, large = {0};
    struct fail fail = {0};
    buffer_text(&small, "old");
    struct files_entry entries[] = {{"a.json", &small}, {"a.html", &large}};
    cr_assert(files_write(folder(), entries, 1, &fail), "%s", fail.text);
    buffer_text(&small, ", new");
    for (int i = 0; i < 9000; i++) {
        buffer_text(&large, "0.0123456789");
    }
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){65536, 65536});
    cr_assert_not(files_write(folder(), entries, 2, &fail));
    cr_assert_eq(fail.kind, FAIL_SYSTEM);
    cr_assert_not_null(strstr(fail.text, "/a.html: cannot be written: File too large (nothing was left there)"), "%s",
                       fail.text);
    cr_assert_eq(entries_in(folder()), 1);
    assert_content("a.json", "old");
    rmdir(folder());
    buffer_drop(&small);
    buffer_drop(&large);
}

Test(files, a_folder_that_cannot_be_made_is_named)
{
    struct fail fail;
    cr_assert_not(files_write("/proc/none/here", NULL, 0, &fail));
    cr_assert_eq(fail.kind, FAIL_SYSTEM);
    cr_assert(strncmp(fail.text, "/proc/none/here: the folder cannot be made:", 43) == 0, "%s", fail.text);
}
