#include "models/scheduler/packing.h"

#include <stdio.h>
#include <string.h>

#define HOSTNAME "kubernetes.io/hostname"

struct packer {
    struct placer placer;
    struct names *names;
    const struct packing_question *question;
    struct packing packing;
    struct resources placed; /* requests of what was placed */
    uint32_t number;         /* of the next pod */
};

/* The labels of a type with a hostname of their own, by key in the order of bytes. */
static const struct labels *label_host(struct arena *a, struct names *names, const struct labels *from,
                                       const char *name)
{
    const char *key = names_text(names, HOSTNAME);
    struct labels *labels = TAKE(a, struct labels, 1);
    struct label *at = TAKE(a, struct label, from->count + 1);
    labels->at = at;
    for (uint32_t i = 0; i <= from->count; i++) {
        bool last = i == from->count;
        if (name != NULL && (last || strcmp(key, from->at[i].key) <= 0)) {
            at[labels->count++] = (struct label){key, name};
            name = NULL;
        }
        if (!last && from->at[i].key != key) {
            at[labels->count++] = from->at[i];
        }
    }
    return labels;
}

static void add_node(struct packer *p)
{
    const struct packing_question *q = p->question;
    struct arena *a = p->placer.arena;
    struct node n = q->types[p->packing.nodes % q->type_count];
    n.name = names_text(p->names, arena_format(a, "node-%u", (unsigned)p->packing.nodes));
    n.labels = label_host(a, p->names, n.labels, n.name);
    cache_put_node(&p->placer.cache, &n, p->packing.nodes);
    p->packing.nodes++;
}

static void take_node_back(struct packer *p, uint32_t nodes)
{
    while (p->packing.nodes > nodes) {
        p->packing.nodes--;
        char name[32];
        snprintf(name, sizeof name, "node-%u", (unsigned)p->packing.nodes);
        cache_remove_node(&p->placer.cache, cache_find(&p->placer.cache, names_text(p->names, name)));
    }
}

/* The slot of a node for the pod, a new one of each type if need be; NONE: there is none. */
static uint32_t find_node(struct packer *p, const struct placer_pod *pod)
{
    const struct packing_question *q = p->question;
    uint32_t before = p->packing.nodes, slot = placer_place(&p->placer, pod).node;
    for (uint32_t i = 0; i < q->type_count && slot == NONE && p->packing.nodes < q->nodes_max; i++) {
        add_node(p);
        slot = placer_place(&p->placer, pod).node;
    }
    if (slot == NONE) {
        take_node_back(p, before);
    }
    return slot;
}

static bool place(struct packer *p, const struct pod_class *class)
{
    struct placer_pod pod = {.profile = p->question->profile, .class = class, .number = p->number};
    uint32_t slot = find_node(p, &pod);
    if (slot == NONE) {
        return false;
    }
    cache_add_pod(&p->placer.cache, p->number++, class, p->placer.cache.nodes.at[slot].name, false, TIME_UNSET);
    p->placed.mcpu += class->template->requests.mcpu;
    p->placed.memory_bytes += class->template->requests.memory_bytes;
    p->packing.placed++;
    return true;
}

static uint32_t at_least(int64_t sum, int64_t each)
{
    return each <= 0 ? 0 : (uint32_t)((sum + each - 1) / each);
}

static uint32_t nodes_least(const struct packer *p)
{
    int64_t mcpu = 0, bytes = 0, pods = 0;
    for (uint32_t i = 0; i < p->question->type_count; i++) {
        const struct node *n = &p->question->types[i];
        mcpu = n->allocatable.mcpu > mcpu ? n->allocatable.mcpu : mcpu;
        bytes = n->allocatable.memory_bytes > bytes ? n->allocatable.memory_bytes : bytes;
        pods = n->pods_allocatable > pods ? n->pods_allocatable : pods;
    }
    const uint32_t least[] = {at_least(p->placed.mcpu, mcpu), at_least(p->placed.memory_bytes, bytes),
                              at_least(p->packing.placed, pods)};
    uint32_t most = least[0] > least[1] ? least[0] : least[1];
    return most > least[2] ? most : least[2];
}

struct packing packing_count(struct arena *a, struct names *names, const struct packing_question *question)
{
    struct packer p = {.placer = placer_make(a, names), .names = names, .question = question};
    for (uint32_t i = 0; i < question->pods_count; i++) {
        uint32_t k = 0;
        while (k < question->pods[i].count && place(&p, question->pods[i].class)) {
            k++;
        }
        p.packing.left += question->pods[i].count - k; /* what one of them finds no place for, the others do not */
    }
    p.packing.nodes_least = nodes_least(&p);
    placer_drop(&p.placer);
    return p.packing;
}
