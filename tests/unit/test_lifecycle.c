#include <criterion/criterion.h>

#include "models/kubelet/lifecycle.h"

#define SECOND INT64_C(1000000000)

static struct container container_with(struct probe startup, struct probe readiness)
{
    return (struct container){.name = "app", .role = CONTAINER_APP, .startup = startup, .readiness = readiness};
}

static int64_t ready_after(struct container c, int64_t start_ns)
{
    struct pod_template t = {.containers = &c, .container_count = 1};
    struct pod_behavior b = lifecycle_plain();
    b.start_ns = start_ns;
    return lifecycle_ready_after_ns(&t, &b, 0);
}

/* Attempts at 0, 7, 14, 21 ...: the application answers from 16.3 s on, so the first success is at 21 s; with
 * successThreshold 3 the third is at 35 s. An initial delay of 23 s moves the first to 28 s. */
Test(lifecycle, a_pod_is_ready_at_the_first_attempt_that_finds_it_answering)
{
    struct probe none = {0};
    struct probe p = {.present = true, .period_s = 7, .success_threshold = 1};
    cr_assert_eq(ready_after(container_with(none, p), 16300 * SECOND / 1000), 21 * SECOND);
    p.success_threshold = 3;
    cr_assert_eq(ready_after(container_with(none, p), 16300 * SECOND / 1000), 35 * SECOND);
    p.success_threshold = 1;
    p.initial_delay_s = 23;
    cr_assert_eq(ready_after(container_with(none, p), 16300 * SECOND / 1000), 28 * SECOND);
}

/* Startup attempts every 11 s succeed at 22 s; readiness attempts every 4 s would have at 20 s: the later counts. */
Test(lifecycle, readiness_waits_for_the_startup_probe)
{
    struct probe startup = {.present = true, .period_s = 11, .success_threshold = 1, .failure_threshold = 30};
    struct probe readiness = {.present = true, .period_s = 4, .success_threshold = 1};
    cr_assert_eq(ready_after(container_with(startup, readiness), 16300 * SECOND / 1000), 22 * SECOND);
}

/* Startup succeeds at 22 s; from there on readiness is tried at 22, 26, 30 s: three in a row. */
Test(lifecycle, readiness_attempts_count_from_the_startup_probes_success)
{
    struct probe startup = {.present = true, .period_s = 11, .success_threshold = 1, .failure_threshold = 30};
    struct probe readiness = {.present = true, .period_s = 4, .success_threshold = 3};
    cr_assert_eq(ready_after(container_with(startup, readiness), 16300 * SECOND / 1000), 30 * SECOND);
}

/* The kubelet saw the pod 9.7 s before its containers ran, so attempts lie at 0.3, 10.3, 20.3 s: the third and last is
 * too early for an application that answers at 22 s. It is killed then, and gone a second later. One more attempt at
 * 30.3 s would do. */
Test(lifecycle, a_startup_probe_that_gives_up_ends_the_container)
{
    struct container c =
        container_with((struct probe){.present = true, .period_s = 10, .success_threshold = 1, .failure_threshold = 3},
                       (struct probe){0});
    struct pod_template t = {.containers = &c, .container_count = 1};
    struct pod_behavior b = lifecycle_plain();
    b.start_ns = 22 * SECOND;
    cr_assert_eq(lifecycle_ready_after_ns(&t, &b, 9700 * SECOND / 1000), LIFECYCLE_NEVER);
    cr_assert_eq(lifecycle_crash_after_ns(&t, &b, 9700 * SECOND / 1000), 21300 * SECOND / 1000);
    c.startup.failure_threshold = 4;
    cr_assert_eq(lifecycle_ready_after_ns(&t, &b, 9700 * SECOND / 1000), 30300 * SECOND / 1000);
    cr_assert_eq(lifecycle_crash_after_ns(&t, &b, 9700 * SECOND / 1000), LIFECYCLE_NEVER);
}

Test(lifecycle, without_a_probe_a_container_is_ready_as_soon_as_it_runs)
{
    struct probe none = {0};
    cr_assert_eq(ready_after(container_with(none, none), 16300 * SECOND / 1000), 0);
}

/* The application would need 41 s: it is killed after its grace of 30 s; a grace of 1 s is 2 s. */
Test(lifecycle, an_application_ends_within_its_grace_period)
{
    struct pod_behavior b = lifecycle_plain();
    b.stop_ns = 41 * SECOND;
    cr_assert_eq(lifecycle_stop_after_ns(&b, 30 * SECOND), 30 * SECOND);
    cr_assert_eq(lifecycle_stop_after_ns(&b, 1 * SECOND), 2 * SECOND);
}
