/* pod_load.h -- what a pod can bear, and what it uses of its node.
 *
 * A request holds one of the pod's slots (concurrency) from when it is taken up to its answer: processor time, time
 * off the processor, calls. Two things can be short, and the scarcer one is the pod's queue:
 *
 *   processors  as many servers as the pod may use cores (its CPU limit; 0.2 is a fifth of one), each busy for the
 *               processor time at full speed. Requests share them (processor sharing: the number there does not depend on the
 *               distribution of the work); waiting and calls come after.
 *   slots       `concurrency` servers, each held for the whole of a request.
 *
 * So a container with a limit below one core answers at full speed while it is idle, as one does with its CPU quota
 * unspent, and at most limit / cpu a second: CPU throttling as a formula, not period by period.
 *
 * Requests are spread over pods at random, as kube-proxy does, so each pod has a queue of its own (a cohort of equal
 * pods: one for all, as they are alike); `pooled`: to the least busy pod, as some meshes do, so that a cohort has one
 * queue.
 */
#ifndef MODELS_SERVICE_POD_LOAD_H
#define MODELS_SERVICE_POD_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/world/objects.h"

/* What a workload does with load. */
struct pod_work {
    double cpu_s;       /* processor time for each request */
    double wait_s;      /* mean time off the processor, calls aside */
    double variance_s2; /* of processor time and wait together, squared seconds */
    double concurrency; /* requests that a pod works on at a time; INFINITY: no limit */
    double backlog;     /* requests that wait for that in a pod; INFINITY: no limit */
    bool pooled;
    int64_t idle_mcpu;           /* used without any request */
    int64_t base_memory_bytes;   /* UNLIMITED: what it uses is unknown */
    double request_memory_bytes; /* for each request in the pod */
};

/* The queue of one pod. */
struct pod_station {
    double servers;
    double service_s;
    double cs2;
    double outside_s; /* time that a request spends in the pod before or after this station */
    double bound;     /* requests in the station at which others are refused */
    bool slots;
};

/* The station of a pod that may use `cores` (above 0), runs at `speed` (its share of the cores that it may use when
 * the node has not enough; 1: all), and whose requests spend calls_s in calls. */
void pod_station(const struct pod_work *work, double cores, double speed, double calls_s, struct pod_station *station);

/* The cores that a pod may use: its limit (UNLIMITED: the node's), and no more than it works on requests at a time. */
double pod_cores(const struct pod_work *work, int64_t limit_mcpu, int64_t node_mcpu);

/* What it uses, when it answers served_hz and holds in_pod requests. */
int64_t pod_used_mcpu(const struct pod_work *work, double served_hz);

/* UNLIMITED: unknown. */
int64_t pod_used_memory_bytes(const struct pod_work *work, double in_pod);

/* The share of the processor time wanted for the load that a limit withholds. wanted 0 or more, limit above 0. */
double pod_throttled(double wanted_mcpu, double limit_mcpu);

#endif
