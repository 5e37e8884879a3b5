#include "models/hpa/behavior.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/base/elementary.h"
#include "sim/base/number.h"

#define SECOND_NS INT64_C(1000000000)
#define NO_SLOT UINT32_MAX

void hpa_memory_drop(struct hpa_memory *memory)
{
    VEC_DROP(&memory->recommendations);
    VEC_DROP(&memory->events[HPA_DOWN]);
    VEC_DROP(&memory->events[HPA_UP]);
}

/* Puts a recommendation into the slot of an outdated one, or at the end. */
static void keep(struct hpa_memory *memory, uint32_t slot, int32_t replicas, int64_t now_ns)
{
    struct hpa_recommendation r = {replicas, now_ns};
    if (slot == NO_SLOT) {
        VEC_PUSH(&memory->recommendations, r);
    } else {
        memory->recommendations.at[slot] = r;
    }
}

struct hpa_memory hpa_memory_copy(const struct hpa_memory *memory)
{
    struct hpa_memory copy = {0};
    for (uint32_t i = 0; i < memory->recommendations.count; i++) {
        VEC_PUSH(&copy.recommendations, memory->recommendations.at[i]);
    }
    for (int direction = 0; direction < 2; direction++) {
        for (uint32_t i = 0; i < memory->events[direction].count; i++) {
            VEC_PUSH(&copy.events[direction], memory->events[direction].at[i]);
        }
    }
    return copy;
}

void hpa_memory_recommend(struct hpa_memory *memory, int32_t replicas, int64_t now_ns)
{
    keep(memory, NO_SLOT, replicas, now_ns);
}

/* Without behavior: the highest recommendation of the window, at most twice the size, within min and max. */
static int32_t highest_recent(struct hpa_memory *memory, const struct hpa_limits *limits, int32_t desired,
                              int64_t now_ns)
{
    int64_t cut = now_ns - limits->downscale_stabilization_ns;
    int32_t highest = desired;
    uint32_t slot = NO_SLOT;
    for (uint32_t i = 0; i < memory->recommendations.count; i++) {
        const struct hpa_recommendation *r = &memory->recommendations.at[i];
        if (r->time_ns < cut) {
            slot = i;
        } else if (r->replicas > highest) {
            highest = r->replicas;
        }
    }
    keep(memory, slot, desired, now_ns);
    return highest;
}

/* wanted, but not above what the rate and the spec allow. */
static struct hpa_normalized at_most(const struct hpa_limits *limits, int32_t rate_limit, int32_t wanted)
{
    bool by_rate = limits->max > rate_limit;
    int32_t allowed = by_rate ? rate_limit : limits->max;
    if (wanted <= allowed) {
        return (struct hpa_normalized){.replicas = wanted, .limited = HPA_DESIRED_WITHIN_RANGE};
    }
    return (struct hpa_normalized){.replicas = allowed,
                                   .limited = by_rate ? HPA_SCALE_UP_LIMIT : HPA_TOO_MANY_REPLICAS};
}

static struct hpa_normalized at_least(const struct hpa_limits *limits, int32_t rate_limit, int32_t wanted)
{
    bool by_rate = limits->min < rate_limit;
    int32_t allowed = by_rate ? rate_limit : limits->min;
    if (wanted >= allowed) {
        return (struct hpa_normalized){.replicas = wanted, .limited = HPA_DESIRED_WITHIN_RANGE};
    }
    return (struct hpa_normalized){.replicas = allowed,
                                   .limited = by_rate ? HPA_SCALE_DOWN_LIMIT : HPA_TOO_FEW_REPLICAS};
}

static struct hpa_normalized normalize_plain(struct hpa_memory *memory, const struct hpa_limits *limits,
                                             int32_t current, int32_t desired, int64_t now_ns)
{
    int32_t wanted = highest_recent(memory, limits, desired, now_ns);
    double twice = 2.0 * (double)current;
    struct hpa_normalized n = at_most(limits, number_go_int32(twice > 4.0 ? twice : 4.0), wanted);
    if (wanted < limits->min) {
        n = (struct hpa_normalized){.replicas = limits->min, .limited = HPA_TOO_FEW_REPLICAS};
    }
    n.able = wanted != desired ? HPA_SCALE_DOWN_STABILIZED : HPA_READY_FOR_NEW_SCALE;
    return n;
}

/* The size of now, moved no further than the lowest recommendation of the up window and the highest of the down window. */
static int32_t stabilized(struct hpa_memory *memory, const struct hpa_behavior *behavior,
                          const struct hpa_limits *limits, int32_t current, int32_t desired, int64_t now_ns)
{
    int64_t down_s = behavior->down.window_s;
    down_s = down_s < 0 ? limits->downscale_stabilization_ns / SECOND_NS : down_s;
    int64_t up_cut = now_ns - behavior->up.window_s * SECOND_NS, down_cut = now_ns - down_s * SECOND_NS;
    int32_t lowest = desired, highest = desired;
    uint32_t slot = NO_SLOT;
    for (uint32_t i = 0; i < memory->recommendations.count; i++) {
        const struct hpa_recommendation *r = &memory->recommendations.at[i];
        lowest = r->time_ns > up_cut && r->replicas < lowest ? r->replicas : lowest;
        highest = r->time_ns > down_cut && r->replicas > highest ? r->replicas : highest;
        slot = r->time_ns < up_cut && r->time_ns < down_cut ? i : slot;
    }
    keep(memory, slot, desired, now_ns);
    int32_t wanted = current < lowest ? lowest : current;
    return wanted > highest ? highest : wanted;
}

static int32_t recent_change(const struct hpa_memory *memory, enum hpa_direction way, int64_t cut_ns)
{
    int32_t change = 0;
    for (uint32_t i = 0; i < memory->events[way].count; i++) {
        const struct hpa_event *e = &memory->events[way].at[i];
        change = e->time_ns > cut_ns ? number_wrap_add32(change, e->change) : change;
    }
    return change;
}

/* How far one policy lets the size go, counted from the size at the start of its period. */
static int32_t policy_limit(const struct hpa_memory *memory, const struct hpa_policy *p, enum hpa_direction way,
                            int32_t current, int64_t now_ns)
{
    int64_t cut = now_ns - p->period_s * SECOND_NS;
    int32_t added = recent_change(memory, HPA_UP, cut);
    int32_t removed = recent_change(memory, HPA_DOWN, cut);
    int32_t base = number_wrap_add32(number_wrap_sub32(current, added), removed);
    if (p->type == HPA_POLICY_PODS) {
        return way == HPA_UP ? number_wrap_add32(base, p->value) : number_wrap_sub32(base, p->value);
    }
    if (way == HPA_UP) {
        return number_go_int32(elementary_ceil((double)base * (1 + (double)p->value / 100)));
    }
    return number_go_int32((double)base * (1 - (double)p->value / 100));
}

/* The limit of all policies of a direction; never on the other side of the size of now. */
static int32_t rules_limit(const struct hpa_memory *memory, const struct hpa_rules *rules, enum hpa_direction way,
                           int32_t current, int64_t now_ns)
{
    if (rules->select == HPA_SELECT_DISABLED) {
        return current;
    }
    bool highest = (rules->select == HPA_SELECT_MAX) == (way == HPA_UP);
    int32_t limit = highest ? INT32_MIN : INT32_MAX;
    for (uint32_t i = 0; i < rules->policy_count; i++) {
        int32_t one = policy_limit(memory, &rules->policies[i], way, current, now_ns);
        limit = (highest ? one > limit : one < limit) ? one : limit;
    }
    return (way == HPA_UP ? limit < current : limit > current) ? current : limit;
}

static struct hpa_normalized normalize_rules(struct hpa_memory *memory, const struct hpa_behavior *behavior,
                                             const struct hpa_limits *limits, int32_t current, int32_t desired,
                                             int64_t now_ns)
{
    int32_t wanted = stabilized(memory, behavior, limits, current, desired, now_ns);
    struct hpa_normalized n = {.replicas = wanted, .limited = HPA_DESIRED_WITHIN_RANGE};
    if (wanted > current) {
        n = at_most(limits, rules_limit(memory, &behavior->up, HPA_UP, current, now_ns), wanted);
    } else if (wanted < current) {
        n = at_least(limits, rules_limit(memory, &behavior->down, HPA_DOWN, current, now_ns), wanted);
    }
    enum hpa_reason held = desired >= current ? HPA_SCALE_UP_STABILIZED : HPA_SCALE_DOWN_STABILIZED;
    n.able = wanted == desired ? HPA_READY_FOR_NEW_SCALE : held;
    return n;
}

struct hpa_normalized hpa_normalize(struct hpa_memory *memory, const struct hpa_behavior *behavior,
                                    const struct hpa_limits *limits, int32_t current, int32_t desired, int64_t now_ns)
{
    return behavior == NULL ? normalize_plain(memory, limits, current, desired, now_ns)
                            : normalize_rules(memory, behavior, limits, current, desired, now_ns);
}

static int32_t longest_period_s(const struct hpa_rules *rules)
{
    int32_t longest = 0;
    for (uint32_t i = 0; i < rules->policy_count; i++) {
        longest = rules->policies[i].period_s > longest ? rules->policies[i].period_s : longest;
    }
    return longest;
}

void hpa_memory_rescaled(struct hpa_memory *memory, const struct hpa_behavior *behavior, int32_t before, int32_t after,
                         int64_t now_ns)
{
    if (behavior == NULL) {
        return;
    }
    enum hpa_direction way = after > before ? HPA_UP : HPA_DOWN;
    int64_t cut = now_ns - longest_period_s(way == HPA_UP ? &behavior->up : &behavior->down) * SECOND_NS;
    uint32_t slot = NO_SLOT;
    for (uint32_t i = 0; i < memory->events[way].count; i++) {
        struct hpa_event *e = &memory->events[way].at[i];
        e->outdated = e->outdated || e->time_ns < cut;
        slot = e->outdated ? i : slot;
    }
    int32_t change = way == HPA_UP ? number_wrap_sub32(after, before) : number_wrap_sub32(before, after);
    struct hpa_event event = {.change = change, .time_ns = now_ns};
    if (slot == NO_SLOT) {
        VEC_PUSH(&memory->events[way], event);
    } else {
        memory->events[way].at[slot] = event;
    }
}
