#include <criterion/criterion.h>
#include <math.h>

#include "reports/advice.h"
#include "sim/base/arena.h"
#include "sim/base/json.h"

#define MIB (INT64_C(1) << 20)

/* 1.15 x 61 = 70.15, 1.15 x 387 = 445.05, 1.15 x 1667 = 1917.05. */
Test(advice, a_cpu_request_is_use_and_a_margin_rounded_up_as_people_write_it)
{
    cr_expect_eq(advice_cpu(61), 75);
    cr_expect_eq(advice_cpu(387), 450);
    cr_expect_eq(advice_cpu(1667), 1950);
    cr_expect_eq(advice_cpu(3.7), 10);
    cr_expect_eq(advice_round_mcpu(450), 450);
}

/* 1.25 x 130.7 = 163.4 MiB; 1.25 x 2600 = 3250 MiB, and 102 x 32 = 3264. */
Test(advice, a_memory_request_is_the_peak_and_a_margin)
{
    cr_expect_eq(advice_memory(130.7 * MIB), 164 * MIB);
    cr_expect_eq(advice_memory(2600.0 * MIB), 3264 * MIB);
    cr_expect_eq(advice_memory(1), 16 * MIB);
}

/* Half of 385 is 192.5, of which 200 is the next whole 10; one and a half is 577.5. */
Test(advice, a_request_changes_by_half_of_itself_at_most)
{
    cr_expect_eq(advice_step_mcpu(385, 75, false), 200);
    cr_expect_eq(advice_step_mcpu(385, 900, false), 570);
    cr_expect_eq(advice_step_mcpu(385, 310, false), 310);
    cr_expect_eq(advice_step_mcpu(385, 75, true), 75);
    cr_expect_eq(advice_step_mcpu(-1, 75, false), 75);
    cr_expect_eq(advice_step_mcpu(2000, 120, false), 1000);
    cr_expect_eq(advice_step_mcpu(7, 900, false), 10);
    cr_expect_eq(advice_step_bytes(401 * MIB, 130 * MIB, false), 201 * MIB);
    cr_expect_eq(advice_step_bytes(401 * MIB, 1300 * MIB, false), 601 * MIB);
}

/* 65 % of 500m is 325m; of 340m that is 95.6 %. */
Test(advice, a_target_and_the_request_that_it_is_a_percentage_of_change_as_one)
{
    cr_expect_eq(advice_target(65, 500, 340), 96);
    cr_expect_eq(advice_target(65, 340, 500), 44);
    cr_expect_eq(advice_target(2, 100, 1000), 1);
    cr_expect_eq(advice_target(65, -1, 500), 65);
}

Test(advice, an_error_budget_is_used_by_what_went_wrong)
{
    cr_expect_float_eq(advice_budget_used(0.9996, 0.999), 0.4, 1e-9);
    cr_expect_float_eq(advice_budget_used(0.99, 0.995), 2, 1e-9);
    cr_expect_eq(advice_budget_used(1, 1), 0);
    cr_expect(isinf(advice_budget_used(0.9999, 1)));
}

static bool fixes_heap(const char *json)
{
    struct arena a = arena_make(1 << 12);
    struct names names = names_make(&a);
    struct fail fail = {0};
    struct value *v = json_read(&a, &names, "container", json, strlen(json), &fail);
    cr_assert_not_null(v, "%s", fail.text);
    bool answer = advice_fixes_heap(v);
    names_drop(&names);
    arena_drop(&a);
    return answer;
}

Test(advice, a_heap_of_fixed_size_is_found_in_command_arguments_and_environment)
{
    cr_expect(fixes_heap("{\"command\": [\"java\", \"-Xmx900m\"]}"));
    cr_expect(fixes_heap("{\"args\": [\"sh\", \"-c\", \"java -Xms1g -Xmx1g -jar a.jar\"]}"));
    cr_expect(fixes_heap("{\"env\": [{\"name\": \"A\"}, {\"name\": \"JAVA_OPTS\", \"value\": \"-server -Xmx2g\"}]}"));
    cr_expect(fixes_heap("{\"env\": [{\"name\": \"JAVA_TOOL_OPTIONS\", \"value\": \"-XX:MaxRAMPercentage=75\"}]}"));
    cr_expect_not(
        fixes_heap("{\"args\": [\"-Xms512m\"], \"env\": [{\"name\": \"JAVA_OPTS\", \"value\": \"-server\"}]}"));
    cr_expect_not(fixes_heap("{}"));
}

/* Of 4 cores and 16 GiB at 0.192 and 4 cores and 8 GiB at 0.17, 10 cores and 25 GiB: x + y = 2.5 and 2x + y = 25 / 8, so
 * x = 0.625 and y = 1.875, which cost 0.43875. The first alone: 2.5 x 0.192 = 0.48; the second alone: 3.125 x 0.17. */
Test(advice, nothing_costs_less_than_machines_in_fractions_filled_to_the_brim)
{
    const double gib = 1024.0 * MIB;
    const struct advice_offer offers[] = {{4000, 16 * gib, 0.192}, {4000, 8 * gib, 0.17}, {2000, 16 * gib, 9}};
    cr_expect_float_eq(advice_least_usd(offers, 3, 10000, 25 * gib), 0.43875, 1e-12);
    cr_expect_float_eq(advice_least_usd(offers, 1, 10000, 25 * gib), 0.48, 1e-12);
    cr_expect_float_eq(advice_least_usd(offers, 3, 10000, gib), 2.5 * 0.17, 1e-12);
    cr_expect_eq(advice_least_usd(offers, 0, 10000, gib), 0);
}
