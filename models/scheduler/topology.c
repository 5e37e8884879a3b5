#include "models/scheduler/topology.h"

#include <stdlib.h>

#include "sim/scenario/selector.h"
#include "sim/world/objects.h"

static uint32_t number_of_value(struct topology *t, const char *value)
{
    uint32_t number = lookup_get(&t->numbers, value);
    if (number == LOOKUP_NONE) {
        number = t->values.count;
        VEC_PUSH(&t->values, value);
        VEC_PUSH(&t->holders, 0);
        lookup_put(&t->numbers, value, number);
    }
    return number;
}

struct topology topology_make(const char *key, const char *empty)
{
    struct topology t = {.key = key};
    number_of_value(&t, empty);
    return t;
}

void topology_drop(struct topology *t)
{
    VEC_DROP(&t->values);
    VEC_DROP(&t->of);
    VEC_DROP(&t->holders);
    lookup_drop(&t->numbers);
}

void topology_note(struct topology *t, uint32_t slot, const struct labels *labels)
{
    const char *value = labels == NULL ? NULL : labels_get(labels, t->key);
    while (t->of.count <= slot) {
        VEC_PUSH(&t->of, NONE);
    }
    uint32_t before = t->of.at[slot], after = value == NULL ? NONE : number_of_value(t, value);
    if (before != NONE) {
        t->shared -= --t->holders.at[before] == 1;
    }
    if (after != NONE) {
        t->shared += ++t->holders.at[after] == 2;
    }
    t->of.at[slot] = after;
}
