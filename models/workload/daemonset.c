#include "models/workload/daemonset.h"

#include <string.h>

#include "models/scheduler/filters.h"
#include "sim/base/elementary.h"
#include "sim/base/number.h"

/* ---- the pods of one node ---- */

/* Bound before unbound, then by age. */
static bool goes_before(const struct daemonset_pod *a, const struct daemonset_pod *b)
{
    if (a->bound != b->bound) {
        return a->bound;
    }
    return a->created_ns != b->created_ns ? a->created_ns < b->created_ns : a->uid < b->uid;
}

static void sort_pods(struct daemonset_node *node)
{
    for (uint32_t i = 1; i < node->count; i++) {
        struct daemonset_pod moved = node->pods[i];
        uint32_t at = i;
        for (; at > 0 && goes_before(&moved, &node->pods[at - 1]); at--) {
            node->pods[at] = node->pods[at - 1];
        }
        node->pods[at] = moved;
    }
}

static bool is_terminal(const struct daemonset_pod *pod)
{
    return pod->phase == POD_FAILED || pod->phase == POD_SUCCEEDED;
}

/* The one new and the one old pod that are not being deleted; null: none. False: there are two of a kind. */
static bool find_pair(const struct daemonset_node *node, const struct daemonset_pod **new_pod,
                      const struct daemonset_pod **old_pod)
{
    *new_pod = *old_pod = NULL;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct daemonset_pod *pod = &node->pods[i];
        const struct daemonset_pod **place = pod->current ? new_pod : old_pod;
        if (pod->deleting) {
            continue;
        }
        if (*place != NULL) {
            return false;
        }
        *place = pod;
    }
    return true;
}

/* ---- acts ---- */

struct sync {
    const struct daemonset *set;
    struct daemonset_node *nodes;
    uint32_t count;
    int32_t desired;
    int32_t surge;
    int32_t unavailable;
    bool surges; /* for one node, maxSurge is above 0 */
    struct daemonset_plan *plan;
};

static void add_create(struct sync *s, uint32_t node)
{
    if (s->plan->create_count < DAEMONSET_BURST) {
        s->plan->creates[s->plan->create_count++] = node;
    }
}

static void add_delete(struct sync *s, const struct daemonset_pod *pod)
{
    if (s->plan->delete_count < DAEMONSET_BURST) {
        s->plan->deletes[s->plan->delete_count++] = pod->row;
    }
}

/* ---- one pod on each node ---- */

/* With surge: one pod of each revision stays, and the old one until the new one can take over. */
static void keep_pair(struct sync *s, const struct daemonset_node *node)
{
    const struct daemonset_pod *new_pod = NULL, *old_pod = NULL;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct daemonset_pod *pod = &node->pods[i];
        const struct daemonset_pod **place = pod->current ? &new_pod : &old_pod;
        if (pod->deleting || is_terminal(pod)) {
            continue;
        }
        if (*place == NULL) {
            *place = pod;
        } else {
            add_delete(s, pod);
        }
    }
    if (new_pod != NULL && old_pod != NULL && (!old_pod->ready || new_pod->available)) {
        add_delete(s, old_pod);
    }
}

/* Without surge: only the oldest pod stays. */
static void keep_oldest(struct sync *s, const struct daemonset_node *node)
{
    bool kept = false;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct daemonset_pod *pod = &node->pods[i];
        if (!pod->deleting && !is_terminal(pod)) {
            if (kept) {
                add_delete(s, pod);
            }
            kept = true;
        }
    }
}

static void clear_finished(struct sync *s, uint32_t n)
{
    struct daemonset_node *node = &s->nodes[n];
    for (uint32_t i = 0; i < node->count; i++) {
        const struct daemonset_pod *pod = &node->pods[i];
        if (pod->deleting || !is_terminal(pod)) {
            continue;
        }
        if (pod->phase == POD_FAILED && node->backs_off) {
            s->plan->waits[n] = true;
            continue;
        }
        if (pod->phase == POD_FAILED) {
            s->plan->failed[n] = true;
            node->backs_off = true;
        }
        add_delete(s, pod);
    }
}

/* Whether something there takes the place of a pod to come: with surge, what is being deleted does not. */
static bool is_taken(const struct sync *s, const struct daemonset_node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        if (!s->surges || !node->pods[i].deleting) {
            return true;
        }
    }
    return false;
}

static void manage(struct sync *s, uint32_t n)
{
    const struct daemonset_node *node = &s->nodes[n];
    if (node->should_run && !is_taken(s, node)) {
        add_create(s, n);
    } else if (node->should_continue) {
        clear_finished(s, n);
        if (s->surges) {
            keep_pair(s, node);
        } else {
            keep_oldest(s, node);
        }
    } else { /* a bound pod whose node is gone is left to the pod garbage collector */
        for (uint32_t i = 0; i < node->count; i++) {
            if (!node->pods[i].deleting && (node->exists || !node->pods[i].bound)) {
                add_delete(s, &node->pods[i]);
            }
        }
    }
}

/* ---- the roll-out ---- */

static bool takes_part(const struct daemonset_node *node)
{
    return node->should_run || node->count > 0;
}

/* What the node counts against maxUnavailable; *old_pod: the pod that may be replaced, if any. */
static bool is_unavailable(const struct daemonset_node *node, const struct daemonset_pod **old_pod)
{
    const struct daemonset_pod *new_pod;
    bool good = find_pair(node, &new_pod, old_pod);
    if (!good || (*old_pod == NULL) == (new_pod == NULL)) {
        *old_pod = NULL;
        return true;
    }
    return !(new_pod != NULL ? new_pod : *old_pod)->available;
}

/* Deletes old pods: those that are not available at once, others as far as maxUnavailable allows. */
static void replace(struct sync *s)
{
    const struct daemonset_pod *old_pod;
    int32_t room = s->unavailable;
    for (uint32_t n = 0; n < s->count; n++) {
        if (takes_part(&s->nodes[n]) && is_unavailable(&s->nodes[n], &old_pod)) {
            room--;
            if (old_pod != NULL) {
                add_delete(s, old_pod);
            }
        }
    }
    for (uint32_t n = 0; n < s->count && room > 0; n++) {
        if (takes_part(&s->nodes[n]) && !is_unavailable(&s->nodes[n], &old_pod) && old_pod != NULL) {
            add_delete(s, old_pod);
            room--;
        }
    }
}

/* Goes through the nodes that cannot wait: an old pod whose replacement is there goes, one that is not available is
 * replaced (or goes, where none should be). Counts surges under way and nodes with an available pod. */
static void surge_at_once(struct sync *s, int32_t *under_way, int32_t *available)
{
    for (uint32_t n = 0; n < s->count; n++) {
        const struct daemonset_node *node = &s->nodes[n];
        const struct daemonset_pod *new_pod, *old_pod;
        if (!takes_part(node)) {
            continue;
        }
        if (!find_pair(node, &new_pod, &old_pod)) {
            (*under_way)++;
            continue;
        }
        const struct daemonset_pod *first = old_pod != NULL ? old_pod : new_pod;
        *available += first != NULL && first->available;
        if (old_pod == NULL || (new_pod == NULL && old_pod->available)) {
            continue;
        }
        if (new_pod == NULL && node->should_run) {
            add_create(s, n);
        } else if (new_pod == NULL || new_pod->available) {
            add_delete(s, old_pod);
        } else {
            (*under_way)++;
        }
    }
}

/* The nodes with nothing but an available old pod: as many as may surge get a new one; where none should run, as many go
 * as there are available pods to spare. */
static void surge_as_allowed(struct sync *s, int32_t under_way, int32_t available)
{
    int32_t room = s->surge - under_way, spare = available - s->desired;
    for (uint32_t n = 0; n < s->count; n++) {
        const struct daemonset_node *node = &s->nodes[n];
        const struct daemonset_pod *new_pod, *old_pod;
        if (!takes_part(node) || !find_pair(node, &new_pod, &old_pod) || new_pod != NULL || old_pod == NULL ||
            !old_pod->available) {
            continue;
        }
        if (!node->should_run && spare-- > 0) {
            add_delete(s, old_pod);
        } else if (node->should_run && room-- > 0) {
            add_create(s, n);
        }
    }
}

static int32_t share(const struct int_or_percent *v, int32_t total)
{
    return v->percent ? number_go_int32(elementary_ceil((double)v->amount * (double)total / 100)) : v->amount;
}

static void roll_out(struct sync *s)
{
    s->surge = share(&s->set->max_surge, s->desired);
    s->unavailable = share(&s->set->max_unavailable, s->desired);
    if (s->desired > 0 && s->surge == 0 && s->unavailable == 0) {
        s->unavailable = 1;
    }
    if (s->surge == 0) {
        replace(s);
        return;
    }
    int32_t under_way = 0, available = 0;
    surge_at_once(s, &under_way, &available);
    surge_as_allowed(s, under_way, available);
}

/* ---- status ---- */

static void count_status(struct sync *s)
{
    struct workload_status *status = &s->plan->status;
    status->observed_generation = s->set->generation;
    for (uint32_t n = 0; n < s->count; n++) {
        const struct daemonset_node *node = &s->nodes[n];
        if (!node->exists) {
            continue;
        }
        status->replicas += node->should_run;
        if (node->count > 0 && !node->should_run) {
            status->misscheduled++;
        } else if (node->count > 0) {
            status->current++;
            status->ready += node->pods[0].ready;
            status->available += node->pods[0].available;
            status->updated += node->pods[0].current;
        }
    }
    status->unavailable = status->replicas - status->available;
}

/* Nothing is left to do but to count pods that become ready or stop being it. */
static bool is_settled(const struct sync *s)
{
    bool settled = s->plan->create_count == 0 && s->plan->delete_count == 0;
    for (uint32_t n = 0; n < s->count && settled; n++) {
        const struct daemonset_node *node = &s->nodes[n];
        settled = node->should_run ? node->count == 1 && node->pods[0].current && !node->pods[0].deleting &&
                                         !is_terminal(&node->pods[0])
                                   : node->count == 0;
    }
    return settled;
}

void daemonset_sync(const struct daemonset *d, struct daemonset_node *nodes, uint32_t count, struct arena *arena,
                    struct daemonset_plan *plan)
{
    *plan = (struct daemonset_plan){.creates = TAKE(arena, uint32_t, DAEMONSET_BURST),
                                    .deletes = TAKE(arena, uint32_t, DAEMONSET_BURST),
                                    .failed = TAKE(arena, bool, count),
                                    .waits = TAKE(arena, bool, count)};
    struct sync s = {.set = d, .nodes = nodes, .count = count, .surges = share(&d->max_surge, 1) > 0, .plan = plan};
    for (uint32_t n = 0; n < count; n++) {
        sort_pods(&nodes[n]);
        s.desired += nodes[n].should_run;
        manage(&s, n);
    }
    if (plan->create_count == 0 && plan->delete_count == 0 && !d->on_delete) {
        roll_out(&s);
    }
    count_status(&s);
    plan->settled = is_settled(&s);
}

/* ---- where pods should run ---- */

static bool tolerates_all(const struct placement *p, const struct taints *taints, bool no_execute_only)
{
    for (uint32_t i = 0; i < taints->count; i++) {
        const struct taint *taint = &taints->at[i];
        bool matters = taint->effect == TAINT_NO_EXECUTE || (taint->effect == TAINT_NO_SCHEDULE && !no_execute_only);
        bool tolerated = !matters;
        for (uint32_t k = 0; k < p->toleration_count && !tolerated; k++) {
            tolerated = filter_tolerates(&p->tolerations[k], taint);
        }
        if (!tolerated) {
            return false;
        }
    }
    return true;
}

void daemonset_judge(const struct placement *p, const char *node_name, const struct node *node, bool *should_run,
                     bool *should_continue)
{
    bool fits = (node_name == NULL || node_name == node->name) && filter_affinity(p, node->labels, node->name);
    *should_run = fits && tolerates_all(p, node->taints, false);
    *should_continue = fits && tolerates_all(p, node->taints, true);
}

const struct placement *daemonset_placement(struct arena *a, const struct placement *p, bool host_network)
{
    static const struct {
        const char *key;
        enum taint_effect effect;
    } added[] = {
        {"node.kubernetes.io/not-ready", TAINT_NO_EXECUTE},
        {"node.kubernetes.io/unreachable", TAINT_NO_EXECUTE},
        {"node.kubernetes.io/disk-pressure", TAINT_NO_SCHEDULE},
        {"node.kubernetes.io/memory-pressure", TAINT_NO_SCHEDULE},
        {"node.kubernetes.io/pid-pressure", TAINT_NO_SCHEDULE},
        {"node.kubernetes.io/unschedulable", TAINT_NO_SCHEDULE},
        {"node.kubernetes.io/network-unavailable", TAINT_NO_SCHEDULE}, /* of the host's network only */
    };
    uint32_t count = sizeof added / sizeof *added - !host_network;
    struct toleration *tolerations = TAKE(a, struct toleration, p->toleration_count + count);
    if (p->toleration_count > 0) {
        memcpy(tolerations, p->tolerations, p->toleration_count * sizeof *tolerations);
    }
    for (uint32_t i = 0; i < count; i++) {
        tolerations[p->toleration_count + i] = (struct toleration){
            .key = added[i].key, .value = "", .op = TOLERATION_EXISTS, .effect = added[i].effect, .seconds = -1};
    }
    struct placement *with = TAKE(a, struct placement, 1);
    *with = *p;
    with->tolerations = tolerations;
    with->toleration_count += count;
    return with;
}
