#include "tests/conformance/hpa_timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/hpa/hpa_model.h"
#include "models/hpa/hpa_text.h"
#include "sim/base/buffer.h"
#include "sim/scenario/quantity.h"
#include "tests/conformance/hpa_world.h"

/* A timeline while it runs. */
struct run {
    struct hpa_world world;
    struct replay_case *c;
    const struct value *out;
    struct value *events; /* of this instant */
    uint32_t row;         /* of out.syncs that comes next */
    bool differs;
};

static int64_t number_at(const struct value *v, const char *path)
{
    int64_t number = 0;
    return value_as_int64(value_at(v, path), &number) ? number : 0;
}

static struct value *text(struct run *r, struct buffer *b)
{
    struct value *v = value_text(&r->c->scratch, buffer_string(b));
    buffer_drop(b);
    return v;
}

/* ---- what the HPA says, as the vectors write it ---- */

static struct value *metric_text(struct run *r, const struct hpa_value *v)
{
    static const char *const figures[] = {
        [HPA_TARGET_UTILIZATION] = "avg", [HPA_TARGET_AVERAGE] = "avg", [HPA_TARGET_VALUE] = "value"};
    struct buffer b = {0};
    if (v->present) {
        char canonical[QUANTITY_ROOM];
        struct quantity q = quantity_scaled(v->milli, -3, v->memory ? QUANTITY_BINARY_SI : QUANTITY_DECIMAL_SI);
        if (v->kind == HPA_TARGET_UTILIZATION) {
            buffer_format(&b, "%" PRId32 "%% ", v->utilization);
        }
        buffer_format(&b, "%s=%s", figures[v->kind], quantity_canonical(canonical, &q));
    }
    return text(r, &b);
}

static struct value *condition_text(struct run *r, const struct hpa_condition *c)
{
    struct buffer b = {0};
    buffer_format(&b, "%s=%s %s: ", hpa_text_condition_type(c->type), c->status ? "True" : "False",
                  hpa_reason_name(c->message.reason));
    hpa_text_condition(&b, "default", &c->message);
    return text(r, &b);
}

static struct value *conditions_of(struct run *r, const struct hpa_status *s)
{
    struct value *list = value_list(&r->c->scratch);
    for (uint32_t i = 0; i < s->condition_count; i++) {
        value_append(&r->c->scratch, list, condition_text(r, &s->conditions[i]));
    }
    return list;
}

static struct value *metrics_of(struct run *r, const struct hpa_status *s)
{
    struct value *list = value_list(&r->c->scratch);
    for (uint32_t i = 0; i < s->value_count; i++) {
        value_append(&r->c->scratch, list, metric_text(r, &s->values[i]));
    }
    return list;
}

/* The row of a sync: [size, currentReplicas, desiredReplicas, metrics, conditions, events]. */
static struct value *row_of(struct run *r, const struct hpa_status *s)
{
    struct arena *a = &r->c->scratch;
    struct value *row = value_list(a);
    value_append(a, row, value_integer(a, r->world.size));
    value_append(a, row, value_integer(a, s->current));
    value_append(a, row, value_integer(a, s->desired));
    value_append(a, row, metrics_of(r, s));
    value_append(a, row, conditions_of(r, s));
    value_append(a, row, r->events);
    return row;
}

/* ---- what the vectors say ---- */

/* The texts that a list of indexes stands for. */
static struct value *look_up(struct run *r, const struct value *indexes, const char *table)
{
    struct value *list = value_list(&r->c->scratch);
    for (uint32_t i = 0; i < indexes->count; i++) {
        int64_t index = 0;
        if (value_as_int64(indexes->items[i], &index)) {
            value_append(&r->c->scratch, list, value_get(r->out, table)->items[index]);
        }
    }
    return list;
}

static struct value *wanted_row(struct run *r, const struct value *from)
{
    struct value *row = value_list(&r->c->scratch);
    for (uint32_t i = 0; i < 4; i++) {
        value_append(&r->c->scratch, row, from->items[i]);
    }
    value_append(&r->c->scratch, row, look_up(r, from->items[4], "conditions"));
    value_append(&r->c->scratch, row, look_up(r, from->items[5], "events"));
    return row;
}

/* ---- listening ---- */

static void hear_note(void *context, const struct sim *sim, const struct note *note)
{
    struct run *r = context;
    if (note->object != NOTE_HPA || note->row != r->world.hpa) {
        return;
    }
    char message[1024];
    struct buffer b = {0};
    note->render(sim, note, message, sizeof message);
    buffer_format(&b, "%s %s: %s", note->warning ? "Warning" : "Normal", note->reason, message);
    value_append(&r->c->scratch, r->events, text(r, &b));
}

static void compare_sync(struct run *r, const struct sim *sim)
{
    const struct value *syncs = value_get(r->out, "syncs");
    int64_t at = number_at(r->out, "firstSync") + r->row * number_at(r->out, "syncInterval");
    char what[64];
    snprintf(what, sizeof what, "sync %" PRIu32 " at %" PRId64 " s", r->row, sim_now(sim) / 1000000000);
    if (at != sim_now(sim) || r->row >= syncs->count) {
        r->differs = !replay_differs(r->c, "%s: it is not among the recorded instants", what);
        return;
    }
    const struct hpa_status *status = world_hpa(&sim->world, r->world.hpa)->status;
    r->differs = !replay_same(r->c, what, wanted_row(r, syncs->items[r->row]), row_of(r, status));
    r->row++;
}

static void instant_ended(void *context, const struct sim *sim)
{
    struct run *r = context;
    if (r->world.synced && !r->differs) {
        compare_sync(r, sim);
    }
    r->world.synced = false;
    r->events = value_list(&r->c->scratch);
}

/* ---- the whole ---- */

static struct value *final_of(struct run *r, const struct sim *sim)
{
    struct arena *a = &r->c->scratch;
    const struct hpa_status *s = world_hpa(&sim->world, r->world.hpa)->status;
    struct value *final = value_map(a), *times = value_map(a);
    for (uint32_t i = 0; i < s->condition_count; i++) {
        const char *type = names_text(r->c->names, hpa_text_condition_type(s->conditions[i].type));
        value_put(a, times, type, value_integer(a, s->conditions[i].transition_ns));
    }
    if (s->last_scale_ns != TIME_UNSET) {
        value_put(a, final, "lastScaleTime", value_integer(a, s->last_scale_ns));
    }
    value_put(a, final, "lastTransitionTime", times);
    value_put(a, final, "replicas", value_integer(a, world_workload(&sim->world, r->world.workload)->spec.replicas));
    return final;
}

static bool is_same(struct run *r, const struct sim *sim)
{
    if (r->differs) {
        return false;
    }
    if (r->row != number_at(r->out, "count")) {
        return replay_differs(r->c, "%" PRIu32 " syncs, want %" PRId64, r->row, number_at(r->out, "count"));
    }
    return replay_same(r->c, "final", value_get(r->out, "final"), final_of(r, sim));
}

static void set_controller(struct sim *sim, const struct value *in)
{
    const struct value *controller = value_get(in, "controller"), *zero = value_get(in, "scaleToZero");
    struct hpa_settings *s = hpa_model_settings(sim);
    s->downscale_stabilization_ns = number_at(controller, "downscaleStabilization");
    s->cpu_initialization_ns = number_at(controller, "cpuInitializationPeriod");
    s->initial_readiness_delay_ns = number_at(controller, "initialReadinessDelay");
    s->scale_to_zero = zero != NULL && zero->boolean;
    if (!value_as_double(value_get(controller, "tolerance"), &s->tolerance)) {
        s->tolerance = -1;
    }
}

bool hpa_timeline_run(const struct value *in, const struct value *out, struct replay_case *c)
{
    static const struct registry_line registry[] = {{&hpa_world_model, NULL}, {&hpa_model, NULL}};
    struct run r = {.world = {.in = in, .arena = &c->scratch, .names = c->names}, .c = c, .out = out};
    struct fail fail = {0};
    if (!hpa_world_read(&r.world, &fail)) {
        return replay_differs(c, "%s", fail.text);
    }
    struct sim_options options = {.registry = registry,
                                  .registry_count = sizeof registry / sizeof registry[0],
                                  .delays = delays_zero(),
                                  .rank = api_rank_first_in,
                                  .arena = &c->scratch,
                                  .names = c->names,
                                  .inputs = &r.world};
    options.delays.hpa_sync_period_ns = number_at(in, "controller.syncPeriod");
    struct sim *sim = sim_open(&options);
    set_controller(sim, in);
    sim_listen(sim, (struct sim_listener){.context = &r, .note = hear_note, .instant_ended = instant_ended});
    r.events = value_list(&c->scratch);
    hpa_world_build(&r.world, sim);
    sim_start(sim);
    bool same = sim_run(sim, number_at(in, "until"), &fail) ? is_same(&r, sim) : replay_differs(c, "%s", fail.text);
    sim_close(sim);
    hpa_world_drop(&r.world);
    return same;
}
