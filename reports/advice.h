/* advice.h -- how much a container should ask for, and what must change with it: pure functions.
 *
 * Requests follow use as the Vertical Pod Autoscaler and KRR take it, a percentile of cpu and the peak of memory, each
 * with a margin; whether that is right is then found out by simulating it (search.h).
 *
 * Source: reference/rightsizing-and-cost.md, 1.5 (margin 15 %) and 2 (p95 of cpu, peak of memory, 10m at least).
 */
#ifndef REPORTS_ADVICE_H
#define REPORTS_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/value.h"

#define ADVICE_MARGIN 0.15
#define ADVICE_MEMORY_MARGIN 0.25    /* what is set; ADVICE_MARGIN of it must be left at any peak that is seen later */
#define ADVICE_STEP 0.5              /* a request changes by this share of itself at most */
#define ADVICE_TRIFLE 0.05           /* a request that is so near is right */
#define ADVICE_THROTTLED_LEAST 0.002 /* of the time: less is nothing to speak of */
#define ADVICE_DOWN_WINDOW_S 300     /* stabilization on the way down: what Kubernetes takes where nothing is said */

/* Up to the next amount that people write: whole 5m below 100m, 10m below a core, 50m from there on; at least 10m. */
int64_t advice_round_mcpu(double mcpu);

/* Up to the next whole MiB, from 1 GiB on to the next 32 MiB; at least 16 MiB. */
int64_t advice_round_bytes(double bytes);

/* Use with the margin, rounded up. */
int64_t advice_cpu(double used_mcpu);
int64_t advice_memory(double most_bytes);

/* wanted, but no further than ADVICE_STEP from now: rounded towards now, so that the step is never larger. full, or now
 * 0 or less (nothing is asked for today): wanted. */
int64_t advice_step_mcpu(int64_t now_mcpu, int64_t wanted_mcpu, bool full);
int64_t advice_step_bytes(int64_t now_bytes, int64_t wanted_bytes, bool full);

/* The utilization target, percent of a request, that asks for the same use of each pod after the request has changed: to
 * the nearest, at least 1. */
int64_t advice_target(int64_t target, int64_t request, int64_t new_request);

/* The part of what an objective allows to go wrong that did: 0.4 for 99.96 % achieved of 99.9 % wanted. Where nothing may:
 * 0 when nothing did, else infinity. */
double advice_budget_used(double achieved, double wanted);

/* Where a container says how large its heap is (-Xmx in its command, arguments or environment, as JAVA_OPTS): the memory
 * that it uses follows that, not the request. */
bool advice_fixes_heap(const struct value *container);

/* A machine that could be had. */
struct advice_offer {
    double mcpu;
    double bytes;
    double usd_per_hour;
};

/* The least that mcpu and bytes cost an hour, if machines of any of the offers could be had in fractions and filled to the
 * brim: the linear program over at most two offers. No cluster of these can be cheaper. 0 without offers. */
double advice_least_usd(const struct advice_offer *offers, size_t count, double mcpu, double bytes);

#endif
