#include <criterion/criterion.h>
#include <string.h>

#include "models/scheduler/scheduler_config.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/scheduler_manifest.h"
#include "sim/scenario/yaml.h"

#define HEAD "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"

struct bench {
    struct arena arena;
    struct names names;
    struct problems problems;
    const struct value *config;
};

static void bench_open(struct bench *b, const char *text)
{
    b->arena = arena_make(1 << 16);
    b->names = names_make(&b->arena);
    b->problems = problems_make(&b->arena, &b->names);
    struct value *documents = value_list(&b->arena);
    cr_assert(yaml_read(&b->arena, &b->names, &b->problems, "x.yaml", text, strlen(text), documents));
    scheduler_manifest_read(&b->arena, &b->names, documents->items[0], &b->problems);
    b->config = documents->items[0];
}

static void bench_drop(struct bench *b)
{
    problems_drop(&b->problems);
    names_drop(&b->names);
    arena_drop(&b->arena);
}

static struct scheduler_config good(struct bench *b)
{
    cr_assert_eq(b->problems.list.count, 0, "%s", b->problems.list.count == 0 ? "" : b->problems.list.at[0].text);
    return scheduler_config_make(&b->arena, &b->names, b->config);
}

/* Says what is said of a text: one problem, as it would be printed but for the file's name. */
static void assert_says(const char *text, const char *want)
{
    struct bench b;
    bench_open(&b, text);
    cr_assert_eq(b.problems.list.count, 1, "%u problems", (unsigned)b.problems.list.count);
    const struct problem *p = &b.problems.list.at[0];
    cr_assert_str_eq(arena_format(&b.arena, "%u:%u: %s", (unsigned)p->where.line, (unsigned)p->where.column, p->text),
                     want);
    bench_drop(&b);
}

Test(scheduler_config, without_a_configuration_there_is_the_default_profile)
{
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct scheduler_config config = scheduler_config_make(&a, &names, NULL);
    struct profile want = profile_default(&a, &names);
    cr_assert_eq(config.count, 1);
    const struct profile *p = scheduler_config_profile(&config, names_text(&names, "default-scheduler"));
    cr_assert_eq(p, config.profiles);
    for (int i = 0; i < PLUGINS; i++) {
        cr_assert_eq(p->weights[i], want.weights[i], "%s", plugin_names[i]);
    }
    cr_assert(p->scores && p->preempts && p->spread_by_default);
    cr_assert_eq(p->candidates_percent, 10);
    cr_assert_eq(p->candidates_min, 100);
    cr_assert_eq(p->hard_affinity_weight, 1);
    cr_assert_eq(p->fit.count, 2);
    cr_assert_eq(config.backoff_initial_ns, INT64_C(1000000000));
    cr_assert_eq(config.backoff_max_ns, INT64_C(10000000000));
    names_drop(&names);
    arena_drop(&a);
}

Test(scheduler_config, a_pod_gets_the_profile_that_it_names)
{
    struct bench b;
    bench_open(&b,
               HEAD "percentageOfNodesToScore: 37\npodInitialBackoffSeconds: 3\npodMaxBackoffSeconds: 71\n"
                    "profiles:\n- schedulerName: packer\n  percentageOfNodesToScore: 0\n  plugins:\n"
                    "    score: {disabled: [{name: ImageLocality}], enabled: [{name: NodeResourcesFit, weight: 17}]}\n"
                    "    postFilter: {disabled: [{name: DefaultPreemption}]}\n    filter: {disabled: [{name: "
                    "NodePorts}]}\n  pluginConfig:\n  - name: NodeResourcesFit\n    args: {scoringStrategy: "
                    "{type: MostAllocated, resources: [{name: cpu, weight: 3}]}}\n  - name: DefaultPreemption\n"
                    "    args: {minCandidateNodesAbsolute: 7}\n- schedulerName: default-scheduler\n");
    struct scheduler_config config = good(&b);
    const struct profile *packer = scheduler_config_profile(&config, names_text(&b.names, "packer"));
    const struct profile *other = scheduler_config_profile(&config, names_text(&b.names, "default-scheduler"));
    cr_assert_null(scheduler_config_profile(&config, names_text(&b.names, "volcano")));
    cr_assert_eq(packer->percentage, 0);
    cr_assert_eq(other->percentage, 37);
    cr_assert_eq(packer->weights[PLUGIN_NODE_RESOURCES_FIT], 17);
    cr_assert_eq(packer->weights[PLUGIN_IMAGE_LOCALITY], 0);
    cr_assert_eq(packer->weights[PLUGIN_TAINT_TOLERATION], 3);
    cr_assert(!packer->filters[PLUGIN_NODE_PORTS] && other->filters[PLUGIN_NODE_PORTS]);
    cr_assert(!packer->preempts && other->preempts);
    cr_assert_eq(packer->strategy, FIT_MOST_ALLOCATED);
    cr_assert_eq(packer->fit.count, 1);
    cr_assert_eq(packer->fit.at[0].weight, 3);
    cr_assert_eq(packer->candidates_min, 7);
    cr_assert_eq(packer->candidates_percent, 10);
    cr_assert_eq(config.backoff_initial_ns, INT64_C(3000000000));
    cr_assert_eq(config.backoff_max_ns, INT64_C(71000000000));
    bench_drop(&b);
}

Test(scheduler_config, a_profile_without_score_plugins_takes_the_first_node_that_fits)
{
    struct bench b;
    bench_open(&b, HEAD "profiles:\n- plugins: {score: {disabled: [{name: '*'}]}}\n");
    struct scheduler_config config = good(&b);
    cr_assert(!config.profiles[0].scores);
    cr_assert(config.profiles[0].filters[PLUGIN_NODE_RESOURCES_FIT]);
    bench_drop(&b);
}

Test(scheduler_config, what_kube_scheduler_refuses_is_refused_where_it_is_written)
{
    assert_says(HEAD "profiles:\n- plugin: {}\n",
                "4:3: profiles[0].plugin: unknown field: Kubernetes v1.36 refuses it (did you mean plugins?)");
    assert_says(HEAD "percentageOfNodesToScore: 101\n",
                "3:27: percentageOfNodesToScore: 101 is out of range (write 0 to 100)");
    assert_says(
        HEAD "profiles:\n- plugins:\n    filter:\n      enabled: [{name: NodeNames}]\n",
        "6:17: profiles[0].plugins.filter.enabled[0]: kube-scheduler v1.36 has no plugin \"NodeNames\" (did you "
        "mean NodeName?)");
    assert_says(HEAD "profiles:\n- plugins:\n    filter:\n      enabled: [{name: ImageLocality}]\n",
                "6:17: profiles[0].plugins.filter.enabled[0]: ImageLocality has nothing to do at filter (take it out)");
    assert_says(HEAD "profiles:\n- pluginConfig:\n  - name: InterPodAffinity\n    args: {hardPodAffinityWeight: -1}\n",
                "6:35: profiles[0].pluginConfig[0].args.hardPodAffinityWeight: -1 is out of range (write 0 to 100)");
    assert_says(HEAD "profiles:\n- pluginConfig:\n  - name: NodeResourcesFit\n    args: {scoringStrategy: {type: "
                     "BestFit}}\n",
                "6:36: profiles[0].pluginConfig[0].args.scoringStrategy.type: \"BestFit\" is no strategy (write "
                "LeastAllocated, MostAllocated or RequestedToCapacityRatio)");
}

Test(names, a_table_over_another_keeps_its_pointers)
{
    struct arena a = arena_make(1 << 12);
    struct names below = names_make(&a);
    const char *zone = names_text(&below, "topology.kubernetes.io/zone");
    struct names over = names_over(&a, &below);
    cr_assert_eq(names_text(&over, "topology.kubernetes.io/zone"), zone);
    const char *own = names_text(&over, "general-17");
    cr_assert_eq(names_text(&over, "general-17"), own);
    cr_assert_eq(below.count, 1);
    names_drop(&over);
    names_drop(&below);
    arena_drop(&a);
}
