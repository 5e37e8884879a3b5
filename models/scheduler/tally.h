/* tally.h -- the sums over the cluster's pods that one class of pending pods is judged by.
 *
 * A tally counts pods (or adds up weights) for each value of a node label. Of a class there are tallies for its spread
 * constraints, for its terms of affinity between pods, and for the terms by which pods on nodes want it near or away.
 * Each is made once from the cache's pods, and from then on follows the cache's log, pod by pod and node by node.
 *
 * Source: Kubernetes v1.36, pkg/scheduler/framework/plugins/{podtopologyspread,interpodaffinity}.
 */
#ifndef MODELS_SCHEDULER_TALLY_H
#define MODELS_SCHEDULER_TALLY_H

#include "models/scheduler/cache.h"
#include "models/scheduler/profile.h"

enum tally_kind {
    TALLY_HARD,     /* pods that a DoNotSchedule constraint counts */
    TALLY_SOFT,     /* the same of a ScheduleAnyway constraint; by node where its key is the host's name */
    TALLY_NEAR,     /* pods that every required affinity term means, for each term */
    TALLY_AWAY,     /* pods that a required anti-affinity term means */
    TALLY_EXISTING, /* pods whose required anti-affinity means this class */
    TALLY_SCORE,    /* weights of preferred terms, of either side */
};

/* What a node is to a class, for which pods on it count. */
enum tally_place {
    PLACE_HARD_KEYS = 1, /* it has every key of the hard constraints */
    PLACE_SOFT_KEYS = 2,
    PLACE_AFFINITY = 4, /* the class's selector and required node affinity hold */
    PLACE_TAINTS = 8,   /* the class tolerates its taints */
};

/* Of a tally by node a byte a node is enough, but for nodes with as many pods as this. */
#define TALLY_MANY 255

struct tally_many {
    uint32_t slot;
    int32_t count;
};

struct tally {
    enum tally_kind kind;
    uint32_t index;    /* of the constraint or the term */
    uint32_t topology; /* in the cache */
    bool by_node;      /* for each node instead */
    uint8_t place;     /* what a node must be; bits of enum tally_place */
    VEC(int32_t) sums; /* by number of the label's value */
    VEC(uint8_t) few;  /* instead, by slot; TALLY_MANY: many has it */
    VEC(struct tally_many) many;
    int64_t total;   /* of sums */
    int64_t entries; /* of pods that were added and not taken away */
    /* TALLY_HARD: */
    int64_t self;           /* 1: the pod itself would count */
    VEC(uint32_t) nodes;    /* by value: nodes that count */
    uint32_t domains;       /* values that have such nodes */
    int64_t least;          /* of sums, over those values; INT32_MAX: there is none */
    uint32_t least_domains; /* how many are so low; 0: not known, look again */
};

/* One tally that pods of a class change, by this weight for each pod. */
struct tally_effect {
    uint32_t tally;
    int32_t weight;
    bool living; /* only by pods that are not terminating */
};

struct tally_effects {
    bool known;
    VEC(struct tally_effect) list;
};

/* What one class is judged by. */
struct tallies {
    const struct pod_class *class; /* null: unused */
    const struct profile *profile;
    const struct spread_constraint *spread; /* [spread_count]: the pod's own, or the profile's */
    uint32_t spread_count;
    bool requires_keys;       /* soft constraints: only nodes that have every key count */
    bool own_labels_fit_near; /* the class itself is one that each of its affinity terms means */
    VEC(struct tally) list;
    VEC(struct tally_effects) effects; /* by class number */
    VEC(uint8_t) places;               /* by slot */
    bool everywhere;                   /* pods count on any node: nothing is in places */
    uint64_t seen;                     /* changes of the log that are in */
    bool made;
};

void tallies_drop(struct tallies *t);

/* Begins anew for a class. a: where what is worked out of the profile's default constraints may lie; lives as long as
 * t. */
void tallies_open(struct tallies *t, struct cache *c, const struct profile *profile, const struct pod_class *class,
                  struct arena *a);

/* Brings t up to date with the cache. anew: counts everything again, whatever was known. */
void tallies_follow(struct tallies *t, struct cache *c, bool anew);

/* After a trial that t followed to its end: what the log has lost again was never there. */
void tallies_rewind(struct tallies *t, const struct cache *c);

/* The sum of a tally by node where it is TALLY_MANY or more. */
int32_t tally_many(const struct tally *t, uint32_t slot);

/* The sum of a tally at a node; -1: the node has no such label. */
static inline int64_t tally_at(const struct tally *t, const struct cache *c, uint32_t slot)
{
    if (t->by_node) {
        return slot >= t->few.count ? 0 : t->few.at[slot] < TALLY_MANY ? t->few.at[slot] : tally_many(t, slot);
    }
    uint32_t at = c->topologies.at[t->topology].of.at[slot];
    return at == NONE ? -1 : at < t->sums.count ? t->sums.at[at] : 0;
}

/* Gives a tally a sum for every value, or slot, that there is. */
void tally_widen(struct tally *t, const struct cache *c);

/* The least sum of a hard constraint's domains. */
int64_t tally_least(struct tally *t);

#endif
