/* headroom completion: what a shell needs to complete commands, options, kinds and files; made from the same tables as
 * the help. */
#include <stdio.h>
#include <string.h>

#include "sim/cli/commands.h"

static const char *dashes(const char *name)
{
    return name[1] == '\0' ? "-" : "--";
}

/* Its operands are words, not files. */
static bool takes_words(const struct command *c)
{
    return c == &command_help || c == &command_completion;
}

static void print_words(const struct command *c)
{
    if (c == &command_completion) {
        printf("bash zsh fish");
        return;
    }
    for (const struct command *const *other = commands; *other != NULL; other++) {
        printf("%s ", (*other)->name);
    }
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        printf("%s ", k->name);
    }
    printf("kinds gates");
}

static void print_commands(void)
{
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf("%s%s", c == commands ? "" : " ", (*c)->name);
    }
}

/* ---- bash ---- */

static void print_bash(void)
{
    printf("# For bash: eval \"$(headroom completion bash)\"\n"
           "_headroom() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} options='--help' words=''\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W '");
    print_commands();
    printf(" --help --version' -- \"$current\")\n"
           "        return\n"
           "    fi\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf("    %s)\n        options='--help", (*c)->name);
        for (const struct option *o = (*c)->options; o->name != NULL; o++) {
            printf(" %s%s", dashes(o->name), o->name);
        }
        printf("'\n");
        if (takes_words(*c)) {
            printf("        words='");
            print_words(*c);
            printf("'\n");
        }
        printf("        ;;\n");
    }
    printf("    esac\n"
           "    case $current in\n"
           "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\") ;;\n"
           "    *) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\") ;;\n"
           "    esac\n"
           "}\n"
           "complete -o bashdefault -o default -F _headroom headroom\n");
}

/* ---- zsh ---- */

/* A text within single quotes, with a backslash before what means something in a specification. */
static void print_zsh_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            printf("'\\''");
        } else {
            printf("%s%c", strchr("[]:\\", *text) != NULL ? "\\" : "", *text);
        }
    }
}

static void print_zsh_option(const struct option *o)
{
    printf("            '%s%s%s[", o->many ? "*" : "", dashes(o->name), o->name);
    print_zsh_text(o->help);
    printf("]");
    if (o->value != NULL) {
        printf(":");
        print_zsh_text(o->value);
        printf(":_files");
    }
    printf("' \\\n");
}

static void print_zsh(void)
{
    printf("#compdef headroom\n"
           "# For zsh: headroom completion zsh >\"${fpath[1]}/_headroom\"\n"
           "_headroom() {\n"
           "    local -a commands\n"
           "    commands=(\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf("        '%s:", (*c)->name);
        print_zsh_text((*c)->summary);
        printf("'\n");
    }
    printf("    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        return\n"
           "    fi\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
           "    case $words[1] in\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf("    %s)\n        _arguments '--help[help of the command]' \\\n", (*c)->name);
        for (const struct option *o = (*c)->options; o->name != NULL; o++) {
            print_zsh_option(o);
        }
        printf("            '*:argument:");
        if (takes_words(*c)) {
            printf("(");
            print_words(*c);
            printf(")");
        } else if ((*c)->operands_max > 0) {
            printf("_files");
        }
        printf("'\n        ;;\n");
    }
    printf("    esac\n"
           "}\n"
           "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
           "    _headroom \"$@\"\n"
           "else\n"
           "    compdef _headroom headroom\n"
           "fi\n");
}

/* ---- fish ---- */

static void print_fish_text(const char *text)
{
    putchar('\'');
    for (; *text != '\0'; text++) {
        printf("%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
    }
    putchar('\'');
}

static void print_fish(void)
{
    printf("# For fish: headroom completion fish >~/.config/fish/completions/headroom.fish\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf("complete -c headroom -n __fish_use_subcommand -f -a %s -d ", (*c)->name);
        print_fish_text((*c)->summary);
        printf("\n");
        for (const struct option *o = (*c)->options; o->name != NULL; o++) {
            printf("complete -c headroom -n '__fish_seen_subcommand_from %s' -%c %s%s -d ", (*c)->name,
                   o->name[1] == '\0' ? 's' : 'l', o->name, o->value == NULL ? "" : " -r");
            print_fish_text(o->help);
            printf("\n");
        }
        if (takes_words(*c)) {
            printf("complete -c headroom -n '__fish_seen_subcommand_from %s' -f -a '", (*c)->name);
            print_words(*c);
            printf("'\n");
        }
    }
}

/* ---- the command ---- */

static const struct {
    const char *name;
    void (*print)(void);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

static int run(const struct arguments *arguments)
{
    const char *shell = arguments->operands.at[0];
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].print();
            return EXIT_DONE;
        }
    }
    fprintf(stderr, "headroom completion: no shell %s (write bash, zsh or fish)\n", shell);
    return EXIT_INPUT;
}

static const struct option options[] = {{0}};

const struct command command_completion = {
    .name = "completion",
    .operands = "bash | zsh | fish",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "Prints what a shell needs to complete headroom's commands.",
    .details = "bash: eval \"$(headroom completion bash)\", in ~/.bashrc for every shell.\n"
               "zsh: headroom completion zsh >\"${fpath[1]}/_headroom\"\n"
               "fish: headroom completion fish >~/.config/fish/completions/headroom.fish\n"
               "`make install` puts all three where shells look for them.\n",
    .options = options,
    .run = run,
};
