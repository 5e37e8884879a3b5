/* headroom help: of the program, of a command, of a kind. */
#include <stdio.h>
#include <string.h>

#include "reports/gate.h"
#include "sim/cli/commands.h"
#include "sim/cli/manual.h"
#include "sim/scenario/suggest.h"

static void print_program(void)
{
    printf("headroom " HEADROOM_VERSION ": what a Kubernetes cluster will do and cost under a given demand.\n\n"
           "usage: headroom COMMAND [ARGUMENT]...\n\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf("  %-10s %s\n", (*c)->name, (*c)->summary);
    }
    printf("\n`headroom help COMMAND` says more; `headroom help kinds` lists what a scenario is written in,\n"
           "`headroom help gates` what --fail-on and --gate may ask. `headroom --version` prints the version.\n\n"
           "exit status:\n");
    for (const struct exit_status *s = exit_statuses; s->says != NULL; s++) {
        printf("  %-10d %s\n", s->status, s->says);
    }
}

static void print_kinds(void)
{
    printf("Kubernetes manifests are taken as they are. Beside them stand, with apiVersion: " OBJECT_HEADROOM ":\n\n");
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        printf("  %-14s %s\n", k->name, k->table->help);
    }
    printf("\n`headroom help KIND` lists the fields of its spec.\n");
}

static void print_kind(const char *kind)
{
    struct buffer out = {0};
    fields_help(&out, spec_table(kind));
    printf("%s: ", kind);
    fwrite(out.at, 1, out.count, stdout);
    buffer_drop(&out);
}

static void print_gates(void)
{
    struct buffer out = {0};
    gate_help(&out);
    fwrite(out.at, 1, out.count, stdout);
    buffer_drop(&out);
}

static int refuse(const char *topic)
{
    struct suggest s = {.wanted = topic};
    for (const struct command *const *c = commands; *c != NULL; c++) {
        suggest_offer(&s, (*c)->name);
    }
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        suggest_offer(&s, k->name);
    }
    fprintf(stderr, "headroom help: nothing is called %s (%s%s%s)\n", topic,
            s.nearest == NULL ? "`headroom help` lists the commands" : "did you mean ",
            s.nearest == NULL ? "" : s.nearest, s.nearest == NULL ? "" : "?");
    return EXIT_INPUT;
}

static int run(const struct arguments *arguments)
{
    const char *topic = arguments->operands.count == 0 ? NULL : arguments->operands.at[0];
    if (arguments_has(arguments, "man")) {
        manual_print();
    } else if (topic == NULL) {
        print_program();
    } else if (commands_find(topic) != NULL) {
        arguments_help(commands_find(topic));
    } else if (strcmp(topic, "kinds") == 0) {
        print_kinds();
    } else if (strcmp(topic, "gates") == 0) {
        print_gates();
    } else if (spec_table(topic) != NULL) {
        print_kind(topic);
    } else {
        return refuse(topic);
    }
    return EXIT_DONE;
}

static const struct option options[] = {{"man", NULL, false, "the manual page, as man(1) takes it"}, {0}};

const struct command command_help = {
    .name = "help",
    .operands = "[COMMAND | KIND | kinds | gates]",
    .operands_min = 0,
    .operands_max = 1,
    .summary = "Explains a command, the fields of a kind, or gates.",
    .options = options,
    .run = run,
};
