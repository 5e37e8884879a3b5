/* cache.h -- the scheduler's cache: nodes and the pods that count on them, those assumed there included.
 *
 * A node has a slot for as long as it is known; one that is gone keeps its pods, unseen, until a node of its name comes
 * back. cache_snapshot brings up to date what the scheduler reads only at the start of a cycle: the list of nodes, and
 * what a node knows of its images.
 *
 * What changed is logged, so that whoever keeps sums over the cache (tally.h) brings them up to date when it needs them.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/backend/cache/{cache,node_tree,snapshot}.go, framework/types.go.
 */
#ifndef MODELS_SCHEDULER_CACHE_H
#define MODELS_SCHEDULER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/scheduler/pod_class.h"
#include "models/scheduler/topology.h"
#include "sim/base/lookup.h"
#include "sim/base/memory.h"
#include "sim/world/objects.h"
#include "sim/world/placement.h"

/* What a node's own entry knows of an image that it has. */
struct cached_image {
    uint32_t image; /* in cache.images */
    int64_t size_bytes;
    uint32_t nodes; /* that have it */
};

/* A pod that has no node and means to come to this one. */
struct cached_nominee {
    uint32_t number;
    const struct pod_class *class;
};

struct cached_node {
    const char *name; /* null: the slot is free */
    uint32_t row;     /* of the caller */
    bool present;     /* false: it is gone, pods that count on it are not */
    bool fresh;       /* what it knows of images is of the last snapshot */
    bool ready;
    bool unschedulable;
    const struct labels *labels;
    const struct taints *taints;
    struct resources allocatable;
    int64_t pods_allocatable;
    struct resources requested; /* scalars: [allocatable.scalar_count] in used_scalars, in the order of allocatable */
    int64_t *used_scalars;
    int64_t nonzero_mcpu;
    int64_t nonzero_memory_bytes;
    uint32_t zone;               /* in cache.zones */
    VEC(uint32_t) pods;          /* numbers; who leaves is replaced by the last */
    VEC(struct host_port) ports; /* in use; a set: when one of two pods with a port leaves, it is free */
    VEC(struct cached_nominee) nominated;
    VEC(struct cached_image) images; /* no image twice */
};

/* What of a node changes with every pod and is read the most, in one line of the processor's cache: a copy. */
struct cached_load {
    int64_t allocatable_mcpu;
    int64_t allocatable_bytes;
    int64_t requested_mcpu;
    int64_t requested_bytes;
    int64_t nonzero_mcpu;
    int64_t nonzero_bytes;
    int64_t balance; /* score_balance_now of it */
    bool has_place;  /* for one pod more */
    bool has_images;
};

struct cached_pod {
    const struct pod_class *class; /* null: there is none */
    uint32_t node;                 /* slot */
    uint32_t place;                /* in the node's pods */
    bool terminating;
    int64_t start_ns; /* status.startTime; TIME_UNSET: none */
};

struct cached_zone {
    const char *region, *zone; /* "" without */
    VEC(uint32_t) nodes;       /* slots, by arrival */
};

struct image_state {
    const char *name; /* null: no node has it */
    int64_t size_bytes;
    uint32_t nodes;
};

/* A node whose labels, taints or readiness change leaves and comes, and so do its pods: they leave before it does and
 * come after it. */
enum cache_verb { CACHE_POD_CAME, CACHE_POD_LEFT, CACHE_NODE_CAME, CACHE_NODE_LEFT, CACHE_NODE_CHANGED };

struct cache_change {
    const struct pod_class *class; /* of the pod */
    const struct labels *labels;   /* of the node, then */
    uint32_t node;
    uint8_t verb; /* enum cache_verb */
    bool terminating;
};

/* A zero struct is an empty one. */
struct cache {
    struct names *names; /* where labels are interned; set by the caller */
    VEC(struct cached_node) nodes;
    VEC(struct cached_load) loads; /* by slot */
    VEC(uint32_t) positions;       /* by slot: in order; NONE: not in it */
    VEC(uint32_t) expecting;       /* slots that pods mean to come to */
    VEC(uint32_t) unused;          /* slots */
    uint32_t present;              /* nodes that are there */
    uint32_t unlisted;             /* of them, those that the list lacks */
    uint32_t vanished;             /* nodes of the list that are gone */
    VEC(uint32_t) gone;            /* their slots, and some of nodes that came back */
    struct lookup by_name;
    VEC(struct cached_pod) pods; /* by the caller's numbers */
    VEC(struct cached_zone) zones;
    VEC(uint32_t) zone_order; /* of those that have nodes, by first appearance */
    VEC(struct topology) topologies;
    VEC(struct image_state) images;
    struct lookup image_numbers;
    VEC(uint32_t) order;     /* the snapshot's list of nodes: slots */
    uint32_t orders;         /* how many lists there were */
    VEC(uint32_t) came_from; /* by position: where the node was in the list before; NONE: not in it */
    VEC(struct cache_change) log;
    uint64_t logged;       /* changes that were ever logged, those that log has lost too */
    uint32_t with_terms;   /* pods on nodes that have affinity to pods */
    VEC(uint32_t) touched; /* slots whose entry is not fresh */
    uint32_t trials;       /* begun and not yet ended */
};

void cache_drop(struct cache *c);

/* The slot of a node that is there; NONE: it is not. */
uint32_t cache_find(const struct cache *c, const char *name);

/* Adds a node, or takes over what changed of it. Returns its slot. */
uint32_t cache_put_node(struct cache *c, const struct node *n, uint32_t row);

void cache_remove_node(struct cache *c, uint32_t slot);

/* Counts a pod on a node, which may be gone: then its name is what counts. number: of the caller, not yet in use. */
void cache_add_pod(struct cache *c, uint32_t number, const struct pod_class *class, const char *node_name,
                   bool terminating, int64_t start_ns);

void cache_remove_pod(struct cache *c, uint32_t number);

/* Deletion of a pod was asked for: it counts as terminating. Nothing when it is not counted. */
void cache_terminate_pod(struct cache *c, uint32_t number);

/* A pod that was assumed is bound: it goes to the end of its node's list, and has a start time. */
void cache_confirm_pod(struct cache *c, uint32_t number, int64_t start_ns);

/* A pod without a node means to come to a node of a name, or no longer does. */
void cache_nominate(struct cache *c, uint32_t number, const struct pod_class *class, const char *node_name);
void cache_denominate(struct cache *c, uint32_t number, const char *node_name);

/* A node while pods come and go on it only to see what would be. */
struct cache_trial {
    uint32_t slot;
    uint64_t logged;
    VEC(uint32_t) pods;
    VEC(struct host_port) ports;
};

/* Begins a trial on a node; trials may lie within each other. When the same pods are on the node again it ends: they are in
 * the order in which they were, and the log has lost what came in between. Who followed it meanwhile has to follow it to
 * its end, and then forget how far that was (tallies_rewind). */
void cache_try(struct cache *c, struct cache_trial *t, uint32_t slot);
void cache_end_trial(struct cache *c, struct cache_trial *t);

/* Whether the pod is counted. */
bool cache_has_pod(const struct cache *c, uint32_t number);

/* What the scheduler does at the start of a cycle: order and images are as they are now. */
void cache_snapshot(struct cache *c);

/* The number of a node label among c->topologies; made when it is new. */
uint32_t cache_topology(struct cache *c, const char *key);

#endif
