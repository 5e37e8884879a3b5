#include "reports/explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/hpa/hpa_model.h"
#include "models/hpa/hpa_text.h"
#include "models/scheduler/scheduler_model.h"
#include "reports/print.h"
#include "sim/base/memory.h"
#include "sim/run/stage.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/units.h"

#define SECOND INT64_C(1000000000)
#define NAME_ROOM 300

/* Who is asked about. Texts are interned with the scenario's. */
struct subject {
    enum explained_kind kind;
    const char *object_kind;
    const char *namespace;
    const char *name;
    const struct plan_workload *workload; /* of EXPLAINED_WORKLOAD */
};

/* What is heard while the run is simulated. */
struct listener {
    struct arena turns[2]; /* the attempt heard last lies in one of them */
    unsigned attempt_turn;
    struct arena hpa_arena;
    struct subject subject;
    struct explained_attempt *attempt;
    struct explained_hpa *hpa;
    bool seen; /* the pod */
};

/* ---- who ---- */

static const struct {
    const char *kind;
    const char *shorts[3];
    enum explained_kind as;
    enum workload_kind workload;
} kinds[] = {
    {"Pod", {"po", "pods", NULL}, EXPLAINED_POD, WORKLOAD_DEPLOYMENT},
    {"Deployment", {"deploy", "deployments", NULL}, EXPLAINED_WORKLOAD, WORKLOAD_DEPLOYMENT},
    {"StatefulSet", {"sts", "statefulsets", NULL}, EXPLAINED_WORKLOAD, WORKLOAD_STATEFULSET},
    {"DaemonSet", {"ds", "daemonsets", NULL}, EXPLAINED_WORKLOAD, WORKLOAD_DAEMONSET},
    {"Job", {"jobs", NULL, NULL}, EXPLAINED_WORKLOAD, WORKLOAD_JOB},
    {"CronJob", {"cj", "cronjobs", NULL}, EXPLAINED_WORKLOAD, WORKLOAD_CRONJOB},
    {"HorizontalPodAutoscaler", {"hpa", "horizontalpodautoscalers", NULL}, EXPLAINED_HPA, WORKLOAD_DEPLOYMENT},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* Letters compared without case. */
static bool is_kind(const char *text, const char *name)
{
    return suggest_distance(text, name) == 0;
}

/* The index of a kind in the table; KINDS: there is none. */
static size_t find_kind(const char *text)
{
    for (size_t i = 0; i < KINDS; i++) {
        bool found = is_kind(text, kinds[i].kind);
        for (size_t k = 0; k < 3 && kinds[i].shorts[k] != NULL; k++) {
            found = found || is_kind(text, kinds[i].shorts[k]);
        }
        if (found) {
            return i;
        }
    }
    return KINDS;
}

static const struct plan_workload *find_workload(const struct rerun *r, size_t kind, const struct subject *s)
{
    for (uint32_t i = 0; i < r->plan.workloads.count; i++) {
        const struct plan_workload *w = &r->plan.workloads.at[i];
        if (w->object->namespace == s->namespace && w->object->name == s->name &&
            (kind == KINDS || w->kind == kinds[kind].workload)) {
            return w;
        }
    }
    return NULL;
}

static bool has_hpa(const struct rerun *r, const struct subject *s)
{
    for (uint32_t i = 0; i < r->plan.hpas.count; i++) {
        const struct object *o = r->plan.hpas.at[i].object;
        if (o->namespace == s->namespace && o->name == s->name) {
            return true;
        }
    }
    return false;
}

static bool refuse_object(const struct rerun *r, const char *text, struct fail *fail)
{
    struct suggest near = {.wanted = strrchr(text, '/') == NULL ? text : strrchr(text, '/') + 1};
    for (uint32_t i = 0; i < r->plan.workloads.count; i++) {
        suggest_offer(&near, r->plan.workloads.at[i].object->name);
    }
    return fail_set(fail, FAIL_INPUT, "%.100s: the run has no such object (%s%s%s)", text,
                    near.nearest == NULL ? "name a pod, a workload or a HorizontalPodAutoscaler: Kind/[namespace/]name"
                                         : "did you mean ",
                    near.nearest == NULL ? "" : near.nearest, near.nearest == NULL ? "" : "?");
}

/* "[Kind/][namespace/]name". Without a kind it is the workload of that name, else the HPA, else the pod. */
static bool find_subject(struct rerun *r, const char *text, struct subject *s, struct fail *fail)
{
    const char *parts[3] = {NULL}, *at = text;
    size_t count = 0, kind = KINDS;
    for (; count < 3; count++) {
        size_t length = strcspn(at, "/");
        parts[count] = names_intern(&r->names, at, length);
        at += length + (at[length] == '/');
        if (*at == '\0') {
            count++;
            break;
        }
    }
    size_t first = 0;
    if (*at != '\0') {
        return refuse_object(r, text, fail);
    }
    if (count > 1 && find_kind(parts[0]) != KINDS) {
        kind = find_kind(parts[0]);
        first = 1;
    } else if (count == 3) {
        return refuse_object(r, text, fail);
    }
    s->namespace = count - first == 2 ? parts[first] : names_text(&r->names, "default");
    s->name = parts[count - 1];
    s->kind = kind == KINDS ? EXPLAINED_WORKLOAD : kinds[kind].as;
    if (s->kind == EXPLAINED_WORKLOAD) {
        s->workload = find_workload(r, kind, s);
    }
    if (kind == KINDS && s->workload == NULL) {
        s->kind = has_hpa(r, s) ? EXPLAINED_HPA : EXPLAINED_POD;
    }
    s->object_kind = s->workload != NULL        ? s->workload->object->kind
                     : s->kind == EXPLAINED_HPA ? "HorizontalPodAutoscaler"
                                                : "Pod";
    bool there = s->kind == EXPLAINED_POD || s->workload != NULL || (s->kind == EXPLAINED_HPA && has_hpa(r, s));
    return there || refuse_object(r, text, fail);
}

/* ---- attempts ---- */

static const char *pod_name(struct arena *a, const struct sim *sim, uint32_t row)
{
    char name[NAME_ROOM];
    world_pod_name(&sim->world, row, name, sizeof name);
    return arena_text(a, name, strlen(name));
}

/* Whether the pod is one of the workload's, or of a Job that it made. */
static bool is_pod_of(const struct sim *sim, const struct pod *p, const struct subject *s)
{
    if (p->workload == NONE || s->workload == NULL) {
        return false;
    }
    const struct workload *w = world_workload(&sim->world, p->workload);
    w = w->owner != NONE ? world_workload(&sim->world, w->owner) : w;
    return w->kind == s->workload->kind && w->name == s->name && w->namespace == s->namespace;
}

static bool is_asked_for(const struct subject *s, const struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    if (s->kind != EXPLAINED_POD) {
        return is_pod_of(sim, p, s);
    }
    char name[NAME_ROOM];
    if (p->namespace != s->namespace) {
        return false;
    }
    world_pod_name(&sim->world, row, name, sizeof name);
    return strcmp(name, s->name) == 0;
}

static bool wants(void *context, const struct sim *sim, uint32_t row)
{
    struct listener *l = context;
    bool wanted = is_asked_for(&l->subject, sim, row);
    l->seen = l->seen || wanted;
    return wanted;
}

static uint32_t list_plugins(const struct placer *p, const struct profile *profile, int plugins[PLUGINS])
{
    uint32_t count = 0;
    for (int k = 0; k < PLUGINS; k++) {
        if (profile->weights[k] != 0 && !p->skipped[k]) {
            plugins[count++] = k;
        }
    }
    return count;
}

static int best_first(const void *left, const void *right)
{
    const struct explained_node *a = left, *b = right;
    int totals = (a->total < b->total) - (a->total > b->total);
    return totals != 0 ? totals : strcmp(a->name, b->name);
}

static void take_feasible(struct arena *a, const struct placer *p, const struct placer_pod *pod,
                          const struct placer_result *result, struct explained_attempt *e)
{
    int plugins[PLUGINS];
    struct explained_node *nodes = TAKE(a, struct explained_node, p->feasible.count);
    e->plugin_count = result->scored ? list_plugins(p, pod->profile, plugins) : 0;
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        struct explained_score *scores = TAKE(a, struct explained_score, e->plugin_count);
        for (uint32_t k = 0; k < e->plugin_count; k++) {
            scores[k] = (struct explained_score){plugin_names[plugins[k]], p->raw[plugins[k]].at[i],
                                                 p->scores[plugins[k]].at[i], pod->profile->weights[plugins[k]]};
        }
        nodes[i] = (struct explained_node){.name = p->cache.nodes.at[p->feasible.at[i]].name,
                                           .total = result->scored ? p->totals.at[i] : 0,
                                           .scores = result->scored ? scores : NULL};
    }
    if (p->feasible.count > 1) {
        qsort(nodes, p->feasible.count, sizeof *nodes, best_first);
    }
    e->feasible = nodes;
    e->feasible_count = p->feasible.count;
}

static const char *reasons_of(struct arena *a, const struct verdict *v, const struct resources *requests)
{
    struct buffer b = {0};
    for (uint64_t left = v->reasons; left != 0; left &= left - 1) {
        buffer_text(&b, b.count == 0 ? "" : ", ");
        verdict_reason(&b, (enum reason)__builtin_ctzll(left), requests);
    }
    const char *text = arena_text(a, buffer_string(&b), b.count);
    buffer_drop(&b);
    return text;
}

static bool is_same_verdict(const struct verdict *a, const struct verdict *b)
{
    return a->plugin == b->plugin && a->unresolvable == b->unresolvable && a->reasons == b->reasons;
}

static void take_refusals(struct arena *a, const struct placer *p, const struct placer_pod *pod,
                          struct explained_attempt *e)
{
    uint32_t count = p->rejected.count;
    struct explained_refusal *list = TAKE(a, struct explained_refusal, count + 1);
    bool *done = TAKE(a, bool, count);
    struct verdict_counts counts = placer_counts(p);
    for (uint32_t i = 0; i < count; i++) {
        const struct verdict *v = &p->rejected.at[i].verdict;
        if (done[i]) {
            continue;
        }
        const char **nodes = TAKE(a, const char *, count - i);
        struct explained_refusal *r = &list[e->refusal_count++];
        *r = (struct explained_refusal){.plugin = plugin_names[v->plugin],
                                        .reasons = reasons_of(a, v, &pod->class->template->requests),
                                        .unresolvable = v->unresolvable,
                                        .nodes = nodes};
        for (uint32_t k = i; k < count; k++) {
            if (!done[k] && is_same_verdict(v, &p->rejected.at[k].verdict)) {
                done[k] = true;
                nodes[r->count++] = p->cache.nodes.at[p->rejected.at[k].slot].name;
            }
        }
    }
    if (counts.absent > 0) {
        list[e->refusal_count++] =
            (struct explained_refusal){.plugin = plugin_names[PLUGIN_NODE_AFFINITY],
                                       .reasons = "the pod's node affinity names other nodes: not looked at",
                                       .unresolvable = true,
                                       .count = counts.absent};
    }
    e->refusals = list;
}

static void take_preemption(struct arena *a, const struct sim *sim, const struct placer *p,
                            const struct preemption *found, struct explained_attempt *e)
{
    static const char *const outcomes[] = {
        [PREEMPTION_CHOSEN] = "others make room",
        [PREEMPTION_NEVER] = "the pod's preemptionPolicy is Never",
        [PREEMPTION_WAITS] = "a pod that makes room is still terminating on the nominated node",
        [PREEMPTION_NO_CANDIDATE] = "on no node would it help",
    };
    struct explained_preemption *out = TAKE(a, struct explained_preemption, 1);
    *out = (struct explained_preemption){.outcome = outcomes[found->outcome], .tried = found->nodes.count};
    if (found->outcome == PREEMPTION_CHOSEN) {
        const struct preemption_node *n = &found->nodes.at[found->chosen];
        const char **victims = TAKE(a, const char *, n->count);
        for (uint32_t i = 0; i < n->count; i++) {
            victims[i] = pod_name(a, sim, found->victims.at[n->first + i]);
        }
        out->node = p->cache.nodes.at[n->slot].name;
        out->victims = victims;
        out->victim_count = n->count;
    }
    e->preemption = out;
}

/* A failed one is kept of a workload until another fails; one that found a node only if none has failed. */
static bool is_to_be_kept(const struct listener *l, const struct placer_result *result)
{
    return l->subject.kind == EXPLAINED_POD || l->attempt == NULL || l->attempt->node != NULL || result->node == NONE;
}

static void take_attempt(void *context, const struct sim *sim, struct placer *p, const struct placer_pod *pod,
                         const struct placer_result *result, const struct preemption *found, const char *says)
{
    struct listener *l = context;
    if (!is_to_be_kept(l, result)) {
        return;
    }
    l->attempt_turn = 1 - l->attempt_turn;
    struct arena *a = &l->turns[l->attempt_turn];
    arena_reset(a);
    struct explained_attempt *e = TAKE(a, struct explained_attempt, 1);
    struct verdict_counts counts = placer_counts(p);
    *e = (struct explained_attempt){.at_ns = sim_now(sim),
                                    .namespace = world_pod(&sim->world, pod->number)->namespace,
                                    .pod = pod_name(a, sim, pod->number),
                                    .profile = pod->profile->name,
                                    .node = result->node == NONE ? NULL : p->cache.nodes.at[result->node].name,
                                    .nodes = counts.nodes,
                                    .looked_at = result->evaluated};
    take_feasible(a, p, pod, result, e);
    take_refusals(a, p, pod, e);
    if (found != NULL) {
        take_preemption(a, sim, p, found, e);
    }
    if (e->node == NULL) {
        struct buffer b = {0};
        verdict_message(&b, &counts, &pod->class->template->requests, result->pre_filter, says);
        e->message = arena_text(a, buffer_string(&b), b.count);
        buffer_drop(&b);
    }
    l->attempt = e;
}

/* ---- autoscalers ---- */

/* An amount in thousandths: as cores and bytes where the resource is cpu or memory. */
static const char *amount_text(struct arena *a, const struct hpa_metric *m, int64_t milli)
{
    struct buffer b = {0};
    bool resource = m->source == HPA_RESOURCE || m->source == HPA_CONTAINER_RESOURCE;
    if (resource && strcmp(m->name, "cpu") == 0) {
        buffer_format(&b, "%" PRId64 "m", milli);
    } else if (resource && strcmp(m->name, "memory") == 0) {
        print_number(&b, (double)milli / 1000 / (1 << 20), 4);
        buffer_text(&b, "Mi");
    } else {
        print_number(&b, (double)milli / 1000, 4);
    }
    const char *text = arena_text(a, buffer_string(&b), b.count);
    buffer_drop(&b);
    return text;
}

static const char *metric_name(struct arena *a, const struct hpa_metric *m)
{
    struct buffer b = {0};
    hpa_text_metric(&b, m);
    const char *text = arena_text(a, buffer_string(&b), b.count);
    buffer_drop(&b);
    return text;
}

static const char *problem_text(const struct hpa_problem *p)
{
    switch (p->trouble) {
    case HPA_FETCH_FAILED:
        return p->detail;
    case HPA_NOTHING_RETURNED:
        return "the metrics API returned nothing";
    case HPA_NO_PODS:
        return "no pod matches the selector";
    case HPA_NO_REQUEST:
    case HPA_NO_POD_REQUEST:
        return "a pod does not request the resource";
    case HPA_NO_CONTAINER:
        return "a pod has no container of that name";
    default:
        return "no pod that counts has a sample";
    }
}

static struct explained_metric metric_of(struct arena *a, const struct hpa_input *in, uint32_t index)
{
    const struct hpa_metric *m = &in->spec->metrics[index];
    struct explained_metric e = {.name = metric_name(a, m)};
    struct hpa_proposal p = {0};
    struct hpa_problem problem = {0};
    struct hpa_tolerance t = hpa_tolerance(in);
    bool share = m->target == HPA_TARGET_UTILIZATION;
    e.target = share ? arena_format(a, "%" PRId64 " %%", m->amount) : amount_text(a, m, m->amount);
    if (!hpa_propose(in, index, &p, &problem)) {
        e.problem = arena_format(a, "%s", problem_text(&problem));
        return e;
    }
    e.usage = share ? arena_format(a, "%" PRId32 " %%, %s a pod", p.utilization, amount_text(a, m, p.usage_milli))
                    : amount_text(a, m, p.usage_milli);
    e.ratio = share ? (double)p.utilization / (double)m->amount : (double)p.usage_milli / (double)m->amount;
    e.within = e.ratio >= 1 - t.down && e.ratio <= 1 + t.up;
    e.replicas = p.replicas;
    return e;
}

static const char *condition_text(struct arena *a, const char *namespace, const struct hpa_condition *c)
{
    struct buffer b = {0};
    if (c == NULL) {
        return NULL;
    }
    buffer_format(&b, "%s: ", hpa_reason_name(c->message.reason));
    hpa_text_condition(&b, namespace, &c->message);
    const char *text = arena_text(a, buffer_string(&b), b.count);
    buffer_drop(&b);
    return text;
}

/* What the evaluation will come to, found out on copies. */
static void conclude(struct arena *a, const char *namespace, const struct hpa_input *in,
                     const struct hpa_status *status, const struct hpa_memory *memory, struct explained_hpa *e)
{
    struct hpa_memory own = hpa_memory_copy(memory);
    struct hpa_status after = *status;
    struct hpa_step step = {.notes = TAKE(a, struct hpa_note, in->spec->metric_count + 2)};
    uint32_t values = status->value_count > in->spec->metric_count ? status->value_count : in->spec->metric_count;
    after.values = TAKE(a, struct hpa_value, values);
    hpa_evaluate(in, &after, &own, &step);
    hpa_memory_drop(&own);
    e->replicas = step.rescale ? step.replicas : in->scale.replicas;
    e->able = condition_text(a, namespace, hpa_condition(&after, HPA_CONDITION_ABLE_TO_SCALE));
    e->limited = condition_text(a, namespace, hpa_condition(&after, HPA_CONDITION_SCALING_LIMITED));
}

static void take_windows(const struct hpa_input *in, struct explained_hpa *e)
{
    const struct hpa_behavior *b = in->spec->behavior;
    e->window_down_s =
        b == NULL || b->down.window_s < 0 ? in->settings->downscale_stabilization_ns / SECOND : b->down.window_s;
    e->window_up_s = b == NULL ? 0 : b->up.window_s;
}

static void take_metrics(struct arena *a, const struct hpa_input *in, struct explained_hpa *e)
{
    struct explained_metric *metrics = TAKE(a, struct explained_metric, in->spec->metric_count);
    e->desired = 0;
    for (uint32_t i = 0; i < in->spec->metric_count; i++) {
        metrics[i] = metric_of(a, in, i);
        e->desired = metrics[i].replicas > e->desired ? metrics[i].replicas : e->desired;
    }
    e->metrics = metrics;
    e->metric_count = in->spec->metric_count;
    e->pods = in->pod_count;
}

/* Of the HPA that is asked for, or the one of the workload that is. */
static bool is_hpa_of(const struct subject *s, const struct hpa *h)
{
    if (h->namespace != s->namespace) {
        return false;
    }
    return s->kind == EXPLAINED_HPA ? h->name == s->name
                                    : s->workload != NULL && h->spec->target_name == s->name &&
                                          strcmp(h->spec->target_kind, s->object_kind) == 0;
}

static void take_evaluation(void *context, const struct sim *sim, uint32_t row, const struct hpa_input *in,
                            const struct hpa_status *status, const struct hpa_memory *memory)
{
    struct listener *l = context;
    const struct hpa *h = world_hpa(&sim->world, row);
    if (!is_hpa_of(&l->subject, h)) {
        return;
    }
    struct arena *a = &l->hpa_arena;
    arena_reset(a);
    struct explained_hpa *e = TAKE(a, struct explained_hpa, 1);
    struct hpa_tolerance t = hpa_tolerance(in);
    *e = (struct explained_hpa){.at_ns = sim_now(sim),
                                .name = h->name,
                                .refused = in->scale.refused,
                                .current = in->scale.replicas,
                                .desired = in->scale.replicas,
                                .min = in->spec->min,
                                .max = in->spec->max,
                                .tolerance_down = t.down,
                                .tolerance_up = t.up};
    take_windows(in, e);
    if (hpa_needs_metrics(in, status) && in->scale.selector == HPA_SELECTOR_GOOD) {
        take_metrics(a, in, e);
    }
    conclude(a, h->namespace, in, status, memory, e);
    l->hpa = e;
}

/* ---- how it stands at the instant ---- */

static const char *phase_text(const struct pod *p)
{
    static const char *const phases[] = {
        [POD_PENDING] = "Pending", [POD_RUNNING] = "Running", [POD_SUCCEEDED] = "Succeeded", [POD_FAILED] = "Failed"};
    return phases[p->phase];
}

/* Null: it is not there. */
static const char *state_of(struct arena *a, const struct sim *sim, const struct subject *s)
{
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0 && is_asked_for(s, sim, row)) {
            return arena_format(a, "%s%s%s%s%s", phase_text(p), p->ready == CONDITION_TRUE ? ", Ready" : "",
                                p->deletion_ns != TIME_UNSET ? ", terminating" : "",
                                p->node_name == NULL ? ", without a node" : ", on ",
                                p->node_name == NULL ? "" : p->node_name);
        }
    }
    return NULL;
}

static void count_pod(const struct pod *p, struct explained_workload *w)
{
    w->pods++;
    w->waiting += p->node_name == NULL;
    w->leaving += p->deletion_ns != TIME_UNSET;
    w->ready += p->deletion_ns == TIME_UNSET && p->ready == CONDITION_TRUE;
    w->starting += p->deletion_ns == TIME_UNSET && p->node_name != NULL && p->ready != CONDITION_TRUE;
}

static const struct explained_workload *workload_of(struct arena *a, const struct sim *sim, const struct subject *s)
{
    struct explained_workload *w = TAKE(a, struct explained_workload, 1);
    const char **names = TAKE(a, const char *, sim->world.pods.count);
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0 && !pod_is_terminal(p) && is_pod_of(sim, p, s)) {
            if (p->node_name == NULL) {
                names[w->waiting] = pod_name(a, sim, row);
            }
            count_pod(p, w);
        }
    }
    uint32_t row = world_find_workload(&sim->world, s->workload->kind, s->namespace, s->name);
    w->wanted = row == NONE ? 0 : world_workload(&sim->world, row)->spec.replicas;
    w->waiting_names = names;
    return w;
}

/* ---- the whole ---- */

/* What an answer points into: the simulation that it was heard in. */
struct explained {
    struct stage stage;
    struct listener listener;
    struct scheduler_tracer tracer;
    bool opened;
};

static void answer(struct rerun *r, const struct listener *l, const struct sim *sim, struct explanation *e)
{
    const struct subject *s = &l->subject;
    e->kind = s->kind;
    e->object_kind = s->object_kind;
    e->namespace = s->namespace;
    e->name = s->name;
    e->start_s = r->scenario.spec.start_ns / SECOND;
    e->at_ns = sim_now(sim);
    e->attempt = l->attempt;
    e->hpa = l->hpa;
    if (s->kind == EXPLAINED_POD) {
        e->state = state_of(&r->arena, sim, s);
    } else if (s->kind == EXPLAINED_WORKLOAD) {
        e->workload = workload_of(&r->arena, sim, s);
    }
}

static bool simulate(struct rerun *r, struct explained *x, int64_t at_ns, struct fail *fail)
{
    struct listener *l = &x->listener;
    stage_open(&x->stage, &r->plan, &(struct stage_options){.seed = (uint64_t)r->scenario.spec.seed});
    x->opened = true;
    x->tracer = (struct scheduler_tracer){l, wants, take_attempt};
    scheduler_model_trace(x->stage.sim, &x->tracer);
    hpa_model_trace(x->stage.sim, (struct hpa_tracer){l, take_evaluation});
    return stage_settle(&x->stage, fail) && sim_run(x->stage.sim, at_ns, fail);
}

bool explain(struct rerun *r, const struct explain_question *question, struct explanation *e, struct fail *fail)
{
    struct explained *x = memory_take(1, sizeof *x);
    struct listener *l = &x->listener;
    *e = (struct explanation){.kept = x};
    for (int i = 0; i < 2; i++) {
        l->turns[i] = arena_make(1 << 14);
    }
    l->hpa_arena = arena_make(1 << 12);
    int64_t at_ns = question->at_ns < 0 ? r->scenario.spec.duration_ns : question->at_ns;
    if (!find_subject(r, question->object, &l->subject, fail) || !simulate(r, x, at_ns, fail)) {
        return false;
    }
    answer(r, l, x->stage.sim, e);
    return l->subject.kind != EXPLAINED_POD || l->seen || e->state != NULL || refuse_object(r, question->object, fail);
}

void explain_drop(struct explanation *e)
{
    struct explained *x = e->kept;
    if (x->opened) {
        stage_close(&x->stage);
    }
    for (int i = 0; i < 2; i++) {
        arena_drop(&x->listener.turns[i]);
    }
    arena_drop(&x->listener.hpa_arena);
    free(x);
}

bool explain_time(const struct rerun *r, const char *text, int64_t *at_ns, struct fail *fail)
{
    const struct scenario_spec *spec = &r->scenario.spec;
    int64_t time_ns;
    char last[32];
    if (units_time(text, &time_ns)) {
        *at_ns = time_ns - spec->start_ns;
    } else if (!units_duration(text, at_ns)) {
        return fail_set(fail, FAIL_INPUT,
                        "--at: \"%.40s\" is no time (write one like 34h12m after the start, or 2026-05-09T22:14:00Z)",
                        text);
    }
    units_time_print(last, spec->start_ns + spec->duration_ns);
    return (*at_ns >= 0 && *at_ns <= spec->duration_ns) ||
           fail_set(fail, FAIL_INPUT, "--at: %.40s is not within the run, which ends at %s (write a time before)", text,
                    last);
}
