/* Quantities, what pods ask for, what nodes offer, back-off: vectors/values/README.md says what each suite holds. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/kubelet/backoff.h"
#include "models/kubelet/cgroup.h"
#include "models/kubelet/oom_score.h"
#include "models/node/allocatable.h"
#include "sim/base/number.h"
#include "sim/scenario/intorpercent.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/priority.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/resource_list.h"
#include "tests/conformance/replay.h"

extern const struct replay replay_values[];

static const char *const errors[] = {
    [QUANTITY_FORMAT] = "format",
    [QUANTITY_SUFFIX] = "suffix",
    [QUANTITY_NUMERIC] = "numeric",
    [QUANTITY_TOO_LARGE] = "too large",
};

static const char *const formats[] = {
    [QUANTITY_NO_FORMAT] = "",
    [QUANTITY_DECIMAL_SI] = "DecimalSI",
    [QUANTITY_BINARY_SI] = "BinarySI",
    [QUANTITY_DECIMAL_EXPONENT] = "DecimalExponent",
};

static void put(struct replay_case *c, struct value *map, const char *key, const char *text)
{
    value_put(&c->scratch, map, key, value_text(&c->scratch, text));
}

static void put_number(struct replay_case *c, struct value *map, const char *key, int64_t number)
{
    value_put(&c->scratch, map, key, value_integer(&c->scratch, number));
}

/* int64 as text: exact in every reader. */
static void put_int64(struct replay_case *c, struct value *map, const char *key, int64_t number)
{
    put(c, map, key, arena_format(&c->scratch, "%" PRId64, number));
}

static int64_t int64_at(const struct value *map, const char *key)
{
    const struct value *v = value_get(map, key);
    int64_t number = 0;
    bool good = value_as_text(v) != NULL ? number_parse_int64(v->text, &number) : value_as_int64(v, &number);
    return good ? number : 0;
}

static bool same_double(const struct value *want, double got)
{
    const char *text = value_as_text(want);
    double number = 0;
    if (text == NULL) {
        return false;
    }
    if (strcmp(text, "+Inf") == 0 || strcmp(text, "-Inf") == 0) {
        number = *text == '-' ? -INFINITY : INFINITY;
    } else if (strcmp(text, "NaN") == 0) {
        return isnan(got);
    } else if (!number_parse(text, &number)) {
        return false;
    }
    return memcmp(&number, &got, sizeof number) == 0;
}

/* Everything that the vectors read off a quantity; f64 is compared here, the rest by the caller. */
static bool same_quantity(struct replay_case *c, const struct value *want, const struct quantity *q, struct value *got)
{
    char canonical[QUANTITY_ROOM];
    const char *text = quantity_text(&c->scratch, q);
    int64_t whole = 0;
    put(c, got, "string", text);
    if (strcmp(quantity_canonical(canonical, q), text) != 0) {
        put(c, got, "canon", canonical);
    }
    put(c, got, "format", formats[q->format]);
    put_number(c, got, "sign", quantity_sign(q));
    put_int64(c, got, "value", quantity_value(q));
    put_int64(c, got, "milli", quantity_milli(q));
    put_int64(c, got, "nano", quantity_value_at(q, -9));
    if (quantity_as_int64(q, &whole)) {
        put_int64(c, got, "int64", whole);
    }
    const struct value *f64 = value_get(want, "f64");
    if (!same_double(f64, quantity_double(q))) {
        return replay_differs(c, "f64: want %s, got %.17g", f64 == NULL ? "none" : f64->text, quantity_double(q));
    }
    value_put(&c->scratch, got, "f64", value_copy(&c->scratch, f64));
    return replay_same(c, "quantity", want, got);
}

static bool parse(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *text = value_get(in, "text");
    struct value *got = value_map(&c->scratch);
    struct quantity q;
    enum quantity_error error = quantity_parse(text->text, text->count, &q);
    if (error != QUANTITY_OK) {
        put(c, got, "error", errors[error]);
        return replay_same(c, "quantity", out, got);
    }
    return same_quantity(c, out, &q, got);
}

static bool parse_json(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *token = value_get(in, "json");
    struct value *got = value_map(&c->scratch);
    struct quantity q;
    if (quantity_parse_json(token->text, token->count, &q) != QUANTITY_OK) {
        value_put(&c->scratch, got, "error", value_bool(&c->scratch, true));
        return replay_same(c, "quantity", out, got);
    }
    return same_quantity(c, out, &q, got);
}

static struct quantity chain(const struct value *steps)
{
    struct quantity q = {0};
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct value *sub = value_get(steps->items[i], "sub");
        const struct quantity other = quantity_of(sub != NULL ? sub : value_get(steps->items[i], "add"));
        (sub != NULL ? quantity_subtract : quantity_add)(&q, &other);
    }
    return q;
}

static bool arith(const struct value *in, const struct value *out, struct replay_case *c)
{
    const char *op = value_as_text(value_get(in, "op"));
    struct value *got = value_map(&c->scratch);
    if (strcmp(op, "chain") == 0) {
        const struct quantity q = chain(value_get(in, "steps"));
        return same_quantity(c, out, &q, got);
    }
    struct quantity q = quantity_of(value_get(in, "a")), b = {0};
    if (value_get(in, "b") != NULL) {
        b = quantity_of(value_get(in, "b"));
    }
    if (strcmp(op, "cmp") == 0 || strcmp(op, "cmpint") == 0) {
        put_number(c, got, "cmp",
                   op[3] == '\0' ? quantity_compare(&q, &b) : quantity_compare_int64(&q, int64_at(in, "n")));
        return replay_same(c, op, out, got);
    }
    int32_t scale = (int32_t)int64_at(in, "scale");
    if (strcmp(op, "scaled") == 0) {
        put_int64(c, got, "value", quantity_value_at(&q, scale));
        return replay_same(c, op, out, got);
    }
    if (strcmp(op, "add") == 0) {
        quantity_add(&q, &b);
    } else if (strcmp(op, "sub") == 0) {
        quantity_subtract(&q, &b);
    } else {
        bool exact = strcmp(op, "mul") == 0 ? quantity_multiply(&q, int64_at(in, "n")) : quantity_round_up(&q, scale);
        value_put(&c->scratch, got, "exact", value_bool(&c->scratch, exact));
    }
    return same_quantity(c, out, &q, got);
}

/* ---- intorpercent ---- */

static bool bool_at(const struct value *map, const char *key)
{
    const struct value *v = value_get(map, key);
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static bool intorpercent(const struct value *in, const struct value *out, struct replay_case *c)
{
    static const char *const names[] = {[INTORPERCENT_DECODE] = "decode", [INTORPERCENT_VALUE] = "value"};
    struct value *got = value_map(&c->scratch);
    int64_t result = 0;
    enum intorpercent_error error =
        intorpercent_scaled(value_get(in, "value"), int64_at(in, "total"), bool_at(in, "roundUp"), &result);
    if (error == INTORPERCENT_OK) {
        put_number(c, got, "result", result);
    } else {
        put(c, got, "error", names[error]);
    }
    return replay_same(c, "out", out, got);
}

/* ---- resources of a pod ---- */

static struct value *amounts(struct replay_case *c, const struct resource_list *list)
{
    struct value *map = value_map(&c->scratch);
    for (uint32_t i = 0; i < list->count; i++) {
        char canonical[QUANTITY_ROOM];
        struct value *amount = value_map(&c->scratch);
        put(c, amount, "q", quantity_canonical(canonical, &list->at[i].amount));
        put_int64(c, amount, "value", quantity_value(&list->at[i].amount));
        put_int64(c, amount, "milli", quantity_milli(&list->at[i].amount));
        value_put(&c->scratch, map, list->at[i].name, amount);
    }
    return map;
}

static bool pod_sums(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *pod = value_get(in, "pod"), *options = value_get(in, "options");
    struct resource_list missing = resource_list_read(&c->scratch, value_get(options, "whenMissing"));
    const struct pod_resources_options o = {
        .use_status = bool_at(options, "useStatusResources"),
        .pod_level_in_place = bool_at(options, "podLevelInPlace"),
        .exclude_overhead = bool_at(options, "excludeOverhead"),
        .skip_pod_level = bool_at(options, "skipPodLevel"),
        .when_missing = &missing,
    };
    struct value *got = value_map(&c->scratch);
    const struct resource_list requests = pod_requests(&c->scratch, pod, &o), limits = pod_limits(&c->scratch, pod, &o);
    value_put(&c->scratch, got, "requests", amounts(c, &requests));
    value_put(&c->scratch, got, "limits", amounts(c, &limits));
    return replay_same(c, "out", out, got);
}

static struct value *integers(struct replay_case *c, const struct resources *r)
{
    struct value *map = value_map(&c->scratch);
    put_int64(c, map, "milliCPU", r->mcpu);
    put_int64(c, map, "memory", r->memory_bytes);
    put_int64(c, map, "ephemeralStorage", r->ephemeral_bytes);
    if (r->scalar_count > 0) {
        struct value *scalars = value_map(&c->scratch);
        for (uint32_t i = 0; i < r->scalar_count; i++) {
            put_int64(c, scalars, r->scalars[i].name, r->scalars[i].amount);
        }
        value_put(&c->scratch, map, "scalar", scalars);
    }
    return map;
}

static struct value *cpu_and_memory(struct replay_case *c, int64_t mcpu, int64_t bytes)
{
    struct value *map = value_map(&c->scratch);
    put_int64(c, map, "milliCPU", mcpu);
    put_int64(c, map, "memory", bytes);
    return map;
}

/* The suite's score is what LeastAllocated would take if the scheduler's feature gates reached it; in v1.36 they do not
 * (suites scheduler/score-fit-*, pod_needs.score). So this asks pod_requests, not pod_scheduler_needs. */
static struct value *score(struct replay_case *c, const struct value *pod)
{
    struct resource_list missing = {0};
    const struct quantity cpu = quantity_scaled(100, -3, QUANTITY_DECIMAL_SI);
    const struct quantity memory = quantity_scaled((int64_t)200 << 20, 0, QUANTITY_DECIMAL_SI);
    resource_list_put(&c->scratch, &missing, "cpu", &cpu);
    resource_list_put(&c->scratch, &missing, "memory", &memory);
    const struct resource_list sum = pod_requests(
        &c->scratch, pod,
        &(struct pod_resources_options){.use_status = true, .pod_level_in_place = true, .when_missing = &missing});
    const struct resources r = resource_list_integers(&c->scratch, c->names, &sum);
    return cpu_and_memory(c, r.mcpu, r.memory_bytes);
}

static bool pod_scheduler(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct arena kept = arena_make(1024);
    const struct pod_needs needs = pod_scheduler_needs(&kept, c->scratch, c->names, value_get(in, "pod"));
    struct value *got = value_map(&c->scratch);
    value_put(&c->scratch, got, "fit", integers(c, &needs.fit));
    value_put(&c->scratch, got, "requested", integers(c, &needs.requested));
    value_put(&c->scratch, got, "nonZero", cpu_and_memory(c, needs.nonzero_mcpu, needs.nonzero_bytes));
    value_put(&c->scratch, got, "score", score(c, value_get(in, "pod")));
    arena_drop(&kept);
    return replay_same(c, "out", out, got);
}

static const char *const qos_names[] = {
    [QOS_BEST_EFFORT] = "BestEffort", [QOS_BURSTABLE] = "Burstable", [QOS_GUARANTEED] = "Guaranteed"};

static bool qos(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *got = value_map(&c->scratch);
    put(c, got, "qos", qos_names[pod_qos(c->scratch, in)]);
    return replay_same(c, "out", out, got);
}

static bool priority(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *pod = value_get(in, "pod"), *classes = value_get(in, "priorityClasses");
    const struct priority p = priority_of(pod, (const struct value *const *)classes->items, classes->count);
    struct value *got = value_map(&c->scratch);
    if (p.outcome != PRIORITY_ADMITTED) {
        put(c, got, "forbidden", priority_text(&c->scratch, pod, &p));
        return replay_same(c, "out", out, got);
    }
    put_number(c, got, "priority", p.value);
    put(c, got, "preemptionPolicy", p.preempts ? "PreemptLowerPriority" : "Never");
    if (p.class_name != NULL) {
        put(c, got, "priorityClassName", p.class_name);
    }
    return replay_same(c, "out", out, got);
}

/* ---- nodes and kubelets ---- */

static struct machine machine_of(struct replay_case *c, const struct value *in)
{
    const struct value *pages = value_get(in, "hugePages"), *device = value_get(in, "devices");
    struct machine m = {
        .cores = int64_at(in, "cores"),
        .memory_bytes = int64_at(in, "memory"),
        .ephemeral_bytes = int64_at(in, "ephemeralStorage"),
        .max_pods = int64_at(in, "maxPods"),
        .pods_per_core = int64_at(in, "podsPerCore"),
        .huge_page_sizes = pages == NULL ? 0 : pages->count,
        .device_count = device != NULL,
    };
    struct huge_pages *sizes = TAKE(&c->scratch, struct huge_pages, m.huge_page_sizes);
    for (uint32_t i = 0; i < m.huge_page_sizes; i++) {
        sizes[i].page_bytes = int64_at(pages->items[i], "pageSizeKiB") * 1024;
        sizes[i].pages = int64_at(pages->items[i], "pages");
    }
    struct device *devices = TAKE(&c->scratch, struct device, 1);
    *devices = (struct device){value_as_text(value_get(device, "name")), int64_at(device, "capacity"),
                               int64_at(device, "healthy")};
    m.huge_pages = sizes;
    m.devices = devices;
    return m;
}

static bool allocatable(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *hard = value_get(in, "evictionHard");
    struct eviction_threshold *thresholds = TAKE(&c->scratch, struct eviction_threshold, hard->count);
    for (uint32_t i = 0; i < hard->count; i++) {
        thresholds[i].signal = hard->members[i].key;
        thresholds[i].least = value_as_text(hard->members[i].value);
    }
    const struct machine m = machine_of(c, in);
    const struct reservation r = {
        .kube = resource_list_read(&c->scratch, value_get(in, "kubeReserved")),
        .system = resource_list_read(&c->scratch, value_get(in, "systemReserved")),
        .hard = thresholds,
        .hard_count = hard->count,
    };
    struct resource_list has, gives;
    allocatable_of(&c->scratch, &m, &r, &has, &gives);
    struct value *got = value_map(&c->scratch);
    value_put(&c->scratch, got, "capacity", amounts(c, &has));
    value_put(&c->scratch, got, "allocatable", amounts(c, &gives));
    return replay_same(c, "out", out, got);
}

static bool cpu_shares(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *got = value_map(&c->scratch);
    put_int64(c, got, "quota", cgroup_quota_us(int64_at(in, "milliCPU"), int64_at(in, "period")));
    put_int64(c, got, "shares", cgroup_shares(int64_at(in, "milliCPU")));
    return replay_same(c, "out", out, got);
}

static bool cpu_weight(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *got = value_map(&c->scratch);
    put_number(c, got, "kubelet", cgroup_weight_of_kubelet(int64_at(in, "shares")));
    put_number(c, got, "runtime", cgroup_weight_of_runtime(int64_at(in, "shares")));
    return replay_same(c, "out", out, got);
}

static bool pod_cgroup(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct pod_cgroup g =
        cgroup_of_pod(&c->scratch, value_get(in, "pod"), bool_at(in, "cpuCFSQuota"), int64_at(in, "cpuPeriod"));
    struct value *got = value_map(&c->scratch), *pages = value_map(&c->scratch);
    put(c, got, "qos", qos_names[g.qos]);
    put_int64(c, got, "cpuShares", g.shares);
    if (g.has_quota) {
        put_int64(c, got, "cpuQuota", g.quota_us);
        put_int64(c, got, "cpuPeriod", g.period_us);
    }
    if (g.memory_bytes != UNLIMITED) {
        put_int64(c, got, "memory", g.memory_bytes);
    }
    for (uint32_t i = 0; i < g.huge_page_sizes; i++) {
        put_int64(c, pages, arena_format(&c->scratch, "%" PRId64, g.huge_pages[i].page_bytes),
                  g.huge_pages[i].limit_bytes);
    }
    if (pages->count > 0) {
        value_put(&c->scratch, got, "hugePageLimit", pages);
    }
    return replay_same(c, "out", out, got);
}

static void put_scores(struct replay_case *c, struct value *got, const char *key, const struct value *pod,
                       const struct value *containers, int64_t capacity)
{
    if (!value_is_list(containers)) {
        return;
    }
    struct value *scores = value_map(&c->scratch);
    for (uint32_t i = 0; i < containers->count; i++) {
        put_number(c, scores, value_as_text(value_get(containers->items[i], "name")),
                   oom_score_adjust(c->scratch, pod, containers->items[i], capacity));
    }
    value_put(&c->scratch, got, key, scores);
}

static bool oom_score(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *pod = value_get(in, "pod");
    int64_t capacity = int64_at(in, "memoryCapacity");
    struct value *got = value_map(&c->scratch);
    put(c, got, "qos", qos_names[pod_qos(c->scratch, pod)]);
    put_scores(c, got, "containers", pod, value_at(pod, "spec.containers"), capacity);
    put_scores(c, got, "initContainers", pod, value_at(pod, "spec.initContainers"), capacity);
    return replay_same(c, "out", out, got);
}

/* ---- back-off ---- */

static struct backoff backoff_at(const struct value *in)
{
    return (struct backoff){int64_at(in, "initial"), int64_at(in, "max"), int64_at(in, "expiry")};
}

/* The answer of one operation; null where it has none. Keys are "a" and "b". */
static struct value *backoff_op(struct replay_case *c, const struct backoff *b, struct backoff_entry entries[2],
                                const struct value *op, int64_t *now_ns)
{
    static const char *const keyed[] = {"next", "inBackOffSince", "inBackOffSinceUpdate", "reset", "get"};
    int64_t event = int64_at(op, "event");
    if (value_get(op, "gc") != NULL) {
        backoff_collect(b, &entries[0], *now_ns);
        backoff_collect(b, &entries[1], *now_ns);
        return value_null(&c->scratch);
    }
    size_t which = 0;
    while (which < 5 && value_get(op, keyed[which]) == NULL) {
        which++;
    }
    if (which == 5) {
        *now_ns += int64_at(op, "advance");
        return value_null(&c->scratch);
    }
    struct backoff_entry *e = &entries[strcmp(value_as_text(value_get(op, keyed[which])), "b") == 0];
    switch (which) {
    case 0:
        backoff_next(b, e, event, *now_ns);
        return value_integer(&c->scratch, e->wait_ns);
    case 1:
        return value_bool(&c->scratch, backoff_holds_since(b, e, event, *now_ns));
    case 2:
        return value_bool(&c->scratch, backoff_holds_since_update(b, e, event));
    case 3:
        *e = (struct backoff_entry){0};
        return value_null(&c->scratch);
    default:
        return value_integer(&c->scratch, e->wait_ns);
    }
}

static bool backoff_ops(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct backoff b = backoff_at(in);
    const struct value *ops = value_get(in, "ops");
    struct backoff_entry entries[2] = {0};
    struct value *got = value_map(&c->scratch), *answers = value_list(&c->scratch);
    int64_t now_ns = 0;
    for (uint32_t i = 0; i < ops->count; i++) {
        value_append(&c->scratch, answers, backoff_op(c, &b, entries, ops->items[i], &now_ns));
    }
    value_put(&c->scratch, got, "answers", answers);
    return replay_same(c, "out", out, got);
}

static bool backoff_crashloop(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct backoff b = backoff_at(in);
    const struct value *runs = value_get(in, "runs");
    struct value *got = value_map(&c->scratch), *starts = value_list(&c->scratch), *waits = value_list(&c->scratch);
    struct backoff_entry e = {0};
    int64_t start = 0;
    for (uint32_t i = 0; i < runs->count; i++) {
        int64_t run = 0;
        (void)value_as_int64(runs->items[i], &run);
        value_append(&c->scratch, starts, value_integer(&c->scratch, start));
        int64_t finished = start + run;
        start = backoff_restart_ns(&b, &e, finished, int64_at(in, "housekeeping"));
        value_append(&c->scratch, waits, value_integer(&c->scratch, start - finished));
    }
    value_put(&c->scratch, got, "starts", starts);
    value_put(&c->scratch, got, "waits", waits);
    return replay_same(c, "out", out, got);
}

static bool backoff_image(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct backoff b = backoff_at(in);
    const struct value *tries = value_get(in, "tries");
    struct value *got = value_map(&c->scratch), *answers = value_list(&c->scratch);
    struct backoff_entry e = {0};
    for (uint32_t i = 0; i < tries->count; i++) {
        int64_t at = int64_at(tries->items[i], "at");
        const char *answer = "ErrImagePull";
        if (backoff_holds_since_update(&b, &e, at)) {
            answer = "ImagePullBackOff";
        } else if (bool_at(tries->items[i], "succeeds")) {
            answer = "Pulled";
            backoff_collect(&b, &e, at);
        } else {
            backoff_next(&b, &e, at, at);
        }
        value_append(&c->scratch, answers, value_text(&c->scratch, answer));
    }
    value_put(&c->scratch, got, "answers", answers);
    return replay_same(c, "out", out, got);
}

const struct replay replay_values[] = {
    {"values/quantity-parse", parse},
    {"values/quantity-json", parse_json},
    {"values/quantity-arith", arith},
    {"values/intorpercent", intorpercent},
    {"values/pod-requests", pod_sums},
    {"values/pod-scheduler", pod_scheduler},
    {"values/qos", qos},
    {"values/priority", priority},
    {"values/allocatable", allocatable},
    {"values/cpu-shares", cpu_shares},
    {"values/cpu-weight", cpu_weight},
    {"values/pod-cgroup", pod_cgroup},
    {"values/oom-score", oom_score},
    {"values/backoff-ops", backoff_ops},
    {"values/backoff-crashloop", backoff_crashloop},
    {"values/backoff-image", backoff_image},
    {NULL, NULL},
};
