/* explain.h -- why: a decision with its inputs, the alternatives, and Kubernetes' own words.
 *
 * The recorded run is simulated again (replication 0) up to the instant asked for, and who decides about the object is
 * listened to: the scheduler's last attempt to place the pod, or a pod of the workload; the last evaluation of the
 * HorizontalPodAutoscaler. What stands here is how it was when it was decided.
 */
#ifndef REPORTS_EXPLAIN_H
#define REPORTS_EXPLAIN_H

#include "reports/rerun.h"

/* What one score plugin says of a node. */
struct explained_score {
    const char *plugin;
    int64_t raw;
    int64_t normalized; /* 0 to 100 */
    int64_t weight;
};

struct explained_node {
    const char *name;
    int64_t total;                        /* sum of normalized times weight */
    const struct explained_score *scores; /* [explained_attempt.plugin_count]; null when nothing was scored */
};

/* Nodes that a filter turned down for the same reasons. */
struct explained_refusal {
    const char *plugin;
    const char *reasons;      /* in Kubernetes' words, joined by ", " */
    bool unresolvable;        /* taking pods away would not help */
    const char *const *nodes; /* [count], in the order of looking */
    uint32_t count;
};

struct explained_preemption {
    const char *outcome;        /* in half a sentence */
    const char *node;           /* chosen; null: none */
    const char *const *victims; /* [victim_count] names of pods */
    uint32_t victim_count;
    uint32_t tried; /* nodes */
};

/* One attempt to place a pod. */
struct explained_attempt {
    int64_t at_ns;
    const char *namespace;
    const char *pod;
    const char *profile;
    const char *node;    /* chosen; null: none */
    const char *message; /* of a failed attempt: what the condition PodScheduled says */
    uint32_t nodes;      /* that there are */
    uint32_t looked_at;
    const struct explained_node *feasible; /* [feasible_count], best first */
    uint32_t feasible_count;
    uint32_t plugin_count;                    /* those that scored */
    const struct explained_refusal *refusals; /* [refusal_count] */
    uint32_t refusal_count;
    const struct explained_preemption *preemption; /* null: not tried */
};

/* What one metric of an HPA proposes. */
struct explained_metric {
    const char *name;   /* "cpu resource utilization (percentage of request)" */
    const char *target; /* with its unit */
    const char *usage;  /* null: there is no proposal */
    double ratio;       /* usage to target */
    bool within;        /* the tolerance: nothing changes */
    int32_t replicas;
    const char *problem; /* why there is no proposal; null: there is one */
};

/* One evaluation of an HPA. */
struct explained_hpa {
    int64_t at_ns;
    const char *name;
    const char *refused; /* why nothing was computed; null: it was */
    int32_t current;
    int32_t desired;  /* by the metrics */
    int32_t replicas; /* after stabilization, policies and limits */
    int32_t min, max;
    double tolerance_down, tolerance_up;
    int64_t window_up_s, window_down_s;     /* stabilization */
    const struct explained_metric *metrics; /* [metric_count] */
    uint32_t metric_count;
    uint32_t pods;    /* that were looked at */
    const char *able; /* the conditions AbleToScale and ScalingLimited, as they are after it: "Reason: message" */
    const char *limited;
};

/* How a workload stands at the instant. */
struct explained_workload {
    int32_t wanted;
    int32_t pods, waiting, starting, ready, leaving;
    const char *const *waiting_names; /* [waiting] */
};

enum explained_kind { EXPLAINED_POD, EXPLAINED_WORKLOAD, EXPLAINED_HPA };

struct explanation {
    enum explained_kind kind;
    const char *object_kind; /* "Pod" */
    const char *namespace;
    const char *name;
    int64_t start_s;   /* of the scenario, since 1970 */
    int64_t at_ns;     /* the instant, since the start */
    const char *state; /* of a pod: "Running on general-3"; null: it was not there */
    const struct explained_workload *workload;
    const struct explained_hpa *hpa;         /* the workload's own; null: there is none, or it was not evaluated */
    const struct explained_attempt *attempt; /* null: there was none */
    struct explained *kept;                  /* what all this lies in */
};

/* What was asked for. */
struct explain_question {
    const char *object; /* "[Kind/][namespace/]name"; kinds may be short, as kubectl has them */
    int64_t at_ns;      /* since the start; negative: the end of the run */
};

/* Simulates and answers. False: there is no such object, or the simulation failed. explain_drop, before rerun_close, gives
 * back the answer in either case. */
bool explain(struct rerun *r, const struct explain_question *question, struct explanation *e,
             struct fail *fail) MUST_CHECK;
void explain_drop(struct explanation *e);

/* Reads TIME: a duration after the start, or an instant. False: it is neither, or not within the run. */
bool explain_time(const struct rerun *r, const char *text, int64_t *at_ns, struct fail *fail) MUST_CHECK;

#endif
