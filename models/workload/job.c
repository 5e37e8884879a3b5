#include "models/workload/job.h"

#include <stddef.h>

#define SECOND_NS INT64_C(1000000000)
#define BACKOFF_FIRST_NS (10 * SECOND_NS)
#define BACKOFF_MOST_NS (600 * SECOND_NS)

static int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static bool is_past_backoff_limit(const struct job_spec *spec, const struct job_state *state)
{
    if (state->failed > spec->backoff_limit) {
        return true;
    }
    return spec->restarts_in_place && state->restarts > 0 && state->restarts >= spec->backoff_limit;
}

static int64_t deadline_ns(const struct job_spec *spec, const struct job_state *state)
{
    bool has_one = spec->deadline_s >= 0 && !spec->suspended && state->start_ns != JOB_NEVER;
    return has_one ? state->start_ns + spec->deadline_s * SECOND_NS : JOB_NEVER;
}

static bool is_complete(const struct job_spec *spec, const struct job_state *state)
{
    if (spec->completions < 0) {
        return state->succeeded > 0 && state->active == 0;
    }
    return state->succeeded >= spec->completions;
}

static int32_t wanted(const struct job_spec *spec, const struct job_state *state)
{
    if (spec->suspended) {
        return 0;
    }
    if (spec->completions < 0) {
        return state->succeeded > 0 ? state->active : spec->parallelism;
    }
    return max32(0, min32(spec->completions - state->succeeded, spec->parallelism));
}

/* Sets how many pods to remove or create, and the end of the back-off if that is to be waited for. */
static void manage(const struct job_spec *spec, const struct job_state *state, int64_t now_ns, struct job_plan *plan)
{
    int32_t missing = wanted(spec, state) - state->active;
    if (missing <= 0) {
        plan->removes = min32(-missing, JOB_BURST);
        return;
    }
    int64_t again_ns = state->failures > 0 ? state->last_failure_ns + job_backoff_ns(state->failures) : now_ns;
    if (again_ns > now_ns) {
        plan->check_ns = again_ns < plan->check_ns ? again_ns : plan->check_ns;
    } else {
        plan->creates = min32(missing, JOB_BURST);
    }
}

struct job_plan job_sync(const struct job_spec *spec, const struct job_state *state, int64_t now_ns)
{
    struct job_plan plan = {.check_ns = JOB_NEVER};
    int64_t deadline = deadline_ns(spec, state);
    if (is_past_backoff_limit(spec, state)) {
        plan.end = JOB_BACKOFF_LIMIT_EXCEEDED;
    } else if (deadline != JOB_NEVER && now_ns >= deadline) {
        plan.end = JOB_DEADLINE_EXCEEDED;
    } else if (is_complete(spec, state)) {
        plan.end = JOB_COMPLETE;
    } else {
        plan.check_ns = deadline;
        manage(spec, state, now_ns, &plan);
    }
    if (plan.end != JOB_RUNS) {
        plan.removes = state->active;
    }
    return plan;
}

int64_t job_backoff_ns(int32_t failures)
{
    int64_t delay_ns = failures > 0 ? BACKOFF_FIRST_NS : 0;
    for (int32_t i = 1; i < failures && delay_ns < BACKOFF_MOST_NS; i++) {
        delay_ns *= 2;
    }
    return delay_ns < BACKOFF_MOST_NS ? delay_ns : BACKOFF_MOST_NS;
}

const char *job_reason(enum job_end end)
{
    static const char *const texts[] = {[JOB_COMPLETE] = "CompletionsReached",
                                        [JOB_BACKOFF_LIMIT_EXCEEDED] = "BackoffLimitExceeded",
                                        [JOB_DEADLINE_EXCEEDED] = "DeadlineExceeded"};
    return end == JOB_RUNS ? NULL : texts[end];
}
