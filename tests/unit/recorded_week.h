/* recorded_week.h -- a recorded run for tests of reports: six workloads, two pools, a concert on Saturday. Made up, and
 * the same at every call. */
#ifndef TESTS_UNIT_RECORDED_WEEK_H
#define TESTS_UNIT_RECORDED_WEEK_H

#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/run/schema.h"

enum { WEEK_S = 7 * 86400, CONCERT_S = 5 * 86400 + 22 * 3600 };

static void week_run(sqlite3 *db, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "recorded_week: %s\n%s\n", message, sql);
        abort();
    }
    sqlite3_free(sql);
}

/* Rides a second: a day's shape, and a concert that doubles it for 100 minutes. */
static double week_rides(int t_s)
{
    double day = 45 * (1 + 0.7 * sin(6.283185307179586 * (t_s - 10 * 3600) / 86400.0));
    double since = t_s - CONCERT_S;
    double concert = since < 0 || since > 6000 ? 0
                     : since < 600             ? since / 600
                     : since < 3000            ? 1
                                               : (6000 - since) / 3000;
    return day * (1 + 1.8 * concert) * (1 + 0.03 * sin(t_s * 0.37));
}

struct week_workload {
    const char *kind, *namespace, *name, *team, *use, *simplified;
    int request_mcpu, request_mib, replicas_min, replicas_max;
    double mcpu_per_ride, requests_per_ride, mib;
};

static const struct week_workload week_workloads[] = {
    {"Deployment", "default", "ride-api", "rides", "modelled", NULL, 500, 512, 3, 12, 58.5, 6.5, 420},
    {"Deployment", "default", "location-ingest", "rides", "modelled", NULL, 1000, 1024, 2, 10, 61, 300, 350},
    {"Deployment", "ml", "pricing", "ml", "modelled", NULL, 2000, 4096, 2, 2, 7.3, 1, 5200},
    {"Deployment", "default", "dashboard", NULL, "unknown", NULL, 250, 256, 2, 2, 0, 0, 0},
    {"DaemonSet", "kube-system", "fluent-bit", NULL, "unknown", NULL, 100, 128, 5, 5, 0, 0, 0},
    {"CronJob", "default", "nightly-report", "finance", "modelled", "a Job's pods start without back-off between them",
     1000, 2048, 0, 1, 0, 0, 0},
};

enum { WEEK_WORKLOADS = sizeof week_workloads / sizeof week_workloads[0] };

static void week_things(sqlite3 *db)
{
    week_run(db,
             "INSERT INTO run VALUES ('schema', '%d'), ('version', '0.1.0'), ('scenario', 'concert'),"
             " ('kubernetes', '1.36'), ('start', '2026-05-04T00:00:00Z'), ('duration_s', '604800'),"
             " ('seed', '1'), ('replications', '3'), ('price_currency', 'USD'), ('budget_monthly', '900'),"
             " ('files', 'scenarios/concert.yaml'),"
             " ('model_note', 'How long the control plane takes is a model with sourced parameters.'),"
             " ('interval_covers', 'the noise of demand and boot times, not the forecast')",
             SCHEMA_VERSION);
    for (int i = 0; i < WEEK_WORKLOADS; i++) {
        const struct week_workload *w = &week_workloads[i];
        week_run(db,
                 "INSERT INTO workload VALUES (%d, %Q, %Q, %Q, %Q, %d, %Q, %Q, %Q);"
                 "INSERT INTO container VALUES (%d, 'app', %d, %lld, %d, %lld)",
                 i + 1, w->kind, w->namespace, w->name, w->team, i == 4, w->use, w->use, w->simplified, i + 1,
                 w->request_mcpu, w->request_mib * 1048576ll, w->request_mcpu * 2, w->request_mib * 2097152ll);
    }
    week_run(db,
             "INSERT INTO pool VALUES (1, 'general', 'm6i.xlarge', 'aws/us-east-1', 'on-demand', 0.192, 0.192,"
             " 'aws price list', '2026-07-20', 4000, 17179869184, 3920, 15461882265, 3, 12),"
             " (2, 'batch', 'c6i.xlarge', 'aws/us-east-1', 'spot', 0.068, 0.068, 'aws price list', '2026-07-20', 4000,"
             " 8589934592, 3920, 7301444403, 0, 4);"
             "INSERT INTO hpa VALUES (1, 'default', 'ride-api', 1, 3, 12, 'cpu 60 %% of request'),"
             " (2, 'default', 'location-ingest', 2, 2, 10, 'cpu 70 %% of request');"
             "INSERT INTO demand VALUES (1, 'default', 'rides', 'ride');"
             "INSERT INTO event VALUES (1, 'concert', %d, %d, 2.8);"
             "INSERT INTO objective VALUES (1, 'latency', 1, 'latency', 0.99, 0.3, 0.999),"
             " (2, 'success', 1, 'success', NULL, NULL, 0.9995), (3, 'ingest', 2, 'latency', 0.95, 0.1, 0.99);"
             "INSERT INTO unsimulated VALUES ('StatefulSet', 'db', 'postgres', 0, 'volumes and their speed', 0.062,"
             " 0.113), ('NetworkPolicy', 'default', 'deny-all', 2, 'traffic is not filtered', 0, 0)",
             CONCERT_S, CONCERT_S + 6000);
}

static const char *week_null(char text[32], int known, double x)
{
    snprintf(text, 32, known ? "%.9g" : "NULL", x);
    return text;
}

static void week_step(sqlite3 *db, int i, int t_s, double rides, int step_s)
{
    static int replicas[WEEK_WORKLOADS];
    const struct week_workload *w = &week_workloads[i];
    double arrivals = rides * w->requests_per_ride, load = rides * w->mcpu_per_ride;
    int wanted = (int)(load / (0.6 * w->request_mcpu)) + 1;
    wanted = wanted < w->replicas_min ? w->replicas_min : wanted > w->replicas_max ? w->replicas_max : wanted;
    int before = t_s == step_s ? wanted : replicas[i];
    int ready = wanted > before ? before : wanted, pending = wanted - ready > 2 ? wanted - ready - 2 : 0;
    if (i == 5) {
        wanted = ready = t_s % 86400 >= 7200 && t_s % 86400 < 12000;
    }
    int modelled = w->use[0] == 'm', served = modelled && arrivals > 0;
    double utilization = ready > 0 ? load / (ready * w->request_mcpu) : 0;
    double fault = utilization > 1 ? 1 - 1 / utilization : 0, p99 = 0.09 + 0.13 * pow(utilization, 6);
    char text[9][32];
    week_run(db,
             "INSERT INTO workload_series VALUES (%d, %d, %d, %d, %d, %d, %d, %lld, %s, %s, %s, %s, %s, %s, %s, %s,"
             " %s, 0)",
             i + 1, t_s, wanted, pending, wanted - ready - pending, ready, wanted * w->request_mcpu,
             wanted * w->request_mib * 1048576ll,
             week_null(text[0], modelled, i == 5 ? ready * 930 : load * (1 - fault)),
             week_null(text[1], modelled, (i == 5 ? 1210 : w->mib) * ready * 1048576.0),
             week_null(text[2], served, arrivals), week_null(text[3], served, arrivals * (1 - fault)),
             week_null(text[4], served, arrivals * fault), week_null(text[5], served, 0.031 + 0.01 * utilization),
             week_null(text[6], served, 0.055 + 0.03 * utilization), week_null(text[7], served, p99),
             week_null(text[8], served, utilization));
    if (wanted != before && i < 2) {
        week_run(db,
                 "INSERT INTO decision VALUES (%lld, 'hpa', 'HorizontalPodAutoscaler', 'default', %Q,"
                 " 'SuccessfulRescale', 'New size: %d; reason: %s', 0)",
                 t_s * 1000000000ll, w->name, wanted,
                 wanted > before ? "cpu resource utilization (percentage of request) above target"
                                 : "All metrics below target");
    }
    if (pending > 0) {
        week_run(db,
                 "INSERT INTO decision VALUES (%lld, 'scheduler', 'Pod', 'default', '%s-%d', 'FailedScheduling',"
                 " '0/%d nodes are available: Insufficient cpu.', 1)",
                 t_s * 1000000000ll, w->name, t_s / step_s, 5);
    }
    replicas[i] = wanted;
}

static void week_series(sqlite3 *db, int step_s)
{
    for (int t_s = step_s; t_s <= WEEK_S; t_s += step_s) {
        double rides = week_rides(t_s);
        week_run(db, "INSERT INTO demand_series VALUES (1, %d, %.9g)", t_s, rides);
        for (int i = 0; i < WEEK_WORKLOADS; i++) {
            week_step(db, i, t_s, rides, step_s);
        }
        int nodes = 3 + (int)(rides / 18), spot = t_s % 86400 >= 7200 && t_s % 86400 < 12000;
        week_run(db,
                 "INSERT INTO pool_series VALUES (1, %d, %d, %d, %d, %lld, %.0f, %.0f, %.9g, %.9g),"
                 " (2, %d, %d, %d, %d, %lld, %d, %lld, %d, %d)",
                 t_s, nodes, nodes, nodes * 3920, nodes * 15461882265ll, nodes * 2700.0, nodes * 8.1e9, rides * 75.3,
                 nodes * 4.3e9, t_s, spot, spot, spot * 3920, spot * 7301444403ll, spot * 1000, spot * 2147483648ll,
                 spot * 930, spot * 1268776960);
    }
}

/* A figure of the three replications: value, and 2 % more and 1.4 % less. */
static void week_metric(sqlite3 *db, const char *name, const char *subject, double value, const char *unit)
{
    week_run(db, "INSERT INTO metric VALUES (0, %Q, %Q, %.17g, %Q), (1, %Q, %Q, %.17g, %Q), (2, %Q, %Q, %.17g, %Q)",
             name, subject, value, unit, name, subject, value * 1.02, unit, name, subject, value * 0.986, unit);
}

static void week_workload_metrics(sqlite3 *db, int i)
{
    static const double usd[WEEK_WORKLOADS] = {61.3, 72.9, 38.1, 5.2, 6.4, 1.9};
    const struct week_workload *w = &week_workloads[i];
    char subject[128];
    snprintf(subject, sizeof subject, i == 2 || i == 4 ? "%s/%s/%s" : "%s/%.0s%s", w->kind, w->namespace, w->name);
    double mean = (w->replicas_min + w->replicas_max) / 2.0;
    week_metric(db, "cost.workload", subject, usd[i], "USD");
    week_metric(db, "cost.monthly", subject, usd[i] * 968.4 / 231.7, "USD");
    week_metric(db, "replicas.min", subject, w->replicas_min, "pods");
    week_metric(db, "replicas.mean", subject, mean, "pods");
    week_metric(db, "replicas.max", subject, w->replicas_max, "pods");
    week_metric(db, "pending.longest_s", subject, i == 0 ? 97.3 : 4.1, "s");
    week_metric(db, "pending.pod_seconds", subject, i == 0 ? 811 : 23, "s");
    week_metric(db, "cpu.requested", subject, mean * w->request_mcpu, "mcpu");
    week_metric(db, "memory.requested", subject, mean * w->request_mib * 1048576, "bytes");
    if (w->use[0] == 'm') {
        week_metric(db, "cpu.used", subject, i == 5 ? 61 : 45 * w->mcpu_per_ride, "mcpu");
        week_metric(db, "cpu.used_max", subject, i == 5 ? 930 : 130 * w->mcpu_per_ride, "mcpu");
        week_metric(db, "memory.used", subject, mean * (i == 5 ? 70 : w->mib) * 1048576, "bytes");
        week_metric(db, "memory.used_max", subject, w->replicas_max * (i == 5 ? 1210 : w->mib) * 1048576, "bytes");
    }
    if (w->requests_per_ride > 0) {
        week_metric(db, "requests.arrived", subject, 45 * w->requests_per_ride * WEEK_S, "requests");
        week_metric(db, "requests.served", subject, 45 * w->requests_per_ride * WEEK_S, "requests");
        week_run(db,
                 "INSERT INTO metric VALUES (0, 'success', %Q, 0.99951, 'share'), (1, 'success', %Q, 0.99931, 'share'),"
                 " (2, 'success', %Q, 0.99947, 'share')",
                 subject, subject, subject);
        week_metric(db, "latency.p50", subject, 0.0357, "s");
        week_metric(db, "latency.p95", subject, 0.0734, "s");
        week_metric(db, "latency.p99", subject, 0.184, "s");
    }
}

/* Of a day: two thirds are for processors; the job runs on nodes of the second pool. */
static void week_costs(sqlite3 *db, int day)
{
    for (int i = 0; i < WEEK_WORKLOADS; i++) {
        double usd = (10.3 - 1.6 * i) * (day == 5 ? 1.21 : 0.97);
        week_run(db, "INSERT INTO cost_day VALUES (%d, %d, 'workload', %d, %lld, %lld)", day, i == 5 ? 2 : 1, i + 1,
                 (long long)(usd * 666666667), (long long)(usd * 333333333));
    }
    week_run(db,
             "INSERT INTO cost_day VALUES (%d, 1, 'idle', NULL, 3300000000, 1600000001), (%d, 1, 'system', NULL,"
             " 1099999999, 500000000)",
             day, day);
}

static void week_figures(sqlite3 *db)
{
    week_metric(db, "cost.total", "", 231.7, "USD");
    week_metric(db, "cost.monthly", "", 968.4, "USD");
    week_metric(db, "cost.idle", "", 34.8, "USD");
    week_metric(db, "cost.system", "", 11.1, "USD");
    week_metric(db, "cost.monthly.idle", "", 34.8 * 968.4 / 231.7, "USD");
    week_metric(db, "cost.monthly.system", "", 11.1 * 968.4 / 231.7, "USD");
    week_metric(db, "cost.monthly.others", "", 0, "USD");
    week_metric(db, "cost.per_unit", "rides", 8.51e-6, "USD");
    week_metric(db, "units", "rides", 45.0 * WEEK_S, "ride");
    week_run(db,
             "INSERT INTO metric SELECT r, name, '', share, 'share' FROM (SELECT 0 AS r UNION SELECT 1 UNION SELECT 2),"
             " (SELECT 'use.measured' AS name, 0.0 AS share UNION SELECT 'use.modelled', 0.871"
             " UNION SELECT 'use.unknown', 0.129)");
    week_metric(db, "cpu.requested", "", 15300, "mcpu");
    week_metric(db, "cpu.used", "", 5710, "mcpu");
    week_metric(db, "cpu.allocatable", "", 21850, "mcpu");
    week_metric(db, "memory.requested", "", 4.19e10, "bytes");
    week_metric(db, "memory.used", "", 2.26e10, "bytes");
    week_metric(db, "memory.allocatable", "", 8.37e10, "bytes");
    week_metric(db, "nodes.min", "general", 3, "nodes");
    week_metric(db, "nodes.mean", "general", 5.4, "nodes");
    week_metric(db, "nodes.max", "general", 14, "nodes");
    week_metric(db, "node_hours", "general", 910.4, "h");
    week_metric(db, "nodes.min", "batch", 0, "nodes");
    week_metric(db, "nodes.mean", "batch", 0.0556, "nodes");
    week_metric(db, "nodes.max", "batch", 1, "nodes");
    week_metric(db, "node_hours", "batch", 9.33, "h");
    for (int i = 0; i < WEEK_WORKLOADS; i++) {
        week_workload_metrics(db, i);
    }
    for (int day = 0; day < 7; day++) {
        week_costs(db, day);
    }
    for (int r = 0; r < 3; r++) {
        week_run(db,
                 "INSERT INTO objective_result VALUES (%d, 1, %d, %.9g, %d, %.9g), (%d, 2, 0, 0.99951, %d, 0.71),"
                 " (%d, 3, 1, 1, %d, 0.0873)",
                 r, r == 1, 0.9982 + 0.0011 * r, CONCERT_S + 900, 1.93 - 0.3 * r, r, CONCERT_S + 900, r,
                 CONCERT_S + 1800);
    }
}

/* Writes the run to path, in steps of step_s (60 to 3600), in place of any file there. */
static inline void recorded_week(const char *path, int step_s)
{
    sqlite3 *db;
    unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        abort();
    }
    week_run(db, "%s BEGIN", schema_tables);
    week_run(db, "INSERT INTO run VALUES ('step_s', '%d')", step_s);
    week_things(db);
    week_series(db, step_s);
    week_figures(db);
    week_run(db, "COMMIT; %s", schema_indexes);
    sqlite3_close(db);
}

#endif
