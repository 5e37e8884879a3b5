/* The runner of conformance, as a program: build/conformance on vector files made here. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "sim/base/buffer.h"

#define HEADER "{\"suite\":\"self/same\"}\n"

/* A new folder that holds one vector file of these lines; the first `cut` bytes of it, when cut is not 0. */
static void make_vectors(char dir[64], const char *lines, long cut)
{
    char path[96];
    strcpy(dir, "/tmp/headroom-replay-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/x.jsonl.gz", dir);
    gzFile gz = gzopen(path, "wb");
    cr_assert_eq(gzwrite(gz, lines, (unsigned)strlen(lines)), (int)strlen(lines));
    gzclose(gz);
    cr_assert(cut == 0 || truncate(path, cut) == 0);
}

/* Runs the program on the vectors and removes them. Returns its exit status; its output goes to out. */
static int run(const char *options, const char *lines, long cut, struct buffer *out)
{
    char dir[64], command[512], part[512];
    const char *build = getenv("BUILD") == NULL ? "build" : getenv("BUILD");
    make_vectors(dir, lines, cut);
    snprintf(command, sizeof command, "%s/conformance %s %s", build, options, dir);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    while (fgets(part, sizeof part, pipe) != NULL) {
        buffer_text(out, part);
    }
    int status = pclose(pipe);
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_assert_eq(system(command), 0);
    return WEXITSTATUS(status);
}

static bool there(void)
{
    const char *build = getenv("BUILD") == NULL ? "build" : getenv("BUILD");
    char path[256];
    snprintf(path, sizeof path, "%s/conformance", build);
    if (access(path, X_OK) == 0) {
        return true;
    }
    fprintf(stderr, "skipped: replay: %s is not built\n", path);
    return false;
}

static void check(const char *options, const char *lines, long cut, int status, const char *expected)
{
    struct buffer out = {0};
    if (there()) {
        cr_expect_eq(run(options, lines, cut, &out), status);
        cr_expect_not_null(strstr(buffer_string(&out), expected), "%s", buffer_string(&out));
    }
    buffer_drop(&out);
}

Test(replay, counts_and_names_the_cases_that_differ)
{
    check("",
          HEADER "{\"id\":\"one\",\"in\":{\"a\":[1,2]},\"out\":{\"a\":[1,3]}}\n"
                 "{\"id\":\"two\",\"in\":7,\"out\":7.0}\n{\"id\":\"three\",\"in\":{\"b\":1},\"out\":{}}\n",
          0, 1,
          "    one: in.a[1]: want 3, got 2\n    three: in.b: want nothing, got 1\nself/same 1/3\n1 passed, 2 failed\n");
}

Test(replay, does_not_take_integers_beyond_2_53_for_the_same_when_only_their_doubles_are)
{
    check("", HEADER "{\"id\":\"big\",\"in\":9007199254740993,\"out\":9007199254740992}\n", 0, 1,
          "    big: in: want 9007199254740992, got 9007199254740993\nself/same 0/1\n");
}

Test(replay, fails_on_a_line_that_is_no_json_and_on_a_file_that_is_cut_off_or_empty)
{
    check("", HEADER "{\"id\":\"one\",\n", 0, 1, "    line 2: no JSON: ");
    check("", HEADER "{\"id\":\"one\",\"in\":1,\"out\":1}\n", 40, 1, "cannot be read: ");
    check("", HEADER, 0, 1, "holds no cases\nself/same 0/1\n0 passed, 1 failed\n");
    check("", "{}\n", 0, 1, "the first line names no suite\n0 passed, 1 failed\n");
}

Test(replay, lists_suites_without_a_replay_and_fails_when_they_were_asked_for)
{
    const char *lines = "{\"suite\":\"none/such\"}\n{\"id\":\"one\",\"in\":1,\"out\":1}\n";
    check("", lines, 0, 0, "none/such: no replay\n0 passed, 0 failed\n");
    check("--suite 'none/*'", lines, 0, 1, "none/such: no replay\n0 passed, 1 failed\n");
    check("--suite 'self/*'", lines, 0, 1, "self/*: no vectors\n0 passed, 1 failed\n");
}
