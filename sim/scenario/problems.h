/* problems.h -- everything that is wrong with an input, said in one go.
 *
 * A reader that meets the user's mistake adds it here and goes on; whoever called it looks at `errors` at the end.
 * An error stops the program with exit status 2; a warning does not.
 * Each reads "file:line:column: path: what: why (what to do)", on one line.
 */
#ifndef SIM_SCENARIO_PROBLEMS_H
#define SIM_SCENARIO_PROBLEMS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"
#include "sim/base/memory.h"
#include "sim/base/names.h"

struct problem {
    struct mark where; /* file null: of no file; line 0: of a file as a whole */
    bool warning;
    uint32_t order;   /* counts on as they are added */
    const char *text; /* without the place */
};

struct problems {
    struct arena *arena; /* the texts lie here */
    struct names *names;
    VEC(struct problem) list;
    VEC(const char *) said; /* [.count] keys of problems_warn_once, sorted by pointer */
    uint32_t errors;
    uint32_t warnings;
};

/* An empty list. */
struct problems problems_make(struct arena *a, struct names *names);

/* Gives back the list (the texts go with their arena). */
void problems_drop(struct problems *p);

void problems_error(struct problems *p, struct mark where, const char *format, ...) PRINTF_LIKE(3, 4);
void problems_warn(struct problems *p, struct mark where, const char *format, ...) PRINTF_LIKE(3, 4);

/* As problems_warn, the first time that key is given; later nothing. */
void problems_warn_once(struct problems *p, const char *key, struct mark where, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Adds a failure whose text has its place already. */
void problems_fail(struct problems *p, const struct fail *fail);

/* Sorts by file, line and column; what has no place comes first, equals as they were added. */
void problems_sort(struct problems *p);

/* Writes each problem on a line, warnings with "warning: " behind the place, as they stand in the list. */
void problems_print(const struct problems *p, FILE *out);

#endif
