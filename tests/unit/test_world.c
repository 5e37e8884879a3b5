/* The tables of the cluster and what the API makes of writes that come too late. */
#include "tests/unit/sim_fixture.h"

#define NODE POOL("general", "instance: m6i.large, nodes: 2, autoscaler: none")
#define WEB WORKLOAD("Deployment", "web", "replicas: 2, ", CONTAINER("300m", "256Mi", ""))

static struct intent new_pod(const struct cluster *c, uint32_t replicaset)
{
    struct pod pod = {.owner_kind = OWNER_REPLICASET,
                      .owner = replicaset,
                      .workload = world_replicaset(c->world, replicaset)->workload,
                      .template = world_replicaset(c->world, replicaset)->template,
                      .namespace = world_replicaset(c->world, replicaset)->namespace,
                      .node = NONE,
                      .ready_since_ns = TIME_UNSET,
                      .start_ns = TIME_UNSET,
                      .deletion_ns = TIME_UNSET,
                      .used_mcpu = UNLIMITED,
                      .used_memory_bytes = UNLIMITED};
    return (struct intent){.kind = INTENT_CREATE_POD, .pod = pod};
}

/* The pod is on its way for 10 ms; after 3 ms its ReplicaSet is deleted, and after 6 ms another one lies in its row. */
Test(world, nothing_is_made_for_an_owner_that_is_gone)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB NODE);
    cluster_run(c, 10 * SECOND);
    uint32_t web = find_workload(c, "web"), row = c->world->workloads.at[web].replicasets.at[0];
    struct replicaset again = *world_replicaset(c->world, row);
    struct intent create = new_pod(c, row);
    sim_send(c->sim, CLIENT_KUBELET, &create);
    cluster_run(c, 10 * SECOND + 3 * MS);
    sim_send(c->sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_DELETE_REPLICASET, .target = api_ref_replicaset(c->world, row)});
    cluster_run(c, 10 * SECOND + 6 * MS);
    sim_send(c->sim, CLIENT_USER, &(struct intent){.kind = INTENT_CREATE_REPLICASET, .replicaset = again});
    cluster_run(c, 10 * SECOND + 6 * MS);
    cr_assert_eq(world_replicaset(c->world, row)->uid > again.uid, true);
    uint32_t pods = count_pods(c, "web", NULL);
    cluster_run(c, 10 * SECOND + 10 * MS);
    cr_expect_eq(count_pods(c, "web", NULL), pods);
    cluster_close(c);
}

/* A node that goes leaves its pods their node's name and no row; they are collected at 80 s, 40 s after the look at 40 s. */
Test(world, pods_of_a_removed_node_are_there_until_they_are_collected)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB NODE);
    cluster_run(c, 25 * SECOND);
    uint32_t node = world_pod(c->world, 0)->node;
    const char *name = world_node(c->world, node)->name;
    sim_send(c->sim, CLIENT_USER, &(struct intent){.kind = INTENT_DELETE_NODE, .target = api_ref_node(c->world, node)});
    cluster_run(c, 79 * SECOND);
    cr_expect_eq(world_pod(c->world, 0)->node, NONE);
    cr_expect_str_eq(world_pod(c->world, 0)->node_name, name);
    cluster_run(c, 200 * SECOND);
    expect_ns(pod_when(c, "web", 0, POD_GONE, 0), 80 * SECOND + 10 * MS);
    cr_expect_eq(count_pods(c, "web", is_ready), 2);
    cluster_close(c);
}

/* The CronJob starts at 03:00 UTC: the Job's name is that minute since 1970, 1777863600 / 60, its pod's the Job's and 0. */
Test(world, a_cronjobs_jobs_are_named_by_their_minute)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1d") NODE
        "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tidy}\nspec: {schedule: '0 3 * * *', jobTemplate: "
        "{spec: {template: {spec: {restartPolicy: Never, " CONTAINER("130m", "97Mi", "") "}}}}}\n");
    cluster_run(c, (3 * 3600 + 1) * SECOND);
    char name[64];
    for (uint32_t row = 0; row < c->world->pods.count; row++) {
        if (c->world->pods.at[row].uid != 0) {
            world_pod_name(c->world, row, name, sizeof name);
        }
    }
    cr_expect_str_eq(name, "tidy-29631060-0");
    uint32_t job = world_pod(c->world, 0)->workload;
    world_workload_name(c->world, job, name, sizeof name);
    cr_expect_str_eq(name, "tidy-29631060");
    cluster_close(c);
}

/* It runs for 20 minutes; 30 s after its start the Job is deleted. Its pod ends within its grace and is the CronJob's until
 * it is gone. */
Test(world, a_removed_jobs_pods_are_its_cronjobs)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1d") NODE
        "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: slow}\nspec: {schedule: '0 3 * * *', jobTemplate: "
        "{spec: {template: {spec: {restartPolicy: Never, " CONTAINER("130m", "97Mi", "") "}}}}}\n");
    cluster_run(c, (3 * 3600 + 30) * SECOND);
    uint32_t job = world_pod(c->world, 0)->workload, cronjob = world_workload(c->world, job)->owner;
    sim_send(c->sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_DELETE_WORKLOAD, .target = api_ref_workload(c->world, job)});
    cluster_run(c, (3 * 3600 + 31) * SECOND);
    cr_expect_eq(world_pod(c->world, 0)->workload, cronjob);
    cr_expect_eq(world_pod(c->world, 0)->owner_kind, OWNER_NONE);
    cluster_run(c, (3 * 3600 + 60) * SECOND);
    cr_expect_eq(c->world->pods.at[0].uid, 0);
    cluster_close(c);
}

struct tally {
    int32_t all, ready;
};

static void add_up(const struct cluster *c, const uint32_t *pods, uint32_t count, struct tally *t)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct pod *p = world_pod(c->world, pods[i]);
        t->all += pod_is_active(p);
        t->ready += pod_is_active(p) && p->ready == CONDITION_TRUE;
    }
}

/* Nothing has happened for a while: what the controllers say of pods is what there is. */
static void expect_true_counts(const struct cluster *c)
{
    for (uint32_t row = 0; row < c->world->workloads.count; row++) {
        const struct workload *o = &c->world->workloads.at[row];
        if (o->uid == 0 || o->kind == WORKLOAD_JOB || o->kind == WORKLOAD_CRONJOB) {
            continue;
        }
        struct tally whole = {0};
        add_up(c, o->pods.at, o->pods.count, &whole);
        for (uint32_t i = 0; i < o->replicasets.count; i++) {
            const struct replicaset *rs = world_replicaset(c->world, o->replicasets.at[i]);
            struct tally own = {0};
            add_up(c, rs->pods.at, rs->pods.count, &own);
            add_up(c, rs->pods.at, rs->pods.count, &whole);
            cr_expect_eq(rs->status.replicas, own.all, "%s", o->name);
            cr_expect_eq(rs->status.ready, own.ready, "%s", o->name);
            cr_expect_eq(rs->replicas, own.all, "%s", o->name);
        }
        if (o->kind != WORKLOAD_DAEMONSET) {
            cr_expect_eq(o->status.replicas, whole.all, "%s", o->name);
            cr_expect_eq(o->spec.replicas, whole.all, "%s", o->name);
        }
        cr_expect_eq(o->status.ready, whole.ready, "%s", o->name);
    }
}

/* A release, a bad one and its end, a crash, growth and shrinking; looked at ten minutes after each. */
Test(world, at_rest_the_status_of_a_workload_counts_its_pods)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 6h") POOL("general", "instance: m6i.large, nodes: {min: 2, max: 5}")
            WORKLOAD("Deployment", "web", "replicas: 5, ", CONTAINER("300m", "256Mi", "")) WORKLOAD(
                "StatefulSet", "db", "replicas: 3, serviceName: db, ", CONTAINER("200m", "256Mi", ""))
                WORKLOAD("DaemonSet", "agent", "", "tolerations: [{operator: Exists}], " CONTAINER("50m", "64Mi", ""))
                    RELEASE("v2", "at: 2026-05-04T00:10:00Z, workload: Deployment/web, images: {app: b}") RELEASE(
                        "v3", "at: 2026-05-04T00:40:00Z, workload: Deployment/web, images: {app: c}, bad: crash")
                        RELEASE("undo", "at: 2026-05-04T01:10:00Z, workload: Deployment/web, rollback: true") RELEASE(
                            "db2", "at: 2026-05-04T01:40:00Z, workload: StatefulSet/db, images: {app: b}")
                            RELEASE("a2", "at: 2026-05-04T02:10:00Z, workload: DaemonSet/agent, images: {app: b}")
                                FAULT("at: 2026-05-04T02:42:03Z, recover: 6m, nodeCrash: {pool: general, count: 1}"));
    for (int64_t half_hour = 0; half_hour < 8; half_hour++) {
        cluster_run(c, (half_hour * 1800 + 1200) * SECOND);
        if (half_hour != 1) { /* pods that crash come and go */
            expect_true_counts(c);
        }
        if (half_hour >= 6) {
            cluster_scale(c, "web", half_hour == 6 ? 17 : 3);
        }
    }
    cluster_run(c, 6 * 3600 * SECOND);
    expect_true_counts(c);
    cluster_close(c);
}
