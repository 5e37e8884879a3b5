/* diff.h -- what two scenarios say differently, in the terms of their manifests:
 *
 *     Deployment/rides/pricing-api: spec.template.spec.containers[app].resources.requests.cpu 250m -> 500m
 *
 * Objects are matched by kind, namespace and name; items of lists by the key that names them (containers by name, mounts by
 * path), else by their place. What says the same in other words is no difference: quantities (0.5 and 500m), and what the API
 * server adds by itself (status, managed fields). Values of Secrets and of environment variables are not shown.
 */
#ifndef REPORTS_DIFF_H
#define REPORTS_DIFF_H

#include "sim/base/memory.h"
#include "sim/scenario/object.h"

struct diff_change {
    const char *object; /* "Deployment/rides/pricing-api" */
    const char *path;   /* ""; the whole object */
    const char *before; /* null: it was not there */
    const char *after;  /* null: it is not there any more */
};

struct diff {
    VEC(struct diff_change) changes; /* by object, then in the order written */
};

/* The differences from base[base_count] to candidate[candidate_count]; texts lie in a. Names of both are interned in one
 * table. Values are cut to a length that fits a line. */
void diff_make(struct diff *d, struct arena *a, struct object *const *base, uint32_t base_count,
               struct object *const *candidate, uint32_t candidate_count);
void diff_drop(struct diff *d);

/* Whether two scenarios say the same, Kubernetes' objects in the same order and those of each of headroom's kinds: then
 * they run alike, as far as the files that they name are the same. */
bool diff_same(struct object *const *base, uint32_t base_count, struct object *const *candidate,
               uint32_t candidate_count);

#endif
