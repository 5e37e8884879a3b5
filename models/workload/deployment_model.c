#include "models/workload/deployment_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/workload/retry.h"
#include "models/workload/rollout.h"

#define SECOND_NS INT64_C(1000000000)
#define ROLLBACK_ANNOTATION "deprecated.deployment.rollback.to"

/* How many pods a template's ReplicaSet had when it was deleted: pod names are counted on when it comes back. */
struct past_set {
    uint64_t workload; /* uid */
    const struct pod_template *template;
    uint32_t pods_created;
};

struct deployment_state {
    struct arena scratch; /* of one turn */
    struct retries retries;
    VEC(struct past_set) past;
};

static void wake(struct sim *sim, uint32_t row)
{
    sim_wake_watched(sim, &deployment_model, 0, row, world_workload(&sim->world, row)->uid);
}

/* ---- from rows to plain structs ---- */

static struct rollout_note note_of(int32_t count)
{
    return count < 0 ? (struct rollout_note){0} : rollout_note_of(count);
}

static int32_t count_unfinished(const struct world *w, const struct replicaset *rs)
{
    int32_t count = 0;
    for (uint32_t i = 0; i < rs->pods.count; i++) {
        count += !pod_is_terminal(world_pod(w, rs->pods.at[i]));
    }
    return count;
}

static struct rollout_set read_set(const struct world *w, const struct workload *o, const struct replicaset *rs)
{
    bool recreate = o->spec.strategy == STRATEGY_RECREATE;
    return (struct rollout_set){
        .created_ns = rs->created_ns,
        .revision = rs->revision,
        .desired = note_of(rs->desired_replicas),
        .maximum = note_of(rs->max_replicas),
        .current = rs->template == o->spec.template,
        .observed = rs->status.observed_generation >= rs->generation,
        .min_ready_seconds = rs->min_ready_seconds,
        .spec = rs->replicas,
        .replicas = rs->status.replicas,
        .ready = rs->status.ready,
        .available = rs->status.available,
        .terminating = rs->status.terminating,
        .unfinished_pods = recreate ? count_unfinished(w, rs) : 0,
    };
}

static struct rollout_deployment read_deployment(const struct workload *o)
{
    return (struct rollout_deployment){
        .replicas = o->spec.replicas,
        .recreate = o->spec.strategy == STRATEGY_RECREATE,
        .max_surge = o->spec.max_surge,
        .max_unavailable = o->spec.max_unavailable,
        .min_ready_seconds = o->spec.min_ready_seconds,
        .history_limit = o->spec.revision_history_limit,
        .progress_deadline_seconds = o->spec.progress_deadline_seconds,
        .paused = o->spec.paused,
        .rolls_back = o->spec.rollback_to >= 0,
        .rollback_revision = o->spec.rollback_to,
        .generation = o->generation,
        .status = o->status,
    };
}

/* ---- from a plan to writes ---- */

static uint32_t past_pods(const struct deployment_state *s, const struct workload *o)
{
    for (uint32_t i = 0; i < s->past.count; i++) {
        if (s->past.at[i].workload == o->uid && s->past.at[i].template == o->spec.template) {
            return s->past.at[i].pods_created;
        }
    }
    return 0;
}

static int32_t count_of(const struct rollout_note *note)
{
    return note->plain ? note->natural : -1;
}

static void ask_create(struct sim *sim, const struct deployment_state *s, uint32_t row, const struct rollout_set *set)
{
    const struct workload *o = world_workload(&sim->world, row);
    sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_REPLICASET,
                                  .replicaset = {.workload = row,
                                                 .namespace = o->namespace,
                                                 .template = o->spec.template,
                                                 .selector = o->spec.selector,
                                                 .replicas = set->spec,
                                                 .min_ready_seconds = set->min_ready_seconds,
                                                 .revision = set->revision,
                                                 .desired_replicas = count_of(&set->desired),
                                                 .max_replicas = count_of(&set->maximum),
                                                 .pods_created = past_pods(s, o)}});
}

static void ask_update(struct sim *sim, uint32_t rs, const struct rollout_set *set, int32_t size)
{
    sim_ask(sim, &(struct intent){.kind = INTENT_UPDATE_REPLICASET,
                                  .target = api_ref_replicaset(&sim->world, rs),
                                  .replicaset = {.replicas = size,
                                                 .min_ready_seconds = set->min_ready_seconds,
                                                 .revision = set->revision,
                                                 .desired_replicas = count_of(&set->desired),
                                                 .max_replicas = count_of(&set->maximum)}});
}

static void ask_delete(struct sim *sim, uint32_t rs)
{
    sim_ask(sim, &(struct intent){.kind = INTENT_DELETE_REPLICASET, .target = api_ref_replicaset(&sim->world, rs)});
}

/* The object's tree with the template, and without the rollback annotation. */
static const struct value *tree_after(struct sim *sim, const struct workload *o, const struct pod_template *template)
{
    if (o->spec.tree == NULL) {
        return NULL;
    }
    struct value *tree = value_copy(sim->arena, o->spec.tree);
    struct value *annotations = value_at(tree, "metadata.annotations");
    if (annotations != NULL) {
        value_remove(annotations, ROLLBACK_ANNOTATION);
    }
    if (template != o->spec.template) {
        value_put(sim->arena, value_get(tree, "spec"), "template", value_copy(sim->arena, template->tree));
    }
    return tree;
}

/* Writes the Deployment back with a template, and without the rollback annotation. */
static void ask_roll_back(struct sim *sim, uint32_t row, const struct pod_template *template)
{
    const struct workload *o = world_workload(&sim->world, row);
    struct intent intent = {.kind = INTENT_UPDATE_WORKLOAD,
                            .target = api_ref_workload(&sim->world, row),
                            .version = o->version,
                            .workload = {.spec = o->spec}};
    intent.workload.spec.tree = tree_after(sim, o, template);
    intent.workload.spec.template = template;
    intent.workload.spec.rollback_to = -1;
    sim_ask(sim, &intent);
}

static void ask_act(struct sim *sim, const struct deployment_state *s, uint32_t row, const struct rollout_plan *plan,
                    const struct rollout_act *act)
{
    const struct workload *o = world_workload(&sim->world, row);
    uint32_t rs = act->set < o->replicasets.count ? o->replicasets.at[act->set] : NONE;
    switch (act->kind) {
    case ROLLOUT_CREATE:
        ask_create(sim, s, row, &plan->sets[act->set]);
        break;
    case ROLLOUT_UPDATE:
        if (rs != NONE) { /* else it is the one that this sync creates, at its last size */
            ask_update(sim, rs, &plan->sets[act->set], act->to);
        }
        break;
    case ROLLOUT_DELETE:
        ask_delete(sim, rs);
        break;
    case ROLLOUT_ROLL_BACK:
        ask_roll_back(sim, row, world_replicaset(&sim->world, rs)->template);
        break;
    case ROLLOUT_END_ROLLBACK:
        ask_roll_back(sim, row, o->spec.template);
        break;
    }
}

/* Times as the API stores them. */
static void cut(const struct world *w, struct condition *c)
{
    if (w->cut_times && c->status != CONDITION_ABSENT) {
        c->last_update_ns -= c->last_update_ns % SECOND_NS;
        c->last_transition_ns -= c->last_transition_ns % SECOND_NS;
    }
}

static void ask_status(struct sim *sim, uint32_t row, const struct workload_status *status)
{
    const struct workload *o = world_workload(&sim->world, row);
    struct intent intent = {.kind = INTENT_WORKLOAD_STATUS,
                            .target = api_ref_workload(&sim->world, row),
                            .version = o->version,
                            .workload = {.status = *status}};
    cut(&sim->world, &intent.workload.status.available_condition);
    cut(&sim->world, &intent.workload.status.progressing_condition);
    sim_ask(sim, &intent);
}

/* ---- notes ---- */

static void render_scaling(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    const char *name = world_workload(&sim->world, note->row)->name;
    snprintf(text, size, "Scaled %s replica set %s-%" PRId64 " from %" PRId64 " to %" PRId64,
             note->numbers[2] > note->numbers[1] ? "up" : "down", name, note->numbers[0], note->numbers[1],
             note->numbers[2]);
}

static void render_rollback(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    const char *name = world_workload(&sim->world, note->row)->name;
    snprintf(text, size, "Rolled back deployment \"%s\" to revision %" PRId64, name, note->numbers[0]);
}

static void render_not_found(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    (void)sim;
    (void)note;
    snprintf(text, size, "Unable to find the revision to rollback to.");
}

static void render_unchanged(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    const char *name = world_workload(&sim->world, note->row)->name;
    snprintf(text, size, "The rollback revision contains the same template as current deployment \"%s\"", name);
}

static void tell_rollback(struct sim *sim, uint32_t row, const struct rollout_plan *plan)
{
    struct note note = {.model = "workload", .object = NOTE_WORKLOAD, .row = row};
    note.numbers[0] = plan->d->rollback_revision;
    note.warning = plan->event != ROLLOUT_ROLLED_BACK;
    switch (plan->event) {
    case ROLLOUT_SILENT:
        return;
    case ROLLOUT_ROLLED_BACK:
        note.reason = "DeploymentRollback";
        note.numbers[0] = plan->sets[plan->acts[plan->act_count - 1].set].revision;
        note.render = render_rollback;
        break;
    case ROLLOUT_REVISION_NOT_FOUND:
        note.reason = "DeploymentRollbackRevisionNotFound";
        note.render = render_not_found;
        break;
    case ROLLOUT_TEMPLATE_UNCHANGED:
        note.reason = "DeploymentRollbackTemplateUnchanged";
        note.render = render_unchanged;
        break;
    }
    sim_note(sim, &note);
}

static void tell_scaling(struct sim *sim, const struct replicaset *rs, int32_t before)
{
    if (rs->workload != NONE && rs->replicas != before) {
        sim_note(sim, &(struct note){.model = "workload",
                                     .object = NOTE_WORKLOAD,
                                     .row = rs->workload,
                                     .reason = "ScalingReplicaSet",
                                     .numbers = {rs->number, before, rs->replicas},
                                     .render = render_scaling});
    }
}

/* ---- the sync ---- */

static void sync(struct sim *sim, struct deployment_state *s, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    uint32_t count = o->replicasets.count;
    arena_reset(&s->scratch);
    struct rollout_set *sets = TAKE(&s->scratch, struct rollout_set, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        sets[i] = read_set(&sim->world, o, world_replicaset(&sim->world, o->replicasets.at[i]));
    }
    struct rollout_deployment d = read_deployment(o);
    struct rollout_plan plan;
    rollout_sync(&d, sets, count, sim_now(sim), &s->scratch, &plan);
    tell_rollback(sim, row, &plan);
    for (uint32_t i = 0; i < plan.act_count; i++) {
        ask_act(sim, s, row, &plan, &plan.acts[i]);
    }
    if (plan.writes_status) {
        ask_status(sim, row, &plan.status);
    }
    if (plan.check_ns != ROLLOUT_NEVER) {
        sim_wake_at(sim, &deployment_model, 0, row, o->uid, plan.check_ns);
    }
}

static bool all_applied(const struct turn *turn)
{
    bool good = true;
    for (uint32_t i = 0; i < turn->count; i++) {
        good &= turn->outcomes[i].kind == OUTCOME_APPLIED || turn->outcomes[i].kind == OUTCOME_UNCHANGED;
    }
    return good;
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct deployment_state *s = state;
    if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else if (all_applied(turn)) {
        retry_forget(&s->retries, turn->id);
    } else {
        int64_t at_ns = sim_now(sim) + retry_delay_ns(&s->retries, turn->id);
        sim_wake_at(sim, &deployment_model, 0, turn->id, world_workload(&sim->world, turn->id)->uid, at_ns);
    }
}

/* ---- the watch ---- */

static void remember(struct sim *sim, struct deployment_state *s, const struct replicaset *gone)
{
    uint64_t uid = world_workload(&sim->world, gone->workload)->uid;
    for (uint32_t i = 0; i < s->past.count; i++) {
        if (s->past.at[i].workload == uid && s->past.at[i].template == gone->template) {
            s->past.at[i].pods_created = gone->pods_created;
            return;
        }
    }
    VEC_PUSH(&s->past, (struct past_set){uid, gone->template, gone->pods_created});
}

static void forget(struct sim *sim, struct deployment_state *s, uint32_t row, uint64_t uid)
{
    sim_forget(sim, &deployment_model, 0, row);
    retry_forget(&s->retries, row);
    for (uint32_t i = s->past.count; i-- > 0;) {
        if (s->past.at[i].workload == uid) {
            s->past.at[i] = s->past.at[--s->past.count];
        }
    }
}

static void on_workload(struct sim *sim, struct deployment_state *s, const struct fact *fact)
{
    if (fact->verb == FACT_REMOVED) {
        const struct workload *old = fact->old;
        if (old->kind == WORKLOAD_DEPLOYMENT) {
            forget(sim, s, fact->row, old->uid);
        }
    } else if (world_workload(&sim->world, fact->row)->kind == WORKLOAD_DEPLOYMENT) {
        wake(sim, fact->row);
    }
}

static void on_replicaset(struct sim *sim, struct deployment_state *s, const struct fact *fact)
{
    const struct replicaset *old = fact->old;
    uint32_t owner = old != NULL ? old->workload : world_replicaset(&sim->world, fact->row)->workload;
    if (owner == NONE) {
        return;
    }
    if (fact->verb == FACT_REMOVED) {
        remember(sim, s, old);
    } else {
        tell_scaling(sim, world_replicaset(&sim->world, fact->row), old == NULL ? 0 : old->replicas);
    }
    wake(sim, owner);
}

/* Strategy Recreate waits until the last old pod is gone. */
static void on_pod_removed(struct sim *sim, const struct pod *old)
{
    if (old->workload == NONE || world_workload(&sim->world, old->workload)->kind != WORKLOAD_DEPLOYMENT) {
        return;
    }
    const struct workload *o = world_workload(&sim->world, old->workload);
    if (o->spec.strategy != STRATEGY_RECREATE) {
        return;
    }
    for (uint32_t i = 0; i < o->replicasets.count; i++) {
        if (world_replicaset(&sim->world, o->replicasets.at[i])->pods.count > 0) {
            return;
        }
    }
    wake(sim, old->workload);
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_WORKLOAD) {
        on_workload(sim, state, fact);
    } else if (fact->kind == FACT_REPLICASET) {
        on_replicaset(sim, state, fact);
    } else if (fact->kind == FACT_POD && fact->verb == FACT_REMOVED) {
        on_pod_removed(sim, fact->old);
    }
}

static void start(struct sim *sim, void *state)
{
    struct deployment_state *s = state;
    s->scratch = arena_make(1 << 14);
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        const struct workload *o = &sim->world.workloads.at[row];
        if (o->uid != 0 && o->kind == WORKLOAD_DEPLOYMENT) {
            sim_wake(sim, &deployment_model, 0, row, o->uid);
        }
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct deployment_state *s = state;
    arena_drop(&s->scratch);
    retry_drop(&s->retries);
    VEC_DROP(&s->past);
}

static const struct model_class classes[] = {
    {.name = "Deployment", .order = ENGINE_OLDEST, .workers = 5, .client = CLIENT_CONTROLLER_DEPLOYMENT},
};

const struct model deployment_model = {
    .name = "deployment",
    .state_size = sizeof(struct deployment_state),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_WORKLOAD) | FACTS(FACT_REPLICASET) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
