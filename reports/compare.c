#include "reports/compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A difference below this share of the figures is of the rounding of sums. */
#define ROUNDING 1e-9
#define MATTERS 0.005

static const double confidence = 0.95;

/* ---- rows ---- */

static bool has_figure(const struct gate_metric *m, const char *name)
{
    bool found = m->cluster != NULL && strcmp(m->cluster, name) == 0;
    for (size_t k = 0; k < sizeof m->figures / sizeof *m->figures; k++) {
        found = found || (m->figures[k] != NULL && strcmp(m->figures[k], name) == 0);
    }
    return found && m->combine != GATE_RATIO;
}

/* The place among the metrics of gates; behind them all when it is none of them. */
static uint32_t rank_of(const char *name)
{
    uint32_t rank = 0;
    while (gate_metrics[rank].name != NULL && strcmp(gate_metrics[rank].name, name) != 0) {
        rank++;
    }
    if (gate_metrics[rank].name != NULL) {
        return rank;
    }
    for (rank = 0; gate_metrics[rank].name != NULL && !has_figure(&gate_metrics[rank], name);) {
        rank++;
    }
    return rank;
}

static double difference(double base, double candidate)
{
    double size = fabs(base) > fabs(candidate) ? fabs(base) : fabs(candidate);
    return fabs(candidate - base) <= ROUNDING * size || size < ROUNDING ? 0 : candidate - base;
}

static double mean_of(const struct side_figure *f, uint32_t count)
{
    struct statistics s = {0};
    for (uint32_t r = 0; f != NULL && r < count; r++) {
        if (!isnan(f->values[r])) {
            statistics_add(&s, f->values[r]);
        }
    }
    return s.count == 0 ? (double)NAN : s.mean;
}

static enum compare_verdict verdict_of(const struct statistics *s, const struct compare_row *row)
{
    return s->count == 0                         ? (isnan(row->base) ? COMPARE_ADDED : COMPARE_REMOVED)
           : s->least == 0.0 && s->most == 0.0   ? COMPARE_SAME
           : s->count == 1                       ? COMPARE_UNKNOWN
           : row->low <= 0.0 && row->high >= 0.0 ? COMPARE_NOISE
                                                 : COMPARE_CHANGED;
}

/* One of base and candidate may be null. */
static void add_row(struct comparison *c, const struct side_figure *base, const struct side_figure *candidate)
{
    const struct side_figure *any = base != NULL ? base : candidate;
    struct compare_row row = {.name = any->name,
                              .subject = any->subject,
                              .unit = any->unit,
                              .base = mean_of(base, c->replications),
                              .candidate = mean_of(candidate, c->replications),
                              .mean = NAN,
                              .low = NAN,
                              .high = NAN,
                              .rank = rank_of(any->name)};
    struct statistics s = {0};
    for (uint32_t r = 0; base != NULL && candidate != NULL && r < c->replications; r++) {
        if (!isnan(base->values[r]) && !isnan(candidate->values[r])) {
            statistics_add(&s, difference(base->values[r], candidate->values[r]));
        }
    }
    if (s.count > 0) {
        struct statistics_interval i = statistics_interval(&s, confidence);
        row.mean = i.mean;
        row.low = i.mean - i.half_width;
        row.high = i.mean + i.half_width;
    }
    row.relative = row.mean == 0.0 ? 0 : row.mean / fabs(row.base);
    row.verdict = verdict_of(&s, &row);
    c->verdicts_of[row.verdict]++;
    VEC_PUSH(&c->rows, row);
}

static int compare_rows(const void *left, const void *right)
{
    const struct compare_row *a = left, *b = right;
    int order = (a->rank > b->rank) - (a->rank < b->rank);
    order = order != 0 ? order : strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->subject, b->subject);
}

static void make_rows(struct comparison *c)
{
    const struct side *base = &c->pair->base.side, *candidate = &c->pair->candidate.side;
    for (uint32_t i = 0; i < base->figures.count; i++) {
        const struct side_figure *f = &base->figures.at[i];
        add_row(c, f, side_figure(candidate, f->name, f->subject));
    }
    for (uint32_t i = 0; i < candidate->figures.count; i++) {
        const struct side_figure *f = &candidate->figures.at[i];
        if (side_figure(base, f->name, f->subject) == NULL) {
            add_row(c, NULL, f);
        }
    }
    if (c->rows.count > 0) {
        qsort(c->rows.at, c->rows.count, sizeof *c->rows.at, compare_rows);
    }
}

/* ---- all of it ---- */

/* Each gate is decided, or more replications would not help. */
static bool is_decided(const struct pair *p, const struct gate *gates, uint32_t gate_count)
{
    for (uint32_t i = 0; i < gate_count; i++) {
        struct gate_verdict v = gate_judge(&gates[i], &p->base.side, &p->candidate.side);
        bool unsure = v.outcome == GATE_FAILED && v.count < COMPARE_REPLICATIONS_SURE;
        if (unsure || (v.outcome == GATE_UNDECIDED && v.why == NULL)) {
            return false;
        }
    }
    return true;
}

bool compare_run(struct pair *p, const struct gate *gates, uint32_t gate_count, const struct jobs_options *options,
                 struct fail *fail)
{
    uint32_t count = p->replications;
    if (!pair_run(p, count, options, fail)) {
        return false;
    }
    while (pair_can_run(p) && count < COMPARE_REPLICATIONS_MAX && !is_decided(p, gates, gate_count)) {
        count = 2 * count < COMPARE_REPLICATIONS_MAX ? 2 * count : COMPARE_REPLICATIONS_MAX;
        if (!pair_run(p, count, options, fail)) {
            return false;
        }
    }
    return true;
}

void compare_make(struct comparison *c, struct pair *p, const struct gate *gates, uint32_t gate_count, bool strict)
{
    const struct side *base = &p->base.side, *candidate = &p->candidate.side;
    *c = (struct comparison){.pair = p, .gates = gates, .gate_count = gate_count, .strict = strict};
    c->replications = base->replications < candidate->replications ? base->replications : candidate->replications;
    c->verdicts = TAKE(&p->arena, struct gate_verdict, gate_count);
    for (uint32_t i = 0; i < gate_count; i++) {
        c->verdicts[i] = gate_judge(&gates[i], base, candidate);
        c->outcomes[c->verdicts[i].outcome]++;
    }
    make_rows(c);
    compare_cost_make(&c->cost, base, candidate, c->replications, &p->arena);
    diff_make(&c->diff, &p->arena, base->objects.at, base->objects.count, candidate->objects.at,
              candidate->objects.count);
}

void compare_drop(struct comparison *c)
{
    VEC_DROP(&c->rows);
    diff_drop(&c->diff);
}

bool compare_fails(const struct comparison *c)
{
    return c->outcomes[GATE_FAILED] > 0 || (c->strict && c->outcomes[GATE_UNDECIDED] > 0);
}

const struct compare_row *compare_find(const struct comparison *c, const char *name, const char *subject)
{
    for (uint32_t i = 0; i < c->rows.count; i++) {
        if (strcmp(c->rows.at[i].name, name) == 0 && strcmp(c->rows.at[i].subject, subject) == 0) {
            return &c->rows.at[i];
        }
    }
    return NULL;
}

const char *compare_metric(const struct compare_row *row)
{
    const char *name = gate_metrics[row->rank].name;
    return name == NULL ? row->name : name;
}

const char *compare_subject(const struct compare_row *row)
{
    static const char usual[] = "Deployment/";
    bool plain = strncmp(row->subject, usual, sizeof usual - 1) == 0;
    return row->subject + (plain ? sizeof usual - 1 : 0);
}

bool compare_is_headline(const struct compare_row *row)
{
    return gate_metrics[row->rank].name != NULL && !gate_metrics[row->rank].detail;
}

/* The least change of a unit that is worth a line: a millisecond, a cent, ... */
static double least_of(const struct compare_row *row)
{
    static const struct {
        const char *unit;
        double least;
    } units[] = {{"USD", 0.01}, {"s", 0.001}, {"share", 0.0005}, {"mcpu", 1}, {"bytes", 1 << 20}, {"requests", 1}};
    if (strncmp(row->name, "pending.", 8) == 0) {
        return 1;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].unit, row->unit) == 0) {
            return units[i].least;
        }
    }
    return 0.01;
}

bool compare_matters(const struct compare_row *row)
{
    bool per_unit = strcmp(row->name, "cost.per_unit") == 0;
    return row->verdict == COMPARE_CHANGED && fabs(row->relative) >= MATTERS &&
           (per_unit || fabs(row->mean) >= least_of(row));
}

void compare_say_never_ready(struct buffer *out, const struct comparison *c)
{
    enum { TOLD = 4 };
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->rows.count; i++) {
        const struct compare_row *row = &c->rows.at[i];
        if (strcmp(row->name, "never_ready") == 0 && row->candidate > 0 && count++ < TOLD) {
            buffer_format(out, "%s%s", count == 1 ? "" : ", ", compare_subject(row));
        }
    }
    if (count > 0) {
        if (count > TOLD) {
            buffer_format(out, " and %" PRIu32 " more", count - TOLD);
        }
        buffer_format(out, " never had a Ready pod in CANDIDATE: what it costs is without %s.",
                      count == 1 ? "it" : "them");
    }
}

const char *compare_name(const struct side *s)
{
    return s->path != NULL ? s->path : s->scenario;
}

const char *compare_word(enum compare_verdict verdict)
{
    static const char *const words[] = {"same", "noise", "changed", "unknown", "added", "removed"};
    return words[verdict];
}
