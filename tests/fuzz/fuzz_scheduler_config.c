/* Bytes make a KubeSchedulerConfiguration: what its checks let through is a set of profiles, each of which places pods on
 * nodes without a crash, plainly and fast alike. */
#include <assert.h>
#include <string.h>

#include "models/scheduler/placer.h"
#include "models/scheduler/scheduler_config.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/scheduler_manifest.h"
#include "tests/fuzz/bytes.h"

#define NODES 5
#define PODS 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *plugin(struct bytes *b)
{
    return is_odd(b) ? PICK(b, "Nobody", "", "PrioritySort", "DefaultBinder")
                     : PICK(b, "NodeResourcesFit", "TaintToleration", "NodeAffinity", "PodTopologySpread",
                            "InterPodAffinity", "NodeResourcesBalancedAllocation", "ImageLocality", "VolumeBinding",
                            "NodeName", "NodePorts", "DefaultPreemption", "*");
}

/* {enabled: [{name, weight}], disabled: [{name}]} */
static void add_set(struct bytes *b, struct value *plugins)
{
    struct value *set =
        put_map(b, plugins, PICK(b, "score", "filter", "multiPoint", "preFilter", "postFilter", "preScore"));
    struct value *enabled = put_list(b, set, "enabled"), *disabled = put_list(b, set, "disabled");
    for (unsigned left = byte(b) % 3; left > 0; left--) {
        struct value *one = append_map(b, enabled);
        put_text(b, one, "name", plugin(b));
        put_number(b, one, "weight");
    }
    for (unsigned left = byte(b) % 3; left > 0; left--) {
        put_text(b, append_map(b, disabled), "name", plugin(b));
    }
}

static void add_resources(struct bytes *b, struct value *map)
{
    struct value *list = put_list(b, map, "resources");
    for (unsigned left = byte(b) % 4; left > 0; left--) {
        struct value *one = append_map(b, list);
        put_text(b, one, "name", PICK(b, "cpu", "memory", "example.com/gpu", "ephemeral-storage"));
        put_number(b, one, "weight");
    }
}

static void add_fit(struct bytes *b, struct value *args)
{
    struct value *strategy = put_map(b, args, "scoringStrategy");
    put_text(b, strategy, "type",
             is_odd(b) ? "Most" : PICK(b, "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"));
    add_resources(b, strategy);
    struct value *shape = put_list(b, put_map(b, strategy, "requestedToCapacityRatio"), "shape");
    int64_t at = 0;
    for (unsigned left = 1 + byte(b) % 4; left > 0; left--) {
        struct value *point = append_map(b, shape);
        value_put(b->a, point, "utilization", value_integer(b->a, at));
        value_put(b->a, point, "score", value_integer(b->a, byte(b) % 12));
        at += byte(b) % 60;
    }
    if (one_in(b, 3)) {
        value_append(b->a, put_list(b, args, "ignoredResourceGroups"),
                     value_text(b->a, PICK(b, "example.com", "a/b", "")));
    }
}

static void add_spread(struct bytes *b, struct value *args)
{
    struct value *list = put_list(b, args, "defaultConstraints");
    put_text(b, args, "defaultingType", PICK(b, "List", "System"));
    for (unsigned left = byte(b) % 3; left > 0; left--) {
        struct value *one = append_map(b, list);
        put_text(b, one, "topologyKey", PICK(b, "zone", "kubernetes.io/hostname", ""));
        put_text(b, one, "whenUnsatisfiable", PICK(b, "DoNotSchedule", "ScheduleAnyway"));
        put_number(b, one, "maxSkew");
    }
}

static void add_config(struct bytes *b, struct value *list)
{
    struct value *config = append_map(b, list), *args = put_map(b, config, "args");
    switch (byte(b) % 6) {
    case 0:
        put_text(b, config, "name", "NodeResourcesFit");
        add_fit(b, args);
        break;
    case 1:
        put_text(b, config, "name", "NodeResourcesBalancedAllocation");
        add_resources(b, args);
        break;
    case 2:
        put_text(b, config, "name", "PodTopologySpread");
        add_spread(b, args);
        break;
    case 3:
        put_text(b, config, "name", "InterPodAffinity");
        put_number(b, args, "hardPodAffinityWeight");
        break;
    case 4:
        put_text(b, config, "name", "DefaultPreemption");
        put_number(b, args, PICK(b, "minCandidateNodesPercentage", "minCandidateNodesAbsolute"));
        break;
    default:
        put_text(b, config, "name", plugin(b));
    }
}

static struct value *make_config(struct bytes *b)
{
    struct value *config = value_map(b->a);
    put_text(b, config, "apiVersion", "kubescheduler.config.k8s.io/v1");
    put_text(b, config, "kind", "KubeSchedulerConfiguration");
    if (one_in(b, 3)) {
        put_number(b, config, PICK(b, "percentageOfNodesToScore", "podInitialBackoffSeconds", "podMaxBackoffSeconds"));
    }
    struct value *profiles = put_list(b, config, "profiles");
    for (unsigned left = byte(b) % 3; left > 0; left--) {
        struct value *profile = append_map(b, profiles);
        put_text(b, profile, "schedulerName", PICK(b, "default-scheduler", "packing", "other"));
        struct value *plugins = put_map(b, profile, "plugins"), *configs = put_list(b, profile, "pluginConfig");
        for (unsigned k = byte(b) % 4; k > 0; k--) {
            add_set(b, plugins);
        }
        for (unsigned k = byte(b) % 3; k > 0; k--) {
            add_config(b, configs);
        }
    }
    return config;
}

static struct value *make_pod(struct bytes *b)
{
    struct value *pod = value_map(b->a), *spec = put_map(b, pod, "spec");
    struct value *container = append_map(b, put_list(b, spec, "containers"));
    struct value *requests = put_map(b, put_map(b, container, "resources"), "requests");
    put_text(b, put_map(b, put_map(b, pod, "metadata"), "labels"), "app", "a");
    put_text(b, container, "name", "c");
    put_text(b, container, "image", "i");
    put_text(b, requests, "cpu", PICK(b, "100m", "1", "0"));
    put_text(b, requests, "memory", PICK(b, "64Mi", "1Gi", "9223372036854775807"));
    return pod;
}

static void fill(struct bytes *b, struct compiler *compiler, struct placer *placers)
{
    static const char *const names[NODES] = {"n0", "n1", "n2", "n3", "n4"};
    for (int i = 0; i < NODES; i++) {
        struct value *node = value_map(b->a), *metadata = put_map(b, node, "metadata");
        struct value *amounts = put_map(b, put_map(b, node, "status"), "allocatable");
        put_text(b, metadata, "name", names[i]);
        put_text(b, put_map(b, metadata, "labels"), "zone", PICK(b, "a", "b"));
        put_text(b, amounts, "cpu", PICK(b, "4", "2"));
        put_text(b, amounts, "memory", PICK(b, "8Gi", "9223372036854775807"));
        put_text(b, amounts, "pods", PICK(b, "110", "3"));
        struct node row = compile_node(compiler, node);
        row.ready = true;
        cache_put_node(&placers[0].cache, &row, 0);
        cache_put_node(&placers[1].cache, &row, 0);
    }
}

static void place(struct bytes *b, const struct profile *profile)
{
    struct compiler compiler = compile_make(b->a, b->names);
    struct placer placers[2] = {placer_make(b->a, b->names), placer_make(b->a, b->names)};
    const char *namespace = names_text(b->names, "default");
    struct pod_class given = {.template = compile_template(&compiler, namespace, make_pod(b)), .namespace = namespace};
    given.labels = given.template->labels;
    const struct pod_class *class = pod_class_make(b->a, &given, true);
    placers[1].plain = true;
    fill(b, &compiler, placers);
    for (uint32_t number = 0; number < PODS; number++) {
        const struct placer_pod pod = {.profile = profile, .class = class, .number = number};
        struct placer_result fast = placer_place(&placers[0], &pod), plain = placer_place(&placers[1], &pod);
        assert(fast.outcome == plain.outcome && fast.node == plain.node && fast.feasible == plain.feasible);
        for (int i = 0; i < 2 && fast.node != NONE; i++) {
            const char *name = placers[i].cache.nodes.at[fast.node].name;
            cache_add_pod(&placers[i].cache, number, class, name, false, TIME_UNSET);
        }
    }
    placer_drop(&placers[0]);
    placer_drop(&placers[1]);
    compile_drop(&compiler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_make(1 << 14);
    struct names names = names_make(&a);
    struct problems problems = problems_make(&a, &names);
    struct bytes b = {data, size, &a, &names};
    struct value *config = make_config(&b);
    scheduler_manifest_read(&a, &names, config, &problems);
    if (problems.errors == 0) {
        struct scheduler_config made = scheduler_config_make(&a, &names, config);
        for (uint32_t i = 0; i < made.count; i++) {
            place(&b, &made.profiles[i]);
        }
    }
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&a);
    return 0;
}
