/* One row for each field: what is written here is what is read, defaulted, checked and printed by help. */
#include "sim/scenario/specs.h"

#include <string.h>

/* A field of that name and type, read into a member of a struct; then whatever else the row says. */
#define FIELD(key, kind, owner, member, ...)                                                                           \
    {                                                                                                                  \
        .name = key, .type = FIELD_##kind, .offset = (uint32_t)offsetof(struct owner, member), __VA_ARGS__             \
    }
#define UNCERTAIN(owner, member) .error = (uint32_t)offsetof(struct owner, member)
#define END                                                                                                            \
    {                                                                                                                  \
        0                                                                                                              \
    }

static const struct field text_item = {.type = FIELD_TEXT};
static const struct field number_item = {.type = FIELD_NUMBER, .least = "0"};

static const char *const service_kinds[] = {"ServiceModel", "Service", NULL};
static const char *const workload_kinds[] = {"Deployment", "StatefulSet",           "DaemonSet", "Job", "CronJob",
                                             "ReplicaSet", "ReplicationController", "Pod",       NULL};
static const char *const released_kinds[] = {"Deployment", "StatefulSet", "DaemonSet", "CronJob", NULL};
static const char *const pool_kinds[] = {"NodePool", NULL};

/* ---- Scenario ---- */

static const char *const latency_oneof[] = {"p50", "p90", "p95", "p99", "p99.9", NULL};
static const struct field latency_fields[] = {FIELD("p50", DURATION, objective_latency, p50_ns, .above = "0s"),
                                              FIELD("p90", DURATION, objective_latency, p90_ns, .above = "0s"),
                                              FIELD("p95", DURATION, objective_latency, p95_ns, .above = "0s"),
                                              FIELD("p99", DURATION, objective_latency, p99_ns, .above = "0s"),
                                              FIELD("p99.9", DURATION, objective_latency, p999_ns, .above = "0s"),
                                              END};
static const struct fields latency_table = {.name = "Scenario.objectives.latency",
                                            .fields = latency_fields,
                                            .size = sizeof(struct objective_latency),
                                            .oneof = latency_oneof};

static const char *const objective_oneof[] = {"latency", "success", NULL};
static const struct field objective_fields[] = {
    FIELD("name", TEXT, objective, name, .help = "how reports call it"),
    FIELD("service", REFERENCE, objective, service.ref, .required = true, .kinds = service_kinds,
          .help = "whose requests"),
    FIELD("latency", OPTION, objective, latency, .table = &latency_table,
          .help = "a quantile of the latency stays below a bound: {p99: 300ms}"),
    FIELD("share", PERCENT, objective, share, .standard = "99.9%", .above = "0%", .most = "100%",
          .help = "of the time in which the latency must hold"),
    FIELD("success", PERCENT, objective, success, .above = "0%", .most = "100%",
          .help = "share of requests that are answered in time"),
    END};
static const struct fields objective_table = {.name = "Scenario.objectives",
                                              .fields = objective_fields,
                                              .size = sizeof(struct objective),
                                              .oneof = objective_oneof};
static const struct field objective_item = {.type = FIELD_OBJECT, .table = &objective_table};

static const struct field budget_fields[] = {
    FIELD("monthly", NUMBER, budget, monthly, .required = true, .above = "0", .help = "for a month of 730 h",
          .unit = "a number"),
    FIELD("currency", TEXT, budget, currency, .standard = "USD", .help = "must be that of prices"), END};
static const struct fields budget_table = {
    .name = "Scenario.budget", .fields = budget_fields, .size = sizeof(struct budget), .scalar_is = "monthly"};

static const struct field allocation_fields[] = {
    FIELD("team", TEXT, allocation, team, .standard = "namespace",
          .help = "what names the team that pays: label/KEY, annotation/KEY or namespace"),
    FIELD("shared", LIST, allocation, shared, .item = &text_item,
          .help = "namespaces whose cost is shared by all teams"),
    END};
static const struct fields allocation_table = {
    .name = "Scenario.allocation", .fields = allocation_fields, .size = sizeof(struct allocation)};

static const struct field record_fields[] = {FIELD("step", DURATION, record_spec, step_ns, .least = "1s", .most = "1d",
                                                   .help = "of time series; absent: 1m, coarser when the run is long"),
                                             END};
static const struct fields record_table = {
    .name = "Scenario.record", .fields = record_fields, .size = sizeof(struct record_spec)};

#define DELAY(key, member, text)                                                                                       \
    {                                                                                                                  \
        .name = key, .type = FIELD_DURATION, .offset = (uint32_t)offsetof(struct delays, member), .help = text         \
    }
static const struct field delay_fields[] = {
    DELAY("watch", watch_ns, "from a write to the wake of who watches"),
    DELAY("write", write_ns, "from sending a write to its effect"),
    DELAY("scheduling", scheduling_ns, "an attempt of the scheduler to place a pod"),
    DELAY("kubeletSync", kubelet_sync_ns, "from binding to the start of the pod on its node"),
    DELAY("containerStart", container_start_ns, "create and start, each container"),
    DELAY("imagePull", image_pull_ns, "an image that the node does not have"),
    DELAY("podCleanup", pod_cleanup_ns, "from the end of the containers to the removal of the pod"),
    DELAY("endpoints", endpoints_ns, "from a change of readiness to the service's endpoints"),
    DELAY("hpaSyncPeriod", hpa_sync_period_ns, "between evaluations of an autoscaler"),
    DELAY("metricsResolution", metrics_resolution_ns, "between scrapes of metrics-server"),
    DELAY("metricsWindow", metrics_window_ns, "that a sample of metrics-server covers"),
    DELAY("autoscalerScan", autoscaler_scan_ns, "period of the node autoscaler's loop"),
    DELAY("autoscalerUnneeded", autoscaler_unneeded_ns, "how long a node is unneeded before it leaves"),
    END};
static const struct fields delay_table = {
    .name = "Scenario.delays", .fields = delay_fields, .size = sizeof(struct delays)};

static const struct field scenario_fields[] = {
    FIELD("kubernetes", TEXT, scenario_spec, kubernetes, .standard = "1.36",
          .help = "version of the cluster; others run as 1.36, and check says what differs"),
    FIELD("start", TIME, scenario_spec, start_ns, .standard = "2026-01-05T00:00:00Z", .least = "2000-01-01T00:00:00Z",
          .unit = "a time (2026-05-04T00:00:00Z)", .help = "the first instant"),
    FIELD("duration", DURATION, scenario_spec, duration_ns, .standard = "7d", .least = "1s", .most = "3660d",
          .help = "how long it runs"),
    FIELD("seed", INT, scenario_spec, seed, .standard = "1", .least = "0", .help = "of the random numbers"),
    FIELD("replications", INT, scenario_spec, replications, .standard = "5", .least = "1", .most = "100000",
          .help = "runs with other random numbers, for intervals"),
    FIELD("include", LIST, scenario_spec, include, .item = &text_item,
          .help = "files and folders to read, from the folder of this file"),
    FIELD("objectives", LIST, scenario_spec, objectives, .item = &objective_item, .help = "what must hold"),
    FIELD("budget", OPTION, scenario_spec, budget, .table = &budget_table, .help = "what it may cost"),
    FIELD("allocation", OBJECT, scenario_spec, allocation, .table = &allocation_table, .help = "who pays"),
    FIELD("record", OBJECT, scenario_spec, record, .table = &record_table, .help = "what is kept of a run"),
    FIELD("delays", OBJECT, scenario_spec, delays, .table = &delay_table,
          .help = "how long the control plane takes; absent: figures with a source"),
    END};
static const struct fields scenario_table = {
    .name = "Scenario",
    .fields = scenario_fields,
    .size = sizeof(struct scenario_spec),
    .help = "What is simulated: when, how long, how often, and what must hold. At most one in an input.",
    .example = "apiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: concert}\nspec:\n"
               "  start: 2026-05-04T00:00:00Z\n  duration: 7d\n  include: [platform/]\n"
               "  objectives:\n    - {service: ride-api, latency: {p99: 300ms}, share: 99.9%}\n"
               "  budget: {monthly: 12000}\n"};

/* ---- Demand ---- */

static const struct field profile_fields[] = {
    FIELD("name", TEXT, demand_profile, name, .help = "of a profile in data/demand: city-week"),
    FIELD("points", LIST, demand_profile, points, .item = &number_item,
          .help = "levels, any scale, that repeat; from the start of a week at midnight"),
    FIELD("step", DURATION, demand_profile, step_ns, .standard = "1h", .least = "1s", .help = "between points"),
    FIELD("trace", TEXT, demand_profile, trace,
          .help = "a CSV file with the columns time and rate, from the folder of this file"),
    END};
static const char *const profile_oneof[] = {"name", "points", "trace", NULL};
static const struct fields profile_table = {.name = "Demand.profile",
                                            .fields = profile_fields,
                                            .size = sizeof(struct demand_profile),
                                            .scalar_is = "name",
                                            .list_is = "points",
                                            .oneof = profile_oneof};

static const struct field noise_fields[] = {
    FIELD("deviation", PERCENT, demand_noise, deviation, .required = true, .least = "0%", .most = "200%",
          .help = "standard deviation, share of the level"),
    FIELD("correlation", DURATION, demand_noise, correlation_ns, .standard = "30m", .above = "0s",
          .help = "after which 1/e of a deviation is left"),
    END};
static const struct fields noise_table = {
    .name = "Demand.noise", .fields = noise_fields, .size = sizeof(struct demand_noise), .scalar_is = "deviation"};

static const struct field event_fields[] = {
    FIELD("name", TEXT, demand_event, name, .required = true, .help = "how reports call it"),
    FIELD("start", TIME, demand_event, start_ns, .required = true, .help = "of the rise"),
    FIELD("rise", DURATION, demand_event, rise_ns, .standard = "0s", .help = "up to the factor"),
    FIELD("hold", DURATION, demand_event, hold_ns, .standard = "0s", .help = "at the factor"),
    FIELD("fall", DURATION, demand_event, fall_ns, .standard = "0s", .help = "back to normal"),
    FIELD("factor", NUMBER, demand_event, factor, .required = true, .least = "0", .help = "times the normal level"),
    END};
static const struct fields event_table = {
    .name = "Demand.events", .fields = event_fields, .size = sizeof(struct demand_event)};
static const struct field event_item = {.type = FIELD_OBJECT, .table = &event_table};

static const struct field send_fields[] = {FIELD("to", REFERENCE, demand_send, to.ref, .required = true,
                                                 .kinds = service_kinds, .help = "who gets the requests"),
                                           FIELD("per", NUMBER, demand_send, per, UNCERTAIN(demand_send, per_error),
                                                 .standard = "1", .least = "0", .help = "requests for each unit"),
                                           END};
static const struct fields send_table = {
    .name = "Demand.sends", .fields = send_fields, .size = sizeof(struct demand_send), .scalar_is = "to"};
static const struct field send_item = {.type = FIELD_OBJECT, .table = &send_table};

static const struct field demand_fields[] = {
    FIELD("unit", TEXT, demand, unit, .standard = "request", .help = "what is counted: ride"),
    FIELD("rate", RATE, demand, rate_per_s, UNCERTAIN(demand, rate_error), .least = "0/s",
          .help = "mean over the profile, at the start of the scenario"),
    FIELD("profile", OBJECT, demand, profile, .table = &profile_table,
          .help = "how it goes up and down: a name of data/demand, points, or a trace; absent: level"),
    FIELD("growth", GROWTH, demand, growth, .help = "of the rate, compounding"),
    FIELD("noise", OPTION, demand, noise, .table = &noise_table, .help = "deviations that last a while"),
    FIELD("events", LIST, demand, events, .item = &event_item, .help = "a concert, a storm, a holiday"),
    FIELD("sends", LIST, demand, sends, .item = &send_item, .required = true,
          .help = "what each unit asks of services"),
    FIELD("timeZone", TEXT, demand, time_zone, .standard = "UTC", .unit = "an offset from UTC (UTC, -05:00)",
          .help = "clock of the profile"),
    END};
static const struct fields demand_table = {
    .name = "Demand",
    .fields = demand_fields,
    .size = sizeof(struct demand),
    .help = "Load over time: level x profile x growth x noise x events, sent to services. Several add up.",
    .example = "apiVersion: headroom/v1\nkind: Demand\nmetadata: {name: rides}\nspec:\n  unit: ride\n  rate: 45/s\n"
               "  profile: city-week\n  growth: 4%/month\n  noise: {deviation: 8%, correlation: 30m}\n"
               "  sends:\n    - {to: ride-api, per: 6.5}\n"};

/* ---- ServiceModel ---- */

static const char *const distributions[] = {"fixed", "exponential", "lognormal", NULL};
static const struct field wait_fields[] = {
    FIELD("distribution", ENUM, request_wait, distribution, .words = distributions, .standard = "exponential",
          .help = "its shape"),
    FIELD("mean", DURATION, request_wait, mean_ns, UNCERTAIN(request_wait, mean_error), .required = true,
          .help = "its mean"),
    FIELD("p99", DURATION, request_wait, p99_ns, .help = "99 % are shorter; for lognormal"), END};
static const struct fields wait_table = {
    .name = "ServiceModel.wait", .fields = wait_fields, .size = sizeof(struct request_wait), .scalar_is = "mean"};

static const struct field call_fields[] = {
    FIELD("to", REFERENCE, service_call, to.ref, .required = true, .kinds = service_kinds, .help = "who is called"),
    FIELD("per", NUMBER, service_call, per, .standard = "1", .least = "0", .help = "calls for each request"),
    FIELD("timeout", DURATION, service_call, timeout_ns,
          .help = "after which the caller gives up; absent: timeout of who is called"),
    FIELD("retries", INT, service_call, retries, .standard = "0", .least = "0", .most = "100",
          .help = "after a failure"),
    END};
static const struct fields call_table = {
    .name = "ServiceModel.calls", .fields = call_fields, .size = sizeof(struct service_call), .scalar_is = "to"};
static const struct field call_item = {.type = FIELD_OBJECT, .table = &call_table};

static const struct field request_fields[] = {
    FIELD("cpu", DURATION, service_request, cpu_ns, UNCERTAIN(service_request, cpu_error), .required = true,
          .help = "processor time of one request"),
    FIELD("variation", PERCENT, service_request, variation, .standard = "100%", .least = "0%", .most = "400%",
          .help = "coefficient of variation of that time: 0% all alike, 100% exponential"),
    FIELD("wait", OBJECT, service_request, wait, .table = &wait_table,
          .help = "time that takes no processor: disks, databases; absent: none"),
    FIELD("concurrency", INT, service_request, concurrency, .standard = "0", .least = "0",
          .help = "requests that a pod works on at a time; 0: no bound"),
    FIELD("queue", INT, service_request, queue, .standard = "0", .least = "0",
          .help = "requests that may wait at a pod, others are refused; 0: no bound"),
    FIELD("timeout", DURATION, service_request, timeout_ns, .help = "after which its caller gives up; absent: never"),
    FIELD("calls", LIST, service_request, calls, .item = &call_item, .help = "to other services"),
    END};
static const struct fields request_table = {
    .name = "ServiceModel.request", .fields = request_fields, .size = sizeof(struct service_request)};

static const struct field stream_fields[] = {
    FIELD("cpu", DURATION, service_stream, cpu_ns, UNCERTAIN(service_stream, cpu_error), .required = true,
          .help = "processor time of a message"),
    FIELD("wait", DURATION, service_stream, wait_ns, .standard = "0s",
          .help = "time of a message that takes no processor"),
    FIELD("concurrency", INT, service_stream, concurrency, .standard = "1", .least = "1",
          .help = "messages that a pod works on at a time"),
    FIELD("partitions", INT, service_stream, partitions, .standard = "0", .least = "0",
          .help = "pods that can take part at most; 0: no bound"),
    FIELD("retention", DURATION, service_stream, retention_ns, .help = "after which a message is lost; absent: never"),
    END};
static const struct fields stream_table = {
    .name = "ServiceModel.stream", .fields = stream_fields, .size = sizeof(struct service_stream)};

static const struct field batch_fields[] = {
    FIELD("cpu", DURATION, service_batch, cpu_ns, UNCERTAIN(service_batch, cpu_error), .required = true,
          .help = "processor time of a pod's whole work"),
    FIELD("duration", DURATION, service_batch, duration_ns, .standard = "0s", .help = "it takes at least this long"),
    END};
static const struct fields batch_table = {
    .name = "ServiceModel.batch", .fields = batch_fields, .size = sizeof(struct service_batch)};

static const struct field inference_fields[] = {
    FIELD("first", DURATION, service_inference, first_ns, .required = true, .help = "to the first token"),
    FIELD("perToken", DURATION, service_inference, per_token_ns, .standard = "0s", .help = "for each token after it"),
    FIELD("tokens", NUMBER, service_inference, tokens, .standard = "1", .least = "1", .help = "mean of a request"),
    FIELD("slots", INT, service_inference, slots, .standard = "1", .least = "1",
          .help = "requests that a pod works on at a time"),
    FIELD("cpu", CPU, service_inference, used_mcpu, .required = true, .least = "0",
          .help = "used while one of them is busy"),
    END};
static const struct fields inference_table = {
    .name = "ServiceModel.inference", .fields = inference_fields, .size = sizeof(struct service_inference)};

static const struct field use_fields[] = {
    FIELD("cpu", CPU, service_use, cpu_mcpu, UNCERTAIN(service_use, cpu_error), .required = true, .least = "0",
          .help = "of each pod"),
    FIELD("memory", BYTES, service_use, memory_bytes, .above = "0", .help = "of each pod; absent: unknown"), END};
static const struct fields use_table = {
    .name = "ServiceModel.use", .fields = use_fields, .size = sizeof(struct service_use)};

static const struct field observed_fields[] = {
    FIELD("rate", RATE, service_observed, rate_per_s, .required = true, .above = "0/s", .help = "requests to all pods"),
    FIELD("replicas", NUMBER, service_observed, replicas, .required = true, .above = "0",
          .help = "pods that served them"),
    FIELD("cpu", CPU, service_observed, cpu_mcpu, .required = true, .above = "0", .help = "used by all pods together"),
    FIELD("memory", BYTES, service_observed, memory_bytes, .above = "0", .help = "used by each pod; absent: unknown"),
    FIELD("p50", DURATION, service_observed, p50_ns, .required = true, .above = "0s",
          .help = "half of the requests were faster"),
    FIELD("p99", DURATION, service_observed, p99_ns, .required = true, .above = "0s",
          .help = "99 % of them were faster"),
    END};
static const struct fields observed_table = {
    .name = "ServiceModel.observed", .fields = observed_fields, .size = sizeof(struct service_observed)};

static const struct field memory_fields[] = {FIELD("base", BYTES, service_memory, base_bytes,
                                                   UNCERTAIN(service_memory, base_error), .required = true,
                                                   .above = "0", .help = "of a pod without work"),
                                             FIELD("perRequest", BYTES, service_memory, per_request_bytes, .least = "0",
                                                   .help = "for each request or message that is in the pod"),
                                             END};
static const struct fields memory_table = {
    .name = "ServiceModel.memory", .fields = memory_fields, .size = sizeof(struct service_memory), .scalar_is = "base"};

static const struct field start_fields[] = {
    FIELD("time", DURATION, service_start, time_ns, UNCERTAIN(service_start, time_error), .standard = "0s",
          .help = "from the start of the container to its being ready"),
    FIELD("cpu", CPU, service_start, cpu_mcpu, .least = "0", .help = "used meanwhile; absent: none"), END};
static const struct fields start_table = {
    .name = "ServiceModel.start", .fields = start_fields, .size = sizeof(struct service_start), .scalar_is = "time"};

static const char *const model_oneof[] = {"request", "stream", "batch", "inference", "use", "observed", NULL};
static const struct field model_fields[] = {
    FIELD("workload", REFERENCE, service_model, workload, .required = true, .kinds = workload_kinds,
          .help = "whose pods behave so"),
    FIELD("container", TEXT, service_model, container,
          .help = "which of its containers; needed where a pod has several"),
    FIELD("request", OPTION, service_model, request, .table = &request_table, .help = "it answers requests"),
    FIELD("stream", OPTION, service_model, stream, .table = &stream_table, .help = "or it takes messages from a queue"),
    FIELD("batch", OPTION, service_model, batch, .table = &batch_table, .help = "or it works and ends, as a Job"),
    FIELD("inference", OPTION, service_model, inference, .table = &inference_table,
          .help = "or it serves a model, token by token"),
    FIELD("use", OPTION, service_model, use, .table = &use_table, .help = "or it uses the same all the time"),
    FIELD("observed", OPTION, service_model, observed, .table = &observed_table,
          .help = "or this is what a dashboard shows of it, and request is worked out"),
    FIELD("memory", OBJECT, service_model, memory, .table = &memory_table,
          .help = "memory in use; absent: unknown, and never advised on"),
    FIELD("start", OBJECT, service_model, start, .table = &start_table, .help = "how a pod comes up"),
    END};
static const struct fields model_table = {
    .name = "ServiceModel",
    .fields = model_fields,
    .size = sizeof(struct service_model),
    .oneof = model_oneof,
    .help = "What a workload does with load. One without occupies what it requests, and its use is unknown.",
    .example = "apiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: ride-api}\nspec:\n"
               "  workload: Deployment/ride-api\n  request:\n    cpu: 9ms\n"
               "    wait: {distribution: lognormal, mean: 15ms, p99: 80ms}\n    concurrency: 32\n"
               "    calls: [{to: pricing, per: 1, timeout: 200ms, retries: 2}]\n"
               "  memory: {base: 180Mi, perRequest: 1.5Mi}\n  start: {time: 22s, cpu: 800m}\n"};

/* ---- NodePool ---- */

static const char *const effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute", NULL};
static const struct field taint_fields[] = {
    FIELD("key", TEXT, pool_taint, key, .required = true, .help = "its key"),
    FIELD("value", TEXT, pool_taint, value, .standard = "", .help = "its value"),
    FIELD("effect", ENUM, pool_taint, effect, .required = true, .words = effects,
          .help = "on pods that do not tolerate it"),
    END};
static const struct fields taint_table = {
    .name = "NodePool.taints", .fields = taint_fields, .size = sizeof(struct pool_taint)};
static const struct field taint_item = {.type = FIELD_OBJECT, .table = &taint_table};

static const struct field nodes_fields[] = {
    FIELD("min", INT, pool_nodes, min, .least = "0", .help = "that the autoscaler leaves; absent: initial"),
    FIELD("max", INT, pool_nodes, max, .least = "1",
          .help = "that the autoscaler makes; absent: the larger of min and initial"),
    FIELD("initial", INT, pool_nodes, initial, .least = "0", .help = "at the start; absent: min"), END};
static const struct fields nodes_table = {
    .name = "NodePool.nodes", .fields = nodes_fields, .size = sizeof(struct pool_nodes), .scalar_is = "initial"};

static const struct field boot_fields[] = {FIELD("time", DURATION, pool_boot, time_ns, UNCERTAIN(pool_boot, time_error),
                                                 .standard = "60s", .help = "from the order to the node's being ready"),
                                           FIELD("deviation", PERCENT, pool_boot, deviation, .standard = "0%",
                                                 .least = "0%", .most = "100%",
                                                 .help = "standard deviation of a single boot, share of the time"),
                                           END};
static const struct fields boot_table = {
    .name = "NodePool.boot", .fields = boot_fields, .size = sizeof(struct pool_boot), .scalar_is = "time"};

static const char *const purchases[] = {"on-demand", "spot", NULL};
static const char *const autoscalers[] = {"cluster-autoscaler", "karpenter", "none", NULL};
static const char *const pool_oneof[] = {"instance", "instances", NULL};
static const struct field pool_fields[] = {
    FIELD("instance", TEXT, node_pool, instance, .help = "instance type: m6i.xlarge"),
    FIELD("instances", LIST, node_pool, instances, .item = &text_item,
          .help = "or several, of which the autoscaler chooses"),
    FIELD("region", TEXT, node_pool, region, .required = true,
          .help = "provider and region: aws/us-east-1, gcp/us-central1, azure/eastus"),
    FIELD("zones", LIST, node_pool, zones, .item = &text_item,
          .help = "where nodes are made, in turn: [a, b, c]; absent: one zone without name"),
    FIELD("labels", MAP, node_pool, labels, .item = &text_item, .help = "of its nodes"),
    FIELD("taints", LIST, node_pool, taints, .item = &taint_item, .help = "of its nodes"),
    FIELD("purchase", ENUM, node_pool, purchase, .words = purchases, .standard = "on-demand",
          .help = "how they are paid"),
    FIELD("nodes", OBJECT, node_pool, nodes, .table = &nodes_table, .required = true,
          .help = "how many; a bare number is a pool of that size"),
    FIELD("boot", OBJECT, node_pool, boot, .table = &boot_table, .help = "how a node comes up"),
    FIELD("autoscaler", ENUM, node_pool, autoscaler, .words = autoscalers, .standard = "cluster-autoscaler",
          .help = "who adds and takes away nodes"),
    END};
static const struct fields pool_table = {
    .name = "NodePool",
    .fields = pool_fields,
    .size = sizeof(struct node_pool),
    .oneof = pool_oneof,
    .help = "Nodes of one make.",
    .example = "apiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: general}\nspec:\n  instance: m6i.xlarge\n"
               "  region: aws/us-east-1\n  zones: [a, b, c]\n  nodes: {min: 3, max: 30, initial: 4}\n"
               "  boot: {time: 75s}\n  autoscaler: cluster-autoscaler\n"};

/* ---- PriceBook ---- */

static const struct field price_fields[] = {
    FIELD("instance", TEXT, price_entry, instance, .required = true, .help = "instance type"),
    FIELD("region", TEXT, price_entry, region, .help = "absent: the book's"),
    FIELD("onDemand", NUMBER, price_entry, usd_per_hour, .required = true, .above = "0", .unit = "US dollars an hour",
          .help = "on demand"),
    FIELD("spot", NUMBER, price_entry, spot_usd_per_hour, .above = "0", .unit = "US dollars an hour",
          .help = "as spot; absent: there is none"),
    FIELD("vcpu", INT, price_entry, vcpu, .least = "1", .help = "of a machine that the catalog does not know"),
    FIELD("memory", BYTES, price_entry, memory_bytes, .least = "1Mi", .help = "of such a machine"),
    FIELD("pods", INT, price_entry, pods, .least = "1", .help = "that such a machine may run"),
    END};
static const struct fields price_table = {
    .name = "PriceBook.prices", .fields = price_fields, .size = sizeof(struct price_entry)};
static const struct field price_item = {.type = FIELD_OBJECT, .table = &price_table};

static const struct field book_fields[] = {
    FIELD("source", TEXT, price_book, source, .help = "where the prices come from"),
    FIELD("date", TEXT, price_book, date, .help = "when they held"),
    FIELD("region", TEXT, price_book, region, .help = "of prices that name none"),
    FIELD("csv", TEXT, price_book, csv,
          .help = "a CSV file of prices (columns as in data/prices), from the folder of this file"),
    FIELD("discount", PERCENT, price_book, discount, .standard = "0%", .least = "0%", .most = "100%",
          .help = "off every on-demand price"),
    FIELD("controlPlane", NUMBER, price_book, control_plane_usd_per_hour, .standard = "0", .least = "0",
          .unit = "US dollars an hour", .help = "what the provider takes for the control plane"),
    FIELD("prices", LIST, price_book, prices, .item = &price_item, .help = "that add to the catalog, or replace its"),
    END};
static const struct fields book_table = {
    .name = "PriceBook",
    .fields = book_fields,
    .size = sizeof(struct price_book),
    .help = "Prices beside or in place of the catalog's (data/prices).",
    .example = "apiVersion: headroom/v1\nkind: PriceBook\nmetadata: {name: contract}\nspec:\n  discount: 28%\n"
               "  region: aws/us-east-1\n  prices:\n    - {instance: m6i.xlarge, onDemand: 0.171}\n"};

/* ---- Release ---- */

static const char *const bads[] = {"no", "never-ready", "crash", NULL};
static const struct field release_fields[] = {
    FIELD("at", TIME, release, at_ns, .required = true, .help = "when"),
    FIELD("workload", REFERENCE, release, workload, .required = true, .kinds = released_kinds,
          .help = "what is changed"),
    FIELD("images", MAP, release, images, .item = &text_item, .help = "new images by container: {app: shop/web:v2}"),
    FIELD("patch", ANY, release, patch, .unit = "a strategic merge patch, as kubectl patch takes it",
          .help = "of the whole object"),
    FIELD("rollback", BOOL, release, rollback, .standard = "false",
          .help = "back to the revision before, as kubectl rollout undo"),
    FIELD("bad", ENUM, release, bad, .words = bads, .standard = "no", .help = "what is wrong with the new pods"),
    FIELD("crashAfter", DURATION, release, crash_after_ns, .standard = "5s",
          .help = "with bad: crash, from the start of a container to its end"),
    FIELD("behavior", ANY, release, behavior, .unit = "a merge patch of the ServiceModel's spec",
          .help = "how the new pods differ under load: {request: {cpu: 12ms}}"),
    END};
static const struct fields release_table = {
    .name = "Release",
    .fields = release_fields,
    .size = sizeof(struct release),
    .help = "A change of a workload at a time: new images, a patch, a rollback.",
    .example = "apiVersion: headroom/v1\nkind: Release\nmetadata: {name: v2}\nspec:\n  at: 2026-05-05T10:00:00Z\n"
               "  workload: Deployment/ride-api\n  images: {app: bimride/ride-api:v2}\n  bad: never-ready\n"};

/* ---- Fault ---- */

static const char *const crash_oneof[] = {"pool", "node", NULL};
static const struct field crash_fields[] = {
    FIELD("pool", REFERENCE, fault_crash, pool, .kinds = pool_kinds, .help = "whose nodes"),
    FIELD("node", TEXT, fault_crash, node, .help = "or the name of one"),
    FIELD("count", INT, fault_crash, count, .standard = "1", .least = "1", .help = "of the pool's nodes, oldest first"),
    END};
static const struct fields crash_table = {.name = "Fault.nodeCrash",
                                          .fields = crash_fields,
                                          .size = sizeof(struct fault_crash),
                                          .scalar_is = "pool",
                                          .oneof = crash_oneof};

static const struct field outage_fields[] = {
    FIELD("zone", TEXT, fault_outage, zone, .required = true, .help = "as nodes are labelled: us-east-1a"), END};
static const struct fields outage_table = {
    .name = "Fault.zoneOutage", .fields = outage_fields, .size = sizeof(struct fault_outage), .scalar_is = "zone"};

static const char *const fault_oneof[] = {"nodeCrash", "zoneOutage", NULL};
static const struct field fault_fields[] = {
    FIELD("at", TIME, fault, at_ns, .required = true, .help = "when"),
    FIELD("nodeCrash", OPTION, fault, node_crash, .table = &crash_table, .help = "nodes stop at once"),
    FIELD("zoneOutage", OPTION, fault, zone_outage, .table = &outage_table,
          .help = "or all nodes of a zone do, and no new ones come up there"),
    FIELD("recover", DURATION, fault, recover_ns, .help = "after which they are back; absent: never"), END};
static const struct fields fault_table = {
    .name = "Fault",
    .fields = fault_fields,
    .size = sizeof(struct fault),
    .oneof = fault_oneof,
    .help = "Something that breaks at a time.",
    .example = "apiVersion: headroom/v1\nkind: Fault\nmetadata: {name: lost-node}\nspec:\n  at: 36h\n"
               "  nodeCrash: {pool: general, count: 1}\n  recover: 10m\n"};

const struct spec_kind spec_kinds[] = {
    {"Scenario", &scenario_table},  {"Demand", &demand_table},
    {"ServiceModel", &model_table}, {"NodePool", &pool_table},
    {"PriceBook", &book_table},     {"Release", &release_table},
    {"Fault", &fault_table},        {NULL, NULL},
};

const char *const spec_kind_names[] = {"Scenario",  "Demand",  "ServiceModel", "NodePool",
                                       "PriceBook", "Release", "Fault",        NULL};

bool specs_says_memory(const struct service_model *model)
{
    return model->memory.base_bytes > 0 || (model->use != NULL && model->use->memory_bytes > 0);
}

const struct fields *spec_table(const char *kind)
{
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        if (strcmp(k->name, kind) == 0) {
            return k->table;
        }
    }
    return NULL;
}
