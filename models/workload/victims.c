#include "models/workload/victims.h"

#include <string.h>

#include "sim/base/elementary.h"
#include "sim/base/number.h"

#define RUN 20 /* pods sorted by insertion before runs are merged */

struct sorting {
    const struct victim *pods;
    int64_t now_ns;
};

/* The bucket of an age: its base-2 logarithm, cut. Ages of 0 and in the future share one bucket of their own. */
static int64_t bucket(int64_t now_ns, int64_t since_ns)
{
    int64_t age_ns = now_ns - since_ns;
    return age_ns > 0 ? number_go_int64(elementary_log2((double)age_ns)) : -1;
}

/* Of two times that differ: an unknown one first, then the younger bucket, then the smaller uid. */
static bool younger(const struct sorting *s, int64_t a_ns, int64_t b_ns, uint64_t a_uid, uint64_t b_uid)
{
    if (a_ns == TIME_UNSET || b_ns == TIME_UNSET) {
        return a_ns == TIME_UNSET;
    }
    int64_t a = bucket(s->now_ns, a_ns), b = bucket(s->now_ns, b_ns);
    return a != b ? a < b : a_uid < b_uid;
}

static int phase_place(enum pod_phase phase)
{
    return phase == POD_PENDING ? 0 : phase == POD_UNKNOWN ? 1 : 2;
}

static bool before(const struct sorting *s, uint32_t left, uint32_t right)
{
    const struct victim *a = &s->pods[left], *b = &s->pods[right];
    if ((a->node == NULL) != (b->node == NULL)) {
        return a->node == NULL;
    }
    if (phase_place(a->phase) != phase_place(b->phase)) {
        return phase_place(a->phase) < phase_place(b->phase);
    }
    if (a->ready != b->ready) {
        return !a->ready;
    }
    if (a->deletion_cost != b->deletion_cost) {
        return a->deletion_cost < b->deletion_cost;
    }
    if (a->rank != b->rank) {
        return a->rank > b->rank;
    }
    if (a->ready && b->ready && a->ready_since_ns != b->ready_since_ns) {
        return younger(s, a->ready_since_ns, b->ready_since_ns, a->uid, b->uid);
    }
    if (a->restarts != b->restarts) {
        return a->restarts > b->restarts;
    }
    if (a->sidecar_restarts != b->sidecar_restarts) {
        return a->sidecar_restarts > b->sidecar_restarts;
    }
    return a->created_ns != b->created_ns && younger(s, a->created_ns, b->created_ns, a->uid, b->uid);
}

static void insertion_sort(const struct sorting *s, uint32_t *order, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint32_t moved = order[i], at = i;
        for (; at > 0 && before(s, moved, order[at - 1]); at--) {
            order[at] = order[at - 1];
        }
        order[at] = moved;
    }
}

static void merge(const struct sorting *s, const uint32_t *from, uint32_t left, uint32_t right, uint32_t *to)
{
    uint32_t a = 0, b = left, end = left + right;
    for (uint32_t k = 0; k < end; k++) {
        bool takes_right = a == left || (b < end && before(s, from[b], from[a]));
        to[k] = takes_right ? from[b++] : from[a++];
    }
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void victims_order(const struct victim *pods, uint32_t count, int64_t now_ns, uint32_t *order, struct arena scratch)
{
    struct sorting s = {pods, now_ns};
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    uint32_t run = count <= 12 ? count : RUN;
    for (uint32_t i = 0; i < count; i += run) {
        insertion_sort(&s, order + i, smaller(run, count - i));
    }
    uint32_t *merged = TAKE(&scratch, uint32_t, count);
    for (; run < count; run *= 2) {
        for (uint32_t i = 0; i < count; i += 2 * run) {
            uint32_t left = smaller(run, count - i);
            merge(&s, order + i, left, smaller(run, count - i - left), merged + i);
        }
        memcpy(order, merged, count * sizeof *order);
    }
}

struct tally {
    const char *node;
    int32_t pods;
};

/* The slot of a node in an open table of a power of two. */
static struct tally *slot_of(struct tally *table, uint32_t room, const char *node)
{
    uint32_t at = (uint32_t)((uintptr_t)node >> 4) * UINT32_C(2654435769) & (room - 1);
    while (table[at].pods > 0 && table[at].node != node) {
        at = (at + 1) & (room - 1);
    }
    table[at].node = node;
    return &table[at];
}

void victims_rank(struct victim *pods, uint32_t count, const char *const *nodes, uint32_t node_count,
                  struct arena scratch)
{
    uint32_t room = 16;
    while (room < 2 * node_count) {
        room *= 2;
    }
    struct tally *table = TAKE(&scratch, struct tally, room);
    for (uint32_t i = 0; i < node_count; i++) {
        slot_of(table, room, nodes[i])->pods++;
    }
    for (uint32_t i = 0; i < count; i++) {
        pods[i].rank = slot_of(table, room, pods[i].node)->pods;
    }
}

int32_t victims_deletion_cost(const char *text)
{
    int64_t number;
    bool plain = text[0] == '-' || (text[0] >= '1' && text[0] <= '9');
    bool good = plain && number_parse_int64(text, &number) && number >= INT32_MIN && number <= INT32_MAX;
    return good ? (int32_t)number : 0;
}
