/* arena.h -- memory that is given back all at once.
 *
 * Two lifetimes, and no others:
 *   scenario  what lives as long as the scenario (text, objects, templates); passed as struct arena *
 *   scratch   what one call needs; passed by value, so that whatever the callee takes is given back when it returns
 *
 * An arena grows by blocks. A copy of an arena shares its blocks: what the copy adds behind the block it started in
 * stays linked there, and is used again by the original. There is no function that frees one object.
 */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stddef.h>

#include "sim/base/fail.h"

struct arena_block;

struct arena {
    struct arena_block *block; /* the one that beg and end lie in */
    char *beg;                 /* first free byte */
    char *end;                 /* one past the last */
    struct arena_block *first;
};

/* An arena whose first block holds size bytes. Ends the program when the system has none. */
struct arena arena_make(size_t size);

/* Gives back everything. a must be the original that arena_make returned, not a copy. */
void arena_drop(struct arena *a);

/* Forgets what was taken, keeps the blocks. */
void arena_reset(struct arena *a);

/* count zeroed objects of size bytes each, aligned to align (a power of two). Never null. */
void *arena_take(struct arena *a, size_t count, size_t size, size_t align);

#define TAKE(a, type, count) ((type *)arena_take((a), (count), sizeof(type), _Alignof(type)))

/* A copy of the length bytes at s, with a NUL behind them. */
char *arena_text(struct arena *a, const char *s, size_t length);

/* As sprintf, into the arena. */
char *arena_format(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
