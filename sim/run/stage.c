#include "sim/run/stage.h"

#include "sim/run/registry.h"
#include "sim/scenario/scheduler_manifest.h"

void stage_open(struct stage *s, const struct plan *plan, const struct stage_options *options)
{
    bool own = options->registry != NULL;
    s->plan = plan;
    s->arena = arena_make(1 << 16);
    s->names = names_over(&s->arena, plan->scenario->names);
    s->sim = sim_open(&(struct sim_options){.registry = own ? options->registry : registry,
                                            .registry_count = own ? options->registry_count : registry_count,
                                            .delays = delays_zero(),
                                            .cut_times = true,
                                            .scenario = plan->scenario,
                                            .pools = &plan->pools,
                                            .scheduler = scheduler_manifest_of(&plan->scenario->objects),
                                            .arena = &s->arena,
                                            .names = &s->names,
                                            .seed = options->seed,
                                            .replication = options->replication,
                                            .without_events = options->without_events});
    plan_build(plan, s->sim);
}

void stage_close(struct stage *s)
{
    sim_close(s->sim);
    names_drop(&s->names);
    arena_drop(&s->arena);
}

#define AT_REST_FOR (INT64_C(3600) * 1000000000) /* longer than any controller looks back at a pod's start */

/* What has a period keeps it. */
static struct delays delays_at_rest(const struct delays *d)
{
    struct delays rest = delays_zero();
    rest.hpa_sync_period_ns = d->hpa_sync_period_ns;
    rest.metrics_resolution_ns = d->metrics_resolution_ns;
    rest.metrics_window_ns = d->metrics_window_ns;
    rest.autoscaler_scan_ns = d->autoscaler_scan_ns;
    rest.autoscaler_unneeded_ns = d->autoscaler_unneeded_ns;
    return rest;
}

/* The scheduler's client is as its configuration says, where there is one. */
static void limit_scheduler(struct sim *sim)
{
    const struct value *client = value_get(sim->scheduler, "clientConnection");
    struct client_limit *limit = &sim->delays.limits[CLIENT_SCHEDULER];
    double qps = 0;
    int64_t burst = 0;
    if (value_as_double(value_get(client, "qps"), &qps) && value_as_int64(value_get(client, "burst"), &burst)) {
        limit->qps = qps < 0 ? 0 : qps < 1 ? 1 : qps > INT32_MAX ? INT32_MAX : (int32_t)qps;
        limit->burst = burst < 1 ? 1 : (int32_t)burst;
    }
}

bool stage_settle(struct stage *s, struct fail *fail)
{
    const struct delays *delays = &s->plan->scenario->spec.delays;
    s->sim->delays = delays_at_rest(delays);
    s->sim->settling = true;
    sim_start(s->sim);
    if (!sim_run(s->sim, 0, fail)) {
        return false;
    }
    s->sim->settling = false;
    world_age(&s->sim->world, AT_REST_FOR);
    s->sim->delays = *delays;
    limit_scheduler(s->sim);
    return true;
}
