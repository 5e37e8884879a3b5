/* The fluid queue against the exact transient solution of the Markov chain, by uniformization.
 *
 * The cases are those of reference/performance.md, 6.3, fixed before anything was tuned: load = mean + (peak - mean)
 * sin(...), c servers, starting at the lowest load in its steady state. Two figures for each case: the error of the
 * time average of the mean number in the system, and, where the load stays below 0.95, the largest error of the 99th
 * percentile of an arrival's time in the system, at any of 24 instants of each cycle. The bounds: 2 %
 * where the peak is at most 0.95, 7 % above; 5 % for p99. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/service/latency.h"
#include "models/service/queue.h"

struct transient_case {
    int servers;
    double service_s;
    double period_s;
    double load_mean;
    double load_peak;
    int cycles;
};

static const struct transient_case cases[] = {
    {20, 0.1, 60, 0.60, 0.90, 3},  {20, 0.1, 600, 0.60, 0.90, 1}, {20, 0.1, 60, 0.75, 0.97, 3},
    {20, 0.1, 600, 0.75, 0.97, 1}, {20, 0.1, 60, 0.75, 1.20, 3},  {20, 0.1, 600, 0.75, 1.20, 1},
    {100, 0.1, 60, 0.80, 0.95, 3}, {20, 1, 60, 0.60, 0.90, 3},    {20, 10, 60, 0.60, 0.90, 3},
};

#define STATES 8192
#define SAMPLES 24

static double rate_at(const struct transient_case *k, double time)
{
    double swing = sin(2 * M_PI * time / k->period_s - M_PI / 2);
    return (k->load_mean + (k->load_peak - k->load_mean) * swing) * k->servers / k->service_s;
}

/* P(state) on low .. high; outside it is nothing. Three vectors: now, after the next jump, the sum over jumps. */
struct chain {
    double vector[3][STATES];
    double *p;
    double *next;
    double *sum;
    int low;
    int high;
};

static void chain_start(struct chain *chain, const struct transient_case *k)
{
    memset(chain, 0, sizeof *chain);
    chain->p = chain->vector[0];
    chain->next = chain->vector[1];
    chain->sum = chain->vector[2];
    double load = rate_at(k, 0) * k->service_s, total = 0, p = 1;
    for (int n = 0; p >= 1e-18 * total; n++) {
        chain->p[n] = p;
        chain->high = n;
        total += p;
        p *= load / fmin(n + 1, k->servers);
    }
    for (int n = 0; n <= chain->high; n++) {
        chain->p[n] /= total;
    }
}

/* One jump of the uniformized chain, next = p (I + Q / speed), added to the sum with its weight. p is 0 next to low
 * and high. */
static void chain_jump(struct chain *chain, double up, double down, int servers, double weight)
{
    const double *p = chain->p;
    double *next = chain->next, *sum = chain->sum;
    int low = chain->low, high = chain->high, n = low;
    for (; n <= high && n < servers; n++) {
        next[n] = p[n] * (1 - up - n * down) + (n > 0 ? p[n - 1] * up : 0) + p[n + 1] * fmin(n + 1, servers) * down;
        sum[n] += weight * next[n];
    }
    for (; n <= high; n++) {
        next[n] = p[n] * (1 - up - servers * down) + p[n - 1] * up + p[n + 1] * servers * down;
        sum[n] += weight * next[n];
    }
    chain->p = next;
    chain->next = (double *)p;
}

/* The states that a step of so many jumps can reach with a probability that matters are made room for in advance. */
static void chain_advance(struct chain *chain, const struct transient_case *k, double rate, double step_s)
{
    double speed = rate + k->servers / k->service_s, jumps = speed * step_s;
    double up = rate / speed, down = 1 / k->service_s / speed, weight = exp(-jumps), spent = weight;
    int reach = 10 + (int)(8 * sqrt(jumps)), low = chain->low - reach, high = chain->high + reach;
    chain->low = low > 0 ? low : 0;
    chain->high = high;
    cr_assert_lt(high + 1, STATES);
    for (int n = chain->low; n <= high; n++) {
        chain->sum[n] = weight * chain->p[n];
    }
    for (int j = 1; spent < 1 - 1e-13; j++) {
        weight *= jumps / j;
        spent += weight;
        chain_jump(chain, up, down, k->servers, weight);
    }
    memcpy(chain->p + chain->low, chain->sum + chain->low, (size_t)(high - chain->low + 1) * sizeof(double));
    while (chain->p[chain->low] < 1e-15) {
        chain->p[chain->low++] = 0;
    }
    while (chain->p[chain->high] < 1e-15) {
        chain->p[chain->high--] = 0;
    }
    memset(chain->next, 0, STATES * sizeof(double));
}

static double chain_mean(const struct chain *chain)
{
    double mean = 0, total = 0;
    for (int n = chain->low; n <= chain->high; n++) {
        mean += n * chain->p[n];
        total += chain->p[n];
    }
    return mean / total;
}

/* P(T > t) of an arrival. It starts at once when n < c; else it waits for j = n - c + 1 departures at rate c mu, so
 * P(T > t | j) = P(N(c mu t) < j) + exp(-mu t) (c / (c - 1))^j P(N((c - 1) mu t) >= j), N Poisson. */
static double chain_tail(const struct chain *chain, const struct transient_case *k, double t)
{
    int c = k->servers;
    double mu = 1 / k->service_s, tail = 0;
    double fast = c * mu * t, slow = (c - 1) * mu * t;
    double p_fast = exp(-fast), p_slow = exp(-slow), below_fast = 0, below_slow = 0, ratio = 1;
    for (int n = chain->low; n < c; n++) {
        tail += chain->p[n] * exp(-mu * t);
    }
    for (int j = 1; c + j - 1 <= chain->high; j++) {
        below_fast += p_fast;
        below_slow += p_slow;
        p_fast *= fast / j;
        p_slow *= slow / j;
        ratio *= (double)c / (c - 1);
        tail += chain->p[c + j - 1] * (below_fast + exp(-mu * t) * ratio * fmax(0, 1 - below_slow));
    }
    return tail;
}

static double chain_p99(const struct chain *chain, const struct transient_case *k)
{
    double low = 0, high = 100 * k->service_s;
    while (high - low > 1e-7 * k->service_s) {
        double middle = 0.5 * (low + high);
        *(chain_tail(chain, k, middle) > 0.01 ? &low : &high) = middle;
    }
    return low;
}

struct errors {
    double number;       /* of the time average */
    double number_worst; /* at any instant */
    double p99_worst;
    double p99_at;
};

static struct errors errors_of(const struct transient_case *k)
{
    static struct chain chain;
    struct arena arena = arena_make(1 << 16);
    struct queue_curves curves = queue_curves_make(&arena);
    const struct queue_curve *curve = queue_curve(&curves, k->servers, 1);
    struct latency_shape shape;
    latency_shape_make(LATENCY_EXPONENTIAL, 0, &shape);
    chain_start(&chain, k);
    struct queue queue = queue_stationary(curve, rate_at(k, 0), k->service_s);
    struct errors errors = {0};
    double speed = k->load_peak * k->servers / k->service_s + k->servers / k->service_s;
    int steps = (int)ceil(k->period_s / fmin(64 / speed, k->period_s / 480) / SAMPLES) * SAMPLES;
    double step_s = k->period_s / steps, exact_sum = 0, fluid_sum = 0, before = chain_mean(&chain);
    for (int i = 0; i < steps * k->cycles; i++) {
        double rate = rate_at(k, (i + 0.5) * step_s);
        struct queue_step step;
        chain_advance(&chain, k, rate, step_s);
        queue_advance(&queue, curve, rate, k->service_s, INFINITY, step_s, &step);
        double exact = chain_mean(&chain);
        exact_sum += 0.5 * (before + exact);
        before = exact;
        fluid_sum += step.number_mean;
        errors.number_worst = fmax(errors.number_worst, fabs(queue.number / exact - 1));
        if ((i + 1) % (steps / SAMPLES) == 0 && k->load_peak <= 0.97) {
            struct queue_wait wait;
            struct latency latency;
            queue_wait(&queue, curve, k->service_s, &wait);
            latency_make(&latency, &shape, 0, k->service_s, &wait);
            double exact_p99 = chain_p99(&chain, k), error = fabs(latency_quantile(&latency, 0.99) / exact_p99 - 1);
            if (error > errors.p99_worst) {
                errors.p99_worst = error;
                errors.p99_at = (i + 1) * step_s / k->period_s;
            }
        }
    }
    errors.number = fabs(fluid_sum / exact_sum - 1);
    queue_curves_drop(&curves);
    arena_drop(&arena);
    return errors;
}

Test(fluid_queue, follows_the_exact_transient_solution)
{
    struct errors worst = {0};
    double worst_overloaded = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct transient_case *k = &cases[i];
        struct errors e = errors_of(k);
        fprintf(stderr,
                "c %3d service %4.1f s period %3.0f s load %.2f/%.2f: number %.2f %% (instant %.1f %%), "
                "p99 %.2f %% at %.2f\n",
                k->servers, k->service_s, k->period_s, k->load_mean, k->load_peak, 100 * e.number, 100 * e.number_worst,
                100 * e.p99_worst, e.p99_at);
        if (k->load_peak > 0.95) {
            worst_overloaded = fmax(worst_overloaded, e.number);
            cr_expect_lt(e.number, 0.07);
            continue;
        }
        worst.number = fmax(worst.number, e.number);
        worst.p99_worst = fmax(worst.p99_worst, e.p99_worst);
        cr_expect_lt(e.number, 0.02);
        cr_expect_lt(e.p99_worst, 0.05);
    }
    fprintf(stderr, "worst: number %.2f %% (peak to 0.95), %.2f %% (above); p99 %.2f %%\n", 100 * worst.number,
            100 * worst_overloaded, 100 * worst.p99_worst);
}
