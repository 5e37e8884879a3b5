#include "models/scheduler/judge.h"

#include <string.h>

#include "models/scheduler/filters.h"
#include "sim/base/number.h"
#include "sim/scenario/selector.h"

static bool reject(struct verdict *v, enum plugin plugin, enum reason reason, bool unresolvable)
{
    *v = (struct verdict){plugin, unresolvable, UINT64_C(1) << reason, 0};
    return false;
}

static bool filter_node_affinity(const struct judge *j, const struct cached_node *n, struct verdict *v)
{
    const struct placement *added = j->profile->added;
    if (added != NULL && !filter_affinity(added, n->labels, n->name)) {
        return reject(v, PLUGIN_NODE_AFFINITY, REASON_ADDED_AFFINITY, true);
    }
    if ((j->wanted_node != NULL && j->wanted_node != n->name) ||
        !filter_affinity(j->class->template->placement, n->labels, n->name)) {
        return reject(v, PLUGIN_NODE_AFFINITY, REASON_NODE_AFFINITY, true);
    }
    return true;
}

static bool has_port_conflict(const struct placement *p, const struct cached_node *n)
{
    for (uint32_t i = 0; i < p->port_count; i++) {
        for (uint32_t k = 0; k < n->ports.count; k++) {
            if (filter_ports_conflict(&p->ports[i], &n->ports.at[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool lists(const char *const *texts, uint32_t count, const char *text, size_t length)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strlen(texts[i]) == length && memcmp(texts[i], text, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Extended resources that the profile ignores, by name or by what stands before the slash. */
static bool is_ignored(const struct profile *p, const char *name)
{
    const char *slash = strchr(name, '/');
    if (p->ignored_count + p->ignored_group_count == 0 || slash == NULL) {
        return false;
    }
    return lists(p->ignored_resources, p->ignored_count, name, strlen(name)) ||
           lists(p->ignored_groups, p->ignored_group_count, name, (size_t)(slash - name));
}

static void lack(struct verdict *v, unsigned reason, int64_t wanted, int64_t allocatable, int64_t used)
{
    if (wanted > 0 && wanted > number_wrap_sub64(allocatable, used)) {
        verdict_add(v, reason);
        v->unresolvable |= wanted > allocatable;
    }
}

static bool filter_resources(const struct judge *j, const struct cached_node *n, struct verdict *v)
{
    const struct resources *w = &j->class->template->requests, *a = &n->allocatable, *r = &n->requested;
    *v = (struct verdict){.plugin = PLUGIN_NODE_RESOURCES_FIT};
    if ((int64_t)n->pods.count + 1 > n->pods_allocatable) {
        verdict_add(v, REASON_TOO_MANY_PODS);
    }
    lack(v, REASON_CPU, w->mcpu, a->mcpu, r->mcpu);
    lack(v, REASON_MEMORY, w->memory_bytes, a->memory_bytes, r->memory_bytes);
    lack(v, REASON_EPHEMERAL, w->ephemeral_bytes, a->ephemeral_bytes, r->ephemeral_bytes);
    for (uint32_t i = 0; i < w->scalar_count; i++) {
        int64_t has = 0, used = 0;
        for (uint32_t k = 0; k < a->scalar_count; k++) {
            if (a->scalars[k].name == w->scalars[i].name) {
                has = a->scalars[k].amount;
                used = n->used_scalars[k];
            }
        }
        if (!is_ignored(j->profile, w->scalars[i].name)) {
            lack(v, REASON_SCALARS + i, w->scalars[i].amount, has, used);
        }
    }
    return verdict_is_good(v);
}

/* How many pods a node's domain counts less for the sake of those that are absent. */
static int64_t owed_for(const struct judge *j, const struct tally *t, const struct spread_constraint *s, uint32_t slot)
{
    int64_t owed = 0;
    bool counts =
        j->absent_count > 0 && (j->tallies->everywhere || (j->tallies->places.at[slot] & t->place) == t->place);
    for (uint32_t i = 0; counts && i < j->absent_count; i++) {
        owed += j->absent[i]->namespace == j->class->namespace && selector_matches(s->selector, j->absent[i]->labels);
    }
    return owed;
}

static bool filter_spread(const struct judge *j, uint32_t slot, struct verdict *v)
{
    for (uint32_t i = 0; i < j->tallies->spread_count; i++) {
        struct tally *t = &j->tallies->list.at[i];
        const struct spread_constraint *s = &j->tallies->spread[i];
        if (t->kind != TALLY_HARD) {
            continue;
        }
        int64_t sum = tally_at(t, j->cache, slot);
        if (sum < 0) {
            return reject(v, PLUGIN_POD_TOPOLOGY_SPREAD, REASON_SPREAD_LABEL, true);
        }
        int64_t owed = owed_for(j, t, s, slot), least = t->domains < (uint32_t)s->min_domains ? 0 : tally_least(t);
        sum -= owed;
        least = owed > 0 && t->domains >= (uint32_t)s->min_domains && sum < least ? sum : least;
        if (sum + t->self - least > s->max_skew) {
            return reject(v, PLUGIN_POD_TOPOLOGY_SPREAD, REASON_SPREAD, false);
        }
    }
    return true;
}

/* Every term's label is there, and pods that are meant are near; or the pod is the first of those that mean each other. */
static bool is_near(const struct judge *j, uint32_t slot)
{
    bool near = true;
    int64_t entries = 0;
    for (uint32_t i = 0; i < j->tallies->list.count; i++) {
        const struct tally *t = &j->tallies->list.at[i];
        if (t->kind == TALLY_NEAR) {
            int64_t sum = tally_at(t, j->cache, slot);
            if (sum < 0) {
                return false;
            }
            near = near && sum > 0;
            entries += t->entries;
        }
    }
    return near || (entries == 0 && j->tallies->own_labels_fit_near);
}

static bool has_any(const struct judge *j, uint32_t slot, enum tally_kind kind)
{
    for (uint32_t i = 0; i < j->tallies->list.count; i++) {
        const struct tally *t = &j->tallies->list.at[i];
        if (t->kind == kind && t->entries > 0 && tally_at(t, j->cache, slot) > 0) {
            return true;
        }
    }
    return false;
}

static bool filter_pod_affinity(const struct judge *j, uint32_t slot, struct verdict *v)
{
    if (!is_near(j, slot)) {
        return reject(v, PLUGIN_INTER_POD_AFFINITY, REASON_POD_AFFINITY, true);
    }
    if (has_any(j, slot, TALLY_AWAY)) {
        return reject(v, PLUGIN_INTER_POD_AFFINITY, REASON_POD_ANTI_AFFINITY, false);
    }
    if (has_any(j, slot, TALLY_EXISTING)) {
        return reject(v, PLUGIN_INTER_POD_AFFINITY, REASON_EXISTING_ANTI_AFFINITY, false);
    }
    return true;
}

bool judge_is_lonely(const struct judge *j)
{
    bool lonely = j->class->near.count == 0 && j->class->away.count == 0;
    for (uint32_t i = 0; lonely && i < j->tallies->list.count; i++) {
        lonely = j->tallies->list.at[i].kind != TALLY_EXISTING || j->tallies->list.at[i].entries == 0;
    }
    return lonely;
}

bool judge_static(const struct judge *j, uint32_t slot, struct verdict *v)
{
    const struct cached_node *n = &j->cache->nodes.at[slot];
    const struct pod_template *t = j->class->template;
    const bool *on = j->profile->filters;
    if (on[PLUGIN_NODE_UNSCHEDULABLE] && !filter_unschedulable(t->placement, n->unschedulable)) {
        return reject(v, PLUGIN_NODE_UNSCHEDULABLE, REASON_UNSCHEDULABLE, true);
    }
    if (on[PLUGIN_NODE_NAME] && t->node_name != NULL && t->node_name != n->name) {
        return reject(v, PLUGIN_NODE_NAME, REASON_NODE_NAME, true);
    }
    if (on[PLUGIN_TAINT_TOLERATION] &&
        !(filter_ready(t->placement, n->ready) && filter_taints(t->placement, n->taints))) {
        return reject(v, PLUGIN_TAINT_TOLERATION, REASON_TAINT, true);
    }
    return !on[PLUGIN_NODE_AFFINITY] || filter_node_affinity(j, n, v);
}

bool judge_load(const struct judge *j, uint32_t slot, struct verdict *v)
{
    const struct cached_node *n = &j->cache->nodes.at[slot];
    const bool *on = j->profile->filters;
    if (on[PLUGIN_NODE_PORTS] && has_port_conflict(j->class->template->placement, n)) {
        return reject(v, PLUGIN_NODE_PORTS, REASON_PORTS, false);
    }
    return !on[PLUGIN_NODE_RESOURCES_FIT] || filter_resources(j, n, v);
}

bool judge_node(const struct judge *j, uint32_t slot, struct verdict *v)
{
    *v = (struct verdict){0};
    return judge_static(j, slot, v) && judge_load(j, slot, v) &&
           (j->volumes == NULL || volumes_filter(j->volumes, slot, v));
}

bool judge_tallies(const struct judge *j, uint32_t slot, struct verdict *v)
{
    const bool *on = j->profile->filters;
    return j->tallies->list.count == 0 ||
           ((!on[PLUGIN_POD_TOPOLOGY_SPREAD] || filter_spread(j, slot, v)) &&
            (!on[PLUGIN_INTER_POD_AFFINITY] || j->lonely || filter_pod_affinity(j, slot, v)));
}

bool judge_whole(const struct judge *j, uint32_t slot, struct verdict *v)
{
    return judge_node(j, slot, v) && judge_tallies(j, slot, v);
}
