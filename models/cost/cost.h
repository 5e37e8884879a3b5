/* cost.h -- what nodes cost, and who pays.
 *
 * Money is whole nano-dollars. What a node costs up to a time is cut to one once, from its start, so the parts of any
 * division of its life sum to the whole; a division among payers gives each remainder to somebody, so that it sums too:
 *
 *     node cost = workloads + idle + reserved for the system
 *
 * A node's price is split between processor and memory as OpenCost does, by the ratio of their default prices; each
 * part is then shared by max(request, use) of the pods over capacity. Where that is more than there is, pods share
 * what there is.
 *
 * Source: OpenCost specification and code (reference/rightsizing-and-cost.md, 7).
 */
#ifndef MODELS_COST_COST_H
#define MODELS_COST_COST_H

#include <stddef.h>
#include <stdint.h>

/* A core costs as much as this many GiB of memory: 0.031611 / 0.004237 of OpenCost's default prices. */
#define COST_CORE_IN_GIB 7.4607033278

/* What a node with this price costs in its first lifetime_ns (0 or more), nano-dollars, cut. price 0 to 9e15 a hour. */
int64_t cost_of_lifetime(int64_t price_nusd_hour, int64_t lifetime_ns);

/* A price in dollars as nano-dollars, rounded. */
int64_t cost_nusd(double usd);

/* The part of a node's price that is for its processors, in [0, 1]. */
double cost_processor_share(int64_t capacity_mcpu, int64_t capacity_memory_bytes);

/* A pod's claim on its node: the greater of request and use; what is unknown (negative) counts as nothing. */
struct cost_claim {
    int64_t mcpu;
    int64_t memory_bytes;
};

struct cost_claim cost_claim(int64_t request_mcpu, int64_t used_mcpu, int64_t request_bytes, int64_t used_bytes);

/* What somebody pays. */
struct cost_part {
    int64_t processor_nusd;
    int64_t memory_nusd;
};

struct cost_node {
    int64_t capacity_mcpu;
    int64_t capacity_memory_bytes;
    int64_t allocatable_mcpu;
    int64_t allocatable_memory_bytes;
};

/* Shares amount, which a node cost in some time, among its pods: parts[count] for claims[count], idle and reserved. All
 * sum to amount exactly. */
void cost_share(const struct cost_node *node, int64_t amount, const struct cost_claim *claims, size_t count,
                struct cost_part *parts, struct cost_part *idle, struct cost_part *reserved);

/* Dollars a month of 730 h: the run without its events scaled to a month, plus what each event adds once (the paired
 * run with events minus the one without). */
double cost_monthly_usd(int64_t without_events_nusd, int64_t with_events_nusd, int64_t duration_ns);

/* Dollars for each ride; 0 when there were none. */
double cost_per_unit_usd(int64_t amount_nusd, double units);

#endif
