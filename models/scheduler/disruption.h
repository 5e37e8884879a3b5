/* disruption.h -- how many pods a PodDisruptionBudget lets go: its status.
 *
 * Pure functions; who matches the budget and who controls these pods is the caller's to find.
 *
 * Source: Kubernetes v1.36, pkg/controller/disruption/disruption.go (reference/kubernetes-semantics.md, C.7).
 */
#ifndef MODELS_SCHEDULER_DISRUPTION_H
#define MODELS_SCHEDULER_DISRUPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/value.h"

/* What a budget asks for: at most one of the two, a number or a percentage. */
struct disruption_spec {
    const struct value *max_unavailable; /* null: not set */
    const struct value *min_available;
};

/* Of the pods that a budget's selector matches, whatever their phase. */
struct disruption_counts {
    int64_t pods;
    int64_t healthy; /* Ready, not being deleted, not just evicted (disruption_hides) */
    int64_t
        scale; /* replicas that their controllers ask for, each controller counted once; pods without one add none */
    bool is_ownerless; /* a pod's controller is gone, or of a kind without a scale */
};

struct disruption_status {
    bool failed; /* SyncFailed: only allowed counts, and is 0 */
    int32_t healthy;
    int32_t desired;
    int32_t expected;
    int32_t allowed; /* pods that may go now */
};

/* The spec of a PodDisruptionBudget manifest. */
struct disruption_spec disruption_read(const struct value *spec);

struct disruption_status disruption_status(const struct disruption_spec *spec, const struct disruption_counts *counts);

/* Whether a pod whose eviction was granted at a time does not count as healthy, though it is not being deleted yet. */
bool disruption_hides(int64_t granted_ns, int64_t now_ns);

/* Whether the eviction is forgotten: nothing came of it. */
bool disruption_lapses(int64_t granted_ns, int64_t now_ns);

#endif
