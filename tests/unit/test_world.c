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
