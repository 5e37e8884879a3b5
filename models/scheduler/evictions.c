#include "models/scheduler/evictions.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static bool exists(const struct sim *sim, struct ref pod)
{
    const struct pod *p = &sim->world.pods.at[pod.row];
    return p->uid != 0 && p->generation == pod.generation;
}

/* Kubernetes names the other pod by its uid. */
static void render_preempted(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    char name[256];
    world_pod_name(&sim->world, (uint32_t)note->numbers[0], name, sizeof name);
    snprintf(text, size, "Preempted by pod %s on node %s", name, note->texts[0]);
}

static uint32_t take_place(struct evictions *all)
{
    uint32_t i = 0;
    while (i < all->list.count && all->list.at[i].used) {
        i++;
    }
    if (i == all->list.count) {
        VEC_PUSH(&all->list, (struct eviction){0});
    }
    return i;
}

static void set_of(struct evictions *all, uint32_t row, uint32_t number)
{
    while (all->of.count <= row) {
        VEC_PUSH(&all->of, 0);
    }
    all->of.at[row] = number;
}

static void find_cleared(const struct sim *sim, const struct cache *cache, struct eviction *e, int32_t priority)
{
    uint32_t slot = cache_find(cache, e->node);
    const struct cached_node *n = slot == NONE ? NULL : &cache->nodes.at[slot];
    for (uint32_t i = 0; n != NULL && i < n->nominated.count; i++) {
        uint32_t row = n->nominated.at[i].number;
        if (n->nominated.at[i].class->template->priority < priority &&
            world_pod(&sim->world, row)->nominated_node != NULL) {
            VEC_PUSH(&e->cleared, api_ref_pod(&sim->world, row));
        }
    }
}

/* ---- one call after the other ---- */

/* Makes the call that is next. False: there is none. */
static bool ask(struct sim *sim, struct eviction *e)
{
    if (e->call == EVICTION_CLEAR && e->next == e->cleared.count) {
        e->call = EVICTION_MARK;
        e->next = 0;
    }
    if (e->call == EVICTION_CLEAR) {
        sim_ask(sim, &(struct intent){.kind = INTENT_POD_UNSCHEDULED,
                                      .target = e->cleared.at[e->next],
                                      .unscheduled = {.nominates = true}});
        return true;
    }
    if (e->next == e->victims.count) {
        return false;
    }
    struct ref victim = e->victims.at[e->next];
    if (e->call == EVICTION_MARK && exists(sim, victim) && world_pod(&sim->world, victim.row)->preempted) {
        e->call = EVICTION_DELETE;
    }
    sim_ask(sim, &(struct intent){.kind = e->call == EVICTION_MARK ? INTENT_PREEMPT_POD : INTENT_DELETE_POD,
                                  .target = victim,
                                  .grace_ns = -1});
    if (e->call == EVICTION_DELETE && exists(sim, victim)) {
        sim_note(sim, &(struct note){.model = "scheduler",
                                     .object = NOTE_POD,
                                     .row = victim.row,
                                     .reason = "Preempted",
                                     .numbers = {e->preemptor.row},
                                     .texts = {e->node},
                                     .render = render_preempted});
    }
    return true;
}

/* Takes note of how the call ended. */
static void go_on(struct eviction *e, enum outcome_kind outcome)
{
    bool gone = outcome == OUTCOME_GONE;
    if (e->call == EVICTION_MARK && !gone) {
        e->call = EVICTION_DELETE;
        return;
    }
    e->failed |= e->call == EVICTION_CLEAR && gone;
    e->next++;
    e->call = e->call == EVICTION_CLEAR ? EVICTION_CLEAR : EVICTION_MARK;
}

void evictions_drop(struct evictions *all)
{
    for (uint32_t i = 0; i < all->list.count; i++) {
        VEC_DROP(&all->list.at[i].cleared);
        VEC_DROP(&all->list.at[i].victims);
    }
    VEC_DROP(&all->list);
    VEC_DROP(&all->of);
}

uint32_t evictions_begin(struct evictions *all, const struct sim *sim, const struct cache *cache, uint32_t preemptor,
                         const char *node, const struct ref *victims, uint32_t count)
{
    assert(count > 0);
    uint32_t place = take_place(all);
    struct eviction *e = &all->list.at[place];
    e->preemptor = api_ref_pod(&sim->world, preemptor);
    e->node = node;
    e->cleared.count = e->victims.count = 0;
    e->call = EVICTION_CLEAR;
    e->next = 0;
    e->failed = false;
    e->used = true;
    for (uint32_t i = 0; i < count; i++) {
        VEC_PUSH(&e->victims, victims[i]);
    }
    find_cleared(sim, cache, e, world_pod(&sim->world, preemptor)->template->priority);
    set_of(all, preemptor, place + 1);
    return place;
}

bool evictions_turn(struct evictions *all, struct sim *sim, const struct turn *turn, struct ref *preemptor)
{
    struct eviction *e = &all->list.at[turn->id];
    if (turn->stage > 0) {
        go_on(e, turn->outcomes[0].kind);
    }
    if (ask(sim, e)) {
        return false;
    }
    e->used = false;
    *preemptor = e->preemptor;
    if (exists(sim, e->preemptor)) {
        set_of(all, e->preemptor.row, 0);
    }
    return e->failed;
}

/* The last victim counts as asked when its deletion has begun, though the call may not have come back. */
bool evictions_hold(const struct evictions *all, const struct sim *sim, uint32_t row)
{
    uint32_t number = row < all->of.count ? all->of.at[row] : 0;
    if (number == 0) {
        return false;
    }
    const struct eviction *e = &all->list.at[number - 1];
    if (e->call == EVICTION_CLEAR || e->next + 1 < e->victims.count) {
        return true;
    }
    if (e->next == e->victims.count) {
        return false;
    }
    struct ref last = e->victims.at[e->next];
    return exists(sim, last) && world_pod(&sim->world, last.row)->deletion_ns == TIME_UNSET;
}

void evictions_forget(struct evictions *all, uint32_t row)
{
    if (row < all->of.count) {
        all->of.at[row] = 0;
    }
}
