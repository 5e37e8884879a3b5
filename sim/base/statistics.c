#include "sim/base/statistics.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

void statistics_add(struct statistics *s, double x)
{
    double off = x - s->mean;
    s->least = s->count == 0 || x < s->least ? x : s->least;
    s->most = s->count == 0 || x > s->most ? x : s->most;
    s->count++;
    s->mean += off / (double)s->count;
    s->squares += off * (x - s->mean);
}

void statistics_merge(struct statistics *s, const struct statistics *other)
{
    if (other->count == 0) {
        return;
    }
    if (s->count == 0) {
        *s = *other;
        return;
    }
    double ours = (double)s->count, theirs = (double)other->count, all = ours + theirs;
    double off = other->mean - s->mean;
    s->mean += off * (theirs / all);
    s->squares += other->squares + off * off * (ours * theirs / all);
    s->count += other->count;
    s->least = other->least < s->least ? other->least : s->least;
    s->most = other->most > s->most ? other->most : s->most;
}

double statistics_variance(const struct statistics *s)
{
    return s->count < 2 ? 0 : s->squares / (double)(s->count - 1);
}

struct statistics statistics_paired(const double *base, const double *candidate, size_t count)
{
    struct statistics differences = {0};
    for (size_t i = 0; i < count; i++) {
        statistics_add(&differences, candidate[i] - base[i]);
    }
    return differences;
}

struct statistics_interval statistics_interval(const struct statistics *s, double confidence)
{
    assert(confidence > 0 && confidence < 1);
    if (s->count < 2) {
        return (struct statistics_interval){s->mean, (double)INFINITY};
    }
    double t = gsl_cdf_tdist_Qinv((1 - confidence) / 2, (double)(s->count - 1));
    return (struct statistics_interval){s->mean, t * sqrt(statistics_variance(s) / (double)s->count)};
}

void statistics_weighted_add(struct statistics_weighted *w, double x, double weight)
{
    assert(weight >= 0);
    w->weight += weight;
    if (w->weight > 0) {
        w->mean += (x - w->mean) * (weight / w->weight);
    }
}

struct statistics_level statistics_level_start(int64_t now_ns, double value)
{
    return (struct statistics_level){
        .since_ns = now_ns, .started_ns = now_ns, .value = value, .least = value, .most = value};
}

void statistics_level_set(struct statistics_level *l, int64_t now_ns, double value)
{
    assert(now_ns >= l->since_ns);
    l->area += l->value * (double)(now_ns - l->since_ns);
    l->since_ns = now_ns;
    l->value = value;
    l->least = value < l->least ? value : l->least;
    l->most = value > l->most ? value : l->most;
}

double statistics_level_mean(const struct statistics_level *l, int64_t now_ns)
{
    assert(now_ns >= l->since_ns);
    if (now_ns == l->started_ns) {
        return l->value;
    }
    return (l->area + l->value * (double)(now_ns - l->since_ns)) / (double)(now_ns - l->started_ns);
}
