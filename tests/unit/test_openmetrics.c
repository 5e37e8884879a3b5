#include <string.h>

#include "reports/openmetrics.h"
#include "sim/base/names.h"
#include "tests/unit/finance_week.h"

static struct buffer written(struct finance_week *o)
{
    struct buffer text = {0};
    struct fail fail;
    cr_assert(openmetrics_write(&text, &o->r, &o->f, &o->q, &fail), "%s", fail.text);
    return text;
}

/* A line that is there, whole. */
static bool has_line(const struct buffer *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = strstr(text->at, line); at != NULL; at = strstr(at + 1, line)) {
        if ((at == text->at || at[-1] == '\n') && (at[length] == '\n' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* 4 May 2026 is 1,777,852,800 s after 1970; the first step ends an hour later, and its 2 x 1,000m and 2 x 1 GiB are
 * location-ingest's. */
Test(openmetrics, samples_carry_their_labels_and_time)
{
    struct finance_week *o = open_week("");
    struct buffer text = written(o);
    const char *labels = "{namespace=\"ml\",kind=\"Deployment\",workload=\"pricing\",team=\"ml\"";
    char line[256];
    snprintf(line, sizeof line, "headroom_workload_replicas%s} 2 1777856400", labels);
    cr_expect(has_line(&text, line));
    snprintf(line, sizeof line, "headroom_workload_cpu_requested_cores%s} 4 1777856400", labels);
    cr_expect(has_line(&text, line));
    snprintf(line, sizeof line, "headroom_workload_pods%s,state=\"ready\"} 2 1777856400", labels);
    cr_expect(has_line(&text, line));
    cr_expect(has_line(&text, "# TYPE headroom_workload_replicas gauge"));
    cr_expect(has_line(&text, "# UNIT headroom_workload_cpu_requested_cores cores"));
    buffer_drop(&text);
    close_week(o);
}

/* Idle is $4.900000001 a day: 9 digits. */
Test(openmetrics, a_day_costs_at_its_end)
{
    struct finance_week *o = open_week("");
    struct buffer text = written(o);
    cr_expect(has_line(&text, "headroom_day_cost_dollars{part=\"idle\"} 4.9 1777939200"));
    cr_expect(has_line(&text, "headroom_day_cost_dollars{part=\"idle\"} 4.9 1778457600"));
    buffer_drop(&text);
    close_week(o);
}

Test(openmetrics, the_text_ends_with_its_mark_and_has_no_unknown_values)
{
    struct finance_week *o = open_week("");
    struct buffer text = written(o);
    cr_expect_str_eq(text.at + text.count - 6, "# EOF\n");
    cr_expect_null(strstr(text.at, " nan "));
    cr_expect_null(strstr(text.at, "cpu_used_cores{namespace=\"default\",kind=\"Deployment\",workload=\"dashboard\""));
    buffer_drop(&text);
    close_week(o);
}

Test(openmetrics, what_stands_in_a_label_is_escaped)
{
    struct finance_week *o = open_week("UPDATE workload SET team = 'a\"b\\c' || char(10) || 'd' WHERE id = 3");
    struct buffer text = written(o);
    cr_expect_not_null(strstr(text.at, "team=\"a\\\"b\\\\c\\nd\""));
    buffer_drop(&text);
    close_week(o);
}

/* Six workloads of 14 columns, two pools of 3, a demand: 91 series. A week by the minute is 91 x 10,080 = 917,280
 * samples, above 200,000; by 5 minutes 183,456. */
Test(openmetrics, a_long_run_is_told_in_coarser_steps)
{
    struct finance_week *o = open_week("");
    o->r.step_s = 60;
    cr_expect_eq(openmetrics_step(&o->r), 300);
    o->r.step_s = 3600;
    cr_expect_eq(openmetrics_step(&o->r), 3600);
    close_week(o);
}

/* Each series stands in one piece, in the order of time. */
Test(openmetrics, series_are_whole_and_in_order)
{
    struct finance_week *o = open_week("");
    struct buffer text = written(o);
    struct names names = names_make(&o->a);
    const char *series = NULL, *seen[512];
    uint32_t count = 0;
    long long before = 0;
    for (char *line = strtok(text.at, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *brace = strrchr(line, '}');
        if (line[0] == '#' || brace == NULL) {
            continue;
        }
        long long time = atoll(strrchr(line, ' '));
        brace[1] = '\0';
        const char *name = names_text(&names, line);
        for (uint32_t i = 0; name != series && i < count; i++) {
            cr_assert_neq(seen[i], name, "%s goes on later", name);
        }
        cr_assert(name != series || time > before, "%s %lld", name, time);
        if (name != series) {
            cr_assert_lt(count, sizeof seen / sizeof seen[0]);
            seen[count++] = name;
        }
        series = name;
        before = time;
    }
    cr_assert_gt(count, 60);
    names_drop(&names);
    buffer_drop(&text);
    close_week(o);
}
