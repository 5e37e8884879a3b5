#include "reports/platform.h"

#include <inttypes.h>
#include <string.h>

#include "models/hpa/hpa.h"
#include "models/scheduler/filters.h"
#include "reports/advice.h"

#define SKIP "headroom/skip"
#define GROWTH_MAX 4 /* a machine is at most so many times as large, or as small, as today's */
#define DOWN_WINDOW 300

/* ---- workloads ---- */

static bool is_skipped(const struct object *o)
{
    const char *text = o == NULL ? NULL : value_as_text(value_get(value_at(o->tree, "metadata.annotations"), SKIP));
    return text != NULL && strcmp(text, "true") == 0;
}

/* The container that the ServiceModel speaks of. */
static const struct container *known_container(const struct plan_workload *w)
{
    const struct pod_template *t = w->spec.template;
    for (uint32_t i = 0; i < t->container_count; i++) {
        const struct container *c = &t->containers[i];
        bool named = w->model->container != NULL && strcmp(c->name, w->model->container) == 0;
        if (named || (w->model->container == NULL && c->role == CONTAINER_APP)) {
            return c;
        }
    }
    return NULL;
}

static const struct value *container_tree(const struct plan_workload *w, const char *name)
{
    const struct value *list = value_at(object_pod_template(w->object), "spec.containers");
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        const char *its = value_as_text(value_get(list->items[i], "name"));
        if (its != NULL && strcmp(its, name) == 0) {
            return list->items[i];
        }
    }
    return NULL;
}

static void give(struct part *p, enum knob knob, int64_t now)
{
    p->has[knob] = true;
    p->now[knob] = now;
}

/* Where nobody says what memory it uses, what it asks for stays as it is. */
static void add_resources(struct part *p, const struct container *c, bool memory_known)
{
    give(p, KNOB_CPU_REQUEST, c->request_mcpu);
    if (c->limit_mcpu > 0) {
        give(p, KNOB_CPU_LIMIT, c->limit_mcpu);
    }
    if (memory_known) {
        give(p, KNOB_MEMORY_REQUEST, c->request_memory_bytes);
    }
    if (memory_known && c->limit_memory_bytes > 0) {
        give(p, KNOB_MEMORY_LIMIT, c->limit_memory_bytes);
    }
}

static const struct plan_hpa *hpa_of(const struct plan *plan, uint32_t workload)
{
    for (uint32_t i = 0; i < plan->hpas.count; i++) {
        if (plan->hpas.at[i].target == workload) {
            return &plan->hpas.at[i];
        }
    }
    return NULL;
}

/* Whether a metric is of the use of this container, or of the pods that it is in. */
static bool is_metric(const struct hpa_metric *m, const char *resource, const char *container)
{
    bool resources = m->source == HPA_RESOURCE || (m->source == HPA_CONTAINER_RESOURCE && m->container != NULL &&
                                                   strcmp(m->container, container) == 0);
    return resources && strcmp(m->name, resource) == 0;
}

/* What the rest of the pod requests, which a target of the whole pod is a percentage of, too. */
static void look_at_others(struct part *p, const struct pod_template *t, const struct hpa_metric *m)
{
    bool cpu = strcmp(m->name, "cpu") == 0;
    for (uint32_t i = 0; i < t->container_count && m->source == HPA_RESOURCE; i++) {
        const struct container *c = &t->containers[i];
        if (c->role != CONTAINER_INIT && strcmp(c->name, p->container) != 0) {
            p->others_mcpu += cpu && c->request_mcpu > 0 ? c->request_mcpu : 0;
            p->others_bytes += !cpu && c->request_memory_bytes > 0 ? c->request_memory_bytes : 0;
        }
    }
}

static void add_hpa(struct part *p, const struct plan_hpa *h, const struct pod_template *t)
{
    p->hpa = h->object;
    give(p, KNOB_MIN, h->spec.min);
    give(p, KNOB_MAX, h->spec.max);
    int32_t window_s = h->spec.behavior == NULL ? -1 : h->spec.behavior->down.window_s;
    give(p, KNOB_DOWN_WINDOW, window_s < 0 ? DOWN_WINDOW : window_s);
    for (uint32_t i = 0; i < h->spec.metric_count; i++) {
        const struct hpa_metric *m = &h->spec.metrics[i];
        bool percent = m->target == HPA_TARGET_UTILIZATION;
        if (is_metric(m, "cpu", p->container) && !p->has[KNOB_TARGET]) {
            p->metric = i;
            p->target_is_percent = percent;
            give(p, KNOB_TARGET, m->amount);
            look_at_others(p, t, m);
        } else if (p->has[KNOB_MEMORY_REQUEST] && is_metric(m, "memory", p->container) && percent &&
                   !p->has[KNOB_MEMORY_TARGET]) {
            p->memory_metric = i;
            give(p, KNOB_MEMORY_TARGET, m->amount);
            look_at_others(p, t, m);
        }
    }
}

static void add_knobs(const struct plan *plan, struct part *p, const struct plan_workload *w)
{
    const struct plan_hpa *h = hpa_of(plan, p->workload);
    const struct container *c = known_container(w);
    if (c == NULL) {
        p->left_alone = "its ServiceModel speaks of no container that it has";
        return;
    }
    p->container = c->name;
    p->container_tree = container_tree(w, c->name);
    add_resources(p, c, specs_says_memory(w->model));
    if (h != NULL) {
        add_hpa(p, h, w->spec.template);
    } else if (w->kind == WORKLOAD_DEPLOYMENT || w->kind == WORKLOAD_STATEFULSET) {
        give(p, KNOB_REPLICAS, w->spec.replicas);
    }
}

static void make_workload(struct arena *a, const struct plan *plan, uint32_t index, struct part *p)
{
    const struct plan_workload *w = &plan->workloads.at[index];
    const struct plan_hpa *h = hpa_of(plan, index);
    *p = (struct part){.title = object_title(a, w->object), .object = w->object, .workload = index, .group = NONE};
    p->owner = scenario_team_of(plan->scenario, w->object);
    if (is_skipped(w->object) || (h != NULL && is_skipped(h->object))) {
        p->left_alone = "annotation headroom/skip";
    } else if (w->model == NULL) {
        p->left_alone = "its use is unknown: no ServiceModel says it";
    } else if (w->kind == WORKLOAD_JOB) {
        p->left_alone = "the template of a Job cannot be changed";
    } else if (h == NULL && w->spec.replicas == 0 &&
               (w->kind == WORKLOAD_DEPLOYMENT || w->kind == WORKLOAD_STATEFULSET)) {
        p->left_alone = "it is scaled to 0";
    } else {
        add_knobs(plan, p, w);
    }
}

/* ---- pools ---- */

/* Machines that work only for a while at their full speed: how long is not simulated. */
static bool is_burstable(const char *name)
{
    static const char *const prefixes[] = {"t2.",      "t3.",      "t3a.",      "t4g.", "Standard_B",
                                           "e2-micro", "e2-small", "e2-medium", "f1-",  "g1-"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return strstr(name, "-flex") != NULL;
}

static bool may_replace(const struct node_pool *pool, const struct catalog_type *now, const struct catalog_type *t)
{
    bool priced = pool->purchase != PURCHASE_SPOT || t->spot_usd_per_hour > 0;
    bool sized = t->cpu_mcpu <= GROWTH_MAX * now->cpu_mcpu && now->cpu_mcpu <= GROWTH_MAX * t->cpu_mcpu;
    return strcmp(t->region, pool->region) == 0 && t->arch == now->arch && t->gpus == now->gpus && priced && sized &&
           !is_burstable(t->name) && strcmp(t->name, now->name) != 0;
}

static void find_types(struct arena *a, const struct scenario *s, const struct node_pool *pool, struct part *p)
{
    const struct catalog_type *now = &pool->types.at[0];
    p->types = TAKE(a, const struct catalog_type *, s->catalog.types.count + 1);
    p->types[p->type_count++] = now;
    for (uint32_t i = 0; i < s->catalog.types.count; i++) {
        if (may_replace(pool, now, &s->catalog.types.at[i])) {
            p->types[p->type_count++] = &s->catalog.types.at[i];
        }
    }
    give(p, KNOB_INSTANCE, 0);
}

static void make_pool(struct arena *a, const struct plan *plan, uint32_t group, struct part *p)
{
    const struct scenario *s = plan->scenario;
    const struct node_pool *pool = &s->node_pools.at[group];
    *p =
        (struct part){.title = object_title(a, pool->object), .object = pool->object, .workload = NONE, .group = group};
    if (is_skipped(pool->object)) {
        p->left_alone = "annotation headroom/skip";
        return;
    }
    find_types(a, s, pool, p);
    give(p, KNOB_NODES_MIN, pool->nodes.min);
    give(p, KNOB_NODES_INITIAL, pool->nodes.initial);
    give(p, KNOB_NODES_MAX, pool->nodes.max);
}

/* ---- patches ---- */

static struct value *map_at(struct arena *a, struct value *map, const char *key)
{
    struct value *v = value_get(map, key);
    if (v == NULL) {
        v = value_map(a);
        value_put(a, map, key, v);
    }
    return v;
}

static struct value *patch_of(struct arena *a, const struct object *o)
{
    struct value *patch = value_map(a), *metadata = value_map(a);
    value_put(a, patch, "apiVersion", value_text(a, o->api_version));
    value_put(a, patch, "kind", value_text(a, o->kind));
    value_put(a, metadata, "name", value_text(a, o->name));
    if (!o->headroom && o->namespace[0] != '\0') {
        value_put(a, metadata, "namespace", value_text(a, o->namespace));
    }
    value_put(a, patch, "metadata", metadata);
    value_put(a, patch, "spec", value_map(a));
    return patch;
}

static bool is_changed(const struct part *p, const struct setting *s, enum knob knob)
{
    return p->has[knob] && s->at[knob] != p->now[knob];
}

static bool any_changed(const struct part *p, const struct setting *s, enum knob from, enum knob to)
{
    for (enum knob k = from; k <= to; k++) {
        if (is_changed(p, s, k)) {
            return true;
        }
    }
    return false;
}

static struct value *resources_patch(struct arena *a, const struct part *p, const struct setting *s)
{
    static const struct {
        enum knob knob;
        const char *of, *resource;
    } amounts[] = {{KNOB_CPU_REQUEST, "requests", "cpu"},
                   {KNOB_MEMORY_REQUEST, "requests", "memory"},
                   {KNOB_CPU_LIMIT, "limits", "cpu"},
                   {KNOB_MEMORY_LIMIT, "limits", "memory"}};
    struct value *resources = value_map(a);
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        if (is_changed(p, s, amounts[i].knob)) {
            const char *text = platform_value_text(a, p, amounts[i].knob, s->at[amounts[i].knob]);
            value_put(a, map_at(a, resources, amounts[i].of), amounts[i].resource, value_text(a, text));
        }
    }
    return resources;
}

static const struct value *workload_patch(struct arena *a, const struct part *p, const struct setting *s)
{
    struct value *patch = patch_of(a, p->object), *spec = value_get(patch, "spec");
    if (is_changed(p, s, KNOB_REPLICAS)) {
        value_put(a, spec, "replicas", value_integer(a, s->at[KNOB_REPLICAS]));
    }
    if (any_changed(p, s, KNOB_CPU_REQUEST, KNOB_MEMORY_LIMIT)) {
        if (strcmp(p->object->kind, "CronJob") == 0) {
            spec = map_at(a, map_at(a, spec, "jobTemplate"), "spec");
        }
        struct value *containers = value_list(a), *container = value_map(a);
        value_put(a, container, "name", value_text(a, p->container));
        value_put(a, container, "resources", resources_patch(a, p, s));
        value_append(a, containers, container);
        value_put(a, map_at(a, map_at(a, spec, "template"), "spec"), "containers", containers);
    }
    return patch;
}

/* The list is one whole to Kubernetes: all its metrics, with the new targets. */
static struct value *metrics_patch(struct arena *a, const struct part *p, const struct setting *s)
{
    static const enum knob knobs[] = {KNOB_TARGET, KNOB_MEMORY_TARGET};
    struct value *metrics = value_copy(a, value_at(p->hpa->tree, "spec.metrics"));
    for (size_t i = 0; i < 2; i++) {
        if (!is_changed(p, s, knobs[i])) {
            continue;
        }
        struct value *metric = metrics->items[i == 0 ? p->metric : p->memory_metric];
        struct value *source = value_get(metric, "resource");
        source = source == NULL ? value_get(metric, "containerResource") : source;
        struct value *target = value_get(source, "target");
        if (i == 1 || p->target_is_percent) {
            value_put(a, target, "averageUtilization", value_integer(a, s->at[knobs[i]]));
        } else {
            value_put(a, target, "averageValue", value_text(a, platform_value_text(a, p, knobs[i], s->at[knobs[i]])));
        }
    }
    return metrics;
}

static const struct value *hpa_patch(struct arena *a, const struct part *p, const struct setting *s)
{
    struct value *patch = patch_of(a, p->hpa), *spec = value_get(patch, "spec");
    if (is_changed(p, s, KNOB_MIN)) {
        value_put(a, spec, "minReplicas", value_integer(a, s->at[KNOB_MIN]));
    }
    if (is_changed(p, s, KNOB_MAX)) {
        value_put(a, spec, "maxReplicas", value_integer(a, s->at[KNOB_MAX]));
    }
    if (any_changed(p, s, KNOB_TARGET, KNOB_MEMORY_TARGET)) {
        value_put(a, spec, "metrics", metrics_patch(a, p, s));
    }
    if (is_changed(p, s, KNOB_DOWN_WINDOW)) {
        value_put(a, map_at(a, map_at(a, spec, "behavior"), "scaleDown"), "stabilizationWindowSeconds",
                  value_integer(a, s->at[KNOB_DOWN_WINDOW]));
    }
    return patch;
}

static const struct value *pool_patch(struct arena *a, const struct part *p, const struct setting *s)
{
    struct value *patch = patch_of(a, p->object), *spec = value_get(patch, "spec"), *nodes = value_map(a);
    if (is_changed(p, s, KNOB_INSTANCE)) {
        value_put(a, spec, "instance", value_text(a, p->types[s->at[KNOB_INSTANCE]]->name));
        value_put(a, spec, "instances", value_null(a));
    }
    value_put(a, nodes, "min", value_integer(a, s->at[KNOB_NODES_MIN]));
    value_put(a, nodes, "max", value_integer(a, s->at[KNOB_NODES_MAX]));
    value_put(a, nodes, "initial", value_integer(a, s->at[KNOB_NODES_INITIAL]));
    value_put(a, spec, "nodes", nodes);
    return patch;
}

/* ---- texts ---- */

static const char *bytes_text(struct arena *a, int64_t bytes)
{
    const int64_t mib = 1 << 20, gib = 1 << 30;
    return bytes % gib == 0   ? arena_format(a, "%" PRId64 "Gi", bytes / gib)
           : bytes % mib == 0 ? arena_format(a, "%" PRId64 "Mi", bytes / mib)
                              : arena_format(a, "%" PRId64, bytes);
}

/* ---- public ---- */

void platform_make(struct arena *a, const struct plan *plan, struct platform *p)
{
    uint32_t workloads = plan->workloads.count, pools = plan->scenario->node_pools.count;
    *p = (struct platform){.plan = plan, .parts = TAKE(a, struct part, workloads + pools), .count = workloads + pools};
    for (uint32_t i = 0; i < workloads; i++) {
        make_workload(a, plan, i, &p->parts[i]);
    }
    for (uint32_t g = 0; g < pools; g++) {
        make_pool(a, plan, g, &p->parts[workloads + g]);
    }
}

struct setting *platform_today(struct arena *a, const struct platform *p)
{
    struct setting *settings = TAKE(a, struct setting, p->count);
    for (uint32_t i = 0; i < p->count; i++) {
        memcpy(settings[i].at, p->parts[i].now, sizeof settings[i].at);
    }
    return settings;
}

struct setting *platform_copy(struct arena *a, const struct platform *p, const struct setting *settings)
{
    struct setting *copy = TAKE(a, struct setting, p->count);
    memcpy(copy, settings, p->count * sizeof *copy);
    return copy;
}

bool platform_differs(const struct part *part, const struct setting *setting)
{
    return any_changed(part, setting, 0, KNOBS - 1);
}

void platform_request(const struct part *part, struct setting *setting, enum knob knob, int64_t request)
{
    bool cpu = knob == KNOB_CPU_REQUEST;
    enum knob limit = cpu ? KNOB_CPU_LIMIT : KNOB_MEMORY_LIMIT, target = cpu ? KNOB_TARGET : KNOB_MEMORY_TARGET;
    int64_t others = cpu ? part->others_mcpu : part->others_bytes;
    if (part->has[target] && (!cpu || part->target_is_percent) && setting->at[knob] > 0) {
        setting->at[target] = advice_target(setting->at[target], setting->at[knob] + others, request + others);
    }
    setting->at[knob] = request;
    if (part->has[limit] && setting->at[limit] < request) {
        setting->at[limit] = request;
    }
}

uint32_t platform_patches(struct arena *a, const struct part *part, const struct setting *setting,
                          const struct value **patches)
{
    uint32_t count = 0;
    if (part->workload == NONE) {
        if (platform_differs(part, setting)) {
            patches[count++] = pool_patch(a, part, setting);
        }
        return count;
    }
    if (any_changed(part, setting, KNOB_CPU_REQUEST, KNOB_REPLICAS)) {
        patches[count++] = workload_patch(a, part, setting);
    }
    if (any_changed(part, setting, KNOB_TARGET, KNOB_DOWN_WINDOW)) {
        patches[count++] = hpa_patch(a, part, setting);
    }
    return count;
}

bool platform_may_run(const struct platform *p, uint32_t workload, uint32_t group)
{
    const struct plan_workload *w = &p->plan->workloads.at[workload];
    const struct pod_template *t = w->spec.template;
    for (uint32_t i = 0; i < p->plan->pools.count; i++) {
        const struct pool *pool = &p->plan->pools.at[i];
        if (pool->group == group && pool->nodes_max > 0) {
            const struct node *n = &pool->nodes[0];
            return filter_taints(t->placement, n->taints) && filter_affinity(t->placement, n->labels, n->name);
        }
    }
    return false;
}

void platform_mark_calls(const struct platform *p, const struct service_model *model, bool *marked)
{
    for (uint32_t i = 0; i < p->plan->workloads.count; i++) {
        marked[i] = marked[i] || p->plan->workloads.at[i].model == model;
    }
    for (uint32_t i = 0; model->request != NULL && i < model->request->calls.count; i++) {
        const struct target *to = &model->request->calls.at[i].to;
        for (uint32_t k = 0; k < to->models.count; k++) {
            platform_mark_calls(p, to->models.at[k], marked);
        }
    }
}

const char *platform_value_text(struct arena *a, const struct part *part, enum knob knob, int64_t value)
{
    switch (knob) {
    case KNOB_CPU_REQUEST:
    case KNOB_CPU_LIMIT:
        return value < 0           ? ""
               : value % 1000 == 0 ? arena_format(a, "%" PRId64, value / 1000)
                                   : arena_format(a, "%" PRId64 "m", value);
    case KNOB_MEMORY_REQUEST:
    case KNOB_MEMORY_LIMIT:
        return value < 0 ? "" : bytes_text(a, value);
    case KNOB_TARGET:
        return part->target_is_percent ? arena_format(a, "%" PRId64, value) : arena_format(a, "%" PRId64 "m", value);
    case KNOB_INSTANCE:
        return part->types[value]->name;
    default:
        return arena_format(a, "%" PRId64, value);
    }
}

const char *platform_field(enum knob knob)
{
    static const char *const fields[KNOBS] = {
        [KNOB_CPU_REQUEST] = "resources.requests.cpu",
        [KNOB_CPU_LIMIT] = "resources.limits.cpu",
        [KNOB_MEMORY_REQUEST] = "resources.requests.memory",
        [KNOB_MEMORY_LIMIT] = "resources.limits.memory",
        [KNOB_REPLICAS] = "replicas",
        [KNOB_TARGET] = "hpa.target.cpu",
        [KNOB_MEMORY_TARGET] = "hpa.target.memory",
        [KNOB_MIN] = "hpa.minReplicas",
        [KNOB_MAX] = "hpa.maxReplicas",
        [KNOB_DOWN_WINDOW] = "hpa.behavior.scaleDown.stabilizationWindowSeconds",
        [KNOB_INSTANCE] = "instance",
        [KNOB_NODES_MIN] = "nodes.min",
        [KNOB_NODES_INITIAL] = "nodes.initial",
        [KNOB_NODES_MAX] = "nodes.max",
    };
    return fields[knob];
}

const char *platform_unit(const struct part *part, enum knob knob)
{
    switch (knob) {
    case KNOB_CPU_REQUEST:
    case KNOB_CPU_LIMIT:
        return "mcpu";
    case KNOB_MEMORY_REQUEST:
    case KNOB_MEMORY_LIMIT:
        return "MiB";
    case KNOB_TARGET:
        return part->target_is_percent ? "percent of request" : "mcpu";
    case KNOB_MEMORY_TARGET:
        return "percent of request";
    case KNOB_DOWN_WINDOW:
        return "s";
    case KNOB_INSTANCE:
        return "type";
    case KNOB_NODES_MIN:
    case KNOB_NODES_INITIAL:
    case KNOB_NODES_MAX:
        return "nodes";
    default:
        return "pods";
    }
}
