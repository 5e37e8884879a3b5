#include "sim/scenario/compile.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/defaults.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/resource_list.h"
#include "sim/scenario/selector.h"

#define SECOND INT64_C(1000000000)
#define HASH_LABEL "pod-template-hash"

static int64_t integer(const struct value *v, const char *key, int64_t otherwise)
{
    int64_t number;
    return value_as_int64(value_get(v, key), &number) ? number : otherwise;
}

static bool truth(const struct value *v, const char *key)
{
    const struct value *found = value_get(v, key);
    return found != NULL && found->kind == VALUE_BOOL && found->boolean;
}

static bool says(const struct value *v, const char *key, const char *word)
{
    const char *text = value_as_text(value_get(v, key));
    return text != NULL && strcmp(text, word) == 0;
}

/* Interned; null where there is no text. */
static const char *text_of(struct names *names, const struct value *v, const char *key)
{
    const char *text = value_as_text(value_get(v, key));
    return text == NULL ? NULL : names_text(names, text);
}

static uint32_t count_of(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

/* ---- placement ---- */

static enum taint_effect effect_of(const struct value *v)
{
    return says(v, "effect", "NoSchedule")         ? TAINT_NO_SCHEDULE
           : says(v, "effect", "PreferNoSchedule") ? TAINT_PREFER_NO_SCHEDULE
           : says(v, "effect", "NoExecute")        ? TAINT_NO_EXECUTE
                                                   : TAINT_ANY_EFFECT;
}

const struct taints *compile_taints(struct arena *a, struct names *names, const struct value *list)
{
    struct taints *taints = TAKE(a, struct taints, 1);
    taints->count = count_of(list);
    struct taint *at = TAKE(a, struct taint, taints->count);
    for (uint32_t i = 0; i < taints->count; i++) {
        const char *value = text_of(names, list->items[i], "value");
        at[i] = (struct taint){.key = text_of(names, list->items[i], "key"),
                               .value = value == NULL ? "" : value,
                               .effect = effect_of(list->items[i])};
    }
    taints->at = at;
    return taints;
}

static struct toleration toleration_of(struct names *names, const struct value *v)
{
    const char *key = text_of(names, v, "key"), *value = text_of(names, v, "value");
    struct toleration t = {.key = key != NULL && key[0] != '\0' ? key : NULL,
                           .value = value == NULL ? "" : value,
                           .effect = effect_of(v),
                           .seconds = integer(v, "tolerationSeconds", -1)};
    if (says(v, "operator", "Exists")) {
        t.operator= TOLERATION_EXISTS;
    } else if (says(v, "operator", "Lt") || says(v, "operator", "Gt")) {
        t.operator= TOLERATION_NEVER;
    }
    return t;
}

/* The expressions of a list; *broken when one cannot be parsed. */
static uint32_t requirements_of(struct arena *a, struct names *names, const struct value *list,
                                const struct requirement **found, bool *broken)
{
    uint32_t count = count_of(list);
    struct requirement *at = TAKE(a, struct requirement, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!requirement_compile(a, names, list->items[i], true, &at[i])) {
            *broken = true;
        }
    }
    *found = at;
    return count;
}

static struct node_term term_of(struct arena *a, struct names *names, const struct value *v, int32_t weight)
{
    struct node_term t = {.weight = weight};
    t.label_count = requirements_of(a, names, value_get(v, "matchExpressions"), &t.labels, &t.broken);
    t.name_count = requirements_of(a, names, value_get(v, "matchFields"), &t.names, &t.broken);
    return t;
}

static void compile_affinity(struct arena *a, struct names *names, const struct value *affinity, struct placement *p)
{
    const struct value *required = value_get(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
    const struct value *terms = value_get(required, "nodeSelectorTerms");
    p->required = !value_is_null(required);
    p->required_count = count_of(terms);
    struct node_term *at = TAKE(a, struct node_term, p->required_count);
    for (uint32_t i = 0; i < p->required_count; i++) {
        at[i] = term_of(a, names, terms->items[i], 0);
    }
    p->required_terms = at;
    const struct value *preferred = value_get(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
    p->preferred_count = count_of(preferred);
    at = TAKE(a, struct node_term, p->preferred_count);
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        const struct value *item = preferred->items[i];
        at[i] = term_of(a, names, value_get(item, "preference"), (int32_t)integer(item, "weight", 0));
    }
    p->preferred_terms = at;
}

const struct placement *compile_placement(struct arena *a, struct names *names, const struct value *pod_spec)
{
    struct placement *p = TAKE(a, struct placement, 1);
    const struct value *selector = value_get(pod_spec, "nodeSelector");
    p->node_selector = value_is_map(selector) ? labels_compile(a, names, selector) : NULL;
    compile_affinity(a, names, value_at(pod_spec, "affinity.nodeAffinity"), p);
    const struct value *tolerations = value_get(pod_spec, "tolerations");
    p->toleration_count = count_of(tolerations);
    struct toleration *at = TAKE(a, struct toleration, p->toleration_count);
    for (uint32_t i = 0; i < p->toleration_count; i++) {
        at[i] = toleration_of(names, tolerations->items[i]);
    }
    p->tolerations = at;
    return p;
}

/* ---- pod templates ---- */

static struct probe probe_of(const struct value *container, const char *key)
{
    const struct value *v = value_get(container, key);
    return (struct probe){.present = value_is_map(v),
                          .initial_delay_s = (int32_t)integer(v, "initialDelaySeconds", 0),
                          .period_s = (int32_t)integer(v, "periodSeconds", 10),
                          .success_threshold = (int32_t)integer(v, "successThreshold", 1),
                          .failure_threshold = (int32_t)integer(v, "failureThreshold", 3)};
}

static struct container container_of(struct names *names, const struct value *v, bool init)
{
    struct container_resources r = container_resources_of(v);
    bool sidecar = init && says(v, "restartPolicy", "Always");
    return (struct container){.name = text_of(names, v, "name"),
                              .image = text_of(names, v, "image"),
                              .role = sidecar ? CONTAINER_SIDECAR
                                      : init  ? CONTAINER_INIT
                                              : CONTAINER_APP,
                              .request_mcpu = r.request_mcpu,
                              .request_memory_bytes = r.request_memory_bytes,
                              .limit_mcpu = r.limit_mcpu,
                              .limit_memory_bytes = r.limit_memory_bytes,
                              .startup = probe_of(v, "startupProbe"),
                              .readiness = probe_of(v, "readinessProbe")};
}

static void compile_containers(struct compiler *c, const struct value *pod_spec, struct pod_template *t)
{
    const struct value *init = value_get(pod_spec, "initContainers"), *app = value_get(pod_spec, "containers");
    uint32_t init_count = count_of(init), app_count = count_of(app);
    struct container *at = TAKE(c->arena, struct container, init_count + app_count);
    for (uint32_t i = 0; i < init_count; i++) {
        at[i] = container_of(c->names, init->items[i], true);
    }
    for (uint32_t i = 0; i < app_count; i++) {
        at[init_count + i] = container_of(c->names, app->items[i], false);
    }
    t->containers = at;
    t->container_count = init_count + app_count;
}

/* A plain int32 as Kubernetes writes one; anything else counts as 0. */
static int32_t deletion_cost_of(const struct value *tree)
{
    const char *text =
        value_as_text(value_get(value_at(tree, "metadata.annotations"), "controller.kubernetes.io/pod-deletion-cost"));
    char plain[16];
    long number = text == NULL ? 0 : strtol(text, NULL, 10);
    if (number < INT32_MIN || number > INT32_MAX) {
        return 0;
    }
    snprintf(plain, sizeof plain, "%ld", number);
    return text != NULL && strcmp(text, plain) == 0 ? (int32_t)number : 0;
}

static const struct value *without_hash(struct arena *a, const struct value *tree)
{
    if (value_get(value_at(tree, "metadata.labels"), HASH_LABEL) == NULL) {
        return tree;
    }
    struct value *copy = value_copy(a, tree);
    value_remove(value_at(copy, "metadata.labels"), HASH_LABEL);
    return copy;
}

/* The pod that a controller would create: only then does a limit become the request that is missing. */
static const struct value *pod_of(struct compiler *c, const struct value *tree)
{
    struct value *pod = value_copy(c->arena, tree);
    value_put(c->arena, pod, "apiVersion", value_text(c->arena, "v1"));
    value_put(c->arena, pod, "kind", value_text(c->arena, "Pod"));
    defaults_apply(c->arena, c->names, pod);
    return pod;
}

static const struct pod_template *compile_new(struct compiler *c, const struct value *tree)
{
    const struct value *pod = pod_of(c, tree), *spec = value_get(pod, "spec");
    struct pod_template *t = TAKE(c->arena, struct pod_template, 1);
    arena_reset(&c->scratch);
    struct pod_needs needs = pod_scheduler_needs(c->arena, c->scratch, c->names, pod);
    *t = (struct pod_template){.number = c->templates.count,
                               .tree = tree,
                               .labels = labels_compile(c->arena, c->names, value_at(tree, "metadata.labels")),
                               .placement = compile_placement(c->arena, c->names, spec),
                               .requests = needs.fit,
                               .nonzero_mcpu = needs.nonzero_mcpu,
                               .nonzero_memory_bytes = needs.nonzero_bytes,
                               .qos = pod_qos(c->scratch, pod),
                               .restart_policy = says(spec, "restartPolicy", "Never")       ? RESTART_NEVER
                                                 : says(spec, "restartPolicy", "OnFailure") ? RESTART_ON_FAILURE
                                                                                            : RESTART_ALWAYS,
                               .priority = (int32_t)integer(spec, "priority", 0),
                               .deletion_cost = deletion_cost_of(tree),
                               .grace_ns = integer(spec, "terminationGracePeriodSeconds", 30) * SECOND,
                               .node_name = text_of(c->names, spec, "nodeName")};
    compile_containers(c, spec, t);
    VEC_PUSH(&c->templates, t);
    return t;
}

struct compiler compile_make(struct arena *a, struct names *names)
{
    return (struct compiler){.arena = a, .names = names, .scratch = arena_make(1 << 14)};
}

void compile_drop(struct compiler *c)
{
    VEC_DROP(&c->templates);
    arena_drop(&c->scratch);
}

const struct pod_template *compile_template(struct compiler *c, const struct value *tree)
{
    const struct value *plain = without_hash(c->arena, tree);
    for (uint32_t i = 0; i < c->templates.count; i++) {
        if (value_equal(c->templates.at[i]->tree, plain)) {
            return c->templates.at[i];
        }
    }
    return compile_new(c, plain);
}

/* ---- workloads ---- */

bool compile_kind(const char *kind, enum workload_kind *workload)
{
    static const char *const names[] = {[WORKLOAD_DEPLOYMENT] = "Deployment",
                                        [WORKLOAD_STATEFULSET] = "StatefulSet",
                                        [WORKLOAD_DAEMONSET] = "DaemonSet",
                                        [WORKLOAD_JOB] = "Job",
                                        [WORKLOAD_CRONJOB] = "CronJob"};
    for (unsigned k = 0; k < sizeof names / sizeof names[0]; k++) {
        if (strcmp(names[k], kind) == 0) {
            *workload = (enum workload_kind)k;
            return true;
        }
    }
    return false;
}

/* A checked number or "N%"; `standard` where there is none. */
static struct int_or_percent int_or_percent_of(const struct value *v, struct int_or_percent standard)
{
    int64_t amount;
    if (value_as_int64(v, &amount)) {
        return (struct int_or_percent){.amount = (int32_t)amount};
    }
    const char *text = value_as_text(v);
    return text == NULL ? standard
                        : (struct int_or_percent){.percent = true, .amount = (int32_t)strtol(text, NULL, 10)};
}

static void compile_strategy(const struct value *strategy, struct int_or_percent standard_surge,
                             struct int_or_percent standard_unavailable, struct workload_spec *s)
{
    const struct value *rolling = value_get(strategy, "rollingUpdate");
    s->strategy = says(strategy, "type", "Recreate")   ? STRATEGY_RECREATE
                  : says(strategy, "type", "OnDelete") ? STRATEGY_ON_DELETE
                                                       : STRATEGY_ROLLING_UPDATE;
    s->max_surge = int_or_percent_of(value_get(rolling, "maxSurge"), standard_surge);
    s->max_unavailable = int_or_percent_of(value_get(rolling, "maxUnavailable"), standard_unavailable);
    s->partition = (int32_t)integer(rolling, "partition", 0);
}

static int64_t rollback_of(const struct value *object)
{
    const char *text =
        value_as_text(value_get(value_at(object, "metadata.annotations"), "deprecated.deployment.rollback.to"));
    return text == NULL ? -1 : strtoll(text, NULL, 10);
}

static void compile_job(const struct value *spec, struct workload_spec *s)
{
    s->replicas = (int32_t)integer(spec, "parallelism", 1);
    s->completions = (int32_t)integer(spec, "completions", -1);
    s->backoff_limit = (int32_t)integer(spec, "backoffLimit", 6);
    s->active_deadline_seconds = integer(spec, "activeDeadlineSeconds", -1);
    s->ttl_seconds = integer(spec, "ttlSecondsAfterFinished", -1);
    s->paused = truth(spec, "suspend");
}

static void compile_cronjob(struct compiler *c, const struct value *spec, struct workload_spec *s)
{
    s->schedule = text_of(c->names, spec, "schedule");
    s->time_zone = text_of(c->names, spec, "timeZone");
    s->paused = truth(spec, "suspend");
    s->forbid_concurrent = says(spec, "concurrencyPolicy", "Forbid");
    s->replace_concurrent = says(spec, "concurrencyPolicy", "Replace");
    struct workload_spec *job = TAKE(c->arena, struct workload_spec, 1);
    *job = compile_workload(c, WORKLOAD_JOB, value_get(spec, "jobTemplate"));
    s->job = job;
    s->template = job->template;
}

struct workload_spec compile_workload(struct compiler *c, enum workload_kind kind, const struct value *object)
{
    const struct int_or_percent none = {0}, one = {.amount = 1}, quarter = {.percent = true, .amount = 25};
    const struct value *spec = value_get(object, "spec");
    struct workload_spec s = {.tree = object,
                              .replicas = (int32_t)integer(spec, "replicas", 1),
                              .min_ready_seconds = (int32_t)integer(spec, "minReadySeconds", 0),
                              .revision_history_limit = (int32_t)integer(spec, "revisionHistoryLimit", 10),
                              .progress_deadline_seconds = (int32_t)integer(spec, "progressDeadlineSeconds", INT32_MAX),
                              .paused = truth(spec, "paused"),
                              .rollback_to = rollback_of(object),
                              .parallel = says(spec, "podManagementPolicy", "Parallel"),
                              .completions = -1,
                              .active_deadline_seconds = -1,
                              .ttl_seconds = -1};
    if (value_is_map(value_get(spec, "selector"))) {
        s.selector = selector_compile(c->arena, c->names, value_get(spec, "selector"));
    }
    if (kind == WORKLOAD_CRONJOB) {
        compile_cronjob(c, spec, &s);
        return s;
    }
    s.template = compile_template(c, value_get(spec, "template"));
    if (kind == WORKLOAD_DEPLOYMENT) {
        compile_strategy(value_get(spec, "strategy"), quarter, quarter, &s);
    } else if (kind == WORKLOAD_JOB) {
        compile_job(spec, &s);
    } else {
        compile_strategy(value_get(spec, "updateStrategy"), none, one, &s);
        s.first_ordinal = (int32_t)integer(value_get(spec, "ordinals"), "start", 0);
    }
    return s;
}

/* ---- nodes ---- */

struct resources compile_resources(struct arena *a, struct names *names, const struct value *list, int64_t *pods)
{
    struct resource_list amounts = resource_list_read(a, list);
    struct quantity count = resource_list_amount(&amounts, "pods");
    *pods = quantity_value(&count);
    return resource_list_integers(a, names, &amounts);
}

static bool is_ready(const struct value *object)
{
    const struct value *conditions = value_at(object, "status.conditions");
    for (uint32_t i = 0; i < count_of(conditions); i++) {
        if (says(conditions->items[i], "type", "Ready")) {
            return says(conditions->items[i], "status", "True");
        }
    }
    return true;
}

struct node compile_node(struct compiler *c, const struct value *object)
{
    const struct value *labels = value_at(object, "metadata.labels");
    const struct value *allocatable = value_at(object, "status.allocatable");
    const struct value *capacity = value_at(object, "status.capacity");
    int64_t pods_capacity;
    struct node n = {.name = text_of(c->names, value_get(object, "metadata"), "name"),
                     .labels = labels_compile(c->arena, c->names, labels),
                     .taints = compile_taints(c->arena, c->names, value_at(object, "spec.taints")),
                     .pool = NONE,
                     .zone = text_of(c->names, labels, "topology.kubernetes.io/zone"),
                     .unschedulable = truth(value_get(object, "spec"), "unschedulable"),
                     .ready = is_ready(object)};
    n.capacity = compile_resources(c->arena, c->names, capacity, &pods_capacity);
    n.allocatable =
        compile_resources(c->arena, c->names, allocatable != NULL ? allocatable : capacity, &n.pods_allocatable);
    return n;
}
