#include "tests/bench/bench.h"

#include <stddef.h>

#include "sim/base/sample.h"
#include "sim/core/engine.h"

/* The hold model: pop the soonest of `pending` events, push one later by a random increment, again and again. */

enum { TABLE = 1 << 16 };

/* In nanoseconds, with a mean of a second where there is one. */
static double exponential(struct rng *r)
{
    return sample_exponential(r, 1e9);
}

static double bimodal(struct rng *r)
{
    return sample_chance(r, 0.01) ? sample_exponential(r, 100e9) : sample_exponential(r, 0.01e9);
}

static double heavy_tailed(struct rng *r)
{
    return sample_pareto(r, 0.1e9, 1.1);
}

static double periodic(struct rng *r)
{
    (void)r;
    return 15e9;
}

static void fill(uint64_t increments[TABLE], double (*draw)(struct rng *r))
{
    struct rng r = rng_open(1, 0, "increments", 0);
    for (int i = 0; i < TABLE; i++) {
        increments[i] = (uint64_t)draw(&r);
    }
}

static uint64_t hold(struct pending *p, const uint64_t *increments, uint64_t from, uint64_t count)
{
    struct pending_item item = {0};
    for (uint64_t i = from; i < from + count; i++) {
        if (pending_pop(p, UINT64_MAX, &item)) {
            pending_push(p, item.key + increments[i % TABLE], item.id, item.stamp);
        }
    }
    return item.key;
}

static double holds_per_second(double pending, double (*draw)(struct rng *r))
{
    enum { COUNT = 4000000 };
    static uint64_t increments[TABLE];
    struct pending p = {0};
    fill(increments, draw);
    for (uint32_t i = 0; i < (uint32_t)pending; i++) {
        pending_push(&p, increments[i * 7919 % TABLE], i, 0);
    }
    uint64_t warm = 3 * (uint64_t)pending;
    hold(&p, increments, 0, warm);
    double start = bench_seconds();
    bench_keep((double)hold(&p, increments, warm, COUNT));
    double end = bench_seconds();
    pending_drop(&p);
    return COUNT / (end - start);
}

static double hold_exponential(double pending)
{
    return holds_per_second(pending, exponential);
}

static double hold_bimodal(double pending)
{
    return holds_per_second(pending, bimodal);
}

static double hold_heavy_tailed(double pending)
{
    return holds_per_second(pending, heavy_tailed);
}

static double hold_periodic(double pending)
{
    return holds_per_second(pending, periodic);
}

/* ---- the same through the engine: keys that wake themselves ---- */

struct sleepers {
    struct engine engine;
    uint64_t increments[TABLE];
    uint64_t turns;
    uint64_t turns_limit;
};

static void wake_later(void *context, unsigned class, uint32_t id)
{
    struct sleepers *s = context;
    int64_t at_ns = s->engine.now_ns + (int64_t)s->increments[s->turns++ % TABLE];
    engine_wake_at(&s->engine, class, id, id, at_ns);
    if (s->turns == s->turns_limit) {
        engine_fail(&s->engine, &(struct fail){.kind = FAIL_INPUT});
    }
}

/* Runs until that many turns were taken. */
static void take_turns(struct sleepers *s, uint64_t count)
{
    struct fail fail;
    s->turns_limit = s->turns + count;
    s->engine.fail = (struct fail){0};
    if (engine_run(&s->engine, ENGINE_NEVER, &fail)) {
        bench_keep(0);
    }
}

static double timers_per_second(double pending, double (*draw)(struct rng *r))
{
    enum { COUNT = 4000000 };
    static struct sleepers s;
    s = (struct sleepers){0};
    fill(s.increments, draw);
    unsigned class = engine_add_class(
        &s.engine,
        &(struct engine_class){.name = "sleeper", .order = ENGINE_FIFO, .handle = wake_later, .context = &s});
    for (uint32_t i = 0; i < (uint32_t)pending; i++) {
        engine_wake_at(&s.engine, class, i, i, (int64_t)s.increments[i * 7919 % TABLE]);
    }
    take_turns(&s, 3 * (uint64_t)pending);
    double start = bench_seconds();
    take_turns(&s, COUNT);
    double end = bench_seconds();
    engine_drop(&s.engine);
    return COUNT / (end - start);
}

static double timers_exponential(double pending)
{
    return timers_per_second(pending, exponential);
}

static double timers_periodic(double pending)
{
    return timers_per_second(pending, periodic);
}

/* ---- M/M/c at 80 % load, request by request ---- */

enum { ARRIVAL, DEPARTURE };

struct station {
    struct engine engine;
    struct rng arrivals, services;
    uint32_t servers;
    uint32_t idle_count;
    uint32_t idle[128];
    uint64_t waiting;
    uint64_t events;
    uint64_t events_limit;
};

static int64_t time_ns(double seconds)
{
    return (int64_t)(seconds * 1e9);
}

static void serve(struct station *s, uint32_t server)
{
    engine_wake_at(&s->engine, DEPARTURE, server, 0, s->engine.now_ns + time_ns(sample_exponential(&s->services, 1)));
}

static void count_event(struct station *s)
{
    if (++s->events == s->events_limit) {
        engine_fail(&s->engine, &(struct fail){.kind = FAIL_INPUT});
    }
}

static void arrive(void *context, unsigned class, uint32_t id)
{
    struct station *s = context;
    double mean = 1 / (0.8 * s->servers);
    engine_wake_at(&s->engine, class, id, 0, s->engine.now_ns + time_ns(sample_exponential(&s->arrivals, mean)));
    if (s->idle_count > 0) {
        serve(s, s->idle[--s->idle_count]);
    } else {
        s->waiting++;
    }
    count_event(s);
}

static void depart(void *context, unsigned class, uint32_t id)
{
    struct station *s = context;
    (void)class;
    if (s->waiting > 0) {
        s->waiting--;
        serve(s, id);
    } else {
        s->idle[s->idle_count++] = id;
    }
    count_event(s);
}

static double requests(double servers)
{
    enum { COUNT = 4000000 };
    static struct station s;
    s = (struct station){
        .arrivals = rng_open(1, 0, "arrivals", 0),
        .services = rng_open(1, 0, "services", 0),
        .servers = (uint32_t)servers,
        .events_limit = COUNT,
    };
    engine_add_class(&s.engine, &(struct engine_class){.name = "arrival", .handle = arrive, .context = &s});
    engine_add_class(&s.engine, &(struct engine_class){.name = "departure", .handle = depart, .context = &s});
    for (uint32_t i = 0; i < s.servers; i++) {
        s.idle[s.idle_count++] = i;
    }
    struct fail fail;
    double start = bench_seconds();
    engine_wake(&s.engine, ARRIVAL, 0, 0);
    if (engine_run(&s.engine, ENGINE_NEVER, &fail)) {
        bench_keep(0);
    }
    double end = bench_seconds();
    engine_drop(&s.engine);
    return COUNT / (end - start);
}

#define SIZES(text, measure, budget)                                                                                   \
    {"core/" text "-1e2", measure, 1e2, "events/s", 0}, {"core/" text "-1e3", measure, 1e3, "events/s", 0},            \
        {"core/" text "-1e4", measure, 1e4, "events/s", 0}, {"core/" text "-1e5", measure, 1e5, "events/s", budget},   \
    {                                                                                                                  \
        "core/" text "-1e6", measure, 1e6, "events/s", 0                                                               \
    }

extern const struct bench bench_core[];
const struct bench bench_core[] = {
    SIZES("hold-exponential", hold_exponential, 20e6),
    SIZES("hold-bimodal", hold_bimodal, 20e6),
    SIZES("hold-heavy-tailed", hold_heavy_tailed, 20e6),
    SIZES("hold-periodic", hold_periodic, 0),
    {"core/timers-exponential-1e5", timers_exponential, 1e5, "events/s", 0},
    {"core/timers-periodic-1e5", timers_periodic, 1e5, "events/s", 0},
    {"core/requests-M/M/1", requests, 1, "events/s", 0},
    {"core/requests-M/M/100", requests, 100, "events/s", 0},
    {NULL, NULL, 0, NULL, 0},
};
