#include <criterion/criterion.h>

#include "models/workload/rollout.h"

#define SECOND INT64_C(1000000000)

static struct rollout_deployment deployment_of(int32_t replicas)
{
    return (struct rollout_deployment){.replicas = replicas,
                                       .max_surge = {.percent = true, .amount = 25},
                                       .max_unavailable = {.percent = true, .amount = 25},
                                       .history_limit = 10,
                                       .progress_deadline_seconds = 600,
                                       .generation = 2,
                                       .status = {.observed_generation = 1}};
}

/* A ReplicaSet whose pods are all available. */
static struct rollout_set set_of(int64_t revision, int32_t size, int32_t desired, int32_t maximum, bool current)
{
    return (struct rollout_set){.name = "",
                                .created_ns = revision * SECOND,
                                .revision = revision,
                                .desired = rollout_note_of(desired),
                                .maximum = rollout_note_of(maximum),
                                .current = current,
                                .observed = true,
                                .spec = size,
                                .replicas = size,
                                .ready = size,
                                .available = size};
}

/* 25 % of 10: surge ceil(2.5) = 3, unavailable floor(2.5) = 2. The new ReplicaSet gets 13 - 10 = 3 pods; 13 pods less 8
 * that must be available less 3 that are not yet leave 2 to take from the old one. */
Test(rollout, a_new_template_surges_and_takes_what_may_be_unavailable_in_one_sync)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(10);
    d.status.replicas = d.status.updated = d.status.ready = d.status.available = 10;
    struct rollout_set sets[2] = {set_of(1, 10, 10, 13, false)};
    struct rollout_plan plan;
    rollout_sync(&d, sets, 1, 100 * SECOND, &a, &plan);
    cr_assert_eq(plan.act_count, 2);
    cr_assert_eq(plan.acts[0].kind, ROLLOUT_CREATE);
    cr_assert_eq(plan.acts[0].to, 3);
    cr_assert_eq(plan.acts[1].kind, ROLLOUT_UPDATE);
    cr_assert_eq(plan.acts[1].from, 10);
    cr_assert_eq(plan.acts[1].to, 8);
    cr_assert_eq(sets[1].revision, 2);
    cr_assert(plan.writes_status);
    cr_assert_eq(plan.status.progressing_condition.reason, REASON_NEW_REPLICA_SET_CREATED);
    arena_drop(&a);
}

/* The old ReplicaSet wants 8 and still shows 10 available: the clean-up of unavailable pods finds less than none, and the
 * whole scale-down waits for its status. */
Test(rollout, nothing_is_scaled_down_while_an_old_set_shows_more_available_than_it_wants)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(10);
    struct rollout_set sets[3] = {set_of(1, 8, 10, 13, false), set_of(2, 5, 10, 13, true)};
    sets[0].available = 10;
    struct rollout_plan plan;
    rollout_plan_make(&plan, &d, sets, 2, 1, &a);
    cr_assert_not(rollout_scale_down(&plan));
    cr_assert_eq(plan.act_count, 0);
    sets[0].available = 8; /* 13 - 8 - 0 = 5, and 8 + 5 available less 8 are 5 */
    cr_assert(rollout_scale_down(&plan));
    cr_assert_eq(sets[0].spec, 3);
    arena_drop(&a);
}

/* 7 -> 17 while 5 old and 4 new pods run, maximum then 7 + 2 = 9, now 17 + 5 = 22: old 5 x 22 / 9 = 12.2 -> 12, new
 * 4 x 22 / 9 = 9.8 -> 10. */
Test(rollout, a_size_changed_under_way_is_shared_out_in_proportion)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(17);
    struct rollout_set sets[3] = {set_of(1, 5, 7, 9, false), set_of(2, 4, 7, 9, true)};
    struct rollout_plan plan;
    rollout_sync(&d, sets, 2, 100 * SECOND, &a, &plan);
    cr_assert_eq(sets[0].spec, 12);
    cr_assert_eq(sets[1].spec, 10);
    arena_drop(&a);
}

/* Updated at 100 s, deadline 45 s: at 145 s sharp it is not late, and is looked at 5 ms later; at 110 s, 35 s are left and
 * the look comes a second after that. */
Test(rollout, the_progress_deadline_is_looked_at_a_second_late_or_at_once)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(3);
    d.progress_deadline_seconds = 45;
    struct rollout_set sets[2] = {set_of(1, 3, 3, 4, true)};
    sets[0].ready = sets[0].available = 0;
    d.status = (struct workload_status){
        .observed_generation = 2,
        .revision = 1,
        .replicas = 3,
        .updated = 3,
        .unavailable = 3,
        .available_condition = {CONDITION_FALSE, REASON_MINIMUM_REPLICAS_UNAVAILABLE, 100 * SECOND, 100 * SECOND},
        .progressing_condition = {CONDITION_TRUE, REASON_REPLICA_SET_UPDATED, 100 * SECOND, 90 * SECOND}};
    struct rollout_plan plan;
    rollout_sync(&d, sets, 1, 110 * SECOND, &a, &plan);
    cr_assert_not(plan.writes_status);
    cr_assert_eq(plan.check_ns, 146 * SECOND);
    rollout_sync(&d, sets, 1, 145 * SECOND, &a, &plan);
    cr_assert_not(plan.writes_status);
    cr_assert_eq(plan.check_ns, 145 * SECOND + 5000000);
    rollout_sync(&d, sets, 1, 145 * SECOND + 5000000, &a, &plan);
    cr_assert_eq(plan.status.progressing_condition.reason, REASON_PROGRESS_DEADLINE_EXCEEDED);
    cr_assert_eq(plan.status.progressing_condition.status, CONDITION_FALSE);
    arena_drop(&a);
}

/* Four old revisions and a limit of 2 are two too many. The oldest goes; the second still has a pod: it counts, and stays. */
Test(rollout, history_beyond_the_limit_goes_oldest_first_but_for_what_has_pods)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(1);
    d.history_limit = 2;
    struct rollout_set sets[6] = {set_of(3, 0, 1, 2, false), set_of(1, 0, 1, 2, false), set_of(2, 0, 1, 2, false),
                                  set_of(4, 0, 1, 2, false), set_of(5, 1, 1, 2, true)};
    sets[2].replicas = 1;
    d.status = (struct workload_status){
        .observed_generation = 2, .replicas = 1, .updated = 1, .ready = 1, .available = 1, .revision = 5};
    struct rollout_plan plan;
    rollout_sync(&d, sets, 5, 100 * SECOND, &a, &plan);
    cr_assert_eq(plan.act_count, 1);
    cr_assert_eq(plan.acts[0].kind, ROLLOUT_DELETE);
    cr_assert_eq(plan.acts[0].set, 1);
    arena_drop(&a);
}

Test(rollout, a_rollback_to_0_means_the_second_highest_revision)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(2);
    struct rollout_set sets[4] = {set_of(4, 0, 2, 3, false), set_of(2, 0, 2, 3, false), set_of(5, 2, 2, 3, true)};
    d.rolls_back = true;
    d.status.revision = 5;
    d.status.progressing_condition =
        (struct condition){CONDITION_TRUE, REASON_NEW_REPLICA_SET_AVAILABLE, SECOND, SECOND};
    struct rollout_plan plan;
    rollout_sync(&d, sets, 3, 100 * SECOND, &a, &plan);
    cr_assert_eq(plan.event, ROLLOUT_ROLLED_BACK);
    cr_assert_eq(plan.acts[0].kind, ROLLOUT_ROLL_BACK);
    cr_assert_eq(plan.acts[0].set, 0);
    arena_drop(&a);
}

/* The old pods must be gone, not only unwanted: one that is terminating holds the new ReplicaSet up. */
Test(rollout, recreate_waits_for_the_last_old_pod)
{
    struct arena a = arena_make(1 << 12);
    struct rollout_deployment d = deployment_of(4);
    d.recreate = true;
    struct rollout_set sets[2] = {set_of(1, 0, 4, 4, false)};
    sets[0].unfinished_pods = 1;
    struct rollout_plan plan;
    rollout_sync(&d, sets, 1, 100 * SECOND, &a, &plan);
    cr_assert_eq(plan.act_count, 0);
    sets[0].unfinished_pods = 0;
    rollout_sync(&d, sets, 1, 100 * SECOND, &a, &plan);
    cr_assert_eq(plan.act_count, 1);
    cr_assert_eq(plan.acts[0].to, 4);
    arena_drop(&a);
}

Test(rollout, annotations_are_read_with_and_without_a_sign)
{
    struct rollout_note plus = rollout_note_read("+7"), zeros = rollout_note_read("007"),
                        large = rollout_note_read("4294967301"), none = rollout_note_read(NULL);
    cr_assert_not(plus.has_natural);
    cr_assert_eq(plus.with_sign, 7);
    cr_assert(zeros.has_natural && !zeros.plain);
    cr_assert_eq(zeros.natural, 7);
    cr_assert_not(large.has_natural);
    cr_assert_eq(large.with_sign, 5); /* 4294967301 = 2^32 + 5 */
    cr_assert_not(none.has_natural || none.has_signed);
}
