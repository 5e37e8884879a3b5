#include "models/workload/statefulset_model.h"

#include <stdlib.h>

#include "models/workload/controller.h"
#include "models/workload/statefulset.h"

/* What the controller keeps of a StatefulSet beside its row. */
struct own {
    struct history history;
    const struct pod_template *current;
    const struct pod_template *update;
};

struct statefulset_state {
    struct arena scratch; /* of one turn */
    struct retries retries;
    bool max_unavailable; /* the feature gate */
    VEC(struct own) own;  /* by workload row */
};

static struct own *own_of(struct statefulset_state *s, uint32_t row)
{
    while (s->own.count <= row) {
        VEC_PUSH(&s->own, (struct own){0});
    }
    return &s->own.at[row];
}

static const struct own *find_own(const struct sim *sim, uint32_t row)
{
    const struct statefulset_state *s = sim_state(sim, &statefulset_model);
    return s != NULL && row < s->own.count ? &s->own.at[row] : NULL;
}

const struct history *statefulset_history(const struct sim *sim, uint32_t workload)
{
    const struct own *own = find_own(sim, workload);
    return own == NULL ? NULL : &own->history;
}

const struct pod_template *statefulset_current(const struct sim *sim, uint32_t workload)
{
    const struct own *own = find_own(sim, workload);
    return own == NULL ? NULL : own->current;
}

const struct pod_template *statefulset_update(const struct sim *sim, uint32_t workload)
{
    const struct own *own = find_own(sim, workload);
    return own == NULL ? NULL : own->update;
}

void statefulset_enable_max_unavailable(struct sim *sim)
{
    struct statefulset_state *s = sim_state(sim, &statefulset_model);
    s->max_unavailable = true;
}

/* ---- the sync ---- */

static struct statefulset_pod read_pod(const struct sim *sim, const struct workload *o, uint32_t row)
{
    const struct pod *pod = world_pod(&sim->world, row);
    bool ready = pod->phase == POD_RUNNING && pod->ready == CONDITION_TRUE;
    return (struct statefulset_pod){
        .row = row,
        .ordinal = (int32_t)pod->number,
        .template = pod->template,
        .phase = pod->phase,
        .terminating = pod->deletion_ns != TIME_UNSET,
        .ready = ready,
        .available = ready && pod_is_available(pod, o->spec.min_ready_seconds, sim_now(sim)),
    };
}

/* maxUnavailable rounded down, at least 1. */
static int32_t max_unavailable(const struct workload_spec *spec)
{
    int64_t amount = spec->max_unavailable.amount;
    int64_t count = spec->max_unavailable.percent ? amount * spec->replicas / 100 : amount;
    return count < 1 ? 1 : (int32_t)count;
}

static void ask_acts(struct sim *sim, uint32_t row, const struct statefulset_plan *plan)
{
    for (uint32_t i = 0; i < plan->act_count; i++) {
        const struct statefulset_act *act = &plan->acts[i];
        if (act->kind == STATEFULSET_CREATE) {
            controller_create_pod(sim, row, act->template, (uint32_t)act->ordinal, NULL);
        } else {
            controller_delete_pod(sim, act->row);
        }
    }
}

/* Deletes revisions that neither a pod nor the set itself needs. */
static void truncate_history(struct statefulset_state *s, struct own *own, const struct statefulset_pod *pods,
                             uint32_t count, int32_t limit)
{
    const struct pod_template **live = TAKE(&s->scratch, const struct pod_template *, count + 2);
    for (uint32_t i = 0; i < count; i++) {
        live[i] = pods[i].template;
    }
    live[count] = own->current;
    live[count + 1] = own->update;
    int64_t excess = (int64_t)history_count_dead(&own->history, live, count + 2) - limit;
    history_delete_dead(&own->history, live, count + 2, excess);
}

static void sync(struct sim *sim, struct statefulset_state *s, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    struct own *own = own_of(s, row);
    uint32_t count = o->pods.count;
    struct statefulset_pod *pods = TAKE(&s->scratch, struct statefulset_pod, count);
    for (uint32_t i = 0; i < count; i++) {
        pods[i] = read_pod(sim, o, o->pods.at[i]);
    }
    history_update(&own->history, o->spec.template);
    own->update = o->spec.template;
    own->current = own->current == NULL ? own->update : own->current;
    struct statefulset set = {
        .replicas = o->spec.replicas,
        .start = o->spec.first_ordinal,
        .partition = o->spec.partition,
        .parallel = o->spec.parallel,
        .on_delete = o->spec.strategy == STRATEGY_ON_DELETE,
        .max_unavailable = s->max_unavailable ? max_unavailable(&o->spec) : 0,
        .current = own->current,
        .update = own->update,
        .generation = o->generation,
    };
    struct statefulset_plan plan;
    statefulset_sync(&set, pods, count, &s->scratch, &plan);
    ask_acts(sim, row, &plan);
    controller_write_status(sim, row, &plan.status);
    truncate_history(s, own, pods, count, o->spec.revision_history_limit);
    own->current = plan.completed ? own->update : own->current;
    int64_t next_ns = controller_next_available_ns(&sim->world, o->pods.at, count, o->spec.min_ready_seconds);
    if (next_ns != INT64_MAX) {
        sim_wake_at(sim, &statefulset_model, 0, row, o->uid, next_ns);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct statefulset_state *s = state;
    arena_reset(&s->scratch);
    if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else {
        controller_settle(sim, &statefulset_model, &s->retries, turn, world_workload(&sim->world, turn->id)->uid);
    }
}

/* ---- the watch ---- */

static void forget(struct sim *sim, struct statefulset_state *s, uint32_t row)
{
    struct own *own = own_of(s, row);
    sim_forget(sim, &statefulset_model, 0, row);
    retry_forget(&s->retries, row);
    history_drop(&own->history);
    *own = (struct own){0};
}

static void wake(struct sim *sim, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    if (o->kind == WORKLOAD_STATEFULSET) {
        sim_wake_watched(sim, &statefulset_model, 0, row, o->uid);
    }
}

static void on_pod(struct sim *sim, const struct fact *fact)
{
    const struct pod *pod = fact->verb == FACT_REMOVED ? fact->old : world_pod(&sim->world, fact->row);
    bool counts = fact->verb != FACT_CHANGED || fact->changed & (FIELD_PHASE | FIELD_READY | FIELD_DELETION);
    if (counts && pod->owner_kind == OWNER_WORKLOAD) {
        wake(sim, pod->owner);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_POD) {
        on_pod(sim, fact);
    } else if (fact->verb != FACT_REMOVED) {
        wake(sim, fact->row);
    } else if (((const struct workload *)fact->old)->kind == WORKLOAD_STATEFULSET) {
        forget(sim, state, fact->row);
    }
}

static void start(struct sim *sim, void *state)
{
    struct statefulset_state *s = state;
    s->scratch = arena_make(1 << 14);
    controller_wake_all(sim, &statefulset_model, WORKLOAD_STATEFULSET);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct statefulset_state *s = state;
    for (uint32_t i = 0; i < s->own.count; i++) {
        history_drop(&s->own.at[i].history);
    }
    VEC_DROP(&s->own);
    retry_drop(&s->retries);
    arena_drop(&s->scratch);
}

static const struct model_class classes[] = {
    {.name = "StatefulSet", .order = ENGINE_OLDEST, .workers = 5, .client = CLIENT_CONTROLLER_STATEFULSET},
};

const struct model statefulset_model = {
    .name = "statefulset",
    .state_size = sizeof(struct statefulset_state),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_WORKLOAD) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
