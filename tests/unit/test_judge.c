#include <criterion/criterion.h>

#include "reports/judge.h"
#include "tests/unit/recommend_fixture.h"

#define MIB (INT64_C(1) << 20)
#define SERVICE(name)                                                                                                  \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " name "}\nspec:\n  replicas: 2\n"                   \
    "  selector: {matchLabels: {app: " name "}}\n  template:\n    metadata: {labels: {app: " name "}}\n"               \
    "    spec: {containers: [{name: app, image: 'a:1', resources: {requests: {cpu: 1, memory: 1Gi}, "                  \
    "limits: {memory: 1Gi}}}]}\n"                                                                                      \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: " name "}\n"                                   \
    "spec: {workload: Deployment/" name ", request: {cpu: 10ms}, memory: {base: 300Mi}}\n"
#define REST                                                                                                           \
    SERVICE("web")                                                                                                     \
    SERVICE("side")                                                                                                    \
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general}\n"                                        \
    "spec: {instance: m6i.xlarge, region: aws/us-east-1, nodes: 3}\n"
#define SCENARIO(fields)                                                                                               \
    "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: test}\nspec: {duration: 1h" fields "}\n" REST

static const char with_objective[] = SCENARIO(", objectives: [{service: web, latency: {p99: 300ms}, share: 99%}]");
static const char without[] = SCENARIO("");

/* Both platforms as they were measured: web and side, in the order of the manifests. */
struct court {
    struct recommended *r;
    struct setting *settings;
    double achieved_today, achieved;
    struct trial_workload was[2], is[2];
    struct trial_pool pools[1];
    struct breaches breaches;
};

static void open_court(struct court *c, const char *text)
{
    const struct trial_workload calm = {
        .p99_s = 0.2, .success = 1, .pod_most_bytes = 400.0 * MIB, .pending_s = 100, .pending_longest_s = 50};
    *c = (struct court){.r = recommended_read(text), .achieved_today = 1, .achieved = 1};
    c->settings = platform_today(&c->r->arena, &c->r->platform);
    for (int i = 0; i < 2; i++) {
        c->was[i] = c->is[i] = calm;
    }
}

/* How many things break; the first is left to look at. */
static uint32_t decide(struct court *c, enum trial_case what, double budget)
{
    struct measured today = {.good = true, .achieved = &c->achieved_today, .workloads = c->was, .pools = c->pools};
    struct measured tried = {.good = true, .achieved = &c->achieved, .workloads = c->is, .pools = c->pools};
    c->breaches.list.count = 0;
    c->breaches.excess = 0;
    judge(&c->r->platform, c->settings, what, 7, &today, &tried, budget, &c->breaches);
    return c->breaches.list.count;
}

static void close_court(struct court *c)
{
    VEC_DROP(&c->breaches.list);
    recommended_close(c->r);
}

/* Of 1 % that may go wrong 0.7 % is 70 %. */
Test(judge, an_objective_may_use_part_of_its_error_budget)
{
    struct court c;
    open_court(&c, with_objective);
    c.achieved = 0.993;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 0.75), 0);
    cr_assert_eq(decide(&c, TRIAL_AS_IS, 0.6), 1);
    cr_expect_eq(c.breaches.list.at[0].kind, BREACH_OBJECTIVE);
    cr_expect_eq(c.breaches.list.at[0].replication, 7);
    cr_expect_float_eq(c.breaches.excess, 0.1, 1e-9);
    c.achieved = 0.2;
    decide(&c, TRIAL_AS_IS, 1);
    cr_expect_eq(c.breaches.excess, JUDGE_WORST);
    close_court(&c);
}

Test(judge, with_a_zone_out_it_is_enough_not_to_fall_behind_today)
{
    struct court c;
    open_court(&c, with_objective);
    c.achieved_today = 0.981;
    c.achieved = 0.982;
    cr_expect_eq(decide(&c, TRIAL_ZONE, 1), 0);
    cr_expect_eq(decide(&c, TRIAL_MORE, 1), 1);
    c.achieved = 0.980;
    cr_expect_eq(decide(&c, TRIAL_ZONE, 1), 1);
    close_court(&c);
}

/* 5 % and 1 ms without objectives, 25 % and 5 ms beside others' objectives; web has its own. */
Test(judge, a_workload_without_an_objective_may_not_be_worse_off)
{
    struct court c;
    open_court(&c, without);
    c.is[1].p99_s = 0.2109;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 0);
    c.is[1].p99_s = 0.2111;
    cr_assert_eq(decide(&c, TRIAL_AS_IS, 1), 1);
    cr_expect_eq(c.breaches.list.at[0].kind, BREACH_LATENCY);
    cr_expect_eq(c.breaches.list.at[0].subject, 1);
    cr_expect_eq(decide(&c, TRIAL_ZONE, 1), 0);
    close_court(&c);
    open_court(&c, with_objective);
    c.is[0].p99_s = 9;
    c.is[1].p99_s = 0.2549;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 0);
    c.is[1].p99_s = 0.2551;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 1);
    close_court(&c);
}

/* Half of an error budget leaves three quarters of a tolerance: 200 ms + 0.75 x 55 ms = 241.25 ms. */
Test(judge, in_the_search_tolerances_are_less_too)
{
    struct court c;
    open_court(&c, with_objective);
    c.is[1].p99_s = 0.2412;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 0.5), 0);
    c.is[1].p99_s = 0.2413;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 0.5), 1);
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 0);
    close_court(&c);
}

/* 100 pod seconds x 1.05 + 60 = 165. */
Test(judge, without_objectives_throttling_restarts_failures_and_waiting_count_too)
{
    struct court c;
    open_court(&c, without);
    c.is[0].pending_s = 164.9;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 0);
    c.is[0].pending_s = 165.1;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 1);
    cr_expect_eq(c.breaches.list.at[0].kind, BREACH_PENDING);
    c.is[0] = c.was[0];
    c.is[0].throttled = 0.0011;
    c.is[0].restarts = 1;
    c.is[1].success = 0.9998;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 3);
    close_court(&c);
}

/* The request is changed to 450Mi: 400 x 1.15 = 460 are too many for it. The limit of 1 GiB is passed by 1100Mi. */
Test(judge, memory_keeps_a_margin_above_the_peak_and_a_limit_lies_above_it)
{
    struct court c;
    open_court(&c, with_objective);
    c.settings[0].at[KNOB_MEMORY_REQUEST] = 450 * MIB;
    cr_assert_eq(decide(&c, TRIAL_AS_IS, 1), 1);
    cr_expect_eq(c.breaches.list.at[0].kind, BREACH_MEMORY);
    c.settings[0].at[KNOB_MEMORY_REQUEST] = 460 * MIB;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 0);
    c.is[1].pod_most_bytes = 1100.0 * MIB;
    cr_expect_eq(decide(&c, TRIAL_AS_IS, 1), 1);
    cr_expect_eq(decide(&c, TRIAL_ZONE, 1), 0);
    close_court(&c);
}
