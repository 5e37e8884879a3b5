/* units.h -- times, durations, rates and shares as users write them.
 *
 * Each function takes a whole text and returns false, changing nothing, when it is not one. Numbers are decimal, with an
 * optional fraction and without exponent or sign.
 */
#ifndef SIM_SCENARIO_UNITS_H
#define SIM_SCENARIO_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"

#define UNITS_SECOND_NS INT64_C(1000000000)
#define UNITS_HOUR_NS (3600 * UNITS_SECOND_NS)
#define UNITS_MONTH_NS (730 * UNITS_HOUR_NS)

/* A duration: parts of number and unit (ns, us, ms, s, m, h, d, w), summed: 1h30m, 1.5h, 7d; also a bare 0. To the
 * nearest ns; false also when it is longer than UNITS_DURATION_MAX, so that sums of some pass no int64. */
bool units_duration(const char *text, int64_t *duration_ns) MUST_CHECK;
#define UNITS_DURATION_MAX "18300d"

/* Whether a text that units_duration does not take is a duration all the same, but longer than that. */
bool units_is_long(const char *text) MUST_CHECK;

/* An instant of RFC 3339, 2026-05-04T00:00:00Z or with an offset +02:00, from 1970 to 2261, as ns since 1970. */
bool units_time(const char *text, int64_t *since_1970_ns) MUST_CHECK;

/* A rate: number, optional k, M or G, a slash, and s, m (or min), h, d or w: 45/s, 3k/h. Per second. */
bool units_rate(const char *text, double *per_second) MUST_CHECK;

/* A share: 99.9% is 0.999; a bare number is the share itself. */
bool units_percent(const char *text, double *share) MUST_CHECK;

/* Growth that compounds: so much of itself in each period. */
struct growth {
    double share; /* 0.04: a period later there is 1.04 times as much; may be negative, above -1 */
    int64_t period_ns;
};

/* Growth: 4%/month (of 730 h), -2.5%/week, 60%/year (12 months), %/day. */
bool units_growth(const char *text, struct growth *growth) MUST_CHECK;

/* A fixed offset from UTC in seconds: UTC, Z, +02:00, -05:30. */
bool units_offset(const char *text, int32_t *offset_s) MUST_CHECK;

/* Writes a time as RFC 3339 in UTC, to the second. */
void units_time_print(char out[32], int64_t since_1970_ns);

/* Writes a duration in its largest whole parts: 1h30m, 22s, 15ms, 7d. */
void units_duration_print(char out[32], int64_t duration_ns);

#endif
