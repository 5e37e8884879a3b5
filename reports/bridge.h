/* bridge.h -- why a month of CANDIDATE costs something else than one of BASE: volume, efficiency, mix, price and rate.
 *
 * A month's nodes cost hours x list price x rate, summed over the offers: an offer is an instance type of a region, bought in
 * one way (on demand, spot); its rate is the part of the list price that is paid. The bridge walks from BASE to CANDIDATE and
 * puts the new value of one factor after the other, so each step has the new values of those before it and the old ones of
 * those behind it:
 *
 *     level                  hours of an offer      at
 *     BASE                   base                   base list x base rate
 *     after volume           base x V               "          V: demand of CANDIDATE by that of BASE
 *     after efficiency       base x K               "          K: capacity hours of CANDIDATE by those of BASE
 *     after mix              candidate              "
 *     after price            candidate              candidate list x base rate
 *     after rate: CANDIDATE  candidate              candidate list x candidate rate
 *
 * So volume is more or less demand at BASE's cost of a unit; efficiency is capacity for each unit of demand (requests, idle,
 * scaling); mix is which offers that capacity is bought of; price is the price list; rate is what of the list is paid
 * (discounts). What is paid beside nodes, the control plane's fee, changes with the price. An offer that BASE does not buy has
 * no price there: it is taken at CANDIDATE's, and its step is the mix.
 *
 * Levels are rounded to whole cents once and a step is the difference of two of them: the steps sum to the whole exactly,
 * whatever is rounded.
 *
 * Source: price-volume-mix analysis by successive substitution; list price and rate as FOCUS 1.2 has them (ListUnitPrice,
 * ContractedUnitPrice); the order of the steps is ours.
 */
#ifndef REPORTS_BRIDGE_H
#define REPORTS_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/statistics.h"

enum bridge_step { BRIDGE_VOLUME, BRIDGE_EFFICIENCY, BRIDGE_MIX, BRIDGE_PRICE, BRIDGE_RATE, BRIDGE_STEPS };

/* How a step is called, and what it is in one line. */
struct bridge_name {
    const char *name;
    const char *meaning;
};

extern const struct bridge_name bridge_names[BRIDGE_STEPS];

/* An offer on one side; all 0: that side does not have it. */
struct bridge_bought {
    double usd;           /* of a month */
    double usd_per_hour;  /* that is paid for one node; 0: it is free, and left out */
    double list_per_hour; /* 0: what is paid */
};

struct bridge_offer {
    double capacity; /* of one node, in any unit that is the same for all offers */
    struct bridge_bought base, candidate;
};

/* A month of both sides, of one replication. */
struct bridge_month {
    const struct bridge_offer *offers; /* [count] */
    uint32_t count;
    double base_fees, candidate_fees; /* dollars that are paid beside nodes */
    double base_demand,
        candidate_demand; /* in one unit; where one of them is not above 0, volume is taken as the same */
};

struct bridge {
    bool known; /* there was a month */
    int64_t base_cents, candidate_cents;
    int64_t step_cents[BRIDGE_STEPS];              /* their sum is candidate_cents - base_cents */
    struct statistics_interval step[BRIDGE_STEPS]; /* dollars, 95 %, paired over the replications */
    struct statistics_interval change;             /* of the whole */
};

/* Dollars of one month at each level, from BASE to CANDIDATE. */
void bridge_levels(const struct bridge_month *m, double usd[BRIDGE_STEPS + 1]);

/* The bridge between the means of months[count], a month for each replication. */
struct bridge bridge_make(const struct bridge_month *months, uint32_t count);

#endif
