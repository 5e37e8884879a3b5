/* Nodes that crash. The node's lease is renewed at the multiples of 10 s and looked at every 5 s: a crash at 123 s follows
 * the renewal of 120 s, which is older than 50 s when it is looked at at 175 s. The status of the node lands 10 ms later,
 * then that of its pods. */
#include "tests/unit/sim_fixture.h"

#define WEB WORKLOAD("Deployment", "web", "replicas: 4, ", CONTAINER("500m", "256Mi", ""))
#define AGENT WORKLOAD("DaemonSet", "agent", "", CONTAINER("100m", "64Mi", ""))
#define TWO_NODES POOL("general", "instance: m6i.xlarge, nodes: 2, autoscaler: none")
#define CRASH(recover) FAULT("at: 2026-05-04T00:02:03Z, nodeCrash: {pool: general, count: 1}, " recover)

static struct cluster *open_crash(const char *text)
{
    struct cluster *c = cluster_open(text);
    cluster_run(c, 20 * 60 * SECOND);
    return c;
}

static uint32_t pods_of(const struct cluster *c, const char *workload, const char *node, int64_t at_ns)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->log.count && c->log.at[i].at_ns <= at_ns; i++) {
        const struct moment *m = &c->log.at[i];
        bool here = m->pod.uid != 0 && m->workload != NULL && strcmp(m->workload, workload) == 0 &&
                    m->pod.node_name != NULL && strcmp(m->pod.node_name, node) == 0;
        count += here && is_moment(m, POD_BOUND);
        count -= here && is_moment(m, POD_GONE);
    }
    return count;
}

/* 175 + 300 = 475 s: two pods of web are deleted, and two new ones come to the other node; the agent tolerates it all. The
 * old ones stay: nobody is there to stop them. */
Test(fault_model, a_dead_node_is_seen_after_its_lease_and_its_pods_are_replaced_300_s_later)
{
    struct cluster *c = open_crash(SCENARIO("duration: 1h") WEB AGENT TWO_NODES CRASH(""));
    const char *dead = node_moment(c, NULL, NODE_STOPPED, 0)->node.name;
    expect_ns(node_when(c, dead, NODE_STOPPED, 0), 123 * SECOND);
    expect_ns(node_when(c, dead, NODE_UNREADY, 0), 175 * SECOND + 10 * MS);
    expect_ns(pod_when(c, "web", NONE, POD_UNREADY, 0), 175 * SECOND + 10 * MS);
    cr_expect_eq(pod_count(c, "web", POD_UNREADY, SECOND, 200 * SECOND), 2);
    expect_ns(pod_when(c, "web", NONE, POD_DELETING, 0), 475 * SECOND + 10 * MS);
    cr_expect_eq(pod_count(c, "web", POD_DELETING, 0, 3600 * SECOND), 2);
    cr_expect_eq(pod_count(c, "agent", POD_DELETING, 0, 3600 * SECOND), 0);
    cr_expect_eq(count_pods(c, "web", is_ready), 4);
    cr_expect_eq(count_pods(c, "web", NULL), 6);
    cr_expect_eq(pods_of(c, "web", dead, 3600 * SECOND), 2);
    cluster_close(c);
}

#define LOAD                                                                                                           \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\n"                                        \
    "spec: {workload: Deployment/web, request: {cpu: 1ms}, memory: 64Mi}\n"                                            \
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: rides}\nspec: {rate: 40/s, sends: [{to: web}]}\n"

static void hear_load(void *context, const struct sim *sim, const struct load_sample *s)
{
    struct load_sample *sum = context;
    (void)sim;
    sum->arrivals += s->arrivals;
    sum->failed += s->failed;
    sum->refused += s->refused;
    sum->served += s->served;
}

/* Two of four pods are on the node: half of 40/s goes there from 123 s until its pods are made not Ready, 10 ms after
 * 175 s: 20/s x 52.01 s = 1040.2 requests fail, and what was in the two pods (0.02) with them. After that all are served. */
Test(fault_model, requests_to_a_dead_node_fail_until_its_pods_are_made_not_ready)
{
    struct load_sample sum = {0};
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB TWO_NODES LOAD CRASH(""));
    sim_listen(c->sim, (struct sim_listener){.context = &sum, .load = hear_load});
    cluster_run(c, 120 * SECOND);
    cr_expect_eq(sum.failed, 0);
    cluster_run(c, 400 * SECOND);
    cr_expect_float_eq(sum.failed, 1040.2 + 0.02, 0.01, "%.6f", sum.failed);
    cr_expect_eq(sum.refused, 0);
    cr_expect_float_eq(sum.arrivals, sum.failed + sum.served, 0.1);
    cluster_close(c);
}

/* Back after 140 s, at 263 s: the images are there, so a container runs 1 s later; the status lands 10 ms after the
 * node's, and 10 ms after that. */
Test(fault_model, a_node_that_comes_back_in_time_starts_its_pods_again)
{
    struct cluster *c = open_crash(SCENARIO("duration: 1h") WEB AGENT TWO_NODES CRASH("recover: 140s"));
    cr_expect_eq(pod_count(c, "web", POD_DELETING, 0, 3600 * SECOND), 0);
    expect_ns(node_when(c, NULL, NODE_READY, 0), 263 * SECOND);
    int64_t ready = pod_when(c, "web", NONE, POD_READY, 1 * SECOND);
    expect_ns(ready, 263 * SECOND + 1010 * MS);
    const struct moment *m = pod_moment(c, "web", NONE, POD_READY, 1 * SECOND);
    cr_expect_eq(m->pod.restarts, 1);
    cr_expect_eq(count_pods(c, "web", is_ready), 4);
    cr_expect_eq(count_pods(c, "web", NULL), 4);
    cluster_close(c);
}

/* Back after 12 s, before anybody has noticed: the pods are not Ready while their containers start. */
Test(fault_model, a_short_outage_restarts_containers_all_the_same)
{
    struct cluster *c = open_crash(SCENARIO("duration: 1h") WEB TWO_NODES CRASH("recover: 12s"));
    cr_expect_eq(node_when(c, NULL, NODE_UNREADY, 0), NEVER);
    expect_ns(pod_when(c, "web", NONE, POD_UNREADY, SECOND), 135 * SECOND + 10 * MS);
    expect_ns(pod_when(c, "web", NONE, POD_READY, SECOND), 136 * SECOND + 10 * MS);
    cr_expect_eq(count_pods(c, "web", is_ready), 4);
    cluster_close(c);
}

/* Back after 500 s, at 623 s: its pods were deleted at 475 s, and now they can go: a second to stop is not needed as
 * nothing runs; the objects go with the kubelet's clean-up that was due long ago. */
Test(fault_model, pods_deleted_meanwhile_go_when_the_node_comes_back)
{
    struct cluster *c = open_crash(SCENARIO("duration: 1h") WEB TWO_NODES CRASH("recover: 500s"));
    cr_expect_eq(pod_count(c, "web", POD_GONE, 0, 600 * SECOND), 0);
    expect_ns(pod_when(c, "web", NONE, POD_GONE, 0), 623 * SECOND + 10 * MS);
    cr_expect_eq(count_pods(c, "web", NULL), 4);
    cluster_close(c);
}

/* tolerationSeconds 20: deleted at 175 + 20 = 195 s. */
Test(fault_model, a_pod_stays_as_long_as_it_tolerates_an_unreachable_node)
{
    struct cluster *c = open_crash(SCENARIO("duration: 1h") WORKLOAD(
        "Deployment", "web", "replicas: 4, ",
        "tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, "
        "tolerationSeconds: 20}], " CONTAINER("500m", "256Mi", "")) TWO_NODES CRASH(""));
    expect_ns(pod_when(c, "web", NONE, POD_DELETING, 0), 195 * SECOND + 10 * MS);
    cluster_close(c);
}

/* A release whose pods never become ready does not profit from a reboot. */
Test(fault_model, a_pod_that_was_not_ready_before_is_not_ready_after)
{
    struct cluster *c = open_crash(SCENARIO("duration: 1h") WEB TWO_NODES CRASH("recover: 60s") RELEASE(
        "bad", "at: 2026-05-04T00:01:00Z, workload: Deployment/web, images: {app: 'registry.example/app:2'}, "
               "bad: never-ready"));
    uint32_t ready = count_pods(c, "web", is_ready);
    cr_expect_eq(ready, 3, "%u", ready);
    cluster_close(c);
}

/* Nodes 0 and 2 are in zone a, 1 in b; each has room for one pod. At 123 s a is out for 20 min: two pods are deleted at
 * 475 s, and of the new nodes none is in a: ordinals 3 and 5. */
Test(fault_model, a_zone_that_is_out_loses_all_its_nodes_and_gets_no_new_ones)
{
    struct cluster *c = open_crash(
        SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 3, ", CONTAINER("1200m", "1Gi", ""))
            POOL("general", "instance: m6i.large, zones: [a, b], nodes: {min: 3, max: 8}, boot: 70s")
                FAULT("at: 2026-05-04T00:02:03Z, zoneOutage: us-east-1a, recover: 20m"));
    for (int i = 0; i < 3; i++) {
        const char *name = ((const char *const[]){"general-0", "general-1", "general-2"})[i];
        expect_ns(node_when(c, name, NODE_STOPPED, 0), i == 1 ? NEVER : 123 * SECOND);
    }
    const struct moment *first = node_moment(c, NULL, NODE_ADDED, 200 * SECOND);
    cr_assert_not_null(first);
    cr_expect_str_eq(first->node.name, "general-3");
    cr_expect_neq(node_when(c, "general-5", NODE_READY, 0), NEVER);
    cr_expect_eq(node_when(c, "general-4", NODE_ADDED, 0), NEVER);
    cr_expect_eq(count_pods(c, "web", is_ready), 3);
    cluster_close(c);
}
