#include "reports/machines.h"

#include <math.h>
#include <stdlib.h>

enum { MONTH_HOURS = 730 };

/* What the pods of a pool ask for on average, and what each node has of it for itself: DaemonSets. */
struct pool_load {
    double mcpu, bytes;
    double node_mcpu, node_bytes;
};

static struct pool_load load_of(const struct search *s, uint32_t group)
{
    const struct plan *plan = s->platform->plan;
    struct pool_load load = {0};
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        const struct trial_workload *w = &s->outcome.measured[0]->workloads[i];
        uint32_t pools = 0;
        for (uint32_t g = 0; g < plan->scenario->node_pools.count; g++) {
            pools += platform_may_run(s->platform, i, g);
        }
        if (!platform_may_run(s->platform, i, group) || !(w->replicas_mean > 0)) {
            continue;
        }
        if (plan->workloads.at[i].kind == WORKLOAD_DAEMONSET) {
            load.node_mcpu += w->requested_mcpu / w->replicas_mean;
            load.node_bytes += w->requested_bytes / w->replicas_mean;
        } else {
            load.mcpu += w->requested_mcpu / pools;
            load.bytes += w->requested_bytes / pools;
        }
    }
    return load;
}

/* How many nodes of a type hold a load on average, with half a node that is never full; not below `least`. */
static double nodes_for(const struct catalog_type *t, const struct pool_load *load, double least)
{
    struct offer offer = plan_offer(t);
    double mcpu = (double)offer.allocatable.mcpu - load->node_mcpu;
    double bytes = (double)offer.allocatable.memory_bytes - load->node_bytes;
    if (mcpu <= 0 || bytes <= 0) {
        return INFINITY;
    }
    double nodes = fmax(load->mcpu / mcpu, load->bytes / bytes) + 0.5;
    return nodes > least ? nodes : least;
}

static int by_usd(const void *left, const void *right)
{
    const struct machine *l = left, *r = right;
    if (l->usd != r->usd) {
        return l->usd < r->usd ? -1 : 1;
    }
    return l->type < r->type ? -1 : l->type > r->type;
}

/* ---- public ---- */

double machines_price(const struct search *s, const struct part *p, const struct catalog_type *t)
{
    const struct scenario *scenario = s->platform->plan->scenario;
    bool spot = scenario->node_pools.at[p->group].purchase == PURCHASE_SPOT;
    return spot ? t->spot_usd_per_hour : t->usd_per_hour * (1 - scenario->discount);
}

struct machine *machines_rank(const struct search *s, uint32_t part)
{
    const struct part *p = &s->platform->parts[part];
    const int64_t *at = s->settings[part].at;
    struct pool_load load = load_of(s, p->group);
    struct machine *ranked = TAKE(s->trial->arena, struct machine, p->type_count);
    double here = nodes_for(p->types[at[KNOB_INSTANCE]], &load, 0);
    for (uint32_t i = 0; i < p->type_count; i++) {
        double nodes = nodes_for(p->types[i], &load, 0), scale = nodes / here;
        double least = at[KNOB_NODES_MIN] > 0 ? fmax(1, (double)at[KNOB_NODES_MIN] * scale) : 0;
        double usd = fmax(nodes, least) * machines_price(s, p, p->types[i]) * MONTH_HOURS;
        ranked[i] = (struct machine){i, usd, scale};
    }
    qsort(ranked, p->type_count, sizeof *ranked, by_usd);
    return ranked;
}
