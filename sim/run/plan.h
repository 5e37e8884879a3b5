/* plan.h -- a scenario made ready to run: compiled once, read by every replication.
 *
 * A plan is never changed after it was made, so that replications can share it between threads. The world of a simulation
 * is built from it (plan_build): nodes, workloads, autoscalers, services, and what the models must know beside.
 */
#ifndef SIM_RUN_PLAN_H
#define SIM_RUN_PLAN_H

#include "models/hpa/hpa.h"
#include "models/kubelet/lifecycle.h"
#include "models/node/pool.h"
#include "models/node/provider.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/scenario.h"

struct model;
struct sim;

struct plan_workload {
    const struct object *object;
    const char *title; /* "Deployment/web", "Deployment/shop/web" */
    enum workload_kind kind;
    struct workload_spec spec;
    const struct labels *labels;
    const struct service_model *model; /* null: its use is unknown */
    struct pod_behavior behavior;
};

struct plan_hpa {
    const struct object *object;
    struct hpa_spec spec;
    uint32_t target; /* index of the workload; NONE: there is none */
};

struct plan_service {
    const struct object *object;
    const struct label_selector *selector;
};

/* A Release, compiled: what it makes of its workload. */
struct plan_release {
    const struct release *release;
    uint32_t workload;
    struct workload_spec spec;
    bool resizes; /* spec.replicas counts; else the size stays as it is */
    bool bad;     /* the new pods live by behavior */
    struct pod_behavior behavior;
};

struct plan {
    const struct scenario *scenario;
    struct compiler compiler;
    struct pools pools;
    VEC(struct plan_workload) workloads; /* in order of reading */
    VEC(struct plan_hpa) hpas;
    VEC(struct plan_service) services;
    VEC(struct node) nodes; /* of the manifests */
    VEC(struct plan_release) releases;
    VEC(struct replicaset) replicasets; /* that nobody owns */
    VEC(struct pod) pods;               /* that nobody owns */
};

/* What a node of an instance type has, and what of it pods can have. */
struct offer plan_offer(const struct catalog_type *t);

/* Makes the plan. Everything that is wrong is added to the scenario's problems; false: some of it are errors. */
bool plan_make(struct scenario *s, struct plan *plan) MUST_CHECK;
void plan_drop(struct plan *plan);

/* Builds the world of a simulation that was opened with the plan's pools, before sim_start. */
void plan_build(const struct plan *plan, struct sim *sim);

/* Index in plan->workloads of the workload that a row belongs to (a CronJob's Jobs are its own); NONE: none. */
uint32_t plan_workload_of(const struct plan *plan, const struct sim *sim, uint32_t row);

#endif
