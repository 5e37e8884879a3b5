#include "sim/base/names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

uint64_t names_hash(const char *s, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

/* The slot that holds these bytes, or the free one where they belong. */
static uint32_t slot_of(const struct names *n, const char *s, size_t length)
{
    uint32_t at = (uint32_t)names_hash(s, length) & (n->room - 1);
    while (n->slots[at] != NULL && (strncmp(n->slots[at], s, length) != 0 || n->slots[at][length] != '\0')) {
        at = (at + 1) & (n->room - 1);
    }
    return at;
}

static void grow(struct names *n)
{
    struct names bigger = *n;
    bigger.room = n->room == 0 ? 64 : n->room * 2;
    bigger.slots = memory_take(bigger.room, sizeof *bigger.slots);
    for (uint32_t i = 0; i < n->room; i++) {
        if (n->slots[i] != NULL) {
            bigger.slots[slot_of(&bigger, n->slots[i], strlen(n->slots[i]))] = n->slots[i];
        }
    }
    free(n->slots);
    *n = bigger;
}

struct names names_make(struct arena *arena)
{
    return (struct names){.arena = arena};
}

struct names names_over(struct arena *arena, const struct names *below)
{
    return (struct names){.arena = arena, .below = below};
}

void names_drop(struct names *n)
{
    free(n->slots);
    *n = (struct names){0};
}

const char *names_intern(struct names *n, const char *s, size_t length)
{
    assert(memchr(s, '\0', length) == NULL);
    for (const struct names *below = n->below; below != NULL; below = below->below) {
        const char *there = below->room == 0 ? NULL : below->slots[slot_of(below, s, length)];
        if (there != NULL) {
            return there;
        }
    }
    if (n->count >= n->room / 2) {
        grow(n);
    }
    uint32_t at = slot_of(n, s, length);
    if (n->slots[at] == NULL) {
        n->slots[at] = arena_text(n->arena, s, length);
        n->count++;
    }
    return n->slots[at];
}

const char *names_text(struct names *n, const char *s)
{
    return names_intern(n, s, strlen(s));
}
