/* daemonset_model.h -- the DaemonSet controller: one pod on each node that should have one.
 *
 * Class 0, "DaemonSet": the id is the workload's row. Pods carry the tolerations that the real controller adds, in a copy
 * of their template; its number is the template's.
 */
#ifndef MODELS_WORKLOAD_DAEMONSET_MODEL_H
#define MODELS_WORKLOAD_DAEMONSET_MODEL_H

#include "models/model.h"
#include "models/workload/history.h"

extern const struct model daemonset_model;

/* The revisions of a DaemonSet, by its pods' templates; null before its first sync. */
const struct history *daemonset_history(const struct sim *sim, uint32_t workload);

#endif
