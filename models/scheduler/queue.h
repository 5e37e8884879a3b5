/* queue.h -- the pods that wait for the scheduler, as kube-scheduler's priority queue keeps them.
 *
 * activeQ (by priority, then by the time of entering), backoffQ (by the second in which the back-off ends, then as
 * activeQ; pods that failed by an error apart from the others) and the pool of pods that fit nowhere until something
 * happens that helps them. When activeQ is empty, backoffQ gives its head at once, but none that failed by an error.
 *
 * While a pod is being tried (between queue_pop and queue_fail or queue_done), events are remembered: they may help it.
 *
 * What its ticker does at each whole second is worked out when the queue is next asked; what is due at a time that nobody
 * would ask at is told by queue_error_due and queue_flush_due.
 *
 * Can be driven without a simulation: pods are numbers of the caller (rows, say), which may be used again.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/backend/queue.
 */
#ifndef MODELS_SCHEDULER_QUEUE_H
#define MODELS_SCHEDULER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/scheduler/hint.h"
#include "sim/base/lookup.h"
#include "sim/base/memory.h"

enum queue_place { QUEUE_OUT, QUEUE_ACTIVE, QUEUE_BACKOFF, QUEUE_ERROR_BACKOFF, QUEUE_POOL };

struct queue_pod {
    uint64_t uid; /* 0: none */
    const struct profile *profile;
    const struct pod_class *class;
    const char *wanted_node;
    int64_t timestamp_ns; /* when it entered, or came back from a failed attempt */
    int32_t priority;
    int32_t failures;   /* unschedulable attempts */
    int32_t errors;     /* attempts that ended in an error, since the last that did not */
    uint32_t rejectors; /* set: who keeps it from being scheduled */
    uint8_t gate;       /* the rejector that keeps it from being tried; REJECTORS: none */
    uint8_t place;      /* enum queue_place */
    uint32_t stamp;     /* of its entry in a heap */
    uint32_t group;     /* of the pool */
    uint32_t previous, next;
};

struct queue_entry {
    int64_t second; /* backoffQ: when the back-off ends, in whole seconds; activeQ: 0 */
    int32_t priority;
    int64_t timestamp_ns;
    uint64_t uid;
    uint32_t row;
    uint32_t stamp;
};

/* Pods of the pool that hints cannot tell apart, in the order of coming. */
struct queue_group {
    const struct profile *profile;
    const struct pod_class *class;
    const char *wanted_node;
    uint32_t rejectors;
    uint8_t gate;
    uint32_t first, last; /* NONE: there are none */
    uint32_t live;        /* place in queue.live; NONE */
    uint32_t sibling;     /* next group of this class, or wanted node; NONE */
};

/* A zero struct with its settings (queue_make) is an empty queue. */
struct queue {
    int64_t initial_backoff_ns; /* podInitialBackoffSeconds */
    int64_t max_backoff_ns;     /* podMaxBackoffSeconds; 0: there is no back-off */
    int64_t stay_max_ns;        /* in the pool, before it is tried without an event */
    int64_t start_ns;           /* from then on the pool is looked through every 30 s */
    /* Whether the pod may not be tried yet, as its preemption is under way; null: never. */
    bool (*holds)(const void *context, uint32_t row);
    const void *context;
    VEC(struct queue_pod) pods; /* by row */
    VEC(struct queue_entry) active;
    VEC(struct queue_entry) backoff;
    VEC(struct queue_entry) errors;
    VEC(struct queue_group) groups;
    VEC(uint32_t) live;       /* groups that have pods */
    VEC(uint32_t) chosen;     /* scratch */
    struct lookup by_class;   /* newest group of a class or wanted node */
    uint32_t waiting;         /* pods that queue_pop may give */
    uint32_t pooled;          /* pods in the pool */
    bool flying;              /* a pod is being tried */
    uint32_t flight;          /* which */
    VEC(struct event) events; /* since it was taken out */
};

/* The settings of kube-scheduler's defaults: 1 s, 10 s, 5 minutes. */
struct queue queue_make(void);
void queue_drop(struct queue *q);

/* A new pod: it may be tried, unless it has scheduling gates. pod.number is its row, which is not in use. */
void queue_add(struct queue *q, const struct hint_pod *pod, uint64_t uid, int32_t priority, int64_t now_ns);

/* The pod is gone, or bound. */
void queue_remove(struct queue *q, uint32_t row);

/* The pod is now as *pod says; events[count] is what it means for the pod (event_pod_kinds). */
void queue_update(struct queue *q, const struct hint_pod *pod, const struct event *events, unsigned count,
                  int64_t now_ns);

/* What the ticker does: pods whose back-off ended before this second may be tried. The others do it when they need it. */
void queue_tick(struct queue *q, int64_t now_ns);

/* Takes the next pod out for an attempt; NONE: nobody waits. */
uint32_t queue_pop(struct queue *q, int64_t now_ns);

/* The attempt that is under way ended with a node for the pod, or the pod is gone. */
void queue_done(struct queue *q);

/* The attempt failed, or the binding that followed it: by a set of rejectors, or by an error (no rejectors). The pod waits
 * for what helps it, or out its back-off when that happened meanwhile. */
void queue_fail(struct queue *q, uint32_t row, uint32_t rejectors, int64_t now_ns);

/* Something happened: pods of the pool that it may help go to activeQ, or to backoffQ while their back-off lasts; only
 * those of a priority up to priority_max. */
void queue_tell(struct queue *q, const struct event *e, int32_t priority_max, int64_t now_ns);

/* The pod may be tried at once, wherever it waits. */
void queue_activate(struct queue *q, uint32_t row, int64_t now_ns);

/* Moves the pods that have been in the pool for too long. */
void queue_flush(struct queue *q, int64_t now_ns);

/* When queue_flush has something to do, INT64_MAX: not before another pod comes to the pool. */
int64_t queue_flush_due(const struct queue *q);

/* When the first pod that failed by an error may be tried again; INT64_MAX: there is none. */
int64_t queue_error_due(struct queue *q);

/* Where the pod is now. */
enum queue_place queue_place_of(struct queue *q, uint32_t row, int64_t now_ns);

#endif
