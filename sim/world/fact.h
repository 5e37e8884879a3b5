/* fact.h -- what an applied write changed: the watch of the simulated cluster.
 *
 * A write that changes nothing makes no fact. Facts go to the models that subscribe to their kind, in the registry's
 * order, at once; a subscriber wakes keys (model.h adds the watch's latency) and changes nothing.
 */
#ifndef SIM_WORLD_FACT_H
#define SIM_WORLD_FACT_H

#include <stdint.h>

enum fact_kind { FACT_NODE, FACT_POD, FACT_REPLICASET, FACT_WORKLOAD, FACT_HPA, FACT_SERVICE };
enum fact_verb { FACT_ADDED, FACT_CHANGED, FACT_REMOVED };

#define FACTS(kind) (1u << (kind))

/* Which fields changed. One bit may stand for several fields that change together. */
enum fact_field {
    FIELD_SPEC = 1 << 0,     /* workload, hpa, service: anything of the spec but what has a bit of its own */
    FIELD_REPLICAS = 1 << 1, /* spec.replicas of a workload or ReplicaSet */
    FIELD_TEMPLATE = 1 << 2,
    FIELD_STATUS = 1 << 3,
    FIELD_ANNOTATIONS = 1 << 4,
    FIELD_NODE_NAME = 1 << 5, /* pod: it was bound */
    FIELD_PHASE = 1 << 6,     /* pod */
    FIELD_READY = 1 << 7,     /* pod: condition Ready; node: Ready */
    FIELD_DELETION = 1 << 8,  /* pod: deletion was asked for */
    FIELD_RESTARTS = 1 << 9,
    FIELD_LABELS = 1 << 10,
    FIELD_TAINTS = 1 << 11, /* node: taints or unschedulable */
    FIELD_ALLOCATABLE = 1 << 12,
    FIELD_STOPPED = 1 << 13, /* node: its kubelet stopped or came back */
};

struct fact {
    enum fact_kind kind;
    enum fact_verb verb;
    uint32_t row;
    uint32_t changed; /* bits of enum fact_field; 0 for FACT_ADDED and FACT_REMOVED */
    const void *old;  /* the row before (struct pod *, struct node *, ...); null for FACT_ADDED; for this call only */
};

#endif
