/* lint_links.h -- likely mistakes in what objects say of each other. Each function adds its warnings. */
#ifndef SIM_RUN_LINT_LINKS_H
#define SIM_RUN_LINT_LINKS_H

#include "sim/run/lint_pods.h"

/* Selectors of two controllers that pick the same pods. */
void lint_owners(const struct lint *l);

/* Services that no pod answers, or not at the port that they name. */
void lint_services(const struct lint *l);

/* HorizontalPodAutoscalers without a target or with another's, without a request to take a share of, or in a circle with
 * a VerticalPodAutoscaler that changes that request. */
void lint_autoscalers(const struct lint *l);

/* Latency objectives of a service whose callers give up before the bound, so that it can hold while they fail. */
void lint_objectives(const struct lint *l);

/* PodDisruptionBudgets that protect no pod, or let none be evicted ever. */
void lint_budgets(const struct lint *l);

/* Topology spread constraints that count other pods than the ones they are for. */
void lint_spreading(const struct lint *l);

/* Probes that end a container before its ServiceModel says that it is ready. */
void lint_probes(const struct lint *l);

#endif
