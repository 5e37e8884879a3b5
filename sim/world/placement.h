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
};

#endif
