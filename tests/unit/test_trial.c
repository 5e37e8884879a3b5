#include <criterion/criterion.h>
#include <math.h>

#include "models/cost/cost.h"
#include "tests/unit/recommend_fixture.h"

#define HOUR INT64_C(3600000000000)

/* Two days; busiest at 15:00, and on the second day an event; machines in three zones. */
static const char text[] =
    "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: test}\n"
    "spec: {start: 2026-05-04T00:00:00Z, duration: 2d, objectives: [{service: web, success: 99%}]}\n"
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 6\n"
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
    "    spec: {containers: [{name: app, image: 'a:1', resources: {requests: {cpu: 500m, memory: 1Gi}}}]}\n"
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n"
    "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 6\n  maxReplicas: 40\n"
    "  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]\n"
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\n"
    "spec: {workload: Deployment/web, request: {cpu: 10ms}, start: {time: 5s}}\n"
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: riders}\nspec:\n  rate: 200/s\n"
    "  profile: {step: 3h, points: [1, 1, 2, 4, 5, 7, 4, 2]}\n  noise: {deviation: 20%, correlation: 20m}\n"
    "  events: [{name: fair, start: 2026-05-05T08:00:00Z, hold: 3h, factor: 3}]\n  sends: [{to: web}]\n"
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: robots}\n"
    "spec: {rate: {value: 10/s, error: 30%}, sends: [{to: web}]}\n"
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general}\n"
    "spec: {instance: m6i.large, region: aws/us-east-1, zones: [a, b, c], nodes: {min: 3, max: 24}, boot: {time: 60s}}\n";

static struct recommended *open_trial(struct trial *t)
{
    struct recommended *r = recommended_read(text);
    trial_make(t, &r->arena, &r->platform, &r->input, 2, NULL);
    return r;
}

static const struct measured *run(struct trial *t, const struct trial_request *requests, uint32_t count)
{
    struct fail fail = {0};
    const struct measured *m = trial_run(t, requests, count, 1, &fail);
    cr_assert_not_null(m, "%s", fail.text);
    return m;
}

/* A lognormal of mean 1 with deviation 20 %: its logarithm has the variance ln 1.04 = 0.0392207 and the mean -0.0196104, so
 * the 95 % quantile is exp(1.644854 x 0.198042 - 0.0196104) = 1.35825. Of the error of 30 %: ln 1.09 = 0.0861777, and
 * exp(1.644854 x 0.293560 - 0.0430888) = 1.55242. */
Test(trial, more_demand_is_the_upper_quantile_of_noise_and_error)
{
    struct trial t;
    struct recommended *r = open_trial(&t);
    cr_expect_float_eq(t.more[0], exp(1.644854 * sqrt(log(1.04)) - log(1.04) / 2), 1e-6);
    cr_expect_float_eq(t.more[0], 1.35825, 1e-4);
    cr_expect_float_eq(t.more[1], 1.55242, 1e-4);
    recommended_close(r);
}

/* The highest point of the profile is that of 15:00; the event of the second day is not looked at. */
Test(trial, a_zone_is_out_for_the_busiest_hour_of_an_ordinary_day)
{
    struct trial t;
    struct recommended *r = open_trial(&t);
    struct setting *today = platform_today(&r->arena, &r->platform);
    const struct trial_request requests[] = {{.settings = today, .calm = true},
                                             {.settings = today, .what = TRIAL_ZONE, .calm = true}};
    const struct measured *m = run(&t, requests, 2);
    cr_expect_str_eq(t.zone, "us-east-1a");
    cr_expect_eq(t.out_ns % (24 * HOUR), 15 * HOUR);
    cr_expect_lt(m[1].workloads[0].success, m[0].workloads[0].success);
    recommended_close(r);
}

/* What is the same in two requests comes to the same: a brief run is the first day, before the event, and takes half. */
Test(trial, a_brief_run_is_the_first_day)
{
    struct trial t;
    struct recommended *r = open_trial(&t);
    struct setting *today = platform_today(&r->arena, &r->platform);
    const struct trial_request requests[] = {{.settings = today, .brief = true},
                                             {.settings = today, .brief = true, .calm = true},
                                             {.settings = today, .brief = true, .first = 1}};
    const struct measured *m = run(&t, requests, 3);
    cr_expect_eq(trial_brief_ns(&t), 24 * HOUR);
    cr_expect_float_eq(t.runs, 1.5, 1e-12);
    cr_expect_eq(m[0].total_nusd, m[1].total_nusd);
    cr_expect_neq(m[0].workloads[0].used_mcpu, m[2].workloads[0].used_mcpu);
    recommended_close(r);
}

/* Two days are 48 of 730 hours. */
Test(trial, a_month_is_the_run_without_events_scaled_and_what_they_add)
{
    struct trial t;
    struct recommended *r = open_trial(&t);
    struct fail fail = {0};
    struct setting *today = platform_today(&r->arena, &r->platform);
    const struct trial_request one = {.settings = today}, both[] = {one, {.settings = today, .calm = true}};
    const struct measured *paired = trial_run_paired(&t, &one, 1, 1, &fail), *m = run(&t, both, 2);
    cr_assert_not_null(paired, "%s", fail.text);
    double calm_usd = (double)m[1].total_nusd * 1e-9 * 730 / 48;
    cr_expect_gt(m[0].total_nusd, m[1].total_nusd);
    cr_expect_float_eq(paired->calm_usd, calm_usd, 1e-6);
    cr_expect_float_eq(paired->monthly_usd, calm_usd + (double)(m[0].total_nusd - m[1].total_nusd) * 1e-9, 1e-6);
    cr_expect_float_eq(trial_monthly_usd(&t, &m[0], &m[1]), paired->monthly_usd, 1e-6);
    recommended_close(r);
}
