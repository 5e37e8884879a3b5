/* workload_world.h -- the world of the timelines of vectors/workload: a user who acts and a test kubelet, as models.
 *
 * They stand in a replay's registry where a user's run has a scheduler and kubelets; controllers, API and engine are the
 * same. Rules and order of work: vectors/workload/README.md.
 */
#ifndef TESTS_CONFORMANCE_WORKLOAD_WORLD_H
#define TESTS_CONFORMANCE_WORKLOAD_WORLD_H

#include "models/model.h"
#include "sim/base/value.h"
#include "sim/scenario/compile.h"

/* A timeline's case while it runs; the simulation's `inputs`. */
struct workload_world {
    struct arena *arena;
    struct names *names;
    const struct value *in;
    const char *key; /* of the workload in `in` */
    enum workload_kind kind;
    struct compiler compiler;
    /* Whether an action's `delete` means this pod. */
    bool (*is_meant)(const struct workload_world *ww, const struct sim *sim, uint32_t row, const struct value *id);
};

/* The user. Class "actions": creates the workload at 0, then acts. */
extern const struct model workload_world_user;

/* The test kubelet. Classes "bind" and "pods": a replay gives its own rows for them, where the search goes on at the first
 * controller after the pods. */
extern const struct model workload_world_kubelet;

/* The nodes of `in`, if it has any, go into the world before the start. */
void workload_world_build(struct sim *sim, struct workload_world *ww);

/* The pod's number, by which it lives. */
uint32_t workload_world_number(const struct workload_world *ww, const struct pod *pod);

/* An integer at a path, or `otherwise`. */
int64_t workload_world_integer(const struct value *v, const char *path, int64_t otherwise);

#endif
