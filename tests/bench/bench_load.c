#include "tests/bench/bench.h"

#include <math.h>
#include <stddef.h>

#include "models/service/fleet.h"

static struct queue_curves curves_in(struct arena *arena)
{
    *arena = arena_make(1 << 16);
    return queue_curves_make(arena);
}

/* A queue of 2.5 servers of 9 ms, in steps of 15 s under a load that moves by scale of itself from step to step. */
static double queue_steps(double scale)
{
    enum { COUNT = 4000000 };
    struct arena arena;
    struct queue_curves curves = curves_in(&arena);
    const struct queue_curve *curve = queue_curve(&curves, 2.5, 1);
    struct queue queue = {0};
    struct queue_step step;
    double sum = 0, start = bench_seconds();
    for (int i = 0; i < COUNT; i++) {
        double rate_hz = 2.5 / 0.009 * (0.6 + scale * ((i * 37 & 255) / 255.0 - 0.5));
        queue_advance(&queue, curve, rate_hz, 0.009, INFINITY, 15, &step);
        sum += step.served;
    }
    double end = bench_seconds();
    bench_keep(sum);
    queue_curves_drop(&curves);
    arena_drop(&arena);
    return (end - start) * 1e9 / COUNT;
}

/* p50, p95 and p99 of a lognormal service behind a queue. */
static double three_quantiles(double scale)
{
    enum { COUNT = 1000000 };
    struct latency_shape shape;
    struct latency latency;
    latency_shape_make(LATENCY_LOGNORMAL, scale, &shape);
    double sum = 0, start = bench_seconds();
    for (int i = 0; i < COUNT; i++) {
        struct queue_wait wait = {0.3, 0, 0.001 * (1 + (i & 63))};
        latency_make(&latency, &shape, 0.009, 0.015, &wait);
        sum += latency_quantile(&latency, 0.5) + latency_quantile(&latency, 0.95) + latency_quantile(&latency, 0.99);
    }
    double end = bench_seconds();
    bench_keep(sum);
    return (end - start) * 1e9 / COUNT;
}

/* The curve of so many servers. */
static double one_curve(double scale)
{
    enum { COUNT = 20 };
    double sum = 0, start = bench_seconds();
    for (int i = 0; i < COUNT; i++) {
        struct arena arena;
        struct queue_curves curves = curves_in(&arena);
        sum += queue_curve(&curves, scale, 1)->node[100].flow;
        queue_curves_drop(&curves);
        arena_drop(&arena);
    }
    double end = bench_seconds();
    bench_keep(sum);
    return (end - start) * 1e6 / COUNT;
}

/* A step of a service with one cohort of pods and a load that moves by 1 %, its answer included. */
static double service_steps(double scale)
{
    enum { COUNT = 1000000 };
    static const struct service_request request = {
        .cpu_ns = 9000000,
        .variation = 1,
        .wait = {.distribution = WAIT_LOGNORMAL, .mean_ns = 15000000, .p99_ns = 80000000},
        .concurrency = 32};
    static const struct object object = {.kind = "ServiceModel", .namespace = "shop", .name = "api"};
    struct service_request mine = request;
    const struct service_model model = {.object = &object, .request = &mine};
    struct arena arena;
    struct queue_curves curves = curves_in(&arena);
    struct serving serving;
    serving_make(&model, 1, 0, &serving);
    struct fleet fleet = {.serving = &serving};
    struct fleet_flow flow;
    for (uint32_t i = 0; i < (uint32_t)scale; i++) {
        fleet_join(&fleet, &(struct cohort_key){.serving = &serving, .cores = 1, .node = COHORT_ANY_NODE}, i,
                   (struct queue){0});
    }
    double sum = 0, start = bench_seconds();
    for (int i = 0; i < COUNT; i++) {
        double rate_hz = 60 * scale * (1 + 0.01 * ((i * 37 & 255) / 255.0));
        fleet_advance(&fleet, &curves, rate_hz, 0, 15, &flow);
        fleet_answer(&fleet, NULL, 0, 0, 0);
        sum += fleet.answer.quantile_s[2];
    }
    double end = bench_seconds();
    bench_keep(sum);
    fleet_drop(&fleet);
    queue_curves_drop(&curves);
    arena_drop(&arena);
    return (end - start) * 1e9 / COUNT;
}

extern const struct bench bench_load[];
const struct bench bench_load[] = {
    {"load/queue-step", queue_steps, 0.01, "ns", 100},
    {"load/queue-step-jumps", queue_steps, 0.6, "ns", 0},
    {"load/latency", three_quantiles, 0.9, "ns", 0},
    {"load/curve-2.5", one_curve, 2.5, "us", 0},
    {"load/curve-100", one_curve, 100, "us", 0},
    {"load/service-step", service_steps, 20, "ns", 0},
    {NULL, NULL, 0, NULL, 0},
};
