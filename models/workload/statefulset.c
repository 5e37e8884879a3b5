#include "models/workload/statefulset.h"

/* A sync under way: pods by slot (null: not created yet), and those outside the range, highest ordinal first. */
struct sync {
    const struct statefulset *set;
    const struct statefulset_pod **slots; /* [set->replicas] */
    const struct statefulset_pod **condemned;
    uint32_t condemned_count;
    const struct statefulset_pod *first_unavailable; /* null also when that is a slot without pod */
    struct statefulset_plan *plan;
};

static bool is_terminal(const struct statefulset_pod *pod)
{
    return pod->phase == POD_FAILED || pod->phase == POD_SUCCEEDED;
}

static bool is_unavailable(const struct statefulset_pod *pod)
{
    return pod == NULL || !pod->available || pod->terminating;
}

static void add_delete(struct statefulset_plan *plan, const struct statefulset_pod *pod)
{
    plan->acts[plan->act_count++] = (struct statefulset_act){.kind = STATEFULSET_DELETE, .row = pod->row};
}

static void add_create(struct statefulset_plan *plan, const struct statefulset *set, int32_t slot)
{
    bool keeps = slot < set->partition && !set->on_delete;
    plan->acts[plan->act_count++] = (struct statefulset_act){
        .kind = STATEFULSET_CREATE, .ordinal = set->start + slot, .template = keeps ? set->current : set->update};
}

static void count_status(const struct statefulset *set, const struct statefulset_pod *pods, uint32_t count,
                         struct workload_status *status)
{
    *status = (struct workload_status){.observed_generation = set->generation, .replicas = (int32_t)count};
    for (uint32_t i = 0; i < count; i++) {
        status->ready += pods[i].ready;
        status->available += pods[i].available;
        if (!pods[i].terminating) {
            status->current += pods[i].template == set->current;
            status->updated += pods[i].template == set->update;
        }
    }
}

static void sort_pods(struct sync *s, const struct statefulset_pod *pods, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int64_t slot = (int64_t)pods[i].ordinal - s->set->start;
        if (slot >= 0 && slot < s->set->replicas) {
            s->slots[slot] = &pods[i];
            continue;
        }
        uint32_t at = s->condemned_count++;
        for (; at > 0 && s->condemned[at - 1]->ordinal < pods[i].ordinal; at--) {
            s->condemned[at] = s->condemned[at - 1];
        }
        s->condemned[at] = &pods[i];
    }
}

static void find_first_unavailable(struct sync *s)
{
    for (int32_t i = 0; i < s->set->replicas; i++) {
        if (is_unavailable(s->slots[i])) {
            s->first_unavailable = s->slots[i];
            return;
        }
    }
    for (uint32_t i = s->condemned_count; i-- > 0;) {
        if (is_unavailable(s->condemned[i])) {
            s->first_unavailable = s->condemned[i];
            return;
        }
    }
}

/* Looks after one slot; true: a set in order waits for it. */
static bool keep_alive(struct sync *s, int32_t slot)
{
    const struct statefulset_pod *pod = s->slots[slot];
    if (pod == NULL) {
        add_create(s->plan, s->set, slot);
        return true;
    }
    if (is_terminal(pod) && !pod->terminating) {
        add_delete(s->plan, pod);
    }
    return is_terminal(pod) || pod->terminating || !pod->available;
}

/* Takes a pod outside the range out; true: a set in order waits for it. */
static bool condemn(struct sync *s, const struct statefulset_pod *pod)
{
    if (pod->terminating) {
        return true;
    }
    if (s->set->parallel || pod->available || pod == s->first_unavailable) {
        add_delete(s->plan, pod);
    }
    return true;
}

/* True: the sync ends here. */
static bool keep_all_alive(struct sync *s)
{
    for (int32_t i = 0; i < s->set->replicas; i++) {
        if (keep_alive(s, i) && !s->set->parallel) {
            return true;
        }
    }
    for (uint32_t i = 0; i < s->condemned_count; i++) {
        if (condemn(s, s->condemned[i]) && !s->set->parallel) {
            return true;
        }
    }
    return false;
}

static bool is_old(const struct sync *s, const struct statefulset_pod *pod)
{
    return pod != NULL && pod->template != s->set->update && !pod->terminating;
}

/* Deletes the highest pod of another revision, and waits until its replacement is available. */
static void update_one(struct sync *s)
{
    for (int32_t i = s->set->replicas - 1; i >= s->set->partition; i--) {
        if (is_old(s, s->slots[i])) {
            add_delete(s->plan, s->slots[i]);
            s->plan->status.current--;
            return;
        }
        if (is_unavailable(s->slots[i])) {
            return;
        }
    }
}

/* The same with several unavailable at a time. */
static void update_several(struct sync *s)
{
    int32_t room = s->set->max_unavailable;
    for (int32_t i = 0; i < s->set->replicas; i++) {
        room -= is_unavailable(s->slots[i]);
    }
    for (int32_t i = s->set->replicas - 1; i >= s->set->partition && room > 0; i--) {
        if (is_old(s, s->slots[i])) {
            add_delete(s->plan, s->slots[i]);
            s->plan->status.current--;
            room--;
        }
    }
}

static void complete(struct sync *s)
{
    struct workload_status *status = &s->plan->status;
    if (!s->set->on_delete && status->updated == s->set->replicas && status->ready == s->set->replicas &&
        status->replicas == s->set->replicas) {
        s->plan->completed = true;
        status->current = status->updated;
    }
}

void statefulset_sync(const struct statefulset *set, const struct statefulset_pod *pods, uint32_t count,
                      struct arena *arena, struct statefulset_plan *plan)
{
    uint32_t replicas = (uint32_t)set->replicas;
    *plan = (struct statefulset_plan){.acts = TAKE(arena, struct statefulset_act, replicas + 2 * count)};
    struct sync s = {.set = set,
                     .slots = TAKE(arena, const struct statefulset_pod *, replicas),
                     .condemned = TAKE(arena, const struct statefulset_pod *, count),
                     .plan = plan};
    sort_pods(&s, pods, count);
    find_first_unavailable(&s);
    count_status(set, pods, count, &plan->status);
    if (!keep_all_alive(&s) && !set->on_delete) {
        if (set->max_unavailable > 0) {
            update_several(&s);
        } else {
            update_one(&s);
        }
    }
    complete(&s);
}
