#include "models/scheduler/pod_storage.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/scenario/scenario.h"

void pod_storage_open(struct pod_storage *s, const struct sim *sim)
{
    *s = (struct pod_storage){.storage = storage_make(sim->arena, sim->names)};
    s->volumes.storage = &s->storage;
    for (uint32_t i = 0; sim->scenario != NULL && i < sim->scenario->objects.list.count; i++) {
        const struct object *o = sim->scenario->objects.list.at[i];
        storage_add(&s->storage, o->kind, o->tree);
    }
    storage_settle(&s->storage);
}

void pod_storage_drop(struct pod_storage *s)
{
    storage_drop(&s->storage);
    pod_volumes_drop(&s->volumes);
    lookup_drop(&s->known);
    VEC_DROP(&s->made);
}

/* A pod's spec has no volumes of its StatefulSet's claim templates. */
static const struct value *claim_templates(const struct sim *sim, const struct pod *p)
{
    if (p->owner == NONE || p->owner_kind != OWNER_WORKLOAD) {
        return NULL;
    }
    return value_at(world_workload(&sim->world, p->owner)->spec.tree, "spec.volumeClaimTemplates");
}

static uint32_t size_of(const struct value *list)
{
    return value_is_list(list) ? list->count : 0;
}

/* Adds the claims that are made with the pod, TEMPLATE-POD. Returns how many. */
static uint32_t make_claims(struct storage *s, const struct value *templates, const char *namespace, const char *pod,
                            struct pod_claim *claims)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < size_of(templates); i++) {
        const char *of = value_as_text(value_at(templates->items[i], "metadata.name"));
        const char *name = names_text(s->names, arena_format(s->arena, "%s-%s", of == NULL ? "" : of, pod));
        storage_add_claim(s, namespace, name, templates->items[i]);
        claims[count++] = (struct pod_claim){.key = storage_key(s, namespace, name), .name = name};
    }
    storage_settle(s);
    return count;
}

static const struct pod_volumes *read(struct storage *s, const struct pod *p, const char *pod,
                                      const struct value *templates)
{
    const struct pod_volumes *own = pod_volumes_read(s, p->namespace, "", value_get(p->template->tree, "spec"));
    uint32_t owned = own == NULL ? 0 : own->claim_count;
    struct pod_claim *claims = TAKE(s->arena, struct pod_claim, owned + size_of(templates));
    struct pod_volumes all = own == NULL ? (struct pod_volumes){0} : *own;
    uint32_t made = make_claims(s, templates, p->namespace, pod, claims), count = 0;
    for (uint32_t i = 0; i < made + owned; i++) {
        const struct pod_claim claim = i < made ? claims[i] : own->claims[i - made];
        if (storage_knows(s, claim.key)) {
            claims[count++] = claim;
        }
    }
    all.claims = claims;
    all.claim_count = count;
    if (count + all.disk_count == 0) {
        return NULL;
    }
    struct pod_volumes *kept = TAKE(s->arena, struct pod_volumes, 1);
    *kept = all;
    return kept;
}

void pod_storage_set(struct pod_storage *s, const struct sim *sim, uint32_t row, uint32_t class)
{
    const struct pod *p = world_pod(&sim->world, row);
    const struct value *templates = claim_templates(sim, p);
    if (size_of(templates) == 0 && size_of(value_at(p->template->tree, "spec.volumes")) == 0) {
        pod_volumes_set(&s->volumes, row, NULL);
        return;
    }
    char name[256] = "", text[300];
    if (size_of(templates) > 0) {
        world_pod_name(&sim->world, row, name, sizeof name);
    }
    snprintf(text, sizeof text, "%u/%s", class, name);
    const char *key = names_text(s->storage.names, text);
    uint32_t at = lookup_get(&s->known, key);
    if (at == LOOKUP_NONE) {
        at = s->made.count;
        VEC_PUSH(&s->made, read(&s->storage, p, name, templates));
        lookup_put(&s->known, key, at);
    }
    pod_volumes_set(&s->volumes, row, s->made.at[at]);
}
