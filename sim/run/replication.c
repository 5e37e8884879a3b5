#include "sim/run/replication.h"

#include <stdlib.h>

#include "sim/run/figures.h"
#include "sim/run/stage.h"

#define SECOND INT64_C(1000000000)

/* recorder: null when nobody listens. */
static bool go_on(struct sim *sim, const struct plan *plan, const struct replication_options *o, struct recorder *r,
                  struct fail *fail)
{
    int64_t end = plan->scenario->spec.duration_ns, step = recorder_step(plan);
    while (sim_now(sim) < end) {
        int64_t next = sim_now(sim) + step < end ? sim_now(sim) + step : end;
        int64_t from = sim_now(sim);
        if (o->cancelled != NULL && atomic_load(o->cancelled)) {
            fail->kind = FAIL_NONE;
            return false;
        }
        if (!sim_run(sim, next, fail)) {
            return false;
        }
        if (r != NULL) {
            recorder_sample(r, sim);
        }
        if (o->progress_s != NULL) {
            atomic_fetch_add(o->progress_s, (next - from) / SECOND);
        }
    }
    return true;
}

/* recorder: null when nothing but the cost is wanted. */
static bool simulate(const struct plan *plan, const struct replication_options *o, bool without_events,
                     struct recorder *r, struct figures *figures, struct fail *fail)
{
    struct stage s;
    stage_open(&s, plan,
               &(struct stage_options){.seed = o->seed, .replication = o->number, .without_events = without_events});
    if (r != NULL) {
        recorder_attach(r, s.sim);
    }
    bool good = stage_settle(&s, fail);
    if (good && r != NULL) {
        recorder_begin(r, s.sim);
    }
    good = good && go_on(s.sim, plan, o, r, fail);
    if (good && r != NULL) {
        recorder_end(r, s.sim);
    }
    if (good) {
        figures_take(figures, s.sim);
    }
    stage_close(&s);
    return good;
}

static bool has_events(const struct scenario *s)
{
    for (uint32_t i = 0; i < s->demands.count; i++) {
        if (s->demands.at[i].events.count > 0) {
            return true;
        }
    }
    return false;
}

bool replication_is_paired(const struct plan *plan, bool unpaired)
{
    return !unpaired && has_events(plan->scenario);
}

bool replication_run_events(const struct plan *plan, const struct replication_options *options,
                            struct replication_result *result, struct fail *fail)
{
    *result = (struct replication_result){.recorder = recorder_open(plan, options->sink),
                                          .figures = memory_take(1, sizeof *result->figures)};
    bool good = simulate(plan, options, false, result->recorder, result->figures, fail);
    if (!good) {
        replication_drop(result);
    }
    return good;
}

bool replication_run_plain(const struct plan *plan, const struct replication_options *options, struct figures *plain,
                           struct fail *fail)
{
    return simulate(plan, options, true, NULL, plain, fail);
}

void replication_settle(struct replication_result *result, const struct figures *plain)
{
    figures_metrics(result->figures, plain == NULL ? result->figures : plain, result->recorder);
}

bool replication_run(const struct plan *plan, const struct replication_options *options,
                     struct replication_result *result, struct fail *fail)
{
    bool paired = replication_is_paired(plan, options->unpaired);
    struct figures plain = {0};
    bool good = replication_run_events(plan, options, result, fail);
    if (good && paired && !replication_run_plain(plan, options, &plain, fail)) {
        replication_drop(result);
        good = false;
    }
    if (good) {
        replication_settle(result, paired ? &plain : NULL);
    }
    figures_drop(&plain);
    return good;
}

void replication_drop(struct replication_result *result)
{
    if (result->recorder != NULL) {
        recorder_close(result->recorder);
        figures_drop(result->figures);
        free(result->figures);
    }
    *result = (struct replication_result){0};
}
