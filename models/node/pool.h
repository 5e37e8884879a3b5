/* pool.h -- what a node of a NodePool is: one entry for each instance type of each pool.
 *
 * Made from the scenario and the catalog before the run (sim/run/plan.h) and never changed: also the nodes themselves, so
 * that ordering one makes nothing new and memory grows with the cluster, not with the time.
 */
#ifndef MODELS_NODE_POOL_H
#define MODELS_NODE_POOL_H

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/world/objects.h"

struct node_pool;    /* sim/scenario/specs.h */
struct catalog_type; /* sim/scenario/catalog.h */

struct pool {
    const char *name;  /* of the NodePool */
    const char *title; /* the name; with several instance types "general (m6i.xlarge)" */
    uint32_t group;    /* index of the NodePool in the scenario: entries of one pool share its bounds */
    const char *instance;
    const char *region;       /* "aws/us-east-1" */
    const char *const *zones; /* [zone_count], as nodes are labelled */
    uint32_t zone_count;
    bool spot;
    double usd_per_hour;      /* of one node, discounts taken off */
    double list_usd_per_hour; /* without them */
    const char *price_source;
    const char *price_date;
    const struct node *nodes; /* [nodes_max], by ordinal: named POOL-ORDINAL, zones in turn; not ready */
    int64_t boot_ns;
    double boot_deviation; /* standard deviation, share of boot_ns */
    uint32_t nodes_min;    /* of the whole NodePool */
    uint32_t nodes_max;
    uint32_t nodes_initial;
    bool scales; /* an autoscaler looks after it */
};

struct pools {
    const struct pool *at; /* [count], by group, then in the order of the instances */
    uint32_t count;
};

/* Makes p->nodes, each like *blank (capacity, allocatable, taints) with the labels of the NodePool (a map; null: none) and
 * those that every node has. index: of p among its pools. */
void pool_make_nodes(struct pool *p, uint32_t index, const struct node *blank, const struct value *labels,
                     struct arena *a, struct names *names);

#endif
