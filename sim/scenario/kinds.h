/* kinds.h -- the kinds of Kubernetes objects that a scenario may hold, and what becomes of each.
 *
 * Kinds that are not in the table are kept as they are, and reports say that they are not simulated.
 */
#ifndef SIM_SCENARIO_KINDS_H
#define SIM_SCENARIO_KINDS_H

#include <stdbool.h>

#include "sim/base/value.h"
#include "sim/scenario/schema.h"

enum kind_role {
    KIND_SIMULATED,
    KIND_KEPT,           /* it would matter in a cluster, and is not simulated: reports say so */
    KIND_WITHOUT_EFFECT, /* capacity and cost do not depend on it */
};

struct kind {
    const char *api_version;
    const char *name;
    enum kind_role role;
    bool namespaced;
    const struct schema *schema; /* null: only metadata is looked at */
    const char *read_as;         /* the apiVersion it is converted to; null: it stays what it is */
    bool retired;                /* Kubernetes v1.36 no longer serves it */
};

/* The kind of an apiVersion and kind; null: it is not known. Null texts are never known. */
const struct kind *kinds_find(const char *api_version, const char *name);

/* The kind of an object, by what it says. */
const struct kind *kinds_of(const struct value *object);

/* The first kind of that name in any apiVersion that stays what it is; null: there is none. */
const struct kind *kinds_named(const char *name);

/* The nearest name of a kind to a misspelt one; null: none is near. */
const char *kinds_suggest(const char *name);

#endif
