#include <criterion/criterion.h>
#include <math.h>

#include "reports/compare.h"
#include "reports/compare_csv.h"
#include "reports/compare_html.h"
#include "reports/compare_json.h"
#include "reports/compare_junit.h"
#include "reports/compare_markdown.h"
#include "reports/compare_text.h"
#include "sim/base/json.h"
#include "sim/run/store.h"
#include "tests/unit/small_run.h"

enum { GATES_MAX = 4 };

struct fixture {
    char base[64], candidate[64];
    struct pair pair;
    struct gate gates[GATES_MAX];
    uint32_t gate_count;
    struct comparison comparison;
};

static const struct jobs_options two_workers = {.workers = 2};

static bool open_files(struct fixture *f, const char *set, bool candidate_inputs, struct fail *fail)
{
    static const char *files[2];
    files[0] = f->base;
    files[1] = f->candidate;
    struct pair_input input = {.base = {.files = &files[0], .file_count = 1},
                               .candidate = {.files = &files[1], .file_count = 1},
                               .candidate_inputs = candidate_inputs};
    if (set != NULL) {
        static const char *sets[1];
        sets[0] = set;
        input.candidate.sets = sets;
        input.candidate.set_count = 1;
    }
    return pair_open(&f->pair, &input, fail);
}

static void add_gate(struct fixture *f, const char *text)
{
    struct fail fail = {0};
    cr_assert(gate_read(&f->pair.arena, text, &f->gates[f->gate_count], &fail), "%s", fail.text);
    cr_assert(gate_check(&f->gates[f->gate_count++], &f->pair.base.side, &f->pair.candidate.side, &fail), "%s",
              fail.text);
}

/* The small scenario against itself with a change; one gate, null for none. */
static void compare_small(struct fixture *f, const char *set, bool candidate_inputs, const char *gate,
                          const struct jobs_options *options)
{
    struct fail fail = {0};
    *f = (struct fixture){0};
    small_write(f->base, SMALL_SCENARIO);
    small_write(f->candidate, SMALL_SCENARIO);
    bool good = open_files(f, set, candidate_inputs, &fail);
    unlink(f->base);
    unlink(f->candidate);
    cr_assert(good, "%s%s", fail.text,
              f->pair.candidate.problems.list.count > 0 ? f->pair.candidate.problems.list.at[0].text : "");
    if (gate != NULL) {
        add_gate(f, gate);
    }
    cr_assert(compare_run(&f->pair, f->gates, f->gate_count, options, &fail), "%s", fail.text);
    compare_make(&f->comparison, &f->pair, f->gates, f->gate_count, false);
}

static void drop(struct fixture *f)
{
    compare_drop(&f->comparison);
    pair_drop(&f->pair);
}

static const struct compare_row *row_of(const struct fixture *f, const char *name, const char *subject)
{
    for (uint32_t i = 0; i < f->comparison.rows.count; i++) {
        const struct compare_row *row = &f->comparison.rows.at[i];
        if (strcmp(row->name, name) == 0 && strcmp(row->subject, subject) == 0) {
            return row;
        }
    }
    return NULL;
}

static void assert_says(const struct buffer *b, const char *text)
{
    cr_assert_not_null(strstr(b->at, text), "not there: %s\n%s", text, b->at);
}

#define FEWER "HorizontalPodAutoscaler/web:spec.maxReplicas=2"

Test(compare, the_same_scenario_is_run_once_and_nothing_differs)
{
    struct fixture f;
    compare_small(&f, NULL, false, "cost.monthly > +0%", &two_workers);
    cr_assert(f.pair.alike);
    cr_assert_eq(f.comparison.replications, 4);
    cr_assert_eq(f.comparison.verdicts_of[COMPARE_SAME], f.comparison.rows.count);
    cr_assert_eq(f.comparison.outcomes[GATE_PASSED], 1);
    cr_assert_not(compare_fails(&f.comparison));
    drop(&f);
}

/* Two scenarios that say something else about what makes no difference: run twice, the same figures. */
Test(compare, both_sides_see_the_same_random_numbers)
{
    struct fixture f;
    compare_small(&f, "Deployment/web:metadata.labels.team=store", false, NULL, &two_workers);
    cr_assert_not(f.pair.alike);
    cr_assert_eq(f.comparison.diff.changes.count, 1);
    cr_assert_eq(f.comparison.verdicts_of[COMPARE_SAME], f.comparison.rows.count);
    drop(&f);
}

Test(compare, what_a_change_does_is_sure_where_it_is_and_noise_where_it_is_not)
{
    struct fixture f;
    compare_small(&f, FEWER, false, "replicas.max < -0.5", &two_workers);
    const struct compare_row *most = row_of(&f, "replicas.max", "Deployment/web");
    cr_assert_eq(most->verdict, COMPARE_CHANGED);
    cr_assert_float_eq(most->candidate, 2, 1e-12);
    cr_assert_lt(most->high, 0);
    cr_assert_eq(row_of(&f, "units", "visitors")->verdict, COMPARE_SAME);
    cr_assert_eq(f.comparison.outcomes[GATE_FAILED], 1);
    cr_assert(compare_fails(&f.comparison));
    drop(&f);
}

/* No node has that label: CANDIDATE is cheaper, and both reports say why, before all figures. */
Test(compare, a_workload_that_never_ran_is_told_first)
{
    struct fixture f;
    struct buffer out = {0};
    static const char told[] = "web never had a Ready pod in CANDIDATE: what it costs is without it.\n";
    compare_small(&f, "Deployment/web:spec.template.spec.nodeSelector={pool: gone}", false, "never_ready > 0",
                  &two_workers);
    cr_assert_eq(f.comparison.outcomes[GATE_FAILED], 1);
    compare_text_write(&out, &f.comparison, false);
    const char *text = strstr(buffer_string(&out), told);
    cr_assert(text != NULL && text < strstr(buffer_string(&out), "Gates:"));
    buffer_clear(&out);
    compare_markdown_write(&out, &f.comparison);
    text = strstr(buffer_string(&out), told);
    cr_assert(text != NULL && text < strstr(buffer_string(&out), "A month costs"), "%s", buffer_string(&out));
    buffer_drop(&out);
    drop(&f);
}

/* Other seeds: the sides differ by noise only, so a gate in the midst of the noise is never decided. */
Test(compare, replications_double_while_a_gate_is_undecided)
{
    struct fixture f;
    compare_small(&f, "Scenario/small:spec.seed=77", true, "cost.monthly > +0.001%", &two_workers);
    cr_assert_eq(f.comparison.replications, COMPARE_REPLICATIONS_MAX);
    cr_assert_eq(f.comparison.outcomes[GATE_UNDECIDED], 1);
    cr_assert_not(compare_fails(&f.comparison));
    f.comparison.strict = true;
    cr_assert(compare_fails(&f.comparison));
    cr_assert_eq(row_of(&f, "cost.monthly", "")->verdict, COMPARE_NOISE);
    drop(&f);
}

/* 4 replications that agree are few: a failure is looked at again on 8, a gate that holds is not. */
Test(compare, a_failure_on_few_replications_is_looked_at_again)
{
    struct fixture fails, holds;
    compare_small(&fails, FEWER, false, "replicas.max < -0.5", &two_workers);
    compare_small(&holds, FEWER, false, "replicas.max < -20", &two_workers);
    cr_assert_eq(fails.comparison.replications, COMPARE_REPLICATIONS_SURE);
    cr_assert_eq(holds.comparison.replications, 4);
    drop(&fails);
    drop(&holds);
}

static void write_all(struct buffer *out, const struct comparison *c)
{
    compare_text_write(&out[0], c, false);
    compare_markdown_write(&out[1], c);
    compare_json_write(&out[2], c);
    compare_junit_write(&out[3], c);
    compare_csv_write(&out[4], c);
    compare_html_write(&out[5], c);
}

Test(compare, any_number_of_workers_gives_the_same_bytes)
{
    static const struct jobs_options one_worker = {.workers = 1}, three_workers = {.workers = 3};
    struct fixture f, g;
    struct buffer once[6] = {0}, again[6] = {0};
    compare_small(&f, FEWER, false, "cost.monthly > -0.1%", &one_worker);
    compare_small(&g, FEWER, false, "cost.monthly > -0.1%", &three_workers);
    write_all(once, &f.comparison);
    write_all(again, &g.comparison);
    for (int i = 0; i < 6; i++) {
        cr_assert_str_eq(once[i].at, again[i].at);
        buffer_drop(&once[i]);
        buffer_drop(&again[i]);
    }
    drop(&f);
    drop(&g);
}

Test(compare, each_output_says_what_was_changed_what_failed_and_what_it_does)
{
    struct fixture f;
    struct buffer out[6] = {0};
    compare_small(&f, FEWER, false, "replicas.max < -0.5", &two_workers);
    write_all(out, &f.comparison);
    assert_says(&out[0], "BASE small and CANDIDATE small: 2 h from Mon 4 May, 8 replications, seed 1\n");
    assert_says(&out[0], "\nGates: 1 failed, 0 undecided, 0 passed\n  FAILED     replicas.max < -0.5\n");
    assert_says(&out[0], "\n  ~ HorizontalPodAutoscaler/web: spec.maxReplicas 12 -> 2\n");
    assert_says(&out[0], "\n  replicas.max      web ");
    cr_assert_eq(strncmp(out[1].at, "<!-- headroom-compare: small -->\n### headroom: 1 of 1 gates fails\n", 66), 0);
    assert_says(&out[1], "| <code>replicas.max &#60; -0.5</code> | **fails** | ");
    assert_says(&out[1],
                "| <code>HorizontalPodAutoscaler/web</code> | <code>spec.maxReplicas</code> | <code>12</code> | "
                "<code>2</code> |\n");
    assert_says(&out[3], "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"");
    assert_says(&out[3], "<testcase name=\"replicas.max &#60; -0.5\" classname=\"small\" time=\"0\">\n      <failure ");
    assert_says(&out[4], "step,usd,usd_low,usd_high,means\nBASE,");
    assert_says(&out[5], "<strong class=\"verdict\">1 of 1 gates fails.</strong>");
    assert_says(&out[5], "<th scope=\"row\">replicas.max &lt; -0.5</th><td><span class=\"tag bad\">failed</span></td>");
    assert_says(&out[5],
                "<th scope=\"row\">HorizontalPodAutoscaler/web</th><td>spec.maxReplicas</td><td>12</td><td>2</td>");
    assert_says(&out[5], "aria-labelledby=\"bridge-title bridge-text\"");
    assert_says(&out[5], "<dt>Undecided</dt>");
    for (int i = 0; i < 6; i++) {
        buffer_drop(&out[i]);
    }
    drop(&f);
}

Test(compare, json_is_what_our_strict_reader_takes)
{
    struct fixture f;
    struct buffer out = {0};
    struct fail fail = {0};
    compare_small(&f, FEWER, false, "replicas.max < -0.5", &two_workers);
    compare_json_write(&out, &f.comparison);
    const struct value *v = json_read(&f.pair.arena, &f.pair.names, "compare.json", out.at, out.count, &fail);
    cr_assert_not_null(v, "%s", fail.text);
    cr_assert_str_eq(value_as_text(value_get(v, "format")), COMPARE_JSON_FORMAT);
    const struct value *gate = value_get(v, "gates")->items[0];
    cr_assert_str_eq(value_as_text(value_get(gate, "outcome")), "failed");
    cr_assert_str_eq(value_as_text(value_get(gate, "metric")), "replicas.max");
    cr_assert_eq(value_get(v, "figures")->count, f.comparison.rows.count);
    cr_assert_eq(value_get(value_get(v, "figures")->items[0], "baseValues")->count, 8);
    buffer_drop(&out);
    drop(&f);
}

/* Names of what is compared are the users' own: none of it may act in a comment or break the XML. */
Test(compare, what_users_write_is_text_in_every_output)
{
    static const char hostile[] = "| <b>@all</b> `x` *y* $z$ [a](b) --> &\x01\xff\xef\xbf\xbe\"'";
    struct fixture f;
    struct buffer markdown = {0}, junit = {0}, html = {0};
    compare_small(&f, FEWER, false, "replicas.max < -0.5", &two_workers);
    f.gates[0].text = hostile;
    f.comparison.diff.changes.at[0].object = hostile;
    compare_markdown_write(&markdown, &f.comparison);
    compare_junit_write(&junit, &f.comparison);
    compare_html_write(&html, &f.comparison);
    assert_says(&html, "<th scope=\"row\">| &lt;b&gt;@all&lt;/b&gt; `x` *y* $z$ [a](b) --&gt; &amp;");
    assert_says(&markdown, "<code>&#124; &#60;b&#62;&#64;all&#60;/b&#62; &#96;x&#96; &#42;y&#42; &#36;z&#36; "
                           "&#91;a&#93;(b) --&#62; &#38;");
    assert_says(&junit, "name=\"| &#60;b&#62;@all&#60;/b&#62; `x` *y* $z$ [a](b) --&#62; &#38;???&#34;&#39;\"");
    buffer_drop(&markdown);
    buffer_drop(&junit);
    buffer_drop(&html);
    drop(&f);
}

/* 3,000 changes and gates: the comment stays under its limit, ends as it should, and counts what it leaves out. */
Test(compare, markdown_never_passes_its_limit)
{
    struct fixture f;
    struct buffer out = {0};
    compare_small(&f, FEWER, false, "replicas.max < -0.5", &two_workers);
    struct diff_change change = f.comparison.diff.changes.at[0];
    change.before = "|||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||";
    for (int i = 0; i < 3000; i++) {
        VEC_PUSH(&f.comparison.diff.changes, change);
        struct compare_row row = *row_of(&f, "replicas.max", "Deployment/web");
        row.subject = change.before;
        VEC_PUSH(&f.comparison.rows, row);
    }
    struct gate *gates = TAKE(&f.pair.arena, struct gate, 1000);
    struct gate_verdict *verdicts = TAKE(&f.pair.arena, struct gate_verdict, 1000);
    for (int i = 0; i < 1000; i++) {
        gates[i] = f.gates[0];
        verdicts[i] = f.comparison.verdicts[0];
    }
    f.comparison.gates = gates;
    f.comparison.verdicts = verdicts;
    f.comparison.gate_count = 1000;
    compare_markdown_write(&out, &f.comparison);
    cr_assert_lt(out.count, COMPARE_MARKDOWN_MAX);
    cr_assert_gt(out.count, 45000);
    assert_says(&out, " more are not shown; the JSON has them all.\n\n</details>\n\n<sub>Scenario small");
    cr_assert_str_eq(out.at + out.count - 7, "</sub>\n");
    buffer_drop(&out);
    drop(&f);
}

/* ---- recorded runs ---- */

static void record(const char *path, const char *set)
{
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct small_run r;
    struct fail fail = {0};
    struct replication_result results[4];
    uint32_t finished;
    small_open(&r, &a, &names, SMALL_SCENARIO, set, NULL);
    const struct plan *plan = &r.plan;
    struct store *store = store_open(path, plan, &fail);
    cr_assert_not_null(store, "%s", fail.text);
    struct jobs_options options = {
        .plans = &plan, .plan_count = 1, .replications = 4, .workers = 2, .sink = store_sink(store)};
    cr_assert(jobs_run(&options, results, &finished, &fail), "%s", fail.text);
    cr_assert(store_finish(store, results, finished, &fail), "%s", fail.text);
    for (int i = 0; i < 4; i++) {
        replication_drop(&results[i]);
    }
    small_close(&r);
    names_drop(&names);
    arena_drop(&a);
}

static void name_runs(struct fixture *f)
{
    *f = (struct fixture){0};
    snprintf(f->base, sizeof f->base, "/tmp/headroom-base-%d.db", (int)getpid());
    snprintf(f->candidate, sizeof f->candidate, "/tmp/headroom-candidate-%d.db", (int)getpid());
}

static void remove_runs(struct fixture *f)
{
    unlink(f->base);
    unlink(f->candidate);
}

Test(compare, recorded_runs_compare_as_the_scenarios_do)
{
    struct fixture f, live;
    struct fail fail = {0};
    name_runs(&f);
    record(f.base, NULL);
    record(f.candidate, FEWER);
    bool good = open_files(&f, NULL, false, &fail);
    cr_assert(good, "%s", fail.text);
    add_gate(&f, "replicas.max{service=web} < -20");
    cr_assert(compare_run(&f.pair, f.gates, 1, &two_workers, &fail));
    compare_make(&f.comparison, &f.pair, f.gates, 1, false);
    compare_small(&live, FEWER, false, "replicas.max{service=web} < -20", &two_workers);
    cr_assert_eq(f.comparison.rows.count, live.comparison.rows.count);
    for (uint32_t i = 0; i < f.comparison.rows.count; i++) {
        const struct compare_row *a = &f.comparison.rows.at[i], *b = &live.comparison.rows.at[i];
        cr_assert_str_eq(a->name, b->name);
        cr_assert_str_eq(a->subject, b->subject);
        cr_assert_eq(a->verdict, b->verdict);
        cr_assert(a->mean == b->mean || (isnan(a->mean) && isnan(b->mean)));
    }
    cr_assert_eq(f.comparison.diff.changes.count, 1);
    cr_assert_str_eq(f.comparison.diff.changes.at[0].path, "spec.maxReplicas");
    cr_assert_eq(f.comparison.verdicts[0].low, live.comparison.verdicts[0].low);
    drop(&f);
    drop(&live);
    remove_runs(&f);
}

Test(compare, a_recorded_base_lends_its_question_to_a_scenario)
{
    struct fixture f;
    struct fail fail = {0};
    name_runs(&f);
    record(f.base, "Scenario/small:spec.seed=5");
    small_write(f.candidate, SMALL_SCENARIO);
    cr_assert(open_files(&f, NULL, false, &fail), "%s", fail.text);
    cr_assert_eq(f.pair.candidate.scenario.spec.seed, 5);
    cr_assert_eq(f.pair.not_asked_count, 1);
    cr_assert(compare_run(&f.pair, NULL, 0, &two_workers, &fail));
    compare_make(&f.comparison, &f.pair, NULL, 0, false);
    cr_assert_eq(f.comparison.verdicts_of[COMPARE_SAME], f.comparison.rows.count);
    drop(&f);
    remove_runs(&f);
}

static void expect_refusal(struct fixture *f, bool candidate_inputs, const char *part)
{
    struct fail fail = {0};
    cr_assert_not(open_files(f, NULL, candidate_inputs, &fail));
    cr_assert_eq(fail.kind, FAIL_INPUT);
    cr_assert_not_null(strstr(fail.text, part), "%s", fail.text);
    pair_drop(&f->pair);
}

static void change_run(const char *path, const char *sql)
{
    char command[256];
    snprintf(command, sizeof command, "sqlite3 %s \"%s\"", path, sql);
    cr_assert_eq(system(command), 0);
}

Test(compare, recorded_runs_of_another_version_catalog_or_question_are_refused)
{
    struct fixture f;
    struct fail fail = {0};
    name_runs(&f);
    record(f.base, NULL);
    record(f.candidate, "Demand/visitors:spec.rate=310/s");
    expect_refusal(&f, false, "it was asked something else than");
    cr_assert(open_files(&f, NULL, true, &fail));
    pair_drop(&f.pair);
    record(f.candidate, NULL);
    change_run(f.candidate, "UPDATE run SET value = '0.0.9' WHERE key = 'version'");
    expect_refusal(&f, true, "of headroom 0.1.0, but");
    record(f.candidate, NULL);
    change_run(f.candidate, "UPDATE run SET value = '00000000deadbeef' WHERE key = 'catalog'");
    expect_refusal(&f, true, "recorded with another catalog of instance types and prices");
    change_run(f.candidate, "DELETE FROM run WHERE key = 'seed'");
    expect_refusal(&f, true, "a damaged run");
    unlink(f.base);
    small_write(f.base, SMALL_SCENARIO);
    record(f.candidate, NULL);
    expect_refusal(&f, false, "a recorded run is compared with a recorded BASE");
    remove_runs(&f);
}

/* Twice the request on nodes of one type, same demand and prices: all of the change is efficiency. What is bought, and who pays,
 * sum to the same months. */
Test(compare, the_bridge_leads_from_the_month_of_base_to_that_of_candidate)
{
    struct fixture f;
    compare_small(&f, "Deployment/web:spec.template.spec.containers[name=app].resources.requests.cpu=1700m", false,
                  NULL, &two_workers);
    const struct compare_cost *c = &f.comparison.cost;
    const struct compare_row *month = row_of(&f, "cost.monthly", "");
    int64_t offers[2] = {c->base_fees_cents, c->candidate_fees_cents}, payers[2] = {0, 0};
    for (uint32_t i = 0; i < c->offers_count; i++) {
        offers[0] += c->offers[i].base_cents;
        offers[1] += c->offers[i].candidate_cents;
    }
    for (uint32_t i = 0; i < c->payers_count; i++) {
        payers[0] += c->payers[i].base_cents;
        payers[1] += c->payers[i].candidate_cents;
    }
    cr_assert_eq(c->bridge.base_cents, llround(100 * month->base));
    cr_assert_eq(c->bridge.candidate_cents, llround(100 * month->candidate));
    cr_assert_gt(c->bridge.candidate_cents, c->bridge.base_cents);
    cr_assert_eq(c->bridge.step_cents[BRIDGE_EFFICIENCY], c->bridge.candidate_cents - c->bridge.base_cents);
    cr_assert_eq(offers[0], c->bridge.base_cents);
    cr_assert_eq(offers[1], c->bridge.candidate_cents);
    cr_assert_eq(payers[0], c->bridge.base_cents);
    cr_assert_eq(payers[1], c->bridge.candidate_cents);
    drop(&f);
}

/* A quarter more demand, and 20 % off: volume is a quarter of BASE, the rate a fifth of what there is after the mix; the list
 * prices are the same. */
Test(compare, the_bridge_tells_demand_from_discounts)
{
    struct fixture f = {0};
    struct fail fail = {0};
    small_write(f.base, SMALL_SCENARIO);
    small_write(f.candidate, SMALL_SCENARIO "---\napiVersion: headroom/v1\nkind: PriceBook\nmetadata: {name: deal}\n"
                                            "spec: {discount: 20%}\n");
    bool good = open_files(&f, "Demand/visitors:spec.rate=287.5/s", true, &fail);
    unlink(f.base);
    unlink(f.candidate);
    cr_assert(good, "%s", fail.text);
    cr_assert(compare_run(&f.pair, f.gates, 0, &two_workers, &fail), "%s", fail.text);
    compare_make(&f.comparison, &f.pair, f.gates, 0, false);
    const struct bridge *b = &f.comparison.cost.bridge;
    cr_assert_float_eq((double)b->step_cents[BRIDGE_VOLUME], 0.25 * (double)b->base_cents, 1);
    cr_assert_float_eq((double)-b->step_cents[BRIDGE_RATE], 0.25 * (double)b->candidate_cents, 1);
    cr_assert_eq(b->step_cents[BRIDGE_PRICE], 0);
    cr_assert_eq(b->step_cents[BRIDGE_MIX], 0);
    drop(&f);
}

/* Nodes of m6i.large (2 cores, 8 GiB, $0.096) become c6i.large (2 cores, 4 GiB, $0.085): two offers, each bought on one side.
 * What BASE has no price for is taken at CANDIDATE's, so all that is not capacity is mix. */
Test(compare, another_instance_type_is_another_offer)
{
    struct fixture f;
    compare_small(&f, "NodePool/general:spec.instance=c6i.large", false, NULL, &two_workers);
    const struct compare_cost *c = &f.comparison.cost;
    cr_assert_eq(c->offers_count, 2);
    cr_assert_str_eq(c->offers[0].instance, "m6i.large");
    cr_assert_str_eq(c->offers[1].instance, "c6i.large");
    cr_assert_eq(c->offers[0].candidate_cents, 0);
    cr_assert_eq(c->offers[1].base_cents, 0);
    cr_assert(isnan(c->offers[1].base_usd_per_hour));
    cr_assert_float_eq(c->offers[0].base_hours * 9.6, (double)c->bridge.base_cents, 1);
    cr_assert_float_eq(c->offers[1].candidate_hours * 8.5, (double)c->bridge.candidate_cents, 1);
    cr_assert_neq(c->bridge.step_cents[BRIDGE_MIX], 0);
    cr_assert_eq(c->bridge.step_cents[BRIDGE_VOLUME], 0);
    cr_assert_eq(c->bridge.step_cents[BRIDGE_PRICE], 0);
    cr_assert_eq(c->bridge.step_cents[BRIDGE_RATE], 0);
    drop(&f);
}

/* A team that is called as what nobody claims has a line of its own. */
Test(compare, a_team_may_be_called_idle)
{
    struct fixture f;
    compare_small(&f, NULL, false, NULL, &two_workers);
    for (uint32_t i = 0; i < f.pair.base.side.subjects.count; i++) {
        f.pair.base.side.subjects.at[i].team = f.pair.candidate.side.subjects.at[i].team = "idle";
    }
    struct compare_cost c;
    compare_cost_make(&c, &f.pair.base.side, &f.pair.candidate.side, 4, &f.pair.arena);
    cr_assert_eq(c.payers_count, 3);
    cr_assert_str_eq(c.payers[0].name, "idle");
    cr_assert_str_eq(c.payers[1].name, "idle");
    cr_assert_eq(c.payers[0].base_cents + c.payers[1].base_cents + c.payers[2].base_cents, c.bridge.base_cents);
    cr_assert_neq(c.payers[0].base_cents, c.payers[1].base_cents);
    drop(&f);
}
