/* deployment_model.h -- the Deployment controller: rolls templates out by sizing ReplicaSets.
 *
 * Class 0, "Deployment": the id is the workload's row. A sync reads the world, decides with rollout_sync, asks for all its
 * writes, and looks at the outcomes: a write that did not apply brings the key back after the queue's back-off.
 *
 * Notes: ScalingReplicaSet (numbers: the ReplicaSet's number, size before, size after), DeploymentRollback,
 * DeploymentRollbackRevisionNotFound, DeploymentRollbackTemplateUnchanged (numbers: the revision).
 */
#ifndef MODELS_WORKLOAD_DEPLOYMENT_MODEL_H
#define MODELS_WORKLOAD_DEPLOYMENT_MODEL_H

#include "models/model.h"

extern const struct model deployment_model;

#endif
