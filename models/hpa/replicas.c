/* Invariants
 * 1. A pod is in one group: ignored, unready, missing or counted; counted pods have a sample.
 * 2. Kubernetes keeps samples in a map and takes pods out of it and puts them back with assumed values; only counts and
 *    sums of that map decide, so one pass adds up the four groups and nothing is stored.
 */
#include "models/hpa/replicas.h"

#include <assert.h>
#include <stddef.h>

#include "sim/base/elementary.h"
#include "sim/base/number.h"

enum group { IGNORED, UNREADY, MISSING, COUNTED, GROUPS };

struct sums {
    uint32_t pods;
    int64_t usage;   /* of COUNTED */
    int64_t request; /* where requests are read */
    int64_t assumed; /* of MISSING: what a pod without a sample is taken to use before a scale-down */
};

struct tally {
    struct sums of[GROUPS];
    const struct hpa_problem *request_problem; /* of the first pod that has one, or null */
};

static bool fails(struct hpa_problem *problem, enum hpa_trouble trouble)
{
    *problem = (struct hpa_problem){.trouble = trouble};
    return false;
}

/* Go's a / b: INT64_MIN / -1 wraps. */
static int64_t quotient(int64_t a, int64_t b)
{
    return b == -1 ? number_wrap_sub64(0, a) : a / b;
}

/* Whether a pod's processor samples say nothing yet: it is starting, or was never ready since it started. */
static bool is_starting(const struct hpa_per_pod *in, const struct hpa_pod *pod, const struct hpa_sample *sample)
{
    if (pod->ready == CONDITION_ABSENT || pod->start_ns == TIME_UNSET) {
        return true;
    }
    if (pod->start_ns + in->cpu_initialization_ns > in->now_ns) {
        return pod->ready == CONDITION_FALSE || sample->since_ns < pod->ready_since_ns;
    }
    return pod->ready == CONDITION_FALSE && pod->start_ns + in->initial_readiness_delay_ns > pod->ready_since_ns;
}

static enum group group_of(const struct hpa_per_pod *in, const struct hpa_pod *pod, const struct hpa_sample *sample)
{
    if (pod->deleted || pod->phase == POD_FAILED) {
        return IGNORED;
    }
    if (pod->phase == POD_PENDING) {
        return UNREADY;
    }
    if (sample->since_ns == TIME_UNSET) {
        return MISSING;
    }
    return in->cpu && is_starting(in, pod, sample) ? UNREADY : COUNTED;
}

/* Adds one pod's request; a pod without a sample is taken to use as much as it may, but at least all it requests. */
static void add_request(struct tally *t, struct sums *s, const struct hpa_request *request, int32_t target_percent)
{
    if (request->problem.trouble != HPA_FINE) {
        t->request_problem = t->request_problem ? t->request_problem : &request->problem;
        return;
    }
    int64_t percent = target_percent > 100 ? target_percent : 100;
    s->request = number_wrap_add64(s->request, request->milli);
    s->assumed = number_wrap_add64(s->assumed, number_wrap_mul64(request->milli, percent) / 100);
}

static struct tally count_groups(const struct hpa_per_pod *in, bool requests, int32_t target_percent)
{
    struct tally t = {0};
    for (uint32_t i = 0; i < in->count; i++) {
        const struct hpa_sample *sample = &in->samples[i];
        enum group group = group_of(in, &in->pods[i], sample);
        struct sums *s = &t.of[group];
        s->pods++;
        if (group == COUNTED) {
            s->usage = number_wrap_add64(s->usage, sample->usage_milli);
        }
        if (requests) {
            add_request(&t, s, sample->request, target_percent);
        }
    }
    return t;
}

static bool has_metrics(const struct hpa_per_pod *in, const struct tally *t, struct hpa_problem *problem)
{
    if (in->count == 0) {
        return fails(problem, HPA_NO_PODS);
    }
    if (t->of[COUNTED].pods + in->stray_count == 0) {
        return fails(problem, HPA_NO_POD_METRICS);
    }
    return true;
}

static bool is_within(struct hpa_tolerance tolerance, double ratio)
{
    return 1.0 - tolerance.down <= ratio && ratio <= 1.0 + tolerance.up;
}

static bool takes_unready(const struct tally *t, double ratio)
{
    return t->of[UNREADY].pods > 0 && ratio > 1.0;
}

static bool takes_missing(const struct tally *t, double ratio)
{
    return t->of[MISSING].pods > 0 && ratio != 1.0;
}

/* The count when every pod that matters has a sample. False: some have not, and assumed values must be weighed in. */
static bool is_plain(const struct hpa_per_pod *in, const struct tally *t, double ratio, int32_t *replicas)
{
    if (t->of[MISSING].pods > 0 || takes_unready(t, ratio)) {
        return false;
    }
    *replicas = is_within(in->tolerance, ratio) ? in->current
                                                : number_go_int32(elementary_ceil(ratio * (double)t->of[COUNTED].pods));
    return true;
}

/* How many samples there are once assumed ones are added. */
static uint64_t weighed_count(const struct hpa_per_pod *in, const struct tally *t, double ratio)
{
    uint64_t count = (uint64_t)t->of[COUNTED].pods + in->stray_count;
    count += takes_missing(t, ratio) ? t->of[MISSING].pods : 0;
    return count + (takes_unready(t, ratio) ? t->of[UNREADY].pods : 0);
}

/* The count after assumed values were weighed in: they may weaken a change, never turn it round. */
static int32_t weighed(const struct hpa_per_pod *in, double ratio, double new_ratio, uint64_t count)
{
    bool turned = (ratio < 1.0 && new_ratio > 1.0) || (ratio > 1.0 && new_ratio < 1.0);
    if (is_within(in->tolerance, new_ratio) || turned) {
        return in->current;
    }
    int32_t replicas = number_go_int32(elementary_ceil(new_ratio * (double)count));
    bool wrong_side = (new_ratio < 1.0 && replicas > in->current) || (new_ratio > 1.0 && replicas < in->current);
    return wrong_side ? in->current : replicas;
}

/* Whole percent of the request, cut. False: there is no request to compare with. */
static bool utilization(int64_t usage, int64_t request, int32_t *percent)
{
    if (request == 0) {
        return false;
    }
    *percent = number_wrap_int32(quotient(number_wrap_mul64(usage, 100), request));
    return true;
}

bool hpa_utilization_replicas(const struct hpa_per_pod *in, int32_t target_percent, struct hpa_proposal *proposal,
                              struct hpa_problem *problem)
{
    struct tally t = count_groups(in, true, target_percent);
    const struct sums *counted = &t.of[COUNTED], *missing = &t.of[MISSING];
    if (!has_metrics(in, &t, problem)) {
        return false;
    }
    if (t.request_problem != NULL) {
        *problem = *t.request_problem;
        return false;
    }
    struct hpa_proposal p = {0};
    if (!utilization(counted->usage, counted->request, &p.utilization)) {
        return fails(problem, HPA_NO_MATCH);
    }
    p.usage_milli = counted->usage / (int64_t)counted->pods;
    double ratio = (double)p.utilization / (double)target_percent;
    if (!is_plain(in, &t, ratio, &p.replicas)) {
        int64_t usage = counted->usage, request = counted->request;
        int32_t percent = 0;
        usage = number_wrap_add64(usage, ratio < 1.0 ? missing->assumed : 0);
        request = number_wrap_add64(request, takes_missing(&t, ratio) ? missing->request : 0);
        request = number_wrap_add64(request, takes_unready(&t, ratio) ? t.of[UNREADY].request : 0);
        if (!utilization(usage, request, &percent)) {
            return fails(problem, HPA_NO_MATCH);
        }
        double new_ratio = (double)percent / (double)target_percent;
        p.replicas = weighed(in, ratio, new_ratio, weighed_count(in, &t, ratio));
    }
    *proposal = p;
    return true;
}

bool hpa_average_replicas(const struct hpa_per_pod *in, int64_t target_milli, struct hpa_proposal *proposal,
                          struct hpa_problem *problem)
{
    struct tally t = count_groups(in, false, 0);
    if (!has_metrics(in, &t, problem)) {
        return false;
    }
    int64_t usage = t.of[COUNTED].usage;
    for (uint32_t i = 0; i < in->stray_count; i++) {
        usage = number_wrap_add64(usage, in->strays_milli[i]);
    }
    struct hpa_proposal p = {.usage_milli = usage / ((int64_t)t.of[COUNTED].pods + in->stray_count)};
    double ratio = (double)p.usage_milli / (double)target_milli;
    if (!is_plain(in, &t, ratio, &p.replicas)) {
        uint64_t count = weighed_count(in, &t, ratio);
        int64_t assumed = number_wrap_mul64(target_milli, t.of[MISSING].pods);
        usage = number_wrap_add64(usage, ratio < 1.0 ? assumed : 0);
        double new_ratio = (double)(usage / (int64_t)count) / (double)target_milli;
        p.replicas = weighed(in, ratio, new_ratio, count);
    }
    *proposal = p;
    return true;
}

static uint32_t count_serving(const struct hpa_pod *pods, uint32_t count)
{
    uint32_t serving = 0;
    for (uint32_t i = 0; i < count; i++) {
        serving += pods[i].phase == POD_RUNNING && pods[i].ready == CONDITION_TRUE;
    }
    return serving;
}

static int32_t capped(double replicas)
{
    return replicas > (double)INT32_MAX ? INT32_MAX : number_go_int32(elementary_ceil(replicas));
}

bool hpa_value_replicas(const struct hpa_pod *pods, uint32_t count, struct hpa_tolerance tolerance, int32_t current,
                        int64_t usage_milli, int64_t target_milli, struct hpa_proposal *proposal,
                        struct hpa_problem *problem)
{
    double ratio = (double)usage_milli / (double)target_milli;
    int32_t replicas = current;
    if (current == 0) {
        replicas = number_go_int32(elementary_ceil(ratio));
    } else if (!is_within(tolerance, ratio)) {
        if (count == 0) {
            return fails(problem, HPA_NO_PODS);
        }
        replicas = capped(ratio * (double)count_serving(pods, count));
    }
    *proposal = (struct hpa_proposal){.replicas = replicas, .usage_milli = usage_milli};
    return true;
}

/* Whether a total is within tolerance of status_replicas times the target. With none the ratio is infinite or no number. */
static bool total_is_within(struct hpa_tolerance tolerance, int32_t status_replicas, int64_t usage, int64_t target)
{
    return is_within(tolerance, (double)usage / ((double)target * (double)status_replicas));
}

static int64_t share(int64_t usage_milli, int32_t status_replicas)
{
    return number_go_int64(elementary_ceil((double)usage_milli / (double)status_replicas));
}

struct hpa_proposal hpa_object_average_replicas(struct hpa_tolerance tolerance, int32_t status_replicas,
                                                int64_t usage_milli, int64_t target_milli)
{
    struct hpa_proposal p = {.replicas = status_replicas, .usage_milli = share(usage_milli, status_replicas)};
    if (!total_is_within(tolerance, status_replicas, usage_milli, target_milli)) {
        p.replicas = number_go_int32(elementary_ceil((double)usage_milli / (double)target_milli));
    }
    return p;
}

struct hpa_proposal hpa_external_average_replicas(struct hpa_tolerance tolerance, int32_t status_replicas,
                                                  int64_t usage_milli, int64_t target_milli)
{
    struct hpa_proposal p = {.replicas = status_replicas, .usage_milli = INT64_MAX};
    if (!total_is_within(tolerance, status_replicas, usage_milli, target_milli)) {
        double replicas = elementary_ceil((double)usage_milli / (double)target_milli);
        p.replicas = replicas > (double)INT32_MAX ? INT32_MAX : number_go_int32(replicas);
    }
    if ((double)usage_milli < 9223372036854775808.0) {
        p.usage_milli = share(usage_milli, status_replicas);
    }
    return p;
}

int64_t hpa_external_value(const int64_t *values_milli, uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (values_milli[i] > 0 && sum > INT64_MAX - values_milli[i]) {
            return INT64_MAX;
        }
        sum = number_wrap_add64(sum, values_milli[i]);
    }
    return sum;
}

int64_t hpa_external_average_value(const int64_t *values_milli, uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum = number_wrap_add64(sum, values_milli[i]);
        if (sum < 0) {
            return INT64_MAX;
        }
    }
    return sum;
}

bool hpa_pod_usage(const struct hpa_container_usage *containers, uint32_t count, const char *container, int64_t *milli)
{
    int64_t sum = 0;
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        if (container != NULL && containers[i].name != container) {
            continue;
        }
        if (!containers[i].present) {
            return false;
        }
        sum = number_wrap_add64(sum, containers[i].milli);
        found = true;
    }
    *milli = found ? sum : *milli;
    return found;
}
