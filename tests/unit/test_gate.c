#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "reports/gate.h"
#include "reports/gate_text.h"
#include "sim/base/json.h"

/* ---- reading ---- */

static struct gate gate_of(struct arena *a, const char *text)
{
    struct gate g;
    struct fail fail = {0};
    cr_assert(gate_read(a, text, &g, &fail), "%s", fail.text);
    return g;
}

Test(gate, numbers_are_taken_into_the_unit_of_the_figure)
{
    static const struct {
        const char *text;
        double threshold;
        bool change, relative;
    } cases[] = {
        {"latency.p99 > 235ms", 0.235, false, false},    {"latency.p99 > +2.5min", 150, true, false},
        {"cost.monthly > 1234.5", 1234.5, false, false}, {"cost.monthly > +17.25USD", 17.25, true, false},
        {"cost.monthly > +5.5%", 0.055, true, true},     {"cost.monthly > -5.5%", -0.055, true, true},
        {"success < 99.95%", 0.9995, false, false},      {"success < -0.25pp", -0.0025, true, false},
        {"success < 0.9995", 0.9995, false, false},      {"cpu.requested > 2.5", 2500, false, false},
        {"cpu.requested > 2350m", 2350, false, false},   {"memory.used > 1.5Gi", 1.5 * 1073741824, false, false},
        {"memory.used > 3M", 3e6, false, false},         {"replicas > +2", 2, true, false},
        {"replicas.max > 23 pods", 23, false, false},    {"node_hours > 730h", 730, false, false},
    };
    struct arena a = arena_make(1024);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gate g = gate_of(&a, cases[i].text);
        cr_assert_float_eq(g.threshold, cases[i].threshold, 1e-12 * fabs(cases[i].threshold), "%s", cases[i].text);
        cr_assert_eq(g.change, cases[i].change, "%s", cases[i].text);
        cr_assert_eq(g.relative, cases[i].relative, "%s", cases[i].text);
    }
    arena_drop(&a);
}

Test(gate, blanks_aliases_and_several_terms_are_taken)
{
    struct arena a = arena_make(1024);
    struct gate g = gate_of(&a, "  latency { service = rides/web , label/app.kubernetes.io/part-of=a b } <  +1.5 % ");
    cr_assert_str_eq(g.metric->name, "latency.p99");
    cr_assert_eq(g.term_count, 2);
    cr_assert_str_eq(g.terms[0].key, "service");
    cr_assert_str_eq(g.terms[0].value, "rides/web");
    cr_assert_str_eq(g.terms[1].key, "label/app.kubernetes.io/part-of");
    cr_assert_str_eq(g.terms[1].value, "a b");
    cr_assert_not(g.above);
    cr_assert_float_eq(g.threshold, 0.015, 1e-15);
    arena_drop(&a);
}

Test(gate, what_is_wrong_is_said_with_its_place_and_what_to_write)
{
    static const char *const cases[][2] = {
        {"", "gate \"\": character 1: no metric \"\" (`headroom help gates` lists them)"},
        {"cost.montly > +5%", "gate \"cost.montly > +5%\": character 1: no metric \"cost.montly\" (did you mean "
                              "cost.monthly?)"},
        {"cost.monthly", "gate \"cost.monthly\": character 13: neither > nor < (write what must not be: cost.monthly > "
                         "+5%)"},
        {"cost.monthly >= 5", "gate \"cost.monthly >= 5\": character 15: no such comparison (write >)"},
        {"cost.monthly > 5%",
         "gate \"cost.monthly > 5%\": character 17: cost.monthly is no share, so % must be a change "
         "(write a sign before the number: +5%)"},
        {"cost.monthly > $300",
         "gate \"cost.monthly > $300\": character 16: no number (write the unit behind it: 300USD)"},
        {"cost.monthly > +", "gate \"cost.monthly > +\": character 16: no number (write one: +5%, 300ms)"},
        {"latency.p99 > 300", "gate \"latency.p99 > 300\": character 18: latency.p99 is not written in \"\" (write "
                              "300ms, 1.5s, 2min, 1h)"},
        {"latency.p99 > +300mi", "gate \"latency.p99 > +300mi\": character 19: latency.p99 is not written in \"mi\" "
                                 "(write 300ms, 1.5s, 2min, 1h, or +5%)"},
        {"success < 0.1pp", "gate \"success < 0.1pp\": character 14: success is not written in \"pp\" (write 99.9%, "
                            "0.999)"},
        {"nodes{service=web} > 3", "gate \"nodes{service=web} > 3\": character 7: nodes.mean is not told apart by "
                                   "\"service\" (write pool)"},
        {"nodes{pol=web} > 3", "gate \"nodes{pol=web} > 3\": character 7: nodes.mean is not told apart by \"pol\" (did "
                               "you mean pool?)"},
        {"objectives{service=web} > 3", "gate \"objectives{service=web} > 3\": character 12: objectives.missed is not "
                                        "told apart by \"service\" (write it without { })"},
        {"success{service} < 1", "gate \"success{service} < 1\": character 16: a selector reads KEY=VALUE (write "
                                 "{service=web})"},
        {"success{service=} < 1", "gate \"success{service=} < 1\": character 17: the value is missing (write "
                                  "{service=web})"},
        {"success{service=web < 1",
         "gate \"success{service=web < 1\": character 24: the { is not closed (write } behind "
         "the last value)"},
        {"cost > 5 USD 6",
         "gate \"cost > 5 USD 6\": character 14: more than a gate (give each gate an option of its own)"},
        {"cost > \n5", "gate: a control character at character 8 (write it on one line)"},
        {"cost > \xff", "gate: not UTF-8 (write it in UTF-8)"},
    };
    struct arena a = arena_make(1024);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gate g;
        struct fail fail = {0};
        cr_assert_not(gate_read(&a, cases[i][0], &g, &fail), "%s", cases[i][0]);
        cr_assert_eq(fail.kind, FAIL_INPUT);
        cr_assert_str_eq(fail.text, cases[i][1]);
    }
    arena_drop(&a);
}

Test(gate, every_metric_reads_by_its_name_and_its_alias)
{
    struct arena a = arena_make(1024);
    for (const struct gate_metric *m = gate_metrics; m->name != NULL; m++) {
        cr_assert_eq(gate_of(&a, arena_format(&a, "%s > +5%%", m->name)).metric, m);
        cr_assert(m->alias == NULL || gate_of(&a, arena_format(&a, "%s > +5%%", m->alias)).metric == m);
    }
    arena_drop(&a);
}

/* ---- judging ---- */

enum { REPLICATIONS = 4 };

/* Sides made by hand: two workloads, a pool; figures as they are put. */
struct fixture {
    struct arena arena;
    struct names names;
    struct side base, candidate;
    struct object objects[2];
};

static void add_workload(struct fixture *f, struct side *s, int i, const char *json)
{
    struct fail fail = {0};
    struct object *o = &f->objects[i];
    o->kind = names_text(&f->names, "Deployment");
    o->namespace = names_text(&f->names, i == 0 ? "default" : "rides");
    o->name = names_text(&f->names, i == 0 ? "web" : "pricing");
    o->tree = json_read(&f->arena, &f->names, "test", json, strlen(json), &fail);
    cr_assert_not_null(o->tree, "%s", fail.text);
    const char **services = TAKE(&f->arena, const char *, 1);
    services[0] = i == 0 ? "shop" : "price-model";
    struct side_subject w = {.kind = SIDE_WORKLOAD,
                             .title = i == 0 ? "Deployment/web" : "Deployment/rides/pricing",
                             .object = o,
                             .team = i == 0 ? "shop" : "rides",
                             .services = services,
                             .services_count = 1};
    VEC_PUSH(&s->subjects, w);
}

static void open_side(struct fixture *f, struct side *s)
{
    *s = (struct side){.arena = &f->arena, .names = &f->names, .scenario = "test", .replications = REPLICATIONS};
    add_workload(f, s, 0,
                 "{\"metadata\":{\"labels\":{\"tier\":\"front\"}},\"spec\":{\"template\":{\"metadata\":{\"labels\":{"
                 "\"app\":\"web\"}}}}}");
    add_workload(f, s, 1, "{\"metadata\":{},\"spec\":{}}");
    VEC_PUSH(&s->subjects, (struct side_subject){.kind = SIDE_POOL, .title = "general (m6i.large)"});
}

static void open_both(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->arena = arena_make(4096);
    f->names = names_make(&f->arena);
    open_side(f, &f->base);
    open_side(f, &f->candidate);
}

static void close_both(struct fixture *f)
{
    side_drop(&f->base);
    side_drop(&f->candidate);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

static void put(struct side *s, const char *name, const char *subject, const double values[REPLICATIONS])
{
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        struct figures one = {0};
        VEC_PUSH(&one.metrics, (struct metric){.name = name, .subject = subject, .value = values[r], .unit = ""});
        side_add(s, r, &one);
        VEC_DROP(&one.metrics);
    }
    side_settle(s);
}

static struct gate_verdict judge(struct fixture *f, const char *text)
{
    struct gate g = gate_of(&f->arena, text);
    struct fail fail = {0};
    cr_assert(gate_check(&g, &f->base, &f->candidate, &fail), "%s", fail.text);
    return gate_judge(&g, &f->base, &f->candidate);
}

static const double base_costs[REPLICATIONS] = {100.3, 107.1, 95.8, 101.6};

/* Each replication is 3 % dearer, whatever it costs: the interval of the ratio is a point. */
Test(gate, a_change_that_is_the_same_share_in_every_replication_is_sure)
{
    struct fixture f;
    double dearer[REPLICATIONS];
    open_both(&f);
    for (int r = 0; r < REPLICATIONS; r++) {
        dearer[r] = base_costs[r] * 1.03;
    }
    put(&f.base, "cost.monthly", "", base_costs);
    put(&f.candidate, "cost.monthly", "", dearer);
    struct gate_verdict v = judge(&f, "cost.monthly > +2.9%");
    cr_assert_eq(v.outcome, GATE_FAILED);
    cr_assert_float_eq(v.mean, 0.03, 1e-12);
    cr_assert_float_eq(v.high - v.low, 0, 1e-12);
    cr_assert_eq(judge(&f, "cost.monthly > +3.1%").outcome, GATE_PASSED);
    cr_assert_eq(judge(&f, "cost.monthly < +3.1%").outcome, GATE_FAILED);
    close_both(&f);
}

Test(gate, the_same_figures_change_by_nothing_at_all)
{
    struct fixture f;
    open_both(&f);
    put(&f.base, "cost.monthly", "", base_costs);
    put(&f.candidate, "cost.monthly", "", base_costs);
    struct gate_verdict v = judge(&f, "cost.monthly > +0%");
    cr_assert_eq(v.outcome, GATE_PASSED);
    cr_assert_eq(v.low, 0);
    cr_assert_eq(v.high, 0);
    cr_assert_eq(judge(&f, "cost.monthly < -0USD").outcome, GATE_PASSED);
    close_both(&f);
}

/* Differences 3.1, -1.8, 6.2, 0.4: mean 1.975, deviation 3.4568, t(3) = 3.1824: half width 3.1824 x 3.4568 / 2 = 5.5005.
 * The interval -3.5255 to 7.4755 holds 0 and 5, not 7.5. */
Test(gate, within_its_noise_a_difference_never_fails)
{
    static const double candidate[REPLICATIONS] = {103.4, 105.3, 102.0, 102.0};
    struct fixture f;
    open_both(&f);
    put(&f.base, "cost.monthly", "", base_costs);
    put(&f.candidate, "cost.monthly", "", candidate);
    struct gate_verdict v = judge(&f, "cost.monthly > +0USD");
    cr_assert_eq(v.outcome, GATE_UNDECIDED);
    cr_assert_float_eq(v.mean, 1.975, 1e-9);
    cr_assert_float_eq(v.low, -3.5255, 0.0002);
    cr_assert_float_eq(v.high, 7.4755, 0.0002);
    cr_assert_null(v.why);
    cr_assert_eq(judge(&f, "cost.monthly > +5USD").outcome, GATE_UNDECIDED);
    cr_assert_eq(judge(&f, "cost.monthly > +7.5USD").outcome, GATE_PASSED);
    cr_assert_eq(judge(&f, "cost.monthly > -3.6USD").outcome, GATE_FAILED);
    close_both(&f);
}

/* Levels are of CANDIDATE: mean 103.175, deviation 1.566, half width 2.492: 100.68 to 105.67. */
Test(gate, without_a_sign_it_is_the_level_of_candidate)
{
    static const double candidate[REPLICATIONS] = {103.4, 105.3, 102.0, 102.0};
    struct fixture f;
    open_both(&f);
    put(&f.base, "cost.monthly", "", base_costs);
    put(&f.candidate, "cost.monthly", "", candidate);
    cr_assert_eq(judge(&f, "cost.monthly > 100.6").outcome, GATE_FAILED);
    cr_assert_eq(judge(&f, "cost.monthly > 103").outcome, GATE_UNDECIDED);
    cr_assert_eq(judge(&f, "cost.monthly > 105.7").outcome, GATE_PASSED);
    close_both(&f);
}

/* 1000 + 3000 requests, 10 + 30 and 5 + 1 not served: 4000 / 4046. */
Test(gate, success_of_several_services_is_of_all_their_requests)
{
    static const double web[REPLICATIONS] = {1000, 1000, 1000, 1000}, web_late[REPLICATIONS] = {10, 10, 10, 10},
                        web_failed[REPLICATIONS] = {5, 5, 5, 5}, none[REPLICATIONS] = {0},
                        pricing[REPLICATIONS] = {3000, 3000, 3000, 3000}, pricing_late[REPLICATIONS] = {30, 30, 30, 30},
                        pricing_refused[REPLICATIONS] = {1, 1, 1, 1};
    struct fixture f;
    open_both(&f);
    put(&f.candidate, "requests.served", "Deployment/web", web);
    put(&f.candidate, "requests.timed_out", "Deployment/web", web_late);
    put(&f.candidate, "requests.failed", "Deployment/web", web_failed);
    put(&f.candidate, "requests.refused", "Deployment/web", none);
    put(&f.candidate, "requests.served", "Deployment/rides/pricing", pricing);
    put(&f.candidate, "requests.timed_out", "Deployment/rides/pricing", pricing_late);
    put(&f.candidate, "requests.failed", "Deployment/rides/pricing", none);
    put(&f.candidate, "requests.refused", "Deployment/rides/pricing", pricing_refused);
    cr_assert_float_eq(judge(&f, "success < 90%").mean, 4000.0 / 4046, 1e-12);
    cr_assert_float_eq(judge(&f, "success{service=shop} < 90%").mean, 1000.0 / 1015, 1e-12);
    struct gate_verdict v = judge(&f, "success{service=shop} < -1%");
    cr_assert_eq(v.outcome, GATE_UNDECIDED);
    cr_assert_str_eq(v.why, "BASE has no such figure");
    close_both(&f);
}

Test(gate, of_latencies_the_worst_is_taken_and_of_costs_the_sum)
{
    static const double web[REPLICATIONS] = {0.12, 0.13, 0.11, 0.12}, pricing[REPLICATIONS] = {0.31, 0.29, 0.3, 0.3};
    struct fixture f;
    open_both(&f);
    put(&f.candidate, "latency.p99", "Deployment/web", web);
    put(&f.candidate, "latency.p99", "Deployment/rides/pricing", pricing);
    put(&f.candidate, "cost.monthly", "Deployment/web", web);
    put(&f.candidate, "cost.monthly", "Deployment/rides/pricing", pricing);
    cr_assert_float_eq(judge(&f, "latency > 1s").mean, 0.3, 1e-12);
    cr_assert_float_eq(judge(&f, "cost{kind=Deployment} > 1").mean, 0.42, 1e-12);
    close_both(&f);
}

Test(gate, selectors_take_services_workloads_namespaces_teams_labels_and_pools)
{
    static const struct {
        const char *selector;
        bool web, pricing;
    } cases[] = {
        {"service=shop", true, false},
        {"service=web", true, false},
        {"service=rides/price-model", false, true},
        {"service=default/price-model", false, false},
        {"workload=pricing", false, true},
        {"workload=Deployment/rides/pricing", false, true},
        {"workload=Deployment/web", true, false},
        {"workload=StatefulSet/web", false, false},
        {"workload=rides/web", false, false},
        {"kind=Deployment", true, true},
        {"namespace=rides", false, true},
        {"team=shop", true, false},
        {"label/tier=front", true, false},
        {"label/app=web", true, false},
        {"label/app=pricing", false, false},
        {"namespace=rides,team=shop", false, false},
    };
    struct fixture f;
    open_both(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gate g = gate_of(&f.arena, arena_format(&f.arena, "restarts{%s} > 2", cases[i].selector));
        cr_assert_eq(gate_selects(&g, &f.base.subjects.at[0]), cases[i].web, "%s", cases[i].selector);
        cr_assert_eq(gate_selects(&g, &f.base.subjects.at[1]), cases[i].pricing, "%s", cases[i].selector);
    }
    struct gate pool = gate_of(&f.arena, "nodes{pool=general} > 2"), other = gate_of(&f.arena, "nodes{pool=gen} > 2");
    cr_assert(gate_selects(&pool, &f.base.subjects.at[2]));
    cr_assert_not(gate_selects(&other, &f.base.subjects.at[2]));
    close_both(&f);
}

Test(gate, a_selector_that_finds_nothing_is_refused)
{
    struct fixture f;
    struct fail fail = {0};
    open_both(&f);
    struct gate g = gate_of(&f.arena, "restarts{service=wbe} > 2"), change = gate_of(&f.arena, "restarts > +2");
    cr_assert_not(gate_check(&g, &f.base, &f.candidate, &fail));
    cr_assert_str_eq(fail.text,
                     "gate \"restarts{service=wbe} > 2\": it selects nothing of the scenario (correct its selector)");
    cr_assert_not(gate_check(&change, NULL, &f.candidate, &fail));
    cr_assert_str_eq(fail.text,
                     "gate \"restarts > +2\": a change needs a BASE (compare two scenarios, or write a level: "
                     "no sign)");
    close_both(&f);
}

/* A workload that BASE does not have cost nothing there; percent of nothing is any growth. */
Test(gate, what_is_new_grew_from_nothing)
{
    static const double restarts[REPLICATIONS] = {2, 3, 2, 3};
    struct fixture f;
    open_both(&f);
    f.base.subjects.count = 1;
    put(&f.candidate, "restarts", "Deployment/rides/pricing", restarts);
    cr_assert_eq(judge(&f, "restarts{service=pricing} > +10%").outcome, GATE_FAILED);
    cr_assert_eq(judge(&f, "restarts{service=pricing} > +1.5").outcome, GATE_FAILED);
    close_both(&f);
}

/* The ratio is 412.7 / 404.8 = 1.01952. What the pairs are off it, 1.142, -3.890, 4.330, -1.583, has the deviation 3.545: half
 * width 3.1824 x 3.545 / 2 / 101.2 = 5.57 %. */
Test(gate, what_was_found_is_said_in_its_unit)
{
    static const double candidate[REPLICATIONS] = {103.4, 105.3, 102.0, 102.0};
    struct fixture f;
    struct buffer out = {0};
    open_both(&f);
    put(&f.base, "cost.monthly", "", base_costs);
    put(&f.candidate, "cost.monthly", "", candidate);
    struct gate gates[2] = {gate_of(&f.arena, "cost.monthly > +9%"), gate_of(&f.arena, "cost.monthly > 9")};
    struct gate_verdict verdicts[2] = {judge(&f, "cost.monthly > +9%"), judge(&f, "cost.monthly > 9")};
    gate_text_write(&out, gates, verdicts, 2, false);
    cr_assert_str_eq(out.at, "Gates: 1 failed, 0 undecided, 1 passed\n"
                             "  passed     cost.monthly > +9%\n"
                             "             +1.95 % (95 % interval -3.62 % to +7.53 %): $101 -> $103\n"
                             "  FAILED     cost.monthly > 9\n"
                             "             $103 (95 % interval $101 to $106)\n");
    buffer_drop(&out);
    close_both(&f);
}
