/* moves.h -- what could be a little cheaper: every knob of every part moved one step from the best so far, with a guess what
 * that saves.
 */
#ifndef REPORTS_MOVES_H
#define REPORTS_MOVES_H

#include "reports/search.h"

/* A part's other setting; what it does not change of `from`, where it began, others may. */
struct move {
    uint32_t part;
    struct setting from;
    struct setting setting;
    double guess_usd; /* saved a month */
    double usd;       /* the same, when it was tried alone */
};

struct moves {
    VEC(struct move) list;
    double usd_mcpu, usd_byte; /* a month, at the prices of today's machines */
};

/* All moves from the best so far, which must break nothing, the best guess first. */
void moves_find(const struct search *s, struct moves *m);

/* Changes settings as a move says. False: something that it changes is no longer what it was, and nothing is done. */
bool moves_apply(const struct move *m, struct setting *settings);

/* For qsort: the best guess first. */
int moves_by_guess(const void *left, const void *right);

#endif
