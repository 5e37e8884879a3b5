#include <criterion/criterion.h>
#include <math.h>

#include "models/service/pod_load.h"
#include "models/service/serving.h"

#define MS INT64_C(1000000)

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.12g is not %.12g", got, wanted);
}

/* 9 ms of processor and 15 ms of wait. 2.5 cores bear 277.8/s; 32 slots of 24 ms 1333/s, 5 slots 208/s. A slow
 * dependency that holds slots for 200 ms more makes 32 of them bear 142.9/s. */
Test(pod_load, the_scarcer_of_processors_and_slots_is_the_queue)
{
    struct pod_work work = {
        .cpu_s = 0.009, .wait_s = 0.015, .variance_s2 = 1e-4, .concurrency = 32, .backlog = INFINITY};
    struct pod_station station;
    pod_station(&work, 2.5, 1, 0, &station);
    cr_assert_not(station.slots);
    expect_close(station.servers / station.service_s, 277.7778, 1e-6);
    expect_close(station.outside_s, 0.015, 1e-12);
    pod_station(&work, 2.5, 1, 0.2, &station);
    cr_assert(station.slots);
    expect_close(station.servers / station.service_s, 32 / 0.224, 1e-12);
    expect_close(station.cs2, 1e-4 / (0.224 * 0.224), 1e-12);
    work.concurrency = 5;
    work.backlog = 7;
    pod_station(&work, 2.5, 1, 0, &station);
    cr_assert(station.slots);
    expect_close(station.servers / station.service_s, 5 / 0.024, 1e-12);
    cr_assert_eq(station.bound, 12);
}

/* At 40 % of its cores a request's processor time is 22.5 ms. */
Test(pod_load, a_short_node_slows_processors_down)
{
    struct pod_work work = {.cpu_s = 0.009, .concurrency = INFINITY, .backlog = INFINITY};
    struct pod_station station;
    pod_station(&work, 0.2, 0.4, 0, &station);
    expect_close(station.service_s, 0.0225, 1e-12);
    expect_close(station.servers, 0.2, 1e-12);
    expect_close(pod_cores(&work, 200, 4000), 0.2, 1e-12);
    expect_close(pod_cores(&work, -1, 4000), 4, 1e-12);
    work.concurrency = 3;
    expect_close(pod_cores(&work, -1, 4000), 3, 1e-12);
}

Test(pod_load, a_limit_withholds_what_is_beyond_it)
{
    expect_close(pod_throttled(1250, 500), 0.6, 1e-12);
    cr_assert_eq(pod_throttled(499, 500), 0);
}

static const struct object thing = {.kind = "ServiceModel", .namespace = "shop", .name = "api"};

/* 9 ms exponential (81 ms^2) and a lognormal of 15 ms with p99 80 ms (about 270 ms^2): both matter, so one lognormal
 * of 24 ms. With a processor time that is always the same, that is the fixed part. */
Test(pod_load, a_service_model_becomes_a_fixed_and_a_random_part)
{
    struct service_request request = {
        .cpu_ns = 9 * MS,
        .variation = 1,
        .wait = {.distribution = WAIT_LOGNORMAL, .mean_ns = 15 * MS, .p99_ns = 80 * MS},
        .concurrency = 32,
        .timeout_ns = 500 * MS,
    };
    struct service_model model = {.object = &thing, .request = &request, .start = {.cpu_mcpu = 800}};
    struct serving serving;
    serving_make(&model, 1, 0, &serving);
    cr_assert_eq(serving.shape.kind, LATENCY_LOGNORMAL);
    expect_close(serving.random_s, 0.024, 1e-12);
    expect_close(serving.shape.cs2, serving.work.variance_s2 / (0.024 * 0.024), 1e-9);
    expect_close(serving.timeout_s, 0.5, 1e-12);
    cr_assert_eq(serving.start_mcpu, 800);
    cr_assert_eq(serving.work.backlog, INFINITY);
    request.variation = 0;
    serving_make(&model, 1, 0, &serving);
    expect_close(serving.fixed_s, 0.009, 1e-12);
    expect_close(serving.random_s, 0.015, 1e-12);
    request.wait = (struct request_wait){.distribution = WAIT_FIXED, .mean_ns = 15 * MS};
    serving_make(&model, 1, 0, &serving);
    cr_assert_eq(serving.shape.kind, LATENCY_FIXED);
    expect_close(serving.fixed_s, 0.024, 1e-12);
}

/* 120 ms to the first token, 99 more of 8 ms: 912 ms in one of 4 slots. A Job's 90 s of processor time in 120 s: 750m.
 * */
Test(pod_load, inference_holds_slots_and_batch_uses_evenly)
{
    struct service_inference inference = {
        .first_ns = 120 * MS, .per_token_ns = 8 * MS, .tokens = 100, .slots = 4, .used_mcpu = 3500};
    struct service_model model = {.object = &thing, .inference = &inference};
    struct serving serving;
    serving_make(&model, 1, 0, &serving);
    struct pod_station station;
    pod_station(&serving.work, pod_cores(&serving.work, -1, 8000), 1, 0, &station);
    expect_close(station.servers / station.service_s, 4 / 0.912, 1e-12);
    expect_close(serving.fixed_s + serving.random_s, 0.912, 1e-12);
    struct service_batch batch = {.cpu_ns = 90000 * MS};
    model = (struct service_model){.object = &thing, .batch = &batch};
    serving_make(&model, 1, 0, &serving);
    cr_assert_eq(serving.kind, SERVING_CONSTANT);
    cr_assert_eq(serving_constant_mcpu(&serving, 120000 * MS), 750);
}

/* 180 MiB and 12 of the 700 messages at 1.5 MiB each: the others wait with the broker. Requests all lie in the pod. */
Test(pod_load, a_stream_pod_holds_no_more_messages_than_it_works_on)
{
    struct pod_work work = {.concurrency = 12,
                            .pooled = true,
                            .base_memory_bytes = INT64_C(180) << 20,
                            .request_memory_bytes = 1.5 * (1 << 20)};
    cr_assert_eq(pod_used_memory_bytes(&work, 700), INT64_C(198) << 20);
    work.pooled = false;
    cr_assert_eq(pod_used_memory_bytes(&work, 700), INT64_C(1230) << 20);
}
