/* Replays of vectors/workload: the pure functions, and the timelines through the engine (replay_rollout.c). */
#include <stddef.h>
#include <string.h>

#include "models/workload/rollout.h"
#include "models/workload/victims.h"
#include "sim/base/number.h"
#include "sim/scenario/units.h"
#include "tests/conformance/replay.h"
#include "tests/conformance/replay_rollout.h"
#include "tests/conformance/replay_sets.h"

#define SETS_MAX 8

extern const struct replay replay_workload[];

/* A case of deployment-math or deployment-steps. */
struct math {
    struct rollout_deployment d;
    struct rollout_set sets[SETS_MAX + 1]; /* oldest first */
    const struct value *from[SETS_MAX];    /* what they were read from */
    uint32_t count;
    uint32_t new_set;
};

static int64_t number_at(const struct value *v, const char *key)
{
    int64_t number = 0;
    return value_as_int64(value_get(v, key), &number) ? number : 0;
}

static int32_t int_at(const struct value *v, const char *key)
{
    return (int32_t)number_at(v, key);
}

/* False: it is neither integer nor percentage. Absent is 0. */
static bool read_int_or_percent(const struct value *v, struct int_or_percent *out)
{
    int64_t amount = 0;
    *out = (struct int_or_percent){0};
    const char *text = value_as_text(v);
    if (text != NULL) {
        char digits[32];
        size_t length = strlen(text);
        if (length < 2 || length > sizeof digits || text[length - 1] != '%') {
            return false;
        }
        memcpy(digits, text, length - 1);
        digits[length - 1] = '\0';
        out->percent = true;
        if (!number_parse_int64(digits, &amount)) {
            return false;
        }
    } else if (!value_is_null(v) && !value_as_int64(v, &amount)) {
        return false;
    }
    out->amount = (int32_t)amount;
    return true;
}

static enum deployment_reason reason_of(const char *text)
{
    for (int r = REASON_MINIMUM_REPLICAS_AVAILABLE; r <= REASON_REPLICA_SET_CREATE_ERROR; r++) {
        if (strcmp(rollout_reason_text((enum deployment_reason)r), text) == 0) {
            return (enum deployment_reason)r;
        }
    }
    return REASON_NONE;
}

static struct workload_status read_status(const struct value *v)
{
    return (struct workload_status){
        .observed_generation = number_at(v, "observedGeneration"),
        .replicas = int_at(v, "replicas"),
        .updated = int_at(v, "updatedReplicas"),
        .ready = int_at(v, "readyReplicas"),
        .available = int_at(v, "availableReplicas"),
    };
}

static struct rollout_set read_set(const struct value *v, const char *name)
{
    const struct value *notes = value_get(v, "annotations");
    return (struct rollout_set){
        .name = name,
        .created_ns = number_at(v, "created") * UNITS_SECOND_NS,
        .desired = rollout_note_read(value_as_text(value_get(notes, "deployment.kubernetes.io/desired-replicas"))),
        .maximum = rollout_note_read(value_as_text(value_get(notes, "deployment.kubernetes.io/max-replicas"))),
        .spec = int_at(v, "spec"),
        .replicas = int_at(v, "replicas"),
        .available = int_at(v, "available"),
        .ready = int_at(v, "available"),
        .observed = true,
    };
}

static void add_set(struct math *m, const struct value *v, const char *name, bool is_new)
{
    struct rollout_set set = read_set(v, name);
    uint32_t at = m->count++;
    for (; at > 0 && (set.created_ns < m->sets[at - 1].created_ns ||
                      (set.created_ns == m->sets[at - 1].created_ns && strcmp(name, m->sets[at - 1].name) < 0));
         at--) {
        m->sets[at] = m->sets[at - 1];
        m->from[at] = m->from[at - 1];
        m->new_set += m->new_set == at - 1;
    }
    m->sets[at] = set;
    m->from[at] = v;
    if (is_new) {
        m->new_set = at;
    }
}

static void read_math(const struct value *in, struct replay_case *c, struct math *m)
{
    *m = (struct math){.new_set = ROLLOUT_NO_SET};
    m->d.replicas = int_at(in, "replicas");
    m->d.recreate = strcmp(value_as_text(value_get(in, "strategy")), "Recreate") == 0;
    m->d.unreadable = !read_int_or_percent(value_get(in, "maxSurge"), &m->d.max_surge) ||
                      !read_int_or_percent(value_get(in, "maxUnavailable"), &m->d.max_unavailable);
    m->d.generation = number_at(in, "generation");
    m->d.progress_deadline_seconds =
        value_get(in, "progressDeadlineSeconds") != NULL ? int_at(in, "progressDeadlineSeconds") : INT32_MAX;
    m->d.status = read_status(value_get(in, "status"));
    const struct value *old = value_get(in, "old");
    if (value_get(in, "new") != NULL) {
        add_set(m, value_get(in, "new"), "new", true);
    }
    for (uint32_t i = 0; old != NULL && i < old->count; i++) {
        add_set(m, old->items[i], arena_format(&c->scratch, "old-%u", i), false);
    }
}

static bool same_number(struct replay_case *c, const struct value *out, const char *key, int64_t got)
{
    return replay_same(c, key, value_get(out, key), value_integer(&c->scratch, got));
}

static bool same_bool(struct replay_case *c, const struct value *out, const char *key, bool got)
{
    return replay_same(c, key, value_get(out, key), value_bool(&c->scratch, got));
}

static bool same_text(struct replay_case *c, const struct value *out, const char *key, const char *got)
{
    return replay_same(c, key, value_get(out, key), value_text(&c->scratch, got));
}

static bool run_fenceposts(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    int32_t surge, unavailable;
    read_math(in, c, &m);
    bool good = rollout_fenceposts(&m.d, &surge, &unavailable);
    return same_bool(c, out, "error", !good) && same_number(c, out, "surge", surge) &&
           same_number(c, out, "unavailable", unavailable) &&
           same_number(c, out, "maxSurge", rollout_max_surge(&m.d)) &&
           same_number(c, out, "maxUnavailable", rollout_max_unavailable(&m.d)) &&
           same_number(c, out, "minAvailable", rollout_min_available(&m.d));
}

static bool run_new_replicas(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    int32_t total = 0, replicas;
    read_math(in, c, &m);
    for (uint32_t i = 0; i < m.count; i++) {
        total += m.sets[i].spec;
    }
    bool good = rollout_new_replicas(&m.d, total, m.sets[m.new_set].spec, &replicas);
    return same_bool(c, out, "error", !good) && same_number(c, out, "replicas", replicas);
}

static bool run_proportion(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    read_math(in, c, &m);
    return same_number(c, out, "proportion",
                       rollout_proportion(&m.d, &m.sets[m.new_set], int_at(in, "toAdd"), int_at(in, "added")));
}

static bool run_progress(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    read_math(in, c, &m);
    struct workload_status status = read_status(value_get(in, "newStatus"));
    return same_bool(c, out, "complete", rollout_is_complete(&m.d, &status)) &&
           same_bool(c, out, "progressing", rollout_is_progressing(&m.d, &status));
}

static bool run_timed_out(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    struct condition condition = {0};
    read_math(in, c, &m);
    const struct value *v = value_get(in, "condition");
    if (v != NULL) {
        condition = (struct condition){.status = CONDITION_TRUE,
                                       .reason = reason_of(value_as_text(value_get(v, "reason"))),
                                       .last_update_ns = number_at(v, "lastUpdateTime")};
    }
    return same_bool(c, out, "timedOut", rollout_is_timed_out(&m.d, &condition, number_at(in, "now")));
}

static bool run_choice(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    read_math(in, c, &m);
    bool saturated = rollout_is_saturated(&m.d, m.new_set == ROLLOUT_NO_SET ? NULL : &m.sets[m.new_set]);
    uint32_t chosen = rollout_active_or_latest(m.sets, m.count, m.new_set);
    return same_bool(c, out, "saturated", saturated) &&
           same_text(c, out, "activeOrLatest", chosen == ROLLOUT_NO_SET ? "" : m.sets[chosen].name);
}

/* An annotation as it stands afterwards. */
static struct value *note_text(struct replay_case *c, const struct rollout_note *note, const struct value *before,
                               const char *key)
{
    const char *kept = value_as_text(value_get(value_get(before, "annotations"), key));
    if (note->plain) {
        return value_text(&c->scratch, arena_format(&c->scratch, "%d", note->natural));
    }
    return value_text(&c->scratch, kept == NULL ? "" : kept);
}

static bool same_annotations(struct replay_case *c, const struct math *m, const struct value *out)
{
    struct value *notes = value_map(&c->scratch);
    for (uint32_t i = 0; i < m->count; i++) {
        struct value *pair = value_list(&c->scratch);
        const struct rollout_set *set = &m->sets[i];
        value_append(&c->scratch, pair,
                     note_text(c, &set->desired, m->from[i], "deployment.kubernetes.io/desired-replicas"));
        value_append(&c->scratch, pair,
                     note_text(c, &set->maximum, m->from[i], "deployment.kubernetes.io/max-replicas"));
        value_put(&c->scratch, notes, set->name, pair);
    }
    return replay_same(c, "annotations", value_get(out, "annotations"), notes);
}

static bool same_sizes(struct replay_case *c, const struct math *m, const struct rollout_plan *plan,
                       const struct value *out)
{
    struct value *sizes = value_map(&c->scratch), *order = value_list(&c->scratch);
    for (uint32_t i = 0; i < m->count; i++) {
        value_put(&c->scratch, sizes, m->sets[i].name, value_integer(&c->scratch, m->sets[i].spec));
    }
    for (uint32_t k = 0; k < plan->act_count; k++) {
        const struct rollout_act *act = &plan->acts[k];
        if (act->from != act->to) {
            value_append(&c->scratch, order, value_text(&c->scratch, m->sets[act->set].name));
        }
    }
    return replay_same(c, "order", value_get(out, "order"), order) &&
           replay_same(c, "sizes", value_get(out, "sizes"), sizes);
}

static bool run_math(const struct value *in, const struct value *out, struct replay_case *c)
{
    static const struct replay functions[] = {
        {"fenceposts", run_fenceposts}, {"newReplicas", run_new_replicas}, {"proportion", run_proportion},
        {"progress", run_progress},     {"timedOut", run_timed_out},       {"choice", run_choice},
    };
    const char *function = value_as_text(value_get(in, "function"));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (strcmp(functions[i].suite, function) == 0) {
            return functions[i].run(in, out, c);
        }
    }
    return replay_differs(c, "unknown function %s", function);
}

static bool run_steps(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct math m;
    struct rollout_plan plan;
    read_math(in, c, &m);
    rollout_plan_make(&plan, &m.d, m.sets, m.count, m.new_set, &c->scratch);
    const char *function = value_as_text(value_get(in, "function"));
    if (strcmp(function, "scale") == 0) {
        rollout_scale(&plan);
        return same_sizes(c, &m, &plan, out) && same_annotations(c, &m, out);
    }
    bool changed = strcmp(function, "up") == 0 ? rollout_scale_up(&plan) : rollout_scale_down(&plan);
    return same_bool(c, out, "changed", changed) && same_sizes(c, &m, &plan, out);
}

/* Victims. */

static int64_t time_at(const struct value *v, const char *path)
{
    int64_t ns;
    const char *text = value_as_text(value_at(v, path));
    return text != NULL && units_time(text, &ns) ? ns : TIME_UNSET;
}

static enum pod_phase phase_of(const struct value *pod)
{
    static const char *const texts[] = {"Pending", "Running", "Succeeded", "Failed", "Unknown"};
    const char *text = value_as_text(value_at(pod, "status.phase"));
    int phase = 0;
    while (strcmp(texts[phase], text) != 0) {
        phase++;
    }
    return (enum pod_phase)phase;
}

/* The Ready condition; null: none. */
static const struct value *ready_of(const struct value *pod)
{
    const struct value *list = value_at(pod, "status.conditions");
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (strcmp(value_as_text(value_get(list->items[i], "type")), "Ready") == 0) {
            return list->items[i];
        }
    }
    return NULL;
}

static int32_t most_restarts(const struct value *statuses)
{
    int32_t most = 0;
    for (uint32_t i = 0; statuses != NULL && i < statuses->count; i++) {
        int32_t count = int_at(statuses->items[i], "restartCount");
        most = count > most ? count : most;
    }
    return most;
}

/* Restarts of init containers count when they are sidecars. The vectors have one at most. */
static int32_t sidecar_restarts(const struct value *pod)
{
    const struct value *list = value_at(pod, "spec.initContainers");
    const char *policy = list == NULL ? NULL : value_as_text(value_get(list->items[0], "restartPolicy"));
    return policy == NULL ? 0 : most_restarts(value_at(pod, "status.initContainerStatuses"));
}

static const char *node_of(const struct value *pod, struct replay_case *c)
{
    const char *name = value_as_text(value_at(pod, "spec.nodeName"));
    return name == NULL ? NULL : names_text(c->names, name);
}

static struct victim read_victim(const struct value *pod, struct replay_case *c)
{
    const struct value *ready = ready_of(pod);
    const struct value *cost =
        value_get(value_at(pod, "metadata.annotations"), "controller.kubernetes.io/pod-deletion-cost");
    bool is_ready = ready != NULL && strcmp(value_as_text(value_get(ready, "status")), "True") == 0;
    uint64_t uid = 0;
    for (const char *at = value_as_text(value_at(pod, "metadata.uid")); *at != '-'; at++) {
        uid = uid * 16 + (uint64_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    }
    return (struct victim){
        .node = node_of(pod, c),
        .phase = phase_of(pod),
        .ready = is_ready,
        .deletion_cost = cost == NULL ? 0 : victims_deletion_cost(value_as_text(cost)),
        .ready_since_ns = is_ready ? time_at(ready, "lastTransitionTime") : TIME_UNSET,
        .created_ns = time_at(pod, "metadata.creationTimestamp"),
        .restarts = most_restarts(value_at(pod, "status.containerStatuses")),
        .sidecar_restarts = sidecar_restarts(pod),
        .uid = uid,
    };
}

static bool is_active(const struct value *pod)
{
    enum pod_phase phase = phase_of(pod);
    return phase != POD_FAILED && phase != POD_SUCCEEDED && value_at(pod, "metadata.deletionTimestamp") == NULL;
}

static void rank_all(const struct value *in, struct victim *pods, uint32_t count, struct replay_case *c)
{
    const struct value *others = value_get(in, "others");
    const char **nodes = TAKE(&c->scratch, const char *, count + others->count);
    uint32_t node_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        nodes[node_count++] = pods[i].node;
    }
    for (uint32_t i = 0; i < others->count; i++) {
        if (is_active(others->items[i])) {
            nodes[node_count++] = node_of(others->items[i], c);
        }
    }
    victims_rank(pods, count, nodes, node_count, c->scratch);
}

static bool run_victims(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *list = value_get(in, "pods");
    struct victim *pods = TAKE(&c->scratch, struct victim, list->count);
    uint32_t *order = TAKE(&c->scratch, uint32_t, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        pods[i] = read_victim(list->items[i], c);
    }
    rank_all(in, pods, list->count, c);
    victims_order(pods, list->count, time_at(in, "now"), order, c->scratch);
    struct value *ranks = value_list(&c->scratch), *names = value_list(&c->scratch);
    for (uint32_t i = 0; i < list->count; i++) {
        value_append(&c->scratch, ranks, value_integer(&c->scratch, pods[i].rank));
        value_append(&c->scratch, names,
                     value_text(&c->scratch, value_as_text(value_at(list->items[order[i]], "metadata.name"))));
    }
    return replay_same(c, "ranks", value_get(out, "ranks"), ranks) &&
           replay_same(c, "order", value_get(out, "order"), names);
}

const struct replay replay_workload[] = {
    {"workload/deployment-math", run_math},
    {"workload/deployment-steps", run_steps},
    {"workload/victims", run_victims},
    {"workload/rollout-a", replay_rollout},
    {"workload/rollout-b", replay_rollout},
    {"workload/rollout-c", replay_rollout},
    {"workload/statefulset", replay_statefulset},
    {"workload/daemonset", replay_daemonset},
    {NULL, NULL},
};
