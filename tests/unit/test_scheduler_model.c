/* The scheduler over time, in a whole simulation. An m6i.large has 1930m for pods. */
#include "sim/scenario/selector.h"
#include "tests/unit/sim_fixture.h"

#define WEB(replicas, cpu) WORKLOAD("Deployment", "web", "replicas: " replicas ", ", CONTAINER(cpu, "128Mi", ""))
#define NODES(count) POOL("general", "instance: m6i.large, autoscaler: none, nodes: " count)

/* The last write of the first n of a client's that sends 20 a second with a burst of 30, all asked for at once: ms. */
static int64_t last_of(int64_t n)
{
    return n <= 30 ? 0 : (n - 30) * 50;
}

/* 0 to 100 pods at 60 s. The ReplicaSet asks for batches of 1, 2, 4 ... 32, 37, each when the one before has landed; its
 * client's bucket refills meanwhile. 100 pods are created, so the last one not before (100 - 30) / 20 = 3.5 s; with 7
 * batches of 10 ms each in which the bucket gains a little at most 70 ms more. */
Test(scheduler_model, the_controllers_rate_limit_stretches_a_mass_scale_up)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("0", "20m") NODES("4"));
    cluster_run(c, 60 * SECOND);
    cluster_scale(c, "web", 100);
    cluster_run(c, 62 * SECOND);
    uint32_t created = pod_count(c, "web", POD_CREATED, 0, 62 * SECOND);
    cr_expect(created >= 30 + 20 && created <= 30 + 40, "%u", created);
    cluster_run(c, 80 * SECOND);
    int64_t last = 0;
    for (uint32_t number = 0; number < 100; number++) {
        int64_t at = pod_when(c, "web", number, POD_CREATED, 0);
        last = at > last ? at : last;
    }
    cr_expect(last >= 60 * SECOND + last_of(100) * MS && last <= 60 * SECOND + (last_of(100) + 100) * MS, "%.3f s",
              (double)last / 1e9);
    cr_expect_eq(pod_count(c, "web", POD_BOUND, 0, 80 * SECOND), 100);
    cluster_close(c);
}

/* Four pods of 900m on one node of 1930m: two wait. One that runs is deleted: the first of those that wait takes its room
 * when it is gone, not when it is asked to go. */
Test(scheduler_model, a_pod_waits_until_another_is_gone)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("4", "900m") NODES("1"));
    cluster_run(c, 60 * SECOND);
    cr_expect_eq(count_pods(c, "web", is_pending), 2);
    sim_send(c->sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(c->world, 0), .grace_ns = -1});
    cluster_run(c, 120 * SECOND);
    int64_t gone = pod_when(c, "web", NONE, POD_GONE, 0), bound = pod_when(c, "web", NONE, POD_BOUND, 0);
    expect_ns(gone, 60 * SECOND + 2015 * MS);
    expect_ns(bound, gone + 15 * MS + SCHEDULING);
    cr_expect_eq(count_pods(c, "web", is_ready), 2);
    cr_expect_eq(count_pods(c, "web", is_pending), 2);
    cluster_close(c);
}

/* 25 pods are there at once (the ReplicaSet's client has a burst of 30). With 230 ms for each attempt the last is decided
 * 25 x 230 ms = 5.75 s after the first was taken out; its bind lands 10 ms later. */
Test(scheduler_model, attempts_come_one_after_another)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h, delays: {scheduling: 230ms}") WEB("0", "20m") NODES("4"));
    cluster_run(c, 60 * SECOND);
    cluster_scale(c, "web", 25);
    cluster_run(c, 70 * SECOND);
    int64_t first = INT64_MAX, last = 0;
    for (uint32_t number = 0; number < 25; number++) {
        int64_t at = pod_when(c, "web", number, POD_BOUND, 0);
        first = at < first ? at : first;
        last = at > last ? at : last;
    }
    expect_ns(last - first, 24 * 230 * MS);
    expect_ns(first, pod_when(c, "web", 0, POD_CREATED, 0) + 5 * MS + 230 * MS + 10 * MS);
    cluster_close(c);
}

#define PACKED                                                                                                         \
    "---\napiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"                              \
    "clientConnection: {qps: 4, burst: 3}\nprofiles: [{schedulerName: default-scheduler}]\n"

/* 11 binds by a client that sends 4 a second with a burst of 3: the last (11 - 3) / 4 = 2 s after the first ones, but for
 * the time between their decisions. */
Test(scheduler_model, the_configured_client_limits_binds)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("0", "20m") NODES("4") PACKED);
    cluster_run(c, 60 * SECOND);
    cluster_scale(c, "web", 11);
    cluster_run(c, 70 * SECOND);
    int64_t first = INT64_MAX, last = 0;
    for (uint32_t number = 0; number < 11; number++) {
        int64_t at = pod_when(c, "web", number, POD_BOUND, 0);
        first = at < first ? at : first;
        last = at > last ? at : last;
    }
    expect_ns(last - first, 2 * SECOND);
    cluster_close(c);
}

#define HIGH(policy)                                                                                                   \
    "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n"                \
    "preemptionPolicy: " policy "\n"

static struct cluster *with_urgent(const char *text)
{
    struct cluster *c = cluster_open(text);
    cluster_run(c, 60 * SECOND);
    cr_expect_eq(count_pods(c, "low", is_pending), 1);
    cluster_scale(c, "urgent", 1);
    cluster_run(c, 90 * SECOND);
    return c;
}

#define URGENT(policy)                                                                                                 \
    SCENARIO("duration: 1h")                                                                                           \
    HIGH(policy)                                                                                                       \
    WEB("2", "900m")                                                                                                   \
    WORKLOAD("Deployment", "low", "replicas: 1, ", CONTAINER("900m", "128Mi", ""))                                     \
    WORKLOAD("Deployment", "urgent", "replicas: 0, ", "priorityClassName: high, " CONTAINER("900m", "128Mi", ""))      \
    NODES("1")

/* Of the two that wait the one with the PriorityClass goes first, though it came last. */
Test(scheduler_model, priority_decides_who_gets_the_room)
{
    struct cluster *c = with_urgent(URGENT("Never"));
    cr_expect_eq(count_pods(c, "urgent", is_pending), 1);
    cr_expect_eq(count_pods(c, "web", is_ready), 2);
    cluster_scale(c, "web", 1);
    cluster_run(c, 120 * SECOND);
    cr_expect_eq(count_pods(c, "urgent", is_ready), 1);
    cr_expect_eq(count_pods(c, "low", is_pending), 1);
    cluster_close(c);
}

/* The urgent pod fits nowhere, so one of the two pods of web has to go, and only one; its successor waits. */
Test(scheduler_model, a_pod_of_higher_priority_takes_the_place_of_another)
{
    struct cluster *c = with_urgent(URGENT("PreemptLowerPriority"));
    cr_expect_eq(count_pods(c, "urgent", is_ready), 1);
    cr_expect_eq(count_pods(c, "web", is_ready), 1);
    cr_expect_eq(count_pods(c, "web", is_pending), 1);
    cr_expect_eq(count_pods(c, "low", is_pending), 1);
    cr_expect_eq(pod_count(c, "web", POD_GONE, 0, 90 * SECOND), 1);
    cluster_close(c);
}

#define TWO_ON_A_NODE                                                                                                  \
    SCENARIO("duration: 1h")                                                                                           \
    HIGH("PreemptLowerPriority")                                                                                       \
    WEB("0", "900m")                                                                                                   \
    WORKLOAD("Deployment", "low", "replicas: 1, ", CONTAINER("900m", "128Mi", ""))                                     \
    WORKLOAD("Deployment", "urgent", "replicas: 0, ", "priorityClassName: high, " CONTAINER("900m", "128Mi", ""))      \
    NODES("1")

#define BUDGET                                                                                                         \
    "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"                                   \
    "spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n"

/* A node holds two pods of 900m: one of low, and later one of web. For the urgent pod's sake the one that came last has to
 * go; but of web one must stay, so with a budget the other goes. */
Test(scheduler_model, a_budget_turns_preemption_to_other_victims)
{
    for (int guarded = 0; guarded < 2; guarded++) {
        struct cluster *c = cluster_open(guarded ? TWO_ON_A_NODE BUDGET : TWO_ON_A_NODE);
        cluster_run(c, 30 * SECOND);
        cluster_scale(c, "web", 1);
        cluster_run(c, 60 * SECOND);
        cr_expect_eq(count_pods(c, "web", is_ready), 1);
        cluster_scale(c, "urgent", 1);
        cluster_run(c, 90 * SECOND);
        cr_expect_eq(count_pods(c, "urgent", is_ready), 1);
        cr_expect_eq(count_pods(c, "web", is_ready), guarded ? 1 : 0);
        cr_expect_eq(count_pods(c, "low", is_ready), guarded ? 0 : 1);
        cluster_close(c);
    }
}

/* The sum of what is assumed and bound never passes what a node has: 40 pods of 300m on four nodes of 6 each. */
Test(scheduler_model, no_node_gets_more_than_it_has)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WEB("0", "300m") NODES("4"));
    cluster_run(c, 10 * SECOND);
    cluster_scale(c, "web", 40);
    cluster_run(c, 60 * SECOND);
    for (uint32_t row = 0; row < c->world->nodes.count; row++) {
        cr_expect_eq(c->world->nodes.at[row].pods.count, 6);
    }
    cr_expect_eq(count_pods(c, "web", is_pending), 16);
    cluster_close(c);
}

#define CLASS(provisioner)                                                                                             \
    "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: disk}\nprovisioner: " provisioner "\n"   \
    "volumeBindingMode: WaitForFirstConsumer\n"
#define CLAIMS                                                                                                         \
    "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: disk, "    \
    "resources: {requests: {storage: 8Gi}}}}], serviceName: db, "

static const char *zone_of(const struct cluster *c, const char *workload)
{
    for (uint32_t i = 0; i < c->world->pods.count; i++) {
        const struct pod *p = &c->world->pods.at[i];
        if (p->uid != 0 && p->node != NONE && strcmp(world_workload(c->world, p->workload)->name, workload) == 0) {
            const char *key = names_text(c->sim->names, "topology.kubernetes.io/zone");
            return labels_get(world_node(c->world, p->node)->labels, key);
        }
    }
    return NULL;
}

static void cordon(struct cluster *c, uint32_t row)
{
    struct intent i = {
        .kind = INTENT_UPDATE_NODE, .target = api_ref_node(c->world, row), .node = *world_node(c->world, row)};
    i.node.unschedulable = true;
    sim_send(c->sim, CLIENT_USER, &i);
}

/* The zones of the one pod of db before and after its node was cordoned and it was deleted. */
static void move(const char *text, const char **before, const char **after)
{
    static char zones[2][64];
    struct cluster *c = cluster_open(text);
    cluster_run(c, 60 * SECOND);
    snprintf(zones[0], sizeof zones[0], "%s", zone_of(c, "db"));
    cordon(c, c->world->pods.at[0].node);
    cluster_run(c, 61 * SECOND);
    sim_send(c->sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(c->world, 0), .grace_ns = -1});
    cluster_run(c, 600 * SECOND);
    const char *zone = zone_of(c, "db");
    snprintf(zones[1], sizeof zones[1], "%s", zone == NULL ? "none" : zone);
    cluster_close(c);
    *before = zones[0];
    *after = zones[1];
}

#define DB(provisioner)                                                                                                \
    SCENARIO("duration: 1h")                                                                                           \
    CLASS(provisioner)                                                                                                 \
    WORKLOAD("StatefulSet", "db", "replicas: 1, " CLAIMS, CONTAINER("500m", "128Mi", ""))                              \
    POOL("general", "instance: m6i.large, autoscaler: none, nodes: 2, zones: [a, b]")

/* Two nodes, of zones a and b. The disk is made where the first pod goes, and cannot be had in the other zone: the second
 * pod waits. A file system of all zones lets it go. */
Test(scheduler_model, a_pod_follows_its_disk_to_the_disks_zone)
{
    const char *before, *after;
    move(DB("ebs.csi.aws.com"), &before, &after);
    cr_expect_str_eq(after, "none", "%s, then %s", before, after);
    move(DB("efs.csi.aws.com"), &before, &after);
    cr_expect_str_neq(after, "none");
    cr_expect_str_neq(after, before);
}

/* A volume of zone b, and a claim bound to it: of 4 pods that share it none goes to zone a, though that node is as empty. */
Test(scheduler_model, a_claim_bound_to_a_zone_keeps_its_pods_there)
{
    struct cluster *c = cluster_open(SCENARIO(
        "duration: 1h") "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv}\n"
                        "spec: {capacity: {storage: 8Gi}, accessModes: [ReadWriteMany], csi: {driver: x.example, volumeHandle: h}, "
                        "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, "
                        "operator: In, values: [us-east-1b]}]}]}}}\n"
                        "---\napiVersion: v1\nkind: PersistentVolumeClaim\n"
                        "metadata: {name: shared, annotations: {pv.kubernetes.io/bind-completed: 'yes'}}\n"
                        "spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 8Gi}}, volumeName: pv}\n" WORKLOAD(
                            "Deployment", "web", "replicas: 4, ",
                            "volumes: [{name: v, persistentVolumeClaim: {claimName: shared}}], " CONTAINER(
                                "100m", "128Mi",
                                "")) POOL("general", "instance: m6i.large, autoscaler: none, nodes: 2, zones: [a, b]"));
    cluster_run(c, 60 * SECOND);
    uint32_t there = 0;
    for (uint32_t i = 0; i < c->world->pods.count; i++) {
        const struct pod *p = &c->world->pods.at[i];
        const char *key = names_text(c->sim->names, "topology.kubernetes.io/zone");
        there += p->uid != 0 && p->node != NONE &&
                 strcmp(labels_get(world_node(c->world, p->node)->labels, key), "us-east-1b") == 0;
    }
    cr_expect_eq(there, 4);
    cluster_close(c);
}

static void repeat(struct buffer *out, uint32_t count, const char *before, const char *after)
{
    for (uint32_t i = 0; i < count; i++) {
        buffer_format(out, "%s%s%u%s", i == 0 ? "" : ", ", before, i, after);
    }
}

/* 3,000 tolerations, 1,000 node terms of which the last one matches, 500 soft constraints on labels that no node has, 500
 * terms that keep it away from pods that are not there: all three pods run, and a taint among the 3,000 is tolerated. */
Test(scheduler_model, thousands_of_constraints_are_only_slow)
{
    struct buffer text = {0};
    buffer_text(&text, SCENARIO("duration: 1h") POOL("general", "instance: m6i.large, autoscaler: none, nodes: 2, "
                                                                "labels: {k999: v}, taints: [{key: t2999, value: x, "
                                                                "effect: NoSchedule}]"));
    buffer_text(&text, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3, "
                       "selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: "
                       "{tolerations: [");
    repeat(&text, 3000, "{key: t", ", operator: Exists}");
    buffer_text(&text, "], topologySpreadConstraints: [");
    repeat(&text, 500, "{maxSkew: 1, topologyKey: s",
           ", whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}");
    buffer_text(&text, "], affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                       "{nodeSelectorTerms: [");
    repeat(&text, 1000, "{matchExpressions: [{key: k", ", operator: Exists}]}");
    buffer_text(&text, "]}}, podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [");
    repeat(&text, 500, "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: other", "}}}");
    buffer_text(&text, "]}}, " CONTAINER("100m", "64Mi", "") "}}}\n");
    struct cluster *c = cluster_open(text.at);
    cluster_run(c, 60 * SECOND);
    cr_expect_eq(count_pods(c, "web", is_ready), 3);
    cluster_close(c);
    buffer_drop(&text);
}
