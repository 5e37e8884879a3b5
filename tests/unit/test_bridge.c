#include <criterion/criterion.h>
#include <math.h>

#include "reports/bridge.h"
#include "sim/base/rng.h"

static struct bridge_month month_of(const struct bridge_offer *offers, uint32_t count, double base_demand,
                                    double candidate_demand)
{
    return (struct bridge_month){
        .offers = offers, .count = count, .base_demand = base_demand, .candidate_demand = candidate_demand};
}

/* All five at once. BASE: 1,000 h of an offer A, list $0.20, paid 90 %: $180. CANDIDATE: 900 h of A, list $0.21, paid 80 %:
 * $151.20, and 300 h of B, list and paid $0.30: $90; together $241.20. A node of A has 4 units, one of B 8. Demand 50 -> 60.
 *   volume      180 x 60/50                                    = 216.00    +36.00
 *   efficiency  180 x (900x4 + 300x8)/(1,000x4) = 180 x 1.5    = 270.00    +54.00
 *   mix         900 x 0.18 + 300 x 0.30 (BASE has no price)    = 252.00    -18.00
 *   price       900 x 0.21 x 0.9 + 90                          = 260.10     +8.10
 *   rate        CANDIDATE                                      = 241.20    -18.90     together +61.20 */
Test(bridge, puts_one_factor_after_the_other)
{
    struct bridge_offer offers[] = {{4, {180, 0.18, 0.20}, {151.2, 0.168, 0.21}}, {8, {0, 0, 0}, {90, 0.30, 0.30}}};
    struct bridge_month m = month_of(offers, 2, 50, 60);
    struct bridge b = bridge_make(&m, 1);
    cr_assert(b.known);
    cr_assert_eq(b.base_cents, 18000);
    cr_assert_eq(b.candidate_cents, 24120);
    cr_assert_eq(b.step_cents[BRIDGE_VOLUME], 3600);
    cr_assert_eq(b.step_cents[BRIDGE_EFFICIENCY], 5400);
    cr_assert_eq(b.step_cents[BRIDGE_MIX], -1800);
    cr_assert_eq(b.step_cents[BRIDGE_PRICE], 810);
    cr_assert_eq(b.step_cents[BRIDGE_RATE], -1890);
}

/* The control plane's fee goes from $73 to $75.50 and takes no part in the volume: twice the demand on twice the nodes of
 * $41.37 is +$41.37 of volume, and the rest is price. */
Test(bridge, fees_beside_nodes_change_with_the_price)
{
    struct bridge_offer offer = {2, {41.37, 0.0913, 0.0913}, {82.74, 0.0913, 0.0913}};
    struct bridge_month m = month_of(&offer, 1, 7.25, 14.5);
    m.base_fees = 73;
    m.candidate_fees = 75.5;
    struct bridge b = bridge_make(&m, 1);
    cr_assert_eq(b.step_cents[BRIDGE_VOLUME], 4137);
    cr_assert_eq(b.step_cents[BRIDGE_EFFICIENCY], 0);
    cr_assert_eq(b.step_cents[BRIDGE_MIX], 0);
    cr_assert_eq(b.step_cents[BRIDGE_PRICE], 250);
    cr_assert_eq(b.step_cents[BRIDGE_RATE], 0);
}

/* No demand, or a side without any: 1,500 h instead of 1,000 at $0.0913 is all efficiency, +$45.65. */
Test(bridge, without_demand_there_is_no_volume)
{
    struct bridge_offer offer = {2, {91.3, 0.0913, 0.0913}, {136.95, 0.0913, 0.0913}};
    struct bridge_month m = month_of(&offer, 1, 0, 3.7);
    struct bridge b = bridge_make(&m, 1);
    cr_assert_eq(b.step_cents[BRIDGE_VOLUME], 0);
    cr_assert_eq(b.step_cents[BRIDGE_EFFICIENCY], 4565);
}

/* From nothing, and to nothing: capacity of BASE is 0, so all that is bought is mix; capacity of CANDIDATE is 0, so all that is
 * not is efficiency. */
Test(bridge, a_side_may_buy_nothing)
{
    struct bridge_offer from = {4, {0, 0.2, 0.2}, {77.31, 0.2, 0.2}}, to = {4, {77.31, 0.2, 0.2}, {0, 0.2, 0.2}};
    struct bridge_month first = month_of(&from, 1, 5, 5), second = month_of(&to, 1, 5, 5);
    cr_assert_eq(bridge_make(&first, 1).step_cents[BRIDGE_MIX], 7731);
    cr_assert_eq(bridge_make(&second, 1).step_cents[BRIDGE_EFFICIENCY], -7731);
    struct bridge none = bridge_make(NULL, 0);
    cr_assert_not(none.known);
    cr_assert_eq(none.base_cents, 0);
}

/* Three replications of one offer at $0.10; the change is +$1, +$2 and +$6: mean +$3.00, deviation sqrt(7) = 2.6458, Student's t of
 * 2 degrees of freedom 4.3027: half width 4.3027 x 2.6458 / sqrt(3) = 6.5725. */
Test(bridge, steps_are_means_of_paired_replications)
{
    static const double candidate[] = {11, 13, 16}, base[] = {10, 11, 10};
    struct bridge_offer offers[3];
    struct bridge_month months[3];
    for (int r = 0; r < 3; r++) {
        offers[r] = (struct bridge_offer){2, {base[r], 0.1, 0.1}, {candidate[r], 0.1, 0.1}};
        months[r] = month_of(&offers[r], 1, 5, 5);
    }
    struct bridge b = bridge_make(months, 3);
    cr_assert_eq(b.step_cents[BRIDGE_EFFICIENCY], 300);
    cr_assert_float_eq(b.step[BRIDGE_EFFICIENCY].mean, 3, 1e-12);
    cr_assert_float_eq(b.step[BRIDGE_EFFICIENCY].half_width, 6.5725, 1e-4);
    cr_assert_float_eq(b.change.half_width, b.step[BRIDGE_EFFICIENCY].half_width, 1e-12);
}

/* Whatever the amounts: steps sum to the whole, in whole cents, and both ends are the rounded months. */
Test(bridge, steps_sum_to_the_cent)
{
    struct rng g = rng_open(77, 0, "bridge", 1);
    for (int i = 0; i < 20000; i++) {
        struct bridge_offer offers[4];
        for (int k = 0; k < 4; k++) {
            double list = rng_uniform(&g), then = rng_uniform(&g) < 0.8 ? list : rng_uniform(&g);
            offers[k] = (struct bridge_offer){
                1 + 7 * rng_uniform(&g),
                {rng_uniform(&g) < 0.7 ? 3000 * rng_uniform(&g) : 0, list * (0.3 + 0.7 * rng_uniform(&g)), list},
                {rng_uniform(&g) < 0.7 ? 3000 * rng_uniform(&g) : 0, then * (0.3 + 0.7 * rng_uniform(&g)), then}};
        }
        struct bridge_month m = month_of(offers, 4, 90 * rng_uniform(&g), 90 * rng_uniform(&g));
        m.base_fees = m.candidate_fees = 73 * rng_uniform(&g);
        struct bridge b = bridge_make(&m, 1);
        int64_t sum = 0;
        double base = m.base_fees, candidate = m.candidate_fees;
        for (int k = 0; k < BRIDGE_STEPS; k++) {
            sum += b.step_cents[k];
        }
        for (int k = 0; k < 4; k++) {
            base += offers[k].base.usd;
            candidate += offers[k].candidate.usd;
        }
        cr_assert_eq(sum, b.candidate_cents - b.base_cents);
        cr_assert_leq(fabs((double)b.base_cents - 100 * base), 0.5 + 1e-6);
        cr_assert_leq(fabs((double)b.candidate_cents - 100 * candidate), 0.5 + 1e-6);
    }
}
