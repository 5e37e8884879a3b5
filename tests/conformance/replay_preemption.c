/* schedqueue/preemption*: whose place a pod takes; vectors/schedqueue/README.md says what each suite holds. */
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/preemption.h"
#include "sim/scenario/selector.h"
#include "tests/conformance/scheduler_cluster.h"

extern const struct replay replay_preemption[];

struct scene {
    struct scheduler_cluster s;
    bool *preempted; /* by number: terminating because of a preemption */
    struct preemption_budget *budgets;
    uint32_t budget_count;
};

static void put(struct replay_case *c, struct value *map, const char *key, const char *text)
{
    value_put(&c->scratch, map, key, value_text(&c->scratch, text));
}

static void append(struct replay_case *c, struct value *list, const char *text)
{
    value_append(&c->scratch, list, value_text(&c->scratch, text));
}

static const char *name_of(struct scene *x, const struct value *pod)
{
    return arena_format(&x->s.c->scratch, "%s/%s", value_as_text(value_at(pod, "metadata.namespace")),
                        value_as_text(value_at(pod, "metadata.name")));
}

/* A class whose priority is what spec.priority says, whatever priority admission would. */
static const struct pod_class *class_of(struct scene *x, const struct value *pod)
{
    struct pod_class given = *scheduler_cluster_class(&x->s, pod, NULL);
    struct pod_template *t = TAKE(&x->s.c->scratch, struct pod_template, 1);
    int64_t priority = 0;
    *t = *given.template;
    t->priority = value_as_int64(value_at(pod, "spec.priority"), &priority) ? (int32_t)priority : 0;
    given.template = t;
    return pod_class_make(&x->s.c->scratch, &given, false);
}

/* The first condition DisruptionTarget says so. */
static bool is_by_preemption(const struct value *pod)
{
    const struct value *list = value_at(pod, "status.conditions");
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        const struct value *one = list->items[i];
        if (strcmp(value_as_text(value_get(one, "type")), "DisruptionTarget") == 0) {
            return strcmp(value_as_text(value_get(one, "status")), "True") == 0 &&
                   strcmp(value_as_text(value_get(one, "reason")), "PreemptionByScheduler") == 0;
        }
    }
    return false;
}

static void fill(struct scene *x)
{
    const struct value *nodes = value_get(x->s.in, "nodes"), *pods = value_get(x->s.in, "pods"),
                       *nominated = value_get(x->s.in, "nominatedPods");
    for (uint32_t i = 0; i < nodes->count; i++) {
        scheduler_cluster_put_node(&x->s, nodes->items[i]);
    }
    x->preempted = TAKE(&x->s.c->scratch, bool, pods->count + nominated->count + 1);
    for (uint32_t i = 0; i < pods->count; i++) {
        const struct value *pod = pods->items[i];
        uint32_t number = scheduler_cluster_number(&x->s, name_of(x, pod));
        x->preempted[number] = is_by_preemption(pod);
        cache_add_pod(&x->s.placer.cache, number, class_of(x, pod),
                      names_text(x->s.c->names, value_as_text(value_at(pod, "spec.nodeName"))),
                      value_at(pod, "metadata.deletionTimestamp") != NULL,
                      scheduler_cluster_instant(value_at(pod, "status.startTime")));
    }
    for (uint32_t i = 0; i < nominated->count; i++) {
        const struct value *pod = nominated->items[i];
        cache_nominate(&x->s.placer.cache, scheduler_cluster_number(&x->s, name_of(x, pod)), class_of(x, pod),
                       names_text(x->s.c->names, value_as_text(value_at(pod, "status.nominatedNodeName"))));
    }
}

static void fill_budgets(struct scene *x)
{
    const struct value *list = value_get(x->s.in, "pdbs");
    struct arena *a = &x->s.c->scratch;
    x->budget_count = list->count;
    x->budgets = TAKE(a, struct preemption_budget, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct value *pdb = list->items[i], *disrupted = value_at(pdb, "status.disruptedPods");
        const char *namespace = value_as_text(value_at(pdb, "metadata.namespace"));
        struct preemption_budget *b = &x->budgets[i];
        uint32_t *numbers = TAKE(a, uint32_t, disrupted == NULL ? 0 : disrupted->count);
        b->namespace = names_text(x->s.c->names, namespace);
        b->selector = selector_compile(a, x->s.c->names, value_at(pdb, "spec.selector"));
        b->allowed = 0;
        if (!value_as_int64(value_at(pdb, "status.disruptionsAllowed"), &b->allowed)) {
            b->allowed = 0;
        }
        for (uint32_t k = 0; disrupted != NULL && k < disrupted->count; k++) {
            numbers[b->disrupted_count++] =
                scheduler_cluster_number(&x->s, arena_format(a, "%s/%s", namespace, disrupted->members[k].key));
        }
        b->disrupted = numbers;
    }
}

static bool is_preempted(const void *context, uint32_t number)
{
    return ((const struct scene *)context)->preempted[number];
}

static int by_node(const void *left, const void *right)
{
    return strcmp(value_as_text(value_get(*(struct value *const *)left, "node")),
                  value_as_text(value_get(*(struct value *const *)right, "node")));
}

static struct value *sorted(struct value *list, int (*order)(const void *, const void *))
{
    if (list->count > 0) {
        qsort(list->items, list->count, sizeof *list->items, order);
    }
    return list;
}

static const char *node_name(const struct scene *x, uint32_t slot)
{
    return x->s.placer.cache.nodes.at[slot].name;
}

/* Reasons in the plugin's order. */
static struct value *status(struct scene *x, const char *node, const struct verdict *v, const struct pod_class *class)
{
    struct replay_case *c = x->s.c;
    struct value *told = value_map(&c->scratch), *reasons = value_list(&c->scratch);
    for (unsigned r = 0; r < REASONS; r++) {
        if (verdict_has(v, r)) {
            struct buffer text = {0};
            verdict_reason(&text, (enum reason)r, &class->template->requests);
            append(c, reasons, text.at);
            buffer_drop(&text);
        }
    }
    put(c, told, "node", node);
    put(c, told, "code", scheduler_cluster_code(v));
    put(c, told, "plugin", plugin_names[v->plugin]);
    value_put(&c->scratch, told, "reasons", reasons);
    return told;
}

static struct value *told_filter(struct scene *x, const struct placer_result *result, const struct pod_class *class)
{
    struct replay_case *c = x->s.c;
    struct value *list = value_list(&c->scratch);
    if (result->outcome == PLACER_CONFLICT) {
        struct verdict v = {PLUGIN_NODE_AFFINITY, true, UINT64_C(1) << REASON_NODE_AFFINITY, 0};
        struct value *told = status(x, "*", &v, class), *reasons = value_list(&c->scratch);
        append(c, reasons, "pod affinity terms conflict");
        value_put(&c->scratch, told, "reasons", reasons);
        value_append(&c->scratch, list, told);
    }
    for (uint32_t i = 0; i < x->s.placer.rejected.count; i++) {
        const struct placer_rejected *r = &x->s.placer.rejected.at[i];
        value_append(&c->scratch, list, status(x, node_name(x, r->slot), &r->verdict, class));
    }
    return sorted(list, by_node);
}

static struct value *told_candidate(struct scene *x, const struct preemption *p, const struct preemption_node *n)
{
    struct replay_case *c = x->s.c;
    struct value *told = value_map(&c->scratch), *victims = value_list(&c->scratch);
    for (uint32_t i = 0; i < n->count; i++) {
        append(c, victims, x->s.pods.at[p->victims.at[n->first + i]]);
    }
    put(c, told, "node", node_name(x, n->slot));
    value_put(&c->scratch, told, "victims", victims);
    value_put(&c->scratch, told, "pdbViolations", value_integer(&c->scratch, n->violations));
    return told;
}

static void tell_nodes(struct scene *x, const struct preemption *p, const struct pod_class *class, struct value *got)
{
    struct replay_case *c = x->s.c;
    struct value *good = value_list(&c->scratch), *bad = value_list(&c->scratch);
    for (uint32_t i = 0; i < p->nodes.count; i++) {
        const struct preemption_node *n = &p->nodes.at[i];
        if (n->candidate) {
            value_append(&c->scratch, good, told_candidate(x, p, n));
            continue;
        }
        struct value *told = status(x, node_name(x, n->slot), &n->verdict, class);
        if (n->no_victims) {
            value_remove(told, "plugin");
            put(c, told, "code", "UnschedulableAndUnresolvable");
            append(c, value_get(told, "reasons"), "No preemption victims found for incoming pod");
        }
        value_append(&c->scratch, bad, told);
    }
    value_put(&c->scratch, got, "candidates", sorted(good, by_node));
    value_put(&c->scratch, got, "notCandidates", sorted(bad, by_node));
}

/* What happens when one node is chosen: deletions, and nominations that are lost. */
static void tell_acts(struct scene *x, const struct preemption *p, const struct pod_class *class, struct value *got)
{
    struct replay_case *c = x->s.c;
    const struct preemption_node *n = &p->nodes.at[p->chosen];
    const struct cached_node *node = &x->s.placer.cache.nodes.at[n->slot];
    struct value *deleted = value_list(&c->scratch), *cleared = value_list(&c->scratch);
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t number = p->victims.at[n->first + i];
        if (!x->s.placer.cache.pods.at[number].terminating) {
            append(c, deleted, x->s.pods.at[number]);
        }
    }
    for (uint32_t i = 0; i < node->nominated.count; i++) {
        if (node->nominated.at[i].class->template->priority < class->template->priority) {
            append(c, cleared, x->s.pods.at[node->nominated.at[i].number]);
        }
    }
    put(c, got, "nominatedNodeName", node->name);
    if (deleted->count > 0) {
        value_put(&c->scratch, got, "deleted", deleted);
    }
    if (cleared->count > 0) {
        value_put(&c->scratch, got, "nominationCleared", scheduler_cluster_sorted(cleared));
    }
}

static void tell_choice(struct scene *x, const struct preemption_input *in, const struct preemption *p,
                        struct value *got)
{
    struct replay_case *c = x->s.c;
    struct value *chosen = value_list(&c->scratch);
    for (uint32_t i = 0; p->chosen != NONE && i < p->nodes.count; i++) {
        if (preemption_is_tie(&x->s.placer, in, p, p->chosen, i)) {
            append(c, chosen, node_name(x, p->nodes.at[i].slot));
        }
    }
    value_put(&c->scratch, got, "chosen", scheduler_cluster_sorted(chosen));
    put(c, got, "code", p->chosen != NONE ? "Success" : "Unschedulable");
    if (chosen->count == 1) {
        tell_acts(x, p, in->pod->class, got);
    } else if (p->outcome == PREEMPTION_NO_CANDIDATE) {
        put(c, got, "nominatedNodeName", "");
    }
    if (p->chosen == NONE) {
        struct buffer text = {0};
        buffer_text(&text, "preemption: ");
        preemption_message(&text, &x->s.placer, in, p);
        put(c, got, "message", text.at);
        buffer_drop(&text);
    }
}

static bool run(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct scene x = {.s = scheduler_cluster_open(c, in)};
    const struct value *preemptor = value_get(in, "preemptor");
    fill(&x);
    fill_budgets(&x);
    const char *nominated = value_as_text(value_at(preemptor, "status.nominatedNodeName"));
    const char *policy = value_as_text(value_at(preemptor, "spec.preemptionPolicy"));
    struct placer_pod pod = {.profile = &x.s.profile,
                             .class = class_of(&x, preemptor),
                             .number = scheduler_cluster_number(&x.s, "preemptor"),
                             .nominated = nominated == NULL ? NULL : names_text(c->names, nominated)};
    struct placer_result result = placer_place(&x.s.placer, &pod);
    struct preemption_input input = {.pod = &pod,
                                     .never = policy != NULL && strcmp(policy, "Never") == 0,
                                     .now_ns = scheduler_cluster_instant(value_get(in, "now")),
                                     .budgets = x.budgets,
                                     .budget_count = x.budget_count,
                                     .is_preempted = is_preempted,
                                     .context = &x};
    struct value *got = value_map(&c->scratch);
    value_put(&c->scratch, got, "filter", told_filter(&x, &result, pod.class));
    struct preemption p = preemption_find(&x.s.placer, &input);
    bool eligible = p.outcome != PREEMPTION_NEVER && p.outcome != PREEMPTION_WAITS;
    value_put(&c->scratch, got, "eligible", value_bool(&c->scratch, eligible));
    tell_nodes(&x, &p, pod.class, got);
    tell_choice(&x, &input, &p, got);
    preemption_drop(&p);
    scheduler_cluster_drop(&x.s);
    return replay_same(c, "out", out, got);
}

const struct replay replay_preemption[] = {
    {"schedqueue/preemption", run},
    {"schedqueue/preemption-constraints", run},
    {NULL, NULL},
};
