/* Queues simulated request by request on the engine, against what queueing theory says exactly.
 *
 * Every figure is the mean over independent replications with its Student interval at 99.9 %; seeds are fixed, so a test
 * passes always or never, and about one in a thousand right ones would not pass for a new seed. A second condition, that
 * the interval is narrow, keeps the first from being empty. Time: a service takes a second on average.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "sim/base/histogram.h"
#include "sim/base/memory.h"
#include "sim/base/sample.h"
#include "sim/base/statistics.h"
#include "sim/core/engine.h"

enum { ARRIVAL, DEPARTURE };
enum { REPLICATIONS = 20, SERVERS_MAX = 256 };

struct law {
    double (*draw)(struct rng *r, double parameter); /* a service, in seconds */
    double parameter;
};

/* One first-come-first-served station with its arrivals; serves `count` requests and is empty at the end. */
struct station {
    struct engine engine;
    struct rng gaps, services;
    double gap_s;
    struct law law;
    uint32_t count;
    uint32_t arrived;
    uint32_t started;
    uint32_t idle_count;
    uint32_t idle[SERVERS_MAX];
    int64_t *arrived_ns; /* [count] */
    int64_t *service_ns; /* [count] */
    int64_t *wait_ns;    /* [count] */
    int64_t in_system;
    int64_t area_ns; /* in_system over time, up to changed_ns */
    int64_t changed_ns;
    int64_t area_at_ns[2]; /* when the measured time begins and ends: at which arrivals, the area there */
    uint32_t measured_from;
};

static int64_t to_ns(double seconds)
{
    return llround(seconds * 1e9);
}

static void change_number(struct station *s, int64_t by)
{
    s->area_ns += s->in_system * (s->engine.now_ns - s->changed_ns);
    s->changed_ns = s->engine.now_ns;
    s->in_system += by;
}

static void start_next(struct station *s, uint32_t server)
{
    uint32_t request = s->started++;
    s->wait_ns[request] = s->engine.now_ns - s->arrived_ns[request];
    s->service_ns[request] = to_ns(s->law.draw(&s->services, s->law.parameter));
    engine_wake_at(&s->engine, DEPARTURE, server, 0, s->engine.now_ns + s->service_ns[request]);
}

static void arrive(void *context, unsigned class, uint32_t id)
{
    struct station *s = context;
    change_number(s, 1);
    if (s->arrived == s->measured_from) {
        s->area_at_ns[0] = s->area_ns;
    }
    s->arrived_ns[s->arrived++] = s->engine.now_ns;
    s->area_at_ns[1] = s->area_ns;
    if (s->arrived < s->count) {
        int64_t gap_ns = to_ns(sample_exponential(&s->gaps, s->gap_s));
        engine_wake_at(&s->engine, class, id, 0, s->engine.now_ns + gap_ns);
    }
    if (s->idle_count > 0) {
        start_next(s, s->idle[--s->idle_count]);
    }
}

static void depart(void *context, unsigned class, uint32_t server)
{
    struct station *s = context;
    (void)class;
    change_number(s, -1);
    if (s->started < s->arrived) {
        start_next(s, server);
    } else {
        s->idle[s->idle_count++] = server;
    }
}

static void drop(struct station *s)
{
    engine_drop(&s->engine);
    free(s->arrived_ns);
    free(s->service_ns);
    free(s->wait_ns);
}

/* Serves count requests; offered load is that many servers' worth. */
static void serve(struct station *s, uint32_t servers, double load, struct law law, uint32_t count,
                  uint64_t replication)
{
    *s = (struct station){
        .gaps = rng_open(1, replication, "gaps", servers),
        .services = rng_open(1, replication, "services", servers),
        .gap_s = 1 / load,
        .law = law,
        .count = count,
        .measured_from = count / 10,
        .arrived_ns = memory_take(count, sizeof(int64_t)),
        .service_ns = memory_take(count, sizeof(int64_t)),
        .wait_ns = memory_take(count, sizeof(int64_t)),
    };
    engine_add_class(&s->engine, &(struct engine_class){.name = "arrival", .handle = arrive, .context = s});
    engine_add_class(&s->engine, &(struct engine_class){.name = "departure", .handle = depart, .context = s});
    for (uint32_t i = servers; i > 0; i--) {
        s->idle[s->idle_count++] = i - 1;
    }
    struct fail fail;
    engine_wake(&s->engine, ARRIVAL, 0, 0);
    cr_assert(engine_run(&s->engine, INT64_MAX, &fail));
    cr_assert_eq(s->started, count);
    cr_assert_eq(s->in_system, 0);
}

/* What is measured, over replications, from a tenth of each on: the station was empty at the start. */
struct measured {
    struct statistics wait_s;
    struct statistics waits; /* share of requests that wait at all */
    struct statistics number;
    struct statistics wait_p95_s;
};

static void measure(struct measured *m, const struct station *s)
{
    struct statistics wait_s = {0};
    struct histogram waits_s = {0};
    uint32_t waited = 0, from = s->measured_from;
    for (uint32_t i = from; i < s->count; i++) {
        double w = (double)s->wait_ns[i] * 1e-9;
        statistics_add(&wait_s, w);
        histogram_add(&waits_s, w, 1);
        waited += s->wait_ns[i] > 0;
    }
    int64_t time_ns = s->arrived_ns[s->count - 1] - s->arrived_ns[from];
    statistics_add(&m->wait_s, wait_s.mean);
    statistics_add(&m->waits, (double)waited / (double)(s->count - from));
    statistics_add(&m->number, (double)(s->area_at_ns[1] - s->area_at_ns[0]) / (double)time_ns);
    statistics_add(&m->wait_p95_s, histogram_quantile(&waits_s, 0.95));
    histogram_drop(&waits_s);
}

static struct measured replicate(uint32_t servers, double load, struct law law, uint32_t count)
{
    static struct station s;
    struct measured m = {0};
    for (uint64_t i = 0; i < REPLICATIONS; i++) {
        serve(&s, servers, load, law, count, i);
        measure(&m, &s);
        drop(&s);
    }
    return m;
}

/* slack: an error, relative, that is known and not chance. */
static void expect(const char *what, const struct statistics *s, double theory, double slack)
{
    struct statistics_interval i = statistics_interval(s, 0.999);
    cr_assert_leq(i.half_width, 0.09 * theory, "%s: %g +- %g says little", what, i.mean, i.half_width);
    cr_assert_leq(fabs(i.mean - theory), i.half_width + slack * theory, "%s: %g +- %g, in theory %g", what, i.mean,
                  i.half_width, theory);
}

static double exponential(struct rng *r, double mean)
{
    return sample_exponential(r, mean);
}

static double constant(struct rng *r, double mean)
{
    (void)r;
    return mean;
}

/* Mean 1, squared coefficient of variation as given. */
static double lognormal(struct rng *r, double variability)
{
    struct sample_lognormal d = sample_lognormal_of(1, sqrt(variability));
    return sample_lognormal(r, &d);
}

static double gamma_law(struct rng *r, double variability)
{
    return sample_gamma(r, 1 / variability, variability);
}

/* ---- M/M/1: a request waits with probability rho, rho / (1 - rho) on average; P(wait > t) = rho exp(-(1 - rho) t); in
 * the system are rho / (1 - rho). ---- */

static void check_mm1(double rho, uint32_t count)
{
    struct measured m = replicate(1, rho, (struct law){exponential, 1}, count);
    expect("mean wait", &m.wait_s, rho / (1 - rho), 0);
    expect("share that waits", &m.waits, rho, 0);
    expect("number in the system", &m.number, rho / (1 - rho), 0);
    expect("95 % wait up to", &m.wait_p95_s, log(rho / 0.05) / (1 - rho), 1.0 / 256);
}

Test(mm1, at_35_percent_load_is_as_in_theory)
{
    check_mm1(0.35, 40000);
}

Test(mm1, at_60_percent_load_is_as_in_theory)
{
    check_mm1(0.6, 40000);
}

Test(mm1, at_80_percent_load_is_as_in_theory)
{
    check_mm1(0.8, 60000);
}

Test(mm1, at_90_percent_load_is_as_in_theory)
{
    check_mm1(0.9, 200000);
}

/* ---- M/M/c. Erlang's B by its recursion, C = B / (1 - rho (1 - B)), the mean wait C / (c - a), and P(wait > t) = C
 * exp(-(c - a) t). Literals: computed with 50 digits. ---- */

static void check_mmc(uint32_t servers, double load, double c, double wait_s, double p95_s, uint32_t count)
{
    struct measured m = replicate(servers, load, (struct law){exponential, 1}, count);
    expect("mean wait", &m.wait_s, wait_s, 0);
    expect("share that waits", &m.waits, c, 0);
    expect("number in the system", &m.number, load * (wait_s + 1), 0);
    expect("95 % wait up to", &m.wait_p95_s, p95_s, 1.0 / 256);
}

Test(mmc, two_servers_at_80_percent_are_as_in_theory)
{
    check_mmc(2, 1.6, 0.7111111111111111, 1.777777777777778, 6.637014216458, 60000);
}

Test(mmc, five_servers_at_80_percent_are_as_in_theory)
{
    check_mmc(5, 4, 0.5541125541125541, 0.5541125541125541, 2.405344826952, 60000);
}

Test(mmc, ten_servers_at_80_percent_are_as_in_theory)
{
    check_mmc(10, 8, 0.4091801507964435, 0.2045900753982218, 1.051066260066, 60000);
}

Test(mmc, ten_servers_at_90_percent_are_as_in_theory)
{
    check_mmc(10, 9, 0.6687315241076970, 0.6687315241076970, 2.593359664898, 200000);
}

Test(mmc, fifty_servers_at_90_percent_are_as_in_theory)
{
    check_mmc(50, 45, 0.3638644672069884, 0.07277289344139768, 0.3969516900068, 200000);
}

/* ---- M/G/1: Pollaczek and Khinchine, rho / (1 - rho) (1 + cs2) / 2; a request waits with probability rho. ---- */

static void check_mg1(double rho, struct law law, double variability, uint32_t count)
{
    double wait_s = rho / (1 - rho) * (1 + variability) / 2;
    struct measured m = replicate(1, rho, law, count);
    expect("mean wait", &m.wait_s, wait_s, 0);
    expect("share that waits", &m.waits, rho, 0);
    expect("number in the system", &m.number, rho * (wait_s + 1), 0);
}

Test(md1, at_50_percent_load_is_as_in_theory)
{
    check_mg1(0.5, (struct law){constant, 1}, 0, 40000);
}

Test(md1, at_85_percent_load_is_as_in_theory)
{
    check_mg1(0.85, (struct law){constant, 1}, 0, 80000);
}

Test(mg1, with_gamma_services_of_variability_a_quarter_is_as_in_theory)
{
    check_mg1(0.8, (struct law){gamma_law, 0.25}, 0.25, 60000);
}

Test(mg1, with_lognormal_services_of_variability_2_is_as_in_theory)
{
    check_mg1(0.6, (struct law){lognormal, 2.25}, 2.25, 120000);
}

/* ---- M/G/c with more servers than are ever needed: the number in the system is Poisson with the offered load as its
 * mean, whatever the services. ---- */

Test(mginf, the_mean_number_is_the_offered_load)
{
    struct measured m = replicate(200, 40, (struct law){lognormal, 3.5}, 100000);
    expect("number in the system", &m.number, 40, 0);
    cr_assert_eq(m.waits.most, 0);
}

/* ---- Every path, not only the mean ---- */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Kiefer and Wolfowitz: keep when each server is free, sorted; a request starts when it is there and the first is free. */
static void expect_waits_of_recursion(const struct station *s, uint32_t servers)
{
    int64_t free_ns[SERVERS_MAX] = {0};
    for (uint32_t i = 0; i < s->count; i++) {
        int64_t start_ns = later(s->arrived_ns[i], free_ns[0]);
        cr_assert_eq(s->wait_ns[i], start_ns - s->arrived_ns[i], "request %u", i);
        int64_t end_ns = start_ns + s->service_ns[i];
        uint32_t at = 1;
        for (; at < servers && free_ns[at] < end_ns; at++) {
            free_ns[at - 1] = free_ns[at];
        }
        free_ns[at - 1] = end_ns;
    }
}

Test(path, every_wait_is_that_of_the_recursion_of_kiefer_and_wolfowitz)
{
    const struct {
        uint32_t servers;
        double load;
    } cases[] = {{1, 0.93}, {2, 1.7}, {7, 6.6}, {64, 63}};
    static struct station s;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        serve(&s, cases[i].servers, cases[i].load, (struct law){lognormal, 1.7}, 50000, 99);
        expect_waits_of_recursion(&s, cases[i].servers);
        drop(&s);
    }
}

/* Little's law on a path that ends empty is exact: the area under the number is the sum of the times in the system. */
Test(path, the_area_under_the_number_is_the_sum_of_the_times_in_the_system)
{
    static struct station s;
    serve(&s, 3, 2.7, (struct law){gamma_law, 0.4}, 50000, 98);
    int64_t sum_ns = 0;
    for (uint32_t i = 0; i < s.count; i++) {
        sum_ns += s.wait_ns[i] + s.service_ns[i];
    }
    cr_assert_eq(s.area_ns, sum_ns);
    drop(&s);
}
