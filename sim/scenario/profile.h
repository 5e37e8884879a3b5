/* profile.h -- how a demand is spread over a week: factors of its mean, joined by straight lines, over and over.
 *
 * The mean over the period is 1, exactly but for rounding, so that a demand's rate is its mean over the week. A week
 * begins on Monday at 00:00 of the demand's own time zone. Only + - * / decide: the same bits on every processor.
 */
#ifndef SIM_SCENARIO_PROFILE_H
#define SIM_SCENARIO_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"

#define PROFILE_WEEK_NS (INT64_C(604800) * 1000000000)

struct profile_knot {
    int64_t at_ns; /* from the start of the period */
    double factor;
};

struct week_profile {
    int64_t period_ns;
    uint32_t count;                   /* at least 1 */
    const struct profile_knot *knots; /* [count] by time, the first at 0 or later, the last before period_ns */
};

/* The profile through knots [count] (copied into a), scaled to mean 1. False: there are none, they are not in order
 * within [0, period_ns), a factor is negative or not finite, or all are 0. */
bool profile_make(struct arena *a, int64_t period_ns, const struct profile_knot *knots, uint32_t count,
                  struct week_profile *profile, struct fail *fail) MUST_CHECK;

/* A week's profile from CSV text with columns `seconds` (from Monday 00:00) and `factor`. */
bool profile_read(struct arena *a, const char *file, const char *text, size_t length, struct week_profile *profile,
                  struct fail *fail) MUST_CHECK;

/* The profile that comes with the program by that name: data/demand/NAME.csv. An unknown name is a failure that says
 * which there are. */
bool profile_load(struct arena *a, const char *name, struct week_profile *profile, struct fail *fail) MUST_CHECK;

/* The factor at an instant, given as time from the start of any period; negative is before it. */
double profile_at(const struct week_profile *profile, int64_t into_ns);

#endif
