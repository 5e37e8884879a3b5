#include "sim/scenario/compile.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/defaults.h"
#include "sim/scenario/limit_range.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/priority.h"
#include "sim/scenario/resource_list.h"
#include "sim/scenario/selector.h"

#define SECOND_NS INT64_C(1000000000)

struct compiler compile_make(struct arena *a, struct names *names)
{
    return (struct compiler){.arena = a, .names = names, .scratch = arena_make(1 << 16)};
}

void compile_drop(struct compiler *c)
{
    arena_drop(&c->scratch);
    VEC_DROP(&c->classes);
    VEC_DROP(&c->ranges);
    VEC_DROP(&c->templates);
    VEC_DROP(&c->spaces);
    VEC_DROP(&c->hashes);
    free(c->slots);
    *c = (struct compiler){0};
}

/* ---- reading trees ---- */

static int64_t integer_at(const struct value *v, const char *path, int64_t absent)
{
    int64_t number = 0;
    return value_as_int64(value_at(v, path), &number) ? number : absent;
}

static int32_t int32_at(const struct value *v, const char *path, int32_t absent)
{
    return (int32_t)integer_at(v, path, absent);
}

static bool is_true(const struct value *v)
{
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static bool says(const struct value *v, const char *path, const char *text)
{
    const char *there = value_as_text(value_at(v, path));
    return there != NULL && strcmp(there, text) == 0;
}

/* The text at a path, interned; null: there is none, or it is empty. */
static const char *text_at(const struct compiler *c, const struct value *v, const char *path)
{
    const char *text = value_as_text(value_at(v, path));
    return text == NULL || text[0] == '\0' ? NULL : names_text(c->names, text);
}

static const char *annotation(const struct value *metadata, const char *key)
{
    return value_as_text(value_get(value_get(metadata, "annotations"), key));
}

static const char *namespace_of(const struct compiler *c, const struct value *object)
{
    const char *namespace = text_at(c, object, "metadata.namespace");
    return namespace == NULL ? names_text(c->names, "default") : namespace;
}

static struct int_or_percent int_or_percent_at(const struct value *v, const char *path, int32_t absent)
{
    const char *text = value_as_text(value_at(v, path));
    if (text == NULL) {
        return (struct int_or_percent){false, int32_at(v, path, absent)};
    }
    return (struct int_or_percent){true, (int32_t)strtol(text, NULL, 10)};
}

/* ---- placement ---- */

static enum taint_effect effect_of(const struct value *v)
{
    if (says(v, "effect", "NoSchedule")) {
        return TAINT_NO_SCHEDULE;
    }
    if (says(v, "effect", "PreferNoSchedule")) {
        return TAINT_PREFER_NO_SCHEDULE;
    }
    return says(v, "effect", "NoExecute") ? TAINT_NO_EXECUTE : TAINT_ANY_EFFECT;
}

static const char *interned_or_empty(struct names *names, const struct value *v)
{
    const char *text = value_as_text(v);
    return names_text(names, text == NULL ? "" : text);
}

const struct taints *compile_taints(struct arena *a, struct names *names, const struct value *list)
{
    struct taints *taints = TAKE(a, struct taints, 1);
    if (!value_is_list(list)) {
        return taints;
    }
    struct taint *at = TAKE(a, struct taint, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        at[i].key = interned_or_empty(names, value_get(list->items[i], "key"));
        at[i].value = interned_or_empty(names, value_get(list->items[i], "value"));
        at[i].effect = effect_of(list->items[i]);
    }
    *taints = (struct taints){at, list->count};
    return taints;
}

static struct toleration compile_toleration(struct names *names, const struct value *v)
{
    const char *key = value_as_text(value_get(v, "key")), *word = value_as_text(value_get(v, "operator"));
    struct toleration t = {.key = key == NULL || key[0] == '\0' ? NULL : names_text(names, key),
                           .value = interned_or_empty(names, value_get(v, "value")),
                           .op = TOLERATION_NEVER,
                           .effect = effect_of(v),
                           .seconds = integer_at(v, "tolerationSeconds", -1)};
    if (word == NULL || word[0] == '\0' || strcmp(word, "Equal") == 0) {
        t.op = TOLERATION_EQUAL;
    } else if (strcmp(word, "Exists") == 0) {
        t.op = TOLERATION_EXISTS;
    }
    return t;
}

static uint32_t size_of(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

/* Kubernetes knows one field, metadata.name, and one value for each expression of it. */
static bool is_name_expression(const struct requirement *r)
{
    return strcmp(r->key, "metadata.name") == 0 && r->count == 1 &&
           (r->op == REQUIREMENT_IN || r->op == REQUIREMENT_NOT_IN);
}

static struct node_term compile_term(struct arena *a, struct names *names, const struct value *v)
{
    const struct value *labels = value_get(v, "matchExpressions"), *fields = value_get(v, "matchFields");
    struct requirement *label_at = TAKE(a, struct requirement, size_of(labels));
    struct requirement *name_at = TAKE(a, struct requirement, size_of(fields));
    struct node_term term = {label_at, size_of(labels), name_at, size_of(fields), false, 0};
    for (uint32_t i = 0; i < term.label_count; i++) {
        term.broken |= !requirement_compile(a, names, labels->items[i], true, &label_at[i]);
    }
    for (uint32_t i = 0; i < term.name_count; i++) {
        term.broken |= !requirement_compile(a, names, fields->items[i], false, &name_at[i]);
        term.broken |= !is_name_expression(&name_at[i]);
    }
    return term;
}

void compile_affinity(struct arena *a, struct names *names, const struct value *affinity, struct placement *p)
{
    const struct value *required = value_get(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
    const struct value *preferred = value_get(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
    const struct value *terms = value_get(required, "nodeSelectorTerms");
    struct node_term *must = TAKE(a, struct node_term, size_of(terms));
    struct node_term *better = TAKE(a, struct node_term, size_of(preferred));
    for (uint32_t i = 0; i < size_of(terms); i++) {
        must[i] = compile_term(a, names, terms->items[i]);
    }
    for (uint32_t i = 0; i < size_of(preferred); i++) {
        better[i] = compile_term(a, names, value_get(preferred->items[i], "preference"));
        better[i].weight = int32_at(preferred->items[i], "weight", 0);
    }
    p->required = !value_is_null(required);
    p->required_terms = must;
    p->required_count = size_of(terms);
    p->preferred_terms = better;
    p->preferred_count = size_of(preferred);
}

/* ---- affinity between pods, spread ---- */

static const char *const *compile_texts(struct arena *a, struct names *names, const struct value *list)
{
    const char **at = TAKE(a, const char *, size_of(list));
    for (uint32_t i = 0; i < size_of(list); i++) {
        at[i] = interned_or_empty(names, list->items[i]);
    }
    return at;
}

static struct pod_term compile_pod_term(struct arena *a, struct names *names, const struct value *v)
{
    const struct value *namespaces = value_get(v, "namespaces"), *match = value_get(v, "matchLabelKeys"),
                       *mismatch = value_get(v, "mismatchLabelKeys");
    return (struct pod_term){.key = interned_or_empty(names, value_get(v, "topologyKey")),
                             .selector = selector_compile(a, names, value_get(v, "labelSelector")),
                             .namespaces = compile_texts(a, names, namespaces),
                             .namespace_count = size_of(namespaces),
                             .namespace_selector = selector_compile(a, names, value_get(v, "namespaceSelector")),
                             .match_keys = compile_texts(a, names, match),
                             .match_count = size_of(match),
                             .mismatch_keys = compile_texts(a, names, mismatch),
                             .mismatch_count = size_of(mismatch)};
}

/* affinity: podAffinity or podAntiAffinity. */
static void compile_pod_terms(struct arena *a, struct names *names, const struct value *affinity,
                              struct pod_terms *required, struct pod_terms *preferred)
{
    const struct value *must = value_get(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
    const struct value *better = value_get(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
    struct pod_term *at = TAKE(a, struct pod_term, size_of(must) + size_of(better));
    *required = (struct pod_terms){at, size_of(must)};
    *preferred = (struct pod_terms){at + size_of(must), size_of(better)};
    for (uint32_t i = 0; i < size_of(must); i++) {
        at[i] = compile_pod_term(a, names, must->items[i]);
    }
    for (uint32_t i = 0; i < size_of(better); i++) {
        at[size_of(must) + i] = compile_pod_term(a, names, value_get(better->items[i], "podAffinityTerm"));
        at[size_of(must) + i].weight = int32_at(better->items[i], "weight", 0);
    }
}

const struct spread_constraint *compile_spread(struct arena *a, struct names *names, const struct value *list)
{
    struct spread_constraint *at = TAKE(a, struct spread_constraint, size_of(list));
    for (uint32_t i = 0; i < size_of(list); i++) {
        const struct value *v = list->items[i], *keys = value_get(v, "matchLabelKeys");
        at[i] = (struct spread_constraint){.key = interned_or_empty(names, value_get(v, "topologyKey")),
                                           .max_skew = int32_at(v, "maxSkew", 1),
                                           .min_domains = int32_at(v, "minDomains", 1),
                                           .hard = !says(v, "whenUnsatisfiable", "ScheduleAnyway"),
                                           .honors_affinity = !says(v, "nodeAffinityPolicy", "Ignore"),
                                           .honors_taints = says(v, "nodeTaintsPolicy", "Honor"),
                                           .selector = selector_compile(a, names, value_get(v, "labelSelector")),
                                           .match_keys = compile_texts(a, names, keys),
                                           .match_count = size_of(keys)};
    }
    return at;
}

/* ---- host ports, images ---- */

static uint32_t count_ports(const struct value *containers)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < size_of(containers); i++) {
        count += size_of(value_get(containers->items[i], "ports"));
    }
    return count;
}

static void compile_port(struct names *names, const struct value *v, struct host_port *at, uint32_t *count)
{
    int64_t port = integer_at(v, "hostPort", 0);
    const char *ip = value_as_text(value_get(v, "hostIP")), *protocol = value_as_text(value_get(v, "protocol"));
    if (port > 0) {
        at[(*count)++] =
            (struct host_port){names_text(names, ip == NULL || ip[0] == '\0' ? "0.0.0.0" : ip),
                               names_text(names, protocol == NULL || protocol[0] == '\0' ? "TCP" : protocol), port};
    }
}

/* Ports of app containers and sidecars; other init containers hold theirs only while they run. */
static void compile_ports(struct arena *a, struct names *names, const struct value *spec, struct placement *p)
{
    const struct value *lists[] = {value_get(spec, "containers"), value_get(spec, "initContainers")};
    struct host_port *at = TAKE(a, struct host_port, count_ports(lists[0]) + count_ports(lists[1]));
    for (int k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < size_of(lists[k]); i++) {
            const struct value *container = lists[k]->items[i], *ports = value_get(container, "ports");
            for (uint32_t j = 0; j < size_of(ports) && (k == 0 || says(container, "restartPolicy", "Always")); j++) {
                compile_port(names, ports->items[j], at, &p->port_count);
            }
        }
    }
    p->ports = at;
}

/* The name of an image as nodes report it: ":latest" where there is no tag. */
static const char *image_name(struct arena *a, struct names *names, const char *image)
{
    const char *colon = strrchr(image, ':'), *slash = strrchr(image, '/');
    bool tagged = colon != NULL && (slash == NULL || colon > slash);
    return names_text(names, tagged ? image : arena_format(a, "%s:latest", image));
}

static void compile_images(struct arena *a, struct names *names, const struct value *spec, struct placement *p)
{
    const struct value *inits = value_get(spec, "initContainers"), *apps = value_get(spec, "containers"),
                       *volumes = value_get(spec, "volumes");
    const struct value *const lists[] = {inits, apps, volumes};
    const char **at = TAKE(a, const char *, size_of(inits) + size_of(apps) + size_of(volumes));
    for (int k = 0; k < 3; k++) {
        for (uint32_t i = 0; i < size_of(lists[k]); i++) {
            const char *image = value_as_text(value_at(lists[k]->items[i], k < 2 ? "image" : "image.reference"));
            if (image != NULL) {
                at[p->image_count++] = image_name(a, names, image);
            }
        }
    }
    p->images = at;
    p->container_count = size_of(inits) + size_of(apps);
}

/* ---- placement as a whole ---- */

const struct placement *compile_placement(struct arena *a, struct names *names, const struct value *spec)
{
    struct placement *p = TAKE(a, struct placement, 1);
    const struct value *selector = value_get(spec, "nodeSelector"), *tolerations = value_get(spec, "tolerations");
    if (value_is_map(selector) && selector->count > 0) {
        p->node_selector = labels_compile(a, names, selector);
    }
    compile_affinity(a, names, value_at(spec, "affinity.nodeAffinity"), p);
    struct toleration *at = TAKE(a, struct toleration, size_of(tolerations));
    for (uint32_t i = 0; i < size_of(tolerations); i++) {
        at[i] = compile_toleration(names, tolerations->items[i]);
    }
    p->tolerations = at;
    p->toleration_count = size_of(tolerations);
    p->spread = compile_spread(a, names, value_get(spec, "topologySpreadConstraints"));
    p->spread_count = size_of(value_get(spec, "topologySpreadConstraints"));
    compile_pod_terms(a, names, value_at(spec, "affinity.podAffinity"), &p->near, &p->rather_near);
    compile_pod_terms(a, names, value_at(spec, "affinity.podAntiAffinity"), &p->away, &p->rather_away);
    compile_ports(a, names, spec, p);
    compile_images(a, names, spec, p);
    return p;
}

/* ---- containers ---- */

static struct probe compile_probe(const struct value *v)
{
    return (struct probe){.present = value_is_map(v),
                          .initial_delay_s = int32_at(v, "initialDelaySeconds", 0),
                          .period_s = int32_at(v, "periodSeconds", 10),
                          .success_threshold = int32_at(v, "successThreshold", 1),
                          .failure_threshold = int32_at(v, "failureThreshold", 3)};
}

static struct container compile_container(const struct compiler *c, const struct value *v, bool init)
{
    struct container_resources r = container_resources_of(v);
    enum container_role role = CONTAINER_APP;
    if (init) {
        role = says(v, "restartPolicy", "Always") ? CONTAINER_SIDECAR : CONTAINER_INIT;
    }
    return (struct container){.name = text_at(c, v, "name"),
                              .image = interned_or_empty(c->names, value_get(v, "image")),
                              .role = role,
                              .request_mcpu = r.request_mcpu,
                              .request_memory_bytes = r.request_memory_bytes,
                              .limit_mcpu = r.limit_mcpu,
                              .limit_memory_bytes = r.limit_memory_bytes,
                              .startup = compile_probe(value_get(v, "startupProbe")),
                              .readiness = compile_probe(value_get(v, "readinessProbe"))};
}

static void compile_containers(const struct compiler *c, const struct value *spec, struct pod_template *t)
{
    const struct value *inits = value_get(spec, "initContainers"), *apps = value_get(spec, "containers");
    struct container *at = TAKE(c->arena, struct container, size_of(inits) + size_of(apps));
    for (uint32_t i = 0; i < size_of(inits); i++) {
        at[t->container_count++] = compile_container(c, inits->items[i], true);
    }
    for (uint32_t i = 0; i < size_of(apps); i++) {
        at[t->container_count++] = compile_container(c, apps->items[i], false);
    }
    t->containers = at;
}

/* ---- templates ---- */

static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

/* Equal trees (value_equal) have equal hashes: the members of a map are summed, in whatever order. */
static uint64_t hash_tree(const struct value *v)
{
    uint64_t hash = mix((uint64_t)v->kind + 1);
    if (v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER) {
        return hash ^ names_hash(v->text, v->count);
    }
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
        hash = mix(hash + hash_tree(v->items[i]));
    }
    for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++) {
        const struct member *m = &v->members[i];
        hash += mix(names_hash(m->key, strlen(m->key)) + hash_tree(m->value) * 3);
    }
    return hash + v->boolean;
}

static void put_unless_empty(struct arena *a, struct value *map, const char *key, struct value *v)
{
    if (v != NULL && v->count > 0) {
        value_put(a, map, key, v);
    }
}

/* What makes a template one: labels but for the hash that a Deployment adds, annotations, spec. In a. */
static struct value *essence(struct arena *a, const struct value *tree)
{
    struct value *essence = value_map(a), *metadata = value_map(a);
    struct value *labels = value_copy(a, value_at(tree, "metadata.labels"));
    if (value_is_map(labels)) {
        value_remove(labels, "pod-template-hash");
    }
    put_unless_empty(a, metadata, "labels", labels);
    put_unless_empty(a, metadata, "annotations", value_at(tree, "metadata.annotations"));
    put_unless_empty(a, essence, "metadata", metadata);
    put_unless_empty(a, essence, "spec", value_get(tree, "spec"));
    return essence;
}

static bool is_range_of(const struct compiler *c, const struct value *range, const char *namespace)
{
    return namespace_of(c, range) == namespace;
}

struct value *compile_pod_tree(const struct compiler *c, struct arena *a, const struct value *template,
                               const char *namespace)
{
    struct value *pod = value_copy(a, template);
    value_put(a, pod, names_text(c->names, "apiVersion"), value_text(a, "v1"));
    value_put(a, pod, names_text(c->names, "kind"), value_text(a, "Pod"));
    defaults_apply(a, c->names, pod);
    for (uint32_t i = 0; i < c->ranges.count && namespace != NULL; i++) {
        if (is_range_of(c, c->ranges.at[i], namespace)) {
            limit_range_apply(a, c->names, c->ranges.at[i], pod);
        }
    }
    return pod;
}

/* A plain int32: no plus sign, no leading zero. Anything else is 0. */
static int32_t deletion_cost_of(const struct value *metadata)
{
    const char *text = annotation(metadata, "controller.kubernetes.io/pod-deletion-cost");
    int64_t cost = 0;
    if (text == NULL || !number_parse_int64(text, &cost) || cost < INT32_MIN || cost > INT32_MAX) {
        return 0;
    }
    const char *digits = text + (text[0] == '-');
    return text[0] == '+' || (digits[0] == '0' && digits[1] != '\0') ? 0 : (int32_t)cost;
}

static enum restart_policy restart_policy_of(const struct value *spec)
{
    if (says(spec, "restartPolicy", "OnFailure")) {
        return RESTART_ON_FAILURE;
    }
    return says(spec, "restartPolicy", "Never") ? RESTART_NEVER : RESTART_ALWAYS;
}

static int64_t grace_of(const struct value *spec)
{
    int64_t seconds = integer_at(spec, "terminationGracePeriodSeconds", 30);
    int64_t most = INT64_MAX / SECOND_NS;
    return (seconds < 0 ? 1 : seconds > most ? most : seconds) * SECOND_NS;
}

void compile_class(struct compiler *c, const struct value *object)
{
    VEC_PUSH(&c->classes, object);
}

void compile_limit_range(struct compiler *c, const struct value *object)
{
    VEC_PUSH(&c->ranges, object);
}

static const struct pod_template *make_template(struct compiler *c, const struct value *tree, const char *space)
{
    struct arena scratch = c->scratch;
    const struct value *pod = compile_pod_tree(c, &scratch, tree, space), *spec = value_get(pod, "spec");
    struct pod_needs needs = pod_scheduler_needs(c->arena, scratch, c->names, pod);
    struct priority priority = priority_of(pod, c->classes.at, c->classes.count);
    struct pod_template *t = TAKE(c->arena, struct pod_template, 1);
    *t = (struct pod_template){.number = c->templates.count,
                               .tree = tree,
                               .labels = labels_compile(c->arena, c->names, value_at(tree, "metadata.labels")),
                               .placement = compile_placement(c->arena, c->names, spec),
                               .requests = needs.fit,
                               .nonzero_mcpu = needs.nonzero_mcpu,
                               .nonzero_memory_bytes = needs.nonzero_bytes,
                               .score_requests = needs.score,
                               .qos = pod_qos(scratch, pod),
                               .restart_policy = restart_policy_of(spec),
                               .priority = priority.outcome == PRIORITY_ADMITTED ? (int32_t)priority.value : 0,
                               .never_preempts = priority.outcome == PRIORITY_ADMITTED && !priority.preempts,
                               .deletion_cost = deletion_cost_of(value_get(tree, "metadata")),
                               .grace_ns = grace_of(spec),
                               .gated = value_get(spec, "schedulingGates") != NULL &&
                                        value_get(spec, "schedulingGates")->count > 0,
                               .node_name = text_at(c, spec, "nodeName"),
                               .scheduler = text_at(c, spec, "schedulerName")};
    compile_containers(c, spec, t);
    return t;
}

/* The slot that names the template of this hash, tree and space, or the free one where it belongs. */
static uint32_t slot_of(const struct compiler *c, uint64_t hash, const struct value *tree, const char *space)
{
    uint32_t at = (uint32_t)hash & (c->room - 1);
    while (c->slots[at] != 0) {
        uint32_t number = c->slots[at] - 1;
        if (c->hashes.at[number] == hash && c->spaces.at[number] == space &&
            value_equal(c->templates.at[number]->tree, tree)) {
            break;
        }
        at = (at + 1) & (c->room - 1);
    }
    return at;
}

static void grow(struct compiler *c)
{
    c->room = c->room == 0 ? 64 : c->room * 2;
    free(c->slots);
    c->slots = memory_take(c->room, sizeof *c->slots);
    for (uint32_t i = 0; i < c->templates.count; i++) {
        c->slots[slot_of(c, c->hashes.at[i], c->templates.at[i]->tree, c->spaces.at[i])] = i + 1;
    }
}

/* The namespace where it decides what its pods are: where it has LimitRanges. */
static const char *space_of(const struct compiler *c, const char *namespace)
{
    for (uint32_t i = 0; i < c->ranges.count; i++) {
        if (is_range_of(c, c->ranges.at[i], namespace)) {
            return namespace;
        }
    }
    return NULL;
}

const struct pod_template *compile_template(struct compiler *c, const char *namespace, const struct value *tree)
{
    struct arena scratch = c->scratch;
    const struct value *wanted = essence(&scratch, tree);
    const char *space = space_of(c, namespace);
    uint64_t hash = hash_tree(wanted);
    if (c->templates.count >= c->room / 2) {
        grow(c);
    }
    uint32_t slot = slot_of(c, hash, wanted, space);
    if (c->slots[slot] == 0) {
        const struct pod_template *made = make_template(c, value_copy(c->arena, wanted), space);
        VEC_PUSH(&c->templates, made);
        VEC_PUSH(&c->hashes, hash);
        VEC_PUSH(&c->spaces, space);
        c->slots[slot] = c->templates.count;
    }
    return c->templates.at[c->slots[slot] - 1];
}

/* ---- workloads ---- */

static enum strategy_type strategy_of(const struct value *type)
{
    const char *text = value_as_text(type);
    if (text != NULL && strcmp(text, "Recreate") == 0) {
        return STRATEGY_RECREATE;
    }
    return text != NULL && strcmp(text, "OnDelete") == 0 ? STRATEGY_ON_DELETE : STRATEGY_ROLLING_UPDATE;
}

static int64_t rollback_of(const struct value *object)
{
    const char *text = annotation(value_get(object, "metadata"), "deprecated.deployment.rollback.to");
    int64_t revision = -1;
    return text != NULL && number_parse_int64(text, &revision) ? revision : -1;
}

static void read_strategy(const struct value *strategy, struct workload_spec *w)
{
    w->strategy = strategy_of(value_get(strategy, "type"));
    w->max_surge = int_or_percent_at(strategy, "rollingUpdate.maxSurge", 0);
    w->max_unavailable = int_or_percent_at(strategy, "rollingUpdate.maxUnavailable", 1);
    w->partition = int32_at(strategy, "rollingUpdate.partition", 0);
}

static void read_job(const struct value *spec, struct workload_spec *w)
{
    w->replicas = int32_at(spec, "parallelism", 1);
    w->paused = is_true(value_get(spec, "suspend"));
    w->completions = int32_at(spec, "completions", -1);
    w->backoff_limit = int32_at(spec, "backoffLimit", 6);
    w->active_deadline_seconds = integer_at(spec, "activeDeadlineSeconds", -1);
    w->ttl_seconds = integer_at(spec, "ttlSecondsAfterFinished", -1);
}

/* The Job that a CronJob makes, in its namespace and with a Job's own defaults. */
static const struct workload_spec *compile_job_of(struct compiler *c, const struct value *cron_job)
{
    struct value *job = value_copy(c->arena, value_at(cron_job, "spec.jobTemplate"));
    struct value *metadata = value_get(job, "metadata"), *namespace = value_at(cron_job, "metadata.namespace");
    if (namespace != NULL) {
        metadata = value_is_map(metadata) ? metadata : value_map(c->arena);
        value_put(c->arena, metadata, names_text(c->names, "namespace"), namespace);
        value_put(c->arena, job, names_text(c->names, "metadata"), metadata);
    }
    value_put(c->arena, job, names_text(c->names, "apiVersion"), value_text(c->arena, "batch/v1"));
    value_put(c->arena, job, names_text(c->names, "kind"), value_text(c->arena, "Job"));
    defaults_apply(c->arena, c->names, job);
    struct workload_spec *spec = TAKE(c->arena, struct workload_spec, 1);
    *spec = compile_workload(c, WORKLOAD_JOB, job);
    return spec;
}

static void read_cron_job(struct compiler *c, const struct value *object, struct workload_spec *w)
{
    const struct value *spec = value_get(object, "spec");
    w->paused = is_true(value_get(spec, "suspend"));
    w->schedule = text_at(c, spec, "schedule");
    w->time_zone = text_at(c, spec, "timeZone");
    w->forbid_concurrent = says(spec, "concurrencyPolicy", "Forbid");
    w->replace_concurrent = says(spec, "concurrencyPolicy", "Replace");
    if (value_is_map(value_get(spec, "jobTemplate"))) {
        w->job = compile_job_of(c, object);
        w->template = w->job->template;
    }
}

bool compile_kind(const char *name, enum workload_kind *kind)
{
    static const char *const kinds[] = {
        [WORKLOAD_DEPLOYMENT] = "Deployment", [WORKLOAD_STATEFULSET] = "StatefulSet",
        [WORKLOAD_DAEMONSET] = "DaemonSet",   [WORKLOAD_JOB] = "Job",
        [WORKLOAD_CRONJOB] = "CronJob",
    };
    for (size_t i = 0; name != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i], name) == 0) {
            *kind = (enum workload_kind)i;
            return true;
        }
    }
    return false;
}

struct workload_spec compile_workload(struct compiler *c, enum workload_kind kind, const struct value *object)
{
    const struct value *spec = value_get(object, "spec");
    struct workload_spec w = {.tree = object,
                              .selector = selector_compile(c->arena, c->names, value_get(spec, "selector")),
                              .replicas = int32_at(spec, "replicas", 0),
                              .min_ready_seconds = int32_at(spec, "minReadySeconds", 0),
                              .revision_history_limit = int32_at(spec, "revisionHistoryLimit", 0),
                              .progress_deadline_seconds = int32_at(spec, "progressDeadlineSeconds", INT32_MAX),
                              .paused = is_true(value_get(spec, "paused")),
                              .rollback_to = rollback_of(object),
                              .parallel = says(spec, "podManagementPolicy", "Parallel"),
                              .first_ordinal = int32_at(spec, "ordinals.start", 0),
                              .completions = -1,
                              .active_deadline_seconds = -1,
                              .ttl_seconds = -1};
    read_strategy(value_get(spec, kind == WORKLOAD_DEPLOYMENT ? "strategy" : "updateStrategy"), &w);
    if (kind == WORKLOAD_JOB) {
        read_job(spec, &w);
    }
    if (kind == WORKLOAD_CRONJOB) {
        read_cron_job(c, object, &w);
    } else {
        w.template = compile_template(c, namespace_of(c, object), value_get(spec, "template"));
    }
    return w;
}

struct replicaset compile_replicaset(struct compiler *c, const struct value *object)
{
    const struct value *spec = value_get(object, "spec"), *selector = value_get(spec, "selector");
    bool plain = says(object, "kind", "ReplicationController");
    return (struct replicaset){
        .workload = NONE,
        .name = text_at(c, object, "metadata.name"),
        .namespace = namespace_of(c, object),
        .template = compile_template(c, namespace_of(c, object), value_get(spec, "template")),
        .selector =
            plain ? selector_of_labels(c->arena, c->names, selector) : selector_compile(c->arena, c->names, selector),
        .replicas = int32_at(spec, "replicas", 1),
        .min_ready_seconds = int32_at(spec, "minReadySeconds", 0),
        .desired_replicas = -1,
        .max_replicas = -1,
    };
}

/* ---- pods and nodes ---- */

struct pod compile_pod(struct compiler *c, const struct value *object)
{
    const struct pod_template *template = compile_template(c, namespace_of(c, object), object);
    return (struct pod){
        .owner = NONE,
        .workload = NONE,
        .template = template,
        .name = text_at(c, object, "metadata.name"),
        .namespace = namespace_of(c, object),
        .node_name = template->node_name,
        .nominated_node = text_at(c, object, "status.nominatedNodeName"),
        .node = NONE,
        .ready_since_ns = TIME_UNSET,
        .start_ns = TIME_UNSET,
        .deletion_ns = TIME_UNSET,
        .used_mcpu = UNLIMITED,
        .used_memory_bytes = UNLIMITED,
    };
}

/* A node that says nothing of it is ready. */
static bool is_ready(const struct value *conditions)
{
    for (uint32_t i = 0; i < size_of(conditions); i++) {
        if (says(conditions->items[i], "type", "Ready")) {
            return says(conditions->items[i], "status", "True");
        }
    }
    return true;
}

struct resources compile_resources(struct arena *a, struct names *names, const struct value *list, int64_t *pods)
{
    struct resource_list amounts = resource_list_read(a, list);
    struct quantity count = resource_list_amount(&amounts, "pods");
    *pods = quantity_value(&count);
    return resource_list_integers(a, names, &amounts);
}

static const struct node_images *compile_node_images(struct compiler *c, const struct value *list)
{
    struct node_images *images = TAKE(c->arena, struct node_images, 1);
    uint32_t room = 0;
    for (uint32_t i = 0; i < size_of(list); i++) {
        room += size_of(value_get(list->items[i], "names"));
    }
    struct node_image *at = TAKE(c->arena, struct node_image, room);
    for (uint32_t i = 0; i < size_of(list); i++) {
        const struct value *names = value_get(list->items[i], "names");
        for (uint32_t j = 0; j < size_of(names); j++) {
            at[images->count++] = (struct node_image){interned_or_empty(c->names, names->items[j]),
                                                      integer_at(list->items[i], "sizeBytes", 0)};
        }
    }
    images->at = at;
    return images;
}

struct node compile_node(struct compiler *c, const struct value *object)
{
    const struct labels *labels = labels_compile(c->arena, c->names, value_at(object, "metadata.labels"));
    const struct value *capacity = value_at(object, "status.capacity");
    const struct value *allocatable = value_at(object, "status.allocatable");
    int64_t pods_capacity = 0;
    struct node n = {
        .name = text_at(c, object, "metadata.name"),
        .labels = labels,
        .taints = compile_taints(c->arena, c->names, value_at(object, "spec.taints")),
        .pool = NONE,
        .zone = labels_get(labels, names_text(c->names, "topology.kubernetes.io/zone")),
        .unschedulable = is_true(value_at(object, "spec.unschedulable")),
        .ready = is_ready(value_at(object, "status.conditions")),
        .images = compile_node_images(c, value_at(object, "status.images")),
    };
    n.capacity = compile_resources(c->arena, c->names, capacity, &pods_capacity);
    n.allocatable =
        compile_resources(c->arena, c->names, allocatable != NULL ? allocatable : capacity, &n.pods_allocatable);
    return n;
}
