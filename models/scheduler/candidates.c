#include "models/scheduler/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"

/* Adds the node of a name, which may not be there; once, and by name. */
static void add(struct candidates *c, const struct cache *cache, const char *name)
{
    uint32_t slot = cache_find(cache, name), k = c->slots.count;
    while (slot != NONE && k > 0 && strcmp(cache->nodes.at[c->slots.at[k - 1]].name, name) > 0) {
        k--;
    }
    if (slot == NONE || (k > 0 && c->slots.at[k - 1] == slot)) {
        return;
    }
    VEC_PUSH(&c->slots, slot);
    memmove(&c->slots.at[k + 1], &c->slots.at[k], (c->slots.count - 1 - k) * sizeof *c->slots.at);
    c->slots.at[k] = slot;
}

static void add_named(struct candidates *c, const struct cache *cache, const struct placement *p,
                      const struct requirement *r)
{
    for (uint32_t i = 0; r->op == REQUIREMENT_IN && i < r->count; i++) {
        if (filter_allows_name(p, r->values[i])) {
            add(c, cache, r->values[i]);
        }
    }
}

uint32_t candidates_wanted(uint32_t count, int32_t percentage)
{
    if (count < 100) {
        return count;
    }
    if (percentage == 0) {
        percentage = 50 - (int32_t)(count / 125);
        percentage = percentage < 5 ? 5 : percentage;
    }
    uint32_t wanted = (uint32_t)((uint64_t)count * (uint32_t)percentage / 100);
    return wanted < 100 ? 100 : wanted;
}

bool candidates_restricted(const struct pod_class *class, uint32_t *names)
{
    const struct placement *place = class->template->placement;
    if (!filter_names_nodes(place)) {
        return false;
    }
    *names = 0;
    for (uint32_t i = 0; i < place->required_count; i++) {
        const struct node_term *t = &place->required_terms[i];
        for (uint32_t k = 0; k < t->name_count && *names < 2; k++) {
            for (uint32_t v = 0; t->names[k].op == REQUIREMENT_IN && v < t->names[k].count; v++) {
                *names += filter_allows_name(place, t->names[k].values[v]);
            }
        }
    }
    return true;
}

void candidates_find(struct candidates *c, const struct cache *cache, const struct pod_class *class,
                     const char *wanted_node)
{
    const struct placement *p = class->template->placement;
    c->slots.count = 0;
    if (wanted_node != NULL) {
        add(c, cache, wanted_node);
        return;
    }
    for (uint32_t i = 0; i < p->required_count; i++) {
        for (uint32_t k = 0; k < p->required_terms[i].name_count; k++) {
            add_named(c, cache, p, &p->required_terms[i].names[k]);
        }
    }
}

void candidates_drop(struct candidates *c)
{
    VEC_DROP(&c->slots);
}
