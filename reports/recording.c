#include "reports/recording.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/memory.h"
#include "sim/base/number.h"
#include "sim/scenario/units.h"

static const double confidence = 0.95;
static const int64_t day_s = 86400;

/* A list that grew while rows came goes into the arena. */
#define KEEP(r, name, list)                                                                                            \
    ((r)->name = recording_keep((r)->arena, (list).at, (list).count, sizeof *(list).at),                               \
     (r)->name##_count = (list).count, VEC_DROP(&(list)))

static int64_t integer_or_none(const struct query_rows *rows, int column)
{
    return query_is_null(rows, column) ? -1 : query_integer(rows, column);
}

/* ---- the run ---- */

static bool is_key(const char *key, const char *name, const char *value, const char **field)
{
    if (strcmp(key, name) != 0) {
        return false;
    }
    *field = value;
    return true;
}

static void read_run(struct recording *r, struct query *q, const char *numbers[8])
{
    struct query_rows rows = query_rows(q, "SELECT key, value FROM run", 0);
    while (query_next(&rows)) {
        const char *key = query_text(&rows, 0, r->arena), *value = query_text(&rows, 1, r->arena);
        (void)(is_key(key, "scenario", value, &r->scenario) || is_key(key, "version", value, &r->version) ||
               is_key(key, "kubernetes", value, &r->kubernetes) || is_key(key, "price_currency", value, &r->currency) ||
               is_key(key, "files", value, &r->files) || is_key(key, "model_note", value, &r->model_note) ||
               is_key(key, "interval_covers", value, &r->interval_covers) || is_key(key, "start", value, &numbers[0]) ||
               is_key(key, "duration_s", value, &numbers[1]) || is_key(key, "step_s", value, &numbers[2]) ||
               is_key(key, "seed", value, &numbers[3]) || is_key(key, "replications", value, &numbers[4]) ||
               is_key(key, "budget_monthly", value, &numbers[5]) || is_key(key, "discount", value, &numbers[6]) ||
               is_key(key, "control_plane_usd_per_hour", value, &numbers[7]) ||
               is_key(key, "allocation_team", value, &r->allocation_team));
    }
}

static bool check_run(struct recording *r, const char *path, const char *const numbers[8], struct fail *fail)
{
    int64_t start_ns = 0;
    if (numbers[0] == NULL || !units_time(numbers[0], &start_ns) || numbers[1] == NULL ||
        !number_parse(numbers[1], &r->duration_s) || numbers[2] == NULL || !number_parse(numbers[2], &r->step_s) ||
        numbers[3] == NULL || !number_parse_int64(numbers[3], &r->seed) || numbers[4] == NULL ||
        !number_parse_int64(numbers[4], &r->replications) || r->duration_s <= 0 || r->step_s <= 0 ||
        r->replications < 1 || r->scenario == NULL) {
        return fail_set(fail, FAIL_INPUT,
                        "%s: table run: scenario, start, duration_s, step_s, seed or replications is missing or wrong "
                        "(simulate again)",
                        path);
    }
    r->start_s = start_ns / UNITS_SECOND_NS;
    if (numbers[5] == NULL || !number_parse(numbers[5], &r->budget_monthly)) {
        r->budget_monthly = NAN;
    }
    if (numbers[6] == NULL || !number_parse(numbers[6], &r->discount)) {
        r->discount = 0;
    }
    if (numbers[7] == NULL || !number_parse(numbers[7], &r->control_plane_usd_per_hour)) {
        r->control_plane_usd_per_hour = 0;
    }
    r->allocation_team = r->allocation_team == NULL ? "namespace" : r->allocation_team;
    return true;
}

/* ---- what was simulated ---- */

static const char *qualified(struct arena *a, const char *namespace, const char *name)
{
    bool plain = *namespace == '\0' || strcmp(namespace, "default") == 0;
    return plain ? name : arena_format(a, "%s/%s", namespace, name);
}

static bool same_label(const struct report_workload *x, const struct report_workload *y)
{
    return strcmp(x->name, y->name) == 0 && strcmp(x->namespace, y->namespace) == 0;
}

static void label_workloads(struct arena *a, struct report_workload *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool alone = true;
        for (uint32_t j = 0; j < count && alone; j++) {
            alone = j == i || !same_label(&at[i], &at[j]);
        }
        at[i].label = alone ? qualified(a, at[i].namespace, at[i].name) : at[i].subject;
    }
}

/* Where each workload's series lies: looking for it in the whole table, for each workload anew, takes too long. */
static void locate_series(struct query *q, struct report_workload *at, uint32_t count)
{
    struct report_workload *w = at;
    struct query_rows rows = query_rows(q, "SELECT rowid, workload_id FROM workload_series ORDER BY rowid", 0);
    while (query_next(&rows)) {
        int64_t row = query_integer(&rows, 0), id = query_integer(&rows, 1);
        if (w == at + count || w->id != id) {
            for (w = at; w < at + count && w->id != id;) {
                w++;
            }
        }
        if (w < at + count) {
            w->first_row = w->last_row < 0 ? row : w->first_row;
            w->last_row = row;
        }
    }
}

static void read_workloads(struct recording *r, struct query *q)
{
    VEC(struct report_workload) list = {0};
    struct query_rows rows = query_rows(
        q,
        "SELECT id, kind, namespace, w.name, team, use_cpu, use_memory, simplified, SUM(request_mcpu), SUM(request_bytes),"
        " IIF(COUNT(limit_mcpu) = COUNT(*), SUM(limit_mcpu), NULL),"
        " IIF(COUNT(limit_bytes) = COUNT(*), SUM(limit_bytes), NULL), COUNT(c.name),"
        " shared"
        " FROM workload AS w LEFT JOIN container AS c ON workload_id = id GROUP BY id ORDER BY id",
        0);
    while (query_next(&rows)) {
        struct report_workload w = {
            .id = query_integer(&rows, 0),
            .kind = query_text(&rows, 1, r->arena),
            .namespace = query_text(&rows, 2, r->arena),
            .name = query_text(&rows, 3, r->arena),
            .team = query_text(&rows, 4, r->arena),
            .use_cpu = query_text(&rows, 5, r->arena),
            .use_memory = query_text(&rows, 6, r->arena),
            .simplified = query_text(&rows, 7, r->arena),
            .request_mcpu = query_real(&rows, 8),
            .request_bytes = query_real(&rows, 9),
            .limit_mcpu = query_real(&rows, 10),
            .limit_bytes = query_real(&rows, 11),
            .containers = (uint32_t)query_integer(&rows, 12),
            .last_row = -1,
            .shared = query_integer(&rows, 13) != 0,
        };
        w.use = strcmp(w.use_cpu, w.use_memory) == 0
                    ? w.use_cpu
                    : arena_format(r->arena, "CPU %s, memory %s", w.use_cpu, w.use_memory);
        w.subject = arena_format(r->arena, "%s/%s", w.kind, qualified(r->arena, w.namespace, w.name));
        VEC_PUSH(&list, w);
    }
    label_workloads(r->arena, list.at, list.count);
    locate_series(q, list.at, list.count);
    KEEP(r, workloads, list);
}

/* The index of the row with the id that stands in a column. Rows begin with their id and are in its order. */
static uint32_t index_of(const void *rows, uint32_t count, size_t size, const struct query_rows *from, int column)
{
    int64_t id = 0, wanted = query_integer(from, column);
    uint32_t low = 0, high = query_is_null(from, column) ? 0 : count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        memcpy(&id, (const char *)rows + middle * size, sizeof id);
        if (id == wanted) {
            return middle;
        }
        low = id < wanted ? middle + 1 : low;
        high = id < wanted ? high : middle;
    }
    return RECORDING_NONE;
}

#define INDEX_OF(r, table, from, column) index_of((r)->table, (r)->table##_count, sizeof *(r)->table, from, column)

static void read_pools(struct recording *r, struct query *q)
{
    VEC(struct report_pool) list = {0};
    struct query_rows rows = query_rows(
        q,
        "SELECT id, name, instance, region, purchase, price_source, price_date, usd_per_hour, capacity_mcpu,"
        " capacity_bytes, allocatable_mcpu, allocatable_bytes, nodes_min, nodes_max, list_usd_per_hour FROM pool"
        " ORDER BY id",
        0);
    while (query_next(&rows)) {
        VEC_PUSH(&list, (struct report_pool){
                            .id = query_integer(&rows, 0),
                            .name = query_text(&rows, 1, r->arena),
                            .instance = query_text(&rows, 2, r->arena),
                            .region = query_text(&rows, 3, r->arena),
                            .purchase = query_text(&rows, 4, r->arena),
                            .price_source = query_text(&rows, 5, r->arena),
                            .price_date = query_text(&rows, 6, r->arena),
                            .usd_per_hour = query_real(&rows, 7),
                            .capacity_mcpu = query_integer(&rows, 8),
                            .capacity_bytes = query_integer(&rows, 9),
                            .allocatable_mcpu = query_integer(&rows, 10),
                            .allocatable_bytes = query_integer(&rows, 11),
                            .nodes_min = query_integer(&rows, 12),
                            .nodes_max = query_integer(&rows, 13),
                            .list_usd_per_hour = query_real(&rows, 14),
                        });
    }
    KEEP(r, pools, list);
}

static void read_hpas(struct recording *r, struct query *q)
{
    VEC(struct report_hpa) list = {0};
    struct query_rows rows = query_rows(
        q, "SELECT id, namespace, name, workload_id, replicas_min, replicas_max, targets FROM hpa ORDER BY id", 0);
    while (query_next(&rows)) {
        struct report_hpa h = {
            .id = query_integer(&rows, 0),
            .namespace = query_text(&rows, 1, r->arena),
            .name = query_text(&rows, 2, r->arena),
            .workload = INDEX_OF(r, workloads, &rows, 3),
            .replicas_min = query_integer(&rows, 4),
            .replicas_max = query_integer(&rows, 5),
            .targets = query_text(&rows, 6, r->arena),
        };
        h.label = qualified(r->arena, h.namespace, h.name);
        VEC_PUSH(&list, h);
    }
    KEEP(r, hpas, list);
}

static void read_demands(struct recording *r, struct query *q)
{
    VEC(struct report_demand) list = {0};
    struct query_rows rows = query_rows(q, "SELECT id, namespace, name, unit FROM demand ORDER BY id", 0);
    while (query_next(&rows)) {
        VEC_PUSH(&list, (struct report_demand){query_integer(&rows, 0), query_text(&rows, 1, r->arena),
                                               query_text(&rows, 2, r->arena), query_text(&rows, 3, r->arena)});
    }
    KEEP(r, demands, list);

    VEC(struct report_event) events = {0};
    rows = query_rows(q, "SELECT demand_id, name, start_s, end_s, factor FROM event ORDER BY start_s, end_s, rowid", 0);
    while (query_next(&rows)) {
        VEC_PUSH(&events,
                 (struct report_event){INDEX_OF(r, demands, &rows, 0), query_text(&rows, 1, r->arena),
                                       query_integer(&rows, 2), query_integer(&rows, 3), query_real(&rows, 4)});
    }
    KEEP(r, events, events);
}

/* ---- what came out ---- */

/* Adds the replications' results to an objective; rows are in the order of the replications. */
static void read_results(struct query *q, struct report_objective *o)
{
    struct statistics achieved = {0};
    struct query_rows rows =
        query_rows(q,
                   "SELECT held, achieved, worst, worst_t_s, replication FROM objective_result WHERE objective_id = ?"
                   " ORDER BY replication",
                   o->id);
    while (query_next(&rows)) {
        double worst = query_real(&rows, 2);
        o->held += query_integer(&rows, 0) != 0;
        o->count++;
        statistics_add(&achieved, query_real(&rows, 1));
        if (isnan(o->worst) || (o->latency ? worst > o->worst : worst < o->worst)) {
            o->worst = worst;
            o->worst_t_s = integer_or_none(&rows, 3);
            o->worst_in = (uint32_t)query_integer(&rows, 4);
        }
    }
    o->achieved = statistics_interval(&achieved, confidence);
}

static void read_objectives(struct recording *r, struct query *q)
{
    VEC(struct report_objective) list = {0};
    struct query_rows rows = query_rows(
        q, "SELECT id, name, workload_id, measure = 'latency', quantile, bound_s, share FROM objective ORDER BY id", 0);
    while (query_next(&rows)) {
        VEC_PUSH(&list, (struct report_objective){
                            .id = query_integer(&rows, 0),
                            .name = query_text(&rows, 1, r->arena),
                            .workload = INDEX_OF(r, workloads, &rows, 2),
                            .latency = query_integer(&rows, 3) != 0,
                            .quantile = query_real(&rows, 4),
                            .bound_s = query_real(&rows, 5),
                            .share = query_real(&rows, 6),
                            .worst = NAN,
                            .worst_t_s = -1,
                        });
    }
    for (uint32_t i = 0; i < list.count; i++) {
        read_results(q, &list.at[i]);
    }
    KEEP(r, objectives, list);
}

static void read_unsimulated(struct recording *r, struct query *q)
{
    VEC(struct report_unsimulated) list = {0};
    struct query_rows rows =
        query_rows(q,
                   "SELECT kind, namespace, name, others, what, cpu_share, memory_share FROM unsimulated"
                   " ORDER BY MAX(cpu_share, memory_share) DESC, kind, namespace, name, what",
                   0);
    while (query_next(&rows)) {
        struct report_unsimulated u = {.kind = query_text(&rows, 0, r->arena),
                                       .namespace = query_text(&rows, 1, r->arena),
                                       .name = query_text(&rows, 2, r->arena),
                                       .others = query_integer(&rows, 3),
                                       .what = query_text(&rows, 4, r->arena),
                                       .cpu_share = query_real(&rows, 5),
                                       .memory_share = query_real(&rows, 6)};
        u.whose = arena_format(r->arena, "%s/%s", u.kind, qualified(r->arena, u.namespace, u.name));
        if (u.others > 0) {
            u.whose = arena_format(r->arena, "%s and %" PRId64 " more", u.whose, u.others);
        }
        VEC_PUSH(&list, u);
    }
    KEEP(r, unsimulated, list);
}

static enum report_part part_named(const char *name)
{
    return strcmp(name, "workload") == 0 ? PART_WORKLOAD : strcmp(name, "idle") == 0 ? PART_IDLE : PART_SYSTEM;
}

static void read_cost_days(struct recording *r, struct query *q)
{
    VEC(struct report_cost_day) list = {0};
    struct query_rows rows =
        query_rows(q,
                   "SELECT day, pool_id, part, workload_id, cpu_nusd, memory_nusd FROM cost_day"
                   " ORDER BY day, pool_id IS NULL, pool_id, CASE part WHEN 'workload' THEN 0 WHEN 'idle' THEN 1 ELSE 2"
                   " END, workload_id IS NULL, workload_id",
                   0);
    while (query_next(&rows)) {
        struct arena scratch = *r->arena;
        VEC_PUSH(&list, (struct report_cost_day){
                            .day = query_integer(&rows, 0),
                            .pool = INDEX_OF(r, pools, &rows, 1),
                            .part = part_named(query_text(&rows, 2, &scratch)),
                            .workload = INDEX_OF(r, workloads, &rows, 3),
                            .cpu_nusd = query_integer(&rows, 4),
                            .memory_nusd = query_integer(&rows, 5),
                        });
    }
    KEEP(r, cost_days, list);
}

/* ---- figures ---- */

/* Closes a figure whose values, of all replications, have come. */
static struct report_metric metric_of(struct arena *a, struct report_metric m, const double *values, uint32_t count)
{
    struct statistics s = {0};
    for (uint32_t i = 0; i < count; i++) {
        statistics_add(&s, values[i]);
    }
    m.values = recording_keep(a, values, count, sizeof *values);
    m.count = count;
    m.interval = statistics_interval(&s, confidence);
    return m;
}

static void read_metrics(struct recording *r, struct query *q)
{
    VEC(struct report_metric) list = {0};
    VEC(double) values = {0};
    struct report_metric m = {0};
    struct query_rows rows =
        query_rows(q, "SELECT name, subject, value, unit FROM metric ORDER BY name, subject, replication", 0);
    while (query_next(&rows)) {
        struct arena scratch = *r->arena;
        const char *name = query_text(&rows, 0, &scratch), *subject = query_text(&rows, 1, &scratch);
        if (values.count == 0 || strcmp(name, m.name) != 0 || strcmp(subject, m.subject) != 0) {
            if (values.count > 0) {
                VEC_PUSH(&list, metric_of(r->arena, m, values.at, values.count));
                values.count = 0;
            }
            m = (struct report_metric){.name = query_text(&rows, 0, r->arena),
                                       .subject = query_text(&rows, 1, r->arena),
                                       .unit = query_text(&rows, 3, r->arena)};
        }
        VEC_PUSH(&values, query_real(&rows, 2));
    }
    if (values.count > 0) {
        VEC_PUSH(&list, metric_of(r->arena, m, values.at, values.count));
    }
    VEC_DROP(&values);
    KEEP(r, metrics, list);
}

bool recording_read(struct recording *r, struct query *q, struct arena *a, struct fail *fail)
{
    const char *numbers[8] = {NULL};
    *r = (struct recording){.arena = a};
    read_run(r, q, numbers);
    if (!query_check(q, fail) || !check_run(r, q->path, numbers, fail)) {
        return false;
    }
    read_workloads(r, q);
    read_pools(r, q);
    read_hpas(r, q);
    read_demands(r, q);
    read_objectives(r, q);
    read_unsimulated(r, q);
    read_cost_days(r, q);
    read_metrics(r, q);
    return query_check(q, fail);
}

const struct report_metric *recording_metric(const struct recording *r, const char *name, const char *subject)
{
    uint32_t low = 0, high = r->metrics_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct report_metric *m = &r->metrics[middle];
        int order = strcmp(m->name, name);
        order = order != 0 ? order : strcmp(m->subject, subject);
        if (order == 0) {
            return m;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

double recording_mean(const struct recording *r, const char *name, const char *subject)
{
    const struct report_metric *m = recording_metric(r, name, subject);
    return m == NULL ? (double)NAN : m->interval.mean;
}

static bool same_price(const struct report_pool *x, const struct report_pool *y)
{
    return x->price_source != NULL && y->price_source != NULL && strcmp(x->price_source, y->price_source) == 0 &&
           (x->price_date == NULL ? y->price_date == NULL
                                  : y->price_date != NULL && strcmp(x->price_date, y->price_date) == 0);
}

const char *recording_prices(const struct recording *r)
{
    struct buffer b = {0};
    for (uint32_t i = 0; i < r->pools_count; i++) {
        const struct report_pool *p = &r->pools[i];
        bool named = p->price_source == NULL;
        for (uint32_t k = 0; k < i && !named; k++) {
            named = same_price(p, &r->pools[k]);
        }
        if (!named) {
            buffer_format(&b, "%s%s%s%s", b.count > 0 ? "; " : "", p->price_source, p->price_date == NULL ? "" : " of ",
                          p->price_date == NULL ? "" : p->price_date);
        }
    }
    const char *text = b.count == 0 ? "no source given" : arena_text(r->arena, b.at, b.count);
    buffer_drop(&b);
    return text;
}

struct recording_span recording_day(const struct recording *r, int64_t day)
{
    int64_t from = day * day_s - r->start_s % day_s, to = from + day_s, end = (int64_t)r->duration_s;
    return (struct recording_span){from > 0 ? from : 0, to < end ? to : end};
}

void *recording_keep(struct arena *a, const void *at, size_t count, size_t size)
{
    void *copy = arena_take(a, count + 1, size, _Alignof(max_align_t));
    if (count > 0) {
        memcpy(copy, at, count * size);
    }
    return copy;
}
