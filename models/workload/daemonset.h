/* daemonset.h -- what a DaemonSet does with its pods: one on each node that should have one.
 *
 * Decides, never acts: daemonset_sync reads plain structs and says what one sync of the controller would do. The real
 * controller goes through nodes in random order; here they go in the order given.
 *
 * Source: Kubernetes v1.36, pkg/controller/daemon/{daemon_controller,update}.go (reference/kubernetes-semantics.md, C.4).
 */
#ifndef MODELS_WORKLOAD_DAEMONSET_H
#define MODELS_WORKLOAD_DAEMONSET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/world/objects.h"
#include "sim/world/placement.h"

#define DAEMONSET_BURST 250 /* pods created, and deleted, in a sync at most */

struct daemonset {
    bool on_delete; /* updateStrategy OnDelete; else RollingUpdate */
    struct int_or_percent max_surge;
    struct int_or_percent max_unavailable;
    int64_t generation;
};

struct daemonset_pod {
    uint32_t row; /* the caller's */
    bool current; /* of the template of now */
    bool bound;
    bool deleting;
    bool ready;
    bool available;
    enum pod_phase phase;
    int64_t created_ns;
    uint64_t uid;
};

/* A name that a pod is on or wants, or a node without one. Pods that are deleting and terminal are left out. */
struct daemonset_node {
    bool exists;
    bool should_run;
    bool should_continue;       /* what runs there may stay */
    bool backs_off;             /* a pod failed there a short while ago: failed pods are left for now */
    struct daemonset_pod *pods; /* [count] */
    uint32_t count;
};

struct daemonset_plan {
    uint32_t *creates; /* [create_count] indices of nodes */
    uint32_t create_count;
    uint32_t *deletes; /* [delete_count] rows of pods */
    uint32_t delete_count;
    bool *failed;                  /* [nodes] a failed pod is deleted there: the next back-off begins */
    bool *waits;                   /* [nodes] a failed pod waits there for the end of the back-off */
    struct workload_status status; /* replicas: desiredNumberScheduled; current, misscheduled, updated, ready, ... */
    bool settled;                  /* each node has its one pod of now, no other has any */
};

/* One sync. Sorts the pods of each node, oldest first. The plan lies in arena. */
void daemonset_sync(const struct daemonset *d, struct daemonset_node *nodes, uint32_t count, struct arena *arena,
                    struct daemonset_plan *plan);

/* Whether a pod of the placement should run on a node, and whether one that runs there may stay. node_name: spec.nodeName
 * of the template; null: any. */
void daemonset_judge(const struct placement *p, const char *node_name, const struct node *node, bool *should_run,
                     bool *should_continue);

/* The placement with the tolerations that the controller adds to every pod. host_network: of the template. */
const struct placement *daemonset_placement(struct arena *a, const struct placement *p, bool host_network);

#endif
