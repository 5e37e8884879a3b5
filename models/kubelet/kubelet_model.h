/* kubelet_model.h -- the kubelets: what happens to a bound pod until it is gone.
 *
 * A pod is seen, its missing images are pulled, its containers start (init containers first), it becomes Ready, it may
 * crash or be killed for its memory and start again after the back-off, a batch pod succeeds; when deletion is asked for it stops within its grace
 * period and is removed. An image is pulled once for each node. On a node that is not Ready yet, has stopped or is gone
 * nothing happens; what fell due meanwhile happens when it runs again. A node that had stopped comes back without
 * containers: its pods start theirs again.
 */
#ifndef MODELS_KUBELET_KUBELET_MODEL_H
#define MODELS_KUBELET_KUBELET_MODEL_H

#include "models/kubelet/lifecycle.h"
#include "models/model.h"

extern const struct model kubelet_model;

/* How the pods of a workload live (a CronJob's: the pods of its Jobs). Before sim_start or during the run. */
void kubelet_set_workload_behavior(struct sim *sim, uint32_t workload, const struct pod_behavior *b);

/* How the pods of one template live, whatever their workload's do: a bad release. */
void kubelet_set_template_behavior(struct sim *sim, const struct pod_template *t, const struct pod_behavior *b);

/* The kernel kills a container of a pod that runs, for it used more memory than its limit: exit code 137, reason
 * OOMKilled. It starts again after the back-off, or the pod has failed. Nothing where no container runs. */
void kubelet_kill_for_memory(struct sim *sim, uint32_t pod, const char *container, int64_t used_bytes,
                             int64_t limit_bytes);

/* How a pod lives. */
struct pod_behavior kubelet_behavior(const struct sim *sim, const struct pod *p);

#endif
