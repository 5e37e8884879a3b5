#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/gate.h"
#include "sim/base/buffer.h"
#include "sim/cli/commands.h"
#include "sim/cli/manual.h"
#include "sim/scenario/specs.h"

enum { WIDTH_MAX = 112 };

/* Standard output goes into the buffer until it is taken. */
struct catch
{
    FILE *file;
    int before;
};

static struct catch catch_output(void)
{
    struct catch c = {.file = tmpfile(), .before = dup(STDOUT_FILENO)};
    cr_assert_not_null(c.file);
    fflush(stdout);
    cr_assert_geq(dup2(fileno(c.file), STDOUT_FILENO), 0);
    return c;
}

static struct buffer take_output(struct catch *c)
{
    struct buffer text = {0};
    char bytes[4096];
    size_t count;
    fflush(stdout);
    dup2(c->before, STDOUT_FILENO);
    close(c->before);
    rewind(c->file);
    while ((count = fread(bytes, 1, sizeof bytes, c->file)) > 0) {
        buffer_add(&text, bytes, count);
    }
    fclose(c->file);
    return text;
}

static struct buffer program_help(void)
{
    struct arguments none = {.command = &command_help};
    struct catch c = catch_output();
    int status = command_help.run(&none);
    struct buffer text = take_output(&c);
    cr_assert_eq(status, EXIT_DONE);
    return text;
}

/* The page as a reader sees its words: escapes are what they stand for, and every stretch of blanks is one. */
static struct buffer manual_words(void)
{
    static const char *const escapes[][2] = {{"\\-", "-"}, {"\\e", "\\"}, {"\\&", ""}, {"\\fI", ""}, {"\\fR", ""}};
    struct catch c = catch_output();
    manual_print();
    struct buffer page = take_output(&c), words = {0};
    for (const char *at = buffer_string(&page); *at != '\0';) {
        size_t escape = 0;
        while (escape < 5 && strncmp(at, escapes[escape][0], strlen(escapes[escape][0])) != 0) {
            escape++;
        }
        if (escape < 5) {
            buffer_text(&words, escapes[escape][1]);
            at += strlen(escapes[escape][0]);
        } else {
            buffer_byte(&words, *at == '\n' ? ' ' : *at);
            at++;
        }
    }
    buffer_drop(&page);
    return words;
}

static void says(const struct buffer *text, const char *wanted, const char *of)
{
    cr_expect_not_null(strstr(text->at, wanted), "%s: no \"%s\"", of, wanted);
}

static void is_narrow(const struct buffer *text, const char *of)
{
    for (const char *line = text->at; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t width = strcspn(line, "\n");
        cr_expect_leq(width, (size_t)WIDTH_MAX, "%s: %.*s", of, (int)width, line);
    }
}

Test(commands, help_names_every_command_and_exit_status)
{
    struct buffer text = program_help();
    for (const struct command *const *c = commands; *c != NULL; c++) {
        struct buffer row = {0};
        buffer_format(&row, "\n  %-10s %s\n", (*c)->name, (*c)->summary);
        says(&text, row.at, "help");
        buffer_drop(&row);
    }
    for (const struct exit_status *s = exit_statuses; s->says != NULL; s++) {
        struct buffer row = {0};
        buffer_format(&row, "\n  %-10d %s\n", s->status, s->says);
        says(&text, row.at, "help");
        buffer_drop(&row);
    }
    is_narrow(&text, "help");
    buffer_drop(&text);
}

static void shows_options(const struct buffer *text, const struct command *command)
{
    for (const struct option *o = command->options; o->name != NULL; o++) {
        struct buffer title = {0};
        buffer_format(&title, "%s%s%s%s", o->name[1] == '\0' ? "-" : "--", o->name, o->value == NULL ? "" : " ",
                      o->value == NULL ? "" : o->value);
        says(text, title.at, command->name);
        says(text, o->help, command->name);
        cr_expect_gt(strlen(o->help), 8, "%s --%s is not explained", command->name, o->name);
        buffer_drop(&title);
    }
}

Test(commands, help_of_a_command_shows_its_usage_and_every_option)
{
    for (const struct command *const *c = commands; *c != NULL; c++) {
        struct catch output = catch_output();
        arguments_help(*c);
        struct buffer text = take_output(&output);
        says(&text, (*c)->operands, (*c)->name);
        says(&text, (*c)->summary, (*c)->name);
        shows_options(&text, *c);
        is_narrow(&text, (*c)->name);
        buffer_drop(&text);
    }
}

Test(commands, manual_page_covers_commands_options_kinds_gates_and_exit_statuses)
{
    struct buffer page = manual_words();
    for (const struct command *const *c = commands; *c != NULL; c++) {
        struct buffer title = {0};
        buffer_format(&title, ".SS headroom %s %s", (*c)->name, (*c)->operands);
        says(&page, title.at, "man");
        says(&page, (*c)->summary, (*c)->name);
        shows_options(&page, *c);
        buffer_drop(&title);
    }
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        says(&page, k->name, "man");
        says(&page, k->table->help, k->name);
    }
    for (const struct gate_metric *m = gate_metrics; m->name != NULL; m++) {
        says(&page, m->name, "man");
        says(&page, m->help, m->name);
    }
    for (const struct exit_status *s = exit_statuses; s->says != NULL; s++) {
        struct buffer row = {0};
        buffer_format(&row, ".B %d %s", s->status, s->says);
        says(&page, row.at, "man");
        buffer_drop(&row);
    }
    buffer_drop(&page);
}

/* Those of arguments.h, each once. */
Test(commands, exit_statuses_are_told_apart)
{
    static const int known[] = {EXIT_DONE, EXIT_GATE_FAILED, EXIT_INPUT, EXIT_REFUSED, EXIT_INTERRUPTED};
    size_t count = 0;
    for (const struct exit_status *s = exit_statuses; s->says != NULL; s++, count++) {
        cr_assert_lt(count, sizeof known / sizeof *known);
        cr_expect_eq(s->status, known[count]);
    }
    cr_expect_eq(count, sizeof known / sizeof *known);
}
