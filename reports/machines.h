/* machines.h -- which machines a pool could have, and what as many as are needed would cost: an estimate from mean requests, to
 * try the best first.
 */
#ifndef REPORTS_MACHINES_H
#define REPORTS_MACHINES_H

#include "reports/search.h"

struct machine {
    uint32_t type; /* index of the part's types */
    double usd;    /* a month of as many as are needed */
    double scale;  /* nodes for each of now's */
};

/* Dollars an hour of a type in a part's pool, with the discount. */
double machines_price(const struct search *s, const struct part *p, const struct catalog_type *t);

/* The machines for a pool as the best so far loads it, cheapest first; [type_count of the part], in the trial's arena. */
struct machine *machines_rank(const struct search *s, uint32_t part);

#endif
