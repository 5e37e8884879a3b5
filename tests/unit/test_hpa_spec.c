#include <criterion/criterion.h>
#include <string.h>

#include "models/hpa/hpa_spec.h"
#include "sim/base/json.h"

struct texts {
    struct arena a;
    struct names names;
    struct fail fail;
};

static void set_up(struct texts *t)
{
    *t = (struct texts){.a = arena_make(4096)};
    t->names = names_make(&t->a);
}

static void tear_down(struct texts *t)
{
    names_drop(&t->names);
    arena_drop(&t->a);
}

static struct value *read(struct texts *t, const char *json)
{
    struct value *v = json_read(&t->a, &t->names, "test.json", json, strlen(json), &t->fail);
    cr_assert_not_null(v, "%s", t->fail.text);
    return v;
}

Test(hpa_spec, compiles_metrics_and_behavior)
{
    struct texts t;
    set_up(&t);
    struct hpa_spec spec;
    struct value *tree = read(
        &t,
        "{\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"web\"},\"maxReplicas\":17,\"metrics\":["
        "{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"target\":{\"type\":\"AverageValue\","
        "\"averageValue\":\"1.5Ki\"}}},"
        "{\"type\":\"ContainerResource\",\"containerResource\":{\"name\":\"cpu\",\"container\":\"app\",\"target\":"
        "{\"type\":\"Utilization\",\"averageUtilization\":63}}}],"
        "\"behavior\":{\"scaleUp\":{\"stabilizationWindowSeconds\":45,\"selectPolicy\":\"Min\",\"tolerance\":\"75m\","
        "\"policies\":[{\"type\":\"Percent\",\"value\":30,\"periodSeconds\":90}]},"
        "\"scaleDown\":{\"selectPolicy\":\"Disabled\",\"policies\":[{\"type\":\"Pods\",\"value\":2,"
        "\"periodSeconds\":600}]}}}");
    cr_assert(hpa_spec_compile(&t.a, &t.names, tree, &spec, &t.fail), "%s", t.fail.text);
    cr_assert_eq(spec.min, 1);
    cr_assert_eq(spec.max, 17);
    cr_assert_eq(spec.metric_count, 2);
    cr_assert_eq(spec.metrics[0].amount, 1536000);
    cr_assert_eq(spec.metrics[1].amount, 63);
    cr_assert_eq(spec.metrics[1].container, names_text(&t.names, "app"));
    cr_assert_eq(spec.behavior->up.window_s, 45);
    cr_assert_eq(spec.behavior->up.select, HPA_SELECT_MIN);
    cr_assert_eq(spec.behavior->up.tolerance, 0.075);
    cr_assert_eq(spec.behavior->down.window_s, -1);
    cr_assert_not(spec.behavior->down.has_tolerance);
    cr_assert_eq(spec.behavior->down.policies[0].period_s, 600);
    tear_down(&t);
}

Test(hpa_spec, says_where_a_part_is_wrong)
{
    struct texts t;
    set_up(&t);
    struct hpa_spec spec;
    struct value *tree =
        read(&t, "{\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"web\"},\n\"maxReplicas\":\"7\"}");
    cr_assert_not(hpa_spec_compile(&t.a, &t.names, tree, &spec, &t.fail));
    cr_assert_str_eq(t.fail.text, "test.json:2:15: HorizontalPodAutoscaler: maxReplicas: wrong value");
    tear_down(&t);
}
