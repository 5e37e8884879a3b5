/* replay.h -- answers that the real Kubernetes gave, asked of our code again.
 *
 * A suite is a file SUITE.jsonl.gz: one JSON text a line, the first {"suite":"GROUP/NAME",...}, each later one a case
 * {"id":"...","in":{...},"out":{...}}. A replay is how the cases of one suite are asked: it reads `in`, calls the code
 * under test, compares with `out`. Each group of suites has a file replay_GROUP.c whose last object is
 *
 *     const struct replay replay_GROUP[] = {{"GROUP/NAME", run_name}, ..., {NULL, NULL}};
 *
 * and a line in main.c. A program that aborts in a case says which one.
 */
#ifndef TESTS_CONFORMANCE_REPLAY_H
#define TESTS_CONFORMANCE_REPLAY_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

struct replay_case {
    struct arena scratch; /* empty at the start of a case but for in and out */
    struct names *names;  /* of the file: pointers live until its last case */
    const char *suite;
    const char *id;
    char why[2048]; /* what differs; one line */
};

struct replay {
    const char *suite;
    /* True: our answer to `in` is `out`. False: replay_differs or replay_same has said why not. in, out: null when the
     * case has none. */
    bool (*run)(const struct value *in, const struct value *out, struct replay_case *c);
};

/* Records what differs and returns false. The text is cut to fit. */
bool replay_differs(struct replay_case *c, const char *format, ...) PRINTF_LIKE(2, 3);

/* Whether the trees say the same: maps in any order, numbers as the same double or the same text, null pointer and
 * VALUE_NULL alike. If not, records `what`, the path of the first difference, and both values there. */
bool replay_same(struct replay_case *c, const char *what, const struct value *want, const struct value *got);

/* The program: `[--suite GLOB]... [DIR...]`. groups: closed by null. Returns the exit status: 0 all passed, 1 a case
 * failed (or a suite asked for has no replay, or a replay found no vectors), 2 usage, 3 a folder cannot be read. */
int replay_main(int argc, char **argv, const struct replay *const *groups);

#endif
