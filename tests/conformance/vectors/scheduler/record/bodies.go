package main

const bodies = `# nothing
---
profiles: []
---
profiles: null
---
parallelism: 16 | 1 | 0 | -1 | 2147483648 | "4" | 1.5 | null
---
percentageOfNodesToScore: 0 | 1 | 100 | 101 | -1 | null | "5" | 1e1
---
podInitialBackoffSeconds: 1 | 5 | 10 | 11 | 0 | -1 | null
---
podMaxBackoffSeconds: 1 | 10 | 0 | -1 | 3600 | 9223372036854775807
---
podInitialBackoffSeconds: 30
podMaxBackoffSeconds: 29 | 30 | 31
---
unknown: 1
---
metadata: {name: x}
---
delayCacheUntilActive: true
---
enableProfiling: false
---
enableContentionProfiling: false
---
leaderElection: {leaderElect: false} | {leaderElect: true} | {leaseDuration: 5s} | {renewDeadline: 20s} | {retryPeriod: -1s} | {resourceLock: endpoints} | {resourceLock: endpoints, leaderElect: false} | {leaseDuration: 1h0m0s} | {leaseDuration: soon} | {resourceName: my-scheduler, resourceNamespace: sched}
---
clientConnection: {qps: 100, burst: 200} | {burst: -1} | {kubeconfig: /etc/kubernetes/scheduler.conf} | {qps: -1} | {qps: 0, burst: 0} | {contentType: application/json}
---
profiles:
- schedulerName: default-scheduler | "" | null | other | 7
---
profiles:
- {}
---
profiles:
- null
---
profiles:
- schedulerName: a
- schedulerName: b
---
profiles:
- schedulerName: a
- schedulerName: a
---
profiles:
- schedulerName: a
- {}
---
profiles:
- {}
- {}
---
profiles:
- schedulerName: a
  percentageOfNodesToScore: 0 | 30 | 100 | 101 | -5 | null
---
percentageOfNodesToScore: 40
profiles:
- percentageOfNodesToScore: 70
---
profiles:
- nodes: 1
---
profiles:
- plugins: {} | null | [] | {score: {}} | {score: null} | {score: {enabled: []}} | {score: {disabled: []}} | {scores: {}} | {score: {enable: []}}
---
profiles:
- plugins:
    score:
      disabled: [{name: NodeResourcesFit}] | [{name: "*"}] | [{name: Unknown}] | [{name: NodeResourcesFit, weight: 3}] | [{}] | [NodeResourcesFit] | [{name: NodeName}]
---
profiles:
- plugins:
    score:
      enabled: [{name: NodeResourcesFit, weight: 10}] | [{name: NodeResourcesFit}] | [{name: NodeResourcesFit, weight: 0}] | [{name: NodeResourcesFit, weight: -5}] | [{name: NodeName, weight: 1}] | [{name: Unknown}] | [{name: ImageLocality, weight: 5}, {name: NodeResourcesFit, weight: 7}] | [{name: NodeResourcesFit, weight: 1}, {name: NodeResourcesFit, weight: 2}] | [{name: NodeResourcesFit, weight: 2147483647}] | [{name: NodeResourcesFit, weight: 21474836}] | [{name: NodeResourcesFit, weight: 2147483648}]
---
profiles:
- plugins:
    score:
      disabled: [{name: "*"}]
      enabled: [{name: NodeResourcesFit, weight: 3}] | [{name: NodeResourcesFit}, {name: ImageLocality}] | []
---
profiles:
- plugins:
    multiPoint:
      disabled: [{name: "*"}] | [{name: NodeResourcesFit}] | [{name: PrioritySort}] | [{name: DefaultBinder}] | [{name: DefaultPreemption}] | [{name: Unknown}]
---
profiles:
- plugins:
    multiPoint:
      enabled: [{name: NodeResourcesFit, weight: 10}] | [{name: Unknown}] | [{name: NodeName}, {name: NodeName}] | [{name: TaintToleration}] | [{name: TaintToleration, weight: 0}] | [{name: EBSLimits}] | [{name: GangScheduling}] | [{name: NodeDeclaredFeatures}]
---
profiles:
- plugins:
    multiPoint:
      disabled: [{name: "*"}]
      enabled: [{name: PrioritySort}, {name: DefaultBinder}] | [{name: PrioritySort}, {name: DefaultBinder}, {name: NodeResourcesFit, weight: 4}] | [{name: PrioritySort}] | [{name: DefaultBinder}]
---
profiles:
- plugins:
    multiPoint:
      enabled: [{name: NodeResourcesFit, weight: 10}]
    score:
      enabled: [{name: NodeResourcesFit, weight: 3}] | [{name: ImageLocality, weight: 3}]
---
profiles:
- plugins:
    multiPoint:
      disabled: [{name: NodeResourcesFit}]
    filter:
      enabled: [{name: NodeResourcesFit}] | [{name: NodeName}]
---
profiles:
- plugins:
    filter:
      disabled: [{name: "*"}] | [{name: NodePorts}] | [{name: TaintToleration}, {name: NodeAffinity}]
---
profiles:
- plugins:
    filter:
      enabled: [{name: NodePorts}] | [{name: EBSLimits}] | [{name: GCEPDLimits}, {name: AzureDiskLimits}, {name: CinderLimits}] | [{name: ImageLocality}] | [{name: NodeAffinity}, {name: TaintToleration}]
---
profiles:
- plugins:
    filter:
      disabled: [{name: EBSLimits}]
    preFilter:
      enabled: [{name: NodeResourcesFit}]
    postFilter:
      disabled: [{name: "*"}]
---
profiles:
- plugins:
    queueSort:
      enabled: [{name: PrioritySort}] | [{name: PrioritySort}, {name: PrioritySort}] | [{name: NodeName}] | [{name: Unknown}]
---
profiles:
- plugins:
    queueSort:
      disabled: [{name: "*"}] | [{name: PrioritySort}]
---
profiles:
- plugins:
    bind:
      disabled: [{name: "*"}] | [{name: DefaultBinder}]
---
profiles:
- plugins:
    permit:
      enabled: [{name: GangScheduling}] | [{name: DefaultBinder}]
---
profiles:
- schedulerName: a
- schedulerName: b
  plugins:
    queueSort:
      enabled: [{name: PrioritySort}]
---
profiles:
- schedulerName: a
- schedulerName: b
  plugins:
    queueSort:
      disabled: [{name: "*"}]
      enabled: [{name: PrioritySort}]
---
profiles:
- schedulerName: no-scoring
  plugins:
    preScore:
      disabled: [{name: "*"}]
    score:
      disabled: [{name: "*"}]
- schedulerName: default-scheduler
---
profiles:
- pluginConfig: [] | null | {} | [{}] | [{name: NodeName}] | [{name: NodeName, args: {a: 1}}] | [{name: Unknown, args: {a: 1}}] | [{name: NodeResourcesFit}] | [{name: NodeResourcesFit, args: null}] | [{name: NodeResourcesFit, args: {}}] | [{name: NodeResourcesFit, args: []}] | [{name: NodeResourcesFit, args: 7}] | [{name: EBSLimits}] | [{name: NodeResourcesFitArgs, args: {}}]
---
profiles:
- pluginConfig:
  - name: NodeResourcesFit
  - name: NodeResourcesFit
---
profiles:
- pluginConfig:
  - name: Unknown
  - name: Unknown
---
profiles:
- pluginConfig:
  - name: NodeResourcesFit
    args: {kind: NodeResourcesFitArgs} | {apiVersion: kubescheduler.config.k8s.io/v1, kind: NodeResourcesFitArgs} | {apiVersion: kubescheduler.config.k8s.io/v1beta3, kind: NodeResourcesFitArgs} | {apiVersion: kubescheduler.config.k8s.io/v1} | {apiVersion: v1, kind: Pod} | {kind: InterPodAffinityArgs} | {extra: 1} | {ignoredResources: example.com/foo} | {ignoredResources: []} | {ignoredResources: [cpu]} | {ignoredResources: [example.com/foo, "a b"]} | {ignoredResourceGroups: [example.com]} | {ignoredResourceGroups: [a/b]} | {ignoredResourceGroups: [""]}
---
profiles:
- pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy: {} | null | {type: LeastAllocated} | {type: MostAllocated} | {type: Other} | {type: LeastAllocated, resources: []} | {type: LeastAllocated, resources: [{name: cpu}]} | {type: LeastAllocated, resources: [{name: cpu, weight: 0}]} | {type: LeastAllocated, resources: [{name: cpu, weight: 101}]} | {type: LeastAllocated, resources: [{name: cpu, weight: -1}]} | {type: LeastAllocated, resources: [{name: cpu, weight: 100}, {name: cpu, weight: 2}]} | {type: LeastAllocated, resources: [{weight: 2}]} | {type: LeastAllocated, resources: [null]} | {type: RequestedToCapacityRatio} | {type: MostAllocated, requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}]}} | {type: MostAllocated, weights: 1}
---
profiles:
- pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: RequestedToCapacityRatio
        requestedToCapacityRatio: {} | {shape: []} | {shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]} | {shape: [{utilization: 100, score: 0}, {utilization: 0, score: 10}]} | {shape: [{utilization: 50, score: 0}, {utilization: 50, score: 10}]} | {shape: [{utilization: -1, score: 0}]} | {shape: [{utilization: 101, score: 11}]} | {shape: [{utilization: 10, score: -1}]} | {shape: [{}]} | {shape: [{score: 3}, {utilization: 5}]} | {shape: [{utilization: 0, score: 1.5}]}
---
profiles:
- pluginConfig:
  - name: NodeResourcesBalancedAllocation
    args:
      resources: [] | [{name: cpu, weight: 1}] | [{name: cpu}] | [{name: cpu, weight: 2}] | [{name: cpu, weight: 1}, {name: cpu, weight: 1}] | [{name: cpu, weight: 0}, {name: nvidia.com/gpu, weight: 1}] | [{name: cpu, weight: -1}] | [{name: cpu, weight: 101}, {name: cpu, weight: 3}]
---
profiles:
- pluginConfig:
  - name: InterPodAffinity
    args: {} | {hardPodAffinityWeight: 0} | {hardPodAffinityWeight: 1} | {hardPodAffinityWeight: 100} | {hardPodAffinityWeight: 101} | {hardPodAffinityWeight: -1} | {hardPodAffinityWeight: null} | {ignorePreferredTermsOfExistingPods: true} | {ignorePreferredTermsOfExistingPods: "true"}
---
profiles:
- pluginConfig:
  - name: PodTopologySpread
    args: {} | {defaultingType: System} | {defaultingType: List} | {defaultingType: ""} | {defaultingType: list} | {defaultingType: List, defaultConstraints: []} | {defaultConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]} | {defaultingType: System, defaultConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]}
---
profiles:
- pluginConfig:
  - name: PodTopologySpread
    args:
      defaultingType: List
      defaultConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}] | [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}] | [{maxSkew: 1, topologyKey: "", whenUnsatisfiable: DoNotSchedule}] | [{maxSkew: 1, topologyKey: a b, whenUnsatisfiable: DoNotSchedule}] | [{maxSkew: 1, topologyKey: zone}] | [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: Never}] | [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}] | [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}] | [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}] | [{}] | [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, minDomains: 0}] | [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, minDomains: 3, nodeTaintsPolicy: Honor}] | [{}, {}, {}]
---
profiles:
- pluginConfig:
  - name: NodeAffinity
    args: {} | {addedAffinity: {}} | {addedAffinity: null} | {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}} | {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}} | {addedAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}} | {addedAffinity: {required: {}}}
---
profiles:
- pluginConfig:
  - name: NodeAffinity
    args:
      addedAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}] | [{matchExpressions: [{key: zone, operator: In, values: []}]}] | [{matchExpressions: [{key: zone, operator: Exists, values: [a]}]}] | [{matchExpressions: [{key: zone, operator: in, values: [a]}]}] | [{matchExpressions: [{key: "a b", operator: Exists}]}] | [{matchExpressions: [{key: zone, operator: Gt, values: ["1", "2"]}]}] | [{matchExpressions: [{key: zone, operator: Gt, values: [x]}]}] | [{matchExpressions: [{key: zone, operator: Lt, values: ["3"]}]}] | [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}] | [{matchFields: [{key: metadata.name, operator: In, values: [n1, n2]}]}] | [{matchFields: [{key: metadata.namespace, operator: In, values: [n1]}]}] | [{matchFields: [{key: metadata.name, operator: Exists}]}] | [{matchExpressions: [{key: zone, operator: In, values: ["x y"]}]}, {matchExpressions: [{key: zone, operator: Nope}]}] | [{matchExpressions: [{key: zone, operator: NotIn, values: [a]}, {key: "", operator: Exists}]}]
---
profiles:
- pluginConfig:
  - name: NodeAffinity
    args:
      addedAffinity:
        preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: zone, operator: In, values: [a]}]}}] | [{weight: 0, preference: {matchExpressions: [{key: zone, operator: Nope}]}}] | [{weight: 101, preference: {matchExpressions: [{key: zone, operator: Exists}]}}] | [{weight: 5, preference: {}}] | [{weight: 5, preference: {matchExpressions: [{key: zone, operator: In}]}}] | [{weight: 5}] | [{weight: 5, preference: {matchFields: [{key: metadata.name, operator: In, values: []}]}}]
---
profiles:
- pluginConfig:
  - name: DefaultPreemption
    args: {} | {minCandidateNodesPercentage: 0} | {minCandidateNodesAbsolute: 0} | {minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0} | {minCandidateNodesPercentage: 101} | {minCandidateNodesPercentage: -1, minCandidateNodesAbsolute: -1} | {minCandidateNodesPercentage: 100, minCandidateNodesAbsolute: 1} | {minCandidateNodes: 3}
---
profiles:
- pluginConfig:
  - name: VolumeBinding
    args: {} | {bindTimeoutSeconds: 0} | {bindTimeoutSeconds: -1} | {bindTimeoutSeconds: 30} | {shape: [{utilization: 0, score: 0}]} | {shape: []} | {bindTimeoutSeconds: 1s}
---
profiles:
- pluginConfig:
  - name: DynamicResources
    args: {} | {filterTimeout: 5s} | {filterTimeout: -1s} | {filterTimeout: 0s} | {bindingTimeout: 5s} | {bindingTimeout: 100ms} | {filterTimeout: 5}
---
extenders: [] | [{urlPrefix: "http://x:1/"}] | [{urlPrefix: "http://x:1/", prioritizeVerb: p}] | [{urlPrefix: "http://x:1/", prioritizeVerb: p, weight: 1}] | [{urlPrefix: "http://x:1/", prioritizeVerb: p, weight: -1}] | [{urlPrefix: "http://x:1/", bindVerb: b}, {urlPrefix: "http://x:2/", bindVerb: b}] | [{urlPrefix: "http://x:1/", managedResources: [{name: example.com/foo, ignoredByScheduler: true}]}] | [{urlPrefix: "http://x:1/", managedResources: [{name: cpu}]}] | [{urlPrefix: "http://x:1/", managedResources: [{name: "a b/c d"}]}] | [{urlPrefix: "http://x:1/", managedResources: [{name: example.com/foo}, {name: example.com/foo}]}] | [{}] | [{urlPrefix: "http://x:1/", filterVerb: f, nodeCacheCapable: true, ignorable: true, enableHTTPS: false, httpTimeout: 3s}] | [{urlPrefix: "http://x:1/", timeout: 3s}]`
