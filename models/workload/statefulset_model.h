/* statefulset_model.h -- the StatefulSet controller: pods by ordinal.
 *
 * Class 0, "StatefulSet": the id is the workload's row. Claims of storage are left out: a pod never waits for one.
 */
#ifndef MODELS_WORKLOAD_STATEFULSET_MODEL_H
#define MODELS_WORKLOAD_STATEFULSET_MODEL_H

#include "models/model.h"
#include "models/workload/history.h"

extern const struct model statefulset_model;

/* Turns the feature gate MaxUnavailableStatefulSet on; it is off by default. */
void statefulset_enable_max_unavailable(struct sim *sim);

/* The revisions of a StatefulSet, and the templates of status.currentRevision and updateRevision; null before its first
 * sync. */
const struct history *statefulset_history(const struct sim *sim, uint32_t workload);
const struct pod_template *statefulset_current(const struct sim *sim, uint32_t workload);
const struct pod_template *statefulset_update(const struct sim *sim, uint32_t workload);

#endif
