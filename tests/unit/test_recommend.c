/* What headroom recommends for a day of a small platform, rule by rule. */
#include <criterion/criterion.h>

#include "reports/advice.h"
#include "tests/unit/recommend_fixture.h"

#define MIB (INT64_C(1) << 20)
#define OBJECTIVE ", objectives: [{service: java, latency: {p99: 300ms}, share: 99%}]"

/* A service that asks for far more than it uses, Guaranteed, with a heap of fixed size, and an autoscaler; one that nobody
 * has measured; one that is not to be touched. What is put in: fields of the Scenario's spec, of the NodePool's
 * metadata and spec. */
#define PLATFORM(objectives, pool, more)                                                                               \
    "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: test}\n"                                                \
    "spec: {start: 2026-05-04T00:00:00Z, duration: 1d" objectives "}\n"                                                \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: java}\nspec:\n  replicas: 6\n"                       \
    "  selector: {matchLabels: {app: java}}\n  template:\n    metadata: {labels: {app: java}}\n    spec:\n"            \
    "      containers: [{name: app, image: 'a:1', args: [-Xmx1500m], resources: {requests: {cpu: 1500m, memory: 4Gi}," \
    " limits: {cpu: 1500m, memory: 4Gi}}}]\n"                                                                          \
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: java}\nspec:\n"                  \
    "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: java}\n  minReplicas: 6\n  maxReplicas: 12\n"     \
    "  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 30}}}]\n"      \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mystery}\nspec:\n  replicas: 2\n"                    \
    "  selector: {matchLabels: {app: mystery}}\n  template:\n    metadata: {labels: {app: mystery}}\n"                 \
    "    spec: {containers: [{name: app, image: 'm:1', resources: {requests: {cpu: 700m, memory: 2Gi}}}]}\n"           \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kept, annotations: {headroom/skip: \"true\"}}\n"     \
    "spec:\n  replicas: 2\n  selector: {matchLabels: {app: kept}}\n  template:\n"                                      \
    "    metadata: {labels: {app: kept}}\n"                                                                            \
    "    spec: {containers: [{name: app, image: 'k:1', resources: {requests: {cpu: 900m, memory: 2Gi}}}]}\n"           \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: java}\nspec:\n  workload: Deployment/java\n"   \
    "  request: {cpu: 7ms, wait: 10ms}\n  memory: {base: 830Mi, perRequest: 100Ki}\n  start: {time: 9s}\n"             \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: kept}\n"                                       \
    "spec: {workload: Deployment/kept, use: {cpu: 40m, memory: 100Mi}}\n"                                              \
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: riders}\n"                                           \
    "spec: {rate: 120/s, profile: city-week, sends: [{to: java}]}\n"                                                   \
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general" pool "}\n"                                \
    "spec: {instance: m6i.xlarge, region: aws/us-east-1, zones: [a, b], nodes: {min: 2, max: 9, initial: 6}" more      \
    "}\n"

static struct recommended *recommend(const char *text, bool full)
{
    struct recommended *r = recommended_read(text);
    recommended_make(r, &(struct recommend_options){.full = full, .replications = 3, .runs_max = 40, .workers = 2});
    return r;
}

static const struct recommend_row *row(const struct recommendation *r, const char *title, enum knob knob)
{
    for (uint32_t i = 0; i < r->rows.count; i++) {
        const struct recommend_row *one = &r->rows.at[i];
        if (one->knob == knob && strcmp(r->platform.parts[one->part].title, title) == 0) {
            return one;
        }
    }
    cr_assert_fail("%s of %s does not change", platform_field(knob), title);
    return NULL;
}

static bool is_touched(const struct recommendation *r, const char *title)
{
    return platform_differs(&r->platform.parts[recommended_part(&r->platform, title)],
                            &r->settings[recommended_part(&r->platform, title)]);
}

/* The peak of one pod in any replication of the proof. */
static double peak_bytes(const struct recommendation *r, uint32_t workload)
{
    double most = 0;
    for (int what = TRIAL_AS_IS; what <= TRIAL_MORE; what++) {
        for (uint32_t i = 0; i < r->proofs[what].count; i++) {
            double bytes = r->proofs[what].best[i].workloads[workload].pod_most_bytes;
            most = bytes > most ? bytes : most;
        }
    }
    return most;
}

Test(recommend, it_saves_and_is_proved_in_every_case_on_replications_that_the_search_did_not_see)
{
    struct recommended *r = recommend(PLATFORM(OBJECTIVE, "", ""), false);
    const struct recommendation *made = &r->recommendation;
    cr_assert(made->proved);
    cr_expect_gt(made->saved_usd.mean - made->saved_usd.half_width, 0);
    cr_expect_eq(made->proofs[TRIAL_AS_IS].count, 3);
    cr_expect_eq(made->proofs[TRIAL_MORE].count, 2);
    cr_expect_eq(made->proofs[TRIAL_ZONE].count, 2);
    for (int what = 0; what < TRIAL_CASES; what++) {
        cr_expect_geq(made->proofs[what].first, 1000);
        cr_expect_eq(made->proofs[what].breaches.list.count, 0);
    }
    for (uint32_t i = 0; i < made->search.case_count; i++) {
        cr_expect_lt(made->search.cases[i].replication, made->proofs[TRIAL_AS_IS].first);
    }
    cr_expect_gt(made->least_usd, 0);
    cr_expect_leq(made->least_usd, made->best_usd.mean);
    recommended_close(r);
}

/* Without objectives java may not answer later than today: whatever is recommended, that holds. */
Test(recommend, without_objectives_nothing_is_worse_than_today)
{
    struct recommended *r = recommend(PLATFORM("", "", ""), false);
    const struct recommend_proof *p = &r->recommendation.proofs[TRIAL_AS_IS];
    cr_expect(r->recommendation.proved);
    for (uint32_t i = 0; i < p->count; i++) {
        const struct trial_workload *was = p->today[i].workloads, *is = p->best[i].workloads;
        cr_expect_leq(is->p99_s, was->p99_s * 1.05 + 0.001);
        cr_expect_leq(is->restarts, was->restarts);
        cr_expect_leq(is->throttled, was->throttled + 0.001);
    }
    recommended_close(r);
}

Test(recommend, what_is_unknown_or_not_to_be_touched_stays_as_it_is)
{
    struct recommended *r = recommend(PLATFORM(OBJECTIVE, "", ""), false);
    cr_expect(is_touched(&r->recommendation, "Deployment/java"));
    cr_expect_not(is_touched(&r->recommendation, "Deployment/mystery"));
    cr_expect_not(is_touched(&r->recommendation, "Deployment/kept"));
    recommended_close(r);
}

Test(recommend, a_request_goes_down_by_half_at_most_unless_asked)
{
    struct recommended *step = recommend(PLATFORM(OBJECTIVE, "", ""), false),
                       *full = recommend(PLATFORM(OBJECTIVE, "", ""), true);
    const struct recommend_row *of_step = row(&step->recommendation, "Deployment/java", KNOB_MEMORY_REQUEST);
    const struct recommend_row *of_full = row(&full->recommendation, "Deployment/java", KNOB_MEMORY_REQUEST);
    cr_expect_eq(of_step->wanted, 2048 * MIB);
    cr_expect_lt(of_full->wanted, 2048 * MIB);
    cr_expect_geq(row(&step->recommendation, "Deployment/java", KNOB_CPU_REQUEST)->wanted, 750);
    cr_expect_lt(row(&full->recommendation, "Deployment/java", KNOB_CPU_REQUEST)->wanted, 750);
    recommended_close(step);
    recommended_close(full);
}

Test(recommend, memory_keeps_its_margin_above_any_peak_of_the_proof)
{
    struct recommended *r = recommend(PLATFORM(OBJECTIVE, "", ""), true);
    const struct recommend_row *memory = row(&r->recommendation, "Deployment/java", KNOB_MEMORY_REQUEST);
    double peak = peak_bytes(&r->recommendation, memory->part);
    cr_expect_gt(peak, 830.0 * MIB);
    cr_expect_geq((double)memory->wanted, peak * (1 + ADVICE_MARGIN));
    recommended_close(r);
}

Test(recommend, another_class_of_service_and_a_heap_of_fixed_size_are_flagged)
{
    struct recommended *r = recommend(PLATFORM(OBJECTIVE, "", ""), false);
    const char *cpu = row(&r->recommendation, "Deployment/java", KNOB_CPU_REQUEST)->risk;
    const char *memory = row(&r->recommendation, "Deployment/java", KNOB_MEMORY_REQUEST)->risk;
    cr_expect_not_null(strstr(cpu, "the QoS class changes from Guaranteed to Burstable"), "%s", cpu);
    cr_expect_not_null(strstr(memory, "-Xmx"), "%s", memory);
    cr_expect_not_null(strstr(memory, "the QoS class changes from Guaranteed to Burstable"), "%s", memory);
    cr_expect_eq(strncmp(memory, "high: ", 6), 0);
    recommended_close(r);
}

/* 30 % of 1500m are 60 % of 750m, from where the search goes on, down where pods answer too late; 30 % of 750m would double
 * them. */
Test(recommend, an_autoscalers_target_changes_with_the_request)
{
    struct recommended *r = recommend(PLATFORM(OBJECTIVE, "", ""), false);
    const struct recommend_row *request = row(&r->recommendation, "Deployment/java", KNOB_CPU_REQUEST);
    const struct recommend_row *target = row(&r->recommendation, "Deployment/java", KNOB_TARGET);
    cr_expect_eq(request->wanted, 750);
    cr_expect_gt(target->wanted, target->now);
    cr_expect_not_null(strstr(target->reason, "a percentage of the request, with which it changes"), "%s",
                       target->reason);
    recommended_close(r);
}

/* Machines that may not change cost what they cost, whatever is no longer asked for. */
Test(recommend, savings_are_dollars_of_nodes_not_requests_freed)
{
    static const char text[] = PLATFORM(OBJECTIVE, ", annotations: {headroom/skip: \"true\"}", ", autoscaler: none");
    struct recommended *r = recommend(text, false);
    cr_expect_float_eq(r->recommendation.saved_usd.mean, 0, 1e-9);
    for (uint32_t i = 0; i < r->recommendation.changes.count; i++) {
        cr_expect_float_eq(r->recommendation.changes.at[i].alone_usd, 0, 1e-9);
        cr_expect_float_eq(r->recommendation.changes.at[i].joint.mean, 0, 1e-9);
    }
    recommended_close(r);
}
