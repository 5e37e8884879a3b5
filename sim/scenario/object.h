/* object.h -- the objects of a scenario: what a document holds, found by kind and name.
 *
 * Kubernetes' objects and headroom's own are the same here: a tree with apiVersion, kind, namespace and name. Lists are
 * taken apart. One of headroom's in a later FILE patches the one of the same kind and name before it (RFC 7386).
 */
#ifndef SIM_SCENARIO_OBJECT_H
#define SIM_SCENARIO_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/memory.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/kinds.h"
#include "sim/scenario/problems.h"

#define OBJECT_HEADROOM "headroom/v1"

/* Texts are interned. */
struct object {
    const char *api_version;
    const char *kind; /* of a kind that is not known, but by its name, with its group: Service.serving.knative.dev */
    const char *namespace; /* "" when it has none; "default" where it may and names none */
    const char *name;
    struct value *tree;
    struct mark where;
    uint32_t layer;          /* FILE of the command line, from 0: of the latest that changed it */
    bool headroom;           /* one of headroom's own */
    const struct kind *type; /* of a Kubernetes object; null: a kind that is not known */
    void *spec;              /* headroom's own: its struct, such as struct demand (specs.h) */
};

struct objects {
    struct arena *arena;
    struct names *names;
    struct problems *problems;
    const char *const *own;      /* names of headroom's kinds, closed by null */
    VEC(struct object *) list;   /* in order of reading */
    VEC(struct object *) sorted; /* by kind, namespace and name; made by objects_settle */
};

struct objects objects_make(struct arena *a, struct names *names, struct problems *problems, const char *const *own);
void objects_drop(struct objects *o);

/* Adds what a document holds: an object, or the items of a List. What is no object is a problem and left out. */
void objects_add(struct objects *o, struct value *tree, uint32_t layer);

/* Sorts, applies overlays and refuses doubles. Once, when all are added. */
void objects_settle(struct objects *o);

/* Puts the objects of from[count] that are of one of headroom's kinds (closed by null) in the place of all of these kinds.
 * Their names must be interned in the same table. After objects_settle. */
void objects_replace(struct objects *o, const char *const *kinds, struct object *const *from, uint32_t count);

/* The object of a kind and name; null: there is none. After objects_settle. */
struct object *objects_find(const struct objects *o, const char *kind, const char *namespace, const char *name);

/* The name nearest to a misspelt one among objects of that kind; null: none is near. */
const char *objects_suggest(const struct objects *o, const char *kind, const char *name);

/* "Deployment/web", "Deployment/shop/web" when the namespace is not default; in the arena. */
const char *object_title(struct arena *a, const struct object *object);

/* Whether another object made it: it has ownerReferences. */
bool object_is_owned(const struct object *object);

/* The pod template {metadata, spec} of a workload, of a Pod itself; null: it has none. */
struct value *object_pod_template(const struct object *object);

#endif
