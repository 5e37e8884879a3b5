#include <criterion/criterion.h>
#include <string.h>

#include "models/hpa/hpa_model.h"
#include "models/hpa/metrics.h"
#include "models/hpa/metrics_server.h"
#include "sim/base/json.h"
#include "sim/scenario/selector.h"
#include "sim/world/placement.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)

/* A workload `api` whose pods request 400m, and its autoscaler: 1 to 30 replicas, 50 % of the request. */
struct stage {
    struct arena arena;
    struct names names;
    struct sim *sim;
    uint32_t workload, hpa;
    struct hpa_metric metric;
    struct hpa_spec spec;
    struct pod_template template;
    int64_t landed_ns[8]; /* writes of the scale */
    unsigned landed;
    char message[256]; /* of the last note */
};

static const struct placement anywhere;

static void hear_fact(void *context, const struct sim *sim, const struct fact *fact)
{
    struct stage *s = context;
    if (fact->kind == FACT_WORKLOAD && (fact->changed & FIELD_REPLICAS) != 0) {
        s->landed_ns[s->landed++] = sim_now(sim);
    }
}

static void hear_note(void *context, const struct sim *sim, const struct note *note)
{
    struct stage *s = context;
    note->render(sim, note, s->message, sizeof s->message);
}

static void set_up_template(struct stage *s)
{
    static const char json[] =
        "{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"cpu\":\"400m\"}}}]}}";
    struct fail fail = {0};
    struct value *labels = value_map(&s->arena);
    value_put(&s->arena, labels, names_text(&s->names, "app"), value_text(&s->arena, "api"));
    s->template = (struct pod_template){
        .tree = json_read(&s->arena, &s->names, "test.json", json, sizeof json - 1, &fail),
        .labels = labels_compile(&s->arena, &s->names, labels),
        .placement = &anywhere,
    };
    cr_assert_not_null(s->template.tree, "%s", fail.text);
}

static uint32_t add_hpa(struct stage *s, const char *name)
{
    return world_add_hpa(&s->sim->world, &(struct hpa){.namespace = names_text(&s->names, "default"),
                                                       .name = names_text(&s->names, name),
                                                       .target = s->workload,
                                                       .spec = &s->spec});
}

static void set_up(struct stage *s)
{
    static const struct registry_line registry[] = {{&metrics_server_model, NULL}, {&hpa_model, NULL}};
    *s = (struct stage){.arena = arena_make(1 << 16)};
    s->names = names_make(&s->arena);
    set_up_template(s);
    struct sim_options options = {.registry = registry,
                                  .registry_count = 2,
                                  .delays = delays_default(),
                                  .cut_times = true,
                                  .arena = &s->arena,
                                  .names = &s->names,
                                  .seed = 7};
    s->sim = sim_open(&options);
    sim_listen(s->sim, (struct sim_listener){.context = s, .fact = hear_fact, .note = hear_note});
    struct value *labels = value_map(&s->arena);
    value_put(&s->arena, labels, names_text(&s->names, "app"), value_text(&s->arena, "api"));
    struct workload o = {.kind = WORKLOAD_STATEFULSET,
                         .namespace = names_text(&s->names, "default"),
                         .name = names_text(&s->names, "api"),
                         .owner = NONE,
                         .spec = {.selector = selector_of_labels(&s->arena, &s->names, labels),
                                  .template = &s->template,
                                  .replicas = 3}};
    s->workload = world_add_workload(&s->sim->world, &o);
    s->metric = (struct hpa_metric){
        .source = HPA_RESOURCE, .target = HPA_TARGET_UTILIZATION, .amount = 50, .name = names_text(&s->names, "cpu")};
    s->spec = (struct hpa_spec){.target_kind = "StatefulSet",
                                .target_name = o.name,
                                .min = 1,
                                .max = 30,
                                .metrics = &s->metric,
                                .metric_count = 1};
    s->hpa = add_hpa(s, "api");
}

static void tear_down(struct stage *s)
{
    sim_close(s->sim);
    names_drop(&s->names);
    arena_drop(&s->arena);
}

/* A pod that has been ready for long and uses used_mcpu. */
static uint32_t add_pod(struct stage *s, uint32_t number, int64_t used_mcpu)
{
    struct pod p = {.owner_kind = OWNER_WORKLOAD,
                    .owner = s->workload,
                    .workload = s->workload,
                    .number = number,
                    .template = &s->template,
                    .namespace = names_text(&s->names, "default"),
                    .node = NONE,
                    .phase = POD_RUNNING,
                    .ready = CONDITION_TRUE,
                    .ready_since_ns = -3590 * SECOND,
                    .start_ns = -3600 * SECOND,
                    .deletion_ns = TIME_UNSET,
                    .used_mcpu = used_mcpu};
    return world_add_pod(&s->sim->world, &p);
}

static void run(struct stage *s, int64_t until_ns)
{
    struct fail fail = {0};
    cr_assert(sim_run(s->sim, until_ns, &fail), "%s", fail.text);
}

/* Three pods at 310m of 400m: 77 %, ratio 1.54, ceil(4.62) = 5. The first sync is 15 s after the start, and the write takes
 * 10 ms. No pods follow, so the proposal stays 5. */
Test(hpa_model, scales_one_period_after_it_saw_the_autoscaler)
{
    struct stage s;
    set_up(&s);
    for (uint32_t i = 0; i < 3; i++) {
        add_pod(&s, i, 310);
    }
    sim_start(s.sim);
    run(&s, 15 * SECOND + 9 * MS);
    cr_assert_eq(s.landed, 0);
    run(&s, 60 * SECOND);
    cr_assert_eq(s.landed, 1);
    cr_assert_eq(s.landed_ns[0], 15 * SECOND + 10 * MS);
    cr_assert_eq(world_workload(&s.sim->world, s.workload)->spec.replicas, 5);
    const struct hpa_status *status = world_hpa(&s.sim->world, s.hpa)->status;
    cr_assert_eq(status->current, 5);
    cr_assert_eq(status->values[0].utilization, 77);
    cr_assert_eq(status->last_scale_ns, 15 * SECOND + 10 * MS);
    tear_down(&s);
}

Test(hpa_model, says_that_there_are_no_metrics_of_pods_whose_use_is_unknown)
{
    struct stage s;
    set_up(&s);
    add_pod(&s, 0, UNLIMITED);
    sim_start(s.sim);
    run(&s, 20 * SECOND);
    cr_assert_str_eq(s.message,
                     "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: "
                     "failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from "
                     "resource metrics API");
    tear_down(&s);
}

/* Its cpu is known and its memory is not: an autoscaler of memory gets no metrics, not a use of nothing. */
Test(hpa_model, says_that_there_are_no_metrics_of_memory_that_nobody_knows)
{
    struct stage s;
    set_up(&s);
    s.metric.name = names_text(&s.names, "memory");
    world_set_use(&s.sim->world, add_pod(&s, 0, 310), 310, UNLIMITED);
    sim_start(s.sim);
    run(&s, 60 * SECOND);
    cr_expect_eq(s.landed, 0);
    cr_expect_not_null(strstr(s.message, "unable to get metrics for resource memory: no metrics returned"), "%s",
                       s.message);
    tear_down(&s);
}

/* Both autoscalers select the same pods. The first knows of the second once that had its first evaluation: from the second
 * evaluation on neither scales. */
Test(hpa_model, two_autoscalers_of_one_workload_are_ambiguous)
{
    struct stage s;
    set_up(&s);
    uint32_t twin = add_hpa(&s, "twin");
    add_pod(&s, 0, 200);
    sim_start(s.sim);
    run(&s, 50 * SECOND);
    uint32_t rows[2] = {s.hpa, twin};
    for (int i = 0; i < 2; i++) {
        const struct hpa_status *status = world_hpa(&s.sim->world, rows[i])->status;
        cr_assert_eq(hpa_condition(status, HPA_CONDITION_SCALING_ACTIVE)->message.reason, HPA_AMBIGUOUS_SELECTOR);
    }
    cr_assert_str_eq(s.message, "pods by selector app=api are controlled by multiple HPAs");
    tear_down(&s);
}

Test(hpa_model, says_that_the_target_does_not_exist)
{
    struct stage s;
    set_up(&s);
    s.spec.target_name = names_text(&s.names, "apl");
    sim_start(s.sim);
    run(&s, 20 * SECOND);
    cr_assert_str_eq(s.message, "statefulsets.apps \"apl\" not found");
    tear_down(&s);
}

/* The pod's containers begin to run at 21 s; scrapes are a second apart. */
Test(metrics_server, knows_a_pod_once_its_containers_have_run_for_10_seconds)
{
    struct stage s;
    set_up(&s);
    s.sim->delays.metrics_resolution_ns = SECOND;
    uint32_t row = add_pod(&s, 0, 250);
    struct pod starting = *world_pod(&s.sim->world, row);
    starting.phase = POD_PENDING;
    world_update_pod(&s.sim->world, row, &starting);
    sim_start(s.sim);
    run(&s, 21 * SECOND);
    starting.phase = POD_RUNNING;
    world_update_pod(&s.sim->world, row, &starting);
    struct hpa_sample sample = {.since_ns = TIME_UNSET};
    struct hpa_answer answer;
    struct arena scratch = arena_make(256);
    run(&s, 31 * SECOND - 1);
    s.sim->metrics->answer(s.sim->metrics->state, s.sim, s.hpa, &s.metric, &row, 1, &sample, &answer, &scratch);
    cr_assert_eq(answer.problem.trouble, HPA_NOTHING_RETURNED);
    run(&s, 32 * SECOND);
    s.sim->metrics->answer(s.sim->metrics->state, s.sim, s.hpa, &s.metric, &row, 1, &sample, &answer, &scratch);
    cr_assert_eq(answer.problem.trouble, HPA_FINE);
    cr_assert_eq(sample.usage_milli, 250);
    arena_drop(&scratch);
    tear_down(&s);
}
