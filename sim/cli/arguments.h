/* arguments.h -- the command line: a table of options for each command, and what was given of them.
 *
 * An option is --name VALUE or --name=VALUE (-o VALUE where its name is one letter); -- ends them. Usage errors name the
 * nearest option.
 */
#ifndef SIM_CLI_ARGUMENTS_H
#define SIM_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"
#include "sim/base/memory.h"
#include "sim/scenario/scenario_read.h"

/* Exit statuses of the program. */
enum { EXIT_DONE = 0, EXIT_GATE_FAILED = 1, EXIT_INPUT = 2, EXIT_REFUSED = 3, EXIT_INTERRUPTED = 130 };

struct option {
    const char *name;  /* without dashes; null closes a table */
    const char *value; /* what stands for its value in help: "PATH=VALUE"; null: it takes none */
    bool many;         /* may be given more than once */
    const char *help;
};

struct given {
    const struct option *option;
    const char *value; /* null: it takes none */
};

struct command;

struct arguments {
    const struct command *command;
    VEC(const char *) operands;
    VEC(struct given) options; /* in order */
};

struct command {
    const char *name;
    const char *operands; /* as usage shows them: "FILE..." */
    uint32_t operands_min;
    uint32_t operands_max;
    const char *summary; /* half a line */
    const char *details; /* lines for `headroom help COMMAND`; may be null */
    const struct option *options;
    int (*run)(const struct arguments *arguments); /* returns an exit status */
};

/* Options that every command which reads a scenario takes; a row of a table of options each. OPTIONS_INPUT change what is
 * read. */
#define OPTIONS_INPUT                                                                                                  \
    {"set", "PATH=VALUE", true, "change a field: Kind/[namespace/]name:spec.replicas=3"},                              \
        {"seed", "N", false, "of the random numbers"}, {"replications", "N", false, "runs with other random numbers"}, \
    {                                                                                                                  \
        "duration", "TIME", false, "how long to simulate: 7d"                                                          \
    }

#define OPTIONS_SCENARIO                                                                                               \
    OPTIONS_INPUT, {"workers", "N", false, "replications at a time; default: one for each processor"},                 \
    {                                                                                                                  \
        "quiet", NULL, false, "no progress bar, no warnings"                                                           \
    }

/* Reads count arguments behind the command's name. False: they are wrong; fail says so, with a suggestion. */
bool arguments_read(const struct command *command, const char *const *arguments, int count, struct arguments *read,
                    struct fail *fail) MUST_CHECK;

void arguments_drop(struct arguments *a);

/* The value of an option, the last one given; null: it was not. For an option without value: its name. */
const char *arguments_value(const struct arguments *a, const char *name);
bool arguments_has(const struct arguments *a, const char *name);

/* The values of an option that may be given more than once, in order, as an array in arena. */
const char **arguments_values(struct arena *arena, const struct arguments *a, const char *name, uint32_t *count);

/* A whole number of an option, from least to most; *number stays what it was when it was not given. */
bool arguments_number(const struct arguments *a, const char *name, int64_t least, int64_t most, int64_t *number,
                      struct fail *fail) MUST_CHECK;

/* What the operands and OPTIONS_SCENARIO say of a scenario; its arrays lie in arena. */
struct scenario_input arguments_input(struct arena *arena, const struct arguments *a);

/* Writes the usage and the options of a command. */
void arguments_help(const struct command *command);

#endif
