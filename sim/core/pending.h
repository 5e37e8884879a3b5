/* pending.h -- the pending events, soonest first; equal times first in, first out.
 *
 * A monotone radix heap: what is pushed is never sooner than what was popped last. There is no removal: whoever cancels
 * an item changes the stamp that it compares on popping.
 */
#ifndef SIM_CORE_PENDING_H
#define SIM_CORE_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pending_item {
    uint64_t key; /* time */
    uint32_t id;
    uint32_t stamp;
};

struct pending_bucket {
    struct pending_item *at;
    uint32_t count;
    uint32_t room;
};

enum { PENDING_DIGIT_BITS = 6, PENDING_DIGITS = 1 << PENDING_DIGIT_BITS, PENDING_LEVELS = 11 };

struct pending_level {
    uint64_t occupied; /* bit d: bucket d is not empty */
    struct pending_bucket buckets[PENDING_DIGITS];
    struct pending_bucket
        spare[PENDING_DIGITS]; /* storage of emptied buckets; the last is taken first, still in cache */
    uint32_t spare_count;
};

struct pending {
    uint64_t last;     /* the key popped last */
    uint32_t occupied; /* bit l: level l is not empty */
    uint32_t head;     /* the items of now before it are gone */
    size_t count;
    struct pending_bucket now; /* items with key last */
    struct pending_level levels[PENDING_LEVELS];
};

/* Gives the storage back. A zero struct pending is an empty one. */
void pending_drop(struct pending *p);

/* Adds an item. key must be at least the key popped last. */
void pending_push(struct pending *p, uint64_t key, uint32_t id, uint32_t stamp);

/* Takes out the soonest item, if its key is at most limit. False: there is none, and nothing was changed. */
bool pending_pop(struct pending *p, uint64_t limit, struct pending_item *item);

#endif
