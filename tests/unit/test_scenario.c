#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/run/plan.h"
#include "sim/scenario/scenario_read.h"

#define DEPLOYMENT(name)                                                                                               \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " name "}\nspec:\n"                                  \
    "  selector: {matchLabels: {app: " name "}}\n  template:\n    metadata: {labels: {app: " name ", tier: api}}\n"    \
    "    spec: {containers: [{name: app, image: a/b:1, resources: {requests: {cpu: 250m}}}]}\n"
#define OWN(kind, name) "---\napiVersion: headroom/v1\nkind: " kind "\nmetadata: {name: " name "}\nspec:\n"

struct fixture {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    char paths[2][32];
    bool good;
};

static void write_file(char path[32], const char *text)
{
    strcpy(path, "/tmp/headroom-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* In place; second null: one FILE. */
static void open_with(struct fixture *f, const char *first, const char *second, const char *set)
{
    memset(f, 0, sizeof *f);
    f->arena = arena_make(1 << 16);
    f->names = names_make(&f->arena);
    f->problems = problems_make(&f->arena, &f->names);
    const char *files[2] = {f->paths[0], f->paths[1]};
    write_file(f->paths[0], first);
    if (second != NULL) {
        write_file(f->paths[1], second);
    }
    struct scenario_input input = {
        .files = files, .file_count = second == NULL ? 1 : 2, .sets = &set, .set_count = set != NULL};
    f->good = scenario_read(&f->arena, &f->names, &input, &f->problems, &f->scenario);
}

static void open_scenario(struct fixture *f, const char *text)
{
    open_with(f, text, NULL, NULL);
    cr_assert(f->good, "%s", f->problems.list.count == 0 ? "" : f->problems.list.at[0].text);
}

static void close_scenario(struct fixture *f)
{
    unlink(f->paths[0]);
    if (f->paths[1][0] != '\0') {
        unlink(f->paths[1]);
    }
    scenario_drop(&f->scenario);
    problems_drop(&f->problems);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

static void expect_error(const char *text, const char *part)
{
    struct fixture f;
    open_with(&f, text, NULL, NULL);
    bool found = false;
    for (uint32_t i = 0; i < f.problems.list.count; i++) {
        found = found || (!f.problems.list.at[i].warning && strstr(f.problems.list.at[i].text, part) != NULL);
    }
    cr_assert(found, "no \"%s\" but %s", part, f.problems.list.count == 0 ? "nothing" : f.problems.list.at[0].text);
    cr_assert_not(f.good);
    close_scenario(&f);
}

Test(scenario, needs_nothing_that_it_does_not_use)
{
    struct fixture f;
    open_scenario(&f, DEPLOYMENT("web"));
    cr_assert_str_eq(f.scenario.name, "scenario");
    cr_assert_eq(f.scenario.spec.duration_ns, 168 * UNITS_HOUR_NS);
    cr_assert_eq(f.scenario.spec.replications, 5);
    cr_assert_eq(f.scenario.spec.delays.hpa_sync_period_ns, 15 * UNITS_SECOND_NS);
    cr_assert_null(scenario_model_of(&f.scenario, f.scenario.objects.list.at[0]));
    close_scenario(&f);
}

/* 2026-05-09T22:00 is 5 days and 22 hours after 2026-05-04T00:00: 142 h. */
Test(scenario, counts_times_from_its_start)
{
    struct fixture f;
    open_scenario(&f, OWN("Scenario", "concert") "  start: 2026-05-04T00:00:00Z\n" DEPLOYMENT("web")
                          OWN("ServiceModel", "web") "  workload: web\n  request: {cpu: 9ms}\n" OWN(
                              "Demand", "rides") "  rate: 45/s\n  timeZone: -05:30\n  sends: [web]\n  events:\n"
                                                 "    - {name: a, start: 2026-05-09T22:00:00Z, factor: 2.8}\n"
                                                 "    - {name: b, start: 36h, factor: 2}\n");
    const struct demand *d = &f.scenario.demands.at[0];
    cr_assert_eq(d->events.at[0].start_ns, 142 * UNITS_HOUR_NS);
    cr_assert_eq(d->events.at[1].start_ns, 36 * UNITS_HOUR_NS);
    cr_assert_eq(d->utc_offset_s, -19800);
    cr_assert_eq(d->sends.at[0].to.models.at[0], &f.scenario.service_models.at[0]);
    cr_assert_eq(d->sends.at[0].per, 1.0);
    close_scenario(&f);
}

Test(scenario, finds_every_model_behind_a_service)
{
    struct fixture f;
    open_scenario(
        &f,
        DEPLOYMENT("v1") DEPLOYMENT(
            "v2") "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n"
                  "spec: {selector: {tier: api}, ports: [{port: 80}]}\n" OWN("ServiceModel", "v1") "  workload: v1\n  request: {cpu: 9ms}\n" OWN(
                      "ServiceModel",
                      "v2") "  workload: v2\n  request: {cpu: 7ms}\n" OWN("Demand",
                                                                          "rides") "  rate: 45/s\n  sends: [{to: Service/api, per: 2.5}]\n");
    const struct target *to = &f.scenario.demands.at[0].sends.at[0].to;
    cr_assert_eq(to->models.count, 2);
    cr_assert_eq(to->models.at[1]->request->cpu_ns, 7000000);
    close_scenario(&f);
}

Test(scenario, patches_its_own_objects_by_those_of_a_later_file)
{
    struct fixture f;
    open_with(&f, OWN("Scenario", "x") "  duration: 7d\n  seed: 23\n" DEPLOYMENT("web"),
              OWN("Scenario", "x") "  duration: 3d\n  budget: 100\n", NULL);
    cr_assert(f.good);
    cr_assert_eq(f.scenario.spec.duration_ns, 72 * UNITS_HOUR_NS);
    cr_assert_eq(f.scenario.spec.seed, 23);
    cr_assert_eq(f.scenario.spec.budget->monthly, 100.0);
    cr_assert_eq(f.scenario.objects.list.count, 2);
    close_scenario(&f);
}

Test(scenario, changes_a_container_by_name_from_the_command_line)
{
    struct fixture f;
    open_with(&f, DEPLOYMENT("web"), NULL,
              "Deployment/web:spec.template.spec.containers[name=app].resources.requests.cpu=0.5");
    cr_assert(f.good);
    const struct value *containers = value_at(f.scenario.objects.list.at[0]->tree, "spec.template.spec.containers");
    cr_assert_str_eq(value_as_text(value_at(containers->items[0], "resources.requests.cpu")), "500m");
    close_scenario(&f);
}

Test(scenario, keeps_what_is_the_same_twice_once)
{
    struct fixture f;
    open_scenario(&f, DEPLOYMENT("web") DEPLOYMENT("web"));
    cr_assert_eq(f.scenario.objects.list.count, 1);
    cr_assert_eq(f.problems.list.count, 0);
    close_scenario(&f);
}

Test(scenario, completes_the_bounds_of_a_pool_and_names_its_zones)
{
    struct fixture f;
    open_scenario(&f,
                  OWN("NodePool", "a") "  instance: m6i.xlarge\n  region: aws/us-east-1\n  zones: [a, us-east-1c]\n"
                                       "  nodes: {min: 3, max: 30}\n" OWN(
                                           "NodePool", "b") "  instances: [n2-standard-4]\n  region: gcp/us-central1\n"
                                                            "  zones: [b]\n  nodes: 4\n");
    const struct node_pool *a = &f.scenario.node_pools.at[0], *b = &f.scenario.node_pools.at[1];
    cr_assert_eq(a->provider, PROVIDER_AWS);
    cr_assert_eq(a->nodes.initial, 3);
    cr_assert_str_eq(a->zone_names.at[0], "us-east-1a");
    cr_assert_str_eq(a->zone_names.at[1], "us-east-1c");
    cr_assert_eq(a->types.at[0].cpu_mcpu, 4000);
    cr_assert_eq(b->nodes.min, 4);
    cr_assert_eq(b->nodes.max, 4);
    cr_assert_str_eq(b->zone_names.at[0], "us-central1-b");
    close_scenario(&f);
}

Test(scenario, takes_prices_of_its_own_and_machines_that_no_catalog_knows)
{
    struct fixture f;
    open_scenario(
        &f,
        OWN("PriceBook",
            "ours") "  discount: 28%\n  region: dc/hall-1\n  prices:\n"
                    "    - {instance: blade, onDemand: 0.385, vcpu: 32, memory: 128Gi}\n"
                    "    - {instance: m6i.xlarge, region: aws/us-east-1, onDemand: 0.171}\n" OWN(
                        "NodePool",
                        "a") "  instances: [blade]\n  region: dc/hall-1\n  nodes: 2\n" OWN("NodePool",
                                                                                           "b") "  instance: m6i.xlarge\n"
                                                                                                "  region: aws/us-east-1\n  nodes: 1\n");
    cr_assert_eq(f.scenario.discount, 0.28);
    cr_assert_eq(f.scenario.node_pools.at[0].types.at[0].memory_bytes, INT64_C(128) << 30);
    cr_assert_eq(f.scenario.node_pools.at[1].types.at[0].usd_per_hour, 0.171);
    close_scenario(&f);
}

/* cpu 800m at 100/s is 8 ms a request. p99 / p50 = 4.5: sigma = ln 4.5 / 2.326348 = 0.646542, so the mean is
 * 20 ms x exp(0.209008) = 24.6491 ms, of which 16.6491 ms are wait. */
Test(scenario, works_out_a_model_from_what_a_dashboard_shows)
{
    struct fixture f;
    open_scenario(&f, DEPLOYMENT("web")
                          OWN("ServiceModel",
                              "web") "  workload: web\n"
                                     "  observed: {rate: 100/s, replicas: 3, cpu: 800m, memory: 200Mi, p50: 20ms, "
                                     "p99: 90ms}\n");
    const struct service_model *m = &f.scenario.service_models.at[0];
    cr_assert_eq(m->request->cpu_ns, 8000000);
    cr_assert_float_eq((double)m->request->wait.mean_ns, 16649100.0, 200);
    cr_assert_eq(m->request->wait.p99_ns, 82000000);
    cr_assert_eq(m->memory.base_bytes, 200 << 20);
    close_scenario(&f);
}

Test(scenario, reads_what_a_release_makes_of_a_model)
{
    struct fixture f;
    open_scenario(&f,
                  DEPLOYMENT("web") OWN("ServiceModel", "web") "  workload: web\n  request: {cpu: 9ms, queue: 7}\n" OWN(
                      "Release", "v2") "  at: 36h\n  workload: web\n  behavior: {request: {cpu: 12ms}}\n");
    const struct release *r = &f.scenario.releases.at[0];
    cr_assert_eq(r->model->request->cpu_ns, 12000000);
    cr_assert_eq(r->model->request->queue, 7);
    cr_assert_eq(f.scenario.service_models.at[0].request->cpu_ns, 9000000);
    close_scenario(&f);
}

Test(scenario, lists_what_it_does_not_simulate)
{
    struct fixture f;
    open_scenario(
        &f, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n"
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: b}\nspec: {}\n" DEPLOYMENT("web"));
    cr_assert_eq(f.scenario.unsimulated.count, 2);
    cr_assert_str_eq(f.scenario.unsimulated.at[0].what, "ScaledObject");
    cr_assert(f.scenario.unsimulated.at[0].matters);
    cr_assert_str_eq(f.scenario.unsimulated.at[1].what, "ConfigMap");
    close_scenario(&f);
}

/* Somebody's own Job and Pod, whose contents mean nothing to Kubernetes, beside its Job of the same name. */
Test(scenario, tells_kinds_of_one_name_apart_by_their_group)
{
    static const char text[] =
        "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec: {parallelism: many}\n---\n"
        "apiVersion: own.example/v1\nkind: Pod\nmetadata: {name: b}\n"
        "spec: {containers: [{name: b, resources: {requests: {cpu: often}}}]}\n---\n"
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n"
        "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n" OWN(
            "ServiceModel", "a") "  workload: Job/a\n  batch: {cpu: 90s}\n";
    struct fixture f;
    open_scenario(&f, text);
    cr_assert_eq(f.problems.errors, 0);
    const struct service_model *model = &f.scenario.service_models.at[0];
    cr_assert_str_eq(model->workload.object->api_version, "batch/v1");
    struct plan plan;
    cr_assert(plan_make(&f.scenario, &plan));
    cr_assert_eq(plan.workloads.count, 1);
    cr_assert_eq(plan.pods.count, 0);
    plan_drop(&plan);
    close_scenario(&f);
}

/* 3 pods of 250m beside one of 750m: half of what is requested. Found by a fuzzer: amounts that are none stopped it. */
Test(scenario, counts_what_pods_of_other_kinds_request_where_it_can_be_read)
{
    static const char *const kinds[] = {"apps.example/v1\nkind: CloneSet", "apps.example/v1\nkind: CloneSet",
                                        "apps.example/v1\nkind: CloneSet", "v1\nkind: ConfigMap"};
    static const char *const amounts[] = {"250m", "250mm", "[]", "250mm"};
    static const double shares[] = {0.5, 0, 0, 0};
    for (int i = 0; i < 4; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "apiVersion: %s\nmetadata: {name: a}\nspec:\n  replicas: 3\n  template:\n"
                 "    spec: {containers: [{name: a, image: a, resources: {requests: {cpu: %s}}}]}\n---\n"
                 "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n"
                 "spec: {containers: [{name: b, image: b, resources: {requests: {cpu: 750m}}}]}\n",
                 kinds[i], amounts[i]);
        struct fixture f;
        open_scenario(&f, text);
        cr_assert_eq(f.problems.errors, 0);
        cr_assert_eq(f.scenario.unsimulated.count, 1);
        cr_assert_eq(f.scenario.unsimulated.at[0].cpu_share, shares[i]);
        close_scenario(&f);
    }
}

Test(scenario, warns_that_another_version_of_kubernetes_runs_as_this_one)
{
    struct fixture f;
    open_scenario(&f, OWN("Scenario", "x") "  kubernetes: v1.34.2\n");
    cr_assert_eq(f.problems.warnings, 1);
    cr_assert_not_null(strstr(f.problems.list.at[0].text, "ties of node scores are drawn at random"));
    close_scenario(&f);
}

/* Kubernetes' m and K are other units than headroom's: 8m are 480 s, 100m of memory is less than a byte; 59 s and 65536
 * bytes are taken as they are. */
Test(scenario, warns_of_figures_that_were_probably_meant_in_another_unit)
{
    struct fixture f;
    open_scenario(&f, DEPLOYMENT("web") OWN("ServiceModel", "web") "  workload: web\n  request: {cpu: 8m}\n"
                                                                   "  memory: {base: 100m}\n");
    cr_assert_eq(f.problems.warnings, 2);
    cr_assert_not_null(strstr(f.problems.list.at[0].text, "a request takes 480 s of processor time"));
    cr_assert_not_null(strstr(f.problems.list.at[1].text, "a pod uses less than 64 Ki"));
    close_scenario(&f);
    open_scenario(&f, DEPLOYMENT("web") OWN("ServiceModel", "web") "  workload: web\n  request: {cpu: 59s}\n"
                                                                   "  memory: {base: 64Ki}\n");
    cr_assert_eq(f.problems.warnings, 0);
    close_scenario(&f);
}

Test(scenario, refuses_what_does_not_fit_together)
{
    expect_error(OWN("Scenario", "a") "  seed: 1\n" OWN("Scenario", "b") "  seed: 2\n", "Scenario/b: given twice");
    expect_error(OWN("Demand", "d") "  sends: []\n", "rate is required without a trace");
    expect_error(OWN("Demand", "d") "  rate: 1/s\n  profile: {points: []}\n", "a profile without points");
    expect_error(OWN("Demand", "d") "  rate: 1/s\n  profile: {step: 18000d, points: [1, 2, 3, 4, 5, 6]}\n",
                 "more than 292 years");
    expect_error(DEPLOYMENT("web") OWN("ServiceModel", "web") "  workload: web\n  use: {cpu: 100m}\n" OWN(
                     "Demand", "d") "  rate: 1/s\n  sends: [web]\n",
                 "takes no requests");
    expect_error(DEPLOYMENT("web") OWN("ServiceModel", "a") "  workload: web\n  use: {cpu: 100m}\n" OWN(
                     "ServiceModel", "b") "  workload: web\n  use: {cpu: 100m}\n",
                 "ServiceModel/a describes these pods already");
    expect_error(DEPLOYMENT("web") OWN("ServiceModel", "a") "  workload: web\n  batch: {cpu: 2m}\n",
                 "the pods of a Deployment do not end");
    expect_error(OWN("Scenario", "a") "  allocation: {team: owner}\n", "names no team");
    expect_error("apiVersion: headroom/v1\nkind: Demand\nmetadata: {name: a}\nsepc: {}\n", "unknown field");
}
