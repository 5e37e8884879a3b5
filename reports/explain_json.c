#include "reports/explain_json.h"

#include "reports/print.h"
#include "sim/base/json.h"

#define SECOND INT64_C(1000000000)

struct writer {
    struct json_writer json;
    int64_t start_s;
};

static void text(struct writer *w, const char *key, const char *value)
{
    json_key(&w->json, key);
    if (value == NULL) {
        json_null(&w->json);
    } else {
        json_text(&w->json, value);
    }
}

static void integer(struct writer *w, const char *key, int64_t value)
{
    json_key(&w->json, key);
    json_integer(&w->json, value);
}

static void number(struct writer *w, const char *key, double value)
{
    json_key(&w->json, key);
    json_double(&w->json, print_nine_digits(value));
}

static void boolean(struct writer *w, const char *key, bool value)
{
    json_key(&w->json, key);
    json_bool(&w->json, value);
}

static void instant(struct writer *w, const char *key, int64_t at_ns)
{
    struct buffer b = {0};
    print_instant(&b, w->start_s, at_ns / SECOND);
    text(w, key, b.at);
    buffer_drop(&b);
}

static void texts(struct writer *w, const char *key, const char *const *list, uint32_t count)
{
    json_key(&w->json, key);
    json_begin_list(&w->json);
    for (uint32_t i = 0; list != NULL && i < count; i++) {
        json_text(&w->json, list[i]);
    }
    json_end_list(&w->json);
}

static void begin_list(struct writer *w, const char *key)
{
    json_key(&w->json, key);
    json_begin_list(&w->json);
}

/* Opens a map under the key; false: there is none, and null stands there. */
static bool begin_map(struct writer *w, const char *key, const void *what)
{
    json_key(&w->json, key);
    if (what == NULL) {
        json_null(&w->json);
        return false;
    }
    json_begin_map(&w->json);
    return true;
}

/* ---- attempts ---- */

static void write_node(struct writer *w, const struct explained_node *n, uint32_t plugins)
{
    json_begin_map(&w->json);
    text(w, "node", n->name);
    integer(w, "total", n->total);
    begin_list(w, "scores");
    for (uint32_t k = 0; n->scores != NULL && k < plugins; k++) {
        json_begin_map(&w->json);
        text(w, "plugin", n->scores[k].plugin);
        integer(w, "raw", n->scores[k].raw);
        integer(w, "normalized", n->scores[k].normalized);
        integer(w, "weight", n->scores[k].weight);
        integer(w, "weighted", n->scores[k].normalized * n->scores[k].weight);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
    json_end_map(&w->json);
}

static void write_refusals(struct writer *w, const struct explained_attempt *a)
{
    begin_list(w, "refused");
    for (uint32_t i = 0; i < a->refusal_count; i++) {
        const struct explained_refusal *r = &a->refusals[i];
        json_begin_map(&w->json);
        text(w, "plugin", r->plugin);
        text(w, "reasons", r->reasons);
        boolean(w, "preemptionMayHelp", !r->unresolvable);
        integer(w, "count", r->count);
        texts(w, "nodes", r->nodes, r->count);
        json_end_map(&w->json);
    }
    json_end_list(&w->json);
}

static void write_preemption(struct writer *w, const struct explained_preemption *p)
{
    if (begin_map(w, "preemption", p)) {
        text(w, "outcome", p->outcome);
        text(w, "node", p->node);
        texts(w, "victims", p->victims, p->victim_count);
        integer(w, "nodesTried", p->tried);
        json_end_map(&w->json);
    }
}

static void write_attempt(struct writer *w, const struct explained_attempt *a)
{
    if (!begin_map(w, "attempt", a)) {
        return;
    }
    instant(w, "at", a->at_ns);
    text(w, "namespace", a->namespace);
    text(w, "pod", a->pod);
    text(w, "profile", a->profile);
    text(w, "node", a->node);
    text(w, "message", a->message);
    integer(w, "nodes", a->nodes);
    integer(w, "nodesLookedAt", a->looked_at);
    begin_list(w, "feasible");
    for (uint32_t i = 0; i < a->feasible_count; i++) {
        write_node(w, &a->feasible[i], a->plugin_count);
    }
    json_end_list(&w->json);
    write_refusals(w, a);
    write_preemption(w, a->preemption);
    json_end_map(&w->json);
}

/* ---- autoscalers ---- */

static void write_metric(struct writer *w, const struct explained_metric *m)
{
    json_begin_map(&w->json);
    text(w, "metric", m->name);
    text(w, "target", m->target);
    text(w, "usage", m->usage);
    text(w, "problem", m->problem);
    if (m->problem == NULL) {
        number(w, "ratio", m->ratio);
        boolean(w, "withinTolerance", m->within);
        integer(w, "replicas", m->replicas);
    }
    json_end_map(&w->json);
}

static void write_hpa(struct writer *w, const struct explained_hpa *h)
{
    if (!begin_map(w, "hpa", h)) {
        return;
    }
    instant(w, "at", h->at_ns);
    text(w, "name", h->name);
    text(w, "refused", h->refused);
    integer(w, "replicasNow", h->current);
    integer(w, "replicasByMetrics", h->desired);
    integer(w, "replicasSet", h->replicas);
    integer(w, "replicasMin", h->min);
    integer(w, "replicasMax", h->max);
    number(w, "toleranceDown", h->tolerance_down);
    number(w, "toleranceUp", h->tolerance_up);
    integer(w, "stabilizationDownSeconds", h->window_down_s);
    integer(w, "stabilizationUpSeconds", h->window_up_s);
    integer(w, "pods", h->pods);
    begin_list(w, "metrics");
    for (uint32_t i = 0; i < h->metric_count; i++) {
        write_metric(w, &h->metrics[i]);
    }
    json_end_list(&w->json);
    text(w, "ableToScale", h->able);
    text(w, "scalingLimited", h->limited);
    json_end_map(&w->json);
}

static void write_workload(struct writer *w, const struct explained_workload *k)
{
    if (begin_map(w, "workload", k)) {
        integer(w, "replicas", k->wanted);
        integer(w, "pods", k->pods);
        integer(w, "ready", k->ready);
        integer(w, "starting", k->starting);
        integer(w, "waiting", k->waiting);
        integer(w, "terminating", k->leaving);
        texts(w, "waitingPods", k->waiting_names, (uint32_t)k->waiting);
        json_end_map(&w->json);
    }
}

void explain_json_write(struct buffer *out, const struct explanation *e)
{
    struct writer w = {.json = {.out = out}, .start_s = e->start_s};
    json_begin_map(&w.json);
    text(&w, "format", "headroom-explain/1");
    text(&w, "kind", e->object_kind);
    text(&w, "namespace", e->namespace);
    text(&w, "name", e->name);
    instant(&w, "at", e->at_ns);
    text(&w, "state", e->state);
    write_workload(&w, e->workload);
    write_hpa(&w, e->hpa);
    write_attempt(&w, e->attempt);
    json_end_map(&w.json);
    buffer_text(out, "\n");
}
