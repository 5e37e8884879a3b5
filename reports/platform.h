/* platform.h -- what of a scenario a recommendation may change: requests, limits, sizes, autoscalers, machines.
 *
 * A part is what changes as one: a workload with its autoscaler, or a NodePool. Each has knobs, whole numbers; a setting
 * gives every knob of every part a value. What a setting changes comes out as patches, the same trees that the variant is
 * simulated with, and that are written for kubectl: what was proved is what is applied.
 */
#ifndef REPORTS_PLATFORM_H
#define REPORTS_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/run/plan.h"

enum knob {
    KNOB_CPU_REQUEST, /* milli-CPU; negative: none is written; likewise the three below */
    KNOB_CPU_LIMIT,
    KNOB_MEMORY_REQUEST, /* bytes */
    KNOB_MEMORY_LIMIT,
    KNOB_REPLICAS,      /* of what has no autoscaler */
    KNOB_TARGET,        /* of cpu: percent of the request, or milli-CPU of each pod */
    KNOB_MEMORY_TARGET, /* percent of the request: changes with that only */
    KNOB_MIN,           /* replicas of an autoscaler */
    KNOB_MAX,
    KNOB_DOWN_WINDOW, /* seconds of stabilization on the way down */
    KNOB_INSTANCE,    /* index of the part's types */
    KNOB_NODES_MIN,
    KNOB_NODES_INITIAL,
    KNOB_NODES_MAX,
    KNOBS
};

struct part {
    const char *title;           /* "Deployment/rides/ride-ingest", "NodePool/general" */
    const struct object *object; /* of this plan */
    const struct object *hpa;    /* null: none */
    uint32_t workload;           /* index in the plan; NONE: a NodePool */
    uint32_t group;              /* of a NodePool, index in the scenario */
    const char *container;       /* whose use is known; null: a NodePool */
    const struct value *container_tree;
    const char *owner;      /* the team; null: none */
    const char *left_alone; /* why nothing of it may change; null: it may */
    uint32_t metric;        /* index of the cpu metric in the autoscaler's list; likewise of memory */
    uint32_t memory_metric;
    bool target_is_percent;
    int64_t others_mcpu; /* requested by the pod's other containers, where the target is one of the whole pod */
    int64_t others_bytes;
    const struct catalog_type **types; /* [type_count]; the first: as it is */
    uint32_t type_count;
    bool has[KNOBS];
    int64_t now[KNOBS];
};

struct setting {
    int64_t at[KNOBS];
};

struct platform {
    const struct plan *plan; /* of today; kept */
    struct part *parts;      /* [count]: workloads in the order of the plan, then NodePools */
    uint32_t count;
};

/* Texts and parts lie in a. */
void platform_make(struct arena *a, const struct plan *plan, struct platform *p);

/* Settings [p->count] in a: what is, or a copy. */
struct setting *platform_today(struct arena *a, const struct platform *p);
struct setting *platform_copy(struct arena *a, const struct platform *p, const struct setting *settings);

/* Whether a part is set otherwise than it is. */
bool platform_differs(const struct part *part, const struct setting *setting);

/* Gives a cpu or memory request another value, and the autoscaler's target with it (advice_target), limits at least it. */
void platform_request(const struct part *part, struct setting *setting, enum knob knob, int64_t request);

/* The patches of a part: of its object and of its autoscaler, trees with apiVersion, kind and metadata. patches has room
 * for 2; returns how many there are. */
uint32_t platform_patches(struct arena *a, const struct part *part, const struct setting *setting,
                          const struct value **patches);

/* Whether pods of a workload may run on nodes of a NodePool, as taints, selectors and affinity say. */
bool platform_may_run(const struct platform *p, uint32_t workload, uint32_t group);

/* Marks the workloads that a model's requests come to: its own, and what it calls; marked[workloads of the plan]. */
void platform_mark_calls(const struct platform *p, const struct service_model *model, bool *marked);

/* As users write it: "500m", "512Mi", "65", "m6i.xlarge"; "" for none. */
const char *platform_value_text(struct arena *a, const struct part *part, enum knob knob, int64_t value);

/* The field that a knob is, and its unit: "resources.requests.cpu", "mcpu" (of memory "MiB"). */
const char *platform_field(enum knob knob);
const char *platform_unit(const struct part *part, enum knob knob);

#endif
