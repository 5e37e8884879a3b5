/* specs.h -- headroom's own kinds as plain structs, and the tables of fields they are read by.
 *
 * A struct is the kind's spec; `object` is where it stands. Times of the scenario are ns since its start. A member for a
 * field that is not written holds the default that its table (specs.c) names; 0 or null where it names none.
 */
#ifndef SIM_SCENARIO_SPECS_H
#define SIM_SCENARIO_SPECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/value.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/object.h"
#include "sim/scenario/profile.h"
#include "sim/scenario/trace.h"
#include "sim/scenario/units.h"
#include "sim/world/delays.h"

struct service_model;

/* Who gets requests: a ServiceModel, or a Service with those whose pods it selects. */
struct target {
    struct reference ref;
    LIST_OF(const struct service_model *) models; /* at least one */
};

/* ---- Scenario ---- */

struct objective_latency {
    int64_t p50_ns; /* 0: not this one; exactly one is set */
    int64_t p90_ns;
    int64_t p95_ns;
    int64_t p99_ns;
    int64_t p999_ns;
};

struct objective {
    const char *name;  /* null: named by service and measure */
    const char *title; /* the name, or "ride-api p99 300ms", "ride-api success" */
    struct target service;
    struct objective_latency *latency; /* null: success is the objective */
    double share;                      /* of the time in which the latency must hold */
    double success;     /* share of requests that must be answered in time; 0: latency is the objective */
    double quantile;    /* of the latency: 0.99; 0 without */
    int64_t latency_ns; /* its bound */
};

struct budget {
    double monthly;
    const char *currency;
};

struct allocation {
    const char *team;             /* what names the team: "label/team", "annotation/owner" or "namespace" */
    LIST_OF(const char *) shared; /* namespaces whose cost is everybody's */
};

struct record_spec {
    int64_t step_ns; /* of time series; 0: a minute, coarser when the run is long */
};

struct scenario_spec {
    const struct object *object; /* null: the input has no Scenario */
    const char *kubernetes;
    int64_t start_ns; /* since 1970 */
    int64_t duration_ns;
    int64_t seed;
    int64_t replications;
    LIST_OF(const char *) include;
    LIST_OF(struct objective) objectives;
    struct budget *budget; /* null: none */
    struct allocation allocation;
    struct record_spec record;
    struct delays delays;
};

/* ---- Demand ---- */

/* How demand goes up and down: a named or inline pattern that repeats, or a series that was measured. */
struct demand_profile {
    const char *name;       /* of data/demand/NAME.csv; null: none */
    LIST_OF(double) points; /* levels, any scale, one every step_ns; they repeat */
    int64_t step_ns;
    const char *trace; /* a CSV file of time and rate, as the user names it; null: none */
};

struct demand_noise {
    double deviation;       /* standard deviation, share of the level */
    int64_t correlation_ns; /* after which 1/e of a deviation is left */
};

struct demand_event {
    const char *name;
    int64_t start_ns; /* of the rise */
    int64_t rise_ns;
    int64_t hold_ns;
    int64_t fall_ns;
    double factor; /* of the level while it holds */
};

struct demand_send {
    struct target to;
    double per; /* requests for each unit */
    double per_error;
};

struct demand {
    const struct object *object;
    const char *unit;  /* "ride" */
    double rate_per_s; /* mean over the profile, at the start; 0: that of the trace */
    double rate_error;
    struct demand_profile profile;
    const struct week_profile *shape; /* of name or points; null: level, or the trace's */
    const struct trace *trace;        /* null: none */
    struct growth growth;
    struct demand_noise *noise; /* null: none */
    LIST_OF(struct demand_event) events;
    LIST_OF(struct demand_send) sends;
    const char *time_zone;
    int32_t utc_offset_s; /* of time_zone: the profile's clock */
};

/* ---- ServiceModel ---- */

enum wait_distribution { WAIT_FIXED, WAIT_EXPONENTIAL, WAIT_LOGNORMAL };

/* The part of a request's time that takes no processor: disks, databases, other systems. */
struct request_wait {
    int distribution; /* enum wait_distribution */
    int64_t mean_ns;
    double mean_error;
    int64_t p99_ns; /* WAIT_LOGNORMAL: above the mean; 0: not written */
};

struct service_call {
    struct target to;
    double per;         /* calls for each request */
    int64_t timeout_ns; /* 0: none */
    int64_t retries;
};

struct service_request {
    int64_t cpu_ns; /* processor time of one */
    double cpu_error;
    double variation; /* coefficient of variation of the processor time */
    struct request_wait wait;
    int64_t concurrency; /* requests that a pod works on at a time; 0: no bound */
    int64_t queue;       /* requests that may wait for a pod; 0: no bound */
    int64_t timeout_ns;  /* after which the caller gives up; 0: never */
    LIST_OF(struct service_call) calls;
};

/* A consumer: messages wait until they are taken. */
struct service_stream {
    int64_t cpu_ns; /* processor time of a message */
    double cpu_error;
    int64_t wait_ns;      /* time of a message that takes no processor */
    int64_t concurrency;  /* messages that a pod works on at a time */
    int64_t partitions;   /* pods that can take part at most; 0: no bound */
    int64_t retention_ns; /* after which a message is lost; 0: never */
};

/* A Job's pod: so much work, then it ends. */
struct service_batch {
    int64_t cpu_ns; /* processor time of a pod's whole work */
    double cpu_error;
    int64_t duration_ns; /* it takes at least this long */
};

/* A model server: a request takes a slot for its first token and each that follows. */
struct service_inference {
    int64_t first_ns;     /* to the first token */
    int64_t per_token_ns; /* for each token after it, while `slots` are busy */
    double tokens;        /* mean of a request */
    int64_t slots;        /* requests that a pod works on at a time */
    int64_t used_mcpu;    /* while at least one is busy */
};

/* Constant use: agents, databases that do not follow the load. */
struct service_use {
    int64_t cpu_mcpu; /* of each pod */
    double cpu_error;
    int64_t memory_bytes; /* 0: not written */
};

/* What a dashboard shows of a service, all at one time. */
struct service_observed {
    double rate_per_s;
    double replicas;
    int64_t cpu_mcpu;     /* of all pods together */
    int64_t memory_bytes; /* of each pod; 0: not written */
    int64_t p50_ns;
    int64_t p99_ns;
};

struct service_memory {
    int64_t base_bytes; /* 0: not written */
    double base_error;
    int64_t per_request_bytes; /* for each that is in the pod */
};

struct service_start {
    int64_t time_ns; /* from the start of the container to its being ready */
    double time_error;
    int64_t cpu_mcpu; /* used meanwhile */
};

struct service_model {
    const struct object *object;
    struct reference workload;
    const char *container;           /* null: the pod has but one */
    struct service_request *request; /* exactly one of these six is written; from observed, request is worked out */
    struct service_stream *stream;
    struct service_batch *batch;
    struct service_inference *inference;
    struct service_use *use;
    struct service_observed *observed;
    struct service_memory memory;
    struct service_start start;
};

/* ---- NodePool ---- */

enum purchase { PURCHASE_ON_DEMAND, PURCHASE_SPOT };
enum autoscaler { AUTOSCALER_CLUSTER, AUTOSCALER_KARPENTER, AUTOSCALER_NONE };
enum provider { PROVIDER_AWS, PROVIDER_GCP, PROVIDER_AZURE, PROVIDER_OTHER };

struct pool_taint {
    const char *key;
    const char *value; /* "" without */
    int effect;        /* 0 NoSchedule, 1 PreferNoSchedule, 2 NoExecute */
};

struct pool_nodes {
    int64_t min;
    int64_t max;
    int64_t initial;
};

struct pool_boot {
    int64_t time_ns; /* from the order to the node's being ready */
    double time_error;
    double deviation; /* standard deviation of a single boot, share of the time */
};

struct node_pool {
    const struct object *object;
    LIST_OF(const char *) instances;    /* one or more; with `instance` that one */
    LIST_OF(struct catalog_type) types; /* of each of instances, with list prices (discount: struct scenario) */
    const char *instance;
    const char *region;      /* "aws/us-east-1" */
    enum provider provider;  /* by the region's first part; whose reservations hold */
    const char *region_name; /* its second part: "us-east-1"; the whole where there is one part */
    LIST_OF(const char *) zones;
    LIST_OF(const char *) zone_names; /* as nodes are labelled: us-east-1a, us-central1-a, eastus-1 */
    struct value *labels;
    LIST_OF(struct pool_taint) taints;
    int purchase; /* enum purchase */
    struct pool_nodes nodes;
    struct pool_boot boot;
    int autoscaler; /* enum autoscaler */
};

/* ---- PriceBook ---- */

struct price_entry {
    const char *instance;
    const char *region; /* null: the book's */
    double usd_per_hour;
    double spot_usd_per_hour; /* 0: no spot price */
    int64_t vcpu;             /* the machine, where the catalog does not know it; 0: not written */
    int64_t memory_bytes;
    int64_t pods;
};

struct price_book {
    const struct object *object;
    const char *source;
    const char *date;
    const char *region; /* of the entries that name none */
    const char *csv;    /* as the user names it; null: none */
    double discount;    /* share off every on-demand price */
    double control_plane_usd_per_hour;
    LIST_OF(struct price_entry) prices;
};

/* ---- Release ---- */

enum release_bad { RELEASE_GOOD, RELEASE_NEVER_READY, RELEASE_CRASHES };

/* A change of a workload, as somebody would make it with kubectl. */
struct release {
    const struct object *object;
    int64_t at_ns;
    struct reference workload;
    struct value *images; /* container: image */
    struct value *patch;  /* strategic merge patch of the object; null: none */
    bool rollback;        /* kubectl rollout undo */
    int bad;              /* enum release_bad: what the new pods do */
    int64_t crash_after_ns;
    struct value *behavior;            /* merge patch of the spec of the workload's ServiceModel; null: none */
    const struct service_model *model; /* what behavior makes of it; null without */
};

/* ---- Fault ---- */

struct fault_crash {
    struct reference pool; /* NodePool; name null: node is written */
    const char *node;      /* of one node; null: pool is written */
    int64_t count;         /* nodes of the pool, oldest first */
};

struct fault_outage {
    const char *zone; /* as nodes are labelled */
};

struct fault {
    const struct object *object;
    int64_t at_ns;
    struct fault_crash *node_crash; /* exactly one of these two is written */
    struct fault_outage *zone_outage;
    int64_t recover_ns; /* after which they are back; 0: never */
};

/* ---- tables ---- */

struct spec_kind {
    const char *name;
    const struct fields *table;
};

/* Closed by a null name. Scenario is the first. */
extern const struct spec_kind spec_kinds[];

/* The names of spec_kinds, closed by null. */
extern const char *const spec_kind_names[];

/* Whether a model says how much memory a pod uses; else that is unknown. */
bool specs_says_memory(const struct service_model *model);

/* The table of a kind; null: headroom has none of that name. */
const struct fields *spec_table(const char *kind);

#endif
