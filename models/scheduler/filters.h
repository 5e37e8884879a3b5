/* filters.h -- may a pod go to a node: the filters that look at nothing but the two.
 *
 * Pure functions; true: the pod passes.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins/{nodeunschedulable,tainttoleration,nodeaffinity}.
 */
#ifndef MODELS_SCHEDULER_FILTERS_H
#define MODELS_SCHEDULER_FILTERS_H

#include <stdbool.h>

#include "sim/world/placement.h"

/* One toleration covers one taint. */
bool filter_tolerates(const struct toleration *t, const struct taint *taint);

/* NodeUnschedulable: a cordoned node takes only pods that tolerate the taint node.kubernetes.io/unschedulable. */
bool filter_unschedulable(const struct placement *p, bool unschedulable);

/* The taint of a node that is not Ready: only pods that tolerate node.kubernetes.io/not-ready go there. */
bool filter_ready(const struct placement *p, bool ready);

/* TaintToleration: every taint NoSchedule or NoExecute is tolerated. Null taints: none. */
bool filter_taints(const struct placement *p, const struct taints *taints);

/* NodeAffinity: the node selector and one of the required terms hold. */
bool filter_affinity(const struct placement *p, const struct labels *labels, const char *node_name);

/* Whether one term of a node affinity holds. */
bool filter_term(const struct node_term *t, const struct labels *labels, const char *node_name);

/* Whether two host ports cannot be had at once on a node. */
bool filter_ports_conflict(const struct host_port *left, const struct host_port *right);

/* Whether every required term names its nodes (metadata.name In): others need not be looked at. */
bool filter_names_nodes(const struct placement *p);

/* Whether a term that names its nodes names this one. */
bool filter_allows_name(const struct placement *p, const char *name);

#endif
