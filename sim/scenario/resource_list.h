/* resource_list.h -- amounts by resource name: requests, limits, capacity, reservations (Kubernetes' ResourceList).
 *
 * A name that is not in the list differs from one whose amount is 0. Names are borrowed. Lists lie in an arena.
 */
#ifndef SIM_SCENARIO_RESOURCE_LIST_H
#define SIM_SCENARIO_RESOURCE_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/quantity.h"
#include "sim/world/objects.h"

struct resource_amount {
    const char *name;
    struct quantity amount;
};

/* Zero is the empty list. */
struct resource_list {
    struct resource_amount *at; /* [count], in the order in which names were first put */
    uint32_t count;
    uint32_t room;
};

/* The list that a checked map of quantities says; empty for null and for what is no map. */
struct resource_list resource_list_read(struct arena *a, const struct value *map);

/* A copy with its own storage. */
struct resource_list resource_list_copy(struct arena *a, const struct resource_list *list);

/* The amount of a name, in place; null: the list has none. */
struct quantity *resource_list_find(const struct resource_list *list, const char *name);

/* The amount of a name; 0 without a format when the list has none. */
struct quantity resource_list_amount(const struct resource_list *list, const char *name);

void resource_list_put(struct arena *a, struct resource_list *list, const char *name, const struct quantity *amount);

/* Adds other's amounts to the list's. */
void resource_list_add(struct arena *a, struct resource_list *list, const struct resource_list *other);

/* Raises the list's amounts to other's where those are larger, or are missing. */
void resource_list_raise(struct arena *a, struct resource_list *list, const struct resource_list *other);

/* The amounts as the scheduler and the kubelet count them: cpu in milli-CPU, the rest whole, rounded up. Extended
 * resources, hugepages and attachable volumes become scalars, by name; anything else (pods) is left out. */
struct resources resource_list_integers(struct arena *a, struct names *names, const struct resource_list *list);

#endif
