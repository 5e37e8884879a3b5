/* serving.h -- a ServiceModel as the load needs it: work of a pod, shape of a request's time, constant use.
 *
 * The time of a request without calls and queues is a fixed part and a random one. Processor time and wait both vary;
 * when one varies much more (ten times the variance) the random part is that one, else it is a lognormal with the mean
 * and the variance of their sum.
 */
#ifndef MODELS_SERVICE_SERVING_H
#define MODELS_SERVICE_SERVING_H

#include "models/service/latency.h"
#include "models/service/pod_load.h"
#include "sim/scenario/specs.h"

enum serving_kind {
    SERVING_LOAD,     /* requests, messages, inference */
    SERVING_CONSTANT, /* uses the same whenever it runs */
};

struct serving {
    enum serving_kind kind;
    const struct service_model *model;
    struct pod_work work;
    struct latency_shape shape;
    double fixed_s;     /* time of a request that is always the same, and */
    double random_s;    /* mean of that which varies */
    double timeout_s;   /* after which who asked gives up; INFINITY: never */
    int64_t busy_mcpu;  /* inference: used while any request is there */
    int64_t start_mcpu; /* used while the pod comes up */
    double partitions;  /* pods that take part; INFINITY: all */
    double retention_s; /* after which what waits is lost; INFINITY: never */
    double batch_cpu_s; /* a batch pod's whole work; 0: it is none */
};

/* Uncertain parameters are drawn for the replication. */
void serving_make(const struct service_model *model, uint64_t seed, uint64_t replication, struct serving *serving);

/* What a pod uses that is not there for load, while it runs. run_ns: how long, of a batch pod. */
int64_t serving_constant_mcpu(const struct serving *serving, int64_t run_ns);

#endif
