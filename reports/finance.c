#include "reports/finance.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/cents.h"
#include "reports/print.h"
#include "sim/base/memory.h"

#define NUSD_IN_CENT 1e7

static const char nobody[] = "(none)";

/* ---- payers ---- */

/* What is being worked out, with what that needs. */
struct work {
    struct finance *f;
    const struct recording *r;
    struct arena *a;
};

static double known(double x)
{
    return isnan(x) ? 0 : x;
}

/* A month of each workload, then of the other pods, idle and system. */
static void read_month(struct work *w)
{
    uint32_t count = w->r->workloads_count;
    double *values = TAKE(w->a, double, count + 3);
    int64_t *cents = TAKE(w->a, int64_t, count + 3);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = 100 * known(recording_mean(w->r, "cost.monthly", w->r->workloads[i].subject));
    }
    values[count] = 100 * known(recording_mean(w->r, "cost.monthly.others", ""));
    values[count + 1] = 100 * known(recording_mean(w->r, "cost.monthly.idle", ""));
    values[count + 2] = 100 * known(recording_mean(w->r, "cost.monthly.system", ""));
    w->f->month_cents = cents_round(*w->a, values, cents, count + 3);
    w->f->workload_cents = cents;
    w->f->others_cents = cents[count];
    w->f->idle_cents = cents[count + 1];
    w->f->system_cents = cents[count + 2];
    const struct report_metric *month = recording_metric(w->r, "cost.monthly", "");
    w->f->month = month == NULL ? (struct statistics_interval){NAN, NAN} : month->interval;
}

static const char *team_name(const struct report_workload *w)
{
    return w->team == NULL || *w->team == '\0' ? nobody : w->team;
}

static const char *namespace_name(const struct report_workload *w)
{
    return w->namespace;
}

static uint32_t find_payer(const struct finance_payer *payers, uint32_t count, const char *name)
{
    uint32_t i = 0;
    while (i < count && strcmp(payers[i].name, name) != 0) {
        i++;
    }
    return i;
}

static int64_t total_of(const struct finance_payer *p)
{
    return p->own_cents + p->shared_cents;
}

static int compare_payers(const void *left, const void *right)
{
    const struct finance_payer *x = left, *y = right;
    if (total_of(x) != total_of(y)) {
        return total_of(x) > total_of(y) ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

/* Whether anybody is there to pay for what is shared. */
static bool has_payers(const struct recording *r)
{
    for (uint32_t i = 0; i < r->workloads_count; i++) {
        if (!r->workloads[i].shared) {
            return true;
        }
    }
    return false;
}

/* Fills the names and what their own workloads cost; payers has room for all. Returns how many. */
static uint32_t add_own(struct work *w, struct finance_payer *payers,
                        const char *(*name)(const struct report_workload *))
{
    uint32_t count = 0;
    bool spread = has_payers(w->r);
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        if (w->r->workloads[i].shared && spread) {
            continue;
        }
        const char *who = name(&w->r->workloads[i]);
        uint32_t p = find_payer(payers, count, who);
        payers[p].name = who;
        payers[p].own_cents += w->f->workload_cents[i];
        count += p == count;
    }
    if (w->f->others_cents != 0 || count == 0) {
        uint32_t p = find_payer(payers, count, nobody);
        payers[p].name = nobody;
        payers[p].own_cents += w->f->others_cents;
        count += p == count;
    }
    return count;
}

/* Gives each payer its part of the shared cost, then of idle and system. */
static void add_parts(struct work *w, struct finance_payer *payers, uint32_t count)
{
    struct arena scratch = *w->a;
    int64_t *weights = TAKE(&scratch, int64_t, count), *parts = TAKE(&scratch, int64_t, count);
    for (uint32_t i = 0; i < count; i++) {
        weights[i] = payers[i].own_cents > 0 ? payers[i].own_cents : 0;
    }
    cents_spread(scratch, w->f->shared_cents, weights, parts, count);
    for (uint32_t i = 0; i < count; i++) {
        payers[i].shared_cents = parts[i];
        weights[i] += parts[i];
    }
    cents_spread(scratch, w->f->idle_cents + w->f->system_cents, weights, parts, count);
    for (uint32_t i = 0; i < count; i++) {
        payers[i].overhead_cents = parts[i];
    }
}

static double value_of(const struct recording *r, const char *name, const char *subject, uint32_t replication)
{
    const struct report_metric *m = recording_metric(r, name, subject);
    return m == NULL || replication >= m->count ? 0 : m->values[replication];
}

/* What each payer pays in one replication: own[count]. Returns what is shared. */
static double own_in(const struct work *w, const struct finance_payers *payers, uint32_t replication, double *own)
{
    double shared = 0;
    memset(own, 0, payers->count * sizeof *own);
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        double usd = value_of(w->r, "cost.monthly", w->r->workloads[i].subject, replication);
        *(payers->of[i] == RECORDING_NONE ? &shared : &own[payers->of[i]]) += usd;
    }
    uint32_t none = find_payer(payers->at, payers->count, nobody);
    if (none < payers->count) {
        own[none] += value_of(w->r, "cost.monthly.others", "", replication);
    }
    return shared;
}

static void add_intervals(const struct work *w, struct finance_payer *at, const struct finance_payers *payers)
{
    struct arena scratch = *w->a;
    double *own = TAKE(&scratch, double, payers->count + 1);
    struct statistics *sums = TAKE(&scratch, struct statistics, payers->count + 1);
    for (uint32_t replication = 0; replication < w->r->replications; replication++) {
        double shared = own_in(w, payers, replication, own), all = 0;
        for (uint32_t i = 0; i < payers->count; i++) {
            all += own[i];
        }
        for (uint32_t i = 0; i < payers->count; i++) {
            statistics_add(&sums[i], own[i] + (all > 0 ? shared * (own[i] / all) : 0));
        }
    }
    for (uint32_t i = 0; i < payers->count; i++) {
        at[i].total = statistics_interval(&sums[i], 0.95);
    }
}

static struct finance_payers group(struct work *w, const char *(*name)(const struct report_workload *))
{
    struct finance_payer *at = TAKE(w->a, struct finance_payer, w->r->workloads_count + 1);
    uint32_t *of = TAKE(w->a, uint32_t, w->r->workloads_count + 1);
    uint32_t count = add_own(w, at, name);
    add_parts(w, at, count);
    qsort(at, count, sizeof *at, compare_payers);
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        uint32_t p = find_payer(at, count, name(&w->r->workloads[i]));
        of[i] = w->r->workloads[i].shared && has_payers(w->r) ? RECORDING_NONE : p;
    }
    struct finance_payers payers = {at, count, of};
    add_intervals(w, at, &payers);
    return payers;
}

static void sum_shared(struct work *w)
{
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        w->f->shared_cents += w->r->workloads[i].shared && has_payers(w->r) ? w->f->workload_cents[i] : 0;
    }
}

/* ---- calendar months ---- */

/* The columns of a month: teams, then these. */
enum { MONTH_SHARED, MONTH_IDLE, MONTH_SYSTEM, MONTH_COLUMNS };

static uint32_t month_column(const struct finance *f, const struct report_cost_day *c)
{
    uint32_t teams = f->teams.count;
    if (c->part != PART_WORKLOAD) {
        return teams + (c->part == PART_IDLE ? MONTH_IDLE : MONTH_SYSTEM);
    }
    if (c->workload == RECORDING_NONE) {
        return find_payer(f->teams.at, teams, nobody) % teams;
    }
    return f->teams.of[c->workload] == RECORDING_NONE ? teams + MONTH_SHARED : f->teams.of[c->workload];
}

/* Rounds what was summed to cents. */
static void close_month(struct work *w, struct finance_month *m, const double *values)
{
    uint32_t teams = w->f->teams.count;
    int64_t *cents = TAKE(w->a, int64_t, teams + MONTH_COLUMNS);
    struct arena scratch = *w->a;
    int64_t *shared = TAKE(&scratch, int64_t, teams);
    m->total_cents = cents_round(scratch, values, cents, teams + MONTH_COLUMNS);
    cents_spread(scratch, cents[teams + MONTH_SHARED], cents, shared, teams);
    for (uint32_t i = 0; i < teams; i++) {
        cents[i] += shared[i];
    }
    m->payer_cents = cents;
    m->idle_cents = cents[teams + MONTH_IDLE];
    m->system_cents = cents[teams + MONTH_SYSTEM];
}

static void open_month(const struct recording *r, struct finance_month *m, int64_t from_s)
{
    struct buffer b = {0};
    *m = (struct finance_month){.from_s = from_s};
    print_instant(&b, r->start_s, from_s);
    memcpy(m->name, b.at, sizeof m->name - 1);
    buffer_drop(&b);
}

static void read_months(struct work *w)
{
    const struct recording *r = w->r;
    VEC(struct finance_month) months = {0};
    uint32_t columns = w->f->teams.count + MONTH_COLUMNS;
    double *sums = TAKE(w->a, double, columns);
    for (uint32_t i = 0; i < r->cost_days_count; i++) {
        const struct report_cost_day *c = &r->cost_days[i];
        struct recording_span day = recording_day(r, c->day);
        struct finance_month m;
        open_month(r, &m, day.from_s);
        if (months.count == 0 || strcmp(months.at[months.count - 1].name, m.name) != 0) {
            if (months.count > 0) {
                close_month(w, &months.at[months.count - 1], sums);
            }
            memset(sums, 0, columns * sizeof *sums);
            VEC_PUSH(&months, m);
        }
        months.at[months.count - 1].to_s = day.to_s;
        sums[month_column(w->f, c)] += (double)(c->cpu_nusd + c->memory_nusd) / NUSD_IN_CENT;
    }
    if (months.count > 0) {
        close_month(w, &months.at[months.count - 1], sums);
    }
    w->f->months = recording_keep(w->a, months.at, months.count, sizeof *months.at);
    w->f->months_count = months.count;
    VEC_DROP(&months);
}

/* ---- the rest ---- */

static void read_unit_costs(struct work *w)
{
    struct statistics_interval *thousand = TAKE(w->a, struct statistics_interval, w->r->workloads_count + 1);
    for (uint32_t i = 0; i < w->r->workloads_count; i++) {
        const char *subject = w->r->workloads[i].subject;
        struct statistics s = {0};
        for (uint32_t replication = 0; replication < w->r->replications; replication++) {
            double served = value_of(w->r, "requests.served", subject, replication);
            if (served > 0) {
                statistics_add(&s, 1000 * value_of(w->r, "cost.workload", subject, replication) / served);
            }
        }
        thousand[i] = statistics_interval(&s, 0.95);
        thousand[i].mean = s.count > 0 ? thousand[i].mean : (double)NAN;
    }
    w->f->thousand = thousand;
}

static enum finance_verdict judge(struct statistics_interval month, double budget)
{
    if (isnan(budget) || isnan(month.mean)) {
        return BUDGET_NONE;
    }
    double half = isfinite(month.half_width) ? month.half_width : 0;
    return month.mean - half > budget ? BUDGET_OVER : month.mean + half < budget ? BUDGET_UNDER : BUDGET_UNDECIDED;
}

static void add_interval(struct buffer *b, struct statistics_interval month)
{
    if (!isfinite(month.half_width)) {
        buffer_text(b, " (one replication: how sure that is, is not known)");
        return;
    }
    buffer_text(b, " (95 % interval ");
    print_span(b, month.mean - month.half_width, month.mean + month.half_width, print_usd);
    buffer_text(b, ")");
}

static void judge_budget(struct work *w)
{
    struct finance *f = w->f;
    double budget = w->r->budget_monthly, difference = f->month.mean - budget;
    struct buffer b = {0};
    f->budget = judge(f->month, budget);
    if (isnan(f->month.mean)) {
        buffer_text(&b, "There is no forecast.");
    } else {
        buffer_text(&b, "The forecast is ");
        print_usd(&b, f->month.mean);
        buffer_text(&b, " a month");
        add_interval(&b, f->month);
        buffer_text(&b, f->budget == BUDGET_NONE ? "; no budget is set." : ": ");
    }
    if (f->budget != BUDGET_NONE) {
        print_usd(&b, fabs(difference));
        buffer_text(&b, " or ");
        print_share(&b, fabs(difference) / budget);
        buffer_text(&b, difference > 0 ? " above the budget of " : " below the budget of ");
        print_usd(&b, budget);
        buffer_text(&b, f->budget == BUDGET_UNDECIDED ? ", which lies within the interval." : ".");
    }
    f->budget_text = arena_text(w->a, b.at, b.count);
    buffer_drop(&b);
}

/* FNV-1a, with a NUL behind each text. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    do {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    } while (*text++ != '\0');
    return hash;
}

static void name_run(struct work *w, struct query *q)
{
    static const char *const statements[] = {
        "SELECT key || '=' || value FROM run ORDER BY key",
        "SELECT kind || namespace || name || json FROM object ORDER BY id",
        "SELECT name || instance || purchase || usd_per_hour FROM pool ORDER BY id",
    };
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        struct query_rows rows = query_rows(q, statements[i], 0);
        while (query_next(&rows)) {
            struct arena scratch = *w->a;
            hash = hash_text(hash, query_text(&rows, 0, &scratch));
        }
    }
    snprintf(w->f->run_id, sizeof w->f->run_id, "%016" PRIx64, hash);
}

bool finance_read(struct finance *f, const struct recording *r, struct query *q, struct fail *fail)
{
    *f = (struct finance){0};
    struct work w = {f, r, r->arena};
    read_month(&w);
    sum_shared(&w);
    f->teams = group(&w, team_name);
    f->namespaces = group(&w, namespace_name);
    read_months(&w);
    read_unit_costs(&w);
    judge_budget(&w);
    f->prices = recording_prices(r);
    name_run(&w, q);
    return query_check(q, fail);
}
