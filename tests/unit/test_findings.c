#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "reports/findings.h"
#include "tests/unit/recorded_week.h"

struct opened {
    struct arena a;
    struct query q;
    struct recording r;
    struct findings f;
};

/* The week in steps of a minute, changed by sql. */
static struct opened *open_week(const char *sql)
{
    static struct opened o;
    char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_findings_%d.db", build == NULL ? "build" : build, (int)getpid());
    recorded_week(path, 60);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    struct fail fail;
    o.a = arena_make(1 << 16);
    cr_assert(query_open(&o.q, path, &fail), "%s", fail.text);
    cr_assert(recording_read(&o.r, &o.q, &o.a, &fail), "%s", fail.text);
    cr_assert(findings_read(&o.f, &o.r, &o.q, &fail), "%s", fail.text);
    unlink(path);
    return &o;
}

static void close_week(struct opened *o)
{
    query_close(&o->q);
    arena_drop(&o->a);
}

static const struct finding *find(const struct findings *f, const char *text)
{
    for (uint32_t i = 0; i < f->list_count; i++) {
        if (strstr(f->list[i].text, text) != NULL) {
            return &f->list[i];
        }
    }
    return NULL;
}

/* 968.4 x (1, 1.02, 0.986): mean 970.3368, deviation 16.5480, and 4.302653 x 16.5480 / sqrt(3) = 41.1076. */
Test(recording, figures_carry_students_interval_over_the_replications)
{
    struct opened *o = open_week("");
    const struct report_metric *m = recording_metric(&o->r, "cost.monthly", "");
    cr_assert_eq(m->count, 3);
    cr_assert_float_eq(m->interval.mean, 970.3368, 1e-4);
    cr_assert_float_eq(m->interval.half_width, 41.1076, 1e-3);
    cr_assert_null(recording_metric(&o->r, "cost.monthly", "x"));
    cr_assert(isnan(recording_mean(&o->r, "cost", "")));
    close_week(o);
}

Test(recording, workloads_have_the_subject_of_their_metrics_and_the_shortest_label)
{
    struct opened *o = open_week(
        "INSERT INTO workload VALUES (7, 'Job', 'default', 'dashboard', NULL, 0, 'unknown', 'unknown', NULL)");
    cr_assert_str_eq(o->r.workloads[0].subject, "Deployment/ride-api");
    cr_assert_str_eq(o->r.workloads[0].label, "ride-api");
    cr_assert_str_eq(o->r.workloads[2].subject, "Deployment/ml/pricing");
    cr_assert_str_eq(o->r.workloads[2].label, "ml/pricing");
    cr_assert_str_eq(o->r.workloads[3].label, "Deployment/dashboard");
    cr_assert_str_eq(o->r.workloads[6].label, "Job/dashboard");
    cr_assert(isnan(o->r.workloads[6].request_mcpu));
    close_week(o);
}

Test(recording, a_pods_limit_is_none_when_a_container_has_none)
{
    struct opened *o = open_week("INSERT INTO container VALUES (1, 'proxy', 35, 9000, NULL, 9500)");
    cr_assert_eq(o->r.workloads[0].request_mcpu, 535);
    cr_assert(isnan(o->r.workloads[0].limit_mcpu));
    cr_assert_eq(o->r.workloads[0].limit_bytes, 1073741824.0 + 9500);
    cr_assert_eq(o->r.workloads[1].limit_mcpu, 2000);
    close_week(o);
}

/* Of what pricing uses only the memory is unknown: its cpu is in the gaps, with the money that this is. */
Test(findings, what_is_unknown_of_a_workload_is_in_no_gap)
{
    struct opened *o =
        open_week("UPDATE workload SET use_memory = 'unknown' WHERE id = 3;"
                  "DELETE FROM metric WHERE name LIKE 'memory.used%' AND subject = 'Deployment/ml/pricing';"
                  "INSERT INTO metric VALUES (0, 'use.unknown.cpu', '', 0.1, 'share'),"
                  " (0, 'use.unknown.memory', '', 0.25, 'share')");
    cr_assert_str_eq(o->r.workloads[2].use, "CPU modelled, memory unknown");
    const struct finding_gap *g = NULL;
    for (uint32_t i = 0; i < o->f.gaps_count; i++) {
        g = o->f.gaps[i].workload == 2 ? &o->f.gaps[i] : g;
    }
    cr_assert_not_null(g);
    cr_expect(isnan(g->used_bytes) && g->usd_monthly > 0);
    bool told = false;
    for (uint32_t i = 0; i < o->f.list_count; i++) {
        const char *text = o->f.list[i].text;
        cr_expect(strstr(text, "ml/pricing") == NULL || strstr(text, "memory") == NULL, "%s", text);
        told = told || strstr(text, "(of what is for CPU 10 %, of what is for memory 25 %)") != NULL;
    }
    cr_expect(told);
    close_week(o);
}

Test(recording, the_worst_moment_of_an_objective_is_the_worst_of_its_replications)
{
    struct opened *o =
        open_week("UPDATE objective_result SET worst = 2.875, worst_t_s = 3600 WHERE objective_id = 1 AND"
                  " replication = 2");
    const struct report_objective *latency = &o->r.objectives[0];
    cr_assert_eq(latency->worst, 2.875);
    cr_assert_eq(latency->worst_t_s, 3600);
    cr_assert_eq(latency->worst_in, 2);
    cr_assert_eq(latency->held, 1);
    cr_assert_eq(latency->count, 3);
    cr_assert_eq(o->r.objectives[1].worst, 0.71);
    close_week(o);
}

Test(recording, a_run_without_its_start_is_refused)
{
    char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_findings_start.db", build == NULL ? "build" : build);
    recorded_week(path, 3600);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, "UPDATE run SET value = 'Monday' WHERE key = 'start'", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct query q;
    struct recording r;
    struct fail fail;
    struct arena a = arena_make(1 << 16);
    cr_assert(query_open(&q, path, &fail));
    cr_assert_not(recording_read(&r, &q, &a, &fail));
    cr_assert_eq(fail.kind, FAIL_INPUT);
    cr_assert_not_null(strstr(fail.text, "table run: scenario, start,"));
    query_close(&q);
    arena_drop(&a);
}

/* Load passes capacity while 12 pods of 500m carry more than 6 cores: 58.5 mcpu a ride and 102.6 rides a second. */
Test(findings, what_breaks_first_is_the_first_moment_of_a_broken_objective)
{
    struct opened *o = open_week("");
    cr_assert_not(o->f.holds);
    cr_assert_eq(o->f.broken, 2);
    cr_assert_str_eq(o->f.verdict, "It does not hold: 2 of 3 objectives are missed.");
    cr_assert_eq(o->f.moments_count, 2);
    const struct finding_moment *m = &o->f.moments[0];
    cr_assert_eq(m->objective, 1);
    cr_assert_str_eq(m->event, "concert");
    cr_assert_geq(m->from_s, CONCERT_S);
    cr_assert_leq(m->to_s, CONCERT_S + 6000);
    cr_assert(m->worst_t_s >= m->from_s && m->worst_t_s < m->to_s);
    cr_assert_not_null(strstr(m->meanwhile, "its HPA was at its maximum of 12"));
    cr_assert(strncmp(o->f.first, "Sat 22:07 UTC (2026-05-09T22:07:00Z), during concert: ride-api's success falls to",
                      81) == 0,
              "%s", o->f.first);
    cr_assert_null(o->f.longest);
    close_week(o);
}

/* A minute on Monday comes before the concert's 44. */
Test(findings, what_lasts_longest_is_told_when_it_is_not_what_breaks_first)
{
    static const char first[] =
        "Mon 00:20 UTC (2026-05-04T00:20:00Z): ride-api's p99 passes 300 ms and reaches 400 ms; "
        "it lasts 60 s.";
    static const char longest[] = "Sat 22:07 UTC (2026-05-09T22:07:00Z), during concert: ride-api's success falls to";
    struct opened *o = open_week("UPDATE workload_series SET p99_s = 0.4 WHERE workload_id = 1 AND t_s = 1260");
    cr_assert(strncmp(o->f.first, first, sizeof first - 1) == 0, "%s", o->f.first);
    cr_assert(strncmp(o->f.longest, longest, sizeof longest - 1) == 0, "%s", o->f.longest);
    close_week(o);
}

Test(findings, a_moment_of_an_objective_that_is_held_is_not_what_breaks_first)
{
    struct opened *o = open_week("UPDATE objective_result SET held = 1");
    cr_assert(o->f.holds);
    cr_assert_eq(o->f.moments_count, 2);
    cr_assert_null(o->f.first);
    cr_assert_str_eq(o->f.verdict, "It holds: all 3 objectives are met in every replication.");
    cr_assert_null(find(&o->f, "misses"));
    close_week(o);
}

/* A sample stands for the minute before it: 9:00 to 10:00 and 14:00 to 15:00, 4 minutes apart, are one stretch; 20:00 to
 * 21:00, 5 minutes later, is another. */
Test(findings, stretches_less_than_five_minutes_apart_are_one)
{
    struct opened *o =
        open_week("UPDATE workload_series SET p95_s = 0.05 WHERE workload_id = 2;"
                  "UPDATE workload_series SET p95_s = 0.17 WHERE workload_id = 2 AND t_s IN (600, 900, 1260)");
    const struct finding_moment *m = o->f.moments;
    cr_assert_eq(o->f.moments_count, 4);
    cr_assert_eq(m[0].from_s, 540);
    cr_assert_eq(m[0].to_s, 900);
    cr_assert_eq(m[1].from_s, 1200);
    cr_assert_eq(m[1].to_s, 1260);
    cr_assert_eq(m[1].worst, 0.17);
    cr_assert_null(m[1].event);
    close_week(o);
}

/* general: 0.192 $/h, 4 cores, 16 GiB, 912.2 node hours; batch: 0.068, 4, 8, 9.35. A core costs as 7.46 GiB, so the
 * processors' share is 29.843 / (29.843 + 16) = 0.65097 and 29.843 / 37.843 = 0.78860: a core 0.031247 and 0.013406
 * $/h, mixed 0.031066; a GiB 0.0041884 and 0.0017969, mixed 0.0041641. location-ingest requests 6.012 cores and 6.012
 * GiB and uses 2.7505 and 2.0549: 730 (3.2615 x 0.031066 + 3.9571 x 0.0041641) = 85.99. */
Test(findings, a_gap_is_worth_its_cores_and_gibibytes_at_the_price_of_the_nodes_that_ran)
{
    struct opened *o = open_week("");
    cr_assert_eq(o->f.gaps_count, 4);
    cr_assert_eq(o->f.gaps[0].workload, 1);
    cr_assert_float_eq(o->f.gaps[0].usd_monthly, 85.99, 0.01);
    for (uint32_t i = 0; i < o->f.gaps_count; i++) {
        cr_assert_str_eq(o->r.workloads[o->f.gaps[i].workload].use, "modelled");
    }
    close_week(o);
}

Test(findings, the_worst_comes_first_in_the_list)
{
    struct opened *o = open_week("");
    for (uint32_t i = 1; i < o->f.list_count; i++) {
        cr_assert_leq(o->f.list[i - 1].level, o->f.list[i].level);
    }
    cr_assert_eq(find(&o->f, "Over the budget: $970 a month of $900.")->level, FINDING_BAD);
    cr_assert_eq(find(&o->f, "Pods were pending for long, at most: ride-api 97.5 s.")->level, FINDING_WARNING);
    cr_assert_eq(
        find(&o->f, "They use more memory than they request: ml/pricing 10.2 GiB of 8.02. A node short")->level,
        FINDING_WARNING);
    cr_assert_eq(find(&o->f, "HPAs were at their maximum: ride-api (12) 2.73 d, location-ingest (10) 56 min.")->level,
                 FINDING_WARNING);
    cr_assert_eq(find(&o->f, "Not simulated: 2 things, which concern at most 6.2 % of the requested CPU")->level,
                 FINDING_NOTE);
    close_week(o);
}

/* 0.0673 and 0.11 are above 5 % of the time, 0.04 is not; the greater comes first. */
Test(findings, figures_above_their_bound_are_told_in_one_line_the_greatest_first)
{
    struct opened *o =
        open_week("INSERT INTO metric VALUES (0, 'cpu.throttled', 'Deployment/ride-api', 0.0673, 'share'),"
                  " (0, 'cpu.throttled', 'Deployment/ml/pricing', 0.11, 'share'),"
                  " (0, 'cpu.throttled', 'Deployment/location-ingest', 0.04, 'share')");
    const struct finding *throttled =
        find(&o->f, "CPU was held back, by a limit or a full node, of the time: ml/pricing 11 %, ride-api 6.73 %.");
    cr_assert_not_null(throttled);
    cr_assert_eq(throttled->level, FINDING_WARNING);
    close_week(o);
}

/* 412 s and 60.3 s are above a minute, 59.7 s is not. */
Test(findings, load_that_pods_do_not_keep_up_with_is_told)
{
    struct opened *o = open_week("UPDATE metric SET value = CASE subject WHEN 'Deployment/ride-api' THEN 412"
                                 " WHEN 'Deployment/ml/pricing' THEN 60.3 ELSE 59.7 END WHERE name = 'latency.p99'");
    const struct finding *waits = find(
        &o->f, "Pods do not keep up, and what comes waits for minutes, p99: ride-api 6.87 min, ml/pricing 60.3 s.");
    cr_assert_not_null(waits);
    cr_assert_eq(waits->level, FINDING_WARNING);
    close_week(o);
}

/* 0.02 of the requests came too late at ride-api, 0.004 at pricing: below a hundredth nothing is said. */
Test(findings, requests_that_nobody_waits_for_any_more_are_told)
{
    struct opened *o =
        open_week("INSERT INTO metric SELECT replication, 'requests.timed_out', subject, value * IIF(subject"
                  " = 'Deployment/ride-api', 0.02, 0.004), unit FROM metric WHERE name ="
                  " 'requests.arrived'");
    const struct finding *late = find(&o->f, "Requests were answered after their caller had given up, and count in the "
                                             "latency: ride-api 2 %.");
    cr_assert_not_null(late);
    cr_assert_eq(late->level, FINDING_WARNING);
    close_week(o);
}

/* Rows of one workload between those of another are found all the same. */
Test(findings, the_order_of_rows_in_the_file_does_not_matter)
{
    struct opened *o = open_week("CREATE TABLE sorted AS SELECT * FROM workload_series ORDER BY t_s DESC, workload_id;"
                                 "DELETE FROM workload_series; INSERT INTO workload_series SELECT * FROM sorted");
    cr_assert_eq(o->f.moments_count, 2);
    cr_assert_eq(o->f.moments[0].from_s, CONCERT_S + 420);
    close_week(o);
}

/* The interval of 970 is 41 wide on each side. */
Test(findings, a_budget_within_the_interval_is_passed_only_perhaps)
{
    struct opened *o = open_week("UPDATE run SET value = '950' WHERE key = 'budget_monthly'");
    cr_assert_eq(find(&o->f, "Over the budget, within the noise")->level, FINDING_WARNING);
    close_week(o);
    o = open_week("UPDATE run SET value = '980' WHERE key = 'budget_monthly'");
    cr_assert_null(find(&o->f, "budget"));
    close_week(o);
}

Test(findings, without_objectives_nothing_is_judged)
{
    struct opened *o = open_week("DELETE FROM objective_result; DELETE FROM objective");
    cr_assert_not(o->f.judged);
    cr_assert_null(o->f.first);
    cr_assert_str_eq(o->f.verdict, "No objective is set, so nothing says whether this is good enough.");
    close_week(o);
}

/* Without objectives, too, a run in which something never ran does not hold; what never ran is told before all else. */
Test(findings, what_never_ran_comes_first_and_does_not_hold)
{
    struct opened *o = open_week("DELETE FROM objective_result; DELETE FROM objective; DELETE FROM metric WHERE name ="
                                 " 'cost.monthly' AND subject = '' AND replication > 0;"
                                 "INSERT INTO metric VALUES (0, 'never_ready', 'Deployment/ride-api', 1, 'share'),"
                                 " (0, 'never_ready', 'Deployment/ml/pricing', 0, 'share'),"
                                 " (1, 'never_ready', 'Deployment/ml/pricing', 1, 'share')");
    cr_assert(o->f.judged && !o->f.holds);
    cr_assert_str_eq(o->f.verdict, "It does not hold: 2 workloads never ran.");
    cr_assert_str_eq(o->f.list[0].text,
                     "ride-api, ml/pricing (in 50 % of the replications) never had a Ready pod: costs"
                     " and figures are without them.");
    cr_assert_eq(o->f.list[0].level, FINDING_BAD);
    close_week(o);
}

Test(findings, a_run_without_nodes_is_not_a_cheap_one)
{
    struct opened *o = open_week("UPDATE metric SET value = 0 WHERE name = 'cpu.allocatable'");
    cr_assert(o->f.judged && !o->f.holds);
    cr_assert_str_eq(o->f.verdict, "It does not hold: no pod ran, for no node was ever Ready.");
    cr_assert_eq(o->f.list[0].level, FINDING_BAD);
    cr_assert_str_eq(o->f.list[0].section, "cluster");
    close_week(o);
}

Test(findings, an_empty_run_is_read_too)
{
    struct opened *o =
        open_week("DELETE FROM objective_result; DELETE FROM objective; DELETE FROM metric; DELETE FROM event;"
                  "DELETE FROM workload_series; DELETE FROM pool_series; DELETE FROM demand_series;"
                  "DELETE FROM decision; DELETE FROM cost_day; DELETE FROM unsimulated; DELETE FROM hpa;"
                  "DELETE FROM demand; DELETE FROM container; DELETE FROM workload; DELETE FROM pool");
    cr_assert_eq(o->f.list_count, 0);
    cr_assert_eq(o->f.gaps_count, 0);
    cr_assert_eq(o->f.moments_count, 0);
    close_week(o);
}
