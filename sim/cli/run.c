/* headroom run: simulates, records, prints a summary. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/report.h"
#include "sim/cli/commands.h"
#include "sim/run/jobs.h"
#include "sim/run/plan.h"
#include "sim/run/store.h"

#define WORKERS_MAX 256
#define BAR 40

/* Set by SIGINT and SIGTERM; workers look at it after each step. */
static atomic_bool interrupted;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void show_progress(void *context, double share)
{
    const char *name = context;
    int full = (int)(share * BAR);
    fprintf(stderr, "\r%s [%.*s%*s] %3.0f %%", name, full, "########################################", BAR - full, "",
            share * 100);
}

static void clear_progress(void)
{
    fputs("\r\033[K", stderr);
}

/* What the command holds while it runs. */
struct job {
    const struct arguments *arguments;
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
    struct replication_result *results;
    int64_t workers;
    const char *path;
};

static bool read_scenario(struct job *j)
{
    struct scenario_input input = arguments_input(&j->arena, j->arguments);
    bool good = scenario_read(&j->arena, &j->names, &input, &j->problems, &j->scenario);
    good = good && plan_make(&j->scenario, &j->plan);
    if (!good || !arguments_has(j->arguments, "quiet")) {
        problems_print(&j->problems, stderr);
    }
    return good;
}

static const char *default_path(struct job *j)
{
    return arena_format(&j->arena, "%s.db", j->scenario.name);
}

static bool simulate(struct job *j, struct store *store, uint32_t *finished, struct fail *fail)
{
    bool shows = isatty(STDERR_FILENO) && !arguments_has(j->arguments, "quiet");
    const struct plan *plan = &j->plan;
    struct jobs_options options = {.plans = &plan,
                                   .plan_count = 1,
                                   .replications = (uint32_t)j->scenario.spec.replications,
                                   .workers = (uint32_t)j->workers,
                                   .sink = store_sink(store),
                                   .cancelled = &interrupted,
                                   .progress = shows ? show_progress : NULL,
                                   .progress_context = (void *)(uintptr_t)j->scenario.name};
    j->results = memory_take(options.replications, sizeof *j->results);
    bool good = jobs_run(&options, j->results, finished, fail);
    if (shows) {
        clear_progress();
    }
    return good;
}

static int refuse(const struct fail *fail)
{
    if (atomic_load(&interrupted)) {
        fputs("headroom: interrupted (nothing was written)\n", stderr);
        return EXIT_INTERRUPTED;
    }
    fprintf(stderr, "headroom: %s\n", fail->text);
    return fail->kind == FAIL_INPUT ? EXIT_INPUT : EXIT_REFUSED;
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
    return good ? EXIT_DONE : refuse(&fail);
}

static int run_job(struct job *j)
{
    struct fail fail = {0};
    if (!read_scenario(j)) {
        return EXIT_INPUT;
    }
    j->path = arguments_value(j->arguments, "o");
    j->path = j->path == NULL ? default_path(j) : j->path;
    catch_signals();
    memory_at_exhaustion(store_abandon);
    struct store *store = store_open(j->path, &j->plan, &fail);
    if (store == NULL) {
        return refuse(&fail);
    }
    uint32_t finished;
    bool complete = simulate(j, store, &finished, &fail);
    if (!complete && (fail.kind != FAIL_NONE || finished == 0)) {
        store_discard(store);
        return refuse(&fail);
    }
    if (!store_finish(store, j->results, finished, &fail)) {
        return refuse(&fail);
    }
    if (!complete) {
        fprintf(stderr, "headroom: interrupted; %" PRIu32 " of %" PRId64 " replications are recorded in %s\n", finished,
                j->scenario.spec.replications, j->path);
        return EXIT_INTERRUPTED;
    }
    return print_summary(j);
}

static void drop(struct job *j)
{
    for (int64_t i = 0; j->results != NULL && i < j->scenario.spec.replications; i++) {
        replication_drop(&j->results[i]);
    }
    free(j->results);
    plan_drop(&j->plan);
    scenario_drop(&j->scenario);
    problems_drop(&j->problems);
    names_drop(&j->names);
    arena_drop(&j->arena);
}

/* As many as there are processors, unless the option says otherwise. */
static bool read_workers(const struct arguments *arguments, int64_t *workers, struct fail *fail)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *workers = processors < 1 ? 1 : processors > WORKERS_MAX ? WORKERS_MAX : processors;
    return arguments_number(arguments, "workers", 1, WORKERS_MAX, workers, fail);
}

static int run(const struct arguments *arguments)
{
    struct fail fail = {0};
    int64_t workers;
    if (!read_workers(arguments, &workers, &fail)) {
        return refuse(&fail);
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
    {"o", "RUN.db", false, "where to record; default: NAME.db of the scenario"}, OPTIONS_SCENARIO, {0}};

const struct command command_run = {
    .name = "run",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = UINT32_MAX,
    .summary = "Simulates the scenario, records it, and prints a summary.",
    .details = "The recorded run is an SQLite database; `headroom report` makes reports of it. Exit status: 0 done,\n"
               "2 the input is wrong, 3 the system refused (disk, memory), 130 interrupted.\n",
    .options = options,
    .run = run,
};
