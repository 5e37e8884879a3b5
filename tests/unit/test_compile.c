#include <criterion/criterion.h>

#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/manifest.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/selector.h"
#include "sim/scenario/yaml.h"

struct bench {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct compiler compiler;
};

static void bench_open(struct bench *b)
{
    b->arena = arena_make(1 << 16);
    b->names = names_make(&b->arena);
    b->problems = problems_make(&b->arena, &b->names);
    b->compiler = compile_make(&b->arena, &b->names);
}

static void bench_drop(struct bench *b)
{
    compile_drop(&b->compiler);
    problems_drop(&b->problems);
    names_drop(&b->names);
    arena_drop(&b->arena);
}

/* One manifest, checked and defaulted. */
static struct value *manifest(struct bench *b, const char *text)
{
    struct value *documents = value_list(&b->arena);
    cr_assert(yaml_read(&b->arena, &b->names, &b->problems, "x.yaml", text, strlen(text), documents));
    manifest_read(&b->arena, &b->names, documents->items[0], &b->problems);
    cr_assert_eq(b->problems.errors, 0, "%s", b->problems.list.at[0].text);
    return documents->items[0];
}

#define DEPLOYMENT(name, labels, image)                                                                                \
    "apiVersion: apps/v1\n"                                                                                            \
    "kind: Deployment\n"                                                                                               \
    "metadata: {name: " name "}\n"                                                                                     \
    "spec:\n"                                                                                                          \
    "  replicas: 7\n"                                                                                                  \
    "  minReadySeconds: 11\n"                                                                                          \
    "  strategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 35%}}\n"                                                \
    "  selector: {matchLabels: {app: web}}\n"                                                                          \
    "  template:\n"                                                                                                    \
    "    metadata: {labels: {app: web" labels "}}\n"                                                                   \
    "    spec:\n"                                                                                                      \
    "      containers:\n"                                                                                              \
    "      - {name: app, image: " image ", resources: {limits: {cpu: 1250m, memory: 96Mi}}}\n"                         \
    "      initContainers:\n"                                                                                          \
    "      - {name: side, image: p, restartPolicy: Always, resources: {requests: {cpu: 30m}}}\n"                       \
    "      - {name: init, image: i, resources: {requests: {memory: 200Mi}}}\n"

/* A limit without a request becomes one on the pod, so the pod asks for 1250m + 30m of cpu. Of memory the larger of what
 * runs, 96 Mi, and of the start, 200 Mi. For scoring the sidecar counts 200 Mi where it asks for no memory: running
 * 96 + 200, starting 200 + 200 Mi; and the init container 100m of cpu, which stays below 1280m. */
Test(compile, a_pod_asks_for_what_its_limits_imply_and_its_start_needs)
{
    struct bench b;
    bench_open(&b);
    struct workload_spec w =
        compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT, manifest(&b, DEPLOYMENT("web", "", "w:1")));
    const struct pod_template *t = w.template;
    cr_assert_eq(t->requests.mcpu, 1280);
    cr_assert_eq(t->requests.memory_bytes, 200 << 20);
    cr_assert_eq(t->nonzero_mcpu, 1280);
    cr_assert_eq(t->nonzero_memory_bytes, 400 << 20);
    cr_assert_eq(t->qos, QOS_BURSTABLE);
    cr_assert_eq(t->grace_ns, INT64_C(30000000000));
    cr_assert_eq(t->container_count, 3);
    cr_assert_str_eq(t->containers[0].name, "side");
    cr_assert_eq(t->containers[0].role, CONTAINER_SIDECAR);
    cr_assert_eq(t->containers[0].request_memory_bytes, UNLIMITED);
    cr_assert_eq(t->containers[1].role, CONTAINER_INIT);
    cr_assert_eq(t->containers[2].request_mcpu, 1250);
    cr_assert_eq(t->containers[2].limit_memory_bytes, 96 << 20);
    bench_drop(&b);
}

Test(compile, a_deployment_becomes_a_row)
{
    struct bench b;
    bench_open(&b);
    struct workload_spec w =
        compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT, manifest(&b, DEPLOYMENT("web", "", "w:1")));
    cr_assert_eq(w.replicas, 7);
    cr_assert_eq(w.min_ready_seconds, 11);
    cr_assert_eq(w.strategy, STRATEGY_ROLLING_UPDATE);
    cr_assert(!w.max_surge.percent && w.max_surge.amount == 2);
    cr_assert(w.max_unavailable.percent && w.max_unavailable.amount == 35);
    cr_assert_eq(w.progress_deadline_seconds, 600);
    cr_assert_eq(w.rollback_to, -1);
    cr_assert(selector_matches(w.selector, w.template->labels));
    bench_drop(&b);
}

Test(compile, equal_templates_are_one_pointer_whatever_hash_label_they_have)
{
    struct bench b;
    bench_open(&b);
    struct workload_spec first =
        compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT, manifest(&b, DEPLOYMENT("a", "", "w:1")));
    struct workload_spec other =
        compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT, manifest(&b, DEPLOYMENT("b", "", "w:2")));
    struct workload_spec again = compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT,
                                                  manifest(&b, DEPLOYMENT("c", ", pod-template-hash: 7d5f", "w:1")));
    cr_assert_eq(first.template, again.template);
    cr_assert_neq(first.template, other.template);
    cr_assert_eq(first.template->number, 0);
    cr_assert_eq(other.template->number, 1);
    bench_drop(&b);
}

/* 500 templates that differ in one number: the table of hashes grows four times. */
Test(compile, many_templates_are_told_apart)
{
    struct bench b;
    bench_open(&b);
    struct value *object = manifest(&b, DEPLOYMENT("a", "", "w:1"));
    struct value *spec = value_at(object, "spec.template.spec");
    const struct pod_template *made[500];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 500; i++) {
            value_put(&b.arena, spec, "terminationGracePeriodSeconds", value_integer(&b.arena, 17 + i));
            const struct pod_template *t = compile_template(&b.compiler, "default", value_at(object, "spec.template"));
            cr_assert(round == 0 || t == made[i]);
            cr_assert_eq(t->grace_ns, (17 + i) * INT64_C(1000000000));
            made[i] = t;
        }
    }
    cr_assert_eq(b.compiler.templates.count, 500);
    bench_drop(&b);
}

Test(compile, a_cron_job_has_the_job_that_it_makes_with_a_jobs_defaults)
{
    struct bench b;
    bench_open(&b);
    struct workload_spec w = compile_workload(
        &b.compiler, WORKLOAD_CRONJOB,
        manifest(&b, "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: night, namespace: etl}\nspec:\n"
                     "  schedule: '17 3 * * *'\n  timeZone: Europe/Berlin\n  concurrencyPolicy: Forbid\n"
                     "  jobTemplate: {spec: {template: {spec: {restartPolicy: Never,\n"
                     "    containers: [{name: app, image: i}]}}}}\n"));
    cr_assert_str_eq(w.schedule, "17 3 * * *");
    cr_assert_str_eq(w.time_zone, "Europe/Berlin");
    cr_assert(w.forbid_concurrent && !w.replace_concurrent);
    cr_assert_eq(w.job->backoff_limit, 6);
    cr_assert_eq(w.job->completions, 1);
    cr_assert_eq(w.job->replicas, 1);
    cr_assert_eq(w.job->template->restart_policy, RESTART_NEVER);
    cr_assert_eq(w.job->template->qos, QOS_BEST_EFFORT);
    bench_drop(&b);
}

Test(compile, a_pod_has_the_priority_of_its_class)
{
    struct bench b;
    bench_open(&b);
    compile_class(&b.compiler, manifest(&b, "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\n"
                                            "metadata: {name: batch}\nvalue: -230\n"));
    compile_class(&b.compiler, manifest(&b, "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\n"
                                            "metadata: {name: usual}\nvalue: 41\nglobalDefault: true\n"));
    struct pod named = compile_pod(&b.compiler, manifest(&b, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
                                                             "  priorityClassName: batch\n"
                                                             "  containers: [{name: app, image: i}]\n"));
    struct pod plain = compile_pod(&b.compiler, manifest(&b, "apiVersion: v1\nkind: Pod\nmetadata: {name: q}\nspec:\n"
                                                             "  nodeName: n7\n"
                                                             "  containers: [{name: app, image: i}]\n"));
    struct pod system = compile_pod(&b.compiler, manifest(&b, "apiVersion: v1\nkind: Pod\nmetadata: {name: r}\nspec:\n"
                                                              "  priorityClassName: system-node-critical\n"
                                                              "  containers: [{name: app, image: i}]\n"));
    cr_assert_eq(named.template->priority, -230);
    cr_assert_null(named.node_name);
    cr_assert_eq(plain.template->priority, 41);
    cr_assert_str_eq(plain.node_name, "n7");
    cr_assert_eq(system.template->priority, 2000001000);
    bench_drop(&b);
}

/* The container limits cpu to 1250m, which is its request, not 90m. Memory: at the start 200 Mi of the init container and
 * now 24 Mi of the sidecar. */
Test(compile, a_limit_range_fills_in_what_the_pods_of_its_namespace_leave_out)
{
    struct bench b;
    bench_open(&b);
    struct value *here = manifest(&b, DEPLOYMENT("a", "", "w:1")), *there = manifest(&b, DEPLOYMENT("a", "", "w:1"));
    struct value *limits = value_at(value_at(here, "spec.template.spec.containers")->items[0], "resources.limits");
    value_remove(limits, "memory");
    limits = value_at(value_at(there, "spec.template.spec.containers")->items[0], "resources.limits");
    value_remove(limits, "memory");
    value_put(&b.arena, value_get(there, "metadata"), "namespace", value_text(&b.arena, "elsewhere"));
    compile_limit_range(&b.compiler,
                        manifest(&b, "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r, namespace: default}\n"
                                     "spec: {limits: [{type: Container, defaultRequest: {cpu: 90m, memory: 24Mi}, "
                                     "default: {memory: 48Mi}}]}\n"));
    struct workload_spec limited = compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT, here);
    struct workload_spec free = compile_workload(&b.compiler, WORKLOAD_DEPLOYMENT, there);
    cr_assert_neq(limited.template, free.template);
    cr_assert_eq(limited.template->requests.mcpu, 1280);
    cr_assert_eq(limited.template->requests.memory_bytes, 224 << 20);
    cr_assert_eq(free.template->requests.memory_bytes, 200 << 20);
    bench_drop(&b);
}

Test(compile, a_node_becomes_a_row)
{
    struct bench b;
    bench_open(&b);
    struct node n = compile_node(
        &b.compiler, manifest(&b, "apiVersion: v1\nkind: Node\n"
                                  "metadata: {name: n1, labels: {topology.kubernetes.io/zone: eu-1a, disk: ssd}}\n"
                                  "spec: {unschedulable: true, taints: [{key: gpu, value: a100, effect: NoExecute}]}\n"
                                  "status:\n  capacity: {cpu: 4, memory: 16Gi, pods: 58, example.com/gpu: 3}\n"
                                  "  allocatable: {cpu: 3920m, memory: 14.5Gi, pods: 57, example.com/gpu: 3}\n"
                                  "  conditions: [{type: Ready, status: Unknown}]\n"));
    cr_assert_eq(n.capacity.mcpu, 4000);
    cr_assert_eq(n.allocatable.mcpu, 3920);
    cr_assert_eq(n.allocatable.memory_bytes, INT64_C(15569256448));
    cr_assert_eq(n.pods_allocatable, 57);
    cr_assert_eq(n.allocatable.scalar_count, 1);
    cr_assert_eq(n.allocatable.scalars[0].amount, 3);
    cr_assert_str_eq(n.zone, "eu-1a");
    cr_assert(n.unschedulable && !n.ready);
    cr_assert_eq(n.taints->count, 1);
    cr_assert_eq(n.taints->at[0].effect, TAINT_NO_EXECUTE);
    cr_assert_eq(n.pool, NONE);
    bench_drop(&b);
}

/* The bound "two" is no number, so its term matches nothing; the other stays. */
Test(compile, placement_keeps_terms_apart_and_breaks_those_that_cannot_be_parsed)
{
    struct bench b;
    bench_open(&b);
    struct pod p = compile_pod(
        &b.compiler,
        manifest(&b,
                 "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
                 "  containers: [{name: app, image: i}]\n"
                 "  nodeSelector: {disk: ssd}\n"
                 "  tolerations: [{operator: Exists, effect: NoSchedule},\n"
                 "                {key: gpu, value: a100, effect: NoExecute, tolerationSeconds: 23}]\n"
                 "  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [\n"
                 "    {matchExpressions: [{key: cores, operator: Gt, values: [two]}]},\n"
                 "    {matchExpressions: [{key: cores, operator: Gt, values: ['7']}],\n"
                 "     matchFields: [{key: metadata.name, operator: NotIn, values: [n3]}]}]}}}\n"));
    const struct placement *where = p.template->placement;
    cr_assert_eq(where->node_selector->count, 1);
    cr_assert(where->required);
    cr_assert_eq(where->required_count, 2);
    cr_assert(where->required_terms[0].broken);
    cr_assert_not(where->required_terms[1].broken);
    cr_assert_eq(where->required_terms[1].labels[0].op, REQUIREMENT_GREATER);
    cr_assert_eq(where->required_terms[1].labels[0].bound, 7);
    cr_assert_eq(where->required_terms[1].names[0].op, REQUIREMENT_NOT_IN);
    cr_assert_null(where->tolerations[0].key);
    cr_assert_eq(where->tolerations[0].op, TOLERATION_EXISTS);
    cr_assert_eq(where->tolerations[0].seconds, -1);
    cr_assert_eq(where->tolerations[1].seconds, 23);
    bench_drop(&b);
}

Test(compile, a_replication_controller_selects_by_the_labels_of_its_template)
{
    struct bench b;
    bench_open(&b);
    struct replicaset rs = compile_replicaset(
        &b.compiler, manifest(&b, "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: redis}\nspec:\n"
                                  "  replicas: 3\n  template:\n    metadata: {labels: {app: redis}}\n"
                                  "    spec: {containers: [{name: app, image: redis:7}]}\n"));
    cr_assert_eq(rs.replicas, 3);
    cr_assert_eq(rs.workload, NONE);
    cr_assert(selector_matches(rs.selector, rs.template->labels));
    bench_drop(&b);
}
