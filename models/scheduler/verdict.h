/* verdict.h -- why a node does not take a pod, and how Kubernetes words it.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/types.go (FitError), framework/plugins.
 */
#ifndef MODELS_SCHEDULER_VERDICT_H
#define MODELS_SCHEDULER_VERDICT_H

#include "models/scheduler/profile.h"
#include "sim/base/buffer.h"
#include "sim/world/objects.h"

enum reason {
    REASON_UNSCHEDULABLE,
    REASON_NODE_NAME,
    REASON_TAINT,
    REASON_ADDED_AFFINITY,
    REASON_NODE_AFFINITY,
    REASON_PORTS,
    REASON_TOO_MANY_PODS,
    REASON_CPU,
    REASON_MEMORY,
    REASON_EPHEMERAL,
    REASON_DISK,
    REASON_CLAIM_IN_USE,
    REASON_VOLUME_LIMIT,
    REASON_VOLUME_NODE, /* a bound volume cannot be had there */
    REASON_NO_VOLUME,
    REASON_VOLUME_GONE,
    REASON_VOLUME_ZONE,
    REASON_SPREAD,
    REASON_SPREAD_LABEL,
    REASON_POD_AFFINITY,
    REASON_POD_ANTI_AFFINITY,
    REASON_EXISTING_ANTI_AFFINITY,
    REASON_SCALARS,                /* the pod's first extended resource, then the others */
    REASONS = REASON_SCALARS + 64, /* the last one stands for all scalars from there on */
};

/* All zero: the pod fits. */
struct verdict {
    enum plugin plugin;
    bool unresolvable; /* taking pods away would not help */
    uint64_t reasons;  /* bits 1 << enum reason, of those below REASON_SCALARS */
    uint64_t scalars;  /* bits: from REASON_SCALARS on */
};

static inline void verdict_add(struct verdict *v, unsigned reason)
{
    unsigned scalar = reason - REASON_SCALARS;
    if (reason < REASON_SCALARS) {
        v->reasons |= UINT64_C(1) << reason;
    } else {
        v->scalars |= UINT64_C(1) << (scalar < 64 ? scalar : 63);
    }
}

static inline bool verdict_has(const struct verdict *v, unsigned reason)
{
    return (reason < REASON_SCALARS ? v->reasons >> reason : v->scalars >> (reason - REASON_SCALARS)) & 1;
}

static inline bool verdict_is_good(const struct verdict *v)
{
    return v->reasons == 0 && v->scalars == 0;
}

static inline bool verdict_same(const struct verdict *v, const struct verdict *w)
{
    return v->plugin == w->plugin && v->unresolvable == w->unresolvable && v->reasons == w->reasons &&
           v->scalars == w->scalars;
}

/* Verdicts of a cycle, counted. */
struct verdict_counts {
    uint32_t nodes;        /* that there are */
    uint32_t absent;       /* of them, not looked at: the pod's node affinity names others */
    uint32_t unresolvable; /* the absent included */
    uint32_t by[REASONS];
    uint32_t no_victims;     /* preemption: nodes without pods of lower priority */
    uint32_t not_helpful;    /* preemption: nodes where it would not help */
    uint32_t absent_plugins; /* bits: what left the absent out */
};

void verdict_count(struct verdict_counts *counts, const struct verdict *v);

/* Adds the text of one reason; those from REASON_SCALARS on name a resource of the pod's requests. */
void verdict_reason(struct buffer *out, enum reason reason, const struct resources *requests);

/* Adds "0/N nodes are available: COUNT REASON, ...", sorted as text. */
void verdict_histogram(struct buffer *out, const struct verdict_counts *counts, const struct resources *requests);

/* The condition's message of a pod that no node takes.
 *
 *   pre_filter  why PreFilter rejected the pod; null: it did not
 *   preempt   what preemption says after "preemption: "; null: what it says when no victims were found;
 *            empty: it found some, and says nothing; verdict_not_tried: the profile has no DefaultPreemption */
void verdict_message(struct buffer *out, const struct verdict_counts *counts, const struct resources *requests,
                     const char *pre_filter, const char *preempt);

extern const char verdict_not_tried[];

/* The text of the event: the message, cut to 1020 bytes and " ..." when it is longer than 1024. */
void verdict_event(struct buffer *out, const char *message);

#endif
