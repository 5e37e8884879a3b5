/* loads.h -- the services of a run and what flows between them.
 *
 * State of service_model.c, in two parts: services, calls and demands here; pods and nodes in load_pods.h.
 *
 * Invariants
 * 1. A pod is in one cohort of one service, or in none; cohort and place of `pods` say where, and the cohort has it
 *    there.
 * 2. A service stands at advanced_ns; its pods change only when that is now.
 * 3. other_mcpu and other_bytes of a service are the sums over its pods that run and do not serve, other_pods is the
 *    number of those that use anything, and other_strange of those whose memory is unknown, which the sum leaves out.
 */
#ifndef MODELS_SERVICE_LOADS_H
#define MODELS_SERVICE_LOADS_H

#include "models/model.h"
#include "models/service/fleet.h"
#include "models/service/node_share.h"

/* Classes of work: a pod's endpoint is programmed (its row); a step (0). */
enum { LOADS_CLASS_JOIN, LOADS_CLASS_STEP };

/* Requests that go from a demand or a service to a service. */
struct edge {
    uint32_t from; /* service; NONE: a demand */
    uint32_t demand;
    uint32_t to;
    const struct target *target; /* that `to` is one of */
    struct call_terms terms;
    double asked_hz; /* calls a second, retries aside; of a demand: not used */
    double failure;  /* share of attempts that fail */
};

struct entry {
    struct fleet fleet;
    struct serving serving;
    uint32_t workload; /* row; NONE: it does not exist yet */
    int64_t advanced_ns;
    uint32_t out_first; /* its calls are edges [out_first, out_end) */
    uint32_t out_end;
    VEC(uint32_t) in; /* edges that end here */
    int64_t other_mcpu;
    int64_t other_bytes;
    uint32_t other_pods;
    uint32_t other_strange; /* of which it is unknown how much memory they use */
    uint32_t dead;          /* pods in rotation whose node has stopped: what is sent to them fails */
    double refused;         /* share of the arrivals that nobody worked on, in the last step */
};

struct load_pod {
    uint32_t entry;  /* of its workload; NONE: it has no ServiceModel */
    uint32_t cohort; /* NONE: does not serve */
    uint32_t place;
    int64_t serves_from_ns; /* when its endpoint is programmed; ENGINE_NEVER: it is not Ready */
    int64_t other_mcpu;     /* what it uses while it does not serve */
    int64_t other_bytes;    /* UNLIMITED: unknown */
    bool dead;              /* counted in its service's dead */
};

/* Pods of a template that came up at from_ns or later behave otherwise than their workload's others. */
struct override {
    uint32_t template; /* its number */
    int64_t from_ns;
    struct serving *serving; /* owned */
};

struct loads {
    const struct model *model;      /* whose classes of work these are */
    VEC(struct entry) entries;      /* one for each ServiceModel of the scenario */
    VEC(struct edge) edges;         /* calls, by caller; then demands' */
    uint32_t *order;                /* [entries.count] callers first */
    VEC(struct load_pod) pods;      /* by row */
    VEC(uint32_t) by_workload;      /* entry of a workload row; NONE */
    VEC(struct override) overrides; /* in order of adding: of several the last that holds */
    VEC(struct fleet_call) calls;   /* room for one service's */
    struct node_shares nodes;
    bool looked_at_memory; /* of the pods that ran already when the run began */
    struct arena arena;    /* of the curves and the order */
    struct queue_curves curves;
};

/* Makes the services of the scenario and what goes between them. */
void loads_build(struct sim *sim, struct loads *l);
void loads_drop(struct loads *l);

/* Moves a service on to now, and tells what was answered. */
void loads_advance(struct sim *sim, struct loads *l, struct entry *e);

#endif
