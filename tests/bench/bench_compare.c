/* A whole compare of the example scenario with a variant: processor time of all workers, for each of two. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "reports/compare.h"
#include "tests/bench/bench.h"

enum { WORKERS = 2 };

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double compare(double replications)
{
    static const char *const files[] = {"scenarios/bimride"};
    static const char *const sets[] = {"HorizontalPodAutoscaler/rides/pricing-api:spec.minReplicas=6"};
    char count[16];
    snprintf(count, sizeof count, "%d", (int)replications);
    struct pair_input input = {
        .base = {.files = files, .file_count = 1, .replications = count},
        .candidate = {.files = files, .file_count = 1, .replications = count, .sets = sets, .set_count = 1}};
    struct pair p;
    struct comparison c;
    struct fail fail = {0};
    struct jobs_options options = {.workers = WORKERS};
    double start = processor_seconds();
    if (!pair_open(&p, &input, &fail) || !compare_run(&p, NULL, 0, &options, &fail)) {
        fprintf(stderr, "bench: %s cannot be compared: %s\n", files[0], fail.text);
        exit(3);
    }
    compare_make(&c, &p, NULL, 0, false);
    bench_keep((double)c.rows.count);
    compare_drop(&c);
    pair_drop(&p);
    return (processor_seconds() - start) / WORKERS;
}

const struct bench bench_compare[] = {{"compare/bimride-8", compare, 8, "s", 10}, {0}};
