#include <criterion/criterion.h>

#include "models/scheduler/queue.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
#define NOBODY UINT32_MAX

/* Row, uid and priority of pods as they enter; all fail at their first attempt. */
static void add_failed(struct queue *q, uint32_t row, int32_t priority, int64_t now_ns)
{
    queue_add(q, row, row + 1, priority, now_ns);
    cr_assert_eq(queue_pop(q, now_ns), row);
    queue_fail(q, row, now_ns);
}

/* Priority 7 before 0; of equals the one that came first, of those that came together the older. */
Test(scheduler_queue, the_highest_priority_comes_first_then_who_waits_longest)
{
    struct queue q = {0};
    queue_add(&q, 4, 40, 0, 2 * SECOND);
    queue_add(&q, 1, 30, 0, 2 * SECOND);
    queue_add(&q, 2, 50, 0, SECOND);
    queue_add(&q, 3, 60, 7, 3 * SECOND);
    const uint32_t expected[] = {3, 2, 1, 4, NOBODY};
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(queue_pop(&q, 4 * SECOND), expected[i]);
    }
    cr_expect_eq(q.waiting, 0);
    queue_drop(&q);
}

/* Seconds of 1.914 + 1 and 3 + 2, and 10 at most: 7.3 + 10. */
Test(scheduler_queue, back_off_doubles_from_1_to_10_seconds_and_is_cut_to_seconds)
{
    cr_assert_eq(queue_backoff_second(1914 * MS, 1), 2);
    cr_assert_eq(queue_backoff_second(3000 * MS, 2), 5);
    cr_assert_eq(queue_backoff_second(7300 * MS, 4), 15);
    cr_assert_eq(queue_backoff_second(7300 * MS, 5), 17);
    cr_assert_eq(queue_backoff_second(7300 * MS, 40), 17);
    cr_assert_eq(queue_backoff_second(7300 * MS, 0), 7);
}

/* A pod that fits nowhere waits for a change, however long. */
Test(scheduler_queue, an_unschedulable_pod_is_not_tried_without_an_event)
{
    struct queue q = {0};
    add_failed(&q, 5, 0, SECOND);
    cr_assert_eq(queue_pop(&q, 290 * SECOND), NOBODY);
    cr_assert_eq(q.pooled, 1);
    queue_move_all(&q, 290 * SECOND);
    cr_assert_eq(q.pooled, 0);
    cr_assert_eq(queue_pop(&q, 290 * SECOND), 5);
    queue_drop(&q);
}

/* Pod 1 failed at 1.914 s: its back-off ends in second 2, so at 2.9 s it is behind pod 2, which is new, though it has the
 * higher priority; at 3.0 s it would be before it. */
Test(scheduler_queue, a_pod_in_back_off_lets_others_go_first_until_its_second_is_over)
{
    for (int late = 0; late < 2; late++) {
        struct queue q = {0};
        add_failed(&q, 1, 9, 1914 * MS);
        queue_move_all(&q, 2 * SECOND);
        queue_add(&q, 2, 2, 0, 2500 * MS);
        cr_assert_eq(queue_pop(&q, late ? 3000 * MS : 2900 * MS), late ? 1 : 2);
        cr_assert_eq(queue_pop(&q, late ? 3000 * MS : 2900 * MS), late ? 2 : 1);
        queue_drop(&q);
    }
}

/* Nothing else to do: pods in back-off are tried at once, by the second in which it ends, then by priority. Pod 3 ends in
 * second 2, the others in second 3. */
Test(scheduler_queue, an_idle_scheduler_does_not_wait_for_a_back_off)
{
    struct queue q = {0};
    add_failed(&q, 1, 0, 2100 * MS);
    add_failed(&q, 2, 5, 2200 * MS);
    add_failed(&q, 3, 0, 1900 * MS);
    queue_move_all(&q, 2300 * MS);
    const uint32_t expected[] = {3, 2, 1, NOBODY};
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(queue_pop(&q, 2300 * MS), expected[i]);
    }
    queue_drop(&q);
}

/* In the pool since 10 s: at 310 s it is 300 s, which is not more than 5 minutes; at 340 s it is. */
Test(scheduler_queue, after_more_than_5_minutes_a_pod_is_tried_again)
{
    struct queue q = {0};
    add_failed(&q, 1, 0, 10 * SECOND);
    cr_assert(queue_flush_old(&q, 310 * SECOND));
    cr_assert_eq(queue_pop(&q, 310 * SECOND), NOBODY);
    cr_assert_not(queue_flush_old(&q, 340 * SECOND));
    cr_assert_eq(queue_pop(&q, 340 * SECOND), 1);
    queue_drop(&q);
}

Test(scheduler_queue, a_pod_that_is_gone_is_forgotten_wherever_it_waits)
{
    struct queue q = {0};
    add_failed(&q, 1, 0, SECOND);
    add_failed(&q, 2, 0, SECOND);
    queue_remove(&q, 1);
    queue_move_all(&q, SECOND);
    queue_add(&q, 3, 3, 0, SECOND);
    queue_remove(&q, 3);
    queue_remove(&q, 2);
    cr_assert_eq(queue_pop(&q, 9 * SECOND), NOBODY);
    cr_assert_eq(q.waiting + q.pooled, 0);
    queue_add(&q, 2, 77, 0, 9 * SECOND);
    cr_assert_eq(queue_pop(&q, 9 * SECOND), 2);
    queue_drop(&q);
}
