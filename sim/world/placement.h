/* placement.h -- labels, selectors, taints and tolerations as plain rows: what decides where a pod may go and whose it is.
 *
 * Types only. sim/scenario/selector.h and compile.h make them from manifests; sim/scenario/selector.h matches labels and
 * models/scheduler/filters.h nodes. Texts are interned in the scenario's names and compare as pointers. What is made
 * lives with the scenario and is never changed.
 */
#ifndef SIM_WORLD_PLACEMENT_H
#define SIM_WORLD_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

struct label {
    const char *key;
    const char *value;
};

struct labels {
    const struct label *at; /* [count], by key in the order of bytes; no key twice */
    uint32_t count;
};

enum requirement_operator {
    REQUIREMENT_IN,
    REQUIREMENT_NOT_IN, /* true also where the key is absent */
    REQUIREMENT_EXISTS,
    REQUIREMENT_DOES_NOT_EXIST,
    REQUIREMENT_GREATER, /* the label's value as an integer, above bound; nodes only */
    REQUIREMENT_LESS,
};

struct requirement {
    const char *key;
    enum requirement_operator op;
    const char *const *values; /* [count]; REQUIREMENT_IN, _NOT_IN */
    uint32_t count;
    int64_t bound;
};

/* All requirements hold. None: everything matches. A pointer to no selector (null) matches nothing. */
struct label_selector {
    const struct requirement *requirements; /* [count] */
    uint32_t count;
};

/* What a node must be, or had better be. */
struct node_term {
    const struct requirement *labels; /* [label_count]: all hold */
    uint32_t label_count;
    const struct requirement *names; /* [name_count]: of metadata.name, all hold */
    uint32_t name_count;
    bool broken;    /* an expression that Kubernetes cannot parse: matches no node */
    int32_t weight; /* preferred terms only */
};

enum taint_effect {
    TAINT_ANY_EFFECT, /* of a toleration only */
    TAINT_NO_SCHEDULE,
    TAINT_PREFER_NO_SCHEDULE,
    TAINT_NO_EXECUTE,
};

struct taint {
    const char *key;
    const char *value; /* "" when there is none */
    enum taint_effect effect;
};

struct taints {
    const struct taint *at; /* [count] */
    uint32_t count;
};

enum toleration_operator {
    TOLERATION_EQUAL,
    TOLERATION_EXISTS,
    TOLERATION_NEVER, /* an operator that needs a feature that is off */
};

struct toleration {
    const char *key;   /* null: any */
    const char *value; /* "" when there is none */
    enum toleration_operator op;
    enum taint_effect effect;
    int64_t seconds; /* of a NoExecute taint; -1: for ever */
};

/* How pods are to spread over the values of a node label. */
struct spread_constraint {
    const char *key; /* of the label */
    int32_t max_skew;
    int32_t min_domains;  /* 1 where the manifest says none */
    bool hard;            /* DoNotSchedule */
    bool honors_affinity; /* only nodes that the pod's selector and required affinity allow count */
    bool honors_taints;   /* only nodes whose taints the pod tolerates count */
    const struct label_selector *selector;
    const char *const *match_keys; /* [match_count]: the pod's own value of these labels is wanted, too */
    uint32_t match_count;
};

/* Pods that a pod is to be near, or not near: those of the namespaces that the selector matches. */
struct pod_term {
    const char *key; /* the node label whose value is where */
    const struct label_selector *selector;
    const char *const *namespaces; /* [namespace_count] */
    uint32_t namespace_count;
    const struct label_selector *namespace_selector; /* null: none; neither: the pod's own namespace */
    const char *const *match_keys;                   /* [match_count]: the pod's own value of these labels is wanted */
    uint32_t match_count;
    const char *const *mismatch_keys; /* [mismatch_count]: and of these not */
    uint32_t mismatch_count;
    int32_t weight; /* preferred terms only */
};

struct pod_terms {
    const struct pod_term *at; /* [count] */
    uint32_t count;
};

struct host_port {
    const char *ip; /* "0.0.0.0": any */
    const char *protocol;
    int64_t port;
};

/* An image that lies on a node, once for each of its names. */
struct node_image {
    const char *name;
    int64_t size_bytes;
};

struct node_images {
    const struct node_image *at; /* [count] */
    uint32_t count;
};

/* Where the pods of a template may go. All zero: anywhere without taints. */
struct placement {
    const struct labels *node_selector;     /* each label must be the node's; null: none */
    bool required;                          /* there is a required node affinity: one of its terms must match */
    const struct node_term *required_terms; /* [required_count]; none of them matches: none at all */
    uint32_t required_count;
    const struct node_term *preferred_terms; /* [preferred_count], each with its weight */
    uint32_t preferred_count;
    const struct toleration *tolerations; /* [toleration_count] */
    uint32_t toleration_count;
    const struct spread_constraint *spread; /* [spread_count] */
    uint32_t spread_count;
    struct pod_terms near; /* required affinity between pods */
    struct pod_terms away; /* required anti-affinity */
    struct pod_terms rather_near;
    struct pod_terms rather_away;
    const struct host_port *ports; /* [port_count], of app containers and sidecars */
    uint32_t port_count;
    const char *const *images; /* [image_count], with a tag; of every container, then of image volumes */
    uint32_t image_count;
    uint32_t container_count; /* init containers too */
};

#endif
