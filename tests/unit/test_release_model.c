/* Releases, good and bad, and the way back. 8 pods of 400m on nodes of 1930m. */
#include "tests/unit/sim_fixture.h"

#define NODES POOL("general", "instance: m6i.xlarge, nodes: 3, autoscaler: none")
#define CHECKOUT                                                                                                       \
    WORKLOAD("Deployment", "checkout",                                                                                 \
             "replicas: 8, progressDeadlineSeconds: 600, strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: "   \
             "25%}}, ",                                                                                                \
             CONTAINER("400m", "256Mi", ", readinessProbe: {periodSeconds: 7, tcpSocket: {port: 80}}"))
#define IMAGE(version) "images: {app: 'registry.example/app:" version "'}"

static const char *image_of(const struct pod *p)
{
    return p->template->containers[0].image;
}

static uint32_t ready_with(const struct cluster *c, const char *image)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < c->world->pods.count; row++) {
        const struct pod *p = &c->world->pods.at[row];
        count += p->uid != 0 && is_ready(p) && strcmp(image_of(p), image) == 0;
    }
    return count;
}

/* From the log: fewest Ready pods, and most pods that were not being deleted, at any time after one. */
static void bounds(const struct cluster *c, int64_t after_ns, int32_t *fewest_ready, int32_t *most_active)
{
    static bool was_active[1000], was_ready[1000]; /* by uid */
    int32_t ready = 0, active = 0;
    *fewest_ready = INT32_MAX;
    *most_active = 0;
    for (uint32_t i = 0; i < c->log.count; i++) {
        const struct moment *m = &c->log.at[i];
        if (m->pod.uid == 0) {
            continue;
        }
        bool is_active = m->verb != FACT_REMOVED && m->pod.deletion_ns == TIME_UNSET;
        bool serves = is_active && m->pod.ready == CONDITION_TRUE;
        active += is_active - was_active[m->pod.uid];
        ready += serves - was_ready[m->pod.uid];
        was_active[m->pod.uid] = is_active;
        was_ready[m->pod.uid] = serves;
        if (m->at_ns > after_ns) {
            *fewest_ready = ready < *fewest_ready ? ready : *fewest_ready;
            *most_active = active > *most_active ? active : *most_active;
        }
    }
}

/* maxUnavailable floor(2) and maxSurge ceil(2): never fewer than 6 Ready, never more than 10. From the release 5 ms to the
 * Deployment controller, 10 ms to its ReplicaSet, 5 ms to that controller, 10 ms to the first pod. */
Test(release_model, a_release_replaces_pods_within_max_surge_and_max_unavailable)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") CHECKOUT NODES RELEASE(
        "v2", "at: 2026-05-04T00:10:00Z, workload: Deployment/checkout, " IMAGE("2")));
    cluster_run(c, 1200 * SECOND);
    int32_t fewest, most;
    bounds(c, 1, &fewest, &most);
    cr_expect_eq(fewest, 6, "%d", fewest);
    cr_expect_eq(most, 10, "%d", most);
    cr_expect_eq(ready_with(c, "registry.example/app:2"), 8);
    cr_expect_eq(count_pods(c, "checkout", NULL), 8);
    expect_ns(pod_when(c, "checkout", NONE, POD_CREATED, 1), 600 * SECOND + 30 * MS);
    cluster_close(c);
}

/* Pods of the second version never become Ready: 8 - 2 = 6 old ones stay, 10 - 6 = 4 new ones are tried, and nothing moves
 * any more until the rollback at 1800 s. */
Test(release_model, a_bad_release_stops_half_way_and_is_undone)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h") CHECKOUT NODES RELEASE(
            "v2", "at: 2026-05-04T00:10:00Z, workload: Deployment/checkout, bad: never-ready, " IMAGE("2"))
                         RELEASE("undo", "at: 2026-05-04T00:30:00Z, workload: Deployment/checkout, rollback: true"));
    cluster_run(c, 1799 * SECOND);
    cr_expect_eq(ready_with(c, "registry.example/app:1"), 6);
    cr_expect_eq(ready_with(c, "registry.example/app:2"), 0);
    cr_expect_eq(count_pods(c, "checkout", NULL), 10);
    const struct workload *o = &c->world->workloads.at[0];
    cr_expect_eq(o->status.progressing_condition.status, CONDITION_FALSE);
    cr_expect_eq(o->status.progressing_condition.reason, REASON_PROGRESS_DEADLINE_EXCEEDED);
    cluster_run(c, 1900 * SECOND);
    cr_expect_eq(ready_with(c, "registry.example/app:1"), 8);
    cr_expect_eq(count_pods(c, "checkout", NULL), 8);
    cr_expect_eq(o->status.progressing_condition.status, CONDITION_TRUE);
    cr_expect_eq(o->status.revision, 3);
    cluster_close(c);
}

/* The second release patches the request; what is released after the rollback builds on what was before it. */
Test(release_model, a_release_after_a_rollback_knows_nothing_of_what_was_undone)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h") CHECKOUT NODES RELEASE(
            "v2", "at: 2026-05-04T00:10:00Z, workload: Deployment/checkout, patch: {spec: {template: {spec: "
                  "{containers: [{name: app, resources: {requests: {cpu: 731m}}}]}}}}")
                         RELEASE("undo", "at: 2026-05-04T00:20:00Z, workload: Deployment/checkout, rollback: true")
                             RELEASE("v3", "at: 2026-05-04T00:30:00Z, workload: Deployment/checkout, " IMAGE("3")));
    cluster_run(c, 1100 * SECOND);
    cr_expect_eq(world_workload(c->world, 0)->spec.template->requests.mcpu, 731);
    cluster_run(c, 1700 * SECOND);
    cr_expect_eq(world_workload(c->world, 0)->spec.template->requests.mcpu, 400);
    cluster_run(c, 2400 * SECOND);
    cr_expect_eq(world_workload(c->world, 0)->spec.template->requests.mcpu, 400);
    cr_expect_eq(ready_with(c, "registry.example/app:3"), 8);
    cluster_close(c);
}

/* Scaled to 5 by hand, released at 5; a patch of the size sets it. */
Test(release_model, a_release_keeps_the_size_unless_it_is_about_it)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1h") CHECKOUT NODES RELEASE(
            "v2", "at: 2026-05-04T00:10:00Z, workload: Deployment/checkout, " IMAGE("2"))
            RELEASE("size", "at: 2026-05-04T00:20:00Z, workload: Deployment/checkout, patch: {spec: {replicas: 7}}"));
    cluster_run(c, 60 * SECOND);
    cluster_scale(c, "checkout", 5);
    cluster_run(c, 1199 * SECOND);
    cr_expect_eq(ready_with(c, "registry.example/app:2"), 5);
    cluster_run(c, 1300 * SECOND);
    cr_expect_eq(ready_with(c, "registry.example/app:2"), 7);
    cluster_close(c);
}

/* Ordinals from the top down; the image of each comes back. */
Test(release_model, a_statefulset_is_rolled_back_too)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h")
                         WORKLOAD("StatefulSet", "db", "replicas: 3, serviceName: db, ", CONTAINER("400m", "256Mi", ""))
                             NODES RELEASE("v2", "at: 2026-05-04T00:10:00Z, workload: StatefulSet/db, " IMAGE("2"))
                                 RELEASE("undo", "at: 2026-05-04T00:20:00Z, workload: StatefulSet/db, rollback: true"));
    cluster_run(c, 1199 * SECOND);
    cr_expect_eq(ready_with(c, "registry.example/app:2"), 3);
    cluster_run(c, 1800 * SECOND);
    cr_expect_eq(ready_with(c, "registry.example/app:1"), 3);
    cluster_close(c);
}

/* Crashes 23 s after each start, which takes 1 s. First restart at once; then 10, 20, 40 s after the crash. */
Test(release_model, a_crashing_release_backs_off)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 1, strategy: {type: Recreate}, ",
                                          CONTAINER("400m", "256Mi", ""))
            NODES RELEASE(
                "v2", "at: 2026-05-04T00:10:00Z, workload: Deployment/web, bad: crash, crashAfter: 23s, " IMAGE("2")));
    cluster_run(c, 1000 * SECOND);
    int64_t at = pod_when(c, "web", NONE, POD_READY, 600 * SECOND);
    cr_assert(at < 620 * SECOND);
    const int64_t waits_s[] = {0, 10, 20, 40, 80};
    for (int i = 0; i < 5; i++) {
        int64_t down = pod_when(c, "web", NONE, POD_UNREADY, at);
        expect_ns(down, at + 23 * SECOND);
        at = pod_when(c, "web", NONE, POD_READY, down);
        expect_ns(at, down + (waits_s[i] + 1) * SECOND);
    }
    cluster_close(c);
}
