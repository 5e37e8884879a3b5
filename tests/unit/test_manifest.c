#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/scenario/manifest.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/source.h"
#include "sim/scenario/yaml.h"

struct bench {
    struct arena arena;
    struct names names;
    struct problems problems;
};

static void bench_open(struct bench *b)
{
    b->arena = arena_make(1 << 16);
    b->names = names_make(&b->arena);
    b->problems = problems_make(&b->arena, &b->names);
}

static void bench_drop(struct bench *b)
{
    problems_drop(&b->problems);
    names_drop(&b->names);
    arena_drop(&b->arena);
}

/* Reads a YAML text as one manifest. */
static struct value *take(struct bench *b, const char *text)
{
    struct value *documents = value_list(&b->arena);
    cr_assert(yaml_read(&b->arena, &b->names, &b->problems, "x.yaml", text, strlen(text), documents));
    manifest_read(&b->arena, &b->names, documents->items[0], &b->problems);
    return documents->items[0];
}

/* Says what is said of a text: one problem, as it would be printed but for the file's name. */
static void assert_says(const char *text, const char *want)
{
    struct bench b;
    bench_open(&b);
    take(&b, text);
    cr_assert_eq(b.problems.list.count, 1, "%u problems, first %s", (unsigned)b.problems.list.count,
                 b.problems.list.count == 0 ? "none" : b.problems.list.at[0].text);
    const struct problem *p = &b.problems.list.at[0];
    cr_assert_str_eq(arena_format(&b.arena, "%u:%u: %s", (unsigned)p->where.line, (unsigned)p->where.column, p->text),
                     want);
    bench_drop(&b);
}

#define DEPLOYMENT(replicas, app, container)                                                                           \
    "apiVersion: apps/v1\n"                                                                                            \
    "kind: Deployment\n"                                                                                               \
    "metadata: {name: ride-api}\n"                                                                                     \
    "spec:\n"                                                                                                          \
    "  replicas: " replicas "\n"                                                                                       \
    "  selector: {matchLabels: {app: ride-api}}\n"                                                                     \
    "  template:\n"                                                                                                    \
    "    metadata: {labels: {app: " app "}}\n"                                                                         \
    "    spec:\n"                                                                                                      \
    "      containers:\n"                                                                                              \
    "      - " container "\n"

Test(manifest, a_text_where_a_number_belongs_is_said_with_its_place)
{
    assert_says(DEPLOYMENT("\"3\"", "ride-api", "{name: app, image: i}"),
                "5:13: spec.replicas: the text \"3\": Kubernetes takes a whole number from -2147483648 to 2147483647 "
                "here (write digits without quotes)");
}

Test(manifest, a_number_as_the_value_of_an_environment_variable_wants_quotes)
{
    assert_says(DEPLOYMENT("3", "ride-api", "{name: app, image: i, env: [{name: PORT, value: 8080}]}"),
                "11:57: spec.template.spec.containers[0].env[0].value: the number 8080: Kubernetes takes text here "
                "(put it in quotes)");
}

Test(manifest, a_bad_quantity_is_said)
{
    assert_says(DEPLOYMENT("3", "ride-api", "{name: app, image: i, resources: {requests: {memory: 512MB}}}"),
                "11:62: spec.template.spec.containers[0].resources.requests.memory: the text \"512MB\": Kubernetes "
                "takes a quantity here (write one like 250m, 2, 512Mi)");
}

Test(manifest, negative_replicas_are_refused)
{
    assert_says(DEPLOYMENT("-2", "ride-api", "{name: app, image: i}"),
                "5:13: spec.replicas: -2 is too small (write 0 or more)");
}

Test(manifest, a_selector_must_match_the_labels_of_the_template)
{
    assert_says(
        DEPLOYMENT("3", "rides", "{name: app, image: i}"),
        "8:24: spec.template.metadata.labels: the selector does not match the template's labels (write the same "
        "labels in both)");
}

Test(manifest, a_request_above_its_limit_is_refused)
{
    assert_says(
        DEPLOYMENT("3", "ride-api", "{name: app, image: i, resources: {requests: {cpu: 750m}, limits: {cpu: 0.5}}}"),
        "11:59: spec.template.spec.containers[0].resources.requests: cpu 750m is above the limit 500m (lower the "
        "request or raise the limit)");
}

Test(manifest, two_containers_of_one_name_are_refused)
{
    assert_says(DEPLOYMENT("3", "ride-api", "{name: app, image: i}\n      - {name: app, image: j}"),
                "12:16: spec.template.spec.containers[1].name: a second container app (give it another name)");
}

Test(manifest, an_unknown_word_is_answered_with_the_nearest)
{
    assert_says(
        DEPLOYMENT("3", "ride-api", "{name: app, image: i, imagePullPolicy: ifNotPresent}"),
        "11:48: spec.template.spec.containers[0].imagePullPolicy: \"ifNotPresent\" is not Always, IfNotPresent or "
        "Never (did you mean IfNotPresent?)");
}

Test(manifest, a_misspelt_field_is_kept_and_warned_about)
{
    struct bench b;
    bench_open(&b);
    struct value *tree = take(&b, DEPLOYMENT("3", "ride-api", "{name: app, image: i, resorces: {}}"));
    cr_assert_eq(b.problems.errors, 0);
    cr_assert_eq(b.problems.warnings, 1);
    cr_assert_str_eq(b.problems.list.at[0].text, "spec.template.spec.containers[0].resorces: unknown field: Kubernetes "
                                                 "v1.36 ignores it (did you mean resources?)");
    const struct value *containers = value_at(tree, "spec.template.spec.containers");
    cr_assert_not_null(value_get(containers->items[0], "resorces"));
    bench_drop(&b);
}

Test(manifest, an_object_without_a_name_is_refused)
{
    assert_says("apiVersion: v1\nkind: Service\nmetadata: {labels: {a: b}}\nspec: {ports: [{port: 80}]}\n",
                "3:11: metadata.name: missing: every object needs a name (write one)");
}

Test(manifest, more_replicas_at_least_than_at_most_are_refused)
{
    assert_says("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\n"
                "spec:\n  minReplicas: 5\n  maxReplicas: 3\n"
                "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n",
                "6:16: spec.maxReplicas: 3 is below minReplicas 5 (write that or more)");
}

Test(manifest, an_unknown_kind_is_kept_with_a_suggestion)
{
    assert_says(
        "apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: web}\n",
        "2:7: kind: Deploymnt of apps/v1: not a kind that is simulated: it is kept and has no effect (did you mean "
        "kind Deployment?)");
}

Test(manifest, an_autoscaler_of_v1_becomes_one_of_v2)
{
    struct bench b;
    bench_open(&b);
    struct value *tree = take(&b, "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\n"
                                  "spec:\n  maxReplicas: 7\n  targetCPUUtilizationPercentage: 63\n"
                                  "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n");
    cr_assert_eq(b.problems.list.count, 0);
    cr_assert_str_eq(value_as_text(value_get(tree, "apiVersion")), "autoscaling/v2");
    const struct value *metrics = value_at(tree, "spec.metrics");
    int64_t percent = 0;
    cr_assert(value_as_int64(value_at(metrics->items[0], "resource.target.averageUtilization"), &percent));
    cr_assert_eq(percent, 63);
    cr_assert_null(value_at(tree, "spec.targetCPUUtilizationPercentage"));
    bench_drop(&b);
}

Test(manifest, a_deployment_of_a_retired_version_selects_by_the_labels_of_its_template)
{
    struct bench b;
    bench_open(&b);
    struct value *tree = take(&b, "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: carts}\n"
                                  "spec:\n  template:\n    metadata: {labels: {app: carts}}\n"
                                  "    spec: {containers: [{name: app, image: i}]}\n");
    cr_assert_eq(b.problems.errors, 0);
    cr_assert_eq(b.problems.warnings, 1);
    cr_assert_str_eq(value_as_text(value_get(tree, "apiVersion")), "apps/v1");
    cr_assert_str_eq(value_as_text(value_at(tree, "spec.selector.matchLabels.app")), "carts");
    bench_drop(&b);
}

/* Platforms as their authors publish them. */
Test(manifest, published_platforms_have_no_error)
{
    const char *folder = "../shared/data/manifests";
    if (access(folder, R_OK) != 0) {
        printf("skipped: published manifests: no folder %s\n", folder);
        return;
    }
    struct bench b;
    bench_open(&b);
    struct sources sources = sources_make(&b.arena, &b.names, &b.problems);
    cr_assert(sources_read(&sources, folder, 0));
    unsigned simulated = 0;
    for (uint32_t i = 0; i < sources.documents.count; i++) {
        const struct kind *kind = manifest_read(&b.arena, &b.names, sources.documents.at[i].tree, &b.problems);
        simulated += kind != NULL && kind->role == KIND_SIMULATED;
    }
    cr_assert_eq(b.problems.errors, 0, "%s", b.problems.list.at[0].text);
    cr_assert_gt(simulated, 70);
    sources_drop(&sources);
    bench_drop(&b);
}
