#include <criterion/criterion.h>
#include <math.h>

#include "models/service/erlang.h"
#include "models/service/queue.h"

static struct arena arena;
static struct queue_curves curves;

static void open_curves(void)
{
    arena = arena_make(1 << 16);
    curves = queue_curves_make(&arena);
}

static void close_curves(void)
{
    queue_curves_drop(&curves);
    arena_drop(&arena);
}

TestSuite(queue, .init = open_curves, .fini = close_curves);

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.12g is not %.12g", got, wanted);
}

/* c = 20, 0.1 s, 150/s: load 15, whatever the queue was at first. */
Test(queue, ends_in_the_steady_state_after_a_long_step)
{
    const struct queue_curve *curve = queue_curve(&curves, 20, 1);
    double wanted = 15 + erlang_queue(20, 15, 1);
    for (double start = 0; start < 200; start += 37.3) {
        struct queue q = {.number = start};
        struct queue_step step;
        queue_advance(&q, curve, 150, 0.1, INFINITY, 3600, &step);
        expect_close(q.number, wanted, 1e-4);
        expect_close(step.served + q.number - start, 150 * 3600.0, 1e-12);
    }
}

/* Var N of M/M/1 is rho / (1 - rho)^2: 0.8 / 0.04 = 20; of M/M/inf (20 servers at load 4) it is the load. */
Test(queue, variance_of_the_steady_state_is_that_of_the_chain)
{
    struct queue one = queue_stationary(queue_curve(&curves, 1, 1), 8, 0.1);
    expect_close(one.variance, 20, 0.01);
    struct queue_step step;
    queue_advance(&one, queue_curve(&curves, 1, 1), 8, 0.1, INFINITY, 3.21, &step);
    expect_close(one.variance, 20, 0.01);
    struct queue many = queue_stationary(queue_curve(&curves, 20, 1), 40, 0.1);
    expect_close(many.variance, 4, 0.001);
}

/* 2.5 servers of 9 ms bear 277.8/s; 300/s for 60 s leave 22.2 * 60 = 1333 waiting and what chance left before they
 * were all busy, give or take sqrt(577.8 * 60) = 186. */
Test(queue, overload_adds_what_servers_cannot_bear_and_its_spread)
{
    const struct queue_curve *curve = queue_curve(&curves, 2.5, 1);
    double service_s = queue_service_s(curve, 2.5, 0.009);
    struct queue q = queue_stationary(curve, 100, service_s);
    struct queue_step step;
    queue_advance(&q, curve, 300, service_s, INFINITY, 60, &step);
    expect_close(q.number, 1333, 0.05);
    expect_close(sqrt(q.variance), 186, 0.03);
    struct queue_wait wait;
    queue_wait(&q, curve, service_s, &wait);
    expect_close(wait.probability, 1, 0.01);
    expect_close(wait.shift_s + wait.mean_s, 1333 / 277.8, 0.05);
    expect_close(wait.mean_s, 186 / 277.8, 0.03);
}

Test(queue, one_long_step_is_many_short_ones)
{
    const struct queue_curve *curve = queue_curve(&curves, 7.7, 0.5);
    const double rates[] = {40, 73, 76.5, 91, 30, 76.5};
    struct queue in_one = {0}, in_many = {0};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct queue_step step;
        double area = 0, served = 0;
        for (int k = 0; k < 1000; k++) {
            queue_advance(&in_many, curve, rates[i], 0.1, INFINITY, 0.015, &step);
            area += step.number_mean * 0.015;
            served += step.served;
        }
        queue_advance(&in_one, curve, rates[i], 0.1, INFINITY, 15, &step);
        expect_close(in_one.number, in_many.number, 1e-9);
        expect_close(in_one.variance, in_many.variance, 0.01);
        expect_close(step.served, served, 1e-9);
        expect_close(step.number_mean, area / 15, 2e-3);
    }
}

/* The system holds 50: at 300/s against 200/s it is full after about 50 / 100 s, and then refuses 100/s. */
Test(queue, refuses_what_finds_the_system_full)
{
    const struct queue_curve *curve = queue_curve(&curves, 20, 1);
    struct queue q = {0};
    struct queue_step step;
    queue_advance(&q, curve, 300, 0.1, 50, 100, &step);
    cr_assert_eq(q.number, 50);
    expect_close(step.refused, 99.5 * 100, 0.01);
    expect_close(step.served + step.refused + 50, 300 * 100.0, 1e-12);
    queue_advance(&q, curve, 0, 0.1, 10, 1e-9, &step);
    expect_close(step.refused, 40, 1e-6);
}

Test(queue, drains_to_nothing_without_arrivals)
{
    const struct queue_curve *curve = queue_curve(&curves, 3.25, 1);
    struct queue q = {.number = 1e5, .variance = 1e4};
    struct queue_step step;
    queue_advance(&q, curve, 0, 0.01, INFINITY, 100, &step);
    expect_close(q.number, 1e5 - 325 * 100, 0.001);
    queue_advance(&q, curve, 0, 0.01, INFINITY, 1000, &step);
    cr_assert_lt(q.number, 1e-9);
    struct queue_wait wait;
    queue_wait(&q, curve, 0.01, &wait);
    cr_assert_eq(wait.probability * wait.mean_s, 0);
}

/* M/M/c: P(wait) = C, and who waits does so for 1 / (c mu - rate) on average: 10 servers, load 9: 0.66873, 0.1 s / (10
 * - 9). */
Test(queue, stationary_wait_is_erlangs)
{
    const struct queue_curve *curve = queue_curve(&curves, 10, 1);
    struct queue q = queue_stationary(curve, 90, 0.1);
    struct queue_wait wait;
    queue_wait(&q, curve, 0.1, &wait);
    expect_close(wait.probability, 0.6687315241, 0.005);
    expect_close(wait.mean_s, 0.1, 0.005);
    cr_assert_lt(wait.shift_s, 1e-12);
}

Test(queue, curves_are_shared_and_keep_the_capacity_exact)
{
    const struct queue_curve *curve = queue_curve(&curves, 0.3333, 1);
    cr_assert_eq(queue_curve(&curves, 0.3334, 1.01), curve);
    cr_assert_neq(queue_curve(&curves, 0.3333, 2), curve);
    expect_close(curve->servers / queue_service_s(curve, 0.3333, 0.05), 0.3333 / 0.05, 1e-14);
    for (int i = 1; i <= 100; i++) {
        cr_assert_eq(queue_curve(&curves, i, 1)->servers, i);
    }
    cr_assert_eq(queue_curve(&curves, 0.3333, 1), curve);
}

Test(queue, every_curve_rises_and_stays_below_its_servers)
{
    const double servers[] = {0.05, 0.2, 0.9, 1, 1.3, 2.5, 20, 777};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        for (double cs2 = 0; cs2 <= 16; cs2 += 4) {
            const struct queue_curve *curve = queue_curve(&curves, servers[i], cs2);
            for (int k = 1; k < QUEUE_CELLS; k++) {
                cr_assert_gt(curve->node[k].number, curve->node[k - 1].number);
                cr_assert_gt(curve->node[k].flow, curve->node[k - 1].flow);
                cr_assert_lt(curve->node[k].flow, curve->servers);
            }
        }
    }
}

/* 4 servers of 0.1 s under 80/s, room for 60: N = 60 less a geometric number of mean 1, so a wait takes 56 / 40 s,
 * give or take sqrt(2) / 40 s. */
Test(queue, a_full_system_has_a_nearly_certain_wait)
{
    const struct queue_curve *curve = queue_curve(&curves, 4, 1);
    struct queue q = {0};
    struct queue_step step;
    queue_advance(&q, curve, 80, 0.1, 60, 300, &step);
    struct queue_wait wait;
    queue_wait(&q, curve, 0.1, &wait);
    expect_close(q.variance, 2, 1e-12);
    expect_close(wait.probability * (wait.shift_s + wait.mean_s), 56 / 40.0, 0.03);
    expect_close(wait.mean_s, sqrt(2) / 40, 0.1);
}
