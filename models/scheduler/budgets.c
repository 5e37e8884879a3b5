#include "models/scheduler/budgets.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/selector.h"

/* ---- pods by class ---- */

static struct budget_class *entry_of(struct budgets *b, const struct pod_class *class)
{
    while (b->classes.count <= class->number) {
        VEC_PUSH(&b->classes, (struct budget_class){0});
    }
    struct budget_class *e = &b->classes.at[class->number];
    e->class = class;
    return e;
}

static void set_controller(struct budget_class *e, const struct sim *sim, const struct pod *p)
{
    uint32_t workload = p->owner_kind == OWNER_WORKLOAD ? p->owner : NONE;
    if (p->owner_kind == OWNER_REPLICASET && p->owner != NONE) {
        const struct replicaset *rs = world_replicaset(&sim->world, p->owner);
        workload = rs->workload;
        e->controller = rs->uid;
        e->scale = rs->replicas;
    }
    if (workload != NONE) {
        const struct workload *w = world_workload(&sim->world, workload);
        e->controller = w->uid;
        e->scale = w->spec.replicas;
        e->is_ownerless = w->kind != WORKLOAD_DEPLOYMENT && w->kind != WORKLOAD_STATEFULSET;
    }
}

static void count_classes(struct budgets *b, const struct sim *sim, struct classes *classes)
{
    b->classes.count = 0;
    for (uint32_t row = 0; row < sim->world.pods.count; row++) {
        const struct pod *p = &sim->world.pods.at[row];
        if (p->uid != 0) {
            struct budget_class *e = entry_of(b, classes_of(classes, sim, p));
            e->pods++;
            e->healthy += p->ready == CONDITION_TRUE && p->deletion_ns == TIME_UNSET;
            set_controller(e, sim, p);
        }
    }
}

/* ---- budgets ---- */

/* Whether a controller was not counted yet for this budget. */
static bool is_first(struct budgets *b, uint64_t controller)
{
    for (uint32_t i = 0; i < b->counted.count; i++) {
        if (b->counted.at[i] == controller) {
            return false;
        }
    }
    VEC_PUSH(&b->counted, controller);
    return true;
}

static int64_t allowed_of(struct budgets *b, uint32_t budget)
{
    const struct preemption_budget *pb = &b->list.at[budget];
    struct disruption_counts counts = {0};
    b->counted.count = 0;
    for (uint32_t i = 0; i < b->classes.count; i++) {
        const struct budget_class *e = &b->classes.at[i];
        if (e->class == NULL || e->class->namespace != pb->namespace ||
            !selector_matches(pb->selector, e->class->labels)) {
            continue;
        }
        counts.pods += e->pods;
        counts.healthy += e->healthy;
        counts.is_ownerless |= e->is_ownerless;
        counts.scale += e->controller != 0 && is_first(b, e->controller) ? e->scale : 0;
    }
    return disruption_status(&b->specs.at[budget], &counts).allowed;
}

void budgets_open(struct budgets *b, const struct sim *sim)
{
    const struct scenario *s = sim->scenario;
    for (uint32_t i = 0; s != NULL && i < s->objects.list.count; i++) {
        const struct object *o = s->objects.list.at[i];
        const struct value *spec = value_get(o->tree, "spec");
        if (strcmp(o->kind, "PodDisruptionBudget") == 0) {
            struct preemption_budget budget = {
                .namespace = names_text(sim->names, o->namespace),
                .selector = selector_compile(sim->arena, sim->names, value_get(spec, "selector"))};
            VEC_PUSH(&b->list, budget);
            VEC_PUSH(&b->specs, disruption_read(spec));
        }
    }
    b->stale = true;
}

void budgets_drop(struct budgets *b)
{
    VEC_DROP(&b->list);
    VEC_DROP(&b->specs);
    VEC_DROP(&b->classes);
    VEC_DROP(&b->counted);
}

void budgets_learn(struct budgets *b, const struct fact *fact)
{
    b->stale |=
        fact->kind != FACT_NODE && (fact->verb != FACT_CHANGED ||
                                    fact->changed & (FIELD_READY | FIELD_DELETION | FIELD_TEMPLATE | FIELD_REPLICAS));
}

void budgets_update(struct budgets *b, const struct sim *sim, struct classes *classes)
{
    if (!b->stale || b->list.count == 0) {
        return;
    }
    b->stale = false;
    count_classes(b, sim, classes);
    for (uint32_t i = 0; i < b->list.count; i++) {
        b->list.at[i].allowed = allowed_of(b, i);
    }
}
