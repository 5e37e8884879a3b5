/* headroom report: a recorded run as text, a page, JSON. */
#include <stdio.h>

#include "reports/report.h"
#include "sim/cli/commands.h"

static int refuse(const struct fail *fail)
{
    fprintf(stderr, "headroom: %s\n", fail->text);
    return fail->kind == FAIL_INPUT ? EXIT_INPUT : EXIT_REFUSED;
}

static void name_files(unsigned formats, const char *folder)
{
    for (size_t i = 0; report_file(formats, i) != NULL; i++) {
        printf("%s/%s\n", folder, report_file(formats, i));
    }
}

static int run(const struct arguments *arguments)
{
    struct fail fail = {0};
    const char *folder = arguments_value(arguments, "o"), *list = arguments_value(arguments, "format");
    unsigned formats = 0;
    if (!report_formats(list != NULL ? list : folder != NULL ? "html,json" : "text", &formats, &fail)) {
        return refuse(&fail);
    }
    folder = folder == NULL ? "." : folder;
    struct buffer text = {0};
    bool good = report_make(arguments->operands.at[0], formats, folder, report_colours(), &text, &fail);
    if (good) {
        fputs(buffer_string(&text), stdout);
        name_files(formats, folder);
    }
    buffer_drop(&text);
    return good ? EXIT_DONE : refuse(&fail);
}

static const struct option options[] = {
    {"o", "DIR", false, "where files are written; default: the working folder"},
    {"format", "F,...", false, "text, html, json, csv, xlsx, focus, openmetrics; default: text, with -o html,json"},
    {0}};

const struct command command_report = {
    .name = "report",
    .operands = "RUN.db",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "Makes reports of a recorded run.",
    .details =
        "text goes to standard output; html is DIR/report.html, one page with all that it needs (charts by\n"
        "gnuplot); json is DIR/report.json; csv is workloads.csv, costs.csv, nodes.csv and allocation.csv; xlsx is\n"
        "costs.xlsx; focus is focus.csv and its metadata (FOCUS 1.2, as bills of cloud providers); openmetrics is\n"
        "metrics.om, for promtool tsdb create-blocks-from openmetrics. The same run gives the same bytes.\n",
    .options = options,
    .run = run,
};
