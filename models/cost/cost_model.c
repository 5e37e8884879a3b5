/* Invariants
 * 1. accrued_ns of a node is the instant up to which its cost was shared out.
 * 2. The sum over days of workloads, others, idle and system is total_nusd.
 */
#include "models/cost/cost_model.h"

#include <assert.h>
#include <stdlib.h>

#include "models/node/pool.h"
#include "sim/scenario/scenario.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define DAY (86400 * SECOND)

struct cost_account {
    uint64_t uid; /* of the node; 0: none */
    int64_t started_ns;
    int64_t accrued_ns;
};

struct cost {
    struct cost_ledger ledger;
    VEC(struct cost_account) accounts; /* by node row */
    VEC(struct cost_claim) claims;
    VEC(struct cost_part) parts;
    VEC(uint32_t) payers; /* of each claim: row of the workload; NONE: others */
};

static struct cost_day *day_of(struct sim *sim, struct cost *c, int64_t at_ns, uint32_t pool)
{
    struct cost_ledger *l = &c->ledger;
    int64_t start_ns = sim->scenario == NULL ? 0 : sim->scenario->spec.start_ns;
    uint32_t number = cost_day_of(start_ns, at_ns);
    while (l->days.count < (number + 1) * l->pool_count) {
        VEC_PUSH(&l->days, (struct cost_day){0});
    }
    struct cost_day *day = &l->days.at[number * l->pool_count + pool];
    if (day->workloads == NULL) {
        day->workloads = memory_take(l->workload_count, sizeof *day->workloads);
    }
    return day;
}

static uint32_t payer_of(const struct cost *c, const struct world *w, const struct pod *p)
{
    uint32_t row = p->workload;
    if (row != NONE && w->workloads.at[row].owner != NONE) {
        row = w->workloads.at[row].owner;
    }
    return row < c->ledger.workload_count ? row : NONE;
}

static void claim(struct cost *c, const struct world *w, const struct pod *p)
{
    if (pod_is_terminal(p)) {
        return;
    }
    const struct resources *r = &p->template->requests;
    VEC_PUSH(&c->claims, cost_claim(r->mcpu, p->used_mcpu, r->memory_bytes, p->used_memory_bytes));
    VEC_PUSH(&c->parts, (struct cost_part){0});
    VEC_PUSH(&c->payers, payer_of(c, w, p));
}

static void add(struct cost_part *to, struct cost_part part)
{
    to->processor_nusd += part.processor_nusd;
    to->memory_nusd += part.memory_nusd;
}

static void book(struct cost *c, struct cost_day *day, uint32_t pool, int64_t amount, struct cost_part idle,
                 struct cost_part reserved)
{
    for (uint32_t i = 0; i < c->parts.count; i++) {
        add(c->payers.at[i] == NONE ? &day->others : &day->workloads[c->payers.at[i]], c->parts.at[i]);
    }
    add(&day->idle, idle);
    add(&day->system, reserved);
    c->ledger.pool_nusd[pool] += amount;
    c->ledger.total_nusd += amount;
}

/* Shares out what a node has cost since the last time: among its pods as they were, so without the one that has just
 * come, or with the one that has just gone. */
static void accrue(struct sim *sim, struct cost *c, uint32_t row, const struct node *n, uint32_t come,
                   const struct pod *gone)
{
    struct cost_account *a = &c->accounts.at[row];
    int64_t now = sim_now(sim);
    if (n->pool == NONE || now <= a->accrued_ns) {
        return;
    }
    int64_t price = cost_nusd(sim->pools->at[n->pool].usd_per_hour);
    int64_t amount =
        cost_of_lifetime(price, now - a->started_ns) - cost_of_lifetime(price, a->accrued_ns - a->started_ns);
    struct cost_node machine = {.capacity_mcpu = n->capacity.mcpu,
                                .capacity_memory_bytes = n->capacity.memory_bytes,
                                .allocatable_mcpu = n->allocatable.mcpu,
                                .allocatable_memory_bytes = n->allocatable.memory_bytes};
    c->claims.count = c->parts.count = c->payers.count = 0;
    for (uint32_t k = 0; k < n->pods.count; k++) {
        if (n->pods.at[k] != come) {
            claim(c, &sim->world, &sim->world.pods.at[n->pods.at[k]]);
        }
    }
    if (gone != NULL) {
        claim(c, &sim->world, gone);
    }
    struct cost_part idle = {0}, reserved = {0};
    cost_share(&machine, amount, c->claims.at, c->claims.count, c->parts.at, &idle, &reserved);
    c->ledger.pool_node_ns[n->pool] += (double)(now - a->accrued_ns);
    book(c, day_of(sim, c, a->accrued_ns, n->pool), n->pool, amount, idle, reserved);
    a->accrued_ns = now;
}

static int64_t next_minute(int64_t now_ns)
{
    return (now_ns / MINUTE + 1) * MINUTE;
}

static void open_account(struct sim *sim, struct cost *c, uint32_t row)
{
    while (c->accounts.count <= row) {
        VEC_PUSH(&c->accounts, (struct cost_account){0});
    }
    const struct node *n = world_node(&sim->world, row);
    c->accounts.at[row] = (struct cost_account){.uid = n->uid, .started_ns = sim_now(sim), .accrued_ns = sim_now(sim)};
    if (n->pool != NONE) {
        sim_wake_at(sim, &cost_model, 0, row, n->uid, next_minute(sim_now(sim)));
    }
}

static void handle(struct sim *sim, void *state, const struct turn *turn)
{
    const struct node *n = world_node(&sim->world, turn->id);
    accrue(sim, state, turn->id, n, NONE, NULL);
    sim_wake_at(sim, &cost_model, 0, turn->id, n->uid, next_minute(sim_now(sim)));
}

static void on_node(struct sim *sim, struct cost *c, const struct fact *fact)
{
    if (fact->verb == FACT_ADDED) {
        open_account(sim, c, fact->row);
    } else if (fact->verb == FACT_REMOVED) {
        accrue(sim, c, fact->row, fact->old, NONE, NULL);
        sim_forget(sim, &cost_model, 0, fact->row);
        c->accounts.at[fact->row].uid = 0;
    }
}

static void on_pod(struct sim *sim, struct cost *c, const struct fact *fact)
{
    const struct pod *old = fact->old;
    if (fact->verb == FACT_REMOVED) {
        if (old->node != NONE) {
            accrue(sim, c, old->node, world_node(&sim->world, old->node), NONE, old);
        }
        return;
    }
    const struct pod *p = world_pod(&sim->world, fact->row);
    if (p->node == NONE) {
        return;
    }
    if (fact->verb == FACT_ADDED || fact->changed & FIELD_NODE_NAME) {
        accrue(sim, c, p->node, world_node(&sim->world, p->node), fact->row, NULL);
    } else if (fact->changed & FIELD_PHASE && pod_is_terminal(p)) {
        accrue(sim, c, p->node, world_node(&sim->world, p->node), fact->row, old);
    }
}

static void on_fact(struct sim *sim, void *state, const struct fact *fact)
{
    if (fact->kind == FACT_NODE) {
        on_node(sim, state, fact);
    } else {
        on_pod(sim, state, fact);
    }
}

uint32_t cost_day_of(int64_t start_ns, int64_t at_ns)
{
    return (uint32_t)((start_ns % DAY + at_ns) / DAY);
}

const struct cost_ledger *cost_model_settle(struct sim *sim)
{
    struct cost *c = sim_state(sim, &cost_model);
    for (uint32_t row = 0; row < c->accounts.count; row++) {
        if (c->accounts.at[row].uid != 0) {
            accrue(sim, c, row, world_node(&sim->world, row), NONE, NULL);
        }
    }
    return &c->ledger;
}

static void start(struct sim *sim, void *state)
{
    struct cost *c = state;
    uint32_t pools = sim->pools == NULL ? 0 : sim->pools->count;
    c->ledger.pool_count = pools;
    c->ledger.workload_count = sim->world.workloads.count;
    c->ledger.pool_nusd = memory_take(pools, sizeof *c->ledger.pool_nusd);
    c->ledger.pool_node_ns = memory_take(pools, sizeof *c->ledger.pool_node_ns);
    for (uint32_t row = 0; row < sim->world.nodes.count; row++) {
        if (sim->world.nodes.at[row].uid != 0) {
            open_account(sim, c, row);
        }
    }
}

static void stop(struct sim *sim, void *state)
{
    (void)sim;
    struct cost *c = state;
    for (uint32_t i = 0; i < c->ledger.days.count; i++) {
        free(c->ledger.days.at[i].workloads);
    }
    VEC_DROP(&c->ledger.days);
    free(c->ledger.pool_nusd);
    free(c->ledger.pool_node_ns);
    VEC_DROP(&c->accounts);
    VEC_DROP(&c->claims);
    VEC_DROP(&c->parts);
    VEC_DROP(&c->payers);
}

static const struct model_class classes[] = {{.name = "cost", .order = ENGINE_OLDEST}};

const struct model cost_model = {
    .name = "cost",
    .state_size = sizeof(struct cost),
    .classes = classes,
    .class_count = 1,
    .facts = FACTS(FACT_NODE) | FACTS(FACT_POD),
    .start = start,
    .handle = handle,
    .on_fact = on_fact,
    .stop = stop,
};
