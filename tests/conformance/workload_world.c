#include "tests/conformance/workload_world.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/defaults.h"

#define LIFE "headroom.test/life"

int64_t workload_world_integer(const struct value *v, const char *path, int64_t otherwise)
{
    int64_t number;
    return value_as_int64(value_at(v, path), &number) ? number : otherwise;
}

/* A DaemonSet's pods live by the number in the name of their node. */
uint32_t workload_world_number(const struct workload_world *ww, const struct pod *pod)
{
    return ww->kind == WORKLOAD_DAEMONSET ? (uint32_t)strtoul(strchr(pod->wanted_node, '-') + 1, NULL, 10)
                                          : pod->number;
}

/* ---- the user ---- */

static const struct value *defaulted(struct workload_world *ww, const struct value *object)
{
    struct value *copy = value_copy(ww->arena, object);
    defaults_apply(ww->arena, ww->names, copy);
    return copy;
}

static void create_workload(struct sim *sim, struct workload_world *ww)
{
    const struct value *tree = defaulted(ww, value_get(ww->in, ww->key));
    const char *name = value_as_text(value_at(tree, "metadata.name"));
    sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_WORKLOAD,
                                  .workload = {.kind = ww->kind,
                                               .namespace = names_text(ww->names, "default"),
                                               .name = names_text(ww->names, name),
                                               .owner = NONE,
                                               .spec = compile_workload(&ww->compiler, ww->kind, tree)}});
}

static void patch(struct sim *sim, struct workload_world *ww, const struct value *patch)
{
    const struct value *tree = value_merge(ww->arena, world_workload(&sim->world, 0)->spec.tree, patch);
    sim_ask(sim,
            &(struct intent){.kind = INTENT_UPDATE_WORKLOAD,
                             .target = api_ref_workload(&sim->world, 0),
                             .workload = {.spec = compile_workload(&ww->compiler, ww->kind, defaulted(ww, tree))}});
}

static void delete_pods(struct sim *sim, const struct workload_world *ww, const struct value *id)
{
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *pod = &sim->world.pods.at[row];
        if (pod->uid != 0 && pod->deletion_ns == TIME_UNSET && ww->is_meant(ww, sim, row, id)) {
            sim_ask(sim, &(struct intent){
                             .kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, row), .grace_ns = -1});
        }
    }
}

static void put_node(struct sim *sim, struct workload_world *ww, const struct value *object)
{
    struct intent intent = {.kind = INTENT_CREATE_NODE, .node = compile_node(&ww->compiler, object)};
    uint32_t row = world_find_node(&sim->world, intent.node.name);
    if (row != NONE) {
        intent.kind = INTENT_UPDATE_NODE;
        intent.target = api_ref_node(&sim->world, row);
    }
    sim_ask(sim, &intent);
}

static void remove_node(struct sim *sim, struct workload_world *ww, const char *name)
{
    uint32_t row = world_find_node(&sim->world, names_text(ww->names, name));
    sim_ask(sim, &(struct intent){.kind = INTENT_DELETE_NODE, .target = api_ref_node(&sim->world, row)});
}

/* Id 0 is the creation; id k > 0 the action k - 1. */
static void act(struct sim *sim, void *state, const struct turn *turn)
{
    (void)state;
    struct workload_world *ww = sim->inputs;
    if (turn->stage > 0) {
        return;
    }
    if (turn->id == 0) {
        create_workload(sim, ww);
        return;
    }
    const struct value *action = value_get(ww->in, "actions")->items[turn->id - 1];
    if (value_get(action, "patch") != NULL) {
        patch(sim, ww, value_get(action, "patch"));
    }
    if (value_get(action, "delete") != NULL) {
        delete_pods(sim, ww, value_get(action, "delete"));
    }
    if (value_get(action, "node") != NULL) {
        put_node(sim, ww, value_get(action, "node"));
    }
    if (value_get(action, "gone") != NULL) {
        remove_node(sim, ww, value_as_text(value_get(action, "gone")));
    }
}

static void start_user(struct sim *sim, void *state);

static const struct model_class user_classes[] = {
    {.name = "actions", .order = ENGINE_DUE, .takes_all = true, .client = CLIENT_USER, .resume = "bind"}};

const struct model workload_world_user = {
    .name = "user", .classes = user_classes, .class_count = 1, .start = start_user, .handle = act};

static void start_user(struct sim *sim, void *state)
{
    (void)state;
    const struct workload_world *ww = sim->inputs;
    const struct value *actions = value_get(ww->in, "actions");
    sim_wake(sim, &workload_world_user, 0, 0, 0);
    for (uint32_t i = 0; actions != NULL && i < actions->count; i++) {
        sim_wake_at(sim, &workload_world_user, 0, i + 1, i + 1, workload_world_integer(actions->items[i], "at", 0));
    }
}

void workload_world_build(struct sim *sim, struct workload_world *ww)
{
    const struct value *nodes = value_get(ww->in, "nodes");
    for (uint32_t i = 0; value_is_list(nodes) && i < nodes->count; i++) {
        struct node node = compile_node(&ww->compiler, nodes->items[i]);
        world_add_node(&sim->world, &node);
    }
}

/* ---- the test kubelet: binds pods and lets them live ---- */

enum { BIND, PODS };

struct life {
    uint32_t step; /* the next one */
    int64_t due_ns;
};

struct kubelet {
    VEC(struct life) lives; /* by pod row */
};

static const struct value *life_of(const struct workload_world *ww, const struct pod *pod)
{
    const struct value *annotations = value_at(pod->template->tree, "metadata.annotations");
    const char *name = value_as_text(value_get(annotations, LIFE));
    return name == NULL ? NULL : value_get(value_get(ww->in, "lives"), name);
}

static const struct value *step_of(const struct workload_world *ww, const struct pod *pod, uint32_t step)
{
    const struct value *pods = value_get(life_of(ww, pod), "pods");
    if (pods == NULL || pods->count == 0) {
        return NULL;
    }
    const struct value *steps = pods->items[workload_world_number(ww, pod) % pods->count];
    return value_is_list(steps) && step < steps->count ? steps->items[step] : NULL;
}

static void set_ready(const struct sim *sim, struct pod *pod, enum condition_status ready)
{
    if (pod->ready != ready) {
        pod->ready = ready;
        pod->ready_since_ns = world_stamp(&sim->world);
    }
}

static struct pod after_step(const struct sim *sim, const struct pod *pod, const char *what)
{
    struct pod next = *pod;
    set_ready(sim, &next, strcmp(what, "ready") == 0 ? CONDITION_TRUE : CONDITION_FALSE);
    if (strcmp(what, "run") == 0 || strcmp(what, "ready") == 0) {
        next.phase = POD_RUNNING;
    } else if (strcmp(what, "fail") == 0) {
        next.phase = POD_FAILED;
    } else if (strcmp(what, "succeed") == 0) {
        next.phase = POD_SUCCEEDED;
    } else if (strcmp(what, "restart") == 0) {
        next.restarts++;
    }
    return next;
}

static void arm(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *pod = world_pod(&sim->world, row);
    const struct value *step = step_of(sim->inputs, pod, k->lives.at[row].step);
    k->lives.at[row].due_ns = INT64_MAX;
    if (step != NULL) {
        k->lives.at[row].due_ns = sim_now(sim) + workload_world_integer(step, "after", 0);
        sim_wake_at(sim, &workload_world_kubelet, PODS, row, pod->uid, k->lives.at[row].due_ns);
    }
}

static const char *node_for(struct workload_world *ww, const struct pod *pod)
{
    if (pod->wanted_node != NULL) {
        return pod->wanted_node;
    }
    int64_t nodes = workload_world_integer(ww->in, "nodes", 1);
    return names_text(ww->names, arena_format(ww->arena, "node-%d", (int)(pod->number % nodes)));
}

static void bind(struct sim *sim, uint32_t row)
{
    const char *node = node_for(sim->inputs, world_pod(&sim->world, row));
    sim_send(sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_BIND_POD,
                              .target = api_ref_pod(&sim->world, row),
                              .bind = {.node_name = node, .row = world_find_node(&sim->world, node)}});
}

static void live(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *pod = world_pod(&sim->world, row);
    struct intent intent = {.target = api_ref_pod(&sim->world, row)};
    if (k->lives.at[row].due_ns > sim_now(sim)) {
        return; /* it was deleted meanwhile: this wake was for a step */
    }
    if (pod->deletion_ns != TIME_UNSET) {
        intent.kind = INTENT_REMOVE_POD;
        sim_send(sim, CLIENT_USER, &intent);
        return;
    }
    const struct value *step = step_of(sim->inputs, pod, k->lives.at[row].step++);
    intent.kind = INTENT_POD_STATUS;
    intent.pod = after_step(sim, pod, value_as_text(value_get(step, "do")));
    sim_send(sim, CLIENT_USER, &intent);
    arm(sim, k, row);
}

static void run_kubelet(struct sim *sim, void *state, const struct turn *turn)
{
    if (turn->class == BIND) {
        bind(sim, turn->id);
    } else {
        live(sim, state, turn->id);
    }
}

static void see_new(struct sim *sim, struct kubelet *k, uint32_t row)
{
    while (k->lives.count <= row) {
        VEC_PUSH(&k->lives, (struct life){0});
    }
    k->lives.at[row] = (struct life){.due_ns = INT64_MAX};
    sim_wake(sim, &workload_world_kubelet, BIND, row, world_pod(&sim->world, row)->uid);
}

static void see_deletion(struct sim *sim, struct kubelet *k, uint32_t row)
{
    const struct pod *pod = world_pod(&sim->world, row);
    sim_cancel(sim, &workload_world_kubelet, PODS, row);
    k->lives.at[row].due_ns = sim_now(sim) + workload_world_integer(life_of(sim->inputs, pod), "stop", 0);
    sim_wake_at(sim, &workload_world_kubelet, PODS, row, pod->uid, k->lives.at[row].due_ns);
}

static void see_pod(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        sim_forget(sim, &workload_world_kubelet, BIND, fact->row);
        sim_forget(sim, &workload_world_kubelet, PODS, fact->row);
    } else if (fact->verb == FACT_ADDED) {
        see_new(sim, state, fact->row);
    } else if (fact->changed & FIELD_DELETION) {
        see_deletion(sim, state, fact->row);
    } else if (fact->changed & FIELD_NODE_NAME) {
        arm(sim, state, fact->row);
    }
}

static void stop_kubelet(struct sim *sim, void *state)
{
    (void)sim;
    struct kubelet *k = state;
    VEC_DROP(&k->lives);
}

static const struct model_class kubelet_classes[] = {
    {.name = "bind", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "pods"},
    {.name = "pods", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER},
};

const struct model workload_world_kubelet = {.name = "test kubelet",
                                             .state_size = sizeof(struct kubelet),
                                             .classes = kubelet_classes,
                                             .class_count = 2,
                                             .facts = FACTS(FACT_POD),
                                             .handle = run_kubelet,
                                             .on_fact = see_pod,
                                             .stop = stop_kubelet};
