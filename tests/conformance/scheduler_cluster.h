/* scheduler_cluster.h -- the cluster of a case of the scheduler's suites, in a placer. */
#ifndef TESTS_CONFORMANCE_SCHEDULER_CLUSTER_H
#define TESTS_CONFORMANCE_SCHEDULER_CLUSTER_H

#include "models/scheduler/placer.h"
#include "sim/base/value.h"
#include "sim/scenario/compile.h"
#include "tests/conformance/replay.h"

struct scheduler_cluster {
    struct replay_case *c;
    const struct value *in;
    struct compiler compiler;
    struct placer placer;
    struct profile profile;
    struct volume_table *volumes; /* of pods, by number */
    uint32_t classes;
    struct lookup numbers;  /* of pods, by name or namespace/name */
    VEC(const char *) pods; /* by number */
};

/* A placer with the default profile and nothing in it. in has the objects beside nodes and pods. */
struct scheduler_cluster scheduler_cluster_open(struct replay_case *c, const struct value *in);
void scheduler_cluster_drop(struct scheduler_cluster *s);

/* Adds a node of a manifest, or changes it. */
void scheduler_cluster_put_node(struct scheduler_cluster *s, const struct value *manifest);

/* The class of a pod of a manifest, a new one each time. labels: null: those of the manifest. */
const struct pod_class *scheduler_cluster_class(struct scheduler_cluster *s, const struct value *manifest,
                                                const struct value *labels);

/* The volumes of a pod of a manifest, whose name may be another; null: none. */
const struct pod_volumes *scheduler_cluster_volumes(struct scheduler_cluster *s, const struct value *manifest,
                                                    const char *name);

/* The number of a pod by its name; made when it is new. */
uint32_t scheduler_cluster_number(struct scheduler_cluster *s, const char *name);

/* Adds the nodes of in.nodes and the bound pods of in.pods, whole manifests. */
void scheduler_cluster_fill(struct scheduler_cluster *s);

/* The object's reference to its controller; null: it has none. */
const struct value *scheduler_cluster_controller(const struct value *object);

/* A list of texts, sorted. */
struct value *scheduler_cluster_sorted(struct value *list);

/* Nanoseconds of a text 2000-01-02T03:04:05Z since the start of 2000, as if every month had 31 days: only order counts.
 * TIME_UNSET: there is none. */
int64_t scheduler_cluster_instant(const struct value *v);

/* The words of a verdict's reasons, sorted as text. */
struct value *scheduler_cluster_reasons(struct scheduler_cluster *s, const struct verdict *v,
                                        const struct pod_class *class);

/* "Success", "Unschedulable" or "UnschedulableAndUnresolvable". */
const char *scheduler_cluster_code(const struct verdict *v);

#endif
