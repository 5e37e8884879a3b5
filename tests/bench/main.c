/* build/bench [--json] [NAME...] -- prints `name value unit budget` a line; NAME may hold * and ?. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "tests/bench/bench.h"

/* Every group, a file bench_GROUP.c each. */
#define GROUPS(GROUP)                                                                                                  \
    GROUP(base) GROUP(core) GROUP(load) GROUP(scheduler) GROUP(queue) GROUP(openb) GROUP(run) GROUP(compare)

#define DECLARE(name) extern const struct bench bench_##name[];
GROUPS(DECLARE)

#define ROW(name) bench_##name,
static const struct bench *const groups[] = {GROUPS(ROW) NULL};

double bench_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void bench_keep(double x)
{
    __asm__ volatile("" : : "m"(x) : "memory");
}

static bool more_is_better(const struct bench *b)
{
    size_t length = strlen(b->unit);
    return length >= 2 && strcmp(b->unit + length - 2, "/s") == 0;
}

static double best_of_three(const struct bench *b)
{
    double best = b->measure(b->scale);
    for (int i = 1; i < 3 && !isnan(best); i++) {
        double again = b->measure(b->scale);
        best = (again > best) == more_is_better(b) ? again : best;
    }
    return best;
}

static bool is_wanted(const struct bench *b, int count, char **names)
{
    for (int i = 0; i < count; i++) {
        if (fnmatch(names[i], b->name, 0) == 0) {
            return true;
        }
    }
    return count == 0;
}

static void report_line(const struct bench *b, double value)
{
    printf("%-30s %12.4g %-9s ", b->name, value, b->unit);
    if (b->budget > 0) {
        printf("%g\n", b->budget);
    } else {
        printf("-\n");
    }
    fflush(stdout);
}

static void report_json(struct json_writer *w, const struct bench *b, double value)
{
    json_begin_map(w);
    json_key(w, "name");
    json_text(w, b->name);
    json_key(w, "value");
    json_double(w, value);
    json_key(w, "unit");
    json_text(w, b->unit);
    json_key(w, "budget");
    json_double(w, b->budget);
    json_end_map(w);
}

static int run(bool json, int count, char **names)
{
    struct buffer out = {0};
    struct json_writer w = {.out = &out};
    int measured = 0;
    json_begin_list(&w);
    for (const struct bench *const *group = groups; *group != NULL; group++) {
        for (const struct bench *b = *group; b->name != NULL; b++) {
            if (!is_wanted(b, count, names)) {
                continue;
            }
            measured++;
            double value = best_of_three(b);
            if (isnan(value)) {
                continue;
            }
            if (json) {
                report_json(&w, b, value);
            } else {
                report_line(b, value);
            }
        }
    }
    json_end_list(&w);
    if (json) {
        printf("%s\n", buffer_string(&out));
    }
    buffer_drop(&out);
    return measured;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    int first = json ? 2 : 1;
    if (first < argc && argv[first][0] == '-') {
        fprintf(stderr, "usage: bench [--json] [NAME...]\n");
        return 2;
    }
    if (run(json, argc - first, argv + first) == 0) {
        fprintf(stderr, "bench: nothing is measured under that name\n");
        return 2;
    }
    return 0;
}
