/* scoreboard.h -- what a class of pods makes of every node, kept between cycles.
 *
 * For each node of the cache's list: whether the filters that look at nothing but the class, the node and its pods let
 * the class in, and what the score plugins that do not normalize say, weighted. It follows the cache's log: what a change
 * touches is not known until somebody asks. What it says is what judge.h and ratings.h say.
 *
 * Taints and node affinity normalize over the feasible nodes, so their raw scores are kept: as the kind of the node, of
 * which there are few. Anti-affinity between pods is in as far as no two nodes share a value of its key: then nobody
 * but the node's own pods matters.
 */
#ifndef MODELS_SCHEDULER_SCOREBOARD_H
#define MODELS_SCHEDULER_SCOREBOARD_H

#include "models/scheduler/judge.h"
#include "models/scheduler/score.h"

#define SCORE_UNKNOWN (-2)
#define SCORE_NONE (-1)      /* the node is not let in */
#define SCOREBOARD_BLOCK 64u /* scores that are looked at in one go */

enum { KIND_UNKNOWN, KIND_REFUSED, KIND_FIRST };

/* Nodes of which the class's taints and node affinity scores are equal. */
struct score_kind {
    int64_t taints; /* raw scores */
    int64_t affinity;
    uint32_t feasible; /* nodes of the kind that are let in; kept by standings.h */
};

/* What the class asks for, worked out once. */
struct score_plan {
    bool possible;  /* scores are small enough to be kept */
    bool few_needs; /* cpu, memory and a place; no other resource, no host port */
    bool fits;      /* NodeResourcesFit filters */
    bool usual;     /* scores cpu and memory as the default profile does */
    bool balances;
    bool has_images;
    struct score_amount fit, balance; /* of the pod */
};

/* The best scores of blocks of nodes; see standings.h. */
struct standings {
    bool kept;
    VEC(int16_t) best;   /* by block */
    VEC(uint8_t) fits;   /* by block: nodes that are let in */
    VEC(int16_t) top;    /* by block of blocks */
    VEC(uint32_t) total; /* the same of fits */
    VEC(int16_t) adds;   /* by kind: what is added to a score */
    VEC(uint32_t) stale; /* positions whose scores are to be learned again; with the highest bit their kinds, too */
};

#define STALE_KIND (UINT32_C(1) << 31)

/* A zero struct is one that nothing is known in. */
struct scoreboard {
    struct score_plan plan;
    bool made;
    uint32_t count;  /* nodes in the list */
    uint32_t room;   /* whole blocks */
    uint32_t orders; /* which list of the cache it is */
    uint64_t seen;   /* changes of the log that are in */
    uint64_t local;  /* bits: tallies that are in */
    uint8_t *kinds;  /* [room] by position: KIND_UNKNOWN, KIND_REFUSED, or KIND_FIRST + index in list */
    int16_t *scores; /* [room] by position */
    VEC(struct score_kind) list;
    uint8_t
        *verdicts; /* [room] by position: 0 not known, 1 the node passes, else 2 + index in words; null: none known */
    VEC(struct verdict) words;
    struct standings standings;
};

void scoreboard_drop(struct scoreboard *b);

/* Begins anew for a class. */
void scoreboard_open(struct scoreboard *b, const struct profile *profile, const struct pod_class *class);

/* Brings b up to date with the cache's list and log; j->tallies is up to date. Where standings are kept, what changed is
 * left to standings_follow. False: the class cannot be kept. */
bool scoreboard_follow(struct scoreboard *b, const struct judge *j);

/* The score of a position that is not known. Sets it. */
int16_t scoreboard_learn(struct scoreboard *b, const struct judge *j, uint32_t position);

/* The score at a position. */
static inline int16_t scoreboard_at(struct scoreboard *b, const struct judge *j, uint32_t position)
{
    int16_t score = b->scores[position];
    return score == SCORE_UNKNOWN ? scoreboard_learn(b, j, position) : score;
}

/* judge_node of a position, kept. Sets *v when the node does not pass. */
bool scoreboard_judge(struct scoreboard *b, const struct judge *j, uint32_t position, struct verdict *v);

/* What taints and node affinity add to the scores of each kind, weighted, where the nodes of those kinds are feasible
 * that has says. has, adds: [count of list]. */
void scoreboard_adds(const struct scoreboard *b, const struct profile *profile, const bool *has, int64_t *adds);

#endif
