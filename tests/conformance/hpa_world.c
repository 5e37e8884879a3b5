#include "tests/conformance/hpa_world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/hpa/hpa_model.h"
#include "models/hpa/hpa_spec.h"
#include "sim/base/number.h"
#include "sim/scenario/selector.h"

#define SECOND INT64_C(1000000000)
#define NEVER INT64_MAX

enum { ACT, POD, SIZE, FAILURE, SCRAPE };

/* ---- reading ---- */

static int64_t integer(const struct value *v)
{
    int64_t number = 0;
    const char *text = value_as_text(v);
    bool good = text != NULL ? number_parse_int64(text, &number) : value_as_int64(v, &number);
    return good ? number : 0;
}

static int64_t number_at(const struct value *v, const char *path)
{
    return integer(value_at(v, path));
}

static bool is_true(const struct value *v)
{
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static uint32_t count_of(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

static int64_t item(const struct value *list, uint32_t i, uint32_t k)
{
    return integer(list->items[i]->items[k]);
}

static struct hpa_world_curve read_curve(struct hpa_world *w, const char *name, const struct value *v)
{
    const struct value *list = value_get(v, "values");
    int64_t *values = TAKE(w->arena, int64_t, count_of(list));
    for (uint32_t i = 0; i < count_of(list); i++) {
        values[i] = integer(list->items[i]);
    }
    return (struct hpa_world_curve){
        .name = names_text(w->names, name),
        .step_ns = number_at(v, "step"),
        .values = values,
        .count = count_of(list),
        .base = number_at(v, "base"),
        .startup = number_at(v, "startup"),
        .skew = number_at(v, "skew"),
        .per_ready = is_true(value_get(v, "perReady")),
    };
}

static void read_curves(struct hpa_world *w, const char *key)
{
    const struct value *map = value_get(w->rules, key);
    for (uint32_t i = 0; value_is_map(map) && i < map->count; i++) {
        assert(w->curve_count < HPA_WORLD_CURVES);
        w->curves[w->curve_count++] = read_curve(w, map->members[i].key, map->members[i].value);
    }
}

static bool add_act(struct hpa_world *w, int64_t at_ns, const struct value *spec, bool rival, struct fail *fail)
{
    struct hpa_spec *compiled = NULL;
    if (spec != NULL) {
        compiled = TAKE(w->arena, struct hpa_spec, 1);
        if (!hpa_spec_compile(w->arena, w->names, spec, compiled, fail)) {
            return false;
        }
        if (rival) {
            compiled->target_name = names_text(w->names, "rival");
            compiled->min = 1;
            compiled->max = 10;
        }
    }
    assert(w->act_count < sizeof w->acts / sizeof w->acts[0]);
    w->acts[w->act_count++] = (struct hpa_world_act){at_ns, compiled, rival};
    return true;
}

static bool read_acts(struct hpa_world *w, struct fail *fail)
{
    const struct value *spec = value_at(w->in, "hpa.spec"), *edits = value_get(w->in, "edits");
    const struct value *rival = value_get(w->in, "rival");
    if (!add_act(w, number_at(w->in, "createdAt"), spec, false, fail)) {
        return false;
    }
    for (uint32_t i = 0; i < count_of(edits); i++) {
        const struct value *edit = edits->items[i];
        if (!add_act(w, number_at(edit, "at"), value_get(edit, "spec"), false, fail)) {
            return false;
        }
    }
    return rival == NULL || (add_act(w, number_at(rival, "from"), spec, true, fail) &&
                             add_act(w, number_at(rival, "to"), NULL, true, fail));
}

/* Every pod has the same template: the containers of the rules. */
static struct pod_template *make_template(struct hpa_world *w)
{
    static const struct placement anywhere;
    struct arena *a = w->arena;
    const struct value *list = value_get(w->rules, "containers");
    struct value *tree = value_map(a), *spec = value_map(a), *containers = value_list(a), *labels = value_map(a);
    struct pod_template *t = TAKE(a, struct pod_template, 1);
    for (uint32_t i = 0; i < count_of(list); i++) {
        struct value *container = value_map(a), *resources = value_map(a);
        value_put(a, container, "name", value_get(list->items[i], "name"));
        value_put(a, resources, "requests", value_get(list->items[i], "requests"));
        value_put(a, container, "resources", resources);
        value_append(a, containers, container);
    }
    value_put(a, spec, "containers", containers);
    value_put(a, tree, "spec", spec);
    value_put(a, labels, names_text(w->names, "app"), value_text(a, "web"));
    t->tree = tree;
    t->labels = labels_compile(a, w->names, labels);
    t->placement = &anywhere;
    t->grace_ns = 30 * INT64_C(1000000000);
    return t;
}

bool hpa_world_read(struct hpa_world *w, struct fail *fail)
{
    w->rules = value_get(w->in, "world");
    read_curves(w, "usage");
    w->usage_count = w->curve_count;
    read_curves(w, "podMetrics");
    w->template = make_template(w);
    w->hpa = w->rival = NONE;
    return read_acts(w, fail);
}

/* ---- the rule ---- */

static bool is_living(const struct hpa_world_pod *p, int64_t t)
{
    return p->failed_ns > t && p->terminating_ns > t;
}

static enum pod_phase phase_of(const struct hpa_world_pod *p, int64_t t)
{
    return p->failed_ns <= t ? POD_FAILED : p->running_ns <= t ? POD_RUNNING : POD_PENDING;
}

/* The Ready condition and when it last changed. */
static enum condition_status ready_of(const struct hpa_world *w, uint32_t number, int64_t t, int64_t *since_ns)
{
    const struct hpa_world_pod *p = &w->pods.at[number];
    const struct value *unready = value_get(w->rules, "podUnready");
    if (p->start_ns > t) {
        return CONDITION_ABSENT;
    }
    bool ready = p->ready_ns <= t;
    int64_t since = ready ? p->ready_ns : p->start_ns, out = TIME_UNSET;
    for (uint32_t i = 0; i < count_of(unready); i++) {
        int64_t from = item(unready, i, 1), to = item(unready, i, 2);
        if (item(unready, i, 0) != number || from < p->ready_ns) {
            continue;
        }
        if (from <= t && t < to) {
            out = from > out ? from : out;
        } else if (to <= t) {
            since = to > since ? to : since;
        }
    }
    since = out != TIME_UNSET ? out : since;
    ready = ready && out == TIME_UNSET;
    if (p->failed_ns <= t) {
        since = ready ? p->failed_ns : since;
        ready = false;
    }
    *since_ns = since;
    return ready ? CONDITION_TRUE : CONDITION_FALSE;
}

static bool is_serving(const struct hpa_world *w, uint32_t number, int64_t t)
{
    int64_t since_ns;
    return is_living(&w->pods.at[number], t) && ready_of(w, number, t, &since_ns) == CONDITION_TRUE;
}

static int64_t count_serving(const struct hpa_world *w, int64_t t)
{
    int64_t count = 0;
    for (uint32_t number = 0; number < w->pods.count; number++) {
        count += is_serving(w, number, t);
    }
    return count;
}

static int64_t curve_at(const struct hpa_world_curve *c, int64_t t)
{
    int64_t k = (t < 0 ? 0 : t) / c->step_ns;
    return c->values[k < c->count ? k : c->count - 1];
}

static int64_t load_of(const struct hpa_world_curve *c, int64_t t, uint32_t number, bool ready, int64_t serving)
{
    if (!ready) {
        return c->startup;
    }
    int64_t load = c->base + curve_at(c, t) / serving + ((int64_t)(number % 3) - 1) * c->skew;
    return load > 0 ? load : 0;
}

/* ---- pods ---- */

/* The next instant at which the pod's state changes. */
static int64_t next_change(const struct hpa_world *w, uint32_t number, int64_t t)
{
    const struct hpa_world_pod *p = &w->pods.at[number];
    const struct value *unready = value_get(w->rules, "podUnready");
    int64_t times[] = {p->start_ns, p->running_ns, p->ready_ns, p->gone_ns}, next = NEVER;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        next = times[i] > t && times[i] < next ? times[i] : next;
    }
    for (uint32_t i = 0; i < count_of(unready); i++) {
        for (uint32_t k = 1; k <= 2 && item(unready, i, 0) == number; k++) {
            next = item(unready, i, k) > t && item(unready, i, k) < next ? item(unready, i, k) : next;
        }
    }
    return next;
}

/* Writes the pod's state of now; takes it out when it is gone. */
static void show_pod(struct hpa_world *w, struct sim *sim, uint32_t number)
{
    struct hpa_world_pod *p = &w->pods.at[number];
    int64_t now = sim_now(sim);
    if (p->row == NONE) {
        return;
    }
    struct intent intent = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, p->row)};
    if (p->gone_ns <= now) {
        intent.kind = INTENT_REMOVE_POD;
        p->row = NONE;
    } else {
        intent.pod.phase = phase_of(p, now);
        intent.pod.ready = ready_of(w, number, now, &intent.pod.ready_since_ns);
        intent.pod.start_ns = p->start_ns <= now ? p->start_ns : TIME_UNSET;
    }
    api_apply(&sim->api, &intent);
}

static void wait_for_change(const struct hpa_world *w, struct sim *sim, uint32_t number)
{
    int64_t next = next_change(w, number, sim_now(sim));
    if (next != NEVER) {
        sim_wake_at(sim, &hpa_world_model, POD, number, 0, next);
    }
}

static void create_pod(struct hpa_world *w, struct sim *sim)
{
    int64_t start = sim_now(sim) + number_at(w->rules, "startAfter");
    int64_t running = start + number_at(w->rules, "runningAfter");
    struct hpa_world_pod p = {.start_ns = start,
                              .running_ns = running,
                              .ready_ns = running + number_at(w->rules, "readyAfter"),
                              .terminating_ns = NEVER,
                              .gone_ns = NEVER,
                              .failed_ns = NEVER};
    struct pod row = {.owner_kind = OWNER_WORKLOAD,
                      .owner = w->workload,
                      .workload = w->workload,
                      .number = w->pods.count,
                      .template = w->template,
                      .namespace = names_text(w->names, "default"),
                      .node_name = "node",
                      .node = NONE,
                      .start_ns = TIME_UNSET,
                      .deletion_ns = TIME_UNSET};
    p.row = world_add_pod(&sim->world, &row);
    VEC_PUSH(&w->pods, p);
}

static void terminate_pod(struct hpa_world *w, struct sim *sim, uint32_t number)
{
    struct hpa_world_pod *p = &w->pods.at[number];
    p->terminating_ns = sim_now(sim);
    p->gone_ns = p->terminating_ns + number_at(w->rules, "terminationDelay");
    struct intent intent = {.kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, p->row), .grace_ns = -1};
    api_apply(&sim->api, &intent);
    show_pod(w, sim, number);
    sim_cancel(sim, &hpa_world_model, POD, number);
    wait_for_change(w, sim, number);
}

/* The oldest or newest living pod. */
static uint32_t find_victim(const struct hpa_world *w, int64_t t)
{
    bool oldest = strcmp(value_as_text(value_get(w->rules, "removal")), "oldest") == 0;
    uint32_t victim = NONE;
    for (uint32_t number = 0; number < w->pods.count; number++) {
        if (is_living(&w->pods.at[number], t) && (victim == NONE || !oldest)) {
            victim = number;
        }
    }
    return victim;
}

static int32_t count_living(const struct hpa_world *w, int64_t t)
{
    int32_t living = 0;
    for (uint32_t number = 0; number < w->pods.count; number++) {
        living += is_living(&w->pods.at[number], t);
    }
    return living;
}

/* Makes the living pods as many as the size says. */
static void resize(struct hpa_world *w, struct sim *sim)
{
    int64_t now = sim_now(sim);
    int32_t size = world_workload(&sim->world, w->workload)->spec.replicas, living = count_living(w, now);
    for (; living < size; living++) {
        create_pod(w, sim);
        show_pod(w, sim, w->pods.count - 1);
        wait_for_change(w, sim, w->pods.count - 1);
    }
    for (; living > size; living--) {
        terminate_pod(w, sim, find_victim(w, now));
    }
}

/* ---- what happens at a time ---- */

static void set_size(struct hpa_world *w, struct sim *sim, int64_t size)
{
    struct intent intent = {
        .kind = INTENT_SCALE_WORKLOAD, .target = api_ref_workload(&sim->world, w->workload), .replicas = (int32_t)size};
    api_apply(&sim->api, &intent);
    resize(w, sim);
}

static void fail_pod(struct hpa_world *w, struct sim *sim, uint32_t number)
{
    int64_t now = sim_now(sim);
    if (number < w->pods.count && is_living(&w->pods.at[number], now) && w->pods.at[number].running_ns <= now) {
        w->pods.at[number].failed_ns = now;
        show_pod(w, sim, number);
    }
    resize(w, sim);
}

static void scrape(struct hpa_world *w, int64_t t)
{
    int64_t serving = count_serving(w, t), since_ns;
    w->samples.count = 0;
    for (uint32_t number = 0; number < w->pods.count; number++) {
        const struct hpa_world_pod *p = &w->pods.at[number];
        if (phase_of(p, t) != POD_RUNNING || p->terminating_ns <= t) {
            continue;
        }
        struct hpa_world_sample s = {.number = number, .time_ns = t};
        bool ready = ready_of(w, number, t, &since_ns) == CONDITION_TRUE;
        for (uint32_t i = 0; i < w->curve_count; i++) {
            s.values[i] = load_of(&w->curves[i], t, number, ready, serving);
        }
        VEC_PUSH(&w->samples, s);
    }
}

static uint32_t add_hpa(struct hpa_world *w, struct sim *sim, const struct hpa_world_act *act)
{
    return world_add_hpa(&sim->world, &(struct hpa){.namespace = names_text(w->names, "default"),
                                                    .name = names_text(w->names, act->rival ? "rival" : "web"),
                                                    .target = act->rival ? w->rival_workload : w->workload,
                                                    .spec = act->spec});
}

static void do_act(struct hpa_world *w, struct sim *sim, const struct hpa_world_act *act)
{
    uint32_t *row = act->rival ? &w->rival : &w->hpa;
    if (act->spec == NULL) {
        world_remove_hpa(&sim->world, *row);
        *row = NONE;
    } else if (*row == NONE) {
        *row = add_hpa(w, sim, act);
    } else {
        struct hpa next = *world_hpa(&sim->world, *row);
        next.spec = act->spec;
        world_update_hpa(&sim->world, *row, &next);
    }
}

/* ---- the scale and the metrics APIs ---- */

/* The kind of outage that an API suffers now; null: none. */
static const char *outage(const struct hpa_world *w, const char *api, int64_t t)
{
    const struct value *list = value_get(w->rules, "outages");
    for (uint32_t i = 0; i < count_of(list); i++) {
        const struct value *o = list->items[i];
        if (strcmp(value_as_text(value_get(o, "api")), api) == 0 && number_at(o, "from") <= t &&
            t < number_at(o, "to")) {
            return value_as_text(value_get(o, "kind"));
        }
    }
    return NULL;
}

static void read_scale(void *state, const struct sim *sim, uint32_t hpa, struct hpa_scale *scale)
{
    struct hpa_world *w = state;
    if (hpa == w->rival) {
        *scale = (struct hpa_scale){.replicas = 1, .status_replicas = 1};
        return;
    }
    const char *kind = outage(w, "scale", sim_now(sim)), *selector = outage(w, "selector", sim_now(sim));
    w->synced = true;
    w->size = scale->replicas;
    scale->status_replicas = count_living(w, sim_now(sim));
    if (kind != NULL && strcmp(kind, "get") == 0) {
        scale->refused = "scale is not available";
    }
    if (selector != NULL) {
        scale->selector = strcmp(selector, "empty") == 0 ? HPA_SELECTOR_EMPTY : HPA_SELECTOR_BAD;
        scale->selector_text = "unable to parse requirement: found 'web' expected: '('";
    }
}

/* What the user writes says no version, and is never refused. */
static bool refuses(void *context, const struct intent *intent)
{
    const struct sim *sim = context;
    const struct hpa_world *w = sim->inputs;
    const char *kind = outage(w, "scale", sim_now(sim));
    return intent->kind == INTENT_SCALE_WORKLOAD && intent->version != 0 && kind != NULL && strcmp(kind, "update") == 0;
}

static bool has_gap(const struct hpa_world *w, uint32_t number, int64_t t)
{
    const struct value *gaps = value_get(w->rules, "gaps");
    for (uint32_t i = 0; i < count_of(gaps); i++) {
        const struct value *g = gaps->items[i];
        if (number_at(g, "from") <= t && t < number_at(g, "to") &&
            number % number_at(g, "every") == number_at(g, "rest")) {
            return true;
        }
    }
    return false;
}

static bool is_visible(const struct hpa_world *w, const struct hpa_world_sample *s, int64_t t)
{
    bool exists = w->pods.at[s->number].row != NONE || is_true(value_get(w->rules, "keepSamplesOfGonePods"));
    return exists && !has_gap(w, s->number, t);
}

/* The curve of a per-pod metric; curve_count: there is none. */
static uint32_t find_curve(const struct hpa_world *w, const struct hpa_metric *m)
{
    uint32_t i = m->source == HPA_PODS ? w->usage_count : 0;
    uint32_t end = m->source == HPA_PODS ? w->curve_count : w->usage_count;
    while (i < end && w->curves[i].name != m->name) {
        i++;
    }
    return i < end ? i : w->curve_count;
}

/* A pod's value of a metric out of its containers. False: none. */
static bool value_of(const struct hpa_world *w, const struct hpa_metric *m, const struct hpa_world_sample *s,
                     int64_t *milli)
{
    const struct value *list = value_get(w->rules, "containers");
    struct hpa_container_usage usage[8];
    uint32_t curve = find_curve(w, m);
    if (curve == w->curve_count) {
        return false;
    }
    if (m->source == HPA_PODS) {
        *milli = s->values[curve];
        return true;
    }
    for (uint32_t i = 0; i < count_of(list); i++) {
        const struct value *container = list->items[i];
        int64_t share = number_at(container, "share");
        usage[i] =
            (struct hpa_container_usage){.name = names_text(w->names, value_as_text(value_get(container, "name"))),
                                         .present = true,
                                         .milli = s->values[curve] * share / 1000};
    }
    return hpa_pod_usage(usage, count_of(list), m->container, milli);
}

static uint32_t place_of(const uint32_t *pods, uint32_t count, uint32_t row)
{
    uint32_t i = 0;
    while (i < count && pods[i] != row) {
        i++;
    }
    return i;
}

static void answer_pods(struct hpa_world *w, int64_t t, const struct hpa_metric *m, const uint32_t *pods,
                        uint32_t count, struct hpa_sample *samples, struct hpa_answer *out, struct arena *scratch)
{
    bool any = false;
    int64_t *strays = TAKE(scratch, int64_t, w->samples.count + 1);
    for (uint32_t i = 0; i < count; i++) {
        samples[i].since_ns = TIME_UNSET;
    }
    for (uint32_t i = 0; i < w->samples.count; i++) {
        const struct hpa_world_sample *s = &w->samples.at[i];
        int64_t milli = 0;
        if (!is_visible(w, s, t)) {
            continue;
        }
        any = any || m->source != HPA_PODS;
        if (!value_of(w, m, s, &milli)) {
            continue;
        }
        any = true;
        uint32_t place = place_of(pods, count, w->pods.at[s->number].row);
        if (place == count) {
            strays[out->stray_count++] = milli;
        } else {
            samples[place].usage_milli = milli;
            samples[place].since_ns = s->time_ns - number_at(w->rules, "window");
        }
    }
    out->problem.trouble = any ? HPA_FINE : HPA_NOTHING_RETURNED;
    out->samples = samples;
    out->strays_milli = strays;
}

static void answer_values(struct hpa_world *w, int64_t t, const struct hpa_metric *m, struct hpa_answer *out,
                          struct arena *scratch)
{
    const struct value *list = value_get(value_get(w->rules, "external"), m->name);
    int64_t *values = TAKE(scratch, int64_t, count_of(list) + 1);
    if (m->source == HPA_OBJECT) {
        struct hpa_world_curve c = read_curve(w, m->name, value_get(value_get(w->rules, "objects"), m->name));
        int64_t serving = c.per_ready ? count_serving(w, t) : 1;
        values[out->value_count++] = curve_at(&c, t) / (serving > 1 ? serving : 1);
    } else {
        for (uint32_t i = 0; i < count_of(list); i++) {
            struct hpa_world_curve c = read_curve(w, m->name, list->items[i]);
            values[out->value_count++] = curve_at(&c, t);
        }
    }
    out->values_milli = values;
}

static void answer(void *state, const struct sim *sim, uint32_t hpa, const struct hpa_metric *m, const uint32_t *pods,
                   uint32_t count, struct hpa_sample *samples, struct hpa_answer *out, struct arena *scratch)
{
    static const char *const apis[] = {[HPA_RESOURCE] = "resource",
                                       [HPA_CONTAINER_RESOURCE] = "resource",
                                       [HPA_PODS] = "custom",
                                       [HPA_OBJECT] = "custom",
                                       [HPA_EXTERNAL] = "external"};
    struct hpa_world *w = state;
    const char *kind = outage(w, apis[m->source], sim_now(sim));
    (void)hpa;
    *out = (struct hpa_answer){0};
    if (kind != NULL && (strcmp(kind, "error") == 0 || m->source == HPA_OBJECT)) {
        out->problem = (struct hpa_problem){.trouble = HPA_FETCH_FAILED, .detail = "the server is not available"};
    } else if (kind != NULL) {
        out->problem.trouble = HPA_NOTHING_RETURNED;
    } else if (m->source == HPA_OBJECT || m->source == HPA_EXTERNAL) {
        answer_values(w, sim_now(sim), m, out, scratch);
    } else {
        answer_pods(w, sim_now(sim), m, pods, count, samples, out, scratch);
    }
}

/* ---- the model ---- */

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct hpa_world *w = sim->inputs;
    const struct value *sizes = value_get(w->rules, "manualReplicas"), *failures = value_get(w->rules, "podFailures");
    (void)state;
    switch (turn->class) {
    case ACT:
        do_act(w, sim, &w->acts[turn->id]);
        break;
    case POD:
        show_pod(w, sim, turn->id);
        wait_for_change(w, sim, turn->id);
        break;
    case SIZE:
        if (turn->id < count_of(sizes)) {
            set_size(w, sim, item(sizes, turn->id, 1));
        } else {
            resize(w, sim);
        }
        break;
    case FAILURE:
        fail_pod(w, sim, (uint32_t)item(failures, turn->id, 1));
        break;
    case SCRAPE:
        scrape(w, sim_now(sim));
        sim_wake_at(sim, &hpa_world_model, SCRAPE, 0, 0, sim_now(sim) + number_at(w->rules, "scrapeInterval"));
        break;
    }
}

static void start(struct sim *sim, void *state)
{
    struct hpa_world *w = sim->inputs;
    const struct value *sizes = value_get(w->rules, "manualReplicas"), *failures = value_get(w->rules, "podFailures");
    (void)state;
    sim->metrics = &w->source;
    for (uint32_t i = 0; i < w->act_count; i++) {
        if (w->acts[i].at_ns > 0) {
            sim_wake_at(sim, &hpa_world_model, ACT, i, 0, w->acts[i].at_ns);
        }
    }
    for (uint32_t i = 0; i < count_of(sizes); i++) {
        sim_wake_at(sim, &hpa_world_model, SIZE, i, 0, item(sizes, i, 0));
    }
    for (uint32_t i = 0; i < count_of(failures); i++) {
        sim_wake_at(sim, &hpa_world_model, FAILURE, i, 0, item(failures, i, 0));
    }
    for (uint32_t number = 0; number < w->pods.count; number++) {
        wait_for_change(w, sim, number);
    }
    sim_wake_at(sim, &hpa_world_model, SCRAPE, 0, 0, number_at(w->rules, "scrapeOffset"));
}

/* The HPA wrote the scale: the pods follow, at this instant. */
static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct hpa_world *w = sim->inputs;
    (void)state;
    if (fact->verb == FACT_CHANGED && fact->row == w->workload && (fact->changed & FIELD_REPLICAS) != 0) {
        sim_wake(sim, &hpa_world_model, SIZE, count_of(value_get(w->rules, "manualReplicas")), 0);
    }
}

static uint32_t add_workload(struct hpa_world *w, struct sim *sim, const char *name, int32_t replicas)
{
    struct value *labels = value_map(w->arena);
    value_put(w->arena, labels, names_text(w->names, "app"), value_text(w->arena, "web"));
    struct workload row = {.kind = WORKLOAD_STATEFULSET,
                           .namespace = names_text(w->names, "default"),
                           .name = names_text(w->names, name),
                           .spec = {.selector = selector_of_labels(w->arena, w->names, labels),
                                    .template = w->template,
                                    .replicas = replicas},
                           .owner = NONE};
    return world_add_workload(&sim->world, &row);
}

void hpa_world_build(struct hpa_world *w, struct sim *sim)
{
    w->workload = add_workload(w, sim, "web", (int32_t)number_at(w->rules, "replicas"));
    w->rival_workload = add_workload(w, sim, "rival", 1);
    w->source = (struct metrics_source){.state = w, .answer = answer};
    hpa_model_serve_scales(sim, (struct hpa_scale_server){w, read_scale, "scale cannot be written"});
    sim->api.refuses = refuses;
    sim->api.refuses_context = sim;
    for (int64_t i = number_at(w->rules, "replicas"); i > 0; i--) {
        create_pod(w, sim);
        struct hpa_world_pod *p = &w->pods.at[w->pods.count - 1];
        if (!is_true(value_get(w->rules, "fresh"))) {
            p->start_ns = p->running_ns = -3600 * SECOND;
            p->ready_ns = -3590 * SECOND;
        }
        show_pod(w, sim, w->pods.count - 1);
    }
    if (w->acts[0].at_ns == 0) {
        do_act(w, sim, &w->acts[0]);
    }
}

void hpa_world_drop(struct hpa_world *w)
{
    VEC_DROP(&w->pods);
    VEC_DROP(&w->samples);
}

static const struct model_class classes[] = {
    {.name = "act", .order = ENGINE_FIFO},        {.name = "pod", .order = ENGINE_FIFO},
    {.name = "size", .order = ENGINE_FIFO},       {.name = "failure", .order = ENGINE_FIFO},
    {.name = "hpa scrape", .order = ENGINE_FIFO},
};

const struct model hpa_world_model = {
    .name = "hpa world",
    .state_size = 1,
    .classes = classes,
    .class_count = sizeof classes / sizeof classes[0],
    .facts = FACTS(FACT_WORKLOAD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
};
