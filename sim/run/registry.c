/* The order is that of the recorded control plane (vectors/cluster): the user, kubelets, node life cycle, controllers from
 * Deployment down, one scheduling attempt, HPA last, so that an autoscaler sees a cluster at rest. Loads and scrapes come
 * after the kubelets, the node autoscaler after the scheduler.
 */
#include "sim/run/registry.h"

#include "models/autoscaler/autoscaler_model.h"
#include "models/cost/cost_model.h"
#include "models/demand/demand_model.h"
#include "models/hpa/hpa_model.h"
#include "models/hpa/metrics_server.h"
#include "models/kubelet/kubelet_model.h"
#include "models/node/fault_model.h"
#include "models/scheduler/scheduler_model.h"
#include "models/service/service_model.h"
#include "models/workload/cronjob_model.h"
#include "models/workload/daemonset_model.h"
#include "models/workload/deployment_model.h"
#include "models/workload/job_model.h"
#include "models/workload/podgc_model.h"
#include "models/workload/release_model.h"
#include "models/workload/replicaset_model.h"
#include "models/workload/statefulset_model.h"

const struct registry_line registry[] = {
    {.model = &release_model},     {.model = &kubelet_model},        {.model = &demand_model},
    {.model = &service_model},     {.model = &metrics_server_model}, {.model = &fault_model},
    {.model = &podgc_model},       {.model = &deployment_model},     {.model = &replicaset_model},
    {.model = &statefulset_model}, {.model = &daemonset_model},      {.model = &job_model},
    {.model = &cronjob_model},     {.model = &scheduler_model},      {.model = &autoscaler_model},
    {.model = &hpa_model},         {.model = &cost_model},
};

const unsigned registry_count = sizeof registry / sizeof registry[0];
