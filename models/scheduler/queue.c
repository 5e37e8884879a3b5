/* Invariants
 * 1. A pod has one place; an entry of a heap whose stamp is not the pod's is stale and skipped.
 * 2. `waiting` counts the pods in activeQ and backoffQ, `pooled` those in the pool.
 * 3. A pod of the pool is in the list of the one group that says what it is; groups with pods, and no others, are live.
 * 4. Pods of a group stand in the order of their timestamps.
 *
 * An event asks each live group once, not each pod: a backlog is many pods of few kinds.
 */
#include "models/scheduler/queue.h"

#include <assert.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000000)
#define FLUSH_PERIOD (30 * SECOND)
#define BACKOFF_CAP (INT64_MAX / 4) /* settings may ask for more than there is time */

/* ---- heaps ---- */

static bool before(const struct queue_entry *left, const struct queue_entry *right)
{
    if (left->second != right->second) {
        return left->second < right->second;
    }
    if (left->priority != right->priority) {
        return left->priority > right->priority;
    }
    return left->timestamp_ns != right->timestamp_ns ? left->timestamp_ns < right->timestamp_ns
                                                     : left->uid < right->uid;
}

/* Settles the entry that was added last in a heap of count. */
static void sift_up(struct queue_entry *heap, uint32_t count)
{
    struct queue_entry entry = heap[count - 1];
    uint32_t at = count - 1;
    while (at > 0 && before(&entry, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = entry;
}

static struct queue_entry take_first(struct queue_entry *heap, uint32_t *count)
{
    struct queue_entry first = heap[0], last = heap[--*count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < *count; child = 2 * at + 1) {
        if (child + 1 < *count && before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!before(&heap[child], &last)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

static bool is_current(const struct queue *q, const struct queue_entry *e, enum queue_place place)
{
    return q->pods.at[e->row].place == place && q->pods.at[e->row].stamp == e->stamp;
}

static struct queue_entry entry_of(struct queue *q, uint32_t row, enum queue_place place, int64_t second)
{
    struct queue_pod *p = &q->pods.at[row];
    p->place = (uint8_t)place;
    p->stamp++;
    return (struct queue_entry){.second = second,
                                .priority = p->priority,
                                .timestamp_ns = p->timestamp_ns,
                                .uid = p->uid,
                                .row = row,
                                .stamp = p->stamp};
}

static void activate(struct queue *q, uint32_t row)
{
    VEC_PUSH(&q->active, entry_of(q, row, QUEUE_ACTIVE, 0));
    sift_up(q->active.at, q->active.count);
    q->waiting++;
}

static void back_off(struct queue *q, uint32_t row, int64_t second)
{
    if (q->pods.at[row].rejectors == 0) {
        VEC_PUSH(&q->errors, entry_of(q, row, QUEUE_ERROR_BACKOFF, second));
        sift_up(q->errors.at, q->errors.count);
        return;
    }
    VEC_PUSH(&q->backoff, entry_of(q, row, QUEUE_BACKOFF, second));
    sift_up(q->backoff.at, q->backoff.count);
    q->waiting++;
}

/* ---- the pool ---- */

static const void *key_of(const struct queue_pod *p)
{
    return p->wanted_node != NULL ? (const void *)p->wanted_node : p->class;
}

static bool is_of(const struct queue_group *g, const struct queue_pod *p)
{
    return g->class == p->class && g->wanted_node == p->wanted_node && g->rejectors == p->rejectors &&
           g->gate == p->gate && g->profile == p->profile;
}

static uint32_t group_of(struct queue *q, const struct queue_pod *p)
{
    uint32_t newest = lookup_get(&q->by_class, key_of(p));
    for (uint32_t i = newest; i != NONE; i = q->groups.at[i].sibling) {
        if (is_of(&q->groups.at[i], p)) {
            return i;
        }
    }
    VEC_PUSH(&q->groups, (struct queue_group){.profile = p->profile,
                                              .class = p->class,
                                              .wanted_node = p->wanted_node,
                                              .rejectors = p->rejectors,
                                              .gate = p->gate,
                                              .first = NONE,
                                              .last = NONE,
                                              .live = NONE,
                                              .sibling = newest});
    lookup_put(&q->by_class, key_of(p), q->groups.count - 1);
    return q->groups.count - 1;
}

/* Behind those that came before it or with it: it is almost always the last. */
static void link(struct queue *q, struct queue_group *g, uint32_t row)
{
    struct queue_pod *p = &q->pods.at[row];
    p->previous = g->last;
    while (p->previous != NONE && q->pods.at[p->previous].timestamp_ns > p->timestamp_ns) {
        p->previous = q->pods.at[p->previous].previous;
    }
    uint32_t *after = p->previous == NONE ? &g->first : &q->pods.at[p->previous].next;
    p->next = *after;
    *after = row;
    *(p->next == NONE ? &g->last : &q->pods.at[p->next].previous) = row;
}

static void join_pool(struct queue *q, uint32_t row)
{
    struct queue_pod *p = &q->pods.at[row];
    p->group = group_of(q, p);
    struct queue_group *g = &q->groups.at[p->group];
    if (g->first == NONE) {
        g->live = q->live.count;
        VEC_PUSH(&q->live, p->group);
    }
    link(q, g, row);
    p->place = QUEUE_POOL;
    p->stamp++;
    q->pooled++;
}

static void leave_pool(struct queue *q, uint32_t row)
{
    struct queue_pod *p = &q->pods.at[row];
    struct queue_group *g = &q->groups.at[p->group];
    *(p->previous == NONE ? &g->first : &q->pods.at[p->previous].next) = p->next;
    *(p->next == NONE ? &g->last : &q->pods.at[p->next].previous) = p->previous;
    if (g->first == NONE) {
        q->live.at[g->live] = q->live.at[--q->live.count];
        q->groups.at[q->live.at[g->live]].live = g->live;
        g->live = NONE;
    }
    p->place = QUEUE_OUT;
    q->pooled--;
}

/* ---- back-off ---- */

/* The second in which the back-off ends: 1, 2, 4, 8, 10, 10 ... s after the last failure, cut to seconds. */
static int64_t backoff_second(const struct queue *q, const struct queue_pod *p)
{
    int32_t count = p->errors > 0 ? p->errors : p->failures;
    if (count == 0 || q->max_backoff_ns == 0) {
        return INT64_MIN;
    }
    int shift = count - 1 < 62 ? count - 1 : 62;
    bool most = q->initial_backoff_ns > q->max_backoff_ns >> shift;
    int64_t delay_ns = most ? q->max_backoff_ns : q->initial_backoff_ns << shift;
    return (p->timestamp_ns + (delay_ns < BACKOFF_CAP ? delay_ns : BACKOFF_CAP)) / SECOND;
}

static void flush_heap(struct queue *q, struct queue_entry *heap, uint32_t *count, enum queue_place place,
                       int64_t now_ns)
{
    while (*count > 0 && (!is_current(q, &heap[0], place) || heap[0].second < now_ns / SECOND)) {
        struct queue_entry e = take_first(heap, count);
        if (is_current(q, &e, place)) {
            q->waiting -= place == QUEUE_BACKOFF;
            activate(q, e.row);
        }
    }
}

/* ---- moves ---- */

/* Whether the pod may be tried (PreEnqueue). */
static bool may_be_tried(struct queue *q, uint32_t row)
{
    struct queue_pod *p = &q->pods.at[row];
    p->gate = p->class->template->gated                       ? REJECTOR_SCHEDULING_GATES
              : q->holds != NULL && q->holds(q->context, row) ? REJECTOR_DEFAULT_PREEMPTION
                                                              : REJECTORS;
    p->rejectors |= p->gate == REJECTORS ? 0 : REJECTED_BY(p->gate);
    return p->gate == REJECTORS;
}

/* Out of the pool, or from outside, to where the pod may be tried from; to the pool when it may not. */
static void move(struct queue *q, uint32_t row, bool at_once, int64_t now_ns)
{
    struct queue_pod *p = &q->pods.at[row];
    bool may = may_be_tried(q, row), pooled = p->place == QUEUE_POOL;
    if (pooled && !may && is_of(&q->groups.at[p->group], p)) {
        return;
    }
    if (pooled) {
        leave_pool(q, row);
    }
    int64_t second = backoff_second(q, p);
    if (!may) {
        join_pool(q, row);
    } else if (!at_once && second >= now_ns / SECOND) {
        back_off(q, row, second);
    } else {
        activate(q, row);
    }
}

/* Whether a gate lets the event through to the hints. */
static bool passes_gate(uint8_t gate, enum event_kind kind)
{
    return gate == REJECTORS || (gate == REJECTOR_DEFAULT_PREEMPTION && kind == EVENT_POD_DELETE);
}

static bool helps_group(const struct queue_group *g, const struct event *e, int32_t priority_max)
{
    struct hint_pod pod = {g->profile, g->class, g->wanted_node, NONE};
    return passes_gate(g->gate, e->kind) && g->class->template->priority <= priority_max &&
           hint_any(g->rejectors, e, &pod);
}

static void move_group(struct queue *q, uint32_t group, int64_t now_ns)
{
    for (uint32_t row = q->groups.at[group].first, next; row != NONE; row = next) {
        next = q->pods.at[row].next;
        move(q, row, false, now_ns);
    }
}

static bool helped_meanwhile(const struct queue *q, uint32_t row)
{
    const struct queue_pod *p = &q->pods.at[row];
    struct hint_pod pod = {p->profile, p->class, p->wanted_node, row};
    for (uint32_t i = 0; i < q->events.count; i++) {
        if (hint_any(p->rejectors, &q->events.at[i], &pod)) {
            return true;
        }
    }
    return false;
}

struct queue queue_make(void)
{
    return (struct queue){
        .initial_backoff_ns = SECOND, .max_backoff_ns = 10 * SECOND, .stay_max_ns = 300 * SECOND, .start_ns = 0};
}

void queue_drop(struct queue *q)
{
    VEC_DROP(&q->pods);
    VEC_DROP(&q->active);
    VEC_DROP(&q->backoff);
    VEC_DROP(&q->errors);
    VEC_DROP(&q->groups);
    VEC_DROP(&q->live);
    VEC_DROP(&q->chosen);
    VEC_DROP(&q->events);
    lookup_drop(&q->by_class);
}

void queue_add(struct queue *q, const struct hint_pod *pod, uint64_t uid, int32_t priority, int64_t now_ns)
{
    while (q->pods.count <= pod->number) {
        VEC_PUSH(&q->pods, (struct queue_pod){0});
    }
    struct queue_pod *p = &q->pods.at[pod->number];
    assert(p->place == QUEUE_OUT);
    *p = (struct queue_pod){.uid = uid,
                            .profile = pod->profile,
                            .class = pod->class,
                            .wanted_node = pod->wanted_node,
                            .timestamp_ns = now_ns,
                            .priority = priority,
                            .gate = REJECTORS,
                            .stamp = p->stamp};
    move(q, pod->number, true, now_ns);
}

void queue_remove(struct queue *q, uint32_t row)
{
    if (row >= q->pods.count || q->pods.at[row].uid == 0) {
        return;
    }
    struct queue_pod *p = &q->pods.at[row];
    q->waiting -= p->place == QUEUE_ACTIVE || p->place == QUEUE_BACKOFF;
    if (p->place == QUEUE_POOL) {
        leave_pool(q, row);
    }
    p->place = QUEUE_OUT;
    p->uid = 0;
    p->stamp++;
}

void queue_update(struct queue *q, const struct hint_pod *pod, const struct event *events, unsigned count,
                  int64_t now_ns)
{
    uint32_t row = pod->number;
    struct queue_pod *p = &q->pods.at[row];
    bool pooled = p->place == QUEUE_POOL;
    if (pooled) {
        leave_pool(q, row);
    }
    p->profile = pod->profile;
    p->class = pod->class;
    p->wanted_node = pod->wanted_node;
    if (pooled) {
        join_pool(q, row);
    }
    for (unsigned i = 0; i < count; i++) {
        if (q->flying && q->flight == row && p->place == QUEUE_OUT) {
            VEC_PUSH(&q->events, events[i]);
        } else if (p->place == QUEUE_POOL && hint_any(p->rejectors, &events[i], pod)) {
            move(q, row, false, now_ns);
        }
    }
}

void queue_tick(struct queue *q, int64_t now_ns)
{
    flush_heap(q, q->backoff.at, &q->backoff.count, QUEUE_BACKOFF, now_ns);
    flush_heap(q, q->errors.at, &q->errors.count, QUEUE_ERROR_BACKOFF, now_ns);
}

uint32_t queue_pop(struct queue *q, int64_t now_ns)
{
    uint32_t row = NONE;
    queue_tick(q, now_ns);
    while (row == NONE && q->active.count > 0) {
        struct queue_entry e = take_first(q->active.at, &q->active.count);
        row = is_current(q, &e, QUEUE_ACTIVE) ? e.row : NONE;
    }
    if (row == NONE && q->backoff.count > 0) {
        row = take_first(q->backoff.at, &q->backoff.count).row; /* current: the tick dropped what is not */
    }
    if (row != NONE) {
        q->waiting--;
        q->pods.at[row].place = QUEUE_OUT;
        q->flying = true;
        q->flight = row;
        q->events.count = 0;
    }
    return row;
}

void queue_done(struct queue *q)
{
    q->flying = false;
}

void queue_fail(struct queue *q, uint32_t row, uint32_t rejectors, int64_t now_ns)
{
    struct queue_pod *p = &q->pods.at[row];
    assert(p->uid != 0 && p->place == QUEUE_OUT);
    p->failures += rejectors != 0;
    p->errors = rejectors != 0 ? 0 : p->errors + 1;
    p->timestamp_ns = now_ns;
    p->rejectors = rejectors;
    bool tried = q->flying && q->flight == row;
    if (rejectors == 0 || (tried && helped_meanwhile(q, row))) {
        move(q, row, false, now_ns);
    } else {
        join_pool(q, row);
    }
    q->flying = q->flying && !tried;
}

void queue_tell(struct queue *q, const struct event *e, int32_t priority_max, int64_t now_ns)
{
    uint32_t interest = hint_interest(e->kind);
    q->chosen.count = 0;
    for (uint32_t i = 0; interest != 0 && i < q->live.count; i++) {
        const struct queue_group *g = &q->groups.at[q->live.at[i]];
        if (g->rejectors & interest && helps_group(g, e, priority_max)) {
            VEC_PUSH(&q->chosen, q->live.at[i]);
        }
    }
    for (uint32_t i = 0; i < q->chosen.count; i++) {
        move_group(q, q->chosen.at[i], now_ns);
    }
    if (interest != 0 && q->flying) {
        VEC_PUSH(&q->events, *e);
    }
}

void queue_activate(struct queue *q, uint32_t row, int64_t now_ns)
{
    struct queue_pod *p = &q->pods.at[row];
    if (p->place == QUEUE_POOL) {
        move(q, row, true, now_ns);
    } else if (p->place == QUEUE_BACKOFF || p->place == QUEUE_ERROR_BACKOFF) {
        q->waiting -= p->place == QUEUE_BACKOFF;
        activate(q, row);
    } else if (q->flying && q->flight == row) {
        VEC_PUSH(&q->events, (struct event){.kind = EVENT_ANYTHING});
    }
}

void queue_flush(struct queue *q, int64_t now_ns)
{
    bool moved = false;
    q->chosen.count = 0;
    for (uint32_t i = 0; i < q->live.count; i++) {
        VEC_PUSH(&q->chosen, q->live.at[i]);
    }
    for (uint32_t i = 0; i < q->chosen.count; i++) {
        const struct queue_group *g = &q->groups.at[q->chosen.at[i]];
        while (g->gate == REJECTORS && g->first != NONE &&
               now_ns - q->pods.at[g->first].timestamp_ns > q->stay_max_ns) {
            move(q, g->first, false, now_ns);
            g = &q->groups.at[q->chosen.at[i]];
            moved = true;
        }
    }
    if (moved && q->flying) {
        VEC_PUSH(&q->events, (struct event){.kind = EVENT_ANYTHING});
    }
}

int64_t queue_flush_due(const struct queue *q)
{
    int64_t oldest = INT64_MAX;
    for (uint32_t i = 0; i < q->live.count; i++) {
        const struct queue_group *g = &q->groups.at[q->live.at[i]];
        int64_t since = q->pods.at[g->first].timestamp_ns;
        oldest = g->gate == REJECTORS && since < oldest ? since : oldest;
    }
    if (oldest == INT64_MAX) {
        return INT64_MAX;
    }
    return q->start_ns + (oldest + q->stay_max_ns - q->start_ns) / FLUSH_PERIOD * FLUSH_PERIOD + FLUSH_PERIOD;
}

int64_t queue_error_due(struct queue *q)
{
    while (q->errors.count > 0 && !is_current(q, &q->errors.at[0], QUEUE_ERROR_BACKOFF)) {
        take_first(q->errors.at, &q->errors.count);
    }
    return q->errors.count == 0 ? INT64_MAX : (q->errors.at[0].second + 1) * SECOND;
}

enum queue_place queue_place_of(struct queue *q, uint32_t row, int64_t now_ns)
{
    queue_tick(q, now_ns);
    return row < q->pods.count ? (enum queue_place)q->pods.at[row].place : QUEUE_OUT;
}
