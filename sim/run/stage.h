/* stage.h -- a simulation with the world of a plan, at rest when its clock starts.
 *
 * The instant 0 is settled without delays, so that what the manifests ask for runs; from then on everything takes its
 * time. Texts that are made during the run lie in an arena of the stage's own, so stages of one plan can share it between
 * threads.
 */
#ifndef SIM_RUN_STAGE_H
#define SIM_RUN_STAGE_H

#include "models/model.h"
#include "sim/run/plan.h"

struct stage {
    const struct plan *plan;
    struct arena arena;
    struct names names;
    struct sim *sim;
};

struct stage_options {
    const struct registry_line *registry; /* [registry_count]; null: that of a user's run (registry.h) */
    unsigned registry_count;
    uint64_t seed;
    uint32_t replication;
    bool without_events;
};

/* Builds the world. Whoever wants to listen does so before stage_settle. The stage must not move. */
void stage_open(struct stage *s, const struct plan *plan, const struct stage_options *options);
void stage_close(struct stage *s);

/* Starts the models and brings the cluster to rest at time 0. False: a model failed. */
bool stage_settle(struct stage *s, struct fail *fail) MUST_CHECK;

#endif
