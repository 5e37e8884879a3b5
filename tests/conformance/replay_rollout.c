/* Replays the roll-outs of vectors/workload through the engine: a listener writes down what is visible. */
#include "tests/conformance/replay_rollout.h"

#include <stdlib.h>
#include <string.h>

#include "models/workload/deployment_model.h"
#include "models/workload/replicaset_model.h"
#include "models/workload/rollout.h"
#include "tests/conformance/workload_world.h"

/* What the recorder remembers of a pod: numbers of its ReplicaSet and of itself. */
struct pod_id {
    uint32_t rs;
    uint32_t number;
};

struct id_list {
    VEC(struct pod_id) ids;
};

/* A case while it runs: the world, and the timeline so far. */
struct run {
    struct workload_world ww; /* first: what the models take it for */
    struct arena *arena;
    VEC(struct pod_id) pods; /* by row */
    struct id_list created, deleted, removed;
    struct value *events; /* of this instant */
    struct value *timeline;
    struct value *last_rs, *last_status, *last_conditions;
};

static bool is_meant(const struct workload_world *ww, const struct sim *sim, uint32_t row, const struct value *id)
{
    const struct run *r = (const struct run *)ww;
    int64_t rs, number;
    (void)sim;
    return value_as_int64(id->items[0], &rs) && value_as_int64(id->items[1], &number) && r->pods.at[row].rs == rs &&
           r->pods.at[row].number == number;
}

/* ---- the listener ---- */

static void see_fact(void *context, const struct sim *sim, const struct fact *fact)
{
    struct run *r = context;
    if (fact->kind != FACT_POD) {
        return;
    }
    if (fact->verb == FACT_ADDED) {
        const struct pod *pod = world_pod(&sim->world, fact->row);
        while (r->pods.count <= fact->row) {
            VEC_PUSH(&r->pods, (struct pod_id){0});
        }
        r->pods.at[fact->row] = (struct pod_id){world_replicaset(&sim->world, pod->owner)->number, pod->number};
        VEC_PUSH(&r->created.ids, r->pods.at[fact->row]);
    } else if (fact->verb == FACT_REMOVED) {
        const struct pod *old = fact->old;
        if (old->deletion_ns == TIME_UNSET) {
            VEC_PUSH(&r->deleted.ids, r->pods.at[fact->row]);
        }
        VEC_PUSH(&r->removed.ids, r->pods.at[fact->row]);
    } else if (fact->changed & FIELD_DELETION) {
        VEC_PUSH(&r->deleted.ids, r->pods.at[fact->row]);
    }
}

static void add_number(struct run *r, struct value *list, int64_t number)
{
    value_append(r->arena, list, value_integer(r->arena, number));
}

static void see_note(void *context, const struct sim *sim, const struct note *note)
{
    (void)sim;
    struct run *r = context;
    struct value *event = value_list(r->arena);
    value_append(r->arena, event, value_text(r->arena, note->reason));
    if (strcmp(note->reason, "ScalingReplicaSet") == 0) {
        for (int i = 0; i < 3; i++) {
            add_number(r, event, note->numbers[i]);
        }
    }
    if (r->events == NULL) {
        r->events = value_list(r->arena);
    }
    value_append(r->arena, r->events, event);
}

static struct value *list_sets(struct run *r, const struct world *w, const struct workload *o)
{
    struct value *list = value_list(r->arena);
    for (uint32_t i = 0; i < o->replicasets.count; i++) {
        const struct replicaset *rs = world_replicaset(w, o->replicasets.at[i]);
        int64_t numbers[] = {rs->number,       rs->revision,         rs->replicas,          rs->status.replicas,
                             rs->status.ready, rs->status.available, rs->status.terminating};
        struct value *row = value_list(r->arena);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            add_number(r, row, numbers[k]);
        }
        value_append(r->arena, list, row);
    }
    return list->count == 0 ? NULL : list;
}

static struct value *list_status(struct run *r, const struct workload *o)
{
    const struct workload_status *s = &o->status;
    int64_t numbers[] = {o->generation, s->observed_generation, s->replicas,    s->updated,
                         s->ready,      s->available,           s->unavailable, s->terminating};
    struct value *list = value_list(r->arena);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        add_number(r, list, numbers[k]);
    }
    return list;
}

static void add_condition(struct run *r, struct value *list, const char *type, const struct condition *c)
{
    if (c->status != CONDITION_ABSENT) {
        struct value *row = value_list(r->arena);
        value_append(r->arena, row, value_text(r->arena, type));
        value_append(r->arena, row, value_text(r->arena, rollout_status_text(c->status)));
        value_append(r->arena, row, value_text(r->arena, rollout_reason_text(c->reason)));
        add_number(r, row, c->last_update_ns);
        add_number(r, row, c->last_transition_ns);
        value_append(r->arena, list, row);
    }
}

static int compare_ids(const void *left, const void *right)
{
    const struct pod_id *a = left, *b = right;
    return a->rs != b->rs ? (a->rs < b->rs ? -1 : 1) : a->number < b->number ? -1 : a->number > b->number;
}

/* Adds the sorted list to the entry, if it holds any, and empties it. */
static void put_ids(struct run *r, struct value *entry, const char *key, struct id_list *l)
{
    if (l->ids.count == 0) {
        return;
    }
    struct value *list = value_list(r->arena);
    qsort(l->ids.at, l->ids.count, sizeof *l->ids.at, compare_ids);
    for (uint32_t i = 0; i < l->ids.count; i++) {
        struct value *id = value_list(r->arena);
        add_number(r, id, l->ids.at[i].rs);
        add_number(r, id, l->ids.at[i].number);
        value_append(r->arena, list, id);
    }
    value_put(r->arena, entry, key, list);
    l->ids.count = 0;
}

static void put_changed(struct run *r, struct value *entry, const char *key, struct value *now, struct value **last)
{
    bool same = now == NULL || *last == NULL ? now == *last : value_equal(now, *last);
    if (!same && now != NULL) {
        value_put(r->arena, entry, key, now);
    }
    *last = now;
}

static void see_end(void *context, const struct sim *sim)
{
    struct run *r = context;
    if (sim->world.workloads.count == 0) {
        return;
    }
    const struct workload *o = world_workload(&sim->world, 0);
    struct value *entry = value_map(r->arena), *conditions = value_list(r->arena);
    value_put(r->arena, entry, "t", value_integer(r->arena, sim_now(sim)));
    if (r->events != NULL) {
        value_put(r->arena, entry, "events", r->events);
        r->events = NULL;
    }
    put_ids(r, entry, "created", &r->created);
    put_ids(r, entry, "deleted", &r->deleted);
    put_ids(r, entry, "removed", &r->removed);
    put_changed(r, entry, "rs", list_sets(r, &sim->world, o), &r->last_rs);
    put_changed(r, entry, "status", list_status(r, o), &r->last_status);
    add_condition(r, conditions, "Available", &o->status.available_condition);
    add_condition(r, conditions, "Progressing", &o->status.progressing_condition);
    put_changed(r, entry, "conditions", conditions->count == 0 ? NULL : conditions, &r->last_conditions);
    if (entry->count > 1) {
        value_append(r->arena, r->timeline, entry);
    }
}

static void check_world(void *context, const struct sim *sim)
{
    (void)context;
    world_check(&sim->world);
}

/* ---- a case ---- */

static const struct model_class kubelet_classes[] = {
    {.name = "bind", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "pods"},
    {.name = "pods", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "Deployment"},
};
static const struct model_class deployment_classes[] = {
    {.name = "Deployment", .order = ENGINE_OLDEST, .client = CLIENT_USER, .resume = "Deployment"}};
static const struct model_class replicaset_classes[] = {
    {.name = "ReplicaSet", .order = ENGINE_OLDEST, .client = CLIENT_USER, .resume = "Deployment"}};

static const struct registry_line registry[] = {
    {&workload_world_user, NULL},
    {&workload_world_kubelet, kubelet_classes},
    {&deployment_model, deployment_classes},
    {&replicaset_model, replicaset_classes},
};

static void drop(struct run *r)
{
    compile_drop(&r->ww.compiler);
    VEC_DROP(&r->pods);
    VEC_DROP(&r->created.ids);
    VEC_DROP(&r->deleted.ids);
    VEC_DROP(&r->removed.ids);
}

bool replay_rollout(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct run r = {.ww = {.arena = &c->scratch,
                           .names = c->names,
                           .in = in,
                           .key = "deployment",
                           .kind = WORKLOAD_DEPLOYMENT,
                           .compiler = compile_make(&c->scratch, c->names),
                           .is_meant = is_meant},
                    .arena = &c->scratch,
                    .timeline = value_list(&c->scratch)};
    struct sim *sim = sim_open(&(struct sim_options){.registry = registry,
                                                     .registry_count = sizeof registry / sizeof *registry,
                                                     .delays = delays_zero(),
                                                     .cut_times = true,
                                                     .rank = api_rank_first_in,
                                                     .arena = &c->scratch,
                                                     .names = c->names,
                                                     .inputs = &r});
    sim_listen(
        sim,
        (struct sim_listener){
            .context = &r, .fact = see_fact, .note = see_note, .instant_ended = see_end, .turn_ended = check_world});
    struct fail fail;
    sim_start(sim);
    bool good = sim_run(sim, workload_world_integer(in, "until", 0), &fail)
                    ? replay_same(c, "timeline", value_get(out, "timeline"), r.timeline)
                    : replay_differs(c, "%s", fail.text);
    sim_close(sim);
    drop(&r);
    return good;
}
