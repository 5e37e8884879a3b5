/* One sync of the Deployment controller, on plain structs.
 *
 * The plan keeps the working copies: an act changes sets[] at once, so that later steps of the same sync see it, as the
 * controller sees the objects that its updates return. What it reads of status stays what the ReplicaSet controller wrote
 * last; so a ReplicaSet that was scaled down may show more available pods than it wants, and rule "more available than
 * wanted ends the scale-down" (rollout_scale_down) is met on most roll-outs.
 */
#include "models/workload/rollout.h"

#include <assert.h>
#include <string.h>

#include "sim/base/elementary.h"
#include "sim/base/number.h"

#define SECOND_NS INT64_C(1000000000)
#define RETRY_NS INT64_C(5000000) /* the first delay of a rate-limited re-queue */

static int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Sums over the ReplicaSets. */

static int32_t sum_spec(const struct rollout_plan *plan)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        sum = number_wrap_add32(sum, plan->sets[i].spec);
    }
    return sum;
}

static bool is_old(const struct rollout_plan *plan, uint32_t i)
{
    return i != plan->new_set;
}

static bool is_active(const struct rollout_set *set)
{
    return set->spec > 0;
}

/* Acts. */

static void add_act(struct rollout_plan *plan, enum rollout_act_kind kind, uint32_t set, int32_t from, int32_t to)
{
    if (plan->act_count == plan->act_room) {
        struct rollout_act *before = plan->acts;
        plan->act_room = plan->act_room == 0 ? 8 : 2 * plan->act_room;
        plan->acts = TAKE(plan->arena, struct rollout_act, plan->act_room);
        if (plan->act_count > 0) {
            memcpy(plan->acts, before, plan->act_count * sizeof *before);
        }
    }
    plan->acts[plan->act_count++] = (struct rollout_act){kind, set, from, to};
}

static bool note_is(const struct rollout_note *note, int32_t count)
{
    return note->plain && note->natural == count;
}

/* Sets a ReplicaSet's size and the annotations that go with it. False: the size stays. */
static bool resize(struct rollout_plan *plan, uint32_t i, int32_t size)
{
    struct rollout_set *set = &plan->sets[i];
    int32_t from = set->spec, desired = plan->d->replicas;
    int32_t maximum = number_wrap_add32(desired, rollout_max_surge(plan->d));
    if (from == size && note_is(&set->desired, desired) && note_is(&set->maximum, maximum)) {
        return false;
    }
    set->spec = size;
    set->desired = rollout_note_of(desired);
    set->maximum = rollout_note_of(maximum);
    add_act(plan, ROLLOUT_UPDATE, i, from, size);
    return from != size;
}

/* The same where the controller looks at the size only: annotations alone are no reason to write. */
static bool resize_if_different(struct rollout_plan *plan, uint32_t i, int32_t size)
{
    return plan->sets[i].spec != size && resize(plan, i, size);
}

/* Conditions. */

static void set_condition(struct condition *c, enum condition_status status, enum deployment_reason reason,
                          int64_t now_ns)
{
    if (c->reason != reason || c->status != status) {
        bool kept = c->status == status;
        *c = (struct condition){status, reason, now_ns, kept ? c->last_transition_ns : now_ns};
    }
}

static bool condition_equal(const struct condition *a, const struct condition *b)
{
    return a->reason == b->reason && a->status == b->status && a->last_update_ns == b->last_update_ns &&
           a->last_transition_ns == b->last_transition_ns;
}

static bool status_equal(const struct workload_status *a, const struct workload_status *b)
{
    return a->observed_generation == b->observed_generation && a->revision == b->revision &&
           a->replicas == b->replicas && a->updated == b->updated && a->ready == b->ready &&
           a->available == b->available && a->unavailable == b->unavailable && a->terminating == b->terminating &&
           condition_equal(&a->available_condition, &b->available_condition) &&
           condition_equal(&a->progressing_condition, &b->progressing_condition);
}

static bool has_deadline(const struct rollout_deployment *d)
{
    return d->progress_deadline_seconds != ROLLOUT_NO_DEADLINE;
}

/* Notes in the Progressing condition that the Deployment is paused, or no longer is. */
static void note_pause(struct rollout_plan *plan, int64_t now_ns)
{
    struct condition *c = &plan->status.progressing_condition;
    if (!has_deadline(plan->d) || c->reason == REASON_PROGRESS_DEADLINE_EXCEEDED) {
        return;
    }
    if (plan->d->paused) {
        set_condition(c, CONDITION_UNKNOWN, REASON_DEPLOYMENT_PAUSED, now_ns);
    } else if (c->reason == REASON_DEPLOYMENT_PAUSED) {
        set_condition(c, CONDITION_UNKNOWN, REASON_DEPLOYMENT_RESUMED, now_ns);
    }
}

/* The new ReplicaSet. */

static uint32_t find_new(const struct rollout_set *sets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (sets[i].current) {
            return i;
        }
    }
    return ROLLOUT_NO_SET;
}

static int64_t next_revision(const struct rollout_plan *plan)
{
    int64_t highest = 0;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_old(plan, i) && plan->sets[i].revision > highest) {
            highest = plan->sets[i].revision;
        }
    }
    return highest + 1;
}

/* Brings revision and minReadySeconds of the new ReplicaSet up to date. */
static void refresh_new(struct rollout_plan *plan, int64_t now_ns)
{
    struct rollout_set *set = &plan->sets[plan->new_set];
    int64_t revision = next_revision(plan);
    if (set->revision < revision || set->min_ready_seconds != plan->d->min_ready_seconds) {
        set->revision = set->revision < revision ? revision : set->revision;
        set->min_ready_seconds = plan->d->min_ready_seconds;
        add_act(plan, ROLLOUT_UPDATE, plan->new_set, set->spec, set->spec);
    }
    plan->status.revision = set->revision;
    if (has_deadline(plan->d) && plan->status.progressing_condition.reason == REASON_NONE) {
        set_condition(&plan->status.progressing_condition, CONDITION_TRUE, REASON_FOUND_NEW_REPLICA_SET, now_ns);
    }
}

/* False: maxSurge makes no sense, the sync ends. */
static bool create_new(struct rollout_plan *plan, int64_t now_ns)
{
    const struct rollout_deployment *d = plan->d;
    int32_t size = 0;
    if (!rollout_new_replicas(d, sum_spec(plan), 0, &size)) {
        return false;
    }
    int64_t revision = next_revision(plan);
    uint32_t i = plan->set_count++;
    plan->sets[i] = (struct rollout_set){
        .name = "",
        .created_ns = now_ns,
        .revision = revision,
        .desired = rollout_note_of(d->replicas),
        .maximum = rollout_note_of(number_wrap_add32(d->replicas, rollout_max_surge(d))),
        .current = true,
        .min_ready_seconds = d->min_ready_seconds,
        .spec = size,
    };
    plan->new_set = i;
    add_act(plan, ROLLOUT_CREATE, i, 0, size);
    plan->status.revision = revision;
    if (has_deadline(d)) {
        set_condition(&plan->status.progressing_condition, CONDITION_TRUE, REASON_NEW_REPLICA_SET_CREATED, now_ns);
    }
    return true;
}

static bool need_new(struct rollout_plan *plan, int64_t now_ns)
{
    return plan->new_set != ROLLOUT_NO_SET || create_new(plan, now_ns);
}

/* Status. */

static void calculate_status(struct rollout_plan *plan, int64_t now_ns)
{
    const struct rollout_deployment *d = plan->d;
    struct workload_status *s = &plan->status;
    s->observed_generation = d->generation;
    s->replicas = s->ready = s->available = s->terminating = 0;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        const struct rollout_set *set = &plan->sets[i];
        s->replicas = number_wrap_add32(s->replicas, set->replicas);
        s->ready = number_wrap_add32(s->ready, set->ready);
        s->available = number_wrap_add32(s->available, set->available);
        s->terminating = number_wrap_add32(s->terminating, set->terminating);
    }
    s->updated = plan->new_set == ROLLOUT_NO_SET ? 0 : plan->sets[plan->new_set].replicas;
    s->unavailable = max32(0, number_wrap_sub32(sum_spec(plan), s->available));
    if (s->available >= number_wrap_sub32(d->replicas, rollout_max_unavailable(d))) {
        set_condition(&s->available_condition, CONDITION_TRUE, REASON_MINIMUM_REPLICAS_AVAILABLE, now_ns);
    } else {
        set_condition(&s->available_condition, CONDITION_FALSE, REASON_MINIMUM_REPLICAS_UNAVAILABLE, now_ns);
    }
}

static void judge_progress(struct rollout_plan *plan, const struct condition *before, int64_t now_ns)
{
    const struct rollout_deployment *d = plan->d;
    struct workload_status *s = &plan->status;
    if (s->replicas == s->updated && before->reason == REASON_NEW_REPLICA_SET_AVAILABLE) {
        return; /* rolled out once: what happens to its pods now is no matter of the roll-out */
    }
    if (rollout_is_complete(d, s)) {
        set_condition(&s->progressing_condition, CONDITION_TRUE, REASON_NEW_REPLICA_SET_AVAILABLE, now_ns);
    } else if (rollout_is_progressing(d, s)) {
        int64_t changed_ns = before->status == CONDITION_TRUE ? before->last_transition_ns : now_ns;
        s->progressing_condition = (struct condition){CONDITION_TRUE, REASON_REPLICA_SET_UPDATED, now_ns, changed_ns};
    } else if (rollout_is_timed_out(d, &s->progressing_condition, now_ns)) {
        set_condition(&s->progressing_condition, CONDITION_FALSE, REASON_PROGRESS_DEADLINE_EXCEEDED, now_ns);
    }
}

/* When to look at the deadline again. A condition that says "rolled out" never times out: the real controller's checks
 * every 5 ms then find nothing, and are left out. */
static int64_t next_check(const struct rollout_plan *plan, int64_t now_ns)
{
    const struct rollout_deployment *d = plan->d;
    const struct condition *c = &d->status.progressing_condition;
    if (!has_deadline(d) || c->reason == REASON_NONE || c->reason == REASON_PROGRESS_DEADLINE_EXCEEDED ||
        c->reason == REASON_NEW_REPLICA_SET_AVAILABLE || rollout_is_complete(d, &plan->status)) {
        return ROLLOUT_NEVER;
    }
    int64_t left_ns = c->last_update_ns + d->progress_deadline_seconds * SECOND_NS - now_ns;
    return now_ns + (left_ns < SECOND_NS ? RETRY_NS : left_ns + SECOND_NS);
}

/* The status at the end of a roll-out's sync. */
static void finish_rollout(struct rollout_plan *plan, int64_t now_ns)
{
    struct condition before = plan->status.progressing_condition;
    calculate_status(plan, now_ns);
    if (has_deadline(plan->d)) {
        judge_progress(plan, &before, now_ns);
    } else {
        plan->status.progressing_condition = (struct condition){0};
    }
    plan->writes_status = !status_equal(&plan->status, &plan->d->status);
    if (!plan->writes_status) {
        plan->check_ns = next_check(plan, now_ns);
    }
}

/* History. */

static bool goes_before(const struct rollout_set *sets, uint32_t a, uint32_t b)
{
    return sets[a].revision != sets[b].revision ? sets[a].revision < sets[b].revision : a < b;
}

/* Deletes the oldest revisions beyond the limit; those that still have pods are left, and count. */
static void clean_history(struct rollout_plan *plan)
{
    uint32_t *order = TAKE(plan->arena, uint32_t, plan->set_count), count = 0;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_old(plan, i) && !plan->sets[i].deleting) {
            uint32_t at = count++;
            for (; at > 0 && goes_before(plan->sets, i, order[at - 1]); at--) {
                order[at] = order[at - 1];
            }
            order[at] = i;
        }
    }
    for (uint32_t k = 0; (int64_t)k < (int64_t)count - plan->d->history_limit; k++) {
        struct rollout_set *set = &plan->sets[order[k]];
        if (set->replicas == 0 && set->spec == 0 && set->observed) {
            add_act(plan, ROLLOUT_DELETE, order[k], 0, 0);
        }
    }
}

/* The paths of a sync. */

static bool is_scaling_event(const struct rollout_plan *plan)
{
    for (uint32_t i = 0; i < plan->set_count; i++) {
        const struct rollout_set *set = &plan->sets[i];
        if (is_active(set) && set->desired.has_natural && set->desired.natural != plan->d->replicas) {
            return true;
        }
    }
    return false;
}

static void sync_size(struct rollout_plan *plan, int64_t now_ns)
{
    rollout_scale(plan);
    if (plan->d->paused && !plan->d->rolls_back) {
        clean_history(plan);
    }
    calculate_status(plan, now_ns);
    plan->writes_status = !status_equal(&plan->status, &plan->d->status);
}

static void sync_rolling(struct rollout_plan *plan, int64_t now_ns)
{
    if (!need_new(plan, now_ns)) {
        return;
    }
    if (!rollout_scale_up(plan) && !rollout_scale_down(plan) && rollout_is_complete(plan->d, &plan->d->status)) {
        clean_history(plan);
    }
    finish_rollout(plan, now_ns);
}

static bool scale_down_all_old(struct rollout_plan *plan)
{
    bool scaled = false;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_old(plan, i) && is_active(&plan->sets[i])) {
            scaled |= resize_if_different(plan, i, 0);
        }
    }
    return scaled;
}

static bool old_pods_run(const struct rollout_plan *plan)
{
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_old(plan, i) && (plan->sets[i].replicas > 0 || plan->sets[i].unfinished_pods > 0)) {
            return true;
        }
    }
    return false;
}

static void sync_recreate(struct rollout_plan *plan, int64_t now_ns)
{
    if (!scale_down_all_old(plan) && !old_pods_run(plan)) {
        if (!need_new(plan, now_ns)) {
            return;
        }
        resize_if_different(plan, plan->new_set, plan->d->replicas);
        if (rollout_is_complete(plan->d, &plan->d->status)) {
            clean_history(plan);
        }
    }
    finish_rollout(plan, now_ns);
}

/* The second highest revision; 0: there is none. */
static int64_t last_revision(const struct rollout_plan *plan)
{
    int64_t highest = 0, second = 0;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        int64_t revision = plan->sets[i].revision;
        if (revision >= highest) {
            second = highest;
            highest = revision;
        } else if (revision > second) {
            second = revision;
        }
    }
    return second;
}

static uint32_t set_of_revision(const struct rollout_plan *plan, int64_t revision)
{
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_old(plan, i) && plan->sets[i].revision == revision) {
            return i;
        }
    }
    bool is_new = plan->new_set != ROLLOUT_NO_SET && plan->sets[plan->new_set].revision == revision;
    return is_new ? plan->new_set : ROLLOUT_NO_SET;
}

static void sync_rollback(struct rollout_plan *plan, int64_t now_ns)
{
    if (!need_new(plan, now_ns)) {
        return;
    }
    plan->writes_status = !status_equal(&plan->status, &plan->d->status);
    if (plan->writes_status) {
        plan->again = true; /* the Deployment was just written: its own update would be a conflict */
        return;
    }
    int64_t revision = plan->d->rollback_revision == 0 ? last_revision(plan) : plan->d->rollback_revision;
    uint32_t set = revision == 0 ? ROLLOUT_NO_SET : set_of_revision(plan, revision);
    if (set == ROLLOUT_NO_SET) {
        plan->event = ROLLOUT_REVISION_NOT_FOUND;
    } else {
        plan->event = plan->sets[set].current ? ROLLOUT_TEMPLATE_UNCHANGED : ROLLOUT_ROLLED_BACK;
    }
    bool rolls = plan->event == ROLLOUT_ROLLED_BACK;
    add_act(plan, rolls ? ROLLOUT_ROLL_BACK : ROLLOUT_END_ROLLBACK, rolls ? set : ROLLOUT_NO_SET, 0, 0);
}

void rollout_sync(const struct rollout_deployment *d, struct rollout_set *sets, uint32_t count, int64_t now_ns,
                  struct arena *arena, struct rollout_plan *plan)
{
    rollout_plan_make(plan, d, sets, count, find_new(sets, count), arena);
    note_pause(plan, now_ns);
    if (plan->new_set != ROLLOUT_NO_SET) {
        refresh_new(plan, now_ns);
    }
    if (d->paused) {
        sync_size(plan, now_ns);
    } else if (d->rolls_back) {
        sync_rollback(plan, now_ns);
    } else if (is_scaling_event(plan)) {
        sync_size(plan, now_ns);
    } else if (d->recreate) {
        sync_recreate(plan, now_ns);
    } else {
        sync_rolling(plan, now_ns);
    }
}

/* Decimal digits of at most INT64_MAX. False: others, or none. */
static bool read_digits(const char *text, int64_t *number)
{
    int64_t sum = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || sum > (INT64_MAX - (*at - '0')) / 10) {
            return false;
        }
        sum = sum * 10 + (*at - '0');
    }
    *number = sum;
    return *text != '\0';
}

struct rollout_note rollout_note_read(const char *text)
{
    struct rollout_note note = {0};
    int64_t number;
    if (text == NULL) {
        return note;
    }
    if (read_digits(text, &number) && number <= INT32_MAX) {
        note.has_natural = true;
        note.natural = (int32_t)number;
        note.plain = text[0] != '0' || text[1] == '\0';
    }
    bool has_sign = text[0] == '+' || text[0] == '-';
    if (read_digits(text + has_sign, &number)) {
        note.has_signed = true;
        note.with_sign = number_wrap_int32(text[0] == '-' ? -number : number);
    }
    return note;
}

struct rollout_note rollout_note_of(int32_t count)
{
    return (struct rollout_note){
        .plain = true, .has_natural = count >= 0, .has_signed = true, .natural = count, .with_sign = count};
}

static int32_t scaled(const struct int_or_percent *v, int32_t total, bool up)
{
    if (!v->percent) {
        return v->amount;
    }
    double share = (double)v->amount * (double)total / 100;
    return number_wrap_int32(number_go_int64(up ? elementary_ceil(share) : elementary_floor(share)));
}

bool rollout_fenceposts(const struct rollout_deployment *d, int32_t *surge, int32_t *unavailable)
{
    *surge = *unavailable = 0;
    if (d->unreadable) {
        return false;
    }
    *surge = scaled(&d->max_surge, d->replicas, true);
    *unavailable = scaled(&d->max_unavailable, d->replicas, false);
    if (*surge == 0 && *unavailable == 0) {
        *unavailable = 1;
    }
    return true;
}

int32_t rollout_max_surge(const struct rollout_deployment *d)
{
    int32_t surge = 0, unavailable;
    if (!d->recreate) {
        (void)rollout_fenceposts(d, &surge, &unavailable);
    }
    return surge;
}

int32_t rollout_max_unavailable(const struct rollout_deployment *d)
{
    int32_t surge, unavailable = 0;
    if (!d->recreate && d->replicas != 0) {
        (void)rollout_fenceposts(d, &surge, &unavailable);
    }
    return min32(unavailable, d->replicas);
}

int32_t rollout_min_available(const struct rollout_deployment *d)
{
    return d->recreate ? 0 : number_wrap_sub32(d->replicas, rollout_max_unavailable(d));
}

bool rollout_new_replicas(const struct rollout_deployment *d, int32_t total, int32_t new_spec, int32_t *replicas)
{
    if (d->recreate) {
        *replicas = d->replicas;
        return true;
    }
    if (d->unreadable) {
        *replicas = 0;
        return false;
    }
    int32_t most = number_wrap_add32(d->replicas, scaled(&d->max_surge, d->replicas, true));
    int32_t room = min32(number_wrap_sub32(most, total), number_wrap_sub32(d->replicas, new_spec));
    *replicas = total >= most ? new_spec : number_wrap_add32(new_spec, room);
    return true;
}

/* The ReplicaSet's change in size if it kept its share of the whole. */
static int32_t fraction(const struct rollout_deployment *d, const struct rollout_set *set)
{
    if (d->replicas == 0) {
        return number_wrap_sub32(0, set->spec);
    }
    int32_t before = set->maximum.has_natural ? set->maximum.natural : 0;
    if (before == 0) {
        before = d->status.replicas;
    }
    if (before == 0) {
        return 0;
    }
    int32_t product = number_wrap_mul32(set->spec, number_wrap_add32(d->replicas, rollout_max_surge(d)));
    double size = (double)product / (double)before;
    return number_wrap_sub32(number_go_int32(size < 0 ? size - 0.5 : size + 0.5), set->spec);
}

int32_t rollout_proportion(const struct rollout_deployment *d, const struct rollout_set *set, int32_t add,
                           int32_t added)
{
    if (set->spec == 0 || add == 0 || add == added) {
        return 0;
    }
    int32_t allowed = number_wrap_sub32(add, added);
    return add > 0 ? min32(fraction(d, set), allowed) : max32(fraction(d, set), allowed);
}

bool rollout_is_saturated(const struct rollout_deployment *d, const struct rollout_set *set)
{
    return set != NULL && set->desired.has_signed && set->spec == d->replicas &&
           set->desired.with_sign == d->replicas && set->available == d->replicas;
}

uint32_t rollout_active_or_latest(const struct rollout_set *sets, uint32_t count, uint32_t new_set)
{
    uint32_t active = ROLLOUT_NO_SET;
    for (uint32_t i = 0; i < count; i++) {
        if (is_active(&sets[i])) {
            if (active != ROLLOUT_NO_SET) {
                return ROLLOUT_NO_SET;
            }
            active = i;
        }
    }
    if (active != ROLLOUT_NO_SET || count == 0) {
        return active;
    }
    return new_set != ROLLOUT_NO_SET ? new_set : count - 1;
}

bool rollout_is_complete(const struct rollout_deployment *d, const struct workload_status *status)
{
    return status->updated == d->replicas && status->replicas == d->replicas && status->available == d->replicas &&
           status->observed_generation >= d->generation;
}

bool rollout_is_progressing(const struct rollout_deployment *d, const struct workload_status *status)
{
    const struct workload_status *old = &d->status;
    return status->updated > old->updated ||
           number_wrap_sub32(status->replicas, status->updated) < number_wrap_sub32(old->replicas, old->updated) ||
           status->ready > old->ready || status->available > old->available;
}

bool rollout_is_timed_out(const struct rollout_deployment *d, const struct condition *progress, int64_t now_ns)
{
    if (!has_deadline(d) || progress->reason == REASON_NONE || progress->reason == REASON_NEW_REPLICA_SET_AVAILABLE) {
        return false;
    }
    return progress->reason == REASON_PROGRESS_DEADLINE_EXCEEDED ||
           progress->last_update_ns + d->progress_deadline_seconds * SECOND_NS < now_ns;
}

void rollout_plan_make(struct rollout_plan *plan, const struct rollout_deployment *d, struct rollout_set *sets,
                       uint32_t count, uint32_t new_set, struct arena *arena)
{
    *plan = (struct rollout_plan){.d = d,
                                  .sets = sets,
                                  .arena = arena,
                                  .set_count = count,
                                  .new_set = new_set,
                                  .status = d->status,
                                  .check_ns = ROLLOUT_NEVER};
}

/* Whether a comes before b among those that share a change of size. */
static bool shares_before(const struct rollout_set *sets, uint32_t a, uint32_t b, bool newer_first)
{
    if (sets[a].spec != sets[b].spec) {
        return sets[a].spec > sets[b].spec;
    }
    return newer_first ? a > b : a < b;
}

/* The active ReplicaSets, largest first. */
static uint32_t list_by_size(const struct rollout_plan *plan, bool newer_first, uint32_t *order)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_active(&plan->sets[i])) {
            uint32_t at = count++;
            for (; at > 0 && shares_before(plan->sets, i, order[at - 1], newer_first); at--) {
                order[at] = order[at - 1];
            }
            order[at] = i;
        }
    }
    return count;
}

/* Shares a change of size out among the active ReplicaSets, by size; the largest takes what rounding leaves. */
static void scale_in_proportion(struct rollout_plan *plan)
{
    const struct rollout_deployment *d = plan->d;
    int32_t allowed = d->replicas > 0 ? number_wrap_add32(d->replicas, rollout_max_surge(d)) : 0;
    int32_t add = number_wrap_sub32(allowed, sum_spec(plan)), added = 0;
    uint32_t *order = TAKE(plan->arena, uint32_t, plan->set_count);
    uint32_t count = list_by_size(plan, add > 0, order);
    int32_t *sizes = TAKE(plan->arena, int32_t, count);
    for (uint32_t k = 0; k < count; k++) {
        const struct rollout_set *set = &plan->sets[order[k]];
        int32_t change = rollout_proportion(d, set, add, added);
        sizes[k] = number_wrap_add32(set->spec, change);
        added = number_wrap_add32(added, change);
    }
    if (add != 0 && count > 0) {
        sizes[0] = max32(0, number_wrap_add32(sizes[0], number_wrap_sub32(add, added)));
    }
    for (uint32_t k = 0; k < count; k++) {
        resize(plan, order[k], sizes[k]);
    }
}

void rollout_scale(struct rollout_plan *plan)
{
    const struct rollout_deployment *d = plan->d;
    uint32_t only = rollout_active_or_latest(plan->sets, plan->set_count, plan->new_set);
    if (only != ROLLOUT_NO_SET) {
        resize_if_different(plan, only, d->replicas);
    } else if (rollout_is_saturated(d, plan->new_set == ROLLOUT_NO_SET ? NULL : &plan->sets[plan->new_set])) {
        for (uint32_t i = plan->set_count; i-- > 0;) {
            if (is_old(plan, i) && is_active(&plan->sets[i])) {
                resize_if_different(plan, i, 0);
            }
        }
    } else if (!d->recreate && plan->set_count > 0) {
        scale_in_proportion(plan);
    }
}

bool rollout_scale_up(struct rollout_plan *plan)
{
    const struct rollout_deployment *d = plan->d;
    int32_t size = plan->sets[plan->new_set].spec;
    if (size == d->replicas) {
        return false;
    }
    if (size > d->replicas) {
        size = d->replicas;
    } else if (!rollout_new_replicas(d, sum_spec(plan), size, &size)) {
        return false;
    }
    return resize_if_different(plan, plan->new_set, size);
}

/* Takes pods that are not available from old ReplicaSets, oldest first, at most `limit`. False: one of them shows more
 * available pods than it wants, and the controller gives up for this sync. */
static bool take_unhealthy(struct rollout_plan *plan, int32_t limit, int32_t *taken)
{
    for (uint32_t i = 0; i < plan->set_count && *taken < limit; i++) {
        const struct rollout_set *set = &plan->sets[i];
        if (!is_old(plan, i) || !is_active(set) || set->spec == set->available) {
            continue;
        }
        int32_t count = min32(number_wrap_sub32(set->spec, set->available), limit - *taken);
        if (count < 0) {
            return false;
        }
        resize_if_different(plan, i, set->spec - count);
        *taken += count;
    }
    return true;
}

/* Takes what is above the minimum that must be available from old ReplicaSets, oldest first. */
static int32_t take_spare(struct rollout_plan *plan, int32_t available)
{
    int32_t least_available = number_wrap_sub32(plan->d->replicas, rollout_max_unavailable(plan->d));
    int32_t limit = number_wrap_sub32(available, least_available), taken = 0;
    if (available <= least_available) {
        return 0;
    }
    for (uint32_t i = 0; i < plan->set_count && taken < limit; i++) {
        const struct rollout_set *set = &plan->sets[i];
        if (is_old(plan, i) && is_active(set)) {
            int32_t count = min32(set->spec, limit - taken);
            resize_if_different(plan, i, set->spec - count);
            taken += count;
        }
    }
    return taken;
}

bool rollout_scale_down(struct rollout_plan *plan)
{
    assert(plan->new_set != ROLLOUT_NO_SET);
    const struct rollout_set *new_set = &plan->sets[plan->new_set];
    int32_t old_pods = 0, available = new_set->available;
    for (uint32_t i = 0; i < plan->set_count; i++) {
        if (is_old(plan, i) && is_active(&plan->sets[i])) {
            old_pods = number_wrap_add32(old_pods, plan->sets[i].spec);
            available = number_wrap_add32(available, plan->sets[i].available);
        }
    }
    if (old_pods == 0) {
        return false;
    }
    int32_t least_available = number_wrap_sub32(plan->d->replicas, rollout_max_unavailable(plan->d));
    int32_t unavailable = number_wrap_sub32(new_set->spec, new_set->available);
    int32_t limit = number_wrap_sub32(number_wrap_sub32(sum_spec(plan), least_available), unavailable);
    int32_t taken = 0;
    if (limit <= 0 || !take_unhealthy(plan, limit, &taken)) {
        return false;
    }
    return taken + take_spare(plan, available) > 0;
}

const char *rollout_reason_text(enum deployment_reason reason)
{
    static const char *const texts[] = {
        [REASON_MINIMUM_REPLICAS_AVAILABLE] = "MinimumReplicasAvailable",
        [REASON_MINIMUM_REPLICAS_UNAVAILABLE] = "MinimumReplicasUnavailable",
        [REASON_NEW_REPLICA_SET_CREATED] = "NewReplicaSetCreated",
        [REASON_FOUND_NEW_REPLICA_SET] = "FoundNewReplicaSet",
        [REASON_REPLICA_SET_UPDATED] = "ReplicaSetUpdated",
        [REASON_NEW_REPLICA_SET_AVAILABLE] = "NewReplicaSetAvailable",
        [REASON_PROGRESS_DEADLINE_EXCEEDED] = "ProgressDeadlineExceeded",
        [REASON_DEPLOYMENT_PAUSED] = "DeploymentPaused",
        [REASON_DEPLOYMENT_RESUMED] = "DeploymentResumed",
        [REASON_REPLICA_SET_CREATE_ERROR] = "ReplicaSetCreateError",
    };
    return texts[reason];
}

const char *rollout_status_text(enum condition_status status)
{
    static const char *const texts[] = {
        [CONDITION_FALSE] = "False", [CONDITION_TRUE] = "True", [CONDITION_UNKNOWN] = "Unknown"};
    return texts[status];
}
