/* The agenda and the clock.
 *
 * Invariants
 * 1. A key is in its class's heap at most once (KEY_QUEUED); an entry whose stamp is not the key's is stale and skipped.
 * 2. A key has at most one delay that counts: delay_ns, with the timer whose stamp is the key's delay_stamp. Notices are
 *    timers of their own and all count.
 * 3. Timers never lie before now_ns.
 *
 * One small binary heap serves every order: (major, minor) is (0, sequence), (rank, sequence) or (due, rank). Queues are
 * short; only kubelets after a mass start have long ones.
 */
#include "sim/core/engine.h"

#include <assert.h>
#include <stdlib.h>

#define ID_BITS 24 /* of a timer's id; then one bit that says notice, not delay; the class takes the rest */
#define ID_LIMIT (UINT32_C(1) << ID_BITS)
#define NOTICE ID_LIMIT

static_assert(ENGINE_CLASSES_MAX <= 1 << (31 - ID_BITS), "a timer's id holds class, kind and id");

enum { KEY_QUEUED = 1, KEY_HELD = 2, KEY_AGAIN = 4 };

struct engine_key {
    uint64_t rank;
    int64_t delay_ns;  /* valid while delayed */
    int64_t again_ns;  /* what KEY_AGAIN was due for */
    int64_t notice_ns; /* time of the latest notice */
    uint32_t delay_stamp;
    uint32_t stamp; /* of its entry in the heap */
    uint32_t life;  /* of its notices: those from before it was forgotten are stale */
    uint8_t flags;
    bool delayed;
};

struct engine_entry {
    uint64_t major;
    uint64_t minor;
    uint32_t id;
    uint32_t stamp;
};

static uint32_t timer_id(unsigned class, uint32_t id)
{
    return class << (ID_BITS + 1) | id;
}

static bool before(const struct engine_entry *left, const struct engine_entry *right)
{
    return left->major != right->major ? left->major < right->major : left->minor < right->minor;
}

static void heap_add(struct engine_queue *q, struct engine_entry entry)
{
    VEC_PUSH(&q->heap, entry);
    uint32_t at = q->heap.count - 1;
    while (at > 0 && before(&entry, &q->heap.at[(at - 1) / 2])) {
        q->heap.at[at] = q->heap.at[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    q->heap.at[at] = entry;
}

static struct engine_entry heap_take(struct engine_queue *q)
{
    struct engine_entry least = q->heap.at[0];
    struct engine_entry last = q->heap.at[--q->heap.count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < q->heap.count; child = 2 * at + 1) {
        if (child + 1 < q->heap.count && before(&q->heap.at[child + 1], &q->heap.at[child])) {
            child++;
        }
        if (!before(&q->heap.at[child], &last)) {
            break;
        }
        q->heap.at[at] = q->heap.at[child];
        at = child;
    }
    if (q->heap.count > 0) {
        q->heap.at[at] = last;
    }
    return least;
}

/* The key of an id, made when it is new. */
static struct engine_key *key_of(struct engine_queue *q, uint32_t id)
{
    assert(id < ID_LIMIT);
    while (q->keys.count <= id) {
        VEC_PUSH(&q->keys, (struct engine_key){0});
    }
    return &q->keys.at[id];
}

static const struct engine_key *look_up(const struct engine *e, unsigned class, uint32_t id)
{
    const struct engine_queue *q = &e->queues[class];
    return id < q->keys.count ? &q->keys.at[id] : NULL;
}

static void enqueue(struct engine *e, struct engine_queue *q, uint32_t id, int64_t due_ns)
{
    struct engine_key *key = &q->keys.at[id];
    if (key->flags & KEY_HELD) {
        key->again_ns = key->flags & KEY_AGAIN && key->again_ns < due_ns ? key->again_ns : due_ns;
        key->flags |= KEY_AGAIN;
        return;
    }
    if (key->flags & KEY_QUEUED) {
        return;
    }
    key->flags |= KEY_QUEUED;
    struct engine_entry entry = {.minor = e->sequence++, .id = id, .stamp = key->stamp};
    if (q->class.order == ENGINE_OLDEST) {
        entry.major = key->rank;
    } else if (q->class.order == ENGINE_DUE) {
        entry.major = (uint64_t)due_ns;
        entry.minor = key->rank;
    }
    heap_add(q, entry);
}

void engine_drop(struct engine *e)
{
    for (unsigned i = 0; i < e->class_count; i++) {
        VEC_DROP(&e->queues[i].keys);
        VEC_DROP(&e->queues[i].heap);
        VEC_DROP(&e->queues[i].taken);
    }
    VEC_DROP(&e->listeners);
    pending_drop(&e->timers);
    *e = (struct engine){0};
}

unsigned engine_add_class(struct engine *e, const struct engine_class *class)
{
    assert(e->class_count < ENGINE_CLASSES_MAX);
    assert(class->handle != NULL);
    assert((class->order == ENGINE_OWN) == (class->offers != NULL));
    assert(!class->urgent || e->urgent_count == e->class_count);
    unsigned number = e->class_count++;
    e->queues[number].class = *class;
    e->urgent_count += class->urgent;
    e->resume = e->urgent_count;
    return number;
}

void engine_listen(struct engine *e, struct engine_listener listener)
{
    VEC_PUSH(&e->listeners, listener);
}

void engine_wake(struct engine *e, unsigned class, uint32_t id, uint64_t rank)
{
    assert(class < e->class_count);
    struct engine_queue *q = &e->queues[class];
    key_of(q, id)->rank = rank;
    enqueue(e, q, id, e->now_ns);
}

void engine_wake_at(struct engine *e, unsigned class, uint32_t id, uint64_t rank, int64_t at_ns)
{
    assert(class < e->class_count && at_ns >= 0);
    struct engine_queue *q = &e->queues[class];
    struct engine_key *key = key_of(q, id);
    key->rank = rank;
    if (at_ns <= e->now_ns) {
        enqueue(e, q, id, at_ns);
    } else if (!key->delayed || at_ns < key->delay_ns) {
        key->delayed = true;
        key->delay_ns = at_ns;
        key->delay_stamp++;
        pending_push(&e->timers, (uint64_t)at_ns, timer_id(class, id), key->delay_stamp);
    }
}

void engine_notify_at(struct engine *e, unsigned class, uint32_t id, uint64_t rank, int64_t at_ns)
{
    assert(class < e->class_count && at_ns >= e->now_ns);
    struct engine_queue *q = &e->queues[class];
    struct engine_key *key = key_of(q, id);
    key->rank = rank;
    if (at_ns == e->now_ns) {
        enqueue(e, q, id, at_ns);
    } else if (key->notice_ns != at_ns) {
        key->notice_ns = at_ns;
        pending_push(&e->timers, (uint64_t)at_ns, timer_id(class, id) | NOTICE, key->life);
    }
}

void engine_cancel(struct engine *e, unsigned class, uint32_t id)
{
    if (look_up(e, class, id) != NULL) {
        struct engine_key *key = &e->queues[class].keys.at[id];
        key->delayed = false;
        key->delay_stamp++;
    }
}

void engine_forget(struct engine *e, unsigned class, uint32_t id)
{
    if (look_up(e, class, id) != NULL) {
        struct engine_key *key = &e->queues[class].keys.at[id];
        assert(!(key->flags & KEY_HELD));
        key->delayed = false;
        key->delay_stamp++;
        key->stamp++;
        key->life++;
        key->notice_ns = 0;
        key->flags = 0;
    }
}

void engine_hold(struct engine *e, unsigned class, uint32_t id)
{
    struct engine_key *key = key_of(&e->queues[class], id);
    assert(!(key->flags & KEY_HELD));
    key->flags |= KEY_HELD;
    e->queues[class].held++;
    if (key->flags & KEY_QUEUED) { /* woken by itself during its turn */
        key->stamp++;
        key->flags = KEY_HELD | KEY_AGAIN;
        key->again_ns = e->now_ns;
    }
}

void engine_release(struct engine *e, unsigned class, uint32_t id)
{
    struct engine_queue *q = &e->queues[class];
    struct engine_key *key = key_of(q, id);
    assert(key->flags & KEY_HELD);
    bool again = key->flags & KEY_AGAIN;
    key->flags = 0;
    q->held--;
    if (again) {
        enqueue(e, q, id, key->again_ns);
    }
}

bool engine_is_held(const struct engine *e, unsigned class, uint32_t id)
{
    const struct engine_key *key = look_up(e, class, id);
    return key != NULL && key->flags & KEY_HELD;
}

void engine_fail(struct engine *e, const struct fail *fail)
{
    if (e->fail.kind == FAIL_NONE) {
        e->fail = *fail;
    }
}

static void drop_stale(struct engine_queue *q)
{
    while (q->heap.count > 0 && q->heap.at[0].stamp != q->keys.at[q->heap.at[0].id].stamp) {
        heap_take(q);
    }
}

static bool has_work(struct engine_queue *q, unsigned class)
{
    if (q->class.workers > 0 && q->held >= q->class.workers) {
        return false;
    }
    if (q->class.order == ENGINE_OWN) {
        return q->class.offers(q->class.context, class);
    }
    drop_stale(q);
    return q->heap.count > 0;
}

static void handle(struct engine *e, unsigned class, uint32_t id)
{
    e->counters.turns++;
    e->queues[class].class.handle(e->queues[class].class.context, class, id);
}

static void handle_all(struct engine *e, unsigned class)
{
    struct engine_queue *q = &e->queues[class];
    q->taken.count = 0;
    while (q->heap.count > 0) {
        struct engine_entry entry = heap_take(q);
        struct engine_key *key = &q->keys.at[entry.id];
        if (entry.stamp == key->stamp) {
            key->flags &= (uint8_t)~KEY_QUEUED;
            VEC_PUSH(&q->taken, entry);
        }
    }
    for (uint32_t i = 0; i < q->taken.count && e->fail.kind == FAIL_NONE; i++) {
        if (q->taken.at[i].stamp == q->keys.at[q->taken.at[i].id].stamp) { /* else forgotten meanwhile */
            handle(e, class, q->taken.at[i].id);
        }
    }
}

static void take_turn(struct engine *e, unsigned class)
{
    struct engine_queue *q = &e->queues[class];
    if (q->class.order == ENGINE_OWN) {
        handle(e, class, 0);
    } else if (q->class.takes_all) {
        handle_all(e, class);
    } else {
        uint32_t id = heap_take(q).id;
        q->keys.at[id].flags &= (uint8_t)~KEY_QUEUED;
        handle(e, class, id);
    }
}

/* Gives a turn to the first class of [from, to) that has work. False: none has. */
static bool search(struct engine *e, unsigned from, unsigned to, unsigned *taken)
{
    for (unsigned class = from; class < to; class ++) {
        if (has_work(&e->queues[class], class)) {
            take_turn(e, class);
            *taken = class;
            return true;
        }
    }
    return false;
}

static void settle(struct engine *e)
{
    unsigned class;
    while (e->fail.kind == FAIL_NONE) {
        if (search(e, 0, e->urgent_count, &class)) {
            continue;
        }
        if (search(e, e->resume, e->class_count, &class)) {
            unsigned resume = e->queues[class].class.resume;
            e->resume = resume > e->urgent_count ? resume : e->urgent_count;
        } else if (e->resume > e->urgent_count) {
            e->resume = e->urgent_count;
        } else {
            return;
        }
    }
}

static void end_instant(struct engine *e)
{
    e->counters.instants++;
    for (uint32_t i = 0; i < e->listeners.count; i++) {
        e->listeners.at[i].instant_ended(e->listeners.at[i].context, e->now_ns);
    }
}

static void fall_due(struct engine *e, struct pending_item item)
{
    unsigned class = item.id >> (ID_BITS + 1);
    uint32_t id = item.id & (ID_LIMIT - 1);
    struct engine_key *key = &e->queues[class].keys.at[id];
    if (item.id & NOTICE) {
        if (key->life != item.stamp) {
            return;
        }
    } else if (key->delayed && key->delay_stamp == item.stamp) {
        key->delayed = false;
    } else {
        return;
    }
    e->counters.timers++;
    enqueue(e, &e->queues[class], id, e->now_ns);
}

/* Goes on to the next time at which a timer falls due. False: there is none up to until_ns. */
static bool advance(struct engine *e, int64_t until_ns)
{
    struct pending_item item;
    if (!pending_pop(&e->timers, (uint64_t)until_ns, &item)) {
        return false;
    }
    e->now_ns = (int64_t)item.key;
    do {
        fall_due(e, item);
    } while (pending_pop(&e->timers, (uint64_t)e->now_ns, &item));
    return true;
}

bool engine_run(struct engine *e, int64_t until_ns, struct fail *fail)
{
    assert(until_ns >= e->now_ns);
    do {
        settle(e);
        if (e->fail.kind == FAIL_NONE) {
            end_instant(e);
        }
        if (e->fail.kind != FAIL_NONE) {
            *fail = e->fail;
            return false;
        }
    } while (advance(e, until_ns));
    e->now_ns = until_ns;
    return true;
}
