/* commands.h -- the subcommands of headroom. */
#ifndef SIM_CLI_COMMANDS_H
#define SIM_CLI_COMMANDS_H

#include "sim/cli/arguments.h"

/* Each in a file of its own; listed in commands.c. */
extern const struct command command_check;
extern const struct command command_compare;
extern const struct command command_completion;
extern const struct command command_explain;
extern const struct command command_help;
extern const struct command command_recommend;
extern const struct command command_report;
extern const struct command command_run;
extern const struct command command_schema;

/* All of them, in the order that help shows; closed by null. */
extern const struct command *const commands[];

/* What each exit status of the program says, in half a line; closed by a null text. */
struct exit_status {
    int status;
    const char *says;
};
extern const struct exit_status exit_statuses[];

/* The command of that name; null: there is none. */
const struct command *commands_find(const char *name);

/* The nearest name of a command; null: none is near. */
const char *commands_suggest(const char *name);

#endif
