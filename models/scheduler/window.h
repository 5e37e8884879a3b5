/* window.h -- the search for the node that a pod gets, over what a scoreboard keeps.
 *
 * Nodes are looked at from a start on until enough are feasible; then the normalizing plugins say what they say of those,
 * and the root of the heap is found. It is the cycle of judge.h and ratings.h with everything left out that makes no
 * difference.
 */
#ifndef MODELS_SCHEDULER_WINDOW_H
#define MODELS_SCHEDULER_WINDOW_H

#include "models/scheduler/scoreboard.h"

/* A run of positions, 64 at most. */
struct window_chunk {
    uint32_t first;
    uint32_t count;
    uint32_t feasible;
    int16_t best; /* score */
};

/* A filter over other nodes' pods, as bounds of what a tally says of the node. */
struct window_check {
    const uint32_t *of; /* by slot */
    const int32_t *sums;
    int64_t least, most;
    int64_t missing; /* what counts where the node has no such label */
};

/* Scratch; a zero struct is an empty one. */
struct window {
    VEC(struct window_chunk) chunks;
    VEC(struct window_check) checks;
    VEC(uint32_t) slots;     /* feasible, in the order of finding */
    VEC(uint32_t) positions; /* of them */
    VEC(int64_t) totals;
    VEC(int64_t) raws;
    VEC(double) sums;
    VEC(int64_t) normalized; /* by raw score */
    VEC(double) terms;       /* by label value */
    VEC(uint64_t) stamps;    /* by label value */
    uint64_t stamp;
};

struct window_found {
    uint32_t position; /* NONE: no node is feasible */
    uint32_t feasible;
    uint32_t evaluated;
};

void window_drop(struct window *w);

/* Looks from position start on for wanted feasible nodes among the list's; b is up to date. Volumes are j->volumes' to say,
 * the rest is b's. What is found is void when b->plan.possible is false thereafter. */
struct window_found window_search(struct window *w, struct scoreboard *b, const struct judge *j, uint32_t start,
                                  uint32_t wanted);

#endif
