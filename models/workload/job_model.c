/* Counts of succeeded and failed pods are kept as they happen, since pods may be removed before the Job is. */
#include "models/workload/job_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/workload/controller.h"
#include "models/workload/job.h"
#include "models/workload/replicaset.h"

#define SECOND_NS INT64_C(1000000000)
#define BATCH_NS SECOND_NS /* from what happens to a pod to the sync */

/* What the controller keeps of a Job beside its row. */
struct own {
    bool started;
    int64_t start_ns;
    int32_t succeeded;
    int32_t failed;
    int32_t failures; /* since the last success */
    int64_t last_failure_ns;
    enum job_end end;
    VEC(bool) done; /* Indexed: indices that succeeded */
};

struct job_controller {
    struct retries retries;
    VEC(struct own) own; /* by workload row */
};

static struct own *own_of(struct job_controller *s, uint32_t row)
{
    while (s->own.count <= row) {
        VEC_PUSH(&s->own, (struct own){0});
    }
    return &s->own.at[row];
}

bool job_is_complete(const struct sim *sim, uint32_t workload)
{
    const struct job_controller *s = sim_state(sim, &job_model);
    return s != NULL && workload < s->own.count && s->own.at[workload].end == JOB_COMPLETE;
}

static bool is_indexed(const struct workload *o)
{
    const char *mode = value_as_text(value_at(o->spec.tree, "spec.completionMode"));
    return mode != NULL && strcmp(mode, "Indexed") == 0;
}

static void wake_at(struct sim *sim, uint32_t row, int64_t at_ns)
{
    sim_wake_at(sim, &job_model, 0, row, world_workload(&sim->world, row)->uid, at_ns);
}

/* ---- creating and deleting ---- */

static bool *done_of(struct own *own, uint32_t index)
{
    while (own->done.count <= index) {
        VEC_PUSH(&own->done, false);
    }
    return &own->done.at[index];
}

static bool has_active_pod(const struct world *w, const struct workload *o, uint32_t index)
{
    for (uint32_t i = 0; i < o->pods.count; i++) {
        const struct pod *pod = world_pod(w, o->pods.at[i]);
        if (pod->number == index && pod_is_active(pod)) {
            return true;
        }
    }
    return false;
}

/* The lowest index from `from` on that has neither succeeded nor a pod. */
static uint32_t next_index(const struct world *w, struct own *own, const struct workload *o, uint32_t from)
{
    while (*done_of(own, from) || has_active_pod(w, o, from)) {
        from++;
    }
    return from;
}

/* The next batch after `done` pods of this sync. */
static void create_batch(struct sim *sim, struct own *own, uint32_t row, int32_t missing, int32_t done)
{
    const struct workload *o = world_workload(&sim->world, row);
    bool indexed = is_indexed(o);
    uint32_t number = indexed ? 0 : o->children_created;
    int32_t count = replicaset_batch(done + missing, done);
    for (int32_t i = 0; i < count; i++, number++) {
        number = indexed ? next_index(&sim->world, own, o, number) : number;
        controller_create_pod(sim, row, o->spec.template, number, NULL);
    }
}

/* Youngest first: of the real order (waiting, not ready, younger) the part that decides among pods of one start. */
static void delete_active(struct sim *sim, uint32_t row, int32_t count)
{
    const struct workload *o = world_workload(&sim->world, row);
    for (uint32_t i = o->pods.count; i-- > 0 && count > 0;) {
        if (pod_is_active(world_pod(&sim->world, o->pods.at[i]))) {
            controller_delete_pod(sim, o->pods.at[i]);
            count--;
        }
    }
}

/* ---- the sync ---- */

static struct job_state count_pods(const struct sim *sim, const struct workload *o, const struct own *own)
{
    struct job_state state = {.succeeded = own->succeeded,
                              .failed = own->failed,
                              .failures = own->failures,
                              .last_failure_ns = own->last_failure_ns,
                              .start_ns = own->started ? own->start_ns : JOB_NEVER};
    for (uint32_t i = 0; i < o->pods.count; i++) {
        const struct pod *pod = world_pod(&sim->world, o->pods.at[i]);
        if (pod_is_active(pod)) {
            state.active++;
            state.restarts += pod->restarts;
        } else {
            state.terminating += !pod_is_terminal(pod);
        }
    }
    return state;
}

static struct job_spec read_spec(const struct workload *o)
{
    return (struct job_spec){.parallelism = o->spec.replicas,
                             .completions = o->spec.completions,
                             .backoff_limit = o->spec.backoff_limit,
                             .deadline_s = o->spec.active_deadline_seconds,
                             .suspended = o->spec.paused,
                             .restarts_in_place = o->spec.template->restart_policy == RESTART_ON_FAILURE};
}

static int32_t count_ready(const struct sim *sim, const struct workload *o)
{
    int32_t ready = 0;
    for (uint32_t i = 0; i < o->pods.count; i++) {
        const struct pod *pod = world_pod(&sim->world, o->pods.at[i]);
        ready += pod_is_active(pod) && pod->ready == CONDITION_TRUE;
    }
    return ready;
}

static void render_end(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    (void)sim;
    if (note->warning) {
        snprintf(text, size, "Job has failed after %" PRId64 " failed pods", note->numbers[0]);
    } else {
        snprintf(text, size, "Job completed with %" PRId64 " pods", note->numbers[0]);
    }
}

static void write_status(struct sim *sim, uint32_t row, const struct own *own, const struct job_state *state)
{
    const struct workload *o = world_workload(&sim->world, row);
    struct workload_status status = {.active = state->active,
                                     .ready = count_ready(sim, o),
                                     .terminating = state->terminating,
                                     .succeeded = state->succeeded,
                                     .failed = state->failed};
    status.finished = own->end != JOB_RUNS && state->active == 0 && state->terminating == 0;
    controller_write_status(sim, row, &status);
    if (status.finished && !o->status.finished) {
        bool good = own->end == JOB_COMPLETE;
        sim_note(sim, &(struct note){.model = "workload",
                                     .object = NOTE_WORKLOAD,
                                     .row = row,
                                     .warning = !good,
                                     .reason = good ? "Completed" : job_reason(own->end),
                                     .numbers = {good ? state->succeeded : state->failed},
                                     .render = render_end});
    }
}

static void start_or_suspend(const struct sim *sim, const struct workload *o, struct own *own)
{
    if (o->spec.paused) {
        own->started = false;
    } else if (!own->started) {
        own->started = true;
        own->start_ns = world_stamp(&sim->world);
    }
}

static void sync(struct sim *sim, struct job_controller *s, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    struct own *own = own_of(s, row);
    if (o->status.finished) {
        return;
    }
    start_or_suspend(sim, o, own);
    struct job_state state = count_pods(sim, o, own);
    struct job_plan plan = {.end = own->end, .removes = state.active, .check_ns = JOB_NEVER};
    if (own->end == JOB_RUNS) {
        struct job_spec spec = read_spec(o);
        plan = job_sync(&spec, &state, sim_now(sim));
        own->end = plan.end;
    }
    delete_active(sim, row, plan.removes);
    create_batch(sim, own, row, plan.creates, 0);
    write_status(sim, row, own, &state);
    if (plan.check_ns != JOB_NEVER) {
        wake_at(sim, row, plan.check_ns);
    }
}

static bool any_created(const struct turn *turn)
{
    bool created = false;
    for (uint32_t i = 0; i < turn->count; i++) {
        created |= turn->outcomes[i].intent == INTENT_CREATE_POD;
    }
    return created;
}

/* After stage n, 2^n - 1 pods of this sync were asked for. */
static void go_on_creating(struct sim *sim, struct job_controller *s, const struct turn *turn)
{
    const struct workload *o = world_workload(&sim->world, turn->id);
    struct own *own = own_of(s, turn->id);
    struct job_state state = count_pods(sim, o, own);
    struct job_spec spec = read_spec(o);
    struct job_plan plan = job_sync(&spec, &state, sim_now(sim));
    int32_t done = (int32_t)(UINT32_C(1) << turn->stage) - 1;
    if (any_created(turn) && own->end == JOB_RUNS && done < JOB_BURST) {
        create_batch(sim, own, turn->id, plan.creates < JOB_BURST - done ? plan.creates : JOB_BURST - done, done);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct job_controller *s = state;
    if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else if (controller_settle(sim, &job_model, &s->retries, turn, world_workload(&sim->world, turn->id)->uid)) {
        go_on_creating(sim, s, turn);
    }
}

/* ---- the time to live: class 1 ---- */

static void expire(struct sim *sim, const struct turn *turn)
{
    if (turn->stage == 0) {
        sim_ask(sim,
                &(struct intent){.kind = INTENT_DELETE_WORKLOAD, .target = api_ref_workload(&sim->world, turn->id)});
    }
}

static void handle_any(struct sim *sim, void *state, const struct turn *turn)
{
    if (turn->class == 0) {
        handle(sim, state, turn);
    } else {
        expire(sim, turn);
    }
}

/* ---- the watch ---- */

static void forget(struct sim *sim, struct job_controller *s, uint32_t row)
{
    struct own *own = own_of(s, row);
    sim_forget(sim, &job_model, 0, row);
    sim_forget(sim, &job_model, 1, row);
    retry_forget(&s->retries, row);
    VEC_DROP(&own->done);
    *own = (struct own){0};
}

static void on_workload(struct sim *sim, struct job_controller *s, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        if (((const struct workload *)fact->old)->kind == WORKLOAD_JOB) {
            forget(sim, s, fact->row);
        }
        return;
    }
    const struct workload *o = world_workload(&sim->world, fact->row);
    const struct workload *old = fact->old;
    if (o->kind != WORKLOAD_JOB) {
        return;
    }
    if (fact->verb == FACT_ADDED || fact->changed != FIELD_STATUS) {
        sim_wake_watched(sim, &job_model, 0, fact->row, o->uid);
    } else if (o->status.finished && !old->status.finished && o->spec.ttl_seconds >= 0) {
        sim_wake_at(sim, &job_model, 1, fact->row, o->uid, world_stamp(&sim->world) + o->spec.ttl_seconds * SECOND_NS);
    }
}

static void count_success(struct own *own, const struct workload *o, const struct pod *pod)
{
    bool again = is_indexed(o) && *done_of(own, pod->number);
    if (is_indexed(o)) {
        *done_of(own, pod->number) = true;
    }
    own->succeeded += !again;
    own->failures = 0;
}

static void count_failure(const struct sim *sim, struct own *own)
{
    own->failed++;
    own->failures++;
    own->last_failure_ns = world_stamp(&sim->world);
}

/* A pod fails when its phase says so, or when it is deleted before; not when the whole Job is suspended. */
static void count_pod(struct sim *sim, struct own *own, const struct workload *o, const struct fact *fact)
{
    const struct pod *old = fact->old;
    const struct pod *pod = fact->verb == FACT_REMOVED ? old : world_pod(&sim->world, fact->row);
    if (old == NULL || pod_is_terminal(old) || old->deletion_ns != TIME_UNSET) {
        return;
    }
    if (fact->verb == FACT_CHANGED && pod->phase == POD_SUCCEEDED) {
        count_success(own, o, pod);
    } else if (!o->spec.paused &&
               (fact->verb == FACT_REMOVED || pod->phase == POD_FAILED || fact->changed & FIELD_DELETION)) {
        count_failure(sim, own);
    }
}

static void on_pod(struct sim *sim, struct job_controller *s, const struct fact *fact)
{
    const struct pod *pod = fact->verb == FACT_REMOVED ? fact->old : world_pod(&sim->world, fact->row);
    if (pod->owner_kind != OWNER_WORKLOAD || world_workload(&sim->world, pod->owner)->kind != WORKLOAD_JOB) {
        return;
    }
    count_pod(sim, own_of(s, pod->owner), world_workload(&sim->world, pod->owner), fact);
    wake_at(sim, pod->owner, sim_now(sim) + BATCH_NS);
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_POD) {
        on_pod(sim, state, fact);
    } else {
        on_workload(sim, state, fact);
    }
}

static void start(struct sim *sim, void *state)
{
    (void)state;
    controller_wake_all(sim, &job_model, WORKLOAD_JOB);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct job_controller *s = state;
    for (uint32_t i = 0; i < s->own.count; i++) {
        VEC_DROP(&s->own.at[i].done);
    }
    VEC_DROP(&s->own);
    retry_drop(&s->retries);
}

static const struct model_class classes[] = {
    {.name = "Job", .order = ENGINE_OLDEST, .workers = 5, .client = CLIENT_CONTROLLER_JOB},
    {.name = "TTLAfterFinished", .order = ENGINE_DUE, .workers = 5, .client = CLIENT_CONTROLLER_JOB},
};

const struct model job_model = {
    .name = "job",
    .state_size = sizeof(struct job_controller),
    .classes = classes,
    .class_count = 2,
    .facts = FACTS(FACT_WORKLOAD) | FACTS(FACT_POD),
    .start = start,
    .handle = handle_any,
    .on_fact = on_fact,
    .stop = stop,
};
