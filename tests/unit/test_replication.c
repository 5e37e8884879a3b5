/* Replications, alone and in parallel. */
#include "tests/unit/sim_fixture.h"

#include "sim/run/jobs.h"

#define RUN                                                                                                            \
    SCENARIO("duration: 2h, replications: 4, seed: 7")                                                                 \
    POOL("general", "instance: m6i.large, boot: {time: 70s, deviation: 20%}, nodes: {min: 1, max: 6}")                 \
    WORKLOAD("Deployment", "web", "replicas: 2, ", CONTAINER("700m", "200Mi", ""))                                     \
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: "   \
    "{apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 9, metrics: [{type: Resource, "  \
    "resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]}\n"                                  \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec: {workload: Deployment/web, "       \
    "request: {cpu: 9ms}, memory: {base: 90Mi}, start: {time: 11s}}\n"
#define DEMAND(events)                                                                                                 \
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: visitors}\nspec: {rate: 130/s, noise: 19%, " events  \
    "sends: [{to: web}]}\n"
#define RUSH "events: [{name: rush, start: 2026-05-04T00:30:00Z, rise: 5m, hold: 20m, fall: 5m, factor: 3}], "

struct runs {
    struct replication_result results[4];
    uint32_t finished;
    struct fail fail;
    bool good;
};

static void run(struct runs *r, const struct cluster *c, uint32_t workers, const atomic_bool *cancelled)
{
    *r = (struct runs){0};
    const struct plan *plan = &c->plan;
    struct jobs_options o = {
        .plans = &plan, .plan_count = 1, .replications = 4, .workers = workers, .cancelled = cancelled};
    r->good = jobs_run(&o, r->results, &r->finished, &r->fail);
}

static void drop(struct runs *r)
{
    for (uint32_t i = 0; i < r->finished; i++) {
        replication_drop(&r->results[i]);
    }
}

static double metric_of(const struct replication_result *r, const char *name, const char *subject)
{
    for (uint32_t i = 0; i < r->figures->metrics.count; i++) {
        const struct metric *m = &r->figures->metrics.at[i];
        if (strcmp(m->name, name) == 0 && strcmp(m->subject, subject) == 0) {
            return m->value;
        }
    }
    cr_assert_fail("there is no %s of %s", name, subject);
    return 0;
}

static void expect_same(const struct runs *left, const struct runs *right)
{
    cr_assert_eq(left->finished, 4);
    cr_assert_eq(right->finished, 4);
    for (uint32_t i = 0; i < 4; i++) {
        const struct figures *l = left->results[i].figures, *r = right->results[i].figures;
        cr_assert_eq(l->metrics.count, r->metrics.count);
        cr_expect_eq(l->turns, r->turns);
        for (uint32_t m = 0; m < l->metrics.count; m++) {
            cr_expect_str_eq(l->metrics.at[m].name, r->metrics.at[m].name);
            cr_expect_eq(l->metrics.at[m].value, r->metrics.at[m].value, "%s: %.17g, %.17g", l->metrics.at[m].name,
                         l->metrics.at[m].value, r->metrics.at[m].value);
        }
    }
}

Test(replication, a_run_is_a_function_of_plan_and_seed_whatever_the_number_of_workers)
{
    struct cluster *c = cluster_read(RUN DEMAND(RUSH));
    struct runs alone, again, three;
    run(&alone, c, 1, NULL);
    run(&again, c, 1, NULL);
    run(&three, c, 3, NULL);
    cr_assert(alone.good && again.good && three.good);
    expect_same(&alone, &again);
    expect_same(&alone, &three);
    drop(&alone);
    drop(&again);
    drop(&three);
    cluster_close(c);
}

Test(replication, replications_differ_from_each_other)
{
    struct cluster *c = cluster_read(RUN DEMAND(""));
    struct runs r;
    run(&r, c, 2, NULL);
    for (uint32_t i = 1; i < 4; i++) {
        cr_expect_neq(metric_of(&r.results[i], "units", "visitors"), metric_of(&r.results[0], "units", "visitors"));
    }
    drop(&r);
    cluster_close(c);
}

/* The month: the run without the rush scaled to 730 h (2 h of it were simulated), plus what the rush added once. The run
 * without is that of the scenario without the event, to the bit: what an event does disturbs no draw. */
Test(replication, a_month_costs_the_run_without_its_events_and_each_event_once)
{
    struct cluster *with = cluster_read(RUN DEMAND(RUSH)), *without = cluster_read(RUN DEMAND(""));
    struct runs rush, plain;
    run(&rush, with, 2, NULL);
    run(&plain, without, 2, NULL);
    for (uint32_t i = 0; i < 4; i++) {
        double total = metric_of(&rush.results[i], "cost.total", ""),
               base = metric_of(&plain.results[i], "cost.total", "");
        cr_expect(total > base + 0.01, "%f, %f", total, base);
        double expected = base * 365 + (total - base);
        cr_expect_float_eq(metric_of(&rush.results[i], "cost.monthly", ""), expected, 1e-9 * expected);
        cr_expect_float_eq(metric_of(&plain.results[i], "cost.monthly", ""), base * 365, 1e-9 * expected);
    }
    drop(&rush);
    drop(&plain);
    cluster_close(with);
    cluster_close(without);
}

struct watcher {
    struct recorder_sink sink;
    atomic_bool cancelled;
    uint32_t samples;
};

/* After the last sample of replication 0. */
static void cancel_at_the_end(void *context, uint32_t workload, int64_t at_ns,
                              const struct recorded_workload_sample *sample, bool has_load)
{
    (void)workload;
    (void)sample;
    (void)has_load;
    struct watcher *w = context;
    w->samples++;
    if (at_ns == 7200 * SECOND) {
        atomic_store(&w->cancelled, true);
    }
}

static void hear_pool(void *context, uint32_t pool, int64_t at_ns, const struct recorded_pool_sample *sample)
{
    (void)context;
    (void)pool;
    (void)at_ns;
    (void)sample;
}

static void hear_demand(void *context, uint32_t demand, int64_t at_ns, double rate_hz)
{
    (void)context;
    (void)demand;
    (void)at_ns;
    (void)rate_hz;
}

static void hear_decision(void *context, const struct recorded_decision *d)
{
    (void)context;
    (void)d;
}

/* Cancelled in the last step of the first replication, which is complete then; the second ends before its first step. */
Test(replication, an_interruption_keeps_the_replications_that_were_complete)
{
    struct cluster *c = cluster_read(RUN DEMAND(""));
    struct watcher w = {.sink = {.context = &w,
                                 .workload = cancel_at_the_end,
                                 .pool = hear_pool,
                                 .demand = hear_demand,
                                 .decision = hear_decision}};
    struct runs r = {0}, whole;
    const struct plan *plan = &c->plan;
    struct jobs_options o = {
        .plans = &plan, .plan_count = 1, .replications = 4, .workers = 1, .cancelled = &w.cancelled, .sink = &w.sink};
    r.good = jobs_run(&o, r.results, &r.finished, &r.fail);
    run(&whole, c, 2, NULL);
    cr_assert_not(r.good);
    cr_assert_eq(r.fail.kind, FAIL_NONE);
    cr_assert_eq(r.finished, 1);
    cr_assert_eq(w.samples, 120);
    cr_expect_eq(metric_of(&r.results[0], "cost.total", ""), metric_of(&whole.results[0], "cost.total", ""));
    drop(&r);
    drop(&whole);
    cluster_close(c);
}
