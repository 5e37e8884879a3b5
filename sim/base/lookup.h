/* lookup.h -- from a pointer (an interned text, say) to a number.
 *
 * Only looked up, never walked through: where the pointers lie has no part in any result.
 */
#ifndef SIM_BASE_LOOKUP_H
#define SIM_BASE_LOOKUP_H

#include <stdint.h>

#define LOOKUP_NONE UINT32_MAX

struct lookup_slot {
    const void *key; /* null: free */
    uint32_t number;
};

/* A zero struct is an empty one. */
struct lookup {
    struct lookup_slot *slots; /* [room]; open addressing */
    uint32_t count;
    uint32_t room; /* a power of two, or 0 */
};

void lookup_drop(struct lookup *l);

/* The number of a key; LOOKUP_NONE: it has none. */
uint32_t lookup_get(const struct lookup *l, const void *key);

/* Gives a key, which is not null, a number; LOOKUP_NONE takes it away. */
void lookup_put(struct lookup *l, const void *key, uint32_t number);

#endif
