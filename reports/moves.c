#include "reports/moves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cost/cost.h"
#include "reports/advice.h"
#include "reports/machines.h"

enum {
    MONTH_HOURS = 730,
    TYPES_TRIED = 4, /* machines for a pool, cheapest first */
    TARGET_MAX = 90, /* percent */
};

static void price_requests(const struct search *s, struct moves *m)
{
    double mcpu = 0, bytes = 0, usd_cpu = 0, usd_memory = 0;
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->workload == NONE && p->type_count > 0) {
            const struct catalog_type *t = p->types[s->settings[i].at[KNOB_INSTANCE]];
            double nodes = s->outcome.measured[0]->pools[p->group].nodes_mean,
                   usd = nodes * t->usd_per_hour * MONTH_HOURS;
            double share = cost_processor_share(t->cpu_mcpu, t->memory_bytes);
            mcpu += nodes * (double)t->cpu_mcpu;
            bytes += nodes * (double)t->memory_bytes;
            usd_cpu += usd * share;
            usd_memory += usd * (1 - share);
        }
    }
    m->usd_mcpu = mcpu > 0 ? usd_cpu / mcpu : 0;
    m->usd_byte = bytes > 0 ? usd_memory / bytes : 0;
}

/* less: the part of its requests that the workload would ask for less. */
static void add_move(const struct search *s, struct moves *m, uint32_t part, const struct setting *setting, double less)
{
    const struct trial_workload *w = &s->outcome.measured[0]->workloads[part];
    double usd = less * (w->requested_mcpu * m->usd_mcpu + w->requested_bytes * m->usd_byte);
    if (memcmp(setting, &s->settings[part], sizeof *setting) != 0) {
        VEC_PUSH(&m->list, (struct move){part, s->settings[part], *setting, usd, 0});
    }
}

static void move_target(const struct search *s, struct moves *m, uint32_t i)
{
    static const int64_t steps[] = {15, 6};
    const struct part *p = &s->platform->parts[i];
    for (size_t k = 0; k < 2 && p->has[KNOB_TARGET]; k++) {
        struct setting next = s->settings[i];
        int64_t *target = &next.at[KNOB_TARGET], before = *target;
        int64_t step = p->target_is_percent ? steps[k] : before * steps[k] / 100;
        *target += step;
        if (!p->target_is_percent || *target <= TARGET_MAX) {
            add_move(s, m, i, &next, 1 - (double)before / (double)*target);
        }
    }
}

static void move_fewer(const struct search *s, struct moves *m, uint32_t i, enum knob knob)
{
    const struct part *p = &s->platform->parts[i];
    if (!p->has[knob]) {
        return;
    }
    int64_t now = s->settings[i].at[knob], least = p->now[knob] < 2 ? p->now[knob] : 2;
    const int64_t tries[] = {(now + least) / 2, now - 1};
    for (size_t k = 0; k < 2; k++) {
        struct setting next = s->settings[i];
        next.at[knob] = tries[k];
        if (tries[k] >= least && tries[k] < now && (k == 0 || tries[0] != tries[1])) {
            add_move(s, m, i, &next, 0.5 * (double)(now - tries[k]) / (double)now);
        }
    }
}

static void move_request(const struct search *s, struct moves *m, uint32_t i)
{
    const struct part *p = &s->platform->parts[i];
    int64_t now = s->settings[i].at[KNOB_CPU_REQUEST];
    struct trial_workload w = search_worst(s, &s->outcome, i);
    if (now <= 0 || (p->has[KNOB_TARGET] && p->target_is_percent && s->settings[i].at[KNOB_TARGET] > 75)) {
        return;
    }
    int64_t lower = advice_round_mcpu(0.8 * (double)now);
    int64_t stepped = advice_step_mcpu(p->now[KNOB_CPU_REQUEST], lower, s->full);
    struct setting next = s->settings[i];
    if (stepped < now && (double)stepped >= w.pod_p95_mcpu) {
        platform_request(p, &next, KNOB_CPU_REQUEST, stepped);
        add_move(s, m, i, &next, 1 - (double)stepped / (double)now);
    }
}

static int64_t scaled(int64_t nodes, double scale)
{
    int64_t n = (int64_t)ceil((double)nodes * scale - 0.25);
    return nodes > 0 && n < 1 ? 1 : n;
}

static void push_pool(const struct search *s, struct moves *m, uint32_t part, const struct setting *next, double usd)
{
    if (memcmp(next, &s->settings[part], sizeof *next) != 0) {
        VEC_PUSH(&m->list, (struct move){part, s->settings[part], *next, usd, 0});
    }
}

static void move_machine(const struct search *s, struct moves *m, uint32_t part)
{
    const struct part *p = &s->platform->parts[part];
    const int64_t *at = s->settings[part].at;
    struct machine *ranked = machines_rank(s, part);
    double here = 0;
    for (uint32_t i = 0; i < p->type_count; i++) {
        here = ranked[i].type == at[KNOB_INSTANCE] ? ranked[i].usd : here;
    }
    for (uint32_t i = 0; i < p->type_count && i < TYPES_TRIED && ranked[i].usd < here; i++) {
        struct setting next = s->settings[part];
        next.at[KNOB_INSTANCE] = ranked[i].type;
        next.at[KNOB_NODES_MIN] = scaled(at[KNOB_NODES_MIN], ranked[i].scale);
        next.at[KNOB_NODES_INITIAL] = scaled(at[KNOB_NODES_INITIAL], ranked[i].scale);
        next.at[KNOB_NODES_MAX] = scaled(at[KNOB_NODES_MAX], ranked[i].scale);
        push_pool(s, m, part, &next, here - ranked[i].usd);
    }
}

/* Fewer nodes at the start and at the least; where no autoscaler is, they are the same. */
static void move_nodes(const struct search *s, struct moves *m, uint32_t part)
{
    const struct part *p = &s->platform->parts[part];
    const int64_t *at = s->settings[part].at;
    double usd = machines_price(s, p, p->types[at[KNOB_INSTANCE]]) * MONTH_HOURS;
    bool fixed = s->platform->plan->scenario->node_pools.at[p->group].autoscaler == AUTOSCALER_NONE;
    int64_t least = p->now[KNOB_NODES_MIN] > 0, min = at[KNOB_NODES_MIN], initial = at[KNOB_NODES_INITIAL];
    double mean = s->outcome.measured[0]->pools[p->group].nodes_mean;
    const int64_t lower[] = {(min + least) / 2, (3 * min + least) / 4, min - 1, (int64_t)mean - 1};
    for (size_t k = 0; k < sizeof lower / sizeof *lower; k++) {
        struct setting next = s->settings[part];
        bool again = k > 0 && (lower[k] == lower[k - 1] || (k > 1 && lower[k] == lower[k - 2]));
        if (lower[k] < least || lower[k] >= initial || again) {
            continue;
        }
        next.at[KNOB_NODES_MIN] = fixed || lower[k] < min ? lower[k] : min;
        next.at[KNOB_NODES_INITIAL] = lower[k];
        next.at[KNOB_NODES_MAX] = fixed ? lower[k] : at[KNOB_NODES_MAX];
        push_pool(s, m, part, &next, usd * (double)(initial - lower[k]) * (fixed ? 1 : 0.5));
    }
}

/* ---- public ---- */

void moves_find(const struct search *s, struct moves *m)
{
    m->list.count = 0;
    price_requests(s, m);
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->left_alone != NULL) {
            continue;
        }
        if (p->workload == NONE) {
            move_machine(s, m, i);
            move_nodes(s, m, i);
        } else {
            move_target(s, m, i);
            move_fewer(s, m, i, KNOB_MIN);
            move_fewer(s, m, i, KNOB_REPLICAS);
            move_request(s, m, i);
        }
    }
    if (m->list.count > 0) {
        qsort(m->list.at, m->list.count, sizeof *m->list.at, moves_by_guess);
    }
}

bool moves_apply(const struct move *m, struct setting *settings)
{
    struct setting *at = &settings[m->part];
    for (enum knob k = 0; k < KNOBS; k++) {
        if (m->setting.at[k] != m->from.at[k] && at->at[k] != m->from.at[k]) {
            return false;
        }
    }
    for (enum knob k = 0; k < KNOBS; k++) {
        at->at[k] = m->setting.at[k] != m->from.at[k] ? m->setting.at[k] : at->at[k];
    }
    return true;
}

int moves_by_guess(const void *left, const void *right)
{
    const struct move *l = left, *r = right;
    if (l->guess_usd != r->guess_usd) {
        return l->guess_usd > r->guess_usd ? -1 : 1;
    }
    return l->part != r->part ? (l->part < r->part ? -1 : 1) : memcmp(&l->setting, &r->setting, sizeof l->setting);
}
