/* The small rules of the workload controllers: counting pods, batches, back-off, revisions, Jobs, schedules. */
#include <criterion/criterion.h>
#include <string.h>

#include "models/workload/daemonset.h"
#include "models/workload/history.h"
#include "models/workload/job.h"
#include "models/workload/replicaset.h"
#include "models/workload/retry.h"
#include "models/workload/statefulset.h"
#include "sim/scenario/cron.h"

#define SECOND INT64_C(1000000000)

/* Ready at 2.183 s, stored as 2 s: with minReadySeconds 1 available at 3 s. */
Test(replicaset, counts_pods_and_says_when_the_next_is_available)
{
    struct pod ready = {
        .phase = POD_RUNNING, .ready = CONDITION_TRUE, .ready_since_ns = 2 * SECOND, .deletion_ns = TIME_UNSET};
    struct pod failed = {.phase = POD_FAILED, .deletion_ns = TIME_UNSET};
    struct pod leaving = {.phase = POD_RUNNING, .ready = CONDITION_TRUE, .deletion_ns = 1};
    const struct pod *pods[] = {&ready, &failed, &leaving};
    struct replicaset_tally t = replicaset_tally(pods, 3, 1, 2183000000);
    cr_assert_eq(t.active, 1);
    cr_assert_eq(t.ready, 1);
    cr_assert_eq(t.available, 0);
    cr_assert_eq(t.terminating, 1);
    cr_assert_eq(t.next_available_ns, 3 * SECOND);
    cr_assert_eq(replicaset_tally(pods, 3, 1, 3 * SECOND).available, 1);
}

Test(replicaset, creates_in_batches_of_1_2_4_and_the_rest)
{
    int32_t done = 0, expected[] = {1, 2, 4, 6};
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(replicaset_batch(13, done), expected[i]);
        done += expected[i];
    }
    cr_assert_eq(done, 13);
    cr_assert_eq(replicaset_change(713, 0), 500);
    cr_assert_eq(replicaset_change(3, 713), -500);
}

/* 5 ms doubled 17 times is 655.36 s, once more would be 1310.72 s: cut to 1000 s. */
Test(retry, doubles_from_5_ms_to_1000_s)
{
    struct retries r = {0};
    cr_assert_eq(retry_delay_ns(&r, 3), 5000000);
    cr_assert_eq(retry_delay_ns(&r, 3), 10000000);
    cr_assert_eq(retry_delay_ns(&r, 1), 5000000);
    for (int i = 2; i < 17; i++) {
        retry_delay_ns(&r, 3);
    }
    cr_assert_eq(retry_delay_ns(&r, 3), 655360000000);
    cr_assert_eq(retry_delay_ns(&r, 3), 1000000000000);
    retry_forget(&r, 3);
    cr_assert_eq(retry_delay_ns(&r, 3), 5000000);
    retry_drop(&r);
}

Test(history, a_template_that_comes_back_is_the_newest_revision_again)
{
    struct history h = {0};
    struct pod_template a = {0}, b = {0}, c = {0};
    history_update(&h, &a);
    history_update(&h, &b);
    cr_assert(history_update(&h, &a));
    cr_assert_not(history_update(&h, &a));
    cr_assert_eq(history_find(&h, &a)->revision, 3);
    cr_assert_eq(history_find(&h, &a)->number, 0);
    history_update(&h, &c);
    const struct pod_template *live[] = {&c, &a};
    cr_assert_eq(history_count_dead(&h, live, 2), 1);
    history_delete_dead(&h, live, 2, 7);
    cr_assert_null(history_find(&h, &b));
    cr_assert_eq(h.revisions.count, 2);
    history_drop(&h);
}

/* Ordinal 1 of three is not available: in order the sync ends there, and ordinal 2 is not created. */
Test(statefulset, in_order_the_next_pod_waits_for_the_one_before)
{
    struct arena a = arena_make(1 << 12);
    struct pod_template t = {0};
    struct statefulset set = {.replicas = 3, .current = &t, .update = &t};
    struct statefulset_pod pods[2] = {
        {.row = 7, .ordinal = 0, .template = &t, .phase = POD_RUNNING, .ready = true, .available = true},
        {.row = 8, .ordinal = 1, .template = &t, .phase = POD_RUNNING}};
    struct statefulset_plan plan;
    statefulset_sync(&set, pods, 2, &a, &plan);
    cr_assert_eq(plan.act_count, 0);
    set.parallel = true;
    statefulset_sync(&set, pods, 2, &a, &plan);
    cr_assert_eq(plan.act_count, 1);
    cr_assert_eq(plan.acts[0].ordinal, 2);
    arena_drop(&a);
}

/* Five nodes, maxUnavailable 30 %: ceil(1.5) = 2. One old pod is not available and goes at once; it counts, so that one
 * more may go. */
Test(daemonset, a_roll_out_takes_broken_pods_first_and_counts_them)
{
    struct arena a = arena_make(1 << 12);
    struct daemonset set = {.max_unavailable = {.percent = true, .amount = 30}};
    struct daemonset_pod pods[5];
    struct daemonset_node nodes[5];
    for (uint32_t i = 0; i < 5; i++) {
        pods[i] = (struct daemonset_pod){
            .row = i, .bound = true, .ready = i != 3, .available = i != 3, .phase = POD_RUNNING, .uid = i};
        nodes[i] = (struct daemonset_node){
            .exists = true, .should_run = true, .should_continue = true, .pods = &pods[i], .count = 1};
    }
    struct daemonset_plan plan;
    daemonset_sync(&set, nodes, 5, &a, &plan);
    cr_assert_eq(plan.delete_count, 2);
    cr_assert_eq(plan.deletes[0], 3);
    cr_assert_eq(plan.deletes[1], 0);
    cr_assert_eq(plan.status.available, 4);
    cr_assert_eq(plan.status.unavailable, 1);
    cr_assert_not(plan.settled);
    arena_drop(&a);
}

Test(daemonset, its_pods_tolerate_a_cordoned_node_but_no_strange_taint)
{
    struct arena a = arena_make(1 << 12);
    const struct placement anywhere = {0};
    const struct placement *p = daemonset_placement(&a, &anywhere, false);
    const struct taint cordon = {"node.kubernetes.io/unschedulable", "", TAINT_NO_SCHEDULE};
    const struct taint gpu = {"gpu", "", TAINT_NO_SCHEDULE};
    const struct labels none = {0};
    struct taints taints = {&cordon, 1};
    struct node node = {.name = "n", .labels = &none, .taints = &taints};
    bool should_run, should_continue;
    daemonset_judge(p, NULL, &node, &should_run, &should_continue);
    cr_assert(should_run && should_continue);
    taints.at = &gpu;
    daemonset_judge(p, NULL, &node, &should_run, &should_continue);
    cr_assert(!should_run && should_continue);
    arena_drop(&a);
}

/* Three failures in a row, the last at 100 s: the next pod comes 10 s x 2^2 = 40 s later. */
Test(job, waits_before_it_tries_again_and_gives_up_beyond_the_limit)
{
    struct job_spec spec = {.parallelism = 2, .completions = 5, .backoff_limit = 3, .deadline_s = -1};
    struct job_state state = {
        .active = 1, .succeeded = 2, .failed = 3, .failures = 3, .last_failure_ns = 100 * SECOND, .start_ns = 0};
    struct job_plan plan = job_sync(&spec, &state, 101 * SECOND);
    cr_assert_eq(plan.creates, 0);
    cr_assert_eq(plan.check_ns, 140 * SECOND);
    cr_assert_eq(job_sync(&spec, &state, 140 * SECOND).creates, 1);
    state.failed = 4;
    plan = job_sync(&spec, &state, 140 * SECOND);
    cr_assert_eq(plan.end, JOB_BACKOFF_LIMIT_EXCEEDED);
    cr_assert_eq(plan.removes, 1);
    cr_assert_eq(job_backoff_ns(7), 600 * SECOND); /* 640 s, cut */
}

Test(job, wants_no_more_pods_than_completions_are_left)
{
    struct job_spec spec = {.parallelism = 4, .completions = 9, .backoff_limit = 6, .deadline_s = 60};
    struct job_state state = {.active = 1, .succeeded = 7, .start_ns = 5 * SECOND};
    struct job_plan plan = job_sync(&spec, &state, 20 * SECOND);
    cr_assert_eq(plan.creates, 1);
    cr_assert_eq(plan.check_ns, 65 * SECOND);
    state.succeeded = 9;
    state.active = 0;
    cr_assert_eq(job_sync(&spec, &state, 20 * SECOND).end, JOB_COMPLETE);
    state.succeeded = 8;
    cr_assert_eq(job_sync(&spec, &state, 65 * SECOND).end, JOB_DEADLINE_EXCEEDED);
}

/* 2026-05-04 is a Monday; 1777852800 s since 1970. Half past two on weekdays: 02:30 that day, and after Friday Monday. */
Test(cron, finds_the_next_weekday)
{
    struct cron_schedule s;
    struct cron_zone utc = {0};
    const char *zone;
    size_t length;
    cr_assert(cron_parse("30 2 * * mon-FRI", &s, &zone, &length));
    cr_assert_eq(length, 0);
    cr_assert_eq(cron_next(&s, &utc, 1777852800), 1777852800 + 9000);
    cr_assert_eq(cron_next(&s, &utc, 1777852800 + 4 * 86400 + 9000), 1777852800 + 7 * 86400 + 9000);
    cr_assert(cron_parse("TZ=Europe/Berlin @daily", &s, &zone, &length));
    cr_assert_eq(length, strlen("Europe/Berlin"));
    cr_assert_not(cron_parse("60 * * * *", &s, &zone, &length));
    cr_assert_not(cron_parse("* * * *", &s, &zone, &length));
}

/* Of a day without the controller, every 5 minutes, the last start is made up: 1440 / 5 = 288 were missed. */
Test(cron, makes_up_the_last_of_many_missed_starts)
{
    struct cron_schedule s;
    struct cron_zone utc = {0};
    const char *zone;
    size_t length;
    cr_assert(cron_parse("*/5 * * * *", &s, &zone, &length));
    struct cron_wait w = {.schedule = &s,
                          .zone = &utc,
                          .created_s = 1777852800,
                          .last_s = CRON_NONE,
                          .deadline_s = -1,
                          .now_s = 1777852800 + 86399};
    struct cron_recent r = cron_most_recent(&w, true);
    cr_assert_eq(r.start_s, 1777852800 + 86100);
    cr_assert_eq(r.missed, CRON_MISSED_MANY);
    cr_assert_eq(cron_requeue_ns(&w), SECOND + SECOND / 10); /* midnight, and 100 ms */
}
