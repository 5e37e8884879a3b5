/* Recommendations for generated platforms whose waste is known: each is first made to fit (its requests, sizes and nodes as
 * its load needs them, with some room), simulated, and then blown up; what it costs more is what there is to save. There is
 * one kind of machine, so that nothing else can be saved than what was added, or what room the fitting one still had; and one
 * zone, for what it takes to lose one is not in what fits.
 *
 * RECOMMEND_PLATFORMS=20 tries as many (make test-extra does); every one prints a line. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "sim/base/buffer.h"
#include "sim/base/rng.h"
#include "tests/unit/recommend_fixture.h"

enum { PLATFORMS = 6, SERVICES_MAX = 4 };

struct needed {
    double rate_hz, cpu_s, peak; /* the busiest hour over the mean */
    bool scales;
    int64_t request_mcpu, memory_mib, replicas;
    int64_t target;
    double waste_cpu, waste_memory, waste_pods; /* times what fits */
};

struct generated {
    struct needed services[SERVICES_MAX];
    uint32_t count;
    int64_t nodes, nodes_waste;
};

static double between(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_uniform(r);
}

/* What fits: pods of 400m to 900m that are 60 % busy at the peak, with the margins that the advice takes. */
static struct needed generate_service(struct rng *r)
{
    struct needed s = {.rate_hz = between(r, 60, 400), .cpu_s = between(r, 0.003, 0.012), .peak = 1.75};
    s.scales = rng_uniform(r) < 0.5;
    s.request_mcpu = (int64_t)between(r, 40, 90) * 10;
    s.target = (int64_t)between(r, 60, 75);
    double peak_mcpu = 1000 * s.rate_hz * s.cpu_s * s.peak;
    s.replicas = (int64_t)ceil(peak_mcpu / (0.6 * (double)s.request_mcpu));
    s.replicas = s.replicas < 2 ? 2 : s.replicas;
    s.memory_mib = 160;
    s.waste_cpu = between(r, 1.3, 2.2);
    s.waste_memory = between(r, 1.5, 4);
    s.waste_pods = between(r, 1.3, 2.5);
    return s;
}

static struct generated generate(uint32_t number)
{
    struct rng r = rng_open(2385, number, "recommend", 0);
    struct generated g = {.count = 2 + (uint32_t)(rng_uniform(&r) * (SERVICES_MAX - 1))};
    double mcpu = 0, wasted_mcpu = 0;
    for (uint32_t i = 0; i < g.count; i++) {
        g.services[i] = generate_service(&r);
        const struct needed *s = &g.services[i];
        double pods = s->scales ? 2 : (double)s->replicas;
        mcpu += pods * (double)s->request_mcpu;
        wasted_mcpu += pods * s->waste_pods * (double)s->request_mcpu * s->waste_cpu;
    }
    g.nodes = 1 + (int64_t)ceil(mcpu / 3900);
    g.nodes_waste = 2 + (int64_t)ceil(wasted_mcpu / 3900);
    return g;
}

static void add_service(struct buffer *b, uint32_t i, const struct needed *s, bool waste)
{
    int64_t cpu = waste ? (int64_t)((double)s->request_mcpu * s->waste_cpu) : s->request_mcpu;
    int64_t memory = waste ? (int64_t)((double)s->memory_mib * s->waste_memory) : s->memory_mib;
    int64_t fits = s->scales ? 2 : s->replicas, pods = waste ? (int64_t)ceil((double)fits * s->waste_pods) : fits;
    buffer_format(b,
                  "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: s%u}\nspec:\n  replicas: %d\n"
                  "  selector: {matchLabels: {app: s%u}}\n  template:\n    metadata: {labels: {app: s%u}}\n    spec:\n"
                  "      containers: [{name: app, image: 'registry.example/s:1', resources: {requests: {cpu: %dm, "
                  "memory: %dMi}}}]\n",
                  i, (int)pods, i, i, (int)cpu, (int)memory);
    if (s->scales) {
        buffer_format(b,
                      "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s%u}\nspec:\n"
                      "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: s%u}\n  minReplicas: %d\n"
                      "  maxReplicas: %d\n  metrics: [{type: Resource, resource: {name: cpu, target: {type: "
                      "Utilization, averageUtilization: %d}}}]\n",
                      i, i, (int)pods, (int)(3 * s->replicas + pods), (int)s->target);
    }
    buffer_format(
        b,
        "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: s%u}\nspec:\n  workload: "
        "Deployment/s%u\n  request: {cpu: %dus, wait: 12ms, concurrency: 64}\n"
        "  memory: {base: 110Mi, perRequest: 200Ki}\n  start: {time: 12s, cpu: 300m}\n"
        "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: d%u}\n"
        "spec: {rate: %d/s, profile: city-week, noise: {deviation: 6%%, correlation: 20m}, sends: [{to: s%u}]}\n",
        i, i, (int)(s->cpu_s * 1e6), i, (int)s->rate_hz, i);
}

static void write_platform(struct buffer *b, const struct generated *g, bool waste)
{
    int64_t nodes = waste ? g->nodes_waste : g->nodes;
    buffer_clear(b);
    buffer_text(b, "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: generated}\nspec:\n"
                   "  start: 2026-05-04T00:00:00Z\n  duration: 1d\n  objectives:\n");
    for (uint32_t i = 0; i < g->count; i++) {
        buffer_format(b, "    - {service: s%u, latency: {p99: 250ms}, share: 99%%}\n", i);
    }
    buffer_format(
        b,
        "---\napiVersion: headroom/v1\nkind: PriceBook\nmetadata: {name: lab}\nspec:\n  source: made up\n"
        "  date: 2026-05-01\n  prices: [{instance: box, region: lab/one, onDemand: 0.2, vcpu: 4, memory: 16Gi, "
        "pods: 110}]\n"
        "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general}\nspec:\n  instance: box\n"
        "  region: lab/one\n  nodes: {min: %d, max: 60, initial: %d}\n  boot: 70s\n",
        (int)(waste ? nodes : 2), (int)nodes);
    for (uint32_t i = 0; i < g->count; i++) {
        add_service(b, i, &g->services[i], waste);
    }
}

/* Dollars a month, mean of the replications from `first` on; and what breaks. */
static double cost_of(const char *text, uint32_t first, uint32_t count)
{
    struct recommended *r = recommended_read(text);
    struct fail fail = {0};
    struct trial trial;
    double usd = 0;
    trial_make(&trial, &r->arena, &r->platform, &r->input, 2, NULL);
    struct trial_request request = {.settings = platform_today(&r->arena, &r->platform), .first = first};
    const struct measured *m = trial_run_paired(&trial, &request, 1, count, &fail);
    cr_assert_not_null(m, "%s", fail.text);
    for (uint32_t i = 0; i < count; i++) {
        usd += m[i].monthly_usd / count;
    }
    recommended_close(r);
    return usd;
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double try_platform(uint32_t number)
{
    struct generated g = generate(number);
    struct buffer text = {0};
    double began = seconds_now();
    write_platform(&text, &g, false);
    double fits = cost_of(buffer_string(&text), 1000, 5);
    write_platform(&text, &g, true);
    struct recommended *r = recommended_read(buffer_string(&text));
    recommended_make(r, &(struct recommend_options){.full = true, .replications = 5, .runs_max = 80, .workers = 2});
    const struct recommendation *made = &r->recommendation;
    uint32_t broken = recommended_broken_unseen(r);
    double waste = made->today_usd.mean - fits, share = made->saved_usd.mean / waste;
    printf("platform %2u: %u services, $%.0f a month, fits in $%.0f, recommended $%.0f: saves %.0f %% of the waste, "
           "%s, %.0f runs, %.1f s of processor\n",
           number, g.count, made->today_usd.mean, fits, made->best_usd.mean, 100 * share,
           made->proved ? "proved" : "not proved", made->trial.runs, seconds_now() - began);
    cr_expect(made->proved, "platform %u", number);
    cr_expect_eq(broken, 0, "platform %u breaks %u", number, broken);
    cr_expect_geq(share, 0.8, "platform %u saves %.3f of the waste", number, share);
    recommended_close(r);
    buffer_drop(&text);
    return share;
}

Test(recommend, most_of_the_waste_of_generated_platforms_is_found_and_no_objective_is_broken, .timeout = 3600)
{
    const char *asked = getenv("RECOMMEND_PLATFORMS");
    uint32_t count = asked == NULL ? PLATFORMS : (uint32_t)atoi(asked);
    double sum = 0;
    for (uint32_t i = 1; i <= count; i++) {
        sum += try_platform(i);
    }
    printf("mean of %u: %.0f %% of the waste\n", count, 100 * sum / count);
}

/* ---- BimRide ---- */

/* What is wrong with it, as scenarios/README.md says, and which way it is mended. */
static const struct {
    const char *title;
    enum knob knob;
    int direction; /* of the value: -1 down, 1 up */
} mistakes[] = {
    {"Deployment/analytics/analytics-api", KNOB_CPU_REQUEST, -1},
    {"Deployment/analytics/dashboard-backend", KNOB_REPLICAS, -1},
    {"Deployment/streams/trip-enrichment", KNOB_CPU_REQUEST, 1},
    {"Deployment/streams/surge-pricing", KNOB_MEMORY_REQUEST, -1},
    {"Deployment/rides/ride-ingest", KNOB_MIN, -1},
    {"Deployment/rides/pricing-api", KNOB_DOWN_WINDOW, 1},
    {"Deployment/ml/eta-model-v1", KNOB_CPU_LIMIT, 1},
    {"Deployment/ml/eta-model-v1", KNOB_MAX, 1},
    {"Deployment/ml/eta-model-v2", KNOB_CPU_REQUEST, -1},
    {"CronJob/analytics/nightly-aggregate", KNOB_CPU_REQUEST, -1},
    {"DaemonSet/observability/log-agent", KNOB_CPU_REQUEST, -1},
    {"DaemonSet/observability/log-agent", KNOB_MEMORY_REQUEST, -1},
};

/* As `headroom recommend scenarios/bimride` does it. RECOMMEND_BIMRIDE=1: it takes a minute or two. */
Test(recommend, the_mistakes_of_bimride_are_all_found_and_a_quarter_is_saved, .timeout = 3600)
{
    if (getenv("RECOMMEND_BIMRIDE") == NULL) {
        printf("skipped: what is recommended for BimRide: it takes minutes (make test-extra)\n");
        return;
    }
    double began = seconds_now();
    struct recommended *r = recommended_open("scenarios/bimride");
    recommended_make(r, &(struct recommend_options){.replications = 8, .runs_max = 80, .workers = 2});
    const struct recommendation *made = &r->recommendation;
    double share = made->saved_usd.mean / made->today_usd.mean, took = seconds_now() - began;
    uint32_t found = 0, count = sizeof mistakes / sizeof *mistakes, broken = recommended_broken_unseen(r);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = recommended_part(&made->platform, mistakes[i].title);
        int64_t now = made->platform.parts[part].now[mistakes[i].knob],
                wanted = made->settings[part].at[mistakes[i].knob];
        bool mended = mistakes[i].direction < 0 ? wanted < now : wanted > now;
        found += mended;
        cr_expect(mended, "%s: %s", mistakes[i].title, platform_field(mistakes[i].knob));
    }
    printf("BimRide: $%.0f a month becomes $%.0f, %.1f %% less, %s; %u of %u mistakes mended; %u broken on %d unseen "
           "replications; %.0f runs, %.0f s of processor\n",
           made->today_usd.mean, made->best_usd.mean, 100 * share, made->proved ? "proved" : "not proved", found, count,
           broken, RECOMMENDED_UNSEEN_COUNT, made->trial.runs, took);
    cr_expect(made->proved);
    cr_expect_geq(share, 0.25);
    cr_expect_eq(broken, 0);
    cr_expect_not(platform_differs(&made->platform.parts[recommended_part(&made->platform, "StatefulSet/observability/"
                                                                                           "metrics-store")],
                                   &made->settings[recommended_part(&made->platform, "StatefulSet/observability/"
                                                                                     "metrics-store")]));
    recommended_close(r);
}
