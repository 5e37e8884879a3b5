/* place.h -- a value of a tree together with the way to it, so that whoever finds fault can say where.
 *
 * Places are made on the stack as a check goes down a tree; the path's text is made only when it is wanted. A place may
 * be of a value that is not there (null): its path is where it would stand.
 */
#ifndef SIM_SCENARIO_PLACE_H
#define SIM_SCENARIO_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/value.h"

struct place {
    const struct place *in; /* null: this is the top; must outlive this place */
    const char *key;        /* null: an item of a list */
    uint32_t index;
    bool entry;                /* of a map whose keys are no fields: limits[cpu] */
    const struct value *value; /* null: not there */
};

/* The top of a tree. */
struct place place_top(const struct value *v);

/* What stands under a key of a map; in a list; in a map as its index-th member, which must be there. */
struct place place_get(const struct place *in, const char *key);
struct place place_item(const struct place *in, uint32_t index);
struct place place_member(const struct place *in, uint32_t index);

/* The same for a map whose keys are no fields: limits[cpu]. */
struct place place_entry(const struct place *in, const char *key);

/* How many items a list has; 0 when it is none. */
uint32_t place_count(const struct place *p);

/* The path as Kubernetes writes it: spec.containers[0].image. Empty for the top. */
const char *place_path(struct arena *a, const struct place *p);

/* Where the value is written; when nobody wrote it, where the nearest part around it is. */
struct mark place_mark(const struct place *p);

/* The text there; "" when there is none. */
const char *place_text(const struct place *p);

/* The integer there; otherwise what `absent` says. */
int64_t place_integer(const struct place *p, int64_t absent);

#endif
