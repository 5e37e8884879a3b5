/* Bytes make a small cluster: nodes come, change and go, pods of odd templates are placed and removed. What the checks let
 * through never crashes the scheduler, which decides the same with what it keeps between cycles and without.
 *
 * A byte chooses from a short list of what stands in manifests, limits and nonsense included, so that constraints meet the
 * labels that they ask for. A byte that is not there is 0. */
#include <assert.h>
#include <string.h>

#include "models/scheduler/placer.h"
#include "models/scheduler/preemption.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/manifest.h"
#include "sim/scenario/selector.h"
#include "tests/fuzz/bytes.h"

#define PODS_MOST 64
#define CLASSES_MOST 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct course {
    struct bytes b;
    struct compiler compiler;
    struct profile profile;
    struct placer fast, plain;
    const struct pod_class *classes[CLASSES_MOST];
    uint32_t class_count;
    bool counted[PODS_MOST];
};

#define LONG "x23456789-123456789-123456789-123456789-123456789-123456789-12"

static const char *key(struct bytes *c)
{
    return PICK(c, "app", "kubernetes.io/hostname", "topology.kubernetes.io/zone", "rack", "cores",
                "example.com/" LONG "3");
}

static const char *text(struct bytes *c)
{
    return is_odd(c) ? PICK(c, "-4", LONG "34", "not a label")
                     : PICK(c, "a", "b", "", "4", "9223372036854775808", LONG "3");
}

static void add_labels(struct bytes *c, struct value *metadata)
{
    struct value *labels = put_map(c, metadata, "labels");
    for (unsigned left = byte(c) % 5; left > 0; left--) {
        put_text(c, labels, key(c), text(c));
    }
}

static void add_amounts(struct bytes *c, struct value *map, const char *name)
{
    struct value *amounts = put_map(c, map, name);
    for (unsigned left = byte(c) % 5; left > 0; left--) {
        const char *resource = PICK(c, "cpu", "memory", "ephemeral-storage", "example.com/gpu", "cpu");
        bool whole = strcmp(resource, "example.com/gpu") == 0;
        put_text(c, amounts, resource,
                 is_odd(c) ? PICK(c, "-1", "junk", "1.5")
                 : whole   ? PICK(c, "1", "0", "3")
                           : PICK(c, "1", "100m", "2Gi", "0", "1n", "9223372036854775807", "8E", "1e3"));
    }
}

/* {key, operator, values}; node: of a node's labels, else of a pod's. field: the key of a node's field. */
static void add_requirements(struct bytes *c, struct value *list, bool node, bool field)
{
    for (unsigned left = 1 + byte(c) % 3; left > 0; left--) {
        struct value *r = append_map(c, list);
        const char *op = is_odd(c) ? PICK(c, "Gt", "Near", "")
                         : field   ? PICK(c, "In", "NotIn")
                         : node    ? PICK(c, "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
                                   : PICK(c, "In", "NotIn", "Exists", "DoesNotExist");
        bool set = strcmp(op, "In") == 0 || strcmp(op, "NotIn") == 0;
        bool bound = strcmp(op, "Gt") == 0 || strcmp(op, "Lt") == 0;
        put_text(c, r, "key", field ? "metadata.name" : key(c));
        put_text(c, r, "operator", op);
        unsigned count = is_odd(c) ? byte(c) % 3 : bound || field ? 1 : set ? 1 + byte(c) % 3 : 0;
        struct value *values = count > 0 ? put_list(c, r, "values") : NULL;
        for (; count > 0; count--) {
            value_append(c->a, values,
                         value_text(c->a, bound   ? PICK(c, "4", "0", "9223372036854775807")
                                          : field ? PICK(c, "n0", "n1", "none")
                                                  : text(c)));
        }
    }
}

static void add_selector(struct bytes *c, struct value *map, const char *name)
{
    if (one_in(c, 5)) {
        return;
    }
    struct value *selector = put_map(c, map, name);
    for (unsigned left = byte(c) % 3; left > 0; left--) {
        struct value *labels = value_get(selector, "matchLabels");
        put_text(c, labels != NULL ? labels : put_map(c, selector, "matchLabels"), key(c), text(c));
    }
    if (one_in(c, 3)) {
        add_requirements(c, put_list(c, selector, "matchExpressions"), false, false);
    }
}

static void add_keys(struct bytes *c, struct value *map, const char *name)
{
    if (one_in(c, 4) && (value_get(map, "labelSelector") != NULL || is_odd(c))) {
        struct value *keys = put_list(c, map, name);
        for (unsigned left = 1 + byte(c) % 3; left > 0; left--) {
            value_append(c->a, keys, value_text(c->a, key(c)));
        }
    }
}

static void add_spread(struct bytes *c, struct value *spec)
{
    struct value *list = put_list(c, spec, "topologySpreadConstraints");
    for (unsigned left = byte(c) % 4; left > 0; left--) {
        struct value *s = append_map(c, list);
        put_text(c, s, "topologyKey", key(c));
        put_text(c, s, "whenUnsatisfiable", is_odd(c) ? "Never" : PICK(c, "DoNotSchedule", "ScheduleAnyway"));
        put_number(c, s, "maxSkew");
        add_selector(c, s, "labelSelector");
        add_keys(c, s, "matchLabelKeys");
        if (one_in(c, 3) &&
            (is_odd(c) || strcmp(value_as_text(value_get(s, "whenUnsatisfiable")), "DoNotSchedule") == 0)) {
            put_number(c, s, "minDomains");
        }
        if (one_in(c, 3)) {
            put_text(c, s, PICK(c, "nodeAffinityPolicy", "nodeTaintsPolicy"),
                     is_odd(c) ? "Sometimes" : PICK(c, "Honor", "Ignore"));
        }
    }
}

static void add_pod_terms(struct bytes *c, struct value *affinity, const char *name)
{
    struct value *side = put_map(c, affinity, name);
    struct value *required = put_list(c, side, "requiredDuringSchedulingIgnoredDuringExecution");
    struct value *preferred = put_list(c, side, "preferredDuringSchedulingIgnoredDuringExecution");
    for (unsigned left = byte(c) % 4; left > 0; left--) {
        struct value *term;
        if (one_in(c, 2)) {
            term = append_map(c, required);
        } else {
            struct value *weighted = append_map(c, preferred);
            put_number(c, weighted, "weight");
            term = put_map(c, weighted, "podAffinityTerm");
        }
        put_text(c, term, "topologyKey", key(c));
        add_selector(c, term, "labelSelector");
        add_keys(c, term, "matchLabelKeys");
        add_keys(c, term, "mismatchLabelKeys");
        if (one_in(c, 4)) {
            add_selector(c, term, "namespaceSelector");
        }
        if (one_in(c, 4)) {
            value_append(c->a, put_list(c, term, "namespaces"),
                         value_text(c->a, is_odd(c) ? "" : PICK(c, "default", "other")));
        }
    }
}

static void add_node_terms(struct bytes *c, struct value *affinity)
{
    struct value *node = put_map(c, affinity, "nodeAffinity");
    if (one_in(c, 2)) {
        struct value *required = put_map(c, node, "requiredDuringSchedulingIgnoredDuringExecution");
        struct value *terms = put_list(c, required, "nodeSelectorTerms");
        for (unsigned left = 1 + byte(c) % 2; left > 0; left--) {
            struct value *term = append_map(c, terms);
            bool field = one_in(c, 4);
            add_requirements(c, put_list(c, term, field ? "matchFields" : "matchExpressions"), true, field);
        }
    }
    struct value *preferred = put_list(c, node, "preferredDuringSchedulingIgnoredDuringExecution");
    for (unsigned left = byte(c) % 3; left > 0; left--) {
        struct value *weighted = append_map(c, preferred);
        put_number(c, weighted, "weight");
        struct value *term = put_map(c, weighted, "preference");
        bool field = one_in(c, 4);
        add_requirements(c, put_list(c, term, field ? "matchFields" : "matchExpressions"), true, field);
    }
}

static void add_tolerations(struct bytes *c, struct value *spec)
{
    struct value *list = put_list(c, spec, "tolerations");
    for (unsigned left = byte(c) % 4; left > 0; left--) {
        struct value *t = append_map(c, list);
        const char *op = is_odd(c) ? PICK(c, "Gt", "Within") : PICK(c, "Exists", "Equal", "");
        bool exists = strcmp(op, "Exists") == 0;
        if (!exists || one_in(c, 2)) {
            put_text(c, t, "key", key(c));
        }
        put_text(c, t, "operator", op);
        if (!exists || is_odd(c)) {
            put_text(c, t, "value", text(c));
        }
        put_text(c, t, "effect", is_odd(c) ? "No" : PICK(c, "", "NoSchedule", "PreferNoSchedule", "NoExecute"));
    }
}

static struct value *object(struct bytes *c, const char *version, const char *kind, const char *name)
{
    struct value *made = value_map(c->a);
    put_text(c, made, "apiVersion", version);
    put_text(c, made, "kind", kind);
    struct value *metadata = put_map(c, made, "metadata");
    put_text(c, metadata, "name", name);
    add_labels(c, metadata);
    return made;
}

/* Whether the object has no error. */
static bool is_good(struct course *c, struct value *made)
{
    struct problems problems = problems_make(c->b.a, c->b.names);
    bool good = manifest_read(c->b.a, c->b.names, made, &problems) != NULL && problems.errors == 0;
    problems_drop(&problems);
    return good;
}

static struct value *make_pod(struct bytes *c)
{
    struct value *pod = object(c, "v1", "Pod", "p"), *spec = put_map(c, pod, "spec");
    struct value *container = append_map(c, put_list(c, spec, "containers"));
    put_text(c, container, "name", "c");
    put_text(c, container, "image", PICK(c, "a", "b:1", "a@sha256:0"));
    struct value *resources = put_map(c, container, "resources");
    add_amounts(c, resources, "requests");
    const char *devices = value_as_text(value_get(value_get(resources, "requests"), "example.com/gpu"));
    if (devices != NULL && !is_odd(c)) {
        put_text(c, put_map(c, resources, "limits"), "example.com/gpu", devices);
    }
    if (one_in(c, 4)) {
        struct value *port = append_map(c, put_list(c, container, "ports"));
        put_number(c, port, "containerPort");
        put_number(c, port, "hostPort");
    }
    if (one_in(c, 2)) {
        add_spread(c, spec);
    }
    if (one_in(c, 2)) {
        add_pod_terms(c, put_map(c, spec, "affinity"), "podAffinity");
        add_pod_terms(c, value_get(spec, "affinity"), "podAntiAffinity");
        add_node_terms(c, value_get(spec, "affinity"));
    }
    if (one_in(c, 2)) {
        add_tolerations(c, spec);
    }
    if (one_in(c, 4)) {
        put_text(c, put_map(c, spec, "nodeSelector"), key(c), text(c));
    }
    return pod;
}

static void add_class(struct course *c)
{
    struct value *pod = make_pod(&c->b);
    if (c->class_count == CLASSES_MOST || !is_good(c, pod)) {
        return;
    }
    const char *namespace = names_text(c->b.names, PICK(&c->b, "default", "other"));
    struct pod_class given = {
        .number = c->class_count, .template = compile_template(&c->compiler, namespace, pod), .namespace = namespace};
    given.labels = given.template->labels;
    given.namespace_labels = one_in(&c->b, 2) ? given.labels : NULL;
    given.default_selector =
        one_in(&c->b, 2) ? selector_of_labels(c->b.a, c->b.names, value_at(pod, "metadata.labels")) : NULL;
    c->classes[c->class_count++] = pod_class_make(c->b.a, &given, one_in(&c->b, 2));
}

static const char *node_name(struct bytes *c)
{
    return names_text(c->names, PICK(c, "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"));
}

static void put_node(struct course *c)
{
    struct value *node = object(&c->b, "v1", "Node", node_name(&c->b)), *spec = put_map(&c->b, node, "spec");
    add_amounts(&c->b, put_map(&c->b, node, "status"), "allocatable");
    put_text(&c->b, value_at(node, "status.allocatable"), "pods", PICK(&c->b, "110", "1", "0"));
    struct value *taints = put_list(&c->b, spec, "taints");
    for (unsigned left = byte(&c->b) % 3; left > 0; left--) {
        struct value *t = append_map(&c->b, taints);
        put_text(&c->b, t, "key", key(&c->b));
        put_text(&c->b, t, "value", text(&c->b));
        put_text(&c->b, t, "effect", PICK(&c->b, "NoSchedule", "PreferNoSchedule", "NoExecute"));
    }
    if (is_good(c, node)) {
        struct node row = compile_node(&c->compiler, node);
        row.ready = true;
        row.unschedulable = one_in(&c->b, 8);
        cache_put_node(&c->fast.cache, &row, 0);
        cache_put_node(&c->plain.cache, &row, 0);
    }
}

static void remove_node(struct course *c)
{
    const char *name = node_name(&c->b);
    uint32_t slot = cache_find(&c->fast.cache, name);
    if (slot != NONE) {
        cache_remove_node(&c->fast.cache, slot);
        cache_remove_node(&c->plain.cache, cache_find(&c->plain.cache, name));
    }
}

static void remove_pod(struct course *c)
{
    uint32_t number = byte(&c->b) % PODS_MOST;
    if (c->counted[number]) {
        cache_remove_pod(&c->fast.cache, number);
        cache_remove_pod(&c->plain.cache, number);
        c->counted[number] = false;
    }
}

static void terminate_pod(struct course *c)
{
    uint32_t number = byte(&c->b) % PODS_MOST;
    cache_terminate_pod(&c->fast.cache, number);
    cache_terminate_pod(&c->plain.cache, number);
}

static void preempt(struct course *c, struct placer_pod *pod)
{
    struct preemption_input in = {.pod = pod};
    struct preemption found = preemption_find(&c->plain, &in);
    preemption_drop(&found);
}

static void place(struct course *c)
{
    uint32_t number = byte(&c->b) % PODS_MOST;
    if (c->class_count == 0 || c->counted[number]) {
        return;
    }
    struct placer_pod pod = {
        .profile = &c->profile, .class = c->classes[byte(&c->b) % c->class_count], .number = number};
    pod.nominated = one_in(&c->b, 8) ? node_name(&c->b) : NULL;
    struct placer_result fast = placer_place(&c->fast, &pod), plain = placer_place(&c->plain, &pod);
    assert(fast.outcome == plain.outcome && fast.node == plain.node && fast.evaluated == plain.evaluated &&
           fast.feasible == plain.feasible && c->fast.next_start == c->plain.next_start);
    assert(fast.node != NONE || fast.plugins == plain.plugins);
    if (fast.node != NONE) {
        const char *name = c->fast.cache.nodes.at[fast.node].name;
        cache_add_pod(&c->fast.cache, number, pod.class, name, false, TIME_UNSET);
        cache_add_pod(&c->plain.cache, number, pod.class, name, false, TIME_UNSET);
        c->counted[number] = true;
    } else if (fast.outcome == PLACER_UNSCHEDULABLE) {
        preempt(c, &pod);
    }
}

static void step(struct course *c)
{
    static void (*const steps[])(struct course *) = {place,    place,       place,      place,     put_node,
                                                     put_node, remove_node, remove_pod, add_class, terminate_pod};
    steps[byte(&c->b) % (sizeof steps / sizeof *steps)](c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_make(1 << 14);
    struct names names = names_make(&a);
    struct course c = {.b = {data, size, &a, &names},
                       .compiler = compile_make(&a, &names),
                       .profile = profile_default(&a, &names),
                       .fast = placer_make(&a, &names),
                       .plain = placer_make(&a, &names)};
    c.plain.plain = true;
    c.profile.percentage = one_in(&c.b, 2) ? (int32_t)(byte(&c.b) % 101) : 0;
    put_node(&c);
    put_node(&c);
    add_class(&c);
    while (c.b.size > 0) {
        step(&c);
    }
    placer_drop(&c.fast);
    placer_drop(&c.plain);
    compile_drop(&c.compiler);
    names_drop(&names);
    arena_drop(&a);
    return 0;
}
