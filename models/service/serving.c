#include "models/service/serving.h"

#include <math.h>

#include "models/demand/parameter.h"
#include "sim/base/elementary.h"
#include "sim/base/sample.h"

#define MUCH_MORE 10.0

/* Who draws. */
struct draw {
    const struct object *object;
    uint64_t seed;
    uint64_t replication;
};

static double drawn(const struct draw *d, double value, double error, const char *field)
{
    return parameter_drawn(value, error, field, d->object, d->seed, d->replication);
}

static double seconds(int64_t ns)
{
    return (double)ns / UNITS_SECOND_NS;
}

static double bound(int64_t count)
{
    return count > 0 ? (double)count : INFINITY;
}

/* The random part is a lognormal with this squared coefficient of variation; next to none makes it fixed. */
static void make_lognormal(struct serving *s, double mean_s, double cs2)
{
    double sigma = sqrt(elementary_log1p(cs2));
    if (sigma < LATENCY_SIGMA_MIN) {
        latency_shape_make(LATENCY_FIXED, 0, &s->shape);
        s->fixed_s += mean_s;
        return;
    }
    latency_shape_make(LATENCY_LOGNORMAL, sigma < LATENCY_SIGMA_MAX ? sigma : LATENCY_SIGMA_MAX, &s->shape);
    s->random_s = mean_s;
}

/* The same for an exponential where that is said. */
static void make_random(struct serving *s, double mean_s, double cs2, bool exponential)
{
    if (exponential && mean_s > 0) {
        latency_shape_make(LATENCY_EXPONENTIAL, 0, &s->shape);
        s->random_s = mean_s;
    } else {
        make_lognormal(s, mean_s, cs2);
    }
}

/* A request of two parts, one after the other. */
static void make_time(struct serving *s, double cpu_s, double cpu_cs2, double wait_s, double wait_cs2,
                      bool wait_exponential)
{
    double of_cpu = cpu_s * cpu_s * cpu_cs2, of_wait = wait_s * wait_s * wait_cs2;
    s->work.cpu_s = cpu_s;
    s->work.wait_s = wait_s;
    s->work.variance_s2 = of_cpu + of_wait;
    if (of_cpu >= MUCH_MORE * of_wait) {
        s->fixed_s = wait_s;
        make_random(s, cpu_s, cpu_cs2, cpu_cs2 == 1);
    } else if (of_wait >= MUCH_MORE * of_cpu) {
        s->fixed_s = cpu_s;
        make_random(s, wait_s, wait_cs2, wait_exponential);
    } else {
        double mean_s = cpu_s + wait_s;
        make_lognormal(s, mean_s, (of_cpu + of_wait) / (mean_s * mean_s));
    }
}

static double wait_cs2(const struct request_wait *wait)
{
    struct sample_lognormal found;
    switch (wait->distribution) {
    case WAIT_FIXED:
        return 0;
    case WAIT_EXPONENTIAL:
        return 1;
    default:
        return sample_lognormal_by_p99((double)wait->mean_ns, (double)wait->p99_ns, &found)
                   ? sample_lognormal_variability(&found)
                   : 1;
    }
}

static void make_request(struct serving *s, const struct service_request *request, const struct draw *d)
{
    double cpu_s = drawn(d, seconds(request->cpu_ns), request->cpu_error, "request.cpu");
    double wait_s = drawn(d, seconds(request->wait.mean_ns), request->wait.mean_error, "request.wait.mean");
    make_time(s, cpu_s, request->variation * request->variation, wait_s, wait_cs2(&request->wait),
              request->wait.distribution == WAIT_EXPONENTIAL);
    s->work.concurrency = bound(request->concurrency);
    s->work.backlog = bound(request->queue);
    s->timeout_s = request->timeout_ns > 0 ? seconds(request->timeout_ns) : INFINITY;
}

static void make_stream(struct serving *s, const struct service_stream *stream, const struct draw *d)
{
    double cpu_s = drawn(d, seconds(stream->cpu_ns), stream->cpu_error, "stream.cpu");
    make_time(s, cpu_s, 1, seconds(stream->wait_ns), 0, false);
    s->work.concurrency = bound(stream->concurrency);
    s->work.pooled = true;
    s->partitions = bound(stream->partitions);
    s->retention_s = stream->retention_ns > 0 ? seconds(stream->retention_ns) : INFINITY;
}

/* The number of tokens after the first is taken as exponential. */
static void make_inference(struct serving *s, const struct service_inference *inference)
{
    double tokens_s = (inference->tokens - 1) * seconds(inference->per_token_ns);
    s->work.wait_s = seconds(inference->first_ns) + tokens_s;
    s->work.variance_s2 = tokens_s * tokens_s;
    s->work.concurrency = bound(inference->slots);
    s->fixed_s = seconds(inference->first_ns);
    make_random(s, tokens_s, 1, true);
    s->busy_mcpu = inference->used_mcpu;
}

static void make_memory(struct serving *s, const struct service_model *model, const struct draw *d)
{
    s->work.base_memory_bytes = UNLIMITED;
    if (specs_says_memory(model)) {
        s->work.base_memory_bytes =
            (int64_t)drawn(d, (double)model->memory.base_bytes, model->memory.base_error, "memory.base") +
            (model->use == NULL ? 0 : model->use->memory_bytes);
    }
    s->work.request_memory_bytes = (double)model->memory.per_request_bytes;
}

static void make_constant(struct serving *s, const struct service_model *model, const struct draw *d)
{
    s->kind = SERVING_CONSTANT;
    if (model->use != NULL) {
        s->work.idle_mcpu = (int64_t)drawn(d, (double)model->use->cpu_mcpu, model->use->cpu_error, "use.cpu");
    }
    if (model->batch != NULL) {
        s->batch_cpu_s = drawn(d, seconds(model->batch->cpu_ns), model->batch->cpu_error, "batch.cpu");
    }
}

int64_t serving_constant_mcpu(const struct serving *serving, int64_t run_ns)
{
    double batch_mcpu = serving->batch_cpu_s > 0 && run_ns > 0 ? 1000 * serving->batch_cpu_s / seconds(run_ns) : 0;
    return serving->work.idle_mcpu + (int64_t)elementary_round(batch_mcpu);
}

void serving_make(const struct service_model *model, uint64_t seed, uint64_t replication, struct serving *serving)
{
    struct draw d = {model->object, seed, replication};
    *serving = (struct serving){.model = model, .timeout_s = INFINITY, .partitions = INFINITY, .retention_s = INFINITY};
    serving->work.concurrency = INFINITY;
    serving->work.backlog = INFINITY;
    make_memory(serving, model, &d);
    serving->start_mcpu = model->start.cpu_mcpu;
    if (model->request != NULL) {
        make_request(serving, model->request, &d);
    } else if (model->stream != NULL) {
        make_stream(serving, model->stream, &d);
    } else if (model->inference != NULL) {
        make_inference(serving, model->inference);
    } else {
        make_constant(serving, model, &d);
    }
}
