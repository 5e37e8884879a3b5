/* classes.h -- the scheduler's classes of the pods of a simulated cluster (pod_class.h).
 *
 * Pods of one template, namespace and ReplicaSet or StatefulSet are one class: those owners' selectors are part of what
 * spreads pods by default. What a Deployment's ReplicaSet adds to its pods' labels (pod-template-hash) is there, with a
 * value of its own for each ReplicaSet.
 */
#ifndef MODELS_SCHEDULER_CLASSES_H
#define MODELS_SCHEDULER_CLASSES_H

#include "models/model.h"
#include "models/scheduler/pod_class.h"
#include "sim/base/lookup.h"

struct class_entry {
    const struct pod_class *class;
    uint64_t owner; /* uid; 0: none that matters */
    uint32_t next;  /* entry of the same template; NONE: none */
};

struct class_namespace {
    const char *name;
    const struct labels *labels;
};

/* A zero struct is an empty one. What it makes lies in the simulation's arena. */
struct classes {
    VEC(struct class_entry) list; /* by the class's number */
    struct lookup by_template;    /* the newest entry */
    VEC(struct class_namespace) namespaces;
};

void classes_drop(struct classes *c);

/* The class of a pod of the world, which need not be in it yet: its template, namespace and owner count. */
const struct pod_class *classes_of(struct classes *c, const struct sim *sim, const struct pod *p);

#endif
