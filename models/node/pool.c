#include "models/node/pool.h"

#include "sim/base/value.h"
#include "sim/scenario/selector.h"

static void put(struct arena *a, struct value *map, const char *key, const char *text)
{
    value_put(a, map, key, value_text(a, text));
}

static const struct labels *labels_of(const struct pool *p, const char *name, const char *zone, struct arena *a,
                                      struct names *names)
{
    struct value *map = p->labels != NULL ? value_copy(a, p->labels) : value_map(a);
    put(a, map, "kubernetes.io/hostname", name);
    put(a, map, "kubernetes.io/os", "linux");
    put(a, map, "node.kubernetes.io/instance-type", p->instance);
    put(a, map, "headroom/pool", p->name);
    put(a, map, "headroom/purchase", p->spot ? "spot" : "on-demand");
    if (zone != NULL) {
        put(a, map, "topology.kubernetes.io/zone", zone);
    }
    return labels_compile(a, names, map);
}

struct node pool_node(const struct pool *p, uint32_t index, uint32_t ordinal, bool ready, struct arena *a,
                      struct names *names)
{
    struct node n = p->blank;
    n.name = names_text(names, arena_format(a, "%s-%u", p->name, ordinal));
    n.zone = p->zone_count > 0 ? p->zones[ordinal % p->zone_count] : NULL;
    n.labels = labels_of(p, n.name, n.zone, a, names);
    n.pool = index;
    n.ready = ready;
    return n;
}
