#include "reports/findings.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cost/cost.h"
#include "reports/print.h"
#include "reports/series.h"
#include "sim/base/memory.h"

enum {
    MONTH_HOURS = 730,
    APART_S = 300,       /* stretches nearer than this are one */
    PENDING_LONG_S = 90, /* a pod that waits longer is worth a line */
    LATENCY_LONG_S = 60, /* and so is load that pods do not keep up with */
    GAPS_TOLD = 3,
    METRICS_TOLD = 4,
};

static const double over_request_told = 0.05; /* of the cost of a month */
static const double throttled_told = 0.05;
static const double late_told = 0.01; /* of the requests */
static const double idle_told = 0.3;

const char findings_not_priced[] =
    "The price covers nodes only: not volumes, load balancers, network traffic, managed services, licences, "
    "support and taxes.";

/* What is being found, with what that needs. */
struct search {
    struct findings *f;
    const struct recording *r;
    struct query *q;
    struct arena *a;
    VEC(struct finding_moment) moments;
    VEC(struct finding_gap) gaps;
    VEC(struct finding) list;
    struct finding_hpa *hpas;
    struct buffer text;
    double usd_mcpu_hour, usd_byte_hour; /* at this run's mix of nodes */
};

/* The text that was put together, in the arena; the next one starts empty. */
static const char *take_text(struct search *s)
{
    const char *text = arena_text(s->a, buffer_string(&s->text), s->text.count);
    buffer_clear(&s->text);
    return text;
}

static void tell(struct search *s, enum finding_level level, const char *section)
{
    VEC_PUSH(&s->list, (struct finding){level, take_text(s), section});
}

static void add_time(struct search *s, int64_t t_s)
{
    print_clock(&s->text, s->r->start_s, t_s);
    buffer_text(&s->text, " (");
    print_instant(&s->text, s->r->start_s, t_s);
    buffer_text(&s->text, ")");
}

static const char *plural(double count)
{
    return count == 1.0 ? "" : "s";
}

/* ---- objectives ---- */

const char *findings_objective_subject(const struct recording *r, const struct report_objective *o)
{
    return o->workload == RECORDING_NONE ? o->name : r->workloads[o->workload].label;
}

static void add_measure(struct buffer *b, const struct report_objective *o)
{
    buffer_text(b, o->latency ? "p" : "success");
    if (o->latency) {
        print_number(b, o->quantile * 100, 5);
    }
}

const char *findings_objective(const struct recording *r, const struct report_objective *o)
{
    struct buffer b = {0};
    add_measure(&b, o);
    if (o->latency) {
        buffer_text(&b, " within ");
        print_seconds(&b, o->bound_s);
        buffer_text(&b, " for ");
    } else {
        buffer_text(&b, " of ");
    }
    print_number(&b, o->share * 100, 6);
    buffer_text(&b, " %");
    const char *text = arena_text(r->arena, b.at, b.count);
    buffer_drop(&b);
    return text;
}

static bool is_broken(const struct report_objective *o)
{
    return o->held < o->count;
}

/* The measure of an objective in row i of its workload's series; NaN: there is none. */
static double measure_at(const struct report_objective *o, const struct series *series, uint32_t i)
{
    if (!o->latency) {
        double served = series->at[WORKLOAD_SERVED_PER_S][i], failed = series->at[WORKLOAD_FAILED_PER_S][i];
        return served + failed > 0 ? served / (served + failed) : (double)NAN;
    }
    enum series_workload column = o->quantile >= 0.99   ? WORKLOAD_P99_S
                                  : o->quantile >= 0.95 ? WORKLOAD_P95_S
                                                        : WORKLOAD_P50_S;
    return series->at[column][i];
}

static bool is_worse(const struct report_objective *o, double x, double than)
{
    return o->latency ? x > than : x < than;
}

static double most_between(const struct series *s, enum series_workload column, int64_t from_s, int64_t to_s)
{
    double most = 0.0;
    for (uint32_t i = 0; i < s->count && s->t_s[i] <= (double)to_s; i++) {
        double x = s->at[column][i];
        most = s->t_s[i] > (double)from_s && x > most ? x : most;
    }
    return most;
}

/* An empty list begins without a comma. */
static void add_comma(struct buffer *b)
{
    buffer_text(b, b->count == 0 ? "" : ", ");
}

static void add_hpa_limit(struct search *s, uint32_t workload, double replicas)
{
    for (uint32_t h = 0; h < s->r->hpas_count; h++) {
        const struct report_hpa *hpa = &s->r->hpas[h];
        if (hpa->workload == workload && replicas >= (double)hpa->replicas_max) {
            add_comma(&s->text);
            buffer_format(&s->text, "its HPA was at its maximum of %" PRId64, hpa->replicas_max);
        }
    }
}

/* What was so of the workload during a moment. These stand together in time; which one is the cause is for the reader,
 * or for a second run. */
static const char *meanwhile(struct search *s, const struct series *series, uint32_t workload,
                             const struct finding_moment *m)
{
    double pending = most_between(series, WORKLOAD_PENDING, m->from_s, m->to_s);
    double starting = most_between(series, WORKLOAD_STARTING, m->from_s, m->to_s);
    double utilization = most_between(series, WORKLOAD_UTILIZATION, m->from_s, m->to_s);
    double throttled = most_between(series, WORKLOAD_THROTTLED, m->from_s, m->to_s);
    struct buffer *b = &s->text;
    if (pending > 0) {
        buffer_format(b, "%.0f pod%s %s pending", pending, plural(pending), pending == 1.0 ? "was" : "were");
    }
    if (starting > 0) {
        add_comma(b);
        buffer_format(b, "%.0f pod%s %s starting", starting, plural(starting), starting == 1.0 ? "was" : "were");
    }
    add_hpa_limit(s, workload, most_between(series, WORKLOAD_REPLICAS, m->from_s, m->to_s));
    if (utilization > 0.8) {
        add_comma(b);
        buffer_text(b, "load reached ");
        print_share(b, utilization);
        buffer_text(b, " of capacity");
    }
    if (throttled > throttled_told) {
        add_comma(b);
        buffer_text(b, "CPU was throttled ");
        print_share(b, throttled);
        buffer_text(b, " of the time");
    }
    return b->count == 0 ? NULL : take_text(s);
}

static const char *event_between(const struct recording *r, int64_t from_s, int64_t to_s)
{
    for (uint32_t i = 0; i < r->events_count; i++) {
        if (r->events[i].start_s < to_s && r->events[i].end_s > from_s) {
            return r->events[i].name;
        }
    }
    return NULL;
}

static void close_moment(struct search *s, const struct series *series, struct finding_moment m)
{
    m.event = event_between(s->r, m.from_s, m.to_s);
    m.meanwhile = meanwhile(s, series, s->r->objectives[m.objective].workload, &m);
    VEC_PUSH(&s->moments, m);
}

static void find_moments(struct search *s, uint32_t objective, const struct series *series)
{
    const struct report_objective *o = &s->r->objectives[objective];
    double bound = o->latency ? o->bound_s : o->share;
    struct finding_moment m = {.objective = objective};
    bool open = false;
    for (uint32_t i = 0; i < series->count; i++) {
        double x = measure_at(o, series, i);
        int64_t to_s = (int64_t)series->t_s[i], from_s = to_s - (int64_t)s->r->step_s;
        if (isnan(x) || !is_worse(o, x, bound)) {
            continue;
        }
        if (open && from_s - m.to_s >= APART_S) {
            close_moment(s, series, m);
            open = false;
        }
        if (!open) {
            m = (struct finding_moment){.objective = objective, .from_s = from_s, .worst = x, .worst_t_s = from_s};
            open = true;
        }
        if (is_worse(o, x, m.worst)) {
            m.worst = x;
            m.worst_t_s = from_s;
        }
        m.to_s = to_s;
    }
    if (open) {
        close_moment(s, series, m);
    }
}

static int compare_moments(const void *left, const void *right)
{
    const struct finding_moment *x = left, *y = right;
    if (x->from_s != y->from_s) {
        return x->from_s < y->from_s ? -1 : 1;
    }
    return x->objective < y->objective ? -1 : x->objective > y->objective;
}

/* ---- what a workload's series tells ---- */

static void look_at_hpa(struct search *s, uint32_t index, const struct series *series)
{
    const struct report_hpa *h = &s->r->hpas[index];
    struct finding_hpa *found = &s->hpas[index];
    uint32_t steps = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        steps += series->at[WORKLOAD_REPLICAS][i] >= (double)h->replicas_max;
    }
    found->at_max_s = steps * s->r->step_s;
}

static bool is_followed(const struct recording *r, uint32_t workload)
{
    for (uint32_t i = 0; i < r->objectives_count; i++) {
        if (r->objectives[i].workload == workload) {
            return true;
        }
    }
    for (uint32_t i = 0; i < r->hpas_count; i++) {
        if (r->hpas[i].workload == workload) {
            return true;
        }
    }
    return false;
}

/* Series are long: only those that objectives and HPAs ask about are read. */
static void look_at_workload(struct search *s, uint32_t index)
{
    if (!is_followed(s->r, index)) {
        return;
    }
    struct arena scratch = arena_make(1 << 16);
    struct series series = series_workload(s->q, &scratch, &s->r->workloads[index]);
    for (uint32_t i = 0; i < s->r->objectives_count; i++) {
        if (s->r->objectives[i].workload == index) {
            find_moments(s, i, &series);
        }
    }
    for (uint32_t i = 0; i < s->r->hpas_count; i++) {
        if (s->r->hpas[i].workload == index) {
            look_at_hpa(s, i, &series);
        }
    }
    arena_drop(&scratch);
}

static void count_changes(struct search *s)
{
    struct query_rows rows =
        query_rows(s->q,
                   "SELECT namespace, name, COUNT(*) FROM decision WHERE kind = 'HorizontalPodAutoscaler'"
                   " AND reason = 'SuccessfulRescale' GROUP BY namespace, name ORDER BY namespace, name",
                   0);
    while (query_next(&rows)) {
        struct arena scratch = *s->a;
        const char *namespace = query_text(&rows, 0, &scratch), *name = query_text(&rows, 1, &scratch);
        for (uint32_t i = 0; i < s->r->hpas_count; i++) {
            const struct report_hpa *h = &s->r->hpas[i];
            if (strcmp(h->name, name) == 0 && strcmp(h->namespace, namespace) == 0) {
                s->hpas[i].changes = (uint32_t)query_integer(&rows, 2);
            }
        }
    }
}

/* ---- money and gaps ---- */

/* What a milli-CPU and a byte cost for an hour, as the run's node hours mix the pools (all alike when none ran). */
static void price_resources(struct search *s)
{
    double hours = 0.0, mcpu = 0.0, bytes = 0.0;
    for (int pass = 0; pass < 2 && hours == 0.0; pass++) {
        for (uint32_t i = 0; i < s->r->pools_count; i++) {
            const struct report_pool *p = &s->r->pools[i];
            double ran = pass == 1 ? 1.0 : recording_mean(s->r, "node_hours", p->name);
            if (isnan(ran) || p->capacity_mcpu <= 0 || p->capacity_bytes <= 0) {
                continue;
            }
            double share = cost_processor_share(p->capacity_mcpu, p->capacity_bytes);
            hours += ran;
            mcpu += ran * p->usd_per_hour * share / (double)p->capacity_mcpu;
            bytes += ran * p->usd_per_hour * (1 - share) / (double)p->capacity_bytes;
        }
    }
    s->usd_mcpu_hour = hours == 0.0 ? 0.0 : mcpu / hours;
    s->usd_byte_hour = hours == 0.0 ? 0.0 : bytes / hours;
}

static void find_gap(struct search *s, uint32_t index)
{
    const struct report_workload *w = &s->r->workloads[index];
    struct finding_gap g = {
        .workload = index,
        .requested_mcpu = recording_mean(s->r, "cpu.requested", w->subject),
        .used_mcpu = recording_mean(s->r, "cpu.used", w->subject),
        .most_mcpu = recording_mean(s->r, "cpu.used_max", w->subject),
        .requested_bytes = recording_mean(s->r, "memory.requested", w->subject),
        .used_bytes = recording_mean(s->r, "memory.used", w->subject),
        .most_bytes = recording_mean(s->r, "memory.used_max", w->subject),
    };
    double mcpu = g.requested_mcpu - g.used_mcpu, bytes = g.requested_bytes - g.used_bytes;
    if (isnan(mcpu) && isnan(bytes)) {
        return;
    }
    g.usd_monthly = isnan(mcpu) ? 0.0 : MONTH_HOURS * mcpu * s->usd_mcpu_hour;
    g.usd_monthly += isnan(bytes) ? 0.0 : MONTH_HOURS * bytes * s->usd_byte_hour;
    VEC_PUSH(&s->gaps, g);
}

static int compare_gaps(const void *left, const void *right)
{
    const struct finding_gap *x = left, *y = right;
    double a = fabs(x->usd_monthly), b = fabs(y->usd_monthly);
    if (a != b) {
        return a > b ? -1 : 1;
    }
    return x->workload < y->workload ? -1 : x->workload > y->workload;
}

struct ranked {
    double x;
    uint32_t index;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *x = left, *y = right;
    if (x->x != y->x) {
        return x->x > y->x ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static const uint32_t *rank_by_cost(const struct recording *r)
{
    uint32_t count = r->workloads_count;
    struct ranked *ranked = TAKE(r->arena, struct ranked, count + 1);
    uint32_t *order = TAKE(r->arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        double usd = recording_mean(r, "cost.workload", r->workloads[i].subject);
        ranked[i] = (struct ranked){isnan(usd) ? 0.0 : usd, i};
    }
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = ranked[i].index;
    }
    return order;
}

/* An amount that is not known is neither more nor less than another. "requests 5.2 times the CPU that it uses", or the other way round. */
static void add_ratio(struct search *s, double requested, double used, const char *what)
{
    bool over = requested >= used;
    double ratio = over ? requested / used : used / requested;
    add_comma(&s->text);
    if (!isfinite(ratio)) {
        buffer_format(&s->text, over ? "requests %s that it does not use" : "uses %s that it does not request", what);
        return;
    }
    buffer_text(&s->text, over ? "requests " : "uses ");
    print_number(&s->text, ratio, 2);
    buffer_format(&s->text, over ? " times the %s that it uses" : " times the %s that it requests", what);
}

static void tell_gap(struct search *s, const struct finding_gap *g)
{
    const struct report_workload *w = &s->r->workloads[g->workload];
    bool over = g->usd_monthly > 0;
    struct buffer *b = &s->text;
    if (over ? g->requested_mcpu > g->used_mcpu : g->requested_mcpu <= g->used_mcpu) {
        add_ratio(s, g->requested_mcpu, g->used_mcpu, "CPU");
    }
    if (over ? g->requested_bytes > g->used_bytes : g->requested_bytes <= g->used_bytes) {
        add_ratio(s, g->requested_bytes, g->used_bytes, "memory");
    }
    const char *ratios = take_text(s);
    buffer_format(b, "%s %s: ", w->label, ratios);
    print_usd(b, fabs(g->usd_monthly));
    buffer_text(b, over ? " a month at node prices." : " a month at node prices that others may need.");
    tell(s, over ? FINDING_NOTE : FINDING_WARNING, "gaps");
}

static void tell_gaps(struct search *s)
{
    double month = recording_mean(s->r, "cost.monthly", "");
    uint32_t told = 0;
    for (uint32_t i = 0; i < s->gaps.count && told < GAPS_TOLD; i++) {
        if (fabs(s->gaps.at[i].usd_monthly) > over_request_told * month) {
            tell_gap(s, &s->gaps.at[i]);
            told++;
        }
    }
}

/* More memory than requested is what the kubelet looks at first when it must evict. */
static void tell_memory(struct search *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->gaps.count; i++) {
        const struct finding_gap *g = &s->gaps.at[i];
        if (!(g->used_bytes > g->requested_bytes) || count++ >= METRICS_TOLD) {
            continue;
        }
        buffer_format(&s->text, "%s%s ", count == 1 ? "They use more memory than they request: " : ", ",
                      s->r->workloads[g->workload].label);
        print_gib(&s->text, g->used_bytes);
        buffer_text(&s->text, " GiB of ");
        print_gib(&s->text, g->requested_bytes);
    }
    if (count > METRICS_TOLD) {
        buffer_format(&s->text, " and %" PRIu32 " more", count - METRICS_TOLD);
    }
    if (count > 0) {
        buffer_text(&s->text, ". A node short of memory evicts their pods first.");
        tell(s, FINDING_WARNING, "gaps");
    }
}

static void tell_budget(struct search *s)
{
    const struct report_metric *m = recording_metric(s->r, "cost.monthly", "");
    if (m == NULL || isnan(s->r->budget_monthly) || m->interval.mean <= s->r->budget_monthly) {
        return;
    }
    bool sure = m->count > 1 && m->interval.mean - m->interval.half_width > s->r->budget_monthly;
    buffer_text(&s->text, sure ? "Over the budget: " : "Over the budget, within the noise: ");
    print_usd(&s->text, m->interval.mean);
    buffer_text(&s->text, " a month of ");
    print_usd(&s->text, s->r->budget_monthly);
    buffer_text(&s->text, ".");
    tell(s, sure ? FINDING_BAD : FINDING_WARNING, "cost");
}

static void tell_idle(struct search *s)
{
    double share = recording_mean(s->r, "cost.idle", "") / recording_mean(s->r, "cost.total", "");
    if (share > idle_told) {
        print_share(&s->text, share);
        buffer_text(&s->text, " of the cost is idle: paid, and claimed by no pod.");
        tell(s, FINDING_NOTE, "cost");
    }
}

/* ---- what never ran ---- */

static bool had_nodes(const struct recording *r)
{
    return recording_metric(r, "cpu.allocatable", "") == NULL || recording_mean(r, "cpu.allocatable", "") > 0;
}

/* What is not there costs nothing: such a run must not look like a cheap one. */
static void tell_never_ready(struct search *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->r->workloads_count; i++) {
        double share = recording_mean(s->r, "never_ready", s->r->workloads[i].subject);
        if (!(share > 0) || count++ >= METRICS_TOLD) {
            continue;
        }
        buffer_format(&s->text, "%s%s", count == 1 ? "" : ", ", s->r->workloads[i].label);
        if (share < 1) {
            buffer_text(&s->text, " (in ");
            print_share(&s->text, share);
            buffer_text(&s->text, " of the replications)");
        }
    }
    s->f->never_ready = count;
    if (count == 0 || !had_nodes(s->r)) {
        buffer_clear(&s->text);
        return;
    }
    if (count > METRICS_TOLD) {
        buffer_format(&s->text, " and %" PRIu32 " more", count - METRICS_TOLD);
    }
    buffer_text(&s->text, " never had a Ready pod: costs and figures are without ");
    buffer_text(&s->text, count == 1 ? "it." : "them.");
    tell(s, FINDING_BAD, "workloads");
}

static void tell_no_nodes(struct search *s)
{
    if (!had_nodes(s->r)) {
        buffer_text(&s->text,
                    "No node was ever Ready, so no pod ran: costs and figures say nothing of these workloads.");
        tell(s, FINDING_BAD, "cluster");
    }
}

/* ---- the rest ---- */

static void tell_objectives(struct search *s)
{
    for (uint32_t i = 0; i < s->r->objectives_count; i++) {
        const struct report_objective *o = &s->r->objectives[i];
        if (!is_broken(o)) {
            continue;
        }
        s->f->broken++;
        buffer_format(&s->text, "%s misses %s: ", findings_objective_subject(s->r, o), findings_objective(s->r, o));
        print_share(&s->text, o->achieved.mean);
        buffer_format(&s->text, ", broken in %" PRIu32 " of %" PRIu32 " replication%s.", o->count - o->held, o->count,
                      plural(o->count));
        tell(s, FINDING_BAD, "objectives");
    }
}

/* "WORDS: first 12, second 7 and 3 more.": the greatest of ranked[count] first. */
static void tell_ranked(struct search *s, const char *words, struct ranked *ranked, uint32_t count,
                        const char *(*name)(const struct recording *r, uint32_t index),
                        void (*print)(struct buffer *, double), const char *section)
{
    uint32_t told = 0;
    if (count == 0) {
        return;
    }
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (; told < count && told < METRICS_TOLD; told++) {
        buffer_format(&s->text, "%s%s ", told == 0 ? words : ", ", name(s->r, ranked[told].index));
        print(&s->text, ranked[told].x);
    }
    buffer_format(&s->text, count > told ? " and %" PRIu32 " more." : ".", count - told);
    tell(s, FINDING_WARNING, section);
}

static const char *name_of_workload(const struct recording *r, uint32_t index)
{
    return r->workloads[index].label;
}

static const char *name_of_hpa(const struct recording *r, uint32_t index)
{
    return arena_format(r->arena, "%s (%" PRId64 ")", r->hpas[index].label, r->hpas[index].replicas_max);
}

/* All workloads with a figure above a bound. */
static void tell_metric(struct search *s, const char *name, double above, const char *words,
                        void (*print)(struct buffer *, double))
{
    uint32_t count = 0;
    struct ranked *ranked = TAKE(s->a, struct ranked, s->r->workloads_count + 1);
    for (uint32_t i = 0; i < s->r->workloads_count; i++) {
        double x = recording_mean(s->r, name, s->r->workloads[i].subject);
        if (x > above) {
            ranked[count++] = (struct ranked){x, i};
        }
    }
    tell_ranked(s, words, ranked, count, name_of_workload, print, "workloads");
}

/* Who answers does not know that nobody waits any more: its latency counts these requests, too. */
static void tell_late(struct search *s)
{
    uint32_t count = 0;
    struct ranked *ranked = TAKE(s->a, struct ranked, s->r->workloads_count + 1);
    for (uint32_t i = 0; i < s->r->workloads_count; i++) {
        const char *subject = s->r->workloads[i].subject;
        double late = recording_mean(s->r, "requests.timed_out", subject);
        double x = late / recording_mean(s->r, "requests.arrived", subject);
        if (x > late_told) {
            ranked[count++] = (struct ranked){x, i};
        }
    }
    tell_ranked(s, "Requests were answered after their caller had given up, and count in the latency: ", ranked, count,
                name_of_workload, print_share, "workloads");
}

/* An HPA that has no room between its bounds is not held back by them. */
static void tell_hpas(struct search *s)
{
    uint32_t count = 0;
    struct ranked *ranked = TAKE(s->a, struct ranked, s->r->hpas_count + 1);
    for (uint32_t i = 0; i < s->r->hpas_count; i++) {
        if (s->hpas[i].at_max_s > 0 && s->r->hpas[i].replicas_max > s->r->hpas[i].replicas_min) {
            ranked[count++] = (struct ranked){s->hpas[i].at_max_s, i};
        }
    }
    tell_ranked(s, "HPAs were at their maximum: ", ranked, count, name_of_hpa, print_seconds, "scaling");
}

static void print_count(struct buffer *out, double x)
{
    print_number(out, x, 3);
}

static void tell_warnings(struct search *s)
{
    const char *before = "Kubernetes warns: ";
    struct query_rows rows =
        query_rows(s->q,
                   "SELECT reason, COUNT(*), COUNT(DISTINCT kind || '/' || namespace || '/' || name)"
                   " FROM decision WHERE warning <> 0 GROUP BY reason ORDER BY 2 DESC, 1",
                   0);
    while (query_next(&rows)) {
        struct arena scratch = *s->a;
        const char *reason = query_text(&rows, 0, &scratch);
        int64_t count = query_integer(&rows, 1), objects = query_integer(&rows, 2);
        buffer_format(&s->text, "%s%s %" PRId64 " time%s, of %" PRId64 " object%s", before, reason, count,
                      plural((double)count), objects, plural((double)objects));
        before = "; ";
    }
    if (s->text.count > 0) {
        buffer_text(&s->text, ".");
        tell(s, FINDING_NOTE, "decisions");
    }
}

static void tell_unknown(struct search *s)
{
    double unknown = recording_mean(s->r, "use.unknown", "");
    double cpu_unknown = recording_mean(s->r, "use.unknown.cpu", "");
    double memory_unknown = recording_mean(s->r, "use.unknown.memory", "");
    if (unknown > 0) {
        buffer_text(&s->text, "Of ");
        print_share(&s->text, unknown);
        buffer_text(&s->text,
                    " of the requested cost the use is unknown: no ServiceModel says it (of what is for CPU ");
        print_share(&s->text, cpu_unknown);
        buffer_text(&s->text, ", of what is for memory ");
        print_share(&s->text, memory_unknown);
        buffer_text(&s->text, ").");
        tell(s, FINDING_NOTE, "gaps");
    }
    if (s->r->unsimulated_count > 0) {
        double cpu = 0.0, memory = 0.0;
        for (uint32_t i = 0; i < s->r->unsimulated_count; i++) {
            cpu = s->r->unsimulated[i].cpu_share > cpu ? s->r->unsimulated[i].cpu_share : cpu;
            memory = s->r->unsimulated[i].memory_share > memory ? s->r->unsimulated[i].memory_share : memory;
        }
        buffer_format(&s->text, "Not simulated: %" PRIu32 " thing%s, which concern at most ", s->r->unsimulated_count,
                      plural(s->r->unsimulated_count));
        print_share(&s->text, cpu);
        buffer_text(&s->text, " of the requested CPU and ");
        print_share(&s->text, memory);
        buffer_text(&s->text, " of the memory.");
        tell(s, FINDING_NOTE, "limits");
    }
}

static void say_verdict(struct search *s)
{
    struct findings *f = s->f;
    uint32_t count = s->r->objectives_count;
    bool empty = !had_nodes(s->r) && s->r->workloads_count > 0;
    f->judged = count > 0 || f->never_ready > 0 || empty;
    f->holds = f->broken == 0 && f->never_ready == 0 && !empty;
    if (empty) {
        buffer_text(&s->text, "It does not hold: no pod ran, for no node was ever Ready.");
    } else if (f->never_ready > 0) {
        buffer_format(&s->text, "It does not hold: %" PRIu32 " workload%s never ran.", f->never_ready,
                      plural(f->never_ready));
    } else if (!f->judged) {
        buffer_text(&s->text, "No objective is set, so nothing says whether this is good enough.");
    } else if (f->holds && count == 1) {
        buffer_text(&s->text, "It holds: the objective is met");
    } else if (f->holds && count == 2) {
        buffer_text(&s->text, "It holds: both objectives are met");
    } else if (f->holds) {
        buffer_format(&s->text, "It holds: all %" PRIu32 " objectives are met", count);
    } else if (count == 1) {
        buffer_text(&s->text, "It does not hold: the objective is missed.");
    } else {
        buffer_format(&s->text, "It does not hold: %" PRIu32 " of %" PRIu32 " objectives %s missed.", f->broken, count,
                      f->broken == 1 ? "is" : "are");
    }
    if (f->judged && f->holds) {
        buffer_text(&s->text, s->r->replications > 1 ? " in every replication." : ".");
    }
    f->verdict = take_text(s);
}

static void say_moment(struct search *s, const struct finding_moment *m)
{
    const struct report_objective *o = &s->r->objectives[m->objective];
    struct buffer *b = &s->text;
    add_time(s, m->from_s);
    if (m->event != NULL) {
        buffer_format(b, ", during %s", m->event);
    }
    buffer_format(b, ": %s's ", findings_objective_subject(s->r, o));
    add_measure(b, o);
    if (o->latency) {
        buffer_text(b, " passes ");
        print_seconds(b, o->bound_s);
        buffer_text(b, " and reaches ");
        print_seconds(b, m->worst);
    } else {
        buffer_text(b, " falls to ");
        print_share(b, m->worst);
    }
    buffer_text(b, "; it lasts ");
    print_seconds(b, (double)(m->to_s - m->from_s));
    buffer_text(b, ".");
    if (m->meanwhile != NULL) {
        buffer_format(b, " Meanwhile %s.", m->meanwhile);
    }
}

/* The first moment of objectives that are broken, and the longest when that is another; what others miss is within what
 * they allow. */
static void say_moments(struct search *s)
{
    const struct finding_moment *first = NULL, *longest = NULL;
    for (uint32_t i = 0; i < s->moments.count; i++) {
        const struct finding_moment *m = &s->moments.at[i];
        if (!is_broken(&s->r->objectives[m->objective])) {
            continue;
        }
        first = first == NULL ? m : first;
        longest = longest == NULL || m->to_s - m->from_s > longest->to_s - longest->from_s ? m : longest;
    }
    if (first != NULL) {
        say_moment(s, first);
        s->f->first = take_text(s);
    }
    if (longest != first) {
        say_moment(s, longest);
        s->f->longest = take_text(s);
    }
}

static int compare_findings(const void *left, const void *right)
{
    const struct finding *const *x = left, *const *y = right;
    if ((*x)->level != (*y)->level) {
        return (*x)->level < (*y)->level ? -1 : 1;
    }
    return *x < *y ? -1 : *x > *y; /* both lie in one array: in the order of telling */
}

static void order_list(struct search *s)
{
    uint32_t count = s->list.count;
    const struct finding **order = TAKE(s->a, const struct finding *, count + 1);
    struct finding *list = TAKE(s->a, struct finding, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = &s->list.at[i];
    }
    qsort(order, count, sizeof *order, compare_findings);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = *order[i];
    }
    s->f->list = list;
    s->f->list_count = count;
}

static void find_everything(struct search *s)
{
    const struct recording *r = s->r;
    tell_no_nodes(s);
    tell_never_ready(s);
    tell_objectives(s);
    tell_budget(s);
    for (uint32_t i = 0; i < r->workloads_count; i++) {
        look_at_workload(s, i);
        find_gap(s, i);
    }
    count_changes(s);
    if (s->moments.count > 0) {
        qsort(s->moments.at, s->moments.count, sizeof *s->moments.at, compare_moments);
    }
    if (s->gaps.count > 0) {
        qsort(s->gaps.at, s->gaps.count, sizeof *s->gaps.at, compare_gaps);
    }
    tell_metric(s, "oom_kills", 0.5,
                "Containers used more memory than their limit and were killed (OOM), times: ", print_count);
    tell_hpas(s);
    tell_metric(s, "pending.longest_s", PENDING_LONG_S, "Pods were pending for long, at most: ", print_seconds);
    tell_metric(s, "latency.p99", LATENCY_LONG_S,
                "Pods do not keep up, and what comes waits for minutes, p99: ", print_seconds);
    tell_metric(s, "cpu.throttled", throttled_told,
                "CPU was held back, by a limit or a full node, of the time: ", print_share);
    tell_metric(s, "restarts", 0.5, "Containers restarted, times: ", print_count);
    tell_late(s);
    tell_memory(s);
    tell_gaps(s);
    tell_idle(s);
    tell_warnings(s);
    tell_unknown(s);
    say_verdict(s);
    say_moments(s);
    order_list(s);
}

bool findings_read(struct findings *f, const struct recording *r, struct query *q, struct fail *fail)
{
    *f = (struct findings){.by_cost = rank_by_cost(r)};
    struct search s = {.f = f, .r = r, .q = q, .a = r->arena};
    s.hpas = TAKE(r->arena, struct finding_hpa, r->hpas_count + 1);
    price_resources(&s);
    find_everything(&s);
    f->hpas = s.hpas;
    f->moments = recording_keep(r->arena, s.moments.at, s.moments.count, sizeof *s.moments.at);
    f->moments_count = s.moments.count;
    f->gaps = recording_keep(r->arena, s.gaps.at, s.gaps.count, sizeof *s.gaps.at);
    f->gaps_count = s.gaps.count;
    VEC_DROP(&s.moments);
    VEC_DROP(&s.gaps);
    VEC_DROP(&s.list);
    buffer_drop(&s.text);
    return query_check(q, fail);
}
