#include "reports/side.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reports/query.h"
#include "sim/base/json.h"
#include "sim/base/number.h"
#include "sim/scenario/units.h"

#define SECOND INT64_C(1000000000)

/* ---- subjects ---- */

static bool is_named(const char *text, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(text, name, length) == 0;
}

/* Whether "name", "namespace/name", "Kind/name" or "Kind/namespace/name", written in an object of that namespace, is of
 * the workload. */
static bool refers_to(const char *text, const char *namespace, const struct object *workload)
{
    const char *name = strrchr(text, '/');
    if (strcmp(name == NULL ? text : name + 1, workload->name) != 0) {
        return false;
    }
    size_t first = strcspn(text, "/");
    const char *second = text[first] == '/' ? text + first + 1 : text + first;
    size_t rest = name != NULL && name > second ? (size_t)(name - second) : 0;
    bool kind = name != NULL && text[0] >= 'A' && text[0] <= 'Z';
    if (kind && !is_named(text, first, workload->kind)) {
        return false;
    }
    if (kind ? rest > 0 : name != NULL) {
        return is_named(kind ? second : text, kind ? rest : first, workload->namespace);
    }
    return strcmp(namespace, workload->namespace) == 0;
}

/* Whether a Service's selector takes the workload's pods. */
static bool selects(const struct object *service, const struct object *workload)
{
    const struct value *selector = value_at(service->tree, "spec.selector");
    const struct value *labels = value_at(object_pod_template(workload), "metadata.labels");
    if (!value_is_map(selector) || selector->count == 0 || strcmp(service->namespace, workload->namespace) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < selector->count; i++) {
        const struct value *label = value_get(labels, selector->members[i].key);
        if (label == NULL || !value_equal(label, selector->members[i].value)) {
            return false;
        }
    }
    return true;
}

static bool leads_to(const struct object *o, const struct object *workload)
{
    if (o->headroom && strcmp(o->kind, "ServiceModel") == 0) {
        const char *text = value_as_text(value_at(o->tree, "spec.workload"));
        return text != NULL && refers_to(text, o->namespace, workload);
    }
    return !o->headroom && strcmp(o->kind, "Service") == 0 && selects(o, workload);
}

static void add_workload(struct side *s, const char *title, const struct object *workload, const char *team)
{
    struct side_subject w = {.kind = SIDE_WORKLOAD, .title = title, .object = workload, .team = team};
    w.services = TAKE(s->arena, const char *, s->objects.count);
    for (uint32_t i = 0; i < s->objects.count; i++) {
        if (leads_to(s->objects.at[i], workload)) {
            w.services[w.services_count++] = s->objects.at[i]->name;
        }
    }
    VEC_PUSH(&s->subjects, w);
}

static void add_named(struct side *s, enum side_kind kind, const char *title)
{
    VEC_PUSH(&s->subjects, (struct side_subject){.kind = kind, .title = title});
}

/* ---- of a plan ---- */

static void add_pool(struct side *s, const struct pool *p)
{
    add_named(s, SIDE_POOL, p->title);
    VEC_PUSH(&s->pools, (struct side_pool){.title = p->title,
                                           .instance = p->instance,
                                           .region = p->region,
                                           .purchase = p->spot ? "spot" : "on-demand",
                                           .usd_per_hour = p->usd_per_hour,
                                           .list_usd_per_hour = p->list_usd_per_hour,
                                           .capacity_mcpu = p->nodes[0].capacity.mcpu,
                                           .capacity_bytes = p->nodes[0].capacity.memory_bytes,
                                           .price_source = p->price_source,
                                           .price_date = p->price_date});
}

void side_of_plan(struct side *s, const struct plan *plan)
{
    const struct scenario *from = plan->scenario;
    *s = (struct side){.arena = from->arena,
                       .names = from->names,
                       .scenario = from->name,
                       .version = HEADROOM_VERSION,
                       .catalog = arena_format(from->arena, "%016" PRIx64, from->catalog_hash),
                       .start_s = from->spec.start_ns / SECOND,
                       .duration_s = from->spec.duration_ns / SECOND,
                       .seed = from->spec.seed,
                       .interval_covers = FIGURES_INTERVALS_COVER,
                       .budget_monthly = from->spec.budget == NULL ? (double)NAN : from->spec.budget->monthly};
    for (uint32_t i = 0; i < from->objects.list.count; i++) {
        VEC_PUSH(&s->objects, from->objects.list.at[i]);
    }
    for (uint32_t i = 0; i < plan->workloads.count; i++) {
        const struct plan_workload *w = &plan->workloads.at[i];
        add_workload(s, w->title, w->object, scenario_team_of(from, w->object));
    }
    for (uint32_t i = 0; i < plan->pools.count; i++) {
        add_pool(s, &plan->pools.at[i]);
    }
    for (uint32_t i = 0; i < from->demands.count; i++) {
        add_named(s, SIDE_DEMAND, from->demands.at[i].object->name);
    }
    for (uint32_t i = 0; i < from->spec.objectives.count; i++) {
        add_named(s, SIDE_OBJECTIVE, from->spec.objectives.at[i].title);
    }
}

/* ---- figures ---- */

void side_add(struct side *s, uint32_t replication, const struct figures *f)
{
    for (uint32_t i = 0; i < f->metrics.count; i++) {
        VEC_PUSH(&s->rows, (struct side_row){f->metrics.at[i], replication});
    }
    s->replications = replication >= s->replications ? replication + 1 : s->replications;
}

static int compare_keys(const char *name, const char *subject, const char *other_name, const char *other_subject)
{
    int order = strcmp(name, other_name);
    return order != 0 ? order : strcmp(subject, other_subject);
}

static int compare_rows(const void *left, const void *right)
{
    const struct side_row *a = left, *b = right;
    int order = compare_keys(a->metric.name, a->metric.subject, b->metric.name, b->metric.subject);
    return order != 0 ? order : (a->replication > b->replication) - (a->replication < b->replication);
}

static bool is_same_key(const struct metric *a, const struct metric *b)
{
    return compare_keys(a->name, a->subject, b->name, b->subject) == 0;
}

void side_settle(struct side *s)
{
    if (s->rows.count > 0) {
        qsort(s->rows.at, s->rows.count, sizeof *s->rows.at, compare_rows);
    }
    s->figures.count = 0;
    for (uint32_t i = 0; i < s->rows.count;) {
        const struct metric *m = &s->rows.at[i].metric;
        double *values = TAKE(s->arena, double, s->replications);
        for (uint32_t r = 0; r < s->replications; r++) {
            values[r] = NAN;
        }
        for (; i < s->rows.count && is_same_key(&s->rows.at[i].metric, m); i++) {
            values[s->rows.at[i].replication] = s->rows.at[i].metric.value;
        }
        VEC_PUSH(&s->figures, (struct side_figure){m->name, m->subject, m->unit, values});
    }
}

const struct side_figure *side_figure(const struct side *s, const char *name, const char *subject)
{
    uint32_t low = 0, high = s->figures.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct side_figure *f = &s->figures.at[middle];
        int order = compare_keys(f->name, f->subject, name, subject);
        if (order == 0) {
            return f;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

/* ---- recorded ---- */

static void read_run(struct side *s, struct query *q)
{
    struct query_rows rows = query_rows(q, "SELECT key, value FROM run", 0);
    while (query_next(&rows)) {
        const char *key = query_text(&rows, 0, s->arena), *value = query_text(&rows, 1, s->arena);
        const struct {
            const char *key;
            const char **text;
            int64_t *number;
        } fields[] = {{"scenario", &s->scenario, NULL}, {"version", &s->version, NULL},
                      {"catalog", &s->catalog, NULL},   {"interval_covers", &s->interval_covers, NULL},
                      {"seed", NULL, &s->seed},         {"duration_s", NULL, &s->duration_s}};
        int64_t start_ns = 0;
        if (strcmp(key, "start") == 0 && units_time(value, &start_ns)) {
            s->start_s = start_ns / SECOND;
        }
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            if (strcmp(key, fields[i].key) == 0 && fields[i].text != NULL) {
                *fields[i].text = value;
            } else if (strcmp(key, fields[i].key) == 0 && !number_parse_int64(value, fields[i].number)) {
                *fields[i].number = -1;
            }
        }
    }
}

static bool read_objects(struct side *s, struct query *q, struct fail *fail)
{
    struct query_rows rows = query_rows(q, "SELECT kind, namespace, name, json, file, line FROM object ORDER BY id", 0);
    bool good = true;
    while (query_next(&rows)) {
        struct object *o = TAKE(s->arena, struct object, 1);
        const char *json = query_text(&rows, 3, s->arena), *file = query_text(&rows, 4, s->arena);
        o->kind = names_text(s->names, query_text(&rows, 0, s->arena));
        o->namespace = names_text(s->names, query_text(&rows, 1, s->arena));
        o->name = names_text(s->names, query_text(&rows, 2, s->arena));
        o->where = (struct mark){.file = file == NULL ? NULL : names_text(s->names, file),
                                 .line = (uint32_t)query_integer(&rows, 5)};
        if (good) {
            o->tree = json_read(s->arena, s->names, s->path, json, strlen(json), fail);
            good = o->tree != NULL;
        }
        const char *version = value_as_text(value_get(o->tree, "apiVersion"));
        o->api_version = names_text(s->names, version == NULL ? "" : version);
        o->headroom = strcmp(o->api_version, OBJECT_HEADROOM) == 0 || strcmp(o->kind, "Scenario") == 0;
        VEC_PUSH(&s->objects, o);
    }
    return good;
}

static const struct object *find_object(const struct side *s, const char *kind, const char *namespace, const char *name)
{
    for (uint32_t i = 0; i < s->objects.count; i++) {
        const struct object *o = s->objects.at[i];
        if (o->kind == kind && o->namespace == namespace && o->name == name) {
            return o;
        }
    }
    return NULL;
}

static void read_workloads(struct side *s, struct query *q)
{
    struct query_rows rows = query_rows(q, "SELECT kind, namespace, name, team FROM workload ORDER BY id", 0);
    while (query_next(&rows)) {
        const struct object *o = find_object(s, names_text(s->names, query_text(&rows, 0, s->arena)),
                                             names_text(s->names, query_text(&rows, 1, s->arena)),
                                             names_text(s->names, query_text(&rows, 2, s->arena)));
        if (o != NULL) {
            add_workload(s, object_title(s->arena, o), o, query_text(&rows, 3, s->arena));
        }
    }
}

static void read_named(struct side *s, struct query *q, enum side_kind kind, const char *sql)
{
    struct query_rows rows = query_rows(q, sql, 0);
    while (query_next(&rows)) {
        add_named(s, kind, query_text(&rows, 0, s->arena));
    }
}

static void read_pools(struct side *s, struct query *q)
{
    struct query_rows rows =
        query_rows(q,
                   "SELECT name, instance, region, purchase, usd_per_hour, list_usd_per_hour,"
                   " capacity_mcpu, capacity_bytes, price_source, price_date FROM pool ORDER BY id",
                   0);
    while (query_next(&rows)) {
        struct side_pool p = {.title = query_text(&rows, 0, s->arena),
                              .instance = query_text(&rows, 1, s->arena),
                              .region = query_text(&rows, 2, s->arena),
                              .purchase = query_text(&rows, 3, s->arena),
                              .usd_per_hour = query_real(&rows, 4),
                              .list_usd_per_hour = query_real(&rows, 5),
                              .capacity_mcpu = query_integer(&rows, 6),
                              .capacity_bytes = query_integer(&rows, 7),
                              .price_source = query_text(&rows, 8, s->arena),
                              .price_date = query_text(&rows, 9, s->arena)};
        add_named(s, SIDE_POOL, p.title);
        VEC_PUSH(&s->pools, p);
    }
}

static void read_budget(struct side *s, struct query *q)
{
    struct query_rows rows = query_rows(q, "SELECT CAST(value AS REAL) FROM run WHERE key = 'budget_monthly'", 0);
    s->budget_monthly = NAN;
    while (query_next(&rows)) {
        s->budget_monthly = query_real(&rows, 0);
    }
}

static void read_figures(struct side *s, struct query *q)
{
    struct query_rows rows = query_rows(q, "SELECT replication, name, subject, value, unit FROM metric", 0);
    while (query_next(&rows)) {
        int64_t replication = query_integer(&rows, 0);
        struct side_row row = {.metric = {.name = names_text(s->names, query_text(&rows, 1, s->arena)),
                                          .subject = names_text(s->names, query_text(&rows, 2, s->arena)),
                                          .value = query_real(&rows, 3),
                                          .unit = names_text(s->names, query_text(&rows, 4, s->arena))},
                               .replication = (uint32_t)replication};
        if (replication >= 0 && replication < 100000) {
            VEC_PUSH(&s->rows, row);
            s->replications = row.replication >= s->replications ? row.replication + 1 : s->replications;
        }
    }
    side_settle(s);
}

static bool check_run(const struct side *s, struct fail *fail)
{
    return (s->scenario != NULL && s->version != NULL && s->duration_s > 0 && s->seed >= 0 && s->replications > 0) ||
           fail_set(fail, FAIL_INPUT, "%s: a damaged run: its table \"run\" does not say what was run (simulate again)",
                    s->path);
}

bool side_read(struct side *s, struct arena *a, struct names *names, const char *path, struct fail *fail)
{
    struct query q;
    *s = (struct side){.arena = a, .names = names, .path = path, .catalog = "", .seed = -1};
    if (!query_open(&q, path, fail)) {
        return false;
    }
    read_run(s, &q);
    bool good = read_objects(s, &q, fail);
    if (good) {
        read_workloads(s, &q);
        read_budget(s, &q);
        read_pools(s, &q);
        read_named(s, &q, SIDE_DEMAND, "SELECT name FROM demand ORDER BY id");
        read_named(s, &q, SIDE_OBJECTIVE, "SELECT DISTINCT subject FROM metric WHERE name = 'objective' ORDER BY 1");
        read_figures(s, &q);
    }
    good = good && query_check(&q, fail) && check_run(s, fail);
    query_close(&q);
    return good;
}

void side_drop(struct side *s)
{
    VEC_DROP(&s->objects);
    VEC_DROP(&s->subjects);
    VEC_DROP(&s->pools);
    VEC_DROP(&s->figures);
    VEC_DROP(&s->rows);
}

bool side_is_recorded(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char start[sizeof magic] = {0};
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false; /* what is read from a pipe is gone */
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t count = fread(start, 1, sizeof start, file);
    fclose(file);
    return count == sizeof magic && memcmp(start, magic, sizeof magic) == 0;
}
