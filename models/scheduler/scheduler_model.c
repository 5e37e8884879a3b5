/* Invariants
 * 1. A pod that has a node in the world or is assumed on one is counted in the cache once, until it is Succeeded, Failed
 *    or removed.
 * 2. A pod that has a nomination (nominations[row].node) is in its node's list of the cache, and in no other.
 * 3. A pod is in the queue only while it has no node and no deletion was asked for.
 */
#include "models/scheduler/scheduler_model.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/scheduler/classes.h"
#include "models/scheduler/placer.h"
#include "models/scheduler/preemption.h"
#include "models/scheduler/queue.h"
#include "models/scheduler/scheduler_config.h"

#define SECOND INT64_C(1000000000)
#define FLUSH_PERIOD (30 * SECOND)

enum { CLASS_ATTEMPT, CLASS_FLUSH };

struct nomination {
    const char *node; /* that the pod means to come to; null: none */
    bool preempted;   /* the pod is deleted for another's sake */
};

struct scheduler {
    struct placer placer;
    struct scheduler_config config;
    const struct scheduler_tracer *tracer; /* null: nobody listens */
    struct classes classes;
    struct queue queue;
    VEC(struct nomination) nominations; /* by pod row */
    int32_t lowest;                     /* priority of any pod so far; INT32_MAX: there was none */
};

static struct nomination *nomination_of(struct scheduler *s, uint32_t row)
{
    while (s->nominations.count <= row) {
        VEC_PUSH(&s->nominations, (struct nomination){0});
    }
    return &s->nominations.at[row];
}

static void nominate(struct scheduler *s, uint32_t row, const struct pod_class *class, const char *node)
{
    struct nomination *n = nomination_of(s, row);
    if (n->node == node) {
        return;
    }
    if (n->node != NULL) {
        cache_denominate(&s->placer.cache, row, n->node);
    }
    n->node = node;
    if (node != NULL) {
        cache_nominate(&s->placer.cache, row, class, node);
    }
}

static void count_in(struct sim *sim, struct scheduler *s, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    cache_add_pod(&s->placer.cache, row, classes_of(&s->classes, sim, p), p->node_name, p->deletion_ns != TIME_UNSET,
                  p->start_ns);
}

/* Takes a pod off the cache. Returns whether it counted. */
static bool count_out(struct scheduler *s, uint32_t row)
{
    if (!cache_has_pod(&s->placer.cache, row)) {
        return false;
    }
    cache_remove_pod(&s->placer.cache, row);
    return true;
}

static void wake(struct sim *sim)
{
    sim_wake_watched(sim, &scheduler_model, CLASS_ATTEMPT, 0, 0);
}

static void something_may_help(struct sim *sim, struct scheduler *s)
{
    queue_move_all(&s->queue, sim_now(sim));
    if (s->queue.waiting > 0) {
        wake(sim);
    }
}

/* ---- attempts ---- */

/* A count of a reason, and which: two lie in each number behind the first two. */
#define PACKED_REASONS 8
#define PACKED_COUNT UINT32_C(0xffffff)

static void render_failure(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    struct verdict_counts counts = {.nodes = (uint32_t)note->numbers[0],
                                    .absent = (uint32_t)((uint64_t)note->numbers[0] >> 32),
                                    .unresolvable = (uint32_t)note->numbers[1],
                                    .absent_plugins = (uint32_t)((uint64_t)note->numbers[1] >> 32)};
    for (unsigned i = 0; i < PACKED_REASONS; i++) {
        uint32_t packed = (uint32_t)((uint64_t)note->numbers[2 + i / 2] >> (i % 2 * 32));
        counts.by[packed >> 24] += packed & PACKED_COUNT;
    }
    struct buffer message = {0}, event = {0};
    verdict_message(&message, &counts, &world_pod(&sim->world, note->row)->template->requests, note->texts[0],
                    note->texts[1]);
    verdict_event(&event, message.at);
    snprintf(text, size, "%s", event.at);
    buffer_drop(&message);
    buffer_drop(&event);
}

/* What happened once more often than PACKED_REASONS says is not told. */
static void note_failure(struct sim *sim, struct scheduler *s, uint32_t row, const struct placer_result *result,
                         const char *preempt)
{
    struct verdict_counts counts = placer_counts(&s->placer);
    struct note note = {.model = "scheduler",
                        .object = NOTE_POD,
                        .row = row,
                        .warning = true,
                        .reason = "FailedScheduling",
                        .render = render_failure};
    note.numbers[0] = (int64_t)((uint64_t)counts.nodes | (uint64_t)counts.absent << 32);
    note.numbers[1] = (int64_t)((uint64_t)counts.unresolvable | (uint64_t)counts.absent_plugins << 32);
    note.texts[0] = result->pre_filter;
    note.texts[1] = preempt;
    unsigned packed = 0;
    for (uint32_t r = 0; r < REASONS && packed < PACKED_REASONS; r++) {
        if (counts.by[r] > 0) {
            uint64_t both = r << 24 | (counts.by[r] > PACKED_COUNT ? PACKED_COUNT : counts.by[r]);
            note.numbers[2 + packed / 2] |= (int64_t)(both << (packed % 2 * 32));
            packed++;
        }
    }
    sim_note(sim, &note);
}

static void report_unschedulable(struct sim *sim, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    if (!p->unschedulable) {
        struct intent i = {.kind = INTENT_POD_STATUS, .target = api_ref_pod(&sim->world, row), .pod = *p};
        i.pod.unschedulable = true;
        sim_send(sim, CLIENT_SCHEDULER, &i);
    }
}

static void bind(struct sim *sim, struct scheduler *s, uint32_t row, const struct pod_class *class, uint32_t slot)
{
    const struct cached_node *n = &s->placer.cache.nodes.at[slot];
    const char *name = n->name;
    uint32_t node = n->row;
    queue_remove(&s->queue, row);
    nominate(s, row, NULL, NULL);
    cache_add_pod(&s->placer.cache, row, class, name, false, TIME_UNSET);
    struct intent i = {
        .kind = INTENT_BIND_POD, .target = api_ref_pod(&sim->world, row), .bind = {.node_name = name, .row = node}};
    sim_send(sim, CLIENT_SCHEDULER, &i);
}

/* ---- preemption ---- */

static bool is_preempted(const void *context, uint32_t row)
{
    const struct scheduler *s = context;
    return row < s->nominations.count && s->nominations.at[row].preempted;
}

/* Kubernetes names the other pod by its uid. */
static void render_preempted(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    char name[256];
    world_pod_name(&sim->world, (uint32_t)note->numbers[0], name, sizeof name);
    snprintf(text, size, "Preempted by pod %s on node %s", name, note->texts[0]);
}

/* The victim counts as terminating from now on, so that nobody is taken for its sake again. */
static void evict(struct sim *sim, struct scheduler *s, uint32_t row, uint32_t preemptor)
{
    const struct cached_pod *p = &s->placer.cache.pods.at[row];
    if (p->terminating) {
        return;
    }
    sim_note(sim, &(struct note){.model = "scheduler",
                                 .object = NOTE_POD,
                                 .row = row,
                                 .reason = "Preempted",
                                 .numbers = {preemptor},
                                 .texts = {s->placer.cache.nodes.at[p->node].name},
                                 .render = render_preempted});
    nomination_of(s, row)->preempted = true;
    cache_terminate_pod(&s->placer.cache, row);
    sim_send(sim, CLIENT_SCHEDULER,
             &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, row), .grace_ns = -1});
}

/* Pods of lower priority that mean to come to the node lose their nomination. */
static void clear_lower(struct scheduler *s, uint32_t slot, int32_t priority)
{
    for (uint32_t i = s->placer.cache.nodes.at[slot].nominated.count; i-- > 0;) {
        struct cached_nominee n = s->placer.cache.nodes.at[slot].nominated.at[i];
        if (n.class->template->priority < priority) {
            nominate(s, n.number, NULL, NULL);
        }
    }
}

static void act(struct sim *sim, struct scheduler *s, const struct placer_pod *pod, const struct preemption *found)
{
    const struct preemption_node *n = &found->nodes.at[found->chosen];
    nominate(s, pod->number, pod->class, s->placer.cache.nodes.at[n->slot].name);
    clear_lower(s, n->slot, pod->class->template->priority);
    for (uint32_t i = 0; i < n->count; i++) {
        evict(sim, s, found->victims.at[n->first + i], pod->number);
    }
}

static void trace(struct sim *sim, struct scheduler *s, const struct placer_pod *pod,
                  const struct placer_result *result, const struct preemption *found, const char *says)
{
    if (s->placer.detailed) {
        s->tracer->attempt(s->tracer->context, sim, &s->placer, pod, result, found, says);
    }
}

/* Whether the pod may take another's place; if not, *says what the failure's message says of it: null where there is
 * nobody of lower priority. */
static bool may_preempt(const struct scheduler *s, const struct placer_pod *pod, const char **says)
{
    const struct pod_template *t = pod->class->template;
    *says = !pod->profile->preempts ? verdict_not_tried
            : t->never_preempts     ? "not eligible due to preemptionPolicy=Never."
                                    : NULL;
    return *says == NULL && t->priority > s->lowest;
}

/* Returns what the failure's message says of preemption. */
static const char *preempt(struct sim *sim, struct scheduler *s, const struct placer_pod *pod,
                           const struct placer_result *result)
{
    struct preemption_input in = {.pod = pod, .now_ns = sim_now(sim), .is_preempted = is_preempted, .context = s};
    struct preemption found = preemption_find(&s->placer, &in);
    const char *says = found.outcome == PREEMPTION_CHOSEN ? ""
                       : found.outcome == PREEMPTION_WAITS
                           ? "not eligible due to a terminating pod on the nominated node."
                           : NULL;
    trace(sim, s, pod, result, &found, says);
    if (found.outcome == PREEMPTION_CHOSEN) {
        act(sim, s, pod, &found);
    } else if (found.outcome == PREEMPTION_NO_CANDIDATE) {
        nominate(s, pod->number, NULL, NULL);
    }
    preemption_drop(&found);
    return says;
}

/* Nobody is removed for another's sake while the cluster comes to rest. */
static void fail_attempt(struct sim *sim, struct scheduler *s, const struct placer_pod *pod,
                         const struct placer_result *result)
{
    queue_fail(&s->queue, pod->number, sim_now(sim));
    const char *says = NULL;
    if (result->outcome == PLACER_UNSCHEDULABLE && !sim->settling && may_preempt(s, pod, &says)) {
        says = preempt(sim, s, pod, result);
    } else {
        trace(sim, s, pod, result, NULL, says);
    }
    note_failure(sim, s, pod->number, result, says);
    report_unschedulable(sim, pod->number);
    int64_t flush = (sim_now(sim) + 300 * SECOND) / FLUSH_PERIOD * FLUSH_PERIOD + FLUSH_PERIOD;
    sim_wake_at(sim, &scheduler_model, CLASS_FLUSH, 0, 0, flush);
}

static void attempt(struct sim *sim, struct scheduler *s)
{
    uint32_t row = queue_pop(&s->queue, sim_now(sim));
    if (row == NONE) {
        return;
    }
    const struct pod *p = world_pod(&sim->world, row);
    struct placer_pod pod = {.profile = scheduler_config_profile(&s->config, p->template->scheduler),
                             .class = classes_of(&s->classes, sim, p),
                             .number = row,
                             .wanted_node = p->wanted_node};
    s->placer.detailed = s->tracer != NULL && s->tracer->wants(s->tracer->context, sim, row);
    struct placer_result result = placer_place(&s->placer, &pod);
    if (result.node != NONE) {
        trace(sim, s, &pod, &result, NULL, NULL);
        bind(sim, s, row, pod.class, result.node);
    } else {
        fail_attempt(sim, s, &pod, &result);
    }
    if (s->queue.waiting > 0) {
        sim_wake(sim, &scheduler_model, CLASS_ATTEMPT, 0, 0);
    }
}

static void flush(struct sim *sim, struct scheduler *s)
{
    if (queue_flush_old(&s->queue, sim_now(sim))) {
        sim_wake_at(sim, &scheduler_model, CLASS_FLUSH, 0, 0, sim_now(sim) + FLUSH_PERIOD);
    }
    if (s->queue.waiting > 0) {
        sim_wake(sim, &scheduler_model, CLASS_ATTEMPT, 0, 0);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    if (turn->class == CLASS_ATTEMPT) {
        attempt(sim, state);
    } else {
        flush(sim, state);
    }
}

/* ---- facts ---- */

static void on_node(struct sim *sim, struct scheduler *s, const struct fact *fact)
{
    struct cache *cache = &s->placer.cache;
    if (fact->verb == FACT_REMOVED) {
        uint32_t slot = cache_find(cache, ((const struct node *)fact->old)->name);
        if (slot != NONE) {
            cache_remove_node(cache, slot);
        }
        return;
    }
    cache_put_node(cache, world_node(&sim->world, fact->row), fact->row);
    something_may_help(sim, s);
}

/* In a cluster at rest DaemonSets' pods were there before others: they came with their nodes. */
static int32_t priority_of(const struct sim *sim, const struct pod *p)
{
    return sim->settling && p->wanted_node != NULL ? INT32_MAX : p->template->priority;
}

static void render_unknown(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    (void)sim;
    snprintf(text, size, "no scheduler is named %s: the pod stays Pending", note->texts[0]);
}

/* No cluster says anything of it, ever. */
static void note_unknown(struct sim *sim, uint32_t row, const char *scheduler)
{
    sim_note(sim, &(struct note){.model = "scheduler",
                                 .object = NOTE_POD,
                                 .row = row,
                                 .warning = true,
                                 .reason = "UnknownScheduler",
                                 .texts = {scheduler},
                                 .render = render_unknown});
}

static void enter(struct sim *sim, struct scheduler *s, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    s->lowest = p->template->priority < s->lowest ? p->template->priority : s->lowest;
    if (p->node_name != NULL) {
        count_in(sim, s, row);
    } else if (scheduler_config_profile(&s->config, p->template->scheduler) == NULL) {
        note_unknown(sim, row, p->template->scheduler);
    } else {
        queue_add(&s->queue, row, p->uid, priority_of(sim, p), sim_now(sim));
        wake(sim);
    }
}

static void on_pod_changed(struct sim *sim, struct scheduler *s, const struct fact *fact)
{
    const struct pod *p = world_pod(&sim->world, fact->row);
    if (fact->changed & FIELD_NODE_NAME) {
        queue_remove(&s->queue, fact->row);
        if (!cache_has_pod(&s->placer.cache, fact->row) && !pod_is_terminal(p)) {
            count_in(sim, s, fact->row);
        }
    }
    if (fact->changed & FIELD_DELETION) {
        cache_terminate_pod(&s->placer.cache, fact->row);
    }
    if (fact->changed & FIELD_PHASE && pod_is_terminal(p) && count_out(s, fact->row)) {
        something_may_help(sim, s);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct scheduler *s = state;
    if (fact->kind == FACT_NODE) {
        on_node(sim, s, fact);
    } else if (fact->verb == FACT_ADDED) {
        enter(sim, s, fact->row);
    } else if (fact->verb == FACT_CHANGED) {
        on_pod_changed(sim, s, fact);
    } else {
        queue_remove(&s->queue, fact->row);
        bool nominated = nomination_of(s, fact->row)->node != NULL;
        nominate(s, fact->row, NULL, NULL);
        s->nominations.at[fact->row].preempted = false;
        if (count_out(s, fact->row) || nominated) {
            something_may_help(sim, s);
        }
    }
}

void scheduler_model_trace(struct sim *sim, const struct scheduler_tracer *tracer)
{
    struct scheduler *s = sim_state(sim, &scheduler_model);
    s->tracer = tracer;
}

static void start(struct sim *sim, void *state)
{
    struct scheduler *s = state;
    s->placer = placer_make(sim->arena, sim->names);
    s->lowest = INT32_MAX;
    s->config = scheduler_config_make(sim->arena, sim->names, sim->scheduler);
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        if (sim->world.nodes.at[row].uid != 0) {
            cache_put_node(&s->placer.cache, &sim->world.nodes.at[row], row);
        }
    }
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        if (sim->world.pods.at[row].uid != 0 && !pod_is_terminal(&sim->world.pods.at[row])) {
            enter(sim, s, row);
        }
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct scheduler *s = state;
    placer_drop(&s->placer);
    classes_drop(&s->classes);
    queue_drop(&s->queue);
    VEC_DROP(&s->nominations);
}

static const struct model_class classes[] = {
    [CLASS_ATTEMPT] = {.name = "scheduling attempt", .client = CLIENT_SCHEDULER},
    [CLASS_FLUSH] = {.name = "scheduling queue flush", .client = CLIENT_SCHEDULER},
};

const struct model scheduler_model = {
    .name = "scheduler",
    .state_size = sizeof(struct scheduler),
    .classes = classes,
    .class_count = sizeof classes / sizeof classes[0],
    .facts = FACTS(FACT_NODE) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
