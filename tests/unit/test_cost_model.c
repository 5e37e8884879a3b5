/* What nodes cost over time. An m6i.xlarge of aws/us-east-1 is 0.192 USD an hour, an m6i.large 0.096. */
#include "tests/unit/sim_fixture.h"

#include "models/cost/cost_model.h"

/* Of all that the ledger says. */
struct sums {
    int64_t workloads, others, idle, system;
};

static int64_t whole(struct cost_part part)
{
    return part.processor_nusd + part.memory_nusd;
}

static struct sums sum_up(const struct cost_ledger *l)
{
    struct sums s = {0};
    for (uint32_t d = 0; d < l->days.count; d++) {
        const struct cost_day *day = &l->days.at[d];
        for (uint32_t w = 0; day->workloads != NULL && w < l->workload_count; w++) {
            s.workloads += whole(day->workloads[w]);
        }
        s.others += whole(day->others);
        s.idle += whole(day->idle);
        s.system += whole(day->system);
    }
    return s;
}

/* Ordered at 17.25 s, removed 3723.5 s later, with looks at the minutes between: 192,000,000 x 3723.5 / 3600 =
 * 198,586,666.67 nano-dollars, cut. */
Test(cost_model, a_node_costs_its_price_times_its_life)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1d") POOL(
        "general", "instance: m6i.xlarge, autoscaler: none, nodes: {min: 0, max: 3, initial: 0}"));
    cluster_run(c, 17250 * MS);
    sim_send(c->sim, CLIENT_USER, &(struct intent){.kind = INTENT_CREATE_NODE, .node = c->plan.pools.at[0].nodes[0]});
    cluster_run(c, 17250 * MS + 3723500 * MS);
    sim_send(c->sim, CLIENT_USER, &(struct intent){.kind = INTENT_DELETE_NODE, .target = api_ref_node(c->world, 0)});
    cluster_run(c, 7200 * SECOND);
    const struct cost_ledger *l = cost_model_settle(c->sim);
    cr_expect_eq(l->total_nusd, 198586666);
    cr_expect_eq(l->pool_nusd[0], 198586666);
    cr_expect_float_eq(l->pool_node_ns[0], 3723.5e9, 1);
    struct sums s = sum_up(l);
    cr_expect_eq(s.idle + s.system, 198586666);
    cr_expect_eq(s.workloads + s.others, 0);
    cluster_close(c);
}

/* Two pods ask for 980m and 3 GiB each, a bare pod for the same. A core counts as much as 7.46 GiB: 4 cores are
 * 29.843 / (29.843 + capacity in GiB) of the price. Of that part 3920m of 4000m are the pods', of which each claims a quarter;
 * of the memory's part each claims 3 GiB of the capacity. */
Test(cost_model, pods_pay_for_what_they_claim_and_the_rest_is_idle)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 1d") POOL("general", "instance: m6i.xlarge, autoscaler: none, nodes: 1") WORKLOAD(
            "Deployment", "web", "replicas: 2, ",
            CONTAINER("980m", "3Gi",
                      "")) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {" CONTAINER("980m", "3Gi",
                                                                                                       "") "}\n");
    cluster_run(c, 3600 * SECOND);
    const struct cost_ledger *l = cost_model_settle(c->sim);
    struct sums s = sum_up(l);
    cr_expect_eq(l->total_nusd, 192000000);
    cr_expect_eq(s.workloads + s.others + s.idle + s.system, l->total_nusd);
    const struct node *n = world_node(c->world, 0);
    double capacity_gib = (double)n->capacity.memory_bytes / 0x1p30;
    double usable_gib = (double)n->allocatable.memory_bytes / 0x1p30;
    double processors = 192e6 * 29.8428133 / (29.8428133 + capacity_gib), memory = 192e6 - processors;
    double pod = processors * 980 / 4000 + memory * 3 / capacity_gib;
    cr_expect_float_eq((double)s.workloads, 2 * pod, 200, "%lld not %f", (long long)s.workloads, 2 * pod);
    cr_expect_float_eq((double)s.others, pod, 200);
    cr_expect_float_eq((double)s.system, processors * 80 / 4000 + memory * (1 - usable_gib / capacity_gib), 200);
    cluster_close(c);
}

/* Three days in which everything comes and goes: nodes, pods by load, Jobs every seven minutes, releases, a crash. */
Test(cost_model, what_is_shared_out_is_what_nodes_cost_to_the_nano_dollar)
{
    struct cluster *c = cluster_open(
        SCENARIO("duration: 3d") POOL("general", "instance: m6i.large, nodes: {min: 1, max: 9, initial: 2}") POOL(
            "other", "instance: c6i.xlarge, nodes: {min: 0, max: 3}")
            WORKLOAD("Deployment", "web", "replicas: 2, ", CONTAINER("431m", "311Mi", "")) WORKLOAD(
                "DaemonSet", "agent", "",
                CONTAINER(
                    "37m", "61Mi",
                    "")) "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tidy}\nspec: {schedule: '*/7 * * * *', "
                         "concurrencyPolicy: Replace, jobTemplate: {spec: {parallelism: 3, completions: 11, template: {spec: {restartPolicy: Never, " CONTAINER(
                             "613m", "97Mi",
                             "") "}}}}}\n"
                                 "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: "
                                 "{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 20, "
                                 "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 63}}}]}\n"
                                 "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: visitors}\nspec: {rate: 211/s, profile: "
                                 "city-week, noise: 12%, sends: [{to: web}]}\n"
                                 "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec: {workload: "
                                 "Deployment/web, request: {cpu: 9ms, timeout: 3s}, memory: {base: 90Mi}, start: {time: 11s}}\n" RELEASE(
                                     "v2", "at: 2026-05-05T10:10:00Z, workload: Deployment/web, images: {app: 'b'}")
                                     FAULT(
                                         "at: 2026-05-06T03:02:03Z, recover: 21m, nodeCrash: {pool: general, count: 1}"));
    cluster_run(c, 3 * 86400 * SECOND);
    const struct cost_ledger *l = cost_model_settle(c->sim);
    struct sums s = sum_up(l);
    cr_expect_eq(l->days.count, 3 * l->pool_count);
    cr_expect_eq(s.workloads + s.others + s.idle + s.system, l->total_nusd);
    cr_expect_eq(l->pool_nusd[0] + l->pool_nusd[1], l->total_nusd);
    cr_expect_eq(s.others, 0, "%ld", (long)s.others);
    double expected = 0.096e9 * l->pool_node_ns[0] / 3600e9;
    cr_expect_float_eq((double)l->pool_nusd[0], expected, 200);
    cr_expect(l->pool_node_ns[0] > 2.0 * 3 * 86400e9);
    cluster_close(c);
}

/* An hour before midnight until two hours after it, on two nodes of $0.096 and one of $0.192. */
static const char night[] =
    "---\napiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: night}\n"
    "spec: {start: 2026-05-31T23:00:00Z, duration: 3h}\n" POOL("small", "instance: m6i.large, nodes: {min: 2, max: 2}")
        POOL("big", "instance: m6i.xlarge, labels: {pool: big}, nodes: {min: 1, max: 1}")
            WORKLOAD("Deployment", "web", "replicas: 3, ", CONTAINER("700m", "1Gi", "")) WORKLOAD(
                "Deployment", "batch", "replicas: 1, ", "nodeSelector: {pool: big}, " CONTAINER("1500m", "2Gi", ""));

static int64_t sum_of(const struct cost_ledger *l, uint32_t day, uint32_t pool)
{
    const struct cost_day *c = &l->days.at[day * l->pool_count + pool];
    int64_t sum = whole(c->idle) + whole(c->system) + whole(c->others);
    for (uint32_t i = 0; i < l->workload_count; i++) {
        sum += whole(c->workloads[i]);
    }
    return sum;
}

/* $0.192 for the hour of 31 May and $0.384 for the two of 1 June, in each pool. */
Test(cost_model, days_are_those_of_utc_and_pools_stand_apart)
{
    struct cluster *c = cluster_open(night);
    cluster_run(c, 3 * (3600 * SECOND));
    const struct cost_ledger *l = cost_model_settle(c->sim);
    cr_assert_eq(l->pool_count, 2);
    cr_assert_eq(l->days.count, 4);
    for (uint32_t pool = 0; pool < 2; pool++) {
        cr_expect_eq(sum_of(l, 0, pool), 192000000);
        cr_expect_eq(sum_of(l, 1, pool), 384000000);
        cr_expect_eq(l->pool_nusd[pool], 576000000);
    }
    cr_expect_eq(l->total_nusd, 1152000000);
    cluster_close(c);
}

/* batch may run on the big node alone; its 1500m of 4000m cost 37.5 % of the processors' part of $0.192, which is 29.8428 of
 * 29.8428 + 14.8 for 4 cores and the 16 GiB of which the machine itself keeps 7.5 %. */
Test(cost_model, a_workload_pays_where_its_pods_run)
{
    struct cluster *c = cluster_open(night);
    cluster_run(c, 3 * (3600 * SECOND));
    const struct cost_ledger *l = cost_model_settle(c->sim);
    uint32_t batch = find_workload(c, "batch");
    cr_assert_lt(batch, l->workload_count);
    cr_expect_eq(l->days.at[0].workloads[batch].processor_nusd, 0);
    cr_expect_float_eq((double)l->days.at[1].workloads[batch].processor_nusd, 0.375 * 29.8428 / 44.6428 * 0.192e9, 1e3);
    cluster_close(c);
}
