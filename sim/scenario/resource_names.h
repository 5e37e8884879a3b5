/* resource_names.h -- what the name of a resource says about it, and where which names may stand.
 *
 * Source: Kubernetes v1.36, pkg/apis/core/helper, pkg/apis/core/validation.
 */
#ifndef SIM_SCENARIO_RESOURCE_NAMES_H
#define SIM_SCENARIO_RESOURCE_NAMES_H

#include <stdbool.h>

#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

bool resource_is_hugepages(const char *name);

/* Kubernetes' own: without a domain, or of kubernetes.io. */
bool resource_is_native(const char *name);

/* DOMAIN/NAME of something that a node offers in pieces: a GPU. */
bool resource_is_extended(const char *name);

/* A limit may be above the request. */
bool resource_is_overcommitted(const char *name);

/* A pod as a whole may ask for it (spec.resources). */
bool resource_is_of_pods(const char *name);

/* Counted in pieces: amounts are whole. */
bool resource_is_counted(const char *name);

/* A quota may bound it; says nothing about DOMAIN/NAME and count/NAME, which it may too. */
bool resource_is_of_quotas(const char *name);

/* Each adds what keeps the name of a resource, the key or else the text at p, from standing where it does: at all; in a
 * container; in a pod; in a quota. */
void validate_resource_name(const struct place *p, struct violations *found);
void validate_container_resource_name(const struct place *p, struct violations *found);
void validate_pod_resource_name(const struct place *p, struct violations *found);
void validate_quota_resource_name(const struct place *p, struct violations *found);

#endif
