/* compile.h -- from defaulted manifests to the plain rows that the world keeps.
 *
 * A tree has been checked and defaulted (manifest.h); what a row needs is picked out, texts are interned. Pod templates
 * are compiled once for each different text: equal templates are one pointer, so that "the template changed" means what it
 * means in Kubernetes. A HorizontalPodAutoscaler is compiled by models/hpa/hpa_spec.h.
 */
#ifndef SIM_SCENARIO_COMPILE_H
#define SIM_SCENARIO_COMPILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/memory.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/world/objects.h"
#include "sim/world/placement.h"

/* What was compiled so far. All lies in arena. One for each simulation, since templates get numbers as they come. */
struct compiler {
    struct arena *arena;
    struct names *names;
    struct arena scratch;                       /* of its own: what is interned goes to arena meanwhile */
    VEC(const struct value *) classes;          /* PriorityClass objects */
    VEC(const struct value *) ranges;           /* LimitRange objects */
    VEC(const struct pod_template *) templates; /* by number */
    VEC(const char *) spaces;                   /* by number: the namespace whose LimitRanges count; null: none */
    VEC(uint64_t) hashes;                       /* of their trees, by number */
    uint32_t *slots;                            /* [room] number + 1 by hash, open addressing; 0: free */
    uint32_t room;                              /* a power of two, or 0 */
};

struct compiler compile_make(struct arena *a, struct names *names);
void compile_drop(struct compiler *c);

/* Makes a PriorityClass known; before the templates that name it. */
void compile_class(struct compiler *c, const struct value *object);

/* Makes a LimitRange known; before the templates of its namespace. */
void compile_limit_range(struct compiler *c, const struct value *object);

/* The pod that is made from a template {metadata, spec}, with a pod's own defaults and those of the LimitRanges in a
 * namespace (interned; null: none). In a. */
struct value *compile_pod_tree(const struct compiler *c, struct arena *a, const struct value *template,
                               const char *namespace);

/* The template that a tree {metadata, spec} says, a pod or a pod template in a namespace (interned); of its metadata
 * labels and annotations count, but for the label pod-template-hash. A pod that priority admission would forbid has priority 0. */
const struct pod_template *compile_template(struct compiler *c, const char *namespace, const struct value *tree);

/* Whether the kind is a workload's, and which. */
bool compile_kind(const char *kind, enum workload_kind *workload);

/* The spec of a Deployment, StatefulSet, DaemonSet, Job or CronJob. */
struct workload_spec compile_workload(struct compiler *c, enum workload_kind kind, const struct value *object);

/* A ReplicaSet or ReplicationController that nobody owns, and a pod likewise: Pending, node_name as spec.nodeName. */
struct replicaset compile_replicaset(struct compiler *c, const struct value *object);
struct pod compile_pod(struct compiler *c, const struct value *object);

/* A Node of the manifests: its labels, taints and allocatable (capacity where it has none). */
struct node compile_node(struct compiler *c, const struct value *object);

/* The taints of a list of {key, value, effect}; never null. */
const struct taints *compile_taints(struct arena *a, struct names *names, const struct value *list);

/* The constraints of a list topologySpreadConstraints, as many as it has. */
const struct spread_constraint *compile_spread(struct arena *a, struct names *names, const struct value *list);

/* Sets what a nodeAffinity says in p: required and preferred terms. */
void compile_affinity(struct arena *a, struct names *names, const struct value *affinity, struct placement *p);

/* What the scheduler looks at in a pod's spec; never null. */
const struct placement *compile_placement(struct arena *a, struct names *names, const struct value *pod_spec);

/* The amounts of a resource list such as status.allocatable: cpu, memory, ephemeral-storage and, as scalars, the rest but
 * pods, which goes to *pods (0 when there is none). */
struct resources compile_resources(struct arena *a, struct names *names, const struct value *list, int64_t *pods);

#endif
