/* The workload controllers over the engine, with the scheduler, the kubelets and the default delays of a user's run. */
#include <criterion/criterion.h>
#include <string.h>

#include "models/kubelet/kubelet_model.h"
#include "models/model.h"
#include "models/scheduler/scheduler_model.h"
#include "models/workload/cronjob_model.h"
#include "models/workload/daemonset_model.h"
#include "models/workload/deployment_model.h"
#include "models/workload/job_model.h"
#include "models/workload/podgc_model.h"
#include "models/workload/replicaset_model.h"
#include "models/workload/statefulset_model.h"
#include "sim/base/json.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/defaults.h"

#define SECOND INT64_C(1000000000)

#define TEMPLATE(LABELS, IMAGE)                                                                                        \
    "{\"metadata\":{\"labels\":" LABELS "},\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"" IMAGE             \
    "\",\"resources\":{\"requests\":{\"cpu\":\"235m\",\"memory\":\"190Mi\"}}}]}}"
#define WEB "{\"app\":\"web\"}"

struct stage {
    struct arena arena;
    struct names names;
    struct compiler compiler;
    struct sim *sim;
    int32_t least_available; /* of workload 0 at any turn's end since it was reset */
    int64_t created_ns[64];  /* of pods, in order */
    unsigned created;
    int64_t removed_ns; /* of the last pod that went */
    unsigned refusals;  /* creations of pods still to be refused */
    char reason[64];    /* of the last note */
};

static int32_t count_available(const struct sim *sim)
{
    int32_t count = 0;
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *pod = &sim->world.pods.at[row];
        count += pod->uid != 0 && pod_is_active(pod) && pod->ready == CONDITION_TRUE;
    }
    return count;
}

static void hear_fact(void *context, const struct sim *sim, const struct fact *fact)
{
    struct stage *s = context;
    if (fact->kind == FACT_POD && fact->verb == FACT_ADDED && s->created < 64) {
        s->created_ns[s->created++] = sim_now(sim);
    }
    if (fact->kind == FACT_POD && fact->verb == FACT_REMOVED) {
        s->removed_ns = sim_now(sim);
    }
}

static void hear_note(void *context, const struct sim *sim, const struct note *note)
{
    struct stage *s = context;
    (void)sim;
    if (strcmp(note->model, "workload") == 0) {
        strncpy(s->reason, note->reason, sizeof s->reason - 1);
    }
}

static void hear_turn(void *context, const struct sim *sim)
{
    struct stage *s = context;
    int32_t available = count_available(sim);
    s->least_available = available < s->least_available ? available : s->least_available;
    world_check(&sim->world);
}

static bool refuse(void *context, const struct intent *intent)
{
    struct stage *s = context;
    bool refuses = intent->kind == INTENT_CREATE_POD && s->refusals > 0;
    s->refusals -= refuses;
    return refuses;
}

static void set_up(struct stage *s)
{
    static const struct registry_line registry[] = {
        {&kubelet_model, NULL},    {&podgc_model, NULL},     {&deployment_model, NULL},
        {&replicaset_model, NULL}, {&daemonset_model, NULL}, {&statefulset_model, NULL},
        {&job_model, NULL},        {&cronjob_model, NULL},   {&scheduler_model, NULL},
    };
    *s = (struct stage){.arena = arena_make(1 << 16)};
    s->names = names_make(&s->arena);
    s->compiler = compile_make(&s->arena, &s->names);
    s->sim = sim_open(&(struct sim_options){.registry = registry,
                                            .registry_count = sizeof registry / sizeof *registry,
                                            .delays = delays_default(),
                                            .cut_times = true,
                                            .arena = &s->arena,
                                            .names = &s->names,
                                            .seed = 7});
    s->sim->api.refuses = refuse;
    s->sim->api.refuses_context = s;
    sim_listen(s->sim,
               (struct sim_listener){.context = s, .fact = hear_fact, .note = hear_note, .turn_ended = hear_turn});
}

static void tear_down(struct stage *s)
{
    sim_close(s->sim);
    compile_drop(&s->compiler);
    names_drop(&s->names);
    arena_drop(&s->arena);
}

static struct intent node_intent(struct stage *s, const char *name)
{
    static const struct labels none;
    static const struct taints untainted;
    struct intent i = {.kind = INTENT_CREATE_NODE,
                       .node = {.name = names_text(&s->names, name),
                                .labels = &none,
                                .taints = &untainted,
                                .allocatable = {.mcpu = 3920, .memory_bytes = INT64_C(15) << 30},
                                .pods_allocatable = 58,
                                .pool = NONE,
                                .ready = true}};
    return i;
}

static void add_nodes(struct stage *s, int count)
{
    for (int n = 0; n < count; n++) {
        struct intent i = node_intent(s, arena_format(&s->arena, "node-%d", n));
        api_apply(&s->sim->api, &i);
    }
}

static const struct value *read_object(struct stage *s, const char *json)
{
    struct fail fail = {0};
    struct value *tree = json_read(&s->arena, &s->names, "test.json", json, strlen(json), &fail);
    cr_assert_not_null(tree, "%s", fail.text);
    defaults_apply(&s->arena, &s->names, tree);
    return tree;
}

static uint32_t add_workload(struct stage *s, enum workload_kind kind, const char *json)
{
    const struct value *tree = read_object(s, json);
    struct workload new = {.kind = kind,
                           .namespace = names_text(&s->names, "default"),
                           .name = names_text(&s->names, value_as_text(value_at(tree, "metadata.name"))),
                           .owner = NONE,
                           .spec = compile_workload(&s->compiler, kind, tree)};
    return world_add_workload(&s->sim->world, &new);
}

static void run(struct stage *s, int64_t until_s)
{
    struct fail fail;
    cr_assert(sim_run(s->sim, until_s * SECOND, &fail), "%s", fail.text);
}

#define DEPLOYMENT(REPLICAS, IMAGE)                                                                                        \
    "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":" REPLICAS \
    ",\"selector\":{\"matchLabels\":" WEB "},\"template\":" TEMPLATE(WEB, IMAGE) "}}"

/* 25 % of 10, rounded down: at least 8 pods stay available throughout. */
Test(workload_models, a_roll_out_keeps_enough_pods_and_ends_with_the_new_ones)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 4);
    uint32_t web = add_workload(&s, WORKLOAD_DEPLOYMENT, DEPLOYMENT("10", "web:1"));
    sim_start(s.sim);
    run(&s, 60);
    cr_assert_eq(count_available(s.sim), 10);
    s.least_available = INT32_MAX;
    struct intent update = {.kind = INTENT_UPDATE_WORKLOAD, .target = api_ref_workload(&s.sim->world, web)};
    update.workload.spec =
        compile_workload(&s.compiler, WORKLOAD_DEPLOYMENT, read_object(&s, DEPLOYMENT("10", "web:2")));
    api_apply(&s.sim->api, &update);
    run(&s, 240);
    const struct workload *o = world_workload(&s.sim->world, web);
    cr_assert_eq(o->replicasets.count, 2);
    cr_assert_eq(world_replicaset(&s.sim->world, o->replicasets.at[0])->pods.count, 0);
    cr_assert_eq(world_replicaset(&s.sim->world, o->replicasets.at[1])->status.available, 10);
    cr_assert_eq(o->status.progressing_condition.reason, REASON_NEW_REPLICA_SET_AVAILABLE);
    cr_assert_eq(s.least_available, 8);
    tear_down(&s);
}

/* The API takes 10 ms a write: the Deployment creates its ReplicaSet at 10 ms, the watch wakes the ReplicaSet 5 ms later,
 * and pods come at 25, 35, 45 and 55 ms: 1, 2, 4 and the last 3. */
Test(workload_models, a_replicaset_starts_slowly)
{
    struct stage s;
    set_up(&s);
    add_workload(&s, WORKLOAD_DEPLOYMENT, DEPLOYMENT("10", "web:1"));
    sim_start(s.sim);
    run(&s, 1);
    const int64_t expected_ms[] = {25, 35, 35, 45, 45, 45, 45, 55, 55, 55};
    cr_assert_eq(s.created, 10);
    for (unsigned i = 0; i < 10; i++) {
        cr_assert_eq(s.created_ns[i], expected_ms[i] * 1000000, "pod %u: %ld", i, (long)s.created_ns[i]);
    }
    tear_down(&s);
}

/* Refused at 25 ms: again 5 ms later, landing at 40; refused: 10 ms later, landing at 60. */
Test(workload_models, a_refused_pod_is_tried_again_after_the_back_off)
{
    struct stage s;
    set_up(&s);
    s.refusals = 2;
    add_workload(&s, WORKLOAD_DEPLOYMENT, DEPLOYMENT("1", "web:1"));
    sim_start(s.sim);
    run(&s, 1);
    cr_assert_eq(s.created, 1);
    cr_assert_eq(s.created_ns[0], 60000000, "%ld", (long)s.created_ns[0]);
    tear_down(&s);
}

Test(workload_models, a_statefulset_creates_a_pod_when_the_one_before_is_ready)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 2);
    uint32_t db = add_workload(&s, WORKLOAD_STATEFULSET,
                               "{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\",\"metadata\":{\"name\":\"db\"},"
                               "\"spec\":{\"replicas\":3,\"serviceName\":\"db\",\"selector\":{\"matchLabels\":" WEB
                               "},\"template\":" TEMPLATE(WEB, "db:1") "}}");
    sim_start(s.sim);
    run(&s, 90);
    const struct workload *o = world_workload(&s.sim->world, db);
    cr_assert_eq(o->status.available, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct pod *pod = world_pod(&s.sim->world, o->pods.at[i]);
        cr_assert_eq(pod->number, i);
        cr_assert(i == 0 || s.created_ns[i] > world_pod(&s.sim->world, o->pods.at[i - 1])->ready_since_ns);
    }
    tear_down(&s);
}

#define AGENT                                                                                                          \
    "{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"metadata\":{\"name\":\"agent\"},\"spec\":{\"selector\":{"    \
    "\"matchLabels\":" WEB "},\"template\":" TEMPLATE(WEB, "agent:1") "}}"

/* A cordoned node takes an agent; a node that comes later gets one; when a node goes at 100 s, its pod is found missing at
 * the next look and removed 40 s after that, at 140 s. */
Test(workload_models, a_daemonset_follows_the_nodes)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 3);
    struct intent cordon = {.kind = INTENT_UPDATE_NODE, .target = api_ref_node(&s.sim->world, 1)};
    cordon.node = *world_node(&s.sim->world, 1);
    cordon.node.unschedulable = true;
    api_apply(&s.sim->api, &cordon);
    uint32_t agent = add_workload(&s, WORKLOAD_DAEMONSET, AGENT);
    sim_start(s.sim);
    run(&s, 50);
    const struct workload_status *status = &world_workload(&s.sim->world, agent)->status;
    cr_assert_eq(status->replicas, 3);
    cr_assert_eq(status->ready, 3);
    struct intent more = node_intent(&s, "later");
    api_apply(&s.sim->api, &more);
    run(&s, 100);
    cr_assert_eq(status->ready, 4);
    cr_assert_eq(count_available(s.sim), 4);
    struct intent gone = {.kind = INTENT_DELETE_NODE, .target = api_ref_node(&s.sim->world, 0)};
    api_apply(&s.sim->api, &gone);
    run(&s, 200);
    cr_assert_eq(s.removed_ns, 140 * SECOND + s.sim->delays.write_ns);
    cr_assert_eq(world_workload(&s.sim->world, agent)->pods.count, 3);
    cr_assert_eq(status->ready, 3);
    tear_down(&s);
}

#define JOB                                                                                                            \
    "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"batch\"},\"spec\":{\"completions\":5,"     \
    "\"parallelism\":2,\"backoffLimit\":1,\"template\":{\"metadata\":{\"labels\":" WEB                                 \
    "},\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"app\",\"image\":\"batch:1\"}]}}}}"

/* Five pods, two at a time, 37 s each: three rounds. */
Test(workload_models, a_job_runs_to_completion)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 1);
    uint32_t batch = add_workload(&s, WORKLOAD_JOB, JOB);
    struct pod_behavior b = lifecycle_plain();
    b.run_ns = 37 * SECOND;
    kubelet_set_workload_behavior(s.sim, batch, &b);
    sim_start(s.sim);
    run(&s, 3 * 37);
    cr_assert_not(world_workload(&s.sim->world, batch)->status.finished);
    run(&s, 3 * 60);
    const struct workload *o = world_workload(&s.sim->world, batch);
    cr_assert(o->status.finished);
    cr_assert_eq(o->status.succeeded, 5);
    cr_assert_eq(s.created, 5);
    cr_assert_str_eq(s.reason, "Completed");
    tear_down(&s);
}

/* backoffLimit 1: the second failure ends it. The pods crash 9 s after their start, the second one comes 10 s after the
 * first failure. */
Test(workload_models, a_job_whose_pods_crash_fails)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 1);
    uint32_t batch = add_workload(&s, WORKLOAD_JOB, JOB);
    struct pod_behavior b = lifecycle_plain();
    b.crash_after_ns = 9 * SECOND;
    kubelet_set_workload_behavior(s.sim, batch, &b);
    sim_start(s.sim);
    run(&s, 120);
    const struct workload *o = world_workload(&s.sim->world, batch);
    cr_assert(o->status.finished);
    cr_assert_eq(o->status.failed, 2);
    cr_assert_not(job_is_complete(s.sim, batch));
    cr_assert_str_eq(s.reason, "BackoffLimitExceeded");
    tear_down(&s);
}

/* An hour at every tenth minute: starts at 10, 20, ... 60 minutes, each 100 ms late; three finished Jobs are kept. */
Test(workload_models, a_cronjob_makes_jobs_and_keeps_the_last_three)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 1);
    uint32_t nightly =
        add_workload(&s, WORKLOAD_CRONJOB,
                     "{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"sweep\"},"
                     "\"spec\":{\"schedule\":\"*/10 * * * *\",\"jobTemplate\":{\"spec\":{\"template\":{"
                     "\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"app\",\"image\":"
                     "\"sweep:1\"}]}}}}}}");
    struct pod_behavior b = lifecycle_plain();
    b.run_ns = 83 * SECOND;
    kubelet_set_workload_behavior(s.sim, nightly, &b);
    sim_start(s.sim);
    run(&s, 3600 + 300);
    cr_assert_eq(s.created, 6);
    for (unsigned i = 0; i < 6; i++) {
        int64_t late_ns = s.created_ns[i] - (i + 1) * 600 * SECOND;
        cr_assert(late_ns >= SECOND / 10 && late_ns < SECOND, "%ld", (long)late_ns);
    }
    uint32_t jobs = 0;
    for (uint32_t row = 0; row < s.sim->world.workloads.count; row++) {
        jobs += s.sim->world.workloads.at[row].uid != 0 && s.sim->world.workloads.at[row].kind == WORKLOAD_JOB;
    }
    cr_assert_eq(jobs, 3);
    tear_down(&s);
}

/* Two days from 1970 on: 7:10 in Kolkata, 5 h 30 min east, is 1:40 UTC. */
Test(workload_models, a_cronjob_starts_by_the_clock_of_its_time_zone)
{
    struct stage s;
    set_up(&s);
    add_nodes(&s, 1);
    uint32_t daily =
        add_workload(&s, WORKLOAD_CRONJOB,
                     "{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"daily\"},"
                     "\"spec\":{\"schedule\":\"10 7 * * *\",\"timeZone\":\"Asia/Kolkata\",\"jobTemplate\":{"
                     "\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{"
                     "\"name\":\"app\",\"image\":\"a:1\"}]}}}}}}");
    struct pod_behavior b = lifecycle_plain();
    b.run_ns = 83 * SECOND;
    kubelet_set_workload_behavior(s.sim, daily, &b);
    sim_start(s.sim);
    run(&s, 2 * 86400);
    cr_assert_eq(s.created, 2);
    for (unsigned i = 0; i < 2; i++) {
        int64_t late_ns = s.created_ns[i] - (i * 86400 + 6000) * SECOND;
        cr_assert(late_ns >= SECOND / 10 && late_ns < SECOND, "%ld", (long)late_ns);
    }
    tear_down(&s);
}
