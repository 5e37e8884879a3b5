/* replicaset_model.h -- the ReplicaSet controller: creates and deletes pods.
 *
 * Class 0, "ReplicaSet": the id is the ReplicaSet's row. Pods are created in batches of 1, 2, 4, ...; each batch waits for
 * the outcomes of the one before, and a failure ends the sync, which comes back after the queue's back-off.
 */
#ifndef MODELS_WORKLOAD_REPLICASET_MODEL_H
#define MODELS_WORKLOAD_REPLICASET_MODEL_H

#include "models/model.h"

extern const struct model replicaset_model;

#endif
