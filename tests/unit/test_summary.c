#include <criterion/criterion.h>

#include <string.h>

#include "reports/report_json.h"
#include "reports/summary.h"
#include "sim/base/json.h"
#include "tests/unit/recorded_week.h"

/* The week as text or JSON, changed by sql before. */
static struct buffer report_of(const char *sql, bool json, bool colour)
{
    char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_summary_%d.db", build == NULL ? "build" : build, (int)getpid());
    recorded_week(path, 900);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    struct arena a = arena_make(1 << 16);
    struct query q;
    struct recording r;
    struct findings f;
    struct fail fail;
    struct buffer out = {0};
    cr_assert(query_open(&q, path, &fail), "%s", fail.text);
    cr_assert(recording_read(&r, &q, &a, &fail), "%s", fail.text);
    cr_assert(findings_read(&f, &r, &q, &fail), "%s", fail.text);
    if (json) {
        struct finance finance;
        cr_assert(finance_read(&finance, &r, &q, &fail), "%s", fail.text);
        cr_assert(report_json_write(&out, &r, &f, &finance, &q, &fail), "%s", fail.text);
    } else {
        summary_write(&out, &r, &f, colour);
    }
    query_close(&q);
    arena_drop(&a);
    unlink(path);
    return out;
}

static void assert_says(const struct buffer *b, const char *text)
{
    cr_assert_not_null(strstr(b->at, text), "not there: %s\n%s", text, b->at);
}

Test(summary, opens_with_the_share_of_cost_whose_use_is_known)
{
    struct buffer b = report_of("", false, false);
    static const char opening[] =
        "concert: 7 d from Mon 4 May (2026-05-04T00:00:00Z), 3 replications, seed 1, Kubernetes 1.36\n"
        "Of the requested cost, the use is measured for 0 %, modelled for 87.1 % and unknown for 12.9 %.\n";
    cr_assert(strncmp(b.at, opening, sizeof opening - 1) == 0, "%s", b.at);
    buffer_drop(&b);
}

Test(summary, says_what_a_planner_asks)
{
    struct buffer b = report_of("", false, false);
    assert_says(&b, "\n  MISSED  ride-api                      p99 within 300 ms for 99.9 %       99.930 %, 1 of 3\n");
    assert_says(&b, "worst 1.93 s at Sat 22:15 UTC (2026-05-09T22:15:00Z) in replication 0\n");
    assert_says(&b, "\n  a month: $970 (95 % interval $929 to $1,011), budget $900\n");
    assert_says(&b, "\n  this run: $232, of which workloads $186, idle $34.87, reserved for the system $11.12\n");
    assert_says(&b, "\n  for a million rides: $8.53 (95 % interval $8.17 to $8.89)\n");
    assert_says(&b, "\n  CPU          70 % requested   26.1 % used of 21.9 cores allocatable (means)\n");
    assert_says(&b, "\n  general (m6i.xlarge)                3.01      5.41        14           912\n");
    assert_says(
        &b, "\n  location-ingest                    6.01     2.75     7.95     6.01     2.05     3.42      $85.99\n");
    assert_says(
        &b,
        "\n  volumes and their speed (StatefulSet/db/postgres): 6.2 % of the requested CPU, 11.3 % of the\n      memory\n");
    assert_says(&b, "\n  traffic is not filtered (NetworkPolicy/deny-all and 2 more): 0 %");
    assert_says(&b, "\n  CronJob/nightly-report, simplified: a Job's pods start");
    assert_says(&b, "\n  Intervals cover the noise of demand and boot times, not the forecast\n");
    assert_says(&b, "not volumes, load balancers, network traffic");
    buffer_drop(&b);
}

Test(summary, is_at_most_100_wide_and_ascii)
{
    struct buffer b = report_of("", false, false);
    size_t width = 0;
    for (size_t i = 0; i < b.count; i++) {
        width = b.at[i] == '\n' ? 0 : width + 1;
        cr_assert_leq(width, 100, "%.*s", (int)width, b.at + i + 1 - width);
        cr_assert((b.at[i] >= ' ' && b.at[i] <= '~') || b.at[i] == '\n');
    }
    buffer_drop(&b);
}

Test(summary, colour_changes_nothing_but_escapes)
{
    struct buffer plain = report_of("", false, false), colour = report_of("", false, true);
    cr_assert_null(strchr(plain.at, '\x1b'));
    cr_assert_not_null(strstr(colour.at, "\x1b[1m\x1b[31mMISSED\x1b[0m"));
    size_t k = 0;
    for (size_t i = 0; i < colour.count; i++) {
        if (colour.at[i] == '\x1b') {
            i += strcspn(colour.at + i, "m");
            continue;
        }
        cr_assert_eq(colour.at[i], plain.at[k++]);
    }
    cr_assert_eq(k, plain.count);
    buffer_drop(&plain);
    buffer_drop(&colour);
}

Test(summary, one_replication_has_no_interval)
{
    struct buffer b =
        report_of("DELETE FROM metric WHERE replication > 0; DELETE FROM objective_result WHERE replication > 0;"
                  "UPDATE run SET value = '1' WHERE key = 'replications'",
                  false, false);
    assert_says(&b, "a month: $968 (one replication: no interval), budget $900");
    assert_says(&b, "worst 1.93 s at Sat 22:15 UTC (2026-05-09T22:15:00Z)\n");
    buffer_drop(&b);
}

Test(report_json, is_json_that_our_strict_reader_takes_and_says_what_the_summary_says)
{
    struct buffer b = report_of("", true, false);
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct fail fail;
    const struct value *v = json_read(&a, &names, "report.json", b.at, b.count, &fail);
    cr_assert_not_null(v, "%s", fail.text);
    cr_assert_str_eq(value_as_text(value_get(v, "format")), REPORT_JSON_FORMAT);
    cr_assert_str_eq(value_as_text(value_at(v, "verdict.says")), "It does not hold: 2 of 3 objectives are missed.");
    cr_assert_str_eq(value_at(v, "cost.monthly.mean")->text, "970.3368");
    cr_assert_eq(value_get(v, "workloads")->count, WEEK_WORKLOADS);
    cr_assert_eq(value_get(v, "metrics")->items[0]->kind, VALUE_MAP);
    const struct value *first = value_at(v, "verdict.moments")->items[0];
    cr_assert_str_eq(value_as_text(value_get(first, "event")), "concert");
    names_drop(&names);
    arena_drop(&a);
    buffer_drop(&b);
}

Test(report_json, is_the_same_bytes_for_the_same_run)
{
    struct buffer once = report_of("", true, false), again = report_of("VACUUM", true, false);
    cr_assert_eq(once.count, again.count);
    cr_assert(memcmp(once.at, again.at, once.count) == 0);
    buffer_drop(&once);
    buffer_drop(&again);
}

/* 1/3 has 16 digits as a double. */
Test(report_json, numbers_have_at_most_nine_digits)
{
    struct buffer b = report_of("UPDATE metric SET value = 1.0 / 3 WHERE name = 'units'", true, false);
    assert_says(&b, "\"unit\":\"ride\",\"over\":{\"mean\":0.333333333,\"low\":0.333333333,\"high\":0.333333333}");
    buffer_drop(&b);
}

Test(report_json, texts_from_the_scenario_are_escaped)
{
    struct buffer b = report_of(
        "UPDATE unsimulated SET what = 'a \"quoted\" \\ back'||char(10)||'slash' WHERE kind = 'NetworkPolicy'", true,
        false);
    assert_says(&b, "\"what\":\"a \\\"quoted\\\" \\\\ back\\nslash\"");
    buffer_drop(&b);
}

Test(report_json, who_pays_sums_to_the_month)
{
    struct arena a = arena_make(1 << 20);
    struct names names = names_make(&a);
    struct fail fail;
    struct buffer text = report_of("", true, false);
    const struct value *v = json_read(&a, &names, "report.json", text.at, text.count, &fail);
    cr_assert_not_null(v, "%s", fail.text);
    cr_expect_str_eq(value_at(v, "cost.allocation.monthly")->text, "970.34");
    const struct value *teams = value_at(v, "cost.allocation.teams");
    cr_assert_eq(teams->count, 4);
    cr_expect_str_eq(value_get(teams->items[0], "name")->text, "rides");
    cr_expect_str_eq(value_at(v, "cost.prices")->text, "aws price list of 2026-07-20");
    names_drop(&names);
    buffer_drop(&text);
    arena_drop(&a);
}
