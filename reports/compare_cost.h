/* compare_cost.h -- what a change does to the money: the bridge from a month of BASE to one of CANDIDATE, what is bought, and
 * who pays.
 *
 * Amounts are whole cents of the mean month over the replications that both sides have; every list sums to the months of its
 * bridge exactly. Teams pay their own workloads here: what shared namespaces cost is not spread.
 */
#ifndef REPORTS_COMPARE_COST_H
#define REPORTS_COMPARE_COST_H

#include "reports/bridge.h"
#include "reports/side.h"

/* An instance type of a region, bought in one way. */
struct compare_offer {
    const char *instance, *region, *purchase;
    double base_hours, candidate_hours;               /* of nodes, a month */
    double base_usd_per_hour, candidate_usd_per_hour; /* paid; NaN: that side does not buy it */
    int64_t base_cents, candidate_cents;
};

/* A team, "(none)", "idle" or "system". */
struct compare_payer {
    const char *name;
    int64_t base_cents, candidate_cents;
    struct statistics_interval change; /* dollars, 95 %, paired */
};

struct compare_cost {
    struct bridge bridge;
    const struct compare_offer *offers; /* [offers_count] as BASE has them, then those of CANDIDATE alone */
    uint32_t offers_count;
    int64_t base_fees_cents, candidate_fees_cents; /* paid beside nodes: with the offers they sum to the month */
    const struct compare_payer *payers;            /* [payers_count], greatest change first; then idle and system */
    uint32_t payers_count;
    const char *base_prices, *candidate_prices; /* sources and dates of prices, one line */
};

/* Works it out from the first count replications; everything lies in a. */
void compare_cost_make(struct compare_cost *c, const struct side *base, const struct side *candidate, uint32_t count,
                       struct arena *a);

#endif
