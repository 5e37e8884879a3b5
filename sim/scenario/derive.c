#include "sim/scenario/derive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/elementary.h"
#include "sim/base/file.h"
#include "sim/base/number.h"
#include "sim/scenario/pools.h"
#include "sim/scenario/scenario.h"

/* The largest ratio of p99 to mean that a lognormal has: exp(z^2 / 2), z = 2.326348 the normal's 99th percentile. */
#define NORMAL_P99 2.3263478740408408
#define LOGNORMAL_RATIO_MAX 14.96

/* From here on a figure was probably meant in another unit. */
#define LONG_WORK_NS (60 * UNITS_SECOND_NS)
#define LITTLE_BYTES (1 << 16)

/* ---- Scenario ---- */

/* Differences of Kubernetes' versions that change results (reference: release notes). */
static const struct {
    int64_t until; /* the last minor version that behaves so */
    const char *what;
} differences[] = {
    {35, "balanced allocation scores the balance after placement, not its change"},
    {34, "ties of node scores are drawn at random"},
    {31, "a node that is lost is noticed after 40 s, not 50 s"},
};

static void check_version(struct scenario *s)
{
    const char *text = s->spec.kubernetes + (s->spec.kubernetes[0] == 'v');
    int64_t minor = -1;
    if (strncmp(text, "1.", 2) != 0 ||
        !number_parse_int64(arena_text(s->arena, text + 2, strcspn(text + 2, ".-+")), &minor) || minor < 0) {
        scenario_refuse(s, s->spec.object, "spec.kubernetes", "wrong value: \"%s\" is no version (write \"1.36\")",
                        s->spec.kubernetes);
        return;
    }
    if (minor == 36) {
        return;
    }
    struct buffer list = {0};
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
        if (minor <= differences[i].until) {
            buffer_format(&list, "%s%s", list.count == 0 ? "in it " : "; ", differences[i].what);
        }
    }
    scenario_warn(s, s->spec.object, "spec.kubernetes", "other version: %s runs as 1.36 (%s)", s->spec.kubernetes,
                  list.count == 0 ? "what differs is not known" : buffer_string(&list));
    buffer_drop(&list);
}

static void title_objective(struct scenario *s, struct objective *o)
{
    const struct reference *to = &o->service.ref;
    bool plain = to->namespace == NULL || strcmp(to->namespace, "default") == 0;
    const char *name = to->name == NULL ? "" : to->name;
    const char *service = plain ? name : arena_format(s->arena, "%s/%s", to->namespace, name);
    char bound[32];
    units_duration_print(bound, o->latency_ns);
    o->title = o->name != NULL      ? o->name
               : o->latency != NULL ? arena_format(s->arena, "%s p%.4g %s", service, o->quantile * 100, bound)
                                    : arena_format(s->arena, "%s success", service);
}

static void derive_objective(struct scenario *s, struct objective *o)
{
    const struct {
        int64_t ns;
        double quantile;
    } bounds[] = {{o->latency == NULL ? 0 : o->latency->p50_ns, 0.5},
                  {o->latency == NULL ? 0 : o->latency->p90_ns, 0.9},
                  {o->latency == NULL ? 0 : o->latency->p95_ns, 0.95},
                  {o->latency == NULL ? 0 : o->latency->p99_ns, 0.99},
                  {o->latency == NULL ? 0 : o->latency->p999_ns, 0.999}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        if (bounds[i].ns > 0) {
            o->quantile = bounds[i].quantile;
            o->latency_ns = bounds[i].ns;
        }
    }
    title_objective(s, o);
}

static void check_team(struct scenario *s)
{
    const char *team = s->spec.allocation.team;
    if (strcmp(team, "namespace") != 0 && strncmp(team, "label/", 6) != 0 && strncmp(team, "annotation/", 11) != 0) {
        scenario_refuse(s, s->spec.object, "spec.allocation.team",
                        "wrong value: \"%s\" names no team (write label/KEY, annotation/KEY or namespace)", team);
    }
}

static void derive_scenario(struct scenario *s)
{
    check_version(s);
    check_team(s);
    for (uint32_t i = 0; i < s->spec.objectives.count; i++) {
        derive_objective(s, &s->spec.objectives.at[i]);
    }
}

/* ---- Demand ---- */

static bool read_trace(struct scenario *s, struct demand *d, struct fail *fail)
{
    struct trace *trace = TAKE(s->arena, struct trace, 1);
    const char *path = source_path(s->arena, value_at(d->object->tree, "spec.profile")->where, d->profile.trace),
               *text = NULL;
    size_t length = 0;
    if (!file_read(s->arena, path, &text, &length, fail) ||
        !trace_read(s->arena, names_text(s->names, path), text, length, s->spec.start_ns, trace, fail)) {
        return false;
    }
    d->trace = trace;
    d->rate_per_s = d->rate_per_s > 0 ? d->rate_per_s : trace->mean_per_s;
    return true;
}

static bool make_shape(struct scenario *s, struct demand *d, struct fail *fail)
{
    struct week_profile *shape = TAKE(s->arena, struct week_profile, 1);
    d->shape = shape;
    if (d->profile.name != NULL) {
        return profile_load(s->arena, d->profile.name, shape, fail);
    }
    uint32_t count = d->profile.points.count;
    if (count > 0 && d->profile.step_ns > INT64_MAX / count) {
        return fail_set(fail, FAIL_INPUT, "its points reach over more than 292 years (give a shorter step)");
    }
    struct profile_knot *knots = TAKE(s->arena, struct profile_knot, count);
    for (uint32_t i = 0; i < count; i++) {
        knots[i] = (struct profile_knot){.at_ns = i * d->profile.step_ns, .factor = d->profile.points.at[i]};
    }
    return profile_make(s->arena, count * d->profile.step_ns, knots, count, shape, fail);
}

/* A bare `profile: rides.csv` is a trace. */
static bool names_file(const char *name)
{
    size_t length = name == NULL ? 0 : strlen(name);
    return length > 4 && strcmp(name + length - 4, ".csv") == 0;
}

static void derive_profile(struct scenario *s, struct demand *d)
{
    struct fail fail = {0};
    bool good = true;
    if (names_file(d->profile.name)) {
        d->profile.trace = d->profile.name;
        d->profile.name = NULL;
    }
    if (d->profile.trace != NULL) {
        good = read_trace(s, d, &fail);
    } else if (d->profile.name != NULL || value_at(d->object->tree, "spec.profile") != NULL) {
        good = make_shape(s, d, &fail);
    }
    if (!good) {
        scenario_refuse(s, d->object, "spec.profile", "cannot be used: %s", fail.text);
    }
}

static void check_events(struct scenario *s, const struct demand *d)
{
    for (uint32_t i = 0; i < d->events.count; i++) {
        const struct demand_event *e = &d->events.at[i];
        if (e->start_ns >= s->spec.duration_ns || e->start_ns + e->rise_ns + e->hold_ns + e->fall_ns < 0) {
            scenario_warn(s, d->object, "spec.events", "no effect: %s lies outside the scenario (is its start right?)",
                          e->name == NULL ? "an event" : e->name);
        }
    }
}

static void derive_demand(struct scenario *s, struct demand *d)
{
    if (!units_offset(d->time_zone, &d->utc_offset_s)) {
        scenario_refuse(s, d->object, "spec.timeZone",
                        "wrong value: \"%s\" is no offset from UTC (write UTC, or one such as -05:00)", d->time_zone);
    }
    derive_profile(s, d);
    if (d->trace == NULL && d->profile.trace == NULL && value_at(d->object->tree, "spec.rate") == NULL) {
        scenario_refuse(s, d->object, "spec", "missing field: rate is required without a trace (write %s)",
                        field_type_words(FIELD_RATE));
    }
    check_events(s, d);
}

/* ---- ServiceModel ---- */

static void check_wait(struct scenario *s, const struct service_model *m)
{
    const struct request_wait *w = &m->request->wait;
    bool lognormal = w->distribution == WAIT_LOGNORMAL;
    if (w->p99_ns == 0) {
        if (lognormal && w->mean_ns > 0) {
            scenario_refuse(
                s, m->object, "spec.request.wait",
                "missing field: p99 is required for lognormal (write the time that 99 %% of the waits stay below)");
        }
        return;
    }
    double ratio = (double)w->p99_ns / (double)w->mean_ns;
    if (!lognormal) {
        scenario_refuse(
            s, m->object, "spec.request.wait.p99",
            "no effect: only lognormal has a p99 of its own (write distribution: lognormal, or leave p99 out)");
    } else if (!(ratio > 1 && ratio < LOGNORMAL_RATIO_MAX)) {
        scenario_refuse(
            s, m->object, "spec.request.wait.p99",
            "out of range: a lognormal's p99 lies between 1 and 14.96 times its mean, this one at %.3g (correct "
            "mean or p99)",
            ratio);
    }
}

/* Takes the queueing out of account: what is observed is taken to be unloaded, so that all of the latency is processor
 * time and wait. The latency is a lognormal through p50 and p99; the wait is what remains without the processor time. */
static void work_out(struct scenario *s, struct service_model *m)
{
    const struct service_observed *o = m->observed;
    if (o->rate_per_s <= 0 || o->cpu_mcpu <= 0 || o->p50_ns <= 0 || o->p99_ns <= 0) {
        return; /* refused already */
    }
    double cpu_ns = (double)o->cpu_mcpu / 1000 / o->rate_per_s * 1e9;
    if (o->p99_ns <= o->p50_ns || cpu_ns >= (double)o->p50_ns) {
        bool order = o->p99_ns <= o->p50_ns;
        scenario_refuse(s, m->object, "spec.observed",
                        "cannot be worked out: %s (take all figures at the same time from the same requests)",
                        order ? "p99 is not above p50"
                              : "the processor time of a request, cpu / rate, is not below p50");
        return;
    }
    double sigma = elementary_log((double)o->p99_ns / (double)o->p50_ns) / NORMAL_P99;
    double mean_ns = (double)o->p50_ns * elementary_exp(sigma * sigma / 2);
    double wait_ns = mean_ns - cpu_ns, p99_ns = (double)o->p99_ns - cpu_ns;
    if (p99_ns <= wait_ns || p99_ns >= LOGNORMAL_RATIO_MAX * wait_ns) {
        scenario_refuse(s, m->object, "spec.observed",
                        "cannot be worked out: p99 is %.3g times p50, which no wait explains (write request with "
                        "cpu and wait)",
                        (double)o->p99_ns / (double)o->p50_ns);
        return;
    }
    m->request = TAKE(s->arena, struct service_request, 1);
    m->request->cpu_ns = (int64_t)cpu_ns;
    m->request->variation = 1;
    m->request->wait =
        (struct request_wait){.distribution = WAIT_LOGNORMAL, .mean_ns = (int64_t)wait_ns, .p99_ns = (int64_t)p99_ns};
    m->memory.base_bytes = m->memory.base_bytes > 0 ? m->memory.base_bytes : o->memory_bytes;
}

/* What Kubernetes' units mean is another thing here: 8m of processor time are minutes, 100m of memory a tenth of a byte. */
static void check_units(struct scenario *s, const struct service_model *m)
{
    if (m->request != NULL && m->request->cpu_ns >= LONG_WORK_NS) {
        scenario_warn(s, m->object, "spec.request.cpu",
                      "much: a request takes %" PRId64 " s of processor time (m is minutes here, ms is milliseconds)",
                      m->request->cpu_ns / UNITS_SECOND_NS);
    }
    if (m->stream != NULL && m->stream->cpu_ns >= LONG_WORK_NS) {
        scenario_warn(s, m->object, "spec.stream.cpu",
                      "much: a message takes %" PRId64 " s of processor time (m is minutes here, ms is milliseconds)",
                      m->stream->cpu_ns / UNITS_SECOND_NS);
    }
    if (m->memory.base_bytes > 0 && m->memory.base_bytes < LITTLE_BYTES) {
        scenario_warn(s, m->object, "spec.memory.base",
                      "little: a pod uses less than 64 Ki (Mi is mebibytes, m thousandths of a byte)");
    }
}

static void derive_model(struct scenario *s, struct service_model *m)
{
    check_units(s, m);
    if (m->request != NULL) {
        check_wait(s, m);
    }
    if (m->observed != NULL && m->request == NULL) {
        work_out(s, m);
    }
}

/* ---- Release, Fault ---- */

static void check_time(struct scenario *s, const struct object *object, int64_t at_ns)
{
    if (at_ns < 0) {
        scenario_refuse(
            s, object, "spec.at",
            "out of bounds: it lies before the start of the scenario (let the objects be as they are then)");
    } else if (at_ns > s->spec.duration_ns) {
        scenario_warn(s, object, "spec.at", "no effect: it lies behind the end of the scenario (is it right?)");
    }
}

static void check_release(struct scenario *s, const struct release *r)
{
    check_time(s, r->object, r->at_ns);
    bool changes = r->images->count > 0 || r->patch != NULL;
    if (r->patch != NULL && !value_is_map(r->patch)) {
        scenario_refuse(s, r->object, "spec.patch", "wrong type: a patch is a map (write {spec: {...}})");
    }
    if (r->rollback && changes) {
        scenario_refuse(
            s, r->object, "spec.rollback",
            "too many fields: a rollback goes back to what was before, images and patch say something else (make two "
            "Releases of it)");
    }
    if (!r->rollback && !changes && r->behavior == NULL && r->bad == RELEASE_GOOD) {
        scenario_refuse(s, r->object, "spec",
                        "missing field: it changes nothing (write images, patch, rollback or behavior)");
    }
}

static void check_outage(struct scenario *s, const struct fault *f)
{
    const char *zone = f->zone_outage->zone;
    for (uint32_t i = 0; i < s->node_pools.count; i++) {
        const struct node_pool *p = &s->node_pools.at[i];
        for (uint32_t k = 0; k < p->zone_names.count; k++) {
            if (zone == NULL || strcmp(p->zone_names.at[k], zone) == 0) {
                return;
            }
        }
    }
    scenario_warn(s, f->object, "spec.zoneOutage", "no effect: no NodePool has nodes in %s (is it right?)", zone);
}

void derive_all(struct scenario *s)
{
    derive_scenario(s);
    for (uint32_t i = 0; i < s->demands.count; i++) {
        derive_demand(s, &s->demands.at[i]);
    }
    for (uint32_t i = 0; i < s->service_models.count; i++) {
        derive_model(s, &s->service_models.at[i]);
    }
    pools_derive(s);
    for (uint32_t i = 0; i < s->releases.count; i++) {
        check_release(s, &s->releases.at[i]);
    }
    for (uint32_t i = 0; i < s->faults.count; i++) {
        check_time(s, s->faults.at[i].object, s->faults.at[i].at_ns);
        if (s->faults.at[i].zone_outage != NULL) {
            check_outage(s, &s->faults.at[i]);
        }
    }
}
