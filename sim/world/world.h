/* world.h -- the tables of the simulated cluster, and the only functions that change them.
 *
 * Everybody reads rows through the accessors; writes come from the API (api.h) and, before the run, from whoever builds
 * the world. A row is an index with a generation; rows of what is gone are used again. uid is one counter over all kinds
 * in order of creation. Every change that is one emits a fact.
 */
#ifndef SIM_WORLD_WORLD_H
#define SIM_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/memory.h"
#include "sim/core/engine.h"
#include "sim/world/fact.h"
#include "sim/world/objects.h"

struct world {
    const struct engine *engine; /* for the time */
    bool cut_times;              /* the API stores whole seconds */
    void (*emit)(void *context, const struct fact *fact);
    void *emit_context;
    uint64_t next_uid;
    uint64_t next_version;
    VEC(struct node) nodes;
    VEC(struct pod) pods;
    VEC(struct replicaset) replicasets;
    VEC(struct workload) workloads;
    VEC(struct hpa) hpas;
    VEC(struct service) services;
    VEC(uint32_t) free_nodes;
    VEC(uint32_t) free_pods;
    VEC(uint32_t) free_replicasets;
    VEC(uint32_t) free_workloads;
    VEC(uint32_t) free_hpas;
};

/* An empty world. emit is called for every fact. */
struct world world_make(const struct engine *engine, void (*emit)(void *, const struct fact *), void *emit_context);
void world_drop(struct world *w);

/* The instant that the API would store now. */
int64_t world_stamp(const struct world *w);

/* ---- reading: rows must be in use ---- */

const struct node *world_node(const struct world *w, uint32_t row);
const struct pod *world_pod(const struct world *w, uint32_t row);
const struct replicaset *world_replicaset(const struct world *w, uint32_t row);
const struct workload *world_workload(const struct world *w, uint32_t row);
const struct hpa *world_hpa(const struct world *w, uint32_t row);

/* The row of an object by name; NONE: there is none. Names must be interned. A CronJob's Jobs are not found. */
uint32_t world_find_node(const struct world *w, const char *name);
uint32_t world_find_workload(const struct world *w, enum workload_kind kind, const char *namespace, const char *name);

bool pod_is_active(const struct pod *p);   /* not Succeeded or Failed, and no deletion was asked for */
bool pod_is_terminal(const struct pod *p); /* Succeeded or Failed */

/* Ready for min_ready_seconds: availablePod of the controllers. */
bool pod_is_available(const struct pod *p, int32_t min_ready_seconds, int64_t now_ns);

/* The workload's name, of a CronJob's Job with the minute that it was scheduled for; size as below. */
void world_workload_name(const struct world *w, uint32_t row, char *text, size_t size);

/* The pod's name: its own, or owner and number; a text of at most size bytes with its NUL. */
void world_pod_name(const struct world *w, uint32_t row, char *text, size_t size);

/* ---- changing. *new is a row to add: what it says is taken, but for uid, version, created_ns and the lists ---- */

uint32_t world_add_node(struct world *w, const struct node *new);
uint32_t world_add_pod(struct world *w, const struct pod *new);
uint32_t world_add_replicaset(struct world *w, const struct replicaset *new);
uint32_t world_add_workload(struct world *w, const struct workload *new);
uint32_t world_add_hpa(struct world *w, const struct hpa *new);
uint32_t world_add_service(struct world *w, const struct service *new);

/* Sets a row to *next (a changed copy of it) and emits a fact when that changes anything; keeps lists, sums and
 * metadata.generation right. Returns what changed. */
uint32_t world_update_node(struct world *w, uint32_t row, const struct node *next);
uint32_t world_update_pod(struct world *w, uint32_t row, const struct pod *next);
uint32_t world_update_replicaset(struct world *w, uint32_t row, const struct replicaset *next);
uint32_t world_update_workload(struct world *w, uint32_t row, const struct workload *next);
uint32_t world_update_hpa(struct world *w, uint32_t row, const struct hpa *next);

/* Takes a row out, at once. A pod's or ReplicaSet's owner forgets it; a node's pods stay, without a node row; a
 * ReplicaSet's or workload's children must be gone (api.h deletes them first). */
void world_remove_node(struct world *w, uint32_t row);
void world_remove_pod(struct world *w, uint32_t row);
void world_remove_replicaset(struct world *w, uint32_t row);
void world_remove_workload(struct world *w, uint32_t row);
void world_remove_hpa(struct world *w, uint32_t row);

/* Nodes and Ready pods have been there for ns longer: their times go back by as much; no facts. For a world that begins at
 * rest. */
void world_age(struct world *w, int64_t ns);

/* What a pod uses now; no fact. */
void world_set_use(struct world *w, uint32_t pod, int64_t used_mcpu, int64_t used_memory_bytes);

/* The same for pods[count] that use the same each. */
void world_set_use_of(struct world *w, const uint32_t *pods, uint32_t count, int64_t used_mcpu,
                      int64_t used_memory_bytes);

/* Asserts the world's invariants (world.c). For tests: after every turn. */
void world_check(const struct world *w);

#endif
