/* history.h -- the revisions of a StatefulSet's or DaemonSet's template: its ControllerRevisions.
 *
 * Source: Kubernetes v1.36, pkg/controller/history, pkg/controller/statefulset/stateful_set_control.go
 * (getStatefulSetRevisions, truncateHistory), pkg/controller/daemon/update.go (constructHistory, cleanupHistory).
 */
#ifndef MODELS_WORKLOAD_HISTORY_H
#define MODELS_WORKLOAD_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/memory.h"
#include "sim/world/objects.h"

struct revision {
    const struct pod_template *template;
    uint32_t number;  /* in order of creation, from 0; never used again */
    int64_t revision; /* the highest is the template's of now */
};

struct history {
    VEC(struct revision) revisions; /* by number */
    uint32_t created;               /* ever */
};

void history_drop(struct history *h);

/* Makes the template the newest revision: an equal one comes back with the next revision, else there is a new one.
 * Returns whether that is a new or changed revision. */
bool history_update(struct history *h, const struct pod_template *template);

/* The revision with the highest .revision; null: there is none. */
const struct revision *history_newest(const struct history *h);

/* The revision of a template; null: there is none. */
const struct revision *history_find(const struct history *h, const struct pod_template *template);

/* How many revisions are of none of the live templates [live_count]. */
uint32_t history_count_dead(const struct history *h, const struct pod_template *const *live, uint32_t live_count);

/* Deletes so many of those, oldest first; fewer if there are fewer. */
void history_delete_dead(struct history *h, const struct pod_template *const *live, uint32_t live_count, int64_t count);

#endif
