#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/explain_json.h"
#include "reports/explain_text.h"
#include "reports/overview.h"
#include "reports/query.h"
#include "sim/run/jobs.h"
#include "sim/run/store.h"
#include "tests/unit/small_run.h"

/* Records replication 0 of the small scenario, with a setting (null: as it is), at path[64]. */
static void record(char path[64], const char *set)
{
    struct arena a = arena_make(1 << 20);
    struct names names = names_make(&a);
    struct small_run run;
    struct fail fail = {0};
    struct replication_result result;
    uint32_t finished;
    small_open(&run, &a, &names, SMALL_SCENARIO, set, NULL);
    small_write(path, "");
    struct store *store = store_open(path, &run.plan, &fail);
    cr_assert_not_null(store, "%s", fail.text);
    const struct plan *plan = &run.plan;
    struct jobs_options options = {
        .plans = &plan, .plan_count = 1, .replications = 1, .workers = 1, .sink = store_sink(store)};
    cr_assert(jobs_run(&options, &result, &finished, &fail) && store_finish(store, &result, finished, &fail), "%s",
              fail.text);
    replication_drop(&result);
    small_close(&run);
    names_drop(&names);
    arena_drop(&a);
}

struct decision {
    int64_t t_ns;
    char name[200];
    char message[1200];
};

/* The last decision with that reason. */
static struct decision last_decision(const char *path, const char *sql)
{
    struct query q;
    struct fail fail = {0};
    struct decision d = {.t_ns = -1};
    struct arena a = arena_make(1 << 12);
    cr_assert(query_open(&q, path, &fail), "%s", fail.text);
    for (struct query_rows rows = query_rows(&q, sql, 0); query_next(&rows);) {
        d.t_ns = query_integer(&rows, 0);
        snprintf(d.name, sizeof d.name, "%s", query_text(&rows, 1, &a));
        snprintf(d.message, sizeof d.message, "%s", query_text(&rows, 2, &a));
    }
    query_close(&q);
    arena_drop(&a);
    cr_assert_geq(d.t_ns, 0);
    return d;
}

#define LAST(reason) "SELECT t_ns, name, message FROM decision WHERE reason = '" reason "' ORDER BY t_ns, rowid"

struct asked {
    struct rerun rerun;
    struct explanation e;
};

static void ask(struct asked *k, const char *path, const char *object, int64_t at_ns)
{
    struct fail fail = {0};
    cr_assert(rerun_open(&k->rerun, path, &fail), "%s", fail.text);
    struct explain_question question = {.object = object, .at_ns = at_ns};
    cr_assert(explain(&k->rerun, &question, &k->e, &fail), "%s", fail.text);
}

static void forget(struct asked *k)
{
    explain_drop(&k->e);
    rerun_close(&k->rerun);
}

Test(explain, a_pod_that_fits_nowhere_is_explained_in_the_words_that_were_recorded)
{
    char path[64], object[256];
    struct asked k;
    record(path, NULL);
    struct decision d = last_decision(path, LAST("FailedScheduling"));
    snprintf(object, sizeof object, "Pod/%s", d.name);
    ask(&k, path, object, d.t_ns);
    cr_assert_eq(k.e.kind, EXPLAINED_POD);
    cr_assert_not_null(k.e.attempt);
    cr_assert_eq(k.e.attempt->at_ns + k.rerun.scenario.spec.delays.scheduling_ns, d.t_ns);
    cr_assert_null(k.e.attempt->node);
    cr_assert_str_eq(k.e.attempt->message, d.message);
    uint32_t refused = 0;
    for (uint32_t i = 0; i < k.e.attempt->refusal_count; i++) {
        refused += k.e.attempt->refusals[i].count;
    }
    cr_assert_eq(refused, k.e.attempt->nodes);
    forget(&k);
    unlink(path);
}

/* The total of a node is the sum over the plugins of normalized score times weight; the node that was chosen has the
 * highest one. */
Test(explain, the_node_that_was_chosen_has_the_highest_sum_of_weighted_scores)
{
    char path[64];
    struct asked k;
    record(path, "NodePool/general:spec.nodes.min=3");
    ask(&k, path, "Deployment/web", 1000000000);
    const struct explained_attempt *a = k.e.attempt;
    cr_assert(a != NULL && a->node != NULL && a->feasible_count > 1);
    for (uint32_t i = 0; i < a->feasible_count; i++) {
        int64_t sum = 0;
        for (uint32_t s = 0; s < a->plugin_count; s++) {
            sum += a->feasible[i].scores[s].normalized * a->feasible[i].scores[s].weight;
        }
        cr_assert_eq(a->feasible[i].total, sum);
        cr_assert_leq(a->feasible[i].total, a->feasible[0].total);
        cr_assert(strcmp(a->feasible[i].name, a->node) != 0 || sum == a->feasible[0].total);
    }
    cr_assert_eq(k.e.workload->wanted, 3);
    forget(&k);
    unlink(path);
}

Test(explain, an_autoscaler_sets_what_its_explanation_comes_to)
{
    char path[64], size[32];
    struct asked k;
    record(path, NULL);
    struct decision d = last_decision(path, LAST("SuccessfulRescale"));
    ask(&k, path, "hpa/web", d.t_ns);
    const struct explained_hpa *h = k.e.hpa;
    cr_assert_not_null(h);
    cr_assert_eq(h->metric_count, 1);
    cr_assert_str_eq(h->metrics[0].target, "65 %");
    cr_assert(!h->metrics[0].within);
    cr_assert(h->replicas != h->current && h->replicas >= 2 && h->replicas <= 12);
    snprintf(size, sizeof size, "New size: %d;", h->replicas);
    cr_assert_eq(strncmp(d.message, size, strlen(size)), 0, "%s, not %s", size, d.message);
    forget(&k);
    unlink(path);
}

Test(explain, text_and_json_name_the_object_and_the_instant)
{
    char path[64];
    struct asked k;
    struct buffer text = {0}, json = {0};
    record(path, NULL);
    ask(&k, path, "deploy/default/web", -1);
    explain_text_write(&text, &k.e);
    explain_json_write(&json, &k.e);
    cr_assert_eq(strncmp(text.at, "Deployment/web at Mon 4 May 09:00 (2026-05-04T09:00:00Z)\n", 57), 0, "%s", text.at);
    cr_assert_eq(strncmp(json.at, "{\"format\":\"headroom-explain/1\",\"kind\":\"Deployment\"", 50), 0);
    cr_assert_not_null(strstr(text.at, "Last evaluation of HorizontalPodAutoscaler/web"));
    buffer_drop(&text);
    buffer_drop(&json);
    forget(&k);
    unlink(path);
}

Test(explain, what_is_not_there_is_refused)
{
    char path[64];
    struct rerun r;
    struct explanation e;
    struct fail fail = {0};
    int64_t at_ns;
    record(path, NULL);
    cr_assert(rerun_open(&r, path, &fail), "%s", fail.text);
    struct explain_question question = {.object = "Deployment/wbe", .at_ns = 0};
    cr_assert(!explain(&r, &question, &e, &fail));
    cr_assert_str_eq(fail.text, "Deployment/wbe: the run has no such object (did you mean web?)");
    explain_drop(&e);
    cr_assert(explain_time(&r, "2026-05-04T07:30:00Z", &at_ns, &fail));
    cr_assert_eq(at_ns, INT64_C(1800000000000));
    cr_assert(explain_time(&r, "90m", &at_ns, &fail));
    cr_assert_eq(at_ns, INT64_C(5400000000000));
    cr_assert(!explain_time(&r, "3h", &at_ns, &fail));
    cr_assert(!explain_time(&r, "noon", &at_ns, &fail));
    rerun_close(&r);
    unlink(path);
}

Test(explain, without_an_object_the_last_decisions_are_listed)
{
    char path[64];
    struct buffer text = {0};
    struct fail fail = {0};
    record(path, NULL);
    cr_assert(overview_write(&text, path, 0, -1, false, &fail), "%s", fail.text);
    cr_assert_not_null(strstr(text.at, "HorizontalPodAutoscaler/web  SuccessfulRescale: New size: "));
    buffer_clear(&text);
    cr_assert(overview_write(&text, path, 0, 0, true, &fail), "%s", fail.text);
    cr_assert_str_eq(text.at, "{\"format\":\"headroom-decisions/1\",\"decisions\":[]}\n");
    buffer_drop(&text);
    unlink(path);
}
