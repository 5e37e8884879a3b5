#include <criterion/criterion.h>

#include "reports/yaml_text.h"
#include "tests/unit/recommend_fixture.h"

#define MIB (INT64_C(1) << 20)

/* A pod with a sidecar, and an autoscaler of the whole pod; a Guaranteed one of fixed size, which is not to be touched; a
 * CronJob; one whose use is unknown. */
static const char text[] =
    "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: test}\nspec: {duration: 1h, allocation: {team: label/team}}\n"
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop, labels: {team: sales}}\nspec:\n"
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n"
    "        - {name: proxy, image: 'p:1', resources: {requests: {cpu: 100m, memory: 64Mi}}}\n"
    "        - {name: app, image: 'a:1', resources: {requests: {cpu: 400m, memory: 512Mi}, limits: {cpu: 900m}}}\n"
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec:\n"
    "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 3\n  maxReplicas: 9\n  metrics:\n"
    "    - {type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}}\n"
    "    - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}\n"
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kept, annotations: {headroom/skip: \"true\"}}\nspec:\n"
    "  replicas: 2\n  selector: {matchLabels: {app: kept}}\n  template:\n    metadata: {labels: {app: kept}}\n"
    "    spec: {containers: [{name: app, image: 'a:1', resources: {limits: {cpu: 1, memory: 1Gi}}}]}\n"
    "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec:\n  schedule: '0 2 * * *'\n  jobTemplate:\n"
    "    spec: {template: {spec: {restartPolicy: Never, nodeSelector: {pool: other}, containers: [{name: run, image: 'r:1',"
    " resources: {requests: {cpu: 2, memory: 3Gi}}}]}}}\n"
    "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: store}\nspec:\n  replicas: 1\n  serviceName: store\n"
    "  selector: {matchLabels: {app: store}}\n  template:\n    metadata: {labels: {app: store}}\n"
    "    spec: {containers: [{name: db, image: 'd:1'}]}\n"
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web, namespace: shop}\n"
    "spec: {workload: Deployment/web, container: app, use: {cpu: 120m, memory: 200Mi}}\n"
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: kept}\n"
    "spec: {workload: Deployment/kept, use: {cpu: 120m}}\n"
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: nightly}\n"
    "spec: {workload: CronJob/nightly, batch: {cpu: 10m}}\n"
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general}\n"
    "spec: {instance: m6i.xlarge, region: aws/us-east-1, nodes: 3}\n"
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: other}\n"
    "spec: {instance: c6g.large, region: aws/us-east-1, nodes: {min: 0, max: 4}, labels: {pool: other}}\n";

static const struct part *part(const struct recommended *r, const char *title)
{
    return &r->platform.parts[recommended_part(&r->platform, title)];
}

Test(platform, knobs_are_what_the_manifests_say)
{
    struct recommended *r = recommended_read(text);
    const struct part *web = part(r, "Deployment/shop/web"), *nightly = part(r, "CronJob/nightly");
    cr_expect_null(web->left_alone);
    cr_expect_str_eq(web->container, "app");
    cr_expect_str_eq(web->owner, "sales");
    cr_expect_eq(web->now[KNOB_CPU_REQUEST], 400);
    cr_expect_eq(web->now[KNOB_CPU_LIMIT], 900);
    cr_expect_eq(web->now[KNOB_MEMORY_REQUEST], 512 * MIB);
    cr_expect_not(web->has[KNOB_MEMORY_LIMIT]);
    cr_expect_not(web->has[KNOB_REPLICAS]);
    cr_expect_eq(web->now[KNOB_TARGET], 60);
    cr_expect_eq(web->now[KNOB_MEMORY_TARGET], 80);
    cr_expect_eq(web->now[KNOB_MIN], 3);
    cr_expect_eq(web->now[KNOB_DOWN_WINDOW], 300);
    cr_expect(nightly->has[KNOB_CPU_REQUEST] && !nightly->has[KNOB_REPLICAS] && !nightly->has[KNOB_CPU_LIMIT]);
    recommended_close(r);
}

Test(platform, what_is_unknown_or_not_to_be_touched_is_left_alone)
{
    struct recommended *r = recommended_read(text);
    cr_expect_str_eq(part(r, "Deployment/kept")->left_alone, "annotation headroom/skip");
    cr_expect_str_eq(part(r, "StatefulSet/store")->left_alone, "its use is unknown: no ServiceModel says it");
    for (int k = 0; k < KNOBS; k++) {
        cr_expect_not(part(r, "Deployment/kept")->has[k]);
        cr_expect_not(part(r, "StatefulSet/store")->has[k]);
    }
    recommended_close(r);
}

/* The model of the job says no memory: only of its processors advice may be given. */
Test(platform, memory_of_which_nobody_says_the_use_has_no_knob)
{
    struct recommended *r = recommended_read(text);
    const struct part *nightly = part(r, "CronJob/nightly");
    cr_expect(nightly->has[KNOB_CPU_REQUEST]);
    cr_expect_not(nightly->has[KNOB_MEMORY_REQUEST]);
    cr_expect_not(nightly->has[KNOB_MEMORY_LIMIT]);
    recommended_close(r);
}

/* 60 % of 100m + 400m is 300m; of 100m + 250m that is 85.7 %. 80 % of 64Mi + 512Mi, of 64Mi + 256Mi 144 %. */
Test(platform, a_request_takes_the_targets_that_are_a_percentage_of_it_along)
{
    struct recommended *r = recommended_read(text);
    const struct part *web = part(r, "Deployment/shop/web");
    struct setting s = {{0}};
    memcpy(s.at, web->now, sizeof s.at);
    cr_expect_not(platform_differs(web, &s));
    platform_request(web, &s, KNOB_CPU_REQUEST, 250);
    cr_expect_eq(s.at[KNOB_TARGET], 86);
    cr_expect_eq(s.at[KNOB_CPU_LIMIT], 900);
    platform_request(web, &s, KNOB_MEMORY_REQUEST, 256 * MIB);
    cr_expect_eq(s.at[KNOB_MEMORY_TARGET], 144);
    platform_request(web, &s, KNOB_CPU_REQUEST, 1100);
    cr_expect_eq(s.at[KNOB_CPU_LIMIT], 1100, "a limit below the request");
    cr_expect(platform_differs(web, &s));
    recommended_close(r);
}

static void expect_patch(const struct value *patch, const char *wanted)
{
    struct buffer b = {0};
    yaml_text_write(&b, patch);
    cr_expect_str_eq(buffer_string(&b), wanted);
    buffer_drop(&b);
}

Test(platform, patches_say_what_changes_and_no_more)
{
    struct recommended *r = recommended_read(text);
    const struct part *web = part(r, "Deployment/shop/web"), *nightly = part(r, "CronJob/nightly");
    const struct value *patches[2];
    struct setting s = {{0}};
    memcpy(s.at, web->now, sizeof s.at);
    cr_assert_eq(platform_patches(&r->arena, web, &s, patches), 0);
    s.at[KNOB_MEMORY_REQUEST] = 256 * MIB;
    s.at[KNOB_TARGET] = 71;
    s.at[KNOB_DOWN_WINDOW] = 60;
    cr_assert_eq(platform_patches(&r->arena, web, &s, patches), 2);
    expect_patch(patches[0], "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n"
                             "  template:\n    spec:\n      containers:\n      - name: app\n        resources:\n"
                             "          requests:\n            memory: \"256Mi\"\n");
    expect_patch(
        patches[1],
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\n  namespace: shop\n"
        "spec:\n  metrics:\n  - type: Resource\n    resource:\n      name: memory\n      target:\n"
        "        type: Utilization\n        averageUtilization: 80\n  - type: Resource\n    resource:\n"
        "      name: cpu\n      target:\n        type: Utilization\n        averageUtilization: 71\n"
        "  behavior:\n    scaleDown:\n      stabilizationWindowSeconds: 60\n");
    memcpy(s.at, nightly->now, sizeof s.at);
    s.at[KNOB_CPU_REQUEST] = 1150;
    cr_assert_eq(platform_patches(&r->arena, nightly, &s, patches), 1);
    expect_patch(
        patches[0],
        "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\n  namespace: default\nspec:\n"
        "  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - name: run\n"
        "            resources:\n              requests:\n                cpu: \"1150m\"\n");
    recommended_close(r);
}

/* What a scenario is read with again: the same trees, applied to the same files. */
Test(platform, a_scenario_is_read_with_the_patches_that_are_written)
{
    struct recommended *r = recommended_read(text);
    const struct part *web = part(r, "Deployment/shop/web"), *pool = part(r, "NodePool/general");
    const struct value *patches[4];
    struct setting s = {{0}}, nodes = {{0}};
    memcpy(s.at, web->now, sizeof s.at);
    memcpy(nodes.at, pool->now, sizeof nodes.at);
    platform_request(web, &s, KNOB_CPU_REQUEST, 250);
    s.at[KNOB_MIN] = 2;
    nodes.at[KNOB_INSTANCE] = 1;
    nodes.at[KNOB_NODES_MAX] = 7;
    uint32_t count = platform_patches(&r->arena, web, &s, patches);
    count += platform_patches(&r->arena, pool, &nodes, patches + count);
    cr_assert_eq(count, 3);
    struct arena a = arena_make(1 << 18);
    struct names names = names_make(&a);
    struct problems problems = problems_make(&a, &names);
    struct scenario_input input = r->input;
    struct scenario scenario;
    struct plan plan;
    struct platform changed;
    input.patches = patches;
    input.patch_count = count;
    cr_assert(scenario_read(&a, &names, &input, &problems, &scenario) && plan_make(&scenario, &plan));
    platform_make(&a, &plan, &changed);
    const struct part *now = &changed.parts[recommended_part(&changed, "Deployment/shop/web")];
    cr_expect_eq(now->now[KNOB_CPU_REQUEST], 250);
    cr_expect_eq(now->now[KNOB_CPU_LIMIT], 900);
    cr_expect_eq(now->now[KNOB_TARGET], 86);
    cr_expect_eq(now->now[KNOB_MIN], 2);
    cr_expect_eq(now->others_mcpu, 100);
    now = &changed.parts[recommended_part(&changed, "NodePool/general")];
    cr_expect_str_eq(now->types[0]->name, pool->types[1]->name);
    cr_expect_eq(now->now[KNOB_NODES_MAX], 7);
    cr_expect_eq(now->now[KNOB_NODES_INITIAL], 3);
    plan_drop(&plan);
    scenario_drop(&scenario);
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&a);
    recommended_close(r);
}

Test(platform, machines_that_may_take_a_pools_place_are_of_its_kind)
{
    struct recommended *r = recommended_read(text);
    const struct part *general = part(r, "NodePool/general"), *other = part(r, "NodePool/other");
    cr_assert_gt(general->type_count, 10);
    cr_expect_str_eq(general->types[0]->name, "m6i.xlarge");
    for (uint32_t i = 0; i < general->type_count; i++) {
        const struct catalog_type *t = general->types[i];
        cr_expect_str_eq(t->arch, "amd64");
        cr_expect(t->cpu_mcpu >= 1000 && t->cpu_mcpu <= 16000 && t->gpus == 0, "%s", t->name);
        cr_expect(strncmp(t->name, "t3", 2) != 0 && strstr(t->name, "flex") == NULL, "%s", t->name);
    }
    for (uint32_t i = 0; i < other->type_count; i++) {
        cr_expect_str_eq(other->types[i]->arch, "arm64");
    }
    uint32_t nightly = part(r, "CronJob/nightly")->workload, web = part(r, "Deployment/shop/web")->workload;
    cr_expect(platform_may_run(&r->platform, nightly, other->group));
    cr_expect_not(platform_may_run(&r->platform, nightly, general->group));
    cr_expect(platform_may_run(&r->platform, web, general->group));
    recommended_close(r);
}
