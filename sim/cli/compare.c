/* headroom compare: what a change does and costs, and whether it may pass. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare.h"
#include "reports/compare_csv.h"
#include "reports/compare_html.h"
#include "reports/compare_json.h"
#include "reports/compare_junit.h"
#include "reports/compare_markdown.h"
#include "reports/compare_text.h"
#include "reports/files.h"
#include "reports/report.h"
#include "sim/cli/commands.h"
#include "sim/cli/gates.h"
#include "sim/cli/work.h"

/* ---- formats ---- */

static void write_plain(struct buffer *out, const struct comparison *c)
{
    compare_text_write(out, c, false);
}

static const struct format {
    const char *name;
    const char *file; /* of several formats; null: standard output */
    void (*write)(struct buffer *out, const struct comparison *c);
} formats[] = {{"text", NULL, write_plain},
               {"markdown", "compare.md", compare_markdown_write},
               {"json", "compare.json", compare_json_write},
               {"junit", "junit.xml", compare_junit_write},
               {"csv", "bridge.csv", compare_csv_write},
               {"html", "compare.html", compare_html_write}};

enum { FORMATS = sizeof formats / sizeof formats[0] };

/* Reads "markdown,junit" as bits. */
static bool read_formats(const char *list, unsigned *chosen, struct fail *fail)
{
    *chosen = 0;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ","), i = 0;
        while (i < FORMATS && (strlen(formats[i].name) != length || memcmp(formats[i].name, at, length) != 0)) {
            i++;
        }
        if (i == FORMATS) {
            return fail_set(fail, FAIL_INPUT, "--format: no format \"%.*s\" (text, markdown, json, junit, csv, html)",
                            (int)(length < 40 ? length : 40), at);
        }
        *chosen |= 1u << i;
        at += length;
        if (*at == '\0') {
            return true;
        }
    }
}

/* ---- output ---- */

static bool write_file(const char *path, const struct buffer *text, struct fail *fail)
{
    struct arena a = arena_make(256);
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : arena_text(&a, path, slash == path ? 1 : (size_t)(slash - path));
    struct files_entry entry = {.name = slash == NULL ? path : slash + 1, .text = text};
    bool good = entry.name[0] != '\0'
                    ? files_write(folder, &entry, 1, fail)
                    : fail_set(fail, FAIL_INPUT, "%s: a folder (name a file, or give several formats)", path);
    arena_drop(&a);
    return good;
}

/* One format: to the file that -o names, or to standard output. */
static bool write_one(const struct comparison *c, size_t format, const char *path, struct fail *fail)
{
    struct buffer text = {0};
    bool good = true;
    if (path == NULL && formats[format].file == NULL) {
        compare_text_write(&text, c, report_colours());
    } else {
        formats[format].write(&text, c);
    }
    if (path == NULL) {
        fwrite(text.at, 1, text.count, stdout);
    } else {
        good = write_file(path, &text, fail);
    }
    buffer_drop(&text);
    return good;
}

/* Several: text to standard output, the others into the folder. */
static bool write_several(const struct comparison *c, unsigned chosen, const char *folder, struct fail *fail)
{
    struct buffer texts[FORMATS] = {0};
    struct files_entry entries[FORMATS];
    size_t count = 0;
    for (size_t i = 0; i < FORMATS; i++) {
        if ((chosen & 1u << i) != 0 && formats[i].file != NULL) {
            formats[i].write(&texts[i], c);
            entries[count++] = (struct files_entry){formats[i].file, &texts[i]};
        }
    }
    bool good = files_write(folder == NULL ? "." : folder, entries, count, fail);
    for (size_t i = 0; i < FORMATS; i++) {
        buffer_drop(&texts[i]);
    }
    return good && ((chosen & 1) == 0 || write_one(c, 0, NULL, fail));
}

static bool write_all(const struct comparison *c, unsigned chosen, const char *path, struct fail *fail)
{
    for (size_t i = 0; i < FORMATS; i++) {
        if (chosen == 1u << i) {
            return write_one(c, i, path, fail);
        }
    }
    return write_several(c, chosen, path, fail);
}

/* ---- the command ---- */

static struct pair_input input_of(struct arena *a, const struct arguments *arguments)
{
    struct scenario_input both = arguments_input(a, arguments);
    struct pair_input input = {
        .base = both, .candidate = both, .candidate_inputs = arguments_has(arguments, "candidate-inputs")};
    uint32_t count;
    const char **own = arguments_values(a, arguments, "candidate-set", &count);
    const char **sets = TAKE(a, const char *, both.set_count + count);
    for (uint32_t i = 0; i < both.set_count + count; i++) {
        sets[i] = i < both.set_count ? both.sets[i] : own[i - both.set_count];
    }
    input.base.file_count = 1;
    input.candidate.file_count = 1;
    input.candidate.files = &both.files[1];
    input.candidate.sets = sets;
    input.candidate.set_count = both.set_count + count;
    return input;
}

static bool is_same_problem(const struct problem *a, const struct problem *b)
{
    return a->where.file == b->where.file && a->where.line == b->where.line && a->where.column == b->where.column &&
           strcmp(a->text, b->text) == 0;
}

/* What both sides read, the demand of BASE for one, is told once. */
static void drop_told(struct problems *list, const struct problems *told)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->list.count; i++) {
        bool again = false;
        for (uint32_t k = 0; k < told->list.count && !again; k++) {
            again = is_same_problem(&list->list.at[i], &told->list.at[k]);
        }
        if (!again) {
            list->list.at[kept++] = list->list.at[i];
        }
    }
    list->list.count = kept;
}

static void print_problems(struct pair *p, bool quiet)
{
    drop_told(&p->candidate.problems, &p->base.problems);
    if (!quiet || p->base.problems.errors > 0) {
        problems_print(&p->base.problems, stderr);
    }
    if (!quiet || p->candidate.problems.errors > 0) {
        problems_print(&p->candidate.problems, stderr);
    }
}

static bool open_pair(struct pair *p, const struct pair_input *input, bool quiet, int *status)
{
    struct fail fail = {0};
    bool good = pair_open(p, input, &fail);
    print_problems(p, quiet);
    if (!good) {
        *status = fail.kind == FAIL_NONE ? EXIT_INPUT : work_refuse(&fail);
    } else if (!quiet && !p->candidate.recorded && !p->alike) {
        work_count_mistakes(&p->candidate.scenario, &p->candidate.plan, "CANDIDATE");
    }
    return good;
}

static int finish(struct pair *p, const struct gate *gates, uint32_t count, const struct arguments *arguments,
                  unsigned chosen)
{
    struct comparison c;
    struct fail fail = {0};
    compare_make(&c, p, gates, count, arguments_has(arguments, "strict"));
    bool good = write_all(&c, chosen, arguments_value(arguments, "o"), &fail);
    if (good && !arguments_has(arguments, "quiet")) {
        gates_warn(gates, c.verdicts, count);
    }
    int status = !good ? work_refuse(&fail) : compare_fails(&c) ? EXIT_GATE_FAILED : EXIT_DONE;
    compare_drop(&c);
    return status;
}

static int compare(struct pair *p, const struct arguments *arguments, const struct gate *gates, uint32_t count,
                   unsigned chosen, uint32_t workers)
{
    struct fail fail = {0};
    struct jobs_options options = {0};
    if (!gates_check(gates, count, &p->base.side, &p->candidate.side)) {
        return EXIT_INPUT;
    }
    work_catch_interrupts();
    work_options(&options, arguments, workers, p->base.side.scenario);
    bool good = compare_run(p, gates, count, &options, &fail);
    work_clear_progress(&options);
    return good ? finish(p, gates, count, arguments, chosen) : work_refuse(&fail);
}

static int run(const struct arguments *arguments)
{
    struct fail fail = {0};
    struct arena a = arena_make(4096);
    const char *list = arguments_value(arguments, "format");
    uint32_t workers, count;
    unsigned chosen;
    int status = EXIT_INPUT;
    const struct gate *gates = gates_read(&a, arguments, "fail-on", &count);
    if (!work_workers(arguments, &workers, &fail) || !read_formats(list == NULL ? "text" : list, &chosen, &fail)) {
        status = work_refuse(&fail);
    } else if (gates != NULL) {
        struct pair *p = memory_take(1, sizeof *p);
        struct pair_input input = input_of(&a, arguments);
        if (open_pair(p, &input, arguments_has(arguments, "quiet"), &status)) {
            status = compare(p, arguments, gates, count, chosen, workers);
        }
        pair_drop(p);
        free(p);
    }
    arena_drop(&a);
    return status;
}

static const struct option options[] = {
    {"fail-on", "GATE", true, "what must not be: 'cost.monthly > +5%'; `headroom help gates`"},
    {"strict", NULL, false, "an undecided gate fails, too"},
    {"format", "F,...", false, "text, markdown, json, junit, csv, html; default: text"},
    {"o", "FILE", false, "where one format goes, or the folder of several; default: standard output"},
    {"candidate-inputs", NULL, false, "CANDIDATE keeps its own demand, prices, seed and objectives"},
    {"candidate-set", "PATH=VALUE", true, "change a field of CANDIDATE only"},
    OPTIONS_SCENARIO,
    {0}};

const struct command command_compare = {
    .name = "compare",
    .operands = "BASE CANDIDATE",
    .operands_min = 2,
    .operands_max = 2,
    .summary = "Says what a change does and costs, and fails when a gate does.",
    .details =
        "BASE and CANDIDATE are each a scenario (a file, a folder, - for standard input) or a recorded run. Both run\n"
        "on the same random numbers, and seed, replications, demand, prices and objectives come from BASE. A\n"
        "difference within its noise is called noise and fails no gate; while a gate is undecided, or has failed on\n"
        "fewer than 8 replications, they double, to 64 at most. A scenario of several files is one whose Scenario\n"
        "includes them. Of several formats text goes to standard output, the others are compare.md, compare.json,\n"
        "junit.xml, bridge.csv and compare.html in the folder of -o. Exit status: 0 every gate holds or is undecided,\n"
        "1 one failed, 2 the input is wrong, 3 the system refused, 130 interrupted.\n",
    .options = options,
    .run = run,
};
