/* budgets.h -- the PodDisruptionBudgets of a simulated cluster, as preemption sees them: what each allows now.
 *
 * The disruption controller's status (models/scheduler/disruption.h) is worked out when it is asked for, from the pods and
 * their controllers as they are. Evictions are not granted here, so no budget has disruptedPods.
 */
#ifndef MODELS_SCHEDULER_BUDGETS_H
#define MODELS_SCHEDULER_BUDGETS_H

#include "models/model.h"
#include "models/scheduler/classes.h"
#include "models/scheduler/preemption.h"
#include "models/scheduler/disruption.h"

/* Pods of one class. */
struct budget_class {
    const struct pod_class *class; /* null: none was seen */
    int64_t pods;
    int64_t healthy;
    uint64_t controller; /* uid of what controls them; 0: nothing */
    int64_t scale;       /* replicas that it asks for */
    bool is_ownerless;   /* it has no scale */
};

struct budgets {
    VEC(struct preemption_budget) list;
    VEC(struct disruption_spec) specs; /* of each */
    bool stale;                        /* something happened that may change what they allow */
    VEC(struct budget_class) classes;  /* by class number */
    VEC(uint64_t) counted;             /* scratch: controllers of one budget */
};

/* The budgets of the simulation's scenario; none without one. A zero struct has none. */
void budgets_open(struct budgets *b, const struct sim *sim);
void budgets_drop(struct budgets *b);

/* Something happened: what the budgets allow has to be worked out anew, if it is a fact that concerns them. */
void budgets_learn(struct budgets *b, const struct fact *fact);

/* Brings the list up to date: b->list.at [b->list.count]. */
void budgets_update(struct budgets *b, const struct sim *sim, struct classes *classes);

#endif
