/* kube.h -- the fields of Kubernetes' objects: tables only (schema.h).
 *
 * Status is a table where the simulator reads it (Node, ResourceQuota, claims) and kept as it is elsewhere, as are volume
 * sources that name a vendor's storage.
 *
 * Source: the JSON names of k8s.io/api and apimachinery v0.36.2 (Kubernetes v1.36).
 */
#ifndef SIM_SCENARIO_KUBE_H
#define SIM_SCENARIO_KUBE_H

#include "sim/scenario/schema.h"

/* Objects. */
extern const struct schema kube_pod, kube_replication_controller, kube_service, kube_node, kube_limit_range,
    kube_resource_quota, kube_claim, kube_config_map, kube_secret, kube_namespace, kube_service_account,
    kube_deployment, kube_replica_set, kube_stateful_set, kube_daemon_set, kube_job, kube_cron_job, kube_hpa,
    kube_hpa_v1, kube_disruption_budget, kube_priority_class, kube_volume_object, kube_storage_class, kube_csi_node;

/* Parts that rules of defaulting and checks speak of. */
extern const struct schema kube_pod_spec, kube_pod_template_spec, kube_container, kube_probe, kube_http_get, kube_grpc,
    kube_container_port, kube_volume, kube_host_path, kube_object_field, kube_token_projection, kube_secret_volume,
    kube_config_map_volume, kube_downward_volume, kube_projected_volume, kube_limit_range_item, kube_deployment_spec,
    kube_replica_set_spec, kube_stateful_set_spec, kube_daemon_set_spec, kube_cron_job_spec, kube_failure_condition,
    kube_claim_spec, kube_service_spec, kube_service_port, kube_hpa_spec, kube_resources, kube_toleration, kube_env_var,
    kube_volume_mount, kube_spread_constraint, kube_pod_affinity_term, kube_preferred_node, kube_preferred_pod,
    kube_node_selector, kube_label_requirement, kube_node_requirement, kube_job_spec, kube_disruption_budget_spec,
    kube_tcp_socket, kube_object_meta, kube_node_affinity, kube_label_selector, kube_lifecycle_handler,
    kube_resource_quota_spec;

#endif
