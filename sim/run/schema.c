#include "sim/run/schema.h"

/* Times: *_ns since the scenario's start; t_s whole seconds since then; a day is UTC's, and 0 the one of the start. Money:
 * US dollars, and *_nusd 1e-9 of one. Amounts: milli-CPU, bytes. Where a value is not known or there is none it is NULL.
 * Series, decisions and costs by day are of replication 0. */
const char schema_tables[] =
    "CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;\n"

    "CREATE TABLE object (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    " file TEXT, line INTEGER, json TEXT NOT NULL) STRICT;\n"

    "CREATE TABLE workload (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    " team TEXT, shared INTEGER NOT NULL,"
    " use_cpu TEXT NOT NULL CHECK (use_cpu IN ('measured', 'modelled', 'unknown')),"
    " use_memory TEXT NOT NULL CHECK (use_memory IN ('measured', 'modelled', 'unknown')),"
    " simplified TEXT) STRICT;\n"
    "CREATE TABLE container (workload_id INTEGER NOT NULL REFERENCES workload, name TEXT NOT NULL,"
    " request_mcpu INTEGER, request_bytes INTEGER, limit_mcpu INTEGER, limit_bytes INTEGER) STRICT;\n"
    "CREATE TABLE pool (id INTEGER PRIMARY KEY, name TEXT NOT NULL, instance TEXT NOT NULL, region TEXT,"
    " purchase TEXT NOT NULL, usd_per_hour REAL NOT NULL, list_usd_per_hour REAL NOT NULL, price_source TEXT, price_date TEXT,"
    " capacity_mcpu INTEGER NOT NULL, capacity_bytes INTEGER NOT NULL, allocatable_mcpu INTEGER NOT NULL,"
    " allocatable_bytes INTEGER NOT NULL, nodes_min INTEGER NOT NULL, nodes_max INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE hpa (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    " workload_id INTEGER REFERENCES workload, replicas_min INTEGER NOT NULL, replicas_max INTEGER NOT NULL,"
    " targets TEXT NOT NULL) STRICT;\n"
    "CREATE TABLE demand (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL)"
    " STRICT;\n"
    "CREATE TABLE event (demand_id INTEGER NOT NULL REFERENCES demand, name TEXT NOT NULL, start_s INTEGER NOT NULL,"
    " end_s INTEGER NOT NULL, factor REAL NOT NULL) STRICT;\n"
    "CREATE TABLE objective (id INTEGER PRIMARY KEY, name TEXT NOT NULL, workload_id INTEGER REFERENCES workload,"
    " measure TEXT NOT NULL CHECK (measure IN ('latency', 'success')), quantile REAL, bound_s REAL,"
    " share REAL NOT NULL) STRICT;\n"

    "CREATE TABLE workload_series (workload_id INTEGER NOT NULL REFERENCES workload, t_s INTEGER NOT NULL,"
    " replicas INTEGER NOT NULL, pods_pending INTEGER NOT NULL, pods_starting INTEGER NOT NULL,"
    " pods_ready INTEGER NOT NULL, requested_mcpu INTEGER NOT NULL, requested_bytes INTEGER NOT NULL,"
    " used_mcpu REAL, used_bytes REAL, arrivals_per_s REAL, served_per_s REAL, failed_per_s REAL,"
    " p50_s REAL, p95_s REAL, p99_s REAL, utilization REAL, throttled REAL) STRICT;\n"
    "CREATE TABLE pool_series (pool_id INTEGER NOT NULL REFERENCES pool, t_s INTEGER NOT NULL,"
    " nodes INTEGER NOT NULL, nodes_ready INTEGER NOT NULL, allocatable_mcpu INTEGER NOT NULL,"
    " allocatable_bytes INTEGER NOT NULL, requested_mcpu INTEGER NOT NULL, requested_bytes INTEGER NOT NULL,"
    " used_mcpu REAL, used_bytes REAL) STRICT;\n"
    "CREATE TABLE demand_series (demand_id INTEGER NOT NULL REFERENCES demand, t_s INTEGER NOT NULL,"
    " rate_per_s REAL NOT NULL) STRICT;\n"
    "CREATE TABLE decision (t_ns INTEGER NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL,"
    " name TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL, warning INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE cost_day (day INTEGER NOT NULL, pool_id INTEGER REFERENCES pool, part TEXT NOT NULL CHECK (part IN"
    " ('workload', 'idle', 'system')), workload_id INTEGER REFERENCES workload, cpu_nusd INTEGER NOT NULL,"
    " memory_nusd INTEGER NOT NULL) STRICT;\n"

    "CREATE TABLE metric (replication INTEGER NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL,"
    " value REAL NOT NULL, unit TEXT NOT NULL) STRICT;\n"
    "CREATE TABLE objective_result (replication INTEGER NOT NULL, objective_id INTEGER NOT NULL REFERENCES objective,"
    " held INTEGER NOT NULL, achieved REAL NOT NULL, worst_t_s INTEGER, worst REAL) STRICT;\n"
    "CREATE TABLE unsimulated (kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    " others INTEGER NOT NULL, what TEXT NOT NULL, cpu_share REAL NOT NULL, memory_share REAL NOT NULL) STRICT;\n";

const char schema_indexes[] = "CREATE INDEX decision_by_object ON decision (kind, namespace, name, t_ns);\n"
                              "CREATE INDEX metric_by_name ON metric (name, subject, replication);\n";
