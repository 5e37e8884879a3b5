#include "models/workload/cronjob_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/workload/controller.h"
#include "models/workload/job_model.h"
#include "sim/scenario/cron.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/zones.h"

#define SECOND_NS INT64_C(1000000000)
#define NAME_BYTES 320
#define YEAR_S INT64_C(31556952)
#define SEARCHED 6 /* years that a search for the next start may go on */

/* What the controller keeps of a CronJob beside its row. */
struct own {
    bool has_last;
    int64_t last_s; /* status.lastScheduleTime, since 1970 */
};

struct cronjob_state {
    struct arena scratch; /* of one turn */
    struct retries retries;
    VEC(struct own) own; /* by workload row */
};

static struct own *own_of(struct cronjob_state *s, uint32_t row)
{
    while (s->own.count <= row) {
        VEC_PUSH(&s->own, (struct own){0});
    }
    return &s->own.at[row];
}

/* Nanoseconds since 1970 at the scenario's start. */
static int64_t epoch_ns(const struct sim *sim)
{
    return sim->scenario == NULL ? 0 : sim->scenario->spec.start_ns;
}

static void job_name(const struct sim *sim, uint32_t row, int64_t start_s, char *text, size_t size)
{
    snprintf(text, size, "%s-%" PRId64, world_workload(&sim->world, row)->name, start_s / 60);
}

static void render(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    char name[NAME_BYTES];
    job_name(sim, note->row, note->numbers[0], name, sizeof name);
    if (strcmp(note->reason, "SuccessfulCreate") == 0) {
        snprintf(text, size, "Created job %s", name);
    } else if (strcmp(note->reason, "JobAlreadyActive") == 0) {
        snprintf(text, size, "Not starting job because prior execution is running and concurrency policy is Forbid");
    } else if (strcmp(note->reason, "MissSchedule") == 0) {
        snprintf(text, size, "Missed scheduled time to start a job: %s", name);
    } else {
        snprintf(text, size, "%s", world_workload(&sim->world, note->row)->spec.schedule);
    }
}

static void tell(struct sim *sim, uint32_t row, const char *reason, bool warning, int64_t start_s)
{
    sim_note(sim, &(struct note){.model = "workload",
                                 .object = NOTE_WORKLOAD,
                                 .row = row,
                                 .warning = warning,
                                 .reason = reason,
                                 .numbers = {start_s},
                                 .render = render});
}

static int64_t integer_at(const struct workload *o, const char *path, int64_t otherwise)
{
    int64_t number;
    return value_as_int64(value_at(o->spec.tree, path), &number) ? number : otherwise;
}

/* ---- its Jobs ---- */

/* Rows of the Jobs of a CronJob, oldest first. */
static uint32_t list_jobs(const struct world *w, uint32_t row, uint32_t *jobs)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->workloads.count; i++) {
        const struct workload *o = &w->workloads.at[i];
        if (o->uid == 0 || o->kind != WORKLOAD_JOB || o->owner != row) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && w->workloads.at[jobs[at - 1]].uid > o->uid; at--) {
            jobs[at] = jobs[at - 1];
        }
        jobs[at] = i;
    }
    return count;
}

static void delete_job(struct sim *sim, uint32_t job)
{
    sim_ask(sim, &(struct intent){.kind = INTENT_DELETE_WORKLOAD, .target = api_ref_workload(&sim->world, job)});
}

/* Deletes finished Jobs of one end beyond the limit, oldest first. */
static void clean_history(struct sim *sim, const uint32_t *jobs, uint32_t count, bool complete, int64_t limit)
{
    int64_t excess = -limit;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            bool counts =
                world_workload(&sim->world, jobs[i])->status.finished && job_is_complete(sim, jobs[i]) == complete;
            if (counts && pass == 0) {
                excess++;
            } else if (counts && excess-- > 0) {
                delete_job(sim, jobs[i]);
            }
        }
    }
}

static uint32_t count_active(const struct world *w, const uint32_t *jobs, uint32_t count)
{
    uint32_t active = 0;
    for (uint32_t i = 0; i < count; i++) {
        active += !world_workload(w, jobs[i])->status.finished;
    }
    return active;
}

static void create_job(struct sim *sim, uint32_t row, int64_t start_s)
{
    const struct workload *o = world_workload(&sim->world, row);
    sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_WORKLOAD,
                                  .workload = {.kind = WORKLOAD_JOB,
                                               .namespace = o->namespace,
                                               .name = o->name,
                                               .labels = o->labels,
                                               .owner = row,
                                               .scheduled_minute = start_s / 60,
                                               .spec = *o->spec.job}});
}

/* ---- the sync ---- */

/* The clock that a schedule is read by, in all years that may be asked about now. */
static struct cron_zone read_zone(struct arena *scratch, const struct sim *sim, const struct workload *o)
{
    struct cron_zone zone = {0};
    int64_t began = epoch_ns(sim) / SECOND_NS / YEAR_S, now = (epoch_ns(sim) + sim_now(sim)) / SECOND_NS / YEAR_S;
    int32_t first = (int32_t)(1970 + began - 1), last = (int32_t)(1970 + now + SEARCHED);
    bool known =
        o->spec.time_zone != NULL && zones_clock(o->spec.time_zone, first < 1970 ? 1970 : first, last, scratch, &zone);
    return known ? zone : (struct cron_zone){0};
}

static struct cron_wait read_wait(const struct sim *sim, const struct workload *o, const struct own *own,
                                  const struct cron_schedule *schedule, const struct cron_zone *zone)
{
    int64_t now_ns = epoch_ns(sim) + sim_now(sim);
    return (struct cron_wait){.schedule = schedule,
                              .zone = zone,
                              .created_s = (epoch_ns(sim) + o->created_ns) / SECOND_NS,
                              .last_s = own->has_last ? own->last_s : CRON_NONE,
                              .deadline_s = integer_at(o, "spec.startingDeadlineSeconds", -1),
                              .now_s = now_ns / SECOND_NS,
                              .now_ns = (int32_t)(now_ns % SECOND_NS)};
}

/* Whether the start that is due may be made now. */
static bool may_start(struct sim *sim, uint32_t row, const struct cron_wait *wait, int64_t start_s, uint32_t active)
{
    const struct workload *o = world_workload(&sim->world, row);
    if (start_s == CRON_NONE || start_s == wait->last_s) {
        return false;
    }
    if (wait->deadline_s >= 0 && start_s + wait->deadline_s < wait->now_s) {
        tell(sim, row, "MissSchedule", true, start_s);
        return false;
    }
    if (o->spec.forbid_concurrent && active > 0) {
        tell(sim, row, "JobAlreadyActive", false, start_s);
        return false;
    }
    return true;
}

static void start_job(struct sim *sim, struct own *own, uint32_t row, const uint32_t *jobs, uint32_t count,
                      int64_t start_s)
{
    for (uint32_t i = 0; world_workload(&sim->world, row)->spec.replace_concurrent && i < count; i++) {
        if (!world_workload(&sim->world, jobs[i])->status.finished) {
            delete_job(sim, jobs[i]);
        }
    }
    create_job(sim, row, start_s);
    own->has_last = true;
    own->last_s = start_s;
    tell(sim, row, "SuccessfulCreate", false, start_s);
}

static void sync(struct sim *sim, struct cronjob_state *s, uint32_t row)
{
    const struct workload *o = world_workload(&sim->world, row);
    struct own *own = own_of(s, row);
    uint32_t *jobs = TAKE(&s->scratch, uint32_t, sim->world.workloads.count);
    uint32_t count = list_jobs(&sim->world, row, jobs);
    clean_history(sim, jobs, count, true, integer_at(o, "spec.successfulJobsHistoryLimit", 3));
    clean_history(sim, jobs, count, false, integer_at(o, "spec.failedJobsHistoryLimit", 1));
    struct cron_schedule schedule;
    struct cron_zone zone = read_zone(&s->scratch, sim, o);
    const char *in_schedule;
    size_t length;
    if (o->spec.paused) {
        return;
    }
    if (!cron_parse(o->spec.schedule, &schedule, &in_schedule, &length)) {
        tell(sim, row, "UnparseableSchedule", true, 0);
        return;
    }
    struct cron_wait wait = read_wait(sim, o, own, &schedule, &zone);
    struct cron_recent recent = cron_most_recent(&wait, true);
    if (recent.error) {
        tell(sim, row, "InvalidSchedule", true, 0);
        return;
    }
    if (may_start(sim, row, &wait, recent.start_s, count_active(&sim->world, jobs, count))) {
        start_job(sim, own, row, jobs, count, recent.start_s);
        wait.last_s = recent.start_s;
    }
    int64_t after_ns = cron_requeue_ns(&wait);
    if (after_ns != INT64_MIN) {
        sim_wake_at(sim, &cronjob_model, 0, row, o->uid, sim_now(sim) + after_ns);
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct cronjob_state *s = state;
    arena_reset(&s->scratch);
    if (turn->stage == 0) {
        sync(sim, s, turn->id);
    } else {
        controller_settle(sim, &cronjob_model, &s->retries, turn, world_workload(&sim->world, turn->id)->uid);
    }
}

/* ---- the watch ---- */

/* A CronJob that is gone takes its Jobs with it. */
static void forget(struct sim *sim, struct cronjob_state *s, uint32_t row)
{
    sim_forget(sim, &cronjob_model, 0, row);
    retry_forget(&s->retries, row);
    *own_of(s, row) = (struct own){0};
    for (uint32_t i = 0; i < sim->world.workloads.count; i++) {
        const struct workload *o = &sim->world.workloads.at[i];
        if (o->uid != 0 && o->kind == WORKLOAD_JOB && o->owner == row) {
            sim_send(sim, CLIENT_CONTROLLER_CRONJOB,
                     &(struct intent){.kind = INTENT_DELETE_WORKLOAD, .target = api_ref_workload(&sim->world, i)});
        }
    }
}

/* A change of the schedule waits for the next sync; of anything else, or the end of a Job, brings one. */
static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    const struct workload *o = fact->verb == FACT_REMOVED ? fact->old : world_workload(&sim->world, fact->row);
    if (o->kind == WORKLOAD_CRONJOB) {
        if (fact->verb == FACT_REMOVED) {
            forget(sim, state, fact->row);
        } else {
            sim_wake_watched(sim, &cronjob_model, 0, fact->row, o->uid);
        }
    } else if (o->kind == WORKLOAD_JOB && o->owner != NONE && sim->world.workloads.at[o->owner].uid != 0) {
        sim_wake_watched(sim, &cronjob_model, 0, o->owner, world_workload(&sim->world, o->owner)->uid);
    }
}

static void start(struct sim *sim, void *state)
{
    struct cronjob_state *s = state;
    s->scratch = arena_make(1 << 12);
    controller_wake_all(sim, &cronjob_model, WORKLOAD_CRONJOB);
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct cronjob_state *s = state;
    VEC_DROP(&s->own);
    retry_drop(&s->retries);
    arena_drop(&s->scratch);
}

static const struct model_class classes[] = {
    {.name = "CronJob", .order = ENGINE_OLDEST, .workers = 5, .client = CLIENT_CONTROLLER_CRONJOB},
};

const struct model cronjob_model = {
    .name = "cronjob",
    .state_size = sizeof(struct cronjob_state),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_WORKLOAD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
