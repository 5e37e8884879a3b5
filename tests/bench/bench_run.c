/* Whole runs of the example scenario, in processor time of one thread. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/run/plan.h"
#include "sim/run/replication.h"
#include "sim/run/store.h"
#include "sim/scenario/scenario_read.h"
#include "tests/bench/bench.h"

#define SCENARIO "scenarios/bimride"

struct loaded {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
};

static struct loaded *load(void)
{
    static const char *const files[] = {SCENARIO};
    struct loaded *l = memory_take(1, sizeof *l);
    l->arena = arena_make(1 << 20);
    l->names = names_make(&l->arena);
    l->problems = problems_make(&l->arena, &l->names);
    struct scenario_input input = {.files = files, .file_count = 1};
    if (!scenario_read(&l->arena, &l->names, &input, &l->problems, &l->scenario) ||
        !plan_make(&l->scenario, &l->plan)) {
        fprintf(stderr, "bench: %s cannot be read; run it from the top of the project\n", SCENARIO);
        exit(2);
    }
    return l;
}

static void unload(struct loaded *l)
{
    plan_drop(&l->plan);
    scenario_drop(&l->scenario);
    problems_drop(&l->problems);
    names_drop(&l->names);
    arena_drop(&l->arena);
    free(l);
}

/* Seconds for one replication: the run, its pair without events, and with a path the recording. */
static double seconds_of(struct loaded *l, const char *path)
{
    struct fail fail = {0};
    struct replication_result result;
    struct store *store = NULL;
    double start = bench_seconds();
    if (path != NULL) {
        store = store_open(path, &l->plan, &fail);
    }
    struct replication_options options = {.seed = 1, .sink = store == NULL ? NULL : store_sink(store)};
    bool good = (path == NULL || store != NULL) && replication_run(&l->plan, &options, &result, &fail);
    good = good && (store == NULL || store_finish(store, &result, 1, &fail));
    if (!good) {
        fprintf(stderr, "bench: %s\n", fail.text);
        exit(3);
    }
    double seconds = bench_seconds() - start;
    replication_drop(&result);
    return seconds;
}

static const char *temporary_path(char *path, size_t size)
{
    snprintf(path, size, "%s/headroom-bench-%ld.db", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp",
             (long)getpid());
    return path;
}

static double week(double recorded)
{
    char path[256];
    struct loaded *l = load();
    double seconds = seconds_of(l, recorded > 0 ? temporary_path(path, sizeof path) : NULL);
    if (recorded > 0) {
        unlink(path);
    }
    unload(l);
    return seconds;
}

/* What of a recorded run is recording, in percent. */
static double recording_share(double scale)
{
    (void)scale;
    double with = week(1), without = week(0);
    return (with - without) / with * 100;
}

/* Reading, checking and compiling the scenario. */
static double read_ms(double scale)
{
    (void)scale;
    double start = bench_seconds();
    unload(load());
    return (bench_seconds() - start) * 1000;
}

const struct bench bench_run[] = {
    {"run/bimride-week", week, 1, "s", 1},
    {"run/bimride-week-not-recorded", week, 0, "s", 0},
    {"run/recording-share", recording_share, 0, "percent", 10},
    {"run/bimride-read", read_ms, 0, "ms", 0},
    {0},
};
