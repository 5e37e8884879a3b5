#include <criterion/criterion.h>

#include <string.h>

#include "reports/html.h"
#include "tests/unit/recorded_week.h"

static struct buffer page_of(const char *sql, int step_s)
{
    char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_html_%d.db", build == NULL ? "build" : build, (int)getpid());
    recorded_week(path, step_s);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    struct arena a = arena_make(1 << 16);
    struct query q;
    struct recording r;
    struct findings f;
    struct finance finance;
    struct fail fail;
    struct buffer out = {0};
    cr_assert(query_open(&q, path, &fail), "%s", fail.text);
    cr_assert(recording_read(&r, &q, &a, &fail), "%s", fail.text);
    cr_assert(findings_read(&f, &r, &q, &fail), "%s", fail.text);
    cr_assert(finance_read(&finance, &r, &q, &fail), "%s", fail.text);
    cr_assert(html_write(&out, &r, &f, &finance, &q, &fail), "%s", fail.text);
    query_close(&q);
    arena_drop(&a);
    unlink(path);
    return out;
}

static uint32_t count_of(const char *text, const char *what)
{
    uint32_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text++) {
        count++;
    }
    return count;
}

/* One demand, nodes, CPU and memory of the cluster, cost; of six workloads pods, CPU and memory, of three latency; two
 * HPAs: 5 + 18 + 3 + 2 = 28, and the budget, whose numbers are its labels. */
Test(html, has_every_chart_with_title_and_numbers)
{
    struct buffer b = page_of("", 900);
    cr_assert_eq(count_of(b.at, "<svg "), 29);
    cr_assert_eq(count_of(b.at, "</svg>"), 29);
    cr_assert_eq(count_of(b.at, "<figure"), 29);
    cr_assert_eq(count_of(b.at, "<summary>Numbers</summary>"), 28);
    cr_assert_eq(count_of(b.at, "<desc id="), 29);
    cr_assert_null(strchr(b.at, '\x01'));
    buffer_drop(&b);
}

/* Three workloads have latencies; one that never has a request has none to draw: 29 - 1. */
Test(html, a_workload_without_requests_has_no_chart_of_latency)
{
    struct buffer b = page_of("UPDATE workload_series SET p50_s = 0, p95_s = 0, p99_s = 0 WHERE workload_id = 3", 3600);
    cr_assert_eq(count_of(b.at, "<svg "), 28);
    buffer_drop(&b);
}

/* The address of SVG's names would be the one exception; inline SVG does not need it. */
Test(html, stands_alone_without_script_or_anything_from_elsewhere)
{
    struct buffer b = page_of("", 900);
    static const char *const banned[] = {"<script", "http:",       "https:",   "@import",
                                         "url(",    "javascript:", " onclick", "src="};
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        cr_assert_null(strstr(b.at, banned[i]), "%s", banned[i]);
    }
    cr_assert_eq(count_of(b.at, "href=\"data:,\""), 1);
    buffer_drop(&b);
}

Test(html, every_link_leads_to_an_id_of_the_page_and_no_id_is_there_twice)
{
    struct buffer b = page_of("", 900);
    for (const char *at = b.at; (at = strstr(at, "href=\"#")) != NULL; at++) {
        char id[128];
        snprintf(id, sizeof id, " id=\"%.*s\"", (int)strcspn(at + 7, "\""), at + 7);
        cr_assert_eq(count_of(b.at, id), 1, "%s", id);
    }
    for (const char *at = b.at; (at = strstr(at, " id=\"")) != NULL; at++) {
        char id[128];
        snprintf(id, sizeof id, "%.*s\"", (int)(5 + strcspn(at + 5, "\"")), at);
        cr_assert_eq(count_of(b.at, id), 1, "%s", id);
    }
    buffer_drop(&b);
}

Test(html, leads_with_the_answer)
{
    struct buffer b = page_of("", 900);
    const char *known = strstr(b.at, "the use is measured for <b>0 %</b>, modelled for <b>87.1 %</b>");
    const char *verdict = strstr(b.at, "It does not hold: 2 of 3 objectives are missed.");
    const char *first = strstr(b.at, "<b>What breaks first.</b> Sat 22:");
    const char *cost = strstr(b.at, "<b>$970</b><span>$929 to $1,011 (95 %)<br>budget $900");
    cr_assert(known != NULL && verdict > known && first > verdict && cost > first);
    cr_assert_not_null(
        strstr(b.at, "New size: 12; reason: cpu resource utilization (percentage of request) above target"));
    cr_assert_not_null(strstr(b.at, "StatefulSet/db/postgres"));
    buffer_drop(&b);
}

Test(html, names_of_the_scenario_cannot_write_markup)
{
    struct buffer b = page_of("UPDATE workload SET name = '<img src=x>&\"' WHERE id = 4;"
                              "UPDATE run SET value = '</title><b>' WHERE key = 'scenario';"
                              "UPDATE decision SET message = '<i>'||message;"
                              "UPDATE event SET name = '\"><u>' WHERE name = 'concert'",
                              900);
    cr_assert_null(strstr(b.at, "<img"));
    cr_assert_null(strstr(b.at, "</title><b>"));
    cr_assert_null(strstr(b.at, "<i>New"));
    cr_assert_null(strstr(b.at, "<u>"));
    cr_assert_not_null(strstr(b.at, "&lt;img src=x&gt;&amp;&quot;"));
    buffer_drop(&b);
}

Test(html, is_the_same_bytes_for_the_same_run)
{
    struct buffer once = page_of("", 900), again = page_of("VACUUM", 900);
    cr_assert_eq(once.count, again.count);
    cr_assert(memcmp(once.at, again.at, once.count) == 0);
    buffer_drop(&once);
    buffer_drop(&again);
}

Test(html, a_week_of_minutes_stays_below_a_megabyte)
{
    struct buffer b = page_of("", 60);
    cr_assert_lt(b.count, 1000000);
    buffer_drop(&b);
}

Test(html, an_empty_run_is_a_page_too)
{
    struct buffer b =
        page_of("DELETE FROM objective_result; DELETE FROM objective; DELETE FROM metric; DELETE FROM event;"
                "DELETE FROM workload_series; DELETE FROM pool_series; DELETE FROM demand_series;"
                "DELETE FROM decision; DELETE FROM cost_day; DELETE FROM unsimulated; DELETE FROM hpa;"
                "DELETE FROM demand; DELETE FROM container; DELETE FROM workload; DELETE FROM pool",
                3600);
    cr_assert_eq(count_of(b.at, "<svg "), 0);
    cr_assert_null(strstr(b.at, "<tbody>\n</tbody>"));
    cr_assert_not_null(
        strstr(b.at, "<p class=\"small\">Workloads, dearest first; means over the replications: nothing.</p>"));
    cr_assert_not_null(strstr(b.at, "No objective is set"));
    cr_assert_not_null(strstr(b.at, "</html>"));
    buffer_drop(&b);
}

/* 97,034 cents: rides' own 134.2 of 231.7 of the month; its total of the sum with idle and system. */
Test(html, finance_sees_who_pays_to_the_cent)
{
    struct buffer page = page_of("", 3600);
    const char *section = strstr(page.at, "<section class=\"page two\" id=\"finance\"");
    cr_assert_not_null(section);
    cr_expect_not_null(strstr(section, "<th scope=\"row\">rides</th><td class=\"n\">$562.0"));
    cr_expect_not_null(strstr(section, "<th scope=\"row\">all</th>"));
    cr_expect_not_null(strstr(section, "$970.34"));
    cr_expect_not_null(strstr(section, "<th scope=\"row\">2026-05</th>"));
    cr_expect_not_null(
        strstr(section, "<div id=\"finance-term-fully-loaded\"><dt>Fully loaded</dt><dd>Own and shared cost"));
    buffer_drop(&page);
}

Test(html, a_team_that_looks_like_markup_is_text)
{
    struct buffer page = page_of("UPDATE workload SET team = '<b>&' WHERE id = 1", 3600);
    cr_expect_not_null(strstr(page.at, "<th scope=\"row\">&lt;b&gt;&amp;</th>"));
    cr_expect_null(strstr(page.at, "<b>&<"));
    buffer_drop(&page);
}

Test(html, each_reader_has_a_page_with_its_terms_at_the_end)
{
    struct buffer page = page_of("", 3600);
    const char *planner = strstr(page.at, " id=\"planner\""), *finance = strstr(page.at, " id=\"finance\"");
    const char *first = strstr(page.at, "<h3 id=\"planner-terms\">"),
               *last = strstr(page.at, "<h3 id=\"finance-terms\">");
    cr_assert(planner != NULL && first > planner && finance > first && last > finance);
    cr_expect_not_null(strstr(first, "<dt>Objective</dt>"));
    cr_expect_null(strstr(last, "<dt>Objective</dt>"));
    cr_expect_not_null(strstr(page.at, "<a class=\"term\" href=\"#finance-term-own\">Own</a>"));
    cr_expect_not_null(strstr(page.at, "aria-labelledby=\"budget-title budget-text\""));
    buffer_drop(&page);
}

/* $970 of a month in every replication: one amount, not "$970 to $970". */
Test(html, an_interval_whose_ends_read_the_same_is_one_amount)
{
    struct buffer page = page_of("UPDATE metric SET value = 970.34 WHERE name = 'cost.monthly' AND subject = ''", 3600);
    cr_expect_not_null(strstr(page.at, "<b>$970</b><span>$970 (95 %)"));
    cr_expect_null(strstr(page.at, "$970 to $970"));
    buffer_drop(&page);
}
