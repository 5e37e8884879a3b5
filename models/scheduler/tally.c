#include "models/scheduler/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "sim/scenario/selector.h"

static const struct spread_constraint system_defaults[] = {
    {.key = "kubernetes.io/hostname", .max_skew = 3, .min_domains = 1, .honors_affinity = true},
    {.key = "topology.kubernetes.io/zone", .max_skew = 5, .min_domains = 1, .honors_affinity = true},
};

void tallies_drop(struct tallies *t)
{
    for (uint32_t i = 0; i < t->list.count; i++) {
        VEC_DROP(&t->list.at[i].sums);
        VEC_DROP(&t->list.at[i].few);
        VEC_DROP(&t->list.at[i].many);
        VEC_DROP(&t->list.at[i].nodes);
    }
    for (uint32_t i = 0; i < t->effects.count; i++) {
        VEC_DROP(&t->effects.at[i].list);
    }
    VEC_DROP(&t->list);
    VEC_DROP(&t->effects);
    VEC_DROP(&t->places);
    *t = (struct tallies){0};
}

/* ---- which tallies there are ---- */

/* The profile's default constraints for a pod that has none: their selector is the pod's Services' and owner's. */
static void take_defaults(struct tallies *t, struct cache *c, struct arena *a)
{
    const struct profile *p = t->profile;
    const struct label_selector *selector = t->class->default_selector;
    if (selector == NULL || selector->count == 0) {
        return;
    }
    const struct spread_constraint *from = p->spread_by_default ? system_defaults : p->spread;
    t->spread_count = p->spread_by_default ? 2 : p->spread_count;
    struct spread_constraint *made = TAKE(a, struct spread_constraint, t->spread_count);
    for (uint32_t i = 0; i < t->spread_count; i++) {
        made[i] = from[i];
        made[i].key = names_text(c->names, from[i].key);
        made[i].selector = selector;
    }
    t->spread = made;
    t->requires_keys = !p->spread_by_default;
}

static struct tally *add_tally(struct tallies *t, struct cache *c, enum tally_kind kind, uint32_t index,
                               const char *key)
{
    VEC_PUSH(&t->list, (struct tally){.kind = kind, .index = index, .topology = cache_topology(c, key)});
    return &t->list.at[t->list.count - 1];
}

static void add_spread(struct tallies *t, struct cache *c)
{
    for (uint32_t i = 0; i < t->spread_count; i++) {
        const struct spread_constraint *s = &t->spread[i];
        struct tally *tally = add_tally(t, c, s->hard ? TALLY_HARD : TALLY_SOFT, i, s->key);
        tally->self = selector_matches(s->selector, t->class->labels);
        tally->by_node = !s->hard && strcmp(s->key, "kubernetes.io/hostname") == 0;
        if (!tally->by_node) {
            unsigned keys = s->hard ? PLACE_HARD_KEYS : t->requires_keys ? PLACE_SOFT_KEYS : 0;
            tally->place =
                (uint8_t)(keys | (s->honors_affinity ? PLACE_AFFINITY : 0u) | (s->honors_taints ? PLACE_TAINTS : 0u));
        }
    }
}

static bool means_itself(const struct pod_class *class)
{
    for (uint32_t i = 0; i < class->near.count; i++) {
        if (!pod_class_is_meant(&class->near.at[i], class)) {
            return false;
        }
    }
    return true;
}

/* Whether every node is what the spread constraints' tallies want it to be. */
static bool goes_everywhere(const struct tallies *t)
{
    const struct placement *p = t->class->template->placement;
    bool everywhere = t->spread_count == 0 || !t->requires_keys;
    for (uint32_t i = 0; i < t->list.count; i++) {
        everywhere = everywhere && (t->list.at[i].place & ~PLACE_AFFINITY) == 0;
    }
    return everywhere && p->node_selector == NULL && !p->required;
}

void tallies_open(struct tallies *t, struct cache *c, const struct profile *profile, const struct pod_class *class,
                  struct arena *a)
{
    tallies_drop(t);
    *t = (struct tallies){.class = class,
                          .profile = profile,
                          .spread = class->spread,
                          .spread_count = class->template->placement->spread_count,
                          .requires_keys = true,
                          .own_labels_fit_near = means_itself(class)};
    if (t->spread_count == 0) {
        take_defaults(t, c, a);
    }
    add_spread(t, c);
    t->everywhere = goes_everywhere(t);
    for (uint32_t i = 0; i < class->near.count; i++) {
        add_tally(t, c, TALLY_NEAR, i, class->near.at[i].key);
    }
    for (uint32_t i = 0; i < class->away.count; i++) {
        add_tally(t, c, TALLY_AWAY, i, class->away.at[i].key);
    }
}

/* ---- what a class of pods on nodes changes ---- */

static uint32_t tally_of(struct tallies *t, struct cache *c, enum tally_kind kind, const char *key)
{
    uint32_t topology = cache_topology(c, key);
    for (uint32_t i = 0; i < t->list.count; i++) {
        if (t->list.at[i].kind == kind && t->list.at[i].topology == topology) {
            return i;
        }
    }
    add_tally(t, c, kind, 0, key);
    return t->list.count - 1;
}

static bool every_near_term_means(const struct pod_class *class, const struct pod_class *other)
{
    for (uint32_t i = 0; i < class->near.count; i++) {
        if (!pod_class_is_meant(&class->near.at[i], other)) {
            return false;
        }
    }
    return class->near.count > 0;
}

/* Tallies that the pending class has of its own. */
static void find_own_effects(const struct tallies *t, const struct pod_class *other, struct tally_effects *e)
{
    bool near = every_near_term_means(t->class, other);
    for (uint32_t i = 0; i < t->list.count; i++) {
        const struct tally *tally = &t->list.at[i];
        bool spread = tally->kind == TALLY_HARD || tally->kind == TALLY_SOFT;
        bool counts = false;
        if (spread) {
            const struct label_selector *s = t->spread[tally->index].selector;
            counts = other->namespace == t->class->namespace && s != NULL && s->count > 0 &&
                     selector_matches(s, other->labels);
        } else if (tally->kind == TALLY_NEAR) {
            counts = near;
        } else if (tally->kind == TALLY_AWAY) {
            counts = pod_class_is_meant(&t->class->away.at[tally->index], other);
        }
        if (counts) {
            VEC_PUSH(&e->list, (struct tally_effect){i, 1, spread});
        }
    }
}

static void add_effect(struct tallies *t, struct cache *c, enum tally_kind kind, const struct pod_term *term,
                       int64_t weight, struct tally_effects *e)
{
    VEC_PUSH(&e->list, (struct tally_effect){tally_of(t, c, kind, term->key), (int32_t)weight, false});
}

/* Terms of the pending class that mean the other, by weight times sign. */
static void find_wishes(struct tallies *t, struct cache *c, const struct pod_terms *terms, int32_t sign,
                        const struct pod_class *other, struct tally_effects *e)
{
    for (uint32_t i = 0; i < terms->count; i++) {
        if (pod_class_is_meant(&terms->at[i], other)) {
            add_effect(t, c, TALLY_SCORE, &terms->at[i], sign * terms->at[i].weight, e);
        }
    }
}

/* Terms of the other class that mean the pending one; weight 0: that of the term. */
static void find_others_wishes(struct tallies *t, struct cache *c, const struct pod_terms *terms, int64_t weight,
                               int32_t sign, struct tally_effects *e)
{
    for (uint32_t i = 0; i < terms->count; i++) {
        if (pod_class_is_met(&terms->at[i], t->class)) {
            add_effect(t, c, TALLY_SCORE, &terms->at[i], weight != 0 ? weight : sign * terms->at[i].weight, e);
        }
    }
}

static void find_effects(struct tallies *t, struct cache *c, const struct pod_class *other, struct tally_effects *e)
{
    bool wishes = t->class->rather_near.count + t->class->rather_away.count > 0;
    find_own_effects(t, other, e);
    for (uint32_t i = 0; i < other->away.count; i++) {
        if (pod_class_is_met(&other->away.at[i], t->class)) {
            add_effect(t, c, TALLY_EXISTING, &other->away.at[i], 1, e);
        }
    }
    if (t->profile->ignores_preferred_of_existing && !wishes) {
        return;
    }
    find_wishes(t, c, &t->class->rather_near, 1, other, e);
    find_wishes(t, c, &t->class->rather_away, -1, other, e);
    if (t->profile->hard_affinity_weight > 0) {
        find_others_wishes(t, c, &other->near, t->profile->hard_affinity_weight, 1, e);
    }
    find_others_wishes(t, c, &other->rather_near, 0, 1, e);
    find_others_wishes(t, c, &other->rather_away, 0, -1, e);
}

static const struct tally_effects *effects_of(struct tallies *t, struct cache *c, const struct pod_class *other)
{
    while (t->effects.count <= other->number) {
        VEC_PUSH(&t->effects, (struct tally_effects){0});
    }
    if (!t->effects.at[other->number].known) {
        struct tally_effects e = {.known = true};
        find_effects(t, c, other, &e);
        t->effects.at[other->number] = e;
    }
    return &t->effects.at[other->number];
}

/* ---- counting ---- */

static int32_t *sum_at(struct tally *tally, uint32_t at)
{
    while (tally->sums.count <= at) {
        VEC_PUSH(&tally->sums, 0);
    }
    return &tally->sums.at[at];
}

/* Where a tally counts what is on a node that has, or had then, these labels; NONE: nowhere. */
static uint32_t where(const struct cache *c, const struct tally *tally, uint32_t slot, const struct labels *labels)
{
    const struct topology *topology = &c->topologies.at[tally->topology];
    uint32_t missing = tally->kind == TALLY_SOFT ? 0 : NONE; /* where keys may be missing, that is the empty value */
    if (c->nodes.at[slot].present && c->nodes.at[slot].labels == labels) {
        return topology->of.at[slot] == NONE ? missing : topology->of.at[slot];
    }
    const char *value = labels_get(labels, topology->key);
    return value == NULL ? missing : lookup_get(&topology->numbers, value);
}

/* Whether pods on a node count: a tally of a class that may go anywhere, or one for which the node is what it must be. */
static bool counts(const struct tallies *t, const struct tally *tally, uint32_t slot)
{
    return t->everywhere || (t->places.at[slot] & tally->place) == tally->place;
}

static void count_on_node(struct tally *tally, uint32_t slot, int32_t more)
{
    uint32_t i = 0;
    while (tally->few.count <= slot) {
        VEC_PUSH(&tally->few, 0);
    }
    if (tally->few.at[slot] < TALLY_MANY) {
        int32_t sum = tally->few.at[slot] + more;
        tally->few.at[slot] = sum >= 0 && sum < TALLY_MANY ? (uint8_t)sum : TALLY_MANY;
        if (tally->few.at[slot] == TALLY_MANY) {
            VEC_PUSH(&tally->many, (struct tally_many){slot, sum});
        }
        return;
    }
    while (tally->many.at[i].slot != slot) {
        i++;
    }
    int32_t sum = tally->many.at[i].count += more;
    if (sum >= 0 && sum < TALLY_MANY) {
        tally->few.at[slot] = (uint8_t)sum;
        tally->many.at[i] = tally->many.at[--tally->many.count];
    }
}

/* A domain of a hard constraint went from before to after: keeps the least and how many have it. */
static void note_least(struct tally *tally, uint32_t at, int64_t before, int64_t after)
{
    if (at >= tally->nodes.count || tally->nodes.at[at] == 0) {
        return;
    }
    if (after < tally->least) {
        tally->least = after;
        tally->least_domains = 1;
    } else if (after == tally->least) {
        tally->least_domains += tally->least_domains > 0;
    } else if (before == tally->least) {
        tally->least_domains -= tally->least_domains > 0;
    }
}

static void apply(struct tallies *t, const struct cache *c, const struct tally_effect *e, uint32_t slot,
                  const struct labels *labels, int sign)
{
    struct tally *tally = &t->list.at[e->tally];
    uint32_t at = tally->by_node ? slot : where(c, tally, slot, labels);
    if (at == NONE || !counts(t, tally, slot)) {
        return;
    }
    tally->total += sign * e->weight;
    tally->entries += sign;
    if (tally->by_node) {
        count_on_node(tally, slot, sign * e->weight);
        return;
    }
    int32_t *sum = sum_at(tally, at), before = *sum;
    *sum += sign * e->weight;
    if (tally->kind == TALLY_HARD) {
        note_least(tally, at, before, *sum);
    }
}

static void count_pod(struct tallies *t, struct cache *c, const struct cache_change *change, int sign)
{
    const struct tally_effects *e = effects_of(t, c, change->class);
    for (uint32_t i = 0; i < e->list.count; i++) {
        if (!e->list.at[i].living || !change->terminating) {
            apply(t, c, &e->list.at[i], change->node, change->labels, sign);
        }
    }
}

/* ---- making them ---- */

static bool has_keys(const struct tallies *t, const struct cached_node *n, bool hard)
{
    for (uint32_t i = 0; i < t->spread_count; i++) {
        if (t->spread[i].hard == hard && labels_get(n->labels, t->spread[i].key) == NULL) {
            return false;
        }
    }
    return true;
}

static uint8_t place_of(const struct tallies *t, const struct cached_node *n)
{
    const struct placement *p = t->class->template->placement;
    unsigned place = 0;
    if (t->spread_count > 0) {
        place |= has_keys(t, n, true) ? PLACE_HARD_KEYS : 0u;
        place |= has_keys(t, n, false) ? PLACE_SOFT_KEYS : 0u;
        place |= filter_affinity(p, n->labels, n->name) ? PLACE_AFFINITY : 0u;
        place |= filter_ready(p, n->ready) && filter_taints(p, n->taints) ? PLACE_TAINTS : 0u;
    }
    return (uint8_t)place;
}

/* The values of nodes that count, with nobody on them yet. */
static void open_domains(struct tallies *t, const struct cache *c, struct tally *tally)
{
    const struct topology *topology = &c->topologies.at[tally->topology];
    tally->nodes.count = 0;
    tally->domains = 0;
    for (uint32_t i = 0; i < topology->values.count; i++) {
        VEC_PUSH(&tally->nodes, 0);
    }
    for (uint32_t slot = 0; slot < c->nodes.count; slot++) {
        if (c->nodes.at[slot].present && counts(t, tally, slot)) {
            tally->domains += tally->nodes.at[topology->of.at[slot]]++ == 0;
        }
    }
    tally->least = tally->domains == 0 ? INT32_MAX : 0;
    tally->least_domains = tally->domains;
}

static void clear(struct tallies *t, const struct cache *c)
{
    t->places.count = 0;
    for (uint32_t slot = 0; slot < c->nodes.count && !t->everywhere; slot++) {
        uint8_t place = c->nodes.at[slot].present ? place_of(t, &c->nodes.at[slot]) : 0;
        VEC_PUSH(&t->places, place);
    }
    for (uint32_t i = 0; i < t->list.count; i++) {
        struct tally *tally = &t->list.at[i];
        tally->sums.count = tally->few.count = tally->many.count = 0;
        tally->total = tally->entries = 0;
        if (tally->kind == TALLY_HARD) {
            open_domains(t, c, tally);
        }
    }
}

static void make(struct tallies *t, struct cache *c)
{
    clear(t, c);
    for (uint32_t slot = 0; slot < c->nodes.count; slot++) {
        const struct cached_node *n = &c->nodes.at[slot];
        for (uint32_t i = 0; n->present && i < n->pods.count; i++) {
            const struct cached_pod *p = &c->pods.at[n->pods.at[i]];
            count_pod(t, c, &(struct cache_change){p->class, n->labels, slot, CACHE_POD_CAME, p->terminating}, 1);
        }
    }
    t->made = true;
    t->seen = c->logged;
}

/* A node of a hard constraint comes or goes, without pods: its value is a domain while there is such a node. */
static void count_node(struct tally *tally, uint32_t at, bool comes)
{
    while (tally->nodes.count <= at) {
        VEC_PUSH(&tally->nodes, 0);
    }
    if (comes && tally->nodes.at[at]++ == 0) {
        tally->domains++;
        note_least(tally, at, INT64_MAX, *sum_at(tally, at));
    } else if (!comes && --tally->nodes.at[at] == 0) {
        tally->domains--;
        tally->least_domains = 0;
        tally->least = tally->domains == 0 ? INT32_MAX : tally->least;
    }
}

static void note_node(struct tallies *t, const struct cache *c, const struct cache_change *change)
{
    const struct cached_node *n = &c->nodes.at[change->node];
    bool comes = change->verb == CACHE_NODE_CAME;
    if (t->everywhere) {
        return;
    }
    while (t->places.count <= change->node) {
        VEC_PUSH(&t->places, 0);
    }
    if (comes) {
        t->places.at[change->node] = n->present ? place_of(t, n) : 0;
    }
    for (uint32_t i = 0; i < t->list.count; i++) {
        struct tally *tally = &t->list.at[i];
        if (tally->kind == TALLY_HARD && counts(t, tally, change->node)) {
            uint32_t at = where(c, tally, change->node, change->labels);
            if (at != NONE) {
                count_node(tally, at, comes);
            }
        }
    }
    if (!comes) {
        t->places.at[change->node] = 0;
    }
}

static void follow(struct tallies *t, struct cache *c, const struct cache_change *change)
{
    switch ((enum cache_verb)change->verb) {
    case CACHE_POD_CAME:
    case CACHE_POD_LEFT:
        count_pod(t, c, change, change->verb == CACHE_POD_CAME ? 1 : -1);
        break;
    case CACHE_NODE_CAME:
    case CACHE_NODE_LEFT:
        note_node(t, c, change);
        break;
    case CACHE_NODE_CHANGED:
        break;
    }
}

void tallies_follow(struct tallies *t, struct cache *c, bool anew)
{
    uint64_t behind = c->logged - t->seen;
    if (t->list.count == 0 && !t->class->has_terms && c->with_terms == 0) {
        t->made = false; /* nothing that is there has a part in any sum */
        return;
    }
    if (anew || !t->made || behind > c->log.count) {
        make(t, c);
        return;
    }
    for (uint32_t i = c->log.count - (uint32_t)behind; i < c->log.count; i++) {
        follow(t, c, &c->log.at[i]);
    }
    t->seen = c->logged;
}

void tallies_rewind(struct tallies *t, const struct cache *c)
{
    t->seen = t->seen > c->logged ? c->logged : t->seen;
}

void tally_widen(struct tally *t, const struct cache *c)
{
    while (t->by_node && t->few.count < c->nodes.count) {
        VEC_PUSH(&t->few, 0);
    }
    while (!t->by_node && t->sums.count < c->topologies.at[t->topology].values.count) {
        VEC_PUSH(&t->sums, 0);
    }
}

int32_t tally_many(const struct tally *t, uint32_t slot)
{
    uint32_t i = 0;
    while (t->many.at[i].slot != slot) {
        i++;
    }
    return t->many.at[i].count;
}

int64_t tally_least(struct tally *t)
{
    if (t->least_domains == 0 && t->domains > 0) {
        t->least = INT64_MAX;
        for (uint32_t i = 0; i < t->nodes.count; i++) {
            int64_t sum = i < t->sums.count ? t->sums.at[i] : 0;
            if (t->nodes.at[i] > 0 && sum <= t->least) {
                t->least_domains = sum < t->least ? 1 : t->least_domains + 1;
                t->least = sum;
            }
        }
    }
    return t->least;
}
