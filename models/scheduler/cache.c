/* Invariants
 * 1. A slot is in use while its node is present, is listed (has a position), or has pods.
 * 2. A node's requested, used_scalars, nonzero_* are the sums over its pods.
 * 3. A present node is in one zone's list, the one of its labels when it was added or its zone last changed.
 * 4. topologies[t].of[slot] is right for every present node, and NONE for every other; holders and shared count them.
 * 5. Whoever followed the log from its beginning has counted every pod of every present node once, by the labels that
 *    the node has.
 */
#include "models/scheduler/cache.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/score.h"
#include "sim/base/number.h"
#include "sim/scenario/selector.h"

#define LOG_MIN 4096

void cache_drop(struct cache *c)
{
    for (uint32_t i = 0; i < c->nodes.count; i++) {
        free(c->nodes.at[i].used_scalars);
        VEC_DROP(&c->nodes.at[i].pods);
        VEC_DROP(&c->nodes.at[i].ports);
        VEC_DROP(&c->nodes.at[i].nominated);
        VEC_DROP(&c->nodes.at[i].images);
    }
    for (uint32_t i = 0; i < c->zones.count; i++) {
        VEC_DROP(&c->zones.at[i].nodes);
    }
    for (uint32_t i = 0; i < c->topologies.count; i++) {
        topology_drop(&c->topologies.at[i]);
    }
    VEC_DROP(&c->nodes);
    VEC_DROP(&c->loads);
    VEC_DROP(&c->positions);
    VEC_DROP(&c->expecting);
    VEC_DROP(&c->came_from);
    VEC_DROP(&c->gone);
    VEC_DROP(&c->unused);
    VEC_DROP(&c->pods);
    VEC_DROP(&c->zones);
    VEC_DROP(&c->zone_order);
    VEC_DROP(&c->topologies);
    VEC_DROP(&c->images);
    VEC_DROP(&c->order);
    VEC_DROP(&c->log);
    VEC_DROP(&c->touched);
    lookup_drop(&c->by_name);
    lookup_drop(&c->image_numbers);
}

/* Keeps about as many changes as it costs to count everything anew. */
static void log_change(struct cache *c, struct cache_change change)
{
    uint32_t most = 4 * c->nodes.count > LOG_MIN ? 4 * c->nodes.count : LOG_MIN;
    uint32_t keep = c->pods.count < most ? c->pods.count : most;
    keep = keep > LOG_MIN ? keep : LOG_MIN;
    if (c->log.count >= 2 * keep && c->trials == 0) {
        memmove(c->log.at, c->log.at + (c->log.count - keep), keep * sizeof *c->log.at);
        c->log.count = keep;
    }
    VEC_PUSH(&c->log, change);
    c->logged++;
}

static void log_node(struct cache *c, uint32_t slot, enum cache_verb verb)
{
    log_change(c, (struct cache_change){NULL, c->nodes.at[slot].labels, slot, (uint8_t)verb, false});
}

static void log_pod(struct cache *c, const struct cached_pod *p, enum cache_verb verb)
{
    log_change(c, (struct cache_change){p->class, c->nodes.at[p->node].labels, p->node, (uint8_t)verb, p->terminating});
}

static void log_pods(struct cache *c, uint32_t slot, enum cache_verb verb)
{
    for (uint32_t i = 0; i < c->nodes.at[slot].pods.count; i++) {
        log_pod(c, &c->pods.at[c->nodes.at[slot].pods.at[i]], verb);
    }
}

/* The node or its pods changed. */
static void touch(struct cache *c, uint32_t slot)
{
    struct cached_node *n = &c->nodes.at[slot];
    struct score_amount allocatable = {n->allocatable.mcpu, n->allocatable.memory_bytes};
    struct score_amount requested = {n->requested.mcpu, n->requested.memory_bytes};
    c->loads.at[slot] = (struct cached_load){.allocatable_mcpu = allocatable.mcpu,
                                             .allocatable_bytes = allocatable.memory_bytes,
                                             .requested_mcpu = requested.mcpu,
                                             .requested_bytes = requested.memory_bytes,
                                             .nonzero_mcpu = n->nonzero_mcpu,
                                             .nonzero_bytes = n->nonzero_memory_bytes,
                                             .has_place = (int64_t)n->pods.count + 1 <= n->pods_allocatable,
                                             .balance = score_balance_now(allocatable, requested),
                                             .has_images = n->images.count > 0};
    if (n->fresh && c->trials == 0) {
        n->fresh = false;
        VEC_PUSH(&c->touched, slot);
    }
}

/* ---- topologies ---- */

static void note_values(struct cache *c, uint32_t slot)
{
    const struct cached_node *n = &c->nodes.at[slot];
    for (uint32_t i = 0; i < c->topologies.count; i++) {
        topology_note(&c->topologies.at[i], slot, n->present ? n->labels : NULL);
    }
}

uint32_t cache_topology(struct cache *c, const char *key)
{
    uint32_t i = 0;
    while (i < c->topologies.count && c->topologies.at[i].key != key) {
        i++;
    }
    if (i == c->topologies.count) {
        VEC_PUSH(&c->topologies, topology_make(key, names_text(c->names, "")));
        for (uint32_t slot = 0; slot < c->nodes.count; slot++) {
            topology_note(&c->topologies.at[i], slot, c->nodes.at[slot].present ? c->nodes.at[slot].labels : NULL);
        }
    }
    return i;
}

/* ---- zones ---- */

static const char *either(struct names *names, const struct labels *labels, const char *first, const char *second)
{
    const char *value = labels_get(labels, names_text(names, first));
    if (value == NULL || value[0] == '\0') {
        value = labels_get(labels, names_text(names, second));
    }
    return value == NULL ? names_text(names, "") : value;
}

static uint32_t zone_of(struct cache *c, const struct labels *labels)
{
    const char *region =
        either(c->names, labels, "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region");
    const char *zone =
        either(c->names, labels, "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone");
    uint32_t i = 0;
    while (i < c->zones.count && (c->zones.at[i].region != region || c->zones.at[i].zone != zone)) {
        i++;
    }
    if (i == c->zones.count) {
        VEC_PUSH(&c->zones, (struct cached_zone){.region = region, .zone = zone});
    }
    return i;
}

static void enter_zone(struct cache *c, uint32_t slot, uint32_t zone)
{
    c->nodes.at[slot].zone = zone;
    if (c->zones.at[zone].nodes.count == 0) {
        VEC_PUSH(&c->zone_order, zone);
    }
    VEC_PUSH(&c->zones.at[zone].nodes, slot);
}

/* Takes a number out of a list, the rest stays in order. */
static void take_out(uint32_t *at, uint32_t *count, uint32_t number)
{
    uint32_t i = 0;
    while (at[i] != number) {
        i++;
    }
    memmove(&at[i], &at[i + 1], (*count - i - 1) * sizeof *at);
    (*count)--;
}

static void leave_zone(struct cache *c, uint32_t slot)
{
    struct cached_zone *zone = &c->zones.at[c->nodes.at[slot].zone];
    take_out(zone->nodes.at, &zone->nodes.count, slot);
    if (zone->nodes.count == 0) {
        take_out(c->zone_order.at, &c->zone_order.count, c->nodes.at[slot].zone);
    }
}

/* ---- images ---- */

static uint32_t image_of(struct cache *c, const struct node_image *image)
{
    uint32_t number = lookup_get(&c->image_numbers, image->name);
    if (number == LOOKUP_NONE) {
        number = c->images.count;
        VEC_PUSH(&c->images, (struct image_state){.name = image->name});
        lookup_put(&c->image_numbers, image->name, number);
    }
    if (c->images.at[number].nodes == 0) {
        c->images.at[number].size_bytes = image->size_bytes; /* who has it first says how large it is */
    }
    return number;
}

static bool has_image(const struct cached_node *n, uint32_t image)
{
    for (uint32_t i = 0; i < n->images.count; i++) {
        if (n->images.at[i].image == image) {
            return true;
        }
    }
    return false;
}

static void remove_images(struct cache *c, struct cached_node *n)
{
    for (uint32_t i = 0; i < n->images.count; i++) {
        c->images.at[n->images.at[i].image].nodes--;
    }
    n->images.count = 0;
}

static void add_images(struct cache *c, struct cached_node *n, const struct node_images *images)
{
    for (uint32_t i = 0; images != NULL && i < images->count; i++) {
        uint32_t image = image_of(c, &images->at[i]);
        if (!has_image(n, image)) {
            c->images.at[image].nodes++;
            VEC_PUSH(&n->images, (struct cached_image){.image = image});
        }
    }
}

static void refresh_images(struct cache *c, struct cached_node *n)
{
    for (uint32_t i = 0; i < n->images.count; i++) {
        const struct image_state *state = &c->images.at[n->images.at[i].image];
        n->images.at[i].size_bytes = state->size_bytes;
        n->images.at[i].nodes = state->nodes;
    }
}

/* ---- sums ---- */

static uint32_t scalar_index(const struct cached_node *n, const char *name)
{
    for (uint32_t i = 0; i < n->allocatable.scalar_count; i++) {
        if (n->allocatable.scalars[i].name == name) {
            return i;
        }
    }
    return NONE;
}

static void add(int64_t *sum, int64_t sign, int64_t amount)
{
    *sum = sign > 0 ? number_wrap_add64(*sum, amount) : number_wrap_sub64(*sum, amount);
}

static void count(struct cached_node *n, const struct pod_template *t, int64_t sign)
{
    add(&n->requested.mcpu, sign, t->requests.mcpu);
    add(&n->requested.memory_bytes, sign, t->requests.memory_bytes);
    add(&n->requested.ephemeral_bytes, sign, t->requests.ephemeral_bytes);
    add(&n->nonzero_mcpu, sign, t->nonzero_mcpu);
    add(&n->nonzero_memory_bytes, sign, t->nonzero_memory_bytes);
    for (uint32_t i = 0; i < t->requests.scalar_count; i++) {
        uint32_t at = scalar_index(n, t->requests.scalars[i].name);
        if (at != NONE) {
            add(&n->used_scalars[at], sign, t->requests.scalars[i].amount);
        }
    }
}

/* Room for the scalars of the node's allocatable, and the sums anew. */
static void set_allocatable(struct cache *c, struct cached_node *n, const struct resources *allocatable)
{
    n->allocatable = *allocatable;
    n->requested = (struct resources){0};
    n->nonzero_mcpu = n->nonzero_memory_bytes = 0;
    free(n->used_scalars);
    n->used_scalars = NULL;
    if (allocatable->scalar_count > 0) {
        n->used_scalars = memory_take(allocatable->scalar_count, sizeof *n->used_scalars);
    }
    for (uint32_t i = 0; i < n->pods.count; i++) {
        count(n, c->pods.at[n->pods.at[i]].class->template, 1);
    }
}

/* ---- nodes ---- */

static uint32_t slot_of(struct cache *c, const char *name)
{
    uint32_t slot = lookup_get(&c->by_name, name);
    if (slot != LOOKUP_NONE) {
        return slot;
    }
    if (c->unused.count > 0) {
        slot = c->unused.at[--c->unused.count];
    } else {
        slot = c->nodes.count;
        VEC_PUSH(&c->nodes, (struct cached_node){0});
        VEC_PUSH(&c->loads, (struct cached_load){0});
        VEC_PUSH(&c->positions, NONE);
    }
    c->nodes.at[slot].name = name;
    c->nodes.at[slot].fresh = true;
    lookup_put(&c->by_name, name, slot);
    return slot;
}

/* Gives a slot back that nothing is in. */
static void release(struct cache *c, uint32_t slot)
{
    struct cached_node *n = &c->nodes.at[slot];
    if (!n->present && c->positions.at[slot] == NONE && n->pods.count + n->nominated.count == 0 && n->name != NULL) {
        lookup_put(&c->by_name, n->name, LOOKUP_NONE);
        n->name = NULL;
        n->allocatable = (struct resources){0};
        n->ports.count = 0;
        VEC_PUSH(&c->unused, slot);
    }
}

uint32_t cache_find(const struct cache *c, const char *name)
{
    uint32_t slot = lookup_get(&c->by_name, name);
    return slot == LOOKUP_NONE || !c->nodes.at[slot].present ? NONE : slot;
}

static void count_terms(struct cache *c, const struct cached_node *n, bool comes)
{
    for (uint32_t i = 0; i < n->pods.count; i++) {
        uint32_t has = c->pods.at[n->pods.at[i]].class->has_terms;
        c->with_terms = comes ? c->with_terms + has : c->with_terms - has;
    }
}

static void place_node(struct cache *c, uint32_t slot, const struct labels *labels)
{
    struct cached_node *n = &c->nodes.at[slot];
    uint32_t zone = zone_of(c, labels);
    if (!n->present) {
        n->present = true;
        c->present++;
        c->vanished -= c->positions.at[slot] != NONE;
        c->unlisted += c->positions.at[slot] == NONE;
        count_terms(c, n, true);
        enter_zone(c, slot, zone);
    } else if (n->zone != zone) {
        leave_zone(c, slot);
        enter_zone(c, slot, zone);
    }
}

uint32_t cache_put_node(struct cache *c, const struct node *from, uint32_t row)
{
    uint32_t slot = slot_of(c, from->name);
    struct cached_node *n = &c->nodes.at[slot];
    bool differs = !n->present || n->labels != from->labels || n->taints != from->taints || n->ready != from->ready ||
                   n->unschedulable != from->unschedulable;
    if (differs && n->present) {
        log_pods(c, slot, CACHE_POD_LEFT);
        log_node(c, slot, CACHE_NODE_LEFT);
    }
    place_node(c, slot, from->labels);
    remove_images(c, n);
    add_images(c, n, from->images);
    n->row = row;
    n->ready = from->ready;
    n->unschedulable = from->unschedulable;
    n->labels = from->labels;
    n->taints = from->taints;
    n->pods_allocatable = from->pods_allocatable;
    set_allocatable(c, n, &from->allocatable);
    touch(c, slot);
    log_node(c, slot, differs ? CACHE_NODE_CAME : CACHE_NODE_CHANGED);
    if (differs) {
        note_values(c, slot);
        log_pods(c, slot, CACHE_POD_CAME);
    }
    return slot;
}

void cache_remove_node(struct cache *c, uint32_t slot)
{
    struct cached_node *n = &c->nodes.at[slot];
    assert(n->present);
    log_pods(c, slot, CACHE_POD_LEFT);
    log_node(c, slot, CACHE_NODE_LEFT);
    leave_zone(c, slot);
    remove_images(c, n);
    count_terms(c, n, false);
    n->present = false;
    c->present--;
    if (c->positions.at[slot] != NONE) {
        c->vanished++;
        VEC_PUSH(&c->gone, slot);
    } else {
        c->unlisted--;
    }
    note_values(c, slot);
    release(c, slot);
}

/* ---- pods ---- */

bool cache_has_pod(const struct cache *c, uint32_t number)
{
    return number < c->pods.count && c->pods.at[number].class != NULL;
}

static uint32_t port_index(const struct cached_node *n, const struct host_port *port)
{
    uint32_t i = 0;
    while (i < n->ports.count && (n->ports.at[i].ip != port->ip || n->ports.at[i].protocol != port->protocol ||
                                  n->ports.at[i].port != port->port)) {
        i++;
    }
    return i;
}

static void count_ports(struct cached_node *n, const struct placement *p, bool comes)
{
    for (uint32_t i = 0; i < p->port_count; i++) {
        uint32_t at = port_index(n, &p->ports[i]);
        if (comes && at == n->ports.count) {
            VEC_PUSH(&n->ports, p->ports[i]);
        } else if (!comes && at < n->ports.count) {
            n->ports.at[at] = n->ports.at[--n->ports.count];
        }
    }
}

void cache_add_pod(struct cache *c, uint32_t number, const struct pod_class *class, const char *node_name,
                   bool terminating, int64_t start_ns)
{
    while (c->pods.count <= number) {
        VEC_PUSH(&c->pods, (struct cached_pod){0});
    }
    assert(c->pods.at[number].class == NULL);
    uint32_t slot = slot_of(c, node_name);
    struct cached_node *n = &c->nodes.at[slot];
    c->pods.at[number] = (struct cached_pod){class, slot, n->pods.count, terminating, start_ns};
    VEC_PUSH(&n->pods, number);
    count(n, class->template, 1);
    count_ports(n, class->template->placement, true);
    if (n->present) {
        c->with_terms += class->has_terms;
        touch(c, slot);
        log_pod(c, &c->pods.at[number], CACHE_POD_CAME);
    }
}

void cache_remove_pod(struct cache *c, uint32_t number)
{
    assert(cache_has_pod(c, number));
    struct cached_pod *p = &c->pods.at[number];
    struct cached_node *n = &c->nodes.at[p->node];
    uint32_t last = n->pods.at[n->pods.count - 1], slot = p->node;
    n->pods.at[p->place] = last;
    c->pods.at[last].place = p->place;
    n->pods.count--;
    count(n, p->class->template, -1);
    count_ports(n, p->class->template->placement, false);
    if (n->present) {
        c->with_terms -= p->class->has_terms;
        touch(c, slot);
        log_pod(c, p, CACHE_POD_LEFT);
    }
    p->class = NULL;
    release(c, slot);
}

void cache_terminate_pod(struct cache *c, uint32_t number)
{
    if (cache_has_pod(c, number) && !c->pods.at[number].terminating) {
        struct cached_pod p = c->pods.at[number];
        const char *name = c->nodes.at[p.node].name;
        cache_remove_pod(c, number);
        cache_add_pod(c, number, p.class, name, true, p.start_ns);
    }
}

void cache_confirm_pod(struct cache *c, uint32_t number, int64_t start_ns)
{
    struct cached_pod *p = &c->pods.at[number];
    struct cached_node *n = &c->nodes.at[p->node];
    uint32_t last = n->pods.at[n->pods.count - 1];
    n->pods.at[p->place] = last;
    c->pods.at[last].place = p->place;
    n->pods.at[n->pods.count - 1] = number;
    p->place = n->pods.count - 1;
    p->start_ns = start_ns;
}

void cache_nominate(struct cache *c, uint32_t number, const struct pod_class *class, const char *node_name)
{
    uint32_t slot = slot_of(c, node_name);
    if (c->nodes.at[slot].nominated.count == 0) {
        VEC_PUSH(&c->expecting, slot);
    }
    VEC_PUSH(&c->nodes.at[slot].nominated, (struct cached_nominee){number, class});
}

void cache_denominate(struct cache *c, uint32_t number, const char *node_name)
{
    uint32_t slot = slot_of(c, node_name), kept = 0;
    struct cached_node *n = &c->nodes.at[slot];
    bool expected = n->nominated.count > 0;
    for (uint32_t i = 0; i < n->nominated.count; i++) {
        if (n->nominated.at[i].number != number) {
            n->nominated.at[kept++] = n->nominated.at[i];
        }
    }
    n->nominated.count = kept;
    if (expected && kept == 0) {
        take_out(c->expecting.at, &c->expecting.count, slot);
    }
    release(c, slot);
}

void cache_try(struct cache *c, struct cache_trial *t, uint32_t slot)
{
    const struct cached_node *n = &c->nodes.at[slot];
    *t = (struct cache_trial){.slot = slot, .logged = c->logged};
    for (uint32_t i = 0; i < n->pods.count; i++) {
        VEC_PUSH(&t->pods, n->pods.at[i]);
    }
    for (uint32_t i = 0; i < n->ports.count; i++) {
        VEC_PUSH(&t->ports, n->ports.at[i]);
    }
    c->trials++;
}

void cache_end_trial(struct cache *c, struct cache_trial *t)
{
    struct cached_node *n = &c->nodes.at[t->slot];
    assert(n->pods.count == t->pods.count);
    for (uint32_t i = 0; i < t->pods.count; i++) {
        n->pods.at[i] = t->pods.at[i];
        c->pods.at[t->pods.at[i]].place = i;
    }
    n->ports.count = 0;
    for (uint32_t i = 0; i < t->ports.count; i++) {
        VEC_PUSH(&n->ports, t->ports.at[i]);
    }
    c->log.count -= (uint32_t)(c->logged - t->logged);
    c->logged = t->logged;
    c->trials--;
    VEC_DROP(&t->pods);
    VEC_DROP(&t->ports);
}

/* ---- the snapshot ---- */

/* Takes the nodes off the list that are there no more. */
static void clear_list(struct cache *c)
{
    for (uint32_t i = 0; i < c->gone.count; i++) {
        if (!c->nodes.at[c->gone.at[i]].present) {
            c->positions.at[c->gone.at[i]] = NONE;
            release(c, c->gone.at[i]);
        }
    }
    c->order.count = c->came_from.count = c->gone.count = 0;
}

/* Round robin over the zones: the first node of each, then the second of each ... */
static void rebuild_list(struct cache *c)
{
    clear_list(c);
    c->unlisted = c->vanished = 0;
    c->orders++;
    for (uint32_t round = 0; c->order.count < c->present; round++) {
        for (uint32_t z = 0; z < c->zone_order.count; z++) {
            const struct cached_zone *zone = &c->zones.at[c->zone_order.at[z]];
            if (round < zone->nodes.count) {
                uint32_t slot = zone->nodes.at[round];
                VEC_PUSH(&c->came_from, c->positions.at[slot]);
                c->positions.at[slot] = c->order.count;
                VEC_PUSH(&c->order, slot);
            }
        }
    }
}

void cache_snapshot(struct cache *c)
{
    for (uint32_t i = 0; i < c->touched.count; i++) {
        struct cached_node *n = &c->nodes.at[c->touched.at[i]];
        n->fresh = true;
        refresh_images(c, n);
    }
    c->touched.count = 0;
    if (c->unlisted + c->vanished > 0) {
        rebuild_list(c);
    }
}
