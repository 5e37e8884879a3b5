#include <criterion/criterion.h>

#include "models/hpa/replicas.h"

#define SECOND INT64_C(1000000000)

static const struct hpa_tolerance tenth = {0.1, 0.1};
static const struct hpa_request half_core = {.milli = 500};

static struct hpa_pod ready_pod(void)
{
    return (struct hpa_pod){
        .phase = POD_RUNNING, .ready = CONDITION_TRUE, .start_ns = -7203 * SECOND, .ready_since_ns = -7190 * SECOND};
}

static struct hpa_sample sample(int64_t usage_milli)
{
    return (struct hpa_sample){.usage_milli = usage_milli, .since_ns = -15 * SECOND, .request = &half_core};
}

static struct hpa_per_pod question(const struct hpa_pod *pods, const struct hpa_sample *samples, uint32_t count)
{
    return (struct hpa_per_pod){.pods = pods,
                                .samples = samples,
                                .count = count,
                                .cpu = true,
                                .now_ns = 11 * SECOND,
                                .cpu_initialization_ns = 300 * SECOND,
                                .initial_readiness_delay_ns = 30 * SECOND,
                                .tolerance = tenth,
                                .current = (int32_t)count};
}

/* Three pods use 3003m of 1500m requested: 200.2 %, cut to 200. At a target of 90 that is ceil(200 / 90 x 3) = 7; at 100 it
 * is ceil(2 x 3) = 6, where 200.2 % would give ceil(6.006) = 7. */
Test(replicas, cuts_utilization_to_whole_percent_before_it_takes_the_ratio)
{
    struct hpa_pod pods[3] = {ready_pod(), ready_pod(), ready_pod()};
    struct hpa_sample samples[3] = {sample(1001), sample(1001), sample(1001)};
    struct hpa_per_pod in = question(pods, samples, 3);
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert(hpa_utilization_replicas(&in, 90, &p, &problem));
    cr_assert_eq(p.replicas, 7);
    cr_assert(hpa_utilization_replicas(&in, 100, &p, &problem));
    cr_assert_eq(p.replicas, 6);
    cr_assert_eq(p.utilization, 200);
    cr_assert_eq(p.usage_milli, 1001);
}

/* Two pods at 730m, one without a sample; target 73 % of 500m = 365m: 1460 x 100 / 1000 = 146 %, ratio 2. The missing pod
 * counts as 0: 1460 x 100 / 1500 = 97 %, ratio 97 / 73 = 1.3288, ceil(1.3288 x 3) = 4 rather than 6. */
Test(replicas, takes_a_missing_pod_as_idle_before_it_scales_up)
{
    struct hpa_pod pods[3] = {ready_pod(), ready_pod(), ready_pod()};
    struct hpa_sample samples[3] = {sample(730), sample(730), sample(0)};
    samples[2].since_ns = TIME_UNSET;
    struct hpa_per_pod in = question(pods, samples, 3);
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert(hpa_utilization_replicas(&in, 73, &p, &problem));
    cr_assert_eq(p.replicas, 4);
    cr_assert_eq(p.utilization, 146);
}

/* 150m of 500m is 30 %: ratio 0.3. The missing pod counts as full, 500m: 650 x 100 / 1000 = 65 % of a target of 100, and
 * ceil(0.65 x 2) = 2: the size stays where without the missing pod one replica would do. */
Test(replicas, takes_a_missing_pod_as_full_before_it_scales_down)
{
    struct hpa_pod pods[2] = {ready_pod(), ready_pod()};
    struct hpa_sample samples[2] = {sample(150), sample(0)};
    samples[1].since_ns = TIME_UNSET;
    struct hpa_per_pod in = question(pods, samples, 2);
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert(hpa_utilization_replicas(&in, 100, &p, &problem));
    cr_assert_eq(p.replicas, 2);
}

/* A pod started 47 s ago and became ready 9 s ago, at 2 s. A sample whose window began a nanosecond before that is held
 * back. */
Test(replicas, holds_back_a_sample_whose_window_began_before_the_pod_was_ready)
{
    struct hpa_pod pods[1] = {ready_pod()};
    pods[0].start_ns = -36 * SECOND;
    pods[0].ready_since_ns = 2 * SECOND;
    struct hpa_sample samples[1] = {sample(450)};
    samples[0].since_ns = 2 * SECOND - 1;
    struct hpa_per_pod in = question(pods, samples, 1);
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert_not(hpa_utilization_replicas(&in, 50, &p, &problem));
    cr_assert_eq(problem.trouble, HPA_NO_POD_METRICS);
    samples[0].since_ns = 2 * SECOND;
    cr_assert(hpa_utilization_replicas(&in, 50, &p, &problem));
    cr_assert_eq(p.replicas, 2);
}

Test(replicas, says_which_container_requests_nothing)
{
    static const struct hpa_request none = {.problem = {.trouble = HPA_NO_REQUEST, .container = "app", .pod = "web-7"}};
    struct hpa_pod pods[1] = {ready_pod()};
    struct hpa_sample samples[1] = {sample(450)};
    samples[0].request = &none;
    struct hpa_per_pod in = question(pods, samples, 1);
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert_not(hpa_utilization_replicas(&in, 50, &p, &problem));
    cr_assert_eq(problem.trouble, HPA_NO_REQUEST);
    cr_assert_str_eq(problem.container, "app");
    cr_assert_str_eq(problem.pod, "web-7");
}

/* A sample of a pod that is gone: (2300 + 700) / 2 = 1500 against 1000, ratio 1.5; but only one pod is counted, and
 * ceil(1.5 x 1) = 2. */
Test(replicas, counts_the_sample_of_a_pod_that_is_gone_in_the_average)
{
    struct hpa_pod pods[1] = {ready_pod()};
    struct hpa_sample samples[1] = {sample(2300)};
    int64_t strays[1] = {700};
    struct hpa_per_pod in = question(pods, samples, 1);
    in.strays_milli = strays;
    in.stray_count = 1;
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert(hpa_average_replicas(&in, 1000, &p, &problem));
    cr_assert_eq(p.usage_milli, 1500);
    cr_assert_eq(p.replicas, 2);
}

/* Nothing runs and 0.3 of a target is asked for: ceil(0.3) = 1, whatever the tolerance. */
Test(replicas, starts_from_zero_on_any_value)
{
    struct hpa_proposal p;
    struct hpa_problem problem;
    cr_assert(hpa_value_replicas(NULL, 0, tenth, 0, 300, 1000, &p, &problem));
    cr_assert_eq(p.replicas, 1);
}

Test(replicas, a_container_without_the_resource_leaves_the_pod_without_a_sample)
{
    static const char app[] = "app", proxy[] = "proxy";
    struct hpa_container_usage usage[2] = {{app, true, 137}, {proxy, false, 0}};
    int64_t milli = 0;
    cr_assert_not(hpa_pod_usage(usage, 2, NULL, &milli));
    cr_assert(hpa_pod_usage(usage, 2, app, &milli));
    cr_assert_eq(milli, 137);
    cr_assert_not(hpa_pod_usage(NULL, 0, NULL, &milli));
}
