#include <criterion/criterion.h>
#include <math.h>

#include "models/demand/demand_model.h"
#include "models/service/service_model.h"
#include "sim/scenario/scenario.h"
#include "sim/world/placement.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
#define WORKLOADS 3

/* Workloads api, pricing and log, whose pods lie on two nodes of 4 cores; what happens to each is summed up. */
struct stage {
    struct arena arena;
    struct names names;
    struct scenario scenario;
    struct object objects[2 * WORKLOADS + 1];
    struct service_model models[WORKLOADS];
    const struct service_model *targets[WORKLOADS]; /* of a target each */
    struct service_request requests[WORKLOADS];
    struct demand demand;
    struct demand_send sends[2];
    struct pod_template template[WORKLOADS];
    struct container container[WORKLOADS];
    struct sim *sim;
    uint32_t nodes[2];
    struct load_sample sum[WORKLOADS];
    struct load_sample last[WORKLOADS];
};

static const struct placement anywhere;
static const struct labels no_labels;
static const struct taints no_taints;
static const char *const titles[WORKLOADS] = {"api", "pricing", "log"};

static void hear(void *context, const struct sim *sim, const struct load_sample *sample)
{
    (void)sim;
    struct stage *s = context;
    struct load_sample *sum = &s->sum[sample->workload];
    cr_assert_geq(sample->from_ns, sum->to_ns);
    sum->to_ns = sample->to_ns;
    sum->arrivals += sample->arrivals;
    sum->served += sample->served;
    sum->timed_out += sample->timed_out;
    sum->failed += sample->failed;
    sum->refused += sample->refused;
    s->last[sample->workload] = *sample;
}

static void set_up_model(struct stage *s, uint32_t i)
{
    const char *name = names_text(&s->names, titles[i]), *space = names_text(&s->names, "shop");
    s->objects[i] = (struct object){.kind = "Deployment", .namespace = space, .name = name};
    s->objects[WORKLOADS + i] = (struct object){.kind = "ServiceModel", .namespace = space, .name = name};
    s->models[i] = (struct service_model){
        .object = &s->objects[WORKLOADS + i],
        .workload = {.object = &s->objects[i]},
        .request = &s->requests[i],
        .memory = {.base_bytes = 100 << 20, .per_request_bytes = 1 << 20},
        .start = {.cpu_mcpu = 321},
    };
    s->requests[i] = (struct service_request){.cpu_ns = 10 * MS, .variation = 1};
    s->targets[i] = &s->models[i];
    s->container[i] = (struct container){.name = "app", .limit_mcpu = 1000};
    s->template[i] = (struct pod_template){.number = i,
                                           .labels = &no_labels,
                                           .placement = &anywhere,
                                           .requests = {.mcpu = 500},
                                           .containers = &s->container[i],
                                           .container_count = 1};
}

static struct target target_of(struct stage *s, uint32_t model)
{
    return (struct target){.ref = {.name = titles[model]}, .models = {&s->targets[model], 1}};
}

/* A demand of rate_hz, sent to api, one request each. */
static void set_up(struct stage *s, double rate_hz)
{
    *s = (struct stage){.arena = arena_make(1 << 16)};
    s->names = names_make(&s->arena);
    for (uint32_t i = 0; i < WORKLOADS; i++) {
        set_up_model(s, i);
    }
    s->objects[2 * WORKLOADS] = (struct object){.kind = "Demand", .namespace = "shop", .name = "rides"};
    s->sends[0] = (struct demand_send){.to = target_of(s, 0), .per = 1};
    s->demand = (struct demand){.object = &s->objects[2 * WORKLOADS], .rate_per_s = rate_hz, .sends = {s->sends, 1}};
    s->scenario.demands.at = &s->demand;
    s->scenario.demands.count = 1;
    s->scenario.service_models.at = s->models;
    s->scenario.service_models.count = WORKLOADS;
}

static void open_sim(struct stage *s)
{
    static const struct registry_line registry[] = {{&demand_model, NULL}, {&service_model, NULL}};
    s->sim = sim_open(&(struct sim_options){.registry = registry,
                                            .registry_count = 2,
                                            .delays = delays_zero(),
                                            .scenario = &s->scenario,
                                            .arena = &s->arena,
                                            .names = &s->names,
                                            .seed = 7});
    sim_listen(s->sim, (struct sim_listener){.context = s, .load = hear});
    for (uint32_t i = 0; i < WORKLOADS; i++) {
        world_add_workload(&s->sim->world, &(struct workload){.kind = WORKLOAD_DEPLOYMENT,
                                                              .namespace = s->objects[i].namespace,
                                                              .name = s->objects[i].name,
                                                              .owner = NONE,
                                                              .spec = {.template = &s->template[i]}});
    }
    for (int i = 0; i < 2; i++) {
        s->nodes[i] = world_add_node(&s->sim->world, &(struct node){.name = i == 0 ? "left" : "right",
                                                                    .labels = &no_labels,
                                                                    .taints = &no_taints,
                                                                    .capacity = {.mcpu = 4000},
                                                                    .allocatable = {.mcpu = 3900},
                                                                    .ready = true});
    }
}

static uint32_t add_pod(struct stage *s, uint32_t workload, int node, enum condition_status ready)
{
    return world_add_pod(&s->sim->world, &(struct pod){.owner_kind = OWNER_NONE,
                                                       .owner = NONE,
                                                       .workload = workload,
                                                       .name = "pod",
                                                       .template = &s->template[workload],
                                                       .namespace = s->objects[0].namespace,
                                                       .node = s->nodes[node],
                                                       .node_name = node == 0 ? "left" : "right",
                                                       .phase = POD_RUNNING,
                                                       .ready = ready,
                                                       .ready_since_ns = 0,
                                                       .start_ns = 0,
                                                       .deletion_ns = TIME_UNSET,
                                                       .used_mcpu = UNLIMITED,
                                                       .used_memory_bytes = UNLIMITED});
}

static void run(struct stage *s, int64_t until_ns)
{
    struct fail fail;
    cr_assert(sim_run(s->sim, until_ns, &fail), "%s", fail.text);
}

static void tear_down(struct stage *s)
{
    sim_close(s->sim);
    names_drop(&s->names);
    arena_drop(&s->arena);
}

static void expect_close(double got, double wanted, double relative)
{
    cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%.12g is not %.12g", got, wanted);
}

static void set_pod(struct stage *s, uint32_t row, struct pod next)
{
    world_update_pod(&s->sim->world, row, &next);
}

/* 120/s of 10 ms on 3 pods: 400m each, load 0.4, 1 / (1 - 0.4) * 10 ms in the pod on average, of which p99 is ln(100)
 * times: an M/M/1 each. Memory 100 Mi + 0.4 / 0.6 Mi. */
Test(service_model, pods_of_a_service_share_its_load)
{
    struct stage s;
    set_up(&s, 120);
    open_sim(&s);
    uint32_t pods[3] = {add_pod(&s, 0, 0, CONDITION_TRUE), add_pod(&s, 0, 1, CONDITION_TRUE),
                        add_pod(&s, 0, 1, CONDITION_TRUE)};
    sim_start(s.sim);
    run(&s, 600 * SECOND);
    for (int i = 0; i < 3; i++) {
        const struct pod *p = world_pod(&s.sim->world, pods[i]);
        cr_assert_eq(p->used_mcpu, 400);
        expect_close((double)p->used_memory_bytes, (100 + 0.4 / 0.6) * (1 << 20), 1e-4);
    }
    expect_close(s.last[0].p99_s, log(100) * 0.01 / 0.6, 0.01);
    expect_close(s.last[0].utilization, 0.4, 1e-6);
    expect_close(s.last[0].used_mcpu, 1200, 1e-9);
    cr_expect_eq(s.last[0].pods, 3);
    cr_expect_eq(s.last[0].pod_mcpu, 400);
    cr_expect_eq(s.last[0].pod_mcpu_most, 400);
    expect_close(s.last[0].pod_memory_most, (100 + 0.4 / 0.6) * (1 << 20), 1e-4);
    expect_close(s.sum[0].arrivals, 600 * 120, 1e-12);
    expect_close(demand_model_units(s.sim, 0), 600 * 120, 1e-12);
    world_check(&s.sim->world);
    tear_down(&s);
}

/* A model without memory: of its pods, that serve or come up, and of the workload it is unknown, not 0. */
Test(service_model, memory_that_nobody_says_is_unknown)
{
    struct stage s;
    set_up(&s, 120);
    s.models[0].memory = (struct service_memory){0};
    open_sim(&s);
    uint32_t pods[2] = {add_pod(&s, 0, 0, CONDITION_TRUE), add_pod(&s, 0, 1, CONDITION_FALSE)};
    sim_start(s.sim);
    run(&s, 600 * SECOND);
    cr_expect_eq(world_pod(&s.sim->world, pods[0])->used_mcpu, 1000);
    cr_expect_eq(world_pod(&s.sim->world, pods[1])->used_mcpu, 321);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(world_pod(&s.sim->world, pods[i])->used_memory_bytes, UNLIMITED);
    }
    cr_expect_lt(s.last[0].used_memory_bytes, 0);
    cr_expect_leq(s.last[0].pod_memory_most, 0);
    cr_expect_eq(s.last[1].used_memory_bytes, 0);
    tear_down(&s);
}

/* Pods bear 100/s; at 250/s two fall behind by 50/s. What came is served, lost or still there. A pod that ends
 * finishes its part, one that crashes loses it: after 60 s about 1500 each, then again 1500 and 100 and 150/s more for
 * 30 s to the one left. */
Test(service_model, requests_are_conserved_when_pods_go)
{
    struct stage s;
    set_up(&s, 250);
    open_sim(&s);
    uint32_t ends = add_pod(&s, 0, 0, CONDITION_TRUE), crashes = add_pod(&s, 0, 1, CONDITION_TRUE);
    sim_start(s.sim);
    run(&s, 60 * SECOND);
    double before = s.sum[0].arrivals - s.sum[0].served;
    expect_close(before, 3000, 0.1);
    struct pod next = *world_pod(&s.sim->world, ends);
    next.deletion_ns = 60 * SECOND;
    set_pod(&s, ends, next);
    run(&s, 90 * SECOND);
    cr_assert_eq(s.sum[0].failed, 0);
    expect_close(s.sum[0].arrivals - s.sum[0].served, before / 2 + 150 * 30, 0.02);
    cr_assert_eq(world_pod(&s.sim->world, ends)->used_mcpu, 0);
    next = *world_pod(&s.sim->world, crashes);
    next.ready = CONDITION_FALSE;
    set_pod(&s, crashes, next);
    cr_assert_eq(world_pod(&s.sim->world, crashes)->used_mcpu, 321);
    run(&s, 120 * SECOND);
    expect_close(s.sum[0].served + s.sum[0].failed + s.sum[0].refused, s.sum[0].arrivals, 1e-9);
    expect_close(s.sum[0].refused, 250 * 30, 1e-9);
    tear_down(&s);
}

/* An endpoint is programmed 2 s after a pod is Ready: until then the other refuses nothing and bears all. */
Test(service_model, a_pod_serves_once_its_endpoint_is_programmed)
{
    struct stage s;
    set_up(&s, 60);
    open_sim(&s);
    s.sim->delays.endpoints_ns = 2 * SECOND;
    uint32_t old = add_pod(&s, 0, 0, CONDITION_TRUE), new = add_pod(&s, 0, 1, CONDITION_FALSE);
    sim_start(s.sim);
    run(&s, 40 * SECOND);
    cr_assert_eq(world_pod(&s.sim->world, old)->used_mcpu, 600);
    cr_assert_eq(world_pod(&s.sim->world, new)->used_mcpu, 321);
    struct pod next = *world_pod(&s.sim->world, new);
    next.ready = CONDITION_TRUE;
    set_pod(&s, new, next);
    run(&s, 60 * SECOND);
    cr_assert_eq(s.last[0].from_ns, 45 * SECOND);
    cr_assert_eq(world_pod(&s.sim->world, old)->used_mcpu, 300);
    cr_assert_eq(world_pod(&s.sim->world, new)->used_mcpu, 300);
    expect_close(s.sum[0].arrivals, 3600, 1e-12);
    tear_down(&s);
}

/* api calls pricing twice: 40/s make 80/s there, and its mean of 10 / (1 - 0.8) = 50 ms twice comes on top of its own.
 * */
Test(service_model, calls_bring_load_down_and_latency_up)
{
    struct stage s;
    set_up(&s, 40);
    struct service_call call = {.to = target_of(&s, 1), .per = 2};
    s.requests[0].calls.at = &call;
    s.requests[0].calls.count = 1;
    open_sim(&s);
    add_pod(&s, 0, 0, CONDITION_TRUE);
    add_pod(&s, 1, 1, CONDITION_TRUE);
    sim_start(s.sim);
    run(&s, 300 * SECOND);
    expect_close(s.last[1].arrivals, 80 * 15, 1e-3);
    double own = log(100) * 0.01 / 0.6, mean = 0.01 / 0.6, callee = log(100) * 0.05;
    double deviation = sqrt(pow(own - mean, 2) + 2 * pow(callee - 0.05, 2));
    expect_close(s.last[0].p99_s, mean + 0.1 + deviation, 0.02);
    tear_down(&s);
}

/* pricing bears 100/s, its callers ask for 90/s with 50 ms: a share q = P(T > 50 ms) = e^(-5 (1 - load)) of attempts
 * fails, so the load is 0.9 (1 + q): with one retry that is beyond what it bears, and the queue grows. */
Test(service_model, retries_turn_a_high_load_into_an_overload)
{
    for (int64_t retries = 0; retries <= 1; retries++) {
        struct stage s;
        set_up(&s, 90);
        struct service_call call = {.to = target_of(&s, 1), .per = 1, .timeout_ns = 50 * MS, .retries = retries};
        s.requests[0].calls.at = &call;
        s.requests[0].calls.count = 1;
        open_sim(&s);
        for (int i = 0; i < 3; i++) {
            add_pod(&s, 0, i % 2, CONDITION_TRUE);
        }
        add_pod(&s, 1, 1, CONDITION_TRUE);
        sim_start(s.sim);
        run(&s, 600 * SECOND);
        if (retries == 0) {
            expect_close(s.last[1].in_system, 9, 0.02);
            expect_close(s.last[0].failed / s.last[0].arrivals, exp(-0.5), 0.02);
        } else {
            cr_assert_gt(s.last[1].in_system, 1000);
            expect_close(s.last[1].arrivals, 180 * 15, 0.01);
            expect_close(s.last[0].failed / s.last[0].arrivals, 1, 0.001);
        }
        tear_down(&s);
    }
}

/* The left node has 4 cores; 8 pods of api want 0.6 each (4.8) and one without a ServiceModel 0.5. Weights are 512
 * each: all get 4 / 9, so that api's bear 44.4/s instead of 60 each. On the right the same load is borne; and at half
 * of it on both, when what had queued up is worked off. */
Test(service_model, pods_of_a_short_node_get_their_share_of_it)
{
    struct stage s;
    set_up(&s, 60 * 9);
    struct demand_event calm = {.start_ns = 300 * SECOND, .hold_ns = 3600 * SECOND, .factor = 0.5};
    s.demand.events.at = &calm;
    s.demand.events.count = 1;
    open_sim(&s);
    uint32_t pods[8];
    for (int i = 0; i < 8; i++) {
        pods[i] = add_pod(&s, 0, 0, CONDITION_TRUE);
    }
    uint32_t elsewhere = add_pod(&s, 0, 1, CONDITION_TRUE);
    uint32_t stranger = add_pod(&s, 0, 0, CONDITION_TRUE);
    s.sim->world.pods.at[stranger].workload = NONE;
    sim_start(s.sim);
    run(&s, 300 * SECOND);
    for (int i = 0; i < 8; i++) {
        expect_close((double)world_pod(&s.sim->world, pods[i])->used_mcpu, 4000.0 / 9, 0.01);
    }
    cr_assert_eq(world_pod(&s.sim->world, elsewhere)->used_mcpu, 600);
    cr_expect_eq(s.last[0].pods, 9);
    cr_expect_eq(s.last[0].pod_mcpu_most, 600);
    expect_close(s.last[0].pod_mcpu, (8 * 4000.0 / 9 + 600) / 9, 0.01);
    cr_assert_eq(world_pod(&s.sim->world, stranger)->used_mcpu, UNLIMITED);
    run(&s, 1000 * SECOND);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(world_pod(&s.sim->world, pods[i])->used_mcpu, 300);
    }
    tear_down(&s);
}

/* A consumer that takes 100 messages a second falls 20/s behind, keeps what nobody takes, and catches up. */
Test(service_model, messages_wait_for_their_consumers)
{
    struct stage s;
    set_up(&s, 120);
    struct service_stream stream = {.cpu_ns = 10 * MS, .concurrency = 4};
    s.models[0].request = NULL;
    s.models[0].stream = &stream;
    open_sim(&s);
    uint32_t only = add_pod(&s, 0, 0, CONDITION_TRUE), second = add_pod(&s, 0, 1, CONDITION_FALSE);
    sim_start(s.sim);
    run(&s, 300 * SECOND);
    expect_close(s.last[0].in_system, 20 * 292.5, 0.03);
    expect_close(s.last[0].p50_s, 20 * 300 / 100.0, 0.03);
    struct pod next = *world_pod(&s.sim->world, only);
    next.ready = CONDITION_FALSE;
    set_pod(&s, only, next);
    run(&s, 330 * SECOND);
    expect_close(s.sum[0].arrivals - s.sum[0].served, 20 * 300 + 120 * 30, 0.03);
    cr_assert_eq(s.sum[0].failed + s.sum[0].refused, 0);
    next = *world_pod(&s.sim->world, second);
    next.ready = CONDITION_TRUE;
    set_pod(&s, second, next);
    set_pod(&s, only, (next = *world_pod(&s.sim->world, only), next.ready = CONDITION_TRUE, next));
    run(&s, 600 * SECOND);
    cr_assert_lt(s.last[0].in_system, 10);
    tear_down(&s);
}

Test(service_model, without_a_pod_requests_are_refused)
{
    struct stage s;
    set_up(&s, 7.5);
    open_sim(&s);
    sim_start(s.sim);
    run(&s, 60 * SECOND);
    expect_close(s.sum[0].refused, 7.5 * 60, 1e-12);
    cr_assert_eq(s.sum[0].served, 0);
    tear_down(&s);
}

/* A release at 100 s makes requests cost 25 ms: of two pods, one of the old template and one of the new, each with
 * 12/s, the first uses 120m and the second 300m. */
Test(service_model, a_release_changes_what_its_pods_do_with_load)
{
    struct stage s;
    set_up(&s, 24);
    struct pod_template new_template = s.template[0];
    new_template.number = WORKLOADS;
    struct service_request costly = s.requests[0];
    costly.cpu_ns = 25 * MS;
    struct service_model new_model = s.models[0];
    new_model.request = &costly;
    open_sim(&s);
    service_model_set_template(s.sim, &new_template, &new_model, 100 * SECOND);
    uint32_t old = add_pod(&s, 0, 0, CONDITION_TRUE);
    sim_start(s.sim);
    run(&s, 120 * SECOND);
    cr_assert_eq(world_pod(&s.sim->world, old)->used_mcpu, 240);
    uint32_t new = add_pod(&s, 0, 1, CONDITION_TRUE);
    s.sim->world.pods.at[new].template = &new_template;
    run(&s, 150 * SECOND);
    cr_assert_eq(world_pod(&s.sim->world, old)->used_mcpu, 120);
    cr_assert_eq(world_pod(&s.sim->world, new)->used_mcpu, 300);
    tear_down(&s);
}
