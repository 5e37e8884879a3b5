/* headroom run: simulates, records, prints a summary. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/gate_text.h"
#include "reports/report.h"
#include "sim/cli/commands.h"
#include "sim/cli/gates.h"
#include "sim/cli/work.h"
#include "sim/run/jobs.h"
#include "sim/run/plan.h"
#include "sim/run/store.h"

/* What the command holds while it runs. */
struct job {
    const struct arguments *arguments;
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
    struct replication_result *results;
    struct side side; /* what gates look at */
    const struct gate *gates;
    uint32_t gate_count;
    uint32_t workers;
    const char *path;
};

static void warn_without_nodes(struct job *j)
{
    const struct plan *plan = &j->plan;
    if (plan->pools.count + plan->nodes.count == 0 && plan->workloads.count > 0) {
        scenario_warn(
            &j->scenario, plan->workloads.at[0].object, "spec",
            "no node: the input has neither a NodePool nor Nodes, so no pod of anything runs (add a NodePool)");
    }
}

static bool read_scenario(struct job *j)
{
    struct scenario_input input = arguments_input(&j->arena, j->arguments);
    bool good = scenario_read(&j->arena, &j->names, &input, &j->problems, &j->scenario);
    good = good && plan_make(&j->scenario, &j->plan);
    if (good) {
        warn_without_nodes(j);
    }
    if (!good || !arguments_has(j->arguments, "quiet")) {
        problems_print(&j->problems, stderr);
    }
    if (good && !arguments_has(j->arguments, "quiet")) {
        work_count_mistakes(&j->scenario, &j->plan, "the input");
    }
    return good;
}

static bool read_gates(struct job *j)
{
    j->gates = gates_read(&j->arena, j->arguments, "gate", &j->gate_count);
    return j->gates != NULL;
}

static const char *default_path(struct job *j)
{
    return arena_format(&j->arena, "%s.db", j->scenario.name);
}

static bool simulate(struct job *j, struct store *store, uint32_t *finished, struct fail *fail)
{
    const struct plan *plan = &j->plan;
    struct jobs_options options = {.plans = &plan,
                                   .plan_count = 1,
                                   .replications = (uint32_t)j->scenario.spec.replications,
                                   .sink = store_sink(store)};
    work_options(&options, j->arguments, j->workers, j->scenario.name);
    j->results = memory_take(options.replications, sizeof *j->results);
    bool good = jobs_run(&options, j->results, finished, fail);
    work_clear_progress(&options);
    return good;
}

static int print_summary(struct job *j)
{
    struct buffer text = {0};
    struct fail fail = {0};
    bool good = report_make(j->path, REPORT_TEXT, ".", report_colours(), &text, &fail);
    if (good) {
        printf("%s\nrecorded in %s\n", buffer_string(&text), j->path);
    }
    buffer_drop(&text);
    return good ? EXIT_DONE : work_refuse(&fail);
}

/* Judges the gates, prints what they found, and says how the run ends. */
static int judge(struct job *j)
{
    struct buffer text = {0};
    struct gate_verdict *verdicts = TAKE(&j->arena, struct gate_verdict, j->gate_count);
    bool strict = arguments_has(j->arguments, "strict"), fails = false;
    for (uint32_t r = 0; r < (uint32_t)j->scenario.spec.replications; r++) {
        side_add(&j->side, r, j->results[r].figures);
    }
    side_settle(&j->side);
    for (uint32_t i = 0; i < j->gate_count; i++) {
        verdicts[i] = gate_judge(&j->gates[i], NULL, &j->side);
        fails = fails || verdicts[i].outcome == GATE_FAILED || (strict && verdicts[i].outcome == GATE_UNDECIDED);
    }
    gate_text_write(&text, j->gates, verdicts, j->gate_count, report_colours());
    printf("\n%s", buffer_string(&text));
    buffer_drop(&text);
    if (!arguments_has(j->arguments, "quiet")) {
        gates_warn(j->gates, verdicts, j->gate_count);
    }
    return fails ? EXIT_GATE_FAILED : EXIT_DONE;
}

static int run_job(struct job *j)
{
    struct fail fail = {0};
    if (!read_gates(j) || !read_scenario(j)) {
        return EXIT_INPUT;
    }
    side_of_plan(&j->side, &j->plan);
    if (!gates_check(j->gates, j->gate_count, NULL, &j->side)) {
        return EXIT_INPUT;
    }
    j->path = arguments_value(j->arguments, "o");
    j->path = j->path == NULL ? default_path(j) : j->path;
    work_catch_interrupts();
    memory_at_exhaustion(store_abandon);
    struct store *store = store_open(j->path, &j->plan, &fail);
    if (store == NULL) {
        return work_refuse(&fail);
    }
    uint32_t finished;
    bool complete = simulate(j, store, &finished, &fail);
    if (!complete && (fail.kind != FAIL_NONE || finished == 0)) {
        store_discard(store);
        return work_refuse(&fail);
    }
    if (!store_finish(store, j->results, finished, &fail)) {
        return work_refuse(&fail);
    }
    if (!complete) {
        fprintf(stderr, "headroom: interrupted; %" PRIu32 " of %" PRId64 " replications are recorded in %s\n", finished,
                j->scenario.spec.replications, j->path);
        return EXIT_INTERRUPTED;
    }
    int status = print_summary(j);
    return status == EXIT_DONE && j->gate_count > 0 ? judge(j) : status;
}

static void drop(struct job *j)
{
    for (int64_t i = 0; j->results != NULL && i < j->scenario.spec.replications; i++) {
        replication_drop(&j->results[i]);
    }
    free(j->results);
    side_drop(&j->side);
    plan_drop(&j->plan);
    scenario_drop(&j->scenario);
    problems_drop(&j->problems);
    names_drop(&j->names);
    arena_drop(&j->arena);
}

static int run(const struct arguments *arguments)
{
    struct fail fail = {0};
    uint32_t workers;
    if (!work_workers(arguments, &workers, &fail)) {
        return work_refuse(&fail);
    }
    struct job *j = memory_take(1, sizeof *j);
    j->arguments = arguments;
    j->workers = workers;
    j->arena = arena_make(1 << 20);
    j->names = names_make(&j->arena);
    j->problems = problems_make(&j->arena, &j->names);
    int status = run_job(j);
    drop(j);
    free(j);
    return status;
}

static const struct option options[] = {
    {"o", "RUN.db", false, "where to record; default: NAME.db of the scenario"},
    {"gate", "GATE", true, "what must not be: 'success < 99.9%'; `headroom help gates`"},
    {"strict", NULL, false, "an undecided gate fails, too"},
    OPTIONS_SCENARIO,
    {0}};

const struct command command_run = {
    .name = "run",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = UINT32_MAX,
    .summary = "Simulates the scenario, records it, and prints a summary.",
    .details = "The recorded run is an SQLite database; `headroom report` makes reports of it. Exit status: 0 done,\n"
               "1 a gate failed, 2 the input is wrong, 3 the system refused (disk, memory), 130 interrupted.\n",
    .options = options,
    .run = run,
};
