#include "models/service/service_model.h"

#include "models/service/load_pods.h"
#include "sim/scenario/scenario.h"

#define STEP_NS (15 * UNITS_SECOND_NS)
#define FIRST_STEP_NS UNITS_SECOND_NS /* so that what pods use is known before anybody scrapes it */

static void step(struct sim *sim, struct loads *l)
{
    for (uint32_t i = 0; i < l->entries.count; i++) {
        loads_advance(sim, l, &l->entries.at[l->order[i]]);
    }
    load_pods_end_step(sim, l);
    sim_wake_at(sim, &service_model, LOADS_CLASS_STEP, 0, 0, (sim_now(sim) / STEP_NS + 1) * STEP_NS);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct loads *l = state;
    if (turn->class == LOADS_CLASS_STEP) {
        step(sim, l);
        return;
    }
    load_pods_join(sim, l, turn->id);
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct loads *l = state;
    switch (fact->kind) {
    case FACT_POD:
        if (fact->verb == FACT_REMOVED) {
            load_pods_forget(sim, l, fact->row, fact->old);
        } else {
            load_pods_see(sim, l, fact->row);
        }
        break;
    case FACT_NODE:
        if (fact->verb == FACT_REMOVED) {
            node_share_forget_node(&l->nodes, fact->row);
        } else if (fact->changed & FIELD_STOPPED) {
            const struct node *n = world_node(&sim->world, fact->row);
            for (uint32_t i = 0; i < n->pods.count; i++) {
                load_pods_see(sim, l, n->pods.at[i]);
            }
        }
        break;
    case FACT_WORKLOAD:
        if (fact->verb == FACT_ADDED) {
            load_pods_see_workload(sim, l, fact->row);
        }
        break;
    default:
        break;
    }
}

/* Pods that are Ready before the run have served for long. */
static void place_first_pods(struct sim *sim, struct loads *l)
{
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        if (sim->world.workloads.at[row].uid != 0) {
            load_pods_see_workload(sim, l, row);
        }
    }
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        if (sim->world.pods.at[row].uid != 0) {
            load_pods_see(sim, l, row);
            load_pods_join(sim, l, row);
        }
    }
}

static void start(struct sim *sim, void *state)
{
    struct loads *l = state;
    l->model = &service_model;
    loads_build(sim, l);
    if (l->entries.count == 0) {
        return;
    }
    place_first_pods(sim, l);
    sim_wake_at(sim, &service_model, LOADS_CLASS_STEP, 0, 0, sim_now(sim) + FIRST_STEP_NS);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct loads *l = state;
    loads_drop(l);
}

void service_model_set_template(struct sim *sim, const struct pod_template *t, const struct service_model *model,
                                int64_t from_ns)
{
    struct loads *l = sim_state(sim, &service_model);
    struct serving *serving = memory_take(1, sizeof *serving);
    serving_make(model, sim->seed, sim->replication, serving);
    /* Pods' times are cut to whole seconds. */
    VEC_PUSH(
        &l->overrides,
        (struct override){.template = t->number, .from_ns = from_ns - from_ns % UNITS_SECOND_NS, .serving = serving});
}

static const struct model_class classes[] = {
    [LOADS_CLASS_JOIN] = {.name = "load.join", .order = ENGINE_FIFO, .client = CLIENT_USER},
    [LOADS_CLASS_STEP] = {.name = "load", .order = ENGINE_FIFO, .client = CLIENT_USER},
};

const struct model service_model = {
    .name = "service",
    .state_size = sizeof(struct loads),
    .classes = classes,
    .class_count = 2,
    .facts = FACTS(FACT_POD) | FACTS(FACT_NODE) | FACTS(FACT_WORKLOAD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
