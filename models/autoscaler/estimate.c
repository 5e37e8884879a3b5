#include "models/autoscaler/estimate.h"

#include <stdlib.h>

struct sized {
    double size; /* share of a node's cpu plus share of its memory */
    uint32_t index;
};

static int by_falling_size(const void *left, const void *right)
{
    const struct sized *l = left, *r = right;
    if (l->size != r->size) {
        return l->size > r->size ? -1 : 1;
    }
    return l->index < r->index ? -1 : l->index > r->index;
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static void sort(const struct node *blank, const struct placer_pod *pods, uint32_t count, struct sized *order)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct resources *r = &pods[i].class->template->requests;
        order[i].index = i;
        order[i].size =
            share(r->mcpu, blank->allocatable.mcpu) + share(r->memory_bytes, blank->allocatable.memory_bytes);
    }
    qsort(order, count, sizeof *order, by_falling_size);
}

static void count_on(struct placer *cluster, uint32_t slot, const struct placer_pod *pod)
{
    cache_add_pod(&cluster->cache, pod->number, pod->class, cluster->cache.nodes.at[slot].name, false, TIME_UNSET);
}

/* The first of slots that takes the pod, which counts there now; NONE: there is none. */
static uint32_t place_on(struct placer *cluster, const uint32_t *slots, uint32_t count, const struct placer_pod *pod)
{
    struct verdict v;
    for (uint32_t i = 0; i < count; i++) {
        if (cluster->cache.nodes.at[slots[i]].present && placer_filter(cluster, pod, slots[i], &v)) {
            count_on(cluster, slots[i], pod);
            return slots[i];
        }
    }
    return NONE;
}

/* What is there only for the estimate. */
struct trial {
    struct placer *cluster;
    const struct estimate_kind *kind;
    VEC(uint32_t) slots;   /* of new nodes */
    VEC(uint32_t) numbers; /* of pods on them */
    uint32_t next_number;  /* of a DaemonSet's pod */
};

static void add_node(struct trial *t, const struct profile *profile)
{
    struct node n = *t->kind->nodes[t->slots.count];
    n.ready = true;
    VEC_PUSH(&t->slots, cache_put_node(&t->cluster->cache, &n, NONE));
    for (uint32_t d = 0; d < t->kind->daemon_count; d++) {
        struct placer_pod pod = {.profile = profile, .class = t->kind->daemons[d], .number = t->next_number};
        if (place_on(t->cluster, &t->slots.at[t->slots.count - 1], 1, &pod) != NONE) {
            VEC_PUSH(&t->numbers, t->next_number++);
        }
    }
}

/* Takes the newest node away with the pods from a number on. */
static void remove_node(struct trial *t, uint32_t pods)
{
    while (t->numbers.count > pods) {
        cache_remove_pod(&t->cluster->cache, t->numbers.at[--t->numbers.count]);
    }
    cache_remove_node(&t->cluster->cache, t->slots.at[--t->slots.count]);
}

/* A pod that does not fit on an empty node of the kind never will. */
static bool place_on_new(struct trial *t, const struct placer_pod *pod)
{
    uint32_t pods = t->numbers.count;
    if (t->slots.count == t->kind->node_count) {
        return false;
    }
    add_node(t, pod->profile);
    if (place_on(t->cluster, &t->slots.at[t->slots.count - 1], 1, pod) != NONE) {
        return true;
    }
    remove_node(t, pods);
    return false;
}

static double waste_of(const struct trial *t, const struct node *blank)
{
    int64_t mcpu = 0, memory = 0, nodes = t->slots.count;
    for (uint32_t i = 0; i < t->slots.count; i++) {
        mcpu += t->cluster->cache.nodes.at[t->slots.at[i]].requested.mcpu;
        memory += t->cluster->cache.nodes.at[t->slots.at[i]].requested.memory_bytes;
    }
    return share(nodes * blank->capacity.mcpu - mcpu, nodes * blank->capacity.mcpu) +
           share(nodes * blank->capacity.memory_bytes - memory, nodes * blank->capacity.memory_bytes);
}

static void undo(struct trial *t)
{
    while (t->slots.count > 0) {
        remove_node(t, t->slots.count == 1 ? 0 : t->numbers.count);
    }
    VEC_DROP(&t->slots);
    VEC_DROP(&t->numbers);
}

struct estimate estimate_nodes(struct placer *cluster, const struct estimate_kind *kind, const struct placer_pod *pods,
                               bool *fits, uint32_t count, uint32_t first_free_number)
{
    struct trial t = {.cluster = cluster, .kind = kind, .next_number = first_free_number};
    struct estimate e = {0};
    if (kind->node_count == 0) {
        return e;
    }
    struct sized *order = memory_take(count, sizeof *order);
    sort(kind->nodes[0], pods, count, order);
    for (uint32_t i = 0; i < count; i++) {
        const struct placer_pod *pod = &pods[order[i].index];
        bool placed = place_on(cluster, t.slots.at, t.slots.count, pod) != NONE || place_on_new(&t, pod);
        fits[order[i].index] = placed;
        e.pods += placed;
        if (placed) {
            VEC_PUSH(&t.numbers, pod->number);
        }
    }
    e.nodes = t.slots.count;
    e.waste = waste_of(&t, kind->nodes[0]);
    free(order);
    undo(&t);
    return e;
}

static uint32_t *all_slots(const struct placer *cluster, uint32_t *count)
{
    uint32_t *slots = memory_take(cluster->cache.nodes.count, sizeof *slots);
    *count = cluster->cache.nodes.count;
    for (uint32_t i = 0; i < *count; i++) {
        slots[i] = i;
    }
    return slots;
}

uint32_t estimate_place(struct placer *cluster, struct placer_pod *pods, uint32_t count)
{
    uint32_t left = 0, nodes;
    uint32_t *slots = all_slots(cluster, &nodes);
    for (uint32_t i = 0; i < count; i++) {
        if (place_on(cluster, slots, nodes, &pods[i]) == NONE) {
            pods[left++] = pods[i];
        }
    }
    free(slots);
    return left;
}

bool estimate_evacuate(struct placer *cluster, uint32_t slot, const struct placer_pod *pods, uint32_t count)
{
    int64_t room = cluster->cache.nodes.at[slot].pods_allocatable;
    uint32_t nodes, moved = 0;
    uint32_t *slots = all_slots(cluster, &nodes);
    bool good = true;
    cluster->cache.nodes.at[slot].pods_allocatable = 0;
    while (good && moved < count) {
        cache_remove_pod(&cluster->cache, pods[moved].number);
        good = place_on(cluster, slots, nodes, &pods[moved]) != NONE;
        if (!good) {
            count_on(cluster, slot, &pods[moved]);
        }
        moved += good;
    }
    while (!good && moved > 0) {
        moved--;
        cache_remove_pod(&cluster->cache, pods[moved].number);
        count_on(cluster, slot, &pods[moved]);
    }
    cluster->cache.nodes.at[slot].pods_allocatable = good ? 0 : room;
    free(slots);
    return good;
}
