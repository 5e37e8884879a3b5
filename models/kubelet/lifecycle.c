#include "models/kubelet/lifecycle.h"

#define SECOND INT64_C(1000000000)
#define CRASH_WAIT_BASE (10 * SECOND)
#define CRASH_WAIT_MAX (300 * SECOND)
#define GRACE_MIN (2 * SECOND)

struct pod_behavior lifecycle_plain(void)
{
    return (struct pod_behavior){.stop_ns = SECOND, .run_ns = LIFECYCLE_NEVER, .crash_after_ns = LIFECYCLE_NEVER};
}

static int64_t later(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

/* The attempt that publishes success: attempts come every period from the start, none counts before the initial delay,
 * and the application answers from answers_ns on. */
static int64_t succeeds_after(const struct probe *p, int64_t answers_ns)
{
    int64_t period = p->period_s * SECOND;
    int64_t from = later(answers_ns, p->initial_delay_s * SECOND);
    int64_t attempts = (from + period - 1) / period;
    return (attempts + (p->success_threshold > 1 ? p->success_threshold - 1 : 0)) * period;
}

static int64_t container_ready_after(const struct container *c, int64_t answers_ns)
{
    int64_t started = c->startup.present ? succeeds_after(&c->startup, answers_ns) : 0;
    return c->readiness.present ? later(started, succeeds_after(&c->readiness, answers_ns)) : started;
}

int64_t lifecycle_ready_after_ns(const struct pod_template *t, const struct pod_behavior *b)
{
    if (b->never_ready) {
        return LIFECYCLE_NEVER;
    }
    int64_t ready = 0;
    for (uint32_t i = 0; i < t->container_count; i++) {
        if (t->containers[i].role != CONTAINER_INIT) {
            ready = later(ready, container_ready_after(&t->containers[i], b->start_ns));
        }
    }
    return ready;
}

int64_t lifecycle_crash_wait_ns(int32_t crashes)
{
    if (crashes <= 1) {
        return 0;
    }
    int64_t wait = CRASH_WAIT_BASE;
    for (int32_t i = 2; i < crashes && wait < CRASH_WAIT_MAX; i++) {
        wait *= 2;
    }
    return wait < CRASH_WAIT_MAX ? wait : CRASH_WAIT_MAX;
}

int64_t lifecycle_stop_after_ns(const struct pod_behavior *b, int64_t grace_ns)
{
    int64_t grace = later(grace_ns, GRACE_MIN);
    return b->stop_ns < grace ? b->stop_ns : grace;
}
