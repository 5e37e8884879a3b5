#include "sim/cli/manual.h"

#include <stdio.h>
#include <string.h>

#include "reports/gate.h"
#include "sim/cli/commands.h"

enum { LINE_SHORT = 88 }; /* lines of details that are shorter end a paragraph, or an example */

/* length bytes of one line, escaped: no backslash, no hyphen that breaks a word, no dot or quote that begins it. */
static void print_bytes(const char *text, size_t length)
{
    if (length > 0 && (*text == '.' || *text == '\'')) {
        printf("\\&");
    }
    for (const char *end = text + length; text < end; text++) {
        if (*text == '\\') {
            printf("\\e");
        } else if (*text == '-') {
            printf("\\-");
        } else {
            putchar(*text);
        }
    }
}

static void print_text(const char *text)
{
    print_bytes(text, strlen(text));
}

/* A line of its own, after a macro or none. */
static void print_line(const char *before, const char *text)
{
    printf("%s", before);
    print_text(text);
    printf("\n");
}

static void print_title(const struct option *o)
{
    printf(".TP\n.B ");
    print_text(o->name[1] == '\0' ? "-" : "--");
    print_text(o->name);
    if (o->value != NULL) {
        printf(" \\fI");
        print_text(o->value);
        printf("\\fR");
    }
    printf("\n");
    print_line("", o->help);
}

static void print_synopsis(void)
{
    printf(".SH SYNOPSIS\n.nf\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf(".B headroom %s \\fI", (*c)->name);
        print_text((*c)->operands);
        printf("\\fR%s\n", (*c)->options->name == NULL ? "" : " [\\fIOPTION\\fR]...");
    }
    printf(".B headroom \\-\\-version\n.fi\n");
}

static void print_details(const char *text)
{
    printf(".PP\n");
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        print_bytes(text, length);
        printf("\n%s", length < LINE_SHORT && length > 0 ? ".br\n" : "");
        text += length + (text[length] == '\n');
    }
}

static void print_commands(void)
{
    printf(".SH COMMANDS\n");
    for (const struct command *const *c = commands; *c != NULL; c++) {
        printf(".SS headroom %s ", (*c)->name);
        print_text((*c)->operands);
        printf("\n");
        print_line("", (*c)->summary);
        if ((*c)->details != NULL) {
            print_details((*c)->details);
        }
        for (const struct option *o = (*c)->options; o->name != NULL; o++) {
            print_title(o);
        }
    }
}

static void print_kinds(void)
{
    printf(".SH SCENARIOS\n");
    print_line("", "Kubernetes manifests are taken as they are: what kubectl apply takes and what kubectl get, helm "
                   "template and kustomize build print. Beside them stand, with apiVersion: " OBJECT_HEADROOM ":");
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        printf(".TP\n");
        print_line(".B ", k->name);
        print_line("", k->table->help);
    }
    printf(".PP\n");
    print_line("", "`headroom help KIND' lists the fields of each.");
}

static void print_rows(const char *title, const char *const rows[][2])
{
    print_line(".SH ", title);
    for (; (*rows)[0] != NULL; rows++) {
        printf(".TP\n");
        print_line(".B ", (*rows)[0]);
        print_line("", (*rows)[1]);
    }
}

static void print_gates(void)
{
    printf(".SH GATES\n");
    print_line("", "A gate says what must not be: METRIC[{KEY=VALUE,...}] (>|<) [+|-]NUMBER[%|UNIT]. With a sign the "
                   "number is a change against BASE, without one a level. It fails when the whole 95 % interval lies "
                   "beyond the number. `headroom help gates' explains units and selectors. The metrics:");
    for (const struct gate_metric *m = gate_metrics; m->name != NULL; m++) {
        printf(".TP\n.B ");
        print_text(m->name);
        printf(" \\fR(");
        print_text(m->unit);
        printf(")\n");
        print_line("", m->help);
    }
}

static void print_statuses(void)
{
    printf(".SH EXIT STATUS\n");
    for (const struct exit_status *s = exit_statuses; s->says != NULL; s++) {
        printf(".TP\n.B %d\n", s->status);
        print_line("", s->says);
    }
}

void manual_print(void)
{
    static const char *const variables[][2] = {
        {"HEADROOM_DATA", "the folder with prices and profiles, when it is not found beside the program."},
        {"NO_COLOR", "when set, no colours."},
        {"PATH", "where gnuplot is looked for, which draws the charts of the HTML report."},
        {"TMPDIR", "where a workbook is put together; default: /tmp."},
        {NULL, NULL}};
    static const char *const examples[][2] = {
        {"headroom run scenarios/quickstart.yaml -o day.db", "simulates a day and records it."},
        {"headroom report day.db -o day", "makes a page of it."},
        {"kustomize build . | headroom check -", "says what is wrong with manifests that another program prints."},
        {NULL, NULL}};
    printf(".TH HEADROOM 1 \"\" \"headroom " HEADROOM_VERSION "\" \"User Commands\"\n.SH NAME\n"
           "headroom \\- what a Kubernetes cluster will do and cost under a given demand\n");
    print_synopsis();
    printf(".SH DESCRIPTION\n");
    print_line("", "headroom runs Kubernetes in virtual time: manifests, a demand, and machines with prices go in; "
                   "objectives held or broken, replicas, nodes, use and cost come out.");
    printf(".PP\n");
    print_line("", "FILE is a file, a folder (its *.yaml, *.yml and *.json), or - for standard input. A later FILE "
                   "changes headroom's objects of the same kind and name.");
    print_commands();
    print_kinds();
    print_gates();
    print_statuses();
    print_rows("ENVIRONMENT", variables);
    print_rows("EXAMPLES", examples);
}
