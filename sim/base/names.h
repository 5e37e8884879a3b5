/* names.h -- interned text: equal texts are one pointer, so names compare as pointers.
 *
 * Texts never hold a NUL: readers refuse one. What is interned lives as long as the table.
 */
#ifndef SIM_BASE_NAMES_H
#define SIM_BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"

struct names {
    struct arena *arena; /* the texts lie here */
    const char **slots;  /* [room]; open addressing */
    uint32_t count;
    uint32_t room;             /* a power of two, or 0 */
    const struct names *below; /* null: none */
};

/* An empty table whose texts will lie in arena. */
struct names names_make(struct arena *arena);

/* The same over another table, whose texts are its own, too: what is there already keeps its pointer. That one must live as
 * long, and not change. */
struct names names_over(struct arena *arena, const struct names *below);

/* Gives back the table's slots (the texts go with their arena). */
void names_drop(struct names *n);

/* The one pointer for the length bytes at s. */
const char *names_intern(struct names *n, const char *s, size_t length);

/* The same for a text that ends in NUL. */
const char *names_text(struct names *n, const char *s);

/* 64-bit FNV-1a of length bytes: the same on every machine. */
uint64_t names_hash(const char *s, size_t length);

#endif
