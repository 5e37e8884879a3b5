/* Invariants
 * 1. A pod that has a node in the world or is assumed on one is counted in the cache once, until it is Succeeded, Failed
 *    or removed.
 * 2. A pod that means to come to a node (scheduler_pod.node) is in its list of the cache, and in no other.
 * 3. A pod is in the queue only while it has no node and no bind of it is under way.
 */
#include "models/scheduler/scheduler.h"

#include <stdlib.h>

#include "models/scheduler/failure_note.h"
#include "models/scheduler/volume_binding.h"

static struct scheduler_pod *pod_of(struct scheduler *s, uint32_t row)
{
    while (s->pods.count <= row) {
        VEC_PUSH(&s->pods, (struct scheduler_pod){0});
    }
    return &s->pods.at[row];
}

static void count_in(struct scheduler *s, const struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    cache_add_pod(&s->placer.cache, row, classes_of(&s->classes, sim, p), p->node_name, p->deletion_ns != TIME_UNSET,
                  p->start_ns);
}

/* Takes a pod off the cache. Returns the class it counted as; null: it did not. */
static const struct pod_class *count_out(struct scheduler *s, uint32_t row)
{
    const struct pod_class *class = NULL;
    if (cache_has_pod(&s->placer.cache, row)) {
        class = s->placer.cache.pods.at[row].class;
        cache_remove_pod(&s->placer.cache, row);
    }
    return class;
}

static void tell(struct scheduler *s, const struct sim *sim, const struct event *e)
{
    queue_tell(&s->queue, e, INT32_MAX, sim_now(sim));
}

/* ---- nodes ---- */

static void on_node(struct scheduler *s, const struct sim *sim, const struct fact *fact)
{
    struct cache *cache = &s->placer.cache;
    struct event e = {.number = NONE};
    enum event_kind kinds[EVENT_KINDS];
    unsigned count = 1;
    if (fact->verb == FACT_REMOVED) {
        e.old_node = event_node_of(fact->old);
        kinds[0] = EVENT_NODE_DELETE;
        cache_remove_node(cache, cache_find(cache, e.old_node.name));
    } else {
        const struct node *n = world_node(&sim->world, fact->row);
        cache_put_node(cache, n, fact->row);
        e.new_node = event_node_of(n);
        kinds[0] = EVENT_NODE_ADD;
    }
    if (fact->verb == FACT_CHANGED) {
        e.old_node = event_node_of(fact->old);
        count = event_node_kinds(&e.old_node, &e.new_node, kinds);
    }
    for (unsigned i = 0; i < count; i++) {
        e.kind = kinds[i];
        tell(s, sim, &e);
    }
}

/* ---- pods that have a node ---- */

static void tell_placed(struct scheduler *s, const struct sim *sim, uint32_t row)
{
    struct event e = {.kind = EVENT_POD_ADD, .new_pod = {s->placer.cache.pods.at[row].class, true}, .number = row};
    tell(s, sim, &e);
}

/* A pod that counts as assumed is taken off its node and counted anew when what it is has changed; else it goes to the end
 * of the node's list, as if it were. */
static void confirm(struct scheduler *s, const struct sim *sim, uint32_t row)
{
    struct cache *cache = &s->placer.cache;
    const struct pod *p = world_pod(&sim->world, row);
    if (cache_has_pod(cache, row) && cache->pods.at[row].class->template == p->template &&
        cache->nodes.at[cache->pods.at[row].node].name == p->node_name) {
        cache_confirm_pod(cache, row, p->start_ns);
        return;
    }
    count_out(s, row);
    count_in(s, sim, row);
}

static void on_bound(struct scheduler *s, const struct sim *sim, uint32_t row)
{
    queue_remove(&s->queue, row);
    scheduler_nominate(s, row, NULL, NULL);
    pod_of(s, row)->assumed = false;
    if (!pod_is_terminal(world_pod(&sim->world, row))) {
        confirm(s, sim, row);
        tell_placed(s, sim, row);
    }
}

static void tell_changed(struct scheduler *s, const struct sim *sim, uint32_t row, const struct pod_class *old)
{
    enum event_kind kinds[EVENT_KINDS];
    struct event e = {.old_pod = {old, true}, .new_pod = {s->placer.cache.pods.at[row].class, true}, .number = row};
    unsigned count = event_pod_kinds(e.old_pod.class, e.new_pod.class, kinds);
    for (unsigned i = 0; i < count; i++) {
        e.kind = kinds[i];
        tell(s, sim, &e);
    }
}

static void on_placed_changed(struct scheduler *s, const struct sim *sim, const struct fact *fact)
{
    const struct pod *p = world_pod(&sim->world, fact->row);
    if (!cache_has_pod(&s->placer.cache, fact->row)) {
        return;
    }
    if (fact->changed & FIELD_DELETION) {
        cache_terminate_pod(&s->placer.cache, fact->row);
    }
    s->placer.cache.pods.at[fact->row].start_ns = p->start_ns;
    if (fact->changed & FIELD_TEMPLATE) {
        const struct pod_class *old = count_out(s, fact->row);
        count_in(s, sim, fact->row);
        tell_changed(s, sim, fact->row, old);
    }
    if (fact->changed & FIELD_PHASE && pod_is_terminal(p)) {
        scheduler_tell_gone(s, sim, fact->row, count_out(s, fact->row), INT32_MAX);
    }
}

/* ---- pods that wait ---- */

static struct hint_pod hint_pod_of(struct scheduler *s, const struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    return (struct hint_pod){scheduler_config_profile(&s->config, p->template->scheduler),
                             classes_of(&s->classes, sim, p), p->wanted_node, row};
}

/* In a cluster at rest DaemonSets' pods were there before others: they came with their nodes. */
static int32_t priority_of(const struct sim *sim, const struct pod *p)
{
    return sim->settling && p->wanted_node != NULL ? INT32_MAX : p->template->priority;
}

/* A pod of another scheduler is none of this one's business, and of nobody's. */
static void enter(struct scheduler *s, struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    s->lowest = p->template->priority < s->lowest ? p->template->priority : s->lowest;
    pod_storage_set(&s->storage, sim, row, classes_of(&s->classes, sim, p)->number);
    if (p->node_name != NULL) {
        count_in(s, sim, row);
        tell_placed(s, sim, row);
        return;
    }
    struct hint_pod pod = hint_pod_of(s, sim, row);
    if (pod.profile == NULL) {
        failure_note_unknown(sim, row);
        return;
    }
    queue_add(&s->queue, &pod, p->uid, priority_of(sim, p), sim_now(sim));
    if (p->nominated_node != NULL) {
        scheduler_nominate(s, row, pod.class, p->nominated_node);
    }
}

/* Whether the queue knows the pod: not one of another scheduler, or that had come to its end before the start. */
static bool is_known(const struct scheduler *s, uint32_t row, const struct pod *p)
{
    return row < s->queue.pods.count && s->queue.pods.at[row].uid == p->uid;
}

static void update(struct scheduler *s, const struct sim *sim, const struct hint_pod *pod)
{
    const struct pod_class *was = s->queue.pods.at[pod->number].class;
    enum event_kind kinds[EVENT_KINDS];
    struct event events[EVENT_KINDS];
    unsigned count = event_pod_kinds(was, pod->class, kinds);
    for (unsigned i = 0; i < count; i++) {
        events[i] = (struct event){
            .kind = kinds[i], .old_pod = {.class = was}, .new_pod = {.class = pod->class}, .number = pod->number};
    }
    queue_update(&s->queue, pod, events, count, sim_now(sim));
}

/* A waiting pod's manifest changed, or where it means to come to. What is written of that counts, but for the time until
 * the scheduler's own word is written; while the pod is tried, nothing does. */
static void on_waiting_changed(struct scheduler *s, const struct sim *sim, const struct fact *fact)
{
    const struct pod *p = world_pod(&sim->world, fact->row), *old = fact->old;
    if (!is_known(s, fact->row, p) || scheduler_assumes(s, fact->row)) {
        return;
    }
    const struct pod_class *was = s->queue.pods.at[fact->row].class;
    struct hint_pod pod = hint_pod_of(s, sim, fact->row);
    if (fact->changed & FIELD_TEMPLATE) {
        update(s, sim, &pod);
    }
    if (!s->flight.on || s->last.pod.row != fact->row) {
        bool written = p->nominated_node != NULL || old->nominated_node != NULL;
        scheduler_nominate(s, fact->row, pod.class, written ? p->nominated_node : pod_of(s, fact->row)->node);
    }
    if (old->nominated_node != NULL && old->nominated_node != p->nominated_node) {
        scheduler_tell_gone(s, sim, fact->row, was, was->template->priority);
    }
}

static void on_removed(struct scheduler *s, const struct sim *sim, const struct fact *fact)
{
    const struct pod *old = fact->old;
    uint32_t row = fact->row;
    bool waited = old->node_name == NULL && is_known(s, row, old);
    const struct pod_class *counted = count_out(s, row);
    queue_remove(&s->queue, row);
    scheduler_nominate(s, row, NULL, NULL);
    evictions_forget(&s->evictions, row);
    pod_volumes_set(&s->storage.volumes, row, NULL);
    pod_of(s, row)->assumed = false;
    if (counted != NULL) {
        scheduler_tell_gone(s, sim, row, counted, INT32_MAX);
    } else if (waited && old->nominated_node != NULL) {
        const struct pod_class *class = s->queue.pods.at[row].class;
        scheduler_tell_gone(s, sim, row, class, class->template->priority);
    }
}

void scheduler_open(struct scheduler *s, struct sim *sim)
{
    s->placer = placer_make(sim->arena, sim->names);
    pod_storage_open(&s->storage, sim);
    s->placer.volumes = sim->volumes = &s->storage.volumes;
    s->queue = queue_make();
    s->lowest = INT32_MAX;
    budgets_open(&s->budgets, sim);
    s->config = scheduler_config_make(sim->arena, sim->names, sim->scheduler);
    s->queue.initial_backoff_ns = s->config.backoff_initial_ns;
    s->queue.max_backoff_ns = s->config.backoff_max_ns;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        if (sim->world.nodes.at[row].uid != 0) {
            cache_put_node(&s->placer.cache, &sim->world.nodes.at[row], row);
        }
    }
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        if (sim->world.pods.at[row].uid != 0 && !pod_is_terminal(&sim->world.pods.at[row])) {
            enter(s, sim, row);
        }
    }
}

void scheduler_drop(struct scheduler *s)
{
    placer_drop(&s->placer);
    pod_storage_drop(&s->storage);
    classes_drop(&s->classes);
    queue_drop(&s->queue);
    budgets_drop(&s->budgets);
    evictions_drop(&s->evictions);
    VEC_DROP(&s->pods);
    VEC_DROP(&s->flight.victims);
}

void scheduler_learn(struct scheduler *s, struct sim *sim, const struct fact *fact)
{
    budgets_learn(&s->budgets, fact);
    if (fact->kind == FACT_NODE) {
        on_node(s, sim, fact);
    } else if (fact->kind != FACT_POD) {
        return;
    } else if (fact->verb == FACT_ADDED) {
        enter(s, sim, fact->row);
    } else if (fact->verb == FACT_REMOVED) {
        on_removed(s, sim, fact);
    } else if (fact->changed & FIELD_NODE_NAME) {
        on_bound(s, sim, fact->row);
    } else if (world_pod(&sim->world, fact->row)->node_name != NULL) {
        on_placed_changed(s, sim, fact);
    } else {
        on_waiting_changed(s, sim, fact);
    }
}

bool scheduler_assumes(const struct scheduler *s, uint32_t row)
{
    return row < s->pods.count && s->pods.at[row].assumed;
}

void scheduler_assume(struct scheduler *s, uint32_t row, const struct pod_class *class, const char *node)
{
    const struct pod_volumes *volumes = pod_volumes_of(&s->storage.volumes, row);
    uint32_t slot = cache_find(&s->placer.cache, node);
    scheduler_nominate(s, row, NULL, NULL);
    if (volumes != NULL && slot != NONE) {
        volume_binding_finish(&s->storage.storage, volumes, &s->placer.cache.nodes.at[slot]);
    }
    cache_add_pod(&s->placer.cache, row, class, node, false, TIME_UNSET);
    pod_of(s, row)->assumed = true;
}

void scheduler_forget(struct scheduler *s, const struct sim *sim, uint32_t row)
{
    pod_of(s, row)->assumed = false;
    scheduler_tell_gone(s, sim, row, count_out(s, row), INT32_MAX);
}

void scheduler_nominate(struct scheduler *s, uint32_t row, const struct pod_class *class, const char *node)
{
    struct scheduler_pod *p = pod_of(s, row);
    if (p->node != NULL) {
        cache_denominate(&s->placer.cache, row, p->node);
    }
    p->node = node;
    if (node != NULL) {
        cache_nominate(&s->placer.cache, row, class, node);
    }
}

void scheduler_tell_gone(struct scheduler *s, const struct sim *sim, uint32_t row, const struct pod_class *class,
                         int32_t priority_max)
{
    struct event e = {.kind = EVENT_POD_DELETE, .old_pod = {class, true}, .number = row};
    queue_tell(&s->queue, &e, priority_max, sim_now(sim));
}
