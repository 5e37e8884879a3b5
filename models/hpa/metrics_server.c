#include "models/hpa/metrics_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/hpa/metrics.h"
#include "sim/base/number.h"
#include "sim/base/rng.h"

#define FRESH_NS INT64_C(10000000000)

/* The last scrape of the pod in a row of the world. */
struct point {
    int64_t used_mcpu;         /* UNLIMITED: it is not in the last scrape */
    int64_t used_memory_bytes; /* UNLIMITED: nobody knows */
};

struct server {
    struct metrics_source source;
    VEC(struct point) points; /* by row of the pod; made afresh when a pod takes the row */
    VEC(int64_t)
    running_ns; /* by row: since when the pod's containers run; TIME_UNSET: longer than anybody remembers */
    int64_t scraped_ns;
};

static void make_room(struct server *s, uint32_t row)
{
    while (s->points.count <= row) {
        VEC_PUSH(&s->points, (struct point){.used_mcpu = UNLIMITED});
        VEC_PUSH(&s->running_ns, TIME_UNSET);
    }
}

static void scrape_pods(struct server *s, const struct sim *sim, const uint32_t *rows, uint32_t count)
{
    int64_t old_enough_ns = sim_now(sim) - FRESH_NS;
    for (uint32_t i = 0; i < count; i++) {
        const struct pod *p = &sim->world.pods.at[rows[i]];
        bool reached = p->node == NONE || !sim->world.nodes.at[p->node].stopped;
        bool runs = reached && p->phase == POD_RUNNING && s->running_ns.at[rows[i]] <= old_enough_ns;
        s->points.at[rows[i]] = (struct point){runs ? p->used_mcpu : UNLIMITED, p->used_memory_bytes};
    }
}

static void scrape_workload(struct server *s, const struct sim *sim, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    scrape_pods(s, sim, o->pods.at, o->pods.count);
    for (uint32_t i = 0; i < o->replicasets.count; i++) {
        const struct replicaset *rs = world_replicaset(&sim->world, o->replicasets.at[i]);
        scrape_pods(s, sim, rs->pods.at, rs->pods.count);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct server *s = state;
    const struct world *w = &sim->world;
    (void)turn;
    for (uint32_t i = 0; i < w->hpas.count; i++) {
        const struct hpa *h = &w->hpas.at[i];
        if (h->uid != 0 && h->target != NONE && w->workloads.at[h->target].uid != 0) {
            scrape_workload(s, sim, h->target);
        }
    }
    s->scraped_ns = sim_now(sim);
    sim_wake_at(sim, &metrics_server_model, 0, 0, 0, sim_now(sim) + sim->delays.metrics_resolution_ns);
}

/* ---- answers ---- */

static bool container_has_load(const struct pod_template *template, const char *container)
{
    for (uint32_t i = 0; i < template->container_count; i++) {
        if (template->containers[i].role == CONTAINER_APP) {
            return template->containers[i].name == container;
        }
    }
    return false;
}

/* The samples of the last scrape; returns how many there are. */
static uint32_t sample_pods(const struct server *s, int64_t since_ns, bool memory, const uint32_t *pods, uint32_t count,
                            struct hpa_sample *samples)
{
    uint32_t present = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct point *point = &s->points.at[pods[i]];
        bool known = point->used_mcpu != UNLIMITED && (!memory || point->used_memory_bytes != UNLIMITED);
        samples[i].usage_milli = memory ? number_wrap_mul64(point->used_memory_bytes, 1000) : point->used_mcpu;
        samples[i].since_ns = known ? since_ns : TIME_UNSET;
        present += known;
    }
    return present;
}

/* Takes back the samples of pods in which another container than the named one has the load. */
static uint32_t keep_container(const struct sim *sim, const char *container, const uint32_t *pods, uint32_t count,
                               struct hpa_sample *samples)
{
    uint32_t present = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!container_has_load(world_pod(&sim->world, pods[i])->template, container)) {
            samples[i].since_ns = TIME_UNSET;
        }
        present += samples[i].since_ns != TIME_UNSET;
    }
    return present;
}

static struct hpa_problem refusal(const struct hpa_metric *m)
{
    const char *why = m->source == HPA_EXTERNAL ? "the server could not find the requested resource"
                                                : "no custom metrics API (custom.metrics.k8s.io) registered";
    return (struct hpa_problem){.trouble = HPA_FETCH_FAILED, .detail = why};
}

static void answer(void *state, const struct sim *sim, uint32_t hpa, const struct hpa_metric *m, const uint32_t *pods,
                   uint32_t count, struct hpa_sample *samples, struct hpa_answer *out, struct arena *scratch)
{
    const struct server *s = state;
    (void)hpa;
    (void)scratch;
    *out = (struct hpa_answer){.samples = samples};
    if (m->source != HPA_RESOURCE && m->source != HPA_CONTAINER_RESOURCE) {
        out->problem = refusal(m);
        return;
    }
    bool memory = strcmp(m->name, "memory") == 0;
    uint32_t present = 0;
    if (memory || strcmp(m->name, "cpu") == 0) {
        present = sample_pods(s, s->scraped_ns - sim->delays.metrics_window_ns, memory, pods, count, samples);
        present = m->container == NULL ? present : keep_container(sim, m->container, pods, count, samples);
    }
    if (present == 0) {
        out->problem.trouble = HPA_NOTHING_RETURNED;
    }
}

/* ---- the model ---- */

static void start(struct sim *sim, void *state)
{
    struct server *s = state;
    s->source = (struct metrics_source){.state = s, .answer = answer};
    sim->metrics = &s->source;
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        make_room(s, row);
        if (p->uid != 0 && p->phase == POD_RUNNING) {
            s->running_ns.at[row] = p->start_ns;
        }
    }
    struct rng r = rng_open(sim->seed, sim->replication, "metrics-server/phase", 0);
    int64_t phase = sim->delays.metrics_resolution_ns -
                    (int64_t)rng_below(&r, (uint64_t)sim->delays.metrics_resolution_ns * 9 / 10);
    sim_wake_at(sim, &metrics_server_model, 0, 0, 0, phase);
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct server *s = state;
    make_room(s, fact->row);
    if (fact->verb == FACT_ADDED) {
        s->points.at[fact->row].used_mcpu = UNLIMITED;
        s->running_ns.at[fact->row] = TIME_UNSET;
    } else if ((fact->changed & FIELD_PHASE) != 0 && world_pod(&sim->world, fact->row)->phase == POD_RUNNING) {
        s->running_ns.at[fact->row] = sim->settling ? -FRESH_NS : sim_now(sim); /* what the run began with is old */
    }
}

static void stop(struct sim *sim, void *state)
{
    struct server *s = state;
    (void)sim;
    VEC_DROP(&s->points);
    VEC_DROP(&s->running_ns);
}

static const struct model_class classes[] = {{.name = "scrape", .order = ENGINE_FIFO, .client = CLIENT_USER}};

const struct model metrics_server_model = {
    .name = "metrics-server",
    .state_size = sizeof(struct server),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
