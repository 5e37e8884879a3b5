#include "sim/scenario/scheduler_schema.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/kube.h"

/* clang-format off */
#define SOME(field, type)          {#field, SCHEMA_##type, SCHEMA_SOME, NULL}
#define KEPT(field, type)          {#field, SCHEMA_##type, SCHEMA_KEPT, NULL}
#define EVER(field, type)          {#field, SCHEMA_##type, SCHEMA_EVER, NULL}
#define MAP(field, schema)         {#field, SCHEMA_OBJECT, SCHEMA_KEPT, &schema}
#define MAP_EVER(field, schema)    {#field, SCHEMA_OBJECT, SCHEMA_EVER, &schema}
#define MAPS(field, schema)        {#field, SCHEMA_OBJECTS, SCHEMA_SOME, &schema}
#define TYPE_META                  SOME(apiVersion, TEXT), SOME(kind, TEXT)
#define END                        {NULL, SCHEMA_ANY, SCHEMA_SOME, NULL}
/* clang-format on */

#define TABLE(name, ...)                                                                                               \
    static const struct schema_field name##_fields[] = {__VA_ARGS__, END};                                             \
    static const struct schema name = {#name, name##_fields}

/* Arguments */

TABLE(resource_spec, EVER(name, TEXT), SOME(weight, INT64));

TABLE(shape_point, EVER(utilization, INT32), EVER(score, INT32));

TABLE(capacity_ratio, MAPS(shape, shape_point));

TABLE(scoring_strategy, SOME(type, TEXT), MAPS(resources, resource_spec),
      MAP(requestedToCapacityRatio, capacity_ratio));

TABLE(fit_args, TYPE_META, SOME(ignoredResources, TEXTS), SOME(ignoredResourceGroups, TEXTS),
      MAP(scoringStrategy, scoring_strategy));

TABLE(balanced_args, TYPE_META, MAPS(resources, resource_spec));

TABLE(pod_affinity_args, TYPE_META, KEPT(hardPodAffinityWeight, INT32), EVER(ignorePreferredTermsOfExistingPods, BOOL));

TABLE(spread_args, TYPE_META, MAPS(defaultConstraints, kube_spread_constraint), SOME(defaultingType, TEXT));

TABLE(node_affinity_args, TYPE_META, MAP(addedAffinity, kube_node_affinity));

TABLE(preemption_args, TYPE_META, KEPT(minCandidateNodesPercentage, INT32), KEPT(minCandidateNodesAbsolute, INT32));

TABLE(volume_args, TYPE_META, KEPT(bindTimeoutSeconds, INT64), MAPS(shape, shape_point));

TABLE(claims_args, TYPE_META, KEPT(filterTimeout, TEXT), KEPT(bindingTimeout, TEXT));

/* The configuration */

TABLE(leader_election, KEPT(leaderElect, BOOL), EVER(leaseDuration, TEXT), EVER(renewDeadline, TEXT),
      EVER(retryPeriod, TEXT), EVER(resourceLock, TEXT), EVER(resourceName, TEXT), EVER(resourceNamespace, TEXT));

TABLE(client_connection, EVER(kubeconfig, TEXT), EVER(acceptContentTypes, TEXT), EVER(contentType, TEXT),
      KEPT(qps, ANY), EVER(burst, INT32));

TABLE(plugin_use, EVER(name, TEXT), KEPT(weight, INT32));

TABLE(plugin_set, MAPS(enabled, plugin_use), MAPS(disabled, plugin_use));

TABLE(plugins, MAP(preEnqueue, plugin_set), MAP(queueSort, plugin_set), MAP(preFilter, plugin_set),
      MAP(filter, plugin_set), MAP(postFilter, plugin_set), MAP(preScore, plugin_set), MAP(score, plugin_set),
      MAP(reserve, plugin_set), MAP(permit, plugin_set), MAP(preBind, plugin_set), MAP(bind, plugin_set),
      MAP(postBind, plugin_set), MAP(multiPoint, plugin_set), MAP(placementGenerate, plugin_set),
      MAP(placementScore, plugin_set));

TABLE(plugin_config, EVER(name, TEXT), KEPT(args, ANY));

TABLE(profile, KEPT(schedulerName, TEXT), KEPT(percentageOfNodesToScore, INT32), MAP(plugins, plugins),
      MAPS(pluginConfig, plugin_config));

TABLE(managed_resource, EVER(name, TEXT), SOME(ignoredByScheduler, BOOL));

TABLE(tls, SOME(insecure, BOOL), SOME(serverName, TEXT), SOME(certFile, TEXT), SOME(keyFile, TEXT), SOME(caFile, TEXT),
      SOME(certData, TEXT), SOME(keyData, TEXT), SOME(caData, TEXT));

TABLE(extender, EVER(urlPrefix, TEXT), SOME(filterVerb, TEXT), SOME(preemptVerb, TEXT), SOME(prioritizeVerb, TEXT),
      SOME(weight, INT64), SOME(bindVerb, TEXT), SOME(enableHTTPS, BOOL), MAP(tlsConfig, tls), SOME(httpTimeout, TEXT),
      SOME(nodeCacheCapable, BOOL), MAPS(managedResources, managed_resource), SOME(ignorable, BOOL));

static const struct schema_field configuration_fields[] = {TYPE_META,
                                                           KEPT(parallelism, INT32),
                                                           MAP_EVER(leaderElection, leader_election),
                                                           MAP_EVER(clientConnection, client_connection),
                                                           KEPT(enableProfiling, BOOL),
                                                           KEPT(enableContentionProfiling, BOOL),
                                                           KEPT(percentageOfNodesToScore, INT32),
                                                           KEPT(podInitialBackoffSeconds, INT64),
                                                           KEPT(podMaxBackoffSeconds, INT64),
                                                           MAPS(profiles, profile),
                                                           MAPS(extenders, extender),
                                                           SOME(delayCacheUntilActive, BOOL),
                                                           END};

const struct schema scheduler_configuration = {"KubeSchedulerConfiguration", configuration_fields};

const struct schema *scheduler_args(const char *plugin)
{
    static const struct {
        const char *plugin;
        const struct schema *args;
    } known[] = {
        {"DefaultPreemption", &preemption_args},
        {"DynamicResources", &claims_args},
        {"InterPodAffinity", &pod_affinity_args},
        {"NodeAffinity", &node_affinity_args},
        {"NodeResourcesBalancedAllocation", &balanced_args},
        {"NodeResourcesFit", &fit_args},
        {"PodTopologySpread", &spread_args},
        {"VolumeBinding", &volume_args},
    };
    for (size_t i = 0; plugin != NULL && i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].plugin, plugin) == 0) {
            return known[i].args;
        }
    }
    return NULL;
}
