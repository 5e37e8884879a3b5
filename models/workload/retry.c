#include "models/workload/retry.h"

#include <stdlib.h>

#define FIRST_NS INT64_C(5000000)
#define MOST_NS INT64_C(1000000000000)
#define DOUBLINGS 18 /* 5 ms doubled so often is above 1000 s */

void retry_drop(struct retries *r)
{
    VEC_DROP(&r->failures);
}

int64_t retry_delay_ns(struct retries *r, uint32_t id)
{
    while (r->failures.count <= id) {
        VEC_PUSH(&r->failures, 0);
    }
    int64_t delay_ns = FIRST_NS << r->failures.at[id];
    if (r->failures.at[id] < DOUBLINGS) {
        r->failures.at[id]++;
    }
    return delay_ns < MOST_NS ? delay_ns : MOST_NS;
}

void retry_forget(struct retries *r, uint32_t id)
{
    if (id < r->failures.count) {
        r->failures.at[id] = 0;
    }
}
