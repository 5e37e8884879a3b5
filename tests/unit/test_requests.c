#include <criterion/criterion.h>
#include <string.h>

#include "models/hpa/requests.h"
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

/* Sidecars count, ordinary init containers do not: 250 + 35 = 285. */
Test(requests, sums_containers_and_sidecars)
{
    struct texts t;
    set_up(&t);
    struct value *pod = read(
        &t,
        "{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"cpu\":\"250m\"}}}],\"initContainers\":["
        "{\"name\":\"mesh\",\"restartPolicy\":\"Always\",\"resources\":{\"requests\":{\"cpu\":\"35m\"}}},"
        "{\"name\":\"setup\",\"resources\":{\"requests\":{\"cpu\":\"2\"}}}]}}");
    cr_assert_eq(hpa_request_of(t.a, pod, "cpu", NULL).milli, 285);
    cr_assert_eq(hpa_request_of(t.a, pod, "cpu", "mesh").milli, 35);
    cr_assert_eq(hpa_request_of(t.a, pod, "memory", NULL).problem.trouble, HPA_NO_REQUEST);
    cr_assert_eq(hpa_request_of(t.a, pod, "cpu", "setup").problem.trouble, HPA_NO_CONTAINER);
    tear_down(&t);
}

/* The pod states cpu only. Its memory is then the larger of what runs (64Mi) and an init container (100Mi), and overhead. */
Test(requests, fills_in_what_the_pod_level_does_not_state)
{
    struct texts t;
    set_up(&t);
    struct value *pod = read(
        &t,
        "{\"spec\":{\"resources\":{\"requests\":{\"cpu\":\"700m\"}},\"overhead\":{\"memory\":\"3Mi\",\"cpu\":\"11m\"},"
        "\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"memory\":\"64Mi\"}}}],\"initContainers\":["
        "{\"name\":\"setup\",\"resources\":{\"requests\":{\"memory\":\"100Mi\"}}}]}}");
    cr_assert_eq(hpa_request_of(t.a, pod, "cpu", NULL).milli, 711);
    cr_assert_eq(hpa_request_of(t.a, pod, "memory", NULL).milli, INT64_C(103) * 1024 * 1024 * 1000);
    tear_down(&t);
}
