/* Invariants
 * 1. beg and end lie in block, and beg <= end.
 * 2. The blocks behind `block` in the list are free for this arena: a copy took them, and has returned.
 */
#include "sim/base/arena.h"

#include <assert.h>
#include <sanitizer/asan_interface.h> /* its macros do nothing in a plain build */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

#define RED_ZONE 16 /* bytes left between objects, so that AddressSanitizer sees an overrun */

struct arena_block {
    struct arena_block *next;
    size_t size; /* of the bytes behind this header */
};

static char *first_byte(struct arena_block *b)
{
    return (char *)(b + 1);
}

static struct arena_block *block_make(size_t size)
{
    struct arena_block *b = malloc(sizeof *b + size);
    if (b == NULL) {
        memory_exhausted(sizeof *b + size);
    }
    b->next = NULL;
    b->size = size;
    return b;
}

static void enter(struct arena *a, struct arena_block *b)
{
    a->block = b;
    a->beg = first_byte(b);
    a->end = a->beg + b->size;
    ASAN_POISON_MEMORY_REGION(a->beg, b->size);
}

/* Goes on in the next block, or in a new one before it when the next is too small. */
static void next_block(struct arena *a, size_t least)
{
    struct arena_block *next = a->block->next;
    if (next == NULL || next->size < least) {
        size_t size = a->block->size * 2;
        struct arena_block *b = block_make(size > least ? size : least);
        b->next = next;
        a->block->next = b;
        next = b;
    }
    enter(a, next);
}

struct arena arena_make(size_t size)
{
    struct arena a = {0};
    a.first = block_make(size);
    enter(&a, a.first);
    return a;
}

void arena_drop(struct arena *a)
{
    for (struct arena_block *b = a->first; b != NULL;) {
        struct arena_block *next = b->next;
        ASAN_UNPOISON_MEMORY_REGION(first_byte(b), b->size);
        free(b);
        b = next;
    }
    *a = (struct arena){0};
}

void arena_reset(struct arena *a)
{
    enter(a, a->first);
}

void *arena_take(struct arena *a, size_t count, size_t size, size_t align)
{
    assert(size > 0);
    assert(align > 0 && (align & (align - 1)) == 0);

    if (count > (SIZE_MAX / 2 - RED_ZONE - align) / size) {
        memory_exhausted(SIZE_MAX);
    }
    size_t want = count * size;
    size_t pad = RED_ZONE + (-(uintptr_t)a->beg & (align - 1));
    if (pad + want > (size_t)(a->end - a->beg)) {
        next_block(a, want + RED_ZONE + align);
        pad = RED_ZONE + (-(uintptr_t)a->beg & (align - 1));
    }
    void *p = a->beg + pad;
    a->beg += pad + want;
    ASAN_UNPOISON_MEMORY_REGION(p, want);
    return memset(p, 0, want);
}

char *arena_text(struct arena *a, const char *s, size_t length)
{
    char *copy = TAKE(a, char, length + 1);
    memcpy(copy, s, length);
    return copy;
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *text = TAKE(a, char, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
