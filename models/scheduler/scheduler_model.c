/* Invariants
 * 1. A pod that has a node in the world or is assumed on one (placed[row] != NONE) is counted in the cache once, until it
 *    is Succeeded, Failed or removed.
 * 2. A pod is in the queue only while it has no node and no deletion was asked for.
 */
#include "models/scheduler/scheduler_model.h"

#include <assert.h>
#include <stdlib.h>

#include "models/scheduler/cycle.h"
#include "models/scheduler/queue.h"

#define SECOND INT64_C(1000000000)
#define FLUSH_PERIOD (30 * SECOND)

enum { CLASS_ATTEMPT, CLASS_FLUSH };

struct scheduler {
    struct cycle_cache cache;
    struct queue queue;
    VEC(uint32_t) placed; /* by pod row: the cache's world node row that it counts on; NONE: none */
    VEC(uint32_t) index;  /* by node row: index in the cache; NONE: none */
};

static void rebuild_index(struct scheduler *s, uint32_t rows)
{
    while (s->index.count < rows) {
        VEC_PUSH(&s->index, NONE);
    }
    for (uint32_t row = 0; row < s->index.count; row++) {
        s->index.at[row] = NONE;
    }
    for (uint32_t i = 0; i < s->cache.nodes.count; i++) {
        s->index.at[s->cache.nodes.at[i].row] = i;
    }
}

static uint32_t *placed(struct scheduler *s, uint32_t pod)
{
    while (s->placed.count <= pod) {
        VEC_PUSH(&s->placed, NONE);
    }
    return &s->placed.at[pod];
}

static void count_in(struct scheduler *s, uint32_t pod, const struct pod_template *t, uint32_t node)
{
    assert(*placed(s, pod) == NONE);
    if (node < s->index.count && s->index.at[node] != NONE) {
        *placed(s, pod) = node;
        cycle_count(&s->cache, s->index.at[node], t, 1);
    }
}

/* Takes a pod off the cache. Returns whether it counted. */
static bool count_out(struct scheduler *s, uint32_t pod, const struct pod_template *t)
{
    uint32_t node = *placed(s, pod);
    *placed(s, pod) = NONE;
    if (node == NONE) {
        return false;
    }
    if (s->index.at[node] != NONE) {
        cycle_count(&s->cache, s->index.at[node], t, -1);
    }
    return true;
}

static void wake(struct sim *sim)
{
    sim_wake_watched(sim, &scheduler_model, CLASS_ATTEMPT, 0, 0);
}

static void something_may_help(struct sim *sim, struct scheduler *s)
{
    queue_move_all(&s->queue, sim_now(sim));
    if (s->queue.waiting > 0) {
        wake(sim);
    }
}

/* ---- attempts ---- */

static void render_failure(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    (void)sim;
    uint32_t rejected[CYCLE_REASONS] = {0};
    for (unsigned r = 0; r < CYCLE_REASONS; r++) {
        rejected[r] = (uint32_t)(note->numbers[r / 2] >> (r % 2 * 32)) & UINT32_C(0xffffffff);
    }
    cycle_message(rejected, (uint32_t)note->numbers[5], text, size);
}

static void note_failure(struct sim *sim, uint32_t row, const struct cycle_result *result, uint32_t nodes)
{
    static_assert(CYCLE_REASONS <= 10, "two counts lie in each of five numbers");
    struct note note = {.model = "scheduler",
                        .object = NOTE_POD,
                        .row = row,
                        .warning = true,
                        .reason = "FailedScheduling",
                        .render = render_failure};
    for (unsigned r = 0; r < CYCLE_REASONS; r++) {
        note.numbers[r / 2] |= (int64_t)((uint64_t)result->rejected[r] << (r % 2 * 32));
    }
    note.numbers[5] = nodes;
    sim_note(sim, &note);
}

static void report_unschedulable(struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    if (!p->unschedulable) {
        struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, row), .pod = *p};
        i.pod.unschedulable = true;
        sim_send(sim, CLIENT_SCHEDULER, &i);
    }
}

static void bind(struct sim *sim, struct scheduler *s, uint32_t row, const struct cycle_node *n)
{
    const struct pod *p = world_pod(&sim->world, row);
    queue_remove(&s->queue, row);
    count_in(s, row, p->template, n->row);
    struct intent i = {.kind = INTENT_BIND_POD,
                       .target = api_ref_pod(&sim->world, row),
                       .bind = {.node_name = n->name, .row = n->row}};
    sim_send(sim, CLIENT_SCHEDULER, &i);
}

static void attempt(struct sim *sim, struct scheduler *s)
{
    uint32_t row = queue_pop(&s->queue, sim_now(sim));
    if (row == NONE) {
        return;
    }
    const struct pod *p = world_pod(&sim->world, row);
    struct cycle_pod pod = {.template = p->template, .wanted_node = p->wanted_node};
    struct cycle_result result = cycle_place(&s->cache, &pod);
    if (result.node != NONE) {
        bind(sim, s, row, &s->cache.nodes.at[result.node]);
    } else {
        queue_fail(&s->queue, row, sim_now(sim));
        note_failure(sim, row, &result, s->cache.nodes.count);
        report_unschedulable(sim, row);
        int64_t flush = (sim_now(sim) + 300 * SECOND) / FLUSH_PERIOD * FLUSH_PERIOD + FLUSH_PERIOD;
        sim_wake_at(sim, &scheduler_model, CLASS_FLUSH, 0, 0, flush);
    }
    if (s->queue.waiting > 0) {
        sim_wake(sim, &scheduler_model, CLASS_ATTEMPT, 0, 0);
    }
}

static void flush(struct sim *sim, struct scheduler *s)
{
    if (queue_flush_old(&s->queue, sim_now(sim))) {
        sim_wake_at(sim, &scheduler_model, CLASS_FLUSH, 0, 0, sim_now(sim) + FLUSH_PERIOD);
    }
    if (s->queue.waiting > 0) {
        sim_wake(sim, &scheduler_model, CLASS_ATTEMPT, 0, 0);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    if (turn->class == CLASS_ATTEMPT) {
        attempt(sim, state);
    } else {
        flush(sim, state);
    }
}

/* ---- facts ---- */

static void node_removed(struct scheduler *s, uint32_t row)
{
    if (row < s->index.count && s->index.at[row] != NONE) {
        cycle_remove_node(&s->cache, s->index.at[row]);
        rebuild_index(s, 0);
    }
    for (uint32_t pod = 0; pod < s->placed.count; pod++) {
        s->placed.at[pod] = s->placed.at[pod] == row ? NONE : s->placed.at[pod];
    }
}

static void on_node(struct sim *sim, struct scheduler *s, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        node_removed(s, fact->row);
        return;
    }
    const struct node *n = world_node(&sim->world, fact->row);
    if (fact->verb == FACT_ADDED) {
        cycle_add_node(&s->cache, n, fact->row);
        rebuild_index(s, sim->world.nodes.count);
    } else {
        cycle_update_node(&s->cache, s->index.at[fact->row], n);
    }
    something_may_help(sim, s);
}

/* In a cluster at rest DaemonSets' pods were there before others: they came with their nodes. */
static int32_t priority_of(const struct sim *sim, const struct pod *p)
{
    return sim->settling && p->wanted_node != NULL ? INT32_MAX : p->template->priority;
}

static void enter(struct sim *sim, struct scheduler *s, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    if (p->node_name != NULL) {
        count_in(s, row, p->template, p->node);
    } else {
        queue_add(&s->queue, row, p->uid, priority_of(sim, p), sim_now(sim));
        wake(sim);
    }
}

static void on_pod_changed(struct sim *sim, struct scheduler *s, const struct fact *fact)
{
    const struct pod *p = world_pod(&sim->world, fact->row);
    if (fact->changed & FIELD_NODE_NAME) {
        queue_remove(&s->queue, fact->row);
        if (*placed(s, fact->row) == NONE) {
            count_in(s, fact->row, p->template, p->node);
        }
    }
    if (fact->changed & FIELD_PHASE && pod_is_terminal(p) && count_out(s, fact->row, p->template)) {
        something_may_help(sim, s);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct scheduler *s = state;
    if (fact->kind == FACT_NODE) {
        on_node(sim, s, fact);
    } else if (fact->verb == FACT_ADDED) {
        enter(sim, s, fact->row);
    } else if (fact->verb == FACT_CHANGED) {
        on_pod_changed(sim, s, fact);
    } else {
        queue_remove(&s->queue, fact->row);
        if (count_out(s, fact->row, ((const struct pod *)fact->old)->template)) {
            something_may_help(sim, s);
        }
    }
}

static void start(struct sim *sim, void *state)
{
    struct scheduler *s = state;
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        if (sim->world.nodes.at[row].uid != 0) {
            cycle_add_node(&s->cache, &sim->world.nodes.at[row], row);
        }
    }
    rebuild_index(s, sim->world.nodes.count);
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        if (sim->world.pods.at[row].uid != 0 && !pod_is_terminal(&sim->world.pods.at[row])) {
            enter(sim, s, row);
        }
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct scheduler *s = state;
    cycle_drop(&s->cache);
    queue_drop(&s->queue);
    VEC_DROP(&s->placed);
    VEC_DROP(&s->index);
}

static const struct model_class classes[] = {
    [CLASS_ATTEMPT] = {.name = "scheduling attempt", .client = CLIENT_SCHEDULER},
    [CLASS_FLUSH] = {.name = "scheduling queue flush", .client = CLIENT_SCHEDULER},
};

const struct model scheduler_model = {
    .name = "scheduler",
    .state_size = sizeof(struct scheduler),
    .classes = classes,
    .class_count = sizeof classes / sizeof classes[0],
    .facts = FACTS(FACT_NODE) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
