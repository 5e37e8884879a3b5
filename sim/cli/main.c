/* The program: finds the command, reads its arguments, runs it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/commands.h"

static int refuse_command(const char *name)
{
    const char *near = commands_suggest(name);
    fprintf(stderr, "headroom: no command %s (%s%s%s)\n", name,
            near == NULL ? "`headroom help` lists them" : "did you mean ", near == NULL ? "" : near,
            near == NULL ? "" : "?");
    return EXIT_INPUT;
}

static bool asks_for_help(int count, char **arguments)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
            return true;
        }
        if (strcmp(arguments[i], "--") == 0) {
            return false;
        }
    }
    return false;
}

static int run_command(const struct command *command, int count, char **words)
{
    struct arguments arguments;
    struct fail fail = {0};
    int status = EXIT_INPUT;
    if (asks_for_help(count, words)) {
        arguments_help(command);
        return EXIT_DONE;
    }
    if (arguments_read(command, (const char *const *)words, count, &arguments, &fail)) {
        status = command->run(&arguments);
    } else {
        fprintf(stderr, "%s\n", fail.text);
    }
    arguments_drop(&arguments);
    return status;
}

static int run(int count, char **words)
{
    const char *name = count > 1 ? words[1] : "help";
    if (strcmp(name, "--version") == 0) {
        puts("headroom " HEADROOM_VERSION);
        return EXIT_DONE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        name = "help";
    }
    const struct command *command = commands_find(name);
    return command == NULL ? refuse_command(name) : run_command(command, count > 2 ? count - 2 : 0, words + 2);
}

int main(int count, char **words)
{
    int status = run(count, words);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "headroom: standard output: %s\n", strerror(errno));
        return EXIT_REFUSED;
    }
    return status;
}
