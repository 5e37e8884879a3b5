/* Invariants
 * 1. A workload's pending, starting and ready count its pods that are not terminal, by state; pods that are being deleted
 *    are in none of them. Requests are those of bound pods that are not terminal, terminating ones too.
 * 2. A pod's since_ns is set for exactly the pods that are pending.
 */
#include "sim/run/recorder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/demand/demand_model.h"
#include "sim/base/elementary.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define SERIES_MAX 10080 /* samples of one series: a week of minutes */
#define SAMPLES_MAX 400000
#define SOON_S 90.0 /* in which a pod is Ready where nothing is wrong */

/* ---- pods ---- */

enum pod_state { STATE_NONE, STATE_PENDING, STATE_STARTING, STATE_READY };

static enum pod_state state_of(const struct pod *p)
{
    if (pod_is_terminal(p) || p->deletion_ns != TIME_UNSET) {
        return STATE_NONE;
    }
    if (p->node_name == NULL) {
        return STATE_PENDING;
    }
    return p->ready == CONDITION_TRUE ? STATE_READY : STATE_STARTING;
}

static bool takes_room(const struct pod *p)
{
    return p->node_name != NULL && !pod_is_terminal(p);
}

static void count(struct recorded_workload *w, const struct pod *p, int32_t sign, int64_t now_ns)
{
    enum pod_state s = state_of(p);
    w->pending += s == STATE_PENDING ? sign : 0;
    w->starting += s == STATE_STARTING ? sign : 0;
    w->ready += s == STATE_READY ? sign : 0;
    w->was_ready = w->was_ready || w->ready > 0;
    if (takes_room(p)) {
        statistics_level_set(&w->requested_mcpu, now_ns,
                             w->requested_mcpu.value + sign * (double)p->template->requests.mcpu);
        statistics_level_set(&w->requested_bytes, now_ns,
                             w->requested_bytes.value + sign * (double)p->template->requests.memory_bytes);
    }
}

static struct recorded_pod *pod_at(struct recorder *r, uint32_t row)
{
    while (r->pods.count <= row) {
        VEC_PUSH(&r->pods, (struct recorded_pod){.workload = NONE, .since_ns = TIME_UNSET});
    }
    return &r->pods.at[row];
}

static void follow_pending(struct recorded_workload *w, struct recorded_pod *pod, bool pending, int64_t now_ns)
{
    if (pending && pod->since_ns == TIME_UNSET) {
        pod->since_ns = now_ns;
    } else if (!pending && pod->since_ns != TIME_UNSET) {
        int64_t waited = now_ns - pod->since_ns;
        w->pending_pod_ns += (double)waited;
        w->pending_longest_ns = waited > w->pending_longest_ns ? waited : w->pending_longest_ns;
        pod->since_ns = TIME_UNSET;
    }
}

/* Returns the index of its workload. */
static uint32_t on_pod(struct recorder *r, const struct sim *sim, const struct fact *fact)
{
    const struct pod *old = fact->old;
    const struct pod *p = fact->verb == FACT_REMOVED ? NULL : world_pod(&sim->world, fact->row);
    struct recorded_pod *pod = pod_at(r, fact->row);
    if (fact->verb == FACT_ADDED) {
        *pod = (struct recorded_pod){.workload = plan_workload_of(r->plan, sim, p->workload), .since_ns = TIME_UNSET};
    }
    if (pod->workload == NONE) {
        return NONE;
    }
    struct recorded_workload *w = &r->workloads[pod->workload];
    int64_t now = sim_now(sim);
    if (old != NULL) {
        count(w, old, -1, now);
    }
    if (p != NULL) {
        count(w, p, 1, now);
        if (old != NULL && p->restarts > old->restarts) {
            w->restarts += p->restarts - old->restarts;
        }
        w->oom_kills += old != NULL ? p->oom_kills - old->oom_kills : 0;
    }
    follow_pending(w, pod, p != NULL && state_of(p) == STATE_PENDING, now);
    return pod->workload;
}

/* ---- replicas, nodes ---- */

/* What a workload is to have: its size, or for kinds without one the pods that it has. */
static double replicas_of(const struct recorder *r, const struct sim *sim, uint32_t index)
{
    const struct workload *o = &sim->world.workloads.at[index];
    if (o->kind == WORKLOAD_DEPLOYMENT || o->kind == WORKLOAD_STATEFULSET) {
        return o->spec.replicas;
    }
    const struct recorded_workload *w = &r->workloads[index];
    return w->pending + w->starting + w->ready;
}

static void follow_replicas(struct recorder *r, const struct sim *sim, uint32_t index)
{
    double replicas = replicas_of(r, sim, index);
    if (r->workloads[index].replicas.value != replicas) {
        statistics_level_set(&r->workloads[index].replicas, sim_now(sim), replicas);
    }
}

static void follow_allocatable(struct recorder *r, const struct node *n, double sign, int64_t now_ns)
{
    if (n->ready) {
        statistics_level_set(&r->allocatable_mcpu, now_ns,
                             r->allocatable_mcpu.value + sign * (double)n->allocatable.mcpu);
        statistics_level_set(&r->allocatable_bytes, now_ns,
                             r->allocatable_bytes.value + sign * (double)n->allocatable.memory_bytes);
    }
}

static void on_node(struct recorder *r, const struct sim *sim, const struct fact *fact)
{
    int64_t now = sim_now(sim);
    const struct node *old = fact->old;
    const struct node *n = fact->verb == FACT_REMOVED ? NULL : world_node(&sim->world, fact->row);
    uint32_t pool = n != NULL ? n->pool : old->pool;
    if (fact->verb != FACT_CHANGED && pool != NONE) {
        struct statistics_level *nodes = &r->pools[pool].nodes;
        statistics_level_set(nodes, now, nodes->value + (n != NULL ? 1 : -1));
    }
    if (old != NULL) {
        follow_allocatable(r, old, -1, now);
    }
    if (n != NULL) {
        follow_allocatable(r, n, 1, now);
    }
}

static void on_fact(void *context, const struct sim *sim, const struct fact *fact)
{
    struct recorder *r = context;
    uint32_t workload = NONE;
    if (fact->kind == FACT_POD) {
        workload = on_pod(r, sim, fact);
    } else if (fact->kind == FACT_NODE) {
        on_node(r, sim, fact);
    } else if (fact->kind == FACT_WORKLOAD && fact->verb != FACT_REMOVED) {
        workload = plan_workload_of(r->plan, sim, fact->row);
    }
    if (workload != NONE) {
        follow_replicas(r, sim, workload);
    }
}

/* ---- loads ---- */

static void add_load(struct recorded_load *l, const struct load_sample *s)
{
    double seconds = (double)(s->to_ns - s->from_ns) / (double)SECOND;
    l->seconds += seconds;
    l->arrivals += s->arrivals;
    l->served += s->served;
    l->timed_out += s->timed_out;
    l->failed += s->failed;
    l->refused += s->refused;
    l->p50_weighted += s->p50_s * s->arrivals;
    l->p95_weighted += s->p95_s * s->arrivals;
    l->p99_weighted += s->p99_s * s->arrivals;
    l->utilization_seconds += s->utilization * seconds;
    l->used_mcpu_seconds += s->used_mcpu * seconds;
    if (s->used_memory_bytes >= 0) {
        l->used_bytes_seconds += s->used_memory_bytes * seconds;
        l->bytes_known_seconds += seconds;
    }
    l->throttled_seconds += s->throttled * seconds;
}

/* The distribution over the run: of each sample its quantiles, on a normal scale of the logarithm straight through the
 * three that it tells. Points stand for the shares of requests around them. */
static void count_latency(struct histogram *h, const struct load_sample *s)
{
    static const struct {
        double z; /* of the middle of the share */
        double share;
    } points[] = {{-1.645, 0.1}, {-1.036, 0.1}, {-0.674, 0.1},  {-0.385, 0.1},  {-0.126, 0.1},
                  {0.126, 0.1},  {0.385, 0.1},  {0.674, 0.1},   {1.036, 0.1},   {1.440, 0.05},
                  {1.812, 0.03}, {2.170, 0.01}, {2.432, 0.005}, {2.748, 0.004}, {3.291, 0.001}};
    const double z95 = 1.645, z99 = 2.326;
    if (!(s->arrivals > 0) || !(s->p50_s > 0)) {
        return;
    }
    double l50 = elementary_log(s->p50_s), l95 = elementary_log(s->p95_s), l99 = elementary_log(s->p99_s);
    double low = (l95 - l50) / z95, high = (l99 - l95) / (z99 - z95);
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++) {
        double z = points[i].z;
        double l = z < z95 ? l50 + low * z : l95 + high * (z - z95);
        uint64_t thousandths = (uint64_t)(s->arrivals * points[i].share * 1000 + 0.5);
        histogram_add(h, elementary_exp(l), thousandths);
    }
}

/* Latencies often stay as they are for many samples: those are counted together. */
static void add_latency(struct recorded_workload *w, const struct load_sample *s)
{
    struct load_sample *l = &w->latest;
    if (s->p50_s == l->p50_s && s->p95_s == l->p95_s && s->p99_s == l->p99_s) {
        l->arrivals += s->arrivals;
    } else {
        count_latency(&w->latency, l);
        *l = *s;
    }
}

/* Pods of a workload are alike but for those on nodes that are short, so one figure stands for all in a sample. */
static void add_pods(struct recorded_workload *w, const struct load_sample *s)
{
    if (s->pods > 0) {
        double thousandths = s->pods * (double)(s->to_ns - s->from_ns) / 1e6;
        histogram_add(&w->pod_mcpu, s->pod_mcpu, (uint64_t)(thousandths + 0.5));
        w->pod_mcpu_most = s->pod_mcpu_most > w->pod_mcpu_most ? s->pod_mcpu_most : w->pod_mcpu_most;
        w->pod_bytes_most = s->pod_memory_most > w->pod_bytes_most ? s->pod_memory_most : w->pod_bytes_most;
    }
}

static double quantile_of(const struct load_sample *s, double quantile)
{
    return quantile <= 0.5 ? s->p50_s : quantile <= 0.95 ? s->p95_s : s->p99_s;
}

static bool is_target(const struct objective *o, const struct plan *plan, uint32_t workload)
{
    for (uint32_t k = 0; k < o->service.models.count; k++) {
        if (o->service.models.at[k] == plan->workloads.at[workload].model) {
            return true;
        }
    }
    return false;
}

static void judge(struct recorded_objective *j, const struct objective *o, const struct load_sample *s)
{
    double seconds = (double)(s->to_ns - s->from_ns) / (double)SECOND;
    double ended = s->served + s->timed_out + s->failed + s->refused;
    j->ended += ended;
    j->served += s->served;
    j->seconds += seconds;
    if (o->latency != NULL) {
        double latency = quantile_of(s, o->quantile);
        j->good_seconds +=
            latency * (double)SECOND <= (double)o->latency_ns && s->refused + s->failed < s->arrivals ? seconds : 0;
        if (latency > j->worst) {
            j->worst = latency;
            j->worst_ns = s->from_ns;
        }
    } else if (ended > 0) {
        double success = s->served / ended;
        if (success < j->worst) {
            j->worst = success;
            j->worst_ns = s->from_ns;
        }
    }
}

static void on_load(void *context, const struct sim *sim, const struct load_sample *s)
{
    struct recorder *r = context;
    uint32_t index = plan_workload_of(r->plan, sim, s->workload);
    if (index == NONE || s->to_ns <= s->from_ns) {
        return;
    }
    struct recorded_workload *w = &r->workloads[index];
    w->has_load = true;
    add_load(&w->run, s);
    add_load(&w->step, s);
    w->used_mcpu_most = s->used_mcpu > w->used_mcpu_most ? s->used_mcpu : w->used_mcpu_most;
    w->used_bytes_most = s->used_memory_bytes > w->used_bytes_most ? s->used_memory_bytes : w->used_bytes_most;
    add_latency(w, s);
    add_pods(w, s);
    const struct scenario_spec *spec = &r->plan->scenario->spec;
    for (uint32_t i = 0; s->arrivals > 0 && i < spec->objectives.count; i++) {
        if (is_target(&spec->objectives.at[i], r->plan, index)) {
            judge(&r->objectives[i], &spec->objectives.at[i], s);
        }
    }
}

/* ---- decisions ---- */

static const char *kind_of_workload(enum workload_kind kind)
{
    static const char *const kinds[] = {[WORKLOAD_DEPLOYMENT] = "Deployment",
                                        [WORKLOAD_STATEFULSET] = "StatefulSet",
                                        [WORKLOAD_DAEMONSET] = "DaemonSet",
                                        [WORKLOAD_JOB] = "Job",
                                        [WORKLOAD_CRONJOB] = "CronJob"};
    return kinds[kind];
}

static void name_workload(const struct sim *sim, uint32_t row, struct recorded_decision *d, char *name, size_t size)
{
    const struct workload *w = world_workload(&sim->world, row);
    world_workload_name(&sim->world, row, name, size);
    d->kind = kind_of_workload(w->kind);
    d->namespace = w->namespace;
    d->name = name;
}

/* Who it is about; a name that must be put together is written to name. */
static void name_object(const struct recorder *r, const struct sim *sim, const struct note *n,
                        struct recorded_decision *d, char *name, size_t size)
{
    const struct pod *p;
    d->namespace = "";
    switch (n->object) {
    case NOTE_NODE:
        d->kind = "Node";
        d->name = world_node(&sim->world, n->row)->name;
        break;
    case NOTE_POD:
        p = world_pod(&sim->world, n->row);
        world_pod_name(&sim->world, n->row, name, size);
        d->kind = "Pod";
        d->namespace = p->namespace == NULL ? "" : p->namespace;
        d->name = name;
        break;
    case NOTE_REPLICASET:
        d->kind = "ReplicaSet";
        d->namespace = sim->world.replicasets.at[n->row].namespace;
        d->name = sim->world.replicasets.at[n->row].name;
        if (sim->world.replicasets.at[n->row].workload != NONE) {
            name_workload(sim, sim->world.replicasets.at[n->row].workload, d, name, size);
        }
        break;
    case NOTE_WORKLOAD:
        name_workload(sim, n->row, d, name, size);
        break;
    case NOTE_HPA:
        d->kind = "HorizontalPodAutoscaler";
        d->namespace = world_hpa(&sim->world, n->row)->namespace;
        d->name = world_hpa(&sim->world, n->row)->name;
        break;
    case NOTE_POOL:
        d->kind = "NodePool";
        d->name = r->plan->pools.at[n->row].name;
        break;
    case NOTE_RUN:
        d->kind = "Run";
        d->name = "";
        break;
    }
}

static uint64_t hash_of(const struct recorded_decision *d)
{
    uint64_t hash = names_hash(d->name, strlen(d->name));
    hash = hash * 31 + names_hash(d->reason, strlen(d->reason));
    hash = hash * 31 + names_hash(d->message, strlen(d->message));
    return hash == 0 ? 1 : hash;
}

/* Whether the object's last decision was another one; this is the last now. */
static bool is_new(struct recorder *r, const struct note *n, const struct recorded_decision *d)
{
    while (r->last[n->object].count <= n->row) {
        VEC_PUSH(&r->last[n->object], 0);
    }
    uint64_t hash = hash_of(d), before = r->last[n->object].at[n->row];
    r->last[n->object].at[n->row] = hash;
    return hash != before;
}

static void on_note(void *context, const struct sim *sim, const struct note *n)
{
    struct recorder *r = context;
    char message[1200] = "", name[300] = "";
    struct recorded_decision d = {
        .at_ns = sim_now(sim), .model = n->model, .reason = n->reason, .message = message, .warning = n->warning};
    if (!r->begun) {
        return;
    }
    name_object(r, sim, n, &d, name, sizeof name);
    if (n->render != NULL) {
        n->render(sim, n, message, sizeof message);
    } else if (n->texts[0] != NULL) {
        snprintf(message, sizeof message, "%s", n->texts[0]);
    }
    if (is_new(r, n, &d)) {
        r->sink->decision(r->sink->context, &d);
    }
}

/* ---- series ---- */

static struct recorded_workload_sample sample_of(const struct recorded_workload *w)
{
    const struct recorded_load *l = &w->step;
    double seconds = l->seconds > 0 ? l->seconds : 1, arrivals = l->arrivals > 0 ? l->arrivals : 1;
    return (struct recorded_workload_sample){.replicas = (int32_t)w->replicas.value,
                                             .pending = w->pending,
                                             .starting = w->starting,
                                             .ready = w->ready,
                                             .requested_mcpu = (int64_t)w->requested_mcpu.value,
                                             .requested_bytes = (int64_t)w->requested_bytes.value,
                                             .used_mcpu = l->seconds > 0 ? l->used_mcpu_seconds / seconds : -1,
                                             .used_bytes = recorder_used_bytes(l),
                                             .arrivals_per_s = l->arrivals / seconds,
                                             .served_per_s = l->served / seconds,
                                             .failed_per_s = (l->timed_out + l->failed + l->refused) / seconds,
                                             .p50_s = l->p50_weighted / arrivals,
                                             .p95_s = l->p95_weighted / arrivals,
                                             .p99_s = l->p99_weighted / arrivals,
                                             .utilization = l->utilization_seconds / seconds,
                                             .throttled = l->throttled_seconds / seconds};
}

/* Sums of what is known; negative: nothing is. */
static double add_known(double sum, int64_t amount)
{
    return amount < 0 ? sum : (sum < 0 ? 0 : sum) + (double)amount;
}

static void sample_pools(struct recorder *r, const struct sim *sim)
{
    for (uint32_t i = 0; i < r->plan->pools.count; i++) {
        r->pools[i].sample = (struct recorded_pool_sample){.used_mcpu = -1, .used_bytes = -1};
    }
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        const struct node *n = &sim->world.nodes.at[row];
        if (n->uid == 0 || n->pool == NONE) {
            continue;
        }
        struct recorded_pool_sample *s = &r->pools[n->pool].sample;
        s->nodes++;
        s->nodes_ready += n->ready;
        s->allocatable_mcpu += n->ready ? n->allocatable.mcpu : 0;
        s->allocatable_bytes += n->ready ? n->allocatable.memory_bytes : 0;
        s->requested_mcpu += n->requested.mcpu;
        s->requested_bytes += n->requested.memory_bytes;
        for (uint32_t k = 0; k < n->pods.count; k++) {
            const struct pod *pod = &sim->world.pods.at[n->pods.at[k]];
            s->used_mcpu = add_known(s->used_mcpu, pod->used_mcpu);
            s->used_bytes = add_known(s->used_bytes, pod->used_memory_bytes);
        }
    }
}

void recorder_sample(struct recorder *r, const struct sim *sim)
{
    const struct recorder_sink *sink = r->sink;
    int64_t now = sim_now(sim);
    if (sink == NULL) {
        return;
    }
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        struct recorded_workload *w = &r->workloads[i];
        struct recorded_workload_sample s = sample_of(w);
        sink->workload(sink->context, i, now, &s, w->has_load);
        w->step = (struct recorded_load){0};
    }
    sample_pools(r, sim);
    for (uint32_t i = 0; i < r->plan->pools.count; i++) {
        sink->pool(sink->context, i, now, &r->pools[i].sample);
    }
    for (uint32_t i = 0; i < r->plan->scenario->demands.count; i++) {
        sink->demand(sink->context, i, now, demand_model_hz(sim, i, now));
    }
}

/* ---- from beginning to end ---- */

struct recorder *recorder_open(const struct plan *plan, const struct recorder_sink *sink)
{
    struct recorder *r = memory_take(1, sizeof *r);
    r->plan = plan;
    r->sink = sink;
    r->workloads = memory_take(plan->workloads.count, sizeof *r->workloads);
    r->pools = memory_take(plan->pools.count, sizeof *r->pools);
    r->objectives = memory_take(plan->scenario->spec.objectives.count, sizeof *r->objectives);
    for (uint32_t i = 0; i < plan->scenario->spec.objectives.count; i++) {
        r->objectives[i].worst = plan->scenario->spec.objectives.at[i].latency != NULL ? 0 : 1;
    }
    return r;
}

void recorder_close(struct recorder *r)
{
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        histogram_drop(&r->workloads[i].latency);
        histogram_drop(&r->workloads[i].pod_mcpu);
    }
    free(r->workloads);
    free(r->pools);
    free(r->objectives);
    VEC_DROP(&r->pods);
    for (unsigned k = 0; k <= NOTE_RUN; k++) {
        VEC_DROP(&r->last[k]);
    }
    free(r);
}

void recorder_attach(struct recorder *r, struct sim *sim)
{
    sim_listen(sim, (struct sim_listener){
                        .context = r, .fact = on_fact, .note = r->sink != NULL ? on_note : NULL, .load = on_load});
}

static void restart(struct statistics_level *l, int64_t now_ns)
{
    *l = statistics_level_start(now_ns, l->value);
}

static void count_nodes(struct recorder *r, const struct sim *sim)
{
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        const struct node *n = &sim->world.nodes.at[row];
        if (n->uid == 0) {
            continue;
        }
        if (n->pool != NONE) {
            r->pools[n->pool].nodes.value++;
        }
        r->allocatable_mcpu.value += n->ready ? (double)n->allocatable.mcpu : 0;
        r->allocatable_bytes.value += n->ready ? (double)n->allocatable.memory_bytes : 0;
    }
}

void recorder_begin(struct recorder *r, struct sim *sim)
{
    int64_t now = sim_now(sim);
    r->started_ns = now;
    r->begun = true;
    r->allocatable_mcpu.value = r->allocatable_bytes.value = 0;
    for (uint32_t i = 0; i < r->plan->pools.count; i++) {
        r->pools[i].nodes.value = 0;
    }
    count_nodes(r, sim);
    for (uint32_t i = 0; i < r->plan->pools.count; i++) {
        restart(&r->pools[i].nodes, now);
    }
    restart(&r->allocatable_mcpu, now);
    restart(&r->allocatable_bytes, now);
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        struct recorded_workload *w = &r->workloads[i];
        w->replicas.value = replicas_of(r, sim, i);
        restart(&w->replicas, now);
        restart(&w->requested_mcpu, now);
        restart(&w->requested_bytes, now);
        w->pending_pod_ns = 0;
        w->pending_longest_ns = 0;
        w->restarts = 0;
        w->oom_kills = 0;
        w->was_ready = w->ready > 0;
        w->run = w->step = (struct recorded_load){0};
    }
}

void recorder_end(struct recorder *r, const struct sim *sim)
{
    r->ended_ns = sim_now(sim);
    for (uint32_t i = 0; i < r->plan->workloads.count; i++) {
        count_latency(&r->workloads[i].latency, &r->workloads[i].latest);
    }
    for (uint32_t row = 0; row < r->pods.count; row++) {
        struct recorded_pod *pod = &r->pods.at[row];
        if (pod->since_ns != TIME_UNSET) {
            follow_pending(&r->workloads[pod->workload], pod, false, r->ended_ns);
        }
    }
}

bool recorder_never_ready(const struct recorder *r, uint32_t workload)
{
    const struct recorded_workload *w = &r->workloads[workload];
    double seconds = (double)(r->ended_ns - r->started_ns) / (double)SECOND;
    double wanted_s = statistics_level_mean(&w->replicas, r->ended_ns) * seconds;
    return !w->was_ready && wanted_s > (seconds < 2 * SOON_S ? seconds / 2 : SOON_S);
}

double recorder_used_bytes(const struct recorded_load *l)
{
    return l->bytes_known_seconds > 0 ? l->used_bytes_seconds / l->bytes_known_seconds : -1;
}

double recorder_achieved(const struct objective *o, const struct recorded_objective *j)
{
    if (o->latency != NULL) {
        return j->seconds > 0 ? j->good_seconds / j->seconds : 1;
    }
    return j->ended > 0 ? j->served / j->ended : 1;
}

int64_t recorder_step(const struct plan *plan)
{
    static const int64_t minutes[] = {1, 2, 5, 10, 15, 30, 60};
    const struct scenario_spec *spec = &plan->scenario->spec;
    int64_t step = spec->record.step_ns;
    for (unsigned i = 0; step == 0 && i < sizeof minutes / sizeof minutes[0]; i++) {
        int64_t length = spec->duration_ns / (minutes[i] * MINUTE), all = length * (int64_t)plan->workloads.count;
        step = length <= SERIES_MAX && all <= SAMPLES_MAX ? minutes[i] * MINUTE : 0;
    }
    return step == 0 ? 60 * MINUTE : step;
}
