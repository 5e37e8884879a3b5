#include "models/hpa/hpa.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* The outcome of all metrics of a spec together. */
struct combined {
    int32_t replicas;                /* the largest proposal */
    const struct hpa_metric *metric; /* that made it */
    uint32_t invalid;                /* metrics that failed */
    struct hpa_message first;        /* the first failure */
};

struct hpa_settings hpa_settings_default(void)
{
    return (struct hpa_settings){
        .downscale_stabilization_ns = INT64_C(300000000000),
        .cpu_initialization_ns = INT64_C(300000000000),
        .initial_readiness_delay_ns = INT64_C(30000000000),
        .tolerance = 0.1,
    };
}

struct hpa_status hpa_status_new(struct hpa_value *values)
{
    return (struct hpa_status){.last_scale_ns = TIME_UNSET, .values = values};
}

static uint32_t find(const struct hpa_status *status, enum hpa_condition_type type)
{
    uint32_t i = 0;
    while (i < status->condition_count && status->conditions[i].type != type) {
        i++;
    }
    return i;
}

const struct hpa_condition *hpa_condition(const struct hpa_status *status, enum hpa_condition_type type)
{
    uint32_t i = find(status, type);
    return i < status->condition_count ? &status->conditions[i] : NULL;
}

static void set_condition(struct hpa_status *status, enum hpa_condition_type type, bool value, int64_t now_ns,
                          struct hpa_message message)
{
    uint32_t i = find(status, type);
    struct hpa_condition *c = &status->conditions[i];
    if (i == status->condition_count) {
        status->condition_count++;
        c->transition_ns = now_ns;
    } else if (c->status != value) {
        c->transition_ns = now_ns;
    }
    c->type = type;
    c->status = value;
    c->message = message;
}

static void remove_condition(struct hpa_status *status, enum hpa_condition_type type)
{
    uint32_t i = find(status, type);
    if (i < status->condition_count) {
        status->condition_count--;
        memmove(&status->conditions[i], &status->conditions[i + 1],
                (status->condition_count - i) * sizeof status->conditions[0]);
    }
}

static void note(struct hpa_step *step, bool warning, struct hpa_message message)
{
    step->notes[step->note_count++] = (struct hpa_note){warning, message};
}

static bool same_message(const struct hpa_message *a, const struct hpa_message *b)
{
    return a->reason == b->reason && a->replicas == b->replicas && a->metric == b->metric && a->text == b->text &&
           a->problem.trouble == b->problem.trouble && a->problem.detail == b->problem.detail &&
           a->problem.container == b->problem.container && a->problem.pod == b->problem.pod;
}

static bool same_value(const struct hpa_value *a, const struct hpa_value *b)
{
    return a->present == b->present && a->kind == b->kind && a->utilization == b->utilization && a->milli == b->milli &&
           a->memory == b->memory;
}

bool hpa_status_equal(const struct hpa_status *left, const struct hpa_status *right)
{
    if (left->current != right->current || left->desired != right->desired ||
        left->last_scale_ns != right->last_scale_ns || left->condition_count != right->condition_count ||
        left->value_count != right->value_count) {
        return false;
    }
    for (uint32_t i = 0; i < left->condition_count; i++) {
        const struct hpa_condition *a = &left->conditions[i], *b = &right->conditions[i];
        if (a->type != b->type || a->status != b->status || a->transition_ns != b->transition_ns ||
            !same_message(&a->message, &b->message)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < left->value_count; i++) {
        if (!same_value(&left->values[i], &right->values[i])) {
            return false;
        }
    }
    return true;
}

/* ---- metrics ---- */

struct hpa_tolerance hpa_tolerance(const struct hpa_input *in)
{
    const struct hpa_behavior *b = in->spec->behavior;
    struct hpa_tolerance t = {in->settings->tolerance, in->settings->tolerance};
    if (b != NULL) {
        t.down = b->down.has_tolerance ? b->down.tolerance : t.down;
        t.up = b->up.has_tolerance ? b->up.tolerance : t.up;
    }
    return t;
}

static bool per_pod(const struct hpa_input *in, const struct hpa_metric *m, const struct hpa_answer *answer,
                    struct hpa_proposal *p, struct hpa_problem *problem)
{
    struct hpa_per_pod pods = {
        .pods = in->pods,
        .samples = answer->samples,
        .count = in->pod_count,
        .strays_milli = answer->strays_milli,
        .stray_count = answer->stray_count,
        .cpu = m->source != HPA_PODS && strcmp(m->name, "cpu") == 0,
        .now_ns = in->now_ns,
        .cpu_initialization_ns = in->settings->cpu_initialization_ns,
        .initial_readiness_delay_ns = in->settings->initial_readiness_delay_ns,
        .tolerance = hpa_tolerance(in),
        .current = in->scale.replicas,
    };
    if (m->target == HPA_TARGET_UTILIZATION) {
        return hpa_utilization_replicas(&pods, (int32_t)m->amount, p, problem);
    }
    return hpa_average_replicas(&pods, m->amount, p, problem);
}

static bool total(const struct hpa_input *in, const struct hpa_metric *m, int64_t usage_milli, struct hpa_proposal *p,
                  struct hpa_problem *problem)
{
    if (m->target == HPA_TARGET_VALUE) {
        return hpa_value_replicas(in->pods, in->pod_count, hpa_tolerance(in), in->scale.replicas, usage_milli,
                                  m->amount, p, problem);
    }
    *p = m->source == HPA_OBJECT
             ? hpa_object_average_replicas(hpa_tolerance(in), in->scale.status_replicas, usage_milli, m->amount)
             : hpa_external_average_replicas(hpa_tolerance(in), in->scale.status_replicas, usage_milli, m->amount);
    return true;
}

bool hpa_propose(const struct hpa_input *in, uint32_t metric, struct hpa_proposal *p, struct hpa_problem *problem)
{
    const struct hpa_metric *m = &in->spec->metrics[metric];
    const struct hpa_answer *answer = &in->answers[metric];
    if (answer->problem.trouble != HPA_FINE) {
        *problem = answer->problem;
        return false;
    }
    switch (m->source) {
    case HPA_RESOURCE:
    case HPA_CONTAINER_RESOURCE:
    case HPA_PODS:
        return per_pod(in, m, answer, p, problem);
    case HPA_OBJECT:
        assert(answer->value_count == 1);
        return total(in, m, answer->values_milli[0], p, problem);
    case HPA_EXTERNAL:
        break;
    }
    int64_t usage_milli = m->target == HPA_TARGET_VALUE
                              ? hpa_external_value(answer->values_milli, answer->value_count)
                              : hpa_external_average_value(answer->values_milli, answer->value_count);
    return total(in, m, usage_milli, p, problem);
}

static struct hpa_value value_of(const struct hpa_metric *m, const struct hpa_proposal *p)
{
    bool resource = m->source == HPA_RESOURCE || m->source == HPA_CONTAINER_RESOURCE;
    return (struct hpa_value){
        .present = true,
        .memory = resource && strcmp(m->name, "memory") == 0,
        .kind = m->target,
        .utilization = p->utilization,
        .milli = p->usage_milli,
    };
}

static enum hpa_reason failure_reason(enum hpa_source source)
{
    static const enum hpa_reason reasons[] = {
        [HPA_RESOURCE] = HPA_FAILED_GET_RESOURCE_METRIC,
        [HPA_CONTAINER_RESOURCE] = HPA_FAILED_GET_CONTAINER_RESOURCE_METRIC,
        [HPA_PODS] = HPA_FAILED_GET_PODS_METRIC,
        [HPA_OBJECT] = HPA_FAILED_GET_OBJECT_METRIC,
        [HPA_EXTERNAL] = HPA_FAILED_GET_EXTERNAL_METRIC,
    };
    return reasons[source];
}

static void add_failure(struct combined *all, struct hpa_step *step, const struct hpa_metric *m,
                        struct hpa_problem problem)
{
    struct hpa_message message = {.reason = failure_reason(m->source), .metric = m, .problem = problem};
    note(step, true, message);
    if (all->invalid++ == 0) {
        all->first = message;
    }
}

/* The largest proposal. The entries of status.currentMetrics are set as they come. */
static struct combined combine(const struct hpa_input *in, struct hpa_status *status, struct hpa_step *step)
{
    struct combined all = {0};
    status->value_count = in->spec->metric_count;
    for (uint32_t i = 0; i < in->spec->metric_count; i++) {
        const struct hpa_metric *m = &in->spec->metrics[i];
        struct hpa_proposal p = {0};
        struct hpa_problem problem = {0};
        if (!hpa_propose(in, i, &p, &problem)) {
            status->values[i] = (struct hpa_value){0};
            add_failure(&all, step, m, problem);
            continue;
        }
        status->values[i] = value_of(m, &p);
        if (all.replicas == 0 || p.replicas > all.replicas) {
            all.replicas = p.replicas;
            all.metric = m;
        }
    }
    return all;
}

/* ---- the evaluation ---- */

static bool has_outside_metric(const struct hpa_spec *spec)
{
    for (uint32_t i = 0; i < spec->metric_count; i++) {
        if (spec->metrics[i].source == HPA_OBJECT || spec->metrics[i].source == HPA_EXTERNAL) {
            return true;
        }
    }
    return false;
}

static bool was_scaled_to_zero(const struct hpa_input *in, const struct hpa_status *status)
{
    const struct hpa_condition *c = hpa_condition(status, HPA_CONDITION_SCALED_TO_ZERO);
    return in->settings->scale_to_zero && c != NULL && c->status;
}

static bool is_disabled(const struct hpa_input *in, const struct hpa_status *status)
{
    if (in->scale.replicas != 0) {
        return false;
    }
    return !was_scaled_to_zero(in, status) || (in->spec->min == 0 && !has_outside_metric(in->spec));
}

static enum hpa_why clamp(const struct hpa_input *in)
{
    if (in->scale.replicas == 0) {
        return HPA_WHY_NOTHING;
    }
    if (in->scale.replicas > in->spec->max) {
        return HPA_ABOVE_MAX;
    }
    return in->scale.replicas < in->spec->min ? HPA_BELOW_MIN : HPA_WHY_NOTHING;
}

bool hpa_needs_metrics(const struct hpa_input *in, const struct hpa_status *status)
{
    return in->scale.refused == NULL && !is_disabled(in, status) && clamp(in) == HPA_WHY_NOTHING;
}

/* The evaluation stops: no proposal can be trusted. */
static void stop(const struct hpa_input *in, struct hpa_status *status, struct hpa_step *step,
                 struct hpa_message condition, struct hpa_message failure)
{
    set_condition(status, HPA_CONDITION_SCALING_ACTIVE, false, in->now_ns, condition);
    status->current = in->scale.replicas;
    note(step, true, failure);
}

/* False: the selector is not usable, which is said. */
static bool check_selector(const struct hpa_input *in, struct hpa_status *status, struct hpa_step *step)
{
    static const enum hpa_reason conditions[] = {
        [HPA_SELECTOR_EMPTY] = HPA_INVALID_SELECTOR,
        [HPA_SELECTOR_BAD] = HPA_INVALID_SELECTOR,
        [HPA_SELECTOR_AMBIGUOUS] = HPA_AMBIGUOUS_SELECTOR,
    };
    enum hpa_selector selector = in->scale.selector;
    if (selector == HPA_SELECTOR_GOOD) {
        return true;
    }
    const char *text = selector == HPA_SELECTOR_EMPTY ? NULL : in->scale.selector_text;
    struct hpa_message condition = {.reason = conditions[selector], .text = text};
    struct hpa_message event = condition;
    event.reason = selector == HPA_SELECTOR_EMPTY ? HPA_SELECTOR_REQUIRED : event.reason;
    struct hpa_message failure = event;
    failure.cause = event.reason;
    failure.reason = HPA_FAILED_COMPUTE_METRICS_REPLICAS;
    note(step, true, event);
    status->value_count = 0;
    stop(in, status, step, condition, failure);
    return false;
}

/* False: too many metrics failed, which is said. */
static bool check_metrics(const struct hpa_input *in, struct hpa_status *status, struct hpa_step *step,
                          const struct combined *all)
{
    uint32_t count = in->spec->metric_count;
    if (all->invalid > 0 && (all->invalid == count || all->replicas < in->scale.replicas)) {
        struct hpa_message failure = all->first;
        failure.cause = failure.reason;
        failure.reason = HPA_FAILED_COMPUTE_METRICS_REPLICAS;
        failure.invalid = all->invalid;
        failure.total = count;
        stop(in, status, step, all->first, failure);
        return false;
    }
    set_condition(status, HPA_CONDITION_SCALING_ACTIVE, true, in->now_ns,
                  (struct hpa_message){.reason = HPA_VALID_METRIC_FOUND, .metric = all->metric});
    return true;
}

static void set_why(struct hpa_step *step, const struct combined *all, int32_t current, int32_t desired)
{
    if (desired > current) {
        step->why = HPA_ABOVE_TARGET;
        step->metric = all->metric;
    } else if (desired < current) {
        step->why = HPA_BELOW_TARGET;
    }
}

/* From the metrics to the wanted size. False: the evaluation stopped. */
static bool follow_metrics(const struct hpa_input *in, struct hpa_status *status, struct hpa_memory *memory,
                           struct hpa_step *step)
{
    if (!check_selector(in, status, step)) {
        return false;
    }
    struct combined all = combine(in, status, step);
    if (!check_metrics(in, status, step, &all)) {
        return false;
    }
    int32_t current = in->scale.replicas, desired = all.replicas > 0 ? all.replicas : 0;
    struct hpa_limits limits = {in->spec->min, in->spec->max, in->settings->downscale_stabilization_ns};
    set_why(step, &all, current, desired);
    struct hpa_normalized n = hpa_normalize(memory, in->spec->behavior, &limits, current, desired, in->now_ns);
    set_condition(status, HPA_CONDITION_ABLE_TO_SCALE, true, in->now_ns, (struct hpa_message){.reason = n.able});
    set_condition(status, HPA_CONDITION_SCALING_LIMITED, n.limited != HPA_DESIRED_WITHIN_RANGE, in->now_ns,
                  (struct hpa_message){.reason = n.limited});
    step->replicas = n.replicas;
    if (current == 0 && n.replicas < in->spec->min && was_scaled_to_zero(in, status)) {
        step->replicas = in->spec->min;
        step->why = HPA_BELOW_MIN;
    }
    return true;
}

static void disable(const struct hpa_input *in, struct hpa_status *status)
{
    set_condition(status, HPA_CONDITION_SCALING_ACTIVE, false, in->now_ns,
                  (struct hpa_message){.reason = HPA_SCALING_DISABLED});
    if (!in->settings->scale_to_zero) {
        remove_condition(status, HPA_CONDITION_SCALED_TO_ZERO);
    }
}

void hpa_evaluate(const struct hpa_input *in, struct hpa_status *status, struct hpa_memory *memory,
                  struct hpa_step *step)
{
    struct hpa_note *notes = step->notes;
    *step = (struct hpa_step){.notes = notes, .replicas = in->scale.replicas};
    if (in->scale.refused != NULL) {
        struct hpa_message message = {.reason = HPA_FAILED_GET_SCALE, .text = in->scale.refused};
        set_condition(status, HPA_CONDITION_ABLE_TO_SCALE, false, in->now_ns, message);
        note(step, true, message);
        return;
    }
    bool needs_metrics = hpa_needs_metrics(in, status);
    set_condition(status, HPA_CONDITION_ABLE_TO_SCALE, true, in->now_ns,
                  (struct hpa_message){.reason = HPA_SUCCEEDED_GET_SCALE});
    if (memory->recommendations.count == 0) {
        hpa_memory_recommend(memory, in->scale.replicas, in->now_ns);
    }
    if (needs_metrics) {
        if (!follow_metrics(in, status, memory, step)) {
            return;
        }
    } else {
        status->value_count = 0;
        step->why = clamp(in);
        if (step->why == HPA_WHY_NOTHING) {
            disable(in, status);
        } else {
            step->replicas = step->why == HPA_ABOVE_MAX ? in->spec->max : in->spec->min;
        }
    }
    status->current = in->scale.replicas;
    step->rescale = step->replicas != in->scale.replicas;
    if (!step->rescale) {
        status->desired = in->scale.replicas;
    }
}

static void set_scaled_to_zero(const struct hpa_input *in, struct hpa_status *status, int32_t replicas)
{
    if (!in->settings->scale_to_zero) {
        remove_condition(status, HPA_CONDITION_SCALED_TO_ZERO);
        return;
    }
    bool zero = in->scale.replicas > 0 && replicas == 0 && in->spec->min == 0 && has_outside_metric(in->spec);
    set_condition(status, HPA_CONDITION_SCALED_TO_ZERO, zero, in->now_ns,
                  (struct hpa_message){.reason = zero ? HPA_SCALED_TO_ZERO : HPA_NOT_SCALED_TO_ZERO});
}

void hpa_conclude(const struct hpa_input *in, struct hpa_status *status, struct hpa_memory *memory,
                  struct hpa_step *step, const char *refused)
{
    assert(step->rescale);
    struct hpa_message message = {
        .why = step->why, .metric = step->metric, .replicas = step->replicas, .text = refused};
    if (refused != NULL) {
        set_condition(status, HPA_CONDITION_ABLE_TO_SCALE, false, in->now_ns,
                      (struct hpa_message){.reason = HPA_FAILED_UPDATE_SCALE, .text = refused});
        message.reason = HPA_FAILED_RESCALE;
        note(step, true, message);
        return;
    }
    set_condition(status, HPA_CONDITION_ABLE_TO_SCALE, true, in->now_ns,
                  (struct hpa_message){.reason = HPA_SUCCEEDED_RESCALE, .replicas = step->replicas});
    message.reason = HPA_SUCCESSFUL_RESCALE;
    note(step, false, message);
    hpa_memory_rescaled(memory, in->spec->behavior, in->scale.replicas, step->replicas, in->now_ns);
    set_scaled_to_zero(in, status, step->replicas);
    status->desired = step->replicas;
    status->last_scale_ns = in->now_ns;
}
