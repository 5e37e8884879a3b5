/* fail.h -- how a function says what went wrong.
 *
 * A function that can fail through no fault of the programmer returns bool and takes a struct fail as its last
 * argument. True: it did what it says, and the fail is untouched. False: it changed nothing, and the fail says why.
 *
 * A mistake of the programmer is an assert; NDEBUG is never defined. What goes wrong inside the simulated Kubernetes is
 * a value, never a struct fail. Memory running out ends the program (memory.h).
 */
#ifndef SIM_BASE_FAIL_H
#define SIM_BASE_FAIL_H

#include <stdbool.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

enum fail_kind {
    FAIL_NONE,
    FAIL_INPUT,  /* the input is wrong: the user can mend it; exit status 2 */
    FAIL_SYSTEM, /* the operating system, SQLite or a missing program refused; exit status 3 */
};

/* A place in a text that a user wrote. Line and column count from 1; line 0: no place is known. */
struct mark {
    const char *file; /* as the user named it; lives as long as the names it was interned in; null: no file */
    uint32_t line;
    uint32_t column; /* in bytes */
};

struct fail {
    enum fail_kind kind;
    char text[512]; /* one line, no newline: "file:line:column: path: what: why (what to do)" */
};

/* Fills f and returns false, so that `return fail_set(f, ...);` reads well. The text is cut to fit. */
bool fail_set(struct fail *f, enum fail_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same for FAIL_INPUT at a place: writes "file:line:column: " before the text, or as much of it as is known. */
bool fail_at(struct fail *f, struct mark where, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
