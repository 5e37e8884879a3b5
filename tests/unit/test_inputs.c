#include <criterion/criterion.h>

#include "tests/unit/small_run.h"

struct fixture {
    struct arena arena;
    struct names names;
    struct small_run base, candidate;
};

static void open_with(struct fixture *f, const char *base_set, const char *candidate_set)
{
    f->arena = arena_make(1 << 16);
    f->names = names_make(&f->arena);
    small_open(&f->base, &f->arena, &f->names, SMALL_SCENARIO, base_set, NULL);
    small_open(&f->candidate, &f->arena, &f->names, SMALL_SCENARIO, candidate_set, &f->base);
}

static void close_both(struct fixture *f)
{
    small_close(&f->base);
    small_close(&f->candidate);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

Test(inputs, the_same_question_leaves_nothing_unasked)
{
    struct fixture f;
    open_with(&f, NULL, "Deployment/web:spec.replicas=4");
    cr_assert_eq(f.candidate.scenario.not_asked.count, 0);
    close_both(&f);
}

Test(inputs, demand_comes_from_the_base_and_the_manifests_do_not)
{
    struct fixture f;
    open_with(&f, "Demand/visitors:spec.rate=317/s", "Deployment/web:spec.replicas=4");
    cr_assert_eq(f.candidate.scenario.demands.count, 1);
    cr_assert_float_eq(f.candidate.scenario.demands.at[0].rate_per_s, 317, 1e-9);
    cr_assert_eq(f.candidate.plan.workloads.at[0].spec.replicas, 4);
    cr_assert_eq(f.candidate.scenario.not_asked.count, 1);
    cr_assert_str_eq(f.candidate.scenario.not_asked.at[0], "Demand/visitors");
    close_both(&f);
}

Test(inputs, a_field_of_the_scenario_that_the_base_does_not_have_gets_its_default)
{
    struct fixture f;
    open_with(&f, "Scenario/small:spec.seed=null", "Scenario/small:spec.seed=23");
    cr_assert_eq(f.candidate.scenario.spec.seed, 1);
    cr_assert_str_eq(f.candidate.scenario.not_asked.at[0], "Scenario:spec.seed");
    close_both(&f);
}

Test(inputs, a_demand_that_only_the_candidate_has_is_left_out)
{
    static const char more[] = SMALL_SCENARIO "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: robots}\n"
                                              "spec: {rate: 3/s, sends: [{to: web}]}\n";
    struct fixture f;
    f.arena = arena_make(1 << 16);
    f.names = names_make(&f.arena);
    small_open(&f.base, &f.arena, &f.names, SMALL_SCENARIO, NULL, NULL);
    small_open(&f.candidate, &f.arena, &f.names, more, NULL, &f.base);
    cr_assert_eq(f.candidate.scenario.demands.count, 1);
    cr_assert_str_eq(f.candidate.scenario.not_asked.at[0], "Demand/robots");
    close_both(&f);
}
