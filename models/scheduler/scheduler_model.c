#include "models/scheduler/scheduler_model.h"

#include <stdlib.h>

#include "models/scheduler/failure_note.h"

enum { TICK_POOL, TICK_ERRORS };

static bool exists(const struct sim *sim, struct ref pod)
{
    const struct pod *p = &sim->world.pods.at[pod.row];
    return p->uid != 0 && p->generation == pod.generation;
}

static void set_ticks(struct sim *sim, struct scheduler *s)
{
    int64_t errors = queue_error_due(&s->queue), pool = s->pool_tick_set ? INT64_MAX : queue_flush_due(&s->queue);
    if (errors != INT64_MAX) {
        sim_wake_at(sim, &scheduler_model, SCHEDULER_TICK, TICK_ERRORS, 0, errors);
    }
    if (pool != INT64_MAX) {
        s->pool_tick_set = true;
        sim_wake_at(sim, &scheduler_model, SCHEDULER_TICK, TICK_POOL, 0, pool);
    }
}

/* The next attempt begins as soon as it may, if somebody waits. */
static void go_on(struct sim *sim, struct scheduler *s)
{
    if (s->queue.waiting > 0 && !s->flight.on) {
        sim_wake_at(sim, &scheduler_model, SCHEDULER_ATTEMPT, 0, 0, s->rests_until_ns);
    }
}

/* ---- an attempt begins ---- */

/* What the message says of preemption. */
static const char *preemption_words(const struct scheduler_flight *f)
{
    if (!f->tried) {
        return f->profile->preempts ? NULL : verdict_not_tried;
    }
    switch (f->preemption) {
    case PREEMPTION_CHOSEN:
        return "";
    case PREEMPTION_NEVER:
        return "not eligible due to preemptionPolicy=Never.";
    case PREEMPTION_WAITS:
        return "not eligible due to a terminating pod on the nominated node.";
    case PREEMPTION_NO_CANDIDATE:
        break;
    }
    return NULL;
}

static void trace(struct sim *sim, const struct scheduler *s, struct placer *placer, const struct placer_pod *pod,
                  const struct preemption *found)
{
    if (placer->detailed) {
        const char *says = s->last.node != NULL ? NULL : preemption_words(&s->flight);
        s->tracer->attempt(s->tracer->context, sim, placer, pod, &s->flight.result, found, says);
    }
}

static bool is_preempted(const void *context, uint32_t row)
{
    return world_pod(&((const struct sim *)context)->world, row)->preempted;
}

static void keep_victims(struct sim *sim, struct scheduler *s, const struct preemption *found)
{
    struct scheduler_flight *f = &s->flight;
    const struct preemption_node *n = &found->nodes.at[found->chosen];
    f->preemption_node = s->placer.cache.nodes.at[n->slot].name;
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t row = found->victims.at[n->first + i];
        if (!s->placer.cache.pods.at[row].terminating) {
            VEC_PUSH(&f->victims, api_ref_pod(&sim->world, row));
        }
    }
}

/* Nobody is removed for another's sake while the cluster comes to rest. */
static void decide_preemption(struct sim *sim, struct scheduler *s, const struct placer_pod *pod)
{
    struct scheduler_flight *f = &s->flight;
    const struct pod_template *t = pod->class->template;
    f->tried = f->result.outcome == PLACER_UNSCHEDULABLE && !sim->settling && pod->profile->preempts;
    f->preemption = t->never_preempts ? PREEMPTION_NEVER : PREEMPTION_NO_CANDIDATE;
    f->victims.count = 0;
    if (!f->tried || t->never_preempts || t->priority <= s->lowest) {
        trace(sim, s, &s->placer, pod, NULL);
        return;
    }
    budgets_update(&s->budgets, sim, &s->classes);
    struct preemption_input in = {.pod = pod,
                                  .now_ns = sim_now(sim),
                                  .budgets = s->budgets.list.at,
                                  .budget_count = s->budgets.list.count,
                                  .is_preempted = is_preempted,
                                  .context = sim};
    struct preemption found = preemption_find(&s->placer, &in);
    f->preemption = found.outcome;
    trace(sim, s, &s->placer, pod, &found);
    if (found.outcome == PREEMPTION_CHOSEN) {
        keep_victims(sim, s, &found);
    }
    preemption_drop(&found);
}

/* All is decided by what is there when the pod is taken out. */
static void decide(struct sim *sim, struct scheduler *s, uint32_t row)
{
    const struct pod *p = world_pod(&sim->world, row);
    struct scheduler_flight *f = &s->flight;
    struct placer_pod pod = {.profile = s->queue.pods.at[row].profile,
                             .class = s->queue.pods.at[row].class,
                             .number = row,
                             .nominated = p->nominated_node,
                             .wanted_node = p->wanted_node,
                             .volumes = pod_volumes_of(&s->storage.volumes, row)};
    f->on = true;
    f->profile = pod.profile;
    f->class = pod.class;
    s->placer.detailed = s->tracer != NULL && s->tracer->wants(s->tracer->context, sim, row);
    f->result = placer_place(&s->placer, &pod);
    s->last = (struct scheduler_attempt){
        .count = s->last.count + 1, .at_ns = sim_now(sim), .pod = api_ref_pod(&sim->world, row)};
    if (f->result.node != NONE) {
        s->last.node = s->placer.cache.nodes.at[f->result.node].name;
        trace(sim, s, &s->placer, &pod, NULL);
    } else {
        decide_preemption(sim, s, &pod);
    }
}

/* ---- an attempt ends ---- */

/* One that went while it was tried is assumed all the same, then forgotten. */
static void assume(struct sim *sim, struct scheduler *s)
{
    uint32_t row = s->last.pod.row;
    queue_done(&s->queue);
    if (exists(sim, s->last.pod)) {
        scheduler_assume(s, row, s->flight.class, s->last.node);
        sim_wake(sim, &scheduler_model, SCHEDULER_BINDING, row, 0);
    } else {
        scheduler_tell_gone(s, sim, row, s->flight.class, INT32_MAX);
    }
}

/* Why a pod comes back to the queue, and what becomes of its nomination. */
struct setback {
    uint32_t rejectors; /* set; none: an error */
    bool by_error;      /* so the condition says */
    bool nominates;     /* else it stays as it is */
    const char *nominated_node;
};

/* What becomes of a pod that no node takes; there: it still exists. */
static struct setback setback_of(const struct scheduler_flight *f, bool there)
{
    bool nowhere = f->result.outcome == PLACER_NO_NODES, by_error = f->result.outcome == PLACER_ERROR;
    bool chosen = f->tried && there && f->preemption == PREEMPTION_CHOSEN;
    bool hopeless = f->tried && there && f->preemption == PREEMPTION_NO_CANDIDATE;
    return (struct setback){.rejectors = nowhere || by_error ? 0 : f->result.plugins,
                            .by_error = by_error,
                            .nominates = nowhere || by_error || chosen || hopeless,
                            .nominated_node = chosen ? f->preemption_node : NULL};
}

/* The nomination is remembered at once; what is written of the pod takes the API's time. */
static void send_back(struct sim *sim, struct scheduler *s, uint32_t row, const struct setback *why)
{
    const struct pod *p = world_pod(&sim->world, row);
    const char *node = why->nominates ? why->nominated_node : p->nominated_node;
    queue_fail(&s->queue, row, why->rejectors, sim_now(sim));
    scheduler_nominate(s, row, s->queue.pods.at[row].class, node);
    set_ticks(sim, s);
    if (p->unschedulable == why->by_error || p->nominated_node != node) {
        sim_send(sim, sim_client(sim, &scheduler_model, SCHEDULER_RESULT),
                 &(struct intent){.kind = INTENT_POD_UNSCHEDULED,
                                  .target = api_ref_pod(&sim->world, row),
                                  .unscheduled = {.by_error = why->by_error,
                                                  .nominates = why->nominates,
                                                  .nominated_node = why->nominated_node}});
    }
}

static void fail(struct sim *sim, struct scheduler *s)
{
    struct scheduler_flight *f = &s->flight;
    bool there = exists(sim, s->last.pod);
    struct setback why = setback_of(f, there);
    uint32_t row = s->last.pod.row;
    s->last.rejectors = why.rejectors;
    s->last.nominates = why.nominates;
    s->last.nominated_node = why.nominated_node;
    if (!there) {
        queue_done(&s->queue);
        return;
    }
    if (f->victims.count > 0) {
        uint32_t number = evictions_begin(&s->evictions, sim, &s->placer.cache, row, why.nominated_node, f->victims.at,
                                          f->victims.count);
        sim_wake(sim, &scheduler_model, SCHEDULER_EVICTION, number, 0);
    }
    failure_note(sim, &s->placer, row, &f->result, preemption_words(f));
    send_back(sim, s, row, &why);
}

static void conclude(struct sim *sim, struct scheduler *s)
{
    s->flight.on = false;
    s->last.concluded = true;
    s->rests_until_ns = sim_now(sim) + sim->delays.scheduling_rest_ns;
    if (s->last.node != NULL) {
        assume(sim, s);
    } else {
        fail(sim, s);
    }
}

static void attempt(struct sim *sim, struct scheduler *s)
{
    uint32_t row = s->flight.on || sim_now(sim) < s->rests_until_ns ? NONE : queue_pop(&s->queue, sim_now(sim));
    if (row == NONE) {
        return;
    }
    decide(sim, s, row);
    if (sim->delays.scheduling_ns > 0) {
        sim_wake_at(sim, &scheduler_model, SCHEDULER_RESULT, 0, 0, sim_now(sim) + sim->delays.scheduling_ns);
    } else {
        conclude(sim, s);
    }
}

/* ---- beside the attempts ---- */

/* A pod whose bind the API refused is tried again later. */
static void bind(struct sim *sim, struct scheduler *s, const struct turn *turn)
{
    if (turn->stage == 0) {
        const struct cached_node *n = &s->placer.cache.nodes.at[s->placer.cache.pods.at[turn->id].node];
        sim_ask(sim, &(struct intent){.kind = INTENT_BIND_POD,
                                      .target = api_ref_pod(&sim->world, turn->id),
                                      .bind = {.node_name = n->name, .row = n->present ? n->row : NONE}});
    } else if (turn->outcomes[0].kind == OUTCOME_REFUSED) {
        scheduler_forget(s, sim, turn->id);
        send_back(sim, s, turn->id, &(struct setback){.by_error = true, .nominates = true});
    }
}

static void evict(struct sim *sim, struct scheduler *s, const struct turn *turn)
{
    struct ref preemptor;
    if (evictions_turn(&s->evictions, sim, turn, &preemptor) && exists(sim, preemptor) &&
        world_pod(&sim->world, preemptor.row)->node_name == NULL) {
        queue_activate(&s->queue, preemptor.row, sim_now(sim));
    }
}

static void tick(struct sim *sim, struct scheduler *s, uint32_t which)
{
    if (which == TICK_POOL) {
        s->pool_tick_set = false;
        queue_flush(&s->queue, sim_now(sim));
    } else {
        queue_tick(&s->queue, sim_now(sim));
    }
    set_ticks(sim, s);
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct scheduler *s = state;
    bool idle = s->queue.waiting == 0;
    switch (turn->class) {
    case SCHEDULER_RESULT:
        conclude(sim, s);
        break;
    case SCHEDULER_BINDING:
        bind(sim, s, turn);
        break;
    case SCHEDULER_EVICTION:
        evict(sim, s, turn);
        break;
    case SCHEDULER_TICK:
        tick(sim, s, turn->id);
        break;
    default:
        attempt(sim, s);
        break;
    }
    if (idle || turn->class == SCHEDULER_RESULT || turn->class == SCHEDULER_ATTEMPT) {
        go_on(sim, s);
    }
}

/* What the scheduler learns it acts on when its watch has brought it. */
static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    struct scheduler *s = state;
    bool idle = s->queue.waiting == 0;
    if (fact->kind == FACT_POD && fact->verb == FACT_REMOVED && scheduler_assumes(s, fact->row)) {
        sim_forget(sim, &scheduler_model, SCHEDULER_BINDING, fact->row);
    }
    scheduler_learn(s, sim, fact);
    if (idle && s->queue.waiting > 0 && s->rests_until_ns <= sim_now(sim)) {
        sim_wake_watched(sim, &scheduler_model, SCHEDULER_ATTEMPT, 0, 0);
    } else if (idle) {
        go_on(sim, s);
    }
}

static bool holds(const void *context, uint32_t row)
{
    const struct sim *sim = context;
    const struct scheduler *s = sim_state(sim, &scheduler_model);
    return evictions_hold(&s->evictions, sim, row);
}

static void start(struct sim *sim, void *state)
{
    struct scheduler *s = state;
    scheduler_open(s, sim);
    s->queue.holds = holds;
    s->queue.context = sim;
    go_on(sim, s);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    scheduler_drop(state);
}

static const struct model_class classes[SCHEDULER_CLASSES] = {
    [SCHEDULER_RESULT] = {.name = "scheduling result", .client = CLIENT_SCHEDULER},
    [SCHEDULER_BINDING] = {.name = "binding", .client = CLIENT_SCHEDULER},
    [SCHEDULER_EVICTION] = {.name = "preemption", .client = CLIENT_SCHEDULER},
    [SCHEDULER_TICK] = {.name = "scheduling queue tick", .client = CLIENT_SCHEDULER},
    [SCHEDULER_ATTEMPT] = {.name = "scheduling attempt", .client = CLIENT_SCHEDULER},
};

const struct model scheduler_model = {
    .name = "scheduler",
    .state_size = sizeof(struct scheduler),
    .classes = classes,
    .class_count = SCHEDULER_CLASSES,
    .facts = FACTS(FACT_NODE) | FACTS(FACT_POD) | FACTS(FACT_REPLICASET) | FACTS(FACT_WORKLOAD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};

void scheduler_model_trace(struct sim *sim, const struct scheduler_tracer *tracer)
{
    struct scheduler *s = sim_state(sim, &scheduler_model);
    s->tracer = tracer;
}

const struct scheduler_attempt *scheduler_last_attempt(const struct sim *sim)
{
    return &((struct scheduler *)sim_state(sim, &scheduler_model))->last;
}

struct queue *scheduler_queue(const struct sim *sim)
{
    return &((struct scheduler *)sim_state(sim, &scheduler_model))->queue;
}
