#include <criterion/criterion.h>

#include "models/scheduler/score.h"

/* cpu (4000 - 1230) x 100 / 4000 = 69; memory (16000 - 5201) x 100 / 16000 = 67; (69 + 67) / 2 = 68. */
Test(score, least_allocated_is_the_mean_of_what_is_left_in_whole_percent)
{
    cr_assert_eq(score_least_allocated((struct score_amount){4000, 16000}, (struct score_amount){1230, 5201}), 68);
}

/* cpu wants more than there is: 0; memory (1000 - 250) x 100 / 1000 = 75; 75 / 2 = 37. */
Test(score, least_allocated_gives_nothing_for_a_resource_that_is_overdrawn)
{
    cr_assert_eq(score_least_allocated((struct score_amount){100, 1000}, (struct score_amount){101, 250}), 37);
    cr_assert_eq(score_least_allocated((struct score_amount){0, 0}, (struct score_amount){101, 250}), 0);
}

/* Upstream's cases: balance 100 before and 87 after gives 68, no change 75, 50 before and 100 after 100.
 * 87: fractions 0.26 and 0 differ by 0.26, deviation 0.13. 50: fractions 1 and 0. */
Test(score, balanced_allocation_scores_the_change_in_balance)
{
    struct score_amount node = {1000, 1000};
    cr_assert_eq(score_balanced_allocation(node, (struct score_amount){0, 0}, (struct score_amount){260, 0}), 68);
    cr_assert_eq(score_balanced_allocation(node, (struct score_amount){3, 3}, (struct score_amount){9, 9}), 75);
    cr_assert_eq(score_balanced_allocation(node, (struct score_amount){1000, 0}, (struct score_amount){0, 1000}), 100);
}

static uint32_t selected(const int64_t *list, uint32_t count)
{
    int64_t scores[8];
    uint32_t indices[8];
    for (uint32_t i = 0; i < count; i++) {
        scores[i] = list[i];
        indices[i] = i;
    }
    return score_select(scores, indices, count);
}

Test(score, ties_go_to_the_root_of_gos_heap)
{
    cr_assert_eq(selected((const int64_t[]){1, 2, 2}, 3), 1);
    cr_assert_eq(selected((const int64_t[]){0, 0, 5, 5}, 4), 3);
    cr_assert_eq(selected((const int64_t[]){7, 7, 7, 7, 7}, 5), 0);
}
