/* Where a mistake is shown and what is said of it; the suite values/invalid has the paths and types. And the mistakes that
 * the suite has no case of. */
#include <criterion/criterion.h>

#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/scenario/limit_range.h"
#include "sim/scenario/manifest.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/yaml.h"
#include "sim/scenario/zones.h"

/* Reads a text as one manifest; its problems are added to b's. */
struct bench {
    struct arena arena;
    struct names names;
    struct problems problems;
};

static void bench_open(struct bench *b)
{
    b->arena = arena_make(1 << 16);
    b->names = names_make(&b->arena);
    b->problems = problems_make(&b->arena, &b->names);
}

static void bench_drop(struct bench *b)
{
    problems_drop(&b->problems);
    names_drop(&b->names);
    arena_drop(&b->arena);
}

static struct value *take(struct bench *b, const char *text)
{
    struct value *documents = value_list(&b->arena);
    cr_assert(yaml_read(&b->arena, &b->names, &b->problems, "x.yaml", text, strlen(text), documents));
    manifest_read(&b->arena, &b->names, documents->items[0], &b->problems);
    return documents->items[0];
}

/* Says what is said of a text: "LINE:COLUMN: message" of the only problem, or nothing when want is null. */
static void assert_says(const char *text, const char *want)
{
    struct bench b;
    bench_open(&b);
    take(&b, text);
    cr_assert_eq(b.problems.list.count, want != NULL, "%u problems, first %s", (unsigned)b.problems.list.count,
                 b.problems.list.count == 0 ? "none" : b.problems.list.at[0].text);
    if (want != NULL) {
        const struct problem *p = &b.problems.list.at[0];
        cr_assert_str_eq(
            arena_format(&b.arena, "%u:%u: %s", (unsigned)p->where.line, (unsigned)p->where.column, p->text), want);
    }
    bench_drop(&b);
}

#define POD(spec) "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n" spec
#define CONTAINER "  containers: [{name: a, image: i}]\n"
#define JOB(spec)                                                                                                      \
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, uid: u-1}\nspec:\n" spec                                     \
    "  template:\n    metadata: {labels: {batch.kubernetes.io/controller-uid: u-1, job-name: j}}\n"                    \
    "    spec: {restartPolicy: Never, containers: [{name: a, image: i}]}\n"

Test(validate, a_request_above_its_limit_is_shown_where_the_request_stands)
{
    assert_says(POD("  containers:\n  - name: a\n    image: i\n    resources:\n      limits: {cpu: 385m}\n"
                    "      requests:\n        cpu: 386m\n"),
                "11:14: spec.containers[0].resources.requests: cpu 386m is above the limit 385m (lower the request or "
                "raise the limit)");
}

/* 1.2 + 0.37 = 1.57, which is more than 1.5. */
Test(validate, a_pod_asks_for_at_least_what_its_containers_ask_for)
{
    assert_says(POD("  resources: {requests: {cpu: 1500m}}\n  containers:\n"
                    "  - {name: a, image: i, resources: {requests: {cpu: 1200m}}}\n"
                    "  - {name: b, image: i, resources: {requests: {cpu: 370m}}}\n"),
                "5:31: spec.resources.requests[cpu]: 1500m is below the requests of its containers together, 1570m "
                "(raise it, or lower theirs)");
}

Test(validate, a_containers_limit_above_the_pods_is_shown_at_the_container)
{
    assert_says(POD("  resources: {limits: {memory: 300Mi}}\n  containers:\n"
                    "  - {name: a, image: i, resources: {limits: {memory: 301Mi}, requests: {memory: 13Mi}}}\n"),
                "7:54: spec.resources.containers[0][memory].limits: the container's memory limit 301Mi is above the "
                "pod's, 300Mi (lower it, or raise the pod's)");
}

/* Said once, though the limit becomes a request that is as wrong. */
Test(validate, hugepages_come_in_whole_pages)
{
    assert_says(POD("  containers: [{name: a, image: i, resources: {limits: {cpu: 1, hugepages-2Mi: 6Mi}}}]\n"), NULL);
    assert_says(POD("  resources: {limits: {cpu: 1, hugepages-2Mi: 7Mi}}\n" CONTAINER),
                "5:47: spec.resources.limits[hugepages-2Mi]: no whole number of pages (write a multiple of 2Mi)");
}

Test(validate, pages_too_large_for_a_number_are_no_pages)
{
    assert_says(
        POD("  containers: [{name: a, image: i, resources: {limits: {cpu: 1, hugepages-1e30: 1}}}]\n"),
        "5:81: spec.containers[0].resources.limits[hugepages-1e30]: no whole number of pages (write a multiple of "
        "1e30)");
}

Test(validate, an_environment_variable_has_one_source)
{
    assert_says(POD("  containers: [{name: a, image: i, env: [{name: X, value: y, valueFrom: {secretKeyRef: {name: s, "
                    "key: k}}}]}]\n"),
                "5:73: spec.containers[0].env[0].valueFrom: there is a value, too (keep one of them)");
    assert_says(POD("  containers: [{name: a, image: i, env: [{name: X, valueFrom: {}}]}]\n"),
                "5:63: spec.containers[0].env[0].valueFrom: empty (write fieldRef, resourceFieldRef, configMapKeyRef "
                "or secretKeyRef)");
}

Test(validate, a_pod_that_is_not_restarted_is_not_restarted_by_a_resize)
{
    assert_says(POD("  restartPolicy: Never\n  containers: [{name: a, image: i, resizePolicy: [{resourceName: cpu, "
                    "restartPolicy: RestartContainer}]}]\n"),
                "6:51: spec.containers[0].resizePolicy: the pod's restartPolicy is Never (write NotRequired)");
}

Test(validate, two_mounts_have_two_paths)
{
    assert_says(POD("  volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]\n  containers: [{name: a, image: i, "
                    "volumeMounts: [{name: v, mountPath: /x}, {name: w, mountPath: /x}]}]\n"),
                "6:98: spec.containers[0].volumeMounts[1].mountPath: a second mount at /x (write another path)");
}

Test(validate, a_pod_without_dns_names_its_servers)
{
    assert_says(POD("  dnsPolicy: None\n" CONTAINER),
                "5:3: spec.dnsConfig: missing: dnsPolicy is None (write nameservers)");
}

/* As `kubectl get job -o yaml` prints it: the selector is the server's, without manualSelector. */
Test(validate, a_jobs_selector_from_a_dump_is_the_servers_own)
{
    assert_says(JOB("  selector: {matchLabels: {batch.kubernetes.io/controller-uid: u-1}}\n"), NULL);
}

Test(validate, a_jobs_selector_by_hand_must_be_asked_for)
{
    assert_says(JOB("  manualSelector: true\n  selector: {matchLabels: {job-name: j}}\n"), NULL);
    assert_says(JOB("  manualSelector: true\n"), "5:3: spec.selector: missing: manualSelector is true (write it)");
}

/* 60 + 1 + 3 = 64 bytes: one more than a host name has. */
Test(validate, the_pods_of_an_indexed_job_need_host_names)
{
    assert_says("apiVersion: batch/v1\nkind: Job\n"
                "metadata: {name: a23456789-123456789-123456789-123456789-123456789-1234567890}\n"
                "spec:\n  completionMode: Indexed\n  completions: 100\n  template:\n"
                "    spec: {restartPolicy: Never, containers: [{name: a, image: i}]}\n",
                NULL);
    assert_says("apiVersion: batch/v1\nkind: Job\n"
                "metadata: {name: a23456789-123456789-123456789-123456789-123456789-1234567890}\n"
                "spec:\n  completionMode: Indexed\n  completions: 101\n  template:\n"
                "    spec: {restartPolicy: Never, containers: [{name: a, image: i}]}\n",
                "3:18: metadata.name: the host name of the last pod would be "
                "a23456789-123456789-123456789-123456789-123456789-1234567890-100, which is none (shorten the name)");
}

Test(validate, a_misspelt_time_zone_is_answered_with_the_nearest)
{
    char room[ZONE_ROOM];
    cr_assert(zones_have("America/Argentina/ComodRivadavia"));
    cr_assert_not(zones_have("America/Argentina"));
    cr_assert_not(zones_have(""));
    cr_assert_str_eq(zones_suggest("Europe/Berln", room), "Europe/Berlin");
    cr_assert_null(zones_suggest("Atlantis/Poseidonis", room));
}

Test(validate, what_is_not_base64_in_a_secret_is_never_printed)
{
    assert_says("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {token: hunter2}\n",
                "4:15: data[token]: not base64 (encode it, or write it as text under stringData)");
    assert_says("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {token: aHVudGVyMg==}\n", NULL);
    assert_says("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: kubernetes.io/tls\n"
                "stringData: {tls.crt: x}\n",
                "1:1: data[tls.key]: missing: a secret of that type has it (write it)");
}

Test(validate, the_keys_of_a_config_map_are_names_of_files)
{
    assert_says("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a/b: x}\n",
                "4:13: data[a/b]: \"a/b\" is no key (write at most 253 letters, digits, -, _ and dots)");
    assert_says("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: x}\nbinaryData: {a: eA==}\n",
                "4:11: data[a]: in binaryData, too (keep one of them)");
}

Test(validate, a_taint_is_spoken_of_as_the_server_does_and_shown_where_it_stands)
{
    assert_says("apiVersion: v1\nkind: Node\nmetadata: {name: n}\nspec:\n  taints:\n  - {key: gpu}\n",
                "6:5: metadata.taints[0].effect: missing (write NoSchedule, PreferNoSchedule or NoExecute)");
}

Test(validate, a_service_with_another_name_has_one)
{
    assert_says("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: ExternalName}\n",
                "4:7: spec.externalName: missing: the type is ExternalName (write the name)");
}

/* 640m of cpu limit was a request before the range is asked; memory is in neither. */
Test(limit_range, a_limit_is_a_request_before_the_range_has_its_say)
{
    struct bench b;
    bench_open(&b);
    struct value *range = take(&b, "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r}\nspec:\n  limits:\n"
                                   "  - {type: Container, default: {memory: 700Mi}, defaultRequest: {cpu: 70m, memory: "
                                   "90Mi}, max: {memory: 800Mi}}\n");
    struct value *pod = take(&b, POD("  containers: [{name: a, image: i, resources: {limits: {cpu: 640m}}}]\n"));
    limit_range_apply(&b.arena, &b.names, range, pod);
    const struct value *resources = value_get(value_at(pod, "spec.containers")->items[0], "resources");
    cr_assert_str_eq(value_as_text(value_at(resources, "requests.cpu")), "640m");
    cr_assert_str_eq(value_as_text(value_at(resources, "requests.memory")), "90Mi");
    cr_assert_str_eq(value_as_text(value_at(resources, "limits.memory")), "700Mi");
    uint32_t count = 1;
    limit_range_refusals(&b.arena, range, pod, &count);
    cr_assert_eq(count, 0);
    bench_drop(&b);
}
