#include "models/service/load_pods.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/kubelet/cgroup.h"
#include "models/kubelet/kubelet_model.h"
#include "sim/scenario/object.h"

#define SPEED_MIN 1e-3

/* ---- who is who ---- */

static struct load_pod *load_pod_at(struct loads *l, uint32_t row)
{
    while (l->pods.count <= row) {
        VEC_PUSH(&l->pods, (struct load_pod){.entry = NONE, .cohort = NONE, .serves_from_ns = ENGINE_NEVER});
    }
    return &l->pods.at[row];
}

/* A Job that a CronJob made behaves as that says. */
static uint32_t root_workload(const struct world *w, uint32_t row)
{
    const struct workload *workload = row != NONE ? world_workload(w, row) : NULL;
    return workload != NULL && workload->kind == WORKLOAD_JOB && workload->owner != NONE ? workload->owner : row;
}

static uint32_t entry_of(const struct loads *l, const struct world *w, const struct pod *p)
{
    uint32_t root = root_workload(w, p->workload);
    return root != NONE && root < l->by_workload.count ? l->by_workload.at[root] : NONE;
}

static const struct serving *serving_of(const struct loads *l, const struct entry *e, const struct pod *p)
{
    for (uint32_t i = l->overrides.count; i-- > 0;) {
        const struct override *o = &l->overrides.at[i];
        if (o->template == p->template->number && p->created_ns >= o->from_ns) {
            return o->serving;
        }
    }
    return &e->serving;
}

/* The container that the ServiceModel speaks of: by name, else the first that is no init container. */
static const struct container *container_of(const struct serving *s, const struct pod_template *t)
{
    const struct container *first = NULL;
    for (uint32_t i = 0; i < t->container_count; i++) {
        const struct container *c = &t->containers[i];
        if (s->model->container != NULL && strcmp(c->name, s->model->container) == 0) {
            return c;
        }
        first = first == NULL && c->role == CONTAINER_APP ? c : first;
    }
    return first;
}

static int64_t limit_of(const struct serving *s, const struct pod_template *t)
{
    const struct container *c = container_of(s, t);
    return c != NULL ? c->limit_mcpu : UNLIMITED;
}

static int64_t memory_limit_of(const struct serving *s, const struct pod_template *t)
{
    const struct container *c = container_of(s, t);
    return c != NULL && c->limit_memory_bytes > 0 ? c->limit_memory_bytes : UNLIMITED;
}

void load_pods_see_workload(const struct sim *sim, struct loads *l, uint32_t row)
{
    const struct workload *w = world_workload(&sim->world, row);
    while (l->by_workload.count <= row) {
        VEC_PUSH(&l->by_workload, NONE);
    }
    l->by_workload.at[row] = NONE;
    for (uint32_t i = l->entries.count; i-- > 0;) {
        const struct object *o = l->entries.at[i].serving.model->workload.object;
        uint32_t kind = w->kind;
        static const char *const kinds[] = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"};
        if (o != NULL && o->name == w->name && o->namespace == w->namespace && strcmp(o->kind, kinds[kind]) == 0) {
            l->by_workload.at[row] = i;
            l->entries.at[i].workload = row;
        }
    }
}

/* ---- pods come and go ---- */

static bool uses(int64_t mcpu, int64_t bytes)
{
    return mcpu > 0 || bytes != 0;
}

static void count_other(struct entry *e, int64_t mcpu, int64_t bytes, int sign)
{
    e->other_mcpu += sign * mcpu;
    e->other_bytes += bytes == UNLIMITED ? 0 : sign * bytes;
    e->other_strange += (uint32_t)(bytes == UNLIMITED ? sign : 0);
    e->other_pods += (uint32_t)(uses(mcpu, bytes) ? sign : 0);
}

/* Sets what a pod uses that does not serve. */
static void use_otherwise(struct sim *sim, struct loads *l, uint32_t row, int64_t mcpu, int64_t bytes)
{
    struct load_pod *m = load_pod_at(l, row);
    struct entry *e = &l->entries.at[m->entry];
    count_other(e, m->other_mcpu, m->other_bytes, -1);
    count_other(e, mcpu, bytes, 1);
    m->other_mcpu = mcpu;
    m->other_bytes = bytes;
    if (m->cohort == NONE) {
        world_set_use(&sim->world, row, mcpu, bytes);
        node_share_want(&l->nodes, &sim->world, row, mcpu);
    }
}

static struct cohort_key key_of(const struct sim *sim, const struct loads *l, const struct entry *e, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    const struct serving *s = serving_of(l, e, p);
    int64_t node_mcpu = world_node(&sim->world, p->node)->capacity.mcpu;
    struct cohort_key key = {.serving = s, .node = COHORT_ANY_NODE};
    key.cores = pod_cores(&s->work, limit_of(s, p->template), node_mcpu);
    key.memory_limit_bytes = memory_limit_of(s, p->template);
    if (isfinite(node_share_level(&l->nodes, p->node))) {
        key.node = p->node;
        key.weight = (double)cgroup_shares(p->template->requests.mcpu);
    }
    return key;
}

static void join(struct sim *sim, struct loads *l, uint32_t row, struct queue queue)
{
    struct load_pod *m = load_pod_at(l, row);
    struct entry *e = &l->entries.at[m->entry];
    struct cohort_key key = key_of(sim, l, e, row);
    m->cohort = fleet_join(&e->fleet, &key, row, queue);
    m->place = e->fleet.cohorts.at[m->cohort]->pods.count - 1;
    use_otherwise(sim, l, row, 0, 0);
}

static struct queue leave(struct loads *l, uint32_t row)
{
    struct load_pod *m = load_pod_at(l, row);
    struct fleet *f = &l->entries.at[m->entry].fleet;
    struct queue queue = fleet_leave(f, m->cohort, m->place);
    const struct cohort *c = f->cohorts.at[m->cohort];
    if (m->place < c->pods.count) {
        load_pod_at(l, c->pods.at[m->place])->place = m->place;
    }
    m->cohort = NONE;
    return queue;
}

static bool may_serve(const struct sim *sim, const struct pod *p)
{
    return p->phase == POD_RUNNING && p->ready == CONDITION_TRUE && p->deletion_ns == TIME_UNSET && p->node != NONE &&
           !world_node(&sim->world, p->node)->stopped;
}

/* Up to the node's being found NotReady, when its pods are made so, the endpoints name them still. */
static bool is_dead_endpoint(const struct sim *sim, const struct load_pod *m, const struct pod *p)
{
    bool named = p->phase == POD_RUNNING && p->ready == CONDITION_TRUE && p->deletion_ns == TIME_UNSET;
    return named && (m->dead || m->cohort != NONE) && p->node != NONE && world_node(&sim->world, p->node)->stopped;
}

static void set_dead(struct sim *sim, struct loads *l, struct load_pod *m, bool dead)
{
    struct entry *e = &l->entries.at[m->entry];
    if (m->dead != dead) {
        loads_advance(sim, l, e);
        e->dead += dead ? 1 : UINT32_MAX;
        m->dead = dead;
    }
}

static bool is_too_much(int64_t used_bytes, int64_t limit_bytes)
{
    return limit_bytes != UNLIMITED && used_bytes > limit_bytes;
}

/* Ends the container of a pod that does not serve, if what it uses is above its limit. What the run begins with is looked
 * at when it has begun. */
static void kill_for_memory(struct sim *sim, struct loads *l, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    const struct load_pod *m = load_pod_at(l, row);
    const struct serving *s = serving_of(l, &l->entries.at[m->entry], p);
    int64_t limit_bytes = memory_limit_of(s, p->template);
    if (!sim->settling && is_too_much(m->other_bytes, limit_bytes)) {
        kubelet_kill_for_memory(sim, row, container_of(s, p->template)->name, m->other_bytes, limit_bytes);
    }
}

/* A pod that runs and does not serve: it comes up, ends, or is not there for load. */
static void show_other_use(struct sim *sim, struct loads *l, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    const struct entry *e = &l->entries.at[load_pod_at(l, row)->entry];
    const struct serving *s = serving_of(l, e, p);
    bool runs = p->phase == POD_RUNNING && p->node != NONE && !world_node(&sim->world, p->node)->stopped;
    if (!runs) {
        use_otherwise(sim, l, row, 0, 0);
        return;
    }
    int64_t mcpu = 0;
    if (s->kind == SERVING_CONSTANT) {
        mcpu = serving_constant_mcpu(s, s->batch_cpu_s > 0 ? kubelet_behavior(sim, p).run_ns : 0);
    } else if (p->deletion_ns == TIME_UNSET && p->ready != CONDITION_TRUE) {
        mcpu = s->start_mcpu;
    }
    use_otherwise(sim, l, row, mcpu, s->work.base_memory_bytes);
    kill_for_memory(sim, l, row);
}

/* Brings a pod of a service where it belongs now. */
static void place_pod(struct sim *sim, struct loads *l, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct load_pod *m = load_pod_at(l, row);
    struct entry *e = &l->entries.at[m->entry];
    bool serves = serving_of(l, e, p)->kind == SERVING_LOAD && may_serve(sim, p);
    if (serves && m->serves_from_ns == ENGINE_NEVER) {
        m->serves_from_ns = sim_now(sim) + sim->delays.endpoints_ns;
        sim_wake_at(sim, l->model, LOADS_CLASS_JOIN, row, 0, m->serves_from_ns);
    } else if (!serves && m->serves_from_ns != ENGINE_NEVER) {
        m->serves_from_ns = ENGINE_NEVER;
        sim_cancel(sim, l->model, LOADS_CLASS_JOIN, row);
    }
    set_dead(sim, l, m, !serving_of(l, e, p)->work.pooled && is_dead_endpoint(sim, m, p));
    if (!serves && m->cohort != NONE) {
        loads_advance(sim, l, e);
        struct queue queue = leave(l, row);
        fleet_end(&e->fleet, &queue, p->deletion_ns != TIME_UNSET && p->phase == POD_RUNNING);
    }
    if (m->cohort == NONE) {
        show_other_use(sim, l, row);
    }
}

/* A pod without a ServiceModel: what it uses is unknown; beside others it counts with its request. */
static void place_stranger(struct sim *sim, struct loads *l, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    bool runs = p->phase == POD_RUNNING && p->node != NONE;
    node_share_want(&l->nodes, &sim->world, row, runs ? p->template->requests.mcpu : 0);
}

void load_pods_see(struct sim *sim, struct loads *l, uint32_t row)
{
    struct load_pod *m = load_pod_at(l, row);
    m->entry = entry_of(l, &sim->world, world_pod(&sim->world, row));
    if (m->entry != NONE) {
        place_pod(sim, l, row);
    } else {
        place_stranger(sim, l, row);
    }
}

void load_pods_forget(struct sim *sim, struct loads *l, uint32_t row, const struct pod *old)
{
    struct load_pod *m = load_pod_at(l, row);
    if (m->cohort != NONE) {
        struct entry *e = &l->entries.at[m->entry];
        loads_advance(sim, l, e);
        struct queue queue = leave(l, row);
        fleet_end(&e->fleet, &queue, old->deletion_ns != TIME_UNSET);
    }
    if (m->entry != NONE) {
        set_dead(sim, l, m, false);
        count_other(&l->entries.at[m->entry], m->other_mcpu, m->other_bytes, -1);
    }
    node_share_forget_pod(&l->nodes, row);
    sim_forget(sim, l->model, LOADS_CLASS_JOIN, row);
    *m = (struct load_pod){.entry = NONE, .cohort = NONE, .serves_from_ns = ENGINE_NEVER};
}

/* ---- nodes that have not enough ---- */

/* Brings a pod into the cohort for what it may use now. */
static void regroup(struct sim *sim, struct loads *l, uint32_t row)
{
    const struct load_pod *m = load_pod_at(l, row);
    if (m->cohort == NONE) {
        return;
    }
    struct entry *e = &l->entries.at[m->entry];
    struct cohort_key key = key_of(sim, l, e, row);
    const struct cohort *c = e->fleet.cohorts.at[m->cohort];
    if (c->key.node != key.node || c->key.weight != key.weight) {
        assert(e->advanced_ns == sim_now(sim));
        join(sim, l, row, leave(l, row));
    }
}

/* What its pods want, booked exactly. */
static void book_node(struct sim *sim, struct loads *l, const struct node *node)
{
    for (uint32_t k = 0; k < node->pods.count; k++) {
        const struct load_pod *m = load_pod_at(l, node->pods.at[k]);
        if (m->cohort != NONE) {
            const struct cohort *c = l->entries.at[m->entry].fleet.cohorts.at[m->cohort];
            node_share_want(&l->nodes, &sim->world, node->pods.at[k], (int64_t)c->wanted_mcpu);
        }
    }
}

static void share_out_nodes(struct sim *sim, struct loads *l)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l->nodes.listed.count; i++) {
        uint32_t row = l->nodes.listed.at[i];
        const struct node *node = world_node(&sim->world, row);
        book_node(sim, l, node);
        if (node_share_out(&l->nodes, &sim->world, row)) {
            for (uint32_t k = 0; k < node->pods.count; k++) {
                regroup(sim, l, node->pods.at[k]);
            }
        }
        l->nodes.listed.at[kept] = row;
        kept += node_share_stays(&l->nodes, &sim->world, row);
    }
    l->nodes.listed.count = kept;
}

/* What the water level leaves to the pods of a cohort on a short node. */
static void set_speed(const struct loads *l, struct cohort *c)
{
    c->speed = 1;
    if (c->key.node != COHORT_ANY_NODE) {
        double speed = node_share_level(&l->nodes, c->key.node) * c->key.weight / (1000 * c->key.cores);
        c->speed = speed < 1 ? (speed > SPEED_MIN ? speed : SPEED_MIN) : 1;
    }
}

/* Writes what the pods use. What they want of their nodes is booked anew when it has moved by more than the margin that
 * nodes are listed with. */
static void show_use(struct sim *sim, struct loads *l, struct cohort *c)
{
    world_set_use_of(&sim->world, c->pods.at, c->pods.count, cohort_used_mcpu(c), cohort_used_memory_bytes(c));
    if (c->booked_mcpu < 0 || fabs(c->wanted_mcpu - c->booked_mcpu) > c->booked_mcpu * NODE_SHARE_MARGIN) {
        c->booked_mcpu = c->wanted_mcpu;
        for (uint32_t i = 0; i < c->pods.count; i++) {
            node_share_want(&l->nodes, &sim->world, c->pods.at[i], (int64_t)c->wanted_mcpu);
        }
    }
}

/* The pods of a cohort are alike: when one uses more than its limit, all do. */
static void kill_cohort_for_memory(struct sim *sim, const struct cohort *c)
{
    int64_t used_bytes = cohort_used_memory_bytes(c);
    for (uint32_t i = 0; i < c->pods.count && is_too_much(used_bytes, c->key.memory_limit_bytes); i++) {
        const struct pod *p = world_pod(&sim->world, c->pods.at[i]);
        kubelet_kill_for_memory(sim, c->pods.at[i], container_of(c->key.serving, p->template)->name, used_bytes,
                                c->key.memory_limit_bytes);
    }
}

static void look_at_memory(struct sim *sim, struct loads *l)
{
    for (uint32_t row = 0; row < l->pods.count && !l->looked_at_memory; row++) {
        if (l->pods.at[row].entry != NONE && l->pods.at[row].cohort == NONE && sim->world.pods.at[row].uid != 0) {
            kill_for_memory(sim, l, row);
        }
    }
    l->looked_at_memory = true;
    for (uint32_t i = 0; i < l->entries.count; i++) {
        const struct fleet *f = &l->entries.at[i].fleet;
        for (uint32_t k = 0; k < f->cohorts.count; k++) {
            kill_cohort_for_memory(sim, f->cohorts.at[k]);
        }
    }
}

void load_pods_end_step(struct sim *sim, struct loads *l)
{
    for (uint32_t i = 0; i < l->entries.count; i++) {
        struct fleet *f = &l->entries.at[i].fleet;
        for (uint32_t k = 0; k < f->cohorts.count; k++) {
            show_use(sim, l, f->cohorts.at[k]);
        }
    }
    share_out_nodes(sim, l);
    for (uint32_t i = 0; i < l->entries.count; i++) {
        struct fleet *f = &l->entries.at[i].fleet;
        for (uint32_t k = 0; k < f->cohorts.count; k++) {
            set_speed(l, f->cohorts.at[k]);
        }
    }
    look_at_memory(sim, l);
}

void load_pods_join(struct sim *sim, struct loads *l, uint32_t row)
{
    struct load_pod *m = load_pod_at(l, row);
    if (m->serves_from_ns != ENGINE_NEVER && m->cohort == NONE) {
        loads_advance(sim, l, &l->entries.at[m->entry]);
        join(sim, l, row, (struct queue){0});
    }
}
