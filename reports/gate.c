#include "reports/gate.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/base/utf8.h"
#include "sim/scenario/suggest.h"

/* Two results that differ by less than this share of themselves differ in the rounding of sums. */
#define ROUNDING 1e-9

static const double confidence = 0.95;

/* ---- the metrics ---- */

#define OF_WORKLOADS(figure) .figures = {[SIDE_WORKLOAD] = figure}
#define OF_POOLS(figure) .figures = {[SIDE_POOL] = figure}
#define OF_DEMANDS(figure) .figures = {[SIDE_DEMAND] = figure}

const struct gate_metric gate_metrics[] = {
    {.name = "cost.monthly",
     .alias = "cost",
     .unit = "USD",
     .cluster = "cost.monthly",
     .combine = GATE_SUM,
     .figures = {[SIDE_WORKLOAD] = "cost.monthly", [SIDE_POOL] = "cost.monthly"},
     .help = "a month of 730 h; of workloads, of pools, or of all"},
    {.name = "objectives.missed",
     .alias = "objectives",
     .unit = "objectives",
     .cluster = "objectives.missed",
     .combine = GATE_SUM,
     .help = "how many objectives of the Scenario are missed"},
    {.name = "workloads.never_ready",
     .detail = true,
     .alias = "never_ready",
     .unit = "workloads",
     .cluster = "workloads.never_ready",
     .combine = GATE_SUM,
     .help = "how many workloads never had a Ready pod: what a run costs is without them"},
    {.name = "objective",
     .unit = "share",
     .figures = {[SIDE_OBJECTIVE] = "objective"},
     .combine = GATE_LEAST,
     .help = "the share in which an objective is held; of several the least"},
    {.name = "success",
     .unit = "share",
     OF_WORKLOADS("requests.served"),
     .combine = GATE_RATIO,
     .per = {"requests.served", "requests.timed_out", "requests.failed", "requests.refused"},
     .help = "requests answered in time, of all that ended"},
    {.name = "latency.p99",
     .alias = "latency",
     .unit = "s",
     OF_WORKLOADS("latency.p99"),
     .combine = GATE_MOST,
     .help = "of the run's requests; of several services the worst"},
    {.name = "latency.p95",
     .detail = true,
     .unit = "s",
     OF_WORKLOADS("latency.p95"),
     .combine = GATE_MOST,
     .help = "likewise"},
    {.name = "latency.p50",
     .detail = true,
     .unit = "s",
     OF_WORKLOADS("latency.p50"),
     .combine = GATE_MOST,
     .help = "likewise"},
    {.name = "pending.longest",
     .alias = "pending",
     .unit = "s",
     OF_WORKLOADS("pending.longest_s"),
     .combine = GATE_MOST,
     .help = "the longest time that a pod waited for a node"},
    {.name = "pending.pod_seconds",
     .detail = true,
     .unit = "s",
     OF_WORKLOADS("pending.pod_seconds"),
     .combine = GATE_SUM,
     .help = "all such waiting together"},
    {.name = "restarts", .unit = "restarts", OF_WORKLOADS("restarts"), .combine = GATE_SUM, .help = "of containers"},
    {.name = "oom_kills",
     .unit = "kills",
     OF_WORKLOADS("oom_kills"),
     .combine = GATE_SUM,
     .help = "of containers that used more memory than their limit"},
    {.name = "replicas.mean",
     .alias = "replicas",
     .unit = "pods",
     OF_WORKLOADS("replicas.mean"),
     .combine = GATE_SUM,
     .help = "over the run; of several workloads the sum"},
    {.name = "replicas.max",
     .unit = "pods",
     OF_WORKLOADS("replicas.max"),
     .combine = GATE_SUM,
     .help = "the most at a time; of several the sum of each one's most"},
    {.name = "replicas.min",
     .detail = true,
     .unit = "pods",
     OF_WORKLOADS("replicas.min"),
     .combine = GATE_SUM,
     .help = "the least"},
    {.name = "nodes.mean",
     .alias = "nodes",
     .unit = "nodes",
     OF_POOLS("nodes.mean"),
     .combine = GATE_SUM,
     .help = "over the run; of several pools the sum"},
    {.name = "nodes.max",
     .unit = "nodes",
     OF_POOLS("nodes.max"),
     .combine = GATE_SUM,
     .help = "the most at a time; of several the sum of each one's most"},
    {.name = "nodes.min",
     .detail = true,
     .unit = "nodes",
     OF_POOLS("nodes.min"),
     .combine = GATE_SUM,
     .help = "the least"},
    {.name = "node_hours",
     .detail = true,
     .alias = "nodes.hours",
     .unit = "h",
     OF_POOLS("node_hours"),
     .combine = GATE_SUM,
     .help = "of the run"},
    {.name = "utilization.cpu",
     .alias = "utilization",
     .unit = "share",
     .cluster = "cpu.used",
     .per_cluster = "cpu.allocatable",
     OF_WORKLOADS("cpu.used"),
     .per = {"cpu.requested"},
     .combine = GATE_RATIO,
     .help = "used of what nodes offer; of workloads, used of requested"},
    {.name = "utilization.memory",
     .unit = "share",
     .cluster = "memory.used",
     .per_cluster = "memory.allocatable",
     OF_WORKLOADS("memory.used"),
     .per = {"memory.requested"},
     .combine = GATE_RATIO,
     .help = "likewise"},
    {.name = "cpu.throttled",
     .alias = "throttled",
     .unit = "share",
     OF_WORKLOADS("cpu.throttled"),
     .combine = GATE_MOST,
     .help = "share of the time at the limit; of several the worst"},
    {.name = "cpu.requested",
     .detail = true,
     .unit = "mcpu",
     .cluster = "cpu.requested",
     OF_WORKLOADS("cpu.requested"),
     .combine = GATE_SUM,
     .help = "mean over the run"},
    {.name = "cpu.used",
     .detail = true,
     .unit = "mcpu",
     .cluster = "cpu.used",
     OF_WORKLOADS("cpu.used"),
     .combine = GATE_SUM,
     .help = "mean over the run, where it is known"},
    {.name = "cpu.used_max",
     .detail = true,
     .unit = "mcpu",
     OF_WORKLOADS("cpu.used_max"),
     .combine = GATE_SUM,
     .help = "the most at a time; of several the sum of each one's most"},
    {.name = "memory.requested",
     .detail = true,
     .unit = "bytes",
     .cluster = "memory.requested",
     OF_WORKLOADS("memory.requested"),
     .combine = GATE_SUM,
     .help = "mean over the run"},
    {.name = "memory.used",
     .detail = true,
     .unit = "bytes",
     .cluster = "memory.used",
     OF_WORKLOADS("memory.used"),
     .combine = GATE_SUM,
     .help = "mean over the run, where it is known"},
    {.name = "memory.used_max",
     .detail = true,
     .unit = "bytes",
     OF_WORKLOADS("memory.used_max"),
     .combine = GATE_SUM,
     .help = "the most at a time; of several the sum of each one's most"},
    {.name = "requests.arrived",
     .detail = true,
     .alias = "requests",
     .unit = "requests",
     OF_WORKLOADS("requests.arrived"),
     .combine = GATE_SUM,
     .help = "in the run"},
    {.name = "requests.served",
     .detail = true,
     .unit = "requests",
     OF_WORKLOADS("requests.served"),
     .combine = GATE_SUM,
     .help = "in the run"},
    {.name = "requests.timed_out",
     .detail = true,
     .unit = "requests",
     OF_WORKLOADS("requests.timed_out"),
     .combine = GATE_SUM,
     .help = "in the run"},
    {.name = "requests.failed",
     .detail = true,
     .unit = "requests",
     OF_WORKLOADS("requests.failed"),
     .combine = GATE_SUM,
     .help = "in the run"},
    {.name = "requests.refused",
     .detail = true,
     .unit = "requests",
     OF_WORKLOADS("requests.refused"),
     .combine = GATE_SUM,
     .help = "in the run"},
    {.name = "cost.per_unit",
     .unit = "USD",
     OF_DEMANDS("cost.per_unit"),
     .combine = GATE_ONE,
     .help = "for each ride, or whatever a Demand counts"},
    {.name = "units",
     .detail = true,
     .unit = "units",
     OF_DEMANDS("units"),
     .combine = GATE_ONE,
     .help = "that came: rides"},
    {.name = "cost.total",
     .detail = true,
     .unit = "USD",
     .cluster = "cost.total",
     .combine = GATE_SUM,
     .figures = {[SIDE_WORKLOAD] = "cost.workload", [SIDE_POOL] = "cost.pool"},
     .help = "of the run, events included"},
    {.name = "cost.monthly.idle",
     .detail = true,
     .unit = "USD",
     .cluster = "cost.monthly.idle",
     .combine = GATE_SUM,
     .help = "of a month: paid, and claimed by no pod"},
    {.name = "cost.monthly.system",
     .detail = true,
     .unit = "USD",
     .cluster = "cost.monthly.system",
     .combine = GATE_SUM,
     .help = "of a month: reserved for the system, and the control plane"},
    {.name = "cost.idle",
     .detail = true,
     .unit = "USD",
     .cluster = "cost.idle",
     .combine = GATE_SUM,
     .help = "likewise of the run"},
    {.name = "cost.system",
     .detail = true,
     .unit = "USD",
     .cluster = "cost.system",
     .combine = GATE_SUM,
     .help = "likewise of the run"},
    {.name = NULL},
};

static const struct gate_metric *find_metric(const char *name)
{
    for (const struct gate_metric *m = gate_metrics; m->name != NULL; m++) {
        if (strcmp(m->name, name) == 0 || (m->alias != NULL && strcmp(m->alias, name) == 0)) {
            return m;
        }
    }
    return NULL;
}

/* ---- the terms of a selector ---- */

struct term_key {
    const char *key; /* null closes the table */
    enum side_kind kind;
    const char *help;
};

static const struct term_key term_keys[] = {
    {"service", SIDE_WORKLOAD, "a Service, a ServiceModel, or a workload by its name"},
    {"workload", SIDE_WORKLOAD, "NAME, NAMESPACE/NAME, KIND/NAME or KIND/NAMESPACE/NAME"},
    {"kind", SIDE_WORKLOAD, "Deployment, StatefulSet, ..."},
    {"namespace", SIDE_WORKLOAD, "of the workload"},
    {"team", SIDE_WORKLOAD, "as the Scenario's allocation says"},
    {"label/KEY", SIDE_WORKLOAD, "a label of the workload or of its pods"},
    {"pool", SIDE_POOL, "a NodePool"},
    {"demand", SIDE_DEMAND, "a Demand"},
    {"objective", SIDE_OBJECTIVE, "an objective by its name"},
    {NULL, SIDE_WORKLOAD, NULL},
};

static bool is_label(const char *key)
{
    return strncmp(key, "label/", 6) == 0 && key[6] != '\0';
}

static const struct term_key *find_key(const char *key)
{
    const struct term_key *k = term_keys;
    while (k->key != NULL && strcmp(k->key, is_label(key) ? "label/KEY" : key) != 0) {
        k++;
    }
    return k->key == NULL ? NULL : k;
}

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    const char *text;
    const char *at;
    struct fail *fail;
};

static bool refuse(const struct reader *r, const char *at, const char *what, const char *mend)
{
    return fail_set(r->fail, FAIL_INPUT, "gate \"%.100s\": character %u: %s (%s)", r->text,
                    (unsigned)(at - r->text) + 1, what, mend);
}

static void skip_blanks(struct reader *r)
{
    r->at += strspn(r->at, " ");
}

static const char *take(struct reader *r, size_t length)
{
    const char *word = arena_text(r->arena, r->at, length);
    r->at += length;
    return word;
}

static bool read_metric(struct reader *r, struct gate *gate)
{
    const char *start = r->at, *word = take(r, strspn(r->at, "abcdefghijklmnopqrstuvwxyz0123456789._"));
    gate->metric = find_metric(word);
    if (gate->metric != NULL) {
        return true;
    }
    struct suggest s = {.wanted = word};
    for (const struct gate_metric *m = gate_metrics; m->name != NULL; m++) {
        suggest_offer(&s, m->name);
        if (m->alias != NULL) {
            suggest_offer(&s, m->alias);
        }
    }
    return refuse(r, start, arena_format(r->arena, "no metric \"%.40s\"", word),
                  s.nearest == NULL ? "`headroom help gates` lists them"
                                    : arena_format(r->arena, "did you mean %s?", s.nearest));
}

static bool check_key(const struct reader *r, const char *start, const struct gate *gate, const char *key)
{
    const struct term_key *k = find_key(key);
    if (k != NULL && gate->metric->figures[k->kind] != NULL) {
        return true;
    }
    struct suggest s = {.wanted = key};
    struct buffer known = {0};
    for (const struct term_key *other = term_keys; other->key != NULL; other++) {
        if (gate->metric->figures[other->kind] != NULL) {
            suggest_offer(&s, other->key);
            buffer_format(&known, "%s%s", known.count == 0 ? "" : ", ", other->key);
        }
    }
    const char *mend = known.count == 0    ? arena_format(r->arena, "write it without { }")
                       : s.nearest == NULL ? arena_format(r->arena, "write %s", buffer_string(&known))
                                           : arena_format(r->arena, "did you mean %s?", s.nearest);
    buffer_drop(&known);
    return refuse(r, start, arena_format(r->arena, "%s is not told apart by \"%.40s\"", gate->metric->name, key), mend);
}

static bool read_term(struct reader *r, struct gate *gate)
{
    skip_blanks(r);
    const char *start = r->at, *key = take(r, strcspn(r->at, "={}, "));
    skip_blanks(r);
    if (*r->at != '=' || key[0] == '\0') {
        return refuse(r, r->at, "a selector reads KEY=VALUE", "write {service=web}");
    }
    r->at++;
    skip_blanks(r);
    size_t length = strcspn(r->at, ",}");
    while (length > 0 && r->at[length - 1] == ' ') {
        length--;
    }
    if (length == 0) {
        return refuse(r, r->at, "the value is missing", "write {service=web}");
    }
    if (gate->term_count == GATE_TERMS_MAX) {
        return refuse(r, start, "too many terms", "eight are enough: narrow it down with fewer");
    }
    gate->terms[gate->term_count++] = (struct gate_term){key, take(r, length)};
    skip_blanks(r);
    return check_key(r, start, gate, key);
}

static bool read_selector(struct reader *r, struct gate *gate)
{
    skip_blanks(r);
    if (*r->at != '{') {
        return true;
    }
    do {
        r->at++;
        if (!read_term(r, gate)) {
            return false;
        }
    } while (*r->at == ',');
    if (*r->at != '}') {
        return refuse(r, r->at, "the { is not closed", "write } behind the last value");
    }
    r->at++;
    return true;
}

static bool read_comparison(struct reader *r, struct gate *gate)
{
    skip_blanks(r);
    if (*r->at != '>' && *r->at != '<') {
        return refuse(r, r->at, "neither > nor <", "write what must not be: cost.monthly > +5%");
    }
    gate->above = *r->at++ == '>';
    if (*r->at == '=') {
        return refuse(r, r->at, "no such comparison", gate->above ? "write >" : "write <");
    }
    return true;
}

/* How many of a metric's unit one of a written unit is; 0: it has no such unit. */
static double unit_of(const char *of, const char *written)
{
    static const struct {
        const char *of, *written;
        double factor;
    } units[] = {
        {"USD", "", 1},
        {"USD", "USD", 1},
        {"USD", "$", 1},
        {"s", "ns", 1e-9},
        {"s", "us", 1e-6},
        {"s", "ms", 1e-3},
        {"s", "s", 1},
        {"s", "m", 60},
        {"s", "min", 60},
        {"s", "h", 3600},
        {"s", "d", 86400},
        {"share", "", 1},
        {"share", "%", 0.01},
        {"share", "pp", 0.01},
        {"mcpu", "", 1000},
        {"mcpu", "m", 1},
        {"mcpu", "core", 1000},
        {"mcpu", "cores", 1000},
        {"bytes", "", 1},
        {"bytes", "k", 1e3},
        {"bytes", "M", 1e6},
        {"bytes", "G", 1e9},
        {"bytes", "T", 1e12},
        {"bytes", "Ki", 1024},
        {"bytes", "Mi", 1048576},
        {"bytes", "Gi", 1073741824},
        {"bytes", "Ti", 1099511627776},
        {"h", "", 1},
        {"h", "h", 1},
    };
    bool counted = true;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].of, of) == 0) {
            counted = false;
            if (strcmp(units[i].written, written) == 0) {
                return units[i].factor;
            }
        }
    }
    return counted && (written[0] == '\0' || strcmp(written, of) == 0) ? 1 : 0;
}

static const char *units_of(const char *of)
{
    static const char *const words[][2] = {{"USD", "300, 300USD"},    {"s", "300ms, 1.5s, 2min, 1h"},
                                           {"share", "99.9%, 0.999"}, {"mcpu", "1.5, 1500m"},
                                           {"bytes", "512Mi, 2Gi"},   {"h", "720, 720h"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], of) == 0) {
            return words[i][1];
        }
    }
    return "12";
}

static bool read_unit(struct reader *r, struct gate *gate)
{
    skip_blanks(r);
    const char *start = r->at, *of = gate->metric->unit, *unit = take(r, strcspn(r->at, " "));
    gate->relative = gate->change && strcmp(unit, "%") == 0;
    bool points = strcmp(unit, "pp") == 0;
    if (strcmp(unit, "%") == 0 && !gate->change && strcmp(of, "share") != 0) {
        return refuse(r, start, arena_format(r->arena, "%s is no share, so %% must be a change", gate->metric->name),
                      "write a sign before the number: +5%");
    }
    double factor = gate->relative ? 0.01 : points && !gate->change ? 0 : unit_of(of, unit);
    if (factor == 0.0) {
        return refuse(r, start, arena_format(r->arena, "%s is not written in \"%.20s\"", gate->metric->name, unit),
                      arena_format(r->arena, "write %s%s", units_of(of), gate->change ? ", or +5%" : ""));
    }
    gate->threshold *= factor;
    return true;
}

static bool read_number(struct reader *r, struct gate *gate)
{
    skip_blanks(r);
    const char *start = r->at;
    gate->change = *r->at == '+' || *r->at == '-';
    size_t length = (size_t)gate->change;
    length += strspn(r->at + length, "0123456789.");
    bool dear = r->at[gate->change] == '$';
    if (dear || !number_parse(take(r, length), &gate->threshold)) {
        return refuse(r, start, "no number", dear ? "write the unit behind it: 300USD" : "write one: +5%, 300ms");
    }
    if (gate->threshold < 0 && !gate->change) {
        return refuse(r, start, "no number", "write one: +5%, 300ms");
    }
    return read_unit(r, gate);
}

static bool check_text(const char *text, struct fail *fail)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            return fail_set(fail, FAIL_INPUT, "gate: a control character at character %zu (write it on one line)",
                            i + 1);
        }
    }
    return utf8_check(text, length) == length || fail_set(fail, FAIL_INPUT, "gate: not UTF-8 (write it in UTF-8)");
}

bool gate_read(struct arena *a, const char *text, struct gate *gate, struct fail *fail)
{
    struct reader r = {.arena = a, .text = text, .at = text, .fail = fail};
    *gate = (struct gate){.text = text};
    if (!check_text(text, fail)) {
        return false;
    }
    skip_blanks(&r);
    if (!read_metric(&r, gate) || !read_selector(&r, gate) || !read_comparison(&r, gate) || !read_number(&r, gate)) {
        return false;
    }
    skip_blanks(&r);
    return *r.at == '\0' || refuse(&r, r.at, "more than a gate", "give each gate an option of its own");
}

/* ---- selecting ---- */

static bool is_text(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

/* "name" or "namespace/name". */
static bool is_object(const struct object *o, const char *name, const char *wanted)
{
    size_t length = strlen(o->namespace);
    return strcmp(name, wanted) == 0 || (strncmp(wanted, o->namespace, length) == 0 && wanted[length] == '/' &&
                                         strcmp(wanted + length + 1, name) == 0);
}

static bool is_workload(const struct object *o, const char *wanted)
{
    size_t kind = strlen(o->kind);
    return is_object(o, o->name, wanted) ||
           (strncmp(wanted, o->kind, kind) == 0 && wanted[kind] == '/' && is_object(o, o->name, wanted + kind + 1));
}

static bool is_service(const struct side_subject *s, const char *wanted)
{
    bool found = is_object(s->object, s->object->name, wanted);
    for (uint32_t i = 0; i < s->services_count; i++) {
        found = found || is_object(s->object, s->services[i], wanted);
    }
    return found;
}

static bool has_label(const struct object *o, const char *key, const char *wanted)
{
    const struct value *own = value_at(o->tree, "metadata.labels");
    const struct value *pods = value_at(object_pod_template(o), "metadata.labels");
    return is_text(value_as_text(value_get(own, key)), wanted) || is_text(value_as_text(value_get(pods, key)), wanted);
}

static bool holds_of_workload(const struct gate_term *t, const struct side_subject *s)
{
    return is_label(t->key)                   ? has_label(s->object, t->key + 6, t->value)
           : strcmp(t->key, "service") == 0   ? is_service(s, t->value)
           : strcmp(t->key, "workload") == 0  ? is_workload(s->object, t->value)
           : strcmp(t->key, "kind") == 0      ? is_text(s->object->kind, t->value)
           : strcmp(t->key, "namespace") == 0 ? is_text(s->object->namespace, t->value)
                                              : is_text(s->team, t->value);
}

/* A NodePool of several instance types has a pool for each: "general (m6i.large)". */
static bool is_titled(const struct side_subject *s, const char *wanted)
{
    size_t length = strlen(wanted);
    return strncmp(s->title, wanted, length) == 0 &&
           (s->title[length] == '\0' || (s->kind == SIDE_POOL && strncmp(s->title + length, " (", 2) == 0));
}

bool gate_selects(const struct gate *gate, const struct side_subject *subject)
{
    bool holds = gate->metric->figures[subject->kind] != NULL;
    for (uint32_t i = 0; i < gate->term_count && holds; i++) {
        const struct gate_term *t = &gate->terms[i];
        holds = find_key(t->key)->kind == subject->kind &&
                (subject->kind == SIDE_WORKLOAD ? holds_of_workload(t, subject) : is_titled(subject, t->value));
    }
    return holds;
}

static uint32_t count_selected(const struct gate *gate, const struct side *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; s != NULL && i < s->subjects.count; i++) {
        count += gate_selects(gate, &s->subjects.at[i]);
    }
    return count;
}

static bool is_of_cluster(const struct gate *gate)
{
    return gate->metric->cluster != NULL && gate->term_count == 0;
}

bool gate_check(const struct gate *gate, const struct side *base, const struct side *candidate, struct fail *fail)
{
    uint32_t before = count_selected(gate, base), now = count_selected(gate, candidate);
    if (base == NULL && gate->change) {
        return fail_set(fail, FAIL_INPUT,
                        "gate \"%.100s\": a change needs a BASE (compare two scenarios, or write a level: no sign)",
                        gate->text);
    }
    if (!is_of_cluster(gate) && before == 0 && now == 0) {
        return fail_set(fail, FAIL_INPUT, "gate \"%.100s\": it selects nothing of the scenario (correct its selector)",
                        gate->text);
    }
    if (gate->metric->combine == GATE_ONE && (before > 1 || now > 1)) {
        return fail_set(fail, FAIL_INPUT,
                        "gate \"%.100s\": %s of several demands cannot be taken together (name one: {demand=rides})",
                        gate->text, gate->metric->name);
    }
    return true;
}

/* ---- values ---- */

static double value_of(const struct side *s, const char *figure, const char *subject, uint32_t replication)
{
    const struct side_figure *f = figure == NULL ? NULL : side_figure(s, figure, subject);
    return f == NULL ? (double)NAN : f->values[replication];
}

static double sum_of_per(const struct gate_metric *m, const struct side *s, const char *subject, uint32_t replication)
{
    double sum = 0;
    for (size_t i = 0; i < sizeof m->per / sizeof *m->per && m->per[i] != NULL; i++) {
        sum += value_of(s, m->per[i], subject, replication);
    }
    return sum;
}

static double combine(enum gate_combine how, double so_far, double value)
{
    return isnan(so_far)       ? value
           : how == GATE_MOST  ? (value > so_far ? value : so_far)
           : how == GATE_LEAST ? (value < so_far ? value : so_far)
                               : so_far + value;
}

double gate_value(const struct gate *gate, const struct side *side, uint32_t replication)
{
    const struct gate_metric *m = gate->metric;
    if (is_of_cluster(gate)) {
        double value = value_of(side, m->cluster, "", replication);
        return m->per_cluster == NULL ? value : value / value_of(side, m->per_cluster, "", replication);
    }
    double all = NAN, per = 0;
    bool any = false;
    for (uint32_t i = 0; i < side->subjects.count; i++) {
        const struct side_subject *s = &side->subjects.at[i];
        if (gate_selects(gate, s)) {
            double value = value_of(side, m->figures[s->kind], s->title, replication);
            any = true;
            if (!isnan(value)) {
                all = combine(m->combine, all, value);
                per += sum_of_per(m, side, s->title, replication);
            }
        }
    }
    if (!any && m->combine == GATE_SUM) {
        return 0; /* what is not there costs nothing */
    }
    return m->combine != GATE_RATIO ? all : per > 0 ? all / per : (double)NAN;
}

/* ---- judging ---- */

/* The pairs that a gate is judged on; base is not there where a run is judged alone. */
struct pairs {
    double *base, *candidate; /* [count] */
    uint32_t count;
};

static double mean_of(const double *values, uint32_t count)
{
    struct statistics s = {0};
    for (uint32_t i = 0; i < count; i++) {
        statistics_add(&s, values[i]);
    }
    return count == 0 ? (double)NAN : s.mean;
}

/* What candidate is above base times factor, without what is only rounding. */
static double excess(double base, double candidate, double factor)
{
    double bound = base * factor, size = fabs(bound) > fabs(candidate) ? fabs(bound) : fabs(candidate);
    return fabs(candidate - bound) <= ROUNDING * size ? 0 : candidate - bound;
}

/* The interval of the ratio of two means less 1, from what each pair is off that ratio (the delta method): exactly 0 wide where
 * every pair has the same ratio. */
static struct statistics_interval relative_interval(const struct gate_verdict *v, const struct pairs *p)
{
    struct statistics off = {0};
    double ratio = v->candidate / v->base;
    for (uint32_t i = 0; i < p->count; i++) {
        statistics_add(&off, excess(p->base[i], p->candidate[i], ratio));
    }
    struct statistics_interval i = statistics_interval(&off, confidence);
    i.mean = excess(v->base, v->candidate, 1) / fabs(v->base);
    i.half_width /= fabs(v->base);
    return i;
}

static struct statistics_interval interval_of(const struct gate *gate, const struct gate_verdict *v,
                                              const struct pairs *p)
{
    struct statistics s = {0};
    if (v->relative) {
        return relative_interval(v, p);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        statistics_add(&s, gate->change ? excess(p->base[i], p->candidate[i], 1) : p->candidate[i]);
    }
    return statistics_interval(&s, confidence);
}

static void decide(const struct gate *gate, const struct pairs *p, struct gate_verdict *v)
{
    struct statistics_interval i = interval_of(gate, v, p);
    double limit = gate->relative && !v->relative ? 0 : gate->threshold; /* in percent of nothing */
    v->mean = i.mean;
    v->low = i.mean - i.half_width;
    v->high = i.mean + i.half_width;
    if (gate->above) {
        v->outcome = v->low > limit ? GATE_FAILED : v->high <= limit ? GATE_PASSED : GATE_UNDECIDED;
    } else {
        v->outcome = v->high < limit ? GATE_FAILED : v->low >= limit ? GATE_PASSED : GATE_UNDECIDED;
    }
}

/* Collects the replications in which both sides have the figure, into arrays that have room for all. */
static void collect(const struct gate *gate, const struct side *base, const struct side *candidate, uint32_t count,
                    struct pairs *p)
{
    for (uint32_t r = 0; r < count; r++) {
        double b = base == NULL ? (double)NAN : gate_value(gate, base, r), c = gate_value(gate, candidate, r);
        if (!isnan(c) && (!gate->change || !isnan(b))) {
            p->base[p->count] = b;
            p->candidate[p->count++] = c;
        }
    }
}

struct gate_verdict gate_judge(const struct gate *gate, const struct side *base, const struct side *candidate)
{
    struct arena scratch = *candidate->arena;
    struct gate_verdict v = {.outcome = GATE_UNDECIDED, .mean = NAN, .low = NAN, .high = NAN};
    uint32_t count =
        base != NULL && base->replications < candidate->replications ? base->replications : candidate->replications;
    struct pairs p = {.base = TAKE(&scratch, double, count), .candidate = TAKE(&scratch, double, count)};
    collect(gate, base, candidate, count, &p);
    v.base = mean_of(p.base, p.count);
    v.candidate = mean_of(p.candidate, p.count);
    v.count = p.count;
    v.relative = gate->relative && fabs(v.base) > 0;
    if (p.count == 0) {
        v.why = count > 0 && isnan(gate_value(gate, candidate, 0)) ? "CANDIDATE has no such figure"
                                                                   : "BASE has no such figure";
        return v;
    }
    decide(gate, &p, &v);
    return v;
}

const char *gate_outcome_word(enum gate_outcome outcome)
{
    return outcome == GATE_PASSED ? "passed" : outcome == GATE_FAILED ? "FAILED" : "undecided";
}

/* ---- help ---- */

void gate_help(struct buffer *out)
{
    buffer_text(out,
                "A gate says what must not be: METRIC[{KEY=VALUE,...}] (>|<) [+|-]NUMBER[%|UNIT].\n"
                "With a sign the number is a change against BASE, in % of BASE or in the metric's unit (pp: percent\n"
                "points); without one it is a level. It fails when the whole 95 % interval lies beyond the number.\n\n"
                "    headroom compare main.yaml branch.yaml --fail-on 'cost.monthly > +5%'\n"
                "    headroom run week.yaml --gate 'success{service=ride-api} < 99.9%'\n\n");
    for (const struct gate_metric *m = gate_metrics; m->name != NULL; m++) {
        buffer_format(out, "  %-20s %-12s %-11s %s\n", m->name, m->alias == NULL ? "" : m->alias, m->unit, m->help);
    }
    buffer_text(
        out, "\nUnits: USD; ns, us, ms, s, min, h, d; share 99.9% or 0.999; mcpu 1.5 (cores) or 1500m; bytes 512Mi,\n"
             "2Gi. Selectors keep what all their terms hold of:\n\n");
    for (const struct term_key *k = term_keys; k->key != NULL; k++) {
        buffer_format(out, "  %-10s %s\n", k->key, k->help);
    }
}
