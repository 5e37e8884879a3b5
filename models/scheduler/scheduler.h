/* scheduler.h -- what the simulated scheduler knows and remembers: its cache, its queue, who means to come to which node,
 * the attempt that is under way. Here it learns what happens in the cluster; scheduler_model.h has what it does.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/eventhandlers.go.
 */
#ifndef MODELS_SCHEDULER_SCHEDULER_H
#define MODELS_SCHEDULER_SCHEDULER_H

#include "models/model.h"
#include "models/scheduler/budgets.h"
#include "models/scheduler/classes.h"
#include "models/scheduler/evictions.h"
#include "models/scheduler/placer.h"
#include "models/scheduler/pod_storage.h"
#include "models/scheduler/preemption.h"
#include "models/scheduler/queue.h"
#include "models/scheduler/scheduler_config.h"

struct scheduler_tracer;

struct scheduler_pod {
    const char *node; /* that it means to come to, as the scheduler remembers it; null: none */
    bool assumed;     /* a bind is under way */
};

/* One attempt to schedule a pod. */
struct scheduler_attempt {
    uint64_t count; /* attempts so far, with this one; 0: there was none */
    int64_t at_ns;  /* when the pod was taken out of the queue */
    struct ref pod;
    const char *node;           /* that it gets; null: none */
    bool concluded;             /* what follows is set */
    uint32_t rejectors;         /* set: who kept it from being scheduled */
    bool nominates;             /* the failure sets the pod's nomination */
    const char *nominated_node; /* to this; null: it is cleared */
};

/* What was decided when the attempt began that is under way. */
struct scheduler_flight {
    bool on;
    const struct profile *profile;
    const struct pod_class *class;
    struct placer_result result;
    bool tried;                         /* preemption was */
    enum preemption_outcome preemption; /* if so */
    const char *preemption_node;        /* if it chose one */
    VEC(struct ref) victims;            /* on it, but for those that are terminating already */
};

struct scheduler {
    struct placer placer;
    struct scheduler_config config;
    const struct scheduler_tracer *tracer; /* scheduler_model.h; null: nobody listens */
    struct classes classes;
    struct pod_storage storage;
    struct queue queue;
    struct budgets budgets;
    struct evictions evictions;
    VEC(struct scheduler_pod) pods; /* by row */
    struct scheduler_flight flight;
    struct scheduler_attempt last;
    int64_t rests_until_ns; /* no attempt begins before */
    bool pool_tick_set;
    int32_t lowest; /* priority of any pod so far; INT32_MAX: there was none */
};

/* Learns of the nodes and pods that are there, before the run. s is zeroed. */
void scheduler_open(struct scheduler *s, struct sim *sim);
void scheduler_drop(struct scheduler *s);

/* Learns of a fact about a node, a pod, or what controls pods. */
void scheduler_learn(struct scheduler *s, struct sim *sim, const struct fact *fact);

/* Whether a bind of the pod is under way. */
bool scheduler_assumes(const struct scheduler *s, uint32_t row);

/* The pod counts on the node from now on; no longer, and others may take its place. */
void scheduler_assume(struct scheduler *s, uint32_t row, const struct pod_class *class, const char *node);
void scheduler_forget(struct scheduler *s, const struct sim *sim, uint32_t row);

/* The pod means to come to a node from now on; null: to none. */
void scheduler_nominate(struct scheduler *s, uint32_t row, const struct pod_class *class, const char *node);

/* A pod of a class no longer has a place, or means to come to one: that may help pods of a priority up to priority_max. */
void scheduler_tell_gone(struct scheduler *s, const struct sim *sim, uint32_t row, const struct pod_class *class,
                         int32_t priority_max);

#endif
