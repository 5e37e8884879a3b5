/* schedqueue/queueing-hints and timeline-*: which event brings a pod back, and the whole queue over time;
 * vectors/schedqueue/README.md says what each suite holds. */
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/hint.h"
#include "tests/conformance/schedqueue_timeline.h"
#include "tests/conformance/scheduler_cluster.h"

extern const struct replay replay_schedqueue[];

/* ---- what happened ---- */

enum { PENDING = 1, OTHER = 2 }; /* numbers of pods */

static struct event_pod pod_of(struct scheduler_cluster *s, const struct value *manifest)
{
    if (manifest == NULL) {
        return (struct event_pod){0};
    }
    return (struct event_pod){.class = scheduler_cluster_class(s, manifest, NULL),
                              .placed = value_at(manifest, "spec.nodeName") != NULL ||
                                        value_at(manifest, "status.nominatedNodeName") != NULL};
}

static struct event_node node_of(struct scheduler_cluster *s, const struct value *manifest)
{
    if (manifest == NULL) {
        return (struct event_node){0};
    }
    struct node n = compile_node(&s->compiler, manifest);
    n.ready = true;
    return event_node_of(&n);
}

static bool says(const struct value *v, const char *key, const char *text)
{
    const char *there = value_as_text(value_get(v, key));
    return there != NULL && strcmp(there, text) == 0;
}

/* Whether each condition of one list stands in the other with its status. */
static bool has_conditions(const struct value *list, const struct value *wanted)
{
    bool all = true;
    for (uint32_t i = 0; wanted != NULL && i < wanted->count; i++) {
        bool found = false;
        for (uint32_t k = 0; list != NULL && k < list->count; k++) {
            found |= says(list->items[k], "type", value_as_text(value_get(wanted->items[i], "type"))) &&
                     says(list->items[k], "status", value_as_text(value_get(wanted->items[i], "status")));
        }
        all &= found;
    }
    return all;
}

static unsigned node_kinds(const struct value *in, const struct event *e, enum event_kind *kinds)
{
    const struct value *old = value_get(in, "oldNode"), *new = value_get(in, "newNode");
    const struct value *was = value_at(old, "status.conditions"), *is = value_at(new, "status.conditions");
    const struct value *noted = value_at(old, "metadata.annotations"), *notes = value_at(new, "metadata.annotations");
    unsigned count = event_node_kinds(&e->old_node, &e->new_node, kinds);
    if (!has_conditions(was, is) || !has_conditions(is, was)) {
        kinds[count++] = EVENT_NODE_CONDITION;
    }
    if ((noted == NULL) != (notes == NULL) || (noted != NULL && !value_equal(noted, notes))) {
        kinds[count++] = EVENT_NODE_ANNOTATION;
    }
    return count;
}

/* Sets the objects of the event; returns of which kinds it is, in order. */
static unsigned read_event(struct scheduler_cluster *s, const struct value *in, const struct hint_pod *pending,
                           struct event *e, enum event_kind *kinds)
{
    const char *what = value_as_text(value_get(in, "event"));
    *e = (struct event){.old_node = node_of(s, value_get(in, "oldNode")),
                        .new_node = node_of(s, value_get(in, "newNode")),
                        .old_pod = pod_of(s, value_get(in, "oldPod")),
                        .new_pod = pod_of(s, value_get(in, "newPod")),
                        .number = strncmp(what, "node", 4) == 0 ? NONE : OTHER};
    if (strcmp(what, "nodeUpdate") == 0) {
        return node_kinds(in, e, kinds);
    }
    if (strcmp(what, "selfUpdate") == 0) {
        e->old_pod = (struct event_pod){.class = pending->class};
        e->new_pod = pod_of(s, value_get(in, "updatedSelf"));
        e->number = PENDING;
    }
    if (strcmp(what, "selfUpdate") == 0 || strcmp(what, "podUpdate") == 0) {
        return event_pod_kinds(e->old_pod.class, e->new_pod.class, kinds);
    }
    kinds[0] = strcmp(what, "nodeAdd") == 0      ? EVENT_NODE_ADD
               : strcmp(what, "nodeDelete") == 0 ? EVENT_NODE_DELETE
               : strcmp(what, "podAdd") == 0     ? EVENT_POD_ADD
                                                 : EVENT_POD_DELETE;
    return 1;
}

/* ---- the hints ---- */

static const char *label_of(struct replay_case *c, const struct event *e, enum event_kind kind)
{
    static const char *const nodes[] = {
        [EVENT_NODE_ADD] = "NodeAdd",
        [EVENT_NODE_DELETE] = "NodeDelete",
        [EVENT_NODE_ALLOCATABLE] = "NodeUpdateNodeAllocatable",
        [EVENT_NODE_LABEL] = "NodeUpdateNodeLabel",
        [EVENT_NODE_TAINT] = "NodeUpdateNodeTaint",
        [EVENT_NODE_CONDITION] = "NodeUpdateNodeCondition",
        [EVENT_NODE_ANNOTATION] = "NodeUpdateNodeAnnotation",
    };
    static const char *const pods[] = {
        [EVENT_POD_ADD] = "Add",
        [EVENT_POD_DELETE] = "Delete",
        [EVENT_POD_LABEL] = "UpdatePodLabel",
        [EVENT_POD_SCALE_DOWN] = "UpdatePodScaleDown",
        [EVENT_POD_GATES_GONE] = "UpdatePodSchedulingGatesEliminated",
        [EVENT_POD_TOLERATION] = "UpdatePodToleration",
        [EVENT_POD_UPDATE] = "Update",
    };
    const char *whose = e->number == PENDING ? "UnschedulablePod" : "AssignedPod";
    return kind < EVENT_POD_ADD ? nodes[kind] : arena_format(&c->scratch, "%s%s", whose, pods[kind]);
}

static bool run_hints(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct scheduler_cluster s = scheduler_cluster_open(c, in);
    struct value *got = value_map(&c->scratch), *events = value_list(&c->scratch), *queue = value_list(&c->scratch);
    struct hint_pod pending = {
        .profile = &s.profile, .class = scheduler_cluster_class(&s, value_get(in, "pod"), NULL), .number = PENDING};
    struct event e;
    enum event_kind kinds[EVENT_KINDS];
    unsigned count = read_event(&s, in, &pending, &e, kinds);
    uint32_t set = 0;
    for (unsigned i = 0; i < count; i++) {
        e.kind = kinds[i];
        value_append(&c->scratch, events, value_text(&c->scratch, label_of(c, &e, kinds[i])));
        pending.class = e.number == PENDING ? e.new_pod.class : pending.class;
        for (unsigned r = 0; r < REJECTORS; r++) {
            set |= hint_of(r, &e, &pending) ? REJECTED_BY(r) : 0;
        }
    }
    for (unsigned r = 0; r < REJECTORS; r++) {
        if (set & REJECTED_BY(r)) {
            value_append(&c->scratch, queue, value_text(&c->scratch, hint_rejector_name(r)));
        }
    }
    value_put(&c->scratch, got, "events", events);
    value_put(&c->scratch, got, "queue", scheduler_cluster_sorted(queue));
    scheduler_cluster_drop(&s);
    return replay_same(c, "out", out, got);
}

const struct replay replay_schedqueue[] = {
    {"schedqueue/queueing-hints", run_hints},
    {"schedqueue/timeline-backlog", schedqueue_timeline_run},
    {"schedqueue/timeline-errors", schedqueue_timeline_run},
    {"schedqueue/timeline-gates", schedqueue_timeline_run},
    {"schedqueue/timeline-hints", schedqueue_timeline_run},
    {"schedqueue/timeline-inflight", schedqueue_timeline_run},
    {"schedqueue/timeline-long", schedqueue_timeline_run},
    {"schedqueue/timeline-preemption", schedqueue_timeline_run},
    {NULL, NULL},
};
