#include "sim/cli/commands.h"

#include <string.h>

#include "sim/scenario/suggest.h"

const struct command *const commands[] = {
    &command_check,   &command_schema,    &command_run,        &command_report, &command_explain,
    &command_compare, &command_recommend, &command_completion, &command_help,   NULL};

const struct exit_status exit_statuses[] = {
    {EXIT_DONE, "done; every gate holds, or is undecided without --strict"},
    {EXIT_GATE_FAILED, "a gate failed"},
    {EXIT_INPUT, "wrong usage or input; the message says where, and what to do"},
    {EXIT_REFUSED, "the system refused: disk, memory, a missing program"},
    {EXIT_INTERRUPTED, "interrupted; no file is left half-written"},
    {0, NULL}};

const struct command *commands_find(const char *name)
{
    for (const struct command *const *c = commands; *c != NULL; c++) {
        if (strcmp((*c)->name, name) == 0) {
            return *c;
        }
    }
    return NULL;
}

const char *commands_suggest(const char *name)
{
    struct suggest s = {.wanted = name};
    for (const struct command *const *c = commands; *c != NULL; c++) {
        suggest_offer(&s, (*c)->name);
    }
    return s.nearest;
}
