/* Nodes that come and go. Scans lie at the multiples of 10 s; an m6i.large has 1930m for pods, an m6i.xlarge 3920m. */
#include "tests/unit/sim_fixture.h"

#define WEB(replicas) WORKLOAD("Deployment", "web", "replicas: " replicas ", ", CONTAINER("900m", "256Mi", ""))
#define AGENT(cpu) WORKLOAD("DaemonSet", "agent", "", "tolerations: [{operator: Exists}], " CONTAINER(cpu, "64Mi", ""))
#define GENERAL(nodes) POOL("general", "instance: m6i.large, boot: 71300ms, nodes: " nodes)

/* Two pods of 900m fit on a node of 1930m, a third does not. Its size changes at 123 s; the pods are created 20 ms later
 * (two writes), tried 5 ms after that, and the condition lands another 10 ms later. The scan at 130 s orders a node, which
 * is there 10 ms later and Ready 71.3 s after that (and 10 ms for the status). The pod is tried again 5 ms later, bound
 * 10 ms later; 5 + 500 ms to be seen, 8 s for the image, 1 s for the container, 10 ms for the status. */
Test(autoscaler_model, a_pod_that_fits_nowhere_runs_after_scan_boot_pull_and_start)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("2") GENERAL("{min: 1, max: 4, initial: 1}"));
    cluster_run(c, 123 * SECOND);
    cluster_scale(c, "web", 3);
    cluster_run(c, 300 * SECOND);
    int64_t unschedulable = pod_when(c, "web", 2, POD_UNSCHEDULABLE, 0);
    cr_expect(unschedulable > 123 * SECOND && unschedulable < 124 * SECOND);
    expect_ns(node_when(c, "general-1", NODE_ADDED, 0), 130 * SECOND + 10 * MS);
    int64_t ready = 130 * SECOND + 10 * MS + 71300 * MS + 10 * MS;
    expect_ns(node_when(c, "general-1", NODE_READY, 0), ready);
    expect_ns(pod_when(c, "web", 2, POD_BOUND, 0), ready + 15 * MS + SCHEDULING);
    expect_ns(pod_when(c, "web", 2, POD_READY, 0), ready + 15 * MS + SCHEDULING + 9505 * MS + 10 * MS);
    cr_expect_eq(count_nodes(c), 2);
    cluster_close(c);
}

/* 9 pods of 900m, 2 a node: 5 nodes, but at most 4; the ninth stays Pending. */
Test(autoscaler_model, a_pool_grows_to_its_maximum_at_once_and_no_further)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("9") GENERAL("{min: 1, max: 4, initial: 1}"));
    cluster_run(c, 1800 * SECOND);
    cr_expect_eq(count_nodes(c), 4);
    cr_expect_eq(count_pods(c, "web", is_ready), 8);
    cr_expect_eq(count_pods(c, "web", is_pending), 1);
    expect_ns(node_when(c, "general-3", NODE_ADDED, 0), node_when(c, "general-1", NODE_ADDED, 0));
    cluster_close(c);
}

/* At 1203 s one of two pods on each node goes: 900m of 1930m are 46.6 %, and one node can be emptied onto the other. It is
 * unneeded from the scan at 1210 s on, cordoned and drained at 1810 s, and goes at the first scan after its pod has gone,
 * two seconds later. The pod comes up on the other node: 15 ms until it is made, 15 ms until it is bound, 505 ms
 * until it is seen, 1 s for the container, 10 ms for the status; the image is there. */
Test(autoscaler_model, a_node_that_is_not_needed_leaves_after_10_minutes)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("4") GENERAL("{min: 1, max: 4, initial: 2}"));
    cluster_run(c, 1203 * SECOND);
    cr_expect_eq(count_nodes(c), 2);
    cluster_scale(c, "web", 2);
    cluster_run(c, 1809 * SECOND);
    cr_expect_eq(count_nodes(c), 2);
    cluster_run(c, 1900 * SECOND);
    cr_expect_eq(count_nodes(c), 1);
    expect_ns(node_when(c, NULL, NODE_CORDONED, 0), 1810 * SECOND + 10 * MS);
    expect_ns(pod_when(c, "web", NONE, POD_DELETING, 1300 * SECOND), 1810 * SECOND + 10 * MS);
    expect_ns(node_when(c, NULL, NODE_GONE, 0), 1820 * SECOND + 10 * MS);
    expect_ns(pod_when(c, "web", NONE, POD_READY, 1300 * SECOND), 1810 * SECOND + 10 * MS + 1545 * MS + SCHEDULING);
    cr_expect_eq(count_pods(c, "web", is_ready), 2);
    cluster_close(c);
}

/* No pod at all: three nodes, two may go, together, at the scan 600 s after the start. */
Test(autoscaler_model, empty_nodes_leave_together_but_never_below_the_minimum)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") AGENT("50m") GENERAL("{min: 1, max: 4, initial: 3}"));
    cluster_run(c, 590 * SECOND);
    cr_expect_eq(count_nodes(c), 3);
    cluster_run(c, 3600 * SECOND);
    cr_expect_eq(count_nodes(c), 1);
    expect_ns(node_when(c, NULL, NODE_GONE, 0), 600 * SECOND + 10 * MS);
    cr_expect_eq(count_pods(c, "agent", NULL), 1);
    cluster_close(c);
}

/* general-0 is empty from 300 s on and unneeded since 310 s: it could go at 910 s. But another pool grew at 450 s, and
 * nothing goes before 1050 s. */
Test(autoscaler_model, no_node_leaves_within_10_minutes_of_growth)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("0") WORKLOAD(
        "Deployment", "batch", "replicas: 0, ", "nodeSelector: {headroom/pool: other}, " CONTAINER("900m", "1Gi", ""))
                                         GENERAL("{min: 0, max: 4, initial: 1}")
                                             POOL("other", "instance: m6i.large, nodes: {min: 0, max: 1}"));
    cluster_run(c, 203 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 300 * SECOND);
    cluster_scale(c, "web", 0);
    cluster_run(c, 443 * SECOND);
    cluster_scale(c, "batch", 1);
    cluster_run(c, 1049 * SECOND);
    cr_expect_eq(node_when(c, "general-0", NODE_GONE, 0), NEVER);
    cluster_run(c, 1100 * SECOND);
    expect_ns(node_when(c, "other-0", NODE_ADDED, 0), 450 * SECOND + 10 * MS);
    expect_ns(node_when(c, "general-0", NODE_GONE, 0), 1050 * SECOND + 10 * MS);
    cluster_close(c);
}

/* 3 pods of 900m and 256Mi. On m6i.large (2 cores, 8 GiB) two nodes waste 1 - 2700/4000 = 0.325 of the cpu and
 * 1 - 0.75/16 = 0.953 of the memory; on c6i.xlarge (4 cores, 8 GiB) one wastes 0.325 and 1 - 0.75/8 = 0.906. */
Test(autoscaler_model, the_pool_that_wastes_least_grows)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h") WEB("3") POOL("a-general", "instance: m6i.large, nodes: {min: 0, max: 9}")
                         POOL("b-compute", "instance: c6i.xlarge, nodes: {min: 0, max: 9}"));
    cluster_run(c, 600 * SECOND);
    cr_expect_eq(node_when(c, "a-general-0", NODE_ADDED, -1), NEVER);
    cr_expect_neq(node_when(c, "b-compute-0", NODE_ADDED, -1), NEVER);
    cr_expect_eq(count_nodes(c), 1);
    cr_expect_eq(count_pods(c, "web", is_ready), 3);
    cluster_close(c);
}

/* 1930m: beside an agent of 200m only one pod of 900m fits on each node. The agent is bound before the node is Ready. */
Test(autoscaler_model, new_nodes_are_counted_with_the_share_of_daemonsets)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h") AGENT("200m") WEB("4") GENERAL("{min: 1, max: 9, initial: 1}"));
    cluster_run(c, 600 * SECOND);
    cr_expect_eq(count_nodes(c), 4);
    cr_expect_eq(count_pods(c, "agent", is_ready), 4);
    cr_expect_eq(count_pods(c, "web", is_ready), 4);
    expect_ns(node_when(c, "general-3", NODE_ADDED, -1), node_when(c, "general-1", NODE_ADDED, -1));
    cluster_close(c);
}

/* Each of three nodes has one pod of 900m, 46.6 %, and fits one more: the first two candidates cannot both go to the
 * third. One leaves after 10 minutes; then nodes are 93 % and 47 % full and nothing moves any more. */
Test(autoscaler_model, nodes_do_not_count_on_each_other_to_take_their_pods)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 3h") WEB("3") GENERAL("{min: 1, max: 4, initial: 3}"));
    cluster_run(c, 3 * 3600 * SECOND);
    cr_expect_eq(count_nodes(c), 2);
    cr_expect_eq(pod_count(c, "web", POD_DELETING, 0, 3 * 3600 * SECOND), 1);
    cluster_close(c);
}

/* Nobody makes these again, or they have data on their node. */
Test(autoscaler_model, pods_that_may_not_be_moved_keep_their_node)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 3h") WORKLOAD(
        "Deployment", "cache", "replicas: 1, ",
        "volumes: [{name: data, emptyDir: {}}], " CONTAINER(
            "1100m", "1Gi",
            "")) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {" CONTAINER("1100m", "1Gi",
                                                                                             "") "}\n" WORKLOAD("Deployment",
                                                                                                                "web",
                                                                                                                "replicas: 1, ",
                                                                                                                CONTAINER(
                                                                                                                    "1100m",
                                                                                                                    "1Gi",
                                                                                                                    ""))
                                         POOL("general", "instance: m6i.xlarge, nodes: {min: 0, max: 9, initial: 3}"));
    cluster_run(c, 3 * 3600 * SECOND);
    cr_expect_eq(count_nodes(c), 2);
    cr_expect_eq(pod_count(c, "cache", POD_DELETING, 0, 3 * 3600 * SECOND), 0);
    cluster_close(c);
}

/* One of two nodes dies at 123 s and is seen at 175 s. At 475 s its two pods are deleted; the other node is full, the dead
 * one is no place to wait for: the scan at 480 s orders a node. The same scan is the first that finds nobody on the dead
 * node who must go elsewhere: it leaves 20 minutes later. Its ordinal is free again only then: the new node is the third. */
Test(autoscaler_model, a_dead_node_is_no_room_and_leaves_after_20_minutes)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("4") GENERAL("{min: 1, max: 4, initial: 2}")
                                         FAULT("at: 2026-05-04T00:02:03Z, nodeCrash: {pool: general, count: 1}"));
    cluster_run(c, 3600 * SECOND);
    expect_ns(node_when(c, "general-2", NODE_ADDED, 0), 480 * SECOND + 10 * MS);
    expect_ns(node_when(c, "general-0", NODE_GONE, 0), 1680 * SECOND + 10 * MS);
    cr_expect_eq(count_pods(c, "web", is_ready), 4);
    cr_expect_eq(count_pods(c, "web", NULL), 4);
    cr_expect_eq(count_nodes(c), 2);
    cluster_close(c);
}

/* The agent's pod on a removed node is there until it is collected, at least 40 s later. A node ordered meanwhile has
 * another name, and its own agent. */
Test(autoscaler_model, a_new_node_does_not_inherit_the_pods_of_the_one_before_it)
{
    struct cluster *c =
        cluster_open(SCENARIO("duration: 1h") AGENT("50m") WEB("0") GENERAL("{min: 0, max: 4, initial: 2}"));
    cluster_run(c, 603 * SECOND);
    cr_expect_eq(count_nodes(c), 0);
    cluster_scale(c, "web", 1);
    cluster_run(c, 615 * SECOND);
    cr_expect_neq(node_when(c, "general-2", NODE_ADDED, 0), NEVER);
    cluster_run(c, 1200 * SECOND);
    cr_expect_eq(count_pods(c, "agent", is_ready), 1);
    cr_expect_eq(count_pods(c, "web", is_ready), 1);
    cluster_close(c);
}

static void keep_note(void *context, const struct sim *sim, const struct note *note)
{
    char *said = context;
    size_t used = strlen(said);
    if (strcmp(note->model, "autoscaler") == 0) {
        char text[200];
        note->render(sim, note, text, sizeof text);
        snprintf(said + used, 1000 - used, "%s: %s\n", note->reason, text);
    }
}

/* Four pods of 900m on one node of two: one more is wanted, and not wanted any more from 300 s on. */
Test(autoscaler_model, what_it_does_is_told)
{
    char said[1000] = "";
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("4") GENERAL("{min: 1, max: 4, initial: 1}"));
    sim_listen(c->sim, (struct sim_listener){.context = said, .note = keep_note});
    cluster_run(c, 300 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 1200 * SECOND);
    cr_expect_str_eq(said, "TriggeredScaleUp: pod triggered scale-up: [{general 1->2 (max: 4)}]\n"
                           "ScaleDown: node general-1 removed by cluster autoscaler\n");
    cluster_close(c);
}
