#include <criterion/criterion.h>
#include <string.h>

#include "models/kubelet/backoff.h"
#include "models/kubelet/cgroup.h"
#include "models/kubelet/oom_score.h"
#include "sim/base/json.h"
#include "sim/scenario/priority.h"

#define SECOND_NS ((int64_t)1000000000)

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

TestSuite(cgroup, .init = open_arenas, .fini = drop_arenas);
TestSuite(oom_score, .init = open_arenas, .fini = drop_arenas);
TestSuite(priority, .init = open_arenas, .fini = drop_arenas);

/* A container that exits 3 s after each start: the first restart is at once, then 10, 20, 40, 80, 160, 300, 300 s. */
Test(backoff, doubles_from_ten_seconds_to_five_minutes)
{
    static const int64_t waits_s[] = {0, 10, 20, 40, 80, 160, 300, 300};
    struct backoff_entry e = {0};
    int64_t now_ns = 7 * SECOND_NS;
    for (size_t i = 0; i < sizeof waits_s / sizeof waits_s[0]; i++) {
        int64_t finished_ns = now_ns + 3 * SECOND_NS;
        now_ns = backoff_restart_ns(&backoff_of_containers, &e, finished_ns, 0);
        cr_assert_eq(now_ns - finished_ns, waits_s[i] * SECOND_NS);
    }
}

/* Started at 0 with 300 s to wait, it exits at 405 s: 705 s would be its time, but at 602 s, the first multiple of 2 s
 * past 600 s, housekeeping forgets the entry. The next crash waits 10 s again. */
Test(backoff, housekeeping_cuts_a_long_wait_short)
{
    struct backoff_entry e = {.kept = true, .wait_ns = 300 * SECOND_NS, .updated_ns = 0};
    cr_assert_eq(backoff_restart_ns(&backoff_of_containers, &e, 405 * SECOND_NS, 2 * SECOND_NS), 602 * SECOND_NS);
    cr_assert_eq(backoff_restart_ns(&backoff_of_containers, &e, 603 * SECOND_NS, 2 * SECOND_NS), 613 * SECOND_NS);
}

/* 1.5 cores of 100 ms are 150 ms of processor time; shares 1536, weight 1 + 1534 x 9999 / 262142 = 59. */
Test(cgroup, turns_processor_amounts_into_quota_shares_and_weight)
{
    cr_assert_eq(cgroup_quota_us(1500, CGROUP_PERIOD_US), 150000);
    cr_assert_eq(cgroup_quota_us(3, CGROUP_PERIOD_US), 1000);
    cr_assert_eq(cgroup_shares(1500), 1536);
    cr_assert_eq(cgroup_weight_of_kubelet(1536), 59);
}

/* Of two containers one has no memory limit: nothing bounds the pod's memory, but both bound its processor time. */
Test(cgroup, a_pod_is_limited_only_where_every_container_is)
{
    const struct value *pod = read("{\"spec\": {\"containers\": ["
                                   "{\"resources\": {\"limits\": {\"cpu\": \"700m\", \"memory\": \"64Mi\"}}},"
                                   "{\"resources\": {\"limits\": {\"cpu\": \"350m\"}}}]}}");
    struct pod_cgroup g = cgroup_of_pod(&arena, pod, true, CGROUP_PERIOD_US);
    cr_assert_eq(g.qos, QOS_BURSTABLE);
    cr_assert_eq(g.quota_us, 105000);
    cr_assert_eq(g.memory_bytes, UNLIMITED);
}

/* 3 GiB of 16: 1000 - 187 (187.5 cut) = 813. Its sidecar asks for less, and is spared like it. */
Test(oom_score, a_sidecar_is_spared_like_the_container_it_serves)
{
    const struct value *pod = read("{\"spec\": {"
                                   "\"containers\": [{\"resources\": {\"requests\": {\"memory\": \"3Gi\"}}}],"
                                   "\"initContainers\": [{\"restartPolicy\": \"Always\", \"resources\": {}}]}}");
    int64_t capacity_bytes = (int64_t)16 << 30;
    cr_assert_eq(oom_score_adjust(scratch, pod, value_at(pod, "spec.containers")->items[0], capacity_bytes), 813);
    cr_assert_eq(oom_score_adjust(scratch, pod, value_at(pod, "spec.initContainers")->items[0], capacity_bytes), 813);
}

Test(priority, the_system_classes_need_no_object)
{
    const struct value *pod = read("{\"spec\": {\"priorityClassName\": \"system-node-critical\"}}");
    struct priority p = priority_of(pod, NULL, 0);
    cr_assert_eq(p.outcome, PRIORITY_ADMITTED);
    cr_assert_eq(p.value, 2000001000);
    pod = read("{\"spec\": {\"priorityClassName\": \"gold\"}}");
    p = priority_of(pod, NULL, 0);
    cr_assert_eq(p.outcome, PRIORITY_NO_CLASS);
    cr_assert_str_eq(priority_text(&arena, pod, &p), "no PriorityClass with name gold was found");
}
