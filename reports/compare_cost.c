#include "reports/compare_cost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cost/cost.h"
#include "reports/cents.h"

#define GIB 1073741824.0
#define MCPU 1e-3

static const double confidence = 0.95;
static const char nobody[] = "(none)";

/* What is being worked out, with what that needs. */
struct work {
    struct compare_cost *c;
    const struct side *base, *candidate;
    uint32_t count; /* replications */
    struct arena *a;
};

/* ---- figures ---- */

/* 0 where the side has none. */
static double value_of(const struct side *s, const char *name, const char *subject, uint32_t replication)
{
    const struct side_figure *f = side_figure(s, name, subject);
    return f == NULL || isnan(f->values[replication]) ? 0 : f->values[replication];
}

static double mean_of(const struct work *w, const struct side *s, const char *name, const char *subject)
{
    struct statistics sum = {0};
    for (uint32_t r = 0; r < w->count; r++) {
        statistics_add(&sum, value_of(s, name, subject, r));
    }
    return sum.mean;
}

/* ---- demand ---- */

/* Requests that a unit of the demand sends; 1 where the object does not say. */
static double requests_of(const struct side *s, const char *demand)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->objects.count; i++) {
        const struct object *o = s->objects.at[i];
        const struct value *sends = value_at(o->tree, "spec.sends");
        if (!o->headroom || strcmp(o->kind, "Demand") != 0 || strcmp(o->name, demand) != 0 || !value_is_list(sends)) {
            continue;
        }
        for (uint32_t k = 0; k < sends->count; k++) {
            double per = 1;
            sum += value_as_double(value_get(sends->items[k], "per"), &per) ? per : 1;
        }
    }
    return sum > 0 ? sum : 1;
}

static bool has_demand(const struct side *s, const char *demand)
{
    return side_figure(s, "units", demand) != NULL;
}

/* Requests a second that the demand of a side sends, by BASE's requests for each unit. */
static double demand_of(const struct work *w, const struct side *s, uint32_t replication)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->subjects.count; i++) {
        const char *title = s->subjects.at[i].title;
        if (s->subjects.at[i].kind == SIDE_DEMAND) {
            double each = requests_of(has_demand(w->base, title) ? w->base : w->candidate, title);
            sum += each * value_of(s, "units", title, replication) / (double)s->duration_s;
        }
    }
    return sum;
}

/* ---- offers ---- */

/* The offers of both sides, with what they cost in the replication at hand. */
struct shop {
    struct compare_offer *offers;
    struct bridge_offer *bought;
    uint32_t count;
};

static uint32_t find_offer(const struct shop *shop, const struct side_pool *p)
{
    uint32_t i = 0;
    while (i < shop->count &&
           (strcmp(shop->offers[i].instance, p->instance) != 0 || strcmp(shop->offers[i].region, p->region) != 0 ||
            strcmp(shop->offers[i].purchase, p->purchase) != 0)) {
        i++;
    }
    return i;
}

/* Adds the offers that a side has and the shop has not; prices of a side are set. */
static void add_offers(struct shop *shop, const struct side *s, bool is_base)
{
    for (uint32_t i = 0; i < s->pools.count; i++) {
        const struct side_pool *p = &s->pools.at[i];
        uint32_t at = find_offer(shop, p);
        struct compare_offer *o = &shop->offers[at];
        if (at == shop->count) {
            *o = (struct compare_offer){.instance = p->instance,
                                        .region = p->region,
                                        .purchase = p->purchase,
                                        .base_usd_per_hour = NAN,
                                        .candidate_usd_per_hour = NAN};
            shop->bought[at].capacity =
                (double)p->capacity_mcpu * MCPU + (double)p->capacity_bytes / GIB / COST_CORE_IN_GIB;
            shop->count++;
        }
        struct bridge_bought *b = is_base ? &shop->bought[at].base : &shop->bought[at].candidate;
        *(is_base ? &o->base_usd_per_hour : &o->candidate_usd_per_hour) = p->usd_per_hour;
        b->usd_per_hour = p->usd_per_hour;
        b->list_per_hour = p->list_usd_per_hour;
    }
}

/* Sets what a side's offers cost in a replication, and returns what is paid beside them. */
static double fill_offers(const struct shop *shop, struct bridge_offer *bought, const struct side *s, bool is_base,
                          uint32_t replication)
{
    double rest = value_of(s, "cost.monthly", "", replication);
    for (uint32_t i = 0; i < s->pools.count; i++) {
        const struct side_pool *p = &s->pools.at[i];
        struct bridge_offer *o = &bought[find_offer(shop, p)];
        double usd = value_of(s, "cost.monthly", p->title, replication);
        *(is_base ? &o->base.usd : &o->candidate.usd) += usd;
        rest -= usd;
    }
    return rest;
}

static struct bridge_month *read_months(const struct work *w, const struct shop *shop)
{
    struct bridge_month *months = TAKE(w->a, struct bridge_month, w->count);
    for (uint32_t r = 0; r < w->count; r++) {
        struct bridge_offer *bought = TAKE(w->a, struct bridge_offer, shop->count);
        memcpy(bought, shop->bought, shop->count * sizeof *bought);
        months[r] = (struct bridge_month){.offers = bought,
                                          .count = shop->count,
                                          .base_fees = fill_offers(shop, bought, w->base, true, r),
                                          .candidate_fees = fill_offers(shop, bought, w->candidate, false, r),
                                          .base_demand = demand_of(w, w->base, r),
                                          .candidate_demand = demand_of(w, w->candidate, r)};
    }
    return months;
}

/* Means over the months: dollars of each offer on one side, and of the fees behind them. */
static void mean_months(const struct work *w, const struct bridge_month *months, bool is_base, double *usd)
{
    uint32_t offers = w->c->offers_count;
    for (uint32_t r = 0; r < w->count; r++) {
        for (uint32_t i = 0; i < offers; i++) {
            const struct bridge_offer *o = &months[r].offers[i];
            usd[i] += (is_base ? o->base.usd : o->candidate.usd) / w->count;
        }
        usd[offers] += (is_base ? months[r].base_fees : months[r].candidate_fees) / w->count;
    }
}

/* Whole cents of values[count] dollars that sum to whole. */
static int64_t *to_cents(const struct work *w, double *values, uint32_t count, int64_t whole)
{
    int64_t *cents = TAKE(w->a, int64_t, count);
    for (uint32_t i = 0; i < count; i++) {
        values[i] *= 100;
    }
    cents_fit(*w->a, whole, values, cents, count);
    return cents;
}

static void settle_offers(struct work *w, struct compare_offer *offers, const struct bridge_month *months)
{
    uint32_t count = w->c->offers_count;
    double *base = TAKE(w->a, double, count + 1), *candidate = TAKE(w->a, double, count + 1);
    mean_months(w, months, true, base);
    mean_months(w, months, false, candidate);
    for (uint32_t i = 0; i < count; i++) {
        offers[i].base_hours = base[i] > 0 ? base[i] / offers[i].base_usd_per_hour : 0;
        offers[i].candidate_hours = candidate[i] > 0 ? candidate[i] / offers[i].candidate_usd_per_hour : 0;
    }
    const int64_t *before = to_cents(w, base, count + 1, w->c->bridge.base_cents);
    const int64_t *now = to_cents(w, candidate, count + 1, w->c->bridge.candidate_cents);
    for (uint32_t i = 0; i < count; i++) {
        offers[i].base_cents = before[i];
        offers[i].candidate_cents = now[i];
    }
    w->c->base_fees_cents = before[count];
    w->c->candidate_fees_cents = now[count];
}

static void read_offers(struct work *w)
{
    uint32_t room = w->base->pools.count + w->candidate->pools.count;
    struct shop shop = {TAKE(w->a, struct compare_offer, room + 1), TAKE(w->a, struct bridge_offer, room + 1), 0};
    add_offers(&shop, w->base, true);
    add_offers(&shop, w->candidate, false);
    const struct bridge_month *months = read_months(w, &shop);
    w->c->bridge = bridge_make(months, w->count);
    w->c->offers = shop.offers;
    w->c->offers_count = shop.count;
    settle_offers(w, shop.offers, months);
}

/* ---- payers ---- */

/* Payers of both sides with dollars by side and replication: usd[side][payer * count + replication]. */
struct ledger {
    struct compare_payer *payers;
    double *usd[2];
    uint32_t payers_count;
    uint32_t first; /* payers before it are another kind: a team may be called "idle" */
};

static uint32_t payer_of(struct ledger *l, const char *name)
{
    uint32_t i = l->first;
    while (i < l->payers_count && strcmp(l->payers[i].name, name) != 0) {
        i++;
    }
    l->payers[i].name = name;
    l->payers_count += i == l->payers_count;
    return i;
}

static void add_usd(const struct work *w, struct ledger *l, int side, const char *payer, const char *figure,
                    const char *subject)
{
    uint32_t at = payer_of(l, payer);
    for (uint32_t r = 0; r < w->count; r++) {
        l->usd[side][at * w->count + r] += value_of(side == 0 ? w->base : w->candidate, figure, subject, r);
    }
}

static void add_teams(const struct work *w, struct ledger *l, int side)
{
    const struct side *s = side == 0 ? w->base : w->candidate;
    for (uint32_t i = 0; i < s->subjects.count; i++) {
        const struct side_subject *subject = &s->subjects.at[i];
        if (subject->kind == SIDE_WORKLOAD) {
            bool named = subject->team != NULL && subject->team[0] != '\0';
            add_usd(w, l, side, named ? subject->team : nobody, "cost.monthly", subject->title);
        }
    }
    if (mean_of(w, s, "cost.monthly.others", "") > 0) {
        add_usd(w, l, side, nobody, "cost.monthly.others", "");
    }
}

static int compare_payers(const void *left, const void *right)
{
    const struct compare_payer *x = left, *y = right;
    int64_t more = llabs(y->candidate_cents - y->base_cents) - llabs(x->candidate_cents - x->base_cents);
    more = more != 0 ? more : y->candidate_cents - x->candidate_cents;
    return more != 0 ? (more > 0 ? 1 : -1) : strcmp(x->name, y->name);
}

/* Means in cents, and the interval of each change. */
static void settle_payers(struct work *w, struct ledger *l)
{
    int64_t *cents[2];
    for (int side = 0; side < 2; side++) {
        double *means = TAKE(w->a, double, l->payers_count + 1);
        for (uint32_t i = 0; i < l->payers_count; i++) {
            struct statistics s = {0};
            for (uint32_t r = 0; r < w->count; r++) {
                statistics_add(&s, l->usd[side][i * w->count + r]);
            }
            means[i] = s.mean;
        }
        cents[side] =
            to_cents(w, means, l->payers_count, side == 0 ? w->c->bridge.base_cents : w->c->bridge.candidate_cents);
    }
    for (uint32_t i = 0; i < l->payers_count; i++) {
        struct statistics s = statistics_paired(&l->usd[0][i * w->count], &l->usd[1][i * w->count], w->count);
        l->payers[i].base_cents = cents[0][i];
        l->payers[i].candidate_cents = cents[1][i];
        l->payers[i].change = statistics_interval(&s, confidence);
    }
}

static void read_payers(struct work *w)
{
    uint32_t room = w->base->subjects.count + w->candidate->subjects.count + 3;
    struct ledger l = {.payers = TAKE(w->a, struct compare_payer, room)};
    l.usd[0] = TAKE(w->a, double, room * w->count);
    l.usd[1] = TAKE(w->a, double, room * w->count);
    add_teams(w, &l, 0);
    add_teams(w, &l, 1);
    l.first = l.payers_count;
    for (int side = 0; side < 2; side++) {
        add_usd(w, &l, side, "idle", "cost.monthly.idle", "");
        add_usd(w, &l, side, "system", "cost.monthly.system", "");
    }
    settle_payers(w, &l);
    qsort(l.payers, l.first, sizeof *l.payers, compare_payers);
    w->c->payers = l.payers;
    w->c->payers_count = l.payers_count;
}

/* ---- prices ---- */

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char *prices_of(const struct side *s, struct arena *a)
{
    struct buffer b = {0};
    for (uint32_t i = 0; i < s->pools.count; i++) {
        const struct side_pool *p = &s->pools.at[i];
        bool told = p->price_source == NULL;
        for (uint32_t k = 0; k < i && !told; k++) {
            told = is_same_text(p->price_source, s->pools.at[k].price_source) &&
                   is_same_text(p->price_date, s->pools.at[k].price_date);
        }
        if (!told) {
            buffer_format(&b, "%s%s%s%s", b.count > 0 ? "; " : "", p->price_source, p->price_date == NULL ? "" : " of ",
                          p->price_date == NULL ? "" : p->price_date);
        }
    }
    const char *text = b.count == 0 ? "no source given" : arena_text(a, b.at, b.count);
    buffer_drop(&b);
    return text;
}

void compare_cost_make(struct compare_cost *c, const struct side *base, const struct side *candidate, uint32_t count,
                       struct arena *a)
{
    *c = (struct compare_cost){.base_prices = prices_of(base, a), .candidate_prices = prices_of(candidate, a)};
    struct work w = {c, base, candidate, count, a};
    read_offers(&w);
    read_payers(&w);
}
