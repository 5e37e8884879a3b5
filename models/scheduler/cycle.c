#include "models/scheduler/cycle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "models/scheduler/score.h"
#include "sim/world/placement.h"

void cycle_drop(struct cycle_cache *c)
{
    for (uint32_t i = 0; i < c->nodes.count; i++) {
        free(c->nodes.at[i].used_scalars);
    }
    VEC_DROP(&c->nodes);
    VEC_DROP(&c->order);
    VEC_DROP(&c->feasible);
    VEC_DROP(&c->scores);
}

void cycle_add_node(struct cycle_cache *c, const struct node *n, uint32_t row)
{
    VEC_PUSH(&c->nodes, (struct cycle_node){.row = row, .name = n->name, .zone = n->zone});
    cycle_update_node(c, c->nodes.count - 1, n);
    c->stale = true;
}

void cycle_update_node(struct cycle_cache *c, uint32_t index, const struct node *n)
{
    struct cycle_node *own = &c->nodes.at[index];
    own->labels = n->labels;
    own->taints = n->taints;
    own->ready = n->ready;
    own->unschedulable = n->unschedulable;
    if (own->used_scalars == NULL || own->allocatable.scalar_count != n->allocatable.scalar_count) {
        free(own->used_scalars);
        own->used_scalars = memory_take(n->allocatable.scalar_count, sizeof *own->used_scalars);
    }
    own->allocatable = n->allocatable;
    own->pods_allocatable = n->pods_allocatable;
}

void cycle_remove_node(struct cycle_cache *c, uint32_t index)
{
    free(c->nodes.at[index].used_scalars);
    memmove(&c->nodes.at[index], &c->nodes.at[index + 1], (c->nodes.count - index - 1) * sizeof *c->nodes.at);
    c->nodes.count--;
    c->stale = true;
}

static uint32_t scalar_index(const struct cycle_node *n, const char *name)
{
    for (uint32_t i = 0; i < n->allocatable.scalar_count; i++) {
        if (n->allocatable.scalars[i].name == name) {
            return i;
        }
    }
    return NONE;
}

void cycle_count(struct cycle_cache *c, uint32_t index, const struct pod_template *t, int64_t sign)
{
    struct cycle_node *n = &c->nodes.at[index];
    n->requested.mcpu += sign * t->requests.mcpu;
    n->requested.memory_bytes += sign * t->requests.memory_bytes;
    n->requested.ephemeral_bytes += sign * t->requests.ephemeral_bytes;
    n->nonzero_mcpu += sign * t->nonzero_mcpu;
    n->nonzero_memory_bytes += sign * t->nonzero_memory_bytes;
    n->pods += sign;
    for (uint32_t i = 0; i < t->requests.scalar_count; i++) {
        uint32_t at = scalar_index(n, t->requests.scalars[i].name);
        if (at != NONE) {
            n->used_scalars[at] += sign * t->requests.scalars[i].amount;
        }
    }
}

static uint32_t bit(bool set, enum cycle_reason reason)
{
    return set ? UINT32_C(1) << reason : 0;
}

static bool lacks_scalar(const struct cycle_node *n, const struct resources *wanted)
{
    for (uint32_t i = 0; i < wanted->scalar_count; i++) {
        uint32_t at = scalar_index(n, wanted->scalars[i].name);
        int64_t left = at == NONE ? 0 : n->allocatable.scalars[at].amount - n->used_scalars[at];
        if (wanted->scalars[i].amount > left) {
            return true;
        }
    }
    return false;
}

/* NodeResourcesFit: every reason that holds; a resource that the pod does not ask for is not looked at. */
static uint32_t lacks(const struct cycle_node *n, const struct resources *w)
{
    const struct resources *a = &n->allocatable, *r = &n->requested;
    return bit(n->pods + 1 > n->pods_allocatable, CYCLE_TOO_MANY_PODS) |
           bit(w->mcpu > 0 && w->mcpu > a->mcpu - r->mcpu, CYCLE_CPU) |
           bit(w->memory_bytes > 0 && w->memory_bytes > a->memory_bytes - r->memory_bytes, CYCLE_MEMORY) |
           bit(w->ephemeral_bytes > 0 && w->ephemeral_bytes > a->ephemeral_bytes - r->ephemeral_bytes,
               CYCLE_EPHEMERAL) |
           bit(lacks_scalar(n, w), CYCLE_SCALAR);
}

bool cycle_fits(const struct cycle_node *n, const struct cycle_pod *pod, uint32_t *reasons)
{
    const struct placement *p = pod->template->placement;
    *reasons = 0;
    if (!filter_unschedulable(p, n->unschedulable)) {
        *reasons = bit(true, CYCLE_UNSCHEDULABLE);
    } else if (pod->template->node_name != NULL && pod->template->node_name != n->name) {
        *reasons = bit(true, CYCLE_NODE_NAME);
    } else if (!filter_ready(p, n->ready) || !filter_taints(p, n->taints)) {
        *reasons = bit(true, CYCLE_TAINT);
    } else if ((pod->wanted_node != NULL && pod->wanted_node != n->name) || !filter_affinity(p, n->labels, n->name)) {
        *reasons = bit(true, CYCLE_AFFINITY);
    } else {
        *reasons = lacks(n, &pod->template->requests);
    }
    return *reasons == 0;
}

uint32_t cycle_nodes_to_find(uint32_t count)
{
    if (count < 100) {
        return count;
    }
    uint32_t percent = count / 125 >= 45 ? 5 : 50 - count / 125;
    uint32_t wanted = (uint32_t)((uint64_t)count * percent / 100);
    return wanted < 100 ? 100 : wanted;
}

/* Nodes in the order of a round robin over zones: zones by first appearance, in a zone by arrival. */
static void rebuild_order(struct cycle_cache *c)
{
    c->order.count = 0;
    c->stale = false;
    VEC(const char *) zones = {0};
    VEC(uint32_t) cursors = {0};
    for (uint32_t i = 0; i < c->nodes.count; i++) {
        uint32_t z = 0;
        while (z < zones.count && zones.at[z] != c->nodes.at[i].zone) {
            z++;
        }
        if (z == zones.count) {
            VEC_PUSH(&zones, c->nodes.at[i].zone);
            VEC_PUSH(&cursors, i);
        }
    }
    while (c->order.count < c->nodes.count) {
        for (uint32_t z = 0; z < zones.count; z++) {
            uint32_t at = cursors.at[z];
            while (at < c->nodes.count && c->nodes.at[at].zone != zones.at[z]) {
                at++;
            }
            if (at < c->nodes.count) {
                VEC_PUSH(&c->order, at);
            }
            cursors.at[z] = at < c->nodes.count ? at + 1 : at;
        }
    }
    VEC_DROP(&zones);
    VEC_DROP(&cursors);
}

static void note_reasons(struct cycle_result *result, uint32_t reasons)
{
    for (unsigned r = 0; r < CYCLE_REASONS; r++) {
        result->rejected[r] += reasons >> r & 1;
    }
}

/* Looks for one feasible node more than wanted; that one is not counted. */
static void find_feasible(struct cycle_cache *c, const struct cycle_pod *pod, struct cycle_result *result)
{
    uint32_t count = c->order.count;
    uint32_t wanted = cycle_nodes_to_find(count);
    uint32_t rejected = 0;
    c->feasible.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = c->order.at[(c->next_start + i) % count];
        uint32_t reasons;
        if (!cycle_fits(&c->nodes.at[index], pod, &reasons)) {
            rejected++;
            note_reasons(result, reasons);
        } else if (c->feasible.count == wanted) {
            break;
        } else {
            VEC_PUSH(&c->feasible, index);
        }
    }
    c->next_start = (c->next_start + c->feasible.count + rejected) % count;
    result->feasible = c->feasible.count;
    result->evaluated = c->feasible.count + rejected;
}

/* A pod that names its node looks at no other; where the search begins does not move on as far. */
static void find_wanted(struct cycle_cache *c, const struct cycle_pod *pod, struct cycle_result *result)
{
    c->feasible.count = 0;
    result->rejected[CYCLE_AFFINITY] = c->nodes.count;
    for (uint32_t i = 0; i < c->nodes.count; i++) {
        uint32_t reasons;
        if (c->nodes.at[i].name != pod->wanted_node) {
            continue;
        }
        result->rejected[CYCLE_AFFINITY]--;
        result->evaluated = 1;
        if (cycle_fits(&c->nodes.at[i], pod, &reasons)) {
            VEC_PUSH(&c->feasible, i);
        } else {
            note_reasons(result, reasons);
        }
        c->next_start = (c->next_start + 1) % c->nodes.count;
    }
    result->feasible = c->feasible.count;
}

static int64_t score(const struct cycle_node *n, const struct pod_template *t)
{
    struct score_amount allocatable = {n->allocatable.mcpu, n->allocatable.memory_bytes};
    int64_t total =
        score_least_allocated(allocatable, (struct score_amount){n->nonzero_mcpu + t->nonzero_mcpu,
                                                                 n->nonzero_memory_bytes + t->nonzero_memory_bytes});
    if (t->requests.mcpu != 0 || t->requests.memory_bytes != 0) {
        total +=
            score_balanced_allocation(allocatable, (struct score_amount){n->requested.mcpu, n->requested.memory_bytes},
                                      (struct score_amount){t->requests.mcpu, t->requests.memory_bytes});
    }
    return total;
}

struct cycle_result cycle_place(struct cycle_cache *c, const struct cycle_pod *pod)
{
    struct cycle_result result = {.node = NONE};
    if (c->nodes.count == 0) {
        return result;
    }
    if (c->stale) {
        rebuild_order(c);
    }
    if (pod->wanted_node != NULL) {
        find_wanted(c, pod, &result);
    } else {
        find_feasible(c, pod, &result);
    }
    if (c->feasible.count == 1) {
        result.node = c->feasible.at[0];
    } else if (c->feasible.count > 1) {
        c->scores.count = 0;
        for (uint32_t i = 0; i < c->feasible.count; i++) {
            VEC_PUSH(&c->scores, score(&c->nodes.at[c->feasible.at[i]], pod->template));
        }
        result.node = score_select(c->scores.at, c->feasible.at, c->feasible.count);
    }
    return result;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void cycle_message(const uint32_t rejected[CYCLE_REASONS], uint32_t nodes, char *text, size_t size)
{
    static const char *const words[CYCLE_REASONS] = {
        [CYCLE_UNSCHEDULABLE] = "node(s) were unschedulable",
        [CYCLE_NODE_NAME] = "node(s) didn't match the requested node name",
        [CYCLE_TAINT] = "node(s) had untolerated taint(s)",
        [CYCLE_AFFINITY] = "node(s) didn't match Pod's node affinity/selector",
        [CYCLE_TOO_MANY_PODS] = "Too many pods",
        [CYCLE_CPU] = "Insufficient cpu",
        [CYCLE_MEMORY] = "Insufficient memory",
        [CYCLE_EPHEMERAL] = "Insufficient ephemeral-storage",
        [CYCLE_SCALAR] = "Insufficient extended resource",
    };
    char parts[CYCLE_REASONS][80];
    char *sorted[CYCLE_REASONS];
    size_t count = 0;
    for (unsigned r = 0; r < CYCLE_REASONS; r++) {
        if (rejected[r] > 0) {
            snprintf(parts[count], sizeof parts[count], "%u %s", rejected[r], words[r]);
            sorted[count] = parts[count];
            count++;
        }
    }
    qsort(sorted, count, sizeof *sorted, by_text);
    size_t used = (size_t)snprintf(
        text, size, nodes == 0 ? "no nodes available to schedule pods" : "0/%u nodes are available: ", nodes);
    for (size_t i = 0; i < count && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", sorted[i], i + 1 < count ? ", " : ".");
    }
}
