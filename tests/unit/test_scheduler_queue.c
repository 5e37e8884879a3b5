#include <criterion/criterion.h>

#include "models/scheduler/queue.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
#define FIT REJECTED_BY(PLUGIN_NODE_RESOURCES_FIT)
#define AFFINITY REJECTED_BY(PLUGIN_NODE_AFFINITY)

static const struct profile profile;
static const struct placement anywhere;
static const struct labels unlabelled;
static const struct pod_template plain = {.placement = &anywhere, .requests = {.mcpu = 250}},
                                 gated = {.placement = &anywhere, .gated = true};
static const struct pod_class plain_class = {.template = &plain, .labels = &unlabelled},
                              gated_class = {.number = 1, .template = &gated, .labels = &unlabelled};

static void add_of(struct queue *q, uint32_t row, const struct pod_class *class, int32_t priority, int64_t now_ns)
{
    struct hint_pod pod = {.profile = &profile, .class = class, .number = row};
    queue_add(q, &pod, row + 1, priority, now_ns);
}

static void add(struct queue *q, uint32_t row, int32_t priority, int64_t now_ns)
{
    add_of(q, row, &plain_class, priority, now_ns);
}

/* Pods that fail at their first attempt. */
static void add_failed(struct queue *q, uint32_t row, int32_t priority, uint32_t rejectors, int64_t now_ns)
{
    add(q, row, priority, now_ns);
    cr_assert_eq(queue_pop(q, now_ns), row);
    queue_fail(q, row, rejectors, now_ns);
}

/* Brings back whom NodeResourcesFit rejected, and nobody else. */
static void a_pod_goes(struct queue *q, int64_t now_ns)
{
    struct event e = {.kind = EVENT_POD_DELETE, .old_pod = {.class = &plain_class, .placed = true}, .number = 4711};
    queue_tell(q, &e, INT32_MAX, now_ns);
}

/* Priority 7 before 0; of equals the one that came first, of those that came together the older. */
Test(scheduler_queue, the_highest_priority_comes_first_then_who_waits_longest)
{
    struct queue q = queue_make();
    add(&q, 4, 0, 2 * SECOND);
    add(&q, 1, 0, 2 * SECOND);
    add(&q, 2, 0, SECOND);
    add(&q, 3, 7, 3 * SECOND);
    const uint32_t expected[] = {3, 2, 1, 4, NONE};
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(queue_pop(&q, 4 * SECOND), expected[i]);
    }
    cr_expect_eq(q.waiting, 0);
    queue_drop(&q);
}

/* A pod that fails by an error at 1.914 s, then whenever it may be tried: back-offs of 1, 2, 4, 8, 10, 10 s are cut to
 * seconds, and over a second later. 1.914 + 1 = 2.914, so 3; 3 + 2 + 1 = 6, 6 + 4 + 1 = 11, 11 + 8 + 1 = 20,
 * 20 + 10 + 1 = 31, 31 + 10 + 1 = 42. */
Test(scheduler_queue, after_an_error_a_pod_comes_back_by_itself_later_each_time)
{
    struct queue q = queue_make();
    add_failed(&q, 5, 0, 0, 1914 * MS);
    const int64_t expected[] = {3, 6, 11, 20, 31, 42};
    for (int i = 0; i < 6; i++) {
        int64_t due = queue_error_due(&q);
        cr_assert_eq(due, expected[i] * SECOND);
        cr_assert_eq(queue_pop(&q, due - 1), NONE);
        cr_assert_eq(queue_pop(&q, due), 5);
        queue_fail(&q, 5, 0, due);
    }
    queue_drop(&q);
}

/* 2.5 s, then 5 of at most 4.2: 7.3 + 2.5 = 9.8, over at 10; 10 + 4.2 = 14.2, over at 15. */
Test(scheduler_queue, back_off_is_what_the_settings_say)
{
    struct queue q = queue_make();
    q.initial_backoff_ns = 2500 * MS;
    q.max_backoff_ns = 4200 * MS;
    add_failed(&q, 5, 0, 0, 7300 * MS);
    cr_assert_eq(queue_error_due(&q), 10 * SECOND);
    cr_assert_eq(queue_pop(&q, 10 * SECOND), 5);
    queue_fail(&q, 5, 0, 10 * SECOND);
    cr_assert_eq(queue_error_due(&q), 15 * SECOND);
    queue_drop(&q);
}

/* A pod that fits nowhere waits for what may help it, however long: one that went, but not a node without its label. */
Test(scheduler_queue, an_unschedulable_pod_is_not_tried_without_an_event_that_helps_it)
{
    struct queue q = queue_make();
    add_failed(&q, 5, 0, FIT, SECOND);
    add_failed(&q, 6, 0, AFFINITY, SECOND);
    cr_assert_eq(queue_pop(&q, 290 * SECOND), NONE);
    cr_assert_eq(q.pooled, 2);
    a_pod_goes(&q, 290 * SECOND);
    cr_assert_eq(q.pooled, 1);
    cr_assert_eq(queue_pop(&q, 290 * SECOND), 5);
    cr_assert_eq(queue_pop(&q, 290 * SECOND), NONE);
    queue_drop(&q);
}

/* The pod of the attempt is told of what happened meanwhile when it fails; not of what happened before. */
Test(scheduler_queue, an_event_during_an_attempt_is_not_lost)
{
    for (int during = 0; during < 2; during++) {
        struct queue q = queue_make();
        add(&q, 5, 0, SECOND);
        if (!during) {
            a_pod_goes(&q, 2 * SECOND);
        }
        cr_assert_eq(queue_pop(&q, 3 * SECOND), 5);
        if (during) {
            a_pod_goes(&q, 4 * SECOND);
        }
        queue_fail(&q, 5, FIT, 5 * SECOND);
        cr_assert_eq(queue_place_of(&q, 5, 5 * SECOND), during ? QUEUE_BACKOFF : QUEUE_POOL);
        queue_drop(&q);
    }
}

/* Pod 1 failed at 1.914 s: its back-off ends in second 2, so at 2.9 s it is behind pod 2, which is new, though it has the
 * higher priority; at 3.0 s it would be before it. */
Test(scheduler_queue, a_pod_in_back_off_lets_others_go_first_until_its_second_is_over)
{
    for (int late = 0; late < 2; late++) {
        struct queue q = queue_make();
        add_failed(&q, 1, 9, FIT, 1914 * MS);
        a_pod_goes(&q, 2 * SECOND);
        add(&q, 2, 0, 2500 * MS);
        cr_assert_eq(queue_pop(&q, late ? 3000 * MS : 2900 * MS), late ? 1 : 2);
        cr_assert_eq(queue_pop(&q, late ? 3000 * MS : 2900 * MS), late ? 2 : 1);
        queue_drop(&q);
    }
}

/* Nothing else to do: pods in back-off are tried at once, by the second in which it ends, then by priority. Pod 3 ends in
 * second 2, the others in second 3. Pod 4 failed by an error: it has to wait. */
Test(scheduler_queue, an_idle_scheduler_does_not_wait_for_a_back_off_but_after_an_error)
{
    struct queue q = queue_make();
    add_failed(&q, 4, 9, 0, 1500 * MS);
    add_failed(&q, 1, 0, FIT, 2100 * MS);
    add_failed(&q, 2, 5, FIT, 2200 * MS);
    add_failed(&q, 3, 0, FIT, 1900 * MS);
    a_pod_goes(&q, 2300 * MS);
    const uint32_t expected[] = {3, 2, 1, NONE};
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(queue_pop(&q, 2300 * MS), expected[i]);
    }
    queue_drop(&q);
}

/* In the pool since 10 s. The pool is looked through at 0.25 s + k * 30 s: at 300.25 s it is 290.25 s, at 330.25 s more
 * than 5 minutes. */
Test(scheduler_queue, after_more_than_5_minutes_a_pod_is_tried_again)
{
    struct queue q = queue_make();
    q.start_ns = 250 * MS;
    add_failed(&q, 1, 0, FIT, 10 * SECOND);
    cr_assert_eq(queue_flush_due(&q), 330250 * MS);
    queue_flush(&q, 310 * SECOND);
    cr_assert_eq(queue_pop(&q, 310 * SECOND), NONE);
    queue_flush(&q, 330250 * MS);
    cr_assert_eq(queue_flush_due(&q), INT64_MAX);
    cr_assert_eq(queue_pop(&q, 330250 * MS), 1);
    queue_drop(&q);
}

/* Its gates are not opened by time or by other pods, only when they are taken off. */
Test(scheduler_queue, a_gated_pod_waits_until_its_gates_are_gone)
{
    struct queue q = queue_make();
    struct hint_pod opened = {.profile = &profile, .class = &plain_class, .number = 3};
    struct event e = {.kind = EVENT_POD_GATES_GONE,
                      .old_pod = {.class = &gated_class},
                      .new_pod = {.class = &plain_class},
                      .number = 3};
    add_of(&q, 3, &gated_class, 0, SECOND);
    a_pod_goes(&q, 2 * SECOND);
    queue_flush(&q, 900 * SECOND);
    cr_assert_eq(queue_pop(&q, 900 * SECOND), NONE);
    queue_update(&q, &opened, &e, 1, 901 * SECOND);
    cr_assert_eq(queue_pop(&q, 901 * SECOND), 3);
    queue_drop(&q);
}

static bool is_even(const void *context, uint32_t row)
{
    return *(const bool *)context && row % 2 == 0;
}

/* Of ten pods that an event helps, the even ones may not be tried yet; they may at the next event after that. */
Test(scheduler_queue, a_pod_that_is_held_stays_until_an_event_finds_it_free)
{
    bool held = false;
    struct queue q = queue_make();
    q.holds = is_even;
    q.context = &held;
    for (uint32_t row = 0; row < 10; row++) {
        add_failed(&q, row, 0, FIT, SECOND);
    }
    held = true;
    a_pod_goes(&q, 60 * SECOND);
    cr_assert_eq(q.waiting, 5);
    held = false;
    a_pod_goes(&q, 61 * SECOND);
    cr_assert_eq(q.waiting, 10);
    queue_drop(&q);
}

/* Only pods up to priority 5 are concerned when one of priority 5 gives up its place. The priority is the template's. */
Test(scheduler_queue, who_gives_up_a_place_helps_no_pod_of_higher_priority)
{
    static const struct pod_template low = {.placement = &anywhere, .priority = 5},
                                     high = {.placement = &anywhere, .priority = 6};
    static const struct pod_class low_class = {.number = 2, .template = &low, .labels = &unlabelled},
                                  high_class = {.number = 3, .template = &high, .labels = &unlabelled};
    struct event e = {.kind = EVENT_POD_DELETE, .old_pod = {.class = &low_class, .placed = true}, .number = 4711};
    struct queue q = queue_make();
    for (uint32_t row = 0; row < 2; row++) {
        add_of(&q, row, row == 0 ? &low_class : &high_class, 0, SECOND);
        cr_assert_eq(queue_pop(&q, SECOND), row);
        queue_fail(&q, row, FIT, SECOND);
    }
    queue_tell(&q, &e, 5, 60 * SECOND);
    cr_assert_eq(queue_place_of(&q, 0, 60 * SECOND), QUEUE_ACTIVE);
    cr_assert_eq(queue_place_of(&q, 1, 60 * SECOND), QUEUE_POOL);
    queue_drop(&q);
}

Test(scheduler_queue, a_pod_that_is_gone_is_forgotten_wherever_it_waits)
{
    struct queue q = queue_make();
    add_failed(&q, 1, 0, FIT, SECOND);
    add_failed(&q, 2, 0, FIT, SECOND);
    add_failed(&q, 4, 0, 0, SECOND);
    queue_remove(&q, 1);
    a_pod_goes(&q, SECOND);
    add(&q, 3, 0, SECOND);
    queue_remove(&q, 3);
    queue_remove(&q, 2);
    queue_remove(&q, 4);
    cr_assert_eq(queue_pop(&q, 9 * SECOND), NONE);
    cr_assert_eq(queue_error_due(&q), INT64_MAX);
    cr_assert_eq(q.waiting + q.pooled, 0);
    add(&q, 2, 0, 9 * SECOND);
    cr_assert_eq(queue_pop(&q, 9 * SECOND), 2);
    queue_drop(&q);
}
