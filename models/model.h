/* model.h -- what a model is, and the simulation that models live in.
 *
 * A model is a folder's behaviour over time: classes of work, facts that it wants to hear, and a handler. It owns a state
 * of its own and reads the world; it changes the world by asking the API, and acts on other models by nothing but that
 * (and by waking keys of its own classes). Decisions are pure functions elsewhere; a handler calls them and acts.
 *
 * To add a model: write NAME_model.{h,c} ending in a `const struct model`, and add one line to the registry
 * (sim/run/registry.c), whose order is the order in which work is done at an instant.
 */
#ifndef MODELS_MODEL_H
#define MODELS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/core/engine.h"
#include "sim/world/api.h"
#include "sim/world/delays.h"
#include "sim/world/world.h"

#define MODELS_MAX 32

struct scenario;       /* sim/scenario/scenario.h */
struct pools;          /* models/node/pool.h */
struct volume_table;   /* models/scheduler/pod_volumes.h: set by the scheduler when it starts */
struct metrics_source; /* models/hpa/metrics.h: who answers for the metrics API; set by a model when it starts */
struct sim;

/* One round of work on a key. In stage 0 there are no outcomes; a later stage has those of the writes that the stage
 * before asked for. */
struct turn {
    unsigned class; /* number among the model's classes, from 0 */
    uint32_t id;
    uint32_t stage;
    const struct outcome *outcomes; /* [count] */
    uint32_t count;
};

struct model_class {
    const char *name; /* unique over all models */
    enum engine_order order;
    bool takes_all;
    uint32_t workers;       /* keys under way at a time; 0: no limit */
    enum api_client client; /* whose rate limit its writes count against */
    const char *resume;     /* name of the class at which the search goes on after a turn; null: the first */
};

struct model {
    const char *name;
    size_t state_size;
    const struct model_class *classes; /* [class_count] */
    unsigned class_count;
    uint32_t facts; /* FACTS(kind) of those it wants */
    /* Before the run: state is zeroed; the world is as built, and what is in it made no facts. */
    void (*start)(struct sim *sim, void *state);
    void (*handle)(struct sim *sim, void *state, const struct turn *turn);
    void (*on_fact)(struct sim *sim, void *state, const struct fact *fact);
    bool (*offers)(const struct sim *sim, const void *state, unsigned class); /* classes that are ENGINE_OWN */
    void (*stop)(struct sim *sim, void *state);                               /* gives back what the state owns */
};

/* A line of the registry. classes: those of the model with other settings (a replay's agenda); null: its own. */
struct registry_line {
    const struct model *model;
    const struct model_class *classes;
};

/* What a model says about an object: a Kubernetes Event, an attempt, a decision. Nothing is rendered until somebody
 * wants the text. */
enum note_object { NOTE_NODE, NOTE_POD, NOTE_REPLICASET, NOTE_WORKLOAD, NOTE_HPA, NOTE_POOL, NOTE_RUN };

struct note {
    const char *model;
    enum note_object object;
    uint32_t row;
    bool warning;
    const char *reason; /* CamelCase, as Kubernetes names it */
    int64_t numbers[6]; /* what render needs */
    const char *texts[2];
    /* Writes the message as Kubernetes words it: at most size bytes with the NUL. Null: there is none but the reason. */
    void (*render)(const struct sim *sim, const struct note *note, char *text, size_t size);
};

/* What a workload's load did from one instant to another, as its queue tells it. */
struct load_sample {
    uint32_t workload;
    int64_t from_ns;
    int64_t to_ns;
    double arrivals;    /* requests that came, retries included */
    double served;      /* answered in time */
    double timed_out;   /* given up on by the client */
    double failed;      /* answered with an error, as a call failed; or lost with the pod */
    double refused;     /* turned away: no ready pod, or the queue was full */
    double in_system;   /* mean number waiting or in service */
    double utilization; /* of the capacity of the ready pods, 0 to 1 */
    double p50_s;       /* latency of those that arrived, seconds; of those served */
    double p95_s;
    double p99_s;
    double used_mcpu;         /* mean, all pods of the workload */
    double wanted_mcpu;       /* before limits and contention */
    double used_memory_bytes; /* mean, all pods; negative: unknown */
    double throttled;         /* share of wanted cpu that the limit withheld */
    /* One pod: of those that serve, or of those that run where there is no load. Pods that come up are not looked at. */
    double pods;
    double pod_mcpu;        /* mean */
    double pod_mcpu_most;   /* of the one that used most */
    double pod_memory_most; /* bytes; negative: unknown */
};

/* Who hears what happens; each may be null. */
struct sim_listener {
    void *context;
    void (*fact)(void *context, const struct sim *sim, const struct fact *fact);
    void (*note)(void *context, const struct sim *sim, const struct note *note);
    void (*load)(void *context, const struct sim *sim, const struct load_sample *sample);
    void (*instant_ended)(void *context, const struct sim *sim);
    void (*turn_ended)(void *context, const struct sim *sim);
};

struct sim_model {
    const struct model *model;
    const struct model_class *classes;
    void *state;
    unsigned first_class; /* in the engine */
};

struct sim {
    struct engine engine;
    struct world world;
    struct api api;
    struct delays delays;
    const struct scenario *scenario;    /* null in a replay without one */
    const struct pools *pools;          /* null: no nodes can be ordered */
    const struct value *scheduler;      /* a KubeSchedulerConfiguration with its defaults; null: the default one */
    const struct volume_table *volumes; /* of pods, by row, as the scheduler knows them */
    struct arena *arena;                /* the scenario's: what is compiled during the run lies there */
    struct names *names;
    uint64_t seed;
    uint32_t replication;
    bool without_events; /* demand's events are left out: the paired run of cost.monthly */
    bool settling;       /* the instant 0, in which the cluster comes to rest: pods are ready as soon as they run */
    const struct metrics_source *metrics;
    void *inputs; /* a replay's own data for its own models */
    struct sim_listener listeners[4];
    unsigned listener_count;
    struct sim_model models[MODELS_MAX];
    unsigned model_count;
};

/* What a simulation is made of. */
struct sim_options {
    const struct registry_line *registry; /* [registry_count] */
    unsigned registry_count;
    struct delays delays;
    bool cut_times; /* the API stores whole seconds: true but for a replay that says otherwise */
    uint64_t (*rank)(const struct world *, const struct intent *); /* null: api_rank_default */
    const struct scenario *scenario;
    const struct pools *pools;
    const struct value *scheduler;
    struct arena *arena;
    struct names *names;
    uint64_t seed;
    uint32_t replication;
    bool without_events;
    void *inputs;
};

/* A simulation at time 0 with an empty world. The caller builds the world, then calls sim_start. Never null. */
struct sim *sim_open(const struct sim_options *options);
void sim_close(struct sim *sim);

void sim_listen(struct sim *sim, struct sim_listener listener);

/* Starts the models, in the registry's order. */
void sim_start(struct sim *sim);

/* Runs up to and including until_ns. False: the failure that a model latched (engine_fail). */
bool sim_run(struct sim *sim, int64_t until_ns, struct fail *fail) MUST_CHECK;

int64_t sim_now(const struct sim *sim);

/* The engine's number of a model's class. */
unsigned sim_class(const struct sim *sim, const struct model *model, unsigned class);

/* Whose writes those of a model's class are. */
enum api_client sim_client(const struct sim *sim, const struct model *model, unsigned class);

/* The state of a model of this simulation; null: it does not take part. For the model's own functions. */
void *sim_state(const struct sim *sim, const struct model *model);

/* Wakes a key of a model's class: now; at a time; when the watch has brought what was just written. */
void sim_wake(struct sim *sim, const struct model *model, unsigned class, uint32_t id, uint64_t rank);
void sim_wake_at(struct sim *sim, const struct model *model, unsigned class, uint32_t id, uint64_t rank, int64_t at_ns);
void sim_wake_watched(struct sim *sim, const struct model *model, unsigned class, uint32_t id, uint64_t rank);

/* Ends a key's delay; forgets a key whose row is gone (not while its writes are under way: then it forgets itself). */
void sim_cancel(struct sim *sim, const struct model *model, unsigned class, uint32_t id);
void sim_forget(struct sim *sim, const struct model *model, unsigned class, uint32_t id);

/* Asks for a write on behalf of the key whose turn it is; the next stage of the turn gets its outcome. */
void sim_ask(struct sim *sim, const struct intent *intent);

/* Sends a write that nobody waits for. */
void sim_send(struct sim *sim, enum api_client client, const struct intent *intent);

void sim_note(struct sim *sim, const struct note *note);
void sim_load(struct sim *sim, const struct load_sample *sample);

#endif
