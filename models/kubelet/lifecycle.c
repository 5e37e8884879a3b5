#include "models/kubelet/lifecycle.h"

#define SECOND INT64_C(1000000000)
#define GRACE_MIN (2 * SECOND)

struct pod_behavior lifecycle_plain(void)
{
    return (struct pod_behavior){.stop_ns = SECOND, .run_ns = LIFECYCLE_NEVER, .crash_after_ns = LIFECYCLE_NEVER};
}

static int64_t later(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

static int64_t sooner(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* The first attempt at or after from_ns, of those at phase_ns, a period later, and so on. */
static int64_t attempt_after(const struct probe *p, int64_t phase_ns, int64_t from_ns)
{
    int64_t period = p->period_s * SECOND;
    return from_ns <= phase_ns ? phase_ns : phase_ns + (from_ns - phase_ns + period - 1) / period * period;
}

/* Attempts count from the initial delay on, and succeed from answers_ns on; enough of them in a row are a success. */
static int64_t succeeds_after(const struct probe *p, int64_t phase_ns, int64_t answers_ns)
{
    int64_t first = attempt_after(p, phase_ns, later(answers_ns, p->initial_delay_s * SECOND));
    return first + (p->success_threshold > 1 ? p->success_threshold - 1 : 0) * p->period_s * SECOND;
}

static int64_t startup_phase(const struct probe *p, int64_t seen_ns)
{
    int64_t period = p->period_s * SECOND;
    return (period - seen_ns % period) % period;
}

/* The last of the attempts that fail in a row. */
static int64_t gives_up_after(const struct container *c, int64_t seen_ns)
{
    const struct probe *p = &c->startup;
    int64_t first = attempt_after(p, startup_phase(p, seen_ns), p->initial_delay_s * SECOND);
    return first + (p->failure_threshold > 1 ? p->failure_threshold - 1 : 0) * p->period_s * SECOND;
}

static int64_t container_started_after(const struct container *c, const struct pod_behavior *b, int64_t seen_ns)
{
    if (!c->startup.present) {
        return 0;
    }
    int64_t success = succeeds_after(&c->startup, startup_phase(&c->startup, seen_ns), b->start_ns);
    return success <= gives_up_after(c, seen_ns) ? success : LIFECYCLE_NEVER;
}

static int64_t container_ready_after(const struct container *c, const struct pod_behavior *b, int64_t seen_ns)
{
    int64_t started = container_started_after(c, b, seen_ns);
    return !c->readiness.present || started == LIFECYCLE_NEVER ? started
                                                               : succeeds_after(&c->readiness, started, b->start_ns);
}

int64_t lifecycle_ready_after_ns(const struct pod_template *t, const struct pod_behavior *b, int64_t seen_ns)
{
    int64_t ready = b->never_ready ? LIFECYCLE_NEVER : 0;
    for (uint32_t i = 0; i < t->container_count; i++) {
        if (t->containers[i].role != CONTAINER_INIT) {
            ready = later(ready, container_ready_after(&t->containers[i], b, seen_ns));
        }
    }
    return ready;
}

int64_t lifecycle_crash_after_ns(const struct pod_template *t, const struct pod_behavior *b, int64_t seen_ns)
{
    int64_t crash = b->crash_after_ns;
    for (uint32_t i = 0; i < t->container_count; i++) {
        const struct container *c = &t->containers[i];
        if (c->role != CONTAINER_INIT && container_started_after(c, b, seen_ns) == LIFECYCLE_NEVER) {
            crash = sooner(crash, gives_up_after(c, seen_ns) + b->stop_ns);
        }
    }
    return crash;
}

int64_t lifecycle_stop_after_ns(const struct pod_behavior *b, int64_t grace_ns)
{
    return sooner(b->stop_ns, later(grace_ns, GRACE_MIN));
}
