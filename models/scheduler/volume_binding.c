#include "models/scheduler/volume_binding.h"

#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "sim/scenario/selector.h"

/* Whether the claim is left to the scheduler to find a volume for. */
static bool is_delayed(const struct storage *s, const struct storage_claim *claim)
{
    const struct storage_class *class = claim == NULL ? NULL : storage_class(s, claim->class);
    return claim != NULL && !claim->bound && claim->volume == NULL && class != NULL && class->waits;
}

static const char *say(struct storage *s, char *text)
{
    return names_text(s->names, text);
}

const char *volume_binding_open(struct storage *s, const struct pod_volumes *pod)
{
    bool immediate = false;
    for (uint32_t i = 0; i < pod->claim_count; i++) {
        const struct pod_claim *p = &pod->claims[i];
        const struct storage_claim *claim = storage_claim(s, p->key);
        if (claim == NULL) {
            return p->ephemeral ? say(s, arena_format(s->arena,
                                                      "waiting for ephemeral volume controller to create the "
                                                      "persistentvolumeclaim \"%s\"",
                                                      p->name))
                                : say(s, arena_format(s->arena, "persistentvolumeclaim \"%s\" not found", p->name));
        }
        if (claim->lost) {
            return say(s, arena_format(s->arena,
                                       "persistentvolumeclaim \"%s\" bound to non-existent persistentvolume \"%s\"",
                                       claim->name, claim->volume == NULL ? "" : claim->volume));
        }
        if (claim->deleted) {
            return say(s, arena_format(s->arena, "persistentvolumeclaim \"%s\" is being deleted", claim->name));
        }
        immediate = immediate || (!claim->bound && !is_delayed(s, claim));
    }
    return immediate ? "pod has unbound immediate PersistentVolumeClaims" : NULL;
}

static bool reaches(const struct storage_volume *v, const struct cached_node *n)
{
    return v->affinity == NULL || filter_affinity(v->affinity, n->labels, "");
}

/* The volumes that were chosen in turn; null: one is to be made. */
struct choice {
    const struct storage_claim *claim;
    struct storage_volume *volume;
};

static bool is_chosen(const struct choice *chosen, uint32_t count, const struct storage_volume *v)
{
    for (uint32_t i = 0; i < count; i++) {
        if (chosen[i].volume == v) {
            return true;
        }
    }
    return false;
}

static bool could_have(const struct storage_claim *claim, const struct storage_volume *v)
{
    return v->class == claim->class && (v->claim == NULL || v->claim == claim->key) &&
           v->size_bytes >= claim->size_bytes && v->block == claim->block && !v->deleted;
}

/* The volume that is for the claim; else the smallest that will do. */
static struct storage_volume *match(const struct storage *s, const struct storage_claim *claim,
                                    const struct cached_node *n, const struct choice *chosen, uint32_t count)
{
    struct storage_volume *smallest = NULL;
    for (uint32_t i = 0; i < s->volumes.count; i++) {
        struct storage_volume *v = &s->volumes.at[i];
        if (!could_have(claim, v) || is_chosen(chosen, count, v)) {
            continue;
        }
        if (v->claim == claim->key) {
            return reaches(v, n) ? v : NULL;
        }
        if (v->available && (claim->selector == NULL || selector_matches(claim->selector, v->labels)) &&
            (claim->modes & ~v->modes) == 0 && reaches(v, n) &&
            (smallest == NULL || v->size_bytes < smallest->size_bytes)) {
            smallest = v;
        }
    }
    return smallest;
}

static bool can_be_made(const struct storage *s, const struct storage_claim *claim, const struct cached_node *n)
{
    const struct storage_class *class = storage_class(s, claim->class);
    bool allowed = class->allowed_count == 0;
    for (uint32_t i = 0; i < class->allowed_count; i++) {
        allowed = allowed || filter_term(&class->allowed[i], n->labels, n->name);
    }
    return allowed && class->provisioner[0] != '\0' && strcmp(class->provisioner, "kubernetes.io/no-provisioner") != 0;
}

/* Adds the claim, those that ask for less first. */
static uint32_t insert(struct choice *choices, uint32_t count, const struct storage_claim *claim)
{
    uint32_t at = count;
    while (at > 0 && choices[at - 1].claim->size_bytes > claim->size_bytes) {
        choices[at] = choices[at - 1];
        at--;
    }
    choices[at] = (struct choice){claim, NULL};
    return count + 1;
}

/* Chooses volumes for the pod's claims that wait for one. choices: [claim_count], those where one is to be looked for.
 * False: the node has none for one of them. */
static bool choose(const struct storage *s, const struct pod_volumes *pod, const struct cached_node *n,
                   struct choice *choices, uint32_t *count)
{
    bool possible = true;
    *count = 0;
    for (uint32_t i = 0; i < pod->claim_count; i++) {
        const struct storage_claim *claim = storage_claim(s, pod->claims[i].key);
        if (!is_delayed(s, claim)) {
            continue;
        }
        if (claim->selected_node == NULL) {
            *count = insert(choices, *count, claim);
        } else {
            possible = possible && claim->selected_node == n->name && can_be_made(s, claim, n);
        }
    }
    for (uint32_t i = 0; i < *count; i++) {
        choices[i].volume = match(s, choices[i].claim, n, choices, i);
        possible = possible && (choices[i].volume != NULL || can_be_made(s, choices[i].claim, n));
    }
    return possible;
}

/* The first bound claim whose volume is not there, or cannot be had on the node. */
static void check_bound(const struct storage *s, const struct pod_volumes *pod, const struct cached_node *n,
                        struct verdict *v)
{
    for (uint32_t i = 0; i < pod->claim_count; i++) {
        const struct storage_claim *claim = storage_claim(s, pod->claims[i].key);
        if (claim == NULL || !claim->bound) {
            continue;
        }
        const struct storage_volume *volume = storage_volume(s, claim->volume);
        if (volume == NULL || !reaches(volume, n)) {
            verdict_add(v, volume == NULL ? REASON_VOLUME_GONE : REASON_VOLUME_NODE);
            return;
        }
    }
}

bool volume_binding_filter(const struct storage *s, const struct pod_volumes *pod, const struct cached_node *n,
                           struct verdict *v)
{
    struct choice *choices = memory_take(pod->claim_count, sizeof *choices);
    uint32_t count;
    *v = (struct verdict){.plugin = PLUGIN_VOLUME_BINDING, .unresolvable = true};
    check_bound(s, pod, n, v);
    if (!choose(s, pod, n, choices, &count)) {
        verdict_add(v, REASON_NO_VOLUME);
    }
    free(choices);
    return verdict_is_good(v);
}

void volume_binding_assume(struct storage *s, const struct pod_volumes *pod, const struct cached_node *n)
{
    struct choice *choices = memory_take(pod->claim_count, sizeof *choices);
    uint32_t count;
    if (choose(s, pod, n, choices, &count)) {
        for (uint32_t i = 0; i < count; i++) {
            if (choices[i].volume != NULL) {
                choices[i].volume->claim = choices[i].claim->key;
            } else {
                storage_claim(s, choices[i].claim->key)->selected_node = n->name;
            }
        }
    }
    free(choices);
}

/* Drivers whose disks are of one zone. */
static bool is_zonal(const char *provisioner)
{
    static const char *const names[] = {"ebs.csi.aws.com",         "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs",
                                        "pd.csi.storage.gke.io",   "kubernetes.io/gce-pd",      "disk.csi.azure.com",
                                        "kubernetes.io/azure-disk"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(provisioner, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* {zone In [the node's]}; null: the node has no zone. */
static const struct placement *zone_of(struct storage *s, const struct cached_node *n)
{
    const char *key = names_text(s->names, "topology.kubernetes.io/zone"), *zone = labels_get(n->labels, key);
    if (zone == NULL) {
        return NULL;
    }
    const char **values = TAKE(s->arena, const char *, 1);
    struct requirement *r = TAKE(s->arena, struct requirement, 1);
    struct node_term *term = TAKE(s->arena, struct node_term, 1);
    struct placement *p = TAKE(s->arena, struct placement, 1);
    values[0] = zone;
    *r = (struct requirement){.key = key, .op = REQUIREMENT_IN, .values = values, .count = 1};
    *term = (struct node_term){.labels = r, .label_count = 1};
    *p = (struct placement){.required = true, .required_terms = term, .required_count = 1};
    return p;
}

static void make_volume(struct storage *s, struct storage_claim *claim, const struct cached_node *n)
{
    const struct storage_class *class = storage_class(s, claim->class);
    struct storage_volume v = {.name = names_text(s->names, arena_format(s->arena, "pvc-%s", claim->key)),
                               .class = class->name,
                               .affinity = is_zonal(class->provisioner) ? zone_of(s, n) : NULL,
                               .driver = storage_is_built_in(class->provisioner) ? NULL : class->provisioner,
                               .handle = claim->key,
                               .size_bytes = claim->size_bytes,
                               .modes = claim->modes,
                               .block = claim->block,
                               .claim = claim->key};
    lookup_put(&s->volume_of, v.name, s->volumes.count);
    VEC_PUSH(&s->volumes, v);
    claim->volume = v.name;
}

void volume_binding_finish(struct storage *s, const struct pod_volumes *pod, const struct cached_node *n)
{
    volume_binding_assume(s, pod, n);
    for (uint32_t i = 0; i < pod->claim_count; i++) {
        struct storage_claim *claim = storage_claim(s, pod->claims[i].key);
        if (!is_delayed(s, claim)) {
            continue;
        }
        for (uint32_t k = 0; claim->selected_node == NULL && k < s->volumes.count; k++) {
            if (s->volumes.at[k].claim == claim->key) {
                claim->volume = s->volumes.at[k].name;
            }
        }
        if (claim->volume == NULL) {
            make_volume(s, claim, n);
        }
        claim->bound = true;
    }
}
