/* objects.h -- the simulated cluster's objects as plain rows: what the API server would store, compiled.
 *
 * Rows are read by everybody and changed by nobody but sim/world (world.h), on behalf of the API (api.h). Times are
 * nanoseconds since the scenario's start, TIME_UNSET where an object has none; those that the API server stores are cut
 * to whole seconds. Texts are interned in the scenario's names and compare as pointers.
 */
#ifndef SIM_WORLD_OBJECTS_H
#define SIM_WORLD_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/memory.h"
#include "sim/base/value.h"

struct labels;         /* sim/world/placement.h */
struct label_selector; /* sim/world/placement.h */
struct taints;         /* sim/world/placement.h */
struct placement;      /* sim/world/placement.h */
struct node_images;    /* sim/world/placement.h */
struct hpa_spec;       /* models/hpa/hpa.h */
struct hpa_status;     /* models/hpa/hpa.h */

#define TIME_UNSET INT64_MIN
#define NONE UINT32_MAX /* no row */
#define UNLIMITED (-1)  /* a limit that is not set */

/* A row that may be gone: it is the same object only while the row's generation is the reference's. */
struct ref {
    uint32_t row;
    uint32_t generation; /* 0: refers to nothing */
};

/* An extended resource, hugepages and the like. */
struct scalar {
    const char *name;
    int64_t amount;
};

struct resources {
    int64_t mcpu;
    int64_t memory_bytes;
    int64_t ephemeral_bytes;
    const struct scalar *scalars; /* [scalar_count], by name */
    uint32_t scalar_count;
};

/* ---- pod templates ---- */

enum qos_class { QOS_BEST_EFFORT, QOS_BURSTABLE, QOS_GUARANTEED };
enum restart_policy { RESTART_ALWAYS, RESTART_ON_FAILURE, RESTART_NEVER };
enum container_role { CONTAINER_APP, CONTAINER_INIT, CONTAINER_SIDECAR };

struct probe {
    bool present;
    int32_t initial_delay_s;
    int32_t period_s;
    int32_t success_threshold;
    int32_t failure_threshold;
};

struct container {
    const char *name;
    const char *image;
    enum container_role role;
    int64_t request_mcpu; /* UNLIMITED (-1): the manifest asks for none */
    int64_t request_memory_bytes;
    int64_t limit_mcpu; /* UNLIMITED: none */
    int64_t limit_memory_bytes;
    struct probe startup;
    struct probe readiness;
};

/* A pod template, compiled once for each different text: equal templates are one pointer. Lives with the scenario. */
struct pod_template {
    uint32_t number;          /* in order of first appearance, from 0 */
    const struct value *tree; /* defaulted {metadata, spec}, without the label pod-template-hash */
    const struct labels *labels;
    const struct placement *placement; /* what the scheduler's filters and scores look at; never null */
    struct resources requests;         /* what the scheduler's fit filter asks for */
    int64_t nonzero_mcpu;              /* with the scheduler's defaults for containers that ask for nothing */
    int64_t nonzero_memory_bytes;
    struct resources score_requests;    /* what its fit scorer takes: defaults too, amounts of the pod as a whole not */
    const struct container *containers; /* [container_count], init containers first */
    uint32_t container_count;
    enum qos_class qos;
    enum restart_policy restart_policy;
    int32_t priority;
    bool never_preempts;   /* preemptionPolicy Never */
    int32_t deletion_cost; /* annotation controller.kubernetes.io/pod-deletion-cost; 0 without */
    int64_t grace_ns;      /* terminationGracePeriodSeconds */
    bool gated;            /* has scheduling gates */
    const char *node_name; /* spec.nodeName; null: the scheduler chooses */
    const char *scheduler; /* spec.schedulerName */
};

/* ---- nodes ---- */

struct node {
    uint32_t generation; /* of the row; counts on when it is used again */
    uint64_t uid;        /* 0: the row is free */
    uint64_t version;
    const char *name;
    const struct labels *labels;      /* never null */
    const struct taints *taints;      /* never null */
    const struct node_images *images; /* null: none */
    struct resources capacity;
    struct resources allocatable;
    int64_t pods_allocatable;
    uint32_t pool;    /* index into the scenario's NodePools; NONE: a Node of the manifests */
    const char *zone; /* null: none */
    bool unschedulable;
    bool ready;
    bool stopped; /* its kubelet does nothing: a crash */
    int64_t created_ns;
    struct resources requested; /* scheduled pods that are not terminal: sum of requests; scalars are not kept here */
    VEC(uint32_t) pods;         /* rows bound to it, in the order of binding; terminating ones too */
};

/* ---- pods ---- */

enum owner_kind { OWNER_NONE, OWNER_REPLICASET, OWNER_WORKLOAD };
enum pod_phase { POD_PENDING, POD_RUNNING, POD_SUCCEEDED, POD_FAILED, POD_UNKNOWN };
enum condition_status { CONDITION_ABSENT, CONDITION_FALSE, CONDITION_TRUE, CONDITION_UNKNOWN };

struct pod {
    uint32_t generation; /* of the row; counts on when it is used again */
    enum owner_kind owner_kind;
    uint32_t owner;    /* row of a ReplicaSet or a workload; NONE without */
    uint32_t workload; /* row of the workload that it belongs to in the end; NONE without */
    uint64_t uid;      /* 0: the row is free */
    uint64_t version;
    uint32_t number; /* among the owner's pods in order of creation; a StatefulSet's or Job's ordinal */
    const struct pod_template *template;
    const char *name; /* of a pod without owner; else null: rendered from owner and number */
    const char *namespace;
    const char *wanted_node; /* DaemonSet: required node affinity to this name; else null */
    const char *node_name;   /* null: not bound */
    uint32_t node;           /* row of the node it was bound to; NONE: not bound, or the node is gone */
    enum pod_phase phase;
    enum condition_status ready;
    int64_t ready_since_ns; /* lastTransitionTime of Ready */
    int64_t created_ns;
    int64_t start_ns;    /* status.startTime */
    int64_t deletion_ns; /* when deletion was asked for; TIME_UNSET: it was not */
    int64_t grace_ns;    /* of the deletion */
    int32_t restarts;    /* largest restart count of its containers */
    int32_t sidecar_restarts;
    int32_t oom_kills;          /* how often a container was killed as it used more memory than its limit */
    bool unschedulable;         /* condition PodScheduled is False, reason Unschedulable */
    const char *nominated_node; /* status.nominatedNodeName: where it means to come to; null: none */
    bool preempted;             /* condition DisruptionTarget is True, reason PreemptionByScheduler */
    /* Load, written by the service model (world_set_use), read by metrics, cost and evictions. */
    int64_t used_mcpu; /* UNLIMITED (-1): unknown */
    int64_t used_memory_bytes;
    uint32_t place_in_owner; /* kept by sim/world */
};

/* ---- ReplicaSets ---- */

struct replicaset_status {
    int32_t replicas;
    int32_t ready;
    int32_t available;
    int32_t terminating;
    int64_t observed_generation;
};

struct replicaset {
    uint32_t row_generation; /* of the row; counts on when it is used again */
    uint64_t uid;            /* 0: the row is free */
    uint64_t version;
    uint32_t workload; /* owning Deployment; NONE: none */
    const char *name;  /* of one without owner; else null */
    const char *namespace;
    uint32_t number; /* among the owner's ReplicaSets in order of creation, never reused */
    const struct pod_template *template;
    const struct label_selector *selector;
    int64_t generation; /* metadata.generation */
    int32_t replicas;   /* spec */
    int32_t min_ready_seconds;
    int64_t revision;         /* annotation deployment.kubernetes.io/revision; 0: none */
    int32_t desired_replicas; /* annotation .../desired-replicas; -1: none */
    int32_t max_replicas;     /* annotation .../max-replicas; -1: none */
    int64_t created_ns;
    struct replicaset_status status;
    uint32_t pods_created; /* ever */
    VEC(uint32_t) pods;    /* rows of the pods it owns, in order of creation; terminating and terminal ones too */
};

/* ---- workloads ---- */

enum workload_kind {
    WORKLOAD_DEPLOYMENT,
    WORKLOAD_STATEFULSET,
    WORKLOAD_DAEMONSET,
    WORKLOAD_JOB,
    WORKLOAD_CRONJOB,
};

struct int_or_percent {
    bool percent;
    int32_t amount;
};

enum strategy_type { STRATEGY_ROLLING_UPDATE, STRATEGY_RECREATE, STRATEGY_ON_DELETE };

/* One struct for every kind; a field that a kind does not have stays 0. */
struct workload_spec {
    const struct value *tree; /* the defaulted object that this was compiled from */
    const struct label_selector *selector;
    const struct pod_template *template;
    int32_t replicas; /* Job: parallelism */
    int32_t min_ready_seconds;
    enum strategy_type strategy;
    struct int_or_percent max_surge;
    struct int_or_percent max_unavailable;
    int32_t revision_history_limit;
    int32_t progress_deadline_seconds; /* INT32_MAX: none */
    bool paused;                       /* Job, CronJob: suspend */
    int64_t rollback_to;               /* annotation deprecated.deployment.rollback.to; -1: none */
    bool parallel;                     /* StatefulSet: podManagementPolicy Parallel */
    int32_t partition;                 /* StatefulSet */
    int32_t first_ordinal;             /* StatefulSet: ordinals.start */
    int32_t completions;               /* Job; -1: unset */
    int32_t backoff_limit;             /* Job */
    int64_t active_deadline_seconds;   /* Job; -1: none */
    int64_t ttl_seconds;               /* Job: ttlSecondsAfterFinished; -1: none */
    const char *schedule;              /* CronJob */
    const char *time_zone;             /* CronJob; null: UTC */
    bool forbid_concurrent;            /* CronJob: concurrencyPolicy Forbid */
    bool replace_concurrent;           /* CronJob: concurrencyPolicy Replace */
    const struct workload_spec *job;   /* CronJob: what it makes */
};

enum deployment_reason {
    REASON_NONE,
    REASON_MINIMUM_REPLICAS_AVAILABLE,
    REASON_MINIMUM_REPLICAS_UNAVAILABLE,
    REASON_NEW_REPLICA_SET_CREATED,
    REASON_FOUND_NEW_REPLICA_SET,
    REASON_REPLICA_SET_UPDATED,
    REASON_NEW_REPLICA_SET_AVAILABLE,
    REASON_PROGRESS_DEADLINE_EXCEEDED,
    REASON_DEPLOYMENT_PAUSED,
    REASON_DEPLOYMENT_RESUMED,
    REASON_REPLICA_SET_CREATE_ERROR,
};

struct condition {
    enum condition_status status; /* CONDITION_ABSENT: there is no such condition */
    enum deployment_reason reason;
    int64_t last_update_ns;
    int64_t last_transition_ns;
};

/* Deployment; of the other kinds replicas, updated, ready and available (Job: active, succeeded, failed). */
struct workload_status {
    int64_t observed_generation;
    int32_t replicas;
    int32_t updated;
    int32_t ready;
    int32_t available;
    int32_t unavailable;
    int32_t terminating;
    int32_t current;      /* StatefulSet: pods of the current revision; DaemonSet: currentNumberScheduled */
    int32_t misscheduled; /* DaemonSet */
    int32_t active;
    int32_t succeeded;
    int32_t failed;
    bool finished;    /* Job: Complete or Failed */
    int64_t revision; /* Deployment: annotation deployment.kubernetes.io/revision; 0: none */
    struct condition available_condition;
    struct condition progressing_condition;
};

struct workload {
    uint32_t row_generation; /* of the row; counts on when it is used again */
    enum workload_kind kind;
    uint64_t uid; /* 0: the row is free */
    uint64_t version;
    const char *namespace;
    const char *name;
    const struct labels *labels; /* of the object itself */
    int64_t generation;          /* metadata.generation */
    int64_t created_ns;
    struct workload_spec spec;
    struct workload_status status;
    uint32_t owner;            /* Job: row of its CronJob; NONE: none */
    int64_t scheduled_minute;  /* Job of a CronJob: since 1970; its name is the CronJob's and this */
    uint32_t children_created; /* ReplicaSets, Jobs or pods, ever */
    VEC(uint32_t) replicasets; /* Deployment: rows, in order of creation */
    VEC(uint32_t) pods;        /* StatefulSet, DaemonSet, Job: rows, in order of creation */
};

/* ---- horizontal pod autoscalers, services ---- */

struct hpa {
    uint32_t generation; /* of the row; counts on when it is used again */
    uint64_t uid;        /* 0: the row is free */
    uint64_t version;
    const char *namespace;
    const char *name;
    uint32_t target; /* row of the workload; NONE: there is none */
    const struct hpa_spec *spec;
    const struct hpa_status *status; /* as last written; null: never */
    int64_t created_ns;
};

struct service {
    uint32_t generation; /* of the row; counts on when it is used again */
    uint64_t uid;        /* 0: the row is free */
    uint64_t version;
    const char *namespace;
    const char *name;
    const struct label_selector *selector; /* null: none */
};

#endif
