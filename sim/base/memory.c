#include "sim/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

static void (*clean_up_at_exhaustion)(void);

void memory_at_exhaustion(void (*clean_up)(void))
{
    clean_up_at_exhaustion = clean_up;
}

_Noreturn void memory_exhausted(size_t wanted_bytes)
{
    if (clean_up_at_exhaustion != NULL) {
        clean_up_at_exhaustion();
    }
    fprintf(stderr, "headroom: out of memory: %zu more bytes were needed (simulate less, or use fewer workers)\n",
            wanted_bytes);
    exit(3);
}

void *memory_take(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (p == NULL) {
        memory_exhausted(count * size);
    }
    return p;
}

void *memory_resize(void *old, size_t count, size_t size)
{
    void *p = count <= SIZE_MAX / size ? realloc(old, count > 0 ? count * size : 1) : NULL;
    if (p == NULL) {
        memory_exhausted(count * size);
    }
    return p;
}

size_t memory_next_room(uint32_t *room)
{
    if (*room > UINT32_MAX / 2) {
        memory_exhausted((size_t)*room * 2);
    }
    *room = *room == 0 ? 8 : *room * 2;
    return *room;
}
