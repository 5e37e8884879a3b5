#include "models/workload/release_model.h"

#include <stdlib.h>

#include "models/kubelet/kubelet_model.h"

struct releases {
    VEC(struct release_step) steps;
};

void release_model_add(struct sim *sim, const struct release_step *step)
{
    struct releases *r = sim_state(sim, &release_model);
    VEC_PUSH(&r->steps, *step);
}

static void note(struct sim *sim, const struct release_step *step)
{
    sim_note(sim, &(struct note){.model = "release",
                                 .object = NOTE_WORKLOAD,
                                 .row = step->workload,
                                 .reason = step->rollback ? "RolledBack" : "Released"});
}

static void release(struct sim *sim, const struct release_step *step)
{
    const struct workload *o = world_workload(&sim->world, step->workload);
    struct intent i = {.kind = INTENT_UPDATE_WORKLOAD, .target = api_ref_workload(&sim->world, step->workload)};
    i.workload.spec = *step->spec;
    i.workload.spec.replicas = step->resizes ? step->spec->replicas : o->spec.replicas;
    if (step->behavior != NULL) {
        kubelet_set_template_behavior(sim, step->spec->template, step->behavior);
    }
    sim_ask(sim, &i);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct releases *r = state;
    const struct release_step *step = &r->steps.at[turn->id];
    if (turn->stage > 0 || sim->world.workloads.at[step->workload].uid == 0) {
        return;
    }
    note(sim, step);
    release(sim, step);
}

static void start(struct sim *sim, void *state)
{
    struct releases *r = state;
    for (uint32_t i = 0; i < r->steps.count; i++) {
        sim_wake_at(sim, &release_model, 0, i, i, r->steps.at[i].at_ns);
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct releases *r = state;
    VEC_DROP(&r->steps);
}

static const struct model_class classes[] = {{.name = "release", .order = ENGINE_OLDEST, .client = CLIENT_USER}};

const struct model release_model = {
    .name = "release",
    .state_size = sizeof(struct releases),
    .classes = classes,
    .class_count = 1,
    .start = start,
    .handle = handle,
    .stop = stop,
};
