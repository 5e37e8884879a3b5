/* The scheduler's filters, scores and cycles: vectors/scheduler/README.md says what each suite holds. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "models/scheduler/score.h"
#include "models/scheduler/volume_binding.h"
#include "sim/base/elementary.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/selector.h"
#include "tests/conformance/scheduler_cluster.h"

extern const struct replay replay_scheduler[];

static const char *text_of(const struct value *list, uint32_t i)
{
    return value_as_text(list->items[i]);
}

static void put(struct replay_case *c, struct value *map, const char *key, const char *text)
{
    value_put(&c->scratch, map, key, value_text(&c->scratch, text));
}

static void put_number(struct replay_case *c, struct value *map, const char *key, int64_t number)
{
    value_put(&c->scratch, map, key, value_integer(&c->scratch, number));
}

static void append(struct replay_case *c, struct value *list, const char *text)
{
    value_append(&c->scratch, list, value_text(&c->scratch, text));
}

/* ---- placement, churn ---- */

struct course {
    struct scheduler_cluster s;
    const struct pod_class **templates; /* by template; null: not yet compiled */
    const struct value *out;
    uint32_t decision;
};

/* The template with its name in, and in labels whose value is "$name". */
static const struct value *made_of(struct replay_case *c, const struct value *template, const char *name)
{
    struct value *made = value_copy(&c->scratch, template), *metadata = value_get(made, "metadata");
    struct value *labels = value_get(metadata, "labels");
    value_put(&c->scratch, metadata, "name", value_text(&c->scratch, name));
    for (uint32_t i = 0; labels != NULL && i < labels->count; i++) {
        if (strcmp(labels->members[i].value->text, "$name") == 0) {
            labels->members[i].value = value_text(&c->scratch, name);
        }
    }
    return made;
}

static uint32_t index_at(const struct value *list, uint32_t i)
{
    int64_t index = 0;
    return value_as_int64(list->items[i], &index) ? (uint32_t)index : 0;
}

static const struct value *template_of(const struct course *r, const char *kind, uint32_t index)
{
    return value_get(r->s.in, kind)->items[index];
}

static void put_node(struct course *r, const struct value *step, uint32_t at)
{
    scheduler_cluster_put_node(
        &r->s, made_of(r->s.c, template_of(r, "nodeTemplates", index_at(step, at + 1)), text_of(step, at)));
}

static const struct pod_class *class_of(struct course *r, uint32_t template)
{
    if (r->templates[template] == NULL) {
        r->templates[template] = scheduler_cluster_class(&r->s, template_of(r, "podTemplates", template), NULL);
    }
    return r->templates[template];
}

static void set_volumes(struct course *r, const char *name, uint32_t template)
{
    pod_volumes_set(r->s.volumes, scheduler_cluster_number(&r->s, name),
                    scheduler_cluster_volumes(&r->s, template_of(r, "podTemplates", template), name));
}

static void add_pod(struct course *r, const char *name, const struct pod_class *class, const char *node,
                    bool terminating)
{
    cache_add_pod(&r->s.placer.cache, scheduler_cluster_number(&r->s, name), class, names_text(r->s.c->names, node),
                  terminating, TIME_UNSET);
}

static const char *node_name(const struct course *r, uint32_t slot)
{
    return r->s.placer.cache.nodes.at[slot].name;
}

static struct value *told_plugins(struct course *r, uint32_t plugins)
{
    struct value *list = value_list(&r->s.c->scratch);
    for (unsigned p = 0; p < PLUGINS; p++) {
        if (plugins >> p & 1) {
            append(r->s.c, list, plugin_names[p]);
            for (uint32_t k = list->count - 1; k > 0 && strcmp(list->items[k - 1]->text, list->items[k]->text) > 0;
                 k--) {
                struct value *swap = list->items[k];
                list->items[k] = list->items[k - 1];
                list->items[k - 1] = swap;
            }
        }
    }
    return list;
}

static int by_name(const void *left, const void *right)
{
    return strcmp((*(struct value *const *)left)->text, (*(struct value *const *)right)->text);
}

static int by_first(const void *left, const void *right)
{
    return by_name((*(struct value *const *)left)->items, (*(struct value *const *)right)->items);
}

static int by_first_node(const void *left, const void *right)
{
    return by_name(value_get(*(struct value *const *)left, "nodes")->items,
                   value_get(*(struct value *const *)right, "nodes")->items);
}

static struct value *told_scores(struct course *r, bool sorted)
{
    struct replay_case *c = r->s.c;
    const struct placer *p = &r->s.placer;
    struct value *scores = value_map(&c->scratch), *plugins = value_list(&c->scratch), *nodes = value_list(&c->scratch);
    for (int k = 0; k < PLUGINS; k++) {
        if (!p->skipped[k]) {
            append(c, plugins, plugin_names[k]);
        }
    }
    for (uint32_t i = 0; i < p->feasible.count; i++) {
        struct value *row = value_list(&c->scratch);
        append(c, row, node_name(r, p->feasible.at[i]));
        for (int k = 0; k < PLUGINS; k++) {
            if (!p->skipped[k]) {
                value_append(&c->scratch, row,
                             value_integer(&c->scratch, p->scores[k].at[i] * r->s.profile.weights[k]));
            }
        }
        value_append(&c->scratch, row, value_integer(&c->scratch, p->totals.at[i]));
        value_append(&c->scratch, nodes, row);
    }
    if (sorted) {
        qsort(nodes->items, nodes->count, sizeof *nodes->items, by_first);
    }
    value_put(&c->scratch, scores, "plugins", plugins);
    value_put(&c->scratch, scores, "nodes", nodes);
    return scores;
}

static struct value *status(struct course *r, const struct verdict *v, const struct pod_class *class)
{
    struct value *group = value_map(&r->s.c->scratch);
    put(r->s.c, group, "plugin", plugin_names[v->plugin]);
    put(r->s.c, group, "code", scheduler_cluster_code(v));
    value_put(&r->s.c->scratch, group, "reasons", scheduler_cluster_reasons(&r->s, v, class));
    return group;
}

static struct value *told_rejected(struct course *r, const struct pod_class *class, bool sorted)
{
    struct replay_case *c = r->s.c;
    const struct placer *p = &r->s.placer;
    struct value *groups = value_list(&c->scratch);
    uint32_t *group_of = TAKE(&c->scratch, uint32_t, p->rejected.count);
    for (uint32_t i = 0; i < p->rejected.count; i++) {
        const struct verdict *v = &p->rejected.at[i].verdict;
        uint32_t k = 0;
        while (k < i &&
               (p->rejected.at[k].verdict.plugin != v->plugin || p->rejected.at[k].verdict.reasons != v->reasons ||
                p->rejected.at[k].verdict.scalars != v->scalars ||
                p->rejected.at[k].verdict.unresolvable != v->unresolvable)) {
            k++;
        }
        group_of[i] = k < i ? group_of[k] : groups->count;
        if (k == i) {
            struct value *group = status(r, v, class);
            value_put(&c->scratch, group, "nodes", value_list(&c->scratch));
            value_append(&c->scratch, groups, group);
        }
        append(c, value_get(groups->items[group_of[i]], "nodes"), node_name(r, p->rejected.at[i].slot));
    }
    for (uint32_t i = 0; sorted && i < groups->count; i++) {
        struct value *nodes = value_get(groups->items[i], "nodes");
        qsort(nodes->items, nodes->count, sizeof *nodes->items, by_name);
    }
    if (sorted && groups->count > 0) {
        qsort(groups->items, groups->count, sizeof *groups->items, by_first_node);
    }
    return groups;
}

static struct value *told_absent(struct course *r, const struct pod_class *class, const struct placer_result *result)
{
    struct replay_case *c = r->s.c;
    if (result->outcome == PLACER_CONFLICT) {
        struct verdict v = {.plugin = (enum plugin)__builtin_ctz(result->plugins), .unresolvable = true};
        struct value *told = status(r, &v, class), *reasons = value_list(&c->scratch);
        put(c, told, "code", "UnschedulableAndUnresolvable");
        append(c, reasons, result->pre_filter);
        value_put(&c->scratch, told, "reasons", reasons);
        return told;
    }
    if (r->s.placer.absent_plugins == 0) {
        return NULL;
    }
    struct value *told = value_map(&c->scratch), *reasons = value_list(&c->scratch);
    const struct value *plugins = told_plugins(r, r->s.placer.absent_plugins);
    struct buffer text = {0};
    buffer_text(&text, "node(s) didn't satisfy plugin(s) [");
    for (uint32_t i = 0; i < plugins->count; i++) {
        buffer_format(&text, "%s%s", i == 0 ? "" : " ", text_of(plugins, i));
    }
    buffer_text(&text, "]");
    put(c, told, "code", "UnschedulableAndUnresolvable");
    append(c, reasons, text.at);
    value_put(&c->scratch, told, "reasons", reasons);
    buffer_drop(&text);
    return told;
}

static void tell_failure(struct course *r, const struct pod_class *class, const struct placer_result *result,
                         const struct value *want, bool sorted, struct value *got)
{
    struct replay_case *c = r->s.c;
    if (result->outcome == PLACER_NO_NODES) {
        put(c, got, "error", "no nodes available to schedule pods");
        return;
    }
    struct verdict_counts counts = placer_counts(&r->s.placer);
    struct buffer text = {0}, event = {0};
    verdict_message(&text, &counts, &class->template->requests, result->pre_filter, NULL);
    verdict_event(&event, text.at);
    struct value *message = value_map(&c->scratch);
    put(c, message, "condition", text.at);
    if (strcmp(text.at, event.at) != 0) {
        put(c, message, "event", event.at);
    }
    value_put(&c->scratch, got, "message", message);
    value_put(&c->scratch, got, "unschedulablePlugins", told_plugins(r, result->plugins));
    if (result->outcome == PLACER_CONFLICT) {
        put(c, got, "preFilter", result->pre_filter);
    }
    if (value_get(want, "rejected") != NULL) {
        value_put(&c->scratch, got, "rejected", told_rejected(r, class, sorted));
    }
    if (value_get(want, "absent") != NULL) {
        struct value *absent = told_absent(r, class, result);
        if (absent != NULL) {
            value_put(&c->scratch, got, "absent", absent);
        }
    }
    buffer_drop(&text);
    buffer_drop(&event);
}

static bool is_among(const struct value *list, const char *name)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (strcmp(text_of(list, i), name) == 0) {
            return true;
        }
    }
    return false;
}

/* What we decided, in the words of `out`; what of it was not recorded is left out. */
static struct value *tell(struct course *r, const char *name, const struct pod_class *class,
                          const struct placer_result *result, const struct value *want)
{
    struct replay_case *c = r->s.c;
    struct value *got = value_map(&c->scratch);
    uint32_t names;
    bool sorted = candidates_restricted(class, &names) && names > 1;
    put(c, got, "pod", name);
    put_number(c, got, "next", r->s.placer.next_start);
    if (result->node != NONE) {
        const struct value *allowed = value_get(want, "allowed");
        const char *node = node_name(r, result->node);
        put(c, got, "node", is_among(allowed, node) ? value_as_text(value_get(want, "node")) : node);
        if (allowed != NULL) {
            value_put(&c->scratch, got, "allowed", value_copy(&c->scratch, allowed));
        }
        put_number(c, got, "evaluated", result->evaluated);
        put_number(c, got, "feasible", result->feasible);
        if (value_get(want, "scores") != NULL && result->scored) {
            value_put(&c->scratch, got, "scores", told_scores(r, sorted));
        }
    } else {
        tell_failure(r, class, result, want, sorted, got);
    }
    return got;
}

/* The recorded decision with its message in place. */
static struct value *wanted(struct course *r)
{
    struct value *want = value_copy(&r->s.c->scratch, value_get(r->out, "decisions")->items[r->decision]);
    int64_t index;
    if (value_as_int64(value_get(want, "message"), &index)) {
        value_put(&r->s.c->scratch, want, "message", value_get(r->out, "messages")->items[index]);
    }
    return want;
}

static bool schedule(struct course *r, const char *name, uint32_t template, const char *nominated)
{
    const struct value *want = wanted(r);
    const struct pod_class *class = class_of(r, template);
    r->s.placer.detailed = value_get(want, "scores") != NULL;
    struct placer_pod pod = {.profile = &r->s.profile,
                             .class = class,
                             .number = scheduler_cluster_number(&r->s, name),
                             .nominated = nominated == NULL ? NULL : names_text(r->s.c->names, nominated)};
    set_volumes(r, name, template);
    pod.volumes = r->s.volumes->of.at[pod.number];
    struct placer_result result = placer_place(&r->s.placer, &pod);
    bool same = replay_same(r->s.c, arena_format(&r->s.c->scratch, "decision %u", r->decision), want,
                            tell(r, name, class, &result, want));
    const char *node = value_as_text(value_get(want, "node"));
    if (same && node != NULL) {
        add_pod(r, name, class, node, false);
    }
    if (same && node != NULL && pod.volumes != NULL) {
        uint32_t slot = cache_find(&r->s.placer.cache, names_text(r->s.c->names, node));
        volume_binding_assume(r->s.volumes->storage, pod.volumes, &r->s.placer.cache.nodes.at[slot]);
    }
    r->decision++;
    return same;
}

static bool schedule_all(struct course *r)
{
    const struct value *list = value_get(r->s.in, "schedule");
    for (uint32_t i = 0; i < list->count; i++) {
        const struct value *step = list->items[i];
        if (!schedule(r, text_of(step, 0), index_at(step, 1), step->count > 2 ? text_of(step, 2) : NULL)) {
            return false;
        }
    }
    return true;
}

/* Takes the pod away and puts it back, as the cache updates it. */
static void update_pod(struct course *r, const char *name, const struct value *labels)
{
    uint32_t number = scheduler_cluster_number(&r->s, name);
    struct cached_pod p = r->s.placer.cache.pods.at[number];
    const char *node = node_name(r, p.node);
    if (labels != NULL) {
        struct pod_class given = *p.class;
        given.number = r->s.classes++;
        given.labels = labels_compile(&r->s.c->scratch, r->s.c->names, labels);
        p.class = pod_class_make(&r->s.c->scratch, &given, false);
    }
    cache_remove_pod(&r->s.placer.cache, number);
    add_pod(r, name, p.class, node, p.terminating || labels == NULL);
}

static bool step(struct course *r, const struct value *step)
{
    const char *verb = text_of(step, 0), *name = text_of(step, 1);
    struct cache *cache = &r->s.placer.cache;
    if (strcmp(verb, "schedule") == 0) {
        return schedule(r, name, index_at(step, 2), NULL);
    }
    if (strcmp(verb, "deletePod") == 0) {
        cache_remove_pod(cache, scheduler_cluster_number(&r->s, name));
    } else if (strcmp(verb, "terminatePod") == 0) {
        update_pod(r, name, NULL);
    } else if (strcmp(verb, "labelPod") == 0) {
        update_pod(r, name, step->items[2]);
    } else if (strcmp(verb, "removeNode") == 0) {
        cache_remove_node(cache, cache_find(cache, names_text(r->s.c->names, name)));
    } else {
        put_node(r, step, 1);
    }
    return true;
}

static bool run_steps(struct course *r)
{
    const struct value *steps = value_get(r->s.in, "steps");
    for (uint32_t i = 0; i < steps->count; i++) {
        if (!step(r, steps->items[i])) {
            return false;
        }
    }
    return true;
}

static void fill(struct course *r)
{
    const struct value *nodes = value_get(r->s.in, "nodes"), *pods = value_get(r->s.in, "pods");
    int64_t percentage = 0;
    if (value_as_int64(value_get(r->s.in, "percentageOfNodesToScore"), &percentage)) {
        r->s.profile.percentage = (int32_t)percentage;
    }
    r->templates = TAKE(&r->s.c->scratch, const struct pod_class *, value_get(r->s.in, "podTemplates")->count);
    for (uint32_t i = 0; nodes != NULL && i < nodes->count; i++) {
        put_node(r, nodes->items[i], 0);
    }
    for (uint32_t i = 0; pods != NULL && i < pods->count; i++) {
        const struct value *pod = pods->items[i];
        add_pod(r, text_of(pod, 0), class_of(r, index_at(pod, 1)), text_of(pod, 2), pod->count > 3);
        set_volumes(r, text_of(pod, 0), index_at(pod, 1));
    }
}

static bool run_course(const struct value *in, const struct value *out, struct replay_case *c, bool plain,
                       bool (*go)(struct course *))
{
    struct course r = {.s = scheduler_cluster_open(c, in), .out = out};
    r.s.placer.plain = plain;
    fill(&r);
    bool same = go(&r);
    scheduler_cluster_drop(&r.s);
    return same;
}

/* Twice: with sums that are kept from cycle to cycle, and with sums that are made anew. */
static bool run_placement(const struct value *in, const struct value *out, struct replay_case *c)
{
    return run_course(in, out, c, true, schedule_all) && run_course(in, out, c, false, schedule_all);
}

static bool run_churn(const struct value *in, const struct value *out, struct replay_case *c)
{
    return run_course(in, out, c, true, run_steps) && run_course(in, out, c, false, run_steps);
}

/* ---- order, sampling, weights, requests ---- */

static struct value *told_order(const struct scheduler_cluster *s)
{
    struct value *list = value_list(&s->c->scratch);
    for (uint32_t i = 0; i < s->placer.cache.order.count; i++) {
        append(s->c, list, s->placer.cache.nodes.at[s->placer.cache.order.at[i]].name);
    }
    return list;
}

static bool run_node_order(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct scheduler_cluster s = scheduler_cluster_open(c, in);
    const struct value *steps = value_get(in, "steps");
    struct value *lists = value_list(&c->scratch);
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct value *step = steps->items[i];
        if (strcmp(text_of(step, 0), "snapshot") == 0) {
            cache_snapshot(&s.placer.cache);
            value_append(&c->scratch, lists, told_order(&s));
        } else if (strcmp(text_of(step, 0), "removeNode") == 0) {
            cache_remove_node(&s.placer.cache, cache_find(&s.placer.cache, names_text(c->names, text_of(step, 1))));
        } else {
            struct value *node = value_map(&c->scratch), *metadata = value_map(&c->scratch);
            put(c, metadata, "name", text_of(step, 1));
            value_put(&c->scratch, metadata, "labels", step->items[2]);
            value_put(&c->scratch, node, "metadata", metadata);
            scheduler_cluster_put_node(&s, node);
        }
    }
    scheduler_cluster_drop(&s);
    return replay_same(c, "lists", value_get(out, "lists"), lists);
}

static bool run_num_feasible(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *list = value_get(in, "nodesAndProfilePercentage");
    struct value *got = value_list(&c->scratch);
    int64_t global = 0, nodes = 0, percentage = 0;
    bool good = value_as_int64(value_get(in, "percentageOfNodesToScore"), &global);
    for (uint32_t i = 0; good && i < list->count; i++) {
        good = value_as_int64(list->items[i]->items[0], &nodes);
        percentage = global;
        if (!value_is_null(list->items[i]->items[1])) {
            good = good && value_as_int64(list->items[i]->items[1], &percentage);
        }
        value_append(&c->scratch, got,
                     value_integer(&c->scratch, candidates_wanted((uint32_t)nodes, (int32_t)percentage)));
    }
    return replay_same(c, "nodesToFind", value_get(out, "nodesToFind"), got);
}

static bool run_spread_weight(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *got = value_list(&c->scratch);
    int64_t from = 0;
    if (!value_as_int64(value_get(in, "from"), &from)) {
        return replay_differs(c, "no from");
    }
    for (uint32_t i = 0; i < value_get(out, "bits")->count; i++) {
        uint64_t bits = elementary_bits(score_spread_weight((uint32_t)from + i));
        append(c, got, arena_format(&c->scratch, "%" PRIx64, bits));
    }
    return replay_same(c, "bits", value_get(out, "bits"), got);
}

static struct value *told_resources(struct replay_case *c, const struct resources *r)
{
    struct value *told = value_map(&c->scratch);
    put_number(c, told, "milliCPU", r->mcpu);
    put_number(c, told, "memory", r->memory_bytes);
    put_number(c, told, "ephemeralStorage", r->ephemeral_bytes);
    if (r->scalar_count > 0) {
        struct value *scalars = value_map(&c->scratch);
        for (uint32_t i = 0; i < r->scalar_count; i++) {
            put_number(c, scalars, r->scalars[i].name, r->scalars[i].amount);
        }
        value_put(&c->scratch, told, "scalar", scalars);
    }
    return told;
}

static bool run_pod_requests(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct arena scratch = arena_make(1 << 14);
    struct pod_needs needs = pod_scheduler_needs(&c->scratch, scratch, c->names, value_get(in, "pod"));
    arena_drop(&scratch);
    struct value *bound = told_resources(c, &needs.requested);
    put_number(c, bound, "nonZeroMilliCPU", needs.nonzero_mcpu);
    put_number(c, bound, "nonZeroMemory", needs.nonzero_bytes);
    return replay_same(c, "incoming", value_get(out, "incoming"), told_resources(c, &needs.fit)) &&
           replay_same(c, "bound", value_get(out, "bound"), bound);
}

/* ---- one plugin ---- */

struct one {
    struct scheduler_cluster s;
    const struct pod_volumes *volumes;
    struct volumes_cycle cycle;
    const struct pod_class *class;
    enum plugin plugin;
};

/* A cluster whose profile has no plugin but this one. */
static struct one open_one(const struct value *in, struct replay_case *c, enum plugin plugin)
{
    struct one o = {.s = scheduler_cluster_open(c, in), .plugin = plugin};
    profile_read_args(&c->scratch, c->names, &o.s.profile, plugin, value_get(in, "args"));
    for (int i = 0; i < PLUGINS; i++) {
        o.s.profile.filters[i] = (enum plugin)i == plugin;
        o.s.profile.weights[i] = (enum plugin)i == plugin;
    }
    scheduler_cluster_fill(&o.s);
    o.class = scheduler_cluster_class(&o.s, value_get(in, "pod"), NULL);
    o.volumes = scheduler_cluster_volumes(&o.s, value_get(in, "pod"), "pod");
    return o;
}

static struct value *told_pairs(struct one *o, const int64_t *scores)
{
    struct replay_case *c = o->s.c;
    struct value *list = value_list(&c->scratch);
    for (uint32_t i = 0; i < o->s.placer.feasible.count; i++) {
        struct value *pair = value_list(&c->scratch);
        append(c, pair, o->s.placer.cache.nodes.at[o->s.placer.feasible.at[i]].name);
        value_append(&c->scratch, pair, value_integer(&c->scratch, scores[i]));
        value_append(&c->scratch, list, pair);
    }
    return list;
}

static bool run_score(const struct value *in, const struct value *out, struct replay_case *c, enum plugin plugin)
{
    struct one o = open_one(in, c, plugin);
    struct placer *p = &o.s.placer;
    const struct value *feasible = value_get(in, "feasible");
    struct value *got = value_map(&c->scratch);
    for (uint32_t i = 0; i < (feasible == NULL ? p->cache.order.count : feasible->count); i++) {
        VEC_PUSH(&p->feasible, feasible == NULL ? p->cache.order.at[i]
                                                : cache_find(&p->cache, names_text(c->names, text_of(feasible, i))));
    }
    if (!placer_score(p, &(struct placer_pod){.profile = &o.s.profile, .class = o.class, .number = NONE})) {
        put(c, got, "preScore", "Error");
    } else {
        if (value_get(out, "preScore") != NULL) {
            put(c, got, "preScore", p->skipped[plugin] ? "Skip" : "Success");
        }
        if (!p->skipped[plugin]) {
            value_put(&c->scratch, got, "raw", told_pairs(&o, p->raw[plugin].at));
        }
        if (!p->skipped[plugin] && value_get(out, "normalized") != NULL) {
            value_put(&c->scratch, got, "normalized", told_pairs(&o, p->scores[plugin].at));
        }
    }
    scheduler_cluster_drop(&o.s);
    return replay_same(c, "out", out, got);
}

static struct value *told_nodes(struct one *o)
{
    struct replay_case *c = o->s.c;
    struct value *list = value_list(&c->scratch);
    const struct placer_pod pod = {.profile = &o->s.profile, .class = o->class, .number = NONE, .volumes = o->volumes};
    for (uint32_t i = 0; i < o->s.placer.cache.order.count; i++) {
        struct value *row = value_list(&c->scratch);
        uint32_t slot = o->s.placer.cache.order.at[i];
        struct verdict v;
        placer_filter(&o->s.placer, &pod, slot, &v);
        append(c, row, o->s.placer.cache.nodes.at[slot].name);
        append(c, row, scheduler_cluster_code(&v));
        value_append(&c->scratch, row, scheduler_cluster_reasons(&o->s, &v, o->class));
        value_append(&c->scratch, list, row);
    }
    return list;
}

static bool has_zone(const struct one *o)
{
    for (uint32_t i = 0; o->volumes != NULL && i < o->volumes->claim_count; i++) {
        const struct storage_claim *claim = storage_claim(o->s.volumes->storage, o->volumes->claims[i].key);
        const struct storage_volume *v =
            claim == NULL || claim->volume == NULL ? NULL : storage_volume(o->s.volumes->storage, claim->volume);
        if (v != NULL && v->zone_count > 0) {
            return true;
        }
    }
    return false;
}

/* Whether PreFilter finds the plugin to have nothing to say of the pod. */
static bool skips(struct one *o)
{
    const struct placement *p = o->class->template->placement;
    const struct tallies *t = placer_tallies(&o->s.placer, &o->s.profile, o->class);
    bool hard = false, wanted = false;
    for (uint32_t i = 0; i < t->list.count; i++) {
        hard = hard || t->list.at[i].kind == TALLY_HARD;
        wanted = wanted || (t->list.at[i].kind == TALLY_EXISTING && t->list.at[i].entries > 0);
    }
    switch (o->plugin) {
    case PLUGIN_NODE_AFFINITY:
        return !p->required && p->node_selector == NULL && o->s.profile.added == NULL;
    case PLUGIN_NODE_PORTS:
        return p->port_count == 0;
    case PLUGIN_VOLUME_RESTRICTIONS:
        return (o->volumes == NULL || o->volumes->disk_count == 0) && !o->cycle.in_use;
    case PLUGIN_NODE_VOLUME_LIMITS:
    case PLUGIN_VOLUME_BINDING:
        return o->volumes == NULL || o->volumes->claim_count == 0;
    case PLUGIN_VOLUME_ZONE:
        return !has_zone(o);
    case PLUGIN_POD_TOPOLOGY_SPREAD:
        return !hard;
    case PLUGIN_INTER_POD_AFFINITY:
        return !wanted && o->class->near.count + o->class->away.count == 0;
    default:
        return false;
    }
}

/* The names that the pod's affinity is restricted to, sorted, each once. */
static struct value *told_names(struct one *o)
{
    struct replay_case *c = o->s.c;
    const struct placement *p = o->class->template->placement;
    struct value *all = value_list(&c->scratch), *once = value_list(&c->scratch);
    for (uint32_t i = 0; i < p->required_count; i++) {
        for (uint32_t k = 0; k < p->required_terms[i].name_count; k++) {
            const struct requirement *r = &p->required_terms[i].names[k];
            for (uint32_t v = 0; r->op == REQUIREMENT_IN && v < r->count; v++) {
                if (filter_allows_name(p, r->values[v])) {
                    append(c, all, r->values[v]);
                }
            }
        }
    }
    if (all->count > 0) {
        qsort(all->items, all->count, sizeof *all->items, by_name);
    }
    for (uint32_t i = 0; i < all->count; i++) {
        if (i == 0 || strcmp(text_of(all, i - 1), text_of(all, i)) != 0) {
            value_append(&c->scratch, once, all->items[i]);
        }
    }
    return once;
}

static struct value *told_pre_filter(struct one *o)
{
    struct replay_case *c = o->s.c;
    struct value *told = value_map(&c->scratch);
    uint32_t names = 0;
    bool restricted = o->plugin == PLUGIN_NODE_AFFINITY && candidates_restricted(o->class, &names);
    const char *why = restricted && names == 0 ? "pod affinity terms conflict" : NULL;
    if (o->volumes != NULL) {
        volumes_open(&o->cycle, o->s.volumes, &o->s.placer.cache, &o->s.profile, o->volumes);
        why = o->cycle.why;
    }
    if (why != NULL) {
        struct value *reasons = value_list(&c->scratch);
        append(c, reasons, why);
        put(c, told, "code", "UnschedulableAndUnresolvable");
        value_put(&c->scratch, told, "reasons", reasons);
        return told;
    }
    put(c, told, "code", skips(o) ? "Skip" : "Success");
    if (restricted) {
        value_put(&c->scratch, told, "nodeNames", told_names(o));
    }
    return told;
}

static bool run_filter(const struct value *in, const struct value *out, struct replay_case *c, enum plugin plugin)
{
    struct one o = open_one(in, c, plugin);
    struct value *got = value_map(&c->scratch);
    bool goes_on = true;
    if (value_get(out, "preFilter") != NULL) {
        struct value *told = told_pre_filter(&o);
        value_put(&c->scratch, got, "preFilter", told);
        goes_on = strcmp(value_as_text(value_get(told, "code")), "Success") == 0;
    }
    if (goes_on) {
        value_put(&c->scratch, got, "nodes", told_nodes(&o));
    }
    scheduler_cluster_drop(&o.s);
    return replay_same(c, "out", out, got);
}

#define RUN(NAME, KIND, PLUGIN)                                                                                        \
    static bool NAME(const struct value *in, const struct value *out, struct replay_case *c)                           \
    {                                                                                                                  \
        return KIND(in, out, c, PLUGIN);                                                                               \
    }

RUN(score_taints_run, run_score, PLUGIN_TAINT_TOLERATION)
RUN(score_node_affinity_run, run_score, PLUGIN_NODE_AFFINITY)
RUN(score_fit_run, run_score, PLUGIN_NODE_RESOURCES_FIT)
RUN(score_balance_run, run_score, PLUGIN_BALANCED_ALLOCATION)
RUN(score_images_run, run_score, PLUGIN_IMAGE_LOCALITY)
RUN(score_spread_run, run_score, PLUGIN_POD_TOPOLOGY_SPREAD)
RUN(score_pod_affinity_run, run_score, PLUGIN_INTER_POD_AFFINITY)
RUN(filter_unschedulable_run, run_filter, PLUGIN_NODE_UNSCHEDULABLE)
RUN(filter_name_run, run_filter, PLUGIN_NODE_NAME)
RUN(filter_taints_run, run_filter, PLUGIN_TAINT_TOLERATION)
RUN(filter_node_affinity_run, run_filter, PLUGIN_NODE_AFFINITY)
RUN(filter_ports_run, run_filter, PLUGIN_NODE_PORTS)
RUN(filter_fit_run, run_filter, PLUGIN_NODE_RESOURCES_FIT)
RUN(filter_restrictions_run, run_filter, PLUGIN_VOLUME_RESTRICTIONS)
RUN(filter_limits_run, run_filter, PLUGIN_NODE_VOLUME_LIMITS)
RUN(filter_binding_run, run_filter, PLUGIN_VOLUME_BINDING)
RUN(filter_zone_run, run_filter, PLUGIN_VOLUME_ZONE)
RUN(filter_spread_run, run_filter, PLUGIN_POD_TOPOLOGY_SPREAD)
RUN(filter_pod_affinity_run, run_filter, PLUGIN_INTER_POD_AFFINITY)

const struct replay replay_scheduler[] = {
    {"scheduler/placement", run_placement},
    {"scheduler/churn", run_churn},
    {"scheduler/hostile", run_placement},
    {"scheduler/placement-volumes", run_placement},
    {"scheduler/node-order", run_node_order},
    {"scheduler/num-feasible", run_num_feasible},
    {"scheduler/spread-weight", run_spread_weight},
    {"scheduler/pod-requests", run_pod_requests},
    {"scheduler/score-tainttoleration", score_taints_run},
    {"scheduler/score-nodeaffinity", score_node_affinity_run},
    {"scheduler/score-fit-leastallocated", score_fit_run},
    {"scheduler/score-fit-mostallocated", score_fit_run},
    {"scheduler/score-fit-requestedtocapacityratio", score_fit_run},
    {"scheduler/score-balancedallocation", score_balance_run},
    {"scheduler/score-imagelocality", score_images_run},
    {"scheduler/score-podtopologyspread", score_spread_run},
    {"scheduler/score-interpodaffinity", score_pod_affinity_run},
    {"scheduler/filter-nodeunschedulable", filter_unschedulable_run},
    {"scheduler/filter-nodename", filter_name_run},
    {"scheduler/filter-tainttoleration", filter_taints_run},
    {"scheduler/filter-nodeaffinity", filter_node_affinity_run},
    {"scheduler/filter-nodeports", filter_ports_run},
    {"scheduler/filter-noderesourcesfit", filter_fit_run},
    {"scheduler/filter-volumerestrictions", filter_restrictions_run},
    {"scheduler/filter-nodevolumelimits", filter_limits_run},
    {"scheduler/filter-volumebinding", filter_binding_run},
    {"scheduler/filter-volumezone", filter_zone_run},
    {"scheduler/filter-podtopologyspread", filter_spread_run},
    {"scheduler/filter-interpodaffinity", filter_pod_affinity_run},
    {NULL, NULL},
};
