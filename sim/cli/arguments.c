#include "sim/cli/arguments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/suggest.h"

static const struct option *find(const struct command *command, const char *name, size_t length)
{
    for (const struct option *o = command->options; o->name != NULL; o++) {
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0) {
            return o;
        }
    }
    return NULL;
}

static const char *dashes(const char *name)
{
    return name[1] == '\0' ? "-" : "--";
}

static bool refuse_unknown(const struct command *command, const char *argument, struct fail *fail)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + strspn(argument, "-"), "="),
             argument + strspn(argument, "-"));
    struct suggest s = {.wanted = name};
    for (const struct option *o = command->options; o->name != NULL; o++) {
        suggest_offer(&s, o->name);
    }
    return s.nearest == NULL
               ? fail_set(fail, FAIL_INPUT, "headroom %s: unknown option %s (`headroom help %s` lists its options)",
                          command->name, argument, command->name)
               : fail_set(fail, FAIL_INPUT, "headroom %s: unknown option %s (did you mean %s%s?)", command->name,
                          argument, dashes(s.nearest), s.nearest);
}

/* Takes an option, and its value where it has one, from the arguments at *index. */
static bool take_option(struct arguments *read, const char *const *arguments, int count, int *index, struct fail *fail)
{
    const struct command *command = read->command;
    const char *argument = arguments[*index];
    const char *name = argument + strspn(argument, "-");
    size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const struct option *o = find(command, name, length);
    if (o == NULL || (size_t)(name - argument) != strlen(dashes(o->name))) {
        return refuse_unknown(command, argument, fail);
    }
    if (o->value == NULL && value != NULL) {
        return fail_set(fail, FAIL_INPUT, "headroom %s: %s%s takes no value (leave =%s out)", command->name,
                        dashes(o->name), o->name, value);
    }
    if (o->value != NULL && value == NULL) {
        if (*index + 1 == count) {
            return fail_set(fail, FAIL_INPUT, "headroom %s: %s%s needs a value (write %s%s %s)", command->name,
                            dashes(o->name), o->name, dashes(o->name), o->name, o->value);
        }
        value = arguments[++*index];
    }
    if (!o->many && arguments_has(read, o->name)) {
        return fail_set(fail, FAIL_INPUT, "headroom %s: %s%s is given twice (keep one)", command->name, dashes(o->name),
                        o->name);
    }
    VEC_PUSH(&read->options, (struct given){o, value});
    return true;
}

static bool check_operands(const struct arguments *read, struct fail *fail)
{
    const struct command *c = read->command;
    if (read->operands.count >= c->operands_min && read->operands.count <= c->operands_max) {
        return true;
    }
    return fail_set(fail, FAIL_INPUT, "headroom %s: too %s arguments (usage: headroom %s %s)", c->name,
                    read->operands.count < c->operands_min ? "few" : "many", c->name, c->operands);
}

bool arguments_read(const struct command *command, const char *const *arguments, int count, struct arguments *read,
                    struct fail *fail)
{
    *read = (struct arguments){.command = command};
    bool options = true;
    for (int i = 0; i < count; i++) {
        const char *argument = arguments[i];
        if (options && strcmp(argument, "--") == 0) {
            options = false;
        } else if (options && argument[0] == '-' && argument[1] != '\0') {
            if (!take_option(read, arguments, count, &i, fail)) {
                return false;
            }
        } else {
            VEC_PUSH(&read->operands, argument);
        }
    }
    return check_operands(read, fail);
}

void arguments_drop(struct arguments *a)
{
    VEC_DROP(&a->operands);
    VEC_DROP(&a->options);
}

const char *arguments_value(const struct arguments *a, const char *name)
{
    for (uint32_t i = a->options.count; i > 0; i--) {
        const struct given *g = &a->options.at[i - 1];
        if (strcmp(g->option->name, name) == 0) {
            return g->value == NULL ? name : g->value;
        }
    }
    return NULL;
}

bool arguments_has(const struct arguments *a, const char *name)
{
    return arguments_value(a, name) != NULL;
}

const char **arguments_values(struct arena *arena, const struct arguments *a, const char *name, uint32_t *count)
{
    const char **values = TAKE(arena, const char *, a->options.count);
    *count = 0;
    for (uint32_t i = 0; i < a->options.count; i++) {
        if (strcmp(a->options.at[i].option->name, name) == 0) {
            values[(*count)++] = a->options.at[i].value;
        }
    }
    return values;
}

bool arguments_number(const struct arguments *a, const char *name, int64_t least, int64_t most, int64_t *number,
                      struct fail *fail)
{
    const char *text = arguments_value(a, name);
    int64_t read = 0;
    if (text == NULL) {
        return true;
    }
    if (!number_parse_int64(text, &read) || read < least || read > most) {
        return fail_set(fail, FAIL_INPUT, "--%s: \"%s\" is no whole number from %" PRId64 " to %" PRId64 " (write one)",
                        name, text, least, most);
    }
    *number = read;
    return true;
}

struct scenario_input arguments_input(struct arena *arena, const struct arguments *a)
{
    struct scenario_input input = {.files = a->operands.at,
                                   .file_count = a->operands.count,
                                   .seed = arguments_value(a, "seed"),
                                   .replications = arguments_value(a, "replications"),
                                   .duration = arguments_value(a, "duration")};
    input.sets = arguments_values(arena, a, "set", &input.set_count);
    return input;
}

void arguments_help(const struct command *command)
{
    printf("usage: headroom %s%s%s%s\n\n%s\n", command->name, command->operands[0] == '\0' ? "" : " ",
           command->operands, command->options->name == NULL ? "" : " [OPTION]...", command->summary);
    if (command->details != NULL) {
        printf("\n%s", command->details);
    }
    for (const struct option *o = command->options; o->name != NULL; o++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s%s", dashes(o->name), o->name, o->value == NULL ? "" : " ",
                 o->value == NULL ? "" : o->value);
        printf("%s  %-26s %s\n", o == command->options ? "\n" : "", left, o->help);
    }
}
