#include <criterion/criterion.h>
#include <gsl/gsl_integration.h>
#include <math.h>

#include "models/service/erlang.h"

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.16g is not %.16g", got, wanted);
}

/* Erlang B and C to 50 digits, computed with decimal arithmetic, of which 15 are kept. */
Test(erlang, agrees_with_fifty_digit_values)
{
    const struct {
        double servers, load, blocking, waiting;
    } rows[] = {
        {1, 0.8, 4.444444444444444e-1, 8.000000000000000e-1},
        {2, 1.6, 3.298969072164948e-1, 7.111111111111111e-1},
        {5, 4, 1.990668740279938e-1, 5.541125541125541e-1},
        {10, 8, 1.216610642529515e-1, 4.091801507964435e-1},
        {10, 9, 1.679632262915864e-1, 6.687315241076970e-1},
        {50, 45, 5.410447216462617e-2, 3.638644672069884e-1},
        {100, 90, 2.695738046435921e-2, 2.169404809063664e-1},
        {100, 95, 4.880420617867782e-2, 5.064568539130206e-1},
        {1000, 990, 1.896577643081461e-2, 6.590804218808544e-1},
        {1e4, 9900, 2.858126738856586e-3, 2.227769288641482e-1},
        {1e5, 99500, 3.814423940590296e-4, 7.090619935511330e-2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_close(erlang_blocking(rows[i].servers, rows[i].load), rows[i].blocking, 2e-12);
        expect_close(erlang_waiting(rows[i].servers, rows[i].load), rows[i].waiting, 2e-12);
    }
}

struct point {
    double servers;
    double load;
};

static double integrand(double t, void *at)
{
    const struct point *p = at;
    return p->load * exp(-p->load * t) * pow(1 + t, p->servers);
}

/* 1/B = load * integral of exp(-load t) (1 + t)^servers. */
Test(erlang, follows_the_integral_between_whole_numbers)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
    const double servers[] = {1.5, 2.385, 7.7, 20.25};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        for (double part = 0.5; part < 2; part += 0.35) {
            struct point p = {servers[i], servers[i] * part};
            gsl_function f = {integrand, &p};
            double inverse, error;
            gsl_integration_qagiu(&f, 0, 1e-12, 1e-9, 1000, w, &inverse, &error);
            expect_close(erlang_blocking(p.servers, p.load), 1 / inverse, 0.03);
        }
    }
    gsl_integration_workspace_free(w);
}

/* Pollaczek-Khinchine, c = 1: Lq = rho^2 (1 + cs2) / (2 (1 - rho)); rho 0.7, cs2 2.5: 0.49 * 3.5 / 0.6. */
Test(erlang, queue_of_one_server_is_pollaczek_khinchine)
{
    expect_close(erlang_queue(1, 0.7, 2.5), 0.49 * 3.5 / 0.6, 1e-12);
    expect_close(erlang_queue(1, 0.7, 0), 0.49 / 0.6, 1e-12);
}

/* Means of simulated M/G/16 at load 0.7 a server (reference/performance.md, 6.2): Kimura is within 3 % of them, so the
 * formula stands at Allen-Cunneen's value times (1 + its error) / (1 + Kimura's): cs2 4: 2.5 * 0.973 / 1.419; cs2 0:
 * 0.5 * 0.998 / 0.846. */
Test(erlang, variability_moves_the_queue_as_simulations_do)
{
    double exponential = erlang_queue(16, 11.2, 1);
    expect_close(erlang_queue(16, 11.2, 4) / exponential, 2.5 * 0.973 / 1.419, 0.01);
    expect_close(erlang_queue(16, 11.2, 0) / exponential, 0.5 * 0.998 / 0.846, 0.01);
}

Test(erlang, nobody_waits_without_load_and_all_wait_in_overload)
{
    cr_assert_eq(erlang_blocking(2.5, 0), 0);
    cr_assert_eq(erlang_queue(2.5, 0, 1), 0);
    cr_assert_eq(erlang_waiting(2.5, 2.5), 1);
    cr_assert_lt(erlang_waiting(1000, 500), 1e-80);
}
