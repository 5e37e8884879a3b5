/* Invariants
 * 1. A pod has one place; an entry whose stamp is not the pod's is stale and skipped.
 * 2. `waiting` counts the pods in activeQ and backoffQ, `pooled` those in the pool.
 */
#include "models/scheduler/queue.h"

#include <assert.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000000)
#define STAY_MAX (300 * SECOND)
#define BACKOFF_MAX_S 10

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
    p->place = place;
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
    VEC_PUSH(&q->backoff, entry_of(q, row, QUEUE_BACKOFF, second));
    sift_up(q->backoff.at, q->backoff.count);
    q->waiting++;
}

int64_t queue_backoff_second(int64_t timestamp_ns, int32_t failures)
{
    int64_t delay_s = failures <= 0 ? 0 : failures > 4 ? BACKOFF_MAX_S : INT64_C(1) << (failures - 1);
    return (timestamp_ns + delay_s * SECOND) / SECOND;
}

void queue_drop(struct queue *q)
{
    VEC_DROP(&q->pods);
    VEC_DROP(&q->active);
    VEC_DROP(&q->backoff);
    VEC_DROP(&q->pool);
}

void queue_add(struct queue *q, uint32_t row, uint64_t uid, int32_t priority, int64_t now_ns)
{
    while (q->pods.count <= row) {
        VEC_PUSH(&q->pods, (struct queue_pod){0});
    }
    struct queue_pod *p = &q->pods.at[row];
    assert(p->place == QUEUE_OUT);
    *p = (struct queue_pod){.uid = uid, .priority = priority, .timestamp_ns = now_ns, .stamp = p->stamp};
    activate(q, row);
}

void queue_remove(struct queue *q, uint32_t row)
{
    if (row >= q->pods.count || q->pods.at[row].uid == 0) {
        return;
    }
    struct queue_pod *p = &q->pods.at[row];
    q->waiting -= p->place == QUEUE_ACTIVE || p->place == QUEUE_BACKOFF;
    q->pooled -= p->place == QUEUE_POOL;
    p->place = QUEUE_OUT;
    p->uid = 0;
    p->stamp++;
}

/* What the ticker of each whole second does: pods whose back-off ended before this second are active. */
static void flush_backoff(struct queue *q, int64_t now_ns)
{
    while (q->backoff.count > 0 &&
           (!is_current(q, &q->backoff.at[0], QUEUE_BACKOFF) || q->backoff.at[0].second < now_ns / SECOND)) {
        struct queue_entry e = take_first(q->backoff.at, &q->backoff.count);
        if (is_current(q, &e, QUEUE_BACKOFF)) {
            q->waiting--;
            activate(q, e.row);
        }
    }
}

uint32_t queue_pop(struct queue *q, int64_t now_ns)
{
    flush_backoff(q, now_ns);
    while (q->active.count > 0) {
        struct queue_entry e = take_first(q->active.at, &q->active.count);
        if (is_current(q, &e, QUEUE_ACTIVE)) {
            q->waiting--;
            q->pods.at[e.row].place = QUEUE_OUT;
            return e.row;
        }
    }
    if (q->backoff.count == 0) {
        return UINT32_MAX;
    }
    uint32_t row = take_first(q->backoff.at, &q->backoff.count).row; /* current: the flush dropped what is not */
    q->waiting--;
    q->pods.at[row].place = QUEUE_OUT;
    return row;
}

void queue_fail(struct queue *q, uint32_t row, int64_t now_ns)
{
    struct queue_pod *p = &q->pods.at[row];
    assert(p->uid != 0 && p->place == QUEUE_OUT);
    p->failures++;
    p->timestamp_ns = now_ns;
    p->place = QUEUE_POOL;
    p->stamp++;
    q->pooled++;
    VEC_PUSH(&q->pool, row);
}

static void leave_pool(struct queue *q, uint32_t row, int64_t now_ns)
{
    const struct queue_pod *p = &q->pods.at[row];
    q->pooled--;
    int64_t second = queue_backoff_second(p->timestamp_ns, p->failures);
    if (second >= now_ns / SECOND) {
        back_off(q, row, second);
    } else {
        activate(q, row);
    }
}

/* Moves the pods of the pool that came before a time, in the order of coming; the others stay. */
static void move(struct queue *q, int64_t before_ns, int64_t now_ns)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < q->pool.count; i++) {
        uint32_t row = q->pool.at[i];
        if (q->pods.at[row].place != QUEUE_POOL) {
            continue;
        }
        if (q->pods.at[row].timestamp_ns < before_ns) {
            leave_pool(q, row, now_ns);
        } else {
            q->pool.at[kept++] = row;
        }
    }
    q->pool.count = kept;
}

void queue_move_all(struct queue *q, int64_t now_ns)
{
    move(q, INT64_MAX, now_ns);
}

bool queue_flush_old(struct queue *q, int64_t now_ns)
{
    move(q, now_ns - STAY_MAX, now_ns);
    return q->pooled > 0;
}
