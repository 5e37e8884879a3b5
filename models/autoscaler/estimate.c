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

static void sort(const struct node *blank, const struct cycle_pod *pods, uint32_t count, struct sized *order)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct resources *r = &pods[i].template->requests;
        order[i].index = i;
        order[i].size =
            share(r->mcpu, blank->allocatable.mcpu) + share(r->memory_bytes, blank->allocatable.memory_bytes);
    }
    qsort(order, count, sizeof *order, by_falling_size);
}

/* The first node from an index on that takes the pod, which counts there now; NONE: there is none. */
static uint32_t place_on(struct cycle_cache *cache, uint32_t from, const struct cycle_pod *pod)
{
    uint32_t reasons;
    for (uint32_t i = from; i < cache->nodes.count; i++) {
        if (cycle_fits(&cache->nodes.at[i], pod, &reasons)) {
            cycle_count(cache, i, pod->template, 1);
            return i;
        }
    }
    return NONE;
}

static void add_blank(struct cycle_cache *cache, const struct node *blank, const struct pod_template *const *daemons,
                      uint32_t daemon_count)
{
    cycle_add_node(cache, blank, NONE);
    for (uint32_t d = 0; d < daemon_count; d++) {
        struct cycle_pod pod = {.template = daemons[d]};
        uint32_t reasons;
        if (cycle_fits(&cache->nodes.at[cache->nodes.count - 1], &pod, &reasons)) {
            cycle_count(cache, cache->nodes.count - 1, daemons[d], 1);
        }
    }
}

/* A pod that does not fit on an empty node of the kind never will. */
static bool place_on_new(struct cycle_cache *cache, const struct node *blank, const struct pod_template *const *daemons,
                         uint32_t daemon_count, const struct cycle_pod *pod)
{
    add_blank(cache, blank, daemons, daemon_count);
    if (place_on(cache, cache->nodes.count - 1, pod) != NONE) {
        return true;
    }
    cycle_remove_node(cache, cache->nodes.count - 1);
    return false;
}

static double waste_of(const struct cycle_cache *cache, const struct node *blank)
{
    int64_t mcpu = 0, memory = 0, nodes = cache->nodes.count;
    for (uint32_t i = 0; i < cache->nodes.count; i++) {
        mcpu += cache->nodes.at[i].requested.mcpu;
        memory += cache->nodes.at[i].requested.memory_bytes;
    }
    return share(nodes * blank->capacity.mcpu - mcpu, nodes * blank->capacity.mcpu) +
           share(nodes * blank->capacity.memory_bytes - memory, nodes * blank->capacity.memory_bytes);
}

struct estimate estimate_nodes(const struct node *blank, const struct pod_template *const *daemons,
                               uint32_t daemon_count, struct cycle_pod *pods, bool *fits, uint32_t count,
                               uint32_t nodes_max)
{
    struct cycle_cache cache = {0};
    struct sized *order = memory_take(count, sizeof *order);
    struct estimate e = {0};
    sort(blank, pods, count, order);
    for (uint32_t i = 0; i < count; i++) {
        const struct cycle_pod *pod = &pods[order[i].index];
        bool placed = place_on(&cache, 0, pod) != NONE ||
                      (cache.nodes.count < nodes_max && place_on_new(&cache, blank, daemons, daemon_count, pod));
        fits[order[i].index] = placed;
        e.pods += placed;
    }
    e.nodes = cache.nodes.count;
    e.waste = waste_of(&cache, blank);
    free(order);
    cycle_drop(&cache);
    return e;
}

uint32_t estimate_place(struct cycle_cache *cache, struct cycle_pod *pods, uint32_t count)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (place_on(cache, 0, &pods[i]) == NONE) {
            pods[left++] = pods[i];
        }
    }
    return left;
}

bool estimate_evacuate(struct cycle_cache *cache, uint32_t index, const struct cycle_pod *pods, uint32_t count)
{
    int64_t room = cache->nodes.at[index].pods_allocatable;
    uint32_t *places = memory_take(count, sizeof *places), placed = 0;
    cache->nodes.at[index].pods_allocatable = 0;
    while (placed < count && (places[placed] = place_on(cache, 0, &pods[placed])) != NONE) {
        placed++;
    }
    bool good = placed == count;
    while (!good && placed > 0) {
        placed--;
        cycle_count(cache, places[placed], pods[placed].template, -1);
    }
    cache->nodes.at[index].pods_allocatable = good ? 0 : room;
    free(places);
    return good;
}
