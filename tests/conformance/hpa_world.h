/* hpa_world.h -- the world of the HPA timelines, as vectors/hpa/README.md states its rule: a model in the place of our
 * workload controllers, scheduler, kubelets, load and metrics server.
 *
 * One workload `web` whose pods follow its size at once; they start, run, become ready, fail and go after fixed times.
 * Metrics are curves, scraped or read at the instant. It serves the scale and answers for the metrics APIs, outages included.
 */
#ifndef TESTS_CONFORMANCE_HPA_WORLD_H
#define TESTS_CONFORMANCE_HPA_WORLD_H

#include "models/hpa/hpa.h"
#include "models/hpa/metrics.h"
#include "models/model.h"
#include "sim/base/value.h"

#define HPA_WORLD_CURVES 8

struct hpa_world_curve {
    const char *name; /* of the resource or metric; interned */
    int64_t step_ns;
    const int64_t *values; /* [count] */
    uint32_t count;
    int64_t base, startup, skew;
    bool per_ready;
};

struct hpa_world_pod {
    uint32_t row; /* in the world; NONE: gone */
    int64_t start_ns, running_ns, ready_ns, terminating_ns, gone_ns, failed_ns;
};

/* What one scrape took of one pod. */
struct hpa_world_sample {
    uint32_t number;
    int64_t time_ns;
    int64_t values[HPA_WORLD_CURVES]; /* of usage, then of podMetrics */
};

/* A user's act: the HPA appears, is edited; its rival appears, goes. */
struct hpa_world_act {
    int64_t at_ns;
    const struct hpa_spec *spec; /* null: it goes */
    bool rival;
};

/* The `inputs` of a simulation of this kind; zero but for in, arena and names before hpa_world_read. */
struct hpa_world {
    const struct value *in; /* of the case */
    struct arena *arena;
    struct names *names;
    const struct value *rules;                       /* in.world */
    struct hpa_world_curve curves[HPA_WORLD_CURVES]; /* usage, then podMetrics */
    uint32_t usage_count, curve_count;
    struct pod_template *template;
    uint32_t workload, rival_workload;
    uint32_t hpa, rival; /* rows; NONE: not there */
    struct hpa_world_act acts[32];
    uint32_t act_count;
    VEC(struct hpa_world_pod) pods; /* by number */
    VEC(struct hpa_world_sample) samples;
    struct metrics_source source;
    bool synced;  /* the HPA read its scale at this instant */
    int32_t size; /* that it read */
};

extern const struct model hpa_world_model;

/* Reads the case. False: fail says what our compiler of specs refuses. */
bool hpa_world_read(struct hpa_world *w, struct fail *fail) MUST_CHECK;

/* Builds the world of instant 0 in a simulation that was opened and not started. */
void hpa_world_build(struct hpa_world *w, struct sim *sim);

void hpa_world_drop(struct hpa_world *w);

#endif
