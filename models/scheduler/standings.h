/* standings.h -- the best of all nodes, where a class scores all of them.
 *
 * The best score of each block of 64 nodes and of each block of 64 blocks, and how many nodes of it are let in, follow
 * each node's score. Which of the best nodes comes first is asked of the order in which a cycle finds feasible nodes.
 *
 * Source: of the last rule, Kubernetes v1.36, pkg/scheduler/schedule_one.go (selectHost) and Go's container/heap.
 */
#ifndef MODELS_SCHEDULER_STANDINGS_H
#define MODELS_SCHEDULER_STANDINGS_H

#include "models/scheduler/scoreboard.h"

/* Learns every score and keeps standings from now on. Nothing when they are kept. */
void standings_open(struct scoreboard *b, const struct judge *j);

/* Learns what is stale. After scoreboard_follow, before anything else looks at scores. */
void standings_follow(struct scoreboard *b, const struct judge *j);

/* Sets the score of a position, or SCORE_NONE, whether standings are kept or not. */
void standings_set(struct scoreboard *b, uint32_t position, int16_t score);

/* How many nodes are let in. */
uint32_t standings_feasible(const struct scoreboard *b);

/* The position of the node that a pod of the class gets when all nodes are looked at from position start on. At least
 * one node is let in. */
uint32_t standings_pick(struct scoreboard *b, const struct profile *profile, uint32_t start);

#endif
