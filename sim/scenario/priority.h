/* priority.h -- the priority that a new pod is admitted with.
 *
 * Source: Kubernetes v1.36, plugin/pkg/admission/priority/admission.go.
 */
#ifndef SIM_SCENARIO_PRIORITY_H
#define SIM_SCENARIO_PRIORITY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/value.h"

enum priority_outcome {
    PRIORITY_ADMITTED,
    PRIORITY_NO_CLASS,     /* spec.priorityClassName names none */
    PRIORITY_OTHER_VALUE,  /* spec.priority is given, and another than the class's */
    PRIORITY_OTHER_POLICY, /* spec.preemptionPolicy is given, and another than the class's */
};

struct priority {
    enum priority_outcome outcome;
    int64_t value;
    const char *class_name; /* null: none; borrowed from the trees */
    bool preempts;          /* preemptionPolicy is PreemptLowerPriority, not Never */
};

/* classes [count]: the checked PriorityClass objects. system-cluster-critical and system-node-critical are known also
 * without one. A pod that names no class gets the global default with the lowest value; without such, 0. */
struct priority priority_of(const struct value *pod, const struct value *const *classes, uint32_t count);

/* Why the pod is forbidden, in Kubernetes' words; null when it was admitted. */
const char *priority_text(struct arena *a, const struct value *pod, const struct priority *p);

#endif
