#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/scenario/intorpercent.h"
#include "sim/scenario/pod_resources.h"

static struct arena arena, scratch;
static struct names names;

static void open_arenas(void)
{
    arena = arena_make(4096);
    scratch = arena_make(4096);
    names = names_make(&arena);
}

static void drop_arenas(void)
{
    names_drop(&names);
    arena_drop(&scratch);
    arena_drop(&arena);
}

static struct value *read(const char *json)
{
    struct fail fail = {0};
    struct value *v = json_read(&arena, &names, "test", json, strlen(json), &fail);
    cr_assert_not_null(v, "%s", fail.text);
    return v;
}

TestSuite(pod_resources, .init = open_arenas, .fini = drop_arenas);
TestSuite(intorpercent, .init = open_arenas, .fini = drop_arenas);

/* The sidecar (70m) runs beside the init container behind it (900m): a peak of 970m, above the sum of the container and
 * the sidecar, 330m + 70m. Memory: the containers' 300Mi + 20Mi pass the peak of 20Mi. Overhead adds 13m. */
Test(pod_resources, a_sidecar_counts_in_the_sum_and_in_the_peaks_behind_it)
{
    const struct value *pod =
        read("{\"spec\": {"
             "\"containers\": [{\"resources\": {\"requests\": {\"cpu\": \"330m\", \"memory\": \"300Mi\"}}}],"
             "\"initContainers\": ["
             "{\"restartPolicy\": \"Always\", \"resources\": {\"requests\": {\"cpu\": \"70m\", \"memory\": \"20Mi\"}}},"
             "{\"resources\": {\"requests\": {\"cpu\": \"900m\"}}}],"
             "\"overhead\": {\"cpu\": \"13m\"}}}");
    struct pod_needs needs = pod_scheduler_needs(&arena, scratch, &names, pod);
    cr_assert_eq(needs.fit.mcpu, 983);
    cr_assert_eq(needs.fit.memory_bytes, (int64_t)320 << 20);
}

/* 0 said is 0; nothing said is 100m for scoring (and 200Mi), but 0 for the filter. Two GPUs are a scalar. */
Test(pod_resources, only_a_container_that_says_nothing_gets_the_scheduler_defaults)
{
    const struct value *pod = read("{\"spec\": {\"containers\": ["
                                   "{\"resources\": {\"requests\": {\"cpu\": \"0\", \"example.com/gpu\": 2}}},"
                                   "{\"resources\": {\"requests\": {\"memory\": \"7Mi\"}}}]}}");
    struct pod_needs needs = pod_scheduler_needs(&arena, scratch, &names, pod);
    cr_assert_eq(needs.fit.mcpu, 0);
    cr_assert_eq(needs.nonzero_mcpu, 100);
    cr_assert_eq(needs.nonzero_bytes, (int64_t)207 << 20);
    cr_assert_eq(needs.fit.scalar_count, 1);
    cr_assert_str_eq(needs.fit.scalars[0].name, "example.com/gpu");
    cr_assert_eq(needs.fit.scalars[0].amount, 2);
}

/* 2 cores of the pod itself stand for its containers' 300m in filter and sum; the scorer still takes the 300m. */
Test(pod_resources, what_the_pod_itself_asks_for_replaces_the_sum_but_not_in_the_score)
{
    const struct value *pod =
        read("{\"spec\": {\"resources\": {\"requests\": {\"cpu\": 2}},"
             "\"containers\": [{\"resources\": {\"requests\": {\"cpu\": \"0.3\", \"memory\": \"64Mi\"}}}]}}");
    struct pod_needs needs = pod_scheduler_needs(&arena, scratch, &names, pod);
    cr_assert_eq(needs.fit.mcpu, 2000);
    cr_assert_eq(needs.nonzero_mcpu, 2000);
    cr_assert_eq(needs.score.mcpu, 300);
    cr_assert_eq(needs.score.memory_bytes, (int64_t)64 << 20);
}

/* 1 + 2 cores asked, 2 + 1 allowed: equal sums are enough. */
Test(pod_resources, a_pod_is_guaranteed_when_its_sums_are_equal)
{
    const char *text =
        "{\"spec\": {\"containers\": ["
        "{\"resources\": {\"requests\": {\"cpu\": 1, \"memory\": 99}, \"limits\": {\"cpu\": 2, \"memory\": 99}}},"
        "{\"resources\": {\"requests\": {\"cpu\": 2, \"memory\": 99}, \"limits\": {\"cpu\": \"1000m\", \"memory\": 99}}}]}}";
    struct value *pod = read(text);
    cr_assert_eq(pod_qos(scratch, pod), QOS_GUARANTEED);
    value_put(&arena, value_at(pod, "spec"), "resources", value_map(&arena));
    cr_assert_eq(pod_qos(scratch, pod), QOS_BEST_EFFORT);
}

Test(pod_resources, a_container_without_an_amount_is_told_from_one_with_none)
{
    struct container_resources r = container_resources_of(
        read("{\"resources\": {\"requests\": {\"cpu\": \"1.5m\"}, \"limits\": {\"memory\": \"0\"}}}"));
    cr_assert_eq(r.request_mcpu, 2);
    cr_assert_eq(r.request_memory_bytes, UNLIMITED);
    cr_assert_eq(r.limit_mcpu, UNLIMITED);
    cr_assert_eq(r.limit_memory_bytes, 0);
}

/* 25 % of 7 is 1.75. */
Test(intorpercent, rounds_a_share_as_it_is_told)
{
    int64_t result = -1;
    cr_assert_eq(intorpercent_scaled(value_text(&arena, "25%"), 7, true, &result), INTORPERCENT_OK);
    cr_assert_eq(result, 2);
    cr_assert_eq(intorpercent_scaled(value_text(&arena, "25%"), 7, false, &result), INTORPERCENT_OK);
    cr_assert_eq(result, 1);
}

Test(intorpercent, refuses_a_number_in_quotes_and_a_fraction)
{
    int64_t result = 17;
    cr_assert_eq(intorpercent_scaled(value_text(&arena, "5"), 10, true, &result), INTORPERCENT_VALUE);
    cr_assert_eq(intorpercent_scaled(value_number(&arena, "1.5"), 10, true, &result), INTORPERCENT_DECODE);
    cr_assert_eq(result, 17);
}
