#include "models/service/loads.h"

#include <math.h>
#include <stdlib.h>

#include "models/demand/demand_model.h"
#include "models/demand/parameter.h"
#include "models/service/call_graph.h"
#include "sim/scenario/scenario.h"

static double seconds(int64_t ns)
{
    return (double)ns / UNITS_SECOND_NS;
}

/* ---- time passes for one service ---- */

/* The part of a target's requests that goes to one of its services: by pods that serve. */
static double part_of(const struct loads *l, const struct edge *edge)
{
    uint32_t all = 0;
    const struct service_model *first = l->entries.at[0].serving.model;
    for (uint32_t i = 0; i < edge->target->models.count; i++) {
        all += l->entries.at[edge->target->models.at[i] - first].fleet.pods;
    }
    return all > 0 ? (double)l->entries.at[edge->to].fleet.pods / all : 1.0 / edge->target->models.count;
}

/* Requests a second along an edge, retries included. */
static double edge_hz(const struct sim *sim, const struct loads *l, const struct edge *edge, int64_t at_ns)
{
    double asked_hz = edge->asked_hz;
    if (edge->from == NONE) {
        asked_hz = demand_model_hz(sim, edge->demand, at_ns) * edge->terms.per;
    }
    return asked_hz * part_of(l, edge) * call_attempts(&edge->terms, edge->failure);
}

static double arrivals_hz_of(const struct sim *sim, const struct loads *l, const struct entry *e, int64_t at_ns)
{
    double sum_hz = 0;
    for (uint32_t i = 0; i < e->in.count; i++) {
        sum_hz += edge_hz(sim, l, &l->edges.at[e->in.at[i]], at_ns);
    }
    return sum_hz;
}

/* What its calls take now, into l->calls; returns their mean time for a request, and sets the share that fails by
 * them. */
static double look_at_calls(struct loads *l, const struct entry *e, double *error)
{
    double mean_s = 0, good = 1;
    l->calls.count = 0;
    for (uint32_t i = e->out_first; i < e->out_end; i++) {
        struct edge *edge = &l->edges.at[i];
        const struct call_answer *answer = &l->entries.at[edge->to].fleet.answer;
        struct call_terms one = edge->terms;
        one.per *= part_of(l, edge);
        edge->failure = call_failure(&one, answer);
        good *= 1 - call_error(&one, edge->failure);
        double all_s = call_mean_s(&one, answer, edge->failure);
        struct fleet_call call = {.per = one.per, .mean_s = one.per > 0 ? all_s / one.per : 0};
        for (int k = 0; k < CALL_LEVELS; k++) {
            call.quantile_s[k] = call_quantile_s(&one, answer, edge->failure, call_levels[k]);
        }
        VEC_PUSH(&l->calls, call);
        mean_s += all_s;
    }
    *error = 1 - good;
    return mean_s;
}

/* The share of what is answered that comes too late for who asked. */
static double late_share(const struct sim *sim, const struct loads *l, const struct entry *e, int64_t at_ns)
{
    double all_hz = 0, late_hz = 0;
    for (uint32_t i = 0; i < e->in.count; i++) {
        const struct edge *edge = &l->edges.at[e->in.at[i]];
        if (isfinite(edge->terms.timeout_s)) {
            double rate_hz = edge_hz(sim, l, edge, at_ns);
            late_hz += rate_hz * call_answer_tail(&e->fleet.answer, edge->terms.timeout_s);
        }
    }
    if (late_hz > 0) {
        all_hz = arrivals_hz_of(sim, l, e, at_ns);
    }
    return all_hz > 0 ? late_hz / all_hz : 0;
}

/* Of all pods; UNLIMITED: of some it is unknown. A model that does not say it makes it so without any pod, too. */
static int64_t memory_of(const struct entry *e)
{
    int64_t bytes = e->other_bytes;
    bool known = e->serving.work.base_memory_bytes != UNLIMITED && e->other_strange == 0;
    for (uint32_t i = 0; i < e->fleet.cohorts.count; i++) {
        const struct cohort *c = e->fleet.cohorts.at[i];
        int64_t each = cohort_used_memory_bytes(c);
        known = known && (each != UNLIMITED || c->pods.count == 0);
        bytes += each * c->pods.count;
    }
    return known ? bytes : UNLIMITED;
}

/* What one pod uses. */
static void look_at_pods(const struct entry *e, const struct fleet_flow *flow, struct load_sample *s)
{
    if (e->serving.kind != SERVING_LOAD) {
        s->pods = e->other_pods;
        s->pod_mcpu = e->other_pods > 0 ? (double)e->other_mcpu / s->pods : 0;
        s->pod_mcpu_most = s->pod_mcpu;
        s->pod_memory_most = e->other_pods == 0 ? 0 : e->other_strange > 0 ? -1 : (double)e->other_bytes / s->pods;
        return;
    }
    s->pods = e->fleet.pods;
    s->pod_mcpu = e->fleet.pods > 0 ? flow->used_mcpu / s->pods : 0;
    for (uint32_t i = 0; i < e->fleet.cohorts.count; i++) {
        const struct cohort *c = e->fleet.cohorts.at[i];
        if (c->pods.count > 0) {
            double mcpu = (double)cohort_used_mcpu(c), bytes = (double)cohort_used_memory_bytes(c);
            s->pod_mcpu_most = mcpu > s->pod_mcpu_most ? mcpu : s->pod_mcpu_most;
            s->pod_memory_most = bytes > s->pod_memory_most ? bytes : s->pod_memory_most;
        }
    }
}

/* lost: requests that were sent to pods whose node has stopped. */
static void tell(struct sim *sim, const struct entry *e, const struct fleet_flow *flow, double lost, double late,
                 double error)
{
    double left = flow->left + e->fleet.ended_well, answered = left * (1 - error);
    const double *quantile_s = e->fleet.answer.quantile_s;
    struct load_sample s = {
        .workload = e->workload,
        .from_ns = e->advanced_ns,
        .to_ns = sim_now(sim),
        .arrivals = flow->arrivals + lost,
        .served = answered * (1 - late),
        .timed_out = answered * late,
        .failed = left * error + e->fleet.ended_badly + lost,
        .refused = flow->refused,
        .in_system = flow->inside,
        .utilization = flow->utilization,
        .p50_s = quantile_s[0],
        .p95_s = quantile_s[1],
        .p99_s = quantile_s[2],
        .used_mcpu = flow->used_mcpu + (double)e->other_mcpu,
        .wanted_mcpu = flow->wanted_mcpu + (double)e->other_mcpu,
        .used_memory_bytes = (double)memory_of(e),
        .throttled = flow->throttled,
    };
    look_at_pods(e, flow, &s);
    sim_load(sim, &s);
}

/* The share of the endpoints that are dead: requests are spread over all. Messages of a stream wait until they are taken. */
static double dead_share(const struct entry *e)
{
    return e->dead == 0 ? 0 : (double)e->dead / (e->dead + e->fleet.pods);
}

/* Moves a service on to now. */
void loads_advance(struct sim *sim, struct loads *l, struct entry *e)
{
    int64_t now_ns = sim_now(sim), step_ns = now_ns - e->advanced_ns;
    if (step_ns == 0) {
        return;
    }
    struct fleet_flow flow = {0};
    double late = 0, error = 0, lost = 0;
    if (e->serving.kind == SERVING_LOAD) {
        int64_t middle_ns = e->advanced_ns + step_ns / 2;
        double calls_s = look_at_calls(l, e, &error), arrivals_hz = arrivals_hz_of(sim, l, e, middle_ns);
        lost = arrivals_hz * dead_share(e) * seconds(step_ns);
        fleet_advance(&e->fleet, &l->curves, arrivals_hz * (1 - dead_share(e)), calls_s, seconds(step_ns), &flow);
        e->refused = flow.arrivals + lost > 0 ? (flow.refused + lost) / (flow.arrivals + lost) : 0;
        fleet_answer(&e->fleet, l->calls.at, l->calls.count, error, e->refused < 1 ? e->refused : 1);
        late = late_share(sim, l, e, middle_ns);
        for (uint32_t i = e->out_first; i < e->out_end; i++) {
            l->edges.at[i].asked_hz = flow.left / seconds(step_ns) * l->edges.at[i].terms.per;
        }
    }
    if (e->workload != NONE) {
        tell(sim, e, &flow, lost, late, error);
    }
    e->fleet.ended_well = e->fleet.ended_badly = 0;
    e->advanced_ns = now_ns;
}

/* ---- before the run ---- */

static void add_edges(struct loads *l, const struct target *target, struct edge edge)
{
    const struct service_model *first = l->entries.at[0].serving.model;
    for (uint32_t i = 0; i < target->models.count; i++) {
        edge.to = (uint32_t)(target->models.at[i] - first);
        edge.target = target;
        double timeout_s = l->entries.at[edge.to].serving.timeout_s;
        edge.terms.timeout_s = edge.terms.timeout_s > 0 ? edge.terms.timeout_s : timeout_s;
        VEC_PUSH(&l->edges, edge);
    }
}

static void add_calls(struct loads *l, uint32_t from)
{
    struct entry *e = &l->entries.at[from];
    const struct service_request *request = e->serving.model->request;
    e->out_first = l->edges.count;
    for (uint32_t i = 0; request != NULL && i < request->calls.count; i++) {
        const struct service_call *call = &request->calls.at[i];
        struct call_terms terms = {call->per, seconds(call->timeout_ns), (int32_t)call->retries};
        add_edges(l, &call->to, (struct edge){.from = from, .terms = terms});
    }
    e->out_end = l->edges.count;
}

static void add_sends(struct sim *sim, struct loads *l, uint32_t demand)
{
    const struct demand *d = &sim->scenario->demands.at[demand];
    for (uint32_t i = 0; i < d->sends.count; i++) {
        const struct demand_send *send = &d->sends.at[i];
        double per =
            parameter_drawn(send->per, send->per_error, send->to.ref.name, d->object, sim->seed, sim->replication);
        add_edges(l, &send->to, (struct edge){.from = NONE, .demand = demand, .terms = {.per = per}});
    }
}

static void link_edges(struct loads *l)
{
    uint32_t calls = 0;
    struct call_edge *edges = TAKE(&l->arena, struct call_edge, l->edges.count + 1);
    for (uint32_t i = 0; i < l->edges.count; i++) {
        const struct edge *edge = &l->edges.at[i];
        VEC_PUSH(&l->entries.at[edge->to].in, i);
        if (edge->from != NONE) {
            edges[calls++] = (struct call_edge){edge->from, edge->to};
        }
    }
    l->order = TAKE(&l->arena, uint32_t, l->entries.count + 1);
    call_graph_order(edges, calls, l->entries.count, l->order, l->arena);
}

void loads_build(struct sim *sim, struct loads *l)
{
    const struct scenario *s = sim->scenario;
    l->arena = arena_make(1 << 16);
    l->curves = queue_curves_make(&l->arena);
    for (uint32_t i = 0; s != NULL && i < s->service_models.count; i++) {
        VEC_PUSH(&l->entries, (struct entry){.workload = NONE, .advanced_ns = sim_now(sim)});
        serving_make(&s->service_models.at[i], sim->seed, sim->replication, &l->entries.at[i].serving);
    }
    for (uint32_t i = 0; i < l->entries.count; i++) {
        l->entries.at[i].fleet.serving = &l->entries.at[i].serving;
        add_calls(l, i);
    }
    for (uint32_t i = 0; s != NULL && i < s->demands.count; i++) {
        add_sends(sim, l, i);
    }
    link_edges(l);
}

void loads_drop(struct loads *l)
{
    for (uint32_t i = 0; i < l->entries.count; i++) {
        fleet_drop(&l->entries.at[i].fleet);
        VEC_DROP(&l->entries.at[i].in);
    }
    VEC_DROP(&l->entries);
    VEC_DROP(&l->edges);
    VEC_DROP(&l->pods);
    VEC_DROP(&l->by_workload);
    for (uint32_t i = 0; i < l->overrides.count; i++) {
        free(l->overrides.at[i].serving);
    }
    VEC_DROP(&l->overrides);
    VEC_DROP(&l->calls);
    node_shares_drop(&l->nodes);
    queue_curves_drop(&l->curves);
    arena_drop(&l->arena);
}
