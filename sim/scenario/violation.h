/* violation.h -- what the API server would refuse an object for.
 *
 * A list of them is what a validation returns: the server reports all that it finds, and so do we. Types and paths are
 * those of the server; the words are ours.
 */
#ifndef SIM_SCENARIO_VIOLATION_H
#define SIM_SCENARIO_VIOLATION_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"
#include "sim/base/memory.h"
#include "sim/scenario/place.h"
#include "sim/scenario/problems.h"

enum violation_type {
    VIOLATION_REQUIRED,
    VIOLATION_INVALID,
    VIOLATION_NOT_SUPPORTED,
    VIOLATION_FORBIDDEN,
    VIOLATION_DUPLICATE,
    VIOLATION_NOT_FOUND,
    VIOLATION_TOO_LONG,
    VIOLATION_TOO_MANY,
};

struct violation {
    enum violation_type type;
    const char *field; /* path */
    const char *why;   /* "what is wrong (what to do)" */
    struct mark where;
};

struct violations {
    struct arena *arena; /* the texts lie here */
    VEC(struct violation) list;
};

/* The server's name of a type: "FieldValueRequired". */
const char *violation_type_name(enum violation_type type);

/* Adds one. The text says what is wrong and, in brackets, what to do. */
void violation_add(struct violations *v, enum violation_type type, const struct place *p, const char *why, ...)
    PRINTF_LIKE(4, 5);

/* Adds all as errors, each once: "PATH: what is wrong (what to do)". */
void violations_report(const struct violations *v, struct problems *problems);

void violations_drop(struct violations *v);

#endif
