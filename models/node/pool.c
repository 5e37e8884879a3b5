#include "models/node/pool.h"

#include "sim/base/value.h"
#include "sim/scenario/selector.h"

static void put(struct arena *a, struct value *map, const char *key, const char *text)
{
    value_put(a, map, key, value_text(a, text));
}

static const struct labels *labels_of(const struct pool *p, const struct node *n, const struct value *labels,
                                      struct arena *a, struct names *names)
{
    struct value *map = labels != NULL ? value_copy(a, labels) : value_map(a);
    put(a, map, "kubernetes.io/hostname", n->name);
    put(a, map, "kubernetes.io/os", "linux");
    put(a, map, "node.kubernetes.io/instance-type", p->instance);
    put(a, map, "headroom/pool", p->name);
    put(a, map, "headroom/purchase", p->spot ? "spot" : "on-demand");
    if (n->zone != NULL) {
        put(a, map, "topology.kubernetes.io/zone", n->zone);
    }
    return labels_compile(a, names, map);
}

void pool_make_nodes(struct pool *p, uint32_t index, const struct node *blank, const struct value *labels,
                     struct arena *a, struct names *names)
{
    struct node *nodes = TAKE(a, struct node, p->nodes_max);
    for (uint32_t ordinal = 0; ordinal < p->nodes_max; ordinal++) {
        struct node *n = &nodes[ordinal];
        *n = *blank;
        n->name = names_text(names, arena_format(a, "%s-%u", p->name, ordinal));
        n->zone = p->zone_count > 0 ? p->zones[ordinal % p->zone_count] : NULL;
        n->pool = index;
        n->ready = false;
        n->labels = labels_of(p, n, labels, a, names);
    }
    p->nodes = nodes;
}
