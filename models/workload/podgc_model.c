#include "models/workload/podgc_model.h"

#include <stdlib.h>

#define SECOND_NS INT64_C(1000000000)
#define PERIOD_NS (20 * SECOND_NS)
#define QUARANTINE_NS (40 * SECOND_NS)

struct missing {
    const char *node;
    int64_t due_ns; /* the look that removes its pods */
};

struct podgc {
    VEC(struct missing) missing;
};

static int64_t next_look(int64_t at_ns)
{
    return (at_ns + PERIOD_NS - 1) / PERIOD_NS * PERIOD_NS;
}

static bool is_due(const struct podgc *s, const char *node, int64_t now_ns)
{
    for (uint32_t i = 0; i < s->missing.count; i++) {
        if (s->missing.at[i].node == node) {
            return now_ns >= s->missing.at[i].due_ns;
        }
    }
    return false;
}

static void wake_at(struct sim *sim, int64_t at_ns)
{
    sim_wake_at(sim, &podgc_model, 0, 0, 0, at_ns);
}

static void forget_due(struct sim *sim, struct podgc *s)
{
    for (uint32_t i = s->missing.count; i-- > 0;) {
        if (sim_now(sim) >= s->missing.at[i].due_ns) {
            s->missing.at[i] = s->missing.at[--s->missing.count];
        } else {
            wake_at(sim, s->missing.at[i].due_ns);
        }
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct podgc *s = state;
    if (turn->stage > 0) {
        return;
    }
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *pod = &sim->world.pods.at[row];
        if (pod->uid != 0 && pod->node_name != NULL && pod->node == NONE && is_due(s, pod->node_name, sim_now(sim)) &&
            world_find_node(&sim->world, pod->node_name) == NONE) {
            sim_ask(sim, &(struct intent){.kind = INTENT_REMOVE_POD, .target = api_ref_pod(&sim->world, row)});
        }
    }
    forget_due(sim, s);
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct podgc *s = state;
    const struct node *old = fact->old;
    if (fact->verb == FACT_REMOVED && old->pods.count > 0) {
        struct missing missing = {old->name, next_look(sim_now(sim)) + QUARANTINE_NS};
        VEC_PUSH(&s->missing, missing);
        wake_at(sim, missing.due_ns);
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct podgc *s = state;
    VEC_DROP(&s->missing);
}

static const struct model_class classes[] = {
    {.name = "PodGC", .order = ENGINE_DUE, .client = CLIENT_CONTROLLER_REPLICASET},
};

const struct model podgc_model = {
    .name = "podgc",
    .state_size = sizeof(struct podgc),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_NODE),
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
