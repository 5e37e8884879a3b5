/* placer.h -- a scheduling cycle: which node gets a pod, and why others do not.
 *
 * Filters in the profile's order over the nodes in the cache's, from where the last cycle ended, until enough are found
 * that pass; then scores, then the host. Nothing is random: it is the cycle of a scheduler with one worker.
 *
 * Can be driven without a simulation: fill cache, place, count the pod with cache_add_pod, place the next.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/schedule_one.go, framework/runtime/framework.go.
 */
#ifndef MODELS_SCHEDULER_PLACER_H
#define MODELS_SCHEDULER_PLACER_H

#include "models/scheduler/candidates.h"
#include "models/scheduler/profile.h"
#include "models/scheduler/tally.h"
#include "models/scheduler/verdict.h"
#include "models/scheduler/volumes.h"
#include "models/scheduler/window.h"

enum placer_outcome {
    PLACER_PLACED,
    PLACER_UNSCHEDULABLE, /* no node fits */
    PLACER_CONFLICT,      /* PreFilter rejected the pod: no node was looked at */
    PLACER_NO_NODES,
    PLACER_ERROR, /* a preferred term that Kubernetes cannot parse */
};

/* A node that does not take the pod. */
struct placer_rejected {
    uint32_t slot;
    struct verdict verdict;
};

/* A pod to place. */
struct placer_pod {
    const struct profile *profile;
    const struct pod_class *class;
    uint32_t number;                   /* of the caller, as in the cache; NONE: none */
    const char *nominated;             /* the node it means to come to; null: none */
    const char *wanted_node;           /* a required affinity to this name beside the class's own; null: none */
    const struct pod_volumes *volumes; /* null: none */
};

struct placer_result {
    enum placer_outcome outcome;
    uint32_t node; /* slot; NONE: none */
    uint32_t evaluated;
    uint32_t feasible;
    uint32_t plugins;       /* bits of enum plugin: whose rejections keep the pod waiting */
    bool scored;            /* more than one node fits */
    const char *pre_filter; /* PLACER_CONFLICT: why; interned, or of the program */
};

struct placer_scores {
    int64_t *at; /* [count], in the order of feasible */
    uint32_t count;
    uint32_t room;
};

/* A node that is closed to the pod for the sake of those that mean to come to it. */
struct placer_masked {
    uint32_t position;
    int16_t score;
};

/* What is kept of a class between cycles. */
struct placer_kept {
    struct tallies tallies;
    struct scoreboard board;
    uint64_t used; /* when, by the placer's clock */
};

struct placer {
    struct cache cache;
    const struct volume_table *volumes; /* of the caller: those of pods, by number; null: no pod has any */
    struct arena *arena;                /* of the caller: lives as long as the placer */
    bool plain;                         /* everything is worked out anew in each cycle: slow, and the same answers */
    bool detailed;        /* feasible, rejected and the scores of each plugin are wanted even when the pod is placed */
    bool checked;         /* each cycle is worked out both ways */
    uint64_t differences; /* cycles whose two ways did not agree */
    uint32_t next_start;
    VEC(struct placer_kept) kept;
    VEC(uint32_t) kept_of; /* by class number: index in kept; NONE: none */
    uint64_t clock;
    struct tallies anew; /* of the plain way */
    struct window window;
    /* Of the last cycle; where it placed the pod, of a detailed one only: */
    bool lonely;                          /* judge_is_lonely when the last cycle began */
    VEC(const struct pod_class *) absent; /* pods that are terminating, and off their node in a dry run */
    VEC(uint32_t) feasible;               /* slots, in the order in which they were found */
    VEC(struct placer_rejected) rejected;
    uint32_t absent_plugins;              /* bits: what left out the nodes in neither */
    struct placer_scores scores[PLUGINS]; /* of feasible: normalized, not weighted */
    struct placer_scores raw[PLUGINS];    /* before normalization */
    struct placer_scores totals;
    bool skipped[PLUGINS]; /* the plugin had nothing to say */
    /* Scratch: */
    struct volumes_cycle volumes_cycle;
    struct candidates candidates;
    VEC(int64_t) heap;
    VEC(uint32_t) heap_slots;
    VEC(struct placer_masked) masked;
};

/* cache.names is names; both and a are borrowed. */
struct placer placer_make(struct arena *a, struct names *names);
void placer_drop(struct placer *p);

/* One cycle for a pod. Moves next_start on; counts nothing. */
struct placer_result placer_place(struct placer *p, const struct placer_pod *pod);

/* The first verdict of the filters on one node as it is, pods that mean to come left aside. True: it passes. */
bool placer_filter(struct placer *p, const struct placer_pod *pod, uint32_t slot, struct verdict *v);

/* The same with the pods of equal or higher priority that mean to come to the node, and without them; as a part of the last
 * cycle, which was the pod's. PodTopologySpread does not count pods that are terminating, but counts one less for each of
 * them that a dry run has taken off the node: those of absent. */
bool placer_filter_nominated(struct placer *p, const struct placer_pod *pod, uint32_t slot, struct verdict *v);

/* The tallies of a class, up to date. Good until the next call. */
struct tallies *placer_tallies(struct placer *p, const struct profile *profile, const struct pod_class *class);

/* Scores feasible for the pod: raw, skipped, scores, totals. False: PLACER_ERROR. */
bool placer_score(struct placer *p, const struct placer_pod *pod);

/* The counts of the last cycle's verdicts, for the message. */
struct verdict_counts placer_counts(const struct placer *p);

#endif
