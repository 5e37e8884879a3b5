#include "reports/compare_json.h"

#include <math.h>

#include "reports/gate_text.h"
#include "reports/print.h"
#include "sim/base/json.h"

static void put_text(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, text);
}

static void put_number(struct json_writer *w, const char *key, double x)
{
    json_key(w, key);
    json_double(w, isfinite(x) ? print_nine_digits(x) : x);
}

static void put_integer(struct json_writer *w, const char *key, int64_t x)
{
    json_key(w, key);
    json_integer(w, x);
}

static void put_bool(struct json_writer *w, const char *key, bool x)
{
    json_key(w, key);
    json_bool(w, x);
}

static void put_side(struct json_writer *w, const char *key, const struct side *s)
{
    json_key(w, key);
    json_begin_map(w);
    put_text(w, "run", s->path);
    put_text(w, "scenario", s->scenario);
    put_text(w, "version", s->version);
    put_integer(w, "seed", s->seed);
    put_integer(w, "durationSeconds", s->duration_s);
    json_end_map(w);
}

static void put_gates(struct json_writer *w, const struct comparison *c)
{
    json_key(w, "gates");
    json_begin_list(w);
    for (uint32_t i = 0; i < c->gate_count; i++) {
        const struct gate *g = &c->gates[i];
        const struct gate_verdict *v = &c->verdicts[i];
        struct buffer said = {0};
        gate_text_say(&said, g, v);
        json_begin_map(w);
        put_text(w, "gate", g->text);
        put_text(w, "metric", g->metric->name);
        put_text(w, "outcome", v->outcome == GATE_FAILED ? "failed" : gate_outcome_word(v->outcome));
        put_text(w, "says", buffer_string(&said));
        put_text(w, "unit", v->relative ? "share of base" : g->metric->unit);
        put_number(w, "threshold", g->threshold);
        put_number(w, "mean", v->mean);
        put_number(w, "low", v->low);
        put_number(w, "high", v->high);
        put_number(w, "base", v->base);
        put_number(w, "candidate", v->candidate);
        put_integer(w, "replications", v->count);
        json_end_map(w);
        buffer_drop(&said);
    }
    json_end_list(w);
}

static void put_changes(struct json_writer *w, const struct comparison *c)
{
    json_key(w, "changes");
    json_begin_list(w);
    for (uint32_t i = 0; i < c->diff.changes.count; i++) {
        const struct diff_change *d = &c->diff.changes.at[i];
        json_begin_map(w);
        put_text(w, "object", d->object);
        put_text(w, "path", d->path);
        put_text(w, "what", d->before == NULL ? "added" : d->after == NULL ? "removed" : "changed");
        if (d->path[0] != '\0') {
            put_text(w, "before", d->before);
            put_text(w, "after", d->after);
        }
        json_end_map(w);
    }
    json_end_list(w);
    json_key(w, "notAsked");
    json_begin_list(w);
    for (uint32_t i = 0; i < c->pair->not_asked_count; i++) {
        json_text(w, c->pair->not_asked[i]);
    }
    json_end_list(w);
}

static void put_cents(struct json_writer *w, const char *key, int64_t cents)
{
    json_key(w, key);
    json_double(w, (double)cents / 100);
}

/* An amount in cents, with the bounds of what it rests on. */
static void put_change(struct json_writer *w, int64_t cents, struct statistics_interval i)
{
    put_cents(w, "change", cents);
    put_number(w, "low", isfinite(i.half_width) ? i.mean - i.half_width : (double)NAN);
    put_number(w, "high", isfinite(i.half_width) ? i.mean + i.half_width : (double)NAN);
}

static void put_offers(struct json_writer *w, const struct compare_cost *cost)
{
    json_key(w, "offers");
    json_begin_list(w);
    for (uint32_t i = 0; i < cost->offers_count; i++) {
        const struct compare_offer *o = &cost->offers[i];
        json_begin_map(w);
        put_text(w, "instance", o->instance);
        put_text(w, "region", o->region);
        put_text(w, "purchase", o->purchase);
        put_number(w, "baseHours", o->base_hours);
        put_number(w, "candidateHours", o->candidate_hours);
        put_number(w, "baseUsdPerHour", o->base_usd_per_hour);
        put_number(w, "candidateUsdPerHour", o->candidate_usd_per_hour);
        put_cents(w, "base", o->base_cents);
        put_cents(w, "candidate", o->candidate_cents);
        json_end_map(w);
    }
    json_end_list(w);
}

static void put_payers(struct json_writer *w, const struct compare_cost *cost)
{
    json_key(w, "payers");
    json_begin_list(w);
    for (uint32_t i = 0; i < cost->payers_count; i++) {
        const struct compare_payer *p = &cost->payers[i];
        json_begin_map(w);
        put_text(w, "name", p->name);
        put_cents(w, "base", p->base_cents);
        put_cents(w, "candidate", p->candidate_cents);
        put_change(w, p->candidate_cents - p->base_cents, p->change);
        json_end_map(w);
    }
    json_end_list(w);
}

static void put_cost(struct json_writer *w, const struct compare_cost *cost)
{
    const struct bridge *b = &cost->bridge;
    json_key(w, "cost");
    json_begin_map(w);
    put_cents(w, "base", b->base_cents);
    put_cents(w, "candidate", b->candidate_cents);
    put_change(w, b->candidate_cents - b->base_cents, b->change);
    json_key(w, "bridge");
    json_begin_list(w);
    for (int i = 0; i < BRIDGE_STEPS; i++) {
        json_begin_map(w);
        put_text(w, "step", bridge_names[i].name);
        put_text(w, "means", bridge_names[i].meaning);
        put_change(w, b->step_cents[i], b->step[i]);
        json_end_map(w);
    }
    json_end_list(w);
    put_offers(w, cost);
    put_cents(w, "baseFees", cost->base_fees_cents);
    put_cents(w, "candidateFees", cost->candidate_fees_cents);
    put_payers(w, cost);
    put_text(w, "basePrices", cost->base_prices);
    put_text(w, "candidatePrices", cost->candidate_prices);
    json_end_map(w);
}

static void put_values(struct json_writer *w, const char *key, const struct side *s, const struct compare_row *row,
                       uint32_t count)
{
    const struct side_figure *f = side_figure(s, row->name, row->subject);
    json_key(w, key);
    if (f == NULL) {
        json_null(w);
        return;
    }
    json_begin_list(w);
    for (uint32_t r = 0; r < count; r++) {
        json_double(w, isnan(f->values[r]) ? f->values[r] : print_nine_digits(f->values[r]));
    }
    json_end_list(w);
}

static void put_figures(struct json_writer *w, const struct comparison *c)
{
    json_key(w, "figures");
    json_begin_list(w);
    for (uint32_t i = 0; i < c->rows.count; i++) {
        const struct compare_row *row = &c->rows.at[i];
        json_begin_map(w);
        put_text(w, "name", row->name);
        put_text(w, "subject", row->subject);
        put_text(w, "unit", row->unit);
        put_text(w, "verdict", compare_word(row->verdict));
        put_number(w, "base", row->base);
        put_number(w, "candidate", row->candidate);
        put_number(w, "change", row->mean);
        put_number(w, "low", row->low);
        put_number(w, "high", row->high);
        put_number(w, "relative", row->relative);
        put_values(w, "baseValues", &c->pair->base.side, row, c->replications);
        put_values(w, "candidateValues", &c->pair->candidate.side, row, c->replications);
        json_end_map(w);
    }
    json_end_list(w);
}

void compare_json_write(struct buffer *out, const struct comparison *c)
{
    struct json_writer w = {.out = out};
    json_begin_map(&w);
    put_text(&w, "format", COMPARE_JSON_FORMAT);
    put_bool(&w, "fails", compare_fails(c));
    put_bool(&w, "strict", c->strict);
    put_integer(&w, "replications", c->replications);
    put_side(&w, "base", &c->pair->base.side);
    put_side(&w, "candidate", &c->pair->candidate.side);
    put_gates(&w, c);
    put_changes(&w, c);
    put_cost(&w, &c->cost);
    put_figures(&w, c);
    json_end_map(&w);
    buffer_text(out, "\n");
}
