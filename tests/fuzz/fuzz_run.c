/* Any bytes as a scenario; one that is fit to run and small runs to its end, whatever its numbers are. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/run/replication.h"
#include "sim/scenario/scenario_read.h"

#define PODS_MOST 300
#define NODES_MOST 60

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_small(const struct plan *plan)
{
    int64_t pods = 0, nodes = 0;
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        const struct workload_spec *spec = &plan->workloads.at[i].spec;
        pods += spec->replicas + (spec->job != NULL ? spec->job->replicas : 0);
    }
    for (uint32_t i = 0; i < plan->releases.count; i++) {
        pods += plan->releases.at[i].spec.replicas;
    }
    for (uint32_t i = 0; i < plan->hpas.count; i++) {
        pods += plan->hpas.at[i].spec.max;
    }
    for (uint32_t i = 0; i < plan->pools.count; i++) {
        nodes += plan->pools.at[i].nodes_max;
    }
    return pods <= PODS_MOST && nodes <= NODES_MOST;
}

static void run(const struct plan *plan)
{
    const struct replication_options options = {.seed = (uint64_t)plan->scenario->spec.seed, .number = 0};
    struct replication_result result;
    struct fail fail = {0};
    if (replication_run(plan, &options, &result, &fail)) {
        replication_drop(&result);
    } else {
        assert(fail.kind != FAIL_NONE);
    }
}

static void read_and_run(const char *path)
{
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct problems problems = problems_make(&a, &names);
    struct scenario_input input = {.files = &path, .file_count = 1, .replications = "1", .duration = "20m"};
    struct scenario scenario;
    if (scenario_read(&a, &names, &input, &problems, &scenario)) {
        struct plan plan;
        if (plan_make(&scenario, &plan) && is_small(&plan)) {
            run(&plan);
        }
        plan_drop(&plan);
    }
    scenario_drop(&scenario);
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/headroom-fuzz-run-%ld.yaml", (long)getpid());
    FILE *file = fopen(path, "wb");
    assert(file != NULL);
    fwrite(data, 1, size, file);
    fclose(file);
    read_and_run(path);
    unlink(path);
    return 0;
}
