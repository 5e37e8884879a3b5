/* bench.h -- what is measured beside its budget.
 *
 * A file bench_GROUP.c ends in `const struct bench bench_GROUP[]`, closed by a row without a name, and has its name in
 * the list in main.c. A measurement prepares, runs for some tenths of a second, and returns the figure; it is taken three
 * times and the best one stands. One that lacks what it needs says so on standard error and returns NAN: it is left out.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

struct bench {
    const char *name;                /* "core/hold-exponential-1e5" */
    double (*measure)(double scale); /* in unit */
    double scale;                    /* how much of it: pending events, servers, whatever the measurement takes */
    const char *unit;                /* "events/s", "ns": where it ends in /s more is better, else less */
    double budget;                   /* 0: none */
};

/* Processor time of this thread in seconds, from an arbitrary start. */
double bench_seconds(void);

/* Gives x to nobody, so that the compiler cannot leave out what made it. */
void bench_keep(double x);

#endif
