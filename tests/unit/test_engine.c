#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/core/engine.h"

/* Writes down every turn as "CLASS:ID@TIME " and does what the test hooked in. */
struct log {
    struct engine engine;
    char text[1024];
    void (*hook)(struct log *log, unsigned class, uint32_t id);
};

static void handle(void *context, unsigned class, uint32_t id)
{
    struct log *log = context;
    size_t used = strlen(log->text);
    snprintf(log->text + used, sizeof log->text - used, "%u:%u@%d ", class, id, (int)log->engine.now_ns);
    if (log->hook != NULL) {
        log->hook(log, class, id);
    }
}

static unsigned add(struct log *log, enum engine_order order, bool urgent, bool takes_all, unsigned resume)
{
    return engine_add_class(&log->engine, &(struct engine_class){.name = "class",
                                                                 .order = order,
                                                                 .urgent = urgent,
                                                                 .takes_all = takes_all,
                                                                 .resume = resume,
                                                                 .handle = handle,
                                                                 .context = log});
}

static void run(struct log *log, int64_t until)
{
    struct fail fail;
    cr_assert(engine_run(&log->engine, until, &fail));
}

static void expect(struct log *log, const char *text)
{
    cr_assert_str_eq(log->text, text);
    engine_drop(&log->engine);
}

Test(engine, takes_a_key_once_however_often_it_is_woken)
{
    struct log log = {0};
    add(&log, ENGINE_FIFO, false, false, 0);
    for (int i = 0; i < 3; i++) {
        engine_wake(&log.engine, 0, 5, 0);
        engine_wake(&log.engine, 0, 2, 0);
    }
    run(&log, 10);
    expect(&log, "0:5@0 0:2@0 ");
}

Test(engine, keeps_the_earliest_of_several_delays)
{
    struct log log = {0};
    add(&log, ENGINE_FIFO, false, false, 0);
    engine_wake_at(&log.engine, 0, 1, 0, 20);
    engine_wake_at(&log.engine, 0, 1, 0, 13);
    engine_wake_at(&log.engine, 0, 1, 0, 17);
    run(&log, 100);
    expect(&log, "0:1@13 ");
}

Test(engine, a_notice_ends_no_delay_and_is_dropped_by_none)
{
    struct log log = {0};
    add(&log, ENGINE_FIFO, false, false, 0);
    engine_wake_at(&log.engine, 0, 1, 0, 20);
    engine_notify_at(&log.engine, 0, 1, 0, 5);
    engine_notify_at(&log.engine, 0, 1, 0, 30);
    engine_wake(&log.engine, 0, 1, 0);
    run(&log, 100);
    expect(&log, "0:1@0 0:1@5 0:1@20 0:1@30 ");
}

Test(engine, gives_the_oldest_or_the_earliest_due_first)
{
    struct log log = {0};
    add(&log, ENGINE_OLDEST, false, false, 0);
    add(&log, ENGINE_DUE, false, false, 0);
    engine_wake_at(&log.engine, 0, 1, 77, 9);
    engine_wake_at(&log.engine, 0, 2, 33, 9);
    engine_wake_at(&log.engine, 1, 1, 77, 9);
    engine_wake_at(&log.engine, 1, 2, 33, 9);
    run(&log, 9);
    engine_wake(&log.engine, 1, 3, 11);       /* due now, at 9 */
    engine_wake_at(&log.engine, 1, 4, 99, 0); /* was due at 0 already */
    run(&log, 9);
    expect(&log, "0:2@9 0:1@9 1:2@9 1:1@9 1:4@9 1:3@9 ");
}

static void wake_class_0(struct log *log, unsigned class, uint32_t id)
{
    if (class == 2 && id == 1) {
        engine_wake(&log->engine, 0, 8, 0);
        engine_wake(&log->engine, 1, 9, 0);
    }
}

/* Class 2 goes on at class 1: key 9 of class 1 comes before key 8 of class 0, which waits for a search from the first. */
Test(engine, goes_on_where_the_class_of_the_last_turn_says)
{
    struct log log = {.hook = wake_class_0};
    add(&log, ENGINE_FIFO, false, false, 1);
    add(&log, ENGINE_FIFO, false, false, 1);
    add(&log, ENGINE_FIFO, false, false, 1);
    engine_wake(&log.engine, 2, 1, 0);
    engine_wake(&log.engine, 2, 2, 0);
    run(&log, 0);
    expect(&log, "2:1@0 1:9@0 2:2@0 0:8@0 ");
}

static void wake_self_and_urgent(struct log *log, unsigned class, uint32_t id)
{
    if (class == 1 && id < 3) {
        engine_wake(&log->engine, 0, 10 + id, 0);
        engine_wake(&log->engine, 1, id + 3, 0);
    }
}

/* A turn that takes all takes keys 1 and 2, not 4 and 5 that they wake; urgent work comes between turns. */
Test(engine, a_turn_takes_all_that_was_due_when_it_began_and_urgent_work_goes_before_the_next)
{
    struct log log = {.hook = wake_self_and_urgent};
    add(&log, ENGINE_FIFO, true, false, 0);
    add(&log, ENGINE_FIFO, false, true, 0);
    engine_wake(&log.engine, 1, 1, 0);
    engine_wake(&log.engine, 1, 2, 0);
    run(&log, 0);
    expect(&log, "1:1@0 1:2@0 0:11@0 0:12@0 1:4@0 1:5@0 ");
}

static void hold_key_1(struct log *log, unsigned class, uint32_t id)
{
    if (class == 0 && id == 1 && log->engine.now_ns == 0) {
        engine_hold(&log->engine, 0, 1);
    }
    if (class == 1) {
        engine_release(&log->engine, 0, 1);
    }
}

Test(engine, a_held_key_comes_back_once_when_it_is_released)
{
    struct log log = {.hook = hold_key_1};
    add(&log, ENGINE_FIFO, false, false, 0);
    add(&log, ENGINE_FIFO, false, false, 0);
    engine_wake(&log.engine, 0, 1, 0);
    engine_wake_at(&log.engine, 1, 1, 0, 50);
    run(&log, 10);
    engine_wake(&log.engine, 0, 1, 0);
    engine_wake(&log.engine, 0, 1, 0);
    run(&log, 100);
    expect(&log, "0:1@0 1:1@50 0:1@50 ");
}

Test(engine, a_class_whose_workers_are_all_busy_offers_nothing)
{
    struct log log = {.hook = hold_key_1};
    unsigned class = add(&log, ENGINE_FIFO, false, false, 0);
    log.engine.queues[class].class.workers = 1;
    add(&log, ENGINE_FIFO, false, false, 0);
    engine_wake(&log.engine, 0, 1, 0);
    engine_wake(&log.engine, 0, 2, 0);
    engine_wake_at(&log.engine, 1, 1, 0, 50);
    run(&log, 100);
    expect(&log, "0:1@0 1:1@50 0:2@50 ");
}

Test(engine, forgets_delays_notices_and_wakes_of_a_key_whose_row_is_gone)
{
    struct log log = {0};
    add(&log, ENGINE_FIFO, false, false, 0);
    engine_wake(&log.engine, 0, 1, 0);
    engine_wake_at(&log.engine, 0, 1, 0, 20);
    engine_notify_at(&log.engine, 0, 1, 0, 21);
    engine_forget(&log.engine, 0, 1);
    engine_wake_at(&log.engine, 0, 1, 0, 40);
    run(&log, 100);
    expect(&log, "0:1@40 ");
}

static void fail_at_2(struct log *log, unsigned class, uint32_t id)
{
    (void)class;
    struct fail fail = {.kind = FAIL_SYSTEM, .text = "the disk is full"};
    if (id == 2) {
        engine_fail(&log->engine, &fail);
    }
}

Test(engine, stops_at_the_first_failure)
{
    struct log log = {.hook = fail_at_2};
    add(&log, ENGINE_FIFO, false, false, 0);
    for (uint32_t id = 1; id <= 3; id++) {
        engine_wake(&log.engine, 0, id, 0);
    }
    struct fail fail;
    cr_assert(!engine_run(&log.engine, 10, &fail));
    cr_assert_str_eq(fail.text, "the disk is full");
    expect(&log, "0:1@0 0:2@0 ");
}
