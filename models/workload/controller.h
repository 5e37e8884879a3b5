/* controller.h -- what the workload controllers have in common. */
#ifndef MODELS_WORKLOAD_CONTROLLER_H
#define MODELS_WORKLOAD_CONTROLLER_H

#include "models/model.h"
#include "models/workload/retry.h"

/* Ends a sync in a later stage of its turn: when a write was a conflict or refused, the key comes back after the queue's
 * back-off. Returns whether all went well. uid: the key's rank. */
bool controller_settle(struct sim *sim, const struct model *model, struct retries *retries, const struct turn *turn,
                       uint64_t uid);

/* Asks for a pod of a workload's own, with the number and the node (null: any) given. */
void controller_create_pod(struct sim *sim, uint32_t workload, const struct pod_template *template, uint32_t number,
                           const char *wanted_node);

/* Asks for the deletion of a pod with its own grace period. */
void controller_delete_pod(struct sim *sim, uint32_t row);

/* Asks for a workload's status, if it is not the one that is stored. */
void controller_write_status(struct sim *sim, uint32_t workload, const struct workload_status *status);

/* What of a workload is simulated in a simplified way: a line for reports; null: nothing. */
const char *controller_simplified(enum workload_kind kind, const struct workload_spec *spec);

/* Wakes the keys of all workloads of a kind, before the run. */
void controller_wake_all(struct sim *sim, const struct model *model, enum workload_kind kind);

/* When the first Ready pod of [count] rows that is not available yet will be; INT64_MAX: none will. */
int64_t controller_next_available_ns(const struct world *w, const uint32_t *pods, uint32_t count,
                                     int32_t min_ready_seconds);

#endif
