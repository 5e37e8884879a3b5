#include "models/scheduler/classes.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/selector.h"

void classes_drop(struct classes *c)
{
    VEC_DROP(&c->list);
    VEC_DROP(&c->namespaces);
    lookup_drop(&c->by_template);
}

/* labels and one more, by key. */
static const struct labels *with_label(struct arena *a, const struct labels *labels, const char *key, const char *value)
{
    struct labels *made = TAKE(a, struct labels, 1);
    struct label *at = TAKE(a, struct label, labels->count + 1);
    uint32_t count = 0, i = 0;
    for (; i < labels->count && strcmp(labels->at[i].key, key) < 0; i++) {
        at[count++] = labels->at[i];
    }
    at[count++] = (struct label){key, value};
    for (; i < labels->count; i++) {
        if (labels->at[i].key != key) {
            at[count++] = labels->at[i];
        }
    }
    *made = (struct labels){at, count};
    return made;
}

/* The labels of the Namespace object, if there is one; every namespace has its name as a label. */
static const struct labels *namespace_labels(struct classes *c, const struct sim *sim, const char *name)
{
    for (uint32_t i = 0; i < c->namespaces.count; i++) {
        if (c->namespaces.at[i].name == name) {
            return c->namespaces.at[i].labels;
        }
    }
    static const struct labels none;
    const struct labels *labels = &none;
    for (uint32_t i = 0; sim->scenario != NULL && i < sim->scenario->objects.list.count; i++) {
        const struct object *o = sim->scenario->objects.list.at[i];
        if (strcmp(o->kind, "Namespace") == 0 && strcmp(o->name, name) == 0) {
            labels = labels_compile(sim->arena, sim->names, value_at(o->tree, "metadata.labels"));
        }
    }
    labels = with_label(sim->arena, labels, names_text(sim->names, "kubernetes.io/metadata.name"), name);
    VEC_PUSH(&c->namespaces, (struct class_namespace){name, labels});
    return labels;
}

/* The owner whose selector spreads the pod; null: none. */
static const struct label_selector *owner_selector(const struct sim *sim, const struct pod *p, uint64_t *uid)
{
    *uid = 0;
    if (p->owner == NONE) {
        return NULL;
    }
    if (p->owner_kind == OWNER_REPLICASET) {
        const struct replicaset *rs = world_replicaset(&sim->world, p->owner);
        *uid = rs->uid;
        return rs->selector;
    }
    if (p->owner_kind == OWNER_WORKLOAD && sim->world.workloads.at[p->owner].kind == WORKLOAD_STATEFULSET) {
        const struct workload *w = world_workload(&sim->world, p->owner);
        *uid = w->uid;
        return w->spec.selector;
    }
    return NULL;
}

static const struct label_selector *both(struct arena *a, const struct label_selector *left,
                                         const struct label_selector *right)
{
    return left == NULL ? right : right == NULL ? left : pod_class_both(a, left, right);
}

static const struct label_selector *of_services(const struct sim *sim, const struct pod_class *class)
{
    const struct label_selector *all = NULL;
    for (uint32_t row = 0; row < sim->world.services.count; row++) {
        const struct service *s = &sim->world.services.at[row];
        if (s->uid != 0 && s->namespace == class->namespace && selector_matches(s->selector, class->labels)) {
            all = both(sim->arena, all, s->selector);
        }
    }
    return all;
}

/* What a Deployment's ReplicaSet adds to its pods' labels and to its own selector. */
static void add_hash(const struct sim *sim, const struct pod *p, struct pod_class *class,
                     const struct label_selector **selector)
{
    if (p->owner == NONE || p->owner_kind != OWNER_REPLICASET ||
        world_replicaset(&sim->world, p->owner)->workload == NONE) {
        return;
    }
    const char *key = names_text(sim->names, "pod-template-hash");
    const char *value = names_text(
        sim->names, arena_format(sim->arena, "%llu", (unsigned long long)world_replicaset(&sim->world, p->owner)->uid));
    struct requirement *wants = TAKE(sim->arena, struct requirement, 1);
    const char **values = TAKE(sim->arena, const char *, 1);
    struct label_selector *own = TAKE(sim->arena, struct label_selector, 1);
    values[0] = value;
    *wants = (struct requirement){.key = key, .op = REQUIREMENT_IN, .values = values, .count = 1};
    *own = (struct label_selector){wants, 1};
    class->labels = with_label(sim->arena, class->labels, key, value);
    *selector = both(sim->arena, *selector, own);
}

static const struct pod_class *make(struct classes *c, const struct sim *sim, const struct pod *p,
                                    const struct label_selector *owner)
{
    struct pod_class given = {.number = c->list.count,
                              .template = p->template,
                              .namespace = p->namespace,
                              .namespace_labels = namespace_labels(c, sim, p->namespace),
                              .labels = p->template->labels};
    add_hash(sim, p, &given, &owner);
    given.default_selector = both(sim->arena, of_services(sim, &given), owner);
    return pod_class_make(sim->arena, &given, true);
}

const struct pod_class *classes_of(struct classes *c, const struct sim *sim, const struct pod *p)
{
    uint64_t uid;
    const struct label_selector *owner = owner_selector(sim, p, &uid);
    uint32_t first = lookup_get(&c->by_template, p->template);
    for (uint32_t i = first; i != NONE; i = c->list.at[i].next) {
        if (c->list.at[i].owner == uid && c->list.at[i].class->namespace == p->namespace) {
            return c->list.at[i].class;
        }
    }
    const struct pod_class *made = make(c, sim, p, owner);
    VEC_PUSH(&c->list, (struct class_entry){made, uid, first});
    lookup_put(&c->by_template, p->template, made->number);
    return made;
}
