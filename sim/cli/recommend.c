/* headroom recommend: right-sizing and cost, proved by simulating the result. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "reports/recommend.h"
#include "reports/recommend_files.h"
#include "reports/recommend_text.h"
#include "sim/cli/commands.h"
#include "sim/cli/work.h"

enum { PROOF_REPLICATIONS = 8, RUNS = 80, RUNS_MAX = 100000 };

struct job {
    const struct arguments *arguments;
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
    struct recommendation recommendation;
    struct recommend_options options;
};

/* The scenario is read once for each variant: what comes through a pipe is kept in a file that has no name. */
static bool keep_standard_input(const struct arguments *arguments, struct fail *fail)
{
    char bytes[65536];
    bool wanted = false;
    for (uint32_t i = 0; i < arguments->operands.count; i++) {
        wanted = wanted || (arguments->operands.at[i][0] == '-' && arguments->operands.at[i][1] == '\0');
    }
    FILE *kept = wanted ? tmpfile() : NULL;
    bool good = !wanted || kept != NULL;
    for (ssize_t count; wanted && good && (count = read(STDIN_FILENO, bytes, sizeof bytes)) != 0;) {
        good = count > 0 && fwrite(bytes, 1, (size_t)count, kept) == (size_t)count;
    }
    good = good && (!wanted || (fflush(kept) == 0 && dup2(fileno(kept), STDIN_FILENO) >= 0 &&
                                lseek(STDIN_FILENO, 0, SEEK_SET) == 0));
    if (kept != NULL) {
        fclose(kept);
    }
    return good || fail_set(fail, FAIL_SYSTEM, "-: standard input cannot be kept in a temporary file (see TMPDIR)");
}

static bool read_options(struct job *j, const struct scenario_input *input, struct fail *fail)
{
    int64_t runs = RUNS, replications = j->scenario.spec.replications;
    if (!arguments_number(j->arguments, "runs", 1, RUNS_MAX, &runs, fail)) {
        return false;
    }
    if (input->replications == NULL && replications < PROOF_REPLICATIONS) {
        replications = PROOF_REPLICATIONS;
    }
    j->options.full = arguments_has(j->arguments, "full");
    j->options.runs_max = (uint32_t)runs;
    j->options.replications = (uint32_t)(replications < 2 ? 2 : replications);
    return true;
}

static bool read_scenario(struct job *j, const struct scenario_input *input)
{
    bool good = scenario_read(&j->arena, &j->names, input, &j->problems, &j->scenario);
    good = good && plan_make(&j->scenario, &j->plan);
    if (!good || !arguments_has(j->arguments, "quiet")) {
        problems_print(&j->problems, stderr);
    }
    if (good && !arguments_has(j->arguments, "quiet")) {
        work_count_mistakes(&j->scenario, &j->plan, "the input");
    }
    return good;
}

static int print_result(const struct job *j)
{
    struct buffer text = {0};
    struct fail fail = {0};
    const char *folder = arguments_value(j->arguments, "o");
    bool good = folder == NULL || recommend_files_write(folder, &j->recommendation, &fail);
    if (good) {
        recommend_text_write(&text, &j->recommendation);
        fputs(buffer_string(&text), stdout);
    }
    if (good && folder != NULL) {
        printf("\n%s/recommendations.csv\n%s/recommendations.json\n%s/nodes.yaml\n%s/kustomize/kustomization.yaml\n"
               "%s/kustomize/patch.sh\n",
               folder, folder, folder, folder, folder);
    }
    buffer_drop(&text);
    return good ? EXIT_DONE : work_refuse(&fail);
}

static int run_job(struct job *j)
{
    struct fail fail = {0};
    uint32_t workers;
    struct jobs_options shown = {0};
    struct scenario_input input = arguments_input(&j->arena, j->arguments);
    if (!work_workers(j->arguments, &workers, &fail) || !keep_standard_input(j->arguments, &fail)) {
        return work_refuse(&fail);
    }
    if (!read_scenario(j, &input)) {
        return EXIT_INPUT;
    }
    if (!read_options(j, &input, &fail)) {
        return work_refuse(&fail);
    }
    work_catch_interrupts();
    work_options(&shown, j->arguments, workers, j->scenario.name);
    j->options.workers = shown.workers;
    j->options.cancelled = shown.cancelled;
    j->options.progress = shown.progress;
    j->options.progress_context = shown.progress_context;
    bool good = recommend_make(&j->recommendation, &j->arena, &j->plan, &input, &j->options, &fail);
    work_clear_progress(&shown);
    int status = good ? print_result(j) : work_refuse(&fail);
    recommend_drop(&j->recommendation);
    return status;
}

static int run(const struct arguments *arguments)
{
    struct job *j = memory_take(1, sizeof *j);
    j->arguments = arguments;
    j->arena = arena_make(1 << 20);
    j->names = names_make(&j->arena);
    j->problems = problems_make(&j->arena, &j->names);
    int status = run_job(j);
    plan_drop(&j->plan);
    scenario_drop(&j->scenario);
    problems_drop(&j->problems);
    names_drop(&j->names);
    arena_drop(&j->arena);
    free(j);
    return status;
}

static const struct option options[] = {{"o", "DIR", false, "where files are written; default: none are"},
                                        {"full", NULL, false, "requests may change by more than half in one step"},
                                        {"runs", "N", false, "runs that the search may simulate; default 80"},
                                        OPTIONS_SCENARIO,
                                        {0}};

const struct command command_recommend = {
    .name = "recommend",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = UINT32_MAX,
    .summary = "Finds what to change so that it costs less and holds, and proves it.",
    .details =
        "Requests, limits, autoscalers, sizes and machines are looked for together, by simulating candidates on the\n"
        "same random numbers; objectives must hold, and without any nothing may get worse. The result is proved on\n"
        "replications that the search did not see (--replications, default 8), with more demand, and with a zone\n"
        "out. Memory stays above any peak, with a margin; a request changes by half at most, unless --full; what is\n"
        "unknown is left alone, and so is what has the annotation headroom/skip: \"true\": a workload, an autoscaler or\n"
        "a NodePool. Savings are dollars of nodes. DIR gets recommendations.csv and .json, nodes.yaml (a FILE behind\n"
        "the scenario's), and kustomize/: a component of strategic merge patches, with patch.sh for kubectl.\n",
    .options = options,
    .run = run,
};
