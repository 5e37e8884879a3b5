/* Invariants
 * 1. A pod that is bound has one key; its next step is due at one time, or it waits for its node to run.
 * 2. `pods` speaks of the pod whose uid it holds; a row used again starts anew.
 * 3. A turn before the step is due does nothing: a step may be planned anew while the turn of the one before waits.
 */
#include "models/kubelet/kubelet_model.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/kubelet/backoff.h"

#define SECOND INT64_C(1000000000)
#define HOUSEKEEPING (2 * SECOND) /* after which the kubelet forgets old back-offs */

enum step { STEP_NONE, STEP_SEE, STEP_RUN, STEP_READY, STEP_CRASH, STEP_SUCCEED, STEP_REMOVE };

struct kubelet_pod {
    uint64_t uid; /* 0: none */
    enum step step;
    int64_t due_ns;
    int64_t seen_ns;
    int64_t ran_ns; /* when its containers started last */
    int32_t restarts;
    int32_t oom_kills;
    struct backoff_entry backoff;
};

struct kubelet_image {
    const char *image;
    int64_t here_ns; /* when its pull ends, or ended */
};

struct kubelet_node {
    VEC(struct kubelet_image) images;
};

struct kubelet_behavior {
    bool set;
    struct pod_behavior behavior;
};

struct kubelet {
    VEC(struct kubelet_pod) pods;             /* by pod row */
    VEC(struct kubelet_node) nodes;           /* by node row */
    VEC(struct kubelet_behavior) by_workload; /* by workload row */
    VEC(struct kubelet_behavior) by_template; /* by template number */
};

static struct kubelet_pod *own(struct kubelet *k, uint32_t row)
{
    while (k->pods.count <= row) {
        VEC_PUSH(&k->pods, (struct kubelet_pod){0});
    }
    return &k->pods.at[row];
}

/* ---- behaviors ---- */

void kubelet_set_workload_behavior(struct sim *sim, uint32_t workload, const struct pod_behavior *b)
{
    struct kubelet *k = sim_state(sim, &kubelet_model);
    while (k->by_workload.count <= workload) {
        VEC_PUSH(&k->by_workload, (struct kubelet_behavior){0});
    }
    k->by_workload.at[workload] = (struct kubelet_behavior){.set = true, .behavior = *b};
}

void kubelet_set_template_behavior(struct sim *sim, const struct pod_template *t, const struct pod_behavior *b)
{
    struct kubelet *k = sim_state(sim, &kubelet_model);
    while (k->by_template.count <= t->number) {
        VEC_PUSH(&k->by_template, (struct kubelet_behavior){0});
    }
    k->by_template.at[t->number] = (struct kubelet_behavior){.set = true, .behavior = *b};
}

/* The workload of the manifests: a Job made by a CronJob lives as that says. */
static uint32_t root_workload(const struct world *w, uint32_t row)
{
    return row != NONE && w->workloads.at[row].owner != NONE && w->workloads.at[row].kind == WORKLOAD_JOB
               ? w->workloads.at[row].owner
               : row;
}

struct pod_behavior kubelet_behavior(const struct sim *sim, const struct pod *p)
{
    const struct kubelet *k = sim_state(sim, &kubelet_model);
    if (p->template->number < k->by_template.count && k->by_template.at[p->template->number].set) {
        return k->by_template.at[p->template->number].behavior;
    }
    uint32_t workload = root_workload(&sim->world, p->workload);
    if (workload < k->by_workload.count && k->by_workload.at[workload].set) {
        return k->by_workload.at[workload].behavior;
    }
    return lifecycle_plain();
}

/* ---- images ---- */

static struct kubelet_node *node_of(struct kubelet *k, uint32_t row)
{
    while (k->nodes.count <= row) {
        VEC_PUSH(&k->nodes, (struct kubelet_node){0});
    }
    return &k->nodes.at[row];
}

/* The image on the node, or its pull that is under way; null: neither. */
static const struct kubelet_image *find_image(const struct kubelet_node *n, const char *image)
{
    for (uint32_t i = 0; i < n->images.count; i++) {
        if (n->images.at[i].image == image) {
            return &n->images.at[i];
        }
    }
    return NULL;
}

/* Has the node pull what it lacks of the pod's images, one after another; returns when all are there. */
static int64_t pull(struct kubelet *k, const struct pod *p, int64_t now_ns, int64_t pull_ns)
{
    struct kubelet_node *n = node_of(k, p->node);
    int64_t here_ns = now_ns;
    for (uint32_t i = 0; i < p->template->container_count; i++) {
        const char *name = p->template->containers[i].image;
        const struct kubelet_image *image = name == NULL ? NULL : find_image(n, name);
        if (image != NULL) {
            here_ns = here_ns > image->here_ns ? here_ns : image->here_ns;
        } else if (name != NULL) {
            here_ns += pull_ns;
            VEC_PUSH(&n->images, (struct kubelet_image){.image = name, .here_ns = here_ns});
        }
    }
    return here_ns;
}

/* ---- steps ---- */

static void plan(struct sim *sim, uint32_t row, enum step step, int64_t at_ns)
{
    struct kubelet *k = sim_state(sim, &kubelet_model);
    own(k, row)->step = step;
    own(k, row)->due_ns = at_ns;
    sim_cancel(sim, &kubelet_model, 0, row);
    if (step != STEP_NONE) {
        sim_wake_at(sim, &kubelet_model, 0, row, world_pod(&sim->world, row)->uid, at_ns);
    }
}

static void write_status(struct sim *sim, uint32_t row, enum pod_phase phase, enum condition_status ready)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct kubelet *k = sim_state(sim, &kubelet_model);
    struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, row), .pod = *p};
    i.pod.phase = phase;
    i.pod.ready = ready;
    if (p->ready != ready) {
        i.pod.ready_since_ns = world_stamp(&sim->world);
    }
    if (p->start_ns == TIME_UNSET) {
        i.pod.start_ns = world_stamp(&sim->world);
    }
    i.pod.restarts = own(k, row)->restarts;
    i.pod.oom_kills = own(k, row)->oom_kills;
    sim_send(sim, CLIENT_KUBELET, &i);
}

static int64_t start_time(const struct sim *sim, const struct pod *p)
{
    return p->template->container_count * sim->delays.container_start_ns;
}

/* The pod is seen: its status says so, images are pulled, then containers start one after another. */
static void see(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    write_status(sim, row, POD_PENDING, CONDITION_FALSE);
    own(k, row)->seen_ns = sim_now(sim);
    plan(sim, row, STEP_RUN, pull(k, p, sim_now(sim), sim->delays.image_pull_ns) + start_time(sim, p));
}

/* What comes next for a pod that runs: the soonest of readiness (while it is not ready), crash and success. */
static void plan_next(struct sim *sim, struct kubelet *k, uint32_t row, int64_t ready_after_ns)
{
    const struct pod *p = world_pod(&sim->world, row);
    const struct kubelet_pod *o = own(k, row);
    struct pod_behavior b = kubelet_behavior(sim, p);
    int64_t crash_after_ns =
        sim->settling ? b.crash_after_ns : lifecycle_crash_after_ns(p->template, &b, o->ran_ns - o->seen_ns);
    enum step step = STEP_READY;
    int64_t after_ns = ready_after_ns;
    if (crash_after_ns < after_ns) {
        step = STEP_CRASH;
        after_ns = crash_after_ns;
    }
    if (b.run_ns < after_ns) {
        step = STEP_SUCCEED;
        after_ns = b.run_ns;
    }
    plan(sim, row, after_ns == LIFECYCLE_NEVER ? STEP_NONE : step,
         after_ns == LIFECYCLE_NEVER ? LIFECYCLE_NEVER : o->ran_ns + after_ns);
}

static void run(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct kubelet_pod *o = own(k, row);
    struct pod_behavior b = kubelet_behavior(sim, p);
    o->ran_ns = sim_now(sim);
    int64_t ready_after_ns =
        sim->settling && !b.never_ready ? 0 : lifecycle_ready_after_ns(p->template, &b, o->ran_ns - o->seen_ns);
    bool ready = ready_after_ns == 0;
    write_status(sim, row, POD_RUNNING, ready ? CONDITION_TRUE : CONDITION_FALSE);
    plan_next(sim, k, row, ready ? LIFECYCLE_NEVER : ready_after_ns);
}

static void become_ready(struct sim *sim, struct kubelet *k, uint32_t row)
{
    write_status(sim, row, POD_RUNNING, CONDITION_TRUE);
    plan_next(sim, k, row, LIFECYCLE_NEVER);
}

/* The containers have ended: they start again after the back-off, or the pod has failed. */
static void crash(struct sim *sim, struct kubelet *k, uint32_t row)
{
    struct kubelet_pod *o = own(k, row);
    const struct pod *p = world_pod(&sim->world, row);
    if (p->template->restart_policy == RESTART_NEVER) {
        write_status(sim, row, POD_FAILED, CONDITION_FALSE);
        plan(sim, row, STEP_NONE, LIFECYCLE_NEVER);
        return;
    }
    o->restarts++;
    write_status(sim, row, POD_RUNNING, CONDITION_FALSE);
    int64_t restart_ns = backoff_restart_ns(&backoff_of_containers, &o->backoff, sim_now(sim), HOUSEKEEPING);
    plan(sim, row, STEP_RUN, restart_ns + sim->delays.container_start_ns);
}

static bool node_runs(const struct sim *sim, const struct pod *p)
{
    return p->node != NONE && sim->world.nodes.at[p->node].ready && !sim->world.nodes.at[p->node].stopped;
}

static bool is_up(const struct kubelet_pod *o, const struct pod *p)
{
    return p->phase == POD_RUNNING && o->step != STEP_RUN;
}

static void say_killed(const struct sim *sim, const struct note *n, char *text, size_t size)
{
    (void)sim;
    int64_t used = n->numbers[0] * 10 >> 20, limit = n->numbers[1] * 10 >> 20;
    snprintf(text, size,
             "Container %s used %" PRId64 ".%" PRId64 " MiB of memory, its limit is %" PRId64 ".%" PRId64
             " MiB (exit code 137)",
             n->texts[0], used / 10, used % 10, limit / 10, limit % 10);
}

void kubelet_kill_for_memory(struct sim *sim, uint32_t pod, const char *container, int64_t used_bytes,
                             int64_t limit_bytes)
{
    struct kubelet *k = sim_state(sim, &kubelet_model);
    struct kubelet_pod *o = own(k, pod);
    const struct pod *p = world_pod(&sim->world, pod);
    bool ends = o->step == STEP_REMOVE || (o->step == STEP_CRASH && o->due_ns <= sim_now(sim));
    if (!is_up(o, p) || ends || !node_runs(sim, p)) {
        return;
    }
    o->oom_kills++;
    sim_note(sim, &(struct note){.model = "kubelet",
                                 .object = NOTE_POD,
                                 .row = pod,
                                 .warning = true,
                                 .reason = "OOMKilled",
                                 .numbers = {used_bytes, limit_bytes},
                                 .texts = {container},
                                 .render = say_killed});
    plan(sim, pod, STEP_CRASH, sim_now(sim));
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct kubelet *k = state;
    uint32_t row = turn->id;
    if (!node_runs(sim, world_pod(&sim->world, row)) || sim_now(sim) < own(k, row)->due_ns) {
        return; /* on_node wakes it; its delay does */
    }
    switch (own(k, row)->step) {
    case STEP_SEE:
        see(sim, k, row);
        break;
    case STEP_RUN:
        run(sim, k, row);
        break;
    case STEP_READY:
        become_ready(sim, k, row);
        break;
    case STEP_CRASH:
        crash(sim, k, row);
        break;
    case STEP_SUCCEED:
        write_status(sim, row, POD_SUCCEEDED, CONDITION_FALSE);
        plan(sim, row, STEP_NONE, LIFECYCLE_NEVER);
        break;
    case STEP_REMOVE:
        sim_send(sim, CLIENT_KUBELET,
                 &(struct intent){.kind = INTENT_REMOVE_POD, .target = api_ref_pod(&sim->world, row)});
        own(k, row)->step = STEP_NONE;
        break;
    case STEP_NONE:
        break;
    }
}

/* ---- facts ---- */

static void take_over(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    *own(k, row) = (struct kubelet_pod){.uid = p->uid};
    plan(sim, row, STEP_SEE, sim_now(sim) + sim->delays.watch_ns + sim->delays.kubelet_sync_ns);
}

static void terminate(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct pod_behavior b = kubelet_behavior(sim, p);
    int64_t stop_ns = is_up(own(k, row), p) ? lifecycle_stop_after_ns(&b, p->grace_ns) : 0;
    plan(sim, row, STEP_REMOVE, sim_now(sim) + sim->delays.watch_ns + stop_ns + sim->delays.pod_cleanup_ns);
}

static void on_pod(struct sim *sim, struct kubelet *k, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        if (fact->row < k->pods.count) {
            k->pods.at[fact->row] = (struct kubelet_pod){0};
        }
        sim_forget(sim, &kubelet_model, 0, fact->row);
        return;
    }
    const struct pod *p = world_pod(&sim->world, fact->row);
    bool bound = fact->verb == FACT_ADDED ? p->node_name != NULL : (fact->changed & FIELD_NODE_NAME) != 0;
    if (bound) {
        take_over(sim, k, fact->row);
    }
    if (fact->changed & FIELD_DELETION) {
        terminate(sim, k, fact->row);
    }
}

/* A machine that crashed comes up without containers. */
static void restart_pod(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct kubelet_pod *o = own(k, row);
    if (is_up(o, p) && o->step != STEP_REMOVE) {
        o->backoff = (struct backoff_entry){0};
        plan(sim, row, STEP_CRASH, sim_now(sim));
    }
}

/* A node that runs (again): what fell due meanwhile happens now. Keys whose time has not come keep it. */
static void resume_pod(struct sim *sim, struct kubelet *k, uint32_t row)
{
    if (own(k, row)->step != STEP_NONE && own(k, row)->due_ns <= sim_now(sim)) {
        sim_wake(sim, &kubelet_model, 0, row, world_pod(&sim->world, row)->uid);
    }
}

static void on_node(struct sim *sim, struct kubelet *k, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        node_of(k, fact->row)->images.count = 0;
        return;
    }
    const struct node *n = world_node(&sim->world, fact->row);
    if (!(fact->changed & (FIELD_READY | FIELD_STOPPED)) || !n->ready || n->stopped) {
        return;
    }
    for (uint32_t i = 0; i < n->pods.count; i++) {
        if (fact->changed & FIELD_STOPPED) {
            restart_pod(sim, k, n->pods.at[i]);
        }
        resume_pod(sim, k, n->pods.at[i]);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_POD) {
        on_pod(sim, state, fact);
    } else {
        on_node(sim, state, fact);
    }
}

static void start(struct sim *sim, void *state)
{
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0 && p->node_name != NULL && p->phase == POD_PENDING) {
            take_over(sim, state, row);
        }
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct kubelet *k = state;
    for (uint32_t row = 0; row < k->nodes.count; row++) {
        VEC_DROP(&k->nodes.at[row].images);
    }
    VEC_DROP(&k->nodes);
    VEC_DROP(&k->pods);
    VEC_DROP(&k->by_workload);
    VEC_DROP(&k->by_template);
}

static const struct model_class classes[] = {{.name = "kubelet", .order = ENGINE_DUE, .client = CLIENT_KUBELET}};

const struct model kubelet_model = {
    .name = "kubelet",
    .state_size = sizeof(struct kubelet),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_POD) | FACTS(FACT_NODE),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
