#include "models/service/latency.h"

#include <assert.h>
#include <math.h>

#include "sim/base/elementary.h"

#define FIRST_OCTAVE (-16)
#define EARLY 1e-3 /* what is served before the first point, at most */
#define LATE 1e-5  /* what is served after the last one, at most */

/* P(Z > z) of a standard normal: a series near 0, a continued fraction in the tails. Relative error below 1e-13. */
static double normal_tail(double z)
{
    double x = fabs(z);
    double density = elementary_exp(-0.5 * x * x) * 0.3989422804014326779399;
    double tail;
    if (x < 3) {
        double term = x, sum = x;
        for (int k = 3; term > 1e-17 * sum; k += 2) {
            term *= x * x / k;
            sum += term;
        }
        tail = 0.5 - density * sum;
    } else {
        double fraction = x;
        for (int k = 60; k > 0; k--) {
            fraction = x + k / fraction;
        }
        tail = density / fraction;
    }
    return z < 0 ? 1 - tail : tail;
}

static double tail_of(enum latency_kind kind, double sigma, double time)
{
    if (kind == LATENCY_EXPONENTIAL) {
        return elementary_exp(-time);
    }
    return normal_tail((elementary_log(time) + 0.5 * sigma * sigma) / sigma);
}

void latency_shape_make(enum latency_kind kind, double sigma, struct latency_shape *shape)
{
    shape->kind = kind;
    shape->count = 0;
    shape->cs2 = kind == LATENCY_EXPONENTIAL ? 1 : 0;
    if (kind == LATENCY_FIXED) {
        return;
    }
    if (kind == LATENCY_LOGNORMAL) {
        assert(sigma >= LATENCY_SIGMA_MIN && sigma <= LATENCY_SIGMA_MAX);
        shape->cs2 = elementary_exp(sigma * sigma) - 1;
    }
    shape->per_octave = 4;
    while (kind == LATENCY_LOGNORMAL && shape->per_octave * sigma < 2) {
        shape->per_octave *= 2;
    }
    for (int i = FIRST_OCTAVE * shape->per_octave; shape->count < LATENCY_POINTS; i++) {
        double time = elementary_exp2((double)i / shape->per_octave);
        double tail = tail_of(kind, sigma, time);
        shape->count -= shape->count == 1 && tail > 1 - EARLY; /* the first is the last before EARLY */
        shape->time[shape->count] = time;
        shape->tail[shape->count++] = tail;
        if (tail < LATE) {
            break;
        }
    }
}

/* Adds to each tail the requests that wait: those whose service is below the point, but not with their wait.
 *
 * Of the requests served by time[i] a share `late` is still there, waiting. From one point to the next it decays, and
 * the cell's own requests, spread evenly over it, add their part. The cells of an octave are twice as wide as those of
 * the octave before, so their decays are the squares. */
static void add_waits(struct latency *latency, const struct queue_wait *wait)
{
    const struct latency_shape *shape = latency->shape;
    double decay[LATENCY_POINTS];
    int octave = shape->per_octave;
    double per_wait = latency->unit_s / wait->mean_s;
    double late = 1 - shape->tail[0];
    latency->tail[0] = shape->tail[0] + wait->probability * late;
    for (int i = 0; i + 1 < shape->count; i++) {
        double width = (shape->time[i + 1] - shape->time[i]) * per_wait;
        decay[i] = i < octave ? elementary_exp(-width) : decay[i - octave] * decay[i - octave];
        double stay = width > 1e-5 ? (1 - decay[i]) / width : 1 - 0.5 * width;
        late = late * decay[i] + (shape->tail[i] - shape->tail[i + 1]) * stay;
        latency->tail[i + 1] = shape->tail[i + 1] + wait->probability * late;
    }
}

void latency_make(struct latency *latency, const struct latency_shape *shape, double fixed_s, double random_s,
                  const struct queue_wait *wait)
{
    bool random = shape->count > 0 && random_s > 0;
    latency->shape = shape;
    latency->offset_s = fixed_s + wait->probability * wait->shift_s;
    latency->unit_s = random ? random_s : 0;
    latency->decay_s = wait->mean_s;
    latency->first = wait->probability;
    latency->mean_s = fixed_s + latency->unit_s + wait->probability * (wait->shift_s + wait->mean_s);
    if (random && wait->probability > LATE && wait->mean_s > 0) {
        add_waits(latency, wait);
    } else if (random) {
        for (int i = 0; i < shape->count; i++) {
            latency->tail[i] = shape->tail[i];
        }
    }
}

/* Behind the last point only the exponential wait is left. */
static double beyond(const struct latency *latency, double from_s, double tail, double wanted)
{
    return tail > wanted && wanted > 0 ? from_s + latency->decay_s * elementary_log(tail / wanted) : from_s;
}

/* log(above / below), to 0.5 % while above is less than 2.5 times below; it only places a point within its cell. */
static double near_log(double above, double below)
{
    double z = (above - below) / (above + below);
    return z * (1 + z * z * (1.0 / 3));
}

double latency_quantile(const struct latency *latency, double level)
{
    assert(level > 0 && level < 1);
    const struct latency_shape *shape = latency->shape;
    double wanted = 1 - level;
    if (latency->unit_s == 0) {
        return beyond(latency, latency->offset_s, latency->first, wanted);
    }
    int low = 0, high = shape->count - 1;
    if (latency->tail[low] <= wanted) {
        return latency->offset_s + latency->unit_s * shape->time[low];
    }
    if (latency->tail[high] > wanted) {
        return beyond(latency, latency->offset_s + latency->unit_s * shape->time[high], latency->tail[high], wanted);
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(latency->tail[middle] > wanted ? &low : &high) = middle;
    }
    double part = near_log(latency->tail[low], wanted) / near_log(latency->tail[low], latency->tail[high]);
    double time = shape->time[low] + part * (shape->time[high] - shape->time[low]);
    return latency->offset_s + latency->unit_s * time;
}

/* The tail behind `from_s` when only the exponential wait is left. */
static double decayed(const struct latency *latency, double tail, double from_s, double time_s)
{
    return latency->decay_s > 0 ? tail * elementary_exp(-(time_s - from_s) / latency->decay_s) : 0;
}

double latency_tail(const struct latency *latency, double time_s)
{
    const struct latency_shape *shape = latency->shape;
    if (time_s < latency->offset_s) {
        return 1;
    }
    if (latency->unit_s == 0) {
        return decayed(latency, latency->first, latency->offset_s, time_s);
    }
    double time = (time_s - latency->offset_s) / latency->unit_s;
    int low = 0, high = shape->count - 1;
    if (time <= shape->time[low]) {
        return 1;
    }
    if (time >= shape->time[high]) {
        double from_s = latency->offset_s + latency->unit_s * shape->time[high];
        return decayed(latency, latency->tail[high], from_s, time_s);
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(shape->time[middle] < time ? &low : &high) = middle;
    }
    double part = (time - shape->time[low]) / (shape->time[high] - shape->time[low]);
    return latency->tail[low] * elementary_exp(part * elementary_log(latency->tail[high] / latency->tail[low]));
}

double latency_mixture_quantile(const struct latency *const *latencies, const double *weights, uint32_t count,
                                double level)
{
    double low = INFINITY, high = 0, all = 0;
    for (uint32_t i = 0; i < count; i++) {
        double quantile = latency_quantile(latencies[i], level);
        low = quantile < low ? quantile : low;
        high = quantile > high ? quantile : high;
        all += weights[i];
    }
    while (high - low > 1e-3 * high) {
        double middle = 0.5 * (low + high), tail = 0;
        for (uint32_t i = 0; i < count; i++) {
            tail += weights[i] * latency_tail(latencies[i], middle);
        }
        *(tail > (1 - level) * all ? &low : &high) = middle;
    }
    return high;
}
