/* evictions.h -- how pods are asked to leave for the sake of one that needs their room: calls beside the attempts.
 *
 * One after the other: pods of lower priority that mean to come to the node lose their nomination; then each victim gets
 * the condition DisruptionTarget and is deleted, with its own grace. Until the last victim's deletion has begun, the pod
 * for whose sake it is done is not tried again.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/preemption/executor.go (SchedulerAsyncPreemption).
 */
#ifndef MODELS_SCHEDULER_EVICTIONS_H
#define MODELS_SCHEDULER_EVICTIONS_H

#include "models/model.h"
#include "models/scheduler/cache.h"

enum eviction_call { EVICTION_CLEAR, EVICTION_MARK, EVICTION_DELETE };

struct eviction {
    struct ref preemptor;
    const char *node;
    VEC(struct ref) cleared; /* lose their nomination */
    VEC(struct ref) victims;
    enum eviction_call call; /* that is under way */
    uint32_t next;           /* in cleared or victims */
    bool failed;             /* a pod that was to lose its nomination is gone */
    bool used;
};

/* A zero struct is an empty one. */
struct evictions {
    VEC(struct eviction) list;
    VEC(uint32_t) of; /* by pod row: index + 1 of the eviction for its sake; 0: there is none */
};

void evictions_drop(struct evictions *all);

/* Begins an eviction for a pod's sake; victims[count] are not terminating, and there is one at least. Returns its number:
 * the id of the turns in which it makes its calls. */
uint32_t evictions_begin(struct evictions *all, const struct sim *sim, const struct cache *cache, uint32_t preemptor,
                         const char *node, const struct ref *victims, uint32_t count);

/* A turn of an eviction: makes its next call. True: it ended, and not all went well: *preemptor, which may be gone, is to
 * be tried at once. */
bool evictions_turn(struct evictions *all, struct sim *sim, const struct turn *turn, struct ref *preemptor);

/* Whether a pod may not be tried yet, as its victims are still being asked. */
bool evictions_hold(const struct evictions *all, const struct sim *sim, uint32_t row);

/* The pod is gone; what was begun for its sake goes on. */
void evictions_forget(struct evictions *all, uint32_t row);

#endif
