#include "models/scheduler/hint.h"

#include <stddef.h>

#include "models/scheduler/filters.h"
#include "sim/scenario/selector.h"

/* ---- what changed ---- */

struct event_node event_node_of(const struct node *n)
{
    return (struct event_node){.name = n->name,
                               .labels = n->labels,
                               .taints = n->taints,
                               .allocatable = n->allocatable,
                               .pods_allocatable = n->pods_allocatable,
                               .unschedulable = n->unschedulable,
                               .ready = n->ready};
}

static int64_t scalar_of(const struct resources *r, const char *name)
{
    for (uint32_t i = 0; i < r->scalar_count; i++) {
        if (r->scalars[i].name == name) {
            return r->scalars[i].amount;
        }
    }
    return 0;
}

/* Whether left has more of anything than right. */
static bool has_more(const struct resources *left, const struct resources *right)
{
    for (uint32_t i = 0; i < left->scalar_count; i++) {
        if (left->scalars[i].amount > scalar_of(right, left->scalars[i].name)) {
            return true;
        }
    }
    return left->mcpu > right->mcpu || left->memory_bytes > right->memory_bytes ||
           left->ephemeral_bytes > right->ephemeral_bytes;
}

static bool same_taints(const struct event_node *left, const struct event_node *right)
{
    uint32_t count = left->taints == NULL ? 0 : left->taints->count;
    if (left->ready != right->ready || count != (right->taints == NULL ? 0 : right->taints->count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct taint *l = &left->taints->at[i], *r = &right->taints->at[i];
        if (l->key != r->key || l->value != r->value || l->effect != r->effect) {
            return false;
        }
    }
    return true;
}

static bool same_tolerations(const struct placement *left, const struct placement *right)
{
    if (left->toleration_count != right->toleration_count) {
        return false;
    }
    for (uint32_t i = 0; i < left->toleration_count; i++) {
        const struct toleration *l = &left->tolerations[i], *r = &right->tolerations[i];
        if (l->key != r->key || l->value != r->value || l->op != r->op || l->effect != r->effect ||
            l->seconds != r->seconds) {
            return false;
        }
    }
    return true;
}

/* A node that is uncordoned counts as one that lost a taint. */
unsigned event_node_kinds(const struct event_node *old, const struct event_node *new, enum event_kind *kinds)
{
    unsigned count = 0;
    if (old->unschedulable && !new->unschedulable) {
        kinds[count++] = EVENT_NODE_TAINT;
    }
    if (has_more(&old->allocatable, &new->allocatable) || has_more(&new->allocatable, &old->allocatable) ||
        old->pods_allocatable != new->pods_allocatable) {
        kinds[count++] = EVENT_NODE_ALLOCATABLE;
    }
    if (!labels_equal(old->labels, new->labels)) {
        kinds[count++] = EVENT_NODE_LABEL;
    }
    if (!same_taints(old, new)) {
        kinds[count++] = EVENT_NODE_TAINT;
    }
    return count;
}

unsigned event_pod_kinds(const struct pod_class *old, const struct pod_class *new, enum event_kind *kinds)
{
    const struct pod_template *was = old->template, *is = new->template;
    unsigned count = 0;
    if (!labels_equal(old->labels, new->labels)) {
        kinds[count++] = EVENT_POD_LABEL;
    }
    if (has_more(&was->requests, &is->requests)) {
        kinds[count++] = EVENT_POD_SCALE_DOWN;
    }
    if (was->gated && !is->gated) {
        kinds[count++] = EVENT_POD_GATES_GONE;
    }
    if (was->placement->toleration_count != is->placement->toleration_count) {
        kinds[count++] = EVENT_POD_TOLERATION;
    }
    if (count == 0) {
        kinds[count++] = EVENT_POD_UPDATE;
    }
    return count;
}

/* ---- the plugins' hints ---- */

static bool is_self(const struct event *e, const struct hint_pod *pod)
{
    return e->number == pod->number;
}

static bool always(const struct event *e, const struct hint_pod *pod)
{
    (void)e;
    (void)pod;
    return true;
}

static bool when_self(const struct event *e, const struct hint_pod *pod)
{
    return is_self(e, pod);
}

static bool unschedulable_node(const struct event *e, const struct hint_pod *pod)
{
    (void)pod;
    return !e->new_node.unschedulable && (e->old_node.name == NULL || e->old_node.unschedulable);
}

static bool unschedulable_toleration(const struct event *e, const struct hint_pod *pod)
{
    return is_self(e, pod) && filter_unschedulable(e->new_pod.class->template->placement, true);
}

static bool tolerates(const struct hint_pod *pod, const struct event_node *n)
{
    const struct placement *p = pod->class->template->placement;
    return filter_taints(p, n->taints) && filter_ready(p, n->ready);
}

static bool taint_node(const struct event *e, const struct hint_pod *pod)
{
    return tolerates(pod, &e->new_node) && (e->old_node.name == NULL || !tolerates(pod, &e->old_node));
}

static bool wants(const struct hint_pod *pod, const struct event_node *n)
{
    return (pod->wanted_node == NULL || pod->wanted_node == n->name) &&
           filter_affinity(pod->class->template->placement, n->labels, n->name);
}

static bool affinity_node(const struct event *e, const struct hint_pod *pod)
{
    const struct placement *added = pod->profile->added;
    if (added != NULL && !filter_affinity(added, e->new_node.labels, e->new_node.name)) {
        return false;
    }
    return wants(pod, &e->new_node) && (e->old_node.name == NULL || !wants(pod, &e->old_node));
}

static bool ports_pod_gone(const struct event *e, const struct hint_pod *pod)
{
    const struct placement *mine = pod->class->template->placement, *its = e->old_pod.class->template->placement;
    for (uint32_t i = 0; e->old_pod.placed && i < mine->port_count; i++) {
        for (uint32_t k = 0; k < its->port_count; k++) {
            if (filter_ports_conflict(&mine->ports[i], &its->ports[k])) {
                return true;
            }
        }
    }
    return false;
}

/* ---- NodeResourcesFit ---- */

static bool fit_pod_gone(const struct event *e, const struct hint_pod *pod)
{
    (void)pod;
    return e->old_pod.placed;
}

/* Whether left has more than right of what the pod asks for. */
static bool has_more_of_wanted(const struct resources *wanted, const struct resources *left,
                               const struct resources *right)
{
    for (uint32_t i = 0; i < wanted->scalar_count; i++) {
        const char *name = wanted->scalars[i].name;
        if (wanted->scalars[i].amount > 0 && scalar_of(left, name) > scalar_of(right, name)) {
            return true;
        }
    }
    return (wanted->mcpu > 0 && left->mcpu > right->mcpu) ||
           (wanted->memory_bytes > 0 && left->memory_bytes > right->memory_bytes) ||
           (wanted->ephemeral_bytes > 0 && left->ephemeral_bytes > right->ephemeral_bytes);
}

static bool fit_scale_down(const struct event *e, const struct hint_pod *pod)
{
    if (is_self(e, pod)) {
        return true;
    }
    return e->new_pod.placed &&
           has_more_of_wanted(&pod->class->template->requests, &e->old_pod.class->template->requests,
                              &e->new_pod.class->template->requests);
}

/* What other pods use is not looked at. */
static bool fit_node(const struct event *e, const struct hint_pod *pod)
{
    const struct resources *wanted = &pod->class->template->requests, *has = &e->new_node.allocatable;
    if (e->new_node.pods_allocatable < 1 || has_more_of_wanted(wanted, wanted, has)) {
        return false;
    }
    return e->old_node.name == NULL || e->new_node.pods_allocatable > e->old_node.pods_allocatable ||
           has_more_of_wanted(wanted, has, &e->old_node.allocatable);
}

/* ---- PodTopologySpread: constraints DoNotSchedule only ---- */

struct spreads {
    const struct spread_constraint *at;
    uint32_t count;
    const struct label_selector *selector; /* of all of them; null: each has its own */
};

static struct spreads spreads_of(const struct hint_pod *pod)
{
    const struct placement *p = pod->class->template->placement;
    if (p->spread_count > 0) {
        return (struct spreads){pod->class->spread, p->spread_count, NULL};
    }
    if (pod->profile->spread_by_default || pod->class->default_selector == NULL) {
        return (struct spreads){0};
    }
    return (struct spreads){pod->profile->spread, pod->profile->spread_count, pod->class->default_selector};
}

static bool spread_matches(const struct spreads *s, uint32_t i, const struct labels *labels)
{
    return s->at[i].hard && selector_matches(s->selector != NULL ? s->selector : s->at[i].selector, labels);
}

static bool spread_concerns(const struct event *e, const struct event_pod *other, const struct hint_pod *pod)
{
    return is_self(e, pod) || (other->placed && other->class->namespace == pod->class->namespace);
}

/* A pod came or went. */
static bool spread_pod(const struct event *e, const struct hint_pod *pod)
{
    const struct event_pod *other = e->new_pod.class != NULL ? &e->new_pod : &e->old_pod;
    struct spreads s = spreads_of(pod);
    for (uint32_t i = 0; spread_concerns(e, other, pod) && i < s.count; i++) {
        if (spread_matches(&s, i, other->class->labels)) {
            return true;
        }
    }
    return false;
}

static bool spread_pod_changed(const struct event *e, const struct hint_pod *pod)
{
    struct spreads s = spreads_of(pod);
    bool tolerations = is_self(e, pod) &&
                       !same_tolerations(e->old_pod.class->template->placement, e->new_pod.class->template->placement);
    if (!spread_concerns(e, &e->old_pod, pod) || !spread_concerns(e, &e->new_pod, pod)) {
        return false;
    }
    for (uint32_t i = 0; i < s.count; i++) {
        if ((tolerations && s.at[i].hard && s.at[i].honors_taints) ||
            spread_matches(&s, i, e->old_pod.class->labels) != spread_matches(&s, i, e->new_pod.class->labels)) {
            return true;
        }
    }
    return false;
}

static bool has_spread_keys(const struct spreads *s, const struct event_node *n)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->at[i].hard && labels_get(n->labels, s->at[i].key) == NULL) {
            return false;
        }
    }
    return true;
}

static bool spread_node(const struct event *e, const struct hint_pod *pod)
{
    struct spreads s = spreads_of(pod);
    bool was = e->old_node.name != NULL && has_spread_keys(&s, &e->old_node);
    bool is = e->new_node.name != NULL && has_spread_keys(&s, &e->new_node);
    if (e->old_node.name == NULL || e->new_node.name == NULL || was != is) {
        return was != is;
    }
    for (uint32_t i = 0; is && i < s.count; i++) {
        if (s.at[i].hard &&
            labels_get(e->old_node.labels, s.at[i].key) != labels_get(e->new_node.labels, s.at[i].key)) {
            return true;
        }
    }
    return is && !same_taints(&e->old_node, &e->new_node);
}

/* ---- InterPodAffinity ---- */

/* Of namespaces that a term selects by their labels, all are meant or none: the hint does not look labels up. */
static bool is_meant(const struct pod_term *t, const struct pod_class *other)
{
    bool there = selector_matches(t->namespace_selector, NULL);
    for (uint32_t i = 0; !there && i < t->namespace_count; i++) {
        there = t->namespaces[i] == other->namespace;
    }
    return there && selector_matches(t->selector, other->labels);
}

static bool is_meant_by_all(const struct pod_terms *terms, const struct pod_class *other)
{
    for (uint32_t i = 0; i < terms->count; i++) {
        if (!is_meant(&terms->at[i], other)) {
            return false;
        }
    }
    return terms->count > 0;
}

static bool near_pod_came(const struct event *e, const struct hint_pod *pod)
{
    return e->new_pod.placed && is_meant_by_all(&pod->class->near, e->new_pod.class);
}

static bool near_pod_gone(const struct event *e, const struct hint_pod *pod)
{
    return e->old_pod.placed && (is_meant_by_all(&pod->class->away, e->old_pod.class) ||
                                 is_meant_by_all(&e->old_pod.class->away, pod->class));
}

static bool near_pod_label(const struct event *e, const struct hint_pod *pod)
{
    const struct pod_class *old = e->old_pod.class, *new = e->new_pod.class;
    if (is_self(e, pod)) {
        return true;
    }
    if (!e->old_pod.placed || !e->new_pod.placed) {
        return false;
    }
    return (!is_meant_by_all(&pod->class->near, old) && is_meant_by_all(&pod->class->near, new)) ||
           (is_meant_by_all(&pod->class->away, old) && !is_meant_by_all(&pod->class->away, new));
}

static bool near_node_came(const struct event *e, const struct hint_pod *pod)
{
    for (uint32_t i = 0; i < pod->class->near.count; i++) {
        if (labels_get(e->new_node.labels, pod->class->near.at[i].key) != NULL) {
            return true;
        }
    }
    return pod->class->away.count > 0;
}

static bool near_node_label(const struct event *e, const struct hint_pod *pod)
{
    for (uint32_t i = 0; i < pod->class->near.count; i++) {
        const char *is = labels_get(e->new_node.labels, pod->class->near.at[i].key);
        if (is != NULL && is != labels_get(e->old_node.labels, pod->class->near.at[i].key)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < pod->class->away.count; i++) {
        const char *was = labels_get(e->old_node.labels, pod->class->away.at[i].key);
        if (was != NULL && was != labels_get(e->new_node.labels, pod->class->away.at[i].key)) {
            return true;
        }
    }
    return false;
}

/* ---- volumes ---- */

static bool has_volumes(const struct pod_class *class)
{
    const struct value *list = class == NULL ? NULL : value_at(class->template->tree, "spec.volumes");
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        if (value_get(list->items[i], "persistentVolumeClaim") != NULL ||
            value_get(list->items[i], "ephemeral") != NULL) {
            return true;
        }
    }
    return false;
}

/* Kubernetes looks whether the two share a claim, or a driver; here it is enough that both have claims. */
static bool volume_pod_gone(const struct event *e, const struct hint_pod *pod)
{
    return e->old_pod.placed && has_volumes(e->old_pod.class) && has_volumes(pod->class);
}

/* ---- the table ---- */

static bool (*const hints[REJECTORS][EVENT_KINDS])(const struct event *, const struct hint_pod *) = {
    [PLUGIN_NODE_UNSCHEDULABLE] = {[EVENT_NODE_ADD] = unschedulable_node,
                                   [EVENT_NODE_TAINT] = unschedulable_node,
                                   [EVENT_POD_TOLERATION] = unschedulable_toleration},
    [PLUGIN_NODE_NAME] = {[EVENT_NODE_ADD] = always, [EVENT_NODE_TAINT] = always},
    [PLUGIN_TAINT_TOLERATION] =
        {[EVENT_NODE_ADD] = taint_node, [EVENT_NODE_TAINT] = taint_node, [EVENT_POD_TOLERATION] = when_self},
    [PLUGIN_NODE_AFFINITY] =
        {[EVENT_NODE_ADD] = affinity_node, [EVENT_NODE_LABEL] = affinity_node, [EVENT_NODE_TAINT] = always},
    [PLUGIN_NODE_PORTS] = {[EVENT_NODE_ADD] = always, [EVENT_NODE_TAINT] = always, [EVENT_POD_DELETE] = ports_pod_gone},
    [PLUGIN_NODE_RESOURCES_FIT] = {[EVENT_NODE_ADD] = fit_node,
                                   [EVENT_NODE_ALLOCATABLE] = fit_node,
                                   [EVENT_NODE_TAINT] = always,
                                   [EVENT_POD_DELETE] = fit_pod_gone,
                                   [EVENT_POD_SCALE_DOWN] = fit_scale_down},
    [PLUGIN_POD_TOPOLOGY_SPREAD] = {[EVENT_NODE_ADD] = spread_node,
                                    [EVENT_NODE_DELETE] = spread_node,
                                    [EVENT_NODE_LABEL] = spread_node,
                                    [EVENT_NODE_TAINT] = spread_node,
                                    [EVENT_POD_ADD] = spread_pod,
                                    [EVENT_POD_DELETE] = spread_pod,
                                    [EVENT_POD_LABEL] = spread_pod_changed,
                                    [EVENT_POD_TOLERATION] = spread_pod_changed},
    [PLUGIN_INTER_POD_AFFINITY] = {[EVENT_NODE_ADD] = near_node_came,
                                   [EVENT_NODE_LABEL] = near_node_label,
                                   [EVENT_NODE_TAINT] = always,
                                   [EVENT_POD_ADD] = near_pod_came,
                                   [EVENT_POD_DELETE] = near_pod_gone,
                                   [EVENT_POD_LABEL] = near_pod_label},
    [PLUGIN_VOLUME_RESTRICTIONS] =
        {[EVENT_NODE_ADD] = always, [EVENT_NODE_TAINT] = always, [EVENT_POD_DELETE] = volume_pod_gone},
    [PLUGIN_NODE_VOLUME_LIMITS] = {[EVENT_POD_DELETE] = volume_pod_gone},
    [PLUGIN_VOLUME_BINDING] = {[EVENT_NODE_ADD] = always, [EVENT_NODE_LABEL] = always, [EVENT_NODE_TAINT] = always},
    [PLUGIN_VOLUME_ZONE] = {[EVENT_NODE_ADD] = always, [EVENT_NODE_LABEL] = always, [EVENT_NODE_TAINT] = always},
    [REJECTOR_NODE_DECLARED_FEATURES] = {[EVENT_NODE_ADD] = always, [EVENT_NODE_TAINT] = always},
    [REJECTOR_SCHEDULING_GATES] = {[EVENT_POD_GATES_GONE] = when_self},
};

const char *hint_rejector_name(unsigned rejector)
{
    static const char *const others[] = {
        [REJECTOR_NODE_DECLARED_FEATURES - PLUGINS] = "NodeDeclaredFeatures",
        [REJECTOR_SCHEDULING_GATES - PLUGINS] = "SchedulingGates",
        [REJECTOR_DEFAULT_PREEMPTION - PLUGINS] = "DefaultPreemption",
    };
    return rejector < PLUGINS ? plugin_names[rejector] : others[rejector - PLUGINS];
}

uint32_t hint_interest(enum event_kind kind)
{
    uint32_t set = 0;
    for (unsigned r = 0; r < REJECTORS; r++) {
        set |= hints[r][kind] != NULL ? REJECTED_BY(r) : 0;
    }
    return set;
}

bool hint_of(unsigned rejector, const struct event *e, const struct hint_pod *pod)
{
    return hints[rejector][e->kind] != NULL && hints[rejector][e->kind](e, pod);
}

bool hint_any(uint32_t rejectors, const struct event *e, const struct hint_pod *pod)
{
    for (unsigned r = 0; r < REJECTORS && e->kind != EVENT_ANYTHING; r++) {
        if (rejectors & REJECTED_BY(r) && hint_of(r, e, pod)) {
            return true;
        }
    }
    return e->kind == EVENT_ANYTHING;
}
