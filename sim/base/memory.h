/* memory.h -- memory from the system, for tables that own and grow their storage.
 *
 * Running out of it ends the program: the clean-up that `memory_at_exhaustion` was given runs (it removes a temporary
 * file), one line goes to standard error, and the exit status is 3.
 */
#ifndef SIM_BASE_MEMORY_H
#define SIM_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* count zeroed objects of size bytes each. Never null; free() gives them back. */
void *memory_take(size_t count, size_t size);

/* Grows (or shrinks) old to count objects of size bytes; what is new is not zeroed. Never null. */
void *memory_resize(void *old, size_t count, size_t size);

/* Sets what runs, once, before the program ends for want of memory; null: nothing. One for the whole process. */
void memory_at_exhaustion(void (*clean_up)(void));

/* Ends the program as above. */
_Noreturn void memory_exhausted(size_t wanted_bytes);

/* A growable array of T. Zero is the empty one. */
#define VEC(T)                                                                                                         \
    struct {                                                                                                           \
        T *at;                                                                                                         \
        uint32_t count;                                                                                                \
        uint32_t room;                                                                                                 \
    }

/* Makes room for one more, so that `v.at[v.count++] = x` is good. */
#define VEC_RESERVE(v)                                                                                                 \
    ((v)->count < (v)->room ? (void)0                                                                                  \
                            : (void)((v)->at = memory_resize((v)->at, memory_next_room(&(v)->room), sizeof *(v)->at)))

#define VEC_PUSH(v, ...) (VEC_RESERVE(v), (v)->at[(v)->count++] = (__VA_ARGS__))

#define VEC_DROP(v) (free((v)->at), (v)->at = NULL, (v)->count = 0, (v)->room = 0)

/* Doubles *room (8 at first) and returns it. For VEC_RESERVE. */
size_t memory_next_room(uint32_t *room);

#endif
