/* unsimulated.h -- what of an input the simulation leaves out: said in check, in the summary and in every report. */
#ifndef SIM_SCENARIO_UNSIMULATED_H
#define SIM_SCENARIO_UNSIMULATED_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/scenario/object.h"

struct unsimulated {
    const char *what;           /* "ScaledObject", "HorizontalPodAutoscaler with a metric of type Pods" */
    const char *example;        /* title of the first one, and */
    const struct object *first; /* it */
    uint32_t count;
    double cpu_share; /* of what all pods of the input request: what the objects concerned request */
    double memory_share;
    bool matters; /* capacity or cost may depend on it; false: they do not (ConfigMap) */
};

/* A row for each kind of object, and for each part of a pod's spec, that the simulation leaves out, of objects that were found good; what matters first, else in order of first appearance. Returns an array in a. */
struct unsimulated *unsimulated_list(struct arena *a, const struct objects *objects, uint32_t *count);

#endif
