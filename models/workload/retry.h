/* retry.h -- when a controller comes back to a key whose sync failed: 5 ms, doubled with each failure in a row, at most
 * 1000 s.
 *
 * The other half of the real limiter, a bucket of 10 retries a second for the whole controller, is left out: it is met
 * only when a hundred keys fail at a time.
 *
 * Source: client-go v0.36, util/workqueue/default_rate_limiters.go.
 */
#ifndef MODELS_WORKLOAD_RETRY_H
#define MODELS_WORKLOAD_RETRY_H

#include <stdint.h>

#include "sim/base/memory.h"

/* Failures in a row by key. Zero: none. */
struct retries {
    VEC(uint8_t) failures;
};

void retry_drop(struct retries *r);

/* Counts a failure of key id; returns how long the controller waits. */
int64_t retry_delay_ns(struct retries *r, uint32_t id);

/* A sync of key id went well, or the key is gone. */
void retry_forget(struct retries *r, uint32_t id);

#endif
