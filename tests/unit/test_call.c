#include <criterion/criterion.h>
#include <math.h>

#include "models/service/call.h"

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.12g is not %.12g", got, wanted);
}

/* An exponential answer of mean 40 ms: its latency object and levels. */
static struct call_answer exponential(struct latency *latency, struct latency_shape *shape)
{
    latency_shape_make(LATENCY_FIXED, 0, shape);
    latency_make(latency, shape, 0, 0, &(struct queue_wait){1, 0, 0.04});
    struct call_answer answer = {.mean_s = 0.04, .spread = latency};
    for (int k = 0; k < CALL_LEVELS; k++) {
        answer.quantile_s[k] = latency_quantile(latency, call_levels[k]);
    }
    return answer;
}

/* Timeout 100 ms: e^-2.5 = 0.082085 of attempts are late; with 3 % errors 0.03 + 0.97 * 0.082085 = 0.109622 fail. */
Test(call, an_attempt_fails_by_an_error_or_by_its_timeout)
{
    struct latency latency;
    struct latency_shape shape;
    struct call_answer answer = exponential(&latency, &shape);
    answer.failing = 0.03;
    struct call_terms terms = {.per = 1, .timeout_s = 0.1};
    expect_close(call_failure(&terms, &answer), 0.109622, 1e-5);
    terms.timeout_s = INFINITY;
    expect_close(call_failure(&terms, &answer), 0.03, 1e-12);
}

/* q = 0.2, two retries: 1 + 0.2 + 0.04 attempts; 0.008 of calls fail; of requests that make three calls 1 - 0.992^3. */
Test(call, retries_add_attempts_and_take_away_errors)
{
    struct call_terms terms = {.per = 3, .timeout_s = 0.1, .retries = 2};
    expect_close(call_attempts(&terms, 0.2), 1.24, 1e-15);
    expect_close(call_error(&terms, 0.2), 1 - pow(0.992, 3), 1e-12);
    cr_assert_eq(call_error(&terms, 0), 0);
    cr_assert_eq(call_attempts(&terms, 0), 1);
}

/* Of attempts 0.109622 fail, 0.079622 of them late: an attempt takes 0.890378 * 40 ms + 0.079622 * 100 ms; two calls,
 * each with 1.109622 attempts. */
Test(call, what_is_late_takes_the_whole_timeout)
{
    struct latency latency;
    struct latency_shape shape;
    struct call_answer answer = exponential(&latency, &shape);
    answer.failing = 0.03;
    struct call_terms terms = {.per = 2, .timeout_s = 0.1, .retries = 1};
    double failure = 0.109622;
    double wanted = 2 * 1.109622 * (0.890378 * 0.04 + 0.079622 * 0.1);
    expect_close(call_mean_s(&terms, &answer, failure), wanted, 1e-6);
}

/* 8.2085 % of attempts take more than 100 ms. The slowest 1 % of calls are those whose first attempt was late and
 * whose second is in its slowest 0.01 / 0.082085 = 12.18 %: 100 ms and 40 ms * ln(1 / 0.1218). Without a retry: the
 * timeout. */
Test(call, the_slowest_calls_are_those_that_were_tried_again)
{
    struct latency latency;
    struct latency_shape shape;
    struct call_answer answer = exponential(&latency, &shape);
    struct call_terms terms = {.per = 1, .timeout_s = 0.1, .retries = 1};
    double failure = call_failure(&terms, &answer);
    expect_close(call_quantile_s(&terms, &answer, failure, 0.99), 0.1 + 0.04 * log(failure / 0.01), 1e-9);
    expect_close(call_quantile_s(&terms, &answer, failure, 0.5), 0.04 * log(2), 1e-9);
    terms.retries = 0;
    expect_close(call_quantile_s(&terms, &answer, failure, 0.99), 0.1, 1e-12);
}
