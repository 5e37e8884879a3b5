/* call.h -- what a call to another service costs the caller: time, attempts, failures.
 *
 * A call gives up after its timeout and is tried again at once, so many times. What was given up on is still worked
 * off by the callee (it is not told), so a slow service gets more to do: that is how retries turn an overload into an
 * outage. Attempts are taken as independent.
 */
#ifndef MODELS_SERVICE_CALL_H
#define MODELS_SERVICE_CALL_H

#include <stdint.h>

#include "models/service/latency.h"

struct call_terms {
    double per;       /* calls for each request of the caller */
    double timeout_s; /* of one attempt; INFINITY: none */
    int32_t retries;  /* further attempts */
};

#define CALL_LEVELS 3 /* p50, p95, p99 */
extern const double call_levels[CALL_LEVELS];

/* How a service answers, with all that it calls. */
struct call_answer {
    double mean_s;
    double quantile_s[CALL_LEVELS];
    double failing;               /* share of requests that are refused, or answered with an error */
    const struct latency *spread; /* of its own part; null: it answers in mean_s */
    double beside_s;              /* mean time of the calls that it makes, which `spread` leaves out */
};

/* The share of requests that take longer than time_s. */
double call_answer_tail(const struct call_answer *answer, double time_s);

/* The share of attempts that fail, by an error or by the timeout. */
double call_failure(const struct call_terms *terms, const struct call_answer *answer);

/* Attempts for each call, when a share `failure` of them fails. */
double call_attempts(const struct call_terms *terms, double failure);

/* The share of the caller's requests for which a call fails in the end. */
double call_error(const struct call_terms *terms, double failure);

/* The mean time that a request of the caller spends in its calls, one after the other. */
double call_mean_s(const struct call_terms *terms, const struct call_answer *answer, double failure);

/* The time of one call, attempts and all, that a share `level` stays below. */
double call_quantile_s(const struct call_terms *terms, const struct call_answer *answer, double failure, double level);

#endif
