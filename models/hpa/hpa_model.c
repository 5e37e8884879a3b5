/* Invariants
 * 1. An autoscaler's list of pods is up to date as long as `seen` is its target's count of changes.
 * 2. statuses[stored] is what the world points to, the other is being worked on: they change places at every write.
 * 3. Between the stages of a turn `in` and `step` hold what the evaluation decided.
 */
#include "models/hpa/hpa_model.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/hpa/hpa_pods.h"
#include "models/hpa/hpa_text.h"
#include "models/hpa/metrics.h"
#include "sim/world/placement.h"

#define SCALE_TRIES 5

struct autoscaler {
    struct hpa_memory memory;
    struct hpa_status statuses[2];
    unsigned stored;
    const struct hpa_spec *spec; /* that there is room for */

    uint32_t target; /* row of the workload; NONE: there is none */
    uint64_t seen;
    struct hpa_pods pods;

    const struct label_selector *selector; /* that other autoscalers compare with; null: not known yet */
    uint64_t compared;                     /* state of all selectors when `ambiguous` was found; 0: never */
    bool ambiguous;

    struct hpa_input in;
    struct hpa_step step;
    unsigned tries; /* of writing the scale; 0: it is not being written */
};

struct controller {
    struct hpa_settings settings;
    struct hpa_scale_server server;
    struct hpa_tracer tracer;
    VEC(struct autoscaler *) autoscalers; /* by row; null: none */
    VEC(uint64_t) changes;                /* of each workload's pods, by row */
    uint64_t selectors;                   /* counts changes of what autoscalers select */
    struct arena scratch;                 /* of an evaluation: answers of the metrics APIs */
    VEC(struct hpa_note) notes;
};

/* ---- the pods of the target ---- */

static uint64_t changes_of(const struct controller *c, uint32_t workload)
{
    return workload < c->changes.count ? c->changes.at[workload] : 0;
}

static void count_change(struct controller *c, uint32_t workload)
{
    while (c->changes.count <= workload) {
        VEC_PUSH(&c->changes, 1);
    }
    c->changes.at[workload]++;
}

/* Brings the list of pods up to date. */
static void look_at_pods(struct controller *c, struct autoscaler *a, struct sim *sim)
{
    uint64_t changes = changes_of(c, a->target);
    if (a->seen == changes) {
        return;
    }
    a->seen = changes;
    hpa_pods_list(&a->pods, sim, a->spec, a->target);
    a->compared = 0;
}

/* ---- the target and its scale ---- */

static bool is_target(const struct world *w, uint32_t row, const struct hpa *h)
{
    return row < w->workloads.count && w->workloads.at[row].uid != 0 &&
           w->workloads.at[row].name == h->spec->target_name && w->workloads.at[row].namespace == h->namespace;
}

/* The row of the workload that the autoscaler scales; NONE: there is none. */
static uint32_t find_target(const struct world *w, const struct hpa *h)
{
    if (is_target(w, h->target, h)) {
        return h->target;
    }
    if (strcmp(h->spec->target_kind, "Deployment") == 0) {
        return world_find_workload(w, WORKLOAD_DEPLOYMENT, h->namespace, h->spec->target_name);
    }
    if (strcmp(h->spec->target_kind, "StatefulSet") == 0) {
        return world_find_workload(w, WORKLOAD_STATEFULSET, h->namespace, h->spec->target_name);
    }
    return NONE;
}

static const char *not_found(struct sim *sim, const struct hpa *h)
{
    char text[512], kind[64];
    size_t length = 0;
    for (; h->spec->target_kind[length] != '\0' && length + 1 < sizeof kind; length++) {
        char letter = h->spec->target_kind[length];
        kind[length] = (char)(letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter);
    }
    kind[length] = '\0';
    snprintf(text, sizeof text, "%ss.apps \"%s\" not found", kind, h->spec->target_name);
    return names_text(sim->names, text);
}

static struct hpa_scale read_scale(struct controller *c, struct autoscaler *a, struct sim *sim, uint32_t row)
{
    struct hpa_scale scale = {0};
    if (a->target == NONE) {
        scale.refused = not_found(sim, world_hpa(&sim->world, row));
    } else {
        const struct workload *o = world_workload(&sim->world, a->target);
        scale.replicas = o->spec.replicas;
        scale.status_replicas = o->status.replicas;
    }
    if (c->server.read != NULL) {
        c->server.read(c->server.state, sim, row, &scale);
    }
    return scale;
}

/* ---- selectors ---- */

static bool is_ambiguous(const struct controller *c, const struct autoscaler *a, const struct world *w, uint32_t row)
{
    for (uint32_t i = 0; i < c->autoscalers.count; i++) {
        const struct autoscaler *other = c->autoscalers.at[i];
        if (other != NULL && other != a && other->selector != NULL &&
            world_hpa(w, i)->namespace == world_hpa(w, row)->namespace &&
            hpa_pods_any_selected(&a->pods, other->selector)) {
            return true;
        }
    }
    return false;
}

/* As Kubernetes writes a selector: "app=web,tier in (a,b),!legacy". */
static const char *selector_text(struct sim *sim, const struct label_selector *selector)
{
    struct buffer b = {0};
    for (uint32_t i = 0; i < selector->count; i++) {
        const struct requirement *r = &selector->requirements[i];
        bool list = r->op == REQUIREMENT_NOT_IN || r->count > 1;
        buffer_format(&b, "%s%s%s", i == 0 ? "" : ",", r->op == REQUIREMENT_DOES_NOT_EXIST ? "!" : "", r->key);
        for (uint32_t k = 0; k < r->count; k++) {
            const char *before = r->op == REQUIREMENT_NOT_IN ? " notin (" : list ? " in (" : "=";
            buffer_format(&b, "%s%s", k == 0 ? before : ",", r->values[k]);
        }
        buffer_text(&b, list && r->count > 0 ? ")" : "");
    }
    const char *text = names_text(sim->names, buffer_string(&b));
    buffer_drop(&b);
    return text;
}

/* Makes the selector known to others, and finds out whether one of them claims the same pods. */
static void compare_selectors(struct controller *c, struct autoscaler *a, struct sim *sim, uint32_t row)
{
    const struct label_selector *selector = world_workload(&sim->world, a->target)->spec.selector;
    if (a->selector != selector) {
        a->selector = selector;
        c->selectors++;
    }
    if (a->compared != c->selectors) {
        a->compared = c->selectors;
        a->ambiguous = is_ambiguous(c, a, &sim->world, row);
    }
    if (a->ambiguous) {
        a->in.scale.selector = HPA_SELECTOR_AMBIGUOUS;
        a->in.scale.selector_text = selector_text(sim, selector);
    }
}

/* ---- metrics ---- */

static struct hpa_answer ask_metric(struct controller *c, struct autoscaler *a, struct sim *sim, uint32_t row,
                                    uint32_t metric)
{
    struct hpa_answer answer = {0};
    if (sim->metrics == NULL) {
        answer.problem = (struct hpa_problem){
            .trouble = HPA_FETCH_FAILED,
            .detail = "the server could not find the requested resource (get pods.metrics.k8s.io)",
        };
        return answer;
    }
    sim->metrics->answer(sim->metrics->state, sim, row, &a->spec->metrics[metric], a->pods.rows.at, a->pods.rows.count,
                         hpa_pods_samples(&a->pods, metric), &answer, &c->scratch);
    return answer;
}

static void ask_metrics(struct controller *c, struct autoscaler *a, struct sim *sim, uint32_t row)
{
    arena_reset(&c->scratch);
    struct hpa_answer *answers = TAKE(&c->scratch, struct hpa_answer, a->spec->metric_count);
    for (uint32_t m = 0; m < a->spec->metric_count; m++) {
        answers[m] = ask_metric(c, a, sim, row, m);
    }
    a->in.pods = a->pods.pods.at;
    a->in.pod_count = a->pods.pods.count;
    a->in.answers = answers;
}

/* ---- notes ---- */

enum { NUMBER_REPLICAS, NUMBER_REASONS, NUMBER_METRIC, NUMBER_INVALID, NUMBER_TOTAL, NUMBER_BEFORE };

static void render(const struct sim *sim, const struct note *n, char *text, size_t size)
{
    const struct controller *c = sim_state(sim, &hpa_model);
    const struct hpa_spec *spec = c->autoscalers.at[n->row]->spec;
    int64_t reasons = n->numbers[NUMBER_REASONS];
    struct hpa_message m = {
        .reason = (enum hpa_reason)(reasons & 0xff),
        .cause = (enum hpa_reason)(reasons >> 8 & 0xff),
        .why = (enum hpa_why)(reasons >> 16 & 0xff),
        .problem = {.trouble = (enum hpa_trouble)(reasons >> 24 & 0xff), .detail = n->texts[0]},
        .replicas = (int32_t)n->numbers[NUMBER_REPLICAS],
        .invalid = (uint32_t)n->numbers[NUMBER_INVALID],
        .total = (uint32_t)n->numbers[NUMBER_TOTAL],
        .metric = n->numbers[NUMBER_METRIC] < 0 ? NULL : &spec->metrics[n->numbers[NUMBER_METRIC]],
        .text = n->texts[0],
    };
    m.problem.container = n->texts[0];
    m.problem.pod = n->texts[1];
    struct buffer out = {0};
    hpa_text_note(&out, world_hpa(&sim->world, n->row)->namespace, &m);
    snprintf(text, size, "%s", buffer_string(&out));
    buffer_drop(&out);
}

/* The one text that a message names besides a pod. */
static const char *text_of(const struct hpa_message *m)
{
    if (m->problem.container != NULL) {
        return m->problem.container;
    }
    return m->problem.detail != NULL ? m->problem.detail : m->text;
}

static struct note note_of(const struct autoscaler *a, uint32_t row, const struct hpa_note *from)
{
    const struct hpa_message *m = &from->message;
    return (struct note){
        .model = hpa_model.name,
        .object = NOTE_HPA,
        .row = row,
        .warning = from->warning,
        .reason = hpa_reason_name(m->reason),
        .numbers = {[NUMBER_REPLICAS] = m->replicas,
                    [NUMBER_REASONS] = (int64_t)m->reason | (int64_t)m->cause << 8 | (int64_t)m->why << 16 |
                                       (int64_t)m->problem.trouble << 24,
                    [NUMBER_METRIC] = m->metric == NULL ? -1 : m->metric - a->spec->metrics,
                    [NUMBER_INVALID] = m->invalid,
                    [NUMBER_TOTAL] = m->total,
                    [NUMBER_BEFORE] = a->in.scale.replicas},
        .texts = {text_of(m), m->problem.pod},
        .render = render,
    };
}

static void say(struct sim *sim, struct autoscaler *a, uint32_t row)
{
    for (uint32_t i = 0; i < a->step.note_count; i++) {
        struct note note = note_of(a, row, &a->step.notes[i]);
        sim_note(sim, &note);
    }
    a->step.note_count = 0;
}

/* ---- an evaluation ---- */

static void copy_status(struct hpa_status *to, const struct hpa_status *from)
{
    struct hpa_value *values = to->values;
    *to = *from;
    to->values = values;
    if (from->value_count > 0) {
        memcpy(values, from->values, from->value_count * sizeof *values);
    }
}

/* A spec that is new to the autoscaler: room for its metrics. */
static void take_spec(struct autoscaler *a, const struct hpa_spec *spec)
{
    uint32_t room = spec->metric_count;
    for (int i = 0; i < 2; i++) {
        struct hpa_status *s = &a->statuses[i];
        room = room > s->value_count ? room : s->value_count;
    }
    for (int i = 0; i < 2; i++) {
        a->statuses[i].values = memory_resize(a->statuses[i].values, room, sizeof *a->statuses[i].values);
    }
    a->spec = spec;
    a->seen = UINT64_MAX;
}

static void ask_for_scale(struct autoscaler *a, struct sim *sim)
{
    a->tries++;
    sim_ask(sim, &(struct intent){.kind = INTENT_SCALE_WORKLOAD,
                                  .target = api_ref_workload(&sim->world, a->target),
                                  .version = world_workload(&sim->world, a->target)->version,
                                  .replicas = a->step.replicas});
}

/* The end of an evaluation: writes the status when it changed, then waits for the next. */
static void finish(struct autoscaler *a, struct sim *sim, uint32_t row)
{
    const struct hpa_status *work = &a->statuses[1 - a->stored];
    bool never_written = world_hpa(&sim->world, row)->status == NULL;
    if (never_written || !hpa_status_equal(work, &a->statuses[a->stored])) {
        a->stored = 1 - a->stored;
        sim_ask(sim, &(struct intent){
                         .kind = INTENT_HPA_STATUS, .target = api_ref_hpa(&sim->world, row), .hpa = {.status = work}});
        return;
    }
    sim_wake_at(sim, &hpa_model, 0, row, 0, sim_now(sim) + sim->delays.hpa_sync_period_ns);
}

static void evaluate(struct controller *c, struct autoscaler *a, struct sim *sim, uint32_t row)
{
    const struct hpa *h = world_hpa(&sim->world, row);
    if (a->spec != h->spec) {
        take_spec(a, h->spec);
    }
    uint32_t target = find_target(&sim->world, h);
    a->seen = a->target == target ? a->seen : UINT64_MAX;
    a->target = target;
    while (c->notes.count < a->spec->metric_count + 2) {
        VEC_PUSH(&c->notes, (struct hpa_note){0});
    }
    struct hpa_status *work = &a->statuses[1 - a->stored];
    copy_status(work, &a->statuses[a->stored]);
    a->in = (struct hpa_input){.settings = &c->settings, .spec = a->spec, .now_ns = sim_now(sim)};
    a->in.scale = read_scale(c, a, sim, row);
    a->step.notes = c->notes.at;
    if (hpa_needs_metrics(&a->in, work)) {
        look_at_pods(c, a, sim);
        if (a->in.scale.selector == HPA_SELECTOR_GOOD) {
            compare_selectors(c, a, sim, row);
        }
        if (a->in.scale.selector == HPA_SELECTOR_GOOD) {
            ask_metrics(c, a, sim, row);
        }
    }
    if (c->tracer.evaluate != NULL) {
        c->tracer.evaluate(c->tracer.context, sim, row, &a->in, work, &a->memory);
    }
    hpa_evaluate(&a->in, work, &a->memory, &a->step);
    say(sim, a, row);
    if (a->step.rescale) {
        ask_for_scale(a, sim);
    } else {
        finish(a, sim, row);
    }
}

/* What came of writing the scale; a conflict is tried again with what is there now. */
static void conclude(struct controller *c, struct autoscaler *a, struct sim *sim, uint32_t row,
                     const struct outcome *outcome)
{
    bool gone = outcome->kind == OUTCOME_GONE || !is_target(&sim->world, a->target, world_hpa(&sim->world, row));
    if (outcome->kind == OUTCOME_CONFLICT && !gone && a->tries < SCALE_TRIES) {
        ask_for_scale(a, sim);
        return;
    }
    const char *refused = NULL;
    if (gone) {
        refused = not_found(sim, world_hpa(&sim->world, row));
    } else if (outcome->kind == OUTCOME_CONFLICT) {
        refused = "the object has been modified; please apply your changes to the latest version and try again";
    } else if (outcome->kind == OUTCOME_REFUSED) {
        refused = c->server.refusal != NULL ? c->server.refusal : "the server refused";
    }
    a->tries = 0;
    a->in.now_ns = sim_now(sim);
    a->step.notes = c->notes.at;
    hpa_conclude(&a->in, &a->statuses[1 - a->stored], &a->memory, &a->step, refused);
    say(sim, a, row);
    finish(a, sim, row);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct controller *c = state;
    struct autoscaler *a = c->autoscalers.at[turn->id];
    if (turn->stage == 0) {
        evaluate(c, a, sim, turn->id);
    } else if (a->tries > 0) {
        conclude(c, a, sim, turn->id, &turn->outcomes[0]);
    } else {
        sim_wake_at(sim, &hpa_model, 0, turn->id, 0, sim_now(sim) + sim->delays.hpa_sync_period_ns);
    }
}

/* ---- the model ---- */

static void add(struct controller *c, struct sim *sim, uint32_t row, int64_t seen_ns)
{
    while (c->autoscalers.count <= row) {
        VEC_PUSH(&c->autoscalers, NULL);
    }
    struct autoscaler *a = memory_take(1, sizeof *a);
    a->statuses[0] = a->statuses[1] = hpa_status_new(NULL);
    a->target = NONE;
    c->autoscalers.at[row] = a;
    sim_wake_at(sim, &hpa_model, 0, row, 0, seen_ns + sim->delays.hpa_sync_period_ns);
}

static void drop(struct controller *c, uint32_t row)
{
    struct autoscaler *a = c->autoscalers.at[row];
    hpa_memory_drop(&a->memory);
    free(a->statuses[0].values);
    free(a->statuses[1].values);
    hpa_pods_drop(&a->pods);
    free(a);
    c->autoscalers.at[row] = NULL;
    c->selectors++;
}

/* The settings are there before the start, so that a replay can change them. */
static struct controller *controller_of(struct sim *sim)
{
    struct controller *c = sim_state(sim, &hpa_model);
    assert(c != NULL);
    if (c->selectors == 0) {
        c->selectors = 1;
        c->settings = hpa_settings_default();
        c->scratch = arena_make(1 << 14);
    }
    return c;
}

struct hpa_settings *hpa_model_settings(struct sim *sim)
{
    return &controller_of(sim)->settings;
}

void hpa_model_serve_scales(struct sim *sim, struct hpa_scale_server server)
{
    controller_of(sim)->server = server;
}

void hpa_model_trace(struct sim *sim, struct hpa_tracer tracer)
{
    controller_of(sim)->tracer = tracer;
}

static void start(struct sim *sim, void *state)
{
    struct controller *c = controller_of(sim);
    assert(c == state);
    for (uint32_t row = 0; row < sim->world.hpas.count; row++) {
        if (sim->world.hpas.at[row].uid != 0) {
            add(c, sim, row, sim_now(sim));
        }
    }
}

static void on_pod(struct controller *c, const struct sim *sim, const struct fact *fact)
{
    const struct pod *p = fact->verb == FACT_REMOVED ? fact->old : world_pod(&sim->world, fact->row);
    if (p->workload != NONE) {
        count_change(c, p->workload);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct controller *c = state;
    if (fact->kind == FACT_POD) {
        on_pod(c, sim, fact);
    } else if (fact->verb == FACT_ADDED) {
        add(c, sim, fact->row, sim_now(sim) + sim->delays.watch_ns);
    } else if (fact->verb == FACT_REMOVED) {
        sim_forget(sim, &hpa_model, 0, fact->row);
        drop(c, fact->row);
    }
}

static void stop(struct sim *sim, void *state)
{
    struct controller *c = state;
    (void)sim;
    for (uint32_t row = 0; row < c->autoscalers.count; row++) {
        if (c->autoscalers.at[row] != NULL) {
            drop(c, row);
        }
    }
    VEC_DROP(&c->autoscalers);
    VEC_DROP(&c->changes);
    arena_drop(&c->scratch);
    VEC_DROP(&c->notes);
}

/* kube-controller-manager --concurrent-horizontal-pod-autoscaler-syncs: 5. */
static const struct model_class classes[] = {
    {.name = "hpa", .order = ENGINE_FIFO, .workers = 5, .client = CLIENT_CONTROLLER_HPA}};

const struct model hpa_model = {
    .name = "hpa",
    .state_size = sizeof(struct controller),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_POD) | FACTS(FACT_HPA),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
