/* What is valid and probably a mistake: each warning with the neighbour that is none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/run/lint.h"
#include "sim/scenario/scenario_read.h"

/* A Deployment of one container, whose pods have the labels {app: NAME}. */
#define DEPLOYMENT(name, replicas, pod, container)                                                                     \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " name "}\nspec:\n  replicas: " replicas             \
    "\n  selector: {matchLabels: {app: " name "}}\n  template:\n    metadata: {labels: {app: " name                    \
    "}}\n    spec: {" pod "containers: [{name: main, image: i, " container "}]}\n"
#define WEB DEPLOYMENT("web", "3", "", "resources: {requests: {cpu: 310m, memory: 200Mi}}")
#define OBJECT(version, kind, name, spec)                                                                              \
    "---\napiVersion: " version "\nkind: " kind "\nmetadata: {name: " name "}\nspec: " spec "\n"
#define SERVICE(spec) OBJECT("v1", "Service", "web", spec)
#define BUDGET(name, spec) OBJECT("policy/v1", "PodDisruptionBudget", name, spec)
#define HPA(name, spec)                                                                                                \
    OBJECT("autoscaling/v2", "HorizontalPodAutoscaler", name,                                                          \
           "{maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, " spec "}")
#define CPU_SHARE "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 61}}}"
#define VPA(spec)                                                                                                      \
    OBJECT("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "v",                                                      \
           "{targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, " spec "}")
/* m6i.xlarge: 4 cores, 16 GiB; two nodes at most. */
#define POOL(spec)                                                                                                     \
    OBJECT("headroom/v1", "NodePool", "general",                                                                       \
           "{instance: m6i.xlarge, region: aws/us-east-1, zones: [a, b], nodes: {min: 1, max: 2}, " spec "}")
#define MODEL(start)                                                                                                   \
    OBJECT("headroom/v1", "ServiceModel", "web",                                                                       \
           "{workload: Deployment/web, request: {cpu: 9ms}, start: {time: " start "}}")

struct fixture {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
    char path[32];
};

static void open_scenario(struct fixture *f, const char *text)
{
    memset(f, 0, sizeof *f);
    f->arena = arena_make(1 << 16);
    f->names = names_make(&f->arena);
    f->problems = problems_make(&f->arena, &f->names);
    strcpy(f->path, "/tmp/headroom-XXXXXX");
    int fd = mkstemp(f->path);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    const char *file = f->path;
    struct scenario_input input = {.files = &file, .file_count = 1};
    bool good =
        scenario_read(&f->arena, &f->names, &input, &f->problems, &f->scenario) && plan_make(&f->scenario, &f->plan);
    cr_assert(good, "%s", f->problems.list.count == 0 ? "" : f->problems.list.at[0].text);
}

static void close_scenario(struct fixture *f)
{
    unlink(f->path);
    plan_drop(&f->plan);
    scenario_drop(&f->scenario);
    problems_drop(&f->problems);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

/* The warnings about a text, a line each with "LINE: " before it, are these; "" for none. */
static void expect(const char *text, const char *want)
{
    struct fixture f;
    char got[4096] = "";
    open_scenario(&f, text);
    uint32_t first = f.problems.list.count;
    lint_plan(&f.scenario, &f.plan);
    for (uint32_t i = first; i < f.problems.list.count; i++) {
        const struct problem *p = &f.problems.list.at[i];
        size_t length = strlen(got);
        snprintf(got + length, sizeof got - length, "%s%u: %s", i == first ? "" : "\n", (unsigned)p->where.line,
                 p->text);
    }
    cr_assert_str_eq(got, want);
    close_scenario(&f);
}

Test(lint, two_controllers_that_select_the_same_pods_are_told_of)
{
    expect(WEB DEPLOYMENT("api", "2", "", ""), "");
    expect(WEB "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n"
               "  selector: {matchLabels: {team: rides}}\n"
               "  template: {metadata: {labels: {app: web, team: rides}}, spec: {containers: [{name: a, image: i}]}}\n",
           "7: Deployment/web:spec.selector: two owners: it selects the pods of Deployment/api, too (give each a label "
           "of its own)");
}

Test(lint, a_service_has_pods_that_answer)
{
    expect(WEB SERVICE("{selector: {app: web}, ports: [{port: 80}]}"), "");
    expect(WEB SERVICE("{selector: {app: wbe}, ports: [{port: 80}]}"),
           "15: Service/web:spec.selector: no pod answers: none in namespace default has these labels (correct them, "
           "or add the workload)");
}

Test(lint, a_service_names_a_port_that_a_container_has)
{
    expect(DEPLOYMENT("web", "3", "", "ports: [{name: http, containerPort: 8080}]")
               SERVICE("{selector: {app: web}, ports: [{port: 80, targetPort: http}]}"),
           "");
    expect(DEPLOYMENT("web", "3", "", "ports: [{name: http, containerPort: 8080}]")
               SERVICE("{selector: {app: web}, ports: [{port: 80, targetPort: https}]}"),
           "15: Service/web:spec.ports[0].targetPort: no such port: no container of Deployment/web has a port named "
           "https (name it, or write a number)");
}

Test(lint, a_share_of_the_request_needs_a_request)
{
    expect(WEB HPA("h", "metrics: [" CPU_SHARE "]"), "");
    expect(DEPLOYMENT("web", "3", "", "resources: {requests: {memory: 200Mi}}") HPA("h", "metrics: [" CPU_SHARE "]"),
           "15: HorizontalPodAutoscaler/h:spec.metrics[0]: no request: container main of Deployment/web asks for no "
           "cpu, and of nothing there is no share (write resources.requests.cpu)");
}

/* The limit becomes the request. */
Test(lint, a_limit_is_a_request_too)
{
    expect(DEPLOYMENT("web", "3", "", "resources: {limits: {cpu: 1210m}}") HPA("h", "metrics: [" CPU_SHARE "]"), "");
}

Test(lint, a_limit_range_may_bring_the_request)
{
    expect(DEPLOYMENT("web", "3", "", "env: []") HPA("h", "metrics: [" CPU_SHARE "]")
               OBJECT("v1", "LimitRange", "r", "{limits: [{type: Container, defaultRequest: {cpu: 70m}}]}"),
           "");
}

Test(lint, an_autoscaler_scales_what_is_there_and_nobody_else_scales)
{
    expect(DEPLOYMENT("wbe", "3", "", "env: []") HPA("h", ""),
           "15: HorizontalPodAutoscaler/h:spec.scaleTargetRef: not found: there is no Deployment/web, so it scales "
           "nothing (did you mean wbe?)");
    expect(WEB HPA("h", "") HPA("i", ""),
           "20: HorizontalPodAutoscaler/i:spec.scaleTargetRef: two autoscalers: HorizontalPodAutoscaler/h scales it, "
           "too (keep one)");
}

Test(lint, two_kinds_of_autoscalers_leave_each_others_metric_alone)
{
    static const char both[] = "15: HorizontalPodAutoscaler/h:spec.metrics[0]: two autoscalers: "
                               "VerticalPodAutoscaler/v changes the cpu request that this is a share of (let it leave "
                               "cpu alone)";
    expect(WEB HPA("h", "metrics: [" CPU_SHARE "]") VPA(""), both);
    expect(WEB HPA("h", "metrics: [" CPU_SHARE "]") VPA("updatePolicy: {updateMode: 'Off'}"), "");
    expect(WEB HPA("h", "metrics: [" CPU_SHARE "]")
               VPA("resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: [memory]}]}"),
           "");
    expect(WEB HPA("h", "metrics: [" CPU_SHARE "]")
               VPA("resourcePolicy: {containerPolicies: [{containerName: main, mode: 'Off'}]}"),
           both);
}

Test(lint, a_budget_protects_pods_and_lets_one_go)
{
    expect(WEB BUDGET("b", "{selector: {matchLabels: {app: web}}, maxUnavailable: 1}"), "");
    expect(
        WEB BUDGET("b", "{selector: {matchLabels: {app: wbe}}, maxUnavailable: 1}"),
        "15: PodDisruptionBudget/b:spec.selector: no pod: none in namespace default has these labels, so it protects "
        "nothing (correct them, or add the workload)");
    expect(WEB BUDGET("b", "{selector: {matchLabels: {app: web}}, minAvailable: 3}"),
           "15: PodDisruptionBudget/b:spec.minAvailable: blocks every drain: of the 3 pods of Deployment/web none may "
           "be away (write maxUnavailable: 1)");
}

/* 67 % of 3 is 2.01, which is 3 pods; 66 % is 1.98, which is 2. Of 10 % unavailable 0.3 is 1. */
Test(lint, a_budget_in_percent_is_rounded_up)
{
    expect(WEB BUDGET("b", "{selector: {matchLabels: {app: web}}, minAvailable: 66%}"), "");
    expect(WEB BUDGET("b", "{selector: {matchLabels: {app: web}}, maxUnavailable: 10%}"), "");
    expect(WEB BUDGET("b", "{selector: {matchLabels: {app: web}}, minAvailable: 67%}"),
           "15: PodDisruptionBudget/b:spec.minAvailable: blocks every drain: of the 3 pods of Deployment/web none may "
           "be away (write maxUnavailable: 1)");
}

Test(lint, a_budget_is_held_against_the_fewest_pods_of_an_autoscaler)
{
    expect(WEB HPA("h", "minReplicas: 2") BUDGET("b", "{selector: {matchLabels: {app: web}}, minAvailable: 2}"),
           "20: PodDisruptionBudget/b:spec.minAvailable: blocks every drain: of the 2 pods of Deployment/web none may "
           "be away (write maxUnavailable: 1)");
}

Test(lint, pods_of_two_budgets_cannot_be_evicted)
{
    expect(WEB BUDGET("b", "{selector: {matchLabels: {app: web}}, maxUnavailable: 1}")
               BUDGET("c", "{selector: {}, maxUnavailable: 1}"),
           "20: PodDisruptionBudget/c:spec.selector: two budgets: PodDisruptionBudget/b protects the pods of "
           "Deployment/web, too, which then cannot be evicted (keep one)");
}

Test(lint, a_spread_constraint_counts_its_own_pods)
{
    expect(
        DEPLOYMENT("web", "3",
                   "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "
                   "labelSelector: {matchLabels: {app: wbe}}}], ",
                   "env: []"),
        "10: Deployment/web:spec.template.spec.topologySpreadConstraints[0].labelSelector: selects other pods: those "
        "of Deployment/web do not have these labels and are not spread (write theirs)");
}

/* The third failure of a probe each 7 s from 5 s on comes after 5 + 2 x 7 = 19 s. */
Test(lint, a_probe_waits_for_the_start)
{
    expect(DEPLOYMENT("web", "3", "", "livenessProbe: {httpGet: {port: 80}, initialDelaySeconds: 5, periodSeconds: 7}")
               MODEL("19s"),
           "");
    expect(
        DEPLOYMENT("web", "3", "", "livenessProbe: {httpGet: {port: 80}, initialDelaySeconds: 5, periodSeconds: 7}")
            MODEL("19.5s"),
        "10: Deployment/web:spec.template.spec.containers[0].livenessProbe: slower start: it ends the container after "
        "19 s, and ServiceModel/web is ready after 19.5 s (raise failureThreshold, or write a startupProbe)");
}

/* 29 x 10 = 290 s: the liveness probe does not count before. */
Test(lint, a_startup_probe_holds_the_others_back)
{
    expect(DEPLOYMENT("web", "3", "",
                      "startupProbe: {httpGet: {port: 80}, failureThreshold: 30}, livenessProbe: {httpGet: {port: 80}}")
               MODEL("290s"),
           "");
    expect(
        DEPLOYMENT("web", "3", "",
                   "startupProbe: {httpGet: {port: 80}, failureThreshold: 30}, livenessProbe: {httpGet: {port: 80}}")
            MODEL("291s"),
        "10: Deployment/web:spec.template.spec.containers[0].startupProbe: slower start: it ends the container after "
        "290 s, and ServiceModel/web is ready after 291 s (raise failureThreshold)");
}

#define OBJECTIVES(list) OBJECT("headroom/v1", "Scenario", "s", "{duration: 1h, objectives: [" list "]}")
#define CALLER(timeout)                                                                                                \
    DEPLOYMENT("page", "1", "", "env: []")                                                                             \
    OBJECT("headroom/v1", "ServiceModel", "page",                                                                      \
           "{workload: Deployment/page, request: {cpu: 3ms, calls: [{to: web, timeout: " timeout "}]}}")

/* A caller that waits 210 ms does not see what takes 300 ms; with a success objective that is seen. */
Test(lint, a_latency_that_no_caller_waits_for_is_told_of)
{
    expect(OBJECTIVES("{service: web, latency: {p99: 300ms}}") WEB MODEL("1s") CALLER("300ms"), "");
    expect(OBJECTIVES("{service: web, latency: {p99: 300ms}}, {service: web, success: 99%}") WEB MODEL("1s")
               CALLER("210ms"),
           "");
    expect(
        OBJECTIVES("{service: web, latency: {p99: 300ms}}") WEB MODEL("1s") CALLER("210ms"),
        "35: ServiceModel/page:spec.request.calls[0].timeout: below an objective: who waits gives up after 210ms, and web "
        "may take 300ms: the objective can hold while requests fail (add success to the objectives, or lower its "
        "bound)");
}

Test(lint, a_pod_that_a_limit_range_refuses_is_told_of)
{
    expect(
        WEB OBJECT("v1", "LimitRange", "r", "{limits: [{type: Container, min: {cpu: 320m}}]}"),
        "10: Deployment/web:spec.template.spec: refused: LimitRange/r lets no such pod be made: minimum cpu usage per "
        "Container is 320m, but request is 310m (change the pod or the range)");
}

Test(lint, a_pod_that_no_node_can_hold_is_told_of)
{
    expect(DEPLOYMENT("web", "1", "", "resources: {requests: {cpu: 3700m}}") POOL(""), "");
    expect(DEPLOYMENT("web", "1", "", "resources: {requests: {cpu: 4100m}}") POOL(""),
           "10: Deployment/web:spec.template.spec: fits no node: general has 3920m of the 4100m cpu that it asks for "
           "(change it, or add a NodePool)");
}

Test(lint, a_pod_tolerates_the_taints_of_a_pool)
{
    expect(WEB POOL("taints: [{key: gpu, effect: NoSchedule}]"),
           "10: Deployment/web:spec.template.spec: fits no node: general has the taint gpu, which it does not tolerate "
           "(change it, or add a NodePool)");
    expect(DEPLOYMENT("web", "3", "tolerations: [{operator: Exists}], ", "env: []")
               POOL("taints: [{key: gpu, effect: NoSchedule}]"),
           "");
    expect(DEPLOYMENT("web", "3", "nodeSelector: {topology.kubernetes.io/zone: us-east-1b}, ", "env: []") POOL(""), "");
    expect(DEPLOYMENT("web", "3", "nodeSelector: {topology.kubernetes.io/zone: us-east-1c}, ", "env: []") POOL(""),
           "10: Deployment/web:spec.template.spec: fits no node: general has other labels than it wants (change it, or "
           "add a NodePool)");
}

/* A node has 3920m: two pods of 1300m with a DaemonSet of 1310m beside them, three without. On two nodes 4 and 6. */
Test(lint, the_fewest_replicas_fit_beside_the_daemon_sets)
{
    static const char daemon[] = "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n"
                                 "  selector: {matchLabels: {app: agent}}\n  template:\n"
                                 "    metadata: {labels: {app: agent}}\n"
                                 "    spec: {containers: [{name: a, image: i, resources: {requests: {cpu: 1310m}}}]}\n";
    char text[4096];
    expect(DEPLOYMENT("web", "6", "", "resources: {requests: {cpu: 1300m}}") POOL(""), "");
    snprintf(text, sizeof text, "%s%s", DEPLOYMENT("web", "4", "", "resources: {requests: {cpu: 1300m}}") POOL(""),
             daemon);
    expect(text, "");
    snprintf(text, sizeof text, "%s%s", DEPLOYMENT("web", "5", "", "resources: {requests: {cpu: 1300m}}") POOL(""),
             daemon);
    expect(text,
           "6: Deployment/web:spec.replicas: more than fits: 5 pods of Deployment/web are wanted at all times, and "
           "the nodes at their largest number hold 4 of them (lower it, or raise nodes.max of a NodePool)");
}

/* 3 x 1300m + 4 x 1300m = 9.1 cores, and twice 3920m are 7.84. */
Test(lint, the_fewest_replicas_fit_together)
{
    expect(DEPLOYMENT("web", "3", "", "resources: {requests: {cpu: 1300m}}")
               DEPLOYMENT("api", "3", "", "resources: {requests: {cpu: 1300m}}") POOL(""),
           "");
    expect(
        DEPLOYMENT("web", "3", "", "resources: {requests: {cpu: 1300m}}")
            DEPLOYMENT("api", "4", "", "resources: {requests: {cpu: 1300m}}") POOL(""),
        "25: NodePool/general:spec.nodes: more than fits: at their fewest replicas the workloads ask for 9.1 cpu, and "
        "all nodes at their largest number have 7.84 (raise nodes.max of a NodePool)");
}

/* Each asks for the host's port: one on each of two nodes. */
Test(lint, pods_that_want_a_port_of_the_node_are_alone_on_it)
{
    expect(DEPLOYMENT("web", "2", "", "ports: [{containerPort: 80, hostPort: 80}]") POOL(""), "");
    expect(DEPLOYMENT("web", "3", "", "ports: [{containerPort: 80, hostPort: 80}]") POOL(""),
           "6: Deployment/web:spec.replicas: more than fits: 3 pods of Deployment/web are wanted at all times, and the "
           "nodes at their largest number hold 2 of them (lower it, or raise nodes.max of a NodePool)");
}
