#include <criterion/criterion.h>

#include "sim/run/jobs.h"
#include "tests/unit/small_run.h"

enum { REPLICATIONS = 3, PLANS = 2 };

struct fixture {
    struct arena arena;
    struct names names;
    struct small_run runs[PLANS];
    struct replication_result results[REPLICATIONS * PLANS];
};

static void open_both(struct fixture *f)
{
    f->arena = arena_make(1 << 16);
    f->names = names_make(&f->arena);
    small_open(&f->runs[0], &f->arena, &f->names, SMALL_SCENARIO, NULL, NULL);
    small_open(&f->runs[1], &f->arena, &f->names, SMALL_SCENARIO, "HorizontalPodAutoscaler/web:spec.minReplicas=5",
               NULL);
}

static void close_both(struct fixture *f)
{
    small_close(&f->runs[0]);
    small_close(&f->runs[1]);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

static uint32_t run(struct fixture *f, uint32_t plans, uint32_t first, uint32_t replications, uint32_t workers)
{
    const struct plan *both[PLANS] = {&f->runs[0].plan, &f->runs[1].plan};
    struct jobs_options options = {
        .plans = both, .plan_count = plans, .first = first, .replications = replications, .workers = workers};
    uint32_t finished = 0;
    struct fail fail = {0};
    cr_assert(jobs_run(&options, f->results, &finished, &fail), "%s", fail.text);
    return finished;
}

static void drop_results(struct fixture *f)
{
    for (uint32_t i = 0; i < REPLICATIONS * PLANS; i++) {
        replication_drop(&f->results[i]);
    }
}

static double total_of(const struct fixture *f, uint32_t job)
{
    return (double)f->results[job].figures->total_nusd;
}

Test(jobs, the_sides_of_a_replication_lie_side_by_side)
{
    struct fixture f = {0};
    double alone[REPLICATIONS];
    open_both(&f);
    cr_assert_eq(run(&f, 1, 0, REPLICATIONS, 1), REPLICATIONS);
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        alone[i] = total_of(&f, i);
    }
    drop_results(&f);
    cr_assert_eq(run(&f, 2, 0, REPLICATIONS, 2), REPLICATIONS);
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        cr_assert_eq(total_of(&f, PLANS * i), alone[i]);
        cr_assert_neq(total_of(&f, PLANS * i + 1), alone[i]);
    }
    drop_results(&f);
    close_both(&f);
}

Test(jobs, more_replications_go_on_where_the_first_ended)
{
    struct fixture f = {0};
    open_both(&f);
    run(&f, 1, 0, REPLICATIONS, 2);
    double last = total_of(&f, 2);
    drop_results(&f);
    run(&f, 1, 2, 1, 1);
    cr_assert_eq(total_of(&f, 0), last);
    drop_results(&f);
    close_both(&f);
}

/* With an event the cost of a month takes a second run: by one worker after the other run, by three beside it, and at once
 * with other replications; every figure is the same. */
Test(jobs, a_paired_run_is_work_of_its_own)
{
    static const char storm[] =
        "Demand/visitors:spec.events=[{name: storm, start: 2026-05-04T08:00:00Z, hold: 30m, factor: 3}]";
    struct fixture f = {.arena = arena_make(1 << 16)};
    f.names = names_make(&f.arena);
    small_open(&f.runs[0], &f.arena, &f.names, SMALL_SCENARIO, storm, NULL);
    small_open(&f.runs[1], &f.arena, &f.names, SMALL_SCENARIO, NULL, NULL);
    cr_assert_eq(run(&f, 1, 0, REPLICATIONS, 1), REPLICATIONS);
    struct replication_result alone[REPLICATIONS];
    memcpy(alone, f.results, sizeof alone);
    memset(f.results, 0, sizeof f.results);
    cr_assert_eq(run(&f, 2, 0, REPLICATIONS, 3), REPLICATIONS);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        const struct figures *left = alone[r].figures, *right = f.results[PLANS * r].figures;
        cr_assert_eq(left->metrics.count, right->metrics.count);
        for (uint32_t i = 0; i < left->metrics.count; i++) {
            cr_assert_eq(left->metrics.at[i].value, right->metrics.at[i].value, "%s", left->metrics.at[i].name);
        }
        replication_drop(&alone[r]);
    }
    drop_results(&f);
    close_both(&f);
}

Test(jobs, what_was_cancelled_before_it_began_is_no_failure)
{
    struct fixture f = {0};
    open_both(&f);
    const struct plan *plan = &f.runs[0].plan;
    atomic_bool cancelled = true;
    struct jobs_options options = {
        .plans = &plan, .plan_count = 1, .replications = REPLICATIONS, .workers = 2, .cancelled = &cancelled};
    uint32_t finished = 7;
    struct fail fail = {0};
    cr_assert_not(jobs_run(&options, f.results, &finished, &fail));
    cr_assert_eq(finished, 0);
    cr_assert_eq(fail.kind, FAIL_NONE);
    close_both(&f);
}
