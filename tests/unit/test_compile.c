#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/defaults.h"

static struct arena arena;
static struct names names;
static struct compiler compiler;

static void open_all(void)
{
    arena = arena_make(1 << 16);
    names = names_make(&arena);
    compiler = compile_make(&arena, &names);
}

static void close_all(void)
{
    compile_drop(&compiler);
    names_drop(&names);
    arena_drop(&arena);
}

TestSuite(compile, .init = open_all, .fini = close_all);

static struct value *read(const char *text)
{
    struct fail fail = {0};
    struct value *v = json_read(&arena, &names, "test", text, strlen(text), &fail);
    cr_assert_not_null(v, "%s", fail.text);
    defaults_apply(&arena, &names, v);
    return v;
}

#define DEPLOYMENT(replicas, image)                                                                                               \
    "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":" replicas        \
    ",\"selector\":{\"matchLabels\":{\"app\":\"web\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},"                \
    "\"spec\":{\"tolerations\":[{\"key\":\"spot\",\"operator\":\"Exists\"}],\"containers\":[{\"name\":\"app\",\"image\":\"" image \
    "\",\"resources\":{\"requests\":{\"cpu\":\"237m\"},\"limits\":{\"memory\":\"1536Ki\"}},"                                      \
    "\"readinessProbe\":{\"periodSeconds\":7,\"httpGet\":{\"port\":80}}}]}}}}"

/* A limit of 1536Ki is the request too: 1536 x 1024 = 1572864 bytes. 25 % surge and unavailable are the defaults. */
Test(compile, a_deployment_becomes_plain_columns)
{
    struct workload_spec s = compile_workload(&compiler, WORKLOAD_DEPLOYMENT, read(DEPLOYMENT("7", "web:1")));
    cr_assert_eq(s.replicas, 7);
    cr_assert_eq(s.progress_deadline_seconds, 600);
    cr_assert(s.max_surge.percent);
    cr_assert_eq(s.max_surge.amount, 25);
    cr_assert_eq(s.rollback_to, -1);
    cr_assert_eq(s.template->requests.mcpu, 237);
    cr_assert_eq(s.template->requests.memory_bytes, 1572864);
    cr_assert_eq(s.template->containers[0].limit_mcpu, UNLIMITED);
    cr_assert_eq(s.template->containers[0].readiness.period_s, 7);
    cr_assert_eq(s.template->qos, QOS_BURSTABLE);
    cr_assert_eq(s.template->grace_ns, 30000000000);
    cr_assert_eq(s.template->placement->toleration_count, 1);
}

Test(compile, equal_templates_are_one_pointer_whatever_else_differs)
{
    struct workload_spec three = compile_workload(&compiler, WORKLOAD_DEPLOYMENT, read(DEPLOYMENT("3", "web:1")));
    struct workload_spec five = compile_workload(&compiler, WORKLOAD_DEPLOYMENT, read(DEPLOYMENT("5", "web:1")));
    struct workload_spec other = compile_workload(&compiler, WORKLOAD_DEPLOYMENT, read(DEPLOYMENT("3", "web:2")));
    cr_assert_eq(three.template, five.template);
    cr_assert_neq(three.template, other.template);
    cr_assert_eq(other.template->number, 1);
}

Test(compile, a_cronjob_carries_the_job_that_it_makes)
{
    struct workload_spec s = compile_workload(
        &compiler, WORKLOAD_CRONJOB,
        read(
            "{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"nightly\"},\"spec\":{"
            "\"schedule\":\"15 2 * * *\",\"concurrencyPolicy\":\"Forbid\",\"jobTemplate\":{\"spec\":{\"parallelism\":4,"
            "\"completions\":9,\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"etl\","
            "\"image\":\"etl:1\"}]}}}}}}"));
    cr_assert_str_eq(s.schedule, "15 2 * * *");
    cr_assert(s.forbid_concurrent);
    cr_assert_eq(s.job->replicas, 4);
    cr_assert_eq(s.job->completions, 9);
    cr_assert_eq(s.template->restart_policy, RESTART_NEVER);
    cr_assert_eq(s.template->nonzero_mcpu, 100);
}

Test(compile, a_node_offers_its_allocatable)
{
    struct node n = compile_node(
        &compiler,
        read("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\",\"labels\":{"
             "\"topology.kubernetes.io/zone\":\"eu-1a\"}},\"spec\":{\"taints\":[{\"key\":\"gpu\",\"effect\":"
             "\"NoSchedule\"}]},\"status\":{\"capacity\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":\"58\"},"
             "\"allocatable\":{\"cpu\":\"3920m\",\"memory\":\"15Gi\",\"pods\":\"58\",\"nvidia.com/gpu\":\"2\"}}}"));
    cr_assert_eq(n.capacity.mcpu, 4000);
    cr_assert_eq(n.allocatable.mcpu, 3920);
    cr_assert_eq(n.pods_allocatable, 58);
    cr_assert_eq(n.allocatable.scalar_count, 1);
    cr_assert_str_eq(n.zone, "eu-1a");
    cr_assert_eq(n.taints->count, 1);
    cr_assert(n.ready);
}
