/* Invariants
 * 1. A pod that is bound has one key; its next step is due at one time, or it waits for its node to run.
 * 2. `pods` speaks of the pod whose uid it holds; a row used again starts anew.
 */
#include "models/kubelet/kubelet_model.h"

#include <assert.h>
#include <stdlib.h>

enum step { STEP_SEE, STEP_RUN, STEP_READY, STEP_CRASH, STEP_SUCCEED, STEP_REMOVE, STEP_NONE };

struct kubelet_pod {
    uint64_t uid; /* 0: none */
    enum step step;
    int32_t crashes;
    int64_t ran_ns; /* when its containers started last */
};

struct kubelet_image {
    const char *node;
    const char *image;
};

struct kubelet_behavior {
    bool set;
    struct pod_behavior behavior;
};

struct kubelet {
    VEC(struct kubelet_pod) pods;             /* by pod row */
    VEC(struct kubelet_image) images;         /* pulled, node by node */
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

static bool has_image(const struct kubelet *k, const char *node, const char *image)
{
    for (uint32_t i = 0; i < k->images.count; i++) {
        if (k->images.at[i].node == node && k->images.at[i].image == image) {
            return true;
        }
    }
    return false;
}

/* How many images the pod's node must pull first; it has them from now on. */
static int64_t pull(struct kubelet *k, const struct pod *p)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < p->template->container_count; i++) {
        const char *image = p->template->containers[i].image;
        if (image != NULL && !has_image(k, p->node_name, image)) {
            VEC_PUSH(&k->images, (struct kubelet_image){.node = p->node_name, .image = image});
            count++;
        }
    }
    return count;
}

static void forget_images(struct kubelet *k, const char *node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < k->images.count; i++) {
        if (k->images.at[i].node != node) {
            k->images.at[kept++] = k->images.at[i];
        }
    }
    k->images.count = kept;
}

/* ---- steps ---- */

static void plan(struct sim *sim, uint32_t row, enum step step, int64_t at_ns)
{
    struct kubelet *k = sim_state(sim, &kubelet_model);
    own(k, row)->step = step;
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
    i.pod.restarts = own(k, row)->crashes;
    sim_send(sim, CLIENT_KUBELET, &i);
}

/* The pod is seen: its status says so, images are pulled, then containers start one after another. */
static void see(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    write_status(sim, row, POD_PENDING, CONDITION_FALSE);
    int64_t start = p->template->container_count * sim->delays.container_start_ns;
    plan(sim, row, STEP_RUN, sim_now(sim) + pull(k, p) * sim->delays.image_pull_ns + start);
}

static bool before(int64_t left, int64_t right)
{
    return left != LIFECYCLE_NEVER && left < right;
}

static void plan_after_start(struct sim *sim, struct kubelet *k, uint32_t row, int64_t ready_after)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct pod_behavior b = kubelet_behavior(sim, p);
    int64_t ran = own(k, row)->ran_ns;
    if (ready_after != LIFECYCLE_NEVER && !before(b.crash_after_ns, ready_after) && !before(b.run_ns, ready_after)) {
        plan(sim, row, STEP_READY, ran + ready_after);
    } else if (before(b.crash_after_ns, b.run_ns)) {
        plan(sim, row, STEP_CRASH, ran + b.crash_after_ns);
    } else if (b.run_ns != LIFECYCLE_NEVER) {
        plan(sim, row, STEP_SUCCEED, ran + b.run_ns);
    } else {
        plan(sim, row, STEP_NONE, 0);
    }
}

static void run(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct pod_behavior b = kubelet_behavior(sim, p);
    int64_t ready_after = sim->settling && !b.never_ready ? 0 : lifecycle_ready_after_ns(p->template, &b);
    own(k, row)->ran_ns = sim_now(sim);
    if (ready_after == 0) {
        write_status(sim, row, POD_RUNNING, CONDITION_TRUE);
        plan_after_start(sim, k, row, LIFECYCLE_NEVER);
    } else {
        write_status(sim, row, POD_RUNNING, CONDITION_FALSE);
        plan_after_start(sim, k, row, ready_after);
    }
}

/* A container that ends: it starts again after the back-off, or the pod has failed. */
static void crash(struct sim *sim, struct kubelet *k, uint32_t row)
{
    struct kubelet_pod *o = own(k, row);
    if (world_pod(&sim->world, row)->template->restart_policy == RESTART_NEVER) {
        write_status(sim, row, POD_FAILED, CONDITION_FALSE);
        plan(sim, row, STEP_NONE, 0);
        return;
    }
    o->crashes++;
    write_status(sim, row, POD_RUNNING, CONDITION_FALSE);
    plan(sim, row, STEP_RUN, sim_now(sim) + lifecycle_crash_wait_ns(o->crashes) + sim->delays.container_start_ns);
}

static bool node_runs(const struct sim *sim, const struct pod *p)
{
    return p->node == NONE || (sim->world.nodes.at[p->node].ready && !sim->world.nodes.at[p->node].stopped);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct kubelet *k = state;
    uint32_t row = turn->id;
    if (!node_runs(sim, world_pod(&sim->world, row))) {
        return; /* on_node wakes it */
    }
    switch (own(k, row)->step) {
    case STEP_SEE:
        see(sim, k, row);
        break;
    case STEP_RUN:
        run(sim, k, row);
        break;
    case STEP_READY:
        write_status(sim, row, POD_RUNNING, CONDITION_TRUE);
        plan_after_start(sim, k, row, LIFECYCLE_NEVER);
        break;
    case STEP_CRASH:
        crash(sim, k, row);
        break;
    case STEP_SUCCEED:
        write_status(sim, row, POD_SUCCEEDED, CONDITION_FALSE);
        plan(sim, row, STEP_NONE, 0);
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

static void terminate(struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct pod_behavior b = kubelet_behavior(sim, p);
    int64_t stop = p->phase == POD_RUNNING ? lifecycle_stop_after_ns(&b, p->grace_ns) : 0;
    plan(sim, row, STEP_REMOVE, sim_now(sim) + sim->delays.watch_ns + stop + sim->delays.pod_cleanup_ns);
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
        terminate(sim, fact->row);
    }
}

/* A node that runs again: what fell due meanwhile happens now. Keys whose time has not come keep it. */
static void on_node(struct sim *sim, struct kubelet *k, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        forget_images(k, ((const struct node *)fact->old)->name);
        return;
    }
    const struct node *n = world_node(&sim->world, fact->row);
    if (!(fact->changed & (FIELD_READY | FIELD_STOPPED)) || !n->ready || n->stopped) {
        return;
    }
    for (uint32_t i = 0; i < n->pods.count; i++) {
        uint32_t row = n->pods.at[i];
        unsigned class = sim_class(sim, &kubelet_model, 0);
        if (own(k, row)->step != STEP_NONE && engine_delay_of(&sim->engine, class, row) == ENGINE_NEVER) {
            sim_wake(sim, &kubelet_model, 0, row, world_pod(&sim->world, row)->uid);
        }
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
    VEC_DROP(&k->pods);
    VEC_DROP(&k->images);
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
