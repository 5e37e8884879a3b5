#include "sim/run/plan.h"

#include <stdlib.h>
#include <string.h>

#include "models/hpa/hpa_spec.h"
#include "models/kubelet/kubelet_model.h"
#include "models/model.h"
#include "models/node/provider.h"
#include "models/service/service_model.h"
#include "models/workload/release_model.h"
#include "models/node/fault_model.h"
#include "sim/base/elementary.h"
#include "sim/scenario/defaults.h"
#include "sim/scenario/merge.h"
#include "sim/scenario/selector.h"

#define SECOND INT64_C(1000000000)
#define DISK_BYTES (INT64_C(100) << 30) /* of the disk that a node boots from, where nothing says how large */
#define UNKNOWN_RUN (60 * SECOND)       /* of a Job's pod without a model; reports say so */

/* ---- pools ---- */

static const struct taints *taints_of(struct arena *a, const struct node_pool *p)
{
    static const enum taint_effect effects[] = {TAINT_NO_SCHEDULE, TAINT_PREFER_NO_SCHEDULE, TAINT_NO_EXECUTE};
    struct taints *taints = TAKE(a, struct taints, 1);
    struct taint *at = TAKE(a, struct taint, p->taints.count);
    for (uint32_t i = 0; i < p->taints.count; i++) {
        const struct pool_taint *t = &p->taints.at[i];
        at[i] = (struct taint){.key = t->key, .value = t->value, .effect = effects[t->effect]};
    }
    taints->at = at;
    taints->count = p->taints.count;
    return taints;
}

/* Devices of an instance that the kubelet offers as an extended resource. */
static void add_gpus(struct arena *a, struct names *names, int32_t gpus, struct resources *r)
{
    if (gpus > 0) {
        struct scalar *s = TAKE(a, struct scalar, 1);
        *s = (struct scalar){.name = names_text(names, "nvidia.com/gpu"), .amount = gpus};
        r->scalars = s;
        r->scalar_count = 1;
    }
}

static struct offer offer_of(const struct catalog_type *t)
{
    struct instance instance = {.provider = provider_named(t->provider),
                                .mcpu = t->cpu_mcpu,
                                .memory_bytes = t->memory_bytes,
                                .disk_bytes = DISK_BYTES,
                                .max_pods = t->max_pods,
                                .enis = t->max_enis,
                                .ipv4_per_eni = t->ipv4_per_eni,
                                .arm64 = strcmp(t->arch, "arm64") == 0};
    return provider_offer(&instance);
}

static struct node blank_node(struct arena *a, struct names *names, const struct node_pool *p,
                              const struct catalog_type *t)
{
    struct offer offer = offer_of(t);
    struct node n = {.capacity = offer.capacity,
                     .allocatable = offer.allocatable,
                     .pods_allocatable = offer.pods,
                     .taints = taints_of(a, p)};
    add_gpus(a, names, t->gpus, &n.capacity);
    add_gpus(a, names, t->gpus, &n.allocatable);
    return n;
}

static struct pool pool_of(const struct scenario *s, uint32_t group, const struct catalog_type *t)
{
    const struct node_pool *p = &s->node_pools.at[group];
    bool spot = p->purchase == PURCHASE_SPOT;
    return (struct pool){.name = p->object->name,
                         .title = p->types.count == 1 ? p->object->name
                                                      : arena_format(s->arena, "%s (%s)", p->object->name, t->name),
                         .group = group,
                         .instance = t->name,
                         .region = p->region,
                         .zones = p->zone_names.at,
                         .zone_count = p->zone_names.count,
                         .spot = spot,
                         .usd_per_hour = spot ? t->spot_usd_per_hour : t->usd_per_hour * (1 - s->discount),
                         .list_usd_per_hour = spot ? t->spot_usd_per_hour : t->usd_per_hour,
                         .price_source = t->source,
                         .price_date = t->date,
                         .boot_ns = p->boot.time_ns,
                         .boot_deviation = p->boot.deviation,
                         .nodes_min = (uint32_t)p->nodes.min,
                         .nodes_max = (uint32_t)p->nodes.max,
                         .nodes_initial = (uint32_t)p->nodes.initial,
                         .scales = p->autoscaler != AUTOSCALER_NONE};
}

static void make_pools(const struct scenario *s, struct plan *plan)
{
    uint32_t count = 0;
    for (uint32_t g = 0; g < s->node_pools.count; g++) {
        count += s->node_pools.at[g].types.count;
    }
    struct pool *pools = TAKE(s->arena, struct pool, count);
    plan->pools = (struct pools){.at = pools};
    for (uint32_t g = 0; g < s->node_pools.count; g++) {
        const struct node_pool *p = &s->node_pools.at[g];
        for (uint32_t i = 0; i < p->types.count; i++) {
            uint32_t index = plan->pools.count++;
            pools[index] = pool_of(s, g, &p->types.at[i]);
            struct node blank = blank_node(s->arena, s->names, p, &p->types.at[i]);
            pool_make_nodes(&pools[index], index, &blank, p->labels, s->arena, s->names);
        }
    }
}

/* ---- workloads ---- */

static int64_t limit_of(const struct workload_spec *spec, const struct service_model *model)
{
    const struct pod_template *t = spec->template;
    for (uint32_t i = 0; i < t->container_count; i++) {
        const struct container *c = &t->containers[i];
        if (c->role == CONTAINER_APP && (model->container == NULL || model->container == c->name)) {
            return c->limit_mcpu > 0 ? c->limit_mcpu : c->request_mcpu > 1000 ? c->request_mcpu : 1000;
        }
    }
    return 1000;
}

/* A batch pod works as fast as its limit lets it (one processor without a limit, or what it requests if that is more). */
static int64_t run_time(const struct workload_spec *spec, const struct service_model *model)
{
    double work = (double)model->batch->cpu_ns * 1000 / (double)limit_of(spec, model);
    int64_t cpu_bound = (int64_t)elementary_ceil(work);
    return cpu_bound > model->batch->duration_ns ? cpu_bound : model->batch->duration_ns;
}

static bool is_batch(enum workload_kind kind)
{
    return kind == WORKLOAD_JOB || kind == WORKLOAD_CRONJOB;
}

static struct pod_behavior behavior_of(enum workload_kind kind, const struct workload_spec *spec,
                                       const struct service_model *model)
{
    struct pod_behavior b = lifecycle_plain();
    if (model != NULL) {
        b.start_ns = model->start.time_ns;
    }
    if (is_batch(kind)) {
        b.run_ns = model != NULL && model->batch != NULL ? run_time(spec, model) : UNKNOWN_RUN;
    }
    return b;
}

static void add_workload(struct plan *plan, const struct object *o, enum workload_kind kind)
{
    const struct scenario *s = plan->scenario;
    struct plan_workload w = {.object = o,
                              .title = object_title(s->arena, o),
                              .kind = kind,
                              .spec = compile_workload(&plan->compiler, kind, o->tree),
                              .labels = labels_compile(s->arena, s->names, value_at(o->tree, "metadata.labels")),
                              .model = scenario_model_of(s, o)};
    w.behavior = behavior_of(kind, &w.spec, w.model);
    VEC_PUSH(&plan->workloads, w);
}

static uint32_t find_workload(const struct plan *plan, const struct object *o)
{
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        if (plan->workloads.at[i].object == o) {
            return i;
        }
    }
    return NONE;
}

/* ---- autoscalers, services, nodes ---- */

static void add_hpa(struct plan *plan, struct scenario *s, const struct object *o)
{
    struct plan_hpa h = {.object = o, .target = NONE};
    struct fail fail = {0};
    if (!hpa_spec_compile(s->arena, s->names, value_get(o->tree, "spec"), &h.spec, &fail)) {
        problems_error(s->problems, o->where, "%s: cannot be simulated: %s", object_title(s->arena, o), fail.text);
        return;
    }
    const struct object *target = objects_find(&s->objects, h.spec.target_kind, o->namespace, h.spec.target_name);
    if (target != NULL) {
        h.target = find_workload(plan, target);
    }
    VEC_PUSH(&plan->hpas, h);
}

static void add_rest(struct plan *plan, struct scenario *s, const struct object *o)
{
    if (object_is_owned(o)) {
        return;
    }
    if (strcmp(o->kind, "ReplicaSet") == 0 || strcmp(o->kind, "ReplicationController") == 0) {
        VEC_PUSH(&plan->replicasets, compile_replicaset(&plan->compiler, o->tree));
    } else if (strcmp(o->kind, "Pod") == 0) {
        VEC_PUSH(&plan->pods, compile_pod(&plan->compiler, o->tree));
    } else if (strcmp(o->kind, "HorizontalPodAutoscaler") == 0) {
        add_hpa(plan, s, o);
    } else if (strcmp(o->kind, "Service") == 0) {
        struct plan_service service = {
            .object = o, .selector = selector_of_labels(s->arena, s->names, value_at(o->tree, "spec.selector"))};
        VEC_PUSH(&plan->services, service);
    } else if (strcmp(o->kind, "Node") == 0) {
        VEC_PUSH(&plan->nodes, compile_node(&plan->compiler, o->tree));
    }
}

/* ---- releases ---- */

static struct value *patch_of_images(struct arena *a, const struct value *images)
{
    struct value *containers = value_list(a);
    for (uint32_t i = 0; i < images->count; i++) {
        struct value *c = value_map(a);
        value_put(a, c, "name", value_text(a, images->members[i].key));
        value_put(a, c, "image", images->members[i].value);
        value_append(a, containers, c);
    }
    struct value *pod = value_map(a), *template = value_map(a), *spec = value_map(a), *patch = value_map(a);
    value_put(a, pod, "containers", containers);
    value_put(a, template, "spec", pod);
    value_put(a, spec, "template", template);
    value_put(a, patch, "spec", spec);
    return patch;
}

static struct pod_behavior release_behavior(const struct plan_workload *w, const struct workload_spec *spec,
                                            const struct release *r)
{
    struct pod_behavior b = behavior_of(w->kind, spec, r->model != NULL ? r->model : w->model);
    b.never_ready = r->bad == RELEASE_NEVER_READY;
    if (r->bad == RELEASE_CRASHES) {
        b.crash_after_ns = r->crash_after_ns;
    }
    return b;
}

/* What the releases so far have made of a workload. */
struct history {
    struct value *tree;              /* the object now */
    const struct value *previous;    /* the pod template before the last change of it; null: there was none */
    const struct pod_template *pods; /* of tree */
};

static struct value *changed_tree(struct arena *a, struct value *tree, const struct release *r)
{
    if (!value_is_null(r->images)) {
        tree = merge_strategic(a, tree, patch_of_images(a, r->images));
    }
    return value_is_null(r->patch) ? tree : merge_strategic(a, tree, r->patch);
}

/* What `kubectl rollout undo` does: the pod template is the one before, all else stays. */
static struct value *undone_tree(struct arena *a, const struct history *h)
{
    struct value *tree = value_copy(a, h->tree);
    value_put(a, value_get(tree, "spec"), "template", value_copy(a, h->previous));
    return tree;
}

static void add_release(struct plan *plan, struct scenario *s, const struct release *r, struct history *histories)
{
    struct plan_release made = {.release = r, .workload = find_workload(plan, r->workload.object)};
    if (made.workload == NONE) {
        return; /* refused where references are found */
    }
    const struct plan_workload *w = &plan->workloads.at[made.workload];
    struct history *h = &histories[made.workload];
    if (r->rollback && h->previous == NULL) {
        scenario_refuse(s, r->object, "spec.rollback",
                        "nothing to go back to: no release before it changes the pods of %s "
                        "(give it a later time, or take it out)",
                        w->title);
        return;
    }
    struct value *tree = r->rollback ? undone_tree(s->arena, h) : changed_tree(s->arena, h->tree, r);
    defaults_apply(s->arena, s->names, tree);
    made.spec = compile_workload(&plan->compiler, w->kind, tree);
    made.resizes = value_at(r->patch, "spec.replicas") != NULL;
    made.bad = !r->rollback && (r->bad != RELEASE_GOOD || r->model != NULL);
    made.behavior = release_behavior(w, &made.spec, r);
    h->previous = made.spec.template != h->pods ? value_at(h->tree, "spec.template") : h->previous;
    h->tree = tree;
    h->pods = made.spec.template;
    VEC_PUSH(&plan->releases, made);
}

static int by_time(const void *left, const void *right)
{
    const struct release *l = *(const struct release *const *)left, *r = *(const struct release *const *)right;
    if (l->at_ns != r->at_ns) {
        return l->at_ns < r->at_ns ? -1 : 1;
    }
    return l < r ? -1 : l > r;
}

static void make_releases(struct plan *plan, struct scenario *s)
{
    const struct release **order = TAKE(s->arena, const struct release *, s->releases.count);
    struct history *histories = TAKE(s->arena, struct history, plan->workloads.count);
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        const struct plan_workload *w = &plan->workloads.at[i];
        histories[i] = (struct history){.tree = w->object->tree, .pods = w->spec.template};
    }
    for (uint32_t i = 0; i < s->releases.count; i++) {
        order[i] = &s->releases.at[i];
    }
    qsort(order, s->releases.count, sizeof *order, by_time);
    for (uint32_t i = 0; i < s->releases.count; i++) {
        add_release(plan, s, order[i], histories);
    }
}

struct offer plan_offer(const struct catalog_type *t)
{
    return offer_of(t);
}

bool plan_make(struct scenario *s, struct plan *plan)
{
    *plan = (struct plan){.scenario = s, .compiler = compile_make(s->arena, s->names)};
    uint32_t before = s->problems->errors;
    make_pools(s, plan);
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        const struct object *o = s->objects.list.at[i];
        if (strcmp(o->kind, "PriorityClass") == 0) {
            compile_class(&plan->compiler, o->tree);
        } else if (strcmp(o->kind, "LimitRange") == 0) {
            compile_limit_range(&plan->compiler, o->tree);
        }
    }
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        enum workload_kind kind;
        const struct object *o = s->objects.list.at[i];
        if (!o->headroom && compile_kind(o->kind, &kind) && !object_is_owned(o)) {
            add_workload(plan, o, kind);
        }
    }
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        if (!s->objects.list.at[i]->headroom) {
            add_rest(plan, s, s->objects.list.at[i]);
        }
    }
    make_releases(plan, s);
    return s->problems->errors == before;
}

void plan_drop(struct plan *plan)
{
    compile_drop(&plan->compiler);
    VEC_DROP(&plan->workloads);
    VEC_DROP(&plan->hpas);
    VEC_DROP(&plan->services);
    VEC_DROP(&plan->nodes);
    VEC_DROP(&plan->releases);
    VEC_DROP(&plan->replicasets);
    VEC_DROP(&plan->pods);
}

/* ---- the world ---- */

static void build_nodes(const struct plan *plan, struct sim *sim)
{
    for (uint32_t i = 0; i < plan->nodes.count; i++) {
        world_add_node(&sim->world, &plan->nodes.at[i]);
    }
    for (uint32_t i = 0; i < plan->pools.count; i++) {
        const struct pool *p = &plan->pools.at[i];
        if (i > 0 && plan->pools.at[i - 1].group == p->group) {
            continue; /* a NodePool starts with nodes of its first instance type */
        }
        for (uint32_t ordinal = 0; ordinal < p->nodes_initial; ordinal++) {
            struct node n = p->nodes[ordinal];
            n.ready = true;
            world_add_node(&sim->world, &n);
        }
    }
}

/* What an autoscaler would do in its first evaluations is done: the size lies within its bounds. */
static int32_t initial_replicas(const struct plan *plan, uint32_t workload)
{
    int32_t replicas = plan->workloads.at[workload].spec.replicas;
    for (uint32_t i = 0; i < plan->hpas.count; i++) {
        const struct plan_hpa *h = &plan->hpas.at[i];
        if (h->target == workload && replicas > 0) {
            replicas = replicas < h->spec.min ? h->spec.min : replicas > h->spec.max ? h->spec.max : replicas;
        }
    }
    return replicas;
}

/* Workloads come first in an empty world, so a workload's row is its index in the plan. */
static void build_workloads(const struct plan *plan, struct sim *sim)
{
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        const struct plan_workload *w = &plan->workloads.at[i];
        struct workload new = {.kind = w->kind,
                               .namespace = w->object->namespace,
                               .name = w->object->name,
                               .labels = w->labels,
                               .spec = w->spec,
                               .owner = NONE};
        new.spec.replicas = initial_replicas(plan, i);
        uint32_t row = world_add_workload(&sim->world, &new);
        kubelet_set_workload_behavior(sim, row, &w->behavior);
    }
}

static void build_rest(const struct plan *plan, struct sim *sim)
{
    for (uint32_t i = 0; i < plan->replicasets.count; i++) {
        world_add_replicaset(&sim->world, &plan->replicasets.at[i]);
    }
    for (uint32_t i = 0; i < plan->pods.count; i++) {
        struct pod pod = plan->pods.at[i];
        pod.node = pod.node_name == NULL ? NONE : world_find_node(&sim->world, pod.node_name);
        world_add_pod(&sim->world, &pod);
    }
    for (uint32_t i = 0; i < plan->services.count; i++) {
        const struct plan_service *s = &plan->services.at[i];
        world_add_service(
            &sim->world,
            &(struct service){.namespace = s->object->namespace, .name = s->object->name, .selector = s->selector});
    }
    for (uint32_t i = 0; i < plan->hpas.count; i++) {
        const struct plan_hpa *h = &plan->hpas.at[i];
        world_add_hpa(&sim->world, &(struct hpa){.namespace = h->object->namespace,
                                                 .name = h->object->name,
                                                 .target = h->target,
                                                 .spec = &h->spec});
    }
}

static void build_changes(const struct plan *plan, struct sim *sim)
{
    for (uint32_t i = 0; i < plan->releases.count; i++) {
        const struct plan_release *r = &plan->releases.at[i];
        release_model_add(sim, &(struct release_step){.at_ns = r->release->at_ns,
                                                      .workload = r->workload,
                                                      .rollback = r->release->rollback,
                                                      .resizes = r->resizes,
                                                      .spec = &r->spec,
                                                      .behavior = r->bad ? &r->behavior : NULL});
        if (r->release->model != NULL && !r->release->rollback) {
            service_model_set_template(sim, r->spec.template, r->release->model, r->release->at_ns);
        }
    }
    for (uint32_t i = 0; i < plan->scenario->faults.count; i++) {
        const struct fault *f = &plan->scenario->faults.at[i];
        struct fault_step step = {.at_ns = f->at_ns, .recover_ns = f->recover_ns};
        if (f->zone_outage != NULL) {
            step.zone = f->zone_outage->zone;
        } else {
            const struct object *pool = f->node_crash->pool.object;
            step.pool = pool == NULL ? NULL : pool->name;
            step.node = f->node_crash->node;
            step.count = (uint32_t)f->node_crash->count;
        }
        fault_model_add(sim, &step);
    }
}

void plan_build(const struct plan *plan, struct sim *sim)
{
    build_workloads(plan, sim);
    build_nodes(plan, sim);
    build_rest(plan, sim);
    build_changes(plan, sim);
}

uint32_t plan_workload_of(const struct plan *plan, const struct sim *sim, uint32_t row)
{
    if (row != NONE && sim->world.workloads.at[row].owner != NONE) {
        row = sim->world.workloads.at[row].owner;
    }
    return row < plan->workloads.count ? row : NONE;
}
