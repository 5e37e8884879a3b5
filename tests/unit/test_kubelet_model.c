/* A pod on its node, from binding to removal, in a whole simulation. Delays are the defaults: watch 5 ms, write 10 ms,
 * kubelet's sync 0.5 s, a container's start 1 s, an image's pull 8 s, clean-up 1 s. */
#include "tests/unit/sim_fixture.h"

#include "models/kubelet/kubelet_model.h"

#define POOL_OF_ONE POOL("general", "instance: m6i.xlarge, nodes: 1, autoscaler: none")

/* The image is on the node from the first pod on. Pod 1 of a scale-up: bound at b, seen at b + 5 + 500 ms, its container
 * runs 1 s later, the status lands 10 ms after that. */
Test(kubelet_model, an_image_is_pulled_once_for_each_node)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 0, ",
                                                                       CONTAINER("100m", "64Mi", "")) POOL_OF_ONE);
    cluster_run(c, 10 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 60 * SECOND);
    cluster_scale(c, "web", 2);
    cluster_run(c, 120 * SECOND);
    for (uint32_t number = 0; number < 2; number++) {
        int64_t bound = pod_when(c, "web", number, POD_BOUND, 0);
        expect_ns(pod_when(c, "web", number, POD_RUNS, 0), bound + (number == 0 ? 8000 : 0) * MS + 1515 * MS);
    }
    cluster_close(c);
}

/* The second pod is bound 3 s after the first, while the image is being pulled: both containers can start when it is
 * there, 8 s after the first was seen, and each needs a second. */
Test(kubelet_model, a_pod_waits_for_a_pull_that_is_under_way)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 0, ",
                                                                       CONTAINER("100m", "64Mi", "")) POOL_OF_ONE);
    cluster_run(c, 10 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 13 * SECOND);
    cluster_scale(c, "web", 2);
    cluster_run(c, 60 * SECOND);
    int64_t seen = pod_when(c, "web", 0, POD_BOUND, 0) + 505 * MS;
    expect_ns(pod_when(c, "web", 0, POD_RUNS, 0), seen + 9010 * MS);
    expect_ns(pod_when(c, "web", 1, POD_RUNS, 0), seen + 9010 * MS);
    cluster_close(c);
}

/* Started at s, the application answers 16.3 s later. Readiness is tried every 7 s from s on: at s + 21 s it succeeds. */
Test(kubelet_model, a_pod_is_ready_when_a_probe_finds_it_answering)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1h")
            WORKLOAD("Deployment", "web", "replicas: 0, ",
                     CONTAINER("100m", "64Mi", ", readinessProbe: {periodSeconds: 7, tcpSocket: {port: 80}}"))
                POOL_OF_ONE
        "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec: {workload: Deployment/web, "
        "request: {cpu: 9ms}, memory: {base: 60Mi}, start: {time: 16300ms}}\n");
    cluster_run(c, 10 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 60 * SECOND);
    expect_ns(pod_when(c, "web", 0, POD_READY, 0), pod_when(c, "web", 0, POD_RUNS, 0) + 21 * SECOND);
    cluster_close(c);
}

/* Startup is tried every 10 s from when the pod was seen, 9 s before its container ran: at 1 and 11 s of its life, and given
 * up then. An application that needs 22 s is killed, is gone a second later, and starts again: two attempts never reach as
 * far. */
Test(kubelet_model, an_impatient_startup_probe_makes_a_crash_loop)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1h")
            WORKLOAD("Deployment", "web", "replicas: 0, ",
                     CONTAINER("100m", "64Mi",
                               ", startupProbe: {periodSeconds: 10, failureThreshold: 2, tcpSocket: {port: 80}}"))
                POOL_OF_ONE
        "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec: {workload: Deployment/web, "
        "request: {cpu: 9ms}, memory: {base: 60Mi}, start: {time: 22s}}\n");
    cluster_run(c, 10 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 3600 * SECOND);
    cr_expect_eq(pod_when(c, "web", NONE, POD_READY, 0), NEVER);
    int64_t ran = pod_when(c, "web", 0, POD_RUNS, 0);
    for (uint32_t i = 0; i < c->log.count; i++) {
        const struct moment *m = &c->log.at[i];
        if (m->pod.uid != 0 && m->changed & FIELD_RESTARTS && m->pod.restarts == 1) {
            expect_ns(m->at_ns, ran + 12 * SECOND);
        }
    }
    cr_expect(world_pod(c->world, 0)->restarts >= 10);
    cluster_close(c);
}

#define LIMITED(memory, limit)                                                                                         \
    "containers: [{name: app, image: 'registry.example/app:1', resources: {requests: {cpu: 100m, memory: " memory      \
    "}, limits: {memory: " limit "}}}]"
#define MODEL(spec)                                                                                                    \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec: {workload: Deployment/web, " spec  \
    "}\n"
#define DEMAND                                                                                                         \
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: d}\nspec: {rate: 10/s, sends: [{to: web}]}\n"

static int64_t killed_at(const struct cluster *c, int32_t kills)
{
    for (uint32_t i = 0; i < c->log.count; i++) {
        const struct moment *m = &c->log.at[i];
        if (m->pod.uid != 0 && m->changed & FIELD_RESTARTS && m->pod.oom_kills == kills) {
            return m->at_ns;
        }
    }
    return NEVER;
}

/* 140 Mi of 128 Mi: killed at the load's first step, 1 s, and the status lands 10 ms later. Then whenever its status
 * says that it runs again: a back-off of 0, 10 and 20 s, 1 s for the start, 10 ms for the status. */
Test(kubelet_model, a_container_above_its_memory_limit_is_killed_again_and_again)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 1, ", LIMITED("64Mi", "128Mi"))
                         POOL_OF_ONE MODEL("use: {cpu: 35m, memory: 140Mi}"));
    cluster_run(c, 600 * SECOND);
    expect_ns(killed_at(c, 1), 1010 * MS);
    expect_ns(killed_at(c, 2) - killed_at(c, 1), 1010 * MS);
    expect_ns(killed_at(c, 3) - killed_at(c, 2), 11010 * MS);
    expect_ns(killed_at(c, 4) - killed_at(c, 3), 21010 * MS);
    const struct pod *p = world_pod(c->world, 0);
    cr_expect_eq(p->restarts, p->oom_kills);
    cluster_close(c);
}

/* 10 requests a second that wait 350 ms are 3.5 in the pod, 3.5 Mi above its 100 Mi; with 450 ms they are 4.5, above the
 * limit of 104 Mi: its requests are lost with it, and it does not serve while it starts again. */
Test(kubelet_model, requests_that_pile_up_have_their_pod_killed)
{
    static const char *const models[] = {
        MODEL("request: {cpu: 1ms, wait: 349ms}, memory: {base: 100Mi, perRequest: 1Mi}"),
        MODEL("request: {cpu: 1ms, wait: 449ms}, memory: {base: 100Mi, perRequest: 1Mi}")};
    for (int i = 0; i < 2; i++) {
        char text[4000];
        snprintf(text, sizeof text, "%s%s",
                 SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 1, ", LIMITED("64Mi", "104Mi"))
                     POOL_OF_ONE DEMAND,
                 models[i]);
        struct cluster *c = cluster_open(text);
        cluster_run(c, 120 * SECOND);
        cr_expect_eq(killed_at(c, 1) == NEVER, i == 0);
        cr_expect_eq(pod_when(c, "web", 0, POD_UNREADY, 0), killed_at(c, 1));
        cluster_close(c);
    }
}

static void stop_slowly(struct cluster *c, int64_t stop_ns)
{
    struct pod_behavior b = lifecycle_plain();
    b.stop_ns = stop_ns;
    kubelet_set_workload_behavior(c->sim, find_workload(c, "web"), &b);
}

/* Grace 7 s. An application that needs 3.2 s is gone then, one that would need 41 s is killed after 7 s; watch 5 ms before
 * and clean-up 1 s after, and the removal lands 10 ms later. */
Test(kubelet_model, a_pod_is_gone_when_its_application_has_ended_or_its_grace_period)
{
    const int64_t stops[][2] = {{3200 * MS, 3200 * MS}, {41 * SECOND, 7 * SECOND}};
    for (int i = 0; i < 2; i++) {
        struct cluster *c = cluster_open(SCENARIO("duration: 1h") WORKLOAD(
            "Deployment", "web", "replicas: 1, ", "terminationGracePeriodSeconds: 7, " CONTAINER("100m", "64Mi", ""))
                                             POOL_OF_ONE);
        stop_slowly(c, stops[i][0]);
        cluster_run(c, 10 * SECOND);
        cluster_scale(c, "web", 0);
        cluster_run(c, 60 * SECOND);
        expect_ns(pod_when(c, "web", 0, POD_GONE, 0), pod_when(c, "web", 0, POD_DELETING, 0) + stops[i][1] + 1015 * MS);
        cluster_close(c);
    }
}

/* Its deletion lands in the very instant in which it would become Ready: it still has its time to stop. */
Test(kubelet_model, a_deletion_takes_the_place_of_the_step_that_is_due)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WORKLOAD(
        "Deployment", "web", "replicas: 1, ",
        CONTAINER("100m", "64Mi", ", readinessProbe: {initialDelaySeconds: 17, tcpSocket: {port: 80}}")) POOL_OF_ONE);
    stop_slowly(c, 13 * SECOND);
    cluster_run(c, 10 * SECOND);
    sim_send(c->sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(c->world, 0), .grace_ns = -1});
    cluster_run(c, 12 * SECOND);
    int64_t due = pod_when(c, "web", 1, POD_BOUND, 0) + 1505 * MS + 20 * SECOND;
    cluster_run(c, due - 10 * MS);
    uint32_t row = c->world->pods.at[0].uid != 0 && c->world->pods.at[0].number == 1 ? 0 : 1;
    sim_send(c->sim, CLIENT_KUBELET,
             &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(c->world, row), .grace_ns = -1});
    cluster_run(c, due + 60 * SECOND);
    expect_ns(pod_when(c, "web", 1, POD_DELETING, 0), due);
    expect_ns(pod_when(c, "web", 1, POD_GONE, 0), due + 14015 * MS);
    cluster_close(c);
}
