/* small_run.h -- for tests: a scenario that runs in milliseconds, with noise in its demand, its pods and its nodes. */
#ifndef TESTS_UNIT_SMALL_RUN_H
#define TESTS_UNIT_SMALL_RUN_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/run/plan.h"
#include "sim/scenario/scenario_read.h"

/* Two hours of one service whose autoscaler makes nodes come and go. */
#define SMALL_SCENARIO                                                                                                 \
    "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: small}\n"                                               \
    "spec: {start: 2026-05-04T07:00:00Z, duration: 2h, replications: 4, record: {step: 5m},\n"                         \
    "  objectives: [{service: web, latency: {p99: 400ms}, share: 99%}]}\n"                                             \
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {team: shop}}\n"                        \
    "spec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n"                                       \
    "    metadata: {labels: {app: web}}\n    spec:\n      containers:\n"                                               \
    "        - name: app\n          image: registry.example/web:1.0\n          env: [{name: TOKEN, value: s3cret}]\n"  \
    "          resources: {requests: {cpu: 850m, memory: 300Mi}}\n"                                                    \
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n"                   \
    "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 2\n  maxReplicas: 12\n"      \
    "  metrics:\n"                                                                                                     \
    "    - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 65}}}\n"             \
    "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: visitors}\n"                                         \
    "spec: {rate: 230/s, noise: {deviation: 20%, correlation: 10m}, sends: [{to: web}]}\n"                             \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\nspec:\n"                                 \
    "  workload: Deployment/web\n  request: {cpu: 9ms, wait: 21ms, concurrency: 32}\n"                                 \
    "  memory: {base: 110Mi, perRequest: 1Mi}\n  start: {time: 14s, cpu: 500m}\n"                                      \
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general}\n"                                        \
    "spec: {instance: m6i.large, region: aws/us-east-1, nodes: {min: 1, max: 10}, boot: 61s}\n"

struct small_run {
    struct arena *arena;
    struct names *names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
};

/* Writes text into a file of its own; path has room for 64. */
static inline void small_write(char path[64], const char *text)
{
    strcpy(path, "/tmp/headroom-small-XXXXXX");
    int file = mkstemp(path);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text)) {
        abort();
    }
    close(file);
}

/* Reads text with these settings, null for none, and makes its plan; the inputs are those of base, null for its own. */
static inline void small_open(struct small_run *r, struct arena *a, struct names *names, const char *text,
                              const char *set, const struct small_run *base)
{
    char path[64];
    const char *file = path;
    small_write(path, text);
    *r = (struct small_run){.arena = a, .names = names, .problems = problems_make(a, names)};
    struct scenario_input input = {.files = &file, .file_count = 1, .sets = &set, .set_count = set != NULL};
    if (base != NULL) {
        input.inputs = base->scenario.objects.list.at;
        input.inputs_count = base->scenario.objects.list.count;
    }
    bool good = scenario_read(a, names, &input, &r->problems, &r->scenario) && plan_make(&r->scenario, &r->plan);
    unlink(path);
    cr_assert(good, "%s", r->problems.list.count == 0 ? "" : r->problems.list.at[0].text);
}

static inline void small_close(struct small_run *r)
{
    plan_drop(&r->plan);
    scenario_drop(&r->scenario);
    problems_drop(&r->problems);
}

#endif
