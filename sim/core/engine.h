/* engine.h -- virtual time: a clock, timers, and the agenda of what is due now.
 *
 * Work is keyed: a key is a class and an id (a row of whatever table the class works on). A key is woken, now or at a
 * time; when its turn comes, its class's handler runs. The rules are those of a controller's work queue:
 *   - a key that waits for its turn is there once, however often it is woken;
 *   - of several delays of a key the earliest stays, later ones are dropped; a wake for now does not end a delay;
 *   - a notice (what a watch brings, some time after a write) is no delay: each wakes the key at its time;
 *   - a key that was held (its writes are under way) and is woken meanwhile has its turn once, when it is released.
 *
 * At an instant, turns are taken until nothing is due. Before every turn the urgent classes are served, in their order.
 * Then classes are searched in order, from the first or from where the class of the turn before says. When a search from
 * the first class finds nothing, the instant ends, whoever asked is told, and time goes on to the next timer; all timers
 * of that time fall due together.
 *
 * The engine knows classes as numbers. It depends on nothing but its calls: same calls, same turns.
 */
#ifndef SIM_CORE_ENGINE_H
#define SIM_CORE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/fail.h"
#include "sim/base/memory.h"
#include "sim/core/pending.h"

#define ENGINE_CLASSES_MAX 64
#define ENGINE_NEVER INT64_MAX

enum engine_order {
    ENGINE_FIFO,   /* first woken first */
    ENGINE_OLDEST, /* smallest rank first (uid: the oldest object) */
    ENGINE_DUE,    /* by the time that the wake was for, then by rank */
    ENGINE_OWN,    /* the class keeps its own queue: `offers` says whether it has work; the id of a turn is 0 */
};

/* What the engine must know of a class of work. Classes are served in the order in which they were added. */
struct engine_class {
    const char *name;
    enum engine_order order;
    bool urgent;      /* served before every turn; urgent classes come before all others */
    bool takes_all;   /* a turn takes all keys that are due when it begins, in order; else one */
    uint32_t workers; /* keys that may be held at a time; at the limit the class offers nothing; 0: no limit */
    unsigned resume;  /* the class at which the search goes on after a turn */
    void (*handle)(void *context, unsigned class, uint32_t id);
    bool (*offers)(void *context, unsigned class); /* ENGINE_OWN only */
    void *context;
};

struct engine_counters {
    uint64_t instants;
    uint64_t timers; /* that fell due and were still wanted */
    uint64_t turns;  /* keys handled */
};

struct engine_key;
struct engine_entry;

struct engine_queue {
    struct engine_class class;
    VEC(struct engine_key) keys;    /* by id */
    VEC(struct engine_entry) heap;  /* keys that wait for their turn; the least first */
    VEC(struct engine_entry) taken; /* those of a turn that takes all */
    uint32_t held;
};

struct engine {
    int64_t now_ns;
    struct pending timers;
    struct engine_queue queues[ENGINE_CLASSES_MAX];
    unsigned class_count;
    unsigned urgent_count;
    unsigned resume; /* where the search goes on */
    uint64_t sequence;
    struct engine_counters counters;
    struct fail fail; /* the first failure, latched; it stops the run */
    VEC(struct engine_listener) listeners;
};

struct engine_listener {
    void (*instant_ended)(void *context, int64_t now_ns);
    void *context;
};

/* A zero struct engine is a new one at time 0, without classes. */
void engine_drop(struct engine *e);

/* Adds a class and returns its number. Urgent classes first. Names and context are kept. */
unsigned engine_add_class(struct engine *e, const struct engine_class *class);

/* Has listener told whenever an instant ends, in the order of adding. A listener wakes nothing. */
void engine_listen(struct engine *e, struct engine_listener listener);

/* Wakes a key now. rank orders ENGINE_OLDEST and ENGINE_DUE classes. */
void engine_wake(struct engine *e, unsigned class, uint32_t id, uint64_t rank);

/* Wakes a key at a time; one that is past or now is now, but keeps its place in an ENGINE_DUE class. */
void engine_wake_at(struct engine *e, unsigned class, uint32_t id, uint64_t rank, int64_t at_ns);

/* Wakes a key at a time that is not past, whatever delay it has. */
void engine_notify_at(struct engine *e, unsigned class, uint32_t id, uint64_t rank, int64_t at_ns);

/* Ends the key's delay, if it has one. A wake for now stays. */
void engine_cancel(struct engine *e, unsigned class, uint32_t id);

/* Forgets all about a key: its row is gone, and the id may be used for another. It must not be held. */
void engine_forget(struct engine *e, unsigned class, uint32_t id);

/* The key is busy until it is released: wakes meanwhile bring it back once, then. */
void engine_hold(struct engine *e, unsigned class, uint32_t id);
void engine_release(struct engine *e, unsigned class, uint32_t id);
bool engine_is_held(const struct engine *e, unsigned class, uint32_t id);

/* Latches the first failure; the run stops after the turn. */
void engine_fail(struct engine *e, const struct fail *fail);

/* Runs up to and including until_ns; the clock stands there afterwards. False: the failure that was latched. */
bool engine_run(struct engine *e, int64_t until_ns, struct fail *fail) MUST_CHECK;

#endif
