/* podgc_model.h -- the pod garbage collector: pods whose node is gone.
 *
 * Class 0, "PodGC": one key. Every 20 s the real collector looks for pods on nodes that do not exist; one whose node has
 * been gone for 40 s is removed. Here only the look that removes something happens. Left out: the bound on terminated
 * pods (12,500), which Kubernetes puts far above what Jobs leave.
 *
 * Source: Kubernetes v1.36, pkg/controller/podgc/gc_controller.go (reference/kubernetes-semantics.md, C.8).
 */
#ifndef MODELS_WORKLOAD_PODGC_MODEL_H
#define MODELS_WORKLOAD_PODGC_MODEL_H

#include "models/model.h"

extern const struct model podgc_model;

#endif
