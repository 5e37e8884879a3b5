#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "reports/csv_report.h"
#include "sim/base/csv.h"
#include "tests/unit/finance_week.h"

static const struct finance_payer *payer(const struct finance_payers *payers, const char *name)
{
    for (uint32_t i = 0; i < payers->count; i++) {
        if (strcmp(payers->at[i].name, name) == 0) {
            return &payers->at[i];
        }
    }
    return NULL;
}

/* A month is 231.7 x 968.4 / 231.7 x 1.002 = $970.3368; rides' two workloads are 134.2 of 231.7 of it, and pay for
 * 134.2 / 179.4 of the shared namespace's 6.4; idle and system are 45.9 of 231.7. */
Test(finance, a_team_pays_for_its_own_and_its_part_of_what_is_shared)
{
    struct finance_week *o = open_week("");
    const struct finance_payer *rides = payer(&o->f.teams, "rides");
    cr_assert_eq(o->f.month_cents, 97034);
    cr_assert_not_null(rides);
    cr_expect_float_eq((double)rides->own_cents, 97033.68 * 134.2 / 231.7, 1.5);
    cr_expect_float_eq((double)rides->shared_cents, 97033.68 * 6.4 / 231.7 * 134.2 / 179.4, 1.5);
    cr_expect_float_eq((double)rides->overhead_cents, 97033.68 * 45.9 / 231.7 * 134.2 / 179.4, 1.5);
    cr_expect_float_eq(rides->total.mean, (double)(rides->own_cents + rides->shared_cents) / 100, 0.02);
    cr_expect_eq(o->f.teams.at, rides, "the dearest comes first");
    cr_expect_null(payer(&o->f.namespaces, "kube-system"), "a shared namespace does not pay");
    close_week(o);
}

static void expect_sums(const struct finance *f, const struct finance_payers *payers)
{
    int64_t total = 0, shared = 0, loaded = 0;
    for (uint32_t i = 0; i < payers->count; i++) {
        const struct finance_payer *p = &payers->at[i];
        total += p->own_cents + p->shared_cents;
        shared += p->shared_cents;
        loaded += p->own_cents + p->shared_cents + p->overhead_cents;
    }
    cr_expect_eq(shared, f->shared_cents);
    cr_expect_eq(total + f->idle_cents + f->system_cents, f->month_cents);
    cr_expect_eq(loaded, f->month_cents);
}

Test(finance, teams_and_namespaces_sum_to_the_month_to_the_cent)
{
    static const char *const changes[] = {"", "UPDATE workload SET shared = 0", "UPDATE workload SET shared = 1",
                                          "DELETE FROM metric",
                                          "UPDATE metric SET value = 17.77 WHERE name = 'cost.monthly.others'"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct finance_week *o = open_week(changes[i]);
        expect_sums(&o->f, &o->f.teams);
        expect_sums(&o->f, &o->f.namespaces);
        close_week(o);
    }
}

/* Where every namespace is shared nobody is left to share with: each pays for itself. */
Test(finance, what_is_shared_by_all_is_not_spread)
{
    struct finance_week *o = open_week("UPDATE workload SET shared = 1");
    cr_expect_eq(o->f.shared_cents, 0);
    cr_expect_not_null(payer(&o->f.namespaces, "kube-system"));
    close_week(o);
}

Test(finance, pods_of_no_workload_and_workloads_of_no_team_are_named)
{
    struct finance_week *o = open_week("UPDATE metric SET value = 17.77 WHERE name = 'cost.monthly.others'");
    cr_assert_not_null(payer(&o->f.teams, "(none)"));
    cr_assert_not_null(payer(&o->f.namespaces, "(none)"));
    cr_expect_eq(payer(&o->f.namespaces, "(none)")->own_cents, 1777);
    close_week(o);
}

/* From Thursday 28 May at 18:00: 28 to 31 May are four days of which the first has 6 h; the week ends on 4 June at 18:00,
 * and its days are eight. */
Test(finance, calendar_months_are_cut_where_utc_cuts_them)
{
    struct finance_week *o = open_week("UPDATE run SET value = '2026-05-28T18:00:00Z' WHERE key = 'start';"
                                       "INSERT INTO cost_day VALUES (7, 1, 'idle', NULL, 1230000000, 0)");
    cr_assert_eq(o->f.months_count, 2);
    cr_expect_str_eq(o->f.months[0].name, "2026-05");
    cr_expect_eq(o->f.months[0].from_s, 0);
    cr_expect_eq(o->f.months[0].to_s, (6 + 3 * 24) * 3600);
    cr_expect_str_eq(o->f.months[1].name, "2026-06");
    cr_expect_eq(o->f.months[1].to_s, WEEK_S);
    close_week(o);
}

/* Idle is $4.900000001 a day, system $1.599999999; a cent is not lost between teams, idle and system. */
Test(finance, a_calendar_month_sums_to_the_cent)
{
    struct finance_week *o = open_week("");
    cr_assert_eq(o->f.months_count, 1);
    const struct finance_month *m = &o->f.months[0];
    int64_t sum = m->idle_cents + m->system_cents;
    for (uint32_t i = 0; i < o->f.teams.count; i++) {
        sum += m->payer_cents[i];
    }
    cr_expect_eq(sum, m->total_cents);
    cr_expect_eq(m->total_cents, llround((double)spent_nusd(&o->r) / 1e7));
    cr_expect_eq(m->idle_cents, 3430);
    close_week(o);
}

/* $61.3 for 45 x 6.5 x 604,800 = 176.904 M requests: $0.000346516 for a thousand, in each replication. */
Test(finance, a_thousand_requests_cost_the_workloads_own_cost)
{
    struct finance_week *o = open_week("");
    cr_expect_float_eq(o->f.thousand[0].mean, 61.3 / 176904.0, 1e-10);
    cr_expect(isnan(o->f.thousand[3].mean));
    close_week(o);
}

/* 970.34 +- 41.11: 900 is below all of it, 950 within, 1,100 above. */
Test(finance, a_budget_is_judged_against_the_interval)
{
    static const struct {
        const char *sql;
        enum finance_verdict verdict;
        const char *says;
    } cases[] = {
        {"", BUDGET_OVER,
         "The forecast is $970 a month (95 % interval $929 to $1,011): $70.34 or 7.82 % above the "
         "budget of $900."},
        {"UPDATE run SET value = '950' WHERE key = 'budget_monthly'", BUDGET_UNDECIDED,
         "The forecast is $970 a month (95 % interval $929 to $1,011): $20.34 or 2.14 % above the budget of $950, which "
         "lies within the interval."},
        {"UPDATE run SET value = '1100' WHERE key = 'budget_monthly'", BUDGET_UNDER,
         "The forecast is $970 a month (95 % interval $929 to $1,011): $130 or 11.8 % below the budget of $1,100."},
        {"DELETE FROM run WHERE key = 'budget_monthly'", BUDGET_NONE,
         "The forecast is $970 a month (95 % interval $929 to $1,011); no budget is set."},
        {"DELETE FROM metric", BUDGET_NONE, "There is no forecast."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct finance_week *o = open_week(cases[i].sql);
        cr_expect_eq(o->f.budget, cases[i].verdict, "%s", cases[i].sql);
        cr_expect_str_eq(o->f.budget_text, cases[i].says);
        close_week(o);
    }
}

Test(finance, each_price_source_is_named_once_with_its_date)
{
    struct finance_week *o = open_week("");
    cr_expect_str_eq(o->f.prices, "aws price list of 2026-07-20");
    close_week(o);
    o = open_week("UPDATE pool SET price_source = 'contract', price_date = NULL WHERE id = 2");
    cr_expect_str_eq(o->f.prices, "aws price list of 2026-07-20; contract");
    close_week(o);
}

Test(finance, runs_of_other_inputs_have_other_ids)
{
    char first[17];
    struct finance_week *o = open_week("");
    snprintf(first, sizeof first, "%s", o->f.run_id);
    cr_expect_eq(strlen(first), 16);
    close_week(o);
    o = open_week("");
    cr_expect_str_eq(o->f.run_id, first);
    close_week(o);
    o = open_week("UPDATE run SET value = '2' WHERE key = 'seed'");
    cr_expect_str_neq(o->f.run_id, first);
    close_week(o);
}

/* ---- tables ---- */

static struct csv read_table(struct finance_week *o, const struct buffer *text)
{
    struct csv csv;
    struct fail fail;
    cr_assert(csv_read(&o->a, "table.csv", text->at, text->count, &csv, &fail), "%s", fail.text);
    return csv;
}

Test(csv_report, costs_sum_exactly_to_what_was_spent)
{
    struct finance_week *o = open_week("");
    struct buffer text = {0};
    csv_report_costs(&text, &o->r);
    struct csv csv = read_table(o, &text);
    uint32_t usd = csv_column(&csv, "usd"), date = csv_column(&csv, "date");
    int64_t sum = 0;
    for (uint32_t row = 0; row < csv.rows; row++) {
        sum += nusd_of(csv_text(&csv, row, usd));
    }
    cr_expect_eq(sum, spent_nusd(&o->r));
    cr_expect_str_eq(csv_text(&csv, 0, date), "2026-05-04");
    cr_expect_str_eq(csv_text(&csv, csv.rows - 1, date), "2026-05-10");
    buffer_drop(&text);
    close_week(o);
}

Test(csv_report, workloads_have_a_row_each_and_unknown_use_is_empty)
{
    struct finance_week *o = open_week("");
    struct buffer text = {0};
    csv_report_workloads(&text, &o->r, &o->f);
    struct csv csv = read_table(o, &text);
    cr_assert_eq(csv.rows, WEEK_WORKLOADS);
    cr_expect_str_eq(csv_text(&csv, 3, csv_column(&csv, "workload")), "dashboard");
    cr_expect_str_eq(csv_text(&csv, 3, csv_column(&csv, "cpu_used_cores")), "");
    cr_expect_str_eq(csv_text(&csv, 3, csv_column(&csv, "usd_per_1000_requests")), "");
    cr_expect_str_eq(csv_text(&csv, 4, csv_column(&csv, "shared")), "yes");
    buffer_drop(&text);
    close_week(o);
}

Test(csv_report, nodes_name_their_price_its_source_and_date)
{
    struct finance_week *o = open_week("");
    struct buffer text = {0};
    csv_report_nodes(&text, &o->r);
    struct csv csv = read_table(o, &text);
    cr_assert_eq(csv.rows, 2);
    cr_expect_str_eq(csv_text(&csv, 1, csv_column(&csv, "usd_per_hour")), "0.068");
    cr_expect_str_eq(csv_text(&csv, 1, csv_column(&csv, "price_source")), "aws price list");
    cr_expect_str_eq(csv_text(&csv, 1, csv_column(&csv, "price_date")), "2026-07-20");
    buffer_drop(&text);
    close_week(o);
}
