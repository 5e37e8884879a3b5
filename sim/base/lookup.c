/* Keys stay once they are in; one whose number was taken away keeps its slot until the table grows. */
#include "sim/base/lookup.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/base/memory.h"

void lookup_drop(struct lookup *l)
{
    free(l->slots);
    *l = (struct lookup){0};
}

static uint32_t slot_of(const struct lookup *l, const void *key)
{
    uint32_t at = (uint32_t)(((uint64_t)(uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (l->room - 1);
    while (l->slots[at].key != NULL && l->slots[at].key != key) {
        at = (at + 1) & (l->room - 1);
    }
    return at;
}

uint32_t lookup_get(const struct lookup *l, const void *key)
{
    if (l->room == 0) {
        return LOOKUP_NONE;
    }
    const struct lookup_slot *slot = &l->slots[slot_of(l, key)];
    return slot->key == NULL ? LOOKUP_NONE : slot->number;
}

static void grow(struct lookup *l)
{
    struct lookup old = *l;
    l->room = old.room == 0 ? 16 : old.room * 2;
    l->slots = memory_take(l->room, sizeof *l->slots);
    l->count = 0;
    for (uint32_t i = 0; i < old.room; i++) {
        if (old.slots[i].key != NULL && old.slots[i].number != LOOKUP_NONE) {
            l->slots[slot_of(l, old.slots[i].key)] = old.slots[i];
            l->count++;
        }
    }
    free(old.slots);
}

void lookup_put(struct lookup *l, const void *key, uint32_t number)
{
    assert(key != NULL);
    if (l->count * 2 >= l->room) {
        grow(l);
    }
    struct lookup_slot *slot = &l->slots[slot_of(l, key)];
    l->count += slot->key == NULL;
    *slot = (struct lookup_slot){key, number};
}
