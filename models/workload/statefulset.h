/* statefulset.h -- what a StatefulSet does with its pods: by ordinal, one at a time or all at once.
 *
 * Decides, never acts: statefulset_sync reads plain structs and says what one sync of the controller would do. Claims of
 * storage are left out.
 *
 * Source: Kubernetes v1.36, pkg/controller/statefulset/{stateful_set_control,stateful_set_utils}.go
 * (reference/kubernetes-semantics.md, C.3).
 */
#ifndef MODELS_WORKLOAD_STATEFULSET_H
#define MODELS_WORKLOAD_STATEFULSET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/world/objects.h"

struct statefulset {
    int32_t replicas;
    int32_t start; /* the first ordinal */
    int32_t partition;
    bool parallel;  /* podManagementPolicy Parallel; else OrderedReady */
    bool on_delete; /* updateStrategy OnDelete; else RollingUpdate */
    /* updateStrategy.rollingUpdate.maxUnavailable, resolved, at least 1; 0: feature gate MaxUnavailableStatefulSet is
     * off, as it is by default. */
    int32_t max_unavailable;
    const struct pod_template *current; /* of status.currentRevision */
    const struct pod_template *update;  /* of the spec */
    int64_t generation;
};

struct statefulset_pod {
    uint32_t row; /* the caller's */
    int32_t ordinal;
    const struct pod_template *template;
    enum pod_phase phase;
    bool terminating;
    bool ready;     /* Running and Ready */
    bool available; /* and that for minReadySeconds */
};

enum statefulset_act_kind { STATEFULSET_CREATE, STATEFULSET_DELETE };

struct statefulset_act {
    enum statefulset_act_kind kind;
    uint32_t row;                        /* of the pod to delete */
    int32_t ordinal;                     /* of the pod to create */
    const struct pod_template *template; /* of the pod to create */
};

struct statefulset_plan {
    struct statefulset_act *acts; /* [act_count], in order */
    uint32_t act_count;
    struct workload_status status; /* replicas, ready, current, updated, available, observed_generation */
    bool completed;                /* the current revision becomes the update's */
};

/* One sync. pods [count]: in any order, one for each ordinal. The plan lies in arena. */
void statefulset_sync(const struct statefulset *s, const struct statefulset_pod *pods, uint32_t count,
                      struct arena *arena, struct statefulset_plan *plan);

#endif
