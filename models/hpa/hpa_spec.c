#include "models/hpa/hpa_spec.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/quantity.h"

struct word {
    const char *text;
    int meaning;
};

/* The meaning of a text; -1: it is none of the words. */
static int meaning_of(const struct value *v, const struct word *words, size_t count)
{
    const char *text = value_as_text(v);
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(words[i].text, text) == 0) {
            return words[i].meaning;
        }
    }
    return -1;
}

#define MEANING(v, words) meaning_of((v), (words), sizeof(words) / sizeof *(words))

static struct mark mark_of(const struct value *v)
{
    return v != NULL ? v->where : (struct mark){0};
}

static bool wrong(struct fail *fail, const struct value *map, const char *key)
{
    const struct value *v = value_get(map, key);
    return fail_at(fail, mark_of(v != NULL ? v : map), "HorizontalPodAutoscaler: %s: %s", key,
                   v != NULL ? "wrong value" : "missing");
}

static bool read_int32(const struct value *map, const char *key, int32_t *number, struct fail *fail)
{
    int64_t wide = 0;
    if (!value_as_int64(value_get(map, key), &wide) || wide < INT32_MIN || wide > INT32_MAX) {
        return wrong(fail, map, key);
    }
    *number = (int32_t)wide;
    return true;
}

static const char *text_of(struct names *names, const struct value *v)
{
    const char *text = value_as_text(v);
    return text != NULL ? names_text(names, text) : NULL;
}

/* ---- behavior ---- */

static bool compile_policy(const struct value *tree, struct hpa_policy *out, struct fail *fail)
{
    static const struct word types[] = {{"Pods", HPA_POLICY_PODS}, {"Percent", HPA_POLICY_PERCENT}};
    int type = MEANING(value_get(tree, "type"), types);
    if (type < 0) {
        return wrong(fail, tree, "type");
    }
    out->type = (enum hpa_policy_type)type;
    return read_int32(tree, "value", &out->value, fail) && read_int32(tree, "periodSeconds", &out->period_s, fail);
}

static bool compile_policies(struct arena *a, const struct value *tree, struct hpa_rules *out, struct fail *fail)
{
    const struct value *list = value_get(tree, "policies");
    if (!value_is_list(list) || list->count == 0) {
        return wrong(fail, tree, "policies");
    }
    struct hpa_policy *policies = TAKE(a, struct hpa_policy, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        if (!compile_policy(list->items[i], &policies[i], fail)) {
            return false;
        }
    }
    out->policies = policies;
    out->policy_count = list->count;
    return true;
}

static bool compile_rules(struct arena *a, const struct value *tree, struct hpa_rules *out, struct fail *fail)
{
    static const struct word selects[] = {
        {"Max", HPA_SELECT_MAX}, {"Min", HPA_SELECT_MIN}, {"Disabled", HPA_SELECT_DISABLED}};
    int select = MEANING(value_get(tree, "selectPolicy"), selects);
    if (select < 0) {
        return wrong(fail, tree, "selectPolicy");
    }
    *out = (struct hpa_rules){.select = (enum hpa_select)select, .window_s = -1};
    if (!value_is_null(value_get(tree, "stabilizationWindowSeconds")) &&
        !read_int32(tree, "stabilizationWindowSeconds", &out->window_s, fail)) {
        return false;
    }
    const struct value *tolerance = value_get(tree, "tolerance");
    if (!value_is_null(tolerance)) {
        struct quantity q;
        if (quantity_read(tolerance, &q) != QUANTITY_OK) {
            return wrong(fail, tree, "tolerance");
        }
        out->has_tolerance = true;
        out->tolerance = quantity_double(&q);
    }
    return compile_policies(a, tree, out, fail);
}

bool hpa_behavior_compile(struct arena *a, const struct value *tree, struct hpa_behavior *out, struct fail *fail)
{
    struct hpa_behavior b = {0};
    if (!compile_rules(a, value_get(tree, "scaleUp"), &b.up, fail) ||
        !compile_rules(a, value_get(tree, "scaleDown"), &b.down, fail)) {
        return false;
    }
    b.up.window_s = b.up.window_s < 0 ? 0 : b.up.window_s;
    *out = b;
    return true;
}

/* ---- metrics ---- */

static bool compile_amount(const struct value *target, const char *key, enum hpa_target kind, struct hpa_metric *out,
                           struct fail *fail)
{
    struct quantity q;
    if (quantity_read(value_get(target, key), &q) != QUANTITY_OK) {
        return wrong(fail, target, key);
    }
    out->target = kind;
    out->amount = quantity_milli(&q);
    return true;
}

/* Which figure of a target counts: by the field that is set, for Object by the target's type. */
static bool compile_target(const struct value *target, struct hpa_metric *out, struct fail *fail)
{
    const struct value *utilization = value_get(target, "averageUtilization");
    bool average = !value_is_null(value_get(target, "averageValue"));
    if (out->source == HPA_OBJECT) {
        const char *type = value_as_text(value_get(target, "type"));
        average = type == NULL || strcmp(type, "Value") != 0;
    }
    if (average) {
        return compile_amount(target, "averageValue", HPA_TARGET_AVERAGE, out, fail);
    }
    if (out->source != HPA_RESOURCE && out->source != HPA_CONTAINER_RESOURCE) {
        return compile_amount(target, "value", HPA_TARGET_VALUE, out, fail);
    }
    out->target = HPA_TARGET_UTILIZATION;
    return value_as_int64(utilization, &out->amount) && out->amount > 0 && out->amount <= INT32_MAX
               ? true
               : wrong(fail, target, "averageUtilization");
}

static bool compile_metric(struct names *names, const struct value *tree, struct hpa_metric *out, struct fail *fail)
{
    static const struct word types[] = {{"Resource", HPA_RESOURCE},
                                        {"ContainerResource", HPA_CONTAINER_RESOURCE},
                                        {"Pods", HPA_PODS},
                                        {"Object", HPA_OBJECT},
                                        {"External", HPA_EXTERNAL}};
    static const char *const keys[] = {"resource", "containerResource", "pods", "object", "external"};
    int type = MEANING(value_get(tree, "type"), types);
    if (type < 0) {
        return wrong(fail, tree, "type");
    }
    const struct value *source = value_get(tree, keys[type]);
    bool resource = type == HPA_RESOURCE || type == HPA_CONTAINER_RESOURCE;
    *out = (struct hpa_metric){
        .source = (enum hpa_source)type,
        .name = text_of(names, resource ? value_get(source, "name") : value_at(source, "metric.name")),
        .container = text_of(names, value_get(source, "container")),
        .object_kind = text_of(names, value_at(source, "describedObject.kind")),
        .object_name = text_of(names, value_at(source, "describedObject.name")),
    };
    if (out->name == NULL) {
        return wrong(fail, tree, keys[type]);
    }
    return compile_target(value_get(source, "target"), out, fail);
}

static bool compile_metrics(struct arena *a, struct names *names, const struct value *spec, struct hpa_spec *out,
                            struct fail *fail)
{
    const struct value *list = value_get(spec, "metrics");
    if (!value_is_list(list) || list->count == 0) {
        return wrong(fail, spec, "metrics");
    }
    struct hpa_metric *metrics = TAKE(a, struct hpa_metric, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        if (!compile_metric(names, list->items[i], &metrics[i], fail)) {
            return false;
        }
    }
    out->metrics = metrics;
    out->metric_count = list->count;
    return true;
}

bool hpa_spec_compile(struct arena *a, struct names *names, const struct value *spec, struct hpa_spec *out,
                      struct fail *fail)
{
    struct hpa_spec s = {
        .target_kind = text_of(names, value_at(spec, "scaleTargetRef.kind")),
        .target_name = text_of(names, value_at(spec, "scaleTargetRef.name")),
        .min = 1,
    };
    if (s.target_kind == NULL || s.target_name == NULL) {
        return wrong(fail, spec, "scaleTargetRef");
    }
    if (!read_int32(spec, "maxReplicas", &s.max, fail) || !compile_metrics(a, names, spec, &s, fail)) {
        return false;
    }
    if (!value_is_null(value_get(spec, "minReplicas")) && !read_int32(spec, "minReplicas", &s.min, fail)) {
        return false;
    }
    if (!value_is_null(value_get(spec, "behavior"))) {
        struct hpa_behavior *b = TAKE(a, struct hpa_behavior, 1);
        if (!hpa_behavior_compile(a, value_get(spec, "behavior"), b, fail)) {
            return false;
        }
        s.behavior = b;
    }
    *out = s;
    return true;
}
