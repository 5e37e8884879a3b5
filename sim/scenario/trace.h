/* trace.h -- a demand that was measured: rates at times, joined by straight lines.
 *
 * CSV with the columns `time` (RFC 3339, or seconds from the start of the scenario) and `rate` (per second). Before the
 * first point and after the last the rate is that of the point.
 */
#ifndef SIM_SCENARIO_TRACE_H
#define SIM_SCENARIO_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"

struct trace_point {
    int64_t at_ns; /* since the scenario's start; may be negative */
    double rate_per_s;
};

struct trace {
    uint32_t count;                   /* at least 1 */
    const struct trace_point *points; /* [count], times rise */
    double mean_per_s;                /* from the first point to the last */
};

/* Reads length bytes of CSV text; start_ns: the scenario's start since 1970. False: it is no such table, is empty, its
 * times do not rise, or a rate is negative. */
bool trace_read(struct arena *a, const char *file, const char *text, size_t length, int64_t start_ns,
                struct trace *trace, struct fail *fail) MUST_CHECK;

/* The rate at an instant. */
double trace_at(const struct trace *trace, int64_t at_ns);

#endif
