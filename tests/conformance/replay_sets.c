/* Replays the timelines of StatefulSets and DaemonSets of vectors/workload through the engine. */
#include "tests/conformance/replay_sets.h"

#include <stdlib.h>
#include <string.h>

#include "models/workload/daemonset_model.h"
#include "models/workload/statefulset_model.h"
#include "tests/conformance/workload_world.h"

/* A pod as a timeline names it: by node or by ordinal, and its revision. */
struct pod_id {
    const char *node;
    uint32_t number;
    int64_t revision;
};

struct id_list {
    VEC(struct pod_id) ids;
};

/* A template's number as the recorder counts ControllerRevisions: by name, so one that comes back is counted anew. */
struct numbered {
    const struct pod_template *template;
    int64_t number;
};

struct run {
    struct workload_world ww; /* first: what the models take it for */
    struct arena *arena;
    bool counts; /* which nodes is arbitrary: how many of a revision is recorded */
    const struct history *(*history)(const struct sim *sim, uint32_t workload);
    VEC(struct numbered) numbers;
    uint32_t seen;           /* revisions that were numbered */
    VEC(struct pod_id) pods; /* by row */
    struct id_list created, deleted, removed;
    struct value *timeline;
    struct value *last_status, *last_revisions;
    int64_t last_current, last_update;
};

/* ---- revisions ---- */

static int64_t number_of(const struct run *r, const struct pod_template *template)
{
    for (uint32_t i = 0; i < r->numbers.count; i++) {
        if (r->numbers.at[i].template == template) {
            return r->numbers.at[i].number;
        }
    }
    return -1;
}

static void number_new(struct run *r, const struct revision *new)
{
    for (uint32_t i = 0; i < r->numbers.count; i++) {
        if (r->numbers.at[i].template == new->template) {
            r->numbers.at[i].number = r->numbers.count;
            return;
        }
    }
    struct numbered next = {new->template, r->numbers.count};
    VEC_PUSH(&r->numbers, next);
}

static void number_revisions(struct run *r, const struct sim *sim)
{
    const struct history *h = r->history(sim, 0);
    for (uint32_t i = 0; h != NULL && i < h->revisions.count; i++) {
        if (h->revisions.at[i].number >= r->seen) {
            number_new(r, &h->revisions.at[i]);
            r->seen = h->revisions.at[i].number + 1;
        }
    }
}

/* ---- what happens to pods ---- */

static void see_pod(void *context, const struct sim *sim, const struct fact *fact)
{
    struct run *r = context;
    if (fact->kind != FACT_POD) {
        return;
    }
    if (fact->verb == FACT_ADDED) {
        const struct pod *pod = world_pod(&sim->world, fact->row);
        number_revisions(r, sim);
        while (r->pods.count <= fact->row) {
            VEC_PUSH(&r->pods, (struct pod_id){0});
        }
        r->pods.at[fact->row] = (struct pod_id){pod->wanted_node, pod->number, number_of(r, pod->template)};
        VEC_PUSH(&r->created.ids, r->pods.at[fact->row]);
    } else if (fact->verb == FACT_REMOVED) {
        if (((const struct pod *)fact->old)->deletion_ns == TIME_UNSET) {
            VEC_PUSH(&r->deleted.ids, r->pods.at[fact->row]);
        }
        VEC_PUSH(&r->removed.ids, r->pods.at[fact->row]);
    } else if (fact->changed & FIELD_DELETION) {
        VEC_PUSH(&r->deleted.ids, r->pods.at[fact->row]);
    }
}

static bool is_meant(const struct workload_world *ww, const struct sim *sim, uint32_t row, const struct value *id)
{
    const struct pod *pod = world_pod(&sim->world, row);
    int64_t ordinal;
    (void)ww;
    return value_as_int64(id, &ordinal) ? pod->number == ordinal
                                        : pod->wanted_node != NULL && strcmp(pod->wanted_node, value_as_text(id)) == 0;
}

/* ---- the timeline ---- */

static int compare_ids(const void *left, const void *right)
{
    const struct pod_id *a = left, *b = right;
    int nodes = a->node == NULL ? 0 : strcmp(a->node, b->node);
    if (nodes != 0) {
        return nodes;
    }
    return a->number != b->number && a->node == NULL ? (a->number < b->number ? -1 : 1)
                                                     : (a->revision > b->revision) - (a->revision < b->revision);
}

static int compare_revisions(const void *left, const void *right)
{
    const struct pod_id *a = left, *b = right;
    return (a->revision > b->revision) - (a->revision < b->revision);
}

static struct value *pair(struct run *r, struct value *first, int64_t second)
{
    struct value *list = value_list(r->arena);
    value_append(r->arena, list, first);
    value_append(r->arena, list, value_integer(r->arena, second));
    return list;
}

static struct value *list_counts(struct run *r, const struct id_list *l)
{
    struct value *list = value_list(r->arena);
    for (uint32_t i = 0, from; i < l->ids.count;) {
        for (from = i; i < l->ids.count && l->ids.at[i].revision == l->ids.at[from].revision;) {
            i++;
        }
        value_append(r->arena, list, pair(r, value_integer(r->arena, l->ids.at[from].revision), i - from));
    }
    return list;
}

static struct value *list_ids(struct run *r, const struct id_list *l)
{
    struct value *list = value_list(r->arena);
    for (uint32_t i = 0; i < l->ids.count; i++) {
        const struct pod_id *id = &l->ids.at[i];
        struct value *where = id->node == NULL ? value_integer(r->arena, id->number) : value_text(r->arena, id->node);
        value_append(r->arena, list, pair(r, where, id->revision));
    }
    return list;
}

/* Adds the sorted list to the entry, if it holds any, and empties it. */
static void put_ids(struct run *r, struct value *entry, const char *key, struct id_list *l)
{
    if (l->ids.count > 0) {
        qsort(l->ids.at, l->ids.count, sizeof *l->ids.at, r->counts ? compare_revisions : compare_ids);
        value_put(r->arena, entry, key, r->counts ? list_counts(r, l) : list_ids(r, l));
        l->ids.count = 0;
    }
}

static struct value *list_status(struct run *r, const struct workload *o)
{
    const struct workload_status *s = &o->status;
    int64_t stateful[] = {o->generation, s->observed_generation, s->replicas, s->ready, s->current, s->updated,
                          s->available};
    int64_t daemon[] = {o->generation, s->observed_generation, s->replicas,   s->current, s->misscheduled, s->updated,
                        s->ready,      s->available,           s->unavailable};
    bool is_daemon = o->kind == WORKLOAD_DAEMONSET;
    struct value *list = value_list(r->arena);
    for (size_t i = 0; i < (is_daemon ? sizeof daemon : sizeof stateful) / sizeof *daemon; i++) {
        value_append(r->arena, list, value_integer(r->arena, is_daemon ? daemon[i] : stateful[i]));
    }
    return list;
}

static struct value *list_revisions(struct run *r, const struct history *h)
{
    struct value *list = value_list(r->arena);
    for (uint32_t i = 0; h != NULL && i < h->revisions.count; i++) {
        const struct revision *v = &h->revisions.at[i];
        value_append(r->arena, list, pair(r, value_integer(r->arena, number_of(r, v->template)), v->revision));
    }
    return list->count == 0 ? NULL : list;
}

static void put_changed(struct run *r, struct value *entry, const char *key, struct value *now, struct value **last)
{
    bool same = now == NULL || *last == NULL ? now == *last : value_equal(now, *last);
    if (!same && now != NULL) {
        value_put(r->arena, entry, key, now);
    }
    *last = now;
}

static void put_rolling(struct run *r, struct value *entry, const struct sim *sim)
{
    if (r->ww.kind != WORKLOAD_STATEFULSET) {
        return;
    }
    int64_t current = number_of(r, statefulset_current(sim, 0)), update = number_of(r, statefulset_update(sim, 0));
    if (current != r->last_current || update != r->last_update) {
        value_put(r->arena, entry, "current", value_integer(r->arena, current));
        value_put(r->arena, entry, "update", value_integer(r->arena, update));
    }
    r->last_current = current;
    r->last_update = update;
}

static void see_end(void *context, const struct sim *sim)
{
    struct run *r = context;
    struct value *entry = value_map(r->arena);
    number_revisions(r, sim);
    value_put(r->arena, entry, "t", value_integer(r->arena, sim_now(sim)));
    put_ids(r, entry, "created", &r->created);
    put_ids(r, entry, "deleted", &r->deleted);
    put_ids(r, entry, "removed", &r->removed);
    put_changed(r, entry, "status", list_status(r, world_workload(&sim->world, 0)), &r->last_status);
    put_changed(r, entry, "revisions", list_revisions(r, r->history(sim, 0)), &r->last_revisions);
    put_rolling(r, entry, sim);
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

static void drop(struct run *r)
{
    compile_drop(&r->ww.compiler);
    VEC_DROP(&r->numbers);
    VEC_DROP(&r->pods);
    VEC_DROP(&r->created.ids);
    VEC_DROP(&r->deleted.ids);
    VEC_DROP(&r->removed.ids);
}

static bool replay(struct run *r, const struct registry_line *registry, unsigned count, const struct value *out,
                   struct replay_case *c)
{
    struct sim *sim = sim_open(&(struct sim_options){.registry = registry,
                                                     .registry_count = count,
                                                     .delays = delays_zero(),
                                                     .cut_times = true,
                                                     .rank = api_rank_first_in,
                                                     .arena = &c->scratch,
                                                     .names = c->names,
                                                     .inputs = r});
    sim_listen(
        sim, (struct sim_listener){.context = r, .fact = see_pod, .instant_ended = see_end, .turn_ended = check_world});
    struct fail fail;
    workload_world_build(sim, &r->ww);
    sim_start(sim);
    const struct value *gate = value_get(r->ww.in, "MaxUnavailableStatefulSet");
    if (gate != NULL && gate->boolean) {
        statefulset_enable_max_unavailable(sim);
    }
    bool good = sim_run(sim, workload_world_integer(r->ww.in, "until", 0), &fail)
                    ? replay_same(c, "timeline", value_get(out, "timeline"), r->timeline)
                    : replay_differs(c, "%s", fail.text);
    sim_close(sim);
    drop(r);
    return good;
}

static struct run run_make(const struct value *in, struct replay_case *c, const char *key, enum workload_kind kind)
{
    return (struct run){.ww = {.arena = &c->scratch,
                               .names = c->names,
                               .in = in,
                               .key = key,
                               .kind = kind,
                               .compiler = compile_make(&c->scratch, c->names),
                               .is_meant = is_meant},
                        .arena = &c->scratch,
                        .timeline = value_list(&c->scratch),
                        .last_current = -1,
                        .last_update = -1};
}

bool replay_statefulset(const struct value *in, const struct value *out, struct replay_case *c)
{
    static const struct model_class kubelet_classes[] = {
        {.name = "bind", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "pods"},
        {.name = "pods", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "StatefulSet"},
    };
    static const struct model_class set_classes[] = {
        {.name = "StatefulSet", .order = ENGINE_OLDEST, .client = CLIENT_USER, .resume = "StatefulSet"}};
    static const struct registry_line registry[] = {
        {&workload_world_user, NULL}, {&workload_world_kubelet, kubelet_classes}, {&statefulset_model, set_classes}};
    struct run r = run_make(in, c, "statefulSet", WORKLOAD_STATEFULSET);
    r.history = statefulset_history;
    return replay(&r, registry, sizeof registry / sizeof *registry, out, c);
}

/* In these kinds the real controller goes through nodes in random order. */
static bool is_arbitrary(const char *id)
{
    static const char *const kinds[] = {"update-", "surge-", "history-"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(kinds[i], id, strlen(kinds[i])) == 0) {
            return true;
        }
    }
    return false;
}

bool replay_daemonset(const struct value *in, const struct value *out, struct replay_case *c)
{
    static const struct model_class kubelet_classes[] = {
        {.name = "bind", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "pods"},
        {.name = "pods", .order = ENGINE_OLDEST, .takes_all = true, .client = CLIENT_USER, .resume = "DaemonSet"},
    };
    static const struct model_class set_classes[] = {
        {.name = "DaemonSet", .order = ENGINE_OLDEST, .client = CLIENT_USER, .resume = "DaemonSet"}};
    static const struct registry_line registry[] = {
        {&workload_world_user, NULL}, {&workload_world_kubelet, kubelet_classes}, {&daemonset_model, set_classes}};
    struct run r = run_make(in, c, "daemonSet", WORKLOAD_DAEMONSET);
    r.history = daemonset_history;
    r.counts = is_arbitrary(c->id);
    return replay(&r, registry, sizeof registry / sizeof *registry, out, c);
}
