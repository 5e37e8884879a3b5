#include "models/hpa/hpa_pods.h"

#include <stdlib.h>
#include <string.h>

#include "models/hpa/requests.h"
#include "sim/scenario/selector.h"

static struct hpa_pod pod_of(const struct pod *p)
{
    return (struct hpa_pod){
        .start_ns = p->start_ns,
        .ready_since_ns = p->ready_since_ns,
        .phase = (uint8_t)p->phase,
        .ready = (uint8_t)p->ready,
        .deleted = p->deletion_ns != TIME_UNSET,
    };
}

static void add_pods(struct hpa_pods *p, const struct world *w, const uint32_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        VEC_PUSH(&p->rows, rows[i]);
        VEC_PUSH(&p->pods, pod_of(world_pod(w, rows[i])));
    }
}

static void add_all(struct hpa_pods *p, const struct world *w, uint32_t workload)
{
    const struct workload *o = world_workload(w, workload);
    add_pods(p, w, o->pods.at, o->pods.count);
    for (uint32_t i = 0; i < o->replicasets.count; i++) {
        const struct replicaset *rs = world_replicaset(w, o->replicasets.at[i]);
        add_pods(p, w, rs->pods.at, rs->pods.count);
    }
}

/* ---- requests ---- */

/* A template's requests are worked out when it is first seen. */
static struct hpa_template *template_of(struct hpa_pods *p, struct sim *sim, const struct pod_template *template)
{
    for (uint32_t i = 0; i < p->templates.count; i++) {
        if (p->templates.at[i].template == template) {
            return &p->templates.at[i];
        }
    }
    const struct hpa_spec *spec = p->spec;
    struct hpa_request *requests = TAKE(sim->arena, struct hpa_request, spec->metric_count);
    for (uint32_t m = 0; m < spec->metric_count; m++) {
        if (spec->metrics[m].target == HPA_TARGET_UTILIZATION) {
            const struct hpa_metric *metric = &spec->metrics[m];
            requests[m] = hpa_request_of(*sim->arena, template->tree, metric->name, metric->container);
        }
    }
    VEC_PUSH(&p->templates, (struct hpa_template){.template = template, .requests = requests});
    return &p->templates.at[p->templates.count - 1];
}

/* A request that is missing is told with the name of the first pod that lacks it. */
static const struct hpa_request *named_request(struct hpa_pods *p, struct sim *sim, uint32_t metric, uint32_t pod,
                                               const struct hpa_request *request)
{
    struct hpa_request *missing = &p->missing[metric];
    if (request->problem.trouble == HPA_FINE || missing->problem.pod != NULL) {
        return request;
    }
    char name[512];
    world_pod_name(&sim->world, p->rows.at[pod], name, sizeof name);
    *missing = *request;
    missing->problem.pod = names_text(sim->names, name);
    return missing;
}

static void join_requests(struct hpa_pods *p, struct sim *sim)
{
    uint32_t metrics = p->spec->metric_count, count = p->pods.count;
    p->samples.count = 0;
    while (p->samples.count < metrics * count) {
        VEC_PUSH(&p->samples, (struct hpa_sample){.since_ns = TIME_UNSET});
    }
    for (uint32_t i = 0; i < p->templates.count; i++) {
        p->templates.at[i].present = false;
    }
    memset(p->missing, 0, metrics * sizeof *p->missing);
    for (uint32_t i = 0; i < count; i++) {
        struct hpa_template *t = template_of(p, sim, world_pod(&sim->world, p->rows.at[i])->template);
        t->present = true;
        for (uint32_t m = 0; m < metrics; m++) {
            p->samples.at[m * count + i].request = named_request(p, sim, m, i, &t->requests[m]);
        }
    }
}

void hpa_pods_list(struct hpa_pods *p, struct sim *sim, const struct hpa_spec *spec, uint32_t workload)
{
    if (p->spec != spec) {
        p->spec = spec;
        p->missing = memory_resize(p->missing, spec->metric_count, sizeof *p->missing);
        p->templates.count = 0;
    }
    p->rows.count = p->pods.count = 0;
    if (workload != NONE) {
        add_all(p, &sim->world, workload);
    }
    join_requests(p, sim);
}

struct hpa_sample *hpa_pods_samples(struct hpa_pods *p, uint32_t metric)
{
    return p->pods.count == 0 ? NULL : &p->samples.at[metric * p->pods.count];
}

bool hpa_pods_any_selected(const struct hpa_pods *p, const struct label_selector *selector)
{
    for (uint32_t i = 0; i < p->templates.count; i++) {
        const struct hpa_template *t = &p->templates.at[i];
        if (t->present && selector_matches(selector, t->template->labels)) {
            return true;
        }
    }
    return false;
}

void hpa_pods_drop(struct hpa_pods *p)
{
    free(p->missing);
    VEC_DROP(&p->rows);
    VEC_DROP(&p->pods);
    VEC_DROP(&p->samples);
    VEC_DROP(&p->templates);
    *p = (struct hpa_pods){0};
}
