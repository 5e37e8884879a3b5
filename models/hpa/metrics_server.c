#include "models/hpa/metrics_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/hpa/metrics.h"
#include "sim/base/number.h"
#include "sim/base/rng.h"

#define FRESH_NS INT64_C(10000000000)

/* What is known of the pod in a row of the world. */
struct point {
    uint32_t generation; /* of the pod that it is about */
    int64_t running_ns;  /* since when its containers run; TIME_UNSET: longer than anybody remembers */
    int64_t scraped_ns;  /* TIME_UNSET: never */
    int64_t used_mcpu;
    int64_t used_memory_bytes;
};

struct server {
    struct metrics_source source;
    VEC(struct point) points; /* by row of the pod */
    int64_t scraped_ns;
};

/* The point of the pod in a row: a new one when the row was another pod's. */
static struct point *point_of(struct server *s, const struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    while (s->points.count <= row) {
        VEC_PUSH(&s->points, (struct point){0});
    }
    struct point *point = &s->points.at[row];
    if (point->generation != p->generation) {
        *point = (struct point){.generation = p->generation, .running_ns = TIME_UNSET, .scraped_ns = TIME_UNSET};
    }
    return point;
}

static void scrape_pod(struct server *s, const struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct point *point = point_of(s, sim, row);
    bool runs = p->phase == POD_RUNNING && p->used_mcpu != UNLIMITED;
    if (runs && point->running_ns <= sim_now(sim) - FRESH_NS) {
        point->scraped_ns = sim_now(sim);
        point->used_mcpu = p->used_mcpu;
        point->used_memory_bytes = p->used_memory_bytes;
    }
}

static void scrape_pods(struct server *s, const struct sim *sim, const uint32_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        scrape_pod(s, sim, rows[i]);
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

static bool sample_pod(const struct server *s, const struct sim *sim, const struct hpa_metric *m, uint32_t row,
                       struct hpa_sample *sample)
{
    const struct pod *p = world_pod(&sim->world, row);
    const struct point *point = row < s->points.count ? &s->points.at[row] : NULL;
    if (point == NULL || point->generation != p->generation || point->scraped_ns == TIME_UNSET ||
        point->scraped_ns != s->scraped_ns) {
        return false;
    }
    if (m->source == HPA_CONTAINER_RESOURCE && !container_has_load(p->template, m->container)) {
        return false;
    }
    sample->usage_milli =
        strcmp(m->name, "cpu") == 0 ? point->used_mcpu : number_wrap_mul64(point->used_memory_bytes, 1000);
    sample->time_ns = point->scraped_ns;
    sample->window_ns = sim->delays.metrics_window_ns;
    return true;
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
    bool known = strcmp(m->name, "cpu") == 0 || strcmp(m->name, "memory") == 0, any = false;
    for (uint32_t i = 0; i < count; i++) {
        samples[i].present = known && sample_pod(s, sim, m, pods[i], &samples[i]);
        any = any || samples[i].present;
    }
    if (!any) {
        out->problem.trouble = HPA_NOTHING_RETURNED;
    }
}

/* ---- the model ---- */

static void note_running(struct server *s, const struct sim *sim, uint32_t row, int64_t since_ns)
{
    struct point *point = point_of(s, sim, row);
    point->running_ns = point->running_ns == TIME_UNSET ? since_ns : point->running_ns;
}

static void start(struct sim *sim, void *state)
{
    struct server *s = state;
    s->source = (struct metrics_source){.state = s, .answer = answer};
    sim->metrics = &s->source;
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0 && p->phase == POD_RUNNING) {
            note_running(s, sim, row, p->start_ns);
        }
    }
    struct rng r = rng_open(sim->seed, sim->replication, "metrics-server/phase", 0);
    int64_t phase = (int64_t)rng_below(&r, (uint64_t)sim->delays.metrics_resolution_ns);
    sim_wake_at(sim, &metrics_server_model, 0, 0, 0, phase);
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    bool started = fact->verb == FACT_CHANGED && (fact->changed & FIELD_PHASE) != 0;
    if (started && world_pod(&sim->world, fact->row)->phase == POD_RUNNING) {
        note_running(state, sim, fact->row, sim_now(sim));
    }
}

static void stop(struct sim *sim, void *state)
{
    struct server *s = state;
    (void)sim;
    VEC_DROP(&s->points);
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
