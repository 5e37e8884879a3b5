#include "sim/run/lint_pods.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/scenario/selector.h"

static bool is_kind(const struct object *o, const char *kind)
{
    return strcmp(o->kind, kind) == 0;
}

static const struct plan_workload *workload_of(const struct plan *plan, const struct object *o)
{
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        if (plan->workloads.at[i].object == o) {
            return &plan->workloads.at[i];
        }
    }
    return NULL;
}

static const struct plan_hpa *hpa_of(const struct plan *plan, const struct object *o)
{
    for (uint32_t i = 0; i < plan->hpas.count; i++) {
        const struct plan_hpa *h = &plan->hpas.at[i];
        if (h->target != NONE && plan->workloads.at[h->target].object == o) {
            return h;
        }
    }
    return NULL;
}

static void add_workload(struct lint_pods *p, const struct plan *plan, const struct plan_workload *w)
{
    bool batch = w->kind == WORKLOAD_JOB || w->kind == WORKLOAD_CRONJOB;
    p->template = w->spec.template;
    p->selector = batch ? NULL : w->spec.selector;
    p->hpa = hpa_of(plan, w->object);
    p->replicas_min = w->kind == WORKLOAD_DAEMONSET ? -1
                      : p->hpa != NULL              ? p->hpa->spec.min
                      : w->kind == WORKLOAD_CRONJOB ? w->spec.job->replicas
                                                    : w->spec.replicas;
    if (w->kind == WORKLOAD_CRONJOB) {
        p->tree = value_at(w->object->tree, "spec.jobTemplate.spec.template");
    }
}

struct lint lint_make(struct scenario *s, const struct plan *plan)
{
    struct lint_pods *all = TAKE(s->arena, struct lint_pods, s->objects.list.count);
    struct lint l = {.scenario = s, .plan = plan, .pods = all};
    uint32_t pods = 0, sets = 0; /* in the plan they stand in the order of reading */
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        const struct object *o = s->objects.list.at[i];
        const struct plan_workload *w = workload_of(plan, o);
        struct lint_pods p = {.object = o, .tree = object_pod_template(o), .replicas_min = 1};
        bool owned = object_is_owned(o);
        if (o->headroom || (w == NULL && (p.tree == NULL || (owned && !is_kind(o, "Pod"))))) {
            continue;
        }
        if (w != NULL) {
            add_workload(&p, plan, w);
        } else if (is_kind(o, "Pod") && !owned) {
            p.template = plan->pods.at[pods++].template;
        } else if (is_kind(o, "ReplicaSet") || is_kind(o, "ReplicationController")) {
            const struct replicaset *set = &plan->replicasets.at[sets++];
            p.template = set->template;
            p.selector = set->selector;
            p.replicas_min = set->replicas;
        } else if (!is_kind(o, "Pod")) {
            continue;
        }
        p.title = object_title(s->arena, o);
        p.labels = labels_compile(s->arena, s->names, value_at(p.tree, "metadata.labels"));
        p.model = scenario_model_of(s, o);
        all[l.count++] = p;
    }
    return l;
}

const struct place *lint_pod_spec(const struct object *object, struct lint_way *way)
{
    static const char *const paths[][6] = {
        {"spec", NULL},
        {"spec", "template", "spec", NULL},
        {"spec", "jobTemplate", "spec", "template", "spec", NULL},
    };
    const char *const *path = paths[is_kind(object, "Pod") ? 0 : is_kind(object, "CronJob") ? 2 : 1];
    way->at[0] = place_top(object->tree);
    for (way->count = 1; *path != NULL; path++, way->count++) {
        way->at[way->count] = place_get(&way->at[way->count - 1], *path);
    }
    return &way->at[way->count - 1];
}

void lint_warn(const struct lint *l, const struct object *object, const struct place *p, const char *format, ...)
{
    char text[1024];
    struct arena *a = l->scenario->arena;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct mark where = place_mark(p);
    problems_warn(l->scenario->problems, where.line == 0 ? object->where : where, "%s:%s: %s", object_title(a, object),
                  place_path(a, p), text);
}
