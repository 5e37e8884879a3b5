/* rollout.h -- what a Deployment does with its ReplicaSets.
 *
 * Decides, never acts: rollout_sync reads plain structs and says what one sync of the controller would do. The model that
 * reads the world and writes to it is deployment_model.c. The arithmetic below it has functions of its own.
 *
 * ReplicaSets are given oldest first (creation, then name). Sizes are int32 and wrap, as the controller's do.
 *
 * Source: Kubernetes v1.36, pkg/controller/deployment/{deployment_controller,sync,rolling,recreate,rollback,progress}.go
 * and util/deployment_util.go (reference/kubernetes-semantics.md, part C.1).
 */
#ifndef MODELS_WORKLOAD_ROLLOUT_H
#define MODELS_WORKLOAD_ROLLOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/world/objects.h"

#define ROLLOUT_NO_SET UINT32_MAX
#define ROLLOUT_NO_DEADLINE INT32_MAX
#define ROLLOUT_NEVER INT64_MAX

struct rollout_deployment {
    int32_t replicas;
    bool recreate;                         /* strategy Recreate; else RollingUpdate */
    struct int_or_percent max_surge;       /* RollingUpdate only */
    struct int_or_percent max_unavailable; /* RollingUpdate only */
    bool unreadable;                       /* one of the two is neither: both count as 0, and new sizes fail */
    int32_t min_ready_seconds;
    int32_t history_limit;             /* INT32_MAX: none */
    int32_t progress_deadline_seconds; /* or ROLLOUT_NO_DEADLINE */
    bool paused;
    bool rolls_back;           /* annotation deprecated.deployment.rollback.to */
    int64_t rollback_revision; /* 0: the last one before */
    int64_t generation;
    struct workload_status status; /* as stored */
};

/* A count that an annotation of a ReplicaSet holds. Kubernetes reads it in two ways. */
struct rollout_note {
    bool plain;       /* written as the controller writes it */
    bool has_natural; /* read without a sign, at most INT32_MAX */
    bool has_signed;  /* read with a sign, cut to 32 bits */
    int32_t natural;
    int32_t with_sign;
};

struct rollout_set {
    const char *name;
    int64_t created_ns;
    int64_t revision;            /* annotation; 0: none */
    struct rollout_note desired; /* annotation desired-replicas: the Deployment's size when this one was last sized */
    struct rollout_note maximum; /* annotation max-replicas: the same with surge */
    bool current;                /* its template is the Deployment's */
    bool deleting;
    bool observed; /* status.observedGeneration has caught up with the generation */
    int32_t min_ready_seconds;
    int32_t spec;     /* spec.replicas */
    int32_t replicas; /* status from here on */
    int32_t ready;
    int32_t available;
    int32_t terminating;
    int32_t unfinished_pods; /* pods that are neither Failed nor Succeeded, also terminating ones */
};

enum rollout_act_kind {
    ROLLOUT_CREATE,      /* the ReplicaSet of the template, of size `to` */
    ROLLOUT_UPDATE,      /* size, annotations, minReadySeconds of sets[set]; from == to: the size stays */
    ROLLOUT_DELETE,      /* sets[set] */
    ROLLOUT_ROLL_BACK,   /* the Deployment takes the template of sets[set], and loses the rollback annotation */
    ROLLOUT_END_ROLLBACK /* the Deployment only loses the annotation */
};

/* What a sync writes, in order. A create or update whose size changes is told as event ScalingReplicaSet. */
struct rollout_act {
    enum rollout_act_kind kind;
    uint32_t set;
    int32_t from;
    int32_t to;
};

enum rollout_note_kind {
    ROLLOUT_SILENT,
    ROLLOUT_ROLLED_BACK,
    ROLLOUT_REVISION_NOT_FOUND,
    ROLLOUT_TEMPLATE_UNCHANGED,
};

struct rollout_plan {
    const struct rollout_deployment *d;
    struct rollout_set *sets; /* [set_count] */
    struct arena *arena;      /* holds the acts */
    struct rollout_act *acts; /* [act_count] */
    uint32_t act_count;
    uint32_t act_room;
    uint32_t set_count;           /* one more than was given when a ReplicaSet is created: then it is the last */
    uint32_t new_set;             /* index of the ReplicaSet of the template; ROLLOUT_NO_SET: none */
    enum rollout_note_kind event; /* of a rollback */
    bool writes_status;
    bool again;                    /* the controller's next write would be a conflict: it comes back at once */
    struct workload_status status; /* valid always */
    int64_t check_ns;              /* look again then, for the progress deadline; ROLLOUT_NEVER */
};

/* One sync.
 *
 *   sets   [count + 1] oldest first; the last is room for one that is created. Sizes, annotations and revisions are
 *          afterwards what the acts make of them.
 *   arena  holds the acts
 *
 * A template that is to be written back, the hash and the name of a new ReplicaSet are the caller's. Where the real
 * controller writes the status twice (the second write is a conflict, and the sync runs again at once), it is written
 * once. */
void rollout_sync(const struct rollout_deployment *d, struct rollout_set *sets, uint32_t count, int64_t now_ns,
                  struct arena *arena, struct rollout_plan *plan);

/* The parts. */

/* An annotation's text, or null: none. */
struct rollout_note rollout_note_read(const char *text);

/* The annotation that the controller writes for a count. */
struct rollout_note rollout_note_of(int32_t count);

/* Surge (rounded up) and unavailable (rounded down) for the Deployment's size; both 0 makes unavailable 1. False: one of
 * them is neither integer nor percentage; then both are 0. */
bool rollout_fenceposts(const struct rollout_deployment *d, int32_t *surge, int32_t *unavailable);

int32_t rollout_max_surge(const struct rollout_deployment *d);
int32_t rollout_max_unavailable(const struct rollout_deployment *d);
int32_t rollout_min_available(const struct rollout_deployment *d);

/* The size that the new ReplicaSet may have when all of them have `total` pods and it has new_spec. False: maxSurge is
 * neither integer nor percentage. */
bool rollout_new_replicas(const struct rollout_deployment *d, int32_t total, int32_t new_spec, int32_t *replicas);

/* What a ReplicaSet gets of `add` pods, of which `added` are given out already; both may be negative. */
int32_t rollout_proportion(const struct rollout_deployment *d, const struct rollout_set *set, int32_t add,
                           int32_t added);

/* The new ReplicaSet has all that is wanted, and it is available. set may be null: no. */
bool rollout_is_saturated(const struct rollout_deployment *d, const struct rollout_set *set);

/* The only ReplicaSet of a size above 0; when there is none, the new or else the newest one; ROLLOUT_NO_SET when there
 * are several, or none at all. */
uint32_t rollout_active_or_latest(const struct rollout_set *sets, uint32_t count, uint32_t new_set);

/* The roll-out is done: all pods are of the new template and available, and the spec was seen. */
bool rollout_is_complete(const struct rollout_deployment *d, const struct workload_status *status);

/* status shows progress over the Deployment's. */
bool rollout_is_progressing(const struct rollout_deployment *d, const struct workload_status *status);

bool rollout_is_timed_out(const struct rollout_deployment *d, const struct condition *progress, int64_t now_ns);

/* The three steps that change sizes, on a plan that rollout_plan_make began; each adds acts. The last two return whether
 * a size was changed, as the controller sees it; rollout_scale_down needs a new ReplicaSet. */
void rollout_plan_make(struct rollout_plan *plan, const struct rollout_deployment *d, struct rollout_set *sets,
                       uint32_t count, uint32_t new_set, struct arena *arena);
void rollout_scale(struct rollout_plan *plan);
bool rollout_scale_up(struct rollout_plan *plan);
bool rollout_scale_down(struct rollout_plan *plan);

/* A condition's reason and status as the API spells them; null for none. */
const char *rollout_reason_text(enum deployment_reason reason);
const char *rollout_status_text(enum condition_status status);

#endif
