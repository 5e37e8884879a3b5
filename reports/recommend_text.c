#include "reports/recommend_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/judge.h"
#include "reports/print.h"

enum { WIDTH = 38, COLUMN = 20 };

static const double trifle = 1e-4; /* of a figure: an interval that is narrower is not shown */

struct text {
    struct buffer *out;
    const struct recommendation *r;
    struct buffer cell;
};

/* ---- tables ---- */

/* The cell that was put together, right-aligned. */
static void end_cell(struct text *t, int width)
{
    buffer_format(t->out, "%*s", width, buffer_string(&t->cell));
    buffer_clear(&t->cell);
}

static void begin_row(struct text *t, const char *name)
{
    buffer_format(t->out, "  %-*s", WIDTH, name);
}

/* Mean of a figure over the replications, and how sure that is. */
static struct statistics_interval figure_of(const struct recommend_proof *p, const struct measured *m,
                                            double (*figure)(const struct measured *m, uint32_t index), uint32_t index)
{
    struct statistics s = {0};
    for (uint32_t i = 0; i < p->count; i++) {
        statistics_add(&s, figure(&m[i], index));
    }
    return statistics_interval(&s, 0.95);
}

static void interval_cell(struct text *t, struct statistics_interval i, void (*print)(struct buffer *, double))
{
    print(&t->cell, i.mean);
    if (isfinite(i.half_width) && i.half_width > trifle * fabs(i.mean)) {
        buffer_text(&t->cell, " +- ");
        print(&t->cell, i.half_width);
    }
    end_cell(t, COLUMN);
}

static void print_plain(struct buffer *out, double x)
{
    print_number(out, x, 3);
}

static void figure_row(struct text *t, const char *name, double (*figure)(const struct measured *m, uint32_t index),
                       uint32_t index, void (*print)(struct buffer *, double))
{
    const struct recommend_proof *p = &t->r->proofs[TRIAL_AS_IS];
    begin_row(t, name);
    interval_cell(t, figure_of(p, p->today, figure, index), print);
    interval_cell(t, figure_of(p, p->best, figure, index), print);
    buffer_byte(t->out, '\n');
}

static double used_share(const struct measured *m, uint32_t index)
{
    return index == 0 ? m->used_mcpu / m->allocatable_mcpu : m->used_bytes / m->allocatable_bytes;
}

static double requested_share(const struct measured *m, uint32_t index)
{
    return index == 0 ? m->requested_mcpu / m->allocatable_mcpu : m->requested_bytes / m->allocatable_bytes;
}

static double nodes_of(const struct measured *m, uint32_t index)
{
    return m->pools[index].nodes_mean;
}

static void money_rows(struct text *t)
{
    begin_row(t, "cost of a month");
    interval_cell(t, t->r->today_usd, print_usd);
    interval_cell(t, t->r->best_usd, print_usd);
    buffer_byte(t->out, '\n');
}

static void cluster_rows(struct text *t)
{
    const struct scenario *s = t->r->platform.plan->scenario;
    struct arena scratch = *t->r->arena;
    for (uint32_t i = 0; i < s->node_pools.count; i++) {
        figure_row(t, arena_format(&scratch, "nodes of %s, mean", s->node_pools.at[i].object->name), nodes_of, i,
                   print_plain);
    }
    figure_row(t, "cpu requested", requested_share, 0, print_share);
    figure_row(t, "cpu used", used_share, 0, print_share);
    figure_row(t, "memory requested", requested_share, 1, print_share);
    figure_row(t, "memory used", used_share, 1, print_share);
}

/* The worst replication of each, and in how many it held. */
static void objective_cell(struct text *t, const struct recommend_proof *p, const struct measured *m, uint32_t index)
{
    double wanted = judge_wanted(&t->r->platform.plan->scenario->spec.objectives.at[index]), worst = 1;
    uint32_t held = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        worst = fmin(worst, m[i].achieved[index]);
        held += m[i].achieved[index] >= wanted;
    }
    print_share(&t->cell, worst);
    buffer_format(&t->cell, ", %" PRIu32 " of %" PRIu32, held, p->count);
    end_cell(t, COLUMN);
}

static void objective_rows(struct text *t, const struct recommend_proof *p)
{
    const struct scenario_spec *spec = &t->r->platform.plan->scenario->spec;
    struct arena scratch = *t->r->arena;
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        const struct objective *o = &spec->objectives.at[i];
        struct buffer wanted = {0};
        print_share(&wanted, judge_wanted(o));
        begin_row(t, arena_format(&scratch, "%s %s", o->title, buffer_string(&wanted)));
        buffer_drop(&wanted);
        objective_cell(t, p, p->today, i);
        objective_cell(t, p, p->best, i);
        buffer_byte(t->out, '\n');
    }
}

/* ---- changes ---- */

static double cents(double usd)
{
    return floor(usd * 100 + 0.5) / 100;
}

static void saving(struct text *t, const char *words, struct statistics_interval i)
{
    buffer_text(t->out, words);
    print_usd(t->out, cents(i.mean));
    if (isfinite(i.half_width) && i.half_width >= 0.005) {
        buffer_text(t->out, " +- ");
        print_usd(t->out, cents(i.half_width));
    }
}

static void write_change(struct text *t, const struct recommend_change *c)
{
    const struct recommendation *r = t->r;
    const struct part *p = &r->platform.parts[c->part];
    struct arena scratch = *r->arena;
    buffer_format(t->out, "\n  %s%s%s%s\n", p->title, p->owner == NULL ? "" : " (", p->owner == NULL ? "" : p->owner,
                  p->owner == NULL ? "" : ")");
    for (uint32_t i = 0; i < c->count; i++) {
        const struct recommend_row *row = &r->rows.at[c->first + i];
        const char *now = platform_value_text(&scratch, p, row->knob, row->now);
        buffer_format(t->out, "    %-49s %10s -> %-10s  %s\n", platform_field(row->knob), now[0] == '\0' ? "none" : now,
                      platform_value_text(&scratch, p, row->knob, row->wanted),
                      strcmp(row->risk, "low") == 0 ? "" : row->risk);
    }
    saving(t, "    saves a month: alone ", (struct statistics_interval){c->alone_usd, INFINITY});
    saving(t, ", with all the rest ", c->joint);
    if (c->needed != NULL) {
        buffer_format(t->out, "; without it %s", c->needed);
    }
    buffer_byte(t->out, '\n');
}

static void write_changes(struct text *t)
{
    buffer_text(t->out, "\nWhat to change\n");
    if (t->r->changes.count == 0) {
        buffer_text(t->out, "  nothing: no change was found that saves and holds\n");
    }
    for (uint32_t i = 0; i < t->r->changes.count; i++) {
        write_change(t, &t->r->changes.at[i]);
    }
}

static void write_left_alone(struct text *t)
{
    bool any = false;
    for (uint32_t i = 0; i < t->r->platform.count; i++) {
        const struct part *p = &t->r->platform.parts[i];
        if (p->left_alone != NULL) {
            buffer_format(t->out, "%s  %s: %s\n", any ? "" : "\nLeft alone\n", p->title, p->left_alone);
            any = true;
        }
    }
}

/* ---- the proof ---- */

static void describe_case(struct text *t, const struct recommend_proof *p)
{
    const struct trial *trial = &t->r->trial;
    const struct scenario *s = t->r->platform.plan->scenario;
    if (p->what == TRIAL_MORE) {
        buffer_text(t->out, "more demand (the 95 % quantile of noise and error, all the time:");
        for (uint32_t i = 0; i < s->demands.count; i++) {
            buffer_format(t->out, "%s %s x %.3f", i > 0 ? "," : "", s->demands.at[i].object->name, trial->more[i]);
        }
        buffer_text(t->out, ")");
    } else if (p->what == TRIAL_ZONE) {
        buffer_format(t->out, "zone %s out for an hour from ", trial->zone);
        print_clock(t->out, s->spec.start_ns / INT64_C(1000000000), trial->out_ns / INT64_C(1000000000));
        buffer_text(t->out, ", the busiest time without events");
    } else {
        buffer_text(t->out, "as it is");
    }
}

static void write_breaches(struct text *t, const struct breaches *b)
{
    struct arena scratch = *t->r->arena;
    for (uint32_t i = 0; i < b->list.count; i++) {
        const char *what = recommend_breach(&scratch, &t->r->platform, &b->list.at[i]);
        bool told = false;
        uint32_t times = 0;
        for (uint32_t k = 0; k < b->list.count; k++) {
            bool same = b->list.at[k].kind == b->list.at[i].kind && b->list.at[k].subject == b->list.at[i].subject;
            told = told || (same && k < i);
            times += same;
        }
        if (!told) {
            buffer_format(t->out, "    not proved: %s in %" PRIu32 " replication%s\n", what, times,
                          times == 1 ? "" : "s");
        }
    }
}

static void write_proof(struct text *t)
{
    buffer_text(t->out, "\nHow it was proved: both platforms on the same replications, which the search did not see\n");
    for (int what = 0; what < TRIAL_CASES; what++) {
        const struct recommend_proof *p = &t->r->proofs[what];
        if (p->count == 0) {
            continue;
        }
        buffer_format(t->out, "  %s  ", p->breaches.list.count == 0 ? "holds" : "FAILS");
        describe_case(t, p);
        buffer_format(t->out, ": %" PRIu32 " replications from number %" PRIu32 "\n", p->count, p->first);
        write_breaches(t, &p->breaches);
    }
    if (t->r->trial.zone == NULL) {
        buffer_text(t->out, "  not tried: a zone out; no NodePool has several zones\n");
    }
}

static void write_bound(struct text *t)
{
    const struct recommendation *r = t->r;
    buffer_text(t->out, "\nA lower bound: what is used, on average, at the best price per unit costs ");
    print_usd(t->out, r->least_usd);
    buffer_text(t->out, " a month;\nwhat is recommended is ");
    print_number(t->out, r->best_usd.mean / r->least_usd, 3);
    buffer_text(t->out, " times that, today ");
    print_number(t->out, r->today_usd.mean / r->least_usd, 3);
    buffer_text(t->out, " times. No cluster meets it: nodes are whole, peaks are above the mean.\n");
}

static void write_verdict(struct text *t)
{
    const struct recommendation *r = t->r;
    const struct recommend_proof *p = &r->proofs[TRIAL_AS_IS];
    buffer_format(t->out, "%s: ", r->platform.plan->scenario->name);
    print_usd(t->out, r->today_usd.mean);
    buffer_text(t->out, " a month becomes ");
    print_usd(t->out, r->best_usd.mean);
    saving(t, r->saved_usd.mean < 0 ? ": it costs more by " : ": it saves ",
           (struct statistics_interval){fabs(r->saved_usd.mean), r->saved_usd.half_width});
    buffer_text(t->out, ", ");
    print_share(t->out, fabs(r->saved_usd.mean) / r->today_usd.mean);
    buffer_format(t->out,
                  "\n(mean of %" PRIu32 " replications and half of the 95 %% interval; %.0f runs were "
                  "simulated). ",
                  p->count, r->trial.runs);
    buffer_text(t->out, r->proved ? "Proved.\n" : "NOT proved: see below.\n");
    if (!r->full) {
        buffer_text(t->out, "Requests change by half at most in one step: apply it, then look again, or --full.\n");
    }
}

void recommend_text_write(struct buffer *out, const struct recommendation *r)
{
    struct text t = {.out = out, .r = r};
    write_verdict(&t);
    buffer_format(out, "\n  %-*s%*s%*s\n", WIDTH, "", COLUMN, "today", COLUMN, "recommended");
    money_rows(&t);
    cluster_rows(&t);
    objective_rows(&t, &r->proofs[TRIAL_AS_IS]);
    if (r->platform.plan->scenario->spec.objectives.count > 0) {
        buffer_text(out, "  (objectives: the worst replication, and in how many it held)\n");
    }
    write_changes(&t);
    write_left_alone(&t);
    write_proof(&t);
    write_bound(&t);
    buffer_drop(&t.cell);
}
