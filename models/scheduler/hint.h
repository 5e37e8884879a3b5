/* hint.h -- which event brings back a pod that a plugin rejected: queueing hints.
 *
 * Pure functions. An event says what happened to one object, in the words of the scheduling queue; a pending pod is its
 * class. A plugin whose row of the table below lacks the event need not be asked: it would not bring the pod back.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/events.go, framework/plugins (EventsToRegister), scheduler.go.
 */
#ifndef MODELS_SCHEDULER_HINT_H
#define MODELS_SCHEDULER_HINT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/scheduler/pod_class.h"
#include "models/scheduler/profile.h"
#include "sim/world/objects.h"

/* Who can keep a pod from being scheduled: the filters of enum plugin under their own numbers, and those that this
 * scheduler has no filter for. Numbers are bits of a set. */
enum rejector {
    REJECTOR_NODE_DECLARED_FEATURES = PLUGINS,
    REJECTOR_SCHEDULING_GATES,   /* the pod may not be tried before its gates are gone */
    REJECTOR_DEFAULT_PREEMPTION, /* its victims are being asked to leave */
    REJECTORS,
};

#define REJECTED_BY(rejector) (UINT32_C(1) << (rejector))

/* The name of a rejector, as Kubernetes names the plugin. */
const char *hint_rejector_name(unsigned rejector);

/* Pod events are of a pod that is bound, or means to come to a node; or of the pending pod itself (EVENT_POD_LABEL and
 * those behind it). */
enum event_kind {
    EVENT_NODE_ADD,
    EVENT_NODE_DELETE,
    EVENT_NODE_ALLOCATABLE,
    EVENT_NODE_LABEL,
    EVENT_NODE_TAINT,
    EVENT_NODE_CONDITION,
    EVENT_NODE_ANNOTATION,
    EVENT_POD_ADD,
    EVENT_POD_DELETE, /* or it no longer means to come to its node */
    EVENT_POD_LABEL,
    EVENT_POD_SCALE_DOWN,
    EVENT_POD_GATES_GONE,
    EVENT_POD_TOLERATION,
    EVENT_POD_UPDATE, /* none of the others */
    EVENT_ANYTHING,   /* of no object: every pod comes back */
    EVENT_KINDS,
};

/* What the hints look at in a node. */
struct event_node {
    const char *name; /* null: there is no node */
    const struct labels *labels;
    const struct taints *taints;
    struct resources allocatable;
    int64_t pods_allocatable;
    bool unschedulable;
    bool ready; /* false: it has the taint node.kubernetes.io/not-ready */
};

/* What the hints look at in a pod of an event. */
struct event_pod {
    const struct pod_class *class; /* null: there is no pod */
    bool placed;                   /* bound, or means to come to a node */
};

/* What happened. Old and new of a node or of a pod, as the kind has them. */
struct event {
    enum event_kind kind;
    struct event_node old_node, new_node;
    struct event_pod old_pod, new_pod;
    uint32_t number; /* of the pod, by the caller; NONE: of a node */
};

/* A pod that waits. */
struct hint_pod {
    const struct profile *profile;
    const struct pod_class *class;
    const char *wanted_node; /* a required affinity to this name beside the class's own; null: none */
    uint32_t number;         /* of the caller */
};

/* The node of a row of the world. */
struct event_node event_node_of(const struct node *n);

/* The kinds of events that the change of a node is, in order; at most EVENT_KINDS. Conditions and annotations, which a
 * struct event_node does not have, are not told. Returns how many. */
unsigned event_node_kinds(const struct event_node *old, const struct event_node *new, enum event_kind *kinds);

/* The same of a pod: its labels, requests, gates, tolerations; EVENT_POD_UPDATE when it is none of these. */
unsigned event_pod_kinds(const struct pod_class *old, const struct pod_class *new, enum event_kind *kinds);

/* The rejectors whose pods an event of the kind may bring back, as a set. */
uint32_t hint_interest(enum event_kind kind);

/* Whether the event may let a pod be scheduled that this rejector alone keeps back. */
bool hint_of(unsigned rejector, const struct event *e, const struct hint_pod *pod);

/* Whether one of a set of rejectors says so. */
bool hint_any(uint32_t rejectors, const struct event *e, const struct hint_pod *pod);

#endif
