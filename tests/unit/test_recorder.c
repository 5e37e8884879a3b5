/* What a run is counted as, against schedules made by hand. */
#include <math.h>

#include "tests/unit/sim_fixture.h"

#include "sim/run/recorder.h"

#define NODE POOL("general", "instance: m6i.large, nodes: 1, autoscaler: none")
#define WEB(replicas) WORKLOAD("Deployment", "web", "replicas: " replicas ", ", CONTAINER("900m", "256Mi", ""))

/* Decisions and samples as they came. */
struct heard {
    struct recorder_sink sink;
    char decisions[4000];
    VEC(struct recorded_workload_sample) samples; /* of workload 0 */
    VEC(struct recorded_pool_sample) pools;       /* of pool 0 */
};

static void hear_workload(void *context, uint32_t workload, int64_t at_ns,
                          const struct recorded_workload_sample *sample, bool has_load)
{
    (void)at_ns;
    (void)has_load;
    struct heard *h = context;
    if (workload == 0) {
        VEC_PUSH(&h->samples, *sample);
    }
}

static void hear_pool(void *context, uint32_t pool, int64_t at_ns, const struct recorded_pool_sample *sample)
{
    (void)at_ns;
    struct heard *h = context;
    if (pool == 0) {
        VEC_PUSH(&h->pools, *sample);
    }
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
    struct heard *h = context;
    size_t used = strlen(h->decisions);
    snprintf(h->decisions + used, sizeof h->decisions - used, "%s %s/%s %s: %s\n", d->model, d->kind, d->name,
             d->reason, d->message);
}

static struct heard *hear(void)
{
    struct heard *h = memory_take(1, sizeof *h);
    h->sink = (struct recorder_sink){
        .context = h, .workload = hear_workload, .pool = hear_pool, .demand = hear_demand, .decision = hear_decision};
    return h;
}

static void hear_no_more(struct heard *h)
{
    VEC_DROP(&h->samples);
    VEC_DROP(&h->pools);
    free(h);
}

/* At rest at time 0, the recorder has begun. */
static struct cluster *open_recorded(const char *text, struct recorder **r, struct heard *h)
{
    struct cluster *c = cluster_open(text);
    *r = recorder_open(&c->plan, h == NULL ? NULL : &h->sink);
    recorder_attach(*r, c->sim);
    cluster_run(c, 0);
    recorder_begin(*r, c->sim);
    return c;
}

static void close_recorded(struct cluster *c, struct recorder *r)
{
    recorder_close(r);
    cluster_close(c);
}

/* The node has 1930m: `huge` waits for another all the time. `late` is asked for in the last 80 s, which nobody holds
 * against it; `none` is not asked for. */
Test(recorder, a_workload_without_a_ready_pod_all_the_time_never_ran)
{
    struct recorder *r;
    struct cluster *c =
        open_recorded(SCENARIO("duration: 1h") WEB("1")
                          WORKLOAD("Deployment", "huge", "replicas: 2, ", CONTAINER("2100m", "256Mi", ""))
                              NODE WORKLOAD("Deployment", "late", "replicas: 0, ", CONTAINER("2200m", "64Mi", ""))
                                  WORKLOAD("Deployment", "none", "replicas: 0, ", CONTAINER("10m", "64Mi", "")),
                      &r, NULL);
    cluster_run(c, 3520 * SECOND);
    cluster_scale(c, "late", 1);
    cluster_run(c, 3600 * SECOND);
    recorder_end(r, c->sim);
    for (uint32_t i = 0; i < 4; i++) {
        bool huge = strcmp(c->plan.workloads.at[i].object->name, "huge") == 0;
        cr_expect_eq(recorder_never_ready(r, i), huge, "%s", c->plan.workloads.at[i].object->name);
    }
    close_recorded(c, r);
}

/* Killed at 1, 2.01 and 13.02 s, of two pods; the fourth time would be after 33 s. */
Test(recorder, containers_killed_for_memory_are_counted_and_told)
{
    struct recorder *r;
    struct heard *h = hear();
    struct cluster *c = open_recorded(
        SCENARIO("duration: 1h") WORKLOAD(
            "Deployment", "web", "replicas: 2, ",
            "containers: [{name: app, image: a, resources: {limits: {cpu: 900m, memory: 100Mi}}}]")
            POOL(
                "general",
                "instance: m6i.large, nodes: 2, autoscaler: none") "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\n"
                                                                   "spec: {workload: Deployment/web, use: {cpu: 35m, memory: 104.5Mi}}\n",
        &r, h);
    cluster_run(c, 33 * SECOND);
    recorder_end(r, c->sim);
    cr_expect_eq(r->workloads[0].oom_kills, 6);
    cr_expect_eq(r->workloads[0].restarts, 6);
    cr_expect_not_null(strstr(h->decisions, "OOMKilled: Container app used 104.5 MiB of memory, its limit is 100.0 MiB "
                                            "(exit code 137)\n"),
                       "%s", h->decisions);
    close_recorded(c, r);
    hear_no_more(h);
}

/* 2 for 600 s, 5 for 1200 s, 3 for 1800 s: (1200 + 6000 + 5400) / 3600 = 3.5. */
Test(recorder, replicas_are_weighed_by_time)
{
    struct recorder *r;
    struct cluster *c = open_recorded(SCENARIO("duration: 1h") WEB("2") NODE, &r, NULL);
    cluster_run(c, 600 * SECOND);
    cluster_scale(c, "web", 5);
    cluster_run(c, 1800 * SECOND);
    cluster_scale(c, "web", 3);
    cluster_run(c, 3600 * SECOND);
    recorder_end(r, c->sim);
    const struct statistics_level *l = &r->workloads[0].replicas;
    cr_expect_float_eq(statistics_level_mean(l, r->ended_ns), 3.5, 1e-12);
    cr_expect_eq(l->least, 2);
    cr_expect_eq(l->most, 5);
    close_recorded(c, r);
}

/* The node has room for two. Three more are made from 123.030 s on (the size lands at 123 s; 5 + 10 ms to the ReplicaSet,
 * 5 + 10 ms to the first pod, 10 ms to the other two). At 700 s two of them go, the older ones, 30 ms later. One waits until the end. */
Test(recorder, pending_time_is_that_of_pods_without_a_node)
{
    struct recorder *r;
    struct cluster *c = open_recorded(SCENARIO("duration: 1h") WEB("2") NODE, &r, NULL);
    cluster_run(c, 123 * SECOND);
    cluster_scale(c, "web", 5);
    cluster_run(c, 700 * SECOND);
    cr_expect_eq(r->workloads[0].pending, 3);
    cr_expect_eq(r->workloads[0].ready, 2);
    cluster_scale(c, "web", 3);
    cluster_run(c, 1000 * SECOND);
    recorder_end(r, c->sim);
    cr_expect_eq(r->workloads[0].pending, 1);
    expect_ns(pod_when(c, "web", 2, POD_CREATED, 0), 123030 * MS);
    expect_ns(pod_when(c, "web", 4, POD_CREATED, 0), 123040 * MS);
    expect_ns(pod_when(c, "web", 2, POD_GONE, 0), 700030 * MS);
    double expected = (1000 - 123.040) + (700.030 - 123.030) + (700.030 - 123.040);
    cr_expect_float_eq(r->workloads[0].pending_pod_ns / 1e9, expected, 1e-6, "%f not %f",
                       r->workloads[0].pending_pod_ns / 1e9, expected);
    expect_ns(r->workloads[0].pending_longest_ns, 1000 * SECOND - 123040 * MS);
    close_recorded(c, r);
}

/* Each Job needs 20 minutes for what is due every 7: it is replaced while it runs. What its pods asked for is taken back
 * when they are gone: at any time no more than two Jobs' worth, and at the end what the world has. */
Test(recorder, requests_of_a_replaced_jobs_pods_are_taken_back)
{
    struct recorder *r;
    struct cluster *c = open_recorded(
        SCENARIO("duration: 1d") NODE
        "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: slow}\nspec: {schedule: '*/7 * * * *', "
        "concurrencyPolicy: Replace, jobTemplate: {spec: {parallelism: 2, completions: 2, template: {spec: "
        "{restartPolicy: Never, " CONTAINER(
            "130m", "97Mi",
            "") "}}}}}\n"
                "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: slow}\nspec: {workload: CronJob/slow, "
                "batch: {cpu: 2m, duration: 20m}, memory: {base: 90Mi}}\n",
        &r, NULL);
    cluster_run(c, 86400 * SECOND);
    recorder_end(r, c->sim);
    int64_t bound = 0;
    for (uint32_t row = 0; row < c->world->pods.count; row++) {
        const struct pod *p = &c->world->pods.at[row];
        bound += p->uid != 0 && p->node_name != NULL && !pod_is_terminal(p) ? p->template->requests.mcpu : 0;
    }
    cr_expect_eq((int64_t)r->workloads[0].requested_mcpu.value, bound);
    cr_expect_leq(r->workloads[0].requested_mcpu.most, 520);
    cr_expect(statistics_level_mean(&r->workloads[0].requested_mcpu, r->ended_ns) > 200);
    close_recorded(c, r);
}

static void note(struct sim *sim, const char *reason)
{
    sim_note(sim,
             &(struct note){.model = "test", .object = NOTE_WORKLOAD, .row = 0, .reason = reason, .texts = {"why"}});
}

Test(recorder, a_decision_is_told_when_it_differs_from_the_last_of_its_object)
{
    struct recorder *r;
    struct heard *h = hear();
    struct cluster *c = open_recorded(SCENARIO("duration: 1h") WEB("0") NODE, &r, h);
    h->decisions[0] = '\0';
    note(c->sim, "Left");
    note(c->sim, "Left");
    note(c->sim, "Right");
    note(c->sim, "Left");
    cr_expect_str_eq(h->decisions, "test Deployment/web Left: why\ntest Deployment/web Right: why\n"
                                   "test Deployment/web Left: why\n");
    close_recorded(c, r);
    hear_no_more(h);
}

/* One of three pods of 900m and 256 MiB finds no room beside the other two. */
Test(recorder, a_sample_is_the_state_at_its_time)
{
    struct recorder *r;
    struct heard *h = hear();
    struct cluster *c = open_recorded(SCENARIO("duration: 1h") WEB("3") NODE, &r, h);
    cluster_run(c, 60 * SECOND);
    recorder_sample(r, c->sim);
    cr_assert_eq(h->samples.count, 1);
    const struct recorded_workload_sample *s = &h->samples.at[0];
    cr_expect_eq(s->replicas, 3);
    cr_expect_eq(s->ready, 2);
    cr_expect_eq(s->pending, 1);
    cr_expect_eq(s->starting, 0);
    cr_expect_eq(s->requested_mcpu, 1800);
    cr_expect_eq(s->requested_bytes, INT64_C(2) * 256 << 20);
    cr_expect_eq(s->used_mcpu, -1);
    cr_expect_eq(h->pools.at[0].nodes, 1);
    cr_expect_eq(h->pools.at[0].requested_mcpu, 1800);
    cr_expect_eq(h->pools.at[0].allocatable_mcpu, 1930);
    close_recorded(c, r);
    hear_no_more(h);
}

static double hear_arrivals(const struct recorder *r, double *ended)
{
    const struct recorded_load *l = &r->workloads[0].run;
    *ended = l->served + l->timed_out + l->failed + l->refused;
    return l->arrivals;
}

/* Six hours with more than can be borne for a while, a release, a crash, pods that come and go: every request that came has
 * come to one end, but for those that are there at last, which a load of 30 % leaves few of. */
Test(recorder, requests_that_came_have_come_to_an_end)
{
    struct recorder *r;
    struct cluster *c = open_recorded(
        SCENARIO("duration: 6h") POOL("general", "instance: m6i.large, nodes: {min: 2, max: 4}") WORKLOAD(
            "Deployment", "web", "replicas: 4, ",
            "containers: [{name: app, image: a, resources: {requests: {cpu: 700m, memory: 200Mi}, limits: {cpu: "
            "'1'}}, readinessProbe: {periodSeconds: 5, tcpSocket: {port: 80}}}]") "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: visitors}\nspec: {rate: 130/s, noise: 9%, events: "
                                                                                  "[{name: rush, start: 2026-05-04T02:00:00Z, rise: 5m, hold: 20m, fall: 5m, factor: 5.3}], sends: [{to: web}]}\n"
                                                                                  "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec: {workload: Deployment/web, "
                                                                                  "request: {cpu: 9ms, concurrency: 20, queue: 300, timeout: 3s}, memory: {base: 90Mi}, start: {time: 11s}}\n" RELEASE(
                                                                                      "v2",
                                                                                      "at: 2026-05-04T02:20:00Z, workload: Deployment/web, images: {app: b}")
                                                                                      FAULT(
                                                                                          "at: 2026-05-04T03:02:03Z, recover: 21m, nodeCrash: {pool: general, count: 1}"),
        &r, NULL);
    cluster_run(c, 6 * 3600 * SECOND);
    recorder_end(r, c->sim);
    double ended, arrived = hear_arrivals(r, &ended);
    cr_expect(arrived > 6 * 3600 * 130.0);
    cr_expect(fabs(arrived - ended) < 10, "%f came, %f ended", arrived, ended);
    cr_expect(r->workloads[0].run.timed_out + r->workloads[0].run.refused > 1000);
    close_recorded(c, r);
}
