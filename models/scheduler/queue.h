/* queue.h -- the pods that wait for the scheduler, as kube-scheduler's priority queue keeps them.
 *
 * activeQ (by priority, then by the time of entering), backoffQ (by the second in which the back-off ends, then as
 * activeQ) and the pool of pods that fit nowhere until something changes. When activeQ is empty, backoffQ gives its head
 * at once. Hints are coarse: any event that may help moves every pod of the pool.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/backend/queue.
 */
#ifndef MODELS_SCHEDULER_QUEUE_H
#define MODELS_SCHEDULER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/memory.h"

enum queue_place { QUEUE_OUT, QUEUE_ACTIVE, QUEUE_BACKOFF, QUEUE_POOL };

struct queue_pod {
    uint64_t uid; /* 0: none */
    int32_t priority;
    int32_t failures;     /* unschedulable attempts */
    int64_t timestamp_ns; /* when it entered, or came back from a failed attempt */
    enum queue_place place;
    uint32_t stamp; /* of its entry */
};

struct queue_entry {
    int64_t second; /* backoffQ: when the back-off ends, in whole seconds; activeQ: 0 */
    int32_t priority;
    int64_t timestamp_ns;
    uint64_t uid;
    uint32_t row;
    uint32_t stamp;
};

/* A zero struct is an empty queue. */
struct queue {
    VEC(struct queue_pod) pods; /* by row of the world */
    VEC(struct queue_entry) active;
    VEC(struct queue_entry) backoff;
    VEC(uint32_t) pool; /* rows; some may have left */
    uint32_t waiting;   /* in activeQ or backoffQ */
    uint32_t pooled;    /* in the pool */
};

void queue_drop(struct queue *q);

/* A new pod enters activeQ. */
void queue_add(struct queue *q, uint32_t row, uint64_t uid, int32_t priority, int64_t now_ns);

/* The pod is gone, or bound. */
void queue_remove(struct queue *q, uint32_t row);

/* Takes the next pod out for an attempt; NONE (UINT32_MAX): nobody waits. */
uint32_t queue_pop(struct queue *q, int64_t now_ns);

/* The attempt failed: the pod goes to the pool. */
void queue_fail(struct queue *q, uint32_t row, int64_t now_ns);

/* Something changed that may help: the pods of the pool go to activeQ, or to backoffQ while their back-off lasts. */
void queue_move_all(struct queue *q, int64_t now_ns);

/* Moves the pods that have been in the pool for more than 5 minutes. Returns whether any are left in it. */
bool queue_flush_old(struct queue *q, int64_t now_ns);

/* The second in which the back-off of a pod ends: 1, 2, 4, 8, 10, 10 ... s after its last failure, cut to seconds. */
int64_t queue_backoff_second(int64_t timestamp_ns, int32_t failures);

#endif
