/* api.h -- the API server: takes writes and applies them, each after its latency and its client's rate limit.
 *
 * A sync reads the world and asks for writes (api_ask); they land one by one through the agenda. When all that a key
 * asked for have landed, its handler is called again with the outcomes and may ask for more; the key is held until it
 * asks for nothing. Writes that nobody waits for are asked for outside a turn, or with api_send.
 *
 * Writes that are due at one instant are applied in the order of their rank (a replay's group may set another), then in
 * the order of asking.
 */
#ifndef SIM_WORLD_API_H
#define SIM_WORLD_API_H

#include "sim/core/engine.h"
#include "sim/world/delays.h"
#include "sim/world/world.h"

enum intent_kind {
    INTENT_CREATE_POD, /* pod */
    INTENT_DELETE_POD, /* target; grace_ns, or -1 for the pod's own: removed at once if it is 0 or the pod not bound
                               * or terminal */
    INTENT_REMOVE_POD, /* target: the kubelet is done with it */
    INTENT_BIND_POD,   /* target; node_name, row: the node's row or NONE */
    INTENT_POD_UNSCHEDULED,   /* target; unscheduled is taken: the scheduler has no node for it */
    INTENT_PREEMPT_POD,       /* target: it is to be deleted for the sake of one of higher priority */
    INTENT_UPDATE_POD,        /* target; pod: template is taken */
    INTENT_POD_STATUS,        /* target; pod: phase, ready, ready_since, start, restarts, oom_kills, unschedulable are
                                 taken */
    INTENT_CREATE_REPLICASET, /* replicaset */
    INTENT_UPDATE_REPLICASET, /* target; replicaset: replicas, min_ready_seconds and the annotations are taken */
    INTENT_REPLICASET_STATUS, /* target; replicaset: status is taken */
    INTENT_DELETE_REPLICASET, /* target; its pods are deleted with their own grace */
    INTENT_CREATE_WORKLOAD,   /* workload */
    INTENT_UPDATE_WORKLOAD,   /* target; workload: spec is taken */
    INTENT_SCALE_WORKLOAD,    /* target; replicas */
    INTENT_WORKLOAD_STATUS,   /* target; workload: status is taken */
    INTENT_DELETE_WORKLOAD,   /* target; ReplicaSets at once, pods with their grace */
    INTENT_HPA_STATUS,        /* target; hpa: status is taken */
    INTENT_CREATE_NODE,       /* node */
    INTENT_UPDATE_NODE,       /* target; node: labels, taints, unschedulable, ready, stopped, allocatable are taken */
    INTENT_DELETE_NODE,       /* target */
};

struct intent {
    enum intent_kind kind;
    struct ref target;
    uint64_t version; /* of the target that the write was computed from; 0: whatever it is */
    union {
        struct pod pod;
        struct replicaset replicaset;
        struct workload workload;
        struct hpa hpa;
        struct node node;
        struct {
            const char *node_name;
            uint32_t row;
        } bind;
        struct {
            bool by_error;              /* reason SchedulerError, not Unschedulable */
            bool nominates;             /* else nominatedNodeName stays as it is */
            const char *nominated_node; /* null: none */
        } unscheduled;
        int64_t grace_ns;
        int32_t replicas;
    };
};

enum outcome_kind {
    OUTCOME_APPLIED,
    OUTCOME_UNCHANGED, /* applied, and said nothing new */
    OUTCOME_CONFLICT,  /* the version was stale */
    OUTCOME_GONE,      /* the target does not exist; or who was to own what was to be created */
    OUTCOME_REFUSED,   /* by a replay's rule */
};

struct outcome {
    enum outcome_kind kind;
    enum intent_kind intent;
    uint32_t row; /* of what was created or changed */
};

struct api_write;
struct api_round;

struct api {
    struct engine *engine;
    struct world *world;
    const struct delays *delays;
    unsigned write_class;
    uint64_t (*rank)(const struct world *w, const struct intent *intent); /* smaller first */
    bool (*refuses)(void *context, const struct intent *intent);          /* null: nothing is refused */
    void *refuses_context;
    int64_t next_free_ns[CLIENT_COUNT]; /* theoretical arrival time of each client's limiter */
    VEC(struct api_write) writes;
    VEC(uint32_t) free_writes;
    VEC(struct api_round) rounds;
    VEC(uint32_t) free_rounds;
    bool in_turn;
    void (*again)(void *context, unsigned class, uint32_t id); /* runs a handler's next stage */
    void *again_context;
    unsigned turn_class;
    uint32_t turn_id;
    enum api_client turn_client;
    uint32_t turn_round; /* NONE: nothing was asked for yet */
};

/* Writes of pods and nodes come last: creations, then nodes, then pods by age, for each bind, status, delete; others
 * before them in the order of asking. Source: the recorder of vectors/cluster. */
uint64_t api_rank_default(const struct world *w, const struct intent *intent);

/* In the order of asking. */
uint64_t api_rank_first_in(const struct world *w, const struct intent *intent);

/* Adds the API's class of work to the engine: it must be the first. `again` runs the next stage of a key's handler, when
 * all its writes have landed. */
void api_open(struct api *a, struct engine *engine, struct world *world, const struct delays *delays,
              void (*again)(void *, unsigned, uint32_t), void *again_context);
void api_drop(struct api *a);

/* The turn of a key begins (stage 0) and ends. What its handler asks for in between is its own; the key is held until all
 * of that has landed and the handler asks for nothing more. Later stages are bracketed by the API itself. */
void api_turn_begin(struct api *a, unsigned class, uint32_t id, enum api_client client);
void api_turn_end(struct api *a);

/* Of the turn that is under way: what landed since the stage before, [*count]; and the number of the stage. */
const struct outcome *api_outcomes(const struct api *a, uint32_t *count);
uint32_t api_stage(const struct api *a);

/* Asks for a write on behalf of the key whose turn it is. The intent is copied. */
void api_ask(struct api *a, const struct intent *intent);

/* The row of a key is gone: nobody waits for its writes any more. The engine forgets the key. */
void api_forget(struct api *a, unsigned class, uint32_t id);

/* Sends a write that nobody waits for. */
void api_send(struct api *a, enum api_client client, const struct intent *intent);

/* Applies a write now, without latency. For building the world, and for the user outside. */
struct outcome api_apply(struct api *a, const struct intent *intent);

/* References to rows in use. */
struct ref api_ref_node(const struct world *w, uint32_t row);
struct ref api_ref_pod(const struct world *w, uint32_t row);
struct ref api_ref_replicaset(const struct world *w, uint32_t row);
struct ref api_ref_workload(const struct world *w, uint32_t row);
struct ref api_ref_hpa(const struct world *w, uint32_t row);

#endif
