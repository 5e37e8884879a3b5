#include <criterion/criterion.h>

#include "models/hpa/hpa.h"
#include "models/hpa/hpa_text.h"

#define SECOND INT64_C(1000000000)

static const struct hpa_metric cpu = {
    .source = HPA_RESOURCE, .target = HPA_TARGET_UTILIZATION, .amount = 61, .name = "cpu"};
static const struct hpa_spec spec = {.min = 2, .max = 9, .metrics = &cpu, .metric_count = 1};
static const struct hpa_request request = {.milli = 300};
static const struct hpa_pod pod = {
    .phase = POD_RUNNING, .ready = CONDITION_TRUE, .start_ns = -7200 * SECOND, .ready_since_ns = -7190 * SECOND};

/* One HPA whose three pods use usage_milli each. */
struct bench {
    struct hpa_settings settings;
    struct hpa_pod pods[3];
    struct hpa_sample samples[3];
    struct hpa_answer answer;
    struct hpa_input in;
    struct hpa_value values[1];
    struct hpa_status status;
    struct hpa_memory memory;
    struct hpa_note notes[3];
    struct hpa_step step;
};

static void set_up(struct bench *b, int32_t replicas, int64_t usage_milli)
{
    *b = (struct bench){.settings = hpa_settings_default()};
    for (int i = 0; i < 3; i++) {
        b->pods[i] = pod;
        b->samples[i] = (struct hpa_sample){.usage_milli = usage_milli, .request = &request};
    }
    b->answer = (struct hpa_answer){.samples = b->samples};
    b->in = (struct hpa_input){.settings = &b->settings,
                               .spec = &spec,
                               .scale = {.replicas = replicas, .status_replicas = 3},
                               .now_ns = 15 * SECOND,
                               .pods = b->pods,
                               .pod_count = 3,
                               .answers = &b->answer};
    b->status = hpa_status_new(b->values);
    b->step.notes = b->notes;
}

static void assert_condition(const struct bench *b, enum hpa_condition_type type, bool status, const char *text)
{
    struct buffer out = {0};
    const struct hpa_condition *c = hpa_condition(&b->status, type);
    cr_assert_not_null(c);
    cr_assert_eq(c->status, status);
    buffer_format(&out, "%s: ", hpa_reason_name(c->message.reason));
    hpa_text_condition(&out, "shop", &c->message);
    cr_assert_str_eq(out.at, text);
    buffer_drop(&out);
}

static void assert_note(const struct bench *b, uint32_t i, const char *text)
{
    struct buffer out = {0};
    cr_assert_lt(i, b->step.note_count);
    buffer_format(&out, "%s %s: ", b->notes[i].warning ? "Warning" : "Normal",
                  hpa_reason_name(b->notes[i].message.reason));
    hpa_text_note(&out, "shop", &b->notes[i].message);
    cr_assert_str_eq(out.at, text);
    buffer_drop(&out);
}

/* 274 of 300 is 91 %, over 61: ratio 1.49, ceil(1.49 x 3) = 5. */
Test(hpa, asks_for_a_new_size_and_remembers_it_once_it_is_written)
{
    struct bench b;
    set_up(&b, 3, 274);
    cr_assert(hpa_needs_metrics(&b.in, &b.status));
    hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
    cr_assert(b.step.rescale);
    cr_assert_eq(b.step.replicas, 5);
    cr_assert_eq(b.status.desired, 0);
    hpa_conclude(&b.in, &b.status, &b.memory, &b.step, NULL);
    cr_assert_eq(b.status.desired, 5);
    cr_assert_eq(b.status.last_scale_ns, 15 * SECOND);
    assert_note(&b, 0,
                "Normal SuccessfulRescale: New size: 5; reason: cpu resource utilization (percentage of request) above "
                "target");
    assert_condition(&b, HPA_CONDITION_ABLE_TO_SCALE, true,
                     "SucceededRescale: the HPA controller was able to update the target scale to 5");
    hpa_memory_drop(&b.memory);
}

Test(hpa, says_why_the_scale_could_not_be_written)
{
    struct bench b;
    set_up(&b, 3, 274);
    hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
    hpa_conclude(&b.in, &b.status, &b.memory, &b.step, "no leader");
    cr_assert_eq(b.status.desired, 0);
    cr_assert_eq(b.status.last_scale_ns, TIME_UNSET);
    assert_note(&b, 0,
                "Warning FailedRescale: New size: 5; reason: cpu resource utilization (percentage of request) above "
                "target; error: no leader");
    assert_condition(&b, HPA_CONDITION_ABLE_TO_SCALE, false,
                     "FailedUpdateScale: the HPA controller was unable to update the target scale: no leader");
    hpa_memory_drop(&b.memory);
}

Test(hpa, clamps_to_the_limits_of_its_spec_without_looking_at_metrics)
{
    struct bench b;
    set_up(&b, 13, 0);
    b.in.answers = NULL;
    cr_assert_not(hpa_needs_metrics(&b.in, &b.status));
    hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
    cr_assert_eq(b.step.replicas, 9);
    hpa_conclude(&b.in, &b.status, &b.memory, &b.step, NULL);
    assert_note(&b, 0,
                "Normal SuccessfulRescale: New size: 9; reason: Current number of replicas above Spec.MaxReplicas");
    hpa_memory_drop(&b.memory);
}

Test(hpa, stops_when_no_metric_can_be_had)
{
    struct bench b;
    set_up(&b, 3, 0);
    b.answer.problem = (struct hpa_problem){.trouble = HPA_NOTHING_RETURNED};
    hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
    cr_assert_not(b.step.rescale);
    cr_assert_eq(b.status.current, 3);
    cr_assert_eq(b.status.value_count, 1);
    cr_assert_not(b.status.values[0].present);
    assert_note(
        &b, 0,
        "Warning FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu: no "
        "metrics returned from resource metrics API");
    assert_note(
        &b, 1,
        "Warning FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get "
        "cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics "
        "returned from resource metrics API");
    hpa_memory_drop(&b.memory);
}

/* A condition keeps its instant while its status stays: True at 15 s, False at 30 s, False still at 45 s. */
Test(hpa, dates_a_condition_from_its_last_change_of_status)
{
    struct bench b;
    set_up(&b, 3, 183);
    hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
    for (int64_t t = 30; t <= 45; t += 15) {
        b.in.now_ns = t * SECOND;
        b.in.scale.refused = "no leader";
        hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
        cr_assert_eq(hpa_condition(&b.status, HPA_CONDITION_ABLE_TO_SCALE)->transition_ns, 30 * SECOND);
        cr_assert_eq(hpa_condition(&b.status, HPA_CONDITION_SCALING_ACTIVE)->transition_ns, 15 * SECOND);
    }
    hpa_memory_drop(&b.memory);
}

Test(hpa, is_disabled_by_a_size_of_zero)
{
    struct bench b;
    set_up(&b, 0, 274);
    cr_assert_not(hpa_needs_metrics(&b.in, &b.status));
    hpa_evaluate(&b.in, &b.status, &b.memory, &b.step);
    cr_assert_not(b.step.rescale);
    assert_condition(&b, HPA_CONDITION_SCALING_ACTIVE, false,
                     "ScalingDisabled: scaling is disabled since the replica count of the target is zero");
    hpa_memory_drop(&b.memory);
}
