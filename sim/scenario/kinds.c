#include "sim/scenario/kinds.h"

#include <string.h>

#include "sim/scenario/kube.h"
#include "sim/scenario/scheduler_schema.h"
#include "sim/scenario/suggest.h"

/* The last two members. */
#define STAYS NULL, false
#define SERVED(as) as, false
#define RETIRED(as) as, true

static const struct kind table[] = {
    {"apps/v1", "Deployment", KIND_SIMULATED, true, &kube_deployment, STAYS},
    {"apps/v1beta2", "Deployment", KIND_SIMULATED, true, &kube_deployment, RETIRED("apps/v1")},
    {"apps/v1beta1", "Deployment", KIND_SIMULATED, true, &kube_deployment, RETIRED("apps/v1")},
    {"extensions/v1beta1", "Deployment", KIND_SIMULATED, true, &kube_deployment, RETIRED("apps/v1")},
    {"apps/v1", "ReplicaSet", KIND_SIMULATED, true, &kube_replica_set, STAYS},
    {"apps/v1beta2", "ReplicaSet", KIND_SIMULATED, true, &kube_replica_set, RETIRED("apps/v1")},
    {"extensions/v1beta1", "ReplicaSet", KIND_SIMULATED, true, &kube_replica_set, RETIRED("apps/v1")},
    {"apps/v1", "StatefulSet", KIND_SIMULATED, true, &kube_stateful_set, STAYS},
    {"apps/v1beta2", "StatefulSet", KIND_SIMULATED, true, &kube_stateful_set, RETIRED("apps/v1")},
    {"apps/v1beta1", "StatefulSet", KIND_SIMULATED, true, &kube_stateful_set, RETIRED("apps/v1")},
    {"apps/v1", "DaemonSet", KIND_SIMULATED, true, &kube_daemon_set, STAYS},
    {"apps/v1beta2", "DaemonSet", KIND_SIMULATED, true, &kube_daemon_set, RETIRED("apps/v1")},
    {"extensions/v1beta1", "DaemonSet", KIND_SIMULATED, true, &kube_daemon_set, RETIRED("apps/v1")},
    {"batch/v1", "Job", KIND_SIMULATED, true, &kube_job, STAYS},
    {"batch/v1", "CronJob", KIND_SIMULATED, true, &kube_cron_job, STAYS},
    {"batch/v1beta1", "CronJob", KIND_SIMULATED, true, &kube_cron_job, RETIRED("batch/v1")},
    {"v1", "Pod", KIND_SIMULATED, true, &kube_pod, STAYS},
    {"v1", "ReplicationController", KIND_SIMULATED, true, &kube_replication_controller, STAYS},
    {"v1", "Service", KIND_SIMULATED, true, &kube_service, STAYS},
    {"v1", "Node", KIND_SIMULATED, false, &kube_node, STAYS},
    {"autoscaling/v2", "HorizontalPodAutoscaler", KIND_SIMULATED, true, &kube_hpa, STAYS},
    {"autoscaling/v2beta2", "HorizontalPodAutoscaler", KIND_SIMULATED, true, &kube_hpa, RETIRED("autoscaling/v2")},
    {"autoscaling/v1", "HorizontalPodAutoscaler", KIND_SIMULATED, true, &kube_hpa_v1, SERVED("autoscaling/v2")},
    {"scheduling.k8s.io/v1", "PriorityClass", KIND_SIMULATED, false, &kube_priority_class, STAYS},
    {SCHEDULER_API_VERSION, SCHEDULER_KIND, KIND_SIMULATED, false, &scheduler_configuration, STAYS},

    {"v1", "PersistentVolumeClaim", KIND_SIMULATED, true, &kube_claim, STAYS},
    {"v1", "PersistentVolume", KIND_SIMULATED, false, &kube_volume_object, STAYS},
    {"storage.k8s.io/v1", "StorageClass", KIND_SIMULATED, false, &kube_storage_class, STAYS},
    {"storage.k8s.io/v1", "CSINode", KIND_SIMULATED, false, &kube_csi_node, STAYS},
    {"v1", "LimitRange", KIND_SIMULATED, true, &kube_limit_range, STAYS},
    {"v1", "ResourceQuota", KIND_KEPT, true, &kube_resource_quota, STAYS},
    {"policy/v1", "PodDisruptionBudget", KIND_KEPT, true, &kube_disruption_budget, STAYS},
    {"policy/v1beta1", "PodDisruptionBudget", KIND_KEPT, true, &kube_disruption_budget, RETIRED("policy/v1")},
    {"node.k8s.io/v1", "RuntimeClass", KIND_KEPT, false, NULL, STAYS},
    {"networking.k8s.io/v1", "Ingress", KIND_KEPT, true, NULL, STAYS},
    {"autoscaling.k8s.io/v1", "VerticalPodAutoscaler", KIND_KEPT, true, NULL, STAYS},
    {"keda.sh/v1alpha1", "ScaledObject", KIND_KEPT, true, NULL, STAYS},
    {"keda.sh/v1alpha1", "ScaledJob", KIND_KEPT, true, NULL, STAYS},
    {"karpenter.sh/v1", "NodeClaim", KIND_KEPT, false, NULL, STAYS},
    {"argoproj.io/v1alpha1", "Rollout", KIND_KEPT, true, NULL, STAYS},

    {"v1", "Namespace", KIND_WITHOUT_EFFECT, false, &kube_namespace, STAYS},
    {"v1", "ConfigMap", KIND_WITHOUT_EFFECT, true, &kube_config_map, STAYS},
    {"v1", "Secret", KIND_WITHOUT_EFFECT, true, &kube_secret, STAYS},
    {"v1", "ServiceAccount", KIND_WITHOUT_EFFECT, true, &kube_service_account, STAYS},
    {"v1", "Endpoints", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"v1", "Event", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"events.k8s.io/v1", "Event", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"discovery.k8s.io/v1", "EndpointSlice", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"coordination.k8s.io/v1", "Lease", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"apps/v1", "ControllerRevision", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"networking.k8s.io/v1", "NetworkPolicy", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"networking.k8s.io/v1", "IngressClass", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"rbac.authorization.k8s.io/v1", "Role", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"rbac.authorization.k8s.io/v1", "RoleBinding", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"rbac.authorization.k8s.io/v1", "ClusterRole", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"apiregistration.k8s.io/v1", "APIService", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", KIND_WITHOUT_EFFECT, false, NULL, STAYS},
    {"monitoring.coreos.com/v1", "ServiceMonitor", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"monitoring.coreos.com/v1", "PodMonitor", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
    {"monitoring.coreos.com/v1", "PrometheusRule", KIND_WITHOUT_EFFECT, true, NULL, STAYS},
};

enum { KINDS = sizeof table / sizeof *table };

const struct kind *kinds_find(const char *api_version, const char *name)
{
    for (size_t i = 0; api_version != NULL && name != NULL && i < KINDS; i++) {
        if (strcmp(table[i].name, name) == 0 && strcmp(table[i].api_version, api_version) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

const struct kind *kinds_of(const struct value *object)
{
    return kinds_find(value_as_text(value_get(object, "apiVersion")), value_as_text(value_get(object, "kind")));
}

const struct kind *kinds_named(const char *name)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(table[i].name, name) == 0 && table[i].read_as == NULL) {
            return &table[i];
        }
    }
    return NULL;
}

const char *kinds_suggest(const char *name)
{
    struct suggest suggest = {.wanted = name};
    for (size_t i = 0; i < KINDS; i++) {
        suggest_offer(&suggest, table[i].name);
    }
    return suggest.nearest;
}
