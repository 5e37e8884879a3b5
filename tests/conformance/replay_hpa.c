/* Replays of vectors/hpa: the pure decisions; the timelines through the engine are in hpa_timeline.c. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "models/hpa/behavior.h"
#include "models/hpa/hpa_spec.h"
#include "models/hpa/replicas.h"
#include "models/hpa/requests.h"
#include "sim/base/number.h"
#include "sim/scenario/quantity.h"
#include "tests/conformance/hpa_timeline.h"
#include "tests/conformance/replay.h"

extern const struct replay replay_hpa[];

/* An integer, which stands as a text when it is beyond 2^53; absent is 0. */
static int64_t integer(const struct value *v)
{
    int64_t number = 0;
    const char *text = value_as_text(v);
    bool good = text != NULL ? number_parse_int64(text, &number) : value_as_int64(v, &number);
    return good ? number : 0;
}

static int64_t number_at(const struct value *v, const char *key)
{
    return integer(value_get(v, key));
}

static int32_t int_at(const struct value *v, const char *key)
{
    return (int32_t)number_at(v, key);
}

static bool is_true(const struct value *v)
{
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static uint32_t count_of(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

static const char *interned(struct replay_case *c, const struct value *v)
{
    const char *text = value_as_text(v);
    return text != NULL ? names_text(c->names, text) : NULL;
}

/* ---- replicas ---- */

static enum pod_phase phase_of(const char *text)
{
    static const char *const names[] = {
        [POD_PENDING] = "Pending", [POD_RUNNING] = "Running", [POD_SUCCEEDED] = "Succeeded", [POD_FAILED] = "Failed"};
    for (int i = POD_PENDING; i <= POD_FAILED; i++) {
        if (strcmp(names[i], text) == 0) {
            return (enum pod_phase)i;
        }
    }
    return POD_UNKNOWN;
}

static enum condition_status status_of(const char *text)
{
    if (text == NULL) {
        return CONDITION_ABSENT;
    }
    return strcmp(text, "True") == 0    ? CONDITION_TRUE
           : strcmp(text, "False") == 0 ? CONDITION_FALSE
                                        : CONDITION_UNKNOWN;
}

static struct hpa_pod read_pod(const struct value *v)
{
    const struct value *start = value_get(v, "startTime"), *ready = value_get(v, "ready");
    return (struct hpa_pod){
        .start_ns = start == NULL ? TIME_UNSET : integer(start),
        .ready_since_ns = number_at(ready, "lastTransitionTime"),
        .phase = (uint8_t)phase_of(value_as_text(value_get(v, "phase"))),
        .ready = (uint8_t)status_of(value_as_text(value_get(ready, "status"))),
        .deleted = is_true(value_get(v, "deleted")),
    };
}

static struct hpa_pod *read_pods(const struct value *in, struct replay_case *c)
{
    const struct value *list = value_get(in, "pods");
    struct hpa_pod *pods = TAKE(&c->scratch, struct hpa_pod, count_of(list) + 1);
    for (uint32_t i = 0; i < count_of(list); i++) {
        pods[i] = read_pod(list->items[i]);
    }
    return pods;
}

static uint32_t find_pod(const struct value *pods, const char *name)
{
    uint32_t i = 0;
    while (i < pods->count && strcmp(value_as_text(value_get(pods->items[i], "name")), name) != 0) {
        i++;
    }
    return i;
}

static const struct hpa_request *read_request(const struct value *in, const struct value *pod, struct replay_case *c)
{
    struct hpa_request *r = TAKE(&c->scratch, struct hpa_request, 1);
    struct value *spec = value_get(pod, "spec") ? value_get(pod, "spec") : value_get(in, "podSpec");
    struct value *whole = value_map(&c->scratch);
    value_put(&c->scratch, whole, "spec", spec);
    *r = hpa_request_of(c->scratch, whole, value_as_text(value_get(in, "resource")),
                        value_as_text(value_get(in, "container")));
    return r;
}

/* Joins the samples to the pods. */
static void read_samples(const struct value *in, struct hpa_per_pod *p, bool requests, struct replay_case *c)
{
    const struct value *pods = value_get(in, "pods"), *metrics = value_get(in, "metrics");
    struct hpa_sample *samples = TAKE(&c->scratch, struct hpa_sample, count_of(pods) + 1);
    int64_t *strays = TAKE(&c->scratch, int64_t, count_of(metrics) + 1);
    for (uint32_t i = 0; i < count_of(pods); i++) {
        samples[i].since_ns = TIME_UNSET;
    }
    for (uint32_t i = 0; i < count_of(metrics); i++) {
        const struct value *m = metrics->items[i];
        uint32_t pod = count_of(pods) == 0 ? 0 : find_pod(pods, value_as_text(value_get(m, "pod")));
        if (pod == count_of(pods)) {
            strays[p->stray_count++] = number_at(m, "value");
        } else {
            samples[pod].usage_milli = number_at(m, "value");
            samples[pod].since_ns = number_at(m, "timestamp") - number_at(m, "window");
        }
    }
    for (uint32_t i = 0; requests && i < count_of(pods); i++) {
        samples[i].request = read_request(in, pods->items[i], c);
    }
    p->samples = samples;
    p->strays_milli = strays;
}

static bool read_tolerance(const struct value *in, const char *key, const char *quantity_key, double *tolerance,
                           struct replay_case *c)
{
    const struct value *text = value_get(in, quantity_key);
    if (!value_as_double(value_get(in, key), tolerance)) {
        return replay_differs(c, "%s is no number", key);
    }
    if (text != NULL) {
        struct quantity q = quantity_of(text);
        if (quantity_double(&q) != *tolerance) {
            return replay_differs(c, "%s: %.17g, want %.17g", quantity_key, quantity_double(&q), *tolerance);
        }
    }
    return true;
}

static struct hpa_per_pod read_per_pod(const struct value *in, bool requests, struct replay_case *c)
{
    const char *resource = value_as_text(value_get(in, "resource"));
    struct hpa_per_pod p = {
        .pods = read_pods(in, c),
        .count = count_of(value_get(in, "pods")),
        .cpu = resource != NULL && strcmp(resource, "cpu") == 0,
        .now_ns = number_at(in, "now"),
        .cpu_initialization_ns = number_at(in, "cpuInitializationPeriod"),
        .initial_readiness_delay_ns = number_at(in, "initialReadinessDelay"),
        .current = int_at(in, "currentReplicas"),
    };
    read_samples(in, &p, requests, c);
    return p;
}

static bool propose_total(const char *function, const struct value *in, struct hpa_tolerance tolerance,
                          struct hpa_proposal *p, struct hpa_problem *problem, struct replay_case *c)
{
    const struct value *list = value_get(in, "values");
    int64_t target = number_at(in, "target"), value = number_at(in, "value");
    int64_t *values = TAKE(&c->scratch, int64_t, count_of(list) + 1);
    for (uint32_t i = 0; i < count_of(list); i++) {
        values[i] = integer(list->items[i]);
    }
    if (strcmp(function, "objectAverage") == 0) {
        *p = hpa_object_average_replicas(tolerance, int_at(in, "statusReplicas"), value, target);
        return true;
    }
    if (strcmp(function, "externalAverage") == 0) {
        value = hpa_external_average_value(values, count_of(list));
        *p = hpa_external_average_replicas(tolerance, int_at(in, "statusReplicas"), value, target);
        return true;
    }
    if (strcmp(function, "externalValue") == 0) {
        value = hpa_external_value(values, count_of(list));
    }
    return hpa_value_replicas(read_pods(in, c), count_of(value_get(in, "pods")), tolerance,
                              int_at(in, "currentReplicas"), value, target, p, problem);
}

static bool propose(const struct value *in, struct hpa_tolerance tolerance, struct hpa_proposal *p,
                    struct hpa_problem *problem, struct replay_case *c)
{
    const char *function = value_as_text(value_get(in, "function"));
    bool utilization = strcmp(function, "utilization") == 0;
    if (is_true(value_get(in, "metricsError"))) {
        problem->trouble = HPA_FETCH_FAILED;
        return false;
    }
    if (!utilization && strcmp(function, "resourceValue") != 0 && strcmp(function, "pods") != 0) {
        return propose_total(function, in, tolerance, p, problem, c);
    }
    struct hpa_per_pod pods = read_per_pod(in, utilization, c);
    pods.tolerance = tolerance;
    int64_t target = number_at(in, "target");
    return utilization ? hpa_utilization_replicas(&pods, (int32_t)target, p, problem)
                       : hpa_average_replicas(&pods, target, p, problem);
}

static bool run_replicas(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct hpa_tolerance tolerance = {0};
    struct hpa_proposal p = {0};
    struct hpa_problem problem = {0};
    if (!read_tolerance(in, "toleranceDown", "toleranceDownQuantity", &tolerance.down, c) ||
        !read_tolerance(in, "toleranceUp", "toleranceUpQuantity", &tolerance.up, c)) {
        return false;
    }
    bool wanted = value_get(out, "error") == NULL, got = propose(in, tolerance, &p, &problem, c);
    if (wanted != got) {
        return replay_differs(c, "error: want %s, got trouble %d", wanted ? "none" : "one", (int)problem.trouble);
    }
    if (got && (p.replicas != number_at(out, "replicas") || p.usage_milli != number_at(out, "usage") ||
                p.utilization != number_at(out, "utilization"))) {
        return replay_differs(c,
                              "want %" PRId64 " replicas, usage %" PRId64 ", utilization %" PRId64 ", got %" PRId32
                              ", %" PRId64 ", %" PRId32,
                              number_at(out, "replicas"), number_at(out, "usage"), number_at(out, "utilization"),
                              p.replicas, p.usage_milli, p.utilization);
    }
    return true;
}

/* ---- behavior ---- */

struct chain {
    struct hpa_memory memory;
    struct hpa_behavior behavior;
    const struct hpa_behavior *rules; /* &behavior, or null */
    struct hpa_limits limits;
};

static bool read_chain(const struct value *in, struct chain *chain, struct replay_case *c)
{
    struct fail fail = {0};
    *chain = (struct chain){
        .limits = {int_at(in, "minReplicas"), int_at(in, "maxReplicas"), number_at(in, "downscaleStabilization")}};
    if (value_get(in, "behavior") == NULL) {
        return true;
    }
    chain->rules = &chain->behavior;
    return hpa_behavior_compile(&c->scratch, value_get(in, "behavior"), &chain->behavior, &fail)
               ? true
               : replay_differs(c, "%s", fail.text);
}

static void read_events(const struct value *list, struct hpa_memory *memory, enum hpa_direction way)
{
    for (uint32_t i = 0; i < count_of(list); i++) {
        const struct value *e = list->items[i];
        struct hpa_event event = {(int32_t)integer(e->items[0]), e->count == 3, integer(e->items[1])};
        VEC_PUSH(&memory->events[way], event);
    }
}

static void read_memory(const struct value *in, struct hpa_memory *memory)
{
    const struct value *list = value_get(in, "recommendations");
    for (uint32_t i = 0; i < count_of(list); i++) {
        const struct value *r = list->items[i];
        hpa_memory_recommend(memory, (int32_t)integer(r->items[0]), integer(r->items[1]));
    }
    read_events(value_get(in, "scaleUpEvents"), memory, HPA_UP);
    read_events(value_get(in, "scaleDownEvents"), memory, HPA_DOWN);
}

/* Normalizes and, when the size changes, remembers that, as one evaluation does. */
static struct hpa_normalized take_step(struct chain *chain, int32_t current, int32_t desired, int64_t now_ns)
{
    struct hpa_normalized n = hpa_normalize(&chain->memory, chain->rules, &chain->limits, current, desired, now_ns);
    if (n.replicas != current) {
        hpa_memory_rescaled(&chain->memory, chain->rules, current, n.replicas, now_ns);
    }
    return n;
}

static const char *limited_text(const struct hpa_normalized *n)
{
    return n->limited == HPA_DESIRED_WITHIN_RANGE ? "False" : "True";
}

static struct value *pair(struct arena *a, int64_t first, int64_t second)
{
    struct value *list = value_list(a);
    value_append(a, list, value_integer(a, first));
    value_append(a, list, value_integer(a, second));
    return list;
}

static struct value *events_tree(struct arena *a, const struct hpa_memory *memory, enum hpa_direction way)
{
    struct value *list = value_list(a);
    for (uint32_t i = 0; i < memory->events[way].count; i++) {
        const struct hpa_event *e = &memory->events[way].at[i];
        struct value *item = pair(a, e->change, e->time_ns);
        if (e->outdated) {
            value_append(a, item, value_bool(a, true));
        }
        value_append(a, list, item);
    }
    return list;
}

static bool same_memory(const struct value *out, const struct chain *chain, struct replay_case *c)
{
    struct arena *a = &c->scratch;
    struct value *recommendations = value_list(a);
    for (uint32_t i = 0; i < chain->memory.recommendations.count; i++) {
        const struct hpa_recommendation *r = &chain->memory.recommendations.at[i];
        value_append(a, recommendations, pair(a, r->replicas, r->time_ns));
    }
    if (!replay_same(c, "recommendations", value_get(out, "recommendations"), recommendations)) {
        return false;
    }
    return chain->rules == NULL ||
           (replay_same(c, "scaleUpEvents", value_get(out, "scaleUpEvents"), events_tree(a, &chain->memory, HPA_UP)) &&
            replay_same(c, "scaleDownEvents", value_get(out, "scaleDownEvents"),
                        events_tree(a, &chain->memory, HPA_DOWN)));
}

static bool same_step(int64_t replicas, const char *able, const char *limited, const char *reason,
                      const struct hpa_normalized *n, struct replay_case *c)
{
    if (replicas == n->replicas && strcmp(able, hpa_reason_name(n->able)) == 0 &&
        strcmp(limited, limited_text(n)) == 0 && strcmp(reason, hpa_reason_name(n->limited)) == 0) {
        return true;
    }
    return replay_differs(c, "want %" PRId64 " %s %s %s, got %" PRId32 " %s %s %s", replicas, able, limited, reason,
                          n->replicas, hpa_reason_name(n->able), limited_text(n), hpa_reason_name(n->limited));
}

static bool run_behavior(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct chain chain;
    if (!read_chain(in, &chain, c)) {
        return false;
    }
    read_memory(in, &chain.memory);
    struct hpa_normalized n =
        take_step(&chain, int_at(in, "currentReplicas"), int_at(in, "desiredReplicas"), number_at(in, "now"));
    bool same = same_step(number_at(out, "replicas"), value_as_text(value_get(out, "ableToScale")),
                          value_as_text(value_get(out, "scalingLimited")),
                          value_as_text(value_get(out, "scalingLimitedReason")), &n, c) &&
                same_memory(out, &chain, c);
    hpa_memory_drop(&chain.memory);
    return same;
}

static bool run_steps(const struct value *in, const struct value *out, struct chain *chain, struct replay_case *c)
{
    const struct value *steps = value_get(in, "steps"), *results = value_get(out, "steps");
    int32_t current = int_at(in, "currentReplicas");
    int64_t now_ns = 0;
    hpa_memory_recommend(&chain->memory, current, 0);
    for (uint32_t i = 0; i < count_of(steps); i++) {
        const struct value *s = steps->items[i], *r = results->items[i];
        now_ns += integer(s->items[0]);
        struct hpa_normalized n = take_step(chain, current, (int32_t)integer(s->items[1]), now_ns);
        if (!same_step(integer(r->items[0]), value_as_text(r->items[1]), value_as_text(r->items[2]),
                       value_as_text(r->items[3]), &n, c)) {
            return false;
        }
        current = s->count == 3 ? (int32_t)integer(s->items[2]) : n.replicas;
    }
    return same_memory(out, chain, c);
}

static bool run_chain(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct chain chain;
    if (!read_chain(in, &chain, c)) {
        return false;
    }
    bool same = run_steps(in, out, &chain, c);
    hpa_memory_drop(&chain.memory);
    return same;
}

/* ---- podmetrics ---- */

static bool read_usage(const struct value *item, const char *resource, const char *container, int64_t *milli,
                       struct replay_case *c)
{
    const struct value *list = value_get(item, "containers");
    struct hpa_container_usage *usage = TAKE(&c->scratch, struct hpa_container_usage, count_of(list) + 1);
    for (uint32_t i = 0; i < count_of(list); i++) {
        const struct value *amount = value_get(value_get(list->items[i], "usage"), resource);
        struct quantity q = {0};
        if (amount != NULL) {
            q = quantity_of(amount);
        }
        usage[i] = (struct hpa_container_usage){
            .name = interned(c, value_get(list->items[i], "name")),
            .present = amount != NULL,
            .milli = quantity_milli(&q),
        };
    }
    return hpa_pod_usage(usage, count_of(list), container, milli);
}

static bool run_podmetrics(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *items = value_get(in, "items");
    struct value *values = value_list(&c->scratch);
    for (uint32_t i = 0; i < count_of(items); i++) {
        int64_t milli = 0;
        if (read_usage(items->items[i], value_as_text(value_get(in, "resource")),
                       interned(c, value_get(in, "container")), &milli, c)) {
            struct value *one = value_list(&c->scratch);
            value_append(&c->scratch, one, value_at(items->items[i], "metadata.name"));
            value_append(&c->scratch, one, value_integer(&c->scratch, milli));
            value_append(&c->scratch, values, one);
        }
    }
    if (value_get(out, "error") != NULL) {
        return count_of(items) == 0 ? true : replay_differs(c, "want an error, got none");
    }
    return replay_same(c, "values", value_get(out, "values"), values);
}

const struct replay replay_hpa[] = {
    {"hpa/replicas-utilization", run_replicas},
    {"hpa/replicas-average", run_replicas},
    {"hpa/replicas-total", run_replicas},
    {"hpa/behavior", run_behavior},
    {"hpa/behavior-chain", run_chain},
    {"hpa/podmetrics", run_podmetrics},
    {"hpa/timeline-resource", hpa_timeline_run},
    {"hpa/timeline-custom", hpa_timeline_run},
    {"hpa/timeline-faults", hpa_timeline_run},
    {"hpa/timeline-zero", hpa_timeline_run},
    {NULL, NULL},
};
