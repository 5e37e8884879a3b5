#include "sim/scenario/kube.h"

#include <stddef.h>

/* clang-format off */
#define SOME(field, type)     {#field, SCHEMA_##type, SCHEMA_SOME, NULL}
#define KEPT(field, type)     {#field, SCHEMA_##type, SCHEMA_KEPT, NULL}
#define EVER(field, type)     {#field, SCHEMA_##type, SCHEMA_EVER, NULL}
#define MAP(field, type)      {#field, SCHEMA_OBJECT, SCHEMA_KEPT, &kube_##type}
#define MAP_SOME(field, type) {#field, SCHEMA_OBJECT, SCHEMA_SOME, &kube_##type}
#define MAP_EVER(field, type) {#field, SCHEMA_OBJECT, SCHEMA_EVER, &kube_##type}
#define MAPS(field, type)     {#field, SCHEMA_OBJECTS, SCHEMA_SOME, &kube_##type}
#define TOP                   SOME(apiVersion, TEXT), SOME(kind, TEXT), MAP_SOME(metadata, object_meta)
#define END                   {NULL, SCHEMA_ANY, SCHEMA_SOME, NULL}
/* clang-format on */

#define FIELDS(type, ...) static const struct schema_field type##_fields[] = {__VA_ARGS__, END}
#define TYPE(type, ...)                                                                                                \
    FIELDS(type, __VA_ARGS__);                                                                                         \
    const struct schema kube_##type = {#type, type##_fields}
#define PART(type, ...)                                                                                                \
    FIELDS(type, __VA_ARGS__);                                                                                         \
    static const struct schema kube_##type = {#type, type##_fields}

/* Metadata */

PART(owner_reference, EVER(apiVersion, TEXT), EVER(kind, TEXT), EVER(name, TEXT), EVER(uid, TEXT),
     KEPT(controller, BOOL), KEPT(blockOwnerDeletion, BOOL));

TYPE(object_meta, SOME(name, TEXT), SOME(generateName, TEXT), SOME(namespace, TEXT), SOME(selfLink, TEXT),
     SOME(uid, TEXT), SOME(resourceVersion, TEXT), SOME(generation, INT64), SOME(creationTimestamp, TEXT),
     SOME(deletionTimestamp, TEXT), KEPT(deletionGracePeriodSeconds, INT64), SOME(labels, LABELS),
     SOME(annotations, LABELS), MAPS(ownerReferences, owner_reference), SOME(finalizers, TEXTS),
     SOME(managedFields, ANY));

/* Volumes */

TYPE(host_path, EVER(path, TEXT), KEPT(type, TEXT));

PART(empty_dir, SOME(medium, TEXT), KEPT(sizeLimit, QUANTITY));

PART(key_to_path, EVER(key, TEXT), EVER(path, TEXT), KEPT(mode, INT32));

TYPE(secret_volume, SOME(secretName, TEXT), MAPS(items, key_to_path), KEPT(defaultMode, INT32), KEPT(optional, BOOL));

PART(nfs, EVER(server, TEXT), EVER(path, TEXT), SOME(readOnly, BOOL));

PART(claim_volume_source, EVER(claimName, TEXT), SOME(readOnly, BOOL));

TYPE(object_field, SOME(apiVersion, TEXT), EVER(fieldPath, TEXT));

PART(resource_field, SOME(containerName, TEXT), EVER(resource, TEXT), EVER(divisor, QUANTITY));

PART(downward_file, EVER(path, TEXT), MAP(fieldRef, object_field), MAP(resourceFieldRef, resource_field),
     KEPT(mode, INT32));

TYPE(downward_volume, MAPS(items, downward_file), KEPT(defaultMode, INT32));

TYPE(config_map_volume, SOME(name, TEXT), MAPS(items, key_to_path), KEPT(defaultMode, INT32), KEPT(optional, BOOL));

PART(secret_projection, SOME(name, TEXT), MAPS(items, key_to_path), KEPT(optional, BOOL));

PART(downward_projection, MAPS(items, downward_file));

PART(config_map_projection, SOME(name, TEXT), MAPS(items, key_to_path), KEPT(optional, BOOL));

TYPE(token_projection, SOME(audience, TEXT), KEPT(expirationSeconds, INT64), EVER(path, TEXT));

PART(volume_projection, MAP(secret, secret_projection), MAP(downwardAPI, downward_projection),
     MAP(configMap, config_map_projection), MAP(serviceAccountToken, token_projection), SOME(clusterTrustBundle, ANY),
     SOME(podCertificate, ANY));

TYPE(projected_volume, MAPS(sources, volume_projection), KEPT(defaultMode, INT32));

PART(local_object_reference, SOME(name, TEXT));

PART(csi, EVER(driver, TEXT), KEPT(readOnly, BOOL), KEPT(fsType, TEXT), SOME(volumeAttributes, LABELS),
     MAP(nodePublishSecretRef, local_object_reference));

TYPE(label_requirement, EVER(key, TEXT), EVER(operator, TEXT), SOME(values, TEXTS));

TYPE(label_selector, SOME(matchLabels, LABELS), MAPS(matchExpressions, label_requirement));

PART(volume_resources, SOME(limits, AMOUNTS), SOME(requests, AMOUNTS));

PART(typed_local_object_reference, KEPT(apiGroup, TEXT), EVER(kind, TEXT), EVER(name, TEXT));

PART(typed_object_reference, KEPT(apiGroup, TEXT), EVER(kind, TEXT), EVER(name, TEXT), KEPT(namespace, TEXT));

TYPE(claim_spec, SOME(accessModes, TEXTS), MAP(selector, label_selector), MAP_SOME(resources, volume_resources),
     SOME(volumeName, TEXT), KEPT(storageClassName, TEXT), KEPT(volumeMode, TEXT),
     MAP(dataSource, typed_local_object_reference), MAP(dataSourceRef, typed_object_reference),
     KEPT(volumeAttributesClassName, TEXT));

PART(claim_template, MAP_SOME(metadata, object_meta), MAP_EVER(spec, claim_spec));

PART(ephemeral_volume, MAP(volumeClaimTemplate, claim_template));

PART(image_volume, SOME(reference, TEXT), SOME(pullPolicy, TEXT));

TYPE(volume, EVER(name, TEXT), MAP(hostPath, host_path), MAP(emptyDir, empty_dir), SOME(gcePersistentDisk, ANY),
     SOME(awsElasticBlockStore, ANY), SOME(gitRepo, ANY), MAP(secret, secret_volume), MAP(nfs, nfs), SOME(iscsi, ANY),
     SOME(glusterfs, ANY), MAP(persistentVolumeClaim, claim_volume_source), SOME(rbd, ANY), SOME(flexVolume, ANY),
     SOME(cinder, ANY), SOME(cephfs, ANY), SOME(flocker, ANY), MAP(downwardAPI, downward_volume), SOME(fc, ANY),
     SOME(azureFile, ANY), MAP(configMap, config_map_volume), SOME(vsphereVolume, ANY), SOME(quobyte, ANY),
     SOME(azureDisk, ANY), SOME(photonPersistentDisk, ANY), MAP(projected, projected_volume), SOME(portworxVolume, ANY),
     SOME(scaleIO, ANY), SOME(storageos, ANY), MAP(csi, csi), MAP(ephemeral, ephemeral_volume),
     MAP(image, image_volume));

/* Containers */

TYPE(container_port, SOME(name, TEXT), SOME(hostPort, INT32), EVER(containerPort, INT32), SOME(protocol, TEXT),
     SOME(hostIP, TEXT));

PART(config_map_env_source, SOME(name, TEXT), KEPT(optional, BOOL));

PART(secret_env_source, SOME(name, TEXT), KEPT(optional, BOOL));

PART(env_from_source, SOME(prefix, TEXT), MAP(configMapRef, config_map_env_source), MAP(secretRef, secret_env_source));

PART(config_map_key_selector, SOME(name, TEXT), EVER(key, TEXT), KEPT(optional, BOOL));

PART(secret_key_selector, SOME(name, TEXT), EVER(key, TEXT), KEPT(optional, BOOL));

PART(file_key_selector, EVER(volumeName, TEXT), EVER(path, TEXT), EVER(key, TEXT), KEPT(optional, BOOL));

PART(env_var_source, MAP(fieldRef, object_field), MAP(resourceFieldRef, resource_field),
     MAP(configMapKeyRef, config_map_key_selector), MAP(secretKeyRef, secret_key_selector),
     MAP(fileKeyRef, file_key_selector));

TYPE(env_var, EVER(name, TEXT), SOME(value, TEXT), MAP(valueFrom, env_var_source));

PART(resource_claim, EVER(name, TEXT), SOME(request, TEXT));

TYPE(resources, SOME(limits, AMOUNTS), SOME(requests, AMOUNTS), MAPS(claims, resource_claim));

PART(resize_policy, EVER(resourceName, TEXT), EVER(restartPolicy, TEXT));

PART(restart_exit_codes, SOME(operator, TEXT), SOME(values, INTEGERS));

PART(restart_rule, SOME(action, TEXT), MAP(exitCodes, restart_exit_codes));

TYPE(volume_mount, EVER(name, TEXT), SOME(readOnly, BOOL), KEPT(recursiveReadOnly, TEXT), EVER(mountPath, TEXT),
     SOME(subPath, TEXT), KEPT(mountPropagation, TEXT), SOME(subPathExpr, TEXT));

PART(volume_device, EVER(name, TEXT), EVER(devicePath, TEXT));

PART(exec_action, SOME(command, TEXTS));

PART(http_header, EVER(name, TEXT), EVER(value, TEXT));

TYPE(http_get, SOME(path, TEXT), EVER(port, INT_OR_TEXT), SOME(host, TEXT), SOME(scheme, TEXT),
     MAPS(httpHeaders, http_header));

TYPE(tcp_socket, EVER(port, INT_OR_TEXT), SOME(host, TEXT));

TYPE(grpc, EVER(port, INT32), KEPT(service, TEXT));

TYPE(probe, MAP(exec, exec_action), MAP(httpGet, http_get), MAP(tcpSocket, tcp_socket), MAP(grpc, grpc),
     SOME(initialDelaySeconds, INT32), SOME(timeoutSeconds, INT32), SOME(periodSeconds, INT32),
     SOME(successThreshold, INT32), SOME(failureThreshold, INT32), KEPT(terminationGracePeriodSeconds, INT64));

PART(sleep_action, EVER(seconds, INT64));

TYPE(lifecycle_handler, MAP(exec, exec_action), MAP(httpGet, http_get), MAP(tcpSocket, tcp_socket),
     MAP(sleep, sleep_action));

PART(lifecycle, MAP(postStart, lifecycle_handler), MAP(preStop, lifecycle_handler), KEPT(stopSignal, TEXT));

PART(capabilities, SOME(add, TEXTS), SOME(drop, TEXTS));

PART(se_linux_options, SOME(user, TEXT), SOME(role, TEXT), SOME(type, TEXT), SOME(level, TEXT));

PART(seccomp_profile, EVER(type, TEXT), KEPT(localhostProfile, TEXT));

PART(app_armor_profile, EVER(type, TEXT), KEPT(localhostProfile, TEXT));

PART(container_security, MAP(capabilities, capabilities), KEPT(privileged, BOOL), MAP(seLinuxOptions, se_linux_options),
     SOME(windowsOptions, ANY), KEPT(runAsUser, INT64), KEPT(runAsGroup, INT64), KEPT(runAsNonRoot, BOOL),
     KEPT(readOnlyRootFilesystem, BOOL), KEPT(allowPrivilegeEscalation, BOOL), KEPT(procMount, TEXT),
     MAP(seccompProfile, seccomp_profile), MAP(appArmorProfile, app_armor_profile));

TYPE(container, EVER(name, TEXT), SOME(image, TEXT), SOME(command, TEXTS), SOME(args, TEXTS), SOME(workingDir, TEXT),
     MAPS(ports, container_port), MAPS(envFrom, env_from_source), MAPS(env, env_var), MAP_SOME(resources, resources),
     MAPS(resizePolicy, resize_policy), KEPT(restartPolicy, TEXT), MAPS(restartPolicyRules, restart_rule),
     MAPS(volumeMounts, volume_mount), MAPS(volumeDevices, volume_device), MAP(livenessProbe, probe),
     MAP(readinessProbe, probe), MAP(startupProbe, probe), MAP(lifecycle, lifecycle),
     SOME(terminationMessagePath, TEXT), SOME(terminationMessagePolicy, TEXT), SOME(imagePullPolicy, TEXT),
     MAP(securityContext, container_security), SOME(stdin, BOOL), SOME(stdinOnce, BOOL), SOME(tty, BOOL));

/* Pods */

PART(sysctl, EVER(name, TEXT), EVER(value, TEXT));

PART(pod_security, MAP(seLinuxOptions, se_linux_options), SOME(windowsOptions, ANY), KEPT(runAsUser, INT64),
     KEPT(runAsGroup, INT64), KEPT(runAsNonRoot, BOOL), SOME(supplementalGroups, INTEGERS),
     KEPT(supplementalGroupsPolicy, TEXT), KEPT(fsGroup, INT64), MAPS(sysctls, sysctl), KEPT(fsGroupChangePolicy, TEXT),
     MAP(seccompProfile, seccomp_profile), MAP(appArmorProfile, app_armor_profile), KEPT(seLinuxChangePolicy, TEXT));

TYPE(node_requirement, EVER(key, TEXT), EVER(operator, TEXT), SOME(values, TEXTS));

PART(node_selector_term, MAPS(matchExpressions, node_requirement), MAPS(matchFields, node_requirement));

TYPE(node_selector, MAPS(nodeSelectorTerms, node_selector_term));

TYPE(preferred_node, EVER(weight, INT32), MAP_EVER(preference, node_selector_term));

TYPE(node_affinity, MAP(requiredDuringSchedulingIgnoredDuringExecution, node_selector),
     MAPS(preferredDuringSchedulingIgnoredDuringExecution, preferred_node));

TYPE(pod_affinity_term, MAP(labelSelector, label_selector), SOME(namespaces, TEXTS), EVER(topologyKey, TEXT),
     MAP(namespaceSelector, label_selector), SOME(matchLabelKeys, TEXTS), SOME(mismatchLabelKeys, TEXTS));

TYPE(preferred_pod, EVER(weight, INT32), MAP_EVER(podAffinityTerm, pod_affinity_term));

PART(pod_affinity, MAPS(requiredDuringSchedulingIgnoredDuringExecution, pod_affinity_term),
     MAPS(preferredDuringSchedulingIgnoredDuringExecution, preferred_pod));

PART(pod_anti_affinity, MAPS(requiredDuringSchedulingIgnoredDuringExecution, pod_affinity_term),
     MAPS(preferredDuringSchedulingIgnoredDuringExecution, preferred_pod));

PART(affinity, MAP(nodeAffinity, node_affinity), MAP(podAffinity, pod_affinity),
     MAP(podAntiAffinity, pod_anti_affinity));

TYPE(toleration, SOME(key, TEXT), SOME(operator, TEXT), SOME(value, TEXT), SOME(effect, TEXT),
     KEPT(tolerationSeconds, INT64));

PART(host_alias, EVER(ip, TEXT), SOME(hostnames, TEXTS));

PART(pod_dns_config_option, SOME(name, TEXT), KEPT(value, TEXT));

PART(pod_dns_config, SOME(nameservers, TEXTS), SOME(searches, TEXTS), MAPS(options, pod_dns_config_option));

PART(pod_readiness_gate, EVER(conditionType, TEXT));

TYPE(spread_constraint, EVER(maxSkew, INT32), EVER(topologyKey, TEXT), EVER(whenUnsatisfiable, TEXT),
     MAP(labelSelector, label_selector), KEPT(minDomains, INT32), KEPT(nodeAffinityPolicy, TEXT),
     KEPT(nodeTaintsPolicy, TEXT), SOME(matchLabelKeys, TEXTS));

PART(pod_os, EVER(name, TEXT));

PART(pod_scheduling_gate, EVER(name, TEXT));

PART(pod_resource_claim, EVER(name, TEXT), KEPT(resourceClaimName, TEXT), KEPT(resourceClaimTemplateName, TEXT));

PART(pod_scheduling_group, KEPT(podGroupName, TEXT));

TYPE(pod_spec, MAPS(volumes, volume), MAPS(initContainers, container), MAPS(containers, container),
     SOME(ephemeralContainers, ANY), SOME(restartPolicy, TEXT), KEPT(terminationGracePeriodSeconds, INT64),
     KEPT(activeDeadlineSeconds, INT64), SOME(dnsPolicy, TEXT), SOME(nodeSelector, LABELS),
     SOME(serviceAccountName, TEXT), SOME(serviceAccount, TEXT), KEPT(automountServiceAccountToken, BOOL),
     SOME(nodeName, TEXT), SOME(hostNetwork, BOOL), SOME(hostPID, BOOL), SOME(hostIPC, BOOL),
     KEPT(shareProcessNamespace, BOOL), MAP(securityContext, pod_security),
     MAPS(imagePullSecrets, local_object_reference), SOME(hostname, TEXT), SOME(subdomain, TEXT),
     MAP(affinity, affinity), SOME(schedulerName, TEXT), MAPS(tolerations, toleration), MAPS(hostAliases, host_alias),
     SOME(priorityClassName, TEXT), KEPT(priority, INT32), MAP(dnsConfig, pod_dns_config),
     MAPS(readinessGates, pod_readiness_gate), KEPT(runtimeClassName, TEXT), KEPT(enableServiceLinks, BOOL),
     KEPT(preemptionPolicy, TEXT), SOME(overhead, AMOUNTS), MAPS(topologySpreadConstraints, spread_constraint),
     KEPT(setHostnameAsFQDN, BOOL), MAP(os, pod_os), KEPT(hostUsers, BOOL), MAPS(schedulingGates, pod_scheduling_gate),
     MAPS(resourceClaims, pod_resource_claim), MAP(resources, resources), KEPT(hostnameOverride, TEXT),
     MAP(schedulingGroup, pod_scheduling_group));

TYPE(pod, TOP, MAP_EVER(spec, pod_spec), SOME(status, ANY));

TYPE(pod_template_spec, MAP_SOME(metadata, object_meta), MAP_EVER(spec, pod_spec));

/* Core */

PART(replication_controller_spec, KEPT(replicas, INT32), SOME(minReadySeconds, INT32), SOME(selector, LABELS),
     MAP(template, pod_template_spec));

TYPE(replication_controller, TOP, MAP_EVER(spec, replication_controller_spec), SOME(status, ANY));

TYPE(service_port, SOME(name, TEXT), SOME(protocol, TEXT), KEPT(appProtocol, TEXT), EVER(port, INT32),
     EVER(targetPort, INT_OR_TEXT), SOME(nodePort, INT32));

PART(client_ip_config, KEPT(timeoutSeconds, INT32));

PART(affinity_config, MAP(clientIP, client_ip_config));

TYPE(service_spec, MAPS(ports, service_port), SOME(selector, LABELS), SOME(clusterIP, TEXT), SOME(clusterIPs, TEXTS),
     SOME(type, TEXT), SOME(externalIPs, TEXTS), SOME(sessionAffinity, TEXT), SOME(loadBalancerIP, TEXT),
     SOME(loadBalancerSourceRanges, TEXTS), SOME(externalName, TEXT), SOME(externalTrafficPolicy, TEXT),
     SOME(healthCheckNodePort, INT32), SOME(publishNotReadyAddresses, BOOL),
     MAP(sessionAffinityConfig, affinity_config), SOME(ipFamilies, TEXTS), KEPT(ipFamilyPolicy, TEXT),
     KEPT(allocateLoadBalancerNodePorts, BOOL), KEPT(loadBalancerClass, TEXT), KEPT(internalTrafficPolicy, TEXT),
     KEPT(trafficDistribution, TEXT));

TYPE(service, TOP, MAP_EVER(spec, service_spec), SOME(status, ANY));

PART(taint, EVER(key, TEXT), SOME(value, TEXT), EVER(effect, TEXT), SOME(timeAdded, TEXT));

PART(node_spec, SOME(podCIDR, TEXT), SOME(podCIDRs, TEXTS), SOME(providerID, TEXT), SOME(unschedulable, BOOL),
     MAPS(taints, taint), SOME(configSource, ANY), SOME(externalID, TEXT));

PART(daemon_endpoint, EVER(Port, INT32));

PART(daemon_endpoints, MAP_EVER(kubeletEndpoint, daemon_endpoint));

PART(node_system_info, EVER(machineID, TEXT), EVER(systemUUID, TEXT), EVER(bootID, TEXT), EVER(kernelVersion, TEXT),
     EVER(osImage, TEXT), EVER(containerRuntimeVersion, TEXT), EVER(kubeletVersion, TEXT), EVER(kubeProxyVersion, TEXT),
     EVER(operatingSystem, TEXT), EVER(architecture, TEXT), SOME(swap, ANY));

PART(node_status, SOME(capacity, AMOUNTS), SOME(allocatable, AMOUNTS), SOME(phase, TEXT), SOME(conditions, ANY),
     SOME(addresses, ANY), MAP_EVER(daemonEndpoints, daemon_endpoints), MAP_EVER(nodeInfo, node_system_info),
     SOME(images, ANY), SOME(volumesInUse, TEXTS), SOME(volumesAttached, ANY), SOME(config, ANY),
     SOME(runtimeHandlers, ANY), SOME(features, ANY), SOME(declaredFeatures, TEXTS));

TYPE(node, TOP, MAP_EVER(spec, node_spec), MAP_SOME(status, node_status));

TYPE(limit_range_item, EVER(type, TEXT), SOME(max, AMOUNTS), SOME(min, AMOUNTS), SOME(default, AMOUNTS),
     SOME(defaultRequest, AMOUNTS), SOME(maxLimitRequestRatio, AMOUNTS));

PART(limit_range_spec, MAPS(limits, limit_range_item));

TYPE(limit_range, TOP, MAP_EVER(spec, limit_range_spec));

PART(scope_requirement, EVER(scopeName, TEXT), EVER(operator, TEXT), SOME(values, TEXTS));

PART(scope_selector, MAPS(matchExpressions, scope_requirement));

TYPE(resource_quota_spec, SOME(hard, AMOUNTS), SOME(scopes, TEXTS), MAP(scopeSelector, scope_selector));

PART(resource_quota_status, SOME(hard, AMOUNTS), SOME(used, AMOUNTS));

TYPE(resource_quota, TOP, MAP_EVER(spec, resource_quota_spec), MAP_SOME(status, resource_quota_status));

PART(claim_status, SOME(phase, TEXT), SOME(accessModes, TEXTS), SOME(capacity, AMOUNTS), SOME(conditions, ANY),
     SOME(allocatedResources, AMOUNTS), SOME(allocatedResourceStatuses, LABELS),
     KEPT(currentVolumeAttributesClassName, TEXT), SOME(modifyVolumeStatus, ANY));

TYPE(claim, TOP, MAP_EVER(spec, claim_spec), MAP_SOME(status, claim_status));

TYPE(config_map, TOP, KEPT(immutable, BOOL), SOME(data, LABELS), SOME(binaryData, LABELS));

TYPE(secret, TOP, KEPT(immutable, BOOL), SOME(data, LABELS), SOME(stringData, LABELS), SOME(type, TEXT));

PART(namespace_spec, SOME(finalizers, TEXTS));

TYPE(namespace, TOP, MAP_EVER(spec, namespace_spec), SOME(status, ANY));

PART(object_reference, SOME(kind, TEXT), SOME(namespace, TEXT), SOME(name, TEXT), SOME(uid, TEXT),
     SOME(apiVersion, TEXT), SOME(resourceVersion, TEXT), SOME(fieldPath, TEXT));

TYPE(service_account, TOP, MAPS(secrets, object_reference), MAPS(imagePullSecrets, local_object_reference),
     KEPT(automountServiceAccountToken, BOOL));

/* Workloads */

PART(deployment_rolling_update, KEPT(maxUnavailable, INT_OR_TEXT), KEPT(maxSurge, INT_OR_TEXT));

PART(deployment_strategy, SOME(type, TEXT), MAP(rollingUpdate, deployment_rolling_update));

TYPE(deployment_spec, KEPT(replicas, INT32), MAP(selector, label_selector), MAP_EVER(template, pod_template_spec),
     MAP_EVER(strategy, deployment_strategy), SOME(minReadySeconds, INT32), KEPT(revisionHistoryLimit, INT32),
     SOME(paused, BOOL), KEPT(progressDeadlineSeconds, INT32));

TYPE(deployment, TOP, MAP_EVER(spec, deployment_spec), SOME(status, ANY));

TYPE(replica_set_spec, KEPT(replicas, INT32), SOME(minReadySeconds, INT32), MAP(selector, label_selector),
     MAP_EVER(template, pod_template_spec));

TYPE(replica_set, TOP, MAP_EVER(spec, replica_set_spec), SOME(status, ANY));

PART(stateful_set_rolling_update, KEPT(partition, INT32), KEPT(maxUnavailable, INT_OR_TEXT));

PART(stateful_set_strategy, SOME(type, TEXT), MAP(rollingUpdate, stateful_set_rolling_update));

PART(claim_retention, SOME(whenDeleted, TEXT), SOME(whenScaled, TEXT));

PART(stateful_set_ordinals, EVER(start, INT32));

TYPE(stateful_set_spec, KEPT(replicas, INT32), MAP(selector, label_selector), MAP_EVER(template, pod_template_spec),
     MAPS(volumeClaimTemplates, claim), EVER(serviceName, TEXT), SOME(podManagementPolicy, TEXT),
     MAP_EVER(updateStrategy, stateful_set_strategy), KEPT(revisionHistoryLimit, INT32), SOME(minReadySeconds, INT32),
     MAP(persistentVolumeClaimRetentionPolicy, claim_retention), MAP(ordinals, stateful_set_ordinals));

TYPE(stateful_set, TOP, MAP_EVER(spec, stateful_set_spec), SOME(status, ANY));

PART(daemon_set_rolling_update, KEPT(maxUnavailable, INT_OR_TEXT), KEPT(maxSurge, INT_OR_TEXT));

PART(daemon_set_strategy, SOME(type, TEXT), MAP(rollingUpdate, daemon_set_rolling_update));

TYPE(daemon_set_spec, MAP(selector, label_selector), MAP_EVER(template, pod_template_spec),
     MAP_EVER(updateStrategy, daemon_set_strategy), SOME(minReadySeconds, INT32), KEPT(revisionHistoryLimit, INT32));

TYPE(daemon_set, TOP, MAP_EVER(spec, daemon_set_spec), SOME(status, ANY));

PART(failure_exit_codes, KEPT(containerName, TEXT), EVER(operator, TEXT), SOME(values, INTEGERS));

TYPE(failure_condition, EVER(type, TEXT), EVER(status, TEXT));

PART(failure_rule, EVER(action, TEXT), MAP(onExitCodes, failure_exit_codes), MAPS(onPodConditions, failure_condition));

PART(failure_policy, MAPS(rules, failure_rule));

PART(success_policy_rule, KEPT(succeededIndexes, TEXT), KEPT(succeededCount, INT32));

PART(success_policy, MAPS(rules, success_policy_rule));

TYPE(job_spec, KEPT(parallelism, INT32), KEPT(completions, INT32), KEPT(activeDeadlineSeconds, INT64),
     MAP(podFailurePolicy, failure_policy), MAP(successPolicy, success_policy), KEPT(backoffLimit, INT32),
     KEPT(backoffLimitPerIndex, INT32), KEPT(maxFailedIndexes, INT32), MAP(selector, label_selector),
     KEPT(manualSelector, BOOL), MAP_EVER(template, pod_template_spec), KEPT(ttlSecondsAfterFinished, INT32),
     KEPT(completionMode, TEXT), KEPT(suspend, BOOL), KEPT(podReplacementPolicy, TEXT), KEPT(managedBy, TEXT));

TYPE(job, TOP, MAP_EVER(spec, job_spec), SOME(status, ANY));

PART(job_template_spec, MAP_SOME(metadata, object_meta), MAP_EVER(spec, job_spec));

TYPE(cron_job_spec, EVER(schedule, TEXT), KEPT(timeZone, TEXT), KEPT(startingDeadlineSeconds, INT64),
     SOME(concurrencyPolicy, TEXT), KEPT(suspend, BOOL), MAP_EVER(jobTemplate, job_template_spec),
     KEPT(successfulJobsHistoryLimit, INT32), KEPT(failedJobsHistoryLimit, INT32));

TYPE(cron_job, TOP, MAP_EVER(spec, cron_job_spec), SOME(status, ANY));

/* Autoscaling */

PART(target_reference, EVER(kind, TEXT), EVER(name, TEXT), SOME(apiVersion, TEXT));

PART(metric_target, EVER(type, TEXT), KEPT(value, QUANTITY), KEPT(averageValue, QUANTITY),
     KEPT(averageUtilization, INT32));

PART(metric_identifier, EVER(name, TEXT), MAP(selector, label_selector));

PART(object_metric, MAP_EVER(describedObject, target_reference), MAP_EVER(target, metric_target),
     MAP_EVER(metric, metric_identifier));

PART(pods_metric, MAP_EVER(metric, metric_identifier), MAP_EVER(target, metric_target));

PART(resource_metric, EVER(name, TEXT), MAP_EVER(target, metric_target));

PART(container_metric, EVER(name, TEXT), MAP_EVER(target, metric_target), EVER(container, TEXT));

PART(external_metric, MAP_EVER(metric, metric_identifier), MAP_EVER(target, metric_target));

PART(metric_spec, EVER(type, TEXT), MAP(object, object_metric), MAP(pods, pods_metric), MAP(resource, resource_metric),
     MAP(containerResource, container_metric), MAP(external, external_metric));

PART(scaling_policy, EVER(type, TEXT), EVER(value, INT32), EVER(periodSeconds, INT32));

PART(scaling_rules, KEPT(stabilizationWindowSeconds, INT32), KEPT(selectPolicy, TEXT), MAPS(policies, scaling_policy),
     KEPT(tolerance, QUANTITY));

PART(hpa_behavior, MAP(scaleUp, scaling_rules), MAP(scaleDown, scaling_rules));

TYPE(hpa_spec, MAP_EVER(scaleTargetRef, target_reference), KEPT(minReplicas, INT32), EVER(maxReplicas, INT32),
     MAPS(metrics, metric_spec), MAP(behavior, hpa_behavior));

TYPE(hpa, TOP, MAP_EVER(spec, hpa_spec), SOME(status, ANY));

PART(hpa_spec_v1, MAP_EVER(scaleTargetRef, target_reference), KEPT(minReplicas, INT32), EVER(maxReplicas, INT32),
     KEPT(targetCPUUtilizationPercentage, INT32));

TYPE(hpa_v1, TOP, MAP_EVER(spec, hpa_spec_v1), SOME(status, ANY));

/* Policy */

TYPE(disruption_budget_spec, KEPT(minAvailable, INT_OR_TEXT), MAP(selector, label_selector),
     KEPT(maxUnavailable, INT_OR_TEXT), KEPT(unhealthyPodEvictionPolicy, TEXT));

TYPE(disruption_budget, TOP, MAP_EVER(spec, disruption_budget_spec), SOME(status, ANY));

TYPE(priority_class, TOP, EVER(value, INT32), SOME(globalDefault, BOOL), SOME(description, TEXT),
     KEPT(preemptionPolicy, TEXT));

/* Storage */

PART(csi_volume, EVER(driver, TEXT), EVER(volumeHandle, TEXT), SOME(readOnly, BOOL), SOME(fsType, TEXT),
     SOME(volumeAttributes, LABELS), SOME(controllerPublishSecretRef, ANY), SOME(nodeStageSecretRef, ANY),
     SOME(nodePublishSecretRef, ANY), SOME(controllerExpandSecretRef, ANY), SOME(nodeExpandSecretRef, ANY));

PART(claim_reference, SOME(kind, TEXT), SOME(namespace, TEXT), SOME(name, TEXT), SOME(uid, TEXT),
     SOME(apiVersion, TEXT), SOME(resourceVersion, TEXT), SOME(fieldPath, TEXT));

PART(volume_node_affinity, MAP(required, node_selector));

PART(volume_object_spec, SOME(capacity, AMOUNTS), SOME(accessModes, TEXTS), MAP(claimRef, claim_reference),
     SOME(persistentVolumeReclaimPolicy, TEXT), SOME(storageClassName, TEXT), SOME(mountOptions, TEXTS),
     KEPT(volumeMode, TEXT), MAP(nodeAffinity, volume_node_affinity), KEPT(volumeAttributesClassName, TEXT),
     MAP(csi, csi_volume), SOME(gcePersistentDisk, ANY), SOME(awsElasticBlockStore, ANY), SOME(hostPath, ANY),
     SOME(nfs, ANY), SOME(iscsi, ANY), SOME(glusterfs, ANY), SOME(rbd, ANY), SOME(flexVolume, ANY), SOME(cinder, ANY),
     SOME(cephfs, ANY), SOME(flocker, ANY), SOME(fc, ANY), SOME(azureFile, ANY), SOME(azureDisk, ANY),
     SOME(vsphereVolume, ANY), SOME(quobyte, ANY), SOME(photonPersistentDisk, ANY), SOME(portworxVolume, ANY),
     SOME(scaleIO, ANY), SOME(storageos, ANY), SOME(local, ANY));

PART(volume_object_status, SOME(phase, TEXT), SOME(message, TEXT), SOME(reason, TEXT),
     KEPT(lastPhaseTransitionTime, TEXT));

TYPE(volume_object, TOP, MAP_SOME(spec, volume_object_spec), MAP_SOME(status, volume_object_status));

PART(topology_requirement, EVER(key, TEXT), EVER(values, TEXTS));

PART(topology_term, MAPS(matchLabelExpressions, topology_requirement));

TYPE(storage_class, TOP, EVER(provisioner, TEXT), SOME(parameters, LABELS), KEPT(reclaimPolicy, TEXT),
     SOME(mountOptions, TEXTS), KEPT(allowVolumeExpansion, BOOL), KEPT(volumeBindingMode, TEXT),
     MAPS(allowedTopologies, topology_term));

PART(volume_count, KEPT(count, INT32));

PART(csi_driver, EVER(name, TEXT), EVER(nodeID, TEXT), EVER(topologyKeys, TEXTS), MAP(allocatable, volume_count));

PART(csi_node_spec, MAPS(drivers, csi_driver));

TYPE(csi_node, TOP, MAP_SOME(spec, csi_node_spec));
