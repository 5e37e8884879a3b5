/* fleet.h -- a workload under load: its serving pods in cohorts, each with one queue, moved on in time.
 *
 * A cohort is the pods that behave alike and may use as much of their node. Pods with queues of their own are as many
 * copies of one (struct queue: of a pod); a stream's pods share one (struct queue: of the cohort). A pod that leaves
 * takes its part of the queue with it, and brings it into the cohort that it joins; one that comes up brings an empty
 * queue, and a cohort's queue is the average of its pods'.
 *
 * Decides nothing and knows no engine: service_model.c says who joins and leaves, and when time has passed.
 */
#ifndef MODELS_SERVICE_FLEET_H
#define MODELS_SERVICE_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "models/service/call.h"
#include "models/service/serving.h"
#include "sim/base/memory.h"

#define COHORT_ANY_NODE UINT32_MAX /* of a cohort whose pods' nodes have enough processors */

/* What the pods of a cohort have in common. */
struct cohort_key {
    const struct serving *serving;
    double cores;               /* that a pod may use */
    int64_t memory_limit_bytes; /* of its container; UNLIMITED: none */
    uint32_t node;              /* the one that all are on, when its processors are short; else COHORT_ANY_NODE */
    double weight;              /* of a pod, there; else 0 */
};

struct cohort {
    struct cohort_key key;
    double speed; /* the share of its cores that a pod gets; 1 but on a short node */
    struct queue queue;
    struct pod_station station;
    const struct queue_curve *curve; /* null: the station was not made yet */
    double curve_servers;            /* what the curve was asked for */
    double curve_cs2;
    VEC(uint32_t) pods; /* rows; the order says nothing */
    double served_hz;   /* of the last step, each pod */
    double in_pod;      /* requests in a pod, mean of the last step */
    double wanted_mcpu; /* of a pod, in the last step: what it would use on a node of its own */
    double booked_mcpu; /* of that, on their nodes; negative: not of all pods */
    struct queue_wait wait;
    struct latency latency;
};

/* What a step did to a service. arrivals = left + refused + what the number inside grew by. */
struct fleet_flow {
    double arrivals;
    double left;        /* worked off */
    double refused;     /* no pod, no room, or lost from a stream */
    double inside;      /* mean number in the pods, calls included */
    double utilization; /* of the capacity of the pods, 0 to 1 */
    double used_mcpu;   /* all pods, for load and idling */
    double wanted_mcpu; /* the same, had nothing held them back */
    double throttled;   /* share of wanted_mcpu that limits withheld */
};

struct fleet {
    const struct serving *serving; /* of its ServiceModel; a release may bring others */
    VEC(struct cohort *) cohorts;  /* those without pods are used again */
    uint32_t pods;                 /* in all of them */
    double stored;                 /* messages that no cohort holds: nobody consumes */
    double ended_well;             /* requests of pods that left, since the last step: finished while they ended, */
    double ended_badly;            /* and lost with them */
    struct call_answer answer;     /* as of the last step */
    struct call_answer own;        /* the same of its own part alone, as it was last made, */
    double own_wait_s;             /* for this mean wait */
    bool regrouped;                /* pods have come or gone since */
    VEC(const struct latency *) latencies; /* of the cohorts with pods, and */
    VEC(double) weights;                   /* their pods: room for fleet_answer */
};

void fleet_drop(struct fleet *f);

/* Adds a pod with its queue (zero: it has just come up). Returns its cohort; its place there is the last. */
uint32_t fleet_join(struct fleet *f, const struct cohort_key *key, uint32_t pod, struct queue queue);

/* Takes out the pod at a place; the last pod of the cohort takes that place. Returns the pod's queue; the caller says
 * with fleet_end what becomes of it, or brings it to another cohort. Of a stream's, nothing is lost: it is stored
 * meanwhile. */
struct queue fleet_leave(struct fleet *f, uint32_t cohort, uint32_t place);

/* The requests of a pod that left are finished while it ends, or lost. */
void fleet_end(struct fleet *f, const struct queue *queue, bool well);

/* Moves all queues on by step_s under arrivals_hz, requests spending calls_s in calls. */
void fleet_advance(struct fleet *f, struct queue_curves *curves, double arrivals_hz, double calls_s, double step_s,
                   struct fleet_flow *flow);

/* What a pod of the cohort used in the last step. */
int64_t cohort_used_mcpu(const struct cohort *c);
int64_t cohort_used_memory_bytes(const struct cohort *c);

/* One call that the service makes: its terms and mean time, and the levels' times of one. */
struct fleet_call {
    double per;
    double mean_s; /* of one call, attempts and all */
    double quantile_s[CALL_LEVELS];
};

/* Sets f->answer to what an arrival meets now. error: share of its requests for which a call fails; refused: share that
 * was refused in the last step.
 *
 * Levels of a sum are those of a sum of independent parts whose deviations from their means add in squares: exact
 * where all are normal, near where one part dominates. */
void fleet_answer(struct fleet *f, const struct fleet_call *calls, uint32_t count, double error, double refused);

#endif
