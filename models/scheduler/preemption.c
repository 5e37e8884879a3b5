#include "models/scheduler/preemption.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/selector.h"

struct run {
    struct placer *placer;
    const struct preemption_input *in;
    struct preemption *out;
};

void preemption_drop(struct preemption *p)
{
    VEC_DROP(&p->nodes);
    VEC_DROP(&p->victims);
}

static int32_t priority_of(const struct placer *p, uint32_t number)
{
    return p->cache.pods.at[number].class->template->priority;
}

static int64_t start_of(const struct placer *p, const struct preemption_input *in, uint32_t number)
{
    int64_t start = p->cache.pods.at[number].start_ns;
    return start == TIME_UNSET ? in->now_ns : start;
}

/* ---- may it ---- */

static bool is_unresolvable(const struct placer *p, uint32_t slot)
{
    for (uint32_t i = 0; i < p->rejected.count; i++) {
        if (p->rejected.at[i].slot == slot) {
            return p->rejected.at[i].verdict.unresolvable;
        }
    }
    return true; /* the pod's affinity names others */
}

/* Whether a pod of lower priority is still leaving the node that this one means to come to. */
static bool waits(const struct placer *p, const struct preemption_input *in)
{
    uint32_t slot = in->pod->nominated == NULL ? NONE : cache_find(&p->cache, in->pod->nominated);
    if (slot == NONE || is_unresolvable(p, slot)) {
        return false;
    }
    const struct cached_node *n = &p->cache.nodes.at[slot];
    for (uint32_t i = 0; i < n->pods.count; i++) {
        uint32_t number = n->pods.at[i];
        if (priority_of(p, number) < in->pod->class->template->priority && p->cache.pods.at[number].terminating &&
            in->is_preempted != NULL && in->is_preempted(in->context, number)) {
            return true;
        }
    }
    return false;
}

/* ---- the dry run ---- */

/* What a pod of a node was counted with, to count it again. */
struct taken {
    uint32_t number;
    struct cached_pod pod;
    bool violates;
};

/* What is terminating and taken off is told apart (placer.h). */
static void take_off(struct placer *p, uint32_t number)
{
    if (p->cache.pods.at[number].terminating) {
        VEC_PUSH(&p->absent, p->cache.pods.at[number].class);
    }
    cache_remove_pod(&p->cache, number);
}

static void take(struct placer *p, struct taken *t)
{
    t->pod = p->cache.pods.at[t->number];
    take_off(p, t->number);
}

static void give_back(struct placer *p, const struct taken *t, uint32_t slot)
{
    for (uint32_t i = 0; t->pod.terminating && i < p->absent.count; i++) {
        if (p->absent.at[i] == t->pod.class) {
            p->absent.at[i] = p->absent.at[--p->absent.count];
            break;
        }
    }
    cache_add_pod(&p->cache, t->number, t->pod.class, p->cache.nodes.at[slot].name, t->pod.terminating,
                  t->pod.start_ns);
}

static bool is_more_important(const struct run *r, const struct taken *left, const struct taken *right)
{
    int32_t l = left->pod.class->template->priority, m = right->pod.class->template->priority;
    int64_t l_start = left->pod.start_ns == TIME_UNSET ? r->in->now_ns : left->pod.start_ns;
    int64_t m_start = right->pod.start_ns == TIME_UNSET ? r->in->now_ns : right->pod.start_ns;
    return l != m ? l > m : l_start < m_start;
}

/* Pods that are equally important stay in order. */
static void sort(const struct run *r, struct taken *at, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct taken t = at[i];
        uint32_t k = i;
        for (; k > 0 && is_more_important(r, &t, &at[k - 1]); k--) {
            at[k] = at[k - 1];
        }
        at[k] = t;
    }
}

static bool is_disrupted(const struct preemption_budget *b, uint32_t number)
{
    for (uint32_t i = 0; i < b->disrupted_count; i++) {
        if (b->disrupted[i] == number) {
            return true;
        }
    }
    return false;
}

/* Budgets are used up in the order of importance. */
static void find_violations(const struct run *r, struct taken *at, uint32_t count)
{
    int64_t *allowed = memory_take(r->in->budget_count, sizeof *allowed);
    for (uint32_t i = 0; i < r->in->budget_count; i++) {
        allowed[i] = r->in->budgets[i].allowed;
    }
    for (uint32_t k = 0; k < count; k++) {
        const struct pod_class *class = at[k].pod.class;
        for (uint32_t i = 0; i < r->in->budget_count; i++) {
            const struct preemption_budget *b = &r->in->budgets[i];
            if (class->labels->count > 0 && b->namespace == class->namespace && b->selector != NULL &&
                b->selector->count > 0 && selector_matches(b->selector, class->labels) &&
                !is_disrupted(b, at[k].number)) {
                at[k].violates |= --allowed[i] < 0;
            }
        }
    }
    free(allowed);
}

static bool fits(const struct run *r, uint32_t slot, struct verdict *v)
{
    return placer_filter_nominated(r->placer, r->in->pod, slot, v);
}

/* Gives back whom the pod can live with, those first whose budget would be broken. Returns how many are left out, at the
 * front of at; who is equally important comes in the order of trying. */
static uint32_t reprieve(const struct run *r, struct preemption_node *node, struct taken *at, uint32_t count)
{
    struct verdict v;
    struct taken *victims = memory_take(count, sizeof *victims);
    uint32_t left = 0;
    for (int violating = 1; violating >= 0; violating--) {
        for (uint32_t i = 0; i < count; i++) {
            if (at[i].violates != (violating == 1)) {
                continue;
            }
            give_back(r->placer, &at[i], node->slot);
            if (!fits(r, node->slot, &v)) {
                take_off(r->placer, at[i].number);
                victims[left++] = at[i];
                node->violations += violating == 1;
            }
        }
    }
    sort(r, victims, left);
    memcpy(at, victims, left * sizeof *at);
    free(victims);
    return left;
}

static void try_without(const struct run *r, struct preemption_node *node, struct taken *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        take(r->placer, &at[i]);
    }
    if (!fits(r, node->slot, &node->verdict)) {
        for (uint32_t i = 0; i < count; i++) {
            give_back(r->placer, &at[i], node->slot);
        }
        return;
    }
    sort(r, at, count);
    find_violations(r, at, count);
    node->candidate = true;
    node->first = r->out->victims.count;
    node->count = reprieve(r, node, at, count);
    for (uint32_t i = 0; i < node->count; i++) {
        VEC_PUSH(&r->out->victims, at[i].number);
        give_back(r->placer, &at[i], node->slot);
    }
}

static void try_node(const struct run *r, uint32_t slot)
{
    const struct cached_node *n = &r->placer->cache.nodes.at[slot];
    struct preemption_node node = {.slot = slot};
    uint32_t count = 0;
    struct taken *at = memory_take(n->pods.count, sizeof *at);
    for (uint32_t i = 0; i < n->pods.count; i++) {
        if (priority_of(r->placer, n->pods.at[i]) < r->in->pod->class->template->priority) {
            at[count++].number = n->pods.at[i];
        }
    }
    node.no_victims = count == 0;
    if (count > 0) {
        struct cache_trial trial;
        cache_try(&r->placer->cache, &trial, slot);
        try_without(r, &node, at, count);
        struct tallies *t = placer_tallies(r->placer, r->in->pod->profile, r->in->pod->class);
        cache_end_trial(&r->placer->cache, &trial);
        tallies_rewind(t, &r->placer->cache);
    }
    VEC_PUSH(&r->out->nodes, node);
    free(at);
}

/* ---- the choice ---- */

struct merit {
    int64_t by[5]; /* least is best */
};

static struct merit merit_of(const struct placer *p, const struct preemption_input *in, const struct preemption *o,
                             const struct preemption_node *n)
{
    const uint32_t *victims = &o->victims.at[n->first];
    int32_t highest = n->count == 0 ? INT32_MIN : priority_of(p, victims[0]);
    int64_t sum = 0, earliest = INT64_MAX;
    for (uint32_t i = 0; i < n->count; i++) {
        int64_t start = start_of(p, in, victims[i]);
        sum += (int64_t)priority_of(p, victims[i]) + INT64_C(2147483648);
        earliest = priority_of(p, victims[i]) == highest && start < earliest ? start : earliest;
    }
    return (struct merit){{n->violations, highest, sum, n->count, -earliest}};
}

static int compare(const struct merit *left, const struct merit *right)
{
    for (int i = 0; i < 5; i++) {
        if (left->by[i] != right->by[i]) {
            return left->by[i] < right->by[i] ? -1 : 1;
        }
    }
    return 0;
}

bool preemption_is_tie(const struct placer *placer, const struct preemption_input *in, const struct preemption *p,
                       uint32_t left, uint32_t right)
{
    struct merit l = merit_of(placer, in, p, &p->nodes.at[left]), r = merit_of(placer, in, p, &p->nodes.at[right]);
    return p->nodes.at[left].candidate && p->nodes.at[right].candidate && compare(&l, &r) == 0;
}

static void choose(const struct run *r)
{
    struct merit best = {0};
    r->out->chosen = NONE;
    for (uint32_t i = 0; i < r->out->nodes.count; i++) {
        if (r->out->nodes.at[i].candidate) {
            struct merit m = merit_of(r->placer, r->in, r->out, &r->out->nodes.at[i]);
            if (r->out->chosen == NONE || compare(&m, &best) < 0) {
                best = m;
                r->out->chosen = i;
            }
        }
    }
    r->out->outcome = r->out->chosen == NONE ? PREEMPTION_NO_CANDIDATE : PREEMPTION_CHOSEN;
}

/* Nodes are tried until there are enough candidates, one of which breaks no budget. */
static void try_nodes(const struct run *r)
{
    uint32_t total = 0, peaceful = 0, potential = 0;
    VEC(uint32_t) slots = {0};
    for (uint32_t i = 0; i < r->placer->rejected.count; i++) {
        if (!r->placer->rejected.at[i].verdict.unresolvable) {
            VEC_PUSH(&slots, r->placer->rejected.at[i].slot);
        }
    }
    potential = slots.count;
    const struct profile *profile = r->in->pod->profile;
    uint32_t enough = (uint32_t)((uint64_t)potential * (uint32_t)profile->candidates_percent / 100);
    enough = enough < (uint32_t)profile->candidates_min ? (uint32_t)profile->candidates_min : enough;
    for (uint32_t i = 0; i < potential && !(peaceful > 0 && total >= enough); i++) {
        try_node(r, slots.at[i]);
        const struct preemption_node *n = &r->out->nodes.at[r->out->nodes.count - 1];
        total += n->candidate;
        peaceful += n->candidate && n->violations == 0;
    }
    VEC_DROP(&slots);
}

struct preemption preemption_find(struct placer *placer, const struct preemption_input *in)
{
    struct preemption p = {.chosen = NONE};
    struct run r = {placer, in, &p};
    if (in->never) {
        p.outcome = PREEMPTION_NEVER;
    } else if (waits(placer, in)) {
        p.outcome = PREEMPTION_WAITS;
    } else {
        try_nodes(&r);
        choose(&r);
    }
    return p;
}

void preemption_message(struct buffer *out, const struct placer *placer, const struct preemption_input *in,
                        const struct preemption *p)
{
    if (p->outcome == PREEMPTION_NEVER) {
        buffer_text(out, "not eligible due to preemptionPolicy=Never.");
        return;
    }
    if (p->outcome == PREEMPTION_WAITS) {
        buffer_text(out, "not eligible due to a terminating pod on the nominated node.");
        return;
    }
    struct verdict_counts all = placer_counts(placer), counts = {.nodes = all.nodes};
    counts.not_helpful = all.unresolvable;
    for (uint32_t i = 0; i < p->nodes.count; i++) {
        const struct preemption_node *n = &p->nodes.at[i];
        counts.no_victims += n->no_victims;
        if (!n->no_victims && !n->candidate) {
            verdict_count(&counts, &n->verdict);
        }
    }
    verdict_histogram(out, &counts, &in->pod->class->template->requests);
}
