/* Memory grows with the cluster, not with the time that is simulated. */
#include "tests/unit/sim_fixture.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "sim/run/store.h"

#define DEPLOYMENT(name, cpu) WORKLOAD("Deployment", name, "replicas: 3, ", CONTAINER(cpu, "231Mi", ""))
#define SERVED(name)                                                                                                   \
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: " name "}\nspec: "               \
    "{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: " name "}, minReplicas: 2, maxReplicas: 25, "      \
    "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 63}}}]}\n"       \
    "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: " name "}\nspec: {workload: Deployment/" name  \
    ", request: {cpu: 9ms, timeout: 3s}, memory: {base: 90Mi}, start: {time: 11s}}\n"

/* A service with an autoscaler, Jobs every minute and slow ones that replace each other, agents, nodes that come and go,
 * two releases, a crash. */
#define CHURN                                                                                                                  \
    POOL("general", "instance: m6i.large, boot: {time: 70s, deviation: 20%}, nodes: {min: 1, max: 12}")                        \
    DEPLOYMENT("web", "431m")                                                                                                  \
    SERVED("web")                                                                                                              \
    WORKLOAD("DaemonSet", "agent", "", "tolerations: [{operator: Exists}], " CONTAINER("37m", "31Mi", ""))                     \
    WORKLOAD("StatefulSet", "db", "serviceName: db, replicas: 2, ", CONTAINER("137m", "131Mi", ""))                            \
    "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tidy}\nspec: {schedule: '* * * * *', jobTemplate: "            \
    "{spec: {parallelism: 1, completions: 1, template: {spec: {restartPolicy: Never, " CONTAINER(                              \
        "613m", "97Mi",                                                                                                        \
        "") "}}}}}\n"                                                                                                          \
            "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: slow}\nspec: {schedule: '* * * * *', "                 \
            "concurrencyPolicy: Replace, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: "    \
            "app, image: slow}]}}}}}\n"                                                                                        \
            "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: slow}\nspec: {workload: CronJob/slow, batch: " \
            "{cpu: 2m, duration: 3m}, memory: {base: 90Mi}}\n"                                                                 \
            "---\napiVersion: headroom/v1\nkind: Demand\nmetadata: {name: visitors}\nspec: {rate: 211/s, profile: city-week, " \
            "noise: 22%, sends: [{to: web}]}\n" RELEASE(                                                                       \
                "v2", "at: 2026-05-04T10:10:00Z, workload: Deployment/web, images: {app: b}")                                  \
                RELEASE("undo", "at: 2026-05-04T12:10:00Z, workload: Deployment/web, rollback: true")                          \
                    FAULT("at: 2026-05-04T15:02:03Z, recover: 21m, nodeCrash: {pool: general, count: 1}")

/* The most memory, kB, of a process that runs and records it. */
static long peak_kb(const char *text)
{
    int ends[2];
    long kb = 0;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        char path[] = "/tmp/headroom-month-XXXXXX";
        struct cluster *c = cluster_read(text);
        struct fail fail = {0};
        int file = mkstemp(path);
        close(file);
        struct store *s = store_open(path, &c->plan, &fail);
        struct replication_result result;
        struct replication_options o = {.seed = 7, .sink = s == NULL ? NULL : store_sink(s)};
        bool good = s != NULL && replication_run(&c->plan, &o, &result, &fail) && store_finish(s, &result, 1, &fail);
        unlink(path);
        struct rusage use;
        getrusage(RUSAGE_SELF, &use);
        kb = good ? use.ru_maxrss : 0;
        _exit(write(ends[1], &kb, sizeof kb) == sizeof kb ? 0 : 1);
    }
    int status;
    cr_assert_eq(read(ends[0], &kb, sizeof kb), (ssize_t)sizeof kb);
    cr_assert_eq(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    return kb;
}

/* A day at 10 s has as many samples as a month at 5 min. */
Test(month, a_months_peak_memory_is_within_5_percent_of_a_days)
{
#ifdef __SANITIZE_ADDRESS__
    printf("skipped: a month's peak memory: the address sanitizer keeps what is freed\n");
    return;
#endif
    long day = peak_kb(SCENARIO("duration: 1d, record: {step: 10s}") CHURN);
    long month = peak_kb(SCENARIO("duration: 30d, record: {step: 5m}") CHURN);
    cr_assert(day > 1000 && month > 1000);
    cr_expect_leq(month * 100, day * 105, "%ld kB in a day, %ld kB in a month", day, month);
}
