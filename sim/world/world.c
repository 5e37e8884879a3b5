/* The tables of the simulated cluster.
 *
 * Invariants (world_check)
 * 1. A row in use has a generation other than 0; those that are not are in the free list of their table, once.
 * 2. Each pod is in the list of its owner, at place_in_owner, once; a pod whose node row exists is in that node's list.
 * 3. A node's `requested` is the sum of its pods' requests, but for those that are Succeeded or Failed.
 * 4. A ReplicaSet is in the list of its Deployment, once; an owner's lists are in order of uid, ReplicaSets' numbers too.
 * 5. uid and version only grow.
 * 6. A pod that is bound is not unschedulable; one that is not has no node row and has not begun to run.
 * 7. The workload of a pod exists, and is that of its owner.
 */
#include "sim/world/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000000)

/* ---- lists of rows ---- */

static void remove_at(uint32_t *rows, uint32_t *count, uint32_t at)
{
    for (uint32_t i = at + 1; i < *count; i++) {
        rows[i - 1] = rows[i];
    }
    (*count)--;
}

static uint32_t place_of(const uint32_t *rows, uint32_t count, uint32_t row)
{
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i] == row) {
            return i;
        }
    }
    assert(false && "a list lacks its row");
    return NONE;
}

/* A row of a table: a free one, or a new one at the end (then *fresh, and the caller pushes it). */
static uint32_t free_row(uint32_t *free_rows, uint32_t *free_count, uint32_t table_count, bool *fresh)
{
    *fresh = *free_count == 0;
    return *fresh ? table_count : free_rows[--*free_count];
}

static void emit(struct world *w, enum fact_kind kind, enum fact_verb verb, uint32_t row, uint32_t changed,
                 const void *old)
{
    struct fact fact = {.kind = kind, .verb = verb, .row = row, .changed = changed, .old = old};
    w->emit(w->emit_context, &fact);
}

/* ---- making ---- */

struct world world_make(const struct engine *engine, void (*emit_fact)(void *, const struct fact *), void *emit_context)
{
    return (struct world){.engine = engine,
                          .cut_times = true,
                          .emit = emit_fact,
                          .emit_context = emit_context,
                          .next_uid = 1,
                          .next_version = 1};
}

void world_drop(struct world *w)
{
    for (uint32_t i = 0; i < w->nodes.count; i++) {
        VEC_DROP(&w->nodes.at[i].pods);
    }
    for (uint32_t i = 0; i < w->replicasets.count; i++) {
        VEC_DROP(&w->replicasets.at[i].pods);
    }
    for (uint32_t i = 0; i < w->workloads.count; i++) {
        VEC_DROP(&w->workloads.at[i].replicasets);
        VEC_DROP(&w->workloads.at[i].pods);
    }
    VEC_DROP(&w->nodes);
    VEC_DROP(&w->pods);
    VEC_DROP(&w->replicasets);
    VEC_DROP(&w->workloads);
    VEC_DROP(&w->hpas);
    VEC_DROP(&w->services);
    VEC_DROP(&w->free_nodes);
    VEC_DROP(&w->free_pods);
    VEC_DROP(&w->free_replicasets);
    VEC_DROP(&w->free_workloads);
    VEC_DROP(&w->free_hpas);
}

int64_t world_stamp(const struct world *w)
{
    int64_t now = w->engine->now_ns;
    return w->cut_times ? now - now % SECOND : now;
}

/* ---- reading ---- */

const struct node *world_node(const struct world *w, uint32_t row)
{
    assert(row < w->nodes.count && w->nodes.at[row].uid != 0);
    return &w->nodes.at[row];
}

const struct pod *world_pod(const struct world *w, uint32_t row)
{
    assert(row < w->pods.count && w->pods.at[row].uid != 0);
    return &w->pods.at[row];
}

const struct replicaset *world_replicaset(const struct world *w, uint32_t row)
{
    assert(row < w->replicasets.count && w->replicasets.at[row].uid != 0);
    return &w->replicasets.at[row];
}

const struct workload *world_workload(const struct world *w, uint32_t row)
{
    assert(row < w->workloads.count && w->workloads.at[row].uid != 0);
    return &w->workloads.at[row];
}

const struct hpa *world_hpa(const struct world *w, uint32_t row)
{
    assert(row < w->hpas.count && w->hpas.at[row].uid != 0);
    return &w->hpas.at[row];
}

uint32_t world_find_node(const struct world *w, const char *name)
{
    for (uint32_t row = 0; row < w->nodes.count; row++) {
        if (w->nodes.at[row].uid != 0 && w->nodes.at[row].name == name) {
            return row;
        }
    }
    return NONE;
}

uint32_t world_find_workload(const struct world *w, enum workload_kind kind, const char *namespace, const char *name)
{
    for (uint32_t row = 0; row < w->workloads.count; row++) {
        const struct workload *o = &w->workloads.at[row];
        if (o->uid != 0 && o->owner == NONE && o->kind == kind && o->namespace == namespace && o->name == name) {
            return row;
        }
    }
    return NONE;
}

bool pod_is_terminal(const struct pod *p)
{
    return p->phase == POD_SUCCEEDED || p->phase == POD_FAILED;
}

bool pod_is_active(const struct pod *p)
{
    return !pod_is_terminal(p) && p->deletion_ns == TIME_UNSET;
}

bool pod_is_available(const struct pod *p, int32_t min_ready_seconds, int64_t now_ns)
{
    return p->ready == CONDITION_TRUE &&
           (min_ready_seconds == 0 || p->ready_since_ns + min_ready_seconds * SECOND <= now_ns);
}

void world_workload_name(const struct world *w, uint32_t row, char *text, size_t size)
{
    const struct workload *o = world_workload(w, row);
    if (o->owner == NONE) {
        snprintf(text, size, "%s", o->name);
    } else {
        snprintf(text, size, "%s-%" PRId64, o->name, o->scheduled_minute);
    }
}

void world_pod_name(const struct world *w, uint32_t row, char *text, size_t size)
{
    const struct pod *p = world_pod(w, row);
    if (p->name != NULL) {
        snprintf(text, size, "%s", p->name);
    } else if (p->owner_kind == OWNER_REPLICASET) {
        const struct replicaset *rs = world_replicaset(w, p->owner);
        const char *base = rs->workload != NONE ? world_workload(w, rs->workload)->name : rs->name;
        snprintf(text, size, "%s-%" PRIu32 "-%" PRIu32, base, rs->number, p->number);
    } else if (p->owner_kind == OWNER_WORKLOAD) {
        char name[512];
        world_workload_name(w, p->owner, name, sizeof name);
        snprintf(text, size, "%s-%" PRIu32, name, p->number);
    } else {
        snprintf(text, size, "pod-%" PRIu64, p->uid);
    }
}

/* ---- sums and lists ---- */

static void count_request(struct world *w, const struct pod *p, int64_t sign)
{
    if (p->node != NONE && !pod_is_terminal(p)) {
        struct resources *sum = &w->nodes.at[p->node].requested;
        sum->mcpu += sign * p->template->requests.mcpu;
        sum->memory_bytes += sign * p->template->requests.memory_bytes;
        sum->ephemeral_bytes += sign * p->template->requests.ephemeral_bytes;
    }
}

static void join_node(struct world *w, uint32_t row)
{
    const struct pod *p = &w->pods.at[row];
    if (p->node != NONE) {
        assert(w->nodes.at[p->node].uid != 0);
        VEC_PUSH(&w->nodes.at[p->node].pods, row);
        count_request(w, p, 1);
    }
}

static void leave_node(struct world *w, uint32_t row)
{
    const struct pod *p = &w->pods.at[row];
    if (p->node != NONE) {
        struct node *n = &w->nodes.at[p->node];
        count_request(w, p, -1);
        remove_at(n->pods.at, &n->pods.count, place_of(n->pods.at, n->pods.count, row));
    }
}

static void join_owner(struct world *w, uint32_t row)
{
    struct pod *p = &w->pods.at[row];
    if (p->owner_kind == OWNER_REPLICASET) {
        struct replicaset *rs = &w->replicasets.at[p->owner];
        p->place_in_owner = rs->pods.count;
        VEC_PUSH(&rs->pods, row);
        p->number = rs->pods_created++;
    } else if (p->owner_kind == OWNER_WORKLOAD) {
        struct workload *o = &w->workloads.at[p->owner];
        p->place_in_owner = o->pods.count;
        VEC_PUSH(&o->pods, row);
        o->children_created++;
    }
}

static void leave_list(struct world *w, uint32_t *rows, uint32_t *count, uint32_t place)
{
    remove_at(rows, count, place);
    for (uint32_t i = place; i < *count; i++) {
        w->pods.at[rows[i]].place_in_owner = i;
    }
}

static void leave_owner(struct world *w, uint32_t row)
{
    const struct pod *p = &w->pods.at[row];
    if (p->owner_kind == OWNER_REPLICASET) {
        struct replicaset *rs = &w->replicasets.at[p->owner];
        leave_list(w, rs->pods.at, &rs->pods.count, p->place_in_owner);
    } else if (p->owner_kind == OWNER_WORKLOAD) {
        struct workload *o = &w->workloads.at[p->owner];
        leave_list(w, o->pods.at, &o->pods.count, p->place_in_owner);
    }
}

/* ---- adding ---- */

/* Adds *new to a table: takes a free row or grows it, counts the generation on, gives uid, version and lists. */
#define ADD(w, table, free_table, new, generation_field, row)                                                          \
    do {                                                                                                               \
        bool fresh;                                                                                                    \
        (row) = free_row((w)->free_table.at, &(w)->free_table.count, (w)->table.count, &fresh);                        \
        if (fresh) {                                                                                                   \
            VEC_PUSH(&(w)->table, *(new));                                                                             \
            (w)->table.at[row].generation_field = 1;                                                                   \
        } else {                                                                                                       \
            uint32_t next_generation = (w)->table.at[row].generation_field + 1;                                        \
            (w)->table.at[row] = *(new);                                                                               \
            (w)->table.at[row].generation_field = next_generation == 0 ? 1 : next_generation;                          \
        }                                                                                                              \
        (w)->table.at[row].uid = (w)->next_uid++;                                                                      \
        (w)->table.at[row].version = (w)->next_version++;                                                              \
    } while (0)

uint32_t world_add_node(struct world *w, const struct node *new)
{
    uint32_t row;
    ADD(w, nodes, free_nodes, new, generation, row);
    struct node *n = &w->nodes.at[row];
    n->created_ns = world_stamp(w);
    n->requested = (struct resources){0};
    n->pods.at = NULL;
    n->pods.count = n->pods.room = 0;
    emit(w, FACT_NODE, FACT_ADDED, row, 0, NULL);
    return row;
}

uint32_t world_add_pod(struct world *w, const struct pod *new)
{
    uint32_t row;
    ADD(w, pods, free_pods, new, generation, row);
    w->pods.at[row].created_ns = world_stamp(w);
    join_owner(w, row);
    join_node(w, row);
    emit(w, FACT_POD, FACT_ADDED, row, 0, NULL);
    return row;
}

uint32_t world_add_replicaset(struct world *w, const struct replicaset *new)
{
    uint32_t row;
    ADD(w, replicasets, free_replicasets, new, row_generation, row);
    struct replicaset *rs = &w->replicasets.at[row];
    rs->created_ns = world_stamp(w);
    rs->generation = 1;
    rs->pods.at = NULL;
    rs->pods.count = rs->pods.room = 0;
    if (rs->workload != NONE) {
        struct workload *o = &w->workloads.at[rs->workload];
        rs->number = o->children_created++;
        VEC_PUSH(&o->replicasets, row);
    }
    emit(w, FACT_REPLICASET, FACT_ADDED, row, 0, NULL);
    return row;
}

uint32_t world_add_workload(struct world *w, const struct workload *new)
{
    uint32_t row;
    ADD(w, workloads, free_workloads, new, row_generation, row);
    struct workload *o = &w->workloads.at[row];
    o->created_ns = world_stamp(w);
    o->generation = 1;
    o->replicasets.at = o->pods.at = NULL;
    o->replicasets.count = o->replicasets.room = o->pods.count = o->pods.room = 0;
    emit(w, FACT_WORKLOAD, FACT_ADDED, row, 0, NULL);
    return row;
}

uint32_t world_add_hpa(struct world *w, const struct hpa *new)
{
    uint32_t row;
    ADD(w, hpas, free_hpas, new, generation, row);
    w->hpas.at[row].created_ns = world_stamp(w);
    emit(w, FACT_HPA, FACT_ADDED, row, 0, NULL);
    return row;
}

uint32_t world_add_service(struct world *w, const struct service *new)
{
    VEC_PUSH(&w->services, *new);
    uint32_t row = w->services.count - 1;
    w->services.at[row].generation = 1;
    w->services.at[row].uid = w->next_uid++;
    w->services.at[row].version = w->next_version++;
    emit(w, FACT_SERVICE, FACT_ADDED, row, 0, NULL);
    return row;
}

/* ---- updating ---- */

static uint32_t bit(bool differs, uint32_t field)
{
    return differs ? field : 0;
}

static bool same_resources(const struct resources *left, const struct resources *right)
{
    return left->mcpu == right->mcpu && left->memory_bytes == right->memory_bytes &&
           left->ephemeral_bytes == right->ephemeral_bytes && left->scalars == right->scalars &&
           left->scalar_count == right->scalar_count;
}

uint32_t world_update_node(struct world *w, uint32_t row, const struct node *next)
{
    struct node old = *world_node(w, row);
    uint32_t changed =
        bit(old.labels != next->labels, FIELD_LABELS) |
        bit(old.taints != next->taints || old.unschedulable != next->unschedulable, FIELD_TAINTS) |
        bit(old.ready != next->ready, FIELD_READY) | bit(old.stopped != next->stopped, FIELD_STOPPED) |
        bit(!same_resources(&old.allocatable, &next->allocatable) || old.pods_allocatable != next->pods_allocatable,
            FIELD_ALLOCATABLE);
    if (changed != 0) {
        struct node *n = &w->nodes.at[row];
        n->labels = next->labels;
        n->taints = next->taints;
        n->unschedulable = next->unschedulable;
        n->ready = next->ready;
        n->stopped = next->stopped;
        n->allocatable = next->allocatable;
        n->pods_allocatable = next->pods_allocatable;
        n->version = w->next_version++;
        emit(w, FACT_NODE, FACT_CHANGED, row, changed, &old);
    }
    return changed;
}

uint32_t world_update_pod(struct world *w, uint32_t row, const struct pod *next)
{
    struct pod old = *world_pod(w, row);
    uint32_t changed = bit(old.node_name != next->node_name, FIELD_NODE_NAME) |
                       bit(old.phase != next->phase, FIELD_PHASE) |
                       bit(old.ready != next->ready || old.ready_since_ns != next->ready_since_ns, FIELD_READY) |
                       bit(old.deletion_ns != next->deletion_ns, FIELD_DELETION) |
                       bit(old.restarts != next->restarts || old.sidecar_restarts != next->sidecar_restarts ||
                               old.oom_kills != next->oom_kills,
                           FIELD_RESTARTS) |
                       bit(old.template != next->template, FIELD_TEMPLATE) |
                       bit(old.start_ns != next->start_ns || old.unschedulable != next->unschedulable ||
                               old.nominated_node != next->nominated_node || old.preempted != next->preempted,
                           FIELD_STATUS);
    if (changed == 0) {
        return 0;
    }
    struct pod *p = &w->pods.at[row];
    count_request(w, p, -1);
    uint32_t node_before = p->node;
    p->node_name = next->node_name;
    p->node = node_before;
    p->phase = next->phase;
    p->ready = next->ready;
    p->ready_since_ns = next->ready_since_ns;
    p->deletion_ns = next->deletion_ns;
    p->grace_ns = next->grace_ns;
    p->restarts = next->restarts;
    p->sidecar_restarts = next->sidecar_restarts;
    p->oom_kills = next->oom_kills;
    p->start_ns = next->start_ns;
    p->unschedulable = next->unschedulable;
    p->nominated_node = next->nominated_node;
    p->preempted = next->preempted;
    p->template = next->template;
    p->version = w->next_version++;
    count_request(w, p, 1);
    if (changed & FIELD_NODE_NAME) {
        assert(node_before == NONE);
        p->node = next->node;
        join_node(w, row);
    }
    emit(w, FACT_POD, FACT_CHANGED, row, changed, &old);
    return changed;
}

static bool same_replicaset_status(const struct replicaset_status *left, const struct replicaset_status *right)
{
    return left->replicas == right->replicas && left->ready == right->ready && left->available == right->available &&
           left->terminating == right->terminating && left->observed_generation == right->observed_generation;
}

uint32_t world_update_replicaset(struct world *w, uint32_t row, const struct replicaset *next)
{
    struct replicaset old = *world_replicaset(w, row);
    uint32_t changed = bit(old.replicas != next->replicas, FIELD_REPLICAS) |
                       bit(old.min_ready_seconds != next->min_ready_seconds, FIELD_SPEC) |
                       bit(old.revision != next->revision || old.desired_replicas != next->desired_replicas ||
                               old.max_replicas != next->max_replicas,
                           FIELD_ANNOTATIONS) |
                       bit(!same_replicaset_status(&old.status, &next->status), FIELD_STATUS);
    if (changed != 0) {
        struct replicaset *rs = &w->replicasets.at[row];
        rs->replicas = next->replicas;
        rs->min_ready_seconds = next->min_ready_seconds;
        rs->revision = next->revision;
        rs->desired_replicas = next->desired_replicas;
        rs->max_replicas = next->max_replicas;
        rs->status = next->status;
        rs->generation += (changed & (FIELD_REPLICAS | FIELD_SPEC)) != 0;
        rs->version = w->next_version++;
        emit(w, FACT_REPLICASET, FACT_CHANGED, row, changed, &old);
    }
    return changed;
}

static bool same_condition(const struct condition *left, const struct condition *right)
{
    return left->status == right->status && left->reason == right->reason &&
           left->last_update_ns == right->last_update_ns && left->last_transition_ns == right->last_transition_ns;
}

static bool same_status(const struct workload_status *left, const struct workload_status *right)
{
    return left->observed_generation == right->observed_generation && left->replicas == right->replicas &&
           left->updated == right->updated && left->ready == right->ready && left->available == right->available &&
           left->unavailable == right->unavailable && left->terminating == right->terminating &&
           left->current == right->current && left->misscheduled == right->misscheduled &&
           left->active == right->active && left->succeeded == right->succeeded && left->failed == right->failed &&
           left->finished == right->finished && left->revision == right->revision &&
           same_condition(&left->available_condition, &right->available_condition) &&
           same_condition(&left->progressing_condition, &right->progressing_condition);
}

/* Whether the trees differ in spec; what was compiled from one tree (a scale, a rollback) differs by its columns. */
static bool differs_in_tree(const struct workload_spec *left, const struct workload_spec *right)
{
    return left->tree != right->tree && !value_equal(value_get(left->tree, "spec"), value_get(right->tree, "spec"));
}

static bool differs_in_annotations(const struct workload_spec *left, const struct workload_spec *right)
{
    return left->rollback_to != right->rollback_to ||
           (left->tree != right->tree &&
            !value_equal(value_at(left->tree, "metadata.annotations"), value_at(right->tree, "metadata.annotations")));
}

uint32_t world_update_workload(struct world *w, uint32_t row, const struct workload *next)
{
    struct workload old = *world_workload(w, row);
    uint32_t changed =
        bit(old.spec.replicas != next->spec.replicas, FIELD_REPLICAS) |
        bit(old.spec.template != next->spec.template, FIELD_TEMPLATE) |
        bit(old.spec.paused != next->spec.paused || differs_in_tree(&old.spec, &next->spec), FIELD_SPEC) |
        bit(differs_in_annotations(&old.spec, &next->spec), FIELD_ANNOTATIONS) |
        bit(!same_status(&old.status, &next->status), FIELD_STATUS);
    if (changed != 0) {
        struct workload *o = &w->workloads.at[row];
        o->spec = next->spec;
        o->status = next->status;
        o->generation += (changed & ~(uint32_t)FIELD_STATUS) != 0;
        o->version = w->next_version++;
        emit(w, FACT_WORKLOAD, FACT_CHANGED, row, changed, &old);
    }
    return changed;
}

uint32_t world_update_hpa(struct world *w, uint32_t row, const struct hpa *next)
{
    struct hpa old = *world_hpa(w, row);
    uint32_t changed = bit(old.spec != next->spec || old.target != next->target, FIELD_SPEC) |
                       bit(old.status != next->status, FIELD_STATUS);
    if (changed != 0) {
        struct hpa *h = &w->hpas.at[row];
        h->spec = next->spec;
        h->target = next->target;
        h->status = next->status;
        h->version = w->next_version++;
        emit(w, FACT_HPA, FACT_CHANGED, row, changed, &old);
    }
    return changed;
}

/* ---- removing ---- */

/* The fact goes out when the row is out of all lists but before it can be used again. */

void world_remove_node(struct world *w, uint32_t row)
{
    struct node old = *world_node(w, row);
    for (uint32_t i = 0; i < old.pods.count; i++) {
        w->pods.at[old.pods.at[i]].node = NONE;
    }
    w->nodes.at[row].uid = 0;
    emit(w, FACT_NODE, FACT_REMOVED, row, 0, &old);
    VEC_DROP(&w->nodes.at[row].pods);
    VEC_PUSH(&w->free_nodes, row);
}

void world_remove_pod(struct world *w, uint32_t row)
{
    struct pod old = *world_pod(w, row);
    leave_node(w, row);
    leave_owner(w, row);
    w->pods.at[row].uid = 0;
    emit(w, FACT_POD, FACT_REMOVED, row, 0, &old);
    VEC_PUSH(&w->free_pods, row);
}

static void orphan_pods(struct world *w, const uint32_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct pod *p = &w->pods.at[rows[i]];
        p->owner_kind = OWNER_NONE;
        p->owner = NONE;
    }
}

void world_remove_replicaset(struct world *w, uint32_t row)
{
    struct replicaset old = *world_replicaset(w, row);
    orphan_pods(w, old.pods.at, old.pods.count);
    if (old.workload != NONE) {
        struct workload *o = &w->workloads.at[old.workload];
        remove_at(o->replicasets.at, &o->replicasets.count, place_of(o->replicasets.at, o->replicasets.count, row));
    }
    w->replicasets.at[row].uid = 0;
    emit(w, FACT_REPLICASET, FACT_REMOVED, row, 0, &old);
    VEC_DROP(&w->replicasets.at[row].pods);
    VEC_PUSH(&w->free_replicasets, row);
}

void world_remove_workload(struct world *w, uint32_t row)
{
    struct workload old = *world_workload(w, row);
    assert(old.replicasets.count == 0);
    orphan_pods(w, old.pods.at, old.pods.count);
    uint32_t heir = old.owner != NONE && w->workloads.at[old.owner].uid != 0 ? old.owner : NONE;
    for (uint32_t i = 0; i < w->pods.count; i++) {
        if (w->pods.at[i].workload == row) {
            w->pods.at[i].workload = heir;
        }
    }
    w->workloads.at[row].uid = 0;
    emit(w, FACT_WORKLOAD, FACT_REMOVED, row, 0, &old);
    VEC_DROP(&w->workloads.at[row].replicasets);
    VEC_DROP(&w->workloads.at[row].pods);
    VEC_PUSH(&w->free_workloads, row);
}

void world_remove_hpa(struct world *w, uint32_t row)
{
    struct hpa old = *world_hpa(w, row);
    w->hpas.at[row].uid = 0;
    emit(w, FACT_HPA, FACT_REMOVED, row, 0, &old);
    VEC_PUSH(&w->free_hpas, row);
}

void world_age(struct world *w, int64_t ns)
{
    for (uint32_t row = 0; row < w->nodes.count; row++) {
        w->nodes.at[row].created_ns -= ns;
    }
    for (uint32_t row = 0; row < w->pods.count; row++) {
        struct pod *p = &w->pods.at[row];
        if (p->uid != 0 && p->ready == CONDITION_TRUE) {
            p->created_ns -= ns;
            p->start_ns -= ns;
            p->ready_since_ns -= ns;
        }
    }
}

void world_set_use(struct world *w, uint32_t pod, int64_t used_mcpu, int64_t used_memory_bytes)
{
    w->pods.at[pod].used_mcpu = used_mcpu;
    w->pods.at[pod].used_memory_bytes = used_memory_bytes;
}

void world_set_use_of(struct world *w, const uint32_t *pods, uint32_t count, int64_t used_mcpu,
                      int64_t used_memory_bytes)
{
    for (uint32_t i = 0; i < count; i++) {
        world_set_use(w, pods[i], used_mcpu, used_memory_bytes);
    }
}

/* ---- invariants ---- */

static void check_owner(const struct world *w, uint32_t row)
{
    const struct pod *p = &w->pods.at[row];
    if (p->owner_kind == OWNER_REPLICASET) {
        const struct replicaset *rs = world_replicaset(w, p->owner);
        assert(p->place_in_owner < rs->pods.count && rs->pods.at[p->place_in_owner] == row);
        assert(p->workload == rs->workload);
    } else if (p->owner_kind == OWNER_WORKLOAD) {
        const struct workload *o = world_workload(w, p->owner);
        assert(p->place_in_owner < o->pods.count && o->pods.at[p->place_in_owner] == row);
        assert(p->workload == p->owner);
    } else {
        assert(p->owner == NONE);
    }
}

static void check_pod(const struct world *w, uint32_t row)
{
    const struct pod *p = &w->pods.at[row];
    assert(p->generation != 0 && p->uid < w->next_uid && p->version < w->next_version);
    assert(p->template != NULL);
    assert(p->node == NONE || w->nodes.at[p->node].uid != 0);
    assert(p->node == NONE || p->node_name == w->nodes.at[p->node].name);
    assert(p->node_name == NULL ? p->node == NONE && p->phase != POD_RUNNING : !p->unschedulable);
    assert(p->workload == NONE || w->workloads.at[p->workload].uid != 0);
    check_owner(w, row);
}

/* Pods of a list, by uid; of a node's: in the order of binding. */
static void check_list(const struct world *w, const uint32_t *pods, uint32_t count, uint32_t owner, bool by_uid)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct pod *p = world_pod(w, pods[i]);
        assert(by_uid ? p->owner == owner : p->node == owner);
        assert(i == 0 || !by_uid || w->pods.at[pods[i - 1]].uid < p->uid);
    }
}

static void check_node(const struct world *w, uint32_t row)
{
    const struct node *n = &w->nodes.at[row];
    struct resources sum = {0};
    check_list(w, n->pods.at, n->pods.count, row, false);
    for (uint32_t i = 0; i < n->pods.count; i++) {
        const struct pod *p = world_pod(w, n->pods.at[i]);
        if (!pod_is_terminal(p)) {
            sum.mcpu += p->template->requests.mcpu;
            sum.memory_bytes += p->template->requests.memory_bytes;
            sum.ephemeral_bytes += p->template->requests.ephemeral_bytes;
        }
    }
    assert(sum.mcpu == n->requested.mcpu);
    assert(sum.memory_bytes == n->requested.memory_bytes);
    assert(sum.ephemeral_bytes == n->requested.ephemeral_bytes);
}

static void check_workload(const struct world *w, uint32_t row)
{
    const struct workload *o = &w->workloads.at[row];
    check_list(w, o->pods.at, o->pods.count, row, true);
    assert(o->replicasets.count == 0 || o->kind == WORKLOAD_DEPLOYMENT);
    for (uint32_t i = 0; i < o->replicasets.count; i++) {
        const struct replicaset *rs = world_replicaset(w, o->replicasets.at[i]);
        const struct replicaset *before = i == 0 ? NULL : &w->replicasets.at[o->replicasets.at[i - 1]];
        assert(rs->workload == row && rs->number < o->children_created);
        assert(before == NULL || (before->uid < rs->uid && before->number < rs->number));
    }
}

/* How often each list names each row: a pod that is bound to a node is in one list of nodes, one that is owned in one of
 * owners. */
static void check_counts(const struct world *w)
{
    uint32_t on_nodes = 0, bound = 0, listed = 0, owned = 0;
    for (uint32_t row = 0; row < w->pods.count; row++) {
        const struct pod *p = &w->pods.at[row];
        bound += p->uid != 0 && p->node != NONE;
        owned += p->uid != 0 && p->owner_kind != OWNER_NONE;
    }
    for (uint32_t row = 0; row < w->nodes.count; row++) {
        on_nodes += w->nodes.at[row].uid != 0 ? w->nodes.at[row].pods.count : 0;
    }
    for (uint32_t row = 0; row < w->replicasets.count; row++) {
        listed += w->replicasets.at[row].uid != 0 ? w->replicasets.at[row].pods.count : 0;
    }
    for (uint32_t row = 0; row < w->workloads.count; row++) {
        listed += w->workloads.at[row].uid != 0 ? w->workloads.at[row].pods.count : 0;
    }
    assert(on_nodes == bound);
    assert(listed == owned);
}

/* Rows in use are checked one by one; the others are free. */
#define CHECK_TABLE(w, table, free_table, check)                                                                       \
    do {                                                                                                               \
        uint32_t used = 0;                                                                                             \
        for (uint32_t row = 0; row < (w)->table.count; row++) {                                                        \
            if ((w)->table.at[row].uid != 0) {                                                                         \
                used++;                                                                                                \
                check(w, row);                                                                                         \
            }                                                                                                          \
        }                                                                                                              \
        assert(used + (w)->free_table.count == (w)->table.count);                                                      \
        for (uint32_t i = 0; i < (w)->free_table.count; i++) {                                                         \
            assert((w)->table.at[(w)->free_table.at[i]].uid == 0);                                                     \
        }                                                                                                              \
    } while (0)

static void check_replicaset(const struct world *w, uint32_t row)
{
    const struct replicaset *rs = &w->replicasets.at[row];
    check_list(w, rs->pods.at, rs->pods.count, row, true);
    assert(rs->workload == NONE || world_workload(w, rs->workload)->kind == WORKLOAD_DEPLOYMENT);
}

void world_check(const struct world *w)
{
    CHECK_TABLE(w, pods, free_pods, check_pod);
    CHECK_TABLE(w, nodes, free_nodes, check_node);
    CHECK_TABLE(w, replicasets, free_replicasets, check_replicaset);
    CHECK_TABLE(w, workloads, free_workloads, check_workload);
    check_counts(w);
}
