#include "sim/run/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/cost/cost_model.h"
#include "models/demand/demand_model.h"
#include "models/hpa/hpa_text.h"
#include "models/workload/controller.h"
#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/base/lookup.h"
#include "sim/base/number.h"
#include "sim/run/figures.h"
#include "sim/run/schema.h"
#include "sim/run/table.h"
#include "sim/scenario/units.h"

#define SECOND INT64_C(1000000000)
#define PATH_ROOM 4096

/* The file that is being written; a signal handler may read it. One for the process: a process writes one run. */
static char temporary[PATH_ROOM];

void store_abandon(void)
{
    if (temporary[0] != '\0') {
        unlink(temporary);
        temporary[0] = '\0';
    }
}

/* Only a file may be replaced. */
static bool may_lie_at(const char *path, struct fail *fail)
{
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        return fail_set(fail, FAIL_SYSTEM, "%s: cannot be written: it is no file (choose another place with -o)", path);
    }
    return true;
}

static bool name_temporary(const char *path, struct fail *fail)
{
    if (!may_lie_at(path, fail)) {
        return false;
    }
    int length = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof temporary) {
        temporary[0] = '\0';
        return fail_set(fail, FAIL_INPUT, "%s: the name is too long (choose a shorter one)", path);
    }
    return true;
}

/* ---- what was run ---- */

struct store {
    sqlite3 *db;
    const struct plan *plan;
    char path[PATH_ROOM];
    struct trouble trouble;
    struct table workloads;
    struct table pools;
    struct table demands;
    struct table decisions;
    struct recorder_sink sink;
};

static void put_key(struct table *t, const char *key, const char *value)
{
    table_text(t, key);
    table_text(t, value);
    table_end_row(t);
}

static void put_number_key(struct table *t, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    put_key(t, key, text);
}

static void put_real_key(struct table *t, const char *key, double value)
{
    char text[32];
    put_key(t, key, number_print(text, value));
}

/* The files that objects stand in, in the order of reading. */
static void put_files(struct table *t, const struct objects *objects)
{
    enum { TOLD = 20 };
    struct buffer list = {0};
    const char *last = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < objects->list.count; i++) {
        const char *file = objects->list.at[i]->where.file;
        bool told = file == NULL || file == last;
        for (uint32_t k = 0; k < i && !told; k++) {
            told = objects->list.at[k]->where.file == file;
        }
        count += !told;
        if (!told && count <= TOLD) {
            buffer_format(&list, "%s%s", count > 1 ? ", " : "", file);
        }
        last = file;
    }
    if (count > TOLD) {
        buffer_format(&list, " and %" PRIu32 " more", count - TOLD);
    }
    if (count > 0) {
        put_key(t, "files", buffer_string(&list));
    }
    buffer_drop(&list);
}

static void write_run(struct store *w)
{
    const struct scenario_spec *spec = &w->plan->scenario->spec;
    struct table t = table_open(w->db, "run", 2, &w->trouble);
    char start[32], number[32];
    units_time_print(start, spec->start_ns);
    put_number_key(&t, "schema", SCHEMA_VERSION);
    put_key(&t, "version", HEADROOM_VERSION);
    put_key(&t, "scenario", w->plan->scenario->name);
    put_files(&t, &w->plan->scenario->objects);
    put_key(&t, "kubernetes", spec->kubernetes);
    put_key(&t, "start", start);
    put_number_key(&t, "duration_s", spec->duration_ns / SECOND);
    put_number_key(&t, "step_s", recorder_step(w->plan) / SECOND);
    put_number_key(&t, "seed", spec->seed);
    put_key(&t, "price_currency", "USD");
    snprintf(number, sizeof number, "%016" PRIx64, w->plan->scenario->catalog_hash);
    put_key(&t, "catalog", number);
    put_key(&t, "allocation_team", spec->allocation.team == NULL ? "namespace" : spec->allocation.team);
    put_real_key(&t, "discount", w->plan->scenario->discount);
    put_real_key(&t, "control_plane_usd_per_hour", w->plan->scenario->control_plane_usd_per_hour);
    if (spec->budget != NULL) {
        put_real_key(&t, "budget_monthly", spec->budget->monthly);
    }
    put_key(&t, "model_note",
            "Decisions are those of Kubernetes v1.36. How long the control plane, kubelets and nodes take is a model "
            "with parameters. Pods are Ready when the clock starts.");
    put_key(&t, "interval_covers", FIGURES_INTERVALS_COVER);
    table_close(&t);
}

static bool is_hidden(const char *parent, const char *key, bool secret)
{
    return (secret && (strcmp(key, "data") == 0 || strcmp(key, "stringData") == 0)) ||
           (parent != NULL && strcmp(parent, "env") == 0 && strcmp(key, "value") == 0) ||
           strcmp(key, "kubectl.kubernetes.io/last-applied-configuration") == 0;
}

/* Texts that are not recorded, numbered as they come: which are alike still shows, as a Release may change only them. */
struct hidden {
    struct arena arena;
    struct names names;
    struct lookup numbers;
};

static const char *cover(struct hidden *h, struct arena *a, const struct value *v)
{
    const char *text = names_text(&h->names, value_as_text(v) == NULL ? "" : value_as_text(v));
    if (lookup_get(&h->numbers, text) == LOOKUP_NONE) {
        lookup_put(&h->numbers, text, h->numbers.count + 1);
    }
    return arena_format(a, "(not recorded: %" PRIu32 ")", lookup_get(&h->numbers, text));
}

/* Takes out what is not for a report: a Secret's data, values of environment variables, and the text in which kubectl
 * keeps both. parent: the key that v stands at, or the list that it is in. */
static void redact(struct hidden *h, struct arena *a, struct value *v, const char *parent, bool secret)
{
    for (uint32_t i = 0; value_is_map(v) && i < v->count; i++) {
        struct member *m = &v->members[i];
        if (is_hidden(parent, m->key, secret)) {
            m->value = value_text(a, cover(h, a, m->value));
        } else {
            redact(h, a, m->value, m->key, secret);
        }
    }
    for (uint32_t i = 0; value_is_list(v) && i < v->count; i++) {
        redact(h, a, v->items[i], parent, secret);
    }
}

static void write_objects(struct store *w)
{
    struct table t = table_open(w->db, "object", 7, &w->trouble);
    struct arena a = arena_make(1 << 16);
    struct buffer json = {0};
    struct hidden hidden = {.arena = arena_make(1 << 12)};
    hidden.names = names_make(&hidden.arena);
    const struct objects *objects = &w->plan->scenario->objects;
    for (uint32_t i = 0; i < objects->list.count; i++) {
        const struct object *o = objects->list.at[i];
        arena_reset(&a);
        buffer_clear(&json);
        struct value *tree = value_copy(&a, o->tree);
        redact(&hidden, &a, tree, NULL, strcmp(o->kind, "Secret") == 0);
        json_write(&json, tree);
        table_integer(&t, i);
        table_text(&t, o->kind);
        table_text(&t, o->namespace);
        table_text(&t, o->name);
        table_text(&t, o->where.file);
        table_integer(&t, o->where.line);
        table_text(&t, buffer_string(&json));
        table_end_row(&t);
    }
    buffer_drop(&json);
    lookup_drop(&hidden.numbers);
    names_drop(&hidden.names);
    arena_drop(&hidden.arena);
    arena_drop(&a);
    table_close(&t);
}

static bool is_shared(const struct scenario *s, const char *namespace)
{
    for (uint32_t i = 0; i < s->spec.allocation.shared.count; i++) {
        if (strcmp(s->spec.allocation.shared.at[i], namespace) == 0) {
            return true;
        }
    }
    return false;
}

static void write_containers(struct store *w, struct table *t, uint32_t workload)
{
    const struct pod_template *p = w->plan->workloads.at[workload].spec.template;
    for (uint32_t i = 0; i < p->container_count; i++) {
        const struct container *c = &p->containers[i];
        table_integer(t, workload);
        table_text(t, c->name);
        table_limit(t, c->request_mcpu);
        table_limit(t, c->request_memory_bytes);
        table_limit(t, c->limit_mcpu);
        table_limit(t, c->limit_memory_bytes);
        table_end_row(t);
    }
}

static void write_workloads(struct store *w)
{
    struct table t = table_open(w->db, "workload", 9, &w->trouble);
    struct table containers = table_open(w->db, "container", 6, &w->trouble);
    for (uint32_t i = 0; i < w->plan->workloads.count; i++) {
        const struct plan_workload *o = &w->plan->workloads.at[i];
        table_integer(&t, i);
        table_text(&t, o->object->kind);
        table_text(&t, o->object->namespace);
        table_text(&t, o->object->name);
        table_text(&t, scenario_team_of(w->plan->scenario, o->object));
        table_integer(&t, is_shared(w->plan->scenario, o->object->namespace));
        table_text(&t, o->model == NULL ? "unknown" : "modelled");
        table_text(&t, o->model == NULL || !specs_says_memory(o->model) ? "unknown" : "modelled");
        table_text(&t, controller_simplified(o->kind, &o->spec));
        table_end_row(&t);
        write_containers(w, &containers, i);
    }
    table_close(&containers);
    table_close(&t);
}

static void write_pools(struct store *w)
{
    struct table t = table_open(w->db, "pool", 15, &w->trouble);
    for (uint32_t i = 0; i < w->plan->pools.count; i++) {
        const struct pool *p = &w->plan->pools.at[i];
        const struct node *n = &p->nodes[0];
        table_integer(&t, i);
        table_text(&t, p->title);
        table_text(&t, p->instance);
        table_text(&t, p->region);
        table_text(&t, p->spot ? "spot" : "on-demand");
        table_real(&t, p->usd_per_hour);
        table_real(&t, p->list_usd_per_hour);
        table_text(&t, p->price_source);
        table_text(&t, p->price_date);
        table_integer(&t, n->capacity.mcpu);
        table_integer(&t, n->capacity.memory_bytes);
        table_integer(&t, n->allocatable.mcpu);
        table_integer(&t, n->allocatable.memory_bytes);
        table_integer(&t, p->nodes_min);
        table_integer(&t, p->nodes_max);
        table_end_row(&t);
    }
    table_close(&t);
}

/* "cpu 60%, memory 80%": each metric with its target. */
static void describe_targets(const struct hpa_spec *spec, struct buffer *out)
{
    buffer_clear(out);
    for (uint32_t i = 0; i < spec->metric_count; i++) {
        const struct hpa_metric *m = &spec->metrics[i];
        buffer_format(out, "%s%s%s%s ", i > 0 ? ", " : "", m->name == NULL ? "metric" : m->name,
                      m->container == NULL ? "" : " of ", m->container == NULL ? "" : m->container);
        if (m->target == HPA_TARGET_UTILIZATION) {
            buffer_format(out, "%" PRId64 "%%", m->amount);
        } else {
            buffer_format(out, "%" PRId64 "m%s", m->amount, m->target == HPA_TARGET_AVERAGE ? " each" : "");
        }
    }
}

static void write_hpas(struct store *w)
{
    struct table t = table_open(w->db, "hpa", 7, &w->trouble);
    struct buffer targets = {0};
    for (uint32_t i = 0; i < w->plan->hpas.count; i++) {
        const struct plan_hpa *h = &w->plan->hpas.at[i];
        describe_targets(&h->spec, &targets);
        table_integer(&t, i);
        table_text(&t, h->object->namespace);
        table_text(&t, h->object->name);
        if (h->target == NONE) {
            table_null(&t);
        } else {
            table_integer(&t, h->target);
        }
        table_integer(&t, h->spec.min);
        table_integer(&t, h->spec.max);
        table_text(&t, buffer_string(&targets));
        table_end_row(&t);
    }
    buffer_drop(&targets);
    table_close(&t);
}

static void write_events(struct table *t, uint32_t demand, const struct demand *d)
{
    for (uint32_t i = 0; i < d->events.count; i++) {
        const struct demand_event *e = &d->events.at[i];
        table_integer(t, demand);
        table_text(t, e->name);
        table_integer(t, e->start_ns / SECOND);
        table_integer(t, (e->start_ns + e->rise_ns + e->hold_ns + e->fall_ns) / SECOND);
        table_real(t, e->factor);
        table_end_row(t);
    }
}

static void write_demands(struct store *w)
{
    struct table t = table_open(w->db, "demand", 4, &w->trouble);
    struct table events = table_open(w->db, "event", 5, &w->trouble);
    for (uint32_t i = 0; i < w->plan->scenario->demands.count; i++) {
        const struct demand *d = &w->plan->scenario->demands.at[i];
        table_integer(&t, i);
        table_text(&t, d->object->namespace);
        table_text(&t, d->object->name);
        table_text(&t, d->unit);
        table_end_row(&t);
        write_events(&events, i, d);
    }
    table_close(&events);
    table_close(&t);
}

/* The workload that an objective speaks of: that of the first model behind its service. */
static uint32_t objective_workload(const struct plan *plan, const struct objective *o)
{
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        if (o->service.models.count > 0 && plan->workloads.at[i].model == o->service.models.at[0]) {
            return i;
        }
    }
    return NONE;
}

static void write_objectives(struct store *w)
{
    struct table t = table_open(w->db, "objective", 7, &w->trouble);
    const struct scenario_spec *spec = &w->plan->scenario->spec;
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        const struct objective *o = &spec->objectives.at[i];
        uint32_t workload = objective_workload(w->plan, o);
        table_integer(&t, i);
        table_text(&t, o->name != NULL ? o->name : o->service.ref.name);
        table_limit(&t, workload == NONE ? -1 : (int64_t)workload);
        table_text(&t, o->latency != NULL ? "latency" : "success");
        table_amount(&t, o->latency != NULL ? o->quantile : -1);
        table_amount(&t, o->latency != NULL ? (double)o->latency_ns / (double)SECOND : -1);
        table_real(&t, o->latency != NULL ? o->share : o->success);
        table_end_row(&t);
    }
    table_close(&t);
}

/* ---- what happened ---- */

static void put_load(struct table *t, const struct recorded_workload_sample *s, bool has_load)
{
    table_amount(t, s->used_mcpu);
    table_amount(t, s->used_bytes);
    const double values[] = {s->arrivals_per_s, s->served_per_s, s->failed_per_s, s->p50_s,
                             s->p95_s,          s->p99_s,        s->utilization,  s->throttled};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        table_amount(t, has_load ? values[i] : -1);
    }
}

static void take_workload(void *context, uint32_t workload, int64_t at_ns, const struct recorded_workload_sample *s,
                          bool has_load)
{
    struct table *t = &((struct store *)context)->workloads;
    table_integer(t, workload);
    table_integer(t, at_ns / SECOND);
    table_integer(t, s->replicas);
    table_integer(t, s->pending);
    table_integer(t, s->starting);
    table_integer(t, s->ready);
    table_integer(t, s->requested_mcpu);
    table_integer(t, s->requested_bytes);
    put_load(t, s, has_load);
    table_end_row(t);
}

static void take_pool(void *context, uint32_t pool, int64_t at_ns, const struct recorded_pool_sample *s)
{
    struct table *t = &((struct store *)context)->pools;
    table_integer(t, pool);
    table_integer(t, at_ns / SECOND);
    table_integer(t, s->nodes);
    table_integer(t, s->nodes_ready);
    table_integer(t, s->allocatable_mcpu);
    table_integer(t, s->allocatable_bytes);
    table_integer(t, s->requested_mcpu);
    table_integer(t, s->requested_bytes);
    table_amount(t, s->used_mcpu);
    table_amount(t, s->used_bytes);
    table_end_row(t);
}

static void take_demand(void *context, uint32_t demand, int64_t at_ns, double rate_hz)
{
    struct table *t = &((struct store *)context)->demands;
    table_integer(t, demand);
    table_integer(t, at_ns / SECOND);
    table_real(t, rate_hz);
    table_end_row(t);
}

static void take_decision(void *context, const struct recorded_decision *d)
{
    struct table *t = &((struct store *)context)->decisions;
    table_integer(t, d->at_ns);
    table_text(t, d->model);
    table_text(t, d->kind);
    table_text(t, d->namespace == NULL ? "" : d->namespace);
    table_text(t, d->name == NULL ? "" : d->name);
    table_text(t, d->reason);
    table_text(t, d->message);
    table_integer(t, d->warning);
    table_end_row(t);
}

/* ---- what came of it ---- */

static void write_objective_results(struct store *w, const struct replication_result *results, uint32_t count)
{
    struct table t = table_open(w->db, "objective_result", 6, &w->trouble);
    const struct scenario_spec *spec = &w->plan->scenario->spec;
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        const struct objective *o = &spec->objectives.at[i];
        for (uint32_t r = 0; r < count; r++) {
            const struct recorded_objective *j = &results[r].recorder->objectives[i];
            double share = recorder_achieved(o, j);
            table_integer(&t, r);
            table_integer(&t, i);
            table_integer(&t, share >= (o->latency != NULL ? o->share : o->success));
            table_real(&t, share);
            table_integer(&t, j->worst_ns / SECOND);
            table_real(&t, j->worst);
            table_end_row(&t);
        }
    }
    table_close(&t);
}

/* pool, workload: -1 for none. What nothing was paid for has no row. */
static void put_cost(struct table *t, uint32_t day, int64_t pool, const char *part, int64_t workload,
                     struct cost_part amount)
{
    if (amount.processor_nusd != 0 || amount.memory_nusd != 0) {
        table_integer(t, day);
        table_limit(t, pool);
        table_text(t, part);
        table_limit(t, workload);
        table_integer(t, amount.processor_nusd);
        table_integer(t, amount.memory_nusd);
        table_end_row(t);
    }
}

static void write_costs(struct store *w, const struct figures *f)
{
    struct table t = table_open(w->db, "cost_day", 6, &w->trouble);
    for (uint32_t i = 0; i < f->days.count; i++) {
        const struct cost_day *c = &f->days.at[i];
        uint32_t day = i / f->pool_count, pool = i % f->pool_count;
        for (uint32_t k = 0; c->workloads != NULL && k < w->plan->workloads.count; k++) {
            put_cost(&t, day, pool, "workload", k, c->workloads[k]);
        }
        put_cost(&t, day, pool, "workload", -1, c->others);
        put_cost(&t, day, pool, "idle", -1, c->idle);
        put_cost(&t, day, pool, "system", -1, c->system);
    }
    for (uint32_t day = 0; day < f->control_plane_day_nusd.count; day++) {
        put_cost(&t, day, -1, "system", -1, (struct cost_part){f->control_plane_day_nusd.at[day], 0});
    }
    table_close(&t);
}

static void write_metrics(struct store *w, const struct replication_result *results, uint32_t count)
{
    struct table t = table_open(w->db, "metric", 5, &w->trouble);
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t i = 0; i < results[r].figures->metrics.count; i++) {
            const struct metric *m = &results[r].figures->metrics.at[i];
            table_integer(&t, r);
            table_text(&t, m->name);
            table_text(&t, m->subject);
            table_real(&t, m->value);
            table_text(&t, m->unit);
            table_end_row(&t);
        }
    }
    table_close(&t);
}

static void write_unsimulated(struct store *w)
{
    struct table t = table_open(w->db, "unsimulated", 7, &w->trouble);
    const struct scenario *s = w->plan->scenario;
    for (uint32_t i = 0; i < s->unsimulated.count; i++) {
        const struct unsimulated *u = &s->unsimulated.at[i];
        if (u->matters) {
            table_text(&t, u->first->kind);
            table_text(&t, u->first->namespace);
            table_text(&t, u->first->name);
            table_integer(&t, u->count - 1);
            table_text(&t, u->what);
            table_real(&t, u->cpu_share);
            table_real(&t, u->memory_share);
            table_end_row(&t);
        }
    }
    table_close(&t);
}

/* ---- the file ---- */

static bool execute(struct store *w, const char *sql)
{
    if (!w->trouble.failed && sqlite3_exec(w->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        trouble_keep(&w->trouble, w->db);
    }
    return !w->trouble.failed;
}

/* An empty file to begin with: SQLite does not say why it could not make one. */
static bool make_file(struct trouble *t)
{
    int file = open(temporary, O_CREAT | O_TRUNC | O_WRONLY, 0666);
    if (file < 0) {
        t->failed = true;
        snprintf(t->why, sizeof t->why, "%s", strerror(errno));
        return false;
    }
    close(file);
    return true;
}

static void write_what_was_asked(struct store *w)
{
    write_run(w);
    write_objects(w);
    write_workloads(w);
    write_pools(w);
    write_hpas(w);
    write_demands(w);
    write_objectives(w);
    write_unsimulated(w);
}

/* The file is thrown away if it does not come to its end: no journal, no sync until then. It is used by one thread at a
 * time. */
static bool begin(struct store *w)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (!make_file(&w->trouble)) {
        return false;
    }
    sqlite3_config(SQLITE_CONFIG_PMASZ,
                   25u); /* pages that an index is sorted in: one of a month takes no more memory */
    if (sqlite3_open_v2(temporary, &w->db, flags, NULL) != SQLITE_OK) {
        trouble_keep(&w->trouble, w->db);
        return false;
    }
    execute(
        w,
        "PRAGMA page_size = 4096; PRAGMA cache_size = -512; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    execute(w, schema_tables);
    write_what_was_asked(w);
    table_open_batched(&w->workloads, w->db, "workload_series", 18, TABLE_BATCH, &w->trouble);
    table_open_batched(&w->pools, w->db, "pool_series", 10, TABLE_BATCH, &w->trouble);
    table_open_batched(&w->demands, w->db, "demand_series", 3, TABLE_BATCH, &w->trouble);
    table_open_batched(&w->decisions, w->db, "decision", 8, 1, &w->trouble);
    return !w->trouble.failed;
}

static void close_database(struct store *w)
{
    table_close(&w->workloads);
    table_close(&w->pools);
    table_close(&w->demands);
    table_close(&w->decisions);
    sqlite3_close(w->db);
}

/* Says why, and leaves nothing. */
static void give_up(struct store *w, struct fail *fail)
{
    fail_set(fail, FAIL_SYSTEM, "%s: cannot be written: %s (nothing was left there; choose another place with -o)",
             w->path, w->trouble.why);
    store_discard(w);
}

struct store *store_open(const char *path, const struct plan *plan, struct fail *fail)
{
    if (!name_temporary(path, fail)) {
        return NULL;
    }
    struct store *w = memory_take(1, sizeof *w);
    w->plan = plan;
    snprintf(w->path, sizeof w->path, "%s", path);
    w->sink = (struct recorder_sink){
        .context = w, .workload = take_workload, .pool = take_pool, .demand = take_demand, .decision = take_decision};
    if (!begin(w)) {
        give_up(w, fail);
        return NULL;
    }
    return w;
}

const struct recorder_sink *store_sink(struct store *s)
{
    return &s->sink;
}

static void write_replications(struct store *w, uint32_t count)
{
    struct table t = table_open(w->db, "run", 2, &w->trouble);
    put_number_key(&t, "replications", count);
    table_close(&t);
}

static bool write_results(struct store *w, const struct replication_result *results, uint32_t count)
{
    table_flush(&w->workloads);
    table_flush(&w->pools);
    table_flush(&w->demands);
    write_replications(w, count);
    write_objective_results(w, results, count);
    write_costs(w, results[0].figures);
    write_metrics(w, results, count);
    return execute(w, "PRAGMA cache_size = -100") && execute(w, schema_indexes) && execute(w, "COMMIT");
}

static bool sync_file(const char *path)
{
    int file = open(path, O_RDONLY);
    if (file < 0) {
        return false;
    }
    bool good = fsync(file) == 0;
    return close(file) == 0 && good;
}

bool store_finish(struct store *s, const struct replication_result *results, uint32_t count, struct fail *fail)
{
    if (!write_results(s, results, count)) {
        give_up(s, fail);
        return false;
    }
    close_database(s);
    bool good = sync_file(temporary) && rename(temporary, s->path) == 0;
    if (good) {
        temporary[0] = '\0';
    } else {
        fail_set(fail, FAIL_SYSTEM, "%s: cannot be written: %s (nothing was left there)", s->path, strerror(errno));
        store_abandon();
    }
    free(s);
    return good;
}

void store_discard(struct store *s)
{
    close_database(s);
    store_abandon();
    free(s);
}
